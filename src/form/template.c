/* Slots of order templates, and the literals that fill them. */
#include "form/template.h"

#include <stdio.h>
#include <string.h>

/* --- Slots --------------------------------------------------------------------------------- */

struct slot {
    size_t start, end; /* of {{name}}, braces included */
    struct bytes name;
};

static enum error
slot_fault(struct bytes text, size_t offset, struct fault *fault, const char *expected)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < offset; i++) {
        column = text.data[i] == '\n' ? 1 : column + 1;
        line += text.data[i] == '\n';
    }
    char place[64], excerpt[48];
    snprintf(place, sizeof place, "line %zu, column %zu", line, column);
    return fault_set(
        fault, ERROR_FORM_SLOT, place, expected, "%s",
        quote_text(bytes_slice(text, offset, 24), excerpt, sizeof excerpt));
}

static bool name_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

/* Reads the slot whose braces open at start. */
static enum error
read_slot(struct bytes text, size_t start, struct fault *fault, struct slot *ret_slot)
{
    size_t end = start + 2;
    while (end < text.length && name_byte(text.data[end]))
        end++;
    struct bytes name = bytes_slice(text, start + 2, end - start - 2);
    if (name.length == 0 || !bytes_equal(bytes_slice(text, end, 2), BYTES_LITERAL("}}")))
        return slot_fault(text, start, fault, "a slot such as {{functions}}");
    *ret_slot = (struct slot){.start = start, .end = end + 2, .name = name};
    return ERROR_OK;
}

/* Finds the next slot from offset `from` on. In a template "{{" always opens a slot; inside a
 * string or a comment it is refused, since a value there would be text and no expression. */
static enum error next_slot(
    struct bytes text, size_t from, struct fault *fault, bool *ret_found, struct slot *ret_slot)
{
    enum { CODE, STRING, COMMENT } where = CODE;
    for (size_t i = from; i < text.length; i++) {
        uint8_t byte = text.data[i], next = i + 1 < text.length ? text.data[i + 1] : 0;
        if (byte == '{' && next == '{') {
            if (where != CODE)
                return slot_fault(text, i, fault, "no slot in a string or a comment");
            *ret_found = true;
            return read_slot(text, i, fault, ret_slot);
        }
        if (where == STRING && byte == '\\')
            i++;
        else if (where == STRING && byte == '"')
            where = CODE;
        else if (where == COMMENT && byte == '\n')
            where = CODE;
        else if (where == CODE && byte == '"')
            where = STRING;
        else if (where == CODE && byte == '/' && next == '/')
            where = COMMENT;
    }
    *ret_found = false;
    return ERROR_OK;
}

static const struct template_parameter *
find_parameter(const struct order_template *template, struct bytes name)
{
    for (size_t i = 0; i < template->parameters_count; i++) {
        if (bytes_equal_text(name, template->parameters[i].name))
            return &template->parameters[i];
    }
    return NULL;
}

enum error
template_check_slots(const struct order_template *template, struct fault *fault, size_t *ret_slots)
{
    struct bytes text = bytes_of(template->clauses);
    bool used[FORM_PARAMETERS_MAX] = {false};
    if (template->parameters_count > FORM_PARAMETERS_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, template->name, "at most 16 parameters", "%zu",
            template->parameters_count);
    size_t slots = 0;
    struct slot slot = {0};
    for (bool found = true; found;) {
        enum error error = next_slot(text, slot.end, fault, &found, &slot);
        if (error != ERROR_OK)
            return error;
        if (!found)
            break;
        const struct template_parameter *parameter = find_parameter(template, slot.name);
        if (!parameter)
            return slot_fault(text, slot.start, fault, "the name of a parameter");
        used[parameter - template->parameters] = true;
        slots++;
    }
    for (size_t i = 0; i < template->parameters_count; i++) {
        if (!used[i])
            return fault_set(
                fault, ERROR_FORM_SLOT, "line 1, column 1", "a slot for each parameter",
                "none for %s", template->parameters[i].name);
    }
    *ret_slots = slots;
    return ERROR_OK;
}

/* --- Values -------------------------------------------------------------------------------- */

/* Appends a Cedar string literal. Whatever is not on a short list of characters is an escape, so
 * that nothing can end the literal or mean anything in it. */
