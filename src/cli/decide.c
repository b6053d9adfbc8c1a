/* enduse decide: judges a declaration offline, from files alone, as a guard would. */
#include <string.h>

#include "cli/case.h"

enum { DECIDE_ORDERS_MAX = 64 };

/* Everything that a declaration is judged by. */
struct decision {
    struct case_documents documents;
    struct document declaration_document;
    struct declaration declaration;
    struct approval approval;
    bool has_approval;
    struct terms_order orders[DECIDE_ORDERS_MAX];
    struct order opened[DECIDE_ORDERS_MAX];
    size_t order_count;
    struct moment moment;
    const char *installation;
    struct terms *terms;
    struct declared_use *use;
};

/* --- Reading ------------------------------------------------------------------------------ */

static enum error
open_declaration(struct call *call, struct decision *decision, struct fault *fault)
{
    struct case_documents *documents = &decision->documents;
    struct bytes bytes;
    enum error error = input_read(call, call->operands[0], fault, &bytes);
    if (error)
        return error;
    error = declaration_open(
        bytes, &documents->chain.authority, &documents->roll,
        &documents->certificate_document.digest, &documents->licence_document.digest, &call->arena,
        fault, &decision->declaration_document, &decision->declaration);
    return error ? fault_within(fault, error, "%s", call->operands[0]) : ERROR_OK;
}

/* A declaration is judged with the approval that it names, and with no other. */
static enum error open_approval(struct call *call, struct decision *decision, struct fault *fault)
{
    const char *path = call_option(call, "approval");
    decision->has_approval = digest_is_set(&decision->declaration.approval);
    if (!path && !decision->has_approval)
        return ERROR_OK;
    if (!path)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "--approval",
            "the approval that the declaration names", "none");
    struct case_documents *documents = &decision->documents;
    struct document document;
    struct bytes bytes;
    enum error error = input_read(call, path, fault, &bytes);
    if (error)
        return error;
    error = approval_open(
        bytes, &documents->chain.authority, &documents->certificate,
        &documents->certificate_document.digest, &call->arena, fault, &document,
        &decision->approval);
    if (!error && decision->approval.kind == APPROVAL_WITHDRAWAL)
        error =
            fault_set(fault, ERROR_DOCUMENT_TYPE, "kind", "an approval", "the withdrawal of one");
    if (!error)
        error = rule_refers(
            &decision->declaration.approval, &document.digest, "the declaration", fault);
    return error ? fault_within(fault, error, "--approval") : ERROR_OK;
}

/* As for the guard: any approving body that the certificate enrols may withdraw any approval, a
 * court one of a lower court, say. Withdrawals of other approvals change nothing. */
static enum error
open_withdrawals(struct call *call, struct decision *decision, struct fault *fault)
{
    struct case_documents *documents = &decision->documents;
    const char *path;
    for (size_t i = 0; (path = call_option_at(call, "withdrawal", i)) != NULL; i++) {
        struct bytes bytes;
        struct document document;
        struct approval withdrawal;
        enum error error = input_read(call, path, fault, &bytes);
        if (!error)
            error = approval_open(
                bytes, &documents->chain.authority, &documents->certificate,
                &documents->certificate_document.digest, &call->arena, fault, &document,
                &withdrawal);
        if (!error && withdrawal.kind != APPROVAL_WITHDRAWAL)
            error = fault_set(fault, ERROR_DOCUMENT_TYPE, "kind", "a withdrawal", "an approval");
        if (error)
            return fault_within(fault, error, "--withdrawal %s", path);
        if (decision->has_approval &&
            digest_equal(&withdrawal.withdraws, &decision->declaration.approval))
            decision->moment.approval_withdrawn = true;
    }
    return ERROR_OK;
}

