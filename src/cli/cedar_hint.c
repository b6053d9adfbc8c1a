/* What to do about an error in a text of Cedar: hints for what newcomers write, and for what other
 * languages have. The errors' own words are in base/error_rows.h. */
#include <string.h>

#include "cedar/names.h"
#include "cli/cedar.h"

/* The first row that fits: found is all that was found, without its quotes, or after a * a part of
 * it; expected is a part of what was expected. NULL fits anything. */
static const struct {
    enum error error;
    const char *found, *expected, *hint;
} rows[] = {
    {ERROR_CEDAR_TOKEN, "'", NULL, "Strings are in double quotes."},
    {ERROR_CEDAR_TOKEN, "&", NULL, "Did you mean `&&`?"},
    {ERROR_CEDAR_TOKEN, "|", NULL, "Did you mean `||`?"},
    {ERROR_CEDAR_TOKEN, "#", NULL, "Comments begin with //."},
    {ERROR_CEDAR_STRING, NULL, NULL,
     "Strings are in double quotes; write \\\" for a quote in one."},
    {ERROR_CEDAR_INTEGER, NULL, NULL,
     "Numbers go from -9223372036854775808 to 9223372036854775807."},
    {ERROR_CEDAR_OPERATOR, "=", NULL, "Did you mean `==`?"},
    {ERROR_CEDAR_OPERATOR, "/", NULL, "Cedar does not divide: multiply the other side."},
    {ERROR_CEDAR_OPERATOR, "%", NULL, "Cedar has + - and *, no remainder."},
    {ERROR_CEDAR_SCOPE, "=", NULL, "Did you mean `==`?"},
    {ERROR_CEDAR_SCOPE, "[", "Type::\"id\"",
     "Only `action in` takes a list: write a policy for each, or put them into one group."},
    {ERROR_CEDAR_SCOPE, "is", NULL, "Actions are named: action == Action::\"view\"."},
    {ERROR_CEDAR_SCOPE, NULL, NULL,
     "A scope is (principal, action, resource), each with one condition at most; the rest goes "
     "into "
     "when { }."},
    {ERROR_CEDAR_CHAINED, NULL, NULL, "Write a < b && b < c."},
    {ERROR_CEDAR_SYNTAX, "and", NULL, "Did you mean `&&`?"},
    {ERROR_CEDAR_SYNTAX, "or", NULL, "Did you mean `||`?"},
    {ERROR_CEDAR_SYNTAX, "not", NULL, "Did you mean `!`?"},
    {ERROR_CEDAR_SYNTAX, "true", NULL, "Conditions are in braces: when { true }."},
    {ERROR_CEDAR_SYNTAX, "True", NULL, "Did you mean `true`?"},
    {ERROR_CEDAR_SYNTAX, "False", NULL, "Did you mean `false`?"},
    {ERROR_CEDAR_SYNTAX, "null", NULL,
     "There is no null: `x has attribute` asks whether it is there."},
    {ERROR_CEDAR_SYNTAX, "allow", "permit or forbid", "Did you mean `permit`?"},
    {ERROR_CEDAR_SYNTAX, "Permit", "permit or forbid", "Did you mean `permit`?"},
    {ERROR_CEDAR_SYNTAX, "Forbid", "permit or forbid", "Did you mean `forbid`?"},
    {ERROR_CEDAR_SYNTAX, "deny", "permit or forbid", "Did you mean `forbid`?"},
    {ERROR_CEDAR_SYNTAX, ";", "permit or forbid", "One `;` ends a policy."},
    {ERROR_CEDAR_SYNTAX, "{", "permit or forbid",
     "This looks like JSON: --policy-format json, or translate-policy --direction json-to-cedar."},
    {ERROR_CEDAR_SYNTAX, "[", "permit or forbid", "Policies are expected here, not JSON."},
    {ERROR_CEDAR_SYNTAX, "where", NULL, "Did you mean `when`?"},
    {ERROR_CEDAR_SYNTAX, "if", "when, unless", "Did you mean `when`?"},
    {ERROR_CEDAR_SYNTAX, "the end of the text", "`;`", "Each policy ends with `;`."},
    {ERROR_CEDAR_SYNTAX, NULL, "`else`", "An if has both: if a then b else c."},
    {ERROR_CEDAR_SYNTAX, NULL, "an action", "Actions are written Action::\"view\"."},
    {ERROR_CEDAR_SYNTAX, NULL, "::\"id\" after a type",
     "Entities are written with a type and an id in quotes: User::\"alice\"."},
    {ERROR_CEDAR_SYNTAX, "*::", "principal, action, resource, context",
     "Entities are written with a type and an id in quotes: User::\"alice\"."},
    {ERROR_CEDAR_SYNTAX, NULL, "principal, action, resource, context",
     "Variables are principal, action, resource and context; strings are in double quotes, and "
     "entities are written User::\"alice\"."},
    {ERROR_CEDAR_SYNTAX, NULL, "Type::\"id\"", "Entities are written User::\"alice\"."},
    {ERROR_CEDAR_SYNTAX, NULL, "`{`", "Conditions are in braces: when { context.mfa }."},
    {ERROR_CEDAR_RESERVED, NULL, "an attribute", "Write it in brackets and quotes: x[\"in\"]."},
    {ERROR_CEDAR_FUNCTION, "*the method", NULL,
     "Methods stand after what they are of: set.contains(x)."},
    {ERROR_CEDAR_FUNCTION, "*the function", NULL,
     "Functions stand before what they take: decimal(\"1.0\")."},
    {ERROR_CEDAR_FUNCTION, "ipaddr", NULL, "Did you mean `ip`?"},
    {ERROR_CEDAR_DUPLICATE_POLICY, NULL, NULL, "Give each policy an @id(\"...\") of its own."},
    {ERROR_CEDAR_NESTING, NULL, NULL, "Split the policy. The limits are in docs/cedar.md."},
    {ERROR_CEDAR_TEMPLATE, NULL, NULL,
     "Slots are ?principal and ?resource, and stand only in the scope, after == or in."},
    {ERROR_CEDAR_SLOTS, NULL, NULL,
     "Give each slot of the template and no other: {\"?principal\": \"User::\\\"alice\\\"\"}"},
    {ERROR_CEDAR_CYCLE, NULL, NULL, "No entity may be among its own parents' parents."},
    {ERROR_CEDAR_DUPLICATE_ENTITY, NULL, NULL, "State each entity once."},
    {ERROR_CEDAR_ATTRIBUTE, NULL, NULL, "Ask first: `x has attribute && x.attribute == ...`."},
    {ERROR_CEDAR_ENTITY, NULL, NULL, "It is not among the entities given."},
    {ERROR_CHECK_OPTIONAL_ATTRIBUTE, NULL, NULL,
     "Ask first: `x has attribute && x.attribute == ...`."},
    {ERROR_CHECK_OPTIONAL_TAG, NULL, NULL,
     "Ask first: `x.hasTag(\"t\") && x.getTag(\"t\") == ...`."},
    {ERROR_CHECK_EMPTY_SET, NULL, NULL, "To ask whether a set is empty, write `set.isEmpty()`."},
    {ERROR_CHECK_NOT_LITERAL, NULL, NULL,
     "Let the schema give the entity or context a value of this type instead."},
    {ERROR_CHECK_LEVEL, NULL, NULL, "Raise --level, or ask about nearer entities."},
    {ERROR_CHECK_IMPOSSIBLE, NULL, NULL, "Remove the policy, or correct its conditions."},
    {ERROR_CHECK_TYPE, "decimal", "Long, datetime or duration",
     "Decimals have methods for it: a.lessThan(b), a.greaterThanOrEqual(b)."},
    {ERROR_SCHEMA_SYNTAX, "{", "`namespace`", "This looks like JSON: --schema-format json."},
    {ERROR_SCHEMA_SYNTAX, "{", "`;`", "Did you leave out `appliesTo`?"},
    {ERROR_SCHEMA_SYNTAX, "[", "`namespace`",
     "This looks like JSON, but no schema in JSON: that is an object."},
    {ERROR_JSON_SYNTAX, NULL, NULL, "JSON has double quotes, no comments and no trailing commas."},
    {ERROR_JSON_UTF8, NULL, NULL, "Save the file as UTF-8."},
    {ERROR_UTF8, NULL, NULL, "Save the file as UTF-8."},
    {ERROR_NOT_FOUND, NULL, NULL, "Check the name; relative paths begin in the current folder."},
    {ERROR_PERMISSION, NULL, NULL, "Run as the owner of the file, or change its permissions."},
    {ERROR_MEMORY, NULL, NULL, "Free memory on this machine and try again."},
};

