/* Finding what an expression can use. */
#include "generate_known.h"

#include <string.h>

void know(struct generator *generator, const char *text, const struct shape *shape)
{
    if (generator->known_count == KNOWN_MAX || strlen(text) >= sizeof generator->known->text)
        return;
    struct known *known = &generator->known[generator->known_count++];
    strcpy(known->text, text);
    known->shape = shape;
}

void generator_enter(
    struct generator *generator, const struct action_kind *action, uint32_t action_index,
    const struct shape *principal, const struct shape *resource)
{
    static const struct shape actions[ACTION_KINDS_MAX] = {
        {.kind = SHAPE_ENTITY, .entity = ENTITY_KINDS_MAX},
        {.kind = SHAPE_ENTITY, .entity = ENTITY_KINDS_MAX + 1},
        {.kind = SHAPE_ENTITY, .entity = ENTITY_KINDS_MAX + 2},
        {.kind = SHAPE_ENTITY, .entity = ENTITY_KINDS_MAX + 3},
        {.kind = SHAPE_ENTITY, .entity = ENTITY_KINDS_MAX + 4},
    };
    generator->known_count = 0;
    know(generator, "context", &action->context);
    know(generator, "principal", principal);
    know(generator, "resource", resource);
    know(generator, "action", &actions[action_index]);
}

const struct shape *attributes_of(const struct generator *generator, const struct shape *shape)
{
    if (shape->kind == SHAPE_RECORD)
        return shape;
    if (shape->kind == SHAPE_ENTITY && shape->entity < generator->vocabulary->entity_count)
        return &generator->vocabulary->entities[shape->entity].record;
    return NULL;
}

const struct shape *tags_of(const struct generator *generator, const struct shape *shape)
{
    return shape->kind == SHAPE_ENTITY && shape->entity < generator->vocabulary->entity_count
               ? generator->vocabulary->entities[shape->entity].tags
               : NULL;
}

void append_access(const struct generator *generator, const char *name, struct buffer *out)
{
    if (is_plain_name(name) && !generator->brackets) {
        buffer_printf(out, ".%s", name);
        return;
    }
    buffer_append_text(out, "[\"");
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            buffer_append_byte(out, '\\');
        buffer_append_byte(out, (uint8_t)*name);
    }
    buffer_append_text(out, "\"]");
}

static void add_found(
    struct search *search, const char *text, const struct shape *shape,
    const struct shape_field *field)
{
    if (search->count == FOUND_MAX || strlen(text) >= sizeof search->found->text)
        return;
    strcpy(search->found[search->count].text, text);
    search->found[search->count].shape = shape;
    search->found[search->count++].field = field;
}

static void walk(struct search *search, const char *text, const struct shape *shape, int depth)
{
    if (search->what == WHOLE && same_shape(shape, search->wanted))
        add_found(search, text, shape, NULL);
    if (search->what == TAGGED && tags_of(search->generator, shape))
        add_found(search, text, shape, NULL);
    const struct shape *record = attributes_of(search->generator, shape);
    for (size_t i = 0; record && depth > 0 && i < record->count; i++) {
        const struct shape_field *field = &record->fields[i];
        if (field->optional && search->what == OPTIONAL)
            add_found(search, text, shape, field);
        if (field->optional && !search->rash)
            continue;
        struct buffer longer = {0};
        buffer_append_text(&longer, text);
        append_access(search->generator, field->name, &longer);
        const char *more = buffer_text(&longer);
        if (more)
            walk(search, more, field->shape, depth - 1);
        buffer_free(&longer);
    }
}

void find_known(
    const struct generator *generator, enum what what, const struct shape *wanted,
    struct search *search)
{
    *search = (struct search){.generator = generator, .what = what, .wanted = wanted};
    if (generator->manner != CAREFUL)
        search->rash = choose(generator->choices, generator->manner == WILD ? 2 : 12) == 1;
    /* What a guard made known comes first. */
    for (size_t i = generator->known_count; i-- > 0;)
        walk(search, generator->known[i].text, generator->known[i].shape, 3);
}
