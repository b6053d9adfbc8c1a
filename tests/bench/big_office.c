/* Making a large office: see big_office.h. */
#include "big_office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../oracle/random.h"
#include "store/store.h"

enum {
    BATCH = 256,       /* jobs in a transaction */
    RETURNS = 16,      /* in one renewal, each of an hour */
    ORDERED_EACH = 10, /* every tenth licence is suspended, and given back */
    CASE_EACH = 20,    /* every twentieth has a case */
    BUSY_EACH = 50,    /* every fiftieth installation is used a lot */
    MADE_VERSION = 1,  /* of what the functions here make: another one is made anew */
};

/* An installation's guard. */
struct guard {
    struct private_key *key;
    uint64_t epoch, sequence; /* of the lease it holds */
    struct digest lease;
    uint64_t hours; /* reported so far */
};

struct big {
    struct office_script script;
    struct os os;
    struct store *store;
    struct store_job jobs[BATCH];
    struct guard *senders[BATCH]; /* of renewals */
    size_t count;
    uint64_t events, renewals, shown;
    struct guard guards[BIG_INSTALLATIONS];
    struct digest certificate, licences[BIG_LICENCES];
    struct digest stops[BIG_LICENCES]; /* the orders that suspend */
    const struct digest *obeyed;       /* what guards send receipts for; NULL: nothing */
    struct arena kept;                 /* longer than a batch */
    millis begun;                      /* the returns' first hour */
};

static uint64_t random_state;

static int same_random(void *data, size_t size)
{
    uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)random_below(&random_state, 256);
    return 0;
}

/* Both clocks are the script's. */
static int same_clock(clockid_t clock, struct timespec *ret_time)
{
    millis now = clock == CLOCK_BOOTTIME ? office_clock - WORLD_NOW + MILLIS_DAY : office_clock;
    ret_time->tv_sec = now / MILLIS_SECOND;
    ret_time->tv_nsec = (now % MILLIS_SECOND) * 1000000;
    return 0;
}

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "big_office: not %s\n", what);
    exit(EXIT_FAILURE);
}

static void must(enum error error, const struct fault *fault)
{
    char text[600];
    if (!error)
        return;
    fprintf(stderr, "big_office: %s\n", fault_text(fault, text, sizeof text));
    exit(EXIT_FAILURE);
}

/* --- Sending ------------------------------------------------------------------------------ */

static void take_lease(struct big *big, const struct store_job *job, struct guard *guard)
{
    enum instrument_type type;
    struct fault fault = {0};
    void *value;
    must(
        document_decode_unverified(
            buffer_view(&job->answer.lease), &big->script.arena, &fault, &type, &guard->lease,
            &value),
        &fault);
    guard->epoch = ((const struct lease *)value)->epoch;
    guard->sequence = ((const struct lease *)value)->sequence;
}

/* One group: all must be accepted, with all that is in them. */
static void flush(struct big *big)
{
    struct fault fault = {0};
    must(store_apply(big->store, big->jobs, big->count, &fault), &fault);
    for (size_t i = 0; i < big->count; i++) {
        struct store_answer *answer = &big->jobs[i].answer;
        must(answer->error, &answer->fault);
        require(answer->left_out == 0, "done");
        if (answer->event > big->events)
            big->events = answer->event;
        if (answer->outcome == STORE_LEASE)
            take_lease(big, &big->jobs[i], big->senders[i]);
        else
            require(answer->outcome == STORE_ACCEPTED, "accepted");
        store_answer_free(answer);
    }
    big->count = 0;
    arena_free(&big->script.arena);
    if (big->events >= big->shown + BIG_EVENTS / 20) {
        big->shown = big->events;
        fprintf(stderr, "big_office: %llu events\n", (unsigned long long)big->events);
    }
}

