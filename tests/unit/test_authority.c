/* authority: one licence's life by acts, each rule of two people and two ministries, every state in
 * which an act is refused, and renewals. Files live in memory here, encoded as the store keeps
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority/authority.h"
#include "form/form.h"
#include "world.h"

/* --- An office in memory ------------------------------------------------------------------ */

struct kept {
    enum file_kind kind;
    char number[65];
    struct buffer bytes;
};

static struct {
    struct world world;
    struct arena form_arena;
    struct kept files[64];
    size_t count;
    struct arena arena; /* what find gives, until the next act */
    struct office office;
    struct delegation delegation;
    uint8_t act_count;
    struct fault fault;
} office;

static struct kept *find_kept(enum file_kind kind, const char *number)
{
    for (size_t i = 0; i < office.count; i++) {
        if (office.files[i].kind == kind && strcmp(office.files[i].number, number) == 0)
            return &office.files[i];
    }
    return NULL;
}

static enum error find(
    void *context, enum file_kind kind, const char *number, struct fault *fault,
    const void **ret_content)
{
    (void)context;
    struct kept *kept = find_kept(kind, number);
    *ret_content = NULL;
    if (!kept)
        return ERROR_OK;
    void *content = arena_alloc(&office.arena, file_layout(kind)->size);
    assert_non_null(content);
    enum error error =
        layout_decode(file_layout(kind), buffer_view(&kept->bytes), &office.arena, fault, content);
    *ret_content = content;
    return error;
}

static const struct office_view view = {.find = find};

static void keep(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->change_count; i++) {
        const struct file_change *change = &outcome->changes[i];
        const struct file_base *base = change->content;
        struct kept *kept = find_kept(change->kind, base->number);
        assert_int_equal(kept == NULL, change->created);
        if (!kept) {
            assert_true(office.count < 64);
            kept = &office.files[office.count++];
            kept->kind = change->kind;
            snprintf(kept->number, sizeof kept->number, "%s", base->number);
        }
        buffer_clear(&kept->bytes);
        struct fault fault = {0};
        enum error error =
            layout_encode(file_layout(change->kind), change->content, &fault, &kept->bytes);
        if (error)
            fail_msg("%s: %s: %s", base->number, fault.place, error_words(error));
    }
}

static const struct file_base *base_of(enum file_kind kind, const char *number)
{
    const void *content;
    assert_int_equal(find(NULL, kind, number, NULL, &content), ERROR_OK);
    return content;
}

static int state_of(enum file_kind kind, const char *number)
{
    const struct file_base *base = base_of(kind, number);
    return base ? base->state : 0;
}

/* Does an act as a person would: signed, opened again, judged. Members are name, datum pairs. */
static enum error
do_at(millis time, enum world_key key, const char *file, const char *verb, struct datum body)
{
    enum file_kind kind;
    const char *number;
    assert_int_equal(file_name_split(file, NULL, &kind, &number), ERROR_OK);
    const struct file_base *base = base_of(kind, number);
    struct act act = {
        .id = {{1, ++office.act_count}},
        .file = file,
        .file_version = base ? base->version : 0,
        .verb = verb,
        .body = body,
        .time = time,
    };
    struct buffer bytes = {0};
    WORLD_SIGN(&office.world, INSTRUMENT_ACT, &act, &bytes, NULL, key);
    struct key_id id = private_key_id(office.world.keys[key]);
    struct actor actor;
    struct signer signer;
    struct document document;
    struct act opened;
    struct outcome outcome;
    enum error error = actor_find(&office.office, &id, &office.fault, &actor, &signer);
    if (!error)
        error = act_open(
            buffer_view(&bytes), &office.world.authority, &signer, &office.arena, &office.fault,
            &document, &opened);
    if (!error)
        error = authority_apply(
            &office.office, &view, &actor, &opened, time, &office.arena, &office.fault, &outcome);
    if (!error)
        keep(&outcome);
    buffer_free(&bytes);
    return error;
}

static struct datum body_of(struct datum_member *members, size_t count)
{
    struct datum body;
    struct datum_member *copy = ARENA_ARRAY(&office.arena, struct datum_member, count);
    assert_non_null(copy);
    if (count)
        memcpy(copy, members, count * sizeof *members);
    assert_int_equal(datum_map(copy, count, NULL, &body), ERROR_OK);
    return body;
}

#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...)                                                                                  \
    body_of(                                                                                       \
        (struct datum_member[]){__VA_ARGS__},                                                      \
        sizeof((struct datum_member[]){__VA_ARGS__}) / sizeof(struct datum_member))
#define NO_BODY body_of(NULL, 0)
#define ACT(key, file, verb, body) do_at(WORLD_NOW, key, file, verb, body)

