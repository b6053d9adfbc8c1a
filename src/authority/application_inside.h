/* The steps of an application's review; for application.c. */
#ifndef ENDUSE_AUTHORITY_APPLICATION_INSIDE_H
#define ENDUSE_AUTHORITY_APPLICATION_INSIDE_H

#include "authority/inside.h"

/* application_clock.c. Periods begin now. */
enum error period_begin(struct transition_call *call, uint64_t days, struct period *period);
void period_stop(struct transition_call *call, struct period *period);
enum error period_go_on(struct transition_call *call, struct period *period);
bool period_is_over(const struct period *period, millis time);

extern const struct layout application_open_layout, application_ask_layout,
    application_answer_layout;
enum error application_open_review(struct transition_call *call);
enum error application_ask(struct transition_call *call);
enum error application_answer(struct transition_call *call);
enum error application_overdue(struct transition_call *call);
void application_clock(
    const struct office_settings *settings, const void *content, struct clock *ret_clock);

/* application_review.c. */
extern const struct layout application_review_layout, application_direct_layout;
enum error application_assess(struct transition_call *call);
enum error application_opine(struct transition_call *call);
enum error application_direct(struct transition_call *call);
enum error application_review(struct transition_call *call);
enum error application_consent(struct transition_call *call);
enum error application_escalate(struct transition_call *call);
enum error application_settle(struct transition_call *call);
enum error application_decide_again(struct transition_call *call);

#endif
