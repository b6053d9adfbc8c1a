/* JSON (RFC 8259), read strictly into a tree and written correctly. The face of json/.
 *
 * The reader is stricter than the RFC demands, so that no two readers can disagree about what a
 * text says: UTF-8 without a byte order mark, no duplicate member names, no lone surrogates, one
 * value and nothing after it, bounded depth and size. Numbers keep their text. U+0000 is allowed
 * in strings and names (which is why these are struct bytes, never C strings).
 *
 * Every value knows where it stood: faults say "line 4, column 19, $.schedule.offences[3].code".
 */
#ifndef ENDUSE_JSON_JSON_H
#define ENDUSE_JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/bytes.h"
#include "base/error.h"

enum {
    JSON_DEPTH_MAX = 256,          /* arrays and objects open at once, reading and writing */
    JSON_SIZE_MAX = 256 * 1048576, /* bytes of one text */
};

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* --- Reading: read.c --------------------------------------------------------------------- */

/* One value of a tree. Values live in the arena that json_parse was given; the tree is constant
 * once read, and may then be read by several threads. */
struct json;

/* Reads a whole text into a tree in arena, which also takes a copy of the text: the caller's
 * bytes need not outlive the call. Errors: the rows JSON_*, at line and column; JSON_TOO_LARGE
 * over JSON_SIZE_MAX; MEMORY, also when the arena's limit is reached. What a failed call took from
 * the arena stays there until arena_free. A tree takes up to about 20 bytes of arena for each byte
 * of text, and reading it up to 50 more for the time of the call. */
MUST_CHECK enum error json_parse(
    struct bytes text, struct arena *arena, struct fault *fault, const struct json **ret_root);

/* --- Looking at values: value.c ---------------------------------------------------------- */

enum json_type json_type(const struct json *value);

/* "null", "a boolean", "a number", "a string", "an array", "an object": for faults. */
const char *json_type_words(enum json_type type);

/* The number of items of an array or members of an object; 0 for other types. */
size_t json_count(const struct json *value);

/* The item or the member's value at a position, in the order of the text; NULL beyond the end
 * and for other types. */
const struct json *json_at(const struct json *value, size_t position);

/* The name of an object's member at a position; empty where json_at gives NULL. */
struct bytes json_name_at(const struct json *object, size_t position);

/* A member by name, in logarithmic time; NULL when there is none or this is no object. Use it for
 * members that may be absent. */
const struct json *json_find(const struct json *object, const char *name);
const struct json *json_find_bytes(const struct json *object, struct bytes name);

/* The characters of a string, decoded, or of a number, as it was written; empty for others. */
struct bytes json_characters(const struct json *value);

/* Whether the text of a number is that of a whole number: an optional minus and digits, no
 * fraction, no exponent, and not "-0" (which is a float to most readers). Any size. */
bool json_is_whole(const struct json *value);

/* The contents of a value of the named type, else JSON_TYPE at its place. Whole numbers are exact;
 * one that does not fit is JSON_RANGE; a fraction or exponent is JSON_TYPE. */
enum error json_bool(const struct json *value, struct fault *fault, bool *ret_value);
enum error json_string(const struct json *value, struct fault *fault, struct bytes *ret_value);
enum error json_i64(const struct json *value, struct fault *fault, int64_t *ret_value);
enum error json_u64(const struct json *value, struct fault *fault, uint64_t *ret_value);
/* As json_u64, and at most max. */
enum error
json_u64_max(const struct json *value, uint64_t max, struct fault *fault, uint64_t *ret_value);
enum error json_expect(const struct json *value, enum json_type type, struct fault *fault);

/* --- Required members ---------------------------------------------------------------------
 * The contents of an object's member. JSON_MISSING at the object's place names it when it is not
 * there, JSON_TYPE at the member's place says what was found; JSON_TYPE also when `object` is no
 * object. */

enum error json_get(
    const struct json *object, const char *name, enum json_type type, struct fault *fault,
    const struct json **ret_value);
enum error
json_get_bool(const struct json *object, const char *name, struct fault *fault, bool *ret_value);
enum error json_get_string(
    const struct json *object, const char *name, struct fault *fault, struct bytes *ret_value);
