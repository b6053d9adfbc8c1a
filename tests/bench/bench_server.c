/* The server under load, on the large office of big_office.h: a thousand licences, five thousand
 * installations, a million events. Reads and acts a second under 64 clients, over HTTP on loopback
 * against a process of its own, with real signatures and logins; start-up, memory, size, rebuild.
 * And on a small office: from an order's acceptance to the answers of all renewals that wait for
 * it. Beside each stands what the machine can do, measured in the same run. Lines are name, value,
 * unit, goal.
 *
 * Usage: bench_server FOLDER, where the large office is or will be made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "json/json.h"
#include "large.h"
#include "load.h"
#include "server_process.h"
#include "service_fixture.h"

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* --- A small office ----------------------------------------------------------------------- */

enum { ORDERS = 100, RENEWALS = 1000, SYNCS = 200 };

static struct service_fixture fixture;

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
static double sync_time(const char *folder)
{
    char path[300];
    snprintf(path, sizeof path, "%s/sync", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    double start = load_now();
    for (int i = 0; i < SYNCS; i++) {
        assert_int_equal(pwrite(fileno(file), path, 200, i * 4096L), 200);
        assert_int_equal(fdatasync(fileno(file)), 0);
    }
    double took = (load_now() - start) / SYNCS;
    fclose(file);
    unlink(path);
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

static void orders_and_renewals(void **state)
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
        double start = load_now();
        struct digest digest = post_order(2 * i, ORDER_SUSPEND, NULL);
        service_join(&parked);
        answered[i] = (load_now() - start) * 1000;
        lease = arena_copy(&fixture.script.arena, buffer_view(&parked.reply.body));
        http_reply_free(&parked.reply);
        post_order(2 * i + 1, ORDER_RESTORE, &digest);
        renewal = service_next_renewal(&fixture, &renewal, lease);
        lease = renew(&renewal);
    }
    qsort(answered, ORDERS, sizeof *answered, by_value);
    /* Renewals that are answered at once, one after the other: each is a commit of its own. */
    double start = load_now();
    struct digest in_force = {{1}};
    for (int i = 0; i < RENEWALS; i++) {
        renewal = service_next_renewal(&fixture, &renewal, lease);
        renewal.in_force = in_force; /* other than ours: answered, not parked */
        lease = renew(&renewal);
    }
    double each = (load_now() - start) / RENEWALS, sync = sync_time(fixture.folder);
    large_say("order_to_parked_answer_", "median", answered[ORDERS / 2], "ms", "<=10");
    large_say("order_to_parked_answer_", "p99", answered[ORDERS * 99 / 100], "ms", "-");
    large_say("renewals_", "one_after_another", 1 / each, "1/s", "-");
    large_say("renewal_", "beside_fdatasync", each / sync, "ratio", "-");
    large_say("", "fdatasync", 1 / sync, "1/s", "-");
    service_fixture_free(&fixture);
}

/* --- What the machine can do -------------------------------------------------------------- */

enum { RAW_ACTS = 500, RAW_BYTES = 900, VERIFICATIONS = 4000 };

/* Rows of an act's size, each in a transaction that is on the disk, with the settings of the store
 * and nothing else. */
static double raw_transactions(const char *folder)
{
    char path[420];
    uint8_t body[RAW_BYTES] = {0};
    sqlite3 *database = NULL;
    sqlite3_stmt *insert = NULL;
    snprintf(path, sizeof path, "%s/raw.db", folder);
    unlink(path);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(
            database,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE act (number INTEGER PRIMARY KEY, body BLOB NOT NULL);",
            NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(database, "INSERT INTO act (body) VALUES (?1)", -1, &insert, NULL),
        SQLITE_OK);
    double start = load_now();
    for (int i = 0; i < RAW_ACTS; i++) {
        assert_int_equal(sqlite3_bind_blob(insert, 1, body, sizeof body, SQLITE_STATIC), SQLITE_OK);
        assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
        assert_int_equal(sqlite3_reset(insert), SQLITE_OK);
    }
    double took = load_now() - start;
    sqlite3_finalize(insert);
    sqlite3_close(database);
    unlink(path);
    return RAW_ACTS / took;
}

