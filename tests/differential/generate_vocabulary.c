/* Generated schemas: their model, and its text. */
#include <stdlib.h>
#include <string.h>

#include "generate.h"

static const char *const attribute_names[] = {
    "a",   "b",        "c",     "n", "owner",     "s",  "in",
    "a b", "\xc3\xa9", "\"q\\", "",  "principal", "if", "\xf0\x9f\x98\x80",
};

static char *text(struct vocabulary *vocabulary, const char *space, const char *name)
{
    struct buffer joined = {0};
    if (*space)
        buffer_printf(&joined, "%s::", space);
    buffer_append_text(&joined, name);
    char *copy = arena_text(&vocabulary->arena, buffer_view(&joined));
    buffer_free(&joined);
    if (!copy)
        abort();
    return copy;
}

const char *entity_id(const struct vocabulary *vocabulary, uint32_t kind, uint32_t id)
{
    static const char *const ids[3][IDS] = {
        {"x", "y", "z", "w"},
        {"x", "", "a b", "\xc3\xa9\"\\"},
        {"*", "//", "\n", "\xf0\x9f\x98\x80"},
    };
    return kind < vocabulary->entity_count ? ids[kind % 3][id % IDS] : ids[0][id % IDS];
}

bool same_shape(const struct shape *a, const struct shape *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    if (a->kind == SHAPE_ENTITY)
        return a->entity == b->entity;
    if (a->kind == SHAPE_SET)
        return same_shape(a->element, b->element);
    if (a->kind != SHAPE_RECORD)
        return true;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->fields[i].name, b->fields[i].name) ||
            a->fields[i].optional != b->fields[i].optional ||
            !same_shape(a->fields[i].shape, b->fields[i].shape))
            return false;
    return true;
}

uint32_t choose_bit(struct choices *choices, uint32_t bits, uint32_t count)
{
    uint32_t skip = choose(choices, ENTITY_KINDS_MAX), at = 0;
    if (!bits)
        return count ? skip % count : 0;
    for (;; at = (at + 1) % 32)
        if (bits >> at & 1 && skip-- == 0)
            return at;
}

static const struct shape *shape(struct choices *, struct vocabulary *, uint32_t depth);

static void fill_record(
    struct choices *choices, struct vocabulary *vocabulary, struct shape *record, uint32_t depth)
{
    record->kind = SHAPE_RECORD;
    struct shape_field *fields = ARENA_ARRAY(&vocabulary->arena, struct shape_field, FIELDS_MAX);
    if (!fields)
        abort();
    record->fields = fields;
    size_t span;
    for (size_t i = 0; i < FIELDS_MAX && one_more(choices, SPAN_FIELD, depth ? 75 : 60, &span);
         i++) {
        /* The plain names come first and most. */
        uint32_t names = sizeof attribute_names / sizeof *attribute_names;
        const char *name = attribute_names[choose(choices, chance(choices, 15) ? names : 6)];
        bool known = false;
        for (size_t k = 0; k < record->count; k++)
            known = known || strcmp(fields[k].name, name) == 0;
        bool optional = chance(choices, 35);
        const struct shape *type = shape(choices, vocabulary, depth ? depth - 1 : 0);
        if (!known)
            fields[record->count++] = (struct shape_field){name, type, optional};
        span_end(choices, span);
    }
}

static const struct shape *
shape(struct choices *choices, struct vocabulary *vocabulary, uint32_t depth)
{
    struct shape *made = ARENA_NEW(&vocabulary->arena, struct shape);
    if (!made)
        abort();
    uint32_t kind = choose(choices, depth ? 16 : 11);
    if (kind <= SHAPE_DURATION) {
        made->kind = kind;
    } else if (kind < 11) {
        made->kind = SHAPE_ENTITY;
        made->entity = choose(choices, vocabulary->entity_count);
    } else if (kind < 13) {
        made->kind = SHAPE_SET;
        made->element = shape(choices, vocabulary, depth - 1);
    } else if (kind < 15 || !vocabulary->common_count) {
        fill_record(choices, vocabulary, made, depth - 1);
    } else {
        *made = vocabulary->commons[choose(choices, vocabulary->common_count)];
    }
    return made;
}

