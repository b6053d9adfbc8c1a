/* authority: campaigns. What happened in December 2021: a new form of the certificate, which every
 * state with a licensed system is to sign by a date; some do, one refuses, one is silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

#define CAMPAIGN "campaign/IL-2021-12.2"
#define DATE (WORLD_NOW + 60 * MILLIS_DAY)

static const struct campaign_file *campaign(void)
{
    return (const void *)base_of(FILE_CAMPAIGN, "IL-2021-12.2");
}

static const struct campaign_line *line_of(const char *licence)
{
    for (size_t i = 0; i < campaign()->lines_count; i++) {
        if (strcmp(campaign()->lines[i].licence, licence) == 0)
            return &campaign()->lines[i];
    }
    return NULL;
}

static const char *when(millis time)
{
    static char text[4][TIME_TEXT_SIZE];
    static unsigned turn;
    return time_text(time, text[turn++ % 4]);
}

/* --- The new form ------------------------------------------------------------------------- */

static struct form new_form;

static void new_form_registered(void)
{
    new_form = office.world.form;
    new_form.version = 2;
    new_form.title = "The form, more strictly worded";
    IS(ERROR_OK, ACT(WORLD_D1, "form/IL-2021-12.2", "propose",
                     instrument(SIGNED(INSTRUMENT_FORM, &new_form, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_F1, "form/IL-2021-12.2", "countersign",
                     instrument(SIGNED(INSTRUMENT_FORM, &new_form, WORLD_D1, WORLD_F1))));
}

static struct datum opening(const char *replaces, millis until, millis remind_from)
{
    return BODY(
        {"replaces", world_texts(&office.world, &replaces, 1)}, T("until", when(until)),
        T("remind-from", when(remind_from)), T("remind-every", "14d"));
}

static void campaign_open(void)
{
    new_form_registered();
    IS(ERROR_OK,
       ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-2021-12.1", DATE, WORLD_NOW + 30 * MILLIS_DAY)));
}

/* --- More licences ------------------------------------------------------------------------ */

/* A licence for another place in the same state: application A-n, certificate EC-n, licence IL-n.
 */
static struct certificate certificate_for(const char *number, const char *place)
{
    struct certificate certificate = office.world.certificate;
    certificate.number = number;
    certificate.place = place;
    return certificate;
}

static void offered(const char *application, const struct certificate *certificate)
{
    char name[80];
    struct buffer payload = {0};
    snprintf(name, sizeof name, "certificate/%s", certificate->number);
    assert_int_equal(layout_encode(&certificate_layout, certificate, NULL, &payload), ERROR_OK);
    IS(ERROR_OK, ACT(WORLD_D1, name, "offer",
                     BODY(T("application", application), {"payload", blob(&payload)})));
    buffer_free(&payload);
}

static void certificate_in_force_for(const char *application, const struct certificate *certificate)
{
    char name[80];
    snprintf(name, sizeof name, "certificate/%s", certificate->number);
    offered(application, certificate);
    IS(ERROR_OK, ACT(WORLD_D1, name, "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OK, ACT(WORLD_F2, name, "authenticate", BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_D1, name, "countersign",
                     instrument(SIGNED(
                         INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1, WORLD_F1))));
}

static void application_approved_for(const char *application, const char *place)
{
    char name[80];
    snprintf(name, sizeof name, "application/%s", application);
    struct datum body = body_application(&office.world, APPLICATION_EXPORT, "XA", true);
    approved(name, body_with(&office.world, body, "place", datum_of_text(place)));
}

static void
licensed(const char *application, const char *number, const char *licence_number, const char *place)
{
    char name[80];
    application_approved_for(application, place);
    struct certificate certificate = certificate_for(number, place);
    certificate_in_force_for(application, &certificate);
    struct licence licence = office.world.licence;
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&certificate_layout, &certificate, NULL, &payload), ERROR_OK);
    licence.number = licence_number;
    licence.certificate = sha256_of(buffer_view(&payload));
    buffer_free(&payload);
    snprintf(name, sizeof name, "licence/%s", licence_number);
    IS(ERROR_OK, ACT(WORLD_D1, name, "propose",
                     BODY(
                         T("application", application), T("certificate", number),
                         {"instrument", SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1)})));
    IS(ERROR_OK, ACT(WORLD_F1, name, "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1, WORLD_F1))));
}

/* A certificate of the new form for a place, in the world's arena. */
static struct certificate newer_for(const char *number, const char *place)
{
    struct certificate certificate = certificate_for(number, place);
    struct buffer form = {0};
    assert_int_equal(layout_encode(&form_layout, &new_form, NULL, &form), ERROR_OK);
    certificate.form = arena_copy(&office.world.arena, buffer_view(&form));
    assert_non_null(certificate.form.data);
    buffer_free(&form);
    return certificate;
}

/* The state signs the new form for a place. */
static void signed_again(const char *application, const char *number, const char *place)
{
    struct certificate certificate = newer_for(number, place);
    certificate_in_force_for(application, &certificate);
}

static struct datum refusal(const char *licence)
{
    return BODY(T("licence", licence), T("reason", "Our law says more."));
}

static void
figures(uint64_t waiting, uint64_t signed_count, uint64_t refused, uint64_t ordered, uint64_t ended)
{
    const struct campaign_file *file = campaign();
    assert_int_equal(file->waiting, waiting);
    assert_int_equal(file->signed_again, signed_count);
    assert_int_equal(file->refused, refused);
    assert_int_equal(file->ordered, ordered);
    assert_int_equal(file->ended, ended);
    assert_int_equal(file->affected, waiting + signed_count + refused + ordered + ended);
}

/* --- December 2021 ------------------------------------------------------------------------ */

static void as_in_december_2021(void **state)
{
    (void)state;
    everything();
    licensed("A-2", "EC-2", "IL-2", "The harbour");
    licensed("A-3", "EC-3", "IL-3", "The border");
    millis next;

    /* The new form is registered; every live licence under the older one is affected. */
    campaign_open();
    assert_string_equal(campaign()->title, "The form, more strictly worded");
    figures(3, 0, 0, 0, 0);
    assert_string_equal(line_of("IL-2")->place, "The harbour");

    /* A licence that both ministries issue under the older form meanwhile is found later. */
    licensed("A-4", "EC-4", "IL-4", "The airport");
    figures(3, 0, 0, 0, 0);

    /* The first reminder goes out by itself, and says how many wait. */
    millis first = WORLD_NOW + 30 * MILLIS_DAY;
    assert_null(due_on(FILE_CAMPAIGN, "IL-2021-12.2", first - 1, &next));
    assert_int_equal(next, first);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, CAMPAIGN, "remind", NO_BODY));
    assert_string_equal(due_on(FILE_CAMPAIGN, "IL-2021-12.2", first, &next), "remind");
    IS(ERROR_OK, do_at(first, WORLD_LEASE, CAMPAIGN, "remind", NO_BODY));
    assert_int_equal(campaign()->reminders_count, 1);
    assert_int_equal(campaign()->reminders[0].waiting, 4);
    assert_int_equal(campaign()->next_reminder, first + 14 * MILLIS_DAY);

    /* The state signs for one place: the older certificate is superseded, the licence lapses. */
    signed_again("A-1", "EC-2026-0010", "The capital");
    assert_int_equal(line_of("IL-2026-0017")->progress, CAMPAIGN_SIGNED);
    assert_string_equal(line_of("IL-2026-0017")->settled_by, "EC-2026-0010");
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_SUPERSEDED);
    figures(3, 1, 0, 0, 0);

    /* For another it refuses, says why, and its licence stands for now. */
    struct certificate refused = newer_for("EC-7", "The harbour");
    offered("A-2", &refused);
    IS(ERROR_OK,
       ACT(WORLD_STATE, "certificate/EC-7", "refuse", BODY(T("reason", "Our law says more."))));
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-7"), CERTIFICATE_REFUSED);
    assert_string_equal(line_of("IL-2")->reason, "Our law says more.");
    assert_string_equal(line_of("IL-2")->by.person, "XA-S1");
    assert_int_equal(state_of(FILE_LICENCE, "IL-2"), LICENCE_ACTIVE);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "refuse", refusal("IL-2026-0017")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "refuse", refusal("IL-9")));
    figures(2, 1, 1, 0, 0);

    /* The date takes nothing away: the server has no ministry's signature. */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, CAMPAIGN, "fall-due", NO_BODY));
    assert_string_equal(due_on(FILE_CAMPAIGN, "IL-2021-12.2", DATE, &next), "fall-due");
    IS(ERROR_OK, do_at(DATE, WORLD_LEASE, CAMPAIGN, "fall-due", NO_BODY));
    assert_int_equal(state_of(FILE_CAMPAIGN, "IL-2021-12.2"), CAMPAIGN_DUE);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2"), LICENCE_ACTIVE);
    assert_int_equal(state_of(FILE_LICENCE, "IL-3"), LICENCE_ACTIVE);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "close", NO_BODY));

    /* Orders on what was refused and on what was left unanswered. */
    struct order suspend = an_order("OR-2", ORDER_SUSPEND);
    suspend.licence = "IL-2";
    IS(ERROR_OK, ISSUE(WORLD_D1, &suspend, WORLD_D1));
    struct datum settled = BODY(T("licence", "IL-2"), T("order", "OR-2"));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "settle", BODY(T("licence", "IL-3"), T("order", "OR-2"))));
    IS(ERROR_OK, ACT(WORLD_D1, CAMPAIGN, "settle", settled));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "settle", settled));
    struct order disconnect = an_order("OR-3", ORDER_DISCONNECT);
    disconnect.licence = "IL-3";
    IS(ERROR_OK, ISSUE(WORLD_F1, &disconnect, WORLD_F1));
    IS(ERROR_OK, ACT(WORLD_D1, CAMPAIGN, "settle", BODY(T("licence", "IL-3"), T("order", "OR-3"))));
    figures(1, 1, 0, 2, 0);

    /* Late is better than never; what was suspended is given back by both ministries alone. */
    signed_again("A-4", "EC-5", "The airport");
    signed_again("A-2", "EC-6", "The harbour");
    figures(0, 3, 0, 1, 0);
    IS(ERROR_OK, ACT(WORLD_D1, CAMPAIGN, "close", NO_BODY));
    assert_int_equal(state_of(FILE_CAMPAIGN, "IL-2021-12.2"), CAMPAIGN_CLOSED);
    assert_null(due_on(FILE_CAMPAIGN, "IL-2021-12.2", DATE, &next));
    assert_int_equal(next, 0);
}

