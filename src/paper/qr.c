/* QR codes, by libqrencode. */
#include <errno.h>
#include <qrencode.h>

#include "paper/paper.h"

enum { QUIET = 4 }; /* modules around it that are light */

/* Each run of dark modules in a row as a box of the path. */
static void draw_row(const QRcode *code, int row, struct buffer *path)
{
    const unsigned char *modules = code->data + row * code->width;
    for (int at = 0; at < code->width; at++) {
        int from = at;
        while (at < code->width && modules[at] & 1)
            at++;
        if (at > from)
            buffer_printf(
                path, "M%d %dh%dv1H%dz", from + QUIET, row + QUIET, at - from, from + QUIET);
    }
}

enum error paper_qr(const char *text, struct fault *fault, unsigned *ret_side, struct buffer *path)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return errno == ENOMEM ? fault_place(fault, ERROR_MEMORY, "QR code")
                               : fault_set(
                                     fault, ERROR_TOO_LARGE, "QR code",
                                     "at most 2331 bytes, and one at least", NULL);
    for (int row = 0; row < code->width; row++)
        draw_row(code, row, path);
    *ret_side = (unsigned)code->width + 2 * QUIET;
    QRcode_free(code);
    return path->error ? fault_place(fault, path->error, "QR code") : ERROR_OK;
}
