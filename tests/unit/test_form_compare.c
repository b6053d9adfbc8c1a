/* Two versions of a form compared: a clause loosened, one added, one removed; what it makes of the
 * worked examples; and folders that cannot be compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "form/compare.h"
#include "form_world.h"

/* One of the two, read from a folder or changed in memory. */
struct read {
    struct arena arena;
    struct form form;
    struct bytes scenarios;
};

static void read_form(const char *folder, struct read *ret_read)
{
    struct fault fault = {0};
    char text[600];
    *ret_read = (struct read){0};
    if (form_read(
            &os_system, folder, &ret_read->arena, &fault, &ret_read->form, &ret_read->scenarios))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
}

/* The form with the first `before` of one file changed. */
static void
read_changed(const char *file, const char *before, const char *after, struct read *ret_read)
{
    char path[FORM_WORLD_PATH];
    form_world_make(path, file, before, after);
    read_form(path, ret_read);
    form_world_remove(path);
}

/* Three examples, so that a comparison takes no minute under the sanitizers. */
static void keep_few(struct read *read)
{
    static const char *const names[] = {
        "serious crime: exactly six years",
        "serious crime: one month under six years",
        "order: a function that is taken out",
    };
    struct buffer few = {0};
    const char *text = arena_text(&read->arena, read->scenarios);
    const char *list = strstr(text, "\"scenarios\": [");
    assert_non_null(list);
    list += strlen("\"scenarios\": [");
    buffer_append(&few, text, (size_t)(list - text));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *name = strstr(list, names[i]);
        assert_non_null(name);
        const char *from = name, *to = name;
        while (strncmp(from, "\n    {", 6) != 0)
            from--;
        to = strstr(name, "\n    }");
        assert_non_null(to);
        buffer_printf(&few, "%s", i ? "," : "");
        buffer_append(&few, from, (size_t)(to - from) + strlen("\n    }"));
    }
    buffer_append_text(&few, "\n  ]\n}\n");
    read->scenarios = arena_copy(&read->arena, buffer_view(&few));
    buffer_free(&few);
}

static enum error compare(
    const struct read *before, const struct read *after, struct arena *arena, struct fault *fault,
    struct form_comparison *ret_comparison)
{
    const struct form_side old = {&before->form, before->scenarios};
    const struct form_side new = {&after->form, after->scenarios};
    return form_compare(&old, &new, arena, fault, ret_comparison);
}

static struct form_comparison
must_compare(const struct read *before, const struct read *after, struct arena *arena)
{
    struct form_comparison comparison;
    struct fault fault = {0};
    char text[600];
    if (compare(before, after, arena, &fault, &comparison))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
    return comparison;
}

static const struct form_example *
example(const struct form_comparison *comparison, const char *name)
{
    for (size_t i = 0; i < comparison->example_count; i++) {
        if (strcmp(comparison->examples[i].name, name) == 0)
            return &comparison->examples[i];
    }
    fail_msg("no example %s", name);
    return NULL;
}

/* --- The same ----------------------------------------------------------------------------- */

