/* Reading expressions in Cedar's JSON form: an object with one member, whose name is the operator.
 */
#include "cedar/policy_json_read.h"

#include <string.h>

#include "cedar/lexer.h"

enum error cedar_json_no_memory(struct cedar_json_reading *reading)
{
    return fault_set(reading->fault, ERROR_MEMORY, NULL, NULL, NULL);
}

/* Names between `::`, none of them reserved: what is printed from JSON must read back as what it
 * was, and a type is printed as it stands. */
static bool is_path(struct bytes text)
{
    for (size_t from = 0;;) {
        size_t to = from;
        while (to < text.length && text.data[to] != ':')
            to++;
        struct bytes part = bytes_slice(text, from, to - from);
        if (!cedar_is_identifier(part) || cedar_word_is_reserved(part))
            return false;
        if (to == text.length)
            return true;
        if (!bytes_equal_text(bytes_slice(text, to, 2), "::"))
            return false;
        from = to + 2;
    }
}

enum error cedar_json_path(
    struct cedar_json_reading *reading, const struct json *json, const char *member,
    struct bytes *ret_path)
{
    struct bytes path;
    char found[100];
    enum error error = json_get_string(json, member, reading->fault, &path);
    if (error)
        return error;
    if (!is_path(path))
        return json_fault(
            json_find(json, member), reading->fault, ERROR_CEDAR_SYNTAX, "the name of a type", "%s",
            quote_text(path, found, sizeof found));
    *ret_path = path;
    return ERROR_OK;
}

enum error cedar_json_entity_name(
    struct cedar_json_reading *reading, const struct json *json,
    struct cedar_entity_name *ret_entity)
{
    static const char *const names[] = {"type", "id", NULL};
    const struct json *escaped = json_find(json, "__entity");
    struct cedar_entity_name entity = {0};
    if (escaped && json_count(json) == 1)
        json = escaped;
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = cedar_json_path(reading, json, "type", &entity.type)) ||
        (error = json_get_string(json, "id", reading->fault, &entity.id)))
        return error;
    *ret_entity = entity;
    return ERROR_OK;
}

enum error cedar_json_no_expr(const struct json *json, struct fault *fault)
{
    return json_fault(json, fault, ERROR_JSON_UNKNOWN, "no __expr", NULL);
}

static enum error new_node(
    struct cedar_json_reading *reading, enum cedar_expr_kind kind, struct cedar_expr **ret_node)
{
    struct cedar_expr *node = ARENA_NEW(reading->arena, struct cedar_expr);
    if (!node)
        return cedar_json_no_memory(reading);
    node->kind = kind;
    *ret_node = node;
    return ERROR_OK;
}

typedef enum error item_reader(
    struct cedar_json_reading *reading, const struct json *json,
    const struct cedar_expr **ret_expr);

/* The items of an array, each read by read. */
static enum error read_items(
    struct cedar_json_reading *reading, const struct json *json, item_reader *read,
    const struct cedar_expr *const **ret_items, size_t *ret_count)
{
    enum error error = json_expect(json, JSON_ARRAY, reading->fault);
    if (error)
        return error;
    size_t count = json_count(json);
    const struct cedar_expr **items = ARENA_ARRAY(reading->arena, const struct cedar_expr *, count);
    if (!items)
        return cedar_json_no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        if ((error = read(reading, json_at(json, i), &items[i])))
            return error;
    }
    *ret_items = items;
    *ret_count = count;
    return ERROR_OK;
}

/* The members of an object as a record's fields. */
static enum error read_fields(
    struct cedar_json_reading *reading, const struct json *json, item_reader *read,
    struct cedar_expr *node)
{
    enum error error = json_expect(json, JSON_OBJECT, reading->fault);
    if (error)
        return error;
    size_t count = json_count(json);
    struct cedar_field_expr *fields = ARENA_ARRAY(reading->arena, struct cedar_field_expr, count);
    if (!fields)
        return cedar_json_no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        fields[i].key = json_name_at(json, i);
        if ((error = read(reading, json_at(json, i), &fields[i].value)))
            return error;
    }
    node->record.fields = fields;
    node->record.count = count;
    return ERROR_OK;
}

/* --- Literals: {"Value": …} --- */

static item_reader read_value;

