/* site: the certificate's page: law beside clause, schedules, who signed; trying a declaration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "site_stage.h"

static const char page[] = "/register/certificate/EC-2026-0009";
static const char trial[] = "/register/certificate/EC-2026-0009/try";

static int set_up(void **state)
{
    (void)state;
    return stage_begin(STAGE_LIVED | STAGE_SIGNED_IN, (enum world_key[]){WORLD_D1}, 1);
}

static void holds_not(const char *text)
{
    assert_null(strstr(browser_page(&browser), text));
}

/* The number of files and of events, by the log's size. */
static uint64_t log_size(void)
{
    struct http_reply reply =
        service_call(&fixture, "GET", "/api/v1/events?limit=1000", NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    uint64_t length = reply.body.length;
    http_reply_free(&reply);
    return length;
}

static void law_stands_beside_its_clause(void **state)
{
    (void)state;
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    browser_holds(&browser, "<title>Certificate EC-2026-0009 — In force – enduse</title>");
    browser_holds(&browser, "id=\"c3\"");
    browser_holds(&browser, "href=\"#c3\"");
    browser_holds(&browser, "href=\"#c-full\"");
    browser_holds(&browser, "The governmental end user");
    browser_holds(&browser, "<b>permit</b> (…)");
    browser_holds(&browser, "context.matter == Matter::");
    holds_not("EndUse::Matter");
    browser_holds(&browser, "href=\"#c-part\"");
    browser_holds(&browser, "href=\"#c-audit\"");
    browser_holds(&browser, "18 <small>of 34, 8 in part</small>");
    browser_holds(&browser, "a model condition of licences");
}

static void schedules_and_signatures_are_tables(void **state)
{
    (void)state;
    const struct world *world = &fixture.script.world;
    const struct key_id id = private_key_id(world->keys[WORLD_STATE]);
    char text[KEY_ID_TEXT_SIZE], first[10];
    key_id_text(&id, text);
    snprintf(first, sizeof first, "%.4s %.4s", text, text + 4);
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    browser_holds(&browser, world->certificate.offences[0].code);
    browser_holds(&browser, world->certificate.bodies[0].name);
    browser_holds(&browser, first);
    browser_holds(&browser, "The defence ministry");
    browser_holds(&browser, "The foreign ministry");
    browser_holds(&browser, "href=\"/register/licence/IL-2026-0017\"");
    browser_holds(&browser, "href=\"/register/certificate/EC-2026-0009/document\"");
}

/* A declaration of a serious crime with these changes: pairs that stand before the others count. */
static unsigned try_it(const char *changes)
{
    char pairs[800];
    snprintf(
        pairs, sizeof pairs,
        "%s&function=location&territory=XA&purpose=prevention&matter=serious-crime"
        "&intentional=yes&seriousDamage=no&offence=XA-201&conduct=other-offence"
        "&conductSince=2026-02-01&reasons=suspicion-of-declared-matter"
        "&approval-body=XA-court&approval-kind=ordinary&approval-days=30"
        "&approval-findings=privacy-law-met&judged-on=2026-03-02",
        changes);
    return browser_send(&browser, trial, pairs);
}

static void a_trial_is_judged_and_leaves_nothing(void **state)
{
    (void)state;
    uint64_t before = log_size();
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    browser_holds(
        &browser, "<a class=\"govuk-button govuk-button--secondary\" "
                  "href=\"/register/certificate/EC-2026-0009/try#try\">");
    holds_not("name=\"judged-on\"");
    assert_int_equal(browser_call(&browser, trial, NULL, NULL), 200);
    browser_holds(&browser, "Nothing is judged yet");
    assert_int_equal(try_it(""), 200);
    browser_holds(&browser, "Within the certificate’s terms");
    browser_holds(&browser, "What permits it");
    browser_holds(&browser, "href=\"#c5\">Clause 5</a> permits it");
    browser_holds(&browser, "without a licence no use begins");
    browser_holds(&browser, "en-clause--marked\" id=\"c5\"");
    browser_holds(&browser, "value=\"prevention\" checked");
    assert_int_equal(log_size(), before);
}

/* Each fact that the form asks for reaches the clause that it is for. */
static void a_clause_that_forbids_is_named_and_marked(void **state)
{
    (void)state;
    const struct {
        const char *changes, *clause;
    } rows[] = {
        {"offence=XA-301", "6.1"},
        {"purpose=other", "3"},
        {"conductSince=2026-03-09", "3.1"},
        {"judged-on=2031-01-01&conductSince=2030-12-31", "1.2"},
        {"approval-body=", "8"},
        {"approval-days=1000", "8.5"},
        {"conduct=criticism", "6.2"},
        {"reasons=religion&protections=journalist", "7.2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char link[80], mark[80];
        snprintf(link, sizeof link, "\">Clause %s</a> forbids it", rows[i].clause);
        snprintf(mark, sizeof mark, "en-clause--marked\" id=\"c%s\"", rows[i].clause);
        assert_int_equal(try_it(rows[i].changes), 200);
        browser_holds(&browser, "Outside the certificate’s terms");
        browser_holds(&browser, link);
        browser_holds(&browser, mark);
    }
}

static void what_failed_is_said_where_nothing_permits(void **state)
{
    (void)state;
    assert_int_equal(try_it("offence=XA-202"), 200);
    browser_holds(&browser, "Outside the certificate’s terms");
    browser_holds(&browser, "Why no clause permits it");
    browser_holds(&browser, "Not met: <code>context.offence.maximumMonths &gt;= 72</code>");
    browser_holds(&browser, "<code>context.offence.maximumMonths</code> was <code>71</code>");
    holds_not("en-clause--marked");
}

static void mistakes_are_said_at_their_field(void **state)
{
    (void)state;
    const struct {
        const char *changes, *field;
    } rows[] = {
        {"judged-on=soon", "#judged-on"},
        {"judged-on=2026-02-30", "#judged-on"},
        {"conductSince=", "#conductSince"},
        {"conductSince=long+ago", "#conductSince"},
        {"purpose=no-such", "#purpose"},
        {"purpose=", "#purpose"},
        {"function=", "#function"},
        {"aims=no-such", "#aims"},
        {"approval-body=nobody", "#approval-body"},
        {"approval-days=many", "#approval-days"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char link[80];
        snprintf(link, sizeof link, "<a href=\"%s\">", rows[i].field);
        assert_int_equal(try_it(rows[i].changes), 200);
        browser_holds(&browser, "<title>Error: Certificate");
        browser_holds(&browser, link);
        browser_holds(&browser, "Nothing is judged yet");
    }
}

static void a_trial_is_of_this_site_and_of_a_certificate(void **state)
{
    (void)state;
    const char pairs[] = "function=location&purpose=prevention&judged-on=2026-03-02";
    assert_int_equal(browser_call(&browser, trial, pairs, NULL), 401);
    char form[300];
    snprintf(form, sizeof form, "token=%s&%s", browser.token, pairs);
    assert_int_equal(browser_call(&browser, trial, form, "https://elsewhere.example"), 403);
    assert_int_equal(browser_call(&browser, "/register/licence/IL-2026-0017/try", NULL, NULL), 404);
    assert_int_equal(browser_send(&browser, "/register/licence/IL-2026-0017/try", pairs), 404);
    assert_int_equal(browser_send(&browser, "/register/certificate/EC-0/try", pairs), 404);
    *browser.session = 0;
    assert_int_equal(browser_send(&browser, trial, pairs), 401);
}

static void hostile_facts_stay_texts(void **state)
{
    (void)state;
    assert_int_equal(
        try_it("function=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&judged-on=%3Cscript%3E"), 200);
    holds_not("<script");
    browser_holds(&browser, "&lt;script&gt;alert(1)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        TEST(law_stands_beside_its_clause),
        TEST(schedules_and_signatures_are_tables),
        TEST(a_trial_is_judged_and_leaves_nothing),
        TEST(a_clause_that_forbids_is_named_and_marked),
        TEST(what_failed_is_said_where_nothing_permits),
        TEST(mistakes_are_said_at_their_field),
        TEST(a_trial_is_of_this_site_and_of_a_certificate),
        TEST(hostile_facts_stay_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
