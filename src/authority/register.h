/* The registers: the files of each kind as rows of one shape, for export as JSON and CSV and for
 * comparing what is imported. A row is a file's content without the documents in it, and what can
 * be said of the file only at a moment (`now`). The offence schedules are the exception: their rows
 * are the lines, each with its state's code as the number. */
#ifndef ENDUSE_AUTHORITY_REGISTER_H
#define ENDUSE_AUTHORITY_REGISTER_H

#include "authority/leases.h"

/* Whether an installation is heard from. It says so itself by renewing; nothing of it is an act. */
enum installation_contact {
    INSTALLATION_UNHEARD = 1,   /* enrolled, and has not renewed yet */
    INSTALLATION_ONLINE,        /* renewed as often as it must */
    INSTALLATION_OVERDUE,       /* later than a parked renewal can be; its lease still runs */
    INSTALLATION_LEASE_EXPIRED, /* stopped every use by itself */
};

struct installation_now {
    enum installation_contact contact;
    millis renewed;     /* when its last renewal came; 0: none */
    millis lease_until; /* when the guard stops without another, by the authority's clock */
    uint64_t running;   /* uses, as the last renewal said */
};

/* What is left of a licence. */
struct licence_now {
    uint64_t installations_left;
    /* Of the newest period that a return told of; zeros where no uses in a period are limited. */
    millis period_from, period_until;
    uint64_t used, maximum, remaining;
};

/* How long a guard works with a lease: it counts from when it sent the request, and gives up a
 * tenth of the time to live, two seconds at least. */
millis lease_length(millis ttl);

/* contact NULL: never heard. Decodes the lease that it was given, in arena. */
enum error installation_now(
    const struct contact *contact, millis time, struct arena *arena, struct fault *fault,
    struct installation_now *ret_now);

/* usage NULL: nothing was returned yet. */
struct licence_now licence_now(const struct licence_file *licence, const struct usage_file *usage);

/* The table of what is said of a kind at a moment: of struct installation_now, licence_now; NULL
 * for other kinds. */
const struct layout *now_layout(enum file_kind kind);

/* The table of a register's rows; in arena. */
enum error register_layout(
    enum file_kind kind, struct arena *arena, struct fault *fault,
    const struct layout **ret_layout);

/* How many rows a file makes, and each of them as a value of the register's layout. now: a value of
 * now_layout; NULL where it is not known. The row borrows from content, and is in arena. */
size_t register_count(enum file_kind kind, const void *content);
enum error register_row(
    enum file_kind kind, const struct layout *layout, const void *content, const void *now,
    size_t index, struct arena *arena, struct fault *fault, const void **ret_row);

#endif
