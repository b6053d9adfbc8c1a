/* The command line: options after the command's table, and operands. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* An option as it was given. */
struct given {
    const struct command_option *option;
    const char *value;
};

/* Every command has it. */
static const struct command_option help_option = {
    .name = "help", .letter = 'h', .words = "Show this help"};

static const struct command_option *
by_name(const struct command *command, const char *name, size_t length)
{
    if (length == 4 && memcmp(name, "help", 4) == 0)
        return &help_option;
    for (const struct command_option *row = command->options; row && row->name; row++) {
        if (strlen(row->name) == length && memcmp(row->name, name, length) == 0)
            return row;
    }
    return NULL;
}

static const struct command_option *by_letter(const struct command *command, char letter)
{
    if (letter == 'h')
        return &help_option;
    for (const struct command_option *row = command->options; row && row->name; row++) {
        if (row->letter == letter)
            return row;
    }
    return NULL;
}

size_t word_distance(const char *a, const char *b)
{
    enum { LONGEST = 32 };
    size_t columns = strlen(b);
    size_t row[LONGEST + 1];
    if (columns > LONGEST || strlen(a) > LONGEST)
        return LONGEST;
    for (size_t k = 0; k <= columns; k++)
        row[k] = k;
    for (size_t i = 1; *a; a++, i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= columns; k++) {
            size_t change = corner + (*a != b[k - 1]);
            corner = row[k];
            size_t least = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            row[k] = change < least ? change : least;
        }
    }
    return row[columns];
}

/* The words of a usage error; the caller shows only `found`. */
#define WRONG(fault, ...) fault_set((fault), ERROR_USAGE, NULL, NULL, __VA_ARGS__)

/* The option that a wrong one was probably meant to be, or NULL. */
static const char *nearest_option(const struct command *command, const char *argument)
{
    const char *nearest = NULL;
    size_t least = WORD_DISTANCE_MAX;
    for (const struct command_option *row = command->options; row && row->name; row++) {
        size_t edits = strlen(argument) > 4 ? word_distance(argument + 2, row->name) : least;
        if (edits < least) {
            least = edits;
            nearest = row->name;
        }
    }
    return nearest;
}

static bool was_given(const struct call *call, const struct command_option *option)
{
    for (size_t i = 0; i < call->given_count; i++) {
        if (call->given[i].option == option)
            return true;
    }
    return false;
}

/* Takes one option; *next is the following argument or NULL, *ret_used whether it was taken. */
static enum error take_option(
    struct call *call, const char *argument, const char *next, struct fault *fault, bool *ret_used)
{
    const struct command_option *option;
    const char *value = NULL;
    if (argument[1] == '-') {
        const char *name = argument + 2;
        value = strchr(name, '=');
        option = by_name(call->command, name, value ? (size_t)(value - name) : strlen(name));
        value = value ? value + 1 : NULL;
    } else {
        option = by_letter(call->command, argument[1]);
        value = argument[2] ? argument + 2 : NULL;
    }
    if (!option) {
        char quoted[64];
        const char *near = nearest_option(call->command, argument);
        return WRONG(
            fault, "no such option: %s%s%s", quote_text(bytes_of(argument), quoted, sizeof quoted),
            near ? "; did you mean --" : "", near ? near : "");
    }
    *ret_used = false;
    if (!option->value && value)
        return WRONG(fault, "--%s takes no value", option->name);
    if (option->value && !value) {
        if (!next)
            return WRONG(fault, "--%s needs a value: %s", option->name, option->value);
        value = next;
        *ret_used = true;
    }
    if (!option->many && option->value && was_given(call, option))
        return WRONG(fault, "--%s is given twice", option->name);
    call->given[call->given_count++] = (struct given){option, value};
    return ERROR_OK;
}

static enum error check(const struct call *call, struct fault *fault)
{
    const struct command *command = call->command;
    if (was_given(call, &help_option))
        return ERROR_OK;
    for (const struct command_option *row = command->options; row && row->name; row++) {
        if (row->needed && !call_option(call, row->name))
            return WRONG(
                fault, "--%s %s is missing%s%s", row->name, row->value,
                row->environment ? "; it can also be set as " : "",
                row->environment ? row->environment : "");
    }
    if (call->operand_count < command->least)
        return WRONG(fault, "an operand is missing: %s", command->operands);
    if (call->operand_count > command->most) {
        char quoted[64];
        return WRONG(
            fault, "one operand too many: %s",
            quote_text(bytes_of(call->operands[command->most]), quoted, sizeof quoted));
    }
    return ERROR_OK;
}

enum error
call_parse(struct call *call, const char *const *arguments, size_t count, struct fault *fault)
{
    call->given = ARENA_ARRAY(&call->arena, struct given, count + 1);
    const char **operands = ARENA_ARRAY(&call->arena, const char *, count + 1);
    if (!call->given || !operands)
        return fault_set(fault, ERROR_MEMORY, "the command line", NULL, NULL);
    call->operands = operands;
    bool only_operands = call->command->raw;
    for (size_t i = 0; i < count; i++) {
        const char *argument = arguments[i];
        if (only_operands || argument[0] != '-' || argument[1] == '\0') {
            operands[call->operand_count++] = argument;
        } else if (strcmp(argument, "--") == 0) {
            only_operands = true;
        } else {
            bool used = false;
            const char *next = i + 1 < count ? arguments[i + 1] : NULL;
            enum error error = take_option(call, argument, next, fault, &used);
            if (error)
                return error;
            i += used;
        }
    }
    return call->command->raw ? ERROR_OK : check(call, fault);
}

static const char *from_environment(const struct call *call, const char *name)
{
    const struct command_option *option = by_name(call->command, name, strlen(name));
    const char *value = option && option->environment ? getenv(option->environment) : NULL;
    return value && *value ? value : NULL;
}

const char *call_option_at(const struct call *call, const char *name, size_t index)
{
    size_t seen = 0;
    for (size_t i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].option->name, name) == 0 && seen++ == index)
            return call->given[i].value;
    }
    return seen == 0 && index == 0 ? from_environment(call, name) : NULL;
}

const char *call_option(const struct call *call, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].option->name, name) == 0)
            value = call->given[i].value;
    }
    return value ? value : from_environment(call, name);
}

bool call_switch(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].option->name, name) == 0)
            return true;
    }
    return false;
}
