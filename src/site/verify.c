/* Verifying: a certificate or licence by its number, of which anyone may know the state; a document
 * by its digest, which is printed on its PDF; or the document itself, which whoever sends it has in
 * hand already. */
#include <string.h>

#include "service/tries.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/signatures.h"
#include "site/words.h"

enum { FACTS_MAX = 10, NUMBER_MAX = 64 };

/* A page under way. */
struct maker {
    struct reading *reading;
    struct arena *arena;
    size_t language; /* of what is said */
    struct view_verify view;
};

/* What was sent. */
struct sent {
    enum instrument_type type;
    enum file_kind kind; /* of the register */
    struct bytes bytes;
    struct digest digest;
    const char *number;
    millis from, until;
    const struct certificate *certificate; /* or NULL */
};

static enum error no_memory(struct maker *maker)
{
    return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
}

static enum error begin(struct maker *maker)
{
    maker->language = language_on(maker->reading->request, verify_page_languages);
    maker->view.facts.items = ARENA_ARRAY(maker->arena, struct view_value, FACTS_MAX);
    maker->view.mistakes.items = ARENA_ARRAY(maker->arena, struct view_mistake, 1);
    if (!maker->view.facts.items || !maker->view.mistakes.items)
        return no_memory(maker);
    return frame_make(maker->reading, PHRASE("Verify a document"), "/verify", &maker->view.frame);
}

static enum http_outcome end(struct maker *maker, struct http_response *response)
{
    if (maker->view.mistakes.count)
        maker->view.frame.title = PHRASE("Error: Verify a document");
    else if (maker->view.verdict)
        maker->view.frame.title = maker->view.verdict;
    verify_page(&response->content, &maker->view);
    return page_done(maker->reading, response);
}

static void add_fact(struct maker *maker, const char *label, const char *text, bool digest)
{
    maker->view.facts.items[maker->view.facts.count++] =
        (struct view_value){.label = label, .text = text, .digest = digest};
}

/* What is said of a document, for each kind that is verified: in many languages the kind changes
 * the sentence around it. */
struct sentences {
    const char *named, *registered; /* "Certificate EC-1", "... is in the register" */
    const char *missing, *other, *unsigned_text, *unverified, *same;
};

static const struct sentences certificate_sentences = {
    .named = PHRASE("Certificate {0}"),
    .registered = PHRASE("Certificate {0} is in the register"),
    .missing = PHRASE("No certificate {0} is in the register"),
    .other = PHRASE("This is not the certificate {0} that is in the register"),
    .unsigned_text = PHRASE("The text is that of the certificate {0}, but the signatures are not"),
    .unverified = PHRASE("The certificate {0} is in the register, but a signature cannot be "
                         "verified today"),
    .same = PHRASE("This is the certificate {0} as it is in the register"),
};
static const struct sentences licence_sentences = {
    .named = PHRASE("Licence {0}"),
    .registered = PHRASE("Licence {0} is in the register"),
    .missing = PHRASE("No licence {0} is in the register"),
    .other = PHRASE("This is not the licence {0} that is in the register"),
    .unsigned_text = PHRASE("The text is that of the licence {0}, but the signatures are not"),
    .unverified = PHRASE("The licence {0} is in the register, but a signature cannot be verified "
                         "today"),
    .same = PHRASE("This is the licence {0} as it is in the register"),
};
/* Of an order no more is said. */
static const struct sentences order_sentences = {
    .registered = PHRASE("Order {0} is in the register"),
};

static const struct sentences *sentences_of(enum file_kind kind)
{
    return kind == FILE_CERTIFICATE ? &certificate_sentences
           : kind == FILE_LICENCE   ? &licence_sentences
                                    : &order_sentences;
}

/* A sentence with one value. */
static const char *say(const struct maker *maker, const char *sentence, const char *value)
{
    return LANGUAGE_SAY(maker->arena, maker->language, sentence, value);
}

static struct view_state state_said(const struct maker *maker, enum file_kind kind, int state)
{
    struct view_state label = state_label(maker->arena, kind, state);
    label.word = language_word(maker->language, label.word);
    return label;
}

/* "D-01 (defence)" */
static const char *with_office(const struct maker *maker, const char *who, const char *office)
{
    return LANGUAGE_SAY(
        maker->arena, maker->language, PHRASE("{0} ({1})"), who,
        language_word(maker->language, office));
}

static void note_mistake(struct maker *maker, const char *href, const char *words)
{
    maker->view.mistakes.items[0] = (struct view_mistake){href, words};
    maker->view.mistakes.count = 1;
}

/* --- By number ---------------------------------------------------------------------------- */