/* What was found, without backticks or quotes around all of it. */
static struct bytes bare(const char *found)
{
    struct bytes text = bytes_of(found);
    bool quoted = text.length > 2 && (text.data[0] == '`' || text.data[0] == '"') &&
                  text.data[text.length - 1] == text.data[0];
    return quoted ? bytes_slice(text, 1, text.length - 2) : text;
}

static bool fits(const char *found, const char *pattern)
{
    if (!pattern)
        return true;
    return pattern[0] == '*' ? strstr(found, pattern + 1) != NULL
                             : bytes_equal_text(bare(found), pattern);
}

static const char *find_row(const struct fault *fault)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].error == fault->error && fits(fault->found, rows[i].found) &&
            (!rows[i].expected || strstr(fault->expected, rows[i].expected)))
            return rows[i].hint;
    }
    return NULL;
}

static void put_nearest(const struct nearest *nearest, struct buffer *out)
{
    if (nearest->name.data)
        buffer_printf(
            out, "Did you mean `%.*s`?\n", (int)nearest->name.length,
            (const char *)nearest->name.data);
}

static const struct bytes nothing;

/* The function that a wrong name was probably meant to be. */
static void put_nearest_function(const struct fault *fault, struct buffer *out)
{
    struct nearest nearest = {.wanted = bare(fault->found)};
    for (enum cedar_function i = 0; i < CEDAR_FUNCTION_COUNT; i++)
        cedar_nearest_consider(&nearest, nothing, bytes_of(cedar_function_name(i)));
    put_nearest(&nearest, out);
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* The word of the language that a wrong one was probably meant to be, of those expected. */
static void put_nearest_word(const struct fault *fault, struct buffer *out)
{
    static const char *const bare_words[] = {"permit", "forbid", "when", "unless"};
    struct nearest nearest = {.wanted = bare(fault->found)};
    for (size_t i = 0; i < sizeof bare_words / sizeof *bare_words; i++) {
        if (strstr(fault->expected, bare_words[i]))
            cedar_nearest_consider(&nearest, nothing, bytes_of(bare_words[i]));
    }
    for (const char *at = strchr(fault->expected, '`'); at; at = strchr(at, '`')) {
        size_t length = 0;
        at++;
        while (is_letter(at[length]))
            length++;
        if (length > 1 && at[length] == '`')
            cedar_nearest_consider(&nearest, nothing, (struct bytes){(const uint8_t *)at, length});
        at += length + (at[length] == '`');
    }
    put_nearest(&nearest, out);
}

void cedar_put_hint(const struct fault *fault, struct buffer *out)
{
    const char *near = strstr(fault->expected, CEDAR_PERHAPS);
    const char *hint = find_row(fault);
    if (near)
        buffer_printf(out, "Did you mean %s?\n", near + strlen(CEDAR_PERHAPS));
    else if (hint)
        buffer_printf(out, "%s\n", hint);
    else if (fault->error == ERROR_CEDAR_FUNCTION)
        put_nearest_function(fault, out);
    else if (fault->error == ERROR_CEDAR_SYNTAX || fault->error == ERROR_SCHEMA_SYNTAX)
        put_nearest_word(fault, out);
}