static void must_error(enum error found, enum error expected, int line)
{
    if (found == expected)
        return;
    char text[600];
    fail_msg(
        "line %d: %s instead of %s: %s", line, error_name(found), error_name(expected),
        found ? fault_text(&office.fault, text, sizeof text) : "");
}
#define IS(expected, ...) must_error(__VA_ARGS__, expected, __LINE__)

static struct datum blob(const struct buffer *bytes)
{
    return datum_of_bytes(arena_copy(&office.arena, buffer_view(bytes)));
}

#define SIGNED(type, value, ...)                                                                   \
    signed_by(                                                                                     \
        type, value, (enum world_key[]){__VA_ARGS__},                                              \
        sizeof((enum world_key[]){__VA_ARGS__}) / sizeof(enum world_key))

static struct datum
signed_by(enum instrument_type type, const void *value, const enum world_key *keys, size_t count)
{
    struct buffer bytes = {0};
    world_sign_with(&office.world, type, value, &bytes, NULL, keys, count);
    struct datum datum = blob(&bytes);
    buffer_free(&bytes);
    return datum;
}

static struct datum instrument(struct datum datum)
{
    return BODY({"instrument", datum});
}

static struct form form;

static int set_up(void **state)
{
    (void)state;
    memset(&office, 0, sizeof office);
    struct fault fault = {0};
    assert_int_equal(
        form_read(&os_system, FORM_FOLDER, &office.form_arena, &fault, &form, NULL), ERROR_OK);
    world_init(&office.world, &form);
    office.world.licence.clauses = form.conditions;
    world_sign(&office.world);
    static const char *const countries[] = {"XA", "XC"};
    office.office = (struct office){
        .chain = &office.world.chain,
        .delegation = &office.world.delegation,
        .countries = countries,
        .country_count = 2,
        .countries_date = WORLD_NOW - 30 * MILLIS_DAY,
        .confirm_within = MILLIS_DAY,
    };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < office.count; i++)
        buffer_free(&office.files[i].bytes);
    arena_free(&office.arena);
    world_free(&office.world);
    arena_free(&office.form_arena);
    return 0;
}

/* --- One licence's life ------------------------------------------------------------------- */

static void exporter_registered(void)
{
    struct datum owner = world_texts(&office.world, (const char *const[]){"An Owner"}, 1);
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0031", "submit",
                     BODY(
                         T("name", "An Exporter"), T("address", "A street"), T("country", "IL"),
                         {"owners", owner})));
    IS(ERROR_OK,
       ACT(WORLD_F1, "exporter/EX-0031", "screen", BODY(T("screening", "No match on any list."))));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-0031", "register", NO_BODY));
}

static void product_classified(void)
{
    struct datum functions =
        world_texts(&office.world, (const char *const[]){"location", "stored-data"}, 2);
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "submit",
                     BODY(
                         T("exporter", "EX-0031"), T("name", "A stand-in"),
                         T("summary", "It prints."), {"functions", functions})));
    IS(ERROR_OK, ACT(WORLD_D2, "product/P-0112", "classify",
                     BODY(T("control", "4.D.4"), T("reason", "Software of an intrusion system."))));
}

static struct datum application_for(const char *country, bool governmental)
{
    struct datum agency = BODY(
        T("id", "XA-police-ct"), T("name", "Police, counter-terrorism"),
        {"governmental", datum_of_bool(governmental)});
    return BODY(
        T("exporter", "EX-0031"), T("product", "P-0112"), T("country", country), {"agency", agency},
        T("place", "The capital"));
}

static struct datum review(const char *decision)
{
    return BODY(T("decision", decision), T("reasons", "For reasons given."));
}

