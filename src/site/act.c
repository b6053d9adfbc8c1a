/* Acts that are being made on a page. */
#include "site/act.h"

#include <string.h>

#include "service/refusal.h"
#include "site/catalogue.h"
#include "site/values.h"
#include "site/words.h"

const struct transition *act_row(enum file_kind kind, const char *verb)
{
    const struct transition *row = lifecycle_find(kind, verb);
    return row && row->roles != ROLE_SERVER ? row : NULL;
}

enum error making_check_version(const struct making *making, const char *looked_at)
{
    uint64_t version = 0;
    if (!looked_at || (number_parse(bytes_of(looked_at), INT64_MAX, NULL, &version) == ERROR_OK &&
                       version == making->version))
        return ERROR_OK;
    return fault_set(
        &making->reading->fault, ERROR_OFFICE_VERSION, "file", "the version that was looked at",
        "%llu", (unsigned long long)making->version);
}

static enum error load(struct making *making)
{
    struct reading *reading = making->reading;
    const void *content = NULL;
    bool visible = false;
    enum error error = store_load(
        reading->reader, making->kind, making->number, &reading->arena, &reading->fault, &content);
    if (error == ERROR_NOT_FOUND && making->row->from & STATE_NEW) {
        reading->fault = (struct fault){0};
        return ERROR_OK;
    }
    if (!error)
        error = file_is_visible(reading, making->kind, content, &visible);
    if (error || !visible)
        return error ? error
                     : fault_set(
                           &reading->fault, ERROR_NOT_FOUND, "number", "the number of a file",
                           "%s/%.64s", file_word(making->kind), making->number);
    making->content = content;
    making->version = ((const struct file_base *)content)->version;
    return ERROR_OK;
}

enum error making_find(
    struct reading *reading, const struct http_request *request, struct http_pairs pairs,
    struct making *ret_making)
{
    const char *number = http_pair(pairs, "number");
    struct making making = {.reading = reading, .number = number ? number : ""};
    const char *verb = http_parameter(request, "verb");
    enum error error = find_visible_kind(reading, request, &making.kind);
    if (error)
        return error;
    making.row = act_row(making.kind, verb);
    if (!making.row)
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "verb", "an act of this kind of file", "\"%.40s\"",
            verb);
    if (*making.number)
        error = load(&making);
    if (!error && making.content)
        error = making_check_version(&making, http_pair(pairs, "version"));
    if (!error)
        error =
            carried_find(making.row, making.kind, making.content, &reading->fault, &making.carried);
    if (!error)
        error = transition_open(
            making.row, &reading->who, making.kind, making.content, &reading->fault);
    if (!error)
        *ret_making = making;
    return error;
}

const char *making_heading(const struct making *making)
{
    struct arena *arena = &making->reading->arena;
    const char *kind = kind_words(arena, making->kind).one;
    return words_format(
        arena, "%s: %s%s%s", act_label(arena, making->row), kind, *making->number ? " " : "",
        making->number);
}

const char *making_action(const struct making *making)
{
    return words_format(
        &making->reading->arena, "/act/%s/%s", file_word(making->kind), making->row->verb);
}

const char *making_back(const struct making *making)
{
    struct arena *arena = &making->reading->arena;
    if (making->back)
        return making->back;
    return making->content ? values_href(arena, making->kind, making->number)
                           : words_format(arena, "/register/%s", file_word(making->kind));
}

enum error making_judge(
    const struct making *making, const struct datum *body, struct act *ret_act,
    struct outcome *ret_outcome)
{
    struct reading *reading = making->reading;
    struct act act = {
        .file = words_format(&reading->arena, "%s/%s", file_word(making->kind), making->number),
        .file_version = making->version,
        .verb = making->row->verb,
        .body = *body,
        .time = reading->time,
    };
    const struct office *office;
    enum error error =
        random_fill(reading->service->os, &reading->fault, act.id.bytes, sizeof act.id.bytes);
    if (!error && !act.file)
        error = fault_place(&reading->fault, ERROR_MEMORY, "act");
    if (!error)
        error = act_check(&act, &reading->fault);
    if (!error)
        error = reading_office(reading, &office);
    *ret_outcome = (struct outcome){0};
    if (!error && !making->carried.type)
        error = authority_apply(
            office, &reading->view, &reading->who, &act, reading->time, &reading->arena,
            &reading->fault, ret_outcome);
    if (!error)
        *ret_act = act;
    return error;
}

bool is_mistake(enum error error)
{
    unsigned status = refusal_of(error).status;
    return status == 400 || status == 422 || status == 404;
}

struct view_field number_field(const char *number)
{
    return (struct view_field){
        .input = INPUT_TEXT,
        .name = "number",
        .label = "Number",
        .hint = "Of the new file: letters, digits, dashes and dots.",
        .described = "number-hint",
        .value = number,
    };
}
