/* enduse cedar validate: policies held to a schema. */
#include <string.h>

#include "cli/cedar.h"

/* What --level says. */
struct depth {
    bool limited;
    uint32_t level;
};

static int read_depth(struct call *call, struct depth *ret_depth)
{
    const char *text = call_option(call, "level");
    uint64_t level = 0;
    struct fault fault = {0};
    char quoted[64];
    if (text && number_parse(bytes_of(text), UINT32_MAX, &fault, &level))
        return call_usage(
            call, "--level is a whole number from 0, not %s",
            quote_text(bytes_of(text), quoted, sizeof quoted));
    *ret_depth = (struct depth){.limited = text != NULL, .level = (uint32_t)level};
    return 0;
}

static int check_mode(struct call *call)
{
    const char *mode = call_option(call, "validation-mode");
    char quoted[64];
    if (!mode || strcmp(mode, "strict") == 0)
        return 0;
    return call_usage(
        call, "--validation-mode %s is not there: enduse validates strictly, and only so",
        quote_text(bytes_of(mode), quoted, sizeof quoted));
}

/* Where findings go: to standard error, or into JSON. */
struct report {
    const struct cedar_given *given;
    struct json_writer *writer; /* or NULL */
    size_t invalid, warned;     /* policies */
};

static void write_findings(
    const struct cedar_policy *policy, const char *what, const struct cedar_findings *findings,
    struct json_writer *writer)
{
    for (size_t i = 0; i < findings->count; i++) {
        json_write_object(writer);
        json_put_string(writer, "kind", what);
        cedar_put_fault(policy, findings->items[i].span, &findings->items[i].fault, writer);
        json_write_object_end(writer);
    }
}

static void print_findings(
    const struct cedar_given *given, const struct cedar_policy *policy, const char *what,
    const struct cedar_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct cedar_finding *finding = &findings->items[i];
        bool last = true; /* of its error: the hint is given once */
        for (size_t k = i + 1; k < findings->count && last; k++)
            last = findings->items[k].fault.error != finding->fault.error;
        cedar_report_in_policy(given, policy, finding->span, what, &finding->fault, last);
    }
}

/* Says what was found of a policy, and forgets it. */
static void
say(const struct report *report, const struct cedar_policy *policy, const char *what,
    struct cedar_findings *findings)
{
    if (report->writer)
        write_findings(policy, what, findings, report->writer);
    else
        print_findings(report->given, policy, what, findings);
    findings->count = 0;
}

static enum error validate_policy(
    struct report *report, const struct cedar_policy *policy, const struct depth *depth,
    struct cedar_findings *findings)
{
    const struct cedar_given *given = report->given;
    enum error error = cedar_check_policy(given->schema, policy, findings, NULL);
    if (!error && depth->limited)
        error = cedar_check_level(given->schema, policy, depth->level, findings, NULL);
    if (error == ERROR_MEMORY)
        return error;
    report->invalid += error != ERROR_OK;
    say(report, policy, "error", findings);
    error = cedar_check_warnings(given->schema, policy, findings, NULL);
    if (error == ERROR_MEMORY)
        return error;
    report->warned += error != ERROR_OK;
    say(report, policy, "warning", findings);
    return ERROR_OK;
}

/* Everything that is in the set: links are held to the schema with what they put in, too. */
static enum error validate_all(struct report *report, const struct depth *depth)
{
    const struct cedar_given *given = report->given;
    struct cedar_findings findings = {0};
    size_t policies = cedar_policies_count(given->policies);
    size_t templates = cedar_templates_count(given->policies);
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < policies + templates; i++) {
        const struct cedar_policy *policy = i < policies
                                                ? cedar_policies_at(given->policies, i)
                                                : cedar_templates_at(given->policies, i - policies);
        error = validate_policy(report, policy, depth, &findings);
    }
    cedar_findings_free(&findings);
    return error;
}

