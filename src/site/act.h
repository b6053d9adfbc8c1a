/* An act that is being made on a page: which one, on which file, and what signing it would do.
 * Internal to site/. */
#ifndef ENDUSE_SITE_ACT_H
#define ENDUSE_SITE_ACT_H

#include "service/core.h"
#include "site/signing.h"
#include "site/views.h"

/* The row of an act that a person can do; NULL: there is none. */
const struct transition *act_row(enum file_kind kind, const char *verb);

/* What an act's page is about. */
struct making {
    struct reading *reading;
    enum file_kind kind;
    const struct transition *row;
    const char *number;  /* "" where it is still to be said */
    const void *content; /* NULL: no such file yet */
    uint64_t version;
    struct carried carried; /* the instrument that is signed with it */
    const char *back;       /* the page before, where it is not the file's own or its register */
};

/* The act that the request's path names, on the file that the pairs name as `number`, which the
 * reader sees (ERROR_NOT_FOUND) and which is still at the `version` that was looked at, where the
 * pairs say one (ERROR_OFFICE_VERSION); it must be one that the reader can do now (errors as
 * transition_open). Without a number it is an act that opens a file. */
enum error making_find(
    struct reading *reading, const struct http_request *request, struct http_pairs pairs,
    struct making *ret_making);

/* Holds the file to the version that was looked at, where one is said (ERROR_OFFICE_VERSION). */
enum error making_check_version(const struct making *making, const char *looked_at);

/* "Review application AP-0005", and the pages before and after. */
const char *making_heading(const struct making *making);
const char *making_action(const struct making *making);
const char *making_back(const struct making *making);

/* Judges the act with this body as the office would, now: what it changes, or the refusal. Nothing
 * is changed. Of an act that carries an instrument which is still to be signed, nothing is known
 * before: an outcome without changes. */
enum error making_judge(
    const struct making *making, const struct datum *body, struct act *ret_act,
    struct outcome *ret_outcome);

/* Whether a refusal is about what was filled in, so that the form is shown again with it. */
bool is_mistake(enum error error);

/* The field for the number of a file that the act opens. */
struct view_field number_field(const char *number);

#endif
