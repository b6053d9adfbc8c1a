/* Help, the manual page and shell completion, all from the table of commands. */
#include <string.h>

#include "cli/members.h"

enum { COLUMN = 30 };

static void pad(struct buffer *text, size_t from, size_t column)
{
    size_t width = text->length - from;
    if (width + 2 > column) {
        buffer_append_byte(text, '\n');
        width = 0;
    }
    for (; width < column; width++)
        buffer_append_byte(text, ' ');
}

/* Adds a word to a line, or to the next where it would not fit. */
static void add_word(struct buffer *text, size_t *start, const char *word)
{
    if (text->length - *start + strlen(word) + 1 > 78) {
        buffer_append_text(text, "\n   ");
        *start = text->length - 3;
    }
    buffer_printf(text, " %s", word);
}

static void write_usage(const struct command *command, struct buffer *text)
{
    size_t start = text->length;
    buffer_printf(text, "Usage: enduse %s", command->name);
    for (const struct command_option *row = command->options; row && row->name; row++) {
        char word[80];
        snprintf(word, sizeof word, "--%s %s", row->name, row->value ? row->value : "");
        if (row->needed)
            add_word(text, &start, word);
    }
    if (command->options)
        add_word(text, &start, "[OPTION...]");
    if (command->operands)
        add_word(text, &start, command->operands);
}

static void write_option(const struct command_option *row, struct buffer *text)
{
    size_t from = text->length;
    buffer_append_text(text, "  ");
    if (row->letter)
        buffer_printf(text, "-%c, ", row->letter);
    buffer_printf(text, "--%s", row->name);
    if (row->value)
        buffer_printf(text, " %s", row->value);
    pad(text, from, COLUMN);
    buffer_append_text(text, row->words);
    if (row->many)
        buffer_append_text(text, "; may be repeated");
    if (row->environment)
        buffer_printf(text, " [%s]", row->environment);
    buffer_append_byte(text, '\n');
}

static void write_lines(const char *lines, const char *before, struct buffer *text)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        if (length)
            buffer_append_text(text, before);
        buffer_append(text, lines, length);
        buffer_append_byte(text, '\n');
        lines += length + (lines[length] == '\n');
    }
}

void help_command(const struct command *command, struct buffer *ret_text)
{
    buffer_printf(ret_text, "%s.\n\n", command->summary);
    write_usage(command, ret_text);
    buffer_append_text(ret_text, "\n");
    if (command->text) {
        buffer_append_byte(ret_text, '\n');
        write_lines(command->text, "", ret_text);
    }
    if (command->says && command->says->field_count) {
        buffer_append_text(ret_text, "\nIt says:\n");
        members_print(command->says, command->fills, ret_text);
    }
    buffer_append_text(ret_text, "\nOptions:\n");
    for (const struct command_option *row = command->options; row && row->name; row++)
        write_option(row, ret_text);
    buffer_append_text(ret_text, "  -h, --help");
    pad(ret_text, ret_text->length - strlen("  -h, --help"), COLUMN);
    buffer_append_text(ret_text, "Show this help\n");
    if (command->examples) {
        buffer_append_text(ret_text, "\nExamples:\n");
        write_lines(command->examples, "  ", ret_text);
    }
}

static void write_row(const char *name, const char *summary, struct buffer *text)
{
    size_t from = text->length;
    buffer_printf(text, "  %s", name);
    pad(text, from, COLUMN);
    buffer_printf(text, "%s\n", summary);
}

void help_group(
    const struct command *commands, size_t count, const char *word, struct buffer *ret_text)
{
    for (size_t i = 0; i < command_group_count; i++) {
        if (strcmp(command_groups[i].word, word) == 0)
            buffer_printf(ret_text, "%s.\n\nCommands:\n", command_groups[i].summary);
    }
    for (size_t i = 0; i < count; i++) {
        if (command_is_of_group(&commands[i], word))
            write_row(commands[i].name, commands[i].summary, ret_text);
    }
    buffer_printf(ret_text, "\nMore: enduse %s COMMAND --help\n", word);
}

