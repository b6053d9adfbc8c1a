/* The table of refusals. */
#include "service/refusal.h"

#include "authority/authority.h"

struct row {
    enum error first, last;
    struct refusal refusal;
};

static const char come_again[] = "Nothing was changed. Send the same bytes again in a moment.";

static const char stands[] =
    "The signed document itself is still there, beside the link to the PDF, and so is the page, "
    "which the browser can print. Tell whoever runs the server if you need the PDF.";

/* The first row that fits counts. */
static const struct row rows[] = {
    {ERROR_NOT_FOUND, ERROR_NOT_FOUND, {404, "not-found", "Not there", "Look at the number."}},
    {ERROR_NO_SPACE,
     ERROR_NO_SPACE,
     {503, "no-space", "The office's disk is full",
      "Nothing was changed. Tell whoever runs the server; send the same bytes again afterwards."}},
    {ERROR_TOO_LARGE, ERROR_TOO_LARGE, {413, "too-large", "Too large", "Send less."}},
    {ERROR_BUSY, ERROR_BUSY, {503, "busy", "The office's database is in use", come_again}},
    {ERROR_MEMORY, ERROR_MEMORY, {503, "busy", "The server is short of memory", come_again}},
    {ERROR_CANCELLED, ERROR_CANCELLED, {503, "stopping", "The server is stopping", come_again}},
    {ERROR_USAGE,
     ERROR_USAGE,
     {400, "parameter", "A parameter that cannot be", "Correct it: docs/api.md lists them."}},
    {ERROR_SIGNATURE,
     ERROR_SIGNATURE_FORM,
     {401, "signature", "The signature does not hold",
      "Sign the very bytes that are sent, with the enrolled key, for this authority."}},
    {ERROR_OFFICE_STRANGER,
     ERROR_OFFICE_STRANGER,
     {401, "unknown-signer", "Signed by nobody whom the office knows",
      "Sign with the key of a person whom the newest root names."}},
    {ERROR_STORE_INSTALLATION,
     ERROR_STORE_INSTALLATION,
     {401, "unknown-installation", "No such installation",
      "Enrol the installation at the authority first."}},
    {ERROR_COSE_UNKNOWN_KEY,
     ERROR_COSE_KIND,
     {403, "signer", "Signed by somebody who may not sign this",
      "Have it signed by those whom the newest root or the certificate names."}},
    {ERROR_SIGNERS_MISSING,
     ERROR_SIGNER_STRANGER,
     {403, "signatures", "Not signed by everyone who must sign",
      "Have the missing signatures added, then submit it again."}},
    {ERROR_OFFICE_ROLE,
     ERROR_OFFICE_ROLE,
     {403, "role", "Not for this person", "Somebody with that role and ministry must do it."}},
    {ERROR_OFFICE_STANDING,
     ERROR_OFFICE_STANDING,
     {403, "standing", "The person's account is not active",
      "Ask the ministry that keeps the account; an act that is due can be done by another."}},
    {ERROR_OFFICE_RECUSED,
     ERROR_OFFICE_RECUSED,
     {403, "recused", "Not for a person who was removed from the file",
      "Somebody else with that role must do it."}},
    {ERROR_OFFICE_OWN_ACT,
     ERROR_OFFICE_OWN_ACT,
     {403, "own-act", "Not on one's own act", "Another person must do it."}},
    {ERROR_OFFICE_STANDING,
     ERROR_OFFICE_STANDING,
     {403, "standing", "The person's account is not active",
      "A signatory restores it, or another key is enrolled."}},
    {ERROR_OFFICE_RECUSED,
     ERROR_OFFICE_RECUSED,
     {403, "recused", "The person was removed from the file", "Another person must do it."}},
    {ERROR_OFFICE_ORGANISATION,
     ERROR_OFFICE_ORGANISATION,
     {403, "organisation", "The file is of another organisation",
      "Act on files of your own organisation."}},
    {ERROR_OFFICE_LATE,
     ERROR_OFFICE_LATE,
     {422, "late", "The time for it has ended",
      "See when it ended; what else is possible, the "
      "file lists."}},
    {ERROR_OFFICE_VERSION,
     ERROR_OFFICE_VERSION,
     {409, "stale", "The file has changed since",
      "Fetch the file, look at what changed, and sign a new act on its current version."}},
    {ERROR_STORE_ACT_ID,
     ERROR_STORE_ACT_ID,
     {409, "act-id", "Another act was accepted under this id",
      "Make the act again: it gets an id of its own."}},
    {ERROR_OFFICE_STATE,
     ERROR_OFFICE_STATE,
     {422, "state", "Not possible in the file's state",
      "Fetch the file: it lists the acts that are possible now."}},
    {ERROR_OFFICE_CONDITION,
     ERROR_OFFICE_CONDITION,
     {422, "condition", "A condition of the act does not hold",
      "Do first what the condition asks for."}},
    {ERROR_OFFICE_MISSING,
     ERROR_OFFICE_MISSING,
     {422, "file-missing", "A file that it refers to is not there", "Look at the number."}},
    {ERROR_OFFICE_GUARD_KEY,
     ERROR_OFFICE_GUARD_KEY,
     {422, "guard-key", "The guard's key is another installation's",
      "Make a folder with a key of its own for this installation, and enrol that."}},
    {ERROR_OFFICE_FORM,
     ERROR_OFFICE_FORM,
     {422, "form", "Not a form of which certificates may be made",
      "Have the form signed by both ministries and registered, then offer the certificate again."}},
    {ERROR_OFFICE_FILE,
     ERROR_OFFICE_VERB,
     {400, "verb", "No such act",
      "See docs/api.md for the kinds of files and the acts on each of them."}},
    {ERROR_STORE_DELEGATION,
     ERROR_STORE_KEY,
     {503, "lease-key", "The server cannot sign leases now",
      "Both ministries must publish a delegation of the server's keys."}},
    {ERROR_STORE_AUTHORITY,
     ERROR_STORE_AUTHORITY,
     {422, "authority", "For another authority", "Send it to the authority it was made for."}},
    {ERROR_KEY_BYTES,
     ERROR_KEY_TYPE,
     {422, "key", "Not a key that can be used here", "Enrol an Ed25519 key."}},
    {ERROR_DOCUMENT_RULE,
     ERROR_ROOT_PEOPLE,
     {422, "document", "The document breaks a rule of its kind",
      "Make the document again after the rule, and have it signed."}},
    {(enum error)100,
     (enum error)149,
     {400, "malformed", "Not well formed", "Send it as docs/formats.cddl has it."}},
    {(enum error)200,
     (enum error)349,
     {400, "malformed", "Not well formed", "Send it as docs/formats.cddl has it."}},
    {ERROR_PROOF_RANGE,
     ERROR_PROOF_RANGE,
     {404, "range", "No such event or size", "See /api/v1/status for the size of the log."}},
    {(enum error)400,
     (enum error)499,
     {422, "clauses", "The clauses do not hold to the vocabulary",
      "Check the clauses against the certificate's form."}},
    {(enum error)500,
     (enum error)509,
     {400, "malformed", "Not well formed", "Send it as docs/formats.cddl has it."}},
    {(enum error)600,
     (enum error)699,
     {422, "clauses", "The clauses do not hold to the vocabulary",
      "Check the clauses against the certificate's form."}},
    {ERROR_SESSION_NONE,
     ERROR_SESSION_NONE,
     {401, "login", "Not logged in",
      "Sign the challenge of /api/v1/session/challenge and send it to /api/v1/session."}},
    {ERROR_SESSION_TOKEN,
     ERROR_SESSION_TOKEN,
     {401, "session", "The session has ended", "Log in again."}},
    {ERROR_SESSION_CHALLENGE,
     ERROR_SESSION_CHALLENGE,
     {401, "challenge", "The challenge cannot be answered", "Get a new challenge, and sign that."}},
    {ERROR_SESSION_ORIGIN,
     ERROR_SESSION_ORIGIN,
     {401, "login-origin", "A login at another address",
      "Use the authority's own address; if you did, tell whoever runs the server (--origin)."}},
    {ERROR_SESSION_FORM,
     ERROR_SESSION_FORM,
     {401, "form", "Not a form of this session", "Load the page again, and send its form."}},
    {ERROR_SESSION_SIGHT,
     ERROR_SESSION_SIGHT,
     {403, "not-visible", "Not for this reader", "Somebody whose role may see it must look."}},
    {
        ERROR_PAPER_PROGRAM,
        ERROR_PAPER_SANDBOX,
        {503, "no-pdf", "This server makes no PDFs", stands},
    },
    {ERROR_PAPER_FULL,
     ERROR_PAPER_FULL,
     {503, "busy", "Too many PDFs are being made", "Ask again in a moment."}},
    {ERROR_PAPER_LATE,
     ERROR_PAPER_LARGE,
     {503, "pdf-too-long", "The document is too long for a PDF",
      "It was not ready in time, or would be too large. The signed document itself is still there, "
      "beside the link to the PDF, and so is the page, which the browser can print."}},
    {ERROR_PAPER_FAILED, ERROR_PAPER_SHEET, {503, "pdf", "The PDF could not be made", stands}},
    {(enum error)800, (enum error)849, {400, "malformed", "Not well formed", NULL}},
};

