/* What random people may try: see random_acts.h. */
#include "random_acts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- Making ------------------------------------------------------------------------------- */

struct making {
    struct world *world;
    struct attempts *attempts;
    int rare; /* of those that are added next */
};

static void add_signed(
    struct making *making, const char *file, const char *verb, struct datum body, unsigned signers)
{
    struct attempts *attempts = making->attempts;
    assert_true(attempts->count < ATTEMPTS_MAX);
    attempts->list[attempts->count++] = (struct attempt){file, verb, body, signers, making->rare};
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
    for (size_t i = 0; i < 2; i++) {
        making->rare = i == 0;
        add(making, files[i], "refuse", reason(making));
        add(making, files[i], "remove", reason(making));
    }
    making->rare = false;
}

/* Those whom the certificates name are in the registers already (authority_world.c), and may leave
 * them. */
static void add_registers(struct making *making)
{
    struct world *world = making->world;
    const struct document_key key = world_key(world, WORLD_LOG);
    const struct approving_body body = {"XA-other", "Another court", true, false, key};
    add(making, "agency/XA-other", "submit", body_agency(world, "XA"));
    add(making, "agency/XA-other", "check", body_evidence(world));
    add(making, "agency/XA-other", "refuse", reason(making));
    add(making, "agency/XA-other", "remove", reason(making));
    add(making, "body/XA-other", "enter", body_approver(world, "XA", &body));
    add(making, "body/XA-other", "confirm", body_fingerprint(world, &key));
    add(making, "body/XA-other", "end", reason(making));
    making->rare = 2;
    add(making, "agency/XA-police-ct", "remove", reason(making));
    add(making, "body/XA-court", "end", reason(making));
    add(making, "account/XA-S1", "suspend", reason(making));
    add(making, "account/XA-S1", "close", reason(making));
    making->rare = 0;
    add(making, "account/XA-S1", "restore", nothing());
}

static void add_builds(struct making *making, const char *file)
{
    add(making, file, "enter-build", body_build(making->world));
    add(making, file, "test-build", body_test(making->world, true));
    static const struct digest digests[] = {{{9}}, {{10}}, {{11}}};
    for (size_t i = 0; i < 3; i++) {
        struct datum digest = datum_of_bytes(digest_view(&digests[i]));
        add(making, file, "add-document", BODY(T("title", "A study"), {"digest", digest}));
        add(making, file, "enter-build", BODY(T("version", "1.0"), {"digest", digest}));
        add(making, file, "test-build",
            BODY({"digest", digest}, {"passed", datum_of_bool(i > 0)}, T("report", "It obeys.")));
    }
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
    add_builds(making, "product/P-0112");
}

