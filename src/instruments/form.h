/* The form of an end-use certificate, executable: text, clauses, vocabulary, model conditions and
 * order templates. Signed by defence AND foreign. */
#ifndef ENDUSE_INSTRUMENTS_FORM_H
#define ENDUSE_INSTRUMENTS_FORM_H

#include "instruments/signing.h"

/* How a numbered clause of the text is kept. */
enum coverage { COVERAGE_EXECUTABLE = 1, COVERAGE_PARTLY, COVERAGE_PROCEDURE, COVERAGE_AUDIT };

struct form_clause {
    const char *number; /* "6.1" */
    const char *title;
    enum coverage coverage;
    const char *note; /* what keeps the part that is not executable; may be absent */
};

/* A parameter of an order template: what fills its slot. */
enum template_type { TEMPLATE_ENTITIES = 1, TEMPLATE_TIME, TEMPLATE_NUMBER };
struct template_parameter {
    const char *name;
    const char *title;
    enum template_type type;
    const char *entity; /* TEMPLATE_ENTITIES: the entity type, "EndUse::Function" */
};

struct order_template {
    const char *name; /* "limit-functions" */
    const char *title;
    const char *kind;    /* the word of an order's kind: "limit", "suspend", ... */
    const char *clauses; /* policy text with {{slots}} */
    const struct template_parameter *parameters;
    size_t parameters_count;
};

struct form {
    const char *number; /* "IL-2021-12" */
    uint64_t version;
    const char *title;
    const char *const *languages; /* BCP 47 */
    size_t languages_count;
    const char *prevailing;        /* the language whose text prevails */
    const char *const *ministries; /* who drafted it */
    size_t ministries_count;
    millis in_force;                    /* from when it may be offered */
    const char *text;                   /* numbered clauses, restricted Markdown */
    const char *clauses;                /* Cedar policies */
    const char *vocabulary;             /* Cedar schema */
    const char *conditions;             /* Cedar: of a licence, unless it replaces one by number */
    const struct form_clause *contents; /* every numbered clause, in order */
    size_t contents_count;
    const struct order_template *templates;
    size_t templates_count;
    struct digest scenarios; /* SHA-256 of the folder's scenarios.json */
};

extern const struct layout form_layout;

/* What the table cannot say: numbers unique, prevailing among languages. Whether the clauses are
 * valid Cedar is form_check's in form/. */
enum error form_document_check(const struct form *form, struct fault *fault);

/* Verifies (both ministries) and decodes. */
enum error form_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct form *ret_form);

#endif
