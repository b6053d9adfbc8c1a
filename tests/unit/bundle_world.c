/* A small case bundle: see bundle_world.h. */
#include "bundle_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void must(enum error error, const struct fault *fault)
{
    if (!error)
        return;
    char text[600];
    print_error("%s\n", fault_text(fault, text, sizeof text));
    fail();
}

static struct bytes keep(struct bundle_world *world, struct buffer *bytes)
{
    struct bytes kept = arena_copy(&world->world.arena, buffer_view(bytes));
    assert_non_null(kept.data);
    buffer_free(bytes);
    return kept;
}

static struct bytes
sign(struct bundle_world *world, enum instrument_type type, const void *value, enum world_key key)
{
    struct buffer bytes = {0};
    WORLD_SIGN(&world->world, type, value, &bytes, NULL, key);
    return keep(world, &bytes);
}

/* --- What happened ------------------------------------------------------------------------ */

static void make_entries(struct bundle_world *world)
{
    static const char *const permits[] = {"3"};
    struct entry *entries = world->entries;
    for (size_t i = 0; i < RECORD_COUNT; i++)
        entries[i].time = WORLD_NOW + (millis)i * MILLIS_SECOND;
    entries[RECORD_LEASE].kind = ENTRY_LEASE;
    entries[RECORD_LEASE].epoch = 1;
    entries[RECORD_LEASE].sequence = 1;
    entries[RECORD_LEASE].version = 2;
    entries[RECORD_DECLARED].kind = ENTRY_DECLARED;
    entries[RECORD_DECLARED].id = world->world.declaration.id;
    entries[RECORD_DECLARED].approval = world->world.approval_digest;
    entries[RECORD_DECLARED].within = true;
    entries[RECORD_DECLARED].record = (struct id){{5, 5}};
    entries[RECORD_BEGIN].kind = ENTRY_BEGIN;
    entries[RECORD_BEGIN].id = world->world.declaration.id;
    entries[RECORD_BEGIN].use = 65536;
    entries[RECORD_ORDER].kind = ENTRY_ORDER;
    entries[RECORD_ORDER].words = "OR-2026-0035";
    entries[RECORD_STOP].kind = ENTRY_STOP;
    entries[RECORD_STOP].use = 65536;
    entries[RECORD_STOP].reason = ENDUSE_REASON_DISCONNECTED;
    entries[RECORD_OBEYED].kind = ENTRY_OBEYED;
    entries[RECORD_OBEYED].state = ENDUSE_STATE_DISCONNECTED;
    entries[RECORD_OBEYED].stopped = 1;
    entries[RECORD_REFUSAL].kind = ENTRY_REFUSAL;
    entries[RECORD_REFUSAL].reason = ENDUSE_REASON_DISCONNECTED;
    for (size_t i = RECORD_DECLARED; i <= RECORD_BEGIN; i++) {
        entries[i].clauses = permits;
        entries[i].clauses_count = 1;
    }
}

static struct datum map_of(struct bundle_world *world, struct datum_member *members, size_t count)
{
    struct datum map;
    struct datum_member *copy =
        ARENA_ARRAY(&world->world.arena, struct datum_member, count ? count : 1);
    assert_non_null(copy);
    if (count)
        memcpy(copy, members, count * sizeof *copy);
    assert_int_equal(datum_map(copy, count, NULL, &map), ERROR_OK);
    return map;
}
#define MAP(world, ...)                                                                            \
    map_of(                                                                                        \
        world, (struct datum_member[]){__VA_ARGS__},                                               \
        sizeof((struct datum_member[]){__VA_ARGS__}) / sizeof(struct datum_member))

static struct act an_act(uint8_t id, const char *file, uint64_t version, const char *verb)
{
    return (struct act){
        .id = {{id}},
        .file = file,
        .file_version = version,
        .verb = verb,
        .body = {.kind = DATUM_MAP},
        .time = WORLD_NOW,
    };
}

