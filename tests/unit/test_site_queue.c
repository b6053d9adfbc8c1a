/* site: the work queue and the board of cases: who sees which work, in which order, with which
 * clocks; and the views that people keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "office_people.h"
#include "site_browser.h"

#define OUR "exporter/EX-1%03d"
#define VIEWS "Set-Cookie: enduse-views="

enum { DRAFTS = 60 };

static struct service_fixture fixture;
static struct office_person people[PEOPLE_COUNT];
static struct site_browser browser;

static void
act(enum world_key key, const char *file, uint64_t version, const char *verb, struct datum body)
{
    unsigned status =
        service_act(&fixture, office_act(&fixture.script, key, file, version, verb, body));
    if (status != 201)
        print_error("%s %s: %u\n", file, verb, status);
    assert_int_equal(status, 201);
}

#define BODY(...) OFFICE_BODY(&fixture.script, __VA_ARGS__)

/* Drafts of exporters, a minute apart: the later, the smaller their number. */
static int set_up(void **state)
{
    (void)state;
    struct world *world = &fixture.script.world;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    fixture.anonymous = true;
    office_people_init(&fixture, people);
    site_browser_open(&browser, &fixture);
    for (int i = DRAFTS; i > 0; i--) {
        char file[40];
        office_clock += MILLIS_MINUTE;
        snprintf(file, sizeof file, OUR, i);
        act(WORLD_D1, file, 0, "draft", body_exporter(world));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_browser_close(&browser);
    office_people_free(people);
    service_fixture_free(&fixture);
    return 0;
}

/* Reads on as this person, with what pages of theirs say for forms. */
static void be(int who)
{
    snprintf(browser.session, sizeof browser.session, "%s", people[who].token);
    browser.more = NULL;
    assert_int_equal(browser_call(&browser, "/queue", NULL, NULL), 200);
    browser_take(&browser, "name=\"token\" value=\"", browser.token, sizeof browser.token);
}

static void visit(const char *path)
{
    unsigned status = browser_call(&browser, path, NULL, NULL);
    if (status != 200)
        print_error("%s: %u\n", path, status);
    assert_int_equal(status, 200);
}

static void lacks(const char *text)
{
    if (strstr(browser_page(&browser), text))
        print_error("there: %s\n", text);
    assert_null(strstr(browser_page(&browser), text));
}

/* The number of EX-1... in the next row of the page, after *at; 0: none. */
static int next_row(const char **at)
{
    static const char link[] = "<a class=\"govuk-link\" href=\"/register/exporter/EX-1";
    *at = *at ? strstr(*at, link) : NULL;
    if (!*at)
        return 0;
    *at += strlen(link);
    return (int)strtol(*at, NULL, 10);
}

/* Where the page's link to the next one leads; false: there is none. */
static bool next_page(char *ret_path, size_t size)
{
    const char *end = strstr(browser_page(&browser), "\" rel=\"next\"");
    if (!end)
        return false;
    const char *begin = end;
    while (begin[-1] != '"')
        begin--;
    size_t length = 0;
    for (; begin < end && length + 1 < size; begin++) {
        ret_path[length++] = *begin;
        if (text_starts(begin, "&amp;"))
            begin += 4;
    }
    ret_path[length] = '\0';
    return true;
}

/* Goes through all pages; the rows of EX-1... have to come in this order. */
static int walk(const char *first, int from, int step)
{
    char path[300];
    int pages = 0, expected = from, rows = 0;
    snprintf(path, sizeof path, "%s", first);
    do {
        visit(path);
        const char *at = strstr(browser_page(&browser), "<tbody");
        for (int row = next_row(&at); row; row = next_row(&at), rows++, expected += step)
            assert_int_equal(row, expected);
        pages++;
    } while (next_page(path, sizeof path));
    assert_int_equal(rows, DRAFTS);
    return pages;
}

/* --- Order -------------------------------------------------------------------------------- */

static void the_longest_waiting_come_first_on_every_page(void **state)
{
    (void)state;
    be(PEOPLE_DESK);
    assert_true(walk("/queue?kind=exporter&sort=waiting", DRAFTS, -1) >= 3);
    /* Among other work it is the same. */
    assert_true(walk("/queue?sort=waiting", DRAFTS, -1) >= 3);
    browser_holds(&browser, "First page");
    visit("/queue?kind=exporter&sort=waiting");
    browser_holds(&browser, "61 files wait for you.");
    browser_holds(&browser, "aria-sort=\"descending\"><a class=\"en-sort\" href=\"/queue?kind=");
}

static void work_is_sorted_by_number_and_by_clock(void **state)
{
    (void)state;
    be(PEOPLE_DESK);
    assert_true(walk("/queue?kind=exporter&sort=number", 1, 1) >= 3);
    /* None of these has a deadline: they come by waiting, below one heading. */
    assert_true(walk("/queue?kind=exporter", DRAFTS, -1) >= 3);
    browser_holds(&browser, "No deadline, longest waiting first");
}

static void places_that_no_page_gave_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "after=1",
        "after=1.x",
        "after=-1.2",
        "after=1.1.1",
        "after=1.99999999999999999999",
        "sort=waiting&after=EX",
        "sort=number&after=%0A",
        "show=theirs",
        "kind=nothing",
        "kind=exporter&state=latched",
        "state=new",
        "sort=colour"};
    be(PEOPLE_DESK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char path[100];
        snprintf(path, sizeof path, "/queue?%s", wrong[i]);
        unsigned status = browser_call(&browser, path, NULL, NULL);
        if (status != 400)
            print_error("%s: %u\n", path, status);
        assert_int_equal(status, 400);
    }
}

