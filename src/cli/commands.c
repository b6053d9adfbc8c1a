/* The table of commands, put together from the files that hold them. */
#include <string.h>

#include "cli/cli.h"

const struct command_group command_groups[] = {
    {"key", "Make and show keys"},
    {"form", "Check, build, sign and show forms of certificates"},
    {"root", "The authority's ministries, people and keys"},
    {"certificate", "End-use certificates"},
    {"licence", "Export licences"},
    {"order", "Orders that limit, suspend, disconnect, lift or restore"},
    {"declaration", "Declarations of use"},
    {"approval", "Legal approvals and their withdrawals"},
    {"roll", "Rolls of an agency's operators"},
    {"delegation", "Delegations of the server's keys"},
    {"show", "Show any signed document"},
};
const size_t command_group_count = sizeof command_groups / sizeof *command_groups;

/* One line for each file of commands. */
static const struct command_rows *const files[] = {
    &key_commands,
    &instrument_commands,
};

enum error
commands_list(struct arena *arena, const struct command **ret_commands, size_t *ret_count)
{
    size_t count = 0;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        count += files[f]->count;
    struct command *commands = ARENA_ARRAY(arena, struct command, count);
    if (!commands)
        return ERROR_MEMORY;
    /* In the order of the groups. */
    size_t used = 0;
    for (size_t g = 0; g < command_group_count; g++) {
        for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
            for (size_t i = 0; i < files[f]->count; i++) {
                if (command_is_of_group(&files[f]->rows[i], command_groups[g].word))
                    commands[used++] = files[f]->rows[i];
            }
        }
    }
    *ret_commands = commands;
    *ret_count = used;
    return ERROR_OK;
}

bool command_is_of_group(const struct command *command, const char *word)
{
    size_t length = strlen(word);
    return strncmp(command->name, word, length) == 0 &&
           (command->name[length] == '\0' || command->name[length] == ' ');
}
