/* A file's content, field by field. */
#include "site/values.h"

#include <string.h>

#include "authority/file_fields.h"
#include "http/request.h"
#include "site/catalogue.h"
#include "site/words.h"

/* Where the values go. */
struct maker {
    struct arena *arena;
    struct fault *fault;
};

static const void *at(const void *value, size_t offset)
{
    return (const char *)value + offset;
}

static size_t count_of(const struct field *field, const void *value)
{
    size_t count;
    memcpy(&count, at(value, field->count_offset), sizeof count);
    return count;
}

static const char *text_of(const struct field *field, const void *value)
{
    const char *text;
    memcpy(&text, at(value, field->offset), sizeof text);
    return text;
}

const char *values_href(struct arena *arena, enum file_kind kind, const char *number)
{
    struct buffer path = {0};
    buffer_printf(&path, "/register/%s/", file_word(kind));
    http_percent_append(&path, bytes_of(number));
    const char *text = path.error ? NULL : arena_text(arena, buffer_view(&path));
    buffer_free(&path);
    return text;
}

/* A text under the name of a kind is the number of a file of that kind. */
static const char *href_of(struct arena *arena, const struct field *field, const char *text)
{
    enum file_kind kind = file_by_word(bytes_of(field->name));
    return kind && rule_name(text, "number", NULL) == ERROR_OK ? values_href(arena, kind, text)
                                                               : NULL;
}

static const char *done_by_words(struct arena *arena, const struct done_by *done)
{
    struct view_moment when = words_moment(arena, done->time);
    return words_format(arena, "%s, %s, %s", done->person, when.date, when.time);
}

static const char *size_words(struct arena *arena, size_t length)
{
    return words_format(arena, "%zu bytes", length);
}

/* Fields with one text. */
static void put_leaf(
    const struct maker *maker, const struct field *field, const void *value,
    struct view_value *view)
{
    struct arena *arena = maker->arena;
    const void *member = at(value, field->offset);
    char text[DIGEST_TEXT_SIZE + SPAN_TEXT_SIZE];
    switch (field->kind) {
    case FIELD_UINT:
        view->text = words_format(arena, "%llu", *(const unsigned long long *)member);
        break;
    case FIELD_TIME: {
        struct view_moment moment = words_moment(arena, *(const millis *)member);
        view->text = words_format(arena, "%s, %s", moment.date, moment.time);
        break;
    }
    case FIELD_SPAN:
        view->text = arena_text(arena, bytes_of(span_text(*(const millis *)member, text)));
        break;
    case FIELD_BOOL:
        view->text = *(const bool *)member ? "Yes" : "No";
        break;
    case FIELD_CHOICE:
        view->text = choice_label(arena, field->words[*(const int *)member - 1]);
        break;
    case FIELD_TEXT:
    case FIELD_PROSE:
        view->text = text_of(field, value);
        view->href = href_of(arena, field, view->text);
        view->code = strcmp(field->name, "clauses") == 0;
        break;
    case FIELD_BYTES:
        view->text = size_words(arena, ((const struct bytes *)member)->length);
        break;
    case FIELD_DIGEST:
        view->text = arena_text(arena, bytes_of(digest_text(member, text)));
        view->digest = true;
        break;
    case FIELD_ID:
        view->text = arena_text(
            arena,
            bytes_of(hex_text((struct bytes){((const struct id *)member)->bytes, ID_SIZE}, text)));
        view->digest = true;
        break;
    default:
        break;
    }
}

static enum error put_texts(
    const struct maker *maker, const struct field *field, const void *value,
    struct view_value *view)
{
    const char *const *texts;
    memcpy(&texts, at(value, field->offset), sizeof texts);
    view->text = words_list(maker->arena, texts, count_of(field, value));
    return view->text ? ERROR_OK : fault_place(maker->fault, ERROR_MEMORY, "page");
}

static enum error put_records(
    const struct maker *maker, const struct field *field, const void *value,
    struct view_value *view)
{
    size_t count = count_of(field, value);
    const char *records;
    memcpy(&records, at(value, field->offset), sizeof records);
    view->items.items = ARENA_ARRAY(maker->arena, struct view_value, count);
    if (!view->items.items)
        return fault_place(maker->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < count; i++) {
        struct view_value *one = &view->items.items[i];
        *one = (struct view_value){.label = words_format(maker->arena, "%zu", i + 1)};
        enum error error = values_make(
            field->layout, records + i * field->layout->size, maker->arena, maker->fault,
            &one->items.items, &one->items.count);
        if (error)
            return error;
    }
    view->items.count = count;
    return ERROR_OK;
}

