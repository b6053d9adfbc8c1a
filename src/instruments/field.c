/* Tables of fields to and from deterministic CBOR, and the rules that a value must keep. JSON and
 * print are in field_json.c and field_print.c. */
#include "instruments/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbor/cbor.h"
#include "instruments/field_value.h"

size_t field_limit(const struct field *field)
{
    if (field->limit)
        return field->limit;
    switch (field->kind) {
    case FIELD_PROSE:
    case FIELD_BYTES:
    case FIELD_BLOBS:
        return FIELD_PROSE_LIMIT;
    default:
        return FIELD_TEXT_LIMIT;
    }
}

size_t field_count_limit(const struct field *field)
{
    bool counts =
        field->kind == FIELD_TEXTS || field->kind == FIELD_BLOBS || field->kind == FIELD_RECORDS;
    return counts && field->limit ? field->limit : FIELD_COUNT_LIMIT;
}

bool field_is_absent(const struct field *field, const void *value)
{
    switch (field->kind) {
    case FIELD_UINT:
        return *field_uint(field, value) == 0;
    case FIELD_TIME:
    case FIELD_SPAN:
        return *field_millis(field, value) == 0;
    case FIELD_BOOL:
        return !*field_bool(field, value);
    case FIELD_CHOICE:
        return *field_choice(field, value) == 0;
    case FIELD_TEXT:
    case FIELD_PROSE:
        return *field_text(field, value) == NULL;
    case FIELD_BYTES:
        return field_bytes(field, value)->length == 0;
    case FIELD_DIGEST: {
        static const struct digest none;
        return digest_equal(field_digest(field, value), &none);
    }
    case FIELD_ID: {
        static const struct id none;
        return memcmp(field_id(field, value), &none, sizeof none) == 0;
    }
    case FIELD_RECORD: {
        const uint8_t *at = field_nested(field, value);
        for (size_t i = 0; i < field->layout->size; i++) {
            if (at[i])
                return false;
        }
        return true;
    }
    case FIELD_TEXTS:
    case FIELD_BLOBS:
    case FIELD_RECORDS:
        return *field_count(field, value) == 0;
    case FIELD_DATUM:
        return field_datum(field, value)->kind == DATUM_NONE;
    }
    return true;
}

size_t field_choice_count(const struct field *field)
{
    size_t count = 0;
    while (field->words[count])
        count++;
    return count;
}

/* --- The rules of a value ----------------------------------------------------------------- */

static enum error
check_text(const char *text, size_t limit, bool lines, const char *name, struct fault *fault)
{
    size_t length = strlen(text);
    if (length == 0)
        return fault_set(fault, ERROR_DOCUMENT_EMPTY, name, "text", "an empty text");
    if (length > limit)
        return fault_set(
            fault, ERROR_TOO_LARGE, name, "a text within the limit", "%zu bytes, limit %zu", length,
            limit);
    size_t bad;
    if (!bytes_are_utf8(bytes_of(text), &bad))
        return fault_set(fault, ERROR_UTF8, name, NULL, "byte %zu", bad);
    size_t hidden = text_find_hidden(bytes_of(text), lines);
    if (hidden < length) {
        char shown[QUOTE_SIZE];
        return fault_set(
            fault, ERROR_DOCUMENT_TEXT, name,
            lines ? "text that is seen as it stands, tab and line feed allowed"
                  : "one line of text that is seen as it stands",
            "%s", quote_text(bytes_slice(bytes_of(text), hidden, length), shown, sizeof shown));
    }
    return ERROR_OK;
}

static enum error check_texts(const struct field *field, const void *value, struct fault *fault)
{
    const char *const *texts = *field_texts(field, value);
    size_t count = *field_count(field, value);
    for (size_t i = 0; i < count; i++) {
        enum error error = check_text(texts[i], FIELD_TEXT_LIMIT, false, field->name, fault);
        if (error)
            return error;
        if (i && strcmp(texts[i - 1], texts[i]) >= 0)
            return fault_set(
                fault, ERROR_DOCUMENT_ORDER, field->name, "texts in ascending order, each once",
                "\"%.40s\" after \"%.40s\"", texts[i], texts[i - 1]);
    }
    return ERROR_OK;
}

