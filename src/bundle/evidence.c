/* Opening a bundle: the steps in order, the roots, and the facts noted on the way. */
#include "bundle/inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- Facts -------------------------------------------------------------------------------- */

static bool has_room(struct evidence *evidence)
{
    if (evidence->fact_count < evidence->fact_room)
        return true;
    size_t room = evidence->fact_room ? 2 * evidence->fact_room : 64;
    struct evidence_fact *more = ARENA_ARRAY(&evidence->arena, struct evidence_fact, room);
    if (!more)
        return false;
    if (evidence->fact_count)
        memcpy(more, evidence->facts, evidence->fact_count * sizeof *more);
    evidence->facts = more;
    evidence->fact_room = room;
    return true;
}

enum error
evidence_say(struct evidence *evidence, bool proven, struct fault *fault, const char *format, ...)
{
    char line[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    const char *words = arena_text(&evidence->arena, bytes_of(line));
    if (!words || !has_room(evidence))
        return fault_place(fault, ERROR_MEMORY, "bundle");
    evidence->facts[evidence->fact_count++] = (struct evidence_fact){proven, words};
    return ERROR_OK;
}

const char *evidence_person(
    struct evidence *evidence, const struct root_person *person, enum ministry_id ministry)
{
    char words[512];
    snprintf(
        words, sizeof words, "%.100s %.200s (%s)", person->id, person->name,
        ministry_word(ministry));
    return arena_text(&evidence->arena, bytes_of(words));
}

/* --- Roots -------------------------------------------------------------------------------- */

const struct root_chain *evidence_newest(const struct evidence *evidence)
{
    return &evidence->chains[evidence->chain_count - 1];
}

/* The chain up to each version, so that what was signed under an older one can be looked at. */
enum error evidence_open_roots(
    struct evidence *evidence, const struct evidence_options *options, struct fault *fault)
{
    const struct bundle *bundle = &evidence->bundle;
    char digest[DIGEST_TEXT_SIZE];
    evidence->pinned = options->pinned != NULL;
    evidence->chains = ARENA_ARRAY(&evidence->arena, struct root_chain, bundle->roots_count);
    if (!evidence->chains)
        return fault_place(fault, ERROR_MEMORY, "bundle");
    for (size_t i = 0; i < bundle->roots_count; i++) {
        enum error error = root_chain_open(
            bundle->roots, i + 1, options->pinned, options->demo_allowed, fault,
            &evidence->chains[i]);
        if (error)
            return fault_within(fault, error, "roots");
        evidence->chain_count++;
    }
    const struct root_chain *newest = evidence_newest(evidence);
    return evidence_say(
        evidence, evidence->pinned, fault, "the authority is %.200s, %s, %s%s",
        newest->current.name, digest_text(&newest->authority, digest),
        evidence->pinned ? "as pinned" : "which nothing in the bundle can show: compare the digest",
        newest->current.demo ? "; a demonstration, which binds nobody" : "");
}

enum error evidence_by_roots(
    struct evidence *evidence, const struct bundle_document *document, evidence_opener *open,
    void *ret_value, struct fault *fault)
{
    size_t newest = evidence->chain_count - 1;
    enum error error = open(evidence, &evidence->chains[newest], document->bytes, ret_value, fault);
    if (!error || error == ERROR_MEMORY || !evidence_is_carried(evidence, &document->digest))
        return error;
    for (size_t i = newest; i > 0; i--) {
        enum error older =
            open(evidence, &evidence->chains[i - 1], document->bytes, ret_value, NULL);
        if (!older || older == ERROR_MEMORY)
            return older;
    }
    return error;
}

/* --- Parts by type and digest ------------------------------------------------------------- */

enum error evidence_each(
    struct evidence *evidence, enum instrument_type type, evidence_reader *read,
    struct fault *fault)
{
    for (size_t i = 0; i < evidence->bundle.documents_count; i++) {
        const struct bundle_document *document = &evidence->bundle.documents[i];
        char digest[DIGEST_TEXT_SIZE];
        if (document->type != type)
            continue;
        enum error error = read(evidence, document, fault);
        if (error)
            return fault_within(
                fault, error, "%s %.16s", instrument_word(type),
                digest_text(&document->digest, digest));
    }
    return ERROR_OK;
}

const struct evidence_order *
evidence_order(const struct evidence *evidence, const struct digest *digest)
{
    for (size_t i = 0; i < evidence->order_count; i++) {
        if (digest_equal(&evidence->orders[i].digest, digest))
            return &evidence->orders[i];
    }
    return NULL;
}

const struct evidence_withdrawal *
evidence_withdrawal(const struct evidence *evidence, const struct digest *digest)
{
    for (size_t i = 0; i < evidence->withdrawal_count; i++) {
        if (digest_equal(&evidence->withdrawals[i].digest, digest))
            return &evidence->withdrawals[i];
    }
    return NULL;
}

/* --- Opening ------------------------------------------------------------------------------ */

static enum error say_limits(struct evidence *evidence, struct fault *fault)
{
    enum error error = evidence_say(
        evidence, false, fault,
        "that nothing else belongs to the case: a bundle holds what its maker put in");
    if (!error && evidence->bundle.events_count)
        error = evidence_say(
            evidence, false, fault,
            "that the office's rules allowed its acts: `enduse verify events` judges the whole "
            "log");
    if (!error && evidence->bundle.records_count)
        error = evidence_say(
            evidence, false, fault,
            "the times in records and receipts: the guard's reckoning of the authority's time");
    if (!error && evidence->has_declaration)
        error = evidence_say(
            evidence, false, fault, "what the declaration states: the operator's word, signed");
    return error;
}

enum error evidence_open(
    struct bytes bytes, const struct evidence_options *options, struct fault *fault,
    struct evidence *ret_evidence)
{
    struct evidence evidence = {0};
    enum error error = bundle_decode(bytes, &evidence.arena, fault, &evidence.bundle);
    if (!error)
        error = evidence_open_roots(&evidence, options, fault);
    if (!error)
        error = evidence_open_log(&evidence, fault);
    if (!error)
        error = evidence_open_papers(&evidence, fault);
    if (!error)
        error = evidence_open_guard(&evidence, fault);
    if (!error)
        error = evidence_open_acts(&evidence, fault);
    if (!error)
        error = evidence_open_records(&evidence, fault);
    if (!error)
        error = evidence_judge(&evidence, fault);
    if (!error)
        error = say_limits(&evidence, fault);
    if (error)
        evidence_close(&evidence);
    else
        *ret_evidence = evidence;
    return error;
}

void evidence_close(struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->chain_count; i++)
        root_chain_close(&evidence->chains[i]);
    arena_free(&evidence->arena);
}
