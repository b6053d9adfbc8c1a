/* How long the path from a declaration to a verdict takes, with the form of December 2021 in the
 * small world of tests: opening the signed declaration, typing its facts, judging. Prints name,
 * value, unit, goal; the best of several rounds, so that another program's work does not count.
 * That judging allocates nothing is tested in test_verdict. Usage: bench_verdict FORM-FOLDER */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "form/form.h"
#include "verdict/verdict.h"
#include "world.h"

enum { ROUNDS = 9 };

static struct world world;
static struct terms *terms;
static struct declared_use *use;
static struct moment moment;

static void check(enum error error, const struct fault *fault)
{
    char text[512];
    if (!error)
        return;
    fprintf(stderr, "bench_verdict: %s\n", fault_text(fault, text, sizeof text));
    exit(1);
}

static void expect(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench_verdict: %s\n", what);
    exit(1);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The time of one call in seconds: the best of the rounds. */
static double measure(void (*call)(void), int repeats)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double from = seconds();
        for (int i = 0; i < repeats; i++)
            call();
        double each = (seconds() - from) / repeats;
        if (round == 0 || each < best)
            best = each;
    }
    return best;
}

/* --- What is measured --------------------------------------------------------------------- */

static enum verdict_outcome expected;

static void judge(void)
{
    expect(declared_use_judge(use, &moment).outcome == expected, "another verdict");
}

static struct terms *make_terms(void)
{
    struct terms_sources sources = {
        .form = &world.form,
        .certificate = &world.certificate,
        .certificate_digest = world.certificate_digest,
        .licence = &world.licence,
        .licence_digest = world.licence_digest,
        .installation = "IN-0001",
    };
    struct fault fault = {0};
    struct terms *made = NULL;
    check(terms_open(&sources, &fault, &made), &fault);
    return made;
}

static struct declared_use *make_use(void)
{
    struct use_sources sources = {&world.declaration, &world.roll, &world.approval};
    struct fault fault = {0};
    struct declared_use *made = NULL;
    check(declared_use_open(terms, &sources, &fault, &made), &fault);
    return made;
}

static void open_terms(void)
{
    terms_close(make_terms());
}

static void open_use(void)
{
    declared_use_close(make_use());
}

static void open_declaration(void)
{
    struct arena arena = {0};
    struct document document;
    struct declaration declaration;
    struct fault fault = {0};
    check(
        declaration_open(
            buffer_view(&world.declaration_bytes), &world.authority, &world.roll,
            &world.certificate_digest, &world.licence_digest, &arena, &fault, &document,
            &declaration),
        &fault);
    arena_free(&arena);
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    struct arena arena = {0};
    struct fault fault = {0};
    struct form form;
    struct bytes scenarios;
    check(form_read(&os_system, arguments[1], &arena, &fault, &form, &scenarios), &fault);
    world_init(&world, &form);
    world.licence.clauses = form.conditions;
    world_sign(&world);
    moment.time = WORLD_NOW;
    terms = make_terms();
    use = make_use();
    expected = VERDICT_WITHIN;
    printf("verdict judge, within\t%.0f\tns\t<= 500\n", 1e9 * measure(judge, 100000));
    moment.approval_withdrawn = true;
    expected = VERDICT_FORBIDDEN;
    printf("verdict judge, forbidden\t%.0f\tns\t<= 500\n", 1e9 * measure(judge, 100000));
    printf("verdict open declaration\t%.1f\tus\t-\n", 1e6 * measure(open_declaration, 200));
    printf("verdict type its facts\t%.1f\tus\t-\n", 1e6 * measure(open_use, 1000));
    printf("verdict open terms\t%.0f\tus\t-\n", 1e6 * measure(open_terms, 20));
    declared_use_close(use);
    terms_close(terms);
    world_free(&world);
    arena_free(&arena);
    return 0;
}
