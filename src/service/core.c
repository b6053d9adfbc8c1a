/* Readings and answers, for all handlers. */
#include "service/core.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "json/json.h"
#include "service/refusal.h"

/* --- Readings ----------------------------------------------------------------------------- */

struct bytes bearer_token(const struct http_request *request)
{
    const char *text = http_field(request, "Authorization");
    /* RFC 9110 section 11.1: the scheme's name in any case. */
    if (!text || strncasecmp(text, "Bearer ", 7) != 0)
        return (struct bytes){0};
    return bytes_of(text + 7);
}

struct bytes cookie_token(const struct service *service, const struct http_request *request)
{
    return cookie_value(request, session_cookie(service));
}

struct bytes cookie_value(const struct http_request *request, const char *name)
{
    const char *text = http_field(request, "Cookie");
    size_t length = strlen(name);
    while (text && *text) {
        size_t pair = strcspn(text, ";");
        if (pair > length && memcmp(text, name, length) == 0 && text[length] == '=')
            return (struct bytes){(const uint8_t *)text + length + 1, pair - length - 1};
        text += pair;
        text += strspn(text, "; ");
    }
    return (struct bytes){0};
}

void cookie_set(
    const struct service *service, struct http_response *response, const char *name,
    const char *value, int seconds)
{
    char age[32] = "";
    if (seconds || !*value)
        snprintf(age, sizeof age, "; Max-Age=%d", *value ? seconds : 0);
    http_header(
        response, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", name, value, age,
        service_is_secure(service) ? "; Secure" : "");
}

const char *session_cookie(const struct service *service)
{
    return HOST_COOKIE(service, "enduse");
}

bool service_is_secure(const struct service *service)
{
    return service->settings->origin && text_starts(service->settings->origin, "https://");
}

static enum error no_session(struct reading *reading)
{
    return fault_set(
        &reading->fault, ERROR_SESSION_TOKEN, "Authorization", "the token of a session", NULL);
}

enum error reading_office(struct reading *reading, const struct office **ret_office)
{
    enum error error = reading->has_office ? ERROR_OK
                                           : store_office(
                                                 reading->reader, reading->time, &reading->arena,
                                                 &reading->fault, &reading->office);
    reading->has_office = !error;
    if (!error)
        *ret_office = &reading->office;
    return error;
}

enum error reading_actor(
    struct reading *reading, const struct key_id *key, struct actor *ret_actor,
    struct signer *ret_signer)
{
    const struct office *office;
    enum error error = reading_office(reading, &office);
    return error ? error
                 : actor_find(
                       office, &reading->view, key, reading->time, &reading->fault, ret_actor,
                       ret_signer);
}

/* Whether a page asks by itself: for events, or for what has changed (Fetch Metadata). Nobody need
 * be there, so it does not keep a session from its idle end. */
static bool is_by_script(const struct http_request *request)
{
    const char *accept = http_field(request, "Accept");
    const char *for_what = http_field(request, "Sec-Fetch-Dest");
    return (accept && strcmp(accept, "text/event-stream") == 0) ||
           (for_what && strcmp(for_what, "empty") == 0);
}

/* Whose session it is, as the office knows them now: whoever was taken out of the root, or whose
 * account was suspended, reads nothing any more, whatever was opened before. */
static enum error
find_reader(struct reading *reading, struct bytes token, const struct http_request *request)
{
    struct key_id key;
    struct signer signer;
    struct sessions *sessions = reading->service->sessions;
    bool found = is_by_script(request) ? sessions_look(sessions, token, reading->clock, &key)
                                       : sessions_find(sessions, token, reading->clock, &key);
    if (!found)
        return no_session(reading);
    enum error error = reading_actor(reading, &key, &reading->who, &signer);
    bool ended = error == ERROR_OFFICE_STRANGER || error == ERROR_OFFICE_STANDING;
    return ended ? no_session(reading) : error;
}

/* Who asks: whoever the token is of; anyone where there is none, or the route does not care. A page
 * says at its top who reads it, and one that is for anyone is so for whoever's session has ended.
 */
