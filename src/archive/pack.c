/* Packing gzip, by libdeflate: pages are packed whole and for every reader, and it takes half of
 * zlib's time for as many bytes. The only file that includes its header. */
#include <libdeflate.h>

#include "archive/archive.h"

/* Most pages are small, and are packed quickly: a twentieth more bytes for a third of the time. Of
 * a large one the bytes count. */
enum {
    SMALL = 48 << 10,
    SMALL_LEVEL = 1,
    LARGE_LEVEL = 6,
};

enum error gzip_pack(struct bytes content, struct fault *fault, struct buffer *ret_packed)
{
    const int level = content.length <= SMALL ? SMALL_LEVEL : LARGE_LEVEL;
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
    if (!compressor)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    const size_t size = libdeflate_gzip_compress_bound(compressor, content.length);
    uint8_t *room = buffer_reserve(ret_packed, size);
    if (room) {
        /* There is room for all, so nothing can go wrong. */
        size_t packed =
            libdeflate_gzip_compress(compressor, content.data, content.length, room, size);
        ret_packed->length -= size - packed;
    }
    libdeflate_free_compressor(compressor);
    return room ? ERROR_OK : fault_set(fault, ret_packed->error, NULL, NULL, NULL);
}
