/* Days that pass in a moment, for tools/demo.sh: preloaded into the demonstration's programs, it
 * sets their clocks ahead by the seconds that a file says (ENDUSE_DEMO_CLOCK; its length is fixed,
 * so that the shell can write it anew under them). For a program it is as if the machine had slept.
 * No part of the product, and nothing in the product knows of it: whoever owns a machine can do the
 * same to its clock, and docs/guard.md says what that gains. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { FILE_SIZE = 32 }; /* digits, and the end of the line */

static const char *file;

__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("ENDUSE_DEMO_CLOCK");
    int opened = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (opened < 0)
        return;
    void *mapped = mmap(NULL, FILE_SIZE, PROT_READ, MAP_SHARED, opened, 0);
    if (mapped != MAP_FAILED)
        file = mapped;
    close(opened);
}

/* The seconds that have been skipped. */
static time_t skipped(clockid_t clock)
{
    bool moves = clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME;
    return file && moves ? (time_t)(strtoll(file, NULL, 10)) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0)
        time->tv_sec += skipped(clock);
    return result;
}

/* A moment to wait for is one of the clock that was read. The guard's timers are on the two clocks
 * that move. */
int timerfd_settime(
    int timer, int flags, const struct itimerspec *new_value, struct itimerspec *old_value)
{
    struct itimerspec value = *new_value;
    bool set = value.it_value.tv_sec || value.it_value.tv_nsec;
    if (set && (flags & TFD_TIMER_ABSTIME)) {
        value.it_value.tv_sec -= skipped(CLOCK_BOOTTIME);
        if (value.it_value.tv_sec < 0)
            value.it_value = (struct timespec){.tv_nsec = 1};
    }
    return (int)syscall(SYS_timerfd_settime, timer, flags, &value, old_value);
}
