/* What the commands about case bundles share: asking the authority for its part. */
#ifndef ENDUSE_CLI_BUNDLE_H
#define ENDUSE_CLI_BUNDLE_H

#include "bundle/draft.h"
#include "cli/api.h"

enum { BUNDLE_FILES_MAX = 512 };

/* The office's part on its way into a draft. Start with call, draft and, where it is known, the
 * installation; the rest zero. Everything found lives in the call's arena. */
struct office_part {
    struct call *call;
    struct draft *draft;
    const char *installation; /* whose guard it is about; NULL: the first that obeyed */
    uint64_t size;            /* of the log that the checkpoint is of */
    const char *kinds[BUNDLE_FILES_MAX], *numbers[BUNDLE_FILES_MAX]; /* wanted, each once */
    size_t file_count, file_done;
    struct bytes *returns; /* of the guard: each says a head of its log */
    size_t return_count, return_room;
};

/* Roots, delegation and checkpoint: what everything else is proven by. */
enum error office_begin(struct office_part *part, struct fault *fault);

/* Wants a file's document and events; one that is wanted already is not wanted again. Texts are
 * copied. */
enum error
office_want(struct office_part *part, const char *kind, const char *number, struct fault *fault);

/* Takes what is wanted and what that stands on: the licence of an order, the certificate of a
 * licence, its form, the installation that obeyed, the delegations and accounts that acts are
 * signed by. May be called again after more is wanted. */
enum error office_take(struct office_part *part, struct fault *fault);

#endif
