/* authority: one licence's life by acts, each rule of two people and two ministries, every state in
 * which an act is refused. Orders and renewals have tests of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

static void a_licence_from_registration_to_restoration(void **state)
{
    (void)state;
    everything();
    /* A limit by one ministry, confirmed by the other. */
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-1", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_ISSUED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_LIMITED);
    IS(ERROR_OK, ACT(WORLD_F1, "order/OR-1", "confirm",
                     instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_CONFIRMED);
    /* A disconnection on top; the strictest counts. */
    struct order cut = an_order("OR-2", ORDER_DISCONNECT);
    IS(ERROR_OK,
       ACT(WORLD_F2, "order/OR-2", "issue", instrument(SIGNED(INSTRUMENT_ORDER, &cut, WORLD_F2))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_DISCONNECTED);
    /* A restoration is refused to one ministry alone and granted to both. */
    struct order restore = an_order("OR-3", ORDER_RESTORE);
    restore.lifts = digest_of("OR-2");
    IS(ERROR_SIGNERS_MISSING, ACT(WORLD_F2, "order/OR-3", "issue",
                                  instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_F2))));
    IS(ERROR_SIGNERS_MISSING,
       ACT(WORLD_F2, "order/OR-3", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_F1, WORLD_F2))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_DISCONNECTED);
    IS(ERROR_OK, ACT(WORLD_F2, "order/OR-3", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_F2, WORLD_D2))));
    assert_int_equal(state_of(FILE_ORDER, "OR-3"), ORDER_DONE);
    assert_int_equal(state_of(FILE_ORDER, "OR-2"), ORDER_LIFTED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_LIMITED);
    /* Lifting the limit makes it active again; once only. */
    struct order lift = an_order("OR-4", ORDER_LIFT);
    lift.lifts = digest_of("OR-1");
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-4", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &lift, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
    struct order again = an_order("OR-5", ORDER_LIFT);
    again.lifts = lift.lifts;
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-5", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &again, WORLD_D1, WORLD_F1))));
    /* Revoked is for good. */
    struct order revoke = an_order("OR-6", ORDER_REVOKE);
    IS(ERROR_SIGNERS_MISSING, ACT(WORLD_D1, "order/OR-6", "issue",
                                  instrument(SIGNED(INSTRUMENT_ORDER, &revoke, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-6", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &revoke, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_REVOKED);
    restore.number = "OR-7";
    restore.lifts = digest_of("OR-6");
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-7", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_REVOKED);
}
/* --- Refusals ----------------------------------------------------------------------------- */

static void eligible_countries_and_governments_only(void **state)
{
    (void)state;
    struct world *world = &office.world;
    static const char name[] = "application/A-0";
    exporter_registered();
    product_classified();
    const enum application_kind kind = APPLICATION_MARKETING;
    IS(ERROR_OK, ACT(WORLD_D1, name, "draft", body_application(world, kind, "XB", true)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, name, "submit", NO_BODY));
    assert_non_null(strstr(office.fault.found, "2026-01-31")); /* the list's date */
    IS(ERROR_OK, ACT(WORLD_D1, name, "draft", body_application(world, kind, "XA", false)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, name, "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, name, "draft", body_application(world, kind, "XA", true)));
    IS(ERROR_OK, ACT(WORLD_D1, name, "submit", NO_BODY));
}

/* Registered exporter, classified product, marketing, export, certificate, licence. */
static void the_order_of_the_steps_is_kept(void **state)
{
    (void)state;
    struct world *world = &office.world;
    static const char name[] = "application/A-1";
    struct datum export = body_application(world, APPLICATION_EXPORT, "XA", true);
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, name, "draft", export));
    IS(ERROR_OFFICE_MISSING,
       ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, "product/P-0112", "submit", body_product(world)));
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0031", "draft", body_exporter(world)));
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0031", "submit", NO_BODY));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, "exporter/EX-0031", "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, "exporter/EX-0031", "screen", body_screening(world, NULL)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "product/P-0112", "submit", body_product(world)));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-0031", "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "submit", body_product(world)));
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-0", "draft", marketing()));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "application/A-0", "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, "product/P-0112", "classify",
                     BODY(T("control", "4.D.4"), T("reason", "Intrusion."))));
    form_registered();
    offences_accepted();
    IS(ERROR_OK, ACT(WORLD_D1, name, "draft", export));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, name, "submit", NO_BODY)); /* A-0 is a draft */
    approved("application/A-0", marketing());
    IS(ERROR_OK, ACT(WORLD_D1, name, "submit", NO_BODY));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, name, "review", body_review(world, "approve")));
    IS(ERROR_OK, ACT(WORLD_D2, name, "open-review", body_days(world, 5)));
    /* no approval without a human-rights assessment; no certificate without approval */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, name, "review", body_review(world, "approve")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    /* no licence without a certificate in force */
    IS(ERROR_OK, ACT(WORLD_F1, name, "assess", body_assessment(world, "no-objection")));
    IS(ERROR_OK, ACT(WORLD_D2, name, "review", body_review(world, "approve")));
    IS(ERROR_OK, ACT(WORLD_F2, name, "review", body_review(world, "approve")));
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
           proposal(SIGNED(INSTRUMENT_LICENCE, &office.world.licence, WORLD_D1))));
}

