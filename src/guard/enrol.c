/* Making a guard's folder, and putting newer documents into it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "guard/saved.h"

static enum error
make_folder(const struct os *os, const char *folder, const char *name, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = folder_path(folder, name, NULL, fault, path);
    return error ? error : os_make_folder(os, path, 0700, fault);
}

static enum error
put(const struct os *os, const char *folder, const char *name, struct bytes content,
    struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = folder_path(folder, name, NULL, fault, path);
    return error ? error : os_create_file(os, path, content, 0644, fault);
}

static enum error make_key(
    const struct os *os, const char *folder, struct bytes passphrase, struct fault *fault,
    struct public_key *ret_key)
{
    struct private_key *key = NULL;
    char path[PATH_MAX];
    struct key_seal seal = {.passphrase = passphrase};
    enum error error = folder_path(folder, FOLDER_KEY_BASE, NULL, fault, path);
    if (!error)
        error = private_key_generate(os, KEY_ED25519, fault, &key);
    if (!error)
        error = key_files_create(os, path, key, &seal, fault);
    if (!error)
        *ret_key = *private_key_public(key);
    private_key_free(key);
    return error;
}

static enum error make_log(
    const struct os *os, const char *folder, struct guard_enrolled *enrolled, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = folder_path(folder, FOLDER_RECORDS, NULL, fault, path);
    if (!error)
        error = os_make_folder(os, path, 0700, fault);
    if (!error)
        error = random_fill(os, fault, enrolled->first_key, sizeof enrolled->first_key);
    struct record_identity identity = {
        .guard = public_key_id(&enrolled->key), .epoch = FOLDER_EPOCH};
    if (!error)
        error = record_log_create(os, path, &identity, enrolled->first_key, 0, fault);
    enrolled->first_key_hash = sha256_of(BYTES_ARRAY(enrolled->first_key));
    return error;
}

/* Everything but the last file, the enrolment. */
static enum error fill(
    const struct os *os, const char *folder, const struct guard_enrolment *enrolment,
    struct guard_enrolled *enrolled, struct fault *fault)
{
    static const char *const folders[] = {
        FOLDER_ROOTS, FOLDER_ORDERS, FOLDER_WITHDRAWALS, FOLDER_FIELDS};
    enum error error = ERROR_OK;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && !error; i++)
        error = make_folder(os, folder, folders[i], fault);
    for (size_t i = 0; i < enrolment->root_count && !error; i++)
        error = folder_write_root(os, folder, i + 1, enrolment->roots[i], fault);
    if (!error)
        error = put(os, folder, FOLDER_CERTIFICATE, enrolment->certificate, fault);
    if (!error)
        error = put(os, folder, FOLDER_LICENCE, enrolment->licence, fault);
    if (!error)
        error = put(os, folder, FOLDER_ROLL, enrolment->roll, fault);
    if (!error)
        error = make_key(os, folder, enrolment->passphrase, fault, &enrolled->key);
    if (!error)
        error = make_log(os, folder, enrolled, fault);
    struct saved saved = {.version = 1};
    return error ? error : saved_write(os, folder, &saved, fault);
}

static enum error write_enrolment(
    const struct os *os, const char *folder, const struct guard_enrolment *enrolment,
    const struct digest *authority, const struct guard_enrolled *enrolled, struct fault *fault)
{
    struct enrolment value = {
        .format = FOLDER_FORMAT,
        .installation = enrolment->installation,
        .url = enrolment->url,
        .authority = *authority,
        .key = public_key_view(&enrolled->key),
        .first_key_hash = enrolled->first_key_hash,
        .epoch = FOLDER_EPOCH,
    };
    struct buffer bytes = {0};
    if (os_wall_time(os, &value.enrolled))
        return fault_place(fault, ERROR_CLOCK, "enrolment");
    enum error error = layout_encode(&enrolment_layout, &value, fault, &bytes);
    if (!error)
        error = put(os, folder, FOLDER_ENROLMENT, buffer_view(&bytes), fault);
    buffer_free(&bytes);
    return error;
}

/* Whether anything has this name. */
static bool exists(const struct os *os, const char *path)
{
    int file = os->open(path, O_RDONLY, 0);
    if (file >= 0)
        os->close(file);
    return file >= 0 || errno != ENOENT;
}

static enum error make(
    const struct os *os, const struct guard_enrolment *enrolment, const struct digest *authority,
    struct guard_enrolled *enrolled, struct fault *fault)
{
    char fresh[PATH_MAX];
    int length = snprintf(fresh, sizeof fresh, "%s.new", enrolment->folder);
    if (length < 0 || (size_t)length >= sizeof fresh)
        return fault_place(fault, ERROR_TOO_LARGE, "%s", enrolment->folder);
    if (exists(os, enrolment->folder))
        return fault_set(
            fault, ERROR_EXISTS, enrolment->folder, "the name of a folder to be made", NULL);
    if (exists(os, fresh))
        return fault_set(
            fault, ERROR_EXISTS, fresh, "no folder of an enrolment that was broken off",
            "one: remove it, its key was never enrolled");
    enum error error = os_make_folder(os, fresh, 0700, fault);
    if (!error)
        error = fill(os, fresh, enrolment, enrolled, fault);
    if (!error)
        error = write_enrolment(os, fresh, enrolment, authority, enrolled, fault);
    if (error)
        return error;
    if (os->rename(fresh, enrolment->folder) != 0)
        return fault_place(fault, error_from_errno(errno), "%s", enrolment->folder);
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", enrolment->folder);
    char *slash = strrchr(parent, '/');
    if (!slash)
        snprintf(parent, sizeof parent, ".");
    else
        slash[slash == parent ? 1 : 0] = '\0';
    return os_sync_folder(os, parent, fault);
}

