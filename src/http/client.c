/* The client: libcurl's multi interface with one transfer, so that waiting can be interrupted. */
#include "http/client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char user_agent[] = "enduse/" ENDUSE_VERSION;

enum {
    DEFAULT_CONNECT_TIMEOUT = 10000,
    DEFAULT_TIMEOUT = 30000,
    DEFAULT_RESPONSE_MAX = 1 << 20,
    KEPT_CONNECTIONS = 2,
    HEAD_MAX = 65536, /* bytes of all header fields of an answer */
    POLL_LIMIT = 1000,
};

struct http_client {
    CURLM *multi;
    CURL *easy;
    char *ca_file;
    millis connect_timeout;
    atomic_bool cancelled;
};

/* What a call sends: made for it, freed after it. */
struct transfer {
    CURLU *url;
    struct curl_slist *fields;
    bool direct; /* without a proxy */
};

/* What a call collects while it runs. */
struct collected {
    struct http_reply reply;
    size_t head_size;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready;

static void start_curl(void)
{
    curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum error http_client_open(
    const struct http_client_options *options, struct fault *fault, struct http_client **ret_client)
{
    pthread_once(&curl_once, start_curl);
    struct http_client *client = curl_ready ? NULL : calloc(1, sizeof *client);
    if (!client)
        return fault_place(fault, ERROR_MEMORY, "HTTP client");
    client->multi = curl_multi_init();
    client->easy = curl_easy_init();
    client->connect_timeout = options && options->connect_timeout > 0 ? options->connect_timeout
                                                                      : DEFAULT_CONNECT_TIMEOUT;
    bool good =
        client->multi && client->easy &&
        curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS) == CURLM_OK;
    if (good && options && options->ca_file) {
        client->ca_file = strdup(options->ca_file);
        good = client->ca_file != NULL;
    }
    if (!good) {
        http_client_close(client);
        return fault_place(fault, ERROR_MEMORY, "HTTP client");
    }
    *ret_client = client;
    return ERROR_OK;
}

void http_client_close(struct http_client *client)
{
    if (!client)
        return;
    curl_easy_cleanup(client->easy);
    curl_multi_cleanup(client->multi);
    free(client->ca_file);
    free(client);
}

void http_client_cancel(struct http_client *client)
{
    atomic_store(&client->cancelled, true);
    curl_multi_wakeup(client->multi);
}

void http_reply_free(struct http_reply *reply)
{
    buffer_free(&reply->body);
    *reply = (struct http_reply){0};
}

/* The library calls this with parts of the body; any other count than it gave stops the transfer.
 */
static size_t take_body(char *data, size_t unit, size_t count, void *context)
{
    struct collected *collected = context;
    buffer_append(&collected->reply.body, data, unit * count);
    return collected->reply.body.error ? CURL_WRITEFUNC_ERROR : unit * count;
}

/* The value of a header field, without spaces around it, if it is of that name and fits. */
static void take_field(struct bytes line, const char *name, char *text, size_t size)
{
    size_t length = strlen(name);
    if (line.length <= length || line.data[length] != ':' ||
        strncasecmp((const char *)line.data, name, length) != 0)
        return;
    struct bytes value = bytes_slice(line, length + 1, line.length);
    while (value.length && strchr(" \t", value.data[0]))
        value = bytes_slice(value, 1, value.length);
    while (value.length && strchr(" \t\r\n", value.data[value.length - 1]))
        value.length--;
    if (value.length >= size || memchr(value.data, '\0', value.length))
        value.length = 0;
    if (value.length)
        memcpy(text, value.data, value.length);
    text[value.length] = '\0';
}

static size_t take_head(char *data, size_t unit, size_t count, void *context)
{
    struct collected *collected = context;
    struct http_reply *reply = &collected->reply;
    struct bytes line = {(const uint8_t *)data, unit * count};
    char seconds[12] = "";
    uint64_t value;
    collected->head_size += line.length;
    if (collected->head_size > HEAD_MAX)
        return 0; /* stops the transfer */
    if (line.length > 5 && memcmp(data, "HTTP/", 5) == 0) {
        /* A new head: what came before was an interim answer (RFC 9110 section 15.2). */
        reply->type[0] = reply->etag[0] = '\0';
        reply->retry_after = 0;
    }
    take_field(line, "Content-Type", reply->type, sizeof reply->type);
    reply->type[strcspn(reply->type, "; \t")] = '\0';
    for (char *at = reply->type; *at; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    take_field(line, "ETag", reply->etag, sizeof reply->etag);
    take_field(line, "Retry-After", seconds, sizeof seconds);
    if (!number_parse(bytes_of(seconds), INT32_MAX, NULL, &value))
        reply->retry_after = (millis)value * MILLIS_SECOND;
    return unit * count;
}

static bool is_printable(const char *text)
{
    for (; *text; text++) {
        if (*text < 0x20 || *text > 0x7E)
            return false;
    }
    return true;
}

/* Appends "name: value" to the list; on failure the list is freed. */
static enum error add_field(struct curl_slist **list, const char *name, const char *value)
{
    struct buffer line = {0};
    /* libcurl leaves a field without value out unless its colon is a semicolon. */
    buffer_printf(&line, *value ? "%s: %s" : "%s;", name, value);
    const char *text = buffer_text(&line);
    struct curl_slist *longer = text ? curl_slist_append(*list, text) : NULL;
    buffer_free(&line);
    if (!longer)
        return ERROR_MEMORY;
    *list = longer;
    return ERROR_OK;
}

static enum error
make_fields(const struct http_call *call, struct fault *fault, struct curl_slist **ret_list)
{
    struct curl_slist *list = NULL;
    /* Waiting for "100 Continue" would cost a round trip; bodies are small. */
    enum error error = add_field(&list, "Expect", "");
    if (!error && call->type)
        error = add_field(&list, "Content-Type", call->type);
    for (size_t i = 0; !error && i < call->field_count; i++) {
        const struct http_client_field *field = &call->fields[i];
        if (!*field->name || !is_printable(field->name) || strpbrk(field->name, " :") ||
            !is_printable(field->value))
            error = fault_set(
                fault, ERROR_HTTP_FIELD, "header field", "a name and printable text", "field %zu",
                i + 1);
        else
            error = add_field(&list, field->name, field->value);
    }
    if (error) {
        curl_slist_free_all(list);
        return error == ERROR_MEMORY ? fault_place(fault, error, "HTTP client") : error;
    }
    *ret_list = list;
    return ERROR_OK;
}

/* Loopback is reached directly, whatever the environment says of proxies. */
static bool is_loopback(const char *host)
{
    return strcasecmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "[::1]") == 0;
}

/* Reads the URL and checks what only a mistake can have made. */
static enum error read_url(const char *text, struct fault *fault, CURLU **ret_url, bool *ret_direct)
{
    char *scheme = NULL, *host = NULL, *user = NULL;
    CURLU *url = curl_url();
    if (!url)
        return fault_place(fault, ERROR_MEMORY, "HTTP client");
    CURLUcode code = curl_url_set(url, CURLUPART_URL, text, 0);
    if (!code)
        code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
    if (!code)
        code = curl_url_get(url, CURLUPART_HOST, &host, 0);
    CURLUcode no_user = code ? CURLUE_NO_USER : curl_url_get(url, CURLUPART_USER, &user, 0);
    bool good = !code && no_user == CURLUE_NO_USER &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    bool direct = good && is_loopback(host);
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    if (good) {
        *ret_url = url;
        *ret_direct = direct;
        return ERROR_OK;
    }
    curl_url_cleanup(url);
    if (code == CURLUE_OUT_OF_MEMORY)
        return fault_place(fault, ERROR_MEMORY, "HTTP client");
    return fault_set(
        fault, ERROR_USAGE, "URL", "http:// or https:// and a host, without user", "\"%s\"", text);
}

static enum error check_call(const struct http_call *call, struct fault *fault)
{
    const char *method = call->method ? call->method : "GET";
    if (!*method || strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(method))
        return fault_set(fault, ERROR_USAGE, "method", "capital letters", "\"%s\"", method);
    if (call->body.length && !call->type)
        return fault_set(fault, ERROR_USAGE, "body", "its media type", NULL);
    if (call->type && !is_printable(call->type))
        return fault_set(fault, ERROR_HTTP_FIELD, "body", "a media type", NULL);
    return ERROR_OK;
}

/* Sets every option of the transfer; false when one could not be set, which is for want of memory.
 */
static bool set_up(
    struct http_client *client, const struct http_call *call, const struct transfer *transfer,
    struct collected *collected)
{
    CURL *easy = client->easy;
    const char *method = call->method ? call->method : "GET";
    bool head = strcmp(method, "HEAD") == 0;
    millis timeout = call->timeout > 0 ? call->timeout : DEFAULT_TIMEOUT;
    CURLcode codes[] = {
        curl_easy_setopt(easy, CURLOPT_CURLU, transfer->url),
        transfer->direct ? curl_easy_setopt(easy, CURLOPT_PROXY, "") : CURLE_OK,
        curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L),
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L),
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L),
        curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L),
        /* Our server speaks HTTP/1.1 itself, a proxy before it may speak 2 under TLS. */
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS),
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L),
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L),
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2),
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout),
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)client->connect_timeout),
        curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L),
        curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent),
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->fields),
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head),
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, collected),
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body),
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, collected),
        client->ca_file ? curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_file) : CURLE_OK,
        call->type ? curl_easy_setopt(easy, CURLOPT_POST, 1L) : CURLE_OK,
        call->type
            ? curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.length)
            : CURLE_OK,
        call->type
            ? curl_easy_setopt(
                  easy, CURLOPT_POSTFIELDS, call->body.length ? (const char *)call->body.data : "")
            : CURLE_OK,
        head ? curl_easy_setopt(easy, CURLOPT_NOBODY, 1L)
             : curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method),
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i] != CURLE_OK)
            return false;
    }
    return true;
}

