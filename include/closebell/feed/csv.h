/* csv.h: the CSV of an answer (RFC 4180) as an array of objects of texts, so that rows are read from it as from JSON.
 * Pure.
 *
 * The first line names the columns; no name may stand there twice. Lines end with CRLF or LF; the last may do without.
 * A byte order mark is left out. A field between quotes may hold commas, line ends and doubled quotes; elsewhere a
 * quote is refused, and so is a CR without LF. Every line has as many fields as the first; a line without any byte is
 * none. columns of the text says what the first line names, which counts where there is no row. */
#ifndef CLOSEBELL_FEED_CSV_H
#define CLOSEBELL_FEED_CSV_H

#include <closebell/feed/json.h>

enum { FEED_CSV_MAX_COLUMNS = 512 };

/* root is an array of objects, a member a column. STATUS_BAD_DATA names line and column by number, never a piece of the
 * text; fault FEED_JSON_CUT: it ends between quotes, within a character, or with a line that lacks columns.
 * The bounds of json.h hold, and its feed_json_close. */
Status feed_csv_open(const char *bytes, size_t length, FeedJsonText *ret_text, Error *err);

#endif
