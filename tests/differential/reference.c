/* The reference evaluator: expressions, policies, decisions. */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

struct scene {
    const struct cedar_request *request;
    const struct cedar_entities *entities;
    struct arena *arena;
};

static bool evaluate(const struct scene *, const struct cedar_expr *, struct value *ret_value);

static bool evaluate_kind(
    const struct scene *scene, const struct cedar_expr *expr, enum cedar_kind kind,
    struct value *ret_value)
{
    return evaluate(scene, expr, ret_value) && ret_value->kind == kind;
}

static bool give(enum cedar_kind kind, int64_t number, struct value *ret_value)
{
    *ret_value = (struct value){.kind = kind, .number = number};
    return true;
}

/* --- Entities ------------------------------------------------------------------------------- */

static bool is_uid(const struct value *entity, const struct cedar_uid *uid)
{
    return bytes_equal(entity->type, cedar_string_bytes(uid->type)) &&
           bytes_equal(entity->text, cedar_string_bytes(uid->id));
}

static const struct cedar_entity *find(const struct scene *scene, const struct value *entity)
{
    size_t count = scene->entities ? cedar_entities_count(scene->entities) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct cedar_entity *found = cedar_entities_at(scene->entities, i);
        if (is_uid(entity, found->uid))
            return found;
    }
    return NULL;
}

/* `left in right`: the same, or one of the parents is. Stores have no cycles. */
static bool is_in(const struct scene *scene, const struct value *left, const struct value *right)
{
    if (value_equal(left, right))
        return true;
    const struct cedar_entity *entity = find(scene, left);
    for (size_t i = 0; entity && i < entity->parent_count; i++) {
        const struct value parent =
            value_from(cedar_value_entity(entity->parents[i]), scene->arena);
        if (is_in(scene, &parent, right))
            return true;
    }
    return false;
}

static bool is_in_any(
    const struct scene *scene, const struct value *left, const struct value *right,
    struct value *ret_value)
{
    bool in = false;
    if (left->kind != CEDAR_ENTITY)
        return false;
    if (right->kind == CEDAR_ENTITY)
        return give(CEDAR_BOOL, is_in(scene, left, right), ret_value);
    if (right->kind != CEDAR_SET)
        return false;
    for (size_t i = 0; i < right->count; i++)
        if (right->items[i].kind != CEDAR_ENTITY)
            return false;
    for (size_t i = 0; i < right->count && !in; i++)
        in = is_in(scene, left, &right->items[i]);
    return give(CEDAR_BOOL, in, ret_value);
}

/* The attributes of a record, or the attributes or tags of an entity, as a record. False for other
 * values; *ret_there says whether the entity exists. */
static bool fields_of(
    const struct scene *scene, const struct value *value, bool tags, struct value *ret_record,
    bool *ret_there)
{
    *ret_there = true;
    if (value->kind == CEDAR_RECORD && !tags) {
        *ret_record = *value;
        return true;
    }
    if (value->kind != CEDAR_ENTITY)
        return false;
    const struct cedar_entity *entity = find(scene, value);
    const struct cedar_record *record = !entity ? NULL : tags ? entity->tags : entity->attributes;
    *ret_there = entity != NULL;
    *ret_record = record ? value_from(cedar_value_record(record), scene->arena)
                         : (struct value){.kind = CEDAR_RECORD};
    return true;
}

static bool get_field(
    const struct scene *scene, const struct value *value, bool tags, struct bytes name,
    struct value *ret_value)
{
    struct value record;
    bool there;
    if (!fields_of(scene, value, tags, &record, &there))
        return false;
    const struct value *found = there ? value_attribute(&record, name) : NULL;
    if (found)
        *ret_value = *found;
    return found != NULL;
}

static bool
evaluate_has(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    struct value value, record;
    bool there;
    if (!evaluate(scene, expr->has.operand, &value))
        return false;
    for (size_t i = 0; i < expr->has.count; i++) {
        if (!fields_of(scene, &value, false, &record, &there))
            return false;
        const struct value *found = there ? value_attribute(&record, expr->has.path[i].name) : NULL;
        if (!found)
            return give(CEDAR_BOOL, false, ret_value);
        value = *found;
    }
    return give(CEDAR_BOOL, true, ret_value);
}

/* --- Operators ------------------------------------------------------------------------------ */

