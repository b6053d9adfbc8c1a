/* site: figures are counted by a thread of their own: whoever asks first waits without one of the
 * server's, whoever asks later has what was counted last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/counting.h"
#include "site_browser.h"

static struct service_fixture fixture;
static struct site_browser browser;

/* --- A clock that can be stopped ---------------------------------------------------------- */

/* Every reading of the database asks what time it is, and so does counting. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool shut, broken;
    unsigned waiting;
    int (*real)(clockid_t clock, struct timespec *ret_time);
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER};

static int gated_clock(clockid_t clock, struct timespec *ret_time)
{
    pthread_mutex_lock(&gate.lock);
    while (gate.shut && clock == CLOCK_REALTIME) {
        gate.waiting++;
        pthread_cond_wait(&gate.opened, &gate.lock);
        gate.waiting--;
    }
    bool broken = gate.broken;
    pthread_mutex_unlock(&gate.lock);
    if (!broken)
        return gate.real(clock, ret_time);
    errno = EIO;
    return -1;
}

static void set_gate(bool shut, bool broken)
{
    pthread_mutex_lock(&gate.lock);
    gate.shut = shut;
    gate.broken = broken;
    pthread_cond_broadcast(&gate.opened);
    pthread_mutex_unlock(&gate.lock);
}

/* Until the thread that counts stands before the gate. */
static void await_counting(void)
{
    const time_t until = time(NULL) + 20;
    unsigned waiting = 0;
    while (!waiting && time(NULL) < until) {
        pthread_mutex_lock(&gate.lock);
        waiting = gate.waiting;
        pthread_mutex_unlock(&gate.lock);
        sched_yield();
    }
    assert_int_equal(waiting, 1);
}

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    service_fixture_stop(&fixture);
    gate.real = fixture.os.clock;
    fixture.os.clock = gated_clock;
    fixture.settings.threads = 1;
    fixture.anonymous = true;
    service_fixture_start(&fixture);
    site_browser_open(&browser, &fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    set_gate(false, false);
    site_browser_close(&browser);
    service_fixture_free(&fixture);
    return 0;
}

static unsigned visit(const char *path)
{
    return browser_call(&browser, path, NULL, NULL);
}

static int ask(const char *path)
{
    char request[200];
    unsigned port = service_port(fixture.service);
    int socket = raw_open((uint16_t)port);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, port);
    raw_send(socket, request);
    return socket;
}

static void answered(int socket, const char *holds)
{
    struct buffer text = {0};
    const char *answer = raw_read_answer(socket, &text);
    assert_int_equal(raw_status(answer), 200);
    if (!strstr(answer, holds))
        fail_msg("no \"%s\" in: %s", holds, answer);
    buffer_free(&text);
    close(socket);
}

/* --- What is held ------------------------------------------------------------------------- */

/* The server has one thread, and answers others while the figures are being counted; those who wait
 * get them, but for one who has gone. */
static void whoever_asks_first_waits_without_a_thread(void **state)
{
    (void)state;
    /* An act that is refused: after that the writer, which asks for the time too, rests. */
    struct bytes act = office_act(
        &fixture.script, WORLD_D1, "exporter/EX-0099", 7, "submit",
        (struct datum){.kind = DATUM_MAP});
    assert_in_range(service_act(&fixture, act), 400, 499);
    set_gate(true, false);
    int page = ask("/figures"), table = ask("/figures.csv"), gone = ask("/figures.json");
    await_counting();
    assert_int_equal(visit("/api/v1/openapi.json"), 200);
    close(gone);
    assert_int_equal(visit("/api/v1/openapi.json"), 200);
    set_gate(false, false);
    answered(page, "<title>Transparency figures");
    answered(table, "licences-granted,,,,under 10\r\n");
    assert_int_equal(visit("/figures/exact"), 303); /* there, but not for a stranger */
    assert_int_equal(visit("/figures.json"), 200);
}

/* What cannot be counted is refused with the reason, and counted when somebody asks again. */
static void what_cannot_be_counted_is_tried_again(void **state)
{
    (void)state;
    set_gate(false, true);
    assert_int_equal(visit("/figures"), 500);
    set_gate(false, false);
    assert_int_equal(visit("/figures"), 200);
    browser_holds(&browser, "until 2 March 2026, ");
}

/* While they are counted anew everybody has those of before, which say so. */
static void figures_are_counted_anew_behind_the_page(void **state)
{
    (void)state;
    char before[40], after[40];
    static const char at[] = "\"time\":\"";
    assert_int_equal(visit("/figures.json"), 200);
    browser_take(&browser, at, before, sizeof before);
    struct bytes act = office_act(
        &fixture.script, WORLD_D1, "exporter/EX-0099", 0, "draft",
        body_exporter(&fixture.script.world));
    assert_int_equal(service_act(&fixture, act), 201);
    office_clock += FIGURES_KEPT - 1;
    assert_int_equal(visit("/figures.json"), 200);
    browser_take(&browser, at, after, sizeof after);
    assert_string_equal(after, before); /* too soon */
    office_clock += 1;
    assert_int_equal(visit("/figures.json"), 200);
    browser_take(&browser, at, after, sizeof after);
    assert_string_equal(after, before); /* but now they are made */
    for (const time_t until = time(NULL) + 20; strcmp(after, before) == 0;) {
        assert_true(time(NULL) < until);
        assert_int_equal(visit("/figures.json"), 200);
        browser_take(&browser, at, after, sizeof after);
    }
    /* And not again while nothing happens, but for a new quarter. */
    office_clock += 2 * FIGURES_KEPT;
    assert_int_equal(visit("/figures.json"), 200);
    browser_take(&browser, at, before, sizeof before);
    assert_string_equal(after, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(whoever_asks_first_waits_without_a_thread),
        TEST(what_cannot_be_counted_is_tried_again),
        TEST(figures_are_counted_anew_behind_the_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
