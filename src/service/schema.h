/* JSON Schema (2020-12, as OpenAPI 3.1 has it) of what the API says: from the layouts of files and
 * acts, and from a table of the answers that handlers write by hand. */
#ifndef ENDUSE_SERVICE_SCHEMA_H
#define ENDUSE_SERVICE_SCHEMA_H

#include "instruments/instruments.h"

/* The schema of an object as layout_write_json writes it, and layout_read_json takes it; records in
 * it are written where they stand. */
void schema_write_layout(struct json_writer *writer, const struct layout *layout);

enum answer_type {
    ANSWER_TEXT,
    ANSWER_NUMBER,
    ANSWER_BOOL,
    ANSWER_TIME,   /* RFC 3339 */
    ANSWER_DIGEST, /* 64 hexadecimal digits */
    ANSWER_ID,     /* 32 of them */
    ANSWER_BYTES,  /* base64url */
    ANSWER_TEXTS,
    ANSWER_DIGESTS,
    ANSWER_ONE,  /* another answer's object */
    ANSWER_MANY, /* a list of them */
    ANSWER_ROWS, /* a list of the rows of a register, by its kind */
    ANSWER_ANY,  /* an object that says what it is elsewhere */
};

struct answer_member {
    const char *name; /* NULL ends the list */
    enum answer_type type;
    bool optional;
    const char *of; /* ANSWER_ONE, ANSWER_MANY: the answer's name */
};

enum { ANSWER_MEMBERS_MAX = 12 };

struct answer {
    const char *name; /* "Status" */
    struct answer_member members[ANSWER_MEMBERS_MAX + 1];
};

extern const struct answer answers[];
extern const size_t answer_count;

void schema_write_answer(struct json_writer *writer, const struct answer *answer);

#endif
