/* service: one licence's life over HTTP; renewals parked, woken, sent again; what is refused, with
 * its status and the state unchanged; restarts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service_fixture.h"

static struct service_fixture fixture;
static const struct bytes nothing;

#define COSE "application/cose"

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    service_fixture_free(&fixture);
    return 0;
}

static struct bytes order_of(const char *number, enum order_kind kind)
{
    struct order order = world_order(&fixture.script.world, number, kind, NULL);
    return OFFICE_ORDER(&fixture.script, &order, WORLD_D1);
}

/* --- A life ------------------------------------------------------------------------------- */

static void a_life_goes_over_the_api(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct http_reply reply =
        service_call(&fixture, "GET", "/api/v1/files/licence/IL-2026-0017", NULL, nothing);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, "application/json");
    const char *text = service_text(&reply);
    assert_non_null(strstr(text, "\"number\":\"IL-2026-0017\",\"version\":3,\"state\":\"active\""));
    assert_non_null(strstr(text, "\"verb\":\"expire\""));
    http_reply_free(&reply);
    reply = service_call(
        &fixture, "GET", "/api/v1/files/installation?parent=IL-2026-0017", NULL, nothing);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(service_text(&reply), "\"number\":\"IN-0001\""));
    http_reply_free(&reply);
}

static void the_answer_of_an_act_names_event_file_and_version(void **state)
{
    (void)state;
    struct http_reply reply =
        service_call(&fixture, "POST", "/api/v1/acts", COSE, fixture.script.life[0]);
    assert_int_equal(reply.status, 201);
    assert_string_equal(
        service_text(&reply), "{\"event\":1,\"file\":\"country/XA\",\"version\":1}\n");
    http_reply_free(&reply);
    /* Sent again after a restart: the same answer, and nothing new. */
    service_fixture_stop(&fixture);
    service_fixture_start(&fixture);
    struct digest root = service_root(&fixture);
    reply = service_call(&fixture, "POST", "/api/v1/acts", COSE, fixture.script.life[0]);
    assert_int_equal(reply.status, 200);
    assert_string_equal(
        service_text(&reply), "{\"event\":1,\"file\":\"country/XA\",\"version\":1}\n");
    http_reply_free(&reply);
    struct digest after = service_root(&fixture);
    assert_true(digest_equal(&root, &after));
}

static void guards_find_roots_and_the_delegation(void **state)
{
    (void)state;
    assert_int_equal(service_status(&fixture, "GET", "/api/v1/delegation", NULL, nothing), 404);
    service_fixture_live(&fixture);
    struct http_reply reply = service_call(&fixture, "GET", "/api/v1/roots/1", NULL, nothing);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, COSE);
    assert_true(
        bytes_equal(buffer_view(&reply.body), buffer_view(&fixture.script.world.root_bytes)));
    http_reply_free(&reply);
    assert_int_equal(service_status(&fixture, "GET", "/api/v1/roots/2", NULL, nothing), 404);
    assert_int_equal(service_status(&fixture, "GET", "/api/v1/roots/0", NULL, nothing), 404);
    assert_int_equal(service_status(&fixture, "GET", "/api/v1/roots/x", NULL, nothing), 400);
    reply = service_call(&fixture, "GET", "/api/v1/delegation", NULL, nothing);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, COSE);
    struct arena arena = {0};
    struct document document;
    struct delegation delegation;
    assert_int_equal(
        delegation_open(
            buffer_view(&reply.body), &fixture.script.world.chain, &arena, NULL, &document,
            &delegation),
        ERROR_OK);
    assert_int_equal(delegation.version, fixture.script.world.delegation.version);
    arena_free(&arena);
    http_reply_free(&reply);
}

