/* service: challenges, sessions, and logging in by key and by passkey: what opens a session, what
 * does not, and what ends one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "service/routes.h"
#include "service/sessions.h"
#include "service_fixture.h"
#include "virtual_authenticator.h"

/* --- The tables --------------------------------------------------------------------------- */

#define IDLE (10 * MILLIS_MINUTE)
#define LONGEST MILLIS_HOUR
#define START (5 * MILLIS_HOUR)

static struct sessions *new_sessions(void)
{
    struct sessions *sessions = NULL;
    assert_int_equal(sessions_new(&os_system, IDLE, LONGEST, NULL, &sessions), ERROR_OK);
    return sessions;
}

static struct bytes
challenge_at(struct sessions *sessions, millis now, uint8_t room[CHALLENGE_SIZE])
{
    assert_int_equal(sessions_challenge(sessions, now, NULL, room), ERROR_OK);
    return (struct bytes){room, CHALLENGE_SIZE};
}

/* Opens a session for the person of this number. */
static void
open_at(struct sessions *sessions, unsigned person, millis now, char token[TOKEN_TEXT_SIZE])
{
    uint8_t room[CHALLENGE_SIZE];
    struct key_id id = {{0}};
    store_u32(id.bytes, person);
    struct bytes challenge = challenge_at(sessions, now, room);
    assert_int_equal(sessions_open(sessions, challenge, &id, now, NULL, token), ERROR_OK);
}

static bool lasts(struct sessions *sessions, const char *token, millis now)
{
    struct key_id id;
    return sessions_find(sessions, bytes_of(token), now, &id);
}

static void only_whole_challenges_of_this_run_are_taken(void **state)
{
    (void)state;
    struct sessions *sessions = new_sessions(), *other = new_sessions();
    uint8_t room[CHALLENGE_SIZE + 1] = {0};
    struct bytes challenge = challenge_at(sessions, START, room);
    assert_int_equal(sessions_check(sessions, challenge, START, NULL), ERROR_OK);
    assert_int_equal(sessions_check(other, challenge, START, NULL), ERROR_SESSION_CHALLENGE);
    for (size_t length = 0; length <= CHALLENGE_SIZE + 1; length++) {
        if (length != CHALLENGE_SIZE)
            assert_int_equal(
                sessions_check(sessions, (struct bytes){room, length}, START, NULL),
                ERROR_SESSION_CHALLENGE);
    }
    for (size_t i = 0; i < CHALLENGE_SIZE; i++) {
        room[i] ^= 0x40;
        assert_int_equal(sessions_check(sessions, challenge, START, NULL), ERROR_SESSION_CHALLENGE);
        room[i] ^= 0x40;
    }
    assert_int_equal(
        sessions_check(sessions, challenge, START + CHALLENGE_LIFE - 1, NULL), ERROR_OK);
    assert_int_equal(
        sessions_check(sessions, challenge, START + CHALLENGE_LIFE, NULL), ERROR_SESSION_CHALLENGE);
    sessions_free(sessions);
    sessions_free(other);
}

