/* Our Cedar engine beside the official one, on generated cases: what is asked and compared is in
 * answer.h. A case that differs is shrunk and printed. Usage:
 *
 *   differential --script oracle.js --module FOLDER [--seed N] [--cases N] [--seconds N] [--show]
 *
 * Cases have the seeds N, N+1, …; each is a set of policies with 8 requests. It ends after so many
 * cases or, if that is sooner, seconds. --show prints each case. Exit 1: a difference, or cases
 * that are not varied enough. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compare.h"
#include "oracle.h"
#include "shrink.h"

enum { BATCH = 32, TRIALS_MAX = 1500, DIFFERENCES_SHOWN = 5 };

static const char *const manner_names[] = {"careful", "loose", "wild"};

struct run {
    const char *script, *module;
    uint64_t seed, cases, seconds;
    bool show;
    struct oracle *oracle;
    size_t differences, done;
    size_t died; /* cases on which the official engine did */
    size_t requests, allowed, failed;
    size_t sets[3], valid[3]; /* by manner: cases, and those that are strictly valid */
    size_t refused;           /* policies or schemas that are refused */
};

/* One case and our answer to it. */
struct judged {
    struct sample sample;
    struct answer answer;
    struct ours *ours;
    bool unanswered; /* the official engine died on it */
};

static void judge(struct choices *choices, struct judged *judged)
{
    *judged = (struct judged){0};
    generate_sample(choices, &judged->sample);
    judged->ours = ours_judge(&judged->sample, &judged->answer);
}

static void judged_free(struct judged *judged)
{
    ours_free(judged->ours);
    answer_free(&judged->answer);
    sample_free(&judged->sample);
}

/* Reads one answer and compares. */
static bool differs(struct run *run, struct judged *judged, struct difference *ret_difference)
{
    struct arena arena = {0};
    const struct json *theirs;
    if (json_parse(oracle_answer(run->oracle), &arena, NULL, &theirs))
        abort();
    const struct json *died = json_find(theirs, "died");
    bool found = false;
    if (died) {
        judged->unanswered = true;
        if (run->show)
            printf("died: %s\n", (const char *)json_characters(died).data);
    } else {
        ours_read_theirs(judged->ours, theirs, &judged->answer);
        found = compare_answers(&judged->answer, theirs, ret_difference);
    }
    arena_free(&arena);
    return found;
}

/* --- A difference --------------------------------------------------------------------------- */

static void print_text(const char *title, const struct buffer *text)
{
    printf("--- %s\n%.*s\n", title, (int)text->length, text->data ? (const char *)text->data : "");
}

static void print_case(const struct sample *sample)
{
    char title[32];
    print_text("schema", &sample->schema);
    print_text("policies", &sample->policies);
    for (uint32_t i = 0; i < sample->template_count; i++) {
        snprintf(title, sizeof title, "template t%u", i);
        print_text(title, &sample->templates[i]);
    }
    for (uint32_t i = 0; i < sample->link_count; i++) {
        const struct link_text *link = &sample->links[i];
        printf("--- link l%u of t%u\n", i, link->template);
        if (link->has_principal)
            printf("?principal: %s \"%s\"\n", link->principal_type, link->principal_id);
        if (link->has_resource)
            printf("?resource: %s \"%s\"\n", link->resource_type, link->resource_id);
    }
    print_text("entities", &sample->entities);
    for (size_t i = 0; i < REQUESTS; i++) {
        snprintf(title, sizeof title, "request %zu", i);
        if (i &&
            bytes_equal(buffer_view(&sample->requests[i]), buffer_view(&sample->requests[i - 1])))
            printf("--- request %zu: the same\n", i);
        else
            print_text(title, &sample->requests[i]);
    }
}

static void print_difference(const struct difference *difference)
{
    printf("%s\n  ours:   %s\n", difference->key, difference->ours);
    if (*difference->theirs)
        printf("  theirs: %s\n", difference->theirs);
}

