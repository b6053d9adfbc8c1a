/* site: the pages for everybody, whom nobody signs in: figures, verifying, reporting, the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http_fixture.h"
#include "service/figures.h"
#include "service_fixture.h"
#include "site/figures_rows.h"

static struct service_fixture fixture;
static struct buffer answer;

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    fixture.anonymous = true;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_free(&answer);
    service_fixture_free(&fixture);
    return 0;
}

/* --- A browser without a session ---------------------------------------------------------- */

/* Sends a body (NULL: visits the page), from this server's own pages unless said otherwise. */
static unsigned browse(const char *path, const char *type, struct bytes body, const char *origin)
{
    struct buffer request = {0};
    char own[64];
    unsigned port = service_port(fixture.service);
    snprintf(own, sizeof own, "http://127.0.0.1:%u", port);
    buffer_printf(
        &request,
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/html\r\n"
        "Connection: close\r\n",
        type ? "POST" : "GET", path, port);
    if (type)
        buffer_printf(
            &request, "Origin: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
            origin ? origin : own, type, body.length);
    buffer_append_text(&request, "\r\n");
    buffer_append_bytes(&request, body);
    buffer_clear(&answer);
    unsigned status = raw_call((uint16_t)port, buffer_text(&request), &answer);
    buffer_free(&request);
    return status;
}

static unsigned visit(const char *path)
{
    return browse(path, NULL, (struct bytes){0}, NULL);
}

static const char *page(void)
{
    return buffer_text(&answer);
}

static void holds(const char *text)
{
    if (!strstr(page(), text)) {
        const char *main = strstr(page(), "<main");
        print_error("missing: %s\nin: %.4000s\n", text, main ? main : page());
    }
    assert_non_null(strstr(page(), text));
}

static void lacks(const char *text)
{
    if (strstr(page(), text))
        print_error("there: %s\n", text);
    assert_null(strstr(page(), text));
}

/* --- Figures ------------------------------------------------------------------------------ */

