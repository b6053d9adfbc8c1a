/* Hearings: what a party may read of the cases that it was given notice of. */
#ifndef ENDUSE_SERVICE_HEARINGS_H
#define ENDUSE_SERVICE_HEARINGS_H

#include "service/core.h"

/* The hearing of the reader's in the case of that number. ERROR_NOT_FOUND where the case is not
 * there, is on a licence of others, or the reader was given no notice: the answer does not tell
 * which. Errors of reader_is_heard besides. Its texts are those of
 * *ret_case, the case's file, which is not for the reader; in the reading's arena. */
enum error hearing_load(
    struct reading *reading, const char *number, const void **ret_case,
    struct hearing *ret_hearing);

/* All of the reader's whose cases are not closed, by state and number; those of a closed case are
 * at its licence. Goes through the cases in which parties are heard or may object. */
enum error
hearings_open(struct reading *reading, const struct hearing **ret_hearings, size_t *ret_count);

/* All of the reader's on a licence, whatever became of them; none for who is never heard. */
enum error hearings_of_licence(
    struct reading *reading, const char *licence, const struct hearing **ret_hearings,
    size_t *ret_count);

#endif
