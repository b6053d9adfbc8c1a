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

/* --- Picking ------------------------------------------------------------------------------ */

static const enum world_key actors[] = {
    WORLD_D1,       WORLD_D2,       WORLD_D3,         WORLD_D4,         WORLD_F1,
    WORLD_F2,       WORLD_F3,       WORLD_LEASE,      WORLD_EXPORTER,   WORLD_OTHER_EXPORTER,
    WORLD_OPERATOR, WORLD_COURT,    WORLD_HIGH_COURT, WORLD_PROSECUTOR, WORLD_ADMINISTRATOR,
    WORLD_AUDITOR,  WORLD_STRANGER,
};
enum { ACTORS = sizeof actors / sizeof *actors, OFFICERS = 7 };

static enum world_key pick_key(const struct attempt *attempt, uint64_t *seed)
{
    if (attempt->signers && random_below(seed, 10) < 7) {
        for (;;) {
            size_t key = random_below(seed, WORLD_KEY_COUNT);
            if (attempt->signers & 1u << key)
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
        *ret_open = open(file, attempt->verb) &&
                    (!attempt->rare || random_below(seed, attempt->rare == 2 ? 1000 : 24) == 0);
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
        const char *file = random_below(seed, 2) ? attempts->focus : NULL;
        if (!file)
            file = attempts->files[random_below(seed, attempts->file_count)];
        attempt = pick_on(attempts, file, seed, open, &is_open);
    }
    return (struct try){attempt, pick_key(attempt, seed)};
}

/* --- The way to a licence ----------------------------------------------------------------- */

#define BIT(key) (1u << (key))
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
    {"product/P-0112", "enter-build", WORLD_D1, 0, 0},
    {"product/P-0112", "test-build", WORLD_F1, 0, 0},
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
    {"installation/IN-0001", "enrol", WORLD_D1, 0, 0},
    {"application/A-3", "draft", WORLD_D1, 0, 0},
    {"application/A-3", "submit", WORLD_D1, 0, 0},
    {"application/A-3", "open-review", WORLD_D2, 0, 0},
    {"application/A-3", "assess", WORLD_F1, 0, 0},
    {"application/A-3", "review", WORLD_D2, 0, 0},
    {"application/A-3", "review", WORLD_F2, 0, 0},
    {"licence/IL-2026-0018", "propose", WORLD_D1, BIT(WORLD_D1), 0},
    {"licence/IL-2026-0018", "countersign", WORLD_F1, BOTH, 0},
};
const size_t attempts_way = sizeof way / sizeof *way;

/* --- A case to its end, and what ends with it ------------------------------------------- */

static const struct {
    const char *file, *verb;
    enum world_key key;
    int64_t days; /* that pass before it */
    bool first;   /* with the first of its bodies, else with any */
} story[] = {
    {"account/X-33", "enrol", WORLD_D1, 0, false},
    {"account/X-33", "confirm", WORLD_F1, 0, false},
    {"licence/IL-2026-0017", "surrender", WORLD_HIGH_COURT, 0, false},
    {"order/OR-1", "issue", WORLD_D1, 0, false},
    {"case/C-1", "open", WORLD_D1, 0, true},
    {"case/C-1", "triage", WORLD_D1, 0, true},
    {"case/C-1", "investigate", WORLD_D2, 0, false},
    {"case/C-1", "find", WORLD_D2, 0, false},
    {"case/C-1", "notify", WORLD_F1, 0, false},
    {"case/C-1", "notify", WORLD_F1, 0, false},
    {"case/C-1", "notify", WORLD_F1, 0, false},
    {"case/C-1", "hear", WORLD_F1, 50, false},
    {"case/C-1", "decide", WORLD_F2, 0, false},
    {"case/C-1", "execute", WORLD_D1, 0, false},
    {"certificate/EC-2026-0009", "ask-breach", WORLD_D1, 0, false},
    {"certificate/EC-2026-0009", "breach", WORLD_F1, 0, false},
    {"case/C-1", "close", WORLD_F3, 15, false},
    {"licence/IL-2026-0017", "accept-surrender", WORLD_D3, 0, false},
};
const size_t attempts_story = sizeof story / sizeof *story;

struct try
attempts_story_step(const struct attempts *attempts, size_t step, uint64_t *seed, int64_t *ret_days)
{
    const struct attempt *some[ATTEMPTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < attempts->count; i++) {
        const struct attempt *attempt = &attempts->list[i];
        if (strcmp(attempt->file, story[step].file) == 0 &&
            strcmp(attempt->verb, story[step].verb) == 0)
            some[count++] = attempt;
    }
    assert_true(count > 0);
    *ret_days = story[step].days;
    return (struct try){some[story[step].first ? 0 : random_below(seed, count)], story[step].key};
}

/* --- Steps -------------------------------------------------------------------------------- */

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
