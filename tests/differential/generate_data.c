/* Generated entities and requests, as JSON. */
#include <stdlib.h>

#include "generate.h"
#include "json/json.h"

struct maker {
    struct choices *choices;
    const struct sample *sample;
    struct json_writer writer;
    bool wrong; /* some of it does not suit the schema */
};

static uint32_t pick(const struct maker *maker, uint32_t bound)
{
    return choose(maker->choices, bound);
}

static void write_uid(struct maker *maker, const char *type, const char *id)
{
    json_write_object(&maker->writer);
    json_put_string(&maker->writer, "type", type);
    json_put_string(&maker->writer, "id", id);
    json_write_object_end(&maker->writer);
}

static void write_entity_value(struct maker *maker, const char *type, const char *id)
{
    /* Without the escape it is an entity only where the schema says so. */
    if (pick(maker, 16) == 15) {
        write_uid(maker, type, id);
        return;
    }
    json_write_object(&maker->writer);
    json_write_name(&maker->writer, "__entity");
    write_uid(maker, type, id);
    json_write_object_end(&maker->writer);
}

static void write_extension(struct maker *maker, enum shape_kind kind)
{
    char room[MADE_TEXT];
    bool good = !maker->wrong || pick(maker, 60) < 59;
    const char *text = some_extension_text(maker->choices, kind, good, room);
    uint32_t how = pick(maker, 24);
    if (how == 23) {
        json_write_string(&maker->writer, text);
        return;
    }
    json_write_object(&maker->writer);
    if (how < 22)
        json_put_object(&maker->writer, "__extn");
    json_put_string(&maker->writer, "fn", constructor_name(kind));
    json_put_string(&maker->writer, "arg", text);
    json_write_object_end(&maker->writer);
    if (how < 22)
        json_write_object_end(&maker->writer);
}

/* What JSON has and the language has not, and what its escapes do not allow. An escape that is
 * malformed is not among it: the official engine reads that as a record. */
static void write_odd(struct maker *maker)
{
    static const char *const odd[] = {
        "null",
        "1.5",
        "{\"__expr\":\"1\"}",
        "{\"__extn\":{\"fn\":\"nope\",\"arg\":\"1\"}}",
        "{\"__extn\":{\"fn\":\"ip\",\"arg\":1}}",
        "{\"__extn\":{\"fn\":\"ip\",\"args\":[\"::1\"]}}",
        "{\"__extn\":{\"fn\":\"ip\",\"args\":[]}}",
        "{\"__entity\":{\"type\":\"not a type\",\"id\":\"x\"}}",
        "{\"type\":\"User\",\"id\":\"x\"}",
    };
    /* How the official engine writes a datetime. */
    static const char sum[] =
        "{\"__extn\":{\"fn\":\"offset\",\"args\":[{\"__extn\":{\"fn\":\"datetime\",\"arg\":"
        "\"1970-01-01\"}},{\"__extn\":{\"fn\":\"duration\",\"arg\":\"5ms\"}}]}}";
    uint32_t index = pick(maker, sizeof odd / sizeof *odd + 1);
    const char *text = index ? odd[index - 1] : sum;
    struct arena arena = {0};
    const struct json *json;
    if (!json_parse(bytes_of(text), &arena, NULL, &json))
        json_write_value(&maker->writer, json);
    arena_free(&arena);
}

static void write_value(struct maker *maker, const struct shape *shape, int depth);

static void write_record(struct maker *maker, const struct shape *record, int depth)
{
    json_write_object(&maker->writer);
    for (size_t i = 0; i < record->count; i++) {
        const struct shape_field *field = &record->fields[i];
        if ((field->optional && pick(maker, 2)) || (maker->wrong && pick(maker, 25) == 24))
            continue;
        json_write_name(&maker->writer, field->name);
        write_value(maker, field->shape, depth - 1);
    }
    if (maker->wrong && pick(maker, 20) == 19) {
        json_write_name(&maker->writer, "nope");
        write_value(maker, any_shape(maker->choices, &maker->sample->vocabulary), depth - 1);
    }
    json_write_object_end(&maker->writer);
}

