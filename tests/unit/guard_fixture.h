/* A guard in a folder of its own, with an authority inside the test and clocks that the test sets.
 * Nothing happens by itself: fixture_renew and guard_tick are called. */
#ifndef ENDUSE_TESTS_GUARD_FIXTURE_H
#define ENDUSE_TESTS_GUARD_FIXTURE_H

#include <pthread.h>

#include "guard/guard.h"
#include "world.h"

enum { AUTHORITY_ORDERS_MAX = 16 };

/* What the authority would do; a test sets the members. */
struct fake_authority {
    struct world *world;
    bool offline;
    bool loses_answer; /* decides, commits, and its answer is lost on the way */
    unsigned status;   /* answers renewals with this status instead; 0: leases */
    struct bytes body; /* and this body, application/cose */
    enum lease_state state;
    struct buffer orders[AUTHORITY_ORDERS_MAX]; /* signed, in force */
    struct digest order_digests[AUTHORITY_ORDERS_MAX];
    size_t order_count;
    struct buffer withdrawal;
    bool acknowledges;
    millis ahead; /* of the guard's reckoning */

    /* Its memory of the chain, and the last answer by request. */
    uint64_t epoch, sequence;
    struct digest previous;
    struct id request;
    struct buffer lease;
    struct buffer last_renewal; /* signed, as received */

    /* What it saw. */
    unsigned renewals, resent;
    bool hurried; /* the newest wanted its answer at once */
    struct arena arena;
    struct renewal renewal;                                   /* the newest */
    void (*change_lease)(struct lease *lease, void *context); /* before it is signed */
    void *change_context;
    enum world_key lease_key;
    /* What it must not forget is settled: called before it answers. */
    void (*commit)(const struct fake_authority *authority, void *context);
    void *commit_context;
    /* With threads: a renewal without news waits until fixture_news, or until it is cancelled. Who
     * changes the authority holds the lock. */
    bool parks;
    unsigned news, told;
    bool parked; /* a renewal waits: everything before it was taken over */
    bool cancelled;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

struct guard_fixture {
    struct world world;
    struct fake_authority authority;
    char folder[64];
    struct guard_enrolled enrolled;
    struct enduse_guard *guard;
    const struct os *os; /* NULL: fixture_os() */
    bool threads;
    struct enduse_fault fault;
    unsigned stops, notices; /* what the handlers were told */
    uint64_t stopped_use;
    struct enduse_verdict stop_verdict;
    int last_notice;
};

/* The fixture's clocks; every fixture of a test shares them. Milliseconds. */
extern millis fixture_boot, fixture_wall;
extern uint8_t fixture_boot_id[16];
const struct os *fixture_os(void);

/* change (may be NULL) may change the world before it is signed. */
void fixture_init(struct guard_fixture *fixture, void (*change)(struct world *world));
/* With another form than the world's small one. */
void fixture_init_form(
    struct guard_fixture *fixture, const struct form *form, void (*change)(struct world *world));
void fixture_free(struct guard_fixture *fixture);

/* Opens the guard; the result of guard_open. */
int fixture_open(struct guard_fixture *fixture);
void fixture_close(struct guard_fixture *fixture);

/* One exchange and a tick; that it succeeds is asserted, or its result is given. */
void fixture_renew(struct guard_fixture *fixture);
enum error fixture_try_renew(struct guard_fixture *fixture);

/* Enrols, opens, renews once: active. */
void fixture_active(struct guard_fixture *fixture);

/* Lets time pass on both clocks. */
void fixture_pass(millis span);

/* Puts an order in force at the authority, signed as its kind demands; returns its place. */
size_t fixture_order(
    struct guard_fixture *fixture, const char *number, enum order_kind kind, const char *clauses,
    millis wind_down);
/* A lift of the order at a place, by the keys of both ministries, or of one. */
void fixture_lift(struct guard_fixture *fixture, const char *number, size_t order, bool by_both);

/* Answers the renewal that is parked. The authority's lock is held. */
void fixture_news(struct guard_fixture *fixture);

/* Declares the world's declaration, which must be within the terms. */
struct enduse_declaration *fixture_declare(struct guard_fixture *fixture);
/* Begins a use that must be permitted. */
uint64_t fixture_begin(struct guard_fixture *fixture, struct enduse_declaration *declared);

struct enduse_status fixture_status(struct guard_fixture *fixture);
enum enduse_state fixture_state(struct guard_fixture *fixture);

/* The records of the closed guard's folder by kind. */
void fixture_count_records(struct guard_fixture *fixture, unsigned ret_counts[ENTRY_RESTORED + 1]);

/* Another declaration of the same content: signed, with that id. */
void fixture_sign_declaration(struct guard_fixture *fixture, uint8_t id, struct buffer *ret_bytes);

#endif
