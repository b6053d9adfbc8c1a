/* Deciding a request: find the rules that it comes under, run their conditions, add up. */
#include "cedar/authorize.h"

#include <stdlib.h>
#include <string.h>

#include "cedar/inside.h"

/* The scratch memory of a program, cut up. All parts are multiples of 16 bytes. */
struct scratch {
    struct cedar_value *stack;
    uint8_t *heap;
    uint64_t *holding, *failed;        /* a bit for each policy */
    struct cedar_policy_error *errors; /* one for each policy */
    uint32_t *determining;             /* likewise */
};

static size_t rounded(size_t size)
{
    return (size + 15) / 16 * 16;
}

static size_t bit_bytes(const struct cedar_program *program)
{
    return rounded((program->count + 63) / 64 * sizeof(uint64_t));
}

size_t cedar_program_scratch_size(const struct cedar_program *program)
{
    size_t count = program->count;
    return rounded((program->code.stack + 1) * sizeof(struct cedar_value)) +
           rounded(program->heap) + bit_bytes(program) * 2 +
           rounded(count * sizeof(struct cedar_policy_error)) + rounded(count * sizeof(uint32_t));
}

static struct scratch cut(const struct cedar_program *program, void *memory)
{
    uint8_t *at = memory;
    struct scratch scratch;
    scratch.stack = (void *)at;
    at += rounded((program->code.stack + 1) * sizeof(struct cedar_value));
    scratch.heap = at;
    at += rounded(program->heap);
    scratch.holding = (void *)at;
    at += bit_bytes(program);
    scratch.failed = (void *)at;
    at += bit_bytes(program);
    scratch.errors = (void *)at;
    at += rounded(program->count * sizeof(struct cedar_policy_error));
    scratch.determining = (void *)at;
    return scratch;
}

static bool matches(
    const struct cedar_constraint *constraint, const struct cedar_uid *uid,
    const struct cedar_node *node)
{
    if (constraint->kind == CEDAR_SCOPE_EQUAL)
        return uid == constraint->uids[0];
    if (constraint->type && uid->type != constraint->type)
        return false;
    if (constraint->kind == CEDAR_SCOPE_IS)
        return true;
    for (uint32_t i = 0; i < constraint->count; i++) {
        const struct cedar_uid *wanted = constraint->uids[i];
        if (uid == wanted)
            return true;
        if (node && cedar_node_below(node, wanted))
            return true;
    }
    return false;
}

/* Most constraints are none: that is seen without a call. */
static inline bool keeps_out(
    const struct cedar_constraint *constraint, const struct cedar_machine *machine,
    enum cedar_variable variable)
{
    return constraint->kind != CEDAR_SCOPE_ANY &&
           !matches(constraint, machine->variables[variable], machine->nodes[variable]);
}

bool cedar_rule_matches(const struct cedar_rule *rule, const struct cedar_machine *machine)
{
    return !keeps_out(&rule->action, machine, CEDAR_ACTION) &&
           !keeps_out(&rule->principal, machine, CEDAR_PRINCIPAL) &&
           !keeps_out(&rule->resource, machine, CEDAR_RESOURCE);
}

/* A policy that is not settled: run from here when the slots have changed. */
struct open_policy {
    uint32_t policy, resume;
};

/* Followed in memory by its arrays. What is not listed as open, failed or holding does not hold. */
struct cedar_memo {
    const struct cedar_program *program;
    struct cedar_machine machine;
    struct scratch scratch;
    bool permitted, forbidden;         /* by settled policies */
    uint64_t *holding;                 /* settled: a bit for each policy */
    uint64_t *listed;                  /* as open: a bit for each policy */
    struct cedar_policy_error *errors; /* settled, as many as error_count */
    struct open_policy *open;          /* as many as open_count */
    uint32_t error_count, open_count;
};

/* A decision in the making. */
struct decision {
    const struct cedar_program *program;
    struct cedar_machine machine;
    struct scratch scratch;
    bool permitted, forbidden, failed;
    /* When settling: the slots, and where to list what hangs on them. */
    struct cedar_watch *watch;
    struct cedar_memo *memo;
};

static void note_error(struct decision *decision, struct cedar_policy_error error)
{
    decision->failed = true;
    decision->scratch.failed[error.policy / 64] |= (uint64_t)1 << error.policy % 64;
    decision->scratch.errors[error.policy] = error;
}

/* Takes the outcome of running a policy's conditions. */
static inline void
note(struct decision *decision, uint32_t index, enum error error, struct cedar_value holds)
{
    const struct cedar_program *program = decision->program;
    bool forbid = program->rules[index].forbid;
    if (error) {
        struct cedar_span span = program->code.spans[decision->machine.at];
        note_error(decision, (struct cedar_policy_error){index, error, span});
    } else if (holds.boolean) {
        decision->permitted |= !forbid;
        decision->forbidden |= forbid;
        decision->scratch.holding[index / 64] |= (uint64_t)1 << index % 64;
    }
}

