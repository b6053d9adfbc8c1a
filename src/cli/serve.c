/* enduse serve: runs the authority's server until it is told to end. The server itself is in
 * service/. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "site/site.h"

/* The signals that end the server. They are blocked before any thread starts, so that only the
 * waiting thread takes them. */
static void stop_signals(sigset_t *ret_signals)
{
    sigemptyset(ret_signals);
    sigaddset(ret_signals, SIGTERM);
    sigaddset(ret_signals, SIGINT);
}

static int run_init(struct call *call, const struct settings *settings)
{
    struct fault fault = {0};
    struct buffer report = {0};
    enum error error = service_init(call->os, settings, &fault, &report);
    int code = call_print(call, &report);
    if (error)
        code = call_fail_hint(call, &fault, service_advice(error));
    buffer_free(&report);
    return code;
}

static int run_server(struct call *call, const struct settings *settings)
{
    struct fault fault = {0};
    struct service *service = NULL;
    sigset_t signals, before;
    stop_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before);
    enum error error = service_start(call->os, settings, &site, STDERR_FILENO, &fault, &service);
    if (error) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        return call_fail_hint(call, &fault, service_advice(error));
    }
    /* Scripts wait for this line; with port 0 it says which port. */
    const char *colon = strrchr(settings->listen, ':');
    int host = colon ? (int)(colon - settings->listen) : 0;
    fprintf(
        call->out, "serving on http://%.*s:%u/\n", host, settings->listen, service_port(service));
    fflush(call->out);
    int signal = 0;
    while (sigwait(&signals, &signal) == EINTR)
        ;
    service_stop(service);
    return EXIT_DONE;
}

static int run_serve(struct call *call)
{
    struct fault fault = {0};
    struct settings settings;
    enum error error = settings_read(
        call->os, (int)call->operand_count, call->operands, &call->arena, &fault, &settings);
    if (error)
        return call_fail_hint(
            call, &fault, error == ERROR_USAGE ? "See: enduse serve --help" : NULL);
    return settings.init ? run_init(call, &settings) : run_server(call, &settings);
}

static const struct command_option options[] = {
#define SETTING_ROW(id, word, kind, member, argument, standard, text)                              \
    {.name = (word), .value = (argument), .words = (text)},
    SETTING_TABLE(SETTING_ROW)
#undef SETTING_ROW
        {0},
};

static const struct command rows[] = {
    {
        .name = "serve",
        .summary = "Run the authority's server, or make its folder",
        .most = SIZE_MAX,
        .options = options,
        .text =
            "Every setting can also come from the environment (ENDUSE_LISTEN for --listen) or\n"
            "from the file given with --config, as lines `listen = 127.0.0.1:7243`. A flag counts\n"
            "before the environment, and that before the file.\n"
            "\n"
            "With --init the folder is made: keys/lease and keys/log, which both ministries then\n"
            "delegate to, and, with --root, the database. Without it the server runs until it\n"
            "gets SIGTERM or SIGINT. It answers on loopback unless --remote is given: put a proxy\n"
            "that ends TLS in front of it. Its log goes to standard error, one line an event.\n",
        .examples = "# make the folder, then run\n"
                    "enduse serve --init --data /var/lib/enduse --root root.root\n"
                    "enduse serve --data /var/lib/enduse\n",
        .run = run_serve,
        .raw = true,
    },
};

const struct command_rows serve_commands = COMMAND_ROWS(rows);
