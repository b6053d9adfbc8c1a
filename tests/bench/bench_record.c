/* The record log and the tree, beside raw SHA-256 and raw fdatasync in the same run. Each line is:
 * name, value, unit, goal; the best of several rounds, so that another program's work does not
 * count. Writes to a folder of its own below TMPDIR (or /tmp), which should be a real disk. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guard/record_check.h"
#include "merkle/merkle.h"

enum {
    ROUNDS = 7,
    PAYLOAD = 256,
    MEMORY_RECORDS = 4000,
    TURNS = 30,
    SYNCS = 1500,
    WRITERS = 8,
    CHECKED = 100000
};

static const struct record_identity identity = {.epoch = 1};
static const uint8_t first_key[RECORD_KEY_SIZE] = {1};
static uint8_t payload[PAYLOAD];

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "bench_record: %s failed\n", what);
        exit(1);
    }
}

/* Compressions of a message of so many bytes. */
static int blocks(int length)
{
    return (length + 1 + 8 + 63) / 64;
}

static void keep_best(double *best, double seconds)
{
    if (*best == 0 || seconds < *best)
        *best = seconds;
}

/* Seconds for one compression, from hashing long input. */
static double time_compression(void)
{
    enum { SIZE = 1 << 22 };
    static uint8_t block[SIZE];
    double start = now();
    struct digest digest = sha256_of(BYTES_ARRAY(block));
    block[0] ^= digest.bytes[0];
    return (now() - start) / (SIZE / 64);
}

/* Seconds for a record of a tree: its leaf's hash is given. */
static double time_tree(void)
{
    struct frontier frontier = {0};
    struct digest leaf = {{1}};
    double start = now();
    for (int i = 0; i < MEMORY_RECORDS; i++)
        frontier_append(&frontier, &leaf);
    payload[1] ^= frontier_root(&frontier).bytes[0];
    return (now() - start) / MEMORY_RECORDS;
}

static double time_memory(void)
{
    struct record_log *log;
    uint64_t index;
    must(!record_log_open_memory(first_key, NULL, &log), "opening in memory");
    double start = now();
    for (int i = 0; i < MEMORY_RECORDS; i++)
        must(!record_log_append(log, BYTES_ARRAY(payload), NULL, &index), "appending");
    double seconds = (now() - start) / MEMORY_RECORDS;
    record_log_close(log);
    return seconds;
}

/* Opens a preallocated file of zeros, as the record log's segments are. */
static int open_raw(const char *folder)
{
    static uint8_t zeros[1 << 20];
    char path[200];
    snprintf(path, sizeof path, "%s/raw", folder);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    must(file >= 0 && write(file, zeros, sizeof zeros) == sizeof zeros && !fsync(file), "raw file");
    unlink(path);
    return file;
}

static struct record_log *open_log(const char *folder)
{
    struct record_log *log = NULL;
    must(
        !record_log_create(&os_system, folder, &identity, first_key, 0, NULL) &&
            !record_log_open(&os_system, folder, &identity, NULL, NULL, &log),
        "making a log");
    return log;
}

/* Writes the payload to the raw file and waits for the disk, and appends it to a log, in turns of a
 * few so that both meet the same disk; the best turn of each, in seconds for one. */
static void time_turns(const char *folder, double *raw, double *durable)
{
    enum { TURN = 30 };
    int file = open_raw(folder);
    struct record_log *log = open_log(folder);
    uint64_t index;
    for (int turn = 0; turn < SYNCS / TURN; turn++) {
        double start = now();
        for (int i = 0; i < TURN; i++) {
            off_t offset = (off_t)(turn * TURN + i) * PAYLOAD;
            must(pwrite(file, payload, PAYLOAD, offset) == PAYLOAD, "raw write");
            must(fdatasync(file) == 0, "raw fdatasync");
        }
        double middle = now();
        for (int i = 0; i < TURN; i++)
            must(!record_log_append(log, BYTES_ARRAY(payload), NULL, &index), "appending");
        keep_best(raw, (middle - start) / TURN);
        keep_best(durable, (now() - middle) / TURN);
    }
    record_log_close(log);
    close(file);
}

static void *write_records(void *context)
{
    uint64_t index;
    for (int i = 0; i < SYNCS; i++)
        must(!record_log_append(context, BYTES_ARRAY(payload), NULL, &index), "appending");
    return NULL;
}

static double time_threads(const char *folder)
{
    pthread_t threads[WRITERS];
    struct record_log *log = open_log(folder);
    double start = now();
    for (int i = 0; i < WRITERS; i++)
        must(!pthread_create(&threads[i], NULL, write_records, log), "a thread");
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    double seconds = (now() - start) / SYNCS / WRITERS;
    record_log_close(log);
    return seconds;
}

