/* A certificate's schedules: offences and approving bodies; who signed; the licences under it. */
#include "site/catalogue.h"
#include "site/certificate_view.h"
#include "site/timeline.h"
#include "site/values.h"
#include "site/words.h"

enum { LICENCES_SHOWN = 50 };

static enum error no_memory(const struct certificate_case *facts)
{
    return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
}

/* A key's id in groups of four digits: to be compared by ear over a second channel. */
static const char *fingerprint(struct arena *arena, const struct key_id *id)
{
    char text[KEY_ID_TEXT_SIZE];
    struct buffer out = {0};
    key_id_text(id, text);
    for (size_t i = 0; text[i]; i++) {
        if (i && i % 4 == 0)
            buffer_append_byte(&out, ' ');
        buffer_append_byte(&out, (uint8_t)text[i]);
    }
    const char *words = out.error ? NULL : arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return words;
}

static const char *spaced_list(struct arena *arena, const char *const *words, size_t count)
{
    const char **items = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; items && i < count; i++)
        items[i] = choice_label(arena, words[i]);
    return items && count ? words_list(arena, items, count) : NULL;
}

/* --- Offences ----------------------------------------------------------------------------- */

static const char *months_words(struct arena *arena, const struct offence *offence)
{
    if (offence->maximum_months == OFFENCE_LIFE)
        return words_format(arena, "%llu to life", (unsigned long long)offence->minimum_months);
    return words_format(
        arena, "%llu to %llu", (unsigned long long)offence->minimum_months,
        (unsigned long long)offence->maximum_months);
}

static const char *force_words(struct arena *arena, const struct offence *offence)
{
    const char *from = words_date(arena, offence->in_force_from);
    return offence->in_force_until
               ? words_format(
                     arena, "%s until %s", from, words_date(arena, offence->in_force_until))
               : from;
}

static enum error show_offences(const struct certificate_case *facts, struct view_certificate *view)
{
    static const char *const decisions[] = {
        [OFFENCE_PROPOSED] = "In review",
        [OFFENCE_ACCEPTED] = "Accepted",
        [OFFENCE_REFUSED] = "Refused",
        [OFFENCE_SPLIT] = "Ministries differ",
    };
    struct arena *arena = &facts->reading->arena;
    const struct certificate *certificate = facts->certificate;
    size_t count = certificate->offences_count;
    struct view_offence *items = ARENA_ARRAY(arena, struct view_offence, count + 1);
    if (!items)
        return no_memory(facts);
    for (size_t i = 0; i < count; i++) {
        const struct offence *offence = &certificate->offences[i];
        items[i] = (struct view_offence){
            .code = offence->code,
            .title = words_capital(arena, offence->title),
            .months = months_words(arena, offence),
            .force = force_words(arena, offence),
            .acts = spaced_list(arena, offence->acts, offence->acts_count),
            .completed = spaced_list(arena, offence->completed_by, offence->completed_by_count),
            .decision = decisions[offence->decision],
        };
    }
    view->offences.items = items;
    view->offences.count = count;
    return ERROR_OK;
}

/* --- Approving bodies --------------------------------------------------------------------- */

static enum error show_bodies(const struct certificate_case *facts, struct view_certificate *view)
{
    struct arena *arena = &facts->reading->arena;
    const struct certificate *certificate = facts->certificate;
    size_t count = certificate->bodies_count;
    struct view_body *items = ARENA_ARRAY(arena, struct view_body, count + 1);
    if (!items)
        return no_memory(facts);
    for (size_t i = 0; i < count; i++) {
        const struct approving_body *body = &certificate->bodies[i];
        const struct key_id id = document_key_id(&body->key);
        items[i] = (struct view_body){
            .id = body->id,
            .name = body->name,
            .kind = words_format(
                arena, "%s%s", body->independent ? "Independent" : "Not independent",
                body->elevated ? ", elevated" : ""),
            .fingerprint = fingerprint(arena, &id),
        };
    }
    view->bodies.items = items;
    view->bodies.count = count;
    return ERROR_OK;
}

