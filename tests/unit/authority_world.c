/* The office of authority_world.h. */
#include "authority_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form/form.h"

struct test_office office;

/* --- An office in memory ------------------------------------------------------------------ */

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

static enum error find_by_digest(
    void *context, enum file_kind kind, const struct digest *digest, struct fault *fault,
    const char **ret_number)
{
    *ret_number = NULL;
    for (size_t i = 0; i < office.count && !*ret_number; i++) {
        const struct kept *kept = &office.files[i];
        const void *content;
        struct digest found;
        if (kept->kind != kind)
            continue;
        enum error error = find(context, kind, kept->number, fault, &content);
        if (error)
            return error;
        if (file_digest(kind, content, &found) && digest_equal(&found, digest))
            *ret_number = kept->number;
    }
    return ERROR_OK;
}

static enum error find_next(
    void *context, enum file_kind kind, const char *parent, const char *after, struct fault *fault,
    const void **ret_content)
{
    const struct kept *found = NULL;
    for (size_t i = 0; i < office.count; i++) {
        const struct kept *kept = &office.files[i];
        const void *content;
        if (kept->kind != kind || strcmp(kept->number, after) <= 0 ||
            (found && strcmp(kept->number, found->number) >= 0))
            continue;
        enum error error = find(context, kind, kept->number, fault, &content);
        if (error)
            return error;
        if (!parent || strcmp(file_parent(kind, content), parent) == 0)
            found = kept;
    }
    *ret_content = NULL;
    return found ? find(context, kind, found->number, fault, ret_content) : ERROR_OK;
}

const struct office_view view = {.find = find, .find_by_digest = find_by_digest, .next = find_next};

/* For longer than what find gives. */
static void keep_settings(const struct kept *kept)
{
    struct settings_file *file = ARENA_NEW(&office.form_arena, struct settings_file);
    assert_non_null(file);
    assert_int_equal(
        layout_decode(
            file_layout(FILE_SETTINGS), buffer_view(&kept->bytes), &office.form_arena, NULL, file),
        ERROR_OK);
    if (file->base.state != SETTINGS_PROPOSED)
        office.office.settings = *settings_in_force(file);
}

void keep(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->change_count; i++) {
        const struct file_change *change = &outcome->changes[i];
        const struct file_base *base = change->content;
        if (change->kind == FILE_COUNTRY)
            office.office.countries_date =
                ((const struct country_file *)change->content)->decided.time;
        struct kept *kept = find_kept(change->kind, base->number);
        assert_int_equal(kept == NULL, change->created);
        if (!kept) {
            assert_true(office.count < sizeof office.files / sizeof *office.files);
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
        if (change->kind == FILE_SETTINGS)
            keep_settings(kept);
    }
}

const struct file_base *base_of(enum file_kind kind, const char *number)
{
    const void *content;
    assert_int_equal(find(NULL, kind, number, NULL, &content), ERROR_OK);
    return content;
}

int state_of(enum file_kind kind, const char *number)
{
    const struct file_base *base = base_of(kind, number);
    return base ? base->state : 0;
}

/* Does an act as a person would: signed, opened again, judged. Members are name, datum pairs. */
enum error
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
    enum error error = actor_find(&office.office, &view, &id, time, &office.fault, &actor, &signer);
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

const char *due_on(enum file_kind kind, const char *number, millis time, millis *ret_next)
{
    const char *verb = NULL;
    millis next = 0;
    assert_int_equal(
        authority_due(&office.office, &view, kind, base_of(kind, number), time, NULL, &verb, &next),
        ERROR_OK);
    *ret_next = next;
    return verb;
}

struct datum body_of(struct datum_member *members, size_t count)
{
    struct datum body;
    struct datum_member *copy = ARENA_ARRAY(&office.arena, struct datum_member, count);
    assert_non_null(copy);
    if (count)
        memcpy(copy, members, count * sizeof *members);
    assert_int_equal(datum_map(copy, count, NULL, &body), ERROR_OK);
    return body;
}

void must_error(enum error found, enum error expected, int line)
{
    if (found == expected)
        return;
    char text[600];
    fail_msg(
        "line %d: %s instead of %s: %s", line, error_name(found), error_name(expected),
        found ? fault_text(&office.fault, text, sizeof text) : "");
}

struct datum blob(const struct buffer *bytes)
{
    return datum_of_bytes(arena_copy(&office.arena, buffer_view(bytes)));
}

