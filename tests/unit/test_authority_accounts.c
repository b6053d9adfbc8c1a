/* authority: people: how somebody outside the ministries gets an account, and loses it; absence and
 * deputies; recusal; and who acts in no file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

static const char EX[] = "exporter/EX-0031", X[] = "account/X-31";

static const struct account_file *account(const char *id)
{
    return (const void *)base_of(FILE_ACCOUNT, id);
}

static struct datum enrolment_of(enum world_key key)
{
    return account_body(key, "exporter", "EX-0031");
}

static struct datum reason(void)
{
    return BODY(T("reason", "A reason."));
}

/* What an active officer of the exporter can do at any time. */
static enum error draft_at(millis time, enum world_key key)
{
    return do_at(time, key, EX, "draft", body_exporter(&office.world));
}
#define DRAFT(key) draft_at(WORLD_NOW, key)

static int with_exporter(void **state)
{
    int code = set_up(state);
    IS(ERROR_OK, DRAFT(WORLD_D1));
    return code;
}
#define ACCOUNT(test) cmocka_unit_test_setup_teardown(test, with_exporter, tear_down)

static void officer(void)
{
    account_active("X-31", "exporter", "EX-0031", WORLD_EXPORTER);
}

/* --- Enrolment ---------------------------------------------------------------------------- */

static void an_account_is_enrolled_by_one_and_confirmed_by_another(void **state)
{
    (void)state;
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_ADMINISTRATOR, X, "enrol", enrolment_of(WORLD_EXPORTER)));
    IS(ERROR_OK, ACT(WORLD_D1, X, "enrol", enrolment_of(WORLD_EXPORTER)));
    IS(ERROR_OFFICE_STANDING, DRAFT(WORLD_EXPORTER)); /* not confirmed */
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, X, "confirm", fingerprint_of(WORLD_EXPORTER)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_ADMINISTRATOR, X, "confirm", fingerprint_of(WORLD_EXPORTER)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, X, "confirm", fingerprint_of(WORLD_STRANGER)));
    IS(ERROR_OK, ACT(WORLD_D2, X, "confirm", fingerprint_of(WORLD_EXPORTER)));
    IS(ERROR_OK, DRAFT(WORLD_EXPORTER));
    assert_int_equal(account("X-31")->base.state, ACCOUNT_ACTIVE);
}

static void one_key_is_of_one_person(void **state)
{
    (void)state;
    officer();
    /* a ministry's, another account's, a guard's */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-2", "enrol", enrolment_of(WORLD_F1)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-2", "enrol", enrolment_of(WORLD_EXPORTER)));
    everything();
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-2", "enrol", enrolment_of(WORLD_GUARD)));
    /* a person of a ministry is not enrolled, nor for an exporter that the office does not know */
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "account/F-01", "enrol", enrolment_of(WORLD_STRANGER)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "account/X-2", "enrol", account_body(WORLD_STRANGER, "ministry", "defence")));
    IS(ERROR_OFFICE_MISSING,
       ACT(WORLD_D1, "account/X-2", "enrol", account_body(WORLD_STRANGER, "exporter", "EX-7")));
    IS(ERROR_OK, ACT(WORLD_D1, "account/X-2", "enrol", enrolment_of(WORLD_STRANGER)));
    /* two that were proposed with one key: the second is not there to be confirmed */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-3", "enrol", enrolment_of(WORLD_STRANGER)));
}

/* --- Suspension, loss, replacement, expiry ------------------------------------------------ */

static void nothing_that_a_suspended_person_signs_is_accepted(void **state)
{
    (void)state;
    officer();
    IS(ERROR_OK, ACT(WORLD_ADMINISTRATOR, X, "suspend", reason()));
    IS(ERROR_OFFICE_STANDING, DRAFT(WORLD_EXPORTER));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_ADMINISTRATOR, X, "restore", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, X, "restore", NO_BODY));
    IS(ERROR_OK, DRAFT(WORLD_EXPORTER));
    /* whoever suspended does not take it back */
    IS(ERROR_OK, ACT(WORLD_D2, X, "suspend", reason()));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, X, "restore", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, X, "restore", NO_BODY));
    /* a person of the root too, whose key the root gave */
    IS(ERROR_OK, ACT(WORLD_ADMINISTRATOR, "account/D-01", "suspend", reason()));
    IS(ERROR_OFFICE_STANDING, DRAFT(WORLD_D1));
    IS(ERROR_OFFICE_STANDING, ACT(WORLD_D1, "account/D-01", "restore", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-01", "restore", NO_BODY));
    IS(ERROR_OK, DRAFT(WORLD_D1));
    /* and nobody whom no root names and no account */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_ADMINISTRATOR, "account/D-77", "suspend", reason()));
}

