/* service: what is refused. Every malformed, oversized, mistyped, replayed, out-of-order or
 * unauthorised input gets its documented status, names its place, and changes nothing. */
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
#define ACTS "/api/v1/acts"
#define RENEWALS "/api/v1/renewals"

static struct service_fixture fixture;
static const struct bytes nothing;

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    service_fixture_free(&fixture);
    return 0;
}

/* One refusal: the status, a problem of that slug, and the log as before. */
static void refused(
    const char *method, const char *path, const char *type, struct bytes body, unsigned status,
    const char *slug)
{
    struct digest before = service_root(&fixture);
    struct http_reply reply = service_call(&fixture, method, path, type, body);
    const char *text = service_text(&reply);
    char expected[100];
    snprintf(expected, sizeof expected, "\"urn:enduse:problem:%s\"", slug);
    if (reply.status != status || !strstr(text, expected))
        print_error("%s %s: %u %s\n", method, path, reply.status, text);
    assert_int_equal(reply.status, status);
    assert_string_equal(reply.type, "application/problem+json");
    assert_non_null(strstr(text, expected));
    assert_null(strstr(text, fixture.folder));
    http_reply_free(&reply);
    struct digest after = service_root(&fixture);
    assert_true(digest_equal(&before, &after));
}

/* An exporter's draft: a good act, at version 0 of a new file. */
static struct bytes good_act(enum world_key key, const char *file)
{
    return office_act(&fixture.script, key, file, 0, "draft", body_exporter(&fixture.script.world));
}

static struct bytes changed(struct bytes bytes, size_t at)
{
    struct bytes copy = arena_copy(&fixture.arena, bytes);
    assert_non_null(copy.data);
    ((uint8_t *)(uintptr_t)copy.data)[at] ^= 1;
    return copy;
}

static struct datum reason(void)
{
    return OFFICE_BODY(&fixture.script, {"reason", datum_of_text("A reason.")});
}

static struct bytes signed_order(enum order_kind kind, const struct digest *lifts, bool both)
{
    struct order order = world_order(&fixture.script.world, "OR-9", kind, NULL);
    if (lifts)
        order.lifts = *lifts;
    return both ? OFFICE_ORDER(&fixture.script, &order, WORLD_D1, WORLD_F1)
                : OFFICE_ORDER(&fixture.script, &order, WORLD_D1);
}

/* --- Acts --------------------------------------------------------------------------------- */

static void malformed_acts(void **state)
{
    (void)state;
    struct bytes act = good_act(WORLD_D1, "exporter/EX-9");
    refused("POST", ACTS, COSE, BYTES_LITERAL("{}"), 400, "malformed");
    refused("POST", ACTS, COSE, bytes_slice(act, 0, act.length - 1), 400, "malformed");
    refused("POST", ACTS, COSE, bytes_slice(act, 0, 1), 400, "malformed");
    /* Every prefix is refused; a sample of them. */
    for (size_t length = 2; length < act.length; length += 17)
        refused("POST", ACTS, COSE, bytes_slice(act, 0, length), 400, "malformed");
    struct buffer longer = {0};
    buffer_append_bytes(&longer, act);
    buffer_append_byte(&longer, 0);
    refused("POST", ACTS, COSE, buffer_view(&longer), 400, "malformed");
    buffer_free(&longer);
    /* Another instrument, validly signed, is no act. */
    refused("POST", ACTS, COSE, buffer_view(&fixture.script.world.licence_bytes), 400, "malformed");
    refused(
        "POST", ACTS, COSE,
        office_act(
            &fixture.script, WORLD_D1, "king/K-1", 0, "open", body_exporter(&fixture.script.world)),
        400, "verb");
    refused(
        "POST", ACTS, COSE,
        office_act(
            &fixture.script, WORLD_D1, "exporter/EX-9", 0, "bless",
            body_exporter(&fixture.script.world)),
        400, "verb");
    /* A body of another verb. */
    refused(
        "POST", ACTS, COSE,
        office_act(&fixture.script, WORLD_D1, "exporter/EX-9", 0, "draft", reason()), 400,
        "malformed");
}

