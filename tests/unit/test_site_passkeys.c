/* site: passkeys. Made, proven and used at an origin of their own; signing in, acts, and the
 * instruments that acts carry; and what is refused. The security key is a virtual one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/pending.h"
#include "site/passkey_key.h"
#include "site_browser.h"
#include "virtual_authenticator.h"

static struct service_fixture fixture;
static struct site_browser browser;
static struct virtual_authenticator passkey;
static char origin[80];

#define SIGN_HOST "sign.localhost"
#define PERSON "X-77"

enum { PATH_SIZE = 400 }; /* a login is sealed into its address */

static void must(enum error error)
{
    char text[500];
    if (error)
        print_error("%s\n", fault_text(&fixture.fault, text, sizeof text));
    assert_int_equal(error, ERROR_OK);
}

static void act(enum world_key key, uint64_t version, const char *verb, struct datum body)
{
    assert_int_equal(
        service_act(
            &fixture, office_act(&fixture.script, key, "account/" PERSON, version, verb, body)),
        201);
}

/* A life, and an exporter's officer with a passkey. */
static int set_up(void **state)
{
    (void)state;
    char id[KEY_ID_TEXT_SIZE];
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    site_browser_open(&browser, &fixture);
    snprintf(origin, sizeof origin, "http://" SIGN_HOST ":%u", service_port(fixture.service));
    passkey = (struct virtual_authenticator){.rp_id = SIGN_HOST, .origin = origin};
    must(private_key_generate(&os_system, KEY_ES256, &fixture.fault, &passkey.key));
    const struct public_key *public = private_key_public(passkey.key);
    const struct key_id own = private_key_id(passkey.key);
    struct office_script *script = &fixture.script;
    struct datum key = OFFICE_BODY(
        script, {"kind", datum_of_text("passkey")}, {"type", datum_of_text("es256")},
        {"public-key", datum_of_bytes(public_key_view(public))},
        {"rp-id", datum_of_text(SIGN_HOST)}, {"origin", datum_of_text(origin)});
    act(WORLD_D1, 0, "enrol",
        OFFICE_BODY(
            script, {"kind", datum_of_text("exporter")}, {"name", datum_of_text("With a passkey")},
            {"organisation", datum_of_text("EX-0031")}, {"key", key},
            {"until", datum_of_text("2027-01-01T00:00:00Z")}));
    act(WORLD_F1, 1, "confirm",
        OFFICE_BODY(script, {"fingerprint", datum_of_text(key_id_text(&own, id))}));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    private_key_free(passkey.key);
    site_browser_close(&browser);
    service_fixture_free(&fixture);
    return 0;
}

/* --- What a person does ------------------------------------------------------------------- */

static void append_field(struct buffer *form, const char *name, struct bytes bytes)
{
    buffer_printf(form, "&%s=", name);
    base64url_append(form, bytes);
}

/* The passkey's answer to a challenge, as the script fills it in. */
static void
append_answer(struct buffer *form, const struct virtual_authenticator *with, struct bytes challenge)
{
    struct virtual_assertion answer;
    virtual_authenticator_answer(with, challenge, &answer);
    const struct passkey_assertion parts = virtual_assertion_view(&answer);
    append_field(form, "authenticator-data", parts.authenticator_data);
    append_field(form, "client-data", parts.client_data);
    append_field(form, "signature", parts.signature);
}

/* Looks at what waits at the sign origin, and answers it. */
static unsigned sign_with(const struct virtual_authenticator *with, const char *path)
{
    char text[120];
    struct buffer challenge = {0}, form = {0};
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 200);
    browser_take(&browser, "data-challenge=\"", text, sizeof text);
    must(base64url_parse(bytes_of(text), &fixture.fault, &challenge));
    append_answer(&form, with, buffer_view(&challenge));
    unsigned status = browser_call(&browser, path, buffer_text(&form) + 1, NULL);
    buffer_free(&challenge);
    buffer_free(&form);
    browser.host = NULL;
    return status;
}

