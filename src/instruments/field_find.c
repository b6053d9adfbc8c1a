/* Whether a document says something, for searches. */
#include <string.h>
#include <strings.h>

#include "instruments/field_value.h"

/* ASCII letters match in either case; other characters only themselves, which is never wrong, if
 * sometimes too strict. */
static bool holds(const char *text, const char *words)
{
    return text && strcasestr(text, words);
}

static bool field_holds(const struct field *field, const void *value, const char *words)
{
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_PROSE:
        return holds(*field_text(field, value), words);
    case FIELD_TEXTS:
        for (size_t i = 0; i < *field_count(field, value); i++) {
            if (holds((*field_texts(field, value))[i], words))
                return true;
        }
        return false;
    case FIELD_RECORD:
        return layout_holds_text(field->layout, field_nested(field, value), words);
    case FIELD_RECORDS:
        for (size_t i = 0; i < *field_count(field, value); i++) {
            if (layout_holds_text(field->layout, field_item(field, value, i), words))
                return true;
        }
        return false;
    default:
        return false;
    }
}

bool layout_holds_text(const struct layout *layout, const void *value, const char *words)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        if (field_holds(&layout->fields[i], value, words))
            return true;
    }
    return false;
}
