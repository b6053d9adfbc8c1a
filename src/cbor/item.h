/* What the reader's files share: the head of an item, taking an item, and failing at a place.
 * Private to cbor/. */
#ifndef ENDUSE_CBOR_ITEM_H
#define ENDUSE_CBOR_ITEM_H

#include "cbor/cbor.h"

/* The initial byte and argument of an item (RFC 8949 section 3). */
struct cbor_head {
    enum cbor_type type;
    uint64_t value; /* the argument; 0 or 1 for booleans */
    size_t next;    /* where the bytes after the head begin */
};

/* Reads the head at an offset, strictly; fills the fault and the reader's error when it is bad. */
enum error cbor_head(struct cbor_reader *reader, size_t at, struct cbor_head *ret_head);

/* Reads the next item, of this type unless it is CBOR_NONE: the whole of a scalar or string, the
 * head of anything else. Keeps the level's count, and the order of a map's keys. */
enum error cbor_take(struct cbor_reader *reader, enum cbor_type wanted, struct cbor_head *ret_head);

/* Opens the level of an array, map or tag whose head was taken; items is what it will hold. */
enum error
cbor_enter(struct cbor_reader *reader, const struct cbor_head *head, uint64_t *ret_items);

/* Whether the next item is a key, or would be. */
bool cbor_at_key(const struct cbor_reader *reader);

/* Remembers the error and fills the fault at an offset and the path of the current item. */
PRINTF_LIKE(5, 6)
enum error cbor_fail(
    struct cbor_reader *reader, size_t offset, enum error error, const char *expected,
    const char *found, ...);

/* A key as faults show it: 7, -2, "code", h'0a0b'. Returns text. */
const char *cbor_key_shown(struct bytes key, char *text, size_t size);

#endif