static void send(struct big *big, enum store_job_kind kind, struct bytes bytes, struct guard *guard)
{
    big->senders[big->count] = guard;
    big->jobs[big->count++] = (struct store_job){.kind = kind, .bytes = bytes};
    if (big->count == BATCH)
        flush(big);
}

static void
act(struct big *big, enum world_key key, const char *file, uint64_t version, const char *verb,
    struct datum body)
{
    send(big, STORE_ACT, office_act(&big->script, key, file, version, verb, body), NULL);
}

/* A text that outlives the batch. */
static const char *name(struct big *big, const char *form, size_t number)
{
    char text[100];
    snprintf(text, sizeof text, form, number);
    const char *kept = arena_text(&big->kept, bytes_of(text));
    require(kept, "enough memory");
    return kept;
}

#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...) OFFICE_BODY(&big->script, __VA_ARGS__)
#define NO_BODY ((struct datum){.kind = DATUM_MAP})

/* --- Registers ---------------------------------------------------------------------------- */

static const char *const countries[BIG_COUNTRIES] = {"XA", "XB", "XC", "XD", "XE",
                                                     "XF", "XG", "XH", "XI", "XJ"};

static void list_countries(struct big *big)
{
    struct world *world = &big->script.world;
    for (size_t i = 0; i < BIG_COUNTRIES; i++) {
        char file[40];
        snprintf(file, sizeof file, "country/%s", countries[i]);
        act(big, WORLD_D1, file, 0, "propose",
            BODY(T("name", "A state"), T("reasons", "Its record.")));
        act(big, WORLD_F1, file, 1, "list", NO_BODY);
        snprintf(file, sizeof file, "schedule/%s", countries[i]);
        act(big, WORLD_D1, file, 0, "submit", world_schedule(world));
        act(big, WORLD_D2, file, 1, "review",
            world_schedule_review(world, "accept", world_reasons[0]));
        act(big, WORLD_F1, file, 2, "review",
            world_schedule_review(world, "accept", world_reasons[1]));
    }
}

static void register_exporters(struct big *big)
{
    struct world *world = &big->script.world;
    for (size_t i = 0; i < BIG_EXPORTERS; i++) {
        const char *file = name(big, "exporter/" BIG_EXPORTER, i);
        act(big, WORLD_D1, file, 0, "draft", body_exporter(world));
        act(big, WORLD_D1, file, 1, "submit", NO_BODY);
        act(big, WORLD_F1, file, 2, "screen", body_screening(world, NULL));
        act(big, WORLD_D2, file, 3, "register", NO_BODY);
    }
    for (size_t i = 0; i < BIG_PRODUCTS; i++) {
        const char *file = name(big, "product/" BIG_PRODUCT, i);
        act(big, WORLD_D1, file, 0, "submit",
            body_with(
                world, body_product(world), "exporter",
                datum_of_text(name(big, BIG_EXPORTER, i % BIG_EXPORTERS))));
        act(big, WORLD_D2, file, 1, "classify",
            BODY(T("control", "4.D.4"), T("reason", "Software of an intrusion system.")));
        act(big, WORLD_D1, file, 2, "enter-build", body_build(world));
        act(big, WORLD_F1, file, 3, "test-build", body_test(world, true));
    }
}

static void enrol_account(struct big *big)
{
    char text[KEY_ID_TEXT_SIZE];
    const struct private_key *key = big->script.world.keys[WORLD_EXPORTER];
    struct key_id id = private_key_id(key);
    struct datum public_key = BODY(
        T("kind", "key"), T("type", "ed25519"),
        {"public-key", datum_of_bytes(public_key_view(private_key_public(key)))});
    act(big, WORLD_D1, "account/X-0000", 0, "enrol",
        BODY(
            T("kind", "exporter"), T("name", "An officer"),
            T("organisation", name(big, BIG_EXPORTER, 0)), {"key", public_key},
            T("until", "2046-03-02T09:00:00Z")));
    act(big, WORLD_F1, "account/X-0000", 1, "confirm",
        BODY(T("fingerprint", key_id_text(&id, text))));
}

