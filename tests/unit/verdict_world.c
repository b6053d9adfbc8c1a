/* The world of the tests of verdict/: see verdict_world.h. */
#include "verdict_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena form_arena;
struct form form;
struct world world;
struct moment moment;
bool with_approval;

int verdict_world_read_form(void **state)
{
    (void)state;
    struct bytes scenarios;
    assert_int_equal(
        form_read(&os_system, FORM_FOLDER, &form_arena, NULL, &form, &scenarios), ERROR_OK);
    return 0;
}

int verdict_world_free_form(void **state)
{
    (void)state;
    arena_free(&form_arena);
    return 0;
}

int verdict_world_begin(void **state)
{
    (void)state;
    world_init(&world, &form);
    world.licence.clauses = form.conditions;
    world_sign(&world);
    moment = (struct moment){.time = WORLD_NOW};
    with_approval = true;
    return 0;
}

int verdict_world_end(void **state)
{
    (void)state;
    world_free(&world);
    return 0;
}

struct terms_sources sources_of(const struct terms_order *orders, size_t count)
{
    return (struct terms_sources){
        .form = &world.form,
        .certificate = &world.certificate,
        .certificate_digest = world.certificate_digest,
        .licence = &world.licence,
        .licence_digest = world.licence_digest,
        .installation = "IN-0001",
        .orders = orders,
        .order_count = count,
    };
}

struct use_sources use_sources(void)
{
    return (struct use_sources){
        .declaration = &world.declaration,
        .roll = &world.roll,
        .approval = with_approval ? &world.approval : NULL,
    };
}

void must(enum error error, const struct fault *fault)
{
    char text[600];
    if (error)
        fail_msg("%s", fault_text(fault, text, sizeof text));
}

struct terms *open_terms(const struct terms_order *orders, size_t count)
{
    struct terms_sources sources = sources_of(orders, count);
    struct fault fault = {0};
    struct terms *terms = NULL;
    must(terms_open(&sources, &fault, &terms), &fault);
    return terms;
}

struct declared_use *open_use(const struct terms *terms)
{
    struct use_sources sources = use_sources();
    struct fault fault = {0};
    struct declared_use *use = NULL;
    must(declared_use_open(terms, &sources, &fault, &use), &fault);
    return use;
}

/* "within 4", "forbidden 6 6.2", "no-clause". */
const char *words(const struct terms *terms, const struct verdict *verdict)
{
    static char text[400];
    int used = snprintf(text, sizeof text, "%s", verdict_word(verdict->outcome));
    for (size_t i = 0; i < verdict->clause_count; i++)
        used += snprintf(
            text + used, sizeof text - (size_t)used, " %s",
            terms_clause(terms, verdict->clauses[i])->number);
    return text;
}

void assert_verdict_under(const struct terms *terms, const char *expected)
{
    struct declared_use *use = open_use(terms);
    struct verdict verdict = declared_use_judge(use, &moment);
    assert_string_equal(words(terms, &verdict), expected);
    declared_use_close(use);
}

void assert_verdict_with(const struct order *order, const char *expected)
{
    struct terms_order orders = {.order = order, .digest = {{0x0D}}};
    struct terms *terms = open_terms(&orders, order ? 1 : 0);
    assert_verdict_under(terms, expected);
    terms_close(terms);
}

void assert_verdict(const char *expected)
{
    assert_verdict_with(NULL, expected);
}

void assert_refused(enum error error, const char *place)
{
    struct terms *terms = open_terms(NULL, 0);
    struct use_sources sources = use_sources();
    struct fault fault = {0};
    struct declared_use *use = NULL;
    assert_int_equal(declared_use_open(terms, &sources, &fault, &use), error);
    assert_null(use);
    assert_int_equal(fault.error, error);
    if (strcmp(fault.place, place) != 0)
        fail_msg("%s, not %s", fault.place, place);
    /* Without a fault the same. */
    assert_int_equal(declared_use_open(terms, &sources, NULL, &use), error);
    terms_close(terms);
}
