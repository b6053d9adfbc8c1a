/* authority: how certificates are signed, and how they end: superseded by a newer one for the same
 * state, agency, product and place, expired, withdrawn or breached by both ministries; and what
 * that does to the licences under them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

#define FIRST "EC-2026-0009"
#define SECOND "EC-2026-0010"
#define THIRD "EC-2026-0011"
#define LICENCE "IL-2026-0017"

static const struct certificate_file *certificate(const char *number)
{
    return (const void *)base_of(FILE_CERTIFICATE, number);
}

/* Another certificate, for the same four unless changed; from offer to the countersignature of
 * defence. */
static struct certificate another(const char *number, millis from)
{
    struct certificate copy = office.world.certificate;
    copy.number = number;
    copy.from = from;
    return copy;
}

static const char *file_of(const struct certificate *certificate)
{
    static char name[80];
    snprintf(name, sizeof name, "certificate/%s", certificate->number);
    return name;
}

static enum error countersign(const struct certificate *certificate)
{
    return ACT(
        WORLD_F1, file_of(certificate), "countersign",
        instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1, WORLD_F1)));
}

static void up_to_the_last_signature(const struct certificate *certificate)
{
    const struct certificate kept = office.world.certificate;
    office.world.certificate = *certificate;
    struct datum body = offer();
    office.world.certificate = kept;
    IS(ERROR_OK, ACT(WORLD_D1, file_of(certificate), "offer", body));
    IS(ERROR_OK, ACT(WORLD_D1, file_of(certificate), "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OK, ACT(WORLD_F2, file_of(certificate), "authenticate",
                     BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK,
       ACT(WORLD_D1, file_of(certificate), "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
}

static void in_force(const struct certificate *certificate)
{
    up_to_the_last_signature(certificate);
    IS(ERROR_OK, countersign(certificate));
}

/* What is due on the licence, and that the rule says when it is. */
static void licence_lapses_at(millis time)
{
    millis next;
    assert_string_equal(due_on(FILE_LICENCE, LICENCE, time, &next), "lapse");
    IS(ERROR_OK, do_at(time, WORLD_LEASE, "licence/" LICENCE, "lapse", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_LAPSED);
}

static struct datum because(const char *reason)
{
    return BODY(T("reason", reason));
}

static struct datum by_case(const char *number)
{
    return BODY(T("case", number), T("reason", "Used against a journalist."));
}

/* --- Signing ------------------------------------------------------------------------------ */

static void the_states_own_account_may_enter_its_signature(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    form_registered();
    offences_accepted();
    account_active("XC-S1", "state", "XC", WORLD_STRANGER);
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/" FIRST, "offer", offer()));
    struct datum body =
        instrument(SIGNED(INSTRUMENT_CERTIFICATE, &office.world.certificate, WORLD_STATE));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_STRANGER, "certificate/" FIRST, "sign", body));
    IS(ERROR_OK, ACT(WORLD_STATE, "certificate/" FIRST, "sign", body));
    assert_string_equal(certificate(FIRST)->signed_in.person, "XA-S1");
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_STATE, "certificate/" FIRST, "authenticate",
                              BODY(T("fingerprint", state_fingerprint()))));
}

/* --- Superseded --------------------------------------------------------------------------- */

static void a_newer_certificate_takes_the_place_of_the_older(void **state)
{
    (void)state;
    everything();
    millis next;
    assert_null(due_on(FILE_LICENCE, LICENCE, WORLD_NOW, &next));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "licence/" LICENCE, "lapse", NO_BODY));
    struct certificate second = another(SECOND, WORLD_NOW - MILLIS_DAY);
    up_to_the_last_signature(&second);
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_IN_FORCE);
    IS(ERROR_OK, countersign(&second));
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_SUPERSEDED);
    assert_string_equal(certificate(FIRST)->superseded_by, SECOND);
    assert_int_equal(state_of(FILE_CERTIFICATE, SECOND), CERTIFICATE_IN_FORCE);
    licence_lapses_at(WORLD_NOW);
    /* No licence under the older one any more, and no extension. */
    struct licence licence = office.world.licence;
    licence.number = "IL-2026-0018";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "licence/IL-2026-0018", "propose",
                                   proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    struct order extend = an_order("OR-1", ORDER_EXTEND);
    extend.until = office.world.licence.until + MILLIS_DAY;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &extend, WORLD_D1, WORLD_F1));
}

