/* A server over loopback on a folder of its own, with the script of one licence's life
 * (office_script.h) and a guard that renews, for tests of service/. */
#ifndef ENDUSE_TESTS_SERVICE_FIXTURE_H
#define ENDUSE_TESTS_SERVICE_FIXTURE_H

#include <pthread.h>

#include "http/client.h"
#include "office_script.h"
#include "site/site.h"
#include "store/store.h"

struct service_fixture {
    struct office_script script;
    char folder[200];
    struct os os; /* the system's, with the script's clock */
    struct settings settings;
    struct service *service;
    struct http_client *client;
    struct arena arena;
    struct fault fault;
    uint64_t renewals; /* made so far: their ids */
    bool anonymous;    /* service_call reads without a login */
    char token[64];    /* of the session it reads with: WORLD_D1's, or service_login's; "": none */
};

void service_fixture_init(struct service_fixture *fixture);
void service_fixture_free(struct service_fixture *fixture);

void service_fixture_start(struct service_fixture *fixture);
void service_fixture_stop(struct service_fixture *fixture);

/* Applies the whole life through the API. */
void service_fixture_live(struct service_fixture *fixture);

/* A login of the person at that origin (NULL: where the server is), answering a challenge (nothing:
 * a new one): the signed bytes, in the script's arena. */
struct bytes service_sign_login(
    struct service_fixture *fixture, struct private_key *key, const char *origin,
    struct bytes challenge);

/* A new challenge; in the fixture's arena. */
struct bytes service_challenge(struct service_fixture *fixture);

/* Posts a login: the status, and with 201 the token. */
unsigned service_enter(struct service_fixture *fixture, struct bytes login, char token[64]);

/* Logs in, and reads as this person from here on. */
void service_login(struct service_fixture *fixture, struct private_key *key);

/* One call with this token ("": none), once, whatever the answer. */
struct http_reply service_call_as(
    struct service_fixture *fixture, const char *token, const char *method, const char *path,
    const char *type, struct bytes body);
unsigned service_status_as(
    struct service_fixture *fixture, const char *token, const char *method, const char *path);

/* One call with the fixture's client. type NULL: no body. A GET that the server answers with 401 is
 * made again after a login of WORLD_D1, unless the fixture is to be anonymous. End it with
 * http_reply_free. */
struct http_reply service_call(
    struct service_fixture *fixture, const char *method, const char *path, const char *type,
    struct bytes body);

/* A page as a browser asks for it, signed in as whoever the fixture reads as, else as WORLD_D1. */
struct http_reply service_visit(struct service_fixture *fixture, const char *path);

/* The same where only the status matters. */
unsigned service_status(
    struct service_fixture *fixture, const char *method, const char *path, const char *type,
    struct bytes body);

/* Posts an act and gives the status. */
unsigned service_act(struct service_fixture *fixture, struct bytes act);

/* The body of a reply as a C string. */
const char *service_text(struct http_reply *reply);

/* The head of the store, for "state unchanged". */
struct digest service_root(struct service_fixture *fixture);

/* --- A guard ------------------------------------------------------------------------------ */

/* A first renewal of IN-0001, and the one that follows a lease. */
struct renewal service_first_renewal(struct service_fixture *fixture);
struct renewal service_next_renewal(
    struct service_fixture *fixture, const struct renewal *before, struct bytes lease);

/* Signed; in the script's arena. */
struct bytes service_sign_renewal(
    struct service_fixture *fixture, const struct renewal *renewal, enum world_key key);

/* Verified as a guard would. */
struct lease service_lease(struct service_fixture *fixture, struct bytes bytes);

/* A call in a thread of its own, for what is parked. */
struct service_parked {
    pthread_t thread;
    uint16_t port;
    struct bytes body;
    struct http_reply reply;
    enum error error;
    millis took;     /* until the answer */
    millis answered; /* CLOCK_MONOTONIC */
};
void service_park(
    struct service_fixture *fixture, struct service_parked *parked, struct bytes body);
void service_join(struct service_parked *parked);

/* Waits until so many renewals wait in the server. */
void service_await(struct service_fixture *fixture, size_t waiting);

#endif
