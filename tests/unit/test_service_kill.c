/* service: a server that is killed with -9 at any moment loses no act that it acknowledged, takes
 * none twice, and starts again; of two people who act at once on one file one act stands, whatever
 * is between. 20 rounds; 200 with ENDUSE_DEEP=1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "server_process.h"
#include "service_fixture.h"

enum { ACTS_MAX = 4000, SENDERS = 3 };

/* The acts of all senders: sender s sends those of index s, s + SENDERS, ... in order. */
struct acts {
    struct bytes bytes[ACTS_MAX];
    uint64_t events[ACTS_MAX]; /* as acknowledged; 0: not */
    atomic_size_t acknowledged;
};

struct sender {
    pthread_t thread;
    struct acts *acts;
    size_t next;
    uint16_t port;
    bool refused; /* a status that no good act may get */
};

static uint64_t event_of(struct http_reply *reply)
{
    const char *text = buffer_text(&reply->body);
    unsigned long long event = 0;
    return text && sscanf(text, "{\"event\":%llu", &event) == 1 ? event : 0;
}

/* Sends until the server is gone. */
static void *send_acts(void *context)
{
    struct sender *sender = context;
    struct http_client *client = NULL;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/acts", sender->port);
    if (http_client_open(NULL, NULL, &client))
        return NULL;
    while (sender->next < ACTS_MAX) {
        const struct http_call call = {
            .method = "POST",
            .url = url,
            .type = "application/cose",
            .body = sender->acts->bytes[sender->next],
        };
        struct http_reply reply;
        if (http_client_call(client, &call, NULL, &reply))
            break;
        if (reply.status == 201 || reply.status == 200) {
            sender->acts->events[sender->next] = event_of(&reply);
            sender->acts->acknowledged++;
        } else {
            sender->refused = true;
        }
        http_reply_free(&reply);
        sender->next += SENDERS;
    }
    http_client_close(client);
    return NULL;
}

/* All that was acknowledged is there, under the same number. */
static void check(struct server_process *process, const struct acts *acts)
{
    struct http_client *client = NULL;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/acts", process->port);
    assert_int_equal(http_client_open(NULL, NULL, &client), ERROR_OK);
    for (size_t i = 0; i < ACTS_MAX; i++) {
        if (!acts->events[i])
            continue;
        const struct http_call call = {
            .method = "POST", .url = url, .type = "application/cose", .body = acts->bytes[i]};
        struct http_reply reply;
        assert_int_equal(http_client_call(client, &call, NULL, &reply), ERROR_OK);
        assert_int_equal(reply.status, 200);
        assert_int_equal(event_of(&reply), acts->events[i]);
        http_reply_free(&reply);
    }
    http_client_close(client);
}

/* Waits until so many acts were acknowledged, however busy the machine. */
static void await_acknowledged(const struct acts *acts, size_t count)
{
    time_t until = time(NULL) + 60;
    while (acts->acknowledged < count && time(NULL) < until)
        sched_yield();
    assert_true(acts->acknowledged >= count);
}

/* The log verifies, and has so many events. */
static void verify_events(struct service_fixture *fixture, size_t least, size_t most)
{
    char path[300];
    snprintf(path, sizeof path, "%s/office.db", fixture->folder);
    const struct audit_options options = {.demo_allowed = true};
    struct audit_report report;
    assert_int_equal(store_verify(path, &options, &fixture->fault, &report), ERROR_OK);
    assert_int_equal(report.finding_count, 0);
    assert_true(report.events >= least && report.events <= most);
}

static void no_acknowledged_act_is_lost(void **state)
{
    (void)state;
    static struct service_fixture fixture;
    static struct acts acts;
    service_fixture_init(&fixture);
    service_fixture_stop(&fixture);
    for (size_t i = 0; i < ACTS_MAX; i++) {
        char name[60];
        snprintf(name, sizeof name, "exporter/EX-%zu", i);
        const char *file = arena_text(&fixture.arena, bytes_of(name));
        assert_non_null(file);
        acts.bytes[i] = office_act(
            &fixture.script, WORLD_D1, file, 0, "draft", body_exporter(&fixture.script.world));
    }
    struct sender senders[SENDERS] = {0};
    for (size_t s = 0; s < SENDERS; s++)
        senders[s] = (struct sender){.acts = &acts, .next = s};
    const char *deep = getenv("ENDUSE_DEEP");
    int rounds = deep && strcmp(deep, "1") == 0 ? 200 : 20;
    uint32_t random = 12345;
    for (int round = 0; round < rounds; round++) {
        struct server_process process = server_process_start(fixture.folder);
        for (size_t s = 0; s < SENDERS; s++) {
            senders[s].port = process.port;
            assert_int_equal(pthread_create(&senders[s].thread, NULL, send_acts, &senders[s]), 0);
        }
        /* Somewhere in the 3 ms after one of its first answers, or before them. */
        random = random * 1664525u + 1013904223u;
        await_acknowledged(&acts, acts.acknowledged + (random >> 28) % 6);
        const struct timespec while_it_works = {.tv_nsec = (long)(random >> 4) % 3000000};
        nanosleep(&while_it_works, NULL);
        server_process_end(&process, SIGKILL, false);
        for (size_t s = 0; s < SENDERS; s++) {
            pthread_join(senders[s].thread, NULL);
            assert_false(senders[s].refused);
        }
    }
    struct server_process process = server_process_start(fixture.folder);
    check(&process, &acts);
    server_process_end(&process, SIGTERM, true);
    assert_true(acts.acknowledged >= (size_t)rounds);
    /* The log begins with the root; nothing else stands before the first act. */
    verify_events(&fixture, acts.acknowledged + 1, SIZE_MAX);
    service_fixture_free(&fixture);
}

