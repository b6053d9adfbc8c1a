/* What our engine writes (printed, formatted, translated), for the official engine to read; and
 * what that writes, read by ours. */
#include <stdlib.h>

#include "cedar/policy_json.h"
#include "cedar/schema_json.h"
#include "ours.h"

/* Static policies, then templates; NULL beyond. */
static const struct cedar_policy *written_policy(const struct ours *ours, size_t index)
{
    size_t templates = cedar_templates_count(ours->policies);
    for (size_t i = 0; i < cedar_policies_count(ours->policies); i++) {
        const struct cedar_policy *policy = cedar_policies_at(ours->policies, i);
        if (!policy->template && index-- == 0)
            return policy;
    }
    return index < templates ? cedar_templates_at(ours->policies, index) : NULL;
}

/* The JSON of a policy; false when it is too deep for JSON. */
static bool policy_json(const struct cedar_policy *policy, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 0);
    cedar_json_policy_write(&writer, policy);
    enum error error = json_writer_end(&writer);
    if (error && error != ERROR_JSON_DEPTH)
        abort();
    return !error;
}

/* Whether all whole numbers of a JSON text are ones that JavaScript keeps. */
static bool is_exact(const struct json *json)
{
    int64_t number;
    if (json_type(json) == JSON_NUMBER)
        return !json_i64(json, NULL, &number) && number <= INT64_C(9007199254740991) &&
               number >= INT64_C(-9007199254740991);
    for (size_t i = 0; i < json_count(json); i++)
        if (!is_exact(json_at(json, i)))
            return false;
    return true;
}

static bool is_exact_text(struct bytes text)
{
    struct arena arena = {0};
    const struct json *json;
    must(json_parse(text, &arena, NULL, &json));
    bool exact = is_exact(json);
    arena_free(&arena);
    return exact;
}

void ours_judge_texts(const struct ours *ours, struct answer *answer)
{
    const struct cedar_policy *policy;
    struct buffer json = {0};
    for (size_t i = 0; (policy = written_policy(ours, i)); i++) {
        say(answer, "printed %s\tsame", (const char *)policy->id.data);
        say(answer, "formatted %s\tsame", (const char *)policy->id.data);
        buffer_clear(&json);
        if (policy_json(policy, &json)) {
            say(answer, "json %s\tsame", (const char *)policy->id.data);
            if (is_exact_text(buffer_view(&json)))
                say(answer, "json read %s\tsame", (const char *)policy->id.data);
        }
    }
    if (ours->schema) {
        say(answer, "schema formatted\tsame");
        say(answer, "schema json\taccepted");
    }
    buffer_free(&json);
}

static void put_trip(struct json_writer *writer, const struct cedar_policy *policy)
{
    struct buffer text = {0};
    struct arena arena = {0};
    const struct json *json;
    json_write_object(writer);
    json_put_string_bytes(writer, "id", policy->id);
    json_put_bool(writer, "template", cedar_policy_is_template(policy));
    json_put_string_bytes(writer, "text", cedar_policy_text(policy));
    cedar_print_policy(&text, policy);
    json_put_string_bytes(writer, "printed", buffer_view(&text));
    buffer_clear(&text);
    must(cedar_format_policies(cedar_policy_text(policy), NULL, NULL, &text));
    json_put_string_bytes(writer, "formatted", buffer_view(&text));
    buffer_clear(&text);
    if (policy_json(policy, &text)) {
        must(json_parse(buffer_view(&text), &arena, NULL, &json));
        json_write_name(writer, "json");
        json_write_value(writer, json);
    }
    json_write_object_end(writer);
    buffer_free(&text);
    arena_free(&arena);
}

static void put_schema(struct json_writer *writer, const struct sample *sample)
{
    struct buffer text = {0};
    struct arena arena = {0};
    const struct json *json;
    json_put_object(writer, "schema");
    must(cedar_schema_format(buffer_view(&sample->schema), NULL, &text));
    json_put_string_bytes(writer, "text", buffer_view(&text));
    buffer_clear(&text);
    must(cedar_schema_to_json(buffer_view(&sample->schema), NULL, &text));
    must(json_parse(buffer_view(&text), &arena, NULL, &json));
    json_write_name(writer, "json");
    json_write_value(writer, json);
    json_write_object_end(writer);
    buffer_free(&text);
    arena_free(&arena);
}

