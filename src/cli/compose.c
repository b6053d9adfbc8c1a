/* Merging a JSON file, assignments and references into one JSON text. */
#include "cli/compose.h"

#include <stdlib.h>
#include <string.h>

/* NAME=VALUE; name moves to the part after a dot from level to level. */
struct assignment {
    const char *name;
    size_t length;
    const char *value;
    const char *whole; /* for faults */
    bool verbatim;     /* the value is a text as it stands */
};

enum { LEVELS_MAX = DATUM_DEPTH_LIMIT }; /* of a name: a.b is two */

struct maker {
    struct call *call;
    struct json_writer *writer;
    struct fault *fault;
    bool datum;
};

/* --- Values ------------------------------------------------------------------------------- */

static enum error put_bytes(const struct maker *maker, struct bytes bytes)
{
    struct buffer text = {0};
    base64url_append(&text, bytes);
    enum error error = text.error;
    if (maker->datum) {
        json_write_object(maker->writer);
        json_write_name(maker->writer, "$bytes");
    }
    json_write_string_bytes(maker->writer, buffer_view(&text));
    if (maker->datum)
        json_write_object_end(maker->writer);
    buffer_free(&text);
    return error ? fault_place(maker->fault, error, "a value") : ERROR_OK;
}

/* A digest or id: hexadecimal in JSON, bytes in a datum. */
static enum error put_fixed(const struct maker *maker, struct bytes bytes)
{
    char text[DIGEST_TEXT_SIZE];
    if (maker->datum)
        return put_bytes(maker, bytes);
    json_write_string(maker->writer, hex_text(bytes, text));
    return ERROR_OK;
}

static enum error put_key(const struct maker *maker, const char *path)
{
    struct public_key key;
    enum error error = public_key_load(maker->call->os, path, maker->fault, &key);
    if (error)
        return error;
    json_write_object(maker->writer);
    json_put_string(maker->writer, "kind", "key");
    json_put_string(maker->writer, "type", key_type_text(key.type));
    json_write_name(maker->writer, "public-key");
    error = put_bytes(maker, public_key_view(&key));
    json_write_object_end(maker->writer);
    return error;
}

static enum error put_time(const struct maker *maker, const char *text)
{
    millis time;
    char formatted[TIME_TEXT_SIZE];
    enum error error = moment_parse(maker->call, text, maker->fault, &time);
    if (!error)
        json_write_string(maker->writer, time_text(time, formatted));
    return error;
}

static enum error put_text_of(const struct maker *maker, const char *path)
{
    struct bytes bytes;
    enum error error = input_read(maker->call, path, maker->fault, &bytes);
    if (!error && !bytes_are_utf8(bytes, NULL))
        error = fault_place(maker->fault, ERROR_UTF8, "%s", path);
    if (!error)
        json_write_string_bytes(maker->writer, bytes);
    return error;
}

static enum error put_file(const struct maker *maker, const char *path)
{
    struct bytes bytes;
    enum error error = input_read(maker->call, path, maker->fault, &bytes);
    return error ? error : put_bytes(maker, bytes);
}

static enum error put_payload(const struct maker *maker, const char *path)
{
    struct bytes payload;
    struct digest digest;
    enum error error = input_payload(maker->call, path, maker->fault, &payload, &digest);
    return error ? error : put_bytes(maker, payload);
}

static enum error put_digest_of(const struct maker *maker, const char *path)
{
    struct bytes payload;
    struct digest digest;
    enum error error = input_payload(maker->call, path, maker->fault, &payload, &digest);
    return error ? error : put_fixed(maker, digest_view(&digest));
}

/* Of a file as it stands, whatever it holds. */
static enum error put_sha256(const struct maker *maker, const char *path)
{
    struct bytes bytes;
    enum error error = input_read(maker->call, path, maker->fault, &bytes);
    if (error)
        return error;
    const struct digest digest = sha256_of(bytes);
    return put_fixed(maker, digest_view(&digest));
}