/* Signed ahead, so that the licences under the new one can be ready on its day. */
static void a_certificate_that_begins_later_takes_the_place_then(void **state)
{
    (void)state;
    everything();
    millis next, begins = WORLD_NOW + 10 * MILLIS_DAY;
    struct certificate second = another(SECOND, begins);
    in_force(&second);
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_IN_FORCE);
    assert_null(due_on(FILE_CERTIFICATE, FIRST, WORLD_NOW, &next));
    assert_int_equal(next, begins);
    assert_null(due_on(FILE_LICENCE, LICENCE, WORLD_NOW, &next));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "certificate/" FIRST, "supersede", NO_BODY));
    /* One at a time may be still to begin. */
    struct certificate third = another(THIRD, begins + MILLIS_DAY);
    up_to_the_last_signature(&third);
    IS(ERROR_OFFICE_CONDITION, countersign(&third));
    assert_string_equal(office.fault.found, SECOND);
    assert_string_equal(due_on(FILE_CERTIFICATE, FIRST, begins, &next), "supersede");
    IS(ERROR_OK, do_at(begins, WORLD_LEASE, "certificate/" FIRST, "supersede", NO_BODY));
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_SUPERSEDED);
    licence_lapses_at(begins);
}

static void what_ends_before_it_begins_takes_no_place(void **state)
{
    (void)state;
    everything();
    millis next;
    struct certificate second = another(SECOND, WORLD_NOW + 10 * MILLIS_DAY);
    in_force(&second);
    assert_string_equal(certificate(FIRST)->superseded_by, SECOND);
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/" SECOND, "ask-withdrawal", because("A mistake.")));
    IS(ERROR_OK, ACT(WORLD_F1, "certificate/" SECOND, "withdraw", because("A mistake.")));
    assert_null(certificate(FIRST)->superseded_by);
    assert_null(due_on(FILE_CERTIFICATE, FIRST, second.from, &next));
}

static void others_are_let_be(void **state)
{
    (void)state;
    everything();
    struct certificate elsewhere = another(SECOND, WORLD_NOW - MILLIS_DAY);
    elsewhere.place = "The harbour";
    struct datum body = body_application(&office.world, APPLICATION_EXPORT, "XA", true);
    approved(
        "application/A-2", body_with(&office.world, body, "place", datum_of_text("The harbour")));
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&certificate_layout, &elsewhere, NULL, &payload), ERROR_OK);
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/" SECOND, "offer",
                     BODY(T("application", "A-2"), {"payload", blob(&payload)})));
    buffer_free(&payload);
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/" SECOND, "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, &elsewhere, WORLD_STATE))));
    IS(ERROR_OK, ACT(WORLD_F2, "certificate/" SECOND, "authenticate",
                     BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/" SECOND, "countersign",
                     instrument(SIGNED(
                         INSTRUMENT_CERTIFICATE, &elsewhere, WORLD_STATE, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_CERTIFICATE, SECOND), CERTIFICATE_IN_FORCE);
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_IN_FORCE);
    assert_null(certificate(FIRST)->superseded_by);
}

/* --- Withdrawn and breached --------------------------------------------------------------- */

