/* What must hold for every case of the public Cedar corpora, whatever it decides: a request that is
 * settled beforehand gives the same response; and printing, laying out and writing policies as JSON
 * change nothing when what came out is read again. And every schema can be read. What the cases
 * state is held by `enduse cedar run-corpus` (cedar_corpus.sh). Usage: cedar_invariants ARCHIVE… */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../oracle/random.h"
#include "cedar/data_json.h"
#include "cedar/policy_json.h"
#include "cli/cedar_case.h"

enum { FAILURES_SHOWN = 20, SLOTS_MAX = 16, CHANGES = 4 };

static struct {
    size_t cases, requests, settled, schemas, failed;
} tally;

/* One case while it runs. */
struct run {
    struct cedar_case one;
    void *settled_scratch, *memo;
    uint64_t seed;
};

PRINTF_LIKE(2, 3) static void complain(const struct run *run, const char *format, ...)
{
    tally.failed++;
    if (tally.failed > FAILURES_SHOWN)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED %.*s: ", (int)run->one.name.length, (const char *)run->one.name.data);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

static void complain_fault(const struct run *run, const char *what, const struct fault *fault)
{
    char text[512];
    complain(run, "%s: %s", what, fault_text(fault, text, sizeof text));
}

/* Printing what was read, reading that and printing it again changes nothing. */
static void check_printing(struct run *run)
{
    struct buffer once = {0}, twice = {0};
    struct cedar_policies *again = NULL;
    struct fault fault = {0};
    for (size_t i = 0; i < cedar_policies_count(run->one.policies); i++)
        cedar_print_policy(&once, cedar_policies_at(run->one.policies, i));
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
static void check_format(struct run *run)
{
    struct buffer once = {0}, twice = {0};
    struct fault fault = {0};
    if (cedar_format_policies(run->one.policies_text, NULL, &fault, &once) ||
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
    if (write_json(run, run->one.policies, &once)) {
        if (json_parse(buffer_view(&once), &run->one.arena, &fault, &json) ||
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
    cedar_authorize(run->one.program, request, run->one.entities, run->one.scratch, &fresh);
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
    cedar_settle(
        run->one.program, request, run->one.entities, NULL, 0, run->settled_scratch, run->memo);
    compare_settled(run, request);
    take_slots(run, request->context, &slots);
    for (size_t i = 0; i < cedar_entities_count(run->one.entities); i++)
        take_slots(run, cedar_entities_at(run->one.entities, i)->attributes, &slots);
    for (size_t i = 0; i < slots.count; i++)
        watched[i] = slots.at[i];
    for (int i = 0; slots.count && i < CHANGES; i++) {
        if (i % 2 == 0) {
            change_slots(run, &slots);
            cedar_settle(
                run->one.program, request, run->one.entities, watched, slots.count,
                run->settled_scratch, run->memo);
        }
        change_slots(run, &slots);
        compare_settled(run, request);
    }
    for (size_t i = slots.count; i-- > 0;)
        *slots.at[i] = slots.before[i];
}

static void check_requests(struct run *run)
{
    const struct json *requests = json_find(run->one.json, "requests");
    run->settled_scratch = malloc(cedar_program_scratch_size(run->one.program));
    run->memo = malloc(cedar_program_memo_size(run->one.program));
    for (size_t i = 0; run->settled_scratch && run->memo && i < json_count(requests); i++) {
        struct fault fault = {0};
        struct cedar_request request;
        if (cedar_json_request(
                json_at(requests, i), run->one.schema, run->one.symbols, &run->one.arena, &fault,
                &request))
            continue; /* refused on purpose, or run-corpus complains */
        tally.requests++;
        check_settled(run, &request);
    }
    free(run->settled_scratch);
    free(run->memo);
}

static void run_case(const struct cedar_corpus *corpus, size_t index)
{
    struct run run = {.seed = 1 + index};
    struct fault fault = {0};
    bool is_case;
    if (cedar_case_load(corpus, index, &fault, &run.one, &is_case)) {
        complain_fault(&run, "reading", &fault);
    } else if (is_case) {
        tally.cases++;
        check_format(&run);
        check_printing(&run);
        check_json(&run);
        if (run.one.entities)
            check_requests(&run);
    }
    cedar_case_free(&run.one);
}

/* --- Schemas ------------------------------------------------------------------------------ */

static void read_schema(const struct archive *archive, struct bytes name)
{
    struct run run = {.one.name = name};
    struct fault fault = {0};
    struct buffer text = {0};
    struct cedar_schema *schema = NULL;
    tally.schemas++;
    if (archive_read(archive, name, &fault, &text) ||
        cedar_schema_parse(buffer_view(&text), &fault, &schema))
        complain_fault(&run, "schema", &fault);
    cedar_schema_free(schema);
    buffer_free(&text);
}

static bool read_schemas(const char *path)
{
    static const char suffix[] = ".cedarschema";
    struct archive *archive;
    struct fault fault = {0};
    char words[500];
    if (archive_open(&os_system, path, &fault, &archive)) {
        printf("FAILED %s: %s\n", path, fault_text(&fault, words, sizeof words));
        return false;
    }
    for (size_t i = 0; i < archive_count(archive); i++) {
        struct bytes name = archive_name_at(archive, i);
        size_t length = sizeof suffix - 1;
        bool left_over = memmem(name.data, name.length, "/._", 3) != NULL;
        if (!left_over && name.length >= length &&
            memcmp(name.data + name.length - length, suffix, length) == 0)
            read_schema(archive, name);
    }
    archive_free(archive);
    return true;
}

int main(int count, char **arguments)
{
    struct cedar_corpus *corpus;
    struct fault fault = {0};
    char words[500];
    const char *const *paths = (const char *const *)arguments + 1;
    if (cedar_corpus_open(&os_system, paths, (size_t)count - 1, &fault, &corpus)) {
        printf("FAILED %s\n", fault_text(&fault, words, sizeof words));
        return 1;
    }
    for (size_t i = 0; i < cedar_corpus_count(corpus); i++)
        run_case(corpus, i);
    cedar_corpus_free(corpus);
    bool read = true;
    for (int i = 1; i < count; i++)
        read = read_schemas(arguments[i]) && read;
    printf(
        "cedar invariants: %zu cases, %zu requests, %zu settled responses, %zu schemas, %zu "
        "failed\n",
        tally.cases, tally.requests, tally.settled, tally.schemas, tally.failed);
    return tally.failed || !read || tally.requests == 0 || tally.schemas == 0;
}
