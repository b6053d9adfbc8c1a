/* crypto: key files. What decodes must be written again byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_public(struct bytes text)
{
    struct public_key key;
    struct buffer again = {0};
    struct fault fault;
    if (public_key_decode(text, &fault, &key))
        return;
    must(public_key_encode(&key, NULL, &again) == ERROR_OK);
    must(bytes_equal(buffer_view(&again), text));
    buffer_free(&again);
}

static void check_private(struct bytes text, struct bytes passphrase)
{
    static const struct key_seal clear;
    struct private_key *key = NULL;
    struct buffer again = {0};
    struct fault fault;
    if (private_key_decode(text, passphrase, &fault, &key)) {
        must(key == NULL);
        return;
    }
    /* Sealed text is new each time; in clear there is one. */
    must(private_key_encode(&os_system, key, &clear, NULL, &again) == ERROR_OK);
    if (passphrase.length == 0)
        must(bytes_equal(buffer_view(&again), text));
    secret_buffer_free(&again);
    private_key_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {data, size};
    check_public(text);
    check_private(text, (struct bytes){0});
    /* Unsealing at higher cost would only slow the search down. */
    if (size > 20 && memmem(data, size, "scrypt 10 8 1 ", 14))
        check_private(text, BYTES_LITERAL("horse"));
    return 0;
}
