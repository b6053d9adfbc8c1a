/* The certificate's table, its rules, and who must have signed it. */
#include "instruments/certificate.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field agency_fields[] = {
    FIELD(1, "id", FIELD_TEXT, struct certificate_agency, id),
    FIELD(2, "name", FIELD_TEXT, struct certificate_agency, name),
    FIELD(3, "governmental", FIELD_BOOL, struct certificate_agency, governmental),
};
const struct layout certificate_agency_layout =
    LAYOUT("agency", struct certificate_agency, agency_fields);

static const struct field product_fields[] = {
    FIELD(1, "id", FIELD_TEXT, struct certificate_product, id),
    FIELD(2, "name", FIELD_TEXT, struct certificate_product, name),
    FIELD(3, "control", FIELD_TEXT, struct certificate_product, control),
};
static const struct layout product_layout =
    LAYOUT("product", struct certificate_product, product_fields);

static const struct field person_fields[] = {
    FIELD(1, "id", FIELD_TEXT, struct certificate_person, id),
    FIELD(2, "name", FIELD_TEXT, struct certificate_person, name),
    FIELD(3, "office", FIELD_TEXT, struct certificate_person, office),
    FIELD(4, "key", FIELD_RECORD, struct certificate_person, key, .layout = &document_key_layout),
};
const struct layout certificate_person_layout =
    LAYOUT("person", struct certificate_person, person_fields);

static const char *const decision_words[] = {"proposed", "accepted", "refused", "split", NULL};

static const struct field offence_fields[] = {
    FIELD(1, "code", FIELD_TEXT, struct offence, code),
    FIELD(2, "title", FIELD_TEXT, struct offence, title),
    FIELD(3, "minimum-months", FIELD_UINT, struct offence, minimum_months),
    FIELD(4, "maximum-months", FIELD_UINT, struct offence, maximum_months),
    FIELD(5, "in-force-from", FIELD_TIME, struct offence, in_force_from),
    FIELD(6, "in-force-until", FIELD_TIME, struct offence, in_force_until, OPTIONAL),
    FIELD_MANY(7, "acts", FIELD_TEXTS, struct offence, acts),
    FIELD_MANY(8, "completed-by", FIELD_TEXTS, struct offence, completed_by),
    FIELD(9, "decision", FIELD_CHOICE, struct offence, decision, .words = decision_words),
    FIELD(10, "defence-reasons", FIELD_PROSE, struct offence, defence_reasons, OPTIONAL),
    FIELD(11, "foreign-reasons", FIELD_PROSE, struct offence, foreign_reasons, OPTIONAL),
};
const struct layout offence_layout = LAYOUT("offence", struct offence, offence_fields);

static const struct field body_fields[] = {
    FIELD(1, "id", FIELD_TEXT, struct approving_body, id),
    FIELD(2, "name", FIELD_TEXT, struct approving_body, name),
    FIELD(3, "independent", FIELD_BOOL, struct approving_body, independent),
    FIELD(4, "elevated", FIELD_BOOL, struct approving_body, elevated),
    FIELD(5, "key", FIELD_RECORD, struct approving_body, key, .layout = &document_key_layout),
};
static const struct layout body_layout =
    LAYOUT("approving body", struct approving_body, body_fields);

static const char *const signing_words[] = {"key", "wet-ink", NULL};

static const struct field certificate_fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct certificate, number),
    FIELD(2, "form", FIELD_BYTES, struct certificate, form, .limit = 4 << 20),
    FIELD(3, "state", FIELD_TEXT, struct certificate, state),
    FIELD(4, "state-name", FIELD_TEXT, struct certificate, state_name),
    FIELD(
        5, "agency", FIELD_RECORD, struct certificate, agency,
        .layout = &certificate_agency_layout),
    FIELD(6, "product", FIELD_RECORD, struct certificate, product, .layout = &product_layout),
    FIELD(7, "exporter", FIELD_TEXT, struct certificate, exporter),
    FIELD(8, "place", FIELD_TEXT, struct certificate, place),
    FIELD(9, "from", FIELD_TIME, struct certificate, from),
    FIELD(10, "until", FIELD_TIME, struct certificate, until),
    FIELD(11, "signing", FIELD_CHOICE, struct certificate, signing, .words = signing_words),
    FIELD_MANY(
        12, "signatories", FIELD_RECORDS, struct certificate, signatories,
        .layout = &certificate_person_layout, .limit = CERTIFICATE_SIGNATORIES_MAX),
    FIELD(
        13, "supervisor", FIELD_RECORD, struct certificate, supervisor,
        .layout = &certificate_person_layout),
    FIELD_MANY(
        14, "offences", FIELD_RECORDS, struct certificate, offences, .layout = &offence_layout),
    FIELD_MANY(
        15, "bodies", FIELD_RECORDS, struct certificate, bodies, .layout = &body_layout,
        .limit = 256),
    FIELD(16, "longest-approval", FIELD_SPAN, struct certificate, longest_approval),
    FIELD(17, "lease-ttl", FIELD_SPAN, struct certificate, lease_ttl),
    FIELD(18, "return-period", FIELD_SPAN, struct certificate, return_period),
    FIELD_MANY(19, "return-fields", FIELD_TEXTS, struct certificate, return_fields),
    FIELD(20, "supersedes", FIELD_DIGEST, struct certificate, supersedes, OPTIONAL),
};
const struct layout certificate_layout =
    LAYOUT("certificate", struct certificate, certificate_fields);

