/* enduse cedar run-tests: requests with the decisions that they should have, in the form of the
 * official program: a JSON array of {"name", "request", "entities", "decision", "reason",
 * "num_errors"}. */
#include <string.h>

#include "cedar/data_json.h"
#include "cli/cedar.h"
#include "cli/cedar_case.h"

struct suite {
    struct cedar_given *given;
    struct cedar_text text; /* of the tests */
    size_t passed, failed;
};

/* What a test expects. */
struct expected {
    bool allow;
    const struct json *reason;
    uint64_t errors;
};

static enum error
read_expected(const struct json *test, struct fault *fault, struct expected *ret_expected)
{
    static const char *const names[] = {"name",   "request",    "entities", "decision",
                                        "reason", "num_errors", NULL};
    struct bytes decision;
    enum error error = json_allow(test, names, fault);
    if (error || (error = json_get_string(test, "decision", fault, &decision)) ||
        (error = json_get(test, "reason", JSON_ARRAY, fault, &ret_expected->reason)) ||
        (error = json_get_u64(test, "num_errors", fault, &ret_expected->errors)))
        return error;
    ret_expected->allow = bytes_equal_text(decision, "allow");
    char quoted[60];
    if (!ret_expected->allow && !bytes_equal_text(decision, "deny"))
        return json_fault(
            json_find(test, "decision"), fault, ERROR_JSON_TYPE, "allow or deny", "%s",
            quote_text(decision, quoted, sizeof quoted));
    for (size_t i = 0; !error && i < json_count(ret_expected->reason); i++)
        error = json_expect(json_at(ret_expected->reason, i), JSON_STRING, fault);
    return error;
}

static void put_name(struct suite *suite, const struct json *test, size_t number, bool passed)
{
    const struct json *name = json_find(test, "name");
    char quoted[160];
    fprintf(suite->given->call->out, "%s %zu", passed ? "ok    " : "FAILED", number);
    if (name)
        fprintf(
            suite->given->call->out, " %s",
            quote_text(json_characters(name), quoted, sizeof quoted));
}

static void put_ids(struct suite *suite, const struct cedar_response *response)
{
    FILE *out = suite->given->call->out;
    char id[120];
    if (response->determining_count == 0)
        fputs(" none", out);
    for (size_t i = 0; i < response->determining_count; i++)
        fprintf(
            out, " %s",
            quote_text(
                cedar_policies_at(suite->given->policies, response->determining[i])->id, id,
                sizeof id));
}

static void judge(
    struct suite *suite, const struct json *test, size_t number, const struct expected *expected,
    const struct cedar_response *response)
{
    FILE *out = suite->given->call->out;
    bool allow = response->decision == CEDAR_ALLOW;
    bool reasons = cedar_ids_are(
        suite->given->policies, expected->reason, response->determining,
        response->determining_count);
    bool passed = allow == expected->allow && reasons && response->error_count == expected->errors;
    put_name(suite, test, number, passed);
    if (allow != expected->allow)
        fprintf(out, ": it is %s", allow ? "ALLOW" : "DENY");
    if (!reasons) {
        fputs(": decided by", out);
        put_ids(suite, response);
    }
    if (response->error_count != expected->errors)
        fprintf(
            out, ": %zu policies cannot be evaluated, not %llu", response->error_count,
            (unsigned long long)expected->errors);
    fputc('\n', out);
    suite->passed += passed;
    suite->failed += !passed;
}

/* The entities of a test: an array, or the name of a file, from the folder of the tests. */
static int
take_entities(struct suite *suite, const struct json *json, struct cedar_entities **ret_entities)
{
    struct call *call = suite->given->call;
    struct cedar_text text = suite->text;
    if (json_type(json) != JSON_STRING)
        return cedar_take_entities(suite->given, &text, json, ret_entities);
    const char *slash = strrchr(suite->text.name, '/');
    struct buffer path = {0};
    if (slash)
        buffer_append(&path, suite->text.name, (size_t)(slash - suite->text.name) + 1);
    buffer_append_bytes(&path, json_characters(json));
    const char *name = path.error ? NULL : arena_text(&call->arena, buffer_view(&path));
    buffer_free(&path);
    if (!name)
        return cedar_no_memory(call);
    int code = cedar_read_json(call, name, &text, &json);
    return code ? code : cedar_take_entities(suite->given, &text, json, ret_entities);
}

