/* store: a licence's life in a real database; idempotency, versions, groups, clocks; renewals with
 * all their answers; deadlines; heads and proofs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "office_database.h"
#include "store/store.h"

static struct office_database office;

static int set_up(void **state)
{
    (void)state;
    office_database_init(&office);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_database_free(&office);
    return 0;
}

/* --- Acts --------------------------------------------------------------------------------- */

static void a_life_is_applied_and_read_back(void **state)
{
    (void)state;
    office_live(&office);
    const struct licence_file *licence =
        office_load(&office, FILE_LICENCE, office.script.world.licence.number);
    assert_int_equal(licence->base.state, LICENCE_ACTIVE);
    assert_int_equal(licence->base.version, 3);
    assert_int_equal(licence->installations, 1);
    assert_true(digest_equal(&licence->digest, &office.script.world.licence_digest));
    const struct installation_file *installation =
        office_load(&office, FILE_INSTALLATION, "IN-0001");
    assert_string_equal(installation->licence, "IL-2026-0017");
    /* The root, and one event an act. */
    struct store_head head;
    assert_int_equal(store_head(office.reader, &office.arena, &office.fault, &head), ERROR_OK);
    assert_int_equal(head.size, OFFICE_EVENTS);
    assert_true(head.note.length > 0);
    struct note_key key;
    struct checkpoint checkpoint;
    assert_int_equal(
        note_key_make(
            BYTES_LITERAL("authority.example/log"),
            private_key_public(office.script.world.keys[WORLD_LOG]), NULL, &key),
        ERROR_OK);
    assert_int_equal(checkpoint_open(head.note, &key, NULL, &checkpoint), ERROR_OK);
    assert_int_equal(checkpoint.size, head.size);
    assert_true(digest_equal(&checkpoint.root, &head.root));
}

static void one_act_at_a_time_or_all_together_are_the_same(void **state)
{
    (void)state;
    struct store_job jobs[OFFICE_LIFE] = {0};
    for (size_t i = 0; i < OFFICE_LIFE; i++)
        jobs[i] = (struct store_job){.kind = STORE_ACT, .bytes = office.script.life[i]};
    OFFICE_OK(&office, store_apply(office.store, jobs, OFFICE_LIFE, &office.fault));
    for (size_t i = 0; i < OFFICE_LIFE; i++) {
        assert_int_equal(jobs[i].answer.error, ERROR_OK);
        assert_int_equal(jobs[i].answer.outcome, STORE_ACCEPTED);
        assert_int_equal(jobs[i].answer.event, 1 + i);
    }
    /* One transaction, one head beside that of the beginning. */
    struct store_head head;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    assert_int_equal(head.size, OFFICE_EVENTS);
}

static void the_same_bytes_get_the_same_answer(void **state)
{
    (void)state;
    office_live(&office);
    struct store_job job = {.kind = STORE_ACT, .bytes = office.script.life[5]};
    OFFICE_OK(&office, store_apply(office.store, &job, 1, &office.fault));
    assert_int_equal(job.answer.outcome, STORE_AGAIN);
    assert_int_equal(job.answer.event, 6);
    assert_string_equal(job.answer.file_number, "EX-0031");
    assert_int_equal(job.answer.file_version, 3);
    assert_int_equal(job.answer.change_count, 0);
    struct store_head head;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    assert_int_equal(head.size, OFFICE_EVENTS);
    /* Twice in one group, too: once accepted, once again. */
    struct bytes act = office_act(
        &office.script, WORLD_D1, "exporter/EX-0040", 0, "draft",
        body_exporter(&office.script.world));
    struct store_job twice[] = {
        {.kind = STORE_ACT, .bytes = act}, {.kind = STORE_ACT, .bytes = act}};
    OFFICE_OK(&office, store_apply(office.store, twice, 2, &office.fault));
    assert_int_equal(twice[0].answer.outcome, STORE_ACCEPTED);
    assert_int_equal(twice[1].answer.outcome, STORE_AGAIN);
    assert_int_equal(twice[0].answer.event, twice[1].answer.event);
}

static void other_bytes_under_an_id_are_refused(void **state)
{
    (void)state;
    office_live(&office);
    office.script.acts = 0;
    struct bytes act = office_act(
        &office.script, WORLD_D1, "exporter/EX-0041", 0, "draft",
        body_exporter(&office.script.world));
    struct store_answer answer = office_do(&office, STORE_ACT, act);
    assert_int_equal(answer.error, ERROR_STORE_ACT_ID);
    assert_null(office_find(&office, FILE_EXPORTER, "EX-0041"));
}

