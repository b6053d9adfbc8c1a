/* CBOR (RFC 8949) in its core deterministic encoding (section 4.2.1), read strictly and written
 * so by construction. The face of cbor/. No allocation, but for maps that the writer sorts.
 *
 * One document has one encoding here: shortest lengths, definite lengths, map keys in ascending
 * bytewise order of their encoding, text in UTF-8. Floats, undefined and simple values other than
 * false, true and null are not used and are refused; keys are integers, text or byte strings.
 * Every way to break this has its own row of errors.
 *
 * Both sides remember their first error, as struct buffer does: after it every call does nothing
 * and returns it, outputs are untouched, loops end. So a decoder may read all its fields and look
 * once, at the end; a caller that acts on a value before the end looks at that call's result.
 *
 *     struct cbor_reader reader;
 *     cbor_reader_begin(&reader, bytes, fault);
 *     cbor_read_map(&reader);
 *     cbor_key(&reader, 1, "number");
 *     cbor_read_text(&reader, &document.number);
 *     if (cbor_key_optional(&reader, 2, "until"))
 *         cbor_read_uint(&reader, &document.until);
 *     cbor_key(&reader, 3, "offences");
 *     cbor_read_array(&reader, &count);
 *     while (cbor_more(&reader))
 *         read_offence(&reader, ...);
 *     cbor_read_end(&reader);
 *     cbor_read_end(&reader);
 *     return cbor_reader_end(&reader);
 *
 * Keys are asked for in the order of their encoding (unsigned integers ascending come first), which
 * is the order in which a deterministic map must hold them: a smaller key that was not asked for is
 * unknown, a greater one means that the one asked for is missing.
 */
#ifndef ENDUSE_CBOR_CBOR_H
#define ENDUSE_CBOR_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attribute.h"
#include "base/bytes.h"
#include "base/error.h"

enum { CBOR_DEPTH_MAX = 24 }; /* arrays, maps and tags open at once, reading and writing */

enum cbor_type {
    CBOR_NONE, /* no further item here, or an error */
    CBOR_UINT,
    CBOR_NEGATIVE,
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_TAG,
    CBOR_BOOL,
    CBOR_NULL,
};

/* "an unsigned integer", "a negative integer", "a byte string" ...: for faults. */
const char *cbor_type_words(enum cbor_type type);

/* --- Reading: read.c (items), map.c (keys) ------------------------------------------------ */

/* An array, map or tag that is being read; not for callers. */
struct cbor_level {
    enum cbor_type type;       /* CBOR_NONE for the top, where any number of items may stand */
    uint64_t left;             /* items not yet begun: a map's keys and values count both */
    uint64_t begun;            /* items begun */
    size_t start;              /* where the array, map or tag begins */
    size_t key_start, key_end; /* the key that was read last; equal before the first */
    const char *name;          /* that key's, or the array item's, when the caller gave one */
    const char *next_name;     /* the array item's that comes */
};

/* A cursor over bytes that the caller keeps alive; what it returns as struct bytes points into
 * them. Callers may look at error, and at nothing else. */
struct cbor_reader {
    struct bytes input;
    size_t at;   /* where the next item begins */
    size_t item; /* where the item that was read last begins */
    struct fault *fault;
    enum error error; /* the first, or ERROR_OK */
    unsigned depth;   /* levels[depth] is the innermost */
    unsigned outside; /* levels that are open around the input */
    struct cbor_level levels[CBOR_DEPTH_MAX + 1];
};

/* Begins at the first byte. fault may be NULL; it is filled when the first error is met. */
void cbor_reader_begin(struct cbor_reader *reader, struct bytes input, struct fault *fault);

/* Ends a document: the first error, or CBOR_TRAILING when bytes follow, or INTERNAL when an array
 * or map was not ended with cbor_read_end. A reader of a sequence (RFC 8742) reads until
 * cbor_more is false. */
MUST_CHECK enum error cbor_reader_end(struct cbor_reader *reader);

/* Whether another item (in a map: another key) follows at this level. False after an error. */
bool cbor_more(const struct cbor_reader *reader);

/* The type of the next item, not yet read or checked beyond its first byte. */
enum cbor_type cbor_peek(const struct cbor_reader *reader);

