/* The documents of a bundle: each verified in the order in which one is trusted through the other,
 * and held to be about the same case. */
#include <string.h>

#include "bundle/inside.h"

static const struct digest *authority_of(const struct evidence *evidence)
{
    return &evidence_newest(evidence)->authority;
}

/* The first document of a type; there is at most one of most. */
static const struct bundle_document *
find(const struct evidence *evidence, enum instrument_type type)
{
    for (size_t i = 0; i < evidence->bundle.documents_count; i++) {
        if (evidence->bundle.documents[i].type == type)
            return &evidence->bundle.documents[i];
    }
    return NULL;
}

static enum error stray(struct fault *fault, const char *place, const char *expected)
{
    return fault_set(fault, ERROR_BUNDLE_STRAY, place, expected, "another");
}

/* --- By the root -------------------------------------------------------------------------- */

static enum error open_certificate(
    struct evidence *evidence, const struct root_chain *chain, struct bytes bytes, void *ret_value,
    struct fault *fault)
{
    struct document document;
    return certificate_open(
        bytes, chain, &evidence->arena, fault, &document, ret_value, &evidence->form);
}

static enum error open_licence(
    struct evidence *evidence, const struct root_chain *chain, struct bytes bytes, void *ret_value,
    struct fault *fault)
{
    struct document document;
    return licence_open(bytes, chain, &evidence->arena, fault, &document, ret_value);
}

static enum error open_form(
    struct evidence *evidence, const struct root_chain *chain, struct bytes bytes, void *ret_value,
    struct fault *fault)
{
    struct document document;
    return form_open(bytes, chain, &evidence->arena, fault, &document, ret_value);
}

static enum error open_order(
    struct evidence *evidence, const struct root_chain *chain, struct bytes bytes, void *ret_value,
    struct fault *fault)
{
    struct document document;
    return order_open(bytes, chain, &evidence->arena, fault, &document, ret_value);
}

static enum error open_delegation(
    struct evidence *evidence, const struct root_chain *chain, struct bytes bytes, void *ret_value,
    struct fault *fault)
{
    struct document document;
    return delegation_open(bytes, chain, &evidence->arena, fault, &document, ret_value);
}

/* --- Certificate and licence -------------------------------------------------------------- */

static enum error read_certificate(struct evidence *evidence, struct fault *fault)
{
    const struct bundle_document *document = find(evidence, INSTRUMENT_CERTIFICATE);
    enum error error =
        evidence_by_roots(evidence, document, open_certificate, &evidence->certificate, fault);
    if (error)
        return error;
    evidence->certificate_digest = document->digest;
    const struct certificate *certificate = &evidence->certificate;
    return evidence_say(
        evidence, true, fault, "certificate %s for %s of %s: signed by %s and both ministries",
        certificate->number, certificate->agency.id, certificate->state,
        certificate->signing == CERTIFICATE_WET_INK
            ? "hand, as an officer of each ministry attests,"
            : "the state's signatory");
}

/* The certificate holds its form; the signed form beside it says that the ministries agreed to it
 * as a form, too. */
static enum error read_form(struct evidence *evidence, struct fault *fault)
{
    const struct bundle_document *document = find(evidence, INSTRUMENT_FORM);
    struct form form;
    if (!document)
        return evidence_say(
            evidence, true, fault,
            "form %s, version %llu, is the one in the certificate; its own signatures are not here",
            evidence->form.number, (unsigned long long)evidence->form.version);
    enum error error = evidence_by_roots(evidence, document, open_form, &form, fault);
    struct digest digest = sha256_of(evidence->certificate.form);
    if (!error && !digest_equal(&digest, &document->digest))
        error = stray(fault, "form", "the form of the certificate");
    return error ? error
                 : evidence_say(
                       evidence, true, fault,
                       "form %s, version %llu, is the one in the certificate: signed by both "
                       "ministries",
                       form.number, (unsigned long long)form.version);
}

static enum error read_licence(struct evidence *evidence, struct fault *fault)
{
    const struct bundle_document *document = find(evidence, INSTRUMENT_LICENCE);
    enum error error =
        evidence_by_roots(evidence, document, open_licence, &evidence->licence, fault);
    if (!error)
        error = licence_fits(
            &evidence->licence, &evidence->certificate, &evidence->certificate_digest, fault);
    if (error)
        return error;
    evidence->licence_digest = document->digest;
    return evidence_say(
        evidence, true, fault, "licence %s under that certificate: signed by both ministries",
        evidence->licence.number);
}

/* --- What a use stands on ----------------------------------------------------------------- */

static enum error read_roll(struct evidence *evidence, struct fault *fault)
{
    const struct bundle_document *document = find(evidence, INSTRUMENT_ROLL);
    struct document opened;
    if (!document)
        return ERROR_OK;
    enum error error = roll_open(
        document->bytes, authority_of(evidence), &evidence->certificate,
        &evidence->certificate_digest, &evidence->arena, fault, &opened, &evidence->roll);
    if (error)
        return error;
    evidence->has_roll = true;
    return evidence_say(
        evidence, true, fault, "roll, version %llu, of %s: signed by supervisor %s",
        (unsigned long long)evidence->roll.version, evidence->roll.agency,
        evidence->certificate.supervisor.id);
}

