/* site: what other sites, strangers and links could do to a reader, for every page of the table: a
 * new one is held to it by itself. Requests are written out, as browsers and others send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "site_stage.h"

static char asset[80]; /* the name of one */

static int set_up(void **state)
{
    (void)state;
    stage_begin(STAGE_LIVED, (enum world_key[]){WORLD_D1, WORLD_F1, WORLD_STATE}, 3);
    assert_int_equal(browser_call(&browser, "/", NULL, NULL), 200);
    browser_take(&browser, "href=\"/assets/", asset, sizeof asset);
    return 0;
}

/* --- Requests ----------------------------------------------------------------------------- */

/* A request as somebody sends it: what is NULL is left out. */
struct sent {
    const char *method, *path, *host, *origin, *site, *type, *body;
    const char *cookie; /* NULL: the session's */
};

static unsigned ask(const struct sent *sent)
{
    struct buffer request = {0};
    unsigned port = service_port(fixture.service);
    buffer_printf(&request, "%s %s HTTP/1.1\r\n", sent->method, sent->path);
    if (sent->host)
        buffer_printf(&request, "Host: %s\r\n", sent->host);
    else
        buffer_printf(&request, "Host: 127.0.0.1:%u\r\n", port);
    buffer_printf(
        &request, "Accept: text/html\r\nConnection: close\r\nCookie: %s%s\r\n",
        sent->cookie ? sent->cookie : "enduse=", sent->cookie ? "" : browser.session);
    if (sent->origin)
        buffer_printf(&request, "Origin: %s\r\n", sent->origin);
    if (sent->site)
        buffer_printf(&request, "Sec-Fetch-Site: %s\r\n", sent->site);
    if (sent->body)
        buffer_printf(
            &request, "Content-Type: %s\r\nContent-Length: %zu\r\n", sent->type,
            strlen(sent->body));
    buffer_printf(&request, "\r\n%s", sent->body ? sent->body : "");
    buffer_clear(&browser.page);
    unsigned status = raw_call((uint16_t)port, buffer_text(&request), &browser.page);
    buffer_free(&request);
    return status;
}

/* The path of a row, with something that is there in each of its places. */
static void fill(const char *pattern, char path[200])
{
    const struct {
        const char *name, *value;
    } places[] = {
        {"{kind}", "exporter"},   {"{number}", "EX-0031"}, {"{verb}", "draft"},
        {"{word}", "disconnect"}, {"{id}", "0123"},        {"{name}", asset},
        {"{code}", "he"},
    };
    size_t length = 0;
    while (*pattern) {
        size_t i = 0, count = sizeof places / sizeof *places;
        while (i < count && !text_starts(pattern, places[i].name))
            i++;
        assert_false(*pattern == '{' && i == count); /* a place that nobody fills here */
        const char *part = i < count ? places[i].value : (const char[]){*pattern, 0};
        length += (size_t)snprintf(path + length, 200 - length, "%s", part);
        assert_true(length < 199);
        pattern += i < count ? strlen(places[i].name) : 1;
    }
    path[length] = '\0';
}

/* A form with this token, as the row takes it. */
static const char *form_of(const struct service_row *row, const char *token, char text[400])
{
    if (strcmp(row->accepts, "multipart/form-data") != 0)
        snprintf(text, 400, "token=%s&persona=none", token);
    else
        snprintf(
            text, 400,
            "--edge\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n%s\r\n--edge--\r\n",
            token);
    return text;
}

static const char *type_of(const struct service_row *row)
{
    return strcmp(row->accepts, "multipart/form-data") == 0 ? "multipart/form-data; boundary=edge"
                                                            : row->accepts;
}

static void origin_of(const struct service_row *row, char text[80], char host[80])
{
    snprintf(
        host, 80, "%s:%u", row->signs ? "sign.localhost" : "127.0.0.1",
        service_port(fixture.service));
    snprintf(text, 80, "http://%s", host);
}

/* As somebody whom the page is for: an officer, or a state's signatory, who is heard in cases. */
static void sign_in_for(const struct service_row *row)
{
    bool party = row->access->rule == ACCESS_ROLES && row->access->roles & ROLE_STATE;
    browser_sign_in(&browser, party ? WORLD_STATE : WORLD_D1);
}

/* --- Forms of other sites ----------------------------------------------------------------- */

static void refused(const struct sent *sent, const char *why, unsigned least)
{
    unsigned status = ask(sent);
    if (status < least || status > 403 || strstr(browser_page(&browser), "Set-Cookie"))
        print_error("%s, %s: %u\n", sent->path, why, status);
    assert_in_range(status, least, 403);
    assert_null(strstr(browser_page(&browser), "Set-Cookie"));
}

