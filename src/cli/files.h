/* Files as commands read and write them, and the root that everything is verified under. */
#ifndef ENDUSE_CLI_FILES_H
#define ENDUSE_CLI_FILES_H

#include "cli/cli.h"
#include "instruments/instruments.h"

enum { INPUT_MAX = 24 << 20 }; /* bytes of a file from outside: a payload and its signatures */

/* Reads a file whole; the bytes are in the call's arena. */
enum error
input_read(struct call *call, const char *path, struct fault *fault, struct bytes *ret_bytes);

/* Writes a new file (mode 0644), durably; with --force also over one that is there. */
enum error
output_write(struct call *call, const char *path, struct bytes content, struct fault *fault);

/* Writes it over a plain file, or where there is none; over nothing else. */
enum error
output_replace(struct call *call, const char *path, struct bytes content, struct fault *fault);

/* The payload of a signed document, or of a file that is a bare payload; and its digest. Nothing
 * is verified. */
enum error input_payload(
    struct call *call, const char *path, struct fault *fault, struct bytes *ret_payload,
    struct digest *ret_digest);

/* Whether bytes begin as an envelope does (a CBOR tag), and not as a bare payload (a map). */
bool is_envelope(struct bytes bytes);

#define OPTION_ROOT                                                                                \
    {                                                                                              \
        .name = "root", .value = "FILE.root", .environment = "ENDUSE_ROOT", .many = true,          \
        .words = "The authority's root, every version in order"                                    \
    }
#define OPTION_PIN                                                                                 \
    {                                                                                              \
        .name = "pin", .value = "HEX",                                                             \
        .words = "The digest that the root's first version must have"                              \
    }
#define OPTION_DEMO                                                                                \
    {                                                                                              \
        .name = "demo", .words = "Accept a demonstration root, which binds nobody"                 \
    }
#define OPTION_FORCE                                                                               \
    {                                                                                              \
        .name = "force", .letter = 'f', .words = "Write over a file that is there"                 \
    }

/* The chain of --root, held to --pin; a demo root only with demo_allowed. End with
 * root_chain_close. */
enum error
roots_open(struct call *call, bool demo_allowed, struct fault *fault, struct root_chain *ret_chain);

/* The files of --root as they are; and the digest of --pin, NULL where it is not given. */
enum error
roots_read(struct call *call, struct fault *fault, struct bytes **ret_roots, size_t *ret_count);
enum error pin_of_call(struct call *call, struct fault *fault, const struct digest **ret_pin);

/* A moment as a person writes it: RFC 3339, "now", "now+30d", "now-1h". */
enum error moment_parse(struct call *call, const char *text, struct fault *fault, millis *ret_time);

/* The moment of an option; now without it. */
enum error
moment_of_call(struct call *call, const char *option, struct fault *fault, millis *ret_time);

#endif
