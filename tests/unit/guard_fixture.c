/* The guard's fixture: see guard_fixture.h. */
#include "guard_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "guard/folder.h"

/* --- Clocks ------------------------------------------------------------------------------- */

millis fixture_boot, fixture_wall;
uint8_t fixture_boot_id[16];

static int fake_clock(clockid_t clock, struct timespec *ret_time)
{
    millis time = clock == CLOCK_REALTIME ? fixture_wall : fixture_boot;
    *ret_time = (struct timespec){.tv_sec = time / 1000, .tv_nsec = time % 1000 * 1000000};
    return 0;
}

/* The boot id's file is one of the test's own. */
static int fake_open(const char *path, int flags, mode_t mode)
{
    if (strcmp(path, "/proc/sys/kernel/random/boot_id") != 0)
        return os_system.open(path, flags, mode);
    char name[] = "/tmp/guard-boot-XXXXXX", text[40], hex[33];
    int file = mkstemp(name);
    assert_true(file >= 0);
    unlink(name);
    hex_text((struct bytes){fixture_boot_id, 16}, hex);
    int length = snprintf(
        text, sizeof text, "%.8s-%.4s-%.4s-%.4s-%.12s\n", hex, hex + 8, hex + 12, hex + 16,
        hex + 20);
    assert_int_equal(write(file, text, (size_t)length), length);
    lseek(file, 0, SEEK_SET);
    return file;
}

const struct os *fixture_os(void)
{
    static struct os table;
    table = os_system;
    table.clock = fake_clock;
    table.open = fake_open;
    return &table;
}

void fixture_pass(millis span)
{
    fixture_boot += span;
    fixture_wall += span;
}

/* --- The authority ------------------------------------------------------------------------ */

static void must(enum error error, const struct fault *fault)
{
    if (!error)
        return;
    char text[600];
    print_error("%s\n", fault_text(fault, text, sizeof text));
    fail();
}

static void sign_lease(struct guard_fixture *fixture)
{
    struct fake_authority *authority = &fixture->authority;
    struct world *world = &fixture->world;
    struct bytes orders[AUTHORITY_ORDERS_MAX];
    bool taken[AUTHORITY_ORDERS_MAX] = {false};
    /* Ascending by digest, as the server sends them. */
    for (size_t i = 0; i < authority->order_count; i++) {
        size_t least = AUTHORITY_ORDERS_MAX;
        for (size_t k = 0; k < authority->order_count; k++) {
            if (!taken[k] &&
                (least == AUTHORITY_ORDERS_MAX ||
                 digest_compare(&authority->order_digests[k], &authority->order_digests[least]) <
                     0))
                least = k;
        }
        taken[least] = true;
        orders[i] = buffer_view(&authority->orders[least]);
    }
    bool first = authority->sequence == 0;
    struct lease lease = world_lease(
        world, &authority->renewal, authority->sequence + 1, first ? NULL : &authority->previous,
        authority->state);
    struct key_id key = public_key_id(&fixture->enrolled.key);
    memcpy(lease.guard.bytes, key.bytes, sizeof lease.guard.bytes);
    lease.epoch = authority->epoch;
    lease.time = fixture_wall + authority->ahead;
    lease.orders = orders;
    lease.orders_count = authority->order_count;
    struct bytes withdrawal = buffer_view(&authority->withdrawal);
    lease.withdrawals = &withdrawal;
    lease.withdrawals_count = withdrawal.length != 0;
    if (!authority->acknowledges)
        lease.acknowledged = (struct head){0};
    if (authority->change_lease)
        authority->change_lease(&lease, authority->change_context);
    buffer_clear(&authority->lease);
    struct digest digest;
    WORLD_SIGN(world, INSTRUMENT_LEASE, &lease, &authority->lease, &digest, authority->lease_key);
    authority->previous = digest;
    authority->sequence = lease.sequence;
    authority->request = authority->renewal.request;
}

static enum error
renewals(struct guard_fixture *fixture, const struct guard_call *call, struct guard_reply *reply)
{
    struct fake_authority *authority = &fixture->authority;
    struct fault fault = {0};
    struct document document;
    struct signer guard = signer_of_key(&fixture->enrolled.key);
    arena_free(&authority->arena);
    must(
        renewal_open(
            call->body, &fixture->world.authority, &guard, &authority->arena, &fault, &document,
            &authority->renewal),
        &fault);
    buffer_clear(&authority->last_renewal);
    buffer_append_bytes(&authority->last_renewal, call->body);
    authority->renewals++;
    authority->hurried = call->at_once;
    while (authority->parks && !call->at_once && authority->told == authority->news &&
           !authority->cancelled) {
        authority->parked = true;
        pthread_cond_wait(&authority->changed, &authority->lock);
    }
    authority->parked = false;
    if (authority->cancelled) {
        authority->cancelled = false;
        return ERROR_CANCELLED;
    }
    authority->told = authority->news;
    reply->status = authority->status ? authority->status : 200;
    reply->cose = !authority->status || authority->body.length;
    if (authority->status) {
        buffer_append_bytes(&reply->body, authority->body);
        return ERROR_OK;
    }
    if (authority->lease.length && id_equal(&authority->request, &authority->renewal.request))
        authority->resent++; /* the same answer again */
    else
        sign_lease(fixture);
    if (authority->commit)
        authority->commit(authority, authority->commit_context);
    if (authority->loses_answer)
        return ERROR_UNREACHABLE;
    buffer_append_bytes(&reply->body, buffer_view(&authority->lease));
    return ERROR_OK;
}