/* The file of a number, of a kind whose state is public; *ret_base NULL when there is none. */
static enum error find_number(
    struct maker *maker, const char *number, enum file_kind *ret_kind,
    const struct file_base **ret_base)
{
    struct reading *reading = maker->reading;
    *ret_base = NULL;
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST && !*ret_base; kind++) {
        const void *content = NULL;
        if (sight_of_anyone(kind) != SIGHT_STATE)
            continue;
        enum error error =
            reading->view.find(reading->view.context, kind, number, &reading->fault, &content);
        if (error)
            return error;
        *ret_kind = kind;
        *ret_base = content;
    }
    return ERROR_OK;
}

static enum error answer_number(struct maker *maker, const char *number)
{
    enum file_kind kind = FILE_NONE;
    const struct file_base *base = NULL;
    enum error error =
        strlen(number) <= NUMBER_MAX ? find_number(maker, number, &kind, &base) : ERROR_OK;
    if (error)
        return error;
    if (!base) {
        maker->view.number_error =
            PHRASE("No certificate or licence has this number. Check it against the document.");
        note_mistake(maker, "#number", maker->view.number_error);
        return ERROR_OK;
    }
    maker->view.good = true;
    maker->view.state = state_said(maker, kind, base->state);
    maker->view.verdict = say(maker, sentences_of(kind)->registered, number);
    maker->view.meaning = PHRASE(
        "By its number anyone may know that it is there, and its state. Whether a document that "
        "says this number is that one, only the document itself can show: send it below.");
    return maker->view.verdict ? ERROR_OK : no_memory(maker);
}

/* --- By its digest ------------------------------------------------------------------------ */

/* The file that holds the instrument of this digest; *ret_kind FILE_NONE when there is none. */
static enum error find_digest(
    struct maker *maker, const struct digest *digest, enum file_kind *ret_kind,
    const void **ret_content)
{
    static const enum file_kind kinds[] = {FILE_CERTIFICATE, FILE_LICENCE, FILE_ORDER};
    struct reading *reading = maker->reading;
    *ret_kind = FILE_NONE;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *number = NULL;
        enum error error = reading->view.find_by_digest(
            reading->view.context, kinds[i], digest, &reading->fault, &number);
        if (!error && number)
            error = reading->view.find(
                reading->view.context, kinds[i], number, &reading->fault, ret_content);
        if (error)
            return error;
        /* One that is offered and not signed yet is nothing to show to anybody. */
        if (!number || !file_instrument(kinds[i], *ret_content).length)
            continue;
        *ret_kind = kinds[i];
        return ERROR_OK;
    }
    return ERROR_OK;
}

static enum error add_signers(struct maker *maker, enum file_kind kind, const void *content)
{
    struct view_signature *items = NULL;
    size_t count = 0;
    struct certificate certificate;
    enum error error = ERROR_OK;
    if (kind == FILE_CERTIFICATE)
        error = layout_decode(
            &certificate_layout, ((const struct certificate_file *)content)->payload, maker->arena,
            &maker->reading->fault, &certificate);
    if (!error)
        error = signatures_make(
            maker->reading, file_instrument(kind, content),
            kind == FILE_CERTIFICATE ? &certificate : NULL, &items, &count);
    const char **names = error ? NULL : ARENA_ARRAY(maker->arena, const char *, count + 1);
    if (error || !names)
        return error ? error : no_memory(maker);
    for (size_t i = 0; i < count; i++)
        names[i] = items[i].office ? with_office(maker, items[i].who, items[i].office)
                                   : language_word(maker->language, items[i].who);
    add_fact(maker, PHRASE("Signed by"), words_list(maker->arena, names, count), false);
    return ERROR_OK;
}

/* Whoever knows the digest of a document has the document: nobody guesses one. Its state is told
 * where the number alone would tell it, who signed it where the document does. */
static enum error answer_digest(struct maker *maker, const char *text)
{
    struct view_verify *view = &maker->view;
    struct digest digest;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    char digits[DIGEST_TEXT_SIZE];
    if (digest_parse(bytes_of(text), NULL, &digest)) {
        view->verdict = PHRASE("This address is not that of a document");
        view->meaning =
            PHRASE("A part of it is missing. Scan the code again, or send the document below.");
        return ERROR_OK;
    }
    enum error error = find_digest(maker, &digest, &kind, &content);
    if (error)
        return error;
    const struct file_base *base = content;
    if (kind == FILE_NONE) {
        view->verdict = PHRASE("No document with this digest is in the register");
        view->meaning = PHRASE("Do not rely on what it was printed on.");
    } else if (sight_of_anyone(kind) == SIGHT_STATE) {
        view->good = true;
        view->state = state_said(maker, kind, base->state);
        view->verdict = say(maker, sentences_of(kind)->registered, base->number);
        view->meaning =
            PHRASE("The document that this address was printed on is there, and what it is "
                   "worth today is its state. Whether what is printed says the same, only the "
                   "signed file shows that is attached to the PDF: send it below.");
        error = add_signers(maker, kind, content);
    } else {
        view->good = true;
        view->verdict = say(maker, sentences_of(kind)->registered, base->number);
        view->meaning =
            PHRASE("What has become of it is for those whom it concerns: they see it when they "
                   "sign in.");
    }
    add_fact(
        maker, PHRASE("Digest of what is signed"),
        arena_text(maker->arena, bytes_of(digest_text(&digest, digits))), true);
    return error ? error : view->verdict ? ERROR_OK : no_memory(maker);
}