static void make_acts(struct bundle_world *world)
{
    const struct public_key *guard = private_key_public(world->world.keys[WORLD_GUARD]);
    struct digest first_key = sha256_of(BYTES_LITERAL("the first key"));
    struct datum key = MAP(
        world, {"kind", datum_of_text("key")}, {"type", datum_of_text("ed25519")},
        {"public-key", datum_of_bytes(arena_copy(&world->world.arena, public_key_view(guard)))});
    world->acts[CASE_COUNTRY] = an_act(4, "country/XA", 0, "propose");
    world->acts[CASE_COUNTRY].body =
        MAP(world, {"name", datum_of_text("A state")}, {"reasons", datum_of_text("Its record.")});
    world->act_keys[CASE_COUNTRY] = WORLD_D1;
    world->acts[CASE_ENROL] = an_act(1, "installation/IN-0001", 0, "enrol");
    world->acts[CASE_ENROL].body =
        MAP(world, {"licence", datum_of_text("IL-2026-0017")}, {"place", datum_of_text("Site 1")},
            {"guard", key},
            {"first-key", datum_of_bytes(arena_copy(&world->world.arena, digest_view(&first_key)))},
            {"build", datum_of_bytes(arena_copy(&world->world.arena, digest_view(&first_key)))});
    world->act_keys[CASE_ENROL] = WORLD_D1;
    world->acts[CASE_ISSUE] = an_act(2, "order/OR-2026-0035", 0, "issue");
    world->act_keys[CASE_ISSUE] = WORLD_D1;
    world->acts[CASE_ALARM] = an_act(3, "order/OR-2026-0035", 1, "alarm");
    world->act_keys[CASE_ALARM] = WORLD_LEASE;
    const char *const actors[CASE_EVENTS] = {NULL, "D-01", "D-01", "D-01", "server", "IN-0001"};
    for (size_t i = 0; i < CASE_EVENTS; i++) {
        world->bodies[i] = (struct event_body){
            .version = EVENT_VERSION,
            .time = WORLD_NOW + (millis)i * MILLIS_SECOND,
            .actor = actors[i],
            .file = i == CASE_ROOT        ? NULL
                    : world->acts[i].verb ? world->acts[i].file
                                          : "order/OR-2026-0035",
            .file_version = i,
        };
    }
}

void bundle_world_init(struct bundle_world *world)
{
    *world = (struct bundle_world){0};
    world_init(&world->world, NULL);
    world_sign(&world->world);
    world->order = world_order(&world->world, "OR-2026-0035", ORDER_DISCONNECT, NULL);
    make_entries(world);
    make_acts(world);
    world->receipt = (struct receipt){
        .installation = "IN-0001",
        .lease = {{7}},
        .received = WORLD_NOW + 3 * MILLIS_SECOND,
        .obeyed = WORLD_NOW + 3 * MILLIS_SECOND + 27,
        .stopped = 1,
        .state = LEASE_DISCONNECTED,
    };
    world->usage = (struct usage_return){
        .installation = "IN-0001",
        .licence = world->world.licence_digest,
        .from = WORLD_NOW,
        .until = WORLD_NOW + MILLIS_HOUR,
        .within = 1,
        .outside = 1,
        .begun = 1,
        .stopped = 1,
    };
    const struct renewal renewal = {.request = {{9}}, .installation = "IN-0001"};
    world->lease = world_lease(&world->world, &renewal, 2, NULL, LEASE_DISCONNECTED);
    world->lease.time = WORLD_NOW + MILLIS_MINUTE;
    bundle_world_make(world);
}

/* --- The guard's log ---------------------------------------------------------------------- */

static void open_fields(struct bundle_world *world)
{
    const struct public_key *guard = private_key_public(world->world.keys[WORLD_GUARD]);
    struct entry *declared = &world->entries[RECORD_DECLARED];
    struct {
        const char *field, *value;
        struct digest *commitment;
    } rows[] = {
        {"file", "F-77/2026", &declared->file},
        {"operator", "op-17", &declared->operator_id},
        {"subject", "c1", &declared->subject},
    };
    for (size_t i = 0; i < 3; i++) {
        uint8_t salt[ENTRY_SALT_SIZE];
        memset(salt, (int)(0x40 + i), sizeof salt);
        *rows[i].commitment = entry_commitment(
            guard, &declared->record, rows[i].field, salt, bytes_of(rows[i].value));
        world->openings[i] = (struct bundle_opening){
            rows[i].field, arena_copy(&world->world.arena, BYTES_ARRAY(salt)), rows[i].value};
    }
    /* The subject stays closed. */
    world->records[RECORD_DECLARED].openings = world->openings;
    world->records[RECORD_DECLARED].openings_count = 2;
}

