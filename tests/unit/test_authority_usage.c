/* authority: orders from draft to answer; what returns add up to, the quota, the surrender. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"
#include "form/form.h"

#define LICENCE "IL-2026-0017"

static const struct order_file *order_file(const char *number)
{
    return (const void *)base_of(FILE_ORDER, number);
}

/* --- Drafts ------------------------------------------------------------------------------- */

static struct datum payload_of(const struct order *order)
{
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&order_layout, order, NULL, &payload), ERROR_OK);
    struct datum datum = blob(&payload);
    buffer_free(&payload);
    return datum;
}

/* A limit to one function, filled from the form's template. */
static struct order filled(const char *number, const char *function)
{
    struct order order = an_order(number, ORDER_LIMIT);
    const struct form_argument argument = {"functions", &function, 1};
    struct buffer text = {0};
    assert_int_equal(
        form_order_fill(&office.world.form, "limit-functions", &argument, 1, &office.fault, &text),
        ERROR_OK);
    order.clauses = arena_text(&office.form_arena, buffer_view(&text));
    buffer_free(&text);
    return order;
}

static struct datum draft_of(const struct order *order, const char *function)
{
    struct datum *argument = ARENA_NEW(&office.arena, struct datum);
    assert_non_null(argument);
    *argument = BODY(T("name", "functions"), {"values", world_texts(&office.world, &function, 1)});
    struct datum arguments = {.kind = DATUM_LIST, .list = {argument, 1}};
    return BODY(
        {"payload", payload_of(order)}, T("template", "limit-functions"), {"arguments", arguments});
}

static void a_draft_shows_what_the_order_would_stop(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
    struct order limit = filled("OR-1", "location");
    /* the clauses must be the template's with these arguments */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "draft", draft_of(&limit, "x")));
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-1", "draft", draft_of(&limit, "location")));
    const struct order_file *file = order_file("OR-1");
    assert_int_equal(file->base.state, ORDER_DRAFTED);
    assert_string_equal(file->preview.template, "limit-functions");
    assert_string_equal(file->preview.clauses, limit.clauses);
    assert_false(file->preview.everything);
    assert_int_equal(file->preview.installations_count, 2);
    assert_string_equal(file->preview.installations[1], "IN-0002");
    /* licensed: location, stored-data; left: location */
    assert_int_equal(file->preview.functions_count, 1);
    assert_string_equal(file->preview.functions[0], "stored-data");
    assert_int_equal(file->preview.territories_count, 0);
    /* nothing is in force */
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_ACTIVE);
    assert_false(carries("OR-1"));
    assert_int_equal(file_instrument(FILE_ORDER, file).length, 0);
}

static void what_is_issued_is_what_was_drafted(void **state)
{
    (void)state;
    everything();
    struct order limit = filled("OR-1", "location");
    IS(ERROR_OK, ACT(WORLD_D2, "order/OR-1", "draft", draft_of(&limit, "location")));
    struct order other = limit;
    other.reason = "Another one.";
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &other, WORLD_D1));
    IS(ERROR_OK, ISSUE(WORLD_D1, &limit, WORLD_D1));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_LIMITED);
    const struct order_file *file = order_file("OR-1");
    assert_string_equal(file->drafted.person, "D-02");
    assert_int_equal(file->preview.functions_count, 1);
    assert_int_equal(file->payload.length, 0);
    /* a discarded draft is never issued */
    struct order cut = an_order("OR-2", ORDER_DISCONNECT);
    static const char *const first[] = {"IN-0001"};
    cut.installations = first;
    cut.installations_count = 1;
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-2", "draft", BODY({"payload", payload_of(&cut)})));
    assert_true(order_file("OR-2")->preview.everything);
    assert_int_equal(order_file("OR-2")->preview.installations_count, 1);
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-2", "discard", NO_BODY));
    IS(ERROR_OFFICE_STATE, ISSUE(WORLD_D1, &cut, WORLD_D1));
}

