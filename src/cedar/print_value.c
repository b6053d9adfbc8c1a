/* Values as the expressions that give them. Sets are put in an order that does not hang on where
 * their elements happen to be in memory. */
#include <inttypes.h>
#include <stdlib.h>

#include "cedar/extension.h"
#include "cedar/lexer.h"
#include "cedar/print.h"

void cedar_print_uid(struct buffer *buffer, const struct cedar_uid *uid)
{
    buffer_append_bytes(buffer, cedar_string_bytes(uid->type));
    buffer_append_text(buffer, "::");
    cedar_print_string(buffer, cedar_string_bytes(uid->id));
}

/* A part of a set or record that was printed apart, to be put in order. */
struct part {
    enum cedar_kind kind;
    int64_t number;      /* 0 where it has none */
    size_t from, length; /* in the buffer of parts */
    const uint8_t *text;
};

static int compare_parts(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return bytes_compare((struct bytes){x->text, x->length}, (struct bytes){y->text, y->length});
}

static bool has_number(enum cedar_kind kind)
{
    return kind == CEDAR_LONG || kind == CEDAR_DECIMAL || kind == CEDAR_DATETIME ||
           kind == CEDAR_DURATION;
}

/* Prints parts in order with commas between. texts holds them as they were printed. */
static void
print_parts(struct buffer *buffer, const struct buffer *texts, struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        parts[i].text = texts->data + parts[i].from;
    qsort(parts, count, sizeof *parts, compare_parts);
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(buffer, i ? ", " : "");
        buffer_append(buffer, parts[i].text, parts[i].length);
    }
}

static void print_set(struct buffer *buffer, const struct cedar_set *set)
{
    struct buffer texts = {0};
    struct part *parts = calloc(set->count + 1, sizeof *parts);
    for (uint32_t i = 0; parts && i < set->count; i++) {
        struct cedar_value element = set->elements[i];
        parts[i].kind = element.kind;
        parts[i].number = has_number(element.kind) ? element.number : 0;
        parts[i].from = texts.length;
        cedar_print_value(&texts, element);
        parts[i].length = texts.length - parts[i].from;
    }
    buffer_append_byte(buffer, '[');
    if (!parts || texts.error)
        buffer->error = buffer->error ? buffer->error : ERROR_MEMORY;
    else
        print_parts(buffer, &texts, parts, set->count);
    buffer_append_byte(buffer, ']');
    free(parts);
    buffer_free(&texts);
}

static void
print_field(struct buffer *buffer, const struct cedar_string *key, struct cedar_value value)
{
    struct bytes name = cedar_string_bytes(key);
    if (cedar_is_identifier(name) && !cedar_word_is_reserved(name))
        buffer_append_bytes(buffer, name);
    else
        cedar_print_string(buffer, name);
    buffer_append_text(buffer, ": ");
    cedar_print_value(buffer, value);
}

static void print_record(struct buffer *buffer, const struct cedar_record *record)
{
    struct buffer texts = {0};
    struct part *parts = calloc(record->count + 1, sizeof *parts);
    for (uint32_t i = 0; parts && i < record->count; i++) {
        parts[i].from = texts.length;
        print_field(&texts, record->keys[i], record->values[i]);
        parts[i].length = texts.length - parts[i].from;
    }
    buffer_append_byte(buffer, '{');
    if (!parts || texts.error)
        buffer->error = buffer->error ? buffer->error : ERROR_MEMORY;
    else
        print_parts(buffer, &texts, parts, record->count);
    buffer_append_byte(buffer, '}');
    free(parts);
    buffer_free(&texts);
}

/* A datetime's text has four digits for the year; what is beyond is reached from a day within. */
static void print_datetime(struct buffer *buffer, int64_t number)
{
    const int64_t first = days_from_civil(0, 1, 1) * MILLIS_DAY;
    const int64_t end = days_from_civil(10000, 1, 1) * MILLIS_DAY;
    bool within = number >= first && number < end;
    buffer_append_text(buffer, "datetime(\"");
    cedar_datetime_append(buffer, within ? number : 0);
    buffer_append_text(buffer, "\")");
    if (!within) {
        buffer_append_text(buffer, ".offset(duration(\"");
        cedar_duration_append(buffer, number);
        buffer_append_text(buffer, "\"))");
    }
}

void cedar_print_value(struct buffer *buffer, struct cedar_value value)
{
    switch (value.kind) {
    case CEDAR_BOOL:
        buffer_append_text(buffer, value.boolean ? "true" : "false");
        break;
    case CEDAR_LONG:
        buffer_printf(buffer, "%" PRId64, value.number);
        break;
    case CEDAR_STRING:
        cedar_print_string(buffer, cedar_string_bytes(value.string));
        break;
    case CEDAR_ENTITY:
        cedar_print_uid(buffer, value.entity);
        break;
    case CEDAR_SET:
        print_set(buffer, value.set);
        break;
    case CEDAR_RECORD:
        print_record(buffer, value.record);
        break;
    case CEDAR_DECIMAL:
        buffer_append_text(buffer, "decimal(\"");
        cedar_decimal_append(buffer, value.number);
        buffer_append_text(buffer, "\")");
        break;
    case CEDAR_DATETIME:
        print_datetime(buffer, value.number);
        break;
    case CEDAR_DURATION:
        buffer_append_text(buffer, "duration(\"");
        cedar_duration_append(buffer, value.number);
        buffer_append_text(buffer, "\")");
        break;
    case CEDAR_IPADDR:
        buffer_append_text(buffer, "ip(\"");
        cedar_ip_append(buffer, value.ip);
        buffer_append_text(buffer, "\")");
        break;
    }
}
