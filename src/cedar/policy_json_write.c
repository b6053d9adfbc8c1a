/* Writing policies, templates and links in Cedar's JSON form. */
#include "cedar/policy_json.h"

#include <string.h>

static void write_expr(struct json_writer *writer, const struct cedar_expr *expr);

static void
write_member(struct json_writer *writer, const char *name, const struct cedar_expr *expr)
{
    json_write_name(writer, name);
    write_expr(writer, expr);
}

static void write_entity(struct json_writer *writer, const struct cedar_entity_name *entity)
{
    json_write_object(writer);
    json_put_string_bytes(writer, "type", entity->type);
    json_put_string_bytes(writer, "id", entity->id);
    json_write_object_end(writer);
}

static const char *operator_name(enum cedar_expr_kind kind)
{
    switch (kind) {
    case CEDAR_EXPR_NOT:
        return "!";
    case CEDAR_EXPR_NEGATE:
        return "neg";
    case CEDAR_EXPR_EQUAL:
        return "==";
    case CEDAR_EXPR_NOT_EQUAL:
        return "!=";
    case CEDAR_EXPR_LESS:
        return "<";
    case CEDAR_EXPR_LESS_EQUAL:
        return "<=";
    case CEDAR_EXPR_GREATER:
        return ">";
    case CEDAR_EXPR_GREATER_EQUAL:
        return ">=";
    case CEDAR_EXPR_AND:
        return "&&";
    case CEDAR_EXPR_OR:
        return "||";
    case CEDAR_EXPR_IN:
        return "in";
    case CEDAR_EXPR_ADD:
        return "+";
    case CEDAR_EXPR_SUBTRACT:
        return "-";
    default:
        return "*";
    }
}

static void write_binary(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_put_object(writer, operator_name(expr->kind));
    write_member(writer, "left", expr->operands[0]);
    write_member(writer, "right", expr->operands[1]);
    json_write_object_end(writer);
}

static void write_unary(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_put_object(writer, operator_name(expr->kind));
    write_member(writer, "arg", expr->operands[0]);
    json_write_object_end(writer);
}