static void a_challenge_opens_one_session(void **state)
{
    (void)state;
    struct sessions *sessions = new_sessions();
    uint8_t room[CHALLENGE_SIZE];
    char token[TOKEN_TEXT_SIZE], again[TOKEN_TEXT_SIZE] = "untouched";
    const struct key_id id = {{7}};
    struct key_id found = {{0}};
    struct bytes challenge = challenge_at(sessions, START, room);
    assert_int_equal(sessions_open(sessions, challenge, &id, START, NULL, token), ERROR_OK);
    assert_int_equal(strlen(token), TOKEN_TEXT_SIZE - 1);
    assert_true(sessions_find(sessions, bytes_of(token), START, &found));
    assert_true(key_id_equal(&found, &id));
    assert_int_equal(
        sessions_open(sessions, challenge, &id, START + 1, NULL, again), ERROR_SESSION_CHALLENGE);
    assert_string_equal(again, "untouched");
    assert_int_equal(sessions_count(sessions, START), 1);
    /* Another token, or this one changed anywhere, is nobody's. */
    for (size_t i = 0; i < TOKEN_TEXT_SIZE - 1; i++) {
        char changed[TOKEN_TEXT_SIZE];
        memcpy(changed, token, sizeof changed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_false(lasts(sessions, changed, START));
    }
    assert_false(lasts(sessions, "", START));
    assert_false(lasts(sessions, "short", START));
    assert_true(sessions_close(sessions, bytes_of(token), START));
    assert_false(lasts(sessions, token, START));
    assert_false(sessions_close(sessions, bytes_of(token), START));
    sessions_free(sessions);
}

static void a_session_ends_unused_and_at_its_longest(void **state)
{
    (void)state;
    struct sessions *sessions = new_sessions();
    char token[TOKEN_TEXT_SIZE];
    open_at(sessions, 1, START, token);
    assert_true(lasts(sessions, token, START + IDLE - 1));
    assert_true(lasts(sessions, token, START + 2 * IDLE - 2));
    assert_false(lasts(sessions, token, START + 3 * IDLE - 2));
    assert_false(sessions_close(sessions, bytes_of(token), START + 3 * IDLE - 2));
    open_at(sessions, 1, START, token);
    for (millis now = START; now < START + LONGEST; now += IDLE / 2)
        assert_true(lasts(sessions, token, now));
    assert_true(lasts(sessions, token, START + LONGEST - 1));
    assert_false(lasts(sessions, token, START + LONGEST));
    sessions_free(sessions);
}

static void the_idlest_of_a_person_makes_room(void **state)
{
    (void)state;
    struct sessions *sessions = new_sessions();
    char own[SESSIONS_EACH + 1][TOKEN_TEXT_SIZE], other[TOKEN_TEXT_SIZE];
    open_at(sessions, 2, START, other);
    for (int i = 0; i < SESSIONS_EACH; i++)
        open_at(sessions, 1, START + i, own[i]);
    assert_true(lasts(sessions, own[0], START + 100)); /* used: now the second is idlest */
    open_at(sessions, 1, START + 200, own[SESSIONS_EACH]);
    assert_false(lasts(sessions, own[1], START + 200));
    assert_true(lasts(sessions, own[0], START + 200));
    assert_true(lasts(sessions, own[SESSIONS_EACH], START + 200));
    assert_true(lasts(sessions, other, START + 200));
    assert_int_equal(sessions_count(sessions, START + 200), SESSIONS_EACH + 1);
    sessions_free(sessions);
}

static void the_tables_are_bounded(void **state)
{
    (void)state;
    struct sessions *sessions = new_sessions();
    char first[TOKEN_TEXT_SIZE], token[TOKEN_TEXT_SIZE];
    uint8_t room[CHALLENGE_SIZE];
    const struct key_id id = {{1}};
    open_at(sessions, 0, START, first);
    /* Spread out, so that the challenges that were answered are forgotten in time. */
    millis now = START;
    for (unsigned person = 1; person < SESSIONS_MAX; person++) {
        now = START + person * (CHALLENGE_LIFE / 1000);
        open_at(sessions, person, now, token);
        if (person % 500 == 0)
            assert_true(lasts(sessions, first, now));
    }
    size_t all = sessions_count(sessions, now);
    assert_true(all <= SESSIONS_MAX);
    sessions_free(sessions);
    /* At one moment no more than so many challenges are answered; later there is room again. */
    sessions = new_sessions();
    enum error error = ERROR_OK;
    size_t opened = 0;
    for (; !error && opened < 5000; opened++) {
        struct bytes challenge = challenge_at(sessions, START, room);
        error = sessions_open(sessions, challenge, &id, START, NULL, token);
    }
    assert_int_equal(error, ERROR_BUSY);
    assert_int_equal(opened, 1025);
    open_at(sessions, 9, START + CHALLENGE_LIFE, token);
    sessions_free(sessions);
}

static int no_random(void *data, size_t size)
{
    (void)data, (void)size;
    return -1;
}

static void without_randomness_nothing_is_made(void **state)
{
    (void)state;
    struct os os = os_system;
    struct sessions *sessions = NULL;
    uint8_t room[CHALLENGE_SIZE];
    char token[TOKEN_TEXT_SIZE] = "untouched";
    const struct key_id id = {{1}};
    os.random = no_random;
    assert_int_equal(sessions_new(&os, IDLE, LONGEST, NULL, &sessions), ERROR_RANDOM);
    assert_null(sessions);
    os.random = os_system.random;
    assert_int_equal(sessions_new(&os, IDLE, LONGEST, NULL, &sessions), ERROR_OK);
    struct bytes challenge = challenge_at(sessions, START, room);
    os.random = no_random;
    assert_int_equal(sessions_open(sessions, challenge, &id, START, NULL, token), ERROR_RANDOM);
    assert_string_equal(token, "untouched");
    assert_int_equal(sessions_challenge(sessions, START, NULL, room), ERROR_RANDOM);
    os.random = os_system.random;
    /* Nothing was spent. */
    assert_int_equal(sessions_open(sessions, challenge, &id, START, NULL, token), ERROR_OK);
    sessions_free(sessions);
}

/* Whichever allocation fails, nothing is opened or spent. */
static void without_memory_nothing_is_opened(void **state)
{
    (void)state;
    struct sessions *sessions = NULL;
    const struct key_id id = {{1}};
    uint8_t room[CHALLENGE_SIZE];
    char token[TOKEN_TEXT_SIZE] = "untouched";
    failing_alloc_after(0);
    enum error error = sessions_new(&os_system, IDLE, LONGEST, NULL, &sessions);
    assert_true(failing_alloc_stop());
    assert_int_equal(error, ERROR_MEMORY);
    assert_null(sessions);
    sessions = new_sessions();
    struct bytes challenge = challenge_at(sessions, START, room);
    long n = 0;
    for (;; n++) {
        failing_alloc_after(n);
        error = sessions_open(sessions, challenge, &id, START, NULL, token);
        if (!failing_alloc_stop())
            break;
        assert_int_equal(error, ERROR_MEMORY);
        assert_string_equal(token, "untouched");
        assert_int_equal(sessions_count(sessions, START), 0);
    }
    assert_int_equal(error, ERROR_OK);
    assert_true(n > 0);
    /* A token that cannot be read for want of memory is nobody's, and stays good. */
    failing_alloc_after(0);
    bool found = lasts(sessions, token, START);
    assert_true(failing_alloc_stop());
    assert_false(found);
    assert_true(lasts(sessions, token, START));
    sessions_free(sessions);
}

static void the_description_is_whole_or_not_there(void **state)
{
    (void)state;
    long n = 0;
    for (;; n = failing_alloc_next(n)) {
        struct buffer text = {0};
        failing_alloc_after(n);
        enum error error = service_openapi(&text);
        bool failed = failing_alloc_stop();
        buffer_free(&text);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
    }
    assert_true(n > 10);
}

/* --- At a server -------------------------------------------------------------------------- */

static struct service_fixture fixture;
static const struct bytes none;

#define FILES "/api/v1/files/exporter"

static int set_up(void **state)
{
    (void)state;
    office_boot_ahead = 0;
    service_fixture_init(&fixture);
    fixture.anonymous = true;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    service_fixture_free(&fixture);
    office_boot_ahead = 0;
    return 0;
}

static struct private_key *key_of(enum world_key key)
{
    return fixture.script.world.keys[key];
}

/* A login that is refused with this status and slug, by somebody who then reads nothing. */
static void refused(struct bytes login, unsigned status, const char *slug)
{
    struct http_reply reply =
        service_call_as(&fixture, "", "POST", "/api/v1/session", "application/cose", login);
    char expected[80];
    snprintf(expected, sizeof expected, "\"urn:enduse:problem:%s\"", slug);
    if (reply.status != status || !strstr(service_text(&reply), expected))
        print_error("%u %s\n", reply.status, service_text(&reply));
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(service_text(&reply), expected));
    http_reply_free(&reply);
}