static void a_stale_version_is_told_the_current_one(void **state)
{
    (void)state;
    office_live(&office);
    struct bytes act = office_act(
        &office.script, WORLD_D2, "exporter/EX-0031", 2, "remove",
        OFFICE_BODY(&office.script, {"reason", datum_of_text("A reason.")}));
    struct store_answer answer = office_do(&office, STORE_ACT, act);
    assert_int_equal(answer.outcome, STORE_REFUSED);
    assert_int_equal(answer.error, ERROR_OFFICE_VERSION);
    assert_int_equal(answer.file_kind, FILE_EXPORTER);
    assert_int_equal(answer.file_version, 4);
    /* A file that is not there is at version 0. */
    act = office_act(
        &office.script, WORLD_D2, "exporter/EX-0099", 7, "remove",
        OFFICE_BODY(&office.script, {"reason", datum_of_text("A reason.")}));
    answer = office_do(&office, STORE_ACT, act);
    assert_int_equal(answer.error, ERROR_OFFICE_VERSION);
    assert_int_equal(answer.file_version, 0);
}

static void a_refused_act_leaves_the_others_of_its_group(void **state)
{
    (void)state;
    struct office_script *script = &office.script;
    struct bytes stranger = office_act(
        script, WORLD_STRANGER, "exporter/EX-1", 0, "draft", body_exporter(&script->world));
    struct bytes flipped = arena_copy(&script->arena, script->life[1]);
    ((uint8_t *)(uintptr_t)flipped.data)[flipped.length - 1] ^= 1;
    struct store_job jobs[] = {
        {.kind = STORE_ACT, .bytes = script->life[0]},
        {.kind = STORE_ACT, .bytes = stranger},
        {.kind = STORE_ACT, .bytes = flipped},
        {.kind = STORE_ACT, .bytes = BYTES_LITERAL("no act")},
        {.kind = STORE_ACT, .bytes = buffer_view(&script->world.licence_bytes)},
        {.kind = STORE_ACT, .bytes = script->life[1]},
    };
    OFFICE_OK(&office, store_apply(office.store, jobs, 6, &office.fault));
    assert_int_equal(jobs[0].answer.outcome, STORE_ACCEPTED);
    assert_int_equal(jobs[1].answer.error, ERROR_OFFICE_STRANGER);
    assert_int_equal(jobs[2].answer.error, ERROR_SIGNATURE);
    assert_int_equal(jobs[3].answer.outcome, STORE_REFUSED);
    assert_int_equal(jobs[4].answer.error, ERROR_COSE_TYPE);
    assert_int_equal(jobs[5].answer.outcome, STORE_ACCEPTED);
    assert_int_equal(jobs[5].answer.event, 2);
}

static void a_clock_set_back_does_not_take_the_log_back(void **state)
{
    (void)state;
    office_live(&office);
    office_clock = WORLD_NOW - 40 * MILLIS_DAY;
    struct bytes act = office_act(
        &office.script, WORLD_D1, "exporter/EX-0050", 0, "draft",
        body_exporter(&office.script.world));
    struct store_answer answer = office_do(&office, STORE_ACT, act);
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    struct event *events;
    size_t count;
    OFFICE_OK(
        &office,
        store_events(
            office.reader, answer.event, 10, &office.arena, &office.fault, &events, &count));
    assert_int_equal(count, 1);
    assert_int_equal(events[0].time, WORLD_NOW);
    const struct exporter_file *file = office_load(&office, FILE_EXPORTER, "EX-0050");
    assert_int_equal(file->base.opened, WORLD_NOW);
}

static void the_next_root_is_taken_and_no_other(void **state)
{
    (void)state;
    struct world *world = &office.script.world;
    office_live(&office);
    struct root next = world->root;
    next.version = 2;
    next.previous = world->chain.newest;
    struct buffer alone = {0}, both = {0}, again = {0};
    world_sign_with(world, INSTRUMENT_ROOT, &next, &alone, NULL, &(enum world_key){WORLD_D1}, 1);
    struct store_answer answer = office_do(&office, STORE_ROOT, buffer_view(&alone));
    assert_int_equal(answer.error, ERROR_SIGNERS_MISSING);
    /* Roots have no authority's id around them. */
    struct digest authority = world->authority;
    WORLD_SIGN(world, INSTRUMENT_ROOT, &next, &both, NULL, WORLD_D1, WORLD_F1);
    answer = office_do(&office, STORE_ROOT, buffer_view(&both));
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    assert_int_equal(store_chain(office.store)->current.version, 2);
    assert_true(digest_equal(&store_chain(office.store)->authority, &authority));
    next.version = 4;
    WORLD_SIGN(world, INSTRUMENT_ROOT, &next, &again, NULL, WORLD_D1, WORLD_F1);
    answer = office_do(&office, STORE_ROOT, buffer_view(&again));
    assert_int_equal(answer.outcome, STORE_REFUSED);
    struct bytes root;
    OFFICE_OK(&office, store_root(office.reader, 0, &office.arena, &office.fault, &root));
    assert_true(bytes_equal(root, buffer_view(&both)));
    OFFICE_OK(&office, store_root(office.reader, 1, &office.arena, &office.fault, &root));
    assert_true(bytes_equal(root, buffer_view(&world->root_bytes)));
    assert_int_equal(
        store_root(office.reader, 3, &office.arena, &office.fault, &root), ERROR_NOT_FOUND);
    buffer_free(&alone);
    buffer_free(&both);
    buffer_free(&again);
}

