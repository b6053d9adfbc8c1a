/* service: a server that is killed with -9 at any moment loses no act that it acknowledged, takes
 * none twice, and starts again. 20 rounds; 200 with ENDUSE_DEEP=1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "service_fixture.h"

extern char **environ;

enum { ACTS_MAX = 4000, SENDERS = 3 };

/* The server as a process of its own. */
struct process {
    pid_t pid;
    uint16_t port;
};

static struct process start(const char *folder)
{
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
    posix_spawn_file_actions_addclose(&actions, pipe_ends[1]);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    char data[300];
    snprintf(data, sizeof data, "--data=%s", folder);
    char program[] = ENDUSE_PROGRAM, serve[] = "serve", demo[] = "--demo",
         listen[] = "--listen=127.0.0.1:0";
    char *arguments[] = {program, serve, demo, listen, data, NULL};
    struct process process;
    assert_int_equal(posix_spawn(&process.pid, program, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    char line[200] = "";
    size_t length = 0;
    ssize_t got = 1;
    while (!strchr(line, '\n') && length < sizeof line - 1 && got > 0) {
        got = read(pipe_ends[0], line + length, sizeof line - 1 - length);
        length += got > 0 ? (size_t)got : 0;
        line[length] = '\0';
    }
    close(pipe_ends[0]);
    unsigned port = 0;
    if (sscanf(line, "serving on http://127.0.0.1:%u/", &port) != 1)
        print_error("the server said: %s\n", line);
    assert_true(port > 0);
    process.port = (uint16_t)port;
    return process;
}

static void end(struct process *process, int signal, bool graceful)
{
    int status = 0;
    assert_int_equal(kill(process->pid, signal), 0);
    assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
    if (graceful)
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* The acts of all senders: sender s sends those of index s, s + SENDERS, ... in order. */
struct acts {
    struct bytes bytes[ACTS_MAX];
    uint64_t events[ACTS_MAX]; /* as acknowledged; 0: not */
    atomic_size_t acknowledged;
};

struct sender {
    pthread_t thread;
    struct acts *acts;
    size_t next;
    uint16_t port;
    bool refused; /* a status that no good act may get */
};

static uint64_t event_of(struct http_reply *reply)
{
    const char *text = buffer_text(&reply->body);
    unsigned long long event = 0;
    return text && sscanf(text, "{\"event\":%llu", &event) == 1 ? event : 0;
}

/* Sends until the server is gone. */
static void *send_acts(void *context)
{
    struct sender *sender = context;
    struct http_client *client = NULL;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/acts", sender->port);
    if (http_client_open(NULL, NULL, &client))
        return NULL;
    while (sender->next < ACTS_MAX) {
        const struct http_call call = {
            .method = "POST",
            .url = url,
            .type = "application/cose",
            .body = sender->acts->bytes[sender->next],
        };
        struct http_reply reply;
        if (http_client_call(client, &call, NULL, &reply))
            break;
        if (reply.status == 201 || reply.status == 200) {
            sender->acts->events[sender->next] = event_of(&reply);
            sender->acts->acknowledged++;
        } else {
            sender->refused = true;
        }
        http_reply_free(&reply);
        sender->next += SENDERS;
    }
    http_client_close(client);
    return NULL;
}

/* All that was acknowledged is there, under the same number. */
static void check(struct process *process, const struct acts *acts)
{
    struct http_client *client = NULL;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/acts", process->port);
    assert_int_equal(http_client_open(NULL, NULL, &client), ERROR_OK);
    for (size_t i = 0; i < ACTS_MAX; i++) {
        if (!acts->events[i])
            continue;
        const struct http_call call = {
            .method = "POST", .url = url, .type = "application/cose", .body = acts->bytes[i]};
        struct http_reply reply;
        assert_int_equal(http_client_call(client, &call, NULL, &reply), ERROR_OK);
        assert_int_equal(reply.status, 200);
        assert_int_equal(event_of(&reply), acts->events[i]);
        http_reply_free(&reply);
    }
    http_client_close(client);
}

/* Waits until so many acts were acknowledged, however busy the machine. */
static void await_acknowledged(const struct acts *acts, size_t count)
{
    time_t until = time(NULL) + 60;
    while (acts->acknowledged < count && time(NULL) < until)
        sched_yield();
    assert_true(acts->acknowledged >= count);
}

static void no_acknowledged_act_is_lost(void **state)
{
    (void)state;
    static struct service_fixture fixture;
    static struct acts acts;
    service_fixture_init(&fixture);
    service_fixture_stop(&fixture);
    for (size_t i = 0; i < ACTS_MAX; i++) {
        char name[60];
        snprintf(name, sizeof name, "exporter/EX-%zu", i);
        const char *file = arena_text(&fixture.arena, bytes_of(name));
        assert_non_null(file);
        acts.bytes[i] = office_act(
            &fixture.script, WORLD_D1, file, 0, "draft", body_exporter(&fixture.script.world));
    }
    struct sender senders[SENDERS] = {0};
    for (size_t s = 0; s < SENDERS; s++)
        senders[s] = (struct sender){.acts = &acts, .next = s};
    const char *deep = getenv("ENDUSE_DEEP");
    int rounds = deep && strcmp(deep, "1") == 0 ? 200 : 20;
    uint32_t random = 12345;
    for (int round = 0; round < rounds; round++) {
        struct process process = start(fixture.folder);
        for (size_t s = 0; s < SENDERS; s++) {
            senders[s].port = process.port;
            assert_int_equal(pthread_create(&senders[s].thread, NULL, send_acts, &senders[s]), 0);
        }
        /* Somewhere in the 3 ms after one of its first answers, or before them. */
        random = random * 1664525u + 1013904223u;
        await_acknowledged(&acts, acts.acknowledged + (random >> 28) % 6);
        const struct timespec while_it_works = {.tv_nsec = (long)(random >> 4) % 3000000};
        nanosleep(&while_it_works, NULL);
        end(&process, SIGKILL, false);
        for (size_t s = 0; s < SENDERS; s++) {
            pthread_join(senders[s].thread, NULL);
            assert_false(senders[s].refused);
        }
    }
    struct process process = start(fixture.folder);
    check(&process, &acts);
    end(&process, SIGTERM, true);
    assert_true(acts.acknowledged >= (size_t)rounds);
    char path[300];
    snprintf(path, sizeof path, "%s/office.db", fixture.folder);
    const struct audit_options options = {.demo_allowed = true};
    struct audit_report report;
    assert_int_equal(store_verify(path, &options, &fixture.fault, &report), ERROR_OK);
    assert_int_equal(report.finding_count, 0);
    /* The log begins with the root; nothing else stands before the first act. */
    assert_true(report.events >= acts.acknowledged + 1);
    service_fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_acknowledged_act_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
