/* enduse order draft, take, issue, confirm, progress: an order at the office, from a template to
 * the receipt of who obeyed. Whoever signs is shown what is signed, with its clauses. */
#include <string.h>

#include "authority/lifecycle.h"
#include "cli/act.h"
#include "cli/api.h"
#include "cli/instrument.h"
#include "cli/order.h"

/* An order's file, and the order in it. */
struct office_order {
    struct api_reply reply;
    struct order_file file;
    struct order order;
    bool has_order; /* a discarded draft has none */
};

/* --- Asking the office -------------------------------------------------------------------- */

/* The content of a file of the office; it must be there. */
static enum error fetch_file(
    struct call *call, enum file_kind kind, const char *number, struct fault *fault,
    struct api_reply *ret_reply, void *ret_content)
{
    char path[128];
    const struct json *content = NULL;
    enum error error = rule_name(number, file_word(kind), fault);
    if (error)
        return error;
    snprintf(path, sizeof path, "/api/v1/files/%s/%s", file_word(kind), number);
    error = api_get(call, path, fault, ret_reply);
    if (!error && (ret_reply->status != 200 || !ret_reply->root))
        error = api_fault(ret_reply, fault);
    if (!error)
        error = json_get(ret_reply->root, "content", JSON_OBJECT, fault, &content);
    if (!error)
        error = layout_read_json(file_layout(kind), content, &call->arena, fault, ret_content);
    return error ? fault_within(fault, error, "%s/%s", file_word(kind), number) : ERROR_OK;
}

/* What the file says its document is, bytes and digest, is what is shown and signed. */
static enum error read_order(struct call *call, struct fault *fault, struct office_order *on)
{
    struct bytes payload = on->file.payload;
    struct unverified_envelope envelope = {0};
    enum error error = ERROR_OK;
    if (!payload.length && on->file.instrument.length) {
        error = cose_peek_unverified(on->file.instrument, fault, &envelope);
        payload = envelope.payload;
    }
    if (error || !payload.length)
        return error;
    struct digest digest = sha256_of(payload);
    error = rule_refers(&digest, &on->file.digest, "the file's document", fault);
    on->has_order = !error;
    return error ? error : layout_decode(&order_layout, payload, &call->arena, fault, &on->order);
}

static enum error
fetch_order(struct call *call, const char *number, struct fault *fault, struct office_order *ret_on)
{
    struct office_order on = {0};
    enum error error = fetch_file(call, FILE_ORDER, number, fault, &on.reply, &on.file);
    if (!error)
        error = read_order(call, fault, &on);
    if (!error)
        *ret_on = on;
    return error;
}