/* `like`: pieces from the given one on, each but the first after a wildcard. */
static bool matches(const struct cedar_expr *expr, size_t piece, struct bytes text)
{
    struct bytes literal = expr->like.pieces[piece];
    bool last = piece + 1 == expr->like.count;
    size_t from = 0, to = piece ? text.length : 0;
    for (; from <= to && from + literal.length <= text.length; from++) {
        struct bytes rest = bytes_slice(text, from, text.length - from);
        if (!bytes_equal(bytes_slice(rest, 0, literal.length), literal))
            continue;
        rest = bytes_slice(rest, literal.length, rest.length);
        if (last ? rest.length == 0 : matches(expr, piece + 1, rest))
            return true;
    }
    return false;
}

static bool evaluate_order(
    const struct cedar_expr *expr, const struct value *a, const struct value *b,
    struct value *ret_value)
{
    if (a->kind != b->kind ||
        (a->kind != CEDAR_LONG && a->kind != CEDAR_DATETIME && a->kind != CEDAR_DURATION))
        return false;
    bool less = a->number<b->number, greater = a->number> b->number;
    return give(
        CEDAR_BOOL,
        expr->kind == CEDAR_EXPR_LESS         ? less
        : expr->kind == CEDAR_EXPR_LESS_EQUAL ? !greater
        : expr->kind == CEDAR_EXPR_GREATER    ? greater
                                              : !less,
        ret_value);
}

static bool give_long(enum cedar_kind kind, wide number, struct value *ret_value)
{
    return number >= INT64_MIN && number <= INT64_MAX && give(kind, (int64_t)number, ret_value);
}

static bool
evaluate_binary(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    struct value a, b;
    if (!evaluate(scene, expr->operands[0], &a) || !evaluate(scene, expr->operands[1], &b))
        return false;
    switch (expr->kind) {
    case CEDAR_EXPR_EQUAL:
        return give(CEDAR_BOOL, value_equal(&a, &b), ret_value);
    case CEDAR_EXPR_NOT_EQUAL:
        return give(CEDAR_BOOL, !value_equal(&a, &b), ret_value);
    case CEDAR_EXPR_IN:
        return is_in_any(scene, &a, &b, ret_value);
    case CEDAR_EXPR_ADD:
    case CEDAR_EXPR_SUBTRACT:
    case CEDAR_EXPR_MULTIPLY: {
        wide x = a.number, y = b.number;
        return a.kind == CEDAR_LONG && b.kind == CEDAR_LONG &&
               give_long(
                   CEDAR_LONG,
                   expr->kind == CEDAR_EXPR_ADD        ? x + y
                   : expr->kind == CEDAR_EXPR_SUBTRACT ? x - y
                                                       : x * y,
                   ret_value);
    }
    default:
        return evaluate_order(expr, &a, &b, ret_value);
    }
}

static bool
evaluate_logic(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    bool decided_by = expr->kind == CEDAR_EXPR_OR;
    if (!evaluate_kind(scene, expr->operands[0], CEDAR_BOOL, ret_value))
        return false;
    return ret_value->number == decided_by ||
           evaluate_kind(scene, expr->operands[1], CEDAR_BOOL, ret_value);
}

static bool
evaluate_is(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    struct value value, above;
    if (!evaluate_kind(scene, expr->is.operand, CEDAR_ENTITY, &value))
        return false;
    if (!expr->is.in || !bytes_equal(value.type, expr->is.type))
        return give(CEDAR_BOOL, bytes_equal(value.type, expr->is.type), ret_value);
    return evaluate(scene, expr->is.in, &above) && is_in_any(scene, &value, &above, ret_value);
}

static bool
evaluate_variable(const struct scene *scene, enum cedar_variable variable, struct value *ret_value)
{
    const struct cedar_request *request = scene->request;
    if (variable == CEDAR_CONTEXT && !request->context) {
        *ret_value = (struct value){.kind = CEDAR_RECORD};
        return true;
    }
    *ret_value = value_from(
        variable == CEDAR_CONTEXT     ? cedar_value_record(request->context)
        : variable == CEDAR_PRINCIPAL ? cedar_value_entity(request->principal)
        : variable == CEDAR_ACTION    ? cedar_value_entity(request->action)
                                      : cedar_value_entity(request->resource),
        scene->arena);
    return true;
}

static bool
evaluate_elements(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    bool record = expr->kind == CEDAR_EXPR_RECORD;
    size_t count = record ? expr->record.count : expr->set.count;
    struct value *items = ARENA_ARRAY(scene->arena, struct value, count + 1);
    struct bytes *names = ARENA_ARRAY(scene->arena, struct bytes, count + 1);
    if (!items || !names)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (record)
            names[i] = expr->record.fields[i].key;
        if (!evaluate(
                scene, record ? expr->record.fields[i].value : expr->set.elements[i], &items[i]))
            return false;
    }
    *ret_value = (struct value){
        .kind = record ? CEDAR_RECORD : CEDAR_SET, .items = items, .names = names, .count = count};
    return true;
}

