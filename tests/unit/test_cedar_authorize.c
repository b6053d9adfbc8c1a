/* cedar: decisions, the scope index, slots, errors of policies, explanations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"

/* Policies, who there is, and a request. */
struct world {
    struct arena arena;
    struct cedar_symbols *symbols;
    struct cedar_policies *policies;
    struct cedar_program *program;
    struct cedar_entities *entities;
    struct cedar_request request;
    struct cedar_record *context;
    void *scratch;
    struct cedar_response response;
};

static const struct cedar_uid *uid(struct world *world, const char *type, const char *id)
{
    const struct cedar_uid *found;
    assert_int_equal(
        cedar_intern_uid(world->symbols, bytes_of(type), bytes_of(id), &found), ERROR_OK);
    return found;
}

static const struct cedar_string *string(struct world *world, const char *text)
{
    const struct cedar_string *found;
    assert_int_equal(cedar_intern(world->symbols, bytes_of(text), &found), ERROR_OK);
    return found;
}

static struct cedar_record *
record(struct world *world, const struct cedar_field *fields, size_t count)
{
    struct cedar_record *made;
    assert_int_equal(cedar_record_build(&world->arena, fields, count, NULL, &made), ERROR_OK);
    return made;
}

/* User::"ann" is in Group::"staff", which is in Group::"all"; File::"f" is in Folder::"d";
 * Action::"view" is in Action::"read". */