static void acts_that_are_not_signed_as_they_must(void **state)
{
    (void)state;
    struct bytes act = good_act(WORLD_D1, "exporter/EX-9");
    refused("POST", ACTS, COSE, changed(act, act.length - 1), 401, "signature");
    refused("POST", ACTS, COSE, good_act(WORLD_STRANGER, "exporter/EX-9"), 401, "unknown-signer");
    /* The guard's key is enrolled, but no person's. */
    refused("POST", ACTS, COSE, good_act(WORLD_GUARD, "exporter/EX-9"), 401, "unknown-signer");
    /* For another authority. */
    struct digest authority = fixture.script.world.authority;
    fixture.script.world.authority.bytes[0] ^= 1;
    struct bytes other = good_act(WORLD_D1, "exporter/EX-9");
    fixture.script.world.authority = authority;
    refused("POST", ACTS, COSE, other, 401, "signature");
}

static void acts_that_the_rules_refuse(void **state)
{
    (void)state;
    struct office_script *script = &fixture.script;
    /* Stale: the file is at version 4. */
    struct digest before = service_root(&fixture);
    struct bytes stale = office_act(script, WORLD_D2, "exporter/EX-0031", 2, "remove", reason());
    refused("POST", ACTS, COSE, stale, 409, "stale");
    refused(
        "POST", ACTS, COSE, office_act(script, WORLD_F1, "exporter/EX-0031", 4, "remove", reason()),
        403, "role");
    refused(
        "POST", ACTS, COSE, office_act(script, WORLD_D1, "exporter/EX-0031", 4, "refuse", reason()),
        422, "state");
    /* An id that another act has. */
    script->acts = 0;
    refused("POST", ACTS, COSE, good_act(WORLD_D1, "exporter/EX-9"), 409, "act-id");
    script->acts = 1000;
    /* Nobody screens what they submitted themselves. */
    assert_int_equal(service_act(&fixture, good_act(WORLD_D1, "exporter/EX-9")), 201);
    struct datum empty = {.kind = DATUM_MAP};
    struct bytes submitted = office_act(script, WORLD_D1, "exporter/EX-9", 1, "submit", empty);
    assert_int_equal(service_act(&fixture, submitted), 201);
    struct datum screening = body_screening(&script->world, NULL);
    refused(
        "POST", ACTS, COSE, office_act(script, WORLD_D1, "exporter/EX-9", 2, "screen", screening),
        403, "own-act");
    struct digest after = service_root(&fixture);
    assert_false(digest_equal(&before, &after));
}

static void restoring_needs_both(void **state)
{
    (void)state;
    struct order order = world_order(&fixture.script.world, "OR-1", ORDER_DISCONNECT, NULL);
    struct bytes act = OFFICE_ORDER(&fixture.script, &order, WORLD_D1);
    assert_int_equal(service_act(&fixture, act), 201);
    struct buffer bytes = {0};
    struct digest digest;
    WORLD_SIGN(&fixture.script.world, INSTRUMENT_ORDER, &order, &bytes, &digest, WORLD_D1);
    buffer_free(&bytes);
    refused("POST", ACTS, COSE, signed_order(ORDER_RESTORE, &digest, false), 403, "signatures");
    assert_int_equal(service_act(&fixture, signed_order(ORDER_RESTORE, &digest, true)), 201);
}

static void documents_within_acts(void **state)
{
    (void)state;
    struct office_script *script = &fixture.script;
    struct order order = world_order(&script->world, "OR-9", ORDER_SUSPEND, NULL);
    struct buffer bytes = {0};
    WORLD_SIGN(&script->world, INSTRUMENT_ORDER, &order, &bytes, NULL, WORLD_D1);
    bytes.data[bytes.length - 1] ^= 1;
    struct datum body = OFFICE_BODY(script, {"instrument", datum_of_bytes(buffer_view(&bytes))});
    /* The act is good, so its signer is known; what it carries is not. */
    refused(
        "POST", ACTS, COSE, office_act(script, WORLD_D1, "order/OR-9", 0, "issue", body), 422,
        "signature");
    buffer_clear(&bytes);
    WORLD_SIGN(&script->world, INSTRUMENT_ORDER, &order, &bytes, NULL, WORLD_STRANGER);
    body = OFFICE_BODY(script, {"instrument", datum_of_bytes(buffer_view(&bytes))});
    refused(
        "POST", ACTS, COSE, office_act(script, WORLD_D1, "order/OR-9", 0, "issue", body), 403,
        "signer");
    buffer_free(&bytes);
    /* Of another file's number. */
    order.number = "OR-8";
    refused(
        "POST", ACTS, COSE,
        office_act(
            script, WORLD_D1, "order/OR-9", 0, "issue",
            OFFICE_INSTRUMENT(script, INSTRUMENT_ORDER, &order, WORLD_D1)),
        422, "condition");
}

