/* site: two forms beside each other: what differs is marked word by word, and the worked examples
 * whose verdict turns are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "site/marks.h"
#include "site_stage.h"

/* --- Marks -------------------------------------------------------------------------------- */

/* A text with what is marked between brackets. */
static void marked_is(const struct marks *marks, const char *expected)
{
    struct buffer text = {0};
    for (size_t i = 0; i < marks->count; i++)
        buffer_printf(&text, marks->items[i].marked ? "[%s]" : "%s", marks->items[i].text);
    assert_string_equal(buffer_text(&text), expected);
    buffer_free(&text);
}

static void words_that_differ_are_marked(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *old, *new;
    } rows[] = {
        {"one two three", "one two three", "one two three", "one two three"},
        {"of six years", "of seven years", "of [six] years", "of [seven] years"},
        {"a b c", "a c", "a [b ]c", "a c"},
        {"months >= 72 &&", "months >= 84 &&", "months >= [72] &&", "months >= [84] &&"},
        /* Spaces between two marked words are marked with them, on their own side. */
        {"the old red house", "the new house", "the [old red] house", "the [new] house"},
        {"x.y", "x.z", "x.[y]", "x.[z]"},
        {"", "new", "", "[new]"},
        {"gone", "", "[gone]", ""},
        {"", "", "", ""},
        {"Zürich heute", "Zürich gestern", "Zürich [heute]", "Zürich [gestern]"},
        {"one\ntwo", "one\n\ntwo", "one[\n]two", "one[\n\n]two"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct marks before, after;
        assert_int_equal(
            marks_make(rows[i].before, rows[i].after, &arena, NULL, &before, &after), ERROR_OK);
        marked_is(&before, rows[i].old);
        marked_is(&after, rows[i].new);
        arena_free(&arena);
    }
}

/* So long that its pairs are too many: all that is not common at both ends is marked. */
static void long_texts_are_marked_whole(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer old = {0}, new = {0};
    struct marks before, after;
    buffer_append_text(&old, "same ");
    buffer_append_text(&new, "same ");
    for (int i = 0; i < 3000; i++) {
        buffer_printf(&old, "a%d ", i);
        buffer_printf(&new, "b%d ", i);
    }
    assert_int_equal(
        marks_make(buffer_text(&old), buffer_text(&new), &arena, NULL, &before, &after), ERROR_OK);
    assert_int_equal(before.count, 3);
    assert_string_equal(before.items[0].text, "same ");
    assert_false(before.items[0].marked);
    assert_true(before.items[1].marked);
    assert_int_equal(after.count, 3);
    arena_free(&arena);
    buffer_free(&old);
    buffer_free(&new);
}

static void without_memory_nothing_is_marked(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct arena arena = {0};
        struct marks before = {.count = 77}, after = {.count = 77};
        failing_alloc_after(n);
        enum error error = marks_make("one two", "one three", &arena, NULL, &before, &after);
        bool failed = failing_alloc_stop();
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            marked_is(&before, "one [two]");
            arena_free(&arena);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(before.count + after.count, 154);
        arena_free(&arena);
    }
}

/* --- The page ----------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    return stage_begin(STAGE_LIVED | STAGE_SIGNED_IN, (enum world_key[]){WORLD_D1}, 1);
}

static void holds_not(const char *text)
{
    if (strstr(browser_page(&browser), text))
        print_error("there: %s\n", text);
    assert_null(strstr(browser_page(&browser), text));
}

static const char *replace(const char *text, const char *before, const char *after)
{
    struct buffer out = {0};
    const char *at = strstr(text, before);
    assert_non_null(at);
    buffer_append(&out, text, (size_t)(at - text));
    buffer_printf(&out, "%s%s", after, at + strlen(before));
    const char *kept = arena_text(&fixture.arena, buffer_view(&out));
    buffer_free(&out);
    return kept;
}

/* A version with these words in it, signed by defence, and by foreign if it is to be registered. */
static void add_version(const struct form *form, bool countersign)
{
    struct office_script *script = &fixture.script;
    char file[40];
    snprintf(file, sizeof file, "form/IL-2021-12.%d", (int)form->version);
    struct datum body = OFFICE_INSTRUMENT(script, INSTRUMENT_FORM, form, WORLD_D1);
    assert_int_equal(
        service_act(&fixture, office_act(script, WORLD_D1, file, 0, "propose", body)), 201);
    if (!countersign)
        return;
    body = OFFICE_INSTRUMENT(script, INSTRUMENT_FORM, form, WORLD_D1, WORLD_F1);
    assert_int_equal(
        service_act(&fixture, office_act(script, WORLD_F1, file, 1, "countersign", body)), 201);
}

/* Version 2: serious from seven years on. */
static struct form newer_form(void)
{
    struct form form = fixture.script.world.form;
    form.version = 2;
    form.text = replace(form.text, "imprisonment of six years", "imprisonment of\nseven years");
    form.clauses = replace(form.clauses, "maximumMonths >= 72", "maximumMonths >= 84");
    return form;
}

static void one_form_alone_has_nothing_beside_it(void **state)
{
    (void)state;
    const char *const pages[] = {
        "/compare", "/register/form/IL-2021-12.1", "/register/certificate/EC-2026-0009"};
    struct form newer = newer_form();
    for (int proposed = 0; proposed < 2; proposed++) {
        for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
            assert_int_equal(browser_call(&browser, pages[i], NULL, NULL), 200);
            browser_holds(&browser, "No other form is in the register");
        }
        if (!proposed)
            add_version(&newer, false); /* one ministry's is none yet */
    }
    assert_int_equal(
        browser_call(&browser, "/compare?old=IL-2021-12.1&new=IL-2021-12.2", NULL, NULL), 404);
    assert_int_equal(
        browser_call(&browser, "/compare?old=IL-2021-12.1&new=no-such", NULL, NULL), 404);
}