static void append_literal(struct buffer *buffer, struct bytes text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                " -_.:/";
    buffer_append_byte(buffer, '"');
    for (size_t i = 0; i < text.length;) {
        uint8_t byte = text.data[i];
        if (byte && byte < 0x80 && strchr(plain, byte)) {
            buffer_append_byte(buffer, byte);
            i++;
            continue;
        }
        size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        uint32_t scalar = length == 1 ? byte : (uint32_t)byte & (0x7FU >> length);
        for (size_t k = 1; k < length; k++)
            scalar = scalar << 6 | (text.data[i + k] & 0x3F);
        buffer_printf(buffer, "\\u{%x}", (unsigned)scalar);
        i += length;
    }
    buffer_append_byte(buffer, '"');
}

static enum error value_fault(
    const struct template_parameter *parameter, const char *value, struct fault *fault,
    const char *expected)
{
    char excerpt[64];
    return fault_set(
        fault, ERROR_FORM_ARGUMENT_VALUE, parameter->name, expected, "%s",
        quote_text(bytes_of(value), excerpt, sizeof excerpt));
}

static enum error append_entities(
    const struct template_parameter *parameter, const struct cedar_schema *vocabulary,
    const struct form_argument *argument, struct fault *fault, struct buffer *buffer)
{
    const struct cedar_entity_type *type =
        cedar_schema_entity_type(vocabulary, bytes_of(parameter->entity));
    if (!type || type->is_action)
        return fault_set(
            fault, ERROR_FORM_TEMPLATE, parameter->name, "an entity type of the vocabulary", "%s",
            parameter->entity);
    if (argument->count == 0 || argument->count > FORM_ARGUMENT_IDS_MAX)
        return fault_set(
            fault, ERROR_FORM_ARGUMENT_VALUE, parameter->name, "1 to 256 ids", "%zu",
            argument->count);
    buffer_append_byte(buffer, '[');
    for (size_t i = 0; i < argument->count; i++) {
        struct bytes id = bytes_of(argument->values[i]);
        if (id.length == 0 || !bytes_are_utf8(id, NULL))
            return value_fault(parameter, argument->values[i], fault, "an id in UTF-8");
        if (!cedar_entity_type_has_id(type, id))
            return value_fault(
                parameter, argument->values[i], fault, "a member of the enumerated type");
        buffer_append_text(buffer, i > 0 ? ", " : "");
        buffer_append_text(buffer, parameter->entity);
        buffer_append_text(buffer, "::");
        append_literal(buffer, id);
    }
    buffer_append_byte(buffer, ']');
    return ERROR_OK;
}

static enum error append_time(
    const struct template_parameter *parameter, const char *value, struct fault *fault,
    struct buffer *buffer)
{
    millis time;
    char text[TIME_TEXT_SIZE];
    if (time_parse(bytes_of(value), NULL, &time) != ERROR_OK)
        return value_fault(parameter, value, fault, "a time such as 2026-03-09T12:00:00Z");
    buffer_printf(buffer, "datetime(\"%s\")", time_text(time, text));
    return ERROR_OK;
}

static enum error append_number(
    const struct template_parameter *parameter, const char *value, struct fault *fault,
    struct buffer *buffer)
{
    uint64_t number;
    if (number_parse(bytes_of(value), INT64_MAX, NULL, &number) != ERROR_OK)
        return value_fault(parameter, value, fault, "a whole number of 0 or more");
    buffer_printf(buffer, "%llu", (unsigned long long)number);
    return ERROR_OK;
}

static enum error append_value(
    const struct template_parameter *parameter, const struct cedar_schema *vocabulary,
    const struct form_argument *argument, struct fault *fault, struct buffer *buffer)
{
    if (parameter->type == TEMPLATE_ENTITIES)
        return append_entities(parameter, vocabulary, argument, fault, buffer);
    if (argument->count != 1)
        return fault_set(
            fault, ERROR_FORM_ARGUMENT_VALUE, parameter->name, "one value", "%zu", argument->count);
    if (parameter->type == TEMPLATE_TIME)
        return append_time(parameter, argument->values[0], fault, buffer);
    return append_number(parameter, argument->values[0], fault, buffer);
}

/* --- Filling ------------------------------------------------------------------------------- */

static const struct form_argument *
find_argument(const struct form_argument *arguments, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(arguments[i].name, name) == 0)
            return &arguments[i];
    }
    return NULL;
}

