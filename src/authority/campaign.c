/* The life-cycle of a campaign: affected licences found, states reminded, new signatures noted as
 * they come into force, refusals as they are made; at the date, orders proposed to the desk. */
#include "authority/campaign.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const campaign_states[] = {"open", "due", "closed", NULL};
static const char *const progress_words[] = {"waiting", "signed", "refused",
                                             "ordered", "ended",  NULL};

static const struct field line_fields[] = {
    FIELD(1, "licence", FIELD_TEXT, struct campaign_line, licence),
    FIELD(2, "country", FIELD_TEXT, struct campaign_line, state),
    FIELD(3, "agency", FIELD_TEXT, struct campaign_line, agency),
    FIELD(4, "product", FIELD_TEXT, struct campaign_line, product),
    FIELD(5, "place", FIELD_TEXT, struct campaign_line, place),
    FIELD(6, "progress", FIELD_CHOICE, struct campaign_line, progress, .words = progress_words),
    FIELD(7, "settled-by", FIELD_TEXT, struct campaign_line, settled_by, OPTIONAL),
    FIELD(8, "reason", FIELD_PROSE, struct campaign_line, reason, OPTIONAL),
    DONE_BY(9, "by", struct campaign_line, by),
};
static const struct layout line_layout = LAYOUT("line", struct campaign_line, line_fields);

static const struct field reminder_fields[] = {
    FIELD(1, "time", FIELD_TIME, struct campaign_reminder, time),
    FIELD(2, "waiting", FIELD_UINT, struct campaign_reminder, waiting),
};
static const struct layout reminder_layout =
    LAYOUT("reminder", struct campaign_reminder, reminder_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct campaign_file, campaign_states),
    FIELD(6, "title", FIELD_TEXT, struct campaign_file, title),
    FIELD_MANY(
        7, "replaces", FIELD_TEXTS, struct campaign_file, replaces, .limit = CAMPAIGN_REPLACES_MAX),
    FIELD(8, "until", FIELD_TIME, struct campaign_file, until),
    FIELD(9, "next-reminder", FIELD_TIME, struct campaign_file, next_reminder, OPTIONAL),
    FIELD(10, "remind-every", FIELD_SPAN, struct campaign_file, remind_every, OPTIONAL),
    FIELD_MANY(
        11, "reminders", FIELD_RECORDS, struct campaign_file, reminders, .layout = &reminder_layout,
        .limit = CAMPAIGN_REMINDERS_MAX),
    FIELD_MANY(
        12, "lines", FIELD_RECORDS, struct campaign_file, lines, .layout = &line_layout,
        .limit = CAMPAIGN_LINES_MAX),
    FIELD(13, "affected", FIELD_UINT, struct campaign_file, affected),
    FIELD(14, "waiting", FIELD_UINT, struct campaign_file, waiting),
    FIELD(15, "signed-again", FIELD_UINT, struct campaign_file, signed_again),
    FIELD(16, "refused", FIELD_UINT, struct campaign_file, refused),
    FIELD(17, "ordered", FIELD_UINT, struct campaign_file, ordered),
    FIELD(18, "ended", FIELD_UINT, struct campaign_file, ended),
    FIELD(19, "reason", FIELD_PROSE, struct campaign_file, reason, OPTIONAL),
    DONE_BY(20, "opened-by", struct campaign_file, opened),
    DONE_BY(21, "postponed", struct campaign_file, postponed),
    DONE_BY(22, "fell-due", struct campaign_file, fell_due),
    DONE_BY(23, "closed", struct campaign_file, closed),
};
static const struct layout content_layout =
    LAYOUT("campaign", struct campaign_file, content_fields);

/* --- Lines -------------------------------------------------------------------------------- */

static bool is_replaced(const struct campaign_file *file, const char *form)
{
    for (size_t i = 0; i < file->replaces_count; i++) {
        if (strcmp(file->replaces[i], form) == 0)
            return true;
    }
    return false;
}

/* Where the licence's line is; count: nowhere. */
static size_t find_line(const struct campaign_line *lines, size_t count, const char *licence)
{
    size_t i = 0;
    while (i < count && strcmp(lines[i].licence, licence) != 0)
        i++;
    return i;
}