/* {"fn": "ip", "arg": V}, or "args": [V, …]. */
static enum error
read_extension(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"fn", "arg", "args", NULL};
    struct bytes name;
    char found[64];
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = json_get_string(json, "fn", reading->fault, &name)))
        return error;
    enum cedar_function function = cedar_function_find(name);
    if (function == CEDAR_FUNCTION_COUNT || !cedar_function_is_extension(function))
        return json_fault(
            json, reading->fault, ERROR_CEDAR_FUNCTION, "an extension function", "%s",
            quote_text(name, found, sizeof found));
    node->kind = CEDAR_EXPR_CALL;
    node->call.function = function;
    const struct json *argument = json_find(json, "arg");
    if (!argument) {
        const struct json *list;
        if ((error = json_get(json, "args", JSON_ARRAY, reading->fault, &list)) ||
            (error =
                 read_items(reading, list, read_value, &node->call.arguments, &node->call.count)))
            return error;
    } else {
        if (json_find(json, "args"))
            return json_fault(json, reading->fault, ERROR_JSON_UNKNOWN, "arg or args", NULL);
        const struct cedar_expr **arguments = ARENA_NEW(reading->arena, const struct cedar_expr *);
        if (!arguments)
            return cedar_json_no_memory(reading);
        if ((error = read_value(reading, argument, arguments)))
            return error;
        node->call.arguments = arguments;
        node->call.count = 1;
    }
    if (node->call.count == 0 && cedar_function_is_method(function))
        return json_fault(json, reading->fault, ERROR_CEDAR_ARITY, "a receiver", "none");
    return ERROR_OK;
}

static enum error read_object_value(
    struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    const struct json *entity = json_find(json, "__entity");
    const struct json *extension = json_find(json, "__extn");
    if (json_count(json) == 1 && entity) {
        node->kind = CEDAR_EXPR_ENTITY;
        return cedar_json_entity_name(reading, entity, &node->entity);
    }
    if (json_count(json) == 1 && extension)
        return read_extension(reading, extension, node);
    if (json_count(json) == 1 && json_find(json, "__expr"))
        return cedar_json_no_expr(json, reading->fault);
    node->kind = CEDAR_EXPR_RECORD;
    return read_fields(reading, json, read_value, node);
}

static enum error read_value(
    struct cedar_json_reading *reading, const struct json *json, const struct cedar_expr **ret_expr)
{
    struct cedar_expr *node;
    enum error error = new_node(reading, CEDAR_EXPR_BOOL, &node);
    if (error)
        return error;
    switch (json_type(json)) {
    case JSON_BOOL:
        error = json_bool(json, reading->fault, &node->boolean);
        break;
    case JSON_NUMBER:
        node->kind = CEDAR_EXPR_LONG;
        error = json_i64(json, reading->fault, &node->number);
        break;
    case JSON_STRING:
        node->kind = CEDAR_EXPR_STRING;
        node->string = json_characters(json);
        break;
    case JSON_ARRAY:
        node->kind = CEDAR_EXPR_SET;
        error = read_items(reading, json, read_value, &node->set.elements, &node->set.count);
        break;
    case JSON_OBJECT:
        error = read_object_value(reading, json, node);
        break;
    case JSON_NULL:
        error = json_fault(json, reading->fault, ERROR_JSON_TYPE, "a value of Cedar", "null");
        break;
    }
    if (!error)
        *ret_expr = node;
    return error;
}

/* --- Operators --- */

/* How the object under an operator's name is read. */
enum form {
    FORM_ARGUMENT, /* {"arg"} */
    FORM_BINARY,   /* {"left", "right"} */
    FORM_CALL_ONE, /* {"arg"}, a method without arguments */
    FORM_CALL_TWO, /* {"left", "right"}, a method with one */
    FORM_VALUE,
    FORM_VARIABLE,
    FORM_SLOT,
    FORM_ATTRIBUTE, /* {"left", "attr"} */
    FORM_LIKE,      /* {"left", "pattern"} */
    FORM_IS,        /* {"left", "entity_type", "in"} */
    FORM_IF,        /* {"if", "then", "else"} */
    FORM_SET,
    FORM_RECORD,
};