static enum error check_blobs(const struct field *field, const void *value, struct fault *fault)
{
    const struct bytes *blobs = *field_blobs(field, value);
    for (size_t i = 0; i < *field_count(field, value); i++) {
        if (blobs[i].length == 0)
            return fault_set(fault, ERROR_DOCUMENT_EMPTY, field->name, "bytes", "none in [%zu]", i);
        if (blobs[i].length > FIELD_PROSE_LIMIT)
            return fault_set(
                fault, ERROR_TOO_LARGE, field->name, "bytes within the limit",
                "%zu bytes in [%zu], limit %d", blobs[i].length, i, FIELD_PROSE_LIMIT);
    }
    return ERROR_OK;
}

enum error field_check(const struct field *field, const void *value, struct fault *fault)
{
    const char *name = field->name;
    if (field_is_absent(field, value)) {
        if (field->optional)
            return ERROR_OK;
        switch (field->kind) {
        case FIELD_UINT:
        case FIELD_BOOL:
        case FIELD_TEXTS:
        case FIELD_BLOBS:
        case FIELD_RECORDS:
        case FIELD_RECORD:
            return ERROR_OK; /* zero, false and none are values here */
        default:
            return fault_set(fault, ERROR_DOCUMENT_MISSING, name, "a value", "none");
        }
    }
    switch (field->kind) {
    case FIELD_UINT:
        if (*field_uint(field, value) > INT64_MAX)
            return fault_set(fault, ERROR_DOCUMENT_VALUE, name, "a number of at most 2^63-1", NULL);
        return ERROR_OK;
    case FIELD_TIME:
        if (*field_millis(field, value) < 0 || *field_millis(field, value) > FIELD_TIME_LAST)
            return fault_set(
                fault, ERROR_DOCUMENT_VALUE, name, "a time from 1970 to the end of 9999", NULL);
        return ERROR_OK;
    case FIELD_SPAN:
        if (*field_millis(field, value) < 0)
            return fault_set(fault, ERROR_DOCUMENT_VALUE, name, "no negative length", NULL);
        return ERROR_OK;
    case FIELD_CHOICE: {
        int choice = *field_choice(field, value);
        if (choice < 1 || (size_t)choice > field_choice_count(field))
            return fault_set(
                fault, ERROR_DOCUMENT_CHOICE, name, "a number that has a word", "%d", choice);
        return ERROR_OK;
    }
    case FIELD_TEXT:
    case FIELD_PROSE:
        return check_text(
            *field_text(field, value), field_limit(field), field->kind == FIELD_PROSE, name, fault);
    case FIELD_BYTES:
        if (field_bytes(field, value)->length > field_limit(field))
            return fault_set(
                fault, ERROR_TOO_LARGE, name, "bytes within the limit", "%zu bytes, limit %zu",
                field_bytes(field, value)->length, field_limit(field));
        return ERROR_OK;
    case FIELD_TEXTS:
    case FIELD_BLOBS:
    case FIELD_RECORDS:
        if (*field_count(field, value) > field_count_limit(field))
            return fault_set(
                fault, ERROR_DOCUMENT_COUNT, name, "entries within the limit", "%zu, limit %zu",
                *field_count(field, value), field_count_limit(field));
        return field->kind == FIELD_TEXTS   ? check_texts(field, value, fault)
               : field->kind == FIELD_BLOBS ? check_blobs(field, value, fault)
                                            : ERROR_OK;
    case FIELD_DATUM:
        if (field_datum(field, value)->kind != DATUM_MAP)
            return fault_set(fault, ERROR_DOCUMENT_VALUE, name, "a map", NULL);
        return ERROR_OK;
    default:
        return ERROR_OK;
    }
}

/* --- Encoding ----------------------------------------------------------------------------- */

static enum error write_layout(
    const struct layout *layout, const void *value, unsigned depth, struct cbor_writer *writer,
    struct fault *fault);

