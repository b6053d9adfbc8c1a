/* Compiling a set of policies: scopes to constraints, conditions to code. */
#include "cedar/program.h"

#include <stdlib.h>

#include "cedar/inside.h"

static enum error intern_scope(
    struct cedar_program *program, struct cedar_symbols *symbols, const struct cedar_scope *scope,
    struct cedar_constraint *constraint)
{
    enum error error = ERROR_OK;
    constraint->kind = scope->kind;
    if (scope->type.length)
        error = cedar_intern(symbols, scope->type, &constraint->type);
    const struct cedar_uid **uids =
        ARENA_ARRAY(&program->arena, const struct cedar_uid *, scope->count);
    if (!uids)
        return ERROR_MEMORY;
    for (size_t i = 0; !error && i < scope->count; i++)
        error = cedar_intern_uid(symbols, scope->entities[i].type, scope->entities[i].id, &uids[i]);
    constraint->uids = uids;
    constraint->count = (uint32_t)scope->count;
    return error;
}

static enum error compile_policy(
    struct cedar_program *program, struct cedar_symbols *symbols, const struct cedar_policy *policy,
    struct cedar_rule *rule)
{
    struct cedar_code *code = &program->code;
    rule->forbid = policy->effect == CEDAR_FORBID;
    rule->first = code->count;
    enum error error = intern_scope(program, symbols, &policy->principal, &rule->principal);
    if (error || (error = intern_scope(program, symbols, &policy->action, &rule->action)) ||
        (error = intern_scope(program, symbols, &policy->resource, &rule->resource)))
        return error;
    code->heap = 0;
    for (size_t i = 0; i < policy->condition_count; i++) {
        const struct cedar_condition *condition = &policy->conditions[i];
        struct cedar_op op = {.code = condition->unless ? CEDAR_OP_UNLESS : CEDAR_OP_WHEN};
        if ((error = cedar_code_expression(code, condition->body, symbols, &program->arena)) ||
            (error = cedar_code_append(code, op, condition->body->span)))
            return error;
    }
    if (code->heap > program->heap)
        program->heap = code->heap;
    struct cedar_op holds = {.code = CEDAR_OP_HOLDS};
    return cedar_code_append(code, holds, policy->span);
}

static enum error
compile_all(struct cedar_program *program, struct cedar_symbols *symbols, struct fault *fault)
{
    program->count = (uint32_t)cedar_policies_count(program->policies);
    program->rules = ARENA_ARRAY(&program->arena, struct cedar_rule, program->count);
    if (!program->rules)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    for (uint32_t i = 0; i < program->count; i++) {
        const struct cedar_policy *policy = cedar_policies_at(program->policies, i);
        enum error error = compile_policy(program, symbols, policy, &program->rules[i]);
        if (error)
            return cedar_fault(fault, error, policy->span.start, NULL, NULL);
    }
    enum error error = cedar_index_build(program);
    return error ? fault_set(fault, error, NULL, NULL, NULL) : ERROR_OK;
}

enum error cedar_compile(
    const struct cedar_policies *policies, struct cedar_symbols *symbols, struct fault *fault,
    struct cedar_program **ret_program)
{
    struct cedar_program *program = calloc(1, sizeof *program);
    if (!program)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    program->policies = policies;
    enum error error = compile_all(program, symbols, fault);
    if (error) {
        cedar_program_free(program);
        return error;
    }
    *ret_program = program;
    return ERROR_OK;
}

void cedar_program_free(struct cedar_program *program)
{
    if (!program)
        return;
    cedar_index_free(program);
    cedar_code_free(&program->code);
    arena_free(&program->arena);
    free(program);
}

const struct cedar_policies *cedar_program_policies(const struct cedar_program *program)
{
    return program->policies;
}
