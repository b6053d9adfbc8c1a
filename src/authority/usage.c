/* Returns added up, what they leave of the licence's quota, and what in them is a signal. */
#include "authority/usage.h"

#include <stdio.h>
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const states[] = {"kept", NULL};

static const struct field installation_fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct usage_installation, installation),
    FIELD(2, "returns", FIELD_UINT, struct usage_installation, returns),
    FIELD(3, "begun", FIELD_UINT, struct usage_installation, begun),
    FIELD(4, "outside", FIELD_UINT, struct usage_installation, outside),
    FIELD(5, "until", FIELD_TIME, struct usage_installation, until),
};
static const struct layout usage_installation_layout =
    LAYOUT("installation", struct usage_installation, installation_fields);

static const struct field quarter_fields[] = {
    FIELD(1, "from", FIELD_TIME, struct usage_quarter, from),
    FIELD(2, "within", FIELD_UINT, struct usage_quarter, within),
    FIELD(3, "outside", FIELD_UINT, struct usage_quarter, outside),
};
static const struct layout quarter_layout = LAYOUT("quarter", struct usage_quarter, quarter_fields);

static const struct field count_fields[] = {
    FIELD(1, "field", FIELD_TEXT, struct usage_count, field),
    FIELD(2, "value", FIELD_TEXT, struct usage_count, value),
    FIELD(3, "within", FIELD_UINT, struct usage_count, within),
    FIELD(4, "outside", FIELD_UINT, struct usage_count, outside),
};
static const struct layout count_layout = LAYOUT("count", struct usage_count, count_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct usage_file, states),
    FIELD(6, "licence", FIELD_TEXT, struct usage_file, licence),
    FIELD(7, "within", FIELD_UINT, struct usage_file, within),
    FIELD(8, "outside", FIELD_UINT, struct usage_file, outside),
    FIELD(9, "begun", FIELD_UINT, struct usage_file, begun),
    FIELD(10, "stopped", FIELD_UINT, struct usage_file, stopped),
    FIELD(11, "period-from", FIELD_TIME, struct usage_file, period_from, OPTIONAL),
    FIELD(12, "period-until", FIELD_TIME, struct usage_file, period_until, OPTIONAL),
    FIELD(13, "used", FIELD_UINT, struct usage_file, used),
    FIELD(14, "maximum", FIELD_UINT, struct usage_file, maximum),
    FIELD(15, "remaining", FIELD_UINT, struct usage_file, remaining),
    FIELD_MANY(
        16, "installations", FIELD_RECORDS, struct usage_file, installations,
        .layout = &usage_installation_layout, .limit = USAGE_INSTALLATIONS_MAX),
    FIELD_MANY(
        17, "quarters", FIELD_RECORDS, struct usage_file, quarters, .layout = &quarter_layout,
        .limit = USAGE_QUARTERS_MAX),
    FIELD_MANY(
        18, "counts", FIELD_RECORDS, struct usage_file, counts, .layout = &count_layout,
        .limit = USAGE_COUNTS_MAX),
};
static const struct layout content_layout = LAYOUT("usage", struct usage_file, content_fields);

const struct lifecycle usage_lifecycle = {
    .word = "usage",
    .layout = &content_layout,
    .parent_kind = FILE_LICENCE,
    .parent_at = offsetof(struct usage_file, licence),
};

/* One return on its way. */
struct counting {
    struct transition_call *call;
    const struct usage_return *value;
    const struct licence_file *licence_file;
    const struct licence *licence;
    struct usage_file *usage;
    struct usage_installation before; /* what its installation had returned until now */
};

static enum error open_usage(struct counting *on)
{
    struct transition_call *call = on->call;
    const char *number = on->licence_file->base.number;
    const void *content = NULL;
    void *usage;
    enum error error =
        call->view->find(call->view->context, FILE_USAGE, number, call->fault, &content);
    if (!error)
        error = content ? change_other(call, FILE_USAGE, number, &usage)
                        : create_other(call, FILE_USAGE, number, &usage);
    if (error)
        return error;
    on->usage = usage;
    on->usage->licence = number;
    on->usage->base.state = USAGE_KEPT;
    return ERROR_OK;
}

/* The installation's own sums; notes in on->before what they were. */
static enum error add_installation(struct counting *on)
{
    struct usage_file *usage = on->usage;
    size_t count = usage->installations_count, at = 0;
    const char *number = on->value->installation;
    struct usage_installation *rows =
        ARENA_ARRAY(on->call->arena, struct usage_installation, count + 1);
    if (!rows)
        return fault_place(on->call->fault, ERROR_MEMORY, "usage");
    while (at < count && strcmp(usage->installations[at].installation, number) < 0)
        at++;
    bool known = at < count && strcmp(usage->installations[at].installation, number) == 0;
    if (!known && count == USAGE_INSTALLATIONS_MAX)
        return condition_fails(on->call, "at most 4096 installations of a licence", number);
    on->before =
        known ? usage->installations[at] : (struct usage_installation){.installation = number};
    for (size_t i = 0; i < at; i++)
        rows[i] = usage->installations[i];
    for (size_t i = at + known; i < count; i++)
        rows[i + !known] = usage->installations[i];
    rows[at] = (struct usage_installation){
        .installation = on->before.installation,
        .returns = on->before.returns + 1,
        .begun = on->before.begun + on->value->begun,
        .outside = on->before.outside + on->value->outside,
        .until = on->value->until,
    };
    usage->installations = rows;
    usage->installations_count = count + !known;
    return ERROR_OK;
}