/* Twice where more approve than not, so that much is approved. */
static void add_application(struct making *making, const char *file, enum application_kind kind)
{
    static const char *const decided[] = {"review", "settle", "decide"};
    struct world *world = making->world;
    struct datum draft = body_application(world, kind, "XA", true);
    /* An end that some lives see. */
    if (kind == APPLICATION_MARKETING)
        draft = body_with(world, draft, "until", datum_of_text("2026-04-20T09:00:00Z"));
    add(making, file, "draft", draft);
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

static void add_form(struct making *making, const char *file, uint64_t version)
{
    struct form form = making->world->form;
    form.version = version;
    add_for_both(making, file, "propose", INSTRUMENT_FORM, &form, 0);
    add_for_both(making, file, "countersign", INSTRUMENT_FORM, &form, 0);
    making->rare = version < 3;
    add(making, file, "ask-withdrawal", reason(making));
    making->rare = false;
    add(making, file, "withdraw", nothing());
    add(making, file, "keep", nothing());
}

/* The same with another maximum, as a line of the schedule. */
static struct datum schedule_line(struct making *making, const char *code, int64_t maximum)
{
    return BODY(
        T("code", code), T("statute", "Penal Code"), T("title", "An offence"),
        {"minimum-months", datum_of_integer(0)}, {"maximum-months", datum_of_integer(maximum)},
        T("in-force-from", "2020-01-01T00:00:00Z"), {"acts", world_texts(making->world, NULL, 0)},
        {"completed-by", world_texts(making->world, NULL, 0)});
}

static struct datum list_of(struct making *making, struct datum item)
{
    return world_list(making->world, &item, 1);
}

static void add_schedule(struct making *making)
{
    static const char file[] = "schedule/XA";
    static const char *const decisions[] = {"accept", "refuse", "split"};
    static const char *const codes[] = {"XA-400", "XA-401", "XA-500"};
    struct world *world = making->world;
    add(making, file, "submit", world_schedule(world));
    add(making, file, "review", world_schedule_review(world, "accept", world_reasons[0]));
    add(making, file, "review", world_schedule_review(world, "accept", world_reasons[1]));
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(codes[i], "XA-401") != 0)
            add(making, file, "submit",
                BODY({"lines", list_of(making, schedule_line(making, codes[i], 60))}));
        for (size_t k = 0; k < 3; k++)
            add(making, file, "review",
                BODY(
                    {"codes", WORLD_TEXTS(world, codes[i])}, T("decision", decisions[k]),
                    T("reasons", "R.")));
    }
    add(making, file, "split",
        BODY(T("code", "XA-400"), {"lines", list_of(making, schedule_line(making, "XA-401", 60))}));
    add(making, file, "amend", schedule_line(making, "XA-500", 60));
    add(making, file, "amend", schedule_line(making, "XA-500", 90));
    making->rare = true;
    add(making, file, "amend", schedule_line(making, "XA-202", 90));
    add(making, file, "review",
        BODY({"codes", WORLD_TEXTS(world, "XA-202")}, T("decision", "refuse"), T("reasons", "R.")));
    making->rare = false;
    add(making, file, "tell", nothing());
}

/* How one ends. What the licence rests on does so seldom. */
static void add_endings(struct making *making, const char *file)
{
    static const char *const cases[] = {"case/C-1", "case/C-2"};
    add(making, file, "refuse", reason(making));
    add(making, file, "ask-withdrawal", reason(making));
    add(making, file, "withdraw", reason(making));
    making->rare = false;
    for (size_t i = 0; i < 2; i++) {
        add(making, file, "ask-breach", BODY(T("case", cases[i]), T("reason", "R.")));
        add(making, file, "breach", BODY(T("case", cases[i]), T("reason", "R.")));
    }
    add(making, file, "keep", nothing());
    add(making, file, "supersede", nothing());
    add(making, file, "expire", nothing());
}

static void
add_certificate(struct making *making, const char *file, const struct certificate *certificate)
{
    struct world *world = making->world;
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&certificate_layout, certificate, NULL, &payload), ERROR_OK);
    struct bytes offered = arena_copy(&world->arena, buffer_view(&payload));
    buffer_free(&payload);
    add(making, file, "offer", BODY(T("application", "A-1"), {"payload", datum_of_bytes(offered)}));
    add(making, file, "offer", BODY(T("application", "A-0"), {"payload", datum_of_bytes(offered)}));
    add_instrument(making, file, "sign", INSTRUMENT_CERTIFICATE, certificate, BIT(WORLD_STATE));
    add_instrument(making, file, "sign", INSTRUMENT_CERTIFICATE, certificate, BIT(WORLD_D1));
    static const enum world_key confirmed[] = {WORLD_STATE, WORLD_D1};
    for (size_t i = 0; i < 2; i++) {
        char text[KEY_ID_TEXT_SIZE];
        struct key_id id = private_key_id(world->keys[confirmed[i]]);
        const char *kept = arena_text(&world->arena, bytes_of(key_id_text(&id, text)));
        assert_non_null(kept);
        add(making, file, "authenticate", BODY(T("fingerprint", kept)));
    }
    add_for_both(
        making, file, "countersign", INSTRUMENT_CERTIFICATE, certificate, BIT(WORLD_STATE));
}

