/* What a decision costs a guard under the form of December 2021, beside raw SHA-256 and raw
 * fdatasync of the same run: judged only; recorded in memory; recorded durably, by one thread and
 * by eight. What is compared is measured in turns of a few milliseconds, so that both meet the same
 * machine; processor times are the best turn's, so that another program's work does not count,
 * rates are the median turn's, and latencies are of all turns. Prints name, value, unit, goal.
 * Usage: bench_guard FORM-FOLDER */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "form/form.h"
#include "guard/inside.h"
#include "guard_fixture.h"

enum {
    TURNS = 1000, /* of work in memory */
    BATCH = 200,  /* decisions of one of them */
    SYNC_TURNS = 60,
    SYNC_BATCH = 40, /* of one thread in a turn */
    THREADS = 8,
    DECLARATIONS = 100,
    CHECKS = 9,
    SECTOR = 512,
};

static struct guard_fixture fixture;

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds(void)
{
    return now(CLOCK_MONOTONIC);
}

static void keep_best(double *best, double value)
{
    if (*best == 0 || value < *best)
        *best = value;
}

static int compare(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* The value that this part of the others does not exceed. Sorts. */
static double quantile(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, compare);
    return values[(size_t)((double)(count - 1) * part)];
}

static void line(const char *name, double value, const char *unit, const char *goal)
{
    printf("%s\t%.4g\t%s\t%s\n", name, value, unit, goal);
}

/* --- In memory ------------------------------------------------------------------------------ */

/* Seconds of a compression, from hashing long input. */
static double time_compression(void)
{
    static uint8_t bytes[1 << 18];
    double start = now(CLOCK_THREAD_CPUTIME_ID);
    struct digest digest = sha256_of(BYTES_ARRAY(bytes));
    bytes[0] ^= digest.bytes[0];
    return (now(CLOCK_THREAD_CPUTIME_ID) - start) / (sizeof bytes / 64);
}

static double time_judging(struct enduse_declaration *declared)
{
    struct enduse_guard *guard = fixture.guard;
    unsigned permitted = 0;
    double start = now(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < BATCH; i++) {
        struct verdict verdict = {0};
        pthread_mutex_lock(&guard->lock);
        struct now time = guard_now(guard);
        struct bar bar = guard_bar_new(guard, &time);
        permitted += !bar.reason && !guard_judge(guard, declared, &time, false, 0, &verdict);
        pthread_mutex_unlock(&guard->lock);
    }
    double each = (now(CLOCK_THREAD_CPUTIME_ID) - start) / BATCH;
    assert_int_equal(permitted, BATCH);
    return each;
}

static double time_beginning(struct enduse_declaration *declared)
{
    static uint64_t uses[BATCH];
    double start = now(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < BATCH; i++)
        uses[i] = fixture_begin(&fixture, declared);
    double each = (now(CLOCK_THREAD_CPUTIME_ID) - start) / BATCH;
    for (int i = 0; i < BATCH; i++)
        assert_int_equal(enduse_end(fixture.guard, uses[i]), ENDUSE_OK);
    return each;
}

static void in_memory(struct enduse_declaration *declared)
{
    struct enduse_guard *guard = fixture.guard;
    struct record_log *log = guard->log;
    static const uint8_t key[RECORD_KEY_SIZE] = {1};
    double compression = 0, judging = 0, beginning = 0;
    assert_int_equal(record_log_open_memory(key, NULL, &guard->log), ERROR_OK);
    for (int turn = 0; turn < TURNS; turn++) {
        keep_best(&compression, time_compression());
        keep_best(&judging, time_judging(declared));
        keep_best(&beginning, time_beginning(declared));
    }
    record_log_close(guard->log);
    guard->log = log;
    line("guard: SHA-256 compression", compression * 1e9, "ns", "");
    line("guard: begin without record", judging * 1e6, "us", "<= 1");
    line("guard: begin, record in memory", beginning * 1e6, "us", "<= 3");
    line(
        "guard: begin, record in memory, in compressions", beginning / compression, "compressions",
        "<= 26");
}

/* --- On the disk ---------------------------------------------------------------------------- */

/* What one kind of writing took: the rate of each turn, and each single time. */
struct series {
    double rates[SYNC_TURNS];
    double times[SYNC_TURNS * SYNC_BATCH * THREADS];
    size_t turns, count;
};

static struct series raw, alone, together;

static void end_turn(struct series *series, double elapsed, size_t done)
{
    series->count += done;
    series->rates[series->turns++] = (double)done / elapsed;
}

static int open_raw(void)
{
    static uint8_t zeros[(1 + SYNC_TURNS * SYNC_BATCH) * SECTOR];
    char path[128];
    snprintf(path, sizeof path, "%s/raw", fixture.folder);
    int file = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, zeros, sizeof zeros), sizeof zeros);
    assert_int_equal(fsync(file), 0);
    unlink(path);
    return file;
}

static void write_raw(int file)
{
    static const uint8_t sector[SECTOR] = {1};
    double start = seconds(), before = start;
    for (int i = 0; i < SYNC_BATCH; i++) {
        off_t offset = (off_t)(raw.count + (size_t)i) * SECTOR;
        assert_int_equal(pwrite(file, sector, SECTOR, offset), SECTOR);
        assert_int_equal(fdatasync(file), 0);
        double after = seconds();
        raw.times[raw.count + (size_t)i] = after - before;
        before = after;
    }
    end_turn(&raw, before - start, SYNC_BATCH);
}

/* One thread's part of a turn. Only the beginnings count; the ends are not waited for by anybody.
 */
struct writing {
    struct enduse_declaration *declared;
    double *times;
};

