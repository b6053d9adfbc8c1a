/* Hearings in the words of their pages. Internal to site/. */
#ifndef ENDUSE_SITE_HEARING_H
#define ENDUSE_SITE_HEARING_H

#include "service/hearings.h"
#include "site/views_hearing.h"

/* Where a party reads its hearing in the case of that number; in the arena. */
const char *hearing_href(struct arena *arena, const char *number);

struct view_state hearing_state_label(enum hearing_state state);

/* What comes next, in a few words: "State what you have to say until you are heard". */
const char *hearing_next(struct arena *arena, const struct hearing *hearing, millis time);

/* Links to hearings, each with what comes next. */
enum error hearing_links(
    struct reading *reading, const struct hearing *hearings, size_t count,
    struct view_hearing_links *ret_links);

/* The parts of one: who hears, the notice, what was stated, the record, the decision, the
 * objection. */
enum error
hearing_parts(struct reading *reading, const struct hearing *hearing, struct view_hearing *view);

#endif
