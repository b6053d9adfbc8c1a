/* The pages on the large office of big_office.h, as browsers ask for them. Pages a second, and how
 * long one takes, with 64 clients that ask again at once, beside a bare server that answers as many
 * bytes; the same with clients that read for a second in between; what a first visit and a later
 * one weigh; and from an order to the events at a thousand open pages, beside a process that writes
 * as many bytes to as many connections, and to the page renewed; and what others wait for while all
 * of these pages ask again. Lines are name, value, unit, goal.
 *
 * Usage: bench_pages FOLDER [PAGE], where the large office is or will be made; only that page, or
 * "live". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "large.h"
#include "load.h"

enum {
    CLIENTS = 64,
    READING = 1, /* seconds that somebody looks at a page */
    STREAMS = 1000,
    ROUNDS = 20,
    EVENT_ROOM = 4096,
    PEOPLE = 4,
    WEIGHED = 20,    /* pages of a kind, of which the heaviest counts */
    LOADED_MAX = 16, /* other files that a page has */
    ORDERS = 6,      /* that all pages hear of, ORDER_EACH seconds apart */
    ORDER_EACH = 3,
    OTHERS = 8, /* people who turn pages meanwhile */
    TURNS = 300,
    FILES = 4 * STREAMS, /* descriptors */
};

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* --- Pages -------------------------------------------------------------------------------- */

struct page_kind {
    const char *name, *path; /* of one, by its number */
    size_t step, count;      /* numbers are multiples of step; count of them */
    size_t requests;
};

static const struct page_kind kinds[] = {
    {"queue", "/queue", 1, 1, 1280},
    {"licence", "/register/licence/" BIG_LICENCE, 1, BIG_LICENCES, 6400},
    {"certificate", "/register/certificate/" BIG_CERTIFICATE, 1, BIG_CERTIFICATES, 3200},
    {"case", "/register/case/" BIG_CASE, 20, BIG_LICENCES / 20, 3200},
    {"figures", "/figures", 1, 1, 3200},
};

struct asking {
    const struct page_kind *kind;
    uint64_t seed;
    char (*requests)[400];
};

static void random_path(struct asking *asking, char path[200])
{
    const struct page_kind *kind = asking->kind;
    const size_t number = kind->step * random_below(&asking->seed, kind->count);
    if (snprintf(path, 200, kind->path, number) >= 200)
        fail_msg("%s", kind->path);
}

static int write_request(char request[400], const char *path, const char *coding, size_t person)
{
    return snprintf(
        request, 400,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: %s\r\n"
        "Cookie: enduse=%s\r\n\r\n",
        path, coding, large.tokens[person]);
}

static struct bytes next_page(void *context, size_t connection, size_t turn)
{
    (void)turn;
    struct asking *asking = context;
    char path[200], *request = asking->requests[connection];
    random_path(asking, path);
    int length = write_request(request, path, "gzip", connection % PEOPLE);
    return (struct bytes){(const uint8_t *)request, (size_t)length};
}

static struct load_result pages_from(
    uint16_t port, pid_t pid, const struct page_kind *kind, size_t clients, size_t requests,
    double pause)
{
    static char written[STREAMS][400];
    struct asking asking = {.kind = kind, .seed = 20260302, .requests = written};
    const struct load load = {
        .port = port,
        .server = pid,
        .connections = clients,
        .requests = requests,
        .pause = pause,
        .status = 200,
        .request = next_page,
        .context = &asking,
    };
    return load_run(&load);
}