HANDLER(get_verify)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    maker.view.number = http_query(request, "number");
    enum error error = begin(&maker);
    const char *digest = http_query(request, "digest");
    if (!error && digest)
        error = answer_digest(&maker, digest);
    else if (!error && maker.view.number && *maker.view.number)
        error = answer_number(&maker, maker.view.number);
    return error ? reading_failed(&reading, response) : end(&maker, response);
}

/* --- By the document ---------------------------------------------------------------------- */

/* What of it is a certificate or licence; else a mistake is noted and *ret_sent has no type. */
static enum error read_document(struct maker *maker, struct bytes bytes, struct sent *ret_sent)
{
    struct fault fault = {0};
    struct sent sent = {.bytes = bytes};
    void *value = NULL;
    enum error error =
        document_decode_unverified(bytes, maker->arena, &fault, &sent.type, &sent.digest, &value);
    if (error == ERROR_MEMORY)
        return no_memory(maker);
    if (error) {
        maker->view.file_error =
            say(maker, PHRASE("This is not a signed document of this authority’s kind: {0}."),
                words_format(
                    maker->arena, "%s%s%s", error_words(error), *fault.place ? ", at " : "",
                    fault.place));
        *ret_sent = (struct sent){0};
    } else if (sent.type == INSTRUMENT_CERTIFICATE) {
        sent.certificate = value;
        sent.kind = FILE_CERTIFICATE;
        sent.number = sent.certificate->number;
        sent.from = sent.certificate->from;
        sent.until = sent.certificate->until;
        *ret_sent = sent;
    } else if (sent.type == INSTRUMENT_LICENCE) {
        const struct licence *licence = value;
        sent.kind = FILE_LICENCE;
        sent.number = licence->number;
        sent.from = licence->from;
        sent.until = licence->until;
        *ret_sent = sent;
    } else {
        maker->view.file_error =
            say(maker,
                PHRASE("This is a signed document, but of the type “{0}”: here certificates and "
                       "licences are verified."),
                instrument_word(sent.type));
        *ret_sent = (struct sent){0};
    }
    if (!ret_sent->type)
        note_mistake(maker, "#file", maker->view.file_error);
    return ERROR_OK;
}

/* Verifies every signature that is there. ERROR_OK: all of them. */
static enum error verify_signatures(
    struct maker *maker, const struct sent *sent, const struct root_chain *chain,
    struct fault *fault, struct document *ret_document)
{
    if (!sent->certificate) {
        struct licence licence;
        return document_open_by_root(
            sent->bytes, INSTRUMENT_LICENCE, chain, maker->arena, fault, ret_document, &licence);
    }
    struct certificate certificate;
    struct form form;
    struct certificate_progress progress;
    return certificate_open_draft(
        sent->bytes, chain, maker->arena, fault, ret_document, &certificate, &form, &progress);
}

/* "D-01 (defence), F-01 (foreign), XA-S1 (the acquiring state)" */
static const char *signer_words(
    const struct maker *maker, const struct sent *sent, const struct root *root,
    const struct document *document)
{
    const char *names[COSE_SIGNERS_MAX];
    for (size_t i = 0; i < document->signer_count; i++) {
        const struct key_id *key = &document->signers[i];
        enum ministry_id ministry;
        char text[KEY_ID_TEXT_SIZE];
        const struct root_person *person = root_person_by_key(root, key, &ministry);
        const struct certificate_person *signatory =
            sent->certificate ? certificate_signatory_by_key(sent->certificate, key) : NULL;
        if (person)
            names[i] = with_office(maker, person->id, ministry_word(ministry));
        else if (signatory)
            names[i] = say(maker, PHRASE("{0} (the acquiring state)"), signatory->id);
        else
            names[i] =
                say(maker, PHRASE("key {0}"),
                    words_format(maker->arena, "%.8s", key_id_text(key, text)));
        if (!names[i])
            return NULL;
    }
    return words_list(maker->arena, names, document->signer_count);
}

