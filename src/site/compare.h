/* Choosing what to compare a form with. Internal to site/. */
#ifndef ENDUSE_SITE_COMPARE_H
#define ENDUSE_SITE_COMPARE_H

#include "service/core.h"
#include "site/views.h"

/* The other forms that both ministries have signed. In the reading's arena. */
enum error
compare_with_make(struct reading *reading, const char *number, struct view_compare_with *ret_view);

#endif
