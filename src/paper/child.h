/* One child of the press. Internal to paper/. */
#ifndef ENDUSE_PAPER_CHILD_H
#define ENDUSE_PAPER_CHILD_H

#include "paper/sandbox.h"

struct child_limits {
    millis time;
    size_t memory, output;
};

/* Runs program with -c script, gives it the input and returns what it wrote: ERROR_OK when it ended
 * well and in time. cancel: a file that becomes readable when nobody wants it any more. When this
 * returns, the child has ended. sandbox NULL: none. */
enum error child_run(
    const char *program, const char *script, const struct sandbox *sandbox,
    const struct child_limits *limits, struct bytes input, int cancel, struct fault *fault,
    struct buffer *ret_output);

#endif
