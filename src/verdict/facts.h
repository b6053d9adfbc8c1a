/* Facts from instruments as the attributes of Cedar entities and of the context. For verdict/. */
#ifndef ENDUSE_VERDICT_FACTS_H
#define ENDUSE_VERDICT_FACTS_H

#include "cedar/cedar.h"
#include "instruments/instruments.h"

/* A fact before it has the vocabulary's type. */
enum fact_kind { FACT_NONE, FACT_BOOL, FACT_NUMBER, FACT_TEXT, FACT_TEXTS };

struct fact {
    enum fact_kind kind;
    bool boolean;
    int64_t number; /* a Long; a datetime or duration in milliseconds */
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
    const struct cedar_schema *schema;
    struct cedar_symbols *symbols;
    struct arena *arena;
};

/* Gives a fact the type that the vocabulary wants (ERROR_VERDICT_FACT_VALUE with name as place). */
enum error fact_value(
    const struct fact_maker *maker, const char *name, const struct cedar_type *type,
    const struct fact *fact, struct fault *fault, struct cedar_value *ret_value);

/* A datum of a declaration as a fact; lists of texts in arena. A kind that no fact can have is
 * refused. */
enum error fact_of_datum(
    const struct datum *datum, const char *name, struct arena *arena, struct fault *fault,
    struct fact *ret_fact);

/* Builds the attributes that the vocabulary gives to an entity type ("Offence") or record
 * ("approval") from the table of facts. ERROR_VERDICT_VOCABULARY: it asks for an attribute that no
 * instrument states, or says that another source states it. */
enum error fact_record(
    const struct fact_maker *maker, const char *owner, const struct cedar_record_type *type,
    const struct fact_sources *sources, struct fault *fault, struct cedar_record **ret_record);

/* The guard's own facts of the moment, with their first value. */
enum error fact_of_guard(const char *name, struct fault *fault, struct fact *ret_fact);

/* "EndUse::Agency" and the id, interned. */
enum error fact_uid(
    const struct fact_maker *maker, const char *type, const char *id,
    const struct cedar_uid **ret_uid);

#endif
