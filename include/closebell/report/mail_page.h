/* mail_page.h: one mail's content as plain text and as HTML, written side by side, so that both say the same. Pure.
 *
 * What is put in is escaped twice: what steers, turns or hides is shown (base/escape.h), and HTML's own letters are
 * entities. Nothing that comes from outside can be more than text, or a link to http:// or https://. */
#ifndef CLOSEBELL_REPORT_MAIL_PAGE_H
#define CLOSEBELL_REPORT_MAIL_PAGE_H

#include <closebell/base/text.h>

enum { MAIL_PAGE_COLUMNS = 8 };

typedef struct {
  const char *head;
  bool right; /* numbers */
} MailColumn;

/* Zero-initialise; mail_page_free at the end. text.failed or html.failed: memory ran out. */
typedef struct {
  TextBuffer text, html; /* lines end in \n */
  const MailColumn *columns;
  size_t column_count;
  char **cells; /* of the table that is being written, as they are shown; owned */
  size_t cell_count, capacity;
} MailPage;

void mail_page_begin(MailPage *page, const char *title);
void mail_page_end(MailPage *page);
void mail_page_free(MailPage *page);

void mail_page_heading(MailPage *page, const char *text);
/* One paragraph of one line. */
void mail_page_line(MailPage *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A paragraph whose text leads to the URL. One that is no http:// or https:// of plain letters is left away, and the
 * text stands alone. */
void mail_page_link(MailPage *page, const char *text, const char *url);

/* A table: its cells, row by row, each row with as many as there are columns. The columns are lent until its end. */
void mail_page_begin_table(MailPage *page, const MailColumn *columns, size_t count);
void mail_page_cell(MailPage *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mail_page_end_table(MailPage *page);

#endif