/* The one that the licence rests on; one under a newer form that takes its place later; and one
 * that never needs to come into force. */
static void add_certificates(struct making *making)
{
    struct world *world = making->world;
    struct certificate certificate = world->certificate;
    add_certificate(making, "certificate/EC-2026-0009", &certificate);
    making->rare = true;
    add_endings(making, "certificate/EC-2026-0009");
    struct form form = world->form;
    form.version = 2;
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&form_layout, &form, NULL, &payload), ERROR_OK);
    certificate.form = arena_copy(&world->arena, buffer_view(&payload));
    buffer_free(&payload);
    certificate.number = "EC-2026-0010";
    certificate.from = WORLD_NOW + 20 * MILLIS_DAY;
    certificate.until = WORLD_NOW + 600 * MILLIS_DAY;
    add_certificate(making, "certificate/EC-2026-0010", &certificate);
    add_endings(making, "certificate/EC-2026-0010");
    certificate.number = "EC-2026-0011";
    certificate.form = world->certificate.form;
    certificate.from = world->certificate.from;
    add_certificate(making, "certificate/EC-2026-0011", &certificate);
    add_endings(making, "certificate/EC-2026-0011");
}

static void add_papers(struct making *making)
{
    add_form(making, "form/IL-2021-12.1", 1);
    add_form(making, "form/IL-2021-12.2", 2);
    add_form(making, "form/IL-2021-12.3", 3);
    add_schedule(making);
    add_certificates(making);
}

static void add_grant(
    struct making *making, const char *file, const struct licence *licence, const char *application)
{
    for (size_t i = 0; i < SIGNERS_OF_BOTH; i++) {
        struct bytes bytes = sign(making, INSTRUMENT_LICENCE, licence, signers_of_both[i], NULL);
        add_signed(
            making, file, "propose",
            BODY(
                T("application", application), T("certificate", "EC-2026-0009"),
                {"instrument", datum_of_bytes(bytes)}),
            signers_of_both[i]);
    }
    add_for_both(making, file, "countersign", INSTRUMENT_LICENCE, licence, 0);
}

static void add_licence(struct making *making)
{
    static const char file[] = "licence/IL-2026-0017";
    /* The one that takes its place, late in a life. */
    struct licence newer = making->world->licence;
    newer.number = "IL-2026-0018";
    newer.from = WORLD_NOW + 8 * MILLIS_DAY;
    newer.until = WORLD_NOW + 400 * MILLIS_DAY;
    add_grant(making, file, &making->world->licence, "A-1");
    add_grant(making, "licence/IL-2026-0018", &newer, "A-3");
    add(making, file, "replace", nothing());
    add(making, file, "expire", nothing());
    add(making, file, "lapse", nothing());
    add(making, file, "replenish", nothing());
    add(making, file, "country-review", nothing());
    add(making, file, "country-relisted", nothing());
    add(making, file, "country-keep", reason(making));
    add(making, file, "country-ordered", BODY(T("order", "OR-2")));
    add(making, file, "country-ordered", BODY(T("order", "OR-8")));
    add(making, file, "surrender", reason(making));
    add(making, file, "accept-surrender", nothing());
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
                {"first-key", datum_of_bytes(digest_view(&digest))},
                {"build", datum_of_bytes(digest_view(&world_build))}));
        static const char *const findings[] = {"latch", "clone", "clock"};
        for (size_t k = 0; k < 3; k++)
            add(making, files[i], findings[k],
                BODY({"latch", datum_of_bytes(digest_view(&digest))}, T("reason", "Cut off.")));
    }
}