/* What the register says of the document. */
static void judge(
    struct maker *maker, const struct sent *sent, const void *content, enum error signatures,
    const struct fault *fault)
{
    struct view_verify *view = &maker->view;
    struct digest digest;
    const struct sentences *sentences = sentences_of(sent->kind);
    bool known = content && file_digest(sent->kind, content, &digest) &&
                 digest_equal(&digest, &sent->digest);
    bool whole = known && bytes_equal(file_instrument(sent->kind, content), sent->bytes);
    view->good = whole && !signatures;
    if (content)
        view->state = state_said(maker, sent->kind, ((const struct file_base *)content)->state);
    if (!content) {
        view->verdict = say(maker, sentences->missing, sent->number);
        view->meaning = PHRASE("Do not rely on this document.");
    } else if (!known) {
        view->verdict = say(maker, sentences->other, sent->number);
        view->meaning =
            PHRASE("Its text is another one. The state below is of the one in the register. "
                   "Do not rely on this document.");
    } else if (!whole) {
        view->verdict = say(maker, sentences->unsigned_text, sent->number);
        view->meaning =
            PHRASE("It may have been sent before everybody had signed. Ask for the document "
                   "as it is in the register.");
    } else if (signatures) {
        view->verdict = say(maker, sentences->unverified, sent->number);
        view->meaning = say(
            maker,
            PHRASE("All of them were verified when it was accepted. Now: {0}. Somebody who signed "
                   "may have left office since."),
            words_format(maker->arena, "%s, %s", fault->place, error_words(signatures)));
    } else {
        view->verdict = say(maker, sentences->same, sent->number);
        view->meaning =
            PHRASE("Byte for byte, and every signature on it verifies. What it is worth today "
                   "is its state.");
    }
}

static enum error answer_document(struct maker *maker, const struct sent *sent)
{
    struct reading *reading = maker->reading;
    const void *content = NULL;
    const struct office *office;
    struct document document = {0};
    struct fault fault = {0};
    enum error error = reading->view.find(
        reading->view.context, sent->kind, sent->number, &reading->fault, &content);
    if (!error)
        error = reading_office(reading, &office);
    if (error)
        return error;
    enum error signatures = verify_signatures(maker, sent, office->chain, &fault, &document);
    if (signatures == ERROR_MEMORY)
        return no_memory(maker);
    judge(maker, sent, content, signatures, &fault);
    char text[DIGEST_TEXT_SIZE];
    add_fact(
        maker, PHRASE("It says it is"), say(maker, sentences_of(sent->kind)->named, sent->number),
        false);
    add_fact(
        maker, PHRASE("It runs"),
        LANGUAGE_SAY(
            maker->arena, maker->language, PHRASE("{0} to {1}"),
            language_date(maker->arena, maker->language, sent->from),
            language_date(maker->arena, maker->language, sent->until)),
        false);
    if (signatures)
        add_fact(
            maker, PHRASE("Signatures"),
            say(maker, PHRASE("not verified: {0}"), error_words(signatures)), false);
    else
        add_fact(
            maker, PHRASE("Signatures that verify"),
            signer_words(maker, sent, &office->chain->current, &document), false);
    add_fact(
        maker, PHRASE("Digest of what is signed"),
        arena_text(maker->arena, bytes_of(digest_text(&sent->digest, text))), true);
    return ERROR_OK;
}

/* The one document that the form holds; a mistake is noted where it holds none or two. */
static enum error
take_document(struct maker *maker, struct http_parts parts, struct bytes *ret_bytes)
{
    const struct http_part *file = http_part(parts, "file"), *text = http_part(parts, "text");
    bool has_file = file && file->content.length, has_text = text && text->content.length;
    enum error error = ERROR_OK;
    if (has_file == has_text)
        maker->view.file_error = has_file
                                     ? PHRASE("Send a file or a text, not both.")
                                     : PHRASE("Choose a file, or paste the document as base64.");
    else if (has_file)
        *ret_bytes = file->content;
    else
        error = entry_base64(maker->reading, text->content, ret_bytes);
    if (error == ERROR_MEMORY)
        return no_memory(maker);
    if (error)
        maker->view.file_error = PHRASE("The text is not base64.");
    maker->reading->fault = (struct fault){0};
    if (maker->view.file_error)
        note_mistake(maker, "#file", maker->view.file_error);
    return ERROR_OK;
}

HANDLER(post_verify)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    if (!work_left(&reading, request, response))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    struct http_parts parts = {0};
    struct bytes bytes = {0};
    struct sent sent = {0};
    enum error error = entry_read_parts(&reading, request, &parts);
    if (!error)
        error = begin(&maker);
    if (!error)
        error = take_document(&maker, parts, &bytes);
    if (!error && !maker.view.mistakes.count)
        error = read_document(&maker, bytes, &sent);
    if (!error && sent.type)
        error = answer_document(&maker, &sent);
    return error ? reading_failed(&reading, response) : end(&maker, response);
}
