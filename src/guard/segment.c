/* Encoding and decoding of a segment's parts. */
#include "guard/segment.h"

#include <string.h>

#include "guard/segment_crc.h"

static const char header_magic[] = "enduseRL", slot_magic[] = "enduseKS";

enum {
    MAGIC_SIZE = 8,
    CHECKSUM_AT = SEGMENT_SECTOR - 4,
    HEADER_END = 136, /* zeros from here to the checksum */
    SLOT_END = 64,
};

bool segment_size_is_valid(uint64_t size)
{
    return size % SEGMENT_BLOCK == 0 && size >= RECORD_SEGMENT_SIZE_MIN &&
           size <= RECORD_SEGMENT_SIZE_MAX;
}

static bool is_zero(const uint8_t *at, size_t length)
{
    uint8_t any = 0;
    for (size_t i = 0; i < length; i++)
        any |= at[i];
    return any == 0;
}

static uint32_t checksum(const uint8_t sector[SEGMENT_SECTOR])
{
    return segment_crc(0, (struct bytes){sector, CHECKSUM_AT});
}

void segment_header_encode(const struct segment_header *header, uint8_t ret_sector[SEGMENT_SECTOR])
{
    memset(ret_sector, 0, SEGMENT_SECTOR);
    memcpy(ret_sector, header_magic, MAGIC_SIZE);
    store_u32(ret_sector + 8, SEGMENT_VERSION);
    store_u32(ret_sector + 12, header->number);
    store_u64(ret_sector + 16, header->size);
    store_u64(ret_sector + 24, header->first);
    store_u64(ret_sector + 32, header->identity.epoch);
    memcpy(ret_sector + 40, header->identity.guard.bytes, KEY_ID_SIZE);
    memcpy(ret_sector + 72, header->tag.bytes, DIGEST_SIZE);
    memcpy(ret_sector + 104, header->root.bytes, DIGEST_SIZE);
    store_u32(ret_sector + CHECKSUM_AT, checksum(ret_sector));
}

enum error segment_header_decode(
    const uint8_t sector[SEGMENT_SECTOR], struct fault *fault, struct segment_header *ret_header)
{
    if (memcmp(sector, header_magic, MAGIC_SIZE) != 0)
        return fault_set(fault, ERROR_RECORD_HEADER, "header", header_magic, "something else");
    if (load_u32(sector + 8) != SEGMENT_VERSION)
        return fault_set(
            fault, ERROR_RECORD_HEADER, "header", "version 1", "%u", load_u32(sector + 8));
    if (load_u32(sector + CHECKSUM_AT) != checksum(sector))
        return fault_set(fault, ERROR_RECORD_HEADER, "header", "its checksum", "another");
    struct segment_header header = {
        .number = load_u32(sector + 12),
        .size = load_u64(sector + 16),
        .first = load_u64(sector + 24),
        .identity.epoch = load_u64(sector + 32),
    };
    if (!segment_size_is_valid(header.size))
        return fault_set(
            fault, ERROR_RECORD_HEADER, "header", "a valid size", "%llu bytes",
            (unsigned long long)header.size);
    if (!is_zero(sector + HEADER_END, CHECKSUM_AT - HEADER_END))
        return fault_set(fault, ERROR_RECORD_HEADER, "header", "zeros", "other bytes");
    memcpy(header.identity.guard.bytes, sector + 40, KEY_ID_SIZE);
    memcpy(header.tag.bytes, sector + 72, DIGEST_SIZE);
    memcpy(header.root.bytes, sector + 104, DIGEST_SIZE);
    *ret_header = header;
    return ERROR_OK;
}

uint64_t segment_slot_offset(unsigned slot)
{
    return SEGMENT_BLOCK * (UINT64_C(1) + slot);
}

