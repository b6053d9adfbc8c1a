/* authority: papers that others than the office decide on. The register of forms, which both
 * ministries keep; withdrawals of approvals, which approving bodies sign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

#define FORM_FILE "form/IL-2021-12.1"
#define CERTIFICATE "certificate/EC-2026-0009"

/* --- The register of forms ---------------------------------------------------------------- */

static void ready_to_offer(void)
{
    exporter_registered();
    product_classified();
    application_approved();
    offences_accepted();
}

static void a_form_is_registered_by_both_ministries(void **state)
{
    (void)state;
    const struct form *form = &office.world.form;
    struct form other = *form;
    IS(ERROR_OFFICE_CONDITION, /* signed, but not by who submits it */
       ACT(WORLD_D2, FORM_FILE, "propose", instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1))));
    IS(ERROR_COSE_UNKNOWN_KEY,
       ACT(WORLD_D1, FORM_FILE, "propose",
           instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1, WORLD_STATE))));
    IS(ERROR_OFFICE_CONDITION, /* another version is another file */
       ACT(WORLD_D1, "form/IL-2021-12.2", "propose",
           instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "form/IL-2021-12", "propose",
                                   instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1))));
    IS(ERROR_OK,
       ACT(WORLD_D1, FORM_FILE, "propose", instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1))));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, FORM_FILE, "countersign",
                                 instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1, WORLD_F1))));
    IS(ERROR_OFFICE_CONDITION, /* two of one ministry are not both */
       ACT(WORLD_D2, FORM_FILE, "countersign",
           instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1, WORLD_D2))));
    other.title = "Another form of the same number";
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F1, FORM_FILE, "countersign",
           instrument(SIGNED(INSTRUMENT_FORM, &other, WORLD_D1, WORLD_F1))));
    IS(ERROR_OK, ACT(WORLD_F1, FORM_FILE, "countersign",
                     instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1, WORLD_F1))));
    const struct form_file *file = (const void *)base_of(FILE_FORM, "IL-2021-12.1");
    assert_true(digest_equal(&file->digest, &office.world.form_digest));
    assert_string_equal(file->title, form->title);
    assert_int_equal(file->in_force, form->in_force);
    assert_string_equal(file->proposed.person, "D-01");
    assert_string_equal(file->registered.person, "F-01");
    /* Signed by both from the start, it is registered at once. */
    other.version = 2;
    IS(ERROR_OK, ACT(WORLD_F2, "form/IL-2021-12.2", "propose",
                     instrument(SIGNED(INSTRUMENT_FORM, &other, WORLD_D1, WORLD_F2))));
    assert_int_equal(state_of(FILE_FORM, "IL-2021-12.2"), FORM_REGISTERED);
}

/* Both ministries may sign what no guard could evaluate; it does not come into the register. */
static void a_form_must_be_one_that_can_decide(void **state)
{
    (void)state;
    static const char *const clauses[] = {
        "@clause(\"3\") permit (principal, action, resource) when { context.noSuchFact };",
        "@clause(\"3\") permit (principal, action, resource",
    };
    struct form form = office.world.form;
    for (size_t i = 0; i < 2; i++) {
        form.clauses = clauses[i];
        IS(i ? ERROR_CEDAR_SCOPE : ERROR_CHECK_ATTRIBUTE,
           ACT(WORLD_D1, FORM_FILE, "propose",
               instrument(SIGNED(INSTRUMENT_FORM, &form, WORLD_D1, WORLD_F1))));
    }
    form = office.world.form;
    form.conditions = "@clause(\"L1\") permit (principal, action, resource);";
    IS(ERROR_VERDICT_PERMIT, ACT(WORLD_D1, FORM_FILE, "propose",
                                 instrument(SIGNED(INSTRUMENT_FORM, &form, WORLD_D1, WORLD_F1))));
    form = office.world.form;
    form.vocabulary = "entity State;";
    IS(ERROR_VERDICT_VOCABULARY,
       ACT(WORLD_D1, FORM_FILE, "propose",
           instrument(SIGNED(INSTRUMENT_FORM, &form, WORLD_D1, WORLD_F1))));
    assert_null(base_of(FILE_FORM, "IL-2021-12.1"));
}

