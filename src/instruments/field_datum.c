/* Tables of fields from a datum: the body of an act, whose members have the fields' JSON names. */
#include <string.h>

#include "instruments/field_value.h"

static enum error read_map(
    const struct layout *layout, const struct datum *map, struct arena *arena, unsigned depth,
    struct fault *fault, void *ret_value);

static enum error wrong(const struct field *field, const char *expected, struct fault *fault)
{
    return fault_set(fault, ERROR_DOCUMENT_VALUE, field->name, expected, "another kind of value");
}

static enum error no_memory(const struct field *field, struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "%s", field->name);
}

static enum error read_text(
    const struct field *field, const struct datum *datum, struct arena *arena, struct fault *fault,
    const char **ret_text)
{
    if (datum->kind != DATUM_TEXT)
        return wrong(field, "a text", fault);
    const char *copy = arena_text(arena, datum->text);
    if (!copy)
        return no_memory(field, fault);
    *ret_text = copy;
    return ERROR_OK;
}

static enum error read_fixed(
    const struct field *field, const struct datum *datum, uint8_t *ret_bytes, size_t size,
    struct fault *fault)
{
    if (datum->kind != DATUM_BYTES || datum->text.length != size)
        return wrong(field, size == ID_SIZE ? "16 bytes" : "32 bytes", fault);
    memcpy(ret_bytes, datum->text.data, size);
    return ERROR_OK;
}

static enum error read_blob(
    const struct field *field, const struct datum *datum, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes)
{
    if (datum->kind != DATUM_BYTES)
        return wrong(field, "bytes", fault);
    struct bytes copy = arena_copy(arena, datum->text);
    if (!copy.data)
        return no_memory(field, fault);
    *ret_bytes = copy;
    return ERROR_OK;
}

static enum error
read_moment(const struct field *field, const struct datum *datum, struct fault *fault, void *value)
{
    if (datum->kind != DATUM_TEXT)
        return wrong(field, "a time or length of time as text", fault);
    millis *at = field_millis_at(field, value);
    enum error error = field->kind == FIELD_TIME ? time_parse(datum->text, fault, at)
                                                 : span_parse(datum->text, fault, at);
    return error ? fault_within(fault, error, "%s", field->name) : ERROR_OK;
}

static enum error
read_choice(const struct field *field, const struct datum *datum, struct fault *fault, void *value)
{
    if (datum->kind != DATUM_TEXT)
        return wrong(field, "a word", fault);
    for (size_t i = 0; field->words[i]; i++) {
        if (bytes_equal_text(datum->text, field->words[i])) {
            *field_choice_at(field, value) = (int)i + 1;
            return ERROR_OK;
        }
    }
    return fault_set(
        fault, ERROR_DOCUMENT_CHOICE, field->name, field->words[0], "\"%.40s\"",
        (const char *)datum->text.data);
}

static enum error read_list(
    const struct field *field, const struct datum *datum, struct arena *arena, unsigned depth,
    struct fault *fault, void *value)
{
    if (datum->kind != DATUM_LIST)
        return wrong(field, "a list", fault);
    size_t count = datum->list.count;
    if (count > field_count_limit(field))
        return fault_set(
            fault, ERROR_DOCUMENT_COUNT, field->name, "entries within the limit", "%zu, limit %zu",
            count, field_count_limit(field));
    size_t size = field->kind == FIELD_TEXTS   ? sizeof(const char *)
                  : field->kind == FIELD_BLOBS ? sizeof(struct bytes)
                                               : field->layout->size;
    uint8_t *items = arena_array(arena, count, size);
    if (!items)
        return no_memory(field, fault);
    enum error error = ERROR_OK;
    for (size_t i = 0; i < count && !error; i++) {
        const struct datum *entry = &datum->list.items[i];
        void *item = items + i * size;
        if (field->kind == FIELD_TEXTS)
            error = read_text(field, entry, arena, fault, item);
        else if (field->kind == FIELD_BLOBS)
            error = read_blob(field, entry, arena, fault, item);
        else
            error = read_map(field->layout, entry, arena, depth + 1, fault, item);
    }
    if (error)
        return error;
    if (field->kind == FIELD_TEXTS)
        *field_texts_at(field, value) = (const char *const *)(const void *)items;
    else if (field->kind == FIELD_BLOBS)
        *field_blobs_at(field, value) = (const struct bytes *)(const void *)items;
    else
        *field_items_at(field, value) = items;
    *field_count_at(field, value) = count;
    return ERROR_OK;
}

