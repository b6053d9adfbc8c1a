/* authority: what the law says of applications: the order of the kinds, complete and incomplete,
 * two reviews in parallel, silence, disputes, objections; each sentence a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

/* Moments of the world's week in the office's time, which is two hours before UTC's. Friday and
 * Saturday are no working days; WORLD_NOW is Monday at 11. */
#define TUESDAY (WORLD_NOW + MILLIS_DAY)
#define WEDNESDAY (WORLD_NOW + 2 * MILLIS_DAY)
#define THURSDAY (WORLD_NOW + 3 * MILLIS_DAY)
#define NEXT_MONDAY_MIDNIGHT (WORLD_NOW + 7 * MILLIS_DAY + 13 * MILLIS_HOUR)

static const char A0[] = "application/A-0", A1[] = "application/A-1";

static struct datum review(const char *decision)
{
    return body_review(&office.world, decision);
}

static struct datum assessment(const char *recommendation)
{
    return body_assessment(&office.world, recommendation);
}

static int begin(void **state)
{
    static const char *const weekend[] = {"friday", "saturday"};
    int code = set_up(state);
    office.office.settings.calendar =
        (struct calendar){.offset = "+02:00", .weekend = weekend, .weekend_count = 2};
    office.office.settings.silence = SILENCE_CONSENTS;
    exporter_registered();
    product_classified();
    return code;
}
#define APPLICATION(test) cmocka_unit_test_setup_teardown(test, begin, tear_down)

static const struct application_file *file_of(const char *number)
{
    return (const void *)base_of(FILE_APPLICATION, number);
}

static void must_be(const char *number, enum application_state wanted, int line)
{
    int found = state_of(FILE_APPLICATION, number);
    if (found != (int)wanted)
        fail_msg("line %d: %s is %s", line, number, file_state_word(FILE_APPLICATION, found));
}
#define A0_IS(state) must_be("A-0", APPLICATION_##state, __LINE__)
#define A1_IS(state) must_be("A-1", APPLICATION_##state, __LINE__)

/* In review, assessed by F1. */
static void assessed(void)
{
    in_review(A0, marketing());
    IS(ERROR_OK, ACT(WORLD_F1, A0, "assess", assessment("no-objection")));
}

/* --- Kinds -------------------------------------------------------------------------------- */

static void each_kind_names_what_it_rests_on(void **state)
{
    (void)state;
    struct world *world = &office.world;
    struct datum base = body_application(world, APPLICATION_EXPORT, "XA", true);
    struct datum_member members[12];
    const size_t count = base.map.count;
    /* an export without an approval to market, a renewal without a licence, and so on */
    static const char *const kinds[] = {"marketing", "renewal", "amendment"};
    for (size_t i = 0; i < 3; i++) {
        memcpy(members, base.map.members, count * sizeof *members);
        for (size_t k = 0; k < count; k++) {
            if (strcmp(members[k].name, "kind") == 0)
                members[k].value = datum_of_text(kinds[i]);
        }
        IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, A1, "draft", body_of(members, count)));
    }
    static const char *const needed[] = {"agency", "place", "marketing"};
    for (size_t i = 0; i < 3; i++) {
        size_t kept = 0;
        for (size_t k = 0; k < count; k++) {
            if (strcmp(base.map.members[k].name, needed[i]) != 0)
                members[kept++] = base.map.members[k];
        }
        assert_int_equal(kept, count - 1);
        IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, A1, "draft", body_of(members, kept)));
    }
    IS(ERROR_OK, ACT(WORLD_D1, A1, "draft", base));
}