static void the_log_can_be_verified_from_outside(void **state)
{
    (void)state;
    assert_int_equal(service_status(&fixture, "GET", "/api/v1/checkpoint", NULL, nothing), 404);
    service_fixture_live(&fixture);
    struct http_reply note = service_call(&fixture, "GET", "/api/v1/checkpoint", NULL, nothing);
    struct note_key key;
    struct checkpoint checkpoint;
    assert_int_equal(
        note_key_make(
            bytes_of(fixture.script.world.delegation.origin),
            private_key_public(fixture.script.world.keys[WORLD_LOG]), NULL, &key),
        ERROR_OK);
    assert_int_equal(checkpoint_open(buffer_view(&note.body), &key, NULL, &checkpoint), ERROR_OK);
    http_reply_free(&note);
    struct http_reply proof =
        service_call(&fixture, "GET", "/api/v1/events/3/proof", NULL, nothing);
    struct http_reply events =
        service_call(&fixture, "GET", "/api/v1/events?from=3&count=1", NULL, nothing);
    assert_int_equal(proof.status, 200);
    assert_int_equal(events.status, 200);
    struct arena arena = {0};
    const struct json *json, *hashes, *list;
    struct bytes text;
    struct digest leaf, path[PROOF_HASHES_MAX];
    assert_int_equal(json_parse(buffer_view(&proof.body), &arena, NULL, &json), ERROR_OK);
    assert_int_equal(json_get(json, "hashes", JSON_ARRAY, NULL, &hashes), ERROR_OK);
    size_t count = json_count(hashes);
    assert_true(count <= PROOF_HASHES_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(json_string(json_at(hashes, i), NULL, &text), ERROR_OK);
        assert_int_equal(digest_parse(text, NULL, &path[i]), ERROR_OK);
    }
    assert_int_equal(json_parse(buffer_view(&events.body), &arena, NULL, &json), ERROR_OK);
    assert_int_equal(json_get(json, "events", JSON_ARRAY, NULL, &list), ERROR_OK);
    assert_int_equal(json_count(list), 1);
    assert_int_equal(json_get_string(json_at(list, 0), "leaf", NULL, &text), ERROR_OK);
    assert_int_equal(digest_parse(text, NULL, &leaf), ERROR_OK);
    assert_int_equal(
        proof_check_inclusion(&leaf, 3, checkpoint.size, path, count, &checkpoint.root, NULL),
        ERROR_OK);
    arena_free(&arena);
    http_reply_free(&proof);
    http_reply_free(&events);
}

/* The numbers of the events that a query lists; its `next`, or 0. */
static uint64_t listed(const char *path, uint64_t *ret_sequences, size_t room, size_t *ret_count)
{
    struct http_reply events = service_call(&fixture, "GET", path, NULL, nothing);
    struct arena arena = {0};
    const struct json *json, *list;
    uint64_t next = 0;
    assert_int_equal(events.status, 200);
    assert_int_equal(json_parse(buffer_view(&events.body), &arena, NULL, &json), ERROR_OK);
    assert_int_equal(json_get(json, "events", JSON_ARRAY, NULL, &list), ERROR_OK);
    *ret_count = json_count(list);
    assert_true(*ret_count <= room);
    for (size_t i = 0; i < *ret_count; i++)
        assert_int_equal(
            json_get_u64(json_at(list, i), "sequence", NULL, &ret_sequences[i]), ERROR_OK);
    if (json_find(json, "next"))
        assert_int_equal(json_get_u64(json, "next", NULL, &next), ERROR_OK);
    arena_free(&arena);
    http_reply_free(&events);
    return next;
}

/* Ascending, whole, also a page at a time. */
static void the_events_of_one_file(void **state)
{
    (void)state;
    uint64_t all[16], page[16];
    size_t count, here, found = 0;
    service_fixture_live(&fixture);
    assert_int_equal(listed("/api/v1/events?file=certificate/EC-2026-0009", all, 16, &count), 0);
    assert_true(count >= 4); /* offered, signed, authenticated, countersigned */
    uint64_t next = 0;
    do {
        char path[120];
        snprintf(
            path, sizeof path, "/api/v1/events?file=certificate/EC-2026-0009&from=%llu&count=2",
            (unsigned long long)next);
        next = listed(path, page, 16, &here);
        assert_true(here <= 2);
        for (size_t i = 0; i < here; i++)
            assert_int_equal(page[i], all[found++]);
    } while (next);
    assert_int_equal(found, count);
    assert_int_equal(listed("/api/v1/events?file=certificate/EC-1", all, 16, &count), 0);
    assert_int_equal(count, 0);
}

/* --- Renewals ----------------------------------------------------------------------------- */

static struct bytes kept(struct http_reply *reply)
{
    assert_int_equal(reply->status, 200);
    struct bytes bytes = arena_copy(&fixture.arena, buffer_view(&reply->body));
    http_reply_free(reply);
    return bytes;
}

static struct bytes first_lease(struct renewal *ret_renewal)
{
    *ret_renewal = service_first_renewal(&fixture);
    struct http_reply reply = service_call(
        &fixture, "POST", "/api/v1/renewals", COSE,
        service_sign_renewal(&fixture, ret_renewal, WORLD_GUARD));
    return kept(&reply);
}

