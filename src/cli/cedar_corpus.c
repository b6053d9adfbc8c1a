/* enduse cedar run-corpus: the public corpora of Cedar, case by case. A case passes when all that
 * its files say agrees: decisions, reasons, erroring policies, and verdicts of validation. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cedar/data_json.h"
#include "cli/cedar.h"
#include "cli/cedar_case.h"

enum { ERRORS_MAX = 4096 }; /* erroring policies of one request that are looked at */

/* What is wrong with a case: the first thing found. */
struct complaint {
    char words[600];
};

/* Always false, so that `return complain(...)` reads well. */
PRINTF_LIKE(2, 3) static bool complain(struct complaint *complaint, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(complaint->words, sizeof complaint->words, format, values);
    va_end(values);
    return false;
}

static bool complain_of(struct complaint *complaint, const char *what, const struct fault *fault)
{
    char text[500];
    return complain(complaint, "%s: %s", what, fault_text(fault, text, sizeof text));
}

/* Whether we and the official engine agree that something is valid. */
static bool agree(
    bool valid, enum error error, const struct fault *fault, struct complaint *complaint,
    const char *what, size_t number)
{
    char text[400];
    if (valid == (error == ERROR_OK))
        return true;
    return complain(
        complaint, "%s %zu: should be %s, but %s", what, number, valid ? "valid" : "refused",
        error ? fault_text(fault, text, sizeof text) : "is valid");
}

/* A member of a member of the verdict, or NULL. */
static const struct json *
stated(const struct cedar_case *one, const char *member, const char *inner)
{
    const struct json *outer = one->verdict ? json_find(one->verdict, member) : NULL;
    return outer && inner ? json_find(outer, inner) : outer;
}

/* --- Requests ------------------------------------------------------------------------------- */

static bool decide(
    const struct cedar_case *one, const struct json *json, const struct cedar_request *request,
    size_t number, struct complaint *complaint)
{
    struct cedar_response response;
    struct fault fault = {0};
    struct bytes decision;
    const struct json *reason, *errors;
    uint32_t failed[ERRORS_MAX];
    if (json_get_string(json, "decision", &fault, &decision) ||
        json_get(json, "reason", JSON_ARRAY, &fault, &reason) ||
        json_get(json, "errors", JSON_ARRAY, &fault, &errors))
        return complain_of(complaint, "request", &fault);
    cedar_authorize(one->program, request, one->entities, one->scratch, &response);
    bool allow = response.decision == CEDAR_ALLOW;
    if (!bytes_equal_text(decision, allow ? "allow" : "deny"))
        return complain(
            complaint, "request %zu: the decision is %s", number, allow ? "allow" : "deny");
    if (!cedar_ids_are(one->policies, reason, response.determining, response.determining_count))
        return complain(complaint, "request %zu: other policies decide it", number);
    for (size_t i = 0; i < response.error_count && i < ERRORS_MAX; i++)
        failed[i] = response.errors[i].policy;
    if (response.error_count > ERRORS_MAX ||
        !cedar_ids_are(one->policies, errors, failed, response.error_count))
        return complain(complaint, "request %zu: other policies err", number);
    return true;
}

/* The verdict on a request is kept under its number; that it cannot be read is one, too. */
static bool run_request(
    struct cedar_case *one, const struct json *json, size_t number, bool decided,
    struct complaint *complaint)
{
    const struct json *verdicts = stated(one, "requestValidation", NULL);
    const struct json *verdict = verdicts ? json_at(verdicts, number) : NULL;
    struct cedar_request request;
    struct fault fault = {0};
    bool valid = true, judged = verdict && !json_get_bool(verdict, "strict", NULL, &valid);
    enum error error =
        cedar_json_request(json, one->schema, one->symbols, &one->arena, &fault, &request);
    enum error refused = error ? error : cedar_check_request(one->schema, &request, &fault);
    if (judged && !agree(valid, refused, &fault, complaint, "request", number))
        return false;
    if (error)
        return judged || complain_of(complaint, "request", &fault);
    return !decided || !one->entities || decide(one, json, &request, number, complaint);
}

static bool run_requests(struct cedar_case *one, bool decided, struct complaint *complaint)
{
    struct fault fault = {0};
    const struct json *requests;
    if (json_get(one->json, "requests", JSON_ARRAY, &fault, &requests))
        return complain_of(complaint, "case", &fault);
    for (size_t i = 0; i < json_count(requests); i++) {
        if (!run_request(one, json_at(requests, i), i, decided, complaint))
            return false;
    }
    return true;
}

/* --- Validation ----------------------------------------------------------------------------- */

