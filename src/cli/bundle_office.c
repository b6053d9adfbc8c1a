/* The office's part of a case bundle, over the API: documents, events with their proofs, and what
 * these stand on. */
#include <stdio.h>
#include <string.h>

#include "cli/bundle.h"

/* --- Asking ------------------------------------------------------------------------------- */

/* A GET that must be answered with 200; ret_found (may be NULL: it must be there) says whether the
 * answer was 404. */
static enum error
ask(struct office_part *part, const char *path, struct fault *fault, bool *ret_found,
    struct api_reply *ret_reply)
{
    enum error error = api_get(part->call, path, fault, ret_reply);
    if (error)
        return error;
    if (ret_found)
        *ret_found = ret_reply->status == 200;
    if (ret_reply->status == 200 || (ret_found && ret_reply->status == 404))
        return ERROR_OK;
    return api_fault(ret_reply, fault);
}

/* A member that is a text, in the call's arena; NULL: there is none. */
static const char *text_of(struct office_part *part, const struct json *object, const char *name)
{
    const struct json *member = json_find(object, name);
    return member && json_type(member) == JSON_STRING
               ? arena_text(&part->call->arena, json_characters(member))
               : NULL;
}

/* --- What everything is proven by --------------------------------------------------------- */

static enum error take_roots(struct office_part *part, struct fault *fault)
{
    struct api_reply reply;
    uint64_t version = 0;
    enum error error = ask(part, "/api/v1/status", fault, NULL, &reply);
    if (!error)
        error = json_get_u64_max(reply.root, "root", BUNDLE_ROOTS_MAX, fault, &version);
    for (uint64_t i = 1; i <= version && !error; i++) {
        char path[64];
        snprintf(path, sizeof path, "/api/v1/roots/%llu", (unsigned long long)i);
        error = ask(part, path, fault, NULL, &reply);
        if (!error)
            error = draft_add_root(part->draft, reply.body, fault);
    }
    return error;
}

enum error office_begin(struct office_part *part, struct fault *fault)
{
    struct api_reply reply;
    struct note note;
    struct checkpoint checkpoint;
    enum error error = take_roots(part, fault);
    if (!error)
        error = ask(part, "/api/v1/delegation", fault, NULL, &reply);
    if (!error)
        error = draft_add_document(part->draft, reply.body, fault, NULL);
    if (!error)
        error = ask(part, "/api/v1/checkpoint", fault, NULL, &reply);
    if (!error)
        error = note_parse(&part->call->arena, reply.body, fault, &note);
    if (!error)
        error = checkpoint_parse(note.text, fault, &checkpoint);
    if (!error)
        error = draft_set_checkpoint(part->draft, reply.body, fault);
    if (!error)
        part->size = checkpoint.size;
    return error;
}

/* --- What is wanted ----------------------------------------------------------------------- */

enum error
office_want(struct office_part *part, const char *kind, const char *number, struct fault *fault)
{
    for (size_t i = 0; i < part->file_count; i++) {
        if (strcmp(part->kinds[i], kind) == 0 && strcmp(part->numbers[i], number) == 0)
            return ERROR_OK;
    }
    if (part->file_count == BUNDLE_FILES_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, "files", "512 at most", "more");
    part->kinds[part->file_count] = arena_text(&part->call->arena, bytes_of(kind));
    part->numbers[part->file_count] = arena_text(&part->call->arena, bytes_of(number));
    if (!part->kinds[part->file_count] || !part->numbers[part->file_count])
        return fault_place(fault, ERROR_MEMORY, "%s", kind);
    part->file_count++;
    return ERROR_OK;
}

/* The file that a file's content names, where it does. */
static enum error want_named(
    struct office_part *part, const struct json *content, const char *member, struct fault *fault)
{
    const char *number = text_of(part, content, member);
    return number ? office_want(part, member, number, fault) : ERROR_OK;
}

/* --- Events ------------------------------------------------------------------------------- */

static enum error prove(struct office_part *part, struct bundle_event *event, struct fault *fault)
{
    char path[96];
    struct api_reply reply;
    const struct json *hashes = NULL;
    snprintf(
        path, sizeof path, "/api/v1/events/%llu/proof?size=%llu",
        (unsigned long long)event->sequence, (unsigned long long)part->size);
    enum error error = ask(part, path, fault, NULL, &reply);
    if (!error)
        error = json_get(reply.root, "hashes", JSON_ARRAY, fault, &hashes);
    if (error)
        return error;
    size_t count = json_count(hashes);
    struct digest *proof = ARENA_ARRAY(&part->call->arena, struct digest, count + 1);
    if (!proof)
        return fault_place(fault, ERROR_MEMORY, "%s", path);
    for (size_t i = 0; i < count && !error; i++)
        error = digest_parse(json_characters(json_at(hashes, i)), fault, &proof[i]);
    event->proof = (struct bytes){proof[0].bytes, count * DIGEST_SIZE};
    return error;
}

