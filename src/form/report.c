/* Reports of checks. */
#include "form/report.h"

#include <stdlib.h>
#include <string.h>

/* Whether the newest fault says the same at the same place: what is wrong with the base of all
 * examples is met in each of them. */
static bool
said_already(const struct form_report *report, enum error error, const struct fault *fault)
{
    if (report->fault_count == 0 || report->fault_count < report->fault_total)
        return false;
    const struct fault *last = &report->faults[report->fault_count - 1];
    return last->error == error && strcmp(last->place, fault->place) == 0 &&
           strcmp(last->found, fault->found) == 0;
}

enum error report_add(struct form_report *report, enum error error, const struct fault *fault)
{
    if (error == ERROR_MEMORY)
        return ERROR_MEMORY;
    if (said_already(report, error, fault))
        return ERROR_OK;
    if (report->fault_count < FORM_REPORT_FAULTS_MAX) {
        struct fault *faults = realloc(report->faults, (report->fault_count + 1) * sizeof *faults);
        if (!faults)
            return ERROR_MEMORY;
        report->faults = faults;
        report->faults[report->fault_count] = *fault;
        report->faults[report->fault_count++].error = error;
    }
    report->fault_total++;
    return ERROR_OK;
}

enum error report_result(
    const struct form_report *report, size_t before, enum error error, struct fault *fault)
{
    if (error != ERROR_OK)
        return fault_set(fault, error, "check", NULL, NULL);
    if (report->fault_total == before)
        return ERROR_OK;
    const struct fault *first =
        &report->faults[before < report->fault_count ? before : report->fault_count - 1];
    if (fault)
        *fault = *first;
    return first->error;
}

void form_report_free(struct form_report *report)
{
    free(report->faults);
    *report = (struct form_report){0};
}
