/* The control list's classes as versioned data. A new version ends rows and adds others. */
#include "authority/control.h"

#include <stdbool.h>
#include <string.h>

#define LIST_2013 INT64_C(1386115200000) /* 2013-12-04 */
#define LIST_2017 INT64_C(1512604800000) /* 2017-12-07 */

const struct control_class control_classes[] = {
    {"4.A.5", LIST_2013, LIST_2017,
     "Systems, equipment and components for generating, operating, delivering or communicating "
     "with "
     "intrusion software"},
    {"4.A.5", LIST_2017, 0,
     "Systems, equipment and components for generating, commanding and controlling, or delivering "
     "intrusion software"},
    {"4.D.4", LIST_2013, LIST_2017,
     "Software for generating, operating, delivering or communicating with intrusion software"},
    {"4.D.4", LIST_2017, 0,
     "Software for generating, commanding and controlling, or delivering intrusion software; not "
     "what only provides updates that the system's owner authorises"},
    {"4.E.1.c", LIST_2013, LIST_2017, "Technology for developing intrusion software"},
    {"4.E.1.c", LIST_2017, 0,
     "Technology for developing intrusion software; not disclosure of vulnerabilities, nor "
     "response "
     "to incidents"},
    {"5.A.1.j", LIST_2013, 0,
     "Systems and equipment for surveillance of communications on IP networks at the level of a "
     "carrier"},
    {"catch-all", 0, 0, "On no list, but specially designed for covert surveillance"},
};
const size_t control_class_count = sizeof control_classes / sizeof *control_classes;

const struct control_class *control_class_at(const char *code, millis time)
{
    for (size_t i = 0; i < control_class_count; i++) {
        const struct control_class *row = &control_classes[i];
        bool in_effect = time >= row->from && (!row->until || time < row->until);
        if (in_effect && strcmp(row->code, code) == 0)
            return row;
    }
    return NULL;
}
