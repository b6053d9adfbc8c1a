/* The machine that runs compiled code: one value on the stack for each open subexpression. It takes
 * no memory but what it was given; every error stops it where it stands. */
#include <string.h>

#include "cedar/code.h"
#include "cedar/lookup.h"
#include "cedar/sets.h"

enum { UNIT = 16 }; /* alignment of what the heap gives out */

static size_t rounded(size_t size)
{
    return (size + UNIT - 1) / UNIT * UNIT;
}

size_t cedar_heap_set(size_t count)
{
    return rounded(sizeof(struct cedar_set)) + rounded(count * sizeof(struct cedar_value));
}

size_t cedar_heap_record(size_t count)
{
    return rounded(sizeof(struct cedar_record)) + rounded(count * sizeof(struct cedar_value));
}

size_t cedar_heap_ip(void)
{
    return rounded(sizeof(struct cedar_ip));
}

void *cedar_machine_take(struct cedar_machine *machine, size_t size)
{
    void *taken = machine->top;
    machine->top += rounded(size);
    return taken;
}

void cedar_machine_start(
    struct cedar_machine *machine, const struct cedar_request *request,
    const struct cedar_entities *entities, void *stack, void *heap)
{
    *machine = (struct cedar_machine){
        .request = request,
        .entities = entities,
        .variables = {request->principal, request->action, request->resource},
        .stack = stack,
        .heap = heap,
        .top = heap,
    };
    for (int i = 0; i < 3; i++) {
        if (machine->variables[i])
            machine->nodes[i] = cedar_node_find(entities, machine->variables[i]);
    }
}

static const struct cedar_record no_attributes;

static const struct cedar_record *context_of(const struct cedar_machine *machine)
{
    const struct cedar_record *context = machine->request->context;
    return context ? context : &no_attributes;
}

static enum error get_of_record(
    const struct cedar_record *record, const struct cedar_string *key,
    struct cedar_value *ret_value)
{
    const struct cedar_value *found = cedar_record_lookup(record, key);
    if (!found)
        return ERROR_CEDAR_ATTRIBUTE;
    *ret_value = *found;
    return ERROR_OK;
}

static enum error get_of_node(
    const struct cedar_node *node, const struct cedar_string *key, struct cedar_value *ret_value)
{
    if (!node)
        return ERROR_CEDAR_ENTITY;
    const struct cedar_record *attributes = node->entity.attributes;
    return get_of_record(attributes ? attributes : &no_attributes, key, ret_value);
}

/* The node of an entity; those of the request's variables are known already. */
static const struct cedar_node *
node_of(const struct cedar_machine *machine, const struct cedar_uid *uid)
{
    for (int i = 0; i < 3; i++) {
        if (uid == machine->variables[i])
            return machine->nodes[i];
    }
    return cedar_node_find(machine->entities, uid);
}

static enum error
get(const struct cedar_machine *machine, const struct cedar_string *key, struct cedar_value *value)
{
    if (value->kind == CEDAR_ENTITY)
        return get_of_node(node_of(machine, value->entity), key, value);
    if (value->kind != CEDAR_RECORD)
        return ERROR_CEDAR_TYPE;
    return get_of_record(value->record, key, value);
}

/* `v has a.b.c`: as far as attributes are there, the next must be looked for in an entity or a
 * record. An entity that is not there has none. */
static enum error
has(const struct cedar_machine *machine, const struct cedar_string *const *keys, size_t count,
    struct cedar_value *value)
{
    for (size_t i = 0; i < count; i++) {
        enum error error = get(machine, keys[i], value);
        if (error == ERROR_CEDAR_ENTITY || error == ERROR_CEDAR_ATTRIBUTE) {
            *value = cedar_value_bool(false);
            return ERROR_OK;
        }
        if (error)
            return error;
    }
    *value = cedar_value_bool(true);
    return ERROR_OK;
}