static enum error
keep_return(struct office_part *part, struct bytes instrument, struct fault *fault)
{
    if (part->return_count == part->return_room) {
        size_t room = part->return_room ? 2 * part->return_room : 64;
        struct bytes *more = ARENA_ARRAY(&part->call->arena, struct bytes, room);
        if (!more)
            return fault_place(fault, ERROR_MEMORY, "returns");
        if (part->return_count)
            memcpy(more, part->returns, part->return_count * sizeof *more);
        part->returns = more;
        part->return_room = room;
    }
    part->returns[part->return_count++] = instrument;
    return ERROR_OK;
}

/* The delegation of the key that signed an act of the server, among all that there were. */
static enum error want_delegation(struct office_part *part, struct bytes act, struct fault *fault)
{
    struct unverified_envelope envelope;
    struct api_reply reply;
    const struct json *files = NULL;
    enum error error = cose_peek_unverified(act, fault, &envelope);
    if (!error)
        error = ask(part, "/api/v1/files/delegation?limit=1000", fault, NULL, &reply);
    if (!error)
        error = json_get(reply.root, "files", JSON_ARRAY, fault, &files);
    for (size_t i = 0; !error && i < json_count(files); i++) {
        const char *number = text_of(part, json_at(files, i), "number");
        char path[128];
        struct api_reply document;
        enum instrument_type type;
        struct digest digest;
        void *value;
        if (!number)
            continue;
        snprintf(path, sizeof path, "/api/v1/files/delegation/%.64s/document", number);
        error = ask(part, path, fault, NULL, &document);
        if (!error)
            error = document_decode_unverified(
                document.body, &part->call->arena, fault, &type, &digest, &value);
        if (error || type != INSTRUMENT_DELEGATION)
            continue;
        struct key_id id = document_key_id(&((const struct delegation *)value)->lease_key);
        if (key_id_equal(&id, &envelope.kids[0]))
            return office_want(part, "delegation", number, fault);
    }
    return error;
}

static bool is_of_the_root(const struct office_part *part, const struct key_id *key)
{
    for (size_t i = 0; i < part->draft->root_count; i++) {
        enum instrument_type type;
        struct digest digest;
        void *value;
        if (document_decode_unverified(
                part->draft->roots[i], &part->call->arena, NULL, &type, &digest, &value) ==
                ERROR_OK &&
            type == INSTRUMENT_ROOT && root_person_by_key(value, key, NULL))
            return true;
    }
    return false;
}

/* What shows who signed an act: nothing more for people of the root. */
static enum error
want_signer(struct office_part *part, const struct event_body *body, struct fault *fault)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(body->instrument, fault, &envelope);
    if (error || is_of_the_root(part, &envelope.kids[0]))
        return error;
    return strcmp(body->actor, "server") == 0 ? want_delegation(part, body->instrument, fault)
                                              : office_want(part, "account", body->actor, fault);
}

/* Only one guard's word is in a bundle; another's is left out. */
static bool is_of_the_guard(struct office_part *part, const struct event_body *body)
{
    if (!part->installation)
        part->installation = body->actor;
    return strcmp(part->installation, body->actor) == 0;
}

static enum error take_event(struct office_part *part, const struct json *json, struct fault *fault)
{
    struct bundle_event event = {0};
    struct event_body body;
    struct bytes type;
    const struct json *member = NULL, *salt = json_find(json, "salt");
    enum error error = json_get_u64(json, "sequence", fault, &event.sequence);
    if (!error)
        error = json_get_string(json, "type", fault, &type);
    if (!error && !json_find(json, "body"))
        error = fault_set(
            fault, ERROR_SESSION_SIGHT, "events", "what the event holds", "event %llu without it",
            (unsigned long long)event.sequence);
    if (!error)
        error = json_get(json, "body", JSON_STRING, fault, &member);
    if (!error)
        error = bytes_from_json(member, &part->call->arena, fault, &event.body);
    if (!error && salt)
        error = bytes_from_json(salt, &part->call->arena, fault, &event.salt);
    if (!error)
        error = event_body_decode(event.body, &part->call->arena, fault, &body);
    if (error || event.sequence >= part->size)
        return error;
    event.type = event_by_word(type);
    /* A return says no more of a case than the head in it. */
    if (event.type == EVENT_RETURN)
        return part->installation && body.actor && strcmp(body.actor, part->installation) == 0
                   ? keep_return(part, body.instrument, fault)
                   : ERROR_OK;
    if (event.type == EVENT_RECEIPT && !(body.actor && is_of_the_guard(part, &body)))
        return ERROR_OK;
    error = prove(part, &event, fault);
    if (!error)
        error = draft_add_event(part->draft, &event, fault);
    if (!error && event.type == EVENT_RECEIPT)
        error = office_want(part, "installation", body.actor, fault);
    if (!error && (event.type == EVENT_ACT || event.type == EVENT_DELEGATION) && body.actor)
        error = want_signer(part, &body, fault);
    return error;
}

