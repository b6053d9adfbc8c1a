/* Challenges and sessions, in tables of fixed size. */
#include "service/sessions.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACES = 2 * SESSIONS_MAX, /* of the table by digest; a power of two */
    SPENT_MAX = 1024,          /* challenges answered within CHALLENGE_LIFE */
    CHALLENGE_TIME = 8,        /* a challenge: this, random bytes, and the tag over both */
    CHALLENGE_RANDOM = 16,
    CHALLENGE_HEAD = CHALLENGE_TIME + CHALLENGE_RANDOM,
    KEY_SIZE = 32,
    NONE = -1,
};

_Static_assert(CHALLENGE_SIZE == CHALLENGE_HEAD + DIGEST_SIZE, "time, random bytes, tag");

struct session {
    bool open;
    struct digest token; /* of the token's bytes */
    struct key_id person;
    millis opened, used;
    int next; /* in its place's list */
};

struct spent {
    uint8_t random[CHALLENGE_RANDOM];
    millis until; /* 0: free */
};

struct sessions {
    pthread_mutex_t lock;
    const struct os *os;
    millis idle, longest;
    uint8_t key[KEY_SIZE]; /* of challenges */
    struct spent spent[SPENT_MAX];
    int places[PLACES]; /* the first session of each list */
    struct session all[SESSIONS_MAX];
};

enum error sessions_new(
    const struct os *os, millis idle, millis longest, struct fault *fault,
    struct sessions **ret_sessions)
{
    struct sessions *sessions = calloc(1, sizeof *sessions);
    if (!sessions)
        return fault_place(fault, ERROR_MEMORY, "sessions");
    enum error error = random_fill(os, fault, sessions->key, KEY_SIZE);
    if (!error && pthread_mutex_init(&sessions->lock, NULL))
        error = fault_place(fault, ERROR_MEMORY, "sessions");
    if (error) {
        free(sessions);
        return error;
    }
    sessions->os = os;
    sessions->idle = idle;
    sessions->longest = longest;
    for (size_t i = 0; i < PLACES; i++)
        sessions->places[i] = NONE;
    *ret_sessions = sessions;
    return ERROR_OK;
}

void sessions_free(struct sessions *sessions)
{
    if (!sessions)
        return;
    pthread_mutex_destroy(&sessions->lock);
    secret_wipe(sessions, sizeof *sessions);
    free(sessions);
}

/* --- Challenges --------------------------------------------------------------------------- */

static struct digest tag_of(const struct sessions *sessions, struct bytes head)
{
    return hmac_of(BYTES_ARRAY(sessions->key), head);
}

enum error sessions_challenge(
    const struct sessions *sessions, millis now, struct fault *fault,
    uint8_t ret_challenge[CHALLENGE_SIZE])
{
    uint8_t challenge[CHALLENGE_SIZE];
    store_u64(challenge, (uint64_t)now);
    enum error error =
        random_fill(sessions->os, fault, challenge + CHALLENGE_TIME, CHALLENGE_RANDOM);
    if (error)
        return error;
    struct digest tag = tag_of(sessions, (struct bytes){challenge, CHALLENGE_HEAD});
    memcpy(challenge + CHALLENGE_HEAD, tag.bytes, DIGEST_SIZE);
    memcpy(ret_challenge, challenge, CHALLENGE_SIZE);
    return ERROR_OK;
}

enum error sessions_check(
    const struct sessions *sessions, struct bytes challenge, millis now, struct fault *fault)
{
    struct digest tag = tag_of(sessions, bytes_slice(challenge, 0, CHALLENGE_HEAD));
    if (challenge.length != CHALLENGE_SIZE ||
        !secret_equal(digest_view(&tag), bytes_slice(challenge, CHALLENGE_HEAD, challenge.length)))
        return fault_set(
            fault, ERROR_SESSION_CHALLENGE, "challenge", "one that this server gave", NULL);
    millis given = (millis)load_u64(challenge.data);
    if (now - given >= CHALLENGE_LIFE)
        return fault_set(
            fault, ERROR_SESSION_CHALLENGE, "challenge", "one that is at most two minutes old",
            "%lld s", (long long)((now - given) / MILLIS_SECOND));
    return ERROR_OK;
}

/* --- What is sealed ----------------------------------------------------------------------- */

/* Not to be taken for a challenge's tag: that is over CHALLENGE_HEAD bytes, this over the tag of
 * the bytes and a word. */
