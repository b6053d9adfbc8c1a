/* The disk that can lose power. Test code: running out of memory or of slots aborts. */
#include "crash_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512, NODES = 32, NAMES = 32, OPEN_FILES = 32, NAME_SIZE = 128, NAME_CHANGES = 32 };

/* One sector as it was written, not synced yet. */
struct pending {
    size_t sector;
    uint8_t bytes[SECTOR];
};

struct node {
    bool used;
    uint8_t *now, *durable; /* both `capacity` bytes */
    size_t size, durable_size, capacity;
    struct pending *pending;
    size_t pending_count, pending_capacity;
};

struct name {
    char path[NAME_SIZE]; /* empty: no entry */
    int node;
};

struct table {
    struct name names[NAMES];
};

struct disk {
    struct node nodes[NODES];
    struct table now;
    /* durable names, and each table since then: the last one is `now`. */
    struct table history[NAME_CHANGES + 1];
    size_t changes;
};

struct crash_disk_image {
    struct disk disk;
};

static struct disk disk;
static struct {
    bool used, folder;
    int node;
} files[OPEN_FILES];
static struct {
    long calls, cut_at, fail_at;
    int number;
    bool struck;
} plan = {.cut_at = -1, .fail_at = -1};

#define need(holds) need_at((holds), __LINE__)
static void need_at(bool holds, int line)
{
    if (!holds) {
        fprintf(stderr, "crash_disk.c:%d: out of room, or a call that it does not know\n", line);
        abort();
    }
}

static void free_disk(struct disk *which)
{
    for (int i = 0; i < NODES; i++) {
        free(which->nodes[i].now);
        free(which->nodes[i].durable);
        free(which->nodes[i].pending);
    }
    memset(which, 0, sizeof *which);
}

static void *copy_of(const void *bytes, size_t size)
{
    if (!size)
        return NULL;
    void *copy = malloc(size);
    need(copy);
    return memcpy(copy, bytes, size);
}

static void copy_disk(struct disk *to, const struct disk *from)
{
    *to = *from;
    for (int i = 0; i < NODES; i++) {
        struct node *node = &to->nodes[i];
        const struct node *old = &from->nodes[i];
        node->now = copy_of(old->now, old->capacity);
        node->durable = copy_of(old->durable, old->capacity);
        node->pending = copy_of(old->pending, old->pending_count * sizeof *old->pending);
        node->pending_capacity = old->pending_count;
    }
}

void crash_disk_reset(void)
{
    free_disk(&disk);
    memset(files, 0, sizeof files);
    plan.calls = 0;
    plan.cut_at = plan.fail_at = -1;
    plan.struck = false;
}

long crash_disk_calls(void)
{
    return plan.calls;
}

void crash_disk_cut_after(long n)
{
    plan.calls = 0;
    plan.cut_at = n;
    plan.struck = false;
}

void crash_disk_fail_at(long n, int number)
{
    plan.calls = 0;
    plan.fail_at = n;
    plan.number = number;
    plan.struck = false;
}

bool crash_disk_has_struck(void)
{
    return plan.struck;
}

/* Counts a call; true when it must fail with errno set. */
static bool strikes(void)
{
    long call = plan.calls++;
    if (plan.cut_at >= 0 && call >= plan.cut_at) {
        plan.struck = true;
        errno = EIO;
        return true;
    }
    if (plan.fail_at >= 0 && call == plan.fail_at) {
        plan.struck = true;
        errno = plan.number;
        return true;
    }
    return false;
}

static bool power_is_gone(void)
{
    return plan.cut_at >= 0 && plan.calls > plan.cut_at;
}

static struct name *find(struct table *table, const char *path)
{
    for (int i = 0; i < NAMES; i++) {
        if (strcmp(table->names[i].path, path) == 0)
            return &table->names[i];
    }
    return NULL;
}

static void note_names(void)
{
    need(disk.changes < NAME_CHANGES);
    disk.history[++disk.changes] = disk.now;
}

static int new_node(void)
{
    for (int i = 0; i < NODES; i++) {
        bool named = disk.nodes[i].used;
        if (!named) {
            disk.nodes[i].used = true;
            return i;
        }
    }
    need(false);
    return -1;
}

static void grow(struct node *node, size_t size)
{
    if (size > node->capacity) {
        size_t capacity = (size + SECTOR - 1) / SECTOR * SECTOR;
        node->now = realloc(node->now, capacity);
        node->durable = realloc(node->durable, capacity);
        need(node->now && node->durable);
        memset(node->now + node->capacity, 0, capacity - node->capacity);
        memset(node->durable + node->capacity, 0, capacity - node->capacity);
        node->capacity = capacity;
    }
    if (size > node->size)
        node->size = size;
}

