/* Writing schemas. */
#include "service/schema.h"

#include <string.h>

static void put_type(struct json_writer *writer, const char *type)
{
    json_put_string(writer, "type", type);
}

static void put_pattern(struct json_writer *writer, const char *pattern)
{
    put_type(writer, "string");
    json_put_string(writer, "pattern", pattern);
}

static void put_number(struct json_writer *writer)
{
    put_type(writer, "integer");
    json_put_u64(writer, "minimum", 0);
}

static void put_time_type(struct json_writer *writer)
{
    put_type(writer, "string");
    json_put_string(writer, "format", "date-time");
}

static void put_base64url(struct json_writer *writer)
{
    put_pattern(writer, "^[A-Za-z0-9_-]*$");
    json_put_string(writer, "contentEncoding", "base64url");
}

static void put_reference(struct json_writer *writer, const char *name)
{
    struct buffer path = {0};
    buffer_printf(&path, "#/components/schemas/%s", name);
    if (path.error && !writer->error)
        writer->error = path.error;
    json_put_string_bytes(writer, "$ref", buffer_view(&path));
    buffer_free(&path);
}

/* --- Layouts ------------------------------------------------------------------------------ */

static void put_choices(struct json_writer *writer, const struct field *field)
{
    put_type(writer, "string");
    json_put_array(writer, "enum");
    for (size_t i = 0; field->words[i]; i++)
        json_write_string(writer, field->words[i]);
    json_write_array_end(writer);
}

/* A text is counted in bytes by the layout and in characters by a schema: there are never more of
 * the latter. */
static void put_text_type(struct json_writer *writer, size_t limit, size_t standard)
{
    put_type(writer, "string");
    json_put_u64(writer, "minLength", 1);
    json_put_u64(writer, "maxLength", limit ? limit : standard);
}

static void begin_list(struct json_writer *writer, const struct field *field)
{
    put_type(writer, "array");
    json_put_u64(writer, "maxItems", field->limit ? field->limit : FIELD_COUNT_LIMIT);
    if (field->optional)
        json_put_u64(writer, "minItems", 1);
    json_write_name(writer, "items");
}

static void put_field(struct json_writer *writer, const struct field *field)
{
    switch (field->kind) {
    case FIELD_UINT:
        put_number(writer);
        return;
    case FIELD_TIME:
        put_time_type(writer);
        return;
    case FIELD_SPAN:
        put_pattern(writer, "^(0|[1-9][0-9]*)(d|h|m|s|ms)$");
        return;
    case FIELD_BOOL:
        put_type(writer, "boolean");
        return;
    case FIELD_CHOICE:
        put_choices(writer, field);
        return;
    case FIELD_TEXT:
        put_text_type(writer, field->limit, FIELD_TEXT_LIMIT);
        return;
    case FIELD_PROSE:
        put_text_type(writer, field->limit, FIELD_PROSE_LIMIT);
        return;
    case FIELD_BYTES:
        put_base64url(writer);
        return;
    case FIELD_DIGEST:
        put_pattern(writer, "^[0-9a-f]{64}$");
        return;
    case FIELD_ID:
        put_pattern(writer, "^[0-9a-f]{32}$");
        return;
    case FIELD_TEXTS:
        begin_list(writer, field);
        json_write_object(writer);
        put_text_type(writer, 0, FIELD_TEXT_LIMIT);
        json_write_object_end(writer);
        json_put_bool(writer, "uniqueItems", true);
        return;
    case FIELD_BLOBS:
        begin_list(writer, field);
        json_write_object(writer);
        put_base64url(writer);
        json_write_object_end(writer);
        return;
    case FIELD_RECORDS:
        begin_list(writer, field);
        schema_write_layout(writer, field->layout);
        return;
    case FIELD_RECORD: /* in put_property */
    case FIELD_DATUM:
        put_type(writer, "object");
        return;
    }
}

static void put_property(struct json_writer *writer, const struct field *field)
{
    json_write_name(writer, field->name);
    if (field->kind == FIELD_RECORD) {
        schema_write_layout(writer, field->layout);
        return;
    }
    json_write_object(writer);
    put_field(writer, field);
    json_write_object_end(writer);
}

/* A list or map that is empty is left out only where the field is optional. */
void schema_write_layout(struct json_writer *writer, const struct layout *layout)
{
    json_write_object(writer);
    put_type(writer, "object");
    json_put_object(writer, "properties");
    for (size_t i = 0; i < layout->field_count; i++)
        put_property(writer, &layout->fields[i]);
    json_write_object_end(writer);
    json_put_array(writer, "required");
    for (size_t i = 0; i < layout->field_count; i++) {
        if (!layout->fields[i].optional)
            json_write_string(writer, layout->fields[i].name);
    }
    json_write_array_end(writer);
    json_put_bool(writer, "additionalProperties", false);
    json_write_object_end(writer);
}

/* --- Answers ------------------------------------------------------------------------------ */

static void put_list(struct json_writer *writer, const char *of)
{
    put_type(writer, "array");
    json_put_object(writer, "items");
    if (of)
        put_reference(writer, of);
}

static void put_member(struct json_writer *writer, const struct answer_member *member)
{
    switch (member->type) {
    case ANSWER_TEXT:
        put_type(writer, "string");
        return;
    case ANSWER_NUMBER:
        put_number(writer);
        return;
    case ANSWER_BOOL:
        put_type(writer, "boolean");
        return;
    case ANSWER_TIME:
        put_time_type(writer);
        return;
    case ANSWER_DIGEST:
        put_pattern(writer, "^[0-9a-f]{64}$");
        return;
    case ANSWER_ID:
        put_pattern(writer, "^[0-9a-f]{32}$");
        return;
    case ANSWER_BYTES:
        put_base64url(writer);
        return;
    case ANSWER_TEXTS:
        put_list(writer, NULL);
        put_type(writer, "string");
        json_write_object_end(writer);
        return;
    case ANSWER_DIGESTS:
        put_list(writer, NULL);
        put_pattern(writer, "^[0-9a-f]{64}$");
        json_write_object_end(writer);
        return;
    case ANSWER_ONE:
        put_reference(writer, member->of);
        return;
    case ANSWER_MANY:
        put_list(writer, member->of);
        json_write_object_end(writer);
        return;
    case ANSWER_ROWS:
        put_list(writer, "RegisterRow");
        json_write_object_end(writer);
        return;
    case ANSWER_ANY:
        put_type(writer, "object");
        return;
    }
}

void schema_write_answer(struct json_writer *writer, const struct answer *answer)
{
    json_write_object(writer);
    put_type(writer, "object");
    json_put_object(writer, "properties");
    for (const struct answer_member *member = answer->members; member->name; member++) {
        json_put_object(writer, member->name);
        put_member(writer, member);
        json_write_object_end(writer);
    }
    json_write_object_end(writer);
    json_put_array(writer, "required");
    for (const struct answer_member *member = answer->members; member->name; member++) {
        if (!member->optional)
            json_write_string(writer, member->name);
    }
    json_write_array_end(writer);
    json_put_bool(writer, "additionalProperties", false);
    json_write_object_end(writer);
}
