/* The keeper's thread, its table of connections, and the life of a park. */
#include "http/keeper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "http/exchange.h"

enum {
    TICK = 1000, /* ms between two looks at the limits of connections */
    EVENTS = 64, /* taken from the kernel at once */
    NO_LIMIT = 0 /* of a link's deadline */
};

#define WAKE_UP UINT32_MAX /* the place in the table that stands for the eventfd */

/* A connection. Its place in the table and its generation name it in events of the kernel, so that
 * an event which comes late finds nothing rather than somebody else's exchange. */
struct keeper_link {
    int socket;
    bool open;
    uint32_t generation;
    uint32_t next_free;
    _Atomic millis deadline;
    struct http_exchange *parked; /* alive: its connection is suspended */
    char peer[INET6_ADDRSTRLEN];
};

struct keeper {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    pthread_t thread;
    bool running, stopping;
    int events, wake;
    millis wake_at; /* when the thread will look next */
    size_t parked;
    struct keeper_link *links;
    uint32_t capacity, used, first_free; /* used: one more than the highest ever opened */
    atomic_size_t under_way;
};

static millis monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (millis)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wake_up(struct keeper *keeper)
{
    uint64_t one = 1;
    /* Only a full counter can fail, and then the thread is being woken already. */
    ssize_t written = write(keeper->wake, &one, sizeof one);
    (void)written;
}

struct keeper_link *keeper_open(struct keeper *keeper, int socket, const struct sockaddr *peer)
{
    pthread_mutex_lock(&keeper->lock);
    struct keeper_link *link = NULL;
    if (keeper->first_free != UINT32_MAX) {
        link = &keeper->links[keeper->first_free];
        keeper->first_free = link->next_free;
    } else if (keeper->used < keeper->capacity) {
        link = &keeper->links[keeper->used++];
    }
    if (link) {
        link->socket = socket;
        link->open = true;
        link->generation++;
        link->peer[0] = '\0';
        atomic_store(&link->deadline, NO_LIMIT);
    }
    pthread_mutex_unlock(&keeper->lock);
    if (!link)
        return NULL;
    if (peer && peer->sa_family == AF_INET)
        inet_ntop(
            AF_INET, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, link->peer,
            sizeof link->peer);
    else if (peer && peer->sa_family == AF_INET6)
        inet_ntop(
            AF_INET6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, link->peer,
            sizeof link->peer);
    return link;
}

void keeper_close(struct keeper *keeper, struct keeper_link *link)
{
    pthread_mutex_lock(&keeper->lock);
    link->open = false;
    link->next_free = keeper->first_free;
    keeper->first_free = (uint32_t)(link - keeper->links);
    pthread_mutex_unlock(&keeper->lock);
}

void keeper_limit(struct keeper_link *link, millis limit)
{
    atomic_store_explicit(
        &link->deadline, limit ? monotonic() + limit : NO_LIMIT, memory_order_relaxed);
}

void keeper_shut(const struct keeper_link *link)
{
    shutdown(link->socket, SHUT_RDWR);
}

const char *keeper_peer(const struct keeper_link *link)
{
    return link->peer;
}

void keeper_enter(struct keeper *keeper)
{
    atomic_fetch_add(&keeper->under_way, 1);
}

void keeper_leave(struct keeper *keeper)
{
    if (atomic_fetch_sub(&keeper->under_way, 1) != 1)
        return;
    pthread_mutex_lock(&keeper->lock);
    if (keeper->stopping)
        pthread_cond_broadcast(&keeper->idle);
    pthread_mutex_unlock(&keeper->lock);
}

/* Takes a waiting exchange out of the table and lets its connection's thread go on. With the lock.
 */
static void leave_park(struct keeper *keeper, struct http_exchange *exchange, enum park_state state)
{
    epoll_ctl(keeper->events, EPOLL_CTL_DEL, exchange->link->socket, NULL);
    exchange->link->parked = NULL;
    exchange->park.state = state;
    keeper->parked--;
    MHD_resume_connection(exchange->connection);
}

