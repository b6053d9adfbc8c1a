/* Lists that guard, program and verifiers must make alike: which orders are in force, and the
 * numbers of the clauses that determine a verdict. */
#include <stdlib.h>
#include <string.h>

#include "verdict/verdict.h"

/* What is revoked comes back by a new licence only. */
static bool lifted(const struct terms_order *order, const struct terms_order *given, size_t count)
{
    if (!order_takes_away(order->order->kind) || order->order->kind == ORDER_REVOKE)
        return false;
    for (size_t i = 0; i < count; i++) {
        enum order_kind kind = given[i].order->kind;
        if ((kind == ORDER_LIFT || kind == ORDER_RESTORE) &&
            digest_equal(&given[i].order->lifts, &order->digest))
            return true;
    }
    return false;
}

size_t terms_orders_in_force(
    const struct terms_order *given, size_t count, const char *licence, const char *installation,
    struct terms_order *ret_orders)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct order *order = given[i].order;
        bool counts = order_takes_away(order->kind) || order->kind == ORDER_EXTEND;
        if (counts && !lifted(&given[i], given, count) &&
            order_applies(order, licence, installation))
            ret_orders[found++] = given[i];
    }
    return found;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

size_t verdict_numbers(
    const struct terms *terms, const struct verdict *verdict,
    const char *ret_numbers[VERDICT_CLAUSE_LIMIT])
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < verdict->clause_count && count < VERDICT_CLAUSE_LIMIT; i++) {
        const struct terms_clause *clause = terms_clause(terms, verdict->clauses[i]);
        if (clause && clause->number[0])
            ret_numbers[count++] = clause->number;
    }
    if (count > 1)
        qsort(ret_numbers, count, sizeof *ret_numbers, compare_texts);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(ret_numbers[kept - 1], ret_numbers[i]) != 0)
            ret_numbers[kept++] = ret_numbers[i];
    }
    return kept;
}
