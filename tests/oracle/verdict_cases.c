/* Random declarations for the official Cedar engine: the small world of tests under the form of
 * December 2021, with facts drawn from the vocabulary's members, other approvals, agencies, moments
 * and orders. Prints JSON, one value a line: first the schema and the policies of each set of
 * terms, then for each case the request and entities as Cedar's JSON, and our own verdict.
 * verdict-oracle.js judges the same. Usage: verdict_cases SEED COUNT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form/form.h"
#include "oracle/random.h"
#include "verdict/use.h"
#include "world.h"

enum { TERMS_COUNT = 4, SET_MAX = 16 };

static struct world world;
static struct form form;
static struct terms *all_terms[TERMS_COUNT];
static uint64_t state;

static void check(enum error error, const struct fault *fault)
{
    char text[512];
    if (!error)
        return;
    fprintf(stderr, "verdict_cases: %s\n", fault_text(fault, text, sizeof text));
    exit(1);
}

static bool one_in(size_t chances)
{
    return random_below(&state, chances) == 0;
}

/* --- Cedar's JSON ------------------------------------------------------------------------- */

static void write_uid(const struct cedar_uid *uid, struct json_writer *writer)
{
    json_write_object(writer);
    json_put_string_bytes(writer, "type", cedar_string_bytes(uid->type));
    json_put_string_bytes(writer, "id", cedar_string_bytes(uid->id));
    json_write_object_end(writer);
}