static enum error check_key(const struct document_key *key, const char *place, struct fault *fault)
{
    struct signer signer;
    enum error error = document_key_signer(key, fault, &signer);
    return error ? fault_within(fault, error, "%s", place) : ERROR_OK;
}

enum error offence_check(const struct offence *offence, struct fault *fault)
{
    enum error error = rule_name(offence->code, "code", fault);
    if (error)
        return error;
    if (offence->minimum_months > offence->maximum_months)
        return rule_broken(fault, "minimum-months", "no more than maximum-months");
    if (offence->maximum_months > OFFENCE_LIFE)
        return rule_broken(fault, "maximum-months", "at most 9999, which is life");
    if (offence->in_force_until) {
        error =
            rule_period(offence->in_force_from, offence->in_force_until, "in-force-until", fault);
        if (error)
            return error;
    }
    /* Each line is reviewed by both ministries, with reasons. */
    bool decided = offence->decision != OFFENCE_PROPOSED;
    if (decided && (!offence->defence_reasons || !offence->foreign_reasons))
        return rule_broken(fault, "decision", "the reasons of both ministries with a decision");
    return ERROR_OK;
}

static enum error check_offences(const struct certificate *certificate, struct fault *fault)
{
    for (size_t i = 0; i < certificate->offences_count; i++) {
        const struct offence *offence = &certificate->offences[i];
        enum error error = offence_check(offence, fault);
        if (error)
            return fault_within(fault, error, "offence %s", offence->code);
        if (certificate_offence(certificate, offence->code) != offence)
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "offences", "each code once", "%s twice",
                offence->code);
    }
    return ERROR_OK;
}

static enum error check_bodies(const struct certificate *certificate, struct fault *fault)
{
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        const struct approving_body *body = &certificate->bodies[i];
        enum error error = rule_name(body->id, "id", fault);
        if (!error)
            error = check_key(&body->key, "key", fault);
        if (error)
            return fault_within(fault, error, "approving body %s", body->id);
        if (certificate_body(certificate, body->id) != body)
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "bodies", "each id once", "%s twice", body->id);
    }
    return ERROR_OK;
}

static enum error check_people(const struct certificate *certificate, struct fault *fault)
{
    bool by_key = certificate->signing == CERTIFICATE_BY_KEY;
    if (by_key == (certificate->signatories_count == 0))
        return rule_broken(
            fault, "signatories", "a signatory with a key, or none where wet ink was used");
    enum error error = ERROR_OK;
    for (size_t i = 0; i < certificate->signatories_count && !error; i++) {
        error = check_key(&certificate->signatories[i].key, "key", fault);
        if (error)
            fault_within(fault, error, "signatory %s", certificate->signatories[i].id);
    }
    if (!error)
        error = check_key(&certificate->supervisor.key, "supervisor", fault);
    return error;
}

enum error certificate_check(const struct certificate *certificate, struct fault *fault)
{
    enum error error = rule_name(certificate->number, "number", fault);
    if (!error)
        error = rule_state(certificate->state, "state", fault);
    if (!error)
        error = rule_name(certificate->agency.id, "agency", fault);
    if (!error)
        error = rule_name(certificate->product.id, "product", fault);
    if (!error)
        error = rule_name(certificate->exporter, "exporter", fault);
    if (!error)
        error = rule_period(certificate->from, certificate->until, "until", fault);
    if (!error)
        error = check_people(certificate, fault);
    if (!error)
        error = check_offences(certificate, fault);
    if (!error)
        error = check_bodies(certificate, fault);
    if (error)
        return error;
    if (certificate->lease_ttl < LEASE_TTL_SHORTEST || certificate->lease_ttl > LEASE_TTL_LONGEST)
        return rule_broken(fault, "lease-ttl", "between 10 seconds and 7 days");
    if (certificate->return_period < MILLIS_SECOND)
        return rule_broken(fault, "return-period", "a second or more");
    return ERROR_OK;
}

const struct offence *certificate_offence(const struct certificate *certificate, const char *code)
{
    for (size_t i = 0; i < certificate->offences_count; i++) {
        if (strcmp(certificate->offences[i].code, code) == 0)
            return &certificate->offences[i];
    }
    return NULL;
}

