/* The licence page's view: state, figures, installations, orders, documents, acts. */
#include "site/licence_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/register.h"
#include "site/act.h"
#include "site/catalogue.h"
#include "site/hearing.h"
#include "site/order_entry.h"
#include "site/timeline.h"
#include "site/words.h"

/* --- Gathering ---------------------------------------------------------------------------- */

/* Decodes a document that a file holds, of a type that the file's kind says. */
static enum error
decode(struct reading *reading, struct bytes document, enum instrument_type type, void **ret_value)
{
    enum instrument_type found;
    struct digest digest;
    enum error error = document_decode_unverified(
        document, &reading->arena, &reading->fault, &found, &digest, ret_value);
    if (!error && found != type)
        error = fault_place(&reading->fault, ERROR_INTERNAL, "document");
    return error;
}

/* The certificate without its signatures: they were verified before it came into force. */
static enum error decode_certificate(struct licence_case *facts)
{
    struct reading *reading = facts->reading;
    facts->certificate = ARENA_NEW(&reading->arena, struct certificate);
    if (!facts->certificate)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    return layout_decode(
        &certificate_layout, facts->certificate_file->payload, &reading->arena, &reading->fault,
        facts->certificate);
}

static enum error list(
    struct licence_case *facts, enum file_kind kind, size_t limit, struct store_entry **ret_items,
    size_t *ret_count)
{
    struct reading *reading = facts->reading;
    const struct store_query query = {
        .kind = kind, .parent = facts->file->base.number, .limit = limit};
    return store_list(
        reading->reader, &query, &reading->arena, &reading->fault, ret_items, ret_count);
}

/* Newest first. */
static int by_issue(const void *a, const void *b)
{
    const struct order_file *first = ((const struct store_entry *)a)->content;
    const struct order_file *second = ((const struct store_entry *)b)->content;
    return (first->issued.time < second->issued.time) - (first->issued.time > second->issued.time);
}

/* Without drafts, which bind nobody; how many are left. */
static size_t only_issued(struct store_entry *orders, size_t count)
{
    size_t issued = 0;
    for (size_t i = 0; i < count; i++) {
        if (orders[i].state != ORDER_DRAFTED && orders[i].state != ORDER_DISCARDED)
            orders[issued++] = orders[i];
    }
    return issued;
}

static enum error gather(struct licence_case *facts, const char *number)
{
    struct reading *reading = facts->reading;
    const void *content;
    void *value = NULL;
    enum error error = store_load(
        reading->reader, FILE_LICENCE, number, &reading->arena, &reading->fault, &content);
    if (error)
        return error;
    facts->file = content;
    error = decode(reading, facts->file->instrument, INSTRUMENT_LICENCE, &value);
    facts->licence = value;
    if (!error)
        error = store_load(
            reading->reader, FILE_CERTIFICATE, facts->file->certificate, &reading->arena,
            &reading->fault, &content);
    if (error)
        return error;
    facts->certificate_file = content;
    error = decode_certificate(facts);
    if (!error)
        error = reading_office(reading, &facts->office);
    if (!error)
        error = list(
            facts, FILE_INSTALLATION, SHOWN_INSTALLATIONS, &facts->installations,
            &facts->installation_count);
    if (!error)
        error = list(facts, FILE_ORDER, SHOWN_ORDERS, &facts->orders, &facts->order_count);
    if (!error)
        facts->order_count = only_issued(facts->orders, facts->order_count);
    if (!error && facts->order_count)
        qsort(facts->orders, facts->order_count, sizeof *facts->orders, by_issue);
    return error;
}

/* --- Installations ------------------------------------------------------------------------ */

/* What the installations have in common, summed up as they are shown. */
struct sums {
    uint64_t alive, running, within, outside;
};

