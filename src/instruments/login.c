/* Logins of readers. */
#include "instruments/login.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field fields[] = {
    FIELD(1, "challenge", FIELD_BYTES, struct login, challenge, .limit = LOGIN_CHALLENGE_MAX),
    FIELD(2, "origin", FIELD_TEXT, struct login, origin, .limit = LOGIN_ORIGIN_MAX),
    FIELD(3, "time", FIELD_TIME, struct login, time),
};
const struct layout login_layout = LAYOUT("login", struct login, fields);

enum error login_check(const struct login *login, struct fault *fault)
{
    const char *host = strstr(login->origin, "://");
    bool scheme = text_starts(login->origin, "http://") || text_starts(login->origin, "https://");
    if (scheme && host[3] &&
        strspn(host + 3, "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]") == strlen(host + 3))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_DOCUMENT_RULE, "origin", "https://HOST or https://HOST:PORT in lower case",
        "\"%.60s\"", login->origin);
}

enum error login_open(
    struct bytes bytes, const struct digest *authority, const struct signer *person,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct login *ret_login)
{
    return document_open(
        bytes, INSTRUMENT_LOGIN, authority, person, 1, arena, fault, ret_document, ret_login);
}