static const struct refusal internal = {
    500,
    "internal",
    "Something went wrong here",
    "Nothing was changed. Tell whoever runs the server, with the Request-Id of this answer.",
};

struct refusal refusal_of(enum error error)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (error >= rows[i].first && error <= rows[i].last)
            return rows[i].refusal;
    }
    return internal;
}

size_t refusal_count(void)
{
    return sizeof rows / sizeof *rows;
}

struct refusal refusal_at(size_t index)
{
    return rows[index].refusal;
}

/* Whether the fault is in what an act carries, whose place begins with the act's file
 * ("licence/IL-2026-0017: ..."), and not in the act's own envelope. */
static bool is_inside(const struct fault *fault)
{
    struct bytes place = bytes_of(fault->place);
    for (size_t i = 0; i < place.length; i++) {
        if (place.data[i] == '/')
            return file_by_word(bytes_slice(place, 0, i)) != FILE_NONE;
    }
    return false;
}

void refusal_answer(struct http_response *response, const struct fault *fault)
{
    struct refusal refusal = refusal_of(fault->error);
    if (refusal.status == 401 && is_inside(fault)) {
        /* The sender is known; the document that was sent along is not good. */
        refusal.status = 422;
        refusal.advice = "Have the document signed again.";
    }
    /* Places of the machine's own faults are paths and statements. */
    struct fault told = *fault;
    if (refusal.status >= 500)
        told.place[0] = told.expected[0] = told.found[0] = '\0';
    http_problem(
        response, refusal.status, refusal.slug, refusal.title, refusal.advice,
        refusal.status == 500 ? NULL : &told);
    /* RFC 6750 section 3. */
    if (fault->error == ERROR_SESSION_NONE)
        http_header(response, "WWW-Authenticate", "Bearer");
    if (fault->error == ERROR_SESSION_TOKEN)
        http_header(response, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
    bool too_long = fault->error == ERROR_PAPER_LATE || fault->error == ERROR_PAPER_LARGE;
    if (refusal.status == 503 && !too_long)
        http_header(response, "Retry-After", "1");
}
