/* The face of base/: bytes, arena, errors, time, text, and the operating system. libc only. */
#ifndef ENDUSE_BASE_BASE_H
#define ENDUSE_BASE_BASE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/os.h"
#include "base/path.h"
#include "base/text.h"
#include "base/calendar.h"

#endif