static struct bytes
prove(struct bundle_world *world, struct digest *leaves, uint64_t count, uint64_t index)
{
    struct leaf_list list = {leaves, count};
    struct tree_source source = tree_source_of(&list);
    struct proof proof;
    struct fault fault = {0};
    must(proof_make_inclusion(&source, index, count, &fault, &proof), &fault);
    return arena_copy(
        &world->world.arena, (struct bytes){proof.hashes[0].bytes, proof.count * DIGEST_SIZE});
}

static struct digest root_of(const struct digest *leaves, size_t count)
{
    struct frontier frontier = {0};
    for (size_t i = 0; i < count; i++)
        frontier_append(&frontier, &leaves[i]);
    return frontier_root(&frontier);
}

static void make_records(struct bundle_world *world)
{
    struct digest leaves[RECORD_COUNT];
    struct digest declaration = bundle_world_find(world, INSTRUMENT_DECLARATION)->digest;
    open_fields(world);
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        struct entry *entry = &world->entries[i];
        uint8_t room[ENTRY_SIZE_MAX];
        struct bytes payload;
        struct fault fault = {0};
        if (entry->kind == ENTRY_DECLARED || entry->kind == ENTRY_BEGIN ||
            entry->kind == ENTRY_REFUSAL)
            entry->declaration = declaration;
        if (entry->kind == ENTRY_ORDER || entry->kind == ENTRY_OBEYED)
            entry->instrument = world->order_digest;
        if (entry->kind == ENTRY_LEASE)
            entry->instrument = (struct digest){{3}};
        must(entry_encode(entry, &fault, room, &payload), &fault);
        world->records[i].index = i;
        world->records[i].payload = arena_copy(&world->world.arena, payload);
        leaves[i] = tree_leaf(payload);
    }
    for (size_t i = 0; i < RECORD_COUNT; i++)
        world->records[i].proof = prove(world, leaves, RECORD_COUNT, i);
    struct head head = {.size = RECORD_COUNT, .root = root_of(leaves, RECORD_COUNT)};
    world->usage.head = head;
    world->lease.acknowledged = head;
    bundle_world_add(world, sign(world, INSTRUMENT_RETURN, &world->usage, WORLD_GUARD));
    bundle_world_add(world, sign(world, INSTRUMENT_LEASE, &world->lease, WORLD_LEASE));
}

/* --- The office's log --------------------------------------------------------------------- */

static struct bytes instrument_of(struct bundle_world *world, size_t i)
{
    if (i == CASE_ROOT)
        return buffer_view(&world->world.root_bytes);
    if (i == CASE_RECEIPT)
        return sign(world, INSTRUMENT_RECEIPT, &world->receipt, WORLD_GUARD);
    return sign(world, INSTRUMENT_ACT, &world->acts[i], world->act_keys[i]);
}

static void make_checkpoint(struct bundle_world *world, const struct digest *root)
{
    struct checkpoint checkpoint = {.size = CASE_EVENTS, .root = *root};
    struct buffer note = {0};
    struct fault fault = {0};
    strcpy(checkpoint.origin, world->world.delegation.origin);
    must(checkpoint_sign(&checkpoint, world->world.keys[WORLD_LOG], &fault, &note), &fault);
    world->bundle.checkpoint = (const char *)arena_text(&world->world.arena, buffer_view(&note));
    buffer_free(&note);
}

