/* The decision on a request: which policies hold, and what follows. No allocation, no failure. */
#ifndef ENDUSE_CEDAR_AUTHORIZE_H
#define ENDUSE_CEDAR_AUTHORIZE_H

#include "cedar/entities.h"
#include "cedar/program.h"

/* All names and values are of the program's chain of symbol tables. */
struct cedar_request {
    const struct cedar_uid *principal, *action, *resource;
    const struct cedar_record *context; /* NULL: empty */
};

enum cedar_decision {
    CEDAR_DENY,
    CEDAR_ALLOW,
};

/* A policy that could not be evaluated and so counted for nothing. */
struct cedar_policy_error {
    uint32_t policy; /* index in the set */
    enum error
        error; /* ERROR_CEDAR_TYPE, _ATTRIBUTE, _TAG, _ENTITY, _OVERFLOW, _EXTENSION, _ARITY */
    struct cedar_span span; /* of the expression that failed, in the policy's source */
};

/* The arrays are in the scratch memory, sorted by policy. */
struct cedar_response {
    enum cedar_decision decision;
    const uint32_t *determining; /* the forbids that hold; or, if none, the permits */
    size_t determining_count;
    const struct cedar_policy_error *errors;
    size_t error_count;
};

/* Allows if a permit holds and no forbid does. An error skips its policy and is reported: a caller
 * that guards anything refuses on any error. scratch is cedar_program_scratch_size bytes, aligned
 * for any type, used by one call at a time; the response lives until its next use. entities (NULL:
 * none) must be frozen. */
void cedar_authorize(
    const struct cedar_program *program, const struct cedar_request *request,
    const struct cedar_entities *entities, void *scratch, struct cedar_response *ret_response);

/* What is known of a request's decision beforehand: the outcome of each policy that never looks at
 * the slots, and where the others first do. For a request that is decided again and again while
 * only scalar slots change (cedar_record_slot): facts of the moment. */
struct cedar_memo;

/* Bytes of a memo for this program, in all cases; aligned for any type. */
size_t cedar_program_memo_size(const struct cedar_program *program);

/* Makes the memo of a request in the memory at memo. slots are the places that may change from now
 * on, each to another value of its kind; their values at this moment do not matter. They are
 * attributes of the context, of entities, or of records in these. All else (program, request with
 * its names and context, entities) and slots' places stay where and as they are while the memo is
 * used; so does scratch, which is then the memo's. slots itself may go. No allocation, no failure;
 * takes as long as a decision, and somewhat longer for each slot. */
void cedar_settle(
    const struct cedar_program *program, const struct cedar_request *request,
    const struct cedar_entities *entities, const struct cedar_value *const *slots, size_t count,
    void *scratch, struct cedar_memo *memo);

/* As cedar_authorize of what the memo was made of, with the values that the slots have now: the
 * same response in every part, but only what hangs on a slot is run. */
void cedar_authorize_settled(const struct cedar_memo *memo, struct cedar_response *ret_response);

/* Fills *fault with what a policy error means: place "ID: line L, column C", found the source text.
 * Returns its error. */
enum error cedar_policy_error_fault(
    const struct cedar_program *program, const struct cedar_policy_error *error,
    struct fault *fault);

/* Evaluates one expression outside of any policy, for tests, tools and explanations. What it makes
 * is in arena. The error is as in a policy, with its place. */
enum error cedar_evaluate(
    const struct cedar_expr *expr, struct cedar_symbols *symbols,
    const struct cedar_request *request, const struct cedar_entities *entities, struct arena *arena,
    struct fault *fault, struct cedar_value *ret_value);

#endif
