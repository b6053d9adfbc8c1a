/* The server and the guard together: see meet_fixture.h. */
#include "meet_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/read.h"

extern char **environ;

enum { PATIENCE = 20000 }; /* ms */

static void must(enum error error, const struct fault *fault)
{
    if (!error)
        return;
    char text[600];
    print_error("%s\n", fault_text(fault, text, sizeof text));
    fail();
}

/* --- Clocks ------------------------------------------------------------------------------- */

/* Both wall clocks run from WORLD_NOW at this moment of CLOCK_MONOTONIC. */
static millis beginning;
static _Atomic millis server_ahead;

static millis monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (millis)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int clock_ahead(clockid_t clock, millis ahead, struct timespec *ret_time)
{
    if (clock != CLOCK_REALTIME)
        return os_system.clock(clock, ret_time);
    millis time = WORLD_NOW + monotonic() - beginning + ahead;
    *ret_time = (struct timespec){.tv_sec = time / 1000, .tv_nsec = time % 1000 * 1000000};
    return 0;
}

static int server_clock(clockid_t clock, struct timespec *ret_time)
{
    return clock_ahead(clock, atomic_load(&server_ahead), ret_time);
}

static int guard_clock(clockid_t clock, struct timespec *ret_time)
{
    return clock_ahead(clock, 0, ret_time);
}

void meet_server_ahead(millis span)
{
    atomic_fetch_add(&server_ahead, span);
}

/* --- Making ------------------------------------------------------------------------------- */

static void enrol(struct meet *meet)
{
    struct office_script *script = &meet->office.script;
    struct world *world = &script->world;
    struct fault fault = {0};
    const char *scratch = getenv("TMPDIR");
    snprintf(meet->base, sizeof meet->base, "%s/enduse-meet-XXXXXX", scratch ? scratch : "/tmp");
    assert_non_null(mkdtemp(meet->base));
    snprintf(meet->folder, sizeof meet->folder, "%s/guard", meet->base);
    char url[60];
    snprintf(url, sizeof url, "http://%s", meet->listen);
    struct bytes root = buffer_view(&world->root_bytes);
    struct guard_enrolment enrolment = {
        .folder = meet->folder,
        .installation = MEET_INSTALLATION,
        .url = url,
        .roots = &root,
        .root_count = 1,
        .pinned = &world->authority,
        .allow_demo = true,
        .certificate = buffer_view(&world->certificate_bytes),
        .licence = buffer_view(&world->licence_bytes),
        .roll = buffer_view(&world->roll_bytes),
    };
    must(guard_enrol(&meet->guard_os, &enrolment, &fault, &meet->enrolled), &fault);
    assert_int_equal(
        service_act(
            &meet->office,
            office_enrol_guard(
                script, MEET_INSTALLATION, &meet->enrolled.key, &meet->enrolled.first_key_hash)),
        201);
}

void meet_init(struct meet *meet)
{
    memset(meet, 0, sizeof *meet);
    beginning = monotonic();
    atomic_store(&server_ahead, 0);
    service_fixture_init(&meet->office);
    /* Started again with a clock that runs, and on one port from now on. */
    snprintf(meet->listen, sizeof meet->listen, "127.0.0.1:%u", service_port(meet->office.service));
    service_fixture_stop(&meet->office);
    meet->office.os.clock = server_clock;
    meet->office.settings.listen = meet->listen;
    service_fixture_start(&meet->office);
    service_fixture_live(&meet->office);
    meet->guard_os = os_system;
    meet->guard_os.clock = guard_clock;
    enrol(meet);
}

void meet_free(struct meet *meet)
{
    meet_close(meet);
    char command[300];
    snprintf(command, sizeof command, "rm -r '%s'", meet->base);
    assert_int_equal(system(command), 0);
    service_fixture_free(&meet->office);
}

/* --- The guard ---------------------------------------------------------------------------- */

