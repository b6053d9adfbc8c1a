/* The face of service/: the authority's server. It opens the office's database, serves the API of
 * routes.h over HTTP, and the pages of whoever brings some, and does what is due by a rule.
 *
 *     settings.h  what can be set, and how
 *     service.h   making the server's folder, starting, stopping
 *     routes.h    the table of what is served
 *     writer.h    the one thread that changes the database
 *     waiting.h   renewals that wait for something new
 *     live.h      who is told that something has changed
 *     readers.h   read-only connections for all other threads
 *     refusal.h   which status an error gets, and what to do about it
 */
#ifndef ENDUSE_SERVICE_SERVICE_H
#define ENDUSE_SERVICE_SERVICE_H

#include "service/routes.h"
#include "service/settings.h"

/* Makes what is missing of the server's folder, mode 0700: keys/lease.key and keys/log.key with
 * their .pub; and, where settings->root is given, office.db with those roots and settings
 * (ERROR_EXISTS when there is one). Appends what there is now to *ret_report, for a person. */
enum error service_init(
    const struct os *os, const struct settings *settings, struct fault *fault,
    struct buffer *ret_report);

struct service;

/* What is served to people's browsers besides the API: rows of their own, and a page in the place
 * of a problem. The folder above (site/) has one. */
struct service_site {
    const struct service_row *rows;
    size_t row_count;
    /* Makes a page of a response that is a problem (http_problem); id is the request's. */
    void (*problem)(
        struct service *service, const struct http_request *request, const char *id,
        struct http_response *response);
};

/* Starts the server; it runs in threads of its own until service_stop. settings, the site (NULL:
 * none, the API alone) and what they point to live as long. log: the file for its log lines, -1 for
 * none. Errors, besides the store's: ERROR_USAGE       no folder; an address that is not allowed
 *   ERROR_NOT_FOUND   no keys, no database
 *   ERROR_BUSY        the port is taken, or another process writes the database: place says which
 *   ERROR_ROOT_DEMO   a demonstration root, and not told that this is one */
enum error service_start(
    const struct os *os, const struct settings *settings, const struct service_site *site, int log,
    struct fault *fault, struct service **ret_service);

/* The port in use. */
uint16_t service_port(const struct service *service);

/* Whether it stands on a demonstration root. */
bool service_is_demo(const struct service *service);

/* Renewals that are parked now, waiting for something new. */
size_t service_waiting(struct service *service);

/* Streams of events that are open now. */
size_t service_live(struct service *service);

/* Ends gracefully: what was accepted is committed and answered, what is parked is told to come
 * again. Takes at most some seconds. NULL is fine. */
void service_stop(struct service *service);

/* What a person can do about an error of service_init or service_start, in one sentence; NULL where
 * the fault says it all. Static storage. */
const char *service_advice(enum error error);

#endif