static void an_open_store_goes_on_where_it_was(void **state)
{
    (void)state;
    office_live(&office);
    office_reopen(&office);
    struct bytes act = office_act(
        &office.script, WORLD_D1, "exporter/EX-0060", 0, "draft",
        body_exporter(&office.script.world));
    struct store_answer answer = office_do(&office, STORE_ACT, act);
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    assert_int_equal(answer.event, OFFICE_EVENTS);
}

static void two_writers_see_each_other(void **state)
{
    (void)state;
    struct store *other = NULL;
    const struct store_options options = {.os = &database_os, .keys = office.keys};
    OFFICE_OK(&office, store_open(office.path, &options, &office.fault, &other));
    office_live(&office);
    struct bytes act = office_act(
        &office.script, WORLD_D1, "exporter/EX-0061", 0, "draft",
        body_exporter(&office.script.world));
    struct store_job job = {.kind = STORE_ACT, .bytes = act};
    OFFICE_OK(&office, store_apply(other, &job, 1, &office.fault));
    assert_int_equal(job.answer.event, OFFICE_EVENTS);
    struct store_answer answer = office_do(&office, STORE_ACT, act);
    assert_int_equal(answer.outcome, STORE_AGAIN);
    store_close(other);
}

/* --- Reading ------------------------------------------------------------------------------ */

static void lists_go_on_by_number(void **state)
{
    (void)state;
    office_live(&office);
    for (int i = 0; i < 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "exporter/EX-1%03d", i);
        struct store_answer answer = office_do(
            &office, STORE_ACT,
            office_act(
                &office.script, WORLD_D1, name, 0, "draft", body_exporter(&office.script.world)));
        assert_int_equal(answer.outcome, STORE_ACCEPTED);
    }
    struct store_query query = {.kind = FILE_EXPORTER, .limit = 4};
    struct store_entry *entries;
    size_t count;
    uint64_t total;
    OFFICE_OK(
        &office, store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
    assert_int_equal(count, 4);
    assert_string_equal(entries[0].number, "EX-0031");
    query.after = entries[3].number;
    OFFICE_OK(
        &office, store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
    assert_int_equal(count, 2);
    assert_string_equal(entries[1].number, "EX-1004");
    query.state = EXPORTER_REGISTERED;
    OFFICE_OK(&office, store_count(office.reader, &query, &office.fault, &total));
    assert_int_equal(total, 1);
    query = (struct store_query){.kind = FILE_INSTALLATION, .parent = "IL-2026-0017", .limit = 9};
    OFFICE_OK(
        &office, store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].parent, "IL-2026-0017");
    assert_string_equal(((const struct installation_file *)entries[0].content)->place, "Site 1");
    query.parent = "IL-2026-0018";
    OFFICE_OK(&office, store_count(office.reader, &query, &office.fault, &total));
    assert_int_equal(total, 0);
}

