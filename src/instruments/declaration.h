/* A declaration of use: what the operator states before a use, signed with the operator's key. The
 * facts are named after the vocabulary's attributes with source "declaration"; verdict/ checks them
 * against it. */
#ifndef ENDUSE_INSTRUMENTS_DECLARATION_H
#define ENDUSE_INSTRUMENTS_DECLARATION_H

#include "instruments/approval.h"
#include "instruments/datum.h"
#include "instruments/roll.h"

struct declaration {
    struct id id; /* random; accepted once */
    struct digest certificate;
    struct digest licence;
    const char *operator_id;
    const char *file;       /* the agency's file reference; must be the approval's */
    millis made;            /* the operator's clock: recorded, never used to decide */
    struct digest approval; /* may be absent */
    struct datum facts;     /* a map: attribute name -> bool, number, text, list of texts */
};

extern const struct layout declaration_layout;

enum error declaration_check(const struct declaration *declaration, struct fault *fault);

/* Verifies with the operator's key of the roll, for the certificate and licence given. */
enum error declaration_open(
    struct bytes bytes, const struct digest *authority, const struct roll *roll,
    const struct digest *certificate, const struct digest *licence, struct arena *arena,
    struct fault *fault, struct document *ret_document, struct declaration *ret_declaration);

#endif