static void write_value(struct maker *maker, const struct shape *shape, int depth)
{
    const struct vocabulary *vocabulary = &maker->sample->vocabulary;
    size_t span = span_begin(maker->choices, SPAN_VALUE);
    char room[MADE_TEXT];
    uint32_t id = 0;
    if (maker->wrong && pick(maker, 30) == 29)
        shape = any_shape(maker->choices, vocabulary);
    if (maker->wrong && pick(maker, 150) == 149) {
        write_odd(maker);
        span_end(maker->choices, span);
        return;
    }
    switch (shape->kind) {
    case SHAPE_BOOL:
        json_write_bool(&maker->writer, pick(maker, 2));
        break;
    case SHAPE_LONG:
        json_write_i64(&maker->writer, some_json_number(maker->choices));
        break;
    case SHAPE_STRING:
        json_write_string(&maker->writer, some_string(maker->choices, room));
        break;
    case SHAPE_ENTITY:
        id = choose_id(maker->choices);
        write_entity_value(
            maker, vocabulary->entities[shape->entity].name,
            entity_id(vocabulary, shape->entity, id));
        break;
    case SHAPE_SET:
        json_write_array(&maker->writer);
        for (uint32_t count = depth > 0 ? pick(maker, 4) : 0; count > 0; count--)
            write_value(maker, shape->element, depth - 1);
        json_write_array_end(&maker->writer);
        break;
    case SHAPE_RECORD:
        write_record(maker, shape, depth);
        break;
    default:
        write_extension(maker, shape->kind);
    }
    span_end(maker->choices, span);
}

static void write_parents(struct maker *maker, uint32_t kind, uint32_t id)
{
    const struct vocabulary *vocabulary = &maker->sample->vocabulary;
    uint32_t parents = vocabulary->entities[kind].parents;
    json_put_array(&maker->writer, "parents");
    for (uint32_t i = pick(maker, 3); i > 0; i--) {
        uint32_t above = choose_bit(maker->choices, parents, vocabulary->entity_count);
        uint32_t above_id = choose_id(maker->choices);
        bool astray = maker->wrong && pick(maker, 10) == 9;
        /* Only upwards, so that there is no cycle. */
        if (astray || (parents && (above > kind || above_id > id)))
            write_uid(
                maker, vocabulary->entities[above].name, entity_id(vocabulary, above, above_id));
    }
    json_write_array_end(&maker->writer);
}

static void write_tags(struct maker *maker, const struct shape *tags)
{
    static const char *const keys[] = {"a", "b", "\xc3\xa9"};
    json_put_object(&maker->writer, "tags");
    for (size_t i = 0; i < 3; i++) {
        if (pick(maker, 2)) {
            json_write_name(&maker->writer, keys[i]);
            write_value(maker, tags, 2);
        }
    }
    json_write_object_end(&maker->writer);
}

static void write_entity(struct maker *maker, uint32_t kind, uint32_t id)
{
    static const struct shape strings = {.kind = SHAPE_STRING};
    const struct vocabulary *vocabulary = &maker->sample->vocabulary;
    const struct entity_kind *entity = &vocabulary->entities[kind];
    json_write_object(&maker->writer);
    json_write_name(&maker->writer, "uid");
    write_uid(maker, entity->name, entity_id(vocabulary, kind, id));
    json_write_name(&maker->writer, "attrs");
    write_record(maker, &entity->record, 3);
    write_parents(maker, kind, id);
    if (entity->tags)
        write_tags(maker, entity->tags);
    else if (maker->wrong && pick(maker, 20) == 19)
        write_tags(maker, &strings);
    json_write_object_end(&maker->writer);
}

static void write_action(struct maker *maker, const struct action_kind *action)
{
    const struct vocabulary *vocabulary = &maker->sample->vocabulary;
    json_write_object(&maker->writer);
    json_write_name(&maker->writer, "uid");
    write_uid(maker, action->type, action->id);
    json_put_object(&maker->writer, "attrs");
    json_write_object_end(&maker->writer);
    json_put_array(&maker->writer, "parents");
    for (uint32_t i = 0; i < vocabulary->action_count; i++)
        if (action->groups >> i & 1 && !(maker->wrong && pick(maker, 10) == 9))
            write_uid(maker, vocabulary->actions[i].type, vocabulary->actions[i].id);
    json_write_array_end(&maker->writer);
    json_write_object_end(&maker->writer);
}

