/* Filling in an act, and checking it before it is signed. */
#include <stdlib.h>
#include <string.h>

#include "service/refusal.h"
#include "site/act.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/fields.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/values.h"
#include "site/words.h"

static const struct layout nothing = {.name = "body", .size = 1};

static const struct layout *body_of(const struct transition *row)
{
    return row->body ? row->body : &nothing;
}

static enum error no_memory(struct reading *reading)
{
    return fault_place(&reading->fault, ERROR_MEMORY, "page");
}

/* --- The form ----------------------------------------------------------------------------- */

/* The field for the number of a file that the act opens. */
static struct view_field number_field(const struct making *making)
{
    return (struct view_field){
        .input = INPUT_TEXT,
        .name = "number",
        .label = "Number",
        .hint = "Of the new file: letters, digits, dashes and dots.",
        .described = "number-hint",
        .value = making->number,
    };
}

static enum error
make_fields(const struct making *making, struct http_pairs pairs, struct view_act_form *view)
{
    struct reading *reading = making->reading;
    struct view_field *inside = NULL;
    size_t count = 0;
    bool asks_number = !making->content;
    enum error error =
        fields_make(body_of(making->row), pairs, &reading->arena, &reading->fault, &inside, &count);
    if (error)
        return error;
    view->fields.items = ARENA_ARRAY(&reading->arena, struct view_field, count + 1);
    if (!view->fields.items)
        return no_memory(reading);
    if (asks_number)
        view->fields.items[0] = number_field(making);
    view->fields.count = asks_number;
    for (size_t i = 0; i < count; i++) {
        bool known =
            making->carried.type && strcmp(inside[i].name, FIELDS_PREFIX "instrument") == 0;
        if (!known)
            view->fields.items[view->fields.count++] = inside[i];
    }
    view->nothing = view->fields.count == 0;
    return ERROR_OK;
}

/* Shows the form; mistake NULL: nobody has sent it yet. */
static enum http_outcome show_form(
    const struct making *making, struct http_pairs pairs, const struct fault *mistake,
    struct http_response *response)
{
    struct reading *reading = making->reading;
    struct view_mistake *mistakes = ARENA_NEW(&reading->arena, struct view_mistake);
    struct view_act_form view = {
        .heading = making_heading(making),
        .lead = making->row->words,
        .conditions = making->row->conditions,
        .action = making_action(making),
        .back = making_back(making),
        .number = making->number,
        .version = making->content
                       ? words_format(&reading->arena, "%llu", (unsigned long long)making->version)
                       : NULL,
    };
    enum error error = mistakes ? ERROR_OK : no_memory(reading);
    if (!error)
        error = make_fields(making, pairs, &view);
    if (!error && mistake) {
        view.mistakes.items = mistakes;
        view.mistakes.count = 1;
        error = fields_mistake(
            mistake, view.fields.items, view.fields.count, &reading->arena, &reading->fault,
            mistakes);
    }
    if (!error)
        error = frame_make(
            reading, words_format(&reading->arena, "%s%s", mistake ? "Error: " : "", view.heading),
            words_format(&reading->arena, "/register/%s", file_word(making->kind)), &view.frame);
    if (error)
        return reading_failed(reading, response);
    act_form_page(&response->content, &view);
    return page_done(reading, response);
}

HANDLER(get_act_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct making making;
    if (making_find(&reading, request, request->query, &making))
        return reading_failed(&reading, response);
    return show_form(&making, (struct http_pairs){0}, NULL, response);
}

/* --- The check ---------------------------------------------------------------------------- */

static enum error
add_changes(const struct making *making, const struct outcome *outcome, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    struct arena *arena = &reading->arena;
    view->changes.items = ARENA_ARRAY(arena, struct view_change, outcome->change_count + 1);
    if (!view->changes.items)
        return no_memory(reading);
    for (size_t i = 0; i < outcome->change_count; i++) {
        const struct file_change *change = &outcome->changes[i];
        const struct file_base *base = change->content;
        const void *before = NULL;
        enum error error = change->created ? ERROR_OK
                                           : store_load(
                                                 reading->reader, change->kind, base->number, arena,
                                                 &reading->fault, &before);
        if (error)
            return error;
        struct view_change one = {
            .kind = kind_words(arena, change->kind).one,
            .number = base->number,
            .state = state_label(arena, change->kind, base->state),
            .created = change->created,
        };
        if (before)
            one.before =
                state_label(arena, change->kind, ((const struct file_base *)before)->state);
        view->changes.items[view->changes.count++] = one;
    }
    return ERROR_OK;
}