static const char both[] = "/compare?old=IL-2021-12.1&new=IL-2021-12.2";
static const char judged[] = "/compare?old=IL-2021-12.3&new=IL-2021-12.2&examples=yes";

static void a_changed_clause_is_marked_in_law_and_policy(void **state)
{
    (void)state;
    struct form newer = newer_form();
    add_version(&newer, true);
    assert_int_equal(browser_call(&browser, "/register/certificate/EC-2026-0009", NULL, NULL), 200);
    browser_holds(&browser, "name=\"old\" value=\"IL-2021-12.1\"");
    browser_holds(&browser, "<option value=\"IL-2021-12.2\">");
    assert_int_equal(browser_call(&browser, "/register/form/IL-2021-12.2", NULL, NULL), 200);
    browser_holds(&browser, "<option value=\"IL-2021-12.1\">");
    assert_int_equal(browser_call(&browser, both, NULL, NULL), 200);
    browser_holds(&browser, "<title>IL-2021-12.1 beside IL-2021-12.2 – enduse</title>");
    browser_holds(&browser, "imprisonment of <del class=\"en-del\">six</del> years");
    browser_holds(&browser, "imprisonment of <ins class=\"en-ins\">seven</ins> years");
    browser_holds(&browser, "maximumMonths &gt;= <del class=\"en-del\">72</del> &amp;&amp;");
    browser_holds(&browser, "maximumMonths &gt;= <ins class=\"en-ins\">84</ins> &amp;&amp;");
    browser_holds(&browser, "Judge the worked examples");
    holds_not("id=\"settings\"");
    assert_int_equal(
        browser_call(&browser, "/compare?old=IL-2021-12.2&new=IL-2021-12.2", NULL, NULL), 200);
    browser_holds(&browser, "<title>Error: Compare two forms – enduse</title>");
    *browser.session = 0;
    assert_int_equal(browser_call(&browser, both, NULL, NULL), 303);
}

/* Puts a file where the server looks for worked examples of that digest. */
static void put_examples(const struct digest *digest, const char *text)
{
    char path[400], name[DIGEST_TEXT_SIZE];
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/scenarios", fixture.settings.data);
    mkdir(path, 0700);
    snprintf(
        path, sizeof path, "%s/scenarios/%s.json", fixture.settings.data,
        digest_text(digest, name));
    assert_int_equal(os_replace_file(&os_system, path, bytes_of(text), 0600, &fault), ERROR_OK);
}

/* The form's worked examples on offences of just six years, and of less: all of them take long
 * under the sanitizers. */
static const char *few_examples(void)
{
    struct buffer text = {0}, few = {0};
    assert_int_equal(
        os_read_file(&os_system, FORM_FOLDER "/scenarios.json", 8 << 20, &fixture.fault, &text),
        ERROR_OK);
    const char *all = buffer_text(&text), *list = strstr(all, "\"scenarios\": [");
    const char *from = strstr(all, "    {\n      \"name\": \"serious crime: exactly six years\"");
    const char *to = strstr(all, "      \"name\": \"serious crime: one month under six years\"");
    assert_true(list && from && to);
    to = strstr(to, "\n    }");
    assert_non_null(to);
    buffer_append(&few, all, (size_t)(list - all));
    buffer_append_text(&few, "\"scenarios\": [");
    buffer_append(&few, from, (size_t)(to - from));
    buffer_append_text(&few, "}]}");
    const char *kept = arena_text(&fixture.arena, buffer_view(&few));
    buffer_free(&text);
    buffer_free(&few);
    return kept;
}

static void a_verdict_that_turns_is_found(void **state)
{
    (void)state;
    const char *few = few_examples();
    struct form newer = newer_form(), again = fixture.script.world.form;
    newer.scenarios = again.scenarios = sha256_of(bytes_of(few));
    again.version = 3;
    add_version(&newer, true);
    add_version(&again, true);
    assert_int_equal(browser_call(&browser, judged, NULL, NULL), 200);
    browser_holds(&browser, "The examples of IL-2021-12.3 are not at this server");
    browser_holds(&browser, "0 worked examples judged");
    /* What is not the form's by its digest is not there. */
    put_examples(&newer.scenarios, "{}");
    assert_int_equal(browser_call(&browser, judged, NULL, NULL), 200);
    browser_holds(&browser, "The examples of IL-2021-12.2 are not at this server");
    put_examples(&newer.scenarios, few);
    assert_int_equal(browser_call(&browser, judged, NULL, NULL), 200);
    holds_not("not at this server");
    browser_holds(&browser, "<strong>Serious crime: exactly six years</strong>");
    browser_holds(&browser, "Within the terms<span class=\"en-sub\">5</span>");
    browser_holds(&browser, "Outside the terms<span class=\"en-sub\">no clause permits</span>");
    browser_holds(&browser, "2 worked examples judged under both forms");
    browser_holds(&browser, "1 alike, 1 otherwise");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_end)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_differ_are_marked),
        cmocka_unit_test(long_texts_are_marked_whole),
        cmocka_unit_test(without_memory_nothing_is_marked),
        TEST(one_form_alone_has_nothing_beside_it),
        TEST(a_changed_clause_is_marked_in_law_and_policy),
        TEST(a_verdict_that_turns_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
