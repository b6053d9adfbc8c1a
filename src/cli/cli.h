/* The face of cli/: the table of commands, and what every command is written with. The table drives
 * parsing, help, the manual page and shell completion. A file for each subcommand; main.c runs one.
 *
 *     enduse WORD [WORD] [OPTION...] [OPERAND...]
 */
#ifndef ENDUSE_CLI_CLI_H
#define ENDUSE_CLI_CLI_H

#include <stdio.h>

#include "base/base.h"
#include "json/json.h"

/* What the program exits with; the same for every command but `enduse cedar ...` (cedar.h). */
enum exit_code {
    EXIT_DONE = 0,      /* done; decide: within the terms */
    EXIT_ERROR = 1,     /* could not be done */
    EXIT_OUTSIDE = 2,   /* decide: outside the terms; verify: valid, but not in force, or a verdict
                           not what the documents say; form compare: they differ */
    EXIT_INVALID = 3,   /* the command line, a file, a signature, a log is not valid */
    EXIT_STOPPED = 124, /* run: the program was stopped by an order or the lease's end */
    EXIT_GUARD = 125,   /* run: enduse itself could not work */
    EXIT_REFUSED = 126, /* run: the use was refused */
};

/* One option of a command. A table of them ends with a row whose name is NULL. */
struct command_option {
    const char *name;        /* "key": written --key VALUE or --key=VALUE */
    const char *value;       /* what it takes, "FILE"; NULL: nothing, a switch */
    const char *words;       /* what it is for: one sentence without a full stop */
    char letter;             /* 'o': also written -o VALUE; 0: none */
    const char *environment; /* "ENDUSE_KEY": where its value is taken from when it is not given */
    bool needed;             /* it must be given */
    bool many;               /* it may be given several times */
};

struct call;
struct layout;

/* One command. Texts are plain; `text` and `examples` hold lines of at most 78 characters. */
struct command {
    const char *name;                     /* one word or two: "decide", "licence make" */
    const char *summary;                  /* one sentence without a full stop, for lists */
    const char *operands;                 /* "FILE.json", "[FILE...]"; NULL: none */
    size_t least, most;                   /* how many operands; most SIZE_MAX: any number */
    const struct command_option *options; /* NULL: none but --help */
    const char *text;                     /* paragraphs that teach; NULL: none */
    const char *examples;                 /* lines to type, each may follow a "# " line; or NULL */
    int (*run)(struct call *call);        /* returns an exit code */
    bool raw; /* nothing is parsed but --help in first place: all arguments are operands */
    const void *subject;       /* of run: rows that share one function */
    const struct layout *says; /* what NAME=VALUE sets: listed in help; NULL: nothing */
    bool fills;                /* what compose fills in is not asked for */
    int failure;               /* what it exits with for any error; 0: by the error */
};

/* A command being run. */
struct call {
    const struct command *command;
    const char *const *operands;
    size_t operand_count;
    struct given *given; /* options, by the functions below */
    size_t given_count;
    struct arena arena; /* lives as long as the call */
    const struct os *os;
    FILE *out;               /* results */
    FILE *err;               /* errors and notes */
    bool json;               /* --json was given */
    const char *token;       /* of the session at the authority; NULL: none (session.h) */
    struct private_key *key; /* of --key, once it was loaded (secrets.h) */
};

/* The option's value: as given, else from its environment variable (when that is not empty), else
 * NULL. Of several, the last. */
const char *call_option(const struct call *call, const char *name);

/* The index-th value of an option that may be given several times, or NULL beyond. Where none was
 * given, the environment's value is the first. */
const char *call_option_at(const struct call *call, const char *name, size_t index);

/* Whether a switch was given. */
bool call_switch(const struct call *call, const char *name);

/* The number of single-character edits from one word to the other. Less than WORD_DISTANCE_MAX: the
 * one was probably meant to be the other. parse.c. */
enum { WORD_DISTANCE_MAX = 3 };
size_t word_distance(const char *a, const char *b);

/* --- Saying what happened ----------------------------------------------------------------- */

/* Writes "enduse: PLACE: WORDS (expected E, found F)" and, on a second line, what to do; returns
 * the exit code of the fault's error. */
