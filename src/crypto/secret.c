/* Comparing, wiping and drawing secrets. */
#include "crypto/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

bool secret_equal(struct bytes a, struct bytes b)
{
    return a.length == b.length && (a.length == 0 || CRYPTO_memcmp(a.data, b.data, a.length) == 0);
}

void secret_wipe(void *data, size_t size)
{
    if (size)
        OPENSSL_cleanse(data, size);
}

void secret_buffer_free(struct buffer *buffer)
{
    secret_wipe(buffer->data, buffer->capacity);
    buffer_free(buffer);
}

enum error random_fill(const struct os *os, struct fault *fault, void *ret_bytes, size_t size)
{
    if (os->random(ret_bytes, size) == 0)
        return ERROR_OK;
    int number = errno;
    /* A caller that overlooks the error must not go on with what the memory held before. */
    secret_wipe(ret_bytes, size);
    return fault_set(fault, ERROR_RANDOM, "random bytes", NULL, "%s", strerror(number));
}
