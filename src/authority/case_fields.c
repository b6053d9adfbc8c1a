/* What a case's file holds. */
#include "authority/case_inside.h"
#include "authority/file_fields.h"

static const char *const states[] = {"received", "triaged",  "investigating", "hearing",
                                     "decided",  "objected", "closed",        NULL};
const char *const case_origins[] = {"complaint",   "signal", "inspection", "delisting",
                                    "self-report", "other",  NULL};
static const char *const weights[] = {"aggravates", "mitigates", "neutral", NULL};
static const char *const factors[] = {
#define CASE_FACTOR_ROW(name, word) word,
    CASE_FACTOR_TABLE(CASE_FACTOR_ROW)
#undef CASE_FACTOR_ROW
        NULL,
};
const char *const case_outcomes[] = {"no-breach", "warning", "limit", "disconnect", "revoke", NULL};
const char *const case_tracks[] = {"exporter", "state", NULL};

static const struct field factor_fields[] = {
    FIELD(1, "factor", FIELD_CHOICE, struct case_factor, factor, .words = factors),
    FIELD(2, "weight", FIELD_CHOICE, struct case_factor, weight, .words = weights),
    FIELD(3, "finding", FIELD_PROSE, struct case_factor, finding),
};
const struct layout case_factor_layout = LAYOUT("factor", struct case_factor, factor_fields);

static const struct field finding_fields[] = {
    FIELD(1, "text", FIELD_PROSE, struct case_finding, text),
    FIELD(2, "evidence", FIELD_DIGEST, struct case_finding, evidence, OPTIONAL),
    DONE_BY(3, "by", struct case_finding, by),
};
static const struct layout finding_layout = LAYOUT("finding", struct case_finding, finding_fields);

static const struct field track_fields[] = {
    FIELD(1, "date", FIELD_TIME, struct case_track, date, OPTIONAL),
    FIELD(2, "notice", FIELD_PROSE, struct case_track, notice, OPTIONAL),
    DONE_BY(3, "noticed", struct case_track, noticed),
    FIELD(4, "statement", FIELD_PROSE, struct case_track, statement, OPTIONAL),
    DONE_BY(5, "stated", struct case_track, stated),
    FIELD(6, "record", FIELD_PROSE, struct case_track, record, OPTIONAL),
    DONE_BY(7, "heard", struct case_track, heard),
};
static const struct layout track_layout = LAYOUT("track", struct case_track, track_fields);

static const struct field decision_fields[] = {
    FIELD(
        1, "outcome", FIELD_CHOICE, struct case_decision, outcome, .words = case_outcomes,
        OPTIONAL),
    FIELD_MANY(
        2, "factors", FIELD_RECORDS, struct case_decision, factors, .layout = &case_factor_layout,
        OPTIONAL),
    FIELD(3, "reasons", FIELD_PROSE, struct case_decision, reasons, OPTIONAL),
    DONE_BY(4, "by", struct case_decision, by),
};
static const struct layout decision_layout =
    LAYOUT("decision", struct case_decision, decision_fields);

static const struct field objection_fields[] = {
    FIELD(1, "track", FIELD_CHOICE, struct case_objection, track, .words = case_tracks, OPTIONAL),
    FIELD(2, "reasons", FIELD_PROSE, struct case_objection, reasons, OPTIONAL),
    DONE_BY(3, "by", struct case_objection, by),
    FIELD(4, "answer", FIELD_PROSE, struct case_objection, answer, OPTIONAL),
    DONE_BY(5, "settled", struct case_objection, settled),
};
static const struct layout objection_layout =
    LAYOUT("objection", struct case_objection, objection_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct case_file, states),
    FIELD(6, "origin", FIELD_CHOICE, struct case_file, origin, .words = case_origins),
    FIELD(7, "licence", FIELD_TEXT, struct case_file, licence, OPTIONAL),
    FIELD(8, "what", FIELD_PROSE, struct case_file, what),
    FIELD(9, "when", FIELD_TEXT, struct case_file, when, OPTIONAL),
    FIELD(10, "where", FIELD_TEXT, struct case_file, where, OPTIONAL),
    FIELD_MANY(11, "evidence", FIELD_TEXTS, struct case_file, evidence, OPTIONAL),
    FIELD_MANY(
        12, "signals", FIELD_TEXTS, struct case_file, signals, .limit = CASE_SIGNALS_MAX, OPTIONAL),
    DONE_BY(13, "opened-by", struct case_file, opened),
    DONE_BY(14, "triaged", struct case_file, triaged),
    FIELD(15, "triage", FIELD_PROSE, struct case_file, triage, OPTIONAL),
    FIELD(16, "investigator", FIELD_TEXT, struct case_file, investigator, OPTIONAL),
    DONE_BY(17, "investigated", struct case_file, investigated),
    FIELD(18, "plan", FIELD_PROSE, struct case_file, plan, OPTIONAL),
    FIELD_MANY(
        19, "findings", FIELD_RECORDS, struct case_file, findings, .layout = &finding_layout,
        .limit = CASE_FINDINGS_MAX, OPTIONAL),
    FIELD_MANY(
        20, "interim", FIELD_TEXTS, struct case_file, interim, .limit = CASE_ORDERS_MAX, OPTIONAL),
    DONE_BY(21, "held", struct case_file, held),
    FIELD(22, "hold", FIELD_PROSE, struct case_file, hold, OPTIONAL),
    DONE_BY(23, "chaired", struct case_file, chaired),
    FIELD(
        24, "exporter", FIELD_RECORD, struct case_file, exporter, .layout = &track_layout,
        OPTIONAL),
    FIELD(
        25, "state-track", FIELD_RECORD, struct case_file, state, .layout = &track_layout,
        OPTIONAL),
    FIELD(
        26, "decision", FIELD_RECORD, struct case_file, decision, .layout = &decision_layout,
        OPTIONAL),
    FIELD(
        27, "objection", FIELD_RECORD, struct case_file, objection, .layout = &objection_layout,
        OPTIONAL),
    FIELD(28, "order", FIELD_TEXT, struct case_file, order, OPTIONAL),
    DONE_BY(29, "closed", struct case_file, closed),
    FIELD(30, "reason", FIELD_PROSE, struct case_file, reason, OPTIONAL),
};
const struct layout case_layout = LAYOUT("case", struct case_file, content_fields);
