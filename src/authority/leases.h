/* What a guard's renewal gets: a lease, a wait, or a refusal. Pure. */
#ifndef ENDUSE_AUTHORITY_LEASES_H
#define ENDUSE_AUTHORITY_LEASES_H

#include "authority/apply.h"

/* What the server remembers of an installation between renewals. Not a file: it changes with every
 * renewal, is no act of anybody, and is kept when the projections are built anew. */
struct contact {
    const char *installation;
    struct id request;            /* the newest that was answered */
    struct digest request_digest; /* SHA-256 of its bytes */
    struct bytes renewal; /* its bytes, signed by the guard: shown to whoever comes as the same
                             guard with a lease that this one has continued already */
    struct bytes lease;   /* the signed answer */
    struct digest lease_digest;
    uint64_t epoch, sequence;
    struct digest in_force; /* orders_digest of what the lease carried */
    enum lease_state state; /* that the lease said */
    struct id boot;
    millis boot_time; /* of the guard, when it sent the request */
    millis time;      /* of the server, when the request came */
    millis answered;  /* and when the lease was given */
    /* The request was made at this time of the server or later: it holds the lease before, so when
     * that was answered; for the first one, when the installation was enrolled. */
    millis made_after;
    struct head head; /* acknowledged: the longest that the guard has shown; never goes back */
    uint64_t running;
    uint64_t within, outside, begun, stopped; /* sums over all returns */
    /* The end of the last return's period, but no later than the server's time when it came and
     * GUARD_AHEAD_MAX: a return of the future must not make later ones look as if they were known.
     */
    millis return_until;
    struct digest return_digest; /* of the last return */
    uint64_t returns_ahead;      /* whose period ended in a time that had not come */
    uint64_t withdrawals_from;   /* the first event whose withdrawal no lease has carried yet */
    /* When not having renewed becomes a signal (SIGNAL_OVERDUE_AFTER the lease's end); 0: it is one
     * already, or the licence has ended for good and nothing is waited for. */
    millis watch;
};

extern const struct layout contact_layout;

/* What is known when a renewal arrives. */
struct renewal_case {
    const struct office *office;
    const struct installation_file *installation;
    const struct licence_file *licence;
    struct digest certificate_digest;
    millis lease_ttl;              /* the certificate's */
    const struct contact *contact; /* NULL: the first renewal */
    const struct renewal *renewal; /* verified with the guard's key */
    struct digest renewal_digest;  /* SHA-256 of the signed bytes */
    const struct bytes *orders;    /* the signed orders in force for it, ascending by digest */
    const struct digest *order_digests;
    size_t order_count;
    /* Withdrawals under the certificate that no lease of this installation has carried yet,
     * ascending by digest. A guard keeps what it was given: each goes once. */
    const struct bytes *withdrawals;
    size_t withdrawal_count;
    bool withdrawals_left; /* there are more than one lease takes */
    millis time;           /* the server's */
};

enum renewal_answer {
    RENEWAL_LEASE = 1, /* sign *ret_lease and answer */
    RENEWAL_AGAIN,     /* the same bytes as before: answer contact->lease */
    RENEWAL_WAIT,      /* nothing new: park it until a change, or until *ret_wait_until */
    RENEWAL_CLONE,     /* two successors of one lease: suspend the installation, then a lease */
    RENEWAL_CLOCK,     /* the guard's clock ran otherwise than ours: suspend, then a lease */
    RENEWAL_LATCHED, /* the guard says that it is latched and the file does not know: note, lease */
    RENEWAL_FORKED,  /* refused, see *fault: another renewal of this guard went before; answer with
                        contact->renewal, by which the guard can see that it was copied or put back
                      */
    RENEWAL_REFUSED, /* see *fault */
};

/* parked: the renewal has waited already, and is answered now unless nothing changed and there is
 * time left. RENEWAL_CLONE, _CLOCK and _LATCHED: apply the server's act of that verb ("clone",
 * "clock", "latch") to the installation's file and ask again with the new file. */
enum renewal_answer renewal_judge(
    const struct renewal_case *facts, bool parked, struct arena *arena, struct fault *fault,
    struct lease *ret_lease, millis *ret_wait_until);

/* How long a renewal may be parked: min(TTL/3, 20 s). */
millis renewal_park_limit(millis lease_ttl);

/* When an installation that was given this lease is overdue; 0: never, under a licence that has
 * ended for good. */
millis lease_watch(const struct lease *lease, const struct licence_file *licence);

/* The state that a lease says, of licence and installation. */
enum lease_state lease_state_of(
    const struct licence_file *licence, const struct installation_file *installation, millis time);

#endif
