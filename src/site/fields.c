/* Forms of acts, and what was filled in. */
#include "site/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/catalogue.h"
#include "site/words.h"

enum { RECORDS_MAX = 200 }; /* items of a list in a form */

struct maker {
    struct http_pairs pairs;
    struct arena *arena;
    struct fault *fault;
};

static enum error no_memory(const struct maker *maker)
{
    return fault_place(maker->fault, ERROR_MEMORY, "form");
}

/* The value of a field of the form, "" when it was left empty. */
static const char *filled(const struct maker *maker, const char *name)
{
    const char *value = http_pair(maker->pairs, name);
    return value ? value : "";
}

/* How many items the form has of a list: one more than the largest index that is there. */
static size_t items_of(const struct maker *maker, const char *name)
{
    size_t length = strlen(name), most = 0;
    for (size_t i = 0; i < maker->pairs.count; i++) {
        const char *other = maker->pairs.items[i].name;
        if (strncmp(other, name, length) != 0 || other[length] != '.')
            continue;
        size_t index = strtoul(other + length + 1, NULL, 10);
        if (index > most && index <= RECORDS_MAX)
            most = index;
    }
    return most;
}

/* --- The form ----------------------------------------------------------------------------- */

static enum error make_options(
    const struct maker *maker, const char *const *words, bool optional, struct view_field *view)
{
    size_t count = 0;
    while (words[count])
        count++;
    struct view_option *options = ARENA_ARRAY(maker->arena, struct view_option, count + 1);
    if (!options)
        return no_memory(maker);
    for (size_t i = 0; i < count; i++)
        options[i] = (struct view_option){
            .value = words[i],
            .words = choice_label(maker->arena, words[i]),
            .chosen = strcmp(words[i], view->value) == 0,
        };
    if (optional)
        options[count++] =
            (struct view_option){.value = "", .words = "Not said", .chosen = !*view->value};
    view->options.items = options;
    view->options.count = count;
    return ERROR_OK;
}

static enum error make_level(
    const struct maker *maker, const struct layout *layout, const char *prefix,
    struct view_field **ret_items, size_t *ret_count);

static enum error
make_records(const struct maker *maker, const struct field *field, struct view_field *view)
{
    size_t count = items_of(maker, view->name);
    const char *more = http_pair(maker->pairs, FIELDS_MORE);
    if (count == 0 || (more && strcmp(more, view->name) == 0 && count < RECORDS_MAX))
        count++;
    view->input = INPUT_GROUP;
    view->more = view->name;
    view->items.items = ARENA_ARRAY(maker->arena, struct view_field, count);
    if (!view->items.items)
        return no_memory(maker);
    for (size_t i = 0; i < count; i++) {
        const char *prefix = words_format(maker->arena, "%s.%zu.", view->name, i + 1);
        struct view_field *one = &view->items.items[i];
        *one = (struct view_field){
            .input = INPUT_GROUP,
            .name = words_format(maker->arena, "%s.%zu", view->name, i + 1),
            .label = words_format(maker->arena, "%s %zu", view->label, i + 1),
        };
        if (!prefix || !one->name || !one->label)
            return no_memory(maker);
        enum error error =
            make_level(maker, field->layout, prefix, &one->items.items, &one->items.count);
        if (error)
            return error;
    }
    view->items.count = count;
    return ERROR_OK;
}

