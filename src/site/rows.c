/* The table of pages. */
#include "authority/complaint.h"
#include "site/handlers.h"
#include "site/problems.h"
#include "site/site.h"

enum {
    FORM_MAX = 4 << 20, /* an act's form, or the act itself as one of its fields */
    SMALL_FORM_MAX = 64 << 10,
    VERIFY_MAX = FILE_BYTES_MAX / 3 * 4 + (64 << 10), /* a document, or the same in base64 */
    REPORT_MAX = 4 * COMPLAINT_BODY_MAX,              /* with everything percent-encoded */
};

static const char html[] = "text/html";
static const char form[] = "application/x-www-form-urlencoded";

static const struct access anyone = {ACCESS_ANYONE, 0, "anyone"};
static const struct access reader = {ACCESS_READER, 0, "whoever is signed in"};
static const struct access party = {
    ACCESS_ROLES, ROLE_EXPORTER | ROLE_STATE, "an exporter's officer or a state's signatory"};

#define PAGE .method = HTTP_GET, .flags = HTTP_ROUTE_PAGE, .pattern
#define ENTRY .method = HTTP_POST, .flags = HTTP_ROUTE_PAGE, .accepts = form, .pattern
#define SHOWS                                                                                      \
    {                                                                                              \
        .status = 200, .type = html                                                                \
    }
#define SAYS(code, when)                                                                           \
    {                                                                                              \
        .status = (code), .words = (when)                                                          \
    }
#define GOES_ON SAYS(303, "to the page that shows what was done")
#define TRIED SAYS(429, "ten tries from one address at the same thing have failed")
#define SIGN_IN SAYS(401, "nobody is signed in: a browser is led to /sign-in")

