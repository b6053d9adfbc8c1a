/* A form filled in beforehand. */
#include <string.h>

#include "site/fields.h"
#include "site/words.h"

enum { FILLED_MAX = 200 }; /* fields of a form */

struct filler {
    struct arena *arena;
    struct fault *fault;
    struct http_pair *items;
    size_t count;
};

static enum error no_memory(const struct filler *filler)
{
    return fault_place(filler->fault, ERROR_MEMORY, "form");
}

static enum error put(struct filler *filler, const char *name, const char *value)
{
    if (!name || !value)
        return no_memory(filler);
    if (filler->count == FILLED_MAX)
        return fault_place(filler->fault, ERROR_TOO_LARGE, "form");
    filler->items[filler->count++] = (struct http_pair){name, value};
    return ERROR_OK;
}

static const char *lines_of(const struct filler *filler, const char *const *texts, size_t count)
{
    struct buffer lines = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&lines, "%s\n", texts[i]);
    const char *text = lines.error ? NULL : arena_text(filler->arena, buffer_view(&lines));
    buffer_free(&lines);
    return text;
}

static enum error fill_level(
    struct filler *filler, const struct layout *layout, const void *value, const char *prefix);

static enum error fill_records(
    struct filler *filler, const struct field *field, const void *member, size_t count,
    const char *name)
{
    const char *records;
    enum error error = ERROR_OK;
    memcpy(&records, member, sizeof records);
    for (size_t i = 0; i < count && !error; i++) {
        const char *prefix = words_format(filler->arena, "%s.%zu.", name, i + 1);
        error = prefix
                    ? fill_level(filler, field->layout, records + i * field->layout->size, prefix)
                    : no_memory(filler);
    }
    return error;
}

static enum error
fill_field(struct filler *filler, const struct field *field, const void *value, const char *name)
{
    struct arena *arena = filler->arena;
    const void *member = (const char *)value + field->offset;
    char text[TIME_TEXT_SIZE + SPAN_TEXT_SIZE];
    size_t count = 0;
    if (field->count_offset)
        memcpy(&count, (const char *)value + field->count_offset, sizeof count);
    switch (field->kind) {
    case FIELD_UINT: {
        unsigned long long number = *(const uint64_t *)member;
        return number ? put(filler, name, words_format(arena, "%llu", number)) : ERROR_OK;
    }
    case FIELD_TIME:
    case FIELD_SPAN: {
        millis time = *(const millis *)member;
        if (!time)
            return ERROR_OK;
        const char *said =
            field->kind == FIELD_TIME ? time_text(time, text) : span_text(time, text);
        return put(filler, name, arena_text(arena, bytes_of(said)));
    }
    case FIELD_BOOL:
        return put(filler, name, *(const bool *)member ? "yes" : "no");
    case FIELD_CHOICE: {
        int choice = *(const int *)member;
        return choice ? put(filler, name, field->words[choice - 1]) : ERROR_OK;
    }
    case FIELD_TEXT:
    case FIELD_PROSE: {
        const char *said;
        memcpy(&said, member, sizeof said);
        return said ? put(filler, name, said) : ERROR_OK;
    }
    case FIELD_BYTES: {
        struct bytes bytes = *(const struct bytes *)member;
        return bytes.length ? put(filler, name, words_base64url(arena, bytes)) : ERROR_OK;
    }
    case FIELD_TEXTS: {
        const char *const *texts;
        memcpy(&texts, member, sizeof texts);
        return count ? put(filler, name, lines_of(filler, texts, count)) : ERROR_OK;
    }
    case FIELD_RECORD: {
        const char *prefix = words_format(arena, "%s.", name);
        return prefix ? fill_level(filler, field->layout, member, prefix) : no_memory(filler);
    }
    case FIELD_RECORDS:
        return fill_records(filler, field, member, count, name);
    default: /* digests, ids and blobs are nothing that a form proposes */
        return ERROR_OK;
    }
}

static enum error fill_level(
    struct filler *filler, const struct layout *layout, const void *value, const char *prefix)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < layout->field_count && !error; i++) {
        const struct field *field = &layout->fields[i];
        const char *name = words_format(filler->arena, "%s%s", prefix, field->name);
        error = name ? fill_field(filler, field, value, name) : no_memory(filler);
    }
    return error;
}

enum error fields_fill(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    struct http_pairs *ret_pairs)
{
    struct filler filler = {arena, fault, ARENA_ARRAY(arena, struct http_pair, FILLED_MAX), 0};
    enum error error =
        filler.items ? fill_level(&filler, layout, value, FIELDS_PREFIX) : no_memory(&filler);
    if (!error)
        *ret_pairs = (struct http_pairs){filler.items, filler.count};
    return error;
}
