/* enduse cedar check-parse, format, translate-policy, translate-schema: texts as texts. */
#include <fcntl.h>
#include <string.h>

#include "cedar/policy_json.h"
#include "cedar/schema_json.h"
#include "cli/cedar.h"

/* --- check-parse ---------------------------------------------------------------------------- */

static int check_entities(struct cedar_given *given)
{
    int code = cedar_make_symbols(given);
    return code ? code : cedar_read_entities(given);
}

static int check_expression(struct call *call, const char *words)
{
    struct cedar_text text = {.name = "expression", .bytes = bytes_of(words)};
    const struct cedar_expr *expr;
    struct fault fault = {0};
    return cedar_expr_parse(text.bytes, &call->arena, &fault, &expr)
               ? cedar_fail(call, &text, &fault)
               : 0;
}

static int run_check_parse(struct call *call)
{
    struct cedar_given given = {.call = call};
    const char *expression = call_option(call, "expression");
    bool schema = call_option(call, "schema"), entities = call_option(call, "entities");
    bool policies = call_option(call, "policies") || (!schema && !entities && !expression);
    int code = 0, each;
    /* All are looked at, so that everything that is wrong is said at once. */
    if ((each = cedar_read_schema(&given)))
        code = each;
    if (policies && (each = cedar_read_policies(&given)))
        code = each;
    if (expression && (each = check_expression(call, expression)))
        code = each;
    if (entities && !code && (each = check_entities(&given)))
        code = each;
    cedar_given_free(&given);
    return code;
}

/* --- format --------------------------------------------------------------------------------- */

static int
read_number(struct call *call, const char *option, unsigned otherwise, unsigned *ret_number)
{
    const char *text = call_option(call, option);
    uint64_t number = otherwise;
    char quoted[64];
    if (text && number_parse(bytes_of(text), 1000, NULL, &number))
        return call_usage(
            call, "--%s is a whole number up to 1000, not %s", option,
            quote_text(bytes_of(text), quoted, sizeof quoted));
    *ret_number = (unsigned)number;
    return 0;
}

/* Puts the text in the place of the file, with its permissions. */
static int replace(struct call *call, const char *path, struct bytes content)
{
    struct cedar_text text = {.name = path};
    struct fault fault = {0};
    struct stat status;
    int file = call->os->open(path, O_RDONLY, 0);
    if (file < 0 || call->os->stat(file, &status) < 0)
        fault_set(&fault, ERROR_IO, NULL, NULL, NULL);
    if (file >= 0)
        call->os->close(file);
    if (!fault.error)
        (void)os_replace_file(call->os, path, content, status.st_mode & 07777, &fault);
    fault.place[0] = '\0';
    return fault.error ? cedar_fail(call, &text, &fault) : 0;
}

static int
deliver_format(struct call *call, const struct cedar_text *text, struct buffer *formatted)
{
    bool same = bytes_equal(text->bytes, buffer_view(formatted));
    if (call_switch(call, "check")) {
        if (!same)
            fprintf(
                call->err, "enduse: %s: not laid out; lay it out with: enduse cedar format -w\n",
                text->name);
        return same ? EXIT_DONE : CEDAR_EXIT_FAILURE;
    }
    if (call_switch(call, "write"))
        return same ? EXIT_DONE : replace(call, text->name, buffer_view(formatted));
    return call_print(call, formatted);
}

static int run_format(struct call *call)
{
    struct cedar_text text;
    struct cedar_format how;
    struct buffer formatted = {0};
    struct fault fault = {0};
    const char *path = call_option(call, "policies");
    if (call_switch(call, "write") && call_switch(call, "check"))
        return call_usage(call, "--write and --check exclude each other");
    if (call_switch(call, "write") && !path)
        return call_usage(call, "--write needs --policies FILE");
    int code = read_number(call, "line-width", 80, &how.width);
    if (!code)
        code = read_number(call, "indent-width", 2, &how.indent);
    if (!code)
        code = cedar_read_text(call, path, &text);
    if (!code && cedar_format_policies(text.bytes, &how, &fault, &formatted))
        code = cedar_fail(call, &text, &fault);
    if (!code)
        code = deliver_format(call, &text, &formatted);
    buffer_free(&formatted);
    return code;
}

/* --- translate ------------------------------------------------------------------------------ */

static enum error
write_json_policies(const struct cedar_policies *policies, struct fault *fault, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 2);
    cedar_json_policies_write(&writer, policies);
    enum error error = json_writer_end(&writer);
    buffer_append_byte(out, '\n');
    if (!error)
        error = out->error;
    return error ? fault_set(fault, error, NULL, NULL, NULL) : ERROR_OK;
}

/* Links are written with their slots filled: text has no links. */
static enum error
write_text_policies(const struct cedar_policies *policies, struct fault *fault, struct buffer *out)
{
    struct buffer bare = {0};
    for (size_t i = 0; i < cedar_policies_count(policies); i++)
        cedar_print_policy(&bare, cedar_policies_at(policies, i));
    for (size_t i = 0; i < cedar_templates_count(policies); i++)
        cedar_print_policy(&bare, cedar_templates_at(policies, i));
    enum error error = bare.error ? fault_set(fault, bare.error, NULL, NULL, NULL)
                                  : cedar_format_policies(buffer_view(&bare), NULL, fault, out);
    buffer_free(&bare);
    return error;
}

