/* site: the pages, with a licence that lived through an order; hostile texts; what a browser
 * gets where a program gets a problem. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service_fixture.h"

#define COSE "application/cose"

static struct service_fixture fixture;
static const struct bytes nothing;

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    service_fixture_free(&fixture);
    return 0;
}

/* A page as a browser asks for it, signed in; end it with http_reply_free. */
static struct http_reply visit(const char *path)
{
    return service_visit(&fixture, path);
}

static void holds(struct http_reply *reply, const char *text)
{
    if (!strstr(service_text(reply), text))
        print_error("missing: %s\n", text);
    assert_non_null(strstr(service_text(reply), text));
}

static struct bytes renew(struct renewal *renewal)
{
    struct http_reply reply = service_call(
        &fixture, "POST", "/api/v1/renewals", COSE,
        service_sign_renewal(&fixture, renewal, WORLD_GUARD));
    assert_int_equal(reply.status, 200);
    struct bytes lease = arena_copy(&fixture.arena, buffer_view(&reply.body));
    http_reply_free(&reply);
    return lease;
}

/* An order, a receipt which says that it was obeyed after a span, and a return whose period ends a
 * span after now. */
static void live_through_an_order(const char *reason, millis obeyed_after, millis returned_after)
{
    struct world *world = &fixture.script.world;
    struct renewal renewal = service_first_renewal(&fixture);
    struct bytes lease = renew(&renewal);
    struct order order = world_order(world, "OR-1", ORDER_SUSPEND, NULL);
    order.reason = reason;
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
    struct buffer bytes = {0};
    struct digest digest;
    WORLD_SIGN(world, INSTRUMENT_ORDER, &order, &bytes, &digest, WORLD_D1);
    buffer_free(&bytes);
    renewal = service_next_renewal(&fixture, &renewal, lease);
    lease = renew(&renewal);
    renewal = service_next_renewal(&fixture, &renewal, lease);
    struct receipt receipt = {
        .installation = "IN-0001",
        .order = digest,
        .lease = renewal.previous,
        .received = office_clock + (obeyed_after < 10 ? obeyed_after : 10),
        .obeyed = office_clock + obeyed_after,
        .stopped = 3,
        .state = LEASE_SUSPENDED,
    };
    const struct return_count counts[] = {
        {"clause", "8", 0, 5}, {"function", "location", 31, 0}, {"verdict", "outside", 0, 5}};
    struct usage_return value = {
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .from = office_clock - MILLIS_HOUR,
        .until = office_clock + returned_after,
        .within = 31,
        .outside = 5,
        .begun = 30,
        .stopped = 3,
        .counts = counts,
        .counts_count = 3,
        .head = renewal.head,
    };
    struct buffer receipt_bytes = {0}, return_bytes = {0};
    WORLD_SIGN(world, INSTRUMENT_RECEIPT, &receipt, &receipt_bytes, NULL, WORLD_GUARD);
    WORLD_SIGN(world, INSTRUMENT_RETURN, &value, &return_bytes, NULL, WORLD_GUARD);
    const struct bytes receipts = buffer_view(&receipt_bytes), returns = buffer_view(&return_bytes);
    renewal.receipts = &receipts;
    renewal.receipts_count = 1;
    renewal.returns = &returns;
    renewal.returns_count = 1;
    renewal.running = 2;
    renew(&renewal);
    buffer_free(&receipt_bytes);
    buffer_free(&return_bytes);
}

static void an_empty_office_says_so(void **state)
{
    (void)state;
    struct http_reply reply = visit("/register/licence");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, "text/html");
    holds(&reply, "A signatory proposes one under a certificate in force.");
    holds(&reply, "Nothing signed here binds anyone."); /* the demo's banner */
    http_reply_free(&reply);
    reply = visit("/queue");
    holds(&reply, "Nothing waits for you.");
    http_reply_free(&reply);
}

