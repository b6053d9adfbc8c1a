/* People who watch, their streams, and the thread that tells them. */
#include "service/live.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "authority/lifecycle.h"
#include "service/core.h"
#include "service/monotonic.h"

enum {
    CHANGES_MAX = 256, /* between two rounds; beyond it everything is said to have changed */
    EVENT_MAX = 160,   /* bytes of one */
};

/* An event is five lines of numbers and a topic. */
_Static_assert(EVENT_MAX > 80 + FILE_NUMBER_SIZE, "an event fits");
_Static_assert(EVENT_MAX *(LIVE_TOPICS + 1) < HTTP_STREAM_PENDING, "a round fits");

struct watcher {
    struct live *live;
    struct person *person;
    struct http_stream *stream;
    struct live_watch watch;
    bool listed;
    struct watcher *previous, *next; /* of the same person */
};

/* Somebody with streams. Only the thread takes one out of the list, so that it may go through the
 * list without the lock. */
struct person {
    struct key_id key;
    struct watcher *watchers;
    size_t count;
    struct person *next;
    /* Of the round; the thread's own. */
    bool known; /* the office knows them still */
    unsigned roles;
    bool sees[CHANGES_MAX];
};

struct change {
    enum file_kind kind;
    char number[FILE_NUMBER_SIZE];
};

/* What is told in one round. */
struct round {
    struct change changes[CHANGES_MAX];
    size_t count;
    bool all;      /* too many, or not to be read: everybody's topics have changed */
    uint64_t size; /* of the log with all of it */
    bool beat;
    /* The thread's own. */
    size_t told;                       /* streams */
    const void *contents[CHANGES_MAX]; /* NULL: no such file */
};

struct live {
    struct service *service;
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_t thread;
    bool stopping;
    bool due; /* there is something to tell, or to look at */
    size_t count;
    struct person *people;
    struct round waiting; /* what the next round will tell */
    struct round round;   /* the thread's own */
    millis last, beat;    /* when the last round was, and when the next sign of life is due */
};

/* --- Lists; with the lock ----------------------------------------------------------------- */

static struct person *find_person(const struct live *live, const struct key_id *key)
{
    struct person *person = live->people;
    while (person && !key_id_equal(&person->key, key))
        person = person->next;
    return person;
}

static void enlist(struct live *live, struct person *person, struct watcher *watcher)
{
    watcher->person = person;
    watcher->listed = true;
    watcher->next = person->watchers;
    if (watcher->next)
        watcher->next->previous = watcher;
    person->watchers = watcher;
    person->count++;
    live->count++;
}

static void delist(struct watcher *watcher)
{
    if (!watcher->listed)
        return;
    watcher->listed = false;
    if (watcher->previous)
        watcher->previous->next = watcher->next;
    else
        watcher->person->watchers = watcher->next;
    if (watcher->next)
        watcher->next->previous = watcher->previous;
    watcher->person->count--;
    watcher->live->count--;
}

/* http_stream_ended. */
static void stream_ended(void *context)
{
    struct watcher *watcher = context;
    struct live *live = watcher->live;
    pthread_mutex_lock(&live->lock);
    delist(watcher);
    pthread_mutex_unlock(&live->lock);
    free(watcher);
}

/* Where the stream is over already, stream_ended waits for the lock and frees the watcher. */
static void end(struct watcher *watcher)
{
    delist(watcher);
    if (http_stream_end(watcher->stream))
        free(watcher);
}

/* --- What is told ------------------------------------------------------------------------- */

/* How many ms the page after so many others waits before it asks. */
static unsigned turn_of(size_t others)
{
    return others < LIVE_AT_ONCE
               ? 0
               : (unsigned)((others - LIVE_AT_ONCE + 1) * LIVE_STEP % LIVE_SPREAD);
}

/* turn: that the page waits; a line of its own, where it does. */
static void
add_event(struct buffer *text, const struct live_topic *topic, uint64_t size, unsigned turn)
{
    const char *word = topic->kind ? file_word(topic->kind) : "queue";
    buffer_printf(
        text, "id: %llu\nevent: changed\ndata: %s%s%s\n", (unsigned long long)size, word,
        *topic->number ? "/" : "", topic->number);
    if (turn)
        buffer_printf(text, "data: %u\n", turn);
    buffer_append_byte(text, '\n');
}

/* What a person of these roles could do to a file of the kind: only that waits for them. */
static bool could_act(enum file_kind kind, unsigned roles)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].roles & roles)
            return true;
    }
    return false;
}

static bool concerns(
    const struct live_topic *topic, const struct change *change, const void *content,
    unsigned roles)
{
    if (!topic->kind)
        return could_act(change->kind, roles);
    if (topic->kind == change->kind)
        return !*topic->number || strcmp(topic->number, change->number) == 0;
    return *topic->number && lifecycle_of(change->kind)->parent_kind == topic->kind &&
           strcmp(topic->number, file_parent(change->kind, content)) == 0;
}

