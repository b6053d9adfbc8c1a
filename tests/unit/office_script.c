/* The life of one licence as signed acts: see office_script.h. */
#include "office_script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "form/form.h"

millis office_clock = WORLD_NOW;
millis office_boot_ahead;

static int standing_clock(clockid_t clock, struct timespec *ret_time)
{
    if (clock == CLOCK_BOOTTIME && os_system.clock(clock, ret_time) == 0) {
        ret_time->tv_sec += office_boot_ahead / MILLIS_SECOND;
        return 0;
    }
    if (clock != CLOCK_REALTIME)
        return os_system.clock(clock, ret_time);
    ret_time->tv_sec = office_clock / MILLIS_SECOND;
    ret_time->tv_nsec = (office_clock % MILLIS_SECOND) * 1000000;
    return 0;
}

/* Through the real table, so that only the wall clock is of the test. */
static int real_open(const char *path, int flags, mode_t mode)
{
    return os_system.open(path, flags, mode);
}
static int real_close(int file)
{
    return os_system.close(file);
}
static ssize_t real_read(int file, void *data, size_t size)
{
    return os_system.read(file, data, size);
}
static int real_fsync(int file)
{
    return os_system.fsync(file);
}
static int real_random(void *data, size_t size)
{
    return os_system.random(data, size);
}

const struct os office_os = {
    .open = real_open,
    .close = real_close,
    .read = real_read,
    .fsync = real_fsync,
    .clock = standing_clock,
    .random = real_random,
};

#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...) OFFICE_BODY(script, __VA_ARGS__)
#define NO_BODY ((struct datum){.kind = DATUM_MAP})

static struct bytes keep(struct office_script *script, struct buffer *bytes)
{
    struct bytes kept = arena_copy(&script->arena, buffer_view(bytes));
    assert_non_null(kept.data);
    buffer_free(bytes);
    return kept;
}

struct bytes office_act(
    struct office_script *script, enum world_key key, const char *file, uint64_t version,
    const char *verb, struct datum body)
{
    struct act act = {
        .file = file, .file_version = version, .verb = verb, .body = body, .time = office_clock};
    act.id.bytes[0] = 1;
    store_u64(act.id.bytes + 8, ++script->acts);
    struct buffer bytes = {0};
    WORLD_SIGN(&script->world, INSTRUMENT_ACT, &act, &bytes, NULL, key);
    return keep(script, &bytes);
}

static struct datum signed_by(
    struct office_script *script, enum instrument_type type, const void *value,
    const enum world_key *keys, size_t count)
{
    struct buffer bytes = {0};
    world_sign_with(&script->world, type, value, &bytes, NULL, keys, count);
    return datum_of_bytes(keep(script, &bytes));
}

struct datum office_instrument(
    struct office_script *script, enum instrument_type type, const void *value,
    const enum world_key *keys, size_t count)
{
    return BODY({"instrument", signed_by(script, type, value, keys, count)});
}

struct bytes office_order(
    struct office_script *script, const struct order *order, const enum world_key *keys,
    size_t count)
{
    char name[80];
    snprintf(name, sizeof name, "order/%s", order->number);
    const char *file = arena_text(&script->arena, bytes_of(name));
    assert_non_null(file);
    return office_act(
        script, keys[0], file, 0, "issue",
        office_instrument(script, INSTRUMENT_ORDER, order, keys, count));
}

struct bytes office_enrol_guard(
    struct office_script *script, const char *number, const struct public_key *key,
    const struct digest *first_key)
{
    char name[100];
    snprintf(name, sizeof name, "installation/%s", number);
    const char *file = arena_text(&script->arena, bytes_of(name));
    assert_non_null(file);
    struct datum document_key = BODY(
        T("kind", "key"), T("type", "ed25519"),
        {"public-key", datum_of_bytes(public_key_view(key))});
    return office_act(
        script, WORLD_D1, file, 0, "enrol",
        BODY(
            T("licence", "IL-2026-0017"), T("place", "Site 1"), {"guard", document_key},
            {"first-key", datum_of_bytes(digest_view(first_key))},
            {"build", datum_of_bytes(digest_view(&world_build))}));
}

struct bytes office_enrol(struct office_script *script, const char *number, enum world_key guard)
{
    static const struct digest first_key = {{3}};
    return office_enrol_guard(
        script, number, private_key_public(script->world.keys[guard]), &first_key);
}