static enum error make_field(
    const struct maker *maker, const struct field *field, const char *prefix,
    struct view_field *view)
{
    static const char *const yes_no[] = {"yes", "no", NULL};
    *view = (struct view_field){
        .input = INPUT_TEXT,
        .name = words_format(maker->arena, "%s%s", prefix, field->name),
        .label = field_label(maker->arena, field),
        .hint = field_hint(maker->arena, field),
        .optional = field->optional,
    };
    if (!view->name || !view->label)
        return no_memory(maker);
    view->value = filled(maker, view->name);
    if (view->hint)
        view->described = words_format(maker->arena, "%s-hint", view->name);
    switch (field->kind) {
    case FIELD_UINT:
        view->mode = "numeric";
        return ERROR_OK;
    case FIELD_PROSE:
    case FIELD_TEXTS:
    case FIELD_BLOBS:
    case FIELD_BYTES:
        view->input = INPUT_LINES;
        view->value = fields_lines(maker->arena, view->value);
        return view->value ? ERROR_OK : no_memory(maker);
    case FIELD_CHOICE:
        view->input = INPUT_CHOICE;
        return make_options(maker, field->words, field->optional, view);
    case FIELD_BOOL:
        view->input = INPUT_CHOICE;
        return make_options(maker, yes_no, false, view);
    case FIELD_RECORD: {
        const char *inside = words_format(maker->arena, "%s.", view->name);
        view->input = INPUT_GROUP;
        return inside ? make_level(
                            maker, field->layout, inside, &view->items.items, &view->items.count)
                      : no_memory(maker);
    }
    case FIELD_RECORDS:
        return make_records(maker, field, view);
    default:
        return ERROR_OK;
    }
}

static enum error make_level(
    const struct maker *maker, const struct layout *layout, const char *prefix,
    struct view_field **ret_items, size_t *ret_count)
{
    struct view_field *items =
        ARENA_ARRAY(maker->arena, struct view_field, layout->field_count + 1);
    if (!items)
        return no_memory(maker);
    for (size_t i = 0; i < layout->field_count; i++) {
        enum error error = make_field(maker, &layout->fields[i], prefix, &items[i]);
        if (error)
            return error;
    }
    *ret_items = items;
    *ret_count = layout->field_count;
    return ERROR_OK;
}

enum error fields_make(
    const struct layout *layout, struct http_pairs pairs, struct arena *arena, struct fault *fault,
    struct view_field **ret_items, size_t *ret_count)
{
    const struct maker maker = {pairs, arena, fault};
    return make_level(&maker, layout, FIELDS_PREFIX, ret_items, ret_count);
}

/* --- What was filled in ------------------------------------------------------------------- */

char *fields_lines(struct arena *arena, const char *value)
{
    char *copy = arena_text(arena, bytes_of(value));
    char *to = copy;
    for (const char *from = copy; from && *from; from++) {
        if (*from != '\r')
            *to++ = *from;
    }
    if (copy)
        *to = 0;
    return copy;
}

static int compare_texts(const void *a, const void *b)
{
    return bytes_compare(((const struct datum *)a)->text, ((const struct datum *)b)->text);
}

/* One a line, without the spaces around it, in order. */
static enum error
read_lines(const struct maker *maker, const char *value, bool blobs, struct datum *ret_datum)
{
    char *text = arena_text(maker->arena, bytes_of(value));
    struct datum *items = ARENA_ARRAY(maker->arena, struct datum, strlen(value) / 2 + 1);
    size_t count = 0;
    if (!text || !items)
        return no_memory(maker);
    for (char *line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n")) {
        line += strspn(line, " \t");
        size_t length = strlen(line);
        while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
            line[--length] = 0;
        if (length == 0)
            continue;
        items[count++] = datum_of_text(line);
    }
    if (!blobs && count)
        qsort(items, count, sizeof *items, compare_texts);
    *ret_datum = (struct datum){.kind = DATUM_LIST, .list = {items, count}};
    return ERROR_OK;
}

static enum error read_bytes(const struct maker *maker, const char *value, struct datum *ret_datum)
{
    struct buffer bytes = {0};
    enum error error = base64url_parse(bytes_of(value), maker->fault, &bytes);
    if (!error && bytes.error)
        error = no_memory(maker);
    struct bytes copy = error ? (struct bytes){0} : arena_copy(maker->arena, buffer_view(&bytes));
    if (!error && bytes.length && !copy.data)
        error = no_memory(maker);
    buffer_free(&bytes);
    if (!error)
        *ret_datum = datum_of_bytes(copy);
    return error;
}

static enum error
read_hex(const struct maker *maker, const char *value, size_t size, struct datum *ret_datum)
{
    uint8_t *bytes = arena_alloc(maker->arena, size);
    if (!bytes)
        return no_memory(maker);
    enum error error = hex_parse(bytes_of(value), maker->fault, bytes, size);
    if (!error)
        *ret_datum = datum_of_bytes((struct bytes){bytes, size});
    return error;
}