static bool
is_touched(const struct round *round, const struct person *person, const struct live_topic *topic)
{
    if (round->all)
        return true;
    for (size_t i = 0; i < round->count; i++) {
        if (person->sees[i] &&
            concerns(topic, &round->changes[i], round->contents[i], person->roles))
            return true;
    }
    return false;
}

/* --- The thread --------------------------------------------------------------------------- */

/* What the person sees of what has changed, as the office knows them now. */
static enum error judge(struct reading *reading, struct round *round, struct person *person)
{
    struct signer signer;
    enum error error = reading_actor(reading, &person->key, &reading->who, &signer);
    person->known = error != ERROR_OFFICE_STRANGER && error != ERROR_OFFICE_STANDING;
    if (!person->known)
        return ERROR_OK;
    person->roles = reading->who.roles;
    for (size_t i = 0; i < round->count && !error; i++) {
        const struct change *change = &round->changes[i];
        person->sees[i] = false;
        if (round->contents[i] && reader_sight(&reading->who, change->kind) >= SIGHT_OWN)
            error = file_is_visible(reading, change->kind, round->contents[i], &person->sees[i]);
    }
    return error;
}

static enum error load(struct reading *reading, struct round *round)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < round->count && !error; i++) {
        const struct change *change = &round->changes[i];
        round->contents[i] = NULL;
        error = store_load(
            reading->reader, change->kind, change->number, &reading->arena, &reading->fault,
            &round->contents[i]);
        if (error == ERROR_NOT_FOUND)
            error = ERROR_OK;
    }
    return error;
}

/* Where the database cannot be asked who sees what, everybody hears that everything has changed,
 * which tells nothing of any file; whose session it is, is asked in the next round. */
static bool judge_all(struct reading *reading, struct round *round, struct person *people)
{
    if (round->all)
        round->count = 0;
    enum error error = load(reading, round);
    for (struct person *person = people; person && !error; person = person->next)
        error = judge(reading, round, person);
    return !error;
}

static void tell(struct watcher *watcher, struct round *round, millis clock)
{
    const struct person *person = watcher->person;
    struct sessions *sessions = watcher->live->service->sessions;
    if (!person->known || !sessions_lasts(sessions, &watcher->watch.session, clock)) {
        end(watcher);
        return;
    }
    struct buffer text = {0};
    bool touched = false;
    if (round->beat)
        buffer_append_text(&text, ":\n\n");
    for (size_t i = 0; i < watcher->watch.topic_count; i++) {
        if (!is_touched(round, person, &watcher->watch.topics[i]))
            continue;
        add_event(&text, &watcher->watch.topics[i], round->size, turn_of(round->told));
        touched = true;
    }
    round->told += touched;
    /* Without memory for what is to be said the stream ends: the browser comes again, and hears
     * what it missed. Whoever is too slow is cut off by the stream, and stream_ended comes. */
    if (text.error)
        end(watcher);
    else if (text.length)
        (void)http_stream_write(watcher->stream, buffer_view(&text));
    buffer_free(&text);
}

static void tell_all(struct live *live, struct person *people, millis clock)
{
    for (struct person *person = people; person; person = person->next) {
        struct watcher *next;
        for (struct watcher *watcher = person->watchers; watcher; watcher = next) {
            next = watcher->next;
            tell(watcher, &live->round, clock);
        }
    }
}

/* Whoever has no stream any more. */
static void sweep(struct live *live)
{
    struct person **link = &live->people;
    while (*link) {
        struct person *person = *link;
        if (person->watchers) {
            link = &person->next;
            continue;
        }
        *link = person->next;
        free(person);
    }
}

/* With the lock, which is given up while the database is read: whoever comes meanwhile is before
 * the list's old beginning, and is told in the next round. */
static void do_round(struct live *live)
{
    struct reading reading;
    millis clock = 0;
    live->round = live->waiting;
    live->round.told = 0;
    live->waiting.count = 0;
    live->waiting.all = false;
    live->due = false;
    sweep(live);
    struct person *people = live->people;
    pthread_mutex_unlock(&live->lock);
    for (struct person *person = people; person; person = person->next)
        person->known = true;
    bool good = people && reading_open(live->service, &reading) == ERROR_OK;
    if (good) {
        clock = reading.clock;
        live->round.all |= !judge_all(&reading, &live->round, people);
    }
    pthread_mutex_lock(&live->lock);
    live->round.all |= !good;
    tell_all(live, people, clock);
    if (good)
        reading_end(&reading);
}