static void a_login_reads_until_it_ends(void **state)
{
    (void)state;
    char token[64] = "", second[64] = "";
    assert_int_equal(service_status_as(&fixture, "", "GET", FILES), 401);
    struct bytes login = service_sign_login(&fixture, key_of(WORLD_D1), NULL, none);
    assert_int_equal(service_enter(&fixture, login, token), 201);
    assert_int_equal(service_status_as(&fixture, token, "GET", FILES), 200);
    /* The same bytes open nothing again. */
    refused(login, 401, "challenge");
    login = service_sign_login(&fixture, key_of(WORLD_F1), NULL, none);
    assert_int_equal(service_enter(&fixture, login, second), 201);
    assert_string_not_equal(token, second);
    assert_int_equal(service_status_as(&fixture, token, "DELETE", "/api/v1/session"), 204);
    assert_int_equal(service_status_as(&fixture, token, "DELETE", "/api/v1/session"), 401);
    assert_int_equal(service_status_as(&fixture, token, "GET", FILES), 401);
    assert_int_equal(service_status_as(&fixture, second, "GET", FILES), 200);
    /* Without use it ends; and with the server. */
    office_boot_ahead += 16 * MILLIS_MINUTE;
    assert_int_equal(service_status_as(&fixture, second, "GET", FILES), 401);
    login = service_sign_login(&fixture, key_of(WORLD_F1), NULL, none);
    assert_int_equal(service_enter(&fixture, login, second), 201);
    service_fixture_stop(&fixture);
    service_fixture_start(&fixture);
    assert_int_equal(service_status_as(&fixture, second, "GET", FILES), 401);
}

