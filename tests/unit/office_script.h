/* The life of one licence as signed acts, for tests of whatever takes acts: a country listed, the
 * delegation of the server's keys, an exporter registered, its product
 * classified and a build of it tested, the agency, bodies and signatory of the certificate entered,
 * applications to market and to export approved, the form registered, the state's offences
 * accepted, the certificate in force, the licence issued, an installation enrolled. Real signatures
 * of the small world's people (world.h), on the form of December 2021; and a clock that stands
 * until it is moved. */
#ifndef ENDUSE_TESTS_OFFICE_SCRIPT_H
#define ENDUSE_TESTS_OFFICE_SCRIPT_H

#include "authority/authority.h"
#include "office_bodies.h"
#include "world.h"

enum {
    OFFICE_LIFE = 46,                /* acts in a whole life */
    OFFICE_EVENTS = 1 + OFFICE_LIFE, /* the root's, and one an act */
    OFFICE_CERTIFICATE = 5,          /* of them until a certificate is in force */
};

struct office_script {
    struct world world;
    struct arena arena; /* of the acts made */
    struct arena form_arena;
    struct form form;
    uint64_t acts; /* made so far: their ids */
    struct bytes life[OFFICE_LIFE];
};

/* How many uses the licences of the scripts made from here on grant in a period; 0: as the world's.
 */
extern uint64_t office_uses_granted;

/* Makes everything; asserts on failure, as all here. */
void office_script_init(struct office_script *script);
void office_script_free(struct office_script *script);

/* A clock for tests: the system's table, whose wall clock shows office_clock; and whose clock since
 * boot is ahead of the machine's by so many whole seconds. */
extern millis office_clock, office_boot_ahead;
extern const struct os office_os;

/* An act on a file at a version, signed; the bytes are in the script's arena. */
struct bytes office_act(
    struct office_script *script, enum world_key key, const char *file, uint64_t version,
    const char *verb, struct datum body);

/* A body of members, sorted; in the world's arena. */
#define OFFICE_BODY(script, ...) WORLD_MAP(&(script)->world, __VA_ARGS__)

/* A document signed by these keys, as the body {"instrument": bytes}. */
struct datum office_instrument(
    struct office_script *script, enum instrument_type type, const void *value,
    const enum world_key *keys, size_t count);
#define OFFICE_INSTRUMENT(script, type, value, ...)                                                \
    office_instrument(                                                                             \
        script, type, value, (const enum world_key[]){__VA_ARGS__},                                \
        sizeof((const enum world_key[]){__VA_ARGS__}) / sizeof(enum world_key))

/* An order issued by the first of these keys: the act, at version 0 of the order's file. */
struct bytes office_order(
    struct office_script *script, const struct order *order, const enum world_key *keys,
    size_t count);
#define OFFICE_ORDER(script, order, ...)                                                           \
    office_order(                                                                                  \
        script, order, (const enum world_key[]){__VA_ARGS__},                                      \
        sizeof((const enum world_key[]){__VA_ARGS__}) / sizeof(enum world_key))

/* The enrolment of another installation under the licence; with a key of the world's, or with a
 * guard's own key and the hash of the first key of its log. */
struct bytes office_enrol(struct office_script *script, const char *number, enum world_key guard);
struct bytes office_enrol_guard(
    struct office_script *script, const char *number, const struct public_key *key,
    const struct digest *first_key);

/* A certificate's acts from offer to countersignatures, under this application. */
void office_certificate(
    struct office_script *script, const struct certificate *certificate, const char *application,
    struct bytes ret_acts[OFFICE_CERTIFICATE]);

/* The entry of an approving body's withdrawal of the approval with this digest, under a number of
 * the office's. */
struct bytes office_withdrawal(
    struct office_script *script, const char *number, const struct digest *certificate,
    const struct digest *approval);

#endif
