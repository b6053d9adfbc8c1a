/* The root's table, its rules, and the chain from the pinned version to the newest. */
#include "instruments/root.h"

#include <string.h>

#include "instruments/rules.h"
#include "instruments/signing.h"

static const char *const ministry_words[] = {"defence", "foreign", NULL};

static const struct field person_fields[] = {
    FIELD(1, "id", FIELD_TEXT, struct root_person, id),
    FIELD(2, "name", FIELD_TEXT, struct root_person, name),
    FIELD_MANY(3, "roles", FIELD_TEXTS, struct root_person, roles),
    FIELD(4, "key", FIELD_RECORD, struct root_person, key, .layout = &document_key_layout),
};
static const struct layout person_layout = LAYOUT("person", struct root_person, person_fields);

static const struct field ministry_fields[] = {
    FIELD(1, "id", FIELD_CHOICE, struct root_ministry, id, .words = ministry_words),
    FIELD(2, "name", FIELD_TEXT, struct root_ministry, name),
    FIELD(3, "threshold", FIELD_UINT, struct root_ministry, threshold),
    FIELD_MANY(
        4, "people", FIELD_RECORDS, struct root_ministry, people, .layout = &person_layout,
        .limit = ROOT_PEOPLE_MAX),
};
static const struct layout ministry_layout =
    LAYOUT("ministry", struct root_ministry, ministry_fields);

static const struct field root_fields[] = {
    FIELD(1, "version", FIELD_UINT, struct root, version),
    FIELD(2, "previous", FIELD_DIGEST, struct root, previous, OPTIONAL),
    FIELD(3, "name", FIELD_TEXT, struct root, name),
    FIELD(4, "demo", FIELD_BOOL, struct root, demo),
    FIELD(5, "issued", FIELD_TIME, struct root, issued),
    FIELD_MANY(
        6, "ministries", FIELD_RECORDS, struct root, ministries, .layout = &ministry_layout,
        .limit = MINISTRY_COUNT),
};
const struct layout root_layout = LAYOUT("root", struct root, root_fields);

const char *ministry_word(enum ministry_id ministry)
{
    return ministry_words[ministry - 1];
}

bool root_person_has_role(const struct root_person *person, const char *role)
{
    for (size_t i = 0; i < person->roles_count; i++) {
        if (strcmp(person->roles[i], role) == 0)
            return true;
    }
    return false;
}

static enum error check_role(const struct root_person *person, struct fault *fault)
{
    static const char *const roles[] = {"administrator", "auditor",  "chair",    "desk",
                                        "inspector",     "reviewer", "signatory"};
    for (size_t i = 0; i < person->roles_count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
            known |= strcmp(person->roles[i], roles[k]) == 0;
        if (!known)
            return fault_set(
                fault, ERROR_ROOT_PEOPLE, person->id,
                "a role: administrator, auditor, chair, desk, inspector, reviewer or signatory",
                "\"%s\"", person->roles[i]);
    }
    bool apart =
        root_person_has_role(person, "auditor") || root_person_has_role(person, "administrator");
    if (apart && person->roles_count > 1)
        return fault_set(
            fault, ERROR_ROOT_PEOPLE, person->id,
            "no other role for an auditor or an administrator", "%zu roles", person->roles_count);
    return ERROR_OK;
}

/* Acts are noted by their person's id, and those of a rule by "server". */
static enum error check_id(const struct root_person *person, struct fault *fault)
{
    enum error error = rule_name(person->id, "id", fault);
    if (!error && strcmp(person->id, "server") == 0)
        error =
            fault_set(fault, ERROR_ROOT_PEOPLE, "id", "a person's, not the server's", "\"server\"");
    return error;
}

/* How often a person's id or key stands in the root: once is right. */
static size_t occurrences(const struct root *root, const struct root_person *person)
{
    size_t count = 0;
    for (size_t m = 0; m < root->ministries_count; m++) {
        const struct root_ministry *ministry = &root->ministries[m];
        for (size_t i = 0; i < ministry->people_count; i++) {
            const struct root_person *other = &ministry->people[i];
            count += strcmp(other->id, person->id) == 0 ||
                     bytes_equal(other->key.public_key, person->key.public_key);
        }
    }
    return count;
}

