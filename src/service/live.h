/* Who is told that something has changed: streams of server-sent events (WHATWG HTML section 9.2)
 * by which open pages know when to ask again. An event says which topic of the reader's has
 * changed, and nothing of what; and only a change of a file that the reader sees, as things are
 * when it happens, is one to them. */
#ifndef ENDUSE_SERVICE_LIVE_H
#define ENDUSE_SERVICE_LIVE_H

#include "crypto/crypto.h"
#include "service/writer.h"

struct service;
struct live;

enum {
    LIVE_TOPICS = 8,   /* of one stream */
    LIVE_EACH = 256,   /* streams of one person */
    LIVE_MOST = 4096,  /* streams, and never more than half of the server's connections */
    LIVE_PAUSE = 100,  /* ms between two events of a topic */
    LIVE_BEAT = 15000, /* ms between two signs of life, and two looks at whose session has ended */
    LIVE_RETRY = 3000, /* ms after which a browser that lost its stream comes again */
    /* Pages that hear of one change ask again one after the other, so that nobody else waits behind
     * all of them: the first ones at once, each further one a step later, over and over in this
     * span. So do browsers that all lost their streams. */
    LIVE_AT_ONCE = 32, /* pages */
    LIVE_STEP = 2,     /* ms, about what a page takes of a core */
    LIVE_SPREAD = 2000 /* ms */
};

/* What a page is about. A file's topic has the files that hang on it too. */
struct live_topic {
    enum file_kind kind;           /* FILE_NONE: what waits for the reader */
    char number[FILE_NUMBER_SIZE]; /* "": all files of the kind */
};

struct live_watch {
    struct key_id person;
    struct digest session; /* sessions_digest */
    struct live_topic topics[LIVE_TOPICS];
    size_t topic_count;
    bool behind;    /* what the page stands on is not known: each topic has changed */
    uint64_t since; /* the size of the log, as it is; the page's own where it is not behind */
};

/* Starts the thread that tells; the service lives longer. ERROR_MEMORY, or the system's. */
enum error live_start(struct service *service, struct fault *fault, struct live **ret_live);

/* After the HTTP server and the writer. NULL is fine. */
void live_stop(struct live *live);

/* Something has changed: for the writer (writer.h), which does not wait. */
void live_changed(void *context, const struct writer_change *change);

/* A session may have ended: its streams end at once. */
void live_look(struct live *live);

/* Makes the answer to the request that is running a stream. ERROR_BUSY: too many of this person's,
 * or in all. ERROR_MEMORY. */
enum error live_open(
    struct live *live, struct http_exchange *exchange, const struct live_watch *watch,
    struct http_response *response);

/* How many streams are open. */
size_t live_count(struct live *live);

#endif
