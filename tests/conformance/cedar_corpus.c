/* Runs the public Cedar corpus: for each request of each case, decision, reasons and erroring
 * policies must be those that the case states, also when the request is settled beforehand, and
 * printing and reading the policies again, as text and as JSON, must give the same. Usage:
 * cedar_corpus ROOT <LIST, where LIST names cases one a line and all paths are below ROOT. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../oracle/random.h"
#include "cedar/cedar.h"
#include "cedar/data_json.h"
#include "cedar/policy_json.h"

enum { FILE_MAX = 64 << 20, FAILURES_SHOWN = 20, SLOTS_MAX = 16, CHANGES = 4 };

static struct {
    size_t cases, requests, settled, failed;
} tally;

/* One case while it runs. Everything in it is freed together. */
struct run {
    const char *root, *path;
    struct arena arena;
    struct cedar_symbols *symbols;
    struct cedar_policies *policies;
    struct cedar_program *program;
    struct cedar_entities *entities;
    struct cedar_schema *schema;
    void *scratch, *settled_scratch, *memo;
    uint64_t seed;
};

PRINTF_LIKE(2, 3) static void complain(const struct run *run, const char *format, ...)
{
    tally.failed++;
    if (tally.failed > FAILURES_SHOWN)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED %s: ", run->path);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

static void complain_fault(const struct run *run, const char *what, const struct fault *fault)
{
    char text[512];
    complain(run, "%s: %s", what, fault_text(fault, text, sizeof text));
}

static bool read_file(const struct run *run, struct bytes name, struct buffer *content)
{
    char path[1024];
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/%.*s", run->root, (int)name.length, (const char *)name.data);
    if (!os_read_file(&os_system, path, FILE_MAX, &fault, content))
        return true;
    complain_fault(run, "reading", &fault);
    return false;
}

static const struct json *parse_file(struct run *run, struct bytes name)
{
    struct buffer content = {0};
    const struct json *json = NULL;
    struct fault fault = {0};
    if (read_file(run, name, &content) &&
        json_parse(buffer_view(&content), &run->arena, &fault, &json))
        complain_fault(run, "JSON", &fault);
    buffer_free(&content);
    return json;
}

/* Printing what was read, reading that and printing it again changes nothing. */
static void check_printing(struct run *run)
{
    struct buffer once = {0}, twice = {0};
    struct cedar_policies *again = NULL;
    struct fault fault = {0};
    for (size_t i = 0; i < cedar_policies_count(run->policies); i++)
        cedar_print_policy(&once, cedar_policies_at(run->policies, i));
    if (cedar_policies_create(&again) ||
        cedar_policies_add(again, buffer_view(&once), NULL, &fault)) {
        complain_fault(run, "reading what was printed", &fault);
    } else {
        for (size_t i = 0; i < cedar_policies_count(again); i++)
            cedar_print_policy(&twice, cedar_policies_at(again, i));
        if (!bytes_equal(buffer_view(&once), buffer_view(&twice)))
            complain(run, "printing is no fixed point");
    }
    cedar_policies_free(again);
    buffer_free(&once);
    buffer_free(&twice);
}

/* Laying out changes no policy (the formatter itself looks), and nothing the second time. */
static void check_format(struct run *run, struct bytes text)
{
    struct buffer once = {0}, twice = {0};
    struct fault fault = {0};
    if (cedar_format_policies(text, NULL, &fault, &once) ||
        cedar_format_policies(buffer_view(&once), NULL, &fault, &twice))
        complain_fault(run, "formatting", &fault);
    else if (!bytes_equal(buffer_view(&once), buffer_view(&twice)))
        complain(run, "formatting is no fixed point");
    buffer_free(&once);
    buffer_free(&twice);
}

static bool write_json(struct run *run, const struct cedar_policies *set, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 0);
    cedar_json_policies_write(&writer, set);
    enum error error = json_writer_end(&writer);
    if (error)
        complain(run, "writing as JSON: %s", error_name(error));
    return !error;
}

/* Writing as JSON, reading that and writing it again changes nothing. */
static void check_json(struct run *run)
{
    struct buffer once = {0}, twice = {0};
    struct cedar_policies *again = NULL;
    struct fault fault = {0};
    const struct json *json;
    if (write_json(run, run->policies, &once)) {
        if (json_parse(buffer_view(&once), &run->arena, &fault, &json) ||
            cedar_json_policies_read(json, &fault, &again))
            complain_fault(run, "reading what was written as JSON", &fault);
        else if (
            write_json(run, again, &twice) && !bytes_equal(buffer_view(&once), buffer_view(&twice)))
            complain(run, "JSON is no fixed point");
    }
    cedar_policies_free(again);
    buffer_free(&once);
    buffer_free(&twice);
}

