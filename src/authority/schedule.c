/* The life-cycle of an acquiring state's offence schedule: lines proposed, reviewed by both
 * ministries with reasons, accepted, refused or split; amended when the law changes. */
#include "authority/schedule.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const schedule_states[] = {"in-review", "reviewed", NULL};
static const char *const line_states[] = {"proposed", "accepted", "refused",
                                          "split",    "amended",  NULL};
static const char *const decisions[] = {"accept", "refuse", "split", NULL};

static const struct field review_fields[] = {
    FIELD(1, "decision", FIELD_CHOICE, struct schedule_review, decision, .words = decisions),
    FIELD(2, "reasons", FIELD_PROSE, struct schedule_review, reasons),
    DONE_BY(3, "by", struct schedule_review, by),
};
static const struct layout review_layout = LAYOUT("review", struct schedule_review, review_fields);

/* Keys 1 to 9 of whatever holds an entry. */
#define ENTRY_FIELDS(type, member)                                                                 \
    FIELD(1, "code", FIELD_TEXT, type, member.offence.code),                                       \
        FIELD(2, "statute", FIELD_TEXT, type, member.statute),                                     \
        FIELD(3, "title", FIELD_TEXT, type, member.offence.title),                                 \
        FIELD(4, "minimum-months", FIELD_UINT, type, member.offence.minimum_months),               \
        FIELD(5, "maximum-months", FIELD_UINT, type, member.offence.maximum_months),               \
        FIELD(6, "in-force-from", FIELD_TIME, type, member.offence.in_force_from),                 \
        FIELD(7, "in-force-until", FIELD_TIME, type, member.offence.in_force_until, OPTIONAL),     \
        FIELD_MANY(8, "acts", FIELD_TEXTS, type, member.offence.acts),                             \
        FIELD_MANY(9, "completed-by", FIELD_TEXTS, type, member.offence.completed_by)

static const struct field line_fields[] = {
    ENTRY_FIELDS(struct schedule_line, entry),
    FIELD(10, "state", FIELD_CHOICE, struct schedule_line, state, .words = line_states),
    FIELD(11, "split-from", FIELD_TEXT, struct schedule_line, split_from, OPTIONAL),
    DONE_BY(12, "submitted", struct schedule_line, submitted),
    FIELD(
        13, "defence", FIELD_RECORD, struct schedule_line, defence, .layout = &review_layout,
        OPTIONAL),
    FIELD(
        14, "foreign", FIELD_RECORD, struct schedule_line, foreign, .layout = &review_layout,
        OPTIONAL),
};
static const struct layout line_layout = LAYOUT("line", struct schedule_line, line_fields);

static const struct field signal_fields[] = {
    FIELD(1, "code", FIELD_TEXT, struct schedule_signal, code),
    FIELD(2, "before-months", FIELD_UINT, struct schedule_signal, before),
    FIELD(3, "after-months", FIELD_UINT, struct schedule_signal, after),
    DONE_BY(4, "by", struct schedule_signal, by),
    FIELD(5, "told", FIELD_BOOL, struct schedule_signal, told),
    FIELD(6, "last", FIELD_TEXT, struct schedule_signal, last, OPTIONAL),
};
static const struct layout signal_layout = LAYOUT("signal", struct schedule_signal, signal_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct schedule_file, schedule_states),
    FIELD_MANY(
        6, "lines", FIELD_RECORDS, struct schedule_file, lines, .layout = &line_layout,
        .limit = SCHEDULE_LINES_MAX),
    FIELD_MANY(
        7, "signals", FIELD_RECORDS, struct schedule_file, signals, .layout = &signal_layout,
        .limit = SCHEDULE_SIGNALS_MAX),
};
static const struct layout content_layout =
    LAYOUT("schedule", struct schedule_file, content_fields);

/* --- Lines -------------------------------------------------------------------------------- */

/* Where the line of this code in this state is; lines_count: nowhere. */
static size_t
find_line(const struct schedule_file *schedule, const char *code, enum schedule_line_state state)
{
    size_t i = 0;
    while (i < schedule->lines_count && (schedule->lines[i].state != state ||
                                         strcmp(schedule->lines[i].entry.offence.code, code) != 0))
        i++;
    return i;
}

static bool
has_line(const struct schedule_file *schedule, const char *code, enum schedule_line_state state)
{
    return find_line(schedule, code, state) < schedule->lines_count;
}