struct datum
signed_by(enum instrument_type type, const void *value, const enum world_key *keys, size_t count)
{
    struct buffer bytes = {0};
    world_sign_with(&office.world, type, value, &bytes, NULL, keys, count);
    struct datum datum = blob(&bytes);
    buffer_free(&bytes);
    return datum;
}

struct datum instrument(struct datum datum)
{
    return BODY({"instrument", datum});
}

/* In the world's root nobody inspects or chairs; here everybody may. */
static void give_all_roles(struct world *world)
{
    static const char *const roles[] = {"chair", "desk", "inspector", "reviewer", "signatory"};
    struct root_ministry *ministries = ARENA_ARRAY(&world->arena, struct root_ministry, 2);
    assert_non_null(ministries);
    for (int m = 0; m < 2; m++) {
        struct root_person *people = ARENA_ARRAY(&world->arena, struct root_person, 2);
        assert_non_null(people);
        ministries[m] = world->root.ministries[m];
        for (int i = 0; i < 2; i++) {
            people[i] = ministries[m].people[i];
            people[i].roles = roles;
            people[i].roles_count = sizeof roles / sizeof *roles;
        }
        ministries[m].people = people;
    }
    world->root.ministries = ministries;
}

void country_listed(const char *code, millis time)
{
    char file[16];
    snprintf(file, sizeof file, "country/%s", code);
    bool known = country_name(code) != NULL;
    IS(ERROR_OK, do_at(
                     time, WORLD_D1, file, "propose",
                     known ? BODY(T("reasons", "Its record."))
                           : BODY(T("name", "A state"), T("reasons", "Its record."))));
    IS(ERROR_OK, do_at(time, WORLD_F1, file, "list", NO_BODY));
}

/* Whom the world's certificate names: the agency, the approving bodies, the signatory. */
static void named_registered(void)
{
    const struct certificate *certificate = &office.world.certificate;
    IS(ERROR_OK, ACT(WORLD_D1, "agency/XA-police-ct", "submit", body_agency(&office.world, "XA")));
    IS(ERROR_OK, ACT(WORLD_F1, "agency/XA-police-ct", "check", body_evidence(&office.world)));
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        const struct approving_body *body = &certificate->bodies[i];
        char file[80];
        snprintf(file, sizeof file, "body/%s", body->id);
        IS(ERROR_OK, ACT(WORLD_D1, file, "enter", body_approver(&office.world, "XA", body)));
        IS(ERROR_OK, ACT(WORLD_F1, file, "confirm", body_fingerprint(&office.world, &body->key)));
    }
    account_active("XA-S1", "state", "XA", WORLD_STATE);
}

static struct form form;

int set_up(void **state)
{
    (void)state;
    memset(&office, 0, sizeof office);
    struct fault fault = {0};
    assert_int_equal(
        form_read(&os_system, FORM_FOLDER, &office.form_arena, &fault, &form, NULL), ERROR_OK);
    world_init(&office.world, &form);
    give_all_roles(&office.world);
    world_add_people(&office.world);
    office.world.licence.clauses = form.conditions;
    world_sign(&office.world);
    office.office = (struct office){
        .chain = &office.world.chain,
        .delegation = &office.world.delegation,
        .settings = settings_default,
    };
    country_listed("XA", WORLD_NOW - 30 * MILLIS_DAY);
    named_registered();
    return 0;
}

int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < office.count; i++)
        buffer_free(&office.files[i].bytes);
    arena_free(&office.arena);
    world_free(&office.world);
    arena_free(&office.form_arena);
    return 0;
}

/* --- Accounts ----------------------------------------------------------------------------- */

static struct datum key_body(enum world_key key)
{
    const struct public_key *public = private_key_public(office.world.keys[key]);
    return BODY(
        T("kind", "key"), T("type", "ed25519"),
        {"public-key", datum_of_bytes(public_key_view(public))});
}

struct datum account_body(enum world_key key, const char *kind, const char *organisation)
{
    return BODY(
        T("kind", kind), T("name", "Somebody"), T("organisation", organisation),
        {"key", key_body(key)}, T("until", "2027-03-02T09:00:00Z"));
}

struct datum fingerprint_of(enum world_key key)
{
    char text[KEY_ID_TEXT_SIZE];
    struct key_id id = private_key_id(office.world.keys[key]);
    const char *kept = arena_text(&office.arena, bytes_of(key_id_text(&id, text)));
    assert_non_null(kept);
    return BODY(T("fingerprint", kept));
}