static double verifications(struct private_key *key)
{
    uint8_t message[RAW_BYTES] = {0};
    struct signature signature;
    struct verifier *verifier = NULL;
    assert_int_equal(private_key_sign(key, BYTES_ARRAY(message), NULL, &signature), ERROR_OK);
    assert_int_equal(verifier_new(private_key_public(key), NULL, &verifier), ERROR_OK);
    const struct bytes bytes = {signature.bytes, signature.length};
    double start = load_now();
    for (int i = 0; i < VERIFICATIONS; i++)
        assert_int_equal(verifier_check(verifier, BYTES_ARRAY(message), bytes, NULL), ERROR_OK);
    double took = load_now() - start;
    verifier_free(verifier);
    return VERIFICATIONS / took;
}

/* Seconds to read a file from its beginning to its end, and to hash it. */
static double hash_time(const char *path)
{
    static uint8_t chunk[1 << 20];
    struct sha256 hash;
    struct digest digest;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    sha256_start(&hash);
    double start = load_now();
    ssize_t got;
    while ((got = read(file, chunk, sizeof chunk)) > 0)
        sha256_add(&hash, (struct bytes){chunk, (size_t)got});
    sha256_finish(&hash, &digest);
    double took = load_now() - start;
    close(file);
    return took;
}

/* --- A copy of the large office ----------------------------------------------------------- */

static double megabytes(const char *path)
{
    struct stat stat_of;
    assert_int_equal(stat(path, &stat_of), 0);
    return (double)stat_of.st_size / 1e6;
}

/* Bytes of all events, as they were signed and in their envelopes. */
static double events_size(void)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *sum = NULL;
    assert_int_equal(
        sqlite3_open_v2(large.database, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(database, "SELECT sum(length(body)) FROM event", -1, &sum, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(sum), SQLITE_ROW);
    double size = sqlite3_column_double(sum, 0);
    sqlite3_finalize(sum);
    sqlite3_close(database);
    return size;
}

static void tell_size(void)
{
    double size = megabytes(large.database);
    large_say("database_", "size", size, "MB", "-");
    large_say("database_", "bytes_an_event", size * 1e6 / BIG_EVENTS, "bytes", "-");
    large_say("database_", "beside_its_events", size * 1e6 / events_size(), "ratio", "-");
}

/* --- Rebuild ------------------------------------------------------------------------------ */

/* Runs `enduse rebuild` on the copy; *ret_memory in MB. */
static double rebuild(double *ret_memory)
{
    int status = 0;
    struct rusage usage;
    fflush(stdout);
    double start = load_now();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execl(ENDUSE_PROGRAM, "enduse", "rebuild", "--demo", large.database, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(wait4(pid, &status, 0, &usage), pid);
    double took = load_now() - start;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    *ret_memory = (double)usage.ru_maxrss / 1e3;
    return took;
}

static void measure_rebuild(double events)
{
    double memory, took = rebuild(&memory), hashed = hash_time(large.database);
    large_say("", "rebuild", took, "s", "-");
    large_say("rebuild_", "events", events / took, "1/s", "-");
    large_say("rebuild_", "beside_read_and_sha256", took / hashed, "ratio", "-");
    large_say("rebuild_", "share_of_ed25519", events / large.verify / took, "ratio", "-");
    large_say("rebuild_", "memory", memory, "MB", "-");
}

/* --- The server --------------------------------------------------------------------------- */

/* Of /proc/PID/status, in MB. */
static double memory_of(pid_t pid, const char *line_name)
{
    char path[60], line[200];
    unsigned long long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, line_name, strlen(line_name)) == 0)
            sscanf(line + strlen(line_name), ": %llu", &kilobytes);
    }
    fclose(file);
    return (double)kilobytes / 1e3;
}

static double start_on(const char *folder, struct server_process *ret_server)
{
    double start = load_now();
    *ret_server = server_process_start(folder);
    return load_now() - start;
}

/* The same of an office that has a root and nothing else. */
static double start_of_empty(void)
{
    struct server_process server;
    service_fixture_init(&fixture);
    service_fixture_stop(&fixture);
    double took = start_on(fixture.folder, &server);
    server_process_end(&server, SIGTERM, true);
    service_fixture_free(&fixture);
    return took;
}

static void measure_start(void)
{
    double empty = start_of_empty(), took = start_on(large.folder, &large.server);
    large_say("", "start_up", took * 1000, "ms", "-");
    large_say("start_up_", "beside_an_empty_office", took / empty, "ratio", "<=2");
    large_say("memory_", "at_start", memory_of(large.server.pid, "VmRSS"), "MB", "-");
}

