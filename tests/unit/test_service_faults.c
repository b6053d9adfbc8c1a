/* service: what the server answers when its machine fails it. The database held by another process,
 * the disk full or broken: the documented status, nothing half applied, reading goes on, and the
 * same bytes are taken once the machine is well again. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "failing_vfs.h"
#include "service_fixture.h"

#define COSE "application/cose"
#define ACTS "/api/v1/acts"
#define RENEWALS "/api/v1/renewals"

static struct service_fixture fixture;
static const struct bytes nothing;

/* --- Another process ---------------------------------------------------------------------- */

enum { HOLD = 'h', LET_GO = 'l', DONE = 'd', FAILED = 'f' };

static struct {
    pid_t process;
    int ask, told; /* our ends of its pipes */
} other;

/* What the other process does: holds the write lock of a database and lets go of it, as told. */
static void hold_and_let_go(int orders, int answers)
{
    struct {
        char what, path[256];
    } order;
    sqlite3 *database = NULL;
    while (read(orders, &order, sizeof order) == (ssize_t)sizeof order) {
        char answer = DONE;
        if (order.what == LET_GO) {
            sqlite3_close(database);
            database = NULL;
        } else if (
            sqlite3_open(order.path, &database) != SQLITE_OK ||
            sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
            answer = FAILED;
        }
        if (write(answers, &answer, 1) != 1)
            break;
    }
    _exit(0);
}

/* Before any thread is there. */
static void start_other(void)
{
    int orders[2], answers[2];
    if (pipe(orders) || pipe(answers))
        abort();
    other.process = fork();
    if (other.process < 0)
        abort();
    if (other.process == 0) {
        close(orders[1]);
        close(answers[0]);
        hold_and_let_go(orders[0], answers[1]);
    }
    close(orders[0]);
    close(answers[1]);
    other.ask = orders[1];
    other.told = answers[0];
}

static void tell_other(char what)
{
    struct {
        char what, path[256];
    } order = {.what = what};
    char answer = 0;
    snprintf(order.path, sizeof order.path, "%s/office.db", fixture.folder);
    assert_int_equal(write(other.ask, &order, sizeof order), sizeof order);
    assert_int_equal(read(other.told, &answer, 1), 1);
    assert_int_equal(answer, DONE);
}

/* --- What is asserted --------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    failing_vfs_stop();
    service_fixture_free(&fixture);
    return 0;
}

/* An exporter's submission: a good act, at version 0 of a new file. */
static struct bytes submission(unsigned number)
{
    char name[40];
    snprintf(name, sizeof name, "exporter/EX-%u", number);
    const char *file = arena_text(&fixture.arena, bytes_of(name));
    assert_non_null(file);
    return office_act(
        &fixture.script, WORLD_D1, file, 0, "draft", body_exporter(&fixture.script.world));
}

static void still_reads(void)
{
    assert_int_equal(
        service_status(&fixture, "GET", "/api/v1/files/exporter/EX-0031", NULL, nothing), 200);
    struct http_reply page = service_visit(&fixture, "/register/licence/IL-2026-0017");
    assert_int_equal(page.status, 200);
    http_reply_free(&page);
}

/* Refused for the machine's sake: the status and its problem, which says nothing of the inside. */
static void fails(const char *path, struct bytes body, unsigned status, const char *slug)
{
    struct http_reply reply = service_call(&fixture, "POST", path, COSE, body);
    char expected[100];
    snprintf(expected, sizeof expected, "\"urn:enduse:problem:%s\"", slug);
    if (reply.status != status || !strstr(service_text(&reply), expected))
        print_error("%s: %u %s\n", path, reply.status, service_text(&reply));
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(service_text(&reply), expected));
    assert_null(strstr(service_text(&reply), fixture.folder));
    assert_int_equal(reply.retry_after, status == 503 ? MILLIS_SECOND : 0);
    http_reply_free(&reply);
}

/* Stops the server and verifies the whole log, from its own bytes. */
static void sound(void)
{
    char path[260];
    struct audit_report report;
    const struct audit_options options = {.demo_allowed = true};
    service_fixture_stop(&fixture);
    snprintf(path, sizeof path, "%s/office.db", fixture.folder);
    enum error error = store_verify(path, &options, &fixture.fault, &report);
    assert_int_equal(error, ERROR_OK);
    for (size_t i = 0; i < report.finding_count; i++) {
        char text[600];
        print_error("%s\n", fault_text(&report.findings[i].fault, text, sizeof text));
    }
    assert_int_equal(report.finding_count, 0);
    service_fixture_start(&fixture);
}

