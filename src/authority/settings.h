/* What the ministries set for the office: its calendar, how long reviews take, what silence means.
 * One file, "settings/office": proposed by one ministry, confirmed by the other. */
#ifndef ENDUSE_AUTHORITY_SETTINGS_H
#define ENDUSE_AUTHORITY_SETTINGS_H

#include "authority/calendar.h"
#include "authority/file.h"

/* What a review that nobody answered in time is. Either way it signs nothing. */
enum silence {
    SILENCE_CONSENTS = 1, /* closed, as consent that is deemed */
    SILENCE_ESCALATES,    /* left open, and raised */
};

struct office_settings {
    struct calendar calendar;
    uint64_t review_days; /* working days that a ministry has for its review */
    enum silence silence;
    millis confirm_within;   /* how long the other ministry has to confirm an order */
    uint64_t decide_days;    /* working days from submission to decision; afterwards it is late */
    uint64_t objection_days; /* working days that an exporter has against a refusal */
};

enum { REVIEW_DAYS_MAX = 5 }; /* the foreign ministry objects within five working days at most */

/* In force until both ministries have set something: UTC, Saturday and Sunday off, five working
 * days, nothing decided by silence, a day to confirm, 45 days to decide and 30 to object. */
extern const struct office_settings settings_default;

extern const struct layout office_settings_layout;

enum settings_state {
    SETTINGS_PROPOSED = 1, /* the first; the default is in force */
    SETTINGS_IN_FORCE,
    SETTINGS_CHANGING, /* in force as before; a change is proposed */
};

#define SETTINGS_NUMBER "office"

struct settings_file {
    struct file_base base;
    struct office_settings now;   /* zeros before the first confirmation */
    struct office_settings next;  /* proposed; zeros when nothing is */
    const char *reasons;          /* of the last proposal */
    enum ministry_id proposed_by; /* 0: nothing is proposed */
    struct done_by proposed, confirmed;
};

/* What is in force, after the file (NULL: none yet). */
const struct office_settings *settings_in_force(const struct settings_file *file);

#endif
