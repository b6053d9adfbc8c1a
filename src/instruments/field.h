/* Tables of fields: one description of each legal document, from which it is encoded (deterministic
 * CBOR), decoded strictly, read from and written as JSON, and printed for a person.
 *
 * Rules that hold for every document, so that one meaning has one encoding:
 *   - a document is a CBOR map with small unsigned keys; unknown keys are refused;
 *   - an absent optional field is the zero value in C (NULL, 0, false, no items); a zero value in
 *     an optional field that is present is refused;
 *   - text is UTF-8 that is seen as it stands: no control character, none that reorders the text
 *     around it (text_find_hidden; FIELD_PROSE takes tab and line feed);
 *   - times are milliseconds since 1970, never negative, at most the end of the year 9999 (RFC 3339
 *     has four digits for a year, so that later ones could not be written as text);
 *   - a choice is the number of its word, counted from 1; 0 is never valid.
 */
#ifndef ENDUSE_INSTRUMENTS_FIELD_H
#define ENDUSE_INSTRUMENTS_FIELD_H

#include "base/base.h"
#include "crypto/crypto.h"
#include "instruments/datum.h"
#include "json/json.h"

enum field_kind {
    FIELD_UINT,    /* uint64_t, at most INT64_MAX */
    FIELD_TIME,    /* millis, a moment */
    FIELD_SPAN,    /* millis, a length of time */
    FIELD_BOOL,    /* bool */
    FIELD_CHOICE,  /* enum with int's size; words gives the names */
    FIELD_TEXT,    /* const char *: one line */
    FIELD_PROSE,   /* const char *: lines */
    FIELD_BYTES,   /* struct bytes */
    FIELD_DIGEST,  /* struct digest, 32 bytes */
    FIELD_ID,      /* struct id, 16 bytes */
    FIELD_RECORD,  /* a struct in place, described by its layout */
    FIELD_TEXTS,   /* const char *const *, count at count_offset: sorted, no duplicates */
    FIELD_BLOBS,   /* const struct bytes *, count at count_offset */
    FIELD_RECORDS, /* an array of structs, count at count_offset */
    FIELD_DATUM,   /* struct datum: a map whose content another table governs; never optional */
};

struct field {
    uint8_t key;      /* the CBOR key */
    const char *name; /* the JSON name, and the label in print with dashes as spaces */
    enum field_kind kind;
    size_t offset;
    bool optional;
    size_t count_offset;         /* TEXTS, BLOBS, RECORDS: of a size_t */
    const struct layout *layout; /* RECORD, RECORDS */
    const char *const *words;    /* CHOICE: NULL-terminated */
    size_t limit;                /* largest length or count; 0 for the default */
};

/* fields are in the order of their keys. */
struct layout {
    const char *name; /* what faults call it: "licence", "offence" */
    size_t size;      /* of the C struct */
    const struct field *fields;
    size_t field_count;
};

enum { ID_SIZE = 16 };

#define FIELD_TIME_LAST INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* An identifier made by a random source; all zeros is no id. */
struct id {
    uint8_t bytes[ID_SIZE];
};

enum {
    FIELD_TEXT_LIMIT = 1024,     /* default for TEXT, bytes */
    FIELD_PROSE_LIMIT = 1 << 20, /* default for PROSE and BYTES */
    FIELD_COUNT_LIMIT = 4096,    /* default for lists */
    FIELD_DEPTH_LIMIT = 8,       /* records within records */
};

/* Rows of a table, so that each field of a document reads as one line of it. */
#define FIELD(number, label, what, type, member, ...)                                              \
    {                                                                                              \
        .key = (number), .name = (label), .kind = (what), .offset = offsetof(type, member),        \
        __VA_ARGS__                                                                                \
    }
#define FIELD_MANY(number, label, what, type, member, ...)                                         \
    {                                                                                              \
        .key = (number), .name = (label), .kind = (what), .offset = offsetof(type, member),        \
        .count_offset = offsetof(type, member##_count), __VA_ARGS__                                \
    }
#define OPTIONAL .optional = true
#define LAYOUT(label, type, table)                                                                 \
    {                                                                                              \
        .name = (label), .size = sizeof(type), .fields = (table),                                  \
        .field_count = sizeof(table) / sizeof *(table),                                            \
    }

/* Encodes *value after the table's rules and appends it to ret_bytes; a value that breaks a rule is
 * refused with its place, so that nothing is ever signed that a reader would refuse. On failure
 * ret_bytes is as before. */
MUST_CHECK enum error layout_encode(
    const struct layout *layout, const void *value, struct fault *fault, struct buffer *ret_bytes);

/* The same, as bytes of their own in arena. */
MUST_CHECK enum error layout_encode_in(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes);

/* Decodes the whole of bytes into *ret_value (layout->size bytes). Everything that it points to is
 * copied into arena. */
MUST_CHECK enum error layout_decode(
    const struct layout *layout, struct bytes bytes, struct arena *arena, struct fault *fault,
    void *ret_value);

/* JSON: an object with members by name; digests and ids in hexadecimal, bytes in base64url; times
 * as RFC 3339, spans as "90d", "1h", "60s" or "250ms"; choices as their words. Unknown members are
 * refused. */
void layout_write_json(const struct layout *layout, const void *value, struct json_writer *writer);
MUST_CHECK enum error layout_read_json(
    const struct layout *layout, const struct json *json, struct arena *arena, struct fault *fault,
    void *ret_value);

/* From a datum: a map with members by name, values as in JSON but bytes, digests and ids as bytes.
 * Sets of texts must be in order already. Unknown members are refused. Texts are copied into arena;
 * a datum inside borrows from *map. */
MUST_CHECK enum error layout_read_datum(
    const struct layout *layout, const struct datum *map, struct arena *arena, struct fault *fault,
    void *ret_value);

/* One line a field, "label: value", lists and records indented, for a person. */
void layout_print(
    const struct layout *layout, const void *value, unsigned indent, struct buffer *ret_text);

/* Whether a text in it, at any depth, has these words in it, whatever the case of ASCII letters. */
bool layout_holds_text(const struct layout *layout, const void *value, const char *words);

enum { SPAN_TEXT_SIZE = 24 };

/* "90d", "36h", "15m", "60s", "250ms": the largest unit that divides. Returns text. */
const char *span_text(millis span, char text[SPAN_TEXT_SIZE]);
enum error span_parse(struct bytes text, struct fault *fault, millis *ret_span);

#endif
