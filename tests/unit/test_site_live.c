/* site: streams of events: their bytes; an act in one connection is heard in the others, by whoever
 * sees its file and by nobody else; what ends a stream, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "http_fixture.h"
#include "office_people.h"
#include "service/live.h"

#define LICENCE "licence/IL-2026-0017"

static struct service_fixture fixture;
static struct office_person people[PEOPLE_COUNT];

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    fixture.anonymous = true;
    office_people_init(&fixture, people);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_people_free(people);
    service_fixture_free(&fixture);
    return 0;
}

/* --- Ears --------------------------------------------------------------------------------- */

/* A connection, and all that it has heard, chunks put together. */
struct ear {
    int socket;
    struct buffer raw, heard;
};

static void ask(struct ear *ear, const char *method, const char *rest, const char *token)
{
    struct buffer request = {0};
    unsigned port = service_port(fixture.service);
    *ear = (struct ear){.socket = raw_open((uint16_t)port)};
    buffer_printf(
        &request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/event-stream\r\n%s%s%s\r\n",
        method, rest, port, *token ? "Cookie: enduse=" : "", token, *token ? "\r\n" : "");
    raw_send(ear->socket, buffer_text(&request));
    buffer_free(&request);
}

/* False at the end, after 20 s of silence, or when there were signs of life and nothing else. */
static bool hear_more(struct ear *ear)
{
    char part[1000];
    ssize_t got = recv(ear->socket, part, sizeof part, 0);
    if (got > 0)
        buffer_append(&ear->raw, part, (size_t)got);
    const char *beat = strstr(buffer_text(&ear->raw), "\r\n:\n\n");
    return got > 0 && !(beat && strstr(beat + 1, "\r\n:\n\n"));
}

/* The whole chunks so far (RFC 9112 section 7.1). */
static const char *heard(struct ear *ear)
{
    buffer_clear(&ear->heard);
    const char *at = strstr(buffer_text(&ear->raw), "\r\n\r\n");
    const char *end = (const char *)ear->raw.data + ear->raw.length;
    at = at ? at + 4 : end;
    while (at < end) {
        char *text = NULL;
        size_t size = strtoul(at, &text, 16);
        if (text == at || text + 2 + size + 2 > end)
            break;
        buffer_append(&ear->heard, text + 2, size);
        at = text + 2 + size + 2;
    }
    return buffer_text(&ear->heard);
}

static void hear(struct ear *ear, const char *text)
{
    while (!strstr(heard(ear), text)) {
        if (!hear_more(ear))
            fail_msg("no \"%s\" in: %s", text, buffer_text(&ear->raw));
    }
}

static void hears_not(struct ear *ear, const char *text)
{
    if (strstr(heard(ear), text))
        fail_msg("\"%s\" in: %s", text, heard(ear));
}

/* Until the other end closes, or the body is over. */
static void hear_the_end(struct ear *ear)
{
    while (!strstr(buffer_text(&ear->raw), "\r\n0\r\n\r\n")) {
        if (!hear_more(ear))
            fail_msg("no end: %s", buffer_text(&ear->raw));
    }
}

static void close_ear(struct ear *ear)
{
    close(ear->socket);
    buffer_free(&ear->raw);
    buffer_free(&ear->heard);
}

/* A stream that has begun, on a page that stands on the newest event. */
static void listen_to(struct ear *ear, size_t person, const char *topics)
{
    char path[300];
    struct http_reply reply =
        service_call_as(&fixture, "", "GET", "/api/v1/status", NULL, (struct bytes){0});
    const char *size = strstr(service_text(&reply), "\"size\":");
    assert_non_null(size);
    snprintf(path, sizeof path, "/live?since=%llu&%s", strtoull(size + 7, NULL, 10), topics);
    http_reply_free(&reply);
    ask(ear, "GET", path, people[person].token);
    hear(ear, "retry: ");
}

static unsigned status_of(const char *method, const char *path, size_t person)
{
    struct ear ear;
    ask(&ear, method, path, people[person].token);
    while (!strstr(buffer_text(&ear.raw), "\r\n\r\n") && hear_more(&ear))
        ;
    unsigned status = raw_status(buffer_text(&ear.raw));
    close_ear(&ear);
    return status;
}

/* Until so many are open. */
static void await_streams(size_t count)
{
    time_t until = time(NULL) + 20;
    while (service_live(fixture.service) != count && time(NULL) < until)
        sched_yield();
    assert_int_equal(service_live(fixture.service), count);
}

