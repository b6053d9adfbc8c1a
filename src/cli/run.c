/* enduse run: a program under a lease. Declares and begins a use, runs the program in a process
 * group of its own, and stops it when the lease or an order says so. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/case.h"
#include "cli/secrets.h"
#include "guard/guard.h"

enum { EXPLANATION_SIZE = 16384, SIGNALLED = 128 };

/* A run from declaration to end. */
struct run {
    struct call *call;
    struct enduse_guard *guard;
    struct enduse_declaration *declaration;
    uint64_t use;
    bool begun;
    millis grace;
    sigset_t before; /* the signals blocked when enduse began: the program's */
    int signals;     /* signalfd */
    pid_t child;
};

/* --- Words -------------------------------------------------------------------------------- */

static void say_verdict(struct call *call, const char *what, const struct enduse_verdict *verdict)
{
    fprintf(call->err, "enduse: %s: %s", what, verdict->words);
    for (unsigned i = 0; i < verdict->clause_count && i < ENDUSE_CLAUSES_MAX; i++)
        fprintf(call->err, "%s%s", i ? ", " : " [", verdict->clauses[i]);
    fprintf(call->err, "%s\n", verdict->clause_count ? "]" : "");
    fprintf(call->err, "Reason %d (%s)", (int)verdict->reason, enduse_reason_word(verdict->reason));
    if (verdict->issuer[0])
        fprintf(call->err, "; issued by %s", verdict->issuer);
    if (verdict->contact[0])
        fprintf(call->err, "; ask %s", verdict->contact);
    fputs("\n", call->err);
}

static int failed(struct call *call, const struct fault *fault)
{
    (void)call_fail(call, fault);
    return EXIT_GUARD;
}

static int guard_failed(struct call *call, const struct enduse_fault *fault)
{
    const char *hint = hint_of_error((enum error)fault->number);
    fprintf(call->err, "enduse: %s\n", fault->text);
    fprintf(call->err, "%s\n", hint ? hint : "See: enduse run --help");
    return EXIT_GUARD;
}

/* On the guard's thread: one line is one write. */
static void on_notice(void *context, int fraction, int64_t left)
{
    struct call *call = context;
    char line[128];
    if (fraction)
        snprintf(
            line, sizeof line, "enduse: the lease runs out: %d %% left, %lld s\n", fraction,
            (long long)(left / MILLIS_SECOND));
    else
        snprintf(line, sizeof line, "enduse: the lease has run out\n");
    fputs(line, call->err);
}

/* --- Before the program ------------------------------------------------------------------- */

/* The pinned root: --pin, else the digest of the first --root. Never what the folder says. */
static enum error root_digest(struct call *call, struct fault *fault, struct digest *ret_digest)
{
    const struct digest *pin;
    struct bytes payload;
    enum error error = pin_of_call(call, fault, &pin);
    if (error)
        return error;
    if (pin) {
        *ret_digest = *pin;
        return ERROR_OK;
    }
    const char *path = call_option_at(call, "root", 0);
    if (!path)
        return fault_set(
            fault, ERROR_USAGE, "--pin", "the root's digest, or --root (or ENDUSE_ROOT)", "none");
    return input_payload(call, path, fault, &payload, ret_digest);
}

static int open_guard(struct run *run)
{
    struct call *call = run->call;
    struct fault fault = {0};
    struct enduse_fault guard_fault = {0};
    struct digest root;
    struct buffer passphrase = {0};
    const char *file = call_option(call, "passphrase-file");
    enum error error = root_digest(call, &fault, &root);
    if (!error && file)
        error = passphrase_from_file(call, file, &fault, &passphrase);
    if (error) {
        secret_buffer_free(&passphrase);
        return failed(call, &fault);
    }
    const struct enduse_options options = {
        .size = sizeof options,
        .folder = call_option(call, "folder"),
        .root_digest = root.bytes,
        .url = call_option(call, "url"),
        .passphrase = file ? buffer_text(&passphrase) : NULL,
        .allow_demo = call_switch(call, "demo"),
        .on_notice = on_notice,
        .context = call,
    };
    int result = enduse_open(&options, &run->guard, &guard_fault);
    secret_buffer_free(&passphrase);
    return result == ENDUSE_OK ? EXIT_DONE : guard_failed(call, &guard_fault);
}