static void export_rests_on_an_approval_to_market_that_is_in_force(void **state)
{
    (void)state;
    struct world *world = &office.world;
    struct datum other = body_application(world, APPLICATION_EXPORT, "XC", true);
    in_review(A0, marketing());
    IS(ERROR_OK,
       ACT(WORLD_D1, A1, "draft", body_application(world, APPLICATION_EXPORT, "XA", true)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, A1, "submit", NO_BODY)); /* not approved yet */
    IS(ERROR_OK, ACT(WORLD_F1, A0, "assess", assessment("no-objection")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_F2, A0, "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-2", "draft", other));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "application/A-2", "submit", NO_BODY));
    /* it ends by itself, and nothing rests on it from that moment on */
    const millis end = file_of("A-0")->until;
    millis next;
    assert_null(due_on(FILE_APPLICATION, "A-0", end - 1, &next));
    assert_int_equal(next, end);
    assert_string_equal(due_on(FILE_APPLICATION, "A-0", end, &next), "expire");
    IS(ERROR_OFFICE_CONDITION, do_at(end, WORLD_D1, A1, "submit", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, do_at(end - 1, WORLD_LEASE, A0, "expire", NO_BODY));
    IS(ERROR_OK, do_at(end, WORLD_LEASE, A0, "expire", NO_BODY));
    A0_IS(EXPIRED);
    /* an export approval does not expire so, and is not one to market */
    IS(ERROR_OK, do_at(
                     end - 1, WORLD_D1, A1, "draft",
                     body_application(world, APPLICATION_EXPORT, "XA", true)));
    IS(ERROR_OFFICE_CONDITION, do_at(end - 1, WORLD_D1, A1, "submit", NO_BODY));
}

static void no_certificate_for_marketing(void **state)
{
    (void)state;
    marketing_approved();
    form_registered();
    struct datum body = offer();
    struct datum_member members[2] = {body.map.members[0], body.map.members[1]};
    for (size_t i = 0; i < 2; i++) {
        if (strcmp(members[i].name, "application") == 0)
            members[i].value = datum_of_text("A-0");
    }
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", body_of(members, 2)));
    assert_non_null(strstr(office.fault.expected, "not to market"));
}

static void renewal_and_amendment_are_of_a_licence_as_it_stands(void **state)
{
    (void)state;
    struct world *world = &office.world;
    static const char renewal[] = "application/A-5", amendment[] = "application/A-6";
    IS(ERROR_OK,
       ACT(WORLD_D1, renewal, "draft", body_application(world, APPLICATION_RENEWAL, "XA", true)));
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, renewal, "submit", NO_BODY));
    application_approved();
    certificate_in_force();
    IS(ERROR_OK, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, &world->licence, WORLD_D1))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, renewal, "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, &world->licence, WORLD_D1, WORLD_F1))));
    IS(ERROR_OK, ACT(WORLD_D1, amendment, "draft",
                     body_application(world, APPLICATION_AMENDMENT, "XC", true)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, amendment, "submit", NO_BODY)); /* another state */
    IS(ERROR_OK, ACT(WORLD_D1, amendment, "draft",
                     body_application(world, APPLICATION_AMENDMENT, "XA", true)));
    /* one that has ended is renewed, but not amended */
    const millis end = world->licence.until;
    IS(ERROR_OK, do_at(end, WORLD_LEASE, "licence/IL-2026-0017", "expire", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, do_at(end, WORLD_D1, amendment, "submit", NO_BODY));
    IS(ERROR_OK, do_at(end, WORLD_D1, renewal, "submit", NO_BODY));
}

/* --- What a renewal or amendment leads to ------------------------------------------------- */

#define OLD "licence/IL-2026-0017"
#define NEW "licence/IL-2026-0018"
#define NEW_BEGINS (WORLD_NOW + 10 * MILLIS_DAY)

static struct licence newer(void)
{
    struct licence licence = office.world.licence;
    licence.number = "IL-2026-0018";
    licence.from = NEW_BEGINS;
    licence.until = WORLD_NOW + 500 * MILLIS_DAY;
    return licence;
}

static enum error propose_for(const char *application)
{
    const struct licence licence = newer();
    return ACT(
        WORLD_D1, NEW, "propose",
        BODY(
            T("application", application), T("certificate", "EC-2026-0009"),
            {"instrument", SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1)}));
}

static enum error countersign_newer(void)
{
    const struct licence licence = newer();
    return ACT(
        WORLD_F1, NEW, "countersign",
        instrument(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1, WORLD_F1)));
}

