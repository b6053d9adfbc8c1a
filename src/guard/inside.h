/* The insides of an open guard, for the files that make it work:
 *   open.c      opening: the folder, the records since enrolment, threads; closing
 *   clock.c     what time it is, and how long the lease lasts
 *   standing.c  the guard's state, and whether anything but clauses is in the way of a use
 *   judge.c     terms compiled and exchanged; running uses judged again
 *   declare.c   declarations
 *   use.c       begin, must_stop, end
 *   tell.c      the guard's thread: timers, stops and notices told
 *   tally.c     counts for returns, from the records
 *   request.c   what is sent: renewals, receipts, returns
 *   answer.c    what is received: leases, orders, delegations, roots
 *   exchange.c  one exchange after the other, in a thread of its own
 *   renew.c     over HTTP
 *
 * Two locks. `build` is held while terms are compiled or a declaration is bound to them; `lock`
 * for everything below it, and only for moments: nothing waits for a disk or a network under it.
 * Who takes both takes `build` first.
 */
#ifndef ENDUSE_GUARD_INSIDE_H
#define ENDUSE_GUARD_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "guard/saved.h"
#include "guard/stored.h"
#include "guard/tally.h"
#include "verdict/verdict.h"

enum {
    USE_SLOT_BITS = 16, /* a use's number is its serial shifted by these, and its slot */
    USE_SLOTS_MAX = 1 << USE_SLOT_BITS,
    NOTICES = 3,
    OPENING_LONGEST = 5000, /* ms that a valid lease waits for the first answer after opening */
    CLOSING_LONGEST = 2000, /* ms for receipts to be delivered at closing */
};

struct enduse_declaration {
    struct enduse_declaration *previous, *next; /* in the guard's list */
    struct arena arena;
    struct declaration declaration;
    struct approval approval;
    bool has_approval;
    struct digest digest, approval_digest;
    const struct roll_operator *person;
    struct declared_use *use; /* bound to the guard's terms; NULL when that failed */
    unsigned holders;         /* the caller, and each use that runs under it */
    bool held;                /* by the caller */
    uint64_t serial;          /* of this handle */
};

/* A declaration's id that this guard has seen; in a hash table that only grows. */
struct seen {
    struct id id;
    bool used;      /* false: an empty place */
    bool accepted;  /* it was within the terms once: under no other handle again */
    uint64_t owner; /* the handle under which; 0: one of an earlier run */
};

enum use_phase {
    USE_FREE,
    USE_PENDING, /* counted, its record on the way to the disk */
    USE_RUNNING,
    USE_ENDING, /* counted until the record of its end is on the disk */
};

struct use {
    _Atomic uint64_t number; /* 0: free */
    _Atomic bool stopping;
    enum use_phase phase;
    bool stop_recorded;
    bool queued; /* among those to be told */
    struct enduse_declaration *declared;
    struct use *older, *newer;  /* running ones in the order of their beginning */
    struct use *next;           /* free list, or those to be told */
    struct enduse_verdict *why; /* of a use that must stop: in the array beside */
};

/* The lease held, as far as deciding needs it. */
struct held {
    bool any;
    uint64_t epoch, sequence;
    struct digest digest;
    enum lease_state state;
    millis time; /* the authority's, in the lease */
    millis ttl;
    millis received; /* CLOCK_BOOTTIME, in the boot of received */
    millis wall;     /* wall clock then */
    millis expiry;   /* CLOCK_BOOTTIME; 0: it grants no time */
    bool idle;       /* it grants none: the request was of another boot */
};

/* The clocks at one moment. */
struct now {
    bool usable; /* the clocks can be read and do not run backwards */
    millis boot, wall;
    millis time; /* the authority's, as reckoned; 0 before the first lease */
    millis left; /* of the lease; 0 or less: none */
};

/* Why no use can be permitted, before any clause is looked at. */
struct bar {
    enum enduse_reason reason;        /* NONE: nothing is in the way */
    const struct stored_order *order; /* that is; or NULL */
};

struct guard_threads {
    bool started;
    pthread_t teller, renewer;
    int wake;       /* eventfd: the teller looks again */
    int boot_timer; /* timerfd on CLOCK_BOOTTIME: the next thing that is due */
    int wall_timer; /* timerfd on CLOCK_REALTIME, told when that clock is set */
    atomic_bool ending;
};

struct enduse_guard {
    uint8_t *home; /* a page that is zeros in a child of fork; NULL: the kernel has no such pages */
    pid_t process; /* that opened it */
    const struct os *os;
    struct guard_transport transport;
    char *folder;
    int folder_lock;
    struct private_key *key; /* only the renewing thread signs */
    struct papers papers;
    struct id boot;
    struct record_log *log; /* NULL: it is not whole, and the guard is latched */
    int stop_file;          /* eventfd: readable while some use must stop */
    enduse_stop_handler *on_stop;
    enduse_notice_handler *on_notice;
    void *context;
    struct guard_threads threads;
    bool no_threads;

