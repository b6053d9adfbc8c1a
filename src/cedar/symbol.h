/* Interned strings and entity names, so that the evaluator compares pointers. A table can stand on
 * a frozen one: what is shared and lasting (policies, schedules) in the lower, what comes with one
 * declaration or request in the upper, which is dropped with it. */
#ifndef ENDUSE_CEDAR_SYMBOL_H
#define ENDUSE_CEDAR_SYMBOL_H

#include "base/base.h"

/* A string of which its chain of tables has one only: equal means the same pointer. */
struct cedar_string {
    uint64_t hash;
    size_t length;
    uint8_t data[]; /* UTF-8, any character, U+0000 included; a zero byte follows */
};

/* The name of an entity, likewise one only. */
struct cedar_uid {
    uint64_t hash;
    const struct cedar_string *type; /* the whole path: "EndUse::Agency" */
    const struct cedar_string *id;
};

struct cedar_symbols;

/* Makes an empty table, on base (NULL, or a frozen table that must outlive this one). Values of
 * different tables may meet in one evaluation only when the tables are of one chain. seed stirs the
 * hashes; take it from the system's random source where others choose the strings. It is ignored
 * when there is a base, whose seed counts. ERROR_STATE: base is not frozen. */
enum error cedar_symbols_create(
    const struct cedar_symbols *base, uint64_t seed, struct cedar_symbols **ret_symbols);

/* Ends all adding; from then on the table is read only and may be used by several threads. */
void cedar_symbols_freeze(struct cedar_symbols *symbols);

/* Frees the table and all strings and names that were added to it. NULL is allowed. */
void cedar_symbols_free(struct cedar_symbols *symbols);

/* The string or name for these bytes, added when it is new. ERROR_UTF8; ERROR_STATE: new, and the
 * table is frozen; ERROR_MEMORY. */
enum error cedar_intern(
    struct cedar_symbols *symbols, struct bytes text, const struct cedar_string **ret_string);
enum error cedar_intern_uid(
    struct cedar_symbols *symbols, struct bytes type, struct bytes id,
    const struct cedar_uid **ret_uid);

/* As above without adding; NULL when it is not there. */
const struct cedar_string *
cedar_find_string(const struct cedar_symbols *symbols, struct bytes text);
const struct cedar_uid *
cedar_find_uid(const struct cedar_symbols *symbols, struct bytes type, struct bytes id);

/* The bytes of a string, without the zero byte. */
struct bytes cedar_string_bytes(const struct cedar_string *string);

#endif