static void order(const char *number)
{
    const struct order made = world_order(&fixture.script.world, number, ORDER_SUSPEND, NULL);
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &made, WORLD_D1)), 201);
}

static void draft_exporter(const char *file)
{
    struct bytes act = office_act(
        &fixture.script, WORLD_D1, file, 0, "draft", body_exporter(&fixture.script.world));
    assert_int_equal(service_act(&fixture, act), 201);
}

/* --- What is heard ------------------------------------------------------------------------ */

static void a_stream_begins_as_the_standard_has_it(void **state)
{
    (void)state;
    struct ear ear;
    listen_to(&ear, PEOPLE_DESK, "topic=" LICENCE);
    const char *head = buffer_text(&ear.raw);
    static const char *const fields[] = {
        "HTTP/1.1 200 ", "\r\nContent-Type: text/event-stream\r\n",
        "\r\nCache-Control: no-store\r\n", "\r\nTransfer-Encoding: chunked\r\n",
        "\r\nX-Content-Type-Options: nosniff\r\n"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!strstr(head, fields[i]))
            fail_msg("no %s in %s", fields[i], head);
    }
    assert_string_equal(heard(&ear), "retry: 3000\n\n");
    assert_int_equal(service_live(fixture.service), 1);
    close_ear(&ear);
    await_streams(0);
}

static void an_act_is_heard_on_what_it_touches(void **state)
{
    (void)state;
    static const char *const topics[] = {LICENCE, "licence", "order", "queue", "order/OR-LIVE-1"};
    struct ear ears[5], other;
    order("OR-LIVE-1"); /* so that it has a page */
    for (size_t i = 0; i < 5; i++) {
        char topic[60];
        snprintf(topic, sizeof topic, "topic=%s", topics[i]);
        listen_to(&ears[i], PEOPLE_SIGNATORY, topic);
    }
    listen_to(&other, PEOPLE_SIGNATORY, "topic=form&topic=" LICENCE);
    order("OR-LIVE-2");
    for (size_t i = 0; i < 4; i++) {
        char event[80];
        snprintf(event, sizeof event, "\nevent: changed\ndata: %s\n\n", topics[i]);
        hear(&ears[i], event);
    }
    /* One that is on two topics hears of each by itself, and of no other; the other order's page
     * hears nothing of this one. */
    hear(&other, "data: " LICENCE "\n\n");
    hears_not(&other, "data: form");
    hears_not(&ears[4], "event:");
    for (size_t i = 0; i < 5; i++)
        close_ear(&ears[i]);
    close_ear(&other);
    await_streams(0);
}

/* What every reader hears of an exporter's draft and of an order on the licence, all on the same
 * topics as far as they may ask for them. */
static void nobody_hears_of_what_they_do_not_see(void **state)
{
    (void)state;
    static const struct {
        size_t person;
        const char *topics, *hears, *never;
    } rows[] = {
        {PEOPLE_REVIEWER, "topic=exporter&topic=order", "data: exporter\n\n", NULL},
        {PEOPLE_AUDITOR, "topic=exporter&topic=order", "data: order\n\n", NULL},
        {PEOPLE_EXPORTER, "topic=exporter&topic=" LICENCE, "data: " LICENCE "\n\n",
         "data: exporter"},
        {PEOPLE_STATE, "topic=order&topic=queue", "data: order\n\n", NULL},
        {PEOPLE_SUPERVISOR, "topic=" LICENCE, "data: " LICENCE "\n\n", NULL},
        {PEOPLE_EXPORTER_OTHER, "topic=exporter&topic=order&topic=queue", NULL, "event:"},
        {PEOPLE_STATE_OTHER, "topic=order&topic=licence&topic=queue", NULL, "event:"},
        {PEOPLE_SUPERVISOR_OTHER, "topic=order&topic=licence", NULL, "event:"},
        {PEOPLE_ADMINISTRATOR, "topic=queue&topic=account", NULL, "event:"},
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    struct ear ears[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        listen_to(&ears[i], rows[i].person, rows[i].topics);
    draft_exporter("exporter/EX-LIVE-1");
    order("OR-LIVE-4");
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].hears)
            hear(&ears[i], rows[i].hears);
    }
    /* In one round with what was heard, or before it, everybody was told what there was for them:
     * a session's end comes after that, and ends the stream. */
    for (size_t i = 0; i < ROWS; i++) {
        if (!rows[i].never)
            continue;
        service_status_as(&fixture, people[rows[i].person].token, "DELETE", "/api/v1/session");
        hear_the_end(&ears[i]);
        hears_not(&ears[i], rows[i].never);
    }
    for (size_t i = 0; i < ROWS; i++)
        close_ear(&ears[i]);
    await_streams(0);
}

