/* Stock by stock, so that its rows, its closes and the sums of the sessions stay near the processor. */
#include <closebell/screen/outcome.h>

#include <math.h>
#include <stdlib.h>

/* ---- what becomes of an order ---- */

/* 100 * (open - base) >= 29 * base, without its overflow. */
static bool at_upper_limit(const ScreenRow *row) {
  int64_t base = row->close - row->change, least = base / 100 * 29 + (base % 100 * 29 + 99) / 100;
  return row->open - base >= least;
}

/* next: the stock's row on D + 1, or null. */
static OutcomeFate fate_of(const ScreenRow *next, bool newest) {
  if (newest) return OUTCOME_PENDING;
  if (next == NULL) return OUTCOME_GONE;
  if (next->open == 0) return OUTCOME_HALTED;
  return next->low == next->open && at_upper_limit(next) ? OUTCOME_LOCKED : OUTCOME_ENTERED;
}

OutcomeFate outcome_fate(const ScreenMarket *market, const ScreenStock *stock, size_t session, double *ret_open) {
  bool newest = session + 1 == market->session_count;
  const ScreenRow *next = newest ? NULL : screen_market_row(stock, session + 1);
  if (next != NULL && (size_t)next->session != session + 1) next = NULL;
  OutcomeFate fate = fate_of(next, newest);
  *ret_open = fate == OUTCOME_ENTERED ? (double)next->open / next->factors : (double)NAN;
  return fate;
}

static OutcomeEntry entry_of(const ScreenStock *stock, size_t bar, bool newest) {
  size_t row = stock->bars[bar];
  const ScreenRow *next = row + 1 < stock->row_count ? &stock->rows[row + 1] : NULL;
  if (next != NULL && next->session != stock->rows[row].session + 1) next = NULL;
  OutcomeFate fate = fate_of(next, newest);
  return (OutcomeEntry){.open = fate == OUTCOME_ENTERED ? (double)next->open / next->factors : NAN,
                        .before = bar > 0 ? stock->rows[stock->bars[bar - 1]].entry : -1,
                        .fate = (uint8_t)fate};
}

/* ---- the stocks' closes ---- */

static void fill_closes(const ScreenStock *stock, const OutcomeMarket *market, double *closes) {
  size_t row = 0;
  double close = NAN;
  for (size_t i = 0; i < market->width; i++) {
    for (; row < stock->row_count && (size_t)stock->rows[row].session <= market->from + i; row++)
      close = (double)stock->rows[row].close / stock->rows[row].factors;
    closes[i] = close;
  }
}

/* ---- sums of the market, which become its means ---- */

/* How many stocks are in the sums of a session. */
typedef struct {
  size_t entered;
  size_t
      joined[OUTCOME_PATH_BEFORE + 1]; /* whose first close is that of D - 20 + this many sessions, or an older one */
} Members;

/* A stock bought after `session`. */
typedef struct {
  size_t session, born; /* born: the session of the stock's first row */
  const double *closes; /* from the OutcomeMarket's `from` on */
  double open;
} Purchase;

static bool has_path(const OutcomeMarket *market, size_t session) {
  return session >= OUTCOME_PATH_BEFORE && session + OUTCOME_PATH_AFTER < market->market->session_count;
}

static void add_returns(const OutcomeMarket *market, const Purchase *bought, double *sums) {
  for (size_t h = 0; h < HORIZONS; h++) {
    size_t end = bought->session + (size_t)HORIZON[h];
    if (end < market->market->session_count) sums[h] += bought->closes[end - market->from] / bought->open - 1;
  }
}

static void add_path(const OutcomeMarket *market, const Purchase *bought, double *sums, Members *members) {
  size_t begin = bought->session - OUTCOME_PATH_BEFORE, joined = bought->born > begin ? bought->born - begin : 0;
  const double *path = bought->closes + (begin - market->from);
  double inverse = 1 / bought->open;
  members->joined[joined]++;
  for (size_t k = joined; k < OUTCOME_PATH; k++) sums[k] += path[k] * inverse;
}

