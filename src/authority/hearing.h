/* What a party is told of a case: its own hearing, and what came of it. The case is the office's:
 * who complained and in which words, what was found, what the other party said, stays in it. */
#ifndef ENDUSE_AUTHORITY_HEARING_H
#define ENDUSE_AUTHORITY_HEARING_H

#include "authority/case.h"
#include "authority/role.h"

enum hearing_state {
    HEARING_CALLED = 1, /* the party may state what it has to say */
    HEARING_HEARD,
    HEARING_DECIDED,
    HEARING_OBJECTED, /* by whichever party */
    HEARING_CLOSED,
};

struct hearing {
    const char *number; /* of the case */
    uint64_t version;   /* of the case's file: what the party answers to */
    enum hearing_state state;
    const char *licence;
    enum case_track_kind track; /* which party it is told to */
    millis date;                /* of the hearing */
    const char *notice;
    millis noticed;
    const char *chair;     /* who hears: an officer's id */
    const char *statement; /* NULL: none yet */
    millis stated;
    const char *record; /* NULL: not heard */
    millis heard;
    enum case_outcome outcome; /* 0: none yet; after an objection, what became of it */
    const struct case_factor *factors;
    size_t factors_count;
    const char *reasons;
    millis decided;
    millis object_until;            /* 0: there is nothing to object to, or no more */
    enum case_track_kind objector;  /* 0: nobody objected */
    const char *objection, *answer; /* the party's own; NULL: none */
    millis settled;                 /* 0: no objection was decided on */
    millis closed;                  /* 0: open */
};

extern const struct layout hearing_layout;

/* Which party of a case on the licence somebody speaks for: an exporter for itself, a state's
 * signatory for the state. 0: none. */
enum case_track_kind hearing_track(const struct actor *actor, const struct licence_file *licence);

/* What the party of the track is told at the time; its texts are the case's. False: it was given no
 * notice, and is told nothing. */
bool hearing_of(
    const struct case_file *file, enum case_track_kind track, millis time,
    struct hearing *ret_hearing);

#endif
