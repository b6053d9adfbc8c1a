/* What the pages show, made ready: texts and numbers in the words and units of a reader. Templates
 * (pages/) have no logic beyond "is it there". Everything is borrowed from the maker's arena. */
#ifndef ENDUSE_SITE_VIEWS_H
#define ENDUSE_SITE_VIEWS_H

#include "http/page.h"

#define VIEW_LIST(type)                                                                            \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count;                                                                              \
    }

/* A link; current: of the page that it is on. */
struct view_link {
    const char *href, *words;
    const char *count; /* after the words, or NULL */
    bool current;
};

/* A language that pages can be read in. */
struct view_language {
    const char *href, *code, *name; /* "he", and its own name */
    bool current;
};

/* A moment of which the template says the month, in the page's language. */
struct view_as_of {
    unsigned day;      /* 0: none */
    const char *month; /* a phrase */
    int year;
    const char *time; /* "09:12:05 UTC" */
};

/* Around every page. */
struct view_frame {
    const char *title;         /* begins with the subject */
    const char *office;        /* the authority's name */
    const char *styles, *icon; /* where they are */
    uint64_t events;           /* of the log that the page stands on */
    struct view_as_of as_of;   /* and when */
    const char *address;       /* the page's own, for who prints it; NULL: not printed */
    bool demo;
    const char *person, *role; /* who reads, in English; NULL: nobody is signed in */
    bool signs;                /* at the sign origin, where nobody is signed in */
    const char *token;         /* for forms: entry.h */
    const char *search;        /* what was looked for */
    const char *live, *script; /* where the page hears of changes, and by what; NULL: it does not */
    VIEW_LIST(struct view_link) sections;
    size_t language; /* that the reader wants: pagec */
    VIEW_LIST(struct view_language) languages;
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

/* A piece of a clock's bar; in units of its 120. */
struct view_clock_part {
    const char *kind; /* "on", "off", "over", "held": of the style */
    const char *x, *width;
};

/* The clock of a step; words NULL: it has none. */
struct view_clock {
    const char *words, *note; /* "2 of 5 working days", "to decide, until 24 November 2026" */
    bool late, stopped;
    VIEW_LIST(struct view_clock_part) parts;
};

struct view_installation {
    const char *number, *place;
    struct view_state state;
    const char *reason;             /* why it is suspended or latched, or NULL */
    bool heard;                     /* it has renewed at least once */
    const char *left, *of;          /* "53 min 51 s", "of 54 min"; left NULL: run out */
    int64_t seconds;                /* left, for who counts them down */
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

struct view_timeline {
    VIEW_LIST(struct view_event) events;
    bool cut; /* older ones are not shown */
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
    const char *href; /* NULL: for somebody else */
};

/* A hearing of the reader's, and what comes next in it. */
struct view_hearing_link {
    const char *href, *words, *next;
};
struct view_hearing_links {
    struct view_hearing_link *items;
    size_t count;
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
    struct view_timeline timeline;
    VIEW_LIST(struct view_act) acts;
    struct view_hearing_links hearings; /* for a party, its own */
};

/* A field of a file: a text, or fields inside. */
struct view_value {
    const char *label; /* NULL: of a list's item that needs none */
    const char *text, *href;
    bool digest; /* shown as one */
    bool code;   /* policies */
    VIEW_LIST(struct view_value) items;
};

/* One of the figures that matter. */
struct view_figure {
    const char *label, *before, *value, *unit, *note; /* before: "under ", small; or NULL */
};

/* What a page says at the top of somebody's act or mistake. */
struct view_notice {
    const char *title, *text, *href, *words; /* href, words: where to go on, or NULL */
};

struct view_option {
    const char *value, *words;
    bool chosen;
};
struct view_options {
    struct view_option *items;
    size_t count;
};

/* What a field of a form is filled in by. */
enum view_input {
    INPUT_TEXT = 1,
    INPUT_LINES,   /* a large box */
    INPUT_CHOICE,  /* one of the options */
    INPUT_GROUP,   /* the items, together */
    INPUT_CHOICES, /* any number of the options */
    INPUT_DATE,
};

struct view_field {
    int input;        /* enum view_input */
    const char *name; /* of the form's pair */
    const char *label, *hint, *value, *error;
    const char *described; /* ids of hint and error; NULL: neither is there */
    const char *mode;      /* inputmode: "numeric", or NULL */
    bool optional;
    VIEW_LIST(struct view_option) options;
    VIEW_LIST(struct view_field) items;
    const char *more; /* the name of the button that adds an item; NULL: none */
};

struct view_mistake {
    const char *href, *words; /* href NULL: it is at no field */
};

/* At the top of a form that cannot go on. */
struct view_mistakes {
    struct view_mistake *items;
    size_t count;
};

/* --- Pages -------------------------------------------------------------------------------- */

struct view_home {
    struct view_frame frame;
};

struct view_persona {
    const char *id, *name, *role, *key;
};

struct view_sign_in {
    struct view_frame frame;
    const char *next, *mistake;
    bool passkeys; /* there is an origin to sign at */
    VIEW_LIST(struct view_persona) personas;
};

struct view_file_row {
    const char *number, *href;
    struct view_state state;
    const char *summary;
    const char *parent, *parent_href, *parent_kind;
    const char *changed;
};

struct view_register {
    struct view_frame frame;
    const char *title, *intro;
    const char *action; /* of the filter's form */
    const char *words, *parent;
    struct view_options states;
    const char *count; /* "3 files" */
    VIEW_LIST(struct view_file_row) rows;
    const char *next; /* where to go on, or NULL */
    const char *empty;
    VIEW_LIST(struct view_link) acts; /* what opens a file of the kind */
    const char *board;                /* where the files are a board, or NULL */
};

/* What was found of a kind. */
struct view_found {
    const char *title;
    VIEW_LIST(struct view_file_row) rows;
    const char *more; /* where all of them are, or NULL */
};

struct view_search {
    struct view_frame frame;
    const char *words, *count;
    VIEW_LIST(struct view_found) found;
};

struct view_registers {
    struct view_frame frame;
    struct {
        struct view_register_line {
            const char *href, *title, *intro, *count;
        } * items;
        size_t count;
    } rows;
};

struct view_step {
    const char *href; /* NULL: it is shut */
    const char *title, *text;
};

/* What the state of a file allows: to the reader, and to others. */
struct view_steps {
    VIEW_LIST(struct view_step) open, shut;
};

/* Choosing another form to compare one with. */
struct view_compare_with {
    const char *number; /* of the one; NULL: nothing is to be compared */
    VIEW_LIST(struct view_option) options;
};

struct view_file {
    struct view_frame frame;
    const char *kind, *kind_href, *kinds; /* "Licence", "/register/licence", "Licences" */
    const char *number;
    struct view_state state;
    struct view_clock clock;
    const char *lead;
    struct view_notice notice;
    VIEW_LIST(struct view_value) values;
    VIEW_LIST(struct view_link) under; /* kinds of files that hang on this one, counted */
    const char *document, *paper;      /* where the signed instrument and its PDF are, or NULL */
    struct view_compare_with compare;
    const char *said_title;            /* NULL: there is no document */
    VIEW_LIST(struct view_value) said; /* what the document says, signed or drafted */
    struct view_timeline timeline;
    struct view_steps steps;
};

/* A signature that verified: whose. */
struct view_signature {
    const char *who, *office, *key, *fingerprint;
};

/* A row of a table of counts. */
struct view_counted {
    const char *group;                /* of this row and those below, where it begins; or NULL */
    const char *label, *count, *more; /* more: a second count, or NULL */
};

struct view_act_form {
    struct view_frame frame;
    const char *heading, *lead, *conditions;
    const char *action, *back;
    const char *version, *number; /* of the file that is there already; or NULL */
    struct view_mistakes mistakes;
    VIEW_LIST(struct view_field) fields;
    bool nothing; /* there is nothing to fill in */
};

struct view_change {
    const char *kind, *number;
    struct view_state state, before;
    bool created;
};

/* A line for a terminal. */
struct view_command {
    const char *text;
};

struct view_act_check {
    struct view_frame frame;
    const char *heading, *lead, *action, *back;
    VIEW_LIST(struct view_value) values;
    VIEW_LIST(struct view_change) changes;
    const char *payload, *digest, *signer;
    VIEW_LIST(struct view_command) commands;     /* what does the same with a key file */
    bool says;                                   /* the act says something: act.json */
    bool persona;                                /* the server holds the key: a demonstration */
    bool passkey;                                /* signed at the sign origin */
    const char *document_kind, *document_digest; /* what is signed with it; or NULL */
    const char *document_payload; /* where the office does not have it yet; or NULL */
    VIEW_LIST(struct view_value) document;
};

struct view_sign {
    struct view_frame frame;
    const char *heading, *lead, *action, *back, *cancel;
    const char *signer, *digest;
    const char *challenge, *rp_id; /* for the script */
    VIEW_LIST(struct view_value) values;
    const char *script;
};

struct view_passkey {
    struct view_frame frame;
    const char *challenge, *rp_id, *script, *action;
    const char *key, *fingerprint, *origin; /* the new one; or NULL */
};

struct view_queue_row {
    const char *href, *title, *kind, *number;
    struct view_state state;
    const char *summary, *since;
    const char *whose, *roles; /* "You"; whoever can, or NULL */
    struct view_clock clock;
};

/* Rows below one heading; title NULL: they need none. */
struct view_queue_group {
    const char *title;
    VIEW_LIST(struct view_queue_row) rows;
};

/* A column's heading that sorts; the list's own order has no other. */
struct view_sort {
    const char *href, *words;
    bool current;
};

/* A view that the reader keeps. */
struct view_saved {
    const char *name, *href;
    bool current;
};

struct view_queue {
    struct view_frame frame;
    const char *now, *count;
    VIEW_LIST(struct view_link) tabs;
    /* The filter, as it is; and what it can be. */
    const char *show, *kind, *state, *sort, *clear; /* clear NULL: nothing is filtered */
    struct view_options kinds, states;
    struct view_sort by_number, by_waiting, by_clock;
    VIEW_LIST(struct view_queue_group) groups;
    const char *empty, *cut, *next, *first; /* cut: not everything was looked at; or NULL */
    VIEW_LIST(struct view_saved) views;
    bool keeps; /* the view can be kept */
    const char *name, *mistake;
    const char *board;                  /* where cases are a board, or NULL */
    struct view_hearing_links hearings; /* that the reader is called to */
};

struct view_card {
    const char *href, *number, *what, *origin, *since;
    const char *licence, *licence_href;
    const char *measures; /* "2 interim measures", or NULL */
    bool held;
    struct view_clock clock;
};

struct view_board_column {
    const char *id;
    struct view_state state;
    const char *count, *href; /* all of them, as a list */
    const char *more;         /* that there are more than are shown, or NULL */
    VIEW_LIST(struct view_card) cards;
};

struct view_board {
    struct view_frame frame;
    const char *count;
    VIEW_LIST(struct view_board_column) columns;
};

/* --- Public pages ------------------------------------------------------------------------- */

/* Of a chart: places in per cent across, in pixels down. */
struct view_chart_rect {
    bool dark; /* else light, and hatched */
    const char *x, *y, *width, *height;
};

struct view_chart_text {
    const char *style, *anchor; /* class; text-anchor */
    const char *x, *dx, *y, *words;
};

/* A chart, with the table that says the same (chart.h). */
struct view_chart {
    const char *id, *title, *finding, *label;
    bool wide;
    const char *dark, *light; /* what the colours mean; NULL: there is one alone */
    const char *height, *base;
    VIEW_LIST(struct view_chart_rect) rects;
    VIEW_LIST(struct view_chart_text) texts;
    const char *empty;
    const char *of, *first, *second; /* the table's headings */
    VIEW_LIST(struct view_counted) rows;
};

/* Counts as they are given: with no less than what may be known. */
struct view_quarter {
    const char *label, *granted, *refused, *revoked, *orders, *judged, *outside, *share;
};

struct view_figures {
    struct view_frame frame;
    const char *over, *checkpoint;
    VIEW_LIST(struct view_figure) six;
    VIEW_LIST(struct view_chart) charts;
    VIEW_LIST(struct view_quarter) quarters;
    VIEW_LIST(struct view_counted) orders, applications;
    bool exact, may_exact; /* every count as it is; and whether the reader may ask for that */
};

/* A country on the list; for those inside with what it has. */
struct view_country {
    const char *code, *name, *name_language; /* "en": as it is in the register */
    struct view_state state;
    const char *href, *since, *issued, *live, *installations; /* inside alone */
    const char *mark;                                         /* on the map: live ones; or NULL */
};

struct view_mark {
    const char *href; /* of the outline; NULL: a dot */
    const char *style, *title, *x, *y;
    const char *count; /* or NULL */
};

struct view_country_change {
    const char *date, *code, *name, *name_language, *href, *reasons, *by;
    struct view_state state;
};

struct view_countries {
    struct view_frame frame;
    bool inside; /* the reader sees all licences and installations */
    size_t listed;
    const char *lead, *dated; /* dated NULL: the list has no date */
    const char *counted;
    const char *land, *box, *dot; /* land NULL: there is no map */
    VIEW_LIST(struct view_mark) marks;
    VIEW_LIST(struct view_country) rows, off_map;
    VIEW_LIST(struct view_country_change) history; /* inside alone */
    bool history_cut;
};

/* Of a page that says the same to everybody. */
struct view_about {
    struct view_frame frame;
};

/* What was found out about a document or a number. */
struct view_verify {
    struct view_frame frame;
    const char *number; /* that was asked for */
    const char *number_error, *file_error;
    struct view_mistakes mistakes;
    const char *verdict; /* NULL: nothing was asked yet */
    const char *meaning;
    bool good;
    struct view_state state; /* of the file in the register; word NULL: there is none */
    VIEW_LIST(struct view_value) facts;
};

/* A pair of a form that is carried from page to page. */
struct view_kept {
    const char *name, *value;
};

struct view_answer {
    const char *label, *text, *step; /* step: the page to change it on */
};

/* A report of suspected misuse, a page at a time. */
struct view_report {
    struct view_frame frame;
    unsigned step;
    struct view_mistakes mistakes;
    const char *what, *when, *where, *contact;
    const char *what_error, *when_error, *where_error, *contact_error;
    VIEW_LIST(struct view_option) evidence;
    VIEW_LIST(struct view_kept) kept;
    VIEW_LIST(struct view_answer) answers;
};

struct view_reported {
    struct view_frame frame;
    const char *reference, *secret;
};

struct view_follow {
    struct view_frame frame;
    const char *reference, *error;
    struct view_mistakes mistakes;
    struct view_state state; /* word NULL: nothing was asked yet */
    const char *opened, *changed, *meaning;
};

struct view_log_event {
    const char *sequence, *date, *time, *what, *leaf;
};

struct view_log {
    struct view_frame frame;
    const char *size, *authority;
    const char *note; /* the newest signed head, as it is; NULL: there is none yet */
    const char *signed_size, *unsigned_count; /* unsigned_count NULL: none are */
    VIEW_LIST(struct view_log_event) events;
};

struct view_problem {
    struct view_frame frame;
    const char *heading, *text, *request;
    const char *what; /* what was refused, in the problem's own words; or NULL */
    const char *file; /* whose PDF cannot be had; or NULL */
    unsigned status;
};

#endif
