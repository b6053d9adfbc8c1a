/* What happened to a file: its events, newest first. Internal to site/. */
#ifndef ENDUSE_SITE_TIMELINE_H
#define ENDUSE_SITE_TIMELINE_H

#include "service/core.h"
#include "site/views.h"

enum { TIMELINE_SHOWN = 60 };

/* *ret_cut: there are older ones. In the reading's arena. */
enum error timeline_make(
    struct reading *reading, enum file_kind kind, const char *number, struct view_event **ret_items,
    size_t *ret_count, bool *ret_cut);

/* What an act of the kind does, as its life-cycle says it; NULL: no such act. */
const char *timeline_words(enum file_kind kind, const char *verb);

/* "D-07, Defence Seven (defence)": the root's name for a person's id, else the id itself. */
const char *timeline_person(struct reading *reading, const struct root *root, const char *id);

#endif