static void application_approved(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-1", "submit", application_for("XA", true)));
    IS(ERROR_OK,
       ACT(WORLD_F1, "application/A-1", "assess",
           BODY(T("assessment", "Record of the state, of the agency, of the product; risks."))));
    IS(ERROR_OK, ACT(WORLD_D2, "application/A-1", "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_F1, "application/A-1", "review", review("approve")));
}

static struct datum offer(void)
{
    struct buffer payload = {0};
    assert_int_equal(
        layout_encode(&certificate_layout, &office.world.certificate, NULL, &payload), ERROR_OK);
    struct datum datum = blob(&payload);
    buffer_free(&payload);
    return BODY(T("application", "A-1"), {"payload", datum});
}

static const char *state_fingerprint(void)
{
    static char text[KEY_ID_TEXT_SIZE];
    struct key_id id = private_key_id(office.world.keys[WORLD_STATE]);
    return key_id_text(&id, text);
}

static void certificate_in_force(void)
{
    const struct certificate *certificate = &office.world.certificate;
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OK, ACT(WORLD_F2, "certificate/EC-2026-0009", "authenticate",
                     BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_AUTHENTICATED);
    IS(ERROR_OK, ACT(WORLD_F1, "certificate/EC-2026-0009", "countersign",
                     instrument(SIGNED(
                         INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_CERTIFICATE, "EC-2026-0009"), CERTIFICATE_IN_FORCE);
}

static struct datum proposal(struct datum datum)
{
    return BODY(T("application", "A-1"), T("certificate", "EC-2026-0009"), {"instrument", datum});
}

static void licence_issued(void)
{
    const struct licence *licence = &office.world.licence;
    IS(ERROR_OK, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
}

static struct datum enrolment(enum world_key key)
{
    const struct public_key *guard = private_key_public(office.world.keys[key]);
    struct datum document_key = BODY(
        T("kind", "key"), T("type", "ed25519"),
        {"public-key", datum_of_bytes(public_key_view(guard))});
    static const struct digest first_key = {{3}};
    return BODY(
        T("licence", "IL-2026-0017"), T("place", "Site 1"), {"guard", document_key},
        {"first-key", datum_of_bytes(digest_view(&first_key))});
}

static void installation_enrolled(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
}

static void everything(void)
{
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    licence_issued();
    installation_enrolled();
}

static struct order an_order(const char *number, enum order_kind kind)
{
    return world_order(
        &office.world, number, kind,
        kind == ORDER_LIMIT
            ? "@clause(\"O7\") @title(\"No new uses\") forbid (principal, action == "
              "EndUse::Action::\"use\", resource) unless { context.running };"
            : NULL);
}

static struct digest digest_of(const char *number)
{
    const struct order_file *file = (const void *)base_of(FILE_ORDER, number);
    return file->digest;
}

static void a_licence_from_registration_to_restoration(void **state)
{
    (void)state;
    everything();
    /* A limit by one ministry, confirmed by the other. */
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-1", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_ISSUED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_LIMITED);
    IS(ERROR_OK, ACT(WORLD_F1, "order/OR-1", "confirm",
                     instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_CONFIRMED);
    /* A disconnection on top; the strictest counts. */
    struct order cut = an_order("OR-2", ORDER_DISCONNECT);
    IS(ERROR_OK,
       ACT(WORLD_F2, "order/OR-2", "issue", instrument(SIGNED(INSTRUMENT_ORDER, &cut, WORLD_F2))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_DISCONNECTED);
    /* A restoration is refused to one ministry alone and granted to both. */
    struct order restore = an_order("OR-3", ORDER_RESTORE);
    restore.lifts = digest_of("OR-2");
    IS(ERROR_SIGNERS_MISSING, ACT(WORLD_F2, "order/OR-3", "issue",
                                  instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_F2))));
    IS(ERROR_SIGNERS_MISSING,
       ACT(WORLD_F2, "order/OR-3", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_F1, WORLD_F2))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_DISCONNECTED);
    IS(ERROR_OK, ACT(WORLD_F2, "order/OR-3", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_F2, WORLD_D2))));
    assert_int_equal(state_of(FILE_ORDER, "OR-3"), ORDER_DONE);
    assert_int_equal(state_of(FILE_ORDER, "OR-2"), ORDER_LIFTED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_LIMITED);
    /* Lifting the limit makes it active again; once only. */
    struct order lift = an_order("OR-4", ORDER_LIFT);
    lift.lifts = digest_of("OR-1");
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-4", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &lift, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
    struct order again = an_order("OR-5", ORDER_LIFT);
    again.lifts = lift.lifts;
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-5", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &again, WORLD_D1, WORLD_F1))));
    /* Revoked is for good. */
    struct order revoke = an_order("OR-6", ORDER_REVOKE);
    IS(ERROR_SIGNERS_MISSING, ACT(WORLD_D1, "order/OR-6", "issue",
                                  instrument(SIGNED(INSTRUMENT_ORDER, &revoke, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-6", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &revoke, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_REVOKED);
    restore.number = "OR-7";
    restore.lifts = digest_of("OR-6");
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-7", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_REVOKED);
}

static const struct licence_file *licence_file(void)
{
    return (const void *)base_of(FILE_LICENCE, "IL-2026-0017");
}

static bool carries(const char *number)
{
    const struct licence_file *file = licence_file();
    for (size_t i = 0; i < file->orders_count; i++) {
        if (strcmp(file->orders[i].number, number) == 0)
            return true;
    }
    return false;
}

#define ISSUE(key, order, ...) issue(key, order, SIGNED(INSTRUMENT_ORDER, order, __VA_ARGS__))

static enum error issue(enum world_key key, const struct order *order, struct datum datum)
{
    char file[80];
    snprintf(file, sizeof file, "order/%s", order->number);
    return ACT(key, file, "issue", instrument(datum));
}

/* A guard lets a stored order go only for a signed lift, which reaches it in a lease. */
static void leases_carry_what_was_given_back(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_false(carries("OR-1"));
    assert_true(carries("OR-2"));
    assert_int_equal(licence_file()->base.state, LICENCE_ACTIVE);
    /* an extension, of which the newest is enough */
    struct order extend = an_order("OR-3", ORDER_EXTEND);
    extend.until = office.world.licence.until + MILLIS_DAY;
    IS(ERROR_OK, ISSUE(WORLD_D1, &extend, WORLD_D1, WORLD_F1));
    extend.number = "OR-4";
    extend.until += MILLIS_DAY;
    IS(ERROR_OK, ISSUE(WORLD_D1, &extend, WORLD_D1, WORLD_F1));
    assert_false(carries("OR-3"));
    assert_true(carries("OR-4"));
    assert_int_equal(licence_file()->orders_count, 2);
    /* a restoration does not lift itself away */
    restore.number = "OR-5";
    restore.lifts = digest_of("OR-2");
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
}

static void a_lift_reaches_as_far_as_it_says(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
    static const char *const first[] = {"IN-0001"}, *const second[] = {"IN-0002"};
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    /* for one installation: not what both ministries took from all */
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    restore.installations = first;
    restore.installations_count = 1;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(licence_file()->base.state, LICENCE_DISCONNECTED);
    restore.installations_count = 0;
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(licence_file()->base.state, LICENCE_ACTIVE);
    /* an order for one is lifted for that one, not for another */
    struct order partial = an_order("OR-3", ORDER_SUSPEND);
    partial.installations = first;
    partial.installations_count = 1;
    IS(ERROR_OK, ISSUE(WORLD_D1, &partial, WORLD_D1));
    restore = an_order("OR-4", ORDER_RESTORE);
    restore.lifts = digest_of("OR-3");
    restore.installations = second;
    restore.installations_count = 1;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    restore.installations = first;
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_false(carries("OR-3"));
    /* an extension is for the licence, not for an installation of it */
    struct order extend = an_order("OR-5", ORDER_EXTEND);
    extend.until = office.world.licence.until + MILLIS_DAY;
    extend.installations = first;
    extend.installations_count = 1;
    assert_int_equal(order_check(&extend, NULL), ERROR_DOCUMENT_RULE);
}

/* A guard that is to be restored after a latch names an order as what latched it. */
static void a_latch_does_not_pass_for_an_order(void **state)
{
    (void)state;
    everything();
    static const char *const first[] = {"IN-0001"};
    struct order partial = an_order("OR-1", ORDER_SUSPEND);
    partial.installations = first;
    partial.installations_count = 1;
    IS(ERROR_OK, ISSUE(WORLD_D1, &partial, WORLD_D1));
    struct digest latch = digest_of("OR-1");
    IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "latch",
                     BODY(
                         {"latch", datum_of_bytes(digest_view(&latch))},
                         T("reason", "The guard says that it is latched."))));
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = latch;
    restore.installations = first;
    restore.installations_count = 1;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_true(carries("OR-1"));
}

/* However many orders one ministry issues, the licence can still be stopped. */
static void there_is_always_room_to_stop(void **state)
{
    (void)state;
    everything();
    struct order hold = an_order("OR-0", ORDER_HOLD);
    hold.records_from = WORLD_NOW - MILLIS_DAY;
    hold.records_until = WORLD_NOW;
    struct licence_order *orders =
        ARENA_ARRAY(&office.arena, struct licence_order, LEASE_ORDERS_MAX);
    assert_non_null(orders);
    for (size_t i = 0; i < LEASE_ORDERS_MAX - LICENCE_ORDERS_KEPT; i++)
        orders[i] = (struct licence_order){.number = "OR-0", .kind = ORDER_HOLD, .digest = {{1}}};
    struct licence_file file = *licence_file();
    file.orders = orders;
    file.orders_count = LEASE_ORDERS_MAX - LICENCE_ORDERS_KEPT;
    struct outcome outcome = {.changes = {{FILE_LICENCE, &file, false}}, .change_count = 1};
    keep(&outcome);
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &hold, WORLD_D1));
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_F1, &cut, WORLD_F1));
    assert_int_equal(licence_file()->base.state, LICENCE_DISCONNECTED);
    /* nor does one order fill the lease */
    char *reason = arena_alloc(&office.arena, LEASE_ORDER_BYTES_MAX + 1);
    assert_non_null(reason);
    memset(reason, 'x', LEASE_ORDER_BYTES_MAX);
    cut.number = "OR-2";
    cut.reason = reason;
    IS(ERROR_TOO_LARGE, ISSUE(WORLD_F1, &cut, WORLD_F1));
}