/* Whom every certificate names: of the first country, since a key is of one body and one person. */
static void register_named(struct big *big)
{
    struct world *world = &big->script.world;
    const struct certificate *certificate = &world->certificate;
    const struct document_key *state = &certificate->signatories[0].key;
    act(big, WORLD_D1, "agency/XA-police-ct", 0, "submit", body_agency(world, countries[0]));
    act(big, WORLD_F1, "agency/XA-police-ct", 1, "check", body_evidence(world));
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        const struct approving_body *body = &certificate->bodies[i];
        char file[80];
        snprintf(file, sizeof file, "body/%s", body->id);
        act(big, WORLD_D1, file, 0, "enter", body_approver(world, countries[0], body));
        act(big, WORLD_F1, file, 1, "confirm", body_fingerprint(world, &body->key));
    }
    struct datum key = BODY(
        T("kind", "key"), T("type", "ed25519"), {"public-key", datum_of_bytes(state->public_key)});
    act(big, WORLD_D1, "account/XA-S1", 0, "enrol",
        BODY(
            T("kind", "state"), T("name", "A Minister"), T("organisation", countries[0]),
            {"key", key}, T("until", "2046-03-02T09:00:00Z")));
    act(big, WORLD_F1, "account/XA-S1", 1, "confirm", body_fingerprint(world, state));
}

/* --- Papers ------------------------------------------------------------------------------- */

static void approve(struct big *big, const char *file, struct datum body)
{
    struct world *world = &big->script.world;
    act(big, WORLD_D1, file, 0, "draft", body);
    act(big, WORLD_D1, file, 1, "submit", NO_BODY);
    act(big, WORLD_D2, file, 2, "open-review", body_days(world, 5));
    act(big, WORLD_F1, file, 3, "assess", body_assessment(world, "no-objection"));
    act(big, WORLD_D2, file, 4, "review", body_review(world, "approve"));
    act(big, WORLD_F2, file, 5, "review", body_review(world, "approve"));
}

/* A product is for one country, and so is what is applied for it. */
static struct datum
applied(struct big *big, enum application_kind kind, size_t product, const char *number)
{
    struct world *world = &big->script.world;
    struct datum body = body_application(world, kind, countries[0], true);
    body = body_with(
        world, body, "exporter", datum_of_text(name(big, BIG_EXPORTER, product % BIG_EXPORTERS)));
    body = body_with(world, body, "product", datum_of_text(name(big, BIG_PRODUCT, product)));
    if (kind == APPLICATION_MARKETING)
        return body_with(world, body, "until", datum_of_text("2046-03-02T09:00:00Z"));
    body = body_with(world, body, "marketing", datum_of_text(name(big, BIG_MARKETING, product)));
    return body_with(world, body, "place", datum_of_text(number));
}