static enum error
admit(struct reading *reading, const struct service_row *row, const struct http_request *request)
{
    const struct access *access = row->access;
    bool page = row->flags & HTTP_ROUTE_PAGE;
    bool cares = page || access->rule == ACCESS_KIND || access->rule == ACCESS_ROLES;
    struct bytes token = page ? cookie_token(reading->service, request) : bearer_token(request);
    enum error error = ERROR_OK;
    if (cares && token.length)
        error = find_reader(reading, token, request);
    if (error == ERROR_SESSION_TOKEN && page && access->rule == ACCESS_ANYONE) {
        reading->fault = (struct fault){0};
        return ERROR_OK;
    }
    if (!error && cares)
        reading->token = token;
    return error ? error : access_allows(access, &reading->who, &reading->fault);
}

/* Whether the person may ask that often; else the refusal is made. */
static bool is_slow_enough(struct reading *reading, struct http_response *response)
{
    struct limiter *limiter = reading->service->people;
    millis wait = 0;
    if (!limiter || !reading->who.kind ||
        limiter_take(limiter, reading->who.id, reading->clock, &wait))
        return true;
    refuse_for_now(response, wait);
    return false;
}

enum error reading_open(struct service *service, struct reading *ret_reading)
{
    struct reading *reading = ret_reading;
    *reading = (struct reading){.service = service};
    enum error error = readers_take(service->readers, &reading->fault, &reading->reader);
    if (error)
        return error;
    error = store_snapshot_begin(reading->reader, &reading->fault);
    if (!error) {
        error = os_wall_time(service->os, &reading->time);
        if (!error)
            error = os_boot_time(service->os, &reading->clock);
        if (!error)
            error = store_view(reading->reader, &reading->arena, &reading->fault, &reading->view);
        if (error)
            store_snapshot_end(reading->reader);
    }
    if (error) {
        readers_give(service->readers, reading->reader);
        arena_free(&reading->arena);
    }
    return error;
}

enum error reading_begin(
    struct service *service, const struct http_route *route, const struct http_request *request,
    struct http_response *response, struct reading *ret_reading)
{
    const struct service_row *row = route->data;
    struct reading *reading = ret_reading;
    enum error error = reading_open(service, reading);
    reading->request = request;
    if (error) {
        reading->fault.error = error;
        refusal_answer(response, &reading->fault);
        return error;
    }
    error = admit(reading, row, request);
    if (error) {
        reading->fault.error = error;
        reading_failed(reading, response);
        return error;
    }
    if (!is_slow_enough(reading, response)) {
        reading_end(reading);
        return ERROR_BUSY;
    }
    return ERROR_OK;
}

enum error reading_of_session(
    struct service *service, const struct http_request *request, struct reading *ret_reading)
{
    struct reading *reading = ret_reading;
    struct bytes token = cookie_token(service, request);
    struct key_id key;
    millis now;
    /* Strangers who are refused cost no look into the database. */
    enum error error = os_boot_time(service->os, &now);
    if (!error && !sessions_look(service->sessions, token, now, &key))
        error = ERROR_SESSION_TOKEN;
    if (!error)
        error = reading_open(service, reading);
    if (error)
        return error;
    reading->request = request;
    reading->token = token;
    error = find_reader(reading, token, request);
    if (error)
        reading_end(reading);
    return error;
}

void reading_end(struct reading *reading)
{
    store_snapshot_end(reading->reader);
    readers_give(reading->service->readers, reading->reader);
    arena_free(&reading->arena);
}

enum http_outcome reading_failed(struct reading *reading, struct http_response *response)
{
    refusal_answer(response, &reading->fault);
    reading_end(reading);
    return HTTP_ANSWERED;
}

void response_json(struct http_response *response, unsigned status, struct json_writer *writer)
{
    response->status = status;
    response->type = "application/json";
    json_writer_begin(writer, &response->content, 0);
}

enum http_outcome response_json_end(struct http_response *response, struct json_writer *writer)
{
    enum error error = json_writer_end(writer);
    if (error && !response->error)
        response->error = error; /* becomes a plain 500 */
    buffer_append_byte(&response->content, '\n');
    return HTTP_ANSWERED;
}

void put_time(struct json_writer *writer, const char *name, millis time)
{
    char text[TIME_TEXT_SIZE];
    json_put_string(writer, name, time_text(time, text));
}

