/* site: who has a key file signs in with a login that a command signed, and gets from the page what
 * the commands want: the document that is to be signed, what was filled in, and the commands
 * themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "site_stage.h"

/* Pastes a login, as `enduse login` prints it and a terminal breaks it. */
static unsigned paste(struct bytes login)
{
    struct buffer form = {0}, text = {0};
    base64url_append(&text, login);
    buffer_printf(
        &form, "next=%%2Fregister&login=+%.40s%%0D%%0A%s%%0A", buffer_text(&text),
        buffer_text(&text) + 40);
    unsigned status = browser_call(&browser, "/sign-in/key", buffer_text(&form), NULL);
    buffer_free(&form);
    buffer_free(&text);
    return status;
}

static void sign_in(enum world_key key)
{
    struct bytes login =
        service_sign_login(&fixture, fixture.script.world.keys[key], NULL, (struct bytes){0});
    *browser.session = 0;
    assert_int_equal(paste(login), 303);
    browser_holds(&browser, "Location: /register\r\n");
    browser_take(&browser, "Set-Cookie: enduse=", browser.session, sizeof browser.session);
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    browser_take(&browser, "name=\"token\" value=\"", browser.token, sizeof browser.token);
}

/* D-02 is nobody whom the server plays. */
static int set_up(void **state)
{
    (void)state;
    stage_begin(STAGE_LIVED, (enum world_key[]){WORLD_D1}, 1);
    sign_in(WORLD_D2);
    return 0;
}

static void a_pasted_login_is_good_once_and_for_whom_it_names(void **state)
{
    (void)state;
    struct private_key *key = fixture.script.world.keys[WORLD_D2];
    browser_holds(&browser, "D-02");
    *browser.session = 0;
    struct bytes login = service_sign_login(&fixture, key, NULL, (struct bytes){0});
    assert_int_equal(paste(login), 303);
    *browser.session = 0;
    assert_int_equal(paste(login), 401);
    assert_int_equal(
        paste(service_sign_login(&fixture, key, "https://evil.example", (struct bytes){0})), 401);
    assert_int_equal(
        paste(service_sign_login(
            &fixture, fixture.script.world.keys[WORLD_STRANGER], NULL, (struct bytes){0})),
        401);
    assert_null(strstr(browser_page(&browser), "Set-Cookie: enduse="));
    login = service_sign_login(&fixture, key, NULL, (struct bytes){0});
    office_boot_ahead += 121 * MILLIS_SECOND;
    assert_int_equal(paste(login), 401);
    office_boot_ahead = 0;
    assert_int_equal(paste(BYTES_LITERAL("a login that is none, and is long enough for it")), 400);
    assert_int_equal(browser_call(&browser, "/sign-in/key", "login=?", NULL), 400);
}

/* Saves what the form that was taken from the page has; the bytes are the browser's. */
static struct bytes save(struct buffer *form, const char *which)
{
    size_t length = form->length;
    buffer_printf(form, "&file=%s", which);
    assert_int_equal(browser_send(&browser, "/act/file", buffer_text(form)), 200);
    form->length = length;
    browser_holds(&browser, "Content-Disposition: attachment; filename=\"");
    browser_holds(&browser, "X-Content-Type-Options: nosniff");
    const char *text = browser_page(&browser), *body = strstr(text, "\r\n\r\n");
    assert_non_null(body);
    size_t from = (size_t)(body - text) + strlen("\r\n\r\n");
    return bytes_slice(buffer_view(&browser.page), from, browser.page.length);
}

/* The body of the act, as the command reads it from the file. */
static struct datum read_body(struct bytes file)
{
    struct datum body;
    const struct json *json;
    assert_int_equal(json_parse(file, &fixture.arena, &fixture.fault, &json), ERROR_OK);
    assert_int_equal(datum_from_json(json, &fixture.arena, &fixture.fault, &body), ERROR_OK);
    return body;
}

