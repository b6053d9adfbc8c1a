/* Acts of random people on random files of a small office, right and wrong ones, for tests that
 * hold what is accepted to the rules. The same seed gives the same acts. */
#ifndef ENDUSE_TESTS_RANDOM_ACTS_H
#define ENDUSE_TESTS_RANDOM_ACTS_H

#include "office_bodies.h"
#include "world.h"

/* Something that somebody may try: an act with a body, and who signed the document in it. */
struct attempt {
    const char *file, *verb;
    struct datum body;
    unsigned signers; /* bits of keys; 0: no document */
    int rare; /* 1: ends what much else rests on, seldom picked; 2: what all else does, more so */
};

enum { ATTEMPTS_MAX = 1024 };

struct attempts {
    struct attempt list[ATTEMPTS_MAX];
    size_t count;
    const char *files[128]; /* each once */
    size_t file_count;
    const char *focus; /* one of them, on which every other act is; NULL: none. The caller's */
};

/* All attempts, with what they hold in the world's arena; after world_sign. */
void attempts_make(struct world *world, struct attempts *ret_attempts);

/* One of them, mostly on a file's act that its state allows (open says whether), and a key to do it
 * with, mostly one that signed the document or whose role fits. */
struct
try {
    const struct attempt *attempt;
    enum world_key key;
};
struct try attempts_pick(
    const struct attempts *attempts, uint64_t *seed,
    bool (*open)(const char *file, const char *verb));

/* The steps of the straight way to a licence, and to its renewal, which random acts alone would
 * seldom find. */
extern const size_t attempts_way;
struct try attempts_step(const struct attempts *attempts, size_t step);

/* The steps of a case to its end, each with any of the bodies that there are for it; *ret_days is
 * how many days pass before it is tried first. */
extern const size_t attempts_story;
struct try attempts_story_step(
    const struct attempts *attempts, size_t step, uint64_t *seed, int64_t *ret_days);

#endif
