/* enduse cedar authorize, evaluate: the decision on a request and why, and the value of an
 * expression. */
#include <inttypes.h>
#include <string.h>

#include "cli/cedar.h"

/* --- Why ------------------------------------------------------------------------------------ */

static void put_policy(const struct cedar_given *given, uint32_t index, struct buffer *out)
{
    const struct cedar_policy *policy = cedar_policies_at(given->policies, index);
    char id[120];
    buffer_printf(
        out, "%s %s at ", policy->effect == CEDAR_FORBID ? "forbid" : "permit",
        quote_text(policy->id, id, sizeof id));
    cedar_put_place(given, policy, policy->span, out);
}

/* Source text on one line. */
static void put_flat(struct bytes source, struct buffer *out)
{
    bool space = false;
    for (size_t i = 0; i < source.length; i++) {
        uint8_t byte = source.data[i];
        bool is_space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
        if (is_space && space)
            continue;
        buffer_append_byte(out, is_space ? ' ' : byte < 0x20 || byte == 0x7F ? '?' : byte);
        space = is_space;
    }
}

static void put_condition(
    const struct cedar_given *given, const struct cedar_policy *policy,
    const struct cedar_failed_condition *condition, struct buffer *out)
{
    buffer_append_text(out, "    ");
    cedar_put_place(given, policy, condition->span, out);
    if (condition->error)
        buffer_printf(out, ": %s: ", error_words(condition->error));
    else
        buffer_printf(out, ": %s: ", condition->unless ? "unless, but true" : "when, but false");
    put_flat(condition->source, out);
    buffer_append_byte(out, '\n');
    for (size_t i = 0; i < condition->seen_count; i++) {
        const struct cedar_seen *seen = &condition->seen[i];
        buffer_append_text(out, "        ");
        put_flat(seen->source, out);
        buffer_append_text(out, seen->absent ? " is not there" : " is ");
        put_flat(seen->value, out);
        buffer_append_byte(out, '\n');
    }
}

/* The permits that the request came under, with what failed in each. */
static enum error put_refusal(struct cedar_given *given, struct buffer *out)
{
    struct cedar_explanation explanation;
    enum error error = cedar_explain(
        given->program, given->symbols, &given->request, given->entities, &given->call->arena, NULL,
        &explanation);
    if (error)
        return error;
    if (explanation.permit_count == 0)
        buffer_append_text(
            out, "No permit is about this principal, action and resource, so it is denied.\n");
    else
        buffer_append_text(out, "No permit holds, so it is denied:\n");
    for (size_t i = 0; i < explanation.permit_count; i++) {
        const struct cedar_failed_permit *permit = &explanation.permits[i];
        buffer_append_text(out, "  ");
        put_policy(given, permit->policy, out);
        buffer_append_text(out, "\n");
        for (size_t k = 0; k < permit->condition_count; k++)
            put_condition(
                given, cedar_policies_at(given->policies, permit->policy), &permit->conditions[k],
                out);
    }
    return ERROR_OK;
}

static enum error
put_reasons(struct cedar_given *given, const struct cedar_response *response, struct buffer *out)
{
    buffer_append_byte(out, '\n');
    if (response->determining_count == 0)
        return put_refusal(given, out);
    buffer_append_text(out, "Decided by:\n");
    for (size_t i = 0; i < response->determining_count; i++) {
        buffer_append_text(out, "  ");
        put_policy(given, response->determining[i], out);
        buffer_append_byte(out, '\n');
    }
    return ERROR_OK;
}

/* --- The same as JSON ------------------------------------------------------------------------ */

