/* Random acts: see random_acts.h. */
#include "random_acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "office_law.h"

/* --- Making ------------------------------------------------------------------------------- */

struct making {
    struct world *world;
    struct attempts *attempts;
};

static void add_signed(
    struct making *making, const char *file, const char *verb, struct datum body, unsigned signers)
{
    struct attempts *attempts = making->attempts;
    assert_true(attempts->count < ATTEMPTS_MAX);
    attempts->list[attempts->count++] = (struct attempt){file, verb, body, signers};
    for (size_t i = 0; i < attempts->file_count; i++) {
        if (strcmp(attempts->files[i], file) == 0)
            return;
    }
    assert_true(attempts->file_count < sizeof attempts->files / sizeof *attempts->files);
    attempts->files[attempts->file_count++] = file;
}

static void add(struct making *making, const char *file, const char *verb, struct datum body)
{
    add_signed(making, file, verb, body, 0);
}

#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...) WORLD_MAP(making->world, __VA_ARGS__)
#define BIT(key) (1u << (key))

static struct datum nothing(void)
{
    return (struct datum){.kind = DATUM_MAP};
}

static struct datum reason(struct making *making)
{
    return BODY(T("reason", "A reason."));
}

static struct bytes sign(
    struct making *making, enum instrument_type type, const void *value, unsigned signers,
    struct digest *ret_digest)
{
    enum world_key keys[WORLD_KEY_COUNT];
    size_t count = 0;
    for (int key = 0; key < WORLD_KEY_COUNT; key++) {
        if (signers & BIT(key))
            keys[count++] = (enum world_key)key;
    }
    struct buffer bytes = {0};
    world_sign_with(making->world, type, value, &bytes, ret_digest, keys, count);
    struct bytes kept = arena_copy(&making->world->arena, buffer_view(&bytes));
    assert_non_null(kept.data);
    buffer_free(&bytes);
    return kept;
}

/* Who may have signed what two ministries sign: one, the right two, two of one ministry. */
static const unsigned signers_of_both[] = {
    BIT(WORLD_D1),
    BIT(WORLD_F1),
    BIT(WORLD_D1) | BIT(WORLD_F1),
    BIT(WORLD_D2) | BIT(WORLD_F2),
    BIT(WORLD_D1) | BIT(WORLD_F3),
    BIT(WORLD_D1) | BIT(WORLD_D2),
};
enum { SIGNERS_OF_BOTH = sizeof signers_of_both / sizeof *signers_of_both };

static void add_instrument(
    struct making *making, const char *file, const char *verb, enum instrument_type type,
    const void *value, unsigned signers)
{
    struct bytes bytes = sign(making, type, value, signers, NULL);
    add_signed(making, file, verb, BODY({"instrument", datum_of_bytes(bytes)}), signers);
}

static void add_for_both(
    struct making *making, const char *file, const char *verb, enum instrument_type type,
    const void *value, unsigned always)
{
    for (size_t i = 0; i < SIGNERS_OF_BOTH; i++)
        add_instrument(making, file, verb, type, value, signers_of_both[i] | always);
}

static void add_exporters(struct making *making)
{
    static const char *const files[] = {"exporter/EX-0031", "exporter/EX-0032"};
    for (size_t i = 0; i < 2; i++) {
        add(making, files[i], "draft", body_exporter(making->world));
        add(making, files[i], "submit", nothing());
        add(making, files[i], "screen", body_screening(making->world, NULL));
        add(making, files[i], "screen", body_screening(making->world, "dismissed"));
        add(making, files[i], "screen", body_screening(making->world, "upheld"));
        add(making, files[i], "register", nothing());
    }
    add(making, files[1], "refuse", reason(making));
    add(making, files[1], "remove", reason(making));
}

static void add_products(struct making *making)
{
    struct datum own = body_product(making->world);
    struct datum other = body_with(making->world, own, "exporter", datum_of_text("EX-0032"));
    add(making, "product/P-0112", "submit", own);
    add(making, "product/P-0112", "submit", other);
    add(making, "product/P-2", "submit", other);
    add(making, "product/P-2", "classify", BODY(T("control", "1.A.1"), T("reason", "A kettle.")));
    add(making, "product/P-0112", "classify",
        BODY(T("control", "4.D.4"), T("reason", "Software of an intrusion system.")));
}

