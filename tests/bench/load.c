/* Load over HTTP: see load.h. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

double load_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* --- Connections -------------------------------------------------------------------------- */

struct connection {
    int file;
    size_t turn;  /* requests sent */
    double due;   /* when the next is, while it pauses; else 0 */
    double sent;  /* when the last was */
    double first; /* milliseconds to the first byte of its answer */
    char *data;   /* of the answer so far */
    size_t length, room;
};

struct running {
    const struct load *load;
    struct connection *connections;
    double *times, *firsts; /* to the whole answer, to its first byte */
    size_t answers;
    double bytes;
};

int load_connect(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(file >= 0, "socket");
    require(connect(file, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    return file;
}

static void send_next(struct running *on, size_t index)
{
    struct connection *connection = &on->connections[index];
    struct bytes request = on->load->request(on->load->context, index, connection->turn++);
    connection->sent = load_now();
    for (size_t at = 0; at < request.length;) {
        ssize_t wrote =
            send(connection->file, request.data + at, request.length - at, MSG_NOSIGNAL);
        require(wrote > 0, "send");
        at += (size_t)wrote;
    }
}

/* Where the answer ends, once its head is there; 0 before. */
static size_t end_of_answer(const struct load *load, const struct connection *connection)
{
    char status[40];
    char *head = memmem(connection->data, connection->length, "\r\n\r\n", 4);
    if (!head)
        return 0;
    snprintf(status, sizeof status, "HTTP/1.1 %u ", load->status);
    if (strncmp(connection->data, status, strlen(status)) != 0) {
        fprintf(
            stderr, "load: %.*s\n", (int)(connection->length < 2000 ? connection->length : 2000),
            connection->data);
        exit(EXIT_FAILURE);
    }
    for (char *line = connection->data; line < head;) {
        line = (char *)memmem(line, (size_t)(head + 2 - line), "\r\n", 2) + 2;
        if (strncasecmp(line, "content-length:", 15) == 0)
            return (size_t)(head + 4 - connection->data) + strtoul(line + 15, NULL, 10);
    }
    require(0, "an answer without its length");
    return 0;
}

/* Reads what is there; whether the answer is whole. */
static int receive(struct running *on, struct connection *connection)
{
    enum { STEP = 64 << 10 };
    if (connection->room - connection->length < STEP) {
        connection->room += STEP;
        connection->data = realloc(connection->data, connection->room);
        require(connection->data != NULL, "memory");
    }
    ssize_t got = recv(
        connection->file, connection->data + connection->length,
        connection->room - connection->length, 0);
    require(got > 0, "recv");
    if (!connection->length)
        connection->first = (load_now() - connection->sent) * 1000;
    connection->length += (size_t)got;
    size_t end = end_of_answer(on->load, connection);
    if (!end || connection->length < end)
        return 0;
    char *head = memmem(connection->data, connection->length, "\r\n\r\n", 4);
    on->bytes += (double)(connection->data + end - head - 4);
    on->firsts[on->answers] = connection->first;
    on->times[on->answers++] = (load_now() - connection->sent) * 1000;
    connection->length = 0;
    return 1;
}

/* --- The server's processor time ----------------------------------------------------------- */

/* Seconds of user and system time of another process. */
static double spent(pid_t pid)
{
    char path[60], line[1000] = "";
    unsigned long long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    require(file && fgets(line, sizeof line, file) != NULL, path);
    fclose(file);
    const char *rest = strrchr(line, ')');
    require(
        rest && sscanf(
                    rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
                    &system) == 2,
        path);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

/* Sends what is due; milliseconds until something else is, rounded up, or the most there are. */
static int send_due(struct running *on)
{
    double now = load_now(), least = 60;
    for (size_t i = 0; i < on->load->connections; i++) {
        struct connection *connection = &on->connections[i];
        if (connection->due == 0)
            continue;
        if (connection->due <= now) {
            connection->due = 0;
            send_next(on, i);
        } else if (connection->due - now < least) {
            least = connection->due - now;
        }
    }
    return (int)(least * 1000) + 1;
}

static void run(struct running *on, int events)
{
    const struct load *load = on->load;
    const size_t turns = load->requests / load->connections;
    const double start = load_now(), spread = load->pause / (double)load->connections;
    for (size_t i = 0; i < load->connections; i++)
        on->connections[i].due = start + spread * (double)i;
    for (double quiet = start; on->answers < turns * load->connections;) {
        struct epoll_event ready[64];
        int count = epoll_wait(events, ready, 64, send_due(on));
        require(count >= 0, "epoll_wait");
        if (count > 0)
            quiet = load_now();
        require(load_now() - quiet < 60, "an answer within a minute");
        for (int i = 0; i < count; i++) {
            struct connection *connection = &on->connections[ready[i].data.u64];
            if (receive(on, connection) && connection->turn < turns)
                connection->due = load_now() + load->pause;
        }
    }
}

struct load_result load_run(const struct load *load)
{
    struct running on = {
        .load = load,
        .connections = calloc(load->connections, sizeof *on.connections),
        .times = calloc(load->requests, sizeof *on.times),
        .firsts = calloc(load->requests, sizeof *on.firsts),
    };
    int events = epoll_create1(EPOLL_CLOEXEC);
    require(on.connections && on.times && on.firsts && events >= 0, "load");
    for (size_t i = 0; i < load->connections; i++) {
        on.connections[i].file = load_connect(load->port);
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        require(epoll_ctl(events, EPOLL_CTL_ADD, on.connections[i].file, &event) == 0, "epoll");
    }
    double start = load_now(), before = spent(load->server);
    run(&on, events);
    double took = load_now() - start, cost = spent(load->server) - before;
    qsort(on.times, on.answers, sizeof *on.times, by_value);
    qsort(on.firsts, on.answers, sizeof *on.firsts, by_value);
    double answers = (double)on.answers;
    const struct load_result result = {
        .rate = answers / took,
        .median = on.times[on.answers / 2],
        .p99 = on.times[on.answers * 99 / 100],
        .first_p99 = on.firsts[on.answers * 99 / 100],
        .cost = cost * 1e6 / answers,
        .size = on.bytes / answers,
    };
    for (size_t i = 0; i < load->connections; i++) {
        close(on.connections[i].file);
        free(on.connections[i].data);
    }
    close(events);
    free(on.connections);
    free(on.times);
    free(on.firsts);
    return result;
}

/* --- The bare server ----------------------------------------------------------------------- */

struct constant {
    char *data;
    size_t size;
};

static enum MHD_Result answer(
    void *context, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    static char seen;
    const struct constant *constant = context;
    if (!*state) {
        *state = &seen;
        return MHD_YES;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(constant->size, constant->data, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

static void serve(int port_end, size_t size)
{
    struct constant constant = {calloc(1, size + 1), size};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, &constant,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)sysconf(_SC_NPROCESSORS_ONLN), MHD_OPTION_END);
    require(constant.data && daemon, "bare server");
    uint16_t port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    require(write(port_end, &port, sizeof port) == sizeof port, "pipe");
    for (;;)
        pause();
}

struct bare_server bare_server_start(size_t size)
{
    int ends[2];
    struct bare_server server = {0};
    require(pipe(ends) == 0, "pipe");
    server.pid = fork();
    require(server.pid >= 0, "fork");
    if (server.pid == 0)
        serve(ends[1], size);
    require(read(ends[0], &server.port, sizeof server.port) == sizeof server.port, "bare server");
    close(ends[0]);
    close(ends[1]);
    return server;
}

void bare_server_end(struct bare_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}