static void measure_page(const struct page_kind *kind)
{
    char what[80];
    const struct server_process *server = &large.server;
    struct load_result first = pages_from(server->port, server->pid, kind, 1, 1, 0);
    struct load_result ours =
        pages_from(server->port, server->pid, kind, CLIENTS, kind->requests, 0);
    struct bare_server bare = bare_server_start((size_t)ours.size);
    struct load_result theirs = pages_from(bare.port, bare.pid, kind, CLIENTS, kind->requests, 0);
    bare_server_end(&bare);
    struct load_result read =
        pages_from(server->port, server->pid, kind, CLIENTS, 20 * CLIENTS, READING);
    snprintf(what, sizeof what, "page_%s_", kind->name);
    large_say(what, "first_of_all", first.first_p99, "ms", "-"); /* with what is made once */
    large_say(what, "a_second", ours.rate, "1/s", "-");
    large_say(what, "median", ours.median, "ms", "-");
    large_say(what, "p99", ours.p99, "ms", "-");
    large_say(what, "first_byte_p99", ours.first_p99, "ms", "<=20");
    large_say(what, "first_byte_p99_of_readers", read.first_p99, "ms", "<=20");
    large_say(what, "server_cost", ours.cost, "us", "-");
    large_say(what, "beside_bare_libmicrohttpd", ours.rate / theirs.rate, "ratio", "-");
    large_say(what, "first_byte_p99_beside_bare", ours.first_p99 / theirs.first_p99, "ratio", "-");
}

/* --- What they weigh ---------------------------------------------------------------------- */

/* The whole answer, head and body, in the arena; its body is from *ret_body on. */
static struct bytes
fetch(const char *path, const char *coding, size_t person, const char **ret_body)
{
    char request[400], part[16384];
    struct buffer text = {0};
    int socket = load_connect(large.server.port);
    int length = write_request(request, path, coding, person);
    assert_int_equal(send(socket, request, (size_t)length, MSG_NOSIGNAL), length);
    const char *body = NULL;
    for (size_t whole = 0; !body || text.length < whole;) {
        ssize_t got = recv(socket, part, sizeof part, 0);
        if (got <= 0)
            fail_msg("%s: %.*s", path, (int)text.length, (const char *)text.data);
        buffer_append(&text, part, (size_t)got);
        body = memmem(text.data, text.length, "\r\n\r\n", 4);
        if (!body)
            continue;
        const char *said = strcasestr((const char *)text.data, "\r\ncontent-length:");
        assert_true(said && said < body);
        body += 4;
        whole = (size_t)(body - (const char *)text.data) + strtoul(said + 17, NULL, 10);
    }
    close(socket);
    assert_memory_equal(text.data, "HTTP/1.1 200", 12);
    struct bytes kept = arena_copy(&large.arena, buffer_view(&text));
    *ret_body = (const char *)kept.data + (body - (const char *)text.data);
    buffer_free(&text);
    assert_non_null(kept.data);
    return kept;
}

struct loaded {
    const char *paths[LOADED_MAX];
    size_t count;
};

/* A file of this server that is named there, up to a fragment of it. */
static void add_loaded(struct loaded *loaded, const char *name)
{
    const char *path =
        arena_text(&large.arena, (struct bytes){(const uint8_t *)name, strcspn(name, "\"')#")});
    assert_non_null(path);
    if (*path != '/')
        return;
    for (size_t i = 0; i < loaded->count; i++) {
        if (strcmp(loaded->paths[i], path) == 0)
            return;
    }
    assert_true(loaded->count < LOADED_MAX);
    loaded->paths[loaded->count++] = path;
}

/* What a browser asks for besides when it shows the page: by the page's own elements and its
 * styles. */
static void find_loaded(struct loaded *loaded, const char *page)
{
    static const char *const elements[] = {"<link ", "<script ", "<img ", "<use "};
    for (const char *tag = strchr(page, '<'); tag; tag = strchr(tag + 1, '<')) {
        for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
            const char *end = strchr(tag, '>'), *name = strstr(tag, i ? " src=\"" : " href=\"");
            if (strncmp(tag, elements[i], strlen(elements[i])) != 0)
                continue;
            if (!name || name > end)
                name = strstr(tag, " href=\"");
            if (name && name < end)
                add_loaded(loaded, strchr(name, '"') + 1);
        }
    }
    for (const char *style = strstr(page, "url("); style; style = strstr(style + 1, "url("))
        add_loaded(loaded, style + 4 + strspn(style + 4, "\"'"));
}

