/* A browser for tests of site/: requests are written out as one sends them, with its session's
 * cookie and its form's token. Every function stops the test where something is not as it should
 * be. */
#ifndef ENDUSE_TESTS_SITE_BROWSER_H
#define ENDUSE_TESTS_SITE_BROWSER_H

#include "http_fixture.h"
#include "service_fixture.h"

struct site_browser {
    struct service_fixture *fixture;
    const char *host;      /* without port; NULL: 127.0.0.1 */
    const char *more;      /* a cookie besides the session's, "name=value"; or NULL */
    const char *languages; /* Accept-Language; or NULL */
    char session[80];      /* the cookie's value; "": none */
    char token[100];       /* of a form of the session */
    struct buffer page;    /* head and body of the last answer */
};

void site_browser_open(struct site_browser *browser, struct service_fixture *fixture);
void site_browser_close(struct site_browser *browser);

/* Starts the fixture's server anew, so that it plays these people, up to four. */
void site_play(struct service_fixture *fixture, const enum world_key *keys, size_t count);

/* Sends a form (NULL: visits the page), from the host's own pages unless an origin is given; gives
 * the status. */
unsigned
browser_call(struct site_browser *browser, const char *path, const char *form, const char *origin);

/* A form of this session with these pairs. */
unsigned browser_send(struct site_browser *browser, const char *path, const char *pairs);

/* The last answer. */
const char *browser_page(struct site_browser *browser);
void browser_holds(struct site_browser *browser, const char *text);

/* Appends "&name=value" of a hidden field that the last answer has. */
void browser_send_on(struct site_browser *browser, const char *name, struct buffer *form);

/* The text between a beginning and a quote, a semicolon or the line's end. */
void browser_take(struct site_browser *browser, const char *before, char *ret_text, size_t size);

/* Signs in as somebody whom the server plays, and takes session and token. */
void browser_sign_in(struct site_browser *browser, enum world_key key);

#endif
