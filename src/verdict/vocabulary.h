/* What a vocabulary must be before anything is judged in its terms. For verdict/. */
#ifndef ENDUSE_VERDICT_VOCABULARY_H
#define ENDUSE_VERDICT_VOCABULARY_H

#include "verdict/facts.h"

/* A type's name without the namespace: "Offence" of "EndUse::Offence"; empty for a type outside. */
struct bytes vocabulary_short_name(struct bytes name);

/* Whether instruments, guard and declaration together state everything that the vocabulary asks
 * for, and it asks each of the right one, so that no declaration can later fail, and no clause hold
 * or fail, for the want of a fact that nobody ever states. Refused with the name
 * (ERROR_VERDICT_VOCABULARY): an attribute that no instrument states or that has another @source or
 * type; tags; a type below others than those whom instruments put above it; an action use that is
 * in a group or applies to others than Operator and Installation; no required time and running. */
enum error vocabulary_check(const struct cedar_schema *schema, struct fault *fault);

#endif