static bool run_policies(const struct cedar_case *one, struct complaint *complaint)
{
    const struct json *each = stated(one, "policyValidation", "perPolicy");
    size_t count = cedar_policies_count(one->policies);
    bool all = true, should;
    struct fault fault = {0}, first = {0};
    for (size_t i = 0; i < count; i++) {
        const struct cedar_policy *policy = cedar_policies_at(one->policies, i);
        bool valid;
        enum error error = cedar_check_policy(one->schema, policy, NULL, &fault);
        if (error && all)
            first = fault;
        all = all && !error;
        if (!each)
            continue;
        if (json_get_bool(json_find_bytes(each, policy->id), "strict", &fault, &valid))
            return complain_of(complaint, "verdict", &fault);
        if (!agree(valid, error, &fault, complaint, "policy", i))
            return false;
    }
    if (each && json_count(each) != count)
        return complain(complaint, "%zu verdicts on %zu policies", json_count(each), count);
    /* What should validate does. The rest is what some version did not validate. */
    if (!each && !json_get_bool(one->json, "shouldValidate", NULL, &should) && should && !all)
        return complain_of(complaint, "should validate", &first);
    return true;
}

/* The verdict on an entity is under its type and id, joined by "::". */
static const struct json *verdict_on(const struct json *each, const struct cedar_uid *uid)
{
    struct buffer name = {0};
    buffer_append_bytes(&name, cedar_string_bytes(uid->type));
    buffer_append_text(&name, "::");
    buffer_append_bytes(&name, cedar_string_bytes(uid->id));
    const struct json *verdict = json_find_bytes(each, buffer_view(&name));
    buffer_free(&name);
    return verdict;
}

static bool run_entities(const struct cedar_case *one, struct complaint *complaint)
{
    const struct json *each = stated(one, "entityValidation", "perEntity");
    if (!one->entities) {
        /* Refused on purpose, where some entity's verdict says so. */
        for (size_t i = 0; each && i < json_count(each); i++) {
            if (json_find(json_at(each, i), "errors"))
                return true;
        }
        return complain_of(complaint, "entities", &one->entities_fault);
    }
    for (size_t i = 0; each && i < cedar_entities_count(one->entities); i++) {
        const struct cedar_entity *entity = cedar_entities_at(one->entities, i);
        const struct json *verdict = verdict_on(each, entity->uid);
        struct fault fault = {0};
        if (verdict && !agree(
                           !json_find(verdict, "errors"),
                           cedar_check_entity(one->schema, one->entities, entity, &fault), &fault,
                           complaint, "entity", i))
            return false;
    }
    return true;
}

/* --- Cases ---------------------------------------------------------------------------------- */

struct tally {
    size_t passed, failed;
};

static bool judge(struct cedar_case *one, bool decided, struct complaint *complaint)
{
    return run_policies(one, complaint) && run_entities(one, complaint) &&
           run_requests(one, decided, complaint);
}

static void
run_case(struct call *call, const struct cedar_corpus *corpus, size_t index, struct tally *tally)
{
    struct cedar_case one;
    struct complaint complaint = {{0}};
    struct fault fault = {0};
    bool is_case;
    enum error error = cedar_case_load(corpus, index, &fault, &one, &is_case);
    bool passed = error ? complain_of(&complaint, "cannot be read", &fault)
                        : !is_case || judge(&one, !call_switch(call, "validation"), &complaint);
    char name[300];
    if (!passed)
        fprintf(
            call->out, "FAILED %s: %s\n", quote_text(one.name, name, sizeof name), complaint.words);
    tally->passed += is_case && passed;
    tally->failed += !passed;
    cedar_case_free(&one);
}

static int run_corpus(struct call *call)
{
    struct cedar_corpus *corpus;
    struct fault fault = {0};
    struct tally tally = {0};
    if (cedar_corpus_open(call->os, call->operands, call->operand_count, &fault, &corpus))
        return call_fail_hint(
            call, &fault, "A corpus is a folder or a tar archive, packed by gzip or not.");
    for (size_t i = 0; i < cedar_corpus_count(corpus); i++)
        run_case(call, corpus, i, &tally);
    cedar_corpus_free(corpus);
    if (tally.passed + tally.failed == 0)
        return call_usage(call, "there is no case in what is given");
    fprintf(call->out, "%zu passed, %zu failed\n", tally.passed, tally.failed);
    return tally.failed ? CEDAR_EXIT_FAILURE : EXIT_DONE;
}

static const struct command_option options[] = {
    {.name = "validation", .words = "Judge validation only, no decisions"},
    {0},
};

static const struct command rows[] = {
    {
        .name = "cedar run-corpus",
        .summary = "Run the public corpora of Cedar",
        .operands = "PATH...",
        .least = 1,
        .most = SIZE_MAX,
        .options = options,
        .text =
            "Each PATH is a tar archive, packed by gzip or not, or a folder. A case is a JSON\n"
            "file that names policies, entities and a schema and has requests. It passes when\n"
            "decisions, deciding and erroring policies are as it states, and so is validation:\n"
            "by CASE.validation.json in the same folder or in FOLDER-validation, as strict\n"
            "verdicts on each policy, entity and request; else by its own shouldValidate.\n"
            "\n"
            "Exit codes: 0 all pass, 1 not.\n",
        .examples = "enduse cedar run-corpus corpus-4.10.tar.gz handwritten.tar.gz \\\n"
                    "    corpus-validation-verdicts.tar.gz\n",
        .run = run_corpus,
        .failure = CEDAR_EXIT_FAILURE,
    },
};

const struct command_rows cedar_corpus_commands = COMMAND_ROWS(rows);
