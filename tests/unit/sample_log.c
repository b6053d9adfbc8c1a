/* A small record log on the crash disk. */
#include "sample_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

const struct record_identity sample_identity = {.guard = {{1, 2, 3}}, .epoch = 7};
const char sample_folder[] = "log";
const uint8_t sample_key[RECORD_KEY_SIZE] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                             11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                             22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

struct record_log *sample_log_open(const struct os *os, const char *path)
{
    struct record_log *log = NULL;
    struct fault fault;
    char text[400];
    if (record_log_open(os, path, &sample_identity, NULL, &fault, &log))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
    return log;
}

struct record_log *sample_log_new(void)
{
    crash_disk_reset();
    assert_int_equal(
        record_log_create(
            &crash_disk_os, sample_folder, &sample_identity, sample_key, RECORD_SEGMENT_SIZE_MIN,
            NULL),
        ERROR_OK);
    return sample_log_open(&crash_disk_os, sample_folder);
}

void sample_log_append(struct record_log *log, uint64_t index)
{
    char text[64];
    snprintf(
        text, sizeof text, "record %llu, %*d", (unsigned long long)index, (int)(index % 30), 1);
    uint64_t given = UINT64_MAX;
    assert_int_equal(record_log_append(log, bytes_of(text), NULL, &given), ERROR_OK);
    assert_int_equal(given, index);
}

enum error sample_log_count(void *context, const struct record *record, struct fault *fault)
{
    (void)fault;
    uint64_t *count = context;
    struct digest leaf = tree_leaf(record->payload);
    assert_int_equal(record->index, *count);
    assert_true(digest_equal(&leaf, &record->leaf));
    (*count)++;
    return ERROR_OK;
}

enum error
sample_log_check(bool with_key, const struct record_head *head, struct record_summary *ret_summary)
{
    const struct record_expectation expected = {
        .identity = &sample_identity,
        .first_key = with_key ? sample_key : NULL,
        .heads = head,
        .head_count = head ? 1 : 0,
    };
    uint64_t count = 0;
    enum error error = record_folder_check(
        &crash_disk_os, sample_folder, &expected, sample_log_count, &count, NULL, ret_summary);
    if (!error)
        assert_int_equal(count, ret_summary->head.size);
    return error;
}