static int wait_active(struct run *run)
{
    struct call *call = run->call;
    struct fault fault = {0};
    struct enduse_verdict verdict = {0};
    millis wait = 10 * MILLIS_SECOND;
    const char *text = call_option(call, "wait");
    if (text && span_parse(bytes_of(text), &fault, &wait) != ERROR_OK)
        return failed(call, &fault);
    int result = enduse_wait_active(run->guard, wait, &verdict);
    if (result == ENDUSE_OK)
        return EXIT_DONE;
    say_verdict(call, "refused", &verdict);
    return result == ENDUSE_REFUSED ? EXIT_REFUSED : EXIT_GUARD;
}

static void explain(struct run *run)
{
    char *text = arena_alloc(&run->call->arena, EXPLANATION_SIZE);
    if (text && run->declaration &&
        enduse_explain(run->guard, run->declaration, text, EXPLANATION_SIZE) > 0)
        fprintf(run->call->err, "%s", text);
}

static int declare(struct run *run, struct bytes declaration)
{
    struct call *call = run->call;
    struct fault fault = {0};
    struct enduse_fault guard_fault = {0};
    struct enduse_verdict verdict = {0};
    struct bytes approval = {0};
    const char *path = call_option(call, "approval");
    if (path && input_read(call, path, &fault, &approval) != ERROR_OK)
        return failed(call, &fault);
    int result = enduse_declare(
        run->guard, declaration.data, declaration.length, approval.length ? approval.data : NULL,
        approval.length, &run->declaration, &verdict, &guard_fault);
    if (result == ENDUSE_OK)
        return EXIT_DONE;
    if (result != ENDUSE_REFUSED)
        return guard_failed(call, &guard_fault);
    say_verdict(call, "refused", &verdict);
    explain(run);
    return EXIT_REFUSED;
}

/* A use is of the function and subject that are declared, unless it is said otherwise. */
static int begin(struct run *run, struct bytes bytes)
{
    struct call *call = run->call;
    struct fault fault = {0};
    struct enduse_verdict verdict = {0};
    enum instrument_type type;
    struct digest digest;
    void *value;
    if (document_decode_unverified(bytes, &call->arena, &fault, &type, &digest, &value) != ERROR_OK)
        return failed(call, &fault);
    const struct declaration *declaration = value; /* enduse_declare has taken it as one */
    const char *function = call_option(call, "function"), *subject = call_option(call, "subject");
    if (!function)
        function = datum_text(&declaration->facts, "function");
    if (!subject)
        subject = datum_text(&declaration->facts, "subject");
    int result = enduse_begin(
        run->guard, run->declaration, function ? function : "", subject ? subject : "", &run->use,
        &verdict);
    run->begun = result == ENDUSE_OK;
    if (run->begun)
        return EXIT_DONE;
    say_verdict(call, "refused", &verdict);
    explain(run);
    return result == ENDUSE_REFUSED ? EXIT_REFUSED : EXIT_GUARD;
}

/* --- The program -------------------------------------------------------------------------- */

/* In the child; never returns. What goes wrong is told through the pipe, which exec closes. */
static _Noreturn void become(const struct run *run, pid_t parent, int report)
{
    (void)setpgid(0, 0);
    /* When enduse itself is killed, the program must not go on unguarded. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_GUARD);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &run->before, NULL);
    /* execvp does not change what it is given. */
    union {
        const char *const *given;
        char *const *taken;
    } arguments = {.given = run->call->operands};
    execvp(arguments.taken[0], arguments.taken);
    int number = errno;
    (void)!write(report, &number, sizeof number);
    _exit(EXIT_GUARD);
}

