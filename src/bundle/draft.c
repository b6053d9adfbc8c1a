/* Putting a bundle together: lists that stay in order. What a guard's folder gives is in take.c. */
#include "bundle/draft.h"

#include <string.h>

void draft_free(struct draft *draft)
{
    arena_free(&draft->arena);
    *draft = (struct draft){0};
}

/* Makes a place at `at` in a list of items of `size` bytes. NULL: no memory. */
static void *
make_place(struct arena *arena, void *items, size_t *count, size_t *room, size_t size, size_t at)
{
    uint8_t *list = items;
    if (*count == *room) {
        size_t more = *room ? 2 * *room : 16;
        list = arena_array(arena, more, size);
        if (!list)
            return NULL;
        if (*count)
            memcpy(list, items, *count * size);
        *room = more;
    }
    memmove(list + (at + 1) * size, list + at * size, (*count - at) * size);
    (*count)++;
    return list;
}

static enum error no_memory(struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "bundle");
}

/* --- Roots -------------------------------------------------------------------------------- */

enum error draft_add_root(struct draft *draft, struct bytes root, struct fault *fault)
{
    struct unverified_envelope envelope, other;
    enum error error = cose_peek_unverified(root, fault, &envelope);
    if (error)
        return fault_within(fault, error, "root");
    for (size_t i = 0; i < draft->root_count; i++) {
        if (cose_peek_unverified(draft->roots[i], NULL, &other) == ERROR_OK &&
            digest_equal(&other.digest, &envelope.digest))
            return ERROR_OK;
    }
    struct bytes copy = arena_copy(&draft->arena, root);
    struct bytes *list = copy.data ? make_place(
                                         &draft->arena, draft->roots, &draft->root_count,
                                         &draft->root_room, sizeof *list, draft->root_count)
                                   : NULL;
    if (!list)
        return no_memory(fault);
    draft->roots = list;
    list[draft->root_count - 1] = copy;
    return ERROR_OK;
}

/* --- Documents ---------------------------------------------------------------------------- */

enum error draft_add_document(
    struct draft *draft, struct bytes bytes, struct fault *fault, struct digest *ret_digest)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(bytes, fault, &envelope);
    if (error)
        return error;
    enum instrument_type type = instrument_by_word(envelope.type);
    if (ret_digest)
        *ret_digest = envelope.digest;
    size_t at = 0;
    for (; at < draft->document_count; at++) {
        const struct bundle_document *other = &draft->documents[at];
        int order = digest_compare(&other->digest, &envelope.digest);
        if (other->type == type && order == 0)
            return ERROR_OK;
        if (other->type > type || (other->type == type && order > 0))
            break;
    }
    struct bytes copy = arena_copy(&draft->arena, bytes);
    struct bundle_document *list =
        copy.data ? make_place(
                        &draft->arena, draft->documents, &draft->document_count,
                        &draft->document_room, sizeof *list, at)
                  : NULL;
    if (!list)
        return no_memory(fault);
    draft->documents = list;
    list[at] = (struct bundle_document){type, envelope.digest, copy};
    return ERROR_OK;
}

/* --- Events ------------------------------------------------------------------------------- */

enum error
draft_add_event(struct draft *draft, const struct bundle_event *event, struct fault *fault)
{
    size_t at = 0;
    while (at < draft->event_count && draft->events[at].sequence < event->sequence)
        at++;
    if (at < draft->event_count && draft->events[at].sequence == event->sequence)
        return ERROR_OK;
    struct bundle_event copy = *event;
    copy.body = arena_copy(&draft->arena, event->body);
    copy.salt = arena_copy(&draft->arena, event->salt);
    copy.proof = arena_copy(&draft->arena, event->proof);
    if (!copy.body.data || !copy.salt.data || !copy.proof.data)
        return no_memory(fault);
    struct bundle_event *list = make_place(
        &draft->arena, draft->events, &draft->event_count, &draft->event_room, sizeof *list, at);
    if (!list)
        return no_memory(fault);
    draft->events = list;
    list[at] = copy;
    return ERROR_OK;
}

enum error draft_set_checkpoint(struct draft *draft, struct bytes note, struct fault *fault)
{
    draft->checkpoint = arena_text(&draft->arena, note);
    return draft->checkpoint ? ERROR_OK : no_memory(fault);
}

/* --- The whole ---------------------------------------------------------------------------- */

struct bundle draft_bundle(const struct draft *draft)
{
    return (struct bundle){
        .version = BUNDLE_VERSION,
        .roots = draft->roots,
        .roots_count = draft->root_count,
        .documents = draft->documents,
        .documents_count = draft->document_count,
        .guard = draft->guard,
        .log_size = draft->record_count ? draft->log_size : 0,
        .records = draft->records,
        .records_count = draft->record_count,
        .events = draft->events,
        .events_count = draft->event_count,
        .checkpoint = draft->event_count ? draft->checkpoint : NULL,
    };
}
