/* Policies from any bytes, decided for a fixed request in scratch memory of exactly the size that
 * was promised; and their conditions evaluated apart, whose values must print to expressions that
 * give the same value. */
#include <stdlib.h>

#include "cedar/cedar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A principal under a group, with attributes and a tag; the resource is not in the store. */
struct world {
    struct cedar_symbols *symbols;
    struct cedar_entities *entities;
    struct cedar_request request;
    struct arena arena;
};

static const struct cedar_uid *uid(struct world *world, const char *type, const char *id)
{
    const struct cedar_uid *found;
    if (cedar_intern_uid(world->symbols, bytes_of(type), bytes_of(id), &found))
        abort();
    return found;
}

static const struct cedar_string *string(struct world *world, const char *text)
{
    const struct cedar_string *found;
    if (cedar_intern(world->symbols, bytes_of(text), &found))
        abort();
    return found;
}

static void start(struct world *world)
{
    if (cedar_symbols_create(NULL, 1, &world->symbols) ||
        cedar_entities_create(NULL, &world->entities))
        abort();
    const struct cedar_uid *group = uid(world, "G", "g");
    world->request.principal = uid(world, "U", "a");
    world->request.action = uid(world, "Action", "x");
    world->request.resource = uid(world, "R", "r");
    const struct cedar_field fields[] = {
        {string(world, "a"), cedar_value_long(1)},
        {string(world, "b"), cedar_value_entity(group)},
        {string(world, "c"), cedar_value_string(string(world, "text"))},
        {string(world, "d"), cedar_value_bool(true)},
        {string(world, "e"), cedar_value_datetime(86400000)},
    };
    struct cedar_record *record;
    if (cedar_record_build(&world->arena, fields, 5, NULL, &record))
        abort();
    world->request.context = record;
    struct cedar_entity principal = {world->request.principal, record, record, &group, 1};
    if (cedar_entities_add(world->entities, &principal, NULL) ||
        cedar_entities_freeze(world->entities, NULL))
        abort();
}

static void evaluate(struct world *world, const struct cedar_expr *expr)
{
    struct cedar_value value, again;
    struct buffer text = {0};
    const struct cedar_expr *printed;
    if (!cedar_evaluate(
            expr, world->symbols, &world->request, world->entities, &world->arena, NULL, &value)) {
        cedar_print_value(&text, value);
        if (cedar_expr_parse(buffer_view(&text), &world->arena, NULL, &printed) ||
            cedar_evaluate(
                printed, world->symbols, &world->request, world->entities, &world->arena, NULL,
                &again) ||
            !cedar_value_equal(value, again))
            abort();
    }
    buffer_free(&text);
}

static void decide(struct world *world, const struct cedar_policies *set)
{
    struct cedar_program *program;
    struct cedar_response response;
    struct cedar_explanation explanation;
    if (cedar_compile(set, world->symbols, NULL, &program))
        abort();
    void *scratch = malloc(cedar_program_scratch_size(program));
    if (!scratch)
        abort();
    cedar_authorize(program, &world->request, world->entities, scratch, &response);
    size_t permits = 0, forbids = 0;
    for (size_t i = 0; i < response.determining_count; i++) {
        if (cedar_policies_at(set, response.determining[i])->effect == CEDAR_FORBID)
            forbids++;
        else
            permits++;
    }
    if ((permits && forbids) || (response.decision == CEDAR_ALLOW) != (permits > 0))
        abort();
    if (cedar_explain(
            program, world->symbols, &world->request, world->entities, &world->arena, NULL,
            &explanation))
        abort();
    free(scratch);
    cedar_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {0};
    struct cedar_policies *set;
    const struct cedar_expr *expr;
    start(&world);
    if (cedar_policies_create(&set))
        abort();
    if (!cedar_policies_add(set, (struct bytes){data, size}, NULL, NULL))
        decide(&world, set);
    if (!cedar_expr_parse((struct bytes){data, size}, &world.arena, NULL, &expr))
        evaluate(&world, expr);
    cedar_policies_free(set);
    cedar_entities_free(world.entities);
    cedar_symbols_free(world.symbols);
    arena_free(&world.arena);
    return 0;
}