/* `a in b`: b is an entity, or a set of nothing but entities. */
static enum error is_in(const struct cedar_machine *machine, struct cedar_value *values)
{
    if (values[0].kind != CEDAR_ENTITY)
        return ERROR_CEDAR_TYPE;
    const struct cedar_uid *uid = values[0].entity;
    bool result = false;
    if (values[1].kind == CEDAR_ENTITY) {
        result = uid == values[1].entity;
        if (!result) {
            const struct cedar_node *node = node_of(machine, uid);
            result = node && cedar_node_below(node, values[1].entity);
        }
    } else if (values[1].kind == CEDAR_SET) {
        const struct cedar_set *set = values[1].set;
        /* Sets are in order of kind: where the ends are entities all are. */
        if (set->count && (set->elements[0].kind != CEDAR_ENTITY ||
                           set->elements[set->count - 1].kind != CEDAR_ENTITY))
            return ERROR_CEDAR_TYPE;
        result = cedar_set_has(set, values[0]);
        const struct cedar_node *node = result ? NULL : node_of(machine, uid);
        for (uint32_t i = 0; node && !result && i < set->count; i++)
            result = cedar_node_below(node, set->elements[i].entity);
    } else {
        return ERROR_CEDAR_TYPE;
    }
    values[0] = cedar_value_bool(result);
    return ERROR_OK;
}

/* `<` and its like take two of Long, of datetime or of duration. */
static enum error compare(enum cedar_opcode code, struct cedar_value *values)
{
    enum cedar_kind kind = values[0].kind;
    if (kind != values[1].kind ||
        (kind != CEDAR_LONG && kind != CEDAR_DATETIME && kind != CEDAR_DURATION))
        return ERROR_CEDAR_TYPE;
    int64_t a = values[0].number, b = values[1].number;
    bool result = code == CEDAR_OP_LESS         ? a < b
                  : code == CEDAR_OP_LESS_EQUAL ? a <= b
                  : code == CEDAR_OP_GREATER    ? a > b
                                                : a >= b;
    values[0] = cedar_value_bool(result);
    return ERROR_OK;
}

static enum error calculate(enum cedar_opcode code, struct cedar_value *values)
{
    if (values[0].kind != CEDAR_LONG || values[1].kind != CEDAR_LONG)
        return ERROR_CEDAR_TYPE;
    int64_t a = values[0].number, b = values[1].number, result;
    bool overflow = code == CEDAR_OP_ADD        ? __builtin_add_overflow(a, b, &result)
                    : code == CEDAR_OP_SUBTRACT ? __builtin_sub_overflow(a, b, &result)
                                                : __builtin_mul_overflow(a, b, &result);
    if (overflow)
        return ERROR_CEDAR_OVERFLOW;
    values[0] = cedar_value_long(result);
    return ERROR_OK;
}

static void make_set(struct cedar_machine *machine, struct cedar_value *values, size_t count)
{
    struct cedar_set *set = cedar_machine_take(machine, sizeof *set);
    struct cedar_value *elements = cedar_machine_take(machine, count * sizeof *elements);
    if (count)
        memcpy(elements, values, count * sizeof *elements);
    cedar_set_init(set, elements, count);
    values[0] = (struct cedar_value){.kind = CEDAR_SET, .set = set};
}

static void make_record(
    struct cedar_machine *machine, struct cedar_value *values, const struct cedar_shape *shape)
{
    struct cedar_record *record = cedar_machine_take(machine, sizeof *record);
    struct cedar_value *ordered = cedar_machine_take(machine, shape->count * sizeof *ordered);
    for (uint32_t i = 0; i < shape->count; i++)
        ordered[i] = values[shape->places[i]];
    *record = (struct cedar_record){
        .count = shape->count,
        .keys = shape->keys,
        .values = ordered,
        .index = shape->index,
        .mask = shape->mask,
    };
    values[0] = cedar_value_record(record);
}

/* --- Watching ----------------------------------------------------------------------------- */

/* Where an attribute of an entity or a record stands, or NULL. */
static const struct cedar_value *place_of(
    const struct cedar_machine *machine, struct cedar_value owner, const struct cedar_string *key)
{
    const struct cedar_record *record = NULL;
    if (owner.kind == CEDAR_RECORD) {
        record = owner.record;
    } else if (owner.kind == CEDAR_ENTITY) {
        const struct cedar_node *node = node_of(machine, owner.entity);
        record = node ? node->entity.attributes : NULL;
    }
    return record ? cedar_record_lookup(record, key) : NULL;
}

static bool is_watched(const struct cedar_watch *watch, const struct cedar_value *place)
{
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->slots[i] == place)
            return true;
    }
    return false;
}

/* Whether a slot is in the record or in a record in it. In sets there are none. */
static bool holds_watched(const struct cedar_watch *watch, const struct cedar_record *record)
{
    for (uint32_t i = 0; i < record->count; i++) {
        const struct cedar_value *value = &record->values[i];
        if (is_watched(watch, value) ||
            (value->kind == CEDAR_RECORD && holds_watched(watch, value->record)))
            return true;
    }
    return false;
}

