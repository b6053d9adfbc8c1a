/* enduse form: check, build and show; form sign is instrument.c's, form verify document_verify.c's.
 */
#include "cli/form.h"

#include <fcntl.h>
#include <string.h>

#include "cli/instrument.h"

static const char *const coverage_names[] = {
    [COVERAGE_EXECUTABLE] = "executable",
    [COVERAGE_PARTLY] = "partly",
    [COVERAGE_PROCEDURE] = "procedure",
    [COVERAGE_AUDIT] = "audit",
};

/* --- Finding a form ----------------------------------------------------------------------- */

static bool is_folder(struct call *call, const char *path)
{
    int folder = call->os->open(path, O_RDONLY | O_DIRECTORY, 0);
    if (folder >= 0)
        call->os->close(folder);
    return folder >= 0;
}

enum error form_of_path(
    struct call *call, const char *path, struct fault *fault, struct form *ret_form,
    struct bytes *ret_scenarios)
{
    struct bytes payload;
    struct digest digest;
    if (is_folder(call, path))
        return form_read(call->os, path, &call->arena, fault, ret_form, ret_scenarios);
    if (ret_scenarios)
        *ret_scenarios = (struct bytes){0};
    enum error error = input_payload(call, path, fault, &payload, &digest);
    if (error)
        return error;
    error = layout_decode(&form_layout, payload, &call->arena, fault, ret_form);
    return error ? fault_within(fault, error, "%s", path) : ERROR_OK;
}

enum error
form_of_certificate(struct call *call, const char *path, struct fault *fault, struct form *ret_form)
{
    struct bytes payload;
    struct digest digest;
    struct certificate certificate;
    enum error error = input_payload(call, path, fault, &payload, &digest);
    if (error)
        return error;
    error = layout_decode(&certificate_layout, payload, &call->arena, fault, &certificate);
    if (!error)
        error = certificate_form(&certificate, &call->arena, fault, ret_form);
    return error ? fault_within(fault, error, "%s", path) : ERROR_OK;
}

/* --- check -------------------------------------------------------------------------------- */

static void print_report(const struct form_report *report, struct buffer *text)
{
    char line[640];
    for (size_t i = 0; i < report->fault_count; i++)
        buffer_printf(text, "%s\n", fault_text(&report->faults[i], line, sizeof line));
    if (report->fault_total > report->fault_count)
        buffer_printf(text, "and %zu more\n", report->fault_total - report->fault_count);
    buffer_printf(text, "clauses: %zu", report->clause_count);
    for (enum coverage kind = COVERAGE_EXECUTABLE; kind <= COVERAGE_AUDIT; kind++)
        buffer_printf(
            text, "%s%zu %s", kind == COVERAGE_EXECUTABLE ? " (" : ", ", report->coverage[kind],
            form_coverage_words(kind));
    buffer_printf(
        text,
        ")\npolicies: %zu permit, %zu forbid, %zu model conditions, %zu order templates\n"
        "vocabulary: %zu attributes, each with its source\nscenarios: %zu of %zu hold\n",
        report->permit_count, report->forbid_count, report->condition_count, report->template_count,
        report->attribute_count, report->scenarios_held, report->scenario_count);
    buffer_printf(
        text, "%s\n", report->fault_total ? "The form does not pass." : "The form passes.");
}

static void write_fault(const struct fault *fault, struct json_writer *writer)
{
    json_write_object(writer);
    json_put_u64(writer, "error", fault->error);
    json_put_string(writer, "code", error_name(fault->error));
    json_put_string(writer, "place", fault->place);
    json_put_string(writer, "words", error_words(fault->error));
    if (fault->expected[0])
        json_put_string(writer, "expected", fault->expected);
    if (fault->found[0])
        json_put_string(writer, "found", fault->found);
    json_write_object_end(writer);
}

static int write_report(struct call *call, const struct form_report *report)
{
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "passes", report->fault_total == 0);
    json_put_u64(&writer, "clauses", report->clause_count);
    json_put_object(&writer, "coverage");
    for (enum coverage kind = COVERAGE_EXECUTABLE; kind <= COVERAGE_AUDIT; kind++)
        json_put_u64(&writer, coverage_names[kind], report->coverage[kind]);
    json_write_object_end(&writer);
    json_put_u64(&writer, "permits", report->permit_count);
    json_put_u64(&writer, "forbids", report->forbid_count);
    json_put_u64(&writer, "conditions", report->condition_count);
    json_put_u64(&writer, "templates", report->template_count);
    json_put_u64(&writer, "attributes", report->attribute_count);
    json_put_u64(&writer, "scenarios", report->scenario_count);
    json_put_u64(&writer, "scenarios-held", report->scenarios_held);
    json_put_u64(&writer, "fault-count", report->fault_total);
    json_put_array(&writer, "faults");
    for (size_t i = 0; i < report->fault_count; i++)
        write_fault(&report->faults[i], &writer);
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int run_check(struct call *call)
{
    struct fault fault = {0};
    struct form_report report = {0};
    enum error error = form_check(call->os, call->operands[0], &fault, &report);
    /* Nothing was found that could be checked. */
    if (error && exit_of_error(error) == EXIT_ERROR) {
        form_report_free(&report);
        return call_fail(call, &fault);
    }
    int code;
    if (call->json) {
        code = write_report(call, &report);
    } else {
        struct buffer text = {0};
        print_report(&report, &text);
        code = call_print(call, &text);
        buffer_free(&text);
    }
    if (code == EXIT_DONE && report.fault_total)
        code = exit_of_error(error ? error : ERROR_FORM_SCENARIO_DIFFERS);
    form_report_free(&report);
    return code;
}

