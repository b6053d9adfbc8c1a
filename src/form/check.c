/* Checking and building a form's folder. */
#include "form/report.h"

/* Reads the folder; what stops the reading is a fault in the report, too. Returns whether there is
 * a form to go on with; *error is ERROR_MEMORY or ERROR_OK. */
static bool read_folder(
    const struct os *os, const char *folder, struct arena *arena, struct form_report *report,
    enum error *error, struct form *ret_form, struct bytes *ret_scenarios)
{
    struct fault fault = {0};
    *error = form_read(os, folder, arena, &fault, ret_form, ret_scenarios);
    if (*error == ERROR_OK)
        return true;
    *error = report_add(report, *error, &fault);
    return false;
}

/* Both checks of what was read. The examples are judged only by a form that holds in itself. */
static enum error check_read(
    const struct form *form, struct bytes scenarios, struct form_report *report,
    struct fault *fault)
{
    enum error error = form_check_form(form, fault, report);
    return error == ERROR_OK ? form_check_scenarios(form, scenarios, fault, report) : error;
}

enum error
form_check(const struct os *os, const char *folder, struct fault *fault, struct form_report *report)
{
    struct arena arena = {0};
    struct form form;
    struct bytes scenarios;
    size_t before = report->fault_total;
    enum error error;
    if (read_folder(os, folder, &arena, report, &error, &form, &scenarios))
        error = check_read(&form, scenarios, report, fault);
    else
        error = report_result(report, before, error, fault);
    arena_free(&arena);
    return error;
}

enum error
form_build(const struct os *os, const char *folder, struct fault *fault, struct buffer *ret_payload)
{
    struct arena arena = {0};
    struct form form;
    struct bytes scenarios;
    struct form_report report = {0};
    enum error error = form_read(os, folder, &arena, fault, &form, &scenarios);
    if (error == ERROR_OK)
        error = check_read(&form, scenarios, &report, fault);
    if (error == ERROR_OK)
        error = layout_encode(&form_layout, &form, fault, ret_payload);
    form_report_free(&report);
    arena_free(&arena);
    return error;
}