static void drafts_are_held_to_their_template_and_licence(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    struct order limit = filled("OR-1", "location");
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-1", "draft",
           BODY({"payload", payload_of(&cut)}, T("template", "limit-functions"))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "draft",
                                   BODY({"payload", payload_of(&cut)}, T("template", "none"))));
    IS(ERROR_FORM_ARGUMENT,
       ACT(WORLD_D1, "order/OR-1", "draft",
           BODY({"payload", payload_of(&limit)}, T("template", "limit-functions"))));
    limit.clauses = "@clause(\"O1\") forbid (principal, action, resource) when { nonsense };";
    assert_int_not_equal(
        ACT(WORLD_D1, "order/OR-1", "draft", BODY({"payload", payload_of(&limit)})), ERROR_OK);
    limit = filled("OR-2", "location");
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "draft", draft_of(&limit, "location")));
    cut.licence = "IL-9";
    IS(ERROR_OFFICE_MISSING,
       ACT(WORLD_D1, "order/OR-1", "draft", BODY({"payload", payload_of(&cut)})));
}

/* What could never be issued is no draft: both ministries would sign it first. */
static void a_draft_lifts_only_what_it_can(void **state)
{
    (void)state;
    everything();
    struct order suspend = an_order("OR-1", ORDER_SUSPEND), limit = filled("OR-2", "location");
    IS(ERROR_OK, ISSUE(WORLD_D1, &suspend, WORLD_D1));
    IS(ERROR_OK, ISSUE(WORLD_D1, &limit, WORLD_D1));
    const struct {
        enum order_kind kind;
        const struct order *lifts;
        enum error error;
    } rows[] = {
        {ORDER_LIFT, &suspend, ERROR_OFFICE_CONDITION},
        {ORDER_RESTORE, &limit, ERROR_OFFICE_CONDITION},
        {ORDER_LIFT, &limit, ERROR_OK},
        {ORDER_RESTORE, &suspend, ERROR_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char number[20], file[30];
        snprintf(number, sizeof number, "OR-1%zu", i);
        snprintf(file, sizeof file, "order/%s", number);
        struct order order =
            an_order(arena_text(&office.form_arena, bytes_of(number)), rows[i].kind);
        order.lifts = digest_of(rows[i].lifts->number);
        IS(rows[i].error, ACT(WORLD_D1, file, "draft", BODY({"payload", payload_of(&order)})));
    }
}

/* --- Answers ------------------------------------------------------------------------------ */

static struct datum delivery(const char *installation)
{
    return BODY(T("installation", installation), {"sequence", datum_of_integer(4)});
}

static void delivery_and_obedience_are_told_apart(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    assert_int_equal(order_file("OR-1")->progress, 0);
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, "order/OR-1", "deliver", delivery("IN-0001")));
    IS(ERROR_OK, ACT(WORLD_LEASE, "order/OR-1", "deliver", delivery("IN-0001")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "order/OR-1", "deliver", delivery("IN-0001")));
    assert_int_equal(order_file("OR-1")->progress, ORDER_DELIVERED);
    assert_int_equal(order_file("OR-1")->deliveries[0].time, WORLD_NOW);
    const struct receipt receipt = {
        .installation = "IN-0001",
        .order = digest_of("OR-1"),
        .received = WORLD_NOW,
        .obeyed = WORLD_NOW,
        .state = LEASE_SUSPENDED,
    };
    struct outcome outcome;
    IS(ERROR_OK, authority_receipt(
                     &view, &receipt, "OR-1", WORLD_NOW, &office.arena, &office.fault, &outcome));
    keep(&outcome);
    assert_int_equal(order_file("OR-1")->progress, ORDER_OBEYED);
    /* and is unconfirmed all the same */
    assert_int_equal(order_file("OR-1")->base.state, ORDER_ISSUED);
    IS(ERROR_OK, ACT(WORLD_LEASE, "order/OR-1", "deliver", delivery("IN-0002")));
    assert_int_equal(order_file("OR-1")->progress, ORDER_DELIVERED);
}

