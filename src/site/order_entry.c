/* What a person says of an order, and the order that follows. */
#include "site/order_entry.h"

#include <string.h>

#include "authority/files.h"
#include "form/form.h"

/* One struct for all kinds; the layout of each has the fields that belong to it. */
struct entry {
    const char *reason, *contact;
    const char *const *functions; /* that a limit leaves */
    size_t functions_count;
    millis wind_down_until, hearing;
    const char *lifts; /* the number of the order that is lifted */
    millis until;      /* the licence's new end */
};

#define REASON FIELD(1, "reason", FIELD_PROSE, struct entry, reason)
#define CONTACT FIELD(2, "contact", FIELD_TEXT, struct entry, contact)
#define WIND_DOWN FIELD(4, "wind-down-until", FIELD_TIME, struct entry, wind_down_until, OPTIONAL)
#define HEARING FIELD(5, "hearing", FIELD_TIME, struct entry, hearing, OPTIONAL)

static const struct field limit_fields[] = {
    REASON,
    CONTACT,
    FIELD_MANY(3, "functions", FIELD_TEXTS, struct entry, functions),
    HEARING,
};
static const struct field stop_fields[] = {REASON, CONTACT, WIND_DOWN, HEARING};
static const struct field lift_fields[] = {
    REASON,
    CONTACT,
    FIELD(6, "lifts", FIELD_TEXT, struct entry, lifts),
};
static const struct field extend_fields[] = {
    REASON,
    CONTACT,
    FIELD(7, "until", FIELD_TIME, struct entry, until),
};

static const struct layout limit_entry = LAYOUT("order", struct entry, limit_fields);
static const struct layout stop_entry = LAYOUT("order", struct entry, stop_fields);
static const struct layout lift_entry = LAYOUT("order", struct entry, lift_fields);
static const struct layout extend_entry = LAYOUT("order", struct entry, extend_fields);

enum {
    RUNNING = STATE(LICENCE_ACTIVE) | STATE(LICENCE_LIMITED),
    STOPPED = STATE(LICENCE_SUSPENDED) | STATE(LICENCE_DISCONNECTED),
};

const struct order_page_kind order_page_kinds[] = {
    {ORDER_LIMIT, "limit", "Take away by a clause. One ministry; the other confirms.", "limited",
     RUNNING, &limit_entry, "limit-functions"},
    {ORDER_SUSPEND, "suspend", "No new uses; running ones stop. One ministry is enough.",
     "suspended", RUNNING, &stop_entry, NULL},
    {ORDER_DISCONNECT, "disconnect", "Every use stops. One ministry is enough.", "disconnected",
     RUNNING | STATE(LICENCE_SUSPENDED), &stop_entry, NULL},
    {ORDER_LIFT, "lift", "Both ministries sign, naming the limit.", "active",
     STATE(LICENCE_LIMITED), &lift_entry, NULL},
    {ORDER_RESTORE, "restore", "Both ministries sign, naming the order.", "active", STOPPED,
     &lift_entry, NULL},
    {ORDER_REVOKE, "revoke", "For good. Both ministries sign.", "revoked", RUNNING | STOPPED,
     &stop_entry, NULL},
    {ORDER_EXTEND, "extend", "A later end, within the certificate’s. Both ministries sign.",
     "active", RUNNING | STATE(LICENCE_EXPIRED), &extend_entry, NULL},
};
const size_t order_page_kind_count = sizeof order_page_kinds / sizeof *order_page_kinds;

const struct order_page_kind *order_page_kind(const char *word)
{
    for (size_t i = 0; i < order_page_kind_count; i++) {
        if (strcmp(order_page_kinds[i].word, word) == 0)
            return &order_page_kinds[i];
    }
    return NULL;
}

/* --- The order ---------------------------------------------------------------------------- */

/* The digest of the order that is lifted, which is one on this licence. */
static enum error find_lifted(
    struct reading *reading, const struct licence_file *licence, const char *number,
    struct digest *ret_digest)
{
    const void *content = NULL;
    enum error error =
        rule_name(number, "lifts", NULL)
            ? ERROR_NOT_FOUND
            : store_load(
                  reading->reader, FILE_ORDER, number, &reading->arena, &reading->fault, &content);
    const struct order_file *order = content;
    if (error == ERROR_NOT_FOUND || (order && strcmp(order->licence, licence->base.number) != 0))
        return fault_set(
            &reading->fault, ERROR_OFFICE_MISSING, "lifts", "an order on this licence", "%.64s",
            number);
    if (!error)
        *ret_digest = order->digest;
    return error;
}