/* What a shrunk case must still show: a difference about the same. */
struct wanted {
    struct run *run;
    char about[sizeof((struct difference){0}).about];
};

static bool still_differs(struct choices *choices, void *context)
{
    struct wanted *wanted = context;
    struct judged judged;
    struct difference difference;
    struct buffer question = {0};
    judge(choices, &judged);
    ours_question(&judged.sample, judged.ours, &question);
    oracle_ask(wanted->run->oracle, buffer_view(&question), 1);
    bool found =
        differs(wanted->run, &judged, &difference) && strcmp(difference.about, wanted->about) == 0;
    judged_free(&judged);
    buffer_free(&question);
    return found;
}

static void report(struct run *run, uint64_t seed, const struct difference *first)
{
    struct wanted wanted = {.run = run};
    struct choices choices = choices_seeded(seed);
    struct judged judged;
    printf("DIFFERENCE at seed %" PRIu64 ": ", seed);
    print_difference(first);
    if (++run->differences > DIFFERENCES_SHOWN)
        return;
    fflush(stdout);
    memcpy(wanted.about, first->about, sizeof wanted.about);
    if (!still_differs(&choices, &wanted)) {
        printf("asked again, the official engine answers otherwise\n");
        choices_free(&choices);
        return;
    }
    size_t tried = shrink(&choices, still_differs, &wanted, TRIALS_MAX);
    printf("shrunk to %zu choices by %zu trials:\n", choices.made_count, tried);
    struct choices again = choices_replayed(choices.made, choices.made_count);
    judge(&again, &judged);
    print_case(&judged.sample);
    struct buffer question = {0};
    struct difference difference;
    ours_question(&judged.sample, judged.ours, &question);
    oracle_ask(run->oracle, buffer_view(&question), 1);
    if (differs(run, &judged, &difference))
        print_difference(&difference);
    printf("--- end\n");
    fflush(stdout);
    buffer_free(&question);
    judged_free(&judged);
    again.replayed = NULL;
    choices_free(&again);
    choices_free(&choices);
}

/* --- Batches -------------------------------------------------------------------------------- */

struct batch {
    struct judged cases[BATCH];
    struct buffer questions;
    uint64_t first;
    size_t count;
};

static void make_batch(struct run *run, struct batch *batch, uint64_t first, size_t count)
{
    buffer_clear(&batch->questions);
    batch->first = first;
    batch->count = count;
    for (size_t i = 0; i < count; i++) {
        struct choices choices = choices_seeded(first + i);
        judge(&choices, &batch->cases[i]);
        choices_free(&choices);
        ours_question(&batch->cases[i].sample, batch->cases[i].ours, &batch->questions);
        if (run->show)
            print_case(&batch->cases[i].sample);
    }
}

static void count_case(struct run *run, const struct judged *judged)
{
    if (judged->unanswered) {
        run->died++;
        return;
    }
    run->requests += judged->answer.requests;
    run->allowed += judged->answer.allowed;
    run->failed += judged->answer.failed;
    run->sets[judged->sample.manner]++;
    run->valid[judged->sample.manner] += judged->answer.valid;
    run->refused += judged->answer.requests == 0;
}

/* Reads the answers to a batch that was asked; only then are differences looked into, because that
 * asks again. */
