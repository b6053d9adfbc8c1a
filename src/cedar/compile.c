/* Compiling expressions to code. Parts that hang on nothing but the text are computed once, here;
 * one that would fail is left, so that it fails in its place. */
#include <stdlib.h>
#include <string.h>

#include "cedar/code.h"
#include "cedar/limits.h"
#include "cedar/lookup.h"

/* What a compilation carries along. */
struct compiler {
    struct cedar_code *code;
    struct cedar_symbols *symbols;
    struct arena *arena;
    uint32_t height; /* of the stack after the code so far */
};

/* What is known of the value that some code leaves. */
struct known {
    bool constant; /* the same in each evaluation */
    bool boolean;  /* always a Bool */
};

static enum error
emit_expression(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known);

void cedar_code_free(struct cedar_code *code)
{
    free(code->ops);
    free(code->spans);
    *code = (struct cedar_code){0};
}

enum error cedar_code_append(struct cedar_code *code, struct cedar_op op, struct cedar_span span)
{
    if (code->count == code->room) {
        if (code->room > UINT32_MAX / 2)
            return ERROR_TOO_LARGE;
        uint32_t room = code->room ? code->room * 2 : 64;
        struct cedar_op *ops = realloc(code->ops, room * sizeof *ops);
        if (!ops)
            return ERROR_MEMORY;
        code->ops = ops;
        struct cedar_span *spans = realloc(code->spans, room * sizeof *spans);
        if (!spans)
            return ERROR_MEMORY;
        code->spans = spans;
        code->room = room;
    }
    code->ops[code->count] = op;
    code->spans[code->count] = span;
    code->count++;
    return ERROR_OK;
}

/* Appends an instruction that takes so many values and leaves one if it leaves any. */
static enum error emit(
    struct compiler *compiler, struct cedar_op op, struct cedar_span span, size_t takes,
    size_t leaves)
{
    enum error error = cedar_code_append(compiler->code, op, span);
    if (error)
        return error;
    compiler->height = compiler->height - (uint32_t)takes + (uint32_t)leaves;
    if (compiler->height > compiler->code->stack)
        compiler->code->stack = compiler->height;
    return ERROR_OK;
}

/* Bounds what one evaluation makes, so that its scratch memory stays countable. */
static enum error need_heap(struct compiler *compiler, size_t size)
{
    if (size > UINT32_MAX - compiler->code->heap)
        return ERROR_TOO_LARGE;
    compiler->code->heap += (uint32_t)size;
    return ERROR_OK;
}

static enum error
emit_constant(struct compiler *compiler, struct cedar_value value, struct cedar_span span)
{
    struct cedar_value *kept = ARENA_NEW(compiler->arena, struct cedar_value);
    if (!kept)
        return ERROR_MEMORY;
    *kept = value;
    struct cedar_op op = {.code = CEDAR_OP_CONSTANT, .operand.value = kept};
    return emit(compiler, op, span, 0, 1);
}

/* Where code stands, to go back to. */
struct mark {
    uint32_t count, heap, height;
};

static struct mark mark_here(const struct compiler *compiler)
{
    return (struct mark){compiler->code->count, compiler->code->heap, compiler->height};
}

/* Replaces the code since mark by the value that it always gives, if it gives one. */
static enum error
fold(struct compiler *compiler, struct mark mark, struct cedar_span span, bool *ret_folded)
{
    static const struct cedar_request nothing;
    struct cedar_code *code = compiler->code;
    struct cedar_op end = {.code = CEDAR_OP_END};
    enum error error = cedar_code_append(code, end, span);
    if (error)
        return error;
    struct cedar_value *stack = malloc(code->stack * sizeof *stack);
    void *heap = arena_alloc(compiler->arena, code->heap - mark.heap);
    if (!stack || !heap) {
        free(stack);
        return ERROR_MEMORY;
    }
    struct cedar_machine machine;
    struct cedar_value value;
    cedar_machine_start(&machine, &nothing, NULL, stack, heap);
    *ret_folded = cedar_machine_run(&machine, code->ops, mark.count, &value) == ERROR_OK;
    free(stack);
    code->count--;
    if (!*ret_folded)
        return ERROR_OK;
    code->count = mark.count;
    code->heap = mark.heap;
    compiler->height = mark.height;
    return emit_constant(compiler, value, span);
}

static enum error
intern(struct compiler *compiler, struct bytes text, const struct cedar_string **ret_string)
{
    return cedar_intern(compiler->symbols, text, ret_string);
}