static void
show_lease(struct arena *arena, millis length, millis left, struct view_installation *view)
{
    if (left <= 0)
        return;
    double share = length ? 100.0 * (double)left / (double)length : 0;
    view->left = words_span(arena, left < 10 * MILLIS_SECOND ? left / 1000 * 1000 : left);
    view->seconds = left / MILLIS_SECOND;
    view->low = share < 25;
    view->of =
        words_format(arena, "of %s%s", words_span(arena, length), view->low ? ", below 25 %" : "");
    view->ring = words_format(arena, "%.1f", share);
    view->ring_offset = words_format(arena, "-%.1f", 100 - share);
}

static enum error show_contact(
    const struct licence_case *facts, const struct contact *contact, struct view_installation *view,
    struct sums *sums)
{
    static const char *const words[] = {
        [INSTALLATION_UNHEARD] = "Not heard yet",
        [INSTALLATION_ONLINE] = "Online",
        [INSTALLATION_OVERDUE] = "Overdue",
        [INSTALLATION_LEASE_EXPIRED] = "Lease expired",
    };
    struct reading *reading = facts->reading;
    struct installation_now now;
    enum error error =
        installation_now(contact, reading->time, &reading->arena, &reading->fault, &now);
    if (error)
        return error;
    view->contact = words[now.contact];
    if (!contact)
        return ERROR_OK;
    millis left = now.lease_until - reading->time;
    view->heard = true;
    view->running = now.running;
    view->last = words_moment(&reading->arena, now.renewed);
    show_lease(&reading->arena, lease_length(facts->certificate->lease_ttl), left, view);
    view->overdue = now.contact != INSTALLATION_ONLINE;
    sums->alive += left > 0;
    sums->running += left > 0 ? now.running : 0;
    sums->within += contact->within;
    sums->outside += contact->outside;
    return ERROR_OK;
}

static enum error
show_installations(const struct licence_case *facts, struct view_licence *view, struct sums *sums)
{
    struct reading *reading = facts->reading;
    struct view_installation *items =
        ARENA_ARRAY(&reading->arena, struct view_installation, facts->installation_count);
    if (facts->installation_count && !items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < facts->installation_count; i++) {
        const struct installation_file *file = facts->installations[i].content;
        const struct contact *contact;
        enum error error = store_contact(
            reading->reader, file->base.number, &reading->arena, &reading->fault, &contact);
        if (error)
            return error;
        items[i] = (struct view_installation){
            .number = file->base.number,
            .place = file->place,
            .state = words_installation_state(
                file->base.state, lease_state_of(facts->file, file, reading->time)),
            .reason = file->reason,
            .most = facts->licence->maximum_active_uses,
        };
        error = show_contact(facts, contact, &items[i], sums);
        if (error)
            return error;
    }
    view->installations.items = items;
    view->installations.count = facts->installation_count;
    struct arena *arena = &reading->arena;
    millis ttl = facts->certificate->lease_ttl;
    view->lease_note = words_format(
        arena,
        "An installation renews its lease every %s at the latest. One that is not heard stops "
        "every use by itself %s after its last renewal.",
        words_span(arena, renewal_park_limit(ttl)), words_span(arena, lease_length(ttl)));
    return ERROR_OK;
}

/* --- Orders ------------------------------------------------------------------------------- */

static const struct {
    const char *words, *shape;
} order_rows[] = {
    [ORDER_LIMIT] = {"Limit", "limited"},
    [ORDER_SUSPEND] = {"Suspend", "suspended"},
    [ORDER_DISCONNECT] = {"Disconnect", "disconnected"},
    [ORDER_DISCLOSE] = {"Disclose records", NULL},
    [ORDER_HOLD] = {"Hold records", NULL},
    [ORDER_LIFT] = {"Lift", "active"},
    [ORDER_RESTORE] = {"Restore", "active"},
    [ORDER_EXTEND] = {"Extend", "active"},
    [ORDER_REVOKE] = {"Revoke", "revoked"},
};

const char *licence_order_words(enum order_kind kind)
{
    return order_rows[kind].words;
}

const char *licence_order_shape(enum order_kind kind)
{
    return order_rows[kind].shape;
}

