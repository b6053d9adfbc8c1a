/* The licence that takes another's place: what an approved renewal or amendment leads to. For
 * licence.c. */
#ifndef ENDUSE_AUTHORITY_LICENCE_REPLACE_H
#define ENDUSE_AUTHORITY_LICENCE_REPLACE_H

#include "authority/lifecycle.h"

/* Whether the certificate may be under a licence for this application: its own; or, for a renewal
 * or amendment, that of the licence whose place is taken, where what was applied for has not
 * changed. */
enum error licence_check_certificate(
    struct transition_call *call, const char *number, const struct application_file *application,
    const struct certificate_file *certificate);

/* Notes in the file being proposed whose place it is to take: the licence that the application
 * names, which must still be there to be replaced. */
enum error
licence_note_replaced(struct transition_call *call, const struct application_file *application);

/* With the licence's issue: the other one ends on the day on which this one begins. */
enum error licence_take_place(struct transition_call *call, millis from);

/* What is due on a live licence whose place was taken. */
void licence_replace_due(
    const struct due_call *call, const struct licence_file *file, struct due *due);

/* The rule: on the day, the licence whose place was taken ends. */
enum error licence_replace(struct transition_call *call);

#endif