const struct schedule_line *
schedule_accepted(const struct schedule_file *schedule, const char *code)
{
    size_t at = find_line(schedule, code, SCHEDULE_LINE_ACCEPTED);
    return at < schedule->lines_count ? &schedule->lines[at] : NULL;
}

/* Whether the code is taken: by a line that counts, may come to count, or was split for good. */
static bool is_taken(const struct schedule_file *schedule, const char *code)
{
    return has_line(schedule, code, SCHEDULE_LINE_PROPOSED) ||
           has_line(schedule, code, SCHEDULE_LINE_ACCEPTED) ||
           has_line(schedule, code, SCHEDULE_LINE_SPLIT);
}

/* The file's lines, to be changed, with room for more. */
static enum error
copy_lines(struct transition_call *call, size_t more, struct schedule_line **ret_lines)
{
    struct schedule_file *file = call->content;
    if (more > SCHEDULE_LINES_MAX - file->lines_count)
        return condition_fails(call, "at most 2048 lines in a state's schedule", NULL);
    struct schedule_line *lines =
        ARENA_ARRAY(call->arena, struct schedule_line, file->lines_count + more);
    if (!lines)
        return fault_place(call->fault, ERROR_MEMORY, "schedule");
    if (file->lines_count)
        memcpy(lines, file->lines, file->lines_count * sizeof *lines);
    file->lines = lines;
    *ret_lines = lines;
    return ERROR_OK;
}

static void settle_state(struct schedule_file *file)
{
    file->base.state = SCHEDULE_REVIEWED;
    for (size_t i = 0; i < file->lines_count; i++) {
        if (file->lines[i].state == SCHEDULE_LINE_PROPOSED)
            file->base.state = SCHEDULE_IN_REVIEW;
    }
}

/* --- Proposing ---------------------------------------------------------------------------- */

static const struct field entry_fields[] = {ENTRY_FIELDS(struct schedule_line, entry)};
static const struct layout entry_layout = LAYOUT("line", struct schedule_line, entry_fields);

struct lines_body {
    const struct schedule_line *lines;
    size_t lines_count;
};

static const struct field submit_fields[] = {
    FIELD_MANY(
        1, "lines", FIELD_RECORDS, struct lines_body, lines, .layout = &entry_layout,
        .limit = SCHEDULE_LINES_MAX),
};
static const struct layout submit_layout = LAYOUT("body", struct lines_body, submit_fields);

static enum error check_state(struct transition_call *call)
{
    const struct file_base *base = call->content;
    return country_check(base->number, "number", call->fault);
}

/* Adds a line as proposed to the file's lines, which have room. */
static enum error add_line(
    struct transition_call *call, struct schedule_line *lines, const struct schedule_line *given,
    const char *split_from)
{
    struct schedule_file *file = call->content;
    struct offence offence = given->entry.offence;
    offence.decision = OFFENCE_PROPOSED;
    enum error error = offence_check(&offence, call->fault);
    if (error)
        return fault_within(call->fault, error, "line %.60s", offence.code);
    struct schedule_line *line = &lines[file->lines_count++];
    *line = (struct schedule_line){
        .entry = given->entry,
        .state = SCHEDULE_LINE_PROPOSED,
        .split_from = split_from,
    };
    note(call, &line->submitted);
    return ERROR_OK;
}

static enum error
add_lines(struct transition_call *call, const struct lines_body *body, const char *split_from)
{
    struct schedule_file *file = call->content;
    struct schedule_line *lines;
    if (body->lines_count == 0)
        return condition_fails(call, "a line or more", "none");
    enum error error = copy_lines(call, body->lines_count, &lines);
    for (size_t i = 0; i < body->lines_count && !error; i++) {
        const char *code = body->lines[i].entry.offence.code;
        error = is_taken(file, code)
                    ? condition_fails(call, "codes that the schedule does not have yet", code)
                    : add_line(call, lines, &body->lines[i], split_from);
    }
    if (!error)
        settle_state(file);
    return error;
}

static enum error submit(struct transition_call *call)
{
    enum error error = check_state(call);
    return error ? error : add_lines(call, call->body, NULL);
}

struct split_body {
    const char *code;
    struct lines_body into;
};

static const struct field split_fields[] = {
    FIELD(1, "code", FIELD_TEXT, struct split_body, code),
    FIELD_MANY(
        2, "lines", FIELD_RECORDS, struct split_body, into.lines, .layout = &entry_layout,
        .limit = SCHEDULE_LINES_MAX),
};
static const struct layout split_layout = LAYOUT("body", struct split_body, split_fields);