const struct shape *any_shape(struct choices *choices, const struct vocabulary *vocabulary)
{
    static const struct shape scalars[] = {
        {.kind = SHAPE_BOOL},     {.kind = SHAPE_LONG}, {.kind = SHAPE_STRING},
        {.kind = SHAPE_DECIMAL},  {.kind = SHAPE_IP},   {.kind = SHAPE_DATETIME},
        {.kind = SHAPE_DURATION},
    };
    static const struct shape entities[ENTITY_KINDS_MAX] = {
        {.kind = SHAPE_ENTITY, .entity = 0}, {.kind = SHAPE_ENTITY, .entity = 1},
        {.kind = SHAPE_ENTITY, .entity = 2}, {.kind = SHAPE_ENTITY, .entity = 3},
        {.kind = SHAPE_ENTITY, .entity = 4},
    };
    static const struct shape sets[] = {
        {.kind = SHAPE_SET, .element = &scalars[SHAPE_LONG]},
        {.kind = SHAPE_SET, .element = &scalars[SHAPE_STRING]},
        {.kind = SHAPE_SET, .element = &entities[0]},
        {.kind = SHAPE_SET, .element = &scalars[SHAPE_IP]},
        {.kind = SHAPE_SET, .element = &sets[0]},
    };
    uint32_t kind = choose(choices, 16);
    if (kind < 7)
        return &scalars[kind];
    if (kind < 10)
        return &entities[choose(choices, vocabulary->entity_count)];
    if (kind < 12)
        return &sets[choose(choices, 5)];
    const struct shape *record =
        &vocabulary->entities[choose(choices, vocabulary->entity_count)].record;
    if (kind == 12 && vocabulary->common_count)
        return &vocabulary->commons[choose(choices, vocabulary->common_count)];
    return record->count ? record->fields[choose(choices, (uint32_t)record->count)].shape
                         : &scalars[SHAPE_LONG];
}

static const char *space(struct choices *choices)
{
    static const char *const spaces[] = {"", "", "N", "N::M"};
    return spaces[choose(choices, 4)];
}

/* An entity type is below later ones only, or below itself, so that parents make no cycle. */
static void fill_entity(struct choices *choices, struct vocabulary *vocabulary, uint32_t index)
{
    struct entity_kind *entity = &vocabulary->entities[index];
    entity->record.kind = SHAPE_RECORD;
    if (entity->is_enum)
        return;
    fill_record(choices, vocabulary, &entity->record, 2);
    if (chance(choices, 30))
        entity->tags = shape(choices, vocabulary, 1);
    for (uint32_t above = index; above < vocabulary->entity_count; above++)
        if (!vocabulary->entities[above].is_enum && chance(choices, 50))
            entity->parents |= 1u << above;
    if (chance(choices, 20) && index + 1 < vocabulary->entity_count)
        entity->parents |= 1u << (index + 1); /* perhaps below an enumerated one */
}

static uint32_t some_bits(struct choices *choices, uint32_t count)
{
    uint32_t bits = 1u << choose(choices, count);
    for (uint32_t i = 0; i < count; i++)
        if (chance(choices, 25))
            bits |= 1u << i;
    return bits;
}

static void fill_action(struct choices *choices, struct vocabulary *vocabulary, uint32_t index)
{
    static const char *const ids[ACTION_KINDS_MAX] = {"view", "edit", "a b", "g", "\xc3\xa9\n"};
    struct action_kind *action = &vocabulary->actions[index];
    action->space = space(choices);
    action->type = text(vocabulary, action->space, "Action");
    action->id = ids[index];
    for (uint32_t above = index + 1; above < vocabulary->action_count; above++)
        if (chance(choices, 40))
            action->groups |= 1u << above;
    action->applies = index == 0 || !chance(choices, 30);
    action->principals = some_bits(choices, vocabulary->entity_count);
    action->resources = some_bits(choices, vocabulary->entity_count);
    fill_record(choices, vocabulary, &action->context, 2);
}

