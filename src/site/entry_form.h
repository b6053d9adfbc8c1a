/* A form whose fields are those of a layout, for what has a page of its own: with the number of a
 * new file before them, or on a file that is there. Internal to site/. */
#ifndef ENDUSE_SITE_ENTRY_FORM_H
#define ENDUSE_SITE_ENTRY_FORM_H

#include "service/core.h"

struct entry_form {
    const char *heading, *lead;
    const char *action, *back; /* where it is sent, and the page before */
    const char *section;       /* of the frame */
    const struct layout *layout;
    const char *number; /* of the new file, as far as it was said: "" */
    uint64_t version;   /* of the file that is there, at that number; 0: a new one */
};

/* Shows it, filled in with the pairs; mistake NULL: nobody has sent it yet. Ends the reading. */
enum http_outcome entry_form_show(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    const struct fault *mistake, struct http_response *response);

/* Ends a handler that failed with reading->fault: where that is about what was filled in, the form
 * is shown again with it; else the refusal. */
enum http_outcome entry_form_failed(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    enum error error, struct http_response *response);

/* What was filled in, as a struct of the layout; in the reading's arena. Faults are mistakes, at
 * the name of a field. */
enum error entry_form_read(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    const void **ret_entry);

#endif