/* What may be done with an order of any kind. */
static void add_order(
    struct making *making, const char *file, const struct order *order, struct digest *ret_digest)
{
    struct world *world = making->world;
    static const char *const installations[] = {"IN-0001", "IN-0002"};
    struct buffer payload = {0};
    assert_int_equal(layout_encode(&order_layout, order, NULL, &payload), ERROR_OK);
    struct bytes drafted = arena_copy(&world->arena, buffer_view(&payload));
    buffer_free(&payload);
    *ret_digest = sha256_of(drafted);
    add(making, file, "draft", BODY({"payload", datum_of_bytes(drafted)}));
    add(making, file, "discard", nothing());
    add_for_both(making, file, "sign-first", INSTRUMENT_ORDER, order, 0);
    add_for_both(making, file, "issue", INSTRUMENT_ORDER, order, 0);
    add_for_both(making, file, "confirm", INSTRUMENT_ORDER, order, 0);
    add(making, file, "alarm", nothing());
    for (size_t i = 0; i < 2; i++)
        add(making, file, "deliver",
            BODY(T("installation", installations[i]), {"sequence", datum_of_integer(1)}));
}

static void add_disclosure(struct making *making, const char *file)
{
    static const struct digest bundle = {{12}};
    add(making, file, "disclosed",
        BODY({"records", datum_of_integer(3)}, {"bundle", datum_of_bytes(digest_view(&bundle))}));
    add(making, file, "withheld", reason(making));
    add(making, file, "overdue", nothing());
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
        {"order/OR-7", ORDER_DISCLOSE, -1},   {"order/OR-8", ORDER_SUSPEND, -1},
        {"order/OR-9", ORDER_DISCLOSE, -1},
    };
    enum { COUNT = sizeof orders / sizeof *orders };
    struct digest digests[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        const char *file = orders[i].file;
        struct order order = world_order(
            making->world, strchr(file, '/') + 1, orders[i].kind,
            orders[i].kind == ORDER_LIMIT
                ? "@clause(\"O7\") @title(\"No new uses\") forbid (principal, action == "
                  "EndUse::Action::\"use\", resource) unless { context.running };"
                : NULL);
        if (orders[i].lifts >= 0)
            order.lifts = digests[orders[i].lifts];
        if (orders[i].kind == ORDER_DISCLOSE) {
            order.records_from = WORLD_NOW - 10 * MILLIS_DAY;
            order.records_until = WORLD_NOW - MILLIS_DAY;
            order.answer_by = WORLD_NOW + (i == 6 ? 20 : 40) * MILLIS_DAY;
            add_disclosure(making, file);
        }
        making->rare = orders[i].kind == ORDER_REVOKE;
        add_order(making, file, &order, &digests[i]);
        making->rare = false;
    }
}

/* --- Cases -------------------------------------------------------------------------------- */

static struct datum factors(struct making *making)
{
    static const char *const words[] = {
#define FACTOR(name, word) word,
        CASE_FACTOR_TABLE(FACTOR)
#undef FACTOR
    };
    struct datum findings[sizeof words / sizeof *words];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        findings[i] = BODY(T("factor", words[i]), T("weight", "neutral"), T("finding", "Weighed."));
    return world_list(making->world, findings, sizeof words / sizeof *words);
}

static struct datum moment(struct making *making, int64_t days)
{
    char text[TIME_TEXT_SIZE];
    const char *kept =
        arena_text(&making->world->arena, bytes_of(time_text(WORLD_NOW + days * MILLIS_DAY, text)));
    assert_non_null(kept);
    return datum_of_text(kept);
}

static void add_hearing(struct making *making, const char *file)
{
    static const char *const tracks[] = {"exporter", "state"};
    for (size_t i = 0; i < 2; i++) {
        for (int64_t days = 7; days < 60; days += 6)
            add(making, file, "notify",
                BODY(T("track", tracks[i]), {"date", moment(making, days)}, T("notice", "Come.")));
        add(making, file, "statement", BODY(T("track", tracks[i]), T("statement", "No.")));
        add(making, file, "hear", BODY(T("track", tracks[i]), T("record", "Said no.")));
        add(making, file, "object", BODY(T("track", tracks[i]), T("reasons", "R.")));
    }
}

