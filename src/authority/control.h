/* The classes of the control list under which products fall here, each with the time for which a
 * version of the list has it. A product is classified after the list that is in effect on the day.
 *
 * Source: Wassenaar Arrangement, List of Dual-Use Goods and Technologies, as the plenary adopted it
 * in December 2013 (which brought in intrusion software and surveillance of IP networks) and
 * amended it in December 2017; in our own words. */
#ifndef ENDUSE_AUTHORITY_CONTROL_H
#define ENDUSE_AUTHORITY_CONTROL_H

#include <stddef.h>

#include "base/calendar.h"

struct control_class {
    const char *code; /* "4.D.4"; "catch-all": on no list, but specially designed for covert use */
    millis from;      /* of the list's version that says it so; 0: not of a list */
    millis until;     /* the version after it; 0: in effect still */
    const char *words;
};

extern const struct control_class control_classes[]; /* by code, then by time */
extern const size_t control_class_count;

/* The class of this code as it is in effect at a moment; NULL when there is none. */
const struct control_class *control_class_at(const char *code, millis time);

#endif
