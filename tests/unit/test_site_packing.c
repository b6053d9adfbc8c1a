/* site: which pages are packed, and that what is packed tells nothing by its length: nobody else
 * chooses a part of it, and the token of forms is another in each page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "site_stage.h"

static const char queue[] = "/queue";

static int set_up(void **state)
{
    (void)state;
    return stage_begin(STAGE_LIVED, (enum world_key[]){WORLD_D1, WORLD_F1}, 2);
}

/* Whether what a browser that takes gzip gets of the path is packed; with the session, if any. */
static bool packed(const char *path, const char *form, unsigned expected)
{
    struct buffer request = {0}, answer = {0};
    unsigned port = service_port(fixture.service);
    buffer_printf(
        &request,
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n"
        "Connection: close\r\nCookie: enduse=%s\r\n",
        form ? "POST" : "GET", path, port, browser.session);
    if (form)
        buffer_printf(
            &request,
            "Origin: http://127.0.0.1:%u\r\nContent-Length: %zu\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n",
            port, strlen(form));
    buffer_printf(&request, "\r\n%s", form ? form : "");
    unsigned status = raw_call((uint16_t)port, buffer_text(&request), &answer);
    if (status != expected)
        print_error("%s: %u\n", path, status);
    assert_int_equal(status, expected);
    bool is = strstr(buffer_text(&answer), "\r\nContent-Encoding: gzip\r\n") != NULL;
    buffer_free(&request);
    buffer_free(&answer);
    return is;
}

static void what_is_asked_for_by_its_path_is_packed(void **state)
{
    (void)state;
    assert_true(packed("/", NULL, 200));
    assert_true(packed("/figures", NULL, 200));
    browser_sign_in(&browser, WORLD_D1);
    assert_true(packed(queue, NULL, 200));
    assert_true(packed("/register/licence/IL-2026-0017", NULL, 200));
    assert_true(packed("/register/certificate/EC-2026-0009/try", NULL, 200));
}

/* A link from elsewhere can hold any query, and a form any words. Where nobody is signed in there
 * is nothing on a page that a stranger could not have read. */
static void what_others_can_choose_is_not_packed_for_whoever_is_signed_in(void **state)
{
    (void)state;
    char form[300];
    assert_true(packed("/verify?digest=00", NULL, 200));
    browser_sign_in(&browser, WORLD_D1);
    assert_false(packed("/verify?digest=00", NULL, 200));
    assert_false(packed("/search?q=guess", NULL, 200));
    assert_false(packed("/register/licence?q=guess", NULL, 200));
    assert_false(packed("/register/licence/guess", NULL, 404));
    assert_false(packed("/guess", NULL, 404));
    snprintf(form, sizeof form, "token=%s&function=guess&judged-on=2026-03-02", browser.token);
    assert_false(packed("/register/certificate/EC-2026-0009/try", form, 200));
}

static void visit(char token[80])
{
    assert_int_equal(browser_call(&browser, queue, NULL, NULL), 200);
    browser_take(&browser, "name=\"token\" value=\"", token, sizeof browser.token);
}

static unsigned send_with(const char *token)
{
    char form[300];
    snprintf(form, sizeof form, "token=%s&judged-on=2026-03-02", token);
    return browser_call(&browser, "/register/certificate/EC-2026-0009/try", form, NULL);
}

/* Two pages share no part of their tokens that is longer than chance has it; each token counts. */
static void each_page_has_its_own_token(void **state)
{
    (void)state;
    enum { CHANCE = 8 }; /* letters: 48 bits */
    char first[sizeof browser.token], second[sizeof browser.token];
    browser_sign_in(&browser, WORLD_D1);
    visit(first);
    visit(second);
    assert_int_equal(strlen(first), 86);
    assert_int_equal(strlen(second), 86);
    for (size_t i = 0; i + CHANCE <= strlen(first); i++) {
        char part[CHANCE + 1] = "";
        memcpy(part, first + i, CHANCE);
        assert_null(strstr(second, part));
    }
    assert_int_equal(send_with(first), 200);
    assert_int_equal(send_with(second), 200);
    assert_int_equal(send_with(first), 200);
}

static void a_token_that_is_not_whole_is_none(void **state)
{
    (void)state;
    char token[sizeof browser.token], other[sizeof browser.token + 10];
    browser_sign_in(&browser, WORLD_D1);
    visit(token);
    for (size_t i = 0; token[i]; i++) {
        strcpy(other, token);
        other[i] = token[i] == 'A' ? 'B' : 'A'; /* of the mask, or of what is under it */
        assert_int_equal(send_with(other), 401);
        strcpy(other, token);
        other[i] = '\0';
        assert_int_equal(send_with(other), 401);
    }
    snprintf(other, sizeof other, "%sAAAA", token);
    assert_int_equal(send_with(other), 401);
    assert_int_equal(send_with("%21"), 401);
    /* Nor does one of another session count. */
    browser_sign_in(&browser, WORLD_F1);
    assert_int_equal(send_with(token), 401);
    visit(token);
    assert_int_equal(send_with(token), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        TEST(what_is_asked_for_by_its_path_is_packed),
        TEST(what_others_can_choose_is_not_packed_for_whoever_is_signed_in),
        TEST(each_page_has_its_own_token),
        TEST(a_token_that_is_not_whole_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
