/* A file as it is printed. Internal to site/. */
#ifndef ENDUSE_SITE_PAPER_SHEET_H
#define ENDUSE_SITE_PAPER_SHEET_H

#include "service/core.h"
#include "site/views_certificate.h"

/* Where the PDF of a file is; NULL where there is none: of a certificate, licence or order that
 * nobody has signed, and of other kinds but a case. */
const char *paper_href(struct arena *arena, enum file_kind kind, const void *content);

/* What the sheet says; in the reading's arena. ERROR_NOT_FOUND where paper_href is NULL. */
enum error paper_view_make(
    struct reading *reading, enum file_kind kind, const void *content, struct view_paper *ret_view);

#endif
