/* Datums: reading, writing, and the making of maps in deterministic order. */
#include "instruments/datum.h"

#include <stdlib.h>
#include <string.h>

/* The one member of an object that stands for bytes in JSON; as a name in a map it would not come
 * back from there. */
static const char bytes_member[] = "$bytes";

const struct datum *datum_member(const struct datum *map, const char *name)
{
    if (!map || map->kind != DATUM_MAP)
        return NULL;
    for (size_t i = 0; i < map->map.count; i++) {
        if (strcmp(map->map.members[i].name, name) == 0)
            return &map->map.members[i].value;
    }
    return NULL;
}

const char *datum_text(const struct datum *map, const char *name)
{
    const struct datum *member = datum_member(map, name);
    return member && member->kind == DATUM_TEXT ? (const char *)member->text.data : NULL;
}

struct bytes datum_bytes(const struct datum *map, const char *name)
{
    const struct datum *member = datum_member(map, name);
    return member && member->kind == DATUM_BYTES ? member->text : (struct bytes){0};
}

bool datum_integer(const struct datum *map, const char *name, int64_t *ret_value)
{
    const struct datum *member = datum_member(map, name);
    if (!member || member->kind != DATUM_INTEGER)
        return false;
    *ret_value = member->integer;
    return true;
}

struct datum datum_of_text(const char *text)
{
    return (struct datum){.kind = DATUM_TEXT, .text = bytes_of(text)};
}

struct datum datum_of_integer(int64_t integer)
{
    return (struct datum){.kind = DATUM_INTEGER, .integer = integer};
}

struct datum datum_of_bool(bool boolean)
{
    return (struct datum){.kind = DATUM_BOOL, .boolean = boolean};
}

struct datum datum_of_bytes(struct bytes bytes)
{
    return (struct datum){.kind = DATUM_BYTES, .text = bytes};
}

/* RFC 8949 section 4.2.1 orders keys by their encoding: for texts, the shorter first. */
static int compare_names(const char *a, const char *b)
{
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length != b_length)
        return a_length < b_length ? -1 : 1;
    return memcmp(a, b, a_length);
}

static int compare_members(const void *a, const void *b)
{
    return compare_names(
        ((const struct datum_member *)a)->name, ((const struct datum_member *)b)->name);
}

enum error
datum_map(struct datum_member *members, size_t count, struct fault *fault, struct datum *ret_datum)
{
    if (count)
        qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(members[i - 1].name, members[i].name) == 0)
            return fault_set(
                fault, ERROR_DOCUMENT_ORDER, members[i].name, "each name once", "it twice");
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(members[i].name, bytes_member) == 0)
            return fault_set(
                fault, ERROR_DOCUMENT_TEXT, bytes_member, "a name other than that of bytes in JSON",
                NULL);
    }
    *ret_datum = (struct datum){.kind = DATUM_MAP, .map = {members, count}};
    return ERROR_OK;
}

void datum_write(const struct datum *datum, struct cbor_writer *writer)
{
    switch (datum->kind) {
    case DATUM_BOOL:
        cbor_write_bool(writer, datum->boolean);
        return;
    case DATUM_INTEGER:
        cbor_write_int(writer, datum->integer);
        return;
    case DATUM_TEXT:
        cbor_write_text_bytes(writer, datum->text);
        return;
    case DATUM_BYTES:
        cbor_write_bytes(writer, datum->text);
        return;
    case DATUM_LIST:
        cbor_write_array(writer);
        for (size_t i = 0; i < datum->list.count; i++)
            datum_write(&datum->list.items[i], writer);
        cbor_write_end(writer);
        return;
    case DATUM_MAP:
        cbor_write_map(writer);
        for (size_t i = 0; i < datum->map.count; i++) {
            cbor_write_text(writer, datum->map.members[i].name);
            datum_write(&datum->map.members[i].value, writer);
        }
        cbor_write_end(writer);
        return;
    case DATUM_NONE:
        break;
    }
    /* Nothing stands for an absent value: what is written would not be one item. */
    writer->error = writer->error ? writer->error : ERROR_DOCUMENT_VALUE;
}