static void no_form_counts_that_comes_from_elsewhere(void **state)
{
    (void)state;
    size_t count = 0;
    const struct digest before = service_root(&fixture);
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        if (row->method == HTTP_GET)
            continue;
        sign_in_for(row);
        char path[200], own[80], host[80], good[400], bare[400];
        static const char *const origins[] = {
            "https://evil.example", "null", "http://127.0.0.1", "http://sign.localhost"};
        static const char *const sites[] = {"cross-site", "same-site"};
        fill(row->pattern, path);
        origin_of(row, own, host);
        struct sent sent = {
            .method = http_method_text(row->method),
            .path = path,
            .host = host,
            .origin = own,
            .site = "same-origin",
            .type = type_of(row),
            .body = form_of(row, browser.token, good),
        };
        for (size_t j = 0; j < sizeof origins / sizeof *origins; j++) {
            struct sent other = sent;
            other.origin = origins[j];
            other.site = NULL;
            refused(&other, origins[j], 401);
        }
        for (size_t j = 0; j < sizeof sites / sizeof *sites; j++) {
            struct sent other = sent;
            other.site = sites[j];
            refused(&other, sites[j], 403);
        }
        count++;
        if (row->signs)
            continue; /* nobody is signed in there; forms need what a passkey says */
        struct sent other = sent;
        other.body = form_of(row, "", bare);
        refused(&other, "no token", 401);
        other.body =
            form_of(row, "0123456789012345678901234567890123456789012345678901234567890123", bare);
        refused(&other, "another token", 401);
        other = sent;
        other.origin = other.site = NULL;
        refused(&other, "no origin", 401);
    }
    const struct digest after = service_root(&fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_true(count >= 12);
    /* Nobody was signed out by it; and such forms do count when they are the session's own. */
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        char path[200], own[80], host[80], good[400];
        if (row->method == HTTP_GET || row->signs)
            continue;
        fill(row->pattern, path);
        origin_of(row, own, host);
        sign_in_for(row);
        const struct sent sent = {
            .method = "POST",
            .path = path,
            .host = host,
            .origin = own,
            .site = "same-origin",
            .type = type_of(row),
            .body = form_of(row, browser.token, good),
        };
        unsigned status = ask(&sent);
        if (status == 401 || status == 403)
            print_error("%s: %u for the session's own form\n", path, status);
        assert_true(status != 401 && status != 403);
    }
}

/* The same person at another browser, and another one: their pages' tokens are not this one's. */
static void a_token_is_of_its_own_session(void **state)
{
    (void)state;
    static const enum world_key others[] = {WORLD_D1, WORLD_F1};
    for (size_t i = 0; i < 2; i++) {
        char token[sizeof browser.token];
        browser_sign_in(&browser, others[i]);
        memcpy(token, browser.token, sizeof token);
        browser_sign_in(&browser, WORLD_D1);
        assert_string_not_equal(token, browser.token);
        memcpy(browser.token, token, sizeof token);
        assert_int_equal(browser_send(&browser, "/sign-out", ""), 401);
        assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    }
}

/* --- Frames ------------------------------------------------------------------------------- */

