/* Verifying the events and making the projections anew. Both work on the database file alone, with
 * or without a server; verifying never writes. */
#ifndef ENDUSE_STORE_AUDIT_H
#define ENDUSE_STORE_AUDIT_H

#include "store/event.h"

/* What was found wrong, once for each place. */
struct audit_finding {
    enum error error;  /* ERROR_STORE_EVENT_..., ERROR_STORE_HEAD, ERROR_STORE_PROJECTION, ... */
    uint64_t sequence; /* of the event that it is about; UINT64_MAX when about none */
    struct fault fault;
};

enum { AUDIT_FINDINGS_MAX = 64 };

struct audit_options {
    const struct os *os;         /* NULL: os_system */
    const struct digest *pinned; /* the authority's id as known from elsewhere; NULL: not known */
    struct bytes checkpoint;     /* a signed checkpoint kept elsewhere, which the log must extend:
                                    finds a log cut off at its end; empty: none */
    bool demo_allowed;
    void (*progress)(void *context, uint64_t done, uint64_t total); /* or NULL */
    void *context;
};

struct audit_report {
    uint64_t events;        /* in the database */
    uint64_t verified;      /* found good, from the first on */
    uint64_t signed_events; /* under the newest signed head */
    struct digest authority, root;
    struct audit_finding findings[AUDIT_FINDINGS_MAX];
    size_t finding_count; /* 0: everything holds */
};

/* Checks the whole database: every event's columns against its body, its leaf and place in the
 * tree, times in order, every signature against the roots and delegations then in force, every act
 * by the authority's own rules in replay, file versions, every stored head and its signature, the
 * tree's nodes, and that files and nodes are what the events make them. The newest head must be
 * signed if a log key was delegated at its time; events after the newest signed head
 * (signed_events) are held by their own signatures only. ERROR_OK: it was checked, and the report
 * says what was found; any other error: it could not be checked. After an event that does not hold,
 * later ones are checked by their own rows, leaves and the tree only. */
enum error store_verify(
    const char *path, const struct audit_options *options, struct fault *fault,
    struct audit_report *ret_report);

struct rebuild_report {
    uint64_t events, files;
    uint64_t changed; /* rows of files and nodes that were not as the events make them */
};

/* Makes files and nodes anew from the events and exchanges them for what is there, in one
 * transaction; identical bytes where nothing was wrong. Contacts are kept: they are no projection.
 * Refuses (with the error of the first finding) when anything but files and nodes does not verify.
 * ERROR_BUSY while a server writes. */
enum error store_rebuild(
    const char *path, const struct audit_options *options, struct fault *fault,
    struct rebuild_report *ret_report);

#endif