/* Whether the instruction about to run puts on the stack what a slot may change. All others only
 * work on what is on the stack. With an empty stack it is also a place to start from: nothing of
 * what ran before it is used again. */
static bool touches(
    struct cedar_watch *watch, const struct cedar_machine *machine, const struct cedar_op *ops,
    const struct cedar_op *op, const struct cedar_value *next)
{
    struct cedar_value context = cedar_value_record(context_of(machine));
    const struct cedar_value *place;
    if (next == machine->stack)
        watch->resume = (uint32_t)(op - ops);
    switch (op->code) {
    case CEDAR_OP_CONTEXT:
        place = &context;
        break;
    case CEDAR_OP_CONTEXT_GET:
        place = place_of(machine, context, op->operand.key);
        break;
    case CEDAR_OP_VARIABLE_GET:
        place =
            place_of(machine, cedar_value_entity(machine->variables[op->number]), op->operand.key);
        break;
    case CEDAR_OP_GET:
        place = place_of(machine, next[-1], op->operand.key);
        break;
    default:
        return false;
    }
    if (!place)
        return false;
    if (place->kind != CEDAR_RECORD)
        return is_watched(watch, place);
    /* On the way to an attribute: what is read is for the next instruction to say. */
    if (op[1].code == CEDAR_OP_GET || op[1].code == CEDAR_OP_HAS)
        return false;
    return holds_watched(watch, place->record);
}

/* --- Running ------------------------------------------------------------------------------ */