void help_all(struct buffer *ret_text)
{
    buffer_append_text(
        ret_text, "enduse: end-use certificates that decide what the exported system may do.\n\n"
                  "Usage: enduse COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n");
    for (size_t i = 0; i < command_group_count; i++)
        write_row(command_groups[i].word, command_groups[i].summary, ret_text);
    buffer_append_text(
        ret_text, "\nMore: enduse COMMAND --help, enduse --version, man enduse\n"
                  "\nExit codes: 0 done or within the terms, 1 error, 2 outside the terms, "
                  "3 invalid input;\n"
                  "enduse run: the program's own, 124 stopped, 125 enduse failed, 126 refused;\n"
                  "enduse cedar: those of Cedar's own program, said with each command.\n");
}

/* --- The manual page (mdoc) ---------------------------------------------------------------- */

enum { MANUAL_COLUMNS = 78 };

/* Text as it stands, for literal displays: no line may begin with a control character. */
static void write_literal(const char *words, struct buffer *text)
{
    bool start = true;
    for (; *words; words++) {
        if (start && (*words == '.' || *words == '\''))
            buffer_append_text(text, "\\&");
        if (*words == '\\')
            buffer_append_text(text, "\\e");
        else if (*words == '-')
            buffer_append_text(text, "\\-");
        else
            buffer_append_byte(text, (uint8_t)*words);
        start = *words == '\n';
    }
}

/* Prose: lines are filled anew, and a sentence ends its line, as mdoc asks for. Ends without a
 * line's end. */
static void write_prose(const char *words, struct buffer *text)
{
    size_t column = 0;
    bool sentence = false;
    while (*words) {
        size_t length = strcspn(words, " \n");
        char word[160], escaped[sizeof word * 2];
        size_t kept = length < sizeof word - 1 ? length : sizeof word - 1;
        memcpy(word, words, kept);
        word[kept] = '\0';
        words += length + strspn(words + length, " \n");
        if (length == 0)
            continue;
        size_t size = 0;
        for (size_t i = 0; i < kept; i++) {
            if (word[i] == '-' || word[i] == '\\')
                escaped[size++] = '\\';
            escaped[size++] = word[i] == '\\' ? 'e' : word[i];
        }
        escaped[size] = '\0';
        if (column && (sentence || column + 1 + size > MANUAL_COLUMNS)) {
            buffer_append_byte(text, '\n');
            column = 0;
        }
        if (column == 0 && (escaped[0] == '.' || escaped[0] == '\''))
            buffer_append_text(text, "\\&");
        buffer_printf(text, "%s%s", column ? " " : "", escaped);
        column += size + (column != 0);
        sentence = kept > 1 && word[kept - 1] == '.';
    }
}

/* Paragraphs, apart at empty lines; lines that are indented are a display. */
static void write_paragraphs(const char *lines, struct buffer *text)
{
    bool first = true;
    while (*lines) {
        const char *end = strstr(lines, "\n\n");
        size_t length = end ? (size_t)(end - lines) + 1 : strlen(lines);
        char paragraph[4096];
        size_t kept = length < sizeof paragraph - 1 ? length : sizeof paragraph - 1;
        memcpy(paragraph, lines, kept);
        paragraph[kept] = '\0';
        lines += length + (end != NULL);
        char *display = strstr(paragraph, "\n  ");
        if (display)
            *display++ = '\0';
        if (!first)
            buffer_append_text(text, ".Pp\n");
        first = false;
        write_prose(paragraph, text);
        buffer_append_byte(text, '\n');
        if (display) {
            buffer_append_text(text, ".Bd -literal\n");
            write_literal(display, text);
            buffer_append_text(text, ".Ed\n");
        }
    }
}

static void write_manual_option(const struct command_option *row, struct buffer *text)
{
    buffer_append_text(text, ".It ");
    if (row->letter)
        buffer_printf(text, "Fl %c , ", row->letter);
    buffer_printf(text, "Fl \\-%s", row->name);
    if (row->value) {
        buffer_append_text(text, " Ar ");
        write_literal(row->value, text);
    }
    buffer_append_byte(text, '\n');
    write_prose(row->words, text);
    buffer_append_text(text, row->many ? ";\nmay be repeated.\n" : ".\n");
    if (row->environment)
        buffer_printf(text, "Environment:\n.Ev %s .\n", row->environment);
}

