/* A child, from its start to its end. */
#include "paper/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FILES = 64,        /* that it may have open */
    WORDS_MAX = 100,   /* of what it says when it fails: the end of it */
    EXIT_PROGRAM = 3,  /* worker.py: no WeasyPrint */
    EXIT_MEMORY = 4,   /* worker.py: it ran out of it */
    EXIT_LIMITS = 121, /* before it runs at all: */
    EXIT_SANDBOX = 122,
    EXIT_EXEC = 123,
};

enum { IN, OUT, WORDS, STREAMS };

/* Both ends of the streams, and the child. */
struct child {
    int ours[STREAMS], theirs[STREAMS];
    pid_t pid; /* 0: none */
    int end;   /* readable when it has ended: its pidfd */
    struct buffer words;
};

static void close_one(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

/* --- In the child: system calls and nothing else ------------------------------------------- */

static bool limit(int resource, rlim_t most)
{
    const struct rlimit both = {most, most};
    return setrlimit(resource, &both) == 0;
}

static _Noreturn void become(
    const struct child *child, const char *program, const char *script,
    const struct sandbox *sandbox, const struct child_limits *limits, pid_t parent)
{
    const char *const arguments[] = {program, "-I", "-B", "-c", script, NULL};
    const char *const nothing[] = {NULL};
    sigset_t none;
    sigemptyset(&none);
    bool ready = dup2(child->theirs[IN], 0) == 0 && dup2(child->theirs[OUT], 1) == 1 &&
                 dup2(child->theirs[WORDS], 2) == 2 && setpgid(0, 0) == 0 &&
                 prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent &&
                 sigprocmask(SIG_SETMASK, &none, NULL) == 0 && chdir("/") == 0;
    /* A second more than the clock on the wall: that one says what happened. */
    ready = ready && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
            limit(RLIMIT_NOFILE, FILES) && limit(RLIMIT_CPU, (rlim_t)(limits->time / 1000 + 1));
    if (!ready)
        _exit(EXIT_LIMITS);
    /* The ruleset's file goes with the exec, as all others of ours. */
    if (syscall(SYS_close_range, 3, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */))
        _exit(EXIT_LIMITS);
    if (!limit(RLIMIT_AS, limits->memory))
        _exit(EXIT_LIMITS);
    if (sandbox && !sandbox_enter(sandbox))
        _exit(EXIT_SANDBOX);
    execve(program, (char *const *)(uintptr_t)arguments, (char *const *)(uintptr_t)nothing);
    _exit(EXIT_EXEC);
}

/* --- Starting ----------------------------------------------------------------------------- */

static enum error open_streams(struct child *child, struct fault *fault)
{
    for (int i = 0; i < STREAMS; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC))
            return fault_place(fault, error_from_errno(errno), "pipe");
        child->ours[i] = ends[i == IN];
        /* Out of the way of 0, 1 and 2, which it becomes: we may have those closed. */
        child->theirs[i] = fcntl(ends[i != IN], F_DUPFD_CLOEXEC, 3);
        close(ends[i != IN]);
        if (child->theirs[i] < 0 || fcntl(child->ours[i], F_SETFL, O_NONBLOCK))
            return fault_place(fault, error_from_errno(errno), "pipe");
    }
    return ERROR_OK;
}

static enum error start(
    struct child *child, const char *program, const char *script, const struct sandbox *sandbox,
    const struct child_limits *limits, struct fault *fault)
{
    enum error error = open_streams(child, fault);
    if (error)
        return error;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become(child, program, script, sandbox, limits, parent);
    if (pid < 0)
        return fault_place(fault, error_from_errno(errno), "fork");
    child->pid = pid;
    for (int i = 0; i < STREAMS; i++)
        close_one(&child->theirs[i]);
    child->end = (int)syscall(SYS_pidfd_open, pid, 0);
    return child->end < 0 ? fault_place(fault, error_from_errno(errno), "pidfd_open") : ERROR_OK;
}

/* --- While it runs ------------------------------------------------------------------------ */

static millis now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (millis)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Writes what goes; a child that does not read to the end is judged by how it ends. */
static void feed(struct child *child, struct bytes *input)
{
    ssize_t count = write(child->ours[IN], input->data, input->length);
    if (count > 0)
        *input = bytes_slice(*input, (size_t)count, input->length);
    if (!input->length || (count < 0 && errno != EAGAIN && errno != EINTR))
        close_one(&child->ours[IN]);
}

/* Reads what is there into *out, which has a limit. */
static enum error hear(int *file, struct buffer *out)
{
    uint8_t data[64 << 10];
    ssize_t count = read(*file, data, sizeof data);
    if (count > 0)
        buffer_append(out, data, (size_t)count);
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        close_one(file);
    return out->error;
}

/* Its last words are kept, however many it says. */
static enum error hear_words(struct child *child)
{
    enum error error = hear(&child->ours[WORDS], &child->words);
    if (child->words.length > WORDS_MAX) {
        size_t over = child->words.length - WORDS_MAX;
        memmove(child->words.data, child->words.data + over, WORDS_MAX);
        child->words.length = WORDS_MAX;
    }
    return error;
}

