/* Choices: drawn from a seed or replayed, and remembered. */
#include "choices.h"

#include <stdlib.h>

#include "../oracle/random.h"

/* Neighbouring seeds differ in few bits, which a few steps spread. */
static uint64_t spread(uint64_t seed)
{
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    if (!state)
        state = 1;
    for (int i = 0; i < 8; i++)
        (void)random_next(&state);
    return state;
}

struct choices choices_seeded(uint64_t seed)
{
    return (struct choices){.state = spread(seed / SEEDS_TOGETHER), .later = spread(~seed)};
}

void choices_part(struct choices *choices)
{
    choices->state = choices->later;
}

struct choices choices_replayed(const uint32_t *replayed, size_t count)
{
    static const uint32_t none;
    return (struct choices){.replayed = count ? replayed : &none, .replayed_count = count};
}

void choices_free(struct choices *choices)
{
    free(choices->made);
    free(choices->spans);
    *choices = (struct choices){0};
}

/* Room for one more item of size bytes; a test that has no memory ends. */
static void *grown(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : 256;
    items = realloc(items, *room * size);
    if (!items)
        abort();
    return items;
}

uint32_t choose(struct choices *choices, uint32_t bound)
{
    uint32_t choice = 0;
    if (choices->replayed) {
        if (choices->made_count < choices->replayed_count)
            choice = choices->replayed[choices->made_count] % bound;
    } else if (choices->made_count < CHOICES_MAX) {
        choice = (uint32_t)random_below(&choices->state, bound);
    }
    choices->made =
        grown(choices->made, choices->made_count, &choices->made_room, sizeof *choices->made);
    choices->made[choices->made_count++] = choice;
    return choice;
}

bool chance(struct choices *choices, uint32_t percent)
{
    return choose(choices, 100) >= 100 - percent;
}

size_t span_begin(struct choices *choices, uint32_t label)
{
    choices->spans =
        grown(choices->spans, choices->span_count, &choices->span_room, sizeof *choices->spans);
    choices->spans[choices->span_count] =
        (struct choice_span){label, choices->made_count, choices->made_count};
    return choices->span_count++;
}

void span_end(struct choices *choices, size_t span)
{
    choices->spans[span].end = choices->made_count;
}

bool one_more(struct choices *choices, uint32_t label, uint32_t percent, size_t *ret_span)
{
    *ret_span = span_begin(choices, label);
    bool more = chance(choices, percent);
    if (!more)
        span_end(choices, *ret_span);
    return more;
}