static void register_form(struct big *big)
{
    const struct form *form = &big->script.world.form;
    struct office_script *script = &big->script;
    act(big, WORLD_D1, "form/IL-2021-12.1", 0, "propose",
        OFFICE_INSTRUMENT(script, INSTRUMENT_FORM, form, WORLD_D1));
    act(big, WORLD_F1, "form/IL-2021-12.1", 1, "countersign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_FORM, form, WORLD_D1, WORLD_F1));
}

static void certify(struct big *big, size_t index)
{
    const size_t product = index % BIG_PRODUCTS;
    struct office_script *script = &big->script;
    struct certificate *certificate = &script->world.certificate;
    const char *place = name(big, "Site %04zu", index);
    approve(
        big, name(big, "application/" BIG_EXPORT, index),
        applied(big, APPLICATION_EXPORT, product, place));
    certificate->number = name(big, BIG_CERTIFICATE, index);
    certificate->state = countries[0];
    certificate->product.id = name(big, BIG_PRODUCT, product);
    certificate->exporter = name(big, BIG_EXPORTER, product % BIG_EXPORTERS);
    certificate->place = place;
    flush(big); /* what follows is made in one piece */
    struct bytes acts[OFFICE_CERTIFICATE];
    office_certificate(script, certificate, name(big, BIG_EXPORT, index), acts);
    for (size_t i = 0; i < OFFICE_CERTIFICATE; i++)
        send(big, STORE_ACT, acts[i], NULL);
    struct buffer payload = {0};
    must(layout_encode(&certificate_layout, certificate, NULL, &payload), NULL);
    big->certificate = sha256_of(buffer_view(&payload));
    buffer_free(&payload);
}

static void license(struct big *big, size_t index)
{
    struct office_script *script = &big->script;
    const struct certificate *certificate = &script->world.certificate;
    struct licence *licence = &script->world.licence;
    const char *const territories[] = {certificate->state};
    const char *file = name(big, "licence/" BIG_LICENCE, index);
    licence->number = name(big, BIG_LICENCE, index);
    licence->certificate = big->certificate;
    licence->exporter = certificate->exporter;
    licence->product = certificate->product.id;
    licence->territories = territories;
    struct buffer bytes = {0};
    WORLD_SIGN(
        &script->world, INSTRUMENT_LICENCE, licence, &bytes, &big->licences[index], WORLD_D1);
    act(big, WORLD_D1, file, 0, "propose",
        BODY(
            T("application", name(big, BIG_EXPORT, index % BIG_CERTIFICATES)),
            T("certificate", certificate->number),
            {"instrument", datum_of_bytes(buffer_view(&bytes))}));
    buffer_free(&bytes);
    act(big, WORLD_F1, file, 1, "countersign",
        OFFICE_INSTRUMENT(script, INSTRUMENT_LICENCE, licence, WORLD_D1, WORLD_F1));
}

static size_t licence_of(size_t installation)
{
    return installation % BIG_LICENCES;
}

static void enrol_guards(struct big *big)
{
    static const struct digest first_key = {{3}};
    for (size_t i = 0; i < BIG_INSTALLATIONS; i++) {
        uint8_t seed[PRIVATE_SEED_SIZE] = {2, (uint8_t)(i >> 8), (uint8_t)i};
        struct fault fault = {0};
        must(
            private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), &fault, &big->guards[i].key),
            &fault);
        struct datum key = BODY(
            T("kind", "key"), T("type", "ed25519"),
            {"public-key",
             datum_of_bytes(public_key_view(private_key_public(big->guards[i].key)))});
        act(big, WORLD_D1, name(big, "installation/" BIG_INSTALLATION, i), 0, "enrol",
            BODY(
                T("licence", name(big, BIG_LICENCE, licence_of(i))), T("place", "Site 1"),
                {"guard", key}, {"first-key", datum_of_bytes(digest_view(&first_key))},
                {"build", datum_of_bytes(digest_view(&world_build))}));
    }
    flush(big);
}

/* --- What guards send --------------------------------------------------------------------- */

static struct bytes
sign(struct big *big, struct guard *guard, enum instrument_type type, const void *value)
{
    struct fault fault = {0};
    struct buffer bytes = {0};
    must(
        document_sign(type, value, &big->script.world.authority, guard->key, &fault, &bytes),
        &fault);
    struct bytes kept = arena_copy(&big->script.arena, buffer_view(&bytes));
    buffer_free(&bytes);
    require(kept.data, "enough memory");
    return kept;
}

static struct head head_of(const struct guard *guard)
{
    struct head head = {.size = 1 + 3 * guard->hours, .tag = {{6}}};
    store_u64(head.root.bytes, head.size);
    return head;
}

