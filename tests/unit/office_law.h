/* What the office's rules allow, said a second time and in other words than the tables of
 * authority/: which act on which kind of file, from which states, by whom, and by nobody who did
 * what before. Tests hold what was accepted to it. A new act of the office gets a line. */
#ifndef ENDUSE_TESTS_OFFICE_LAW_H
#define ENDUSE_TESTS_OFFICE_LAW_H

#include "base/base.h"

/* Lists are words with single spaces between. */
struct law {
    const char *kind, *verb;
    const char *from;     /* states; "new": the act opens the file */
    const char *who;      /* roles, any of them */
    const char *ministry; /* "defence", "foreign", or "": of officers, either */
    /* Acts: whoever did one of these last on the file does not do this one; of two with a plus,
     * whoever did either last; with a star, whoever ever did it. */
    const char *not_after;
};

extern const struct law office_law[];
extern const size_t office_law_count;

/* NULL: no such act is allowed to anybody. */
const struct law *law_of(const char *kind, const char *verb);

bool law_names(const char *list, const char *word);

#endif
