/* site: signing in and out, and doing an act from a page: what is filled in, checked, signed; and
 * forms that come from elsewhere, or are about a file that has moved on. Requests are written out,
 * as a browser sends them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "site_stage.h"

/* A server that plays D-01 and F-01. */
static int set_up(void **state)
{
    (void)state;
    return stage_begin(0, (enum world_key[]){WORLD_D1, WORLD_F1, WORLD_STATE}, 3);
}

/* --- Sessions ----------------------------------------------------------------------------- */

static void pages_lead_to_the_sign_in_and_back(void **state)
{
    (void)state;
    assert_int_equal(browser_call(&browser, "/register/licence", NULL, NULL), 303);
    browser_holds(&browser, "Location: /sign-in?next=%2Fregister%2Flicence");
    assert_int_equal(
        browser_call(&browser, "/sign-in?next=%2Fregister%2Flicence", NULL, NULL), 200);
    browser_holds(&browser, "name=\"next\" value=\"/register/licence\"");
    browser_holds(&browser, "Be D-01");
    browser_holds(&browser, "Be F-01");
    browser_sign_in(&browser, WORLD_D1);
    browser_holds(&browser, "D-01");
}

/* Nobody is led to another server by a link to this one. */
static void no_sign_in_leads_elsewhere(void **state)
{
    (void)state;
    char form[300], id[KEY_ID_TEXT_SIZE];
    static const char *const elsewhere[] = {
        "https%3A%2F%2Fother.example", "%2F%2Fother.example", "%2F%5Cother.example", "other",
        "%2Fa%0D%0ASet-Cookie%3A%20a"};
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D1]);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        snprintf(form, sizeof form, "persona=%s&next=%s", key_id_text(&key, id), elsewhere[i]);
        assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 303);
        browser_holds(&browser, "Location: /queue\r\n");
    }
}

static void signing_out_ends_the_session(void **state)
{
    (void)state;
    char kept[80];
    browser_sign_in(&browser, WORLD_D1);
    memcpy(kept, browser.session, sizeof kept);
    assert_int_equal(browser_send(&browser, "/sign-out", ""), 303);
    browser_holds(&browser, "Set-Cookie: enduse=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    memcpy(browser.session, kept, sizeof browser.session);
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 303);
}

/* Whoever gives somebody a session of their own choosing gains nothing by it. */
static void a_sign_in_makes_a_new_session(void **state)
{
    (void)state;
    char first[80];
    browser_sign_in(&browser, WORLD_D1);
    memcpy(first, browser.session, sizeof first);
    char form[300], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_F1]);
    snprintf(form, sizeof form, "token=%s&persona=%s", browser.token, key_id_text(&key, id));
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 303);
    browser_take(&browser, "Set-Cookie: enduse=", browser.session, sizeof browser.session);
    assert_string_not_equal(first, browser.session);
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    browser_holds(&browser, "F-01");
    memcpy(browser.session, first, sizeof browser.session);
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 303);
}

static void nobody_else_can_be_played(void **state)
{
    (void)state;
    char form[200], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D2]);
    snprintf(form, sizeof form, "persona=%s", key_id_text(&key, id));
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 401);
    assert_int_equal(browser_call(&browser, "/sign-in", "persona=", NULL), 400);
    assert_int_equal(browser_call(&browser, "/sign-in", "", NULL), 400);
}

/* --- Acts --------------------------------------------------------------------------------- */

/* Two owners, out of order and with what a browser puts between lines. */
#define DRAFT                                                                                      \
    "number=EX-0077&body.name=Sample+Systems&body.address=1+Main+Street&body.country=XA&"          \
    "body.owners=B+Trust%0D%0A++A+Holding++%0D%0A%0D%0A"

