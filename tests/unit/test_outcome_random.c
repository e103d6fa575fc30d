#include "outcome_table.h"

#include <math.h>

enum { SEEDS = 2000 };

/* ---- a second outcome: a value at a time, from the definition ---- */

/* What prices of the session are multiplied by to be seen from the last one. */
static double adjustment(size_t session, size_t stock) {
  double product = 1;
  int64_t close = row_at(session, stock)->close;
  for (size_t t = session + 1; t < made.sessions; t++) {
    const MadeRow *row = row_at(t, stock);
    if (row->close == 0) continue;
    int64_t moved = llabs(row->base - close);
    if (close > 0 && row->base > 0 && 1000 * moved >= 5 * close) product *= (double)row->base / (double)close;
    close = row->close;
  }
  return product;
}

/* The adjusted close of the session, or of the stock's last row before; NaN before its first. */
static double adjusted[MOST_SESSIONS][MOST_STOCKS];
static void adjust_all(void) {
  for (size_t s = 0; s < made.stocks; s++) {
    for (size_t t = 0; t < made.sessions; t++) {
      adjusted[t][s] = t > 0 ? adjusted[t - 1][s] : NAN;
      if (row_at(t, s)->close != 0) adjusted[t][s] = (double)row_at(t, s)->close * adjustment(t, s);
    }
  }
}

static OutcomeFate naive_fate(size_t session, size_t stock) {
  if (session + 1 == made.sessions) return OUTCOME_PENDING;
  const MadeRow *next = row_at(session + 1, stock);
  if (next->close == 0) return OUTCOME_GONE;
  if (next->open == 0) return OUTCOME_HALTED;
  if (100 * (next->open - next->base) >= 29 * next->base && next->low == next->open) return OUTCOME_LOCKED;
  return OUTCOME_ENTERED;
}

/* From the open of D + 1 to the close of D + k; NaN where there is none. */
static double naive_return(size_t session, size_t stock, int k) {
  int end = (int)session + k;
  if (end < 0 || end >= (int)made.sessions) return NAN;
  return adjusted[end][stock] / ((double)row_at(session + 1, stock)->open * adjustment(session + 1, stock)) - 1;
}

