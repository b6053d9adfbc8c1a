/* `enduse serve` as a process of its own, for tests that kill it and benchmarks that measure it. */
#ifndef ENDUSE_TESTS_SERVER_PROCESS_H
#define ENDUSE_TESTS_SERVER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct server_process {
    pid_t pid;
    uint16_t port; /* on 127.0.0.1, as it said itself */
};

/* Starts it on a folder, at a demonstration; returns once it serves. Its log is thrown away.
 * Asserts on failure, as all here. */
struct server_process server_process_start(const char *folder);

/* Sends the signal and waits for its end; graceful: which must be with status 0. */
void server_process_end(struct server_process *process, int signal, bool graceful);

#endif
