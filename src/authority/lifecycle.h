/* The life-cycles as tables: for each kind of file, which act leads from which states to which, who
 * may do it, on what conditions, what its body holds, and in words what it does. The tables drive
 * the checks, the buttons, the commands, the documentation with its diagrams, and the tests; no
 * transition outside them is possible. */
#ifndef ENDUSE_AUTHORITY_LIFECYCLE_H
#define ENDUSE_AUTHORITY_LIFECYCLE_H

#include "authority/apply.h"
#include "authority/clock.h"
#include "authority/role.h"

enum { ANY_MINISTRY, DEFENCE_ONLY, FOREIGN_ONLY };

#define STATE(n) (1u << (n))
#define STATE_NEW STATE(0) /* no file yet: the act opens it */

enum { APART_MAX = 6 };

struct transition_call; /* inside.h */

struct transition {
    const char *verb;
    unsigned from;  /* bits STATE(...) */
    unsigned to;    /* states that it may lead to */
    unsigned roles; /* any of these */
    int ministry;   /* of officers */
    /* Segregation of duties: nobody does this who did one of these before, whether for himself or
     * for somebody absent. Offsets of struct done_by in the file's content; 0 ends the list. */
    size_t apart[APART_MAX];
    const struct layout *body; /* NULL: an empty map */
    const char *words;         /* what it does, for buttons and help */
    const char *conditions;    /* what must hold besides, in words; NULL: nothing */
    const char *rule;          /* ROLE_SERVER: which rule makes the server do it */
    enum error (*apply)(struct transition_call *call);
};

/* What a rule says of a file at a moment. */
struct due {
    const char *verb; /* what the server does now by a rule; NULL: nothing */
    millis next;      /* when it will have to look again; 0: not before the file changes */
};

struct due_call {
    const struct office *office;
    const struct office_view *view;
    millis time;
    struct fault *fault;
};

/* The server does verb as soon as `moment` has come; of several, the first. */
void due_at(const struct due_call *call, millis moment, const char *verb, struct due *due);

struct lifecycle {
    const char *word; /* the first part of an act's `file`: "exporter" */
    const struct layout *layout;
    const struct transition *transitions;
    size_t transition_count;
    /* Members of the content; 0 where there is none. */
    size_t parent_at;     /* const char *: the number of the file that it hangs on */
    size_t instrument_at; /* struct bytes */
    size_t digest_at;     /* struct digest: what it is found by */
    size_t key_at;        /* struct document_key, whose id it is found by */
    enum file_kind parent_kind;
    /* Whether it is of an acquiring state, and where its code is: const char *, ISO 3166. */
    bool of_country;
    size_t country_at;
    size_t agency_at; /* const char *: the id of the agency that it is of; 0 where there is none */
    /* What is due on a file; *due is zeroed. NULL: never anything. */
    enum error (*due)(const struct due_call *call, const void *content, struct due *due);
    /* The clock of its step; *ret_clock is zeroed. NULL: no step has one. */
    void (*clock)(
        const struct office_settings *settings, const void *content, struct clock *ret_clock);
};

#define LIFECYCLE_TRANSITIONS(table)                                                               \
    .transitions = (table), .transition_count = sizeof(table) / sizeof *(table)

/* The life-cycle of a kind; never NULL for a kind of the table. */
const struct lifecycle *lifecycle_of(enum file_kind kind);

/* The transitions of a kind; *ret_count of them. */
const struct transition *lifecycle(enum file_kind kind, size_t *ret_count);

/* The one of this verb; NULL: none. */
const struct transition *lifecycle_find(enum file_kind kind, const char *verb);

/* The layout of the act's body; of one without any, that of an empty map. */
const struct layout *transition_body(const struct transition *transition);

/* Whether the actor could do this now as far as state, role and segregation go; else the reason in
 * *fault: for greyed buttons. content NULL: no such file yet. The conditions of the act itself are
 * known only with its body. */
enum error transition_open(
    const struct transition *transition, const struct actor *actor, enum file_kind kind,
    const void *content, struct fault *fault);

#endif
