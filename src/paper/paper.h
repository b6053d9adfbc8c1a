/* The face of paper/: a document of HTML becomes a PDF (PDF/A-3b, tagged) with files inside, made
 * by WeasyPrint in a child process that can do nothing else; and QR codes. Nothing here knows what
 * a document says.
 *
 *     press.c    jobs that wait, and the threads that see to their children
 *     child.c    one child: started, fed, listened to, ended in time
 *     sandbox.c  what a child can do
 *     worker.py  what it runs
 *     qr.c       QR codes
 */
#ifndef ENDUSE_PAPER_PAPER_H
#define ENDUSE_PAPER_PAPER_H

#include "base/base.h"

enum {
    PAPER_FILES_MAX = 8,
    PAPER_NAME_MAX = 80, /* characters of an attached file's name */
    PAPER_AT_ONCE = 2,   /* children */
    PAPER_WAITING = 16,  /* jobs besides */
    PAPER_TIME = 90000,  /* ms for a child, from its start to its end */
    PAPER_INPUT = 16 << 20,
    PAPER_OUTPUT = 32 << 20,
};
#define PAPER_MEMORY ((size_t)1 << 30) /* address space of a child, bytes */

/* A file inside the PDF. */
struct paper_file {
    const char *name;  /* letters, digits, '.', '-' and '_' */
    const char *type;  /* media type, of the same and '/' and '+' */
    const char *words; /* what it is; one line */
    struct bytes content;
};

struct paper_sheet {
    struct bytes html, styles; /* UTF-8; no address in them is followed */
    const char *identifier;    /* hex digits, for the PDF's /ID */
    const struct paper_file *files;
    size_t file_count;
};

/* Zeros, and NULL, are the values above. */
struct paper_options {
    const char *program; /* the Python that has WeasyPrint; /usr/bin/python3 */
    const char *script;  /* what it runs instead of worker.py; for tests */
    size_t at_once, waiting, output, memory;
    millis time;
    bool unlocked; /* no sandbox: for the tests that show what it is good for */
};

struct press;

/* What becomes of a job; called once for each that paper_print took, on a thread of the press or of
 * paper_cancel or press_free's caller, holding no lock. ERROR_OK: pdf is the callee's to free.
 * Else: ERROR_PAPER_PROGRAM   no such program, or no WeasyPrint of the known version
 *   ERROR_PAPER_SANDBOX   the sandbox cannot be put up: nothing was run
 *   ERROR_PAPER_LATE      not ready in time
 *   ERROR_PAPER_LARGE     more than a PDF may have
 *   ERROR_PAPER_FAILED    it ended without a PDF; found has its last words
 *   ERROR_CANCELLED       by paper_cancel or press_free
 * or one of the machine's. */
typedef void (*paper_done)(
    void *context, enum error error, const struct fault *fault, struct buffer *pdf);

/* Threads, and no child yet. A system without a sandbox is no error here, but of each job. NULL is
 * fine for press_free, which ends what runs. ERROR_MEMORY, or the system's. */
enum error
press_new(const struct paper_options *options, struct fault *fault, struct press **ret_press);
void press_free(struct press *press);

/* A job, in its owner's memory from paper_print until done was called. */
struct paper_job {
    struct buffer input;
    paper_done done;
    void *context;
    struct paper_job *next;
    int cancel; /* of the thread that runs it: what to write to; -1: no thread does */
};

/* Takes a copy of the sheet. ERROR_PAPER_FULL: too many wait; ERROR_PAPER_SHEET: a name, type or
 * identifier that cannot be, or too much; ERROR_MEMORY; ERROR_CANCELLED when the press is being
 * freed. Then done is not called. */
MUST_CHECK enum error paper_print(
    struct press *press, const struct paper_sheet *sheet, paper_done done, void *context,
    struct fault *fault, struct paper_job *job);

/* Nobody wants it any more. done is called with ERROR_CANCELLED, here when the job still waited,
 * soon on its thread when it runs; not a second time when it was called already. The job must not
 * have gone yet: its owner sees to that. */
void paper_cancel(struct press *press, struct paper_job *job);

/* Modules of a QR code (ISO/IEC 18004, error correction M) as the path of an SVG, a unit a module,
 * and how many there are a side, the quiet zone of four on each side included. ERROR_TOO_LARGE. */
enum error paper_qr(const char *text, struct fault *fault, unsigned *ret_side, struct buffer *path);

#endif