static enum error read_declaration(struct evidence *evidence, struct fault *fault)
{
    const struct bundle_document *document = find(evidence, INSTRUMENT_DECLARATION);
    struct document opened;
    if (!document)
        return ERROR_OK;
    if (!evidence->has_roll)
        return fault_set(
            fault, ERROR_BUNDLE_MISSING, "declaration", "the roll that its operator is on", "none");
    enum error error = declaration_open(
        document->bytes, authority_of(evidence), &evidence->roll, &evidence->certificate_digest,
        &evidence->licence_digest, &evidence->arena, fault, &opened, &evidence->declaration);
    if (error)
        return error;
    evidence->declaration_digest = document->digest;
    evidence->has_declaration = true;
    return evidence_say(
        evidence, true, fault,
        "the declaration of a use: signed by operator %s, who is on the roll",
        evidence->declaration.operator_id);
}

static enum error take_withdrawal(
    struct evidence *evidence, const struct approval *approval, const struct digest *digest,
    struct fault *fault)
{
    evidence->withdrawals[evidence->withdrawal_count++] =
        (struct evidence_withdrawal){*approval, *digest};
    return evidence_say(
        evidence, true, fault, "withdrawal %s of an approval: signed by %s", approval->number,
        approval->body);
}

static enum error take_approval(
    struct evidence *evidence, const struct approval *approval, const struct digest *digest,
    struct fault *fault)
{
    if (evidence->has_approval)
        return fault_set(fault, ERROR_DOCUMENT_COUNT, "approval", "one approval", "two");
    if (!evidence->has_declaration || !digest_equal(&evidence->declaration.approval, digest))
        return stray(fault, "approval", "the one that the declaration names");
    evidence->approval = *approval;
    evidence->approval_digest = *digest;
    evidence->has_approval = true;
    return evidence_say(
        evidence, true, fault, "approval %s, which the declaration names: signed by %s",
        approval->number, approval->body);
}

static enum error read_approval(
    struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct document opened;
    struct approval approval;
    enum error error = approval_open(
        document->bytes, authority_of(evidence), &evidence->certificate,
        &evidence->certificate_digest, &evidence->arena, fault, &opened, &approval);
    if (error)
        return error;
    return approval.kind == APPROVAL_WITHDRAWAL
               ? take_withdrawal(evidence, &approval, &document->digest, fault)
               : take_approval(evidence, &approval, &document->digest, fault);
}

/* --- What the authority did --------------------------------------------------------------- */

static enum error
read_order(struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct order order;
    enum error error = evidence_by_roots(evidence, document, open_order, &order, fault);
    if (!error && strcmp(order.licence, evidence->licence.number) != 0)
        error = stray(fault, "order: licence", "the licence of the bundle");
    if (error)
        return error;
    evidence->orders[evidence->order_count++] = (struct evidence_order){order, document->digest};
    return evidence_say(
        evidence, true, fault, "order %s, to %s: signed by %s", order.number,
        order_word(order.kind), order_needs_both(order.kind) ? "both ministries" : "a ministry");
}

static enum error read_delegation(
    struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct delegation *delegation = &evidence->delegations[evidence->delegation_count];
    enum error error = evidence_by_roots(evidence, document, open_delegation, delegation, fault);
    if (error)
        return error;
    evidence->delegation_count++;
    return evidence_say(
        evidence, true, fault, "delegation %llu of the server's keys: signed by both ministries",
        (unsigned long long)delegation->version);
}

static bool make_room(struct evidence *evidence)
{
    size_t count = evidence->bundle.documents_count + evidence->bundle.events_count;
    evidence->withdrawals = ARENA_ARRAY(&evidence->arena, struct evidence_withdrawal, count);
    evidence->orders = ARENA_ARRAY(&evidence->arena, struct evidence_order, count);
    evidence->receipts = ARENA_ARRAY(&evidence->arena, struct evidence_receipt, count);
    evidence->delegations = ARENA_ARRAY(&evidence->arena, struct delegation, count);
    return evidence->withdrawals && evidence->orders && evidence->receipts && evidence->delegations;
}

enum error evidence_open_papers(struct evidence *evidence, struct fault *fault)
{
    if (!make_room(evidence))
        return fault_place(fault, ERROR_MEMORY, "bundle");
    enum error error = read_certificate(evidence, fault);
    if (!error)
        error = read_form(evidence, fault);
    if (!error)
        error = read_licence(evidence, fault);
    if (!error)
        error = read_roll(evidence, fault);
    if (!error)
        error = read_declaration(evidence, fault);
    if (!error)
        error = evidence_each(evidence, INSTRUMENT_APPROVAL, read_approval, fault);
    if (!error)
        error = evidence_each(evidence, INSTRUMENT_ORDER, read_order, fault);
    return error ? error : evidence_each(evidence, INSTRUMENT_DELEGATION, read_delegation, fault);
}
