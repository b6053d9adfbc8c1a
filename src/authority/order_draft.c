/* An order's draft: filled from a template of the form, with a preview of what it would stop. A
 * draft binds nobody, nor do the first signatures on one that both ministries sign; what is issued
 * under its number is what was drafted. */
#include <string.h>

#include "authority/order_inside.h"
#include "authority/texts.h"
#include "form/form.h"

/* What fills a parameter of the template. */
struct draft_argument {
    const char *name;
    const char *const *values;
    size_t values_count;
};

struct draft_body {
    struct bytes payload;
    const char *template;
    const struct draft_argument *arguments;
    size_t arguments_count;
};

static const struct field argument_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct draft_argument, name),
    FIELD_MANY(2, "values", FIELD_TEXTS, struct draft_argument, values),
};
static const struct layout argument_layout =
    LAYOUT("argument", struct draft_argument, argument_fields);

static const struct field draft_fields[] = {
    FIELD(1, "payload", FIELD_BYTES, struct draft_body, payload, .limit = LEASE_ORDER_BYTES_MAX),
    FIELD(2, "template", FIELD_TEXT, struct draft_body, template, OPTIONAL),
    FIELD_MANY(
        3, "arguments", FIELD_RECORDS, struct draft_body, arguments, .layout = &argument_layout,
        OPTIONAL),
};
const struct layout order_draft_layout = LAYOUT("body", struct draft_body, draft_fields);

/* One draft on its way. */
struct drafting {
    struct transition_call *call;
    const struct draft_body *body;
    struct order order;
    const struct licence_file *licence_file;
    const struct licence *licence;
    struct order_preview *preview;
};

/* --- The template ------------------------------------------------------------------------- */

static enum error find_form(struct drafting *on, struct form *ret_form)
{
    struct transition_call *call = on->call;
    const void *other;
    struct certificate certificate;
    enum error error = other_file(call, FILE_CERTIFICATE, on->licence_file->certificate, &other);
    if (!error)
        error = layout_decode(
            &certificate_layout, ((const struct certificate_file *)other)->payload, call->arena,
            call->fault, &certificate);
    return error ? error : certificate_form(&certificate, call->arena, call->fault, ret_form);
}

/* Fills it again, as whoever drafted did: the clauses are the template's, or there is no draft. */
static enum error fill(struct drafting *on, const struct form *form)
{
    struct transition_call *call = on->call;
    const struct draft_body *body = on->body;
    struct buffer text = {0};
    struct form_argument *arguments =
        ARENA_ARRAY(call->arena, struct form_argument, body->arguments_count + 1);
    if (!arguments)
        return fault_place(call->fault, ERROR_MEMORY, "draft");
    for (size_t i = 0; i < body->arguments_count; i++) {
        const struct draft_argument *argument = &body->arguments[i];
        arguments[i] =
            (struct form_argument){argument->name, argument->values, argument->values_count};
    }
    enum error error =
        form_order_fill(form, body->template, arguments, body->arguments_count, call->fault, &text);
    if (!error)
        on->preview->clauses = arena_text(call->arena, buffer_view(&text));
    buffer_free(&text);
    if (!error && !on->preview->clauses)
        error = fault_place(call->fault, ERROR_MEMORY, "draft");
    return error;
}

static enum error check_template(struct drafting *on)
{
    struct transition_call *call = on->call;
    const char *name = on->body->template;
    struct form form;
    if (!name)
        return on->body->arguments_count
                   ? condition_fails(call, "a template that the arguments are of", "none")
                   : ERROR_OK;
    enum error error = find_form(on, &form);
    if (error)
        return error;
    const struct order_template *template = form_template(&form, name);
    if (!template)
        return condition_fails(call, "a template of the certificate's form", name);
    if (strcmp(template->kind, order_word(on->order.kind)) != 0)
        return condition_fails(call, "an order of the template's kind", template->kind);
    error = fill(on, &form);
    if (!error && on->order.clauses && strcmp(on->order.clauses, on->preview->clauses) != 0)
        error = condition_fails(call, "the clauses of the template, filled", name);
    return error;
}

/* --- The preview -------------------------------------------------------------------------- */

static enum error list_installations(struct drafting *on)
{
    struct transition_call *call = on->call;
    const struct office_view *view = call->view;
    const char *after = "";
    for (;;) {
        const void *content = NULL;
        enum error error = view->next(
            view->context, FILE_INSTALLATION, on->order.licence, after, call->fault, &content);
        if (error || !content)
            return error;
        after = ((const struct file_base *)content)->number;
        if (order_applies(&on->order, on->order.licence, after))
            error = texts_add(
                call->arena, after, call->fault, &on->preview->installations,
                &on->preview->installations_count);
        if (error)
            return error;
    }
}