struct bytes office_withdrawal(
    struct office_script *script, const char *number, const struct digest *certificate,
    const struct digest *approval)
{
    char name[80];
    snprintf(name, sizeof name, "withdrawal/%s", number);
    const char *file = arena_text(&script->arena, bytes_of(name));
    assert_non_null(file);
    const struct approval withdrawal = {
        .number = strchr(file, '/') + 1,
        .kind = APPROVAL_WITHDRAWAL,
        .body = "XA-court",
        .certificate = *certificate,
        .file = "F-77/2026",
        .issued = office_clock,
        .withdraws = *approval,
    };
    return office_act(
        script, WORLD_D1, file, 0, "enter",
        OFFICE_INSTRUMENT(script, INSTRUMENT_APPROVAL, &withdrawal, WORLD_COURT));
}

/* --- The life ----------------------------------------------------------------------------- */

#define ACT(key, file, version, verb, body)                                                        \
    script->life[count++] = office_act(script, key, file, version, verb, body)
#define SIGNED(type, value, ...)                                                                   \
    signed_by(                                                                                     \
        script, type, value, (const enum world_key[]){__VA_ARGS__},                                \
        sizeof((const enum world_key[]){__VA_ARGS__}) / sizeof(enum world_key))

static size_t
approve(struct office_script *script, size_t count, const char *file, enum application_kind kind)
{
    struct world *world = &script->world;
    ACT(WORLD_D1, file, 0, "draft", body_application(world, kind, "XA", true));
    ACT(WORLD_D1, file, 1, "submit", NO_BODY);
    ACT(WORLD_D2, file, 2, "open-review", body_days(world, 5));
    ACT(WORLD_F1, file, 3, "assess", body_assessment(world, "no-objection"));
    ACT(WORLD_D2, file, 4, "review", body_review(world, "approve"));
    ACT(WORLD_F2, file, 5, "review", body_review(world, "approve"));
    return count;
}

/* Whom the certificate names. */
static size_t register_named(struct office_script *script, size_t count)
{
    struct world *world = &script->world;
    const struct certificate *certificate = &world->certificate;
    const struct document_key *state = &certificate->signatories[0].key;
    ACT(WORLD_D1, "agency/XA-police-ct", 0, "submit", body_agency(world, "XA"));
    ACT(WORLD_F1, "agency/XA-police-ct", 1, "check", body_evidence(world));
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        const struct approving_body *body = &certificate->bodies[i];
        char name[80];
        snprintf(name, sizeof name, "body/%s", body->id);
        const char *file = arena_text(&script->arena, bytes_of(name));
        assert_non_null(file);
        ACT(WORLD_D1, file, 0, "enter", body_approver(world, "XA", body));
        ACT(WORLD_F1, file, 1, "confirm", body_fingerprint(world, &body->key));
    }
    struct datum key = BODY(
        T("kind", "key"), T("type", "ed25519"), {"public-key", datum_of_bytes(state->public_key)});
    ACT(WORLD_D1, "account/XA-S1", 0, "enrol",
        BODY(
            T("kind", "state"), T("name", "A Minister"), T("organisation", "XA"), {"key", key},
            T("until", "2027-03-02T09:00:00Z")));
    ACT(WORLD_F1, "account/XA-S1", 1, "confirm", body_fingerprint(world, state));
    return count;
}

