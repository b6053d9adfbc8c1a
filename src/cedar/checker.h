/* What the parts of the strict validator share: one policy's check, types of expressions, and
 * capabilities (what `has` and `hasTag` have established). For check*.c only. */
#ifndef ENDUSE_CEDAR_CHECKER_H
#define ENDUSE_CEDAR_CHECKER_H

#include "cedar/check.h"

/* A request environment: what the variables are of. */
struct environment {
    const struct cedar_action *action;
    const struct cedar_entity_type *principal;
    const struct cedar_entity_type *resource;
    struct cedar_type context;
};

/* The check of one policy. */
struct checker {
    const struct cedar_schema *schema;
    const struct cedar_policy *policy;
    struct environment environment;
    struct arena arena;              /* types and capabilities, until the environment's end */
    struct cedar_findings *findings; /* or NULL */
    size_t first_finding;            /* of this policy in findings */
    struct fault *fault;             /* of the first finding; or NULL */
    enum error error;                /* of the first finding */
    enum error stopped;              /* MEMORY or CHECK_LIMIT: nothing more is looked at */
    uint32_t steps;
    bool possible; /* some environment in which the conditions are not known to be false */
    /* Only accesses beyond the level are findings, and of the rest nothing is said. */
    bool only_level;
    uint32_t level;
};

/* Records a finding. expected is literal text or NULL; found is a format. */
PRINTF_LIKE(5, 6)
void cedar_checker_report(
    struct checker *checker, enum error error, struct cedar_span span, const char *expected,
    const char *found, ...);

/* Whether anybody will see one more finding. If not, nobody needs to look for words: whatever is
 * reported then changes nothing. */
bool cedar_checker_listens(const struct checker *checker);

/* Counts a step; false when the check has stopped, or stops now for having taken too many. */
bool cedar_checker_step(struct checker *checker, struct cedar_span span);

/* Stops the check for want of memory. */
void cedar_checker_no_memory(struct checker *checker);

/* check_type.c: the types of expressions */

enum { TYPE_WORDS_SIZE = 120 };

/* The one object of a kind that needs no member. */
const struct cedar_type *cedar_type_simple(enum cedar_type_kind kind);

bool cedar_type_is_boolean(const struct cedar_type *type);

/* The least type of which values of both types are, in strict mode: Bool of true and false,
 * element by element and attribute by attribute; otherwise both must be the same. NULL when there
 * is none, and when the check stops. */
const struct cedar_type *cedar_type_join(
    struct checker *checker, struct cedar_span span, const struct cedar_type *a,
    const struct cedar_type *b);

/* A record with count attributes, of which names, types and required are set. NULL: stopped. */
const struct cedar_type *
cedar_type_record(struct checker *checker, struct cedar_attribute *attributes, size_t count);

const struct cedar_type *cedar_type_set(struct checker *checker, const struct cedar_type *element);

/* The type as a person reads it, cut to fit, at a character, with "..." for the rest. size is at
 * least 8. Returns text. */
const char *cedar_type_words(const struct cedar_type *type, char *text, size_t size);

/* check_level.c: how far an entity is from the request */

/* By how many accesses of entities a value was reached from the variables of the request, and one
 * more: 1 for a variable itself. 0: not from there (a literal, which no slice of entities begins
 * at). Where the value is a record that an expression makes, each of its fields was reached in its
 * own way. */
struct reach {
    uint32_t level;
    const struct reached_record *record; /* or NULL */
};

/* Of an attribute or tag of an entity; of an attribute of a record; of one or the other value. */
struct reach cedar_reach_beyond(struct reach entity);
struct reach cedar_reach_field(struct checker *checker, struct reach record, struct bytes name);
struct reach cedar_reach_either(struct checker *checker, struct reach a, struct reach b);

/* Of a record that an expression makes, with the reach of each of its fields (kept). */
struct reach cedar_reach_record(
    struct checker *checker, const struct cedar_expr *expr, const struct reach *fields);

/* Notes that something is asked of the entity that expr is. */
void cedar_level_access(struct checker *checker, const struct cedar_expr *expr, struct reach reach);

/* The same of the entities that the scope asks about. */
void cedar_level_scope(struct checker *checker);

/* check_capability.c: what holds when an expression is true */

/* An immutable set of capabilities; NULL is the empty one. */
struct capabilities;

/* `subject has attribute`, and `subject.hasTag(tag)`. */
const struct capabilities *cedar_capability_attribute(
    struct checker *checker, const struct cedar_expr *subject, struct bytes attribute);
const struct capabilities *cedar_capability_tag(
    struct checker *checker, const struct cedar_expr *subject, const struct cedar_expr *tag);

/* What is in one or the other; what is in both. The longer-lived goes first. */
const struct capabilities *cedar_capabilities_either(
    struct checker *checker, const struct capabilities *a, const struct capabilities *b);
const struct capabilities *cedar_capabilities_both(
    struct checker *checker, const struct capabilities *a, const struct capabilities *b);

bool cedar_capabilities_have_attribute(
    struct checker *checker, const struct capabilities *known, const struct cedar_expr *subject,
    struct bytes attribute);
bool cedar_capabilities_have_tag(
    struct checker *checker, const struct capabilities *known, const struct cedar_expr *subject,
    const struct cedar_expr *tag);

/* check_expr.c */

/* What is known of an expression: its type (NULL: something is wrong with it, and reported), the
 * capabilities that hold when it is true, and from where its entities were reached. */
struct typed {
    const struct cedar_type *type;
    const struct capabilities *known;
    struct reach reach;
};

/* Checks an expression in the environment, given that known holds. */
struct typed cedar_check_expr(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known);

/* The same for one that must be a Bool: TRUE, FALSE, BOOL or NULL as its type. */
struct typed cedar_check_boolean(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known);

/* Checks an expression that must be an entity; reports it otherwise. */
struct typed cedar_check_entity_expr(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known);

/* Checks an expression that must be of the kind; reports it, with what was expected, otherwise.
 * Returns its type, or NULL. */
const struct cedar_type *cedar_check_kind(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known,
    enum cedar_type_kind kind, const char *expected);

/* Something is wrong with it; of a kind without members; a Bool of known value. */
struct typed cedar_typed_failed(void);
struct typed cedar_typed_simple(enum cedar_type_kind kind);
struct typed cedar_typed_boolean(bool value);

/* Reports an expression of a wrong type; two types where one is needed. */
void cedar_checker_report_type(
    struct checker *checker, const struct cedar_expr *expr, const char *expected,
    const struct cedar_type *found);
void cedar_checker_report_difference(
    struct checker *checker, struct cedar_span span, const struct cedar_type *a,
    const struct cedar_type *b);

/* check_call.c: the same as check_expr for a call. */
struct typed cedar_check_call(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known);

/* check_names.c */

/* Reports every entity type, enumerated entity and action in the policy that the schema does not
 * have, wherever it stands. */
void cedar_check_names(struct checker *checker);

#endif