enum error guard_enrol(
    const struct os *os, const struct guard_enrolment *enrolment, struct fault *fault,
    struct guard_enrolled *ret_enrolled)
{
    struct papers papers = {0};
    struct guard_enrolled enrolled = {0};
    enum error error = rule_name(enrolment->installation, "installation", fault);
    if (!error)
        error = root_chain_open(
            enrolment->roots, enrolment->root_count, enrolment->pinned, enrolment->allow_demo,
            fault, &papers.chain);
    if (error)
        return error;
    papers.has_chain = true;
    error =
        papers_verify(enrolment->certificate, enrolment->licence, enrolment->roll, &papers, fault);
    if (!error)
        error = make(os, enrolment, &papers.chain.authority, &enrolled, fault);
    papers_close(&papers);
    if (!error)
        *ret_enrolled = enrolled;
    secret_wipe(&enrolled, sizeof enrolled);
    return error;
}

/* --- Newer documents ---------------------------------------------------------------------- */

static enum error replace(
    const struct os *os, const char *folder, struct bytes document, struct papers *papers,
    struct fault *fault)
{
    struct unverified_envelope envelope;
    struct buffer certificate = {0}, licence = {0}, roll = {0};
    enum error error = cose_peek_unverified(document, fault, &envelope);
    if (error)
        return error;
    enum instrument_type type = instrument_by_word(envelope.type);
    if (type != INSTRUMENT_LICENCE && type != INSTRUMENT_ROLL)
        return fault_set(
            fault, ERROR_DOCUMENT_TYPE, "document", "a licence or a roll", "%s", envelope.type);
    struct papers fresh = {.chain = papers->chain};
    error = folder_read(os, folder, FOLDER_CERTIFICATE, fault, &certificate);
    if (!error)
        error = folder_read(os, folder, FOLDER_LICENCE, fault, &licence);
    if (!error)
        error = folder_read(os, folder, FOLDER_ROLL, fault, &roll);
    if (!error)
        error = papers_verify(
            buffer_view(&certificate),
            type == INSTRUMENT_LICENCE ? document : buffer_view(&licence),
            type == INSTRUMENT_ROLL ? document : buffer_view(&roll), &fresh, fault);
    if (!error && type == INSTRUMENT_ROLL && fresh.roll.version <= papers->roll.version)
        error = fault_set(
            fault, ERROR_DOCUMENT_RULE, "roll: version", "a higher version than the one there",
            "%llu, there is %llu", (unsigned long long)fresh.roll.version,
            (unsigned long long)papers->roll.version);
    char path[PATH_MAX];
    if (!error)
        error = folder_path(
            folder, type == INSTRUMENT_ROLL ? FOLDER_ROLL : FOLDER_LICENCE, NULL, fault, path);
    if (!error)
        error = os_replace_file(os, path, document, 0644, fault);
    buffer_free(&certificate);
    buffer_free(&licence);
    buffer_free(&roll);
    arena_free(&fresh.arena);
    return error;
}

enum error guard_replace_document(
    const struct os *os, const char *folder, struct bytes document, bool allow_demo,
    struct fault *fault)
{
    struct papers papers;
    int lock;
    enum error error = folder_take_lock(os, folder, fault, &lock);
    if (error)
        return error;
    error = papers_open(os, folder, NULL, allow_demo, fault, &papers);
    if (!error) {
        error = replace(os, folder, document, &papers, fault);
        papers_close(&papers);
    }
    os->close(lock);
    return error;
}

enum error guard_identify(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct guard_identity *ret_identity)
{
    struct enrolment enrolment;
    struct guard_identity identity = {0};
    enum error error = folder_read_enrolment(os, folder, arena, fault, &enrolment);
    if (error)
        return error;
    const struct {
        const char *name;
        struct digest *digest;
    } documents[] = {
        {FOLDER_CERTIFICATE, &identity.certificate},
        {FOLDER_LICENCE, &identity.licence},
    };
    for (size_t i = 0; i < 2 && !error; i++) {
        struct buffer bytes = {0};
        struct unverified_envelope envelope;
        error = folder_read(os, folder, documents[i].name, fault, &bytes);
        if (!error)
            error = cose_peek_unverified(buffer_view(&bytes), fault, &envelope);
        if (!error)
            *documents[i].digest = envelope.digest;
        buffer_free(&bytes);
    }
    if (!error)
        error = public_key_set(KEY_ED25519, enrolment.key, fault, &identity.key);
    if (error)
        return error;
    identity.installation = enrolment.installation;
    identity.url = enrolment.url;
    identity.authority = enrolment.authority;
    identity.first_key_hash = enrolment.first_key_hash;
    identity.enrolled = enrolment.enrolled;
    *ret_identity = identity;
    return ERROR_OK;
}
