/* The small world: see world.h. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Fails the test with the fault's words. */
static void must(enum error error, const struct fault *fault)
{
    if (!error)
        return;
    char text[600];
    print_error("%s\n", fault_text(fault, text, sizeof text));
    fail();
}

static void make_keys(struct world *world)
{
    for (size_t i = 0; i < WORLD_KEY_COUNT; i++) {
        uint8_t seed[PRIVATE_SEED_SIZE] = {1};
        seed[31] = (uint8_t)(i + 1);
        struct fault fault = {0};
        must(
            private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), &fault, &world->keys[i]), &fault);
    }
}

struct document_key world_key(struct world *world, enum world_key key)
{
    return document_key_of(private_key_public(world->keys[key]));
}

struct signer world_signer(struct world *world, enum world_key key)
{
    return signer_of_key(private_key_public(world->keys[key]));
}

static void make_root(struct world *world)
{
    static const char *const roles[] = {"desk", "reviewer", "signatory"};
    struct root_ministry *ministries = ARENA_ARRAY(&world->arena, struct root_ministry, 2);
    assert_non_null(ministries);
    for (int m = 0; m < 2; m++) {
        struct root_person *people = ARENA_ARRAY(&world->arena, struct root_person, 2);
        assert_non_null(people);
        for (int i = 0; i < 2; i++) {
            people[i] = (struct root_person){
                .id = m ? (i ? "F-02" : "F-01") : (i ? "D-02" : "D-01"),
                .name =
                    m ? (i ? "Foreign Two" : "Foreign One") : (i ? "Defence Two" : "Defence One"),
                .roles = roles,
                .roles_count = 3,
                .key = world_key(world, (enum world_key)(WORLD_D1 + 2 * m + i)),
            };
        }
        ministries[m] = (struct root_ministry){
            .id = m ? MINISTRY_FOREIGN : MINISTRY_DEFENCE,
            .name = m ? "Ministry of Foreign Affairs" : "Ministry of Defence",
            .threshold = 1,
            .people = people,
            .people_count = 2,
        };
    }
    world->root = (struct root){
        .version = 1,
        .name = "Export Control Authority of a test",
        .demo = true,
        .issued = WORLD_NOW - 100 * MILLIS_DAY,
        .ministries = ministries,
        .ministries_count = 2,
    };
}

static const char small_vocabulary[] =
    "namespace EndUse {\n"
    "  entity State;\n"
    "  entity Agency in [State] = { @source(\"certificate\") governmental: Bool };\n"
    "  entity Operator in [Agency];\n"
    "  entity Function;\n"
    "  entity Installation = { @source(\"licence\") functions: Set<Function> };\n"
    "  entity Purpose enum [\"investigation\", \"prevention\", \"other\"];\n"
    "  action use appliesTo {\n"
    "    principal: [Operator], resource: [Installation],\n"
    "    context: {\n"
    "      @source(\"guard\") time: datetime,\n"
    "      @source(\"guard\") running: Bool,\n"
    "      @source(\"declaration\") file: String,\n"
    "      @source(\"declaration\") subject: String,\n"
    "      @source(\"declaration\") function: Function,\n"
    "      @source(\"declaration\") purpose: Purpose,\n"
    "    },\n"
    "  };\n"
    "}\n";

static const char small_clauses[] =
    "@clause(\"3\") @title(\"Investigation or prevention\") @basis(\"ours\")\n"
    "permit (principal, action == EndUse::Action::\"use\", resource)\n"
    "when { context.purpose == EndUse::Purpose::\"prevention\" };\n";

static void make_form(struct world *world)
{
    static const char *const languages[] = {"en"};
    static const char *const ministries[] = {"Ministry of Defence", "Ministry of Foreign Affairs"};
    static const struct form_clause contents[] = {
        {.number = "3", .title = "Investigation or prevention", .coverage = COVERAGE_EXECUTABLE},
    };
    world->form = (struct form){
        .number = "T-1",
        .version = 1,
        .title = "A form of a test",
        .languages = languages,
        .languages_count = 1,
        .prevailing = "en",
        .ministries = ministries,
        .ministries_count = 2,
        .in_force = WORLD_NOW - 100 * MILLIS_DAY,
        .text = "# A form of a test\n",
        .clauses = small_clauses,
        .vocabulary = small_vocabulary,
        .conditions = "// none\n",
        .contents = contents,
        .contents_count = 1,
        .scenarios = sha256_of(BYTES_LITERAL("scenarios")),
    };
}

const char *const world_reasons[2] = {"Read with the penal code.", "As the defence ministry."};

