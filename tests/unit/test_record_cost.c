/* How often a record is hashed: the compressions of SHA-256 are counted at libcrypto's door, so
 * that nothing is hashed twice unnoticed, neither when it is recorded nor when a log is checked. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "guard/record_check.h"
#include "sample_log.h"

static uint64_t compressions;

int __real_SHA256_Update(SHA256_CTX *context, const void *data, size_t length);
int __real_SHA256_Final(unsigned char *digest, SHA256_CTX *context);
int __wrap_SHA256_Update(SHA256_CTX *context, const void *data, size_t length);
int __wrap_SHA256_Final(unsigned char *digest, SHA256_CTX *context);

int __wrap_SHA256_Update(SHA256_CTX *context, const void *data, size_t length)
{
    compressions += (context->num + length) / 64;
    return __real_SHA256_Update(context, data, length);
}

int __wrap_SHA256_Final(unsigned char *digest, SHA256_CTX *context)
{
    compressions += (context->num + 1 + 8 + 63) / 64;
    return __real_SHA256_Final(digest, context);
}

/* Of a message of so many bytes. */
static uint64_t blocks(size_t length)
{
    return (length + 1 + 8 + 63) / 64;
}

enum {
    RECORDS = 1000,
    NODE = 2, /* 65 bytes */
    TAG = 5,  /* under a new key: a block for each of its two masks, 72 bytes, 32 bytes */
    KEY = 1,  /* 50 bytes */
};

/* Nodes of the tree over RECORDS, but for those that only the root needs. */
static uint64_t whole_nodes(void)
{
    return RECORDS - (uint64_t)__builtin_popcountll(RECORDS);
}

static void a_record_is_hashed_once(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 54, 55, 118, 119, 256, 1013, 1014, 1015, 2000};
    static const uint8_t key[RECORD_KEY_SIZE] = {1};
    static uint8_t payload[2000];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct record_log *log;
        uint64_t index;
        assert_int_equal(record_log_open_memory(key, NULL, &log), ERROR_OK);
        compressions = 0;
        for (int n = 0; n < RECORDS; n++)
            assert_int_equal(
                record_log_append(log, (struct bytes){payload, lengths[i]}, NULL, &index),
                ERROR_OK);
        assert_int_equal(
            compressions, RECORDS * (blocks(1 + lengths[i]) + TAG + KEY) + NODE * whole_nodes());
        /* The root is made when the head is asked for, and not before. */
        compressions = 0;
        struct record_head head;
        record_log_head(log, &head);
        assert_int_equal(compressions, NODE * (__builtin_popcountll(RECORDS) - 1));
        record_log_close(log);
    }
}

/* Adds up what the leaves of the records take. */
static enum error add_leaf(void *context, const struct record *record, struct fault *fault)
{
    (void)fault;
    *(uint64_t *)context += blocks(1 + record->payload.length);
    return ERROR_OK;
}

static void a_log_is_checked_with_one_hash_each(void **state)
{
    (void)state;
    struct record_log *log = sample_log_new();
    for (uint64_t i = 0; i < RECORDS; i++)
        sample_log_append(log, i);
    record_log_close(log);
    for (int with_key = 0; with_key < 2; with_key++) {
        const struct record_expectation expected = {.first_key = with_key ? sample_key : NULL};
        struct record_summary summary;
        uint64_t needed = 0;
        compressions = 0;
        assert_int_equal(
            record_folder_check(
                &crash_disk_os, sample_folder, &expected, add_leaf, &needed, NULL, &summary),
            ERROR_OK);
        needed += NODE * whole_nodes();
        if (with_key)
            needed += RECORDS * (TAG + KEY);
        /* And the roots: one for each segment's header, one for the summary. */
        uint64_t roots = NODE * (uint64_t)(summary.segments + 1) * 10;
        assert_int_equal(summary.head.size, RECORDS);
        assert_in_range(compressions, needed, needed + roots);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_hashed_once),
        cmocka_unit_test(a_log_is_checked_with_one_hash_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
