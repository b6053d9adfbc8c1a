/* Clauses that are about to be signed into force: held to the certificate's vocabulary by the same
 * path that will judge with them. */
#include "authority/inside.h"
#include "verdict/verdict.h"

enum error clauses_valid(
    struct transition_call *call, const struct certificate_file *certificate_file,
    const struct licence *licence, const struct digest *licence_digest, const struct order *order,
    const struct digest *order_digest)
{
    struct certificate certificate;
    struct form form;
    enum error error = certificate_of(call, certificate_file, &certificate, &form);
    if (error)
        return error;
    struct terms_order terms_order = {.order = order};
    if (order)
        terms_order.digest = *order_digest;
    struct terms_sources sources = {
        .form = &form,
        .certificate = &certificate,
        .certificate_digest = certificate_file->digest,
        .licence = licence,
        .licence_digest = *licence_digest,
        .orders = &terms_order,
        .order_count = order ? 1 : 0,
    };
    struct terms *terms = NULL;
    error = terms_open(&sources, call->fault, &terms);
    if (error)
        return error;
    /* A guard takes an order with invalid clauses as a suspension; here it is not let out. */
    if (terms_suspended_by(terms))
        error = condition_fails(
            call, "clauses that validate against the certificate's vocabulary, forbid only",
            order->number);
    terms_close(terms);
    return error;
}
