/* A small world for tests: an authority with two ministries of two people each, an acquiring state
 * with its agency, an approving body, and one signed instrument of every kind, all real. A test
 * changes the C structs before world_sign, or makes its own documents with the keys. */
#ifndef ENDUSE_TESTS_WORLD_H
#define ENDUSE_TESTS_WORLD_H

#include "instruments/instruments.h"

/* Whose key: an index into world.keys. */
enum world_key {
    WORLD_D1, /* defence signatories */
    WORLD_D2,
    WORLD_F1, /* foreign signatories */
    WORLD_F2,
    WORLD_STATE,      /* the acquiring state's signatory */
    WORLD_SUPERVISOR, /* of the agency */
    WORLD_OPERATOR,   /* "op-17" */
    WORLD_COURT,      /* approving body "XA-court": independent */
    WORLD_HIGH_COURT, /* "XA-high-court": independent, elevated */
    WORLD_PROSECUTOR, /* "XA-prosecutor": neither */
    WORLD_LEASE,      /* the server's lease key */
    WORLD_LOG,        /* the server's log key */
    WORLD_GUARD,      /* the installation "IN-0001" */
    WORLD_STRANGER,   /* nobody's */
    WORLD_D3,         /* for people that a test adds to the root */
    WORLD_F3,
    WORLD_D4,
    WORLD_ADMINISTRATOR,
    WORLD_AUDITOR,
    WORLD_EXPORTER, /* for accounts: an exporter's officer, and another one's */
    WORLD_OTHER_EXPORTER,
    WORLD_KEY_COUNT,
};

/* The moment at which everything in the world is in force. */
#define WORLD_NOW INT64_C(1772442000000) /* 2026-03-02T09:00:00Z */

struct world {
    struct arena arena;
    struct private_key *keys[WORLD_KEY_COUNT]; /* from fixed seeds: the same in every run */
    struct root root;
    struct form form;
    struct certificate certificate;
    struct licence licence;
    struct delegation delegation;
    struct roll roll;
    struct approval approval;
    struct declaration declaration;

    /* Made by world_sign. */
    struct buffer root_bytes, form_bytes, certificate_bytes, licence_bytes, delegation_bytes,
        roll_bytes, approval_bytes, declaration_bytes;
    struct digest authority, form_digest, certificate_digest, licence_digest, approval_digest;
    struct root_chain chain;
};

/* Fills the structs. form NULL: a small form of the test's own. Asserts on failure, as all here. */
void world_init(struct world *world, const struct form *form);

/* More people, before world_sign: a third person of each ministry with every role (D-03, F-03), a
 * desk officer (D-04), an administrator (D-90) and an auditor (F-90). */
void world_add_people(struct world *world);

/* Signs everything in order, filling the digests by which one document names another. */
void world_sign(struct world *world);

void world_free(struct world *world);

/* Signs a document with the keys given, ending with (enum world_key)-1. Appends to ret_bytes. */
void world_sign_with(
    struct world *world, enum instrument_type type, const void *value, struct buffer *ret_bytes,
    struct digest *ret_digest, const enum world_key *keys, size_t key_count);
#define WORLD_SIGN(world, type, value, bytes, digest, ...)                                         \
    world_sign_with(                                                                               \
        world, type, value, bytes, digest, (const enum world_key[]){__VA_ARGS__},                  \
        sizeof((const enum world_key[]){__VA_ARGS__}) / sizeof(enum world_key))

/* An order against the world's licence, ready to be signed. clauses only for a limit. */
struct order
world_order(struct world *world, const char *number, enum order_kind kind, const char *clauses);

/* A lease for the world's guard that answers a renewal, in the state given. */
struct lease world_lease(
    struct world *world, const struct renewal *renewal, uint64_t sequence,
    const struct digest *previous, enum lease_state state);

/* Data in the world's arena: a map of members, sorted; a list. */
struct datum world_map(struct world *world, const struct datum_member *members, size_t count);
struct datum world_list(struct world *world, const struct datum *items, size_t count);
#define WORLD_MAP(world, ...)                                                                      \
    world_map(                                                                                     \
        world, (const struct datum_member[]){__VA_ARGS__},                                         \
        sizeof((const struct datum_member[]){__VA_ARGS__}) / sizeof(struct datum_member))

/* The bodies of acts that enter the certificate's offences into the state's schedule, and that
 * review them all. The reasons in the certificate are world_reasons, by ministry. */
struct datum world_schedule(struct world *world);
struct datum world_schedule_review(struct world *world, const char *decision, const char *reasons);
extern const char *const world_reasons[2];

/* The document key of one of the world's keys, and its entry in a keyring. */
struct document_key world_key(struct world *world, enum world_key key);
struct signer world_signer(struct world *world, enum world_key key);

/* The base declaration's facts, for changing: members in the arena, count of them. Set or replace a
 * fact with world_fact; remove it with a datum of kind DATUM_NONE. */
void world_fact(struct world *world, const char *name, struct datum value);
struct datum world_texts(struct world *world, const char *const *texts, size_t count);
#define WORLD_TEXTS(world, ...)                                                                    \
    world_texts(                                                                                   \
        world, (const char *const[]){__VA_ARGS__},                                                 \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

#endif