void account_active(const char *id, const char *kind, const char *organisation, enum world_key key)
{
    char file[80];
    snprintf(file, sizeof file, "account/%s", id);
    IS(ERROR_OK, ACT(WORLD_D1, file, "enrol", account_body(key, kind, organisation)));
    IS(ERROR_OK, ACT(WORLD_D2, file, "confirm", fingerprint_of(key)));
}

/* --- One licence's life ------------------------------------------------------------------- */

void exporter_registered(void)
{
    struct world *world = &office.world;
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0031", "draft", body_exporter(world)));
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0031", "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, "exporter/EX-0031", "screen", body_screening(world, NULL)));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-0031", "register", NO_BODY));
}

void product_classified(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "submit", body_product(&office.world)));
    IS(ERROR_OK, ACT(WORLD_D2, "product/P-0112", "classify",
                     BODY(T("control", "4.D.4"), T("reason", "Software of an intrusion system."))));
}

void in_review(const char *name, struct datum body)
{
    IS(ERROR_OK, ACT(WORLD_D1, name, "draft", body));
    IS(ERROR_OK, ACT(WORLD_D1, name, "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, name, "open-review", body_days(&office.world, 5)));
}

void approved(const char *name, struct datum body)
{
    struct world *world = &office.world;
    in_review(name, body);
    IS(ERROR_OK, ACT(WORLD_F1, name, "assess", body_assessment(world, "no-objection")));
    IS(ERROR_OK, ACT(WORLD_D2, name, "review", body_review(world, "approve")));
    IS(ERROR_OK, ACT(WORLD_F2, name, "review", body_review(world, "approve")));
}

struct datum marketing(void)
{
    return body_application(&office.world, APPLICATION_MARKETING, "XA", true);
}

void marketing_approved(void)
{
    approved("application/A-0", marketing());
}

void application_approved(void)
{
    marketing_approved();
    approved("application/A-1", body_application(&office.world, APPLICATION_EXPORT, "XA", true));
}

void form_registered(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "form/IL-2021-12.1", "propose",
                     instrument(SIGNED(INSTRUMENT_FORM, &office.world.form, WORLD_D1))));
    assert_int_equal(state_of(FILE_FORM, "IL-2021-12.1"), FORM_PROPOSED);
    IS(ERROR_OK, ACT(WORLD_F1, "form/IL-2021-12.1", "countersign",
                     instrument(SIGNED(INSTRUMENT_FORM, &office.world.form, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_FORM, "IL-2021-12.1"), FORM_REGISTERED);
}

void offences_accepted(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "schedule/XA", "submit", world_schedule(&office.world)));
    for (int i = 0; i < 2; i++)
        IS(ERROR_OK, ACT(i ? WORLD_F1 : WORLD_D2, "schedule/XA", "review",
                         world_schedule_review(&office.world, "accept", world_reasons[i])));
    assert_int_equal(state_of(FILE_SCHEDULE, "XA"), SCHEDULE_REVIEWED);
}

struct datum offer(void)
{
    struct buffer payload = {0};
    assert_int_equal(
        layout_encode(&certificate_layout, &office.world.certificate, NULL, &payload), ERROR_OK);
    struct datum datum = blob(&payload);
    buffer_free(&payload);
    return BODY(T("application", "A-1"), {"payload", datum});
}

const char *state_fingerprint(void)
{
    static char text[KEY_ID_TEXT_SIZE];
    struct key_id id = private_key_id(office.world.keys[WORLD_STATE]);
    return key_id_text(&id, text);
}

void certificate_in_force(void)
{
    const struct certificate *certificate = &office.world.certificate;
    if (!base_of(FILE_FORM, "IL-2021-12.1"))
        form_registered();
    if (!base_of(FILE_SCHEDULE, "XA"))
        offences_accepted();
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

struct datum proposal(struct datum datum)
{
    return BODY(T("application", "A-1"), T("certificate", "EC-2026-0009"), {"instrument", datum});
}

/* A build, entered by one person and tested by another. */
void build_tested(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "enter-build", body_build(&office.world)));
    IS(ERROR_OK, ACT(WORLD_F1, "product/P-0112", "test-build", body_test(&office.world, true)));
}

