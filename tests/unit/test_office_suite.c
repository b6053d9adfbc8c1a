/* What a licensing authority must be able to show of itself, one sentence a test; each is what a
 * public licensing system has been found to fail. Through the authority's server as it is, over
 * HTTP, and where a sentence is about the installation, with the guard that vendors link: nothing
 * between them is a stand-in. The parts are tested to their limits elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "meet_fixture.h"
#include "store/audit.h"

/* The authority, with and without an installation that it supervises. */
static struct meet meet;
static struct service_fixture office;

static int an_authority(void **state)
{
    (void)state;
    service_fixture_init(&office);
    service_fixture_live(&office);
    return 0;
}

static int an_authority_ends(void **state)
{
    (void)state;
    service_fixture_free(&office);
    return 0;
}

static int an_installation(void **state)
{
    (void)state;
    meet_init(&meet);
    return 0;
}

enum { USES_GRANTED = 3 };

static int an_installation_with_few_uses(void **state)
{
    office_uses_granted = USES_GRANTED;
    int result = an_installation(state);
    office_uses_granted = 0;
    return result;
}

static int an_installation_ends(void **state)
{
    (void)state;
    meet_free(&meet);
    return 0;
}

/* --- Words for the sentences -------------------------------------------------------------- */

static const struct datum nothing = {.kind = DATUM_MAP};

static unsigned does(
    struct service_fixture *at, enum world_key who, const char *file, uint64_t version,
    const char *verb, struct datum body)
{
    return service_act(at, office_act(&at->script, who, file, version, verb, body));
}
#define ACCEPTED(...) assert_int_equal(does(__VA_ARGS__), 201)

/* The act is refused, and for this reason (docs/api.md, Problems). Where a guard runs beside it,
 * the log goes on meanwhile. */
static void refused_for(struct service_fixture *at, struct bytes act, const char *type)
{
    char words[60];
    struct http_reply reply = service_call(at, "POST", "/api/v1/acts", "application/cose", act);
    snprintf(words, sizeof words, "\"urn:enduse:problem:%s\"", type);
    if (reply.status < 400 || reply.status >= 500 || !strstr(service_text(&reply), words))
        fail_msg("not %s: %u %s", type, reply.status, service_text(&reply));
    http_reply_free(&reply);
}

/* The same, and nothing is in the log of it. */
static void refused(struct service_fixture *at, struct bytes act, const char *type)
{
    struct digest before = service_root(at);
    refused_for(at, act, type);
    struct digest after = service_root(at);
    assert_true(digest_equal(&before, &after));
}
#define REFUSED(type, at, ...) refused(at, office_act(&(at)->script, __VA_ARGS__), type)

static struct datum reason(struct service_fixture *at, const char *words)
{
    return OFFICE_BODY(&at->script, {"reason", datum_of_text(words)});
}

/* Whether the file at the office says this. */
static bool says(struct service_fixture *at, const char *file, const char *words)
{
    char path[100];
    snprintf(path, sizeof path, "/api/v1/files/%s", file);
    struct http_reply reply = service_call(at, "GET", path, NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    bool said = strstr(service_text(&reply), words) != NULL;
    http_reply_free(&reply);
    return said;
}

/* What the server does by a rule it does by itself: asked until it has. */
static void comes_to_say(struct service_fixture *at, const char *file, const char *words)
{
    bool said = false;
    for (int i = 0; i < 5000 && !said; i++)
        said = says(at, file, words);
    if (!said)
        fail_msg("%s never said %s", file, words);
}

/* The authority was switched off, and is on again at this moment. */
static void it_is_now(millis time)
{
    service_fixture_stop(&office);
    office_clock = time;
    service_fixture_start(&office);
}

static uint64_t a_use_runs(void)
{
    meet_open(&meet);
    meet_wait_active(&meet);
    meet_declare(&meet);
    uint64_t use = meet_use(&meet);
    meet_settled(&meet);
    return use;
}

/* --- Suspension --------------------------------------------------------------------------- */

/* "What the authority suspends stops at the installation, and the authority knows that it did." */
static void what_is_suspended_stops_at_the_installation(void **state)
{
    (void)state;
    uint64_t use = a_use_runs();
    meet_order(&meet, ORDER_SUSPEND, NULL);
    meet_await_stop(&meet, use);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_SUSPENDED);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    assert_int_equal(meet_begin(&meet, &use), ENDUSE_REFUSED);
    meet_settled(&meet);
    assert_true(says(&meet.office, "licence/IL-2026-0017", "\"state\":\"suspended\""));
    const struct order_file *order = meet_order_file(&meet, meet_order_number(&meet));
    assert_int_equal(order->progress, ORDER_OBEYED);
    assert_int_equal(order->receipts_count, 1);
    assert_string_equal(order->receipts[0].installation, MEET_INSTALLATION);
    assert_int_equal(order->receipts[0].stopped, 1);
}