/* A test that cannot be read is a failed one. */
static int run_test(struct suite *suite, const struct json *test, size_t number)
{
    struct cedar_given *given = suite->given;
    struct expected expected;
    struct cedar_response response;
    struct fault fault = {0};
    const struct json *request, *entities = json_find(test, "entities");
    enum error error = read_expected(test, &fault, &expected);
    if (!error)
        error = json_get(test, "request", JSON_OBJECT, &fault, &request);
    if (!error && !entities)
        error = json_get(test, "entities", JSON_ARRAY, &fault, &entities);
    if (!error)
        error = cedar_json_request(
            request, given->schema, given->symbols, &given->call->arena, &fault, &given->request);
    if (!error && given->schema && cedar_check_request(given->schema, &given->request, &fault)) {
        struct json_place place = json_place(request);
        error = fault_in_text(&fault, fault.error, place.line, place.column);
    }
    if (error)
        return cedar_fail(given->call, &suite->text, &fault);
    cedar_entities_free(given->entities);
    given->entities = NULL;
    int code = take_entities(suite, entities, &given->entities);
    if (code)
        return code;
    cedar_authorize(given->program, &given->request, given->entities, given->scratch, &response);
    judge(suite, test, number, &expected, &response);
    return 0;
}

static int run_all(struct cedar_given *given)
{
    struct suite suite = {.given = given};
    struct call *call = given->call;
    struct fault fault = {0};
    const struct json *tests;
    int code = cedar_read_json(call, call_option(call, "tests"), &suite.text, &tests);
    if (!code && json_expect(tests, JSON_ARRAY, &fault))
        code = cedar_fail(call, &suite.text, &fault);
    if (code)
        return code;
    for (size_t i = 0; i < json_count(tests); i++) {
        if (run_test(&suite, json_at(tests, i), i + 1)) {
            put_name(&suite, json_at(tests, i), i + 1, false);
            fputs(": cannot be run\n", call->out);
            suite.failed++;
        }
    }
    fprintf(call->out, "%zu passed, %zu failed\n", suite.passed, suite.failed);
    return suite.failed ? CEDAR_EXIT_FAILURE : EXIT_DONE;
}

static int run_tests(struct call *call)
{
    struct cedar_given given = {.call = call};
    int code = cedar_make_symbols(&given);
    if (!code)
        code = cedar_read_schema(&given);
    if (!code)
        code = cedar_read_policies(&given);
    if (!code)
        code = cedar_compile_policies(&given);
    if (!code)
        code = run_all(&given);
    cedar_given_free(&given);
    return code;
}

static const struct command_option options[] = {
    OPTION_POLICIES,
    OPTION_POLICY_FORMAT,
    OPTION_LINKED,
    OPTION_SCHEMA,
    OPTION_SCHEMA_FORMAT,
    {.name = "tests", .value = "FILE", .needed = true, .words = "The tests, a JSON array"},
    {0},
};

static const struct command rows[] = {
    {
        .name = "cedar run-tests",
        .summary = "Run tests of policies: requests with the decisions expected",
        .options = options,
        .text = "A test is an object: \"request\" with principal, action, resource and context,\n"
                "\"entities\" (an array, or the name of a file), \"decision\" (allow or deny),\n"
                "\"reason\" (the ids of the policies that decide it), \"num_errors\" (how many\n"
                "policies cannot be evaluated), and perhaps \"name\".\n"
                "\n"
                "Exit codes: 0 all pass, 1 not.\n",
        .examples = "enduse cedar run-tests -p policies.cedar --tests tests.json\n",
        .run = run_tests,
        .failure = CEDAR_EXIT_FAILURE,
    },
};

const struct command_rows cedar_tests_commands = COMMAND_ROWS(rows);