static void make_certificate(struct world *world)
{
    struct certificate_person *signatory = ARENA_NEW(&world->arena, struct certificate_person);
    struct offence *offences = ARENA_ARRAY(&world->arena, struct offence, 4);
    struct approving_body *bodies = ARENA_ARRAY(&world->arena, struct approving_body, 3);
    assert_true(signatory && offences && bodies);
    *signatory = (struct certificate_person){
        .id = "XA-S1",
        .name = "A Minister",
        .office = "Ministry of the Interior",
        .key = world_key(world, WORLD_STATE),
    };
    static const char *const hostage[] = {"hostage-taking", "threat-of-such-act"};
    static const char *const expression[] = {"expression"};
    const struct offence base = {
        .in_force_from = WORLD_NOW - 3000 * MILLIS_DAY,
        .decision = OFFENCE_ACCEPTED,
        .defence_reasons = world_reasons[0],
        .foreign_reasons = world_reasons[1],
    };
    const struct {
        const char *code, *title;
        uint64_t maximum;
        const char *const *acts, *const *completed_by;
        size_t acts_count, completed_by_count;
    } rows[] = {
        {"XA-114", "hostage-taking", 240, hostage, NULL, 2, 0},
        {"XA-201", "aggravated fraud", 72, NULL, NULL, 0, 0},
        {"XA-202", "fraud", 71, NULL, NULL, 0, 0},
        {"XA-301", "insulting the head of state", 120, NULL, expression, 0, 1},
    };
    for (size_t i = 0; i < 4; i++) {
        offences[i] = base;
        offences[i].code = rows[i].code;
        offences[i].title = rows[i].title;
        offences[i].maximum_months = rows[i].maximum;
        offences[i].acts = rows[i].acts;
        offences[i].acts_count = rows[i].acts_count;
        offences[i].completed_by = rows[i].completed_by;
        offences[i].completed_by_count = rows[i].completed_by_count;
    }
    bodies[0] = (struct approving_body){
        "XA-court", "District court", true, false, world_key(world, WORLD_COURT)};
    bodies[1] = (struct approving_body){
        "XA-high-court", "High court", true, true, world_key(world, WORLD_HIGH_COURT)};
    bodies[2] = (struct approving_body){
        "XA-prosecutor", "Prosecutor", false, false, world_key(world, WORLD_PROSECUTOR)};
    static const char *const return_fields[] = {"clause", "function", "verdict"};
    world->certificate = (struct certificate){
        .number = "EC-2026-0009",
        .state = "XA",
        .state_name = "A State",
        .agency = {"XA-police-ct", "Police, counter-terrorism", true},
        .product = {"P-0112", "A stand-in system", "4.D.4"},
        .exporter = "EX-0031",
        .place = "The capital",
        .from = WORLD_NOW - 60 * MILLIS_DAY,
        .until = WORLD_NOW + 700 * MILLIS_DAY,
        .signing = CERTIFICATE_BY_KEY,
        .signatories = signatory,
        .signatories_count = 1,
        .supervisor = {"XA-V1", "A Supervisor", "Police", world_key(world, WORLD_SUPERVISOR)},
        .offences = offences,
        .offences_count = 4,
        .bodies = bodies,
        .bodies_count = 3,
        .longest_approval = 90 * MILLIS_DAY,
        .lease_ttl = MILLIS_MINUTE,
        .return_period = MILLIS_HOUR,
        .return_fields = return_fields,
        .return_fields_count = 3,
    };
}

static void make_licence(struct world *world)
{
    static const char *const functions[] = {"location", "stored-data"};
    static const char *const territories[] = {"XA"};
    world->licence = (struct licence){
        .number = "IL-2026-0017",
        .exporter = "EX-0031",
        .product = "P-0112",
        .agency = "XA-police-ct",
        .functions = functions,
        .functions_count = 2,
        .territories = territories,
        .territories_count = 1,
        .maximum_active_uses = 10,
        .maximum_uses_in_period = 1500,
        .uses_period = 90 * MILLIS_DAY,
        .maximum_installations = 3,
        .maximum_unacknowledged = 1000,
        .issued = WORLD_NOW - 31 * MILLIS_DAY,
        .from = WORLD_NOW - 30 * MILLIS_DAY,
        .until = WORLD_NOW + 300 * MILLIS_DAY,
        .contact = "licensing@authority.example",
    };
}

