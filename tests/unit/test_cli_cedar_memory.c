/* enduse cedar, with memory running out at every place: no command then succeeds; each ends with 1,
 * or refuses all the same, and nothing leaks. Words and exit codes are held by
 * tests/scenarios/cli_cedar.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cedar.h"
#include "failing_alloc.h"

enum { ARGUMENTS_MAX = 24 };

/* A command line and its exit code when memory is enough. */
static const struct {
    int code;
    const char *arguments[ARGUMENTS_MAX];
} lines[] = {
    {2,
     {"authorize", "-p", "policies.cedar", "--entities", "entities.json", "-s",
      "schema.cedarschema", "--request-json", "request.json", "-v"}},
    {0,
     {"authorize", "-p", "policies.cedar", "--entities", "entities.json", "-l", "User::\"alice\"",
      "-a", "Action::\"share\"", "-r", "File::\"plan\"", "-c", "context.json", "-s",
      "schema.cedarschema"}},
    {0,
     {"evaluate", "--request-json", "request.json", "--entities", "entities.json",
      "[principal, resource.owner]"}},
    {3, {"validate", "-s", "schema.cedarschema", "-p", "misspelt.cedar", "--level", "1"}},
    {2,
     {"authorize", "-p", "policies.cedar", "--entities", "entities.json", "--request-json",
      "request.json", "--json"}},
    {3, {"validate", "-s", "schema.cedarschema", "-p", "misspelt.cedar", "--json"}},
    {0, {"validate", "-s", "schema.cedarschema", "-p", "policies.cedar", "--level", "1"}},
    {1, {"check-parse", "-p", "policies.cedar", "-s", "schema.cedarschema", "--expression", "1 2"}},
    {0, {"check-parse", "--entities", "entities.json", "-s", "schema.cedarschema"}},
    {0, {"format", "-p", "policies.cedar"}},
    {0, {"translate-policy", "--direction", "cedar-to-json", "-p", "policies.cedar"}},
    {0, {"translate-schema", "--direction", "cedar-to-json", "-s", "schema.cedarschema"}},
    {0,
     {"link", "-p", "templates.cedar", "--template-id", "access", "-n", "x", "-a",
      "{\"?principal\": \"User::\\\"bob\\\"\", \"?resource\": \"File::\\\"plan\\\"\"}"}},
    {0, {"run-tests", "-p", "policies.cedar", "--tests", "tests.json", "-s", "schema.cedarschema"}},
};

static const struct command *find(const char *name)
{
    static const struct command_rows *const files[] = {
        &cedar_authorize_commands, &cedar_validate_commands, &cedar_translate_commands,
        &cedar_link_commands,      &cedar_tests_commands,
    };
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        for (size_t i = 0; i < files[f]->count; i++) {
            if (strcmp(files[f]->rows[i].name + strlen("cedar "), name) == 0)
                return &files[f]->rows[i];
        }
    }
    fail_msg("no command %s", name);
    return NULL;
}

static int run(const char *const *arguments, FILE *nowhere)
{
    struct call call = {
        .command = find(arguments[0]), .os = &os_system, .out = nowhere, .err = nowhere};
    struct fault fault = {0};
    size_t count = 0;
    while (arguments[count])
        count++;
    int code = CEDAR_EXIT_FAILURE;
    if (!call_parse(&call, arguments + 1, count - 1, &fault))
        code = call.command->run(&call);
    arena_free(&call.arena);
    return code;
}

static void memory_runs_out(void **state)
{
    (void)state;
    FILE *nowhere = fopen("/dev/null", "w");
    assert_non_null(nowhere);
    assert_int_equal(chdir(PROJECT_FOLDER "/examples/cedar"), 0);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(run(lines[i].arguments, nowhere), lines[i].code);
        for (long n = 0;; n = failing_alloc_next(n)) {
            failing_alloc_after(n);
            int code = run(lines[i].arguments, nowhere);
            bool failed = failing_alloc_stop();
            if (!failed)
                assert_int_equal(code, lines[i].code);
            else if (code != CEDAR_EXIT_FAILURE && (code != lines[i].code || code == EXIT_DONE))
                fail_msg("%s: %d when allocation %ld fails", lines[i].arguments[0], code, n);
            if (!failed)
                break;
        }
    }
    fclose(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_runs_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
