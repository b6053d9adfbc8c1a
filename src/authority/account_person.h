/* What the office keeps of a person of the root; for account.c. */
#ifndef ENDUSE_AUTHORITY_ACCOUNT_PERSON_H
#define ENDUSE_AUTHORITY_ACCOUNT_PERSON_H

#include "authority/inside.h"

/* The first act on a person of the root opens the account's file. */
enum error account_open_person(struct transition_call *call);

extern const struct layout account_absent_layout, account_recuse_layout;
enum error account_absent(struct transition_call *call);
enum error account_come_back(struct transition_call *call);
enum error account_recuse(struct transition_call *call);

#endif
