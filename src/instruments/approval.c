/* Approvals and their withdrawals. */
#include "instruments/approval.h"

#include <string.h>

#include "instruments/rules.h"

static const char *const kinds[] = {"ordinary", "urgent", "withdrawal", NULL};

static const struct field fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct approval, number),
    FIELD(2, "kind", FIELD_CHOICE, struct approval, kind, .words = kinds),
    FIELD(3, "body", FIELD_TEXT, struct approval, body),
    FIELD(4, "certificate", FIELD_DIGEST, struct approval, certificate),
    FIELD(5, "file", FIELD_TEXT, struct approval, file),
    FIELD(6, "issued", FIELD_TIME, struct approval, issued),
    FIELD(7, "expires", FIELD_TIME, struct approval, expires, OPTIONAL),
    FIELD(8, "subject", FIELD_TEXT, struct approval, subject, OPTIONAL),
    FIELD(9, "offence", FIELD_TEXT, struct approval, offence, OPTIONAL),
    FIELD_MANY(10, "functions", FIELD_TEXTS, struct approval, functions),
    FIELD(11, "life-at-risk", FIELD_BOOL, struct approval, life_at_risk),
    FIELD(12, "withdraws", FIELD_DIGEST, struct approval, withdraws, OPTIONAL),
    FIELD(13, "privacy-law-met", FIELD_BOOL, struct approval, privacy_law_met),
};
const struct layout approval_layout = LAYOUT("approval", struct approval, fields);

enum error approval_check(const struct approval *approval, struct fault *fault)
{
    enum error error = rule_name(approval->number, "number", fault);
    if (!error)
        error = rule_name(approval->body, "body", fault);
    if (error)
        return error;
    if (approval->kind == APPROVAL_WITHDRAWAL) {
        if (!digest_is_set(&approval->withdraws))
            return rule_broken(fault, "withdraws", "the digest of the approval withdrawn");
        if (approval->expires || approval->subject || approval->offence ||
            approval->functions_count || approval->life_at_risk || approval->privacy_law_met)
            return rule_broken(fault, "withdrawal", "nothing but what is withdrawn");
        return ERROR_OK;
    }
    if (digest_is_set(&approval->withdraws))
        return rule_broken(fault, "withdraws", "only in a withdrawal");
    if (!approval->subject || !approval->offence)
        return rule_broken(fault, "approval", "a subject and an offence");
    if (approval->functions_count == 0)
        return rule_broken(fault, "functions", "a function at least");
    return rule_period(approval->issued, approval->expires, "expires", fault);
}

enum error approval_open(
    struct bytes bytes, const struct digest *authority, const struct certificate *certificate,
    const struct digest *certificate_digest, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct approval *ret_approval)
{
    /* All bodies' keys verify; then the one that signed must be the one that it names. */
    struct signer *signers = ARENA_ARRAY(arena, struct signer, certificate->bodies_count);
    if (!signers)
        return fault_place(fault, ERROR_MEMORY, "approval");
    size_t count = 0;
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        struct signer signer;
        if (document_key_signer(&certificate->bodies[i].key, NULL, &signer) != ERROR_OK)
            continue; /* certificate_check has taken it: no other end */
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = key_id_equal(&signers[k].id, &signer.id);
        if (!known)
            signers[count++] = signer;
    }
    struct document document;
    struct approval approval;
    enum error error = document_open(
        bytes, INSTRUMENT_APPROVAL, authority, signers, count, arena, fault, &document, &approval);
    if (error)
        return error;
    const struct approving_body *body = certificate_body(certificate, approval.body);
    struct key_id key = body ? document_key_id(&body->key) : (struct key_id){0};
    if (!body || !document_signed_by(&document, &key))
        return fault_set(
            fault, ERROR_SIGNER_STRANGER, "approval",
            "the signature of the approving body that it names", "body %s", approval.body);
    error = rule_refers(&approval.certificate, certificate_digest, "approval: certificate", fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_approval = approval;
    return ERROR_OK;
}
