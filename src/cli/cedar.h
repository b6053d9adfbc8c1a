/* What the commands `enduse cedar ...` share: reading what they are given, and pointing into a text
 * where something is wrong. Their options and exit codes are those of the official command line of
 * Cedar (cedar-policy-cli 4), so that scripts for the one work with the other.
 *
 * A function that returns int returns 0 or the exit code, and has said what is wrong.
 */
#ifndef ENDUSE_CLI_CEDAR_H
#define ENDUSE_CLI_CEDAR_H

#include "cedar/cedar.h"
#include "cli/cli.h"

/* What these commands exit with: EXIT_DONE, and: */
enum cedar_exit {
    CEDAR_EXIT_FAILURE = 1, /* a file or the command line is not good, or a test has failed */
    CEDAR_EXIT_DENY = 2,    /* authorize: the request is denied */
    CEDAR_EXIT_INVALID = 3, /* validate: the policies do not pass */
};

enum { CEDAR_FILE_MAX = 64 << 20 }; /* bytes of one file that is given */

/* A text that a person wrote, and what to call it. */
struct cedar_text {
    const char *name; /* "policies.cedar", "standard input", "--principal" */
    struct bytes bytes;
};

/* What a command was given, as far as it has been read. Start with call set and the rest zero. */
struct cedar_given {
    struct call *call;
    struct cedar_text policies_text, schema_text;
    bool json_policies; /* each policy's source is a text of its own, made from JSON */
    struct cedar_policies *policies;
    struct cedar_schema *schema; /* NULL: none was given */
    struct cedar_symbols *symbols;
    struct cedar_entities *entities; /* frozen */
    struct cedar_request request;
    struct cedar_program *program; /* of the policies */
    void *scratch;                 /* for it */
};

void cedar_given_free(struct cedar_given *given);

/* --- Reading: cedar_given.c ----------------------------------------------------------------- */

/* Reads a file, or standard input where path is NULL, into the call's arena. */
int cedar_read_text(struct call *call, const char *path, struct cedar_text *ret_text);

/* The same, and the JSON in it. */
int cedar_read_json(
    struct call *call, const char *path, struct cedar_text *ret_text, const struct json **ret_json);

/* --policies with --policy-format, and the links of --template-linked where the command has it. An
 * annotation @id names a policy; others are policyN by their place. */
int cedar_read_policies(struct cedar_given *given);

/* --policies in one of the two forms. */
int cedar_read_policies_as(struct cedar_given *given, bool json);

/* --schema with --schema-format, when it is given. */
int cedar_read_schema(struct cedar_given *given);

/* Makes the table of symbols; first of what follows. */
int cedar_make_symbols(struct cedar_given *given);

/* --entities, when it is given. */
int cedar_read_entities(struct cedar_given *given);

/* The entities of a JSON array, with the actions of the schema, into a frozen store; held to the
 * schema where there is one. text is what json stands in. */
int cedar_take_entities(
    struct cedar_given *given, const struct cedar_text *text, const struct json *json,
    struct cedar_entities **ret_entities);

/* --principal, --action, --resource and --context, or --request-json; held to the schema where
 * there is one, unless --request-validation is false. */
int cedar_read_request(struct cedar_given *given);

/* Compiles the policies. */
int cedar_compile_policies(struct cedar_given *given);

/* Adds the links of a file of --template-linked to the policies. */
int cedar_add_links(struct cedar_given *given, const char *path);

/* Type::"id", written on the command line for the named option. Its bytes are in the arena. */
int cedar_read_entity_name(
    struct call *call, const char *option, const char *text, struct cedar_entity_name *ret_name);

/* --- Saying what is wrong: cedar_report.c --------------------------------------------------- */

/* "enduse: FILE:LINE:COLUMN: WORDS", the line with a mark below the place, and a hint. Returns
 * CEDAR_EXIT_FAILURE. */
int cedar_fail(struct call *call, const struct cedar_text *text, const struct fault *fault);

/* The same for a stretch of a policy, of which "FILE:LINE:COLUMN: WHAT: policy ID: WORDS" is said;
 * with the hint or without. */
void cedar_report_in_policy(
    const struct cedar_given *given, const struct cedar_policy *policy, struct cedar_span span,
    const char *what, const struct fault *fault, bool hinted);

/* The same as members of an open JSON object: policy, line, column, code, words, and expected and
 * found where there are such. */
void cedar_put_fault(
    const struct cedar_policy *policy, struct cedar_span span, const struct fault *fault,
    struct json_writer *writer);

/* Appends "FILE:LINE:COLUMN" of a place in a policy. */
void cedar_put_place(
    const struct cedar_given *given, const struct cedar_policy *policy, struct cedar_span span,
    struct buffer *out);

/* Appends a line that says what to do, where there is something to say. cedar_hint.c. */
void cedar_put_hint(const struct fault *fault, struct buffer *out);

/* Says that memory has run out. */
int cedar_no_memory(struct call *call);

/* --- Options -------------------------------------------------------------------------------- */

#define OPTION_POLICIES                                                                            \
    {                                                                                              \
        .name = "policies", .letter = 'p', .value = "FILE",                                        \
        .words = "The policies (standard input unless given)"                                      \
    }
#define OPTION_POLICY_FORMAT                                                                       \
    {                                                                                              \
        .name = "policy-format", .value = "cedar|json",                                            \
        .words = "How the policies are written (cedar unless given)"                               \
    }
#define OPTION_LINKED                                                                              \
    {                                                                                              \
        .name = "template-linked", .letter = 'k', .value = "FILE",                                 \
        .words = "Links of templates, as `enduse cedar link` keeps them"                           \
    }
#define OPTION_SCHEMA                                                                              \
    {                                                                                              \
        .name = "schema", .letter = 's', .value = "FILE", .words = "The schema"                    \
    }
#define OPTION_SCHEMA_FORMAT                                                                       \
    {                                                                                              \
        .name = "schema-format", .value = "cedar|json",                                            \
        .words = "How the schema is written (cedar unless given)"                                  \
    }
#define OPTION_ENTITIES                                                                            \
    {                                                                                              \
        .name = "entities", .value = "FILE", .words = "The entities, a JSON array"                 \
    }

/* The options of a request, several rows. */
#define OPTIONS_REQUEST                                                                            \
    {.name = "principal", .letter = 'l', .value = "ENTITY", .words = "Who, as User::\"alice\""},   \
        {.name = "action", .letter = 'a', .value = "ENTITY", .words = "Does what"},                \
        {.name = "resource", .letter = 'r', .value = "ENTITY", .words = "To what"},                \
        {.name = "context",                                                                        \
         .letter = 'c',                                                                            \
         .value = "FILE",                                                                          \
         .words = "The context, a JSON object (empty unless given)"},                              \
        {.name = "request-json",                                                                   \
         .value = "FILE",                                                                          \
         .words = "All four, as members of a JSON object, instead of the options"},                \
    {                                                                                              \
        .name = "request-validation", .value = "true|false",                                       \
        .words = "Whether the request is held to the schema (true unless given)"                   \
    }

/* The value of an option that is one of two words; the first unless given. */
int cedar_choose(
    struct call *call, const char *option, const char *first, const char *second, bool *ret_second);

#endif
