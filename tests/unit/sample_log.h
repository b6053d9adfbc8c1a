/* A small record log on the crash disk, for the tests of the record log. */
#ifndef ENDUSE_TESTS_SAMPLE_LOG_H
#define ENDUSE_TESTS_SAMPLE_LOG_H

#include "crash_disk.h"
#include "guard/record_check.h"

extern const struct record_identity sample_identity;
extern const uint8_t sample_key[RECORD_KEY_SIZE]; /* K_0: the bytes 0 to 31 */
extern const char sample_folder[];

/* Opens the log in a folder; fails the test when it does not open. */
struct record_log *sample_log_open(const struct os *os, const char *path);

/* Empties the crash disk, makes a log of the smallest segments in sample_folder, and opens it. */
struct record_log *sample_log_new(void);

/* Appends a record of about 40 bytes that tells its index, which must be the one it gets. */
void sample_log_append(struct record_log *log, uint64_t index);

/* A visitor that counts in *(uint64_t *)context, which must be each record's index before. */
enum error sample_log_count(void *context, const struct record *record, struct fault *fault);

/* Checks the log in sample_folder, with K_0 or without, and with a known head or none. */
enum error
sample_log_check(bool with_key, const struct record_head *head, struct record_summary *ret_summary);

#endif