static void in_no_frame(const char *path)
{
    const char *page = browser_page(&browser);
    if (!strstr(page, "\r\nX-Frame-Options: DENY\r\n") || !strstr(page, "frame-ancestors 'none'"))
        print_error("%s: %.600s\n", path, page);
    assert_non_null(strstr(page, "\r\nX-Frame-Options: DENY\r\n"));
    assert_non_null(strstr(page, "frame-ancestors 'none'"));
    assert_non_null(strstr(page, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_null(strstr(page, "unsafe-inline"));
    assert_null(strstr(page, "unsafe-eval"));
}

static void nothing_is_shown_in_a_frame(void **state)
{
    (void)state;
    unsigned port = service_port(fixture.service);
    char sign_host[80];
    snprintf(sign_host, sizeof sign_host, "sign.localhost:%u", port);
    browser_sign_in(&browser, WORLD_D1);
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        char path[200], form[400];
        fill(row->pattern, path);
        bool get = row->method == HTTP_GET;
        const struct sent sent = {
            .method = http_method_text(row->method),
            .path = path,
            .host = row->signs ? sign_host : NULL,
            .type = get ? NULL : type_of(row),
            .body = get ? NULL : form_of(row, "", form),
        };
        assert_int_not_equal(ask(&sent), 0);
        in_no_frame(path);
    }
    static const struct {
        struct sent sent;
        unsigned status;
    } errors[] = {
        {{.method = "GET", .path = "/no-such-page"}, 404},
        {{.method = "GET", .path = "/assets/no-such.css"}, 404},
        {{.method = "GET", .path = "/%0d"}, 400},
        {{.method = "GET", .path = "/queue?%"}, 400},
        {{.method = "DELETE", .path = "/queue"}, 405},
        {{.method = "BREW", .path = "/queue"}, 501},
        {{.method = "GET", .path = "/", .host = "evil.example"}, 421},
        {{.method = "POST", .path = "/sign-in", .type = "text/plain", .body = "a"}, 415},
        {{.method = "GET", .path = "/api/v1/status"}, 200},
        {{.method = "GET", .path = "/api/v1/files/exporter"}, 401},
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        assert_int_equal(ask(&errors[i].sent), errors[i].status);
        in_no_frame(errors[i].sent.path);
    }
}

/* --- Where a browser is led --------------------------------------------------------------- */

/* Every answer's Location is a path of this server or at one of its two origins, and nothing that
 * was asked for has made a line of the head. */
static void leads_nowhere(const char *what)
{
    const char *page = browser_page(&browser), *end = strstr(page, "\r\n\r\n");
    char head[8192], own[80], sign[80];
    unsigned port = service_port(fixture.service);
    assert_non_null(end);
    snprintf(head, sizeof head, "%.*s", (int)(end - page), page);
    snprintf(own, sizeof own, "http://localhost:%u/", port);
    snprintf(sign, sizeof sign, "http://sign.localhost:%u/", port);
    const char *location = strstr(head, "\r\nLocation: ");
    if (location) {
        location += strlen("\r\nLocation: ");
        bool path = location[0] == '/' && location[1] != '/' && location[1] != '\\';
        if (!path && !text_starts(location, own) && !text_starts(location, sign))
            print_error("%s leads to %.100s\n", what, location);
        assert_true(path || text_starts(location, own) || text_starts(location, sign));
    }
    if (strstr(head, "\nInjected:"))
        print_error("%s: %s\n", what, head);
    assert_null(strstr(head, "\nInjected:"));
}

static const char *const elsewhere[] = {
    "https%3A%2F%2Fevil.example", "%2F%2Fevil.example",
    "%2F%5Cevil.example",         "%5C%5Cevil.example",
    "javascript%3Aalert(1)",      "data%3Atext%2Fhtml,a",
    "%2F%09%2Fevil.example",      "%2Fa%0D%0AInjected:%20a",
    "a%0AInjected:%20a",          "a%00b",
    "%2Fa%E2%80%A8Injected:",     "%20%2F%2Fevil.example",
    "%22%0D%0AInjected:%20a",     "..%2F..%2Fa",
};

/* Every parameter of every page, and those that forms have. */
static void no_parameter_leads_elsewhere_or_makes_a_field(void **state)
{
    (void)state;
    size_t count = 0;
    browser_sign_in(&browser, WORLD_D1);
    char sign_host[80];
    snprintf(sign_host, sizeof sign_host, "sign.localhost:%u", service_port(fixture.service));
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        for (size_t j = 0; j < sizeof elsewhere / sizeof *elsewhere; j++) {
            char path[200], target[400];
            fill(row->pattern, path);
            for (const struct route_query *query = row->query; query->name; query++) {
                snprintf(target, sizeof target, "%s?%s=%s", path, query->name, elsewhere[j]);
                const struct sent here = {.method = "GET", .path = target};
                const struct sent there = {.method = "GET", .path = target, .host = sign_host};
                assert_true(ask(&here) < 500);
                leads_nowhere(target);
                assert_true(ask(&there) < 500);
                leads_nowhere(target);
                count++;
            }
            /* In the place of each part of the path. */
            const char *place = strchr(row->pattern, '{');
            if (!place || row->method != HTTP_GET)
                continue;
            snprintf(
                target, sizeof target, "%.*s%s", (int)(place - row->pattern), row->pattern,
                elsewhere[j]);
            const struct sent part = {.method = "GET", .path = target};
            assert_true(ask(&part) < 500);
            leads_nowhere(target);
        }
    }
    assert_true(count >= 10 * sizeof elsewhere / sizeof *elsewhere);
}