enum error keeper_park(
    struct keeper *keeper, struct http_exchange *exchange, millis limit, http_ended ended,
    void *context)
{
    struct keeper_link *link = exchange->link;
    enum error error = ERROR_OK;
    pthread_mutex_lock(&keeper->lock);
    struct epoll_event event = {
        .events = EPOLLRDHUP,
        .data.u64 = (uint64_t)(link - keeper->links) << 32 | link->generation,
    };
    if (keeper->stopping)
        error = ERROR_CANCELLED;
    else if (epoll_ctl(keeper->events, EPOLL_CTL_ADD, link->socket, &event) != 0)
        error = error_from_errno(errno);
    if (!error) {
        exchange_hold(exchange); /* for the owner */
        exchange->park = (struct keeper_park){
            .state = PARK_WAITING,
            .ended = ended,
            .context = context,
            .deadline = monotonic() + limit,
        };
        link->parked = exchange;
        keeper->parked++;
        MHD_suspend_connection(exchange->connection);
        if (exchange->park.deadline < keeper->wake_at)
            wake_up(keeper);
    }
    pthread_mutex_unlock(&keeper->lock);
    return error;
}

enum error
keeper_answer(struct keeper *keeper, struct http_exchange *exchange, struct http_response *response)
{
    pthread_mutex_lock(&keeper->lock);
    bool waiting = exchange->park.state == PARK_WAITING;
    if (waiting) {
        exchange->response = *response;
        leave_park(keeper, exchange, PARK_ANSWERED);
    }
    pthread_mutex_unlock(&keeper->lock);
    return waiting ? ERROR_OK : ERROR_CANCELLED;
}

enum park_state
keeper_state(struct keeper *keeper, struct http_exchange *exchange, enum http_end *ret_why)
{
    pthread_mutex_lock(&keeper->lock);
    enum park_state state = exchange->park.state;
    *ret_why = exchange->park.why;
    pthread_mutex_unlock(&keeper->lock);
    return state;
}

size_t keeper_parked(struct keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    size_t parked = keeper->parked;
    pthread_mutex_unlock(&keeper->lock);
    return parked;
}

/* Ends a waiting exchange and puts it on the list of those whose owners are to be told. The list
 * holds a reference, since the owner may drop the exchange at once. With the lock. */
static void end_park(
    struct keeper *keeper, struct http_exchange *exchange, enum http_end why,
    struct http_exchange **list)
{
    exchange_hold(exchange);
    exchange->park.why = why;
    exchange->park.next = *list;
    *list = exchange;
    leave_park(keeper, exchange, PARK_ENDED);
}

/* Without the lock: an owner may drop or complete other exchanges. */
static void tell_owners(struct http_exchange *list)
{
    while (list) {
        struct http_exchange *exchange = list;
        list = exchange->park.next;
        if (exchange->park.ended)
            exchange->park.ended(exchange->park.context, exchange->park.why);
        exchange_release(exchange);
    }
}

/* The exchange that an event is about, or NULL when it is parked no more. With the lock. */
static struct http_exchange *find_parked(struct keeper *keeper, uint64_t name)
{
    uint32_t place = (uint32_t)(name >> 32);
    if (place >= keeper->used)
        return NULL; /* the eventfd */
    struct keeper_link *link = &keeper->links[place];
    return link->generation == (uint32_t)name ? link->parked : NULL;
}

/* Looks at every connection's time. Returns when to look again. With the lock. */
static millis look_at_time(struct keeper *keeper, millis now, struct http_exchange **list)
{
    millis next = now + TICK;
    for (uint32_t i = 0; i < keeper->used; i++) {
        struct keeper_link *link = &keeper->links[i];
        if (!link->open)
            continue;
        struct http_exchange *exchange = link->parked;
        if (exchange && exchange->park.deadline <= now)
            end_park(keeper, exchange, HTTP_END_DEADLINE, list);
        else if (exchange && exchange->park.deadline < next)
            next = exchange->park.deadline;
        millis deadline = atomic_load_explicit(&link->deadline, memory_order_relaxed);
        if (deadline == NO_LIMIT || deadline > now)
            continue;
        /* The socket cannot have been closed and given to somebody else: keeper_close comes before
         * the library closes it. Its thread finds it shut and cleans up. */
        shutdown(link->socket, SHUT_RDWR);
        atomic_compare_exchange_strong(&link->deadline, &deadline, NO_LIMIT);
    }
    return next;
}