/* Whoever comes again hears what was missed, and whoever missed nothing does not. */
static void what_was_missed_is_said_at_once(void **state)
{
    (void)state;
    struct ear ear;
    ask(&ear, "GET", "/live?topic=" LICENCE "&topic=queue&since=3", people[PEOPLE_DESK].token);
    hear(&ear, "event: changed\ndata: " LICENCE "\n\n");
    hear(&ear, "event: changed\ndata: queue\n\n");
    close_ear(&ear);
    ask(&ear, "GET", "/live?topic=queue", people[PEOPLE_DESK].token); /* a page that says nothing */
    hear(&ear, "event: changed\ndata: queue\n\n");
    unsigned long long size = strtoull(strstr(heard(&ear), "id: ") + 4, NULL, 10);
    close_ear(&ear);
    /* What a browser heard last is stronger than what its page said. */
    struct buffer request = {0};
    unsigned port = service_port(fixture.service);
    buffer_printf(
        &request,
        "GET /live?topic=queue&since=1 HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nCookie: enduse=%s\r\n"
        "Last-Event-ID: %llu\r\n\r\n",
        port, people[PEOPLE_DESK].token, size);
    ear = (struct ear){.socket = raw_open((uint16_t)port)};
    raw_send(ear.socket, buffer_text(&request));
    buffer_free(&request);
    hear(&ear, "retry: 3000\n\n");
    assert_string_equal(heard(&ear), "retry: 3000\n\n");
    close_ear(&ear);
    await_streams(0);
}

/* Many pages that hear of one change do not ask for it all at once: each beyond the first has a
 * moment of its own, and so has each browser that comes again when it lost its stream. */
static void many_pages_ask_one_after_the_other(void **state)
{
    (void)state;
    enum { LATER = 8, PAGES = LIVE_AT_ONCE + LATER };
    static struct ear ears[PAGES];
    static bool taken[LATER + 1];
    size_t at_once = 0;
    for (size_t i = 0; i < PAGES; i++) {
        char retry[40];
        size_t later = i < LIVE_AT_ONCE ? 0 : LIVE_STEP * (i - LIVE_AT_ONCE + 1);
        listen_to(&ears[i], PEOPLE_DESK, "topic=order");
        snprintf(retry, sizeof retry, "retry: %zu\n\n", LIVE_RETRY + later);
        assert_string_equal(heard(&ears[i]), retry);
    }
    order("OR-LIVE-6");
    for (size_t i = 0; i < PAGES; i++) {
        hear(&ears[i], "data: order\n");
        const char *line = strstr(heard(&ears[i]), "data: order\n") + strlen("data: order\n");
        bool now = *line == '\n';
        size_t wait = now ? 0 : strtoul(line + strlen("data: "), NULL, 10) / LIVE_STEP;
        close_ear(&ears[i]);
        at_once += now;
        if (now)
            continue;
        assert_in_range(wait, 1, LATER);
        assert_false(taken[wait]);
        taken[wait] = true;
    }
    assert_int_equal(at_once, LIVE_AT_ONCE);
    await_streams(0);
}

