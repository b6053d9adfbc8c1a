/* The form of a human-rights assessment. Who makes one, and when, is in application.c. */
#include "authority/assessment.h"

#include "authority/file_fields.h"

static const char *const levels[] = {"low", "medium", "high", NULL};
static const char *const recommendations[] = {"no-objection", "with-conditions", "against", NULL};

static const struct field risk_fields[] = {
    FIELD(1, "title", FIELD_TEXT, struct assessment_risk, title),
    FIELD(2, "likelihood", FIELD_CHOICE, struct assessment_risk, likelihood, .words = levels),
    FIELD(3, "severity", FIELD_CHOICE, struct assessment_risk, severity, .words = levels),
    FIELD(4, "mitigation", FIELD_PROSE, struct assessment_risk, mitigation),
};
static const struct layout risk_layout = LAYOUT("risk", struct assessment_risk, risk_fields);

static const struct field assessment_fields[] = {
    FIELD(1, "state", FIELD_PROSE, struct assessment, state),
    FIELD(2, "agency", FIELD_PROSE, struct assessment, agency),
    FIELD(3, "product", FIELD_PROSE, struct assessment, product),
    FIELD_MANY(
        4, "risks", FIELD_RECORDS, struct assessment, risks, .layout = &risk_layout,
        .limit = ASSESSMENT_RISKS_MAX),
    FIELD(
        5, "recommendation", FIELD_CHOICE, struct assessment, recommendation,
        .words = recommendations),
    FIELD(6, "conditions", FIELD_PROSE, struct assessment, conditions, OPTIONAL),
    FIELD(7, "reasons", FIELD_PROSE, struct assessment, reasons),
    FIELD_MANY(8, "sources", FIELD_TEXTS, struct assessment, sources),
};
const struct layout assessment_layout = LAYOUT("assessment", struct assessment, assessment_fields);

static const struct field opinion_fields[] = {
    FIELD(
        1, "recommendation", FIELD_CHOICE, struct opinion, recommendation,
        .words = recommendations),
    FIELD(2, "reasons", FIELD_PROSE, struct opinion, reasons),
    DONE_BY(3, "by", struct opinion, by),
};
const struct layout opinion_layout = LAYOUT("opinion", struct opinion, opinion_fields);

static const struct field opinion_body_fields[] = {
    FIELD(
        1, "recommendation", FIELD_CHOICE, struct opinion_body, recommendation,
        .words = recommendations),
    FIELD(2, "reasons", FIELD_PROSE, struct opinion_body, reasons),
};
const struct layout opinion_body_layout = LAYOUT("body", struct opinion_body, opinion_body_fields);

enum error assessment_check(const struct assessment *assessment, struct fault *fault)
{
    /* Nobody exports such a system without any. */
    if (assessment->risks_count == 0)
        return rule_broken(fault, "risks", "the risks that were weighed");
    if (assessment->sources_count == 0)
        return rule_broken(fault, "sources", "the sources of what is said");
    if ((assessment->recommendation == RECOMMEND_CONDITIONS) != (assessment->conditions != NULL))
        return rule_broken(
            fault, "conditions", "conditions, where and only where they are recommended");
    return ERROR_OK;
}