/* Where the last answer leads at the sign origin: its path. */
static void take_path(char path[PATH_SIZE])
{
    char before[120];
    snprintf(before, sizeof before, "Location: %s", origin);
    browser_take(&browser, before, path, PATH_SIZE);
}

/* Signs in; the browser then has session and token. */
static void sign_in(void)
{
    static char cookie[120];
    char path[PATH_SIZE], value[80];
    assert_int_equal(browser_call(&browser, "/sign-in/passkey", "person=" PERSON, NULL), 303);
    browser_take(&browser, "Set-Cookie: enduse-enter=", value, sizeof value);
    snprintf(cookie, sizeof cookie, "enduse-enter=%s", value);
    take_path(path);
    assert_int_equal(sign_with(&passkey, path), 303);
    browser_take(&browser, "Location: http://localhost", path, sizeof path);
    browser.more = cookie;
    assert_int_equal(browser_call(&browser, strchr(path, '/'), NULL, NULL), 303);
    browser_take(&browser, "Set-Cookie: enduse=", browser.session, sizeof browser.session);
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    browser_holds(&browser, PERSON);
    browser_take(&browser, "name=\"token\" value=\"", browser.token, sizeof browser.token);
}

/* Prepares a draft; its path at the sign origin. */
static void prepare(const char *number, char path[PATH_SIZE])
{
    char form[400], payload[2000];
    snprintf(
        form, sizeof form,
        "number=%s&body.kind=marketing&body.exporter=EX-0031&body.product=P-0112&body.country=XA&"
        "body.purpose=To+show+it&body.until=2026-12-01",
        number);
    assert_int_equal(browser_send(&browser, "/act/application/draft", form), 200);
    browser_holds(&browser, "Go on to sign with your passkey");
    browser_take(&browser, "name=\"act\" value=\"", payload, sizeof payload);
    struct buffer sent = {0};
    buffer_printf(&sent, "act=%s", payload);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&sent)), 303);
    buffer_free(&sent);
    take_path(path);
}

/* --- Signing in --------------------------------------------------------------------------- */

static void a_passkey_opens_a_session(void **state)
{
    (void)state;
    sign_in();
    assert_int_equal(browser_call(&browser, "/register/exporter/EX-0031", NULL, NULL), 200);
}

static void a_login_is_taken_once_and_from_who_began_it(void **state)
{
    (void)state;
    char path[PATH_SIZE], cookie[120], value[80];
    assert_int_equal(browser_call(&browser, "/sign-in/passkey", "person=" PERSON, NULL), 303);
    browser_take(&browser, "Set-Cookie: enduse-enter=", value, sizeof value);
    snprintf(cookie, sizeof cookie, "enduse-enter=%s", value);
    take_path(path);
    assert_int_equal(sign_with(&passkey, path), 303);
    browser_take(&browser, "Location: http://localhost", path, sizeof path);
    const char *enter = strchr(path, '/');
    /* Somebody is led to a login that another person made. */
    assert_int_equal(browser_call(&browser, enter, NULL, NULL), 400);
    assert_null(strstr(browser_page(&browser), "Set-Cookie"));
    browser.more = "enduse-enter=0";
    assert_int_equal(browser_call(&browser, enter, NULL, NULL), 400);
    browser.more = cookie;
    assert_int_equal(browser_call(&browser, enter, NULL, NULL), 303);
    assert_int_equal(browser_call(&browser, enter, NULL, NULL), 400);
}

