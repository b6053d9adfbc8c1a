/* site: certificates and licences that are drafted on a page from what the registers have: what is
 * suggested, what is copied, what is signed, and what is not let through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority/files.h"
#include "failing_alloc.h"
#include "site_stage.h"

static const char certificate_page[] = "/draft/certificate/A-1";
static const char licence_page[] = "/draft/licence/EC-2026-0009";

static int set_up(void **state)
{
    (void)state;
    return stage_begin(
        STAGE_LIVED | STAGE_SIGNED_IN, (enum world_key[]){WORLD_D1, WORLD_F1, WORLD_D2}, 3);
}

static void holds_not(const char *text)
{
    assert_null(strstr(browser_page(&browser), text));
}

/* --- Forms -------------------------------------------------------------------------------- */

/* A certificate with these changes: pairs that stand before the others count. */
static unsigned draft_certificate(const char *changes)
{
    struct buffer key = {0}, pairs = {0};
    base64url_append(&key, fixture.script.world.certificate.supervisor.key.public_key);
    buffer_printf(
        &pairs,
        "%s&number=EC-2026-0010&body.form=IL-2021-12.1&body.from=2026-03-02&body.until=2027-03-02"
        "&body.signing=key&body.signatories.1.account=XA-S1"
        "&body.signatories.1.office=Ministry+of+the+Interior&body.supervisor.id=XA-V1"
        "&body.supervisor.name=Somebody&body.supervisor.office=Police&body.supervisor.key.kind=key"
        "&body.supervisor.key.type=ed25519&body.supervisor.key.public-key=%s"
        "&body.longest-approval=90d&body.lease-ttl=15m&body.return-period=1d"
        "&body.return-fields=verdict%%0D%%0Aclause",
        changes, buffer_text(&key));
    unsigned status = browser_send(&browser, certificate_page, buffer_text(&pairs));
    buffer_free(&key);
    buffer_free(&pairs);
    return status;
}

static unsigned draft_licence(const char *changes)
{
    char pairs[800];
    snprintf(
        pairs, sizeof pairs,
        "%s&number=IL-2026-0018&body.application=A-1&body.functions=location&body.territories=XA"
        "&body.maximum-active-uses=5&body.maximum-installations=1"
        "&body.maximum-unacknowledged=1000&body.from=2026-03-02&body.until=2026-09-02"
        "&body.contact=desk%%40authority.example",
        changes);
    return browser_send(&browser, licence_page, pairs);
}

/* Signs what the page that checks shows. */
static unsigned sign(bool document)
{
    struct buffer form = {0};
    buffer_append_text(&form, "x=");
    browser_send_on(&browser, "act", &form);
    if (document)
        browser_send_on(&browser, "document", &form);
    unsigned status = browser_send(&browser, "/act/sign", buffer_text(&form));
    buffer_free(&form);
    return status;
}