/* The template's clauses, as the certificate's own form has them. */
static enum error fill_clauses(
    struct reading *reading, const char *template, const struct licence_file *licence,
    const struct form_argument *argument, const char **ret_clauses)
{
    struct arena *arena = &reading->arena;
    const void *content = NULL;
    struct certificate certificate;
    struct form form;
    struct buffer text = {0};
    enum error error = store_load(
        reading->reader, FILE_CERTIFICATE, licence->certificate, arena, &reading->fault, &content);
    if (!error)
        error = layout_decode(
            &certificate_layout, ((const struct certificate_file *)content)->payload, arena,
            &reading->fault, &certificate);
    if (!error)
        error = certificate_form(&certificate, arena, &reading->fault, &form);
    if (!error)
        error = form_order_fill(&form, template, argument, 1, &reading->fault, &text);
    if (!error) {
        *ret_clauses = arena_text(arena, buffer_view(&text));
        if (!*ret_clauses)
            error = fault_place(&reading->fault, ERROR_MEMORY, "order");
    }
    buffer_free(&text);
    return error;
}

static enum error make_order(
    struct reading *reading, const struct order_page_kind *kind, const struct licence_file *licence,
    const char *number, const struct entry *entry, struct order *ret_order)
{
    struct order order = {
        .number = number,
        .kind = kind->kind,
        .licence = licence->base.number,
        .reason = entry->reason,
        .contact = entry->contact,
        .issued = reading->time,
        .wind_down_until = entry->wind_down_until,
        .hearing = entry->hearing,
        .until = entry->until,
    };
    const struct form_argument functions = {"functions", entry->functions, entry->functions_count};
    enum error error = ERROR_OK;
    if (entry->lifts)
        error = find_lifted(reading, licence, entry->lifts, &order.lifts);
    if (!error && kind->template)
        error = fill_clauses(reading, kind->template, licence, &functions, &order.clauses);
    if (!error)
        error = order_check(&order, &reading->fault);
    if (!error)
        *ret_order = order;
    return error;
}

/* --- The act ------------------------------------------------------------------------------ */

/* [{name: "functions", values: [...]}] */
static enum error
make_arguments(struct reading *reading, const struct entry *entry, struct datum *ret_list)
{
    struct arena *arena = &reading->arena;
    struct datum *values = ARENA_ARRAY(arena, struct datum, entry->functions_count + 1);
    struct datum *items = ARENA_NEW(arena, struct datum);
    struct datum_member *members = ARENA_ARRAY(arena, struct datum_member, 2);
    if (!values || !items || !members)
        return fault_place(&reading->fault, ERROR_MEMORY, "order");
    for (size_t i = 0; i < entry->functions_count; i++)
        values[i] = datum_of_text(entry->functions[i]);
    members[0] = (struct datum_member){"name", datum_of_text("functions")};
    members[1] = (struct datum_member){
        "values", {.kind = DATUM_LIST, .list = {values, entry->functions_count}}};
    enum error error = datum_map(members, 2, &reading->fault, items);
    if (!error)
        *ret_list = (struct datum){.kind = DATUM_LIST, .list = {items, 1}};
    return error;
}

enum error order_entry_draft(
    struct reading *reading, const struct order_page_kind *kind, const struct licence_file *licence,
    const char *number, const void *entry, struct datum *ret_body)
{
    struct order order;
    struct bytes payload;
    struct datum arguments;
    struct datum_member *members = ARENA_ARRAY(&reading->arena, struct datum_member, 3);
    size_t count = 0;
    enum error error = members ? make_order(reading, kind, licence, number, entry, &order)
                               : fault_place(&reading->fault, ERROR_MEMORY, "order");
    if (!error)
        error = layout_encode_in(&order_layout, &order, &reading->arena, &reading->fault, &payload);
    if (!error && kind->template)
        error = make_arguments(reading, entry, &arguments);
    if (error)
        return error;
    members[count++] = (struct datum_member){"payload", datum_of_bytes(payload)};
    if (kind->template) {
        members[count++] = (struct datum_member){"template", datum_of_text(kind->template)};
        members[count++] = (struct datum_member){"arguments", arguments};
    }
    return datum_map(members, count, &reading->fault, ret_body);
}