static void papers_that_the_office_cannot_take(void **state)
{
    (void)state;
    struct office_script *script = &fixture.script;
    /* Another installation's key. */
    refused("POST", ACTS, COSE, office_enrol(script, "IN-0002", WORLD_GUARD), 422, "guard-key");
    /* A certificate of a form that nobody registered. */
    struct form form = script->world.form;
    struct certificate certificate = script->world.certificate;
    struct bytes acts[OFFICE_CERTIFICATE];
    struct buffer payload = {0};
    form.text = "# Other words";
    assert_int_equal(layout_encode(&form_layout, &form, NULL, &payload), ERROR_OK);
    certificate.number = "EC-2026-0010";
    certificate.form = buffer_view(&payload);
    office_certificate(script, &certificate, "A-1", acts);
    refused("POST", ACTS, COSE, acts[0], 422, "form");
    buffer_free(&payload);
    /* A withdrawal by a body that did not sign it, and of a certificate that is not there. */
    struct digest other = script->world.certificate_digest;
    const struct approval withdrawal = {
        .number = "W-1",
        .kind = APPROVAL_WITHDRAWAL,
        .body = "XA-court",
        .certificate = other,
        .file = "F-1",
        .issued = WORLD_NOW,
        .withdraws = script->world.approval_digest,
    };
    refused(
        "POST", ACTS, COSE,
        office_act(
            script, WORLD_D1, "withdrawal/WD-1", 0, "enter",
            OFFICE_INSTRUMENT(script, INSTRUMENT_APPROVAL, &withdrawal, WORLD_PROSECUTOR)),
        403, "signatures");
    other.bytes[0] ^= 1;
    refused(
        "POST", ACTS, COSE,
        office_withdrawal(script, "WD-1", &other, &script->world.approval_digest), 422,
        "file-missing");
}

/* --- Requests ----------------------------------------------------------------------------- */

static void requests_of_the_wrong_kind(void **state)
{
    (void)state;
    struct bytes act = good_act(WORLD_D1, "exporter/EX-9");
    assert_int_equal(service_status(&fixture, "POST", ACTS, "application/json", act), 415);
    assert_int_equal(service_status(&fixture, "POST", ACTS, "text/plain", act), 415);
    assert_int_equal(service_status(&fixture, "GET", ACTS, NULL, nothing), 405);
    assert_int_equal(service_status(&fixture, "DELETE", ACTS, NULL, nothing), 405);
    assert_int_equal(service_status(&fixture, "GET", "/api/v1/acts/1", NULL, nothing), 404);
    assert_int_equal(service_status(&fixture, "GET", "/api/v2/status", NULL, nothing), 404);
    /* A body where none belongs. */
    assert_int_equal(service_status(&fixture, "POST", "/api/v1/status", COSE, act), 405);
    struct bytes large = {arena_alloc(&fixture.arena, (16 << 20) + 1), (16 << 20) + 1};
    assert_non_null(large.data);
    struct digest before = service_root(&fixture);
    assert_int_equal(service_status(&fixture, "POST", ACTS, COSE, large), 413);
    struct digest after = service_root(&fixture);
    assert_true(digest_equal(&before, &after));
}