/* Tables of options that several commands share are written once, with the first. */
static const struct command *
first_with(const struct command *commands, const struct command_option *options)
{
    while (commands->options != options)
        commands++;
    return commands;
}

static void write_manual_options(
    const struct command *commands, const struct command *command, struct buffer *text)
{
    const struct command *first = first_with(commands, command->options);
    if (first != command && command->options[1].name) {
        buffer_printf(text, ".Pp\nOptions: as for\n.Cm %s .\n", first->name);
        return;
    }
    buffer_append_text(text, ".Bl -tag -width Ds\n");
    for (const struct command_option *row = command->options; row->name; row++)
        write_manual_option(row, text);
    buffer_append_text(text, ".El\n");
}

static void write_manual_members(const struct command *command, struct buffer *text)
{
    struct buffer members = {0};
    members_print(command->says, command->fills, &members);
    const char *lines = buffer_text(&members);
    buffer_append_text(text, ".Pp\nIt says:\n.Bd -literal -offset indent\n");
    if (lines)
        write_literal(lines, text);
    else
        text->error = ERROR_MEMORY;
    buffer_append_text(text, ".Ed\n");
    buffer_free(&members);
}

static void write_manual_command(
    const struct command *commands, const struct command *command, struct buffer *text)
{
    buffer_printf(text, ".Ss enduse %s\n", command->name);
    buffer_printf(text, ".D1 Nm Cm %s", command->name);
    for (const struct command_option *row = command->options; row && row->name; row++) {
        if (row->needed) {
            buffer_printf(text, " Fl \\-%s Ar ", row->name);
            write_literal(row->value, text);
        }
    }
    if (command->options)
        buffer_append_text(text, " Oo Ar option ... Oc");
    if (command->operands) {
        buffer_append_text(text, " Ar ");
        write_literal(command->operands, text);
    }
    buffer_append_byte(text, '\n');
    buffer_append_text(text, ".Pp\n");
    write_prose(command->summary, text);
    buffer_append_text(text, ".\n");
    if (command->text) {
        buffer_append_text(text, ".Pp\n");
        write_paragraphs(command->text, text);
    }
    if (command->says && command->says->field_count)
        write_manual_members(command, text);
    if (command->options && command->options->name)
        write_manual_options(commands, command, text);
    if (command->examples) {
        buffer_append_text(text, ".Bd -literal -offset indent\n");
        write_literal(command->examples, text);
        if (!text_ends(command->examples, "\n"))
            buffer_append_byte(text, '\n');
        buffer_append_text(text, ".Ed\n");
    }
}

