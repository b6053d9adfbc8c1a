/* Declarations of use. */
#include "instruments/declaration.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field fields[] = {
    FIELD(1, "id", FIELD_ID, struct declaration, id),
    FIELD(2, "certificate", FIELD_DIGEST, struct declaration, certificate),
    FIELD(3, "licence", FIELD_DIGEST, struct declaration, licence),
    FIELD(4, "operator", FIELD_TEXT, struct declaration, operator_id),
    FIELD(5, "file", FIELD_TEXT, struct declaration, file),
    FIELD(6, "made", FIELD_TIME, struct declaration, made),
    FIELD(7, "approval", FIELD_DIGEST, struct declaration, approval, OPTIONAL),
    FIELD(8, "facts", FIELD_DATUM, struct declaration, facts),
};
const struct layout declaration_layout = LAYOUT("declaration", struct declaration, fields);

enum error declaration_check(const struct declaration *declaration, struct fault *fault)
{
    return rule_name(declaration->operator_id, "operator", fault);
}

enum error declaration_open(
    struct bytes bytes, const struct digest *authority, const struct roll *roll,
    const struct digest *certificate, const struct digest *licence, struct arena *arena,
    struct fault *fault, struct document *ret_document, struct declaration *ret_declaration)
{
    /* The roll may be long and a declaration has one signer: look for that key alone. */
    struct unverified_envelope claim;
    enum error error = cose_peek_unverified(bytes, fault, &claim);
    if (error)
        return fault_within(fault, error, "declaration");
    const struct roll_operator *person = NULL;
    for (size_t i = 0; i < roll->operators_count && !person; i++) {
        struct key_id key = document_key_id(&roll->operators[i].key);
        if (key_id_equal(&key, &claim.kids[0]))
            person = &roll->operators[i];
    }
    if (!person)
        return fault_set(
            fault, ERROR_SIGNER_STRANGER, "declaration",
            "the signature of an operator on the agency's roll", "another key");
    struct signer signer;
    struct document document;
    struct declaration declaration;
    error = document_key_signer(&person->key, fault, &signer);
    if (!error)
        error = document_open(
            bytes, INSTRUMENT_DECLARATION, authority, &signer, 1, arena, fault, &document,
            &declaration);
    if (!error && strcmp(declaration.operator_id, person->id) != 0)
        error = fault_set(
            fault, ERROR_SIGNER_STRANGER, "declaration: operator", "the operator who signed", "%s",
            declaration.operator_id);
    if (!error)
        error =
            rule_refers(&declaration.certificate, certificate, "declaration: certificate", fault);
    if (!error)
        error = rule_refers(&declaration.licence, licence, "declaration: licence", fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_declaration = declaration;
    return ERROR_OK;
}