/* A licence, and the approval of its renewal as A-5. */
static void renewal_approved(void)
{
    application_approved();
    certificate_in_force();
    licence_issued();
    approved("application/A-5", body_application(&office.world, APPLICATION_RENEWAL, "XA", true));
}

static void an_approved_renewal_takes_the_place_of_its_licence(void **state)
{
    (void)state;
    renewal_approved();
    IS(ERROR_OK, propose_for("A-5"));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
    IS(ERROR_OK, countersign_newer());
    /* Both are there until the day, and the server knows it. */
    millis next;
    assert_null(due_on(FILE_LICENCE, "IL-2026-0017", NEW_BEGINS - 1, &next));
    assert_int_equal(next, NEW_BEGINS);
    IS(ERROR_OFFICE_CONDITION, do_at(NEW_BEGINS - 1, WORLD_LEASE, OLD, "replace", NO_BODY));
    assert_string_equal(due_on(FILE_LICENCE, "IL-2026-0017", NEW_BEGINS, &next), "replace");
    IS(ERROR_OK, do_at(NEW_BEGINS, WORLD_LEASE, OLD, "replace", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_REPLACED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0018"), LICENCE_ACTIVE);
    const struct licence_file *old = (const void *)base_of(FILE_LICENCE, "IL-2026-0017");
    assert_string_equal(old->replaced_by, "IL-2026-0018");
    const struct licence_file *file = (const void *)base_of(FILE_LICENCE, "IL-2026-0018");
    assert_string_equal(file->replaces, "IL-2026-0017");
    /* For good: nothing is due, and it is not renewed once more. */
    assert_null(due_on(FILE_LICENCE, "IL-2026-0017", NEW_BEGINS, &next));
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-7", "draft",
                     body_application(&office.world, APPLICATION_RENEWAL, "XA", true)));
    IS(ERROR_OFFICE_CONDITION, do_at(NEW_BEGINS, WORLD_D1, "application/A-7", "submit", NO_BODY));
}

static void another_licence_gives_nothing_back_that_an_order_took(void **state)
{
    (void)state;
    renewal_approved();
    IS(ERROR_OK, propose_for("A-5"));
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    IS(ERROR_OFFICE_CONDITION, countersign_newer());
    assert_non_null(strstr(office.fault.expected, "no order in force"));
    struct order back = an_order("OR-2", ORDER_RESTORE);
    back.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &back, WORLD_D1, WORLD_F1));
    IS(ERROR_OK, countersign_newer());
}

static void what_ended_before_it_began_takes_no_place(void **state)
{
    (void)state;
    renewal_approved();
    IS(ERROR_OK, propose_for("A-5"));
    IS(ERROR_OK, countersign_newer());
    struct order revocation = an_order("OR-1", ORDER_REVOKE);
    revocation.licence = "IL-2026-0018";
    IS(ERROR_OK, ISSUE(WORLD_D1, &revocation, WORLD_D1, WORLD_F1));
    IS(ERROR_OK, do_at(NEW_BEGINS, WORLD_LEASE, OLD, "replace", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
    millis next;
    assert_null(due_on(FILE_LICENCE, "IL-2026-0017", NEW_BEGINS, &next));
    assert_int_equal(next, office.world.licence.until);
}

static void a_place_is_taken_once_and_under_the_same_certificate(void **state)
{
    (void)state;
    renewal_approved();
    /* For another place the certificate is another. */
    struct datum elsewhere = body_with(
        &office.world, body_application(&office.world, APPLICATION_AMENDMENT, "XA", true), "place",
        datum_of_text("The harbour"));
    approved("application/A-6", elsewhere);
    IS(ERROR_OFFICE_CONDITION, propose_for("A-6"));
    assert_non_null(strstr(office.fault.expected, "for the same place"));
    IS(ERROR_OK, propose_for("A-5"));
    IS(ERROR_OK, countersign_newer());
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-7", "draft",
                     body_application(&office.world, APPLICATION_RENEWAL, "XA", true)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "application/A-7", "submit", NO_BODY));
}

/* --- Complete and incomplete -------------------------------------------------------------- */

