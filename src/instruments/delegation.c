/* Delegations of the server's keys. */
#include "instruments/delegation.h"

#include "instruments/rules.h"

static const struct field fields[] = {
    FIELD(1, "version", FIELD_UINT, struct delegation, version),
    FIELD(2, "epoch", FIELD_UINT, struct delegation, epoch),
    FIELD(
        3, "lease-key", FIELD_RECORD, struct delegation, lease_key, .layout = &document_key_layout),
    FIELD(4, "log-key", FIELD_RECORD, struct delegation, log_key, .layout = &document_key_layout),
    FIELD(5, "origin", FIELD_TEXT, struct delegation, origin),
    FIELD(6, "from", FIELD_TIME, struct delegation, from),
    FIELD(7, "until", FIELD_TIME, struct delegation, until),
};
const struct layout delegation_layout = LAYOUT("delegation", struct delegation, fields);

enum error delegation_check(const struct delegation *delegation, struct fault *fault)
{
    struct signer signer;
    enum error error = document_key_signer(&delegation->lease_key, fault, &signer);
    if (!error)
        error = document_key_signer(&delegation->log_key, fault, &signer);
    if (!error)
        error = rule_period(delegation->from, delegation->until, "until", fault);
    if (error)
        return error;
    if (delegation->version < 1 || delegation->epoch < 1)
        return rule_broken(fault, "version", "a version and an epoch of 1 or more");
    if (delegation->lease_key.kind != SIGNER_KEY || delegation->log_key.kind != SIGNER_KEY)
        return rule_broken(fault, "lease-key", "keys, since a server has no passkey");
    if (bytes_equal(delegation->lease_key.public_key, delegation->log_key.public_key))
        return rule_broken(fault, "log-key", "another key than the lease key");
    millis length = delegation->until - delegation->from;
    if (length < DELEGATION_SHORTEST || length > DELEGATION_LONGEST)
        return rule_broken(fault, "until", "a period of 7 to 30 days");
    return ERROR_OK;
}

enum error delegation_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct delegation *ret_delegation)
{
    struct document document;
    struct delegation delegation;
    enum error error = document_open_by_root(
        bytes, INSTRUMENT_DELEGATION, chain, arena, fault, &document, &delegation);
    if (!error)
        error = signed_by_both(&document, &chain->current, fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_delegation = delegation;
    return ERROR_OK;
}