enum error
json_get_i64(const struct json *object, const char *name, struct fault *fault, int64_t *ret_value);
enum error
json_get_u64(const struct json *object, const char *name, struct fault *fault, uint64_t *ret_value);
enum error json_get_u64_max(
    const struct json *object, const char *name, uint64_t max, struct fault *fault,
    uint64_t *ret_value);

/* Refuses (JSON_UNKNOWN, at the member) members other than those named, and (JSON_TYPE) anything
 * but an object. names ends with NULL. */
enum error json_allow(const struct json *object, const char *const *names, struct fault *fault);

/* --- Places ------------------------------------------------------------------------------- */

/* Where a value begins. line and column count from 1; a column is a Unicode character; LF ends a
 * line. The offset is free, the line costs a scan of the text. */
struct json_place {
    size_t offset; /* bytes from the start of the text */
    size_t line, column;
};
struct json_place json_place(const struct json *value);
size_t json_offset(const struct json *value);

/* Fills the fault with the value's place and path and returns error: for rules of one's own.
 * expected is literal text, found a format; both may be NULL. */
PRINTF_LIKE(5, 6)
enum error json_fault(
    const struct json *value, struct fault *fault, enum error error, const char *expected,
    const char *found, ...);

/* --- Writing: write.c ---------------------------------------------------------------------
 * The writer appends to the caller's buffer and remembers the first error; ask once, with
 * json_writer_end. It tracks nesting: a value without a name in an object, a name in an array, a
 * close that does not match, two values at the top are INTERNAL. Nothing is allocated but by the
 * buffer. The same calls give the same bytes. Names are not checked for duplicates. */
struct json_writer {
    struct buffer *out;
    unsigned indent;                 /* spaces a level; 0: compact */
    unsigned depth;                  /* open arrays and objects */
    bool named;                      /* a name was written, its value was not */
    bool filled[JSON_DEPTH_MAX + 1]; /* by level: something was written in it */
    bool object[JSON_DEPTH_MAX + 1]; /* by level: an object, else an array or the top */
    enum error error;
};

/* Begins a text at the end of out. indent 0 writes no white space. */
void json_writer_begin(struct json_writer *writer, struct buffer *out, unsigned indent);

void json_write_object(struct json_writer *writer);
void json_write_object_end(struct json_writer *writer);
void json_write_array(struct json_writer *writer);
void json_write_array_end(struct json_writer *writer);

/* The name of the member whose value is written next. */
void json_write_name(struct json_writer *writer, const char *name);
void json_write_name_bytes(struct json_writer *writer, struct bytes name);

/* Values. Strings must be UTF-8 (else the error JSON_UTF8); '"', '\' and controls are escaped. */
void json_write_null(struct json_writer *writer);
void json_write_bool(struct json_writer *writer, bool value);
void json_write_i64(struct json_writer *writer, int64_t value);
void json_write_u64(struct json_writer *writer, uint64_t value);
void json_write_string(struct json_writer *writer, const char *value);
void json_write_string_bytes(struct json_writer *writer, struct bytes value);

/* A number given as text, which must be a JSON number (else the error JSON_NUMBER). */
void json_write_number(struct json_writer *writer, struct bytes text);

/* A value of a tree and all below it; numbers as they were written. */
void json_write_value(struct json_writer *writer, const struct json *value);

/* Members in one call: a name and its value. */
void json_put_bool(struct json_writer *writer, const char *name, bool value);
void json_put_i64(struct json_writer *writer, const char *name, int64_t value);
void json_put_u64(struct json_writer *writer, const char *name, uint64_t value);
void json_put_string(struct json_writer *writer, const char *name, const char *value);
void json_put_string_bytes(struct json_writer *writer, const char *name, struct bytes value);
void json_put_object(struct json_writer *writer, const char *name); /* left open */
void json_put_array(struct json_writer *writer, const char *name);  /* left open */

/* Ends the text: the first error of the writer or its buffer; INTERNAL when something is still
 * open or nothing was written. On an error the buffer holds a part, to be thrown away. */
MUST_CHECK enum error json_writer_end(struct json_writer *writer);

#endif