/* Fills in, checks and signs an exporter's draft. */
static unsigned draft(void)
{
    char act[4096];
    struct buffer form = {0};
    unsigned status = browser_send(&browser, "/act/exporter/draft", DRAFT);
    if (status != 200)
        return status;
    browser_holds(&browser, "When you sign");
    browser_take(&browser, "name=\"act\" value=\"", act, sizeof act);
    buffer_printf(&form, "act=%s", act);
    status = browser_send(&browser, "/act/sign", buffer_text(&form));
    buffer_free(&form);
    return status;
}

static void an_act_is_filled_in_checked_and_signed(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(browser_call(&browser, "/act/exporter/draft", NULL, NULL), 200);
    browser_holds(&browser, "for=\"number\"");
    browser_holds(&browser, "id=\"body.owners\"");
    const struct digest before = service_root(&fixture);
    assert_int_equal(browser_send(&browser, "/act/exporter/draft", DRAFT), 200);
    browser_holds(&browser, "Sample Systems");
    browser_holds(&browser, "Not there yet");
    browser_holds(&browser, "Draft</strong>");
    const struct digest looked = service_root(&fixture);
    assert_memory_equal(&before, &looked, sizeof before); /* nothing is done before it is signed */
    assert_int_equal(draft(), 303);
    browser_holds(&browser, "Location: /register/exporter/EX-0077?done=");
    assert_int_equal(browser_call(&browser, "/register/exporter/EX-0077?done=3", NULL, NULL), 200);
    browser_holds(&browser, "Your act is event 3 of the log.");
    browser_holds(&browser, "A Holding, B Trust");
    browser_holds(&browser, "D-01, defence");
    browser_holds(&browser, "/act/exporter/submit?number=EX-0077");
}

static void a_list_grows_by_its_button(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(browser_call(&browser, "/act/schedule/submit?number=XA", NULL, NULL), 200);
    browser_holds(&browser, "name=\"body.lines.1.code\"");
    browser_holds(&browser, "Add another");
    assert_int_equal(
        browser_send(
            &browser, "/act/schedule/submit", "number=XA&body.lines.1.code=XA-900&more=body.lines"),
        200);
    browser_holds(&browser, "value=\"XA-900\"");
    browser_holds(&browser, "name=\"body.lines.2.code\"");
    /* Lines come back as they were, not with what browsers put between them. */
    assert_int_equal(
        browser_send(
            &browser, "/act/schedule/submit",
            "number=XA&body.lines.1.acts=one%0D%0Atwo&more=body.lines"),
        200);
    browser_holds(&browser, ">one\ntwo</textarea>");
    assert_null(strstr(browser_page(&browser), "body.lines.3.code"));
}

/* An offence that words do not complete, and that is of no listed act, says so by lists that are
 * left empty. */
static void an_items_lists_may_be_empty(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(
        browser_send(
            &browser, "/act/schedule/submit",
            "number=XB&body.lines.1.code=XB-900&body.lines.1.statute=Article+900&"
            "body.lines.1.title=Fraud&body.lines.1.minimum-months=1&"
            "body.lines.1.maximum-months=71&body.lines.1.in-force-from=2009-01-01"),
        200);
    browser_holds(&browser, "When you sign");
}

/* What is wrong is said at the field and at the top, with what was filled in still there. */
static void mistakes_are_said_where_they_are(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(
        browser_send(
            &browser, "/act/exporter/draft", "number=EX-0077&body.name=Sample&body.country=XA"),
        200);
    browser_holds(&browser, "<title>Error: ");
    browser_holds(&browser, "There is a problem");
    browser_holds(&browser, "href=\"#body.address\"");
    browser_holds(&browser, "id=\"body.address-error\"");
    browser_holds(&browser, "aria-describedby=\"body.address-error\"");
    browser_holds(&browser, "value=\"Sample\"");
    assert_int_equal(
        browser_send(
            &browser, "/act/exporter/draft", "number=%3Cb%3E&body.name=Sample&body.country=XA"),
        200);
    browser_holds(&browser, "There is a problem");
    assert_null(strstr(browser_page(&browser), "<b>"));
}

