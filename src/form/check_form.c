/* Whether a form holds in itself: text, vocabulary, clauses, conditions and templates. */
#include <string.h>

#include "cedar/check.h"
#include "form/collection.h"
#include "form/report.h"
#include "form/template.h"

/* One check on its way. Each step adds what it finds to the report and returns ERROR_MEMORY only.
 */
struct check {
    const struct form *form;
    struct form_report *report;
    struct arena arena;
    struct cedar_schema *vocabulary;
    struct collection collection;
    struct form_text text;
};

static enum error add_at(
    struct check *check, const char *file, unsigned line, unsigned column, enum error error,
    const char *expected, const char *found)
{
    struct fault fault = {0};
    fault_place(&fault, error, "%s: line %u, column %u", file, line, column);
    char place[sizeof fault.place];
    memcpy(place, fault.place, sizeof place);
    fault_set(&fault, error, place, expected, found ? "%s" : NULL, found);
    return report_add(check->report, error, &fault);
}

static enum error add_policy(
    struct check *check, const struct collected *item, enum error error, const char *expected,
    const char *found)
{
    struct fault fault = {0};
    collected_fault(item, &fault, error, expected, found);
    return report_add(check->report, error, &fault);
}

/* --- Text ---------------------------------------------------------------------------------- */

/* The clauses that the form lists are those of its text, so that whoever reads only the list reads
 * the same form. */
static bool same_clause(const struct form_clause *listed, const struct form_text_clause *clause)
{
    bool same_note = listed->note && clause->kept_by ? strcmp(listed->note, clause->kept_by) == 0
                                                     : !listed->note && !clause->kept_by;
    return strcmp(listed->number, clause->number) == 0 &&
           strcmp(listed->title, clause->title) == 0 && listed->coverage == clause->coverage &&
           same_note;
}

static enum error check_contents(struct check *check)
{
    const struct form *form = check->form;
    const struct form_text *text = &check->text;
    if (strcmp(form->title, text->title) != 0)
        return add_at(check, "text.md", 1, 3, ERROR_FORM_SETTING, "the form's title", text->title);
    for (size_t i = 0; i < text->clause_count; i++) {
        check->report->coverage[text->clauses[i].coverage]++;
        if (i < form->contents_count && !same_clause(&form->contents[i], &text->clauses[i]))
            return add_at(
                check, "text.md", text->clauses[i].line, 1, ERROR_FORM_CONTENTS,
                "the clause that the form lists", form->contents[i].number);
    }
    check->report->clause_count += text->clause_count;
    if (form->contents_count != text->clause_count)
        return add_at(
            check, "text.md", 1, 1, ERROR_FORM_CONTENTS, "as many clauses as the form lists", NULL);
    return ERROR_OK;
}

static enum error check_text(struct check *check)
{
    struct fault fault = {0};
    enum error error =
        form_text_parse(bytes_of(check->form->text), &check->arena, &fault, &check->text);
    if (error == ERROR_OK)
        return check_contents(check);
    fault_within(&fault, error, "text.md");
    return report_add(check->report, error, &fault);
}

/* --- Vocabulary ---------------------------------------------------------------------------- */

static bool is_source(const struct bytes *source)
{
    static const char *const sources[] = {
        "certificate", "licence", "approval", "guard", "declaration"};
    for (size_t i = 0; source && i < sizeof sources / sizeof *sources; i++) {
        if (bytes_equal_text(*source, sources[i]))
            return true;
    }
    return false;
}

/* Whether a record type is one that the vocabulary names, and so is looked at by that name. */
static bool is_named(const struct cedar_schema *vocabulary, const struct cedar_type *type)
{
    size_t count;
    const struct cedar_common_type *types = cedar_schema_common_types(vocabulary, &count);
    for (size_t i = 0; i < count; i++) {
        if (cedar_type_equal(types[i].type, type))
            return true;
    }
    return false;
}

