/* http: answers without an end, over loopback: what arrives, and what ends one: its owner, a reader
 * who is too slow or leaves, a wait that cannot begin, the server's stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/server.h"
#include "http/stream.h"
#include "http_fixture.h"

/* What the tests and the handler share. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_stream *stream; /* the last that was opened */
    size_t opened, ended;
} owner = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static struct http_server *server;

/* --- A system call that fails ------------------------------------------------------------- */

static atomic_bool no_waits;
static atomic_size_t refused;

/* In the place of the C library's. The server waits for a client that leaves by EPOLLRDHUP alone;
 * the library, which has its own epoll, never does. */
int epoll_ctl(int events, int what, int socket, struct epoll_event *event)
{
    if (atomic_load(&no_waits) && what == EPOLL_CTL_ADD && event->events == EPOLLRDHUP) {
        atomic_fetch_add(&refused, 1);
        return -1;
    }
    return (int)syscall(SYS_epoll_ctl, events, what, socket, event);
}

/* --- The server --------------------------------------------------------------------------- */

static void note_end(void *context)
{
    (void)context;
    pthread_mutex_lock(&owner.lock);
    owner.ended++;
    pthread_cond_broadcast(&owner.changed);
    pthread_mutex_unlock(&owner.lock);
}

static enum http_outcome open_stream(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)request;
    response->status = 200;
    response->type = "text/plain";
    pthread_mutex_lock(&owner.lock);
    response->error = http_stream_open(exchange, response, note_end, NULL, &owner.stream);
    owner.opened += !response->error;
    pthread_cond_broadcast(&owner.changed);
    pthread_mutex_unlock(&owner.lock);
    return HTTP_ANSWERED;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/stream", .handler = open_stream},
};

