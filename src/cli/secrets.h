/* Private keys and their passphrases, as commands are given them. */
#ifndef ENDUSE_CLI_SECRETS_H
#define ENDUSE_CLI_SECRETS_H

#include "cli/cli.h"
#include "crypto/crypto.h"

/* The options that key_of_call and passphrase_of_call read. */
#define OPTION_PASSPHRASE_FILE                                                                     \
    {                                                                                              \
        .name = "passphrase-file", .value = "FILE",                                                \
        .words = "Its first line is the key's passphrase, instead of asking"                       \
    }

/* The private key of a file. A sealed key's passphrase is the first line of --passphrase-file, else
 * it is asked for at the terminal, without echo. */
enum error
key_load(struct call *call, const char *path, struct fault *fault, struct private_key **ret_key);

/* The private key of --key, which is loaded once in a call and borrowed. ERROR_USAGE: none given.
 */
enum error key_of_call(struct call *call, struct fault *fault, struct private_key **ret_key);

/* A passphrase as the first line of a file. End with secret_buffer_free. */
enum error passphrase_from_file(
    struct call *call, const char *path, struct fault *fault, struct buffer *ret_passphrase);

/* Something secret that is no passphrase: the first line of the option's file, else asked for at
 * the terminal with these words. End with secret_buffer_free. */
enum error secret_of_call(
    struct call *call, const char *option, const char *words, struct fault *fault,
    struct buffer *ret_secret);

/* A new passphrase from --passphrase-file, or typed twice at the terminal. End with
 * secret_buffer_free. */
enum error passphrase_new(struct call *call, struct fault *fault, struct buffer *ret_passphrase);

#endif
