#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/company/dividend.h>
#include <closebell/market/ticker_list.h>

static size_t position(const DividendBook *book, const char *ticker) {
  return ticker_position(book->items, book->count, sizeof *book->items, ticker);
}

static bool is_at(const DividendBook *book, size_t at, const char *ticker) {
  return at < book->count && strcmp(book->items[at].ticker, ticker) == 0;
}

const Dividends *dividend_book_find(const DividendBook *book, const char *ticker) {
  size_t at = position(book, ticker);
  return is_at(book, at, ticker) ? &book->items[at] : NULL;
}

Dividends *dividend_book_open(DividendBook *book, const char *ticker) {
  size_t at = position(book, ticker);
  if (is_at(book, at, ticker)) return &book->items[at];
  if (!ticker_is_valid(ticker)) return NULL;
  Dividends *items = vector_reserve(book->items, &book->capacity, book->count + 1, sizeof *items);
  if (!items) return NULL;
  book->items = items;
  memmove(items + at + 1, items + at, (book->count - at) * sizeof *items);
  items[at] = (Dividends){0};
  text_copy(items[at].ticker, sizeof items[at].ticker, ticker);
  book->count++;
  return &items[at];
}

Day dividend_book_begins(const DividendBook *book) {
  Day first = DAY_NONE;
  for (size_t i = 0; i < book->count; i++)
    for (size_t k = 0; k < book->items[i].count; k++) {
      Day counts = book->items[i].items[k].filed + 1;
      if (first == DAY_NONE || counts < first) first = counts;
    }
  return first;
}

void dividend_book_free(DividendBook *book) {
  for (size_t i = 0; i < book->count; i++) dividends_free(&book->items[i]);
  free(book->items);
  *book = (DividendBook){0};
}