static const struct service_row rows[] = {
    {PAGE = "/", .handler = get_home, .words = "What this is.", .access = &anyone,
     .answers = {SHOWS}},
    {.method = HTTP_GET,
     .flags = HTTP_ROUTE_PAGE | HTTP_ROUTE_IMMUTABLE,
     .pattern = "/assets/{name}",
     .handler = get_asset,
     .words = "Styles and scripts.",
     .access = &anyone,
     .answers = {{.status = 200, .type = "text/css"}, SAYS(404, NULL)}},
    {PAGE = "/language/{code}", .handler = get_language,
     .words = "Chooses the language of the pages, for this browser.", .access = &anyone,
     .query = {{"back", 0, "the path to go on to"}}, .answers = {GOES_ON, SAYS(404, NULL)}},
    {PAGE = "/figures", .handler = get_figures, .words = "The transparency figures.",
     .access = &anyone, .answers = {SHOWS}},
    {PAGE = "/figures/exact", .handler = get_figures_exact,
     .words = "The same with every count as it is, for those who see every file that is counted.",
     .access = &reader, .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader")}},
    {.method = HTTP_GET,
     .pattern = "/figures.csv",
     .handler = get_figures_csv,
     .words = "The same as a table.",
     .access = &anyone,
     .answers = {{.status = 200, .type = "text/csv"}}},
    {.method = HTTP_GET,
     .pattern = "/figures.json",
     .handler = get_figures_json,
     .words = "The same as JSON.",
     .access = &anyone,
     .answers = {{.status = 200, .type = "application/json"}}},
    {PAGE = "/countries", .handler = get_countries,
     .words = "The countries that may acquire; for those who see all licences, with what each has.",
     .access = &anyone, .answers = {SHOWS}},
    {PAGE = "/verify", .handler = get_verify,
     .words = "The state of a certificate or licence, by its number.", .access = &anyone,
     .query =
         {{"number", 0, "of the certificate or licence"},
          {"digest", 0,
           "of what is signed, as a PDF's code has it: for whoever holds the document"}},
     .answers = {SHOWS}},
    {.method = HTTP_POST,
     .flags = HTTP_ROUTE_PAGE,
     .accepts = "multipart/form-data",
     .pattern = "/verify",
     .handler = post_verify,
     .body_max = VERIFY_MAX,
     .words = "Whether a document is the one in the register, and whose signatures verify.",
     .access = &anyone,
     .answers = {SHOWS, SAYS(403, "from another site"), SAYS(429, "too many from one address")}},
    {PAGE = "/report", .handler = get_report, .words = "Reporting suspected misuse.",
     .access = &anyone, .answers = {SHOWS}},
    {ENTRY = "/report", .handler = post_report, .body_max = REPORT_MAX,
     .words = "The next page of a report; after the last, its reference and secret.",
     .access = &anyone,
     .answers = {SHOWS, SAYS(403, "from another site"), SAYS(429, "too many from one address")}},
    {PAGE = "/report/follow", .handler = get_follow, .words = "Following a report.",
     .access = &anyone, .answers = {SHOWS}},
    {ENTRY = "/report/follow", .handler = post_follow, .body_max = SMALL_FORM_MAX,
     .words = "How far a report has come, for whoever has its secret.", .access = &anyone,
     .answers = {SHOWS, SAYS(403, "from another site"), TRIED}},
    {PAGE = "/log", .handler = get_log_page,
     .words = "The log: its newest signed head, its newest events, and how to check it.",
     .access = &anyone, .answers = {SHOWS}},
    {PAGE = "/help", .handler = get_help, .words = "What is where.", .access = &anyone,
     .answers = {SHOWS}},
    {PAGE = "/accessibility", .handler = get_accessibility,
     .words = "What was done so that everybody can use the pages, and what was not.",
     .access = &anyone, .answers = {SHOWS}},
    {PAGE = "/privacy", .handler = get_privacy, .words = "What is kept of whoever comes here.",
     .access = &anyone, .answers = {SHOWS}},
    {PAGE = "/sign-in", .handler = get_sign_in, .words = "Signing in.", .access = &anyone,
     .query = {{"next", 0, "the path to go on to"}}, .answers = {SHOWS}},
    {ENTRY = "/sign-in", .handler = post_sign_in, .body_max = SMALL_FORM_MAX, .words = "Signs in.",
     .access = &anyone,
     .answers = {GOES_ON, SAYS(401, "not somebody known, or from another site"), TRIED}},
    {ENTRY = "/sign-in/key", .handler = post_sign_in_key, .body_max = SMALL_FORM_MAX,
     .words = "Signs in with a login that `enduse login` signed.", .access = &anyone,
     .answers =
         {GOES_ON, SAYS(400, "not a login"),
          SAYS(401, "not somebody known, or not signed for here and now"), TRIED}},
    {ENTRY = "/sign-out", .handler = post_sign_out, .body_max = SMALL_FORM_MAX,
     .words = "Ends the session.", .access = &reader, .answers = {GOES_ON, SIGN_IN}},
    {ENTRY = "/sign-in/passkey", .handler = post_sign_in_passkey, .body_max = SMALL_FORM_MAX,
     .words = "Prepares a login and leads to where a passkey signs it.", .access = &anyone,
     .answers = {SHOWS, SAYS(303, "to the sign origin"), TRIED}},
    {PAGE = "/sign-in/enter", .handler = get_sign_in_enter,
     .words = "Back from there: opens the session, for the browser that began it.",
     .access = &anyone, .query = {{"id", 0, "what was prepared"}},
     .answers = {GOES_ON, SAYS(400, "not a login that was just signed")}},
    {PAGE = "/sign/{id}", .signs = true, .handler = get_sign_page,
     .words = "At the sign origin: what is to be signed with a passkey.", .access = &anyone,
     .answers = {SHOWS, SAYS(404, "nothing waits under that id")}},
    {ENTRY = "/sign/{id}", .signs = true, .handler = post_sign_page, .body_max = SMALL_FORM_MAX,
     .words = "Takes the passkey's signature.", .access = &anyone,
     .answers =
         {GOES_ON, SAYS(401, "not a signature of that person's passkey"),
          SAYS(404, "nothing waits under that id"), TRIED}},
    {PAGE = "/passkey", .signs = true, .handler = get_passkey_page,
     .words = "At the sign origin: making a passkey.", .access = &anyone, .answers = {SHOWS}},
    {ENTRY = "/passkey", .signs = true, .handler = post_passkey_page, .body_max = SMALL_FORM_MAX,
     .words = "Shows the new passkey's public key, for the office to enrol.", .access = &anyone,
     .answers =
         {SHOWS, SAYS(401, "no proof of the passkey"), SAYS(429, "too many from one address")}},
    {PAGE = "/queue", .handler = get_queue,
     .words = "What waits for the reader, for the reader's ministry or organisation, or for "
              "anybody.",
     .access = &reader,
     .query =
         {{"show", 0, "mine, team or all"},
          {"kind", 0, "only files of this kind"},
          {"state", 0, "only files in this state"},
          {"sort", 0, "clock, waiting or number"},
          {"after", 0, "the place after which the page begins"}},
     .answers = {SHOWS, SIGN_IN, SAYS(403, "a kind that is not for this reader")}},
    {ENTRY = "/queue/views", .handler = post_queue_views, .body_max = SMALL_FORM_MAX,
     .words = "Keeps a view of the queue in a cookie of the browser, or forgets one. Nothing of "
              "the office changes.",
     .access = &reader,
     .answers =
         {GOES_ON, SIGN_IN, SAYS(403, "from another site"),
          SAYS(422, "not such a name, or too many")}},
    {PAGE = "/cases", .handler = get_board, .words = "Cases as a board, a column for each state.",
     .access = &reader, .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader")}},
    {PAGE = "/live", .handler = get_live,
     .words = "Tells an open page that what it shows has changed, and nothing of it: server-sent "
              "events, `changed` with the topic.",
     .access = &reader,
     .query =
         {{"topic", 0, "queue, a kind of file, or kind/number; up to eight of them"},
          {"since", UINT64_MAX, "the number of events in the log when the page was made"}},
     .answers =
         {{.status = 200, .type = "text/event-stream"},
          SIGN_IN,
          SAYS(403, "not for this reader"),
          SAYS(404, NULL),
          SAYS(429, "too many streams")}},
    {PAGE = "/search", .handler = get_search,
     .words = "Looks for words in all that the reader sees.", .access = &reader,
     .query = {{"q", 0, "the words"}}, .answers = {SHOWS, SIGN_IN}},
    {PAGE = "/register", .handler = get_registers, .words = "The registers that the reader sees.",
     .access = &reader, .answers = {SHOWS, SIGN_IN}},
    {PAGE = "/register/{kind}", .handler = get_register_page,
     .words = "The files of a kind that the reader sees.", .access = &reader,
     .query =
         {{"q", 0, "words that a file must say"},
          {"state", 0, "only those in this state"},
          {"parent", 0, "only those that hang on the file of this number"},
          {"after", 0, "the number of the last one seen"}},
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {PAGE = "/register/{kind}/{number}", .handler = get_file_page,
     .words = "A file: content, history, and what the reader can do.", .access = &reader,
     .query = {{"done", 0, "the event that was just made"}},
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {PAGE = "/compare", .handler = get_compare,
     .words = "Two forms beside each other: text, policies, verdicts on the worked examples.",
     .access = &reader,
     .query =
         {{"old", 0, "the number of a form"},
          {"new", 0, "that of another"},
          {"examples", 0, "anything: judge the worked examples, too"}},
     .answers = {SHOWS, SIGN_IN, SAYS(404, "no such form, or not signed by both ministries")}},
    {.method = HTTP_GET,
     .flags = HTTP_ROUTE_PAGE,
     .pattern = "/register/{kind}/{number}/document",
     .handler = get_document,
     .words = "The signed instrument of a file.",
     .access = &reader,
     .answers = {{.status = 200, .type = "application/cose"}, SIGN_IN, SAYS(404, NULL)}},
    {.method = HTTP_GET,
     .flags = HTTP_ROUTE_PAGE,
     .pattern = "/register/{kind}/{number}/pdf",
     .handler = get_paper,
     .words = "A certificate, licence, order or case as a PDF (PDF/A-3b), its instrument inside.",
     .access = &reader,
     .answers =
         {{.status = 200, .type = "application/pdf"},
          SIGN_IN,
          SAYS(404, NULL),
          SAYS(503, "none is made here, or not now")}},
    {PAGE = "/draft/{kind}/{number}", .handler = get_draft_page,
     .words = "The form of a certificate drafted from the application of this number, or of a "
              "licence from the certificate.",
     .access = &reader,
     .answers =
         {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL),
          SAYS(422, "the file is not ready for it")}},
    {ENTRY = "/draft/{kind}/{number}", .handler = post_draft_page, .body_max = FORM_MAX,
     .words = "Shows the certificate or licence, and the act that brings it, before it is signed.",
     .access = &reader,
     .answers =
         {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL),
          SAYS(422, "the file is not ready for it")}},
    {PAGE = "/hearing", .handler = get_hearings_page,
     .words = "The hearings that the reader is called to, in cases that are not closed.",
     .access = &party, .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader")}},
    {PAGE = "/hearing/{number}", .handler = get_hearing_page,
     .words =
         "What a party of the case of this number is told: notice, statement, record, decision.",
     .access = &party, .query = {{"done", 0, "the event that was just made"}},
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {PAGE = "/hearing/{number}/{verb}", .handler = get_hearing_act,
     .words = "The form of a party's statement or objection.", .access = &party,
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {ENTRY = "/hearing/{number}/{verb}", .handler = post_hearing_act, .body_max = FORM_MAX,
     .words = "Shows the statement or objection before it is signed.", .access = &party,
     .answers =
         {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL),
          SAYS(422, "not the time for it")}},
    {PAGE = "/order/{number}/{word}", .handler = get_order_page,
     .words = "The form of an order on a licence: limit, suspend, disconnect, ...",
     .access = &reader,
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {ENTRY = "/order/{number}/{word}", .handler = post_order_page, .body_max = SMALL_FORM_MAX,
     .words = "Shows the order and what it would stop, before its draft is signed.",
     .access = &reader,
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {PAGE = "/register/{kind}/{number}/try", .handler = get_trial,
     .words = "A certificate, and a form to try a declaration by its clauses.", .access = &reader,
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, "no certificate")}},
    {ENTRY = "/register/{kind}/{number}/try", .handler = get_trial, .body_max = SMALL_FORM_MAX,
     .words = "Judges a made-up declaration by a certificate's clauses. Nothing is declared, "
              "recorded or changed.",
     .access = &reader,
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, "no certificate")}},
    {PAGE = "/act/{kind}/{verb}", .handler = get_act_page, .words = "The form of an act.",
     .access = &reader, .query = {{"number", 0, "of the file"}},
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {ENTRY = "/act/{kind}/{verb}", .handler = post_act_page, .body_max = FORM_MAX,
     .words = "Checks what was filled in, and shows what signing it will do.", .access = &reader,
     .answers = {SHOWS, SIGN_IN, SAYS(403, "not for this reader"), SAYS(404, NULL)}},
    {ENTRY = "/act/file", .handler = post_act_file, .body_max = FORM_MAX,
     .words =
         "What was filled in, or the document that is to be signed, as a file: for whoever signs "
         "by command.",
     .access = &reader, .answers = {{.status = 200, .type = "application/octet-stream"}, SIGN_IN}},
    {ENTRY = "/act/sign", .handler = post_act_sign, .body_max = FORM_MAX,
     .words = "Signs an act with the key of somebody whom the server plays: at a demonstration.",
     .access = &reader, .answers = {GOES_ON, SIGN_IN, SAYS(409, "the file has changed")}},
};

const struct service_site site = {
    .rows = rows,
    .row_count = sizeof rows / sizeof *rows,
    .problem = problem_page_make,
};
