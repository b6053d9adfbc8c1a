/* An act before it is signed: what it does, what it says, and how it is signed. */
#include "site/act_check.h"

#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/values.h"
#include "site/words.h"

static enum error no_memory(struct reading *reading)
{
    return fault_place(&reading->fault, ERROR_MEMORY, "page");
}

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
    struct buffer payload = {0};
    char digest[DIGEST_TEXT_SIZE];
    enum error error = layout_encode(&act_layout, act, &reading->fault, &payload);
    if (!error) {
        struct digest of = sha256_of(buffer_view(&payload));
        view->payload = words_base64url(&reading->arena, buffer_view(&payload));
        view->digest = arena_text(&reading->arena, bytes_of(digest_text(&of, digest)));
        if (!view->payload || !view->digest)
            error = no_memory(reading);
    }
    buffer_free(&payload);
    return error;
}

/* What the instrument says that is signed with the act. */
static enum error
add_document(const struct making *making, bool with_key_file, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    const struct carried *carried = &making->carried;
    const struct digest digest = sha256_of(carried->payload);
    char text[DIGEST_TEXT_SIZE];
    /* What was drafted for an act that opens a file is nowhere else; and who signs with a key file
     * has it from here. */
    if (!making->content || (with_key_file && !carried->existing.length))
        view->document_payload = words_base64url(&reading->arena, carried->payload);
    view->document_kind = kind_words(&reading->arena, making->kind).one;
    view->document_digest = arena_text(&reading->arena, bytes_of(digest_text(&digest, text)));
    return values_of_payload(
        instrument_layout(carried->type), carried->payload, &reading->arena, &reading->fault,
        &view->document.items, &view->document.count);
}

/* What is said besides the instrument, which stands in for the signed one as far as it is known. */
static enum error
add_values(const struct making *making, const struct act *act, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    struct datum whole = act->body;
    enum error error = ERROR_OK;
    if (making->carried.type)
        error = carried_body(
            &act->body, making->carried.payload, &reading->arena, &reading->fault, &whole);
    return error ? error
                 : values_of_body(
                       transition_body(making->row), &whole, &reading->arena, &reading->fault,
                       &view->values.items, &view->values.count);
}

/* Of a certificate that is offered: what it says, which is more than its bytes. */
static enum error add_offered(
    const struct making *making, const struct certificate_file *file, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    return values_of_payload(
        &certificate_layout, file->payload, &reading->arena, &reading->fault, &view->values.items,
        &view->values.count);
}

/* Of an order that is drafted: what it says, and what it would stop. */
static enum error
add_draft(const struct making *making, const struct order_file *file, struct view_act_check *view)
{
    struct reading *reading = making->reading;
    struct arena *arena = &reading->arena;
    struct view_value *said = NULL, preview = {.label = "What it stops"};
    size_t count = 0;
    enum error error =
        values_of_payload(&order_layout, file->payload, arena, &reading->fault, &said, &count);
    if (!error)
        error = values_make(
            &order_preview_layout, &file->preview, arena, &reading->fault, &preview.items.items,
            &preview.items.count);
    if (error)
        return error;
    view->values.items = ARENA_ARRAY(arena, struct view_value, count + 1);
    if (!view->values.items)
        return no_memory(reading);
    memcpy(view->values.items, said, count * sizeof *said);
    view->values.count = count;
    if (preview.items.count)
        view->values.items[view->values.count++] = preview;
    return ERROR_OK;
}

/* The commands that do the same: fetch what is signed with it, sign that, then the act. */
static enum error
add_commands(const struct making *making, const struct act *act, struct view_act_check *view)
{
    enum { COMMANDS_MAX = 3 };
    struct arena *arena = &making->reading->arena;
    const struct carried *carried = &making->carried;
    struct view_command *lines = ARENA_ARRAY(arena, struct view_command, COMMANDS_MAX);
    size_t count = 0;
    if (!lines)
        return no_memory(making->reading);
    const char *word = carried->type ? instrument_word(carried->type) : "";
    if (carried->type) {
        const char *from = "document.payload";
        if (carried->existing.length) {
            from = words_format(arena, "%s.%s", making->number, word);
            if (!from)
                return no_memory(making->reading);
            lines[count++].text = words_format(
                arena, "enduse file document %s --key FILE.key -o %s", act->file, from);
        }
        lines[count++].text =
            words_format(arena, "enduse %s sign %s --key FILE.key -o signed.%s", word, from, word);
    }
    view->says = act->body.map.count > 0;
    lines[count++].text = words_format(
        arena, "enduse act %s %s%s%s%s --file-version %llu --key FILE.key", act->file, act->verb,
        view->says ? " --body act.json" : "", *word ? " --instrument signed." : "", word,
        (unsigned long long)act->file_version);
    view->commands.items = lines;
    view->commands.count = count;
    for (size_t i = 0; i < count; i++) {
        if (!lines[i].text)
            return no_memory(making->reading);
    }
    return ERROR_OK;
}

enum http_outcome act_check_show(
    const struct making *making, const char *heading, const struct act *act,
    const struct outcome *outcome, const struct http_request *request,
    struct http_response *response)
{
    struct reading *reading = making->reading;
    struct view_act_check view = {
        .heading = heading,
        .lead = making->row->words,
        .action = "/act/sign",
        .back = making_back(making),
        .signer = reading->who.id,
    };
    enum signing_way way = SIGNING_KEY_FILE;
    enum error error = signing_way(reading, &way);
    view.persona = way == SIGNING_PERSONA;
    view.passkey = way == SIGNING_PASSKEY;
    const void *opened =
        outcome->change_count && !making->content ? outcome->changes[0].content : NULL;
    if (!error && making->carried.type)
        error = add_document(making, way == SIGNING_KEY_FILE, &view);
    if (!error && opened && making->kind == FILE_ORDER)
        error = add_draft(making, opened, &view);
    else if (!error && opened && making->kind == FILE_CERTIFICATE)
        error = add_offered(making, opened, &view);
    else if (!error)
        error = add_values(making, act, &view);
    if (!error)
        error = add_changes(making, outcome, &view);
    if (!error)
        error = add_payload(making, act, &view);
    if (!error && way == SIGNING_KEY_FILE)
        error = add_commands(making, act, &view);
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
