/* What a decision costs: judged only, recorded in memory, recorded durably by one and by eight
 * threads, beside the raw rates of the machine in the same run; and what a declaration costs. Lines
 * of name, value, unit, goal. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "guard/inside.h"
#include "guard_fixture.h"

enum { ROUNDS = 200, BATCH = 500, DURABLE = 4000, THREADS = 8, DECLARATIONS = 200 };

static struct guard_fixture fixture;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void line(const char *name, double value, const char *unit, const char *goal)
{
    printf("%s\t%.4g\t%s\t%s\n", name, value, unit, goal);
}

/* --- The machine -------------------------------------------------------------------------- */

static double raw_syncs(void)
{
    char path[128], block[256] = "x";
    snprintf(path, sizeof path, "%s/bench", fixture.folder);
    int file = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(file >= 0 && posix_fallocate(file, 0, DURABLE * (off_t)sizeof block) == 0);
    fsync(file);
    double start = seconds();
    for (int i = 0; i < DURABLE; i++) {
        assert_int_equal(pwrite(file, block, sizeof block, i * (off_t)sizeof block), sizeof block);
        assert_int_equal(fdatasync(file), 0);
    }
    double rate = DURABLE / (seconds() - start);
    close(file);
    unlink(path);
    return rate;
}

static double compression(void)
{
    enum { BYTES = 1 << 20, TIMES = 64 };
    static uint8_t bytes[BYTES];
    double start = seconds();
    for (int i = 0; i < TIMES; i++) {
        struct digest digest = sha256_of(BYTES_ARRAY(bytes));
        bytes[i] ^= digest.bytes[0];
    }
    return (seconds() - start) / (TIMES * (double)BYTES / 64);
}

/* --- Decisions ---------------------------------------------------------------------------- */

static void judged_only(struct enduse_declaration *declared)
{
    struct enduse_guard *guard = fixture.guard;
    unsigned permitted = 0;
    double start = seconds();
    for (int i = 0; i < ROUNDS * BATCH; i++) {
        struct verdict verdict = {0};
        pthread_mutex_lock(&guard->lock);
        struct now now = guard_now(guard);
        struct bar bar = guard_bar_new(guard, &now);
        permitted += !bar.reason && !guard_judge(guard, declared, &now, false, 0, &verdict);
        pthread_mutex_unlock(&guard->lock);
    }
    double each = (seconds() - start) / (ROUNDS * BATCH);
    assert_int_equal(permitted, ROUNDS * BATCH);
    line("begin without record", each * 1e6, "us", "<= 1");
}

static void in_memory(struct enduse_declaration *declared)
{
    struct enduse_guard *guard = fixture.guard;
    struct record_log *log = guard->log;
    uint8_t key[RECORD_KEY_SIZE] = {1};
    static uint64_t uses[BATCH];
    double spent = 0;
    assert_int_equal(record_log_open_memory(key, NULL, &guard->log), ERROR_OK);
    for (int i = 0; i < ROUNDS; i++) {
        double start = seconds();
        for (int k = 0; k < BATCH; k++)
            uses[k] = fixture_begin(&fixture, declared);
        spent += seconds() - start;
        for (int k = 0; k < BATCH; k++)
            assert_int_equal(enduse_end(guard, uses[k]), ENDUSE_OK);
    }
    record_log_close(guard->log);
    guard->log = log;
    line("begin, record in memory", spent / (ROUNDS * BATCH) * 1e6, "us", "<= 3");
    line(
        "begin, record in memory, in compressions", spent / (ROUNDS * BATCH) / compression(),
        "compressions", "<= 26");
}

static void *begin_and_end(void *declared)
{
    for (int i = 0; i < DURABLE / 2; i++)
        enduse_end(fixture.guard, fixture_begin(&fixture, declared));
    return NULL;
}

static double durable(struct enduse_declaration *declared, int threads)
{
    pthread_t ids[THREADS];
    double start = seconds();
    for (int i = 0; i < threads; i++)
        assert_int_equal(pthread_create(&ids[i], NULL, begin_and_end, declared), 0);
    for (int i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    return threads * (double)DURABLE / (seconds() - start);
}

static void declarations(void)
{
    struct buffer bytes = {0};
    double spent = 0;
    for (int i = 0; i < DECLARATIONS; i++) {
        struct enduse_declaration *declared;
        struct enduse_verdict verdict;
        fixture_sign_declaration(&fixture, (uint8_t)(i + 1), &bytes);
        double start = seconds();
        assert_int_equal(
            enduse_declare(
                fixture.guard, bytes.data, bytes.length, fixture.world.approval_bytes.data,
                fixture.world.approval_bytes.length, &declared, &verdict, NULL),
            ENDUSE_OK);
        spent += seconds() - start;
        enduse_declaration_free(fixture.guard, declared);
    }
    buffer_free(&bytes);
    line("declare", spent / DECLARATIONS * 1e6, "us", "");
}

static void many(struct world *world)
{
    world->licence.maximum_active_uses = 1000;
    world->licence.maximum_uses_in_period = 0;
    world->licence.uses_period = 0;
    world->licence.maximum_unacknowledged = UINT64_C(1) << 40;
    world->certificate.lease_ttl = MILLIS_HOUR;
}

int main(void)
{
    fixture_init(&fixture, many);
    fixture.os = &os_system;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    line("SHA-256 compression", compression() * 1e9, "ns", "");
    judged_only(declared);
    in_memory(declared);
    declarations();
    double raw = raw_syncs(), one = durable(declared, 1), eight = durable(declared, THREADS);
    line("raw fdatasync", raw, "1/s", "");
    line("durable records, 1 thread", one, "1/s", "");
    line("durable records, 8 threads", eight, "1/s", "");
    line("durable, 1 thread, of raw", one / raw, "ratio", ">= 0.6");
    line("durable, 8 threads, of raw", eight / raw, "ratio", ">= 0.6");
    enduse_declaration_free(fixture.guard, declared);
    fixture_free(&fixture);
    return 0;
}