/* "One ministry can take away; only both give back." */
static void one_ministry_takes_away_and_only_both_give_back(void **state)
{
    (void)state;
    uint64_t use = a_use_runs();
    struct office_script *script = &meet.office.script;
    struct digest suspension = meet_order(&meet, ORDER_SUSPEND, NULL);
    meet_await_stop(&meet, use);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    struct order back = world_order(&script->world, "OR-BACK", ORDER_RESTORE, NULL);
    back.lifts = suspension;
    refused_for(&meet.office, OFFICE_ORDER(script, &back, WORLD_D1), "signatures");
    refused_for(&meet.office, OFFICE_ORDER(script, &back, WORLD_D1, WORLD_D2), "signatures");
    meet_settled(&meet);
    assert_int_equal(meet_begin(&meet, &use), ENDUSE_REFUSED);
    assert_int_equal(
        service_act(&meet.office, OFFICE_ORDER(script, &back, WORLD_D1, WORLD_F1)), 201);
    meet_wait_active(&meet);
    (void)meet_use(&meet);
}

/* --- Countries ---------------------------------------------------------------------------- */

/* "When the country of an end user is taken off the list after licences were issued there, each of
 * them is reviewed, and none stops before somebody decides." */
static void a_delisted_country_opens_a_review_of_its_licences(void **state)
{
    (void)state;
    static const char licence[] = "licence/IL-2026-0017";
    uint64_t use = a_use_runs();
    assert_false(says(&meet.office, licence, "\"country-review\":{\"delisted\":"));
    ACCEPTED(
        &meet.office, WORLD_F1, "country/XA", 2, "delist",
        reason(&meet.office, "Courts there hear complaints no more."));
    comes_to_say(&meet.office, licence, "\"country-review\":{\"delisted\":");
    assert_true(says(&meet.office, licence, "\"state\":\"active\""));
    meet_settled(&meet);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    (void)meet_use(&meet);
    /* Somebody decides. */
    meet_order(&meet, ORDER_SUSPEND, NULL);
    meet_await_stop(&meet, use);
}

/* --- Ends --------------------------------------------------------------------------------- */

/* "A licence ends at its date, though nobody does anything." */
static void a_licence_ends_at_its_date_by_itself(void **state)
{
    (void)state;
    static const char file[] = "licence/IL-2026-0018";
    struct office_script *script = &office.script;
    struct licence licence = script->world.licence;
    licence.number = "IL-2026-0018";
    licence.until = WORLD_NOW + 10 * MILLIS_DAY;
    struct datum instrument = OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, &licence, WORLD_D1);
    ACCEPTED(
        &office, WORLD_D1, file, 0, "propose",
        OFFICE_BODY(
            script, {"application", datum_of_text("A-1")},
            {"certificate", datum_of_text("EC-2026-0009")},
            {"instrument", *datum_member(&instrument, "instrument")}));
    ACCEPTED(
        &office, WORLD_F1, file, 1, "countersign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, &licence, WORLD_D1, WORLD_F1));
    it_is_now(licence.until - 1);
    assert_true(says(&office, file, "\"state\":\"active\""));
    it_is_now(licence.until);
    comes_to_say(&office, file, "\"state\":\"expired\"");
    assert_true(says(&office, "licence/IL-2026-0017", "\"state\":\"active\""));
    /* For good: nothing is enrolled under it any more. */
    struct bytes enrolment = office_act(
        script, WORLD_D1, "installation/IN-0050", 0, "enrol",
        OFFICE_BODY(
            script, {"licence", datum_of_text("IL-2026-0018")},
            {"place", datum_of_text("The harbour")},
            {"guard",
             OFFICE_BODY(
                 script, {"kind", datum_of_text("key")}, {"type", datum_of_text("ed25519")},
                 {"public-key", datum_of_bytes(public_key_view(
                                    private_key_public(script->world.keys[WORLD_STRANGER])))})},
            {"first-key", datum_of_bytes(digest_view(&script->world.authority))},
            {"build", datum_of_bytes(digest_view(&world_build))}));
    refused(&office, enrolment, "condition");
}

