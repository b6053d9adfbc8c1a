/* A server as a process: see server_process.h. */
#include "server_process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern char **environ;

struct server_process server_process_start(const char *folder)
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
    struct server_process process;
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

void server_process_end(struct server_process *process, int signal, bool graceful)
{
    int status = 0;
    assert_int_equal(kill(process->pid, signal), 0);
    assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
    if (graceful)
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