/* operand.a.b, as far as count steps of a path of attributes. */
static void write_steps(struct json_writer *writer, const struct cedar_expr *expr, size_t count)
{
    if (count == 0) {
        write_expr(writer, expr->has.operand);
        return;
    }
    json_write_object(writer);
    json_put_object(writer, ".");
    json_write_name(writer, "left");
    write_steps(writer, expr, count - 1);
    json_put_string_bytes(writer, "attr", expr->has.path[count - 1].name);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

static void write_has_step(struct json_writer *writer, const struct cedar_expr *expr, size_t step)
{
    json_put_object(writer, "has");
    json_write_name(writer, "left");
    write_steps(writer, expr, step);
    json_put_string_bytes(writer, "attr", expr->has.path[step].name);
    json_write_object_end(writer);
}

/* `e has a.b.c` is `(e has a && e.a has b) && e.a.b has c`. */
static void write_has(struct json_writer *writer, const struct cedar_expr *expr, size_t count)
{
    if (count == 1) {
        write_has_step(writer, expr, 0);
        return;
    }
    json_put_object(writer, "&&");
    json_write_name(writer, "left");
    json_write_object(writer);
    write_has(writer, expr, count - 1);
    json_write_object_end(writer);
    json_write_name(writer, "right");
    json_write_object(writer);
    write_has_step(writer, expr, count - 1);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

/* The bytes of the character at the start of a text that is UTF-8. */
static size_t character_length(struct bytes text)
{
    size_t length = 1;
    while (length < text.length && (text.data[length] & 0xC0) == 0x80)
        length++;
    return length;
}

/* A literal for each character, as the official engine writes patterns. */
static void write_like(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_put_object(writer, "like");
    write_member(writer, "left", expr->like.operand);
    json_put_array(writer, "pattern");
    for (size_t i = 0; i < expr->like.count; i++) {
        struct bytes piece = expr->like.pieces[i];
        if (i > 0)
            json_write_string(writer, "Wildcard");
        while (piece.length) {
            size_t length = character_length(piece);
            json_write_object(writer);
            json_put_string_bytes(writer, "Literal", bytes_slice(piece, 0, length));
            json_write_object_end(writer);
            piece = bytes_slice(piece, length, piece.length);
        }
    }
    json_write_array_end(writer);
    json_write_object_end(writer);
}

static void write_is(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_put_object(writer, "is");
    write_member(writer, "left", expr->is.operand);
    json_put_string_bytes(writer, "entity_type", expr->is.type);
    if (expr->is.in)
        write_member(writer, "in", expr->is.in);
    json_write_object_end(writer);
}

static void write_call(struct json_writer *writer, const struct cedar_expr *expr)
{
    const char *name = cedar_function_name(expr->call.function);
    if (cedar_function_is_extension(expr->call.function)) {
        json_put_array(writer, name);
        for (size_t i = 0; i < expr->call.count; i++)
            write_expr(writer, expr->call.arguments[i]);
        json_write_array_end(writer);
        return;
    }
    json_put_object(writer, name);
    write_member(writer, expr->call.count == 2 ? "left" : "arg", expr->call.arguments[0]);
    if (expr->call.count == 2)
        write_member(writer, "right", expr->call.arguments[1]);
    json_write_object_end(writer);
}

static void write_record(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_put_object(writer, "Record");
    for (size_t i = 0; i < expr->record.count; i++) {
        json_write_name_bytes(writer, expr->record.fields[i].key);
        write_expr(writer, expr->record.fields[i].value);
    }
    json_write_object_end(writer);
}

static void write_set(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_put_array(writer, "Set");
    for (size_t i = 0; i < expr->set.count; i++)
        write_expr(writer, expr->set.elements[i]);
    json_write_array_end(writer);
}

static void write_literal(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_write_name(writer, "Value");
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
        json_write_bool(writer, expr->boolean);
        break;
    case CEDAR_EXPR_LONG:
        json_write_i64(writer, expr->number);
        break;
    case CEDAR_EXPR_STRING:
        json_write_string_bytes(writer, expr->string);
        break;
    default:
        json_write_object(writer);
        json_write_name(writer, "__entity");
        write_entity(writer, &expr->entity);
        json_write_object_end(writer);
    }
}

static void write_operator(struct json_writer *writer, const struct cedar_expr *expr)
{
    static const char *const variables[] = {"principal", "action", "resource", "context"};
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
    case CEDAR_EXPR_LONG:
    case CEDAR_EXPR_STRING:
    case CEDAR_EXPR_ENTITY:
        write_literal(writer, expr);
        break;
    case CEDAR_EXPR_VARIABLE:
        json_put_string(writer, "Var", variables[expr->variable]);
        break;
    case CEDAR_EXPR_IF:
        json_put_object(writer, "if-then-else");
        write_member(writer, "if", expr->operands[0]);
        write_member(writer, "then", expr->operands[1]);
        write_member(writer, "else", expr->operands[2]);
        json_write_object_end(writer);
        break;
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        write_unary(writer, expr);
        break;
    case CEDAR_EXPR_GET:
        json_put_object(writer, ".");
        write_member(writer, "left", expr->get.operand);
        json_put_string_bytes(writer, "attr", expr->get.name);
        json_write_object_end(writer);
        break;
    case CEDAR_EXPR_HAS:
        write_has(writer, expr, expr->has.count);
        break;
    case CEDAR_EXPR_LIKE:
        write_like(writer, expr);
        break;
    case CEDAR_EXPR_IS:
        write_is(writer, expr);
        break;
    case CEDAR_EXPR_SET:
        write_set(writer, expr);
        break;
    case CEDAR_EXPR_RECORD:
        write_record(writer, expr);
        break;
    case CEDAR_EXPR_CALL:
        write_call(writer, expr);
        break;
    default:
        write_binary(writer, expr);
    }
}

static void write_expr(struct json_writer *writer, const struct cedar_expr *expr)
{
    json_write_object(writer);
    write_operator(writer, expr);
    json_write_object_end(writer);
}

/* "entity", "entities" or "slot"; a list of one is that one, as the official engine writes it. */
static void
write_constraint(struct json_writer *writer, const char *variable, const struct cedar_scope *scope)
{
    if (scope->slot && scope->count == 0) {
        char slot[16] = "?";
        strncat(slot, variable, sizeof slot - 2);
        json_put_string(writer, "slot", slot);
    } else if (scope->count == 1) {
        json_write_name(writer, "entity");
        write_entity(writer, &scope->entities[0]);
    } else {
        json_put_array(writer, "entities");
        for (size_t i = 0; i < scope->count; i++)
            write_entity(writer, &scope->entities[i]);
        json_write_array_end(writer);
    }
}