static enum error check_sources(struct check *check, const struct cedar_record_type *record)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct cedar_attribute *attribute = &record->attributes[i];
        check->report->attribute_count++;
        enum error error = ERROR_OK;
        if (!is_source(cedar_schema_annotation(&attribute->annotations, "source"))) {
            char name[64];
            error = add_at(
                check, "vocabulary.cedarschema", attribute->place.line, attribute->place.column,
                ERROR_FORM_SOURCE,
                "@source of certificate, licence, approval, guard or declaration",
                quote_text(attribute->name, name, sizeof name));
        }
        const struct cedar_type *type = attribute->type;
        while (type->kind == CEDAR_TYPE_SET)
            type = type->element;
        if (error == ERROR_OK && type->kind == CEDAR_TYPE_RECORD &&
            !is_named(check->vocabulary, type))
            error = check_sources(check, type->record);
        if (error != ERROR_OK)
            return error;
    }
    return ERROR_OK;
}

static enum error check_all_sources(struct check *check)
{
    enum error error = ERROR_OK;
    size_t count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(check->vocabulary, &count);
    for (size_t i = 0; i < count && error == ERROR_OK; i++)
        error = check_sources(check, &types[i].attributes);
    const struct cedar_common_type *common = cedar_schema_common_types(check->vocabulary, &count);
    for (size_t i = 0; i < count && error == ERROR_OK; i++) {
        if (common[i].type->kind == CEDAR_TYPE_RECORD)
            error = check_sources(check, common[i].type->record);
    }
    const struct cedar_action *actions = cedar_schema_actions(check->vocabulary, &count);
    for (size_t i = 0; i < count && error == ERROR_OK; i++)
        error = check_sources(check, &actions[i].context);
    return error;
}

static enum error check_vocabulary(struct check *check)
{
    struct fault fault = {0};
    enum error error =
        cedar_schema_parse(bytes_of(check->form->vocabulary), &fault, &check->vocabulary);
    if (error == ERROR_OK)
        return check_all_sources(check);
    fault_within(&fault, error, "vocabulary.cedarschema");
    return report_add(check->report, error, &fault);
}

/* --- Policies ------------------------------------------------------------------------------ */

/* An order that stops everything is applied by its kind; the template shows how, and nothing
 * else. */
static bool stops_everything(const struct cedar_policy *policy)
{
    return policy->principal.kind == CEDAR_SCOPE_ANY && policy->action.kind == CEDAR_SCOPE_ANY &&
           policy->resource.kind == CEDAR_SCOPE_ANY && policy->condition_count == 0;
}

static const struct form_text_clause *find_clause(const struct check *check, const char *number)
{
    for (size_t i = 0; i < check->text.clause_count; i++) {
        if (strcmp(check->text.clauses[i].number, number) == 0)
            return &check->text.clauses[i];
    }
    return NULL;
}

static bool names(const struct form_text_clause *clause, const char *number)
{
    for (size_t i = 0; i < clause->executed_by_count; i++) {
        if (strcmp(clause->executed_by[i], number) == 0)
            return true;
    }
    return false;
}

/* A clause and its policy bear one number, one title and one basis. */
static enum error check_pair(struct check *check, const struct collected *item)
{
    const struct form_policy *policy = &item->shown;
    const struct form_text_clause *clause = find_clause(check, policy->number);
    if (!clause)
        return add_policy(
            check, item, ERROR_FORM_POLICY_DIFFERS, "a clause of the text with its number",
            policy->number);
    if (strcmp(clause->title, policy->title) != 0)
        return add_policy(check, item, ERROR_FORM_POLICY_DIFFERS, clause->title, policy->title);
    if (strcmp(form_basis_word(clause->basis), policy->basis) != 0)
        return add_policy(
            check, item, ERROR_FORM_POLICY_DIFFERS, form_basis_word(clause->basis), policy->basis);
    if (!names(clause, policy->number))
        return add_policy(
            check, item, ERROR_FORM_POLICY_UNNAMED, "its number in its clause's margin",
            policy->number);
    return ERROR_OK;
}