/* --- Conditions --------------------------------------------------------------------------- */

static void a_campaign_is_for_a_form_in_the_register(void **state)
{
    (void)state;
    everything();
    millis first = WORLD_NOW + 30 * MILLIS_DAY;
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-2021-12.1", DATE, first)));
    new_form_registered();
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-1.1", DATE, first)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-2021-12.2", DATE, first)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-2021-12.1", WORLD_NOW, first)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-2021-12.1", DATE, DATE)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "open", opening("IL-2021-12.1", DATE, WORLD_NOW - 1)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "open",
           BODY({"replaces", world_texts(&office.world, NULL, 0)}, T("until", when(DATE)))));
    const char *older = "IL-2021-12.1";
    struct datum replaces = world_texts(&office.world, &older, 1);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "open",
                                   BODY(
                                       {"replaces", replaces}, T("until", when(DATE)),
                                       T("remind-from", when(first)), T("remind-every", "1h"))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CAMPAIGN, "open",
           BODY(
               {"replaces", replaces}, T("until", when(first + 401 * MILLIS_DAY)),
               T("remind-from", when(first)), T("remind-every", "1d"))));
    /* Without reminders, too. */
    IS(ERROR_OK,
       ACT(WORLD_D1, CAMPAIGN, "open", BODY({"replaces", replaces}, T("until", when(DATE)))));
    millis next;
    assert_null(due_on(FILE_CAMPAIGN, "IL-2021-12.2", first, &next));
    assert_int_equal(next, DATE);
}