static void a_request_for_information_stops_the_clocks(void **state)
{
    (void)state;
    in_review(A0, marketing());
    assert_int_equal(file_of("A-0")->reviewing.until, NEXT_MONDAY_MIDNIGHT);
    /* Asked on Wednesday, when Tuesday is gone: four days are left, however long it takes. */
    IS(ERROR_OFFICE_OWN_ACT, do_at(WEDNESDAY, WORLD_D1, A0, "ask", BODY(T("question", "Who?"))));
    IS(ERROR_OK, do_at(WEDNESDAY, WORLD_F1, A0, "ask", BODY(T("question", "Who buys?"))));
    A0_IS(INCOMPLETE);
    assert_int_equal(file_of("A-0")->reviewing.days, 4);
    assert_int_equal(file_of("A-0")->reviewing.until, 0);
    assert_int_equal(file_of("A-0")->deciding.days, 44);
    millis next;
    assert_null(due_on(FILE_APPLICATION, "A-0", WORLD_NOW + 300 * MILLIS_DAY, &next));
    assert_int_equal(next, 0);
    IS(ERROR_OFFICE_STATE, do_at(WEDNESDAY, WORLD_F2, A0, "review", review("object")));
    /* Answered a month later, on a Wednesday: Thursday, Sunday, Monday, Tuesday. */
    const millis later = WEDNESDAY + 28 * MILLIS_DAY;
    IS(ERROR_OFFICE_OWN_ACT, do_at(later, WORLD_F1, A0, "answer", BODY(T("answer", "They."))));
    IS(ERROR_OK, do_at(later, WORLD_D1, A0, "answer", BODY(T("answer", "The police."))));
    A0_IS(IN_REVIEW);
    assert_int_equal(file_of("A-0")->reviewing.until, later + 6 * MILLIS_DAY + 13 * MILLIS_HOUR);
    assert_int_equal(file_of("A-0")->requests_count, 1);
    assert_string_equal(file_of("A-0")->requests[0].question, "Who buys?");
    assert_string_equal(file_of("A-0")->requests[0].answer, "The police.");
    assert_string_equal(file_of("A-0")->requests[0].answered.person, "D-01");
}

static void what_was_asked_before_the_review_comes_back_before_it(void **state)
{
    (void)state;
    struct world *world = &office.world;
    IS(ERROR_OK, ACT(WORLD_D1, A0, "draft", marketing()));
    IS(ERROR_OK, ACT(WORLD_D1, A0, "submit", NO_BODY));
    for (int i = 0; i < 2; i++) {
        IS(ERROR_OK, ACT(WORLD_D2, A0, "ask", BODY(T("question", "Who?"))));
        IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, A0, "open-review", body_days(world, 5)));
        IS(ERROR_OK, ACT(WORLD_D1, A0, "answer", BODY(T("answer", "They."))));
        A0_IS(SUBMITTED);
    }
    assert_int_equal(file_of("A-0")->requests_count, 2);
}

/* Stopping at the last hour of the last day and going on does not give the days again. */
static void a_clock_that_has_run_out_is_not_wound_up(void **state)
{
    (void)state;
    in_review(A0, marketing());
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT - 1, WORLD_F1, A0, "ask", BODY(T("question", "Who?"))));
    assert_int_equal(file_of("A-0")->reviewing.days, 1);
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D1, A0, "answer", BODY(T("answer", "They."))));
    /* The midnight belongs to Tuesday: the day that is left is Wednesday. */
    const millis end = NEXT_MONDAY_MIDNIGHT + 2 * MILLIS_DAY;
    assert_int_equal(file_of("A-0")->reviewing.until, end);
    IS(ERROR_OK, do_at(end, WORLD_F1, A0, "ask", BODY(T("question", "Who again?"))));
    IS(ERROR_OK, do_at(end + MILLIS_DAY, WORLD_D1, A0, "answer", BODY(T("answer", "They."))));
    assert_int_equal(file_of("A-0")->reviewing.until, end);
    IS(ERROR_OFFICE_LATE, do_at(end + MILLIS_DAY, WORLD_F2, A0, "review", review("object")));
    millis next;
    assert_string_equal(due_on(FILE_APPLICATION, "A-0", end + MILLIS_DAY, &next), "consent");
}