/* Gives the terminal to the program's group, or takes it back. */
static void give_terminal(pid_t group)
{
    if (isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) >= 0)
        (void)tcsetpgrp(STDIN_FILENO, group); /* SIGTTOU is blocked meanwhile */
}

static int start(struct run *run)
{
    struct call *call = run->call;
    struct fault fault = {0};
    int report[2];
    pid_t parent = getpid();
    fflush(call->out);
    if (pipe2(report, O_CLOEXEC) != 0 || (run->child = fork()) < 0) {
        fault_place(&fault, error_from_errno(errno), "starting the program");
        return failed(call, &fault);
    }
    if (run->child == 0)
        become(run, parent, report[1]);
    (void)setpgid(run->child, run->child);
    give_terminal(run->child);
    close(report[1]);
    int number = 0;
    ssize_t got;
    do
        got = read(report[0], &number, sizeof number);
    while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got <= 0)
        return EXIT_DONE;
    (void)waitpid(run->child, NULL, 0);
    give_terminal(getpgrp());
    fault_set(
        &fault, error_from_errno(number), call->operands[0], "a program to run", "%s",
        strerror(number));
    return failed(call, &fault);
}

/* Whether the program has ended. It is not reaped yet: as long as it is not, its group's number
 * belongs to nobody else. */
static bool has_ended(const struct run *run)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)run->child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == run->child;
}

/* Takes the signals that came: forwards those that are for the program. */
static void forward(struct run *run)
{
    struct signalfd_siginfo info;
    while (read(run->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGCHLD)
            (void)kill(-run->child, (int)info.ssi_signo);
    }
}

/* Milliseconds for poll: until the moment, at least 0; -1 for none. */
static int until(const struct run *run, millis moment)
{
    millis now;
    if (moment == 0)
        return -1;
    if (os_boot_time(run->call->os, &now) != ERROR_OK || now >= moment)
        return 0;
    return moment - now > 60 * MILLIS_SECOND ? (int)(60 * MILLIS_SECOND) : (int)(moment - now);
}

/* Waits for the program's end, or ends it. *ret_stopped: the guard had it stopped. */
static void watch(struct run *run, bool *ret_stopped)
{
    struct pollfd sources[] = {
        {.fd = run->signals, .events = POLLIN},
        {.fd = enduse_stop_descriptor(run->guard), .events = POLLIN},
    };
    struct enduse_verdict verdict;
    millis kill_at = 0;
    *ret_stopped = false;
    while (!has_ended(run)) {
        if (!*ret_stopped && enduse_must_stop(run->guard, run->use, &verdict)) {
            *ret_stopped = true;
            (void)kill(-run->child, SIGTERM);
            (void)kill(-run->child, SIGCONT);
            say_verdict(run->call, "stopped", &verdict);
            if (os_boot_time(run->call->os, &kill_at) == ERROR_OK)
                kill_at += run->grace;
            else
                kill_at = 1; /* no clock: no grace */
            /* From here the descriptor says nothing new. */
            sources[1].fd = -1;
        }
        int left = until(run, kill_at);
        if (left == 0) {
            (void)kill(-run->child, SIGKILL);
            left = 1000;
            kill_at = 0;
        }
        (void)poll(sources, sizeof sources / sizeof *sources, left);
        forward(run);
    }
}