static void a_lost_key_never_counts_again(void **state)
{
    (void)state;
    officer();
    IS(ERROR_OK, ACT(WORLD_D1, X, "lose", reason()));
    IS(ERROR_OFFICE_STANDING, DRAFT(WORLD_EXPORTER));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, X, "restore", NO_BODY));
    struct datum body = enrolment_of(WORLD_OTHER_EXPORTER);
    struct datum next =
        BODY({"key", *datum_member(&body, "key")}, {"until", *datum_member(&body, "until")});
    struct datum same = enrolment_of(WORLD_EXPORTER);
    struct datum lost =
        BODY({"key", *datum_member(&same, "key")}, {"until", *datum_member(&same, "until")});
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, X, "replace", lost));
    IS(ERROR_OK, ACT(WORLD_D1, X, "replace", next));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, X, "confirm-key", fingerprint_of(WORLD_OTHER_EXPORTER)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, X, "confirm-key", fingerprint_of(WORLD_EXPORTER)));
    IS(ERROR_OK, ACT(WORLD_D2, X, "confirm-key", fingerprint_of(WORLD_OTHER_EXPORTER)));
    IS(ERROR_OFFICE_STANDING, DRAFT(WORLD_OTHER_EXPORTER)); /* suspended still */
    IS(ERROR_OK, ACT(WORLD_D2, X, "restore", NO_BODY));
    IS(ERROR_OK, DRAFT(WORLD_OTHER_EXPORTER));
    IS(ERROR_OFFICE_STRANGER, DRAFT(WORLD_EXPORTER));
    /* nor under another name: what it signed would seem to be that one's */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-2", "enrol", same));
    /* of the root's people: until the root gives another */
    IS(ERROR_OK, ACT(WORLD_ADMINISTRATOR, "account/D-01", "lose", reason()));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, "account/D-01", "restore", NO_BODY));
}

static void the_old_key_counts_until_the_next_is_confirmed(void **state)
{
    (void)state;
    officer();
    const millis until = account("X-31")->until;
    struct datum body = enrolment_of(WORLD_OTHER_EXPORTER);
    struct datum next =
        BODY({"key", *datum_member(&body, "key")}, T("until", "2029-01-01T00:00:00Z"));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D2, X, "confirm-key", fingerprint_of(WORLD_OTHER_EXPORTER)));
    IS(ERROR_OK, ACT(WORLD_D1, X, "replace", next));
    IS(ERROR_OK, DRAFT(WORLD_EXPORTER));
    IS(ERROR_OFFICE_STRANGER, DRAFT(WORLD_OTHER_EXPORTER));
    /* one person alone does not lengthen the old key's time */
    assert_int_equal(account("X-31")->until, until);
    /* nor is a key confirmed that another account got meanwhile */
    IS(ERROR_OK, ACT(WORLD_D1, "account/X-2", "enrol", enrolment_of(WORLD_OTHER_EXPORTER)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D2, X, "confirm-key", fingerprint_of(WORLD_OTHER_EXPORTER)));
    body = enrolment_of(WORLD_STRANGER);
    next = BODY({"key", *datum_member(&body, "key")}, T("until", "2029-01-01T00:00:00Z"));
    IS(ERROR_OK, ACT(WORLD_D1, X, "replace", next));
    IS(ERROR_OK, ACT(WORLD_D2, X, "confirm-key", fingerprint_of(WORLD_STRANGER)));
    IS(ERROR_OK, DRAFT(WORLD_STRANGER));
    IS(ERROR_OFFICE_STRANGER, DRAFT(WORLD_EXPORTER));
    assert_true(account("X-31")->until > until);
    /* a key that was replaced is of nobody else, nor of the same person again */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-3", "enrol", enrolment_of(WORLD_EXPORTER)));
    body = enrolment_of(WORLD_EXPORTER);
    next = BODY({"key", *datum_member(&body, "key")}, T("until", "2029-01-01T00:00:00Z"));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, X, "replace", next));
    /* the root's people get theirs from the root */
    IS(ERROR_OK, ACT(WORLD_D1, "account/D-02", "suspend", reason()));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/D-02", "replace", next));
}