/* A date is its first moment. */
static const char *moment_of(const struct maker *maker, const char *value)
{
    return strlen(value) == 10 ? words_format(maker->arena, "%sT00:00:00Z", value) : value;
}

static enum error read_level(
    const struct maker *maker, const struct layout *layout, const char *prefix,
    struct datum *ret_map);

static enum error read_records(
    const struct maker *maker, const struct field *field, const char *name, struct datum *ret_datum)
{
    size_t count = items_of(maker, name), kept = 0;
    struct datum *items = ARENA_ARRAY(maker->arena, struct datum, count + 1);
    if (!items)
        return no_memory(maker);
    for (size_t i = 0; i < count; i++) {
        const char *prefix = words_format(maker->arena, "%s.%zu.", name, i + 1);
        if (!prefix)
            return no_memory(maker);
        enum error error = read_level(maker, field->layout, prefix, &items[kept]);
        if (error)
            return error;
        kept += items[kept].map.count > 0;
    }
    *ret_datum = (struct datum){.kind = DATUM_LIST, .list = {items, kept}};
    return ERROR_OK;
}

static enum error read_number(const struct maker *maker, const char *value, struct datum *ret_datum)
{
    uint64_t number;
    enum error error = number_parse(bytes_of(value), INT64_MAX, maker->fault, &number);
    if (!error)
        *ret_datum = datum_of_integer((int64_t)number);
    return error;
}

static enum error read_text(const struct maker *maker, const char *text, struct datum *ret_datum)
{
    if (!text)
        return no_memory(maker);
    *ret_datum = datum_of_text(text);
    return ERROR_OK;
}

/* The field's datum; of kind DATUM_NONE where it was left empty. */
static enum error read_field(
    const struct maker *maker, const struct field *field, const char *name, struct datum *ret_datum)
{
    const char *value = filled(maker, name);
    *ret_datum = (struct datum){0};
    if (field->kind == FIELD_RECORDS)
        return read_records(maker, field, name, ret_datum);
    if (field->kind == FIELD_RECORD) {
        const char *prefix = words_format(maker->arena, "%s.", name);
        return prefix ? read_level(maker, field->layout, prefix, ret_datum) : no_memory(maker);
    }
    if (!*value)
        return ERROR_OK;
    switch (field->kind) {
    case FIELD_UINT:
        return read_number(maker, value, ret_datum);
    case FIELD_BOOL:
        *ret_datum = datum_of_bool(strcmp(value, "yes") == 0);
        return ERROR_OK;
    case FIELD_TEXTS:
        return read_lines(maker, value, false, ret_datum);
    case FIELD_BLOBS:
        return read_lines(maker, value, true, ret_datum);
    case FIELD_BYTES:
        return read_bytes(maker, value, ret_datum);
    case FIELD_DIGEST:
        return read_hex(maker, value, DIGEST_SIZE, ret_datum);
    case FIELD_ID:
        return read_hex(maker, value, ID_SIZE, ret_datum);
    case FIELD_TIME:
        return read_text(maker, moment_of(maker, value), ret_datum);
    case FIELD_PROSE:
        return read_text(maker, fields_lines(maker->arena, value), ret_datum);
    default:
        return read_text(maker, value, ret_datum);
    }
}

static bool is_empty(const struct datum *datum)
{
    return datum->kind == DATUM_NONE || (datum->kind == DATUM_LIST && datum->list.count == 0) ||
           (datum->kind == DATUM_MAP && datum->map.count == 0);
}

/* An item's lists of texts may be left empty, which says that there are none: an offence is not
 * completed by words. What an act itself asks for is not: an exporter's owners. */
static void
add_empty_lists(const struct layout *layout, struct datum_member *members, size_t *count)
{
    size_t filled_count = *count;
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        bool there = field->kind != FIELD_TEXTS || field->optional;
        for (size_t j = 0; j < filled_count && !there; j++)
            there = strcmp(members[j].name, field->name) == 0;
        if (!there)
            members[(*count)++] = (struct datum_member){field->name, {.kind = DATUM_LIST}};
    }
}