/* All files that a query lists, two at a time. */
static size_t list_all(struct store_query query, struct store_entry ret_entries[static 20])
{
    size_t all = 0;
    for (;;) {
        struct store_entry *entries;
        size_t count;
        query.limit = 2;
        OFFICE_OK(
            &office,
            store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
        for (size_t i = 0; i < count; i++) {
            assert_true(all < 20);
            ret_entries[all++] = entries[i];
        }
        if (count < query.limit)
            return all;
        query.after = entries[count - 1].number;
        query.after_event = entries[count - 1].event;
        query.after_deadline = entries[count - 1].deadline;
    }
}

/* Those that were changed first come first; with deadlines, those whose end is nearest, then those
 * that have none. */
static void files_are_listed_by_waiting_and_by_deadline(void **state)
{
    (void)state;
    struct world *world = &office.script.world;
    struct store_entry entries[20];
    office_live(&office);
    for (int i = 5; i > 0; i--) {
        char name[32];
        snprintf(name, sizeof name, "exporter/EX-1%03d", i);
        struct bytes draft =
            office_act(&office.script, WORLD_D1, name, 0, "draft", body_exporter(world));
        assert_int_equal(office_do(&office, STORE_ACT, draft).outcome, STORE_ACCEPTED);
    }
    struct store_query query = {
        .kind = FILE_EXPORTER, .state = EXPORTER_DRAFT, .order = STORE_BY_EVENT};
    assert_int_equal(list_all(query, entries), 5);
    assert_string_equal(entries[0].number, "EX-1005");
    assert_string_equal(entries[4].number, "EX-1001");
    for (int i = 0; i < 5; i++)
        assert_int_equal(entries[i].deadline, CLOCK_NONE);
    query.order = STORE_BY_DEADLINE;
    assert_int_equal(list_all(query, entries), 5);
    assert_string_equal(entries[0].number, "EX-1005");
    /* Each of these orders has a day. */
    for (int i = 1; i <= 3; i++) {
        char number[20];
        snprintf(number, sizeof number, "OR-%d", 4 - i);
        office_clock += MILLIS_HOUR;
        struct order order = world_order(world, number, ORDER_SUSPEND, NULL);
        struct bytes act = OFFICE_ORDER(&office.script, &order, WORLD_D1);
        assert_int_equal(office_do(&office, STORE_ACT, act).outcome, STORE_ACCEPTED);
    }
    query =
        (struct store_query){.kind = FILE_ORDER, .state = ORDER_ISSUED, .order = STORE_BY_DEADLINE};
    assert_int_equal(list_all(query, entries), 3);
    assert_string_equal(entries[0].number, "OR-3");
    assert_string_equal(entries[2].number, "OR-1");
    assert_int_equal(entries[0].deadline, office_clock - 2 * MILLIS_HOUR + MILLIS_DAY);
}

static void the_history_of_a_file_is_its_events(void **state)
{
    (void)state;
    office_live(&office);
    struct event *events;
    size_t count;
    OFFICE_OK(
        &office, store_history(
                     office.reader, FILE_EXPORTER, "EX-0031", UINT64_MAX, 2, &office.arena,
                     &office.fault, &events, &count));
    assert_int_equal(count, 2);
    struct act act;
    OFFICE_OK(&office, store_event_act(&events[0], &office.arena, &office.fault, &act));
    assert_string_equal(act.verb, "register");
    assert_string_equal(events[0].actor, "D-02");
    OFFICE_OK(
        &office, store_history(
                     office.reader, FILE_EXPORTER, "EX-0031", events[1].sequence, 9, &office.arena,
                     &office.fault, &events, &count));
    assert_int_equal(count, 2);
    assert_int_equal(events[0].file_version, 2);
    assert_int_equal(events[1].file_version, 1);
    uint64_t newest[3];
    OFFICE_OK(
        &office,
        store_newest(office.reader, FILE_EXPORTER, "EX-0031", 3, &office.fault, newest, &count));
    assert_int_equal(count, 3);
    assert_true(newest[0] > newest[1] && newest[1] > newest[2]);
    assert_int_equal(newest[2], events[0].sequence);
    OFFICE_OK(
        &office, store_history_but_returns(
                     office.reader, FILE_EXPORTER, "EX-0031", newest[1], 9, &office.arena,
                     &office.fault, &events, &count));
    assert_int_equal(count, 2);
    assert_int_equal(events[0].sequence, newest[2]);
}

static void every_event_is_proved_by_the_stored_nodes(void **state)
{
    (void)state;
    office_live(&office);
    struct store_head head;
    struct event *events;
    size_t count;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    OFFICE_OK(
        &office,
        store_events(office.reader, 0, 100, &office.arena, &office.fault, &events, &count));
    assert_int_equal(count, head.size);
    for (size_t i = 0; i < count; i++) {
        struct proof proof;
        struct digest leaf;
        OFFICE_OK(
            &office, event_leaf(&office.script.world.authority, &events[i], &office.fault, &leaf));
        assert_true(digest_equal(&leaf, &events[i].leaf));
        OFFICE_OK(&office, store_inclusion(office.reader, i, count, &office.fault, &proof));
        OFFICE_OK(
            &office, proof_check_inclusion(
                         &leaf, i, count, proof.hashes, proof.count, &head.root, &office.fault));
        if (i) {
            OFFICE_OK(&office, store_consistency(office.reader, i, count, &office.fault, &proof));
        }
    }
}

static void personal_data_is_not_in_the_leaf(void **state)
{
    (void)state;
    office_live(&office);
    struct event *events;
    size_t count;
    OFFICE_OK(
        &office,
        store_events(office.reader, 0, 100, &office.arena, &office.fault, &events, &count));
    for (size_t i = 0; i < count; i++) {
        struct buffer leaf = {0};
        OFFICE_OK(
            &office,
            event_leaf_bytes(&office.script.world.authority, &events[i], &office.fault, &leaf));
        bool whole = memmem(leaf.data, leaf.length, events[i].body.data, events[i].body.length);
        assert_int_equal(whole, event_is_public(events[i].type));
        assert_int_equal(events[i].salt.length, whole ? 0 : EVENT_SALT_SIZE);
        buffer_free(&leaf);
    }
}

static void the_office_as_it_stands(void **state)
{
    (void)state;
    struct office stands;
    OFFICE_OK(
        &office, store_office(office.reader, WORLD_NOW, &office.arena, &office.fault, &stands));
    assert_null(stands.delegation);
    assert_int_equal(stands.countries_date, 0);
    assert_int_equal(stands.settings.review_days, 5);
    office_live(&office);
    OFFICE_OK(
        &office, store_office(office.reader, WORLD_NOW, &office.arena, &office.fault, &stands));
    assert_non_null(stands.delegation);
    assert_int_equal(stands.delegation->version, 1);
    assert_int_equal(stands.countries_date, WORLD_NOW);
    OFFICE_OK(
        &office, store_office(
                     office.reader, office.script.world.delegation.until, &office.arena,
                     &office.fault, &stands));
    assert_null(stands.delegation);
}

/* --- Renewals ----------------------------------------------------------------------------- */

static void a_first_renewal_gets_a_lease(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    struct lease lease = office_lease(&office, &job);
    assert_int_equal(lease.sequence, 1);
    assert_int_equal(lease.state, LEASE_ACTIVE);
    assert_int_equal(lease.ttl, MILLIS_MINUTE);
    assert_true(digest_equal(&lease.licence, &office.script.world.licence_digest));
    assert_true(digest_equal(&lease.certificate, &office.script.world.certificate_digest));
    const struct contact *contact;
    OFFICE_OK(
        &office, store_contact(office.reader, "IN-0001", &office.arena, &office.fault, &contact));
    assert_non_null(contact);
    assert_int_equal(contact->sequence, 1);
    assert_true(bytes_equal(contact->lease, buffer_view(&job.answer.lease)));
    /* A lease is no event. */
    struct store_head head;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    assert_int_equal(head.size, OFFICE_EVENTS);
    store_answer_free(&job.answer);
}

static void a_renewal_waits_until_something_changes(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    office_clock += 10 * MILLIS_SECOND;
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_WAIT);
    assert_int_equal(job.answer.wait_until, office_clock + 20 * MILLIS_SECOND);
    assert_int_equal(job.arrived, office_clock);
    struct order cut = world_order(&office.script.world, "OR-1", ORDER_DISCONNECT, NULL);
    struct store_answer answer =
        office_do(&office, STORE_ACT, OFFICE_ORDER(&office.script, &cut, WORLD_D1));
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    assert_int_equal(answer.change_count, 2);
    assert_int_equal(answer.changes[1].kind, FILE_LICENCE);
    assert_int_equal(answer.changes[1].state, LICENCE_DISCONNECTED);
    office_clock += 5 * MILLIS_SECOND;
    job.parked = true;
    OFFICE_OK(&office, store_apply(office.store, &job, 1, &office.fault));
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    struct lease lease = office_lease(&office, &job);
    assert_int_equal(lease.sequence, 2);
    assert_int_equal(lease.state, LEASE_DISCONNECTED);
    assert_int_equal(lease.orders_count, 1);
    const struct contact *contact;
    OFFICE_OK(
        &office, store_contact(office.reader, "IN-0001", &office.arena, &office.fault, &contact));
    assert_int_equal(contact->time, WORLD_NOW + 10 * MILLIS_SECOND);
    store_answer_free(&job.answer);
}

