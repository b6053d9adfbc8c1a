/* A certificate's schedules: offences and approving bodies; who signed; the licences under it. */
#include "site/catalogue.h"
#include "site/certificate_view.h"
#include "site/signatures.h"
#include "site/values.h"
#include "site/words.h"

enum { LICENCES_SHOWN = 50 };

static enum error no_memory(const struct certificate_case *facts)
{
    return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
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
            .fingerprint = words_fingerprint(arena, &id),
        };
    }
    view->bodies.items = items;
    view->bodies.count = count;
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
        error = signatures_make(
            facts->reading, facts->file->instrument, facts->certificate, &view->signatures.items,
            &view->signatures.count);
    return error ? error : show_licences(facts, view);
}