static void the_answer_says_how_to_log_in(void **state)
{
    (void)state;
    struct http_reply reply = service_call_as(&fixture, "", "GET", FILES, NULL, none);
    assert_non_null(strstr(service_text(&reply), "\"urn:enduse:problem:login\""));
    assert_non_null(strstr(service_text(&reply), "/api/v1/session/challenge"));
    http_reply_free(&reply);
    reply = service_call_as(&fixture, "no-token-at-all", "GET", FILES, NULL, none);
    assert_int_equal(reply.status, 401);
    assert_non_null(strstr(service_text(&reply), "\"urn:enduse:problem:session\""));
    http_reply_free(&reply);
    /* What is for anyone does not look at tokens. */
    assert_int_equal(service_status_as(&fixture, "no-token-at-all", "GET", "/api/v1/status"), 200);
}

static void what_is_no_login_opens_nothing(void **state)
{
    (void)state;
    struct world *world = &fixture.script.world;
    struct bytes good = service_sign_login(&fixture, key_of(WORLD_D1), NULL, none);
    refused(bytes_slice(good, 0, good.length - 1), 400, "malformed");
    refused(fixture.script.life[0], 400, "malformed"); /* an act */
    refused(
        service_sign_login(&fixture, key_of(WORLD_STRANGER), NULL, none), 401, "unknown-signer");
    refused(service_sign_login(&fixture, key_of(WORLD_GUARD), NULL, none), 401, "unknown-signer");
    /* The server's own key is delegated by now, and is no person's. */
    assert_int_equal(service_act(&fixture, fixture.script.life[0]), 201);
    assert_int_equal(service_act(&fixture, fixture.script.life[1]), 201);
    refused(service_sign_login(&fixture, key_of(WORLD_LEASE), NULL, none), 401, "unknown-signer");
    refused(
        service_sign_login(&fixture, key_of(WORLD_D1), "https://elsewhere.example", none), 401,
        "login-origin");
    struct bytes copy = arena_copy(&fixture.arena, good);
    ((uint8_t *)(uintptr_t)copy.data)[copy.length - 1] ^= 1;
    refused(copy, 401, "signature");
    /* For another authority. */
    struct digest authority = world->authority;
    world->authority.bytes[0] ^= 1;
    struct bytes foreign = service_sign_login(&fixture, key_of(WORLD_D1), NULL, none);
    world->authority = authority;
    refused(foreign, 401, "signature");
    static const uint8_t invented[CHALLENGE_SIZE] = {1};
    refused(
        service_sign_login(&fixture, key_of(WORLD_D1), NULL, BYTES_ARRAY(invented)), 401,
        "challenge");
    /* None of these spent the good one, but time does. */
    office_boot_ahead += 2 * MILLIS_MINUTE;
    refused(good, 401, "challenge");
}

static void failures_are_slowed_down_by_key_and_address(void **state)
{
    (void)state;
    char token[64];
    struct bytes bad =
        service_sign_login(&fixture, key_of(WORLD_D1), "https://elsewhere.example", none);
    unsigned status = 0;
    for (int i = 0; i < 40 && status != 429; i++) {
        struct http_reply reply =
            service_call_as(&fixture, "", "POST", "/api/v1/session", "application/cose", bad);
        status = reply.status;
        assert_true(status == 401 || status == 429);
        if (status == 429)
            assert_true(reply.retry_after >= 1000);
        else
            assert_true(i < 30);
        http_reply_free(&reply);
    }
    assert_int_equal(status, 429);
    /* That key waits, even with a good login; others from there do not. */
    refused(service_sign_login(&fixture, key_of(WORLD_D1), NULL, none), 429, "rate");
    struct bytes good = service_sign_login(&fixture, key_of(WORLD_F1), NULL, none);
    assert_int_equal(service_enter(&fixture, good, token), 201);
    office_boot_ahead += MILLIS_MINUTE;
    good = service_sign_login(&fixture, key_of(WORLD_D1), NULL, none);
    assert_int_equal(service_enter(&fixture, good, token), 201);
}

static void a_person_reads_only_so_fast(void **state)
{
    (void)state;
    char token[64], other[64];
    service_fixture_stop(&fixture);
    fixture.settings.person_rate = 1;
    service_fixture_start(&fixture);
    struct bytes login = service_sign_login(&fixture, key_of(WORLD_D1), NULL, none);
    assert_int_equal(service_enter(&fixture, login, token), 201);
    login = service_sign_login(&fixture, key_of(WORLD_F1), NULL, none);
    assert_int_equal(service_enter(&fixture, login, other), 201);
    unsigned status = 200;
    for (int i = 0; i < 60 && status == 200; i++)
        status = service_status_as(&fixture, token, "GET", FILES);
    assert_int_equal(status, 429);
    assert_int_equal(service_status_as(&fixture, other, "GET", FILES), 200);
    office_boot_ahead += 20 * MILLIS_SECOND;
    assert_int_equal(service_status_as(&fixture, token, "GET", FILES), 200);
}