/* What is held or to be disclosed can be let go again. */
static void holds_are_lifted(void **state)
{
    (void)state;
    everything();
    struct order hold = an_order("OR-1", ORDER_HOLD);
    hold.records_from = WORLD_NOW - MILLIS_DAY;
    hold.records_until = WORLD_NOW;
    IS(ERROR_OK, ISSUE(WORLD_D1, &hold, WORLD_D1));
    struct order lift = an_order("OR-2", ORDER_LIFT);
    lift.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &lift, WORLD_D1, WORLD_F1));
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_LIFTED);
}

/* The next root without D1, whose signature on the licence stays what it was. */
static void root_without_d1(struct root_chain *ret_chain, struct buffer *root)
{
    struct world *world = &office.world;
    struct root_ministry ministries[2] = {world->root.ministries[0], world->root.ministries[1]};
    ministries[0].people++;
    ministries[0].people_count--;
    struct root next = world->root;
    next.version = 2;
    next.previous = world->authority;
    next.ministries = ministries;
    WORLD_SIGN(world, INSTRUMENT_ROOT, &next, root, NULL, WORLD_D2, WORLD_F1);
    const struct bytes roots[] = {buffer_view(&world->root_bytes), buffer_view(root)};
    assert_int_equal(root_chain_open(roots, 2, NULL, true, NULL, ret_chain), ERROR_OK);
}