static void forms_from_elsewhere_do_nothing(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_D1);
    char act[4096];
    assert_int_equal(browser_send(&browser, "/act/exporter/draft", DRAFT), 200);
    browser_take(&browser, "name=\"act\" value=\"", act, sizeof act);
    const struct digest before = service_root(&fixture);
    struct buffer good = {0}, bare = {0}, wrong = {0};
    buffer_printf(&good, "token=%s&act=%s", browser.token, act);
    buffer_printf(&bare, "act=%s", act);
    buffer_printf(&wrong, "token=%.63s0&act=%s", browser.token, act);
    if (browser.token[63] == '0')
        wrong.data[6 + 63] = '1';
    static const char *const origins[] = {"https://other.example", "null", "http://127.0.0.1"};
    for (size_t i = 0; i < 3; i++)
        assert_true(browser_call(&browser, "/act/sign", buffer_text(&good), origins[i]) / 100 == 4);
    assert_int_equal(browser_call(&browser, "/act/sign", buffer_text(&bare), NULL), 401);
    assert_int_equal(browser_call(&browser, "/act/sign", buffer_text(&wrong), NULL), 401);
    const struct digest after = service_root(&fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(browser_call(&browser, "/act/sign", buffer_text(&good), NULL), 303);
    buffer_free(&good);
    buffer_free(&bare);
    buffer_free(&wrong);
}

/* An act that was checked before somebody else acted is refused, and signed anew if at all. */
static void a_file_that_moved_on_is_looked_at_again(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(draft(), 303);
    char act[4096];
    struct buffer form = {0};
    assert_int_equal(
        browser_send(&browser, "/act/exporter/submit", "number=EX-0077&version=1"), 200);
    browser_take(&browser, "name=\"act\" value=\"", act, sizeof act);
    buffer_printf(&form, "act=%s", act);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    assert_int_equal(
        browser_send(&browser, "/act/exporter/submit", "number=EX-0077&version=1"), 409);
    browser_holds(&browser, "The file has changed");
    /* The same act again is the same act. */
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    buffer_free(&form);
}

/* What a ministry signed, the other confirms by its own signature on the very document, which the
 * page shows; the act brings it. */
static void a_document_is_signed_with_the_act_that_carries_it(void **state)
{
    (void)state;
    char payload[4096], digest[DIGEST_TEXT_SIZE];
    struct buffer form = {0}, bytes = {0};
    struct digest expected;
    service_fixture_live(&fixture);
    struct order order = world_order(&fixture.script.world, "OR-1", ORDER_SUSPEND, NULL);
    WORLD_SIGN(&fixture.script.world, INSTRUMENT_ORDER, &order, &bytes, &expected, WORLD_D1);
    buffer_free(&bytes);
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
    browser_sign_in(&browser, WORLD_F1);
    assert_int_equal(browser_call(&browser, "/act/order/confirm?number=OR-1", NULL, NULL), 200);
    assert_null(strstr(browser_page(&browser), "body.instrument"));
    assert_int_equal(browser_send(&browser, "/act/order/confirm", "number=OR-1&version=1"), 200);
    browser_holds(&browser, "You sign the Order itself");
    browser_holds(&browser, digest_text(&expected, digest));
    browser_take(&browser, "name=\"act\" value=\"", payload, sizeof payload);
    buffer_printf(&form, "act=%s", payload);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    browser_holds(&browser, "Location: /register/order/OR-1?done=");
    buffer_free(&form);
    assert_int_equal(browser_call(&browser, "/register/order/OR-1", NULL, NULL), 200);
    browser_holds(&browser, "<title>Order OR-1 — Confirmed");
}

/* From the licence's page to the order in force: drafted by the one, who sees what it would stop;
 * signed and issued; confirmed by the other. */
