/* Gathering the policies of a form. */
#include "form/collection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form/template.h"
#include "form/text_reader.h"

/* What a number begins with, by part; text_is_number takes any of several letters. */
static const char *const letters[] = {
    [PART_CLAUSES] = "", [PART_CONDITIONS] = "L", [PART_TEMPLATES] = "O"};

static const char *const numbers_expected[] = {
    [PART_CLAUSES] = "a number such as 6 or 6.1",
    [PART_CONDITIONS] = "a number such as L1",
    [PART_TEMPLATES] = "a number such as O1",
};

/* Policies are named by their numbers, in Cedar's errors too. */
static const struct cedar_naming naming = {.annotation = "clause"};

void collection_free(struct collection *collection)
{
    for (size_t i = 0; i < collection->set_count; i++)
        cedar_policies_free(collection->sets[i]);
    free(collection->sets);
    free(collection->files);
    free(collection->items);
    *collection = (struct collection){0};
}

const struct collected *collection_find(const struct collection *collection, const char *number)
{
    for (size_t i = 0; i < collection->count; i++) {
        if (strcmp(collection->items[i].shown.number, number) == 0)
            return &collection->items[i];
    }
    return NULL;
}

enum error collected_fault(
    const struct collected *item, struct fault *fault, enum error error, const char *expected,
    const char *found)
{
    char place[160];
    snprintf(
        place, sizeof place, "%s: line %u, column %u", item->shown.file, item->shown.line,
        item->shown.column);
    return fault_set(fault, error, place, expected, found ? "%s" : NULL, found);
}

static enum error no_memory(struct fault *fault)
{
    return fault_set(fault, ERROR_MEMORY, "policies", NULL, NULL);
}

/* --- One policy ---------------------------------------------------------------------------- */

/* The stretch of a template's text that a policy of its filled text comes from. */
struct shifts {
    const struct template_shift *items;
    size_t count;
    const char *text; /* the template's; NULL when the text was not filled */
};

/* A part of the text as it stands in the file, copied. */
static const char *file_text(
    const struct cedar_policy *policy, const struct shifts *shifts, size_t start, size_t end,
    struct arena *arena)
{
    struct bytes source = policy->source;
    if (shifts->text) {
        source = bytes_of(shifts->text);
        start = template_offset(shifts->items, shifts->count, start);
        end = template_offset(shifts->items, shifts->count, end);
    }
    return arena_text(arena, bytes_slice(source, start, end - start));
}

/* Where the policy itself begins, after its annotations, white space and comments. */
static size_t body_start(const struct cedar_policy *policy)
{
    struct bytes source = policy->source;
    size_t at = policy->span.start.offset;
    for (size_t i = 0; i < policy->annotation_count; i++) {
        if (policy->annotations[i].span.end > at)
            at = policy->annotations[i].span.end;
    }
    for (; at < policy->span.end; at++) {
        if (source.data[at] == '/') {
            while (at < policy->span.end && source.data[at] != '\n')
                at++;
        } else if (source.data[at] > ' ') {
            break;
        }
    }
    return at;
}

/* The text of an annotation that a policy must have, as a C string in the arena. */
static enum error read_words(
    const struct cedar_policy *policy, const char *name, struct arena *arena,
    const char **ret_words)
{
    const struct cedar_annotation *annotation = cedar_policy_annotation(policy, name);
    if (!annotation || annotation->value.length == 0 ||
        memchr(annotation->value.data, 0, annotation->value.length))
        return ERROR_FORM_POLICY_WORDS;
    char *words = arena_text(arena, annotation->value);
    if (!words)
        return ERROR_MEMORY;
    *ret_words = words;
    return ERROR_OK;
}

static bool is_basis(const char *word)
{
    for (int basis = FORM_REPORTED; basis <= FORM_OURS; basis++) {
        if (strcmp(form_basis_word((enum form_basis)basis), word) == 0)
            return true;
    }
    return false;
}

static enum error collect(
    struct collection *collection, struct collected *item, const struct shifts *shifts,
    struct arena *arena, struct fault *fault)
{
    const struct cedar_policy *policy = item->policy;
    struct form_policy *shown = &item->shown;
    shown->permit = policy->effect == CEDAR_PERMIT;
    shown->line = policy->span.start.line;
    shown->column = policy->span.start.column;
    enum error error = read_words(policy, "clause", arena, &shown->number);
    if (error == ERROR_OK)
        error = read_words(policy, "title", arena, &shown->title);
    if (error == ERROR_OK)
        error = read_words(policy, "basis", arena, &shown->basis);
    if (error == ERROR_FORM_POLICY_WORDS)
        return collected_fault(
            item, fault, error, "@clause, @title and @basis, each with a value", NULL);
    if (error != ERROR_OK)
        return no_memory(fault);
    const char *letter = letters[item->part];
    if (!text_is_number(bytes_of(shown->number), letter) ||
        (*letter && shown->number[0] != *letter))
        return collected_fault(
            item, fault, ERROR_FORM_POLICY_NUMBER, numbers_expected[item->part], shown->number);
    if (collection_find(collection, shown->number))
        return collected_fault(
            item, fault, ERROR_FORM_POLICY_NUMBER, "each number once", shown->number);
    if (!is_basis(shown->basis))
        return collected_fault(
            item, fault, ERROR_FORM_POLICY_WORDS, "the basis reported, construed or ours",
            shown->basis);
    size_t start = policy->span.start.offset, end = policy->span.end;
    shown->text = file_text(policy, shifts, start, end, arena);
    shown->body = file_text(policy, shifts, body_start(policy), end, arena);
    return shown->text && shown->body ? ERROR_OK : no_memory(fault);
}