/* Twice where more approve than not, so that much is approved. */
static void add_application(struct making *making, const char *file, enum application_kind kind)
{
    static const char *const decided[] = {"review", "settle", "decide"};
    struct world *world = making->world;
    add(making, file, "draft", body_application(world, kind, "XA", true));
    add(making, file, "draft", body_application(world, kind, "XB", true));
    add(making, file, "submit", nothing());
    add(making, file, "ask", BODY(T("question", "Who?")));
    add(making, file, "answer", BODY(T("answer", "They.")));
    add(making, file, "open-review", body_days(world, 5));
    for (int days = 0; days <= 6; days += 2)
        add(making, file, "open-review", body_days(world, days));
    add(making, file, "assess", body_assessment(world, "no-objection"));
    add(making, file, "assess", body_assessment(world, "against"));
    add(making, file, "opine", BODY(T("recommendation", "against"), T("reasons", "R.")));
    add(making, file, "direct", BODY(T("name", "M"), T("office", "O"), T("reason", "R.")));
    for (size_t i = 0; i < 3; i++) {
        add(making, file, decided[i], body_review(world, "approve"));
        add(making, file, decided[i], body_review(world, "approve"));
        add(making, file, decided[i], body_review(world, "object"));
    }
    add(making, file, "object", BODY(T("grounds", "G.")));
    add(making, file, "consent", nothing());
    add(making, file, "escalate", nothing());
    add(making, file, "overdue", nothing());
    add(making, file, "expire", nothing());
}

static void add_papers(struct making *making)
{
    static const char certificate_file[] = "certificate/EC-2026-0009";
    struct world *world = making->world;
    add_for_both(making, "form/IL-2021-12.1", "propose", INSTRUMENT_FORM, &world->form, 0);
    add_for_both(making, "form/IL-2021-12.1", "countersign", INSTRUMENT_FORM, &world->form, 0);
    add(making, "schedule/XA", "submit", world_schedule(world));
    add(making, "schedule/XA", "review", world_schedule_review(world, "accept", world_reasons[0]));
    add(making, "schedule/XA", "review", world_schedule_review(world, "accept", world_reasons[1]));

    const struct certificate *certificate = &world->certificate;
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&certificate_layout, certificate, NULL, &payload), ERROR_OK);
    struct bytes offered = arena_copy(&world->arena, buffer_view(&payload));
    buffer_free(&payload);
    add(making, certificate_file, "offer",
        BODY(T("application", "A-1"), {"payload", datum_of_bytes(offered)}));
    add(making, certificate_file, "offer",
        BODY(T("application", "A-0"), {"payload", datum_of_bytes(offered)}));
    add_instrument(
        making, certificate_file, "sign", INSTRUMENT_CERTIFICATE, certificate, BIT(WORLD_STATE));
    add_instrument(
        making, certificate_file, "sign", INSTRUMENT_CERTIFICATE, certificate, BIT(WORLD_D1));
    static const enum world_key confirmed[] = {WORLD_STATE, WORLD_D1};
    for (size_t i = 0; i < 2; i++) {
        char text[KEY_ID_TEXT_SIZE];
        struct key_id id = private_key_id(world->keys[confirmed[i]]);
        const char *kept = arena_text(&world->arena, bytes_of(key_id_text(&id, text)));
        assert_non_null(kept);
        add(making, certificate_file, "authenticate", BODY(T("fingerprint", kept)));
    }
    add_for_both(
        making, certificate_file, "countersign", INSTRUMENT_CERTIFICATE, certificate,
        BIT(WORLD_STATE));
    add(making, certificate_file, "supersede", nothing());
    add(making, certificate_file, "expire", nothing());
}