void generate_vocabulary(struct choices *choices, struct vocabulary *vocabulary)
{
    static const char *const names[ENTITY_KINDS_MAX] = {"User", "Doc", "Group", "Kind", "in_"};
    static const char *const commons[COMMON_SHAPES_MAX] = {"T0", "T1", "T2"};
    vocabulary->entity_count = 2 + choose(choices, ENTITY_KINDS_MAX - 1);
    for (uint32_t i = 0; i < vocabulary->entity_count; i++) {
        struct entity_kind *entity = &vocabulary->entities[i];
        entity->space = space(choices);
        entity->name = text(vocabulary, entity->space, names[i]);
        entity->is_enum = i > 0 && chance(choices, 12);
    }
    uint32_t common_count = choose(choices, COMMON_SHAPES_MAX + 1);
    for (uint32_t i = 0; i < common_count; i++) {
        size_t span = span_begin(choices, SPAN_DECLARATION);
        vocabulary->commons[i] = *shape(choices, vocabulary, 2);
        vocabulary->common_names[i] = commons[i];
        vocabulary->commons[i].common = commons[i];
        vocabulary->common_count++;
        span_end(choices, span);
    }
    for (uint32_t i = 0; i < vocabulary->entity_count; i++) {
        size_t span = span_begin(choices, SPAN_DECLARATION);
        fill_entity(choices, vocabulary, i);
        span_end(choices, span);
    }
    vocabulary->action_count = 1 + choose(choices, ACTION_KINDS_MAX);
    for (uint32_t i = 0; i < vocabulary->action_count; i++) {
        size_t span = span_begin(choices, SPAN_DECLARATION);
        fill_action(choices, vocabulary, i);
        span_end(choices, span);
    }
}

/* --- The text ------------------------------------------------------------------------------ */

struct printer {
    struct choices *choices;
    const struct vocabulary *vocabulary;
    struct buffer *out;
    const char *space; /* the namespace that is being printed */
};

static const char *base_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

/* The name of a kind, short at times where that is enough. */
static void print_kind(const struct printer *printer, uint32_t kind)
{
    const struct entity_kind *entity = &printer->vocabulary->entities[kind];
    bool near = strcmp(entity->space, printer->space) == 0;
    buffer_append_text(
        printer->out, near && choose(printer->choices, 2) ? base_name(entity->name) : entity->name);
}

static void print_shape(const struct printer *printer, const struct shape *shape, bool whole);

static void print_record(const struct printer *printer, const struct shape *record)
{
    buffer_append_text(printer->out, "{");
    for (size_t i = 0; i < record->count; i++) {
        const struct shape_field *field = &record->fields[i];
        buffer_append_text(printer->out, i ? ", " : "");
        if (is_plain_name(field->name) && !chance(printer->choices, 20))
            buffer_append_text(printer->out, field->name);
        else
            generate_quoted(printer->choices, field->name, false, printer->out);
        buffer_append_text(printer->out, field->optional ? "?: " : ": ");
        print_shape(printer, field->shape, false);
    }
    buffer_append_text(printer->out, "}");
}

/* whole: not by the name of its common type. */
static void print_shape(const struct printer *printer, const struct shape *shape, bool whole)
{
    static const char *const names[] = {"Bool",   "Long",     "String",  "decimal",
                                        "ipaddr", "datetime", "duration"};
    if (shape->common && !whole) {
        buffer_append_text(printer->out, shape->common);
    } else if (shape->kind == SHAPE_ENTITY) {
        print_kind(printer, shape->entity);
    } else if (shape->kind == SHAPE_SET) {
        buffer_append_text(printer->out, "Set<");
        print_shape(printer, shape->element, false);
        buffer_append_text(printer->out, ">");
    } else if (shape->kind == SHAPE_RECORD) {
        print_record(printer, shape);
    } else {
        buffer_printf(
            printer->out, "%s%s", chance(printer->choices, 5) ? "__cedar::" : "",
            names[shape->kind]);
    }
}

