/* A datum: a small tree of values whose shape another table governs (the vocabulary for a
 * declaration's facts, a verb's table for an act's body). No null, no fractions; no member named
 * "$bytes", which stands for bytes in JSON. */
#ifndef ENDUSE_INSTRUMENTS_DATUM_H
#define ENDUSE_INSTRUMENTS_DATUM_H

#include "base/base.h"
#include "cbor/cbor.h"
#include "json/json.h"

enum datum_kind {
    DATUM_NONE, /* absent */
    DATUM_BOOL,
    DATUM_INTEGER,
    DATUM_TEXT,
    DATUM_BYTES,
    DATUM_LIST,
    DATUM_MAP, /* keys are texts, ascending in deterministic order, no duplicates */
};

struct datum_member;

struct datum {
    enum datum_kind kind;
    union {
        bool boolean;
        int64_t integer;
        struct bytes text; /* UTF-8, with a zero byte after it; or bytes */
        struct {
            const struct datum *items;
            size_t count;
        } list;
        struct {
            const struct datum_member *members;
            size_t count;
        } map;
    };
};

struct datum_member {
    const char *name;
    struct datum value;
};

enum { DATUM_DEPTH_LIMIT = 16, DATUM_COUNT_LIMIT = 65536 };

/* The member of a map, or NULL (also when *map is no map). */
const struct datum *datum_member(const struct datum *map, const char *name);

/* The member's text, or NULL when there is none of that kind; and so on. */
const char *datum_text(const struct datum *map, const char *name);
struct bytes datum_bytes(const struct datum *map, const char *name);
bool datum_integer(const struct datum *map, const char *name, int64_t *ret_value);

void datum_write(const struct datum *datum, struct cbor_writer *writer);

/* Reads the next item. Texts are seen as they stand (text_find_hidden; tab and line feed are
 * allowed); null, tags and more than DATUM_DEPTH_LIMIT levels are refused. Errors as the reader's.
 */
enum error datum_read(struct cbor_reader *reader, struct arena *arena, struct datum *ret_datum);

void datum_write_json(const struct datum *datum, struct json_writer *writer);

/* JSON to datum: null and fractions are refused; {"$bytes": "base64url"} is bytes. */
enum error datum_from_json(
    const struct json *json, struct arena *arena, struct fault *fault, struct datum *ret_datum);

/* Bytes from a JSON string in base64url without padding, in arena. */
enum error bytes_from_json(
    const struct json *json, struct arena *arena, struct fault *fault, struct bytes *ret_bytes);

/* Builds maps in any order of names; finish sorts and refuses duplicates. */
enum error
datum_map(struct datum_member *members, size_t count, struct fault *fault, struct datum *ret_datum);

struct datum datum_of_text(const char *text);
struct datum datum_of_integer(int64_t integer);
struct datum datum_of_bool(bool boolean);
struct datum datum_of_bytes(struct bytes bytes);

#endif
