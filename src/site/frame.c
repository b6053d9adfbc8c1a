/* What is around every page. */
#include "site/frame.h"

#include <string.h>

#include "assets/assets.h"
#include "site/catalogue.h"
#include "site/authority_pages.h"
#include "site/entry.h"
#include "site/language.h"
#include "site/words.h"

/* The sections, in the order of work; those of a kind are there for whoever sees files of it. */
static const struct {
    enum file_kind kind;                      /* FILE_NONE: none */
    enum { NOBODY, SIGNED_IN, PARTIES } whom; /* it is for; parties are told of hearings */
    const char *href, *words;
} sections[] = {
    {FILE_NONE, SIGNED_IN, "/queue", PHRASE("Work queue")},
    {FILE_APPLICATION, SIGNED_IN, "/register/application", NULL},
    {FILE_CERTIFICATE, SIGNED_IN, "/register/certificate", NULL},
    {FILE_LICENCE, SIGNED_IN, "/register/licence", NULL},
    {FILE_INSTALLATION, SIGNED_IN, "/register/installation", NULL},
    {FILE_ORDER, SIGNED_IN, "/register/order", NULL},
    {FILE_CASE, SIGNED_IN, "/register/case", NULL},
    {FILE_NONE, PARTIES, "/hearing", PHRASE("Hearings")},
    {FILE_NONE, SIGNED_IN, "/register", PHRASE("Registers")},
    {FILE_NONE, NOBODY, "/figures", PHRASE("Figures")},
    {FILE_NONE, NOBODY, "/countries", PHRASE("Countries")},
    {FILE_NONE, NOBODY, "/verify", PHRASE("Verify a document")},
    {FILE_NONE, NOBODY, "/report", PHRASE("Report suspected misuse")},
    {FILE_NONE, NOBODY, "/log", PHRASE("Log")},
};
enum { SECTION_COUNT = sizeof sections / sizeof *sections };

struct view_frame
frame_plain(const struct service *service, const struct http_request *request, const char *title)
{
    return (struct view_frame){
        .title = title,
        .office = service->name,
        .styles = ASSET_ENDUSE_CSS,
        .icon = ASSET_ICON_SVG,
        .demo = service->demo,
        .language = language_of(request),
    };
}

void page_reading_begin(
    struct service *service, const struct http_request *request, struct reading *ret_reading)
{
    if (reading_of_session(service, request, ret_reading))
        *ret_reading = (struct reading){.service = service, .request = request};
}

void page_reading_end(struct reading *reading)
{
    if (reading->reader)
        reading_end(reading);
    else
        arena_free(&reading->arena);
}

const char *frame_role(struct arena *arena, const struct actor *actor)
{
    const char *words[ROLE_COUNT];
    size_t count = 0;
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (actor->roles & 1u << role)
            words[count++] = role_words(role);
    }
    const char *roles = words_capital(arena, words_list(arena, words, count));
    if (actor->kind == ACTOR_OFFICER)
        return words_format(arena, "%s, %s", roles, ministry_word(actor->ministry));
    return actor->organisation ? words_format(arena, "%s of %s", roles, actor->organisation)
                               : roles;
}

static bool has_section(const struct actor *who, size_t i)
{
    if ((sections[i].whom == NOBODY) != (who->kind == 0))
        return false;
    if (sections[i].whom == PARTIES)
        return reader_is_heard(who, NULL) == ERROR_OK;
    return !sections[i].kind || reader_sight(who, sections[i].kind) >= SIGHT_OWN;
}

static enum error
add_sections(struct reading *reading, const char *section, struct view_frame *frame)
{
    struct view_link *links = ARENA_ARRAY(&reading->arena, struct view_link, SECTION_COUNT);
    if (!links)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        enum file_kind kind = sections[i].kind;
        if (!has_section(&reading->who, i))
            continue;
        links[frame->sections.count++] = (struct view_link){
            .href = sections[i].href,
            .words = kind ? kind_words(&reading->arena, kind).many : sections[i].words,
            .current = section && strcmp(section, sections[i].href) == 0,
        };
    }
    frame->sections.items = links;
    return ERROR_OK;
}

