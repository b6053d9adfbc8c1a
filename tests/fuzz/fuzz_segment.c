/* Segment files from any bytes. First the parts by themselves: what is accepted encodes to the same
 * bytes. Then a good log with changes anywhere, checksums put right or not: opening and checking
 * end, and a log that opens is whole to a check afterwards. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_disk.h"
#include "guard/record_check.h"
#include "guard/segment.h"
#include "guard/segment_crc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct record_identity identity = {.guard = {{4}}, .epoch = 1};
static const uint8_t first_key[RECORD_KEY_SIZE] = {5};
static const char folder[] = "log", file[] = "log/00000001.records";

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void parts(const uint8_t *data, size_t size)
{
    uint8_t sector[SEGMENT_SECTOR] = {0}, again[SEGMENT_SECTOR];
    memcpy(sector, data, size < sizeof sector ? size : sizeof sector);
    struct segment_header header;
    struct segment_slot slot;
    struct segment_frame frame;
    struct fault fault;
    if (!segment_header_decode(sector, &fault, &header)) {
        segment_header_encode(&header, again);
        must(memcmp(sector, again, sizeof again) == 0);
    }
    if (segment_slot_decode(sector, &slot) == SLOT_GOOD) {
        segment_slot_encode(&slot, again);
        must(memcmp(sector, again, sizeof again) == 0);
    }
    /* What the head claims is enough to judge the frame by. */
    struct segment_frame claimed;
    enum segment_frame_form form = segment_frame_decode((struct bytes){data, size}, &frame);
    size_t claim = segment_frame_claim((struct bytes){data, size});
    must(claim <= SEGMENT_FRAME_MAX);
    must(segment_frame_decode((struct bytes){data, claim < size ? claim : size}, &claimed) == form);
    if (form == FRAME_GOOD) {
        uint8_t *copy = malloc(SEGMENT_FRAME_MAX);
        must(copy != NULL && frame.size <= size);
        must(segment_frame_encode(copy, frame.index, &frame.tag, frame.payload) == frame.size);
        must(memcmp(copy, data, frame.size) == 0);
        free(copy);
    }
}

/* A log of some groups, one of which was under way when the power went. */
static struct crash_disk_image *good_log(void)
{
    struct record_log *log;
    uint64_t index;
    crash_disk_reset();
    must(!record_log_create(
        &crash_disk_os, folder, &identity, first_key, RECORD_SEGMENT_SIZE_MIN, NULL));
    must(!record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log));
    for (size_t i = 0; i < 9; i++) {
        uint8_t payload[40] = {(uint8_t)i};
        must(!record_log_append(log, (struct bytes){payload, 5 + i * 4}, NULL, &index));
    }
    crash_disk_cut_after(0);
    record_log_close(log);
    crash_disk_crash(CRASH_KEEPS_ALL, 0);
    return crash_disk_save();
}

static void fix_sector(uint8_t *sector)
{
    store_u32(
        sector + SEGMENT_SECTOR - 4, segment_crc(0, (struct bytes){sector, SEGMENT_SECTOR - 4}));
}

static void fix_frame(uint8_t *bytes, size_t left)
{
    if (left < SEGMENT_FRAME_HEAD)
        return;
    uint32_t length = load_u32(bytes);
    if (length > RECORD_PAYLOAD_MAX || segment_frame_size(length) > left)
        return;
    uint32_t crc = segment_crc(0, (struct bytes){bytes, 4});
    store_u32(
        bytes + 4, segment_crc(crc, (struct bytes){bytes + 8, segment_frame_size(length) - 8}));
}

/* Each change is five bytes: where (of 96 KiB, mostly in the used part), what, how. */
static void change(uint8_t *bytes, size_t file_size, const uint8_t *data, size_t size)
{
    for (; size >= 5; data += 5, size -= 5) {
        size_t at = load_u16(data);
        at = data[2] & 1   ? SEGMENT_RECORDS + at % 1024
             : data[2] & 2 ? at % SEGMENT_RECORDS
                           : at * 2 % file_size;
        bytes[at] ^= data[3];
        if (data[4] & 1)
            fix_sector(bytes + at / SEGMENT_BLOCK % 3 * SEGMENT_BLOCK);
        if (data[4] & 2)
            fix_frame(bytes + at / 8 * 8, file_size - at / 8 * 8);
        if (data[4] & 4) {
            size_t offset = SEGMENT_RECORDS; /* every frame in turn, up to the first that is none */
            for (size_t n = 0; n < 12 && load_u32(bytes + offset); n++) {
                fix_frame(bytes + offset, file_size - offset);
                offset += segment_frame_size(load_u32(bytes + offset) & 0xFFF);
            }
        }
    }
}

static void changed_log(const uint8_t *data, size_t size)
{
    static struct crash_disk_image *image;
    if (!image)
        image = good_log();
    crash_disk_restore(image);
    size_t file_size;
    uint8_t *bytes = crash_disk_content(file, &file_size);
    change(bytes, file_size, data, size);
    const struct record_expectation with_key = {.identity = &identity, .first_key = first_key};
    struct record_summary summary;
    struct fault fault;
    enum error checked =
        record_folder_check(&crash_disk_os, folder, &with_key, NULL, NULL, &fault, &summary);
    if (!checked)
        must(summary.head.size >= 8);
    struct record_log *log;
    if (!record_log_open(&crash_disk_os, folder, &identity, NULL, &fault, &log)) {
        struct record_head head;
        record_log_head(log, &head);
        must(head.size >= 8); /* the ninth may look torn; the others were durable before it */
        record_log_close(log);
        must(!record_folder_check(&crash_disk_os, folder, NULL, NULL, NULL, &fault, &summary));
        must(summary.head.size == head.size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    parts(data, size);
    changed_log(data, size);
    return 0;
}
