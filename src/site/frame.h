/* What is around every page: who reads it, where they can go, what it stands on. Internal to site/.
 */
#ifndef ENDUSE_SITE_FRAME_H
#define ENDUSE_SITE_FRAME_H

#include "service/core.h"
#include "site/views.h"

/* The frame of a page for the reading's person. title begins with the subject; section is the path
 * of the navigation that the page belongs to, or NULL. Texts are in the reading's arena. A reading
 * without a database (of a problem's page for a stranger) has no log to name. */
enum error frame_make(
    struct reading *reading, const char *title, const char *section, struct view_frame *ret_frame);

/* Has the page hear of changes of a topic: "queue", "licence", "licence/IL-0001"; after frame_make.
 * What then changes on it is marked in its template by data-live. */
enum error frame_live(struct reading *reading, const char *topic, struct view_frame *frame);

/* A reading for the frame of a page that is made after the request was dealt with: of whoever its
 * cookie names; of a stranger it has no database, and costs no look into it. */
void page_reading_begin(
    struct service *service, const struct http_request *request, struct reading *ret_reading);
void page_reading_end(struct reading *reading);

/* The frame without a reading, for when frame_make fails on such a page. */
struct view_frame
frame_plain(const struct service *service, const struct http_request *request, const char *title);

/* What a person is, in words: "Signatory, defence". */
const char *frame_role(struct arena *arena, const struct actor *actor);

/* Ends a handler whose page was written to response->content. */
enum http_outcome page_done(struct reading *reading, struct http_response *response);

#endif
