/* Adding to a report of a check. */
#ifndef ENDUSE_FORM_REPORT_H
#define ENDUSE_FORM_REPORT_H

#include "form/form.h"

/* Keeps a fault, as which something returned error, in the report. Returns ERROR_MEMORY or
 * ERROR_OK. An error that is itself for want of memory is not kept and returned as such, since the
 * check could not be done. */
enum error report_add(struct form_report *report, enum error error, const struct fault *fault);

/* What a check returns that found the report with `before` faults: ERROR_OK when there are no more,
 * else the first of the new, copied to *fault. error is what the check itself met. */
enum error report_result(
    const struct form_report *report, size_t before, enum error error, struct fault *fault);

#endif
