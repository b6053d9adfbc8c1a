/* The table of commands, put together from the files that hold them. */
#include <string.h>

#include "cli/act.h"

const struct command_group command_groups[] = {
    {"key", "Make and show keys"},
    {"form", "Check, build, sign and show forms of certificates"},
    {"root", "The authority's ministries, people and keys"},
    {"certificate", "End-use certificates"},
    {"licence", "Export licences"},
    {"order", "Orders that limit, suspend, disconnect, lift or restore"},
    {"declaration", "Declarations of use"},
    {"approval", "Legal approvals and their withdrawals"},
    {"withdrawal", "Withdrawals of approvals at the authority"},
    {"roll", "Rolls of an agency's operators"},
    {"delegation", "Delegations of the server's keys"},
    {"settings", "The office's calendar, and what it goes by"},
    {"country", "Countries that may acquire"},
    {"exporter", "Exporters at the authority"},
    {"product", "Products at the authority"},
    {"agency", "Agencies of acquiring states, as end users"},
    {"body", "Courts and other approving bodies, and their keys"},
    {"schedule", "Offence schedules of acquiring states"},
    {"application", "Applications to market, export, renew or amend"},
    {"campaign", "New forms signed in the place of older ones, by a date"},
    {"ruling", "How a clause of a certificate reads"},
    {"installation", "Installations and their guards"},
    {"complaint", "Complain about a use, without an account"},
    {"case", "Cases: from a complaint or signal to a decision"},
    {"complainant", "Who complained"},
    {"signal", "What the authority noticed by itself"},
    {"inspection", "Inspections on site"},
    {"account", "People outside the ministries, absences and recusals"},
    {"decide", "Judge a declaration offline"},
    {"run", "Run a program as a declared use"},
    {"serve", "Run the authority's server"},
    {"verify", "Verify events, records and case bundles offline"},
    {"bundle", "Case bundles: what a court needs, in one file"},
    {"rebuild", "Make the authority's files anew from its events"},
    {"act", "Any act at the authority"},
    {"file", "Files of the authority"},
    {"login", "Sign in to the pages with a key file"},
    {"hearing", "Your hearing in a case"},
    {"register", "Registers of the authority as tables"},
    {"show", "Show any signed document"},
    {"cedar", "Work with Cedar policies, schemas and requests"},
};
const size_t command_group_count = sizeof command_groups / sizeof *command_groups;

/* One line for each file of commands. */
static const struct command_rows *const files[] = {
    &key_commands,
    &form_commands,
    &form_compare_commands,
    &order_commands,
    &order_office_commands,
    &instrument_commands,
    &document_verify_commands,
    &enrol_commands,
    &complaint_commands,
    &act_commands,
    &session_commands,
    &register_commands,
    &decide_commands,
    &run_commands,
    &serve_commands,
    &verify_commands,
    &bundle_commands,
    &cedar_authorize_commands,
    &cedar_validate_commands,
    &cedar_translate_commands,
    &cedar_link_commands,
    &cedar_tests_commands,
    &cedar_corpus_commands,
};

/* Takes the rows of the group, in their order. */
static size_t take(
    const struct command *rows, size_t count, const char *word, struct command *commands,
    size_t used)
{
    for (size_t i = 0; i < count; i++) {
        if (command_is_of_group(&rows[i], word))
            commands[used++] = rows[i];
    }
    return used;
}

enum error
commands_list(struct arena *arena, const struct command **ret_commands, size_t *ret_count)
{
    size_t act_count = act_rows_count();
    size_t count = act_count;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        count += files[f]->count;
    struct command *acts = ARENA_ARRAY(arena, struct command, act_count);
    struct command *commands = ARENA_ARRAY(arena, struct command, count);
    if (!acts || !commands || act_rows_make(arena, acts) != ERROR_OK)
        return ERROR_MEMORY;
    size_t used = 0;
    for (size_t g = 0; g < command_group_count; g++) {
        const char *word = command_groups[g].word;
        for (size_t f = 0; f < sizeof files / sizeof *files; f++)
            used = take(files[f]->rows, files[f]->count, word, commands, used);
        used = take(acts, act_count, word, commands, used);
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