/* --- Reviews ------------------------------------------------------------------------------ */

static void the_review_has_at_most_five_working_days(void **state)
{
    (void)state;
    struct world *world = &office.world;
    IS(ERROR_OK, ACT(WORLD_D1, A0, "draft", marketing()));
    IS(ERROR_OK, ACT(WORLD_D1, A0, "submit", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, A0, "open-review", body_days(world, 6)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, A0, "open-review", body_days(world, 0)));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, A0, "open-review", body_days(world, 5)));
    struct office_settings *settings = &office.office.settings;
    settings->review_days = 3;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, A0, "open-review", body_days(world, 4)));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "open-review", body_days(world, 2)));
    /* Tuesday and Wednesday; the date set ends with the office's Wednesday. */
    assert_int_equal(file_of("A-0")->reviewing.until, WEDNESDAY + 13 * MILLIS_HOUR);
}

static void both_ministries_approve(void **state)
{
    (void)state;
    in_review(A0, marketing());
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, A0, "review", review("approve")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, A0, "assess", assessment("no-objection")));
    IS(ERROR_OK, ACT(WORLD_F1, A0, "assess", assessment("no-objection")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, A0, "review", review("approve")));
    /* whoever assessed does not decide */
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_F1, A0, "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("approve")));
    A0_IS(IN_REVIEW);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D3, A0, "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_F2, A0, "review", review("approve")));
    A0_IS(APPROVED);
    millis next;
    assert_null(due_on(FILE_APPLICATION, "A-0", NEXT_MONDAY_MIDNIGHT, &next));
}

static void the_assessment_is_a_form(void **state)
{
    (void)state;
    in_review(A0, marketing());
    struct datum whole = assessment("with-conditions");
    struct datum_member members[8];
    assert_int_equal(whole.map.count, 8);
    static const struct datum none = {.kind = DATUM_LIST};
    for (size_t i = 0; i < 8; i++) { /* without each of its parts */
        size_t kept = 0;
        for (size_t k = 0; k < 8; k++) {
            if (k != i)
                members[kept++] = whole.map.members[k];
        }
        enum error error = ACT(WORLD_F1, A0, "assess", body_of(members, kept));
        assert_true(error == ERROR_DOCUMENT_MISSING || error == ERROR_DOCUMENT_RULE);
        memcpy(members, whole.map.members, sizeof members);
        if (members[i].value.kind != DATUM_LIST)
            continue;
        members[i].value = none;
        IS(ERROR_DOCUMENT_RULE, ACT(WORLD_F1, A0, "assess", body_of(members, 8)));
    }
    memcpy(members, whole.map.members, sizeof members);
    for (size_t k = 0; k < 8; k++) { /* conditions that nobody recommends */
        if (strcmp(members[k].name, "recommendation") == 0)
            members[k].value = datum_of_text("against");
    }
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_F1, A0, "assess", body_of(members, 8)));
    IS(ERROR_OK, ACT(WORLD_F1, A0, "assess", whole));
    const struct assessment *kept = &file_of("A-0")->assessment;
    assert_int_equal(kept->recommendation, RECOMMEND_CONDITIONS);
    assert_int_equal(kept->risks_count, 1);
    assert_int_equal(kept->risks[0].severity, LEVEL_HIGH);
    assert_string_equal(kept->conditions, "Returns every month.");
    /* another one until somebody has reviewed with it */
    IS(ERROR_OK, ACT(WORLD_F2, A0, "assess", assessment("against")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("approve")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, A0, "assess", assessment("no-objection")));
    assert_int_equal(file_of("A-0")->assessment.recommendation, RECOMMEND_AGAINST);
}

