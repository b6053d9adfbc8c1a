/* Required members of merged JSON objects, in the types of documents: what scenario.c reads its
 * documents with. A member that is missing is JSON_MISSING at its object, one of another type is
 * JSON_TYPE at its place; what else is wrong is FORM_SCENARIO there. Outputs live in the arena. */
#ifndef ENDUSE_FORM_MEMBER_H
#define ENDUSE_FORM_MEMBER_H

#include "form/merge.h"
#include "instruments/form.h"

struct member_reader {
    const struct form *form;
    struct arena *arena;
    struct fault *fault;
};

/* ERROR_MEMORY, with the fault filled. */
enum error member_no_memory(const struct member_reader *reader);

/* A text; it may be empty but holds no U+0000. */
enum error member_text(
    const struct member_reader *reader, struct merged object, const char *name,
    const char **ret_text);

/* A name of a state, agency, offence, body, operator: a text that is not empty. */
enum error member_id(
    const struct member_reader *reader, struct merged object, const char *name,
    const char **ret_id);

enum error member_bool(
    const struct member_reader *reader, struct merged object, const char *name, bool *ret_value);

/* A whole number of 0 to INT64_MAX. */
enum error member_count(
    const struct member_reader *reader, struct merged object, const char *name,
    uint64_t *ret_value);

/* An RFC 3339 time. */
enum error member_time(
    const struct member_reader *reader, struct merged object, const char *name, millis *ret_time);

/* A length of time, "90d". */
enum error member_span(
    const struct member_reader *reader, struct merged object, const char *name, millis *ret_span);

/* A list of texts, sorted as documents have them; each once. */
enum error member_texts(
    const struct member_reader *reader, struct merged object, const char *name,
    const char *const **ret_texts, size_t *ret_count);

/* An object with none but these members (any when members is NULL). */
enum error member_object(
    const struct member_reader *reader, struct merged object, const char *name,
    const char *const *members, struct merged *ret_object);

/* How many members a merged object has, and each of them. */
size_t members_count(struct merged object);
enum error member_at(
    const struct member_reader *reader, struct merged object, size_t position,
    const char **ret_name, struct merged *ret_member);

/* One value, as member_text and member_texts have it. */
enum error
text_read(const struct member_reader *reader, const struct json *value, const char **ret_text);
enum error texts_read(
    const struct member_reader *reader, const struct json *list, const char *const **ret_texts,
    size_t *ret_count);

#endif