static void name_node(const char *path, int node)
{
    struct name *entry = find(&disk.now, path);
    if (!entry)
        entry = find(&disk.now, "");
    need(entry && strlen(path) < NAME_SIZE);
    strcpy(entry->path, path);
    entry->node = node;
}

static int open_node(int node, bool folder)
{
    for (int i = 0; i < OPEN_FILES; i++) {
        if (!files[i].used) {
            files[i].used = true;
            files[i].folder = folder;
            files[i].node = node;
            return i;
        }
    }
    need(false);
    return -1;
}

static int disk_open(const char *path, int flags, mode_t mode)
{
    (void)mode;
    if (power_is_gone())
        return errno = EIO, -1;
    if (flags & O_DIRECTORY)
        return open_node(-1, true);
    struct name *entry = find(&disk.now, path);
    if (entry && (flags & O_CREAT) && (flags & O_EXCL))
        return errno = EEXIST, -1;
    if (entry) {
        need(!(flags & O_TRUNC));
        return open_node(entry->node, false);
    }
    if (!(flags & O_CREAT))
        return errno = ENOENT, -1;
    if (strikes())
        return -1;
    int node = new_node();
    name_node(path, node);
    note_names();
    return open_node(node, false);
}

static int disk_close(int file)
{
    need(file >= 0 && file < OPEN_FILES && files[file].used);
    files[file].used = false;
    return 0;
}

static struct node *node_of(int file)
{
    need(file >= 0 && file < OPEN_FILES && files[file].used && !files[file].folder);
    return &disk.nodes[files[file].node];
}

static ssize_t disk_pread(int file, void *data, size_t size, off_t offset)
{
    struct node *node = node_of(file);
    if (power_is_gone())
        return errno = EIO, -1;
    if ((size_t)offset >= node->size)
        return 0;
    if (size > node->size - (size_t)offset)
        size = node->size - (size_t)offset;
    if (size > 100000)
        size = 100000; /* a short read now and then */
    memcpy(data, node->now + offset, size);
    return (ssize_t)size;
}

static void add_pending(struct node *node, size_t sector)
{
    if (node->pending_count == node->pending_capacity) {
        node->pending_capacity = node->pending_capacity * 2 + 16;
        node->pending = realloc(node->pending, node->pending_capacity * sizeof *node->pending);
        need(node->pending);
    }
    struct pending *pending = &node->pending[node->pending_count++];
    pending->sector = sector;
    memcpy(pending->bytes, node->now + sector * SECTOR, SECTOR);
}

static ssize_t disk_pwrite(int file, const void *data, size_t size, off_t offset)
{
    struct node *node = node_of(file);
    bool fails = strikes();
    int number = errno;
    if (fails && plan.cut_at >= 0)
        return -1;
    if (fails)
        size /= 2; /* part of it got through */
    if (size) {
        grow(node, (size_t)offset + size);
        memcpy(node->now + offset, data, size);
        size_t first = (size_t)offset / SECTOR, last = ((size_t)offset + size - 1) / SECTOR;
        for (size_t sector = first; sector <= last; sector++)
            add_pending(node, sector);
    }
    if (fails)
        return errno = number, -1;
    return (ssize_t)size;
}

static int disk_fsync(int file)
{
    need(file >= 0 && file < OPEN_FILES && files[file].used);
    if (strikes()) {
        /* As Linux has it: what could not be written is forgotten, the cache keeps showing it, and
         * a second fsync finds nothing to do. */
        if (!files[file].folder && !power_is_gone())
            node_of(file)->pending_count = 0;
        return -1;
    }
    if (files[file].folder) {
        disk.history[0] = disk.now;
        disk.changes = 0;
        return 0;
    }
    struct node *node = node_of(file);
    if (node->size)
        memcpy(node->durable, node->now, node->capacity);
    node->durable_size = node->size;
    node->pending_count = 0;
    return 0;
}

static int disk_allocate(int file, off_t offset, off_t length)
{
    struct node *node = node_of(file);
    if (strikes())
        return -1;
    grow(node, (size_t)(offset + length));
    return 0;
}

static int disk_stat(int file, struct stat *ret_stat)
{
    struct node *node = node_of(file);
    if (power_is_gone())
        return errno = EIO, -1;
    memset(ret_stat, 0, sizeof *ret_stat);
    ret_stat->st_mode = S_IFREG | 0600;
    ret_stat->st_size = (off_t)node->size;
    return 0;
}