static void add_decision(struct making *making, const char *file)
{
    static const char *const outcomes[] = {"no-breach", "warning", "limit", "disconnect"};
    static const char *const orders[] = {"OR-1", "OR-2", "OR-3", "OR-8"};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        add(making, file, "decide",
            BODY(T("outcome", outcomes[i]), {"factors", factors(making)}, T("reasons", "R.")));
        add(making, file, "settle", BODY(T("outcome", outcomes[i]), T("answer", "A.")));
        add(making, file, "interim", BODY(T("order", orders[i])));
        add(making, file, "execute", BODY(T("order", orders[i])));
    }
    add(making, file, "close", nothing());
}

static void add_case_steps(struct making *making, const char *file)
{
    static const char *const people[] = {"D-02", "F-03", "D-04"};
    for (size_t i = 0; i < 3; i++) {
        add(making, file, "triage",
            BODY(
                {"pursue", datum_of_bool(true)}, T("reasons", "R."), T("licence", "IL-2026-0017"),
                T("investigator", people[i])));
        add(making, file, "reassign", BODY(T("investigator", people[i])));
    }
    add(making, file, "triage", BODY({"pursue", datum_of_bool(false)}, T("reasons", "R.")));
    add(making, file, "investigate", BODY(T("plan", "Read.")));
    add(making, file, "find", BODY(T("text", "Two uses.")));
    add(making, file, "hold", reason(making));
    add(making, file, "release", nothing());
    making->rare = strcmp(file, "case/C-2") != 0;
    add(making, file, "dismiss", reason(making));
    making->rare = false;
    add_hearing(making, file);
    add_decision(making, file);
}

static void add_cases(struct making *making)
{
    static const struct digest secret = {{13}};
    static const char *const files[] = {"case/C-1", "case/C-2"};
    for (size_t i = 0; i < 2; i++) {
        add(making, files[i], "open",
            BODY(T("origin", "self-report"), T("licence", "IL-2026-0017"), T("what", "A use.")));
        add(making, files[i], "open", BODY(T("origin", "complaint"), T("what", "A use.")));
        add_case_steps(making, files[i]);
    }
    add(making, "case/K-1", "complain",
        BODY(
            T("what", "A use."), T("when", "In March"), T("where", "XA"),
            {"evidence", WORLD_TEXTS(making->world, "device")},
            {"secret", datum_of_bytes(digest_view(&secret))})); /* no contact, so none is sealed */
    add_case_steps(making, "case/K-1");
    add(making, "complainant/K-1", "erase", reason(making));
}

static void add_inspections(struct making *making)
{
    static const char *const files[] = {"inspection/I-1", "inspection/I-2", "inspection/I-3"};
    static const char *const results[] = {"satisfactory", "unsatisfactory"};
    for (size_t i = 0; i < 3; i++) {
        for (int64_t days = 5; days < 60; days += 10)
            add(making, files[i], "plan",
                BODY(
                    T("licence", "IL-2026-0017"), T("place", "Site 1"), T("purpose", "To look."),
                    {"date", moment(making, days)}));
        for (size_t k = 0; k < 2; k++)
            add(making, files[i], "report", BODY(T("result", results[k]), T("report", "Seen.")));
        making->rare = i == 0;
        add(making, files[i], "refuse", reason(making));
        add(making, files[i], "cancel", reason(making));
        making->rare = false;
    }
}

static void add_campaign(struct making *making)
{
    static const char file[] = "campaign/IL-2021-12.2";
    for (int64_t days = 12; days < 60; days += 12) {
        add(making, file, "open",
            BODY(
                {"replaces", WORLD_TEXTS(making->world, "IL-2021-12.1")},
                {"until", moment(making, days)}, {"remind-from", moment(making, days - 8)},
                T("remind-every", "1d")));
        making->rare = true;
        add(making, file, "postpone", BODY({"until", moment(making, days)}, T("reason", "R.")));
        making->rare = false;
    }
    add(making, file, "refuse", BODY(T("licence", "IL-2026-0017"), T("reason", "R.")));
    add(making, file, "settle", BODY(T("licence", "IL-2026-0017"), T("order", "OR-2")));
    add(making, file, "settle", BODY(T("licence", "IL-2026-0017"), T("order", "OR-3")));
    add(making, file, "remind", nothing());
    add(making, file, "fall-due", nothing());
    add(making, file, "close", nothing());
}