static void count_lines(struct campaign_file *file)
{
    uint64_t counts[CAMPAIGN_ENDED + 1] = {0};
    for (size_t i = 0; i < file->lines_count; i++)
        counts[file->lines[i].progress]++;
    file->affected = file->lines_count;
    file->waiting = counts[CAMPAIGN_WAITING];
    file->signed_again = counts[CAMPAIGN_SIGNED];
    file->refused = counts[CAMPAIGN_REFUSED];
    file->ordered = counts[CAMPAIGN_ORDERED];
    file->ended = counts[CAMPAIGN_ENDED];
}

/* The file's lines, to be changed. */
static enum error copy_lines(
    struct transition_call *call, struct campaign_file *file, struct campaign_line **ret_lines)
{
    struct campaign_line *lines =
        one_more(call, file->lines, file->lines_count, sizeof *file->lines);
    if (!lines)
        return ERROR_MEMORY;
    file->lines = lines;
    *ret_lines = lines;
    return ERROR_OK;
}

/* Lines in an array that grows. */
struct found {
    struct campaign_line *lines;
    size_t count, room;
};

static enum error
add_found(struct transition_call *call, struct found *found, const struct licence_file *licence)
{
    if (found->count == CAMPAIGN_LINES_MAX)
        return condition_fails(call, "a campaign of at most 4096 licences", NULL);
    if (found->count == found->room) {
        size_t room = found->room ? 2 * found->room : 64;
        struct campaign_line *lines = ARENA_ARRAY(call->arena, struct campaign_line, room);
        if (!lines)
            return fault_place(call->fault, ERROR_MEMORY, "campaign");
        if (found->count)
            memcpy(lines, found->lines, found->count * sizeof *lines);
        found->lines = lines;
        found->room = room;
    }
    struct campaign_line *line = &found->lines[found->count++];
    *line = (struct campaign_line){
        .licence = licence->base.number,
        .state = licence->state,
        .agency = licence->agency,
        .product = licence->product,
        .place = licence->place,
        .progress = CAMPAIGN_WAITING,
    };
    note(call, &line->by);
    return ERROR_OK;
}

/* A line that still waits for something, of a licence that has ended meanwhile. */
static void note_ended(struct transition_call *call, struct campaign_line *line)
{
    if (line->progress != CAMPAIGN_WAITING && line->progress != CAMPAIGN_REFUSED)
        return;
    line->progress = CAMPAIGN_ENDED;
    note(call, &line->by);
}

/* Looks through the register: licences under the replaced forms that have no line yet get one (also
 * those that were issued after the campaign was opened), those that have ended are noted. */
static enum error look_again(struct transition_call *call)
{
    struct campaign_file *file = call->content;
    const struct office_view *view = call->view;
    struct found found = {0};
    const char *after = "";
    enum error error = ERROR_OK;
    if (file->lines_count) {
        found.room = found.count = file->lines_count;
        error = copy_lines(call, file, &found.lines);
    }
    while (!error) {
        const void *content = NULL;
        error = view->next(view->context, FILE_LICENCE, NULL, after, call->fault, &content);
        const struct licence_file *licence = content;
        if (error || !licence)
            break;
        after = licence->base.number;
        size_t at = find_line(found.lines, found.count, after);
        if (at < found.count && !licence_is_live(licence))
            note_ended(call, &found.lines[at]);
        else if (at == found.count && licence_is_live(licence) && is_replaced(file, licence->form))
            error = add_found(call, &found, licence);
    }
    if (error)
        return error;
    file->lines = found.lines;
    file->lines_count = found.count;
    count_lines(file);
    return ERROR_OK;
}

/* --- Opening ------------------------------------------------------------------------------ */

struct open_body {
    const char *const *replaces;
    size_t replaces_count;
    millis until, remind_from, remind_every;
};

static const struct field open_fields[] = {
    FIELD_MANY(
        1, "replaces", FIELD_TEXTS, struct open_body, replaces, .limit = CAMPAIGN_REPLACES_MAX),
    FIELD(2, "until", FIELD_TIME, struct open_body, until),
    FIELD(3, "remind-from", FIELD_TIME, struct open_body, remind_from, OPTIONAL),
    FIELD(4, "remind-every", FIELD_SPAN, struct open_body, remind_every, OPTIONAL),
};
static const struct layout open_layout = LAYOUT("body", struct open_body, open_fields);

