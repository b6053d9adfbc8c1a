/* The server's side of what matters: from an order's acceptance to the answers of all renewals that
 * wait for it, and how many renewals a second it answers. Real store, real signatures, loopback.
 * Lines are name, value, unit, goal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "service_fixture.h"

enum { ORDERS = 100, RENEWALS = 1000, SYNCS = 200 };

static struct service_fixture fixture;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static struct bytes renew(struct renewal *renewal)
{
    struct http_reply reply = service_call(
        &fixture, "POST", "/api/v1/renewals", "application/cose",
        service_sign_renewal(&fixture, renewal, WORLD_GUARD));
    assert_int_equal(reply.status, 200);
    struct bytes lease = arena_copy(&fixture.script.arena, buffer_view(&reply.body));
    assert_non_null(lease.data);
    http_reply_free(&reply);
    return lease;
}

/* What one durable write costs on this disk, in the same run: the bound of a commit. */
static double sync_time(void)
{
    char path[300];
    snprintf(path, sizeof path, "%s/sync", fixture.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    double start = now();
    for (int i = 0; i < SYNCS; i++) {
        assert_int_equal(pwrite(fileno(file), path, 200, i * 4096L), 200);
        assert_int_equal(fdatasync(fileno(file)), 0);
    }
    double took = (now() - start) / SYNCS;
    fclose(file);
    return took;
}

static struct digest post_order(int number, enum order_kind kind, const struct digest *lifts)
{
    char name[20];
    snprintf(name, sizeof name, "OR-%06d", number);
    struct order order = world_order(&fixture.script.world, name, kind, NULL);
    if (lifts)
        order.lifts = *lifts;
    struct buffer bytes = {0};
    struct digest digest;
    WORLD_SIGN(
        &fixture.script.world, INSTRUMENT_ORDER, &order, &bytes, &digest, WORLD_D1, WORLD_F1);
    buffer_free(&bytes);
    struct bytes act = OFFICE_ORDER(&fixture.script, &order, WORLD_D1, WORLD_F1);
    assert_int_equal(service_act(&fixture, act), 201);
    return digest;
}

static void measure(void **state)
{
    (void)state;
    static double answered[ORDERS];
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    struct renewal renewal = service_first_renewal(&fixture);
    struct bytes lease = renew(&renewal);
    for (int i = 0; i < ORDERS; i++) {
        struct service_parked parked;
        renewal = service_next_renewal(&fixture, &renewal, lease);
        service_park(&fixture, &parked, service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
        service_await(&fixture, 1);
        /* From the moment at which the order is sent. */
        double start = now();
        struct digest digest = post_order(2 * i, ORDER_SUSPEND, NULL);
        service_join(&parked);
        answered[i] = (now() - start) * 1000;
        lease = arena_copy(&fixture.script.arena, buffer_view(&parked.reply.body));
        http_reply_free(&parked.reply);
        post_order(2 * i + 1, ORDER_RESTORE, &digest);
        renewal = service_next_renewal(&fixture, &renewal, lease);
        lease = renew(&renewal);
    }
    qsort(answered, ORDERS, sizeof *answered, by_value);
    /* Renewals that are answered at once, one after the other: each is a commit of its own. */
    double start = now();
    struct digest in_force = {{1}};
    for (int i = 0; i < RENEWALS; i++) {
        renewal = service_next_renewal(&fixture, &renewal, lease);
        renewal.in_force = in_force; /* other than ours: answered, not parked */
        lease = renew(&renewal);
    }
    double each = (now() - start) / RENEWALS;
    double sync = sync_time();
    printf("order_to_parked_answer_median\t%.2f\tms\t<=10\n", answered[ORDERS / 2]);
    printf("order_to_parked_answer_p99\t%.2f\tms\t-\n", answered[ORDERS * 99 / 100]);
    printf("renewals_one_after_another\t%.0f\t1/s\t-\n", 1 / each);
    printf("renewal_beside_fdatasync\t%.2f\tratio\t-\n", each / sync);
    printf("fdatasync\t%.0f\t1/s\t-\n", 1 / sync);
    service_fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(measure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