static void small_counts_are_hidden_and_none_can_be_worked_out(void **state)
{
    (void)state;
    const struct {
        uint64_t counts[4];
        bool hidden[4];
    } rows[] = {
        {{10, 11, 12, 13}, {false, false, false, false}},
        {{9, 11, 12, 13}, {true, true, false, false}}, /* the smallest of the others with it */
        {{9, 8, 12, 13}, {true, true, false, false}},  /* two: neither is what the rest leaves */
        {{0, 30, 20, 40}, {true, false, true, false}}, /* none at all is a small count too */
        {{0, 1, 2, 3}, {true, true, true, true}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool hidden[4];
        figures_hide(rows[i].counts, 4, hidden);
        assert_memory_equal(hidden, rows[i].hidden, sizeof hidden);
    }
    bool alone;
    figures_hide((const uint64_t[]){3}, 1, &alone);
    assert_true(alone);
    assert_int_equal(figures_tens(9), 0);
    assert_int_equal(figures_tens(48319), 48310);
}

static const struct figure_row *
row(const struct figure_row *rows, size_t count, const char *figure, const char *of, millis quarter)
{
    const struct figure_row *found = figure_find(rows, count, figure, of, quarter);
    assert_non_null(found);
    return found;
}

static void is_given(const struct figure_row *found, enum figure_given given, uint64_t count)
{
    assert_int_equal(found->given, given);
    assert_int_equal(found->count, count);
}

static void rows_say_no_more_than_may_be_known(void **state)
{
    (void)state;
    static struct figure_row rows[FIGURE_ROWS_MAX];
    static struct figures figures = {
        .granted = 41,
        .refused = 34,
        .revoked = 3,
        .judged = 48316,
        .outside = 1549,
        .orders = {[ORDER_LIMIT] = 15, [ORDER_SUSPEND] = 12, [ORDER_DISCONNECT] = 4},
        .receipts = 118,
        .spans = {10, 14, 47, 27, 20},
        .median = 410,
    };
    figures.orders[ORDER_HOLD] = 2;
    strcpy(figures.matters.items[0].word, "serious-crime");
    figures.matters.items[0].within = 300;
    figures.matters.items[0].outside = 7;
    strcpy(figures.matters.items[1].word, "a-word-said-twice");
    figures.matters.items[1].within = 2;
    figures.matters.count = 2;
    for (size_t i = 0; i < FIGURES_QUARTERS; i++)
        figures.quarters[i] = (struct figures_quarter){.from = 1 + (millis)i, .granted = 20 + i};
    figures.quarters[3].granted = 1;
    size_t count = figure_rows(&figures, rows);
    assert_true(count <= FIGURE_ROWS_MAX);
    is_given(row(rows, count, "licences-granted", "", 0), FIGURE_GIVEN, 41);
    is_given(row(rows, count, "licences-revoked", "", 0), FIGURE_UNDER, 0);
    is_given(row(rows, count, "uses-declared", "", 0), FIGURE_GIVEN, 48310);
    is_given(row(rows, count, "uses-outside", "", 0), FIGURE_GIVEN, 1540);
    /* 31 less 15 less 12 would be the disconnections. */
    is_given(row(rows, count, "orders-that-took-away", "", 0), FIGURE_GIVEN, 31);
    is_given(row(rows, count, "orders", "limit", 0), FIGURE_GIVEN, 15);
    is_given(row(rows, count, "orders", "suspend", 0), FIGURE_WITHHELD, 0);
    is_given(row(rows, count, "orders", "disconnect", 0), FIGURE_UNDER, 0);
    is_given(row(rows, count, "orders", "hold", 0), FIGURE_UNDER, 0);
    is_given(row(rows, count, "median-ms-to-obey", "", 0), FIGURE_GIVEN, 410);
    is_given(row(rows, count, "receipts-by-time-to-obey", "0.2 to 0.5 s", 0), FIGURE_GIVEN, 47);
    is_given(row(rows, count, "uses-by-matter", "serious-crime", 0), FIGURE_GIVEN, 300);
    is_given(row(rows, count, "uses-outside-by-matter", "serious-crime", 0), FIGURE_UNDER, 0);
    assert_null(figure_find(rows, count, "uses-by-matter", "a-word-said-twice", 0));
    is_given(row(rows, count, "licences-granted", "", 1), FIGURE_WITHHELD, 0);
    is_given(row(rows, count, "licences-granted", "", 2), FIGURE_GIVEN, 21);
    is_given(row(rows, count, "licences-granted", "", 4), FIGURE_UNDER, 0);
}

/* So many uses in one return of IN-0001. */
static void report_uses(uint64_t within, uint64_t outside)
{
    struct world *world = &fixture.script.world;
    const struct return_count counts[] = {
        {"matter", "serious-crime", within, outside},
        {"purpose", "investigation", within, 0},
        {"purpose", "prevention", 0, outside},
    };
    struct renewal renewal = service_first_renewal(&fixture);
    struct usage_return value = {
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .from = office_clock - MILLIS_HOUR,
        .until = office_clock,
        .within = within,
        .outside = outside,
        .begun = within,
        .counts = counts,
        .counts_count = 3,
        .head = renewal.head,
    };
    struct buffer signed_return = {0};
    WORLD_SIGN(world, INSTRUMENT_RETURN, &value, &signed_return, NULL, WORLD_GUARD);
    const struct bytes returns = buffer_view(&signed_return);
    renewal.returns = &returns;
    renewal.returns_count = 1;
    struct http_reply reply = service_call(
        &fixture, "POST", "/api/v1/renewals", "application/cose",
        service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    buffer_free(&signed_return);
}

static void figures_are_of_everything_and_name_nobody(void **state)
{
    (void)state;
    assert_int_equal(visit("/figures"), 200);
    holds("<title>Transparency figures – enduse</title>");
    holds("Nothing was declared ten times yet");
    holds("given from ten receipts on");
    service_fixture_live(&fixture);
    report_uses(1234, 57);
    /* Nothing new is counted at once. */
    assert_int_equal(visit("/figures"), 200);
    holds("Nothing was declared ten times yet");
    office_clock += FIGURES_KEPT;
    assert_int_equal(visit("/figures"), 200);
    holds("50 of 1\u202f290 declared uses");
    holds("<span class=\"en-six__value\">3.9<small>");
    holds("<th scope=\"row\">Serious crime</th><td class=\"en-num en-right\">1\u202f290</td>");
    holds("<th scope=\"row\">Prevention</th><td class=\"en-num en-right\">50</td>");
    holds("<small>under&#8239;</small>10</span><span class=\"en-six__note\">each signed by both");
    holds("Q1 2026 so far");
    lacks("XA"); /* the state, its agency and its people */
    lacks("IN-0001");
    assert_int_equal(visit("/figures.csv"), 200);
    holds("figure,of,quarter,count,note\r\n");
    holds("licences-granted,,,,under 10\r\n");
    holds("uses-by-matter,serious-crime,,1290,\r\n");
    holds("uses-declared,,2026-01-01,1290,\r\n");
    lacks("XA");
    assert_int_equal(visit("/figures.json"), 200);
    holds("{\"figure\":\"uses-outside\",\"count\":50}");
    holds("{\"figure\":\"licences-granted\",\"note\":\"under 10\"}");
    lacks("XA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        cmocka_unit_test(small_counts_are_hidden_and_none_can_be_worked_out),
        cmocka_unit_test(rows_say_no_more_than_may_be_known),
        TEST(figures_are_of_everything_and_name_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
