/* Handling of secrets: comparing without telling where they differ, wiping, and random bytes. */
#ifndef ENDUSE_CRYPTO_SECRET_H
#define ENDUSE_CRYPTO_SECRET_H

#include "base/base.h"

/* Whether two views are equal, in a time that depends on their lengths only. */
bool secret_equal(struct bytes a, struct bytes b);

/* Overwrites memory so that the compiler cannot leave it out. data may be NULL when size is 0. */
void secret_wipe(void *data, size_t size);

/* As buffer_free, after wiping everything that the buffer has room for. What an earlier growth of
 * the buffer left behind is not reached: reserve the whole size before a secret goes in. */
void secret_buffer_free(struct buffer *buffer);

/* Fills with bytes of the operating system's generator, through the table so that tests can make
 * it fail (ERROR_RANDOM; the memory is then zeros). Every salt, nonce, id and key seed of this
 * project comes from here. */
MUST_CHECK enum error
random_fill(const struct os *os, struct fault *fault, void *ret_bytes, size_t size);

#endif
