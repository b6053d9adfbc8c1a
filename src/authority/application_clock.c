/* The clocks of an application: how long the office has, how long the foreign ministry has to
 * object; a request for information stops both, and the answer starts them again with what was
 * left. */
#include "authority/application_inside.h"

/* --- Periods ------------------------------------------------------------------------------ */

enum error period_begin(struct transition_call *call, uint64_t days, struct period *period)
{
    millis until;
    enum error error =
        calendar_deadline(&call->office->settings.calendar, call->time, days, call->fault, &until);
    if (!error)
        *period = (struct period){call->time, until, days, .total = days};
    return error;
}

bool period_is_over(const struct period *period, millis time)
{
    return period->until && time >= period->until;
}

/* A day that began counts as gone only once it has ended; and one is left, though a calendar that
 * has changed meanwhile may count otherwise. A period that is over stays so. */
void period_stop(struct transition_call *call, struct period *period)
{
    if (!period->until || period_is_over(period, call->time))
        return;
    uint64_t gone = calendar_elapsed(&call->office->settings.calendar, period->from, call->time);
    period->days -= gone < period->days ? gone : period->days - 1;
    period->until = 0;
}

enum error period_go_on(struct transition_call *call, struct period *period)
{
    if (period->until || !period->days)
        return ERROR_OK;
    uint64_t total = period->total;
    enum error error = period_begin(call, period->days, period);
    if (!error)
        period->total = total;
    return error;
}

/* --- Review opened ------------------------------------------------------------------------ */

struct open_body {
    uint64_t days;
};

static const struct field open_fields[] = {
    FIELD(1, "days", FIELD_UINT, struct open_body, days),
};
const struct layout application_open_layout = LAYOUT("body", struct open_body, open_fields);

enum error application_open_review(struct transition_call *call)
{
    const struct open_body *body = call->body;
    struct application_file *file = call->content;
    if (body->days == 0 || body->days > call->office->settings.review_days)
        return fault_set(
            call->fault, ERROR_OFFICE_CONDITION, call->act->verb,
            "working days for the review, at least 1 and at most those that the office has set",
            "%llu, and set are %llu", (unsigned long long)body->days,
            (unsigned long long)call->office->settings.review_days);
    enum error error = period_begin(call, body->days, &file->reviewing);
    if (error)
        return error;
    note(call, &file->opened);
    file->base.state = APPLICATION_IN_REVIEW;
    return ERROR_OK;
}

/* --- Requests for information ------------------------------------------------------------- */

struct ask_body {
    const char *question;
};

static const struct field ask_fields[] = {
    FIELD(1, "question", FIELD_PROSE, struct ask_body, question),
};
const struct layout application_ask_layout = LAYOUT("body", struct ask_body, ask_fields);

struct answer_body {
    const char *answer;
};

static const struct field answer_fields[] = {
    FIELD(1, "answer", FIELD_PROSE, struct answer_body, answer),
};
const struct layout application_answer_layout = LAYOUT("body", struct answer_body, answer_fields);

enum error application_ask(struct transition_call *call)
{
    const struct ask_body *body = call->body;
    struct application_file *file = call->content;
    if (file->requests_count == APPLICATION_REQUESTS_MAX)
        return condition_fails(call, "fewer requests for information", NULL);
    struct request *requests =
        one_more(call, file->requests, file->requests_count, sizeof *file->requests);
    if (!requests)
        return ERROR_MEMORY;
    struct request *request = &requests[file->requests_count];
    request->question = body->question;
    note(call, &request->asked);
    note(call, &file->asked);
    file->requests = requests;
    file->requests_count++;
    period_stop(call, &file->deciding);
    period_stop(call, &file->reviewing);
    file->base.state = APPLICATION_INCOMPLETE;
    return ERROR_OK;
}

enum error application_answer(struct transition_call *call)
{
    const struct answer_body *body = call->body;
    struct application_file *file = call->content;
    struct request *requests =
        one_more(call, file->requests, file->requests_count, sizeof *file->requests);
    if (!requests)
        return ERROR_MEMORY;
    struct request *request = &requests[file->requests_count - 1];
    request->answer = body->answer;
    note(call, &request->answered);
    enum error error = period_go_on(call, &file->deciding);
    if (!error)
        error = period_go_on(call, &file->reviewing);
    if (error)
        return error;
    file->requests = requests;
    file->asked = (struct done_by){0};
    file->base.state = file->opened.person ? APPLICATION_IN_REVIEW : APPLICATION_SUBMITTED;
    return ERROR_OK;
}

/* --- Lateness ----------------------------------------------------------------------------- */

/* Said, so that it is seen; nothing is decided by it. */
enum error application_overdue(struct transition_call *call)
{
    struct application_file *file = call->content;
    if (file->overdue || !period_is_over(&file->deciding, call->time))
        return condition_fails(call, "the end of the time that the office has to decide", NULL);
    file->overdue = call->time;
    return ERROR_OK;
}

/* --- The clock of its step ---------------------------------------------------------------- */

#define UNDECIDED                                                                                  \
    (STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_INCOMPLETE) | STATE(APPLICATION_IN_REVIEW) | \
     STATE(APPLICATION_DISPUTED))

static struct clock clock_of(const struct period *period, const char *what)
{
    return (struct clock){
        .what = what,
        .from = period->from,
        .until = period->until,
        .days = period->total,
        .gone = period->total - period->days,
    };
}

void application_clock(
    const struct office_settings *settings, const void *content, struct clock *ret_clock)
{
    const struct application_file *file = content;
    const int state = file->base.state;
    if (state == APPLICATION_IN_REVIEW && !file->foreign.decision)
        *ret_clock = clock_of(&file->reviewing, "to review");
    else if (STATE(state) & UNDECIDED)
        *ret_clock = clock_of(&file->deciding, "to decide");
    else if (state == APPLICATION_REFUSED && file->object_until)
        /* Nothing but the objection happens to one that was refused. */
        *ret_clock = (struct clock){
            .what = "to object",
            .from = file->base.changed,
            .until = file->object_until,
            .days = calendar_elapsed(&settings->calendar, file->base.changed, file->object_until),
            .window = true,
        };
}
