/* What the pages show, made ready: texts and numbers in the words and units of a reader. Templates
 * (pages/) have no logic beyond "is it there". Everything is borrowed from the maker's arena. */
#ifndef ENDUSE_SERVICE_VIEWS_H
#define ENDUSE_SERVICE_VIEWS_H

#include "http/page.h"

#define VIEW_LIST(type)                                                                            \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
    }

/* Around every page. */
struct view_frame {
    const char *title;  /* begins with the subject */
    const char *office; /* the authority's name */
    const char *styles; /* where the styles are */
    const char *footer; /* what the page stands on; NULL: nothing */
    bool demo;
    bool licences; /* in that section */
};

/* A state as colour, word and shape; all of them together, never one alone. */
struct view_state {
    const char *word;  /* "Limited" */
    const char *shape; /* "limited": of the style and the symbol */
};

struct view_moment {
    const char *iso;         /* 2026-11-17T09:12:05Z */
    const char *date, *time; /* "17 November 2026", "09:12:05 UTC" */
};

struct view_installation {
    const char *number, *place;
    struct view_state state;
    const char *reason;             /* why it is suspended or latched, or NULL */
    bool heard;                     /* it has renewed at least once */
    const char *left, *of;          /* "53 min 51 s", "of 54 min"; left NULL: run out */
    const char *ring, *ring_offset; /* per cent of the circle */
    bool low;
    const char *contact; /* "Online" */
    bool overdue;
    struct view_moment last;
    uint64_t running, most;
};

struct view_dot {
    const char *at; /* per cent */
};

struct view_order {
    const char *number, *kind;
    struct view_moment issued;
    const char *issuer;
    const char *confirmed; /* date and person, or why not */
    const char *confirmer;
    bool alarm; /* the other ministry has not confirmed in time */
    VIEW_LIST(struct view_dot) dots;
    const char *obeyed;     /* "3 of 3, at most 0.83 s"; NULL: nothing to obey */
    const char *obey_label; /* "0.21 s, 0.34 s" */
    const char *now, *now_since;
};

struct view_document {
    const char *kind, *number, *file; /* file: the kind's word, "licence" */
    const char *signers, *digest;
};

struct view_event {
    struct view_moment when;
    const char *shape; /* of a state, or NULL */
    const char *title, *text;
    const char *by, *digest;
    bool person; /* signed by a person: a check mark */
};

struct view_period {
    const char *installation, *from, *until;
    uint64_t within, outside, begun, stopped;
};

struct view_bar {
    const char *label;
    uint64_t count;
    const char *width; /* per cent */
    const char *y, *text_y, *bar_y;
};

struct view_act {
    const char *shape, *title, *text;
};

struct view_licence {
    struct view_frame frame;
    const char *number;
    struct view_state state;
    const char *lead;
    const char *exporter, *exporter_name, *product, *product_class, *agency, *country, *certificate,
        *functions;
    /* The figures that matter. */
    const char *alive, *alive_of, *alive_note;
    uint64_t running;
    const char *running_note;
    uint64_t outside, judged;
    const char *outside_note;
    const char *ends, *ends_unit, *ends_note;
    VIEW_LIST(struct view_installation) installations;
    const char *lease_note;
    VIEW_LIST(struct view_period) periods;
    VIEW_LIST(struct view_bar) bars;
    const char *bars_title, *bars_height;
    VIEW_LIST(struct view_order) orders;
    const char *obey_scale; /* "0 to 1 s" */
    VIEW_LIST(struct view_document) documents;
    VIEW_LIST(struct view_event) events;
    bool events_cut; /* older ones are not shown */
    VIEW_LIST(struct view_act) acts;
};

struct view_licence_row {
    const char *number;
    struct view_state state;
    const char *country, *agency, *exporter, *product, *until;
    const char *installations;
};

struct view_licences {
    struct view_frame frame;
    const char *count; /* "3 licences" */
    VIEW_LIST(struct view_licence_row) rows;
    const char *next; /* where to go on, or NULL */
};

struct view_problem {
    struct view_frame frame;
    const char *heading, *text, *request;
    unsigned status;
};

#endif
