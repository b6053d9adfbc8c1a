/* Events: the rows of the log, their bodies and leaves. How they are stored is not here.
 *
 * A body is deterministic CBOR after event_body_layout: what was decided at that moment and cannot
 * be made again, around the bytes exactly as they were signed. The leaf of an event is
 *
 *     CBOR [1, authority id, sequence, type, content]
 *
 * where content is the body itself for types that are public in full, and for all others the
 * commitment SHA-256(CBOR ["enduse/event/v1", salt[32], body]): personal data never enters the
 * tree. The tree's hash of it is tree_leaf (merkle/tree.h). */
#ifndef ENDUSE_STORE_EVENT_H
#define ENDUSE_STORE_EVENT_H

#include "authority/authority.h"
#include "merkle/merkle.h"

/* X(name, word, public): the word stands in the leaf. A database begins with
 * root (version 1). `instrument` of a body is the bytes as they were signed: of a root, an act
 * (`delegation`: on a delegation's file), a receipt, a return. */
#define EVENT_TABLE(X)                                                                             \
    X(ROOT, "root", true)                                                                          \
    X(ACT, "act", false)                                                                           \
    X(DELEGATION, "delegation", true)                                                              \
    X(RECEIPT, "receipt", false)                                                                   \
    X(RETURN, "return", false)

enum event_type {
    EVENT_NONE,
#define EVENT_ROW(name, word, public) EVENT_##name,
    EVENT_TABLE(EVENT_ROW)
#undef EVENT_ROW
};

const char *event_word(enum event_type type);
enum event_type event_by_word(struct bytes word); /* EVENT_NONE for another word */
bool event_is_public(enum event_type type);

enum {
    EVENT_VERSION = 1,
    EVENT_SALT_SIZE = 32,
    EVENT_INSTRUMENT_MAX = FILE_BYTES_MAX + (1 << 20), /* of an act around a file's instrument */
    FILE_NUMBER_SIZE = 65,
};

/* The body of an event. */
struct event_body {
    uint64_t version;      /* of the event's kind: EVENT_VERSION */
    millis time;           /* the server's: never before the event before */
    const char *actor;     /* "D-07", "server", an installation's number; NULL for root */
    const char *file;      /* "licence/IL-2026-0017"; NULL where it is about none */
    uint64_t file_version; /* the file's after the event; 0 without a file */
    struct bytes instrument;
};

extern const struct layout event_body_layout;

/* An event as it is stored; every column but salt and leaf follows from the body. */
struct event {
    uint64_t sequence; /* from 0, without gaps: the leaf's index in the tree */
    millis time;
    enum event_type type;
    uint64_t version;
    enum file_kind file_kind; /* FILE_NONE where it is about none */
    const char *file_number;  /* "" likewise */
    uint64_t file_version;
    const char *actor;  /* "" for root */
    struct id act;      /* of the act; zeros for other types */
    struct bytes body;  /* encoded */
    struct bytes salt;  /* EVENT_SALT_SIZE random bytes; empty where the type is public */
    struct digest leaf; /* tree_leaf of the leaf's bytes */
};

/* Appends the leaf's bytes: what an auditor needs to recompute the hash. */
enum error event_leaf_bytes(
    const struct digest *authority, const struct event *event, struct fault *fault,
    struct buffer *ret_bytes);

/* tree_leaf of those. */
enum error event_leaf(
    const struct digest *authority, const struct event *event, struct fault *fault,
    struct digest *ret_leaf);

/* Decodes a body strictly; it must name EVENT_VERSION. Everything is in arena. */
enum error event_body_decode(
    struct bytes body, struct arena *arena, struct fault *fault, struct event_body *ret_body);

#endif