static enum error write_field(
    const struct field *field, const void *value, unsigned depth, struct cbor_writer *writer,
    struct fault *fault)
{
    enum error error = ERROR_OK;
    switch (field->kind) {
    case FIELD_UINT:
        cbor_write_uint(writer, *field_uint(field, value));
        return ERROR_OK;
    case FIELD_TIME:
    case FIELD_SPAN:
        cbor_write_int(writer, *field_millis(field, value));
        return ERROR_OK;
    case FIELD_BOOL:
        cbor_write_bool(writer, *field_bool(field, value));
        return ERROR_OK;
    case FIELD_CHOICE:
        cbor_write_uint(writer, (uint64_t)*field_choice(field, value));
        return ERROR_OK;
    case FIELD_TEXT:
    case FIELD_PROSE:
        cbor_write_text(writer, *field_text(field, value));
        return ERROR_OK;
    case FIELD_BYTES:
        cbor_write_bytes(writer, *field_bytes(field, value));
        return ERROR_OK;
    case FIELD_DIGEST:
        cbor_write_bytes(writer, digest_view(field_digest(field, value)));
        return ERROR_OK;
    case FIELD_ID:
        cbor_write_bytes(writer, (struct bytes){field_id(field, value)->bytes, ID_SIZE});
        return ERROR_OK;
    case FIELD_RECORD:
        return write_layout(field->layout, field_nested(field, value), depth, writer, fault);
    case FIELD_TEXTS:
        cbor_write_array(writer);
        for (size_t i = 0; i < *field_count(field, value); i++)
            cbor_write_text(writer, (*field_texts(field, value))[i]);
        cbor_write_end(writer);
        return ERROR_OK;
    case FIELD_BLOBS:
        cbor_write_array(writer);
        for (size_t i = 0; i < *field_count(field, value); i++)
            cbor_write_bytes(writer, (*field_blobs(field, value))[i]);
        cbor_write_end(writer);
        return ERROR_OK;
    case FIELD_RECORDS:
        cbor_write_array(writer);
        for (size_t i = 0; i < *field_count(field, value) && !error; i++) {
            error = write_layout(field->layout, field_item(field, value, i), depth, writer, fault);
            if (error)
                fault_within(fault, error, "%s[%zu]", field->name, i);
        }
        cbor_write_end(writer);
        return error;
    case FIELD_DATUM:
        datum_write(field_datum(field, value), writer);
        return ERROR_OK;
    }
    return ERROR_INTERNAL;
}

static enum error write_layout(
    const struct layout *layout, const void *value, unsigned depth, struct cbor_writer *writer,
    struct fault *fault)
{
    if (depth > FIELD_DEPTH_LIMIT)
        return fault_place(fault, ERROR_DOCUMENT_DEPTH, "%s", layout->name);
    cbor_write_map(writer);
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        if (field->optional && field_is_absent(field, value))
            continue;
        enum error error = field_check(field, value, fault);
        if (error)
            return error;
        cbor_write_uint(writer, field->key);
        error = write_field(field, value, depth + 1, writer, fault);
        if (error) {
            if (field->kind == FIELD_RECORD)
                fault_within(fault, error, "%s", field->name);
            return error;
        }
    }
    cbor_write_end(writer);
    return ERROR_OK;
}

enum error layout_encode(
    const struct layout *layout, const void *value, struct fault *fault, struct buffer *ret_bytes)
{
    size_t before = ret_bytes->length;
    struct cbor_writer writer;
    cbor_writer_begin(&writer, ret_bytes);
    enum error error = write_layout(layout, value, 0, &writer, fault);
    if (error) {
        fault_within(fault, error, "%s", layout->name);
    } else {
        error = cbor_writer_end(&writer);
        if (error)
            fault_place(fault, error, "%s", layout->name);
    }
    if (error)
        ret_bytes->length = before;
    return error;
}

enum error layout_encode_in(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes)
{
    struct buffer encoded = {0};
    enum error error = layout_encode(layout, value, fault, &encoded);
    struct bytes copy = error ? (struct bytes){0} : arena_copy(arena, buffer_view(&encoded));
    buffer_free(&encoded);
    if (!error && !copy.data)
        error = fault_place(fault, ERROR_MEMORY, "%s", layout->name);
    if (!error)
        *ret_bytes = copy;
    return error;
}

