/* site: the pages for everybody, whom nobody signs in: figures, verifying, reporting, the log. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "service/figures.h"
#include "site/figures_rows.h"
#include "site_stage.h"

static int set_up(void **state)
{
    (void)state;
    return stage_begin(STAGE_ANONYMOUS, NULL, 0);
}

static unsigned visit(const char *path)
{
    return browser_call(&browser, path, NULL, NULL);
}

static void holds(const char *text)
{
    browser_holds(&browser, text);
}

static void lacks(const char *text)
{
    if (strstr(browser_page(&browser), text))
        print_error("there: %s\n", text);
    assert_null(strstr(browser_page(&browser), text));
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
        {{9, 8, 12, 13}, {true, true, true, false}},   /* two: 17 would be nine and eight */
        {{0, 30, 20, 40}, {true, false, true, false}}, /* none at all is a small count too */
        {{0, 0, 30, 40}, {true, true, true, false}},   /* nothing left would be none at all */
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
        .slow = 900,
        .licences = {[LICENCE_ACTIVE] = 27, [LICENCE_EXPIRED] = 11, [LICENCE_REVOKED] = 3},
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
    size_t count = figure_rows(&figures, false, rows);
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
    is_given(row(rows, count, "nine-in-ten-ms-to-obey", "", 0), FIGURE_GIVEN, 900);
    /* 41 granted less 27 would be 11 expired and 3 revoked. */
    is_given(row(rows, count, "licences", "active", 0), FIGURE_GIVEN, 27);
    is_given(row(rows, count, "licences", "expired", 0), FIGURE_WITHHELD, 0);
    is_given(row(rows, count, "licences", "revoked", 0), FIGURE_UNDER, 0);
    is_given(row(rows, count, "licences", "limited", 0), FIGURE_UNDER, 0);
    is_given(row(rows, count, "receipts-by-time-to-obey", "0.2 to 0.5 s", 0), FIGURE_GIVEN, 47);
    is_given(row(rows, count, "uses-by-matter", "serious-crime", 0), FIGURE_GIVEN, 300);
    is_given(row(rows, count, "uses-outside-by-matter", "serious-crime", 0), FIGURE_UNDER, 0);
    assert_null(figure_find(rows, count, "uses-by-matter", "a-word-said-twice", 0));
    is_given(row(rows, count, "licences-granted", "", 1), FIGURE_WITHHELD, 0);
    is_given(row(rows, count, "licences-granted", "", 2), FIGURE_GIVEN, 21);
    is_given(row(rows, count, "licences-granted", "", 4), FIGURE_UNDER, 0);
    /* The office has them as they are. */
    count = figure_rows(&figures, true, rows);
    assert_true(count <= FIGURE_ROWS_MAX);
    is_given(row(rows, count, "licences-revoked", "", 0), FIGURE_GIVEN, 3);
    is_given(row(rows, count, "uses-outside", "", 0), FIGURE_GIVEN, 1549);
    is_given(row(rows, count, "orders", "suspend", 0), FIGURE_GIVEN, 12);
    is_given(row(rows, count, "licences", "revoked", 0), FIGURE_GIVEN, 3);
    is_given(row(rows, count, "uses-by-matter", "a-word-said-twice", 0), FIGURE_GIVEN, 2);
    is_given(row(rows, count, "licences-granted", "", 4), FIGURE_GIVEN, 1);
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

