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
#include "http_fixture.h"
#include "service_fixture.h"
#include "site/fields.h"
#include "site/values.h"

static struct service_fixture fixture;
static char cookie[80], form_token[80];
static struct buffer answer;

/* A server that plays D-01 and F-01. */
static int set_up(void **state)
{
    (void)state;
    static char files[600];
    char path[2][260];
    service_fixture_init(&fixture);
    service_fixture_stop(&fixture);
    const enum world_key keys[] = {WORLD_D1, WORLD_F1};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/persona-%zu", fixture.folder, i);
        assert_int_equal(
            key_files_create(
                &os_system, path[i], fixture.script.world.keys[keys[i]], &(struct key_seal){0},
                &fixture.fault),
            ERROR_OK);
    }
    snprintf(files, sizeof files, "%s.key,%s.key", path[0], path[1]);
    fixture.settings.personas = files;
    service_fixture_start(&fixture);
    *cookie = *form_token = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_free(&answer);
    service_fixture_free(&fixture);
    return 0;
}

/* --- A browser ---------------------------------------------------------------------------- */

/* Sends a form (NULL: visits the page), from this server's own pages unless said otherwise. */
static unsigned browse(const char *path, const char *form, const char *origin)
{
    struct buffer request = {0};
    char own[64];
    unsigned port = service_port(fixture.service);
    snprintf(own, sizeof own, "http://127.0.0.1:%u", port);
    buffer_printf(
        &request,
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/html\r\n"
        "Connection: close\r\n",
        form ? "POST" : "GET", path, port);
    if (*cookie)
        buffer_printf(&request, "Cookie: enduse=%s\r\n", cookie);
    if (form)
        buffer_printf(
            &request,
            "Origin: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: %zu\r\n",
            origin ? origin : own, strlen(form));
    buffer_printf(&request, "\r\n%s", form ? form : "");
    buffer_clear(&answer);
    unsigned status = raw_call((uint16_t)port, buffer_text(&request), &answer);
    buffer_free(&request);
    return status;
}

static const char *page(void)
{
    return buffer_text(&answer);
}

static void holds(const char *text)
{
    if (!strstr(page(), text)) {
        const char *main = strstr(page(), "<main");
        print_error("missing: %s\nin: %.2000s\n", text, main ? main : page());
    }
    assert_non_null(strstr(page(), text));
}

/* The text between a beginning and a quote, in the page; percent-encoding is not needed for what
 * these hold. */
static void take(const char *before, char *ret_text, size_t size)
{
    const char *at = strstr(page(), before);
    if (!at)
        fail_msg("no %s in: %s", before, page());
    at += strlen(before);
    size_t length = strcspn(at, "\";");
    assert_true(length < size);
    memcpy(ret_text, at, length);
    ret_text[length] = 0;
}

static void sign_in(enum world_key key)
{
    char form[200], id[KEY_ID_TEXT_SIZE];
    const struct key_id own = private_key_id(fixture.script.world.keys[key]);
    *cookie = 0;
    snprintf(form, sizeof form, "persona=%s", key_id_text(&own, id));
    assert_int_equal(browse("/sign-in", form, NULL), 303);
    take("Set-Cookie: enduse=", cookie, sizeof cookie);
    holds("Path=/; HttpOnly; SameSite=Lax");
    assert_int_equal(browse("/queue", NULL, NULL), 200);
    take("name=\"token\" value=\"", form_token, sizeof form_token);
}

/* A form of this session with these pairs. */
static unsigned send(const char *path, const char *pairs)
{
    struct buffer form = {0};
    buffer_printf(&form, "token=%s&%s", form_token, pairs);
    unsigned status = browse(path, buffer_text(&form), NULL);
    buffer_free(&form);
    return status;
}

/* --- Sessions ----------------------------------------------------------------------------- */