static void an_order_is_drafted_seen_issued_and_confirmed(void **state)
{
    (void)state;
    char payload[4096];
    struct buffer form = {0};
    service_fixture_live(&fixture);
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(browser_call(&browser, "/register/licence/IL-2026-0017", NULL, NULL), 200);
    browser_holds(&browser, "href=\"/order/IL-2026-0017/disconnect\"");
    assert_null(strstr(browser_page(&browser), "/order/IL-2026-0017/restore"));
    assert_int_equal(browser_call(&browser, "/order/IL-2026-0017/disconnect", NULL, NULL), 200);
    browser_holds(&browser, "<h1 class=\"govuk-heading-l\">Disconnect licence IL-2026-0017</h1>");
    assert_int_equal(
        browser_send(&browser, "/order/IL-2026-0017/disconnect", "number=OR-7&body.contact=a"),
        200);
    browser_holds(&browser, "href=\"#body.reason\"");
    assert_int_equal(
        browser_send(
            &browser, "/order/IL-2026-0017/disconnect",
            "number=OR-7&body.reason=A+newspaper+reports&body.contact=orders%40authority.example"),
        200);
    browser_holds(&browser, "What it stops");
    browser_holds(&browser, "IN-0001");
    browser_holds(&browser, "A newspaper reports");
    browser_take(&browser, "name=\"act\" value=\"", payload, sizeof payload);
    buffer_printf(&form, "act=%s", payload);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    browser_holds(&browser, "Location: /register/order/OR-7?done=");
    assert_int_equal(browser_call(&browser, "/register/order/OR-7", NULL, NULL), 200);
    browser_holds(&browser, "<h2 class=\"govuk-heading-m\">The draft</h2>");
    browser_holds(&browser, ">A newspaper reports<");
    const char *const steps[] = {"issue", "confirm"};
    const enum world_key people[] = {WORLD_D1, WORLD_F1};
    for (size_t i = 0; i < 2; i++) {
        char path[40], pairs[40];
        browser_sign_in(&browser, people[i]);
        snprintf(path, sizeof path, "/act/order/%s", steps[i]);
        snprintf(pairs, sizeof pairs, "number=OR-7&version=%zu", i + 1);
        assert_int_equal(browser_send(&browser, path, pairs), 200);
        browser_holds(&browser, "You sign the Order itself");
        browser_take(&browser, "name=\"act\" value=\"", payload, sizeof payload);
        buffer_clear(&form);
        buffer_printf(&form, "act=%s", payload);
        assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    }
    buffer_free(&form);
    assert_int_equal(browser_call(&browser, "/register/order/OR-7", NULL, NULL), 200);
    browser_holds(&browser, "<h2 class=\"govuk-heading-m\">The order</h2>");
    browser_holds(&browser, ">A newspaper reports<");
    browser_holds(&browser, ">orders@authority.example<");
    browser_holds(&browser, "<title>Order OR-7 — Confirmed");
    assert_int_equal(browser_call(&browser, "/register/licence/IL-2026-0017", NULL, NULL), 200);
    browser_holds(&browser, "Disconnected");
    browser_holds(&browser, "href=\"/order/IL-2026-0017/restore\"");
    assert_int_equal(browser_call(&browser, "/order/IL-2026-0017/nothing", NULL, NULL), 404);
    assert_int_equal(browser_call(&browser, "/order/IL-0/disconnect", NULL, NULL), 404);
}

/* Does an act, as that person; gives the status of its last answer. */
static unsigned
act_on(enum world_key person, const char *kind, const char *number, const char *verb, unsigned at)
{
    char payload[4096], path[60], pairs[60];
    struct buffer form = {0};
    browser_sign_in(&browser, person);
    snprintf(path, sizeof path, "/act/%s/%s", kind, verb);
    snprintf(pairs, sizeof pairs, "number=%s&version=%u", number, at);
    unsigned status = browser_send(&browser, path, pairs);
    if (status != 200)
        return status;
    browser_take(&browser, "name=\"act\" value=\"", payload, sizeof payload);
    buffer_printf(&form, "act=%s", payload);
    status = browser_send(&browser, "/act/sign", buffer_text(&form));
    buffer_free(&form);
    return status;
}

