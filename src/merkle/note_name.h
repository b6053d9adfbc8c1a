/* The rule of names in notes, for the files of this folder. */
#ifndef ENDUSE_MERKLE_NOTE_NAME_H
#define ENDUSE_MERKLE_NOTE_NAME_H

#include "merkle/note.h"

bool note_name_is_valid(struct bytes name);

#endif