static void a_parked_renewal_is_answered_by_an_order(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct renewal renewal;
    struct bytes bytes = first_lease(&renewal);
    assert_int_equal(service_lease(&fixture, bytes).state, LEASE_ACTIVE);
    renewal = service_next_renewal(&fixture, &renewal, bytes);
    struct service_parked parked;
    service_park(&fixture, &parked, service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    service_await(&fixture, 1);
    assert_int_equal(service_act(&fixture, order_of("OR-1", ORDER_DISCONNECT)), 201);
    service_join(&parked);
    struct bytes next = kept(&parked.reply);
    struct lease lease = service_lease(&fixture, next);
    assert_int_equal(lease.state, LEASE_DISCONNECTED);
    assert_int_equal(lease.orders_count, 1);
    assert_int_equal(lease.sequence, 2);
    /* The same bytes again, also after a restart, get the same lease. */
    service_fixture_stop(&fixture);
    service_fixture_start(&fixture);
    struct http_reply again = service_call(
        &fixture, "POST", "/api/v1/renewals", COSE,
        service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    struct bytes same = kept(&again);
    assert_true(bytes_equal(same, next));
}

static void what_concerns_others_wakes_nobody(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct renewal renewal;
    struct bytes bytes = first_lease(&renewal);
    renewal = service_next_renewal(&fixture, &renewal, bytes);
    struct service_parked parked;
    service_park(&fixture, &parked, service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    service_await(&fixture, 1);
    /* Another installation of the same licence: it is looked at, and waits on. */
    assert_int_equal(
        service_act(&fixture, office_enrol(&fixture.script, "IN-0002", WORLD_STRANGER)), 201);
    service_await(&fixture, 1);
    /* The server stops: it is told to come again, and the lease is still to be had. */
    service_fixture_stop(&fixture);
    service_join(&parked);
    assert_int_equal(parked.reply.status, 503);
    http_reply_free(&parked.reply);
    service_fixture_start(&fixture);
    service_park(&fixture, &parked, parked.body);
    service_await(&fixture, 1);
    assert_int_equal(service_act(&fixture, order_of("OR-1", ORDER_SUSPEND)), 201);
    service_join(&parked);
    assert_int_equal(service_lease(&fixture, kept(&parked.reply)).state, LEASE_SUSPENDED);
}

static void a_client_that_leaves_is_forgotten(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct renewal renewal;
    struct bytes bytes = first_lease(&renewal);
    renewal = service_next_renewal(&fixture, &renewal, bytes);
    struct bytes body = service_sign_renewal(&fixture, &renewal, WORLD_GUARD);
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/renewals", service_port(fixture.service));
    const struct http_call call = {
        .method = "POST", .url = url, .type = COSE, .body = body, .timeout = 300};
    struct http_reply reply;
    assert_int_equal(
        http_client_call(fixture.client, &call, &fixture.fault, &reply), ERROR_TIMEOUT);
    service_await(&fixture, 0);
}

static void the_same_renewal_twice_gets_one_lease_twice(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct renewal renewal;
    struct bytes bytes = first_lease(&renewal);
    renewal = service_next_renewal(&fixture, &renewal, bytes);
    struct bytes body = service_sign_renewal(&fixture, &renewal, WORLD_GUARD);
    struct service_parked first, second;
    service_park(&fixture, &first, body);
    service_await(&fixture, 1);
    service_park(&fixture, &second, body);
    service_join(&first);
    service_join(&second);
    struct bytes one = kept(&first.reply), other = kept(&second.reply);
    assert_true(bytes_equal(one, other));
}

static void a_clone_is_found_when_both_wait(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct renewal renewal;
    struct bytes bytes = first_lease(&renewal);
    renewal = service_next_renewal(&fixture, &renewal, bytes);
    struct renewal clone = renewal;
    clone.request.bytes[0] ^= 0xFF;
    struct service_parked first, second;
    service_park(&fixture, &first, service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    service_await(&fixture, 1);
    service_park(&fixture, &second, service_sign_renewal(&fixture, &clone, WORLD_GUARD));
    service_join(&first);
    service_join(&second);
    assert_int_equal(service_lease(&fixture, kept(&first.reply)).state, LEASE_ACTIVE);
    if (second.reply.status == 200)
        assert_int_equal(service_lease(&fixture, kept(&second.reply)).state, LEASE_SUSPENDED);
    if (second.reply.status != 200) {
        /* It is shown the renewal that went before it. */
        assert_int_equal(second.reply.status, 409);
        assert_string_equal(second.reply.type, COSE);
        assert_true(bytes_equal(buffer_view(&second.reply.body), first.body));
    }
    http_reply_free(&second.reply);
    struct http_reply file =
        service_call(&fixture, "GET", "/api/v1/files/installation/IN-0001", NULL, nothing);
    assert_non_null(strstr(service_text(&file), "\"state\":\"suspended\""));
    http_reply_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_life_goes_over_the_api),
        TEST(the_answer_of_an_act_names_event_file_and_version),
        TEST(guards_find_roots_and_the_delegation),
        TEST(the_log_can_be_verified_from_outside),
        TEST(the_events_of_one_file),
        TEST(a_parked_renewal_is_answered_by_an_order),
        TEST(what_concerns_others_wakes_nobody),
        TEST(a_client_that_leaves_is_forgotten),
        TEST(the_same_renewal_twice_gets_one_lease_twice),
        TEST(a_clone_is_found_when_both_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