static const struct {
    const char *name;
    enum error (*put)(const struct maker *maker, const char *text);
} references[] = {
    {"$key", put_key},         {"$digest", put_digest_of}, {"$file", put_file},
    {"$payload", put_payload}, {"$text", put_text_of},     {"$time", put_time},
    {"$sha256", put_sha256},
};
enum { REFERENCE_COUNT = sizeof references / sizeof *references };

/* Which reference an object is; REFERENCE_COUNT when it is none. */
static size_t reference_of(const struct json *json)
{
    size_t i = REFERENCE_COUNT;
    if (json_type(json) == JSON_OBJECT && json_count(json) == 1) {
        for (i = 0; i < REFERENCE_COUNT; i++) {
            if (bytes_equal_text(json_name_at(json, 0), references[i].name))
                break;
        }
    }
    return i;
}

static bool has_references(const struct json *json)
{
    if (reference_of(json) < REFERENCE_COUNT)
        return true;
    for (size_t i = 0; i < json_count(json); i++) {
        if (has_references(json_at(json, i)))
            return true;
    }
    return false;
}

/* A value of the file, with what it refers to. */
static enum error put_value(const struct maker *maker, const struct json *json)
{
    size_t reference = reference_of(json);
    if (reference < REFERENCE_COUNT) {
        struct bytes text;
        enum error error = json_string(json_at(json, 0), maker->fault, &text);
        if (error)
            return error;
        const char *copy = arena_text(&maker->call->arena, text);
        return copy ? references[reference].put(maker, copy)
                    : fault_place(maker->fault, ERROR_MEMORY, "a value");
    }
    enum error error = ERROR_OK;
    switch (json_type(json)) {
    case JSON_OBJECT:
        json_write_object(maker->writer);
        for (size_t i = 0; i < json_count(json) && !error; i++) {
            json_write_name_bytes(maker->writer, json_name_at(json, i));
            error = put_value(maker, json_at(json, i));
        }
        json_write_object_end(maker->writer);
        return error;
    case JSON_ARRAY:
        json_write_array(maker->writer);
        for (size_t i = 0; i < json_count(json) && !error; i++)
            error = put_value(maker, json_at(json, i));
        json_write_array_end(maker->writer);
        return error;
    default:
        json_write_value(maker->writer, json);
        return ERROR_OK;
    }
}

/* --- Assignments -------------------------------------------------------------------------- */

static const struct field *find_field(const struct layout *layout, const char *name, size_t length)
{
    for (size_t i = 0; layout && i < layout->field_count; i++) {
        const char *label = layout->fields[i].name;
        if (strlen(label) == length && memcmp(label, name, length) == 0)
            return &layout->fields[i];
    }
    return NULL;
}

/* A value whose type nobody says: JSON when it is, else a text. */
static enum error put_free(const struct maker *maker, const char *value)
{
    const struct json *json;
    if (json_parse(bytes_of(value), &maker->call->arena, NULL, &json) == ERROR_OK)
        return put_value(maker, json);
    json_write_string(maker->writer, value);
    return ERROR_OK;
}

/* A record as JSON has it; a text that the record's table takes as bytes is base64url there, and
 * bytes in a datum. */
static enum error
put_record(const struct maker *maker, const struct layout *layout, const char *value)
{
    const struct json *json;
    if (!maker->datum || json_parse(bytes_of(value), &maker->call->arena, NULL, &json) ||
        json_type(json) != JSON_OBJECT || reference_of(json) < REFERENCE_COUNT)
        return put_free(maker, value);
    enum error error = ERROR_OK;
    json_write_object(maker->writer);
    for (size_t i = 0; i < json_count(json) && !error; i++) {
        struct bytes name = json_name_at(json, i), bytes;
        const struct json *member = json_at(json, i);
        const struct field *field = find_field(layout, (const char *)name.data, name.length);
        json_write_name_bytes(maker->writer, name);
        if (field && field->kind == FIELD_BYTES && json_type(member) == JSON_STRING) {
            error = bytes_from_json(member, &maker->call->arena, maker->fault, &bytes);
            if (!error)
                error = put_bytes(maker, bytes);
        } else {
            error = put_value(maker, member);
        }
    }
    json_write_object_end(maker->writer);
    return error;
}

