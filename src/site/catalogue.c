/* Words for kinds of files, fields and acts. */
#include "site/catalogue.h"

#include <string.h>

#include "site/language.h"
#include "site/words.h"

/* --- Texts -------------------------------------------------------------------------------- */

const char *words_capital(struct arena *arena, const char *text)
{
    char *copy = text ? arena_text(arena, bytes_of(text)) : NULL;
    if (copy && *copy >= 'a' && *copy <= 'z')
        *copy = (char)(*copy - 'a' + 'A');
    return copy;
}

/* "marketing-approval" as "Marketing approval". */
static const char *spaced(struct arena *arena, const char *word)
{
    char *copy = arena_text(arena, bytes_of(word));
    for (char *at = copy; at && *at; at++) {
        if (*at == '-')
            *at = ' ';
    }
    return words_capital(arena, copy);
}

/* --- Kinds -------------------------------------------------------------------------------- */

static const struct kind_words kinds[FILE_KIND_LAST + 1] = {
    [FILE_EXPORTER] =
        {PHRASE("Exporter"), PHRASE("Exporters"),
         "Whoever wants to sell a system abroad, screened and registered first.",
         "An exporter's officer, or the desk, drafts the first."},
    [FILE_PRODUCT] =
        {PHRASE("Product"), PHRASE("Products"),
         "A system of a registered exporter, classified after the control lists.",
         "A registered exporter enters the first."},
    [FILE_APPLICATION] =
        {PHRASE("Application"), PHRASE("Applications"),
         "To market, export, renew or amend: reviewed by both ministries.",
         "A registered exporter with a classified product drafts the first."},
    [FILE_FORM] =
        {PHRASE("Form"), PHRASE("Forms"), "The text and clauses that certificates are made of.",
         "A signatory proposes the first: enduse form build, then form propose."},
    [FILE_CERTIFICATE] =
        {PHRASE("Certificate"), PHRASE("Certificates"),
         "A form executed for one state, agency, product and place.",
         "The desk offers one for an approved application."},
    [FILE_LICENCE] =
        {PHRASE("Licence"), PHRASE("Licences"), "What a certificate in force allows an exporter.",
         "A signatory proposes one under a certificate in force."},
    [FILE_INSTALLATION] =
        {PHRASE("Installation"), PHRASE("Installations"),
         "A system with its guard, at one place in the acquiring state.",
         "The desk enrols one under an active licence."},
    [FILE_ORDER] =
        {PHRASE("Order"), PHRASE("Orders"),
         "What a ministry orders of a licence: to limit, suspend, disconnect, restore.",
         "None was issued."},
    [FILE_WITHDRAWAL] =
        {PHRASE("Withdrawal"), PHRASE("Withdrawals"),
         "An approving body takes back what it approved.", "None was entered."},
    [FILE_DELEGATION] =
        {PHRASE("Delegation"), PHRASE("Delegations"),
         "The ministries lend the server two keys, for days at a time.", NULL},
    [FILE_ACCOUNT] =
        {PHRASE("Account"), PHRASE("Accounts"),
         "Who acts here from outside the root, and who is away or removed from a file.",
         "The desk enrols the first."},
    [FILE_SCHEDULE] =
        {PHRASE("Offence schedule"), PHRASE("Offence schedules"),
         "A state's serious crimes, line by line, reviewed by both ministries.",
         "A state's signatory, or the desk, submits the first."},
    [FILE_CASE] =
        {PHRASE("Case"), PHRASE("Cases"), "From a complaint, signal or inspection to an outcome.",
         "No case is open: no complaint, signal or inspection led to one."},
    [FILE_COMPLAINANT] =
        {PHRASE("Complainant"), PHRASE("Complainants"),
         "Who complained, sealed from exporter and state.", "Nobody complained."},
    [FILE_SIGNAL] =
        {PHRASE("Signal"), PHRASE("Signals"), "What returns and renewals show that is unusual.",
         "Nothing unusual was seen."},
    [FILE_INSPECTION] =
        {PHRASE("Inspection"), PHRASE("Inspections"), "A visit to an installation.",
         "None was planned."},
    [FILE_USAGE] =
        {PHRASE("Usage"), PHRASE("Usage"), "What an installation's returns add up to.",
         "No return has come."},
    [FILE_RULING] =
        {PHRASE("Ruling"), PHRASE("Rulings"), "How a clause reads, answered by both ministries.",
         "Nobody has asked how a clause reads."},
    [FILE_CAMPAIGN] =
        {PHRASE("Campaign"), PHRASE("Campaigns"),
         "A new form, signed in the place of older ones by a date.", "No campaign was opened."},
    [FILE_SETTINGS] =
        {PHRASE("Settings"), PHRASE("Settings"), "What both ministries set for the office.", NULL},
    [FILE_COUNTRY] =
        {PHRASE("Country"), PHRASE("Countries"), "States that may acquire, since when.",
         "No country was proposed."},
    [FILE_AGENCY] =
        {PHRASE("Agency"), PHRASE("Agencies"),
         "An end user of an acquiring state, checked to be governmental.",
         "The desk, or a state's signatory, submits the first."},
    [FILE_BODY] =
        {PHRASE("Approving body"), PHRASE("Approving bodies"),
         "A court or other body whose approval a use may need, with its key.",
         "The desk, or a state's signatory, enters the first."},
};