static enum error split(struct transition_call *call)
{
    const struct split_body *body = call->body;
    enum error error = check_state(call);
    if (!error && !has_line(call->content, body->code, SCHEDULE_LINE_SPLIT))
        error = condition_fails(call, "a line that the ministries split", body->code);
    return error ? error : add_lines(call, &body->into, body->code);
}

/* --- Amendments --------------------------------------------------------------------------- */

static enum error add_signal(struct transition_call *call, const struct schedule_signal *signal)
{
    struct schedule_file *file = call->content;
    struct schedule_signal *signals =
        one_more(call, file->signals, file->signals_count, sizeof *file->signals);
    if (!signals)
        return ERROR_MEMORY;
    signals[file->signals_count] = *signal;
    file->signals = signals;
    file->signals_count++;
    return ERROR_OK;
}

static bool is_serious(uint64_t months)
{
    return months >= SERIOUS_CRIME_MONTHS;
}

/* The state's law has changed, whatever the ministries will say of it: the signal does not wait for
 * their reviews. */
static enum error
signal_crossing(struct transition_call *call, const struct schedule_line *before, uint64_t after)
{
    struct schedule_signal signal = {
        .code = before->entry.offence.code,
        .before = before->entry.offence.maximum_months,
        .after = after,
    };
    if (is_serious(signal.before) == is_serious(signal.after))
        return ERROR_OK;
    note(call, &signal.by);
    return add_signal(call, &signal);
}

static enum error amend(struct transition_call *call)
{
    const struct schedule_line *body = call->body;
    struct schedule_file *file = call->content;
    const char *code = body->entry.offence.code;
    enum error error = check_state(call);
    if (error)
        return error;
    const struct schedule_line *before = schedule_accepted(file, code);
    if (!before)
        return condition_fails(call, "a line that both ministries accepted", code);
    if (has_line(file, code, SCHEDULE_LINE_PROPOSED))
        return condition_fails(call, "one amendment of a line at a time", code);
    struct schedule_line *lines;
    error = signal_crossing(call, before, body->entry.offence.maximum_months);
    if (!error)
        error = copy_lines(call, 1, &lines);
    if (!error)
        error = add_line(call, lines, body, NULL);
    if (!error)
        settle_state(file);
    return error;
}

/* --- Reviews ------------------------------------------------------------------------------ */

struct decide_body {
    const char *const *codes;
    size_t codes_count;
    enum schedule_decision decision;
    const char *reasons;
};

static const struct field decide_fields[] = {
    FIELD_MANY(1, "codes", FIELD_TEXTS, struct decide_body, codes),
    FIELD(2, "decision", FIELD_CHOICE, struct decide_body, decision, .words = decisions),
    FIELD(3, "reasons", FIELD_PROSE, struct decide_body, reasons),
};
static const struct layout decide_layout = LAYOUT("body", struct decide_body, decide_fields);

/* Only what both accept is accepted; what one refuses is refused; what one would split, and the
 * other does not refuse, is split. */
static enum schedule_line_state outcome_of(const struct schedule_line *line)
{
    enum schedule_decision defence = line->defence.decision, foreign = line->foreign.decision;
    if (!defence || !foreign)
        return SCHEDULE_LINE_PROPOSED;
    if (defence == SCHEDULE_REFUSE || foreign == SCHEDULE_REFUSE)
        return SCHEDULE_LINE_REFUSED;
    if (defence == SCHEDULE_ASK_SPLIT || foreign == SCHEDULE_ASK_SPLIT)
        return SCHEDULE_LINE_SPLIT;
    return SCHEDULE_LINE_ACCEPTED;
}

static enum error
review_line(struct transition_call *call, struct schedule_line *lines, const char *code)
{
    const struct decide_body *body = call->body;
    const struct schedule_file *file = call->content;
    size_t at = find_line(file, code, SCHEDULE_LINE_PROPOSED);
    size_t before = find_line(file, code, SCHEDULE_LINE_ACCEPTED);
    bool amends = before < file->lines_count;
    if (at == file->lines_count)
        return condition_fails(call, "lines that are proposed", code);
    struct schedule_line *line = &lines[at];
    bool defence = call->actor->ministry == MINISTRY_DEFENCE;
    struct schedule_review *review = defence ? &line->defence : &line->foreign;
    if (review->decision)
        return condition_fails(call, "one review of each ministry", code);
    if (amends && body->decision == SCHEDULE_ASK_SPLIT)
        return condition_fails(call, "an amendment accepted or refused; split a new line", code);
    enum error error = not_own(call, &line->submitted);
    if (error)
        return error;
    review->decision = body->decision;
    review->reasons = body->reasons;
    note(call, &review->by);
    line->state = outcome_of(line);
    if (amends && line->state == SCHEDULE_LINE_ACCEPTED)
        lines[before].state = SCHEDULE_LINE_AMENDED;
    return ERROR_OK;
}