static void a_licence_is_limited_after_its_signatory_has_left(void **state)
{
    (void)state;
    everything();
    struct root_chain chain;
    struct buffer root = {0};
    root_without_d1(&chain, &root);
    office.office.chain = &chain;
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OFFICE_STRANGER, ISSUE(WORLD_D1, &limit, WORLD_D1));
    IS(ERROR_OK, ISSUE(WORLD_D2, &limit, WORLD_D2));
    assert_int_equal(licence_file()->base.state, LICENCE_LIMITED);
    root_chain_close(&chain);
    buffer_free(&root);
}

/* --- Refusals ----------------------------------------------------------------------------- */

static void eligible_countries_and_governments_only(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "application/A-1", "submit", application_for("XB", true)));
    assert_non_null(strstr(office.fault.found, "2026-01-31")); /* the list's date */
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "application/A-1", "submit", application_for("XA", false)));
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-1", "submit", application_for("XA", true)));
}

static void the_order_of_the_steps_is_kept(void **state)
{
    (void)state;
    IS(ERROR_OFFICE_MISSING,
       ACT(WORLD_D1, "application/A-1", "submit", application_for("XA", true)));
    IS(ERROR_OFFICE_MISSING,
       ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
    exporter_registered();
    product_classified();
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-1", "submit", application_for("XA", true)));
    /* no approval without a human-rights assessment; no certificate without approval */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, "application/A-1", "review", review("approve")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    /* no licence without a certificate in force */
    IS(ERROR_OK, ACT(WORLD_F1, "application/A-1", "assess", BODY(T("assessment", "Assessed."))));
    IS(ERROR_OK, ACT(WORLD_D2, "application/A-1", "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_F1, "application/A-1", "review", review("approve")));
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
           proposal(SIGNED(INSTRUMENT_LICENCE, &office.world.licence, WORLD_D1))));
}

static void nobody_acts_on_their_own_act(void **state)
{
    (void)state;
    struct datum owners = world_texts(&office.world, NULL, 0);
    IS(ERROR_OK,
       ACT(WORLD_D1, "exporter/EX-1", "submit",
           BODY(T("name", "E"), T("address", "S"), T("country", "IL"), {"owners", owners})));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "exporter/EX-1", "screen", BODY(T("screening", "ok"))));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-1", "screen", BODY(T("screening", "ok"))));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D2, "exporter/EX-1", "register", NO_BODY));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "exporter/EX-1", "register", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F1, "exporter/EX-1", "register", NO_BODY));
    everything();
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-1", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    struct datum both = SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1, WORLD_F1);
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "order/OR-1", "confirm", instrument(both)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "order/OR-1", "confirm", instrument(both)));
    /* somebody else's signature, posted as one's own */
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, "order/OR-1", "confirm", instrument(both)));
    IS(ERROR_OK, ACT(WORLD_F1, "order/OR-1", "confirm", instrument(both)));
}

static void a_dispute_is_closed_by_both(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-1", "submit", application_for("XA", true)));
    IS(ERROR_OK, ACT(WORLD_F1, "application/A-1", "assess", BODY(T("assessment", "Assessed."))));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "application/A-1", "assess", BODY(T("assessment", "x"))));
    IS(ERROR_OK, ACT(WORLD_F1, "application/A-1", "review", review("object")));
    assert_int_equal(state_of(FILE_APPLICATION, "A-1"), APPLICATION_DISPUTED);
    IS(ERROR_OK, ACT(WORLD_D2, "application/A-1", "review", review("approve")));
    assert_int_equal(state_of(FILE_APPLICATION, "A-1"), APPLICATION_DISPUTED);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, "application/A-1", "review", review("approve")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_F1, "application/A-1", "settle", review("approve")));
    IS(ERROR_OK, ACT(WORLD_D1, "application/A-1", "settle", review("approve")));
    assert_int_equal(state_of(FILE_APPLICATION, "A-1"), APPLICATION_DISPUTED);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "application/A-1", "settle", review("object")));
    IS(ERROR_OK, ACT(WORLD_F2, "application/A-1", "settle", review("object")));
    assert_int_equal(state_of(FILE_APPLICATION, "A-1"), APPLICATION_REFUSED);
}