const struct approving_body *certificate_body(const struct certificate *certificate, const char *id)
{
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        if (strcmp(certificate->bodies[i].id, id) == 0)
            return &certificate->bodies[i];
    }
    return NULL;
}

const struct certificate_person *
certificate_signatory_by_key(const struct certificate *certificate, const struct key_id *key)
{
    for (size_t i = 0; i < certificate->signatories_count; i++) {
        struct key_id id = document_key_id(&certificate->signatories[i].key);
        if (key_id_equal(&id, key))
            return &certificate->signatories[i];
    }
    return NULL;
}

bool offence_in_force(const struct offence *offence, millis time)
{
    return offence->in_force_from <= time &&
           (offence->in_force_until == 0 || time < offence->in_force_until);
}

/* --- Opening ------------------------------------------------------------------------------ */

/* The keyring of a certificate: the two ministries' people, and the signatories whom the
 * certificate itself names. That it names them is vouched for by the ministries' signatures on it,
 * which certificate_open demands. */
static enum error open_claim(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct certificate *ret_certificate)
{
    struct unverified_envelope claim;
    enum error error = cose_peek_unverified(bytes, fault, &claim);
    if (error)
        return fault_within(fault, error, "certificate");
    if (strcmp(claim.type, "certificate") != 0)
        return fault_set(fault, ERROR_DOCUMENT_TYPE, "type", "certificate", "%s", claim.type);
    struct certificate claimed;
    error = layout_decode(&certificate_layout, claim.payload, arena, fault, &claimed);
    if (!error)
        error = certificate_check(&claimed, fault);
    if (error)
        return error;
    struct signer signers[ROOT_SIGNERS_MAX + CERTIFICATE_SIGNATORIES_MAX];
    size_t count = root_signers(&chain->current, signers, ROOT_SIGNERS_MAX);
    for (size_t i = 0; i < claimed.signatories_count && !error; i++) {
        error = document_key_signer(&claimed.signatories[i].key, fault, &signers[count]);
        /* A ministry's key is not also the state's: else one person could sign for both sides. */
        if (!error && root_person_by_key(&chain->current, &signers[count].id, NULL))
            error = fault_set(
                fault, ERROR_DOCUMENT_RULE, "signatories", "keys that no ministry uses", "%s",
                claimed.signatories[i].id);
        count++;
    }
    if (error)
        return error;
    return document_open(
        bytes, INSTRUMENT_CERTIFICATE, &chain->authority, signers, count, arena, fault,
        ret_document, ret_certificate);
}

static bool signed_by_state(const struct document *document, const struct certificate *certificate)
{
    for (size_t i = 0; i < certificate->signatories_count; i++) {
        struct key_id key = document_key_id(&certificate->signatories[i].key);
        if (document_signed_by(document, &key))
            return true;
    }
    return false;
}

enum error certificate_open_draft(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct certificate *ret_certificate, struct form *ret_form,
    struct certificate_progress *ret_progress)
{
    struct document document;
    struct certificate certificate;
    struct form form;
    enum error error = open_claim(bytes, chain, arena, fault, &document, &certificate);
    if (!error)
        error = certificate_form(&certificate, arena, fault, &form);
    if (error)
        return error;
    const struct root *root = &chain->current;
    *ret_progress = (struct certificate_progress){
        .state = signed_by_state(&document, &certificate),
        .defence = document_signed_by_ministry(&document, root, MINISTRY_DEFENCE),
        .foreign = document_signed_by_ministry(&document, root, MINISTRY_FOREIGN),
    };
    *ret_document = document;
    *ret_certificate = certificate;
    *ret_form = form;
    return ERROR_OK;
}

enum error certificate_form(
    const struct certificate *certificate, struct arena *arena, struct fault *fault,
    struct form *ret_form)
{
    struct form form;
    enum error error = layout_decode(&form_layout, certificate->form, arena, fault, &form);
    if (!error)
        error = form_document_check(&form, fault);
    if (error)
        return fault_within(fault, error, "form");
    *ret_form = form;
    return ERROR_OK;
}

enum error certificate_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct certificate *ret_certificate, struct form *ret_form)
{
    struct document document;
    struct certificate certificate;
    struct form form;
    struct certificate_progress progress;
    enum error error = certificate_open_draft(
        bytes, chain, arena, fault, &document, &certificate, &form, &progress);
    if (error)
        return error;
    /* The state signs; wet ink is attested by the ministries' own signatures. */
    if (certificate.signing == CERTIFICATE_BY_KEY && !progress.state)
        return fault_set(
            fault, ERROR_SIGNERS_MISSING, "certificate",
            "the signature of the acquiring state's signatory", "none");
    error = signed_by_both(&document, &chain->current, fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_certificate = certificate;
    *ret_form = form;
    return ERROR_OK;
}
