/* What everybody stands on: the roots, the delegation in force, and the server's own state. */
#include <stdio.h>
#include <string.h>

#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/refusal.h"

HANDLER(get_root)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    uint64_t version = 0;
    struct bytes root;
    enum error error = number_parse(
        bytes_of(http_parameter(request, "version")), INT64_MAX, &reading.fault, &version);
    if (!error && version == 0)
        error = fault_set(&reading.fault, ERROR_NOT_FOUND, "version", "1 or more", "0");
    if (!error)
        error = store_root(reading.reader, version, &reading.arena, &reading.fault, &root);
    if (error)
        return reading_failed(&reading, response);
    response_document(response, request, root);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_delegation)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    const struct office *office;
    const void *content;
    enum error error = reading_office(&reading, &office);
    if (!error && !office->delegation)
        error = fault_set(
            &reading.fault, ERROR_NOT_FOUND, "delegation", "one that both ministries signed", NULL);
    if (!error) {
        char number[24];
        snprintf(number, sizeof number, "%llu", (unsigned long long)office->delegation->version);
        error = store_load(
            reading.reader, FILE_DELEGATION, number, &reading.arena, &reading.fault, &content);
    }
    if (error)
        return reading_failed(&reading, response);
    response_document(response, request, file_instrument(FILE_DELEGATION, content));
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* --- Status ------------------------------------------------------------------------------- */

static void put_digest(struct json_writer *writer, const char *name, const struct digest *digest)
{
    char text[DIGEST_TEXT_SIZE];
    json_put_string(writer, name, digest_text(digest, text));
}

static void put_delegation(struct json_writer *writer, const struct delegation *delegation)
{
    if (!delegation)
        return;
    json_put_object(writer, "delegation");
    json_put_u64(writer, "version", delegation->version);
    json_put_u64(writer, "epoch", delegation->epoch);
    json_put_string(writer, "origin", delegation->origin);
    put_time(writer, "from", delegation->from);
    put_time(writer, "until", delegation->until);
    json_write_object_end(writer);
}

enum { COUNTRIES_MAX = 26 * 26 };

/* The countries on the list, with its date. */
static void put_countries(
    struct json_writer *writer, const struct office *office, const struct store_entry *countries,
    size_t count)
{
    json_put_object(writer, "countries");
    if (office->countries_date)
        put_time(writer, "date", office->countries_date);
    json_put_array(writer, "eligible");
    for (size_t i = 0; i < count; i++)
        json_write_string(writer, countries[i].number);
    json_write_array_end(writer);
    json_write_object_end(writer);
}

HANDLER(get_status)
{
    (void)exchange;
    struct service *service = context;
    struct reading reading;
    if (reading_begin(service, route, request, response, &reading))
        return HTTP_ANSWERED;
    const struct office *office;
    struct store_head head, signed_head = {0};
    enum error error = reading_office(&reading, &office);
    if (!error)
        error = store_head(reading.reader, &reading.arena, &reading.fault, &head);
    if (!error) {
        error = store_signed_head(reading.reader, &reading.arena, &reading.fault, &signed_head);
        error = error == ERROR_NOT_FOUND ? ERROR_OK : error;
    }
    const struct store_query listed = {
        .kind = FILE_COUNTRY,
        .state = COUNTRY_LISTED,
        .limit = COUNTRIES_MAX,
        .without_content = true,
    };
    struct store_entry *countries = NULL;
    size_t country_total = 0;
    if (!error)
        error = store_list(
            reading.reader, &listed, &reading.arena, &reading.fault, &countries, &country_total);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    put_digest(&writer, "authority", &service->authority);
    json_put_string(&writer, "name", office->chain->current.name);
    json_put_bool(&writer, "demo", office->chain->current.demo);
    json_put_u64(&writer, "root", office->chain->current.version);
    put_time(&writer, "time", reading.time);
    json_put_string(&writer, "program", "enduse " ENDUSE_VERSION);
    json_put_object(&writer, "log");
    json_put_u64(&writer, "size", head.size);
    put_digest(&writer, "root", &head.root);
    json_put_u64(&writer, "signed", signed_head.size);
    json_write_object_end(&writer);
    put_delegation(&writer, office->delegation);
    json_write_name(&writer, "settings");
    layout_write_json(&office_settings_layout, &office->settings, &writer);
    put_countries(&writer, office, countries, country_total);
    json_put_u64(&writer, "waiting", writer_waiting(service->writer));
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}
