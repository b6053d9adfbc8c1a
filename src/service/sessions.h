/* Who is logged in to read: challenges that logins answer, and sessions, known by bearer tokens
 * (RFC 6750). All of it is in memory only and ends with the server.
 *
 * Nobody who is not enrolled can make this grow or push anybody out: a challenge is not remembered
 * but sealed (its time, random bytes, and a tag under a key of this run), and only one that a
 * person has answered validly is kept, until its time is over, so that it is taken once. Of a
 * token its digest is kept. */
#ifndef ENDUSE_SERVICE_SESSIONS_H
#define ENDUSE_SERVICE_SESSIONS_H

#include "crypto/crypto.h"

enum {
    CHALLENGE_SIZE = 56,
    CHALLENGE_LIFE = 120 * 1000, /* ms: a passkey asks its person for a gesture */
    TOKEN_SIZE = 32,
    TOKEN_TEXT_SIZE = 44, /* base64url, and a zero byte */
    SESSIONS_MAX = 4096,  /* beyond it the one that was idle longest ends */
    SESSIONS_EACH = 16,   /* of one person; beyond it likewise of that person's */
};

struct sessions;

/* Times are milliseconds of a clock that does not go back. idle: how long a session lasts after
 * each use; longest: from its opening. ERROR_RANDOM, ERROR_MEMORY. */
enum error sessions_new(
    const struct os *os, millis idle, millis longest, struct fault *fault,
    struct sessions **ret_sessions);
void sessions_free(struct sessions *sessions); /* NULL is fine; keys and digests are wiped */

/* The functions below may be called from any thread. */

/* A challenge to sign, good for CHALLENGE_LIFE. ERROR_RANDOM. */
enum error sessions_challenge(
    const struct sessions *sessions, millis now, struct fault *fault,
    uint8_t ret_challenge[CHALLENGE_SIZE]);

/* Whether this server gave the challenge and it can still be answered: ERROR_SESSION_CHALLENGE. */
enum error sessions_check(
    const struct sessions *sessions, struct bytes challenge, millis now, struct fault *fault);

/* Bytes as a text (base64url) that only this run of the server makes, and back into arena
 * (ERROR_NOT_FOUND: not such a text): what somebody who is not known yet goes on with is in their
 * hands and not in a table that others could push it out of. It can be read by whoever holds it.
 * ERROR_MEMORY. */
enum error
sessions_seal(const struct sessions *sessions, struct bytes bytes, struct buffer *ret_text);
enum error sessions_unseal(
    const struct sessions *sessions, const char *text, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes);

/* Opens a session for a person who has answered the challenge: checks and spends it, and gives a
 * new token as text. Besides sessions_check's errors: ERROR_SESSION_CHALLENGE when it was answered
 * before, ERROR_BUSY when too many were answered lately, ERROR_RANDOM. */
enum error sessions_open(
    struct sessions *sessions, struct bytes challenge, const struct key_id *person, millis now,
    struct fault *fault, char ret_token[TOKEN_TEXT_SIZE]);

/* Whose session the token is, which counts as a use of it. false: there is none, or it has ended.
 */
bool sessions_find(
    struct sessions *sessions, struct bytes token, millis now, struct key_id *ret_person);

/* The same without that: of what a page asks for by itself, while nobody may be there. */
bool sessions_look(
    struct sessions *sessions, struct bytes token, millis now, struct key_id *ret_person);

/* By what sessions know a token, and whether that one lasts, which is no use of it. */
bool sessions_digest(struct bytes token, struct digest *ret_digest);
bool sessions_lasts(struct sessions *sessions, const struct digest *token, millis now);

/* Ends the session; false when there is none. */
bool sessions_close(struct sessions *sessions, struct bytes token, millis now);

/* How many last at this time. */
size_t sessions_count(struct sessions *sessions, millis now);

#endif
