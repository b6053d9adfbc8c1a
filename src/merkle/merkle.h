/* The face of merkle/: the hash tree of RFC 6962, its proofs, and its heads as signed notes.
 *
 *   tree.h        hashes of leaves and nodes; the frontier, which grows a tree and knows its root
 *   proof.h       inclusion and consistency: making them from stored hashes, and checking them
 *   note.h        text with Ed25519 signature lines (C2SP signed-note) and the keys' text form
 *   checkpoint.h  the note that states a log's origin, size and root (C2SP tlog-checkpoint)
 *
 * Nothing here reads or writes files, and nothing knows what a leaf means.
 */
#ifndef ENDUSE_MERKLE_MERKLE_H
#define ENDUSE_MERKLE_MERKLE_H

#include "merkle/checkpoint.h"
#include "merkle/note.h"
#include "merkle/proof.h"
#include "merkle/tree.h"

#endif