/* --- Acts --------------------------------------------------------------------------------- */

enum { CLIENTS = 64, EXPORTERS_EACH = 30, STEPS = 4, ACTS_EACH = EXPORTERS_EACH * STEPS };

static struct bytes acts[CLIENTS][ACTS_EACH];

static struct bytes act_request(struct bytes act)
{
    struct buffer request = {0};
    buffer_printf(
        &request,
        "POST /api/v1/acts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cose\r\n"
        "Content-Length: %zu\r\n\r\n",
        act.length);
    buffer_append_bytes(&request, act);
    struct bytes kept = arena_copy(&large.arena, buffer_view(&request));
    buffer_free(&request);
    assert_non_null(kept.data);
    return kept;
}

/* Exporters from draft to registration, each by three people of two ministries. */
static void make_acts(void)
{
    struct office_script *script = &large.script;
    struct world *world = &script->world;
    for (size_t i = 0; i < CLIENTS; i++) {
        for (size_t k = 0; k < EXPORTERS_EACH; k++) {
            char file[60];
            const struct datum nothing = {.kind = DATUM_MAP};
            struct bytes *own = &acts[i][k * STEPS];
            snprintf(file, sizeof file, "exporter/L-%02zu-%03zu", i, k);
            own[0] = office_act(script, WORLD_D1, file, 0, "draft", body_exporter(world));
            own[1] = office_act(script, WORLD_D1, file, 1, "submit", nothing);
            own[2] = office_act(script, WORLD_F1, file, 2, "screen", body_screening(world, NULL));
            own[3] = office_act(script, WORLD_D2, file, 3, "register", nothing);
        }
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        for (size_t k = 0; k < ACTS_EACH; k++)
            acts[i][k] = act_request(acts[i][k]);
    }
}

static struct bytes next_act(void *context, size_t connection, size_t turn)
{
    (void)context;
    return acts[connection][turn];
}

static void measure_acts(void)
{
    double raw = raw_transactions(large.folder), sync = sync_time(large.folder);
    make_acts();
    const struct load load = {
        .port = large.server.port,
        .server = large.server.pid,
        .connections = CLIENTS,
        .requests = CLIENTS * ACTS_EACH,
        .status = 201,
        .request = next_act,
    };
    struct load_result result = load_run(&load);
    large_say("acts_", "a_second", result.rate, "1/s", "-");
    large_say("acts_", "median", result.median, "ms", "-");
    large_say("acts_", "p99", result.p99, "ms", "-");
    large_say("acts_", "server_cost", result.cost, "us", "-");
    large_say("acts_", "beside_raw_sqlite_transactions", result.rate / raw, "ratio", ">=1");
    large_say("acts_", "beside_fdatasync", result.rate * sync, "ratio", "-");
    large_say("acts_", "beside_ed25519_of_a_core", result.rate / large.verify, "ratio", "-");
    large_say("raw_", "sqlite_transactions", raw, "1/s", "-");
    large_say("ed25519_", "verifications_of_a_core", large.verify, "1/s", "-");
}

/* --- Reads -------------------------------------------------------------------------------- */

/* A read, with a place for one number below `below`. */
struct reading_kind {
    const char *name, *path;
    size_t below, requests;
    size_t token; /* whose */
};

enum { TOKEN_EXPORTER = 3, READS = 6000, SOME = 1200, FEW = 640 };