static void *run(void *context)
{
    struct live *live = context;
    pthread_mutex_lock(&live->lock);
    while (!live->stopping) {
        millis now = monotonic_now(), next = live->last + LIVE_PAUSE;
        live->waiting.beat = live->beat <= now;
        if (live->waiting.beat || (live->due && next <= now)) {
            live->last = now;
            if (live->waiting.beat)
                live->beat = now + LIVE_BEAT;
            do_round(live);
            continue;
        }
        monotonic_wait(
            &live->work, &live->lock, live->due && next < live->beat ? next : live->beat);
    }
    pthread_mutex_unlock(&live->lock);
    return NULL;
}

/* --- From other threads ------------------------------------------------------------------- */

static void note(struct round *round, const struct writer_change *change)
{
    for (size_t i = 0; i < round->count; i++) {
        const struct change *known = &round->changes[i];
        if (known->kind == change->kind && strcmp(known->number, change->number) == 0)
            return;
    }
    if (round->count == CHANGES_MAX) {
        round->all = true;
        return;
    }
    struct change *own = &round->changes[round->count++];
    *own = (struct change){.kind = change->kind};
    memcpy(own->number, change->number, strnlen(change->number, FILE_NUMBER_SIZE - 1));
}

void live_changed(void *context, const struct writer_change *change)
{
    struct live *live = context;
    pthread_mutex_lock(&live->lock);
    if (change->size > live->waiting.size)
        live->waiting.size = change->size;
    if (live->count) {
        note(&live->waiting, change);
        live->due = true;
        pthread_cond_signal(&live->work);
    }
    pthread_mutex_unlock(&live->lock);
}

void live_look(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    live->due = true;
    pthread_cond_signal(&live->work);
    pthread_mutex_unlock(&live->lock);
}

size_t live_count(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    size_t count = live->count;
    pthread_mutex_unlock(&live->lock);
    return count;
}

/* What a stream begins with. */
static void greet(struct live *live, struct watcher *watcher)
{
    const struct live_watch *watch = &watcher->watch;
    uint64_t known = live->waiting.size, size = watch->since > known ? watch->since : known;
    bool behind = watch->behind || watch->since < size;
    struct buffer text = {0};
    buffer_printf(&text, "retry: %u\n\n", LIVE_RETRY + turn_of(live->count - 1));
    for (size_t i = 0; i < watch->topic_count && behind; i++)
        add_event(&text, &watch->topics[i], size, 0);
    if (text.error)
        end(watcher);
    else
        (void)http_stream_write(watcher->stream, buffer_view(&text));
    buffer_free(&text);
}

enum error live_open(
    struct live *live, struct http_exchange *exchange, const struct live_watch *watch,
    struct http_response *response)
{
    size_t most = http_server_connections(live->service->server) / 2;
    struct watcher *watcher = calloc(1, sizeof *watcher);
    struct person *fresh = calloc(1, sizeof *fresh);
    enum error error = watcher && fresh ? ERROR_OK : ERROR_MEMORY;
    pthread_mutex_lock(&live->lock);
    struct person *person = find_person(live, &watch->person);
    if (!error && (live->count >= (most < LIVE_MOST ? most : LIVE_MOST) ||
                   (person && person->count >= LIVE_EACH)))
        error = ERROR_BUSY;
    if (!error)
        error = http_stream_open(exchange, response, stream_ended, watcher, &watcher->stream);
    if (!error) {
        watcher->live = live;
        watcher->watch = *watch;
        if (!person) {
            person = fresh;
            fresh = NULL;
            person->key = watch->person;
            person->next = live->people;
            live->people = person;
        }
        enlist(live, person, watcher);
        greet(live, watcher);
    }
    pthread_mutex_unlock(&live->lock);
    free(fresh);
    if (error)
        free(watcher);
    return error;
}

/* --- Starting and stopping ---------------------------------------------------------------- */

static enum error make_condition(struct live *live)
{
    return pthread_mutex_init(&live->lock, NULL) ? ERROR_MEMORY : monotonic_condition(&live->work);
}

enum error live_start(struct service *service, struct fault *fault, struct live **ret_live)
{
    struct live *live = calloc(1, sizeof *live);
    if (!live || make_condition(live)) {
        free(live);
        return fault_place(fault, ERROR_MEMORY, "live");
    }
    live->service = service;
    live->beat = monotonic_now() + LIVE_BEAT;
    int failed = pthread_create(&live->thread, NULL, run, live);
    if (failed) {
        free(live);
        return fault_place(fault, error_from_errno(failed), "live");
    }
    *ret_live = live;
    return ERROR_OK;
}

void live_stop(struct live *live)
{
    if (!live)
        return;
    pthread_mutex_lock(&live->lock);
    live->stopping = true;
    pthread_cond_signal(&live->work);
    pthread_mutex_unlock(&live->lock);
    pthread_join(live->thread, NULL);
    sweep(live);
    pthread_cond_destroy(&live->work);
    pthread_mutex_destroy(&live->lock);
    free(live);
}
