/* The clock of a file's step in words and as a bar. Internal to site/. */
#ifndef ENDUSE_SITE_CLOCK_VIEW_H
#define ENDUSE_SITE_CLOCK_VIEW_H

#include "service/core.h"
#include "site/views.h"

/* How pressing a step is, the most pressing first. */
enum urgency {
    URGENCY_LATE = 1,
    URGENCY_TODAY,
    URGENCY_WEEK, /* within five working days */
    URGENCY_LATER,
    URGENCY_STOPPED,
    URGENCY_NONE, /* no deadline */
};

/* "2 of 5 working days", "Late by 3 working days", "Stopped at 2 of 5 working days"; words NULL
 * where the step has no clock. ERROR_MEMORY, and errors of the office. */
enum error clock_view_make(
    struct reading *reading, enum file_kind kind, const void *content, struct view_clock *ret_clock,
    enum urgency *ret_urgency);

#endif