static enum error error_of(CURLcode code, const struct collected *collected)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return ERROR_UNREACHABLE;
    case CURLE_RECV_ERROR:
        return collected->head_size ? ERROR_HTTP_REPLY : ERROR_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT:
        return ERROR_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
        return ERROR_MEMORY;
    case CURLE_WRITE_ERROR:
        return collected->reply.body.error ? collected->reply.body.error : ERROR_HTTP_REPLY;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
        return ERROR_HTTP_TLS;
    case CURLE_UNSUPPORTED_PROTOCOL:
    default:
        return ERROR_HTTP_REPLY;
    }
}

/* Lets the transfer run to its end, or until it is cancelled. */
static enum error
run(struct http_client *client, const struct collected *collected, const char **ret_words)
{
    int running = 1;
    while (running) {
        if (atomic_exchange(&client->cancelled, false))
            return ERROR_CANCELLED;
        if (curl_multi_perform(client->multi, &running) != CURLM_OK ||
            (running && curl_multi_poll(client->multi, NULL, 0, POLL_LIMIT, NULL) != CURLM_OK))
            return ERROR_MEMORY;
    }
    int left;
    const CURLMsg *message = curl_multi_info_read(client->multi, &left);
    if (!message || message->msg != CURLMSG_DONE)
        return ERROR_INTERNAL;
    if (message->data.result == CURLE_OK)
        return ERROR_OK;
    *ret_words = curl_easy_strerror(message->data.result);
    return error_of(message->data.result, collected);
}

