/* The expressions of templates, as C. */
#ifndef ENDUSE_TOOLS_PAGEC_EXPRESSION_H
#define ENDUSE_TOOLS_PAGEC_EXPRESSION_H

#include "base/bytes.h"

/* Reads from the text of one tag. */
struct reader {
    struct bytes text;
    size_t at;
    const char *expected; /* what should have stood at `at`, when a read failed */
};

/* Whether a name may begin an expression: "view", or a variable of an {{# each}} around it. */
typedef bool (*name_in_scope)(const void *context, struct bytes name);

struct scope {
    name_in_scope known;
    const void *context;
};

void reader_space(struct reader *reader);

/* The identifier at the reader, or an empty view; the reader moves behind it. */
struct bytes reader_name(struct reader *reader);

/* Takes the text if it comes next. */
bool reader_take(struct reader *reader, const char *text);

/* Nothing but white space is left. */
bool reader_end(struct reader *reader);

/* path = name { ("." | "->") name | "[" (digits | path) "]" }. Appends C whose value is the path's.
 * ERROR_SYNTAX with reader->expected; ERROR_NOT_FOUND when the first name is not in scope. */
enum error read_path(struct reader *reader, struct scope scope, struct buffer *out);

/* condition = and { "||" and }; and = not { "&&" not }; not = "!" not | "(" condition ")" | test;
 * test = path [ operator (digits | CONSTANT | path) ]. A test without operator asks whether the
 * value is there (PAGE_HAS). */
enum error read_condition(struct reader *reader, struct scope scope, struct buffer *out);

#endif