void put_bytes(struct json_writer *writer, const char *name, struct bytes bytes)
{
    struct buffer text = {0};
    base64url_append(&text, bytes);
    if (text.error && !writer->error)
        writer->error = text.error;
    json_put_string_bytes(writer, name, buffer_view(&text));
    buffer_free(&text);
}

void refuse_for_now(struct http_response *response, millis wait)
{
    long long seconds = (long long)(wait + 999) / 1000;
    char detail[80];
    snprintf(
        detail, sizeof detail, "Wait %lld second%s, then try again.", seconds,
        seconds == 1 ? "" : "s");
    http_problem(response, 429, "rate", "Too many requests", detail, NULL);
    http_header(response, "Retry-After", "%lld", seconds);
}

/* Whoever lures people to an address of their own gets logins and forms that are good for nothing.
 */
enum error origin_check(
    const struct service *service, const char *origin, const char *place, struct fault *fault)
{
    static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *given = service->settings->origin;
    char expected[64] = "";
    if (given && strcmp(origin, given) == 0)
        return ERROR_OK;
    for (size_t i = 0; !given && i < sizeof loopback / sizeof *loopback; i++) {
        snprintf(
            expected, sizeof expected, "http://%s:%u", loopback[i], atomic_load(&service->port));
        if (strcmp(origin, expected) == 0)
            return ERROR_OK;
    }
    return fault_set(
        fault, ERROR_SESSION_ORIGIN, place, given ? given : expected, "%.200s", origin);
}

const char *sign_origin(const struct service *service, char text[ORIGIN_TEXT_SIZE])
{
    const char *given = service->settings->sign_origin;
    text[0] = '\0';
    if (given)
        snprintf(text, ORIGIN_TEXT_SIZE, "%s", given);
    else if (service->demo)
        snprintf(text, ORIGIN_TEXT_SIZE, "http://sign.localhost:%u", atomic_load(&service->port));
    return text;
}

const char *page_origin(const struct service *service, char text[ORIGIN_TEXT_SIZE])
{
    const char *given = service->settings->origin;
    if (given)
        snprintf(text, ORIGIN_TEXT_SIZE, "%s", given);
    else
        snprintf(text, ORIGIN_TEXT_SIZE, "http://localhost:%u", atomic_load(&service->port));
    return text;
}

enum error
page_address(const struct service *service, const struct http_request *request, struct buffer *url)
{
    char origin[ORIGIN_TEXT_SIZE];
    buffer_printf(url, "%s%s", page_origin(service, origin), request->path);
    for (size_t i = 0; i < request->query.count; i++) {
        buffer_printf(url, "%c%s=", i ? '&' : '?', request->query.items[i].name);
        http_percent_append(url, bytes_of(request->query.items[i].value));
    }
    return url->error;
}

bool is_at_sign_origin(const struct service *service, const struct http_request *request)
{
    char text[ORIGIN_TEXT_SIZE];
    const char *host = http_field(request, "Host");
    const char *authority = strstr(sign_origin(service, text), "://");
    return host && authority && strcasecmp(host, authority + 3) == 0;
}

enum error decode_document(
    struct bytes document, enum instrument_type type, struct arena *arena, struct fault *fault,
    void **ret_value)
{
    enum instrument_type found = INSTRUMENT_NONE;
    struct digest digest;
    enum error error =
        document_decode_unverified(document, arena, fault, &found, &digest, ret_value);
    if (!error && found != type)
        error = fault_set(
            fault, ERROR_COSE_TYPE, "envelope", instrument_word(type), "%s",
            instrument_word(found));
    if (!error)
        error = document_check(type, *ret_value, fault);
    return error;
}

void response_tag(struct http_response *response, const struct http_request *request)
{
    struct digest digest = sha256_of(buffer_view(&response->content));
    (void)http_etag(response, request, digest_view(&digest));
}

enum http_outcome response_document(
    struct http_response *response, const struct http_request *request, struct bytes document)
{
    struct digest digest = sha256_of(document);
    response->status = 200;
    response->type = "application/cose";
    if (!http_etag(response, request, digest_view(&digest)))
        buffer_append_bytes(&response->content, document);
    return HTTP_ANSWERED;
}