static enum error emit_literal(struct compiler *compiler, const struct cedar_expr *expr)
{
    const struct cedar_string *string;
    const struct cedar_uid *uid;
    enum error error;
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
        return emit_constant(compiler, cedar_value_bool(expr->boolean), expr->span);
    case CEDAR_EXPR_LONG:
        return emit_constant(compiler, cedar_value_long(expr->number), expr->span);
    case CEDAR_EXPR_STRING:
        if ((error = intern(compiler, expr->string, &string)))
            return error;
        return emit_constant(compiler, cedar_value_string(string), expr->span);
    default:
        error = cedar_intern_uid(compiler->symbols, expr->entity.type, expr->entity.id, &uid);
        return error ? error : emit_constant(compiler, cedar_value_entity(uid), expr->span);
    }
}

static enum error emit_variable(struct compiler *compiler, const struct cedar_expr *expr)
{
    struct cedar_op op = {.code = CEDAR_OP_CONTEXT, .number = expr->variable};
    if (expr->variable != CEDAR_CONTEXT)
        op.code = CEDAR_OP_VARIABLE;
    return emit(compiler, op, expr->span, 0, 1);
}

/* `a && b` and `a || b`: the right side must be a Bool too, if it is evaluated. */
static enum error
emit_junction(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct known left, right;
    struct cedar_op op = {
        .code = expr->kind == CEDAR_EXPR_AND ? CEDAR_OP_AND : CEDAR_OP_OR,
    };
    enum error error = emit_expression(compiler, expr->operands[0], &left);
    uint32_t jump = compiler->code->count;
    if (error || (error = emit(compiler, op, expr->operands[0]->span, 1, 0)) ||
        (error = emit_expression(compiler, expr->operands[1], &right)))
        return error;
    struct cedar_op check = {.code = CEDAR_OP_BOOL};
    if (!right.boolean && (error = emit(compiler, check, expr->operands[1]->span, 1, 1)))
        return error;
    compiler->code->ops[jump].number = compiler->code->count;
    *ret_known = (struct known){left.constant && right.constant, true};
    return ERROR_OK;
}

static enum error
emit_if(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct known condition, then, otherwise;
    struct cedar_op branch = {.code = CEDAR_OP_BRANCH}, jump = {.code = CEDAR_OP_JUMP};
    struct cedar_code *code = compiler->code;
    enum error error = emit_expression(compiler, expr->operands[0], &condition);
    uint32_t branch_at = code->count;
    if (error || (error = emit(compiler, branch, expr->operands[0]->span, 1, 0)) ||
        (error = emit_expression(compiler, expr->operands[1], &then)))
        return error;
    uint32_t jump_at = code->count;
    /* Either branch leaves the one value: after the first, the height is counted back. */
    if ((error = emit(compiler, jump, expr->span, 1, 0)))
        return error;
    code->ops[branch_at].number = code->count;
    if ((error = emit_expression(compiler, expr->operands[2], &otherwise)))
        return error;
    code->ops[jump_at].number = code->count;
    *ret_known = (struct known){
        condition.constant && then.constant && otherwise.constant,
        then.boolean && otherwise.boolean,
    };
    return ERROR_OK;
}

static enum error
emit_unary(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct known operand;
    bool is_not = expr->kind == CEDAR_EXPR_NOT;
    struct cedar_op op = {.code = is_not ? CEDAR_OP_NOT : CEDAR_OP_NEGATE};
    enum error error = emit_expression(compiler, expr->operands[0], &operand);
    *ret_known = (struct known){operand.constant, is_not};
    return error ? error : emit(compiler, op, expr->span, 1, 1);
}

static enum cedar_opcode opcode_of(enum cedar_expr_kind kind)
{
    switch (kind) {
    case CEDAR_EXPR_EQUAL:
        return CEDAR_OP_EQUAL;
    case CEDAR_EXPR_NOT_EQUAL:
        return CEDAR_OP_NOT_EQUAL;
    case CEDAR_EXPR_LESS:
        return CEDAR_OP_LESS;
    case CEDAR_EXPR_LESS_EQUAL:
        return CEDAR_OP_LESS_EQUAL;
    case CEDAR_EXPR_GREATER:
        return CEDAR_OP_GREATER;
    case CEDAR_EXPR_GREATER_EQUAL:
        return CEDAR_OP_GREATER_EQUAL;
    case CEDAR_EXPR_ADD:
        return CEDAR_OP_ADD;
    case CEDAR_EXPR_SUBTRACT:
        return CEDAR_OP_SUBTRACT;
    case CEDAR_EXPR_MULTIPLY:
        return CEDAR_OP_MULTIPLY;
    default:
        return CEDAR_OP_IN;
    }
}