static enum error put_number(const struct maker *maker, const char *value)
{
    uint64_t number;
    enum error error = number_parse(bytes_of(value), INT64_MAX, maker->fault, &number);
    if (!error)
        json_write_u64(maker->writer, number);
    return error;
}

static enum error put_bool(const struct maker *maker, const char *value)
{
    bool yes = strcmp(value, "true") == 0;
    if (!yes && strcmp(value, "false") != 0)
        return fault_set(
            maker->fault, ERROR_DOCUMENT_VALUE, "value", "true or false", "\"%.40s\"", value);
    json_write_bool(maker->writer, yes);
    return ERROR_OK;
}

static enum error put_hex(const struct maker *maker, const char *value, size_t size)
{
    uint8_t bytes[DIGEST_SIZE];
    enum error error;
    if (size == ID_SIZE && strcmp(value, "random") == 0)
        error = random_fill(maker->call->os, maker->fault, bytes, size);
    else
        error = hex_parse(bytes_of(value), maker->fault, bytes, size);
    return error ? error : put_fixed(maker, (struct bytes){bytes, size});
}

static enum error
put_assigned(const struct maker *maker, const struct field *field, const char *value)
{
    const char *file = value[0] == '@' ? value + 1 : NULL;
    if (!field)
        return put_free(maker, value);
    switch (field->kind) {
    case FIELD_UINT:
        return put_number(maker, value);
    case FIELD_BOOL:
        return put_bool(maker, value);
    case FIELD_TIME:
        return put_time(maker, value);
    case FIELD_BYTES:
        /* A document inside a document is its payload; an act carries it as signed. */
        if (file)
            return maker->datum ? put_file(maker, file) : put_payload(maker, file);
        break;
    case FIELD_PROSE:
        if (file)
            return put_text_of(maker, file);
        break;
    case FIELD_DIGEST:
        return file ? put_digest_of(maker, file) : put_hex(maker, value, DIGEST_SIZE);
    case FIELD_ID:
        return put_hex(maker, value, ID_SIZE);
    case FIELD_RECORD:
        if (file && field->layout == &document_key_layout)
            return put_key(maker, file);
        return put_record(maker, field->layout, value);
    case FIELD_RECORDS:
    case FIELD_BLOBS:
    case FIELD_DATUM:
        return put_free(maker, value);
    default:
        break;
    }
    json_write_string(maker->writer, value);
    return ERROR_OK;
}