static void the_signatory_is_authenticated_over_a_second_channel(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    const struct certificate *certificate = &office.world.certificate;
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "offer", offer()));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1))));
    IS(ERROR_COSE_UNKNOWN_KEY,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STRANGER))));
    /* another certificate than was offered */
    struct certificate other = *certificate;
    other.place = "Elsewhere";
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, &other, WORLD_STATE))));
    IS(ERROR_OK, ACT(WORLD_D1, "certificate/EC-2026-0009", "sign",
                     instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE))));
    IS(ERROR_OFFICE_STATE,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1))));
    char wrong[KEY_ID_TEXT_SIZE];
    struct key_id id = private_key_id(office.world.keys[WORLD_STRANGER]);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, "certificate/EC-2026-0009", "authenticate",
                                   BODY(T("fingerprint", key_id_text(&id, wrong)))));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "certificate/EC-2026-0009", "authenticate",
                              BODY(T("fingerprint", state_fingerprint()))));
    IS(ERROR_OK, ACT(WORLD_F2, "certificate/EC-2026-0009", "authenticate",
                     BODY(T("fingerprint", state_fingerprint()))));
    /* a countersignature that loses the state's */
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "certificate/EC-2026-0009", "countersign",
           instrument(SIGNED(INSTRUMENT_CERTIFICATE, certificate, WORLD_D1, WORLD_F1))));
}

static void licences_and_orders_only_take_away(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    struct licence licence = office.world.licence;
    licence.clauses = "@clause(\"L1\") @title(\"x\") permit (principal, action, resource);";
    IS(ERROR_VERDICT_PERMIT, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                 proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    licence.clauses = "@clause(\"L1\") forbid (principal, action, resource) when { context.mood };";
    IS(ERROR_CHECK_ATTRIBUTE, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                  proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    licence = office.world.licence;
    licence.until = office.world.certificate.until + 1;
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    static const char *const more[] = {"location", "surroundings"};
    licence = office.world.licence;
    licence.functions = more;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                                   proposal(SIGNED(INSTRUMENT_LICENCE, &licence, WORLD_D1))));
    licence_issued();
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    limit.clauses = "@clause(\"O1\") forbid (principal, action, resource) when { context.mood };";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "issue",
                                   instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    limit.clauses = "@clause(\"O1\") permit (principal, action, resource);";
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "order/OR-1", "issue",
                                   instrument(SIGNED(INSTRUMENT_ORDER, &limit, WORLD_D1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
}

static void a_licence_is_issued_by_two_ministries(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    const struct licence *licence = &office.world.licence;
    IS(ERROR_OK, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    IS(ERROR_OFFICE_OWN_ACT,
       ACT(WORLD_D1, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    IS(ERROR_SIGNERS_MISSING,
       ACT(WORLD_D2, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_D2))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F2, "licence/IL-2026-0017", "countersign",
           instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
    IS(ERROR_OK, ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    for (int i = 1; i <= 3; i++) {
        char name[40];
        snprintf(name, sizeof name, "installation/IN-%d", i);
        IS(ERROR_OK, ACT(WORLD_D1, name, "enrol", enrolment(WORLD_GUARD)));
    }
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "installation/IN-4", "enrol", enrolment(WORLD_GUARD)));
}

static void acts_that_no_row_has_are_refused(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OFFICE_VERB, ACT(WORLD_D1, "licence/IL-2026-0017", "delete", NO_BODY));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, "exporter/EX-0031", "register", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, "licence/IL-2026-0017", "expire", NO_BODY));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "licence/IL-2026-0017", "expire", NO_BODY));
    IS(ERROR_OFFICE_STRANGER, ACT(WORLD_STRANGER, "exporter/EX-9", "submit", NO_BODY));
    IS(ERROR_OFFICE_STRANGER, ACT(WORLD_STATE, "exporter/EX-9", "submit", NO_BODY));
    IS(ERROR_DOCUMENT_MISSING, ACT(WORLD_D1, "exporter/EX-9", "submit", NO_BODY));
    IS(ERROR_DOCUMENT_VALUE,
       ACT(WORLD_D2, "exporter/EX-0031", "remove", BODY(T("reason", "r"), T("more", "x"))));
    enum file_kind kind;
    const char *number;
    assert_int_equal(file_name_split("horse/1", NULL, &kind, &number), ERROR_OFFICE_FILE);
    /* a version that has passed */
    struct act act = {
        .id = {{9}},
        .file = "exporter/EX-0031",
        .file_version = 2,
        .verb = "remove",
        .body = BODY(T("reason", "r")),
        .time = WORLD_NOW};
    struct key_id id = private_key_id(office.world.keys[WORLD_D1]);
    struct actor actor;
    struct signer signer;
    struct outcome outcome;
    assert_int_equal(actor_find(&office.office, &id, NULL, &actor, &signer), ERROR_OK);
    assert_int_equal(
        authority_apply(
            &office.office, &view, &actor, &act, WORLD_NOW, &office.arena, &office.fault, &outcome),
        ERROR_OFFICE_VERSION);
    assert_non_null(strstr(office.fault.found, "version 3"));
}