static void a_form_is_the_same_as_itself(void **state)
{
    (void)state;
    struct read before, after;
    struct arena arena = {0};
    read_form(FORM_FOLDER, &before);
    /* Number, version and date are what two versions are told apart by. */
    read_changed("form.json", "\"version\": 1", "\"version\": 2", &after);
    keep_few(&before);
    keep_few(&after);
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    assert_true(comparison.same);
    assert_int_equal(comparison.clauses.count, 0);
    assert_int_equal(comparison.policies.count, 0);
    assert_int_equal(comparison.settings.count, 0);
    assert_int_equal(comparison.example_count, 3);
    assert_int_equal(comparison.turned, 0);
    for (size_t i = 0; i < 3; i++)
        assert_true(comparison.examples[i].in_before && comparison.examples[i].in_after);
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

/* --- Different ---------------------------------------------------------------------------- */

static void a_clause_that_is_loosened_turns_an_example(void **state)
{
    (void)state;
    struct read before, after;
    struct arena arena = {0};
    read_form(FORM_FOLDER, &before);
    read_changed("clauses.cedar", "maximumMonths >= 72", "maximumMonths >= 71", &after);
    keep_few(&before);
    keep_few(&after);
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    assert_false(comparison.same);
    assert_int_equal(comparison.clauses.count, 0); /* the text was left as it was */
    assert_int_equal(comparison.policies.count, 1);
    const struct form_difference *policy = comparison.policies.items;
    assert_int_equal(policy->change, FORM_CHANGED);
    assert_string_equal(policy->number, "5");
    assert_string_equal(policy->title, "Serious crimes");
    assert_non_null(strstr(policy->before, "maximumMonths >= 72"));
    assert_non_null(strstr(policy->after, "maximumMonths >= 71"));
    assert_int_equal(comparison.turned, 1);
    const struct form_example *turned =
        example(&comparison, "serious crime: one month under six years");
    assert_int_equal(turned->before.outcome, EXAMPLE_OUTSIDE);
    assert_string_equal(turned->before.words, "outside: no clause permits");
    assert_int_equal(turned->after.outcome, EXAMPLE_WITHIN);
    assert_string_equal(turned->after.words, "within: 5");
    const struct form_example *kept = example(&comparison, "serious crime: exactly six years");
    assert_string_equal(kept->before.words, "within: 5");
    assert_string_equal(kept->after.words, "within: 5");
    const struct form_example *order = example(&comparison, "order: a function that is taken out");
    assert_string_equal(order->before.words, order->after.words);
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

static void text_is_compared_apart_from_policies(void **state)
{
    (void)state;
    struct read before, after;
    struct arena arena = {0};
    read_form(FORM_FOLDER, &before);
    read_changed("text.md", "### 2.2 Listed items", "### 2.2 Items on the list", &after);
    before.scenarios = after.scenarios = (struct bytes){0};
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    assert_false(comparison.same);
    assert_int_equal(comparison.clauses.count, 1);
    assert_int_equal(comparison.policies.count, 0);
    assert_string_equal(comparison.clauses.items[0].number, "2.2");
    assert_string_equal(comparison.clauses.items[0].title, "Items on the list");
    assert_int_equal(comparison.clauses.items[0].change, FORM_CHANGED);
    assert_int_equal(comparison.example_count, 0);
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

static void what_is_added_and_removed(void **state)
{
    (void)state;
    static const char added[] = "@clause(\"L99\") @title(\"No use in May\") @basis(\"ours\")\n"
                                "forbid (principal, action == EndUse::Action::\"use\", resource)\n"
                                "when { context.file == \"May\" };\n";
    struct read before, after;
    struct arena arena = {0};
    struct buffer conditions = {0}, text = {0};
    read_form(FORM_FOLDER, &before);
    read_form(FORM_FOLDER, &after);
    before.scenarios = after.scenarios = (struct bytes){0};
    /* A condition stands in a clause's margin: of 1.3, here. */
    const char *margin = strstr(after.form.text, "> Executed by: L1");
    assert_non_null(margin);
    buffer_append(&text, after.form.text, (size_t)(margin - after.form.text));
    buffer_append_text(&text, "> Executed by: L99, L1");
    buffer_append_text(&text, margin + strlen("> Executed by: L1"));
    after.form.text = arena_text(&after.arena, buffer_view(&text));
    buffer_append_text(&conditions, after.form.conditions);
    buffer_append_text(&conditions, added);
    after.form.conditions = arena_text(&after.arena, buffer_view(&conditions));
    buffer_free(&text);
    buffer_free(&conditions);
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    assert_int_equal(comparison.policies.count, 1);
    assert_int_equal(comparison.policies.items[0].change, FORM_ADDED);
    assert_string_equal(comparison.policies.items[0].number, "L99");
    assert_null(comparison.policies.items[0].before);
    assert_int_equal(comparison.clauses.count, 1);
    assert_string_equal(comparison.clauses.items[0].number, "1.3");
    /* And the other way round it is removed. */
    comparison = must_compare(&after, &before, &arena);
    assert_int_equal(comparison.policies.count, 1);
    assert_int_equal(comparison.policies.items[0].change, FORM_REMOVED);
    assert_null(comparison.policies.items[0].after);
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

static void settings_are_named(void **state)
{
    (void)state;
    struct read before, after;
    struct arena arena = {0};
    read_form(FORM_FOLDER, &before);
    read_form(FORM_FOLDER, &after);
    before.scenarios = after.scenarios = (struct bytes){0};
    after.form.title = "Another title";
    static const char *const languages[] = {"en", "he"};
    after.form.languages = languages;
    after.form.languages_count = 2;
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    assert_false(comparison.same);
    assert_int_equal(comparison.settings.count, 2);
    assert_string_equal(comparison.settings.items[0].number, "title");
    assert_string_equal(comparison.settings.items[1].number, "languages");
    assert_string_equal(comparison.settings.items[1].after, "en\nhe\n");
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

/* --- Examples of one only ----------------------------------------------------------------- */

/* What one form cannot judge is said; it is no error of the other's example. */
static void an_example_that_the_other_cannot_judge(void **state)
{
    (void)state;
    struct read before, after;
    struct arena arena = {0};
    read_form(FORM_FOLDER, &before);
    read_form(FORM_FOLDER, &after);
    keep_few(&before);
    after.scenarios = (struct bytes){0};
    /* The newer form has no templates of orders. */
    after.form.templates_count = 0;
    struct buffer text = {0};
    for (const char *at = after.form.text; *at;) {
        size_t length = strcspn(at, "\n");
        bool names = length > 14 && strncmp(at, "> Executed by: O", 16) == 0;
        if (names)
            buffer_append_text(&text, "> Executed by: 1.1");
        else
            buffer_append(&text, at, length);
        buffer_append_byte(&text, '\n');
        at += length + (at[length] == '\n');
        while (names && strncmp(at, ">   ", 4) == 0)
            at += strcspn(at, "\n") + 1;
    }
    after.form.text = arena_text(&after.arena, buffer_view(&text));
    buffer_free(&text);
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    const struct form_example *order = example(&comparison, "order: a function that is taken out");
    assert_true(order->in_before && !order->in_after);
    assert_int_equal(order->before.outcome, EXAMPLE_OUTSIDE);
    assert_int_equal(order->after.outcome, EXAMPLE_NOT_JUDGED);
    assert_non_null(strstr(order->after.words, "limit-functions"));
    assert_int_equal(comparison.turned, 0);
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

/* An example whose facts were changed with the form stands for itself in each. */
static void an_example_that_was_changed_stands_twice(void **state)
{
    (void)state;
    struct read before, after;
    struct arena arena = {0};
    read_form(FORM_FOLDER, &before);
    read_form(FORM_FOLDER, &after);
    keep_few(&before);
    keep_few(&after);
    struct buffer changed = {0};
    const char *text = arena_text(&after.arena, after.scenarios);
    const char *name = strstr(text, "serious crime: one month under six years");
    const char *offence = strstr(name, "\"XA-202\"");
    assert_non_null(offence);
    buffer_append(&changed, text, (size_t)(offence - text));
    buffer_append_text(&changed, "\"XA-201\"");
    buffer_append_text(&changed, offence + strlen("\"XA-202\""));
    after.scenarios = arena_copy(&after.arena, buffer_view(&changed));
    buffer_free(&changed);
    struct form_comparison comparison = must_compare(&before, &after, &arena);
    assert_int_equal(comparison.example_count, 4);
    size_t found = 0;
    for (size_t i = 0; i < comparison.example_count; i++) {
        const struct form_example *one = &comparison.examples[i];
        found += strcmp(one->name, "serious crime: one month under six years") == 0 &&
                 one->in_before != one->in_after;
    }
    assert_int_equal(found, 2);
    assert_true(comparison.same); /* the forms are */
    arena_free(&arena);
    arena_free(&before.arena);
    arena_free(&after.arena);
}

/* --- What cannot be compared -------------------------------------------------------------- */

static void what_is_broken_is_named(void **state)
{
    (void)state;
    struct read good, bad;
    struct arena arena = {0};
    struct form_comparison comparison;
    struct fault fault = {0};
    read_form(FORM_FOLDER, &good);
    good.scenarios = (struct bytes){0};
    read_form(FORM_FOLDER, &bad);
    bad.scenarios = (struct bytes){0};
    bad.form.clauses = "permit (";
    assert_int_not_equal(compare(&good, &bad, &arena, &fault, &comparison), ERROR_OK);
    assert_non_null(strstr(fault.place, "new: clauses.cedar"));
    fault = (struct fault){0};
    assert_int_not_equal(compare(&bad, &good, &arena, &fault, &comparison), ERROR_OK);
    assert_non_null(strstr(fault.place, "old: clauses.cedar"));
    arena_free(&bad.arena);
    read_form(FORM_FOLDER, &bad);
    bad.form.text = "no title\n";
    bad.scenarios = (struct bytes){0};
    assert_int_equal(compare(&good, &bad, &arena, &fault, &comparison), ERROR_FORM_TITLE);
    arena_free(&bad.arena);
    static const struct {
        const char *scenarios;
        enum error error;
    } rows[] = {
        {"{", ERROR_JSON_TRUNCATED},
        {"{\"base\": {}, \"scenarios\": []}", ERROR_FORM_EMPTY},
        {"{\"base\": {}, \"scenarios\": [{}]}", ERROR_JSON_MISSING},
        {"{\"base\": {}, \"scenarios\": [{\"name\": \"a\", \"change\": {}, \"expect\": \"within\", "
         "\"clauses\": []}]}",
         ERROR_JSON_MISSING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        read_form(FORM_FOLDER, &bad);
        bad.scenarios = bytes_of(rows[i].scenarios);
        fault = (struct fault){0};
        assert_int_equal(compare(&good, &bad, &arena, &fault, &comparison), rows[i].error);
        assert_non_null(strstr(fault.place, "new: scenarios.json"));
        arena_free(&bad.arena);
    }
    arena_free(&arena);
    arena_free(&good.arena);
}

static void without_memory(void **state)
{
    (void)state;
    struct read before, after;
    read_form(FORM_FOLDER, &before);
    read_changed("clauses.cedar", "maximumMonths >= 72", "maximumMonths >= 71", &after);
    keep_few(&before);
    keep_few(&after);
    for (long n = 0;; n = failing_alloc_next(n)) {
        struct arena arena = {0};
        struct form_comparison comparison = {.turned = 99};
        failing_alloc_after(n);
        enum error error = compare(&before, &after, &arena, NULL, &comparison);
        bool failed = failing_alloc_stop();
        arena_free(&arena);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(comparison.turned, 99);
    }
    arena_free(&before.arena);
    arena_free(&after.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_is_the_same_as_itself),
        cmocka_unit_test(a_clause_that_is_loosened_turns_an_example),
        cmocka_unit_test(text_is_compared_apart_from_policies),
        cmocka_unit_test(what_is_added_and_removed),
        cmocka_unit_test(settings_are_named),
        cmocka_unit_test(an_example_that_the_other_cannot_judge),
        cmocka_unit_test(an_example_that_was_changed_stands_twice),
        cmocka_unit_test(what_is_broken_is_named),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests_name("form_compare", tests, NULL, NULL);
}