static int compare_values(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A set of texts; a datum's must be in order. */
static enum error put_texts(const struct maker *maker, const char **values, size_t count)
{
    qsort(values, count, sizeof *values, compare_values);
    json_write_array(maker->writer);
    for (size_t i = 0; i < count; i++) {
        if (count > 1 || *values[i])
            json_write_string(maker->writer, values[i]);
    }
    json_write_array_end(maker->writer);
    return ERROR_OK;
}

static enum error put_level(
    const struct maker *maker, const struct layout *layout, const struct json *base,
    const struct assignment *assignments, size_t count);

/* The part of an assignment's name up to the first dot. */
static size_t first_part(const struct assignment *assignment)
{
    const char *dot = memchr(assignment->name, '.', assignment->length);
    return dot ? (size_t)(dot - assignment->name) : assignment->length;
}

static bool is_for(const struct assignment *assignment, struct bytes name)
{
    return first_part(assignment) == name.length &&
           memcmp(assignment->name, name.data, name.length) == 0;
}

static enum error put_member(
    const struct maker *maker, const struct layout *layout, const struct json *base,
    struct bytes name, const struct assignment *all, size_t count)
{
    struct assignment *inner = ARENA_ARRAY(&maker->call->arena, struct assignment, count);
    const char **values = ARENA_ARRAY(&maker->call->arena, const char *, count);
    if (!inner || !values)
        return fault_place(maker->fault, ERROR_MEMORY, "a value");
    size_t inner_count = 0, value_count = 0;
    const char *whole = NULL;
    bool verbatim = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_for(&all[i], name))
            continue;
        whole = all[i].whole;
        verbatim |= all[i].verbatim;
        if (all[i].length == name.length) {
            values[value_count++] = all[i].value;
            continue;
        }
        inner[inner_count] = all[i];
        inner[inner_count].name += name.length + 1;
        inner[inner_count++].length -= name.length + 1;
    }
    const struct field *field = find_field(layout, (const char *)name.data, name.length);
    /* What no table types keeps the file's type where that was a list. */
    bool was_list = base && json_type(base) == JSON_ARRAY;
    json_write_name_bytes(maker->writer, name);
    enum error error = ERROR_OK;
    if (inner_count && value_count) {
        error = fault_set(
            maker->fault, ERROR_USAGE, "value", "one assignment of the whole, or of its parts",
            "both");
    } else if (inner_count) {
        bool object = base && json_type(base) == JSON_OBJECT;
        error = put_level(
            maker, field ? field->layout : NULL, object ? base : NULL, inner, inner_count);
    } else if (verbatim && value_count > 1) {
        error = fault_set(
            maker->fault, ERROR_USAGE, "value", "nothing beside what the template fills in",
            "an assignment");
    } else if (verbatim) {
        json_write_string(maker->writer, values[0]);
    } else if (field && field->kind == FIELD_TEXTS) {
        error = put_texts(maker, values, value_count);
    } else if (!field && (value_count > 1 || was_list)) {
        json_write_array(maker->writer);
        for (size_t i = 0; i < value_count && !error; i++) {
            if (value_count > 1 || *values[i])
                error = put_free(maker, values[i]);
        }
        json_write_array_end(maker->writer);
    } else if (value_count > 1) {
        error = fault_set(maker->fault, ERROR_USAGE, "value", "one assignment", "several");
    } else {
        error = put_assigned(maker, field, values[0]);
    }
    return error ? fault_within(maker->fault, error, "%.60s", whole) : ERROR_OK;
}

static bool any_for(const struct assignment *assignments, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (is_for(&assignments[i], name))
            return true;
    }
    return false;
}

static enum error put_level(
    const struct maker *maker, const struct layout *layout, const struct json *base,
    const struct assignment *assignments, size_t count)
{
    enum error error = ERROR_OK;
    json_write_object(maker->writer);
    for (size_t i = 0; base && i < json_count(base) && !error; i++) {
        struct bytes name = json_name_at(base, i);
        if (any_for(assignments, count, name)) {
            error = put_member(maker, layout, json_at(base, i), name, assignments, count);
        } else {
            json_write_name_bytes(maker->writer, name);
            error = put_value(maker, json_at(base, i));
        }
    }
    for (size_t i = 0; i < count && !error; i++) {
        struct bytes name = {(const uint8_t *)assignments[i].name, first_part(&assignments[i])};
        bool earlier = any_for(assignments, i, name) || (base && json_find_bytes(base, name));
        if (!earlier)
            error = put_member(maker, layout, NULL, name, assignments, count);
    }
    json_write_object_end(maker->writer);
    return error;
}

/* --- Together ----------------------------------------------------------------------------- */

/* What a document says of its own making, when nobody says otherwise. */
static const struct {
    const char *name;
    const char *value;
    enum field_kind kind;
} defaults[] = {
    {"id", "random", FIELD_ID},
    {"issued", "now", FIELD_TIME},
    {"made", "now", FIELD_TIME},
};

const char *compose_default(const struct field *field)
{
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (field->kind == defaults[i].kind && strcmp(field->name, defaults[i].name) == 0)
            return defaults[i].value;
    }
    return NULL;
}

