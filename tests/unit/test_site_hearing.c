/* site: hearings, as the parties of a case read and answer them; the case, who complained and what
 * the other party says stay where they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "site_stage.h"

#define T(name, text)                                                                              \
    {                                                                                              \
        (name), datum_of_text(text)                                                                \
    }
#define BODY(...) OFFICE_BODY(&fixture.script, __VA_ARGS__)

static const char page[] = "/hearing/C-1", notice[] = "Two uses, on the fourth of March.";
static const char other_notice[] = "Your agency, on the fourth of March.";

static uint64_t version; /* of the case */

/* --- The office --------------------------------------------------------------------------- */

static void
does(enum world_key key, const char *file, uint64_t at, const char *verb, struct datum body)
{
    struct bytes act = office_act(&fixture.script, key, file, at, verb, body);
    assert_int_equal(service_act(&fixture, act), 201);
}

static void on_case(enum world_key key, const char *verb, struct datum body)
{
    does(key, "case/C-1", version++, verb, body);
}

/* A second version of the root, with who investigates and who chairs. */
static void enlarge_the_root(void)
{
    struct world *world = &fixture.script.world;
    struct buffer bytes = {0};
    world_add_people(world);
    struct root root = world->root;
    root.version = 2;
    root.previous = world->authority;
    WORLD_SIGN(world, INSTRUMENT_ROOT, &root, &bytes, NULL, WORLD_D1, WORLD_F1);
    assert_int_equal(
        service_status(&fixture, "POST", "/api/v1/roots", "application/cose", buffer_view(&bytes)),
        201);
    buffer_free(&bytes);
}

static void enrol(const char *file, const char *exporter, enum world_key key)
{
    struct world *world = &fixture.script.world;
    const struct document_key own = world_key(world, key);
    struct datum document_key = BODY(
        T("kind", "key"), T("type", "ed25519"), {"public-key", datum_of_bytes(own.public_key)});
    does(
        WORLD_D1, file, 0, "enrol",
        BODY(
            T("kind", "exporter"), T("name", "An officer"), T("organisation", exporter),
            {"key", document_key}, T("until", "2027-01-01T00:00:00Z")));
    does(WORLD_F1, file, 1, "confirm", body_fingerprint(world, &own));
}

static int set_up(void **state)
{
    (void)state;
    const enum world_key keys[] = {WORLD_EXPORTER, WORLD_OTHER_EXPORTER, WORLD_STATE, WORLD_D1};
    stage_begin(STAGE_LIVED, keys, 4);
    enlarge_the_root();
    does(WORLD_D1, "exporter/EX-0032", 0, "draft", body_exporter(&fixture.script.world));
    enrol("account/X-1", "EX-0031", WORLD_EXPORTER);
    enrol("account/X-2", "EX-0032", WORLD_OTHER_EXPORTER);
    version = 0;
    on_case(
        WORLD_D1, "open",
        BODY(T("origin", "other"), T("licence", "IL-2026-0017"), T("what", "A letter says so.")));
    on_case(
        WORLD_D1, "triage",
        BODY({"pursue", datum_of_bool(true)}, T("reasons", "It fits."), T("investigator", "D-03")));
    on_case(WORLD_D3, "investigate", BODY(T("plan", "Read the returns.")));
    on_case(WORLD_D3, "find", BODY(T("text", "What was found.")));
    return 0;
}

static void notify(const char *track, const char *text)
{
    on_case(
        WORLD_F3, "notify",
        BODY(T("track", track), T("date", "2026-03-09T09:00:00Z"), T("notice", text)));
}

static void notify_both(void)
{
    notify("exporter", notice);
    notify("state", other_notice);
}