/* --- Quotas ------------------------------------------------------------------------------- */

/* "More uses than the licence grants are refused by the installation itself." */
static void a_use_beyond_the_quota_is_refused(void **state)
{
    (void)state;
    uint64_t use = a_use_runs();
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    for (uint64_t i = 1; i < USES_GRANTED; i++)
        assert_int_equal(enduse_end(meet.guard, meet_use(&meet)), ENDUSE_OK);
    assert_int_equal(meet_begin(&meet, &use), ENDUSE_REFUSED);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_CLAUSE);
    assert_int_equal(meet.verdict.clause_count, 1);
    assert_string_equal(meet.verdict.clauses[0], "L5");
    /* Also after the machine was switched off and on. */
    meet_close(&meet);
    meet_open(&meet);
    meet_wait_active(&meet);
    assert_int_equal(meet_try_declare(&meet), ENDUSE_REFUSED);
    assert_string_equal(meet.verdict.clauses[0], "L5");
}

/* --- Records ------------------------------------------------------------------------------ */

/* "Whoever alters one row of what happened is caught." */
static void one_altered_event_is_caught(void **state)
{
    (void)state;
    char path[300];
    sqlite3 *database;
    struct audit_report report;
    struct fault fault = {0};
    const struct audit_options options = {
        .pinned = &office.script.world.authority, .demo_allowed = true};
    snprintf(path, sizeof path, "%s/office.db", office.folder);
    service_fixture_stop(&office);
    assert_int_equal(store_verify(path, &options, &fault, &report), ERROR_OK);
    assert_int_equal(report.finding_count, 0);
    /* Who signed the review of the foreign ministry, says the row. */
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(
            database,
            "UPDATE event SET actor = 'F-01' WHERE file_number = 'A-1' AND actor = 'F-02'", NULL,
            NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_changes(database), 1);
    sqlite3_close(database);
    assert_int_equal(store_verify(path, &options, &fault, &report), ERROR_OK);
    assert_true(report.finding_count > 0);
    struct rebuild_report rebuilt;
    assert_int_not_equal(store_rebuild(path, &options, &fault, &rebuilt), ERROR_OK);
    service_fixture_start(&office);
}

/* --- Signatures --------------------------------------------------------------------------- */

/* "Nobody posts a countersignature as somebody else: who acts is who signed, whatever is said." */
static void nobody_countersigns_as_somebody_else(void **state)
{
    (void)state;
    static const char file[] = "order/OR-1";
    struct office_script *script = &office.script;
    struct order order = world_order(&script->world, "OR-1", ORDER_SUSPEND, NULL);
    assert_int_equal(service_act(&office, OFFICE_ORDER(script, &order, WORLD_D1)), 201);
    struct datum both = OFFICE_INSTRUMENT(script, INSTRUMENT_ORDER, &order, WORLD_D1, WORLD_F1);
    struct datum one = OFFICE_INSTRUMENT(script, INSTRUMENT_ORDER, &order, WORLD_D1, WORLD_D2);
    /* The same ministry's other signatory; the issuer, with the other's signature in hand; a
     * stranger; a body that names the person; a signature that the person did not make. */
    REFUSED("role", &office, WORLD_D2, file, 1, "confirm", one);
    REFUSED("role", &office, WORLD_D2, file, 1, "confirm", both);
    REFUSED("own-act", &office, WORLD_D1, file, 1, "confirm", both);
    REFUSED("unknown-signer", &office, WORLD_STRANGER, file, 1, "confirm", both);
    REFUSED(
        "malformed", &office, WORLD_D2, file, 1, "confirm",
        OFFICE_BODY(
            script, {"instrument", *datum_member(&both, "instrument")},
            {"person", datum_of_text("F-01")}));
    struct bytes signed_by_f1 = office_act(script, WORLD_F1, file, 1, "confirm", both);
    struct bytes altered = arena_copy(&script->arena, signed_by_f1);
    ((uint8_t *)(uintptr_t)altered.data)[altered.length - 1] ^= 1;
    refused(&office, altered, "signature");
    assert_true(says(&office, file, "\"state\":\"issued\""));
    assert_int_equal(service_act(&office, signed_by_f1), 201);
    assert_true(says(&office, file, "\"confirmed\":{\"person\":\"F-01\""));
}

