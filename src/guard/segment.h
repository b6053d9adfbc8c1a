/* The bytes of a segment file of the record log: header, key slots, frames. Pure: no files here.
 * Who writes them when, and what may be on the disk after a crash, is told in record_commit.c and
 * record_recover.c; docs/log.md has it all in one place.
 *
 * Numbers are big-endian. Every byte that is not named is zero, and is checked to be.
 *
 *     offset  bytes
 *          0      8  "enduseRL"                      the header: one sector, written once, before
 *          8      4  version of the format, 1        the file gets its name
 *         12      4  number of the segment, from 1
 *         16      8  size of the file
 *         24      8  index of its first record
 *         32      8  epoch
 *         40     32  id of the guard's key
 *         72     32  tag of the record before (zeros before the first)
 *        104     32  root of the tree of all records before
 *        508      4  CRC32C of bytes 0..507
 *       4096    512  key slot 0                      each slot is one sector in a block of its own,
 *       8192    512  key slot 1                      written in turn, with each group of records
 *      12288      .  frames, each at a multiple of 8, without gaps, in the order of their indices
 *
 *     slot:   0      8  "enduseKS"
 *             8      8  generation: one more with each slot written, whichever it is
 *            16      8  base: all records before this index were durable before the slot was
 * written 24      8  index of the record that the key is for 32     32  the key 508      4  CRC32C
 * of bytes 0..507
 *
 *     frame:  0      4  length of the payload, 1..65,535; zero: no frame, the end
 *             4      4  CRC32C of the frame's other bytes
 *             8      8  index of the record
 *            16     32  tag
 *            48      .  payload, then zeros up to a multiple of 8
 */
#ifndef ENDUSE_GUARD_SEGMENT_H
#define ENDUSE_GUARD_SEGMENT_H

#include "guard/record_log.h"

enum {
    SEGMENT_VERSION = 1,
    SEGMENT_SECTOR = 512, /* what a disk writes whole or not at all */
    SEGMENT_BLOCK = 4096,
    SEGMENT_SLOTS = 2,
    SEGMENT_RECORDS = 12288, /* where the first frame is */
    SEGMENT_FRAME_HEAD = 48, /* bytes before the payload */
    SEGMENT_FRAME_MAX = SEGMENT_FRAME_HEAD + RECORD_PAYLOAD_MAX + 1,
    SEGMENT_NUMBER_MAX = 99999999, /* eight digits in a file's name */
};

struct segment_header {
    uint32_t number;
    uint64_t size;
    uint64_t first;
    struct record_identity identity;
    struct digest tag;
    struct digest root;
};

/* Whether a segment may have that size: a multiple of 4,096 within the limits. */
bool segment_size_is_valid(uint64_t size);

void segment_header_encode(const struct segment_header *header, uint8_t ret_sector[SEGMENT_SECTOR]);

/* ERROR_RECORD_HEADER: magic, version, checksum, size, or a byte that must be zero. */
MUST_CHECK enum error segment_header_decode(
    const uint8_t sector[SEGMENT_SECTOR], struct fault *fault, struct segment_header *ret_header);

/* A key slot. Secret: wipe it. */
struct segment_slot {
    uint64_t generation;
    uint64_t base;
    uint64_t index;
    uint8_t key[RECORD_KEY_SIZE];
};

enum segment_slot_form {
    SLOT_EMPTY, /* zeros: never written, or emptied */
    SLOT_GOOD,
    SLOT_BAD, /* anything else: torn, or changed */
};

void segment_slot_encode(const struct segment_slot *slot, uint8_t ret_sector[SEGMENT_SECTOR]);
enum segment_slot_form
segment_slot_decode(const uint8_t sector[SEGMENT_SECTOR], struct segment_slot *ret_slot);

/* Where a slot begins. */
uint64_t segment_slot_offset(unsigned slot);

/* The bytes that a record takes as a frame. */
size_t segment_frame_size(size_t payload_length);

/* Writes a frame; at has room for segment_frame_size. Returns that. */
size_t
segment_frame_encode(uint8_t *at, uint64_t index, const struct digest *tag, struct bytes payload);

enum segment_frame_form {
    FRAME_GOOD,
    FRAME_NONE, /* its length is zero: no frame */
    FRAME_BAD,  /* a length out of range or beyond the bytes, a wrong checksum, bad padding */
};

/* A frame as it stands in bytes. */
struct segment_frame {
    uint64_t index;
    struct digest tag;
    struct bytes payload; /* a view into bytes */
    size_t size;
};

/* How many bytes segment_frame_decode wants to see of the frame whose head (or less, at the end of
 * a segment) stands here: as many as it says that it has, at most SEGMENT_FRAME_MAX. */
size_t segment_frame_claim(struct bytes head);

/* Takes apart the frame at the start of bytes, which reach to the end of the segment or as far as
 * segment_frame_claim wants at least. */
enum segment_frame_form segment_frame_decode(struct bytes bytes, struct segment_frame *ret_frame);

#endif
