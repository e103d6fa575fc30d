#include <closebell/market/session.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

/* In a small market three stocks that were split or consolidated on one day are more than 5 %. */
enum { LINKED_PERCENT = 95, SMALL_MARKET_MOVES = 3, REPEATED_PERCENT = 90 };

static int by_ticker(const void *a, const void *b) {
  return strcmp(((const StockRow *)a)->ticker, ((const StockRow *)b)->ticker);
}

Status session_add(Session *session, const StockRow *row) {
  StockRow *rows = vector_reserve(session->rows, &session->capacity, session->count + 1, sizeof *rows);
  if (rows == NULL) return STATUS_NO_MEMORY;
  session->rows = rows;
  rows[session->count++] = *row;
  session->has_kinds |= row->base_kind != 0;
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

void session_take_kinds(Session *session, const Session *from) {
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = session_find(from, session->rows[i].ticker);
    if (row != NULL) session->rows[i].base_kind = row->base_kind;
    session->has_kinds |= session->rows[i].base_kind != 0;
  }
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

/* Stocks that rest agree whatever day the rows are of: a market is judged by those that traded. */
static MarketSet markets_apart(const size_t traded[MARKET_COUNT], const size_t agreeing[MARKET_COUNT],
                               MarketSet *ret_linking) {
  MarketSet apart = 0;
  *ret_linking = 0;
  for (Market market = 0; market < MARKET_COUNT; market++) {
    size_t count = traded[market], missed = count - agreeing[market];
    if (count < SESSION_ENOUGH_TO_LINK) continue;
    bool linked = missed <= SMALL_MARKET_MOVES || agreeing[market] * 100 >= count * LINKED_PERCENT;
    *(linked ? ret_linking : &apart) |= market_bit(market);
  }
  return apart;
}

SessionLink session_link(const Session *earlier, const Session *later) {
  SessionLink link = {0};
  size_t traded[MARKET_COUNT] = {0}, agreeing[MARKET_COUNT] = {0};
  Pairs pairs = {.a = earlier, .b = later};
  const StockRow *before, *after;
  while (pairs_next(&pairs, &before, &after)) {
    bool agrees = row_base_price(after) == before->close;
    link.common++;
    link.agreeing += agrees;
    if (!row_has_trades(after)) continue;
    traded[after->market]++;
    agreeing[after->market] += agrees;
  }
  link.apart = markets_apart(traded, agreeing, &link.linking);
  link.linked = link.common > 0 && link.agreeing * 100 >= link.common * LINKED_PERCENT && link.apart == 0;
  return link;
}

static bool row_repeats(const StockRow *a, const StockRow *b) {
  return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close && a->volume == b->volume;
}

MarketSet session_repeats(const Session *a, const Session *b) {
  size_t traded[MARKET_COUNT] = {0}, repeated[MARKET_COUNT] = {0}, all_traded = 0, all_repeated = 0;
  Pairs pairs = {.a = a, .b = b};
  const StockRow *row_a, *row_b;
  while (pairs_next(&pairs, &row_a, &row_b)) {
    if (!row_has_trades(row_a) || !row_has_trades(row_b)) continue;
    bool same = row_repeats(row_a, row_b);
    traded[row_a->market]++;
    repeated[row_a->market] += same;
    all_traded++;
    all_repeated += same;
  }
  MarketSet repeating = 0;
  if (all_traded > 0 && all_repeated * 100 >= all_traded * REPEATED_PERCENT) repeating = a->markets & b->markets;
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (traded[market] >= SESSION_ENOUGH_TO_REPEAT && repeated[market] * 100 >= traded[market] * REPEATED_PERCENT)
      repeating |= market_bit(market);
  return repeating;
}
