/* An act on a file: what it changes, or why it is refused. */
#ifndef ENDUSE_AUTHORITY_APPLY_H
#define ENDUSE_AUTHORITY_APPLY_H

#include "authority/role.h"
#include "authority/settings.h"

/* How the rules see the other files. find gives a file's content as it stands before the act, in
 * memory that lives until the act is over, or NULL in *ret_content when there is no such file;
 * find_by_digest the number of the file of a kind that has this digest (file_digest), or NULL;
 * next, in the order of numbers, the file after `after` ("" for the first) of those of a kind that
 * hang on `parent` (NULL: of all), or NULL. An error is the database's, not a refusal. */
struct office_view {
    void *context;
    enum error (*find)(
        void *context, enum file_kind kind, const char *number, struct fault *fault,
        const void **ret_content);
    enum error (*find_by_digest)(
        void *context, enum file_kind kind, const struct digest *digest, struct fault *fault,
        const char **ret_number);
    enum error (*next)(
        void *context, enum file_kind kind, const char *parent, const char *after,
        struct fault *fault, const void **ret_content);
};

/* What the office stands on besides its files. */
struct office {
    const struct root_chain *chain;
    const struct delegation *delegation; /* in force; NULL before the first */
    struct office_settings settings;     /* in force (settings.h) */
    millis countries_date; /* of the list of countries: its newest change; 0 before the first */
};

enum { OFFICE_CHANGES_MAX = 8 };

/* One file as the act leaves it. */
struct file_change {
    enum file_kind kind;
    const void *content; /* of the kind's struct; base.version is the new one */
    bool created;
};

struct outcome {
    struct file_change changes[OFFICE_CHANGES_MAX]; /* the act's own file first */
    size_t change_count;
    /* Bits 1 << kind: what is due on files of these kinds may have changed by this act (a country
     * taken off the list, a calendar), so it is reckoned anew for all of them; or for those that
     * hang on the file with the number recheck_under alone, where that is not NULL. */
    unsigned recheck;
    const char *recheck_under;
};

/* Judges an act that was verified to be the actor's, at this time, against the files as they stand.
 * Everything in *ret_outcome is in arena. Refusals, all from the rows 700..749:
 *   OFFICE_FILE, OFFICE_VERB   no such kind of file, no such act on it
 *   OFFICE_VERSION             the file is at another version; found says which
 *   OFFICE_STATE               not in this state
 *   OFFICE_ROLE                not for this role or ministry
 *   OFFICE_OWN_ACT             nobody reviews, confirms or countersigns their own act
 *   OFFICE_CONDITION           a condition of the act does not hold; expected says which
 *   OFFICE_MISSING             a file that it refers to is not there
 *   OFFICE_FORM                the certificate's form is not in the register, or withdrawn
 *   OFFICE_GUARD_KEY           the key of the guard is another installation's
 *   OFFICE_LATE                the time for it has ended; found says when
 *   OFFICE_RECUSED             the person was removed from the file
 *   OFFICE_ORGANISATION        the file is not of the organisation that the person acts for
 * and errors of bodies and instruments. Any other error is the view's. */
enum error authority_apply(
    const struct office *office, const struct office_view *view, const struct actor *actor,
    const struct act *act, millis time, struct arena *arena, struct fault *fault,
    struct outcome *ret_outcome);

/* A receipt that an installation's guard signed, which the caller has verified: noted on the
 * order's file. A receipt for an unknown order (OFFICE_MISSING), or of an installation that the
 * order is not for (OFFICE_CONDITION), is refused; the same installation's second receipt for an
 * order changes nothing (no change in the outcome). One whose time cannot be is kept, and marked.
 */
enum error authority_receipt(
    const struct office_view *view, const struct receipt *receipt, const char *order_number,
    millis time, struct arena *arena, struct fault *fault, struct outcome *ret_outcome);

/* A return that an installation's guard signed, which the caller has verified, on the
 * installation's licence: added up (usage.h); where the licence's quota is reached, the licence's
 * state follows; what is unusual raises signals. */
enum error authority_return(
    const struct office *office, const struct office_view *view, const struct usage_return *value,
    const struct licence_file *licence_file, millis time, struct arena *arena, struct fault *fault,
    struct outcome *ret_outcome);

/* What is due by a rule at this time on this file, for the server's key to sign: expiry, deadlines,
 * orders not confirmed. *ret_verb is NULL when nothing is; *ret_next is when something will be, or
 * 0. Errors are the view's. */
enum error authority_due(
    const struct office *office, const struct office_view *view, enum file_kind kind,
    const void *content, millis time, struct fault *fault, const char **ret_verb, millis *ret_next);

#endif