static struct digest seal_of(const struct sessions *sessions, struct bytes bytes)
{
    struct digest inner = hmac_of(BYTES_ARRAY(sessions->key), bytes);
    uint8_t message[DIGEST_SIZE + 4] = "seal";
    memcpy(message + 4, inner.bytes, DIGEST_SIZE);
    return hmac_of(BYTES_ARRAY(sessions->key), BYTES_ARRAY(message));
}

enum error
sessions_seal(const struct sessions *sessions, struct bytes bytes, struct buffer *ret_text)
{
    struct buffer whole = {0};
    struct digest seal = seal_of(sessions, bytes);
    buffer_append_bytes(&whole, digest_view(&seal));
    buffer_append_bytes(&whole, bytes);
    if (!whole.error)
        base64url_append(ret_text, buffer_view(&whole));
    enum error error = whole.error ? whole.error : ret_text->error;
    buffer_free(&whole);
    return error;
}

enum error sessions_unseal(
    const struct sessions *sessions, const char *text, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes)
{
    struct buffer whole = {0};
    enum error error = base64url_parse(bytes_of(text), NULL, &whole);
    struct bytes seal = bytes_slice(buffer_view(&whole), 0, DIGEST_SIZE);
    struct bytes bytes = bytes_slice(buffer_view(&whole), DIGEST_SIZE, whole.length);
    struct digest expected = seal_of(sessions, bytes);
    struct bytes copy = {0};
    if (error != ERROR_MEMORY && (error || !secret_equal(digest_view(&expected), seal)))
        error = fault_set(fault, ERROR_NOT_FOUND, "seal", "one that this server made", NULL);
    else if (!error)
        copy = arena_copy(arena, bytes);
    buffer_free(&whole);
    if (error)
        return error == ERROR_MEMORY ? fault_place(fault, error, "seal") : error;
    if (!copy.data)
        return fault_place(fault, ERROR_MEMORY, "seal");
    *ret_bytes = copy;
    return ERROR_OK;
}

/* Takes a challenge that was checked, once. */
static enum error
spend(struct sessions *sessions, struct bytes challenge, millis now, struct fault *fault)
{
    const uint8_t *random = challenge.data + CHALLENGE_TIME;
    struct spent *free_place = NULL;
    for (size_t i = 0; i < SPENT_MAX; i++) {
        struct spent *spent = &sessions->spent[i];
        if (spent->until <= now)
            free_place = spent;
        else if (memcmp(spent->random, random, CHALLENGE_RANDOM) == 0)
            return fault_set(
                fault, ERROR_SESSION_CHALLENGE, "challenge", "one that was not answered before",
                NULL);
    }
    if (!free_place)
        return fault_place(fault, ERROR_BUSY, "challenge");
    memcpy(free_place->random, random, CHALLENGE_RANDOM);
    free_place->until = (millis)load_u64(challenge.data) + CHALLENGE_LIFE;
    return ERROR_OK;
}

/* --- Sessions ----------------------------------------------------------------------------- */

static int *place_of(struct sessions *sessions, const struct digest *token)
{
    return &sessions->places[load_u64(token->bytes) % PLACES];
}

static bool lasts(const struct sessions *sessions, const struct session *session, millis now)
{
    return session->open && now - session->used < sessions->idle &&
           now - session->opened < sessions->longest;
}

static void end(struct sessions *sessions, struct session *session)
{
    int index = (int)(session - sessions->all);
    int *link = place_of(sessions, &session->token);
    while (*link != index)
        link = &sessions->all[*link].next;
    *link = session->next;
    secret_wipe(session, sizeof *session);
}

/* Ends what has run out, and the person's own that was idle longest where there are too many; then
 * a free place is found, or made by ending the one of all that was idle longest. */
static struct session *make_room(struct sessions *sessions, const struct key_id *person, millis now)
{
    struct session *room = NULL, *own = NULL, *idlest = NULL;
    size_t count = 0;
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct session *session = &sessions->all[i];
        if (session->open && !lasts(sessions, session, now))
            end(sessions, session);
        if (!session->open) {
            room = session;
            continue;
        }
        if (!idlest || session->used < idlest->used)
            idlest = session;
        if (!key_id_equal(&session->person, person))
            continue;
        count++;
        if (!own || session->used < own->used)
            own = session;
    }
    if (count < SESSIONS_EACH && room)
        return room;
    struct session *ended = count >= SESSIONS_EACH ? own : idlest;
    end(sessions, ended);
    return ended;
}

