#include <closebell/screen/outcome.h>

#include "statistics.h"

#include <math.h>
#include <stdlib.h>

/* When the stock last traded before `first`; `first` when that does not matter: never, or it is not considered when it
 * trades next, or that is after `last`. */
static size_t traded_before(const ScreenStock *stock, size_t first, size_t last) {
  size_t bar = 0;
  while (bar < stock->bar_count && (size_t)stock->rows[stock->bars[bar]].session < first) bar++;
  if (bar == 0 || bar == stock->bar_count) return first;
  const ScreenRow *row = &stock->rows[stock->bars[bar]];
  return (size_t)row->session > last || row->entry < 0 ? first : (size_t)stock->rows[stock->bars[bar - 1]].session;
}

size_t outcome_answers_from(const ScreenMarket *market, size_t first, size_t last) {
  size_t from = first;
  for (size_t s = 0; s < market->stock_count; s++) {
    size_t before = traded_before(&market->stocks[s], first, last);
    if (before < from) from = before;
  }
  return from;
}

/* A signal that was entered. */
typedef struct {
  uint32_t session, stock;
  double open;
} Bought;

/* Signals by session, as the entries are. */
typedef struct {
  const OutcomeMarket *market;
  Bought *bought;
  size_t count;
  double *returns; /* of each horizon `room` of them, as far as finished */
  double *excess;  /* of one horizon */
  size_t room;
  uint8_t *seen; /* of each stock */
} Work;

/* ---- who was bought ---- */

static size_t count_matches(const uint8_t *answers, size_t count) {
  size_t matches = 0;
  for (size_t i = 0; i < count; i++) matches += answers[i] == SCREEN_MATCH;
  return matches;
}

static bool matched_before(const ScreenMarket *market, const OutcomeSignals *signals, const OutcomeEntry *entry) {
  size_t begin = market->first_entry[signals->answered];
  if (entry->before < 0 || (size_t)entry->before < begin) return false;
  return signals->answers[(size_t)entry->before - begin] == SCREEN_MATCH;
}

static void take_signal(Work *work, const OutcomeSignals *signals, size_t session, size_t index,
                        OutcomeCounts *counts) {
  const ScreenMarket *market = work->market->market;
  const OutcomeEntry *entry = &work->market->entries[index - market->first_entry[work->market->first]];
  uint32_t stock = market->entries[index].stock;
  counts->signals++;
  counts->fates[entry->fate]++;
  counts->repeated += matched_before(market, signals, entry);
  counts->tickers += !work->seen[stock];
  work->seen[stock] = true;
  if (entry->fate == OUTCOME_ENTERED)
    work->bought[work->count++] = (Bought){.session = (uint32_t)session, .stock = stock, .open = entry->open};
}

static void take_signals(Work *work, const OutcomeSignals *signals, OutcomeCounts *counts) {
  const ScreenMarket *market = work->market->market;
  const uint8_t *answers = signals->answers;
  size_t begin = market->first_entry[signals->answered];
  for (size_t t = signals->first; t <= signals->last; t++) {
    size_t before = counts->signals;
    for (size_t i = market->first_entry[t]; i < market->first_entry[t + 1]; i++)
      if (answers[i - begin] == SCREEN_MATCH) take_signal(work, signals, t, i, counts);
    counts->sessions += counts->signals > before;
  }
}

/* ---- where their prices went ---- */

static const double *closes_of(const OutcomeMarket *market, const Bought *bought) {
  return market->closes + bought->stock * market->width + (bought->session - market->from);
}

static const OutcomeMeans *means_of(const OutcomeMarket *market, const Bought *bought) {
  return &market->means[bought->session - market->first];
}

static bool is_archived(const OutcomeMarket *market, const Bought *bought, int sessions) {
  return bought->session + (size_t)sessions < market->market->session_count;
}

/* Whether the signal is one of the path's; else counts why not. */
static bool is_on_path(const OutcomeMarket *market, const Bought *bought, OutcomePath *path) {
  if (bought->session < OUTCOME_PATH_BEFORE) return path->too_early++, false;
  if (!is_archived(market, bought, OUTCOME_PATH_AFTER)) return path->unfinished++, false;
  if (isnan(closes_of(market, bought)[-OUTCOME_PATH_BEFORE])) return path->too_young++, false;
  return true;
}

static void add_to_path(const OutcomeMarket *market, const Bought *bought, double *sums) {
  const double *closes = closes_of(market, bought) - OUTCOME_PATH_BEFORE, *means = means_of(market, bought)->path;
  double inverse = 1 / bought->open;
  for (size_t k = 0; k < OUTCOME_PATH; k++) sums[k] += closes[k] * inverse - 1 - means[k];
}

/* Asks for the closes of the signal before they are needed: each signal's lie elsewhere in memory, and the processor
 * would wait for them. */
static void fetch_closes(const OutcomeMarket *market, const Bought *bought) {
  enum { DOUBLES_OF_A_LINE = 8 };
  const double *closes = market->closes + bought->stock * market->width;
  size_t at = bought->session - market->from, end = at + OUTCOME_PATH_AFTER;
  if (end >= market->width) end = market->width - 1;
  for (size_t i = at > OUTCOME_PATH_BEFORE ? at - OUTCOME_PATH_BEFORE : 0; i <= end; i += DOUBLES_OF_A_LINE)
    __builtin_prefetch(closes + i);
}