static struct order disclosure(const char *number)
{
    struct order order = an_order(number, ORDER_DISCLOSE);
    order.records_from = WORLD_NOW - MILLIS_DAY;
    order.records_until = WORLD_NOW;
    order.answer_by = WORLD_NOW + 10 * MILLIS_DAY;
    return order;
}

static uint64_t signals(enum signal_kind kind)
{
    const char *after = "";
    uint64_t count = 0;
    for (;;) {
        const void *content;
        assert_int_equal(view.next(NULL, FILE_SIGNAL, LICENCE, after, NULL, &content), ERROR_OK);
        const struct signal_file *signal = content;
        if (!signal)
            return count;
        after = signal->base.number;
        count += signal->kind == kind;
    }
}

static void records_come_by_a_date_or_it_is_noticed(void **state)
{
    (void)state;
    everything();
    static const struct digest bundle = {{5}};
    struct datum given =
        BODY({"records", datum_of_integer(3)}, {"bundle", datum_of_bytes(digest_view(&bundle))});
    struct order order = disclosure("OR-1");
    millis due = order.answer_by, next;
    IS(ERROR_OK, ISSUE(WORLD_D1, &order, WORLD_D1, WORLD_F1));
    assert_null(due_on(FILE_ORDER, "OR-1", WORLD_NOW, &next));
    assert_int_equal(next, due);
    assert_string_equal(due_on(FILE_ORDER, "OR-1", due, &next), "overdue");
    IS(ERROR_OFFICE_CONDITION, do_at(due - 1, WORLD_LEASE, "order/OR-1", "overdue", NO_BODY));
    IS(ERROR_OK, do_at(due, WORLD_LEASE, "order/OR-1", "overdue", NO_BODY));
    assert_int_equal(signals(SIGNAL_UNDISCLOSED), 1);
    assert_null(due_on(FILE_ORDER, "OR-1", due, &next));
    /* late is better than never */
    IS(ERROR_OK, do_at(due, WORLD_D1, "order/OR-1", "disclosed", given));
    IS(ERROR_OFFICE_CONDITION, do_at(due, WORLD_D1, "order/OR-1", "disclosed", given));
    assert_int_equal(order_file("OR-1")->disclosure.records, 3);
    /* in time: nothing is due */
    order = disclosure("OR-2");
    IS(ERROR_OK, ISSUE(WORLD_D1, &order, WORLD_D1, WORLD_F1));
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-2", "disclosed", given));
    assert_null(due_on(FILE_ORDER, "OR-2", due, &next));
    /* refused: that speaks against who refused */
    order = disclosure("OR-3");
    IS(ERROR_OK, ISSUE(WORLD_D1, &order, WORLD_D1, WORLD_F1));
    struct datum why = BODY(T("reason", "We will not."));
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-3", "withheld", why));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-3", "withheld", why));
    assert_int_equal(signals(SIGNAL_WITHHELD), 1);
    assert_null(due_on(FILE_ORDER, "OR-3", due, &next));
    struct order cut = an_order("OR-4", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-4", "disclosed", given));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-4", "withheld", why));
    cut.number = "OR-5";
    cut.answer_by = due;
    assert_int_equal(order_check(&cut, NULL), ERROR_DOCUMENT_RULE);
    order.answer_by = order.issued;
    assert_int_equal(order_check(&order, NULL), ERROR_DOCUMENT_RULE);
}

/* --- Returns ------------------------------------------------------------------------------ */

static const struct usage_file *usage(void)
{
    return (const void *)base_of(FILE_USAGE, LICENCE);
}

