/* Complaints: their fields, and the checklist. */
#include "authority/complaint.h"

#include <string.h>

static const struct field fields[] = {
    FIELD(1, "what", FIELD_PROSE, struct complaint, what, .limit = COMPLAINT_WHAT_MAX),
    FIELD(2, "when", FIELD_TEXT, struct complaint, when),
    FIELD(3, "where", FIELD_TEXT, struct complaint, where),
    FIELD_MANY(4, "evidence", FIELD_TEXTS, struct complaint, evidence),
    FIELD(
        5, "contact", FIELD_PROSE, struct complaint, contact, .limit = COMPLAINT_CONTACT_MAX,
        OPTIONAL),
};
const struct layout complaint_layout = LAYOUT("complaint", struct complaint, fields);

static const struct field body_fields[] = {
    FIELD(1, "what", FIELD_PROSE, struct complaint_body, what, .limit = COMPLAINT_WHAT_MAX),
    FIELD(2, "when", FIELD_TEXT, struct complaint_body, when),
    FIELD(3, "where", FIELD_TEXT, struct complaint_body, where),
    FIELD_MANY(4, "evidence", FIELD_TEXTS, struct complaint_body, evidence),
    FIELD(5, "secret", FIELD_DIGEST, struct complaint_body, secret),
    FIELD(6, "commitment", FIELD_DIGEST, struct complaint_body, commitment, OPTIONAL),
};
const struct layout complaint_body_layout = LAYOUT("body", struct complaint_body, body_fields);

static bool is_evidence(const char *word)
{
    static const char *const words[] = {
#define EVIDENCE_ROW(word) word,
        COMPLAINT_EVIDENCE_TABLE(EVIDENCE_ROW)
#undef EVIDENCE_ROW
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

enum error complaint_check(const struct complaint *complaint, struct fault *fault)
{
    for (size_t i = 0; i < complaint->evidence_count; i++) {
        if (!is_evidence(complaint->evidence[i]))
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "evidence",
                "court-file, device, document, message, network-log, other, publication or witness",
                "\"%.40s\"", complaint->evidence[i]);
    }
    return ERROR_OK;
}

enum error complaint_read(
    struct bytes json, struct arena *arena, struct fault *fault, struct complaint *ret_complaint)
{
    const struct json *root;
    struct complaint complaint;
    enum error error = json_parse(json, arena, fault, &root);
    if (!error)
        error = layout_read_json(&complaint_layout, root, arena, fault, &complaint);
    if (!error)
        error = complaint_check(&complaint, fault);
    if (!error)
        *ret_complaint = complaint;
    return error;
}

struct digest complaint_secret(const char *secret)
{
    return sha256_of(bytes_of(secret));
}