/* --- Functions ------------------------------------------------------------------------------ */

static bool contains(const struct value *set, const struct value *wanted)
{
    for (size_t i = 0; i < set->count; i++)
        if (value_equal(&set->items[i], wanted))
            return true;
    return false;
}

static bool call_on_sets(
    enum cedar_function function, const struct value *set, const struct value *other,
    struct value *ret_value)
{
    bool all = true, any = false;
    if (set->kind != CEDAR_SET)
        return false;
    if (function == CEDAR_FUNCTION_IS_EMPTY)
        return give(CEDAR_BOOL, set->count == 0, ret_value);
    if (function == CEDAR_FUNCTION_CONTAINS)
        return give(CEDAR_BOOL, contains(set, other), ret_value);
    if (other->kind != CEDAR_SET)
        return false;
    for (size_t i = 0; i < other->count; i++) {
        bool there = contains(set, &other->items[i]);
        all = all && there;
        any = any || there;
    }
    return give(CEDAR_BOOL, function == CEDAR_FUNCTION_CONTAINS_ALL ? all : any, ret_value);
}

static bool call_on_tags(
    const struct scene *scene, enum cedar_function function, const struct value *entity,
    const struct value *name, struct value *ret_value)
{
    struct value unused;
    if (entity->kind != CEDAR_ENTITY || name->kind != CEDAR_STRING)
        return false;
    if (function == CEDAR_FUNCTION_GET_TAG)
        return get_field(scene, entity, true, name->text, ret_value);
    return give(CEDAR_BOOL, get_field(scene, entity, true, name->text, &unused), ret_value);
}

static bool call_on_decimals(
    enum cedar_function function, const struct value *a, const struct value *b,
    struct value *ret_value)
{
    if (a->kind != CEDAR_DECIMAL || b->kind != CEDAR_DECIMAL)
        return false;
    return give(
        CEDAR_BOOL,
        function == CEDAR_FUNCTION_LESS_THAN            ? a->number < b->number
        : function == CEDAR_FUNCTION_LESS_THAN_OR_EQUAL ? a->number <= b->number
        : function == CEDAR_FUNCTION_GREATER_THAN       ? a->number > b->number
                                                        : a->number >= b->number,
        ret_value);
}

static bool call_on_ips(
    enum cedar_function function, const struct value *a, const struct value *b,
    struct value *ret_value)
{
    const struct value loopback4 = {.bits = 32, .prefix = 8, .address = {127}};
    const struct value loopback6 = {.bits = 128, .prefix = 128, .address = {[15] = 1}};
    const struct value multicast4 = {.bits = 32, .prefix = 4, .address = {224}};
    const struct value multicast6 = {.bits = 128, .prefix = 8, .address = {255}};
    if (a->kind != CEDAR_IPADDR)
        return false;
    switch (function) {
    case CEDAR_FUNCTION_IS_IPV4:
        return give(CEDAR_BOOL, a->bits == 32, ret_value);
    case CEDAR_FUNCTION_IS_IPV6:
        return give(CEDAR_BOOL, a->bits == 128, ret_value);
    case CEDAR_FUNCTION_IS_LOOPBACK:
        return give(CEDAR_BOOL, ip_within(a, &loopback4) || ip_within(a, &loopback6), ret_value);
    case CEDAR_FUNCTION_IS_MULTICAST:
        return give(CEDAR_BOOL, ip_within(a, &multicast4) || ip_within(a, &multicast6), ret_value);
    default:
        return b->kind == CEDAR_IPADDR && give(CEDAR_BOOL, ip_within(a, b), ret_value);
    }
}

static bool call_on_times(
    enum cedar_function function, const struct value *a, const struct value *b,
    struct value *ret_value)
{
    const int64_t day = 86400000;
    if (a->kind != CEDAR_DATETIME)
        return false;
    /* The time of day, never negative: days begin at midnight also before 1970. */
    int64_t time = (a->number % day + day) % day;
    switch (function) {
    case CEDAR_FUNCTION_OFFSET:
        return b->kind == CEDAR_DURATION &&
               give_long(CEDAR_DATETIME, (wide)a->number + b->number, ret_value);
    case CEDAR_FUNCTION_DURATION_SINCE:
        return b->kind == CEDAR_DATETIME &&
               give_long(CEDAR_DURATION, (wide)a->number - b->number, ret_value);
    case CEDAR_FUNCTION_TO_DATE:
        return give_long(CEDAR_DATETIME, (wide)a->number - time, ret_value);
    default:
        return give(CEDAR_DURATION, time, ret_value);
    }
}