static void add_sums(struct counting *on)
{
    struct usage_file *usage = on->usage;
    usage->within += on->value->within;
    usage->outside += on->value->outside;
    usage->begun += on->value->begun;
    usage->stopped += on->value->stopped;
}

millis usage_quarter_of(millis time)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(time / MILLIS_DAY, &year, &month, &day);
    return days_from_civil(year, (month - 1) / 3 * 3 + 1, 1) * MILLIS_DAY;
}

/* The end of what a return is of; a guard whose clock is ahead does not count into the future. */
static millis end_of(const struct counting *on)
{
    return on->value->until < on->call->time ? on->value->until : on->call->time;
}

/* A return that crosses into the next quarter counts there. */
static enum error add_quarter(struct counting *on)
{
    struct usage_file *usage = on->usage;
    millis from = usage_quarter_of(end_of(on) - 1);
    size_t count = usage->quarters_count, at = 0;
    struct usage_quarter *rows = ARENA_ARRAY(on->call->arena, struct usage_quarter, count + 1);
    if (!rows)
        return fault_place(on->call->fault, ERROR_MEMORY, "usage");
    while (at < count && usage->quarters[at].from < from)
        at++;
    bool known = at < count && usage->quarters[at].from == from;
    if (!known && count == USAGE_QUARTERS_MAX)
        return ERROR_OK;
    for (size_t i = 0; i < count; i++)
        rows[i + (!known && i >= at)] = usage->quarters[i];
    if (!known)
        rows[at] = (struct usage_quarter){.from = from};
    rows[at].within += on->value->within;
    rows[at].outside += on->value->outside;
    usage->quarters = rows;
    usage->quarters_count = count + !known;
    return ERROR_OK;
}

static bool says_what_for(const struct return_count *count)
{
    return strcmp(count->field, "matter") == 0 || strcmp(count->field, "purpose") == 0;
}

static int compare_counts(const struct usage_count *kept, const struct return_count *count)
{
    int order = strcmp(kept->field, count->field);
    return order ? order : strcmp(kept->value, count->value);
}

/* Both lists are ascending: one pass merges them. */
static enum error add_counts(struct counting *on)
{
    struct usage_file *usage = on->usage;
    const struct usage_return *value = on->value;
    struct usage_count *rows = ARENA_ARRAY(on->call->arena, struct usage_count, USAGE_COUNTS_MAX);
    size_t kept = 0, count = 0, left = USAGE_COUNTS_MAX - usage->counts_count;
    if (!rows)
        return fault_place(on->call->fault, ERROR_MEMORY, "usage");
    for (size_t i = 0; i < value->counts_count; i++) {
        const struct return_count *new = &value->counts[i];
        if (!says_what_for(new))
            continue;
        while (kept < usage->counts_count && compare_counts(&usage->counts[kept], new) < 0)
            rows[count++] = usage->counts[kept++];
        bool known = kept < usage->counts_count && compare_counts(&usage->counts[kept], new) == 0;
        if (!known && !left)
            continue;
        rows[count] = known ? usage->counts[kept]
                            : (struct usage_count){.field = new->field, .value = new->value};
        rows[count].within += new->within;
        rows[count].outside += new->outside;
        kept += known;
        left -= !known;
        count++;
    }
    while (kept < usage->counts_count)
        rows[count++] = usage->counts[kept++];
    usage->counts = rows;
    usage->counts_count = count;
    return ERROR_OK;
}

/* Counts what began in the licence's period that the return ends in. A return that crosses into the
 * next period counts there; one of a period that is over counts in the sums alone. */
static void add_used(struct counting *on)
{
    const struct licence *licence = on->licence;
    struct usage_file *usage = on->usage;
    millis end = end_of(on);
    if (!licence->maximum_uses_in_period || end <= licence->from)
        return;
    millis index = (end - 1 - licence->from) / licence->uses_period;
    millis from = licence->from + index * licence->uses_period;
    if (from > usage->period_from) {
        usage->period_from = from;
        usage->period_until = from + licence->uses_period;
        usage->used = 0;
    }
    if (from == usage->period_from)
        usage->used += on->value->begun;
    usage->maximum = licence->maximum_uses_in_period;
    usage->remaining = usage->used < usage->maximum ? usage->maximum - usage->used : 0;
}

/* --- Signals ------------------------------------------------------------------------------ */

