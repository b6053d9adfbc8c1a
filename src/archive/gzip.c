/* Unpacking gzip, by zlib. The only file that includes its header. */
#include <limits.h>
#include <string.h>
/* Its input is const then: zlib does not write to it. */
#define ZLIB_CONST
#include <zlib.h>

#include "archive/archive.h"

enum {
    PART = 65536,                 /* bytes unpacked at a time */
    GZIP_WINDOW = MAX_WBITS + 16, /* zlib's way of saying: with gzip's header and sum */
};

static enum error bad(struct fault *fault, enum error error, const z_stream *stream)
{
    return fault_set(
        fault, error, NULL, NULL, stream->msg ? "%s" : NULL, stream->msg ? stream->msg : "");
}

/* Unpacks what is in the stream's input, members after one another. */
static enum error
inflate_all(z_stream *stream, size_t limit, struct fault *fault, struct buffer *content)
{
    size_t start = content->length;
    for (;;) {
        uint8_t *room = buffer_reserve(content, PART);
        if (!room)
            return fault_set(fault, content->error, NULL, NULL, NULL);
        stream->next_out = room;
        stream->avail_out = PART;
        int status = inflate(stream, Z_NO_FLUSH);
        content->length -= stream->avail_out;
        if (content->length - start > limit)
            return fault_set(fault, ERROR_TOO_LARGE, NULL, NULL, NULL);
        if (status == Z_STREAM_END && stream->avail_in == 0)
            return ERROR_OK;
        if (status == Z_STREAM_END)
            status = inflateReset(stream);
        if (status == Z_BUF_ERROR)
            return bad(fault, ERROR_ARCHIVE_TRUNCATED, stream);
        if (status == Z_MEM_ERROR)
            return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
        if (status != Z_OK)
            return bad(fault, ERROR_ARCHIVE_GZIP, stream);
    }
}

enum error
gzip_unpack(struct bytes packed, size_t limit, struct fault *fault, struct buffer *ret_content)
{
    z_stream stream = {0};
    size_t before = ret_content->length;
    if (packed.length > UINT_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, NULL, NULL, NULL);
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    stream.next_in = packed.data;
    stream.avail_in = (uInt)packed.length;
    enum error error = inflate_all(&stream, limit, fault, ret_content);
    (void)inflateEnd(&stream);
    if (error)
        ret_content->length = before;
    return error;
}
