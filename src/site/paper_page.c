/* A file as a PDF: written here, made by the press (paper/), sent when it is ready. */
#include <stdlib.h>
#include <string.h>

#include "paper/paper.h"
#include "service/log.h"
#include "service/refusal.h"
#include "site/authority_pages.h"
#include "site/handlers.h"
#include "site/paper_sheet.h"
#include "site/paper_styles.h"
#include "site/words.h"

enum { WAIT_MAX = 120000 }; /* ms, in the queue and under way */

/* A PDF that somebody waits for. The handler, done and ended each hold it. */
struct paper_order {
    struct service *service;
    struct http_exchange *exchange;
    struct paper_job job;
    uint64_t request;
    char name[PAPER_NAME_MAX + 1]; /* of the PDF's file */
    atomic_int holders;
    atomic_bool gone;
};

static void let_go(struct paper_order *order, int holders)
{
    if (atomic_fetch_sub(&order->holders, holders) == holders)
        free(order);
}

/* --- Its end ------------------------------------------------------------------------------ */

static void log_failure(const struct paper_order *order, const struct fault *fault)
{
    struct log_line line;
    log_begin(&line, "error", "pdf");
    log_number(&line, "request", order->request);
    log_fault(&line, fault);
    log_end(&line, order->service->log);
}

/* Answers, and lets go for whoever called and, where nobody else will, for `ended`. */
static void
answer(struct paper_order *order, enum error error, const struct fault *fault, struct buffer *pdf)
{
    struct http_response response = {0};
    if (!error) {
        response.status = 200;
        response.type = "application/pdf";
        response.content = *pdf;
        http_header(&response, "Content-Disposition", "inline; filename=\"%s.pdf\"", order->name);
    } else {
        const struct fault cancelled = {.error = error};
        refusal_answer(&response, fault ? fault : &cancelled);
        if (error != ERROR_CANCELLED && fault)
            log_failure(order, fault);
    }
    bool sent = http_complete(order->exchange, &response) == ERROR_OK;
    let_go(order, sent ? 2 : 1);
}

static void done(void *context, enum error error, const struct fault *fault, struct buffer *pdf)
{
    answer(context, error, fault, pdf);
}

/* http_ended: the client went away, the time is up, or the server stops. */
static void ended(void *context, enum http_end why)
{
    (void)why;
    struct paper_order *order = context;
    atomic_store(&order->gone, true);
    paper_cancel(order->service->press, &order->job);
    let_go(order, 1);
}

/* --- Its beginning ------------------------------------------------------------------------ */

static enum error order_new(
    struct service *service, const struct http_request *request, const char *name,
    struct fault *fault, struct paper_order **ret_order)
{
    struct paper_order *order = calloc(1, sizeof *order);
    if (!order)
        return fault_place(fault, ERROR_MEMORY, "PDF");
    order->service = service;
    order->request = request->id;
    order->job.cancel = -1;
    atomic_init(&order->holders, 3);
    memcpy(order->name, name, strnlen(name, PAPER_NAME_MAX));
    *ret_order = order;
    return ERROR_OK;
}

/* Gives the sheet to the press, for the exchange. Once that is parked, what fails is its answer. */
static enum error print(
    struct paper_order *order, struct http_exchange *exchange, const struct paper_sheet *sheet,
    struct fault *fault)
{
    struct press *press = order->service->press;
    order->exchange = exchange;
    enum error error = http_park(exchange, WAIT_MAX, ended, order);
    if (error) {
        let_go(order, 3);
        return fault_place(fault, error, "PDF");
    }
    struct fault refused = {0};
    error = paper_print(press, sheet, done, order, &refused, &order->job);
    if (error)
        answer(order, error, &refused, NULL);
    else if (atomic_load(&order->gone))
        paper_cancel(press, &order->job);
    let_go(order, 1);
    return ERROR_OK;
}

/* The sheet, in the arena but for its HTML. */
static enum error make_sheet(
    struct reading *reading, enum file_kind kind, const void *content, struct buffer *html,
    struct paper_file *file, struct paper_sheet *ret_sheet)
{
    struct view_paper view;
    char identifier[DIGEST_TEXT_SIZE];
    enum error error = paper_view_make(reading, kind, content, &view);
    if (error)
        return error;
    paper_page(html, &view);
    if (html->error)
        return fault_place(&reading->fault, html->error, "PDF");
    struct digest digest = sha256_of(buffer_view(html));
    *file = (struct paper_file){
        .name = view.file,
        .type = "application/cose",
        .words = "The document as it was signed",
        .content = file_instrument(kind, content),
    };
    *ret_sheet = (struct paper_sheet){
        .html = buffer_view(html),
        .styles = bytes_of(paper_styles),
        .identifier = arena_text(&reading->arena, bytes_of(digest_text(&digest, identifier))),
        .files = file,
        .file_count = file->content.length ? 1 : 0,
    };
    return ERROR_OK;
}

HANDLER(get_paper)
{
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    struct buffer html = {0};
    struct paper_file file;
    struct paper_sheet sheet;
    struct paper_order *order = NULL;
    enum error error = find_visible_file(&reading, request, &kind, &content);
    if (!error)
        error = make_sheet(&reading, kind, content, &html, &file, &sheet);
    if (!error)
        error = order_new(
            context, request, ((const struct file_base *)content)->number, &reading.fault, &order);
    if (!error)
        error = print(order, exchange, &sheet, &reading.fault);
    buffer_free(&html);
    if (error)
        return reading_failed(&reading, response);
    reading_end(&reading);
    return HTTP_PARKED;
}