/* --- One text ------------------------------------------------------------------------------ */

/* Makes an empty set and keeps it, so that collection_free finds it whatever happens next. */
static enum error add_set(
    struct collection *collection, const char *file, struct fault *fault,
    struct cedar_policies **ret_set)
{
    size_t count = collection->set_count;
    struct cedar_policies **sets = realloc(collection->sets, (count + 1) * sizeof *sets);
    if (sets)
        collection->sets = sets;
    const char **files = sets ? realloc(collection->files, (count + 1) * sizeof *files) : NULL;
    if (files)
        collection->files = files;
    struct cedar_policies *set = NULL;
    if (!files || cedar_policies_create(&set) != ERROR_OK)
        return no_memory(fault);
    sets[count] = set;
    files[count] = file;
    collection->set_count = count + 1;
    *ret_set = set;
    return ERROR_OK;
}

static enum error add_policies(
    struct collection *collection, struct collected item, const struct shifts *shifts,
    struct arena *arena, struct fault *fault)
{
    item.set = collection->set_count - 1;
    const struct cedar_policies *set = collection->sets[item.set];
    size_t count = cedar_policies_count(set);
    if (collection->count + count > collection->room) {
        size_t room = 2 * (collection->count + count);
        struct collected *items = realloc(collection->items, room * sizeof *items);
        if (!items)
            return no_memory(fault);
        collection->items = items;
        collection->room = room;
    }
    for (size_t i = 0; i < count; i++) {
        item.policy = cedar_policies_at(set, i);
        enum error error = collect(collection, &item, shifts, arena, fault);
        if (error != ERROR_OK)
            return error;
        collection->items[collection->count++] = item;
    }
    return ERROR_OK;
}

enum error collection_add_text(
    struct collection *collection, enum collection_part part, const char *text, struct arena *arena,
    struct fault *fault)
{
    struct collected item = {.part = part};
    item.shown.file = part == PART_CLAUSES ? "clauses.cedar" : "licence-conditions.cedar";
    struct cedar_policies *set;
    enum error error = add_set(collection, item.shown.file, fault, &set);
    if (error != ERROR_OK)
        return error;
    error = cedar_policies_add(set, bytes_of(text), &naming, fault);
    if (error != ERROR_OK)
        return fault_within(fault, error, "%s", item.shown.file);
    const struct shifts none = {0};
    return add_policies(collection, item, &none, arena, fault);
}

enum error collection_add_template(
    struct collection *collection, const struct order_template *template,
    const struct cedar_schema *vocabulary, struct arena *arena, struct fault *fault)
{
    struct collected item = {.part = PART_TEMPLATES, .template = template};
    struct buffer name = {0}, filled = {0};
    buffer_printf(&name, "orders/%s.cedar", template->name);
    item.shown.file = name.error == ERROR_OK ? arena_text(arena, buffer_view(&name)) : NULL;
    buffer_free(&name);
    if (!item.shown.file)
        return no_memory(fault);
    struct cedar_policies *set;
    enum error error = add_set(collection, item.shown.file, fault, &set);
    if (error != ERROR_OK)
        return error;
    struct shifts shifts = {.text = template->clauses};
    error = template_check_slots(template, fault, &shifts.count);
    struct template_shift *room = NULL;
    if (error == ERROR_OK && shifts.count > 0) {
        room = ARENA_ARRAY(arena, struct template_shift, shifts.count);
        if (!room)
            return no_memory(fault);
    }
    shifts.items = room;
    if (error == ERROR_OK)
        error = template_fill_sample(template, vocabulary, fault, &filled, room);
    if (error == ERROR_OK)
        error = cedar_policies_add(set, buffer_view(&filled), &naming, fault);
    if (error == ERROR_OK && cedar_policies_count(set) == 0)
        error = fault_set(fault, ERROR_FORM_TEMPLATE, "line 1, column 1", "a policy", "none");
    buffer_free(&filled);
    if (error != ERROR_OK)
        return fault_within(fault, error, "%s", item.shown.file);
    return add_policies(collection, item, &shifts, arena, fault);
}

enum error collection_add_form(
    struct collection *collection, const struct form *form, const struct cedar_schema *vocabulary,
    struct arena *arena, struct fault *fault)
{
    enum error error = collection_add_text(collection, PART_CLAUSES, form->clauses, arena, fault);
    if (error == ERROR_OK)
        error = collection_add_text(collection, PART_CONDITIONS, form->conditions, arena, fault);
    for (size_t i = 0; i < form->templates_count && error == ERROR_OK; i++)
        error = collection_add_template(collection, &form->templates[i], vocabulary, arena, fault);
    return error;
}