/* Those for this installation that no order given lifts: what takes away, and extensions. */
static enum error open_orders(struct call *call, struct decision *decision, struct fault *fault)
{
    struct terms_order given[DECIDE_ORDERS_MAX];
    size_t count = 0;
    const char *path;
    for (; (path = call_option_at(call, "order", count)) != NULL; count++) {
        struct bytes bytes;
        struct document document;
        if (count == DECIDE_ORDERS_MAX)
            return fault_set(fault, ERROR_TOO_LARGE, "--order", "64 orders at most", "more");
        enum error error = input_read(call, path, fault, &bytes);
        if (!error)
            error = order_open(
                bytes, &decision->documents.chain, &call->arena, fault, &document,
                &decision->opened[count]);
        if (error)
            return fault_within(fault, error, "--order %s", path);
        given[count] = (struct terms_order){&decision->opened[count], document.digest};
    }
    decision->order_count = terms_orders_in_force(
        given, count, decision->documents.licence.number, decision->installation, decision->orders);
    return ERROR_OK;
}

static enum error
read_count(struct call *call, const char *option, struct fault *fault, uint64_t *ret_count)
{
    const char *text = call_option(call, option);
    enum error error = text ? number_parse(bytes_of(text), INT64_MAX, fault, ret_count) : ERROR_OK;
    return error ? fault_within(fault, error, "--%s", option) : ERROR_OK;
}

static enum error read_moment(struct call *call, struct decision *decision, struct fault *fault)
{
    decision->moment.running = call_switch(call, "running");
    enum error error = moment_of_call(call, "time", fault, &decision->moment.time);
    if (!error)
        error = read_count(call, "other-active-uses", fault, &decision->moment.other_active_uses);
    if (!error)
        error = read_count(call, "uses-in-period", fault, &decision->moment.uses_in_period);
    return error;
}

static enum error open_terms(struct decision *decision, struct fault *fault)
{
    const struct case_documents *documents = &decision->documents;
    const struct terms_sources sources = {
        .form = &documents->form,
        .certificate = &documents->certificate,
        .certificate_digest = documents->certificate_document.digest,
        .licence = &documents->licence,
        .licence_digest = documents->licence_document.digest,
        .installation = decision->installation,
        .orders = decision->orders,
        .order_count = decision->order_count,
    };
    const struct use_sources use = {
        .declaration = &decision->declaration,
        .roll = &documents->roll,
        .approval = decision->has_approval ? &decision->approval : NULL,
    };
    enum error error = terms_open(&sources, fault, &decision->terms);
    return error ? error : declared_use_open(decision->terms, &use, fault, &decision->use);
}

static enum error read_all(struct call *call, struct decision *decision, struct fault *fault)
{
    const char *installation = call_option(call, "installation");
    decision->installation = installation ? installation : "IN-0001";
    enum error error = read_moment(call, decision, fault);
    if (!error)
        error = case_open_root(call, &decision->documents, fault);
    if (!error)
        error = case_open_certificate(call, &decision->documents, fault);
    if (!error)
        error = case_open_licence(call, &decision->documents, fault);
    if (!error)
        error = case_open_roll(call, &decision->documents, fault);
    if (!error)
        error = open_declaration(call, decision, fault);
    if (!error)
        error = open_approval(call, decision, fault);
    if (!error)
        error = open_withdrawals(call, decision, fault);
    if (!error)
        error = open_orders(call, decision, fault);
    return error ? error : open_terms(decision, fault);
}

/* --- Saying the verdict ------------------------------------------------------------------- */

/* Whether the operator may act at all at the moment: no clause says it, the roll does. */
static bool operator_in_force(const struct decision *decision)
{
    const struct roll *roll = &decision->documents.roll;
    const struct roll_operator *person =
        roll_operator_by_id(roll, decision->declaration.operator_id);
    return person && roll_operator_in_force(roll, person, decision->moment.time);
}

static int print_verdict(struct call *call, struct decision *decision, bool on_roll)
{
    char time[TIME_TEXT_SIZE];
    struct fault fault = {0};
    struct buffer text = {0};
    buffer_printf(&text, "Judged at %s.\n", time_text(decision->moment.time, time));
    if (!on_roll)
        buffer_printf(
            &text, "Outside the terms: operator %s is not in force on the agency's roll.\n",
            decision->declaration.operator_id);
    enum error error = declared_use_explain(decision->use, &decision->moment, &text);
    if (text.length && text.data[text.length - 1] != '\n')
        buffer_append_byte(&text, '\n');
    if (error)
        fault_place(&fault, error, "the explanation");
    int code = error ? call_fail(call, &fault) : call_print(call, &text);
    buffer_free(&text);
    return code;
}

