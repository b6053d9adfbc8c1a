/* The commands that every type of instrument has, as parts for the files that have more. */
#ifndef ENDUSE_CLI_INSTRUMENT_H
#define ENDUSE_CLI_INSTRUMENT_H

#include "cli/compose.h"
#include "cli/secrets.h"

/* Options shared by the commands that sign. */
#define OPTION_KEY                                                                                 \
    {                                                                                              \
        .name = "key", .letter = 'k', .value = "FILE.key", .environment = "ENDUSE_KEY",            \
        .words = "The private key to sign with"                                                    \
    }
#define OPTION_AUTHORITY                                                                           \
    {                                                                                              \
        .name = "authority", .value = "HEX", .words = "The authority's id, instead of --root"      \
    }
#define OPTION_OUT                                                                                 \
    {                                                                                              \
        .name = "out", .letter = 'o', .value = "FILE", .needed = true, .words = "Where it goes"    \
    }
#define OPTION_UNSIGNED                                                                            \
    {                                                                                              \
        .name = "unsigned", .words = "Write the bare payload, to be signed later"                  \
    }

/* With which key, for which authority; and the end of the tables of commands that write. */
#define OPTIONS_SIGN OPTION_KEY, OPTION_PASSPHRASE_FILE, OPTION_ROOT, OPTION_AUTHORITY
/* The same for commands that only read at the authority: it may ask who does. */
#define OPTIONS_LOGIN                                                                              \
    {.name = "key",                                                                                \
     .letter = 'k',                                                                                \
     .value = "FILE.key",                                                                          \
     .environment = "ENDUSE_KEY",                                                                  \
     .words = "Your private key, to log in with where the server asks for it"},                    \
        OPTION_PASSPHRASE_FILE, OPTION_ROOT, OPTION_AUTHORITY
#define OPTIONS_WRITE                                                                              \
    OPTION_FORCE, OPTION_JSON,                                                                     \
    {                                                                                              \
        0                                                                                          \
    }

/* The authority's id that signatures are bound to: --authority, else of --root; zero for a root. */
enum error authority_of_call(
    struct call *call, enum instrument_type type, struct fault *fault,
    struct digest *ret_authority);

/* Signs a value of the type with --key and writes it to --out; or, with --unsigned, its payload.
 * Says what was written. */
int instrument_write(struct call *call, enum instrument_type type, const void *value);

/* Whether the person agrees to sign what was shown: asked at a terminal only, and not with --yes.
 */
bool signing_agreed(struct call *call);
#define OPTION_YES                                                                                 \
    {                                                                                              \
        .name = "yes", .words = "Do not ask at the terminal"                                       \
    }

/* Composes the document, then instrument_write. */
int instrument_make(struct call *call, enum instrument_type type, const struct compose *compose);

/* Appends what a document says, for a person or as members of an open JSON object: type, digest,
 * fields. */
void document_print(
    enum instrument_type type, const struct digest *digest, const void *value,
    struct buffer *ret_text);
void document_write_json(
    enum instrument_type type, const struct digest *digest, const void *value,
    struct json_writer *writer);

/* The type that the command's row is about (command.subject). */
enum instrument_type instrument_of_call(const struct call *call);

#endif