static double weigh(const char *path, size_t person)
{
    const char *body;
    return (double)fetch(path, "gzip", person, &body).length;
}

/* As it goes over the wire, heads too: the page, and the page with what it loads. */
static void weigh_page(const char *path, size_t person, double *ret_page, double *ret_all)
{
    const char *body;
    struct loaded loaded = {0};
    (void)fetch(path, "identity", person, &body);
    find_loaded(&loaded, body);
    for (size_t i = 0; i < loaded.count; i++) {
        (void)fetch(loaded.paths[i], "identity", person, &body);
        if (strstr(loaded.paths[i], ".css"))
            find_loaded(&loaded, body); /* fonts and pictures: they follow in this loop */
    }
    *ret_page = *ret_all = weigh(path, person);
    for (size_t i = 0; i < loaded.count; i++)
        *ret_all += weigh(loaded.paths[i], person);
}

static void measure_weight(const struct page_kind *kind)
{
    char what[80];
    struct asking asking = {.kind = kind, .seed = 1};
    double heaviest = 0, with_all = 0;
    for (size_t i = 0; i < WEIGHED; i++) {
        char path[200];
        double page, all;
        random_path(&asking, path);
        weigh_page(path, i % PEOPLE, &page, &all);
        heaviest = page > heaviest ? page : heaviest;
        with_all = all > with_all ? all : with_all;
        arena_free(&large.arena);
    }
    snprintf(what, sizeof what, "page_%s_", kind->name);
    large_say(what, "first_visit", with_all / 1000, "kB", "<=60");
    large_say(what, "later_visit", heaviest / 1000, "kB", "<=15");
}

/* --- Events ------------------------------------------------------------------------------- */

static int ears[STREAMS];
static double heard[ROUNDS * STREAMS];

static int watch_all(void)
{
    int events = epoll_create1(EPOLL_CLOEXEC);
    assert_true(events >= 0);
    for (size_t i = 0; i < STREAMS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        assert_int_equal(epoll_ctl(events, EPOLL_CTL_ADD, ears[i], &event), 0);
    }
    return events;
}

/* Until every connection has read something that holds the text: times since the start, in ms. */
static void hear_all(int events, const char *text, double start, double *ret_times)
{
    static bool done[STREAMS];
    memset(done, 0, sizeof done);
    for (size_t count = 0; count < STREAMS;) {
        struct epoll_event ready[64];
        int got = epoll_wait(events, ready, 64, 30000);
        if (got <= 0)
            fail_msg("only %zu of %d heard %s", count, STREAMS, text);
        for (int i = 0; i < got; i++) {
            size_t ear = ready[i].data.u64;
            char part[EVENT_ROOM];
            ssize_t length = recv(ears[ear], part, sizeof part - 1, 0);
            assert_true(length > 0);
            part[length] = '\0';
            if (done[ear] || !strstr(part, text))
                continue;
            done[ear] = true;
            ret_times[count++] = (load_now() - start) * 1000;
        }
    }
}

static void close_ears(int events)
{
    for (size_t i = 0; i < STREAMS; i++)
        close(ears[i]);
    close(events);
}

static double p99_of(double *times)
{
    qsort(times, ROUNDS * STREAMS, sizeof *times, by_value);
    return times[ROUNDS * STREAMS * 99 / 100];
}

/* Rounds are further apart than the events of a topic. */
static void rest(void)
{
    const struct timespec moment = {.tv_nsec = 150000000};
    nanosleep(&moment, NULL);
}