/* --- Tests -------------------------------------------------------------------------------- */

static void a_database_that_another_process_holds(void **state)
{
    (void)state;
    struct bytes act = submission(1);
    struct renewal renewal = service_first_renewal(&fixture);
    struct bytes asked = service_sign_renewal(&fixture, &renewal, WORLD_GUARD);
    struct digest before = service_root(&fixture);
    tell_other(HOLD);
    fails(ACTS, act, 503, "busy");
    fails(RENEWALS, asked, 503, "busy");
    still_reads();
    struct digest held = service_root(&fixture);
    assert_true(digest_equal(&before, &held));
    assert_int_equal(
        service_status(&fixture, "GET", "/api/v1/files/exporter/EX-1", NULL, nothing), 404);
    tell_other(LET_GO);
    assert_int_equal(service_act(&fixture, act), 201);
    assert_int_equal(service_act(&fixture, act), 200);
    assert_int_equal(service_status(&fixture, "POST", RENEWALS, COSE, asked), 200);
    sound();
}

/* A guard that waits is none the worse for an order that did not get through, and hears of it when
 * it does. */
static void a_guard_waits_through_a_locked_database(void **state)
{
    (void)state;
    struct renewal renewal = service_first_renewal(&fixture);
    struct http_reply reply = service_call(
        &fixture, "POST", RENEWALS, COSE, service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    assert_int_equal(reply.status, 200);
    renewal = service_next_renewal(&fixture, &renewal, buffer_view(&reply.body));
    struct service_parked parked;
    service_park(&fixture, &parked, service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    service_await(&fixture, 1);
    struct order cut = world_order(&fixture.script.world, "OR-1", ORDER_DISCONNECT, NULL);
    struct bytes act = OFFICE_ORDER(&fixture.script, &cut, WORLD_D1);
    tell_other(HOLD);
    fails(ACTS, act, 503, "busy");
    assert_int_equal(service_waiting(fixture.service), 1);
    tell_other(LET_GO);
    assert_int_equal(service_act(&fixture, act), 201);
    service_join(&parked);
    assert_int_equal(parked.reply.status, 200);
    struct lease lease = service_lease(&fixture, buffer_view(&parked.reply.body));
    assert_int_equal(lease.state, LEASE_DISCONNECTED);
    assert_int_equal(lease.orders_count, 1);
    http_reply_free(&parked.reply);
    http_reply_free(&reply);
}

/* The n-th write of an act fails, and all after it, for every n; then the disk is well again. */
static void fail_each_write(unsigned first, int result, unsigned status, const char *slug)
{
    unsigned refused = 0;
    for (unsigned n = 0;; n++) {
        struct bytes act = submission(first + n);
        struct digest before = service_root(&fixture);
        failing_vfs_after(n, result);
        struct http_reply reply = service_call(&fixture, "POST", ACTS, COSE, act);
        unsigned found = reply.status;
        http_reply_free(&reply);
        if (found != 201) {
            /* The disk is as full as before, and the server as alive. */
            fails(ACTS, act, status, slug);
            struct digest after = service_root(&fixture);
            assert_true(digest_equal(&before, &after));
            still_reads();
        }
        bool failed = failing_vfs_stop();
        if (found == 201) {
            if (!failed)
                break;
            /* It failed when the log was moved into the file after the commit: harmless. */
            assert_int_equal(service_act(&fixture, act), 200);
            continue;
        }
        assert_int_equal(found, status);
        refused++;
        assert_int_equal(service_act(&fixture, act), 201);
        assert_int_equal(service_act(&fixture, act), 200);
        struct digest after = service_root(&fixture);
        assert_false(digest_equal(&before, &after));
    }
    assert_true(refused > 2);
    sound();
}

static void a_full_disk(void **state)
{
    (void)state;
    fail_each_write(1000, SQLITE_FULL, 503, "no-space");
}

static void a_broken_disk(void **state)
{
    (void)state;
    fail_each_write(2000, SQLITE_IOERR_WRITE, 500, "internal");
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    start_other();
    failing_vfs_for_all();
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_database_that_another_process_holds),
        TEST(a_guard_waits_through_a_locked_database),
        TEST(a_full_disk),
        TEST(a_broken_disk),
#undef TEST
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    close(other.ask);
    close(other.told);
    waitpid(other.process, NULL, 0);
    return failed;
}
