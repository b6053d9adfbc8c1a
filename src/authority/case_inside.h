/* What the files of a case's life-cycle share, and what opens or feeds a case from elsewhere. */
#ifndef ENDUSE_AUTHORITY_CASE_INSIDE_H
#define ENDUSE_AUTHORITY_CASE_INSIDE_H

#include "authority/inside.h"

/* A signal opens a case under the number given, or feeds the one on its licence that a signal has
 * opened and that is not closed. *ret_case is its number. */
enum error case_feed(
    struct transition_call *call, const struct signal_facts *facts, const char *number,
    const char **ret_case);

/* Opens another case besides the act's own file. */
struct case_opening {
    const char *number;
    enum case_origin origin;
    const char *licence, *what, *where;
};
enum error case_open_other(struct transition_call *call, const struct case_opening *opening);

/* An order on the licence of the act's case, in force, and of this kind unless ORDER_NONE. */
enum error case_order(
    struct transition_call *call, const char *number, enum order_kind kind,
    const struct order_file **ret_order);

/* The hearing, the decision, the objection: case_hearing.c. */
extern const struct layout case_notify_layout, case_statement_layout, case_hear_layout,
    case_decide_layout, case_object_layout, case_settle_layout;
enum error case_notify(struct transition_call *call);
enum error case_statement(struct transition_call *call);
enum error case_hear(struct transition_call *call);
enum error case_decide(struct transition_call *call);
enum error case_object(struct transition_call *call);
enum error case_settle(struct transition_call *call);
void case_clock(
    const struct office_settings *settings, const void *content, struct clock *ret_clock);

/* The file's fields, and what the bodies of acts share with them: case_fields.c. */
extern const struct layout case_layout, case_factor_layout;
extern const char *const case_origins[], *const case_outcomes[], *const case_tracks[];

#endif