static void add_rulings(struct making *making)
{
    static const char *const files[] = {"ruling/R-1", "ruling/R-2"};
    static const char *const needs[] = {"nothing", "clauses"};
    static const char *const referred[] = {"form/IL-2021-12.2", "order/OR-1", "case/C-1"};
    for (size_t i = 0; i < 2; i++) {
        add(making, files[i], "ask",
            BODY(T("certificate", "EC-2026-0009"), T("clause", "7.2"), T("question", "How?")));
        for (size_t k = 0; k < 2; k++) {
            struct datum reading = BODY(T("reading", "So."), T("needs", needs[k]));
            add(making, files[i], "propose", reading);
            add(making, files[i], "give", reading);
        }
        for (size_t k = 0; k < 3; k++)
            add(making, files[i], "refer", BODY(T("file", referred[k])));
        making->rare = i == 0;
        add(making, files[i], "withdraw", reason(making));
        making->rare = false;
    }
}

/* One of the facts that the store finds. */
static void add_signal(struct making *making)
{
    struct world *world = making->world;
    const struct signal_facts facts = {
        .kind = SIGNAL_OVERDUE,
        .licence = "IL-2026-0017",
        .installation = "IN-0001",
        .occasion = "lease 1.1",
        .words = "It did not renew.",
    };
    char name[120];
    snprintf(name, sizeof name, "signal/%s", signal_number(&facts, &world->arena));
    const char *file = arena_text(&world->arena, bytes_of(name));
    assert_non_null(file);
    add(making, file, "raise",
        BODY(
            T("kind", signal_words[facts.kind - 1]), T("licence", facts.licence),
            T("installation", facts.installation), T("occasion", facts.occasion),
            T("words", facts.words)));
    add(making, file, "dismiss", reason(making));
}

static void add_withdrawal(struct making *making)
{
    struct world *world = making->world;
    struct buffer payload = {0};
    assert_int_equal(
        layout_encode(&certificate_layout, &world->certificate, NULL, &payload), ERROR_OK);
    const struct approval withdrawal = {
        .number = "W-1",
        .kind = APPROVAL_WITHDRAWAL,
        .body = "XA-court",
        .certificate = sha256_of(buffer_view(&payload)),
        .file = "F-77/2026",
        .issued = WORLD_NOW,
        .withdraws = {{14}},
    };
    buffer_free(&payload);
    add_instrument(
        making, "withdrawal/W-1", "enter", INSTRUMENT_APPROVAL, &withdrawal, BIT(WORLD_COURT));
    add_instrument(
        making, "withdrawal/W-1", "enter", INSTRUMENT_APPROVAL, &withdrawal, BIT(WORLD_D1));
    /* Whoever enters it has not signed it. */
    for (size_t i = making->attempts->count - 2; i < making->attempts->count; i++)
        making->attempts->list[i].signers = 0;
}

/* --- The office itself -------------------------------------------------------------------- */

static void add_countries(struct making *making)
{
    static const char *const files[] = {"country/XA", "country/XC"};
    for (size_t i = 0; i < 2; i++) {
        add(making, files[i], "propose", BODY(T("name", "A state"), T("reasons", "R.")));
        add(making, files[i], "list", nothing());
        making->rare = i == 0;
        add(making, files[i], "refuse", reason(making));
        add(making, files[i], "delist", reason(making));
        making->rare = false;
    }
}