/* Runs a policy's conditions from an instruction at which the stack is empty. */
static inline void run(struct decision *decision, uint32_t index, uint32_t first)
{
    struct cedar_value holds = cedar_value_bool(false);
    decision->machine.top = decision->machine.heap;
    enum error error =
        cedar_machine_run(&decision->machine, decision->program->code.ops, first, &holds);
    note(decision, index, error, holds);
}

/* The same for a memo: what hangs on a slot is listed instead. */
static void run_watched(struct decision *decision, uint32_t index, uint32_t first)
{
    struct cedar_memo *memo = decision->memo;
    struct cedar_watch *watch = decision->watch;
    struct cedar_value holds = cedar_value_bool(false);
    uint64_t bit = (uint64_t)1 << index % 64;
    if (memo->listed[index / 64] & bit)
        return;
    decision->machine.top = decision->machine.heap;
    enum error error = cedar_machine_run_watched(
        &decision->machine, decision->program->code.ops, first, watch, &holds);
    if (!watch->touched) {
        note(decision, index, error, holds);
        return;
    }
    memo->listed[index / 64] |= bit;
    memo->open[memo->open_count++] = (struct open_policy){index, watch->resume};
}

static void judge(struct decision *decision, uint32_t index)
{
    const struct cedar_rule *rule = &decision->program->rules[index];
    uint64_t bit = (uint64_t)1 << index % 64;
    /* A rule that stands under several actions is met more than once. */
    if ((decision->scratch.holding[index / 64] | decision->scratch.failed[index / 64]) & bit)
        return;
    if (!cedar_rule_matches(rule, &decision->machine))
        return;
    if (decision->watch)
        run_watched(decision, index, rule->first);
    else
        run(decision, index, rule->first);
}

static void judge_bucket(struct decision *decision, const struct cedar_bucket *bucket)
{
    for (uint32_t i = 0; bucket && i < bucket->count; i++)
        judge(decision, bucket->rules[i]);
}

/* The rules under a name of the request or of what it is in. */
static void
judge_names(struct decision *decision, enum cedar_key_kind kind, enum cedar_variable variable)
{
    const struct cedar_index *index = &decision->program->indexes[kind];
    const struct cedar_uid *uid = decision->machine.variables[variable];
    const struct cedar_node *node = decision->machine.nodes[variable];
    if (!index->count)
        return;
    judge_bucket(decision, cedar_index_find(index, uid, uid->hash));
    if (!node)
        return;
    if (node->ancestor_count <= index->slot_count) {
        for (uint32_t i = 0; i < node->ancestor_count; i++)
            judge_bucket(
                decision, cedar_index_find(index, node->ancestors[i], node->ancestors[i]->hash));
        return;
    }
    /* More ancestors than names: ask for each name instead. */
    for (uint32_t i = 0; i < index->slot_count; i++) {
        const struct cedar_bucket *bucket = &index->slots[i];
        if (bucket->count && cedar_node_below(node, bucket->name))
            judge_bucket(decision, bucket);
    }
}

static void
judge_type(struct decision *decision, enum cedar_key_kind kind, enum cedar_variable variable)
{
    const struct cedar_string *type = decision->machine.variables[variable]->type;
    judge_bucket(decision, cedar_index_find(&decision->program->indexes[kind], type, type->hash));
}

/* Lists the set bits below count in ascending order: those of forbids, or of permits. */
static size_t list_holding(const struct decision *decision)
{
    const struct cedar_program *program = decision->program;
    uint32_t *list = decision->scratch.determining;
    size_t length = 0;
    for (uint32_t word = 0; word * 64 < program->count; word++) {
        for (uint64_t bits = decision->scratch.holding[word]; bits; bits &= bits - 1) {
            uint32_t index = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (program->rules[index].forbid == decision->forbidden)
                list[length++] = index;
        }
    }
    return length;
}

/* Moves the errors together; each goes to a place no later than its own. */
static size_t list_errors(const struct decision *decision)
{
    struct cedar_policy_error *list = decision->scratch.errors;
    size_t length = 0;
    for (uint32_t word = 0; word * 64 < decision->program->count; word++) {
        for (uint64_t bits = decision->scratch.failed[word]; bits; bits &= bits - 1)
            list[length++] = list[word * 64 + (uint32_t)__builtin_ctzll(bits)];
    }
    return length;
}

/* Judges every policy that the request comes under. */
static void judge_all(struct decision *decision)
{
    const struct cedar_program *program = decision->program;
    memset(decision->scratch.holding, 0, bit_bytes(program));
    memset(decision->scratch.failed, 0, bit_bytes(program));
    judge_names(decision, CEDAR_KEY_ACTION, CEDAR_ACTION);
    judge_type(decision, CEDAR_KEY_PRINCIPAL_TYPE, CEDAR_PRINCIPAL);
    judge_type(decision, CEDAR_KEY_RESOURCE_TYPE, CEDAR_RESOURCE);
    judge_names(decision, CEDAR_KEY_PRINCIPAL, CEDAR_PRINCIPAL);
    judge_names(decision, CEDAR_KEY_RESOURCE, CEDAR_RESOURCE);
    judge_bucket(decision, cedar_index_find(&program->indexes[CEDAR_KEY_ANY], NULL, 0));
}

