/* The table of routes. */
#include "service/routes.h"

#include "service/handlers.h"

enum {
    ACT_MAX = 16 << 20, /* an act carries an instrument, and a certificate its whole form */
    RENEWAL_MAX = 4 << 20,
    ROOT_MAX = 1 << 20,
};

static const char cose[] = "application/cose";
static const char officer[] = "who signed it";
static const char guard[] = "an enrolled installation's guard, who signed it";
static const char reader[] = "anybody who reaches the server";

const struct service_row service_rows[] = {
    {HTTP_POST, "/api/v1/acts", post_act, cose, ACT_MAX, 0,
     "An act, signed by the person who does it. Judged against the file as it stands, and durable "
     "before it is answered: `{event, file, version}`. The same bytes again get the same answer.",
     officer, NULL,
     "201 accepted; 200 accepted before; 400 malformed; 401 unknown signer or bad signature; "
     "403 not for this person, not on one's own act, signatures missing; 409 the file has changed "
     "(`File-Version` says its version), or other bytes under the act's id; 422 a condition, the "
     "state or a document does not hold"},
    {HTTP_POST, "/api/v1/roots", post_root, cose, ROOT_MAX, 0,
     "The next version of the root, signed by both ministries under the last one and under "
     "itself: `{event}`.",
     officer, NULL, "201 accepted; 200 accepted before; 400, 401, 403, 422 as for acts"},
    {HTTP_POST, "/api/v1/renewals", post_renewal, cose, RENEWAL_MAX, 0,
     "A guard's renewal. Parked while nothing is new, at most min(TTL/3, 20 s); answered at once "
     "when the licence, its orders or the installation change, and when it brings receipts or "
     "returns, or with `Prefer: wait=0`. The answer is the signed lease. The same bytes again get "
     "the same lease.",
     guard, NULL,
     "200 the lease; 400 malformed; 401 no such installation or bad signature; 409 it does not "
     "continue the lease that was given last: as `application/cose` the renewal of the same guard "
     "that did"},
    {HTTP_GET, "/", get_licences_page, NULL, 0, HTTP_ROUTE_PAGE, "The licences, as a page.", reader,
     "`after`", "200"},
    {HTTP_GET, "/licences/{number}", get_licence_page, NULL, 0, HTTP_ROUTE_PAGE,
     "A licence, as a page: state, leases, orders with time to obey, returns, documents, timeline.",
     reader, NULL, "200; 404"},
    {HTTP_GET, "/assets/{name}", get_asset, NULL, 0, HTTP_ROUTE_PAGE | HTTP_ROUTE_IMMUTABLE,
     "The pages' styles.", reader, NULL, "200; 404"},
    {HTTP_GET, "/api/v1/status", get_status, NULL, 0, 0,
     "The authority's id and name, root version, log size, delegation in force, eligible "
     "countries.",
     reader, NULL, "200"},
    {HTTP_GET, "/api/v1/roots/{version}", get_root, NULL, 0, HTTP_ROUTE_PUBLIC,
     "A signed root: `application/cose`.", reader, NULL, "200; 304; 404"},
    {HTTP_GET, "/api/v1/delegation", get_delegation, NULL, 0, HTTP_ROUTE_PUBLIC,
     "The signed delegation of the server's keys that is in force: `application/cose`.", reader,
     NULL, "200; 304; 404 none yet"},
    {HTTP_GET, "/api/v1/files/{kind}", get_files, NULL, 0, 0,
     "The files of a kind by number: exporter, product, application, form, certificate, licence, "
     "installation, order, withdrawal, delegation. `next` is there when there are more: give it as "
     "`after`.",
     reader, "`parent`, `state`, `after`, `limit` (1 to 1000, else 100)", "200; 404 no such kind"},
    {HTTP_GET, "/api/v1/files/{kind}/{number}", get_file, NULL, 0, 0,
     "A file: version, state, content, and the acts that its kind has, each with who may do it and "
     "whether it is possible now.",
     reader, "`person`: for whom, as the root names them", "200; 404"},
    {HTTP_GET, "/api/v1/files/{kind}/{number}/document", get_document, NULL, 0, HTTP_ROUTE_PUBLIC,
     "The signed instrument of a form, certificate, licence, order, withdrawal or delegation: "
     "`application/cose`.",
     reader, NULL, "200; 304; 404"},
    {HTTP_GET, "/api/v1/checkpoint", get_checkpoint, NULL, 0, 0,
     "The newest signed head of the log, a signed note: `text/plain`.", reader, NULL,
     "200; 404 before the first delegation"},
    {HTTP_GET, "/api/v1/checkpoint/consistency", get_consistency, NULL, 0, 0,
     "The proof that the log of size `from` is the beginning of the log of size `to`.", reader,
     "`from`, `to` (the newest checkpoint's size when not given)", "200; 404 no such sizes"},
    {HTTP_GET, "/api/v1/events", get_events, NULL, 0, 0,
     "Events as they are stored, with bodies and salts in base64url: what `enduse verify` needs. "
     "`next` is there when there are more: give it as `from`.",
     reader, "`from` (else 0), `count` (at most 1000, else 100)", "200"},
    {HTTP_GET, "/api/v1/events/{sequence}/proof", get_proof, NULL, 0, 0,
     "The proof that an event is in the log, with the checkpoint that it is for.", reader,
     "`size` (the newest checkpoint's when not given)", "200; 404 no such event"},
};

const size_t service_row_count = sizeof service_rows / sizeof *service_rows;