/* A document that takes more than one signature takes one of each person: said before it is signed.
 */
static void nobody_signs_a_document_twice(void **state)
{
    (void)state;
    struct bytes acts[OFFICE_CERTIFICATE];
    service_fixture_live(&fixture);
    struct certificate certificate = fixture.script.world.certificate;
    certificate.number = "EC-2026-0010";
    office_certificate(&fixture.script, &certificate, "A-1", acts);
    for (size_t i = 0; i + 1 < OFFICE_CERTIFICATE; i++) /* but the other ministry's signature */
        assert_int_equal(service_act(&fixture, acts[i]), 201);
    assert_int_equal(act_on(WORLD_D1, "certificate", "EC-2026-0010", "countersign", 4), 403);
    browser_holds(&browser, "countersign: expected another person, found D-01");
    assert_int_equal(act_on(WORLD_F1, "certificate", "EC-2026-0010", "countersign", 4), 303);
    assert_int_equal(browser_call(&browser, "/register/certificate/EC-2026-0010", NULL, NULL), 200);
    browser_holds(&browser, "EC-2026-0010 — In force");
}

/* What gives back needs both ministries: the one signs the draft, which waits; the other signs and
 * issues it. */
static void both_ministries_sign_what_gives_back(void **state)
{
    (void)state;
    char payload[4096];
    struct buffer form = {0};
    service_fixture_live(&fixture);
    struct order order = world_order(&fixture.script.world, "OR-1", ORDER_DISCONNECT, NULL);
    assert_int_equal(
        service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1, WORLD_F1)), 201);
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(
        browser_send(
            &browser, "/order/IL-2026-0017/restore",
            "number=OR-9&body.reason=Heard&body.contact=a&body.lifts=OR-1"),
        200);
    browser_take(&browser, "name=\"act\" value=\"", payload, sizeof payload);
    buffer_printf(&form, "act=%s", payload);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    buffer_free(&form);
    /* One ministry alone restores nothing. */
    assert_int_equal(act_on(WORLD_D1, "order", "OR-9", "issue", 1) / 100, 4);
    assert_int_equal(act_on(WORLD_D1, "order", "OR-9", "sign-first", 1), 303);
    assert_int_equal(browser_call(&browser, "/register/order/OR-9", NULL, NULL), 200);
    browser_holds(&browser, "<title>Order OR-9 — Drafted");
    browser_holds(&browser, "href=\"/register/order/OR-1\""); /* what it lifts, by its number */
    assert_int_equal(browser_call(&browser, "/register/licence/IL-2026-0017", NULL, NULL), 200);
    browser_holds(&browser, "Disconnected");
    /* Nor does the same person twice. */
    assert_int_equal(act_on(WORLD_D1, "order", "OR-9", "issue", 2), 403);
    browser_holds(&browser, "D-01");
    assert_int_equal(act_on(WORLD_D1, "order", "OR-9", "sign-first", 2), 403);
    browser_holds(&browser, "sign-first: expected another person, found D-01");
    /* The last signature does not wait. */
    assert_int_equal(act_on(WORLD_F1, "order", "OR-9", "sign-first", 2) / 100, 4);
    assert_int_equal(act_on(WORLD_F1, "order", "OR-9", "issue", 2), 303);
    assert_int_equal(browser_call(&browser, "/register/order/OR-9", NULL, NULL), 200);
    browser_holds(&browser, "<title>Order OR-9 — Done");
    assert_int_equal(browser_call(&browser, "/register/licence/IL-2026-0017", NULL, NULL), 200);
    assert_null(strstr(browser_page(&browser), "/order/IL-2026-0017/restore"));
}

