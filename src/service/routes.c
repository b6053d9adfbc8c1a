/* The table of routes. Rows of one path stand together. */
#include "service/routes.h"

#include "service/handlers.h"

enum {
    ACT_MAX = 16 << 20, /* an act carries an instrument, and a certificate its whole form */
    RENEWAL_MAX = 4 << 20,
    ROOT_MAX = 1 << 20,
    COMPLAINT_MAX = 64 << 10,
    LOGIN_MAX = 16 << 10, /* a passkey's answer can be several KiB */
};

static const char cose[] = "application/cose";
static const char json[] = "application/json";
static const char text[] = "text/plain";
static const char csv[] = "text/csv";

static const struct access officer = {ACCESS_SIGNER, 0, "who signed it"};
static const struct access guard = {
    ACCESS_SIGNER, 0, "an enrolled installation's guard, who signed it"};
static const struct access anyone = {ACCESS_ANYONE, 0, "anyone"};
static const struct access holder = {ACCESS_ANYONE, 0, "whoever has the token"};
static const struct access by_kind = {
    ACCESS_KIND, 0, "readers whose role sees the kind of file, or their own of it (below)"};
static const struct access parties = {
    ACCESS_ROLES, ROLE_EXPORTER | ROLE_STATE,
    "readers who are an exporter's officer or a state's signatory"};
static const struct access checkers = {
    ACCESS_ROLES, ROLE_SIGNATORY | ROLE_CHAIR | ROLE_AUDITOR,
    "readers who are a signatory, hearing chair or auditor"};

#define GET .method = HTTP_GET, .pattern
#define POST .method = HTTP_POST, .accepts = cose, .pattern
#define GIVES(code, when, what, name)                                                              \
    {                                                                                              \
        .status = (code), .words = (when), .type = (what), .schema = (name)                        \
    }
#define SAYS(code, when) GIVES(code, when, NULL, NULL)
#define NOT_MODIFIED SAYS(304, "the client has it already (`If-None-Match`)")
#define NO_LOGIN SAYS(401, "no login, or one that has ended")
#define NOT_VISIBLE SAYS(403, "not for a reader of this role")

/* clang-format off */
#define LIST_QUERY                                                                                 \
    {"parent", 0, "only those that hang on the file of this number"},                              \
    {"state", 0, "only those in this state"},                                                      \
    {"q", 0, "only those that say these words, whatever the case of letters"},                     \
    {"cursor", 0, "the `next` of the answer before"},                                              \
    {"limit", 1000, "how many files, else 100"}
/* clang-format on */

