/* Required members of merged JSON objects, in the types of documents. */
#include "form/member.h"

#include <stdlib.h>
#include <string.h>

#include "instruments/field.h"

enum error member_no_memory(const struct member_reader *reader)
{
    return fault_set(reader->fault, ERROR_MEMORY, "scenarios", NULL, NULL);
}

/* A required member of a merged object; the fault is at the object. */
static enum error member(
    const struct member_reader *reader, struct merged object, const char *name, enum json_type type,
    const struct json **ret_value)
{
    struct merged found = merged_member(object, name);
    if (!merged_there(found))
        return merged_fault(object, reader->fault, ERROR_JSON_MISSING, name, NULL);
    enum error error = json_expect(merged_value(found), type, reader->fault);
    if (error == ERROR_OK)
        *ret_value = merged_value(found);
    return error;
}

/* A string as a C string; empty is allowed, U+0000 is not. */
enum error
text_read(const struct member_reader *reader, const struct json *value, const char **ret_text)
{
    struct bytes characters;
    enum error error = json_string(value, reader->fault, &characters);
    if (error != ERROR_OK)
        return error;
    if (characters.length > 0 && memchr(characters.data, 0, characters.length))
        return json_fault(value, reader->fault, ERROR_FORM_SCENARIO, "text without U+0000", NULL);
    char *text = arena_text(reader->arena, characters);
    if (!text)
        return member_no_memory(reader);
    *ret_text = text;
    return ERROR_OK;
}

enum error member_text(
    const struct member_reader *reader, struct merged object, const char *name,
    const char **ret_text)
{
    const struct json *value;
    enum error error = member(reader, object, name, JSON_STRING, &value);
    return error == ERROR_OK ? text_read(reader, value, ret_text) : error;
}

/* A name of a state, agency, offence, body, function: not empty. */
enum error member_id(
    const struct member_reader *reader, struct merged object, const char *name, const char **ret_id)
{
    enum error error = member_text(reader, object, name, ret_id);
    if (error == ERROR_OK && **ret_id == '\0')
        error = merged_fault(
            merged_member(object, name), reader->fault, ERROR_FORM_SCENARIO, "a name", NULL);
    return error;
}

enum error member_bool(
    const struct member_reader *reader, struct merged object, const char *name, bool *ret_value)
{
    const struct json *value;
    enum error error = member(reader, object, name, JSON_BOOL, &value);
    return error == ERROR_OK ? json_bool(value, reader->fault, ret_value) : error;
}

enum error member_count(
    const struct member_reader *reader, struct merged object, const char *name, uint64_t *ret_value)
{
    const struct json *value;
    enum error error = member(reader, object, name, JSON_NUMBER, &value);
    return error == ERROR_OK ? json_u64_max(value, INT64_MAX, reader->fault, ret_value) : error;
}

enum error member_time(
    const struct member_reader *reader, struct merged object, const char *name, millis *ret_time)
{
    const struct json *value;
    enum error error = member(reader, object, name, JSON_STRING, &value);
    if (error == ERROR_OK && time_parse(json_characters(value), NULL, ret_time) != ERROR_OK)
        error = json_fault(
            value, reader->fault, ERROR_TIME_TEXT, "a time such as 2026-03-02T09:00:00Z", NULL);
    return error;
}

enum error member_span(
    const struct member_reader *reader, struct merged object, const char *name, millis *ret_span)
{
    const struct json *value;
    enum error error = member(reader, object, name, JSON_STRING, &value);
    if (error == ERROR_OK && span_parse(json_characters(value), NULL, ret_span) != ERROR_OK)
        error = json_fault(
            value, reader->fault, ERROR_FORM_SCENARIO, "a length of time such as 90d", NULL);
    return error;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list of texts, sorted as documents have them; each once. */
enum error texts_read(
    const struct member_reader *reader, const struct json *list, const char *const **ret_texts,
    size_t *ret_count)
{
    size_t count = json_count(list);
    const char **texts = ARENA_ARRAY(reader->arena, const char *, count);
    if (!texts)
        return member_no_memory(reader);
    for (size_t i = 0; i < count; i++) {
        enum error error = text_read(reader, json_at(list, i), &texts[i]);
        if (error != ERROR_OK)
            return error;
    }
    qsort(texts, count, sizeof *texts, compare_texts);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(texts[i - 1], texts[i]) == 0)
            return json_fault(
                list, reader->fault, ERROR_FORM_SCENARIO, "each text once", "%s twice", texts[i]);
    }
    *ret_texts = texts;
    *ret_count = count;
    return ERROR_OK;
}

enum error member_texts(
    const struct member_reader *reader, struct merged object, const char *name,
    const char *const **ret_texts, size_t *ret_count)
{
    const struct json *list;
    enum error error = member(reader, object, name, JSON_ARRAY, &list);
    return error == ERROR_OK ? texts_read(reader, list, ret_texts, ret_count) : error;
}

enum error member_object(
    const struct member_reader *reader, struct merged object, const char *name,
    const char *const *members, struct merged *ret_object)
{
    const struct json *value;
    enum error error = member(reader, object, name, JSON_OBJECT, &value);
    struct merged found = merged_member(object, name);
    if (error == ERROR_OK && members)
        error = merged_allow(found, members, reader->fault);
    if (error == ERROR_OK)
        *ret_object = found;
    return error;
}

/* The members of an object whose names are ids: the count, then each. */
size_t members_count(struct merged object)
{
    struct bytes name;
    size_t count = 0;
    while (merged_name_at(object, count, &name))
        count++;
    return count;
}

enum error member_at(
    const struct member_reader *reader, struct merged object, size_t position, const char **ret_id,
    struct merged *ret_member)
{
    struct bytes name = {0};
    if (!merged_name_at(object, position, &name) || name.length == 0 ||
        memchr(name.data, 0, name.length))
        return merged_fault(object, reader->fault, ERROR_FORM_SCENARIO, "names", NULL);
    char *id = arena_text(reader->arena, name);
    if (!id)
        return member_no_memory(reader);
    *ret_id = id;
    *ret_member = merged_find(object, name);
    return ERROR_OK;
}