static size_t begin_life(struct office_script *script)
{
    struct world *world = &script->world;
    size_t count = 0;
    ACT(WORLD_D1, "country/XA", 0, "propose",
        BODY(T("name", "A state"), T("reasons", "Its record.")));
    ACT(WORLD_F1, "country/XA", 1, "list", NO_BODY);
    ACT(WORLD_D1, "delegation/1", 0, "propose",
        OFFICE_INSTRUMENT(
            script, INSTRUMENT_DELEGATION, &script->world.delegation, WORLD_D1, WORLD_F1));
    ACT(WORLD_D1, "exporter/EX-0031", 0, "draft", body_exporter(world));
    ACT(WORLD_D1, "exporter/EX-0031", 1, "submit", NO_BODY);
    ACT(WORLD_F1, "exporter/EX-0031", 2, "screen", body_screening(world, NULL));
    ACT(WORLD_D2, "exporter/EX-0031", 3, "register", NO_BODY);
    ACT(WORLD_D1, "product/P-0112", 0, "submit", body_product(world));
    ACT(WORLD_D2, "product/P-0112", 1, "classify",
        BODY(T("control", "4.D.4"), T("reason", "Software of an intrusion system.")));
    ACT(WORLD_D1, "product/P-0112", 2, "enter-build", body_build(world));
    ACT(WORLD_F1, "product/P-0112", 3, "test-build", body_test(world, true));
    count = register_named(script, count);
    count = approve(script, count, "application/A-0", APPLICATION_MARKETING);
    count = approve(script, count, "application/A-1", APPLICATION_EXPORT);
    const struct form *form = &script->world.form;
    ACT(WORLD_D1, "form/IL-2021-12.1", 0, "propose",
        OFFICE_INSTRUMENT(script, INSTRUMENT_FORM, form, WORLD_D1));
    ACT(WORLD_F1, "form/IL-2021-12.1", 1, "countersign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_FORM, form, WORLD_D1, WORLD_F1));
    ACT(WORLD_D1, "schedule/XA", 0, "submit", world_schedule(&script->world));
    ACT(WORLD_D2, "schedule/XA", 1, "review",
        world_schedule_review(&script->world, "accept", world_reasons[0]));
    ACT(WORLD_F1, "schedule/XA", 2, "review",
        world_schedule_review(&script->world, "accept", world_reasons[1]));
    return count;
}

void office_certificate(
    struct office_script *script, const struct certificate *certificate, const char *application,
    struct bytes ret_acts[OFFICE_CERTIFICATE])
{
    char name[80];
    snprintf(name, sizeof name, "certificate/%s", certificate->number);
    const char *file = arena_text(&script->arena, bytes_of(name));
    assert_non_null(file);
    size_t count = 0;
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&certificate_layout, certificate, NULL, &payload), ERROR_OK);
    ret_acts[count++] = office_act(
        script, WORLD_D1, file, 0, "offer",
        BODY(T("application", application), {"payload", datum_of_bytes(keep(script, &payload))}));
    ret_acts[count++] = office_act(
        script, WORLD_D1, file, 1, "sign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE));
    char fingerprint[KEY_ID_TEXT_SIZE];
    struct key_id id = private_key_id(script->world.keys[WORLD_STATE]);
    ret_acts[count++] = office_act(
        script, WORLD_F2, file, 2, "authenticate",
        BODY(T("fingerprint", key_id_text(&id, fingerprint))));
    ret_acts[count++] = office_act(
        script, WORLD_D1, file, 3, "countersign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1));
    ret_acts[count++] = office_act(
        script, WORLD_F1, file, 4, "countersign",
        OFFICE_INSTRUMENT(
            script, INSTRUMENT_CERTIFICATE, certificate, WORLD_STATE, WORLD_D1, WORLD_F1));
    assert_int_equal(count, OFFICE_CERTIFICATE);
}

static size_t issue_licence(struct office_script *script, size_t count)
{
    static const char file[] = "licence/IL-2026-0017";
    const struct licence *licence = &script->world.licence;
    ACT(WORLD_D1, file, 0, "propose",
        BODY(
            T("application", "A-1"), T("certificate", "EC-2026-0009"),
            {"instrument", SIGNED(INSTRUMENT_LICENCE, licence, WORLD_D1)}));
    ACT(WORLD_F1, file, 1, "countersign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1));
    script->life[count++] = office_enrol(script, "IN-0001", WORLD_GUARD);
    return count;
}

uint64_t office_uses_granted;

void office_script_init(struct office_script *script)
{
    *script = (struct office_script){0};
    office_clock = WORLD_NOW;
    struct fault fault = {0};
    assert_int_equal(
        form_read(&os_system, FORM_FOLDER, &script->form_arena, &fault, &script->form, NULL),
        ERROR_OK);
    world_init(&script->world, &script->form);
    script->world.licence.clauses = script->form.conditions;
    if (office_uses_granted)
        script->world.licence.maximum_uses_in_period = office_uses_granted;
    world_sign(&script->world);
    size_t count = begin_life(script);
    office_certificate(script, &script->world.certificate, "A-1", script->life + count);
    count += OFFICE_CERTIFICATE;
    count = issue_licence(script, count);
    assert_int_equal(count, OFFICE_LIFE);
}

void office_script_free(struct office_script *script)
{
    world_free(&script->world);
    arena_free(&script->arena);
    arena_free(&script->form_arena);
}