/* Makes `v == constant` one instruction when the constant was the last one emitted. */
static bool fuse_equal(struct compiler *compiler, enum cedar_opcode code, struct cedar_span span)
{
    struct cedar_code *made = compiler->code;
    struct cedar_op *last = &made->ops[made->count - 1];
    if (code != CEDAR_OP_EQUAL && code != CEDAR_OP_NOT_EQUAL)
        return false;
    last->code = code == CEDAR_OP_EQUAL ? CEDAR_OP_EQUAL_CONSTANT : CEDAR_OP_NOT_EQUAL_CONSTANT;
    made->spans[made->count - 1] = span;
    compiler->height--;
    return true;
}

static enum error
emit_binary(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct known left, right;
    struct cedar_op op = {.code = opcode_of(expr->kind)};
    enum error error = emit_expression(compiler, expr->operands[0], &left);
    if (error || (error = emit_expression(compiler, expr->operands[1], &right)))
        return error;
    bool arithmetic =
        op.code == CEDAR_OP_ADD || op.code == CEDAR_OP_SUBTRACT || op.code == CEDAR_OP_MULTIPLY;
    /* `in` asks the entities, which are not known yet. */
    *ret_known = (struct known){
        left.constant && right.constant && op.code != CEDAR_OP_IN,
        !arithmetic,
    };
    if (right.constant && fuse_equal(compiler, op.code, expr->span))
        return ERROR_OK;
    return emit(compiler, op, expr->span, 2, 1);
}

/* An access whose operand is a variable is one instruction. */
static bool is_variable(const struct cedar_expr *expr)
{
    return expr->kind == CEDAR_EXPR_VARIABLE;
}

static enum error emit_get(struct compiler *compiler, const struct cedar_expr *expr)
{
    const struct cedar_expr *operand = expr->get.operand;
    struct cedar_op op = {.code = CEDAR_OP_GET};
    struct known known;
    enum error error = intern(compiler, expr->get.name, &op.operand.key);
    if (error)
        return error;
    if (is_variable(operand)) {
        op.code = operand->variable == CEDAR_CONTEXT ? CEDAR_OP_CONTEXT_GET : CEDAR_OP_VARIABLE_GET;
        op.number = operand->variable;
        return emit(compiler, op, expr->span, 0, 1);
    }
    error = emit_expression(compiler, operand, &known);
    return error ? error : emit(compiler, op, expr->span, 1, 1);
}

static enum error emit_has(struct compiler *compiler, const struct cedar_expr *expr)
{
    const struct cedar_expr *operand = expr->has.operand;
    const struct cedar_string **keys =
        ARENA_ARRAY(compiler->arena, const struct cedar_string *, expr->has.count);
    struct known known;
    if (!keys)
        return ERROR_MEMORY;
    for (size_t i = 0; i < expr->has.count; i++) {
        enum error error = intern(compiler, expr->has.path[i].name, &keys[i]);
        if (error)
            return error;
    }
    if (is_variable(operand) && operand->variable == CEDAR_CONTEXT && expr->has.count == 1) {
        struct cedar_op op = {.code = CEDAR_OP_CONTEXT_HAS, .operand.key = keys[0]};
        return emit(compiler, op, expr->span, 0, 1);
    }
    struct cedar_op op = {
        .code = CEDAR_OP_HAS, .number = (uint32_t)expr->has.count, .operand.keys = keys};
    enum error error = emit_expression(compiler, operand, &known);
    return error ? error : emit(compiler, op, expr->span, 1, 1);
}

/* Copies the pieces, so that code does not hang on the tree. */
static enum error
emit_like(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct bytes *pieces = ARENA_ARRAY(compiler->arena, struct bytes, expr->like.count);
    struct known operand;
    if (!pieces)
        return ERROR_MEMORY;
    for (size_t i = 0; i < expr->like.count; i++) {
        pieces[i] = arena_copy(compiler->arena, expr->like.pieces[i]);
        if (!pieces[i].data)
            return ERROR_MEMORY;
    }
    struct cedar_op op = {
        .code = CEDAR_OP_LIKE, .number = (uint32_t)expr->like.count, .operand.pieces = pieces};
    enum error error = emit_expression(compiler, expr->like.operand, &operand);
    *ret_known = (struct known){operand.constant, true};
    return error ? error : emit(compiler, op, expr->span, 1, 1);
}