static void what_was_filled_in_goes_into_a_file(void **state)
{
    (void)state;
    struct buffer form = {0};
    assert_int_equal(
        browser_send(
            &browser, "/act/case/open",
            "number=C-9&body.origin=other&body.licence=IL-2026-0017&body.what=A+%22letter%22."),
        200);
    browser_holds(
        &browser, "enduse act case/C-9 open --body act.json --file-version 0 --key FILE.key");
    assert_null(strstr(browser_page(&browser), "value=\"document\""));
    assert_null(strstr(browser_page(&browser), "action=\"/act/sign\""));
    browser_send_on(&browser, "act", &form);
    struct datum body = read_body(save(&form, "act"));
    browser_holds(&browser, "filename=\"act.json\"");
    assert_int_equal(
        service_act(&fixture, office_act(&fixture.script, WORLD_D2, "case/C-9", 0, "open", body)),
        201);
    assert_int_equal(browser_call(&browser, "/register/case/C-9", NULL, NULL), 200);
    browser_holds(&browser, "A &quot;letter&quot;.");
    /* There is no document to it. */
    buffer_append_text(&form, "&file=document");
    assert_int_equal(browser_send(&browser, "/act/file", buffer_text(&form)), 400);
    buffer_free(&form);
}

static void a_drafted_document_is_signed_by_command(void **state)
{
    (void)state;
    struct buffer form = {0}, signed_bytes = {0};
    struct licence licence;
    assert_int_equal(
        browser_send(
            &browser, "/draft/licence/EC-2026-0009",
            "number=IL-2026-0018&body.application=A-1&body.functions=location&body.territories=XA"
            "&body.maximum-active-uses=5&body.maximum-installations=1"
            "&body.maximum-unacknowledged=1000&body.from=2026-03-02&body.until=2026-09-02"
            "&body.contact=desk%40authority.example"),
        200);
    browser_holds(
        &browser, "enduse licence sign document.payload --key FILE.key -o signed.licence\n");
    browser_holds(
        &browser,
        "enduse act licence/IL-2026-0018 propose --body act.json --instrument signed.licence "
        "--file-version 0 --key FILE.key");
    browser_send_on(&browser, "act", &form);
    browser_send_on(&browser, "document", &form);
    struct bytes payload = arena_copy(&fixture.arena, save(&form, "document"));
    browser_holds(&browser, "filename=\"document.payload\"");
    struct datum body = read_body(save(&form, "act"));
    assert_int_equal(
        layout_decode(&licence_layout, payload, &fixture.arena, &fixture.fault, &licence),
        ERROR_OK);
    assert_string_equal(licence.number, "IL-2026-0018");
    WORLD_SIGN(&fixture.script.world, INSTRUMENT_LICENCE, &licence, &signed_bytes, NULL, WORLD_D2);
    struct unverified_envelope envelope;
    assert_int_equal(cose_peek_unverified(buffer_view(&signed_bytes), NULL, &envelope), ERROR_OK);
    assert_true(bytes_equal(envelope.payload, payload));
    struct datum_member members[4];
    assert_in_range(body.map.count, 1, 3);
    memcpy(members, body.map.members, body.map.count * sizeof *members);
    members[body.map.count] =
        (struct datum_member){"instrument", datum_of_bytes(buffer_view(&signed_bytes))};
    assert_int_equal(datum_map(members, body.map.count + 1, NULL, &body), ERROR_OK);
    assert_int_equal(
        service_act(
            &fixture,
            office_act(&fixture.script, WORLD_D2, "licence/IL-2026-0018", 0, "propose", body)),
        201);
    /* What is there already is fetched, and signed too. */
    sign_in(WORLD_F2);
    assert_int_equal(
        browser_send(&browser, "/act/licence/countersign", "number=IL-2026-0018"), 200);
    browser_holds(
        &browser,
        "enduse file document licence/IL-2026-0018 --key FILE.key -o IL-2026-0018.licence\n"
        "enduse licence sign IL-2026-0018.licence --key FILE.key -o signed.licence\n"
        "enduse act licence/IL-2026-0018 countersign --instrument signed.licence "
        "--file-version 1 --key FILE.key\n");
    assert_null(strstr(browser_page(&browser), "action=\"/act/file\""));
    buffer_free(&signed_bytes);
    buffer_free(&form);
}

static void nothing_but_what_can_be_signed_is_given_back(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "file=act", "file=act&act=%3F", "file=act&act=aGVsbG8", "file=document&act=oA"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_int_equal(browser_send(&browser, "/act/file", forms[i]), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        TEST(a_pasted_login_is_good_once_and_for_whom_it_names),
        TEST(what_was_filled_in_goes_into_a_file),
        TEST(a_drafted_document_is_signed_by_command),
        TEST(nothing_but_what_can_be_signed_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