static void write_extension(const char *function, const char *text, struct json_writer *writer)
{
    json_write_object(writer);
    json_put_object(writer, "__extn");
    json_put_string(writer, "fn", function);
    json_put_string(writer, "arg", text);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

static void write_record(const struct cedar_record *record, struct json_writer *writer);

static void write_value(struct cedar_value value, struct json_writer *writer)
{
    char text[TIME_TEXT_SIZE];
    switch (value.kind) {
    case CEDAR_BOOL:
        json_write_bool(writer, value.boolean);
        return;
    case CEDAR_LONG:
        json_write_i64(writer, value.number);
        return;
    case CEDAR_STRING:
        json_write_string_bytes(writer, cedar_string_bytes(value.string));
        return;
    case CEDAR_ENTITY:
        json_write_object(writer);
        json_write_name(writer, "__entity");
        write_uid(value.entity, writer);
        json_write_object_end(writer);
        return;
    case CEDAR_SET:
        json_write_array(writer);
        for (size_t i = 0; i < value.set->count; i++)
            write_value(value.set->elements[i], writer);
        json_write_array_end(writer);
        return;
    case CEDAR_RECORD:
        write_record(value.record, writer);
        return;
    case CEDAR_DATETIME:
        write_extension("datetime", time_text(value.number, text), writer);
        return;
    case CEDAR_DURATION:
        snprintf(text, sizeof text, "%lldms", (long long)value.number);
        write_extension("duration", text, writer);
        return;
    default:
        check(ERROR_INTERNAL, &(struct fault){.error = ERROR_INTERNAL});
    }
}

static void write_record(const struct cedar_record *record, struct json_writer *writer)
{
    json_write_object(writer);
    for (size_t i = 0; record && i < record->count; i++) {
        json_write_name_bytes(writer, cedar_string_bytes(record->keys[i]));
        write_value(record->values[i], writer);
    }
    json_write_object_end(writer);
}

static void write_entities(const struct cedar_entities *entities, struct json_writer *writer)
{
    for (size_t i = 0; i < cedar_entities_count(entities); i++) {
        const struct cedar_entity *entity = cedar_entities_at(entities, i);
        json_write_object(writer);
        json_write_name(writer, "uid");
        write_uid(entity->uid, writer);
        json_write_name(writer, "attrs");
        write_record(entity->attributes, writer);
        json_put_array(writer, "parents");
        for (size_t k = 0; k < entity->parent_count; k++)
            write_uid(entity->parents[k], writer);
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
}

static void print_line(struct json_writer *writer, struct buffer *text)
{
    enum error error = json_writer_end(writer);
    check(error, &(struct fault){.error = error});
    buffer_append_byte(text, '\n');
    fwrite(text->data, 1, text->length, stdout);
    buffer_free(text);
}

/* --- Terms -------------------------------------------------------------------------------- */

static void open_terms(size_t index)
{
    static const char limit[] =
        "@clause(\"1\") forbid (principal, action == EndUse::Action::\"use\", resource)\n"
        "when { !context.running && context.protections.containsAny("
        "[EndUse::Protection::\"child\", EndUse::Protection::\"lawyer\"]) };";
    static const char overflow[] =
        "@clause(\"2\") forbid (principal, action == EndUse::Action::\"use\", resource)\n"
        "when { resource.usesInPeriod * 9007199254740991 * 4096 < 0 };";
    struct order orders[] = {
        world_order(&world, "OR-1", ORDER_LIMIT, limit),
        world_order(&world, "OR-2", ORDER_LIMIT, overflow),
        world_order(&world, "OR-3", ORDER_SUSPEND, NULL),
    };
    orders[2].wind_down_until = WORLD_NOW + MILLIS_HOUR;
    struct terms_order order = {index ? &orders[index - 1] : NULL, {{(uint8_t)index}}};
    struct terms_sources sources = {
        .form = &world.form,
        .certificate = &world.certificate,
        .certificate_digest = world.certificate_digest,
        .licence = &world.licence,
        .licence_digest = world.licence_digest,
        .installation = "IN-0001",
        .orders = &order,
        .order_count = index ? 1 : 0,
    };
    struct fault fault = {0};
    check(terms_open(&sources, &fault, &all_terms[index]), &fault);
}

static void print_terms(void)
{
    struct buffer text = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &text, 0);
    json_write_object(&writer);
    json_put_string(&writer, "schema", form.vocabulary);
    json_put_array(&writer, "terms");
    for (size_t t = 0; t < TERMS_COUNT; t++) {
        json_write_object(&writer);
        for (size_t i = 0; i < cedar_policies_count(all_terms[t]->policies); i++) {
            char name[24];
            snprintf(name, sizeof name, "p%zu", i);
            json_put_string_bytes(
                &writer, name, cedar_policy_text(cedar_policies_at(all_terms[t]->policies, i)));
        }
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    print_line(&writer, &text);
}

/* --- Cases -------------------------------------------------------------------------------- */

static const char *pick(const char *const *texts, size_t count)
{
    return texts[random_below(&state, count)];
}
#define PICK(...)                                                                                  \
    pick(                                                                                          \
        (const char *const[]){__VA_ARGS__},                                                        \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *random_id(const struct cedar_entity_type *type)
{
    if (type->choice_count) {
        struct bytes choice = type->choices[random_below(&state, type->choice_count)];
        return arena_text(&world.arena, choice);
    }
    if (bytes_equal_text(type->name, "EndUse::Offence"))
        return PICK("XA-114", "XA-201", "XA-202", "XA-301", "XA-999");
    if (bytes_equal_text(type->name, "EndUse::State"))
        return PICK("XA", "XB");
    return PICK("location", "stored-data", "live-audio");
}

static struct datum random_set(const struct cedar_entity_type *type)
{
    const char *texts[SET_MAX];
    size_t count = 0, wanted = random_below(&state, 4);
    for (size_t i = 0; i < wanted; i++) {
        const char *id = random_id(type);
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known |= strcmp(texts[k], id) == 0;
        if (!known)
            texts[count++] = id;
    }
    return world_texts(&world, texts, count);
}

static struct datum random_fact(const struct cedar_type *type)
{
    switch (type->kind) {
    case CEDAR_TYPE_BOOL:
        return datum_of_bool(one_in(2));
    case CEDAR_TYPE_ENTITY:
        return datum_of_text(random_id(type->entity_type));
    case CEDAR_TYPE_SET:
        return random_set(type->element->entity_type);
    case CEDAR_TYPE_DATETIME:
        return datum_of_text(PICK(
            "2026-02-20T00:00:00Z", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00.001Z",
            "1999-12-31T23:59:59Z"));
    default:
        return datum_of_text(PICK("", "c1", "c2"));
    }
}

/* Each fact is drawn anew now and then, so that most cases differ from the base in a few. */
static void change_facts(void)
{
    const struct cedar_record_type *context = &all_terms[0]->action->context;
    for (size_t i = 0; i < context->count; i++) {
        const struct cedar_attribute *attribute = &context->attributes[i];
        if (!fact_has_source(attribute, "declaration") ||
            bytes_equal_text(attribute->name, "file") || !one_in(8))
            continue;
        const char *name = arena_text(&world.arena, attribute->name);
        if (attribute->required || !one_in(4))
            world_fact(&world, name, random_fact(attribute->type));
        else
            world_fact(&world, name, (struct datum){0});
    }
}

static void change_approval(struct approval *approval)
{
    static const char *const more[] = {"location", "stored-data"};
    if (one_in(2))
        approval->body = PICK("XA-court", "XA-high-court", "XA-prosecutor", "XA-nobody");
    if (one_in(5))
        approval->kind = APPROVAL_URGENT;
    if (one_in(3))
        approval->offence = PICK("XA-114", "XA-201", "XA-202", "XA-999");
    if (one_in(3)) {
        approval->functions = more;
        approval->functions_count = 2;
    }
    if (one_in(6))
        approval->expires = approval->issued + (millis)random_below(&state, 100) * MILLIS_DAY;
    if (one_in(4))
        approval->life_at_risk = true;
    if (one_in(8))
        approval->privacy_law_met = false;
    if (one_in(8))
        approval->subject = "c2";
}

static struct moment random_moment(void)
{
    struct moment moment = {.time = WORLD_NOW, .running = one_in(3)};
    if (one_in(4))
        moment.time += ((millis)random_below(&state, 2000) - 1000) * MILLIS_DAY;
    moment.other_active_uses = one_in(6) ? 10 : random_below(&state, 10);
    moment.uses_in_period = one_in(6) ? 1500 : random_below(&state, 4);
    moment.approval_withdrawn = one_in(12);
    return moment;
}

static void print_case(size_t terms_index, struct declared_use *use, const struct moment *moment)
{
    struct buffer text = {0};
    struct json_writer writer;
    struct cedar_response response;
    struct verdict verdict = use_judge(use, moment, &response);
    json_writer_begin(&writer, &text, 0);
    json_write_object(&writer);
    json_put_u64(&writer, "terms", terms_index);
    json_write_name(&writer, "principal");
    write_uid(use->request.principal, &writer);
    json_write_name(&writer, "action");
    write_uid(use->request.action, &writer);
    json_write_name(&writer, "resource");
    write_uid(use->request.resource, &writer);
    json_write_name(&writer, "context");
    write_record(use->request.context, &writer);
    json_put_array(&writer, "entities");
    write_entities(use->terms->entities, &writer);
    write_entities(use->entities, &writer);
    json_write_array_end(&writer);
    json_put_string(&writer, "outcome", verdict_word(verdict.outcome));
    json_put_array(&writer, "clauses");
    for (size_t i = 0; i < verdict.clause_count; i++) {
        char name[24];
        snprintf(name, sizeof name, "p%u", (unsigned)verdict.clauses[i]);
        json_write_string(&writer, name);
    }
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    print_line(&writer, &text);
}

static void make_case(void)
{
    const struct declaration declaration = world.declaration;
    struct approval approval = world.approval;
    struct roll roll = world.roll;
    change_facts();
    change_approval(&approval);
    if (one_in(12))
        roll.agency = "XB-police";
    if (one_in(12))
        world.declaration.file = "F-78/2026";
    size_t index = random_below(&state, TERMS_COUNT);
    struct use_sources sources = {&world.declaration, &roll, one_in(10) ? NULL : &approval};
    struct declared_use *use = NULL;
    struct fault fault = {0};
    check(declared_use_open(all_terms[index], &sources, &fault, &use), &fault);
    struct moment moment = random_moment();
    print_case(index, use, &moment);
    declared_use_close(use);
    world.declaration = declaration;
}

int main(int count, char **arguments)
{
    if (count != 3)
        return 2;
    struct arena arena = {0};
    struct fault fault = {0};
    struct bytes scenarios;
    state = strtoull(arguments[1], NULL, 10);
    check(form_read(&os_system, FORM_FOLDER, &arena, &fault, &form, &scenarios), &fault);
    world_init(&world, &form);
    world.licence.clauses = form.conditions;
    world_sign(&world);
    for (size_t i = 0; i < TERMS_COUNT; i++)
        open_terms(i);
    print_terms();
    for (unsigned long left = strtoul(arguments[2], NULL, 10); left; left--)
        make_case();
    for (size_t i = 0; i < TERMS_COUNT; i++)
        terms_close(all_terms[i]);
    world_free(&world);
    arena_free(&arena);
    return 0;
}