static void *keep(void *context)
{
    struct keeper *keeper = context;
    struct epoll_event events[EVENTS];
    millis timeout = TICK;
    for (;;) {
        int count = epoll_wait(keeper->events, events, EVENTS, (int)timeout);
        struct http_exchange *list = NULL;
        pthread_mutex_lock(&keeper->lock);
        if (keeper->stopping) {
            pthread_mutex_unlock(&keeper->lock);
            return NULL;
        }
        for (int i = 0; i < count; i++) {
            uint64_t drained;
            if (events[i].data.u64 >> 32 == WAKE_UP) {
                ssize_t got = read(keeper->wake, &drained, sizeof drained);
                (void)got;
                continue;
            }
            struct http_exchange *exchange = find_parked(keeper, events[i].data.u64);
            if (exchange)
                end_park(keeper, exchange, HTTP_END_GONE, &list);
        }
        millis now = monotonic();
        keeper->wake_at = look_at_time(keeper, now, &list);
        timeout = keeper->wake_at - now;
        pthread_mutex_unlock(&keeper->lock);
        tell_owners(list);
    }
}

enum error keeper_start(size_t connections, struct fault *fault, struct keeper **ret_keeper)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (!keeper)
        return fault_place(fault, ERROR_MEMORY, "server");
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_condattr_t monotonic_clock;
    pthread_condattr_init(&monotonic_clock);
    pthread_condattr_setclock(&monotonic_clock, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->idle, &monotonic_clock);
    pthread_condattr_destroy(&monotonic_clock);
    keeper->capacity = (uint32_t)connections;
    keeper->first_free = UINT32_MAX;
    keeper->wake_at = monotonic() + TICK;
    keeper->links = calloc(connections, sizeof *keeper->links);
    keeper->events = epoll_create1(EPOLL_CLOEXEC);
    keeper->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)WAKE_UP << 32};
    enum error error = ERROR_OK;
    if (!keeper->links)
        error = fault_place(fault, ERROR_MEMORY, "server");
    else if (
        keeper->events < 0 || keeper->wake < 0 ||
        epoll_ctl(keeper->events, EPOLL_CTL_ADD, keeper->wake, &event) != 0)
        error = fault_set(fault, error_from_errno(errno), "server", "epoll", "%s", strerror(errno));
    if (!error) {
        int number = pthread_create(&keeper->thread, NULL, keep, keeper);
        keeper->running = number == 0;
        if (number)
            error = fault_set(
                fault, error_from_errno(number), "server", "a thread", "%s", strerror(number));
    }
    if (error) {
        keeper_free(keeper);
        return error;
    }
    *ret_keeper = keeper;
    return ERROR_OK;
}

/* Waits for the last exchange under way. With the lock. */
static void wait_until_idle(struct keeper *keeper, millis grace)
{
    millis until = monotonic() + grace;
    struct timespec at = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    int number = 0;
    while (atomic_load(&keeper->under_way) && number != ETIMEDOUT)
        number = pthread_cond_timedwait(&keeper->idle, &keeper->lock, &at);
}

void keeper_stop(struct keeper *keeper, millis grace)
{
    struct http_exchange *list = NULL;
    pthread_mutex_lock(&keeper->lock);
    keeper->stopping = true;
    pthread_mutex_unlock(&keeper->lock);
    wake_up(keeper);
    if (keeper->running)
        pthread_join(keeper->thread, NULL);
    keeper->running = false;
    pthread_mutex_lock(&keeper->lock);
    for (uint32_t i = 0; i < keeper->used; i++) {
        if (keeper->links[i].parked)
            end_park(keeper, keeper->links[i].parked, HTTP_END_STOP, &list);
    }
    pthread_mutex_unlock(&keeper->lock);
    tell_owners(list);
    pthread_mutex_lock(&keeper->lock);
    wait_until_idle(keeper, grace);
    pthread_mutex_unlock(&keeper->lock);
}

void keeper_free(struct keeper *keeper)
{
    if (!keeper)
        return;
    if (keeper->events >= 0)
        close(keeper->events);
    if (keeper->wake >= 0)
        close(keeper->wake);
    free(keeper->links);
    pthread_cond_destroy(&keeper->idle);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}