/* "A licence needs two people of two ministries." */
static void a_licence_needs_two_people_of_two_ministries(void **state)
{
    (void)state;
    static const char file[] = "licence/IL-2026-0018";
    struct office_script *script = &office.script;
    struct licence licence = script->world.licence;
    licence.number = "IL-2026-0018";
    struct datum instrument = OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, &licence, WORLD_D1);
    ACCEPTED(
        &office, WORLD_D1, file, 0, "propose",
        OFFICE_BODY(
            script, {"application", datum_of_text("A-1")},
            {"certificate", datum_of_text("EC-2026-0009")},
            {"instrument", *datum_member(&instrument, "instrument")}));
    struct datum one = OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, &licence, WORLD_D1, WORLD_D2);
    struct datum both = OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, &licence, WORLD_D1, WORLD_F1);
    REFUSED("signatures", &office, WORLD_D2, file, 1, "countersign", one);
    REFUSED("own-act", &office, WORLD_D1, file, 1, "countersign", both);
    assert_true(says(&office, file, "\"state\":\"proposed\""));
    ACCEPTED(&office, WORLD_F1, file, 1, "countersign", both);
    assert_true(says(&office, file, "\"state\":\"active\""));
}

/* "Anybody can verify a certificate without asking the authority." */
static void a_certificate_is_verified_offline(void **state)
{
    (void)state;
    struct world *world = &office.script.world;
    struct http_reply reply = service_call(
        &office, "GET", "/api/v1/files/certificate/EC-2026-0009/document", NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    struct bytes file = arena_copy(&office.arena, buffer_view(&reply.body));
    http_reply_free(&reply);
    service_fixture_stop(&office);
    /* All that is known besides the file: the root, by the digest that was published. */
    struct bytes root = buffer_view(&world->root_bytes);
    struct root_chain chain;
    struct document document;
    struct certificate certificate;
    struct form form;
    struct fault fault = {0};
    assert_int_equal(root_chain_open(&root, 1, &world->authority, true, &fault, &chain), ERROR_OK);
    assert_int_equal(
        certificate_open(file, &chain, &office.arena, &fault, &document, &certificate, &form),
        ERROR_OK);
    assert_int_equal(document.signer_count, 3); /* the state's signatory, both ministries */
    assert_string_equal(certificate.number, "EC-2026-0009");
    for (size_t at = 0; at < file.length; at += file.length / 50) {
        struct bytes altered = arena_copy(&office.arena, file);
        ((uint8_t *)(uintptr_t)altered.data)[at] ^= 1;
        assert_int_not_equal(
            certificate_open(
                altered, &chain, &office.arena, &fault, &document, &certificate, &form),
            ERROR_OK);
    }
    root_chain_close(&chain);
    service_fixture_start(&office);
}

/* --- Silence ------------------------------------------------------------------------------ */

/* The law that both ministries have set: silence is consent; Tuesday and Wednesday are holidays. */
static void silence_consents_and_there_are_holidays(void)
{
    struct office_script *script = &office.script;
    struct datum calendar = OFFICE_BODY(
        script, {"utc-offset", datum_of_text("+02:00")},
        {"weekend", WORLD_TEXTS(&script->world, "friday", "saturday")},
        {"holidays", WORLD_TEXTS(&script->world, "2026-03-03", "2026-03-04")});
    struct datum settings = OFFICE_BODY(
        script, {"calendar", calendar}, {"review-days", datum_of_integer(5)},
        {"silence", datum_of_text("consents")}, {"confirm-within", datum_of_text("1d")},
        {"decide-days", datum_of_integer(45)}, {"objection-days", datum_of_integer(30)});
    ACCEPTED(
        &office, WORLD_D1, "settings/office", 0, "propose",
        OFFICE_BODY(script, {"settings", settings}, {"reasons", datum_of_text("As agreed.")}));
    ACCEPTED(&office, WORLD_F1, "settings/office", 1, "confirm", nothing);
}

/* In review since Monday, 2 March 2026; the defence ministry has approved it. */
static void an_application_in_review(const char *file)
{
    struct world *world = &office.script.world;
    ACCEPTED(
        &office, WORLD_D1, file, 0, "draft",
        body_application(world, APPLICATION_MARKETING, "XA", true));
    ACCEPTED(&office, WORLD_D1, file, 1, "submit", nothing);
    ACCEPTED(&office, WORLD_D2, file, 2, "open-review", body_days(world, 5));
    ACCEPTED(&office, WORLD_F1, file, 3, "assess", body_assessment(world, "no-objection"));
    ACCEPTED(&office, WORLD_D2, file, 4, "review", body_review(world, "approve"));
}

/* Thursday, Sunday, Monday, Tuesday and Wednesday, the 11th, are the five working days: they are
 * over at midnight, two hours before that of UTC. */
static const millis FIVE_DAYS_END = INT64_C(1773266400000); /* 2026-03-11T22:00:00Z */

/* "A ministry that is silent for five working days has consented; holidays are no working days." */
static void silence_for_five_working_days_is_consent(void **state)
{
    (void)state;
    silence_consents_and_there_are_holidays();
    an_application_in_review("application/A-7");
    it_is_now(FIVE_DAYS_END - 1);
    assert_true(says(&office, "application/A-7", "\"state\":\"in-review\""));
    it_is_now(FIVE_DAYS_END);
    comes_to_say(&office, "application/A-7", "\"state\":\"approved\"");
    /* It is said that nobody spoke. */
    assert_true(says(&office, "application/A-7", "\"decision\":\"deemed-consent\""));
}

/* "An objection on the fifth day is in time; on the sixth it is late." */
static void an_objection_on_the_sixth_day_is_late(void **state)
{
    (void)state;
    struct world *world = &office.script.world;
    silence_consents_and_there_are_holidays();
    an_application_in_review("application/A-7");
    an_application_in_review("application/A-8");
    it_is_now(FIVE_DAYS_END - MILLIS_HOUR);
    ACCEPTED(&office, WORLD_F2, "application/A-7", 5, "review", body_review(world, "object"));
    assert_true(says(&office, "application/A-7", "\"state\":\"disputed\""));
    /* It is too late before anybody has noted that: the moment counts, and not the note. */
    office_clock = FIVE_DAYS_END;
    REFUSED(
        "late", &office, WORLD_F2, "application/A-8", 5, "review", body_review(world, "object"));
    it_is_now(FIVE_DAYS_END);
    comes_to_say(&office, "application/A-8", "\"state\":\"approved\"");
    assert_true(says(&office, "application/A-7", "\"state\":\"disputed\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define OFFICE(name) cmocka_unit_test_setup_teardown(name, an_authority, an_authority_ends)
#define SITE(name) cmocka_unit_test_setup_teardown(name, an_installation, an_installation_ends)
        SITE(what_is_suspended_stops_at_the_installation),
        SITE(one_ministry_takes_away_and_only_both_give_back),
        SITE(a_delisted_country_opens_a_review_of_its_licences),
        OFFICE(a_licence_ends_at_its_date_by_itself),
        cmocka_unit_test_setup_teardown(
            a_use_beyond_the_quota_is_refused, an_installation_with_few_uses, an_installation_ends),
        OFFICE(one_altered_event_is_caught),
        OFFICE(nobody_countersigns_as_somebody_else),
        OFFICE(a_licence_needs_two_people_of_two_ministries),
        OFFICE(a_certificate_is_verified_offline),
        OFFICE(silence_for_five_working_days_is_consent),
        OFFICE(an_objection_on_the_sixth_day_is_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