static void a_certificate_is_made_of_a_registered_form_only(void **state)
{
    (void)state;
    const struct form *form = &office.world.form;
    ready_to_offer();
    IS(ERROR_OFFICE_FORM, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    assert_string_equal(office.fault.found, "one that is not registered");
    /* One ministry's signature is not enough. */
    IS(ERROR_OK,
       ACT(WORLD_D1, FORM_FILE, "propose", instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1))));
    IS(ERROR_OFFICE_FORM, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    assert_string_equal(office.fault.found, "form/IL-2021-12.1, which is proposed");
    IS(ERROR_OK, ACT(WORLD_F1, FORM_FILE, "countersign",
                     instrument(SIGNED(INSTRUMENT_FORM, form, WORLD_D1, WORLD_F1))));
    /* The same number and version with other words is another form. */
    struct form other = *form;
    struct certificate certificate = office.world.certificate;
    other.text = "Whatever the exporter likes.";
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&form_layout, &other, NULL, &payload), ERROR_OK);
    struct bytes registered = office.world.certificate.form;
    office.world.certificate.form = buffer_view(&payload);
    IS(ERROR_OFFICE_FORM, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    office.world.certificate.form = registered;
    buffer_free(&payload);
    assert_true(bytes_equal(certificate.form, registered));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
}

static void a_form_is_withdrawn_by_both_for_new_certificates(void **state)
{
    (void)state;
    const struct certificate *certificate = &office.world.certificate;
    struct datum reason = BODY(T("reason", "Clause 7 was read too narrowly."));
    ready_to_offer();
    form_registered();
    IS(ERROR_OFFICE_STATE, ACT(WORLD_F1, FORM_FILE, "withdraw", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, FORM_FILE, "ask-withdrawal", reason));
    /* Not by the ministry that asks; until the other agrees certificates are made of it. */
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, FORM_FILE, "withdraw", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, FORM_FILE, "withdraw", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OK,
       ACT(WORLD_F2, CERTIFICATE, "authenticate", BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_F1, FORM_FILE, "keep", NO_BODY));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_F1, FORM_FILE, "withdraw", NO_BODY));
    /* Asked for anew, by the other; agreed: an offer that is on its way does not come into force.
     */
    IS(ERROR_OK, ACT(WORLD_F1, FORM_FILE, "ask-withdrawal", reason));
    IS(ERROR_OK, ACT(WORLD_D2, FORM_FILE, "withdraw", NO_BODY));
    assert_int_equal(state_of(FILE_FORM, "IL-2021-12.1"), FORM_WITHDRAWN);
    IS(ERROR_OFFICE_FORM,
       ACT(WORLD_D1, CERTIFICATE, "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
    assert_string_equal(office.fault.found, "form/IL-2021-12.1, which is withdrawn");
    IS(ERROR_OFFICE_FORM, ACT(WORLD_D1, "certificate/EC-2026-0010", "offer", offer()));
    /* For good: the same form cannot be registered again under its number. */
    IS(ERROR_OFFICE_STATE,
       ACT(WORLD_D1, FORM_FILE, "propose",
           instrument(SIGNED(INSTRUMENT_FORM, &office.world.form, WORLD_D1, WORLD_F1))));
}

/* What is in force keeps its form: it is in the certificate. */
static void a_withdrawn_form_leaves_what_is_in_force(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_D1, FORM_FILE, "ask-withdrawal", BODY(T("reason", "A new one."))));
    IS(ERROR_OK, ACT(WORLD_F1, FORM_FILE, "withdraw", NO_BODY));
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &limit, WORLD_D1));
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
}