static enum error
check_ministry(const struct root *root, const struct root_ministry *ministry, struct fault *fault)
{
    size_t signatories = 0;
    for (size_t i = 0; i < ministry->people_count; i++) {
        const struct root_person *person = &ministry->people[i];
        struct signer signer;
        enum error error = document_key_signer(&person->key, fault, &signer);
        if (!error)
            error = check_id(person, fault);
        if (error)
            return fault_within(fault, error, "%s", person->id);
        error = check_role(person, fault);
        if (error)
            return error;
        /* No person serves two ministries. */
        if (occurrences(root, person) != 1)
            return fault_set(
                fault, ERROR_ROOT_PEOPLE, person->id, "each person and each key once",
                "the same id or key again");
        signatories += root_person_has_role(person, "signatory");
    }
    if (ministry->threshold < 1 || ministry->threshold > signatories)
        return fault_set(
            fault, ERROR_ROOT_PEOPLE, ministry_word(ministry->id),
            "a threshold of at least 1 that its signatories can meet",
            "threshold %llu, %zu signatories", (unsigned long long)ministry->threshold,
            signatories);
    return ERROR_OK;
}

enum error root_check(const struct root *root, struct fault *fault)
{
    if (root->version < 1)
        return fault_set(fault, ERROR_ROOT_CHAIN, "version", "1 or more", "0");
    static const struct digest none;
    if ((root->version == 1) != digest_equal(&root->previous, &none))
        return fault_set(
            fault, ERROR_ROOT_CHAIN, "previous",
            "the previous root's digest in every version but the first", NULL);
    if (root->ministries_count != MINISTRY_COUNT || root->ministries[0].id != MINISTRY_DEFENCE ||
        root->ministries[1].id != MINISTRY_FOREIGN)
        return fault_set(fault, ERROR_ROOT_PEOPLE, "ministries", "defence, then foreign", NULL);
    for (size_t i = 0; i < root->ministries_count; i++) {
        enum error error = check_ministry(root, &root->ministries[i], fault);
        if (error)
            return error;
    }
    return ERROR_OK;
}

const struct root_person *root_person_by_key(
    const struct root *root, const struct key_id *key, enum ministry_id *ret_ministry)
{
    for (size_t m = 0; m < root->ministries_count; m++) {
        const struct root_ministry *ministry = &root->ministries[m];
        for (size_t i = 0; i < ministry->people_count; i++) {
            struct key_id id = document_key_id(&ministry->people[i].key);
            if (!key_id_equal(&id, key))
                continue;
            if (ret_ministry)
                *ret_ministry = ministry->id;
            return &ministry->people[i];
        }
    }
    return NULL;
}

const struct root_person *
root_person_by_id(const struct root *root, const char *id, enum ministry_id *ret_ministry)
{
    for (size_t m = 0; m < root->ministries_count; m++) {
        const struct root_ministry *ministry = &root->ministries[m];
        for (size_t i = 0; i < ministry->people_count; i++) {
            if (strcmp(ministry->people[i].id, id) != 0)
                continue;
            if (ret_ministry)
                *ret_ministry = ministry->id;
            return &ministry->people[i];
        }
    }
    return NULL;
}

size_t root_signers(const struct root *root, struct signer *ret_signers, size_t size)
{
    size_t count = 0;
    for (size_t m = 0; m < root->ministries_count; m++) {
        const struct root_ministry *ministry = &root->ministries[m];
        for (size_t i = 0; i < ministry->people_count && count < size; i++) {
            /* root_check has taken this very key: it cannot fail */
            if (document_key_signer(&ministry->people[i].key, NULL, &ret_signers[count]) ==
                ERROR_OK)
                count++;
        }
    }
    return count;
}

/* --- The chain ---------------------------------------------------------------------------- */

/* Decodes one root without trusting it yet: its own people are needed to verify it. */
static enum error decode_claim(
    struct bytes bytes, struct arena *arena, struct fault *fault,
    struct unverified_envelope *ret_envelope, struct root *ret_root)
{
    enum error error = cose_peek_unverified(bytes, fault, ret_envelope);
    if (error)
        return error;
    if (strcmp(ret_envelope->type, "root") != 0)
        return fault_set(fault, ERROR_DOCUMENT_TYPE, "type", "root", "%s", ret_envelope->type);
    error = layout_decode(&root_layout, ret_envelope->payload, arena, fault, ret_root);
    return error ? error : root_check(ret_root, fault);
}