static enum error read_field(
    const struct field *field, const struct datum *datum, struct arena *arena, unsigned depth,
    struct fault *fault, void *value)
{
    switch (field->kind) {
    case FIELD_UINT:
        if (datum->kind != DATUM_INTEGER || datum->integer < 0)
            return wrong(field, "a whole number of at least 0", fault);
        *field_uint_at(field, value) = (uint64_t)datum->integer;
        return ERROR_OK;
    case FIELD_TIME:
    case FIELD_SPAN:
        return read_moment(field, datum, fault, value);
    case FIELD_BOOL:
        if (datum->kind != DATUM_BOOL)
            return wrong(field, "true or false", fault);
        *field_bool_at(field, value) = datum->boolean;
        return ERROR_OK;
    case FIELD_CHOICE:
        return read_choice(field, datum, fault, value);
    case FIELD_TEXT:
    case FIELD_PROSE:
        return read_text(field, datum, arena, fault, field_text_at(field, value));
    case FIELD_BYTES:
        return read_blob(field, datum, arena, fault, field_bytes_at(field, value));
    case FIELD_DIGEST:
        return read_fixed(field, datum, field_digest_at(field, value)->bytes, DIGEST_SIZE, fault);
    case FIELD_ID:
        return read_fixed(field, datum, field_id_at(field, value)->bytes, ID_SIZE, fault);
    case FIELD_RECORD:
        return read_map(
            field->layout, datum, arena, depth + 1, fault, (uint8_t *)value + field->offset);
    case FIELD_TEXTS:
    case FIELD_BLOBS:
    case FIELD_RECORDS:
        return read_list(field, datum, arena, depth, fault, value);
    case FIELD_DATUM:
        *field_datum_at(field, value) = *datum;
        return ERROR_OK;
    }
    return ERROR_INTERNAL;
}

static enum error
refuse_unknown(const struct layout *layout, const struct datum *map, struct fault *fault)
{
    for (size_t i = 0; i < map->map.count; i++) {
        bool known = false;
        for (size_t k = 0; k < layout->field_count && !known; k++)
            known = strcmp(map->map.members[i].name, layout->fields[k].name) == 0;
        if (!known)
            return fault_set(
                fault, ERROR_DOCUMENT_VALUE, map->map.members[i].name, "a member that it has",
                "one that \"%s\" does not have", layout->name);
    }
    return ERROR_OK;
}

static enum error read_map(
    const struct layout *layout, const struct datum *map, struct arena *arena, unsigned depth,
    struct fault *fault, void *ret_value)
{
    if (map->kind != DATUM_MAP)
        return fault_set(fault, ERROR_DOCUMENT_VALUE, layout->name, "a map", NULL);
    if (depth > FIELD_DEPTH_LIMIT)
        return fault_place(fault, ERROR_DOCUMENT_DEPTH, "%s", layout->name);
    enum error error = refuse_unknown(layout, map, fault);
    for (size_t i = 0; i < layout->field_count && !error; i++) {
        const struct field *field = &layout->fields[i];
        const struct datum *member = datum_member(map, field->name);
        if (!member && field->optional)
            continue;
        if (!member)
            return fault_set(fault, ERROR_DOCUMENT_MISSING, field->name, "a value", "none");
        error = read_field(field, member, arena, depth, fault, ret_value);
        if (!error && field->optional && field_is_absent(field, ret_value))
            error = fault_set(
                fault, ERROR_DOCUMENT_EMPTY, field->name, "the member left out", "no content");
        if (!error)
            error = field_check(field, ret_value, fault);
    }
    return error;
}

enum error layout_read_datum(
    const struct layout *layout, const struct datum *map, struct arena *arena, struct fault *fault,
    void *ret_value)
{
    void *value = arena_alloc(arena, layout->size);
    if (!value)
        return fault_place(fault, ERROR_MEMORY, "%s", layout->name);
    enum error error = read_map(layout, map, arena, 0, fault, value);
    if (error)
        return fault_within(fault, error, "%s", layout->name);
    memcpy(ret_value, value, layout->size);
    return ERROR_OK;
}