struct enduse_guard *meet_open_folder(struct meet *meet, const char *folder)
{
    const struct enduse_options options = {
        .size = sizeof options,
        .folder = folder,
        .root_digest = meet->office.script.world.authority.bytes,
        .allow_demo = 1,
    };
    const struct guard_means means = {.os = &meet->guard_os};
    struct enduse_guard *guard = NULL;
    struct enduse_fault fault = {0};
    if (guard_open(&options, &means, &guard, &fault) != ENDUSE_OK)
        fail_msg("%s", fault.text);
    return guard;
}

void meet_open(struct meet *meet)
{
    meet->guard = meet_open_folder(meet, meet->folder);
}

void meet_close(struct meet *meet)
{
    enduse_declaration_free(meet->guard, meet->declared);
    enduse_close(meet->guard);
    meet->declared = NULL;
    meet->guard = NULL;
}

void meet_wait_active(struct meet *meet)
{
    if (enduse_wait_active(meet->guard, PATIENCE, &meet->verdict) != ENDUSE_OK)
        fail_msg("%s", meet->verdict.words);
}

int meet_try_declare(struct meet *meet)
{
    struct world *world = &meet->office.script.world;
    struct declaration declaration = world->declaration;
    struct buffer bytes = {0};
    declaration.id.bytes[0] = 8;
    assert_int_equal(
        os_system.random(declaration.id.bytes + 1, sizeof declaration.id.bytes - 1), 0);
    WORLD_SIGN(world, INSTRUMENT_DECLARATION, &declaration, &bytes, NULL, WORLD_OPERATOR);
    enduse_declaration_free(meet->guard, meet->declared);
    meet->declared = NULL;
    int result = enduse_declare(
        meet->guard, bytes.data, bytes.length, world->approval_bytes.data,
        world->approval_bytes.length, &meet->declared, &meet->verdict, &meet->fault);
    buffer_free(&bytes);
    return result;
}

void meet_declare(struct meet *meet)
{
    if (meet_try_declare(meet) != ENDUSE_OK)
        fail_msg("%s %s", meet->verdict.words, meet->fault.text);
}

int meet_begin(struct meet *meet, uint64_t *ret_use)
{
    return enduse_begin(meet->guard, meet->declared, "location", "c1", ret_use, &meet->verdict);
}

uint64_t meet_use(struct meet *meet)
{
    uint64_t use = 0;
    if (meet_begin(meet, &use) != ENDUSE_OK)
        fail_msg("%s", meet->verdict.words);
    return use;
}

void meet_await_stop(struct meet *meet, uint64_t use)
{
    struct pollfd stop = {.fd = enduse_stop_descriptor(meet->guard), .events = POLLIN};
    /* The descriptor tells once for all that must stop: asked before each wait. */
    while (!enduse_must_stop(meet->guard, use, &meet->verdict))
        assert_int_equal(poll(&stop, 1, PATIENCE), 1);
}

enum enduse_state meet_state(struct meet *meet)
{
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(meet->guard, &status), ENDUSE_OK);
    return status.state;
}

void meet_settled(struct meet *meet)
{
    service_await(&meet->office, 1);
}

void meet_settled_after(struct meet *meet, uint64_t sequence)
{
    millis until = monotonic() + PATIENCE;
    while (meet_contact(meet)->sequence <= sequence && monotonic() < until)
        sched_yield();
    assert_true(meet_contact(meet)->sequence > sequence);
    meet_settled(meet);
}

/* --- Orders ------------------------------------------------------------------------------- */

struct bytes meet_order_act(
    struct meet *meet, enum order_kind kind, const struct digest *lifts, struct digest *ret_digest)
{
    struct office_script *script = &meet->office.script;
    char number[32];
    snprintf(number, sizeof number, "OR-%llu", (unsigned long long)++meet->orders);
    const char *kept = arena_text(&script->arena, bytes_of(number));
    assert_non_null(kept);
    office_clock = WORLD_NOW + monotonic() - beginning + atomic_load(&server_ahead);
    struct order order =
        world_order(&script->world, kept, kind, kind == ORDER_LIMIT ? MEET_LIMIT : NULL);
    order.issued = office_clock;
    if (lifts)
        order.lifts = *lifts;
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&order_layout, &order, NULL, &payload), ERROR_OK);
    *ret_digest = sha256_of(buffer_view(&payload));
    buffer_free(&payload);
    return order_needs_both(kind) ? OFFICE_ORDER(script, &order, WORLD_D1, WORLD_F1)
                                  : OFFICE_ORDER(script, &order, WORLD_D1);
}