static void make_rest(struct world *world)
{
    struct roll_operator *operators = ARENA_NEW(&world->arena, struct roll_operator);
    assert_non_null(operators);
    *operators = (struct roll_operator){
        .id = "op-17",
        .from = WORLD_NOW - 10 * MILLIS_DAY,
        .until = WORLD_NOW + 100 * MILLIS_DAY,
        .key = world_key(world, WORLD_OPERATOR),
    };
    world->roll = (struct roll){
        .agency = "XA-police-ct",
        .version = 1,
        .issued = WORLD_NOW - 10 * MILLIS_DAY,
        .expires = WORLD_NOW + 100 * MILLIS_DAY,
        .operators = operators,
        .operators_count = 1,
    };
    world->delegation = (struct delegation){
        .version = 1,
        .epoch = 1,
        .lease_key = world_key(world, WORLD_LEASE),
        .log_key = world_key(world, WORLD_LOG),
        .origin = "authority.example/log",
        .from = WORLD_NOW - MILLIS_DAY,
        .until = WORLD_NOW + 20 * MILLIS_DAY,
    };
    static const char *const functions[] = {"location"};
    world->approval = (struct approval){
        .number = "W-2026-118",
        .kind = APPROVAL_ORDINARY,
        .body = "XA-court",
        .file = "F-77/2026",
        .issued = WORLD_NOW - MILLIS_DAY,
        .expires = WORLD_NOW + 29 * MILLIS_DAY,
        .subject = "c1",
        .offence = "XA-114",
        .functions = functions,
        .functions_count = 1,
        .privacy_law_met = true,
    };
    world->declaration = (struct declaration){
        .id = {{7, 7, 7}},
        .operator_id = "op-17",
        .file = "F-77/2026",
        .made = WORLD_NOW - MILLIS_MINUTE,
        .facts = {.kind = DATUM_MAP},
    };
}

static void make_facts(struct world *world, bool small)
{
    world_fact(world, "function", datum_of_text("location"));
    world_fact(world, "subject", datum_of_text("c1"));
    world_fact(world, "purpose", datum_of_text("prevention"));
    if (small)
        return;
    world_fact(world, "territory", datum_of_text("XA"));
    world_fact(world, "matter", datum_of_text("terrorist-act"));
    world_fact(world, "intentional", datum_of_bool(true));
    world_fact(world, "seriousDamage", datum_of_bool(true));
    world_fact(world, "aims", WORLD_TEXTS(world, "intimidate-population"));
    world_fact(world, "acts", WORLD_TEXTS(world, "hostage-taking"));
    world_fact(world, "offence", datum_of_text("XA-114"));
    world_fact(world, "conduct", WORLD_TEXTS(world, "preparation"));
    world_fact(world, "conductSince", datum_of_text("2026-02-20T00:00:00Z"));
    world_fact(world, "reasons", WORLD_TEXTS(world, "suspicion-of-declared-matter"));
    world_fact(world, "protections", world_texts(world, NULL, 0));
}

static const char *const every_role[] = {"chair", "desk", "inspector", "reviewer", "signatory"};
static const char *const desk[] = {"desk"};
static const char *const administrator[] = {"administrator"};
static const char *const auditor[] = {"auditor"};

static const struct {
    enum ministry_id ministry;
    enum world_key key;
    const char *id, *name;
    const char *const *roles;
    size_t roles_count;
} more_people[] = {
    {MINISTRY_DEFENCE, WORLD_D3, "D-03", "Defence Three", every_role, 5},
    {MINISTRY_DEFENCE, WORLD_D4, "D-04", "A Desk Officer", desk, 1},
    {MINISTRY_DEFENCE, WORLD_ADMINISTRATOR, "D-90", "An Administrator", administrator, 1},
    {MINISTRY_FOREIGN, WORLD_F3, "F-03", "Foreign Three", every_role, 5},
    {MINISTRY_FOREIGN, WORLD_AUDITOR, "F-90", "An Auditor", auditor, 1},
};
enum { MORE_PEOPLE = sizeof more_people / sizeof *more_people };

void world_add_people(struct world *world)
{
    struct root_ministry *ministries = ARENA_ARRAY(&world->arena, struct root_ministry, 2);
    assert_non_null(ministries);
    for (size_t m = 0; m < 2; m++) {
        ministries[m] = world->root.ministries[m];
        size_t count = ministries[m].people_count;
        struct root_person *people =
            ARENA_ARRAY(&world->arena, struct root_person, count + MORE_PEOPLE);
        assert_non_null(people);
        memcpy(people, ministries[m].people, count * sizeof *people);
        for (size_t i = 0; i < MORE_PEOPLE; i++) {
            if (more_people[i].ministry != ministries[m].id)
                continue;
            people[count++] = (struct root_person){
                .id = more_people[i].id,
                .name = more_people[i].name,
                .roles = more_people[i].roles,
                .roles_count = more_people[i].roles_count,
                .key = world_key(world, more_people[i].key),
            };
        }
        ministries[m].people = people;
        ministries[m].people_count = count;
    }
    world->root.ministries = ministries;
}

