/* What time it is for a guard. The lease is counted by the clock that runs since boot, sleep
 * included; the wall clock may only shorten it; the authority's time is reckoned from the lease. */
#include "guard/inside.h"

#include <string.h>

millis lease_span(millis ttl)
{
    millis margin = ttl / 10 > 2 * MILLIS_SECOND ? ttl / 10 : 2 * MILLIS_SECOND;
    return ttl - margin;
}

struct now guard_now(struct enduse_guard *guard)
{
    const struct held *held = &guard->held;
    struct now now = {.time = guard->last_time};
    if (os_boot_time(guard->os, &now.boot) || os_wall_time(guard->os, &now.wall))
        return now;
    /* A clock that runs since boot and goes back is no clock. */
    if (now.boot < guard->last_boot)
        return now;
    guard->last_boot = now.boot;
    now.usable = true;
    if (!held->any)
        return now;
    if (!held->idle) {
        millis time = held->time + (now.boot - held->received);
        if (time > guard->last_time)
            guard->last_time = time;
        now.time = guard->last_time;
        /* The wall clock may run away or be set forward: then the lease ends sooner. */
        millis by_boot = held->expiry - now.boot;
        millis by_wall = held->expiry - held->received - (now.wall - held->wall);
        now.left = by_boot < by_wall ? by_boot : by_wall;
    }
    return now;
}

enum error guard_check_time_namespace(const struct os *os, struct fault *fault)
{
    static const char path[] = "/proc/self/timens_offsets";
    struct buffer text = {0};
    enum error error = os_read_file(os, path, 4096, NULL, &text);
    if (error == ERROR_NOT_FOUND) { /* a kernel without time namespaces */
        buffer_free(&text);
        return ERROR_OK;
    }
    const char *line = error ? NULL : buffer_text(&text);
    if (!line)
        error = fault_place(fault, error ? error : ERROR_MEMORY, "%s", path);
    /* Lines of a clock's name or number, seconds and nanoseconds; all zeros but for the name. */
    while (line && *line && !error) {
        line += strcspn(line, " \t\n");
        size_t numbers = strcspn(line, "\n");
        for (size_t i = 0; i < numbers; i++) {
            if (line[i] >= '1' && line[i] <= '9')
                error = fault_set(
                    fault, ERROR_GUARD_TIME_NAMESPACE, path, "no offset", "%.*s", (int)numbers,
                    line);
        }
        line += numbers;
        line += *line == '\n';
    }
    buffer_free(&text);
    return error;
}
