/* The form's table and the rules within it. */
#include "instruments/form.h"

#include <string.h>

#include "instruments/rules.h"

static const char *const coverage_words[] = {"executable", "partly", "procedure", "audit", NULL};
static const char *const type_words[] = {"entities", "time", "number", NULL};

static const struct field clause_fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct form_clause, number),
    FIELD(2, "title", FIELD_TEXT, struct form_clause, title),
    FIELD(3, "coverage", FIELD_CHOICE, struct form_clause, coverage, .words = coverage_words),
    FIELD(4, "note", FIELD_PROSE, struct form_clause, note, OPTIONAL),
};
static const struct layout clause_layout = LAYOUT("clause", struct form_clause, clause_fields);

static const struct field parameter_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct template_parameter, name),
    FIELD(2, "title", FIELD_TEXT, struct template_parameter, title),
    FIELD(3, "type", FIELD_CHOICE, struct template_parameter, type, .words = type_words),
    FIELD(4, "entity", FIELD_TEXT, struct template_parameter, entity, OPTIONAL),
};
static const struct layout parameter_layout =
    LAYOUT("parameter", struct template_parameter, parameter_fields);

static const struct field template_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct order_template, name),
    FIELD(2, "title", FIELD_TEXT, struct order_template, title),
    FIELD(3, "kind", FIELD_TEXT, struct order_template, kind),
    FIELD(4, "clauses", FIELD_PROSE, struct order_template, clauses, OPTIONAL),
    FIELD_MANY(
        5, "parameters", FIELD_RECORDS, struct order_template, parameters,
        .layout = &parameter_layout),
};
static const struct layout template_layout =
    LAYOUT("template", struct order_template, template_fields);

static const struct field form_fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct form, number),
    FIELD(2, "version", FIELD_UINT, struct form, version),
    FIELD(3, "title", FIELD_TEXT, struct form, title),
    FIELD_MANY(4, "languages", FIELD_TEXTS, struct form, languages),
    FIELD(5, "prevailing", FIELD_TEXT, struct form, prevailing),
    FIELD_MANY(6, "ministries", FIELD_TEXTS, struct form, ministries),
    FIELD(7, "in-force", FIELD_TIME, struct form, in_force),
    FIELD(8, "text", FIELD_PROSE, struct form, text),
    FIELD(9, "clauses", FIELD_PROSE, struct form, clauses),
    FIELD(10, "vocabulary", FIELD_PROSE, struct form, vocabulary),
    FIELD(11, "conditions", FIELD_PROSE, struct form, conditions),
    FIELD_MANY(12, "contents", FIELD_RECORDS, struct form, contents, .layout = &clause_layout),
    FIELD_MANY(13, "templates", FIELD_RECORDS, struct form, templates, .layout = &template_layout),
    FIELD(14, "scenarios", FIELD_DIGEST, struct form, scenarios),
};
const struct layout form_layout = LAYOUT("form", struct form, form_fields);

static enum error check_template(const struct order_template *template, struct fault *fault)
{
    enum error error = rule_name(template->name, "name", fault);
    for (size_t i = 0; i < template->parameters_count && !error; i++) {
        const struct template_parameter *parameter = &template->parameters[i];
        error = rule_name(parameter->name, "parameter", fault);
        if (!error && (parameter->type == TEMPLATE_ENTITIES) != (parameter->entity != NULL))
            error = rule_broken(
                fault, parameter->name, "an entity type exactly where entities fill the slot");
        for (size_t k = 0; k < i && !error; k++) {
            if (strcmp(template->parameters[k].name, parameter->name) == 0)
                error = rule_broken(fault, parameter->name, "each parameter once");
        }
    }
    return error;
}

enum error form_document_check(const struct form *form, struct fault *fault)
{
    enum error error = rule_name(form->number, "number", fault);
    if (error)
        return error;
    bool prevailing = false;
    for (size_t i = 0; i < form->languages_count; i++)
        prevailing |= strcmp(form->languages[i], form->prevailing) == 0;
    if (!prevailing)
        return rule_broken(fault, "prevailing", "one of the form's languages");
    for (size_t i = 0; i < form->contents_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(form->contents[k].number, form->contents[i].number) == 0)
                return fault_set(
                    fault, ERROR_DOCUMENT_RULE, "contents", "each clause once", "%s twice",
                    form->contents[i].number);
        }
    }
    for (size_t i = 0; i < form->templates_count; i++) {
        error = check_template(&form->templates[i], fault);
        if (error)
            return fault_within(fault, error, "template %s", form->templates[i].name);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(form->templates[k].name, form->templates[i].name) == 0)
                return rule_broken(fault, form->templates[i].name, "each template once");
        }
    }
    return ERROR_OK;
}

enum error form_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct form *ret_form)
{
    struct document document;
    struct form form;
    enum error error =
        document_open_by_root(bytes, INSTRUMENT_FORM, chain, arena, fault, &document, &form);
    if (!error)
        error = signed_by_both(&document, &chain->current, fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_form = form;
    return ERROR_OK;
}