static const struct draft_argument *argument_of(const struct drafting *on, const char *name)
{
    for (size_t i = 0; i < on->body->arguments_count; i++) {
        if (strcmp(on->body->arguments[i].name, name) == 0)
            return &on->body->arguments[i];
    }
    return NULL;
}

/* A parameter of these names lists what a limit leaves. */
static enum error list_stopped(struct drafting *on)
{
    struct transition_call *call = on->call;
    const struct draft_argument *functions = argument_of(on, "functions");
    const struct draft_argument *territories = argument_of(on, "territories");
    enum error error = ERROR_OK;
    if (functions)
        error = texts_without(
            call->arena, on->licence->functions, on->licence->functions_count, functions->values,
            functions->values_count, call->fault, &on->preview->functions,
            &on->preview->functions_count);
    if (!error && territories)
        error = texts_without(
            call->arena, on->licence->territories, on->licence->territories_count,
            territories->values, territories->values_count, call->fault, &on->preview->territories,
            &on->preview->territories_count);
    return error;
}

static enum error make_preview(struct drafting *on)
{
    on->preview->template = on->body->template;
    on->preview->clauses = on->order.clauses;
    on->preview->everything = order_stops_everything(on->order.kind);
    enum error error = check_template(on);
    if (!error && order_takes_away(on->order.kind))
        error = list_installations(on);
    return error ? error : list_stopped(on);
}

/* --- Acts --------------------------------------------------------------------------------- */

static enum error open_order(struct drafting *on, struct digest *ret_digest)
{
    struct transition_call *call = on->call;
    const struct file_base *base = call->content;
    const void *other;
    void *licence;
    enum error error =
        layout_decode(&order_layout, on->body->payload, call->arena, call->fault, &on->order);
    if (!error)
        error = order_check(&on->order, call->fault);
    if (error)
        return error;
    if (strcmp(on->order.number, base->number) != 0)
        return condition_fails(call, "the number of this file", on->order.number);
    *ret_digest = sha256_of(on->body->payload);
    error = other_file(call, FILE_LICENCE, on->order.licence, &other);
    if (error)
        return error;
    on->licence_file = other;
    error = order_check_licence(call, on->licence_file);
    if (!error)
        error = order_check_installations(call, &on->order);
    if (!error)
        error = order_check_lifted(call, on->licence_file, &on->order);
    if (!error)
        error = order_check_clauses(call, on->licence_file, &on->order, ret_digest);
    if (!error)
        error = decode_kept(
            call, on->licence_file->instrument, INSTRUMENT_LICENCE, &on->licence_file->digest,
            &licence);
    if (!error)
        on->licence = licence;
    return error;
}

enum error order_draft(struct transition_call *call)
{
    struct order_file *file = call->content;
    struct drafting on = {.call = call, .body = call->body, .preview = &file->preview};
    enum error error = open_order(&on, &file->digest);
    if (!error)
        error = make_preview(&on);
    if (error)
        return error;
    file->licence = on.order.licence;
    file->kind = on.order.kind;
    file->ministry = call->actor->ministry;
    file->payload = on.body->payload;
    note(call, &file->drafted);
    file->base.state = ORDER_DRAFTED;
    return ERROR_OK;
}

enum error order_sign_first(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    const struct root_chain *chain = call->office->chain;
    struct order_file *file = call->content;
    struct document document;
    struct order order;
    enum error error = document_open_by_root(
        body->instrument, INSTRUMENT_ORDER, chain, call->arena, call->fault, &document, &order);
    if (!error)
        error = same_document(call, &document, &file->digest);
    if (!error && !order_needs_both(order.kind))
        error = condition_fails(
            call, "an order that gives back or revokes: one ministry issues the others by itself",
            order_word(order.kind));
    if (!error)
        error = signed_by_actor(call, &document);
    if (!error && file->instrument.length)
        error = keeps_signatures(call, file->instrument, &document);
    if (!error && signed_by_both(&document, &chain->current, NULL) == ERROR_OK)
        error = condition_fails(
            call, "a signature after which another is missing: with the last one it is issued",
            NULL);
    if (error)
        return error;
    file->instrument = body->instrument;
    note(call, &file->signed_first);
    return ERROR_OK;
}

enum error order_discard(struct transition_call *call)
{
    struct order_file *file = call->content;
    file->instrument = (struct bytes){0};
    file->payload = (struct bytes){0};
    file->base.state = ORDER_DISCARDED;
    return ERROR_OK;
}