/* Opens the streams of as many pages; the topic is of a page's number. */
static int open_streams(const char *topic, const char *greeting)
{
    for (size_t i = 0; i < STREAMS; i++) {
        char path[100], request[400];
        snprintf(path, sizeof path, topic, i % BIG_LICENCES);
        int length = write_request(request, path, "identity", i % PEOPLE);
        ears[i] = load_connect(large.server.port);
        assert_int_equal(send(ears[i], request, (size_t)length, MSG_NOSIGNAL), length);
    }
    int events = watch_all();
    static double opened[STREAMS];
    hear_all(events, greeting, load_now(), opened); /* such a page does not say what it stands on */
    return events;
}

/* An order that suspends a licence: signed, to be posted. */
static struct bytes suspend(size_t licence)
{
    struct world *world = &large.script.world;
    char number[40], name[40];
    snprintf(number, sizeof number, "LIVE-%zu", licence);
    snprintf(name, sizeof name, BIG_LICENCE, licence);
    struct order order = world_order(world, number, ORDER_SUSPEND, NULL);
    order.licence = name;
    return OFFICE_ORDER(&large.script, &order, WORLD_D1);
}

static void post(struct http_client *client, struct bytes act)
{
    struct http_reply reply = large_call(client, "POST", "/api/v1/acts", "application/cose", act);
    http_reply_free(&reply);
}

/* Licences that no order has been for. */
static size_t licence_of_round(size_t round)
{
    return 1 + 10 * round;
}

/* All pages are about the orders. */
static void measure_events(struct http_client *client)
{
    int events = open_streams("/live?topic=order", "data: order");
    for (size_t i = 0; i < ROUNDS; i++) {
        struct bytes act = suspend(licence_of_round(i));
        rest();
        double start = load_now();
        post(client, act);
        hear_all(events, "data: order", start, heard + i * STREAMS);
    }
    close_ears(events);
}

/* Each page is a licence's; the one that is suspended is asked for again when its reader hears. */
static void measure_renewed(struct http_client *client)
{
    static double renewed[ROUNDS];
    int events = open_streams("/live?topic=licence/" BIG_LICENCE, "data: licence/");
    for (size_t i = 0; i < ROUNDS; i++) {
        const size_t licence = licence_of_round(ROUNDS + i);
        struct bytes act = suspend(licence);
        char path[100], part[EVENT_ROOM];
        const char *body;
        snprintf(path, sizeof path, "/register/licence/" BIG_LICENCE, licence);
        rest();
        double start = load_now();
        post(client, act);
        assert_true(recv(ears[licence], part, sizeof part, 0) > 0);
        (void)fetch(path, "identity", licence % PEOPLE, &body);
        renewed[i] = (load_now() - start) * 1000;
        if (!strstr(body, "en-state--suspended"))
            fail_msg("%s is not suspended", path);
        arena_free(&large.arena);
    }
    close_ears(events);
    qsort(renewed, ROUNDS, sizeof *renewed, by_value);
    large_say("live_", "order_to_renewed_page_median", renewed[ROUNDS / 2], "ms", "-");
    large_say("live_", "order_to_renewed_page_most", renewed[ROUNDS - 1], "ms", "<=200");
}

/* A process that has as many connections and writes an event to each when it is told to. */
static void measure_bare_events(void)
{
    static const char event[] = "28\r\nid: 1000000\nevent: changed\ndata: order\n\n\r\n";
    int told[2], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, STREAMS), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pipe(told), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        static int all[STREAMS];
        char go;
        for (size_t i = 0; i < STREAMS; i++)
            all[i] = accept(listener, NULL, NULL);
        while (read(told[0], &go, 1) == 1) {
            for (size_t i = 0; i < STREAMS; i++)
                send(all[i], event, sizeof event - 1, MSG_NOSIGNAL);
        }
        _exit(0);
    }
    for (size_t i = 0; i < STREAMS; i++)
        ears[i] = load_connect(ntohs(address.sin_port));
    int events = watch_all();
    for (size_t i = 0; i < ROUNDS; i++) {
        rest();
        double start = load_now();
        assert_int_equal(write(told[1], "", 1), 1);
        hear_all(events, "data: order", start, heard + i * STREAMS);
    }
    close_ears(events);
    close(listener);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(told[0]);
    close(told[1]);
}

