/* The root: the two ministries, their people and keys. Everything else is trusted through it.
 *
 * The authority's id is the digest of its root, version 1; it is the external_aad of every other
 * instrument, so that no signature made for one authority counts at another. */
#ifndef ENDUSE_INSTRUMENTS_ROOT_H
#define ENDUSE_INSTRUMENTS_ROOT_H

#include "instruments/key.h"

enum ministry_id { MINISTRY_DEFENCE = 1, MINISTRY_FOREIGN };
enum {
    MINISTRY_COUNT = 2,
    ROOT_PEOPLE_MAX = 64, /* of one ministry */
    ROOT_SIGNERS_MAX = MINISTRY_COUNT * ROOT_PEOPLE_MAX,
};

/* "defence" or "foreign". */
const char *ministry_word(enum ministry_id ministry);

/* One person: one key, one ministry. */
struct root_person {
    const char *id; /* "D-07" */
    const char *name;
    /* "signatory", "reviewer", "desk", "inspector", "chair"; "auditor" (reads all, changes nothing)
     * or "administrator" (suspends accounts, nothing else): each of these two alone */
    const char *const *roles;
    size_t roles_count;
    struct document_key key;
};

struct root_ministry {
    enum ministry_id id;
    const char *name;
    uint64_t threshold; /* how many of its signatories an instrument of this ministry needs */
    const struct root_person *people;
    size_t people_count;
};

struct root {
    uint64_t version;
    struct digest previous; /* of version - 1; absent in version 1 */
    const char *name;       /* the authority's name */
    bool demo;              /* nothing signed under it binds anyone; guards refuse unless told */
    millis issued;
    const struct root_ministry *ministries; /* defence, then foreign */
    size_t ministries_count;
};

extern const struct layout root_layout;

/* The rules within one root: exactly the two ministries in order; thresholds of at least 1 that
 * the signatories can meet; no person and no key twice, in one ministry or in two. */
enum error root_check(const struct root *root, struct fault *fault);

const struct root_person *root_person_by_key(
    const struct root *root, const struct key_id *key, enum ministry_id *ret_ministry);
const struct root_person *
root_person_by_id(const struct root *root, const char *id, enum ministry_id *ret_ministry);
/* Everybody's keys as a keyring, at most size; returns how many. */
size_t root_signers(const struct root *root, struct signer *ret_signers, size_t size);

bool root_person_has_role(const struct root_person *person, const char *role);

/* A chain of roots from version 1 to the newest, verified: what a guard or a verifier stands on. */
struct root_chain {
    struct digest authority; /* the digest of version 1 */
    struct digest newest;    /* the digest of current */
    struct root current;
    struct arena arena;
};

/* Verifies signed roots in order: the first must have the pinned digest (NULL: whoever calls has
 * another way to know it) and be signed by both ministries under itself; each next is version + 1,
 * names the previous digest, and is signed by both ministries under the previous root and under
 * itself. demo_allowed false refuses a demo root (ERROR_ROOT_DEMO). End with root_chain_close. */
enum error root_chain_open(
    const struct bytes *roots, size_t count, const struct digest *pinned, bool demo_allowed,
    struct fault *fault, struct root_chain *ret_chain);
void root_chain_close(struct root_chain *chain);

#endif