static enum error review(struct transition_call *call)
{
    const struct decide_body *body = call->body;
    struct schedule_file *file = call->content;
    struct schedule_line *lines;
    if (body->codes_count == 0)
        return condition_fails(call, "the code of a line or more", "none");
    enum error error = copy_lines(call, 0, &lines);
    for (size_t i = 0; i < body->codes_count && !error; i++)
        error = review_line(call, lines, body->codes[i]);
    if (!error)
        settle_state(file);
    return error;
}

/* --- What certificates rest on ------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool same_texts(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
    bool same = a_count == b_count;
    for (size_t i = 0; i < a_count && same; i++)
        same = same_text(a[i], b[i]);
    return same;
}

/* Whether the offence is the line, with the reasons that the ministries gave. */
static bool is_line(const struct offence *offence, const struct schedule_line *line)
{
    const struct offence *law = &line->entry.offence;
    return offence->decision == OFFENCE_ACCEPTED && same_text(offence->title, law->title) &&
           offence->minimum_months == law->minimum_months &&
           offence->maximum_months == law->maximum_months &&
           offence->in_force_from == law->in_force_from &&
           offence->in_force_until == law->in_force_until &&
           same_texts(offence->acts, offence->acts_count, law->acts, law->acts_count) &&
           same_texts(
               offence->completed_by, offence->completed_by_count, law->completed_by,
               law->completed_by_count) &&
           same_text(offence->defence_reasons, line->defence.reasons) &&
           same_text(offence->foreign_reasons, line->foreign.reasons);
}

enum error schedule_holds(struct transition_call *call, const struct certificate *certificate)
{
    if (certificate->offences_count == 0)
        return ERROR_OK;
    const void *other;
    enum error error = other_file(call, FILE_SCHEDULE, certificate->state, &other);
    for (size_t i = 0; i < certificate->offences_count && !error; i++) {
        const struct offence *offence = &certificate->offences[i];
        const struct schedule_line *line = schedule_accepted(other, offence->code);
        if (!line)
            error = condition_fails(
                call, "offences that both ministries accepted in the state's schedule",
                offence->code);
        else if (!is_line(offence, line))
            error = condition_fails(
                call, "offences as the state's schedule has them, with the ministries' reasons",
                offence->code);
    }
    return error;
}

/* --- Signals ------------------------------------------------------------------------------ */

/* Each is a file of its own and feeds a case: so many fit into one act; the rest comes next. */
enum { TOLD_AT_ONCE = 3 };

static enum error names_offence(
    struct transition_call *call, const struct licence_file *licence, const char *code,
    bool *ret_names)
{
    const void *other;
    struct certificate certificate;
    enum error error = other_file(call, FILE_CERTIFICATE, licence->certificate, &other);
    if (!error)
        error = layout_decode(
            &certificate_layout, ((const struct certificate_file *)other)->payload, call->arena,
            call->fault, &certificate);
    if (!error)
        *ret_names = certificate_offence(&certificate, code);
    return error;
}

/* The facts of a signal on one licence; its texts are in the act's arena. */
static enum error
raise_on(struct transition_call *call, const struct schedule_signal *signal, const char *licence)
{
    char time[TIME_TEXT_SIZE];
    struct buffer occasion = {0}, words = {0};
    buffer_printf(&occasion, "%s, %s", signal->code, time_text(signal->by.time, time));
    buffer_printf(
        &words, "The state's law has changed: the maximum for %s went from %llu to %llu months.",
        signal->code, (unsigned long long)signal->before, (unsigned long long)signal->after);
    struct signal_facts facts = {
        .kind = SIGNAL_OFFENCES,
        .licence = licence,
        .occasion = arena_text(call->arena, buffer_view(&occasion)),
        .words = arena_text(call->arena, buffer_view(&words)),
    };
    bool made = !occasion.error && !words.error && facts.occasion && facts.words;
    buffer_free(&occasion);
    buffer_free(&words);
    return made ? signal_raise(call, &facts) : fault_place(call->fault, ERROR_MEMORY, "schedule");
}

