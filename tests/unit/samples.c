/* One value of every kind of instrument: see samples.h. */
#include "samples.h"

#include <string.h>

static void make_values(struct samples *samples)
{
    struct world *world = &samples->world;
    static const struct return_count counts[] = {
        {"clause", "7", 0, 3}, {"clause", "8", 0, 1}, {"verdict", "within", 9, 0}};
    samples->order = world_order(
        world, "OR-2026-0034", ORDER_LIMIT,
        "@clause(\"O7\") forbid (principal, action, resource) unless { context.running };\n");
    samples->renewal = (struct renewal){
        .request = {{1, 2, 3}},
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .boot = {{9}},
        .boot_time = 12345,
        .head = {.size = 2, .root = {{4}}, .tag = {{5}}},
        .running = 1,
    };
    samples->lease = world_lease(world, &samples->renewal, 1, NULL, LEASE_ACTIVE);
    samples->usage = (struct usage_return){
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .from = WORLD_NOW,
        .until = WORLD_NOW + MILLIS_HOUR,
        .within = 9,
        .outside = 4,
        .begun = 9,
        .counts = counts,
        .counts_count = 3,
        .head = samples->renewal.head,
    };
    samples->receipt = (struct receipt){
        .installation = "IN-0001",
        .order = {{6}},
        .lease = {{7}},
        .received = WORLD_NOW,
        .obeyed = WORLD_NOW + 3,
        .stopped = 1,
        .state = LEASE_DISCONNECTED,
    };
    samples->act = (struct act){
        .id = {{8}},
        .file = "licence/IL-2026-0017",
        .file_version = 3,
        .verb = "confirm",
        .body = world->declaration.facts,
        .time = WORLD_NOW,
    };
    static const uint8_t challenge[] = {1, 2, 3, 4, 5, 6, 7, 8};
    samples->login = (struct login){
        .challenge = BYTES_ARRAY(challenge),
        .origin = "https://office.example",
        .time = WORLD_NOW,
    };
}

void samples_init(struct samples *samples)
{
    *samples = (struct samples){0};
    struct world *world = &samples->world;
    world_init(world, NULL);
    world_sign(world);
    make_values(samples);
    const struct sample all[] = {
        {INSTRUMENT_ROOT, &world->root, {WORLD_D1, WORLD_F1}, 2},
        {INSTRUMENT_FORM, &world->form, {WORLD_D1, WORLD_F1}, 2},
        {INSTRUMENT_CERTIFICATE, &world->certificate, {WORLD_STATE, WORLD_D1, WORLD_F1}, 3},
        {INSTRUMENT_LICENCE, &world->licence, {WORLD_D1, WORLD_F1}, 2},
        {INSTRUMENT_ORDER, &samples->order, {WORLD_D1}, 1},
        {INSTRUMENT_APPROVAL, &world->approval, {WORLD_COURT}, 1},
        {INSTRUMENT_DECLARATION, &world->declaration, {WORLD_OPERATOR}, 1},
        {INSTRUMENT_ROLL, &world->roll, {WORLD_SUPERVISOR}, 1},
        {INSTRUMENT_DELEGATION, &world->delegation, {WORLD_D1, WORLD_F1}, 2},
        {INSTRUMENT_LEASE, &samples->lease, {WORLD_LEASE}, 1},
        {INSTRUMENT_RENEWAL, &samples->renewal, {WORLD_GUARD}, 1},
        {INSTRUMENT_RETURN, &samples->usage, {WORLD_GUARD}, 1},
        {INSTRUMENT_RECEIPT, &samples->receipt, {WORLD_GUARD}, 1},
        {INSTRUMENT_ACT, &samples->act, {WORLD_F1}, 1},
        {INSTRUMENT_LOGIN, &samples->login, {WORLD_F1}, 1},
    };
    samples->count = sizeof all / sizeof *all;
    memcpy(samples->items, all, sizeof all);
}

void samples_free(struct samples *samples)
{
    world_free(&samples->world);
}
