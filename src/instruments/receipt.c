/* Receipts: an order was obeyed. */
#include "instruments/receipt.h"

#include "instruments/rules.h"

static const struct field fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct receipt, installation),
    FIELD(2, "order", FIELD_DIGEST, struct receipt, order),
    FIELD(3, "lease", FIELD_DIGEST, struct receipt, lease),
    FIELD(4, "received", FIELD_TIME, struct receipt, received),
    FIELD(5, "obeyed", FIELD_TIME, struct receipt, obeyed),
    FIELD(6, "stopped", FIELD_UINT, struct receipt, stopped),
    FIELD(7, "state", FIELD_CHOICE, struct receipt, state, .words = lease_state_words),
};
const struct layout receipt_layout = LAYOUT("receipt", struct receipt, fields);

enum error receipt_check(const struct receipt *receipt, struct fault *fault)
{
    enum error error = rule_name(receipt->installation, "installation", fault);
    if (!error && receipt->obeyed < receipt->received)
        error = rule_broken(fault, "obeyed", "no time before the order was received");
    return error;
}

enum error receipt_open(
    struct bytes bytes, const struct digest *authority, const struct signer *guard,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct receipt *ret_receipt)
{
    return document_open(
        bytes, INSTRUMENT_RECEIPT, authority, guard, 1, arena, fault, ret_document, ret_receipt);
}
