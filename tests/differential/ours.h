/* What the parts of our engine's answer share. For ours.c and round_trips.c only. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_OURS_H
#define ENDUSE_TESTS_DIFFERENTIAL_OURS_H

#include "answer.h"
#include "cedar/cedar.h"

struct ours {
    struct arena arena;
    struct cedar_symbols *symbols;
    struct cedar_schema *schema;     /* or NULL: refused */
    struct cedar_policies *policies; /* or NULL: refused */
    struct cedar_program *program;
    void *scratch, *settled_scratch, *memo;
    struct cedar_entities *entities;       /* as they are written; or NULL: refused */
    struct cedar_entities *typed_entities; /* with the schema and its actions; or NULL */
    const struct json *entities_json, *requests_json[REQUESTS];
    bool valid;
};

/* Ends the test on what can only fail without memory. */
void must(enum error error);

/* Appends a line, to the answer or to its complaints. */
PRINTF_LIKE(2, 3) void say(struct answer *answer, const char *format, ...);
PRINTF_LIKE(2, 3) void complain(struct answer *answer, const char *format, ...);

/* Says what the official engine must find in our texts (ours_put_texts). */
void ours_judge_texts(const struct ours *ours, struct answer *answer);

/* Writes the texts that our engine makes of the case, for the official engine to read. */
void ours_put_texts(
    struct json_writer *writer, const struct sample *sample, const struct ours *ours);

#endif
