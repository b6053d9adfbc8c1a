/* A case as one of its parties is told of it. */
#include "authority/hearing.h"

#include "authority/case_inside.h"

static const char *const states[] = {"called", "heard", "decided", "objected", "closed", NULL};

static const struct field fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct hearing, number),
    FIELD(2, "version", FIELD_UINT, struct hearing, version),
    FIELD(3, "state", FIELD_CHOICE, struct hearing, state, .words = states),
    FIELD(4, "licence", FIELD_TEXT, struct hearing, licence),
    FIELD(5, "track", FIELD_CHOICE, struct hearing, track, .words = case_tracks),
    FIELD(6, "date", FIELD_TIME, struct hearing, date),
    FIELD(7, "notice", FIELD_PROSE, struct hearing, notice),
    FIELD(8, "noticed", FIELD_TIME, struct hearing, noticed),
    FIELD(9, "chair", FIELD_TEXT, struct hearing, chair),
    FIELD(10, "statement", FIELD_PROSE, struct hearing, statement, OPTIONAL),
    FIELD(11, "stated", FIELD_TIME, struct hearing, stated, OPTIONAL),
    FIELD(12, "record", FIELD_PROSE, struct hearing, record, OPTIONAL),
    FIELD(13, "heard", FIELD_TIME, struct hearing, heard, OPTIONAL),
    FIELD(14, "outcome", FIELD_CHOICE, struct hearing, outcome, .words = case_outcomes, OPTIONAL),
    FIELD_MANY(
        15, "factors", FIELD_RECORDS, struct hearing, factors, .layout = &case_factor_layout,
        OPTIONAL),
    FIELD(16, "reasons", FIELD_PROSE, struct hearing, reasons, OPTIONAL),
    FIELD(17, "decided", FIELD_TIME, struct hearing, decided, OPTIONAL),
    FIELD(18, "object-until", FIELD_TIME, struct hearing, object_until, OPTIONAL),
    FIELD(19, "objector", FIELD_CHOICE, struct hearing, objector, .words = case_tracks, OPTIONAL),
    FIELD(20, "objection", FIELD_PROSE, struct hearing, objection, OPTIONAL),
    FIELD(21, "answer", FIELD_PROSE, struct hearing, answer, OPTIONAL),
    FIELD(22, "settled", FIELD_TIME, struct hearing, settled, OPTIONAL),
    FIELD(23, "closed", FIELD_TIME, struct hearing, closed, OPTIONAL),
};
const struct layout hearing_layout = LAYOUT("hearing", struct hearing, fields);

enum case_track_kind hearing_track(const struct actor *actor, const struct licence_file *licence)
{
    if (actor->roles & ROLE_EXPORTER && actor_is_of(actor, licence->exporter))
        return CASE_TRACK_EXPORTER;
    if (actor->roles & ROLE_STATE && actor_is_of(actor, licence->state))
        return CASE_TRACK_STATE;
    return 0;
}

static enum hearing_state state_of(const struct case_file *file, const struct case_track *track)
{
    switch (file->base.state) {
    case CASE_DECIDED:
        return HEARING_DECIDED;
    case CASE_OBJECTED:
        return HEARING_OBJECTED;
    case CASE_CLOSED:
        return HEARING_CLOSED;
    default:
        return track->heard.person ? HEARING_HEARD : HEARING_CALLED;
    }
}

static void tell_decision(const struct case_file *file, millis time, struct hearing *hearing)
{
    const struct case_decision *decision = &file->decision;
    const struct case_objection *objection = &file->objection;
    const millis until = decision->by.time + CASE_OBJECTION_WITHIN;
    hearing->outcome = decision->outcome;
    hearing->factors = decision->factors;
    hearing->factors_count = decision->factors_count;
    hearing->reasons = decision->reasons;
    hearing->decided = decision->by.time;
    if (file->base.state == CASE_DECIDED && !objection->by.person && time < until)
        hearing->object_until = until;
    if (!objection->by.person)
        return;
    hearing->objector = objection->track;
    hearing->settled = objection->settled.time;
    if (objection->track != hearing->track)
        return; /* what the other says is the other's */
    hearing->objection = objection->reasons;
    hearing->answer = objection->answer;
}

bool hearing_of(
    const struct case_file *file, enum case_track_kind kind, millis time,
    struct hearing *ret_hearing)
{
    const struct case_track *track = kind == CASE_TRACK_EXPORTER ? &file->exporter : &file->state;
    if (!kind || !track->noticed.person)
        return false;
    struct hearing hearing = {
        .number = file->base.number,
        .version = file->base.version,
        .state = state_of(file, track),
        .licence = file->licence,
        .track = kind,
        .date = track->date,
        .notice = track->notice,
        .noticed = track->noticed.time,
        .chair = file->chaired.person,
        .statement = track->statement,
        .stated = track->stated.time,
        .record = track->record,
        .heard = track->heard.time,
        .closed = file->closed.time,
    };
    if (file->decision.by.person)
        tell_decision(file, time, &hearing);
    *ret_hearing = hearing;
    return true;
}
