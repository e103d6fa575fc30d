#include <closebell/report/mail_page.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/url.h>
#include <closebell/base/vector.h>
#include <closebell/base/width.h>

enum { GAP = 2 };

static const char STYLE[] =
    "body{font:14px/1.4 sans-serif;color:#222;background:#fff}h1{font-size:18px}"
    "h2{font-size:15px;margin:16px 0 4px}p{margin:2px 0}table{border-collapse:collapse}"
    "td,th{padding:2px 12px 2px 0;border-bottom:1px solid #ddd;text-align:left;white-space:nowrap}"
    "td.r,th.r{text-align:right}";

/* ---- texts ---- */

static void put(TextBuffer *to, const char *text) { text_buffer_append(to, text, strlen(text)); }

static void put_html(TextBuffer *to, const char *text) {
  for (; *text != '\0'; text++) {
    const char *entity = *text == '&'    ? "&amp;"
                         : *text == '<'  ? "&lt;"
                         : *text == '>'  ? "&gt;"
                         : *text == '"'  ? "&quot;"
                         : *text == '\'' ? "&#39;"
                                         : NULL;
    if (entity)
      put(to, entity);
    else
      text_buffer_append(to, text, 1);
  }
}

/* As it is shown; null, and the page has failed, when there is no memory. The caller frees it. */
static char *show(MailPage *page, const char *format, va_list arguments) {
  TextBuffer shown = {0};
  char *raw = NULL;
  if (vasprintf(&raw, format, arguments) < 0) raw = NULL;
  if (raw) escape_append(&shown, raw, ESCAPE_TO_SHOW);
  bool failed = !raw || shown.failed;
  free(raw);
  char *text = failed ? NULL : shown.data ? shown.data : strdup("");
  if (!text) {
    text_buffer_free(&shown);
    page->text.failed = true;
  }
  return text;
}

/* ---- what stands alone ---- */

void mail_page_begin(MailPage *page, const char *title) {
  put(&page->html, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
  put_html(&page->html, title);
  text_buffer_printf(&page->html, "</title><style>%s</style></head>\n<body>\n<h1>", STYLE);
  put_html(&page->html, title);
  put(&page->html, "</h1>\n");
  text_buffer_printf(&page->text, "%s\n", title);
}

void mail_page_end(MailPage *page) { put(&page->html, "</body></html>\n"); }

void mail_page_heading(MailPage *page, const char *text) {
  text_buffer_printf(&page->text, "\n%s\n", text);
  put(&page->html, "<h2>");
  put_html(&page->html, text);
  put(&page->html, "</h2>\n");
}

void mail_page_line(MailPage *page, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *shown = show(page, format, arguments);
  va_end(arguments);
  if (!shown) return;
  put(&page->text, shown);
  put(&page->text, "\n");
  put(&page->html, "<p>");
  put_html(&page->html, shown);
  put(&page->html, "</p>\n");
  free(shown);
}

/* Letters that RFC 3986 lets a URL have, without the apostrophe, which ends an attribute too. A user before the host
 * could pass for the host. */
static bool may_link(const char *url) {
  static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&()*+,;=%";
  if (url_fault(url) != NULL || url[strspn(url, ALLOWED)] != '\0') return false;
  const char *host = strstr(url, "://") + 3;
  return memchr(host, '@', strcspn(host, "/?#")) == NULL;
}

void mail_page_link(MailPage *page, const char *text, const char *url) {
  TextBuffer shown = {0};
  if (!may_link(url)) {
    mail_page_line(page, "%s", text);
    return;
  }
  escape_append(&shown, text, ESCAPE_TO_SHOW);
  const char *said = shown.data ? shown.data : "";
  text_buffer_printf(&page->text, "%s\n  %s\n", said, url);
  put(&page->html, "<p><a href=\"");
  put_html(&page->html, url);
  put(&page->html, "\">");
  put_html(&page->html, said);
  put(&page->html, "</a></p>\n");
  page->text.failed |= shown.failed;
  text_buffer_free(&shown);
}

/* ---- tables ---- */

static void forget_cells(MailPage *page) {
  for (size_t i = 0; i < page->cell_count; i++) free(page->cells[i]);
  page->cell_count = 0;
}

void mail_page_begin_table(MailPage *page, const MailColumn *columns, size_t count) {
  forget_cells(page);
  page->columns = columns;
  page->column_count = count < MAIL_PAGE_COLUMNS ? count : MAIL_PAGE_COLUMNS;
}

void mail_page_cell(MailPage *page, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *shown = show(page, format, arguments);
  va_end(arguments);
  char **cells = shown ? vector_reserve(page->cells, &page->capacity, page->cell_count + 1, sizeof *cells) : NULL;
  if (!cells) {
    page->text.failed = true;
    free(shown);
    return;
  }
  page->cells = cells;
  page->cells[page->cell_count++] = shown;
}

static void put_text_row(MailPage *page, const char *const *cells, const size_t *widths) {
  size_t owed = 0; /* blanks that only what follows makes necessary */
  for (size_t i = 0; i < page->column_count; i++) {
    size_t blanks = widths[i] - width_of(cells[i]);
    bool right = page->columns[i].right;
    text_buffer_printf(&page->text, "%*s%s", (int)(owed + (right ? blanks : 0)), "", cells[i]);
    owed = GAP + (right ? 0 : blanks);
  }
  put(&page->text, "\n");
}

static void put_html_row(MailPage *page, const char *const *cells, const char *tag) {
  put(&page->html, "<tr>");
  for (size_t i = 0; i < page->column_count; i++) {
    text_buffer_printf(&page->html, "<%s%s>", tag, page->columns[i].right ? " class=\"r\"" : "");
    put_html(&page->html, cells[i]);
    text_buffer_printf(&page->html, "</%s>", tag);
  }
  put(&page->html, "</tr>\n");
}

static void put_row(MailPage *page, const char *const *cells, const size_t *widths, const char *tag) {
  put_text_row(page, cells, widths);
  put_html_row(page, cells, tag);
}

void mail_page_end_table(MailPage *page) {
  const char *heads[MAIL_PAGE_COLUMNS];
  size_t widths[MAIL_PAGE_COLUMNS], columns = page->column_count;
  size_t rows = columns > 0 && !page->text.failed ? page->cell_count / columns : 0;
  for (size_t i = 0; i < columns; i++) {
    heads[i] = page->columns[i].head;
    widths[i] = width_of(heads[i]);
    for (size_t row = 0; row < rows; row++) {
      size_t width = width_of(page->cells[row * columns + i]);
      if (width > widths[i]) widths[i] = width;
    }
  }
  if (rows > 0) put(&page->html, "<table>\n");
  if (rows > 0) put_row(page, heads, widths, "th");
  for (size_t row = 0; row < rows; row++) put_row(page, (const char *const *)page->cells + row * columns, widths, "td");
  if (rows > 0) put(&page->html, "</table>\n");
  forget_cells(page);
}

void mail_page_free(MailPage *page) {
  forget_cells(page);
  free(page->cells);
  text_buffer_free(&page->text);
  text_buffer_free(&page->html);
  *page = (MailPage){0};
}