/* --- Whose work --------------------------------------------------------------------------- */

static void a_filter_leaves_what_it_names(void **state)
{
    (void)state;
    be(PEOPLE_DESK);
    visit("/queue?kind=exporter&state=submitted");
    browser_holds(&browser, "Nothing fits the filter.");
    browser_holds(&browser, "<option value=\"submitted\" selected>");
    visit("/queue?kind=exporter&state=draft");
    browser_holds(&browser, "EX-1060");
    /* A state's word without a kind is of every kind that has it. */
    visit("/queue?state=draft&sort=waiting");
    browser_holds(&browser, "EX-1060");
    browser_holds(&browser, "href=\"/queue?sort=waiting\">Clear</a>");
}

/* What one can do is a colleague's and anybody's too; what one cannot is not. */
static void work_is_mine_my_teams_or_others(void **state)
{
    (void)state;
    be(PEOPLE_AUDITOR);
    browser_holds(&browser, "Nothing waits for you.");
    visit("/queue?show=all&kind=exporter");
    browser_holds(&browser, "61 files wait for anybody.");
    browser_holds(&browser, "Desk officer or exporter");
    be(PEOPLE_REVIEWER);
    visit("/queue?kind=exporter");
    browser_holds(&browser, "Nothing fits the filter.");
    visit("/queue?show=team&kind=exporter");
    browser_holds(&browser, "61 files wait for your ministry.");
    browser_holds(&browser, "Your ministry");
}

static void an_exporter_sees_no_work_of_others(void **state)
{
    (void)state;
    be(PEOPLE_EXPORTER_OTHER);
    visit("/queue?show=all&kind=exporter");
    browser_holds(&browser, "One file waits for anybody.");
    browser_holds(&browser, "/register/exporter/EX-0032\"");
    lacks("EX-1060");
    for (int i = 0; i < 3; i++) {
        static const char *const sorts[] = {"clock", "waiting", "number"};
        char path[60];
        be(PEOPLE_EXPORTER);
        snprintf(path, sizeof path, "/queue?show=all&sort=%s", sorts[i]);
        visit(path);
        lacks("EX-1");
        lacks("EX-0032");
    }
    assert_int_equal(browser_call(&browser, "/queue?kind=case", NULL, NULL), 403);
    assert_int_equal(browser_call(&browser, "/cases", NULL, NULL), 403);
    lacks("\"/cases\"");
}

/* --- Clocks ------------------------------------------------------------------------------- */

static const struct datum nothing = {.kind = DATUM_MAP};