static void add_licence(struct making *making)
{
    static const char file[] = "licence/IL-2026-0017";
    const struct licence *licence = &making->world->licence;
    for (size_t i = 0; i < SIGNERS_OF_BOTH; i++) {
        struct bytes bytes = sign(making, INSTRUMENT_LICENCE, licence, signers_of_both[i], NULL);
        add_signed(
            making, file, "propose",
            BODY(
                T("application", "A-1"), T("certificate", "EC-2026-0009"),
                {"instrument", datum_of_bytes(bytes)}),
            signers_of_both[i]);
    }
    add_for_both(making, file, "countersign", INSTRUMENT_LICENCE, licence, 0);
    add(making, file, "expire", nothing());
    add(making, file, "lapse", nothing());
}

static struct datum key_datum(struct making *making, enum world_key key)
{
    const struct public_key *public_key = private_key_public(making->world->keys[key]);
    return BODY(
        T("kind", "key"), T("type", "ed25519"),
        {"public-key", datum_of_bytes(public_key_view(public_key))});
}

static void add_installations(struct making *making)
{
    static const struct digest digest = {{3}};
    static const char *const files[] = {"installation/IN-0001", "installation/IN-0002"};
    static const enum world_key guards[] = {WORLD_GUARD, WORLD_SUPERVISOR};
    for (size_t i = 0; i < 2; i++) {
        add(making, files[i], "enrol",
            BODY(
                T("licence", "IL-2026-0017"), T("place", "Site 1"),
                {"guard", key_datum(making, guards[i])},
                {"first-key", datum_of_bytes(digest_view(&digest))}));
        add(making, files[i], "latch",
            BODY({"latch", datum_of_bytes(digest_view(&digest))}, T("reason", "Cut off.")));
        add(making, files[i], "clone", reason(making));
    }
}

static void add_orders(struct making *making)
{
    static const struct {
        const char *file;
        enum order_kind kind;
        int lifts;
    } orders[] = {
        {"order/OR-1", ORDER_LIMIT, -1},      {"order/OR-2", ORDER_SUSPEND, -1},
        {"order/OR-3", ORDER_DISCONNECT, -1}, {"order/OR-4", ORDER_LIFT, 1},
        {"order/OR-5", ORDER_RESTORE, 2},     {"order/OR-6", ORDER_REVOKE, -1},
    };
    struct digest digests[6];
    for (size_t i = 0; i < 6; i++) {
        struct order order = world_order(
            making->world, strchr(orders[i].file, '/') + 1, orders[i].kind,
            orders[i].kind == ORDER_LIMIT
                ? "@clause(\"O7\") @title(\"No new uses\") forbid (principal, action == "
                  "EndUse::Action::\"use\", resource) unless { context.running };"
                : NULL);
        if (orders[i].lifts >= 0)
            order.lifts = digests[orders[i].lifts];
        sign(making, INSTRUMENT_ORDER, &order, BIT(WORLD_D1), &digests[i]);
        add_for_both(making, orders[i].file, "issue", INSTRUMENT_ORDER, &order, 0);
        add_for_both(making, orders[i].file, "confirm", INSTRUMENT_ORDER, &order, 0);
        add(making, orders[i].file, "alarm", nothing());
    }
}

static void add_accounts(struct making *making)
{
    static const struct {
        const char *file, *kind, *organisation;
        enum world_key key, next;
    } accounts[] = {
        {"account/X-31", "exporter", "EX-0031", WORLD_EXPORTER, WORLD_OPERATOR},
        {"account/X-32", "exporter", "EX-0032", WORLD_OTHER_EXPORTER, WORLD_COURT},
    };
    for (size_t i = 0; i < 2; i++) {
        const char *file = accounts[i].file;
        const enum world_key keys[] = {accounts[i].key, accounts[i].next};
        static const char *const confirmations[] = {"confirm", "confirm-key"};
        add(making, file, "enrol",
            BODY(
                T("kind", accounts[i].kind), T("name", "N"),
                T("organisation", accounts[i].organisation), {"key", key_datum(making, keys[0])},
                T("until", "2026-03-20T09:00:00Z")));
        add(making, file, "replace",
            BODY({"key", key_datum(making, keys[1])}, T("until", "2026-06-02T09:00:00Z")));
        for (size_t k = 0; k < 2; k++) {
            char text[KEY_ID_TEXT_SIZE];
            struct key_id id = private_key_id(making->world->keys[keys[k]]);
            const char *kept = arena_text(&making->world->arena, bytes_of(key_id_text(&id, text)));
            assert_non_null(kept);
            add(making, file, confirmations[k], BODY(T("fingerprint", kept)));
        }
        add(making, file, "suspend", reason(making));
        add(making, file, "restore", nothing());
        add(making, file, "expire", nothing());
    }
}

