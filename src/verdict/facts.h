/* Facts from instruments as the attributes of Cedar entities and of the context. For verdict/. */
#ifndef ENDUSE_VERDICT_FACTS_H
#define ENDUSE_VERDICT_FACTS_H

#include "cedar/cedar.h"
#include "instruments/instruments.h"

/* A fact before it has the vocabulary's type. */
enum fact_kind { FACT_BOOL, FACT_NUMBER, FACT_TIME, FACT_SPAN, FACT_TEXT, FACT_TEXTS };

/* Entries of one list in a declaration. */
enum { FACT_LIST_MAX = 1024 };

struct fact {
    enum fact_kind kind;
    bool boolean;
    int64_t number; /* a Long; a moment or length of time in milliseconds */
    const char *text;
    const char *const *texts;
    size_t count;
};

/* What an attribute's value is taken from. Members that do not matter to the row are NULL; offence
 * and body are NULL too where the certificate does not name what a declaration names. */
struct fact_sources {
    const struct certificate *certificate;
    const struct licence *licence;
    const struct offence *offence;
    const struct approving_body *body;
    const struct approval *approval;
    bool certified_agency; /* the agency is the certificate's */
};

/* Where values are made. */
struct fact_maker {
    struct cedar_symbols *symbols;
    struct arena *arena;
};

/* Gives a fact the type that the vocabulary wants (ERROR_VERDICT_FACT_VALUE with name as place).
 * Times and lengths of time may also be given as text: a declaration does. */
enum error fact_value(
    const struct fact_maker *maker, const char *name, const struct cedar_type *type,
    const struct fact *fact, struct fault *fault, struct cedar_value *ret_value);

/* A datum of a declaration as a fact; lists of texts in arena. A kind that no fact can have, and
 * more than FACT_LIST_MAX entries, are refused. */
enum error fact_of_datum(
    const struct datum *datum, const char *name, struct arena *arena, struct fault *fault,
    struct fact *ret_fact);

/* Whether the table of facts states every attribute of an entity type ("Offence") or record
 * ("approval"), with the vocabulary's type, and whether its @source says who states it
 * (ERROR_VERDICT_VOCABULARY, naming the attribute). */
enum error
fact_record_check(const char *owner, const struct cedar_record_type *type, struct fault *fault);

/* Builds the attributes of a type that fact_record_check has passed. ERROR_VERDICT_FACT_VALUE: a
 * document's value is not one that the vocabulary knows. */
enum error fact_record(
    const struct fact_maker *maker, const char *owner, const struct cedar_record_type *type,
    const struct fact_sources *sources, struct fault *fault, struct cedar_record **ret_record);

/* Whether a declaration can state a fact of the type. */
bool fact_declarable(const struct cedar_type *type);

/* Whether the attribute's @source is the word. */
bool fact_has_source(const struct cedar_attribute *attribute, const char *word);

/* "EndUse::Agency" and the id, interned. */
enum error fact_uid(
    const struct fact_maker *maker, const char *type, const char *id,
    const struct cedar_uid **ret_uid);

#endif