static struct bytes make_return(struct big *big, size_t installation, const char *number)
{
    struct guard *guard = &big->guards[installation];
    const uint64_t begun = installation % BUSY_EACH == 0 ? 5 : guard->hours % 3 == 0;
    const struct return_count counts[] = {
        {"function", "location", 2 + begun, 0},
        {"verdict", "outside", 0, 1},
        {"verdict", "within", 2 + begun, 0},
    };
    const struct usage_return value = {
        .installation = number,
        .licence = big->licences[licence_of(installation)],
        .from = big->begun + (millis)guard->hours * MILLIS_HOUR,
        .until = big->begun + (millis)(guard->hours + 1) * MILLIS_HOUR,
        .within = 2 + begun,
        .outside = 1,
        .begun = begun,
        .counts = counts,
        .counts_count = sizeof counts / sizeof *counts,
        .head = head_of(guard),
    };
    guard->hours++;
    return sign(big, guard, INSTRUMENT_RETURN, &value);
}

static struct bytes make_receipt(struct big *big, size_t installation, const char *number)
{
    struct guard *guard = &big->guards[installation];
    const struct receipt receipt = {
        .installation = number,
        .order = big->obeyed[licence_of(installation)],
        .lease = guard->lease,
        .received = office_clock - MILLIS_MINUTE,
        .obeyed = office_clock - MILLIS_MINUTE + 20,
        .state = LEASE_SUSPENDED,
    };
    return sign(big, guard, INSTRUMENT_RECEIPT, &receipt);
}

static void renew(struct big *big, size_t installation, size_t hours)
{
    struct guard *guard = &big->guards[installation];
    const char *number = name(big, BIG_INSTALLATION, installation);
    struct bytes returns[RETURNS], receipt;
    for (size_t i = 0; i < hours; i++)
        returns[i] = make_return(big, installation, number);
    struct renewal renewal = {
        .request = {{2}},
        .installation = number,
        .licence = big->licences[licence_of(installation)],
        .epoch = guard->epoch,
        .sequence = guard->sequence,
        .previous = guard->lease,
        .boot = {{4}},
        .boot_time = 1000000 + office_clock - WORLD_NOW,
        .head = head_of(guard),
        .returns = returns,
        .returns_count = hours,
    };
    store_u64(renewal.request.bytes + 8, ++big->renewals);
    if (big->obeyed && digest_is_set(&big->obeyed[licence_of(installation)])) {
        receipt = make_receipt(big, installation, number);
        renewal.receipts = &receipt;
        renewal.receipts_count = 1;
    }
    send(big, STORE_RENEWAL, sign(big, guard, INSTRUMENT_RENEWAL, &renewal), guard);
}

/* What rules make due. */
static void act_by_rule(struct big *big)
{
    struct bytes *acts;
    size_t count = 0;
    do {
        millis next;
        struct fault fault = {0};
        flush(big);
        must(store_due(big->store, BATCH, &big->kept, &fault, &acts, &count, &next), &fault);
        for (size_t i = 0; i < count; i++)
            send(big, STORE_ACT, acts[i], NULL);
    } while (count > 0);
}

/* All guards report so many hours. */
static void report(struct big *big, size_t hours)
{
    office_clock += (millis)hours * MILLIS_HOUR;
    for (size_t i = 0; i < BIG_INSTALLATIONS; i++)
        renew(big, i, hours);
    act_by_rule(big);
}

/* --- Orders and cases --------------------------------------------------------------------- */

static void order(struct big *big, enum order_kind kind)
{
    struct world *world = &big->script.world;
    for (size_t i = 0; i < BIG_LICENCES; i += ORDERED_EACH) {
        const bool stops = kind == ORDER_SUSPEND;
        struct order made = world_order(world, name(big, BIG_ORDER, stops ? i : i + 1), kind, NULL);
        made.licence = name(big, BIG_LICENCE, i);
        made.issued = office_clock;
        if (!stops)
            made.lifts = big->stops[i];
        struct buffer bytes = {0};
        struct digest digest;
        WORLD_SIGN(world, INSTRUMENT_ORDER, &made, &bytes, &digest, WORLD_D1, WORLD_F1);
        if (stops)
            big->stops[i] = digest;
        act(big, WORLD_D1, name(big, "order/" BIG_ORDER, stops ? i : i + 1), 0, "issue",
            BODY({"instrument", datum_of_bytes(buffer_view(&bytes))}));
        buffer_free(&bytes);
    }
    flush(big);
}