/* An order to suspend, which IN-0001 obeys after a span. */
static void obey_an_order(millis span)
{
    struct world *world = &fixture.script.world;
    struct order order = world_order(world, "OR-1", ORDER_SUSPEND, NULL);
    struct renewal renewal = service_first_renewal(&fixture);
    struct buffer bytes = {0};
    struct receipt receipt = {
        .installation = "IN-0001",
        .received = office_clock,
        .obeyed = office_clock + span,
        .state = LEASE_SUSPENDED,
    };
    WORLD_SIGN(world, INSTRUMENT_ORDER, &order, &bytes, &receipt.order, WORLD_D1);
    buffer_clear(&bytes);
    for (int i = 0; i < 3; i++) {
        const struct bytes receipts = buffer_view(&bytes);
        renewal.receipts = &receipts;
        renewal.receipts_count = i == 2;
        struct http_reply reply = service_call(
            &fixture, "POST", "/api/v1/renewals", "application/cose",
            service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
        assert_int_equal(reply.status, 200);
        if (i == 0)
            assert_int_equal(
                service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
        renewal = service_next_renewal(
            &fixture, &renewal, arena_copy(&fixture.arena, buffer_view(&reply.body)));
        http_reply_free(&reply);
        receipt.lease = renewal.previous;
        if (i == 1)
            WORLD_SIGN(world, INSTRUMENT_RECEIPT, &receipt, &bytes, NULL, WORLD_GUARD);
    }
    buffer_free(&bytes);
}

/* Every count, as the files have it; and what is counted without memory is no figure. */
static void files_are_counted_one_by_one(void **state)
{
    (void)state;
    char path[260];
    struct store_reader *reader;
    static struct figures figures, untouched;
    service_fixture_live(&fixture);
    obey_an_order(340);
    service_fixture_stop(&fixture);
    snprintf(path, sizeof path, "%s/office.db", fixture.folder);
    assert_int_equal(store_reader_open(&fixture.os, path, &fixture.fault, &reader), ERROR_OK);
    assert_int_equal(figures_make(reader, office_clock, NULL, &fixture.fault, &figures), ERROR_OK);
    assert_int_equal(figures.granted, 1);
    assert_int_equal(figures.refused, 0);
    assert_int_equal(figures.revoked, 0);
    assert_int_equal(figures.orders[ORDER_SUSPEND], 1);
    assert_int_equal(figures.applications[APPLICATION_APPROVED], 2); /* to market, and to export */
    assert_int_equal(figures.receipts, 1);
    assert_int_equal(figures.spans[FIGURES_SPAN_HALF], 1);
    assert_int_equal(figures.median, 340);
    assert_int_equal(figures.slow, 340);
    assert_int_equal(figures.licences[LICENCE_SUSPENDED], 1);
    assert_int_equal(figures.countries_count, 1);
    assert_string_equal(figures.countries[0].code, "XA");
    assert_int_equal(figures.countries[0].live, 1);
    assert_int_equal(figures.countries[0].issued, 1);
    assert_int_equal(figures.countries[0].installations, 1);
    assert_int_equal(figures.quarters[0].from, usage_quarter_of(office_clock));
    assert_int_equal(figures.quarters[0].granted, 1);
    assert_int_equal(figures.quarters[0].orders, 1);
    assert_int_equal(figures.quarters[1].granted, 0);
    /* A year later it is the fifth quarter; ten years later in none of them, and still counted. */
    assert_int_equal(
        figures_make(reader, office_clock + 365 * MILLIS_DAY, NULL, &fixture.fault, &figures),
        ERROR_OK);
    assert_int_equal(figures.quarters[0].granted, 0);
    assert_int_equal(figures.quarters[4].granted, 1);
    assert_int_equal(
        figures_make(reader, office_clock + 3650 * MILLIS_DAY, NULL, &fixture.fault, &figures),
        ERROR_OK);
    assert_int_equal(figures.granted, 1);
    for (size_t i = 0; i < FIGURES_QUARTERS; i++)
        assert_int_equal(figures.quarters[i].granted, 0);
    memset(&figures, 0, sizeof figures);
    const atomic_bool given_up = true;
    assert_int_equal(
        figures_make(reader, office_clock, &given_up, NULL, &figures), ERROR_CANCELLED);
    assert_memory_equal(&figures, &untouched, sizeof figures);
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        enum error error = figures_make(reader, office_clock, NULL, NULL, &figures);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            assert_int_equal(figures.median, 340);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_memory_equal(&figures, &untouched, sizeof figures);
    }
    store_reader_close(reader);
    service_fixture_start(&fixture);
}

static void figures_are_of_everything_and_name_nobody(void **state)
{
    (void)state;
    assert_int_equal(visit("/figures"), 200);
    holds("<title>Transparency figures – enduse</title>");
    holds("Nothing was declared ten times yet");
    holds("Given from ten receipts on");
    service_fixture_live(&fixture);
    report_uses(1234, 57);
    /* Nothing new is counted at once. */
    assert_int_equal(visit("/figures"), 200);
    holds("Nothing was declared ten times yet");
    service_fixture_stop(&fixture);
    service_fixture_start(&fixture);
    assert_int_equal(visit("/figures"), 200);
    holds("50 of 1\u202f290 declared uses");
    holds("<span class=\"en-six__value\"><bdi>3.9<small>");
    holds("<th scope=\"row\">Serious crime</th><td class=\"en-num en-right\">1\u202f290</td>");
    holds("<th scope=\"row\">Prevention</th><td class=\"en-num en-right\">50</td>");
    holds("<small>under&#8239;</small>10</bdi></span><span class=\"en-six__note\">each signed by "
          "both");
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

/* --- Verifying ---------------------------------------------------------------------------- */

/* The form for a document, as a browser sends it: a file, or a text. */
static unsigned verify(struct bytes file, struct bytes text, const char *origin)
{
    char url[80], own[64];
    struct buffer body = {0};
    struct http_reply reply = {0};
    snprintf(url, sizeof url, "http://127.0.0.1:%u/verify", service_port(fixture.service));
    snprintf(own, sizeof own, "http://127.0.0.1:%u", service_port(fixture.service));
    buffer_append_text(
        &body, "--b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n");
    buffer_append_bytes(&body, file);
    buffer_append_text(&body, "\r\n--b7\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n");
    buffer_append_bytes(&body, text);
    buffer_append_text(&body, "\r\n--b7--\r\n");
    const struct http_client_field fields[] = {
        {"Accept", "text/html"}, {"Origin", origin ? origin : own}};
    const struct http_call call = {
        .method = "POST",
        .url = url,
        .type = "multipart/form-data; boundary=b7",
        .body = buffer_view(&body),
        .fields = fields,
        .field_count = 2,
        .response_max = 1 << 20,
    };
    assert_int_equal(http_client_call(fixture.client, &call, &fixture.fault, &reply), ERROR_OK);
    unsigned status = reply.status;
    buffer_clear(&browser.page);
    buffer_append_bytes(&browser.page, buffer_view(&reply.body));
    http_reply_free(&reply);
    buffer_free(&body);
    return status;
}

static const struct bytes nothing;

/* The document of a file as the office has it; in the fixture's arena. */
static struct bytes document_of(const char *path)
{
    struct http_reply reply = service_call(&fixture, "GET", path, NULL, nothing);
    assert_int_equal(reply.status, 200);
    struct bytes document = arena_copy(&fixture.arena, buffer_view(&reply.body));
    http_reply_free(&reply);
    return document;
}

static void a_number_tells_the_state_and_no_more(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    assert_int_equal(visit("/verify"), 200);
    holds("<title>Verify a document – enduse</title>");
    lacks("en-verified");
    assert_int_equal(visit("/verify?number=IL-2026-0017"), 200);
    holds("<title>Licence IL-2026-0017 is in the register – enduse</title>");
    holds("</svg>Active</strong>");
    lacks("XA");
    lacks("EX-0031");
    lacks("Digest");
    assert_int_equal(visit("/verify?number=EC-2026-0009"), 200);
    holds("Certificate EC-2026-0009 is in the register");
    /* Files of other kinds are not there, whatever their number. */
    const char *const others[] = {"EX-0031", "A-1", "IN-0001", "IL-0", "%3Cscript%3E"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char path[80];
        snprintf(path, sizeof path, "/verify?number=%s", others[i]);
        assert_int_equal(visit(path), 200);
        holds("<title>Error: Verify a document – enduse</title>");
        holds("No certificate or licence has this number");
        lacks("<script");
    }
}

/* The address that a PDF's code has. */
static unsigned visit_digest(const struct digest *digest)
{
    char text[DIGEST_TEXT_SIZE], path[120];
    snprintf(path, sizeof path, "/verify?digest=%s", digest_text(digest, text));
    return visit(path);
}

static void a_digest_tells_whoever_has_the_document(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct digest digest = fixture.script.world.licence_digest;
    assert_int_equal(visit_digest(&digest), 200);
    holds("<title>Licence IL-2026-0017 is in the register – enduse</title>");
    holds("</svg>Active</strong>");
    holds("(The defence ministry)");
    holds("(The foreign ministry)");
    lacks("EX-0031");
    digest.bytes[31] ^= 1;
    assert_int_equal(visit_digest(&digest), 200);
    holds("No document with this digest is in the register");
    lacks("Licence IL-2026-0017");
    lacks("</svg>Active");
    const char *const others[] = {"", "12", "%3Cscript%3E"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char path[80];
        snprintf(path, sizeof path, "/verify?digest=%s", others[i]);
        assert_int_equal(visit(path), 200);
        holds("This address is not that of a document");
        lacks("<script");
    }
}

static void a_document_is_held_against_the_register(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    fixture.anonymous = false;
    struct bytes licence = document_of("/api/v1/files/licence/IL-2026-0017/document");
    struct bytes certificate = document_of("/api/v1/files/certificate/EC-2026-0009/document");
    assert_int_equal(verify(licence, nothing, NULL), 200);
    holds("This is the licence IL-2026-0017 as it is in the register");
    holds("</svg>Active</strong>");
    holds("(defence)");
    holds("(foreign)");
    char text[DIGEST_TEXT_SIZE];
    holds(digest_text(&fixture.script.world.licence_digest, text));
    assert_int_equal(verify(certificate, nothing, NULL), 200);
    holds("This is the certificate EC-2026-0009 as it is in the register");
    holds("XA-S1 (the acquiring state)");
    /* The same as text, as mail breaks it, in either alphabet. */
    struct buffer base64 = {0}, broken = {0};
    base64_append(&base64, licence);
    for (size_t i = 0; i < base64.length; i++) {
        buffer_append_byte(&broken, base64.data[i]);
        if (i % 60 == 59)
            buffer_append_text(&broken, "\r\n");
    }
    assert_int_equal(verify(nothing, buffer_view(&broken), NULL), 200);
    holds("This is the licence IL-2026-0017 as it is in the register");
    buffer_clear(&base64);
    base64url_append(&base64, licence);
    assert_int_equal(verify(nothing, buffer_view(&base64), NULL), 200);
    holds("This is the licence IL-2026-0017 as it is in the register");
    buffer_free(&base64);
    buffer_free(&broken);
    /* A signature that was altered: the text is the register's, the document is not. */
    uint8_t *altered = arena_alloc(&fixture.arena, licence.length);
    memcpy(altered, licence.data, licence.length);
    altered[licence.length - 1] ^= 1;
    assert_int_equal(verify((struct bytes){altered, licence.length}, nothing, NULL), 200);
    holds("but the signatures are not");
    holds("not verified: ");
    lacks("as it is in the register</p>");
    holds("en-verified__verdict--bad");
}

static void what_is_not_the_registers_is_said_to_be_none(void **state)
{
    (void)state;
    struct world *world = &fixture.script.world;
    service_fixture_live(&fixture);
    struct licence other = world->licence;
    other.maximum_active_uses++;
    struct buffer bytes = {0};
    WORLD_SIGN(world, INSTRUMENT_LICENCE, &other, &bytes, NULL, WORLD_D1, WORLD_F1);
    assert_int_equal(verify(buffer_view(&bytes), nothing, NULL), 200);
    holds("This is not the licence IL-2026-0017 that is in the register");
    holds("Do not rely on this document");
    buffer_clear(&bytes);
    other.number = "IL-2026-9999";
    WORLD_SIGN(world, INSTRUMENT_LICENCE, &other, &bytes, NULL, WORLD_D1, WORLD_F1);
    assert_int_equal(verify(buffer_view(&bytes), nothing, NULL), 200);
    holds("No licence IL-2026-9999 is in the register");
    lacks("In the register now");
    buffer_clear(&bytes);
    struct order order = world_order(world, "OR-1", ORDER_SUSPEND, NULL);
    WORLD_SIGN(world, INSTRUMENT_ORDER, &order, &bytes, NULL, WORLD_D1);
    assert_int_equal(verify(buffer_view(&bytes), nothing, NULL), 200);
    holds("of the type “order”");
    buffer_free(&bytes);
    assert_int_equal(verify(bytes_of("no document"), nothing, NULL), 200);
    holds("This is not a signed document");
    assert_int_equal(verify(nothing, bytes_of("no base64!"), NULL), 200);
    holds("The text is not base64.");
    assert_int_equal(verify(nothing, nothing, NULL), 200);
    holds("Choose a file, or paste");
    assert_int_equal(verify(bytes_of("a"), bytes_of("b"), NULL), 200);
    holds("not both");
    assert_int_equal(verify(bytes_of("a"), nothing, "https://elsewhere.example"), 403);
}

/* --- Reporting ---------------------------------------------------------------------------- */

static unsigned send(const char *path, const char *form)
{
    return browser_call(&browser, path, form, NULL);
}

static void a_report_goes_page_by_page_and_is_followed(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    assert_int_equal(visit("/report"), 200);
    holds("What happens to your identity");
    assert_int_equal(send("/report", "step=0"), 200);
    holds("<title>What happened? – Report");
    assert_int_equal(send("/report", "step=1&what=+%0D%0A"), 200);
    holds("<title>Error: What happened?");
    holds("<a href=\"#what\">Say what happened");
    assert_int_equal(send("/report", "step=1&what=It+was+opened.%0D%0A%3Cscript%3E"), 200);
    holds("<title>When and where?");
    holds("name=\"what\" value=\"It was opened.\n&lt;script&gt;\"");
    assert_int_equal(send("/report", "step=2&what=It&when=May&where=%E2%80%AEa"), 200);
    holds("<a href=\"#where\">Say where it was in at most");
    lacks("href=\"#when\"");
    assert_int_equal(send("/report", "step=2&what=It&when=May&where=XA"), 200);
    holds("<title>What shows it?");
    assert_int_equal(
        send("/report", "step=3&what=It&when=May&where=XA&evidence=device&evidence=other"), 200);
    holds("<title>May the office reach you?");
    holds("name=\"evidence\" value=\"device\"");
    holds("name=\"evidence\" value=\"other\"");
    /* Back, with all that was said. */
    assert_int_equal(
        send("/report", "step=4&to=3&what=It&when=May&where=XA&evidence=device&contact=me"), 200);
    holds("value=\"device\" checked>");
    holds("name=\"contact\" value=\"me\"");
    const char *whole = "step=%d&what=It&when=May&where=XA&evidence=device&contact=box+7";
    char form[200];
    snprintf(form, sizeof form, whole, 4);
    assert_int_equal(send("/report", form), 200);
    holds("<title>Check your report");
    holds("A device that was examined, or can be</dd>");
    snprintf(form, sizeof form, whole, 5);
    assert_int_equal(send("/report", form), 200);
    holds("<title>Your report was received");
    char reference[40], secret[60];
    const char *at = strstr(browser_page(&browser), "CP-");
    assert_int_equal(sscanf(at, "%39[^<]", reference), 1);
    at = strstr(browser_page(&browser), "<span class=\"en-digest\">");
    assert_int_equal(sscanf(at, "<span class=\"en-digest\">%59[0-9a-f]", secret), 1);
    assert_int_equal(strlen(secret), 32);
    holds("Cache-Control: no-store");
    /* Followed with both, and with nothing less. */
    snprintf(form, sizeof form, "reference=+%s&secret=%s%%0A", reference, secret);
    assert_int_equal(send("/report/follow", form), 200);
    holds("<title>Your report — Received – enduse</title>");
    holds("It waits for an officer to look at it.");
    holds("Received on 2 March 2026");
    snprintf(form, sizeof form, "reference=%s&secret=%.31s0", reference, secret);
    secret[31] = secret[31] == '0' ? '1' : '0';
    snprintf(form, sizeof form, "reference=%s&secret=%s", reference, secret);
    assert_int_equal(send("/report/follow", form), 200);
    holds("There is no report with this reference and this secret");
    assert_int_equal(send("/report/follow", "reference=CP-000000000000"), 200);
    holds("There is no report with this reference and this secret");
    /* What was said is a case that the office works on. */
    fixture.anonymous = false;
    snprintf(form, sizeof form, "/api/v1/files/case/%s", reference);
    struct http_reply reply = service_call(&fixture, "GET", form, NULL, nothing);
    assert_non_null(strstr(service_text(&reply), "\"evidence\":[\"device\"]"));
    assert_null(strstr(service_text(&reply), "box 7"));
    http_reply_free(&reply);
}

static void a_report_is_whole_and_from_here_or_none(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    /* The last page sent alone leads to the first that lacks something. */
    assert_int_equal(send("/report", "step=5&what=It&where=XA"), 200);
    holds("<title>Error: When and where?");
    holds("<a href=\"#when\">Say when it was");
    assert_int_equal(send("/report", "what=It"), 200);
    holds("What happens to your identity");
    assert_int_equal(
        browser_call(&browser, "/report", "step=5&what=It", "https://elsewhere.example"), 403);
    /* A word that is not on the checklist is left out, as no browser sends it. */
    assert_int_equal(send("/report", "step=3&what=It&when=May&where=XA&evidence=rumour"), 200);
    lacks("rumour");
    /* One address, few reports. */
    unsigned status = 200;
    for (int i = 0; i < 12 && status == 200; i++)
        status = send("/report", "step=5&what=It&when=May&where=XA");
    assert_int_equal(status, 429);
    holds("Too many requests");
}

/* --- The log ------------------------------------------------------------------------------ */

static void the_log_says_what_anyone_may_know(void **state)
{
    (void)state;
    assert_int_equal(visit("/log"), 200);
    holds("There is none yet: no key was delegated to sign one.");
    holds("The authority’s root");
    service_fixture_live(&fixture);
    struct http_reply reply = service_call(&fixture, "GET", "/api/v1/checkpoint", NULL, nothing);
    assert_int_equal(visit("/log"), 200);
    holds("<title>Log – enduse</title>");
    char origin[60] = "";
    sscanf(service_text(&reply), "%59[^\n]", origin);
    assert_true(*origin);
    holds(origin);
    http_reply_free(&reply);
    holds("An act</td>");
    const char *const hidden[] = {"IL-2026-0017", "EC-2026-0009", "IN-0001",
                                  "EX-0031",      "XA-",          "D-01"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        lacks(hidden[i]);
    /* What it says to ask for is there for anyone. */
    holds("<code>/api/v1/events/NUMBER/proof</code>");
    holds("<code>/api/v1/checkpoint/consistency?from=SIZE</code>");
    assert_int_equal(visit("/api/v1/events/0/proof"), 200);
    assert_int_equal(visit("/api/v1/checkpoint/consistency?from=1"), 200);
}

/* From where somebody reports is nobody's to keep; of other requests it is known. */
static void the_log_of_requests_does_not_say_who_reports(void **state)
{
    (void)state;
    char path[260];
    service_fixture_live(&fixture);
    service_fixture_stop(&fixture);
    snprintf(path, sizeof path, "%s/log", fixture.folder);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(
        service_start(
            &fixture.os, &fixture.settings, &site, file, &fixture.fault, &fixture.service),
        ERROR_OK);
    assert_int_equal(visit("/figures"), 200);
    assert_int_equal(visit("/report"), 200);
    assert_int_equal(send("/report", "step=5&what=It&when=May&where=XA"), 200);
    assert_int_equal(send("/report/follow", "reference=CP-0&secret=0"), 200);
    service_fixture_stop(&fixture); /* all lines are written */
    struct buffer text = {0};
    assert_int_equal(os_read_file(&os_system, path, 1 << 20, &fixture.fault, &text), ERROR_OK);
    size_t known = 0, reports = 0;
    buffer_append_byte(&text, 0);
    for (char *line = strtok((char *)text.data, "\n"); line; line = strtok(NULL, "\n")) {
        if (!strstr(line, "event=request"))
            continue;
        bool reporting = strstr(line, "path=/report");
        assert_true(reporting == !strstr(line, "peer=127.0.0.1"));
        reports += reporting;
        known += !reporting;
    }
    assert_int_equal(reports, 3);
    assert_int_equal(known, 1);
    buffer_free(&text);
    close(file);
    service_fixture_start(&fixture);
}

static void every_public_page_is_led_to(void **state)
{
    (void)state;
    static const char *const quiet[] = {"/help", "/accessibility", "/privacy"};
    static const char *const pages[] = {"/figures", "/verify", "/report", "/log"};
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++) {
        char link[60];
        snprintf(link, sizeof link, "<li><a href=\"%s\">", quiet[i]);
        assert_int_equal(visit("/"), 200);
        holds(link);
        assert_int_equal(visit(quiet[i]), 200);
        holds("<h1 class=\"govuk-heading-l\">");
    }
    assert_int_equal(visit("/"), 200);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char link[60];
        snprintf(link, sizeof link, "<a class=\"govuk-link\" href=\"%s\">", pages[i]);
        assert_int_equal(visit("/"), 200);
        holds(link);
        snprintf(link, sizeof link, "<li><a href=\"%s\">", pages[i]);
        holds(link); /* at the foot of every page */
        assert_int_equal(visit(pages[i]), 200);
        snprintf(link, sizeof link, "href=\"%s\" aria-current=\"page\"", pages[i]);
        holds(link);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        cmocka_unit_test(small_counts_are_hidden_and_none_can_be_worked_out),
        cmocka_unit_test(rows_say_no_more_than_may_be_known),
        TEST(files_are_counted_one_by_one),
        TEST(figures_are_of_everything_and_name_nobody),
        TEST(a_number_tells_the_state_and_no_more),
        TEST(a_digest_tells_whoever_has_the_document),
        TEST(a_document_is_held_against_the_register),
        TEST(what_is_not_the_registers_is_said_to_be_none),
        TEST(a_report_goes_page_by_page_and_is_followed),
        TEST(a_report_is_whole_and_from_here_or_none),
        TEST(the_log_says_what_anyone_may_know),
        TEST(the_log_of_requests_does_not_say_who_reports),
        TEST(every_public_page_is_led_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