static void licences_that_end_otherwise_are_noted(void **state)
{
    (void)state;
    everything();
    campaign_open();
    struct order revoke = an_order("OR-1", ORDER_REVOKE);
    IS(ERROR_OK, ISSUE(WORLD_D1, &revoke, WORLD_D1, WORLD_F1));
    IS(ERROR_OK, ACT(WORLD_D1, CAMPAIGN, "close", NO_BODY));
    figures(0, 0, 0, 0, 1);
}

static void only_an_order_that_takes_away_settles_a_licence(void **state)
{
    (void)state;
    everything();
    campaign_open();
    struct order hold = an_order("OR-1", ORDER_HOLD);
    hold.records_from = WORLD_NOW - 30 * MILLIS_DAY;
    hold.records_until = WORLD_NOW;
    IS(ERROR_OK, ISSUE(WORLD_D1, &hold, WORLD_D1));
    struct datum body = BODY(T("licence", "IL-2026-0017"), T("order", "OR-1"));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "settle", body));
    struct order limit = an_order("OR-2", ORDER_LIMIT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &limit, WORLD_D1));
    struct order lift = an_order("OR-3", ORDER_LIFT);
    lift.lifts = digest_of("OR-2");
    IS(ERROR_OK, ISSUE(WORLD_D1, &lift, WORLD_D1, WORLD_F1));
    body = BODY(T("licence", "IL-2026-0017"), T("order", "OR-2"));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CAMPAIGN, "settle", body));
}

