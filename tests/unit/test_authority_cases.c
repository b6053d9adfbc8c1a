/* authority: cases, from what begins them to their end; signals, inspections, complaints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

#define LICENCE "IL-2026-0017"
#define CASE "case/C-1"
#define NOTICE CASE_HEARING_DATE
#define FACTORS ALL_FACTORS

static const struct case_file *case_file(const char *number)
{
    return (const void *)base_of(FILE_CASE, number);
}

static struct datum reason(const char *text)
{
    return BODY(T("reason", text));
}

/* --- A case's life ------------------------------------------------------------------------ */

static void a_breach_is_heard_decided_objected_to_and_carried_out(void **state)
{
    (void)state;
    everything();
    account_active("X-1", "exporter", "EX-0031", WORLD_STRANGER);
    case_investigated();
    /* an interim measure, at once */
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    IS(ERROR_OK, ACT(WORLD_D1, CASE, "interim", BODY(T("order", "OR-1"))));
    IS(ERROR_OK, ACT(WORLD_F1, CASE, "notify", case_notice("exporter", NOTICE)));
    IS(ERROR_OK, ACT(WORLD_F1, CASE, "notify", case_notice("state", NOTICE)));
    IS(ERROR_OK, ACT(WORLD_STRANGER, CASE, "statement",
                     BODY(T("track", "exporter"), T("statement", "We told you ourselves."))));
    struct datum record = BODY(T("track", "exporter"), T("record", "The exporter was heard."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, CASE, "hear", record)); /* before its date */
    IS(ERROR_OK, do_at(NOTICE, WORLD_F1, CASE, "hear", record));
    /* the state did not come; its date is past */
    IS(ERROR_OK, do_at(NOTICE, WORLD_F2, CASE, "decide", case_decision("revoke", FACTORS)));
    assert_int_equal(case_file("C-1")->decision.factors_count, FACTORS);
    IS(ERROR_OFFICE_CONDITION, do_at(NOTICE, WORLD_F2, CASE, "close", NO_BODY));
    IS(ERROR_OK, do_at(
                     NOTICE, WORLD_STRANGER, CASE, "object",
                     BODY(T("track", "exporter"), T("reasons", "Too hard for a first time."))));
    /* the objection is for others to decide, and never makes it worse */
    struct datum milder = BODY(T("outcome", "disconnect"), T("answer", "It was the first."));
    IS(ERROR_OFFICE_OWN_ACT, do_at(NOTICE, WORLD_F2, CASE, "settle", milder));
    IS(ERROR_OFFICE_OWN_ACT, do_at(NOTICE, WORLD_F1, CASE, "settle", milder));
    IS(ERROR_OFFICE_OWN_ACT, do_at(NOTICE, WORLD_D2, CASE, "settle", milder));
    IS(ERROR_OK, do_at(NOTICE, WORLD_D1, CASE, "settle", milder));
    assert_int_equal(case_file("C-1")->decision.outcome, CASE_DISCONNECT);
    IS(ERROR_OFFICE_CONDITION, do_at(
                                   NOTICE, WORLD_STRANGER, CASE, "object",
                                   BODY(T("track", "exporter"), T("reasons", "Again."))));
    /* an order carries it out: of this kind, on this licence, in force */
    IS(ERROR_OFFICE_CONDITION, do_at(NOTICE, WORLD_D1, CASE, "close", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, do_at(NOTICE, WORLD_D1, CASE, "execute", BODY(T("order", "OR-1"))));
    struct order end = an_order("OR-2", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &end, WORLD_D1));
    IS(ERROR_OK, do_at(NOTICE, WORLD_D1, CASE, "execute", BODY(T("order", "OR-2"))));
    IS(ERROR_OK, do_at(NOTICE, WORLD_D1, CASE, "close", NO_BODY));
    assert_int_equal(state_of(FILE_CASE, "C-1"), CASE_CLOSED);
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_DISCONNECTED);
}

