/* The face of crypto/: SHA-256, HMAC, secrets, keys and signatures, key files. On libcrypto, whose
 * headers no other folder includes. Formats of documents are not here. */
#ifndef ENDUSE_CRYPTO_CRYPTO_H
#define ENDUSE_CRYPTO_CRYPTO_H

#include "crypto/sha256.h"
#include "crypto/hmac.h"
#include "crypto/secret.h"
#include "crypto/key.h"
#include "crypto/key_file.h"

#endif