void ours_put_texts(
    struct json_writer *writer, const struct sample *sample, const struct ours *ours)
{
    const struct cedar_policy *policy;
    json_put_object(writer, "trips");
    json_put_array(writer, "policies");
    for (size_t i = 0; (policy = written_policy(ours, i)); i++)
        put_trip(writer, policy);
    json_write_array_end(writer);
    if (ours->schema)
        put_schema(writer, sample);
    json_write_object_end(writer);
}

/* --- What they wrote ------------------------------------------------------------------------ */

/* Whether two JSON texts are the same but for the order of members. */
static bool same_json(const struct json *a, const struct json *b)
{
    if (json_type(a) != json_type(b) || json_count(a) != json_count(b) ||
        !bytes_equal(json_characters(a), json_characters(b)))
        return false;
    bool truth = false, other = false;
    if (!json_bool(a, NULL, &truth) && (json_bool(b, NULL, &other) || truth != other))
        return false;
    for (size_t i = 0; i < json_count(a); i++) {
        const struct json *partner =
            json_type(a) == JSON_OBJECT ? json_find_bytes(b, json_name_at(a, i)) : json_at(b, i);
        if (!partner || !same_json(json_at(a, i), partner))
            return false;
    }
    return true;
}

static bool same_json_text(struct bytes a, struct bytes b)
{
    struct arena arena = {0};
    const struct json *left, *right;
    must(json_parse(a, &arena, NULL, &left));
    must(json_parse(b, &arena, NULL, &right));
    bool same = same_json(left, right);
    arena_free(&arena);
    return same;
}

/* Read from their JSON and written as ours, a policy is what it is when read from its text. */
static void
read_policy(const struct cedar_policy *policy, const struct json *json, struct answer *answer)
{
    struct cedar_policies *set;
    struct fault fault = {0};
    struct buffer before = {0}, after = {0};
    char words[256];
    must(cedar_policies_create(&set));
    if (cedar_json_policy_add(set, json, policy->id, &fault)) {
        complain(
            answer, "their json of %s: %s", (const char *)policy->id.data,
            fault_text(&fault, words, sizeof words));
    } else {
        const struct cedar_policy *again =
            cedar_policies_count(set) ? cedar_policies_at(set, 0) : cedar_templates_at(set, 0);
        if (policy_json(policy, &before) &&
            (!policy_json(again, &after) ||
             !same_json_text(buffer_view(&before), buffer_view(&after))))
            complain(answer, "their json of %s: another policy", (const char *)policy->id.data);
    }
    cedar_policies_free(set);
    buffer_free(&before);
    buffer_free(&after);
}

static void read_schema(
    const struct ours *ours, struct bytes text, bool json, const char *what, struct answer *answer)
{
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    char words[256];
    if (json ? cedar_schema_json_parse(text, &fault, &schema)
             : cedar_schema_parse(text, &fault, &schema))
        complain(answer, "their %s: %s", what, fault_text(&fault, words, sizeof words));
    else if (!cedar_schema_equal(schema, ours->schema))
        complain(answer, "their %s: another schema", what);
    cedar_schema_free(schema);
}

void ours_read_theirs(const struct ours *ours, const struct json *theirs, struct answer *answer)
{
    const struct cedar_policy *policy;
    const struct json *json = json_find(theirs, "json");
    for (size_t i = 0; json && ours->policies && (policy = written_policy(ours, i)); i++)
        if (json_find_bytes(json, policy->id))
            read_policy(policy, json_find_bytes(json, policy->id), answer);
    if (!ours->schema)
        return;
    json = json_find(theirs, "schemaText");
    if (json)
        read_schema(ours, json_characters(json), false, "schema as text", answer);
    json = json_find(theirs, "schemaBack");
    if (json)
        read_schema(ours, json_characters(json), false, "schema as text from our JSON", answer);
    json = json_find(theirs, "schemaJson");
    if (json) {
        struct buffer text = {0};
        struct json_writer writer;
        json_writer_begin(&writer, &text, 0);
        json_write_value(&writer, json);
        must(json_writer_end(&writer));
        read_schema(ours, buffer_view(&text), true, "schema as JSON", answer);
        buffer_free(&text);
    }
}