void licence_issued(void)
{
    const struct licence *licence = &office.world.licence;
    IS(ERROR_OK, ACT(WORLD_D1, "licence/IL-2026-0017", "propose",
                     proposal(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1))));
    IS(ERROR_OK, ACT(WORLD_F1, "licence/IL-2026-0017", "countersign",
                     instrument(SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
}

struct datum enrolment(enum world_key key)
{
    static const struct digest first_key = {{3}};
    return BODY(
        T("licence", "IL-2026-0017"), T("place", "Site 1"), {"guard", key_body(key)},
        {"first-key", datum_of_bytes(digest_view(&first_key))},
        {"build", datum_of_bytes(digest_view(&world_build))});
}

static void installation_enrolled(void)
{
    build_tested();
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0001", "enrol", enrolment(WORLD_GUARD)));
}

void everything(void)
{
    exporter_registered();
    product_classified();
    application_approved();
    certificate_in_force();
    licence_issued();
    installation_enrolled();
}

struct order an_order(const char *number, enum order_kind kind)
{
    return world_order(
        &office.world, number, kind,
        kind == ORDER_LIMIT
            ? "@clause(\"O7\") @title(\"No new uses\") forbid (principal, action == "
              "EndUse::Action::\"use\", resource) unless { context.running };"
            : NULL);
}

struct digest digest_of(const char *number)
{
    const struct order_file *file = (const void *)base_of(FILE_ORDER, number);
    return file->digest;
}

const struct licence_file *licence_file(void)
{
    return (const void *)base_of(FILE_LICENCE, "IL-2026-0017");
}

bool carries(const char *number)
{
    const struct licence_file *file = licence_file();
    for (size_t i = 0; i < file->orders_count; i++) {
        if (strcmp(file->orders[i].number, number) == 0)
            return true;
    }
    return false;
}

enum error issue(enum world_key key, const struct order *order, struct datum datum)
{
    char file[80];
    snprintf(file, sizeof file, "order/%s", order->number);
    return ACT(key, file, "issue", instrument(datum));
}

/* --- A case ------------------------------------------------------------------------------- */

struct datum moment(millis time)
{
    char text[TIME_TEXT_SIZE];
    const char *kept = arena_text(&office.arena, bytes_of(time_text(time, text)));
    assert_non_null(kept);
    return datum_of_text(kept);
}

static struct datum list_of(const struct datum *items, size_t count)
{
    struct datum *copy = ARENA_ARRAY(&office.arena, struct datum, count);
    assert_non_null(copy);
    memcpy(copy, items, count * sizeof *items);
    return (struct datum){.kind = DATUM_LIST, .list = {copy, count}};
}

static const char *const factor_words[] = {
#define FACTOR(name, word) word,
    CASE_FACTOR_TABLE(FACTOR)
#undef FACTOR
};
_Static_assert(sizeof factor_words / sizeof *factor_words == ALL_FACTORS, "all factors");

/* A decision with findings on the first so many factors. */
struct datum case_decision(const char *outcome, size_t factors)
{
    struct datum findings[ALL_FACTORS];
    for (size_t i = 0; i < factors; i++)
        findings[i] =
            BODY(T("factor", factor_words[i]), T("weight", "neutral"), T("finding", "Weighed."));
    return BODY(
        T("outcome", outcome), {"factors", list_of(findings, factors)},
        T("reasons", "For what was found."));
}

struct datum case_notice(const char *track, millis date)
{
    return BODY(T("track", track), {"date", moment(date)}, T("notice", "Come and say."));
}

void case_opened(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, "case/C-1", "open",
                     BODY(
                         T("origin", "self-report"), T("licence", "IL-2026-0017"),
                         T("what", "A use too many."))));
}

/* Up to an investigation by D2 with one finding. */
void case_investigated(void)
{
    case_opened();
    IS(ERROR_OK, ACT(WORLD_D1, "case/C-1", "triage",
                     BODY(
                         {"pursue", datum_of_bool(true)}, T("reasons", "It may be a breach."),
                         T("investigator", "D-02"))));
    IS(ERROR_OK, ACT(WORLD_D2, "case/C-1", "investigate", BODY(T("plan", "Read the returns."))));
    IS(ERROR_OK,
       ACT(WORLD_D2, "case/C-1", "find", BODY(T("text", "Two uses without an approval."))));
}

/* Both parties have notice from F1. */
void case_noticed(void)
{
    case_investigated();
    IS(ERROR_OK, ACT(WORLD_F1, "case/C-1", "notify", case_notice("exporter", CASE_HEARING_DATE)));
    IS(ERROR_OK, ACT(WORLD_F1, "case/C-1", "notify", case_notice("state", CASE_HEARING_DATE)));
}

void case_decided(const char *outcome)
{
    case_noticed();
    IS(ERROR_OK,
       do_at(
           CASE_HEARING_DATE, WORLD_F2, "case/C-1", "decide", case_decision(outcome, ALL_FACTORS)));
}