void help_manual(const struct command *commands, size_t count, struct buffer *ret_text)
{
    buffer_append_text(
        ret_text,
        ".\\\" Made by: enduse help --manual. Edit the table of commands (src/cli), not this.\n"
        ".Dd November 22, 2026\n"
        ".Dt ENDUSE 1\n"
        ".Os\n"
        ".Sh NAME\n"
        ".Nm enduse\n"
        ".Nd end-use certificates that decide what the exported system may do\n"
        ".Sh SYNOPSIS\n"
        ".Nm\n"
        ".Ar command\n"
        ".Op Ar option ...\n"
        ".Op Ar operand ...\n"
        ".Nm\n"
        ".Cm help\n"
        ".Op Ar command\n"
        ".Nm\n"
        ".Fl \\-version\n"
        ".Sh DESCRIPTION\n"
        "An acquiring state signs an end-use certificate; an export-control authority\n"
        "licenses, supervises and orders; a guard in the exported system decides, records\n"
        "and stops each use.\n"
        ".Nm\n"
        "makes, signs, shows and verifies the documents, acts at the authority, runs its\n"
        "server, judges a use offline, runs a program under a lease, and verifies what\n"
        "was recorded.\n"
        ".Pp\n"
        "Options may stand anywhere before\n"
        ".Ql \\-\\- ;\n"
        "each is written\n"
        ".Fl \\-name Ar value\n"
        "or\n"
        ".Fl \\-name Ns = Ns Ar value .\n"
        ".Cm help Fl \\-completion\n"
        "prints completion for bash.\n"
        ".Sh COMMANDS\n");
    for (size_t i = 0; i < count; i++)
        write_manual_command(commands, &commands[i], ret_text);
    buffer_append_text(
        ret_text,
        ".Sh ENVIRONMENT\n"
        ".Bl -tag -width ENDUSE_ROOT\n"
        ".It Ev ENDUSE_URL\n"
        "The authority's address, for acts and enrolment.\n"
        ".It Ev ENDUSE_KEY\n"
        "The private key that acts are signed with.\n"
        ".It Ev ENDUSE_ROOT\n"
        "The first version of the authority's root.\n"
        ".It Ev ENDUSE_LISTEN\n"
        "and so on: each setting of\n"
        ".Cm serve .\n"
        ".El\n"
        ".Sh EXIT STATUS\n"
        ".Bl -tag -width Ds\n"
        ".It 0\n"
        "Done; for\n"
        ".Cm decide :\n"
        "within the terms.\n"
        ".It 1\n"
        "It could not be done.\n"
        ".It 2\n"
        ".Cm decide :\n"
        "outside the terms;\n"
        ".Cm verify :\n"
        "valid, but not in force, or a verdict that is not what the documents say;\n"
        ".Cm form compare :\n"
        "they differ.\n"
        ".It 3\n"
        "What was given is not valid: the command line, a file, a signature, a log.\n"
        ".It 124\n"
        ".Cm run :\n"
        "the program was stopped by an order or the lease's end.\n"
        ".It 125\n"
        ".Cm run :\n"
        "enduse itself could not work.\n"
        ".It 126\n"
        ".Cm run :\n"
        "the use was refused.\n"
        ".El\n"
        ".Pp\n"
        ".Cm run\n"
        "otherwise returns the program's own status, or 128 and the signal that ended it.\n"
        "The commands of\n"
        ".Cm cedar\n"
        "have the exit codes of Cedar's own program, which are said with each.\n"
        ".Sh SEE ALSO\n"
        "The formats are in\n"
        ".Pa docs/formats.cddl ,\n"
        "forms in\n"
        ".Pa docs/form.md ,\n"
        "the policy language as it is here in\n"
        ".Pa docs/cedar.md .\n");
}

/* --- Completion ---------------------------------------------------------------------------- */

void help_completion(const struct command *commands, size_t count, struct buffer *ret_text)
{
    buffer_append_text(
        ret_text, "# bash completion of enduse, made by: enduse help --completion\n"
                  "_enduse() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
                  "    case \"${COMP_WORDS[*]:1:COMP_CWORD-1} \" in\n"
                  "    ' ') words='help");
    for (size_t i = 0; i < command_group_count; i++)
        buffer_printf(ret_text, " %s", command_groups[i].word);
    buffer_append_text(ret_text, "' ;;\n");
    for (size_t g = 0; g < command_group_count; g++) {
        buffer_printf(ret_text, "    '%s ') words='", command_groups[g].word);
        for (size_t i = 0; i < count; i++) {
            const char *space = strchr(commands[i].name, ' ');
            if (space && command_is_of_group(&commands[i], command_groups[g].word))
                buffer_printf(ret_text, "%s ", space + 1);
        }
        buffer_append_text(ret_text, "--help' ;;\n");
    }
    for (size_t i = 0; i < count; i++) {
        buffer_printf(ret_text, "    '%s '*) words='", commands[i].name);
        for (const struct command_option *row = commands[i].options; row && row->name; row++)
            buffer_printf(ret_text, "--%s ", row->name);
        buffer_append_text(ret_text, "--help' ;;\n");
    }
    buffer_append_text(
        ret_text, "    esac\n"
                  "    case $word in\n"
                  "    -*) ;;\n"
                  "    *) [ \"$COMP_CWORD\" -gt 2 ] && words= ;;\n"
                  "    esac\n"
                  "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                  "}\n"
                  "complete -o default -F _enduse enduse\n");
}
