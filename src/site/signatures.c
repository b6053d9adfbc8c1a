/* Signatures by person, ministry or state, and key. */
#include "site/signatures.h"

#include "site/words.h"

const char *words_fingerprint(struct arena *arena, const struct key_id *id)
{
    char text[KEY_ID_TEXT_SIZE];
    struct buffer out = {0};
    key_id_text(id, text);
    for (size_t i = 0; text[i]; i++) {
        if (i && i % 4 == 0)
            buffer_append_byte(&out, ' ');
        buffer_append_byte(&out, (uint8_t)text[i]);
    }
    const char *words = out.error ? NULL : arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return words;
}

/* Whose key it is: a signatory of the certificate, or a person of the root. */
static void show_signer(
    struct arena *arena, const struct certificate *certificate, const struct root *root,
    const struct key_id *id, struct view_signature *view)
{
    const struct certificate_person *signatory =
        certificate ? certificate_signatory_by_key(certificate, id) : NULL;
    enum ministry_id ministry;
    const struct root_person *person = root_person_by_key(root, id, &ministry);
    if (signatory) {
        view->who = words_format(arena, "%s, %s", signatory->id, signatory->name);
        view->office = words_format(arena, "%s, %s", certificate->state_name, signatory->office);
    } else if (person) {
        view->who = words_format(arena, "%s, %s", person->id, person->name);
        view->office = words_format(arena, "The %s ministry", ministry_word(ministry));
    } else {
        view->who = "A person whom the root names no more";
    }
}

enum error signatures_make(
    struct reading *reading, struct bytes instrument, const struct certificate *certificate,
    struct view_signature **ret_items, size_t *ret_count)
{
    struct arena *arena = &reading->arena;
    struct unverified_envelope envelope = {0};
    const struct office *office;
    /* An offered certificate has no envelope yet. */
    if (!instrument.length)
        return ERROR_OK;
    enum error error = cose_peek_unverified(instrument, &reading->fault, &envelope);
    if (!error)
        error = reading_office(reading, &office);
    if (error)
        return error;
    struct view_signature *items = ARENA_ARRAY(arena, struct view_signature, envelope.count);
    if (!items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < envelope.count; i++) {
        items[i] = (struct view_signature){
            .key = envelope.kinds[i] == SIGNER_PASSKEY ? "Passkey" : "Key",
            .fingerprint = words_fingerprint(arena, &envelope.kids[i]),
        };
        show_signer(arena, certificate, &office->chain->current, &envelope.kids[i], &items[i]);
    }
    *ret_items = items;
    *ret_count = envelope.count;
    return ERROR_OK;
}