/* Returns and path together: each signal's closes are fetched from memory once. */
static void follow_prices(Work *work, OutcomePath *path) {
  enum { AHEAD = 4 };
  for (size_t i = 0; i < work->count; i++) {
    const Bought *bought = &work->bought[i];
    const double *closes = closes_of(work->market, bought);
    if (i + AHEAD < work->count) fetch_closes(work->market, bought + AHEAD);
    for (size_t h = 0; h < HORIZONS; h++)
      if (is_archived(work->market, bought, HORIZON[h]))
        work->returns[h * work->room + i] = closes[HORIZON[h]] / bought->open - 1;
    if (!is_on_path(work->market, bought, path)) continue;
    path->n++;
    add_to_path(work->market, bought, path->excess);
  }
  for (size_t k = 0; k < OUTCOME_PATH; k++) path->excess[k] = path->n > 0 ? path->excess[k] / (double)path->n : NAN;
}

/* ---- the figures of a horizon ---- */

/* How many have one: sessions with none come last. */
static size_t count_finished(const Work *work, int sessions) {
  size_t n = work->count;
  while (n > 0 && !is_archived(work->market, &work->bought[n - 1], sessions)) n--;
  return n;
}

/* Returns the market's mean. */
static double take_excess(Work *work, size_t horizon, const double *returns, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    double mean = means_of(work->market, &work->bought[i])->returns[horizon];
    work->excess[i] = returns[i] - mean;
    sum += mean;
  }
  return n > 0 ? sum / (double)n : NAN;
}

static double standard_error(const Work *work, size_t n, double mean, size_t *ret_sessions) {
  double squares = 0;
  size_t sessions = 0;
  for (size_t i = 0; i < n; sessions++) {
    double sum = 0;
    uint32_t session = work->bought[i].session;
    for (; i < n && work->bought[i].session == session; i++) sum += work->excess[i] - mean;
    squares += sum * sum;
  }
  *ret_sessions = sessions;
  if (sessions < 2) return NAN;
  return sqrt((double)sessions / (double)(sessions - 1) * squares) / (double)n;
}

static double share_above_zero(const double *values, size_t count) {
  size_t above = 0;
  for (size_t i = 0; i < count; i++) above += values[i] > 0;
  return count > 0 ? (double)above / (double)count : NAN;
}

static OutcomeReturns returns_of(Work *work, size_t horizon) {
  OutcomeReturns returns = {.horizon = HORIZON[horizon]};
  double *values = work->returns + horizon * work->room;
  size_t n = returns.n = count_finished(work, returns.horizon);
  returns.unfinished = work->count - n;
  returns.market_mean = take_excess(work, horizon, values, n);
  returns.mean_return = statistics_mean(values, n);
  returns.median_return = statistics_median(values, n);

  OutcomeExcess *excess = &returns.excess;
  excess->mean = statistics_mean(work->excess, n);
  excess->hit_rate = share_above_zero(work->excess, n);
  excess->standard_error = standard_error(work, n, excess->mean, &returns.sessions);
  Quartiles quartiles = statistics_quartiles(work->excess, n); /* last: it changes the order */
  excess->lower_quartile = quartiles.lower;
  excess->median = quartiles.median;
  excess->upper_quartile = quartiles.upper;
  return returns;
}

/* ---- the whole ---- */

static bool sessions_are_there(const OutcomeMarket *market, const OutcomeSignals *signals) {
  return signals->answered <= signals->first && signals->first <= signals->last && signals->first >= market->first &&
         signals->last <= market->last;
}

static bool make_room(Work *work, size_t signals) {
  work->room = signals;
  work->bought = calloc(signals + 1, sizeof *work->bought);
  work->returns = calloc(signals * HORIZONS + 1, sizeof *work->returns);
  work->excess = calloc(signals + 1, sizeof *work->excess);
  work->seen = calloc(work->market->market->stock_count + 1, sizeof *work->seen);
  return work->bought && work->returns && work->excess && work->seen;
}

static ScreenOutcome find_outcome(Work *work, const OutcomeSignals *signals) {
  ScreenOutcome outcome = {0};
  take_signals(work, signals, &outcome.counts);
  follow_prices(work, &outcome.path);
  for (size_t h = 0; h < HORIZONS; h++) outcome.returns[h] = returns_of(work, h);
  return outcome;
}

Status outcome_of(const OutcomeMarket *market, const OutcomeSignals *signals, ScreenOutcome *ret_outcome, Error *err) {
  if (!sessions_are_there(market, signals))
    return error_set(err, STATUS_INTERNAL, "signals of sessions %zu to %zu, the market of %zu to %zu", signals->first,
                     signals->last, market->first, market->last);
  const size_t *begin = market->market->first_entry;
  Work work = {.market = market};
  size_t matches = count_matches(signals->answers + (begin[signals->first] - begin[signals->answered]),
                                 begin[signals->last + 1] - begin[signals->first]);
  bool room = make_room(&work, matches);
  if (room) *ret_outcome = find_outcome(&work, signals);
  free(work.bought);
  free(work.returns);
  free(work.excess);
  free(work.seen);
  return room ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the outcome of %zu signals", matches);
}
