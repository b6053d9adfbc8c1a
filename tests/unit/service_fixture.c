/* A server for tests: see service_fixture.h. */
#include "service_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <time.h>

#include <cmocka.h>

static void must(struct service_fixture *fixture, enum error error)
{
    if (!error)
        return;
    char text[600];
    print_error("%s\n", fault_text(&fixture->fault, text, sizeof text));
    fail();
}

static const char *in_folder(struct service_fixture *fixture, const char *name)
{
    char *path = arena_alloc(&fixture->arena, 300);
    assert_non_null(path);
    snprintf(path, 300, "%s/%s", fixture->folder, name);
    return path;
}

static void make_folder(struct service_fixture *fixture)
{
    struct world *world = &fixture->script.world;
    const struct key_seal clear = {0};
    const struct bytes root = buffer_view(&world->root_bytes);
    must(fixture, os_make_folder(&os_system, in_folder(fixture, "keys"), 0700, &fixture->fault));
    must(
        fixture, key_files_create(
                     &os_system, in_folder(fixture, "keys/lease"), world->keys[WORLD_LEASE], &clear,
                     &fixture->fault));
    must(
        fixture, key_files_create(
                     &os_system, in_folder(fixture, "keys/log"), world->keys[WORLD_LOG], &clear,
                     &fixture->fault));
    must(
        fixture,
        store_create(
            &fixture->os, in_folder(fixture, "office.db"), &root, 1, true, &fixture->fault));
}

void service_fixture_init(struct service_fixture *fixture)
{
    *fixture = (struct service_fixture){.os = os_system};
    fixture->os.clock = office_os.clock;
    if (office_clock != WORLD_NOW) /* a server of another fixture may be reading it */
        office_clock = WORLD_NOW;
    office_script_init(&fixture->script);
    const char *scratch = getenv("TMPDIR");
    snprintf(
        fixture->folder, sizeof fixture->folder, "%s/enduse-service-XXXXXX",
        scratch ? scratch : "/tmp");
    assert_non_null(mkdtemp(fixture->folder));
    make_folder(fixture);
    fixture->settings = (struct settings){
        .data = fixture->folder,
        .listen = "127.0.0.1:0",
        .demo = true,
        .threads = 2,
        .session_idle = 15 * MILLIS_MINUTE,
        .session_longest = 8 * MILLIS_HOUR,
    };
    must(fixture, http_client_open(NULL, &fixture->fault, &fixture->client));
    service_fixture_start(fixture);
}

void service_fixture_start(struct service_fixture *fixture)
{
    must(
        fixture,
        service_start(
            &fixture->os, &fixture->settings, &site, -1, &fixture->fault, &fixture->service));
}

void service_fixture_stop(struct service_fixture *fixture)
{
    service_stop(fixture->service);
    fixture->service = NULL;
}

void service_fixture_free(struct service_fixture *fixture)
{
    service_fixture_stop(fixture);
    http_client_close(fixture->client);
    char command[300];
    snprintf(command, sizeof command, "rm -r '%s'", fixture->folder);
    assert_int_equal(system(command), 0);
    arena_free(&fixture->arena);
    office_script_free(&fixture->script);
}

/* --- Calls -------------------------------------------------------------------------------- */

static enum error call_at(
    struct http_client *client, uint16_t port, const char *method, const char *path,
    const char *type, struct bytes body, const char *token, struct fault *fault,
    struct http_reply *ret_reply)
{
    char url[600], bearer[80];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    snprintf(bearer, sizeof bearer, "Bearer %s", token);
    const struct http_client_field field = {"Authorization", bearer};
    const struct http_call call = {
        .method = method,
        .url = url,
        .type = type,
        .body = body,
        .fields = &field,
        .field_count = *token ? 1 : 0,
        .timeout = 60000,
        .response_max = 16 << 20,
    };
    return http_client_call(client, &call, fault, ret_reply);
}

struct http_reply service_call(
    struct service_fixture *fixture, const char *method, const char *path, const char *type,
    struct bytes body)
{
    const char *token = fixture->anonymous ? "" : fixture->token;
    struct http_reply reply = service_call_as(fixture, token, method, path, type, body);
    if (reply.status != 401 || strcmp(method, "GET") != 0 || fixture->anonymous)
        return reply;
    http_reply_free(&reply);
    service_login(fixture, fixture->script.world.keys[WORLD_D1]);
    return service_call_as(fixture, fixture->token, method, path, type, body);
}

