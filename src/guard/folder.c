/* Reading the guard's folder. */
#include "guard/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static const struct field enrolment_fields[] = {
    FIELD(1, "format", FIELD_UINT, struct enrolment, format),
    FIELD(2, "installation", FIELD_TEXT, struct enrolment, installation),
    FIELD(3, "url", FIELD_TEXT, struct enrolment, url),
    FIELD(4, "authority", FIELD_DIGEST, struct enrolment, authority),
    FIELD(5, "key", FIELD_BYTES, struct enrolment, key, .limit = ED25519_PUBLIC_SIZE),
    FIELD(6, "first-key-hash", FIELD_DIGEST, struct enrolment, first_key_hash),
    FIELD(7, "epoch", FIELD_UINT, struct enrolment, epoch),
    FIELD(8, "enrolled", FIELD_TIME, struct enrolment, enrolled),
};
const struct layout enrolment_layout = LAYOUT("enrolment", struct enrolment, enrolment_fields);

enum error folder_path(
    const char *folder, const char *name, const char *rest, struct fault *fault,
    char ret_path[PATH_MAX])
{
    int length =
        snprintf(ret_path, PATH_MAX, "%s/%s%s%s", folder, name, rest ? "/" : "", rest ? rest : "");
    if (length < 0 || length >= PATH_MAX)
        return fault_place(fault, ERROR_TOO_LARGE, "%s", folder);
    return ERROR_OK;
}

enum error folder_read(
    const struct os *os, const char *folder, const char *name, struct fault *fault,
    struct buffer *ret_content)
{
    char path[PATH_MAX];
    enum error error = folder_path(folder, name, NULL, fault, path);
    return error ? error : os_read_file(os, path, FOLDER_DOCUMENT_MAX, fault, ret_content);
}

enum error
folder_take_lock(const struct os *os, const char *folder, struct fault *fault, int *ret_file)
{
    char path[PATH_MAX];
    enum error error = folder_path(folder, FOLDER_LOCK, NULL, fault, path);
    if (error)
        return error;
    int file = os->open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0)
        return fault_place(fault, error_from_errno(errno), "%s", path);
    if (os->lock(file) != 0) {
        error = error_from_errno(errno);
        os->close(file);
        return fault_place(fault, error, "%s", path);
    }
    *ret_file = file;
    return ERROR_OK;
}

enum error folder_read_enrolment(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct enrolment *ret_enrolment)
{
    struct buffer bytes = {0};
    struct enrolment enrolment;
    enum error error = folder_read(os, folder, FOLDER_ENROLMENT, fault, &bytes);
    if (error == ERROR_NOT_FOUND)
        error = fault_set(fault, ERROR_GUARD_FOLDER, folder, "an enrolled guard's folder", NULL);
    else if (!error)
        error = layout_decode(&enrolment_layout, buffer_view(&bytes), arena, fault, &enrolment);
    buffer_free(&bytes);
    if (error)
        return error;
    if (enrolment.format != FOLDER_FORMAT || enrolment.key.length != ED25519_PUBLIC_SIZE)
        return fault_set(
            fault, ERROR_GUARD_FOLDER, FOLDER_ENROLMENT, "format 1", "format %llu",
            (unsigned long long)enrolment.format);
    *ret_enrolment = enrolment;
    return ERROR_OK;
}

static void root_name(uint64_t version, char name[32])
{
    snprintf(name, 32, "%04llu.root", (unsigned long long)version);
}

