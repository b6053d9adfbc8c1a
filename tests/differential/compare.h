/* Two answers to one case, line by line. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_COMPARE_H
#define ENDUSE_TESTS_DIFFERENTIAL_COMPARE_H

#include "answer.h"

/* A line in which the answers differ. */
struct difference {
    char about[32]; /* the first word of its key; "complaint" for what is ours alone */
    char key[64];
    char ours[512], theirs[512]; /* values; "(nothing)" where a line is missing */
};

/* Finds the first difference between our answer and theirs, which is the official engine's whole
 * answer; false when there is none. Every difference counts: what the engines do differently on
 * purpose is not generated (docs/cedar-conformance.md). */
bool compare_answers(
    const struct answer *answer, const struct json *theirs, struct difference *ret_difference);

#endif