static void decide(void)
{
    static const char *const factors[] = {"destination",  "sensitivity", "harm",      "pattern",
                                          "first-breach", "self-report", "correction"};
    struct datum list[7];
    for (size_t i = 0; i < 7; i++)
        list[i] = BODY(
            T("factor", factors[i]), T("weight", "aggravates"), T("finding", "It was looked at."));
    on_case(
        WORLD_F2, "decide",
        BODY(
            T("outcome", "disconnect"),
            {"factors", {.kind = DATUM_LIST, .list = {.items = list, .count = 7}}},
            T("reasons", "Twice, and knowingly.")));
}

/* On the date of the hearing, both were heard and it was decided. */
static void heard_and_decided(void)
{
    notify_both();
    office_clock += 8 * MILLIS_DAY;
    on_case(WORLD_F3, "hear", BODY(T("track", "exporter"), T("record", "The exporter came.")));
    on_case(WORLD_F3, "hear", BODY(T("track", "state"), T("record", "Nobody came.")));
    decide();
}

/* --- Reading ------------------------------------------------------------------------------ */

static unsigned visit(const char *path)
{
    return browser_call(&browser, path, NULL, NULL);
}

static void lacks(const char *text)
{
    assert_null(strstr(browser_page(&browser), text));
}

/* What is the office's and the other party's. */
static void lacks_the_case(void)
{
    static const char *const secrets[] = {"A letter says so", "What was found", "Read the returns",
                                          "It fits",          "D-03",           other_notice};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        lacks(secrets[i]);
}

static void there_is_no_hearing_before_its_notice(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit(page), 404);
    assert_int_equal(visit("/hearing"), 200);
    browser_holds(&browser, "You are called to none");
    assert_int_equal(visit("/register/licence/IL-2026-0017"), 200);
    lacks("Your hearings");
    assert_int_equal(browser_send(&browser, "/hearing/C-1/statement", "body.statement=No."), 404);
    notify("state", other_notice);
    assert_int_equal(visit(page), 404);
    assert_int_equal(visit("/queue"), 200);
    lacks("Your hearings");
}

static void a_party_reads_what_it_is_told_and_no_more(void **state)
{
    (void)state;
    notify_both();
    on_case(
        WORLD_D1, "statement", BODY(T("track", "state"), T("statement", "Ours, and only ours.")));
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, notice);
    browser_holds(&browser, "9 March 2026, 09:00:00 UTC");
    browser_holds(&browser, "F-03");
    browser_holds(&browser, "You have stated nothing so far");
    browser_holds(&browser, "href=\"/hearing/C-1/statement\"");
    lacks("href=\"/hearing/C-1/object\"");
    lacks_the_case();
    lacks("only ours");
    static const char *const linked[] = {"/hearing", "/queue", "/register/licence/IL-2026-0017"};
    for (size_t i = 0; i < sizeof linked / sizeof *linked; i++) {
        assert_int_equal(visit(linked[i]), 200);
        browser_holds(&browser, "href=\"/hearing/C-1\"");
        lacks_the_case();
    }
    /* whoever is led to the case is led on */
    assert_int_equal(visit("/register/case/C-1?done=60"), 303);
    browser_holds(&browser, "Location: /hearing/C-1?done=60");
    assert_int_equal(visit("/register/case/C-1/pdf"), 403);
    assert_int_equal(visit("/act/case/statement?number=C-1"), 403);
    browser_sign_in(&browser, WORLD_STATE);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, other_notice);
    browser_holds(&browser, "Ours, and only ours.");
    lacks(notice);
}

static void it_is_nobody_elses(void **state)
{
    (void)state;
    notify_both();
    browser_sign_in(&browser, WORLD_OTHER_EXPORTER);
    assert_int_equal(visit(page), 404);
    assert_int_equal(visit("/hearing"), 200);
    browser_holds(&browser, "You are called to none");
    assert_int_equal(visit("/hearing/C-1/statement"), 404);
    /* an officer reads the case, and has no hearing */
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(visit(page), 403);
    assert_int_equal(visit("/hearing"), 403);
    lacks("href=\"/hearing\"");
    assert_int_equal(visit("/register/case/C-1"), 200);
}

