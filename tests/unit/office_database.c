/* A database with one licence's life: see office_database.h. */
#include "office_database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

millis database_apart;
static int both_clocks(clockid_t clock, struct timespec *ret_time)
{
    if (clock != CLOCK_BOOTTIME)
        return office_os.clock(clock, ret_time);
    millis elapsed = 1000 * MILLIS_DAY + office_clock - WORLD_NOW + database_apart;
    ret_time->tv_sec = elapsed / MILLIS_SECOND;
    ret_time->tv_nsec = (elapsed % MILLIS_SECOND) * 1000000;
    return 0;
}

static int script_open(const char *path, int flags, mode_t mode)
{
    return office_os.open(path, flags, mode);
}
static int script_close(int file)
{
    return office_os.close(file);
}
static int script_fsync(int file)
{
    return office_os.fsync(file);
}
static int script_random(void *data, size_t size)
{
    return office_os.random(data, size);
}

const struct os database_os = {
    .open = script_open,
    .close = script_close,
    .fsync = script_fsync,
    .clock = both_clocks,
    .random = script_random,
};

void office_ok(struct office_database *office, enum error error, const char *file, int line)
{
    if (!error)
        return;
    char text[600];
    print_error(
        "%s:%d: %s: %s\n", file, line, error_name(error),
        fault_text(&office->fault, text, sizeof text));
    fail();
}

static void open_both(struct office_database *office)
{
    const struct store_options options = {.os = &database_os, .keys = office->keys};
    OFFICE_OK(office, store_open(office->path, &options, &office->fault, &office->store));
    OFFICE_OK(
        office, store_reader_open(&database_os, office->path, &office->fault, &office->reader));
}

void office_database_init(struct office_database *office)
{
    *office = (struct office_database){0};
    database_apart = 0;
    office_script_init(&office->script);
    const char *scratch = getenv("TMPDIR");
    snprintf(
        office->folder, sizeof office->folder, "%s/enduse-store-XXXXXX",
        scratch ? scratch : "/tmp");
    assert_non_null(mkdtemp(office->folder));
    snprintf(office->path, sizeof office->path, "%s/office.db", office->folder);
    office->keys = (struct store_keys){
        office->script.world.keys[WORLD_LEASE], office->script.world.keys[WORLD_LOG]};
    const struct bytes root = buffer_view(&office->script.world.root_bytes);
    OFFICE_OK(office, store_create(&database_os, office->path, &root, 1, true, &office->fault));
    open_both(office);
}

void office_database_free(struct office_database *office)
{
    store_reader_close(office->reader);
    store_close(office->store);
    char command[300];
    snprintf(command, sizeof command, "rm -r '%s'", office->folder);
    assert_int_equal(system(command), 0);
    arena_free(&office->arena);
    office_script_free(&office->script);
}

void office_reopen(struct office_database *office)
{
    store_reader_close(office->reader);
    store_close(office->store);
    open_both(office);
}

struct store_answer
office_do(struct office_database *office, enum store_job_kind kind, struct bytes bytes)
{
    struct store_job job = {.kind = kind, .bytes = bytes};
    OFFICE_OK(office, store_apply(office->store, &job, 1, &office->fault));
    assert_int_equal(job.answer.lease.length, 0);
    return job.answer;
}

void office_live(struct office_database *office)
{
    for (size_t i = 0; i < OFFICE_LIFE; i++) {
        struct store_answer answer = office_do(office, STORE_ACT, office->script.life[i]);
        office->fault = answer.fault;
        OFFICE_OK(office, answer.error);
        assert_int_equal(answer.outcome, STORE_ACCEPTED);
    }
}

const void *office_find(struct office_database *office, enum file_kind kind, const char *number)
{
    const void *content = NULL;
    enum error error =
        store_load(office->reader, kind, number, &office->arena, &office->fault, &content);
    if (error != ERROR_NOT_FOUND)
        OFFICE_OK(office, error);
    return content;
}

const void *office_load(struct office_database *office, enum file_kind kind, const char *number)
{
    const void *content = office_find(office, kind, number);
    assert_non_null(content);
    return content;
}

/* --- Renewals ----------------------------------------------------------------------------- */

static struct id next_id(struct office_database *office)
{
    struct id id = {{2}};
    store_u64(id.bytes + 8, ++office->renewals);
    return id;
}

struct renewal office_first_renewal(struct office_database *office)
{
    return (struct renewal){
        .request = next_id(office),
        .installation = "IN-0001",
        .licence = office->script.world.licence_digest,
        .boot = {{4}},
        .boot_time = 1000000 + (office_clock - WORLD_NOW) + database_apart,
        .head = {.size = 1, .root = {{5}}, .tag = {{6}}},
    };
}

struct renewal office_next_renewal(
    struct office_database *office, const struct renewal *before, const struct store_job *job)
{
    struct lease lease = office_lease(office, job);
    struct unverified_envelope envelope;
    assert_int_equal(
        cose_peek_unverified(buffer_view(&job->answer.lease), NULL, &envelope), ERROR_OK);
    struct renewal next = *before;
    next.request = next_id(office);
    next.boot_time = office_first_renewal(office).boot_time;
    next.epoch = lease.epoch;
    next.sequence = lease.sequence;
    next.previous = envelope.digest;
    return next;
}

struct store_job
office_renew(struct office_database *office, const struct renewal *renewal, enum world_key key)
{
    struct buffer bytes = {0};
    WORLD_SIGN(&office->script.world, INSTRUMENT_RENEWAL, renewal, &bytes, NULL, key);
    struct bytes kept = arena_copy(&office->script.arena, buffer_view(&bytes));
    buffer_free(&bytes);
    assert_non_null(kept.data);
    struct store_job job = {.kind = STORE_RENEWAL, .bytes = kept};
    OFFICE_OK(office, store_apply(office->store, &job, 1, &office->fault));
    return job;
}

struct lease office_lease(struct office_database *office, const struct store_job *job)
{
    struct document document;
    struct lease lease;
    OFFICE_OK(
        office,
        lease_open(
            buffer_view(&job->answer.lease), &office->script.world.authority,
            &office->script.world.delegation, &office->arena, &office->fault, &document, &lease));
    return lease;
}
