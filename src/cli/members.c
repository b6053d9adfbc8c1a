/* The members of documents and acts in words. */
#include "cli/members.h"

#include "cli/compose.h"

/* What stands after "NAME=". */
static void print_value(const struct field *field, struct buffer *text)
{
    switch (field->kind) {
    case FIELD_UINT:
        buffer_append_text(text, "NUMBER");
        return;
    case FIELD_TIME:
        buffer_append_text(text, "TIME");
        return;
    case FIELD_SPAN:
        buffer_append_text(text, "SPAN: 90d, 36h, 15m, 60s");
        return;
    case FIELD_BOOL:
        buffer_append_text(text, "true|false");
        return;
    case FIELD_CHOICE:
        for (size_t i = 0; field->words[i]; i++)
            buffer_printf(text, "%s%s", i ? "|" : "", field->words[i]);
        return;
    case FIELD_TEXT:
        buffer_append_text(text, "TEXT");
        return;
    case FIELD_PROSE:
        buffer_append_text(text, "TEXT or @FILE");
        return;
    case FIELD_BYTES:
        buffer_append_text(text, "@FILE");
        return;
    case FIELD_DIGEST:
        buffer_append_text(text, "HEX or @FILE");
        return;
    case FIELD_ID:
        buffer_append_text(text, "HEX or random");
        return;
    case FIELD_RECORD:
        buffer_append_text(text, "@FILE.pub");
        return;
    case FIELD_TEXTS:
        buffer_append_text(text, "TEXT, may be repeated");
        return;
    case FIELD_BLOBS:
    case FIELD_RECORDS:
        buffer_append_text(text, "JSON, a list");
        return;
    case FIELD_DATUM:
        buffer_append_text(text, "JSON, or NAME.MEMBER=VALUE for each of its members");
        return;
    }
}

/* What stands after the name in JSON, inside a list's record. */
static void print_json_value(const struct field *field, struct buffer *text)
{
    switch (field->kind) {
    case FIELD_PROSE:
        buffer_append_text(text, "TEXT or {\"$text\": FILE}");
        return;
    case FIELD_BYTES:
        buffer_append_text(text, "{\"$file\": FILE}");
        return;
    case FIELD_RECORD:
        buffer_append_text(text, "{\"$key\": FILE.pub}");
        return;
    case FIELD_TIME:
        buffer_append_text(text, "TIME or {\"$time\": \"now+30d\"}");
        return;
    case FIELD_TEXTS:
        buffer_append_text(text, "[TEXT, ...]");
        return;
    default:
        print_value(field, text);
    }
}

static void print_records(const struct layout *layout, int indent, struct buffer *text)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        buffer_printf(text, "%*s%s: ", indent, "", field->name);
        if (field->kind == FIELD_RECORDS) {
            buffer_append_text(text, "a list, each with\n");
            print_records(field->layout, indent + 2, text);
            continue;
        }
        print_json_value(field, text);
        buffer_append_text(text, field->optional ? ", optional\n" : "\n");
    }
}

static void
print_members(const struct layout *layout, const char *before, bool defaults, struct buffer *text)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        if (field->kind == FIELD_RECORD && field->layout != &document_key_layout) {
            char prefix[64];
            snprintf(prefix, sizeof prefix, "%s%s.", before, field->name);
            print_members(field->layout, prefix, defaults, text);
            continue;
        }
        buffer_printf(text, "  %s%s=", before, field->name);
        print_value(field, text);
        const char *filled = defaults && !*before ? compose_default(field) : NULL;
        if (filled)
            buffer_printf(text, "; %s without it", filled);
        else if (field->optional)
            buffer_append_text(text, ", optional");
        if (field->kind == FIELD_RECORDS) {
            buffer_append_text(text, ", each with\n");
            print_records(field->layout, 6, text);
        } else {
            buffer_append_byte(text, '\n');
        }
    }
}

void members_print(const struct layout *layout, bool defaults, struct buffer *ret_text)
{
    print_members(layout, "", defaults, ret_text);
}
