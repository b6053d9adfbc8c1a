/* Tables of fields to and from JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instruments/field_value.h"

/* --- Spans -------------------------------------------------------------------------------- */

static const struct {
    const char *unit;
    millis length;
} units[] = {
    {"d", MILLIS_DAY}, {"h", MILLIS_HOUR}, {"m", MILLIS_MINUTE}, {"s", MILLIS_SECOND}, {"ms", 1},
};
enum { UNIT_COUNT = sizeof units / sizeof *units };

const char *span_text(millis span, char text[SPAN_TEXT_SIZE])
{
    size_t unit = 0;
    while (unit < UNIT_COUNT - 1 && (span == 0 || span % units[unit].length))
        unit++;
    snprintf(
        text, SPAN_TEXT_SIZE, "%lld%s", (long long)(span / units[unit].length), units[unit].unit);
    return text;
}

enum error span_parse(struct bytes text, struct fault *fault, millis *ret_span)
{
    size_t digits = 0;
    while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    struct bytes unit = bytes_slice(text, digits, SIZE_MAX);
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        uint64_t count;
        if (!bytes_equal_text(unit, units[i].unit))
            continue;
        if (number_parse(
                bytes_slice(text, 0, digits), (uint64_t)(INT64_MAX / units[i].length), NULL,
                &count))
            break;
        *ret_span = (millis)count * units[i].length;
        return ERROR_OK;
    }
    return fault_set(
        fault, ERROR_NUMBER_TEXT, "length of time", "a length of time such as 90d, 36h or 60s",
        "\"%.*s\"", (int)(text.length > 40 ? 40 : text.length),
        text.length ? (const char *)text.data : "");
}

/* --- Writing ------------------------------------------------------------------------------ */

static void write_base64url(struct bytes bytes, struct json_writer *writer)
{
    struct buffer text = {0};
    base64url_append(&text, bytes);
    json_write_string_bytes(writer, buffer_view(&text));
    if (text.error && !writer->error)
        writer->error = text.error;
    buffer_free(&text);
}

static void write_field(const struct field *field, const void *value, struct json_writer *writer)
{
    char text[DIGEST_TEXT_SIZE]; /* the longest of time, span, id and digest */
    switch (field->kind) {
    case FIELD_UINT:
        json_write_u64(writer, *field_uint(field, value));
        return;
    case FIELD_TIME:
        json_write_string(writer, time_text(*field_millis(field, value), text));
        return;
    case FIELD_SPAN:
        json_write_string(writer, span_text(*field_millis(field, value), text));
        return;
    case FIELD_BOOL:
        json_write_bool(writer, *field_bool(field, value));
        return;
    case FIELD_CHOICE: {
        int choice = *field_choice(field, value);
        bool known = choice >= 1 && (size_t)choice <= field_choice_count(field);
        json_write_string(writer, known ? field->words[choice - 1] : "");
        return;
    }
    case FIELD_TEXT:
    case FIELD_PROSE: {
        const char *string = *field_text(field, value);
        json_write_string(writer, string ? string : "");
        return;
    }
    case FIELD_BYTES:
        write_base64url(*field_bytes(field, value), writer);
        return;
    case FIELD_DIGEST:
        json_write_string(writer, hex_text(digest_view(field_digest(field, value)), text));
        return;
    case FIELD_ID: {
        struct bytes id = {field_id(field, value)->bytes, ID_SIZE};
        json_write_string(writer, hex_text(id, text));
        return;
    }
    case FIELD_RECORD:
        layout_write_json(field->layout, field_nested(field, value), writer);
        return;
    case FIELD_TEXTS:
        json_write_array(writer);
        for (size_t i = 0; i < *field_count(field, value); i++)
            json_write_string(writer, (*field_texts(field, value))[i]);
        json_write_array_end(writer);
        return;
    case FIELD_BLOBS:
        json_write_array(writer);
        for (size_t i = 0; i < *field_count(field, value); i++)
            write_base64url((*field_blobs(field, value))[i], writer);
        json_write_array_end(writer);
        return;
    case FIELD_RECORDS:
        json_write_array(writer);
        for (size_t i = 0; i < *field_count(field, value); i++)
            layout_write_json(field->layout, field_item(field, value, i), writer);
        json_write_array_end(writer);
        return;
    case FIELD_DATUM:
        datum_write_json(field_datum(field, value), writer);
        return;
    }
}

