/* What a transition works with. For the files of authority/. */
#ifndef ENDUSE_AUTHORITY_INSIDE_H
#define ENDUSE_AUTHORITY_INSIDE_H

#include "authority/lifecycle.h"

struct transition_call {
    const struct office *office;
    const struct office_view *view;
    const struct actor *actor;
    const struct act *act;
    millis time;
    struct arena *arena;
    struct fault *fault;
    void *content;    /* the act's own file: a copy to be changed; zeroed where the act opens it */
    const void *body; /* of the transition's layout */
    struct outcome outcome;
};

/* A condition that does not hold: expected says what should, found may be NULL. */
enum error condition_fails(struct transition_call *call, const char *expected, const char *found);

/* Nobody acts on what they did themselves: for what a row's `apart` cannot name, as what another
 * file holds. */
enum error not_own(struct transition_call *call, const struct done_by *earlier);

/* What one ministry began, only the other completes (ERROR_OFFICE_ROLE). */
enum error by_other_ministry(struct transition_call *call, enum ministry_id first);

/* Notes who does this act, and when. */
void note(struct transition_call *call, struct done_by *done);

/* A copy of an array of items of this size with room for one more, which is zeroed: NULL and a
 * fault when there is no memory. */
void *one_more(struct transition_call *call, const void *items, size_t count, size_t size);

/* Another file as it stands (ERROR_OFFICE_MISSING). */
enum error other_file(
    struct transition_call *call, enum file_kind kind, const char *number,
    const void **ret_content);

/* A copy of another file, to be changed by this act too: its version steps. */
enum error change_other(
    struct transition_call *call, enum file_kind kind, const char *number, void **ret_content);

/* A file that this act has changed or created already, to be changed more. */
enum error change_again(
    struct transition_call *call, enum file_kind kind, const char *number, void **ret_content);

/* A new file besides the act's own (ERROR_OFFICE_CONDITION where it is there already). The number
 * must live as long as the act's arena. */
enum error create_other(
    struct transition_call *call, enum file_kind kind, const char *number, void **ret_content);

/* The bytes of a submitted instrument, in the act's arena. */
struct instrument_body {
    struct bytes instrument;
};
extern const struct layout instrument_body_layout;

struct reason_body {
    const char *reason;
};
extern const struct layout reason_body_layout;

/* Whether the act's actor is among the signers of a document (ERROR_OFFICE_CONDITION). */
enum error signed_by_actor(struct transition_call *call, const struct document *document);

/* Whether a document's payload is the one that the file knows. */
enum error same_document(
    struct transition_call *call, const struct document *document, const struct digest *digest);

/* Whether everybody who had signed before is among the signers: nobody's signature is lost on the
 * way (ERROR_OFFICE_CONDITION). */
enum error keeps_signatures(
    struct transition_call *call, struct bytes before, const struct document *document);

/* Opens the submitted document of a file that both ministries sign one after the other: signed by
 * the actor, and after the first act the very document of the file, whose digest is known. What it
 * holds is of the type's struct. *ret_complete: both have signed,
 * as they must have from the second act on (ERROR_OFFICE_CONDITION). */
enum error open_for_both(
    struct transition_call *call, enum instrument_type type, const struct digest *known,
    struct document *ret_document, void *ret_value, bool *ret_complete);

/* A document that a file holds: verified when it was taken, by a root that may have changed since;
 * the file's digest vouches for it now. */
enum error decode_kept(
    struct transition_call *call, struct bytes instrument, enum instrument_type type,
    const struct digest *digest, void **ret_value);

/* Notes something that was noticed by itself, which opens a case or feeds the open one; the same
 * facts once only. signal.c. */
enum error signal_raise(struct transition_call *call, const struct signal_facts *facts);

/* Whether the exporter is registered now, and the state eligible after the dated list: asked when
 * somebody applies, and again when a licence is granted. exporter.c, country.c. */
enum error check_exporter(struct transition_call *call, const char *number);
enum error check_country(struct transition_call *call, const char *country);

/* Whether the agency was checked to be a governmental one of that state, under this name: asked
 * when somebody applies, and again when a certificate is offered and a licence granted. agency.c.
 */
enum error check_agency(
    struct transition_call *call, const char *state, const struct certificate_agency *agency);

/* Whether the bodies that a certificate enrols are in the register, confirmed, with the same keys
 * (body.c), and its signatories have accounts of the state that are active, with the same keys
 * (account.c): asked when it is offered, and again before it comes into force. */
enum error check_bodies(struct transition_call *call, const struct certificate *certificate);
enum error check_signatories(struct transition_call *call, const struct certificate *certificate);

/* The body {"fingerprint": ...}, and whether it is that of the key (account.c). */
extern const struct layout fingerprint_body_layout;
enum error check_fingerprint(struct transition_call *call, const struct document_key *key);

/* The certificate of a file, and the form in it; both were checked before they came there.
 * certificate.c. */
enum error certificate_of(
    struct transition_call *call, const struct certificate_file *file,
    struct certificate *ret_certificate, struct form *ret_form);

/* Whether a certificate may be made of the form that it holds: one in the register, under both
 * ministries' signatures, not withdrawn (ERROR_OFFICE_FORM); its number there. Asked when it is
 * offered, and again before it comes into force. form.c. */
enum error form_usable(
    struct transition_call *call, const struct certificate *certificate, const char **ret_number);

/* Whether each offence of a certificate is a line that both ministries accepted in the state's
 * schedule, as it stands there. schedule.c. */
enum error schedule_holds(struct transition_call *call, const struct certificate *certificate);

/* Notes that a certificate has come into force, or was refused by the state, in the campaign for
 * its form, if there is one. campaign.c. */
enum error campaign_note(struct transition_call *call, const struct certificate_file *certificate);

/* The clauses of a licence or an order hold to the certificate's vocabulary (verdict/). order NULL:
 * the licence alone. clauses.c. */
enum error clauses_valid(
    struct transition_call *call, const struct certificate_file *certificate_file,
    const struct licence *licence, const struct digest *licence_digest, const struct order *order,
    const struct digest *order_digest);

/* The life-cycles, each in the file of its name. */
#define FILE_ROW(name, own) extern const struct lifecycle own##_lifecycle;
FILE_TABLE(FILE_ROW)
#undef FILE_ROW

/* The licence's state after its orders in force. */
void licence_state_from_orders(struct licence_file *licence, millis time);

#endif
