/* A seeded source of choices that remembers what it gave, so that a case can be made again from
 * its choices, and from fewer or smaller ones: that is how a case is shrunk, whatever it holds.
 * Choice 0 is always the simplest, and choices that ran out are 0. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_CHOICES_H
#define ENDUSE_TESTS_DIFFERENTIAL_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Choices that made one thing (a policy, an expression, an entity): begin <= i < end. */
struct choice_span {
    uint32_t label;
    size_t begin, end;
};

/* Start with choices_seeded or choices_replayed; end with choices_free. */
struct choices {
    uint64_t state, later;    /* of the generator; not used while replaying */
    const uint32_t *replayed; /* NULL: none */
    size_t replayed_count;
    uint32_t *made; /* what was given */
    size_t made_count, made_room;
    struct choice_span *spans; /* in the order of their beginning */
    size_t span_count, span_room;
};

/* Choices after which all others are 0, so that every case ends. */
enum { CHOICES_MAX = 40000 };

/* SEEDS_TOGETHER neighbouring seeds give the same choices until choices_part, and their own after
 * it: so their cases have one schema, which the official engine reads once. */
enum { SEEDS_TOGETHER = 8 };
struct choices choices_seeded(uint64_t seed);
void choices_part(struct choices *choices);
struct choices choices_replayed(const uint32_t *choices, size_t count);
void choices_free(struct choices *choices);

/* A number below bound, which is at least 1. */
uint32_t choose(struct choices *choices, uint32_t bound);

/* True in percent of 100 cases; false is the simpler. */
bool chance(struct choices *choices, uint32_t percent);

/* Marks the choices between the two calls. */
size_t span_begin(struct choices *choices, uint32_t label);
void span_end(struct choices *choices, size_t span);

/* For lists: whether there is one more, in percent of 100 cases. The choice is in the new span, so
 * that whoever leaves the span out leaves the element out. A false ends the span. */
bool one_more(struct choices *choices, uint32_t label, uint32_t percent, size_t *ret_span);

#endif
