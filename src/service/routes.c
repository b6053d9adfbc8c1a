/* The table of routes. */
#include "service/routes.h"

#include "service/handlers.h"

enum {
    ACT_MAX = 16 << 20, /* an act carries an instrument, and a certificate its whole form */
    RENEWAL_MAX = 4 << 20,
    ROOT_MAX = 1 << 20,
    LOGIN_MAX = 16 << 10, /* a passkey's answer can be several KiB */
};

static const char cose[] = "application/cose";
static const struct access officer = {ACCESS_SIGNER, 0, "who signed it"};
static const struct access guard = {
    ACCESS_SIGNER, 0, "an enrolled installation's guard, who signed it"};
static const struct access anyone = {ACCESS_ANYONE, 0, "anyone"};
static const struct access holder = {ACCESS_ANYONE, 0, "whoever has the token"};
static const struct access by_kind = {
    ACCESS_KIND, 0, "readers whose role sees the kind of file, or their own of it (below)"};
static const struct access checkers = {
    ACCESS_ROLES, ROLE_SIGNATORY | ROLE_CHAIR | ROLE_AUDITOR,
    "readers who are a signatory, hearing chair or auditor"};
static const struct access demo = {
    ACCESS_DEMO, 0, "anyone, at a demonstration; elsewhere nobody for now"};