enum error folder_read_roots(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct bytes **ret_roots, size_t *ret_count)
{
    struct bytes *roots = NULL;
    size_t count = 0, room = 0;
    for (;;) {
        char name[32], path[PATH_MAX];
        root_name(count + 1, name);
        struct buffer bytes = {0};
        enum error error = folder_path(folder, FOLDER_ROOTS, name, fault, path);
        if (!error)
            error = os_read_file(os, path, FOLDER_DOCUMENT_MAX, fault, &bytes);
        if (error == ERROR_NOT_FOUND || (!error && count == FOLDER_ROOTS_MAX)) {
            buffer_free(&bytes);
            break;
        }
        if (!error && count == room) {
            room = room ? 2 * room : 8;
            struct bytes *more = ARENA_ARRAY(arena, struct bytes, room);
            if (more && count)
                memcpy(more, roots, count * sizeof *roots);
            roots = more;
        }
        struct bytes copy = {0};
        if (!error && roots)
            copy = arena_copy(arena, buffer_view(&bytes));
        buffer_free(&bytes);
        if (!error && !copy.data)
            error = fault_place(fault, ERROR_MEMORY, "%s", path);
        if (error)
            return error;
        roots[count++] = copy;
    }
    if (count == 0)
        return fault_set(fault, ERROR_GUARD_FOLDER, folder, "the root, roots/0001.root", "none");
    *ret_roots = roots;
    *ret_count = count;
    return ERROR_OK;
}

enum error folder_write_root(
    const struct os *os, const char *folder, uint64_t version, struct bytes root,
    struct fault *fault)
{
    char name[32], path[PATH_MAX];
    root_name(version, name);
    enum error error = folder_path(folder, FOLDER_ROOTS, name, fault, path);
    return error ? error : os_replace_file(os, path, root, 0644, fault);
}

enum error papers_verify(
    struct bytes certificate, struct bytes licence, struct bytes roll, struct papers *papers,
    struct fault *fault)
{
    struct document document;
    enum error error = certificate_open(
        certificate, &papers->chain, &papers->arena, fault, &document, &papers->certificate,
        &papers->form);
    if (error)
        return error;
    papers->certificate_digest = document.digest;
    error =
        licence_open(licence, &papers->chain, &papers->arena, fault, &document, &papers->licence);
    if (!error)
        error = licence_fits(
            &papers->licence, &papers->certificate, &papers->certificate_digest, fault);
    if (error)
        return error;
    papers->licence_digest = document.digest;
    error = roll_open(
        roll, &papers->chain.authority, &papers->certificate, &papers->certificate_digest,
        &papers->arena, fault, &document, &papers->roll);
    if (!error && strcmp(papers->roll.agency, papers->certificate.agency.id) != 0)
        error = fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "roll: agency", "the certificate's end user", "%s",
            papers->roll.agency);
    return error;
}

static enum error read_papers(
    const struct os *os, const char *folder, const struct digest *pinned, bool allow_demo,
    struct papers *papers, struct fault *fault)
{
    struct bytes *roots;
    size_t count;
    enum error error = folder_read_enrolment(os, folder, &papers->arena, fault, &papers->enrolment);
    if (!error)
        error = folder_read_roots(os, folder, &papers->arena, fault, &roots, &count);
    if (!error)
        error = root_chain_open(roots, count, pinned, allow_demo, fault, &papers->chain);
    if (error)
        return error;
    papers->has_chain = true;
    if (!digest_equal(&papers->chain.authority, &papers->enrolment.authority))
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, FOLDER_ENROLMENT, "the authority of the roots", NULL);
    struct buffer certificate = {0}, licence = {0}, roll = {0};
    error = folder_read(os, folder, FOLDER_CERTIFICATE, fault, &certificate);
    if (!error)
        error = folder_read(os, folder, FOLDER_LICENCE, fault, &licence);
    if (!error)
        error = folder_read(os, folder, FOLDER_ROLL, fault, &roll);
    if (!error)
        error = papers_verify(
            buffer_view(&certificate), buffer_view(&licence), buffer_view(&roll), papers, fault);
    buffer_free(&certificate);
    buffer_free(&licence);
    buffer_free(&roll);
    return error;
}

enum error papers_open(
    const struct os *os, const char *folder, const struct digest *pinned, bool allow_demo,
    struct fault *fault, struct papers *ret_papers)
{
    struct papers papers = {0};
    enum error error = read_papers(os, folder, pinned, allow_demo, &papers, fault);
    if (error)
        papers_close(&papers);
    else
        *ret_papers = papers;
    return error;
}

void papers_close(struct papers *papers)
{
    if (papers->has_chain)
        root_chain_close(&papers->chain);
    arena_free(&papers->arena);
    *papers = (struct papers){0};
}
