/* Policies compiled for evaluation: immutable, shared by threads. The instructions are in code.h.
 */
#ifndef ENDUSE_CEDAR_PROGRAM_H
#define ENDUSE_CEDAR_PROGRAM_H

#include "cedar/policies.h"
#include "cedar/symbol.h"

struct cedar_program;

/* Compiles all policies of a set. Their names and strings are added to symbols. policies and
 * symbols (and what it stands on) must outlive the program; policies must not grow meanwhile.
 * ERROR_MEMORY, ERROR_STATE (symbols frozen), ERROR_TOO_LARGE. */
enum error cedar_compile(
    const struct cedar_policies *policies, struct cedar_symbols *symbols, struct fault *fault,
    struct cedar_program **ret_program);

void cedar_program_free(struct cedar_program *program);

/* The set that it was compiled from: its indexes are those of responses and explanations. */
const struct cedar_policies *cedar_program_policies(const struct cedar_program *program);

/* Bytes of scratch memory that cedar_authorize needs for this program, in all cases. */
size_t cedar_program_scratch_size(const struct cedar_program *program);

#endif