void world_init(struct world *world, const struct form *form)
{
    *world = (struct world){0};
    make_keys(world);
    make_root(world);
    if (form)
        world->form = *form;
    else
        make_form(world);
    make_certificate(world);
    make_licence(world);
    make_rest(world);
    make_facts(world, form == NULL);
}

void world_sign_with(
    struct world *world, enum instrument_type type, const void *value, struct buffer *ret_bytes,
    struct digest *ret_digest, const enum world_key *keys, size_t key_count)
{
    struct buffer bytes = {0};
    struct fault fault = {0};
    must(
        document_sign(type, value, &world->authority, world->keys[keys[0]], &fault, &bytes),
        &fault);
    for (size_t i = 1; i < key_count; i++) {
        struct buffer more = {0};
        must(
            document_add_signature(
                buffer_view(&bytes), &world->authority, world->keys[keys[i]], &fault, &more),
            &fault);
        buffer_free(&bytes);
        bytes = more;
    }
    struct unverified_envelope envelope;
    must(cose_peek_unverified(buffer_view(&bytes), &fault, &envelope), &fault);
    if (ret_digest)
        *ret_digest = envelope.digest;
    buffer_append_bytes(ret_bytes, buffer_view(&bytes));
    assert_int_equal(ret_bytes->error, ERROR_OK);
    buffer_free(&bytes);
}

void world_sign(struct world *world)
{
    WORLD_SIGN(
        world, INSTRUMENT_ROOT, &world->root, &world->root_bytes, &world->authority, WORLD_D1,
        WORLD_F1);
    struct fault fault = {0};
    struct bytes root = buffer_view(&world->root_bytes);
    must(root_chain_open(&root, 1, &world->authority, true, &fault, &world->chain), &fault);
    WORLD_SIGN(
        world, INSTRUMENT_FORM, &world->form, &world->form_bytes, &world->form_digest, WORLD_D1,
        WORLD_F1);
    struct buffer payload = {0};
    must(layout_encode(&form_layout, &world->form, &fault, &payload), &fault);
    world->certificate.form = arena_copy(&world->arena, buffer_view(&payload));
    buffer_free(&payload);
    WORLD_SIGN(
        world, INSTRUMENT_CERTIFICATE, &world->certificate, &world->certificate_bytes,
        &world->certificate_digest, WORLD_STATE, WORLD_D1, WORLD_F1);
    world->licence.certificate = world->certificate_digest;
    WORLD_SIGN(
        world, INSTRUMENT_LICENCE, &world->licence, &world->licence_bytes, &world->licence_digest,
        WORLD_D2, WORLD_F2);
    WORLD_SIGN(
        world, INSTRUMENT_DELEGATION, &world->delegation, &world->delegation_bytes, NULL, WORLD_D1,
        WORLD_F1);
    world->roll.certificate = world->certificate_digest;
    WORLD_SIGN(world, INSTRUMENT_ROLL, &world->roll, &world->roll_bytes, NULL, WORLD_SUPERVISOR);
    world->approval.certificate = world->certificate_digest;
    WORLD_SIGN(
        world, INSTRUMENT_APPROVAL, &world->approval, &world->approval_bytes,
        &world->approval_digest, WORLD_COURT);
    world->declaration.certificate = world->certificate_digest;
    world->declaration.licence = world->licence_digest;
    world->declaration.approval = world->approval_digest;
    WORLD_SIGN(
        world, INSTRUMENT_DECLARATION, &world->declaration, &world->declaration_bytes, NULL,
        WORLD_OPERATOR);
}

void world_free(struct world *world)
{
    struct buffer *buffers[] = {
        &world->root_bytes,     &world->form_bytes,        &world->certificate_bytes,
        &world->licence_bytes,  &world->delegation_bytes,  &world->roll_bytes,
        &world->approval_bytes, &world->declaration_bytes,
    };
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_free(buffers[i]);
    for (size_t i = 0; i < WORLD_KEY_COUNT; i++)
        private_key_free(world->keys[i]);
    root_chain_close(&world->chain);
    arena_free(&world->arena);
}

struct order
world_order(struct world *world, const char *number, enum order_kind kind, const char *clauses)
{
    return (struct order){
        .number = number,
        .kind = kind,
        .licence = world->licence.number,
        .clauses = clauses,
        .reason = "A reason of a test.",
        .contact = "orders@authority.example",
        .issued = WORLD_NOW,
    };
}