static void add_stock(const OutcomeMarket *market, const ScreenStock *stock, const double *closes, Members *members) {
  for (size_t bar = 0; bar < stock->bar_count; bar++) {
    const ScreenRow *row = &stock->rows[stock->bars[bar]];
    size_t session = (size_t)row->session;
    if (session < market->first || row->entry < 0) continue;
    if (session > market->last) return;
    OutcomeEntry *entry = &market->entries[(size_t)row->entry - market->market->first_entry[market->first]];
    *entry = entry_of(stock, bar, session + 1 == market->market->session_count);
    if (entry->fate != OUTCOME_ENTERED) continue;
    Purchase bought = {session, (size_t)stock->rows[0].session, closes, entry->open};
    OutcomeMeans *sums = &market->means[session - market->first];
    members[session - market->first].entered++;
    add_returns(market, &bought, sums->returns);
    if (has_path(market, session)) add_path(market, &bought, sums->path, &members[session - market->first]);
  }
}

static double mean_of(double sum, size_t count) { return count > 0 ? sum / (double)count : NAN; }

static void sums_to_means(const OutcomeMarket *market, size_t session, const Members *members) {
  OutcomeMeans *means = &market->means[session - market->first];
  for (size_t h = 0; h < HORIZONS; h++) {
    bool archived = session + (size_t)HORIZON[h] < market->market->session_count;
    means->returns[h] = archived ? mean_of(means->returns[h], members->entered) : NAN;
  }
  size_t there = 0;
  for (size_t k = 0; k < OUTCOME_PATH; k++) {
    if (k <= OUTCOME_PATH_BEFORE) there += members->joined[k];
    means->path[k] = mean_of(means->path[k], there) - 1;
  }
}

/* ---- the whole ---- */

static void fill(OutcomeMarket *market, Members *members) {
  for (size_t s = 0; s < market->market->stock_count; s++) {
    const ScreenStock *stock = &market->market->stocks[s];
    double *closes = market->closes + s * market->width;
    fill_closes(stock, market, closes);
    add_stock(market, stock, closes, members);
  }
  for (size_t t = market->first; t <= market->last; t++) sums_to_means(market, t, &members[t - market->first]);
}

Status outcome_market_init(const ScreenMarket *market, size_t first, size_t last, OutcomeMarket *ret_market,
                           Error *err) {
  if (first > last || last >= market->session_count)
    return error_set(err, STATUS_INTERNAL, "sessions %zu to %zu of %zu have no outcome", first, last,
                     market->session_count);
  size_t sessions = last - first + 1, entries = market->first_entry[last + 1] - market->first_entry[first];
  size_t end =
      last + OUTCOME_PATH_AFTER < market->session_count ? last + OUTCOME_PATH_AFTER + 1 : market->session_count;
  OutcomeMarket made = {.market = market, .first = first, .last = last};
  made.from = first > OUTCOME_PATH_BEFORE ? first - OUTCOME_PATH_BEFORE : 0;
  made.width = end - made.from;
  made.entries = calloc(entries + 1, sizeof *made.entries);
  made.means = calloc(sessions, sizeof *made.means);
  made.closes = calloc(market->stock_count * made.width + 1, sizeof *made.closes);
  Members *members = calloc(sessions, sizeof *members);
  Status status = STATUS_OK;
  if (made.entries && made.means && made.closes && members) {
    fill(&made, members);
    *ret_market = made;
  } else {
    status = error_set(err, STATUS_NO_MEMORY, "no memory for the market of %zu sessions", sessions);
    outcome_market_free(&made);
  }
  free(members);
  return status;
}

void outcome_market_free(OutcomeMarket *market) {
  free(market->entries);
  free(market->means);
  free(market->closes);
  *market = (OutcomeMarket){0};
}
