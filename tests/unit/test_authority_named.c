/* authority, whom certificates name: agencies that were checked, approving bodies and signatories
 * with confirmed keys; and builds that were tested before they are installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"
#include "office_bodies.h"

#define REASON BODY(T("reason", "It is no more."))
#define AGENCY "agency/XA-police-ct"
#define COURT "body/XA-court"
#define CERTIFICATE "certificate/EC-2026-0009"

/* --- Agencies ----------------------------------------------------------------------------- */

static void an_agency_is_checked_by_somebody_else_on_evidence(void **state)
{
    (void)state;
    static const char file[] = "agency/XA-guard";
    struct datum submission = body_agency(&office.world, "XA");
    IS(ERROR_OK, ACT(WORLD_D1, file, "submit", submission));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, file, "check", body_evidence(&office.world)));
    IS(ERROR_DOCUMENT_MISSING, ACT(WORLD_F1, file, "check", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, file, "refuse", REASON));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, file, "submit", body_agency(&office.world, "FR")));
    IS(ERROR_OK, ACT(WORLD_D2, file, "submit", submission));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, file, "check", body_evidence(&office.world)));
    IS(ERROR_OK, ACT(WORLD_D1, file, "check", body_evidence(&office.world)));
    const struct agency_file *agency = (const void *)base_of(FILE_AGENCY, "XA-guard");
    assert_string_equal(agency->evidence, "The act and the budget.");
    assert_string_equal(agency->checked.person, "D-01");
    assert_int_equal(agency->checked.time, WORLD_NOW);
    assert_null(agency->reason);
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, file, "submit", submission));
    IS(ERROR_OK, ACT(WORLD_D1, file, "remove", REASON));
    IS(ERROR_DOCUMENT_RULE,
       ACT(WORLD_D1, "agency/YY-1", "submit", body_agency(&office.world, "YY")));
}

/* An application to export to an agency: its outcome when it is submitted. */
static enum error apply_for(const char *id, const char *name)
{
    struct datum agency = BODY(T("id", id), T("name", name), {"governmental", datum_of_bool(true)});
    struct datum body = body_with(
        &office.world, body_application(&office.world, APPLICATION_EXPORT, "XA", true), "agency",
        agency);
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-9", "draft", body));
    return ACT(WORLD_D1, "application/A-9", "submit", NO_BODY);
}

static void an_application_is_for_a_checked_agency_of_the_state(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    marketing_approved();
    country_listed("FR", WORLD_NOW - MILLIS_DAY);
    static const char name[] = "Police, counter-terrorism";
    IS(ERROR_OFFICE_MISSING, apply_for("XA-none", name));
    IS(ERROR_OK, ACT(WORLD_D1, "agency/FR-1", "submit", body_agency(&office.world, "FR")));
    IS(ERROR_OFFICE_CONDITION, apply_for("FR-1", name));
    assert_string_equal(office.fault.found, "submitted");
    IS(ERROR_OK, ACT(WORLD_F1, "agency/FR-1", "check", body_evidence(&office.world)));
    IS(ERROR_OFFICE_CONDITION, apply_for("FR-1", name));
    assert_string_equal(office.fault.expected, "an agency of the acquiring state");
    IS(ERROR_OFFICE_CONDITION, apply_for("XA-police-ct", "Police"));
    assert_string_equal(office.fault.found, name);
    IS(ERROR_OK, apply_for("XA-police-ct", name));
}

static void nothing_is_granted_to_an_agency_that_was_removed(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    IS(ERROR_OK, ACT(WORLD_F1, AGENCY, "remove", REASON));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
           proposal(SIGNED(INSTRUMENT_LICENCE, &office.world.licence, WORLD_D1))));
    assert_string_equal(office.fault.found, "removed");
}

/* --- Approving bodies --------------------------------------------------------------------- */

static void a_body_is_confirmed_by_its_fingerprint(void **state)
{
    (void)state;
    struct world *world = &office.world;
    static const char file[] = "body/XA-3";
    struct approving_body body = {
        "XA-3", "Another court", true, false, world_key(world, WORLD_OPERATOR)};
    struct datum entry = body_approver(world, "XA", &body);
    IS(ERROR_OK, ACT(WORLD_D1, file, "enter", entry));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, file, "confirm", body_fingerprint(world, &body.key)));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D2, file, "confirm", BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_D2, file, "confirm", body_fingerprint(world, &body.key)));
    IS(ERROR_OK, ACT(WORLD_D2, file, "end", REASON));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, file, "enter", entry));
    /* One key, one body, for good; and none of those who ask or run. */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "body/XA-4", "enter", entry));
    body.key = world_key(world, WORLD_F2);
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "body/XA-4", "enter", body_approver(world, "XA", &body)));
    everything();
    body.key = world_key(world, WORLD_GUARD);
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "body/XA-4", "enter", body_approver(world, "XA", &body)));
    body.key = world_key(world, WORLD_STRANGER);
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, "body/XA-4", "enter", body_approver(world, "YY", &body)));
    IS(ERROR_OK, ACT(WORLD_D1, "body/XA-4", "enter", body_approver(world, "XA", &body)));
}

static void a_state_enters_its_own(void **state)
{
    (void)state;
    struct world *world = &office.world;
    const struct approving_body body = {
        "XA-3", "Another court", true, false, world_key(world, WORLD_OPERATOR)};
    IS(ERROR_OK, ACT(WORLD_STATE, "agency/XA-1", "submit", body_agency(world, "XA")));
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_STATE, "agency/FR-1", "submit", body_agency(world, "FR")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_STATE, "agency/XA-1", "check", body_evidence(world)));
    IS(ERROR_OK, ACT(WORLD_STATE, "body/XA-3", "enter", body_approver(world, "XA", &body)));
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_STATE, "body/XA-4", "enter",
           body_approver(
               world, "FR",
               &(struct approving_body){
                   "XA-4", "Court", true, false, world_key(world, WORLD_STRANGER)})));
}