static void an_opinion_and_a_direction_are_kept(void **state)
{
    (void)state;
    assessed();
    struct datum opinion = BODY(T("recommendation", "against"), T("reasons", "The courts."));
    struct datum direction =
        BODY(T("name", "A Minister"), T("office", "Foreign affairs"), T("reason", "Relations."));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, A0, "opine", opinion));
    /* also when the time to object is over, and it binds nobody */
    IS(ERROR_OFFICE_LATE, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_F2, A0, "review", review("object")));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_F2, A0, "opine", opinion));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D3, A0, "direct", direction));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D3, A0, "direct", direction));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D2, A0, "review", review("approve")));
    A0_IS(APPROVED);
    assert_int_equal(file_of("A-0")->opinions_count, 1);
    assert_string_equal(file_of("A-0")->opinions[0].by.person, "F-02");
    assert_int_equal(file_of("A-0")->directions_count, 2);
    assert_string_equal(file_of("A-0")->directions[1].name, "A Minister");
    assert_string_equal(file_of("A-0")->directions[1].by.person, "D-03");
}

/* --- Silence ------------------------------------------------------------------------------ */

static void silence_is_consent_after_five_working_days(void **state)
{
    (void)state;
    static const char *const holidays[] = {"2026-03-08", "2026-03-09"}; /* Sunday, Monday */
    struct office_settings *settings = &office.office.settings;
    settings->calendar.holidays = holidays;
    settings->calendar.holidays_count = 2;
    assessed();
    /* Tuesday, Wednesday, Thursday, and after weekend and holidays Tuesday and Wednesday. */
    const millis end = WORLD_NOW + 9 * MILLIS_DAY + 13 * MILLIS_HOUR;
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("approve")));
    millis next;
    assert_null(due_on(FILE_APPLICATION, "A-0", end - 1, &next));
    assert_int_equal(next, end);
    assert_string_equal(due_on(FILE_APPLICATION, "A-0", end, &next), "consent");
    /* Not before, not by a person; and the other rule is not this office's. */
    IS(ERROR_OFFICE_CONDITION, do_at(end - 1, WORLD_LEASE, A0, "consent", NO_BODY));
    IS(ERROR_OFFICE_ROLE, do_at(end, WORLD_F2, A0, "consent", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, do_at(end, WORLD_LEASE, A0, "escalate", NO_BODY));
    /* The sixth day's objection is late, whether or not the server has acted; it says when. */
    IS(ERROR_OFFICE_LATE, do_at(end, WORLD_F2, A0, "review", review("object")));
    assert_non_null(strstr(office.fault.found, "2026-03-11T22:00:00"));
    IS(ERROR_OK, do_at(end, WORLD_LEASE, A0, "consent", NO_BODY));
    A0_IS(APPROVED);
    const struct review *foreign = &file_of("A-0")->foreign;
    assert_int_equal(foreign->decision, REVIEW_CONSENT);
    assert_string_equal(foreign->by.person, "server");
    assert_non_null(strstr(foreign->reasons, "2026-03-11T22:00:00"));
}

static void an_objection_on_the_fifth_day_is_in_time(void **state)
{
    (void)state;
    assessed();
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("approve")));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT - 1, WORLD_F2, A0, "review", review("object")));
    A0_IS(DISPUTED);
    millis next;
    assert_null(due_on(FILE_APPLICATION, "A-0", NEXT_MONDAY_MIDNIGHT, &next));
    IS(ERROR_OFFICE_STATE, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
}

/* Silence closes the one review; it approves nothing without the other, nor an assessment. */
static void silence_alone_approves_nothing(void **state)
{
    (void)state;
    in_review(A0, marketing());
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
    A0_IS(IN_REVIEW);
    IS(ERROR_OFFICE_CONDITION, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
    IS(ERROR_OFFICE_CONDITION,
       do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D2, A0, "review", review("approve")));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D3, A0, "assess", assessment("no-objection")));
    IS(ERROR_OFFICE_OWN_ACT,
       do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D3, A0, "review", review("approve")));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D2, A0, "review", review("approve")));
    A0_IS(APPROVED);
}

static void the_other_ministry_objects_after_silence(void **state)
{
    (void)state;
    assessed();
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D2, A0, "review", review("object")));
    A0_IS(DISPUTED);
}

