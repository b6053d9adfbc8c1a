/* Any bytes as ids, a time or a number for order templates: refused, or one literal each. Whatever
 * is given, the filled text has the template's own policies, and the ids in it are those given. */
#include <stdlib.h>
#include <string.h>

#include "cedar/cedar.h"
#include "form/form.h"

static const char vocabulary[] =
    "namespace EndUse {\n"
    "  entity Function;\n"
    "  entity Matter enum [\"terrorist-act\", \"serious-crime\"];\n"
    "  entity Operator;\n"
    "  entity Installation = { active: Long };\n"
    "  action use appliesTo { principal: [Operator], resource: [Installation],\n"
    "    context: { function: Function, matter: Matter, time: datetime } };\n"
    "}\n";

static const struct template_parameter functions = {
    .name = "x", .title = "X", .type = TEMPLATE_ENTITIES, .entity = "EndUse::Function"};
static const struct template_parameter matters = {
    .name = "x", .title = "X", .type = TEMPLATE_ENTITIES, .entity = "EndUse::Matter"};
static const struct template_parameter until = {.name = "x", .title = "X", .type = TEMPLATE_TIME};
static const struct template_parameter most = {.name = "x", .title = "X", .type = TEMPLATE_NUMBER};

static const struct order_template templates[] = {
    {"functions", "F", "limit",
     "@clause(\"O1\") forbid (principal, action, resource)\n"
     "unless { {{x}}.contains(context.function) };\n",
     &functions, 1},
    {"matters", "M", "limit",
     "@clause(\"O1\") forbid (principal, action, resource)\n"
     "unless { {{x}}.contains(context.matter) };\n",
     &matters, 1},
    {"until", "U", "limit",
     "@clause(\"O1\") forbid (principal, action, resource) when { {{x}} < context.time };\n",
     &until, 1},
    {"most", "N", "limit",
     "@clause(\"O1\") forbid (principal, action, resource) when { {{x}} < resource.active };\n",
     &most, 1},
};

static const struct form form = {
    .vocabulary = vocabulary, .templates = templates, .templates_count = 4};

enum { VALUES_MAX = 8 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* The one condition of the one policy begins with the slot: `SLOT.contains(…)` or `SLOT < …`. */
static const struct cedar_expr *slot_of(const struct cedar_policies *policies)
{
    must(cedar_policies_count(policies) == 1);
    const struct cedar_policy *policy = cedar_policies_at(policies, 0);
    must(policy->effect == CEDAR_FORBID && policy->condition_count == 1);
    const struct cedar_expr *body = policy->conditions[0].body;
    must(body->kind == CEDAR_EXPR_CALL || body->kind == CEDAR_EXPR_LESS);
    return body->kind == CEDAR_EXPR_CALL ? body->call.arguments[0] : body->operands[0];
}

static void must_say_only(
    const struct cedar_expr *slot, enum template_type type, char *const *values, size_t count)
{
    if (type == TEMPLATE_TIME) {
        must(slot->kind == CEDAR_EXPR_CALL && slot->call.function == CEDAR_FUNCTION_DATETIME);
    } else if (type == TEMPLATE_NUMBER) {
        must(slot->kind == CEDAR_EXPR_LONG && slot->number >= 0);
    } else {
        must(slot->kind == CEDAR_EXPR_SET && slot->set.count == count);
        for (size_t i = 0; i < count; i++) {
            const struct cedar_expr *element = slot->set.elements[i];
            must(element->kind == CEDAR_EXPR_ENTITY);
            must(bytes_equal_text(element->entity.id, values[i]));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct order_template *template = &templates[data[0] % 4];
    char *text = malloc(size);
    must(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    /* A zero byte ends a value. */
    char *values[VALUES_MAX];
    size_t count = 0;
    for (char *at = text; at < text + size && count < VALUES_MAX; at += strlen(at) + 1)
        values[count++] = at;

    struct buffer out = {0};
    struct fault fault = {0};
    struct form_argument argument = {"x", (const char *const *)values, count};
    enum error error = form_order_fill(&form, template->name, &argument, 1, &fault, &out);
    if (error == ERROR_OK) {
        struct cedar_policies *policies;
        must(cedar_policies_create(&policies) == ERROR_OK);
        must(cedar_policies_add(policies, buffer_view(&out), NULL, NULL) == ERROR_OK);
        must_say_only(slot_of(policies), template->parameters[0].type, values, count);
        cedar_policies_free(policies);
    } else {
        must(error == ERROR_FORM_ARGUMENT_VALUE && out.length == 0 && fault.error == error);
    }
    buffer_free(&out);
    free(text);
    return 0;
}
