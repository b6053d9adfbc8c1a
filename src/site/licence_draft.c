/* A licence drafted from the certificate in force that it is under. */
#include <string.h>

#include "authority/files.h"
#include "site/draft.h"

struct entry {
    const char *application;
    const char *const *functions;
    size_t functions_count;
    const char *const *territories;
    size_t territories_count;
    uint64_t maximum_active_uses, maximum_uses_in_period;
    millis uses_period;
    uint64_t maximum_installations, maximum_unacknowledged;
    millis from, until;
    const char *clauses;
    const char *contact;
};

static const struct field entry_fields[] = {
    FIELD(1, "application", FIELD_TEXT, struct entry, application),
    FIELD_MANY(2, "functions", FIELD_TEXTS, struct entry, functions),
    FIELD_MANY(3, "territories", FIELD_TEXTS, struct entry, territories),
    FIELD(4, "maximum-active-uses", FIELD_UINT, struct entry, maximum_active_uses),
    FIELD(5, "maximum-uses-in-period", FIELD_UINT, struct entry, maximum_uses_in_period, OPTIONAL),
    FIELD(6, "uses-period", FIELD_SPAN, struct entry, uses_period, OPTIONAL),
    FIELD(7, "maximum-installations", FIELD_UINT, struct entry, maximum_installations),
    FIELD(8, "maximum-unacknowledged", FIELD_UINT, struct entry, maximum_unacknowledged),
    FIELD(9, "from", FIELD_TIME, struct entry, from),
    FIELD(10, "until", FIELD_TIME, struct entry, until),
    FIELD(11, "clauses", FIELD_PROSE, struct entry, clauses, OPTIONAL),
    FIELD(12, "contact", FIELD_TEXT, struct entry, contact),
};
static const struct layout entry_layout = LAYOUT("licence", struct entry, entry_fields);

static enum error
product_of(const struct drafting *drafting, const struct product_file **ret_product)
{
    const struct certificate_file *certificate = drafting->from;
    const void *content = NULL;
    enum error error =
        draft_file(drafting, FILE_PRODUCT, certificate->product, "product", &content);
    if (!error)
        *ret_product = content;
    return error;
}

/* All that the product does, in the certificate's state, until the certificate ends. */
static enum error suggest(const struct drafting *drafting, void *ret_entry)
{
    const struct certificate_file *certificate = drafting->from;
    const struct product_file *product;
    struct reading *reading = drafting->reading;
    const char **territories = ARENA_NEW(&reading->arena, const char *);
    enum error error = territories ? product_of(drafting, &product)
                                   : fault_place(&reading->fault, ERROR_MEMORY, "form");
    if (error)
        return error;
    *territories = certificate->state;
    *(struct entry *)ret_entry = (struct entry){
        .application = certificate->application,
        .functions = product->functions,
        .functions_count = product->functions_count,
        .territories = territories,
        .territories_count = 1,
        .maximum_installations = 1,
        .from = draft_now(drafting) < certificate->from ? certificate->from : draft_now(drafting),
        .until = certificate->until,
    };
    return ERROR_OK;
}

static enum error check_functions(const struct drafting *drafting, const struct entry *entry)
{
    const struct product_file *product;
    enum error error = product_of(drafting, &product);
    for (size_t i = 0; i < entry->functions_count && !error; i++) {
        size_t k = 0;
        while (k < product->functions_count &&
               strcmp(product->functions[k], entry->functions[i]) != 0)
            k++;
        if (k == product->functions_count)
            error = fault_set(
                &drafting->reading->fault, ERROR_OFFICE_CONDITION, "functions",
                "functions of the product", "%.64s", entry->functions[i]);
    }
    return error;
}

static enum error make(
    const struct drafting *drafting, const void *said, struct bytes *ret_payload,
    struct datum *ret_body)
{
    const struct entry *entry = said;
    const struct certificate_file *file = drafting->from;
    struct reading *reading = drafting->reading;
    struct certificate certificate;
    const struct licence licence = {
        .number = drafting->number,
        .certificate = file->digest,
        .exporter = file->exporter,
        .product = file->product,
        .agency = file->agency,
        .functions = entry->functions,
        .functions_count = entry->functions_count,
        .territories = entry->territories,
        .territories_count = entry->territories_count,
        .maximum_active_uses = entry->maximum_active_uses,
        .maximum_uses_in_period = entry->maximum_uses_in_period,
        .uses_period = entry->uses_period,
        .maximum_installations = entry->maximum_installations,
        .maximum_unacknowledged = entry->maximum_unacknowledged,
        .issued = reading->time,
        .from = entry->from,
        .until = entry->until,
        .clauses = entry->clauses,
        .contact = entry->contact,
    };
    struct datum_member *members = ARENA_ARRAY(&reading->arena, struct datum_member, 2);
    enum error error = members ? check_functions(drafting, entry)
                               : fault_place(&reading->fault, ERROR_MEMORY, "licence");
    if (!error)
        error = licence_check(&licence, &reading->fault);
    if (!error)
        error = layout_decode(
            &certificate_layout, file->payload, &reading->arena, &reading->fault, &certificate);
    if (!error)
        error = licence_fits(&licence, &certificate, &file->digest, &reading->fault);
    if (!error)
        error = layout_encode_in(
            &licence_layout, &licence, &reading->arena, &reading->fault, ret_payload);
    if (error)
        return error;
    members[0] = (struct datum_member){"application", datum_of_text(entry->application)};
    members[1] = (struct datum_member){"certificate", datum_of_text(file->base.number)};
    return datum_map(members, 2, &reading->fault, ret_body);
}

const struct draft_kind licence_draft = {
    .kind = FILE_LICENCE,
    .from = FILE_CERTIFICATE,
    .state = CERTIFICATE_IN_FORCE,
    .verb = "propose",
    .title = "Draft a licence",
    .words =
        "Exporter, product and agency are the certificate’s; what it allows, a licence narrows",
    .entry = &entry_layout,
    .suggest = suggest,
    .make = make,
};