/* --- Decoding ----------------------------------------------------------------------------- */

static enum error read_layout(
    const struct layout *layout, struct cbor_reader *reader, struct arena *arena, unsigned depth,
    void *ret_value);

static enum error no_memory(struct cbor_reader *reader)
{
    return cbor_refuse(reader, ERROR_MEMORY, NULL, NULL);
}

/* A text for C: a copy with an end, and no zero byte inside. */
static enum error
read_text(struct cbor_reader *reader, size_t limit, struct arena *arena, const char **ret_text)
{
    struct bytes text = {0};
    enum error error = cbor_read_text_in(reader, 0, limit, &text);
    if (error)
        return error;
    if (text.length == 0)
        return cbor_refuse(reader, ERROR_DOCUMENT_EMPTY, "text", "an empty text");
    if (memchr(text.data, 0, text.length))
        return cbor_refuse(
            reader, ERROR_DOCUMENT_TEXT, "text that is seen as it stands", "\"\\u{00}\"");
    const char *copy = arena_text(arena, text);
    if (!copy)
        return no_memory(reader);
    *ret_text = copy;
    return ERROR_OK;
}

static enum error
read_blob(struct cbor_reader *reader, size_t limit, struct arena *arena, struct bytes *ret_bytes)
{
    struct bytes bytes = {0};
    enum error error = cbor_read_bytes_in(reader, 1, limit, &bytes);
    if (error)
        return error;
    struct bytes copy = arena_copy(arena, bytes);
    if (!copy.data)
        return no_memory(reader);
    *ret_bytes = copy;
    return ERROR_OK;
}

static enum error
begin_list(const struct field *field, struct cbor_reader *reader, size_t *ret_count)
{
    uint64_t count = 0;
    enum error error = cbor_read_array(reader, &count);
    if (error)
        return error;
    if (count > field_count_limit(field))
        return cbor_refuse(
            reader, ERROR_DOCUMENT_COUNT, "entries within the limit", "%llu, limit %zu",
            (unsigned long long)count, field_count_limit(field));
    *ret_count = (size_t)count;
    return ERROR_OK;
}

static enum error
read_texts(const struct field *field, struct cbor_reader *reader, struct arena *arena, void *value)
{
    size_t count = 0;
    enum error error = begin_list(field, reader, &count);
    if (error)
        return error;
    const char **texts = ARENA_ARRAY(arena, const char *, count);
    if (!texts)
        return no_memory(reader);
    for (size_t i = 0; i < count && !error; i++)
        error = read_text(reader, FIELD_TEXT_LIMIT, arena, &texts[i]);
    if (error)
        return error;
    *field_texts_at(field, value) = texts;
    *field_count_at(field, value) = count;
    return cbor_read_end(reader);
}

static enum error
read_blobs(const struct field *field, struct cbor_reader *reader, struct arena *arena, void *value)
{
    size_t count = 0;
    enum error error = begin_list(field, reader, &count);
    if (error)
        return error;
    struct bytes *blobs = ARENA_ARRAY(arena, struct bytes, count);
    if (!blobs)
        return no_memory(reader);
    for (size_t i = 0; i < count && !error; i++)
        error = read_blob(reader, FIELD_PROSE_LIMIT, arena, &blobs[i]);
    if (error)
        return error;
    *field_blobs_at(field, value) = blobs;
    *field_count_at(field, value) = count;
    return cbor_read_end(reader);
}

static enum error read_records(
    const struct field *field, struct cbor_reader *reader, struct arena *arena, unsigned depth,
    void *value)
{
    size_t count = 0;
    enum error error = begin_list(field, reader, &count);
    if (error)
        return error;
    uint8_t *items = arena_array(arena, count, field->layout->size);
    if (!items)
        return no_memory(reader);
    for (size_t i = 0; i < count && !error; i++)
        error = read_layout(field->layout, reader, arena, depth, items + i * field->layout->size);
    if (error)
        return error;
    *field_items_at(field, value) = items;
    *field_count_at(field, value) = count;
    return cbor_read_end(reader);
}