static const struct row {
    const char *name;
    enum form form;
    int kind; /* enum cedar_expr_kind; of a call enum cedar_function */
} rows[] = {
    {"Value", FORM_VALUE, 0},
    {"Var", FORM_VARIABLE, CEDAR_EXPR_VARIABLE},
    {"Slot", FORM_SLOT, 0},
    {"!", FORM_ARGUMENT, CEDAR_EXPR_NOT},
    {"neg", FORM_ARGUMENT, CEDAR_EXPR_NEGATE},
    {"==", FORM_BINARY, CEDAR_EXPR_EQUAL},
    {"!=", FORM_BINARY, CEDAR_EXPR_NOT_EQUAL},
    {"in", FORM_BINARY, CEDAR_EXPR_IN},
    {"<", FORM_BINARY, CEDAR_EXPR_LESS},
    {"<=", FORM_BINARY, CEDAR_EXPR_LESS_EQUAL},
    {">", FORM_BINARY, CEDAR_EXPR_GREATER},
    {">=", FORM_BINARY, CEDAR_EXPR_GREATER_EQUAL},
    {"&&", FORM_BINARY, CEDAR_EXPR_AND},
    {"||", FORM_BINARY, CEDAR_EXPR_OR},
    {"+", FORM_BINARY, CEDAR_EXPR_ADD},
    {"-", FORM_BINARY, CEDAR_EXPR_SUBTRACT},
    {"*", FORM_BINARY, CEDAR_EXPR_MULTIPLY},
    {"contains", FORM_CALL_TWO, CEDAR_FUNCTION_CONTAINS},
    {"containsAll", FORM_CALL_TWO, CEDAR_FUNCTION_CONTAINS_ALL},
    {"containsAny", FORM_CALL_TWO, CEDAR_FUNCTION_CONTAINS_ANY},
    {"isEmpty", FORM_CALL_ONE, CEDAR_FUNCTION_IS_EMPTY},
    {"getTag", FORM_CALL_TWO, CEDAR_FUNCTION_GET_TAG},
    {"hasTag", FORM_CALL_TWO, CEDAR_FUNCTION_HAS_TAG},
    {".", FORM_ATTRIBUTE, CEDAR_EXPR_GET},
    {"has", FORM_ATTRIBUTE, CEDAR_EXPR_HAS},
    {"like", FORM_LIKE, CEDAR_EXPR_LIKE},
    {"is", FORM_IS, CEDAR_EXPR_IS},
    {"if-then-else", FORM_IF, CEDAR_EXPR_IF},
    {"Set", FORM_SET, CEDAR_EXPR_SET},
    {"Record", FORM_RECORD, CEDAR_EXPR_RECORD},
};

/* The expression in a member of an operator's object. */
static enum error read_member(
    struct cedar_json_reading *reading, const struct json *json, const char *name,
    const struct cedar_expr **ret_expr)
{
    const struct json *member;
    enum error error = json_get(json, name, JSON_OBJECT, reading->fault, &member);
    return error ? error : cedar_json_expr(reading, member, ret_expr);
}

/* One or two operands, into a list of two. */
static enum error read_operands(
    struct cedar_json_reading *reading, const struct json *json, bool two,
    const struct cedar_expr **operands)
{
    static const char *const one_name[] = {"arg", NULL}, *const two_names[] = {
                                                             "left", "right", NULL};
    const char *const *names = two ? two_names : one_name;
    enum error error = json_allow(json, names, reading->fault);
    for (size_t i = 0; !error && names[i]; i++)
        error = read_member(reading, json, names[i], &operands[i]);
    return error;
}

static enum error read_method(
    struct cedar_json_reading *reading, const struct json *json, const struct row *row,
    struct cedar_expr *node)
{
    bool two = row->form == FORM_CALL_TWO;
    const struct cedar_expr **arguments = ARENA_ARRAY(reading->arena, const struct cedar_expr *, 2);
    if (!arguments)
        return cedar_json_no_memory(reading);
    node->kind = CEDAR_EXPR_CALL;
    node->call.function = (enum cedar_function)row->kind;
    node->call.arguments = arguments;
    node->call.count = two ? 2 : 1;
    return read_operands(reading, json, two, arguments);
}

static enum error
read_variable(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"principal", "action", "resource", "context"};
    struct bytes name;
    enum error error = json_string(json, reading->fault, &name);
    if (error)
        return error;
    for (enum cedar_variable i = 0; i < sizeof names / sizeof *names; i++) {
        if (bytes_equal_text(name, names[i])) {
            node->variable = i;
            return ERROR_OK;
        }
    }
    return json_fault(
        json, reading->fault, ERROR_CEDAR_SYNTAX, "principal, action, resource or context", NULL);
}

static enum error
read_attribute(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"left", "attr", NULL};
    struct bytes name;
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = json_get_string(json, "attr", reading->fault, &name)))
        return error;
    if (node->kind == CEDAR_EXPR_GET) {
        node->get.name = name;
        return read_member(reading, json, "left", &node->get.operand);
    }
    struct cedar_attribute_name *path = ARENA_NEW(reading->arena, struct cedar_attribute_name);
    if (!path)
        return cedar_json_no_memory(reading);
    path->name = name;
    node->has.path = path;
    node->has.count = 1;
    return read_member(reading, json, "left", &node->has.operand);
}

/* ["Wildcard", {"Literal": "abc"}, …] as the texts between the wildcards. */
static enum error
read_pattern(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"Literal", NULL};
    size_t count = json_count(json), pieces = 0;
    struct bytes *all = ARENA_ARRAY(reading->arena, struct bytes, count + 1);
    struct buffer piece = {0};
    enum error error = all ? ERROR_OK : cedar_json_no_memory(reading);
    for (size_t i = 0; !error && i <= count; i++) {
        const struct json *part = json_at(json, i);
        struct bytes literal;
        if (!part || bytes_equal_text(json_characters(part), "Wildcard")) {
            all[pieces] = arena_copy(reading->arena, buffer_view(&piece));
            if (!all[pieces++].data || piece.error)
                error = cedar_json_no_memory(reading);
            buffer_clear(&piece);
        } else if (
            !(error = json_allow(part, names, reading->fault)) &&
            !(error = json_get_string(part, "Literal", reading->fault, &literal))) {
            buffer_append_bytes(&piece, literal);
        }
    }
    buffer_free(&piece);
    node->like.pieces = all;
    node->like.count = pieces;
    return error;
}

