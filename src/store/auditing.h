/* One audit on its way: the events of the database under audit (attached as `office`) are checked
 * row by row and replayed into a scratch database. Inside store/ only. */
#ifndef ENDUSE_STORE_AUDITING_H
#define ENDUSE_STORE_AUDITING_H

#include "store/audit.h"
#include "store/read.h"
#include "store/ledger.h"

struct auditing {
    const struct audit_options *options;
    struct audit_report *report;
    struct database database; /* main: scratch; office: under audit */
    struct ledger ledger;     /* of the replay, in scratch */
    struct digest authority;
    bool has_authority;
    bool replaying;         /* every event so far held */
    struct frontier tree;   /* of the events' recomputed leaves */
    bool has_tree;          /* no event was missing or unreadable so far */
    millis time;            /* of the event before */
    struct query heads;     /* the heads in order, one read ahead */
    bool head_waiting;      /* there is one */
    struct store_head head; /* that one; note in head_arena */
    struct arena head_arena;
    uint64_t newest_head;      /* size of the last one that was checked */
    bool newest_unsigned;      /* and it is not signed though a log key was delegated */
    struct checkpoint kept;    /* options.checkpoint, taken apart */
    bool has_kept, kept_found; /* whether there is one; whether the log passed its size */
};

/* Adds a finding about an event (UINT64_MAX: about none) with the fault's words. */
void audit_find(
    struct auditing *on, enum error error, uint64_t sequence, const struct fault *fault);

/* An event's row by itself: columns, leaf, time. audit_event.c. Returns whether it holds; an error
 * only when it cannot be checked. */
enum error audit_row(
    struct auditing *on, const struct event *event, struct arena *arena, struct fault *fault,
    bool *ret_holds);

/* The event judged by the rules and applied in scratch. */
enum error audit_replay(
    struct auditing *on, const struct event *event, struct arena *arena, struct fault *fault);

/* Heads: audit_head.c. Begins reading them; checks those that the tree has reached; at the end, the
 * rest. */
enum error audit_heads_begin(struct auditing *on, struct fault *fault);
enum error audit_heads_at(struct auditing *on, struct fault *fault);
enum error audit_heads_end(struct auditing *on, struct fault *fault);

/* The checkpoint that was kept elsewhere: taken apart at first, its signature checked at the end,
 * when the log keys are known. */
enum error audit_kept_begin(struct auditing *on, struct fault *fault);
enum error audit_kept_end(struct auditing *on);

#endif
