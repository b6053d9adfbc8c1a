/* The pipe to the official engine. */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct oracle {
    pid_t process;
    FILE *to, *from;
    char *line;
    size_t room;
};

static void die(const char *what)
{
    fprintf(stderr, "oracle: ");
    perror(what);
    exit(2);
}

struct oracle *oracle_start(const char *script, const char *module)
{
    int to[2], from[2];
    struct oracle *oracle = calloc(1, sizeof *oracle);
    if (!oracle || pipe(to) || pipe(from))
        die("pipe");
    oracle->process = fork();
    if (oracle->process < 0)
        die("fork");
    if (oracle->process == 0) {
        if (dup2(to[0], 0) < 0 || dup2(from[1], 1) < 0)
            die("dup2");
        close(to[0]);
        close(to[1]);
        close(from[0]);
        close(from[1]);
        execlp("node", "node", script, module, (char *)NULL);
        die("node");
    }
    close(to[0]);
    close(from[1]);
    oracle->to = fdopen(to[1], "w");
    oracle->from = fdopen(from[0], "r");
    if (!oracle->to || !oracle->from)
        die("fdopen");
    return oracle;
}

void oracle_ask(struct oracle *oracle, struct bytes lines, size_t count)
{
    fprintf(oracle->to, "%zu\n", count);
    if (fwrite(lines.data, 1, lines.length, oracle->to) != lines.length || fflush(oracle->to))
        die("writing a batch");
}

struct bytes oracle_answer(struct oracle *oracle)
{
    ssize_t length = getline(&oracle->line, &oracle->room, oracle->from);
    if (length < 1)
        die("it ended before it had answered");
    return (struct bytes){(const uint8_t *)oracle->line, (size_t)length - 1};
}

void oracle_stop(struct oracle *oracle)
{
    int status;
    fclose(oracle->to);
    fclose(oracle->from);
    if (waitpid(oracle->process, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
        die("its end");
    free(oracle->line);
    free(oracle);
}