static void clocks_run_stop_and_are_late(void **state)
{
    (void)state;
    struct world *world = &fixture.script.world;
    const millis monday = WORLD_NOW; /* 2026-03-02 */
    act(WORLD_D1, "application/A-9", 0, "draft",
        body_application(world, APPLICATION_MARKETING, "XA", true));
    act(WORLD_D1, "application/A-9", 1, "submit", nothing);
    /* 45 working days from Monday on; nine of them are gone when two weeks are. */
    office_clock = monday + 14 * MILLIS_DAY;
    be(PEOPLE_REVIEWER);
    visit("/queue?kind=application");
    browser_holds(&browser, "Due later");
    browser_holds(&browser, "9 of 45 working days");
    browser_holds(&browser, "to decide, until 4 May 2026");
    lacks("i-late\"/></svg>Late");
    visit("/register/application/A-9");
    browser_holds(&browser, "9 of 45 working days");
    act(WORLD_D2, "application/A-9", 2, "ask", BODY({"question", datum_of_text("Who buys?")}));
    office_clock += 7 * MILLIS_DAY;
    visit("/queue?show=all&kind=application");
    browser_holds(&browser, "Clock stopped");
    browser_holds(&browser, "#s-suspended\"/></svg>Stopped at 9 of 45 working days");
    const millis answered = office_clock = monday + 14 * MILLIS_DAY + MILLIS_HOUR;
    act(WORLD_D1, "application/A-9", 3, "answer", BODY({"answer", datum_of_text("They.")}));
    office_clock = monday + 22 * MILLIS_DAY;
    visit("/queue?kind=application");
    browser_holds(&browser, "14 of 45 working days");
    /* The last day is a Tuesday; on Friday two more have ended. */
    office_clock = monday + 64 * MILLIS_DAY;
    visit("/queue?kind=application");
    browser_holds(&browser, "Due today, 5 May 2026");
    office_clock += 3 * MILLIS_DAY;
    visit("/queue?kind=application");
    browser_holds(&browser, "scope=\"colgroup\" role=\"rowheader\">Late</th>");
    browser_holds(&browser, "#i-late\"/></svg>Late by 2 working days");
    /* Back to the last act: the log's time does not go back. */
    office_clock = answered;
}

/* An order has hours, which are no working days; what presses most comes first. */
static void an_order_is_late_by_hours(void **state)
{
    (void)state;
    const millis before = office_clock;
    struct order order = world_order(&fixture.script.world, "OR-1", ORDER_SUSPEND, NULL);
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
    be(PEOPLE_AUDITOR);
    office_clock += 6 * MILLIS_HOUR;
    visit("/queue?show=all&kind=order");
    browser_holds(&browser, "6 h of 1 day");
    office_clock += 20 * MILLIS_HOUR;
    visit("/queue?show=all");
    browser_holds(&browser, "Late by 2 h");
    const char *page = browser_page(&browser);
    const char *late = strstr(page, "OR-1"), *other = strstr(page, "EX-1");
    assert_true(late && (!other || late < other));
    office_clock = before;
}

/* --- Kept views --------------------------------------------------------------------------- */

/* Keeps a view as whoever reads; the cookie is the browser's from here on. */
static void keep(const char *pairs, char *cookie, size_t size)
{
    char value[3600];
    assert_int_equal(browser_send(&browser, "/queue/views", pairs), 303);
    browser_take(&browser, VIEWS, value, sizeof value);
    snprintf(cookie, size, "enduse-views=%s", value);
    browser.more = cookie;
}

