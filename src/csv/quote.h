/* How values stand in the file, for reader and writer. Private to csv/. */
#ifndef ENDUSE_CSV_QUOTE_H
#define ENDUSE_CSV_QUOTE_H

#include "base/bytes.h"

#define CSV_BYTE_ORDER_MARK BYTES_LITERAL("\xEF\xBB\xBF")

/* Whether a value as written has the apostrophe that is not its own: one or more of them before
 * what a spreadsheet would run. */
bool csv_is_marked(struct bytes written);

/* The offset of the first character that may not stand in CSV because it is not seen as it stands:
 * those of text_find_hidden, but a carriage return before a line feed, and U+FEFF, which would be
 * taken for a byte order mark. text.length when there is none. */
size_t csv_find_hidden(struct bytes text);

#endif
