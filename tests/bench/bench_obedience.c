/* From an order to its obedience, end to end: the real server and the real guard over HTTP on
 * loopback, a use that runs, a limit posted, the use told to stop; then the lift, and the next. And
 * how many renewals a second two guards get answered that ask for nothing else. Lines of name,
 * value, unit and goal between tabs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../unit/meet_fixture.h"

enum { ORDERS = 100, GUARDS = 2, RENEWING = 3000 /* ms */ };

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_spread(const char *name, double *values, const char *goal)
{
    qsort(values, ORDERS, sizeof *values, ascending);
    printf("%s median\t%.2f\tms\t%s\n", name, values[ORDERS / 2], goal);
    printf("%s p99\t%.2f\tms\t-\n", name, values[ORDERS * 99 / 100]);
}

/* --- Orders ------------------------------------------------------------------------------- */

static void measure_orders(struct meet *meet)
{
    static double posted[ORDERS], accepted[ORDERS];
    for (size_t i = 0; i < ORDERS; i++) {
        struct digest limit;
        struct bytes act = meet_order_act(meet, ORDER_LIMIT, NULL, &limit);
        uint64_t use = meet_use(meet);
        meet_settled(meet);
        int64_t sent = nanoseconds();
        assert_int_equal(service_act(&meet->office, act), 201);
        int64_t answered = nanoseconds();
        meet_await_stop(meet, use);
        int64_t told = nanoseconds();
        posted[i] = (double)(told - sent) / 1e6;
        accepted[i] = (double)(told - answered) / 1e6;
        assert_int_equal(enduse_end(meet->guard, use), ENDUSE_OK);
        meet_settled(meet);
        meet_order(meet, ORDER_LIFT, &limit);
        meet_settled(meet);
    }
    print_spread("order posted to use told", posted, "-");
    print_spread("order accepted to use told", accepted, "10");
}

/* --- Renewals ----------------------------------------------------------------------------- */

struct renewing {
    pthread_t thread;
    struct meet *meet;
    const char *installation;
    enum world_key key;
    uint64_t answered;
    bool failed;
};

/* The renewal that follows the lease in the reply. */
static bool follow(struct meet *meet, const struct http_reply *reply, struct renewal *renewal)
{
    const struct world *world = &meet->office.script.world;
    struct arena arena = {0};
    struct document document;
    struct lease lease;
    bool good = reply->status == 200 &&
                lease_open(
                    buffer_view(&reply->body), &world->authority, &world->delegation, &arena, NULL,
                    &document, &lease) == ERROR_OK;
    if (good) {
        renewal->epoch = lease.epoch;
        renewal->sequence = lease.sequence;
        renewal->previous = document.digest;
    }
    arena_free(&arena);
    return good;
}

static bool
renew(struct renewing *one, struct http_client *client, const char *url, struct renewal *renewal)
{
    static const struct http_client_field at_once = {"Prefer", "wait=0"};
    struct world *world = &one->meet->office.script.world;
    struct buffer bytes = {0};
    struct http_reply reply = {0};
    store_u64(renewal->request.bytes, ++one->answered);
    if (document_sign(
            INSTRUMENT_RENEWAL, renewal, &world->authority, world->keys[one->key], NULL, &bytes))
        return false;
    const struct http_call call = {
        .method = "POST",
        .url = url,
        .type = "application/cose",
        .body = buffer_view(&bytes),
        .fields = &at_once,
        .field_count = 1,
    };
    bool good = http_client_call(client, &call, NULL, &reply) == ERROR_OK &&
                follow(one->meet, &reply, renewal);
    http_reply_free(&reply);
    buffer_free(&bytes);
    return good;
}

static void *renew_for_a_while(void *context)
{
    struct renewing *one = context;
    struct http_client *client = NULL;
    char url[80];
    snprintf(url, sizeof url, "http://%s/api/v1/renewals", one->meet->listen);
    if (http_client_open(NULL, NULL, &client)) {
        one->failed = true;
        return NULL;
    }
    struct renewal renewal = {
        .installation = one->installation,
        .licence = one->meet->office.script.world.licence_digest,
        .boot = {{4}},
        .head = {.size = 1, .root = {{5}}, .tag = {{6}}},
    };
    int64_t end = nanoseconds() + INT64_C(1000000) * RENEWING;
    while (!one->failed && nanoseconds() < end) {
        if (os_boot_time(&os_system, &renewal.boot_time) || !renew(one, client, url, &renewal))
            one->failed = true;
    }
    http_client_close(client);
    return NULL;
}

static void measure_renewals(struct meet *meet)
{
    assert_int_equal(
        service_act(&meet->office, office_enrol(&meet->office.script, "IN-0002", WORLD_STRANGER)),
        201);
    struct renewing guards[GUARDS] = {
        {.meet = meet, .installation = "IN-0001", .key = WORLD_GUARD},
        {.meet = meet, .installation = "IN-0002", .key = WORLD_STRANGER},
    };
    uint64_t answered = 0;
    int64_t from = nanoseconds();
    for (size_t i = 0; i < GUARDS; i++)
        assert_int_equal(pthread_create(&guards[i].thread, NULL, renew_for_a_while, &guards[i]), 0);
    for (size_t i = 0; i < GUARDS; i++) {
        pthread_join(guards[i].thread, NULL);
        assert_false(guards[i].failed);
        answered += guards[i].answered;
    }
    double seconds = (double)(nanoseconds() - from) / 1e9;
    printf("renewals, %d guards\t%.0f\t1/s\t-\n", GUARDS, (double)answered / seconds);
}

int main(void)
{
    static struct meet meet;
    meet_init(&meet);
    meet_open(&meet);
    meet_wait_active(&meet);
    meet_declare(&meet);
    measure_orders(&meet);
    meet_close(&meet);
    measure_renewals(&meet);
    meet_free(&meet);
    return 0;
}