static void a_licence_is_shown_with_what_happened(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    live_through_an_order("Build 4.2.0 was not tested.", 340, 0);
    struct http_reply reply = visit("/register/licence/IL-2026-0017");
    assert_int_equal(reply.status, 200);
    holds(&reply, "<title>Licence IL-2026-0017 — Suspended – enduse</title>");
    holds(&reply, "en-state--suspended");
    holds(&reply, "by order OR-1, no use may begin");
    holds(&reply, "54 s"); /* the lease of a minute, less its margin */
    holds(&reply, "Online");
    holds(&reply, "1 of 1, at most 0.34 s");
    holds(&reply, "cx=\"34%\"");
    holds(&reply, "Suspended by order OR-1");
    holds(&reply, "Build 4.2.0 was not tested.");
    holds(&reply, "IN-0001 obeyed order OR-1");
    holds(&reply, "After 0.34 s; 3 uses stopped.");
    holds(&reply, "Most refusals cite clause 8");
    holds(&reply, "D-01, XA-S1, F-01"); /* who signed the certificate, in the order of key ids */
    holds(&reply, "Licence issued");
    http_reply_free(&reply);
    reply = visit("/register/licence");
    holds(&reply, "<p>1 file</p>");
    holds(&reply, "href=\"/register/licence/IL-2026-0017\"");
    http_reply_free(&reply);
    /* A lease that ran out. */
    office_clock += MILLIS_HOUR;
    reply = visit("/register/licence/IL-2026-0017");
    holds(&reply, "Lease expired");
    holds(&reply, "Run out");
    http_reply_free(&reply);
}

/* What a guard says of a time that cannot be is shown as said, and counts as no time. */
static void impossible_times_are_shown_as_such(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    live_through_an_order("Build 4.2.0 was not tested.", -5, MILLIS_DAY);
    struct http_reply reply = visit("/register/licence/IL-2026-0017");
    assert_int_equal(reply.status, 200);
    holds(&reply, "1 of 1, 1 at a time that cannot be");
    holds(&reply, "At a time that cannot be, it says: 2 March 2026, 08:59:59");
    holds(&reply, "09:00:00 UTC, which had not come");
    assert_null(strstr(service_text(&reply), "en-obey"));
    http_reply_free(&reply);
    reply = service_call(&fixture, "GET", "/api/v1/files/order/OR-1", NULL, nothing);
    holds(&reply, "\"doubt\":\"before-order\"");
    http_reply_free(&reply);
}

static void hostile_texts_stay_texts(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    live_through_an_order("</p><script>alert(1)</script> \"quoted\" & 'so'", 340, 0);
    struct http_reply reply = visit("/register/licence/IL-2026-0017");
    assert_int_equal(reply.status, 200);
    assert_null(strstr(service_text(&reply), "<script>"));
    holds(&reply, "&lt;/p&gt;&lt;script&gt;alert(1)");
    http_reply_free(&reply);
    reply = visit("/register/licence/%3Cscript%3E");
    assert_int_equal(reply.status, 404);
    assert_null(strstr(service_text(&reply), "<script"));
    http_reply_free(&reply);
}

static void a_browser_gets_pages_and_a_program_problems(void **state)
{
    (void)state;
    const char *const missing[] = {"/nothing", "/register/licence/IL-0", "/assets/x.css"};
    for (size_t i = 0; i < 3; i++) {
        struct http_reply reply = visit(missing[i]);
        assert_int_equal(reply.status, 404);
        assert_string_equal(reply.type, "text/html");
        holds(&reply, "Page not found");
        http_reply_free(&reply);
    }
    struct http_reply reply = service_call(&fixture, "GET", "/nothing", NULL, nothing);
    assert_int_equal(reply.status, 404);
    assert_string_equal(reply.type, "application/problem+json");
    http_reply_free(&reply);
    /* Of a browser's cookie the API takes no notice. */
    reply = visit("/api/v1/files/licence/IL-0");
    assert_int_equal(reply.status, 401);
    assert_string_equal(reply.type, "application/problem+json");
    http_reply_free(&reply);
}