static void silence_escalates_where_the_office_has_so_set(void **state)
{
    (void)state;
    struct office_settings *settings = &office.office.settings;
    settings->silence = SILENCE_ESCALATES;
    assessed();
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("approve")));
    millis next;
    assert_string_equal(due_on(FILE_APPLICATION, "A-0", NEXT_MONDAY_MIDNIGHT, &next), "escalate");
    IS(ERROR_OFFICE_CONDITION, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
    IS(ERROR_OFFICE_CONDITION,
       do_at(NEXT_MONDAY_MIDNIGHT - 1, WORLD_LEASE, A0, "escalate", NO_BODY));
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "escalate", NO_BODY));
    A0_IS(DISPUTED);
    assert_int_equal(file_of("A-0")->foreign.decision, REVIEW_SILENT);
    /* only both close it */
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_D3, A0, "settle", review("approve")));
    A0_IS(DISPUTED);
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_F2, A0, "settle", review("approve")));
    A0_IS(APPROVED);
}

static void the_office_is_said_to_be_late(void **state)
{
    (void)state;
    struct office_settings *settings = &office.office.settings;
    settings->decide_days = 7;
    in_review(A0, marketing());
    const millis end = file_of("A-0")->deciding.until;
    assert_int_equal(end, NEXT_MONDAY_MIDNIGHT + 2 * MILLIS_DAY);
    IS(ERROR_OK, do_at(NEXT_MONDAY_MIDNIGHT, WORLD_LEASE, A0, "consent", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, do_at(end - 1, WORLD_LEASE, A0, "overdue", NO_BODY));
    millis next;
    assert_string_equal(due_on(FILE_APPLICATION, "A-0", end, &next), "overdue");
    IS(ERROR_OK, do_at(end, WORLD_LEASE, A0, "overdue", NO_BODY));
    A0_IS(IN_REVIEW);
    assert_int_equal(file_of("A-0")->overdue, end);
    assert_null(due_on(FILE_APPLICATION, "A-0", end, &next));
    IS(ERROR_OFFICE_CONDITION, do_at(end, WORLD_LEASE, A0, "overdue", NO_BODY));
}

/* --- Disputes and objections -------------------------------------------------------------- */

static void a_dispute_is_closed_by_both(void **state)
{
    (void)state;
    assessed();
    IS(ERROR_OK, ACT(WORLD_F2, A0, "review", review("object")));
    A0_IS(DISPUTED);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F3, A0, "review", review("approve")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_F2, A0, "settle", review("approve")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, A0, "settle", review("approve")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "settle", review("approve")));
    A0_IS(DISPUTED);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D3, A0, "settle", review("object")));
    IS(ERROR_OK, ACT(WORLD_F3, A0, "settle", review("object")));
    A0_IS(REFUSED);
}

static void what_both_object_to_is_refused(void **state)
{
    (void)state;
    assessed();
    IS(ERROR_OK, ACT(WORLD_F2, A0, "review", review("object")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("object")));
    A0_IS(REFUSED);
    assert_true(file_of("A-0")->object_until > WORLD_NOW);
}

static void refused_by_both(void)
{
    assessed();
    IS(ERROR_OK, ACT(WORLD_F2, A0, "review", review("object")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "review", review("object")));
}

static void an_objection_is_decided_by_others(void **state)
{
    (void)state;
    refused_by_both();
    IS(ERROR_OK, ACT(WORLD_D1, A0, "object", BODY(T("grounds", "The risks are answered."))));
    A0_IS(OBJECTION);
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, A0, "decide", review("approve")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, A0, "decide", review("object")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_F2, A0, "decide", review("object")));
    IS(ERROR_OK, ACT(WORLD_D3, A0, "decide", review("approve")));
    A0_IS(OBJECTION);
    IS(ERROR_OK, ACT(WORLD_F3, A0, "decide", review("approve")));
    A0_IS(APPROVED);
    assert_string_equal(file_of("A-0")->grounds, "The risks are answered.");
}