/* The next item, which must be of the named type (CBOR_TYPE). Within a map these read keys and
 * values by turns: the way to read a map whose keys are data is `while (cbor_more(reader))` with
 * a read of the key and a read of the value. */
enum error cbor_read_uint(struct cbor_reader *reader, uint64_t *ret_value);
enum error cbor_read_int(struct cbor_reader *reader, int64_t *ret_value); /* CBOR_RANGE outside */
enum error cbor_read_bool(struct cbor_reader *reader, bool *ret_value);
enum error cbor_read_null(struct cbor_reader *reader);
enum error cbor_read_bytes(struct cbor_reader *reader, struct bytes *ret_value);
enum error cbor_read_text(struct cbor_reader *reader, struct bytes *ret_value);

/* An unsigned integer from low to high (CBOR_RANGE). */
enum error
cbor_read_uint_in(struct cbor_reader *reader, uint64_t low, uint64_t high, uint64_t *ret_value);

/* A byte or text string of low to high bytes (CBOR_RANGE); a text's length is counted in bytes. */
enum error
cbor_read_bytes_in(struct cbor_reader *reader, size_t low, size_t high, struct bytes *ret_value);
enum error
cbor_read_text_in(struct cbor_reader *reader, size_t low, size_t high, struct bytes *ret_value);

/* Copies a byte string of exactly size bytes (CBOR_RANGE): digests, ids, keys. */
enum error cbor_read_fixed(struct cbor_reader *reader, void *ret_bytes, size_t size);

/* Enter an array; *ret_count (may be NULL) is the number of its items, which is never more than
 * the bytes that are left. cbor_read_array_of wants exactly count items, for records written as
 * arrays (CBOR_COUNT). */
enum error cbor_read_array(struct cbor_reader *reader, uint64_t *ret_count);
enum error cbor_read_array_of(struct cbor_reader *reader, uint64_t count);

/* Enter a map; *ret_count of cbor_read_map_count is the number of its pairs. */
enum error cbor_read_map(struct cbor_reader *reader);
enum error cbor_read_map_count(struct cbor_reader *reader, uint64_t *ret_count);

/* Enters a tag of this number (CBOR_TAG); the tagged item follows, then cbor_read_end. */
enum error cbor_read_tag(struct cbor_reader *reader, uint64_t number);

/* Leaves the innermost array, map or tag, of which nothing may be left: CBOR_COUNT in an array,
 * CBOR_KEY_UNKNOWN in a map. */
enum error cbor_read_end(struct cbor_reader *reader);

/* Names the next item of an array for faults ("issuer" rather than "[2]"). Literal text. */
void cbor_name(struct cbor_reader *reader, const char *name);

/* Steps over one item of any type after checking it and all below it, keys of maps included;
 * *ret_raw (may be NULL) is its encoding. */
enum error cbor_skip(struct cbor_reader *reader, struct bytes *ret_raw);

/* Checks that the bytes are one item in the encoding described above, and nothing more. */
MUST_CHECK enum error cbor_check(struct bytes input, struct fault *fault);

/* --- Keys of maps: map.c ------------------------------------------------------------------ */

/* The next key must be this one: CBOR_KEY_MISSING names it when the map ends or a greater key
 * stands here, CBOR_KEY_UNKNOWN when a smaller one does. name is literal text for faults. Keys are
 * asked for in ascending order of encoding: unsigned integers, then negative ones, then text, the
 * shorter first. */
enum error cbor_key(struct cbor_reader *reader, uint64_t key, const char *name);
enum error cbor_key_text(struct cbor_reader *reader, const char *key);

/* Whether the next key is this one, which is then read. When it is not nothing is consumed; a
 * smaller key is CBOR_KEY_UNKNOWN (and false). */
bool cbor_key_optional(struct cbor_reader *reader, uint64_t key, const char *name);
bool cbor_key_text_optional(struct cbor_reader *reader, const char *key);

/* --- Places ------------------------------------------------------------------------------- */

/* Refuses the item that was read last, by a rule of the caller's: fills the fault with "byte 17,
 * $.offences[3].code", remembers error and returns it (or an earlier one). expected is literal
 * text, found a format; both may be NULL. After cbor_read_end or cbor_skip the item read last is
 * the whole that was left or stepped over. */