/* --- What all pages ask for then ---------------------------------------------------------- */

/* An open page: it hears by ears[i], and asks by a connection of its own. */
struct open_page {
    int socket;
    double due; /* when it asks; 0: not */
    size_t got, whole;
};
static struct open_page open_pages[STREAMS];

/* How many seconds the page waits by what it has heard; below 0: it is no event. */
static double turn_in(const char *part)
{
    static const char event[] = "data: order\n";
    const char *line = strstr(part, event);
    if (!line)
        return -1;
    line += sizeof event - 1;
    return strncmp(line, "data: ", 6) == 0 ? strtod(line + 6, NULL) / 1000 : 0;
}

static void ask_again(size_t page)
{
    char request[400];
    int length = write_request(request, "/register/order", "gzip", page % PEOPLE);
    open_pages[page].due = 0;
    open_pages[page].got = open_pages[page].whole = 0;
    assert_int_equal(send(open_pages[page].socket, request, (size_t)length, MSG_NOSIGNAL), length);
}

/* Whether the answer is whole. */
static bool take_page(struct open_page *page)
{
    static char part[64 << 10];
    ssize_t got = recv(page->socket, part, sizeof part - 1, 0);
    assert_true(got > 0);
    part[got] = '\0';
    if (!page->got) {
        const char *body = strstr(part, "\r\n\r\n"), *said = strcasestr(part, "content-length:");
        assert_memory_equal(part, "HTTP/1.1 200", 12);
        assert_true(body && said && said < body);
        page->whole = (size_t)(body + 4 - part) + strtoul(said + 15, NULL, 10);
    }
    page->got += (size_t)got;
    return page->got >= page->whole;
}

/* Asks for what is due; milliseconds until something else is. */
static int ask_due(void)
{
    double now = load_now(), least = 30;
    for (size_t i = 0; i < STREAMS; i++) {
        struct open_page *page = &open_pages[i];
        if (!page->due)
            continue;
        if (page->due <= now)
            ask_again(i);
        else if (page->due - now < least)
            least = page->due - now;
    }
    return (int)(least * 1000) + 1;
}

/* Until every page is renewed: times since the start, in ms. in_turn: as they are told to. */
static void renew_all(int events, bool in_turn, double start, double *ret_times)
{
    for (size_t count = 0; count < STREAMS;) {
        struct epoll_event ready[64];
        int got = epoll_wait(events, ready, 64, ask_due());
        assert_true(got >= 0 && load_now() - start < 60);
        for (int i = 0; i < got; i++) {
            const size_t at = ready[i].data.u64;
            char part[EVENT_ROOM];
            if (at >= STREAMS) {
                if (take_page(&open_pages[at - STREAMS]))
                    ret_times[count++] = (load_now() - start) * 1000;
                continue;
            }
            ssize_t length = recv(ears[at], part, sizeof part - 1, 0);
            assert_true(length > 0);
            part[length] = '\0';
            double turn = turn_in(part);
            if (turn >= 0)
                open_pages[at].due = load_now() + (in_turn ? turn : 0);
        }
    }
}