/* The scale of the dots: the least full second, or full ten of them, that all fit into. */
static millis obey_scale(const struct licence_case *facts)
{
    millis most = 0;
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct order_file *order = facts->orders[i].content;
        for (size_t k = 0; k < order->receipts_count; k++) {
            millis after = 0;
            if (order_time_to_obey(order, &order->receipts[k], &after))
                most = after > most ? after : most;
        }
    }
    millis scale = MILLIS_SECOND;
    while (scale < most && scale < MILLIS_DAY)
        scale *= 10;
    return scale;
}

static void show_receipts(
    const struct licence_case *facts, const struct order_file *order, millis scale,
    struct view_order *view)
{
    struct arena *arena = &facts->reading->arena;
    struct buffer label = {0};
    struct view_dot *dots = ARENA_ARRAY(arena, struct view_dot, order->receipts_count);
    millis most = 0;
    size_t timed = 0;
    for (size_t i = 0; dots && i < order->receipts_count; i++) {
        millis after;
        if (!order_time_to_obey(order, &order->receipts[i], &after))
            continue;
        most = after > most ? after : most;
        double at = 100.0 * (double)(after < scale ? after : scale) / (double)scale;
        dots[timed].at = words_format(arena, "%.0f", at);
        const char *span = words_span(arena, after);
        buffer_printf(&label, "%s%s", timed ? ", " : "", span ? span : "");
        timed++;
    }
    view->dots.items = dots;
    view->dots.count = timed;
    view->obey_label = label.error ? NULL : arena_text(arena, buffer_view(&label));
    buffer_free(&label);
    if (!order_takes_away(order->kind))
        return;
    struct buffer text = {0};
    buffer_printf(
        &text, "%zu of %llu", order->receipts_count,
        (unsigned long long)facts->file->installations);
    if (timed)
        buffer_printf(&text, ", at most %s", words_span(arena, most));
    if (timed < order->receipts_count)
        buffer_printf(&text, ", %zu at a time that cannot be", order->receipts_count - timed);
    if (!order->receipts_count)
        buffer_append_text(&text, " so far");
    view->obeyed = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
}

static void show_standing(
    const struct licence_case *facts, const struct order_file *order, struct view_order *view)
{
    struct arena *arena = &facts->reading->arena;
    bool both = order_needs_both(order->kind);
    if (order->confirmed.person) {
        view->confirmed = words_date(arena, order->confirmed.time);
        view->confirmer =
            both ? "signed by both from the start"
                 : timeline_person(
                       facts->reading, &facts->office->chain->current, order->confirmed.person);
    } else {
        view->alarm = order->base.state == ORDER_UNCONFIRMED;
        view->confirmed = view->alarm ? "Not in time" : "Not yet";
    }
    switch (order->base.state) {
    case ORDER_LIFTED:
        view->now = "Lifted";
        view->now_since = words_date(arena, order->lifted.time);
        break;
    case ORDER_DONE:
        view->now = "Done";
        break;
    default:
        view->now = "In force";
    }
}

static enum error show_orders(const struct licence_case *facts, struct view_licence *view)
{
    struct arena *arena = &facts->reading->arena;
    struct view_order *items = ARENA_ARRAY(arena, struct view_order, facts->order_count);
    if (facts->order_count && !items)
        return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
    millis scale = obey_scale(facts);
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct order_file *order = facts->orders[i].content;
        items[i] = (struct view_order){
            .number = order->base.number,
            .kind = licence_order_words(order->kind),
            .issued = words_moment(arena, order->issued.time),
            .issuer = timeline_person(
                facts->reading, &facts->office->chain->current, order->issued.person),
        };
        show_receipts(facts, order, scale, &items[i]);
        show_standing(facts, order, &items[i]);
    }
    view->orders.items = items;
    view->orders.count = facts->order_count;
    view->obey_scale = scale == MILLIS_SECOND
                           ? "0 to 1 s"
                           : words_format(arena, "0 to %lld s", (long long)(scale / 1000));
    return ERROR_OK;
}

/* --- Documents ---------------------------------------------------------------------------- */