static void an_objection_is_made_once_and_in_time(void **state)
{
    (void)state;
    refused_by_both();
    const millis end = file_of("A-0")->object_until;
    struct datum grounds = BODY(T("grounds", "G"));
    IS(ERROR_OFFICE_LATE, do_at(end, WORLD_D1, A0, "object", grounds));
    IS(ERROR_OK, do_at(end - 1, WORLD_D1, A0, "object", grounds));
    IS(ERROR_OK, do_at(end, WORLD_F3, A0, "decide", review("object")));
    IS(ERROR_OK, do_at(end, WORLD_D3, A0, "decide", review("approve")));
    A0_IS(REFUSED);
    IS(ERROR_OFFICE_CONDITION, do_at(end, WORLD_D1, A0, "object", grounds));
}

/* Whoever closed the dispute is no more apart from the refusal than whoever reviewed. */
static void those_who_closed_the_dispute_do_not_decide_the_objection(void **state)
{
    (void)state;
    assessed();
    IS(ERROR_OK, ACT(WORLD_F2, A0, "review", review("object")));
    IS(ERROR_OK, ACT(WORLD_D2, A0, "settle", review("object")));
    IS(ERROR_OK, ACT(WORLD_F3, A0, "settle", review("object")));
    IS(ERROR_OK, ACT(WORLD_D1, A0, "object", BODY(T("grounds", "G"))));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, A0, "decide", review("approve")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_F3, A0, "decide", review("approve")));
    IS(ERROR_OK, ACT(WORLD_D3, A0, "decide", review("approve")));
    IS(ERROR_OK, ACT(WORLD_F1, A0, "decide", review("approve")));
    A0_IS(APPROVED);
}

static void an_application_is_withdrawn_until_it_is_decided(void **state)
{
    (void)state;
    struct datum reason = BODY(T("reason", "No longer wanted."));
    in_review(A0, marketing());
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_AUDITOR, A0, "withdraw", reason));
    IS(ERROR_OK, ACT(WORLD_D1, A0, "withdraw", reason));
    A0_IS(WITHDRAWN);
    millis next;
    assert_null(due_on(FILE_APPLICATION, "A-0", NEXT_MONDAY_MIDNIGHT, &next));
    assert_int_equal(next, 0);
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, A0, "review", review("object")));
    approved(A1, marketing());
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, A1, "withdraw", reason));
    A1_IS(APPROVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APPLICATION(each_kind_names_what_it_rests_on),
        APPLICATION(export_rests_on_an_approval_to_market_that_is_in_force),
        APPLICATION(no_certificate_for_marketing),
        APPLICATION(renewal_and_amendment_are_of_a_licence_as_it_stands),
        APPLICATION(an_approved_renewal_takes_the_place_of_its_licence),
        APPLICATION(another_licence_gives_nothing_back_that_an_order_took),
        APPLICATION(what_ended_before_it_began_takes_no_place),
        APPLICATION(a_place_is_taken_once_and_under_the_same_certificate),
        APPLICATION(a_request_for_information_stops_the_clocks),
        APPLICATION(what_was_asked_before_the_review_comes_back_before_it),
        APPLICATION(a_clock_that_has_run_out_is_not_wound_up),
        APPLICATION(the_review_has_at_most_five_working_days),
        APPLICATION(both_ministries_approve),
        APPLICATION(the_assessment_is_a_form),
        APPLICATION(an_opinion_and_a_direction_are_kept),
        APPLICATION(silence_is_consent_after_five_working_days),
        APPLICATION(an_objection_on_the_fifth_day_is_in_time),
        APPLICATION(silence_alone_approves_nothing),
        APPLICATION(the_other_ministry_objects_after_silence),
        APPLICATION(silence_escalates_where_the_office_has_so_set),
        APPLICATION(the_office_is_said_to_be_late),
        APPLICATION(a_dispute_is_closed_by_both),
        APPLICATION(what_both_object_to_is_refused),
        APPLICATION(an_objection_is_decided_by_others),
        APPLICATION(an_objection_is_made_once_and_in_time),
        APPLICATION(those_who_closed_the_dispute_do_not_decide_the_objection),
        APPLICATION(an_application_is_withdrawn_until_it_is_decided),
    };
    return cmocka_run_group_tests_name("authority_applications", tests, NULL, NULL);
}