/* The people of one or two roots as a keyring without repetition. */
static size_t
join_signers(const struct root *before, const struct root *after, struct signer signers[])
{
    size_t count = before ? root_signers(before, signers, ROOT_SIGNERS_MAX) : 0;
    struct signer fresh[ROOT_SIGNERS_MAX];
    size_t fresh_count = root_signers(after, fresh, ROOT_SIGNERS_MAX);
    size_t kept = count;
    for (size_t i = 0; i < fresh_count; i++) {
        bool known = false;
        for (size_t k = 0; k < kept && !known; k++)
            known = key_id_equal(&signers[k].id, &fresh[i].id);
        if (!known)
            signers[count++] = fresh[i];
    }
    return count;
}

static void note_signers(
    const struct envelope *envelope, const struct signer *signers, struct document *document)
{
    document->signer_count = envelope->count;
    for (size_t i = 0; i < envelope->count; i++)
        document->signers[i] = signers[envelope->signers[i]].id;
}

/* Verifies one root against the one before (NULL for the first) and itself. */
static enum error step(
    struct bytes bytes, const struct root *before, const struct digest *before_digest,
    struct arena *arena, struct fault *fault, struct root *ret_root, struct digest *ret_digest)
{
    struct unverified_envelope claim;
    struct root root;
    enum error error = decode_claim(bytes, arena, fault, &claim, &root);
    if (error)
        return error;
    if (before && root.version != before->version + 1)
        return fault_set(
            fault, ERROR_ROOT_CHAIN, "version", "the version before and one", "%llu after %llu",
            (unsigned long long)root.version, (unsigned long long)before->version);
    if (!before && root.version != 1)
        return fault_set(
            fault, ERROR_ROOT_CHAIN, "version", "the chain to begin with version 1", "%llu",
            (unsigned long long)root.version);
    if (before && !digest_equal(&root.previous, before_digest))
        return fault_set(
            fault, ERROR_ROOT_CHAIN, "previous", "the digest of the version before", NULL);
    /* A real authority does not become a demonstration, nor the other way round. */
    if (before && root.demo != before->demo)
        return fault_set(fault, ERROR_ROOT_CHAIN, "demo", "as in the version before", NULL);
    struct signer signers[2 * ROOT_SIGNERS_MAX];
    size_t count = join_signers(before, &root, signers);
    struct envelope envelope;
    error = cose_open(bytes, "root", (struct bytes){0}, signers, count, fault, &envelope);
    if (error)
        return error;
    struct document document = {.type = INSTRUMENT_ROOT, .digest = envelope.digest};
    note_signers(&envelope, signers, &document);
    error = before ? signed_by_both(&document, before, fault) : ERROR_OK;
    if (!error)
        error = signed_by_both(&document, &root, fault);
    if (error)
        return error;
    *ret_root = root;
    *ret_digest = envelope.digest;
    return ERROR_OK;
}

enum error root_chain_open(
    const struct bytes *roots, size_t count, const struct digest *pinned, bool demo_allowed,
    struct fault *fault, struct root_chain *ret_chain)
{
    struct root_chain chain = {0};
    enum error error = ERROR_OK;
    if (count == 0)
        return fault_set(fault, ERROR_ROOT_CHAIN, "roots", "version 1 of the root", "none");
    for (size_t i = 0; i < count && !error; i++) {
        error = step(
            roots[i], i ? &chain.current : NULL, &chain.newest, &chain.arena, fault, &chain.current,
            &chain.newest);
        if (error) {
            fault_within(fault, error, "root %zu", i + 1);
        } else if (i == 0) {
            chain.authority = chain.newest;
            /* pinned NULL: the caller shows the authority's id to a person instead */
            if (pinned && !digest_equal(&chain.authority, pinned)) {
                char text[DIGEST_TEXT_SIZE];
                error = fault_set(
                    fault, ERROR_ROOT_PIN, "root 1", "the root whose digest was pinned", "%s",
                    digest_text(&chain.authority, text));
            }
        }
    }
    if (!error && chain.current.demo && !demo_allowed)
        error = fault_set(
            fault, ERROR_ROOT_DEMO, "root", "a real root, or leave to use a demonstration", NULL);
    if (error) {
        arena_free(&chain.arena);
        return error;
    }
    *ret_chain = chain;
    return ERROR_OK;
}

void root_chain_close(struct root_chain *chain)
{
    arena_free(&chain->arena);
    *chain = (struct root_chain){0};
}