static void a_key_expires_by_rule(void **state)
{
    (void)state;
    officer();
    const millis end = account("X-31")->until;
    millis next;
    assert_null(due_on(FILE_ACCOUNT, "X-31", end - 1, &next));
    assert_int_equal(next, end);
    IS(ERROR_OK, draft_at(end - 1, WORLD_EXPORTER));
    /* from that moment on, whether or not the server has acted */
    IS(ERROR_OFFICE_STANDING, draft_at(end, WORLD_EXPORTER));
    assert_string_equal(due_on(FILE_ACCOUNT, "X-31", end, &next), "expire");
    IS(ERROR_OFFICE_CONDITION, do_at(end - 1, WORLD_LEASE, X, "expire", NO_BODY));
    IS(ERROR_OK, do_at(end, WORLD_LEASE, X, "expire", NO_BODY));
    assert_int_equal(account("X-31")->base.state, ACCOUNT_EXPIRED);
    IS(ERROR_OFFICE_STANDING, draft_at(end, WORLD_EXPORTER));
    struct datum body = enrolment_of(WORLD_OTHER_EXPORTER);
    struct datum past =
        BODY({"key", *datum_member(&body, "key")}, {"until", *datum_member(&body, "until")});
    IS(ERROR_OFFICE_CONDITION, do_at(end, WORLD_D1, X, "replace", past));
    struct datum later =
        BODY({"key", *datum_member(&body, "key")}, T("until", "2029-01-01T00:00:00Z"));
    IS(ERROR_OK, do_at(end, WORLD_D1, X, "replace", later));
    IS(ERROR_OK, do_at(end, WORLD_D2, X, "confirm-key", fingerprint_of(WORLD_OTHER_EXPORTER)));
    IS(ERROR_OK, draft_at(end, WORLD_OTHER_EXPORTER));
}

static void a_closed_account_stays_closed(void **state)
{
    (void)state;
    officer();
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_ADMINISTRATOR, X, "close", reason()));
    IS(ERROR_OK, ACT(WORLD_D2, X, "close", reason()));
    IS(ERROR_OFFICE_STANDING, DRAFT(WORLD_EXPORTER));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, X, "restore", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-2", "enrol", enrolment_of(WORLD_EXPORTER)));
}

/* --- Absence ------------------------------------------------------------------------------ */

static struct datum absence(const char *deputy)
{
    return BODY(
        T("from", "2026-03-02T08:00:00Z"), T("until", "2026-03-04T08:00:00Z"), T("deputy", deputy));
}

static void screened_by_f1(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, EX, "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, EX, "screen", body_screening(&office.world, NULL)));
}

static void a_deputy_acts_while_somebody_is_absent(void **state)
{
    (void)state;
    screened_by_f1();
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D4, EX, "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-02", "absent", absence("D-04")));
    IS(ERROR_OFFICE_ROLE,
       do_at(WORLD_NOW + 2 * MILLIS_DAY, WORLD_D4, EX, "register", NO_BODY)); /* over */
    IS(ERROR_OK, ACT(WORLD_D4, EX, "register", NO_BODY));
    assert_string_equal(
        ((const struct exporter_file *)base_of(FILE_EXPORTER, "EX-0031"))->decided.person, "D-04");
}

static void back_before_the_end_the_deputy_is_none(void **state)
{
    (void)state;
    screened_by_f1();
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-02", "absent", absence("D-04")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F2, "account/D-02", "return", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-02", "return", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, "account/D-02", "return", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D4, EX, "register", NO_BODY));
}

static void nobody_stands_in_for_a_signature(void **state)
{
    (void)state;
    exporter_registered();
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-02", "absent", absence("D-04")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D4, EX, "remove", reason()));
    IS(ERROR_OK, ACT(WORLD_D1, EX, "remove", reason()));
}

static void what_the_absent_did_counts_as_the_deputys_own(void **state)
{
    (void)state;
    IS(ERROR_OK, ACT(WORLD_D1, EX, "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, EX, "screen", body_screening(&office.world, NULL)));
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-02", "absent", absence("D-04")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D4, EX, "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D3, EX, "register", NO_BODY));
}

static void an_absence_is_noted_by_the_person_or_a_superior(void **state)
{
    (void)state;
    static const char name[] = "account/D-04";
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F1, name, "absent", absence("D-01"))); /* another ministry */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, name, "absent", absence("F-01")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, name, "absent", absence("D-04")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, name, "absent", absence("D-90"))); /* administrator */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/X-31", "absent", absence("D-01")));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D4, name, "absent",
           BODY(T("from", "2026-03-02T08:00:00Z"), T("until", "2026-03-02T08:00:00Z"))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D4, name, "absent",
           BODY(T("from", "2026-02-02T08:00:00Z"), T("until", "2026-02-03T08:00:00Z"))));
    IS(ERROR_OK, ACT(WORLD_D4, name, "absent", absence("D-01")));
    IS(ERROR_OK, ACT(WORLD_D1, name, "return", NO_BODY));
    /* a desk officer notes nobody else's */
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D4, "account/D-01", "absent", absence("D-02")));
    /* nor is somebody a deputy whose account is suspended */
    IS(ERROR_OK, ACT(WORLD_D1, "account/D-02", "suspend", reason()));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D4, name, "absent", absence("D-02")));
}

/* --- Recusal ------------------------------------------------------------------------------ */