/* Whose signatures a document bears: people of the root, signatories of the certificate. */
static const char *signers_of(const struct licence_case *facts, struct bytes document)
{
    struct arena *arena = &facts->reading->arena;
    struct unverified_envelope envelope;
    if (cose_peek_unverified(document, NULL, &envelope))
        return NULL;
    const char *names[COSE_SIGNERS_MAX];
    for (size_t i = 0; i < envelope.count; i++) {
        enum ministry_id ministry;
        const struct root_person *person =
            root_person_by_key(&facts->office->chain->current, &envelope.kids[i], &ministry);
        names[i] = person ? person->id : NULL;
        for (size_t k = 0; !names[i] && k < facts->certificate->signatories_count; k++) {
            struct key_id id = document_key_id(&facts->certificate->signatories[k].key);
            if (key_id_equal(&id, &envelope.kids[i]))
                names[i] = facts->certificate->signatories[k].id;
        }
        char text[KEY_ID_TEXT_SIZE];
        if (!names[i])
            names[i] = words_format(arena, "key %.8s", key_id_text(&envelope.kids[i], text));
    }
    return words_list(arena, names, envelope.count);
}

static void add_document(
    const struct licence_case *facts, const char *kind, enum file_kind file, const char *number,
    struct bytes document, const struct digest *digest, struct view_licence *view)
{
    view->documents.items[view->documents.count++] = (struct view_document){
        .kind = kind,
        .number = number,
        .file = file_word(file),
        .signers = signers_of(facts, document),
        .digest = words_digest(&facts->reading->arena, digest),
    };
}

static enum error show_documents(const struct licence_case *facts, struct view_licence *view)
{
    view->documents.items =
        ARENA_ARRAY(&facts->reading->arena, struct view_document, facts->order_count + 2);
    if (!view->documents.items)
        return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
    add_document(
        facts, "Licence", FILE_LICENCE, facts->file->base.number, facts->file->instrument,
        &facts->file->digest, view);
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct order_file *order = facts->orders[i].content;
        add_document(
            facts, "Order", FILE_ORDER, order->base.number, order->instrument, &order->digest,
            view);
    }
    add_document(
        facts, "Certificate", FILE_CERTIFICATE, facts->certificate_file->base.number,
        facts->certificate_file->instrument, &facts->certificate_file->digest, view);
    return ERROR_OK;
}

/* --- The head ----------------------------------------------------------------------------- */

static const struct order_file *newest_in_force(const struct licence_case *facts)
{
    const struct order_file *newest = NULL;
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct order_file *order = facts->orders[i].content;
        bool in_force = order->base.state >= ORDER_ISSUED && order->base.state <= ORDER_UNCONFIRMED;
        if (in_force && licence_order_shape(order->kind) &&
            (!newest || order->issued.time > newest->issued.time))
            newest = order;
    }
    return newest;
}

/* What the state means, in one or two sentences. */
static const char *lead(const struct licence_case *facts)
{
    struct arena *arena = &facts->reading->arena;
    const struct licence_file *file = facts->file;
    const struct order_file *order = newest_in_force(facts);
    static const char *const effects[] = {
        [LICENCE_LIMITED] = "only what its clauses leave open may be used, until both "
                            "ministries sign a lift",
        [LICENCE_SUSPENDED] = "no use may begin and none may run, until both ministries sign a "
                              "restoration",
        [LICENCE_DISCONNECTED] = "no use may begin and none may run, until both ministries sign a "
                                 "restoration",
        [LICENCE_REVOKED] = "no use may begin and none may run, for good",
    };
    if (file->base.state == LICENCE_PROPOSED)
        return "One ministry has signed this licence; it counts once the other has countersigned.";
    if (file->base.state == LICENCE_EXPIRED)
        return words_format(
            arena, "Its term ended on %s. No use may begin and none may run.",
            words_date(arena, file->until));
    if (file->base.state == LICENCE_LAPSED)
        return words_format(
            arena,
            "Certificate %s, under which it was issued, has ended. No use may begin and "
            "none may run; another certificate needs another licence.",
            file->certificate);
    if (file->base.state == LICENCE_REPLACED)
        return words_format(
            arena,
            "Licence %s has taken its place. No use may begin and none may run under this one.",
            file->replaced_by);
    if (file->base.state == LICENCE_SURRENDERED)
        return "It was given back. No use may begin and none may run, for good.";
    if (file->base.state == LICENCE_EXHAUSTED)
        return words_format(
            arena, "All uses of the period have begun: no other begins until %s.",
            words_date(arena, file->exhausted_until));
    if (file->base.state == LICENCE_ACTIVE || !order)
        return "Uses within the certificate’s terms may begin; each installation decides them by "
               "the signed clauses.";
    struct view_moment since = words_moment(arena, order->issued.time);
    return words_format(
        arena, "Since %s, %s, by order %s, %s.", since.date, since.time, order->base.number,
        effects[file->base.state]);
}