int call_fail(struct call *call, const struct fault *fault);

/* The same with one's own hint (NULL: the error's). */
int call_fail_hint(struct call *call, const struct fault *fault, const char *hint);

/* A wrong command line: what is wrong, and where the help is. Returns the exit code. */
PRINTF_LIKE(2, 3) int call_usage(struct call *call, const char *format, ...);

/* The exit code of an error, and its hint; NULL where the command's help is the best. */
int exit_of_error(enum error error);
const char *hint_of_error(enum error error);

/* Writes the buffer to call->out, or says why not. Frees nothing. */
int call_print(struct call *call, struct buffer *text);

/* What could not be written to call->out, by errno. A reader that went away (`enduse ... | head`)
 * is no news to anybody: nothing is said. Returns EXIT_ERROR. */
int call_unwritten(struct call *call);

/* Begins and ends one JSON value on call->out: begin makes a writer on *out (zeroed by the caller);
 * end writes it with a line's end and frees it. */
void call_json_begin(struct json_writer *writer, struct buffer *out);
int call_json_end(struct call *call, struct json_writer *writer, struct buffer *out);

/* --- The table: commands.c ---------------------------------------------------------------- */

/* The first words, in the order of help. */
struct command_group {
    const char *word;
    const char *summary;
};

extern const struct command_group command_groups[];
extern const size_t command_group_count;

/* All commands, by group; in arena. */
enum error
commands_list(struct arena *arena, const struct command **ret_commands, size_t *ret_count);

/* Whether the command's first word is this one. */
bool command_is_of_group(const struct command *command, const char *word);

/* The rows of a file: `const struct command_rows serve_commands = COMMAND_ROWS(rows);`, entered in
 * the list of commands.c. */
struct command_rows {
    const struct command *rows;
    size_t count;
};
#define COMMAND_ROWS(table)                                                                        \
    {                                                                                              \
        (table), sizeof(table) / sizeof *(table)                                                   \
    }

extern const struct command_rows key_commands;             /* key.c */
extern const struct command_rows form_commands;            /* form.c */
extern const struct command_rows form_compare_commands;    /* form_compare.c */
extern const struct command_rows order_commands;           /* order.c */
extern const struct command_rows order_office_commands;    /* order_office.c */
extern const struct command_rows instrument_commands;      /* instrument.c */
extern const struct command_rows document_verify_commands; /* document_verify.c */
extern const struct command_rows enrol_commands;           /* enrol.c */
extern const struct command_rows complaint_commands;       /* complaint.c */
extern const struct command_rows act_commands;             /* act.c */
extern const struct command_rows session_commands;         /* session.c */
extern const struct command_rows register_commands;        /* register.c */
extern const struct command_rows decide_commands;          /* decide.c */
extern const struct command_rows run_commands;             /* run.c */
extern const struct command_rows serve_commands;           /* serve.c */
extern const struct command_rows verify_commands;          /* verify.c */
extern const struct command_rows bundle_commands;          /* bundle.c */
extern const struct command_rows cedar_authorize_commands; /* cedar_authorize.c */
extern const struct command_rows cedar_validate_commands;  /* cedar_validate.c */
extern const struct command_rows cedar_translate_commands; /* cedar_translate.c */
extern const struct command_rows cedar_link_commands;      /* cedar_link.c */
extern const struct command_rows cedar_tests_commands;     /* cedar_tests.c */
extern const struct command_rows cedar_corpus_commands;    /* cedar_corpus.c */

/* The option that every command which prints has. */
#define OPTION_JSON                                                                                \
    {                                                                                              \
        .name = "json", .words = "Print JSON"                                                      \
    }

/* Help for one command, for a group, for all; the manual page; bash completion. help.c. */
void help_command(const struct command *command, struct buffer *ret_text);
void help_group(
    const struct command *commands, size_t count, const char *word, struct buffer *ret_text);
void help_all(struct buffer *ret_text);
void help_manual(const struct command *commands, size_t count, struct buffer *ret_text);
void help_completion(const struct command *commands, size_t count, struct buffer *ret_text);

/* Reads the command line of call->command into the call. parse.c. */
enum error
call_parse(struct call *call, const char *const *arguments, size_t count, struct fault *fault);

#endif