void layout_write_json(const struct layout *layout, const void *value, struct json_writer *writer)
{
    json_write_object(writer);
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        if (field->optional && field_is_absent(field, value))
            continue;
        json_write_name(writer, field->name);
        write_field(field, value, writer);
    }
    json_write_object_end(writer);
}

/* --- Reading ------------------------------------------------------------------------------ */

static enum error read_layout(
    const struct layout *layout, const struct json *json, struct arena *arena, unsigned depth,
    struct fault *fault, void *ret_value);

static enum error no_memory(struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "document");
}

static enum error
read_text(const struct json *json, struct arena *arena, struct fault *fault, const char **ret_text)
{
    struct bytes text = {0};
    enum error error = json_string(json, fault, &text);
    if (error)
        return error;
    if (text.length && memchr(text.data, 0, text.length))
        return json_fault(
            json, fault, ERROR_DOCUMENT_TEXT, "text that is seen as it stands", "\"\\u{00}\"");
    const char *copy = arena_text(arena, text);
    if (!copy)
        return no_memory(fault);
    *ret_text = copy;
    return ERROR_OK;
}

static enum error
read_hex(const struct json *json, struct fault *fault, uint8_t *ret_bytes, size_t size)
{
    struct bytes text = {0};
    enum error error = json_string(json, fault, &text);
    if (error)
        return error;
    struct fault inner = {0};
    error = hex_parse(text, &inner, ret_bytes, size);
    return error ? json_fault(json, fault, error, inner.expected, "%s", inner.found) : ERROR_OK;
}

static enum error
read_moment(const struct field *field, const struct json *json, struct fault *fault, void *value)
{
    struct bytes text = {0};
    enum error error = json_string(json, fault, &text);
    if (error)
        return error;
    millis *at = field_millis_at(field, value);
    struct fault inner = {0};
    error = field->kind == FIELD_TIME ? time_parse(text, &inner, at) : span_parse(text, &inner, at);
    return error ? json_fault(json, fault, error, inner.expected, "%s", inner.found) : ERROR_OK;
}