/* --- Certificates ------------------------------------------------------------------------- */

static void up_to_the_offer(void)
{
    exporter_registered();
    product_classified();
    application_approved();
    form_registered();
    offences_accepted();
}

static void a_certificate_names_confirmed_bodies_with_the_same_keys(void **state)
{
    (void)state;
    struct certificate *certificate = &office.world.certificate;
    struct approving_body bodies[3];
    up_to_the_offer();
    memcpy(bodies, certificate->bodies, sizeof bodies);
    const struct approving_body first = bodies[0];
    certificate->bodies = bodies;
    bodies[0].elevated = true;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    bodies[0] = first;
    bodies[0].independent = false;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    bodies[0] = first;
    bodies[0].name = "The court";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    bodies[0] = first;
    bodies[0].key = world_key(&office.world, WORLD_STRANGER);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    assert_string_equal(office.fault.found, "XA-court");
    bodies[0] = first;
    bodies[0].id = "XA-none";
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    bodies[0] = first;
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
}

static void a_certificate_names_no_body_of_another_state_or_unconfirmed(void **state)
{
    (void)state;
    struct world *world = &office.world;
    struct approving_body body = {
        "XA-3", "Another court", true, false, world_key(world, WORLD_OPERATOR)};
    up_to_the_offer();
    world->certificate.bodies = &body;
    world->certificate.bodies_count = 1;
    IS(ERROR_OK, ACT(WORLD_D1, "body/XA-3", "enter", body_approver(world, "XA", &body)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D2, "body/XA-3", "confirm", body_fingerprint(world, &body.key)));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    body.id = "FR-3";
    body.key = world_key(world, WORLD_STRANGER);
    IS(ERROR_OK, ACT(WORLD_D1, "body/FR-3", "enter", body_approver(world, "FR", &body)));
    IS(ERROR_OK, ACT(WORLD_D2, "body/FR-3", "confirm", body_fingerprint(world, &body.key)));
    world->certificate.number = "EC-2026-0010";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "certificate/EC-2026-0010", "offer", offer()));
    assert_string_equal(office.fault.found, "FR-3");
}

static void a_certificate_names_signatories_with_active_accounts_of_the_state(void **state)
{
    (void)state;
    struct certificate *certificate = &office.world.certificate;
    struct certificate_person signatory = certificate->signatories[0];
    up_to_the_offer();
    certificate->signatories = &signatory;
    signatory.key = world_key(&office.world, WORLD_STRANGER);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    account_active("XC-S1", "state", "XC", WORLD_STRANGER);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    signatory.key = world_key(&office.world, WORLD_OPERATOR);
    account_active("XA-V1", "supervisor", "XA", WORLD_OPERATOR);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    signatory.key = world_key(&office.world, WORLD_STATE);
    IS(ERROR_OK, ACT(WORLD_D1, "account/XA-S1", "suspend", REASON));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    assert_string_equal(office.fault.found, "XA-S1");
    IS(ERROR_OK, ACT(WORLD_D2, "account/XA-S1", "restore", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
}

/* What was true when it was offered must be so when it comes into force. */
static void a_body_that_ends_on_the_way_stops_the_certificate(void **state)
{
    (void)state;
    const struct certificate *certificate = &office.world.certificate;
    up_to_the_offer();
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OK,
       ACT(WORLD_F2, CERTIFICATE, "authenticate", BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_F1, COURT, "end", REASON));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, CERTIFICATE, "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
    assert_string_equal(office.fault.found, "XA-court");
}

/* --- Builds ------------------------------------------------------------------------------- */

static void only_a_tested_build_is_installed(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    licence_issued();
    struct datum body = enrolment(WORLD_GUARD);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "installation/IN-0001", "enrol", body));
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "enter-build", body_build(&office.world)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "installation/IN-0001", "enrol", body));
    IS(ERROR_OFFICE_OWN_ACT,
       ACT(WORLD_D1, "product/P-0112", "test-build", body_test(&office.world, true)));
    IS(ERROR_OK, ACT(WORLD_F1, "product/P-0112", "test-build", body_test(&office.world, false)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "installation/IN-0001", "enrol", body));
    static const struct digest second = {{8}};
    struct datum named = datum_of_bytes(digest_view(&second));
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "enter-build",
                     BODY(T("version", "1.1"), {"digest", named})));
    IS(ERROR_OK,
       ACT(WORLD_F1, "product/P-0112", "test-build",
           BODY({"digest", named}, {"passed", datum_of_bool(true)}, T("report", "It obeys."))));
    /* The first build is no better for it. */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "installation/IN-0001", "enrol", body));
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0001", "enrol",
                     body_with(&office.world, body, "build", named)));
    const struct installation_file *file = (const void *)base_of(FILE_INSTALLATION, "IN-0001");
    assert_true(digest_equal(&file->build, &second));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(an_agency_is_checked_by_somebody_else_on_evidence),
        LIFE(an_application_is_for_a_checked_agency_of_the_state),
        LIFE(nothing_is_granted_to_an_agency_that_was_removed),
        LIFE(a_body_is_confirmed_by_its_fingerprint),
        LIFE(a_state_enters_its_own),
        LIFE(a_certificate_names_confirmed_bodies_with_the_same_keys),
        LIFE(a_certificate_names_no_body_of_another_state_or_unconfirmed),
        LIFE(a_certificate_names_signatories_with_active_accounts_of_the_state),
        LIFE(a_body_that_ends_on_the_way_stops_the_certificate),
        LIFE(only_a_tested_build_is_installed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