static int write_verdict(struct call *call, struct decision *decision, bool within, bool on_roll)
{
    char time[TIME_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
    struct fault fault = {0};
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "within", within);
    json_put_string(&writer, "time", time_text(decision->moment.time, time));
    json_put_string(
        &writer, "declaration", digest_text(&decision->declaration_document.digest, digest));
    json_put_bool(&writer, "operator-in-force", on_roll);
    json_write_name(&writer, "verdict");
    enum error error = declared_use_explain_json(decision->use, &decision->moment, &writer);
    if (error) {
        buffer_free(&text);
        fault_place(&fault, error, "the explanation");
        return call_fail(call, &fault);
    }
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int run_decide(struct call *call)
{
    struct fault fault = {0};
    struct decision *decision = ARENA_NEW(&call->arena, struct decision);
    if (!decision) {
        fault_place(&fault, ERROR_MEMORY, "decide");
        return call_fail(call, &fault);
    }
    enum error error = read_all(call, decision, &fault);
    int code;
    if (error) {
        code = call_fail(call, &fault);
    } else {
        struct verdict verdict = declared_use_judge(decision->use, &decision->moment);
        bool on_roll = operator_in_force(decision);
        bool within = verdict.outcome == VERDICT_WITHIN && on_roll;
        code = call->json ? write_verdict(call, decision, within, on_roll)
                          : print_verdict(call, decision, on_roll);
        if (code == EXIT_DONE && !within)
            code = EXIT_OUTSIDE;
    }
    if (decision->use)
        declared_use_close(decision->use);
    if (decision->terms)
        terms_close(decision->terms);
    case_close(&decision->documents);
    return code;
}

/* --- The row ------------------------------------------------------------------------------ */

static const struct command_option decide_options[] = {
    OPTION_ROOT,
    OPTION_PIN,
    OPTION_DEMO,
    {.name = "certificate", .value = "FILE", .needed = true, .words = "The certificate in force"},
    {.name = "licence", .value = "FILE", .needed = true, .words = "The licence under it"},
    {.name = "roll", .value = "FILE", .needed = true, .words = "The agency's roll of operators"},
    {.name = "approval", .value = "FILE", .words = "The approval that the declaration names"},
    {.name = "withdrawal", .value = "FILE", .many = true, .words = "A withdrawal of an approval"},
    {.name = "order", .value = "FILE", .many = true, .words = "An order, also one that lifts"},
    {.name = "installation", .value = "ID", .words = "The installation; IN-0001 without it"},
    {.name = "time", .value = "TIME", .words = "The moment to judge at; now without it"},
    {.name = "running", .words = "Judge a use that runs, not one about to begin"},
    {.name = "other-active-uses", .value = "N", .words = "Other uses running; 0 without it"},
    {.name = "uses-in-period",
     .value = "N",
     .words = "Uses begun in the licence's period; 0 without it"},
    OPTION_JSON,
    {0},
};

static const struct command rows[] = {
    {
        .name = "decide",
        .summary = "Judge a declaration offline, from files, as a guard would",
        .operands = "FILE.declaration",
        .least = 1,
        .most = 1,
        .options = decide_options,
        .text =
            "Every document is verified from the root on. The verdict is printed with the\n"
            "clauses that determine it, or with the conditions that failed. Whether a lease is\n"
            "valid is a guard's question and not asked here.\n"
            "\n"
            "Exit code 0: within the terms. 2: outside. 3: a document is not valid.\n",
        .examples =
            "enduse decide D.declaration --root 0001.root --certificate EC.certificate \\\n"
            "    --licence IL.licence --roll R.roll --approval W.approval\n"
            "enduse decide D.declaration ... --order OR-1.order --time 2026-03-02T09:00:00Z\n",
        .run = run_decide,
    },
};

const struct command_rows decide_commands = COMMAND_ROWS(rows);