/* A login that waits is sealed into its address: whatever else that says was not prepared here. */
static void a_sealed_login_is_not_altered(void **state)
{
    (void)state;
    char path[PATH_SIZE], other[PATH_SIZE];
    assert_int_equal(browser_call(&browser, "/sign-in/passkey", "person=" PERSON, NULL), 303);
    take_path(path);
    browser.host = SIGN_HOST;
    const size_t begin = strlen("/sign/"), length = strlen(path);
    assert_true(length > begin + 100);
    for (size_t at = begin; at < length; at++) {
        memcpy(other, path, sizeof path);
        other[at] = path[at] == 'A' ? 'B' : 'A';
        assert_int_equal(browser_call(&browser, other, NULL, NULL), 404);
        assert_null(strstr(browser_page(&browser), "data-challenge"));
    }
    for (size_t cut = begin; cut < length; cut += 7) {
        snprintf(other, sizeof other, "%.*s", (int)cut, path);
        assert_int_equal(browser_call(&browser, other, NULL, NULL), 404);
    }
    snprintf(other, sizeof other, "%sAAAA", path);
    assert_int_equal(browser_call(&browser, other, NULL, NULL), 404);
    /* Of another run of the server, with another secret. */
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 200);
    browser.host = NULL;
    service_fixture_stop(&fixture);
    service_fixture_start(&fixture);
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 404);
    browser.host = NULL;
}

static void a_sealed_login_waits_two_minutes(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    assert_int_equal(browser_call(&browser, "/sign-in/passkey", "person=" PERSON, NULL), 303);
    take_path(path);
    office_boot_ahead += 110 * MILLIS_SECOND;
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 200);
    office_boot_ahead += 10 * MILLIS_SECOND;
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 404);
    assert_null(strstr(browser_page(&browser), "data-challenge"));
    browser.host = NULL;
}

static void who_has_no_passkey_is_told_so(void **state)
{
    (void)state;
    const char *const forms[] = {"person=D-01", "person=nobody", "person=", "", "person=%3Cb%3E"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        assert_int_equal(browser_call(&browser, "/sign-in/passkey", forms[i], NULL), 200);
        browser_holds(&browser, "Nobody with a passkey is known here by that name");
    }
}

/* --- Acts --------------------------------------------------------------------------------- */

static void an_act_is_signed_with_a_passkey(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    sign_in();
    prepare("AP-0100", path);
    const struct digest before = service_root(&fixture);
    assert_int_equal(sign_with(&passkey, path), 303);
    browser_holds(&browser, "Location: /register/application/AP-0100?done=");
    const struct digest after = service_root(&fixture);
    assert_memory_not_equal(&before, &after, sizeof before);
    /* It waits no longer. */
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 404);
    /* From there a link leads to the pages. */
    assert_int_equal(
        browser_call(&browser, "/register/application/AP-0100?done=9", NULL, NULL), 303);
    browser_holds(&browser, "Location: http://localhost:");
    browser_holds(&browser, "/register/application/AP-0100?done=9\r\n");
}