static void a_renewal_sent_again_gets_the_same_bytes(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    office_reopen(&office);
    office_clock += MILLIS_SECOND;
    struct store_job again = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(again.answer.outcome, STORE_LEASE);
    assert_true(bytes_equal(buffer_view(&again.answer.lease), buffer_view(&job.answer.lease)));
    store_answer_free(&again.answer);
    /* Other bytes under that id are refused. */
    renewal.running = 3;
    again = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(again.answer.outcome, STORE_REFUSED);
    assert_int_equal(again.answer.error, ERROR_DOCUMENT_REFERENCE);
    store_answer_free(&again.answer);
    store_answer_free(&job.answer);
}

static void a_clone_suspends_its_installation(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    struct renewal next = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    next.running = 1;
    next.returns_count = 0;
    next.in_force = (struct digest){{1}};
    job = office_renew(&office, &next, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    store_answer_free(&job.answer);
    /* A second successor of the first lease. */
    struct renewal clone = next;
    clone.request.bytes[15] ^= 0x55;
    job = office_renew(&office, &clone, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_REFUSED);
    assert_int_equal(job.answer.change_count, 3);
    assert_int_equal(job.answer.changes[0].state, INSTALLATION_SUSPENDED);
    assert_true(job.answer.evidence.length > 0); /* the renewal that went before it */
    store_answer_free(&job.answer);
    const struct installation_file *file = office_load(&office, FILE_INSTALLATION, "IN-0001");
    assert_int_equal(file->base.state, INSTALLATION_SUSPENDED);
    struct event *events;
    size_t count;
    OFFICE_OK(
        &office, store_history(
                     office.reader, FILE_INSTALLATION, "IN-0001", UINT64_MAX, 1, &office.arena,
                     &office.fault, &events, &count));
    assert_string_equal(events[0].actor, "server");
    /* Once only. */
    job = office_renew(&office, &clone, WORLD_GUARD);
    assert_int_equal(job.answer.change_count, 0);
    store_answer_free(&job.answer);
}

/* Renewals one after the other, a second apart: what is measured before the server's clock is known
 * to run does not count. */
static struct renewal some_renewals(int count)
{
    struct renewal renewal = office_first_renewal(&office);
    for (int i = 0; i < count; i++) {
        struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
        assert_int_equal(job.answer.outcome, STORE_LEASE);
        assert_int_equal(office_lease(&office, &job).state, LEASE_ACTIVE);
        office_clock += MILLIS_SECOND;
        renewal = office_next_renewal(&office, &renewal, &job);
        renewal.in_force = (struct digest){{1}}; /* so that none waits */
        store_answer_free(&job.answer);
    }
    return renewal;
}

static void a_clock_that_ran_ahead_suspends(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = some_renewals(3);
    renewal.boot_time += MILLIS_HOUR;
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    assert_int_equal(office_lease(&office, &job).state, LEASE_SUSPENDED);
    assert_int_equal(job.answer.changes[0].state, INSTALLATION_SUSPENDED);
    store_answer_free(&job.answer);
}

static void a_renewal_that_was_long_on_its_way_is_no_fault_of_the_guard(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = some_renewals(3);
    /* Made now, received in an hour; the next one at once. */
    office_clock += MILLIS_HOUR;
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(office_lease(&office, &job).state, LEASE_ACTIVE);
    office_clock += MILLIS_SECOND;
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(office_lease(&office, &job).state, LEASE_ACTIVE);
    assert_int_equal(job.answer.change_count, 0);
    store_answer_free(&job.answer);
}

static void a_server_clock_that_was_set_suspends_nobody(void **state)
{
    (void)state;
    static const millis steps[] = {-MILLIS_HOUR, 2 * MILLIS_HOUR, -40 * MILLIS_DAY};
    office_live(&office);
    struct renewal renewal = some_renewals(3);
    for (size_t i = 0; i < 3 * 4; i++) {
        if (i % 4 == 0) {
            office_clock += steps[i / 4];
            database_apart -= steps[i / 4];
        }
        office_clock += 10 * MILLIS_SECOND;
        renewal.boot_time = office_first_renewal(&office).boot_time;
        struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
        assert_int_equal(job.answer.outcome, STORE_LEASE);
        assert_int_equal(office_lease(&office, &job).state, LEASE_ACTIVE);
        renewal = office_next_renewal(&office, &renewal, &job);
        renewal.in_force = (struct digest){{1}};
        store_answer_free(&job.answer);
        if (i == 6)
            office_reopen(&office);
    }
}

static void a_guard_that_is_latched_is_noted(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    renewal.latch = (struct digest){{9}};
    renewal.latch_reason = "The log was cut off.";
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    store_answer_free(&job.answer);
    const struct installation_file *file = office_load(&office, FILE_INSTALLATION, "IN-0001");
    assert_int_equal(file->base.state, INSTALLATION_LATCHED);
    assert_string_equal(file->reason, "The log was cut off.");
}

/* Of the installation's events one is a return; without returns the others are left, in order. */
static void one_event_is_a_return(void)
{
    struct event *all, *others;
    size_t all_count, others_count, k = 0;
    OFFICE_OK(
        &office, store_history(
                     office.reader, FILE_INSTALLATION, "IN-0001", UINT64_MAX, 50, &office.arena,
                     &office.fault, &all, &all_count));
    OFFICE_OK(
        &office, store_history_but_returns(
                     office.reader, FILE_INSTALLATION, "IN-0001", UINT64_MAX, 50, &office.arena,
                     &office.fault, &others, &others_count));
    assert_int_equal(others_count, all_count - 1);
    assert_true(others_count > 0);
    for (size_t i = 0; i < all_count; i++) {
        if (all[i].type == EVENT_RETURN)
            continue;
        assert_true(k < others_count);
        assert_int_equal(others[k++].sequence, all[i].sequence);
    }
    assert_int_equal(k, others_count);
}

static void receipts_and_returns_become_events_once(void **state)
{
    (void)state;
    struct world *world = &office.script.world;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    struct order cut = world_order(world, "OR-1", ORDER_SUSPEND, NULL);
    office_do(&office, STORE_ACT, OFFICE_ORDER(&office.script, &cut, WORLD_F1));
    const struct order_file *order = office_load(&office, FILE_ORDER, "OR-1");
    struct receipt receipt = {
        .installation = "IN-0001",
        .order = order->digest,
        .lease = renewal.previous,
        .received = WORLD_NOW,
        .obeyed = WORLD_NOW + 7,
        .stopped = 2,
        .state = LEASE_SUSPENDED,
    };
    struct usage_return counts = {
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .from = WORLD_NOW - MILLIS_HOUR,
        .until = WORLD_NOW,
        .within = 5,
        .outside = 2,
        .begun = 4,
        .stopped = 1,
        .head = renewal.head,
    };
    struct buffer receipt_bytes = {0}, return_bytes = {0}, forged = {0};
    WORLD_SIGN(world, INSTRUMENT_RECEIPT, &receipt, &receipt_bytes, NULL, WORLD_GUARD);
    WORLD_SIGN(world, INSTRUMENT_RETURN, &counts, &return_bytes, NULL, WORLD_GUARD);
    WORLD_SIGN(world, INSTRUMENT_RETURN, &counts, &forged, NULL, WORLD_STRANGER);
    const struct bytes receipts[] = {buffer_view(&receipt_bytes), buffer_view(&receipt_bytes)};
    const struct bytes returns[] = {buffer_view(&return_bytes), buffer_view(&return_bytes)};
    renewal.receipts = receipts;
    renewal.receipts_count = 2;
    renewal.returns = returns;
    renewal.returns_count = 2;
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    assert_int_equal(job.answer.left_out, 0);
    order = office_load(&office, FILE_ORDER, "OR-1");
    assert_int_equal(order->receipts_count, 1);
    assert_int_equal(order->receipts[0].stopped, 2);
    const struct contact *contact;
    OFFICE_OK(
        &office, store_contact(office.reader, "IN-0001", &office.arena, &office.fault, &contact));
    assert_int_equal(contact->within, 5);
    assert_int_equal(contact->return_until, WORLD_NOW);
    struct store_head head;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    assert_int_equal(head.size, OFFICE_EVENTS + 4); /* order, receipt, return, delivery */
    one_event_is_a_return();
    store_answer_free(&job.answer);
    /* By themselves, too: known already, or not the guard's. */
    assert_int_equal(
        office_do(&office, STORE_RETURN, buffer_view(&return_bytes)).outcome, STORE_AGAIN);
    assert_int_equal(
        office_do(&office, STORE_RECEIPT, buffer_view(&receipt_bytes)).outcome, STORE_AGAIN);
    counts.from = WORLD_NOW;
    counts.until = WORLD_NOW + 10;
    buffer_clear(&forged);
    WORLD_SIGN(world, INSTRUMENT_RETURN, &counts, &forged, NULL, WORLD_STRANGER);
    assert_int_equal(office_do(&office, STORE_RETURN, buffer_view(&forged)).outcome, STORE_REFUSED);
    buffer_free(&receipt_bytes);
    buffer_free(&return_bytes);
    buffer_free(&forged);
}

static struct bytes signed_return(millis from, millis until, uint64_t within)
{
    const struct usage_return value = {
        .installation = "IN-0001",
        .licence = office.script.world.licence_digest,
        .from = from,
        .until = until,
        .within = within,
        .head = {.size = 1, .root = {{5}}, .tag = {{6}}},
    };
    struct buffer bytes = {0};
    WORLD_SIGN(&office.script.world, INSTRUMENT_RETURN, &value, &bytes, NULL, WORLD_GUARD);
    struct bytes kept = arena_copy(&office.script.arena, buffer_view(&bytes));
    assert_non_null(kept.data);
    buffer_free(&bytes);
    return kept;
}

/* A return whose period ends in a time that has not come must not make those that follow look as if
 * they had come already. */
static void a_return_of_the_future_hides_no_later_one(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    store_answer_free(&job.answer);
    const struct {
        millis from, until;
        enum store_outcome outcome;
        uint64_t within, ahead; /* sums after it */
        millis return_until;
    } rows[] = {
        {WORLD_NOW - MILLIS_HOUR, WORLD_NOW, STORE_ACCEPTED, 1, 0, WORLD_NOW},
        /* as far as a guard's clock may be ahead */
        {WORLD_NOW, WORLD_NOW + GUARD_AHEAD_MAX, STORE_ACCEPTED, 2, 0, WORLD_NOW + GUARD_AHEAD_MAX},
        {WORLD_NOW + GUARD_AHEAD_MAX, WORLD_NOW + 90 * MILLIS_DAY, STORE_ACCEPTED, 3, 1,
         WORLD_NOW + GUARD_AHEAD_MAX},
        {WORLD_NOW + GUARD_AHEAD_MAX, FIELD_TIME_LAST, STORE_ACCEPTED, 4, 2,
         WORLD_NOW + GUARD_AHEAD_MAX},
    };
    const struct contact *contact;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct store_answer answer =
            office_do(&office, STORE_RETURN, signed_return(rows[i].from, rows[i].until, 1));
        assert_int_equal(answer.outcome, rows[i].outcome);
        OFFICE_OK(
            &office,
            store_contact(office.reader, "IN-0001", &office.arena, &office.fault, &contact));
        assert_int_equal(contact->within, rows[i].within);
        assert_int_equal(contact->returns_ahead, rows[i].ahead);
        assert_int_equal(contact->return_until, rows[i].return_until);
    }
    struct bytes newest = signed_return(WORLD_NOW + GUARD_AHEAD_MAX, FIELD_TIME_LAST, 1);
    assert_int_equal(office_do(&office, STORE_RETURN, newest).outcome, STORE_AGAIN);
    office_clock += MILLIS_DAY;
    struct bytes later = signed_return(WORLD_NOW + MILLIS_HOUR, office_clock, 10);
    assert_int_equal(office_do(&office, STORE_RETURN, later).outcome, STORE_ACCEPTED);
    assert_int_equal(office_do(&office, STORE_RETURN, later).outcome, STORE_AGAIN);
    OFFICE_OK(
        &office, store_contact(office.reader, "IN-0001", &office.arena, &office.fault, &contact));
    assert_int_equal(contact->within, 14);
}