static bool
call_on_durations(enum cedar_function function, const struct value *a, struct value *ret_value)
{
    int64_t unit = function == CEDAR_FUNCTION_TO_MILLISECONDS ? 1
                   : function == CEDAR_FUNCTION_TO_SECONDS    ? 1000
                   : function == CEDAR_FUNCTION_TO_MINUTES    ? 60000
                   : function == CEDAR_FUNCTION_TO_HOURS      ? 3600000
                                                              : 86400000;
    return a->kind == CEDAR_DURATION && give(CEDAR_LONG, a->number / unit, ret_value);
}

static bool
evaluate_call(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    enum cedar_function function = expr->call.function;
    struct value arguments[2] = {0};
    for (size_t i = 0; i < expr->call.count; i++) {
        struct value unused;
        if (!evaluate(scene, expr->call.arguments[i], i < 2 ? &arguments[i] : &unused))
            return false;
    }
    if (expr->call.count != cedar_function_arity(function))
        return false;
    const struct value *a = &arguments[0], *b = &arguments[1];
    switch (function) {
    case CEDAR_FUNCTION_CONTAINS:
    case CEDAR_FUNCTION_CONTAINS_ALL:
    case CEDAR_FUNCTION_CONTAINS_ANY:
    case CEDAR_FUNCTION_IS_EMPTY:
        return call_on_sets(function, a, b, ret_value);
    case CEDAR_FUNCTION_HAS_TAG:
    case CEDAR_FUNCTION_GET_TAG:
        return call_on_tags(scene, function, a, b, ret_value);
    case CEDAR_FUNCTION_LESS_THAN:
    case CEDAR_FUNCTION_LESS_THAN_OR_EQUAL:
    case CEDAR_FUNCTION_GREATER_THAN:
    case CEDAR_FUNCTION_GREATER_THAN_OR_EQUAL:
        return call_on_decimals(function, a, b, ret_value);
    case CEDAR_FUNCTION_DECIMAL:
    case CEDAR_FUNCTION_IP:
    case CEDAR_FUNCTION_DATETIME:
    case CEDAR_FUNCTION_DURATION:
        return a->kind == CEDAR_STRING && value_construct(function, a->text, ret_value);
    case CEDAR_FUNCTION_OFFSET:
    case CEDAR_FUNCTION_DURATION_SINCE:
    case CEDAR_FUNCTION_TO_DATE:
    case CEDAR_FUNCTION_TO_TIME:
        return call_on_times(function, a, b, ret_value);
    case CEDAR_FUNCTION_TO_MILLISECONDS:
    case CEDAR_FUNCTION_TO_SECONDS:
    case CEDAR_FUNCTION_TO_MINUTES:
    case CEDAR_FUNCTION_TO_HOURS:
    case CEDAR_FUNCTION_TO_DAYS:
        return call_on_durations(function, a, ret_value);
    default:
        return call_on_ips(function, a, b, ret_value);
    }
}