/* What a text may not hold: see text_find_hidden. Tab and line feed are allowed. */
static const char seen[] = "text that is seen as it stands";

static const char *show_hidden(struct bytes text, size_t hidden, char shown[QUOTE_SIZE])
{
    return quote_text(bytes_slice(text, hidden, text.length), shown, QUOTE_SIZE);
}

/* A text copied into the arena. */
static enum error read_text(struct cbor_reader *reader, struct arena *arena, struct bytes *ret_text)
{
    struct bytes text = {0};
    enum error error = cbor_read_text(reader, &text);
    if (error)
        return error;
    char shown[QUOTE_SIZE];
    size_t hidden = text_find_hidden(text, true);
    if (hidden < text.length)
        return cbor_refuse(
            reader, ERROR_DOCUMENT_TEXT, seen, "%s", show_hidden(text, hidden, shown));
    struct bytes copy = arena_copy(arena, text);
    if (!copy.data)
        return cbor_refuse(reader, ERROR_MEMORY, NULL, NULL);
    *ret_text = copy;
    return ERROR_OK;
}

static enum error read_datum(
    struct cbor_reader *reader, struct arena *arena, unsigned depth, struct datum *ret_datum);

static enum error
read_list(struct cbor_reader *reader, struct arena *arena, unsigned depth, struct datum *ret_datum)
{
    uint64_t count = 0;
    enum error error = cbor_read_array(reader, &count);
    if (error)
        return error;
    if (count > DATUM_COUNT_LIMIT)
        return cbor_refuse(reader, ERROR_DOCUMENT_COUNT, "at most 65536 entries", NULL);
    struct datum *items = ARENA_ARRAY(arena, struct datum, count);
    if (!items)
        return cbor_refuse(reader, ERROR_MEMORY, NULL, NULL);
    for (size_t i = 0; i < count && !error; i++)
        error = read_datum(reader, arena, depth + 1, &items[i]);
    if (!error)
        error = cbor_read_end(reader);
    if (!error)
        *ret_datum = (struct datum){.kind = DATUM_LIST, .list = {items, count}};
    return error;
}

static enum error
read_map(struct cbor_reader *reader, struct arena *arena, unsigned depth, struct datum *ret_datum)
{
    uint64_t count = 0;
    enum error error = cbor_read_map_count(reader, &count);
    if (error)
        return error;
    if (count > DATUM_COUNT_LIMIT)
        return cbor_refuse(reader, ERROR_DOCUMENT_COUNT, "at most 65536 members", NULL);
    struct datum_member *members = ARENA_ARRAY(arena, struct datum_member, count);
    if (!members)
        return cbor_refuse(reader, ERROR_MEMORY, NULL, NULL);
    for (size_t i = 0; i < count && !error; i++) {
        struct bytes name = {0};
        error = read_text(reader, arena, &name);
        if (error)
            break;
        if (bytes_equal_text(name, bytes_member))
            return cbor_refuse(
                reader, ERROR_DOCUMENT_TEXT, "a name other than that of bytes in JSON", "$bytes");
        members[i].name = (const char *)name.data;
        error = read_datum(reader, arena, depth + 1, &members[i].value);
    }
    if (!error)
        error = cbor_read_end(reader);
    if (!error)
        *ret_datum = (struct datum){.kind = DATUM_MAP, .map = {members, count}};
    return error;
}

