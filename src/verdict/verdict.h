/* The one path from instruments and facts to a verdict. The guard, `enduse decide`, the check of a
 * form and the page "try a declaration" all call it.
 *
 *     terms         the clauses of certificate, licence and orders in force, compiled once
 *     declared_use  the facts of one declaration with its approval, bound to terms
 *     verdict       what one evaluation says of it at one moment
 *
 * A use is permitted only if Cedar allows it AND no clause erred. A fact whose source is
 * certificate, licence, approval or guard is never taken from a declaration.
 */
#ifndef ENDUSE_VERDICT_VERDICT_H
#define ENDUSE_VERDICT_VERDICT_H

#include "instruments/instruments.h"

/* An instrument and its digest: what a clause's full name begins with. */
struct terms_order {
    const struct order *order;
    struct digest digest;
};

/* What terms are made of. form is the certificate's own (certificate_open gives it); orders are
 * those in force that apply to this installation, extensions among them.
 *
 * Without a licence nothing is licensed and no use may begin: licence NULL is refused
 * (ERROR_VERDICT_LICENCE) unless the caller says certificate_alone. Then what a declaration would
 * meet under the certificate's own clauses is judged (the page "try a declaration"), with the
 * certificate's agency as licensee and every other fact of the licence at its least: no function,
 * no territory, no use, no time. What is explained of it says so first. A guard never says it. */
struct terms_sources {
    const struct form *form;
    const struct certificate *certificate;
    struct digest certificate_digest;
    const struct licence *licence;
    struct digest licence_digest;
    bool certificate_alone;
    const char *installation; /* its id; the Cedar resource. NULL: none, only clauses are tried */
    const struct terms_order *orders;
    size_t order_count;
};

/* Which document a clause stands in. */
enum clause_source { CLAUSE_CERTIFICATE = 1, CLAUSE_LICENCE, CLAUSE_ORDER };

/* One clause of the terms; the texts live as long as the terms. */
struct terms_clause {
    enum clause_source source;
    struct digest instrument;
    const char *number; /* "6.1", "L2", or the order's number with its clause: "OR-2026-0034/1" */
    const char *title;
    const char *basis; /* "reported", "construed", "ours"; "" in an order */
    bool permit;
    unsigned line, column; /* of the clause in its document's text */
};

struct terms;

/* Checks the vocabulary (ERROR_VERDICT_VOCABULARY: it asks for what nobody states), validates every
 * clause strictly against it and compiles. Under a licence each model condition of the form is a
 * clause too, unless the licence has one of the same number. A certificate or licence that does not
 * validate is refused, with the error of the parser or of the check at document, line and column,
 * and with ERROR_VERDICT_PERMIT where a licence permits; so is one that states a value which the
 * vocabulary does not know (ERROR_VERDICT_FACT_VALUE). An order to limit whose clauses are not
 * valid, or that has none, is taken as a suspension: terms_suspended_by names it. suspend,
 * disconnect and revoke are `forbid (principal, action, resource);`, with the order's wind-down for
 * running uses; extend moves the licence's end. Each document must have a digest of its own.
 * Everything is copied: the sources may go. */
enum error
terms_open(const struct terms_sources *sources, struct fault *fault, struct terms **ret_terms);
void terms_close(struct terms *terms);

/* The same for a form alone, before any certificate is made of it: its vocabulary, its clauses, and
 * its model conditions, which may only forbid. */
enum error
terms_check_form(const struct form *form, const struct digest *digest, struct fault *fault);

size_t terms_clause_count(const struct terms *terms);
const struct terms_clause *terms_clause(const struct terms *terms, size_t index);

/* Whether there is a licence, or a certificate alone is judged. */
bool terms_licensed(const struct terms *terms);

/* The number of an order whose clauses did not validate, or NULL. */
const char *terms_suspended_by(const struct terms *terms);

/* Of the orders given, those that terms for the installation are made of, in the order given: what
 * takes away and none of the others lifts, and extensions. Returns how many. */
size_t terms_orders_in_force(
    const struct terms_order *given, size_t count, const char *licence, const char *installation,
    struct terms_order *ret_orders);

struct declared_use;

/* What the declared use stands on, opened and verified by the caller. approval may be NULL. The
 * operator's agency is the roll's; whether the roll lists the operator at a moment is the caller's
 * to ask (roll_operator_in_force), before each judgement. */
struct use_sources {
    const struct declaration *declaration;
    const struct roll *roll;
    const struct approval *approval;
};

/* Types the declaration's facts after the vocabulary: an unknown fact, a fact of another source, a
 * missing fact, a value of the wrong type or an unknown member is refused with its name
 * (ERROR_VERDICT_FACT_...). An offence, body or function that the certificate or licence does not
 * name is no error: the clauses refuse it. terms must outlive the use; several threads may open and
 * judge uses of one terms, each use in one thread at a time. Everything is copied. */
enum error declared_use_open(
    const struct terms *terms, const struct use_sources *sources, struct fault *fault,
    struct declared_use **ret_use);
void declared_use_close(struct declared_use *use);

/* The facts of the moment. */
struct moment {
    millis time;                /* the authority's time, as the guard reckons it */
    bool running;               /* judged again while it runs */
    uint64_t other_active_uses; /* without the use being judged */
    uint64_t uses_in_period;    /* begun in the licence's current period, without this one */
    bool approval_withdrawn;
};

enum verdict_outcome {
    VERDICT_WITHIN = 1, /* within the terms: a permit matched, nothing forbade, nothing erred */
    VERDICT_FORBIDDEN,  /* outside: the clauses listed forbid it */
    VERDICT_NO_CLAUSE,  /* outside: no clause permits it */
    VERDICT_ERRED,      /* outside: a clause could not be evaluated */
};

enum { VERDICT_CLAUSE_LIMIT = 32 };

struct verdict {
    enum verdict_outcome outcome;
    uint16_t clauses[VERDICT_CLAUSE_LIMIT]; /* the determining clauses, by index, ascending */
    uint16_t clause_count;                  /* how many are listed */
    bool more;                              /* more determined it than are listed */
    uint16_t erred;                         /* ERRED: the first that erred; clauses has it too */
};

/* One Cedar evaluation. No allocation, no locks; changes only the use's own slots. Never fails:
 * what cannot be judged is VERDICT_ERRED. */
struct verdict declared_use_judge(struct declared_use *use, const struct moment *moment);

/* For a person: the outcome in words; each determining clause with number, title and document;
 * where a clause erred, the expression that could not be evaluated and why; where no clause
 * permits, for each permit that could apply the conditions that failed, with their source text and
 * the values seen. Appends; on failure ret_text is as before. ERROR_MEMORY. */
enum error declared_use_explain(
    struct declared_use *use, const struct moment *moment, struct buffer *ret_text);

/* The same as data (AuthZEN, --json, pages), as one object. ERROR_MEMORY, or the writer's error. */
enum error declared_use_explain_json(
    struct declared_use *use, const struct moment *moment, struct json_writer *writer);

const char *verdict_word(enum verdict_outcome outcome); /* "within", "forbidden", ... */

/* The numbers of the determining clauses, ascending, each once, as records and returns have them;
 * clauses without one are left out. They live as long as the terms. Returns how many. */
size_t verdict_numbers(
    const struct terms *terms, const struct verdict *verdict,
    const char *ret_numbers[VERDICT_CLAUSE_LIMIT]);

/* What the declaration says of function and subject, to bind a use to them. */
const char *declared_use_function(const struct declared_use *use);
const char *declared_use_subject(const struct declared_use *use);

#endif
