/* A copy of the large office (big_office.h) with its server in a process of its own, for
 * benchmarks. Every function ends the program on failure. */
#ifndef ENDUSE_TESTS_LARGE_H
#define ENDUSE_TESTS_LARGE_H

#include "big_office.h"
#include "server_process.h"
#include "service_fixture.h"

/* Where the large office is or will be made. */
extern const char *large_folder;

struct large {
    struct office_script script;
    struct arena arena;
    struct big_office made;
    char folder[400], database[420];
    struct server_process server;
    char tokens[4][64]; /* of people who are logged in */
    double verify;      /* Ed25519 verifications a second */
};

extern struct large large;

/* A line of what was measured: what and name together, value, unit, goal. */
void large_say(
    const char *what, const char *name, double value, const char *unit, const char *goal);

void large_init(void);
void large_free(void);

/* Makes the office where it is not there, and a copy of this name beside it. */
void large_copy(const char *name);
void large_remove(void);

/* A call that is answered with less than 300. */
struct http_reply large_call(
    struct http_client *client, const char *method, const char *path, const char *type,
    struct bytes body);

/* The token of a new session; in large.arena. */
struct bytes large_login(struct http_client *client, enum world_key key);

/* Events in the log. */
uint64_t large_log_size(struct http_client *client);

/* Delegates the server's keys anew, and waits until all is done that has become due. */
void large_catch_up(struct http_client *client);

#endif
