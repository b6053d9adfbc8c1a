/* What our layer costs, beside a bare libmicrohttpd that answers the same body with the same
 * threads in the same run: requests a second over loopback (where the client takes its share of the
 * machine) and the servers' own processor time for a request; and how long one event takes to
 * reach many parked clients. Lines are name, value, unit, goal; the best of several rounds. */
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"
#include "load.h"

enum { ROUNDS = 5, CONNECTIONS = 64, REQUESTS = 60000, PARKED = 2000, THREADS = 2 };

static const char request[] =
    "GET /api/v1/licences/IL-2026-0017 HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char answer[] = "{\"licence\":\"IL-2026-0017\",\"state\":\"active\"}";

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "bench_http: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void send_to(int file, const char *text)
{
    require(send(file, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text), "send");
}

/* Whether what was received holds one whole answer; each answer here comes in one piece. */
static void receive(int file, const char *end)
{
    char data[4096];
    ssize_t got = recv(file, data, sizeof data - 1, 0);
    require(got > 0, "recv");
    data[got] = '\0';
    require(strncmp(data, "HTTP/1.1 200", 12) == 0 && strstr(data, end), "answer");
}

/* Processor time of the process or of the calling thread, in seconds. */
static double spent(int who)
{
    struct rusage usage;
    require(getrusage(who, &usage) == 0, "getrusage");
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct speed {
    double rate; /* requests a second */
    double cost; /* microseconds of processor time a request, the server's threads only */
};

static void keep_best(struct speed *best, struct speed speed)
{
    if (speed.rate > best->rate)
        best->rate = speed.rate;
    if (best->cost <= 0 || speed.cost < best->cost)
        best->cost = speed.cost;
}

/* Each connection sends its next request when it has its answer. */
static struct speed measure_speed(uint16_t port)
{
    int files[CONNECTIONS], events = epoll_create1(EPOLL_CLOEXEC);
    require(events >= 0, "epoll");
    for (int i = 0; i < CONNECTIONS; i++) {
        files[i] = load_connect(port);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = files[i]};
        require(epoll_ctl(events, EPOLL_CTL_ADD, files[i], &event) == 0, "epoll");
    }
    int sent = CONNECTIONS, received = 0;
    double start = load_now(), before = spent(RUSAGE_SELF) - spent(RUSAGE_THREAD);
    for (int i = 0; i < CONNECTIONS; i++)
        send_to(files[i], request);
    while (received < REQUESTS) {
        struct epoll_event ready[CONNECTIONS];
        int count = epoll_wait(events, ready, CONNECTIONS, 10000);
        require(count > 0, "epoll_wait");
        for (int i = 0; i < count; i++) {
            receive(ready[i].data.fd, answer);
            received++;
            if (sent++ < REQUESTS)
                send_to(ready[i].data.fd, request);
        }
    }
    double after = spent(RUSAGE_SELF) - spent(RUSAGE_THREAD);
    struct speed speed = {REQUESTS / (load_now() - start), (after - before) * 1e6 / REQUESTS};
    for (int i = 0; i < CONNECTIONS; i++)
        close(files[i]);
    close(events);
    return speed;
}

/* --- the two servers --------------------------------------------------------------------- */

static enum MHD_Result bare_answer(
    void *context, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)context, (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    static char seen;
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        sizeof answer - 1, (void *)(uintptr_t)answer, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

static struct speed measure_bare(void)
{
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, bare_answer, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT, 20000U,
        MHD_OPTION_END);
    require(daemon != NULL, "bare server");
    uint16_t port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    struct speed speed = measure_speed(port);
    MHD_stop_daemon(daemon);
    return speed;
}

static struct {
    pthread_mutex_t lock;
    pthread_cond_t full;
    struct http_exchange *exchanges[PARKED];
    size_t count;
} parked = {.lock = PTHREAD_MUTEX_INITIALIZER, .full = PTHREAD_COND_INITIALIZER};

static enum http_outcome licence(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *asked, struct http_response *response)
{
    (void)context, (void)route, (void)exchange, (void)asked;
    response->status = 200;
    response->type = "application/json";
    response->borrowed = BYTES_LITERAL(answer);
    return HTTP_ANSWERED;
}

static enum http_outcome renewal(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *asked, struct http_response *response)
{
    (void)context, (void)route, (void)asked, (void)response;
    pthread_mutex_lock(&parked.lock);
    require(http_park(exchange, MILLIS_MINUTE, NULL, NULL) == ERROR_OK, "park");
    parked.exchanges[parked.count++] = exchange;
    if (parked.count == PARKED)
        pthread_cond_signal(&parked.full);
    pthread_mutex_unlock(&parked.lock);
    return HTTP_PARKED;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/api/v1/licences/{licence}", .handler = licence},
    {.method = HTTP_GET, .pattern = "/renewal", .handler = renewal},
};

static struct http_server *start_ours(void)
{
    struct http_server_options options = {
        .address = "127.0.0.1:0", .routes = routes, .route_count = 2, .threads = THREADS};
    struct http_server *server = NULL;
    require(http_server_start(&options, NULL, &server) == ERROR_OK, "server");
    return server;
}

static struct speed measure_ours(void)
{
    struct http_server *server = start_ours();
    struct speed speed = measure_speed(http_server_port(server));
    http_server_stop(server, 1000);
    return speed;
}

/* Milliseconds from the first http_complete until the last of the clients has its answer. */
static double measure_event(void)
{
    static int files[PARKED];
    struct http_server *server = start_ours();
    parked.count = 0;
    for (int i = 0; i < PARKED; i++) {
        files[i] = load_connect(http_server_port(server));
        send_to(files[i], "GET /renewal HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    pthread_mutex_lock(&parked.lock);
    while (parked.count < PARKED)
        pthread_cond_wait(&parked.full, &parked.lock);
    pthread_mutex_unlock(&parked.lock);
    double start = load_now();
    for (size_t i = 0; i < PARKED; i++) {
        struct http_response response = {
            .status = 200, .type = "application/json", .borrowed = BYTES_LITERAL(answer)};
        require(http_complete(parked.exchanges[i], &response) == ERROR_OK, "complete");
    }
    for (int i = 0; i < PARKED; i++)
        receive(files[i], answer);
    double taken = (load_now() - start) * 1000;
    for (int i = 0; i < PARKED; i++)
        close(files[i]);
    http_server_stop(server, 1000);
    return taken;
}

int main(void)
{
    struct rlimit files;
    require(getrlimit(RLIMIT_NOFILE, &files) == 0, "getrlimit");
    files.rlim_cur = files.rlim_max;
    require(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
    struct speed bare = {0}, ours = {0};
    double event = 0;
    for (int round = 0; round < ROUNDS; round++) {
        keep_best(&bare, measure_bare());
        keep_best(&ours, measure_ours());
        double event_now = measure_event();
        event = round == 0 || event_now < event ? event_now : event;
    }
    printf("http_bare_requests\t%.0f\t1/s\t-\n", bare.rate);
    printf("http_requests\t%.0f\t1/s\t-\n", ours.rate);
    printf("http_bare_cost\t%.2f\tus\t-\n", bare.cost);
    printf("http_cost\t%.2f\tus\t-\n", ours.cost);
    printf("http_bare_cost_of_ours\t%.2f\tratio\t>=0.6\n", bare.cost / ours.cost);
    printf("http_event_to_%d_parked\t%.1f\tms\t<=50\n", PARKED, event);
    return EXIT_SUCCESS;
}