/* `e is T in f` is `e is T && e in f`, with e computed once. */
static enum error
emit_is(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct cedar_op op = {.code = expr->is.in ? CEDAR_OP_IS_AND : CEDAR_OP_IS};
    struct known operand, in;
    enum error error = intern(compiler, expr->is.type, &op.operand.key);
    if (error || (error = emit_expression(compiler, expr->is.operand, &operand)))
        return error;
    uint32_t jump = compiler->code->count;
    if ((error = emit(compiler, op, expr->span, 1, 1)))
        return error;
    *ret_known = (struct known){operand.constant && !expr->is.in, true};
    if (!expr->is.in)
        return ERROR_OK;
    struct cedar_op is_in = {.code = CEDAR_OP_IN};
    if ((error = emit_expression(compiler, expr->is.in, &in)) ||
        (error = emit(compiler, is_in, expr->span, 2, 1)))
        return error;
    compiler->code->ops[jump].number = compiler->code->count;
    return ERROR_OK;
}

static enum error emit_list(
    struct compiler *compiler, const struct cedar_expr *const *list, size_t count,
    bool *ret_constant)
{
    *ret_constant = true;
    for (size_t i = 0; i < count; i++) {
        struct known known;
        enum error error = emit_expression(compiler, list[i], &known);
        if (error)
            return error;
        *ret_constant = *ret_constant && known.constant;
    }
    return ERROR_OK;
}

static enum error
emit_set(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct cedar_op op = {.code = CEDAR_OP_SET, .number = (uint32_t)expr->set.count};
    *ret_known = (struct known){0};
    enum error error =
        emit_list(compiler, expr->set.elements, expr->set.count, &ret_known->constant);
    if (error || (error = need_heap(compiler, cedar_heap_set(expr->set.count))))
        return error;
    return emit(compiler, op, expr->span, expr->set.count, 1);
}

/* A key with the place of its value. */
struct keyed {
    const struct cedar_string *key;
    uint32_t place;
};

static int compare_keyed(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct keyed *)a)->key;
    uintptr_t y = (uintptr_t)((const struct keyed *)b)->key;
    return (x > y) - (x < y);
}

static enum error
make_shape(struct compiler *compiler, const struct cedar_expr *expr, struct cedar_shape **ret_shape)
{
    size_t count = expr->record.count;
    struct cedar_shape *shape = ARENA_NEW(compiler->arena, struct cedar_shape);
    struct keyed *keyed = ARENA_ARRAY(compiler->arena, struct keyed, count);
    const struct cedar_string **keys =
        ARENA_ARRAY(compiler->arena, const struct cedar_string *, count);
    uint32_t *places = ARENA_ARRAY(compiler->arena, uint32_t, count);
    if (!shape || !keyed || !keys || !places)
        return ERROR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        enum error error = intern(compiler, expr->record.fields[i].key, &keyed[i].key);
        if (error)
            return error;
        keyed[i].place = (uint32_t)i;
    }
    qsort(keyed, count, sizeof *keyed, compare_keyed);
    for (size_t i = 0; i < count; i++) {
        keys[i] = keyed[i].key;
        places[i] = keyed[i].place;
    }
    *shape = (struct cedar_shape){.count = (uint32_t)count, .keys = keys, .places = places};
    *ret_shape = shape;
    return cedar_index_keys(compiler->arena, keys, shape->count, &shape->index, &shape->mask);
}

static enum error
emit_record(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct cedar_shape *shape;
    *ret_known = (struct known){.constant = true};
    enum error error = make_shape(compiler, expr, &shape);
    for (size_t i = 0; !error && i < expr->record.count; i++) {
        struct known known;
        error = emit_expression(compiler, expr->record.fields[i].value, &known);
        if (!error)
            ret_known->constant = ret_known->constant && known.constant;
    }
    if (error || (error = need_heap(compiler, cedar_heap_record(shape->count))))
        return error;
    struct cedar_op op = {.code = CEDAR_OP_RECORD, .operand.shape = shape};
    return emit(compiler, op, expr->span, shape->count, 1);
}

static bool call_is_boolean(enum cedar_function function)
{
    switch (function) {
    case CEDAR_FUNCTION_GET_TAG:
    case CEDAR_FUNCTION_DECIMAL:
    case CEDAR_FUNCTION_IP:
    case CEDAR_FUNCTION_DATETIME:
    case CEDAR_FUNCTION_DURATION:
    case CEDAR_FUNCTION_OFFSET:
    case CEDAR_FUNCTION_DURATION_SINCE:
    case CEDAR_FUNCTION_TO_DATE:
    case CEDAR_FUNCTION_TO_TIME:
    case CEDAR_FUNCTION_TO_MILLISECONDS:
    case CEDAR_FUNCTION_TO_SECONDS:
    case CEDAR_FUNCTION_TO_MINUTES:
    case CEDAR_FUNCTION_TO_HOURS:
    case CEDAR_FUNCTION_TO_DAYS:
        return false;
    default:
        return true;
    }
}

