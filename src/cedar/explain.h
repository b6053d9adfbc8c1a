/* Why no permit held: for each permit that the request's principal, action and resource come under,
 * the conditions that failed, with their source text and the values seen. */
#ifndef ENDUSE_CEDAR_EXPLAIN_H
#define ENDUSE_CEDAR_EXPLAIN_H

#include "cedar/authorize.h"

/* What one part of a condition was: "context.offence.maximumMonths" was "71". */
struct cedar_seen {
    struct bytes source;
    struct bytes value; /* printed as Cedar; empty when there was none, see absent */
    bool absent;        /* the attribute, tag or entity was not there */
};

/* A conjunct of a `when` that was false, or a part of an `unless` that was true, or either that
 * could not be evaluated. */
struct cedar_failed_condition {
    bool unless;
    enum error error; /* ERROR_OK: it was false (true in an unless) */
    struct cedar_span span;
    struct bytes source; /* the text at span, as written */
    /* Variables and attributes in it, each once, in text order, the first CEDAR_SEEN_MAX. */
    const struct cedar_seen *seen;
    size_t seen_count;
};

struct cedar_failed_permit {
    uint32_t policy; /* index in the set */
    const struct cedar_failed_condition *conditions;
    size_t condition_count;
};

struct cedar_explanation {
    const struct cedar_failed_permit *permits; /* in the set's order; none: no scope matched */
    size_t permit_count;
};

/* Explains each permit whose scope the request matches and whose conditions did not hold. A
 * conjunct after a false one is named too when it is itself false, but not when it is an error that
 * the false one guards against. All that it makes is in arena; symbols is the program's table or
 * one that stands on it, frozen or not. ERROR_MEMORY. */
enum error cedar_explain(
    const struct cedar_program *program, struct cedar_symbols *symbols,
    const struct cedar_request *request, const struct cedar_entities *entities, struct arena *arena,
    struct fault *fault, struct cedar_explanation *ret_explanation);

#endif