static enum error check_forms(struct transition_call *call, const struct open_body *body)
{
    const struct campaign_file *file = call->content;
    const void *other;
    enum error error = ERROR_OK;
    if (body->replaces_count == 0)
        return condition_fails(call, "a form or more that the new one replaces", "none");
    for (size_t i = 0; i < body->replaces_count && !error; i++) {
        error = other_file(call, FILE_FORM, body->replaces[i], &other);
        if (!error && strcmp(body->replaces[i], file->base.number) == 0)
            error = condition_fails(call, "other forms than the new one", body->replaces[i]);
    }
    return error;
}

static enum error check_times(
    struct transition_call *call, const struct open_body *body, const struct form_file *form)
{
    if (body->until <= call->time || body->until <= form->in_force)
        return condition_fails(call, "a date that is still to come, after the form's own", NULL);
    if (!body->remind_from)
        return ERROR_OK;
    if (body->remind_from <= call->time || body->remind_from >= body->until)
        return condition_fails(call, "reminders from a time before the date on", NULL);
    if (body->remind_every < MILLIS_DAY)
        return condition_fails(call, "a day or more between reminders", NULL);
    if ((body->until - body->remind_from) / body->remind_every >= CAMPAIGN_REMINDERS_MAX)
        return condition_fails(call, "at most 400 reminders", NULL);
    return ERROR_OK;
}

static enum error open_campaign(struct transition_call *call)
{
    const struct open_body *body = call->body;
    struct campaign_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_FORM, file->base.number, &other);
    if (error)
        return error;
    const struct form_file *form = other;
    if (form->base.state != FORM_REGISTERED)
        return condition_fails(
            call, "a form that both ministries registered",
            file_state_word(FILE_FORM, form->base.state));
    error = check_forms(call, body);
    if (!error)
        error = check_times(call, body, form);
    if (error)
        return error;
    file->title = form->title;
    file->replaces = body->replaces;
    file->replaces_count = body->replaces_count;
    file->until = body->until;
    file->next_reminder = body->remind_from;
    file->remind_every = body->remind_from ? body->remind_every : 0;
    note(call, &file->opened);
    file->base.state = CAMPAIGN_OPEN;
    return look_again(call);
}

/* --- Progress ----------------------------------------------------------------------------- */

static bool
same_subject(const struct campaign_line *line, const struct certificate_file *certificate)
{
    return strcmp(line->state, certificate->state) == 0 &&
           strcmp(line->agency, certificate->agency) == 0 &&
           strcmp(line->product, certificate->product) == 0 &&
           strcmp(line->place, certificate->place) == 0;
}

/* What a certificate of the new form means for a line of its subject. */
static void note_certificate(
    struct transition_call *call, const struct certificate_file *certificate,
    struct campaign_line *line)
{
    bool in_force = certificate->base.state == CERTIFICATE_IN_FORCE;
    if (line->progress == CAMPAIGN_ENDED || (!in_force && line->progress != CAMPAIGN_WAITING))
        return;
    line->progress = in_force ? CAMPAIGN_SIGNED : CAMPAIGN_REFUSED;
    line->settled_by = in_force ? certificate->base.number : NULL;
    line->reason = in_force ? NULL : certificate->reason;
    note(call, &line->by);
}

enum error campaign_note(struct transition_call *call, const struct certificate_file *certificate)
{
    const void *content = NULL;
    void *changed;
    struct campaign_line *lines;
    enum error error = call->view->find(
        call->view->context, FILE_CAMPAIGN, certificate->form, call->fault, &content);
    const struct campaign_file *before = content;
    if (error || !before || before->base.state == CAMPAIGN_CLOSED)
        return error;
    error = change_other(call, FILE_CAMPAIGN, certificate->form, &changed);
    if (error)
        return error;
    struct campaign_file *file = changed;
    error = copy_lines(call, file, &lines);
    if (error)
        return error;
    for (size_t i = 0; i < file->lines_count; i++) {
        if (same_subject(&lines[i], certificate))
            note_certificate(call, certificate, &lines[i]);
    }
    count_lines(file);
    return ERROR_OK;
}

struct refuse_body {
    const char *licence, *reason;
};

static const struct field refuse_fields[] = {
    FIELD(1, "licence", FIELD_TEXT, struct refuse_body, licence),
    FIELD(2, "reason", FIELD_PROSE, struct refuse_body, reason),
};
static const struct layout refuse_layout = LAYOUT("body", struct refuse_body, refuse_fields);