static enum error read_field(
    const struct field *field, struct cbor_reader *reader, struct arena *arena, unsigned depth,
    void *value)
{
    uint64_t number = 0;
    enum error error;
    switch (field->kind) {
    case FIELD_UINT:
        return cbor_read_uint_in(reader, 0, INT64_MAX, field_uint_at(field, value));
    case FIELD_TIME:
    case FIELD_SPAN:
        error = cbor_read_uint_in(reader, 0, INT64_MAX, &number);
        if (!error)
            *field_millis_at(field, value) = (millis)number;
        return error;
    case FIELD_BOOL:
        return cbor_read_bool(reader, field_bool_at(field, value));
    case FIELD_CHOICE:
        error = cbor_read_uint_in(reader, 1, field_choice_count(field), &number);
        if (!error)
            *field_choice_at(field, value) = (int)number;
        return error;
    case FIELD_TEXT:
    case FIELD_PROSE:
        return read_text(reader, field_limit(field), arena, field_text_at(field, value));
    case FIELD_BYTES:
        return read_blob(reader, field_limit(field), arena, field_bytes_at(field, value));
    case FIELD_DIGEST:
        return cbor_read_fixed(reader, field_digest_at(field, value)->bytes, DIGEST_SIZE);
    case FIELD_ID:
        return cbor_read_fixed(reader, field_id_at(field, value)->bytes, ID_SIZE);
    case FIELD_RECORD:
        return read_layout(field->layout, reader, arena, depth, (uint8_t *)value + field->offset);
    case FIELD_TEXTS:
        return read_texts(field, reader, arena, value);
    case FIELD_BLOBS:
        return read_blobs(field, reader, arena, value);
    case FIELD_RECORDS:
        return read_records(field, reader, arena, depth, value);
    case FIELD_DATUM:
        return datum_read(reader, arena, field_datum_at(field, value));
    }
    return ERROR_INTERNAL;
}

static enum error read_layout(
    const struct layout *layout, struct cbor_reader *reader, struct arena *arena, unsigned depth,
    void *ret_value)
{
    enum error error = cbor_read_map(reader);
    if (error)
        return error;
    if (depth > FIELD_DEPTH_LIMIT)
        return cbor_refuse(reader, ERROR_DOCUMENT_DEPTH, "at most 8 levels", NULL);
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        if (field->optional) {
            if (!cbor_key_optional(reader, field->key, field->name)) {
                if (reader->error)
                    return reader->error;
                continue;
            }
        } else {
            error = cbor_key(reader, field->key, field->name);
            if (error)
                return error;
        }
        error = read_field(field, reader, arena, depth + 1, ret_value);
        if (error)
            return error;
        /* One meaning has one encoding: what says nothing is left out. */
        if (field->optional && field_is_absent(field, ret_value))
            return cbor_refuse(
                reader, ERROR_DOCUMENT_EMPTY, "the field left out", "a %s without content",
                field->name);
        struct fault rule = {0};
        error = field_check(field, ret_value, &rule);
        if (error)
            return cbor_refuse(reader, error, rule.expected, "%s", rule.found);
    }
    return cbor_read_end(reader);
}

enum error layout_decode(
    const struct layout *layout, struct bytes bytes, struct arena *arena, struct fault *fault,
    void *ret_value)
{
    /* A document is read beside the caller's, which stays untouched when it fails. */
    void *value = arena_alloc(arena, layout->size);
    if (!value)
        return fault_place(fault, ERROR_MEMORY, "%s", layout->name);
    struct cbor_reader reader;
    cbor_reader_begin(&reader, bytes, fault);
    enum error error = read_layout(layout, &reader, arena, 0, value);
    if (!error)
        error = cbor_reader_end(&reader);
    if (error)
        return fault_within(fault, error, "%s", layout->name);
    memcpy(ret_value, value, layout->size);
    return ERROR_OK;
}