static void print_kinds(const struct printer *printer, uint32_t bits)
{
    const char *before = "[";
    for (uint32_t i = 0; i < printer->vocabulary->entity_count; i++) {
        if (bits >> i & 1) {
            buffer_append_text(printer->out, before);
            print_kind(printer, i);
            before = ", ";
        }
    }
    buffer_append_text(printer->out, "]");
}

static void print_entity(const struct printer *printer, uint32_t index)
{
    const struct entity_kind *entity = &printer->vocabulary->entities[index];
    buffer_printf(printer->out, "entity %s", base_name(entity->name));
    if (entity->is_enum) {
        for (uint32_t i = 0; i < IDS; i++) {
            buffer_append_text(printer->out, i ? ", " : " enum [");
            generate_quoted(
                printer->choices, entity_id(printer->vocabulary, index, i), false, printer->out);
        }
        buffer_append_text(printer->out, "];\n");
        return;
    }
    if (entity->parents) {
        buffer_append_text(printer->out, " in ");
        print_kinds(printer, entity->parents);
    }
    buffer_append_text(printer->out, chance(printer->choices, 20) ? " = " : " ");
    print_record(printer, &entity->record);
    if (entity->tags) {
        buffer_append_text(printer->out, " tags ");
        print_shape(printer, entity->tags, false);
    }
    buffer_append_text(printer->out, ";\n");
}

static void print_action(const struct printer *printer, const struct action_kind *action)
{
    const char *before = " in [";
    buffer_append_text(printer->out, "action ");
    generate_quoted(printer->choices, action->id, false, printer->out);
    for (uint32_t i = 0; i < printer->vocabulary->action_count; i++) {
        if (action->groups >> i & 1) {
            buffer_printf(printer->out, "%s%s::", before, printer->vocabulary->actions[i].type);
            generate_quoted(
                printer->choices, printer->vocabulary->actions[i].id, false, printer->out);
            before = ", ";
        }
    }
    buffer_append_text(printer->out, action->groups ? "]" : "");
    if (action->applies) {
        buffer_append_text(printer->out, " appliesTo { principal: ");
        print_kinds(printer, action->principals);
        buffer_append_text(printer->out, ", resource: ");
        print_kinds(printer, action->resources);
        buffer_append_text(printer->out, ", context: ");
        print_record(printer, &action->context);
        buffer_append_text(printer->out, " }");
    }
    buffer_append_text(printer->out, ";\n");
}

void print_vocabulary(
    struct choices *choices, const struct vocabulary *vocabulary, struct buffer *out)
{
    static const char *const spaces[] = {"", "N", "N::M"};
    struct printer printer = {choices, vocabulary, out, ""};
    for (uint32_t i = 0; i < vocabulary->common_count; i++) {
        buffer_printf(out, "type %s = ", vocabulary->common_names[i]);
        print_shape(&printer, &vocabulary->commons[i], true);
        buffer_append_text(out, ";\n");
    }
    for (size_t i = 0; i < 3; i++) {
        printer.space = spaces[i];
        if (*spaces[i])
            buffer_printf(out, "namespace %s {\n", spaces[i]);
        for (uint32_t k = 0; k < vocabulary->entity_count; k++)
            if (strcmp(vocabulary->entities[k].space, spaces[i]) == 0)
                print_entity(&printer, k);
        for (uint32_t k = 0; k < vocabulary->action_count; k++)
            if (strcmp(vocabulary->actions[k].space, spaces[i]) == 0)
                print_action(&printer, &vocabulary->actions[k]);
        if (*spaces[i])
            buffer_append_text(out, "}\n");
    }
}