/* The line of a licence that is not settled. */
static enum error
open_line(struct transition_call *call, const char *licence, struct campaign_line **ret_line)
{
    struct campaign_file *file = call->content;
    struct campaign_line *lines;
    size_t at = find_line(file->lines, file->lines_count, licence);
    if (at == file->lines_count)
        return condition_fails(call, "a licence that the campaign concerns", licence);
    enum campaign_progress progress = file->lines[at].progress;
    if (progress != CAMPAIGN_WAITING && progress != CAMPAIGN_REFUSED)
        return condition_fails(
            call, "a licence that is not settled yet", progress_words[progress - 1]);
    enum error error = copy_lines(call, file, &lines);
    if (!error)
        *ret_line = &lines[at];
    return error;
}

static enum error refuse(struct transition_call *call)
{
    const struct refuse_body *body = call->body;
    struct campaign_line *line;
    enum error error = open_line(call, body->licence, &line);
    if (error)
        return error;
    line->progress = CAMPAIGN_REFUSED;
    line->reason = body->reason;
    note(call, &line->by);
    count_lines(call->content);
    return ERROR_OK;
}

struct settle_body {
    const char *licence, *order;
};

static const struct field settle_fields[] = {
    FIELD(1, "licence", FIELD_TEXT, struct settle_body, licence),
    FIELD(2, "order", FIELD_TEXT, struct settle_body, order),
};
static const struct layout settle_layout = LAYOUT("body", struct settle_body, settle_fields);

static enum error check_order(struct transition_call *call, const struct settle_body *body)
{
    const void *other;
    enum error error = other_file(call, FILE_ORDER, body->order, &other);
    if (error)
        return error;
    const struct order_file *order = other;
    if (strcmp(order->licence, body->licence) != 0)
        return condition_fails(call, "an order on this licence", order->licence);
    if (order->kind != ORDER_LIMIT && !order_stops_everything(order->kind))
        return condition_fails(call, "an order that takes away", order_word(order->kind));
    if (order->base.state == ORDER_LIFTED)
        return condition_fails(call, "an order in force", "lifted");
    return ERROR_OK;
}

static enum error settle(struct transition_call *call)
{
    const struct settle_body *body = call->body;
    struct campaign_line *line;
    enum error error = open_line(call, body->licence, &line);
    if (!error)
        error = check_order(call, body);
    if (error)
        return error;
    line->progress = CAMPAIGN_ORDERED;
    line->settled_by = body->order;
    note(call, &line->by);
    count_lines(call->content);
    return ERROR_OK;
}

/* --- Times -------------------------------------------------------------------------------- */

static enum error add_reminder(struct transition_call *call)
{
    struct campaign_file *file = call->content;
    size_t count = file->reminders_count;
    struct campaign_reminder *reminders =
        one_more(call, file->reminders, count, sizeof *file->reminders);
    if (!reminders)
        return ERROR_MEMORY;
    reminders[count] = (struct campaign_reminder){call->time, file->waiting};
    file->reminders = reminders;
    file->reminders_count = count + 1;
    return ERROR_OK;
}

static enum error remind(struct transition_call *call)
{
    struct campaign_file *file = call->content;
    if (!file->next_reminder || call->time < file->next_reminder || call->time >= file->until)
        return condition_fails(call, "the time of a reminder", NULL);
    enum error error = look_again(call);
    if (!error)
        error = add_reminder(call);
    if (error)
        return error;
    /* After a time without a server one reminder is enough. */
    millis missed = (call->time - file->next_reminder) / file->remind_every;
    file->next_reminder += (missed + 1) * file->remind_every;
    if (file->next_reminder >= file->until || file->reminders_count == CAMPAIGN_REMINDERS_MAX)
        file->next_reminder = 0;
    return ERROR_OK;
}

static enum error fall_due(struct transition_call *call)
{
    struct campaign_file *file = call->content;
    if (call->time < file->until)
        return condition_fails(call, "the campaign's date", NULL);
    file->next_reminder = 0;
    note(call, &file->fell_due);
    file->base.state = CAMPAIGN_DUE;
    return look_again(call);
}

struct postpone_body {
    millis until;
    const char *reason;
};

static const struct field postpone_fields[] = {
    FIELD(1, "until", FIELD_TIME, struct postpone_body, until),
    FIELD(2, "reason", FIELD_PROSE, struct postpone_body, reason),
};
static const struct layout postpone_layout = LAYOUT("body", struct postpone_body, postpone_fields);