/* A return of an hour that ends at that time. */
static void returned(const char *installation, millis until, uint64_t begun, uint64_t outside)
{
    const struct return_count counts[] = {
        {"approval", "0123456789abcdef", begun, 0},
        {"matter", "serious-crime", begun, outside},
        {"purpose", outside ? "prevention" : "investigation", begun, outside},
    };
    const struct usage_return value = {
        .installation = installation,
        .licence = licence_file()->digest,
        .from = until - MILLIS_HOUR,
        .until = until,
        .within = begun,
        .outside = outside,
        .begun = begun,
        .counts = counts,
        .counts_count = 3,
    };
    struct outcome outcome;
    IS(ERROR_OK, authority_return(
                     &office.office, &view, &value, licence_file(), until, &office.arena,
                     &office.fault, &outcome));
    keep(&outcome);
}

/* The life with 10 uses in each 30 days of the licence. */
static void everything_with_quota(void)
{
    office.world.licence.maximum_uses_in_period = 10;
    office.world.licence.uses_period = 30 * MILLIS_DAY;
    everything();
}

static void a_quota_is_shared_by_all_installations(void **state)
{
    (void)state;
    everything_with_quota();
    millis next, now = WORLD_NOW + MILLIS_HOUR;
    returned("IN-0001", now, 4, 2);
    assert_int_equal(usage()->used, 4);
    assert_int_equal(usage()->remaining, 6);
    assert_int_equal(usage()->outside, 2);
    returned("IN-0002", now, 4, 0);
    assert_int_equal(usage()->used, 8);
    assert_int_equal(usage()->installations_count, 2);
    assert_int_equal(signals(SIGNAL_QUOTA), 1);
    returned("IN-0002", now, 1, 0);
    assert_int_equal(signals(SIGNAL_QUOTA), 1); /* once a period */
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_ACTIVE);
    returned("IN-0001", now, 1, 0);
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_EXHAUSTED);
    assert_int_equal(signals(SIGNAL_EXHAUSTED), 1);
    /* what was licensed may still run; beyond it nothing may */
    const struct installation_file *installation =
        (const void *)base_of(FILE_INSTALLATION, "IN-0001");
    assert_int_equal(lease_state_of(licence_file(), installation, now), LEASE_ACTIVE);
    returned("IN-0002", now, 1, 0);
    assert_int_equal(usage()->remaining, 0);
    assert_int_equal(lease_state_of(licence_file(), installation, now), LEASE_SUSPENDED);
    /* until the period ends */
    millis end = usage()->period_until;
    assert_null(due_on(FILE_LICENCE, LICENCE, end - 1, &next));
    assert_int_equal(next, end);
    assert_string_equal(due_on(FILE_LICENCE, LICENCE, end, &next), "replenish");
    IS(ERROR_OFFICE_CONDITION,
       do_at(end - 1, WORLD_LEASE, "licence/" LICENCE, "replenish", NO_BODY));
    IS(ERROR_OK, do_at(end, WORLD_LEASE, "licence/" LICENCE, "replenish", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_ACTIVE);
    assert_int_equal(lease_state_of(licence_file(), installation, end), LEASE_ACTIVE);
    returned("IN-0001", end + MILLIS_HOUR, 1, 0);
    assert_int_equal(usage()->used, 1);
    /* a return that comes late counts in the sums alone */
    returned("IN-0001", now, 1, 0);
    assert_int_equal(usage()->used, 1);
    assert_int_equal(usage()->begun, 13);
}

static void is_quarter(size_t index, const char *from, uint64_t within, uint64_t outside)
{
    char text[TIME_TEXT_SIZE];
    assert_true(index < usage()->quarters_count);
    assert_string_equal(time_text(usage()->quarters[index].from, text), from);
    assert_int_equal(usage()->quarters[index].within, within);
    assert_int_equal(usage()->quarters[index].outside, outside);
}