static int run_program(struct run *run)
{
    bool stopped = false;
    int code = start(run);
    if (code != EXIT_DONE)
        return code;
    int status = 0;
    watch(run, &stopped);
    /* What the program started and left in its group ends with the use. */
    (void)kill(-run->child, SIGKILL);
    while (waitpid(run->child, &status, 0) < 0 && errno == EINTR)
        ;
    give_terminal(getpgrp());
    if (stopped)
        return EXIT_STOPPED;
    return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

/* --- Together ----------------------------------------------------------------------------- */

/* Blocks what is to be forwarded, before any thread starts, and makes the descriptor. */
static int take_signals(struct run *run)
{
    static const int taken[] = {SIGCHLD, SIGTERM, SIGINT,  SIGHUP,  SIGQUIT,
                                SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH};
    sigset_t set, blocked;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        sigaddset(&set, taken[i]);
    blocked = set;
    sigaddset(&blocked, SIGTTOU); /* giving the terminal away */
    sigprocmask(SIG_BLOCK, &blocked, &run->before);
    run->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (run->signals >= 0)
        return EXIT_DONE;
    struct fault fault = {0};
    fault_place(&fault, error_from_errno(errno), "signals");
    return failed(run->call, &fault);
}

static int run_run(struct call *call)
{
    struct fault fault = {0};
    struct run run = {.call = call, .grace = 500};
    struct bytes declaration;
    const char *grace = call_option(call, "grace");
    if (grace && span_parse(bytes_of(grace), &fault, &run.grace) != ERROR_OK)
        return failed(call, &fault);
    if (input_read(call, call_option(call, "declaration"), &fault, &declaration) != ERROR_OK)
        return failed(call, &fault);
    int code = take_signals(&run);
    if (code == EXIT_DONE)
        code = open_guard(&run);
    if (code == EXIT_DONE)
        code = wait_active(&run);
    if (code == EXIT_DONE)
        code = declare(&run, declaration);
    if (code == EXIT_DONE)
        code = begin(&run, declaration);
    if (code == EXIT_DONE)
        code = run_program(&run);
    if (run.begun)
        (void)enduse_end(run.guard, run.use);
    enduse_declaration_free(run.guard, run.declaration);
    enduse_close(run.guard);
    if (run.signals > 0)
        close(run.signals);
    return code;
}

static const struct command_option run_options[] = {
    {.name = "folder", .value = "DIR", .needed = true, .words = "The guard's folder"},
    {.name = "declaration",
     .value = "FILE",
     .needed = true,
     .words = "The signed declaration of the use"},
    {.name = "approval", .value = "FILE", .words = "The approval that it names"},
    {.name = "function", .value = "ID", .words = "The function used; as declared without it"},
    {.name = "subject", .value = "TEXT", .words = "The subject; as declared without it"},
    OPTION_ROOT,
    OPTION_PIN,
    OPTION_DEMO,
    {.name = "url", .value = "URL", .words = "The authority; as enrolled without it"},
    {.name = "passphrase-file",
     .value = "FILE",
     .words = "Its first line is the passphrase of the guard's key"},
    {.name = "wait", .value = "SPAN", .words = "How long to wait for a lease; 10s without it"},
    {.name = "grace",
     .value = "SPAN",
     .words = "From SIGTERM to SIGKILL when it must stop; 500ms without it"},
    {0},
};

static const struct command rows[] = {
    {
        .name = "run",
        .summary = "Run a program as a declared use, and stop it when the lease says so",
        .operands = "-- CMD [ARGUMENT...]",
        .least = 1,
        .most = SIZE_MAX,
        .options = run_options,
        .text =
            "The use is declared and begun before the program starts, and ended when it ends.\n"
            "The program runs in a process group of its own; signals to enduse are passed on. An\n"
            "order or the lease's end sends SIGTERM to the group, then SIGKILL. When enduse\n"
            "itself is killed, the program is killed with it.\n"
            "\n"
            "The pinned root (--pin, or the digest of --root) belongs to whoever installs the\n"
            "system; it is never taken from the guard's folder.\n"
            "\n"
            "Exit code: the program's own (128 and the signal when a signal ended it); 124 when\n"
            "the use was stopped; 125 when enduse could not work; 126 when the use was refused.\n",
        .examples = "enduse run --folder guard --root 0001.root --declaration D.declaration \\\n"
                    "    --approval W.approval -- ./system --quiet\n",
        .run = run_run,
    },
};

const struct command_rows run_commands = COMMAND_ROWS(rows);