static void nobody_acts_on_their_own_act(void **state)
{
    (void)state;
    struct world *world = &office.world;
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-1", "draft", body_exporter(world)));
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-1", "submit", NO_BODY));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "exporter/EX-1", "screen", body_screening(world, NULL)));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-1", "screen", body_screening(world, NULL)));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "exporter/EX-1", "refuse", BODY(T("reason", "r"))));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, "exporter/EX-1", "register", NO_BODY));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "exporter/EX-1", "register", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F1, "exporter/EX-1", "register", NO_BODY));
    everything();
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-1", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    struct datum both = SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1, WORLD_F1);
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "order/OR-1", "confirm", instrument(both)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "order/OR-1", "confirm", instrument(both)));
    /* somebody else's signature, posted as one's own */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, "order/OR-1", "confirm", instrument(both)));
    IS(ERROR_OK, ACT(WORLD_F1, "order/OR-1", "confirm", instrument(both)));
}

/* A licence is granted only while what it rests on still stands. */
static void a_licence_needs_what_the_application_needed(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    const struct licence *licence = &office.world.licence;
    IS(ERROR_OK, ACT(WORLD_D1, "country/XA", "delist", BODY(T("reason", "Its record."))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                   proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    country_listed("XA", WORLD_NOW);
    IS(ERROR_OK, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-0031", "remove", BODY(T("reason", "Misuse."))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_PROPOSED);
}

static void the_signatory_is_authenticated_over_a_second_channel(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    form_registered();
    offences_accepted();
    const struct certificate *certificate = &office.world.certificate;
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1))));
    IS(ERROR_COSE_UNKNOWN_KEY,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STRANGER))));
    /* another certificate than was offered */
    struct certificate other = *certificate;
    other.place = "Elsewhere";
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, &other, WORLD_STATE))));
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OFFICE_STATE,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
    char wrong[KEY_ID_TEXT_SIZE];
    struct key_id id = private_key_id(office.world.keys[WORLD_STRANGER]);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, "certificate/EC-2026-0009", "authenticate",
                                   BODY(T("fingerprint", key_id_text(&id, wrong)))));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "certificate/EC-2026-0009", "authenticate",
                              BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_F2, "certificate/EC-2026-0009", "authenticate",
                     BODY(T("fingerprint", state_fingerprint()))));
    /* a countersignature that loses the state's */
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1, WORLD_F1))));
}