/* Every kind's register and every file of a life can be looked at, without a broken page. */
static void every_register_and_file_is_shown(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    const char *const files[] = {
        "exporter/EX-0031",
        "product/P-0112",
        "application/A-1",
        "form/IL-2021-12.1",
        "certificate/EC-2026-0009",
        "licence/IL-2026-0017",
        "installation/IN-0001",
        "delegation/1",
        "schedule/XA",
        "country/XA",
    };
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        char path[80];
        snprintf(path, sizeof path, "/register/%s", file_word(kind));
        struct http_reply reply = visit(path);
        assert_int_equal(reply.status, 200);
        holds(&reply, "</html>");
        http_reply_free(&reply);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[80];
        snprintf(path, sizeof path, "/register/%s", files[i]);
        struct http_reply reply = visit(path);
        if (reply.status != 200)
            print_error("%s: %u\n", path, reply.status);
        assert_int_equal(reply.status, 200);
        holds(&reply, strchr(files[i], '/') + 1);
        holds(&reply, "</html>");
        http_reply_free(&reply);
    }
}

/* Links to signed documents work with a browser's session. */
static void signed_documents_can_be_had(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct http_reply reply = visit("/register/licence/IL-2026-0017/document");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, "application/cose");
    struct unverified_envelope envelope;
    assert_int_equal(cose_peek_unverified(buffer_view(&reply.body), NULL, &envelope), ERROR_OK);
    assert_true(digest_equal(&envelope.digest, &fixture.script.world.licence_digest));
    http_reply_free(&reply);
    reply = visit("/register/exporter/EX-0031/document");
    assert_int_equal(reply.status, 404);
    http_reply_free(&reply);
}

static void a_list_is_by_words_state_and_parent(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    const struct {
        const char *path, *there, *missing;
    } rows[] = {
        {"/register/licence?state=active", "1 file", "Nothing fits"},
        {"/register/licence?state=revoked", "Nothing fits the filter.", "IL-2026-0017"},
        {"/register/installation?parent=IL-2026-0017", "IN-0001", "Nothing fits"},
        {"/register/installation?parent=IL-0", "Nothing fits the filter.", "IN-0001"},
        {"/register/exporter?q=no-such-word", "Nothing fits the filter.", "EX-0031"},
        {"/register/licence?state=&q=", "IL-2026-0017", "Nothing fits"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_reply reply = visit(rows[i].path);
        assert_int_equal(reply.status, 200);
        holds(&reply, rows[i].there);
        assert_null(strstr(service_text(&reply), rows[i].missing));
        http_reply_free(&reply);
    }
    struct http_reply reply = visit("/register/licence?state=no-such");
    assert_int_equal(reply.status, 400);
    http_reply_free(&reply);
}

static void a_search_finds_by_number_and_by_words(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct http_reply reply = visit("/search?q=IL-2026-0017");
    holds(&reply, "href=\"/register/licence/IL-2026-0017\"");
    holds(&reply, "href=\"/register/installation/IN-0001\""); /* whose licence that is */
    holds(&reply, "placeholder=\"Number, state, exporter\" value=\"IL-2026-0017\"");
    http_reply_free(&reply);
    reply = visit("/search?q=no-such-word");
    holds(&reply, "nothing found.");
    http_reply_free(&reply);
    reply = visit("/search");
    holds(&reply, "Look for a number");
    http_reply_free(&reply);
    reply = visit("/search?q=%3Cscript%3E");
    holds(&reply, "&lt;script&gt;");
    assert_null(strstr(service_text(&reply), "<script>"));
    http_reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(an_empty_office_says_so),
        TEST(a_licence_is_shown_with_what_happened),
        TEST(impossible_times_are_shown_as_such),
        TEST(hostile_texts_stay_texts),
        TEST(a_browser_gets_pages_and_a_program_problems),
        TEST(every_register_and_file_is_shown),
        TEST(signed_documents_can_be_had),
        TEST(a_list_is_by_words_state_and_parent),
        TEST(a_search_finds_by_number_and_by_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