static size_t policy_count(const struct report *report)
{
    return cedar_policies_count(report->given->policies) +
           cedar_templates_count(report->given->policies);
}

static bool is_valid(const struct report *report)
{
    bool warned = report->warned && call_switch(report->given->call, "deny-warnings");
    return report->invalid == 0 && !warned;
}

static int print_summary(const struct report *report)
{
    struct buffer text = {0};
    size_t count = policy_count(report);
    buffer_printf(&text, "%s: %zu", is_valid(report) ? "Valid" : "Not valid", count);
    buffer_append_text(&text, count == 1 ? " policy" : " policies");
    if (report->invalid)
        buffer_printf(&text, ", %zu with errors", report->invalid);
    if (report->warned)
        buffer_printf(&text, ", %zu with warnings", report->warned);
    buffer_append_byte(&text, '\n');
    int code = call_print(report->given->call, &text);
    buffer_free(&text);
    return code;
}

static int validate_to_json(struct report *report, const struct depth *depth)
{
    struct buffer text = {0};
    struct json_writer writer;
    report->writer = &writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_array(&writer, "findings");
    if (validate_all(report, depth)) {
        buffer_free(&text);
        return cedar_no_memory(report->given->call);
    }
    json_write_array_end(&writer);
    json_put_u64(&writer, "policies", policy_count(report));
    json_put_bool(&writer, "valid", is_valid(report));
    json_write_object_end(&writer);
    return call_json_end(report->given->call, &writer, &text);
}

static int validate(const struct cedar_given *given, const struct depth *depth)
{
    struct report report = {.given = given};
    int code;
    if (given->call->json)
        code = validate_to_json(&report, depth);
    else
        code = validate_all(&report, depth) ? cedar_no_memory(given->call) : print_summary(&report);
    return code ? code : is_valid(&report) ? EXIT_DONE : CEDAR_EXIT_INVALID;
}

static int run_validate(struct call *call)
{
    struct cedar_given given = {.call = call};
    struct depth depth;
    int code = check_mode(call);
    if (!code)
        code = read_depth(call, &depth);
    if (!code)
        code = cedar_read_schema(&given);
    if (!code)
        code = cedar_read_policies(&given);
    if (!code)
        code = validate(&given, &depth);
    cedar_given_free(&given);
    return code;
}

static const struct command_option options[] = {
    {.name = "schema", .letter = 's', .value = "FILE", .needed = true, .words = "The schema"},
    OPTION_SCHEMA_FORMAT,
    OPTION_POLICIES,
    OPTION_POLICY_FORMAT,
    OPTION_LINKED,
    {.name = "deny-warnings", .words = "Let warnings fail it, too"},
    {.name = "level",
     .value = "N",
     .words = "Let policies ask of entities N accesses away at most"},
    {.name = "validation-mode", .value = "strict", .words = "The mode: there is only strict"},
    OPTION_JSON,
    {0},
};

static const struct command rows[] = {
    {
        .name = "cedar validate",
        .summary = "Hold policies to a schema",
        .options = options,
        .text = "Everything that does not hold is said with file, line and column. A policy that\n"
                "passes cannot meet a missing attribute or a value of the wrong type on a request\n"
                "and entities that pass.\n"
                "\n"
                "With --level, a policy may ask of entities only within so many accesses of what\n"
                "the request names (RFC 76 of Cedar): 0 asks nothing of entities, 1 of principal,\n"
                "action, resource and the entities in the context, 2 also of the entities that\n"
                "their attributes and tags are.\n"
                "\n"
                "Exit codes: 0 valid, 3 not valid, 1 could not be done.\n",
        .examples =
            "enduse cedar validate -s schema.cedarschema -p policies.cedar\n"
            "enduse cedar validate -s schema.json --schema-format json -p policies.cedar \\\n"
            "    --deny-warnings --level 1\n",
        .run = run_validate,
        .failure = CEDAR_EXIT_FAILURE,
    },
};

const struct command_rows cedar_validate_commands = COMMAND_ROWS(rows);