static void a_new_lease_is_heard(void **state)
{
    (void)state;
    struct ear ear;
    listen_to(&ear, PEOPLE_DESK, "topic=installation/IN-0001&topic=" LICENCE);
    struct renewal renewal = service_first_renewal(&fixture);
    struct http_reply reply = service_call(
        &fixture, "POST", "/api/v1/renewals", "application/cose",
        service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    hear(&ear, "data: installation/IN-0001\n\n");
    hear(&ear, "data: " LICENCE "\n\n");
    close_ear(&ear);
    await_streams(0);
}

/* --- What is refused ---------------------------------------------------------------------- */

static void topics_are_those_that_the_reader_sees(void **state)
{
    (void)state;
    static const struct {
        size_t person;
        const char *method, *query;
        unsigned status;
    } rows[] = {
        {PEOPLE_DESK, "HEAD", "topic=queue", 200},
        {PEOPLE_NOBODY, "GET", "topic=queue", 401},
        {PEOPLE_ENDED, "GET", "topic=queue", 401},
        {PEOPLE_DESK, "GET", "", 400},
        {PEOPLE_DESK, "GET", "topic=", 404},
        {PEOPLE_DESK, "GET", "topic=nothing", 404},
        {PEOPLE_DESK, "GET", "topic=licence/", 404},
        {PEOPLE_DESK, "GET", "topic=licence/IL-9", 404},
        {PEOPLE_EXPORTER_OTHER, "GET", "topic=" LICENCE, 404},
        {PEOPLE_EXPORTER, "GET", "topic=case", 403},
        {PEOPLE_ADMINISTRATOR, "GET", "topic=licence", 403},
        {PEOPLE_DESK, "GET",
         "topic=queue&topic=queue&topic=queue&topic=queue&topic=queue&topic=queue&topic=queue&"
         "topic=queue&topic=queue",
         400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[300];
        snprintf(path, sizeof path, "/live?%s", rows[i].query);
        unsigned status = status_of(rows[i].method, path, rows[i].person);
        if (status != rows[i].status)
            print_error("%s as %s: %u\n", path, people[rows[i].person].word, status);
        assert_int_equal(status, rows[i].status);
    }
    await_streams(0);
}

static void a_person_has_so_many_streams(void **state)
{
    (void)state;
    static struct ear ears[LIVE_EACH];
    for (size_t i = 0; i < LIVE_EACH; i++)
        listen_to(&ears[i], PEOPLE_DESK, "topic=queue");
    assert_int_equal(status_of("GET", "/live?topic=queue", PEOPLE_DESK), 429);
    assert_int_equal(status_of("GET", "/live?topic=queue", PEOPLE_AUDITOR), 200);
    close_ear(&ears[0]);
    await_streams(LIVE_EACH - 1);
    listen_to(&ears[0], PEOPLE_DESK, "topic=queue");
    for (size_t i = 0; i < LIVE_EACH; i++)
        close_ear(&ears[i]);
    await_streams(0);
}

/* In all: half of the connections, which are as many as the process may have files but 64. */
static void all_have_so_many_streams(void **state)
{
    (void)state;
    enum { CONNECTIONS = 80, FILES = CONNECTIONS + 64, MOST = CONNECTIONS / 2 };
    static struct ear ears[MOST + 1];
    struct rlimit before, few;
    size_t count = 0;
    service_fixture_stop(&fixture);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = (struct rlimit){FILES, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    service_fixture_start(&fixture);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    office_people_enter(&fixture, people);
    static const size_t readers[] = {PEOPLE_DESK, PEOPLE_AUDITOR, PEOPLE_CHAIR};
    unsigned status;
    do {
        const size_t who = readers[count % 3];
        ask(&ears[count], "GET", "/live?topic=queue", people[who].token);
        while (!strstr(buffer_text(&ears[count].raw), "\r\n\r\n") && hear_more(&ears[count]))
            ;
        status = raw_status(buffer_text(&ears[count].raw));
        count++;
    } while (status == 200 && count <= MOST);
    assert_int_equal(status, 429);
    assert_int_equal(count, MOST + 1);
    assert_non_null(strstr(buffer_text(&ears[MOST].raw), "\r\nRetry-After: 3\r\n"));
    /* Pages and acts go on, and a place that is given back is taken. */
    draft_exporter("exporter/EX-LIVE-5");
    assert_int_equal(status_of("GET", "/queue", PEOPLE_DESK), 200);
    close_ear(&ears[0]);
    close_ear(&ears[MOST]);
    await_streams(MOST - 1);
    listen_to(&ears[0], PEOPLE_CHAIR, "topic=queue");
    assert_int_equal(status_of("GET", "/live?topic=queue", PEOPLE_AUDITOR), 429);
    for (size_t i = 0; i < MOST; i++)
        close_ear(&ears[i]);
    await_streams(0);
    service_fixture_stop(&fixture);
    service_fixture_start(&fixture);
    office_people_enter(&fixture, people);
}

/* --- What ends a stream ------------------------------------------------------------------- */

static void a_stream_ends_with_its_session(void **state)
{
    (void)state;
    struct ear ear, other;
    listen_to(&ear, PEOPLE_CHAIR, "topic=queue");
    listen_to(&other, PEOPLE_DESK, "topic=queue");
    assert_int_equal(
        service_status_as(&fixture, people[PEOPLE_CHAIR].token, "DELETE", "/api/v1/session"), 204);
    hear_the_end(&ear);
    hears_not(&ear, "event:");
    close_ear(&ear);
    await_streams(1);
    draft_exporter("exporter/EX-LIVE-2"); /* the other one goes on */
    hear(&other, "data: queue\n\n");
    close_ear(&other);
    await_streams(0);
}

/* What a page asks for by itself keeps no session from its idle end, and nothing of what happens
 * after that is heard. */
static void a_stream_is_no_use_of_a_session(void **state)
{
    (void)state;
    struct ear ear, again, script;
    char request[300];
    unsigned port = service_port(fixture.service);
    listen_to(&ear, PEOPLE_INSPECTOR, "topic=queue&topic=exporter");
    office_boot_ahead += fixture.settings.session_idle - MILLIS_MINUTE;
    listen_to(&again, PEOPLE_INSPECTOR, "topic=queue");
    snprintf(
        request, sizeof request,
        "GET /queue HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nCookie: enduse=%s\r\n"
        "Sec-Fetch-Dest: empty\r\nConnection: close\r\n\r\n",
        port, people[PEOPLE_INSPECTOR].token);
    script = (struct ear){0};
    assert_int_equal(raw_call((uint16_t)port, request, &script.raw), 200);
    buffer_free(&script.raw);
    office_boot_ahead += 2 * MILLIS_MINUTE;
    draft_exporter("exporter/EX-LIVE-3");
    hear_the_end(&ear);
    hears_not(&ear, "event:");
    hear_the_end(&again);
    close_ear(&ear);
    close_ear(&again);
    assert_int_equal(status_of("GET", "/live?topic=queue", PEOPLE_INSPECTOR), 401);
    await_streams(0);
}

static void stopping_ends_all_of_them(void **state)
{
    (void)state;
    struct ear ears[3];
    office_people_free(people);
    service_fixture_free(&fixture);
    assert_int_equal(set_up(NULL), 0);
    for (size_t i = 0; i < 3; i++)
        listen_to(&ears[i], PEOPLE_DESK, "topic=queue");
    service_fixture_stop(&fixture);
    for (size_t i = 0; i < 3; i++) {
        hear_the_end(&ears[i]);
        close_ear(&ears[i]);
    }
    service_fixture_start(&fixture);
}

/* --- Memory ------------------------------------------------------------------------------- */

/* The status, without a use of memory here. */
static unsigned call_on_the_stack(const char *request)
{
    char answer[4000] = "";
    size_t length = 0;
    ssize_t got = 1;
    int socket = raw_open(service_port(fixture.service));
    raw_send(socket, request);
    while (!strstr(answer, "\r\n\r\n") && got > 0 && length < sizeof answer - 1) {
        got = recv(socket, answer + length, sizeof answer - 1 - length, 0);
        length += got > 0 ? (size_t)got : 0;
        answer[length] = '\0';
    }
    close(socket);
    return raw_status(answer);
}

static void without_memory_there_is_no_stream(void **state)
{
    (void)state;
    char request[300];
    size_t refused = 0;
    snprintf(
        request, sizeof request,
        "GET /live?topic=" LICENCE " HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: enduse=%s\r\n\r\n",
        people[PEOPLE_DESK].token);
    for (long n = 0;; n = failing_alloc_next(n)) {
        failing_alloc_after(n);
        unsigned status = call_on_the_stack(request);
        if (!failing_alloc_stop()) {
            assert_int_equal(status, 200);
            break;
        }
        refused += status != 200;
        /* A token that cannot be read is nobody's: 401. */
        if (status && status != 200 && status != 401 && status < 500)
            fail_msg("%ld: %u", n, status);
    }
    assert_true(refused >= 3); /* the exchange, the watcher, the stream */
    await_streams(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_begins_as_the_standard_has_it),
        cmocka_unit_test(an_act_is_heard_on_what_it_touches),
        cmocka_unit_test(what_was_missed_is_said_at_once),
        cmocka_unit_test(many_pages_ask_one_after_the_other),
        cmocka_unit_test(a_new_lease_is_heard),
        cmocka_unit_test(topics_are_those_that_the_reader_sees),
        cmocka_unit_test(without_memory_there_is_no_stream),
        cmocka_unit_test(a_person_has_so_many_streams),
        cmocka_unit_test(all_have_so_many_streams),
        cmocka_unit_test(nobody_hears_of_what_they_do_not_see),
        cmocka_unit_test(a_stream_ends_with_its_session),
        cmocka_unit_test(a_stream_is_no_use_of_a_session),
        cmocka_unit_test(stopping_ends_all_of_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
