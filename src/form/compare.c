/* Comparing two forms. */
#include "form/compare.h"

#include <stdio.h>
#include <string.h>

#include "form/scenario.h"

const char *form_change_word(enum form_change change)
{
    static const char *const words[] = {"", "added", "removed", "changed"};
    return words[change];
}

/* One of the two, taken apart. */
struct side {
    const char *name; /* "old", "new" */
    const struct form *form;
    struct form_articles articles;
    const struct json *base, *list; /* NULL: no examples */
};

/* What is compared by name, rendered as lines. */
struct part {
    const char *number, *title, *lines;
};
struct parts {
    struct part *items;
    size_t count;
};

struct comparing {
    struct arena *arena;
    struct fault *fault;
    struct side before, after;
};

static enum error no_memory(const struct comparing *on)
{
    return fault_place(on->fault, ERROR_MEMORY, "form");
}

/* --- Parts by name ------------------------------------------------------------------------ */

static const struct part *find(const struct parts *parts, const char *number)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (strcmp(parts->items[i].number, number) == 0)
            return &parts->items[i];
    }
    return NULL;
}

static enum error compare_parts(
    const struct comparing *on, const struct parts *before, const struct parts *after,
    struct form_differences *ret_differences)
{
    struct form_difference *items =
        ARENA_ARRAY(on->arena, struct form_difference, before->count + after->count + 1);
    size_t count = 0;
    if (!items)
        return no_memory(on);
    for (size_t i = 0; i < after->count; i++) {
        const struct part *now = &after->items[i], *then = find(before, now->number);
        if (!then || strcmp(then->lines, now->lines) != 0)
            items[count++] = (struct form_difference){
                then ? FORM_CHANGED : FORM_ADDED, now->number, now->title,
                then ? then->lines : NULL, now->lines};
    }
    for (size_t i = 0; i < before->count; i++) {
        const struct part *then = &before->items[i];
        if (!find(after, then->number))
            items[count++] = (struct form_difference){
                FORM_REMOVED, then->number, then->title, then->lines, NULL};
    }
    *ret_differences = (struct form_differences){items, count};
    return ERROR_OK;
}

/* Ends a rendering: its text in the arena. */
static const char *keep(const struct comparing *on, struct buffer *lines)
{
    const char *kept = lines->error ? NULL : arena_text(on->arena, buffer_view(lines));
    buffer_free(lines);
    return kept;
}

static enum error make_parts(const struct comparing *on, size_t count, struct parts *ret_parts)
{
    *ret_parts = (struct parts){ARENA_ARRAY(on->arena, struct part, count + 1), 0};
    return ret_parts->items ? ERROR_OK : no_memory(on);
}

static enum error add_part(
    const struct comparing *on, struct parts *parts, const char *number, const char *title,
    struct buffer *lines)
{
    struct part part = {number, title, keep(on, lines)};
    if (!part.lines)
        return no_memory(on);
    parts->items[parts->count++] = part;
    return ERROR_OK;
}

/* --- The text ----------------------------------------------------------------------------- */

static void render_blocks(const struct form_block *blocks, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s%s\n", blocks[i].kind == FORM_LIST_ITEM ? "- " : "", blocks[i].text);
}

static void render_clause(const struct form_text_clause *clause, struct buffer *out)
{
    buffer_printf(out, "%s %s\n", clause->number, clause->title);
    render_blocks(clause->blocks, clause->block_count, out);
    buffer_printf(out, "Basis: %s\n", form_basis_word(clause->basis));
    if (clause->sources)
        buffer_printf(out, "Sources: %s\n", clause->sources);
    buffer_printf(out, "Coverage: %s\n", form_coverage_words(clause->coverage));
    for (size_t i = 0; i < clause->executed_by_count; i++)
        buffer_printf(out, "Executed by: %s\n", clause->executed_by[i]);
    if (clause->kept_by)
        buffer_printf(out, "Kept by: %s\n", clause->kept_by);
}

static enum error
clauses_of(const struct comparing *on, const struct side *side, struct parts *ret_parts)
{
    const struct form_text *text = &side->articles.text;
    struct buffer lines = {0};
    enum error error = make_parts(on, text->clause_count + 1, ret_parts);
    if (error)
        return error;
    render_blocks(text->introduction, text->introduction_count, &lines);
    error = add_part(on, ret_parts, "introduction", text->title, &lines);
    for (size_t i = 0; i < text->clause_count && !error; i++) {
        lines = (struct buffer){0};
        render_clause(&text->clauses[i], &lines);
        error = add_part(on, ret_parts, text->clauses[i].number, text->clauses[i].title, &lines);
    }
    return error;
}