/* Whether this one shall be wrong: the careful cases are nearly always right. */
static bool is_wrong(struct choices *choices, const struct sample *sample)
{
    static const uint32_t percent[] = {[CAREFUL] = 6, [LOOSE] = 20, [WILD] = 35};
    return chance(choices, percent[sample->manner]);
}

void generate_entities(struct choices *choices, struct sample *sample)
{
    const struct vocabulary *vocabulary = &sample->vocabulary;
    struct maker maker = {.choices = choices, .sample = sample};
    bool written[ENTITY_KINDS_MAX][IDS] = {0};
    size_t span;
    maker.wrong = is_wrong(choices, sample);
    json_writer_begin(&maker.writer, &sample->entities, 0);
    json_write_array(&maker.writer);
    for (int i = 0; i < 9 && one_more(choices, SPAN_ENTITY, 88, &span); i++) {
        uint32_t kind = pick(&maker, vocabulary->entity_count), id = choose_id(choices);
        if (!written[kind][id] || (maker.wrong && pick(&maker, 10) == 9))
            write_entity(&maker, kind, id);
        written[kind][id] = true;
        span_end(choices, span);
    }
    /* With a schema the actions come from there; without one they are what is given. */
    bool with_actions = !chance(choices, 15);
    for (uint32_t i = 0; with_actions && i < vocabulary->action_count; i++) {
        span = span_begin(choices, SPAN_ENTITY);
        if (!(maker.wrong && pick(&maker, 10) == 9))
            write_action(&maker, &vocabulary->actions[i]);
        span_end(choices, span);
    }
    json_write_array_end(&maker.writer);
    if (json_writer_end(&maker.writer))
        abort();
}

static void put_entity(struct maker *maker, const char *name, uint32_t kind)
{
    const struct vocabulary *vocabulary = &maker->sample->vocabulary;
    json_write_name(&maker->writer, name);
    if (maker->wrong && pick(maker, 12) == 11)
        write_uid(maker, "Nope", "x");
    else
        write_uid(
            maker, vocabulary->entities[kind].name,
            entity_id(vocabulary, kind, choose_id(maker->choices)));
}

void generate_request(struct choices *choices, struct sample *sample, struct buffer *out)
{
    const struct vocabulary *vocabulary = &sample->vocabulary;
    struct maker maker = {.choices = choices, .sample = sample};
    maker.wrong = is_wrong(choices, sample);
    uint32_t applying = 0;
    for (uint32_t i = 0; i < vocabulary->action_count; i++)
        applying |= (uint32_t)vocabulary->actions[i].applies << i;
    bool astray = maker.wrong && pick(&maker, 5) == 4;
    struct stage stage;
    stage.action = choose_bit(choices, astray ? 0 : applying, vocabulary->action_count);
    const struct action_kind *action = &vocabulary->actions[stage.action];
    astray = maker.wrong && pick(&maker, 5) == 4;
    stage.principal =
        choose_bit(choices, astray ? 0 : action->principals, vocabulary->entity_count);
    stage.resource = choose_bit(choices, astray ? 0 : action->resources, vocabulary->entity_count);
    if (sample->stage_count && pick(&maker, 5)) {
        stage = sample->stages[pick(&maker, sample->stage_count)];
        action = &vocabulary->actions[stage.action];
    }
    json_writer_begin(&maker.writer, out, 0);
    json_write_object(&maker.writer);
    put_entity(&maker, "principal", stage.principal);
    json_write_name(&maker.writer, "action");
    write_uid(&maker, action->type, astray && pick(&maker, 3) == 2 ? "nope" : action->id);
    put_entity(&maker, "resource", stage.resource);
    json_write_name(&maker.writer, "context");
    write_record(&maker, &action->context, 3);
    json_write_object_end(&maker.writer);
    if (json_writer_end(&maker.writer))
        abort();
}
