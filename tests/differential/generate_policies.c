/* Generated sets of policies, templates and links. */
#include <string.h>

#include "generate.h"

void generate_space(struct choices *choices, struct buffer *out)
{
    static const char *const spaces[] = {"\n", "\t", "  ", " // it's \"so\"\n", "\n\n", "\r\n"};
    uint32_t kind = choose(choices, 160);
    buffer_append_text(out, kind < 154 ? " " : spaces[kind - 154]);
}

static struct stage choose_stage(struct choices *choices, const struct vocabulary *vocabulary)
{
    uint32_t applying = 0;
    for (uint32_t i = 0; i < vocabulary->action_count; i++)
        applying |= (uint32_t)vocabulary->actions[i].applies << i;
    uint32_t index = choose_bit(choices, applying, vocabulary->action_count);
    const struct action_kind *action = &vocabulary->actions[index];
    return (struct stage){
        .action = index,
        .principal = choose_bit(choices, action->principals, vocabulary->entity_count),
        .resource = choose_bit(choices, action->resources, vocabulary->entity_count),
    };
}

static void generate_annotations(struct choices *choices, struct buffer *out)
{
    char room[MADE_TEXT];
    static const char *const names[] = {"note", "id", "if", "a_1"};
    uint32_t count = chance(choices, 10) ? 1 + choose(choices, 2) : 0, first = choose(choices, 4);
    for (uint32_t i = 0; i < count; i++) {
        buffer_printf(out, "@%s", names[(first + i) % 4]);
        if (choose(choices, 3)) {
            buffer_append_text(out, "(");
            generate_quoted(choices, some_string(choices, room), false, out);
            buffer_append_text(out, ")");
        }
        generate_space(choices, out);
    }
}

/* The constraint on principal or resource. single: the action has no other kind there. */
static void generate_constraint(
    struct generator *generator, const char *variable, uint32_t kind, bool single, const char *slot)
{
    const struct vocabulary *vocabulary = generator->vocabulary;
    const char *type = vocabulary->entities[kind].name;
    uint32_t above = choose_bit(
        generator->choices, vocabulary->entities[kind].parents | 1u << kind,
        vocabulary->entity_count);
    uint32_t how = choose(generator->choices, 12);
    if (slot)
        how = 8 + how % 4;
    else if (!single && generator->manner == CAREFUL && (how < 3 || how == 9))
        how = 3;
    buffer_append_text(generator->out, variable);
    if (how < 3)
        return;
    if (how == 9)
        buffer_append_text(generator->out, " in ");
    else if (how == 8)
        buffer_append_text(generator->out, " == ");
    else
        buffer_printf(generator->out, " is %s%s", type, how >= 10 ? " in " : "");
    if (how < 8)
        return;
    if (slot)
        buffer_append_text(generator->out, slot);
    else
        generate_uid(generator, how == 8 ? kind : above);
}

static void generate_action_constraint(struct generator *generator, uint32_t index)
{
    const struct action_kind *action = &generator->vocabulary->actions[index];
    uint32_t own = ENTITY_KINDS_MAX + index, how = choose(generator->choices, 10);
    if (generator->manner == CAREFUL && how < 4)
        how = 4;
    buffer_append_text(generator->out, "action");
    if (how < 3)
        return;
    if (how < 7) {
        buffer_append_text(generator->out, " == ");
        generate_uid(generator, own);
    } else if (how == 7) {
        buffer_append_text(generator->out, " in [");
        generate_uid(generator, own);
        if (generator->manner != CAREFUL && choose(generator->choices, 2)) {
            buffer_append_text(generator->out, ", ");
            generate_uid(
                generator,
                ENTITY_KINDS_MAX + choose(generator->choices, generator->vocabulary->action_count));
        }
        buffer_append_text(generator->out, "]");
    } else {
        buffer_append_text(generator->out, " in ");
        generate_uid(
            generator, action->groups && how == 9
                           ? ENTITY_KINDS_MAX + choose_bit(
                                                    generator->choices, action->groups,
                                                    generator->vocabulary->action_count)
                           : own);
    }
}

