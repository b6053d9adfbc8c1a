/* The licence's table and rules. */
#include "instruments/licence.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct licence, number),
    FIELD(2, "certificate", FIELD_DIGEST, struct licence, certificate),
    FIELD(3, "exporter", FIELD_TEXT, struct licence, exporter),
    FIELD(4, "product", FIELD_TEXT, struct licence, product),
    FIELD(5, "agency", FIELD_TEXT, struct licence, agency),
    FIELD_MANY(6, "functions", FIELD_TEXTS, struct licence, functions),
    FIELD_MANY(7, "territories", FIELD_TEXTS, struct licence, territories),
    FIELD(8, "maximum-active-uses", FIELD_UINT, struct licence, maximum_active_uses),
    FIELD(9, "maximum-installations", FIELD_UINT, struct licence, maximum_installations),
    FIELD(10, "maximum-unacknowledged", FIELD_UINT, struct licence, maximum_unacknowledged),
    FIELD(11, "issued", FIELD_TIME, struct licence, issued),
    FIELD(12, "from", FIELD_TIME, struct licence, from),
    FIELD(13, "until", FIELD_TIME, struct licence, until),
    FIELD(14, "clauses", FIELD_PROSE, struct licence, clauses, OPTIONAL),
    FIELD(15, "contact", FIELD_TEXT, struct licence, contact),
    FIELD(
        16, "maximum-uses-in-period", FIELD_UINT, struct licence, maximum_uses_in_period, OPTIONAL),
    FIELD(17, "uses-period", FIELD_SPAN, struct licence, uses_period, OPTIONAL),
};
const struct layout licence_layout = LAYOUT("licence", struct licence, fields);

enum error licence_check(const struct licence *licence, struct fault *fault)
{
    enum error error = rule_name(licence->number, "number", fault);
    if (!error)
        error = rule_name(licence->exporter, "exporter", fault);
    if (!error)
        error = rule_name(licence->product, "product", fault);
    if (!error)
        error = rule_name(licence->agency, "agency", fault);
    if (!error)
        error = rule_period(licence->from, licence->until, "until", fault);
    for (size_t i = 0; i < licence->territories_count && !error; i++)
        error = rule_state(licence->territories[i], "territories", fault);
    for (size_t i = 0; i < licence->functions_count && !error; i++)
        error = rule_name(licence->functions[i], "functions", fault);
    if (error)
        return error;
    if (licence->functions_count == 0)
        return rule_broken(fault, "functions", "a function at least");
    if (licence->territories_count == 0)
        return rule_broken(fault, "territories", "a territory at least");
    if ((licence->maximum_uses_in_period == 0) != (licence->uses_period == 0))
        return rule_broken(fault, "uses-period", "a period exactly where uses in it are limited");
    if (licence->maximum_installations == 0)
        return rule_broken(fault, "maximum-installations", "1 or more");
    if (licence->maximum_unacknowledged == 0)
        return rule_broken(fault, "maximum-unacknowledged", "1 or more");
    return ERROR_OK;
}

enum error licence_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct licence *ret_licence)
{
    struct document document;
    struct licence licence;
    enum error error =
        document_open_by_root(bytes, INSTRUMENT_LICENCE, chain, arena, fault, &document, &licence);
    if (!error)
        error = signed_by_both(&document, &chain->current, fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_licence = licence;
    return ERROR_OK;
}

enum error licence_fits(
    const struct licence *licence, const struct certificate *certificate,
    const struct digest *certificate_digest, struct fault *fault)
{
    enum error error =
        rule_refers(&licence->certificate, certificate_digest, "licence: certificate", fault);
    if (error)
        return error;
    /* The same agency, product and exporter: a licence cannot widen its certificate. */
    if (strcmp(licence->agency, certificate->agency.id) != 0)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "licence: agency", "the certificate's end user", "%s",
            licence->agency);
    if (strcmp(licence->product, certificate->product.id) != 0)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "licence: product", "the certificate's product", "%s",
            licence->product);
    if (strcmp(licence->exporter, certificate->exporter) != 0)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "licence: exporter", "the certificate's exporter",
            "%s", licence->exporter);
    if (licence->from < certificate->from || licence->until > certificate->until)
        return rule_broken(fault, "licence: until", "dates within the certificate's");
    return ERROR_OK;
}