static enum error put_field(
    const struct maker *maker, const struct field *field, const void *value,
    struct view_value *view)
{
    view->label = field_label(maker->arena, field);
    switch (field->kind) {
    case FIELD_RECORD:
        if (field->layout == &done_by_layout) {
            view->text = done_by_words(maker->arena, at(value, field->offset));
            return ERROR_OK;
        }
        return values_make(
            field->layout, at(value, field->offset), maker->arena, maker->fault, &view->items.items,
            &view->items.count);
    case FIELD_RECORDS:
        return put_records(maker, field, value, view);
    case FIELD_TEXTS:
        return put_texts(maker, field, value, view);
    case FIELD_BLOBS:
        view->text = words_count(maker->arena, count_of(field, value), "part");
        return ERROR_OK;
    default:
        put_leaf(maker, field, value, view);
        return ERROR_OK;
    }
}

/* Whether an optional field is there: not all zero bytes (instruments/field.h). */
static bool is_there(const struct field *field, const void *value)
{
    static const size_t sizes[] = {
        [FIELD_UINT] = sizeof(uint64_t), [FIELD_TIME] = sizeof(millis),
        [FIELD_SPAN] = sizeof(millis),   [FIELD_BOOL] = sizeof(bool),
        [FIELD_CHOICE] = sizeof(int),    [FIELD_TEXT] = sizeof(char *),
        [FIELD_PROSE] = sizeof(char *),  [FIELD_DIGEST] = sizeof(struct digest),
        [FIELD_ID] = sizeof(struct id),
    };
    if (field->kind == FIELD_DATUM)
        return false;
    if (field->kind == FIELD_TEXTS || field->kind == FIELD_BLOBS || field->kind == FIELD_RECORDS)
        return count_of(field, value) > 0;
    if (field->kind == FIELD_BYTES)
        return ((const struct bytes *)at(value, field->offset))->length > 0;
    if (!field->optional)
        return true;
    size_t size = field->kind == FIELD_RECORD ? field->layout->size : sizes[field->kind];
    const unsigned char *bytes = at(value, field->offset);
    while (size && !*bytes) {
        bytes++;
        size--;
    }
    return size > 0;
}

static bool is_base(const struct layout *layout, const struct field *field)
{
    return layout->fields[0].kind == FIELD_TEXT && strcmp(layout->fields[0].name, "number") == 0 &&
           layout->field_count > 1 && strcmp(layout->fields[1].name, "version") == 0 &&
           field->key <= 5;
}

enum error values_make(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    struct view_value **ret_items, size_t *ret_count)
{
    const struct maker maker = {arena, fault};
    struct view_value *items = ARENA_ARRAY(arena, struct view_value, layout->field_count + 1);
    size_t count = 0;
    if (!items)
        return fault_place(fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        if (is_base(layout, field) || !is_there(field, value))
            continue;
        items[count] = (struct view_value){0};
        enum error error = put_field(&maker, field, value, &items[count++]);
        if (error)
            return error;
    }
    *ret_items = items;
    *ret_count = count;
    return ERROR_OK;
}

enum error values_of_payload(
    const struct layout *layout, struct bytes payload, struct arena *arena, struct fault *fault,
    struct view_value **ret_items, size_t *ret_count)
{
    void *value = arena_alloc(arena, layout->size);
    enum error error = value ? layout_decode(layout, payload, arena, fault, value)
                             : fault_place(fault, ERROR_MEMORY, "page");
    return error ? error : values_make(layout, value, arena, fault, ret_items, ret_count);
}

enum error values_of_body(
    const struct layout *layout, const struct datum *body, struct arena *arena, struct fault *fault,
    struct view_value **ret_items, size_t *ret_count)
{
    void *value = arena_alloc(arena, layout->size);
    enum error error = value ? layout_read_datum(layout, body, arena, fault, value)
                             : fault_place(fault, ERROR_MEMORY, "page");
    return error ? error : values_make(layout, value, arena, fault, ret_items, ret_count);
}

const char *values_summary(enum file_kind kind, const void *content)
{
    static const char *const names[] = {"name",  "purpose", "title",  "what",    "summary",
                                        "place", "agency",  "reason", "question"};
    const struct layout *layout = file_layout(kind);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t k = 0; k < layout->field_count; k++) {
            const struct field *field = &layout->fields[k];
            bool texts = field->kind == FIELD_TEXT || field->kind == FIELD_PROSE;
            if (texts && strcmp(field->name, names[i]) == 0 && text_of(field, content))
                return text_of(field, content);
        }
    }
    return "";
}