static void
show_figures(const struct licence_case *facts, const struct sums *sums, struct view_licence *view)
{
    struct arena *arena = &facts->reading->arena;
    const struct licence *licence = facts->licence;
    uint64_t judged = sums->within + sums->outside;
    view->alive = words_format(arena, "%llu", (unsigned long long)sums->alive);
    view->alive_of =
        words_format(arena, "of %s", words_count(arena, facts->installation_count, "installation"));
    view->alive_note = words_format(
        arena, "%llu may be enrolled", (unsigned long long)licence->maximum_installations);
    view->running = sums->running;
    view->running_note = words_format(
        arena, "at most %llu at a time in each installation",
        (unsigned long long)licence->maximum_active_uses);
    view->outside = sums->outside;
    view->judged = judged;
    view->outside_note = judged ? words_format(
                                      arena, "%.1f %% of what was judged",
                                      100.0 * (double)sums->outside / (double)judged)
                                : "no return has come yet";
    millis left = facts->file->until - facts->reading->time;
    bool days = left >= 2 * MILLIS_DAY;
    view->ends =
        left <= 0
            ? "0"
            : words_format(arena, "%lld", (long long)(left / (days ? MILLIS_DAY : MILLIS_HOUR)));
    view->ends_unit = days ? "days" : "hours";
    view->ends_note = words_format(arena, "on %s", words_date(arena, facts->file->until));
}

static enum error show_parties(const struct licence_case *facts, struct view_licence *view)
{
    struct reading *reading = facts->reading;
    const struct licence_file *file = facts->file;
    const void *content;
    enum error error = store_load(
        reading->reader, FILE_EXPORTER, file->exporter, &reading->arena, &reading->fault, &content);
    if (error)
        return error;
    view->exporter_name = ((const struct exporter_file *)content)->name;
    view->number = file->base.number;
    view->state = state_label(&reading->arena, FILE_LICENCE, file->base.state);
    view->exporter = file->exporter;
    view->product = file->product;
    view->product_class = facts->certificate->product.control;
    view->agency = facts->certificate->agency.name;
    view->country = facts->certificate->state_name;
    view->certificate = file->certificate;
    view->functions =
        words_list(&reading->arena, facts->licence->functions, facts->licence->functions_count);
    return ERROR_OK;
}

/* --- Acts --------------------------------------------------------------------------------- */

/* Whether it is the time for an act on the licence itself, besides orders and the countersignature:
 * giving it back, and the review after its country was taken off the list. */
static bool is_awaited(const struct licence_file *file, const char *verb)
{
    if (strcmp(verb, "surrender") == 0)
        return !file->surrender_asked.person;
    if (strcmp(verb, "accept-surrender") == 0)
        return file->surrender_asked.person;
    bool review = strcmp(verb, "country-keep") == 0 || strcmp(verb, "country-ordered") == 0;
    return review && file->review.opened && !file->review.end;
}