struct kind_words kind_words(struct arena *arena, enum file_kind kind)
{
    struct kind_words words = kinds[kind];
    if (!words.one) {
        words.one = spaced(arena, file_word(kind));
        words.many = words_format(arena, "%ss", words.one ? words.one : "");
    }
    return words;
}

/* --- Fields ------------------------------------------------------------------------------- */

/* Fields whose name does not say it. */
static const struct {
    const char *name, *label, *hint;
} fields[] = {
    {"base-version", "Version", NULL},
    {"by", "By", NULL},
    {"control", "Control-list class", "As the Wassenaar list has it: 4.D.4"},
    {"days", "Working days for the review", "5 at most"},
    {"form", "Form", "The number of a registered one: IL-2021-12.1"},
    {"governmental", "Is it governmental?", "Licences are for governments only"},
    {"kind", "Kind", NULL},
    {"lead-in", "Lead", NULL},
    {"lease-ttl", "How long a lease lasts", "Without a new one all uses stop: 15m, 1h"},
    {"longest-approval", "Longest approval", "From its issue to its end: 90d"},
    {"marketing", "Approval to market", "The number of its application"},
    {"maximum-unacknowledged", "Records that may wait for the office",
     "Beyond them no use begins: 10000"},
    {"reason", "Reason", "In full sentences. Name no subject and no operator"},
    {"reasons", "Reasons", "In full sentences. Name no subject and no operator"},
    {"return-fields", "What returns count by", "One on each line"},
    {"return-period", "How often returns come", "A length of time: 1d, 7d"},
    {"rp-id", "Passkey’s site (rpId)", NULL},
    {"supersedes", "The certificate that it replaces", "Its number"},
    {"until", "Until", NULL},
    {"uses-period", "Period that uses are counted in", "With the uses in it, or neither: 90d"},
};

static const char *const hints[] = {
    [FIELD_TIME] = "A date, 2026-12-31, or a moment, 2026-12-31T12:00:00Z",
    [FIELD_SPAN] = "A length of time: 90d, 36h, 15m or 60s",
    [FIELD_BYTES] = "Base64, in the letters that URLs can have",
    [FIELD_DIGEST] = "64 hexadecimal digits",
    [FIELD_ID] = "32 hexadecimal digits",
    [FIELD_TEXTS] = "One on each line",
    [FIELD_BLOBS] = "One on each line, in base64",
};

static size_t find_field(const struct field *field)
{
    size_t i = 0;
    while (i < sizeof fields / sizeof *fields && strcmp(fields[i].name, field->name) != 0)
        i++;
    return i;
}

const char *field_label(struct arena *arena, const struct field *field)
{
    size_t i = find_field(field);
    return i < sizeof fields / sizeof *fields ? fields[i].label : spaced(arena, field->name);
}

const char *field_hint(struct arena *arena, const struct field *field)
{
    size_t i = find_field(field);
    const char *hint = i < sizeof fields / sizeof *fields ? fields[i].hint : NULL;
    if (!hint && (size_t)field->kind < sizeof hints / sizeof *hints)
        hint = hints[field->kind];
    return hint ? words_format(arena, "%s.", hint) : NULL;
}

const char *choice_label(struct arena *arena, const char *word)
{
    return spaced(arena, word);
}

/* --- States ------------------------------------------------------------------------------- */

/* Words of states that say how the file stands; every other one is under way. */
static const struct {
    const char *word, *shape;
} shapes[] = {
    {"active", "active"},         {"approved", "active"},
    {"in-force", "active"},       {"listed", "active"},
    {"registered", "active"},     {"classified", "active"},
    {"tested", "active"},         {"reviewed", "active"},
    {"obeyed", "active"},         {"confirmed", "active"},
    {"done", "active"},           {"given", "active"},
    {"limited", "limited"},       {"exhausted", "suspended"},
    {"unconfirmed", "limited"},   {"due", "limited"},
    {"disputed", "limited"},      {"incomplete", "limited"},
    {"suspended", "suspended"},   {"disconnected", "disconnected"},
    {"latched", "disconnected"},  {"refused", "disconnected"},
    {"breached", "disconnected"}, {"revoked", "revoked"},
    {"closed", "expired"},        {"discarded", "expired"},
    {"dismissed", "expired"},     {"expired", "expired"},
    {"lapsed", "expired"},        {"lifted", "expired"},
    {"removed", "expired"},       {"delisted", "expired"},
    {"replaced", "expired"},      {"superseded", "expired"},
    {"surrendered", "expired"},   {"withdrawn", "expired"},
    {"erased", "expired"},
};

const char *state_shape(enum file_kind kind, int state)
{
    const char *word = file_state_word(kind, state), *shape = "pending";
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(shapes[i].word, word) == 0)
            shape = shapes[i].shape;
    }
    return shape;
}

struct view_state state_label(struct arena *arena, enum file_kind kind, int state)
{
    return (struct view_state){
        .word = spaced(arena, file_state_word(kind, state)), .shape = state_shape(kind, state)};
}

/* --- Acts --------------------------------------------------------------------------------- */

const char *act_label(struct arena *arena, const struct transition *transition)
{
    return spaced(arena, transition->verb);
}