const struct service_row service_rows[] = {
    {
        POST = "/api/v1/acts",
        .handler = post_act,
        .body_max = ACT_MAX,
        .words = "An act, signed by the person who does it. Judged against the file as it stands, "
                 "and durable before it is answered. The same bytes again get the same answer.",
        .access = &officer,
        .answers =
            {
                GIVES(201, "accepted", json, "Accepted"),
                GIVES(200, "accepted before", json, "Accepted"),
                SAYS(400, "malformed"),
                SAYS(401, "unknown signer or bad signature"),
                SAYS(403, "not for this person, not on one's own act, signatures missing"),
                SAYS(
                    409, "the file has changed (`File-Version` says its version), or other bytes "
                         "under the act's id"),
                SAYS(422, "a condition, the state or a document does not hold"),
            },
    },
    {
        POST = "/api/v1/roots",
        .handler = post_root,
        .body_max = ROOT_MAX,
        .words = "The next version of the root, signed by both ministries under the last one and "
                 "under itself.",
        .access = &officer,
        .answers =
            {
                GIVES(201, "accepted", json, "Event"),
                GIVES(200, "accepted before", json, "Event"),
                SAYS(400, "malformed"),
                SAYS(401, "unknown signer or bad signature"),
                SAYS(403, "signatures missing"),
                SAYS(422, "a rule of roots does not hold"),
            },
    },
    {
        POST = "/api/v1/renewals",
        .handler = post_renewal,
        .body_max = RENEWAL_MAX,
        .words =
            "A guard's renewal. Parked while nothing is new, at most min(TTL/3, 20 s); answered at "
            "once when the licence, its orders or the installation change, and when it brings "
            "receipts or returns, or with `Prefer: wait=0`. The same bytes again get the same "
            "lease.",
        .access = &guard,
        .answers =
            {
                GIVES(200, "the signed lease", cose, NULL),
                SAYS(400, "malformed"),
                SAYS(401, "no such installation or bad signature"),
                GIVES(
                    409,
                    "it does not continue the lease that was given last: the renewal of the "
                    "same guard that did",
                    cose, NULL),
            },
    },
    {
        .method = HTTP_POST,
        .accepts = json,
        .pattern = "/api/v1/complaints",
        .handler = post_complaint,
        .body_max = COMPLAINT_MAX,
        .words = "A complaint about a use, by anyone: `{what, when, where, evidence, contact}`. "
                 "`evidence` lists words of the checklist (court-file, device, document, message, "
                 "network-log, other, publication, witness), ascending; `contact` may be left out. "
                 "The answer is what it is followed by: the secret is kept nowhere, nor is the "
                 "address in the server's log.",
        .access = &anyone,
        .answers =
            {
                GIVES(201, "taken", json, "Complaint"),
                SAYS(400, "malformed"),
                SAYS(422, "no such evidence"),
            },
    },
    {
        GET = "/api/v1/complaints/{reference}",
        .handler = get_complaint,
        .words = "What became of a complaint: the state of its case, and once that is closed "
                 "whether a breach was found. With its secret as the field `Complaint-Secret`.",
        .access = &anyone,
        .answers =
            {
                GIVES(200, NULL, json, "ComplaintState"),
                SAYS(404, "no such reference, or another secret"),
                SAYS(429, "after ten secrets that were not this reference's, from one address"),
            },
    },
    {
        GET = "/api/v1/openapi.json",
        .handler = get_openapi,
        .flags = HTTP_ROUTE_PUBLIC,
        .words = "This table as an OpenAPI 3.1 document, with a schema for each kind of file and "
                 "each act: docs/openapi.json.",
        .access = &anyone,
        .answers = {GIVES(200, NULL, json, NULL), NOT_MODIFIED},
    },
    {
        GET = "/api/v1/status",
        .handler = get_status,
        .words = "The authority's id and name, root version, log size, delegation in force, "
                 "settings, eligible countries.",
        .access = &anyone,
        .answers = {GIVES(200, NULL, json, "Status")},
    },
    {
        GET = "/api/v1/roots/{version}",
        .handler = get_root,
        .flags = HTTP_ROUTE_PUBLIC,
        .words = "A signed root.",
        .access = &anyone,
        .answers = {GIVES(200, NULL, cose, NULL), NOT_MODIFIED, SAYS(404, NULL)},
    },
    {
        GET = "/api/v1/delegation",
        .handler = get_delegation,
        .flags = HTTP_ROUTE_PUBLIC,
        .words = "The signed delegation of the server's keys that is in force.",
        .access = &anyone,
        .answers = {GIVES(200, NULL, cose, NULL), NOT_MODIFIED, SAYS(404, "none yet")},
    },
    {
        GET = "/api/v1/files/{kind}",
        .handler = get_files,
        .flags = HTTP_ROUTE_PRIVATE,
        .words = "The files of a kind that the reader sees, by number. `next` is there when there "
                 "may be more: give it as `cursor`.",
        .access = &by_kind,
        .query = {LIST_QUERY},
        .answers =
            {
                GIVES(200, NULL, json, "Files"),
                NOT_MODIFIED,
                NO_LOGIN,
                NOT_VISIBLE,
                SAYS(404, "no such kind"),
            },
    },
    {
        GET = "/api/v1/files/{kind}/{number}",
        .handler = get_file,
        .flags = HTTP_ROUTE_PRIVATE,
        .words = "A file: version, state, content, and the acts that its kind has, each with who "
                 "may do it and whether it is possible now.",
        .access = &by_kind,
        .query = {{"person", 0, "for whom, as the root names them; else for whoever is logged in"}},
        .answers =
            {GIVES(200, NULL, json, "File"), NOT_MODIFIED, NO_LOGIN, NOT_VISIBLE, SAYS(404, NULL)},
    },
    {
        GET = "/api/v1/files/{kind}/{number}/document",
        .handler = get_document,
        .flags = HTTP_ROUTE_PRIVATE,
        .words = "The signed instrument of a file of a kind that has one.",
        .access = &by_kind,
        .answers =
            {GIVES(200, NULL, cose, NULL), NOT_MODIFIED, NO_LOGIN, NOT_VISIBLE, SAYS(404, NULL)},
    },
    {
        GET = "/api/v1/hearings",
        .handler = get_hearings,
        .flags = HTTP_ROUTE_PRIVATE,
        .words =
            "The reader's hearings in cases that are not closed. A party does not see the case: "
            "this is what it is told of it.",
        .access = &parties,
        .answers = {GIVES(200, NULL, json, "Hearings"), NOT_MODIFIED, NO_LOGIN, NOT_VISIBLE},
    },
    {
        GET = "/api/v1/hearings/{number}",
        .handler = get_hearing,
        .flags = HTTP_ROUTE_PRIVATE,
        .words =
            "The reader's hearing in the case of this number: notice, date, the own statement, "
            "the record, what was decided, the own objection. `version` is the case's, for the "
            "acts `statement` and `object`.",
        .access = &parties,
        .answers =
            {GIVES(200, NULL, json, "Hearing"), NOT_MODIFIED, NO_LOGIN, NOT_VISIBLE,
             SAYS(404, "no hearing of the reader's")},
    },
    {
        GET = "/api/v1/registers/{kind}/json",
        .handler = get_register_json,
        .flags = HTTP_ROUTE_PRIVATE,
        .words = "The register of a kind, as far as the reader sees it: the files' contents "
                 "without the documents in them, by number; of the offence schedules the lines. "
                 "`next` is there when there may be more: give it as `cursor`.",
        .access = &by_kind,
        .query = {LIST_QUERY},
        .answers =
            {
                GIVES(200, NULL, json, "Register"),
                NOT_MODIFIED,
                NO_LOGIN,
                NOT_VISIBLE,
                SAYS(404, "no such kind"),
            },
    },
    {
        GET = "/api/v1/registers/{kind}/csv",
        .handler = get_register_csv,
        .flags = HTTP_ROUTE_PRIVATE,
        .words = "The same as a table (RFC 4180, with a header): a column for each member that a "
                 "cell can hold. Where there may be more, the field `Link` says where (RFC 8288).",
        .access = &by_kind,
        .query = {LIST_QUERY},
        .answers =
            {
                GIVES(200, NULL, csv, NULL),
                NOT_MODIFIED,
                NO_LOGIN,
                NOT_VISIBLE,
                SAYS(404, "no such kind"),
            },
    },
    {
        GET = "/api/v1/register/{kind}/{number}",
        .handler = get_register,
        .words = "The public register: that a certificate or licence is there, and its state.",
        .access = &anyone,
        .answers =
            {
                GIVES(200, NULL, json, "Registered"),
                SAYS(404, "no such file, or not of a kind in the register"),
            },
    },
    {
        GET = "/api/v1/session/challenge",
        .handler = get_challenge,
        .words = "A challenge for a login, to be answered once within so many seconds.",
        .access = &anyone,
        .answers = {GIVES(200, NULL, json, "Challenge")},
    },
    {
        POST = "/api/v1/session",
        .handler = post_session,
        .body_max = LOGIN_MAX,
        .words = "A login (docs/formats.cddl), signed with the key or passkey that acts are signed "
                 "with. The token goes into `Authorization: Bearer TOKEN` of what is read; it ends "
                 "after `idle` seconds without use, at `ends`, with `DELETE`, or with the server.",
        .access = &officer,
        .answers =
            {
                GIVES(201, NULL, json, "Session"),
                SAYS(400, "malformed"),
                SAYS(
                    401, "unknown signer or bad signature; a challenge that is spent, old or not "
                         "this server's; an origin that is not this server's"),
                SAYS(403, "an account that is not active"),
                SAYS(429, "after ten failures of a key or an address"),
            },
    },
    {
        .method = HTTP_DELETE,
        .pattern = "/api/v1/session",
        .handler = delete_session,
        .words = "Ends the session.",
        .access = &holder,
        .answers = {SAYS(204, NULL), SAYS(401, "no such session")},
    },
    {
        GET = "/api/v1/checkpoint",
        .handler = get_checkpoint,
        .words = "The newest signed head of the log, a signed note.",
        .access = &anyone,
        .answers = {GIVES(200, NULL, text, NULL), SAYS(404, "before the first delegation")},
    },
    {
        GET = "/api/v1/checkpoint/consistency",
        .handler = get_consistency,
        .words = "The proof that the log of size `from` is the beginning of the log of size `to`.",
        .access = &anyone,
        .query =
            {
                {"from", INT64_MAX, NULL},
                {"to", INT64_MAX, "the newest checkpoint's size when not given"},
            },
        .answers = {GIVES(200, NULL, json, "Consistency"), SAYS(404, "no such sizes")},
    },
    {
        GET = "/api/v1/events",
        .handler = get_events,
        .words = "Events as they are stored, with bodies and salts in base64url: what `enduse "
                 "verify` needs; without them where the reader does not see the kind of file. "
                 "`next` is there when there are more: give it as `from`.",
        .access = &checkers,
        .query =
            {
                {"from", INT64_MAX, "else 0"},
                {"count", 1000, "how many, else 100"},
                {"file", 0, "only those about this one: `licence/IL-2026-0017`"},
            },
        .answers = {GIVES(200, NULL, json, "Events"), NO_LOGIN, NOT_VISIBLE},
    },
    {
        GET = "/api/v1/events/{sequence}/proof",
        .handler = get_proof,
        .words = "The proof that an event is in the log, with the checkpoint that it is for.",
        .access = &anyone,
        .query = {{"size", INT64_MAX, "the newest checkpoint's when not given"}},
        .answers = {GIVES(200, NULL, json, "Inclusion"), SAYS(404, "no such event")},
    },
};

const size_t service_row_count = sizeof service_rows / sizeof *service_rows;