    /* Only the renewing thread (or who opens) touches these. */
    struct saved saved;
    struct arena saved_arena;
    struct delegation delegation;
    struct arena delegation_arena;
    bool has_delegation;
    unsigned failures;     /* exchanges in a row without an answer */
    unsigned idle_answers; /* answers in a row that came at once and said nothing new */

    pthread_mutex_t build;

    pthread_mutex_t lock;
    pthread_cond_t changed; /* the state, the lease, the number of uses that must stop */
    struct terms *terms;    /* NULL: they could not be compiled */
    struct stored stored;
    struct held held;
    struct enduse_declaration *declarations;
    struct seen *seen;
    size_t seen_count, seen_room; /* room is a power of two */
    uint64_t seen_seed;
    uint64_t declaration_serial; /* of the next handle */
    struct use *uses;
    struct enduse_verdict *reasons; /* by slot */
    size_t slot_count;
    struct use *free_uses;
    struct use *oldest, *newest;
    struct use *to_tell, **to_tell_end;
    uint64_t serial;            /* of the next use */
    uint64_t running, stopping; /* uses that have not ended; of them told to stop */
    uint64_t period;            /* the licence's current period of uses */
    uint64_t begun_in_period;
    uint64_t stops;  /* uses told to stop, ever since opening */
    char latch[144]; /* why; empty when not latched */
    struct digest latch_digest;
    enum enduse_state state;   /* as last looked at */
    enum enduse_reason barred; /* likewise */
    millis state_since;        /* authority time */
    millis last_boot;
    millis last_time;   /* authority time never goes back */
    bool opening;       /* the authority was not asked yet since this guard was opened */
    millis hurry_until; /* CLOCK_BOOTTIME: until then answers are wanted at once */
    bool online;
    millis last_renewal;   /* wall clock */
    uint64_t acknowledged; /* records */
    uint64_t dropped;      /* messages, ever since enrolment; the state file has it with its next */
    _Atomic uint64_t records;
    _Atomic millis
        deadline;         /* CLOCK_BOOTTIME when the lease ends: for must_stop without the lock */
    unsigned notices;     /* how many of this lease's were told */
    millis notice_length; /* the whole time that this lease gave */
};

/* Whether this is the process that opened the guard. A child of fork has a copy of its memory and
 * no lock of its own on the folder: it would write over the records of its parent. */
bool guard_is_home(const struct enduse_guard *guard);

/* --- clock.c ------------------------------------------------------------------------------ */

/* Lock held. */
struct now guard_now(struct enduse_guard *guard);

/* Refuses a time namespace with an offset: CLOCK_BOOTTIME is not the machine's there. */
enum error guard_check_time_namespace(const struct os *os, struct fault *fault);

/* How much of the TTL counts: TTL - max(2 s, TTL/10). */
millis lease_span(millis ttl);

/* --- standing.c: lock held ------------------------------------------------------------------ */

/* The state: the strictest of latch, stored orders and lease. *ret_order (may be NULL) is the
 * order that makes it so, or NULL. */
enum enduse_state
guard_state(const struct enduse_guard *guard, const struct stored_order **ret_order);

/* What is in the way of any new use, or of uses that run. */
struct bar guard_bar_new(struct enduse_guard *guard, const struct now *now);
struct bar guard_bar_running(struct enduse_guard *guard, const struct now *now);

/* Whether the operator may act now. */
bool guard_operator_in_force(
    const struct enduse_guard *guard, const struct enduse_declaration *declared, millis time);

/* The licence's end, with extensions, at most the certificate's. */
millis guard_licence_until(const struct enduse_guard *guard);

/* The words for a person. */
void guard_say_bar(
    const struct enduse_guard *guard, const struct bar *bar, struct enduse_verdict *ret_verdict);
void guard_say_reason(
    const struct enduse_guard *guard, enum enduse_reason reason,
    struct enduse_verdict *ret_verdict);
void guard_say_verdict(
    const struct enduse_guard *guard, const struct verdict *verdict,
    struct enduse_verdict *ret_verdict);

/* Latches (under the lock); durable is guard_latch_write's. The first reason stays. */
void guard_latch(struct enduse_guard *guard, const char *reason);

/* Writes the latch file and its record. Renewing thread, or at opening; without the lock. */
void guard_latch_write(struct enduse_guard *guard);

/* The next moment (CLOCK_BOOTTIME) at which something may change by itself; 0: none. */
millis guard_next_due(struct enduse_guard *guard, const struct now *now);

/* --- judge.c ------------------------------------------------------------------------------ */

/* Compiles the terms anew from the orders in force, binds all declarations to them, and exchanges
 * both. When that fails there are no terms, and nothing is permitted. Without locks. */