/* --- Withdrawals of approvals ------------------------------------------------------------- */

static struct approval a_withdrawal(void)
{
    return (struct approval){
        .number = "W-2026-119",
        .kind = APPROVAL_WITHDRAWAL,
        .body = "XA-court",
        .certificate = office.world.certificate_digest,
        .file = "F-77/2026",
        .issued = WORLD_NOW,
        .withdraws = office.world.approval_digest,
    };
}

#define ENTER(key, number, value, ...)                                                             \
    ACT(key, "withdrawal/" number, "enter",                                                        \
        instrument(SIGNED(INSTRUMENT_APPROVAL, value, __VA_ARGS__)))

static void a_withdrawal_is_the_approving_bodys(void **state)
{
    (void)state;
    struct approval withdrawal = a_withdrawal();
    everything();
    IS(ERROR_SIGNER_STRANGER, ENTER(WORLD_D1, "WD-1", &withdrawal, WORLD_PROSECUTOR));
    IS(ERROR_COSE_UNKNOWN_KEY, ENTER(WORLD_D1, "WD-1", &withdrawal, WORLD_D1));
    IS(ERROR_DOCUMENT_TYPE, ENTER(WORLD_D1, "WD-1", &office.world.approval, WORLD_COURT));
    IS(ERROR_COSE_TYPE, ACT(WORLD_D1, "withdrawal/WD-1", "enter",
                            instrument(SIGNED(INSTRUMENT_ROLL, &office.world.roll, WORLD_COURT))));
    withdrawal.certificate.bytes[0] ^= 1;
    IS(ERROR_OFFICE_MISSING, ENTER(WORLD_D1, "WD-1", &withdrawal, WORLD_COURT));
    withdrawal = a_withdrawal();
    char file[LEASE_WITHDRAWAL_BYTES_MAX] = {0};
    memset(file, 'f', FIELD_TEXT_LIMIT);
    withdrawal.file = file;
    IS(ERROR_OK, ENTER(WORLD_D1, "WD-1", &withdrawal, WORLD_COURT)); /* as long as it can be */
    withdrawal = a_withdrawal();
    /* Anybody at the office enters it: it is not the office's decision. */
    IS(ERROR_OK, ENTER(WORLD_F2, "WD-2", &withdrawal, WORLD_COURT));
    IS(ERROR_OFFICE_CONDITION, ENTER(WORLD_D1, "WD-3", &withdrawal, WORLD_COURT));
    assert_string_equal(office.fault.found, "WD-2");
    const struct withdrawal_file *entered = (const void *)base_of(FILE_WITHDRAWAL, "WD-2");
    assert_string_equal(entered->certificate, "EC-2026-0009");
    assert_string_equal(entered->own_number, "W-2026-119");
    assert_string_equal(entered->body, "XA-court");
    assert_string_equal(entered->entered.person, "F-02");
    assert_true(digest_equal(&entered->withdraws, &office.world.approval_digest));
    assert_string_equal(file_parent(FILE_WITHDRAWAL, entered), "EC-2026-0009");
}

static void nothing_is_withdrawn_under_a_certificate_not_in_force(void **state)
{
    (void)state;
    struct approval withdrawal = a_withdrawal();
    ready_to_offer();
    form_registered();
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OFFICE_CONDITION, ENTER(WORLD_D1, "WD-1", &withdrawal, WORLD_COURT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(a_form_is_registered_by_both_ministries),
        LIFE(a_form_must_be_one_that_can_decide),
        LIFE(a_certificate_is_made_of_a_registered_form_only),
        LIFE(a_form_is_withdrawn_by_both_for_new_certificates),
        LIFE(a_withdrawn_form_leaves_what_is_in_force),
        LIFE(a_withdrawal_is_the_approving_bodys),
        LIFE(nothing_is_withdrawn_under_a_certificate_not_in_force),
    };
    return cmocka_run_group_tests_name("authority_papers", tests, NULL, NULL);
}
