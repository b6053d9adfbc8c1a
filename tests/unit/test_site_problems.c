/* site: whoever is refused, or comes when something is wrong, gets a page that says who reads it,
 * in their language, with the ways on; each problem is met in a way that people meet it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "failing_vfs.h"
#include "office_people.h"
#include "site_stage.h"

#define DRAFT                                                                                      \
    "number=EX-0077&version=0&body.name=Sample&body.address=1+Main+Street&body.country=XA"         \
    "&body.owners=A+Holding"

static int set_up(void **state)
{
    (void)state;
    return stage_begin(STAGE_LIVED | STAGE_SIGNED_IN, (enum world_key[]){WORLD_D1, WORLD_F1}, 2);
}

static int tear_down(void **state)
{
    failing_vfs_stop();
    return stage_end(state);
}

/* The page of a problem, with who reads it. */
static void is_told(const char *heading, const char *person)
{
    char title[200], name[100];
    snprintf(title, sizeof title, "<h1 class=\"govuk-heading-l\">%s</h1>", heading);
    browser_holds(&browser, title);
    browser_holds(&browser, "Content-Type: text/html; charset=utf-8\r\n");
    snprintf(name, sizeof name, "<span class=\"en-id\">%s</span></strong>", person);
    browser_holds(&browser, name);
    browser_holds(&browser, "action=\"/sign-out\"");
    browser_holds(&browser, "href=\"/register\"");
    browser_holds(&browser, "href=\"/language/he?back=");
    browser_holds(&browser, ">Go to the work queue</a>");
}

/* The form that signs what the last answer shows. */
static void take_act(struct buffer *form)
{
    char act[4096];
    browser_take(&browser, "name=\"act\" value=\"", act, sizeof act);
    buffer_clear(form);
    buffer_printf(form, "act=%s", act);
}

static void addresses_and_forms_that_are_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *path, *form;
        unsigned status;
        const char *heading;
    } rows[] = {
        {"/queue?sort=colour", NULL, 400, "That cannot be read"},
        {"/act/sign", "token=none", 401, "Not signed in"},
        {"/nowhere/at/all", NULL, 404, "Page not found"},
        {"/register/licence/IL-0", NULL, 404, "Page not found"},
        {"/act/licence/propose?number=IL-2026-0017", NULL, 422, "It was not done"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(browser_call(&browser, rows[i].path, rows[i].form, NULL), rows[i].status);
        is_told(rows[i].heading, "D-01");
    }
}

/* Whose session is none is a stranger: no name, and the way in. */
static void a_stranger_is_nobody(void **state)
{
    (void)state;
    snprintf(browser.session, sizeof browser.session, "%064d", 0);
    assert_int_equal(browser_call(&browser, "/nowhere/at/all", NULL, NULL), 404);
    assert_null(strstr(browser_page(&browser), "/sign-out"));
    browser_holds(&browser, "href=\"/sign-in\"");
    browser_holds(&browser, "href=\"/language/he?back=%2Fnowhere%2Fat%2Fall\"");
    browser_holds(&browser, ">Go to the first page</a>");
}

/* An exporter's officer at the agency's cases. */
static void what_is_not_for_a_role(void **state)
{
    (void)state;
    struct office_person people[PEOPLE_COUNT];
    office_people_init(&fixture, people);
    snprintf(browser.session, sizeof browser.session, "%s", people[PEOPLE_EXPORTER].token);
    assert_int_equal(browser_call(&browser, "/cases", NULL, NULL), 403);
    is_told("Not for you", people[PEOPLE_EXPORTER].id);
    office_people_free(people);
}

static void a_file_that_somebody_else_moved_on(void **state)
{
    (void)state;
    struct buffer form = {0};
    assert_int_equal(browser_send(&browser, "/act/exporter/draft", DRAFT), 200);
    take_act(&form);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    assert_int_equal(
        browser_send(&browser, "/act/exporter/submit", "number=EX-0077&version=1"), 200);
    take_act(&form);
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    /* In another window the page of before. */
    assert_int_equal(
        browser_send(&browser, "/act/exporter/submit", "number=EX-0077&version=1"), 409);
    is_told("The file has changed", "D-01");
    buffer_free(&form);
}

static void who_tries_too_often(void **state)
{
    (void)state;
    unsigned status = 0, tries = 0;
    while (tries < 20 &&
           (status = browser_send(
                &browser, "/report/follow", "reference=CA-2026-0000000000&secret=guess")) != 429)
        tries++;
    assert_int_equal(status, 429);
    assert_true(tries >= 3);
    is_told("Too many requests", "D-01");
    browser_holds(&browser, "Retry-After: ");
    browser_holds(&browser, "then try again.");
}

/* A disk that is full, and one that is broken, at every write of the signature of an act; when it
 * is well again, the same form does it. */
static void a_disk_that_fails(void **state)
{
    (void)state;
    static const struct {
        int result;
        unsigned status;
        const char *heading;
    } rows[] = {
        {SQLITE_FULL, 503, "Not available at the moment"},
        {SQLITE_IOERR_WRITE, 500, "Something went wrong here"},
    };
    struct buffer form = {0};
    assert_int_equal(browser_send(&browser, "/act/exporter/draft", DRAFT), 200);
    take_act(&form);
    struct digest before = service_root(&fixture);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        failing_vfs_after(0, rows[i].result);
        assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), rows[i].status);
        is_told(rows[i].heading, "D-01");
        assert_true(failing_vfs_stop());
        struct digest after = service_root(&fixture);
        assert_true(digest_equal(&before, &after));
    }
    assert_int_equal(browser_send(&browser, "/act/sign", buffer_text(&form)), 303);
    buffer_free(&form);
}

int main(void)
{
    failing_vfs_for_all();
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(addresses_and_forms_that_are_wrong),
        TEST(a_stranger_is_nobody),
        TEST(what_is_not_for_a_role),
        TEST(a_file_that_somebody_else_moved_on),
        TEST(who_tries_too_often),
        TEST(a_disk_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