static void questions_that_cannot_be_answered(void **state)
{
    (void)state;
    const struct {
        const char *path;
        unsigned status;
        const char *slug;
    } rows[] = {
        {"/api/v1/files/king", 404, "not-found"},
        {"/api/v1/files/licence?q=", 400, "parameter"},
        {"/api/v1/register/king/K-1", 404, "not-found"},
        {"/api/v1/register/exporter/EX-0031", 404, "not-found"},
        {"/api/v1/files/licence?limit=0", 400, "parameter"},
        {"/api/v1/files/licence?limit=1001", 400, "parameter"},
        {"/api/v1/files/licence?limit=x", 400, "parameter"},
        {"/api/v1/files/licence?state=asleep", 400, "parameter"},
        {"/api/v1/files/licence/IL-0", 404, "not-found"},
        {"/api/v1/files/licence/IL-2026-0017?person=D-99", 400, "parameter"},
        {"/api/v1/files/exporter/EX-0031/document", 404, "not-found"},
        {"/api/v1/events?from=x", 400, "parameter"},
        {"/api/v1/events?count=1001", 400, "parameter"},
        {"/api/v1/events?file=king/IL-2026-0017", 400, "parameter"},
        {"/api/v1/events?file=licence/", 400, "parameter"},
        {"/api/v1/events?file=licence", 400, "parameter"},
        {"/api/v1/events?file=", 400, "parameter"},
        {"/api/v1/events/99999/proof", 404, "range"},
        {"/api/v1/events/1/proof?size=99999", 404, "range"},
        {"/api/v1/checkpoint/consistency?from=5&to=3", 404, "range"},
        {"/api/v1/roots/99", 404, "not-found"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refused("GET", rows[i].path, NULL, nothing, rows[i].status, rows[i].slug);
}

/* --- Renewals ----------------------------------------------------------------------------- */

static struct bytes lease_of(const struct renewal *renewal)
{
    struct http_reply reply = service_call(
        &fixture, "POST", RENEWALS, COSE, service_sign_renewal(&fixture, renewal, WORLD_GUARD));
    assert_int_equal(reply.status, 200);
    struct bytes lease = arena_copy(&fixture.arena, buffer_view(&reply.body));
    http_reply_free(&reply);
    return lease;
}

static void renewals_that_are_refused(void **state)
{
    (void)state;
    struct renewal renewal = service_first_renewal(&fixture);
    struct bytes good = service_sign_renewal(&fixture, &renewal, WORLD_GUARD);
    refused("POST", RENEWALS, COSE, BYTES_LITERAL("x"), 400, "malformed");
    refused("POST", RENEWALS, COSE, bytes_slice(good, 0, good.length - 3), 400, "malformed");
    refused("POST", RENEWALS, COSE, good_act(WORLD_D1, "exporter/EX-9"), 400, "malformed");
    refused("POST", RENEWALS, COSE, changed(good, good.length - 1), 401, "signature");
    refused(
        "POST", RENEWALS, COSE, service_sign_renewal(&fixture, &renewal, WORLD_STRANGER), 401,
        "unknown-signer");
    renewal.installation = "IN-0002";
    refused(
        "POST", RENEWALS, COSE, service_sign_renewal(&fixture, &renewal, WORLD_GUARD), 401,
        "unknown-installation");
    renewal.installation = "IN-0001";
    renewal.licence.bytes[0] ^= 1;
    refused(
        "POST", RENEWALS, COSE, service_sign_renewal(&fixture, &renewal, WORLD_GUARD), 409,
        "not-the-successor");
    renewal.licence.bytes[0] ^= 1;
    /* Other bytes under an id that was answered. */
    lease_of(&renewal);
    renewal.running = 7;
    refused(
        "POST", RENEWALS, COSE, service_sign_renewal(&fixture, &renewal, WORLD_GUARD), 409,
        "not-the-successor");
}

/* Anyone may complain; not with anything, and not without end. */
static void complaints_that_are_none(void **state)
{
    (void)state;
    static const char complaints[] = "/api/v1/complaints", json[] = "application/json";
    static const char good[] =
        "{\"what\": \"W\", \"when\": \"M\", \"where\": \"P\", \"evidence\": []}";
    refused("POST", complaints, COSE, bytes_of(good), 415, "media-type");
    refused("POST", complaints, json, BYTES_LITERAL("{}"), 400, "malformed");
    refused("POST", complaints, json, BYTES_LITERAL("[1"), 400, "malformed");
    refused("GET", "/api/v1/complaints/CP-0123456789ab", NULL, nothing, 404, "not-found");
    unsigned taken = 0;
    while (service_status(&fixture, "POST", complaints, json, bytes_of(good)) == 201)
        taken++;
    /* Bursts of ten, of which two were spent on what was none; time goes on meanwhile. */
    assert_true(taken >= 7 && taken < 100);
    refused("POST", complaints, json, bytes_of(good), 429, "rate");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(malformed_acts),
        TEST(acts_that_are_not_signed_as_they_must),
        TEST(acts_that_the_rules_refuse),
        TEST(restoring_needs_both),
        TEST(documents_within_acts),
        TEST(papers_that_the_office_cannot_take),
        TEST(requests_of_the_wrong_kind),
        TEST(questions_that_cannot_be_answered),
        TEST(renewals_that_are_refused),
        TEST(complaints_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
