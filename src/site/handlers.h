/* The handlers that the table of pages names, by file. Internal to site/. */
#ifndef ENDUSE_SITE_HANDLERS_H
#define ENDUSE_SITE_HANDLERS_H

#include "service/core.h"
#include "service/handlers.h"

/* home.c */
HANDLER(get_home);
HANDLER(get_language);
HANDLER(get_asset);

/* figures_page.c, figures_rows.c: the transparency figures. */
HANDLER(get_figures);
HANDLER(get_figures_exact);
HANDLER(get_figures_csv);
HANDLER(get_figures_json);

/* countries_page.c: the countries that may acquire, on a map and in a list. */
HANDLER(get_countries);

/* verify.c: a document, or a number, against the register. */
HANDLER(get_verify);
HANDLER(post_verify);

/* report.c, follow.c: suspected misuse. */
HANDLER(get_report);
HANDLER(post_report);
HANDLER(get_follow);
HANDLER(post_follow);

/* log_page.c */
HANDLER(get_log_page);

/* about.c */
HANDLER(get_help);
HANDLER(get_accessibility);
HANDLER(get_privacy);

/* sign_in.c */
HANDLER(get_sign_in);
HANDLER(post_sign_in);
HANDLER(post_sign_in_key);
HANDLER(post_sign_out);

/* sign_in_passkey.c */
HANDLER(post_sign_in_passkey);
HANDLER(get_sign_in_enter);

/* sign_page.c, passkey_page.c: at the sign origin. */
HANDLER(get_sign_page);
HANDLER(post_sign_page);
HANDLER(get_passkey_page);
HANDLER(post_passkey_page);

/* queue.c */
HANDLER(get_queue);
HANDLER(post_queue_views);

/* board.c */
HANDLER(get_board);

/* live.c: what open pages hear of changes by. */
HANDLER(get_live);

/* search.c */
HANDLER(get_search);

/* register.c: lists of files. */
HANDLER(get_registers);
HANDLER(get_register_page);

/* file_page.c: a file of any kind; licence_pages.c and certificate_page.c those kinds' own. */
HANDLER(get_file_page);
HANDLER(get_trial); /* and what the form sends */
enum http_outcome certificate_page_answer(
    struct reading *reading, const struct certificate_file *file,
    const struct http_request *request, struct http_response *response);
enum http_outcome licence_page_answer(
    struct reading *reading, const struct http_request *request, struct http_response *response);

/* paper_page.c: the same as a PDF. */
HANDLER(get_paper);

/* hearing_page.c: hearings, for their parties; whoever is led to the case itself, as after an act,
 * is led on to the hearing: true, and the reading has ended. */
HANDLER(get_hearings_page);
HANDLER(get_hearing_page);
HANDLER(get_hearing_act);
HANDLER(post_hearing_act);
bool hearing_page_instead(
    struct reading *reading, const struct http_request *request, struct http_response *response);

/* compare.c: two forms beside each other. */
HANDLER(get_compare);

/* order_page.c */
HANDLER(get_draft_page);
HANDLER(post_draft_page);
HANDLER(get_order_page);
HANDLER(post_order_page);

/* act_page.c: filling in an act and checking it; act_sign.c: signing it. */
HANDLER(get_act_page);
HANDLER(post_act_page);
HANDLER(post_act_sign);

/* act_sent.c: what is to be signed as files, for key files. */
HANDLER(post_act_file);

#endif