/* People who turn pages of licences, in a process of their own, which writes what they had. */
static pid_t start_others(int end)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid)
        return pid;
    const struct server_process *server = &large.server;
    struct load_result result = pages_from(
        server->port, server->pid, &kinds[1], OTHERS, OTHERS * TURNS,
        (double)(ORDERS * ORDER_EACH) / TURNS);
    _exit(write(end, &result, sizeof result) == sizeof result ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* Every page is about the orders, and asks again at each: how long until it is renewed, and how
 * long others wait meanwhile. */
static void measure_herd(struct http_client *client, const char *what, bool in_turn, size_t round)
{
    static double renewed[ORDERS * STREAMS];
    int ends[2], status;
    struct load_result others;
    int events = open_streams("/live?topic=order", "data: order");
    for (size_t i = 0; i < STREAMS; i++) {
        open_pages[i] = (struct open_page){.socket = load_connect(large.server.port)};
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = STREAMS + i};
        assert_int_equal(epoll_ctl(events, EPOLL_CTL_ADD, open_pages[i].socket, &event), 0);
    }
    assert_int_equal(pipe(ends), 0);
    pid_t pid = start_others(ends[1]);
    double next = load_now();
    for (size_t i = 0; i < ORDERS; i++, next += ORDER_EACH) {
        struct bytes act = suspend(licence_of_round(round + i));
        while (load_now() < next)
            rest();
        double start = load_now();
        post(client, act);
        renew_all(events, in_turn, start, renewed + i * STREAMS);
    }
    assert_int_equal(read(ends[0], &others, sizeof others), sizeof others);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(ends[0]);
    close(ends[1]);
    for (size_t i = 0; i < STREAMS; i++)
        close(open_pages[i].socket);
    close_ears(events);
    qsort(renewed, ORDERS * STREAMS, sizeof *renewed, by_value);
    large_say(what, "all_renewed_median", renewed[ORDERS * STREAMS / 2], "ms", "-");
    large_say(what, "all_renewed_p99", renewed[ORDERS * STREAMS * 99 / 100], "ms", "-");
    large_say(what, "first_byte_p99_of_others", others.first_p99, "ms", "<=20");
}

static void measure_live(struct http_client *client)
{
    measure_events(client);
    double ours = p99_of(heard), median = heard[ROUNDS * STREAMS / 2];
    measure_bare_events();
    double theirs = p99_of(heard);
    large_say("live_", "order_to_event_median", median, "ms", "-");
    large_say("live_", "order_to_event_p99", ours, "ms", "<=200");
    large_say("live_", "order_to_event_p99_beside_bare_writes", ours / theirs, "ratio", "-");
    measure_renewed(client);
    measure_herd(client, "live_at_once_", false, 2 * ROUNDS);
    measure_herd(client, "live_in_turn_", true, 2 * ROUNDS + ORDERS);
}

static const char *only; /* this page; NULL: all, and events */

static bool is_asked_for(const struct page_kind *kind)
{
    return !only || strcmp(only, kind->name) == 0;
}

static void measure_all(struct http_client *client)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (is_asked_for(&kinds[i]))
            measure_page(&kinds[i]);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (is_asked_for(&kinds[i]))
            measure_weight(&kinds[i]);
    }
    if (!only || strcmp(only, "live") == 0)
        measure_live(client);
}

static void the_pages(void **state)
{
    (void)state;
    static const enum world_key readers[PEOPLE] = {WORLD_D1, WORLD_F1, WORLD_D2, WORLD_F2};
    const struct rlimit files = {FILES, FILES};
    struct http_client *client = NULL;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0); /* the server has it from us */
    large_init();
    large_copy("pages");
    large.server = server_process_start(large.folder);
    assert_int_equal(http_client_open(NULL, NULL, &client), ERROR_OK);
    for (size_t i = 0; i < PEOPLE; i++) {
        struct bytes token = large_login(client, readers[i]);
        assert_true(token.length < sizeof large.tokens[i]);
        memcpy(large.tokens[i], token.data, token.length);
    }
    large_catch_up(client);
    measure_all(client);
    server_process_end(&large.server, SIGTERM, true);
    http_client_close(client);
    large_remove();
    large_free();
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pages),
    };
    if (count != 2 && count != 3) {
        fprintf(stderr, "Usage: bench_pages FOLDER [PAGE]\n");
        return EXIT_FAILURE;
    }
    large_folder = arguments[1];
    only = arguments[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
