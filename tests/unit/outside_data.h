/* Public test data that is not in the tree: archives below the folder that the environment calls
 * DATA, or else ../shared/data beside the checkout. */
#ifndef ENDUSE_TESTS_OUTSIDE_DATA_H
#define ENDUSE_TESTS_OUTSIDE_DATA_H

#include "base/base.h"

/* The exit status by which a test program tells that it was skipped. */
enum { OUTSIDE_DATA_SKIPPED = 77 };

/* Whether an archive ("log/wycheproof.tar.gz") is there; says aloud when it is not. */
bool outside_data_there(const char *archive);

/* Appends one member of an archive to *ret_content. False when that fails. */
bool outside_data_read(const char *archive, const char *member, struct buffer *ret_content);

#endif
