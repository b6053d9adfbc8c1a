/* enduse form compare: two versions of a form beside each other. */
#include <string.h>

#include "cli/form.h"
#include "form/compare.h"

/* --- Lines -------------------------------------------------------------------------------- */

/* Whether a text has this line. */
static bool has_line(const char *text, const char *line, size_t length)
{
    for (const char *at = text; at && *at;) {
        size_t here = strcspn(at, "\n");
        if (here == length && memcmp(at, line, length) == 0)
            return true;
        at += here + (at[here] == '\n');
    }
    return false;
}

/* The lines of one text that the other does not have. */
static void print_lines(const char *text, const char *other, char sign, struct buffer *out)
{
    for (const char *at = text; at && *at;) {
        size_t length = strcspn(at, "\n");
        if (length && !has_line(other, at, length)) {
            buffer_printf(out, "    %c ", sign);
            buffer_append(out, at, length);
            buffer_append_byte(out, '\n');
        }
        at += length + (at[length] == '\n');
    }
}

static void print_differences(
    const char *heading, const struct form_differences *differences, struct buffer *out)
{
    if (differences->count == 0) {
        buffer_printf(out, "\n%s: the same\n", heading);
        return;
    }
    buffer_printf(out, "\n%s\n", heading);
    for (size_t i = 0; i < differences->count; i++) {
        const struct form_difference *one = &differences->items[i];
        buffer_printf(
            out, "  %s: %s%s%s\n", one->number, form_change_word(one->change),
            *one->title ? ": " : "", one->title);
        print_lines(one->before, one->after, '-', out);
        print_lines(one->after, one->before, '+', out);
    }
}

static const char *whose(const struct form_example *example)
{
    if (example->in_before && example->in_after)
        return "";
    return example->in_before ? " (of the old)" : " (of the new)";
}

static void print_examples(const struct form_comparison *comparison, bool all, struct buffer *out)
{
    size_t same = 0;
    buffer_append_text(out, "\nWorked examples\n");
    for (size_t i = 0; i < comparison->example_count; i++) {
        const struct form_example *one = &comparison->examples[i];
        bool differs = strcmp(one->before.words, one->after.words) != 0;
        same += !differs;
        if (!differs && !all)
            continue;
        buffer_printf(out, "  %s%s\n", one->name, whose(one));
        if (differs)
            buffer_printf(out, "    - %s\n    + %s\n", one->before.words, one->after.words);
        else
            buffer_printf(out, "      %s\n", one->before.words);
    }
    buffer_printf(
        out, "  %zu judged alike, %zu otherwise, %zu of them within the terms of one only\n", same,
        comparison->example_count - same, comparison->turned);
}

static int print_comparison(
    struct call *call, const struct form *before, const struct form *after,
    const struct form_comparison *comparison)
{
    struct buffer text = {0};
    buffer_printf(
        &text, "old: %s, version %llu\nnew: %s, version %llu\n", before->number,
        (unsigned long long)before->version, after->number, (unsigned long long)after->version);
    print_differences("Text", &comparison->clauses, &text);
    print_differences("Policies", &comparison->policies, &text);
    print_differences("Settings", &comparison->settings, &text);
    if (comparison->example_count)
        print_examples(comparison, call_switch(call, "all"), &text);
    else
        buffer_append_text(&text, "\nWorked examples: none, as neither is a folder\n");
    buffer_printf(&text, "\n%s\n", comparison->same ? "They are the same." : "They differ.");
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

/* --- JSON --------------------------------------------------------------------------------- */

static void write_differences(
    const char *name, const struct form_differences *differences, struct json_writer *writer)
{
    json_put_array(writer, name);
    for (size_t i = 0; i < differences->count; i++) {
        const struct form_difference *one = &differences->items[i];
        json_write_object(writer);
        json_put_string(writer, "number", one->number);
        json_put_string(writer, "title", one->title);
        json_put_string(writer, "change", form_change_word(one->change));
        if (one->before)
            json_put_string(writer, "before", one->before);
        if (one->after)
            json_put_string(writer, "after", one->after);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

static void write_verdict(
    const char *name, const struct form_example_verdict *verdict, struct json_writer *writer)
{
    static const char *const words[] = {"", "within", "outside", "not-judged"};
    json_put_object(writer, name);
    json_put_string(writer, "outcome", words[verdict->outcome]);
    json_put_string(writer, "words", verdict->words);
    json_write_object_end(writer);
}

static int write_comparison(
    struct call *call, const struct form *before, const struct form *after,
    const struct form_comparison *comparison)
{
    struct buffer text = {0};
    struct json_writer writer;
    const struct form *forms[] = {before, after};
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "same", comparison->same);
    for (size_t i = 0; i < 2; i++) {
        json_put_object(&writer, i ? "new" : "old");
        json_put_string(&writer, "number", forms[i]->number);
        json_put_u64(&writer, "version", forms[i]->version);
        json_write_object_end(&writer);
    }
    write_differences("text", &comparison->clauses, &writer);
    write_differences("policies", &comparison->policies, &writer);
    write_differences("settings", &comparison->settings, &writer);
    json_put_u64(&writer, "turned", comparison->turned);
    json_put_array(&writer, "examples");
    for (size_t i = 0; i < comparison->example_count; i++) {
        const struct form_example *one = &comparison->examples[i];
        json_write_object(&writer);
        json_put_string(&writer, "name", one->name);
        json_put_bool(&writer, "in-old", one->in_before);
        json_put_bool(&writer, "in-new", one->in_after);
        write_verdict("old", &one->before, &writer);
        write_verdict("new", &one->after, &writer);
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

/* --- The command -------------------------------------------------------------------------- */

static int run_compare(struct call *call)
{
    struct fault fault = {0};
    struct form forms[2];
    struct form_side sides[2] = {{0}};
    struct form_comparison comparison;
    enum error error = ERROR_OK;
    for (size_t i = 0; i < 2 && !error; i++) {
        error = form_of_path(call, call->operands[i], &fault, &forms[i], &sides[i].scenarios);
        sides[i].form = &forms[i];
        if (error)
            fault_within(&fault, error, "%s", i ? "new" : "old");
    }
    if (!error)
        error = form_compare(&sides[0], &sides[1], &call->arena, &fault, &comparison);
    if (error)
        return call_fail_hint(
            call, &fault, "See everything that is wrong with: enduse form check DIR");
    int code = call->json ? write_comparison(call, &forms[0], &forms[1], &comparison)
                          : print_comparison(call, &forms[0], &forms[1], &comparison);
    return code == EXIT_DONE && !comparison.same ? EXIT_OUTSIDE : code;
}

static const struct command_option options[] = {
    {.name = "all", .words = "List the worked examples that are judged alike, too"},
    OPTION_JSON,
    {0},
};

static const struct command rows[] = {
    {
        .name = "form compare",
        .summary = "Compare two versions of a form: text, policies, and verdicts on the examples",
        .operands = "OLD NEW",
        .least = 2,
        .most = 2,
        .options = options,
        .text = "Each is a folder or a built form. The legal text and the executable policies are\n"
                "compared apart, by number. Every worked example of both folders is judged under\n"
                "both; a built form has none of its own.\n"
                "\n"
                "Exit code 0: they are the same but for number, version and date. 2: they differ.\n"
                "3: one of them is not a valid form.\n",
        .examples = "enduse form compare forms/il-2021-12 drafts/il-2026-03\n"
                    "enduse form compare F.form drafts/il-2026-03 --json\n",
        .run = run_compare,
    },
};

const struct command_rows form_compare_commands = COMMAND_ROWS(rows);