static int print_order(struct call *call, const struct office_order *on)
{
    struct buffer text = {0};
    order_print(&on->file, on->has_order ? &on->order : NULL, &text);
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

/* The form of the certificate that the licence is under. */
static enum error
fetch_form(struct call *call, const char *licence, struct fault *fault, struct form *ret_form)
{
    char path[128];
    struct api_reply reply;
    struct licence_file file;
    enum error error = fetch_file(call, FILE_LICENCE, licence, fault, &reply, &file);
    if (error)
        return error;
    snprintf(path, sizeof path, "/api/v1/files/certificate/%s/document", file.certificate);
    error = api_get(call, path, fault, &reply);
    if (!error && reply.status != 200)
        error = api_fault(&reply, fault);
    struct unverified_envelope envelope;
    struct certificate certificate;
    if (!error)
        error = cose_peek_unverified(reply.body, fault, &envelope);
    if (!error)
        error =
            layout_decode(&certificate_layout, envelope.payload, &call->arena, fault, &certificate);
    if (!error)
        error = certificate_form(&certificate, &call->arena, fault, ret_form);
    return error ? fault_within(fault, error, "certificate/%s", file.certificate) : ERROR_OK;
}

/* --- draft -------------------------------------------------------------------------------- */

struct drafting {
    struct compose compose;
    const char **assignments; /* of compose, with room for more */
    const char *template;
    struct form_argument *arguments;
    size_t argument_count;
    struct order order;
};

/* NAME=VALUE among the assignments. */
static enum error assign(
    struct call *call, struct drafting *on, const char *name, const char *value,
    struct fault *fault)
{
    size_t size = strlen(name) + strlen(value) + 2;
    char *text = arena_alloc(&call->arena, size);
    if (!text)
        return fault_place(fault, ERROR_MEMORY, "the order");
    snprintf(text, size, "%s=%s", name, value);
    on->assignments[on->compose.assignment_count++] = text;
    return ERROR_OK;
}

/* What --lifts names says which kind of order lifts it, of which licence. */
static enum error assign_lifted(struct call *call, struct drafting *on, struct fault *fault)
{
    const char *number = call_option(call, "lifts");
    if (!number)
        return ERROR_OK;
    struct office_order lifted;
    char digest[DIGEST_TEXT_SIZE];
    enum error error = fetch_order(call, number, fault, &lifted);
    if (error)
        return fault_within(fault, error, "--lifts");
    enum order_kind kind = lifted.file.kind;
    bool restored = kind == ORDER_SUSPEND || kind == ORDER_DISCONNECT;
    error = assign(call, on, "kind", order_word(restored ? ORDER_RESTORE : ORDER_LIFT), fault);
    if (!error)
        error = assign(call, on, "licence", lifted.file.licence, fault);
    if (!error)
        error = assign(call, on, "lifts", digest_text(&lifted.file.digest, digest), fault);
    return error;
}

/* Composes the order as far as it is known; ret_order (may be NULL) is read from it and checked. */
static enum error compose_order(
    struct call *call, const struct drafting *on, struct fault *fault, const struct json **ret_json,
    struct order *ret_order)
{
    bool rewritten = false;
    enum error error = compose_json(call, &on->compose, fault, ret_json, &rewritten);
    if (error || !ret_order)
        return error;
    error = layout_read_json(&order_layout, *ret_json, &call->arena, fault, ret_order);
    if (!error)
        error = order_check(ret_order, fault);
    return error ? compose_fault(&on->compose, rewritten, error, fault) : ERROR_OK;
}

/* Of --form, or of the certificate that the office has for the licence that the order is for. */
static enum error
find_form(struct call *call, const struct drafting *on, struct fault *fault, struct form *ret_form)
{
    const char *form = call_option(call, "form");
    if (form)
        return form_of_path(call, form, fault, ret_form, NULL);
    const struct json *json = NULL;
    struct bytes licence = {0};
    enum error error = compose_order(call, on, fault, &json, NULL);
    if (!error)
        error = json_get_string(json, "licence", fault, &licence);
    if (error)
        return error;
    const char *number = arena_text(&call->arena, licence);
    return number ? fetch_form(call, number, fault, ret_form)
                  : fault_place(fault, ERROR_MEMORY, "licence");
}

static enum error fill_template(struct call *call, struct drafting *on, struct fault *fault)
{
    const char *template = call_option(call, "template");
    const char *kind = NULL;
    struct form form;
    if (!template)
        return ERROR_OK;
    enum error error = find_form(call, on, fault, &form);
    if (!error)
        error = order_arguments(call, fault, &on->arguments, &on->argument_count);
    if (!error)
        error = order_fill(
            call, &form, template, on->arguments, on->argument_count, fault, &on->compose.text,
            &kind);
    if (error)
        return error;
    on->compose.text_name = on->compose.text ? "clauses" : NULL;
    return assign(call, on, "kind", kind, fault);
}

/* The template's arguments, as the draft says them. */
static enum error arguments_datum(
    struct call *call, const struct drafting *on, struct fault *fault, struct datum *ret_list)
{
    struct datum *items = ARENA_ARRAY(&call->arena, struct datum, on->argument_count + 1);
    if (!items)
        return fault_place(fault, ERROR_MEMORY, "--set");
    for (size_t i = 0; i < on->argument_count; i++) {
        const struct form_argument *argument = &on->arguments[i];
        struct datum_member *members = ARENA_ARRAY(&call->arena, struct datum_member, 2);
        struct datum *values = ARENA_ARRAY(&call->arena, struct datum, argument->count);
        if (!members || !values)
            return fault_place(fault, ERROR_MEMORY, "--set");
        for (size_t k = 0; k < argument->count; k++)
            values[k] = datum_of_text(argument->values[k]);
        members[0] = (struct datum_member){"name", datum_of_text(argument->name)};
        members[1] = (struct datum_member){
            "values", {.kind = DATUM_LIST, .list = {values, argument->count}}};
        enum error error = datum_map(members, 2, fault, &items[i]);
        if (error)
            return error;
    }
    *ret_list = (struct datum){.kind = DATUM_LIST, .list = {items, on->argument_count}};
    return ERROR_OK;
}

static enum error
make_body(struct call *call, const struct drafting *on, struct fault *fault, struct datum *ret_body)
{
    struct bytes payload;
    struct datum arguments;
    struct datum_member *members = ARENA_ARRAY(&call->arena, struct datum_member, 3);
    size_t count = 0;
    enum error error = layout_encode_in(&order_layout, &on->order, &call->arena, fault, &payload);
    if (!error && !members)
        error = fault_place(fault, ERROR_MEMORY, "the draft");
    if (!error && on->argument_count)
        error = arguments_datum(call, on, fault, &arguments);
    if (error)
        return error;
    members[count++] = (struct datum_member){"payload", datum_of_bytes(payload)};
    if (call_option(call, "template"))
        members[count++] =
            (struct datum_member){"template", datum_of_text(call_option(call, "template"))};
    if (on->argument_count)
        members[count++] = (struct datum_member){"arguments", arguments};
    return datum_map(members, count, fault, ret_body);
}

/* The order and the body of the act that drafts it, from the command's operands and options. */
static enum error
compose_draft(struct call *call, struct drafting *on, struct fault *fault, struct datum *ret_body)
{
    const struct json *json = NULL;
    size_t first = 1;
    on->compose = (struct compose){.layout = &order_layout, .defaults = true};
    /* Besides the operands: number, kind, licence, lifts. */
    on->assignments = ARENA_ARRAY(&call->arena, const char *, call->operand_count + 4);
    if (!on->assignments)
        return fault_place(fault, ERROR_MEMORY, "the order");
    on->compose.assignments = on->assignments;
    if (call->operand_count > 1 && !strchr(call->operands[1], '='))
        on->compose.path = call->operands[first++];
    for (size_t i = first; i < call->operand_count; i++)
        on->assignments[on->compose.assignment_count++] = call->operands[i];
    enum error error = assign(call, on, "number", call->operands[0], fault);
    if (!error)
        error = assign_lifted(call, on, fault);
    if (!error)
        error = fill_template(call, on, fault);
    if (!error)
        error = compose_order(call, on, fault, &json, &on->order);
    return error ? error : make_body(call, on, fault, ret_body);
}

static const char *order_name(struct call *call, struct fault *fault)
{
    size_t size = strlen(call->operands[0]) + sizeof "order/";
    char *name = arena_alloc(&call->arena, size);
    if (name)
        snprintf(name, size, "order/%s", call->operands[0]);
    else
        fault_place(fault, ERROR_MEMORY, "the act");
    return name;
}

/* Shows the order's file as it is at the office. */
static int show_order(struct call *call)
{
    struct fault fault = {0};
    struct office_order on;
    if (fetch_order(call, call->operands[0], &fault, &on) != ERROR_OK)
        return call_fail(call, &fault);
    return call->json ? api_print(call, &on.reply) : print_order(call, &on);
}

static int run_draft(struct call *call)
{
    struct fault fault = {0};
    struct drafting on = {0};
    struct datum body;
    if (!call_option(call, "template") && (call_option(call, "set") || call_option(call, "form")))
        return call_usage(call, "--set and --form belong to --template");
    if (call_option(call, "template") && call_option(call, "lifts"))
        return call_usage(call, "either --template or --lifts");
    const char *name = order_name(call, &fault);
    if (!name || compose_draft(call, &on, &fault, &body) != ERROR_OK)
        return order_fill_failed(call, &fault);
    int code = act_do(call, name, "draft", &body);
    /* The preview is the office's: what is stopped it knows, not this machine. */
    return code == EXIT_DONE && !call->json && !call_switch(call, "keep") ? show_order(call) : code;
}

/* --- take, issue, confirm ----------------------------------------------------------------- */

/* The draft that is to be signed. */
static enum error fetch_draft(struct call *call, struct fault *fault, struct office_order *ret_on)
{
    enum error error = fetch_order(call, call->operands[0], fault, ret_on);
    if (!error && ret_on->file.base.state != ORDER_DRAFTED)
        error = fault_set(
            fault, ERROR_OFFICE_STATE, call->operands[0],
            "a draft; what was signed elsewhere is given by --instrument", "%s",
            file_state_word(FILE_ORDER, ret_on->file.base.state));
    return error;
}

/* Shows what is to be signed and asks; EXIT_DONE: it may be. */
static int show_and_ask(struct call *call, const struct office_order *on)
{
    int code = call->json ? EXIT_DONE : print_order(call, on);
    if (code != EXIT_DONE)
        return code;
    fflush(call->out);
    if (signing_agreed(call))
        return EXIT_DONE;
    fprintf(call->err, "enduse: not signed\n");
    return EXIT_ERROR;
}

static int run_take(struct call *call)
{
    struct fault fault = {0};
    struct office_order on;
    if (fetch_draft(call, &fault, &on) != ERROR_OK)
        return call_fail(call, &fault);
    int code = call_switch(call, "unsigned") ? EXIT_DONE : show_and_ask(call, &on);
    return code == EXIT_DONE ? instrument_write(call, INSTRUMENT_ORDER, &on.order) : code;
}

/* Signs what was fetched, the draft or what the other ministry has signed, and submits it. */
static int sign_and_do(struct call *call, const struct office_order *on, const char *verb)
{
    struct fault fault = {0};
    struct buffer bytes = {0};
    struct digest authority;
    struct private_key *key = NULL;
    struct datum body;
    struct datum_member member = {.name = "instrument"};
    const char *name = order_name(call, &fault);
    enum error error =
        name ? authority_of_call(call, INSTRUMENT_ORDER, &fault, &authority) : fault.error;
    if (!error)
        error = key_of_call(call, &fault, &key);
    if (!error && on->file.instrument.length)
        error = document_add_signature(on->file.instrument, &authority, key, &fault, &bytes);
    else if (!error)
        error = document_sign(INSTRUMENT_ORDER, &on->order, &authority, key, &fault, &bytes);
    if (!error) {
        member.value = datum_of_bytes(buffer_view(&bytes));
        error = datum_map(&member, 1, &fault, &body);
    }
    int code = error ? call_fail(call, &fault) : act_do(call, name, verb, &body);
    buffer_free(&bytes);
    return code;
}

/* Whether the command was given the signed document itself. */
static bool brings_document(const struct call *call)
{
    return call->operand_count > 1 || call_option(call, "instrument") || call_option(call, "body");
}

static int run_issue(struct call *call)
{
    struct fault fault = {0};
    struct office_order on;
    if (brings_document(call))
        return act_verb_do(call, FILE_ORDER, "issue");
    enum error error = fetch_draft(call, &fault, &on);
    if (!error && order_needs_both(on.file.kind))
        error = fault_set(
            &fault, ERROR_SIGNERS_MISSING, call->operands[0],
            "the signatures of both ministries, in a document by --instrument", "one");
    if (error)
        return call_fail_hint(
            call, &fault,
            error == ERROR_SIGNERS_MISSING
                ? "See: enduse order take --help, enduse order sign --help"
                : NULL);
    int code = show_and_ask(call, &on);
    return code == EXIT_DONE ? sign_and_do(call, &on, "issue") : code;
}

static int run_confirm(struct call *call)
{
    struct fault fault = {0};
    struct office_order on;
    if (brings_document(call))
        return act_verb_do(call, FILE_ORDER, "confirm");
    enum error error = fetch_order(call, call->operands[0], &fault, &on);
    if (!error && !on.file.instrument.length)
        error = fault_set(
            &fault, ERROR_OFFICE_STATE, call->operands[0], "an order that was issued", "%s",
            file_state_word(FILE_ORDER, on.file.base.state));
    if (error)
        return call_fail(call, &fault);
    int code = show_and_ask(call, &on);
    return code == EXIT_DONE ? sign_and_do(call, &on, "confirm") : code;
}

/* --- Rows --------------------------------------------------------------------------------- */

#define OPTIONS_OFFICE                                                                             \
    OPTION_URL, OPTION_CA_FILE, OPTION_JSON,                                                       \
    {                                                                                              \
        0                                                                                          \
    }

static const struct command_option draft_options[] = {
    OPTION_TEMPLATE,
    OPTION_SET,
    {.name = "form",
     .value = "FILE.form|DIR",
     .words = "The form that has the template, instead of the one at the office"},
    {.name = "lifts", .value = "NUMBER", .words = "Give back what this order took away"},
    OPTIONS_SIGN,
    OPTIONS_ACT,
    OPTION_FORCE,
    OPTIONS_OFFICE,
};

static const struct command_option take_options[] = {
    OPTION_OUT, OPTIONS_SIGN, OPTION_UNSIGNED, OPTION_YES, OPTION_FORCE, OPTIONS_OFFICE,
};

static const struct command_option sign_options[] = {
    {.name = "instrument",
     .value = "FILE",
     .words = "The order as it was signed elsewhere, instead of signing now"},
    {.name = "body", .value = "FILE.json", .words = "What the act says, as JSON"},
    OPTION_YES,
    OPTIONS_SIGN,
    OPTIONS_ACT,
    OPTION_FORCE,
    OPTIONS_OFFICE,
};

static const struct command_option progress_options[] = {OPTIONS_LOGIN, OPTIONS_OFFICE};

static const struct command rows[] = {
    {
        .name = "order draft",
        .summary = "Draft an order at the office, and see what it would stop",
        .operands = "NUMBER [FILE.json] [NAME=VALUE...]",
        .least = 1,
        .most = SIZE_MAX,
        .options = draft_options,
        .text =
            "By a desk officer, reviewer or signatory. Nothing is in force. The answer is the\n"
            "office's preview: functions, territories and installations that would stop, and\n"
            "the clauses that will be signed. The template is one of the form of the licence's\n"
            "certificate; `enduse form show` lists them and what they need. --lifts sets kind,\n"
            "licence and lifts by themselves.\n"
            "\n" COMPOSE_TEXT,
        .says = &order_layout,
        .fills = true,
        .examples =
            "enduse order draft OR-1 --template limit-functions --set functions=location \\\n"
            "    licence=IL-2026-0017 reason='Under review' \\\n"
            "    contact=orders@authority.example --key desk.key\n"
            "enduse order issue OR-1 --key signatory.key\n"
            "enduse order draft OR-2 --lifts OR-1 reason='Closed' \\\n"
            "    contact=orders@authority.example --key desk.key\n",
        .run = run_draft,
    },
    {
        .name = "order take",
        .summary = "Take a drafted order to sign it with others",
        .operands = "NUMBER",
        .least = 1,
        .most = 1,
        .options = take_options,
        .text = "What gives back, and a revocation, is issued with the signatures of both\n"
                "ministries. The first takes the draft and signs it into a file, the other adds a\n"
                "signature to that and issues it.\n",
        .examples = "enduse order take OR-2 --key foreign.key -o OR-2.order\n"
                    "enduse order sign OR-2.order --key defence.key\n"
                    "enduse order issue OR-2 --instrument OR-2.order --key defence.key\n",
        .run = run_take,
    },
    {
        .name = "order issue",
        .summary = "Sign a drafted order and issue it, or issue one that is signed",
        .operands = "NUMBER [instrument=@FILE]",
        .least = 1,
        .most = SIZE_MAX,
        .options = sign_options,
        .text = "By a signatory. What takes away is in force at once. Without --instrument the\n"
                "draft is shown, with its clauses, and signed with --key: the very order that was\n"
                "drafted, or nothing.\n",
        .examples = "enduse order issue OR-1 --key signatory.key\n"
                    "enduse order issue OR-2 --instrument OR-2.order --key signatory.key\n",
        .run = run_issue,
    },
    {
        .name = "order confirm",
        .summary = "Confirm the other ministry's order with your signature",
        .operands = "NUMBER [instrument=@FILE]",
        .least = 1,
        .most = SIZE_MAX,
        .options = sign_options,
        .text = "By a signatory of the other ministry, within the time that the office has set;\n"
                "else there is an alarm. Without --instrument the order is shown, and your\n"
                "signature is added to the one that it has.\n",
        .examples = "enduse order confirm OR-1 --key foreign.key\n",
        .run = run_confirm,
    },
    {
        .name = "order progress",
        .summary = "Show an order at the office: what it stops, and how far it has come",
        .operands = "NUMBER",
        .least = 1,
        .most = 1,
        .options = progress_options,
        .text = "Drafted, issued, confirmed or not, delivered by leases, obeyed by receipts, with\n"
                "the time that obeying took; lifted.\n",
        .examples = "enduse order progress OR-1 --key reviewer.key\n",
        .run = show_order,
    },
};

const struct command_rows order_office_commands = COMMAND_ROWS(rows);
