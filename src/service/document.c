/* docs/api.md, from the tables of routes, of refusals' ground rules, and of the life-cycles. */
#include <string.h>

#include "authority/authority.h"
#include "service/refusal.h"
#include "service/routes.h"
#include "service/schema.h"

static const char head[] =
    "# The authority's API\n"
    "\n"
    "Made from the tables that the server runs on (`src/service/routes.c`, the life-cycles in\n"
    "`src/authority/`); a test holds this page to them. docs/openapi.json, which the server gives "
    "too,\n"
    "says the same for programs: OpenAPI 3.1, with a schema for each kind of file and each act.\n"
    "\n"
    "What changes anything is a signed document (`application/cose`, docs/formats.cddl): the "
    "server\n"
    "knows the person by the signature alone, and asks for no login. Answers are JSON unless said\n"
    "otherwise. Sending the same bytes again is always safe: an act's id is its key. The same "
    "bytes\n"
    "get the same answer, other bytes under the id are refused (409), so there is no header for "
    "it.\n"
    "\n"
    "**Reading** is for people whom the office knows, by their roles; what is for anyone says so. "
    "A\n"
    "person logs in by signing a challenge with the key or passkey that they sign acts with, and "
    "reads\n"
    "with the token that this gives (`enduse ... --key` does it by itself). Sessions are in memory "
    "only,\n"
    "end with the server, and are worth what the person is at each request: nothing, once they "
    "are\n"
    "taken out of the root or their account is suspended. Without one the answer is 401; 403 is "
    "for\n"
    "those whose role sees nothing there. The **pages** are not here: they are "
    "for\n"
    "browsers, with sessions of their own in a cookie, of which the API takes no notice. A server "
    "that listens elsewhere (`--remote`) has to be "
    "told\n"
    "its address (`--origin`): logins name it, so that one made elsewhere is of no use.\n"
    "\n"
    "Every answer carries `Request-Id`; its last number is the log's `request`. What is refused "
    "is\n"
    "a problem (RFC 9457, `application/problem+json`): `type`, `title`, `status`; `detail` says "
    "what\n"
    "to do; `error`, `code` and `words` are the row of docs/errors.md, with `place`, `expected` "
    "and\n"
    "`found`. A refused request has changed nothing. Any row can also answer 400 (a head, path or\n"
    "query that is not well formed), 404, 405, 413 and 415 (the body), 429 (`--rate`, "
    "`--person-rate`), and 503 "
    "with\n"
    "`Retry-After` (database locked, disk full, stopping): send the same bytes again. 500 is our\n"
    "mistake and says nothing of the inside; the log does.\n";

/* "`{event, file, version}`": the members of an answer; a ? after those that may be missing. */
static void document_members(const char *schema, struct buffer *text)
{
    const char *between = "";
    for (size_t i = 0; i < answer_count; i++) {
        if (strcmp(answers[i].name, schema) != 0)
            continue;
        buffer_append_text(text, "`{");
        for (const struct answer_member *member = answers[i].members; member->name; member++) {
            buffer_printf(text, "%s%s%s", between, member->name, member->optional ? "?" : "");
            between = ", ";
        }
        buffer_append_text(text, "}`");
    }
}

static void document_layout(const struct layout *layout, struct buffer *text)
{
    buffer_append_text(text, "`{");
    for (size_t i = 0; i < layout->field_count; i++)
        buffer_printf(
            text, "%s%s%s", i ? ", " : "", layout->fields[i].name,
            layout->fields[i].optional ? "?" : "");
    buffer_append_text(text, "}`");
}

static void document_answer(const struct route_answer *answer, struct buffer *text)
{
    buffer_printf(text, "\n  - %u", answer->status);
    if (answer->words)
        buffer_printf(text, " %s", answer->words);
    if (answer->schema && strcmp(answer->schema, "File") == 0) {
        buffer_append_text(text, ": ");
        document_members("FileBase", text);
    } else if (answer->schema && strcmp(answer->schema, "Hearing") == 0) {
        buffer_append_text(text, ": ");
        document_layout(&hearing_layout, text);
    } else if (answer->schema) {
        buffer_append_text(text, ": ");
        document_members(answer->schema, text);
    } else if (answer->type) {
        buffer_printf(text, ": `%s`", answer->type);
    }
}

static void document_row(const struct service_row *row, struct buffer *text)
{
    buffer_printf(
        text, "\n### %s %s\n\n%s\n\n", http_method_text(row->method), row->pattern, row->words);
    if (row->accepts)
        buffer_printf(
            text, "- body: `%s`, at most %zu %s\n", row->accepts,
            row->body_max >> (row->body_max >> 20 ? 20 : 10), row->body_max >> 20 ? "MiB" : "KiB");
    if (row->query[0].name)
        buffer_append_text(text, "- query:\n");
    for (const struct route_query *query = row->query; query->name; query++)
        buffer_printf(
            text, "  - `%s`%s%s\n", query->name, query->words ? ": " : "",
            query->words ? query->words : "");
    buffer_printf(text, "- from: %s\n- answers:", row->access->words);
    for (const struct route_answer *answer = row->answers; answer->status; answer++)
        document_answer(answer, text);
    buffer_append_byte(text, '\n');
}

