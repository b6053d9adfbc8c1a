/* The life-cycle of an inspection. One that was not satisfactory, or that the state refused, opens
 * a case under the inspection's number. */
#include <string.h>

#include "authority/case_inside.h"
#include "authority/file_fields.h"

static const char *const states[] = {"planned", "done", "refused", "cancelled", NULL};
static const char *const results[] = {"satisfactory", "partial", "unsatisfactory", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct inspection_file, states),
    FIELD(6, "licence", FIELD_TEXT, struct inspection_file, licence),
    FIELD(7, "installation", FIELD_TEXT, struct inspection_file, installation, OPTIONAL),
    FIELD(8, "place", FIELD_TEXT, struct inspection_file, place),
    FIELD(9, "purpose", FIELD_PROSE, struct inspection_file, purpose),
    FIELD(10, "date", FIELD_TIME, struct inspection_file, date),
    DONE_BY(11, "planned", struct inspection_file, planned),
    DONE_BY(12, "done", struct inspection_file, done),
    FIELD(13, "result", FIELD_CHOICE, struct inspection_file, result, .words = results, OPTIONAL),
    FIELD(14, "report", FIELD_PROSE, struct inspection_file, report, OPTIONAL),
    FIELD(15, "case", FIELD_TEXT, struct inspection_file, case_number, OPTIONAL),
};
static const struct layout content_layout =
    LAYOUT("inspection", struct inspection_file, content_fields);

struct plan_body {
    const char *licence, *installation, *place, *purpose;
    millis date;
};

static const struct field plan_fields[] = {
    FIELD(1, "licence", FIELD_TEXT, struct plan_body, licence),
    FIELD(2, "installation", FIELD_TEXT, struct plan_body, installation, OPTIONAL),
    FIELD(3, "place", FIELD_TEXT, struct plan_body, place),
    FIELD(4, "purpose", FIELD_PROSE, struct plan_body, purpose),
    FIELD(5, "date", FIELD_TIME, struct plan_body, date),
};
static const struct layout plan_layout = LAYOUT("body", struct plan_body, plan_fields);

static enum error check_place(struct transition_call *call, const struct plan_body *body)
{
    const void *other;
    enum error error = other_file(call, FILE_LICENCE, body->licence, &other);
    if (error || !body->installation)
        return error;
    error = other_file(call, FILE_INSTALLATION, body->installation, &other);
    if (error || strcmp(((const struct installation_file *)other)->licence, body->licence) == 0)
        return error;
    return condition_fails(call, "an installation of the licence", body->installation);
}

static enum error plan(struct transition_call *call)
{
    const struct plan_body *body = call->body;
    struct inspection_file *file = call->content;
    enum error error = check_place(call, body);
    if (error)
        return error;
    if (body->date < call->time)
        return condition_fails(call, "a date that is still to come", NULL);
    file->licence = body->licence;
    file->installation = body->installation;
    file->place = body->place;
    file->purpose = body->purpose;
    file->date = body->date;
    note(call, &file->planned);
    file->base.state = INSPECTION_PLANNED;
    return ERROR_OK;
}

static enum error begin_case(struct transition_call *call)
{
    struct inspection_file *file = call->content;
    const struct case_opening opening = {
        .number = file->base.number,
        .origin = CASE_INSPECTION,
        .licence = file->licence,
        .what = file->report,
        .where = file->place,
    };
    file->case_number = file->base.number;
    return case_open_other(call, &opening);
}

struct report_body {
    enum inspection_result result;
    const char *report;
};

static const struct field report_fields[] = {
    FIELD(1, "result", FIELD_CHOICE, struct report_body, result, .words = results),
    FIELD(2, "report", FIELD_PROSE, struct report_body, report),
};
static const struct layout report_layout = LAYOUT("body", struct report_body, report_fields);

static enum error report(struct transition_call *call)
{
    const struct report_body *body = call->body;
    struct inspection_file *file = call->content;
    if (call->time < file->date)
        return condition_fails(call, "the date of the inspection, or later", NULL);
    file->result = body->result;
    file->report = body->report;
    note(call, &file->done);
    file->base.state = INSPECTION_DONE;
    return body->result == INSPECTION_SATISFACTORY ? ERROR_OK : begin_case(call);
}

static enum error refuse(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct inspection_file *file = call->content;
    file->report = body->reason;
    note(call, &file->done);
    file->base.state = INSPECTION_REFUSED;
    return begin_case(call);
}

static enum error cancel(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct inspection_file *file = call->content;
    file->report = body->reason;
    note(call, &file->done);
    file->base.state = INSPECTION_CANCELLED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "plan",
        .from = STATE_NEW,
        .to = STATE(INSPECTION_PLANNED),
        .roles = ROLE_INSPECTOR | ROLE_DESK,
        .body = &plan_layout,
        .words = "Plan an inspection on site",
        .conditions = "a licence, and an installation of it if one is named; a date to come",
        .apply = plan,
    },
    {
        .verb = "report",
        .from = STATE(INSPECTION_PLANNED),
        .to = STATE(INSPECTION_DONE),
        .roles = ROLE_INSPECTOR,
        .body = &report_layout,
        .words = "Report what was found; anything but satisfactory opens a case",
        .conditions = "on the date or later",
        .apply = report,
    },
    {
        .verb = "refuse",
        .from = STATE(INSPECTION_PLANNED),
        .to = STATE(INSPECTION_REFUSED),
        .roles = ROLE_INSPECTOR | ROLE_DESK,
        .body = &reason_body_layout,
        .words = "Note that the state refused the inspection, which opens a case",
        .apply = refuse,
    },
    {
        .verb = "cancel",
        .from = STATE(INSPECTION_PLANNED),
        .to = STATE(INSPECTION_CANCELLED),
        .roles = ROLE_INSPECTOR | ROLE_DESK,
        .body = &reason_body_layout,
        .words = "Call the inspection off",
        .apply = cancel,
    },
};

const struct lifecycle inspection_lifecycle = {
    .word = "inspection",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_LICENCE,
    .parent_at = offsetof(struct inspection_file, licence),
};