static void renewals_are_refused_without_the_means_to_answer(void **state)
{
    (void)state;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    /* Another guard's signature; another installation. */
    struct store_job job = office_renew(&office, &renewal, WORLD_STRANGER);
    assert_int_equal(job.answer.outcome, STORE_REFUSED);
    renewal.installation = "IN-0404";
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.error, ERROR_STORE_INSTALLATION);
    renewal = office_first_renewal(&office);
    /* A server that holds another key. */
    office.keys.lease = office.script.world.keys[WORLD_STRANGER];
    office_reopen(&office);
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.error, ERROR_STORE_KEY);
    /* A delegation that ran out. */
    office.keys.lease = office.script.world.keys[WORLD_LEASE];
    office_reopen(&office);
    office_clock = office.script.world.delegation.until;
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.error, ERROR_STORE_DELEGATION);
}

/* --- Deadlines ---------------------------------------------------------------------------- */

static void an_order_nobody_confirmed_raises_an_alarm(void **state)
{
    (void)state;
    office_live(&office);
    struct bytes *acts;
    size_t count;
    millis next;
    struct order cut = world_order(&office.script.world, "OR-1", ORDER_SUSPEND, NULL);
    office_do(&office, STORE_ACT, OFFICE_ORDER(&office.script, &cut, WORLD_F1));
    OFFICE_OK(
        &office, store_due(office.store, 10, &office.arena, &office.fault, &acts, &count, &next));
    assert_int_equal(count, 0);
    assert_int_equal(next, WORLD_NOW + MILLIS_DAY);
    office_clock = next;
    OFFICE_OK(
        &office, store_due(office.store, 10, &office.arena, &office.fault, &acts, &count, &next));
    assert_int_equal(count, 1);
    struct store_answer answer = office_do(&office, STORE_ACT, acts[0]);
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    const struct order_file *order = office_load(&office, FILE_ORDER, "OR-1");
    assert_int_equal(order->base.state, ORDER_UNCONFIRMED);
    OFFICE_OK(
        &office, store_due(office.store, 10, &office.arena, &office.fault, &acts, &count, &next));
    assert_int_equal(count, 0);
    assert_int_equal(next, office.script.world.licence.until);
}