struct digest meet_order(struct meet *meet, enum order_kind kind, const struct digest *lifts)
{
    struct digest digest;
    struct bytes act = meet_order_act(meet, kind, lifts, &digest);
    struct http_reply reply =
        service_call(&meet->office, "POST", "/api/v1/acts", "application/cose", act);
    if (reply.status != 201)
        print_error("%s\n", service_text(&reply));
    assert_int_equal(reply.status, 201);
    http_reply_free(&reply);
    return digest;
}

const char *meet_order_number(struct meet *meet)
{
    char number[32];
    snprintf(number, sizeof number, "OR-%llu", (unsigned long long)meet->orders);
    const char *kept = arena_text(&meet->office.arena, bytes_of(number));
    assert_non_null(kept);
    return kept;
}

/* --- What the office knows ---------------------------------------------------------------- */

static struct store_reader *open_reader(struct meet *meet)
{
    struct store_reader *reader = NULL;
    struct fault fault = {0};
    char path[300];
    snprintf(path, sizeof path, "%s/office.db", meet->office.folder);
    must(store_reader_open(&os_system, path, &fault, &reader), &fault);
    return reader;
}

const struct contact *meet_contact(struct meet *meet)
{
    const struct contact *contact = NULL;
    struct store_reader *reader = open_reader(meet);
    struct fault fault = {0};
    must(store_contact(reader, MEET_INSTALLATION, &meet->office.arena, &fault, &contact), &fault);
    store_reader_close(reader);
    assert_non_null(contact);
    return contact;
}

const struct order_file *meet_order_file(struct meet *meet, const char *number)
{
    const void *content = NULL;
    struct store_reader *reader = open_reader(meet);
    struct fault fault = {0};
    must(store_load(reader, FILE_ORDER, number, &meet->office.arena, &fault, &content), &fault);
    store_reader_close(reader);
    return content;
}

/* --- A server of its own process ------------------------------------------------------------ */

static const char serve_word[] = "serve-for-meet";

pid_t meet_spawn_server(struct meet *meet)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    char program[] = "/proc/self/exe", word[sizeof serve_word], folder[200], listen[40], from[30];
    memcpy(word, serve_word, sizeof word);
    snprintf(folder, sizeof folder, "%s", meet->office.folder);
    snprintf(listen, sizeof listen, "%s", meet->listen);
    snprintf(from, sizeof from, "%lld", (long long)beginning);
    char *arguments[] = {program, word, folder, listen, from, NULL};
    pid_t process;
    assert_int_equal(posix_spawn(&process, program, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    char line = 0;
    assert_int_equal(read(ends[0], &line, 1), 1); /* it listens */
    close(ends[0]);
    return process;
}

bool meet_serve(int count, char **arguments)
{
    if (count != 5 || strcmp(arguments[1], serve_word) != 0)
        return false;
    struct os os = os_system;
    const struct settings settings = {
        .data = arguments[2],
        .listen = arguments[3],
        .demo = true,
        .threads = 2,
    };
    struct service *service = NULL;
    struct fault fault = {0};
    beginning = strtoll(arguments[4], NULL, 10);
    os.clock = server_clock;
    if (service_start(&os, &settings, &site, -1, &fault, &service)) {
        char text[600];
        fprintf(stderr, "%s\n", fault_text(&fault, text, sizeof text));
        return true;
    }
    if (write(STDOUT_FILENO, "\n", 1) == 1) {
        for (;;)
            pause();
    }
    service_stop(service);
    return true;
}