static void open_cases(struct big *big)
{
    for (size_t i = 0; i < BIG_LICENCES; i += CASE_EACH)
        act(big, WORLD_D1, name(big, "case/" BIG_CASE, i), 0, "open",
            BODY(
                T("origin", "self-report"), T("licence", name(big, BIG_LICENCE, i)),
                T("what", "The exporter reports a use that its terms do not name.")));
    flush(big);
}

/* --- The whole ---------------------------------------------------------------------------- */

static void found(struct big *big)
{
    struct office_script *script = &big->script;
    send(big, STORE_ACT, big_office_delegate(script, 1, WORLD_NOW), NULL);
    list_countries(big);
    register_exporters(big);
    enrol_account(big);
    register_named(big);
    register_form(big);
    for (size_t i = 0; i < BIG_PRODUCTS; i++)
        approve(
            big, name(big, "application/" BIG_MARKETING, i),
            applied(big, APPLICATION_MARKETING, i, NULL));
}

static void issue(struct big *big)
{
    struct licence *licence = &big->script.world.licence;
    big->script.world.certificate.until = WORLD_NOW + 7300 * MILLIS_DAY;
    licence->until = WORLD_NOW + 7200 * MILLIS_DAY;
    licence->maximum_installations = BIG_INSTALLATIONS / BIG_LICENCES;
    for (size_t i = 0; i < BIG_CERTIFICATES; i++) {
        certify(big, i);
        for (size_t k = i; k < BIG_LICENCES; k += BIG_CERTIFICATES)
            license(big, k);
    }
    enrol_guards(big);
}

/* As many returns as fill the log. */
static void report_the_rest(struct big *big)
{
    office_clock += RETURNS * MILLIS_HOUR;
    for (size_t i = 0; i < BIG_INSTALLATIONS; i++) {
        flush(big);
        uint64_t left = BIG_EVENTS - 1 - big->events;
        if (left == 0)
            break;
        renew(big, i, left < RETURNS ? (size_t)left : RETURNS);
    }
    flush(big);
}

static void live(struct big *big)
{
    const uint64_t each = (uint64_t)BIG_INSTALLATIONS * RETURNS;
    open_cases(big);
    for (size_t round = 0; big->events + each + 4096 < BIG_EVENTS; round++) {
        if (round == 2)
            order(big, ORDER_SUSPEND);
        if (round == 4)
            order(big, ORDER_RESTORE);
        big->obeyed = round == 3 ? big->stops : NULL;
        report(big, RETURNS);
    }
    report_the_rest(big);
}

static void make_keys(struct big *big, const char *folder)
{
    static const struct {
        const char *name;
        enum world_key key;
    } keys[] = {{"lease", WORLD_LEASE}, {"log", WORLD_LOG}};
    const struct key_seal clear = {0};
    struct fault fault = {0};
    char path[400];
    snprintf(path, sizeof path, "%s/keys", folder);
    must(os_make_folder(&os_system, path, 0700, &fault), &fault);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/keys/%s", folder, keys[i].name);
        must(
            key_files_create(&os_system, path, big->script.world.keys[keys[i].key], &clear, &fault),
            &fault);
    }
}