/* Who is led to the sign-in comes back to a path of this server, or to the queue. */
static void the_way_back_is_a_path(void **state)
{
    (void)state;
    char form[400], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D1]);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        snprintf(form, sizeof form, "persona=%s&next=%s", key_id_text(&key, id), elsewhere[i]);
        unsigned status = browser_call(&browser, "/sign-in", form, NULL);
        assert_true(status == 303 || status == 400);
        leads_nowhere(form);
        if (status == 303)
            browser_holds(&browser, "Location: /queue\r\n");
    }
    snprintf(form, sizeof form, "persona=%s&next=/register", id);
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 303);
    browser_holds(&browser, "Location: /register\r\n");
    assert_int_equal(browser_call(&browser, "/no/such//evil.example", NULL, NULL), 404);
}

/* What Host says goes nowhere: addresses are of the settings. */
static void the_host_that_was_asked_for_is_not_believed(void **state)
{
    (void)state;
    static const char *const hosts[] = {
        "evil.example", "127.0.0.1.evil.example", "localhost@evil", "evil.localhost.example"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const struct sent sent = {.method = "GET", .path = "/queue", .host = hosts[i]};
        assert_int_equal(ask(&sent), 421);
        assert_null(strstr(browser_page(&browser), hosts[i]));
    }
    service_fixture_stop(&fixture);
    fixture.settings.origin = "https://office.example";
    fixture.settings.sign_origin = "http://sign.localhost";
    service_fixture_start(&fixture);
    const struct sent there = {.method = "GET", .path = "/queue?a=1", .host = "sign.localhost"};
    assert_int_equal(ask(&there), 303);
    browser_holds(&browser, "\r\nLocation: https://office.example/queue?a=1\r\n");
    /* Forms are the origin's alone, and its cookie is for TLS and this host. */
    char form[200], id[KEY_ID_TEXT_SIZE], own[80];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D1]);
    snprintf(form, sizeof form, "persona=%s", key_id_text(&key, id));
    snprintf(own, sizeof own, "http://127.0.0.1:%u", service_port(fixture.service));
    assert_int_equal(browser_call(&browser, "/sign-in", form, own), 401);
    unsigned status = browser_call(&browser, "/sign-in", form, "https://office.example");
    assert_int_equal(status, 403); /* by another host than the form's */
    fixture.settings.origin = fixture.settings.sign_origin = NULL;
}

/* --- Sessions ----------------------------------------------------------------------------- */

static void a_session_that_was_planted_is_nobodys(void **state)
{
    (void)state;
    const char planted[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    char form[200], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D1]);
    memcpy(browser.session, planted, sizeof planted);
    snprintf(form, sizeof form, "persona=%s", key_id_text(&key, id));
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 303);
    browser_take(&browser, "Set-Cookie: enduse=", form, sizeof form);
    assert_string_not_equal(form, planted);
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 303);
    browser_holds(&browser, "Location: /sign-in");
}

/* Over TLS the cookie goes nowhere else, and none that another host or plain HTTP set is ours. */
static void over_tls_the_cookie_is_of_tls_and_this_host(void **state)
{
    (void)state;
    char form[200], id[KEY_ID_TEXT_SIZE], token[80], cookie[120];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D1]);
    service_fixture_stop(&fixture);
    fixture.settings.origin = "https://office.localhost";
    service_fixture_start(&fixture);
    snprintf(form, sizeof form, "persona=%s", key_id_text(&key, id));
    const struct sent sign_in = {
        .method = "POST",
        .path = "/sign-in",
        .host = "office.localhost",
        .origin = "https://office.localhost",
        .type = "application/x-www-form-urlencoded",
        .body = form,
    };
    assert_int_equal(ask(&sign_in), 303);
    browser_take(&browser, "\r\nSet-Cookie: __Host-enduse=", token, sizeof token);
    browser_holds(&browser, "; Path=/; HttpOnly; SameSite=Lax; Secure\r\n");
    assert_null(strstr(browser_page(&browser), "Domain="));
    struct sent queue = {.method = "GET", .path = "/queue", .host = "office.localhost"};
    snprintf(cookie, sizeof cookie, "__Host-enduse=%s", token);
    queue.cookie = cookie;
    assert_int_equal(ask(&queue), 200);
    queue.cookie = cookie + strlen("__Host-");
    assert_int_equal(ask(&queue), 303);
    fixture.settings.origin = NULL;
}