/* The world's root, version 2: with a person who signs by passkey, and without D-02. */
static void change_the_root(const struct document_key *passkey)
{
    struct world *world = &fixture.script.world;
    struct root root = world->root;
    struct root_ministry ministries[2] = {root.ministries[0], root.ministries[1]};
    struct root_person people[3] = {
        ministries[1].people[0], ministries[1].people[1], ministries[1].people[1]};
    people[2].id = "F-09";
    people[2].key = *passkey;
    ministries[0].people_count = 1;
    ministries[1].people = people;
    ministries[1].people_count = 3;
    root.version = 2;
    root.previous = world->authority;
    root.ministries = ministries;
    struct buffer bytes = {0};
    WORLD_SIGN(world, INSTRUMENT_ROOT, &root, &bytes, NULL, WORLD_D1, WORLD_F1);
    assert_int_equal(
        service_status(&fixture, "POST", "/api/v1/roots", "application/cose", buffer_view(&bytes)),
        201);
    buffer_free(&bytes);
}

static void a_passkey_logs_in_and_a_removed_person_is_out(void **state)
{
    (void)state;
    static const char rp[] = "office.example", origin[] = "https://office.example";
    uint8_t seed[PRIVATE_SEED_SIZE] = {77};
    struct private_key *key = NULL;
    char removed[64], token[64];
    service_fixture_stop(&fixture);
    fixture.settings.origin = origin;
    service_fixture_start(&fixture);
    struct bytes login = service_sign_login(&fixture, key_of(WORLD_D2), origin, none);
    assert_int_equal(service_enter(&fixture, login, removed), 201);
    assert_int_equal(service_status_as(&fixture, removed, "GET", FILES), 200);
    assert_int_equal(
        private_key_from_seed(KEY_ES256, BYTES_ARRAY(seed), &fixture.fault, &key), ERROR_OK);
    struct document_key passkey = document_key_of(private_key_public(key));
    passkey.kind = SIGNER_PASSKEY;
    passkey.rp_id = rp;
    passkey.origin = origin;
    change_the_root(&passkey);
    assert_int_equal(service_status_as(&fixture, removed, "GET", FILES), 401);

    const struct login value = {
        .challenge = service_challenge(&fixture),
        .origin = origin,
        .time = office_clock,
    };
    struct buffer payload = {0}, bytes = {0};
    assert_int_equal(layout_encode(&login_layout, &value, &fixture.fault, &payload), ERROR_OK);
    struct cose_statement statement = document_statement(
        INSTRUMENT_LOGIN, &fixture.script.world.authority, buffer_view(&payload));
    struct key_id id = private_key_id(key);
    struct digest challenge;
    assert_int_equal(cose_challenge(&statement, &id, &fixture.fault, &challenge), ERROR_OK);
    struct virtual_authenticator authenticator = {.key = key, .rp_id = rp, .origin = origin};
    struct virtual_assertion assertion;
    virtual_authenticator_answer(&authenticator, digest_view(&challenge), &assertion);
    struct passkey_assertion view = virtual_assertion_view(&assertion);
    assert_int_equal(
        cose_attach_passkey(&statement, (struct bytes){0}, &id, &view, &fixture.fault, &bytes),
        ERROR_OK);
    assert_int_equal(service_enter(&fixture, buffer_view(&bytes), token), 201);
    assert_int_equal(service_status_as(&fixture, token, "GET", FILES), 200);
    buffer_free(&payload);
    buffer_free(&bytes);
    private_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_challenges_of_this_run_are_taken),
        cmocka_unit_test(a_challenge_opens_one_session),
        cmocka_unit_test(a_session_ends_unused_and_at_its_longest),
        cmocka_unit_test(the_idlest_of_a_person_makes_room),
        cmocka_unit_test(the_tables_are_bounded),
        cmocka_unit_test(without_randomness_nothing_is_made),
        cmocka_unit_test(without_memory_nothing_is_opened),
        cmocka_unit_test(the_description_is_whole_or_not_there),
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_login_reads_until_it_ends),
        TEST(the_answer_says_how_to_log_in),
        TEST(what_is_no_login_opens_nothing),
        TEST(failures_are_slowed_down_by_key_and_address),
        TEST(a_person_reads_only_so_fast),
        TEST(a_passkey_logs_in_and_a_removed_person_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