static enum error perform(
    struct http_client *client, const struct http_call *call, const struct transfer *transfer,
    struct fault *fault, struct collected *collected)
{
    curl_easy_reset(client->easy); /* connections stay open */
    if (!set_up(client, call, transfer, collected) ||
        curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
        return fault_place(fault, ERROR_MEMORY, "HTTP client");
    const char *words = "";
    long status = 0;
    enum error error = run(client, collected, &words);
    if (!error && curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        error = ERROR_INTERNAL;
    curl_multi_remove_handle(client->multi, client->easy);
    if (error) {
        fault_set(fault, error, NULL, NULL, "%s", words);
        return fault_within(fault, error, "%.*s", (int)strcspn(call->url, "?#"), call->url);
    }
    collected->reply.status = (unsigned)status;
    return ERROR_OK;
}

enum error http_client_call(
    struct http_client *client, const struct http_call *call, struct fault *fault,
    struct http_reply *ret_reply)
{
    struct transfer transfer = {0};
    struct collected collected = {0};
    collected.reply.body.limit = call->response_max ? call->response_max : DEFAULT_RESPONSE_MAX;
    enum error error = check_call(call, fault);
    if (!error)
        error = read_url(call->url, fault, &transfer.url, &transfer.direct);
    if (!error)
        error = make_fields(call, fault, &transfer.fields);
    if (!error)
        error = perform(client, call, &transfer, fault, &collected);
    curl_slist_free_all(transfer.fields);
    curl_url_cleanup(transfer.url);
    if (error) {
        http_reply_free(&collected.reply);
        return error;
    }
    *ret_reply = collected.reply;
    return ERROR_OK;
}
