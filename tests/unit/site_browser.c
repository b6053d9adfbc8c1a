/* A browser for tests of site/. */
#include "site_browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void site_browser_open(struct site_browser *browser, struct service_fixture *fixture)
{
    *browser = (struct site_browser){.fixture = fixture};
}

void site_browser_close(struct site_browser *browser)
{
    buffer_free(&browser->page);
}

void site_play(struct service_fixture *fixture, const enum world_key *keys, size_t count)
{
    static char files[1100];
    size_t length = 0;
    service_fixture_stop(fixture);
    for (size_t i = 0; i < count; i++) {
        char path[260];
        snprintf(path, sizeof path, "%s/persona-%zu", fixture->folder, i);
        assert_int_equal(
            key_files_create(
                &os_system, path, fixture->script.world.keys[keys[i]], &(struct key_seal){0},
                &fixture->fault),
            ERROR_OK);
        int written =
            snprintf(files + length, sizeof files - length, "%s%s.key", i ? "," : "", path);
        assert_in_range(written, 1, sizeof files - length - 1);
        length += (size_t)written;
    }
    fixture->settings.personas = files;
    service_fixture_start(fixture);
}

unsigned
browser_call(struct site_browser *browser, const char *path, const char *form, const char *origin)
{
    struct buffer request = {0};
    unsigned port = service_port(browser->fixture->service);
    const char *host = browser->host ? browser->host : "127.0.0.1";
    char own[100];
    snprintf(own, sizeof own, "http://%s:%u", host, port);
    buffer_printf(
        &request, "%s %s HTTP/1.1\r\nHost: %s:%u\r\nAccept: text/html\r\nConnection: close\r\n",
        form ? "POST" : "GET", path, host, port);
    if (browser->languages)
        buffer_printf(&request, "Accept-Language: %s\r\n", browser->languages);
    if (*browser->session || browser->more)
        buffer_printf(
            &request, "Cookie: %s; enduse=%s\r\n", browser->more ? browser->more : "other=1",
            browser->session);
    if (form)
        buffer_printf(
            &request,
            "Origin: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: %zu\r\n",
            origin ? origin : own, strlen(form));
    buffer_printf(&request, "\r\n%s", form ? form : "");
    buffer_clear(&browser->page);
    unsigned status = raw_call((uint16_t)port, buffer_text(&request), &browser->page);
    buffer_free(&request);
    return status;
}

unsigned browser_send(struct site_browser *browser, const char *path, const char *pairs)
{
    struct buffer form = {0};
    buffer_printf(&form, "token=%s&%s", browser->token, pairs);
    unsigned status = browser_call(browser, path, buffer_text(&form), NULL);
    buffer_free(&form);
    return status;
}

const char *browser_page(struct site_browser *browser)
{
    return buffer_text(&browser->page);
}

void browser_holds(struct site_browser *browser, const char *text)
{
    const char *page = browser_page(browser), *main = strstr(page, "<main");
    if (!strstr(page, text))
        print_error("missing: %s\nin: %.2000s\n", text, main ? main : page);
    assert_non_null(strstr(page, text));
}

void browser_send_on(struct site_browser *browser, const char *name, struct buffer *form)
{
    char before[60];
    snprintf(before, sizeof before, "name=\"%s\" value=\"", name);
    const char *at = strstr(browser_page(browser), before);
    assert_non_null(at);
    at += strlen(before);
    buffer_printf(form, "&%s=%.*s", name, (int)strcspn(at, "\""), at);
}

void browser_take(struct site_browser *browser, const char *before, char *ret_text, size_t size)
{
    const char *at = strstr(browser_page(browser), before);
    if (!at)
        fail_msg("no %s in: %.2000s", before, browser_page(browser));
    at += strlen(before);
    size_t length = strcspn(at, "\";\r");
    assert_true(length < size);
    memcpy(ret_text, at, length);
    ret_text[length] = 0;
}

void browser_sign_in(struct site_browser *browser, enum world_key key)
{
    char form[200], id[KEY_ID_TEXT_SIZE];
    const struct key_id own = private_key_id(browser->fixture->script.world.keys[key]);
    *browser->session = 0;
    snprintf(form, sizeof form, "persona=%s", key_id_text(&own, id));
    assert_int_equal(browser_call(browser, "/sign-in", form, NULL), 303);
    browser_take(browser, "Set-Cookie: enduse=", browser->session, sizeof browser->session);
    browser_holds(browser, "Path=/; HttpOnly; SameSite=Lax");
    assert_int_equal(browser_call(browser, "/queue", NULL, NULL), 200);
    browser_take(browser, "name=\"token\" value=\"", browser->token, sizeof browser->token);
}