static void who_investigates_chairs_and_decides_are_three(void **state)
{
    (void)state;
    everything();
    case_investigated();
    /* whoever investigated neither hears nor decides; also when another took it over */
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, CASE, "notify", case_notice("exporter", NOTICE)));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, CASE, "decide", case_decision("no-breach", FACTORS)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, CASE, "find", BODY(T("text", "Not mine to find."))));
    IS(ERROR_OK, ACT(WORLD_F2, CASE, "reassign", BODY(T("investigator", "D-01"))));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, CASE, "investigate", BODY(T("plan", "Mine no more."))));
    IS(ERROR_OK, ACT(WORLD_D1, CASE, "investigate", BODY(T("plan", "Read again."))));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, CASE, "notify", case_notice("exporter", NOTICE)));
    /* one chair for both tracks */
    IS(ERROR_OK, ACT(WORLD_F1, CASE, "notify", case_notice("exporter", NOTICE)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F2, CASE, "notify", case_notice("state", NOTICE)));
    IS(ERROR_OK, ACT(WORLD_F1, CASE, "notify", case_notice("state", NOTICE)));
    IS(ERROR_OFFICE_OWN_ACT,
       do_at(NOTICE, WORLD_F1, CASE, "decide", case_decision("limit", FACTORS)));
    IS(ERROR_OK, do_at(NOTICE, WORLD_F2, CASE, "decide", case_decision("limit", FACTORS)));
}

static void no_breach_without_hearing_both_sides(void **state)
{
    (void)state;
    everything();
    case_investigated();
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, CASE, "decide", case_decision("warning", FACTORS)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F1, CASE, "notify", case_notice("exporter", WORLD_NOW + 5 * MILLIS_DAY - 1)));
    IS(ERROR_OK,
       ACT(WORLD_F1, CASE, "notify", case_notice("exporter", WORLD_NOW + 5 * MILLIS_DAY)));
    struct datum record = BODY(T("track", "state"), T("record", "Nobody was told."));
    IS(ERROR_OFFICE_CONDITION, do_at(NOTICE, WORLD_F1, CASE, "hear", record));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CASE, "statement", BODY(T("track", "state"), T("statement", "On paper."))));
    IS(ERROR_OFFICE_CONDITION,
       do_at(NOTICE, WORLD_F2, CASE, "decide", case_decision("limit", FACTORS)));
    IS(ERROR_OK, ACT(WORLD_F1, CASE, "notify", case_notice("state", NOTICE)));
    /* the state's date has not come */
    IS(ERROR_OFFICE_CONDITION,
       do_at(NOTICE - 1, WORLD_F2, CASE, "decide", case_decision("limit", FACTORS)));
    /* every factor, once */
    IS(ERROR_OFFICE_CONDITION,
       do_at(NOTICE, WORLD_F2, CASE, "decide", case_decision("limit", FACTORS - 1)));
    IS(ERROR_OK, do_at(NOTICE, WORLD_F2, CASE, "decide", case_decision("limit", FACTORS)));
}

static void a_case_without_breach_ends_only_with_its_measures(void **state)
{
    (void)state;
    everything();
    case_opened();
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, CASE, "interim", BODY(T("order", "OR-1"))));
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    IS(ERROR_OK, ACT(WORLD_D1, CASE, "interim", BODY(T("order", "OR-1"))));
    struct datum drop = BODY({"pursue", datum_of_bool(false)}, T("reasons", "Nothing in it."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CASE, "triage", drop));
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    IS(ERROR_OK, ACT(WORLD_D1, CASE, "triage", drop));
    assert_int_equal(state_of(FILE_CASE, "C-1"), CASE_CLOSED);
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_IN_FORCE);
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_ACTIVE);
}

static void an_objection_has_fourteen_days(void **state)
{
    (void)state;
    everything();
    account_active("S-1", "state", "XC", WORLD_STRANGER);
    case_decided("warning");
    millis final = NOTICE + CASE_OBJECTION_WITHIN;
    struct datum objection = BODY(T("track", "state"), T("reasons", "We disagree."));
    /* of another state */
    IS(ERROR_OFFICE_ORGANISATION, do_at(NOTICE, WORLD_STRANGER, CASE, "object", objection));
    IS(ERROR_OFFICE_CONDITION, do_at(final, WORLD_D1, CASE, "object", objection));
    IS(ERROR_OFFICE_CONDITION, do_at(final - 1, WORLD_D1, CASE, "close", NO_BODY));
    IS(ERROR_OK, do_at(final - 1, WORLD_D1, CASE, "object", objection));
    struct datum harder = BODY(T("outcome", "limit"), T("answer", "Then so."));
    IS(ERROR_OFFICE_CONDITION, do_at(final, WORLD_D1, CASE, "settle", harder));
    IS(ERROR_OK, do_at(
                     final, WORLD_D1, CASE, "settle",
                     BODY(T("outcome", "no-breach"), T("answer", "They are right."))));
    IS(ERROR_OK, do_at(final, WORLD_F2, CASE, "close", NO_BODY));
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_IN_FORCE);
}