static void recusal_bars_what_hangs_on_the_file_too(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    form_registered();
    offences_accepted();
    struct datum recusal = BODY(T("file", "application/A-1"), T("reason", "A relative."));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F1, "account/D-01", "recuse", recusal));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D4, "account/D-01", "recuse", recusal));
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, "account/D-01", "recuse",
                                 BODY(T("file", "application/A-77"), T("reason", "R"))));
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-01", "recuse", recusal));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "account/D-01", "recuse", recusal)); /* is already */
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, "application/A-1", "withdraw", reason()));
    IS(ERROR_OFFICE_RECUSED, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D2, "certificate/EC-2026-0009", "offer", offer()));
    const struct certificate *certificate = &office.world.certificate;
    struct datum signed_in = instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE));
    IS(ERROR_OFFICE_RECUSED, ACT(WORLD_D1, "certificate/EC-2026-0009", "sign", signed_in));
    IS(ERROR_OK, ACT(WORLD_D2, "certificate/EC-2026-0009", "sign", signed_in));
    IS(ERROR_OK, ACT(WORLD_F2, "certificate/EC-2026-0009", "authenticate",
                     BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OFFICE_RECUSED,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
    IS(ERROR_OK,
       ACT(WORLD_D2, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D2))));
    IS(ERROR_OK, ACT(WORLD_F1, "certificate/EC-2026-0009", "countersign",
                     instrument(SIGNED(
                         INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D2, WORLD_F1))));
    const struct licence *licence = &office.world.licence;
    IS(ERROR_OFFICE_RECUSED, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                 proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_D2, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D2))));
    IS(ERROR_OK, ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D2, WORLD_F1))));
    build_tested();
    IS(ERROR_OFFICE_RECUSED,
       ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OFFICE_RECUSED, ISSUE(WORLD_D1, &cut, WORLD_D1));
    IS(ERROR_OK, ISSUE(WORLD_D2, &cut, WORLD_D2));
    /* but not what hangs elsewhere */
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0032", "draft", body_exporter(&office.world)));
}

/* A deputy is no way around it. */
static void a_recused_person_is_not_let_in_as_a_deputy(void **state)
{
    (void)state;
    screened_by_f1();
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-04", "recuse",
                     BODY(T("file", "exporter/EX-0031"), T("reason", "A relative."))));
    IS(ERROR_OK, ACT(WORLD_D2, "account/D-02", "absent", absence("D-04")));
    IS(ERROR_OFFICE_RECUSED, ACT(WORLD_D4, EX, "register", NO_BODY));
}

/* --- Those who act in no file ------------------------------------------------------------- */

static void administrators_and_auditors_act_in_no_file(void **state)
{
    (void)state;
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        size_t count;
        const struct transition *rows = lifecycle((enum file_kind)kind, &count);
        for (size_t i = 0; i < count; i++) {
            /* of accounts the administrator may suspend, and the auditor note an absence */
            unsigned apart = kind == FILE_ACCOUNT ? 0 : ROLE_ADMINISTRATOR | ROLE_AUDITOR;
            assert_int_equal(rows[i].roles & apart, 0);
            if (rows[i].roles & ROLE_SERVER)
                assert_int_equal(rows[i].roles, ROLE_SERVER);
        }
    }
    static const enum world_key keys[] = {WORLD_ADMINISTRATOR, WORLD_AUDITOR};
    for (size_t i = 0; i < 2; i++) {
        IS(ERROR_OFFICE_ROLE, DRAFT(keys[i]));
        IS(ERROR_OFFICE_ROLE, ACT(keys[i], EX, "submit", NO_BODY));
    }
    officer();
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_AUDITOR, X, "suspend", reason()));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_ADMINISTRATOR, X, "close", reason()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACCOUNT(an_account_is_enrolled_by_one_and_confirmed_by_another),
        ACCOUNT(one_key_is_of_one_person),
        ACCOUNT(nothing_that_a_suspended_person_signs_is_accepted),
        ACCOUNT(a_lost_key_never_counts_again),
        ACCOUNT(the_old_key_counts_until_the_next_is_confirmed),
        ACCOUNT(a_key_expires_by_rule),
        ACCOUNT(a_closed_account_stays_closed),
        ACCOUNT(a_deputy_acts_while_somebody_is_absent),
        ACCOUNT(back_before_the_end_the_deputy_is_none),
        ACCOUNT(nobody_stands_in_for_a_signature),
        ACCOUNT(what_the_absent_did_counts_as_the_deputys_own),
        ACCOUNT(an_absence_is_noted_by_the_person_or_a_superior),
        LIFE(recusal_bars_what_hangs_on_the_file_too),
        ACCOUNT(a_recused_person_is_not_let_in_as_a_deputy),
        ACCOUNT(administrators_and_auditors_act_in_no_file),
    };
    return cmocka_run_group_tests_name("authority_accounts", tests, NULL, NULL);
}