struct lease world_lease(
    struct world *world, const struct renewal *renewal, uint64_t sequence,
    const struct digest *previous, enum lease_state state)
{
    struct key_id guard = private_key_id(world->keys[WORLD_GUARD]);
    struct lease lease = {
        .installation = renewal->installation,
        .licence = world->licence_digest,
        .certificate = world->certificate_digest,
        .request = renewal->request,
        .delegation = world->delegation.version,
        .epoch = world->delegation.epoch,
        .sequence = sequence,
        .time = WORLD_NOW,
        .ttl = world->certificate.lease_ttl,
        .state = state,
        .acknowledged = renewal->head,
    };
    memcpy(lease.guard.bytes, guard.bytes, sizeof lease.guard.bytes);
    if (previous)
        lease.previous = *previous;
    return lease;
}

struct datum world_map(struct world *world, const struct datum_member *members, size_t count)
{
    struct datum map;
    struct datum_member *copy = ARENA_ARRAY(&world->arena, struct datum_member, count + 1);
    assert_non_null(copy);
    if (count)
        memcpy(copy, members, count * sizeof *members);
    assert_int_equal(datum_map(copy, count, NULL, &map), ERROR_OK);
    return map;
}

struct datum world_list(struct world *world, const struct datum *items, size_t count)
{
    struct datum *copy = ARENA_ARRAY(&world->arena, struct datum, count + 1);
    assert_non_null(copy);
    if (count)
        memcpy(copy, items, count * sizeof *items);
    return (struct datum){.kind = DATUM_LIST, .list = {copy, count}};
}

struct datum world_texts(struct world *world, const char *const *texts, size_t count)
{
    struct datum *items = ARENA_ARRAY(&world->arena, struct datum, count);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++)
        items[i] = datum_of_text(texts[i]);
    return (struct datum){.kind = DATUM_LIST, .list = {items, count}};
}

void world_fact(struct world *world, const char *name, struct datum value)
{
    struct datum *facts = &world->declaration.facts;
    struct datum_member *members =
        ARENA_ARRAY(&world->arena, struct datum_member, facts->map.count + 1);
    assert_non_null(members);
    size_t count = 0;
    for (size_t i = 0; i < facts->map.count; i++) {
        if (strcmp(facts->map.members[i].name, name) != 0)
            members[count++] = facts->map.members[i];
    }
    if (value.kind != DATUM_NONE)
        members[count++] = (struct datum_member){name, value};
    struct fault fault = {0};
    must(datum_map(members, count, &fault, facts), &fault);
}

/* --- The offence schedule ------------------------------------------------------------------- */

static struct datum line_of(struct world *world, const struct offence *offence)
{
    char text[TIME_TEXT_SIZE];
    const char *from = arena_text(&world->arena, bytes_of(time_text(offence->in_force_from, text)));
    assert_non_null(from);
    const struct datum_member members[] = {
        {"code", datum_of_text(offence->code)},
        {"statute", datum_of_text("Penal Code")},
        {"title", datum_of_text(offence->title)},
        {"minimum-months", datum_of_integer((int64_t)offence->minimum_months)},
        {"maximum-months", datum_of_integer((int64_t)offence->maximum_months)},
        {"in-force-from", datum_of_text(from)},
        {"acts", world_texts(world, offence->acts, offence->acts_count)},
        {"completed-by", world_texts(world, offence->completed_by, offence->completed_by_count)},
    };
    return world_map(world, members, sizeof members / sizeof *members);
}

struct datum world_schedule(struct world *world)
{
    const struct certificate *certificate = &world->certificate;
    struct datum *lines = ARENA_ARRAY(&world->arena, struct datum, certificate->offences_count);
    assert_non_null(lines);
    for (size_t i = 0; i < certificate->offences_count; i++)
        lines[i] = line_of(world, &certificate->offences[i]);
    const struct datum_member member = {
        "lines", {.kind = DATUM_LIST, .list = {lines, certificate->offences_count}}};
    return world_map(world, &member, 1);
}

struct datum world_schedule_review(struct world *world, const char *decision, const char *reasons)
{
    const struct certificate *certificate = &world->certificate;
    const char **codes = ARENA_ARRAY(&world->arena, const char *, certificate->offences_count);
    assert_non_null(codes);
    for (size_t i = 0; i < certificate->offences_count; i++)
        codes[i] = certificate->offences[i].code;
    const struct datum_member members[] = {
        {"codes", world_texts(world, codes, certificate->offences_count)},
        {"decision", datum_of_text(decision)},
        {"reasons", datum_of_text(reasons)},
    };
    return world_map(world, members, 3);
}
