/* Runs the public schemas that exist in both syntaxes: what JSON says must be what the text says,
 * and each must survive being translated, and formatted. Usage: cedar_schemas ROOT <LIST, where
 * LIST has lines of two paths below ROOT: a text, a JSON. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cedar/cedar.h"
#include "cedar/schema_json.h"

enum { FILE_MAX = 16 << 20, FAILURES_SHOWN = 20 };

static size_t pairs, failed, untranslatable;

PRINTF_LIKE(2, 3) static void complain(const char *path, const char *format, ...)
{
    failed++;
    if (failed > FAILURES_SHOWN)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED %s: ", path);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

static void complain_fault(const char *path, const char *what, const struct fault *fault)
{
    char text[512];
    complain(path, "%s: %s", what, fault_text(fault, text, sizeof text));
}

static bool read_file(const char *root, const char *name, struct buffer *content)
{
    char path[2048];
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/%s", root, name);
    if (!os_read_file(&os_system, path, FILE_MAX, &fault, content))
        return true;
    complain_fault(name, "reading", &fault);
    return false;
}

/* The text's translation to JSON must mean what the text means. */
static void check_to_json(const char *path, struct bytes text, const struct cedar_schema *schema)
{
    struct buffer json = {0};
    struct fault fault = {0};
    struct cedar_schema *again = NULL;
    if (cedar_schema_to_json(text, &fault, &json) ||
        cedar_schema_json_parse(buffer_view(&json), &fault, &again))
        complain_fault(path, "to JSON", &fault);
    else if (!cedar_schema_equal(schema, again))
        complain(path, "to JSON: another meaning");
    cedar_schema_free(again);
    buffer_free(&json);
}

static void check_to_text(const char *path, struct bytes json)
{
    struct buffer text = {0};
    struct fault fault = {0};
    enum error error = cedar_schema_to_text(json, &fault, &text);
    if (error == ERROR_SCHEMA_CONTEXT || error == ERROR_SCHEMA_SHADOWED)
        untranslatable++;
    else if (error)
        complain_fault(path, "to text", &fault);
    buffer_free(&text);
}

/* The formatted text must mean the same, and be its own format. */
static void check_format(const char *path, struct bytes text, const struct cedar_schema *schema)
{
    struct buffer once = {0}, twice = {0};
    struct fault fault = {0};
    struct cedar_schema *again = NULL;
    if (cedar_schema_format(text, &fault, &once) ||
        cedar_schema_format(buffer_view(&once), &fault, &twice) ||
        cedar_schema_parse(buffer_view(&once), &fault, &again))
        complain_fault(path, "formatting", &fault);
    else if (!bytes_equal(buffer_view(&once), buffer_view(&twice)))
        complain(path, "formatting is no fixed point");
    else if (!cedar_schema_equal(schema, again))
        complain(path, "formatting changes the meaning");
    cedar_schema_free(again);
    buffer_free(&once);
    buffer_free(&twice);
}

/* A sample that names entity types as if they were common types, which the official engine refuses
 * too. */
static bool is_refused(const char *path)
{
    return text_ends(path, "translate-schema/tinytodo.cedarschema.json");
}

static void check_refusal(const char *path, struct bytes json)
{
    struct cedar_schema *schema = NULL;
    enum error error = cedar_schema_json_parse(json, NULL, &schema);
    if (error != ERROR_SCHEMA_UNKNOWN_TYPE)
        complain(path, "%s instead of a refusal", error_name(error));
    cedar_schema_free(schema);
}

static void check_pair(const char *path, struct bytes text, struct bytes json)
{
    struct fault fault = {0};
    struct cedar_schema *from_text = NULL, *from_json = NULL;
    pairs++;
    if (is_refused(path)) {
        check_refusal(path, json);
    } else if (cedar_schema_parse(text, &fault, &from_text)) {
        complain_fault(path, "text", &fault);
    } else {
        if (cedar_schema_json_parse(json, &fault, &from_json))
            complain_fault(path, "JSON", &fault);
        else if (!cedar_schema_equal(from_text, from_json))
            complain(path, "text and JSON differ");
        check_to_json(path, text, from_text);
        check_to_text(path, json);
        check_format(path, text, from_text);
    }
    cedar_schema_free(from_text);
    cedar_schema_free(from_json);
}

int main(int count, char **arguments)
{
    char line[2048], text_path[1024], json_path[1024];
    if (count < 2)
        return 2;
    while (fgets(line, sizeof line, stdin)) {
        struct buffer text = {0}, json = {0};
        if (sscanf(line, "%1023s %1023s", text_path, json_path) != 2)
            return 2;
        if (read_file(arguments[1], text_path, &text) && read_file(arguments[1], json_path, &json))
            check_pair(json_path, buffer_view(&text), buffer_view(&json));
        buffer_free(&text);
        buffer_free(&json);
    }
    printf(
        "cedar schemas: %zu pairs, %zu failed; %zu that text cannot say\n", pairs, failed,
        untranslatable);
    return failed || pairs == 0;
}