/* --- Opening ------------------------------------------------------------------------------ */

static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    struct store *store = NULL;
    struct store_reader *reader = NULL;
    const struct bytes root = buffer_view(&office.script.world.root_bytes);
    assert_int_equal(
        store_create(&database_os, office.path, &root, 1, true, &office.fault), ERROR_EXISTS);
    char path[300];
    snprintf(path, sizeof path, "%s/none.db", office.folder);
    assert_int_equal(store_open(path, NULL, &office.fault, &store), ERROR_NOT_FOUND);
    assert_int_equal(store_reader_open(NULL, path, &office.fault, &reader), ERROR_NOT_FOUND);
    /* A demo root only where it is allowed; a root signed by one ministry never. */
    assert_int_equal(
        store_create(&database_os, path, &root, 1, false, &office.fault), ERROR_ROOT_DEMO);
    assert_int_not_equal(access(path, F_OK), 0);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("not a database, but long enough to look like the head of one .....", file);
    for (int i = 0; i < 100; i++)
        fputs("........", file);
    fclose(file);
    assert_int_equal(store_open(path, NULL, &office.fault, &store), ERROR_STORE_FOREIGN);
    assert_null(store);
}

static void errors_say_what_to_do(void **state)
{
    (void)state;
    static const enum error rows[] = {
#define ERROR_ROW(name, number, words) number,
#include "base/error_rows.h"
#undef ERROR_ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i] >= 750 && rows[i] < 800)
            assert_non_null(store_advice(rows[i]));
    }
    assert_null(store_advice(ERROR_OK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_life_is_applied_and_read_back),
        TEST(one_act_at_a_time_or_all_together_are_the_same),
        TEST(the_same_bytes_get_the_same_answer),
        TEST(other_bytes_under_an_id_are_refused),
        TEST(a_stale_version_is_told_the_current_one),
        TEST(a_refused_act_leaves_the_others_of_its_group),
        TEST(a_clock_set_back_does_not_take_the_log_back),
        TEST(the_next_root_is_taken_and_no_other),
        TEST(an_open_store_goes_on_where_it_was),
        TEST(two_writers_see_each_other),
        TEST(lists_go_on_by_number),
        TEST(files_are_listed_by_waiting_and_by_deadline),
        TEST(the_history_of_a_file_is_its_events),
        TEST(every_event_is_proved_by_the_stored_nodes),
        TEST(personal_data_is_not_in_the_leaf),
        TEST(the_office_as_it_stands),
        TEST(a_first_renewal_gets_a_lease),
        TEST(a_renewal_waits_until_something_changes),
        TEST(a_renewal_sent_again_gets_the_same_bytes),
        TEST(a_clone_suspends_its_installation),
        TEST(a_clock_that_ran_ahead_suspends),
        TEST(a_renewal_that_was_long_on_its_way_is_no_fault_of_the_guard),
        TEST(a_server_clock_that_was_set_suspends_nobody),
        TEST(a_guard_that_is_latched_is_noted),
        TEST(receipts_and_returns_become_events_once),
        TEST(a_return_of_the_future_hides_no_later_one),
        TEST(renewals_are_refused_without_the_means_to_answer),
        TEST(an_order_nobody_confirmed_raises_an_alarm),
        TEST(what_is_no_database_is_refused),
        TEST(errors_say_what_to_do),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