static void add_people(struct making *making)
{
    static const char *const files[] = {"account/D-02", "account/F-02"};
    static const char *const deputies[] = {"D-04", "F-03"};
    static const char *const recused[] = {"application/A-1", "exporter/EX-0032"};
    for (size_t i = 0; i < 2; i++) {
        add(making, files[i], "absent",
            BODY(
                T("from", "2026-03-03T08:00:00Z"), T("until", "2026-03-12T08:00:00Z"),
                T("deputy", deputies[i])));
        add(making, files[i], "return", nothing());
        add(making, files[i], "suspend", reason(making));
        add(making, files[i], "restore", nothing());
        add(making, files[i], "recuse", BODY(T("file", recused[i]), T("reason", "A relative.")));
    }
}

void attempts_make(struct world *world, struct attempts *ret_attempts)
{
    *ret_attempts = (struct attempts){0};
    struct making making = {world, ret_attempts};
    add_exporters(&making);
    add_products(&making);
    add_application(&making, "application/A-0", APPLICATION_MARKETING);
    add_application(&making, "application/A-1", APPLICATION_EXPORT);
    add_application(&making, "application/A-2", APPLICATION_MARKETING);
    add_application(&making, "application/A-3", APPLICATION_RENEWAL);
    add(&making, "application/A-2", "withdraw", reason(&making));
    add(&making, "application/A-3", "withdraw", reason(&making));
    add_papers(&making);
    add_licence(&making);
    add_installations(&making);
    add_orders(&making);
    add_accounts(&making);
    add_people(&making);
}

/* --- Picking ------------------------------------------------------------------------------ */

static const enum world_key actors[] = {
    WORLD_D1,
    WORLD_D2,
    WORLD_D3,
    WORLD_D4,
    WORLD_F1,
    WORLD_F2,
    WORLD_F3,
    WORLD_LEASE,
    WORLD_EXPORTER,
    WORLD_OTHER_EXPORTER,
    WORLD_OPERATOR,
    WORLD_COURT,
    WORLD_ADMINISTRATOR,
    WORLD_AUDITOR,
    WORLD_STRANGER,
};
enum { ACTORS = sizeof actors / sizeof *actors, OFFICERS = 7 };

static enum world_key pick_key(const struct attempt *attempt, uint64_t *seed)
{
    if (attempt->signers && random_below(seed, 10) < 7) {
        for (;;) {
            size_t key = random_below(seed, WORLD_KEY_COUNT);
            if (attempt->signers & BIT(key))
                return (enum world_key)key;
        }
    }
    char word[32];
    snprintf(
        word, sizeof word, "%.*s", (int)(strchr(attempt->file, '/') - attempt->file),
        attempt->file);
    const struct law *law = law_of(word, attempt->verb);
    if (law && law_names(law->who, "server") && random_below(seed, 2))
        return WORLD_LEASE;
    /* The first are officers, who may do most. */
    return actors[random_below(seed, random_below(seed, 2) ? OFFICERS : ACTORS)];
}

/* One on this file; *ret_open whether its state allows it. */
static const struct attempt *pick_on(
    const struct attempts *attempts, const char *file, uint64_t *seed,
    bool (*open)(const char *file, const char *verb), bool *ret_open)
{
    enum { TRIES = 12 };
    const struct attempt *some[ATTEMPTS_MAX], *attempt = NULL;
    size_t count = 0;
    for (size_t i = 0; i < attempts->count; i++) {
        if (strcmp(attempts->list[i].file, file) == 0)
            some[count++] = &attempts->list[i];
    }
    *ret_open = false;
    for (int i = 0; i < TRIES && !*ret_open; i++) {
        attempt = some[random_below(seed, count)];
        *ret_open = open(file, attempt->verb);
    }
    return attempt;
}

