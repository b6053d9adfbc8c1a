/* A file layer for SQLite on top of the system's, that fails a chosen write, sync or truncation.
 * For tests of what is done when a disk fails. Several threads may use it; one sets it. */
#ifndef ENDUSE_TESTS_FAILING_VFS_H
#define ENDUSE_TESTS_FAILING_VFS_H

#include <stdbool.h>

/* The name for store_options.vfs. Registered by the first call of failing_vfs_after. */
#define FAILING_VFS "failing"

/* The next n calls that write succeed and every later one gives this result of SQLite's
 * (SQLITE_IOERR_WRITE, SQLITE_FULL), until failing_vfs_stop; n -1: none fails. */
void failing_vfs_after(long n, int result);

/* Every database that is opened from now on without a name of a layer is opened on this one. */
void failing_vfs_for_all(void);

/* All succeed again. Returns whether one failed. */
bool failing_vfs_stop(void);

#endif