/* The bytes that are signed, and what names them. */
static enum error
add_payload(const struct making *making, const struct act *act, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    struct buffer payload = {0}, text = {0};
    char digest[DIGEST_TEXT_SIZE];
    enum error error = layout_encode(&act_layout, act, &reading->fault, &payload);
    if (!error) {
        struct digest of = sha256_of(buffer_view(&payload));
        base64url_append(&text, buffer_view(&payload));
        view->payload = text.error ? NULL : arena_text(&reading->arena, buffer_view(&text));
        view->digest = arena_text(&reading->arena, bytes_of(digest_text(&of, digest)));
        if (!view->payload || !view->digest)
            error = no_memory(reading);
    }
    buffer_free(&payload);
    buffer_free(&text);
    return error;
}

/* What the instrument says that is signed with the act. */
static enum error add_document(const struct making *making, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    const struct carried *carried = &making->carried;
    const struct layout *layout = instrument_layout(carried->type);
    const struct digest digest = sha256_of(carried->payload);
    char text[DIGEST_TEXT_SIZE];
    void *value = arena_alloc(&reading->arena, layout->size);
    enum error error =
        value ? layout_decode(layout, carried->payload, &reading->arena, &reading->fault, value)
              : no_memory(reading);
    if (!error)
        error = values_make(
            layout, value, &reading->arena, &reading->fault, &view->document.items,
            &view->document.count);
    view->document_kind = kind_words(&reading->arena, making->kind).one;
    view->document_digest = arena_text(&reading->arena, bytes_of(digest_text(&digest, text)));
    return error;
}

/* What is said besides the instrument. */
static enum error
add_values(const struct making *making, const struct act *act, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    const struct layout *layout = body_of(making->row);
    void *body = arena_alloc(&reading->arena, layout->size);
    if (!body)
        return no_memory(reading);
    struct datum whole = act->body;
    enum error error = ERROR_OK;
    if (making->carried.type) {
        size_t count = whole.map.count;
        struct datum_member *members = ARENA_ARRAY(&reading->arena, struct datum_member, count + 1);
        if (!members)
            return no_memory(reading);
        for (size_t i = 0; i < count; i++)
            members[i] = whole.map.members[i];
        members[count] =
            (struct datum_member){"instrument", datum_of_bytes(making->carried.payload)};
        error = datum_map(members, count + 1, &reading->fault, &whole);
    }
    if (!error)
        error = layout_read_datum(layout, &whole, &reading->arena, &reading->fault, body);
    return error ? error
                 : values_make(
                       layout, body, &reading->arena, &reading->fault, &view->values.items,
                       &view->values.count);
}

static enum http_outcome show_check(
    const struct making *making, const struct act *act, const struct outcome *outcome,
    const struct http_request *request, struct http_response *response)
{
    struct reading *reading = making->reading;
    struct view_act_check view = {
        .heading = making_heading(making),
        .lead = making->row->words,
        .action = "/act/sign",
        .back = making_back(making),
        .signer = reading->who.id,
        .command = words_format(
            &reading->arena, "enduse %s %s %s --key FILE", file_word(making->kind),
            making->row->verb, making->number),
    };
    enum signing_way way = SIGNING_KEY_FILE;
    enum error error = signing_way(reading, &way);
    view.persona = way == SIGNING_PERSONA;
    view.passkey = way == SIGNING_PASSKEY;
    if (!error && making->carried.type)
        error = add_document(making, &view);
    if (!error)
        error = add_values(making, act, &view);
    if (!error)
        error = add_changes(making, outcome, &view);
    if (!error)
        error = add_payload(making, act, &view);
    if (!error)
        error = frame_make(
            reading, words_format(&reading->arena, "Check: %s", view.heading),
            words_format(&reading->arena, "/register/%s", file_word(making->kind)), &view.frame);
    if (error)
        return reading_failed(reading, response);
    signing_policy(reading->service, request, response);
    act_check_page(&response->content, &view);
    return page_done(reading, response);
}

/* Whether a refusal is about what was filled in, so that the form is shown again with it. */
static bool is_mistake(enum error error)
{
    unsigned status = refusal_of(error).status;
    return status == 400 || status == 422 || status == 404;
}

HANDLER(post_act_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct making making;
    struct http_pairs pairs = {0};
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = making_find(&reading, request, pairs, &making);
    if (error)
        return reading_failed(&reading, response);
    if (http_pair(pairs, FIELDS_MORE))
        return show_form(&making, pairs, NULL, response);
    struct datum body = {0};
    struct act act;
    struct outcome outcome;
    error = fields_read(body_of(making.row), pairs, &reading.arena, &reading.fault, &body);
    if (!error)
        error = making_judge(&making, &body, &act, &outcome);
    if (!error)
        return show_check(&making, &act, &outcome, request, response);
    if (!is_mistake(error))
        return reading_failed(&reading, response);
    struct fault mistake = reading.fault;
    reading.fault = (struct fault){0};
    return show_form(&making, pairs, &mistake, response);
}
