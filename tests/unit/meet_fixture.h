/* The real authority's server and the real guard, over HTTP on loopback: the licence's life is
 * lived, installation IN-0007 is enrolled with the guard's own key, and both clocks run from
 * WORLD_NOW. Nothing in between is a stand-in. */
#ifndef ENDUSE_TESTS_MEET_FIXTURE_H
#define ENDUSE_TESTS_MEET_FIXTURE_H

#include "guard/guard.h"
#include "service_fixture.h"

#define MEET_INSTALLATION "IN-0007"
/* A limit that leaves no use of the world's declaration. */
#define MEET_LIMIT                                                                                 \
    "@clause(\"1\") @title(\"No location\") forbid (principal, action, resource) when { "          \
    "context.function == EndUse::Function::\"location\" };"

struct meet {
    struct service_fixture office;
    char base[200];   /* the guard's folder is in it */
    char folder[240]; /* of the guard */
    char listen[40];  /* the port that the server has taken, for starting it again */
    struct os guard_os;
    struct guard_enrolled enrolled;
    struct enduse_guard *guard;
    struct enduse_declaration *declared;
    struct enduse_verdict verdict; /* of the last call */
    struct enduse_fault fault;     /* of the last declaration */
    uint64_t orders;               /* issued so far */
};

/* The whole life, and a guard enrolled, not yet opened. Asserts on failure, as all here. */
void meet_init(struct meet *meet);
void meet_free(struct meet *meet);

void meet_open(struct meet *meet);
void meet_close(struct meet *meet);
/* Opens another folder than the fixture's. */
struct enduse_guard *meet_open_folder(struct meet *meet, const char *folder);

/* Waits until uses can be permitted. */
void meet_wait_active(struct meet *meet);

/* Declares the world's declaration under another id each time; within the terms. */
void meet_declare(struct meet *meet);
/* The same, whatever comes of it: the result of enduse_declare. The verdict is in the fixture. */
int meet_try_declare(struct meet *meet);
/* The result of enduse_begin; the verdict is in the fixture. */
int meet_begin(struct meet *meet, uint64_t *ret_use);
/* Begins a use that must be permitted. */
uint64_t meet_use(struct meet *meet);

/* Waits until the use is told to stop. The verdict is in the fixture. */
void meet_await_stop(struct meet *meet, uint64_t use);

/* Issues an order by one ministry, or both where its kind needs them; its digest. */
struct digest meet_order(struct meet *meet, enum order_kind kind, const struct digest *lifts);
/* The same as an act to be posted. */
struct bytes meet_order_act(
    struct meet *meet, enum order_kind kind, const struct digest *lifts, struct digest *ret_digest);

/* Waits until the guard has taken over everything and its next renewal is parked. */
void meet_settled(struct meet *meet);
/* The same, once it holds a later lease than the one with this sequence. */
void meet_settled_after(struct meet *meet, uint64_t sequence);

enum enduse_state meet_state(struct meet *meet);

/* What the office knows: read from its database. Valid until the next of these calls. */
const struct contact *meet_contact(struct meet *meet);
const struct order_file *meet_order_file(struct meet *meet, const char *number);
/* The number of the newest order. */
const char *meet_order_number(struct meet *meet);

/* Moves the server's clock forward, not the guard's. */
void meet_server_ahead(millis span);

/* The server as a process of its own, on the same folder and port, to be killed. */
pid_t meet_spawn_server(struct meet *meet);
/* For main: serves when the arguments are those of meet_spawn_server, and then does not return
 * before it is killed. True: it was that. */
bool meet_serve(int count, char **arguments);

#endif