void segment_slot_encode(const struct segment_slot *slot, uint8_t ret_sector[SEGMENT_SECTOR])
{
    memset(ret_sector, 0, SEGMENT_SECTOR);
    memcpy(ret_sector, slot_magic, MAGIC_SIZE);
    store_u64(ret_sector + 8, slot->generation);
    store_u64(ret_sector + 16, slot->base);
    store_u64(ret_sector + 24, slot->index);
    memcpy(ret_sector + 32, slot->key, RECORD_KEY_SIZE);
    store_u32(ret_sector + CHECKSUM_AT, checksum(ret_sector));
}

enum segment_slot_form
segment_slot_decode(const uint8_t sector[SEGMENT_SECTOR], struct segment_slot *ret_slot)
{
    if (is_zero(sector, SEGMENT_SECTOR))
        return SLOT_EMPTY;
    if (memcmp(sector, slot_magic, MAGIC_SIZE) != 0 ||
        load_u32(sector + CHECKSUM_AT) != checksum(sector) ||
        !is_zero(sector + SLOT_END, CHECKSUM_AT - SLOT_END))
        return SLOT_BAD;
    struct segment_slot slot = {
        .generation = load_u64(sector + 8),
        .base = load_u64(sector + 16),
        .index = load_u64(sector + 24),
    };
    if (slot.base > slot.index)
        return SLOT_BAD;
    memcpy(slot.key, sector + 32, RECORD_KEY_SIZE);
    *ret_slot = slot;
    secret_wipe(&slot, sizeof slot);
    return SLOT_GOOD;
}

size_t segment_frame_size(size_t payload_length)
{
    return (SEGMENT_FRAME_HEAD + payload_length + 7) / 8 * 8;
}

/* Over all of a frame but the checksum itself. */
static uint32_t frame_checksum(const uint8_t *at, size_t size)
{
    uint32_t crc = segment_crc(0, (struct bytes){at, 4});
    return segment_crc(crc, (struct bytes){at + 8, size - 8});
}

size_t
segment_frame_encode(uint8_t *at, uint64_t index, const struct digest *tag, struct bytes payload)
{
    size_t size = segment_frame_size(payload.length);
    store_u32(at, (uint32_t)payload.length);
    store_u64(at + 8, index);
    memcpy(at + 16, tag->bytes, DIGEST_SIZE);
    memcpy(at + SEGMENT_FRAME_HEAD, payload.data, payload.length);
    memset(at + SEGMENT_FRAME_HEAD + payload.length, 0, size - SEGMENT_FRAME_HEAD - payload.length);
    store_u32(at + 4, frame_checksum(at, size));
    return size;
}

size_t segment_frame_claim(struct bytes head)
{
    uint32_t length = head.length < 4 ? 0 : load_u32(head.data);
    bool possible = length > 0 && length <= RECORD_PAYLOAD_MAX;
    return possible ? segment_frame_size(length) : SEGMENT_FRAME_HEAD + 8;
}

enum segment_frame_form segment_frame_decode(struct bytes bytes, struct segment_frame *ret_frame)
{
    if (bytes.length < SEGMENT_FRAME_HEAD + 8)
        return FRAME_NONE; /* no frame fits; the caller checks that only zeros stand here */
    uint32_t length = load_u32(bytes.data);
    if (length == 0)
        return FRAME_NONE;
    if (length > RECORD_PAYLOAD_MAX || segment_frame_size(length) > bytes.length)
        return FRAME_BAD;
    size_t size = segment_frame_size(length), end = SEGMENT_FRAME_HEAD + (size_t)length;
    if (load_u32(bytes.data + 4) != frame_checksum(bytes.data, size) ||
        !is_zero(bytes.data + end, size - end))
        return FRAME_BAD;
    *ret_frame = (struct segment_frame){
        .index = load_u64(bytes.data + 8),
        .payload = {bytes.data + SEGMENT_FRAME_HEAD, length},
        .size = size,
    };
    memcpy(ret_frame->tag.bytes, bytes.data + 16, DIGEST_SIZE);
    return FRAME_GOOD;
}