static enum error check_item(struct check *check, const struct collected *item)
{
    if (item->part == PART_CLAUSES) {
        check->report->permit_count += item->shown.permit;
        check->report->forbid_count += !item->shown.permit;
        return check_pair(check, item);
    }
    check->report->condition_count += item->part == PART_CONDITIONS;
    if (item->shown.permit)
        return add_policy(check, item, ERROR_FORM_PERMITS, "forbid", "permit");
    if (item->template && template_kind(item->template) != ORDER_LIMIT &&
        !stops_everything(item->policy))
        return add_policy(
            check, item, ERROR_FORM_TEMPLATE, "forbid (principal, action, resource);", NULL);
    for (size_t i = 0; i < check->text.clause_count; i++) {
        if (names(&check->text.clauses[i], item->shown.number))
            return ERROR_OK;
    }
    return add_policy(
        check, item, ERROR_FORM_POLICY_UNNAMED, "its number in a clause's margin",
        item->shown.number);
}

static enum error check_margins(struct check *check)
{
    for (size_t i = 0; i < check->text.clause_count; i++) {
        const struct form_text_clause *clause = &check->text.clauses[i];
        for (size_t k = 0; k < clause->executed_by_count; k++) {
            if (collection_find(&check->collection, clause->executed_by[k]))
                continue;
            enum error error = add_at(
                check, "text.md", clause->executed_line, 1, ERROR_FORM_POLICY_UNKNOWN,
                "the number of a policy", clause->executed_by[k]);
            if (error != ERROR_OK)
                return error;
        }
    }
    return ERROR_OK;
}

/* Strict validation of every set of policies. */
static enum error check_types(struct check *check)
{
    for (size_t i = 0; i < check->collection.set_count; i++) {
        struct cedar_findings findings = {.limit = FORM_REPORT_FAULTS_MAX};
        enum error error =
            cedar_check_policies(check->vocabulary, check->collection.sets[i], &findings, NULL);
        bool done = error == ERROR_OK || findings.count > 0;
        error = done ? ERROR_OK : error;
        for (size_t k = 0; k < findings.count && error == ERROR_OK; k++) {
            struct fault fault = findings.items[k].fault;
            fault_within(&fault, fault.error, "%s", check->collection.files[i]);
            error = report_add(check->report, fault.error, &fault);
        }
        cedar_findings_free(&findings);
        if (error != ERROR_OK)
            return error;
    }
    return ERROR_OK;
}

static enum error check_policies(struct check *check)
{
    struct fault fault = {0};
    enum error error = collection_add_form(
        &check->collection, check->form, check->vocabulary, &check->arena, &fault);
    if (error != ERROR_OK)
        return report_add(check->report, error, &fault);
    check->report->template_count += check->form->templates_count;
    size_t permits = check->report->permit_count;
    for (size_t i = 0; i < check->collection.count && error == ERROR_OK; i++)
        error = check_item(check, &check->collection.items[i]);
    if (error == ERROR_OK && check->report->permit_count == permits)
        error =
            add_at(check, "clauses.cedar", 1, 1, ERROR_FORM_NO_PERMIT, "at least one permit", NULL);
    if (error == ERROR_OK)
        error = check_margins(check);
    return error == ERROR_OK ? check_types(check) : error;
}

enum error form_check_form(const struct form *form, struct fault *fault, struct form_report *report)
{
    struct check check = {.form = form, .report = report};
    size_t before = report->fault_total;
    struct fault broken = {0};
    enum error error = form_document_check(form, &broken);
    if (error != ERROR_OK)
        error = report_add(report, error, &broken);
    if (error == ERROR_OK)
        error = check_text(&check);
    if (error == ERROR_OK)
        error = check_vocabulary(&check);
    /* Without both there is nothing to hold the policies against. */
    if (error == ERROR_OK && check.text.title && check.vocabulary)
        error = check_policies(&check);
    collection_free(&check.collection);
    cedar_schema_free(check.vocabulary);
    arena_free(&check.arena);
    return report_result(report, before, error, fault);
}
