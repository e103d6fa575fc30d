/* A page of the list of filings: list.json. */
#include <closebell/source/dart.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_row.h"
#include "dart_value.h"

enum { PAGES_MAX = 1000000 };
static const char WITHDRAWN[] = "철", OVERTAKEN[] = "정";

const PayloadType PAYLOAD_FILING_PAGE = {"filings", sizeof(FilingPage)};

/* ---- one row ---- */

static bool read_codes(const AnswerRow *row, Filing *filing) {
  const char *corp_code = answer_row_text(row, "corp_code");
  if (corp_code == NULL) return false;
  if (!corp_code_is_valid(corp_code)) return answer_row_fail(row, "corp_code is not 8 digits");
  memcpy(filing->corp_code, corp_code, sizeof filing->corp_code);
  const char *stock_code = dart_text(row->object, "stock_code"), *corp_cls = dart_text(row->object, "corp_cls");
  if (stock_code == NULL || !dart_ticker(stock_code, filing->ticker))
    return answer_row_fail(row, "stock_code is no stock code");
  if (corp_cls == NULL || strlen(corp_cls) != 1 || strchr("YKNE", *corp_cls) == NULL)
    return answer_row_fail(row, "corp_cls is none of Y, K, N, E");
  filing->corp_cls = *corp_cls;
  return true;
}

static bool read_filing(const AnswerRow *row, Filing *filing) {
  if (!read_codes(row, filing)) return false;
  const char *rcept_no = answer_row_text(row, "rcept_no");
  const char *report_nm = rcept_no == NULL ? NULL : answer_row_text(row, "report_nm");
  const char *remarks = dart_text(row->object, "rm");
  if (report_nm == NULL) return false;
  filing->filed = rcept_no_filed(rcept_no);
  if (filing->filed == DAY_NONE)
    return answer_row_fail(row, "rcept_no \"%s\" is no receipt number", answer_quote(rcept_no).text);
  if (remarks == NULL) return answer_row_fail(row, "rm is no text");
  memcpy(filing->rcept_no, rcept_no, sizeof filing->rcept_no);
  filing_read_name(report_nm, filing);
  filing->is_withdrawn = strstr(remarks, WITHDRAWN) != NULL;
  filing->is_overtaken = strstr(remarks, OVERTAKEN) != NULL;
  return true;
}

/* ---- the page ---- */

static bool refuse(Answer *answer, const char *what) {
  answer_fail(answer, ANSWER_BROKEN, "%s", what);
  return false;
}

/* How many rows are due on it: a page that lacks some would hide them for good. */
static int64_t rows_due(const FilingPage *page, int64_t per_page) {
  int64_t left = page->total - (page->page - 1) * per_page;
  return left < per_page ? left : per_page;
}

static bool read_place(const json_t *body, int asked_page, size_t rows, FilingPage *page, Answer *answer) {
  int64_t number, pages, per_page;
  if (!dart_number(body, "page_no", 1, PAGES_MAX, &number) || !dart_number(body, "total_page", 1, PAGES_MAX, &pages) ||
      !dart_number(body, "page_count", 1, FILINGS_PER_PAGE, &per_page) ||
      !dart_number(body, "total_count", 1, INT32_MAX, &page->total))
    return refuse(answer, "page_no, page_count, total_count or total_page is absent or no number that fits");
  page->page = (int)number;
  page->pages = (int)pages;
  if (number != asked_page) return refuse(answer, "another page than the one that was asked for");
  if (rows_due(page, per_page) == (int64_t)rows) return true;
  answer_fail(answer, ANSWER_BROKEN, "page %d of %d has %zu rows where %lld are due", page->page, page->pages, rows,
              (long long)rows_due(page, per_page));
  return false;
}

static bool read_page(const json_t *body, const json_t *list, int asked_page, FilingPage *page, Answer *answer) {
  size_t rows = json_array_size(list);
  if (rows > FILINGS_PER_PAGE) return refuse(answer, "more rows than a page has");
  if (!read_place(body, asked_page, rows, page, answer)) return false;
  for (; page->count < rows; page->count++) {
    const AnswerRow row = answer_row(list, page->count, "rcept_no", answer);
    if (!read_filing(&row, &page->items[page->count])) return false;
  }
  return true;
}

void dart_parse_filings(const json_t *body, int asked_page, Answer *answer) {
  const json_t *list = answer_rows(body, "list", answer);
  FilingPage *page = list == NULL ? NULL : answer_payload(1, &PAYLOAD_FILING_PAGE, answer);
  if (page == NULL) return;
  if (!read_page(body, list, asked_page, page, answer)) {
    free(page);
    return;
  }
  answer->kind = ANSWER_ROWS;
  answer->type = &PAYLOAD_FILING_PAGE;
  answer->payload = page;
  answer->count = 1;
}
