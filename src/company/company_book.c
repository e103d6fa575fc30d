#include <closebell/company/company_book.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/market/ticker_list.h>

static size_t position(const CompanyBook *book, const char *ticker) {
  return ticker_position(book->items, book->count, sizeof *book->items, ticker);
}

static bool is_at(const CompanyBook *book, size_t at, const char *ticker) {
  return at < book->count && strcmp(book->items[at].ticker, ticker) == 0;
}

const Reports *company_book_find(const CompanyBook *book, const char *ticker) {
  size_t at = position(book, ticker);
  return is_at(book, at, ticker) ? &book->items[at] : NULL;
}

Reports *company_book_open(CompanyBook *book, const char *ticker) {
  size_t at = position(book, ticker);
  if (is_at(book, at, ticker)) return &book->items[at];
  if (!ticker_is_valid(ticker)) return NULL;
  Reports *items = vector_reserve(book->items, &book->capacity, book->count + 1, sizeof *items);
  if (!items) return NULL;
  book->items = items;
  memmove(items + at + 1, items + at, (book->count - at) * sizeof *items);
  items[at] = (Reports){0};
  text_copy(items[at].ticker, sizeof items[at].ticker, ticker);
  book->count++;
  return &items[at];
}

bool company_book_knows(const CompanyBook *book) { return book->count > 0 || book->dividends.count > 0; }

Day company_book_begins(const CompanyBook *book) {
  Day first = dividend_book_begins(&book->dividends);
  for (size_t i = 0; i < book->count; i++)
    for (size_t k = 0; k < book->items[i].count; k++) {
      Day filed = report_filed(&book->items[i].items[k]);
      if (first == DAY_NONE || filed + 1 < first) first = filed + 1;
    }
  return first;
}

void company_book_free(CompanyBook *book) {
  for (size_t i = 0; i < book->count; i++) reports_free(&book->items[i]);
  free(book->items);
  dividend_book_free(&book->dividends);
  *book = (CompanyBook){0};
}