static enum error postpone(struct transition_call *call)
{
    const struct postpone_body *body = call->body;
    struct campaign_file *file = call->content;
    if (body->until <= file->until || body->until <= call->time)
        return condition_fails(call, "a later date, still to come", NULL);
    file->until = body->until;
    file->reason = body->reason;
    note(call, &file->postponed);
    file->base.state = CAMPAIGN_OPEN;
    return ERROR_OK;
}

static enum error close_campaign(struct transition_call *call)
{
    struct campaign_file *file = call->content;
    enum error error = look_again(call);
    if (error)
        return error;
    if (file->waiting || file->refused)
        return condition_fails(
            call, "every licence under the new form, under an order, or ended", NULL);
    file->next_reminder = 0;
    note(call, &file->closed);
    file->base.state = CAMPAIGN_CLOSED;
    return ERROR_OK;
}

/* --- Table -------------------------------------------------------------------------------- */

static enum error due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct campaign_file *file = content;
    if (file->base.state != CAMPAIGN_OPEN)
        return ERROR_OK;
    due_at(call, file->until, "fall-due", ret_due);
    if (file->next_reminder)
        due_at(call, file->next_reminder, "remind", ret_due);
    return ERROR_OK;
}

static void
clock_of(const struct office_settings *settings, const void *content, struct clock *ret_clock)
{
    (void)settings;
    const struct campaign_file *file = content;
    if (file->base.state != CAMPAIGN_CLOSED)
        *ret_clock = (struct clock){
            .what = "to sign again", .from = file->opened.time, .until = file->until};
}

static const struct transition transitions[] = {
    {
        .verb = "open",
        .from = STATE_NEW,
        .to = STATE(CAMPAIGN_OPEN),
        .roles = ROLE_SIGNATORY,
        .body = &open_layout,
        .words = "Have a new form signed in the place of older ones, by a date",
        .conditions = "the number is that of a form in the register; every live licence under a "
                      "form that it replaces is found now, and again at each reminder and the date",
        .apply = open_campaign,
    },
    {
        .verb = "refuse",
        .from = STATE(CAMPAIGN_OPEN) | STATE(CAMPAIGN_DUE),
        .to = STATE(CAMPAIGN_OPEN) | STATE(CAMPAIGN_DUE),
        .roles = ROLE_DESK,
        .body = &refuse_layout,
        .words = "Note that the state refuses to sign the new form for a licence",
        .conditions = "a licence that is not settled; a refused offer of the new form is noted "
                      "by itself",
        .apply = refuse,
    },
    {
        .verb = "settle",
        .from = STATE(CAMPAIGN_OPEN) | STATE(CAMPAIGN_DUE),
        .to = STATE(CAMPAIGN_OPEN) | STATE(CAMPAIGN_DUE),
        .roles = ROLE_DESK | ROLE_SIGNATORY,
        .body = &settle_layout,
        .words = "Note the order that took away what a licence gave under the older form",
        .conditions = "the order is in force on that licence, and takes away",
        .apply = settle,
    },
    {
        .verb = "postpone",
        .from = STATE(CAMPAIGN_OPEN) | STATE(CAMPAIGN_DUE),
        .to = STATE(CAMPAIGN_OPEN),
        .roles = ROLE_SIGNATORY,
        .body = &postpone_layout,
        .words = "Put the date off, with a reason",
        .conditions = "a later date, still to come",
        .apply = postpone,
    },
    {
        .verb = "close",
        .from = STATE(CAMPAIGN_OPEN) | STATE(CAMPAIGN_DUE),
        .to = STATE(CAMPAIGN_CLOSED),
        .roles = ROLE_SIGNATORY,
        .words = "Close the campaign",
        .conditions = "every licence is under the new form, under an order, or has ended",
        .apply = close_campaign,
    },
    {
        .verb = "remind",
        .from = STATE(CAMPAIGN_OPEN),
        .to = STATE(CAMPAIGN_OPEN),
        .roles = ROLE_SERVER,
        .words = "Remind the states that have not signed",
        .rule = "reminders go out from the time that was set, as often as was set, until the date",
        .apply = remind,
    },
    {
        .verb = "fall-due",
        .from = STATE(CAMPAIGN_OPEN),
        .to = STATE(CAMPAIGN_DUE),
        .roles = ROLE_SERVER,
        .words = "Leave it to the desk to draft orders on what is not under the new form",
        .rule = "the date has come; only a ministry's signature takes anything away",
        .apply = fall_due,
    },
};

const struct lifecycle campaign_lifecycle = {
    .word = "campaign",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .due = due,
    .clock = clock_of,
};