static void a_certificate_in_force_is_withdrawn_by_both_ministries(void **state)
{
    (void)state;
    everything();
    const char *file = "certificate/" FIRST;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, file, "withdraw", because("The state asked.")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, file, "keep", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, file, "ask-withdrawal", because("The state asked.")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "ask-withdrawal", because("Me too.")));
    /* Asking stops nothing; one ministry has orders for that. */
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_IN_FORCE);
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, file, "withdraw", because("The state asked.")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, file, "withdraw", because("The state asked.")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "breach", by_case("case/C-1")));
    IS(ERROR_OK, ACT(WORLD_F1, file, "keep", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "withdraw", because("The state asked.")));
    IS(ERROR_OK, ACT(WORLD_F1, file, "ask-withdrawal", because("The state asked again.")));
    IS(ERROR_OK, ACT(WORLD_D1, file, "withdraw", because("Agreed.")));
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_WITHDRAWN);
    licence_lapses_at(WORLD_NOW);
}

static void a_breach_is_found_by_both_ministries_by_the_same_case(void **state)
{
    (void)state;
    everything();
    const char *file = "certificate/" FIRST;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "breach", by_case("case/C-1")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "ask-breach", by_case("order/OR-1")));
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_F1, file, "ask-breach", by_case("case/C-1")));
    case_noticed();
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, file, "ask-breach", by_case("case/C-1")));
    IS(ERROR_OK, do_at(
                     CASE_HEARING_DATE, WORLD_F2, "case/C-1", "decide",
                     case_decision("revoke", ALL_FACTORS)));
    IS(ERROR_OK, ACT(WORLD_F1, file, "ask-breach", by_case("case/C-1")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, file, "withdraw", because("Rather so.")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, file, "breach", by_case("case/C-2")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F2, file, "breach", by_case("case/C-1")));
    IS(ERROR_OK, ACT(WORLD_D1, file, "breach", by_case("case/C-1")));
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_BREACHED);
    assert_string_equal(certificate(FIRST)->breach_case, "case/C-1");
    licence_lapses_at(WORLD_NOW);
}

/* --- The licences under it ---------------------------------------------------------------- */

static void no_order_brings_a_lapsed_licence_back(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    struct certificate second = another(SECOND, WORLD_NOW - MILLIS_DAY);
    in_force(&second);
    licence_lapses_at(WORLD_NOW);
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_LAPSED);
    /* What a lease says of it. */
    const struct installation_file *installation =
        (const void *)base_of(FILE_INSTALLATION, "IN-0001");
    assert_int_equal(lease_state_of(licence_file(), installation, WORLD_NOW), LEASE_SUSPENDED);
    struct order revoke = an_order("OR-3", ORDER_REVOKE);
    IS(ERROR_OK, ISSUE(WORLD_D1, &revoke, WORLD_D1, WORLD_F1));
    assert_int_equal(state_of(FILE_LICENCE, LICENCE), LICENCE_REVOKED);
}

static void an_expired_certificate_ends_what_is_left_under_it(void **state)
{
    (void)state;
    everything();
    millis next, end = office.world.certificate.until;
    assert_string_equal(due_on(FILE_CERTIFICATE, FIRST, end, &next), "expire");
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "certificate/" FIRST, "expire", NO_BODY));
    IS(ERROR_OK, do_at(end, WORLD_LEASE, "certificate/" FIRST, "expire", NO_BODY));
    assert_int_equal(state_of(FILE_CERTIFICATE, FIRST), CERTIFICATE_EXPIRED);
    /* The licence ends within the certificate: by its own date. */
    assert_string_equal(due_on(FILE_LICENCE, LICENCE, end, &next), "expire");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(the_states_own_account_may_enter_its_signature),
        LIFE(a_newer_certificate_takes_the_place_of_the_older),
        LIFE(a_certificate_that_begins_later_takes_the_place_then),
        LIFE(what_ends_before_it_begins_takes_no_place),
        LIFE(others_are_let_be),
        LIFE(a_certificate_in_force_is_withdrawn_by_both_ministries),
        LIFE(a_breach_is_found_by_both_ministries_by_the_same_case),
        LIFE(no_order_brings_a_lapsed_licence_back),
        LIFE(an_expired_certificate_ends_what_is_left_under_it),
    };
    return cmocka_run_group_tests_name("authority_certificate", tests, NULL, NULL);
}