struct http_reply service_call_as(
    struct service_fixture *fixture, const char *token, const char *method, const char *path,
    const char *type, struct bytes body)
{
    struct http_reply reply = {0};
    must(
        fixture, call_at(
                     fixture->client, service_port(fixture->service), method, path, type, body,
                     token, &fixture->fault, &reply));
    return reply;
}

struct http_reply service_visit(struct service_fixture *fixture, const char *path)
{
    char url[600], cookie[80];
    struct http_reply reply = {0};
    if (!*fixture->token)
        service_login(fixture, fixture->script.world.keys[WORLD_D1]);
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", service_port(fixture->service), path);
    snprintf(cookie, sizeof cookie, "other=1; enduse=%s", fixture->token);
    const struct http_client_field fields[] = {
        {"Accept", "text/html,application/xhtml+xml"}, {"Cookie", cookie}};
    const struct http_call call = {
        .url = url, .fields = fields, .field_count = 2, .response_max = 16 << 20};
    must(fixture, http_client_call(fixture->client, &call, &fixture->fault, &reply));
    return reply;
}

unsigned service_status_as(
    struct service_fixture *fixture, const char *token, const char *method, const char *path)
{
    struct http_reply reply =
        service_call_as(fixture, token, method, path, NULL, (struct bytes){0});
    unsigned status = reply.status;
    http_reply_free(&reply);
    return status;
}

/* --- Logging in --------------------------------------------------------------------------- */

/* A text of the reply's JSON, in the fixture's arena. */
static struct bytes
member_of(struct service_fixture *fixture, struct http_reply *reply, const char *name)
{
    const struct json *root;
    struct bytes text;
    struct bytes copy = arena_copy(&fixture->arena, buffer_view(&reply->body));
    must(fixture, json_parse(copy, &fixture->arena, &fixture->fault, &root));
    must(fixture, json_get_string(root, name, &fixture->fault, &text));
    return text;
}