static void deadlines_act_by_themselves(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK,
       ACT(WORLD_D1, "order/OR-1", "issue", instrument(SIGNED(INSTRUMENT_ORDER, &cut, WORLD_D1))));
    const char *verb, *rule;
    millis next;
    authority_due(
        &office.office, FILE_ORDER, base_of(FILE_ORDER, "OR-1"), WORLD_NOW, &verb, &rule, &next);
    assert_null(verb);
    assert_int_equal(next, WORLD_NOW + MILLIS_DAY);
    authority_due(
        &office.office, FILE_ORDER, base_of(FILE_ORDER, "OR-1"), next, &verb, &rule, &next);
    assert_string_equal(verb, "alarm");
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, "order/OR-1", "alarm", NO_BODY));
    IS(ERROR_OK, do_at(WORLD_NOW + MILLIS_DAY, WORLD_LEASE, "order/OR-1", "alarm", NO_BODY));
    /* an alarm, never a restoration */
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_UNCONFIRMED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_SUSPENDED);
    millis end = office.world.licence.until;
    authority_due(
        &office.office, FILE_LICENCE, base_of(FILE_LICENCE, "IL-2026-0017"), end, &verb, &rule,
        &next);
    assert_string_equal(verb, "expire");
    IS(ERROR_OK, do_at(end, WORLD_LEASE, "licence/IL-2026-0017", "expire", NO_BODY));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_EXPIRED);
}

/* --- Renewals ----------------------------------------------------------------------------- */

static struct {
    struct renewal renewal;
    struct contact contact;
    bool contacted;
    millis time;
    struct lease lease;
} guard;

static enum renewal_answer ask(bool parked)
{
    struct renewal_case facts = {
        .office = &office.office,
        .installation = (const void *)base_of(FILE_INSTALLATION, "IN-0001"),
        .licence = (const void *)base_of(FILE_LICENCE, "IL-2026-0017"),
        .certificate_digest = office.world.certificate_digest,
        .lease_ttl = MILLIS_MINUTE,
        .contact = guard.contacted ? &guard.contact : NULL,
        .renewal = &guard.renewal,
        .renewal_digest = sha256_of(BYTES_ARRAY(guard.renewal.request.bytes)),
        .time = guard.time,
    };
    millis wait;
    return renewal_judge(&facts, parked, &office.arena, &office.fault, &guard.lease, &wait);
}

/* What the store does with a lease: sign, keep, answer. And the guard: ask again from it. */
static void answered(uint8_t next_request)
{
    guard.contact = (struct contact){
        .installation = "IN-0001",
        .request = guard.renewal.request,
        .request_digest = sha256_of(BYTES_ARRAY(guard.renewal.request.bytes)),
        .lease_digest = {{(uint8_t)guard.lease.sequence, 77}},
        .epoch = guard.lease.epoch,
        .sequence = guard.lease.sequence,
        .state = guard.lease.state,
        .boot = guard.renewal.boot,
        .boot_time = guard.renewal.boot_time,
        .time = guard.time,
        .head = guard.renewal.head,
    };
    guard.contacted = true;
    guard.renewal.request = (struct id){{next_request}};
    guard.renewal.epoch = guard.lease.epoch;
    guard.renewal.sequence = guard.lease.sequence;
    guard.renewal.previous = guard.contact.lease_digest;
    guard.renewal.boot_time += 1000;
    guard.time += 1000;
}

static void first_lease(void)
{
    memset(&guard, 0, sizeof guard);
    guard.time = WORLD_NOW;
    guard.renewal = (struct renewal){
        .request = {{1}},
        .installation = "IN-0001",
        .licence = office.world.licence_digest,
        .boot = {{1}},
        .boot_time = 50000,
        .head = {.size = 1, .root = {{1}}},
    };
    assert_int_equal(ask(false), RENEWAL_LEASE);
    assert_int_equal(guard.lease.sequence, 1);
    assert_int_equal(guard.lease.state, LEASE_ACTIVE);
    assert_int_equal(guard.lease.acknowledged.size, 1);
    answered(2);
}

