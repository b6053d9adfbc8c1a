/* Who counts: a thread that makes the figures (figures.h), so that no page does. Counting reads
 * every file that is counted, seconds where there are a hundred thousand; a page copies what was
 * counted last, which says when that was. */
#ifndef ENDUSE_SERVICE_COUNTING_H
#define ENDUSE_SERVICE_COUNTING_H

#include "http/http.h"
#include "service/figures.h"

struct service;
struct counting;
struct reading;

enum {
    FIGURES_KEPT = 10 * 60 * 1000, /* ms until figures are made anew, once the log has grown */
    /* Events of a log whose files take longer to count than a page may take to come: there they are
     * counted at the start, elsewhere when somebody asks. */
    COUNTING_LARGE = 20000,
    COUNTING_WAIT = 60000, /* ms that a page waits for the first figures */
};

/* Starts the thread; the service lives longer. ERROR_MEMORY, or the system's. */
enum error
counting_start(struct service *service, struct fault *fault, struct counting **ret_counting);

/* After the HTTP server. What is under way is given up. NULL is fine. */
void counting_stop(struct counting *counting);

/* For a handler that shows figures, before it begins a reading: whether there are none yet. Then
 * the request waits for them, without a thread, and its row's handler is called again when they are
 * there; return *ret_outcome. Where they cannot be counted it is refused with the reason. */
bool counting_is_awaited(
    struct service *service, const struct http_route *route, struct http_exchange *exchange,
    struct http_response *response, enum http_outcome *ret_outcome);

/* The figures counted last. Where the log is longer than they stand on and FIGURES_KEPT has passed,
 * or another quarter has begun, they are counted anew behind this, for those who come later; so
 * they are, within FIGURES_KEPT, where nobody comes. ERROR_BUSY: there are none. */
enum error counting_figures(struct reading *reading, struct figures *ret_figures);

#endif