static void world_start(struct world *world, const char *text)
{
    *world = (struct world){0};
    struct fault fault = {0};
    assert_int_equal(cedar_symbols_create(NULL, 5, &world->symbols), ERROR_OK);
    assert_int_equal(cedar_policies_create(&world->policies), ERROR_OK);
    assert_int_equal(cedar_policies_add(world->policies, bytes_of(text), NULL, &fault), ERROR_OK);
    assert_int_equal(
        cedar_compile(world->policies, world->symbols, &fault, &world->program), ERROR_OK);
    assert_int_equal(cedar_entities_create(NULL, &world->entities), ERROR_OK);
    const struct cedar_uid *staff = uid(world, "Group", "staff"), *all = uid(world, "Group", "all"),
                           *folder = uid(world, "Folder", "d"),
                           *read = uid(world, "Action", "read");
    world->request.principal = uid(world, "User", "ann");
    world->request.action = uid(world, "Action", "view");
    world->request.resource = uid(world, "File", "f");
    const struct cedar_field uses[] = {
        {string(world, "uses"), cedar_value_long(3)},
        {string(world, "limit"), cedar_value_long(10)},
    };
    const struct cedar_entity entities[] = {
        {world->request.principal, NULL, NULL, &staff, 1},
        {staff, NULL, NULL, &all, 1},
        {world->request.action, NULL, NULL, &read, 1},
        {world->request.resource, record(world, uses, 2), NULL, &folder, 1},
    };
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        assert_int_equal(cedar_entities_add(world->entities, &entities[i], NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(world->entities, NULL), ERROR_OK);
    const struct cedar_field facts[] = {
        {string(world, "time"), cedar_value_datetime(1000)},
        {string(world, "running"), cedar_value_bool(false)},
        {string(world, "word"), cedar_value_string(string(world, "hello"))},
    };
    world->context = record(world, facts, 3);
    world->request.context = world->context;
    world->scratch = malloc(cedar_program_scratch_size(world->program));
    assert_non_null(world->scratch);
}

static void world_end(struct world *world)
{
    free(world->scratch);
    cedar_program_free(world->program);
    cedar_policies_free(world->policies);
    cedar_entities_free(world->entities);
    cedar_symbols_free(world->symbols);
    arena_free(&world->arena);
}

/* "allow 0 2 ! 1": the decision, the determining policies, the erring ones. */
static const char *decide(struct world *world, char text[128])
{
    struct buffer out = {0};
    cedar_authorize(
        world->program, &world->request, world->entities, world->scratch, &world->response);
    const struct cedar_response *response = &world->response;
    buffer_append_text(&out, response->decision == CEDAR_ALLOW ? "allow" : "deny");
    for (size_t i = 0; i < response->determining_count; i++)
        buffer_printf(&out, " %u", (unsigned)response->determining[i]);
    for (size_t i = 0; i < response->error_count; i++)
        buffer_printf(&out, " !%u", (unsigned)response->errors[i].policy);
    snprintf(text, 128, "%s", buffer_text(&out));
    buffer_free(&out);
    return text;
}

#define ALWAYS "permit(principal,action,resource);"

static void a_forbid_overrides_and_an_error_skips(void **state)
{
    (void)state;
    static const struct {
        const char *text, *outcome;
    } rows[] = {
        {"", "deny"},
        {ALWAYS, "allow 0"},
        {ALWAYS ALWAYS, "allow 0 1"},
        {"forbid(principal,action,resource);", "deny 0"},
        {ALWAYS "forbid(principal,action,resource);", "deny 1"},
        {ALWAYS "forbid(principal,action,resource) when {false};", "allow 0"},
        {ALWAYS "forbid(principal,action,resource) unless {true};", "allow 0"},
        {ALWAYS "forbid(principal,action,resource) unless {false};", "deny 1"},
        {ALWAYS "forbid(principal,action,resource) when {context.x};", "allow 0 !1"},
        {"permit(principal,action,resource) when {1};", "deny !0"},
        {"permit(principal,action,resource) unless {1};", "deny !0"},
        {"permit(principal,action,resource) when {false} when {context.x};", "deny"},
        {"permit(principal,action,resource) when {context.x} when {false};", "deny !0"},
        {"permit(principal,action,resource) when {true} unless {false} when {true};", "allow 0"},
        {"permit(principal,action,resource) when {true} unless {false} when {false};", "deny"},
        {"permit(principal,action,resource) when {principal is Group in Group::\"all\"};", "deny"},
        {"permit(principal,action,resource) when {principal is User in Group::\"all\"};",
         "allow 0"},
        {"permit(principal,action,resource) unless {principal is Group in Group::\"all\"};",
         "allow 0"},
        {"permit(principal,action,resource) when {(principal is Group in Group::\"all\") == "
         "false};",
         "allow 0"},
        {"permit(principal,action,resource)"
         "when {if principal is Group in Group::\"all\" then false else true};",
         "allow 0"},
        {"permit(principal,action,resource)"
         "when {(if principal == User::\"ann\" then 1 else 2) == 1} when {true};",
         "allow 0"},
        {"permit(principal,action,resource)"
         "when {(if principal == User::\"bob\" then 1 else 2) == 1} when {true};",
         "deny"},
        {"permit(principal,action,resource) when {true} unless {false} unless {true};", "deny"},
        {"forbid(principal,action,resource) when {context.x};"
         "forbid(principal == User::\"ann\",action,resource);" ALWAYS
         "permit(principal,action == Action::\"view\",resource) when {1 + \"\" == 2};",
         "deny 1 !0 !3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        char text[128];
        world_start(&world, rows[i].text);
        assert_string_equal(decide(&world, text), rows[i].outcome);
        world_end(&world);
    }
}

static void scopes_match_what_they_name(void **state)
{
    (void)state;
    static const struct {
        const char *scope;
        bool matches;
    } rows[] = {
        {"principal == User::\"ann\", action, resource", true},
        {"principal == User::\"bob\", action, resource", false},
        {"principal == Group::\"staff\", action, resource", false},
        {"principal in User::\"ann\", action, resource", true},
        {"principal in Group::\"staff\", action, resource", true},
        {"principal in Group::\"all\", action, resource", true},
        {"principal in Group::\"none\", action, resource", false},
        {"principal is User, action, resource", true},
        {"principal is Group, action, resource", false},
        {"principal is User in Group::\"all\", action, resource", true},
        {"principal is Group in Group::\"all\", action, resource", false},
        {"principal is User in Group::\"none\", action, resource", false},
        {"principal, action == Action::\"view\", resource", true},
        {"principal, action == Action::\"read\", resource", false},
        {"principal, action in Action::\"read\", resource", true},
        {"principal, action in [Action::\"read\", Action::\"view\"], resource", true},
        {"principal, action in [Action::\"edit\", Action::\"edit\"], resource", false},
        {"principal, action in [Action::\"edit\", Action::\"view\"], resource", true},
        {"principal, action in [Action::\"edit\", Action::\"read\"], resource", true},
        {"principal, action in [], resource", false},
        {"principal, action, resource == File::\"f\"", true},
        {"principal, action, resource in Folder::\"d\"", true},
        {"principal, action, resource in Folder::\"e\"", false},
        {"principal, action, resource is File", true},
        {"principal, action, resource is Folder", false},
        {"principal is User, action in Action::\"read\", resource in Folder::\"d\"", true},
        {"principal is User, action == Action::\"read\", resource in Folder::\"d\"", false},
        {"principal is Group, action == Action::\"view\", resource", false},
        {"principal is Group in Group::\"all\", action == Action::\"view\", resource", false},
        {"principal is User in Group::\"all\", action == Action::\"view\", resource", true},
        {"principal, action == Action::\"view\", resource == Folder::\"d\"", false},
        {"principal, action == Action::\"view\", resource is Folder", false},
        {"principal, action == Action::\"view\", resource in Folder::\"e\"", false},
    };
    enum { COUNT = sizeof rows / sizeof *rows };
    struct buffer all = {0};
    bool expected[COUNT * 4];
    size_t count = 0;
    /* Each alone, and all together several times over, so that the index has to choose. */
    for (size_t i = 0; i < COUNT; i++) {
        struct world world;
        char text[128], outcome[128];
        snprintf(text, sizeof text, "permit(%s);", rows[i].scope);
        world_start(&world, text);
        assert_string_equal(decide(&world, outcome), rows[i].matches ? "allow 0" : "deny");
        world_end(&world);
    }
    for (size_t round = 0; round < 4; round++) {
        for (size_t i = round; i < COUNT; i += round + 1) {
            buffer_printf(&all, "permit(%s);\n", rows[i].scope);
            expected[count++] = rows[i].matches;
        }
    }
    struct world world;
    char outcome[128];
    world_start(&world, buffer_text(&all));
    decide(&world, outcome);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        bool listed = at < world.response.determining_count && world.response.determining[at] == i;
        assert_int_equal(listed, expected[i]);
        at += listed;
    }
    world_end(&world);
    buffer_free(&all);
}

/* Who is not in the store is in nothing but itself. */
static void strangers_are_in_nothing(void **state)
{
    (void)state;
    struct world world;
    char text[128];
    world_start(
        &world, "permit(principal in Group::\"all\", action == Action::\"view\", resource);\n"
                "permit(principal in User::\"new\", action == Action::\"view\", resource);\n"
                "permit(principal is User in Group::\"all\", action, resource);\n"
                "permit(principal, action, resource) when { principal in Group::\"all\" };");
    assert_string_equal(decide(&world, text), "allow 0 2 3");
    world.request.principal = uid(&world, "User", "new");
    assert_string_equal(decide(&world, text), "allow 1");
    world_end(&world);
}

/* Thousands of roles, most of them the principal's: more ancestors than names, and the reverse. */
static void many_roles(void **state)
{
    (void)state;
    for (int roles = 1; roles <= 3000; roles += 333) {
        struct world world;
        struct buffer text = {0};
        for (int i = 0; i < 400; i++)
            buffer_printf(&text, "permit(principal in Role::\"%d\", action, resource);\n", i * 2);
        buffer_append_text(&text, "permit(principal in Role::\"none\", action, resource);\n");
        world_start(&world, buffer_text(&text));
        const struct cedar_uid **parents =
            ARENA_ARRAY(&world.arena, const struct cedar_uid *, (size_t)roles);
        for (int i = 0; i < roles; i++) {
            char id[16];
            snprintf(id, sizeof id, "%d", i);
            parents[i] = uid(&world, "Role", id);
        }
        struct cedar_entities *upper;
        world.request.principal = uid(&world, "User", "many");
        struct cedar_entity many = {
            .uid = world.request.principal, .parents = parents, .parent_count = (size_t)roles};
        assert_int_equal(cedar_entities_create(world.entities, &upper), ERROR_OK);
        assert_int_equal(cedar_entities_add(upper, &many, NULL), ERROR_OK);
        assert_int_equal(cedar_entities_freeze(upper, NULL), ERROR_OK);
        cedar_authorize(world.program, &world.request, upper, world.scratch, &world.response);
        size_t expected = (size_t)(roles + 1) / 2 < 400 ? (size_t)(roles + 1) / 2 : 400;
        assert_int_equal(world.response.determining_count, expected);
        for (size_t i = 0; i < expected; i++)
            assert_int_equal(world.response.determining[i], i);
        cedar_entities_free(upper);
        buffer_free(&text);
        world_end(&world);
    }
}

static void slots_change_a_decision_without_allocation(void **state)
{
    (void)state;
    struct world world;
    char text[128];
    world_start(
        &world, "permit(principal, action, resource)\n"
                "when { context.time < datetime(\"1970-01-01T00:00:02Z\") &&\n"
                "       [context.word, \"x\"].contains(\"hello\") && {a: context.time}.a == "
                "context.time };\n"
                "forbid(principal, action, resource)\n"
                "when { !context.running && resource.uses >= resource.limit };");
    struct cedar_value *time = cedar_record_slot(world.context, string(&world, "time"));
    struct cedar_value *running = cedar_record_slot(world.context, string(&world, "running"));
    struct cedar_record *attributes =
        cedar_entities_find(world.entities, world.request.resource)->attributes;
    struct cedar_value *uses = cedar_record_slot(attributes, string(&world, "uses"));
    assert_null(cedar_record_slot(world.context, string(&world, "word")));
    assert_string_equal(decide(&world, text), "allow 0");
    *uses = cedar_value_long(10);
    assert_string_equal(decide(&world, text), "deny 1");
    *running = cedar_value_bool(true);
    assert_string_equal(decide(&world, text), "allow 0");
    *time = cedar_value_datetime(2000);
    assert_string_equal(decide(&world, text), "deny");
    failing_alloc_after(0);
    cedar_authorize(world.program, &world.request, world.entities, world.scratch, &world.response);
    assert_false(failing_alloc_stop());
    assert_int_equal(failing_alloc_count(), 0);
    world_end(&world);
}

static void errors_say_which_policy_and_where(void **state)
{
    (void)state;
    struct world world;
    char text[400];
    struct fault fault = {0};
    world_start(&world, "permit(principal, action, resource)\nwhen { true && context.gone == 1 };");
    decide(&world, text);
    assert_ptr_equal(cedar_program_policies(world.program), world.policies);
    assert_int_equal(world.response.error_count, 1);
    assert_int_equal(world.response.errors[0].error, ERROR_CEDAR_ATTRIBUTE);
    assert_int_equal(
        cedar_policy_error_fault(world.program, &world.response.errors[0], &fault),
        ERROR_CEDAR_ATTRIBUTE);
    assert_string_equal(fault.place, "\"policy0\": line 2, column 16");
    assert_string_equal(fault.found, "\"context.gone\"");
    world_end(&world);
}

/* An explanation as lines, for comparing. */
static char *explain(struct world *world)
{
    struct cedar_explanation explanation;
    struct buffer out = {0};
    assert_int_equal(
        cedar_explain(
            world->program, world->symbols, &world->request, world->entities, &world->arena, NULL,
            &explanation),
        ERROR_OK);
    for (size_t i = 0; i < explanation.permit_count; i++) {
        const struct cedar_failed_permit *permit = &explanation.permits[i];
        buffer_printf(&out, "policy %u\n", (unsigned)permit->policy);
        for (size_t k = 0; k < permit->condition_count; k++) {
            const struct cedar_failed_condition *failed = &permit->conditions[k];
            buffer_printf(
                &out, "%u:%u %s %s: ", (unsigned)failed->span.start.line,
                (unsigned)failed->span.start.column, failed->unless ? "unless" : "when",
                failed->error ? error_name(failed->error) : "failed");
            buffer_append_bytes(&out, failed->source);
            for (size_t s = 0; s < failed->seen_count; s++) {
                buffer_append_text(&out, " | ");
                buffer_append_bytes(&out, failed->seen[s].source);
                buffer_append_text(&out, failed->seen[s].absent ? " absent" : " = ");
                buffer_append_bytes(&out, failed->seen[s].value);
            }
            buffer_append_text(&out, "\n");
        }
    }
    char *text = arena_text(&world->arena, buffer_view(&out));
    buffer_free(&out);
    return text;
}

static void a_refusal_is_explained(void **state)
{
    (void)state;
    struct world world;
    world_start(
        &world,
        "permit(principal == User::\"bob\", action, resource) when { false };\n"
        "permit(principal, action, resource)\n"
        "when { context.word == \"hello\" && context.time > datetime(\"1970-01-02\") &&\n"
        "       context has offence && context.offence.inForce &&\n"
        "       resource.uses >= resource.limit }\n"
        "unless { context.running || context.word like \"h*\" };\n"
        "permit(principal, action, resource) when { true } when { context.time + 1 == 2 };\n"
        "permit(principal, action, resource) when { context.word };\n"
        "permit(principal, action, resource) when { principal in Group::\"x\" };\n"
        "forbid(principal, action, resource) when { false };");
    assert_string_equal(
        explain(&world),
        "policy 1\n"
        "3:35 when failed: context.time > datetime(\"1970-01-02\") | context.time = "
        "datetime(\"1970-01-01T00:00:01Z\")\n"
        "4:8 when failed: context has offence | context.offence absent\n"
        "5:8 when failed: resource.uses >= resource.limit | resource.uses = 3 | resource.limit = "
        "10\n"
        "6:29 unless failed: context.word like \"h*\" | context.word = \"hello\"\n"
        "policy 2\n"
        "7:58 when CEDAR_TYPE: context.time + 1 == 2 | context.time = "
        "datetime(\"1970-01-01T00:00:01Z\")\n"
        "policy 3\n"
        "8:44 when CEDAR_TYPE: context.word | context.word = \"hello\"\n"
        "policy 4\n"
        "9:44 when failed: principal in Group::\"x\" | principal = User::\"ann\"\n");
    world_end(&world);
}

/* Every kind of expression is looked into, and each access is told of once. */
static void an_explanation_looks_into_everything(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *seen;
    } rows[] = {
        {"principal == User::\"x\"", "principal = User::\"ann\""},
        {"!(context.word == \"hello\")", "context.word = \"hello\""},
        {"-resource.uses == 1", "resource.uses = 3"},
        {"if context.running then true else context.word == \"\"",
         "context.running = false | context.word = \"hello\""},
        {"(if context.running then resource else principal).uses == 1",
         "context.running = false | resource = File::\"f\" | principal = User::\"ann\""},
        {"(if context.running then resource else principal) has uses",
         "context.running = false | resource = File::\"f\" | principal = User::\"ann\""},
        {"context has word.x || false", ""},
        {"resource.uses == 4 || resource.uses == 5", "resource.uses = 3"},
        {"principal is Group", "principal = User::\"ann\""},
        {"principal is User in Group::\"x\"", "principal = User::\"ann\""},
        {"resource is File in principal.home", "resource = File::\"f\" | principal.home absent"},
        {"[context.word, 1].contains(resource.limit)",
         "context.word = \"hello\" | resource.limit = 10"},
        {"{a: context.word, b: true} == {a: \"\", b: true}", "context.word = \"hello\""},
        {"resource.getTag(\"t\") == 1", "resource.getTag(\"t\") absent"},
        {"User::\"nobody\".getTag(\"t\") == 1", "User::\"nobody\".getTag(\"t\") absent"},
        {"resource.getTag(1) == 1", ""},
        {"context.word.x == 1", ""},
        {"1 + 2 == 4 || \"a\" like \"b\" || [] == [1] || Action::\"a\" == Action::\"b\" || false",
         ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        char text[300];
        snprintf(
            text, sizeof text, "permit(principal, action, resource) when { %s };",
            rows[i].condition);
        world_start(&world, text);
        const char *told = explain(&world), *seen = strstr(told, rows[i].condition);
        assert_non_null(seen);
        seen += strlen(rows[i].condition);
        snprintf(text, sizeof text, "%s%s\n", rows[i].seen[0] ? " | " : "", rows[i].seen);
        assert_string_equal(seen, text);
        world_end(&world);
    }
}

/* Of permits that hold there is nothing to tell. */
static void what_holds_is_not_explained(void **state)
{
    (void)state;
    struct world world;
    world_start(
        &world, ALWAYS "permit(principal, action, resource) when { !context.running };"
                       "permit(principal, action, resource) when { context.running };");
    assert_string_equal(
        explain(&world),
        "policy 2\n1:140 when failed: context.running | context.running = false\n");
    world_end(&world);
}

static void every_allocation_of_compiling_and_explaining_may_fail(void **state)
{
    (void)state;
    struct world world;
    world_start(
        &world,
        "permit(principal in Group::\"g\", action in [Action::\"view\"], resource is File)\n"
        "when { [context.word, {a: 1, b: 2, c: 3, d: 4 + 5}].contains(\"x\") ||\n"
        "       context.word like \"*a*\" || context has a.b || ip(\"::1\").isIpv4() };\n"
        "permit(principal, action, resource) when { {a: [context.word]} == {} };"
        "permit(principal, action, resource) when { context has a.b };"
        "permit(principal, action, resource) when { resource.limit is User in context.word };"
        "permit(principal, action, resource) when { principal is Group in principal.home };");
    for (long n = 0;; n++) {
        struct cedar_program *program = NULL;
        struct cedar_symbols *symbols = NULL;
        failing_alloc_after(n);
        enum error error = cedar_symbols_create(NULL, 1, &symbols);
        if (!error)
            error = cedar_compile(world.policies, symbols, NULL, &program);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        cedar_program_free(program);
        cedar_symbols_free(symbols);
        if (!failed)
            break;
    }
    for (long n = 0;; n++) {
        struct arena arena = {0};
        struct cedar_explanation explanation;
        failing_alloc_after(n);
        enum error error = cedar_explain(
            world.program, world.symbols, &world.request, world.entities, &arena, NULL,
            &explanation);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        arena_free(&arena);
        if (!failed)
            break;
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forbid_overrides_and_an_error_skips),
        cmocka_unit_test(scopes_match_what_they_name),
        cmocka_unit_test(strangers_are_in_nothing),
        cmocka_unit_test(many_roles),
        cmocka_unit_test(slots_change_a_decision_without_allocation),
        cmocka_unit_test(errors_say_which_policy_and_where),
        cmocka_unit_test(a_refusal_is_explained),
        cmocka_unit_test(an_explanation_looks_into_everything),
        cmocka_unit_test(what_holds_is_not_explained),
        cmocka_unit_test(every_allocation_of_compiling_and_explaining_may_fail),
    };
    return cmocka_run_group_tests_name("cedar_authorize", tests, NULL, NULL);
}