/* Text from the office about a file; in the fixture's arena. */
static const char *file_json(const char *path)
{
    struct http_reply reply = service_call(&fixture, "GET", path, NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    const char *text = arena_text(&fixture.arena, buffer_view(&reply.body));
    assert_non_null(text);
    http_reply_free(&reply);
    return text;
}

static struct certificate offered(const char *path)
{
    struct certificate certificate;
    struct buffer payload = {0};
    const char *at = strstr(file_json(path), "\"payload\":\"");
    assert_non_null(at);
    at += strlen("\"payload\":\"");
    const struct bytes text = {(const uint8_t *)at, strcspn(at, "\"")};
    assert_int_equal(base64url_parse(text, NULL, &payload), ERROR_OK);
    assert_int_equal(
        layout_decode(
            &certificate_layout, buffer_view(&payload), &fixture.arena, NULL, &certificate),
        ERROR_OK);
    buffer_free(&payload);
    return certificate;
}

/* --- Certificates ------------------------------------------------------------------------- */

static void the_registers_suggest_a_certificate(void **state)
{
    (void)state;
    assert_int_equal(browser_call(&browser, "/register/application/A-1", NULL, NULL), 200);
    browser_holds(&browser, "href=\"/draft/certificate/A-1\"");
    assert_int_equal(browser_call(&browser, certificate_page, NULL, NULL), 200);
    browser_holds(&browser, "<h1 class=\"govuk-heading-l\">Draft the certificate: Application A-1");
    browser_holds(&browser, "name=\"body.form\" type=\"text\" value=\"IL-2021-12.1\"");
    browser_holds(&browser, "name=\"body.signatories.1.account\" type=\"text\" value=\"XA-S1\"");
    browser_holds(&browser, "value=\"90d\"");
    browser_holds(&browser, "clause\nfunction\nmatter\noffence\npurpose\nverdict\n</textarea>");
    browser_holds(&browser, "name=\"body.until\" type=\"text\" value=\"\"");
}

static void a_certificate_is_drafted_and_offered(void **state)
{
    (void)state;
    const struct certificate *world = &fixture.script.world.certificate;
    const struct digest before = service_root(&fixture);
    assert_int_equal(draft_certificate(""), 200);
    const struct digest checked = service_root(&fixture);
    assert_memory_equal(&before, &checked, sizeof before);
    browser_holds(&browser, "<strong class=\"en-state");
    browser_holds(&browser, "Offered");
    browser_holds(&browser, world->offences[0].code);
    browser_holds(&browser, world->bodies[0].name);
    assert_int_equal(sign(false), 303);
    browser_holds(&browser, "Location: /register/certificate/EC-2026-0010?done=");
    struct certificate made = offered("/api/v1/files/certificate/EC-2026-0010");
    assert_string_equal(made.number, "EC-2026-0010");
    assert_true(bytes_equal(made.form, world->form));
    assert_string_equal(made.state, "XA");
    assert_string_equal(made.agency.id, world->agency.id);
    assert_string_equal(made.agency.name, world->agency.name);
    assert_string_equal(made.product.id, world->product.id);
    assert_string_equal(made.product.control, world->product.control);
    assert_string_equal(made.exporter, world->exporter);
    assert_string_equal(made.place, world->place);
    assert_int_equal(made.signatories_count, 1);
    assert_true(
        bytes_equal(made.signatories[0].key.public_key, world->signatories[0].key.public_key));
    assert_string_equal(made.signatories[0].office, "Ministry of the Interior");
    assert_int_equal(made.bodies_count, world->bodies_count);
    assert_int_equal(made.offences_count, world->offences_count);
    for (size_t i = 0; i < world->offences_count; i++) {
        const struct offence *offence = certificate_offence(&made, world->offences[i].code);
        assert_non_null(offence);
        assert_int_equal(offence->decision, OFFENCE_ACCEPTED);
        assert_string_equal(offence->defence_reasons, world->offences[i].defence_reasons);
    }
    assert_int_equal(made.lease_ttl, 15 * MILLIS_MINUTE);
    assert_int_equal(made.return_fields_count, 2);
    const struct digest none = {0};
    assert_memory_equal(&made.supersedes, &none, sizeof none);
}

static void a_certificate_names_the_one_that_it_replaces(void **state)
{
    (void)state;
    assert_int_equal(draft_certificate("body.supersedes=EC-2026-0009"), 200);
    assert_int_equal(sign(false), 303);
    struct certificate made = offered("/api/v1/files/certificate/EC-2026-0010");
    assert_memory_equal(
        &made.supersedes, &fixture.script.world.certificate_digest, sizeof made.supersedes);
}

static void mistakes_in_a_certificate_are_said_at_their_field(void **state)
{
    (void)state;
    static const struct {
        const char *changes, *link;
    } rows[] = {
        {"number=%2F", "#number"},
        {"body.form=IL-1.1", "#body.form"},
        {"body.until=2026-01-01", "#body.until"},
        {"body.until=soon", "#body.until"},
        {"body.signatories.1.account=nobody", "#body.signatories.1.account"},
        {"body.lease-ttl=1s", "#body.lease-ttl"},
        {"body.supersedes=EC-0", "#body.supersedes"},
        {"body.supervisor.key.public-key=AAAA", "#body.supervisor.key.public-key"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char link[80];
        snprintf(link, sizeof link, "<a href=\"%s", rows[i].link);
        assert_int_equal(draft_certificate(rows[i].changes), 200);
        browser_holds(&browser, "<title>Error: Draft the certificate");
        browser_holds(&browser, link);
        holds_not("name=\"act\"");
    }
}

/* An approval to market leads to no certificate, and what one may not offer one cannot draft. */
static void certificates_are_drafted_of_what_was_approved_by_whoever_offers_them(void **state)
{
    (void)state;
    assert_int_equal(browser_call(&browser, "/register/application/A-0", NULL, NULL), 200);
    holds_not("/draft/certificate/");
    assert_int_equal(browser_call(&browser, "/draft/certificate/A-0", NULL, NULL), 422);
    assert_int_equal(browser_call(&browser, "/draft/certificate/A-9", NULL, NULL), 404);
    assert_int_equal(browser_call(&browser, "/draft/order/IL-2026-0017", NULL, NULL), 404);
    *browser.session = 0;
    assert_int_equal(browser_call(&browser, certificate_page, NULL, NULL), 303);
    browser_holds(&browser, "Location: /sign-in?next=%2Fdraft%2Fcertificate%2FA-1");
}

/* --- Licences ----------------------------------------------------------------------------- */

static void the_certificate_suggests_a_licence(void **state)
{
    (void)state;
    assert_int_equal(browser_call(&browser, "/register/certificate/EC-2026-0009", NULL, NULL), 200);
    browser_holds(&browser, "href=\"/draft/licence/EC-2026-0009\"");
    assert_int_equal(browser_call(&browser, licence_page, NULL, NULL), 200);
    browser_holds(&browser, "name=\"body.application\" type=\"text\" value=\"A-1\"");
    browser_holds(&browser, "location\n");
    browser_holds(&browser, "XA\n</textarea>");
}

/* Both ministries sign what one of them drafted: the same bytes. */
static void a_licence_is_drafted_signed_proposed_and_issued(void **state)
{
    (void)state;
    struct licence licence;
    struct document document;
    const struct digest before = service_root(&fixture);
    assert_int_equal(draft_licence(""), 200);
    const struct digest checked = service_root(&fixture);
    assert_memory_equal(&before, &checked, sizeof before);
    browser_holds(&browser, "You sign the Licence itself, and the act that brings it here");
    browser_holds(&browser, "desk@authority.example");
    assert_int_equal(sign(true), 303);
    browser_holds(&browser, "Location: /register/licence/IL-2026-0018?done=");
    assert_non_null(strstr(file_json("/api/v1/files/licence/IL-2026-0018"), "\"proposed\""));
    browser_sign_in(&browser, WORLD_F1);
    assert_int_equal(
        browser_send(&browser, "/act/licence/countersign", "number=IL-2026-0018"), 200);
    assert_int_equal(sign(false), 303);
    struct http_reply reply = service_call(
        &fixture, "GET", "/api/v1/files/licence/IL-2026-0018/document", NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    assert_int_equal(
        licence_open(
            buffer_view(&reply.body), &fixture.script.world.chain, &fixture.arena, NULL, &document,
            &licence),
        ERROR_OK);
    http_reply_free(&reply);
    const struct certificate *certificate = &fixture.script.world.certificate;
    assert_int_equal(
        licence_fits(&licence, certificate, &fixture.script.world.certificate_digest, NULL),
        ERROR_OK);
    assert_int_equal(licence.functions_count, 1);
    assert_string_equal(licence.functions[0], "location");
    assert_int_equal(licence.maximum_active_uses, 5);
    assert_int_equal(licence.maximum_uses_in_period, 0);
    assert_null(licence.clauses);
    assert_int_equal(licence.issued, WORLD_NOW);
}

static void mistakes_in_a_licence_are_said_at_their_field(void **state)
{
    (void)state;
    static const struct {
        const char *changes, *link;
    } rows[] = {
        {"number=", "#number"},
        {"body.functions=camera", "#body.functions"},
        {"body.territories=Atlantis", "#body.territories"},
        {"body.until=2040-01-01", "#body.until"},
        {"body.maximum-installations=0", "#body.maximum-installations"},
        {"body.maximum-uses-in-period=10", "#body.uses-period"},
        {"body.maximum-active-uses=many", "#body.maximum-active-uses"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char link[80];
        snprintf(link, sizeof link, "<a href=\"%s", rows[i].link);
        assert_int_equal(draft_licence(rows[i].changes), 200);
        browser_holds(&browser, "<title>Error: Draft a licence");
        browser_holds(&browser, link);
        holds_not("name=\"act\"");
    }
}

/* What comes back from the page that checks is read as strictly as anything from outside. */
static void a_licence_that_was_changed_on_its_way_is_not_signed(void **state)
{
    (void)state;
    struct buffer form = {0};
    assert_int_equal(draft_licence(""), 200);
    buffer_append_text(&form, "x=");
    browser_send_on(&browser, "act", &form);
    const struct digest before = service_root(&fixture);
    static const char *const documents[] = {"", "&document=%21", "&document=AAAA", "&document=oA"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        size_t length = form.length;
        buffer_append_text(&form, documents[i]);
        unsigned status = browser_send(&browser, "/act/sign", buffer_text(&form));
        if (status < 400)
            print_error("%s: %u\n", documents[i], status);
        assert_true(status >= 400 && status < 500);
        form.length = length;
    }
    const struct digest after = service_root(&fixture);
    assert_memory_equal(&before, &after, sizeof before);
    buffer_free(&form);
}

/* Whichever allocation fails, there is the form, whole, or a refusal, or no answer; where it is
 * that of the session, who reads is nobody and is led to the sign-in. */
static void without_memory_nothing_is_drafted(void **state)
{
    (void)state;
    static const char *const pages[] = {certificate_page, licence_page};
    char request[400];
    struct buffer answer = {0};
    uint16_t port = service_port(fixture.service);
    (void)buffer_reserve(&answer, 1 << 17); /* no allocation of ours is made to fail */
    for (size_t i = 0; i < 2; i++) {
        size_t refused = 0;
        snprintf(
            request, sizeof request,
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/html\r\n"
            "Connection: close\r\nCookie: enduse=%s\r\n\r\n",
            pages[i], port, browser.session);
        for (long n = 0;; n = failing_alloc_next(n)) {
            failing_alloc_after(n);
            buffer_clear(&answer);
            unsigned status = raw_call(port, request, &answer);
            bool failed = failing_alloc_stop();
            bool whole =
                status == 200 && strstr(buffer_text(&answer), "Check before you sign</button>");
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
        TEST(the_registers_suggest_a_certificate),
        TEST(a_certificate_is_drafted_and_offered),
        TEST(a_certificate_names_the_one_that_it_replaces),
        TEST(mistakes_in_a_certificate_are_said_at_their_field),
        TEST(certificates_are_drafted_of_what_was_approved_by_whoever_offers_them),
        TEST(the_certificate_suggests_a_licence),
        TEST(a_licence_is_drafted_signed_proposed_and_issued),
        TEST(mistakes_in_a_licence_are_said_at_their_field),
        TEST(a_licence_that_was_changed_on_its_way_is_not_signed),
        TEST(without_memory_nothing_is_drafted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