/* --- build -------------------------------------------------------------------------------- */

static int run_build(struct call *call)
{
    struct fault fault = {0};
    struct buffer payload = {0};
    struct form form;
    enum error error = form_build(call->os, call->operands[0], &fault, &payload);
    if (!error)
        error = layout_decode(&form_layout, buffer_view(&payload), &call->arena, &fault, &form);
    buffer_free(&payload);
    if (error)
        return call_fail_hint(
            call, &fault, "See everything that is wrong with: enduse form check DIR");
    return instrument_write(call, INSTRUMENT_FORM, &form);
}

/* --- show --------------------------------------------------------------------------------- */

static const char *parameter_words(enum template_type type)
{
    return type == TEMPLATE_ENTITIES ? "ids" : type == TEMPLATE_TIME ? "a time" : "a number";
}

static void print_templates(const struct form *form, struct buffer *text)
{
    buffer_append_text(text, "\nOrder templates\n");
    for (size_t i = 0; i < form->templates_count; i++) {
        const struct order_template *template = &form->templates[i];
        buffer_printf(text, "\n%s (%s): %s\n", template->name, template->kind, template->title);
        for (size_t k = 0; k < template->parameters_count; k++) {
            const struct template_parameter *parameter = &template->parameters[k];
            buffer_printf(
                text, "    --set %s=... %s: %s\n", parameter->name,
                parameter->entity ? parameter->entity : parameter_words(parameter->type),
                parameter->title);
        }
    }
}

static int run_show(struct call *call)
{
    struct fault fault = {0};
    struct form form;
    struct buffer text = {0};
    enum error error = form_of_path(call, call->operands[0], &fault, &form, NULL);
    if (error)
        return call_fail(call, &fault);
    if (call->json) {
        struct json_writer writer;
        call_json_begin(&writer, &text);
        layout_write_json(&form_layout, &form, &writer);
        return call_json_end(call, &writer, &text);
    }
    buffer_append_text(&text, "NOT VERIFIED: what follows is only what the form says.\n\n");
    error = form_print(&form, &fault, &text);
    if (!error) {
        buffer_append_text(&text, "\nFacts of a declaration\n\n");
        error = form_print_facts(&form, &fault, &text);
    }
    if (!error)
        print_templates(&form, &text);
    int code = error ? call_fail(call, &fault) : call_print(call, &text);
    buffer_free(&text);
    return code;
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option print_options[] = {
    OPTION_JSON,
    {0},
};

static const struct command_option build_options[] = {
    OPTION_OUT, OPTIONS_SIGN, OPTION_UNSIGNED, OPTIONS_WRITE};

static const struct command rows[] = {
    {
        .name = "form check",
        .summary = "Check a form's folder: text, policies, vocabulary, scenarios",
        .operands = "DIR",
        .least = 1,
        .most = 1,
        .options = print_options,
        .text = "Everything that does not hold is listed with file, line and column. Every worked\n"
                "example is judged as a guard would. The folder is described in docs/form.md.\n",
        .examples = "enduse form check forms/il-2021-12\n",
        .run = run_check,
    },
    {
        .name = "form build",
        .summary = "Check a form's folder, make one file of it, and sign that",
        .operands = "DIR",
        .least = 1,
        .most = 1,
        .options = build_options,
        .text = "The same folder gives the same payload. Both ministries must sign it.\n",
        .examples = "enduse form build forms/il-2021-12 --key defence.key -o F.form\n"
                    "enduse form sign F.form --key foreign.key\n",
        .run = run_build,
    },
    {
        .name = "form show",
        .summary = "Show a form: text beside policies, facts to declare, order templates",
        .operands = "DIR|FILE",
        .least = 1,
        .most = 1,
        .options = print_options,
        .examples = "enduse form show forms/il-2021-12\n"
                    "enduse form show F.form\n",
        .run = run_show,
    },
};

const struct command_rows form_commands = COMMAND_ROWS(rows);