const struct service_row service_rows[] = {
    {HTTP_POST, "/api/v1/acts", post_act, cose, ACT_MAX, 0,
     "An act, signed by the person who does it. Judged against the file as it stands, and durable "
     "before it is answered: `{event, file, version}`. The same bytes again get the same answer.",
     &officer, NULL,
     "201 accepted; 200 accepted before; 400 malformed; 401 unknown signer or bad signature; "
     "403 not for this person, not on one's own act, signatures missing; 409 the file has changed "
     "(`File-Version` says its version), or other bytes under the act's id; 422 a condition, the "
     "state or a document does not hold"},
    {HTTP_POST, "/api/v1/roots", post_root, cose, ROOT_MAX, 0,
     "The next version of the root, signed by both ministries under the last one and under "
     "itself: `{event}`.",
     &officer, NULL, "201 accepted; 200 accepted before; 400, 401, 403, 422 as for acts"},
    {HTTP_POST, "/api/v1/renewals", post_renewal, cose, RENEWAL_MAX, 0,
     "A guard's renewal. Parked while nothing is new, at most min(TTL/3, 20 s); answered at once "
     "when the licence, its orders or the installation change, and when it brings receipts or "
     "returns, or with `Prefer: wait=0`. The answer is the signed lease. The same bytes again get "
     "the same lease.",
     &guard, NULL,
     "200 the lease; 400 malformed; 401 no such installation or bad signature; 409 it does not "
     "continue the lease that was given last: as `application/cose` the renewal of the same guard "
     "that did"},
    {HTTP_GET, "/", get_licences_page, NULL, 0, HTTP_ROUTE_PAGE, "The licences, as a page.", &demo,
     "`after`", "200; 401"},
    {HTTP_GET, "/licences/{number}", get_licence_page, NULL, 0, HTTP_ROUTE_PAGE,
     "A licence, as a page: state, leases, orders with time to obey, returns, documents, timeline.",
     &demo, NULL, "200; 401; 404"},
    {HTTP_GET, "/assets/{name}", get_asset, NULL, 0, HTTP_ROUTE_PAGE | HTTP_ROUTE_IMMUTABLE,
     "The pages' styles.", &anyone, NULL, "200; 404"},
    {HTTP_GET, "/api/v1/status", get_status, NULL, 0, 0,
     "The authority's id and name, root version, log size, delegation in force, eligible "
     "countries.",
     &anyone, NULL, "200"},
    {HTTP_GET, "/api/v1/roots/{version}", get_root, NULL, 0, HTTP_ROUTE_PUBLIC,
     "A signed root: `application/cose`.", &anyone, NULL, "200; 304; 404"},
    {HTTP_GET, "/api/v1/delegation", get_delegation, NULL, 0, HTTP_ROUTE_PUBLIC,
     "The signed delegation of the server's keys that is in force: `application/cose`.", &anyone,
     NULL, "200; 304; 404 none yet"},
    {HTTP_GET, "/api/v1/files/{kind}", get_files, NULL, 0, HTTP_ROUTE_PRIVATE,
     "The files of a kind that the reader sees, by number; with `q`, those of them that say these "
     "words. `next` is there when there may be more: give it as `cursor`.",
     &by_kind, "`parent`, `state`, `q`, `cursor`, `limit` (1 to 1000, else 100)",
     "200; 401, 403; 404 no such kind"},
    {HTTP_GET, "/api/v1/files/{kind}/{number}", get_file, NULL, 0, HTTP_ROUTE_PRIVATE,
     "A file: version, state, content, and the acts that its kind has, each with who may do it and "
     "whether it is possible now.",
     &by_kind,
     "`person`: for whom, as the root names them; when not given, for whoever is logged in",
     "200; 401, 403; 404"},
    {HTTP_GET, "/api/v1/files/{kind}/{number}/document", get_document, NULL, 0, HTTP_ROUTE_PRIVATE,
     "The signed instrument of a form, certificate, licence, order, withdrawal or delegation: "
     "`application/cose`.",
     &by_kind, NULL, "200; 304; 401, 403; 404"},
    {HTTP_GET, "/api/v1/register/{kind}/{number}", get_register, NULL, 0, 0,
     "The public register: that a certificate or licence is there, and its state: `{kind, number, "
     "state}`.",
     &anyone, NULL, "200; 404 no such file, or not of a kind in the register"},
    {HTTP_GET, "/api/v1/session/challenge", get_challenge, NULL, 0, 0,
     "A challenge for a login: `{challenge, seconds}`, to be answered once within so many seconds.",
     &anyone, NULL, "200"},
    {HTTP_POST, "/api/v1/session", post_session, cose, LOGIN_MAX, 0,
     "A login (docs/formats.cddl), signed by a person with the key or passkey that acts are "
     "signed with: `{token, person, idle, ends}`. The token goes into "
     "`Authorization: Bearer TOKEN` of what is read; it ends after `idle` seconds without use, at "
     "`ends`, with `DELETE`, or with the server.",
     &officer, NULL,
     "201; 400 malformed; 401 unknown signer or bad signature, a challenge that is spent, old or "
     "not this server's, an origin that is not this server's; 429 after ten failures of a key or "
     "an address"},
    {HTTP_DELETE, "/api/v1/session", delete_session, NULL, 0, 0, "Ends the session.", &holder, NULL,
     "204; 401 no such session"},
    {HTTP_GET, "/api/v1/checkpoint", get_checkpoint, NULL, 0, 0,
     "The newest signed head of the log, a signed note: `text/plain`.", &anyone, NULL,
     "200; 404 before the first delegation"},
    {HTTP_GET, "/api/v1/checkpoint/consistency", get_consistency, NULL, 0, 0,
     "The proof that the log of size `from` is the beginning of the log of size `to`.", &anyone,
     "`from`, `to` (the newest checkpoint's size when not given)", "200; 404 no such sizes"},
    {HTTP_GET, "/api/v1/events", get_events, NULL, 0, 0,
     "Events as they are stored, with bodies and salts in base64url: what `enduse verify` needs. "
     "`next` is there when there are more: give it as `from`.",
     &checkers, "`from` (else 0), `count` (at most 1000, else 100)", "200; 401, 403"},
    {HTTP_GET, "/api/v1/events/{sequence}/proof", get_proof, NULL, 0, 0,
     "The proof that an event is in the log, with the checkpoint that it is for.", &anyone,
     "`size` (the newest checkpoint's when not given)", "200; 404 no such event"},
};

const size_t service_row_count = sizeof service_rows / sizeof *service_rows;