/* Until it has ended and all was heard. */
static enum error attend(
    struct child *child, const struct child_limits *limits, struct bytes input, int cancel,
    struct fault *fault, struct buffer *output)
{
    millis deadline = now() + limits->time;
    bool ended = false;
    while (!ended || child->ours[OUT] >= 0 || child->ours[WORDS] >= 0) {
        struct pollfd files[] = {
            {child->ours[IN], POLLOUT, 0},
            {child->ours[OUT], POLLIN, 0},
            {child->ours[WORDS], POLLIN, 0},
            {ended ? -1 : child->end, POLLIN, 0},
            {cancel, POLLIN, 0},
        };
        millis left = deadline - now();
        if (left <= 0)
            return fault_set(
                fault, ERROR_PAPER_LATE, "program", "an answer in time", "none in %lld s",
                (long long)(limits->time / 1000));
        int count = poll(files, sizeof files / sizeof *files, (int)left);
        if (count < 0 && errno != EINTR)
            return fault_place(fault, error_from_errno(errno), "poll");
        if (count <= 0)
            continue;
        enum error error = ERROR_OK;
        if (files[4].revents)
            return fault_place(fault, ERROR_CANCELLED, "program");
        if (files[IN].revents)
            feed(child, &input);
        if (files[OUT].revents)
            error = hear(&child->ours[OUT], output);
        if (error == ERROR_TOO_LARGE)
            return fault_set(
                fault, ERROR_PAPER_LARGE, "program", "a PDF of a size that can be",
                "more than %zu bytes", limits->output);
        if (!error && files[WORDS].revents)
            error = hear_words(child);
        if (error)
            return fault_place(fault, error, "program");
        ended = ended || files[3].revents;
    }
    return ERROR_OK;
}

/* --- Its end ------------------------------------------------------------------------------ */

/* Its last words as a line of a log. */
static struct bytes last_words(const struct child *child)
{
    for (size_t i = 0; i < child->words.length; i++) {
        if (child->words.data[i] < ' ' || child->words.data[i] > '~')
            child->words.data[i] = ' ';
    }
    return buffer_view(&child->words);
}

static enum error judge_words(struct bytes words, int status, struct fault *fault)
{
    if (WIFSIGNALED(status))
        return fault_set(
            fault, ERROR_PAPER_FAILED, "program", "a PDF", "it died of signal %d",
            WTERMSIG(status));
    return fault_set(
        fault, ERROR_PAPER_FAILED, "program", "a PDF", "status %d: %.*s", WEXITSTATUS(status),
        (int)words.length, (const char *)words.data);
}

static enum error
judge_end(const struct child *child, const char *program, int status, struct fault *fault)
{
    struct bytes words = last_words(child);
    switch (WIFEXITED(status) ? WEXITSTATUS(status) : -1) {
    case 0:
        return ERROR_OK;
    case EXIT_EXEC:
        return fault_set(fault, ERROR_PAPER_PROGRAM, program, "a program that can be run", NULL);
    case EXIT_PROGRAM:
        return fault_set(
            fault, ERROR_PAPER_PROGRAM, program, "a Python that has WeasyPrint 57", "%.*s",
            (int)words.length, (const char *)words.data);
    case EXIT_SANDBOX:
        return fault_set(
            fault, ERROR_PAPER_SANDBOX, program, "a sandbox that the kernel puts up", NULL);
    case EXIT_MEMORY:
        return fault_set(
            fault, ERROR_PAPER_FAILED, program, "a document that its memory is enough for", NULL);
    default:
        return judge_words(words, status, fault);
    }
}

static bool is_pdf(struct bytes pdf)
{
    static const char head[] = "%PDF-", tail[] = "%%EOF\n";
    enum { HEAD = sizeof head - 1, TAIL = sizeof tail - 1 };
    return pdf.length > HEAD + TAIL && memcmp(pdf.data, head, HEAD) == 0 &&
           memcmp(pdf.data + pdf.length - TAIL, tail, TAIL) == 0;
}

enum error child_run(
    const char *program, const char *script, const struct sandbox *sandbox,
    const struct child_limits *limits, struct bytes input, int cancel, struct fault *fault,
    struct buffer *ret_output)
{
    struct child child = {.ours = {-1, -1, -1}, .theirs = {-1, -1, -1}, .end = -1};
    struct buffer output = {.limit = limits->output};
    int status = 0;
    enum error error = start(&child, program, script, sandbox, limits, fault);
    if (!error)
        error = attend(&child, limits, input, cancel, fault, &output);
    if (child.pid) {
        if (error) {
            kill(-child.pid, SIGKILL);
            kill(child.pid, SIGKILL); /* which may have no group yet */
        }
        while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    if (!error)
        error = judge_end(&child, program, status, fault);
    if (!error && !is_pdf(buffer_view(&output)))
        error = fault_set(
            fault, ERROR_PAPER_FAILED, program, "a PDF", "%zu bytes of something else",
            output.length);
    for (int i = 0; i < STREAMS; i++) {
        close_one(&child.ours[i]);
        close_one(&child.theirs[i]);
    }
    close_one(&child.end);
    buffer_free(&child.words);
    if (error)
        buffer_free(&output);
    else
        *ret_output = output;
    return error;
}
