/* Forms as folders: reading, checking, building, showing; and filling order templates. docs/form.md
 * describes the folder. The face of form/.
 *
 * The instrument that a folder becomes is `struct form` (instruments/form.h). What is here works on
 * that struct wherever it came from, a folder or a signed file; only form_read, form_check and
 * form_build touch files. Who signs a form, and how it is verified, is instruments'.
 *
 * Faults name the file of the folder, the line and the column ("clauses.cedar: line 12, column 3"),
 * also for a form that came as one file.
 */
#ifndef ENDUSE_FORM_FORM_H
#define ENDUSE_FORM_FORM_H

#include "base/base.h"
#include "form/text.h"
#include "instruments/order.h"

/* Limits on what a folder may hold. Past one of them: ERROR_TOO_LARGE. */
enum {
    FORM_FILE_MAX = 1 << 20,      /* bytes of one file, scenarios.json excepted */
    FORM_SCENARIOS_MAX = 8 << 20, /* bytes of scenarios.json */
    FORM_TEMPLATES_MAX = 64,      /* order templates */
    FORM_PARAMETERS_MAX = 16,     /* parameters of one template */
    FORM_ARGUMENT_IDS_MAX = 256,  /* ids given for one parameter */
};

/* --- Checking ------------------------------------------------------------------------------ */

enum { FORM_REPORT_FAULTS_MAX = 100 };

/* What a check found. Start with a zeroed struct; end with form_report_free. */
struct form_report {
    struct fault *faults;                /* what does not hold, in the order of finding */
    size_t fault_count;                  /* at most FORM_REPORT_FAULTS_MAX are kept */
    size_t fault_total;                  /* how many there are */
    size_t coverage[COVERAGE_AUDIT + 1]; /* clauses of the text by enum coverage */
    size_t clause_count;                 /* clauses of the text */
    size_t permit_count, forbid_count;   /* policies of clauses.cedar */
    size_t condition_count;              /* model licence conditions */
    size_t template_count;
    size_t attribute_count; /* attributes of the vocabulary, each with its source */
    size_t scenario_count, scenarios_held;
};

void form_report_free(struct form_report *report);

/* Adds to *report whatever does not hold of a form in itself:
 *   the text is of the restricted Markdown, and its clauses are those that the form lists;
 *   the vocabulary is a Cedar schema, and each attribute has a source;
 *   clauses, conditions and filled templates validate strictly against it; conditions and templates
 *   forbid only; every policy is numbered, titled, in the margin of a clause of the text, and the
 *   other way round.
 * Returns ERROR_OK when nothing was added, else the first fault's error, with *fault filled as it
 * is; ERROR_MEMORY when the check itself could not be done. */
enum error
form_check_form(const struct form *form, struct fault *fault, struct form_report *report);

/* Adds to *report each worked example that does not hold, judged by the same path as every use
 * (verdict/), and each policy that no example is decided by. scenarios is the text of
 * scenarios.json; the form must have passed form_check_form. Returns as form_check_form. */
enum error form_check_scenarios(
    const struct form *form, struct bytes scenarios, struct fault *fault,
    struct form_report *report);

/* Both checks, for a folder. What stops the reading is a fault in the report too. */
enum error form_check(
    const struct os *os, const char *folder, struct fault *fault, struct form_report *report);

/* --- Reading and building ------------------------------------------------------------------ */

/* Reads a folder into the instrument; everything lives in arena. form.json, orders.json and the
 * structure of text.md are checked strictly, the rest only for being UTF-8 text. Stops at the first
 * fault. ret_scenarios (may be NULL) is the text of scenarios.json. */
enum error form_read(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct form *ret_form, struct bytes *ret_scenarios);

/* Checks a folder and appends the form's payload: deterministic CBOR, the same bytes for the same
 * folder, ready to be signed (document_sign with INSTRUMENT_FORM and form_read's struct gives the
 * same payload). Refuses a folder that does not pass form_check. */
enum error form_build(
    const struct os *os, const char *folder, struct fault *fault, struct buffer *ret_payload);

/* --- Text beside policies ------------------------------------------------------------------ */

/* One policy of a form. */
struct form_policy {
    const char *number; /* "6.1", "L2", "O3" */
    const char *title;
    const char *basis;
    const char *file; /* "clauses.cedar", "licence-conditions.cedar", "orders/NAME.cedar" */
    const char *text; /* the policy as written, annotations included; a template's with its slots */
    const char *body; /* from permit or forbid on */
    bool permit;
    unsigned line, column; /* in the file */
};

/* One numbered clause with the policies that execute it. */
struct form_article {
    const struct form_text_clause *clause;
    const struct form_policy *const *policies; /* in the order of the clause's margin */
    size_t policy_count;
};

struct form_articles {
    struct form_text text;
    const struct form_article *items; /* one for each clause of text, in order */
    size_t count;
    const struct form_policy *policies; /* all: clauses, conditions, templates, in file order */
    size_t policy_count;
};

/* Parses a form's text and policies and puts them together; everything is in arena and borrows
 * from form. Fails as form_check_form would where text and policies do not fit. */
enum error form_articles_make(
    const struct form *form, struct arena *arena, struct fault *fault,
    struct form_articles *ret_articles);

/* A form and its articles. */
struct read_form {
    struct form form;
    struct form_articles articles; /* none where text and policies do not fit together, */
    struct fault misfit;           /* and why */
};

/* Forms that were read, by the digests of their payloads: what never changes is read once. Any
 * thread. Nothing is forgotten, since there are few; what there is no room for is not kept. */
enum { FORM_KEPT_MAX = 16 };

struct form_keeper;
struct form_keeper *form_keeper_new(void);         /* NULL: no memory */
void form_keeper_free(struct form_keeper *keeper); /* NULL is fine */

/* The form with this payload. It lasts as long as both the keeper and the arena. Fails as
 * certificate_form, and that is not kept. */
enum error form_keeper_read(
    struct form_keeper *keeper, struct bytes payload, struct arena *arena, struct fault *fault,
    const struct read_form **ret_form);

/* Appends the form for a person at a terminal: each clause, how it is kept, and its policies. */
enum error form_print(const struct form *form, struct fault *fault, struct buffer *ret_text);

/* Appends a line for each fact that a declaration states, "  facts.NAME=" and what it may be. */
enum error form_print_facts(const struct form *form, struct fault *fault, struct buffer *ret_text);

/* --- Orders from templates ----------------------------------------------------------------- */

/* The template of that name, or NULL. */
const struct order_template *form_template(const struct form *form, const char *name);

/* What fills a parameter: ids for TEMPLATE_ENTITIES, one RFC 3339 time, or one whole number. */
struct form_argument {
    const char *name;
    const char *const *values;
    size_t count;
};

/* Fills a template and appends the policies, ready to be the clauses of an order of the template's
 * kind. No argument can change what the template says: each becomes one literal, in which all but a
 * few characters are escaped, and the filled text must have exactly the template's own clauses,
 * forbid only, and validate strictly against the form's vocabulary. For the kinds suspend and
 * disconnect the order itself carries no clauses: verdict/ applies them by kind.
 *
 * Errors: NOT_FOUND (no such template), FORM_ARGUMENT (one missing, unknown or given twice),
 * FORM_ARGUMENT_VALUE (no value of the type, or no member of an enumerated type), FORM_FILLED. */
enum error form_order_fill(
    const struct form *form, const char *template_name, const struct form_argument *arguments,
    size_t count, struct fault *fault, struct buffer *ret_clauses);

#endif
