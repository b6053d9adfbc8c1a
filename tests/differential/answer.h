/* What an engine says of a case: lines "KEY<tab>VALUE" in a fixed order, the same from both
 * engines, so that a difference is a line that a person can read. The keys:
 *
 *     schema, policies     accepted or refused; nothing more of policies that are refused
 *     invalid              ids of the policies and templates that strict validation refuses, and
 *                          of links of other templates
 *     impossible           ids of those that pass but, it says, can never hold
 *     conforms N           yes or no: request N, with the schema
 *     request N            decision, determining policies, policies that failed; or refused, when
 *                          the entities or the context are not even read without the schema
 *     entities conform     yes or no, with the schema; where a request conforms
 *     printed ID, …        what the official engine finds in our printed, formatted, JSON text
 */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_ANSWER_H
#define ENDUSE_TESTS_DIFFERENTIAL_ANSWER_H

#include "generate.h"
#include "json/json.h"

struct answer {
    struct buffer lines;
    /* What does not hold within one engine: our evaluator beside the reference, settled requests,
     * validation that promised no error, texts that we do not read back. One a line. */
    struct buffer complaints;
    size_t conforming;                /* requests that conform to the schema */
    size_t requests, allowed, failed; /* failed: a policy could not be evaluated */
    bool valid;                       /* all policies pass strict validation */
};

/* Our engine's own half of a case, alive until ours_free. */
struct ours;

/* Judges the case. */
struct ours *ours_judge(const struct sample *sample, struct answer *answer);
void ours_free(struct ours *ours);

/* Appends the case as the oracle is asked it: one line of JSON. */
void ours_question(const struct sample *sample, const struct ours *ours, struct buffer *out);

/* Adds complaints where we do not read what the official engine wrote as it wrote it: the members
 * json, schemaJson, schemaText and schemaBack of its answer. */
void ours_read_theirs(const struct ours *ours, const struct json *theirs, struct answer *answer);

void answer_free(struct answer *answer);

#endif
