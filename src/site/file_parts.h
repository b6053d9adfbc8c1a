/* Parts of a file's page that are the same for every kind. Internal to site/. */
#ifndef ENDUSE_SITE_FILE_PARTS_H
#define ENDUSE_SITE_FILE_PARTS_H

#include "service/core.h"
#include "site/views.h"

/* What the state of a file allows: open to the reader, or shut with the reason. */
enum error file_steps_make(
    struct reading *reading, enum file_kind kind, const void *content,
    struct view_steps *ret_steps);

/* The kinds of files that hang on a file and that the reader sees, counted. */
enum error file_under_make(
    struct reading *reading, enum file_kind kind, const char *number, struct view_link **ret_items,
    size_t *ret_count);

/* After an act, when the request names its event: what the log has of it. */
struct view_notice file_notice(struct reading *reading, const struct http_request *request);

#endif
