/* Trying a declaration. */
#include "site/trial.h"

#include <string.h>

#include "site/catalogue.h"
#include "site/words.h"

bool trial_asks(const struct cedar_attribute *attribute)
{
    const struct bytes *source = cedar_schema_annotation(&attribute->annotations, "source");
    return source && bytes_equal_text(*source, "declaration") &&
           !bytes_equal_text(attribute->name, "file") &&
           !bytes_equal_text(attribute->name, "subject");
}

const char *trial_name(const struct trial *trial, const struct cedar_attribute *attribute)
{
    return arena_text(&trial->facts->reading->arena, attribute->name);
}

/* What does not fit, at its field. The names of facts are those of fields; what is wrong elsewhere
 * is said without a place. */
static enum error
add_mistake(const struct trial *trial, const struct fault *mistake, struct view_trial *view)
{
    struct reading *reading = trial->facts->reading;
    struct arena *arena = &reading->arena;
    view->mistakes.items = ARENA_NEW(arena, struct view_mistake);
    if (!view->mistakes.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    const char *words = *mistake->expected
                            ? words_format(arena, "expected %s.", mistake->expected)
                            : words_format(arena, "%s.", error_words(mistake->error));
    const char *place = mistake->place; /* "declaration: conduct" */
    for (const char *at; (at = strstr(place, ": ")) != NULL;)
        place = at + 2;
    size_t length = strcspn(place, "[.");
    struct view_mistake *one = &view->mistakes.items[view->mistakes.count++];
    one->words = words_format(arena, "%s: %s", place, words);
    for (size_t i = 0; i < view->fields.count; i++) {
        struct view_field *field = &view->fields.items[i];
        if (strlen(field->name) != length || strncmp(field->name, place, length) != 0)
            continue;
        field->error = words_capital(arena, words);
        field->described = words_format(arena, "%s-error", field->name);
        one->href = words_format(arena, "#%s", field->name);
        one->words = words_format(arena, "%s: %s", field->label, words);
    }
    return ERROR_OK;
}

/* The day that is judged at, when the form does not say one: today, or the certificate's first
 * where it has not begun or has ended. */
static millis usual_time(const struct certificate_case *facts)
{
    const struct certificate *certificate = facts->certificate;
    millis now = facts->reading->time;
    return certificate->from <= now && now < certificate->until ? now : certificate->from;
}

enum error trial_make(
    const struct certificate_case *facts, struct http_pairs pairs, struct view_trial *ret_view)
{
    struct reading *reading = facts->reading;
    struct trial trial = {.facts = facts, .pairs = pairs, .time = usual_time(facts)};
    struct view_trial view = {0};
    struct cedar_schema *vocabulary = NULL;
    struct fault mistake = {0};
    enum error error =
        cedar_schema_parse(bytes_of(facts->form.vocabulary), &reading->fault, &vocabulary);
    if (error)
        return error;
    const struct cedar_action *use =
        cedar_schema_action(vocabulary, BYTES_LITERAL("EndUse::Action"), BYTES_LITERAL("use"));
    if (use) {
        trial.context = &use->context;
        error = trial_fields_make(&trial, &view);
        if (facts->file->base.state != CERTIFICATE_IN_FORCE)
            view.standing = "This certificate is not in force: no use may begin under it, whatever "
                            "its clauses say of these facts.";
        if (!error && pairs.count) {
            error = trial_read(&trial, &mistake);
            if (!error)
                error = trial_judge(&trial, &mistake, &view);
            if (error == ERROR_MEMORY || error == ERROR_INTERNAL)
                reading->fault = mistake;
            else if (error)
                error = add_mistake(&trial, &mistake, &view);
        }
    }
    cedar_schema_free(vocabulary);
    if (!error)
        *ret_view = view;
    return error;
}
