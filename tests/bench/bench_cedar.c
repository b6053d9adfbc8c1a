/* How long one decision takes. Usage: bench_cedar POLICIES ENTITIES REQUESTS [TIMES], the last two
 * files as the public benchmark data have them. Prints nanoseconds at the median and the 99th
 * percentile over requests, each the best of several rounds, and how many requests were allowed;
 * with TIMES decides each so often and prints nothing. That nothing is allocated is tested in
 * test_cedar_authorize. */
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

/* Decides every request as often as told and measures nothing: for those who count instructions. */
static void only_decide(unsigned long times)
{
    for (size_t i = 0; i < world.request_count; i++) {
        for (unsigned long each = 0; each < times; each++) {
            struct cedar_response response;
            cedar_authorize(
                world.program, &world.requests[i], world.entities, world.scratch, &response);
            __asm__ volatile("" : : "r"(&response) : "memory");
        }
    }
}

static unsigned allowed(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < world.request_count; i++) {
        struct cedar_response response;
        cedar_authorize(
            world.program, &world.requests[i], world.entities, world.scratch, &response);
        count += response.decision == CEDAR_ALLOW;
    }
    return count;
}

int main(int count, char **arguments)
{
    struct fault fault = {0};
    if (count < 4)
        return 2;
    check(cedar_symbols_create(NULL, 1, &world.symbols), &fault);
    check(cedar_policies_create(&world.policies), &fault);
    check(cedar_entities_create(NULL, &world.entities), &fault);
    build_from_files(arguments + 1);
    if (count > 4) {
        only_decide(strtoul(arguments[4], NULL, 10));
    } else {
        static double times[REQUESTS_MAX];
        for (size_t i = 0; i < world.request_count; i++)
            times[i] = measure(&world.requests[i]);
        qsort(times, world.request_count, sizeof *times, compare);
        printf(
            "%.0f %.0f %u\n", times[world.request_count / 2], times[world.request_count * 99 / 100],
            allowed());
    }
    free(world.scratch);
    cedar_program_free(world.program);
    cedar_policies_free(world.policies);
    cedar_entities_free(world.entities);
    cedar_symbols_free(world.symbols);
    arena_free(&world.arena);
    return 0;
}