static enum error raise(
    struct counting *on, enum signal_kind kind, const char *installation, millis of,
    const char *words)
{
    char time[TIME_TEXT_SIZE];
    const struct signal_facts facts = {
        .kind = kind,
        .licence = on->usage->licence,
        .installation = installation,
        .occasion = arena_text(on->call->arena, bytes_of(time_text(of, time))),
        .words = words,
    };
    if (!facts.occasion)
        return fault_place(on->call->fault, ERROR_MEMORY, "signal");
    return signal_raise(on->call, &facts);
}

/* All of the period's uses have begun. The state follows until the period ends; leases stop only
 * where more began than were licensed, for what was licensed may still run. */
static enum error exhaust(struct counting *on)
{
    const struct usage_file *usage = on->usage;
    const struct licence_file *known = on->licence_file;
    bool overdrawn = usage->used > usage->maximum;
    if (known->base.state == LICENCE_PROPOSED || usage->period_until <= on->call->time ||
        (known->exhausted_until == usage->period_until && known->overdrawn == overdrawn))
        return ERROR_OK;
    void *changed;
    enum error error = change_other(on->call, FILE_LICENCE, known->base.number, &changed);
    if (error)
        return error;
    struct licence_file *licence = changed;
    licence->exhausted_until = usage->period_until;
    licence->overdrawn = overdrawn;
    licence_state_from_orders(licence, on->call->time);
    return ERROR_OK;
}

static enum error judge_quota(struct counting *on)
{
    const struct usage_file *usage = on->usage;
    enum error error = ERROR_OK;
    if (!usage->maximum)
        return ERROR_OK;
    if (usage->used >= usage->maximum) {
        error = exhaust(on);
        if (!error)
            error = raise(
                on, SIGNAL_EXHAUSTED, NULL, usage->period_from,
                "All uses that the licence allows in the period have begun.");
        return error;
    }
    /* Both are far below what would overflow: RETURN_COUNT_MAX. */
    if (usage->used * 100 >= usage->maximum * USAGE_NEAR_PERCENT)
        error = raise(
            on, SIGNAL_QUOTA, NULL, usage->period_from,
            "Four fifths of the uses that the licence allows in the period have begun.");
    return error;
}

static bool rose(uint64_t now, uint64_t before, uint64_t returns)
{
    return returns >= USAGE_RISE_RETURNS && now >= USAGE_RISE_LEAST &&
           now > USAGE_RISE_TIMES * (before / returns);
}

static enum error judge_rise(struct counting *on)
{
    const struct usage_return *value = on->value;
    const struct usage_installation *before = &on->before;
    enum error error = ERROR_OK;
    if (rose(value->begun, before->begun, before->returns))
        error = raise(
            on, SIGNAL_RISE, before->installation, value->until,
            "Far more uses began than in the returns before.");
    if (!error && rose(value->outside, before->outside, before->returns))
        error = raise(
            on, SIGNAL_REFUSALS, before->installation, value->until,
            "Far more was refused than in the returns before.");
    return error;
}

/* Where the certificate has approvals counted, by pseudonym. */
static enum error judge_approvals(struct counting *on)
{
    uint64_t most = 0;
    for (size_t i = 0; i < on->value->counts_count; i++) {
        const struct return_count *count = &on->value->counts[i];
        if (strcmp(count->field, "approval") == 0 && count->within + count->outside > most)
            most = count->within + count->outside;
    }
    if (most < USAGE_APPROVAL_MOST)
        return ERROR_OK;
    return raise(
        on, SIGNAL_APPROVALS, on->before.installation, on->value->until,
        "One approval stood behind a hundred declarations and uses, or more, in one return.");
}

enum error authority_return(
    const struct office *office, const struct office_view *view, const struct usage_return *value,
    const struct licence_file *licence_file, millis time, struct arena *arena, struct fault *fault,
    struct outcome *ret_outcome)
{
    static const struct actor server = {.kind = ACTOR_SERVER, .id = "server", .roles = ROLE_SERVER};
    const struct act act = {.file = value->installation, .verb = "return"};
    struct transition_call call = {
        .office = office,
        .view = view,
        .actor = &server,
        .act = &act,
        .time = time,
        .arena = arena,
        .fault = fault,
    };
    void *licence;
    enum error error = decode_kept(
        &call, licence_file->instrument, INSTRUMENT_LICENCE, &licence_file->digest, &licence);
    struct counting on = {.call = &call, .value = value, .licence_file = licence_file};
    if (error)
        return error;
    on.licence = licence;
    error = open_usage(&on);
    if (!error)
        error = add_installation(&on);
    if (!error)
        error = add_quarter(&on);
    if (!error)
        error = add_counts(&on);
    if (error)
        return error;
    add_sums(&on);
    add_used(&on);
    error = judge_quota(&on);
    if (!error)
        error = judge_rise(&on);
    if (!error)
        error = judge_approvals(&on);
    if (!error)
        *ret_outcome = call.outcome;
    return error;
}
