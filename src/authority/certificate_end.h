/* How a certificate ends before its date; for certificate.c. */
#ifndef ENDUSE_AUTHORITY_CERTIFICATE_END_H
#define ENDUSE_AUTHORITY_CERTIFICATE_END_H

#include "authority/inside.h"

/* Of one that both ministries have just countersigned: those in force for the same state, agency,
 * product and place end when it begins; at once where it has begun. One at a time may be still to
 * begin. */
enum error certificate_take_place(struct transition_call *call);

extern const struct layout certificate_breach_layout;
enum error certificate_ask_withdrawal(struct transition_call *call);
enum error certificate_withdraw(struct transition_call *call);
enum error certificate_ask_breach(struct transition_call *call);
enum error certificate_breach(struct transition_call *call);
enum error certificate_keep(struct transition_call *call);
enum error certificate_supersede(struct transition_call *call);
enum error certificate_expire(struct transition_call *call);
enum error certificate_due(const struct due_call *call, const void *content, struct due *ret_due);

#endif