static size_t add_defaults(
    const struct layout *layout, const struct json *base, struct assignment *list, size_t count)
{
    for (size_t i = 0; layout && i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        const char *name = field->name, *value = compose_default(field);
        /* A set that nobody gives is empty. */
        if (!value && field->kind == FIELD_TEXTS && !field->optional)
            value = "";
        if (value && !(base && json_find(base, name)) && !any_for(list, count, bytes_of(name)))
            list[count++] = (struct assignment){name, strlen(name), value, name, false};
    }
    return count;
}

static enum error split(const char *text, struct fault *fault, struct assignment *ret_assignment)
{
    const char *end = strchr(text, '=');
    size_t levels = 1;
    bool named = end && end != text;
    for (const char *at = text; named && at < end; at++) {
        levels += *at == '.';
        named = *at != '.' || (at > text && at + 1 < end && at[1] != '.');
    }
    if (!named)
        return fault_set(
            fault, ERROR_USAGE, text, "NAME=VALUE or NAME.MEMBER=VALUE", "no name, or no \"=\"");
    if (levels > LEVELS_MAX)
        return fault_set(
            fault, ERROR_DOCUMENT_DEPTH, "an assignment", "at most 16 levels", "%zu", levels);
    *ret_assignment = (struct assignment){text, (size_t)(end - text), end + 1, text, false};
    return ERROR_OK;
}

enum error compose_json(
    struct call *call, const struct compose *compose, struct fault *fault,
    const struct json **ret_json, bool *ret_rewritten)
{
    const struct json *base = NULL;
    enum error error = ERROR_OK;
    if (compose->path || compose->json.length) {
        struct bytes text = compose->json;
        if (!text.length)
            error = input_read(call, compose->path, fault, &text);
        if (!error) {
            error = json_parse(text, &call->arena, fault, &base);
            if (!error)
                error = json_expect(base, JSON_OBJECT, fault);
            if (error)
                fault_within(fault, error, "%s", compose->path ? compose->path : "body");
        }
    }
    size_t room = compose->assignment_count + 1;
    if (compose->layout)
        room += compose->layout->field_count;
    struct assignment *list = ARENA_ARRAY(&call->arena, struct assignment, room);
    if (!list && !error)
        error = fault_place(fault, ERROR_MEMORY, "the document");
    size_t count = 0;
    for (; count < compose->assignment_count && !error; count++)
        error = split(compose->assignments[count], fault, &list[count]);
    if (error)
        return error;
    if (compose->text_name)
        list[count++] = (struct assignment){
            compose->text_name, strlen(compose->text_name), compose->text, compose->text_name,
            true};
    if (compose->defaults)
        count = add_defaults(compose->layout, base, list, count);
    if (base && count == 0 && !has_references(base)) {
        *ret_json = base;
        *ret_rewritten = false;
        return ERROR_OK;
    }
    struct buffer text = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &text, 0);
    const struct maker maker = {call, &writer, fault, compose->datum};
    error = put_level(&maker, compose->layout, base, list, count);
    if (error)
        compose_fault(compose, true, error, fault);
    else if ((error = json_writer_end(&writer)) != ERROR_OK)
        fault_place(fault, error, "the document");
    else
        error = json_parse(buffer_view(&text), &call->arena, fault, ret_json);
    buffer_free(&text);
    *ret_rewritten = true;
    return error;
}

enum error
compose_fault(const struct compose *compose, bool rewritten, enum error error, struct fault *fault)
{
    /* "licence: line 1, column 80, $.from" names the place in a text that nobody has seen. */
    char *line = rewritten ? strstr(fault->place, "line ") : NULL;
    char *path = line ? strstr(line, "$") : NULL;
    if (path)
        memmove(line, path, strlen(path) + 1);
    else if (line)
        line[line > fault->place + 1 ? -2 : 0] = '\0'; /* the document as a whole */
    return compose->path ? fault_within(fault, error, "%s", compose->path) : error;
}
