/* The page on which an act is checked before it is signed. Internal to site/. */
#ifndef ENDUSE_SITE_ACT_CHECK_H
#define ENDUSE_SITE_ACT_CHECK_H

#include "site/act.h"

/* Shows the act, which was judged, with what it changes; ends the reading. */
enum http_outcome act_check_show(
    const struct making *making, const char *heading, const struct act *act,
    const struct outcome *outcome, const struct http_request *request,
    struct http_response *response);

#endif