static void make_in(struct big *big, const char *folder)
{
    struct fault fault = {0};
    char path[400];
    office_script_init(&big->script);
    random_state = 20260302;
    big->os = os_system;
    big->os.clock = same_clock;
    big->os.random = same_random;
    big->begun = WORLD_NOW;
    make_keys(big, folder);
    snprintf(path, sizeof path, "%s/office.db", folder);
    const struct bytes root = buffer_view(&big->script.world.root_bytes);
    const struct store_options options = {
        .os = &big->os,
        .keys = {big->script.world.keys[WORLD_LEASE], big->script.world.keys[WORLD_LOG]},
    };
    must(store_create(&big->os, path, &root, 1, true, &fault), &fault);
    must(store_open(path, &options, &fault, &big->store), &fault);
    found(big);
    issue(big);
    live(big);
    require(big->events == BIG_EVENTS - 1, "as many events");
    must(store_checkpoint_log(big->store, &fault), &fault);
    store_close(big->store);
}

static void stamp_path(const char *folder, char path[400])
{
    snprintf(path, 400, "%s/made", folder);
}

/* What an interrupted run, or another version, has left; nothing else that may be in the folder. */
static void take_away(const char *folder)
{
    static const char *const names[] = {
        "made",           "office.db",    "office.db-wal", "office.db-shm", "keys/lease.key",
        "keys/lease.pub", "keys/log.key", "keys/log.pub",  "keys",          "",
    };
    char path[400];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    require(access(folder, F_OK) != 0, "an empty place for the office");
}

void big_office_make(const char *folder, struct big_office *ret_made)
{
    struct big *big = calloc(1, sizeof *big);
    char fresh[350], path[400];
    require(big, "enough memory");
    snprintf(fresh, sizeof fresh, "%s.new", folder);
    take_away(folder);
    take_away(fresh);
    must(os_make_folder(&os_system, fresh, 0700, NULL), NULL);
    clock_t start = clock();
    make_in(big, fresh);
    ret_made->seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    stamp_path(fresh, path);
    FILE *stamp = fopen(path, "w");
    require(stamp, "written");
    fprintf(stamp, "%d %d %.1f\n", MADE_VERSION, BIG_EVENTS, ret_made->seconds);
    require(fclose(stamp) == 0, "done");
    require(rename(fresh, folder) == 0, "done");
    for (size_t i = 0; i < BIG_INSTALLATIONS; i++)
        private_key_free(big->guards[i].key);
    arena_free(&big->kept);
    office_script_free(&big->script);
    free(big);
}

/* Whether this program's store opens it. */
static bool is_of_this_schema(const char *folder)
{
    char path[400];
    struct store_reader *reader = NULL;
    snprintf(path, sizeof path, "%s/office.db", folder);
    bool good = store_reader_open(NULL, path, NULL, &reader) == ERROR_OK;
    store_reader_close(reader);
    return good;
}

bool big_office_is_there(const char *folder, struct big_office *ret_made)
{
    char path[400];
    int version = 0, events = 0;
    double seconds = 0;
    stamp_path(folder, path);
    FILE *stamp = fopen(path, "r");
    if (!stamp)
        return false;
    int read = fscanf(stamp, "%d %d %lf", &version, &events, &seconds);
    fclose(stamp);
    if (read != 3 || version != MADE_VERSION || events != BIG_EVENTS ||
        !is_of_this_schema(folder)) {
        fprintf(stderr, "big_office: %s is of another version, and made anew\n", folder);
        return false;
    }
    ret_made->seconds = seconds;
    return true;
}

struct bytes big_office_delegate(struct office_script *script, uint64_t version, millis now)
{
    struct delegation *delegation = &script->world.delegation;
    char file[40];
    delegation->version = version;
    delegation->from = now;
    delegation->until = now + 30 * MILLIS_DAY;
    snprintf(file, sizeof file, "delegation/%llu", (unsigned long long)version);
    return office_act(
        script, WORLD_D1, file, 0, "propose",
        OFFICE_INSTRUMENT(script, INSTRUMENT_DELEGATION, delegation, WORLD_D1, WORLD_F1));
}
