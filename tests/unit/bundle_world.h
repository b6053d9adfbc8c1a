/* A small case bundle made by hand in the small world (world.h): a use that was declared within the
 * terms, began, and was stopped by an order to disconnect; the guard's records of it, and the
 * office's events. Everything is fixed, so that the bundle has one encoding. Tests change the parts
 * and make the trees anew. */
#ifndef ENDUSE_TESTS_BUNDLE_WORLD_H
#define ENDUSE_TESTS_BUNDLE_WORLD_H

#include "bundle/evidence.h"
#include "world.h"

/* The records by index, and the events by sequence. */
enum {
    RECORD_LEASE,
    RECORD_DECLARED,
    RECORD_BEGIN,
    RECORD_ORDER,
    RECORD_STOP,
    RECORD_OBEYED,
    RECORD_REFUSAL,
    RECORD_COUNT,

    CASE_ROOT = 0,
    CASE_COUNTRY,
    CASE_ENROL,
    CASE_ISSUE,
    CASE_ALARM,
    CASE_RECEIPT,
    CASE_EVENTS,

    CASE_DOCUMENTS_MAX = 20,
};

struct bundle_world {
    struct world world;
    struct order order;
    struct buffer order_bytes;
    struct digest order_digest;
    struct bytes root; /* the only one */

    struct entry entries[RECORD_COUNT];
    struct act acts[CASE_EVENTS];          /* of the events that are acts */
    enum world_key act_keys[CASE_EVENTS];  /* who signs them */
    struct event_body bodies[CASE_EVENTS]; /* instrument is made from the acts */
    struct receipt receipt;
    struct lease lease;
    struct usage_return usage;

    /* The parts of the bundle, to be changed. */
    struct bundle_document documents[CASE_DOCUMENTS_MAX];
    size_t document_count;
    struct bundle_record records[RECORD_COUNT];
    struct bundle_opening openings[3];
    struct bundle_event events[CASE_EVENTS];
    struct bundle bundle;
};

/* Fills entries, acts and the rest. Then bundle_world_make. */
void bundle_world_init(struct bundle_world *world);

/* Signs everything, grows both trees, and fills the bundle. May be called again after a change. */
void bundle_world_make(struct bundle_world *world);

/* Puts a signed document into the bundle at its place. */
void bundle_world_add(struct bundle_world *world, struct bytes bytes);
/* The document of a type, to be changed or taken out. */
struct bundle_document *bundle_world_find(struct bundle_world *world, enum instrument_type type);
void bundle_world_remove(struct bundle_world *world, enum instrument_type type);

/* The bundle's bytes, whether it is whole or not. */
void bundle_world_bytes(const struct bundle_world *world, struct buffer *ret_bytes);

void bundle_world_free(struct bundle_world *world);

#endif