static void
is_count(size_t index, const char *field, const char *value, uint64_t within, uint64_t outside)
{
    assert_true(index < usage()->counts_count);
    assert_string_equal(usage()->counts[index].field, field);
    assert_string_equal(usage()->counts[index].value, value);
    assert_int_equal(usage()->counts[index].within, within);
    assert_int_equal(usage()->counts[index].outside, outside);
}

/* For the figures that everybody may see: by quarter, and by what was declared. */
static void returns_add_up_by_quarter_and_by_what_was_declared(void **state)
{
    (void)state;
    everything();
    millis march = days_from_civil(2026, 3, 20) * MILLIS_DAY;
    millis april = days_from_civil(2026, 4, 1) * MILLIS_DAY;
    returned("IN-0001", april + MILLIS_HOUR, 3, 0);
    returned("IN-0001", april, 4, 2); /* all of it was in March */
    returned("IN-0002", march, 5, 1);
    assert_int_equal(usage()->quarters_count, 2);
    is_quarter(0, "2026-01-01T00:00:00Z", 9, 3);
    is_quarter(1, "2026-04-01T00:00:00Z", 3, 0);
    assert_int_equal(usage()->counts_count, 3); /* approvals are nobody's to see */
    is_count(0, "matter", "serious-crime", 12, 3);
    is_count(1, "purpose", "investigation", 3, 0);
    is_count(2, "purpose", "prevention", 9, 3);
    assert_int_equal(usage_quarter_of(april - 1), days_from_civil(2026, 1, 1) * MILLIS_DAY);
    assert_int_equal(usage_quarter_of(april), april);
}

/* A guard that says more words than any form has cannot make the file grow. */
static void words_beyond_what_forms_have_are_not_counted(void **state)
{
    (void)state;
    everything();
    enum { WORDS = USAGE_COUNTS_MAX + 40 };
    static char words[WORDS][8];
    struct return_count counts[WORDS];
    for (size_t i = 0; i < WORDS; i++) {
        snprintf(words[i], sizeof words[i], "w%04zu", i);
        counts[i] = (struct return_count){"matter", words[i], 1, 0};
    }
    struct usage_return value = {
        .installation = "IN-0001",
        .licence = licence_file()->digest,
        .from = WORLD_NOW,
        .until = WORLD_NOW + MILLIS_HOUR,
        .within = WORDS,
        .counts = counts,
        .counts_count = WORDS,
    };
    struct outcome outcome;
    for (int i = 0; i < 2; i++) {
        IS(ERROR_OK, authority_return(
                         &office.office, &view, &value, licence_file(), value.until, &office.arena,
                         &office.fault, &outcome));
        keep(&outcome);
    }
    assert_int_equal(usage()->counts_count, USAGE_COUNTS_MAX);
    is_count(0, "matter", "w0000", 2, 0);
    is_count(USAGE_COUNTS_MAX - 1, "matter", "w0127", 2, 0);
    assert_int_equal(usage()->within, 2 * WORDS);
}

static void an_exhausted_licence_stays_as_strict_as_its_orders(void **state)
{
    (void)state;
    everything_with_quota();
    const struct installation_file *installation =
        (const void *)base_of(FILE_INSTALLATION, "IN-0001");
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &limit, WORLD_D1));
    returned("IN-0001", WORLD_NOW + MILLIS_HOUR, 10, 0);
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_EXHAUSTED);
    assert_int_equal(lease_state_of(licence_file(), installation, WORLD_NOW), LEASE_LIMITED);
    struct order cut = an_order("OR-2", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_DISCONNECTED);
    struct order restore = an_order("OR-3", ORDER_RESTORE);
    restore.lifts = digest_of("OR-2");
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_EXHAUSTED);
}