/* The types of problems. */
static void document_refusals(struct buffer *text)
{
    buffer_append_text(
        text,
        "\n## Problems\n\n`type` is `urn:enduse:problem:` and one of these words, or one that "
        "says what of the request is\nnot well formed before it is looked at: `head`, `host`, "
        "`method`, `target`, `media-type`, `rate` ...\n\n| type | status | title | what to do "
        "|\n|---|---|---|---|\n");
    for (size_t i = 0; i < refusal_count(); i++) {
        struct refusal refusal = refusal_at(i);
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= strcmp(refusal_at(k).slug, refusal.slug) == 0;
        if (!again)
            buffer_printf(
                text, "| %s | %u | %s | %s |\n", refusal.slug, refusal.status, refusal.title,
                refusal.advice ? refusal.advice : "-");
    }
}

static void document_roles(const struct transition *row, struct buffer *text)
{
    const char *between = "";
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (!(row->roles & (1u << role)))
            continue;
        buffer_printf(text, "%s%s", between, role_words(role));
        between = " or ";
    }
    if (row->ministry != ANY_MINISTRY)
        buffer_printf(text, ", %s", row->ministry == DEFENCE_ONLY ? "defence" : "foreign");
}

static void document_states(enum file_kind kind, unsigned states, struct buffer *text)
{
    const char *between = "";
    for (int state = 0; state < 16; state++) {
        if (!(states & STATE(state)))
            continue;
        buffer_printf(text, "%s%s", between, file_state_word(kind, state));
        between = ", ";
    }
}

static void document_body(const struct transition *row, struct buffer *text)
{
    const char *between = "";
    for (size_t i = 0; row->body && i < row->body->field_count; i++) {
        const struct field *field = &row->body->fields[i];
        buffer_printf(text, "%s`%s`%s", between, field->name, field->optional ? "?" : "");
        between = ", ";
    }
    if (!*between)
        buffer_append_text(text, "-");
}

static void document_kind(enum file_kind kind, struct buffer *text)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    buffer_printf(
        text,
        "\n### %s\n\n| verb | what it does | who | from | to | body |\n|---|---|---|---|---|---|\n",
        file_word(kind));
    for (size_t i = 0; i < count; i++) {
        buffer_printf(text, "| %s | %s | ", rows[i].verb, rows[i].words);
        document_roles(&rows[i], text);
        buffer_append_text(text, " | ");
        document_states(kind, rows[i].from, text);
        buffer_append_text(text, " | ");
        document_states(kind, rows[i].to, text);
        buffer_append_text(text, " | ");
        document_body(&rows[i], text);
        buffer_append_text(text, " |\n");
    }
}

static const char *sight_words(enum sight sight)
{
    static const char *const words[] = {
        [SIGHT_NONE] = "-",
        [SIGHT_STATE] = "state",
        [SIGHT_PARTY] = "party",
        [SIGHT_OWN] = "own",
        [SIGHT_ALL] = "all"};
    return words[sight];
}

/* Roles down, kinds of files across. */
static void document_sight(struct buffer *text)
{
    buffer_append_text(text, "\n## Who sees which files\n\n| |");
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++)
        buffer_printf(text, " %s |", file_word((enum file_kind)kind));
    buffer_append_text(text, "\n|---|");
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++)
        buffer_append_text(text, "---|");
    buffer_append_text(text, "\n| anyone |");
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++)
        buffer_printf(text, " %s |", sight_words(sight_of_anyone((enum file_kind)kind)));
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (role == ROLE_INDEX_SERVER)
            continue;
        buffer_printf(text, "\n| %s |", role_words(role));
        for (int kind = 1; kind <= FILE_KIND_LAST; kind++)
            buffer_printf(text, " %s |", sight_words(sight_of_role(role, (enum file_kind)kind)));
    }
    buffer_append_text(
        text,
        "\n\n`state`: that a file is there, and its state, by number, in the public register. "
        "`own`: files\nabout the organisation that the account is of; others are answered as "
        "if they were not there.\n`party`: what a party of a case is told of its own hearing, at "
        "`/api/v1/hearings`.\nWhoever has several roles sees what any of them does.\n");
}

void service_document(struct buffer *ret_text)
{
    buffer_append_text(ret_text, head);
    buffer_append_text(ret_text, "\n## Requests\n");
    for (size_t i = 0; i < service_row_count; i++)
        document_row(&service_rows[i], ret_text);
    document_sight(ret_text);
    document_refusals(ret_text);
    buffer_append_text(
        ret_text,
        "\n## Acts\n\nAn act names the file (`licence/IL-2026-0017`), the version of it that the "
        "person saw\n(none for a new file), the verb and a body. Nobody acts on their own act "
        "where two people are\nasked for.\n");
#define FILE_ROW(name, own) document_kind(FILE_##name, ret_text);
    FILE_TABLE(FILE_ROW)
#undef FILE_ROW
}