enum error guard_build_terms(struct enduse_guard *guard, struct fault *fault);

/* Judges one declaration at a moment. Lock held. */
enum enduse_reason guard_judge(
    struct enduse_guard *guard, struct enduse_declaration *declared, const struct now *now,
    bool running, uint64_t others, struct verdict *ret_verdict);

/* Judges all running uses; those now outside must stop. Returns how many were told to. Lock held.
 */
uint64_t guard_review(struct enduse_guard *guard);

/* --- use.c, declare.c: lock held ------------------------------------------------------------ */

/* Marks a use as one that must stop; *verdict is copied. */
void use_stop(struct enduse_guard *guard, struct use *use, const struct enduse_verdict *verdict);

/* Takes a use out of the count; returns the declaration when nobody holds it any more: to be
 * closed without the lock. */
struct enduse_declaration *use_release(struct enduse_guard *guard, struct use *use);
struct enduse_declaration *
declaration_release(struct enduse_guard *guard, struct enduse_declaration *declared);
void declaration_close(struct enduse_declaration *declared);

/* The place of an id, which is made where there is none; NULL: no memory. Found without taking
 * memory; valid until the next is made. */
struct seen *seen_make(struct enduse_guard *guard, const struct id *id);
struct seen *seen_find(struct enduse_guard *guard, const struct id *id);

/* Counts a use begun at this authority time. */
void guard_count_begun(struct enduse_guard *guard, millis time);
uint64_t guard_begun_in_period(struct enduse_guard *guard, millis time);

/* --- Records ------------------------------------------------------------------------------ */

/* Appends an entry, durably, without the lock. ERROR_STATE without a log. */
enum error guard_record(
    struct enduse_guard *guard, const struct entry *entry, struct fault *fault,
    uint64_t *ret_index);

/* Counts a record that was appended without guard_record. */
void guard_note_records(struct enduse_guard *guard, uint64_t index);

/* For the public face. ret_fault may be NULL. */
void guard_show_fault(const struct fault *fault, struct enduse_fault *ret_fault);

/* --- tell.c ------------------------------------------------------------------------------- */

/* The teller looks at once. */
void guard_wake(struct enduse_guard *guard);
void *guard_teller(void *guard);

/* --- request.c: the renewing thread --------------------------------------------------------- */

/* Makes a request and saves it, unless one is waiting for its answer. */
enum error guard_make_request(struct enduse_guard *guard, struct fault *fault);

/* Takes over the next state: raises the version, writes it, exchanges. */
enum error guard_save(struct enduse_guard *guard, struct saved *next, struct fault *fault);

/* Whether orders wait for uses to end before their receipts can be signed. */
bool guard_obedience_pending(struct enduse_guard *guard);

/* Whether the authority has yet to be told of orders that were obeyed or will be. */
bool guard_receipts_waiting(const struct enduse_guard *guard);

/* --- answer.c: the renewing thread ---------------------------------------------------------- */

/* Takes over a delegation; *ret_newer is false when it is not newer than the one held. */
enum error guard_take_delegation(
    struct enduse_guard *guard, struct bytes bytes, struct fault *fault, bool *ret_newer);

/* Takes over a root of the next version. */
enum error guard_take_root(struct enduse_guard *guard, struct bytes bytes, struct fault *fault);

/* Takes over a lease and all that it carries. ERROR_GUARD_LEASE and the documents' errors: dropped,
 * nothing changed. *ret_news: it said something new. */
enum error guard_take_lease(
    struct enduse_guard *guard, struct bytes bytes, struct fault *fault, bool *ret_news);

/* The lease in the state file is the one held from now on. Lock held. */
void guard_hold(struct enduse_guard *guard, const struct lease *lease, const struct digest *digest);

/* The authority shows a renewal that this guard signed: latches when its head is not in the log. */
enum error guard_take_evidence(struct enduse_guard *guard, struct bytes bytes, struct fault *fault);

/* Whether the head is that of a beginning of this guard's log. */
enum error guard_log_begins_with(
    struct enduse_guard *guard, const struct head *head, struct fault *fault, bool *ret_begins);

/* --- exchange.c, renew.c -------------------------------------------------------------------- */

void *guard_renewer(void *guard);

/* From now on, for so long, answers are wanted at once and waited for no longer. Lock held. */
void guard_hurry(struct enduse_guard *guard, millis longest);

/* New uses need not wait for the authority any more. Lock held. */
void guard_opened(struct enduse_guard *guard);

/* At closing, once no use and no thread runs: what waits to be told is told, when the authority
 * could be reached just before. */
void guard_renew_last(struct enduse_guard *guard);

enum error
guard_http_transport(const char *url, struct fault *fault, struct guard_transport *ret_transport);

#endif
