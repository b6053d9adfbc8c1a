/* A copy of the form of December 2021 in a folder of its own, with a few texts changed, so that a
 * test can break one thing of a form that is otherwise whole. */
#ifndef ENDUSE_TESTS_FORM_WORLD_H
#define ENDUSE_TESTS_FORM_WORLD_H

#include "base/base.h"

enum { FORM_WORLD_PATH = 64 };

/* Copies the form to a new folder below the temporary one. file, when not NULL, is changed: its
 * first `before` becomes `after` (an empty `before`: the file becomes `after`; after NULL: the file
 * is left out). Aborts the test on any failure; `before` must be there. */
void form_world_make(
    char path[FORM_WORLD_PATH], const char *file, const char *before, const char *after);

/* Removes the folder. */
void form_world_remove(const char *path);

#endif