static void jumps_and_much_used_approvals_are_noticed(void **state)
{
    (void)state;
    everything();
    millis at = WORLD_NOW;
    for (int i = 0; i < USAGE_RISE_RETURNS; i++)
        returned("IN-0001", at += MILLIS_HOUR, 10, 10);
    assert_int_equal(usage()->installations[0].returns, USAGE_RISE_RETURNS);
    returned("IN-0001", at += MILLIS_HOUR, 40, 40);
    assert_int_equal(signals(SIGNAL_RISE) + signals(SIGNAL_REFUSALS), 0);
    returned("IN-0001", at += MILLIS_HOUR, 60, 10);
    assert_int_equal(signals(SIGNAL_RISE), 1);
    assert_int_equal(signals(SIGNAL_REFUSALS), 0);
    returned("IN-0001", at += MILLIS_HOUR, 10, 60);
    assert_int_equal(signals(SIGNAL_REFUSALS), 1);
    /* what is new has nothing to be measured by */
    returned("IN-0002", at, 99, 99);
    assert_int_equal(signals(SIGNAL_RISE) + signals(SIGNAL_REFUSALS), 2);
    assert_int_equal(signals(SIGNAL_APPROVALS), 0);
    returned("IN-0002", at += MILLIS_HOUR, USAGE_APPROVAL_MOST, 0);
    assert_int_equal(signals(SIGNAL_APPROVALS), 1);
}

/* Several signals of one return feed one case. */
static void one_return_opens_one_case(void **state)
{
    (void)state;
    everything_with_quota();
    returned("IN-0001", WORLD_NOW + MILLIS_HOUR, USAGE_APPROVAL_MOST, 0);
    assert_int_equal(signals(SIGNAL_EXHAUSTED), 1);
    assert_int_equal(signals(SIGNAL_APPROVALS), 1);
    const void *content;
    assert_int_equal(view.next(NULL, FILE_CASE, LICENCE, "", NULL, &content), ERROR_OK);
    const struct case_file *file = content;
    assert_int_equal(file->signals_count, 2);
    assert_int_equal(
        view.next(NULL, FILE_CASE, LICENCE, file->base.number, NULL, &content), ERROR_OK);
    assert_null(content);
}

/* --- Surrender ---------------------------------------------------------------------------- */

static void a_licence_is_given_back_by_its_holder_and_accepted(void **state)
{
    (void)state;
    everything();
    account_active("X-1", "exporter", "EX-0031", WORLD_STRANGER);
    account_active("S-1", "state", "XC", WORLD_HIGH_COURT);
    const char *file = "licence/" LICENCE;
    struct datum why = BODY(T("reason", "No longer needed."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "accept-surrender", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, file, "surrender", why));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_HIGH_COURT, file, "surrender", why)); /* XC's */
    IS(ERROR_OK, ACT(WORLD_STRANGER, file, "surrender", why));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_ACTIVE);
    IS(ERROR_OK, ACT(WORLD_F1, file, "accept-surrender", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_SURRENDERED);
    const struct installation_file *installation =
        (const void *)base_of(FILE_INSTALLATION, "IN-0001");
    assert_int_equal(lease_state_of(licence_file(), installation, WORLD_NOW), LEASE_SUSPENDED);
    /* for good */
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_SURRENDERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(a_draft_shows_what_the_order_would_stop),
        LIFE(what_is_issued_is_what_was_drafted),
        LIFE(drafts_are_held_to_their_template_and_licence),
        LIFE(a_draft_lifts_only_what_it_can),
        LIFE(delivery_and_obedience_are_told_apart),
        LIFE(records_come_by_a_date_or_it_is_noticed),
        LIFE(a_quota_is_shared_by_all_installations),
        LIFE(returns_add_up_by_quarter_and_by_what_was_declared),
        LIFE(words_beyond_what_forms_have_are_not_counted),
        LIFE(an_exhausted_licence_stays_as_strict_as_its_orders),
        LIFE(jumps_and_much_used_approvals_are_noticed),
        LIFE(one_return_opens_one_case),
        LIFE(a_licence_is_given_back_by_its_holder_and_accepted),
    };
    return cmocka_run_group_tests_name("authority_usage", tests, NULL, NULL);
}