/* The languages to read in, each by its own name. */
static enum error add_languages(struct reading *reading, struct view_frame *frame)
{
    struct view_language *links =
        ARENA_ARRAY(&reading->arena, struct view_language, PAGE_LANGUAGES + 1);
    const struct http_request *request = reading->request;
    struct buffer back = {0};
    http_percent_append(&back, bytes_of(request->method == HTTP_GET ? request->path : "/"));
    const char *path = buffer_text(&back);
    if (!links || !path) {
        buffer_free(&back);
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    }
    for (size_t i = 0; i <= PAGE_LANGUAGES; i++) {
        links[i] = (struct view_language){
            .href = words_format(&reading->arena, "/language/%s?back=%s", language_code(i), path),
            .code = language_code(i),
            .name = language_name(i),
            .current = i == frame->language,
        };
    }
    buffer_free(&back);
    frame->languages.items = links;
    frame->languages.count = PAGE_LANGUAGES + 1;
    return ERROR_OK;
}

/* What the page stands on, and its address: both are on what is printed of it. */
static enum error add_moment(struct reading *reading, struct view_frame *frame)
{
    struct store_head head;
    struct buffer address = {0};
    enum error error = store_head(reading->reader, &reading->arena, &reading->fault, &head);
    if (!error)
        error = page_address(reading->service, reading->request, &address);
    if (!error) {
        int64_t year;
        unsigned month;
        civil_from_days(reading->time / MILLIS_DAY, &year, &month, &frame->as_of.day);
        frame->as_of.month = language_month(month);
        frame->as_of.year = (int)year;
        frame->as_of.time = words_moment(&reading->arena, reading->time).time;
        frame->events = head.size;
        frame->address = arena_text(&reading->arena, buffer_view(&address));
    }
    buffer_free(&address);
    return error;
}

enum error frame_make(
    struct reading *reading, const char *title, const char *section, struct view_frame *ret_frame)
{
    struct view_frame frame = frame_plain(reading->service, reading->request, title);
    enum error error = reading->reader ? add_moment(reading, &frame) : ERROR_OK;
    if (error)
        return error;
    if (reading->who.kind) {
        frame.person = reading->who.id;
        frame.role = frame_role(&reading->arena, &reading->who);
        error = entry_token(reading, &frame.token);
    }
    if (!error)
        error = add_sections(reading, section, &frame);
    if (!error)
        error = add_languages(reading, &frame);
    if (!error)
        *ret_frame = frame;
    return error;
}

enum error frame_live(struct reading *reading, const char *topic, struct view_frame *frame)
{
    if (topic)
        frame->live = words_format(
            &reading->arena, "/live?since=%llu&topic=%s", (unsigned long long)frame->events, topic);
    frame->script = ASSET_LIVE_JS;
    return frame->live ? ERROR_OK : fault_place(&reading->fault, ERROR_MEMORY, "page");
}

/* What is packed tells by its length whether what it holds twice was the same. So whoever may have
 * a browser ask for a page, and see how long the answer is, must not have chosen any of it beside
 * what only its reader may know (BREACH). Without a query nothing is chosen, and a page of nobody's
 * holds nothing that anybody could not read. */
static bool may_pack(const struct reading *reading)
{
    const struct http_request *request = reading->request;
    return request->method == HTTP_GET && (!reading->token.length || !request->query.count);
}

enum http_outcome page_done(struct reading *reading, struct http_response *response)
{
    response->packs = may_pack(reading);
    response->status = 200;
    response->type = "text/html; charset=utf-8";
    /* What one person reads is for nobody's cache, nor for the next at the same machine. */
    http_header(response, "Cache-Control", "no-store");
    reading_end(reading);
    return HTTP_ANSWERED;
}
