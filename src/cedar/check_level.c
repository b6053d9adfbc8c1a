/* Levels (RFC 76): by how many accesses of entities a policy gets from what the request names to
 * what it asks of an entity. Whoever loads entities for requests loads that far and no further. */
#include "cedar/checker.h"

#include <inttypes.h>
#include <stdio.h>

/* A record that an expression makes; or one of two values. */
struct reached_record {
    const struct cedar_expr *expr; /* or NULL */
    const struct reach *fields;    /* of expr's fields */
    struct reach either[2];
};

struct reach cedar_reach_beyond(struct reach entity)
{
    return (struct reach){.level = entity.level ? entity.level + 1 : 0};
}

/* Both must be reached for the value to be, and the further one counts. */
static uint32_t further(uint32_t a, uint32_t b)
{
    return !a || !b ? 0 : a > b ? a : b;
}

struct reach cedar_reach_either(struct checker *checker, struct reach a, struct reach b)
{
    struct reach both = {.level = further(a.level, b.level)};
    if (!a.record && !b.record)
        return both;
    struct reached_record *record = ARENA_NEW(&checker->arena, struct reached_record);
    if (!record) {
        cedar_checker_no_memory(checker);
        return (struct reach){0};
    }
    *record = (struct reached_record){.either = {a, b}};
    both.record = record;
    return both;
}

struct reach cedar_reach_record(
    struct checker *checker, const struct cedar_expr *expr, const struct reach *fields)
{
    struct reached_record *record = ARENA_NEW(&checker->arena, struct reached_record);
    if (!record) {
        cedar_checker_no_memory(checker);
        return (struct reach){0};
    }
    *record = (struct reached_record){.expr = expr, .fields = fields};
    return (struct reach){.record = record};
}

/* The one field of the name; nothing of a record that does not have it. */
static struct reach field_of(const struct reached_record *record, struct bytes name)
{
    for (size_t i = 0; i < record->expr->record.count; i++) {
        if (bytes_equal(record->expr->record.fields[i].key, name))
            return record->fields[i];
    }
    return (struct reach){0};
}

struct reach cedar_reach_field(struct checker *checker, struct reach record, struct bytes name)
{
    if (!record.record)
        return record;
    if (record.record->expr)
        return field_of(record.record, name);
    return cedar_reach_either(
        checker, cedar_reach_field(checker, record.record->either[0], name),
        cedar_reach_field(checker, record.record->either[1], name));
}

static void report(struct checker *checker, struct cedar_span span, uint32_t level)
{
    char allowed[40];
    snprintf(allowed, sizeof allowed, "level %" PRIu32 " at most", checker->level);
    if (level)
        cedar_checker_report(checker, ERROR_CHECK_LEVEL, span, allowed, "level %" PRIu32, level);
    else
        cedar_checker_report(
            checker, ERROR_CHECK_LEVEL, span, allowed,
            "an entity that the request does not lead to");
}

void cedar_level_access(struct checker *checker, const struct cedar_expr *expr, struct reach reach)
{
    if (checker->only_level && (!reach.level || reach.level > checker->level))
        report(checker, expr->span, reach.level);
}

static void scope_access(struct checker *checker, const struct cedar_scope *scope)
{
    if (scope->kind == CEDAR_SCOPE_IN || scope->kind == CEDAR_SCOPE_IS_IN)
        report(checker, scope->span, 1);
}

void cedar_level_scope(struct checker *checker)
{
    if (!checker->only_level || checker->level > 0)
        return;
    scope_access(checker, &checker->policy->principal);
    scope_access(checker, &checker->policy->action);
    scope_access(checker, &checker->policy->resource);
}