static const struct reading_kind kinds[] = {
    {"a_licence", "/api/v1/files/licence/" BIG_LICENCE, BIG_LICENCES, READS, 0},
    {"an_installation", "/api/v1/files/installation/" BIG_INSTALLATION, BIG_INSTALLATIONS, READS,
     1},
    {"installations_of_a_licence", "/api/v1/files/installation?parent=" BIG_LICENCE, BIG_LICENCES,
     READS, 2},
    {"a_hundred_licences", "/api/v1/files/licence?state=active&limit=100#%zu", 1, SOME, 0},
    {"a_hundred_certificates", "/api/v1/files/certificate?limit=100#%zu", 1, SOME, 0},
    {"few_in_a_state", "/api/v1/files/licence?state=revoked#%zu", 1, SOME, 0},
    {"licences_of_an_exporter", "/api/v1/files/licence#%zu", 1, FEW, TOKEN_EXPORTER},
    {"twenty_events_of_a_licence", "/api/v1/events?file=licence/" BIG_LICENCE "&count=20",
     BIG_LICENCES, READS, 0},
    {"twenty_events_of_an_installation",
     "/api/v1/events?file=installation/" BIG_INSTALLATION "&count=20", BIG_INSTALLATIONS, READS, 0},
    {"a_proof", "/api/v1/events/%zu/proof", BIG_EVENTS, READS, 1},
    {"the_register", "/api/v1/register/licence/" BIG_LICENCE, BIG_LICENCES, READS, 2},
    {"the_status", "/api/v1/status#%zu", 1, READS, 0},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct reader {
    const struct reading_kind *only; /* NULL: those of every day, in turn */
    uint64_t seed;
    char requests[CLIENTS][400];
};

static struct bytes next_read(void *context, size_t connection, size_t turn)
{
    struct reader *reader = context;
    static const size_t everyday[] = {0, 0, 1, 2, 2, 7, 9, 10};
    const size_t turns = sizeof everyday / sizeof *everyday;
    const struct reading_kind *kind =
        reader->only ? reader->only : &kinds[everyday[(connection + turn) % turns]];
    char path[200], *request = reader->requests[connection];
    snprintf(path, sizeof path, kind->path, random_below(&reader->seed, kind->below));
    path[strcspn(path, "#")] = '\0';
    int length = snprintf(
        request, sizeof reader->requests[0],
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n", path,
        large.tokens[kind->token]);
    return (struct bytes){(const uint8_t *)request, (size_t)length};
}

static struct load_result read_from(uint16_t port, pid_t pid, const struct reading_kind *only)
{
    struct reader reader = {.only = only, .seed = 20260302};
    const struct load load = {
        .port = port,
        .server = pid,
        .connections = CLIENTS,
        .requests = only ? only->requests : 2 * READS,
        .status = 200,
        .request = next_read,
        .context = &reader,
    };
    return load_run(&load);
}

/* Beside a server that answers as many bytes from nothing. */
static void measure_read(const char *name, const struct reading_kind *only, const char *goal)
{
    char what[80];
    struct load_result ours = read_from(large.server.port, large.server.pid, only);
    struct bare_server bare = bare_server_start((size_t)ours.size);
    struct load_result theirs = read_from(bare.port, bare.pid, only);
    bare_server_end(&bare);
    snprintf(what, sizeof what, "read_%s_", name);
    large_say(what, "a_second", ours.rate, "1/s", "-");
    large_say(what, "p99", ours.p99, "ms", "-");
    large_say(what, "server_cost", ours.cost, "us", "-");
    large_say(what, "bytes", ours.size, "bytes", "-");
    large_say(what, "beside_bare_libmicrohttpd", ours.rate / theirs.rate, "ratio", goal);
}

static void measure_reads(void)
{
    measure_read("every_day", NULL, "-");
    for (size_t i = 0; i < KINDS; i++)
        measure_read(kinds[i].name, &kinds[i], "-");
}

static void the_large_office(void **state)
{
    (void)state;
    static const enum world_key readers[] = {WORLD_D1, WORLD_F1, WORLD_D2, WORLD_EXPORTER};
    struct http_client *client = NULL;
    large_init();
    large.verify = verifications(large.script.world.keys[WORLD_D1]);
    large_copy("run");
    tell_size();
    measure_start();
    assert_int_equal(http_client_open(NULL, NULL, &client), ERROR_OK);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct bytes token = large_login(client, readers[i]);
        assert_true(token.length < sizeof large.tokens[i]);
        memcpy(large.tokens[i], token.data, token.length);
    }
    large_catch_up(client);
    measure_acts();
    measure_reads();
    large_say("memory_", "after_load", memory_of(large.server.pid, "VmRSS"), "MB", "-");
    large_say("memory_", "at_most", memory_of(large.server.pid, "VmHWM"), "MB", "-");
    uint64_t events = large_log_size(client);
    server_process_end(&large.server, SIGTERM, true);
    measure_rebuild((double)events);
    http_client_close(client);
    large_remove();
    large_free();
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_and_renewals),
        cmocka_unit_test(the_large_office),
    };
    if (count != 2) {
        fprintf(stderr, "Usage: bench_server FOLDER\n");
        return EXIT_FAILURE;
    }
    large_folder = arguments[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
