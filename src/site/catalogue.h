/* The catalogue: words for kinds of files, fields and acts, in one place. What has no row is shown
 * by the name that it has in the tables, with spaces for dashes. Internal to site/. */
#ifndef ENDUSE_SITE_CATALOGUE_H
#define ENDUSE_SITE_CATALOGUE_H

#include "authority/authority.h"
#include "site/views.h"

struct kind_words {
    const char *one, *many; /* "Licence", "Licences" */
    const char *intro;      /* what it is, in a sentence */
    const char *empty;      /* when there is none, what brings one; NULL: nothing to say */
};

struct kind_words kind_words(struct arena *arena, enum file_kind kind);

/* A field's label and hint. */
const char *field_label(struct arena *arena, const struct field *field);
const char *field_hint(struct arena *arena, const struct field *field);

/* The words of a choice, and a state with its colour and shape. */
const char *choice_label(struct arena *arena, const char *word);
struct view_state state_label(struct arena *arena, enum file_kind kind, int state);
const char *state_shape(enum file_kind kind, int state);

/* A button's words for an act: "Approve or object". */
const char *act_label(struct arena *arena, const struct transition *transition);

/* With a capital, and without what follows the first sentence or semicolon. */
const char *words_capital(struct arena *arena, const char *text);

#endif
