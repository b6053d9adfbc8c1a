/* Shrinking by choices: whatever a span made (a policy, an entity, an expression) is left out,
 * made of zeros, or replaced by what a span of the same label within it made. */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>

struct shrinker {
    struct choices *best;
    interesting_function *interesting;
    void *context;
    size_t tried, limit;
};

/* Whether a is smaller: fewer choices, or as many and the first that differs is less. */
static bool is_smaller(const struct choices *a, const struct choices *b)
{
    if (a->made_count != b->made_count)
        return a->made_count < b->made_count;
    for (size_t i = 0; i < a->made_count; i++)
        if (a->made[i] != b->made[i])
            return a->made[i] < b->made[i];
    return false;
}

/* Tries the best with the choices from begin to end replaced. Keeps it when it is of interest and
 * smaller. */
static bool try_replacing(
    struct shrinker *shrinker, size_t begin, size_t end, const uint32_t *with, size_t count)
{
    const struct choices *best = shrinker->best;
    size_t length = best->made_count - (end - begin) + count;
    uint32_t *trial = malloc((length + 1) * sizeof *trial);
    if (!trial)
        abort();
    if (shrinker->tried >= shrinker->limit) {
        free(trial);
        return false;
    }
    shrinker->tried++;
    memcpy(trial, best->made, begin * sizeof *trial);
    if (count)
        memcpy(trial + begin, with, count * sizeof *trial);
    memcpy(trial + begin + count, best->made + end, (best->made_count - end) * sizeof *trial);
    struct choices choices = choices_replayed(trial, length);
    bool keep =
        shrinker->interesting(&choices, shrinker->context) && is_smaller(&choices, shrinker->best);
    choices.replayed = NULL;
    free(trial);
    if (keep) {
        choices_free(shrinker->best);
        *shrinker->best = choices;
    } else {
        choices_free(&choices);
    }
    return keep;
}

static bool try_zeros(struct shrinker *shrinker, size_t begin, size_t end)
{
    uint32_t *zeros = calloc(end - begin + 1, sizeof *zeros);
    if (!zeros)
        abort();
    bool kept = try_replacing(shrinker, begin, end, zeros, end - begin);
    free(zeros);
    return kept;
}

/* Leaves spans of some length out, or makes them of zeros. */
static bool leave_out(struct shrinker *shrinker, size_t shortest, size_t longest)
{
    bool progress = false;
    for (size_t i = 0; i < shrinker->best->span_count; i++) {
        const struct choice_span span = shrinker->best->spans[i];
        size_t length = span.end - span.begin;
        if (length < shortest || length > longest)
            continue;
        /* What is kept has other spans: the one that is now at i is looked at next. */
        if (try_replacing(shrinker, span.begin, span.end, NULL, 0)) {
            progress = true;
            i--;
        } else if (try_zeros(shrinker, span.begin, span.end)) {
            progress = true;
        }
    }
    return progress;
}

/* Replaces spans by smaller ones of the same label within them. */
static bool hoist(struct shrinker *shrinker)
{
    bool progress = false;
    for (size_t i = 0; i < shrinker->best->span_count; i++) {
        for (size_t k = i + 1; k < shrinker->best->span_count; k++) {
            const struct choice_span outer = shrinker->best->spans[i];
            const struct choice_span inner = shrinker->best->spans[k];
            if (inner.begin >= outer.end)
                break;
            if (inner.label != outer.label || inner.end - inner.begin >= outer.end - outer.begin)
                continue;
            size_t count = inner.end - inner.begin;
            uint32_t *part = malloc((count + 1) * sizeof *part);
            if (!part)
                abort();
            memcpy(part, shrinker->best->made + inner.begin, count * sizeof *part);
            progress |= try_replacing(shrinker, outer.begin, outer.end, part, count);
            free(part);
            if (shrinker->tried >= shrinker->limit)
                return progress;
        }
    }
    return progress;
}

static bool lower(struct shrinker *shrinker)
{
    bool progress = false;
    for (size_t i = 0; i < shrinker->best->made_count; i++) {
        uint32_t choice = shrinker->best->made[i];
        const uint32_t lower[] = {0, choice / 2, choice - 1};
        for (size_t k = 0; choice && k < 3; k++) {
            if (lower[k] < choice && try_replacing(shrinker, i, i + 1, &lower[k], 1)) {
                progress = true;
                break;
            }
        }
    }
    return progress;
}

size_t
shrink(struct choices *choices, interesting_function *interesting, void *context, size_t limit)
{
    struct shrinker shrinker = {choices, interesting, context, 0, limit};
    bool progress = true;
    while (progress && shrinker.tried < limit) {
        progress = false;
        /* The long ones first. */
        for (size_t longest = choices->made_count; longest > 0; longest /= 2)
            progress |= leave_out(&shrinker, longest / 2 + 1, longest);
        progress |= hoist(&shrinker);
        progress |= lower(&shrinker);
    }
    return shrinker.tried;
}
