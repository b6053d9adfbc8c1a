/* Load over HTTP: many connections at once from one thread, each of which sends its next request
 * when it has the answer to the one before, or a pause after. The client takes its share of the
 * machine, of every server that is measured alike. */
#ifndef ENDUSE_TESTS_LOAD_H
#define ENDUSE_TESTS_LOAD_H

#include <sys/types.h>

#include "base/bytes.h"

struct load {
    uint16_t port; /* on 127.0.0.1 */
    pid_t server;  /* whose processor time is counted */
    size_t connections, requests;
    double pause; /* seconds that a connection waits after an answer; their firsts are spread over
                     it */
    unsigned status; /* of every answer */
    /* The whole request, head and body, of a connection's n-th turn, from 0 on; borrowed until the
     * connection's next. Turns are at most requests / connections. */
    struct bytes (*request)(void *context, size_t connection, size_t turn);
    void *context;
};

struct load_result {
    double rate;        /* answers a second */
    double median, p99; /* milliseconds from a request to its whole answer */
    double first_p99;   /* to its first byte */
    double cost;        /* microseconds of the server's processor time for an answer */
    double size;        /* bytes of a body, on the average */
};

/* Runs until every connection had all its answers. Ends the program on failure. */
struct load_result load_run(const struct load *load);

/* A server of libmicrohttpd in a process of its own, that answers every request with so many bytes:
 * what answering costs without anything behind it. */
struct bare_server {
    pid_t pid;
    uint16_t port;
};
struct bare_server bare_server_start(size_t size);
void bare_server_end(struct bare_server *server);

/* A connection to a port of 127.0.0.1. */
int load_connect(uint16_t port);

/* CLOCK_MONOTONIC in seconds. */
double load_now(void);

#endif
