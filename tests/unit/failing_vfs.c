/* A file layer that fails: see failing_vfs.h. */
#include "failing_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

struct failing_file {
    sqlite3_file base;
    sqlite3_file *real; /* in the room behind this struct */
};

static struct {
    sqlite3_vfs *real;
    sqlite3_vfs layer;
    atomic_long left; /* calls that still succeed; -1: all */
    atomic_int result;
    atomic_bool failed;
} state = {.left = -1};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct failing_file *)(void *)file)->real;
}

static int turn(void)
{
    long left = state.left;
    if (left < 0)
        return SQLITE_OK;
    if (left > 0) {
        /* Stopped meanwhile: it stays stopped. */
        atomic_compare_exchange_strong(&state.left, &left, left - 1);
        return SQLITE_OK;
    }
    state.failed = true;
    return state.result;
}

static int on_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}
static int on_read(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), data, size, offset);
}
static int on_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    int result = turn();
    return result ? result : real_of(file)->pMethods->xWrite(real_of(file), data, size, offset);
}
static int on_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int result = turn();
    return result ? result : real_of(file)->pMethods->xTruncate(real_of(file), size);
}
static int on_sync(sqlite3_file *file, int flags)
{
    int result = turn();
    return result ? result : real_of(file)->pMethods->xSync(real_of(file), flags);
}
static int on_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret_size);
}
static int on_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}
static int on_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}
static int on_check(sqlite3_file *file, int *ret_reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret_reserved);
}
static int on_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}
static int on_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}
static int on_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
static int on_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret_data)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret_data);
}
static int on_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}
static void on_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}
static int on_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_device,
    .xShmMap = on_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_barrier,
    .xShmUnmap = on_unmap,
};

static int
on_open(sqlite3_vfs *layer, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct failing_file *opened = (struct failing_file *)(void *)file;
    (void)layer;
    memset(opened, 0, sizeof *opened);
    opened->real = (sqlite3_file *)(void *)(opened + 1);
    int result = state.real->xOpen(state.real, name, opened->real, flags, ret_flags);
    if (result == SQLITE_OK)
        opened->base.pMethods = &methods;
    return result;
}

static void put_on(void)
{
    if (state.real)
        return;
    state.real = sqlite3_vfs_find(NULL);
    /* All but opening is the system's own, which finds its data in the copy. */
    state.layer = *state.real;
    state.layer.zName = FAILING_VFS;
    state.layer.szOsFile += (int)sizeof(struct failing_file);
    state.layer.xOpen = on_open;
    state.layer.pNext = NULL;
    sqlite3_vfs_register(&state.layer, 0);
}

void failing_vfs_for_all(void)
{
    put_on();
    sqlite3_vfs_register(&state.layer, 1);
}

void failing_vfs_after(long n, int result)
{
    put_on();
    state.result = result;
    state.failed = false;
    state.left = n;
}

bool failing_vfs_stop(void)
{
    state.left = -1;
    return state.failed;
}