static void a_state_refuses_for_itself_alone(void **state)
{
    (void)state;
    everything();
    campaign_open();
    account_active("XC-S1", "state", "XC", WORLD_STRANGER);
    struct certificate newer = newer_for("EC-7", "The capital");
    offered("A-1", &newer);
    struct datum reason = BODY(T("reason", "Not we."));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_STRANGER, "certificate/EC-7", "refuse", reason));
    /* The campaign has the answers of all states: none of them acts on it. */
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_STRANGER, CAMPAIGN, "refuse", refusal("IL-2026-0017")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_STRANGER, CAMPAIGN, "close", NO_BODY));
    figures(1, 0, 0, 0, 0);
    /* What came on paper the desk enters. */
    IS(ERROR_OK, ACT(WORLD_D1, CAMPAIGN, "refuse", refusal("IL-2026-0017")));
    figures(0, 0, 1, 0, 0);
}

static void a_date_is_put_off_with_a_reason(void **state)
{
    (void)state;
    everything();
    campaign_open();
    IS(ERROR_OK, do_at(DATE, WORLD_LEASE, CAMPAIGN, "fall-due", NO_BODY));
    millis later = DATE + 30 * MILLIS_DAY, next;
    IS(ERROR_OFFICE_CONDITION, do_at(
                                   DATE, WORLD_D1, CAMPAIGN, "postpone",
                                   BODY(T("until", when(DATE)), T("reason", "Elections."))));
    IS(ERROR_OK, do_at(
                     DATE, WORLD_D1, CAMPAIGN, "postpone",
                     BODY(T("until", when(later)), T("reason", "Elections."))));
    assert_int_equal(state_of(FILE_CAMPAIGN, "IL-2021-12.2"), CAMPAIGN_OPEN);
    assert_null(due_on(FILE_CAMPAIGN, "IL-2021-12.2", DATE, &next));
    assert_int_equal(next, later);
}

/* A server that was away reminds once, not once for each time that it missed. */
static void missed_reminders_are_one(void **state)
{
    (void)state;
    everything();
    campaign_open();
    millis first = WORLD_NOW + 30 * MILLIS_DAY;
    IS(ERROR_OK, do_at(first + 15 * MILLIS_DAY, WORLD_LEASE, CAMPAIGN, "remind", NO_BODY));
    assert_int_equal(campaign()->reminders_count, 1);
    assert_int_equal(campaign()->next_reminder, first + 28 * MILLIS_DAY);
    IS(ERROR_OK, do_at(first + 28 * MILLIS_DAY, WORLD_LEASE, CAMPAIGN, "remind", NO_BODY));
    assert_int_equal(campaign()->next_reminder, 0); /* the next would be after the date */
    IS(ERROR_OFFICE_CONDITION,
       do_at(first + 29 * MILLIS_DAY, WORLD_LEASE, CAMPAIGN, "remind", NO_BODY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(as_in_december_2021),
        LIFE(a_campaign_is_for_a_form_in_the_register),
        LIFE(licences_that_end_otherwise_are_noted),
        LIFE(only_an_order_that_takes_away_settles_a_licence),
        LIFE(a_state_refuses_for_itself_alone),
        LIFE(a_date_is_put_off_with_a_reason),
        LIFE(missed_reminders_are_one),
    };
    return cmocka_run_group_tests_name("authority_campaign", tests, NULL, NULL);
}