static void a_view_is_kept_for_its_person_alone(void **state)
{
    (void)state;
    char cookie[3700], forged[3700];
    be(PEOPLE_DESK);
    struct digest root = service_root(&fixture);
    keep("name=Drafts+%3Cb%3E&kind=exporter&state=draft&sort=waiting", cookie, sizeof cookie);
    browser_holds(&browser, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
    browser_holds(&browser, "Location: /queue?kind=exporter&state=draft&sort=waiting\r\n");
    visit("/queue");
    browser_holds(
        &browser,
        "href=\"/queue?kind=exporter&amp;state=draft&amp;sort=waiting\" >Drafts &lt;b&gt;</a>");
    lacks("<b>");
    visit("/queue?kind=exporter&state=draft&sort=waiting");
    browser_holds(&browser, "aria-current=\"true\">Drafts &lt;b&gt;</a>");
    lacks("Keep this view as");
    /* Nobody else at this browser is shown it, and no view that the server did not tag. */
    be(PEOPLE_SIGNATORY);
    browser.more = cookie;
    visit("/queue");
    lacks("Drafts");
    be(PEOPLE_DESK);
    for (size_t at = strlen("enduse-views="); cookie[at]; at += 7) {
        memcpy(forged, cookie, sizeof forged);
        forged[at] = forged[at] == 'A' ? 'B' : 'A';
        browser.more = forged;
        visit("/queue");
        lacks("Drafts");
    }
    browser.more = "enduse-views=RHJhZnRzCS9xdWV1ZQo";
    visit("/queue");
    browser_holds(&browser, "None yet.");
    browser.more = cookie;
    assert_int_equal(browser_send(&browser, "/queue/views", "forget=Drafts+%3Cb%3E"), 303);
    browser_holds(&browser, VIEWS "; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    /* Nothing of it is in the log. */
    struct digest after = service_root(&fixture);
    assert_true(digest_equal(&root, &after));
}

static void views_are_few_and_their_names_short(void **state)
{
    (void)state;
    static const char *const names[] = {"name=", "name=a%0Ab", "name=a%09b", "name=%E2%80%AE", ""};
    char cookie[3700], pairs[200], kept[3700];
    be(PEOPLE_DESK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(pairs, sizeof pairs, "%s&sort=number", names[i]);
        assert_int_equal(browser_send(&browser, "/queue/views", pairs), 422);
        browser_holds(&browser, "Give a name for the view");
        lacks(VIEWS);
    }
    snprintf(pairs, sizeof pairs, "sort=number&name=%061d", 0);
    assert_int_equal(browser_send(&browser, "/queue/views", pairs), 422);
    for (int i = 0; i < 12; i++) {
        snprintf(pairs, sizeof pairs, "show=team&kind=inspection&sort=waiting&name=%060d", i);
        keep(pairs, cookie, sizeof cookie);
    }
    snprintf(kept, sizeof kept, "%s", cookie);
    assert_int_equal(browser_send(&browser, "/queue/views", "sort=number&name=One+more"), 422);
    browser_holds(&browser, "at most 12 views");
    /* One that has the name gives its place. */
    browser.more = kept;
    keep(pairs, cookie, sizeof cookie);
    visit("/queue");
    browser_holds(&browser, "000000000011</a>");
    /* What cannot be asked for cannot be kept. */
    assert_int_equal(browser_send(&browser, "/queue/views", "name=a&sort=colour"), 400);
    browser.more = NULL;
}

static void a_form_of_another_place_keeps_nothing(void **state)
{
    (void)state;
    char form[200];
    be(PEOPLE_DESK);
    snprintf(form, sizeof form, "token=%s&name=a&sort=number", browser.token);
    assert_int_equal(browser_call(&browser, "/queue/views", form, "https://other.example"), 403);
    assert_int_equal(
        browser_call(&browser, "/queue/views", "token=0&name=a&sort=number", NULL), 401);
    lacks(VIEWS);
}

/* --- Cases -------------------------------------------------------------------------------- */

static void cases_are_on_a_board(void **state)
{
    (void)state;
    be(PEOPLE_AUDITOR);
    visit("/cases");
    browser_holds(&browser, "No cases are open.");
    act(WORLD_D1, "case/C-1", 0, "open",
        BODY(
            {"licence", datum_of_text("IL-2026-0017")}, {"origin", datum_of_text("self-report")},
            {"what", datum_of_text("<i>A build</i> that was not tested.")}));
    office_clock += 2 * MILLIS_DAY;
    visit("/cases");
    browser_holds(&browser, "One case is open.");
    browser_holds(&browser, "<h3><a class=\"govuk-link\" href=\"/register/case/C-1\">");
    browser_holds(&browser, "&lt;i&gt;A build&lt;/i&gt;");
    browser_holds(&browser, "Self-report, licence");
    browser_holds(&browser, "href=\"/register/licence/IL-2026-0017\"");
    browser_holds(&browser, "Waiting for 2 days");
    browser_holds(&browser, "href=\"/register/case?state=received\"");
    static const char *const columns[] = {"received", "triaged",  "investigating", "hearing",
                                          "decided",  "objected", "closed"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char heading[60];
        snprintf(heading, sizeof heading, "<h2 id=\"state-%s\">", columns[i]);
        browser_holds(&browser, heading);
    }
    visit("/register/case");
    browser_holds(&browser, "href=\"/cases\">As a board</a>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_waiting_come_first_on_every_page),
        cmocka_unit_test(work_is_sorted_by_number_and_by_clock),
        cmocka_unit_test(places_that_no_page_gave_are_refused),
        cmocka_unit_test(a_filter_leaves_what_it_names),
        cmocka_unit_test(work_is_mine_my_teams_or_others),
        cmocka_unit_test(an_exporter_sees_no_work_of_others),
        cmocka_unit_test(clocks_run_stop_and_are_late),
        cmocka_unit_test(an_order_is_late_by_hours),
        cmocka_unit_test(a_view_is_kept_for_its_person_alone),
        cmocka_unit_test(views_are_few_and_their_names_short),
        cmocka_unit_test(a_form_of_another_place_keeps_nothing),
        cmocka_unit_test(cases_are_on_a_board),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