static void end_batch(struct run *run, struct batch *batch)
{
    static struct difference found[BATCH];
    bool different[BATCH];
    for (size_t i = 0; i < batch->count; i++) {
        different[i] = differs(run, &batch->cases[i], &found[i]);
        if (run->show)
            printf(
                "%.*s", (int)batch->cases[i].answer.lines.length,
                (const char *)batch->cases[i].answer.lines.data);
        count_case(run, &batch->cases[i]);
        judged_free(&batch->cases[i]);
    }
    run->done += batch->count;
    for (size_t i = 0; i < batch->count; i++)
        if (different[i])
            report(run, batch->first + i, &found[i]);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t share(size_t part, size_t whole)
{
    return whole ? 100 * part / whole : 0;
}

static void print_summary(const struct run *run, double seconds)
{
    for (size_t i = 0; i < 3; i++)
        printf(
            "  %s: %zu sets, %zu %% strictly valid\n", manner_names[i], run->sets[i],
            share(run->valid[i], run->sets[i]));
    if (run->died)
        printf("  the official engine died on %zu cases\n", run->died);
    printf(
        "cedar differential: seeds %" PRIu64 " to %" PRIu64 ", %zu cases, %zu requests compared, "
        "%zu differences; %zu %% allowed, %zu %% with a failed policy, %zu %% of cases refused; "
        "%.0f requests/s\n",
        run->seed, run->seed + run->done - 1, run->done, run->requests, run->differences,
        share(run->allowed, run->requests), share(run->failed, run->requests),
        share(run->refused, run->done), (double)run->requests / seconds);
    fflush(stdout);
}

/* Whether the cases were of all sorts; asked of long runs only. */
static bool is_varied(const struct run *run)
{
    size_t typed = run->sets[CAREFUL] + run->sets[LOOSE];
    size_t valid = run->valid[CAREFUL] + run->valid[LOOSE];
    return run->done < 200 ||
           (share(run->allowed, run->requests) >= 10 && share(run->failed, run->requests) >= 10 &&
            share(run->allowed, run->requests) <= 90 && share(valid, typed) >= 20 &&
            run->valid[LOOSE] < run->sets[LOOSE] && share(run->refused, run->done) <= 30 &&
            run->died * 100 <= run->done);
}

static void run_all(struct run *run)
{
    static struct batch batches[2];
    double start = now(), told = start;
    size_t current = 0;
    make_batch(run, &batches[0], run->seed, run->cases < BATCH ? run->cases : BATCH);
    while (batches[current].count) {
        struct batch *batch = &batches[current], *next = &batches[1 - current];
        oracle_ask(run->oracle, buffer_view(&batch->questions), batch->count);
        uint64_t first = batch->first + batch->count;
        uint64_t left = run->seed + run->cases - first;
        bool late = run->seconds && now() - start > (double)run->seconds;
        /* The next batch is made while the official engine works on this one. */
        make_batch(run, next, first, late ? 0 : left < BATCH ? left : BATCH);
        end_batch(run, batch);
        current = 1 - current;
        if (now() - told > 30) {
            told = now();
            printf(
                "%zu cases, %zu requests, %zu differences\n", run->done, run->requests,
                run->differences);
            fflush(stdout);
        }
    }
    print_summary(run, now() - start);
    buffer_free(&batches[0].questions);
    buffer_free(&batches[1].questions);
}

static uint64_t number(const char *text)
{
    uint64_t value;
    if (!text || number_parse(bytes_of(text), UINT64_MAX, NULL, &value)) {
        fprintf(stderr, "differential: not a number: %s\n", text ? text : "(nothing)");
        exit(2);
    }
    return value;
}

int main(int count, char **arguments)
{
    struct run run = {.seed = 1, .cases = 1000};
    for (int i = 1; i < count; i++) {
        const char *next = i + 1 < count ? arguments[i + 1] : NULL;
        if (strcmp(arguments[i], "--show") == 0) {
            run.show = true;
            continue;
        }
        if (strcmp(arguments[i], "--script") == 0)
            run.script = next;
        else if (strcmp(arguments[i], "--module") == 0)
            run.module = next;
        else if (strcmp(arguments[i], "--seed") == 0)
            run.seed = number(next);
        else if (strcmp(arguments[i], "--cases") == 0)
            run.cases = number(next);
        else if (strcmp(arguments[i], "--seconds") == 0)
            run.seconds = number(next);
        else
            number(NULL);
        i++;
    }
    if (!run.script || !run.module || !run.cases)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    run.oracle = oracle_start(run.script, run.module);
    run_all(&run);
    oracle_stop(run.oracle);
    if (!is_varied(&run)) {
        printf("the cases are not varied enough\n");
        return 1;
    }
    return run.differences ? 1 : 0;
}