/* Wet ink: no key of the state, but the digest on the signed page, and both ministries' word. */
static void wet_ink_is_attested_by_both_ministries(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    form_registered();
    offences_accepted();
    struct certificate *certificate = &office.world.certificate;
    certificate->signing = CERTIFICATE_WET_INK;
    certificate->signatories_count = 0;
    const char *name = "certificate/EC-2026-0009";
    IS(ERROR_OK, ACT(WORLD_D1, name, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D1, name, "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1))));
    char text[DIGEST_TEXT_SIZE];
    const struct certificate_file *file = (const void *)base_of(FILE_CERTIFICATE, "EC-2026-0009");
    struct digest other = sha256_of(BYTES_LITERAL("another page"));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F2, name, "authenticate", BODY(T("fingerprint", digest_text(&other, text)))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F2, name, "authenticate", BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_F2, name, "authenticate",
                     BODY(T("fingerprint", digest_text(&file->digest, text)))));
    IS(ERROR_OK, ACT(WORLD_D1, name, "countersign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1))));
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_AUTHENTICATED);
    IS(ERROR_OK, ACT(WORLD_F1, name, "countersign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_IN_FORCE);
}

static void no_server_holds_a_ministrys_key(void **state)
{
    (void)state;
    struct delegation next = office.world.delegation;
    next.version = 2;
    next.lease_key = world_key(&office.world, WORLD_D2);
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "delegation/2", "propose",
           instrument(SIGNED(INSTRUMENT_DELEGATION, &next, WORLD_D1, WORLD_F1))));
    next.lease_key = world_key(&office.world, WORLD_LEASE);
    IS(ERROR_OK, ACT(WORLD_D1, "delegation/2", "propose",
                     instrument(SIGNED(INSTRUMENT_DELEGATION, &next, WORLD_D1, WORLD_F1))));
}

static void licences_and_orders_only_take_away(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    struct licence licence = office.world.licence;
    licence.clauses = "@clause(\"L1\") @title(\"x\") permit (principal, action, resource);";
    IS(ERROR_VERDICT_PERMIT, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                 proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    licence.clauses = "@clause(\"L1\") forbid (principal, action, resource) when { context.mood };";
    IS(ERROR_CHECK_ATTRIBUTE, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                  proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    licence = office.world.licence;
    licence.until = office.world.certificate.until + 1;
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    static const char *const more[] = {"location", "surroundings"};
    licence = office.world.licence;
    licence.functions = more;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                   proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    licence_issued();
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    limit.clauses = "@clause(\"O1\") forbid (principal, action, resource) when { context.mood };";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "issue",
                                   instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    limit.clauses = "@clause(\"O1\") permit (principal, action, resource);";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "issue",
                                   instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
}

static void a_licence_is_issued_by_two_ministries(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    const struct licence *licence = &office.world.licence;
    IS(ERROR_OK, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    IS(ERROR_OFFICE_OWN_ACT,
       ACT(WORLD_D1, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    IS(ERROR_SIGNERS_MISSING,
       ACT(WORLD_D2, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_D2))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F2, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
    IS(ERROR_OK, ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    build_tested();
    static const enum world_key guards[] = {WORLD_GUARD, WORLD_STRANGER, WORLD_OPERATOR};
    for (int i = 0; i < 3; i++) {
        char name[40];
        snprintf(name, sizeof name, "installation/IN-%d", i + 1);
        IS(ERROR_OK, ACT(WORLD_D1, name, "enrol", enrolment(guards[i])));
    }
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "installation/IN-4", "enrol", enrolment(WORLD_SUPERVISOR)));
}

/* With the key of another installation one guard could answer for two. */
static void a_guards_key_is_enrolled_once(void **state)
{
    (void)state;
    everything();
    static const struct digest latch = {{5}};
    IS(ERROR_OFFICE_GUARD_KEY,
       ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_GUARD)));
    assert_string_equal(office.fault.found, "that of installation/IN-0001");
    assert_null(base_of(FILE_INSTALLATION, "IN-0002"));
    assert_int_equal(licence_file()->installations, 1);
    /* Also where that one is stopped: its key stays its own. */
    IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "latch",
                     BODY(
                         {"latch", datum_of_bytes(digest_view(&latch))},
                         T("reason", "The log was cut off."))));
    IS(ERROR_OFFICE_GUARD_KEY,
       ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_GUARD)));
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
}

static void acts_that_no_row_has_are_refused(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OFFICE_VERB, ACT(WORLD_D1, "licence/IL-2026-0017", "delete", NO_BODY));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, "exporter/EX-0031", "register", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, "licence/IL-2026-0017", "expire", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "licence/IL-2026-0017", "expire", NO_BODY));
    IS(ERROR_OFFICE_STRANGER, ACT(WORLD_STRANGER, "exporter/EX-9", "draft", NO_BODY));
    IS(ERROR_OFFICE_STRANGER, ACT(WORLD_SUPERVISOR, "exporter/EX-9", "draft", NO_BODY));
    IS(ERROR_DOCUMENT_MISSING, ACT(WORLD_D1, "exporter/EX-9", "draft", NO_BODY));
    IS(ERROR_DOCUMENT_VALUE,
       ACT(WORLD_D2, "exporter/EX-0031", "remove", BODY(T("reason", "r"), T("more", "x"))));
    enum file_kind kind;
    const char *number;
    assert_int_equal(file_name_split("horse/1", NULL, &kind, &number), ERROR_OFFICE_FILE);
    /* a version that has passed */
    struct act act = {
        .id = {{9}},
        .file = "exporter/EX-0031",
        .file_version = 2,
        .verb = "remove",
        .body = BODY(T("reason", "r")),
        .time = WORLD_NOW};
    struct key_id id = private_key_id(office.world.keys[WORLD_D1]);
    struct actor actor;
    struct signer signer;
    struct outcome outcome;
    assert_int_equal(
        actor_find(&office.office, &view, &id, WORLD_NOW, NULL, &actor, &signer), ERROR_OK);
    assert_int_equal(
        authority_apply(
            &office.office, &view, &actor, &act, WORLD_NOW, &office.arena, &office.fault, &outcome),
        ERROR_OFFICE_VERSION);
    assert_non_null(strstr(office.fault.found, "version 4"));
}