static void make_events(struct bundle_world *world)
{
    static const enum event_type types[CASE_EVENTS] = {EVENT_ROOT, EVENT_ACT, EVENT_ACT,
                                                       EVENT_ACT,  EVENT_ACT, EVENT_RECEIPT};
    struct digest leaves[CASE_EVENTS];
    world->acts[CASE_ISSUE].body =
        MAP(world, {"instrument", datum_of_bytes(buffer_view(&world->order_bytes))});
    world->receipt.order = world->order_digest;
    for (size_t i = 0; i < CASE_EVENTS; i++) {
        struct buffer bytes = {0};
        struct fault fault = {0};
        uint8_t salt[EVENT_SALT_SIZE];
        memset(salt, (int)(0x80 + i), sizeof salt);
        struct event event = {.sequence = i, .type = types[i]};
        world->bodies[i].instrument = instrument_of(world, i);
        must(layout_encode(&event_body_layout, &world->bodies[i], &fault, &bytes), &fault);
        event.body = keep(world, &bytes);
        if (!event_is_public(types[i]))
            event.salt = arena_copy(&world->world.arena, BYTES_ARRAY(salt));
        must(event_leaf(&world->world.authority, &event, &fault, &leaves[i]), &fault);
        world->events[i] = (struct bundle_event){i, types[i], event.body, event.salt, {0}};
    }
    for (size_t i = 0; i < CASE_EVENTS; i++)
        world->events[i].proof = prove(world, leaves, CASE_EVENTS, i);
    struct digest root = root_of(leaves, CASE_EVENTS);
    make_checkpoint(world, &root);
}

/* --- The bundle --------------------------------------------------------------------------- */

void bundle_world_add(struct bundle_world *world, struct bytes bytes)
{
    struct unverified_envelope envelope;
    assert_int_equal(cose_peek_unverified(bytes, NULL, &envelope), ERROR_OK);
    struct bundle_document added = {
        instrument_by_word(envelope.type), envelope.digest, arena_copy(&world->world.arena, bytes)};
    assert_true(world->document_count < CASE_DOCUMENTS_MAX);
    size_t at = world->document_count;
    for (; at > 0; at--) {
        const struct bundle_document *before = &world->documents[at - 1];
        if (before->type < added.type ||
            (before->type == added.type && digest_compare(&before->digest, &added.digest) < 0))
            break;
        world->documents[at] = *before;
    }
    world->documents[at] = added;
    world->bundle.documents_count = ++world->document_count;
}

struct bundle_document *bundle_world_find(struct bundle_world *world, enum instrument_type type)
{
    size_t i = 0;
    while (world->documents[i].type != type)
        assert_true(++i < world->document_count);
    return &world->documents[i];
}

void bundle_world_remove(struct bundle_world *world, enum instrument_type type)
{
    struct bundle_document *at = bundle_world_find(world, type);
    size_t after = world->document_count - (size_t)(at - world->documents) - 1;
    memmove(at, at + 1, after * sizeof *at);
    world->bundle.documents_count = --world->document_count;
}

void bundle_world_make(struct bundle_world *world)
{
    const struct world *made = &world->world;
    const struct buffer *papers[] = {
        &made->form_bytes,     &made->certificate_bytes, &made->licence_bytes,    &made->roll_bytes,
        &made->approval_bytes, &made->declaration_bytes, &made->delegation_bytes,
    };
    buffer_clear(&world->order_bytes);
    WORLD_SIGN(
        &world->world, INSTRUMENT_ORDER, &world->order, &world->order_bytes, &world->order_digest,
        WORLD_D1);
    world->document_count = 0;
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
        bundle_world_add(world, buffer_view(papers[i]));
    bundle_world_add(world, buffer_view(&world->order_bytes));
    make_records(world);
    make_events(world);
    world->root = buffer_view(&made->root_bytes);
    const char *checkpoint = world->bundle.checkpoint;
    const struct public_key *guard = private_key_public(made->keys[WORLD_GUARD]);
    world->bundle = (struct bundle){
        .version = BUNDLE_VERSION,
        .roots = &world->root,
        .roots_count = 1,
        .documents = world->documents,
        .documents_count = world->document_count,
        .guard = public_key_view(guard),
        .log_size = RECORD_COUNT,
        .records = world->records,
        .records_count = RECORD_COUNT,
        .events = world->events,
        .events_count = CASE_EVENTS,
        .checkpoint = checkpoint,
    };
}

void bundle_world_bytes(const struct bundle_world *world, struct buffer *ret_bytes)
{
    struct fault fault = {0};
    must(layout_encode(&bundle_layout, &world->bundle, &fault, ret_bytes), &fault);
}

void bundle_world_free(struct bundle_world *world)
{
    buffer_free(&world->order_bytes);
    world_free(&world->world);
}