static double naive_market(size_t session, int k) {
  double sum = 0;
  int count = 0;
  for (size_t s = 0; s < made.stocks; s++) {
    if (!is_considered(session, s) || naive_fate(session, s) != OUTCOME_ENTERED) continue;
    double value = naive_return(session, s, k);
    if (isnan(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : NAN;
}

static int ascending(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

/* Of sorted values. */
static double naive_quantile(const double *values, size_t n, double p) {
  if (n == 0) return NAN;
  double at = p * (double)(n - 1), below = floor(at);
  size_t i = (size_t)below;
  return i + 1 < n ? values[i] + (at - below) * (values[i + 1] - values[i]) : values[i];
}

static double mean(const double *values, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += values[i];
  return n > 0 ? sum / (double)n : NAN;
}

typedef struct {
  size_t session, stock;
} Signal;
static Signal entered[MOST_SESSIONS * MOST_STOCKS];
static size_t entered_count;

/* The signals of sessions first .. last, where matches before `answered` are not known. */
static OutcomeCounts naive_counts(size_t answered, size_t first, size_t last) {
  OutcomeCounts counts = {0};
  bool session_has[MOST_SESSIONS] = {0}, stock_has[MOST_STOCKS] = {0};
  entered_count = 0;
  for (size_t t = first; t <= last; t++) {
    for (size_t s = 0; s < made.stocks; s++) {
      if (!is_considered(t, s) || !made.matches[t][s]) continue;
      counts.signals++;
      session_has[t] = stock_has[s] = true;
      OutcomeFate fate = naive_fate(t, s);
      counts.fates[fate]++;
      if (fate == OUTCOME_ENTERED) entered[entered_count++] = (Signal){t, s};
      size_t before = t; /* one past the session looked at */
      while (before > 0 && (row_at(before - 1, s)->close == 0 || row_at(before - 1, s)->open == 0)) before--;
      if (before > answered && is_considered(before - 1, s)) counts.repeated += made.matches[before - 1][s];
    }
  }
  for (size_t t = 0; t < made.sessions; t++) counts.sessions += session_has[t];
  for (size_t s = 0; s < made.stocks; s++) counts.tickers += stock_has[s];
  return counts;
}

static double naive_error(const double *excess, const size_t *sessions, size_t n, size_t *ret_groups) {
  double squares = 0, groups = 0, middle = mean(excess, n);
  for (size_t t = 0; t < made.sessions; t++) {
    double sum = 0;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
      if (sessions[i] != t) continue;
      sum += excess[i] - middle;
      any = true;
    }
    squares += sum * sum;
    groups += any;
  }
  *ret_groups = (size_t)groups;
  return groups < 2 ? NAN : sqrt(groups / (groups - 1) * squares) / (double)n;
}

static OutcomeReturns naive_returns(int horizon) {
  static double returns[MOST_SESSIONS * MOST_STOCKS], excess[MOST_SESSIONS * MOST_STOCKS],
      market[MOST_SESSIONS * MOST_STOCKS];
  static size_t sessions[MOST_SESSIONS * MOST_STOCKS];
  OutcomeReturns result = {.horizon = horizon};
  size_t n = 0, above = 0;
  for (size_t i = 0; i < entered_count; i++) {
    Signal signal = entered[i];
    if (signal.session + (size_t)horizon >= made.sessions) {
      result.unfinished++;
      continue;
    }
    returns[n] = naive_return(signal.session, signal.stock, horizon);
    market[n] = naive_market(signal.session, horizon);
    excess[n] = returns[n] - market[n];
    above += excess[n] > 1e-12;
    sessions[n++] = signal.session;
  }
  result.n = n;
  result.mean_return = mean(returns, n);
  result.market_mean = mean(market, n);
  result.excess.mean = mean(excess, n);
  result.excess.hit_rate = n > 0 ? (double)above / (double)n : NAN;
  result.excess.standard_error = naive_error(excess, sessions, n, &result.sessions);
  qsort(returns, n, sizeof *returns, ascending);
  qsort(excess, n, sizeof *excess, ascending);
  result.median_return = naive_quantile(returns, n, 0.5);
  result.excess.lower_quartile = naive_quantile(excess, n, 0.25);
  result.excess.median = naive_quantile(excess, n, 0.5);
  result.excess.upper_quartile = naive_quantile(excess, n, 0.75);
  return result;
}

static OutcomePath naive_path(void) {
  OutcomePath path = {0};
  for (size_t i = 0; i < entered_count; i++) {
    Signal signal = entered[i];
    bool early = signal.session < 20, late = signal.session + 60 >= made.sessions;
    bool young = !early && isnan(adjusted[signal.session - 20][signal.stock]);
    path.too_early += early;
    path.unfinished += !early && late;
    path.too_young += !early && !late && young;
    if (early || late || young) continue;
    path.n++;
    for (int k = -20; k <= 60; k++)
      path.excess[k + 20] += naive_return(signal.session, signal.stock, k) - naive_market(signal.session, k);
  }
  for (size_t k = 0; k < OUTCOME_PATH; k++) path.excess[k] = path.n > 0 ? path.excess[k] / (double)path.n : NAN;
  return path;
}

/* ---- both beside each other ---- */

static unsigned long long seed;
static unsigned below(unsigned limit) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % limit;
}

static void same(double got, double expected, const char *what) {
  if (isnan(got) && isnan(expected)) return;
  if (!(fabs(got - expected) <= 1e-12 * fmax(1, fabs(expected))))
    fail_msg("seed %llu: %s is %.17g, not %.17g", seed, what, got, expected);
}

static void same_counts(const OutcomeCounts *got, const OutcomeCounts *expected) {
  assert_int_equal(got->signals, expected->signals);
  assert_int_equal(got->sessions, expected->sessions);
  assert_int_equal(got->tickers, expected->tickers);
  assert_int_equal(got->repeated, expected->repeated);
  for (int fate = 0; fate < OUTCOME_FATES; fate++) assert_int_equal(got->fates[fate], expected->fates[fate]);
}

static void same_returns(const OutcomeReturns *got, const OutcomeReturns *expected) {
  assert_int_equal(got->horizon, expected->horizon);
  assert_int_equal(got->n, expected->n);
  assert_int_equal(got->unfinished, expected->unfinished);
  assert_int_equal(got->sessions, expected->sessions);
  same(got->mean_return, expected->mean_return, "mean return");
  same(got->median_return, expected->median_return, "median return");
  same(got->market_mean, expected->market_mean, "market's mean");
  same(got->excess.mean, expected->excess.mean, "mean excess");
  same(got->excess.median, expected->excess.median, "median excess");
  same(got->excess.lower_quartile, expected->excess.lower_quartile, "lower quartile");
  same(got->excess.upper_quartile, expected->excess.upper_quartile, "upper quartile");
  same(got->excess.hit_rate, expected->excess.hit_rate, "hit rate");
  same(got->excess.standard_error, expected->excess.standard_error, "standard error");
}

static void same_path(const OutcomePath *got, const OutcomePath *expected) {
  assert_int_equal(got->n, expected->n);
  assert_int_equal(got->too_early, expected->too_early);
  assert_int_equal(got->unfinished, expected->unfinished);
  assert_int_equal(got->too_young, expected->too_young);
  for (size_t k = 0; k < OUTCOME_PATH; k++) same(got->excess[k], expected->excess[k], "mean path");
}

/* ---- markets at random ---- */

/* What a stock does next; states follow one another. */
typedef enum { UNLISTED, TRADED, HALTED, STATES } State;

static State next_state(State state) {
  unsigned draw = below(100);
  if (state == UNLISTED) return draw < 5 ? TRADED : UNLISTED;
  if (draw < 2) return UNLISTED;
  return state == TRADED ? (draw < 6 ? HALTED : TRADED) : (draw < 40 ? TRADED : HALTED);
}

static MadeRow next_row(const MadeRow *last, State state, Market market) {
  MadeRow row = {.market = market};
  if (state == UNLISTED) return row;
  int64_t before = last->close > 0 ? last->close : 10000 + below(90000);
  row.base = below(40) == 0 ? before * (20 + below(200)) / 100 : before;
  row.close = row.base;
  if (state == HALTED) return row;
  unsigned kind = below(12);
  row.open = kind == 0   ? row.base + row.base * 30 / 100
             : kind == 1 ? row.base * 129 / 100
                         : row.base * (90 + below(21)) / 100 + below(9);
  row.low = row.open - (below(3) == 0 ? 0 : below(200));
  row.close = row.open * (94 + below(13)) / 100 + 1 + below(500);
  return row;
}

static void make_market(void) {
  made.sessions = below(2) == 0 ? 1 + below(70) : 81 + below(MOST_SESSIONS - 80);
  made.stocks = 1 + below(MOST_STOCKS);
  for (size_t s = 0; s < made.stocks; s++) {
    State state = below(3) == 0 ? UNLISTED : TRADED;
    Market market = (Market)below(MARKET_COUNT);
    MadeRow last = {0};
    for (size_t t = 0; t < made.sessions; t++) {
      if (below(60) == 0) market = (Market)below(MARKET_COUNT);
      *row_at(t, s) = next_row(&last, state, market);
      if (row_at(t, s)->close != 0) last = *row_at(t, s);
      state = next_state(state);
    }
  }
  unsigned rare = 1 + below(30);
  for (size_t t = 0; t < made.sessions; t++)
    for (size_t s = 0; s < made.stocks; s++) made.matches[t][s] = below(rare) == 0;
}

/* Answers from there on tell as much of repeated matches as those of the whole history. */
static void check_answers_from(size_t first, size_t last) {
  ScreenMarket market = market_of_made();
  size_t from = outcome_answers_from(&market, first, last);
  made_screen_free(&market);
  assert_in_range(from, 0, first);
  assert_int_equal(naive_counts(from, first, last).repeated, naive_counts(0, first, last).repeated);
}

static void both_outcomes_agree_on_markets_at_random(void **state) {
  (void)state;
  size_t seen[OUTCOME_FATES] = {0}, paths = 0, repeated = 0, errors = 0, young = 0;
  for (unsigned turn = 1; turn <= SEEDS; turn++) {
    seed = turn;
    make_market();
    adjust_all();
    size_t last = made.sessions - 1 - (below(2) ? below((unsigned)made.sessions) : 0),
           first = below((unsigned)last + 1);
    size_t answered = below((unsigned)first + 1);
    if (below(2)) first = answered = 0;
    seed = turn; /* for messages */
    check_answers_from(first, last);
    ScreenOutcome got = outcome_between(answered, first, last);
    OutcomeCounts counts = naive_counts(answered, first, last);
    same_counts(&got.counts, &counts);
    for (size_t h = 0; h < HORIZONS; h++) {
      OutcomeReturns expected = naive_returns(HORIZON[h]);
      same_returns(&got.returns[h], &expected);
      errors += expected.sessions > 1;
    }
    OutcomePath path = naive_path();
    same_path(&got.path, &path);
    for (int fate = 0; fate < OUTCOME_FATES; fate++) seen[fate] += counts.fates[fate];
    paths += path.n;
    young += path.too_young;
    repeated += counts.repeated;
  }
  for (int fate = 0; fate < OUTCOME_FATES; fate++) assert_true(seen[fate] > 50);
  assert_true(paths > 100 && repeated > 100 && errors > 100 && young > 20);
}

static void what_comes_sixty_sessions_after_the_last_changes_nothing(void **state) {
  (void)state;
  int shorter = 0;
  for (seed = 1; seed <= 60; seed++) {
    unsigned long long turn = seed;
    make_market();
    seed = turn;
    if (made.sessions < 70) continue;
    size_t last = made.sessions - 70 + seed % 9, first = last / 2;
    ScreenOutcome whole = outcome_between(first, first, last);
    for (size_t t = last + 1; t < made.sessions; t++) /* later matches are no signals of these sessions */
      for (size_t s = 0; s < made.stocks; s++) made.matches[t][s] = !made.matches[t][s];
    made.sessions = last + 61;
    ScreenOutcome cut = outcome_between(first, first, last);
    assert_memory_equal(&whole.counts, &cut.counts, sizeof cut.counts);
    for (size_t h = 0; h < HORIZONS; h++) {
      assert_int_equal(cut.returns[h].unfinished, 0);
      same_returns(&cut.returns[h], &whole.returns[h]);
    }
    same_path(&cut.path, &whole.path);
    shorter++;
  }
  assert_true(shorter > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_outcomes_agree_on_markets_at_random),
      cmocka_unit_test(what_comes_sixty_sessions_after_the_last_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