/* --- Policies ----------------------------------------------------------------------------- */

static enum error
policies_of(const struct comparing *on, const struct side *side, struct parts *ret_parts)
{
    const struct form_articles *articles = &side->articles;
    enum error error = make_parts(on, articles->policy_count, ret_parts);
    for (size_t i = 0; i < articles->policy_count && !error; i++) {
        const struct form_policy *policy = &articles->policies[i];
        struct buffer lines = {0};
        buffer_append_text(&lines, policy->text);
        if (lines.length && lines.data[lines.length - 1] != '\n')
            buffer_append_byte(&lines, '\n');
        error = add_part(on, ret_parts, policy->number, policy->title, &lines);
    }
    return error;
}

/* --- Settings ----------------------------------------------------------------------------- */

static void render_texts(const char *const *texts, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s\n", texts[i]);
}

static void render_template(const struct order_template *template, struct buffer *out)
{
    buffer_printf(out, "%s: %s\n", template->kind, template->title);
    for (size_t i = 0; i < template->parameters_count; i++) {
        const struct template_parameter *parameter = &template->parameters[i];
        buffer_printf(
            out, "%s: %s (%s)\n", parameter->name, parameter->title,
            parameter->type == TEMPLATE_ENTITIES ? parameter->entity
            : parameter->type == TEMPLATE_TIME   ? "a time"
                                                 : "a number");
    }
}

static enum error
settings_of(const struct comparing *on, const struct side *side, struct parts *ret_parts)
{
    const struct form *form = side->form;
    enum { TITLE, LANGUAGES, PREVAILING, MINISTRIES, VOCABULARY, SETTINGS };
    static const char *const names[SETTINGS] = {
        "title", "languages", "prevailing", "ministries", "vocabulary"};
    struct buffer lines[SETTINGS] = {{0}};
    buffer_printf(&lines[TITLE], "%s\n", form->title);
    render_texts(form->languages, form->languages_count, &lines[LANGUAGES]);
    buffer_printf(&lines[PREVAILING], "%s\n", form->prevailing);
    render_texts(form->ministries, form->ministries_count, &lines[MINISTRIES]);
    buffer_append_text(&lines[VOCABULARY], form->vocabulary);
    enum error error = make_parts(on, SETTINGS + form->templates_count, ret_parts);
    for (size_t i = 0; i < SETTINGS; i++) {
        if (error)
            buffer_free(&lines[i]);
        else
            error = add_part(on, ret_parts, names[i], "", &lines[i]);
    }
    for (size_t i = 0; i < form->templates_count && !error; i++) {
        struct buffer text = {0};
        render_template(&form->templates[i], &text);
        error = add_part(on, ret_parts, form->templates[i].name, form->templates[i].title, &text);
    }
    return error;
}

/* --- Examples ----------------------------------------------------------------------------- */

/* "within: 4", "outside: no clause permits". */
static const char *verdict_words(const struct comparing *on, const struct scenario_verdict *verdict)
{
    struct buffer words = {0};
    buffer_append_text(&words, verdict->within ? "within: " : "outside: ");
    for (size_t i = 0; i < verdict->count; i++)
        buffer_printf(&words, "%s%s", i ? ", " : "", verdict->clauses[i]);
    if (verdict->count == 0)
        buffer_append_text(&words, "no clause permits");
    return keep(on, &words);
}

/* Judges an example of one side under the form of the same or of the other. */
static enum error judge(
    const struct comparing *on, const struct side *owner, const struct side *side,
    const struct json *json, struct form_example_verdict *ret_verdict)
{
    struct fault why = {0};
    struct scenario scenario;
    struct scenario_verdict verdict;
    enum error error = scenario_read(side->form, owner->base, json, on->arena, &why, &scenario);
    if (!error)
        error = scenario_judge(side->form, &scenario, &side->articles, on->arena, &why, &verdict);
    if (error == ERROR_MEMORY)
        return no_memory(on);
    if (error && owner == side) {
        if (on->fault)
            *on->fault = why;
        return fault_within(on->fault, error, "%s: scenarios.json", owner->name);
    }
    if (error) {
        char line[640];
        *ret_verdict = (struct form_example_verdict){
            EXAMPLE_NOT_JUDGED,
            arena_text(on->arena, bytes_of(fault_text(&why, line, sizeof line)))};
    } else {
        *ret_verdict = (struct form_example_verdict){
            verdict.within ? EXAMPLE_WITHIN : EXAMPLE_OUTSIDE, verdict_words(on, &verdict)};
    }
    return ret_verdict->words ? ERROR_OK : no_memory(on);
}