/* Else a file could be neither stored nor shown. */
static void members_differ(const struct layout *layout)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        for (size_t k = 0; k < i; k++) {
            if (strcmp(layout->fields[k].name, field->name) == 0 ||
                layout->fields[k].key >= field->key)
                fail_msg("%s: %s and %s", layout->name, layout->fields[k].name, field->name);
        }
        if (field->layout)
            members_differ(field->layout);
    }
}

static void every_table_of_fields_is_sound(void **state)
{
    (void)state;
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        members_differ(file_layout((enum file_kind)kind));
        size_t count;
        const struct transition *rows = lifecycle((enum file_kind)kind, &count);
        for (size_t i = 0; i < count; i++) {
            if (rows[i].body)
                members_differ(rows[i].body);
        }
    }
}

static void deadlines_act_by_themselves(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK,
       ACT(WORLD_D1, "order/OR-1", "issue", instrument(SIGNED(INSTRUMENT_ORDER, &cut, WORLD_D1))));
    millis next;
    assert_null(due_on(FILE_ORDER, "OR-1", WORLD_NOW, &next));
    assert_int_equal(next, WORLD_NOW + MILLIS_DAY);
    assert_string_equal(due_on(FILE_ORDER, "OR-1", next, &next), "alarm");
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "order/OR-1", "alarm", NO_BODY));
    IS(ERROR_OK, do_at(WORLD_NOW + MILLIS_DAY, WORLD_LEASE, "order/OR-1", "alarm", NO_BODY));
    /* an alarm, never a restoration */
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_UNCONFIRMED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_SUSPENDED);
    millis end = office.world.licence.until;
    assert_string_equal(due_on(FILE_LICENCE, "IL-2026-0017", end, &next), "expire");
    IS(ERROR_OK, do_at(end, WORLD_LEASE, "licence/IL-2026-0017", "expire", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_EXPIRED);
}

/* A name twice in a table would make JSON that nobody reads. */
static void names_are_distinct(const struct layout *layout)
{
    for (size_t i = 0; layout && i < layout->field_count; i++) {
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(layout->fields[i].name, layout->fields[k].name);
        names_are_distinct(layout->fields[i].layout);
    }
}

static void every_kind_has_its_tables(void **state)
{
    (void)state;
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        size_t count;
        const struct transition *rows = lifecycle((enum file_kind)kind, &count);
        names_are_distinct(file_layout((enum file_kind)kind));
        for (size_t i = 0; i < count; i++) {
            names_are_distinct(rows[i].body);
            assert_true(rows[i].from && rows[i].to && rows[i].roles && rows[i].apply);
            assert_non_null(rows[i].words);
            /* What a rule does it does at no person's word, and says by which rule. */
            assert_int_equal(rows[i].roles == ROLE_SERVER, rows[i].rule != NULL);
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(rows[i].verb, rows[k].verb);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(a_licence_from_registration_to_restoration),
        LIFE(eligible_countries_and_governments_only),
        LIFE(the_order_of_the_steps_is_kept),
        LIFE(nobody_acts_on_their_own_act),
        LIFE(a_licence_needs_what_the_application_needed),
        LIFE(the_signatory_is_authenticated_over_a_second_channel),
        LIFE(wet_ink_is_attested_by_both_ministries),
        LIFE(no_server_holds_a_ministrys_key),
        LIFE(licences_and_orders_only_take_away),
        LIFE(a_licence_is_issued_by_two_ministries),
        LIFE(a_guards_key_is_enrolled_once),
        LIFE(acts_that_no_row_has_are_refused),
        LIFE(every_table_of_fields_is_sound),
        LIFE(deadlines_act_by_themselves),
        LIFE(every_kind_has_its_tables),
    };
    return cmocka_run_group_tests_name("authority", tests, NULL, NULL);
}