static void another_passkey_signs_nothing(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    sign_in();
    prepare("AP-0101", path);
    struct virtual_authenticator other = passkey;
    must(private_key_generate(&os_system, KEY_ES256, &fixture.fault, &other.key));
    const struct digest before = service_root(&fixture);
    assert_int_equal(sign_with(&other, path) / 100, 4);
    private_key_free(other.key);
    const struct {
        struct virtual_authenticator with;
    } bad[] = {
        {{.key = passkey.key, .rp_id = SIGN_HOST, .origin = "http://localhost"}},
        {{.key = passkey.key, .rp_id = "localhost", .origin = origin}},
        {{.key = passkey.key, .rp_id = SIGN_HOST, .origin = origin, .flags = VIRTUAL_PRESENT}},
        {{.key = passkey.key, .rp_id = SIGN_HOST, .origin = origin, .cross = "true"}},
        {{.key = passkey.key, .rp_id = SIGN_HOST, .origin = origin, .type = "webauthn.create"}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(sign_with(&bad[i].with, path) / 100, 4);
    const struct digest after = service_root(&fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(sign_with(&passkey, path), 303); /* it still waits */
}

/* A signature on one thing is none on another. */
static void an_answer_is_to_its_own_challenge(void **state)
{
    (void)state;
    char first[PATH_SIZE], second[PATH_SIZE], text[120];
    struct buffer challenge = {0}, form = {0};
    sign_in();
    prepare("AP-0102", first);
    prepare("AP-0103", second);
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, first, NULL, NULL), 200);
    browser_take(&browser, "data-challenge=\"", text, sizeof text);
    must(base64url_parse(bytes_of(text), &fixture.fault, &challenge));
    append_answer(&form, &passkey, buffer_view(&challenge));
    assert_int_equal(browser_call(&browser, second, buffer_text(&form) + 1, NULL) / 100, 4);
    assert_int_equal(browser_call(&browser, first, buffer_text(&form) + 1, NULL), 303);
    buffer_free(&challenge);
    buffer_free(&form);
}

/* Answers what waits there, as a page of this origin does; NULL: as one that does not say. */
static unsigned answer_from(const char *path, const char *from)
{
    char text[120];
    struct buffer challenge = {0}, form = {0}, request = {0};
    unsigned port = service_port(fixture.service);
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 200);
    browser_take(&browser, "data-challenge=\"", text, sizeof text);
    must(base64url_parse(bytes_of(text), &fixture.fault, &challenge));
    append_answer(&form, &passkey, buffer_view(&challenge));
    buffer_printf(
        &request,
        "POST %s HTTP/1.1\r\nHost: " SIGN_HOST ":%u\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n",
        path, port, form.length - 1);
    if (from)
        buffer_printf(&request, "Origin: %s\r\n", from);
    buffer_printf(&request, "\r\n%s", buffer_text(&form) + 1);
    buffer_clear(&browser.page);
    unsigned status = raw_call((uint16_t)port, buffer_text(&request), &browser.page);
    buffer_free(&challenge);
    buffer_free(&form);
    buffer_free(&request);
    browser.host = NULL;
    return status;
}