static void
write_scope(struct json_writer *writer, const char *variable, const struct cedar_scope *scope)
{
    static const char *const ops[] = {
        [CEDAR_SCOPE_ANY] = "All", [CEDAR_SCOPE_EQUAL] = "==", [CEDAR_SCOPE_IN] = "in",
        [CEDAR_SCOPE_IS] = "is",   [CEDAR_SCOPE_IS_IN] = "is",
    };
    json_put_object(writer, variable);
    json_put_string(writer, "op", ops[scope->kind]);
    if (scope->kind == CEDAR_SCOPE_IS || scope->kind == CEDAR_SCOPE_IS_IN)
        json_put_string_bytes(writer, "entity_type", scope->type);
    if (scope->kind == CEDAR_SCOPE_IS_IN) {
        json_put_object(writer, "in");
        write_constraint(writer, variable, scope);
        json_write_object_end(writer);
    } else if (scope->kind == CEDAR_SCOPE_EQUAL || scope->kind == CEDAR_SCOPE_IN) {
        write_constraint(writer, variable, scope);
    }
    json_write_object_end(writer);
}

static void write_annotations(struct json_writer *writer, const struct cedar_policy *policy)
{
    if (policy->annotation_count == 0)
        return;
    json_put_object(writer, "annotations");
    for (size_t i = 0; i < policy->annotation_count; i++) {
        const struct cedar_annotation *annotation = &policy->annotations[i];
        json_write_name_bytes(writer, annotation->name);
        if (annotation->has_value)
            json_write_string_bytes(writer, annotation->value);
        else
            json_write_null(writer);
    }
    json_write_object_end(writer);
}

void cedar_json_policy_write(struct json_writer *writer, const struct cedar_policy *policy)
{
    json_write_object(writer);
    json_put_string(writer, "effect", policy->effect == CEDAR_FORBID ? "forbid" : "permit");
    write_scope(writer, "principal", &policy->principal);
    write_scope(writer, "action", &policy->action);
    write_scope(writer, "resource", &policy->resource);
    json_put_array(writer, "conditions");
    for (size_t i = 0; i < policy->condition_count; i++) {
        json_write_object(writer);
        json_put_string(writer, "kind", policy->conditions[i].unless ? "unless" : "when");
        write_member(writer, "body", policy->conditions[i].body);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    write_annotations(writer, policy);
    json_write_object_end(writer);
}

static void write_link(struct json_writer *writer, const struct cedar_policy *link)
{
    json_write_object(writer);
    json_put_string_bytes(writer, "templateId", link->template->id);
    json_put_string_bytes(writer, "newId", link->id);
    json_put_object(writer, "values");
    if (link->principal.slot) {
        json_write_name(writer, "?principal");
        write_entity(writer, &link->principal.entities[0]);
    }
    if (link->resource.slot) {
        json_write_name(writer, "?resource");
        write_entity(writer, &link->resource.entities[0]);
    }
    json_write_object_end(writer);
    json_write_object_end(writer);
}

void cedar_json_policies_write(struct json_writer *writer, const struct cedar_policies *policies)
{
    json_write_object(writer);
    json_put_object(writer, "staticPolicies");
    for (size_t i = 0; i < cedar_policies_count(policies); i++) {
        const struct cedar_policy *policy = cedar_policies_at(policies, i);
        if (policy->template)
            continue;
        json_write_name_bytes(writer, policy->id);
        cedar_json_policy_write(writer, policy);
    }
    json_write_object_end(writer);
    json_put_object(writer, "templates");
    for (size_t i = 0; i < cedar_templates_count(policies); i++) {
        json_write_name_bytes(writer, cedar_templates_at(policies, i)->id);
        cedar_json_policy_write(writer, cedar_templates_at(policies, i));
    }
    json_write_object_end(writer);
    json_put_array(writer, "templateLinks");
    for (size_t i = 0; i < cedar_policies_count(policies); i++) {
        if (cedar_policies_at(policies, i)->template)
            write_link(writer, cedar_policies_at(policies, i));
    }
    json_write_array_end(writer);
    json_write_object_end(writer);
}