static bool is_single(uint32_t bits)
{
    return (bits & (bits - 1)) == 0;
}

static void generate_conditions(struct generator *generator)
{
    static const struct shape boolean = {.kind = SHAPE_BOOL};
    size_t span;
    for (uint32_t percent = 85; one_more(generator->choices, SPAN_CONDITION, percent, &span);
         percent = 30) {
        generate_space(generator->choices, generator->out);
        buffer_append_text(
            generator->out, choose(generator->choices, 4) == 3 ? "unless { " : "when { ");
        generate_expr(generator, &boolean, LEVEL_ANY);
        buffer_append_text(generator->out, " }");
        span_end(generator->choices, span);
    }
}

/* A policy; a template where a slot is named. */
static void generate_policy(
    struct choices *choices, struct sample *sample, const char *principal_slot,
    const char *resource_slot, struct buffer *out)
{
    const struct stage stage = choose_stage(choices, &sample->vocabulary);
    const struct action_kind *action = &sample->vocabulary.actions[stage.action];
    const struct shape principal = {.kind = SHAPE_ENTITY, .entity = stage.principal};
    const struct shape resource = {.kind = SHAPE_ENTITY, .entity = stage.resource};
    struct generator generator = {
        .choices = choices,
        .vocabulary = &sample->vocabulary,
        .out = out,
        .manner = sample->manner,
        .brackets = choose(choices, 10) == 9,
        .depth = 1 + choose(choices, 4),
    };
    generator_enter(&generator, action, stage.action, &principal, &resource);
    sample->stages[sample->stage_count++] = stage;
    generate_annotations(choices, out);
    buffer_append_text(out, choose(choices, 5) == 4 ? "forbid" : "permit");
    buffer_append_text(out, choose(choices, 2) ? " (" : "(");
    generate_constraint(
        &generator, "principal", stage.principal, is_single(action->principals), principal_slot);
    buffer_append_text(out, ",");
    generate_space(choices, out);
    generate_action_constraint(&generator, stage.action);
    buffer_append_text(out, ", ");
    generate_constraint(
        &generator, "resource", stage.resource, is_single(action->resources), resource_slot);
    buffer_append_text(out, ")");
    generate_conditions(&generator);
    buffer_append_text(out, ";\n");
}

static void generate_template(struct choices *choices, struct sample *sample)
{
    uint32_t index = sample->template_count++, slots = choose(choices, 3);
    bool principal = slots != 1, resource = slots != 0;
    const struct vocabulary *vocabulary = &sample->vocabulary;
    generate_policy(
        choices, sample, principal ? "?principal" : NULL, resource ? "?resource" : NULL,
        &sample->templates[index]);
    size_t span;
    while (sample->link_count < LINKS_MAX && one_more(choices, SPAN_DECLARATION, 60, &span)) {
        struct link_text *link = &sample->links[sample->link_count++];
        uint32_t one = choose(choices, vocabulary->entity_count);
        uint32_t two = choose(choices, vocabulary->entity_count);
        *link = (struct link_text){
            .template = index,
            .has_principal = principal,
            .has_resource = resource,
            .principal_type = vocabulary->entities[one].name,
            .principal_id = entity_id(vocabulary, one, choose(choices, IDS)),
            .resource_type = vocabulary->entities[two].name,
            .resource_id = entity_id(vocabulary, two, choose(choices, IDS)),
        };
        span_end(choices, span);
    }
}

void generate_policies(struct choices *choices, struct sample *sample)
{
    size_t span;
    for (uint32_t i = 0; i < POLICIES_MAX && one_more(choices, SPAN_POLICY, 80, &span); i++) {
        generate_policy(choices, sample, NULL, NULL, &sample->policies);
        span_end(choices, span);
    }
    for (uint32_t percent = 20;
         sample->template_count < TEMPLATES_MAX && one_more(choices, SPAN_POLICY, percent, &span);
         percent = 40) {
        generate_template(choices, sample);
        span_end(choices, span);
    }
}
