/* A second evaluator, for tests only: it walks the tree of a policy and does what the language's
 * documentation says, with no thought of speed. It shares with src/cedar the parser's tree and the
 * values it is given, and nothing else: no compiled program, no interning, no index, no sorted
 * sets, no reader of extension texts. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_REFERENCE_H
#define ENDUSE_TESTS_DIFFERENTIAL_REFERENCE_H

#include "cedar/authorize.h"

enum reference_outcome {
    REFERENCE_NOT, /* the scope or a condition does not hold */
    REFERENCE_HOLDS,
    REFERENCE_ERROR,
};

/* What one policy says of a request. entities may be NULL. What is made is in arena. */
enum reference_outcome reference_evaluate(
    const struct cedar_policy *policy, const struct cedar_request *request,
    const struct cedar_entities *entities, struct arena *arena);

/* Whether a response is the one that follows from what the policies of the set say, one by one. */
bool reference_agrees(
    const struct cedar_policies *policies, const struct cedar_request *request,
    const struct cedar_entities *entities, const struct cedar_response *response,
    struct arena *arena);

/* --- Values: reference_value.c, for reference….c only --------------------------------------- */

/* For sums and products before it is known whether they fit 64 bits. */
__extension__ typedef __int128 wide;

struct value {
    enum cedar_kind kind;
    int64_t number;            /* Bool, Long, decimal, datetime, duration */
    struct bytes text, type;   /* String: text. Entity: type and, in text, id */
    const struct value *items; /* Set: in any order, perhaps repeated. Record: the values */
    const struct bytes *names; /* Record: names[i] is of items[i] */
    size_t count;
    uint8_t address[16]; /* ipaddr: IPv4 in the first four */
    int bits, prefix;    /* ipaddr: 32 or 128; up to that */
};

/* What the engine's value is, in arena. */
struct value value_from(struct cedar_value value, struct arena *arena);

bool value_equal(const struct value *a, const struct value *b);

/* The attribute, or NULL. */
const struct value *value_attribute(const struct value *record, struct bytes name);

/* Whether all of the range a is in the range b. */
bool ip_within(const struct value *a, const struct value *b);

/* Reads what a constructor (CEDAR_FUNCTION_DECIMAL, _IP, _DATETIME, _DURATION) is given. */
bool value_construct(enum cedar_function constructor, struct bytes text, struct value *ret_value);

#endif