static int disk_rename(const char *from, const char *to)
{
    if (strikes())
        return -1;
    struct name *entry = find(&disk.now, from);
    if (!entry)
        return errno = ENOENT, -1;
    int node = entry->node;
    entry->path[0] = '\0';
    name_node(to, node);
    note_names();
    return 0;
}

static int disk_unlink(const char *path)
{
    if (strikes())
        return -1;
    struct name *entry = find(&disk.now, path);
    if (!entry)
        return errno = ENOENT, -1;
    entry->path[0] = '\0';
    note_names();
    return 0;
}

static int disk_lock(int file)
{
    node_of(file);
    return 0;
}

const struct os crash_disk_os = {
    .open = disk_open,
    .close = disk_close,
    .pread = disk_pread,
    .pwrite = disk_pwrite,
    .fsync = disk_fsync,
    .fdatasync = disk_fsync,
    .allocate = disk_allocate,
    .stat = disk_stat,
    .rename = disk_rename,
    .unlink = disk_unlink,
    .lock = disk_lock,
};

struct crash_disk_image *crash_disk_save(void)
{
    struct crash_disk_image *image = malloc(sizeof *image);
    need(image);
    copy_disk(&image->disk, &disk);
    return image;
}

void crash_disk_restore(const struct crash_disk_image *image)
{
    crash_disk_reset();
    copy_disk(&disk, &image->disk);
}

void crash_disk_image_free(struct crash_disk_image *image)
{
    if (image)
        free_disk(&image->disk);
    free(image);
}

static uint64_t next_random(uint64_t *seed)
{
    /* splitmix64 */
    uint64_t value = *seed += UINT64_C(0x9E3779B97F4A7C15);
    value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
    return value ^ value >> 31;
}

/* Nodes that no name leads to are gone. */
static void drop_unnamed(void)
{
    for (int i = 0; i < NODES; i++) {
        bool named = false;
        for (int k = 0; k < NAMES; k++)
            named = named || (disk.now.names[k].path[0] && disk.now.names[k].node == i);
        if (named)
            continue;
        free(disk.nodes[i].now);
        free(disk.nodes[i].durable);
        free(disk.nodes[i].pending);
        memset(&disk.nodes[i], 0, sizeof disk.nodes[i]);
    }
}

void crash_disk_crash(enum crash_kind kind, uint64_t seed)
{
    memset(files, 0, sizeof files);
    plan.cut_at = plan.fail_at = -1;
    if (kind == CRASH_KEEPS_ALL)
        return; /* and what was not synced stays so */
    /* How likely a sector is to have got through differs from crash to crash. */
    uint64_t share = next_random(&seed) % 17;
    size_t names = kind == CRASH_KEEPS_ALL   ? disk.changes
                   : kind == CRASH_LOSES_ALL ? 0
                                             : next_random(&seed) % (disk.changes + 1);
    disk.now = disk.history[names];
    disk.history[0] = disk.now;
    disk.changes = 0;
    for (int i = 0; i < NODES; i++) {
        struct node *node = &disk.nodes[i];
        if (!node->used)
            continue;
        if (node->capacity) {
            bool grown = kind == CRASH_KEEPS_SOME && next_random(&seed) % 2;
            memcpy(node->now, node->durable, node->capacity);
            node->size = grown ? node->size : node->durable_size;
        }
        for (size_t k = 0; kind == CRASH_KEEPS_SOME && k < node->pending_count; k++) {
            const struct pending *pending = &node->pending[k];
            if (next_random(&seed) % 16 < share)
                memcpy(node->now + pending->sector * SECTOR, pending->bytes, SECTOR);
        }
        if (node->capacity)
            memcpy(node->durable, node->now, node->capacity);
        node->durable_size = node->size;
        node->pending_count = 0;
    }
    drop_unnamed();
}

uint8_t *crash_disk_content(const char *path, size_t *ret_size)
{
    struct name *entry = find(&disk.now, path);
    if (!entry)
        return NULL;
    *ret_size = disk.nodes[entry->node].size;
    return disk.nodes[entry->node].now;
}

void crash_disk_put(const char *path, struct bytes content)
{
    crash_disk_remove(path);
    int index = new_node();
    struct node *node = &disk.nodes[index];
    grow(node, content.length);
    if (content.length) {
        memcpy(node->now, content.data, content.length);
        memcpy(node->durable, content.data, content.length);
    }
    node->durable_size = node->size;
    name_node(path, index);
    disk.history[0] = disk.now;
    disk.changes = 0;
}

void crash_disk_remove(const char *path)
{
    struct name *entry = find(&disk.now, path);
    if (!entry)
        return;
    entry->path[0] = '\0';
    disk.history[0] = disk.now;
    disk.changes = 0;
    drop_unnamed();
}