static void enter(
    struct sessions *sessions, const struct digest *token, const struct key_id *person, millis now)
{
    struct session *session = make_room(sessions, person, now);
    int *place = place_of(sessions, token);
    *session = (struct session){
        .open = true,
        .token = *token,
        .person = *person,
        .opened = now,
        .used = now,
        .next = *place,
    };
    *place = (int)(session - sessions->all);
}

/* Room for a whole token, as bytes or as text, before it goes in: growing would leave a copy
 * behind.
 */
static void make_secret_room(struct buffer *buffer)
{
    if (buffer_reserve(buffer, TOKEN_TEXT_SIZE))
        buffer->length -= TOKEN_TEXT_SIZE;
}

enum error sessions_open(
    struct sessions *sessions, struct bytes challenge, const struct key_id *person, millis now,
    struct fault *fault, char ret_token[TOKEN_TEXT_SIZE])
{
    uint8_t token[TOKEN_SIZE];
    struct buffer text = {0};
    enum error error = sessions_check(sessions, challenge, now, fault);
    if (!error)
        error = random_fill(sessions->os, fault, token, TOKEN_SIZE);
    if (error)
        return error;
    make_secret_room(&text);
    base64url_append(&text, BYTES_ARRAY(token));
    if (text.error) {
        error = fault_place(fault, text.error, "token");
    } else {
        struct digest digest = sha256_of(BYTES_ARRAY(token));
        pthread_mutex_lock(&sessions->lock);
        error = spend(sessions, challenge, now, fault);
        if (!error)
            enter(sessions, &digest, person, now);
        pthread_mutex_unlock(&sessions->lock);
    }
    if (!error)
        memcpy(ret_token, buffer_text(&text), TOKEN_TEXT_SIZE);
    secret_wipe(token, sizeof token);
    secret_buffer_free(&text);
    return error;
}

/* The session of a token, or NULL; the lock is held. Lists are found by digest, and a digest tells
 * nobody the token, so how long the search takes tells nothing either; equality is asked for in
 * constant time all the same. */
static struct session *search(struct sessions *sessions, const struct digest *token, millis now)
{
    int index = *place_of(sessions, token);
    while (index != NONE) {
        struct session *session = &sessions->all[index];
        if (secret_equal(digest_view(&session->token), digest_view(token)))
            return lasts(sessions, session, now) ? session : NULL;
        index = session->next;
    }
    return NULL;
}

/* The digest of the bytes that a token's text stands for; false when it is none. */
bool sessions_digest(struct bytes token, struct digest *ret_digest)
{
    struct buffer bytes = {0};
    bool good = token.length == TOKEN_TEXT_SIZE - 1;
    make_secret_room(&bytes);
    good = good && base64url_parse(token, NULL, &bytes) == ERROR_OK && bytes.length == TOKEN_SIZE;
    if (good)
        *ret_digest = sha256_of(buffer_view(&bytes));
    secret_buffer_free(&bytes);
    return good;
}

static bool
find(struct sessions *sessions, struct bytes token, millis now, bool use, struct key_id *ret_person)
{
    struct digest digest;
    if (!sessions_digest(token, &digest))
        return false;
    pthread_mutex_lock(&sessions->lock);
    struct session *session = search(sessions, &digest, now);
    if (session) {
        if (use)
            session->used = now;
        *ret_person = session->person;
    }
    pthread_mutex_unlock(&sessions->lock);
    return session != NULL;
}

bool sessions_find(
    struct sessions *sessions, struct bytes token, millis now, struct key_id *ret_person)
{
    return find(sessions, token, now, true, ret_person);
}

bool sessions_look(
    struct sessions *sessions, struct bytes token, millis now, struct key_id *ret_person)
{
    return find(sessions, token, now, false, ret_person);
}

bool sessions_lasts(struct sessions *sessions, const struct digest *token, millis now)
{
    pthread_mutex_lock(&sessions->lock);
    bool lasts_still = search(sessions, token, now) != NULL;
    pthread_mutex_unlock(&sessions->lock);
    return lasts_still;
}

bool sessions_close(struct sessions *sessions, struct bytes token, millis now)
{
    struct digest digest;
    if (!sessions_digest(token, &digest))
        return false;
    pthread_mutex_lock(&sessions->lock);
    struct session *session = search(sessions, &digest, now);
    if (session)
        end(sessions, session);
    pthread_mutex_unlock(&sessions->lock);
    return session != NULL;
}

size_t sessions_count(struct sessions *sessions, millis now)
{
    size_t count = 0;
    pthread_mutex_lock(&sessions->lock);
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        count += lasts(sessions, &sessions->all[i], now);
    pthread_mutex_unlock(&sessions->lock);
    return count;
}
