/* Tables of fields as lines for a person. */
#include <string.h>

#include "instruments/field_value.h"

static void begin_line(const char *label, unsigned indent, struct buffer *out)
{
    for (unsigned i = 0; i < indent; i++)
        buffer_append_text(out, "  ");
    for (const char *at = label; *at; at++)
        buffer_append_byte(out, *at == '-' ? ' ' : (uint8_t)*at);
    buffer_append_byte(out, ':');
}

static void print_hex(struct bytes bytes, struct buffer *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.length; i++) {
        buffer_append_byte(out, (uint8_t)digits[bytes.data[i] >> 4]);
        buffer_append_byte(out, (uint8_t)digits[bytes.data[i] & 15]);
    }
}

/* Prose begins on a line of its own and is indented below its label. */
static void print_prose(const char *text, unsigned indent, struct buffer *out)
{
    if (!strchr(text, '\n')) {
        buffer_printf(out, " %s\n", text);
        return;
    }
    buffer_append_byte(out, '\n');
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        if (length) {
            for (unsigned i = 0; i <= indent; i++)
                buffer_append_text(out, "  ");
            buffer_append(out, line, length);
        }
        buffer_append_byte(out, '\n');
        line += length + (line[length] == '\n');
    }
}

static void print_datum(const struct datum *datum, unsigned indent, struct buffer *out)
{
    switch (datum->kind) {
    case DATUM_BOOL:
        buffer_append_text(out, datum->boolean ? " yes\n" : " no\n");
        return;
    case DATUM_INTEGER:
        buffer_printf(out, " %lld\n", (long long)datum->integer);
        return;
    case DATUM_TEXT:
        print_prose((const char *)datum->text.data, indent, out);
        return;
    case DATUM_BYTES:
        buffer_printf(out, " %zu bytes\n", datum->text.length);
        return;
    case DATUM_LIST: {
        bool texts = true;
        for (size_t i = 0; i < datum->list.count; i++)
            texts &= datum->list.items[i].kind == DATUM_TEXT;
        if (texts) {
            buffer_append_text(out, datum->list.count ? "" : " none");
            for (size_t i = 0; i < datum->list.count; i++)
                buffer_printf(
                    out, "%s%s", i ? ", " : " ", (const char *)datum->list.items[i].text.data);
            buffer_append_byte(out, '\n');
            return;
        }
        buffer_append_byte(out, '\n');
        for (size_t i = 0; i < datum->list.count; i++) {
            begin_line("-", indent + 1, out);
            print_datum(&datum->list.items[i], indent + 1, out);
        }
        return;
    }
    case DATUM_MAP:
        buffer_append_byte(out, '\n');
        for (size_t i = 0; i < datum->map.count; i++) {
            begin_line(datum->map.members[i].name, indent + 1, out);
            print_datum(&datum->map.members[i].value, indent + 1, out);
        }
        return;
    case DATUM_NONE:
        buffer_append_text(out, " -\n");
        return;
    }
}

/* Whoever signs can tell which bytes these are: of a key this is its id, of a form its digest. */
static void print_bytes(struct bytes bytes, struct buffer *out)
{
    struct digest digest = sha256_of(bytes);
    buffer_printf(out, " %zu bytes, SHA-256 ", bytes.length);
    print_hex(digest_view(&digest), out);
    buffer_append_byte(out, '\n');
}

static void
print_field(const struct field *field, const void *value, unsigned indent, struct buffer *out)
{
    char text[TIME_TEXT_SIZE]; /* a span is shorter */
    switch (field->kind) {
    case FIELD_UINT:
        buffer_printf(out, " %llu\n", (unsigned long long)*field_uint(field, value));
        return;
    case FIELD_TIME:
        buffer_printf(out, " %s\n", time_text(*field_millis(field, value), text));
        return;
    case FIELD_SPAN:
        buffer_printf(out, " %s\n", span_text(*field_millis(field, value), text));
        return;
    case FIELD_BOOL:
        buffer_append_text(out, *field_bool(field, value) ? " yes\n" : " no\n");
        return;
    case FIELD_CHOICE: {
        int choice = *field_choice(field, value);
        bool known = choice >= 1 && (size_t)choice <= field_choice_count(field);
        buffer_printf(out, " %s\n", known ? field->words[choice - 1] : "-");
        return;
    }
    case FIELD_TEXT:
    case FIELD_PROSE: {
        const char *string = *field_text(field, value);
        print_prose(string ? string : "-", indent, out);
        return;
    }
    case FIELD_BYTES:
        print_bytes(*field_bytes(field, value), out);
        return;
    case FIELD_DIGEST:
        buffer_append_byte(out, ' ');
        print_hex(digest_view(field_digest(field, value)), out);
        buffer_append_byte(out, '\n');
        return;
    case FIELD_ID:
        buffer_append_byte(out, ' ');
        print_hex((struct bytes){field_id(field, value)->bytes, ID_SIZE}, out);
        buffer_append_byte(out, '\n');
        return;
    case FIELD_RECORD:
        buffer_append_byte(out, '\n');
        layout_print(field->layout, field_nested(field, value), indent + 1, out);
        return;
    case FIELD_TEXTS:
        buffer_append_text(out, *field_count(field, value) ? "" : " none");
        for (size_t i = 0; i < *field_count(field, value); i++)
            buffer_printf(out, "%s%s", i ? ", " : " ", (*field_texts(field, value))[i]);
        buffer_append_byte(out, '\n');
        return;
    case FIELD_BLOBS:
        buffer_printf(out, " %zu\n", *field_count(field, value));
        return;
    case FIELD_RECORDS:
        buffer_append_text(out, *field_count(field, value) ? "\n" : " none\n");
        for (size_t i = 0; i < *field_count(field, value); i++) {
            begin_line(field->layout->name, indent + 1, out);
            buffer_append_byte(out, '\n');
            layout_print(field->layout, field_item(field, value, i), indent + 2, out);
        }
        return;
    case FIELD_DATUM:
        print_datum(field_datum(field, value), indent, out);
        return;
    }
}

void layout_print(
    const struct layout *layout, const void *value, unsigned indent, struct buffer *ret_text)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        if (field->optional && field_is_absent(field, value))
            continue;
        begin_line(field->name, indent, ret_text);
        print_field(field, value, indent, ret_text);
    }
}