static void
write_condition(const struct cedar_failed_condition *condition, struct json_writer *writer)
{
    json_write_object(writer);
    json_put_string(writer, "kind", condition->unless ? "unless" : "when");
    json_put_u64(writer, "line", condition->span.start.line);
    json_put_u64(writer, "column", condition->span.start.column);
    json_put_string_bytes(writer, "source", condition->source);
    if (condition->error)
        json_put_string(writer, "code", error_name(condition->error));
    json_put_array(writer, "seen");
    for (size_t i = 0; i < condition->seen_count; i++) {
        const struct cedar_seen *seen = &condition->seen[i];
        json_write_object(writer);
        json_put_string_bytes(writer, "source", seen->source);
        if (!seen->absent)
            json_put_string_bytes(writer, "value", seen->value);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    json_write_object_end(writer);
}

/* What failed in each permit, when nothing decided. */
static enum error write_refusal(struct cedar_given *given, struct json_writer *writer)
{
    struct cedar_explanation why;
    enum error error = cedar_explain(
        given->program, given->symbols, &given->request, given->entities, &given->call->arena, NULL,
        &why);
    json_put_array(writer, "failed");
    for (size_t i = 0; !error && i < why.permit_count; i++) {
        json_write_object(writer);
        json_put_string_bytes(
            writer, "policy", cedar_policies_at(given->policies, why.permits[i].policy)->id);
        json_put_array(writer, "conditions");
        for (size_t k = 0; k < why.permits[i].condition_count; k++)
            write_condition(&why.permits[i].conditions[k], writer);
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    return error;
}

static int write_response(struct cedar_given *given, const struct cedar_response *response)
{
    struct buffer text = {0};
    struct json_writer writer;
    enum error error = ERROR_OK;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_string(&writer, "decision", response->decision == CEDAR_ALLOW ? "allow" : "deny");
    json_put_array(&writer, "reason");
    for (size_t i = 0; i < response->determining_count; i++)
        json_write_string_bytes(
            &writer, cedar_policies_at(given->policies, response->determining[i])->id);
    json_write_array_end(&writer);
    json_put_array(&writer, "errors");
    for (size_t i = 0; i < response->error_count; i++) {
        struct fault fault = {0};
        (void)cedar_policy_error_fault(given->program, &response->errors[i], &fault);
        json_write_object(&writer);
        cedar_put_fault(
            cedar_policies_at(given->policies, response->errors[i].policy),
            response->errors[i].span, &fault, &writer);
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    if (response->determining_count == 0)
        error = write_refusal(given, &writer);
    json_write_object_end(&writer);
    if (!error)
        return call_json_end(given->call, &writer, &text);
    buffer_free(&text);
    return cedar_no_memory(given->call);
}

/* --- authorize ------------------------------------------------------------------------------ */

static void report_errors(const struct cedar_given *given, const struct cedar_response *response)
{
    for (size_t i = 0; i < response->error_count; i++) {
        const struct cedar_policy_error *error = &response->errors[i];
        struct fault fault = {0};
        (void)cedar_policy_error_fault(given->program, error, &fault);
        cedar_report_in_policy(
            given, cedar_policies_at(given->policies, error->policy), error->span,
            "cannot be evaluated, and was left out", &fault, true);
    }
}

static void
put_time(const struct timespec *before, const struct timespec *after, struct buffer *out)
{
    int64_t nanoseconds =
        (int64_t)(after->tv_sec - before->tv_sec) * 1000000000 + (after->tv_nsec - before->tv_nsec);
    buffer_printf(
        out, "Authorized in %" PRId64 ".%03" PRId64 " microseconds.\n", nanoseconds / 1000,
        nanoseconds % 1000);
}

static int print_response(
    struct cedar_given *given, const struct cedar_response *response, struct buffer *text)
{
    struct call *call = given->call;
    buffer_append_text(text, response->decision == CEDAR_ALLOW ? "ALLOW\n" : "DENY\n");
    if (call_switch(call, "verbose") && put_reasons(given, response, text))
        return cedar_no_memory(call);
    int code = call_print(call, text);
    report_errors(given, response);
    return code;
}

static int decide(struct cedar_given *given)
{
    struct call *call = given->call;
    struct cedar_response response;
    struct timespec before = {0}, after = {0};
    struct buffer text = {0};
    bool timed = call_switch(call, "timing");
    timed = timed && call->os->clock(CLOCK_MONOTONIC, &before) == 0;
    cedar_authorize(given->program, &given->request, given->entities, given->scratch, &response);
    timed = timed && call->os->clock(CLOCK_MONOTONIC, &after) == 0;
    if (timed)
        put_time(&before, &after, &text);
    int code =
        call->json ? write_response(given, &response) : print_response(given, &response, &text);
    buffer_free(&text);
    return code ? code : response.decision == CEDAR_ALLOW ? EXIT_DONE : CEDAR_EXIT_DENY;
}

static int run_authorize(struct call *call)
{
    struct cedar_given given = {.call = call};
    int code = cedar_make_symbols(&given);
    if (!code)
        code = cedar_read_schema(&given);
    if (!code)
        code = cedar_read_policies(&given);
    if (!code)
        code = cedar_read_entities(&given);
    if (!code)
        code = cedar_read_request(&given);
    if (!code)
        code = cedar_compile_policies(&given);
    if (!code)
        code = decide(&given);
    cedar_given_free(&given);
    return code;
}

/* --- evaluate ------------------------------------------------------------------------------- */

static int evaluate(struct cedar_given *given)
{
    struct call *call = given->call;
    struct cedar_text text = {.name = "expression", .bytes = bytes_of(call->operands[0])};
    const struct cedar_expr *expr;
    struct cedar_value value;
    struct fault fault = {0};
    if (cedar_expr_parse(text.bytes, &call->arena, &fault, &expr) ||
        cedar_evaluate(
            expr, given->symbols, &given->request, given->entities, &call->arena, &fault, &value))
        return cedar_fail(call, &text, &fault);
    struct buffer out = {0};
    cedar_print_value(&out, value);
    buffer_append_byte(&out, '\n');
    int code = call_print(call, &out);
    buffer_free(&out);
    return code;
}

static int run_evaluate(struct call *call)
{
    struct cedar_given given = {.call = call};
    int code = cedar_make_symbols(&given);
    if (!code)
        code = cedar_read_schema(&given);
    if (!code)
        code = cedar_read_entities(&given);
    if (!code)
        code = cedar_read_request(&given);
    if (!code)
        code = evaluate(&given);
    cedar_given_free(&given);
    return code;
}

/* --- Rows ----------------------------------------------------------------------------------- */

static const struct command_option authorize_options[] = {
    OPTION_POLICIES,
    OPTION_POLICY_FORMAT,
    OPTION_LINKED,
    OPTION_SCHEMA,
    OPTION_SCHEMA_FORMAT,
    {.name = "entities", .value = "FILE", .needed = true, .words = "The entities, a JSON array"},
    OPTIONS_REQUEST,
    {.name = "verbose",
     .letter = 'v',
     .words = "Say what decided it, or what failed in each permit"},
    {.name = "timing",
     .letter = 't',
     .words = "Say how long the decision took, reading not included"},
    OPTION_JSON,
    {0},
};

static const struct command_option evaluate_options[] = {
    OPTION_SCHEMA, OPTION_SCHEMA_FORMAT, OPTION_ENTITIES, OPTIONS_REQUEST, {0},
};

static const struct command rows[] = {
    {
        .name = "cedar authorize",
        .summary = "Decide a request under policies",
        .options = authorize_options,
        .text =
            "Prints ALLOW or DENY. With a schema, entities and request are held to it, and its\n"
            "actions are entities. A policy that cannot be evaluated is left out of the\n"
            "decision and reported.\n"
            "\n"
            "Exit codes: 0 ALLOW, 2 DENY, 1 could not be decided.\n",
        .examples = "enduse cedar authorize -p policies.cedar --entities entities.json \\\n"
                    "    -l 'User::\"alice\"' -a 'Action::\"view\"' -r 'Photo::\"sunset.jpg\"' -v\n"
                    "enduse cedar authorize -p policies.cedar --entities entities.json \\\n"
                    "    -s schema.cedarschema --request-json request.json\n",
        .run = run_authorize,
        .failure = CEDAR_EXIT_FAILURE,
    },
    {
        .name = "cedar evaluate",
        .summary = "Print the value of an expression for a request",
        .operands = "EXPRESSION",
        .least = 1,
        .most = 1,
        .options = evaluate_options,
        .text = "Exit codes: 0 it has a value, 1 it has none.\n",
        .examples = "enduse cedar evaluate --request-json request.json \\\n"
                    "    --entities entities.json 'principal in Group::\"staff\"'\n",
        .run = run_evaluate,
        .failure = CEDAR_EXIT_FAILURE,
    },
};

const struct command_rows cedar_authorize_commands = COMMAND_ROWS(rows);