static bool
evaluate(const struct scene *scene, const struct cedar_expr *expr, struct value *ret_value)
{
    struct value value;
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
        return give(CEDAR_BOOL, expr->boolean, ret_value);
    case CEDAR_EXPR_LONG:
        return give(CEDAR_LONG, expr->number, ret_value);
    case CEDAR_EXPR_STRING:
        *ret_value = (struct value){.kind = CEDAR_STRING, .text = expr->string};
        return true;
    case CEDAR_EXPR_ENTITY:
        *ret_value = (struct value){
            .kind = CEDAR_ENTITY, .type = expr->entity.type, .text = expr->entity.id};
        return true;
    case CEDAR_EXPR_VARIABLE:
        return evaluate_variable(scene, expr->variable, ret_value);
    case CEDAR_EXPR_IF:
        return evaluate_kind(scene, expr->operands[0], CEDAR_BOOL, &value) &&
               evaluate(scene, expr->operands[value.number ? 1 : 2], ret_value);
    case CEDAR_EXPR_AND:
    case CEDAR_EXPR_OR:
        return evaluate_logic(scene, expr, ret_value);
    case CEDAR_EXPR_NOT:
        return evaluate_kind(scene, expr->operands[0], CEDAR_BOOL, &value) &&
               give(CEDAR_BOOL, !value.number, ret_value);
    case CEDAR_EXPR_NEGATE:
        return evaluate_kind(scene, expr->operands[0], CEDAR_LONG, &value) &&
               give_long(CEDAR_LONG, -(wide)value.number, ret_value);
    case CEDAR_EXPR_GET:
        return evaluate(scene, expr->get.operand, &value) &&
               get_field(scene, &value, false, expr->get.name, ret_value);
    case CEDAR_EXPR_HAS:
        return evaluate_has(scene, expr, ret_value);
    case CEDAR_EXPR_LIKE:
        return evaluate_kind(scene, expr->like.operand, CEDAR_STRING, &value) &&
               give(CEDAR_BOOL, matches(expr, 0, value.text), ret_value);
    case CEDAR_EXPR_IS:
        return evaluate_is(scene, expr, ret_value);
    case CEDAR_EXPR_SET:
    case CEDAR_EXPR_RECORD:
        return evaluate_elements(scene, expr, ret_value);
    case CEDAR_EXPR_CALL:
        return evaluate_call(scene, expr, ret_value);
    default:
        return evaluate_binary(scene, expr, ret_value);
    }
}

/* --- Policies ------------------------------------------------------------------------------- */

static bool
scope_holds(const struct scene *scene, const struct cedar_scope *scope, const struct cedar_uid *uid)
{
    const struct value entity = value_from(cedar_value_entity(uid), scene->arena);
    if ((scope->kind == CEDAR_SCOPE_IS || scope->kind == CEDAR_SCOPE_IS_IN) &&
        !bytes_equal(entity.type, scope->type))
        return false;
    if (scope->kind == CEDAR_SCOPE_ANY || scope->kind == CEDAR_SCOPE_IS)
        return true;
    for (size_t i = 0; i < scope->count; i++) {
        const struct value other = {
            .kind = CEDAR_ENTITY, .type = scope->entities[i].type, .text = scope->entities[i].id};
        if (scope->kind == CEDAR_SCOPE_EQUAL ? value_equal(&entity, &other)
                                             : is_in(scene, &entity, &other))
            return true;
    }
    return false;
}

enum reference_outcome reference_evaluate(
    const struct cedar_policy *policy, const struct cedar_request *request,
    const struct cedar_entities *entities, struct arena *arena)
{
    const struct scene scene = {request, entities, arena};
    if (!scope_holds(&scene, &policy->principal, request->principal) ||
        !scope_holds(&scene, &policy->action, request->action) ||
        !scope_holds(&scene, &policy->resource, request->resource))
        return REFERENCE_NOT;
    for (size_t i = 0; i < policy->condition_count; i++) {
        struct value value;
        if (!evaluate_kind(&scene, policy->conditions[i].body, CEDAR_BOOL, &value))
            return REFERENCE_ERROR;
        if (value.number == policy->conditions[i].unless)
            return REFERENCE_NOT;
    }
    return REFERENCE_HOLDS;
}

bool reference_agrees(
    const struct cedar_policies *policies, const struct cedar_request *request,
    const struct cedar_entities *entities, const struct cedar_response *response,
    struct arena *arena)
{
    size_t count = cedar_policies_count(policies), errors = 0, determining = 0;
    enum reference_outcome *outcomes = ARENA_ARRAY(arena, enum reference_outcome, count + 1);
    bool permitted = false, forbidden = false;
    if (!outcomes)
        abort();
    for (size_t i = 0; i < count; i++) {
        const struct cedar_policy *policy = cedar_policies_at(policies, i);
        outcomes[i] = reference_evaluate(policy, request, entities, arena);
        if (outcomes[i] == REFERENCE_HOLDS && policy->effect == CEDAR_FORBID)
            forbidden = true;
        else if (outcomes[i] == REFERENCE_HOLDS)
            permitted = true;
    }
    if ((response->decision == CEDAR_ALLOW) != (permitted && !forbidden))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool failed = errors < response->error_count && response->errors[errors].policy == i;
        bool holds =
            determining < response->determining_count && response->determining[determining] == i;
        bool counts = (cedar_policies_at(policies, i)->effect == CEDAR_FORBID) == forbidden;
        if (failed != (outcomes[i] == REFERENCE_ERROR) ||
            holds != (outcomes[i] == REFERENCE_HOLDS && counts))
            return false;
        errors += failed;
        determining += holds;
    }
    return errors == response->error_count && determining == response->determining_count;
}
