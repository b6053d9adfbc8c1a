/* The face of site/: what people see of the authority in their browsers. Pages are made on the
 * server and work without scripts. They read what the API reads, by the same rules of access, and
 * change nothing but by acts that a person signs.
 *
 *     views.h      what the templates in pages/ show
 *     frame.h      what is around every page
 *     catalogue.h  the words for kinds, fields and acts
 *     values.h     a file's content, field by field
 *     fields.h     a form for an act's body, and what was filled in
 *     entry.h      forms that come back: from whom, and that it was this site's form
 */
#ifndef ENDUSE_SITE_SITE_H
#define ENDUSE_SITE_SITE_H

#include "service/service.h"

/* For service_start. */
extern const struct service_site site;

#endif
