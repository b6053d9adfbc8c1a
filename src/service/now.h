/* What can be said of a file only at a moment. */
#ifndef ENDUSE_SERVICE_NOW_H
#define ENDUSE_SERVICE_NOW_H

#include "service/core.h"

/* *ret_now: a value of now_layout(kind) (authority/register.h), in arena; NULL for kinds that have
 * none. */
enum error now_of(
    struct reading *reading, enum file_kind kind, const void *content, struct arena *arena,
    const void **ret_now);

#endif