static enum error
read_datum(struct cbor_reader *reader, struct arena *arena, unsigned depth, struct datum *ret_datum)
{
    if (depth > DATUM_DEPTH_LIMIT)
        return cbor_refuse(reader, ERROR_DOCUMENT_DEPTH, "at most 16 levels", NULL);
    struct datum datum = {0};
    enum error error;
    switch (cbor_peek(reader)) {
    case CBOR_BOOL:
        datum.kind = DATUM_BOOL;
        error = cbor_read_bool(reader, &datum.boolean);
        break;
    case CBOR_UINT:
    case CBOR_NEGATIVE:
        datum.kind = DATUM_INTEGER;
        error = cbor_read_int(reader, &datum.integer);
        break;
    case CBOR_TEXT:
        datum.kind = DATUM_TEXT;
        error = read_text(reader, arena, &datum.text);
        break;
    case CBOR_BYTES: {
        struct bytes bytes = {0};
        datum.kind = DATUM_BYTES;
        error = cbor_read_bytes(reader, &bytes);
        if (!error) {
            datum.text = arena_copy(arena, bytes);
            if (!datum.text.data)
                error = cbor_refuse(reader, ERROR_MEMORY, NULL, NULL);
        }
        break;
    }
    case CBOR_ARRAY:
        error = read_list(reader, arena, depth, &datum);
        break;
    case CBOR_MAP:
        error = read_map(reader, arena, depth, &datum);
        break;
    default:
        /* null and tags carry no meaning here; let the reader name a broken item first */
        error = cbor_skip(reader, NULL);
        if (!error)
            error = cbor_refuse(
                reader, ERROR_DOCUMENT_VALUE, "a boolean, number, text, bytes, list or map", NULL);
        break;
    }
    if (!error)
        *ret_datum = datum;
    return error;
}

enum error datum_read(struct cbor_reader *reader, struct arena *arena, struct datum *ret_datum)
{
    return read_datum(reader, arena, 0, ret_datum);
}

/* --- JSON --------------------------------------------------------------------------------- */

void datum_write_json(const struct datum *datum, struct json_writer *writer)
{
    switch (datum->kind) {
    case DATUM_BOOL:
        json_write_bool(writer, datum->boolean);
        return;
    case DATUM_INTEGER:
        json_write_i64(writer, datum->integer);
        return;
    case DATUM_TEXT:
        json_write_string_bytes(writer, datum->text);
        return;
    case DATUM_BYTES: {
        struct buffer text = {0};
        base64url_append(&text, datum->text);
        json_write_object(writer);
        json_put_string_bytes(writer, bytes_member, buffer_view(&text));
        json_write_object_end(writer);
        if (text.error && !writer->error)
            writer->error = text.error;
        buffer_free(&text);
        return;
    }
    case DATUM_LIST:
        json_write_array(writer);
        for (size_t i = 0; i < datum->list.count; i++)
            datum_write_json(&datum->list.items[i], writer);
        json_write_array_end(writer);
        return;
    case DATUM_MAP:
        json_write_object(writer);
        for (size_t i = 0; i < datum->map.count; i++) {
            json_write_name(writer, datum->map.members[i].name);
            datum_write_json(&datum->map.members[i].value, writer);
        }
        json_write_object_end(writer);
        return;
    case DATUM_NONE:
        json_write_null(writer);
        return;
    }
}

static enum error no_memory(struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "document");
}

static enum error text_from_json(
    const struct json *json, struct bytes text, struct arena *arena, struct fault *fault,
    struct bytes *ret_text)
{
    char shown[QUOTE_SIZE];
    size_t hidden = text_find_hidden(text, true);
    if (hidden < text.length)
        return json_fault(
            json, fault, ERROR_DOCUMENT_TEXT, seen, "%s", show_hidden(text, hidden, shown));
    struct bytes copy = arena_copy(arena, text);
    if (!copy.data)
        return no_memory(fault);
    *ret_text = copy;
    return ERROR_OK;
}

static enum error from_json(
    const struct json *json, struct arena *arena, unsigned depth, struct fault *fault,
    struct datum *ret_datum);