/* A limit's clauses are the template's of the certificate's own form. */
static void a_limit_is_filled_from_the_template(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    browser_sign_in(&browser, WORLD_D1);
    const char *const missing = "number=OR-8&body.reason=Why&body.contact=a";
    assert_int_equal(browser_send(&browser, "/order/IL-2026-0017/limit", missing), 200);
    browser_holds(&browser, "href=\"#body.functions\"");
    assert_int_equal(
        browser_send(
            &browser, "/order/IL-2026-0017/limit",
            "number=OR-8&body.reason=Why&body.contact=a&body.functions=location"),
        200);
    browser_holds(&browser, "When you sign");
    browser_holds(&browser, "forbid");
    browser_holds(&browser, "Function::&quot;location&quot;");
}

/* What the tables forbid has no form: another role, a state that does not allow it, the server's
 * own acts, one's own act to confirm. */
static void what_is_not_possible_has_no_form(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_F1);
    assert_int_equal(browser_call(&browser, "/act/exporter/no-such", NULL, NULL), 404);
    assert_int_equal(browser_call(&browser, "/act/no-such/draft", NULL, NULL), 404);
    assert_int_equal(
        browser_call(&browser, "/act/licence/expire?number=IL-2026-0017", NULL, NULL), 404);
    assert_int_equal(
        browser_call(&browser, "/act/licence/countersign?number=IL-0", NULL, NULL), 404);
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(draft(), 303);
    assert_int_equal(
        browser_call(&browser, "/act/exporter/register?number=EX-0077", NULL, NULL), 422);
}

/* Whose licence it is gives it back on its page; an officer accepts there, and not before. */
static void a_licence_is_given_back_from_its_page(void **state)
{
    (void)state;
    static const char page[] = "/register/licence/IL-2026-0017";
    static const char surrender[] = "href=\"/act/licence/surrender?number=IL-2026-0017\"";
    static const char accept[] = "href=\"/act/licence/accept-surrender?number=IL-2026-0017\"";
    char act[4096];
    struct buffer form = {0};
    service_fixture_live(&fixture);
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    assert_null(strstr(browser_page(&browser), surrender));
    assert_null(strstr(browser_page(&browser), accept));
    browser_sign_in(&browser, WORLD_STATE);
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    browser_holds(&browser, surrender);
    assert_int_equal(
        browser_send(
            &browser, "/act/licence/surrender", "number=IL-2026-0017&body.reason=No+more+need"),
        200);
    browser_take(&browser, "name=\"act\" value=\"", act, sizeof act);
    buffer_printf(&form, "act=%s", act);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    assert_null(strstr(browser_page(&browser), surrender));
    browser_sign_in(&browser, WORLD_F1);
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    browser_holds(&browser, accept);
    assert_int_equal(
        browser_send(&browser, "/act/licence/accept-surrender", "number=IL-2026-0017"), 200);
    browser_take(&browser, "name=\"act\" value=\"", act, sizeof act);
    buffer_clear(&form);
    buffer_printf(&form, "act=%s", act);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    assert_int_equal(browser_call(&browser, page, NULL, NULL), 200);
    browser_holds(&browser, "Surrendered");
    assert_null(strstr(browser_page(&browser), accept));
    buffer_free(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        TEST(pages_lead_to_the_sign_in_and_back),
        TEST(no_sign_in_leads_elsewhere),
        TEST(signing_out_ends_the_session),
        TEST(a_sign_in_makes_a_new_session),
        TEST(nobody_else_can_be_played),
        TEST(an_act_is_filled_in_checked_and_signed),
        TEST(a_list_grows_by_its_button),
        TEST(an_items_lists_may_be_empty),
        TEST(mistakes_are_said_where_they_are),
        TEST(forms_from_elsewhere_do_nothing),
        TEST(a_file_that_moved_on_is_looked_at_again),
        TEST(what_is_not_possible_has_no_form),
        TEST(a_document_is_signed_with_the_act_that_carries_it),
        TEST(an_order_is_drafted_seen_issued_and_confirmed),
        TEST(a_limit_is_filled_from_the_template),
        TEST(nobody_signs_a_document_twice),
        TEST(a_licence_is_given_back_from_its_page),
        TEST(both_ministries_sign_what_gives_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