static void *begin_and_end(void *context)
{
    const struct writing *writing = context;
    for (int i = 0; i < SYNC_BATCH; i++) {
        double start = seconds();
        uint64_t use = fixture_begin(&fixture, writing->declared);
        writing->times[i] = seconds() - start;
        assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    }
    return NULL;
}

static void write_alone(struct enduse_declaration *declared)
{
    struct writing writing = {declared, alone.times + alone.count};
    begin_and_end(&writing);
    double elapsed = 0;
    for (int i = 0; i < SYNC_BATCH; i++)
        elapsed += writing.times[i];
    end_turn(&alone, elapsed, SYNC_BATCH);
}

/* Eight threads: a use's two records, begin and end, are two synchronous writes of its thread. */
static void write_together(struct enduse_declaration *declared)
{
    pthread_t ids[THREADS];
    struct writing writings[THREADS];
    double start = seconds();
    for (size_t i = 0; i < THREADS; i++) {
        writings[i] = (struct writing){declared, together.times + together.count + i * SYNC_BATCH};
        assert_int_equal(pthread_create(&ids[i], NULL, begin_and_end, &writings[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(ids[i], NULL);
    end_turn(&together, (seconds() - start) / 2, (size_t)SYNC_BATCH * THREADS);
}

static void durable(struct enduse_declaration *declared)
{
    int file = open_raw();
    for (int turn = 0; turn < SYNC_TURNS; turn++) {
        /* What the renewing thread does now and then, so that no decision waits for a segment. */
        assert_int_equal(record_log_prepare(fixture.guard->log, NULL), ERROR_OK);
        write_raw(file);
        write_alone(declared);
        write_together(declared);
    }
    close(file);
    double raw_rate = quantile(raw.rates, raw.turns, 0.5);
    double alone_rate = quantile(alone.rates, alone.turns, 0.5);
    double together_rate = quantile(together.rates, together.turns, 0.5);
    double raw_p99 = quantile(raw.times, raw.count, 0.99);
    double alone_p99 = quantile(alone.times, alone.count, 0.99);
    double together_p99 = quantile(together.times, together.count, 0.99);
    line("guard: raw fdatasync", raw_rate, "1/s", "");
    line("guard: raw fdatasync, p99", raw_p99 * 1e6, "us", "");
    line("guard: begin, durable, 1 thread", alone_rate, "1/s", "");
    line("guard: begin, durable, 1 thread, of raw", alone_rate / raw_rate, "ratio", ">= 0.8");
    line("guard: begin, durable, 1 thread, p99", alone_p99 * 1e6, "us", "");
    line("guard: begin, durable, 1 thread, p99 of raw", alone_p99 / raw_p99, "ratio", "<= 1.5");
    line("guard: begin, durable, 8 threads", together_rate, "1/s", "");
    line("guard: begin, durable, 8 threads, of raw", together_rate / raw_rate, "ratio", ">= 0.8");
    line("guard: begin, durable, 8 threads, p99", together_p99 * 1e6, "us", "");
}

/* --- Checking ------------------------------------------------------------------------------- */

/* What hashing a record takes, by its length (docs/log.md). */
static enum error add_compressions(
    void *context, const struct record *record, const struct entry *entry, struct fault *fault)
{
    enum { NODE = 2, TAG = 5, KEY = 1 };
    (void)entry;
    (void)fault;
    *(double *)context += (double)((1 + record->payload.length + 9 + 63) / 64 + NODE + TAG + KEY);
    return ERROR_OK;
}

/* As `enduse verify records` does it: checksums, tree, tags, and what each record says. */
static void checking(void)
{
    double best = 0, compression = 0, hashed = 0;
    struct record_summary summary;
    for (int turn = 0; turn < CHECKS; turn++) {
        hashed = 0;
        keep_best(&compression, time_compression());
        double start = seconds();
        assert_int_equal(
            guard_records_check(
                &os_system, fixture.folder, fixture.enrolled.first_key, add_compressions, &hashed,
                NULL, &summary),
            ERROR_OK);
        keep_best(&best, seconds() - start);
    }
    line("guard: records checked and decoded", (double)summary.head.size / best, "1/s", "");
    line(
        "guard: records checked and decoded, of SHA-256", hashed * compression / best, "ratio", "");
}

/* --- Declarations --------------------------------------------------------------------------- */

static void declarations(void)
{
    struct buffer bytes = {0};
    double best = 0;
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
        keep_best(&best, seconds() - start);
        enduse_declaration_free(fixture.guard, declared);
    }
    buffer_free(&bytes);
    line("guard: declare", best * 1e6, "us", "");
}

static struct form form;

static void many(struct world *world)
{
    world->licence.clauses = form.conditions;
    world->licence.maximum_active_uses = 1000;
    world->licence.maximum_uses_in_period = 0;
    world->licence.uses_period = 0;
    world->licence.maximum_unacknowledged = UINT64_C(1) << 40;
    world->certificate.lease_ttl = MILLIS_HOUR;
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    struct arena arena = {0};
    struct fault fault = {0};
    struct bytes scenarios;
    if (form_read(&os_system, arguments[1], &arena, &fault, &form, &scenarios) != ERROR_OK) {
        char text[512];
        fprintf(stderr, "bench_guard: %s\n", fault_text(&fault, text, sizeof text));
        return 1;
    }
    fixture_init_form(&fixture, &form, many);
    fixture.os = &os_system;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    in_memory(declared);
    declarations();
    durable(declared);
    enduse_declaration_free(fixture.guard, declared);
    fixture_close(&fixture);
    checking();
    fixture_free(&fixture);
    arena_free(&arena);
    return 0;
}