static enum error read_level(
    const struct maker *maker, const struct layout *layout, const char *prefix,
    struct datum *ret_map)
{
    struct datum_member *members =
        ARENA_ARRAY(maker->arena, struct datum_member, layout->field_count + 1);
    size_t count = 0;
    if (!members)
        return no_memory(maker);
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        const char *name = words_format(maker->arena, "%s%s", prefix, field->name);
        if (!name)
            return no_memory(maker);
        struct datum value;
        enum error error = read_field(maker, field, name, &value);
        if (error)
            return fault_within(maker->fault, error, "%s", name + strlen(FIELDS_PREFIX));
        if (!is_empty(&value))
            members[count++] = (struct datum_member){field->name, value};
    }
    if (count && strcmp(prefix, FIELDS_PREFIX) != 0)
        add_empty_lists(layout, members, &count);
    return datum_map(members, count, maker->fault, ret_map);
}

enum error fields_read(
    const struct layout *layout, struct http_pairs pairs, struct arena *arena, struct fault *fault,
    struct datum *ret_body)
{
    const struct maker maker = {pairs, arena, fault};
    return read_level(&maker, layout, FIELDS_PREFIX, ret_body);
}

/* --- Mistakes ----------------------------------------------------------------------------- */

/* What a field is called: its whole name, or what that ends in. The number of a new file is no part
 * of what is said in the form, has no prefix, and is itself alone. */
static const char *own_name(const char *name, bool whole)
{
    const char *dot = strrchr(name, '.');
    if (!dot)
        return whole ? name : "";
    return whole ? name + strlen(FIELDS_PREFIX) : dot + 1;
}

/* The field of the form whose name is, or ends in, that. */
static struct view_field *find(struct view_field *items, size_t count, const char *name, bool whole)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].input != INPUT_GROUP && strcmp(own_name(items[i].name, whole), name) == 0)
            return &items[i];
        struct view_field *inside = find(items[i].items.items, items[i].items.count, name, whole);
        if (inside)
            return inside;
    }
    return NULL;
}

/* Faults of forms name the field's place; those of documents "application: agency: name", of which
 * the last that is a field's own name counts ("until: time" is what kind of text it should be). */
static struct view_field *find_place(struct view_field *items, size_t count, const char *place)
{
    struct view_field *field = find(items, count, place, true);
    size_t end = strlen(place);
    while (!field && end) {
        size_t start = end;
        while (start && place[start - 1] != ':')
            start--;
        size_t length = strspn(place + start, " ");
        char name[sizeof(struct fault){0}.place];
        snprintf(name, sizeof name, "%.*s", (int)(end - start - length), place + start + length);
        for (char *at = name; *at; at++)
            *at = *at == ' ' ? '-' : *at; /* as they are said */
        field = find(items, count, name, false);
        end = start ? start - 1 : 0;
    }
    return field;
}

static const char *mistake_words(struct arena *arena, const struct fault *mistake)
{
    if (!*mistake->expected)
        return words_capital(arena, error_words(mistake->error));
    const char *expected = words_capital(arena, mistake->expected);
    return *mistake->found
               ? words_format(arena, "%s is expected here, not %s", expected, mistake->found)
               : words_format(arena, "%s is expected here", expected);
}

enum error fields_mistake(
    const struct fault *mistake, struct view_field *items, size_t count, struct arena *arena,
    struct fault *fault, struct view_mistake *ret_mistake)
{
    const char *words = mistake_words(arena, mistake);
    if (!words)
        return fault_place(fault, ERROR_MEMORY, "form");
    struct view_field *field = find_place(items, count, mistake->place);
    *ret_mistake = (struct view_mistake){.words = words};
    if (!field) {
        ret_mistake->words =
            *mistake->place ? words_format(arena, "%s: %s", mistake->place, words) : words;
        return ERROR_OK;
    }
    field->error = words;
    field->described = words_format(
        arena, "%s%s%s-error", field->hint ? field->described : "", field->hint ? " " : "",
        field->name);
    ret_mistake->words = words_format(arena, "%s: %s", field->label, words);
    ret_mistake->href = words_format(arena, "#%s", field->name);
    return ERROR_OK;
}
