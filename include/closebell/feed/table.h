/* table.h: a file of lines, whose columns are separated by tabs: the items of a feed, and what maps one text to others.
 * Pure.
 *
 * Blank lines, and lines that begin with #, are passed over; blanks around a column are not part of it. */
#ifndef CLOSEBELL_FEED_TABLE_H
#define CLOSEBELL_FEED_TABLE_H

#include <stddef.h>

#include <closebell/base/status.h>

enum {
  FEED_TABLE_BYTES_MAX = 8 * 1024 * 1024,
  FEED_TABLE_LINES_MAX = 100000,
  FEED_COLUMNS_MAX = 16,
  FEED_COLUMN_BYTES_MAX = 500
};

typedef struct {
  const char *const *columns; /* at least one; the first is not empty, and no two lines have the same */
  size_t count;
  int number; /* of the line in its file, from 1 */
} FeedLine;

/* Zero-initialise; feed_table_free at the end. */
typedef struct {
  FeedLine *lines; /* in the order of the file */
  size_t count;
  size_t *sorted; /* their indexes, by the first column */
  char *text;     /* that columns point into */
  const char **columns;
} FeedTable;

/* STATUS_CONFIG: "line 7: ..." (the caller says of which file): no UTF-8, a control character, too long, too many
 * columns, a first column that is empty or stood there before. A table without lines is none of these. */
Status feed_table_parse(const char *bytes, size_t length, FeedTable *ret_table, Error *err);
/* One line for each text between commas, with one column: the list of a setting. */
Status feed_table_parse_list(const char *text, FeedTable *ret_table, Error *err);
/* The line whose first column is the text; null: none. */
const FeedLine *feed_table_find(const FeedTable *table, const char *text);
/* Column 1 is the first; null where the line has no such column, or an empty one. */
const char *feed_line_column(const FeedLine *line, size_t column);
void feed_table_free(FeedTable *table);

#endif
