/* The program: finds the command, parses its line, runs it. What commands do is in their files. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session.h"
#include "crypto/crypto.h"

static int unknown(
    struct call *call, const struct command *commands, size_t count, const char *first,
    const char *second)
{
    const char *nearest = NULL;
    size_t least = WORD_DISTANCE_MAX;
    for (size_t i = 0; i < command_group_count && !second; i++) {
        size_t edits = word_distance(first, command_groups[i].word);
        if (edits < least) {
            least = edits;
            nearest = command_groups[i].word;
        }
    }
    for (size_t i = 0; i < count && second; i++) {
        if (!command_is_of_group(&commands[i], first) || !strchr(commands[i].name, ' '))
            continue;
        size_t edits = word_distance(second, strchr(commands[i].name, ' ') + 1);
        if (edits < least) {
            least = edits;
            nearest = commands[i].name;
        }
    }
    char quoted[64];
    quote_text(bytes_of(second ? second : first), quoted, sizeof quoted);
    if (second)
        fprintf(call->err, "enduse: %s: no such command: %s\n", first, quoted);
    else
        fprintf(call->err, "enduse: no such command: %s\n", quoted);
    if (nearest)
        fprintf(call->err, "Did you mean: enduse %s\n", nearest);
    else
        fprintf(call->err, "See: enduse %s%shelp\n", second ? first : "", second ? " --" : "");
    return EXIT_INVALID;
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

/* Finds the longest name that the arguments begin with; *ret_words is how many words it has. */
static const struct command *
find(const struct command *commands, size_t count, char **arguments, int *ret_words)
{
    const struct command *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *name = commands[i].name;
        const char *space = strchr(name, ' ');
        size_t first = space ? (size_t)(space - name) : strlen(name);
        if (strlen(arguments[0]) != first || strncmp(name, arguments[0], first) != 0)
            continue;
        if (space && arguments[1] && strcmp(space + 1, arguments[1]) == 0) {
            *ret_words = 2;
            return &commands[i];
        }
        if (!space) {
            *ret_words = 1;
            found = &commands[i];
        }
    }
    return found;
}

static bool is_group(const char *word)
{
    for (size_t i = 0; i < command_group_count; i++) {
        if (strcmp(command_groups[i].word, word) == 0)
            return true;
    }
    return false;
}

static int show(struct call *call, struct buffer *text)
{
    int code = call_print(call, text);
    buffer_free(text);
    return code;
}

/* enduse help [WORD [WORD]] | help --manual | help --completion */
static int
help(struct call *call, const struct command *commands, size_t count, char **arguments, int left)
{
    struct buffer text = {0};
    int words = 0;
    if (left == 0) {
        help_all(&text);
    } else if (strcmp(arguments[0], "--manual") == 0) {
        help_manual(commands, count, &text);
    } else if (strcmp(arguments[0], "--completion") == 0) {
        help_completion(commands, count, &text);
    } else {
        const struct command *command = find(commands, count, arguments, &words);
        if (command && words == left)
            help_command(command, &text);
        else if (left == 1 && is_group(arguments[0]))
            help_group(commands, count, arguments[0], &text);
        else
            return unknown(
                call, commands, count, arguments[0],
                left > 1 && is_group(arguments[0]) ? arguments[1] : NULL);
    }
    return show(call, &text);
}

static int run(struct call *call, char **arguments, int left)
{
    struct fault fault = {0};
    if (left > 0 && is_help(arguments[0])) {
        struct buffer text = {0};
        help_command(call->command, &text);
        return show(call, &text);
    }
    enum error error = call_parse(call, (const char *const *)arguments, (size_t)left, &fault);
    if (error == ERROR_USAGE)
        return call_usage(call, "%s", fault.found);
    if (error)
        return call_fail(call, &fault);
    if (call_switch(call, "help")) {
        struct buffer text = {0};
        help_command(call->command, &text);
        return show(call, &text);
    }
    call->json = call_switch(call, "json");
    return call->command->run(call);
}

static int begin(struct call *call, char **arguments, int left)
{
    const struct command *commands;
    size_t count;
    int words = 0;
    if (commands_list(&call->arena, &commands, &count) != ERROR_OK) {
        fputs("enduse: out of memory\n", call->err);
        return EXIT_ERROR;
    }
    if (left == 0 || is_help(arguments[0]))
        return help(call, commands, count, arguments, 0);
    if (strcmp(arguments[0], "help") == 0)
        return help(call, commands, count, arguments + 1, left - 1);
    if (strcmp(arguments[0], "--version") == 0) {
        fputs("enduse " ENDUSE_VERSION "\n", call->out);
        return EXIT_DONE;
    }
    call->command = find(commands, count, arguments, &words);
    if (call->command)
        return run(call, arguments + words, left - words);
    if (!is_group(arguments[0]))
        return unknown(call, commands, count, arguments[0], NULL);
    if (left == 1 || is_help(arguments[1]))
        return help(call, commands, count, arguments, 1);
    return unknown(call, commands, count, arguments[0], arguments[1]);
}

int main(int count, char **arguments)
{
    struct call call = {.os = &os_system, .out = stdout, .err = stderr};
    /* A reader that went away is an error of writing, not a death. */
    signal(SIGPIPE, SIG_IGN);
    int code = begin(&call, arguments + 1, count > 0 ? count - 1 : 0);
    if (fflush(stdout) != 0 && code == EXIT_DONE)
        code = call_unwritten(&call);
    session_close(&call);
    private_key_free(call.key);
    arena_free(&call.arena);
    return code;
}
