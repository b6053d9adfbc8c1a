/* What the pages of a certificate show, of trying a declaration on it, and of a file on paper;
 * views.h says how views are made. */
#ifndef ENDUSE_SITE_VIEWS_CERTIFICATE_H
#define ENDUSE_SITE_VIEWS_CERTIFICATE_H

#include "site/views.h"

/* A line of a clause: the word that it begins with, where it is one of the language's, and the
 * rest. */
struct view_code_line {
    const char *word, *rest;
};

struct view_policy {
    const char *number, *title;
    const char *effect; /* "permits", "forbids" */
    const char *source; /* "a model condition of the licence"; NULL: of the certificate itself */
    VIEW_LIST(struct view_code_line) lines;
};

/* A paragraph, or the items of a list. */
struct view_block {
    const char *text;
    VIEW_LIST(struct view_block) items;
};

struct view_clause {
    const char *number, *title;
    const char *coverage, *shape; /* "Executable", "full" */
    VIEW_LIST(struct view_block) blocks;
    const char *basis, *sources;
    VIEW_LIST(struct view_policy) policies;
    const char *kept; /* what keeps the part that does not execute; or NULL */
    bool decided;     /* the verdict of the trial */
};

struct view_offence {
    const char *code, *title, *months, *force, *acts, *completed, *decision;
};

struct view_body {
    const char *id, *name, *kind, *fingerprint;
};

struct view_seen {
    const char *fact, *value;
};

struct view_condition {
    const char *kind, *source; /* "Not met", the condition as it is written */
    VIEW_LIST(struct view_seen) seen;
};

/* A clause that decided, or one that would have permitted, with what failed. */
struct view_decider {
    const char *number, *title, *text, *href;
    const char *effect;
    VIEW_LIST(struct view_condition) failed;
};

struct view_trial {
    const char *action, *token, *moment;
    const char *standing; /* why no use can begin whatever the verdict; or NULL */
    struct view_mistakes mistakes;
    VIEW_LIST(struct view_field) fields;
    bool judged, within;
    const char *outcome, *meaning, *next;
    const char *deciders_title;
    VIEW_LIST(struct view_decider) deciders, permits;
};

struct view_certificate {
    struct view_frame frame;
    struct view_notice notice;
    const char *number, *lead, *document, *paper, *digest;
    struct view_state state;
    const char *form_title, *form_number, *form_href, *country, *agency, *product, *product_class,
        *exporter, *exporter_href, *place, *term, *application, *application_href;
    VIEW_LIST(struct view_figure) figures;
    VIEW_LIST(struct view_clause) clauses;
    const char *misfit; /* why text and clauses cannot stand beside each other; or NULL */
    const char *text, *code;
    struct view_compare_with compare;
    struct view_trial trial;
    VIEW_LIST(struct view_offence) offences;
    VIEW_LIST(struct view_body) bodies;
    VIEW_LIST(struct view_signature) signatures;
    VIEW_LIST(struct view_file_row) licences;
    bool licences_shown; /* the reader may see them */
    VIEW_LIST(struct view_value) values;
    VIEW_LIST(struct view_link) under;
    struct view_timeline timeline;
    struct view_steps steps;
};

/* A file as it is printed: all on one sheet, nothing to click. */
struct view_paper {
    const char *title; /* "Certificate EC-2026-0009" */
    const char *office, *kind, *number, *lead;
    bool demo;
    struct view_state state;
    struct view_moment printed;
    const char *digest;      /* of the instrument, in groups; NULL: there is none */
    const char *verify;      /* where anyone can ask for it; NULL: nobody can */
    const char *qr, *qr_box; /* the same as an SVG's path */
    const char *file;        /* the name of the instrument inside the PDF */
    struct view_certificate certificate;
    bool is_certificate;
    VIEW_LIST(struct view_value) facts, values;
    VIEW_LIST(struct view_signature) signatures;
    struct view_timeline timeline;
    bool is_record; /* of a case: what happened is what counts */
};

#endif