/* --- Signatures --------------------------------------------------------------------------- */

/* Whose key it is: a signatory of the certificate, or a person of the root. */
static void show_signer(
    const struct certificate_case *facts, const struct root *root, const struct key_id *id,
    struct view_signature *view)
{
    struct arena *arena = &facts->reading->arena;
    const struct certificate_person *signatory =
        certificate_signatory_by_key(facts->certificate, id);
    enum ministry_id ministry;
    const struct root_person *person = root_person_by_key(root, id, &ministry);
    if (signatory) {
        view->who = words_format(arena, "%s, %s", signatory->id, signatory->name);
        view->office =
            words_format(arena, "%s, %s", facts->certificate->state_name, signatory->office);
    } else if (person) {
        view->who = words_format(arena, "%s, %s", person->id, person->name);
        view->office = words_format(arena, "The %s ministry", ministry_word(ministry));
    } else {
        view->who = "A person whom the root names no more";
    }
}

static enum error
show_signatures(const struct certificate_case *facts, struct view_certificate *view)
{
    struct reading *reading = facts->reading;
    struct arena *arena = &reading->arena;
    struct unverified_envelope envelope = {0};
    const struct office *office;
    /* An offered certificate has no envelope yet. */
    if (!facts->file->instrument.length)
        return ERROR_OK;
    enum error error = cose_peek_unverified(facts->file->instrument, &reading->fault, &envelope);
    if (!error)
        error = reading_office(reading, &office);
    if (error)
        return error;
    view->signatures.items = ARENA_ARRAY(arena, struct view_signature, envelope.count);
    if (!view->signatures.items)
        return no_memory(facts);
    for (size_t i = 0; i < envelope.count; i++) {
        struct view_signature *one = &view->signatures.items[view->signatures.count++];
        *one = (struct view_signature){
            .key = envelope.kinds[i] == SIGNER_PASSKEY ? "Passkey" : "Key",
            .fingerprint = fingerprint(arena, &envelope.kids[i]),
        };
        show_signer(facts, &office->chain->current, &envelope.kids[i], one);
    }
    return ERROR_OK;
}

/* --- Licences ----------------------------------------------------------------------------- */

static enum error show_licences(const struct certificate_case *facts, struct view_certificate *view)
{
    struct reading *reading = facts->reading;
    struct arena *arena = &reading->arena;
    const struct store_query query = {
        .kind = FILE_LICENCE, .parent = facts->file->base.number, .limit = LICENCES_SHOWN};
    struct store_entry *entries = NULL;
    size_t count = 0;
    view->licences_shown = reader_sight(&reading->who, FILE_LICENCE) >= SIGHT_OWN;
    if (!view->licences_shown)
        return ERROR_OK;
    enum error error =
        store_list(reading->reader, &query, arena, &reading->fault, &entries, &count);
    if (error)
        return error;
    view->licences.items = ARENA_ARRAY(arena, struct view_file_row, count + 1);
    if (!view->licences.items)
        return no_memory(facts);
    for (size_t i = 0; i < count; i++) {
        const struct licence_file *licence = entries[i].content;
        bool visible = false;
        error = file_is_visible(reading, FILE_LICENCE, licence, &visible);
        if (error)
            return error;
        if (!visible)
            continue;
        view->licences.items[view->licences.count++] = (struct view_file_row){
            .number = licence->base.number,
            .href = values_href(arena, FILE_LICENCE, licence->base.number),
            .state = state_label(arena, FILE_LICENCE, licence->base.state),
            .summary = licence->place,
            .changed = words_date(arena, licence->until),
        };
    }
    return ERROR_OK;
}

enum error
certificate_schedules_make(const struct certificate_case *facts, struct view_certificate *view)
{
    enum error error = show_offences(facts, view);
    if (!error)
        error = show_bodies(facts, view);
    if (!error)
        error = show_signatures(facts, view);
    return error ? error : show_licences(facts, view);
}