static enum error
read_choice(const struct field *field, const struct json *json, struct fault *fault, void *value)
{
    struct bytes word = {0};
    enum error error = json_string(json, fault, &word);
    if (error)
        return error;
    char known[128] = "";
    for (size_t i = 0; field->words[i]; i++) {
        if (bytes_equal_text(word, field->words[i])) {
            *field_choice_at(field, value) = (int)i + 1;
            return ERROR_OK;
        }
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", field->words[i]);
    }
    return json_fault(
        json, fault, ERROR_DOCUMENT_CHOICE, known, "\"%.*s\"",
        (int)(word.length > 40 ? 40 : word.length), (const char *)word.data);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum error read_list(
    const struct field *field, const struct json *json, struct arena *arena, unsigned depth,
    struct fault *fault, void *value)
{
    enum error error = json_expect(json, JSON_ARRAY, fault);
    if (error)
        return error;
    size_t count = json_count(json);
    if (count > field_count_limit(field))
        return json_fault(
            json, fault, ERROR_DOCUMENT_COUNT, "entries within the limit", "%zu, limit %zu", count,
            field_count_limit(field));
    size_t size = field->kind == FIELD_TEXTS   ? sizeof(const char *)
                  : field->kind == FIELD_BLOBS ? sizeof(struct bytes)
                                               : field->layout->size;
    uint8_t *items = arena_array(arena, count, size);
    if (!items)
        return no_memory(fault);
    for (size_t i = 0; i < count && !error; i++) {
        void *item = items + i * size;
        const struct json *entry = json_at(json, i);
        if (field->kind == FIELD_TEXTS)
            error = read_text(entry, arena, fault, item);
        else if (field->kind == FIELD_BLOBS)
            error = bytes_from_json(entry, arena, fault, item);
        else
            error = read_layout(field->layout, entry, arena, depth, fault, item);
    }
    if (error)
        return error;
    /* A person may write a set in any order; in the document it has one. */
    if (field->kind == FIELD_TEXTS && count) {
        qsort(items, count, size, compare_texts);
        *field_texts_at(field, value) = (const char *const *)(const void *)items;
    } else if (field->kind == FIELD_BLOBS) {
        *field_blobs_at(field, value) = (const struct bytes *)(const void *)items;
    } else {
        *field_items_at(field, value) = items;
    }
    *field_count_at(field, value) = count;
    return ERROR_OK;
}

static enum error read_field(
    const struct field *field, const struct json *json, struct arena *arena, unsigned depth,
    struct fault *fault, void *value)
{
    switch (field->kind) {
    case FIELD_UINT:
        return json_u64_max(json, INT64_MAX, fault, field_uint_at(field, value));
    case FIELD_TIME:
    case FIELD_SPAN:
        return read_moment(field, json, fault, value);
    case FIELD_BOOL:
        return json_bool(json, fault, field_bool_at(field, value));
    case FIELD_CHOICE:
        return read_choice(field, json, fault, value);
    case FIELD_TEXT:
    case FIELD_PROSE:
        return read_text(json, arena, fault, field_text_at(field, value));
    case FIELD_BYTES:
        return bytes_from_json(json, arena, fault, field_bytes_at(field, value));
    case FIELD_DIGEST:
        return read_hex(json, fault, field_digest_at(field, value)->bytes, DIGEST_SIZE);
    case FIELD_ID:
        return read_hex(json, fault, field_id_at(field, value)->bytes, ID_SIZE);
    case FIELD_RECORD:
        return read_layout(
            field->layout, json, arena, depth, fault, (uint8_t *)value + field->offset);
    case FIELD_TEXTS:
    case FIELD_BLOBS:
    case FIELD_RECORDS:
        return read_list(field, json, arena, depth, fault, value);
    case FIELD_DATUM:
        return datum_from_json(json, arena, fault, field_datum_at(field, value));
    }
    return ERROR_INTERNAL;
}

static enum error
refuse_unknown(const struct layout *layout, const struct json *json, struct fault *fault)
{
    for (size_t i = 0; i < json_count(json); i++) {
        bool known = false;
        for (size_t k = 0; k < layout->field_count && !known; k++)
            known = bytes_equal_text(json_name_at(json, i), layout->fields[k].name);
        if (!known)
            return json_fault(
                json_at(json, i), fault, ERROR_JSON_UNKNOWN, "a member of this document",
                "one that \"%s\" does not have", layout->name);
    }
    return ERROR_OK;
}

static enum error read_layout(
    const struct layout *layout, const struct json *json, struct arena *arena, unsigned depth,
    struct fault *fault, void *ret_value)
{
    if (depth > FIELD_DEPTH_LIMIT)
        return json_fault(json, fault, ERROR_DOCUMENT_DEPTH, "at most 8 levels", NULL);
    enum error error = json_expect(json, JSON_OBJECT, fault);
    if (!error)
        error = refuse_unknown(layout, json, fault);
    for (size_t i = 0; i < layout->field_count && !error; i++) {
        const struct field *field = &layout->fields[i];
        const struct json *member = json_find(json, field->name);
        if (!member && field->optional)
            continue;
        if (!member)
            return json_fault(json, fault, ERROR_JSON_MISSING, field->name, NULL);
        error = read_field(field, member, arena, depth + 1, fault, ret_value);
        if (error)
            break;
        if (field->optional && field_is_absent(field, ret_value))
            return json_fault(
                member, fault, ERROR_DOCUMENT_EMPTY, "the member left out", "no content");
        struct fault rule = {0};
        error = field_check(field, ret_value, &rule);
        if (error)
            json_fault(member, fault, error, rule.expected, "%s", rule.found);
    }
    return error;
}

enum error layout_read_json(
    const struct layout *layout, const struct json *json, struct arena *arena, struct fault *fault,
    void *ret_value)
{
    void *value = arena_alloc(arena, layout->size);
    if (!value)
        return no_memory(fault);
    enum error error = read_layout(layout, json, arena, 0, fault, value);
    if (error)
        return fault_within(fault, error, "%s", layout->name);
    memcpy(ret_value, value, layout->size);
    return ERROR_OK;
}