/* Those of them that the reader can do. */
static enum error show_own_acts(const struct licence_case *facts, struct view_licence *view)
{
    struct reading *reading = facts->reading;
    size_t count;
    const struct transition *rows = lifecycle(FILE_LICENCE, &count);
    for (size_t i = 0; i < count; i++) {
        const struct transition *row = &rows[i];
        struct fault fault = {0};
        if (!is_awaited(facts->file, row->verb) ||
            transition_open(row, &reading->who, FILE_LICENCE, facts->file, NULL))
            continue;
        enum error touch = actor_may_touch(
            &reading->view, &reading->who, FILE_LICENCE, facts->file->base.number, facts->file,
            &fault);
        if (touch == ERROR_OFFICE_RECUSED || touch == ERROR_OFFICE_ORGANISATION)
            continue;
        if (touch) {
            reading->fault = fault;
            return touch;
        }
        view->acts.items[view->acts.count++] = (struct view_act){
            .shape = "expired",
            .title = act_label(&reading->arena, row),
            .text = words_format(&reading->arena, "%s.", row->words),
            .href = words_format(
                &reading->arena, "/act/licence/%s?number=%s", row->verb, facts->file->base.number),
        };
    }
    return ERROR_OK;
}

/* What can be ordered of a licence in its state, a link where the reader can draft it; and what can
 * be done with it besides. */
static enum error show_acts(const struct licence_case *facts, struct view_licence *view)
{
    struct reading *reading = facts->reading;
    struct arena *arena = &reading->arena;
    bool drafts =
        transition_open(act_row(FILE_ORDER, "draft"), &reading->who, FILE_ORDER, NULL, NULL) ==
        ERROR_OK;
    bool proposed = facts->file->base.state == LICENCE_PROPOSED;
    enum { OWN_ACTS = 5 }; /* the countersignature, and those of show_own_acts */
    view->acts.items = ARENA_ARRAY(arena, struct view_act, order_page_kind_count + OWN_ACTS);
    if (!view->acts.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    if (proposed)
        view->acts.items[view->acts.count++] = (struct view_act){
            .shape = "active",
            .title = "Countersign",
            .text = "A signatory of the other ministry issues the licence.",
            .href =
                words_format(arena, "/act/licence/countersign?number=%s", facts->file->base.number),
        };
    for (size_t i = 0; i < order_page_kind_count; i++) {
        const struct order_page_kind *kind = &order_page_kinds[i];
        if (!(kind->states & STATE(facts->file->base.state)))
            continue;
        view->acts.items[view->acts.count++] = (struct view_act){
            .shape = kind->shape,
            .title = words_capital(arena, kind->word),
            .text = kind->words,
            .href = drafts
                        ? words_format(arena, "/order/%s/%s", facts->file->base.number, kind->word)
                        : NULL,
        };
    }
    return show_own_acts(facts, view);
}

/* A party's own, of whatever cases were opened on the licence. */
static enum error show_hearings(const struct licence_case *facts, struct view_licence *view)
{
    struct reading *reading = facts->reading;
    const struct hearing *hearings = NULL;
    size_t count = 0;
    enum error error = hearings_of_licence(reading, facts->file->base.number, &hearings, &count);
    return error ? error : hearing_links(reading, hearings, count, &view->hearings);
}

enum error
licence_view_make(struct reading *reading, const char *number, struct view_licence *ret_view)
{
    struct licence_case facts = {.reading = reading};
    struct view_licence view = {0};
    struct sums sums = {0};
    enum error error = gather(&facts, number);
    if (!error)
        error = show_parties(&facts, &view);
    if (!error)
        error = show_installations(&facts, &view, &sums);
    if (!error)
        error = show_orders(&facts, &view);
    if (!error)
        error = show_documents(&facts, &view);
    if (!error)
        error = show_acts(&facts, &view);
    if (!error)
        error = show_hearings(&facts, &view);
    if (!error)
        error = licence_events_make(&facts, &view);
    if (error)
        return error;
    view.lead = lead(&facts);
    show_figures(&facts, &sums, &view);
    *ret_view = view;
    return ERROR_OK;
}
