/* How commands speak: results to standard output, faults with a hint to standard error, and the
 * exit codes. What is said is the commands' own. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

enum { FAULT_LINE_SIZE = 640 };

/* A member of a document or act is missing, unknown or not of its kind. */
static bool is_about_a_member(enum error error)
{
    switch (error) {
    case ERROR_JSON_MISSING:
    case ERROR_JSON_UNKNOWN:
    case ERROR_JSON_TYPE:
    case ERROR_DOCUMENT_MISSING:
    case ERROR_DOCUMENT_VALUE:
    case ERROR_DOCUMENT_CHOICE:
        return true;
    default:
        return false;
    }
}

static int failed(const struct call *call, enum error error)
{
    return call->command && call->command->failure ? call->command->failure : exit_of_error(error);
}

int call_fail_hint(struct call *call, const struct fault *fault, const char *hint)
{
    char line[FAULT_LINE_SIZE];
    fprintf(call->err, "enduse: %s\n", fault_text(fault, line, sizeof line));
    const char *name = call->command ? call->command->name : NULL;
    bool member = name && call->command->says && is_about_a_member(fault->error);
    if (!hint && !member)
        hint = hint_of_error(fault->error);
    if (hint)
        fprintf(call->err, "%s\n", hint);
    else if (member)
        fprintf(call->err, "Its members are listed by: enduse %s --help\n", name);
    else
        fprintf(call->err, "See: enduse %s%shelp\n", name ? name : "", name ? " --" : "");
    return failed(call, fault->error);
}

int call_fail(struct call *call, const struct fault *fault)
{
    return call_fail_hint(call, fault, NULL);
}

int call_usage(struct call *call, const char *format, ...)
{
    char words[256];
    va_list values;
    va_start(values, format);
    vsnprintf(words, sizeof words, format, values);
    va_end(values);
    fprintf(call->err, "enduse: %s: %s\n", call->command->name, words);
    fprintf(call->err, "See: enduse %s --help\n", call->command->name);
    return failed(call, ERROR_USAGE);
}

int call_print(struct call *call, struct buffer *text)
{
    if (text->error) {
        struct fault fault = {0};
        fault_place(&fault, text->error, "standard output");
        return call_fail(call, &fault);
    }
    if (text->length && fwrite(text->data, 1, text->length, call->out) != text->length)
        return call_unwritten(call);
    return EXIT_DONE;
}

int call_unwritten(struct call *call)
{
    int number = errno;
    struct fault fault = {0};
    if (number == EPIPE)
        return EXIT_ERROR;
    fault_set(&fault, error_from_errno(number), "standard output", NULL, "%s", strerror(number));
    return call_fail(call, &fault);
}

void call_json_begin(struct json_writer *writer, struct buffer *out)
{
    json_writer_begin(writer, out, 2);
}

int call_json_end(struct call *call, struct json_writer *writer, struct buffer *out)
{
    enum error error = json_writer_end(writer);
    if (error) {
        buffer_free(out);
        struct fault fault = {0};
        fault_place(&fault, error, "standard output");
        return call_fail(call, &fault);
    }
    buffer_append_byte(out, '\n');
    int code = call_print(call, out);
    buffer_free(out);
    return code;
}
