/* Key files: NAME.key with a private key, NAME.pub with its public key. Both are text of a few
 * lines, in one form only (docs/formats.cddl, "key files"):
 *
 *     enduse private key 1                    enduse public key 1
 *     type ed25519                            type ed25519
 *     public BASE64                           public BASE64
 *     id HEX                                  id HEX
 *     secret clear BASE64
 *
 * With a passphrase the last line is `secret scrypt LOG2N R P SALT NONCE BOX`: BOX is AES-256-GCM
 * over the seed under scrypt(passphrase, SALT) (RFC 7914); the associated data is the file from
 * its first byte to the space before BOX, so that nothing in it can be altered unnoticed. */
#ifndef ENDUSE_CRYPTO_KEY_FILE_H
#define ENDUSE_CRYPTO_KEY_FILE_H

#include "crypto/key.h"

enum {
    KEY_FILE_MAX = 1024,     /* bytes; a longer file is not a key file */
    KEY_FILE_LOG2N = 17,     /* scrypt's cost when sealing: 128 MiB, about half a second */
    KEY_FILE_LOG2N_MIN = 10, /* accepted when opening */
    KEY_FILE_LOG2N_MAX = 18, /* so that a file from outside takes 256 MiB at most */
    PASSPHRASE_MAX = 1024,   /* bytes */
};

/* How to seal. A zeroed struct writes clear text. */
struct key_seal {
    struct bytes passphrase; /* length 0: clear text */
    unsigned log2n;          /* 0: KEY_FILE_LOG2N */
};

/* Creates NAME.key (mode 0600) and NAME.pub (mode 0644), durably. ERROR_EXISTS when either is
 * there. On any failure neither is left. */
MUST_CHECK enum error key_files_create(
    const struct os *os, const char *name, struct private_key *key, const struct key_seal *seal,
    struct fault *fault);

/* Creates one public key file at exactly this path (a passkey's, say); ERROR_EXISTS. */
MUST_CHECK enum error public_key_save(
    const struct os *os, const char *path, const struct public_key *key, struct fault *fault);

/* Loads a private key from exactly this path. passphrase (may be empty) is not looked at when the
 * file is in clear. Errors beside those of reading:
 *   ERROR_KEY_FILE_MODE    group or others may read or write it, or it is not a regular file
 *   ERROR_KEY_FILE_OTHER   a public key file where a private one belongs
 *   ERROR_KEY_FILE_FORM    not in the documented form; the fault names the line
 *   ERROR_KEY_FILE_COST    scrypt parameters outside the limits
 *   ERROR_KEY_SEALED       it needs a passphrase and none was given
 *   ERROR_KEY_PASSPHRASE   wrong passphrase, or the file was altered (GCM cannot tell which)
 *   ERROR_KEY_MISMATCH     public, id and secret do not belong together */
MUST_CHECK enum error private_key_load(
    const struct os *os, const char *path, struct bytes passphrase, struct fault *fault,
    struct private_key **ret_key);

/* Loads a public key. A private key file is refused (ERROR_KEY_FILE_OTHER), so that nobody gets
 * used to handing those around. Otherwise errors as above. */
MUST_CHECK enum error public_key_load(
    const struct os *os, const char *path, struct fault *fault, struct public_key *ret_key);

/* The same on the files' bytes, for other places to keep them and for tests. On writing, text is
 * appended to a buffer that the caller ends with secret_buffer_free. */
MUST_CHECK enum error private_key_encode(
    const struct os *os, struct private_key *key, const struct key_seal *seal, struct fault *fault,
    struct buffer *ret_text);
MUST_CHECK enum error private_key_decode(
    struct bytes text, struct bytes passphrase, struct fault *fault, struct private_key **ret_key);
MUST_CHECK enum error
public_key_encode(const struct public_key *key, struct fault *fault, struct buffer *ret_text);
MUST_CHECK enum error
public_key_decode(struct bytes text, struct fault *fault, struct public_key *ret_key);

/* Whether a well-formed private key file is sealed, so that a person is asked for a passphrase
 * only when one is needed. Checks mode and form as private_key_load does. */
MUST_CHECK enum error
private_key_is_sealed(const struct os *os, const char *path, struct fault *fault, bool *ret_sealed);

#endif
