/* The life-cycle of an installation: enrolled under a licence; suspended or latched by what its
 * renewals show; restored by an order of both ministries (order.c). */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const installation_states[] = {"enrolled", "suspended", "latched", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct installation_file, installation_states),
    FIELD(6, "licence", FIELD_TEXT, struct installation_file, licence),
    FIELD(7, "place", FIELD_TEXT, struct installation_file, place),
    FIELD(
        8, "guard", FIELD_RECORD, struct installation_file, guard, .layout = &document_key_layout),
    FIELD(9, "first-key", FIELD_DIGEST, struct installation_file, first_key),
    DONE_BY(10, "enrolled", struct installation_file, enrolled),
    FIELD(11, "reason", FIELD_PROSE, struct installation_file, reason, OPTIONAL),
    FIELD(12, "latch", FIELD_DIGEST, struct installation_file, latch, OPTIONAL),
    FIELD(13, "build", FIELD_DIGEST, struct installation_file, build),
};
static const struct layout content_layout =
    LAYOUT("installation", struct installation_file, content_fields);

struct enrol_body {
    const char *licence, *place;
    struct document_key guard;
    struct digest first_key, build;
};

static const struct field enrol_fields[] = {
    FIELD(1, "licence", FIELD_TEXT, struct enrol_body, licence),
    FIELD(2, "place", FIELD_TEXT, struct enrol_body, place),
    FIELD(3, "guard", FIELD_RECORD, struct enrol_body, guard, .layout = &document_key_layout),
    FIELD(4, "first-key", FIELD_DIGEST, struct enrol_body, first_key),
    FIELD(5, "build", FIELD_DIGEST, struct enrol_body, build),
};
static const struct layout enrol_layout = LAYOUT("body", struct enrol_body, enrol_fields);

/* One key, one installation, for good: with the key of another, whatever its state, one guard could
 * renew, return and report for two, and a latch of the one would be got round by the other. */
static enum error check_own_key(struct transition_call *call, const struct signer *guard)
{
    struct digest digest;
    const char *number = NULL;
    memcpy(digest.bytes, guard->id.bytes, sizeof digest.bytes);
    enum error error = call->view->find_by_digest(
        call->view->context, FILE_INSTALLATION, &digest, call->fault, &number);
    if (error || !number)
        return error;
    return fault_set(
        call->fault, ERROR_OFFICE_GUARD_KEY, call->act->verb, "a key of the guard's own",
        "that of installation/%.60s", number);
}

/* What is installed is a build that obeys: tested with the guard in it, by somebody else than who
 * entered it. */
static enum error
check_build(struct transition_call *call, const char *product, const struct digest *build)
{
    const void *other;
    char text[DIGEST_TEXT_SIZE];
    enum error error = other_file(call, FILE_PRODUCT, product, &other);
    if (error || product_has_tested(other, build))
        return error;
    return condition_fails(
        call, "a build of the licence's product that passed its integration test",
        digest_text(build, text));
}

static enum error enrol(struct transition_call *call)
{
    const struct enrol_body *body = call->body;
    struct installation_file *file = call->content;
    struct signer guard;
    void *other;
    enum error error = document_key_signer(&body->guard, call->fault, &guard);
    if (!error)
        error = change_other(call, FILE_LICENCE, body->licence, &other);
    if (error)
        return error;
    if (body->guard.kind != SIGNER_KEY)
        return condition_fails(call, "a key of the guard's own, no passkey", NULL);
    error = check_own_key(call, &guard);
    if (error)
        return error;
    struct licence_file *licence = other;
    if (licence->base.state != LICENCE_ACTIVE && licence->base.state != LICENCE_LIMITED)
        return condition_fails(
            call, "a licence that is active or limited",
            file_state_word(FILE_LICENCE, licence->base.state));
    error = check_country(call, licence->state);
    if (!error)
        error = check_build(call, licence->product, &body->build);
    if (error)
        return error;
    if (licence->installations >= licence->maximum_installations)
        return condition_fails(call, "no more installations than licensed", body->licence);
    licence->installations++;
    file->licence = body->licence;
    file->place = body->place;
    file->guard = body->guard;
    file->first_key = body->first_key;
    file->build = body->build;
    note(call, &file->enrolled);
    file->base.state = INSTALLATION_ENROLLED;
    return ERROR_OK;
}

struct latch_body {
    struct digest latch;
    const char *reason;
};

static const struct field latch_fields[] = {
    FIELD(1, "latch", FIELD_DIGEST, struct latch_body, latch),
    FIELD(2, "reason", FIELD_PROSE, struct latch_body, reason),
};
static const struct layout latch_layout = LAYOUT("body", struct latch_body, latch_fields);

static enum error stop(struct transition_call *call, int state, enum signal_kind kind)
{
    const struct latch_body *body = call->body;
    struct installation_file *file = call->content;
    file->latch = body->latch;
    file->reason = body->reason;
    file->base.state = state;
    char latch[DIGEST_TEXT_SIZE];
    const struct signal_facts facts = {
        .kind = kind,
        .licence = file->licence,
        .installation = file->base.number,
        .occasion = arena_text(call->arena, bytes_of(digest_text(&body->latch, latch))),
        .words = body->reason,
    };
    return facts.occasion ? signal_raise(call, &facts)
                          : fault_place(call->fault, ERROR_MEMORY, "signal");
}

static enum error clone_found(struct transition_call *call)
{
    return stop(call, INSTALLATION_SUSPENDED, SIGNAL_FORK);
}

static enum error clock_diverged(struct transition_call *call)
{
    return stop(call, INSTALLATION_SUSPENDED, SIGNAL_CLOCK);
}

static enum error latched(struct transition_call *call)
{
    return stop(call, INSTALLATION_LATCHED, SIGNAL_GAP);
}

static const struct transition transitions[] = {
    {
        .verb = "enrol",
        .from = STATE_NEW,
        .to = STATE(INSTALLATION_ENROLLED),
        .roles = ROLE_DESK,
        .body = &enrol_layout,
        .words = "Enrol an installation with its guard's key",
        .conditions = "a licence that is active or limited, for no fewer installations, in an "
                      "eligible country; a build of its product that passed its integration test; "
                      "a key that no other guard has",
        .apply = enrol,
    },
    {
        .verb = "clone",
        .from = STATE(INSTALLATION_ENROLLED),
        .to = STATE(INSTALLATION_SUSPENDED),
        .roles = ROLE_SERVER,
        .body = &latch_layout,
        .words = "Two guards continued one lease",
        .rule = "two guards continued one lease",
        .apply = clone_found,
    },
    {
        .verb = "clock",
        .from = STATE(INSTALLATION_ENROLLED),
        .to = STATE(INSTALLATION_SUSPENDED),
        .roles = ROLE_SERVER,
        .body = &latch_layout,
        .words = "The guard's clock ran otherwise than the authority's",
        .rule = "a guard's clock ran otherwise than the authority's",
        .apply = clock_diverged,
    },
    {
        .verb = "latch",
        .from = STATE(INSTALLATION_ENROLLED) | STATE(INSTALLATION_SUSPENDED),
        .to = STATE(INSTALLATION_LATCHED),
        .roles = ROLE_SERVER,
        .body = &latch_layout,
        .words = "The guard reports that it is latched",
        .rule = "a guard reported that it is latched",
        .apply = latched,
    },
};

const struct lifecycle installation_lifecycle = {
    .word = "installation",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_LICENCE,
    .parent_at = offsetof(struct installation_file, licence),
    .key_at = offsetof(struct installation_file, guard),
};
