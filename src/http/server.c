/* Starting and stopping: the address, the listening socket, the library's options. None of the
 * library's defaults for the network is relied on. */
#include "http/exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ADDRESS_TEXT_MAX = 64,
    THREADS_MAX = 64,
    SPARE_FILES = 64, /* descriptors left to the rest of the process */
};

static const char default_address[] = "127.0.0.1:7243";

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum error bad_address(struct fault *fault, const char *text)
{
    return fault_set(
        fault, ERROR_USAGE, "address", "a numeric address and port, 127.0.0.1:7243 or [::1]:7243",
        "\"%s\"", text);
}

/* Reads "1.2.3.4:80" or "[::1]:80". */
static enum error read_address(const char *text, struct fault *fault, union address *ret_address)
{
    char host[ADDRESS_TEXT_MAX];
    const char *colon = strrchr(text, ':');
    uint64_t port = 0;
    if (!colon || (size_t)(colon - text) >= sizeof host ||
        number_parse(bytes_of(colon + 1), UINT16_MAX, NULL, &port))
        return bad_address(fault, text);
    size_t length = (size_t)(colon - text);
    memcpy(host, text, length);
    host[length] = '\0';
    union address address = {0};
    if (host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = '\0';
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons((uint16_t)port);
        if (inet_pton(AF_INET6, host + 1, &address.v6.sin6_addr) != 1)
            return bad_address(fault, text);
    } else {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons((uint16_t)port);
        if (inet_pton(AF_INET, host, &address.v4.sin_addr) != 1)
            return bad_address(fault, text);
    }
    *ret_address = address;
    return ERROR_OK;
}

static bool is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
}

/* Opens the listening socket ourselves, for words when it fails. */
static enum error
listen_at(const char *text, const union address *address, struct fault *fault, int *ret_socket)
{
    bool v6 = address->any.sa_family == AF_INET6;
    int on = 1;
    int listener = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool good = listener >= 0 &&
                /* A port whose old connections linger may be taken again; one in use may not. */
                setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                (!v6 || setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
                bind(listener, &address->any, v6 ? sizeof address->v6 : sizeof address->v4) == 0 &&
                listen(listener, SOMAXCONN) == 0;
    if (good) {
        *ret_socket = listener;
        return ERROR_OK;
    }
    int number = errno;
    if (listener >= 0)
        close(listener);
    fault_set(fault, error_from_errno(number), NULL, NULL, "%s", strerror(number));
    return fault_within(fault, error_from_errno(number), "address %s", text);
}

static uint16_t port_of(int listener)
{
    union address address = {0};
    socklen_t size = sizeof address;
    if (getsockname(listener, &address.any, &size) != 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static unsigned count_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (unsigned)count;
}

/* Fills in what the caller left 0, and keeps connections within the process's descriptors. */
static void complete_options(struct http_server_options *options)
{
    if (!options->address)
        options->address = default_address;
    if (options->threads == 0)
        options->threads = count_cores();
    if (options->threads > THREADS_MAX)
        options->threads = THREADS_MAX;
    if (options->connections == 0)
        options->connections = HTTP_CONNECTIONS;
    if (options->receive_limit <= 0)
        options->receive_limit = HTTP_RECEIVE_LIMIT;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY &&
        files.rlim_cur < options->connections + SPARE_FILES)
        options->connections =
            files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES : SPARE_FILES;
    if (options->connections < options->threads)
        options->connections = options->threads;
}

/* Percent-encoding is read by http/target.c from the target as sent; the library leaves it alone.
 */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

static void notice_connection(
    void *context, struct MHD_Connection *connection, void **link,
    enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = context;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*link)
            keeper_close(server->keeper, *link);
        *link = NULL;
        return;
    }
    const union MHD_ConnectionInfo *socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int file = socket ? socket->connect_fd : -1;
    const union MHD_ConnectionInfo *peer =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    *link = file >= 0 ? keeper_open(server->keeper, file, peer ? peer->client_addr : NULL) : NULL;
    if (*link)
        keeper_limit(*link, server->options.receive_limit);
}

/* Signals are the business of the process's own threads: the server's take none. */
static enum error start_threads(struct http_server *server, bool v6, struct fault *fault)
{
    struct http_server_options *options = &server->options;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    enum error error = keeper_start(options->connections, fault, &server->keeper);
    if (!error) {
        /* clang-format off */
        server->daemon = MHD_start_daemon(
            MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | (v6 ? MHD_USE_IPv6 : 0), 0,
            NULL, NULL, exchange_advance, server,
            MHD_OPTION_LISTEN_SOCKET, server->listener,
            MHD_OPTION_THREAD_POOL_SIZE, options->threads,
            MHD_OPTION_CONNECTION_LIMIT, options->connections,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_MEMORY,
            MHD_OPTION_CONNECTION_TIMEOUT, 0U, /* the keeper's limits are stricter */
            MHD_OPTION_PER_IP_CONNECTION_LIMIT, 0U, /* behind a proxy all are one */
            MHD_OPTION_STRICT_FOR_CLIENT, 1,
            MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,
            MHD_OPTION_URI_LOG_CALLBACK, exchange_open, server,
            MHD_OPTION_NOTIFY_COMPLETED, exchange_close, server,
            MHD_OPTION_NOTIFY_CONNECTION, notice_connection, server,
            MHD_OPTION_END);
        /* clang-format on */
        if (!server->daemon) {
            server->listener = -1; /* closed by the library when it cannot start */
            error = fault_set(
                fault, errno ? error_from_errno(errno) : ERROR_INTERNAL, "server",
                "threads and epoll", "%s", strerror(errno));
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

void server_release(struct http_server *server)
{
    if (atomic_fetch_sub(&server->references, 1) != 1)
        return;
    keeper_free(server->keeper);
    router_free(server->router);
    free(server);
}

enum error http_server_start(
    const struct http_server_options *options, struct fault *fault, struct http_server **ret_server)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server)
        return fault_place(fault, ERROR_MEMORY, "server");
    atomic_store(&server->references, 1);
    server->options = *options;
    server->listener = -1;
    complete_options(&server->options);
    union address address;
    enum error error = read_address(server->options.address, fault, &address);
    if (!error && options->loopback_only && !is_loopback(&address))
        error = fault_set(
            fault, ERROR_USAGE, "address", "a loopback address", "\"%s\"", server->options.address);
    if (!error)
        error = router_new(options->routes, options->route_count, fault, &server->router);
    if (!error)
        error = listen_at(server->options.address, &address, fault, &server->listener);
    if (!error) {
        server->port = port_of(server->listener);
        error = start_threads(server, address.any.sa_family == AF_INET6, fault);
    }
    if (error) {
        if (server->keeper)
            keeper_stop(server->keeper, 0);
        if (server->listener >= 0)
            close(server->listener);
        server_release(server);
        return error;
    }
    *ret_server = server;
    return ERROR_OK;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

unsigned http_server_connections(const struct http_server *server)
{
    return server->options.connections;
}

size_t http_server_parked(struct http_server *server)
{
    return keeper_parked(server->keeper);
}

void http_server_stop(struct http_server *server, millis grace)
{
    if (!server)
        return;
    MHD_quiesce_daemon(server->daemon);
    keeper_stop(server->keeper, grace);
    MHD_stop_daemon(server->daemon);
    close(server->listener);
    server_release(server);
}