static struct cedar_response respond(const struct decision *decision)
{
    return (struct cedar_response){
        .decision = decision->permitted && !decision->forbidden ? CEDAR_ALLOW : CEDAR_DENY,
        .determining = decision->scratch.determining,
        .determining_count = list_holding(decision),
        .errors = decision->scratch.errors,
        .error_count = decision->failed ? list_errors(decision) : 0,
    };
}

void cedar_authorize(
    const struct cedar_program *program, const struct cedar_request *request,
    const struct cedar_entities *entities, void *scratch, struct cedar_response *ret_response)
{
    struct decision decision = {.program = program, .scratch = cut(program, scratch)};
    cedar_machine_start(
        &decision.machine, request, entities, decision.scratch.stack, decision.scratch.heap);
    judge_all(&decision);
    *ret_response = respond(&decision);
}

size_t cedar_program_memo_size(const struct cedar_program *program)
{
    size_t count = program->count;
    return rounded(sizeof(struct cedar_memo)) + bit_bytes(program) * 2 +
           rounded(count * sizeof(struct cedar_policy_error)) +
           rounded(count * sizeof(struct open_policy));
}

void cedar_settle(
    const struct cedar_program *program, const struct cedar_request *request,
    const struct cedar_entities *entities, const struct cedar_value *const *slots, size_t count,
    void *scratch, struct cedar_memo *memo)
{
    struct cedar_watch watch = {.slots = slots, .count = count};
    struct decision decision = {
        .program = program,
        .scratch = cut(program, scratch),
        .watch = &watch,
        .memo = memo,
    };
    uint8_t *at = (uint8_t *)memo + rounded(sizeof *memo);
    *memo = (struct cedar_memo){.program = program, .scratch = decision.scratch};
    memo->holding = (void *)at;
    at += bit_bytes(program);
    memo->listed = (void *)at;
    at += bit_bytes(program);
    memo->errors = (void *)at;
    at += rounded(program->count * sizeof *memo->errors);
    memo->open = (void *)at;
    cedar_machine_start(
        &decision.machine, request, entities, decision.scratch.stack, decision.scratch.heap);
    memset(memo->listed, 0, bit_bytes(program));
    judge_all(&decision);
    memo->machine = decision.machine;
    memo->permitted = decision.permitted;
    memo->forbidden = decision.forbidden;
    memcpy(memo->holding, decision.scratch.holding, bit_bytes(program));
    memo->error_count = decision.failed ? (uint32_t)list_errors(&decision) : 0;
    memcpy(memo->errors, decision.scratch.errors, memo->error_count * sizeof *memo->errors);
}

void cedar_authorize_settled(const struct cedar_memo *memo, struct cedar_response *ret_response)
{
    struct decision decision = {
        .program = memo->program,
        .machine = memo->machine,
        .scratch = memo->scratch,
        .permitted = memo->permitted,
        .forbidden = memo->forbidden,
    };
    memcpy(decision.scratch.holding, memo->holding, bit_bytes(memo->program));
    memset(decision.scratch.failed, 0, bit_bytes(memo->program));
    for (uint32_t i = 0; i < memo->error_count; i++)
        note_error(&decision, memo->errors[i]);
    for (uint32_t i = 0; i < memo->open_count; i++)
        run(&decision, memo->open[i].policy, memo->open[i].resume);
    *ret_response = respond(&decision);
}

enum error cedar_policy_error_fault(
    const struct cedar_program *program, const struct cedar_policy_error *error,
    struct fault *fault)
{
    const struct cedar_policy *policy = cedar_policies_at(program->policies, error->policy);
    char found[sizeof fault->found], id[64];
    cedar_fault(
        fault, error->error, error->span.start, NULL, "%s",
        quote_text(cedar_span_text(policy->source, error->span), found, sizeof found));
    return fault_within(fault, error->error, "%s", quote_text(policy->id, id, sizeof id));
}

enum error cedar_evaluate(
    const struct cedar_expr *expr, struct cedar_symbols *symbols,
    const struct cedar_request *request, const struct cedar_entities *entities, struct arena *arena,
    struct fault *fault, struct cedar_value *ret_value)
{
    struct cedar_code code = {0};
    struct cedar_machine machine;
    struct cedar_op end = {.code = CEDAR_OP_END};
    struct cedar_span at = expr->span;
    enum error error = cedar_code_expression(&code, expr, symbols, arena);
    if (!error)
        error = cedar_code_append(&code, end, expr->span);
    if (!error) {
        struct cedar_value *stack = ARENA_ARRAY(arena, struct cedar_value, code.stack);
        void *heap = arena_alloc(arena, code.heap);
        error = stack && heap ? ERROR_OK : ERROR_MEMORY;
        if (!error) {
            cedar_machine_start(&machine, request, entities, stack, heap);
            error = cedar_machine_run(&machine, code.ops, 0, ret_value);
            if (error)
                at = code.spans[machine.at];
        }
    }
    cedar_code_free(&code);
    return error ? cedar_fault(fault, error, at.start, NULL, NULL) : ERROR_OK;
}
