/* Sealing a seed under a passphrase. */
#include "crypto/key_box.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "crypto/library.h"
#include "crypto/secret.h"

enum { AES_KEY_SIZE = 32 };

static const char place[] = "sealed key";

static enum error derive(
    const struct key_box *box, struct bytes passphrase, struct fault *fault,
    uint8_t ret_key[AES_KEY_SIZE])
{
    uint64_t n = UINT64_C(1) << box->log2n;
    /* RFC 7914 section 2: V takes 128 * r * N bytes, B and the working block a little more. */
    uint64_t memory = 128 * BOX_R * n + 1024 * 1024;
    ERR_clear_error();
    if (EVP_PBE_scrypt(
            (const char *)passphrase.data, passphrase.length, box->salt, sizeof box->salt, n, BOX_R,
            BOX_P, memory, ret_key, AES_KEY_SIZE) != 1)
        return library_failed(fault, place);
    return ERROR_OK;
}

enum error key_box_seal(
    struct key_box *box, struct bytes passphrase, struct bytes associated, struct bytes seed,
    struct fault *fault)
{
    uint8_t key[AES_KEY_SIZE];
    enum error error = derive(box, passphrase, fault, key);
    if (error)
        return error;
    int length;
    EVP_CIPHER_CTX *aes = EVP_CIPHER_CTX_new();
    if (!aes || EVP_EncryptInit_ex2(aes, EVP_aes_256_gcm(), key, box->nonce, NULL) != 1 ||
        EVP_EncryptUpdate(aes, NULL, &length, associated.data, (int)associated.length) != 1 ||
        EVP_EncryptUpdate(aes, box->sealed, &length, seed.data, (int)seed.length) != 1 ||
        EVP_EncryptFinal_ex(aes, box->sealed + length, &length) != 1 ||
        EVP_CIPHER_CTX_ctrl(
            aes, EVP_CTRL_AEAD_GET_TAG, BOX_TAG_SIZE, box->sealed + PRIVATE_SEED_SIZE) != 1)
        error = library_failed(fault, place);
    EVP_CIPHER_CTX_free(aes);
    secret_wipe(key, sizeof key);
    return error;
}

enum error key_box_open(
    const struct key_box *box, struct bytes passphrase, struct bytes associated,
    struct fault *fault, uint8_t ret_seed[PRIVATE_SEED_SIZE])
{
    uint8_t key[AES_KEY_SIZE], seed[PRIVATE_SEED_SIZE], tag[BOX_TAG_SIZE];
    enum error error = derive(box, passphrase, fault, key);
    if (error)
        return error;
    memcpy(tag, box->sealed + PRIVATE_SEED_SIZE, sizeof tag);
    int length;
    EVP_CIPHER_CTX *aes = EVP_CIPHER_CTX_new();
    if (!aes || EVP_DecryptInit_ex2(aes, EVP_aes_256_gcm(), key, box->nonce, NULL) != 1 ||
        EVP_DecryptUpdate(aes, NULL, &length, associated.data, (int)associated.length) != 1 ||
        EVP_DecryptUpdate(aes, seed, &length, box->sealed, PRIVATE_SEED_SIZE) != 1 ||
        EVP_CIPHER_CTX_ctrl(aes, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) != 1)
        error = library_failed(fault, place);
    else if (EVP_DecryptFinal_ex(aes, seed + length, &length) != 1)
        error = fault_set(fault, ERROR_KEY_PASSPHRASE, place, NULL, NULL);
    else
        memcpy(ret_seed, seed, sizeof seed);
    EVP_CIPHER_CTX_free(aes);
    secret_wipe(key, sizeof key);
    secret_wipe(seed, sizeof seed);
    return error;
}