/* --- Answering ---------------------------------------------------------------------------- */

/* Signs what the page that checks shows. */
static unsigned sign(void)
{
    struct buffer form = {0};
    browser_send_on(&browser, "act", &form);
    unsigned status = browser_send(&browser, "/act/sign", buffer_text(&form) + 1);
    buffer_free(&form);
    return status;
}

static unsigned answer(const char *verb, uint64_t looked_at, const char *pairs)
{
    char path[60], form[300];
    snprintf(path, sizeof path, "%s/%s", page, verb);
    snprintf(form, sizeof form, "version=%llu&%s", (unsigned long long)looked_at, pairs);
    return browser_send(&browser, path, form);
}

static void a_statement_is_checked_signed_and_read(void **state)
{
    (void)state;
    notify_both();
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit("/hearing/C-1/statement"), 200);
    lacks("name=\"number\" type"); /* which file it is, is known */
    assert_int_equal(answer("statement", version, "body.statement="), 200);
    browser_holds(&browser, "govuk-error-message");
    assert_int_equal(answer("statement", version - 1, "body.statement=Late."), 409);
    assert_int_equal(answer("statement", version, "body.statement=We+did+not+know."), 200);
    browser_holds(&browser, "We did not know.");
    browser_holds(&browser, "href=\"/hearing/C-1\"");
    lacks_the_case();
    assert_int_equal(sign(), 303);
    browser_holds(&browser, "Location: /register/case/C-1?done=");
    version++;
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "We did not know.");
    /* and can be gone on with, until it was heard */
    assert_int_equal(visit("/hearing/C-1/statement"), 200);
    browser_holds(&browser, "We did not know.</textarea>");
    office_clock += 8 * MILLIS_DAY;
    on_case(WORLD_F3, "hear", BODY(T("track", "exporter"), T("record", "The exporter came.")));
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "The exporter came.");
    lacks("href=\"/hearing/C-1/statement\"");
    assert_int_equal(answer("statement", version, "body.statement=One+more."), 200);
    browser_holds(&browser, "A party that was not heard yet");
    /* the office has it as the party's own */
    struct http_reply reply =
        service_call(&fixture, "GET", "/api/v1/files/case/C-1", NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(service_text(&reply), "\"statement\":\"We did not know.\""));
    assert_non_null(strstr(service_text(&reply), "\"person\":\"X-1\""));
    http_reply_free(&reply);
}

static void an_outcome_is_read_and_objected_to(void **state)
{
    (void)state;
    heard_and_decided();
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "A breach; the system is disconnected");
    browser_holds(&browser, "Twice, and knowingly.");
    browser_holds(&browser, "First breach, aggravates");
    browser_holds(&browser, "You can object until 24 March 2026");
    browser_holds(&browser, "href=\"/hearing/C-1/object\"");
    lacks("Nobody came."); /* the other's record */
    assert_int_equal(answer("object", version, "body.reasons=Too+hard."), 200);
    assert_int_equal(sign(), 303);
    version++;
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "Too hard.");
    lacks("href=\"/hearing/C-1/object\"");
    browser_sign_in(&browser, WORLD_STATE);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "The other party");
    lacks("Too hard.");
    on_case(WORLD_D1, "settle", BODY(T("outcome", "limit"), T("answer", "It was the first.")));
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "A breach; the licence is limited");
    lacks("It was the first.");
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "It was the first.");
}

static void nobody_objects_too_late(void **state)
{
    (void)state;
    heard_and_decided();
    office_clock += CASE_OBJECTION_WITHIN;
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "The time to object is over");
    lacks("href=\"/hearing/C-1/object\"");
    assert_int_equal(answer("object", version, "body.reasons=Still."), 200);
    browser_holds(&browser, "An objection within 14 days of the decision");
}

