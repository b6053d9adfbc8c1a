/* Making the licence page's view. licence_view.c gathers files, licence_events.c what happened.
 * Internal to site/. */
#ifndef ENDUSE_SITE_LICENCE_VIEW_H
#define ENDUSE_SITE_LICENCE_VIEW_H

#include "service/core.h"
#include "site/views.h"

/* How much a page shows. */
enum {
    SHOWN_INSTALLATIONS = 200,
    SHOWN_ORDERS = 100,
    SHOWN_EVENTS = 60,
    SHOWN_PERIODS = 24,
    SHOWN_BARS = 10,
    HISTORY_EACH = 60,                  /* events other than returns that are read of each file */
    RETURNS_SOUGHT = 2 * SHOWN_PERIODS, /* newest events of each installation: most are returns */
};

/* All that a licence's page is made of; in the reading's arena. */
struct licence_case {
    struct reading *reading;
    const struct licence_file *file;
    struct licence *licence; /* decoded; it was verified before it became a file's */
    const struct certificate_file *certificate_file;
    struct certificate *certificate;
    const struct office *office;
    struct store_entry *installations, *orders;
    size_t installation_count, order_count;
};

/* ERROR_NOT_FOUND: no such licence. The frame is the caller's. */
enum error
licence_view_make(struct reading *reading, const char *number, struct view_licence *ret_view);

/* The timeline and the returns. */
enum error licence_events_make(const struct licence_case *facts, struct view_licence *view);

/* "Limit", "Disconnect", ... and the state that an order leads to. */
const char *licence_order_words(enum order_kind kind);
const char *licence_order_shape(enum order_kind kind);

#endif