static void pages_lead_to_the_sign_in_and_back(void **state)
{
    (void)state;
    assert_int_equal(browse("/register/licence", NULL, NULL), 303);
    holds("Location: /sign-in?next=%2Fregister%2Flicence");
    assert_int_equal(browse("/sign-in?next=%2Fregister%2Flicence", NULL, NULL), 200);
    holds("name=\"next\" value=\"/register/licence\"");
    holds("Be D-01");
    holds("Be F-01");
    sign_in(WORLD_D1);
    holds("D-01");
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
        assert_int_equal(browse("/sign-in", form, NULL), 303);
        holds("Location: /queue\r\n");
    }
}

static void signing_out_ends_the_session(void **state)
{
    (void)state;
    char kept[80];
    sign_in(WORLD_D1);
    memcpy(kept, cookie, sizeof kept);
    assert_int_equal(send("/sign-out", ""), 303);
    holds("Set-Cookie: enduse=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    memcpy(cookie, kept, sizeof cookie);
    assert_int_equal(browse("/queue", NULL, NULL), 303);
}

/* Whoever gives somebody a session of their own choosing gains nothing by it. */
static void a_sign_in_makes_a_new_session(void **state)
{
    (void)state;
    char first[80];
    sign_in(WORLD_D1);
    memcpy(first, cookie, sizeof first);
    char form[300], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_F1]);
    snprintf(form, sizeof form, "token=%s&persona=%s", form_token, key_id_text(&key, id));
    assert_int_equal(browse("/sign-in", form, NULL), 303);
    take("Set-Cookie: enduse=", cookie, sizeof cookie);
    assert_string_not_equal(first, cookie);
    assert_int_equal(browse("/queue", NULL, NULL), 200);
    holds("F-01");
    memcpy(cookie, first, sizeof cookie);
    assert_int_equal(browse("/queue", NULL, NULL), 303);
}

static void nobody_else_can_be_played(void **state)
{
    (void)state;
    char form[200], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D2]);
    snprintf(form, sizeof form, "persona=%s", key_id_text(&key, id));
    assert_int_equal(browse("/sign-in", form, NULL), 401);
    assert_int_equal(browse("/sign-in", "persona=", NULL), 400);
    assert_int_equal(browse("/sign-in", "", NULL), 400);
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
    unsigned status = send("/act/exporter/draft", DRAFT);
    if (status != 200)
        return status;
    holds("When you sign");
    take("name=\"act\" value=\"", act, sizeof act);
    buffer_printf(&form, "act=%s", act);
    status = send("/act/sign", buffer_text(&form));
    buffer_free(&form);
    return status;
}

static void an_act_is_filled_in_checked_and_signed(void **state)
{
    (void)state;
    sign_in(WORLD_D1);
    assert_int_equal(browse("/act/exporter/draft", NULL, NULL), 200);
    holds("for=\"number\"");
    holds("id=\"body.owners\"");
    const struct digest before = service_root(&fixture);
    assert_int_equal(send("/act/exporter/draft", DRAFT), 200);
    holds("Sample Systems");
    holds("Not there yet");
    holds("Draft</strong>");
    const struct digest looked = service_root(&fixture);
    assert_memory_equal(&before, &looked, sizeof before); /* nothing is done before it is signed */
    assert_int_equal(draft(), 303);
    holds("Location: /register/exporter/EX-0077?done=");
    assert_int_equal(browse("/register/exporter/EX-0077?done=3", NULL, NULL), 200);
    holds("Your act is event 3 of the log.");
    holds("A Holding, B Trust");
    holds("D-01, defence");
    holds("/act/exporter/submit?number=EX-0077");
}

static void a_list_grows_by_its_button(void **state)
{
    (void)state;
    sign_in(WORLD_D1);
    assert_int_equal(browse("/act/schedule/submit?number=XA", NULL, NULL), 200);
    holds("name=\"body.lines.1.code\"");
    holds("Add another");
    assert_int_equal(
        send("/act/schedule/submit", "number=XA&body.lines.1.code=XA-900&more=body.lines"), 200);
    holds("value=\"XA-900\"");
    holds("name=\"body.lines.2.code\"");
    assert_null(strstr(page(), "body.lines.3.code"));
}

