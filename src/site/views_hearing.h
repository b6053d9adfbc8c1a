/* What the pages of hearings show; views.h says how views are made. */
#ifndef ENDUSE_SITE_VIEWS_HEARING_H
#define ENDUSE_SITE_VIEWS_HEARING_H

#include "site/views.h"

struct view_hearing_row {
    const char *href, *number, *licence, *licence_href;
    struct view_state state;
    const char *date, *next; /* of the hearing; what comes next */
};

struct view_hearings {
    struct view_frame frame;
    VIEW_LIST(struct view_hearing_row) rows;
};

/* A part of a hearing, as it is told; or why there is nothing to tell yet. */
struct view_hearing_part {
    const char *id, *title, *nothing;
    bool first;
    VIEW_LIST(struct view_value) values;
};

struct view_hearing {
    struct view_frame frame;
    struct view_notice notice;
    const char *number, *lead;
    struct view_state state;
    VIEW_LIST(struct view_hearing_part) parts;
    struct view_steps steps;
};

#endif