static enum error
emit_call(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    enum cedar_function function = expr->call.function;
    struct cedar_op op = {
        .code = CEDAR_OP_CALL,
        .number = function,
        .arity = cedar_function_arity(function) & 3, /* none has more than two */
    };
    bool constant;
    enum error error = emit_list(compiler, expr->call.arguments, expr->call.count, &constant);
    if (!error && function == CEDAR_FUNCTION_IP)
        error = need_heap(compiler, cedar_heap_ip());
    if (error)
        return error;
    if (function == CEDAR_FUNCTION_CONTAINS)
        op.code = CEDAR_OP_CONTAINS;
    else if (function == CEDAR_FUNCTION_IS_EMPTY)
        op.code = CEDAR_OP_IS_EMPTY;
    if (expr->call.count != cedar_function_arity(function)) {
        op.code = CEDAR_OP_ARITY;
        constant = false;
    }
    bool asks_entities = function == CEDAR_FUNCTION_HAS_TAG || function == CEDAR_FUNCTION_GET_TAG;
    *ret_known = (struct known){constant && !asks_entities, call_is_boolean(function)};
    return emit(compiler, op, expr->span, expr->call.count, 1);
}

static enum error
emit_kind(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    *ret_known = (struct known){0};
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
    case CEDAR_EXPR_LONG:
    case CEDAR_EXPR_STRING:
    case CEDAR_EXPR_ENTITY:
        *ret_known = (struct known){true, expr->kind == CEDAR_EXPR_BOOL};
        return emit_literal(compiler, expr);
    case CEDAR_EXPR_VARIABLE:
        return emit_variable(compiler, expr);
    case CEDAR_EXPR_AND:
    case CEDAR_EXPR_OR:
        return emit_junction(compiler, expr, ret_known);
    case CEDAR_EXPR_IF:
        return emit_if(compiler, expr, ret_known);
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        return emit_unary(compiler, expr, ret_known);
    case CEDAR_EXPR_GET:
        return emit_get(compiler, expr);
    case CEDAR_EXPR_HAS:
        ret_known->boolean = true;
        return emit_has(compiler, expr);
    case CEDAR_EXPR_LIKE:
        return emit_like(compiler, expr, ret_known);
    case CEDAR_EXPR_IS:
        return emit_is(compiler, expr, ret_known);
    case CEDAR_EXPR_SET:
        return emit_set(compiler, expr, ret_known);
    case CEDAR_EXPR_RECORD:
        return emit_record(compiler, expr, ret_known);
    case CEDAR_EXPR_CALL:
        return emit_call(compiler, expr, ret_known);
    default:
        return emit_binary(compiler, expr, ret_known);
    }
}

static enum error
emit_expression(struct compiler *compiler, const struct cedar_expr *expr, struct known *ret_known)
{
    struct mark mark = mark_here(compiler);
    enum error error = emit_kind(compiler, expr, ret_known);
    if (error || !ret_known->constant)
        return error;
    if (compiler->code->count == mark.count + 1 &&
        compiler->code->ops[mark.count].code == CEDAR_OP_CONSTANT)
        return ERROR_OK;
    error = fold(compiler, mark, expr->span, &ret_known->constant);
    return error;
}

/* `a && b && c` jumps from the first that is false straight to where the last would go. */
static void shorten_jumps(struct cedar_code *code, uint32_t from)
{
    for (uint32_t i = from; i < code->count; i++) {
        struct cedar_op *op = &code->ops[i];
        if (op->code != CEDAR_OP_AND && op->code != CEDAR_OP_OR)
            continue;
        while (op->number < code->count && code->ops[op->number].code == op->code)
            op->number = code->ops[op->number].number;
    }
}

enum error cedar_code_expression(
    struct cedar_code *code, const struct cedar_expr *expr, struct cedar_symbols *symbols,
    struct arena *arena)
{
    struct compiler compiler = {code, symbols, arena, 0};
    struct known known;
    uint32_t from = code->count;
    enum error error = emit_expression(&compiler, expr, &known);
    if (!error)
        shorten_jumps(code, from);
    return error;
}
