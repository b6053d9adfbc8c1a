/* Renewals of a lease. */
#include "instruments/renewal.h"

#include "instruments/rules.h"

static const struct field head_fields[] = {
    FIELD(1, "size", FIELD_UINT, struct head, size),
    FIELD(2, "root", FIELD_DIGEST, struct head, root),
    FIELD(3, "tag", FIELD_DIGEST, struct head, tag, OPTIONAL),
};
const struct layout head_layout = LAYOUT("head", struct head, head_fields);

static const struct field fields[] = {
    FIELD(1, "request", FIELD_ID, struct renewal, request),
    FIELD(2, "installation", FIELD_TEXT, struct renewal, installation),
    FIELD(3, "licence", FIELD_DIGEST, struct renewal, licence),
    FIELD(4, "epoch", FIELD_UINT, struct renewal, epoch, OPTIONAL),
    FIELD(5, "sequence", FIELD_UINT, struct renewal, sequence, OPTIONAL),
    FIELD(6, "previous", FIELD_DIGEST, struct renewal, previous, OPTIONAL),
    FIELD(7, "boot", FIELD_ID, struct renewal, boot),
    FIELD(8, "boot-time", FIELD_TIME, struct renewal, boot_time),
    FIELD(9, "head", FIELD_RECORD, struct renewal, head, .layout = &head_layout),
    FIELD(10, "running", FIELD_UINT, struct renewal, running),
    FIELD(11, "latch", FIELD_DIGEST, struct renewal, latch, OPTIONAL),
    FIELD(12, "latch-reason", FIELD_TEXT, struct renewal, latch_reason, OPTIONAL),
    FIELD(13, "in-force", FIELD_DIGEST, struct renewal, in_force, OPTIONAL),
    FIELD_MANY(14, "returns", FIELD_BLOBS, struct renewal, returns, .limit = 16),
    FIELD_MANY(15, "receipts", FIELD_BLOBS, struct renewal, receipts, .limit = 64),
};
const struct layout renewal_layout = LAYOUT("renewal", struct renewal, fields);

enum error renewal_check(const struct renewal *renewal, struct fault *fault)
{
    enum error error = rule_name(renewal->installation, "installation", fault);
    if (error)
        return error;
    bool first = renewal->sequence == 0;
    if (first != (renewal->epoch == 0) || first != !digest_is_set(&renewal->previous))
        return rule_broken(
            fault, "sequence", "epoch, sequence and previous lease together, or none of them");
    if (digest_is_set(&renewal->latch) != (renewal->latch_reason != NULL))
        return rule_broken(fault, "latch", "a latch together with its reason");
    return ERROR_OK;
}

enum error renewal_open(
    struct bytes bytes, const struct digest *authority, const struct signer *guard,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct renewal *ret_renewal)
{
    return document_open(
        bytes, INSTRUMENT_RENEWAL, authority, guard, 1, arena, fault, ret_document, ret_renewal);
}