static void a_closed_case_is_told_at_its_licence(void **state)
{
    (void)state;
    heard_and_decided();
    office_clock += CASE_OBJECTION_WITHIN;
    const struct order order = world_order(&fixture.script.world, "OR-9", ORDER_DISCONNECT, NULL);
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
    on_case(WORLD_D1, "execute", BODY(T("order", "OR-9")));
    does(WORLD_D1, "case/C-1", version++, "close", (struct datum){.kind = DATUM_MAP});
    browser_sign_in(&browser, WORLD_EXPORTER);
    assert_int_equal(visit("/hearing"), 200);
    browser_holds(&browser, "You are called to none");
    assert_int_equal(visit("/register/licence/IL-2026-0017"), 200);
    browser_holds(&browser, "href=\"/hearing/C-1\"");
    assert_int_equal(visit(page), 200);
    browser_holds(&browser, "the case is closed");
}

/* --- By the API --------------------------------------------------------------------------- */

static void the_api_tells_the_same(void **state)
{
    (void)state;
    notify_both();
    service_login(&fixture, fixture.script.world.keys[WORLD_EXPORTER]);
    char known[60];
    snprintf(known, sizeof known, "\"version\":%llu", (unsigned long long)version);
    static const char *const paths[] = {"/api/v1/hearings", "/api/v1/hearings/C-1"};
    for (size_t i = 0; i < 2; i++) {
        struct http_reply reply = service_call(&fixture, "GET", paths[i], NULL, (struct bytes){0});
        assert_int_equal(reply.status, 200);
        const char *text = service_text(&reply);
        assert_non_null(strstr(text, notice));
        assert_non_null(strstr(text, known));
        assert_non_null(strstr(text, "\"state\":\"called\""));
        assert_null(strstr(text, other_notice));
        assert_null(strstr(text, "A letter says so"));
        http_reply_free(&reply);
    }
    assert_int_equal(
        service_status(&fixture, "GET", "/api/v1/files/case/C-1", NULL, (struct bytes){0}), 403);
}

/* --- Without memory ----------------------------------------------------------------------- */

/* Whichever allocation fails, there is the page to its end, or a refusal, or no answer; where it is
 * that of the session, who reads is nobody and is led to the sign-in. */
static void without_memory_nothing_is_half_told(void **state)
{
    (void)state;
    static const char *const paths[] = {"/hearing", page, "/hearing/C-1/object"};
    heard_and_decided();
    browser_sign_in(&browser, WORLD_EXPORTER);
    char request[400];
    struct buffer answer = {0};
    uint16_t port = service_port(fixture.service);
    (void)buffer_reserve(&answer, 1 << 17); /* no allocation of ours is made to fail */
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        size_t refused = 0;
        snprintf(
            request, sizeof request,
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/html\r\n"
            "Connection: close\r\nCookie: enduse=%s\r\n\r\n",
            paths[i], port, browser.session);
        for (long n = 0;; n = failing_alloc_next(n)) {
            failing_alloc_after(n);
            buffer_clear(&answer);
            unsigned status = raw_call(port, request, &answer);
            bool failed = failing_alloc_stop();
            bool whole = status == 200 && strstr(buffer_text(&answer), "C-1") &&
                         strstr(buffer_text(&answer), "</html>");
            assert_true(whole || status == 0 || status >= 500 || status == 303);
            refused += status != 200;
            if (!failed)
                break;
        }
        assert_true(refused > 10);
    }
    buffer_free(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        TEST(there_is_no_hearing_before_its_notice),
        TEST(a_party_reads_what_it_is_told_and_no_more),
        TEST(it_is_nobody_elses),
        TEST(a_statement_is_checked_signed_and_read),
        TEST(an_outcome_is_read_and_objected_to),
        TEST(nobody_objects_too_late),
        TEST(a_closed_case_is_told_at_its_licence),
        TEST(the_api_tells_the_same),
        TEST(without_memory_nothing_is_half_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