/* watch NULL: not watched. Compiled once for each, so that the one does not pay for the other. */
static inline __attribute__((always_inline)) enum error
run(struct cedar_machine *machine, const struct cedar_op *ops, uint32_t first,
    struct cedar_watch *watch, struct cedar_value *ret_value)
{
    struct cedar_value *next = machine->stack; /* the first free place */
    const struct cedar_op *op = ops + first;
    enum error error = ERROR_OK;
    for (;; op++) {
        if (watch && touches(watch, machine, ops, op, next)) {
            watch->touched = true;
            return ERROR_OK;
        }
        switch (op->code) {
        case CEDAR_OP_END:
            *ret_value = next[-1];
            return ERROR_OK;
        case CEDAR_OP_CONSTANT:
            *next++ = *op->operand.value;
            break;
        case CEDAR_OP_VARIABLE:
            *next++ = cedar_value_entity(machine->variables[op->number]);
            break;
        case CEDAR_OP_CONTEXT:
            *next++ = cedar_value_record(context_of(machine));
            break;
        case CEDAR_OP_GET:
            error = get(machine, op->operand.key, next - 1);
            break;
        case CEDAR_OP_VARIABLE_GET:
            error = get_of_node(machine->nodes[op->number], op->operand.key, next++);
            break;
        case CEDAR_OP_CONTEXT_GET:
            error = get_of_record(context_of(machine), op->operand.key, next++);
            break;
        case CEDAR_OP_HAS:
            error = has(machine, op->operand.keys, op->number, next - 1);
            break;
        case CEDAR_OP_CONTEXT_HAS:
            *next =
                cedar_value_bool(cedar_record_lookup(context_of(machine), op->operand.key) != NULL);
            next++;
            break;
        case CEDAR_OP_IS:
            if (next[-1].kind != CEDAR_ENTITY)
                error = ERROR_CEDAR_TYPE;
            else
                next[-1] = cedar_value_bool(next[-1].entity->type == op->operand.key);
            break;
        case CEDAR_OP_IS_AND:
            if (next[-1].kind != CEDAR_ENTITY) {
                error = ERROR_CEDAR_TYPE;
            } else if (next[-1].entity->type != op->operand.key) {
                next[-1] = cedar_value_bool(false);
                op = ops + op->number - 1;
            }
            break;
        case CEDAR_OP_IN:
            next--;
            error = is_in(machine, next - 1);
            break;
        case CEDAR_OP_LIKE:
            if (next[-1].kind != CEDAR_STRING)
                error = ERROR_CEDAR_TYPE;
            else
                next[-1] = cedar_value_bool(cedar_like(
                    cedar_string_bytes(next[-1].string), op->operand.pieces, op->number));
            break;
        case CEDAR_OP_EQUAL:
        case CEDAR_OP_NOT_EQUAL:
            next--;
            next[-1] = cedar_value_bool(
                cedar_value_equal(next[-1], next[0]) == (op->code == CEDAR_OP_EQUAL));
            break;
        case CEDAR_OP_EQUAL_CONSTANT:
            next[-1] = cedar_value_bool(cedar_value_equal(next[-1], *op->operand.value));
            break;
        case CEDAR_OP_NOT_EQUAL_CONSTANT:
            next[-1] = cedar_value_bool(!cedar_value_equal(next[-1], *op->operand.value));
            break;
        case CEDAR_OP_LESS:
        case CEDAR_OP_LESS_EQUAL:
        case CEDAR_OP_GREATER:
        case CEDAR_OP_GREATER_EQUAL:
            next--;
            error = compare(op->code, next - 1);
            break;
        case CEDAR_OP_ADD:
        case CEDAR_OP_SUBTRACT:
        case CEDAR_OP_MULTIPLY:
            next--;
            error = calculate(op->code, next - 1);
            break;
        case CEDAR_OP_NOT:
            if (next[-1].kind != CEDAR_BOOL)
                error = ERROR_CEDAR_TYPE;
            else
                next[-1] = cedar_value_bool(!next[-1].boolean);
            break;
        case CEDAR_OP_NEGATE:
            if (next[-1].kind != CEDAR_LONG)
                error = ERROR_CEDAR_TYPE;
            else if (__builtin_sub_overflow(0, next[-1].number, &next[-1].number))
                error = ERROR_CEDAR_OVERFLOW;
            break;
        case CEDAR_OP_BOOL:
            if (next[-1].kind != CEDAR_BOOL)
                error = ERROR_CEDAR_TYPE;
            break;
        case CEDAR_OP_AND:
        case CEDAR_OP_OR:
            if (next[-1].kind != CEDAR_BOOL)
                error = ERROR_CEDAR_TYPE;
            else if (next[-1].boolean == (op->code == CEDAR_OP_OR))
                op = ops + op->number - 1;
            else
                next--;
            break;
        case CEDAR_OP_BRANCH:
            next--;
            if (next[0].kind != CEDAR_BOOL)
                error = ERROR_CEDAR_TYPE;
            else if (!next[0].boolean)
                op = ops + op->number - 1;
            break;
        case CEDAR_OP_JUMP:
            op = ops + op->number - 1;
            break;
        case CEDAR_OP_SET:
            next -= op->number;
            make_set(machine, next++, op->number);
            break;
        case CEDAR_OP_RECORD:
            next -= op->operand.shape->count;
            make_record(machine, next++, op->operand.shape);
            break;
        case CEDAR_OP_CONTAINS:
            next--;
            if (next[-1].kind != CEDAR_SET)
                error = ERROR_CEDAR_TYPE;
            else
                next[-1] = cedar_value_bool(cedar_set_has(next[-1].set, next[0]));
            break;
        case CEDAR_OP_IS_EMPTY:
            if (next[-1].kind != CEDAR_SET)
                error = ERROR_CEDAR_TYPE;
            else
                next[-1] = cedar_value_bool(next[-1].set->count == 0);
            break;
        case CEDAR_OP_CALL:
            next -= op->arity;
            error = cedar_call(machine, (enum cedar_function)op->number, next++);
            break;
        case CEDAR_OP_ARITY:
            error = ERROR_CEDAR_ARITY;
            break;
        case CEDAR_OP_WHEN:
        case CEDAR_OP_UNLESS:
            next--;
            if (next[0].kind != CEDAR_BOOL) {
                error = ERROR_CEDAR_TYPE;
            } else if (next[0].boolean == (op->code == CEDAR_OP_UNLESS)) {
                *ret_value = cedar_value_bool(false);
                return ERROR_OK;
            }
            break;
        case CEDAR_OP_HOLDS:
            *ret_value = cedar_value_bool(true);
            return ERROR_OK;
        }
        if (error) {
            machine->at = (uint32_t)(op - ops);
            return error;
        }
    }
}

enum error cedar_machine_run(
    struct cedar_machine *machine, const struct cedar_op *ops, uint32_t first,
    struct cedar_value *ret_value)
{
    return run(machine, ops, first, NULL, ret_value);
}

enum error cedar_machine_run_watched(
    struct cedar_machine *machine, const struct cedar_op *ops, uint32_t first,
    struct cedar_watch *watch, struct cedar_value *ret_value)
{
    watch->touched = false;
    return run(machine, ops, first, watch, ret_value);
}
