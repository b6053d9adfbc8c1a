/* CRC32C (Castagnoli, RFC 3720 section 12.1 and appendix B.4): finds torn and rotten bytes. It
 * keeps nobody from changing them on purpose; tags do that. */
#ifndef ENDUSE_GUARD_SEGMENT_CRC_H
#define ENDUSE_GUARD_SEGMENT_CRC_H

#include "base/bytes.h"

/* The checksum of bytes that follow those with checksum crc; begin with 0. */
uint32_t segment_crc(uint32_t crc, struct bytes bytes);

/* As segment_crc, without the processor's instruction: for tests that compare the two. */
uint32_t segment_crc_plain(uint32_t crc, struct bytes bytes);

#endif
