/* The keeper: one thread that watches over time and over parked exchanges. It closes connections
 * that are too slow, and ends parked exchanges whose client left or whose time is up. Internal.
 *
 * One lock guards the table of connections and the state of every park. The library's own lock is
 * taken inside it (suspend, resume), never the other way round. */
#ifndef ENDUSE_HTTP_KEEPER_H
#define ENDUSE_HTTP_KEEPER_H

#include <netinet/in.h>
#include <stdatomic.h>

#include "http/server.h"

struct keeper;
struct keeper_link;

/* ERROR_MEMORY, or what the kernel said. connections: the most links there will be. */
enum error keeper_start(size_t connections, struct fault *fault, struct keeper **ret_keeper);

/* Refuses further parks, ends all that are parked, and joins the thread. Then waits until no
 * exchange is under way, at most until grace is over. */
void keeper_stop(struct keeper *keeper, millis grace);
void keeper_free(struct keeper *keeper);

/* A connection came and went. open returns NULL when the table is full. */
struct keeper_link *keeper_open(struct keeper *keeper, int socket, const struct sockaddr *peer);
void keeper_close(struct keeper *keeper, struct keeper_link *link);

/* The connection is to be closed when nothing else was said before limit milliseconds are over;
 * 0: no limit. Cheap: no lock. */
void keeper_limit(struct keeper_link *link, millis limit);

/* Closes the connection from both ends now; of an exchange that has not ended. */
void keeper_shut(const struct keeper_link *link);

const char *keeper_peer(const struct keeper_link *link);

/* Exchanges under way, for keeper_stop. */
void keeper_enter(struct keeper *keeper);
void keeper_leave(struct keeper *keeper);

enum park_state {
    PARK_NONE,     /* never parked, or its handler has not parked it */
    PARK_WAITING,  /* suspended; the owner has it */
    PARK_ANSWERED, /* http_complete or http_drop came first: the response is there */
    PARK_ENDED,    /* the client, the clock or the server's stop came first */
};

/* Part of an exchange; guarded by the keeper's lock. */
struct keeper_park {
    enum park_state state;
    enum http_end why; /* when ENDED */
    http_ended ended;
    void *context;
    millis deadline;            /* by the monotonic clock */
    struct http_exchange *next; /* in the keeper's list of those it is ending */
};

enum error keeper_park(
    struct keeper *keeper, struct http_exchange *exchange, millis limit, http_ended ended,
    void *context);

/* Answers with the response, which is moved into the exchange, and resumes the connection.
 * ERROR_CANCELLED, and the response is left alone, when the park had ended. */
enum error keeper_answer(
    struct keeper *keeper, struct http_exchange *exchange, struct http_response *response);

/* The state, and why it ended. */
enum park_state
keeper_state(struct keeper *keeper, struct http_exchange *exchange, enum http_end *ret_why);

size_t keeper_parked(struct keeper *keeper);

#endif