static int no_sync(int file)
{
    (void)file;
    return 0;
}

/* A log to be checked; that it is durable does not matter. */
static void make_checked(const char *folder)
{
    struct os os = os_system;
    struct bytes payloads[RECORD_BATCH_MAX];
    struct record_log *log;
    uint64_t first;
    os.fdatasync = no_sync;
    os.fsync = no_sync;
    must(
        !record_log_create(&os, folder, &identity, first_key, 0, NULL) &&
            !record_log_open(&os, folder, &identity, NULL, NULL, &log),
        "making a log");
    for (size_t i = 0; i < RECORD_BATCH_MAX; i++)
        payloads[i] = BYTES_ARRAY(payload);
    for (int i = 0; i < CHECKED; i += RECORD_BATCH_MAX)
        must(!record_log_append_batch(log, payloads, RECORD_BATCH_MAX, NULL, &first), "appending");
    record_log_close(log);
}

/* Seconds for each byte of checking a log; with the key, every tag is computed. */
static double time_check(const char *folder, bool with_key)
{
    const struct record_expectation expected = {.first_key = with_key ? first_key : NULL};
    struct record_summary summary;
    double start = now();
    must(
        !record_folder_check(&os_system, folder, &expected, NULL, NULL, NULL, &summary),
        "checking");
    return (now() - start) / (double)(summary.head.size * PAYLOAD);
}

static void remove_log(const char *folder)
{
    static const char *const names[] = {"next.records", "lock"};
    char path[200];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    for (int number = 1;; number++) {
        snprintf(path, sizeof path, "%s/%08d.records", folder, number);
        if (unlink(path) != 0)
            break;
    }
}

static void line(const char *name, double value, const char *unit, const char *goal)
{
    printf("%s\t%.*f\t%s\t%s\n", name, value < 10 ? 2 : 0, value, unit, goal);
}

int main(void)
{
    char folder[150];
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/enduse-bench-XXXXXX", temporary ? temporary : "/tmp");
    must(mkdtemp(folder) != NULL, "making a folder");
    double compression = 0, tree = 0, memory = 0, raw = 0, one = 0, eight = 0, check = 0, tags = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int turn = 0; turn < TURNS; turn++) {
            keep_best(&compression, time_compression());
            keep_best(&tree, time_tree());
            keep_best(&memory, time_memory());
        }
        time_turns(folder, &raw, &one);
        remove_log(folder);
        keep_best(&eight, time_threads(folder));
        remove_log(folder);
    }
    make_checked(folder);
    for (int turn = 0; turn < TURNS; turn++) {
        keep_best(&check, time_check(folder, false));
        keep_best(&tags, time_check(folder, true));
    }
    remove_log(folder);
    rmdir(folder);
    /* What a record is hashed for: docs/log.md; test_record_cost counts it. */
    const int leaf = blocks(1 + PAYLOAD), node = blocks(1 + 2 * DIGEST_SIZE);
    const int tag = blocks(64 + 8 + 2 * DIGEST_SIZE) + blocks(64 + DIGEST_SIZE);
    const int key = blocks(18 + RECORD_KEY_SIZE), all = leaf + node + tag + key;
    line("record.hashed.leaf", leaf, "compressions", "-");
    line("record.hashed.node", node, "compressions", "-");
    line("record.hashed.tag", tag, "compressions", "-");
    line("record.hashed.key", key, "compressions", "-");
    line("record.hashed", all, "compressions", "-");
    line("sha256.compression", compression * 1e9, "ns", "-");
    line("tree.append", tree * 1e9, "ns", "-");
    line("tree.append.ratio", node * compression / tree, "x its compressions", ">= 0.5");
    line("record.memory", memory * 1e9, "ns", "-");
    line("record.memory.compressions", memory / compression, "compressions", "<= 26");
    line("record.memory.ratio", memory / (all * compression), "x its compressions", "<= 2");
    line("fdatasync.raw", 1 / raw, "1/s", "-");
    line("record.durable.1", 1 / one, "1/s", "-");
    line("record.durable.1.ratio", raw / one, "x raw fdatasync", ">= 0.6");
    line("record.durable.8", 1 / eight, "1/s", "-");
    line("record.durable.8.ratio", raw / eight, "x raw fdatasync", ">= 0.6");
    line("record.check", 1e-6 / check, "MB/s", "-");
    line(
        "record.check.ratio", (leaf + node) * compression / (check * PAYLOAD), "x its compressions",
        ">= 0.8");
    line("record.check.key", 1e-6 / tags, "MB/s", "-");
    line(
        "record.check.key.ratio", all * compression / (tags * PAYLOAD), "x its compressions",
        ">= 0.8");
    return 0;
}