static enum error
read_like(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"left", "pattern", NULL};
    const struct json *pattern;
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = json_get(json, "pattern", JSON_ARRAY, reading->fault, &pattern)) ||
        (error = read_pattern(reading, pattern, node)))
        return error;
    return read_member(reading, json, "left", &node->like.operand);
}

static enum error
read_is(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"left", "entity_type", "in", NULL};
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = cedar_json_path(reading, json, "entity_type", &node->is.type)) ||
        (error = read_member(reading, json, "left", &node->is.operand)))
        return error;
    return json_find(json, "in") ? read_member(reading, json, "in", &node->is.in) : ERROR_OK;
}

static enum error
read_if(struct cedar_json_reading *reading, const struct json *json, struct cedar_expr *node)
{
    static const char *const names[] = {"if", "then", "else", NULL};
    enum error error = json_allow(json, names, reading->fault);
    for (size_t i = 0; !error && names[i]; i++)
        error = read_member(reading, json, names[i], &node->operands[i]);
    return error;
}

/* {"ip": [ … ]}, {"isInRange": [receiver, … ]}: a function of an extension with its arguments. */
static enum error read_function(
    struct cedar_json_reading *reading, struct bytes name, const struct json *json,
    struct cedar_expr *node)
{
    char found[64];
    enum cedar_function function = cedar_function_find(name);
    if (function == CEDAR_FUNCTION_COUNT)
        return json_fault(
            json, reading->fault, ERROR_CEDAR_FUNCTION, "an operator or function of Cedar", "%s",
            quote_text(name, found, sizeof found));
    node->kind = CEDAR_EXPR_CALL;
    node->call.function = function;
    enum error error =
        read_items(reading, json, cedar_json_expr, &node->call.arguments, &node->call.count);
    if (!error && node->call.count == 0 && cedar_function_is_method(function))
        return json_fault(json, reading->fault, ERROR_CEDAR_ARITY, "a receiver", "none");
    return error;
}

static enum error read_row(
    struct cedar_json_reading *reading, const struct row *row, const struct json *json,
    struct cedar_expr *node)
{
    node->kind = (enum cedar_expr_kind)row->kind;
    switch (row->form) {
    case FORM_ARGUMENT:
    case FORM_BINARY:
        return read_operands(reading, json, row->form == FORM_BINARY, node->operands);
    case FORM_CALL_ONE:
    case FORM_CALL_TWO:
        return read_method(reading, json, row, node);
    case FORM_VARIABLE:
        return read_variable(reading, json, node);
    case FORM_ATTRIBUTE:
        return read_attribute(reading, json, node);
    case FORM_LIKE:
        return read_like(reading, json, node);
    case FORM_IS:
        return read_is(reading, json, node);
    case FORM_IF:
        return read_if(reading, json, node);
    case FORM_SET:
        return read_items(reading, json, cedar_json_expr, &node->set.elements, &node->set.count);
    case FORM_RECORD:
        return read_fields(reading, json, cedar_json_expr, node);
    case FORM_SLOT: /* slots stand in scopes only */
    case FORM_VALUE:
        break;
    }
    return json_fault(json, reading->fault, ERROR_CEDAR_TEMPLATE, "an expression", NULL);
}

enum error cedar_json_expr(
    struct cedar_json_reading *reading, const struct json *json, const struct cedar_expr **ret_expr)
{
    struct cedar_expr *node;
    enum error error = json_expect(json, JSON_OBJECT, reading->fault);
    if (error)
        return error;
    if (json_count(json) != 1)
        return json_fault(
            json, reading->fault, ERROR_CEDAR_SYNTAX, "one member, which names the operator", "%zu",
            json_count(json));
    struct bytes name = json_name_at(json, 0);
    const struct json *operands = json_at(json, 0);
    if (bytes_equal_text(name, "Value"))
        return read_value(reading, operands, ret_expr);
    if ((error = new_node(reading, CEDAR_EXPR_BOOL, &node)))
        return error;
    const struct row *row = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !row; i++) {
        if (bytes_equal_text(name, rows[i].name))
            row = &rows[i];
    }
    error =
        row ? read_row(reading, row, operands, node) : read_function(reading, name, operands, node);
    if (!error)
        *ret_expr = node;
    return error;
}