PRINTF_LIKE(4, 5)
enum error cbor_refuse(
    struct cbor_reader *reader, enum error error, const char *expected, const char *found, ...);

/* --- Writing: write.c, sort.c -------------------------------------------------------------
 * Appends to the caller's buffer. Lengths of arrays and maps are not given: they are counted, and
 * filled in at the end. A buffer that has room does not allocate. One that never may takes its
 * bytes from the caller: {.data = room, .capacity = sizeof room, .limit = sizeof room - 1}, which
 * holds one byte less than the room; beyond that the error is TOO_LARGE. */

/* An array, map or tag that is being written; not for callers. */
struct cbor_written {
    enum cbor_type type;
    bool sorted_at_end;        /* a map whose keys are sorted when it ends */
    size_t start;              /* of the head */
    uint64_t count;            /* items so far: a map's keys and values count both */
    size_t key_start, key_end; /* the last key; equal before the first */
};

struct cbor_writer {
    struct buffer *out;
    enum error error; /* the first, or ERROR_OK */
    unsigned depth;
    struct cbor_written levels[CBOR_DEPTH_MAX + 1];
};

/* Begins an item at the end of out. */
void cbor_writer_begin(struct cbor_writer *writer, struct buffer *out);

/* Ends: the first error of the writer or its buffer; INTERNAL when an array, map or tag is open,
 * or when there is not exactly one item. On an error the buffer holds a part, to be thrown away. */
MUST_CHECK enum error cbor_writer_end(struct cbor_writer *writer);

/* In a map these write keys and values by turns. Errors to be met at the end: CBOR_UTF8 for text
 * that is not, CBOR_KEY_ORDER and CBOR_KEY_DUPLICATE for keys out of their order, CBOR_KEY_TYPE for
 * other keys than integers and strings, CBOR_DEPTH. */
void cbor_write_uint(struct cbor_writer *writer, uint64_t value);
void cbor_write_int(struct cbor_writer *writer, int64_t value);
void cbor_write_bool(struct cbor_writer *writer, bool value);
void cbor_write_null(struct cbor_writer *writer);
void cbor_write_bytes(struct cbor_writer *writer, struct bytes value);
void cbor_write_text(struct cbor_writer *writer, const char *value);
void cbor_write_text_bytes(struct cbor_writer *writer, struct bytes value);

/* Open an array, a map, a tag (which takes one item); each is closed with cbor_write_end. Keys of
 * a map are given in ascending order of their encoding, which is verified. */
void cbor_write_array(struct cbor_writer *writer);
void cbor_write_map(struct cbor_writer *writer);
void cbor_write_tag(struct cbor_writer *writer, uint64_t number);
void cbor_write_end(struct cbor_writer *writer);

/* Opens a map whose keys come in any order; cbor_write_end sorts them (duplicates are refused, as
 * ever), for which it allocates. */
void cbor_write_map_unsorted(struct cbor_writer *writer);

/* An item that is encoded already; it is checked as by cbor_check. */
void cbor_write_raw(struct cbor_writer *writer, struct bytes item);

/* --- Heads, for items that are put down without a writer: to be hashed, or at once ----------- */

enum cbor_major {
    CBOR_MAJOR_UINT,
    CBOR_MAJOR_NEGATIVE,
    CBOR_MAJOR_BYTES,
    CBOR_MAJOR_TEXT,
    CBOR_MAJOR_ARRAY,
    CBOR_MAJOR_MAP,
    CBOR_MAJOR_TAG,
    CBOR_MAJOR_SIMPLE,
};

enum { CBOR_HEAD_MAX = 9 };

/* The length of the shortest head (RFC 8949 section 4.2.1) for an argument. */
static inline size_t cbor_head_size(uint64_t value)
{
    if (value < 24)
        return 1;
    return value <= UINT8_MAX ? 2 : value <= UINT16_MAX ? 3 : value <= UINT32_MAX ? 5 : 9;
}

/* Writes that head; returns its length. */
size_t cbor_put_head(uint8_t *ret_head, enum cbor_major major, uint64_t value);

#endif
