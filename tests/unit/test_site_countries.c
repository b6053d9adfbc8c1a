/* site: the countries that may acquire: the list that is public, the map, and what those alone see
 * who see every licence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "instruments/country.h"
#include "office_people.h"
#include "site/language.h"
#include "site/outline.h"
#include "site_browser.h"

static struct service_fixture fixture;
static struct site_browser browser;
static struct office_person people[PEOPLE_COUNT];

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    fixture.anonymous = true;
    office_people_init(&fixture, people);
    site_browser_open(&browser, &fixture);
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

/* The page as somebody of the office sees it, or as nobody does. */
static void visit(size_t person)
{
    snprintf(browser.session, sizeof browser.session, "%s", people[person].token);
    assert_int_equal(browser_call(&browser, "/countries", NULL, NULL), 200);
}

static void holds_not(const char *text)
{
    if (strstr(browser_page(&browser), text))
        print_error("there: %s\n", text);
    assert_null(strstr(browser_page(&browser), text));
}

/* --- Codes -------------------------------------------------------------------------------- */

static void places_are_joined_to_codes(void **state)
{
    (void)state;
    if (outline_count() == 0)
        skip(); /* the build had no npm modules: a list without a map */
    size_t placed = 0, drawn = 0;
    for (size_t i = 0; i < country_count; i++) {
        const struct outline *outline = outline_of(country_rows[i].code);
        if (!outline)
            continue;
        assert_string_equal(outline->code, country_rows[i].code);
        assert_true(outline->x > 0 && outline->y > 0);
        placed++;
        drawn += outline->drawn;
    }
    /* Every place is that of a country of the standard; nearly all of them have one. */
    assert_int_equal(placed, outline_count());
    assert_true(placed > 230);
    assert_true(drawn > 165);
    const struct outline *france = outline_of("FR"), *japan = outline_of("JP");
    const struct outline *singapore = outline_of("SG"), *chile = outline_of("CL");
    assert_true(france && france->drawn && japan && japan->drawn && chile && chile->drawn);
    assert_true(singapore && !singapore->drawn); /* too small at this scale: a dot */
    assert_true(chile->x < france->x && france->x < singapore->x && singapore->x < japan->x);
    assert_true(france->y < singapore->y && singapore->y < chile->y);
    assert_null(outline_of("XA"));
    assert_null(outline_of(""));
    assert_null(outline_of("ZZZ"));
}

/* --- Who sees what ------------------------------------------------------------------------ */

static void list(const char *code)
{
    struct office_script *script = &fixture.script;
    char file[20];
    snprintf(file, sizeof file, "country/%s", code);
    struct datum body =
        OFFICE_BODY(script, {"reasons", datum_of_text("A reason that is not public.")});
    assert_int_equal(
        service_act(&fixture, office_act(script, WORLD_D1, file, 0, "propose", body)), 201);
    assert_int_equal(
        service_act(
            &fixture,
            office_act(script, WORLD_F1, file, 1, "list", (struct datum){.kind = DATUM_MAP})),
        201);
}

static void the_list_is_public_and_nothing_else(void **state)
{
    (void)state;
    const size_t outsiders[] = {PEOPLE_NOBODY,     PEOPLE_EXPORTER, PEOPLE_STATE,
                                PEOPLE_SUPERVISOR, PEOPLE_BODY,     PEOPLE_ADMINISTRATOR};
    for (size_t i = 0; i < sizeof outsiders / sizeof *outsiders; i++) {
        visit(outsiders[i]);
        browser_holds(&browser, "<title>Countries that may acquire – enduse</title>");
        browser_holds(&browser, "One country may acquire");
        browser_holds(
            &browser, ">XA</span></td><td role=\"cell\" data-label=\"Country\">"
                      "<bdi lang=\"en\">A state</bdi>");
        holds_not("Its record.");
        holds_not("Ever issued");
        holds_not("How the list changed");
        holds_not("/register/country/XA");
        holds_not("en-map__number");
    }
}

static void those_who_see_every_licence_see_what_each_country_has(void **state)
{
    (void)state;
    const size_t insiders[] = {PEOPLE_DESK, PEOPLE_INSPECTOR, PEOPLE_AUDITOR, PEOPLE_OVERSIGHT};
    for (size_t i = 0; i < sizeof insiders / sizeof *insiders; i++) {
        visit(insiders[i]);
        browser_holds(&browser, "href=\"/register/country/XA\"");
        browser_holds(
            &browser, "data-label=\"Licences in force\" class=\"en-num en-right\">1</td>");
        browser_holds(&browser, "data-label=\"Installations\" class=\"en-num en-right\">1</td>");
        browser_holds(&browser, "How the list changed");
        browser_holds(&browser, "Its record.");
    }
}

/* What the standard names is named in the page's language; what the register names is not. */
static void names_of_the_standard_are_in_the_pages_language(void **state)
{
    (void)state;
    if (!language_country(1, "DE"))
        skip();
    list("DE");
    browser.languages = "he";
    visit(PEOPLE_NOBODY);
    browser_holds(&browser, "<bdi lang=\"he\">גרמניה</bdi>");
    browser_holds(&browser, "<bdi lang=\"en\">A state</bdi>");
    browser.languages = NULL;
    visit(PEOPLE_NOBODY);
    browser_holds(&browser, "<bdi lang=\"en\">Germany</bdi>");
    assert_null(language_country(0, "DE"));
    assert_null(language_country(1, "XA"));
}

static void a_country_is_marked_on_the_map(void **state)
{
    (void)state;
    if (outline_count() == 0)
        skip();
    list("FR");
    list("SG");
    visit(PEOPLE_NOBODY);
    browser_holds(&browser, "3 countries may acquire");
    browser_holds(&browser, "#FR\"><title>France: Listed</title></use>");
    browser_holds(&browser, "<title>Singapore: Listed</title></circle>");
    browser_holds(&browser, "Not on this map: <span class=\"en-chip\"><span class=\"en-id\">XA");
    holds_not("A reason that is not public.");
    visit(PEOPLE_DESK);
    browser_holds(&browser, "A state</bdi> <span>(1 in force)</span></span>");
    struct office_script *script = &fixture.script;
    struct datum body = OFFICE_BODY(script, {"reason", datum_of_text("What it became.")});
    assert_int_equal(
        service_act(&fixture, office_act(script, WORLD_D1, "country/FR", 2, "delist", body)), 201);
    visit(PEOPLE_DESK);
    browser_holds(&browser, "<title>France: Delisted</title></use>");
    browser_holds(&browser, "What it became.");
    visit(PEOPLE_NOBODY);
    browser_holds(&browser, "2 countries may acquire");
    holds_not("France");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_joined_to_codes),
        cmocka_unit_test(the_list_is_public_and_nothing_else),
        cmocka_unit_test(those_who_see_every_licence_see_what_each_country_has),
        cmocka_unit_test(a_country_is_marked_on_the_map),
        cmocka_unit_test(names_of_the_standard_are_in_the_pages_language),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