/* With the same calendar, by which the test counts days. */
static void add_settings(struct making *making)
{
    static const char *const silences[] = {"consents", "escalates"};
    struct datum calendar = BODY(
        T("utc-offset", "+02:00"), {"weekend", WORLD_TEXTS(making->world, "friday", "saturday")});
    for (size_t i = 0; i < 2; i++) {
        struct datum settings = BODY(
            {"calendar", calendar}, {"review-days", datum_of_integer(5)}, T("silence", silences[i]),
            T("confirm-within", i ? "1d" : "12h"), {"decide-days", datum_of_integer(6)},
            {"objection-days", datum_of_integer(30)});
        add(making, "settings/office", "propose", BODY({"settings", settings}, T("reasons", "R.")));
    }
    add(making, "settings/office", "confirm", nothing());
    add(making, "settings/office", "keep", nothing());
}

static void add_delegation(struct making *making)
{
    struct delegation delegation = making->world->delegation;
    delegation.version = 2;
    delegation.until = WORLD_NOW + 28 * MILLIS_DAY;
    add_for_both(making, "delegation/2", "propose", INSTRUMENT_DELEGATION, &delegation, 0);
    add_for_both(making, "delegation/2", "countersign", INSTRUMENT_DELEGATION, &delegation, 0);
}

static void add_account(
    struct making *making, const char *file, const char *kind, const char *organisation,
    const enum world_key keys[2])
{
    static const char *const confirmations[] = {"confirm", "confirm-key"};
    add(making, file, "enrol",
        BODY(
            T("kind", kind), T("name", "N"), T("organisation", organisation),
            {"key", key_datum(making, keys[0])}, T("until", "2026-03-20T09:00:00Z")));
    const size_t key_count = keys[0] == keys[1] ? 1 : 2;
    if (key_count == 2)
        add(making, file, "replace",
            BODY({"key", key_datum(making, keys[1])}, T("until", "2026-06-02T09:00:00Z")));
    for (size_t k = 0; k < key_count; k++) {
        char text[KEY_ID_TEXT_SIZE];
        struct key_id id = private_key_id(making->world->keys[keys[k]]);
        const char *kept = arena_text(&making->world->arena, bytes_of(key_id_text(&id, text)));
        assert_non_null(kept);
        add(making, file, confirmations[k], BODY(T("fingerprint", kept)));
    }
    add(making, file, "suspend", reason(making));
    add(making, file, "restore", nothing());
    add(making, file, "expire", nothing());
    making->rare = true;
    add(making, file, "lose", reason(making));
    add(making, file, "close", reason(making));
    making->rare = false;
}

/* Who has two keys gets the second in the place of the first. */
static void add_accounts(struct making *making)
{
    static const struct {
        const char *file, *kind, *organisation;
        enum world_key keys[2];
    } accounts[] = {
        {"account/X-31", "exporter", "EX-0031", {WORLD_EXPORTER, WORLD_OPERATOR}},
        {"account/X-32", "exporter", "EX-0032", {WORLD_OTHER_EXPORTER, WORLD_COURT}},
        {"account/X-33", "state", "XA", {WORLD_HIGH_COURT, WORLD_HIGH_COURT}},
        {"account/X-34", "supervisor", "XA-police-ct", {WORLD_PROSECUTOR, WORLD_PROSECUTOR}},
    };
    for (size_t i = 0; i < 4; i++)
        add_account(
            making, accounts[i].file, accounts[i].kind, accounts[i].organisation, accounts[i].keys);
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
        making->rare = i == 0;
        add(making, files[i], "recuse", BODY(T("file", recused[i]), T("reason", "A relative.")));
        making->rare = false;
    }
}

void attempts_make(struct world *world, struct attempts *ret_attempts)
{
    *ret_attempts = (struct attempts){0};
    struct making making = {.world = world, .attempts = ret_attempts};
    add_exporters(&making);
    add_products(&making);
    add_registers(&making);
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
    add_cases(&making);
    add_inspections(&making);
    add_campaign(&making);
    add_rulings(&making);
    add_signal(&making);
    add_withdrawal(&making);
    add_countries(&making);
    add_settings(&making);
    add_delegation(&making);
    add_accounts(&making);
    add_people(&making);
}