static enum error exchange(
    void *context, const struct guard_call *call, struct fault *fault,
    struct guard_reply *ret_reply)
{
    struct guard_fixture *fixture = context;
    if (fixture->authority.offline)
        return fault_place(fault, ERROR_UNREACHABLE, "authority");
    struct guard_reply reply = {.status = 404};
    enum error error = ERROR_OK;
    if (strcmp(call->path, "/api/v1/renewals") == 0) {
        pthread_mutex_lock(&fixture->authority.lock);
        error = renewals(fixture, call, &reply);
        pthread_mutex_unlock(&fixture->authority.lock);
    } else if (strcmp(call->path, "/api/v1/delegation") == 0) {
        reply.status = 200;
        reply.cose = true;
        buffer_append_bytes(&reply.body, buffer_view(&fixture->world.delegation_bytes));
    }
    if (error) {
        buffer_free(&reply.body);
        return fault_place(fault, error, "authority");
    }
    *ret_reply = reply;
    return ERROR_OK;
}

static void cancel(void *context)
{
    struct guard_fixture *fixture = context;
    pthread_mutex_lock(&fixture->authority.lock);
    fixture->authority.cancelled = true;
    pthread_cond_broadcast(&fixture->authority.changed);
    pthread_mutex_unlock(&fixture->authority.lock);
}

void fixture_news(struct guard_fixture *fixture)
{
    fixture->authority.news++;
    pthread_cond_broadcast(&fixture->authority.changed);
}

/* --- The guard ---------------------------------------------------------------------------- */

static void on_stop(void *context, uint64_t use, const struct enduse_verdict *verdict)
{
    struct guard_fixture *fixture = context;
    fixture->stops++;
    fixture->stopped_use = use;
    fixture->stop_verdict = *verdict;
}

static void on_notice(void *context, int fraction, int64_t left)
{
    struct guard_fixture *fixture = context;
    (void)left;
    fixture->notices++;
    fixture->last_notice = fraction;
}

void fixture_init(struct guard_fixture *fixture, void (*change)(struct world *world))
{
    fixture_init_form(fixture, NULL, change);
}

void fixture_init_form(
    struct guard_fixture *fixture, const struct form *form, void (*change)(struct world *world))
{
    memset(fixture, 0, sizeof *fixture);
    fixture_boot = 1000 * MILLIS_SECOND;
    fixture_wall = WORLD_NOW;
    memset(fixture_boot_id, 0xB0, sizeof fixture_boot_id);
    world_init(&fixture->world, form);
    if (change)
        change(&fixture->world);
    world_sign(&fixture->world);
    fixture->authority = (struct fake_authority){
        .world = &fixture->world,
        .state = LEASE_ACTIVE,
        .acknowledges = true,
        .epoch = 1,
        .lease_key = WORLD_LEASE,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .news = 1, /* the first is answered at once */
    };
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/guard-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    strcat(fixture->folder, "/guard");
    struct bytes root = buffer_view(&fixture->world.root_bytes);
    struct guard_enrolment enrolment = {
        .folder = fixture->folder,
        .installation = "IN-0001",
        .url = "http://127.0.0.1:1",
        .roots = &root,
        .root_count = 1,
        .pinned = &fixture->world.authority,
        .allow_demo = true,
        .certificate = buffer_view(&fixture->world.certificate_bytes),
        .licence = buffer_view(&fixture->world.licence_bytes),
        .roll = buffer_view(&fixture->world.roll_bytes),
    };
    struct fault fault = {0};
    must(guard_enrol(fixture_os(), &enrolment, &fault, &fixture->enrolled), &fault);
}

int fixture_open(struct guard_fixture *fixture)
{
    struct enduse_options options = {
        .size = sizeof options,
        .folder = fixture->folder,
        .root_digest = fixture->world.authority.bytes,
        .allow_demo = 1,
        .on_stop = on_stop,
        .on_notice = on_notice,
        .context = fixture,
    };
    struct guard_transport transport = {.context = fixture, .exchange = exchange, .cancel = cancel};
    struct guard_means means = {
        .os = fixture->os ? fixture->os : fixture_os(),
        .transport = &transport,
        .no_threads = !fixture->threads,
    };
    return guard_open(&options, &means, &fixture->guard, &fixture->fault);
}

void fixture_close(struct guard_fixture *fixture)
{
    enduse_close(fixture->guard);
    fixture->guard = NULL;
}

