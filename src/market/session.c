#include <closebell/market/session.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

enum { LINKED_PERCENT = 95, REPEATED_PERCENT = 90 };

static int by_ticker(const void *a, const void *b) {
  return strcmp(((const StockRow *)a)->ticker, ((const StockRow *)b)->ticker);
}

Status session_add(Session *session, const StockRow *row) {
  StockRow *rows = vector_reserve(session->rows, &session->capacity, session->count + 1, sizeof *rows);
  if (rows == NULL) return STATUS_NO_MEMORY;
  session->rows = rows;
  rows[session->count++] = *row;
  return STATUS_OK;
}

Status session_seal(Session *session, Error *err) {
  if (session->count < 2) return STATUS_OK;
  qsort(session->rows, session->count, sizeof *session->rows, by_ticker);
  for (size_t i = 1; i < session->count; i++) {
    const char *ticker = session->rows[i].ticker;
    if (strcmp(session->rows[i - 1].ticker, ticker) == 0)
      return error_set(err, STATUS_BAD_DATA, "%s: %s stands twice", day_text(session->date).text, ticker);
  }
  return STATUS_OK;
}

void session_free(Session *session) {
  free(session->rows);
  *session = (Session){0};
}

const StockRow *session_find(const Session *session, const char *ticker) {
  size_t low = 0, high = session->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(ticker, session->rows[middle].ticker);
    if (order == 0) return &session->rows[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

size_t session_count_market(const Session *session, Market market) {
  size_t count = 0;
  for (size_t i = 0; i < session->count; i++) count += session->rows[i].market == market;
  return count;
}

size_t session_count_without_trades(const Session *session) {
  size_t count = 0;
  for (size_t i = 0; i < session->count; i++) count += !row_has_trades(&session->rows[i]);
  return count;
}

bool session_equal(const Session *a, const Session *b) {
  if (a->date != b->date || a->markets != b->markets || a->count != b->count) return false;
  for (size_t i = 0; i < a->count; i++)
    if (!row_equal(&a->rows[i], &b->rows[i])) return false;
  return true;
}

/* Walks two sorted sessions side by side. */
typedef struct {
  const Session *a, *b;
  size_t i, j;
} Pairs;

/* The next stock listed in both; false at the end. */
static bool pairs_next(Pairs *pairs, const StockRow **ret_a, const StockRow **ret_b) {
  while (pairs->i < pairs->a->count && pairs->j < pairs->b->count) {
    const StockRow *a = &pairs->a->rows[pairs->i], *b = &pairs->b->rows[pairs->j];
    int order = strcmp(a->ticker, b->ticker);
    pairs->i += order <= 0;
    pairs->j += order >= 0;
    if (order == 0) {
      *ret_a = a;
      *ret_b = b;
      return true;
    }
  }
  return false;
}

SessionLink session_link(const Session *earlier, const Session *later) {
  SessionLink link = {0};
  Pairs pairs = {.a = earlier, .b = later};
  const StockRow *before, *after;
  while (pairs_next(&pairs, &before, &after)) {
    link.common++;
    link.agreeing += row_base_price(after) == before->close;
  }
  link.linked = link.common > 0 && link.agreeing * 100 >= link.common * LINKED_PERCENT;
  return link;
}

static bool row_repeats(const StockRow *a, const StockRow *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close && a->volume == b->volume;
}

bool session_repeats(const Session *a, const Session *b) {
  size_t traded = 0, repeated = 0;
  Pairs pairs = {.a = a, .b = b};
  const StockRow *row_a, *row_b;
  while (pairs_next(&pairs, &row_a, &row_b)) {
    if (!row_has_trades(row_a) || !row_has_trades(row_b)) continue;
    traded++;
    repeated += row_repeats(row_a, row_b);
  }
  return traded > 0 && repeated * 100 >= traded * REPEATED_PERCENT;
}