static enum error check_arguments(
    const struct order_template *template, const struct form_argument *arguments, size_t count,
    struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = arguments[i].name;
        if (!find_parameter(template, bytes_of(name)))
            return fault_set(
                fault, ERROR_FORM_ARGUMENT, template->name, "parameters of the template", "%s",
                name);
        if (find_argument(arguments, i, name))
            return fault_set(
                fault, ERROR_FORM_ARGUMENT, template->name, "each parameter once", "%s twice",
                name);
    }
    for (size_t i = 0; i < template->parameters_count; i++) {
        if (!find_argument(arguments, count, template->parameters[i].name))
            return fault_set(
                fault, ERROR_FORM_ARGUMENT, template->name, "a value for each parameter",
                "none for %s", template->parameters[i].name);
    }
    return ERROR_OK;
}

enum error template_fill(
    const struct order_template *template, const struct cedar_schema *vocabulary,
    const struct form_argument *arguments, size_t count, struct fault *fault,
    struct buffer *ret_text, struct template_shift *shifts)
{
    size_t slots = 0;
    enum error error = template_check_slots(template, fault, &slots);
    if (error == ERROR_OK)
        error = check_arguments(template, arguments, count, fault);
    if (error != ERROR_OK)
        return error;
    struct bytes text = bytes_of(template->clauses);
    struct buffer filled = {0};
    struct slot slot = {0};
    for (size_t i = 0; i < slots; i++) {
        size_t before = slot.end;
        bool found;
        error = next_slot(text, before, fault, &found, &slot);
        if (error != ERROR_OK)
            break;
        buffer_append_bytes(&filled, bytes_slice(text, before, slot.start - before));
        const struct template_parameter *parameter = find_parameter(template, slot.name);
        error = append_value(
            parameter, vocabulary, find_argument(arguments, count, parameter->name), fault,
            &filled);
        if (error != ERROR_OK)
            break;
        if (shifts)
            shifts[i] = (struct template_shift){
                filled.length, (ptrdiff_t)filled.length - (ptrdiff_t)slot.end};
    }
    buffer_append_bytes(&filled, bytes_slice(text, slot.end, SIZE_MAX));
    if (error == ERROR_OK && filled.error == ERROR_OK)
        buffer_append_bytes(ret_text, buffer_view(&filled));
    if (error == ERROR_OK && (filled.error != ERROR_OK || ret_text->error != ERROR_OK))
        error = fault_set(
            fault, filled.error != ERROR_OK ? filled.error : ret_text->error, template->name, NULL,
            NULL);
    buffer_free(&filled);
    return error;
}

enum error template_fill_sample(
    const struct order_template *template, const struct cedar_schema *vocabulary,
    struct fault *fault, struct buffer *ret_text, struct template_shift *shifts)
{
    struct form_argument arguments[FORM_PARAMETERS_MAX];
    const char *values[FORM_PARAMETERS_MAX];
    char choices[FORM_PARAMETERS_MAX][128];
    if (template->parameters_count > FORM_PARAMETERS_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, template->name, "at most 16 parameters", "%zu",
            template->parameters_count);
    for (size_t i = 0; i < template->parameters_count; i++) {
        const struct template_parameter *parameter = &template->parameters[i];
        const struct cedar_entity_type *type = NULL;
        values[i] = parameter->type == TEMPLATE_TIME     ? "1970-01-01T00:00:00Z"
                    : parameter->type == TEMPLATE_NUMBER ? "0"
                                                         : "sample";
        if (parameter->type == TEMPLATE_ENTITIES)
            type = cedar_schema_entity_type(vocabulary, bytes_of(parameter->entity));
        if (type && type->is_enum && type->choices[0].length < sizeof choices[i]) {
            struct bytes choice = type->choices[0];
            memcpy(choices[i], choice.data, choice.length);
            choices[i][choice.length] = '\0';
            values[i] = choices[i];
        }
        arguments[i] =
            (struct form_argument){.name = parameter->name, .values = &values[i], .count = 1};
    }
    return template_fill(
        template, vocabulary, arguments, template->parameters_count, fault, ret_text, shifts);
}

size_t template_offset(const struct template_shift *shifts, size_t count, size_t filled)
{
    ptrdiff_t grown = 0;
    for (size_t i = 0; i < count && shifts[i].filled_end <= filled; i++)
        grown = shifts[i].grown;
    return (size_t)((ptrdiff_t)filled - grown);
}

enum order_kind template_kind(const struct order_template *template)
{
    for (int kind = ORDER_LIMIT; kind <= ORDER_REVOKE; kind++) {
        if (strcmp(template->kind, order_word((enum order_kind)kind)) == 0)
            return order_takes_away((enum order_kind)kind) ? (enum order_kind)kind : ORDER_NONE;
    }
    return ORDER_NONE;
}
