/* Orders from templates: filled, then held against the template and the vocabulary. */
#include <string.h>

#include "cedar/check.h"
#include "form/collection.h"
#include "form/template.h"

const struct order_template *form_template(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->templates_count; i++) {
        if (strcmp(form->templates[i].name, name) == 0)
            return &form->templates[i];
    }
    return NULL;
}

static enum error
parse(struct bytes text, struct fault *fault, struct cedar_policies **ret_policies)
{
    struct cedar_policies *policies;
    enum error error = cedar_policies_create(&policies);
    if (error != ERROR_OK)
        return fault_set(fault, error, "order", NULL, NULL);
    const struct cedar_naming naming = {.annotation = "clause"};
    error = cedar_policies_add(policies, text, &naming, fault);
    if (error == ERROR_OK)
        *ret_policies = policies;
    else
        cedar_policies_free(policies);
    return error;
}

/* The filled text has the policies of the template filled with samples, by number and in order,
 * each of them a forbid. Literals cannot bring this about otherwise; this is the second lock. */
static enum error check_same(
    const struct cedar_policies *filled, const struct cedar_policies *sample, struct fault *fault)
{
    size_t count = cedar_policies_count(filled);
    bool same = count > 0 && count == cedar_policies_count(sample);
    for (size_t i = 0; i < count && same; i++) {
        const struct cedar_policy *policy = cedar_policies_at(filled, i);
        same = policy->effect == CEDAR_FORBID &&
               bytes_equal(policy->id, cedar_policies_at(sample, i)->id) &&
               policy->condition_count == cedar_policies_at(sample, i)->condition_count;
    }
    return same ? ERROR_OK
                : fault_set(
                      fault, ERROR_FORM_FILLED, "order", "the template's own clauses, forbid only",
                      NULL);
}

static enum error check_filled(
    const struct order_template *template, const struct cedar_schema *vocabulary, struct bytes text,
    struct fault *fault)
{
    struct buffer sample_text = {0};
    struct cedar_policies *filled = NULL, *sample = NULL;
    enum error error = template_fill_sample(template, vocabulary, fault, &sample_text, NULL);
    if (error == ERROR_OK)
        error = parse(buffer_view(&sample_text), fault, &sample);
    if (error == ERROR_OK)
        error = parse(text, fault, &filled);
    if (error == ERROR_OK)
        error = check_same(filled, sample, fault);
    if (error == ERROR_OK)
        error = cedar_check_policies(vocabulary, filled, NULL, fault);
    cedar_policies_free(filled);
    cedar_policies_free(sample);
    buffer_free(&sample_text);
    return error;
}

enum error form_order_fill(
    const struct form *form, const char *template_name, const struct form_argument *arguments,
    size_t count, struct fault *fault, struct buffer *ret_clauses)
{
    const struct order_template *template = form_template(form, template_name);
    if (!template)
        return fault_set(
            fault, ERROR_NOT_FOUND, "order template", "a template of the form", "%s",
            template_name);
    if (fault)
        *fault = (struct fault){0};
    struct cedar_schema *vocabulary;
    enum error error = cedar_schema_parse(bytes_of(form->vocabulary), fault, &vocabulary);
    if (error != ERROR_OK)
        return fault_within(fault, error, "vocabulary.cedarschema");
    struct buffer text = {0};
    error = template_fill(template, vocabulary, arguments, count, fault, &text, NULL);
    if (error == ERROR_OK)
        error = check_filled(template, vocabulary, buffer_view(&text), fault);
    if (error == ERROR_OK) {
        buffer_append_bytes(ret_clauses, buffer_view(&text));
        if (ret_clauses->error != ERROR_OK)
            error = fault_set(fault, ret_clauses->error, "order", NULL, NULL);
    }
    buffer_free(&text);
    cedar_schema_free(vocabulary);
    return error;
}
