/* How long one decision takes. Usage: bench_cedar NAME POLICIES ENTITIES REQUESTS [GOAL], the last
 * two files as the public benchmark data have them, or bench_cedar roles COUNT [GOAL]: as many
 * policies, each for another role. Prints the median and the 99th percentile over requests of the
 * best of several rounds. That nothing is allocated is tested in test_cedar_authorize. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cedar/cedar.h"
#include "cedar/data_json.h"

enum { ROUNDS = 9, REPEATS = 2000, FILE_MAX = 64 << 20, REQUESTS_MAX = 1000 };

/* What one benchmark stands on; it lives until the program ends. */
static struct {
    struct arena arena;
    struct cedar_symbols *symbols;
    struct cedar_policies *policies;
    struct cedar_program *program;
    struct cedar_entities *entities;
    struct cedar_request requests[REQUESTS_MAX];
    size_t request_count;
    void *scratch;
} world;

static void check(enum error error, const struct fault *fault)
{
    char text[512];
    if (!error)
        return;
    fprintf(stderr, "bench_cedar: %s\n", fault_text(fault, text, sizeof text));
    exit(1);
}

static struct bytes read_file(const char *path)
{
    struct buffer content = {0};
    struct fault fault = {0};
    check(os_read_file(&os_system, path, FILE_MAX, &fault, &content), &fault);
    struct bytes kept = arena_copy(&world.arena, buffer_view(&content));
    buffer_free(&content);
    return kept;
}

static const struct json *read_json(const char *path)
{
    const struct json *json = NULL;
    struct fault fault = {0};
    check(json_parse(read_file(path), &world.arena, &fault, &json), &fault);
    return json;
}

static void add_request(const struct json *json)
{
    struct fault fault = {0};
    struct cedar_request *request = &world.requests[world.request_count++];
    struct cedar_record *context;
    check(
        cedar_json_uid(json_find(json, "principal"), world.symbols, &fault, &request->principal),
        &fault);
    check(
        cedar_json_uid(json_find(json, "action"), world.symbols, &fault, &request->action), &fault);
    check(
        cedar_json_uid(json_find(json, "resource"), world.symbols, &fault, &request->resource),
        &fault);
    check(
        cedar_json_record(
            json_find(json, "context"), world.symbols, &world.arena, &fault, &context),
        &fault);
    request->context = context;
}

static void build(struct bytes policies)
{
    struct fault fault = {0};
    check(cedar_policies_add(world.policies, policies, NULL, &fault), &fault);
    check(cedar_compile(world.policies, world.symbols, &fault, &world.program), &fault);
    check(cedar_entities_freeze(world.entities, &fault), &fault);
    world.scratch = malloc(cedar_program_scratch_size(world.program));
    if (!world.scratch)
        exit(1);
}

static void build_from_files(char **arguments)
{
    struct fault fault = {0};
    check(
        cedar_json_entities(
            read_json(arguments[1]), world.symbols, &world.arena, world.entities, &fault),
        &fault);
    const struct json *requests = read_json(arguments[2]);
    if (json_find(requests, "requests"))
        requests = json_find(requests, "requests");
    for (size_t i = 0; i < json_count(requests) && i < REQUESTS_MAX; i++)
        add_request(json_at(requests, i));
    build(read_file(arguments[0]));
}

/* A user in one role among many, each of which has one policy. */
static void build_roles(unsigned count)
{
    struct buffer text = {0};
    struct fault fault = {0};
    struct cedar_request *request = &world.requests[world.request_count++];
    const struct cedar_uid *role;
    char name[32];
    for (unsigned i = 0; i < count; i++)
        buffer_printf(
            &text,
            "permit (principal in Role::\"role%u\", action == Action::\"view\", resource);\n", i);
    snprintf(name, sizeof name, "role%u", count / 2);
    check(cedar_intern_uid(world.symbols, bytes_of("Role"), bytes_of(name), &role), &fault);
    check(
        cedar_intern_uid(world.symbols, bytes_of("User"), bytes_of("a"), &request->principal),
        &fault);
    check(
        cedar_intern_uid(world.symbols, bytes_of("Action"), bytes_of("view"), &request->action),
        &fault);
    check(
        cedar_intern_uid(world.symbols, bytes_of("File"), bytes_of("f"), &request->resource),
        &fault);
    struct cedar_entity user = {.uid = request->principal, .parents = &role, .parent_count = 1};
    check(cedar_entities_add(world.entities, &user, &fault), &fault);
    build(buffer_view(&text));
    buffer_free(&text);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double measure(const struct cedar_request *request)
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int i = 0; i < REPEATS; i++) {
            struct cedar_response response;
            cedar_authorize(world.program, request, world.entities, world.scratch, &response);
            __asm__ volatile("" : : "r"(&response) : "memory");
        }
        double each = (now() - start) / REPEATS;
        if (each < best)
            best = each;
    }
    return best;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments)
{
    struct fault fault = {0};
    bool roles = count >= 3 && strcmp(arguments[1], "roles") == 0;
    if (!roles && count < 5)
        return 2;
    check(cedar_symbols_create(NULL, 1, &world.symbols), &fault);
    check(cedar_policies_create(&world.policies), &fault);
    check(cedar_entities_create(NULL, &world.entities), &fault);
    if (roles)
        build_roles((unsigned)strtoul(arguments[2], NULL, 10));
    else
        build_from_files(arguments + 2);
    static double times[REQUESTS_MAX];
    for (size_t i = 0; i < world.request_count; i++)
        times[i] = measure(&world.requests[i]);
    qsort(times, world.request_count, sizeof *times, compare);
    const char *goal = roles ? (count > 3 ? arguments[3] : "-") : count > 5 ? arguments[5] : "-";
    printf(
        "cedar %s%s p50\t%.0f\tns\t%s\n", arguments[1], roles ? arguments[2] : "",
        times[world.request_count / 2], goal);
    printf(
        "cedar %s%s p99\t%.0f\tns\t-\n", arguments[1], roles ? arguments[2] : "",
        times[world.request_count * 99 / 100]);
    free(world.scratch);
    cedar_program_free(world.program);
    cedar_policies_free(world.policies);
    cedar_entities_free(world.entities);
    cedar_symbols_free(world.symbols);
    arena_free(&world.arena);
    return 0;
}