static bool load(struct run *run, const struct json *json)
{
    struct bytes policies, entities, schema;
    struct fault fault = {0};
    struct buffer text = {0};
    if (json_get_string(json, "policies", &fault, &policies) ||
        json_get_string(json, "entities", &fault, &entities) ||
        json_get_string(json, "schema", &fault, &schema)) {
        complain_fault(run, "case", &fault);
        return false;
    }
    bool good = read_file(run, policies, &text);
    if (good &&
        (cedar_symbols_create(NULL, 7, &run->symbols) || cedar_policies_create(&run->policies) ||
         cedar_policies_add(run->policies, buffer_view(&text), NULL, &fault) ||
         cedar_compile(run->policies, run->symbols, &fault, &run->program) ||
         cedar_entities_create(NULL, &run->entities))) {
        complain_fault(run, "policies", &fault);
        good = false;
    }
    if (good)
        check_format(run, buffer_view(&text));
    buffer_clear(&text);
    if (good && read_file(run, schema, &text) &&
        cedar_schema_parse(buffer_view(&text), &fault, &run->schema)) {
        complain_fault(run, "schema", &fault);
        good = false;
    }
    buffer_free(&text);
    const struct json *data = good ? parse_file(run, entities) : NULL;
    if (!data)
        return false;
    if (cedar_json_entities_typed(
            data, run->schema, run->symbols, &run->arena, run->entities, &fault) ||
        cedar_entities_freeze(run->entities, &fault)) {
        complain_fault(run, "entities", &fault);
        return false;
    }
    run->scratch = malloc(cedar_program_scratch_size(run->program));
    run->settled_scratch = malloc(cedar_program_scratch_size(run->program));
    run->memo = malloc(cedar_program_memo_size(run->program));
    check_printing(run);
    check_json(run);
    return run->scratch && run->settled_scratch && run->memo;
}

/* Whether a list of ids names exactly these policies, of which each has another id. */
static bool
same_policies(const struct run *run, const struct json *ids, const uint32_t *indexes, size_t count)
{
    if (json_count(ids) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < count && !found; k++)
            found = bytes_equal(
                json_characters(json_at(ids, i)), cedar_policies_at(run->policies, indexes[k])->id);
        if (!found)
            return false;
    }
    return true;
}

/* --- Settled requests --------------------------------------------------------------------- */

/* Slots of one request, with what they hold in the case. */
struct slots {
    struct cedar_value *at[SLOTS_MAX];
    struct cedar_value before[SLOTS_MAX];
    size_t count;
};

/* Takes about half of the scalars in a record and in the records in it. */
static void take_slots(struct run *run, const struct cedar_record *record, struct slots *slots)
{
    for (uint32_t i = 0; record && i < record->count && slots->count < SLOTS_MAX; i++) {
        struct cedar_value *value = &record->values[i];
        bool scalar = value->kind == CEDAR_BOOL || value->kind == CEDAR_LONG ||
                      value->kind == CEDAR_DECIMAL || value->kind == CEDAR_DATETIME ||
                      value->kind == CEDAR_DURATION;
        if (value->kind == CEDAR_RECORD) {
            take_slots(run, value->record, slots);
        } else if (scalar && random_below(&run->seed, 2)) {
            slots->before[slots->count] = *value;
            slots->at[slots->count++] = value;
        }
    }
}

static void change_slots(struct run *run, const struct slots *slots)
{
    static const int64_t numbers[] = {0, 1, -1, 10000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < slots->count; i++) {
        if (slots->at[i]->kind == CEDAR_BOOL)
            *slots->at[i] = cedar_value_bool(random_below(&run->seed, 2));
        else
            slots->at[i]->number = numbers[random_below(&run->seed, 6)];
    }
}

static bool same_response(const struct cedar_response *a, const struct cedar_response *b)
{
    bool same = a->decision == b->decision && a->determining_count == b->determining_count &&
                a->error_count == b->error_count;
    for (size_t i = 0; same && i < a->determining_count; i++)
        same = a->determining[i] == b->determining[i];
    for (size_t i = 0; same && i < a->error_count; i++)
        same = a->errors[i].policy == b->errors[i].policy &&
               a->errors[i].error == b->errors[i].error &&
               a->errors[i].span.start.offset == b->errors[i].span.start.offset &&
               a->errors[i].span.end == b->errors[i].span.end;
    return same;
}