static enum error list_from_json(
    const struct json *json, struct arena *arena, unsigned depth, struct fault *fault,
    struct datum *ret_datum)
{
    size_t count = json_count(json);
    if (count > DATUM_COUNT_LIMIT)
        return json_fault(json, fault, ERROR_DOCUMENT_COUNT, "at most 65536 entries", NULL);
    struct datum *items = ARENA_ARRAY(arena, struct datum, count);
    if (!items)
        return no_memory(fault);
    for (size_t i = 0; i < count; i++) {
        enum error error = from_json(json_at(json, i), arena, depth + 1, fault, &items[i]);
        if (error)
            return error;
    }
    *ret_datum = (struct datum){.kind = DATUM_LIST, .list = {items, count}};
    return ERROR_OK;
}

enum error bytes_from_json(
    const struct json *json, struct arena *arena, struct fault *fault, struct bytes *ret_bytes)
{
    struct bytes text = {0};
    enum error error = json_string(json, fault, &text);
    if (error)
        return error;
    struct buffer bytes = {0};
    error = base64url_parse(text, fault, &bytes);
    if (error == ERROR_BASE64) {
        json_fault(json, fault, error, "base64url without padding", NULL);
    } else if (!error) {
        struct bytes copy = arena_copy(arena, buffer_view(&bytes));
        if (copy.data)
            *ret_bytes = copy;
        else
            error = no_memory(fault);
    }
    buffer_free(&bytes);
    return error;
}

static enum error map_from_json(
    const struct json *json, struct arena *arena, unsigned depth, struct fault *fault,
    struct datum *ret_datum)
{
    size_t count = json_count(json);
    if (count == 1 && bytes_equal_text(json_name_at(json, 0), bytes_member)) {
        struct bytes bytes = {0};
        enum error error = bytes_from_json(json_at(json, 0), arena, fault, &bytes);
        if (!error)
            *ret_datum = datum_of_bytes(bytes);
        return error;
    }
    if (count > DATUM_COUNT_LIMIT)
        return json_fault(json, fault, ERROR_DOCUMENT_COUNT, "at most 65536 members", NULL);
    struct datum_member *members = ARENA_ARRAY(arena, struct datum_member, count);
    if (!members)
        return no_memory(fault);
    for (size_t i = 0; i < count; i++) {
        const struct json *value = json_at(json, i);
        struct bytes name = {0};
        enum error error = text_from_json(value, json_name_at(json, i), arena, fault, &name);
        if (!error)
            error = from_json(value, arena, depth + 1, fault, &members[i].value);
        if (error)
            return error;
        members[i].name = (const char *)name.data;
    }
    return datum_map(members, count, fault, ret_datum);
}

static enum error from_json(
    const struct json *json, struct arena *arena, unsigned depth, struct fault *fault,
    struct datum *ret_datum)
{
    if (depth > DATUM_DEPTH_LIMIT)
        return json_fault(json, fault, ERROR_DOCUMENT_DEPTH, "at most 16 levels", NULL);
    struct datum datum = {0};
    enum error error = ERROR_OK;
    switch (json_type(json)) {
    case JSON_BOOL:
        datum.kind = DATUM_BOOL;
        error = json_bool(json, fault, &datum.boolean);
        break;
    case JSON_NUMBER:
        datum.kind = DATUM_INTEGER;
        error = json_i64(json, fault, &datum.integer);
        break;
    case JSON_STRING:
        datum.kind = DATUM_TEXT;
        error = text_from_json(json, json_characters(json), arena, fault, &datum.text);
        break;
    case JSON_ARRAY:
        error = list_from_json(json, arena, depth, fault, &datum);
        break;
    case JSON_OBJECT:
        error = map_from_json(json, arena, depth, fault, &datum);
        break;
    case JSON_NULL:
        error = json_fault(
            json, fault, ERROR_DOCUMENT_VALUE, "a value, or the member left out", "null");
        break;
    }
    if (!error)
        *ret_datum = datum;
    return error;
}

enum error datum_from_json(
    const struct json *json, struct arena *arena, struct fault *fault, struct datum *ret_datum)
{
    return from_json(json, arena, 0, fault, ret_datum);
}