/* Goes on from the licence that was told last. */
static enum error tell_some(struct transition_call *call, struct schedule_signal *signal)
{
    const struct schedule_file *file = call->content;
    const struct office_view *view = call->view;
    enum error error = ERROR_OK;
    for (size_t raised = 0; !error && raised < TOLD_AT_ONCE;) {
        const void *content = NULL;
        bool named = false;
        error = view->next(
            view->context, FILE_LICENCE, NULL, signal->last ? signal->last : "", call->fault,
            &content);
        const struct licence_file *licence = content;
        signal->told = !error && !licence;
        if (error || !licence)
            break;
        signal->last = licence->base.number;
        if (licence_is_live(licence) && strcmp(licence->state, file->base.number) == 0)
            error = names_offence(call, licence, signal->code, &named);
        if (!error && named)
            error = raise_on(call, signal, licence->base.number);
        raised += named;
    }
    return error;
}

/* The first signal that was not told on every licence; count: none. */
static size_t untold(const struct schedule_file *file)
{
    size_t i = 0;
    while (i < file->signals_count && file->signals[i].told)
        i++;
    return i;
}

static enum error tell(struct transition_call *call)
{
    struct schedule_file *file = call->content;
    size_t at = untold(file);
    if (at == file->signals_count)
        return condition_fails(call, "an amendment across 72 months that was not told", "none");
    struct schedule_signal *signals =
        ARENA_ARRAY(call->arena, struct schedule_signal, file->signals_count);
    if (!signals)
        return fault_place(call->fault, ERROR_MEMORY, "schedule");
    memcpy(signals, file->signals, file->signals_count * sizeof *signals);
    file->signals = signals;
    return tell_some(call, &signals[at]);
}

static enum error due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct schedule_file *file = content;
    if (untold(file) < file->signals_count)
        due_at(call, call->time, "tell", ret_due);
    return ERROR_OK;
}

/* --- Table -------------------------------------------------------------------------------- */

static const struct transition transitions[] = {
    {
        .verb = "submit",
        .from = STATE_NEW | STATE(SCHEDULE_IN_REVIEW) | STATE(SCHEDULE_REVIEWED),
        .to = STATE(SCHEDULE_IN_REVIEW),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &submit_layout,
        .words = "Propose lines of the acquiring state's offence schedule",
        .conditions = "codes that no line has that counts; a state's account: its own schedule",
        .apply = submit,
    },
    {
        .verb = "amend",
        .from = STATE(SCHEDULE_IN_REVIEW) | STATE(SCHEDULE_REVIEWED),
        .to = STATE(SCHEDULE_IN_REVIEW),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &entry_layout,
        .words = "Propose another text of an accepted line: the state's law has changed",
        .conditions = "the line is accepted; crossing 72 months raises a signal at once",
        .apply = amend,
    },
    {
        .verb = "split",
        .from = STATE(SCHEDULE_IN_REVIEW) | STATE(SCHEDULE_REVIEWED),
        .to = STATE(SCHEDULE_IN_REVIEW),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &split_layout,
        .words = "Propose the lines that take the place of one that was split",
        .conditions = "the ministries split the line; the new ones name it",
        .apply = split,
    },
    {
        .verb = "review",
        .from = STATE(SCHEDULE_IN_REVIEW),
        .to = STATE(SCHEDULE_IN_REVIEW) | STATE(SCHEDULE_REVIEWED),
        .roles = ROLE_REVIEWER,
        .body = &decide_layout,
        .words = "Accept, refuse or split proposed lines, with reasons",
        .conditions = "one review of each ministry; nobody reviews a line that they entered; only "
                      "what both accept is accepted",
        .apply = review,
    },
    {
        .verb = "tell",
        .from = STATE(SCHEDULE_IN_REVIEW) | STATE(SCHEDULE_REVIEWED),
        .to = STATE(SCHEDULE_IN_REVIEW) | STATE(SCHEDULE_REVIEWED),
        .roles = ROLE_SERVER,
        .words = "Raise the signal on the licences whose certificates name the offence",
        .rule = "an amendment that crosses 72 months is a signal on every licence that it concerns",
        .apply = tell,
    },
};

const struct lifecycle schedule_lifecycle = {
    .word = "schedule",
    .layout = &content_layout,
    .of_country = true,
    .country_at = offsetof(struct schedule_file, base.number),
    LIFECYCLE_TRANSITIONS(transitions),
    .due = due,
};