struct try attempts_pick(
    const struct attempts *attempts, uint64_t *seed,
    bool (*open)(const char *file, const char *verb))
{
    enum { TRIES = 4 };
    const struct attempt *attempt = NULL;
    bool is_open = false;
    for (int i = 0; i < TRIES && !is_open; i++) {
        const char *file = attempts->files[random_below(seed, attempts->file_count)];
        attempt = pick_on(attempts, file, seed, open, &is_open);
    }
    return (struct try){attempt, pick_key(attempt, seed)};
}

/* --- The way to a licence ----------------------------------------------------------------- */

#define BOTH (BIT(WORLD_D1) | BIT(WORLD_F1))

static const struct {
    const char *file, *verb;
    enum world_key key;
    unsigned signers;
    unsigned before; /* of the bodies that there are, how many come before the right one */
} way[] = {
    {"exporter/EX-0031", "draft", WORLD_D1, 0, 0},
    {"exporter/EX-0031", "submit", WORLD_D1, 0, 0},
    {"exporter/EX-0031", "screen", WORLD_F1, 0, 0},
    {"exporter/EX-0031", "register", WORLD_D2, 0, 0},
    {"product/P-0112", "submit", WORLD_D1, 0, 0},
    {"product/P-0112", "classify", WORLD_D2, 0, 0},
    {"application/A-0", "draft", WORLD_D1, 0, 0},
    {"application/A-0", "submit", WORLD_D1, 0, 0},
    {"application/A-0", "open-review", WORLD_D2, 0, 0},
    {"application/A-0", "assess", WORLD_F1, 0, 0},
    {"application/A-0", "review", WORLD_D2, 0, 0},
    {"application/A-0", "review", WORLD_F2, 0, 0},
    {"application/A-1", "draft", WORLD_D1, 0, 0},
    {"application/A-1", "submit", WORLD_D1, 0, 0},
    {"application/A-1", "open-review", WORLD_D2, 0, 0},
    {"application/A-1", "assess", WORLD_F1, 0, 0},
    {"application/A-1", "review", WORLD_D2, 0, 0},
    {"application/A-1", "review", WORLD_F2, 0, 0},
    {"form/IL-2021-12.1", "propose", WORLD_D1, BIT(WORLD_D1), 0},
    {"form/IL-2021-12.1", "countersign", WORLD_F1, BOTH, 0},
    {"schedule/XA", "submit", WORLD_D1, 0, 0},
    {"schedule/XA", "review", WORLD_D2, 0, 0},
    {"schedule/XA", "review", WORLD_F2, 0, 1},
    {"certificate/EC-2026-0009", "offer", WORLD_D1, 0, 0},
    {"certificate/EC-2026-0009", "sign", WORLD_D1, BIT(WORLD_STATE), 0},
    {"certificate/EC-2026-0009", "authenticate", WORLD_F2, 0, 0},
    {"certificate/EC-2026-0009", "countersign", WORLD_F1, BOTH | BIT(WORLD_STATE), 0},
    {"licence/IL-2026-0017", "propose", WORLD_D1, BIT(WORLD_D1), 0},
    {"licence/IL-2026-0017", "countersign", WORLD_F1, BOTH, 0},
};
const size_t attempts_way = sizeof way / sizeof *way;

struct try attempts_step(const struct attempts *attempts, size_t step)
{
    unsigned before = way[step].before;
    for (size_t i = 0; i < attempts->count; i++) {
        const struct attempt *attempt = &attempts->list[i];
        if (strcmp(attempt->file, way[step].file) == 0 &&
            strcmp(attempt->verb, way[step].verb) == 0 && attempt->signers == way[step].signers &&
            before-- == 0)
            return (struct try){attempt, way[step].key};
    }
    fail_msg("no such step: %s %s", way[step].file, way[step].verb);
    return (struct try){0};
}