static void renewals_wait_until_something_changes(void **state)
{
    (void)state;
    everything();
    first_lease();
    assert_int_equal(ask(false), RENEWAL_WAIT);
    assert_int_equal(ask(true), RENEWAL_LEASE);
    assert_int_equal(guard.lease.sequence, 2);
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK,
       ACT(WORLD_D1, "order/OR-1", "issue", instrument(SIGNED(INSTRUMENT_ORDER, &cut, WORLD_D1))));
    assert_int_equal(ask(false), RENEWAL_LEASE);
    assert_int_equal(guard.lease.state, LEASE_DISCONNECTED);
    assert_int_equal(renewal_park_limit(MILLIS_MINUTE), 20000);
    assert_int_equal(renewal_park_limit(30 * MILLIS_SECOND), 10000);
}

static void the_same_request_gets_the_same_lease(void **state)
{
    (void)state;
    everything();
    first_lease();
    guard.renewal.request = guard.contact.request;
    assert_int_equal(ask(false), RENEWAL_AGAIN);
    guard.contact.request_digest.bytes[0] ^= 1;
    assert_int_equal(ask(false), RENEWAL_REFUSED);
}

static void two_successors_of_one_lease_are_a_clone(void **state)
{
    (void)state;
    everything();
    first_lease();
    struct renewal twin = guard.renewal; /* both hold lease 1 */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    answered(3);
    struct renewal own = guard.renewal;
    guard.renewal = twin;
    guard.renewal.request = (struct id){{9}};
    assert_int_equal(ask(false), RENEWAL_CLONE);
    static const struct digest latch = {{5}};
    IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "clone",
                     BODY(
                         {"latch", datum_of_bytes(digest_view(&latch))},
                         T("reason", "Two guards continued one lease."))));
    assert_int_equal(ask(false), RENEWAL_REFUSED);
    guard.renewal = own;
    assert_int_equal(ask(false), RENEWAL_LEASE);
    assert_int_equal(guard.lease.state, LEASE_SUSPENDED);
    /* Both ministries restore it, naming the latch. */
    struct order restore = an_order("OR-9", ORDER_RESTORE);
    static const char *const named[] = {"IN-0001"};
    restore.installations = named;
    restore.installations_count = 1;
    restore.lifts = (struct digest){{6}};
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-9", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_D1, WORLD_F1))));
    restore.lifts = latch;
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-9", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_INSTALLATION, "IN-0001"), INSTALLATION_ENROLLED);
}

static void clocks_and_heads_must_go_on(void **state)
{
    (void)state;
    everything();
    first_lease();
    struct renewal good = guard.renewal;
    guard.renewal.boot_time += 10 * MILLIS_SECOND; /* the guard ran ahead */
    assert_int_equal(ask(true), RENEWAL_CLOCK);
    guard.renewal.boot_time = guard.contact.boot_time - 1; /* or backwards */
    assert_int_equal(ask(true), RENEWAL_CLOCK);
    guard.renewal.boot = (struct id){{2}}; /* another boot: nothing to compare */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal = good;
    guard.time += MILLIS_HOUR; /* a renewal that was long on its way */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal.head.size = 0;
    assert_int_equal(ask(true), RENEWAL_LATCHED);
    guard.renewal.head = (struct head){.size = 1, .root = {{2}}};
    assert_int_equal(ask(true), RENEWAL_LATCHED);
    guard.renewal.head = (struct head){.size = 2, .root = {{2}}};
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal.latch = (struct digest){{1}};
    assert_int_equal(ask(true), RENEWAL_LATCHED);
    guard.renewal = good;
    guard.renewal.licence.bytes[0] ^= 1;
    assert_int_equal(ask(true), RENEWAL_REFUSED);
    guard.renewal = good;
    guard.time = office.world.delegation.until;
    assert_int_equal(ask(true), RENEWAL_REFUSED);
}

int main(void)
{
#define LIFE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        LIFE(a_licence_from_registration_to_restoration),
        LIFE(leases_carry_what_was_given_back),
        LIFE(a_lift_reaches_as_far_as_it_says),
        LIFE(a_latch_does_not_pass_for_an_order),
        LIFE(there_is_always_room_to_stop),
        LIFE(holds_are_lifted),
        LIFE(a_licence_is_limited_after_its_signatory_has_left),
        LIFE(eligible_countries_and_governments_only),
        LIFE(the_order_of_the_steps_is_kept),
        LIFE(nobody_acts_on_their_own_act),
        LIFE(a_dispute_is_closed_by_both),
        LIFE(the_signatory_is_authenticated_over_a_second_channel),
        LIFE(licences_and_orders_only_take_away),
        LIFE(a_licence_is_issued_by_two_ministries),
        LIFE(acts_that_no_row_has_are_refused),
        LIFE(deadlines_act_by_themselves),
        LIFE(renewals_wait_until_something_changes),
        LIFE(the_same_request_gets_the_same_lease),
        LIFE(two_successors_of_one_lease_are_a_clone),
        LIFE(clocks_and_heads_must_go_on),
    };
    return cmocka_run_group_tests_name("authority", tests, NULL, NULL);
}
