/* Rolls of operators. */
#include "instruments/roll.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field operator_fields[] = {
    FIELD(1, "id", FIELD_TEXT, struct roll_operator, id),
    FIELD(2, "from", FIELD_TIME, struct roll_operator, from),
    FIELD(3, "until", FIELD_TIME, struct roll_operator, until),
    FIELD(4, "key", FIELD_RECORD, struct roll_operator, key, .layout = &document_key_layout),
};
static const struct layout operator_layout =
    LAYOUT("operator", struct roll_operator, operator_fields);

static const struct field fields[] = {
    FIELD(1, "certificate", FIELD_DIGEST, struct roll, certificate),
    FIELD(2, "agency", FIELD_TEXT, struct roll, agency),
    FIELD(3, "version", FIELD_UINT, struct roll, version),
    FIELD(4, "issued", FIELD_TIME, struct roll, issued),
    FIELD(5, "expires", FIELD_TIME, struct roll, expires),
    FIELD_MANY(6, "operators", FIELD_RECORDS, struct roll, operators, .layout = &operator_layout),
};
const struct layout roll_layout = LAYOUT("roll", struct roll, fields);

enum error roll_check(const struct roll *roll, struct fault *fault)
{
    enum error error = rule_name(roll->agency, "agency", fault);
    if (!error)
        error = rule_period(roll->issued, roll->expires, "expires", fault);
    for (size_t i = 0; i < roll->operators_count && !error; i++) {
        const struct roll_operator *person = &roll->operators[i];
        struct signer signer;
        error = rule_name(person->id, "id", fault);
        if (!error)
            error = rule_period(person->from, person->until, "until", fault);
        if (!error)
            error = document_key_signer(&person->key, fault, &signer);
        for (size_t k = 0; k < i && !error; k++) {
            if (strcmp(roll->operators[k].id, person->id) == 0 ||
                bytes_equal(roll->operators[k].key.public_key, person->key.public_key))
                error = rule_broken(fault, "operators", "each id and each key once");
        }
        if (error)
            fault_within(fault, error, "operator %s", person->id);
    }
    return error;
}

enum error roll_open(
    struct bytes bytes, const struct digest *authority, const struct certificate *certificate,
    const struct digest *certificate_digest, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct roll *ret_roll)
{
    struct signer supervisor;
    struct document document;
    struct roll roll;
    enum error error = document_key_signer(&certificate->supervisor.key, fault, &supervisor);
    if (!error)
        error = document_open(
            bytes, INSTRUMENT_ROLL, authority, &supervisor, 1, arena, fault, &document, &roll);
    if (!error)
        error = rule_refers(&roll.certificate, certificate_digest, "roll: certificate", fault);
    if (error)
        return error;
    if (strcmp(roll.agency, certificate->agency.id) != 0)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "roll: agency", "the certificate's end user", "%s",
            roll.agency);
    *ret_document = document;
    *ret_roll = roll;
    return ERROR_OK;
}

const struct roll_operator *roll_operator_by_id(const struct roll *roll, const char *id)
{
    for (size_t i = 0; i < roll->operators_count; i++) {
        if (strcmp(roll->operators[i].id, id) == 0)
            return &roll->operators[i];
    }
    return NULL;
}

bool roll_operator_in_force(
    const struct roll *roll, const struct roll_operator *person, millis time)
{
    return roll->issued <= time && time < roll->expires && person->from <= time &&
           time < person->until;
}