/* A good answer, of the right passkey, to what waits: but another page sends it. */
static void a_signature_comes_from_the_sign_origins_own_page(void **state)
{
    (void)state;
    char path[PATH_SIZE], pages[80], secure[80];
    sign_in();
    prepare("AP-0104", path);
    const struct digest before = service_root(&fixture);
    unsigned port = service_port(fixture.service);
    snprintf(pages, sizeof pages, "http://localhost:%u", port);
    /* Of the very host, by another scheme: the server cannot tell by Host alone. */
    snprintf(secure, sizeof secure, "https://" SIGN_HOST ":%u", port);
    const char *const others[] = {NULL, "null", "http://evil.example", pages, secure};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_in_range(answer_from(path, others[i]), 401, 403);
    const struct digest after = service_root(&fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(answer_from(path, origin), 303); /* it waited all the time */
}

static void answers_are_guessed_slowly(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    struct virtual_authenticator other = passkey;
    sign_in();
    prepare("AP-0105", path);
    must(private_key_generate(&os_system, KEY_ES256, &fixture.fault, &other.key));
    size_t count = 0;
    unsigned status;
    while ((status = sign_with(&other, path)) == 401 && count < 100)
        count++;
    assert_int_equal(status, 429);
    assert_in_range(count, 10, 15);
    assert_int_equal(sign_with(&passkey, path), 429);
    office_boot_ahead += MILLIS_MINUTE;
    assert_int_equal(sign_with(&passkey, path), 303);
    private_key_free(other.key);
}

/* --- Where what is ------------------------------------------------------------------------ */

static void the_sign_origin_only_signs(void **state)
{
    (void)state;
    sign_in();
    static const char *const pages[] = {"/", "/queue", "/register/licence", "/sign-in"};
    browser.host = SIGN_HOST;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        assert_int_equal(browser_call(&browser, pages[i], NULL, NULL), 303);
    assert_int_equal(browser_call(&browser, "/api/v1/status", NULL, NULL), 404);
    assert_int_equal(browser_send(&browser, "/act/sign", "act=AA"), 404);
    assert_int_equal(browser_send(&browser, "/sign-out", ""), 404);
    assert_int_equal(browser_call(&browser, "/sign/0123", NULL, NULL), 404);
    assert_int_equal(browser_call(&browser, "/passkey", NULL, NULL), 200);
    browser.host = "other.localhost";
    assert_int_equal(browser_call(&browser, "/passkey", NULL, NULL), 404);
    browser.host = NULL;
    assert_int_equal(browser_call(&browser, "/passkey", NULL, NULL), 404);
    browser.host = "sign.localhost.example";
    assert_int_equal(browser_call(&browser, "/passkey", NULL, NULL), 421);
}

/* --- Making one --------------------------------------------------------------------------- */

/* What a device says of a new passkey (WebAuthn Level 2 section 6.1): rp, flags, counter, then id
 * and key as a COSE key. */
static void append_created(struct buffer *data, const struct private_key *key, bool whole)
{
    const struct digest rp = sha256_of(bytes_of(SIGN_HOST));
    const struct public_key *public = private_key_public(key);
    static const uint8_t head[] = {0x45, 0, 0, 0, 0};
    static const uint8_t none[16] = {0};
    static const uint8_t id[] = {0, 4, 'p', 'a', 's', 's'};
    static const uint8_t es256[] = {0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20};
    static const uint8_t y[] = {0x22, 0x58, 0x20};
    static const uint8_t ed25519[] = {0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20};
    buffer_append_bytes(data, digest_view(&rp));
    buffer_append_bytes(data, BYTES_ARRAY(head));
    buffer_append_bytes(data, BYTES_ARRAY(none));
    buffer_append_bytes(data, BYTES_ARRAY(id));
    if (public->type == KEY_ED25519) {
        buffer_append_bytes(data, BYTES_ARRAY(ed25519));
        buffer_append_bytes(data, (struct bytes){public->bytes, whole ? 32 : 31});
        return;
    }
    buffer_append_bytes(data, BYTES_ARRAY(es256));
    buffer_append_bytes(data, (struct bytes){public->bytes + 1, 32});
    buffer_append_bytes(data, BYTES_ARRAY(y));
    buffer_append_bytes(data, (struct bytes){public->bytes + 33, whole ? 32 : 31});
}

static void keys_are_read_of_both_types(void **state)
{
    (void)state;
    for (enum key_type type = KEY_ED25519; type <= KEY_ES256; type++) {
        struct private_key *key;
        struct public_key found;
        struct buffer good = {0}, cut = {0};
        must(private_key_generate(&os_system, type, &fixture.fault, &key));
        append_created(&good, key, true);
        append_created(&cut, key, false);
        must(passkey_key_read(buffer_view(&good), &fixture.fault, &found));
        assert_true(public_key_equal(&found, private_key_public(key)));
        assert_int_not_equal(passkey_key_read(buffer_view(&cut), NULL, &found), ERROR_OK);
        for (size_t length = 0; length < good.length; length += 7) {
            const struct bytes part = {good.data, length};
            assert_int_not_equal(passkey_key_read(part, NULL, &found), ERROR_OK);
        }
        buffer_free(&good);
        buffer_free(&cut);
        private_key_free(key);
    }
}

/* Sends what a device made, proven by `with`. */
static unsigned make(const struct private_key *made, const struct virtual_authenticator *with)
{
    char text[120];
    struct buffer challenge = {0}, created = {0}, form = {0};
    browser.host = SIGN_HOST;
    assert_int_equal(browser_call(&browser, "/passkey", NULL, NULL), 200);
    browser_take(&browser, "data-challenge=\"", text, sizeof text);
    must(base64url_parse(bytes_of(text), &fixture.fault, &challenge));
    append_created(&created, made, true);
    buffer_printf(&form, "challenge=%s", text);
    append_field(&form, "created", buffer_view(&created));
    append_answer(&form, with, buffer_view(&challenge));
    unsigned status = browser_call(&browser, "/passkey", buffer_text(&form), NULL);
    buffer_free(&challenge);
    buffer_free(&created);
    buffer_free(&form);
    return status;
}

static void a_new_passkey_is_proven(void **state)
{
    (void)state;
    char id[KEY_ID_TEXT_SIZE];
    const struct key_id own = private_key_id(passkey.key);
    struct private_key *other;
    assert_int_equal(make(passkey.key, &passkey), 200);
    browser_holds(&browser, "Your passkey is made");
    browser_holds(&browser, key_id_text(&own, id));
    browser_holds(&browser, "&quot;rp-id&quot;:&quot;sign.localhost&quot;");
    must(private_key_generate(&os_system, KEY_ES256, &fixture.fault, &other));
    assert_int_equal(make(other, &passkey) / 100, 4);
    assert_null(strstr(browser_page(&browser), "Your passkey is made"));
    private_key_free(other);
    assert_int_equal(browser_call(&browser, "/passkey", "challenge=AAAA", NULL) / 100, 4);
}

/* --- What waits --------------------------------------------------------------------------- */

static void what_waits_is_bounded_and_ends(void **state)
{
    (void)state;
    struct pending *pending = pending_new();
    struct arena arena = {0};
    char first[PENDING_ID_SIZE], id[PENDING_ID_SIZE], last[PENDING_ID_SIZE];
    struct pending_item found;
    struct pending_item item = {
        .signer = {{1}}, .type = INSTRUMENT_ACT, .payload = BYTES_LITERAL("payload")};
    assert_non_null(pending);
    must(pending_add(pending, &os_system, &item, 0, &fixture.fault, first));
    must(pending_find(pending, first, PENDING_LIFE, &arena, &fixture.fault, &found));
    assert_true(bytes_equal_text(found.payload, "payload"));
    assert_int_equal(
        pending_find(pending, first, PENDING_LIFE + 1, &arena, NULL, &found), ERROR_NOT_FOUND);
    assert_int_equal(pending_find(pending, "", 0, &arena, NULL, &found), ERROR_NOT_FOUND);
    /* One person's many push out that person's alone. */
    item.signer.bytes[0] = 2;
    must(pending_add(pending, &os_system, &item, 1, &fixture.fault, id));
    for (size_t i = 0; i < PENDING_EACH; i++)
        must(pending_add(pending, &os_system, &item, 2, &fixture.fault, last));
    assert_int_equal(pending_find(pending, id, 2, &arena, NULL, &found), ERROR_NOT_FOUND);
    must(pending_find(pending, first, 2, &arena, &fixture.fault, &found));
    must(pending_find(pending, last, 2, &arena, &fixture.fault, &found));
    pending_drop(pending, last);
    assert_int_equal(pending_find(pending, last, 2, &arena, NULL, &found), ERROR_NOT_FOUND);
    /* Of many people the oldest goes. */
    for (size_t i = 0; i < PENDING_MAX; i++) {
        item.signer.bytes[1] = (uint8_t)i;
        item.signer.bytes[2] = 1;
        must(pending_add(pending, &os_system, &item, 3, &fixture.fault, last));
    }
    assert_int_equal(pending_find(pending, first, 3, &arena, NULL, &found), ERROR_NOT_FOUND);
    item.payload.length = PENDING_BYTES + 1;
    assert_int_equal(pending_add(pending, &os_system, &item, 3, NULL, last), ERROR_TOO_LARGE);
    arena_free(&arena);
    pending_free(pending);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_passkey_opens_a_session),
        TEST(a_login_is_taken_once_and_from_who_began_it),
        TEST(a_sealed_login_is_not_altered),
        TEST(a_sealed_login_waits_two_minutes),
        TEST(who_has_no_passkey_is_told_so),
        TEST(an_act_is_signed_with_a_passkey),
        TEST(another_passkey_signs_nothing),
        TEST(an_answer_is_to_its_own_challenge),
        TEST(a_signature_comes_from_the_sign_origins_own_page),
        TEST(answers_are_guessed_slowly),
        TEST(the_sign_origin_only_signs),
        cmocka_unit_test(keys_are_read_of_both_types),
        TEST(a_new_passkey_is_proven),
        cmocka_unit_test(what_waits_is_bounded_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