static enum error
take_events(struct office_part *part, const char *kind, const char *number, struct fault *fault)
{
    uint64_t from = 0;
    for (bool more = true; more;) {
        char path[256];
        struct api_reply reply;
        const struct json *events = NULL, *next;
        snprintf(
            path, sizeof path, "/api/v1/events?file=%.40s/%.64s&from=%llu&count=1000", kind, number,
            (unsigned long long)from);
        enum error error = ask(part, path, fault, NULL, &reply);
        if (!error)
            error = json_get(reply.root, "events", JSON_ARRAY, fault, &events);
        for (size_t i = 0; !error && i < json_count(events); i++)
            error = take_event(part, json_at(events, i), fault);
        next = error ? NULL : json_find(reply.root, "next");
        if (next)
            error = json_u64(next, fault, &from);
        if (error)
            return error;
        more = next && json_count(events);
    }
    return ERROR_OK;
}

/* --- Files -------------------------------------------------------------------------------- */

/* The guard's key as its file has it, for a bundle that no guard's folder gave anything to. */
static enum error
take_guard(struct office_part *part, const struct json *content, struct fault *fault)
{
    const struct json *key = NULL, *bytes = NULL;
    if (part->draft->guard.length)
        return ERROR_OK;
    enum error error = json_get(content, "guard", JSON_OBJECT, fault, &key);
    if (!error)
        error = json_get(key, "public-key", JSON_STRING, fault, &bytes);
    return error ? error : bytes_from_json(bytes, &part->draft->arena, fault, &part->draft->guard);
}

/* The form in the register that a certificate holds: its number, a dot and its version. */
static enum error want_form(struct office_part *part, struct bytes document, struct fault *fault)
{
    enum instrument_type type;
    struct digest digest;
    struct form form;
    void *value;
    char number[96];
    enum error error =
        document_decode_unverified(document, &part->call->arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_CERTIFICATE)
        error = fault_set(
            fault, ERROR_DOCUMENT_TYPE, "certificate", "a certificate", "%s",
            instrument_word(type));
    if (!error)
        error = certificate_form(value, &part->call->arena, fault, &form);
    if (error)
        return error;
    snprintf(number, sizeof number, "%.64s.%llu", form.number, (unsigned long long)form.version);
    return office_want(part, "form", number, fault);
}

static enum error
take_file(struct office_part *part, const char *kind, const char *number, struct fault *fault)
{
    char path[160];
    bool found = false;
    struct api_reply reply;
    const struct json *content = NULL;
    snprintf(path, sizeof path, "/api/v1/files/%.40s/%.64s", kind, number);
    enum error error = ask(part, path, fault, NULL, &reply);
    if (!error)
        error = json_get(reply.root, "content", JSON_OBJECT, fault, &content);
    if (!error && strcmp(kind, "order") == 0)
        error = want_named(part, content, "licence", fault);
    if (!error && strcmp(kind, "installation") == 0)
        error = want_named(part, content, "licence", fault);
    if (!error && strcmp(kind, "licence") == 0)
        error = want_named(part, content, "certificate", fault);
    if (!error && strcmp(kind, "installation") == 0)
        error = take_guard(part, content, fault);
    if (error)
        return error;
    snprintf(path, sizeof path, "/api/v1/files/%.40s/%.64s/document", kind, number);
    error = ask(part, path, fault, &found, &reply);
    if (!error && found)
        error = draft_add_document(part->draft, reply.body, fault, NULL);
    if (!error && found && strcmp(kind, "certificate") == 0)
        error = want_form(part, reply.body, fault);
    return error ? error : take_events(part, kind, number, fault);
}

enum error office_take(struct office_part *part, struct fault *fault)
{
    enum error error = ERROR_OK;
    for (; part->file_done < part->file_count && !error; part->file_done++)
        error =
            take_file(part, part->kinds[part->file_done], part->numbers[part->file_done], fault);
    return error;
}