static void compare_settled(struct run *run, const struct cedar_request *request)
{
    struct cedar_response fresh, settled;
    cedar_authorize(run->program, request, run->entities, run->scratch, &fresh);
    cedar_authorize_settled(run->memo, &settled);
    tally.settled++;
    if (!same_response(&fresh, &settled))
        complain(run, "request %zu: another response when settled", tally.requests);
}

/* Settled with no slots; then with slots, while they hold one thing, and decided while they hold
 * another. */
static void check_settled(struct run *run, const struct cedar_request *request)
{
    struct slots slots = {0};
    const struct cedar_value *watched[SLOTS_MAX];
    cedar_settle(run->program, request, run->entities, NULL, 0, run->settled_scratch, run->memo);
    compare_settled(run, request);
    take_slots(run, request->context, &slots);
    for (size_t i = 0; i < cedar_entities_count(run->entities); i++)
        take_slots(run, cedar_entities_at(run->entities, i)->attributes, &slots);
    for (size_t i = 0; i < slots.count; i++)
        watched[i] = slots.at[i];
    for (int i = 0; slots.count && i < CHANGES; i++) {
        if (i % 2 == 0) {
            change_slots(run, &slots);
            cedar_settle(
                run->program, request, run->entities, watched, slots.count, run->settled_scratch,
                run->memo);
        }
        change_slots(run, &slots);
        compare_settled(run, request);
    }
    for (size_t i = slots.count; i-- > 0;)
        *slots.at[i] = slots.before[i];
}

static void check_request(struct run *run, const struct json *json)
{
    struct fault fault = {0};
    struct cedar_request request = {0};
    struct cedar_response response;
    struct bytes decision;
    const struct json *reason, *errors;
    tally.requests++;
    if (cedar_json_request(json, run->schema, run->symbols, &run->arena, &fault, &request) ||
        json_get_string(json, "decision", &fault, &decision) ||
        json_get(json, "reason", JSON_ARRAY, &fault, &reason) ||
        json_get(json, "errors", JSON_ARRAY, &fault, &errors)) {
        complain_fault(run, "request", &fault);
        return;
    }
    cedar_authorize(run->program, &request, run->entities, run->scratch, &response);
    uint32_t failed[256];
    for (size_t i = 0; i < response.error_count && i < 256; i++)
        failed[i] = response.errors[i].policy;
    bool allow = response.decision == CEDAR_ALLOW;
    if (!bytes_equal_text(decision, allow ? "allow" : "deny"))
        complain(run, "request %zu: decision is %s", tally.requests, allow ? "allow" : "deny");
    else if (!same_policies(run, reason, response.determining, response.determining_count))
        complain(run, "request %zu: other reasons", tally.requests);
    else if (
        response.error_count > 256 || !same_policies(run, errors, failed, response.error_count))
        complain(run, "request %zu: other erroring policies", tally.requests);
    check_settled(run, &request);
}

static void run_case(const char *root, const char *path)
{
    struct run run = {.root = root, .path = path, .seed = 1 + tally.cases};
    const struct json *json = parse_file(&run, bytes_of(path)), *requests;
    struct fault fault = {0};
    tally.cases++;
    if (json && load(&run, json)) {
        if (json_get(json, "requests", JSON_ARRAY, &fault, &requests))
            complain_fault(&run, "case", &fault);
        else
            for (size_t i = 0; i < json_count(requests); i++)
                check_request(&run, json_at(requests, i));
    }
    free(run.scratch);
    free(run.settled_scratch);
    free(run.memo);
    cedar_program_free(run.program);
    cedar_policies_free(run.policies);
    cedar_entities_free(run.entities);
    cedar_symbols_free(run.symbols);
    cedar_schema_free(run.schema);
    arena_free(&run.arena);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    char line[1024];
    /* The names of cases come on standard input: there are thousands. */
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        run_case(arguments[1], line);
    }
    printf(
        "cedar corpus: %zu cases, %zu requests, %zu settled responses, %zu failed\n", tally.cases,
        tally.requests, tally.settled, tally.failed);
    return tally.failed || tally.requests == 0;
}
