/* The roll: an agency's operators and their keys, signed by the supervisor that the certificate
 * names. */
#ifndef ENDUSE_INSTRUMENTS_ROLL_H
#define ENDUSE_INSTRUMENTS_ROLL_H

#include "instruments/certificate.h"

struct roll_operator {
    const char *id;
    millis from, until;
    struct document_key key;
};

struct roll {
    struct digest certificate;
    const char *agency;
    uint64_t version; /* a higher one replaces a lower */
    millis issued, expires;
    const struct roll_operator *operators;
    size_t operators_count;
};

extern const struct layout roll_layout;

enum error roll_check(const struct roll *roll, struct fault *fault);

enum error roll_open(
    struct bytes bytes, const struct digest *authority, const struct certificate *certificate,
    const struct digest *certificate_digest, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct roll *ret_roll);

const struct roll_operator *roll_operator_by_id(const struct roll *roll, const char *id);
/* Whether the operator may act at the moment: the roll and the operator's line are in force. */
bool roll_operator_in_force(
    const struct roll *roll, const struct roll_operator *person, millis time);

#endif