static void a_session_ends_unused_and_at_its_longest(void **state)
{
    (void)state;
    browser_sign_in(&browser, WORLD_D1);
    office_boot_ahead += 14 * MILLIS_MINUTE;
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    office_boot_ahead += 15 * MILLIS_MINUTE;
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 303);
    /* A form of it does nothing and says so. */
    assert_int_equal(browser_send(&browser, "/act/exporter/draft", "number=EX-1"), 401);
    browser_holds(&browser, "The session has ended");
    browser_sign_in(&browser, WORLD_D1);
    for (int i = 0; i < 47; i++) {
        office_boot_ahead += 10 * MILLIS_MINUTE;
        assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    }
    office_boot_ahead += 10 * MILLIS_MINUTE;
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 303);
}

/* --- How often ---------------------------------------------------------------------------- */

/* Sends the form until it is refused, which must be after so many; the page says how long. */
static void runs_out(const char *path, const char *form, unsigned status, size_t after)
{
    size_t count = 0;
    unsigned got;
    while ((got = browser_call(&browser, path, form, NULL)) == status && count < 100)
        count++;
    assert_int_equal(got, 429);
    assert_in_range(count, after, after + 5); /* it fills again while this runs */
    browser_holds(&browser, "\r\nRetry-After: ");
    browser_holds(&browser, "Too many requests");
    browser_holds(&browser, "second");
}

static void secrets_are_guessed_slowly(void **state)
{
    (void)state;
    const char guess[] = "reference=C-1&secret=guess";
    runs_out("/report/follow", guess, 200, 10);
    /* Another report, and the same from elsewhere, can be followed. */
    assert_int_equal(browser_call(&browser, "/report/follow", "reference=C-2&secret=a", NULL), 200);
    raw_from = "127.0.0.2";
    assert_int_equal(browser_call(&browser, "/report/follow", guess, NULL), 200);
    raw_from = NULL;
    assert_int_equal(browser_call(&browser, "/report/follow", guess, NULL), 429);
    /* The API counts the same. */
    assert_int_equal(browser_call(&browser, "/api/v1/complaints/C-1", NULL, NULL), 429);
    office_boot_ahead += MILLIS_MINUTE;
    assert_int_equal(browser_call(&browser, "/report/follow", guess, NULL), 200);
}

static void who_there_is_is_guessed_slowly_and_nobody_kept_out(void **state)
{
    (void)state;
    char form[200], id[KEY_ID_TEXT_SIZE];
    const struct key_id key = private_key_id(fixture.script.world.keys[WORLD_D1]);
    runs_out("/sign-in/passkey", "person=nobody", 200, 10);
    raw_from = "127.0.0.2";
    assert_int_equal(browser_call(&browser, "/sign-in/passkey", "person=nobody", NULL), 200);
    snprintf(form, sizeof form, "persona=%s", key_id_text(&key, id));
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 303);
    raw_from = NULL;
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 429);
    office_boot_ahead += MILLIS_MINUTE;
    assert_int_equal(browser_call(&browser, "/sign-in", form, NULL), 303);
    runs_out("/sign-in", "persona=none", 400, 10);
}

/* A document, and what proves a passkey, each time. */
static void what_takes_long_is_done_only_so_often(void **state)
{
    (void)state;
    struct sent sent = {
        .method = "POST",
        .path = "/verify",
        .type = "multipart/form-data; boundary=edge",
        .body =
            "--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nAAAA\r\n--edge--\r\n",
    };
    char own[80];
    snprintf(own, sizeof own, "http://127.0.0.1:%u", service_port(fixture.service));
    sent.origin = own;
    size_t count = 0;
    unsigned status;
    while ((status = ask(&sent)) == 200 && count < 100)
        count++;
    assert_int_equal(status, 429);
    assert_in_range(count, 20, 30);
    browser_holds(&browser, "\r\nRetry-After: ");
    raw_from = "127.0.0.3";
    assert_int_equal(ask(&sent), 200);
    browser.host = "sign.localhost";
    runs_out("/passkey", "challenge=AAAA", 400, 18);
    browser.host = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
        TEST(no_form_counts_that_comes_from_elsewhere),
        TEST(a_token_is_of_its_own_session),
        TEST(nothing_is_shown_in_a_frame),
        TEST(no_parameter_leads_elsewhere_or_makes_a_field),
        TEST(the_way_back_is_a_path),
        TEST(the_host_that_was_asked_for_is_not_believed),
        TEST(a_session_that_was_planted_is_nobodys),
        TEST(over_tls_the_cookie_is_of_tls_and_this_host),
        TEST(a_session_ends_unused_and_at_its_longest),
        TEST(secrets_are_guessed_slowly),
        TEST(who_there_is_is_guessed_slowly_and_nobody_kept_out),
        TEST(what_takes_long_is_done_only_so_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