struct bytes service_challenge(struct service_fixture *fixture)
{
    struct http_reply reply =
        service_call(fixture, "GET", "/api/v1/session/challenge", NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    struct buffer challenge = {0};
    must(
        fixture,
        base64url_parse(member_of(fixture, &reply, "challenge"), &fixture->fault, &challenge));
    struct bytes kept = arena_copy(&fixture->arena, buffer_view(&challenge));
    buffer_free(&challenge);
    http_reply_free(&reply);
    return kept;
}

struct bytes service_sign_login(
    struct service_fixture *fixture, struct private_key *key, const char *origin,
    struct bytes challenge)
{
    char own[64];
    struct buffer bytes = {0};
    snprintf(own, sizeof own, "http://127.0.0.1:%u", service_port(fixture->service));
    const struct login login = {
        .challenge = challenge.length ? challenge : service_challenge(fixture),
        .origin = origin ? origin : own,
        .time = office_clock,
    };
    must(
        fixture, document_sign(
                     INSTRUMENT_LOGIN, &login, &fixture->script.world.authority, key,
                     &fixture->fault, &bytes));
    struct bytes kept = arena_copy(&fixture->script.arena, buffer_view(&bytes));
    buffer_free(&bytes);
    assert_non_null(kept.data);
    return kept;
}

unsigned service_enter(struct service_fixture *fixture, struct bytes login, char token[64])
{
    struct http_reply reply =
        service_call_as(fixture, "", "POST", "/api/v1/session", "application/cose", login);
    unsigned status = reply.status;
    if (status == 201) {
        struct bytes text = member_of(fixture, &reply, "token");
        assert_true(text.length < 64);
        memcpy(token, text.data, text.length);
        token[text.length] = '\0';
    }
    http_reply_free(&reply);
    return status;
}

void service_login(struct service_fixture *fixture, struct private_key *key)
{
    const struct bytes any = {0};
    struct bytes login = service_sign_login(fixture, key, NULL, any);
    assert_int_equal(service_enter(fixture, login, fixture->token), 201);
}

unsigned service_status(
    struct service_fixture *fixture, const char *method, const char *path, const char *type,
    struct bytes body)
{
    struct http_reply reply = service_call(fixture, method, path, type, body);
    unsigned status = reply.status;
    http_reply_free(&reply);
    return status;
}

unsigned service_act(struct service_fixture *fixture, struct bytes act)
{
    return service_status(fixture, "POST", "/api/v1/acts", "application/cose", act);
}

const char *service_text(struct http_reply *reply)
{
    const char *text = buffer_text(&reply->body);
    assert_non_null(text);
    return text;
}

void service_fixture_live(struct service_fixture *fixture)
{
    for (size_t i = 0; i < OFFICE_LIFE; i++) {
        struct http_reply reply = service_call(
            fixture, "POST", "/api/v1/acts", "application/cose", fixture->script.life[i]);
        if (reply.status != 201)
            print_error("act %zu: %s\n", i, service_text(&reply));
        assert_int_equal(reply.status, 201);
        http_reply_free(&reply);
    }
}

struct digest service_root(struct service_fixture *fixture)
{
    struct http_reply reply =
        service_call(fixture, "GET", "/api/v1/status", NULL, (struct bytes){0});
    assert_int_equal(reply.status, 200);
    struct arena arena = {0};
    const struct json *status, *log;
    struct bytes text;
    struct digest root;
    must(fixture, json_parse(buffer_view(&reply.body), &arena, &fixture->fault, &status));
    must(fixture, json_get(status, "log", JSON_OBJECT, &fixture->fault, &log));
    must(fixture, json_get_string(log, "root", &fixture->fault, &text));
    must(fixture, digest_parse(text, &fixture->fault, &root));
    arena_free(&arena);
    http_reply_free(&reply);
    return root;
}

/* --- A guard ------------------------------------------------------------------------------ */

static struct id next_id(struct service_fixture *fixture)
{
    struct id id = {{2}};
    store_u64(id.bytes + 8, ++fixture->renewals);
    return id;
}

struct renewal service_first_renewal(struct service_fixture *fixture)
{
    return (struct renewal){
        .request = next_id(fixture),
        .installation = "IN-0001",
        .licence = fixture->script.world.licence_digest,
        .boot = {{4}},
        .boot_time = 1000000 + (office_clock - WORLD_NOW),
        .head = {.size = 1, .root = {{5}}, .tag = {{6}}},
    };
}

struct renewal service_next_renewal(
    struct service_fixture *fixture, const struct renewal *before, struct bytes bytes)
{
    struct lease lease = service_lease(fixture, bytes);
    struct unverified_envelope envelope;
    must(fixture, cose_peek_unverified(bytes, &fixture->fault, &envelope));
    struct renewal next = *before;
    next.request = next_id(fixture);
    next.epoch = lease.epoch;
    next.sequence = lease.sequence;
    next.previous = envelope.digest;
    struct digest *digests = ARENA_ARRAY(&fixture->arena, struct digest, lease.orders_count + 1);
    assert_non_null(digests);
    for (size_t i = 0; i < lease.orders_count; i++) {
        must(fixture, cose_peek_unverified(lease.orders[i], &fixture->fault, &envelope));
        digests[i] = envelope.digest;
    }
    next.in_force = orders_digest(digests, lease.orders_count);
    return next;
}

struct bytes service_sign_renewal(
    struct service_fixture *fixture, const struct renewal *renewal, enum world_key key)
{
    struct buffer bytes = {0};
    WORLD_SIGN(&fixture->script.world, INSTRUMENT_RENEWAL, renewal, &bytes, NULL, key);
    struct bytes kept = arena_copy(&fixture->script.arena, buffer_view(&bytes));
    buffer_free(&bytes);
    assert_non_null(kept.data);
    return kept;
}

struct lease service_lease(struct service_fixture *fixture, struct bytes bytes)
{
    struct document document;
    struct lease lease;
    must(
        fixture, lease_open(
                     bytes, &fixture->script.world.authority, &fixture->script.world.delegation,
                     &fixture->arena, &fixture->fault, &document, &lease));
    return lease;
}

static millis monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (millis)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *park(void *context)
{
    struct service_parked *parked = context;
    struct http_client *client = NULL;
    millis start = monotonic();
    parked->error = http_client_open(NULL, NULL, &client);
    if (!parked->error)
        parked->error = call_at(
            client, parked->port, "POST", "/api/v1/renewals", "application/cose", parked->body, "",
            NULL, &parked->reply);
    parked->answered = monotonic();
    parked->took = parked->answered - start;
    http_client_close(client);
    return NULL;
}

void service_park(struct service_fixture *fixture, struct service_parked *parked, struct bytes body)
{
    *parked = (struct service_parked){.port = service_port(fixture->service), .body = body};
    assert_int_equal(pthread_create(&parked->thread, NULL, park, parked), 0);
}

void service_join(struct service_parked *parked)
{
    assert_int_equal(pthread_join(parked->thread, NULL), 0);
    assert_int_equal(parked->error, ERROR_OK);
}

void service_await(struct service_fixture *fixture, size_t waiting)
{
    millis until = monotonic() + 20000;
    while (service_waiting(fixture->service) != waiting && monotonic() < until)
        sched_yield();
    assert_int_equal(service_waiting(fixture->service), waiting);
}
