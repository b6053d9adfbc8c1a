/* An installation under a licence, with the key of its guard. */
#ifndef ENDUSE_AUTHORITY_INSTALLATION_H
#define ENDUSE_AUTHORITY_INSTALLATION_H

#include "authority/file.h"

enum installation_state { INSTALLATION_ENROLLED = 1, INSTALLATION_SUSPENDED, INSTALLATION_LATCHED };

struct installation_file {
    struct file_base base;
    const char *licence;
    const char *place;
    struct document_key guard;
    struct digest first_key; /* SHA-256 of K_0, which is escrowed */
    struct digest build;     /* of the product, tested with the guard in it; SHA-256 */
    struct done_by enrolled;
    const char *reason;  /* why suspended or latched */
    struct digest latch; /* what a restoration must name */
};

#endif