/* What is wrong is said at the field and at the top, with what was filled in still there. */
static void mistakes_are_said_where_they_are(void **state)
{
    (void)state;
    sign_in(WORLD_D1);
    assert_int_equal(
        send("/act/exporter/draft", "number=EX-0077&body.name=Sample&body.country=XA"), 200);
    holds("<title>Error: ");
    holds("There is a problem");
    holds("href=\"#body.address\"");
    holds("id=\"body.address-error\"");
    holds("aria-describedby=\"body.address-error\"");
    holds("value=\"Sample\"");
    assert_int_equal(
        send("/act/exporter/draft", "number=%3Cb%3E&body.name=Sample&body.country=XA"), 200);
    holds("There is a problem");
    assert_null(strstr(page(), "<b>"));
}

static void forms_from_elsewhere_do_nothing(void **state)
{
    (void)state;
    sign_in(WORLD_D1);
    char act[4096];
    assert_int_equal(send("/act/exporter/draft", DRAFT), 200);
    take("name=\"act\" value=\"", act, sizeof act);
    const struct digest before = service_root(&fixture);
    struct buffer good = {0}, bare = {0}, wrong = {0};
    buffer_printf(&good, "token=%s&act=%s", form_token, act);
    buffer_printf(&bare, "act=%s", act);
    buffer_printf(&wrong, "token=%.63s0&act=%s", form_token, act);
    if (form_token[63] == '0')
        wrong.data[6 + 63] = '1';
    static const char *const origins[] = {"https://other.example", "null", "http://127.0.0.1"};
    for (size_t i = 0; i < 3; i++)
        assert_true(browse("/act/sign", buffer_text(&good), origins[i]) / 100 == 4);
    assert_int_equal(browse("/act/sign", buffer_text(&bare), NULL), 401);
    assert_int_equal(browse("/act/sign", buffer_text(&wrong), NULL), 401);
    const struct digest after = service_root(&fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(browse("/act/sign", buffer_text(&good), NULL), 303);
    buffer_free(&good);
    buffer_free(&bare);
    buffer_free(&wrong);
}

/* An act that was checked before somebody else acted is refused, and signed anew if at all. */
static void a_file_that_moved_on_is_looked_at_again(void **state)
{
    (void)state;
    sign_in(WORLD_D1);
    assert_int_equal(draft(), 303);
    char act[4096];
    struct buffer form = {0};
    assert_int_equal(send("/act/exporter/submit", "number=EX-0077&version=1"), 200);
    take("name=\"act\" value=\"", act, sizeof act);
    buffer_printf(&form, "act=%s", act);
    assert_int_equal(send("/act/sign", buffer_text(&form)), 303);
    assert_int_equal(send("/act/exporter/submit", "number=EX-0077&version=1"), 409);
    holds("The file has changed");
    /* The same act again is the same act. */
    assert_int_equal(send("/act/sign", buffer_text(&form)), 303);
    buffer_free(&form);
}

/* What the tables forbid has no form: another role, a state that does not allow it, the server's
 * own acts, one's own act to confirm. */
static void what_is_not_possible_has_no_form(void **state)
{
    (void)state;
    sign_in(WORLD_F1);
    assert_int_equal(browse("/act/exporter/no-such", NULL, NULL), 404);
    assert_int_equal(browse("/act/no-such/draft", NULL, NULL), 404);
    assert_int_equal(browse("/act/licence/expire?number=IL-2026-0017", NULL, NULL), 404);
    assert_int_equal(browse("/act/licence/countersign?number=IL-0", NULL, NULL), 404);
    sign_in(WORLD_D1);
    assert_int_equal(draft(), 303);
    assert_int_equal(browse("/act/exporter/register?number=EX-0077", NULL, NULL), 422);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(pages_lead_to_the_sign_in_and_back), TEST(no_sign_in_leads_elsewhere),
        TEST(signing_out_ends_the_session),       TEST(a_sign_in_makes_a_new_session),
        TEST(nobody_else_can_be_played),          TEST(an_act_is_filled_in_checked_and_signed),
        TEST(a_list_grows_by_its_button),         TEST(mistakes_are_said_where_they_are),
        TEST(forms_from_elsewhere_do_nothing),    TEST(a_file_that_moved_on_is_looked_at_again),
        TEST(what_is_not_possible_has_no_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