static void a_warning_is_final_by_itself(void **state)
{
    (void)state;
    everything();
    case_decided("warning");
    IS(ERROR_OFFICE_CONDITION, do_at(NOTICE, WORLD_D1, CASE, "execute", BODY(T("order", "OR-1"))));
    IS(ERROR_OK, do_at(NOTICE + CASE_OBJECTION_WITHIN, WORLD_D1, CASE, "close", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_ACTIVE);
}

/* --- Complaints --------------------------------------------------------------------------- */

static struct datum complaint(const char *evidence)
{
    static const struct digest secret = {{7}}, commitment = {{8}};
    struct datum list = world_texts(&office.world, &evidence, 1);
    return BODY(
        T("what", "My telephone was taken over."), T("when", "In February."),
        T("where", "The capital of XA."), {"evidence", list},
        {"secret", datum_of_bytes(digest_view(&secret))},
        {"commitment", datum_of_bytes(digest_view(&commitment))});
}

static void a_complaint_opens_a_case_and_seals_who_made_it(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, "case/CP-1", "complain", complaint("device")));
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_LEASE, "case/CP-1", "complain", complaint("rumour")));
    IS(ERROR_OK, ACT(WORLD_LEASE, "case/CP-1", "complain", complaint("device")));
    assert_int_equal(case_file("CP-1")->origin, CASE_COMPLAINT);
    const struct complainant_file *complainant = (const void *)base_of(FILE_COMPLAINANT, "CP-1");
    assert_int_equal(complainant->secret.bytes[0], 7);
    assert_int_equal(complainant->commitment.bytes[0], 8);
    assert_string_equal(file_parent(FILE_COMPLAINANT, complainant), "CP-1");
    /* a person opens no such case, nor takes the number of a signal's */
    struct datum body = BODY(T("origin", "complaint"), T("what", "Made up."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "case/C-9", "open", body));
    body = BODY(T("origin", "other"), T("what", "In the way."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "case/signal-fork-1", "open", body));
}

static void a_legal_hold_stops_erasure(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_LEASE, "case/CP-1", "complain", complaint("device")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "complainant/CP-1", "erase", reason("Asked to.")));
    IS(ERROR_OK, ACT(WORLD_D2, "case/CP-1", "hold", reason("A court asked for it.")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "case/CP-1", "hold", reason("Twice.")));
    IS(ERROR_OK, ACT(WORLD_D1, "case/CP-1", "triage",
                     BODY({"pursue", datum_of_bool(false)}, T("reasons", "Not ours."))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "complainant/CP-1", "erase", reason("Asked to.")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, "case/CP-1", "release", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, "case/CP-1", "release", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, "case/CP-1", "release", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, "complainant/CP-1", "erase", reason("Asked to.")));
    assert_int_equal(state_of(FILE_COMPLAINANT, "CP-1"), COMPLAINANT_ERASED);
}

/* --- Signals and inspections -------------------------------------------------------------- */

static const char *number_of(enum signal_kind kind, const char *installation, const char *occasion)
{
    const struct signal_facts facts = {
        .kind = kind, .licence = LICENCE, .installation = installation, .occasion = occasion};
    const char *number = signal_number(&facts, &office.form_arena);
    assert_non_null(number);
    return number;
}

static struct datum overdue(const char *occasion)
{
    return BODY(
        T("kind", "overdue"), T("licence", LICENCE), T("installation", "IN-0001"),
        T("occasion", occasion), T("words", "No renewal."));
}

static enum error raise(const char *number, const char *occasion)
{
    char file[80];
    snprintf(file, sizeof file, "signal/%s", number);
    return ACT(WORLD_LEASE, file, "raise", overdue(occasion));
}

static void each_signal_opens_or_feeds_one_case_once(void **state)
{
    (void)state;
    everything();
    const char *first = number_of(SIGNAL_OVERDUE, "IN-0001", "lease 1");
    const char *second = number_of(SIGNAL_OVERDUE, "IN-0001", "lease 2");
    const char *third = number_of(SIGNAL_OVERDUE, "IN-0001", "lease 3");
    assert_string_not_equal(first, second);
    IS(ERROR_OFFICE_CONDITION, raise(second, "lease 1"));
    IS(ERROR_OK, raise(first, "lease 1"));
    assert_int_equal(case_file(first)->origin, CASE_SIGNAL);
    assert_int_equal(case_file(first)->signals_count, 1);
    IS(ERROR_OFFICE_STATE, raise(first, "lease 1")); /* the same again */
    IS(ERROR_OK, raise(second, "lease 2"));
    assert_int_equal(case_file(first)->signals_count, 2);
    assert_null(base_of(FILE_CASE, second));
    const struct signal_file *signal = (const void *)base_of(FILE_SIGNAL, second);
    assert_string_equal(signal->case_number, first);
    /* after its end, another one */
    char file[80];
    snprintf(file, sizeof file, "case/%s", first);
    IS(ERROR_OK, ACT(WORLD_D1, file, "triage",
                     BODY({"pursue", datum_of_bool(false)}, T("reasons", "It was off."))));
    IS(ERROR_OK, raise(third, "lease 3"));
    assert_int_equal(case_file(third)->signals_count, 1);
    snprintf(file, sizeof file, "signal/%s", third);
    IS(ERROR_OK, ACT(WORLD_D1, file, "dismiss", reason("Maintenance.")));
    assert_int_equal(state_of(FILE_SIGNAL, third), SIGNAL_DISMISSED);
}

