/* Policies from any bytes against a schema. What strict validation is for must hold: a policy that
 * passes never errs on a request and entities that conform, but for overflow. */
#include <string.h>

#include "cedar/cedar.h"
#include "check.h"

static const char schema_text[] =
    "entity G in [G];"
    "entity U in [G] {n: String, l: Long, o?: Long, r: {a: Long, b?: Long, q?: {z?: Long}},"
    " s: Set<Long>, u: U, ou?: U, bb: Bool, d: decimal, dt: datetime, du: duration, ip: ipaddr,"
    " sg: Set<G>} tags String;"
    "entity D {n: String}; entity E enum [\"x\", \"y\"];"
    "action grp; action view in [grp] appliesTo {principal: U, resource: [D, E],"
    " context: {c: Long, oc?: Long, oo?: {k?: {m?: Long}}}};"
    "action edit appliesTo {principal: U, resource: D};";

static const char *const attributes[] = {
    "{n: \"a\", l: 1, r: {a: 1}, s: [1, 2], u: U::\"b\", bb: true, d: decimal(\"1.5\"),"
    " dt: datetime(\"2026-01-01\"), du: duration(\"1h\"), ip: ip(\"10.0.0.1\"), sg: [G::\"g\"]}",
    "{n: \"\", l: -1, o: 7, r: {a: 1, b: 2, q: {z: 3}}, s: [], u: U::\"a\", ou: U::\"a\","
    " bb: false, d: decimal(\"-1.5\"), dt: datetime(\"1969-01-01\"), du: duration(\"-1h\"),"
    " ip: ip(\"::1\"), sg: []}",
    "{n: \"d\"}",
};

static const char *const contexts[] = {"{c: 1}", "{c: 2, oc: 3, oo: {k: {m: 4}}}", "{}"};

/* Made once: immutable but for the table of symbols, on which each input stands its own. */
static struct world {
    struct cedar_schema *schema;
    struct cedar_symbols *symbols;
    struct arena arena;
    struct cedar_entities *entities;
    struct cedar_request requests[4];
} world;

static const struct cedar_uid *uid(const char *type, const char *id)
{
    const struct cedar_uid *made = NULL;
    check(!cedar_intern_uid(world.symbols, bytes_of(type), bytes_of(id), &made));
    return made;
}

static struct cedar_record *value(const char *text)
{
    const struct cedar_expr *expr;
    const struct cedar_request request = {0};
    struct cedar_value made;
    struct cedar_record *record = ARENA_NEW(&world.arena, struct cedar_record);
    check(!cedar_expr_parse(bytes_of(text), &world.arena, NULL, &expr));
    check(!cedar_evaluate(expr, world.symbols, &request, NULL, &world.arena, NULL, &made));
    check(record && made.kind == CEDAR_RECORD);
    *record = *made.record;
    return record;
}

static void make_world(void)
{
    check(!cedar_schema_parse(bytes_of(schema_text), NULL, &world.schema));
    check(!cedar_symbols_create(NULL, 1, &world.symbols));
    check(!cedar_entities_create(NULL, &world.entities));
    const struct cedar_uid *group = uid("G", "g"), *grp = uid("Action", "grp");
    const struct cedar_entity entities[] = {
        {.uid = uid("U", "a"),
         .attributes = value(attributes[0]),
         .tags = value("{a: \"t\"}"),
         .parents = &group,
         .parent_count = 1},
        {.uid = uid("U", "b"), .attributes = value(attributes[1])},
        {.uid = uid("D", "d"), .attributes = value(attributes[2])},
        {.uid = uid("E", "x")},
        {.uid = uid("G", "g")},
        {.uid = uid("Action", "view"), .parents = &grp, .parent_count = 1},
        {.uid = uid("Action", "edit")},
        {.uid = grp},
    };
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        check(!cedar_entities_add(world.entities, &entities[i], NULL));
    check(!cedar_entities_freeze(world.entities, NULL));
    check(!cedar_check_entities(world.schema, world.entities, NULL));
    static const char *const rows[4][5] = {
        {"a", "view", "D", "d", "0"},
        {"b", "view", "E", "x", "1"},
        {"b", "view", "D", "d", "1"},
        {"a", "edit", "D", "d", "2"},
    };
    for (size_t i = 0; i < 4; i++) {
        world.requests[i] = (struct cedar_request){
            .principal = uid("U", rows[i][0]),
            .action = uid("Action", rows[i][1]),
            .resource = uid(rows[i][2], rows[i][3]),
            .context = value(contexts[rows[i][4][0] - '0']),
        };
        check(!cedar_check_request(world.schema, &world.requests[i], NULL));
    }
    cedar_symbols_freeze(world.symbols);
}

/* An entity that only the policy names need not be in the store; any other error is forbidden. */
static bool is_allowed(enum error error)
{
    return error == ERROR_CEDAR_OVERFLOW || error == ERROR_CEDAR_ENTITY;
}

static void judge(const struct cedar_policies *policies)
{
    struct cedar_symbols *symbols = NULL;
    struct cedar_program *program = NULL;
    check(!cedar_symbols_create(world.symbols, 1, &symbols));
    check(!cedar_compile(policies, symbols, NULL, &program));
    void *scratch = malloc(cedar_program_scratch_size(program));
    check(scratch != NULL);
    for (size_t i = 0; i < 4; i++) {
        struct cedar_response response;
        cedar_authorize(program, &world.requests[i], world.entities, scratch, &response);
        for (size_t k = 0; k < response.error_count; k++)
            check(is_allowed(response.errors[k].error));
    }
    free(scratch);
    cedar_program_free(program);
    cedar_symbols_free(symbols);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cedar_policies *policies = NULL;
    if (!world.schema)
        make_world();
    check(!cedar_policies_create(&policies));
    if (!cedar_policies_add(policies, (struct bytes){data, size}, NULL, NULL)) {
        struct cedar_findings findings = {0};
        struct fault fault = {0};
        enum error error = cedar_check_policies(world.schema, policies, &findings, &fault);
        check(fault.error == error);
        check(!error == (findings.count == 0));
        for (size_t i = 0; i < findings.count; i++)
            check(findings.items[i].fault.place[0] && findings.items[i].fault.error);
        check(cedar_check_policies(world.schema, policies, NULL, NULL) == error);
        if (!error)
            judge(policies);
        cedar_findings_free(&findings);
    }
    cedar_policies_free(policies);
    return 0;
}
