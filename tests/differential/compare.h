/* Two answers to one case, line by line; and which differences are explained. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_COMPARE_H
#define ENDUSE_TESTS_DIFFERENTIAL_COMPARE_H

#include "answer.h"

/* A line in which the answers differ. */
struct difference {
    char about[32]; /* the first word of its key; "complaint" for what is ours alone */
    char key[64];
    char ours[512], theirs[512]; /* values; "(nothing)" where a line is missing */
};

/* Differences that have a reason, by row; and the cases on which the official engine died. */
struct explained {
    size_t counts[16];
    size_t died;
};

/* Finds the first difference without an explanation, counting those with one. theirs is the
 * official engine's whole answer. False when there is none. */
bool compare_answers(
    const struct sample *sample, const struct answer *answer, const struct json *theirs,
    struct explained *explained, struct difference *ret_difference);

/* Prints how often each explanation was needed. */
void print_explained(const struct explained *explained);

#endif