static int set_up(void **state)
{
    (void)state;
    const struct http_server_options options = {
        .address = "127.0.0.1:0",
        .routes = routes,
        .route_count = 1,
        .threads = 2,
        .connections = 64,
    };
    owner.opened = owner.ended = 0;
    atomic_store(&no_waits, false);
    assert_int_equal(http_server_start(&options, NULL, &server), ERROR_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (server)
        http_server_stop(server, 1000);
    server = NULL;
    return 0;
}

static void await(const size_t *count, size_t least)
{
    pthread_mutex_lock(&owner.lock);
    while (*count < least)
        pthread_cond_wait(&owner.changed, &owner.lock);
    pthread_mutex_unlock(&owner.lock);
}

/* Asks, and waits for the stream. */
static int listen_to(void)
{
    size_t before = owner.opened;
    int socket = raw_open(http_server_port(server));
    raw_send(socket, "GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    await(&owner.opened, before + 1);
    return socket;
}

static size_t ended(void)
{
    pthread_mutex_lock(&owner.lock);
    size_t count = owner.ended;
    pthread_mutex_unlock(&owner.lock);
    return count;
}

/* The body of an answer in chunks (RFC 9112 section 7.1); whether its last chunk came. */
static bool take_body(const char *answer, struct buffer *ret_body)
{
    const char *at = strstr(answer, "\r\n\r\n");
    assert_non_null(at);
    buffer_clear(ret_body);
    at += 4;
    for (;;) {
        char *text = NULL;
        size_t size = strtoul(at, &text, 16);
        if (text == at || strlen(text) < 2 + size)
            return false;
        if (!size)
            return true;
        buffer_append(ret_body, text + 2, size);
        at = text + 2 + size + 2;
    }
}

/* --- What arrives ------------------------------------------------------------------------- */

static void what_is_added_arrives_in_order_until_the_end(void **state)
{
    (void)state;
    struct buffer answer = {0}, body = {0};
    char whole[HTTP_STREAM_PENDING];
    memset(whole, 'a', sizeof whole);
    int socket = listen_to();
    /* As much as may wait is taken, whatever the client has read. */
    assert_int_equal(http_stream_write(owner.stream, BYTES_ARRAY(whole)), ERROR_OK);
    assert_true(http_stream_end(owner.stream));
    assert_non_null(raw_read_all(socket, &answer));
    assert_int_equal(raw_status(buffer_text(&answer)), 200);
    assert_true(take_body(buffer_text(&answer), &body));
    assert_int_equal(body.length, sizeof whole);
    assert_memory_equal(body.data, whole, sizeof whole);
    close(socket);
    assert_int_equal(ended(), 0); /* it was given back */
    buffer_free(&answer);
    buffer_free(&body);
}

/* Reads until the text is there, which is before the end. */
static void read_until(int socket, struct buffer *answer, const char *text)
{
    char part[500];
    while (!strstr(buffer_text(answer), text)) {
        ssize_t got = read(socket, part, sizeof part);
        assert_true(got > 0);
        buffer_append(answer, part, (size_t)got);
    }
}

static void a_reader_who_waits_is_woken_each_time(void **state)
{
    (void)state;
    struct buffer answer = {0};
    int socket = listen_to();
    for (int i = 0; i < 50; i++) {
        char word[20];
        snprintf(word, sizeof word, "word %d.", i);
        assert_int_equal(http_stream_write(owner.stream, bytes_of(word)), ERROR_OK);
        read_until(socket, &answer, word);
    }
    assert_true(http_stream_end(owner.stream));
    read_until(socket, &answer, "\r\n0\r\n");
    close(socket);
    assert_int_equal(ended(), 0);
    buffer_free(&answer);
}

/* --- What ends one ------------------------------------------------------------------------ */

static void a_slow_reader_is_cut_off_and_nobody_else(void **state)
{
    (void)state;
    static const char piece[1000] = "piece";
    struct buffer answer = {0}, body = {0};
    int patient = listen_to();
    struct http_stream *other = owner.stream;
    int slow = listen_to(); /* and never reads while this goes on, once the head is there */
    char first;
    assert_int_equal(recv(slow, &first, 1, MSG_PEEK), 1);
    enum error error = ERROR_OK;
    size_t written = 0;
    for (; !error && written < (256u << 20); written += sizeof piece) {
        error = http_stream_write(owner.stream, BYTES_ARRAY(piece));
        sched_yield();
    }
    assert_int_equal(error, ERROR_TOO_LARGE);
    await(&owner.ended, 1);
    /* What came is cut, and says so: there is no last chunk. */
    (void)raw_read_all(slow, &answer);
    assert_false(take_body(buffer_text(&answer), &body));
    assert_true(body.length < written);
    close(slow);
    assert_int_equal(http_stream_write(other, BYTES_LITERAL("still here")), ERROR_OK);
    assert_true(http_stream_end(other));
    buffer_clear(&answer);
    assert_true(take_body(raw_read_all(patient, &answer), &body));
    assert_true(bytes_equal_text(buffer_view(&body), "still here"));
    close(patient);
    assert_int_equal(ended(), 1);
    buffer_free(&answer);
    buffer_free(&body);
}

static void more_than_may_wait_is_refused_at_once(void **state)
{
    (void)state;
    static const char large[HTTP_STREAM_PENDING + 1];
    struct buffer answer = {0}, body = {0};
    int socket = listen_to();
    assert_int_equal(http_stream_write(owner.stream, BYTES_ARRAY(large)), ERROR_TOO_LARGE);
    await(&owner.ended, 1);
    (void)raw_read_all(socket, &answer);
    assert_true(!answer.length || !take_body(buffer_text(&answer), &body));
    assert_int_equal(body.length, 0); /* nothing of it is sent */
    close(socket);
    buffer_free(&answer);
    buffer_free(&body);
}

static void a_reader_who_leaves_ends_it_once(void **state)
{
    (void)state;
    for (size_t i = 1; i <= 20; i++) {
        int socket = listen_to();
        close(socket);
        await(&owner.ended, i);
        assert_int_equal(ended(), i);
    }
}

static void a_wait_that_cannot_begin_ends_the_body(void **state)
{
    (void)state;
    struct buffer answer = {0}, body = {0};
    atomic_store(&refused, 0);
    atomic_store(&no_waits, true);
    int socket = listen_to();
    await(&owner.ended, 1);
    assert_true(take_body(raw_read_all(socket, &answer), &body));
    assert_int_equal(body.length, 0);
    close(socket);
    assert_true(atomic_load(&refused) > 0);
    /* What waits already is not touched; what comes later waits again. */
    atomic_store(&no_waits, false);
    socket = listen_to();
    assert_int_equal(http_stream_write(owner.stream, BYTES_LITERAL("one")), ERROR_OK);
    buffer_clear(&answer);
    read_until(socket, &answer, "one");
    /* The wait after this fails: what was added is sent, and the body ends. */
    atomic_store(&no_waits, true);
    enum error error = http_stream_write(owner.stream, BYTES_LITERAL("two"));
    assert_int_equal(error, ERROR_OK);
    await(&owner.ended, 2);
    read_until(socket, &answer, "two\r\n0\r\n");
    close(socket);
    atomic_store(&no_waits, false);
    buffer_free(&answer);
    buffer_free(&body);
}

static void stopping_ends_all_of_them(void **state)
{
    (void)state;
    int sockets[8];
    struct buffer answer = {0};
    for (size_t i = 0; i < 8; i++)
        sockets[i] = listen_to();
    http_server_stop(server, 1000);
    server = NULL;
    assert_int_equal(ended(), 8);
    for (size_t i = 0; i < 8; i++) {
        buffer_clear(&answer);
        (void)raw_read_all(sockets[i], &answer); /* comes to an end */
        close(sockets[i]);
    }
    buffer_free(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(what_is_added_arrives_in_order_until_the_end),
        TEST(a_reader_who_waits_is_woken_each_time),
        TEST(a_slow_reader_is_cut_off_and_nobody_else),
        TEST(more_than_may_wait_is_refused_at_once),
        TEST(a_reader_who_leaves_ends_it_once),
        TEST(a_wait_that_cannot_begin_ends_the_body),
        TEST(stopping_ends_all_of_them),
    };
    return cmocka_run_group_tests_name("http stream", tests, NULL, NULL);
}
