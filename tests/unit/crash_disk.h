/* A disk in memory behind struct os, that can lose power: what was written and not synced may be
 * there or not after a crash, sector by sector, and so may names. Also fails chosen calls.
 *
 * One disk, for one thread at a time; files are named by whole paths, and folders need not be
 * made. A sector (512 bytes) is written whole or not at all; several unsynced writes of one sector
 * leave any of its versions. Creating, renaming and removing take effect on the disk in their
 * order, up to any point after the last fsync of the folder.
 */
#ifndef ENDUSE_TESTS_CRASH_DISK_H
#define ENDUSE_TESTS_CRASH_DISK_H

#include "base/base.h"

extern const struct os crash_disk_os;

/* Empties the disk and forgets all settings. */
void crash_disk_reset(void);

/* How many calls that change or sync the disk were made since the last reset or arming. */
long crash_disk_calls(void);

/* From the n-th such call on (counting from 0, now), nothing reaches the disk any more: the power
 * is gone, and every call fails. Negative: never. */
void crash_disk_cut_after(long n);

/* The n-th such call fails once with that errno; a write stores half of its bytes first. */
void crash_disk_fail_at(long n, int number);

/* Whether the armed failure or cut has come. */
bool crash_disk_has_struck(void);

/* Saves the disk with all that is uncertain about it, and goes back to it. */
struct crash_disk_image;
struct crash_disk_image *crash_disk_save(void);
void crash_disk_restore(const struct crash_disk_image *image);
void crash_disk_image_free(struct crash_disk_image *image);

/* What comes up after a crash: */
enum crash_kind {
    CRASH_KEEPS_ALL,  /* the process died; what was not synced may still be lost later */
    CRASH_LOSES_ALL,  /* nothing that was not synced */
    CRASH_KEEPS_SOME, /* by the seed: sectors and names each for itself */
};
void crash_disk_crash(enum crash_kind kind, uint64_t seed);

/* The content of a file as programs see it; NULL when there is none. Changing it is durable at
 * once: for tests of tampering. */
uint8_t *crash_disk_content(const char *path, size_t *ret_size);

/* Puts a file there as it is, replacing another; removes one. */
void crash_disk_put(const char *path, struct bytes content);
void crash_disk_remove(const char *path);

#endif