void fixture_free(struct guard_fixture *fixture)
{
    struct fake_authority *authority = &fixture->authority;
    fixture_close(fixture);
    for (size_t i = 0; i < authority->order_count; i++)
        buffer_free(&authority->orders[i]);
    buffer_free(&authority->withdrawal);
    buffer_free(&authority->lease);
    buffer_free(&authority->last_renewal);
    arena_free(&authority->arena);
    world_free(&fixture->world);
    *strrchr(fixture->folder, '/') = '\0';
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", fixture->folder);
    assert_int_equal(system(command), 0);
}

void fixture_renew(struct guard_fixture *fixture)
{
    struct fault fault = {0};
    millis wait;
    must(guard_renew(fixture->guard, &fault, &wait), &fault);
    guard_tick(fixture->guard);
}

enum error fixture_try_renew(struct guard_fixture *fixture)
{
    struct fault fault;
    millis wait;
    enum error error = guard_renew(fixture->guard, &fault, &wait);
    guard_tick(fixture->guard);
    return error;
}

void fixture_active(struct guard_fixture *fixture)
{
    if (fixture_open(fixture) != ENDUSE_OK)
        fail_msg("%s", fixture->fault.text);
    fixture_renew(fixture);
    assert_int_equal(fixture_state(fixture), ENDUSE_STATE_ACTIVE);
}

size_t fixture_order(
    struct guard_fixture *fixture, const char *number, enum order_kind kind, const char *clauses,
    millis wind_down)
{
    struct fake_authority *authority = &fixture->authority;
    struct order order = world_order(&fixture->world, number, kind, clauses);
    order.wind_down_until = wind_down;
    size_t at = authority->order_count++;
    struct buffer *bytes = &authority->orders[at];
    struct digest *digest = &authority->order_digests[at];
    if (order_needs_both(kind))
        WORLD_SIGN(&fixture->world, INSTRUMENT_ORDER, &order, bytes, digest, WORLD_D1, WORLD_F1);
    else
        WORLD_SIGN(&fixture->world, INSTRUMENT_ORDER, &order, bytes, digest, WORLD_D1);
    return at;
}

void fixture_lift(struct guard_fixture *fixture, const char *number, size_t order, bool by_both)
{
    struct fake_authority *authority = &fixture->authority;
    struct order lift = world_order(&fixture->world, number, ORDER_LIFT, NULL);
    lift.lifts = authority->order_digests[order];
    size_t at = authority->order_count++;
    struct buffer *bytes = &authority->orders[at];
    struct digest *digest = &authority->order_digests[at];
    if (by_both)
        WORLD_SIGN(&fixture->world, INSTRUMENT_ORDER, &lift, bytes, digest, WORLD_D1, WORLD_F1);
    else
        WORLD_SIGN(&fixture->world, INSTRUMENT_ORDER, &lift, bytes, digest, WORLD_D1, WORLD_D2);
}

struct enduse_declaration *fixture_declare(struct guard_fixture *fixture)
{
    struct world *world = &fixture->world;
    struct enduse_declaration *declared = NULL;
    struct enduse_verdict verdict;
    int result = enduse_declare(
        fixture->guard, world->declaration_bytes.data, world->declaration_bytes.length,
        world->approval_bytes.data, world->approval_bytes.length, &declared, &verdict,
        &fixture->fault);
    if (result != ENDUSE_OK)
        fail_msg("%d %s %s", result, verdict.words, fixture->fault.text);
    return declared;
}

uint64_t fixture_begin(struct guard_fixture *fixture, struct enduse_declaration *declared)
{
    struct enduse_verdict verdict;
    uint64_t use = 0;
    if (enduse_begin(fixture->guard, declared, "location", "c1", &use, &verdict) != ENDUSE_OK)
        fail_msg("%s", verdict.words);
    assert_int_not_equal(use, 0);
    return use;
}

struct enduse_status fixture_status(struct guard_fixture *fixture)
{
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(fixture->guard, &status), ENDUSE_OK);
    return status;
}

enum enduse_state fixture_state(struct guard_fixture *fixture)
{
    return fixture_status(fixture).state;
}

static enum error count_record(
    void *context, const struct record *record, const struct entry *entry, struct fault *fault)
{
    unsigned *counts = context;
    (void)record;
    (void)fault;
    counts[entry->kind]++;
    return ERROR_OK;
}

void fixture_count_records(struct guard_fixture *fixture, unsigned ret_counts[ENTRY_RESTORED + 1])
{
    struct record_summary summary;
    struct fault fault = {0};
    memset(ret_counts, 0, (ENTRY_RESTORED + 1) * sizeof *ret_counts);
    must(
        guard_records_check(
            &os_system, fixture->folder, fixture->enrolled.first_key, count_record, ret_counts,
            &fault, &summary),
        &fault);
}

void fixture_sign_declaration(struct guard_fixture *fixture, uint8_t id, struct buffer *ret_bytes)
{
    struct declaration declaration = fixture->world.declaration;
    memset(declaration.id.bytes, id, sizeof declaration.id.bytes);
    buffer_clear(ret_bytes);
    WORLD_SIGN(
        &fixture->world, INSTRUMENT_DECLARATION, &declaration, ret_bytes, NULL, WORLD_OPERATOR);
}