static int translate_policies(struct call *call, bool from_json, struct buffer *out)
{
    struct cedar_given given = {.call = call};
    struct fault fault = {0};
    int code = cedar_read_policies_as(&given, from_json);
    if (!code && (from_json ? write_text_policies(given.policies, &fault, out)
                            : write_json_policies(given.policies, &fault, out)))
        code = cedar_fail(call, &given.policies_text, &fault);
    cedar_given_free(&given);
    return code;
}

static int translate_schema(struct call *call, bool from_json, struct buffer *out)
{
    struct cedar_text text;
    struct fault fault = {0};
    int code = cedar_read_text(call, call_option(call, "schema"), &text);
    if (!code && (from_json ? cedar_schema_to_text(text.bytes, &fault, out)
                            : cedar_schema_to_json(text.bytes, &fault, out)))
        code = cedar_fail(call, &text, &fault);
    if (!code && out->length && out->data[out->length - 1] != '\n')
        buffer_append_byte(out, '\n');
    return code;
}

static int run_translate(struct call *call)
{
    bool of_schema = call->command->subject != NULL, from_json;
    struct buffer out = {0};
    int code = cedar_choose(call, "direction", "cedar-to-json", "json-to-cedar", &from_json);
    if (!code)
        code = of_schema ? translate_schema(call, from_json, &out)
                         : translate_policies(call, from_json, &out);
    if (!code)
        code = call_print(call, &out);
    buffer_free(&out);
    return code;
}

/* --- Rows ----------------------------------------------------------------------------------- */

static const struct command_option check_options[] = {
    OPTION_POLICIES,
    OPTION_POLICY_FORMAT,
    OPTION_LINKED,
    OPTION_SCHEMA,
    OPTION_SCHEMA_FORMAT,
    OPTION_ENTITIES,
    {.name = "expression", .value = "TEXT", .words = "An expression"},
    {0},
};

static const struct command_option format_options[] = {
    OPTION_POLICIES,
    {.name = "line-width",
     .letter = 'l',
     .value = "N",
     .words = "Columns of a line, where it can be broken (80 unless given)"},
    {.name = "indent-width",
     .letter = 'i',
     .value = "N",
     .words = "Spaces a level (2 unless given)"},
    {.name = "write", .letter = 'w', .words = "Write into the file of --policies"},
    {.name = "check", .letter = 'c', .words = "Write nothing: fail if it is not laid out so"},
    {0},
};

#define OPTION_DIRECTION                                                                           \
    {                                                                                              \
        .name = "direction", .value = "cedar-to-json|json-to-cedar", .needed = true,               \
        .words = "From which form to which"                                                        \
    }

static const struct command_option policy_options[] = {
    OPTION_DIRECTION,
    OPTION_POLICIES,
    {0},
};

static const struct command_option schema_options[] = {
    OPTION_DIRECTION,
    {.name = "schema",
     .letter = 's',
     .value = "FILE",
     .words = "The schema (standard input unless given)"},
    {0},
};

static const struct command rows[] = {
    {
        .name = "cedar check-parse",
        .summary = "Check that policies, a schema, entities, an expression can be read",
        .options = check_options,
        .text =
            "Says where and why one cannot. Policies are read from standard input when nothing\n"
            "is given. Nothing is held to the schema but the entities.\n"
            "\n"
            "Exit codes: 0 all can be read, 1 one cannot.\n",
        .examples = "enduse cedar check-parse -p policies.cedar\n"
                    "enduse cedar check-parse -s schema.cedarschema --entities entities.json\n",
        .run = run_check_parse,
        .failure = CEDAR_EXIT_FAILURE,
    },
    {
        .name = "cedar format",
        .summary = "Lay out the text of policies",
        .options = format_options,
        .text = "Comments stay, and no policy changes. Laying out again changes nothing.\n"
                "\n"
                "Exit codes: 0 done (--check: laid out), 1 not.\n",
        .examples = "enduse cedar format -p policies.cedar -w\n"
                    "enduse cedar format -p policies.cedar --check -l 100\n",
        .run = run_format,
        .failure = CEDAR_EXIT_FAILURE,
    },
    {
        .name = "cedar translate-policy",
        .summary = "Translate policies between text and JSON",
        .options = policy_options,
        .text = "Comments are lost. In JSON, policies are under their ids: @id, or policyN.\n"
                "\n"
                "Exit codes: 0 done, 1 not.\n",
        .examples = "enduse cedar translate-policy --direction cedar-to-json -p policies.cedar\n",
        .run = run_translate,
        .failure = CEDAR_EXIT_FAILURE,
    },
    {
        .name = "cedar translate-schema",
        .summary = "Translate a schema between text and JSON",
        .options = schema_options,
        .text = "Comments are lost.\n"
                "\n"
                "Exit codes: 0 done, 1 not.\n",
        .examples = "enduse cedar translate-schema --direction json-to-cedar -s schema.json\n",
        .run = run_translate,
        .subject = "schema",
        .failure = CEDAR_EXIT_FAILURE,
    },
};

const struct command_rows cedar_translate_commands = COMMAND_ROWS(rows);
