/* Rows that layouts of files share. For the files of authority/. */
#ifndef ENDUSE_AUTHORITY_FILE_FIELDS_H
#define ENDUSE_AUTHORITY_FILE_FIELDS_H

#include "authority/file.h"

/* Keys 1 to 5 of every file; words_of_states names the states from 1 on. */
#define BASE_FIELDS(type, words_of_states)                                                         \
    FIELD(1, "number", FIELD_TEXT, type, base.number),                                             \
        FIELD(2, "version", FIELD_UINT, type, base.version),                                       \
        FIELD(3, "state", FIELD_CHOICE, type, base.state, .words = (words_of_states)),             \
        FIELD(4, "opened", FIELD_TIME, type, base.opened),                                         \
        FIELD(5, "changed", FIELD_TIME, type, base.changed)

/* A struct done_by that may not be there yet. */
#define DONE_BY(number, label, type, member)                                                       \
    FIELD(number, label, FIELD_RECORD, type, member, .layout = &done_by_layout, OPTIONAL)

extern const struct layout done_by_layout;
extern const char *const ministry_words[]; /* by enum ministry_id */

#endif