/* --- Two people at once ------------------------------------------------------------------- */

enum { PAIRS = 60 };

/* One of two people, who acts on each file in its turn. */
struct person {
    pthread_t thread;
    uint16_t port;
    struct bytes acts[PAIRS];
    unsigned said[PAIRS]; /* the last status; 0: none came */
    size_t next;
    atomic_size_t *answers; /* that both have had in this run of the server */
};

/* The status; 0: the server is gone. */
static unsigned post(struct http_client *client, uint16_t port, struct bytes act)
{
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/acts", port);
    const struct http_call call = {
        .method = "POST", .url = url, .type = "application/cose", .body = act};
    struct http_reply reply;
    if (http_client_call(client, &call, NULL, &reply))
        return 0;
    unsigned status = reply.status;
    http_reply_free(&reply);
    return status;
}

static void *act_in_turn(void *context)
{
    struct person *person = context;
    struct http_client *client = NULL;
    if (http_client_open(NULL, NULL, &client))
        return NULL;
    while (person->next < PAIRS) {
        unsigned status = post(client, person->port, person->acts[person->next]);
        if (!status)
            break; /* the same again, once there is a server */
        person->said[person->next++] = status;
        ++*person->answers;
    }
    http_client_close(client);
    return NULL;
}

/* Exporters that one person would register while another notes a further screening. */
static void make_pairs(struct service_fixture *fixture, struct person *first, struct person *second)
{
    struct office_script *script = &fixture->script;
    struct world *world = &script->world;
    const struct datum nothing = {.kind = DATUM_MAP};
    for (size_t i = 0; i < PAIRS; i++) {
        char file[60];
        snprintf(file, sizeof file, "exporter/EX-P-%zu", i);
        const struct bytes before[] = {
            office_act(script, WORLD_D1, file, 0, "draft", body_exporter(world)),
            office_act(script, WORLD_D1, file, 1, "submit", nothing),
            office_act(script, WORLD_F1, file, 2, "screen", body_screening(world, NULL)),
        };
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(service_act(fixture, before[k]), 201);
        first->acts[i] = office_act(script, WORLD_D2, file, 3, "register", nothing);
        second->acts[i] =
            office_act(script, WORLD_F2, file, 3, "screen", body_screening(world, NULL));
    }
}

/* What stands now; what was said before holds. */
static void check_pair(
    struct http_client *client, uint16_t port, const struct person *first,
    const struct person *second, size_t at)
{
    const struct person *people[] = {first, second};
    size_t stand = 0;
    for (size_t i = 0; i < 2; i++) {
        unsigned status = post(client, port, people[i]->acts[at]), said = people[i]->said[at];
        bool stands = status == 200;
        assert_true(stands || status == 409);
        assert_true(said == 201 || said == 200 || said == 409);
        assert_int_equal(stands, said != 409);
        stand += stands;
    }
    assert_int_equal(stand, 1);
}

static void of_two_people_at_once_one_act_stands(void **state)
{
    (void)state;
    static struct service_fixture fixture;
    static struct person people[2];
    atomic_size_t answers = 0;
    uint32_t random = 54321;
    service_fixture_init(&fixture);
    make_pairs(&fixture, &people[0], &people[1]);
    service_fixture_stop(&fixture);
    while (people[0].next < PAIRS || people[1].next < PAIRS) {
        struct server_process process = server_process_start(fixture.folder);
        answers = 0;
        for (size_t i = 0; i < 2; i++) {
            people[i].port = process.port;
            people[i].answers = &answers;
            assert_int_equal(pthread_create(&people[i].thread, NULL, act_in_turn, &people[i]), 0);
        }
        /* After a few answers, or at the end. */
        random = random * 1664525u + 1013904223u;
        size_t enough = 1 + (random >> 28) % 12;
        time_t until = time(NULL) + 60;
        while (answers < enough && people[0].next + people[1].next < 2 * PAIRS &&
               time(NULL) < until)
            sched_yield();
        server_process_end(&process, SIGKILL, false);
        for (size_t i = 0; i < 2; i++)
            pthread_join(people[i].thread, NULL);
    }
    struct server_process process = server_process_start(fixture.folder);
    struct http_client *client = NULL;
    assert_int_equal(http_client_open(NULL, NULL, &client), ERROR_OK);
    for (size_t i = 0; i < PAIRS; i++)
        check_pair(client, process.port, &people[0], &people[1], i);
    http_client_close(client);
    server_process_end(&process, SIGTERM, true);
    verify_events(&fixture, 1 + 4 * PAIRS, 1 + 4 * PAIRS);
    service_fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_acknowledged_act_is_lost),
        cmocka_unit_test(of_two_people_at_once_one_act_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