static void what_renewals_show_is_a_signal(void **state)
{
    (void)state;
    everything();
    static const struct {
        const char *verb;
        enum signal_kind kind;
    } rows[] = {{"clone", SIGNAL_FORK}, {"latch", SIGNAL_GAP}};
    const char *first = NULL;
    for (size_t i = 0; i < 2; i++) {
        const struct digest latch = {{(uint8_t)(9 + i)}};
        char text[DIGEST_TEXT_SIZE];
        IS(ERROR_OK,
           ACT(WORLD_LEASE, "installation/IN-0001", rows[i].verb,
               BODY({"latch", datum_of_bytes(digest_view(&latch))}, T("reason", "It was seen."))));
        const char *number = number_of(rows[i].kind, "IN-0001", digest_text(&latch, text));
        const struct signal_file *signal = (const void *)base_of(FILE_SIGNAL, number);
        assert_non_null(signal);
        assert_string_equal(signal->installation, "IN-0001");
        if (!first)
            first = number;
        assert_string_equal(signal->case_number, first);
    }
    assert_int_equal(case_file(first)->signals_count, 2);
}

static void an_inspection_that_is_refused_or_poor_opens_a_case(void **state)
{
    (void)state;
    everything();
    static const struct {
        const char *number, *verb, *result;
        int state;
        bool opens;
    } rows[] = {
        {"inspection/I-1", "report", "satisfactory", INSPECTION_DONE, false},
        {"inspection/I-2", "report", "partial", INSPECTION_DONE, true},
        {"inspection/I-3", "report", "unsatisfactory", INSPECTION_DONE, true},
        {"inspection/I-4", "refuse", NULL, INSPECTION_REFUSED, true},
        {"inspection/I-5", "cancel", NULL, INSPECTION_CANCELLED, false},
    };
    struct datum plan = BODY(
        T("licence", LICENCE), T("installation", "IN-0001"), T("place", "Site 1"),
        T("purpose", "To look."), {"date", moment(WORLD_NOW + MILLIS_DAY)});
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *number = strchr(rows[i].number, '/') + 1;
        IS(ERROR_OK, ACT(WORLD_D1, rows[i].number, "plan", plan));
        struct datum body = rows[i].result ? BODY(T("result", rows[i].result), T("report", "Seen."))
                                           : reason("As told.");
        if (rows[i].result)
            IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, rows[i].number, rows[i].verb, body));
        IS(ERROR_OK, do_at(WORLD_NOW + MILLIS_DAY, WORLD_D1, rows[i].number, rows[i].verb, body));
        assert_int_equal(state_of(FILE_INSPECTION, number), rows[i].state);
        assert_int_equal(base_of(FILE_CASE, number) != NULL, rows[i].opens);
        if (rows[i].opens)
            assert_string_equal(case_file(number)->licence, LICENCE);
    }
    IS(ERROR_OFFICE_CONDITION,
       do_at(WORLD_NOW + 2 * MILLIS_DAY, WORLD_D1, "inspection/I-6", "plan", plan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(a_breach_is_heard_decided_objected_to_and_carried_out),
        LIFE(who_investigates_chairs_and_decides_are_three),
        LIFE(no_breach_without_hearing_both_sides),
        LIFE(a_case_without_breach_ends_only_with_its_measures),
        LIFE(an_objection_has_fourteen_days),
        LIFE(a_warning_is_final_by_itself),
        LIFE(a_complaint_opens_a_case_and_seals_who_made_it),
        LIFE(a_legal_hold_stops_erasure),
        LIFE(each_signal_opens_or_feeds_one_case_once),
        LIFE(what_renewals_show_is_a_signal),
        LIFE(an_inspection_that_is_refused_or_poor_opens_a_case),
    };
    return cmocka_run_group_tests_name("authority_cases", tests, NULL, NULL);
}
