/* enduse order make: an order by hand, or from one of the form's templates; enduse approval
 * withdraw. */
#include <stdlib.h>
#include <string.h>

#include "cli/instrument.h"
#include "cli/order.h"

/* --- Templates ---------------------------------------------------------------------------- */

static enum error read_form(struct call *call, struct fault *fault, struct form *ret_form)
{
    const char *form = call_option(call, "form");
    const char *certificate = call_option(call, "certificate");
    if ((form != NULL) == (certificate != NULL))
        return fault_set(
            fault, ERROR_USAGE, "--template", "either --form or --certificate",
            form ? "both" : "neither");
    return form ? form_of_path(call, form, fault, ret_form, NULL)
                : form_of_certificate(call, certificate, fault, ret_form);
}

static int compare_values(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

enum error order_arguments(
    struct call *call, struct fault *fault, struct form_argument **ret_arguments, size_t *ret_count)
{
    size_t given = 0, count = 0;
    while (call_option_at(call, "set", given))
        given++;
    struct form_argument *arguments = ARENA_ARRAY(&call->arena, struct form_argument, given + 1);
    const char **values = ARENA_ARRAY(&call->arena, const char *, given *given + 1);
    if (!arguments || !values)
        return fault_place(fault, ERROR_MEMORY, "--set");
    for (size_t i = 0; i < given; i++) {
        const char *text = call_option_at(call, "set", i);
        const char *end = strchr(text, '=');
        if (!end || end == text)
            return fault_set(fault, ERROR_USAGE, "--set", "NAME=VALUE", "\"%.60s\"", text);
        const char *name =
            arena_text(&call->arena, (struct bytes){(const uint8_t *)text, (size_t)(end - text)});
        if (!name)
            return fault_place(fault, ERROR_MEMORY, "--set");
        size_t at = 0;
        while (at < count && strcmp(arguments[at].name, name) != 0)
            at++;
        const char **list = values + at * given;
        if (at == count)
            arguments[count++] = (struct form_argument){.name = name, .values = list};
        list[arguments[at].count++] = end + 1;
    }
    for (size_t i = 0; i < count; i++)
        qsort(values + i * given, arguments[i].count, sizeof *values, compare_values);
    *ret_arguments = arguments;
    *ret_count = count;
    return ERROR_OK;
}

enum error order_fill(
    struct call *call, const struct form *form, const char *name,
    const struct form_argument *arguments, size_t count, struct fault *fault,
    const char **ret_clauses, const char **ret_kind)
{
    struct buffer clauses = {0};
    enum error error = form_order_fill(form, name, arguments, count, fault, &clauses);
    const char *copy = NULL;
    if (!error && !(copy = arena_text(&call->arena, buffer_view(&clauses))))
        error = fault_place(fault, ERROR_MEMORY, "the order");
    buffer_free(&clauses);
    if (error)
        return error;
    const struct order_template *template = form_template(form, name);
    *ret_kind = template->kind;
    *ret_clauses = strcmp(template->kind, "limit") == 0 ? copy : NULL;
    return ERROR_OK;
}

int order_fill_failed(struct call *call, const struct fault *fault)
{
    return call_fail_hint(
        call, fault,
        text_starts(fault->place, "order template") ? hint_of_error(ERROR_FORM_ARGUMENT) : NULL);
}

static enum error fill(
    struct call *call, const char *name, struct fault *fault, const char **ret_clauses,
    const char **ret_kind)
{
    struct form form;
    struct form_argument *arguments;
    size_t count;
    enum error error = read_form(call, fault, &form);
    if (!error)
        error = order_arguments(call, fault, &arguments, &count);
    return error ? error
                 : order_fill(call, &form, name, arguments, count, fault, ret_clauses, ret_kind);
}

static int run_make(struct call *call)
{
    struct fault fault = {0};
    const char *template = call_option(call, "template");
    struct compose compose = {.layout = &order_layout, .defaults = true};
    const char **all = ARENA_ARRAY(&call->arena, const char *, call->operand_count + 1);
    if (!all) {
        fault_place(&fault, ERROR_MEMORY, "the order");
        return call_fail(call, &fault);
    }
    size_t first = 0;
    if (call->operand_count && !strchr(call->operands[0], '='))
        compose.path = call->operands[first++];
    for (size_t i = first; i < call->operand_count; i++)
        all[compose.assignment_count++] = call->operands[i];
    compose.assignments = all;
    if (!template && (call_option(call, "set") || call_option(call, "form")))
        return call_usage(call, "--set and --form belong to --template");
    if (template) {
        const char *kind = NULL;
        if (fill(call, template, &fault, &compose.text, &kind) != ERROR_OK)
            return order_fill_failed(call, &fault);
        compose.text_name = compose.text ? "clauses" : NULL;
        size_t size = strlen(kind) + sizeof "kind=";
        char *word = arena_alloc(&call->arena, size);
        if (!word) {
            fault_place(&fault, ERROR_MEMORY, "the order");
            return call_fail(call, &fault);
        }
        snprintf(word, size, "kind=%s", kind);
        all[compose.assignment_count++] = word;
    }
    return instrument_make(call, INSTRUMENT_ORDER, &compose);
}

/* --- Withdrawing an approval -------------------------------------------------------------- */

static int run_withdraw(struct call *call)
{
    struct fault fault = {0};
    struct bytes payload;
    struct digest digest;
    struct approval approval;
    const char *path = call->operands[0];
    enum error error = input_payload(call, path, &fault, &payload, &digest);
    if (!error)
        error = layout_decode(&approval_layout, payload, &call->arena, &fault, &approval);
    if (error) {
        fault_within(&fault, error, "%s", path);
        return call_fail(call, &fault);
    }
    struct approval withdrawal = {
        .number = call_option(call, "number"),
        .kind = APPROVAL_WITHDRAWAL,
        .body = approval.body,
        .certificate = approval.certificate,
        .file = approval.file,
        .withdraws = digest,
    };
    error = moment_of_call(call, "issued", &fault, &withdrawal.issued);
    if (error)
        return call_fail(call, &fault);
    return instrument_write(call, INSTRUMENT_APPROVAL, &withdrawal);
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option make_options[] = {
    OPTION_OUT,
    OPTIONS_SIGN,
    OPTION_UNSIGNED,
    OPTION_TEMPLATE,
    OPTION_SET,
    {.name = "form", .value = "FILE.form|DIR", .words = "The form that has the template"},
    {.name = "certificate",
     .value = "FILE",
     .words = "Or the certificate whose form has the template"},
    OPTIONS_WRITE};

static const struct command_option withdraw_options[] = {
    OPTION_OUT,
    {.name = "number", .value = "TEXT", .needed = true, .words = "The withdrawal's own number"},
    {.name = "issued", .value = "TIME", .words = "When it was withdrawn; now without it"},
    OPTIONS_SIGN,
    OPTIONS_WRITE};

static const struct command rows[] = {
    {
        .name = "order make",
        .summary = "Make and sign an order, by hand or from a template of the form",
        .operands = "[FILE.json] [NAME=VALUE...]",
        .most = SIZE_MAX,
        .options = make_options,
        .text =
            "What takes away (limit, suspend, disconnect) needs one ministry. What gives back\n"
            "(lift, restore, extend), and a revocation, needs both. `enduse form show` lists the\n"
            "templates and what they need. An order is for a licence, or for some of its\n"
            "installations; licence is its number.\n"
            "\n" COMPOSE_TEXT,
        .says = &order_layout,
        .fills = true,
        .examples =
            "enduse order make --template limit-functions --set functions=location \\\n"
            "    --certificate EC.certificate number=OR-1 licence=IL-2026-0017 \\\n"
            "    reason='Under review' contact=orders@authority.example \\\n"
            "    --key defence.key -o OR-1.order\n"
            "enduse order make number=OR-2 kind=lift licence=IL-2026-0017 lifts=@OR-1.order \\\n"
            "    reason=Closed contact=orders@authority.example --key defence.key -o OR-2.order\n",
        .run = run_make,
    },
    {
        .name = "approval withdraw",
        .summary = "Make the withdrawal of an approval",
        .operands = "FILE.approval",
        .least = 1,
        .most = 1,
        .options = withdraw_options,
        .text = "Signed by the body that gave the approval. (Another body of the certificate can\n"
                "withdraw it too, with `enduse approval make kind=withdrawal ...`.) The authority\n"
                "passes it on once it is entered there:\n"
                "`enduse withdrawal enter NUMBER instrument=@FILE`.\n",
        .examples = "enduse approval withdraw W.approval --number W-118-W --key court.key \\\n"
                    "    -o W-118-W.approval\n",
        .run = run_withdraw,
    },
};

const struct command_rows order_commands = COMMAND_ROWS(rows);