static enum error judge_both(
    const struct comparing *on, const struct side *owner, const struct json *json,
    struct form_example *ret_example)
{
    struct form_example example = {
        .in_before = owner == &on->before, .in_after = owner == &on->after};
    struct bytes name;
    enum error error = json_get_string(json, "name", on->fault, &name);
    if (error)
        return fault_within(on->fault, error, "%s: scenarios.json", owner->name);
    example.name = arena_text(on->arena, name);
    if (!example.name)
        return no_memory(on);
    error = judge(on, owner, &on->before, json, &example.before);
    if (!error)
        error = judge(on, owner, &on->after, json, &example.after);
    if (!error)
        *ret_example = example;
    return error;
}

static bool same_verdicts(const struct form_example *one, const struct form_example *other)
{
    return strcmp(one->name, other->name) == 0 &&
           strcmp(one->before.words, other->before.words) == 0 &&
           strcmp(one->after.words, other->after.words) == 0;
}

/* Adds one, or notes that the other folder has it too. */
static void add_example(
    struct form_example *examples, size_t *count, size_t of_before,
    const struct form_example *example)
{
    for (size_t i = 0; i < of_before && example->in_after; i++) {
        if (same_verdicts(&examples[i], example)) {
            examples[i].in_after = true;
            return;
        }
    }
    examples[(*count)++] = *example;
}

static enum error compare_examples(struct comparing *on, struct form_comparison *comparison)
{
    size_t before = on->before.list ? json_count(on->before.list) : 0;
    size_t after = on->after.list ? json_count(on->after.list) : 0;
    struct form_example *examples = ARENA_ARRAY(on->arena, struct form_example, before + after + 1);
    size_t count = 0;
    if (!examples)
        return no_memory(on);
    for (size_t i = 0; i < before + after; i++) {
        const struct side *owner = i < before ? &on->before : &on->after;
        struct form_example example;
        enum error error =
            judge_both(on, owner, json_at(owner->list, i < before ? i : i - before), &example);
        if (error)
            return error;
        add_example(examples, &count, before, &example);
    }
    for (size_t i = 0; i < count; i++)
        comparison->turned += (examples[i].before.outcome == EXAMPLE_WITHIN) !=
                              (examples[i].after.outcome == EXAMPLE_WITHIN);
    comparison->examples = examples;
    comparison->example_count = count;
    return ERROR_OK;
}

/* --- All ---------------------------------------------------------------------------------- */

static enum error open_side(struct comparing *on, const struct form_side *given, struct side *side)
{
    side->form = given->form;
    enum error error = form_articles_make(given->form, on->arena, on->fault, &side->articles);
    if (!error && given->scenarios.length)
        error = scenarios_parse(given->scenarios, on->arena, on->fault, &side->base, &side->list);
    return error ? fault_within(on->fault, error, "%s", side->name) : ERROR_OK;
}

static enum error compare_with(
    struct comparing *on,
    enum error (*parts_of)(const struct comparing *, const struct side *, struct parts *),
    struct form_differences *ret_differences)
{
    struct parts before, after;
    enum error error = parts_of(on, &on->before, &before);
    if (!error)
        error = parts_of(on, &on->after, &after);
    return error ? error : compare_parts(on, &before, &after, ret_differences);
}

static bool is_same(const struct form_comparison *comparison)
{
    bool same =
        comparison->clauses.count + comparison->policies.count + comparison->settings.count == 0;
    for (size_t i = 0; i < comparison->example_count && same; i++)
        same =
            strcmp(comparison->examples[i].before.words, comparison->examples[i].after.words) == 0;
    return same;
}

enum error form_compare(
    const struct form_side *before, const struct form_side *after, struct arena *arena,
    struct fault *fault, struct form_comparison *ret_comparison)
{
    struct comparing on = {
        .arena = arena, .fault = fault, .before = {.name = "old"}, .after = {.name = "new"}};
    struct form_comparison comparison = {0};
    enum error error = open_side(&on, before, &on.before);
    if (!error)
        error = open_side(&on, after, &on.after);
    if (!error)
        error = compare_with(&on, clauses_of, &comparison.clauses);
    if (!error)
        error = compare_with(&on, policies_of, &comparison.policies);
    if (!error)
        error = compare_with(&on, settings_of, &comparison.settings);
    if (!error)
        error = compare_examples(&on, &comparison);
    if (error)
        return error;
    comparison.same = is_same(&comparison);
    *ret_comparison = comparison;
    return ERROR_OK;
}
