/* An office in memory for tests of authority/: files encoded as the store keeps them, acts signed
 * and opened as a person's are, and the steps of one licence's life. */
#ifndef ENDUSE_TESTS_AUTHORITY_WORLD_H
#define ENDUSE_TESTS_AUTHORITY_WORLD_H

#include "authority/authority.h"
#include "office_bodies.h"
#include "world.h"

struct kept {
    enum file_kind kind;
    char number[65];
    struct buffer bytes;
};

struct test_office {
    struct world world;
    struct arena form_arena;
    struct kept files[512];
    size_t count;
    struct arena arena; /* what find gives, until the next act */
    struct office office;
    struct delegation delegation;
    uint8_t act_count;
    struct fault fault;
};

extern struct test_office office;
extern const struct office_view view;

/* For each test: an office without files, over the form of December 2021. */
int set_up(void **state);
int tear_down(void **state);
#define LIFE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Files. */
void keep(const struct outcome *outcome);
const struct file_base *base_of(enum file_kind kind, const char *number);
int state_of(enum file_kind kind, const char *number);
const struct licence_file *licence_file(void);
struct digest digest_of(const char *number);
/* Whether the licence carries the order. */
bool carries(const char *number);

/* What the server does by a rule on this file at a time, or NULL, and when something will be. */
const char *due_on(enum file_kind kind, const char *number, millis time, millis *ret_next);

/* The bodies of acts. */
struct datum body_of(struct datum_member *members, size_t count);
struct datum blob(const struct buffer *bytes);
struct datum
signed_by(enum instrument_type type, const void *value, const enum world_key *keys, size_t count);
struct datum instrument(struct datum datum);
#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...)                                                                                  \
    body_of(                                                                                       \
        (struct datum_member[]){__VA_ARGS__},                                                      \
        sizeof((struct datum_member[]){__VA_ARGS__}) / sizeof(struct datum_member))
#define NO_BODY body_of(NULL, 0)
#define SIGNED(type, value, ...)                                                                   \
    signed_by(                                                                                     \
        type, value, (enum world_key[]){__VA_ARGS__},                                              \
        sizeof((enum world_key[]){__VA_ARGS__}) / sizeof(enum world_key))

/* Does an act as a person would: signed, opened again, judged, kept. */
enum error
do_at(millis time, enum world_key key, const char *file, const char *verb, struct datum body);
#define ACT(key, file, verb, body) do_at(WORLD_NOW, key, file, verb, body)
void must_error(enum error found, enum error expected, int line);
#define IS(expected, ...) must_error(__VA_ARGS__, expected, __LINE__)

/* An account's enrolment, and the fingerprint that confirms it; an account enrolled by D1 and
 * confirmed by D2. */
struct datum account_body(enum world_key key, const char *kind, const char *organisation);
struct datum fingerprint_of(enum world_key key);
void account_active(const char *id, const char *kind, const char *organisation, enum world_key key);

/* Puts a country on the list; XA is on it from the beginning, 30 days before WORLD_NOW. */
void country_listed(const char *code, millis time);

/* The steps up to an enrolled installation, each asserted, and the bodies that they use. */
void exporter_registered(void);
void product_classified(void);
struct datum marketing(void); /* the body of an application to market */
/* Of an application: drafted and submitted by D1, in review for five days by D2; then assessed by
 * F1 and approved by D2 and F2. */
void in_review(const char *name, struct datum body);
void approved(const char *name, struct datum body);
void marketing_approved(void);   /* application A-0 */
void application_approved(void); /* that, and A-1 to export */
void form_registered(void);
void offences_accepted(void); /* the state's schedule, as the certificate has it */
struct datum offer(void);
const char *state_fingerprint(void);
void certificate_in_force(void); /* after what it rests on, unless that was done */
struct datum proposal(struct datum datum);
void build_tested(void);
void licence_issued(void);
struct datum enrolment(enum world_key key);
void everything(void);

/* Orders on the licence. */
struct order an_order(const char *number, enum order_kind kind);
enum error issue(enum world_key key, const struct order *order, struct datum datum);
#define ISSUE(key, order, ...) issue(key, order, SIGNED(INSTRUMENT_ORDER, order, __VA_ARGS__))

/* A case C-1 on the licence, step by step: D2 investigates, F1 chairs, F2 decides on the day of the
 * hearing. */
enum { ALL_FACTORS = CASE_FACTOR_COUNT - 1 };
#define CASE_HEARING_DATE (WORLD_NOW + 6 * MILLIS_DAY)
struct datum moment(millis time);
struct datum case_notice(const char *track, millis date);
struct datum case_decision(const char *outcome, size_t factors); /* a finding on so many */
void case_opened(void);
void case_investigated(void);
void case_noticed(void); /* to both parties */
void case_decided(const char *outcome);

#endif
