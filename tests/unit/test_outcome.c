#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <closebell/screen/outcome.h>

#include "made_screen.h"

/* ---- a second outcome: a value at a time, from the definition ---- */

enum { MOST_STOCKS = 9, MOST_SESSIONS = 130, SEEDS = 2000 };

static struct {
  size_t sessions, stocks;
  MadeRow rows[MOST_SESSIONS * MOST_STOCKS];
  bool matches[MOST_SESSIONS][MOST_STOCKS];
} made;

static MadeRow *row_at(size_t session, size_t stock) { return &made.rows[session * made.stocks + stock]; }

static bool is_considered(size_t session, size_t stock) {
  const MadeRow *row = row_at(session, stock);
  return row->close != 0 && row->open != 0 && row->market != MARKET_KONEX;
}

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

static ScreenMarket market_of_made(void) { return made_screen(&(MadeTable){made.sessions, made.stocks, made.rows}); }

/* The answers of the sessions, as screens give them; behind them one that nobody may read. */
static uint8_t *answers_of(const ScreenMarket *market, size_t answered, size_t last) {
  size_t begin = market->first_entry[answered], count = market->first_entry[last + 1] - begin;
  uint8_t *answers = malloc(count > 0 ? count : 1), *to = answers;
  assert_non_null(answers);
  for (size_t t = answered; t <= last; t++)
    for (size_t s = 0; s < made.stocks; s++)
      if (is_considered(t, s)) *to++ = made.matches[t][s] ? SCREEN_MATCH : s % 2 ? SCREEN_FALSE : SCREEN_UNKNOWN;
  assert_int_equal(to - answers, count);
  return answers;
}

static Outcome outcome_between(size_t answered, size_t first, size_t last) {
  ScreenMarket market = market_of_made();
  OutcomeMarket shared = {0};
  Outcome outcome;
  Error err = {{0}};
  uint8_t *answers = answers_of(&market, answered, last);
  size_t wider = first > 3 ? first - 3 : 0; /* the market of more sessions than those that are asked for */
  assert_int_equal(outcome_market_init(&market, wider, last, &shared, &err), STATUS_OK);
  OutcomeSignals signals = {answered, first, last, answers};
  assert_int_equal(outcome_of(&shared, &signals, &outcome, &err), STATUS_OK);
  outcome_market_free(&shared);
  free(answers);
  made_screen_free(&market);
  return outcome;
}

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
    Outcome got = outcome_between(answered, first, last);
    OutcomeCounts counts = naive_counts(answered, first, last);
    same_counts(&got.counts, &counts);
    for (size_t h = 0; h < OUTCOME_HORIZONS; h++) {
      OutcomeReturns expected = naive_returns(OUTCOME_HORIZON[h]);
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
    Outcome whole = outcome_between(first, first, last);
    for (size_t t = last + 1; t < made.sessions; t++) /* later matches are no signals of these sessions */
      for (size_t s = 0; s < made.stocks; s++) made.matches[t][s] = !made.matches[t][s];
    made.sessions = last + 61;
    Outcome cut = outcome_between(first, first, last);
    assert_memory_equal(&whole.counts, &cut.counts, sizeof cut.counts);
    for (size_t h = 0; h < OUTCOME_HORIZONS; h++) {
      assert_int_equal(cut.returns[h].unfinished, 0);
      same_returns(&cut.returns[h], &whole.returns[h]);
    }
    same_path(&cut.path, &whole.path);
    shorter++;
  }
  assert_true(shorter > 10);
}

/* ---- by hand ---- */

static MadeRow at_price(int64_t price) {
  return (MadeRow){.open = price, .low = price, .close = price, .base = price, .market = MARKET_KOSPI};
}

/* Every stock trades at 100 in every session, and nothing matches. */
static void make_flat_market(size_t sessions, size_t stocks) {
  assert_in_range(sessions, 1, MOST_SESSIONS);
  assert_in_range(stocks, 1, MOST_STOCKS);
  made.sessions = sessions;
  made.stocks = stocks;
  memset(made.matches, 0, sizeof made.matches);
  for (size_t i = 0; i < sessions * stocks; i++) made.rows[i] = at_price(100);
}

static Outcome outcome_of_all(void) { return outcome_between(0, 0, made.sessions - 1); }

static void near(double got, double expected) {
  if (!(fabs(got - expected) < 1e-12)) fail_msg("%.15g, not %.15g", got, expected);
}

static void who_cannot_buy_is_counted_and_in_no_figure(void **state) {
  (void)state;
  make_flat_market(8, 4);
  for (size_t s = 0; s < 4; s++) made.matches[1][s] = true;
  made.matches[7][0] = true;    /* the newest session */
  *row_at(2, 1) = (MadeRow){0}; /* no row on D + 1, though one later */
  row_at(2, 2)->open = 0;       /* no trades */
  *row_at(2, 3) = (MadeRow){.open = 130, .low = 130, .close = 130, .base = 100};
  for (size_t t = 3; t < 8; t++) *row_at(t, 3) = at_price(200); /* it would move the market's mean */
  Outcome outcome = outcome_of_all();
  assert_int_equal(outcome.counts.signals, 5);
  assert_int_equal(outcome.counts.sessions, 2);
  assert_int_equal(outcome.counts.tickers, 4);
  assert_int_equal(outcome.counts.fates[OUTCOME_ENTERED], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_PENDING], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_GONE], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_HALTED], 1);
  assert_int_equal(outcome.counts.fates[OUTCOME_LOCKED], 1);
  assert_int_equal(outcome.returns[0].n, 1);
  near(outcome.returns[0].mean_return, 0);
  near(outcome.returns[0].market_mean, 0);
}

static OutcomeFate fate_at(int64_t open, int64_t low, int64_t base) {
  make_flat_market(3, 1);
  made.matches[0][0] = true;
  *row_at(1, 0) = (MadeRow){.open = open, .low = low, .close = base + base / 4, .base = base};
  Outcome outcome = outcome_of_all();
  for (int fate = 0; fate < OUTCOME_FATES; fate++)
    if (outcome.counts.fates[fate] == 1) return (OutcomeFate)fate;
  fail_msg("no fate");
  return OUTCOME_FATES;
}

static void twenty_nine_per_cent_at_the_open_and_nobody_below_is_locked(void **state) {
  (void)state;
  assert_int_equal(fate_at(129, 129, 100), OUTCOME_LOCKED);
  assert_int_equal(fate_at(128, 128, 100), OUTCOME_ENTERED);
  assert_int_equal(fate_at(129, 128, 100), OUTCOME_ENTERED);
  assert_int_equal(fate_at(130, 130, 101), OUTCOME_ENTERED); /* 29 of 101: 28.7 % */
  assert_int_equal(fate_at(131, 131, 101), OUTCOME_LOCKED);
  assert_int_equal(fate_at(1302, 1302, 1010), OUTCOME_ENTERED); /* 292.9 would be 29 % */
  assert_int_equal(fate_at(1303, 1303, 1010), OUTCOME_LOCKED);
  int64_t much = 4000000000000000000;
  assert_int_equal(fate_at(much / 100 * 129, much / 100 * 129, much), OUTCOME_LOCKED);
  assert_int_equal(fate_at(much / 100 * 129 - 1, much / 100 * 129 - 1, much), OUTCOME_ENTERED);
}

/* From the open of D + 1 the stock makes this many per cent until the close of D + 5. */
static void set_return(size_t session, size_t stock, int per_cent) {
  row_at(session + 5, stock)->close = 100 + per_cent;
  row_at(session + 6, stock)->base = 100 + per_cent;
}

static void a_return_goes_from_the_open_of_the_next_session_to_a_close(void **state) {
  (void)state;
  make_flat_market(21, 2);
  made.matches[0][0] = true;
  row_at(1, 0)->open = row_at(1, 0)->low = 80; /* closes at 100 */
  set_return(0, 0, 4);
  set_return(0, 1, -10);
  Outcome outcome = outcome_of_all();
  assert_int_equal(outcome.returns[0].horizon, 5);
  assert_int_equal(outcome.returns[0].n, 1);
  near(outcome.returns[0].mean_return, 0.3);
  near(outcome.returns[0].median_return, 0.3);
  near(outcome.returns[0].market_mean, 0.1); /* of 0.3 and -0.1 */
  near(outcome.returns[0].excess.mean, 0.2);
  near(outcome.returns[0].excess.hit_rate, 1);
  assert_int_equal(outcome.returns[1].n, 1); /* D + 20 is the newest session */
  assert_int_equal(outcome.returns[1].unfinished, 0);
  near(outcome.returns[1].mean_return, 0.25);
  assert_int_equal(outcome.returns[2].n, 0);
  assert_int_equal(outcome.returns[2].unfinished, 1);
  assert_true(isnan(outcome.returns[2].excess.mean) && isnan(outcome.returns[2].market_mean));
}

static void a_halt_a_delisting_and_a_split_have_the_return_of_who_holds(void **state) {
  (void)state;
  make_flat_market(30, 4);
  for (size_t s = 0; s < 3; s++) made.matches[0][s] = true;
  *row_at(5, 0) = (MadeRow){.close = 140, .base = 100}; /* without trades, and with a close */
  row_at(6, 0)->base = 140;
  *row_at(3, 1) = (MadeRow){.open = 100, .low = 90, .close = 90, .base = 100};
  for (size_t t = 4; t < 30; t++) *row_at(t, 1) = (MadeRow){0}; /* delisted: stays at 90 */
  for (size_t t = 2; t < 30; t++) *row_at(t, 2) = at_price(25); /* one became four, and nothing else */
  row_at(20, 2)->close = 30;
  Outcome outcome = outcome_of_all();
  assert_int_equal(outcome.returns[0].n, 3);
  near(outcome.returns[0].mean_return, (0.4 - 0.1 + 0) / 3);
  near(outcome.returns[0].median_return, 0);
  near(outcome.returns[0].market_mean, (0.4 - 0.1 + 0 + 0) / 4);
  assert_int_equal(outcome.returns[1].n, 3);
  near(outcome.returns[1].excess.mean, (0 - 0.1 + 0.2) / 3 - (0 - 0.1 + 0.2 + 0) / 4);
}

static void quartiles_lie_between_order_statistics(void **state) {
  (void)state;
  make_flat_market(7, 4);
  const int returns[] = {20, 0, 40, 10};
  for (size_t s = 0; s < 4; s++) {
    made.matches[0][s] = true;
    set_return(0, s, returns[s]);
  }
  Outcome outcome = outcome_of_all(); /* excesses: 0.025, -0.175, 0.225, -0.075 */
  const OutcomeExcess *excess = &outcome.returns[0].excess;
  near(excess->mean, 0);
  near(excess->lower_quartile, -0.1);  /* position 0.75 */
  near(excess->median, -0.025);        /* 1.5 */
  near(excess->upper_quartile, 0.075); /* 2.25 */
  near(excess->hit_rate, 0.5);
  near(outcome.returns[0].median_return, 0.15);
}

static void the_standard_error_is_clustered_by_session(void **state) {
  (void)state;
  make_flat_market(20, 3);
  set_return(0, 0, 10);
  set_return(0, 1, 20);
  made.matches[0][0] = made.matches[0][1] = true; /* excesses 0 and 0.1 */
  Outcome one = outcome_of_all();
  assert_int_equal(one.returns[0].n, 2);
  assert_int_equal(one.returns[0].sessions, 1);
  assert_true(isnan(one.returns[0].excess.standard_error));
  near(one.returns[0].excess.mean, 0.05);

  set_return(10, 0, 30);
  made.matches[10][0] = true; /* 0.2 */
  Outcome two = outcome_of_all();
  assert_int_equal(two.returns[0].n, 3);
  assert_int_equal(two.returns[0].sessions, 2);
  near(two.returns[0].excess.mean, 0.1);
  near(two.returns[0].excess.standard_error, sqrt(2.0 / 1 * (0.1 * 0.1 + 0.1 * 0.1)) / 3);
}

static void the_mean_path_is_of_the_same_signals_at_every_session(void **state) {
  (void)state;
  make_flat_market(81, 3);
  for (size_t t = 0; t < 5; t++) {
    *row_at(t, 0) = at_price(100); /* D - 20 to D - 16: 80 */
    row_at(t, 0)->close = 80;
    *row_at(t, 1) = (MadeRow){0}; /* listed on D - 15 */
  }
  for (size_t t = 1; t < 6; t++) row_at(t, 0)->base = 80;
  row_at(5, 1)->close = row_at(6, 1)->base = 130;
  row_at(80, 0)->close = 190; /* D + 60 */
  made.matches[20][0] = true;
  made.matches[20][1] = true; /* too young */
  made.matches[19][2] = true; /* too early */
  made.matches[21][2] = true; /* unfinished */
  Outcome outcome = outcome_of_all();
  const OutcomePath *path = &outcome.path;
  assert_int_equal(path->n, 1);
  assert_int_equal(path->too_young, 1);
  assert_int_equal(path->too_early, 1);
  assert_int_equal(path->unfinished, 1);
  near(path->excess[0], -0.2 - (-0.2 + 0) / 2); /* two have a close by D - 20 */
  near(path->excess[4], -0.1);
  near(path->excess[5], 0 - 0.3 / 3);
  for (size_t k = 6; k < 80; k++) near(path->excess[k], 0);
  near(path->excess[80], 0.9 - 0.9 / 3);
}

static void a_match_in_the_traded_session_before_makes_a_repeated_one(void **state) {
  (void)state;
  make_flat_market(8, 3);
  made.matches[2][0] = made.matches[5][0] = true; /* halted between: the session before is D - 3 */
  row_at(3, 0)->open = row_at(4, 0)->open = 0;
  made.matches[2][1] = made.matches[5][1] = true; /* traded between, and did not match */
  made.matches[3][2] = made.matches[5][2] = true; /* traded between on another market */
  row_at(4, 2)->market = MARKET_KONEX;
  assert_int_equal(outcome_between(2, 2, 5).counts.repeated, 1);
  assert_int_equal(outcome_between(2, 3, 5).counts.repeated, 1);
  assert_int_equal(outcome_between(2, 3, 5).counts.signals, 4);
  assert_int_equal(outcome_between(3, 3, 5).counts.repeated, 0); /* what came before is not answered */
  ScreenMarket market = market_of_made();
  assert_int_equal(outcome_answers_from(&market, 5, 5), 2);
  assert_int_equal(outcome_answers_from(&market, 4, 4), 3);
  assert_int_equal(outcome_answers_from(&market, 0, 7), 0);
  made_screen_free(&market);
}

static void without_signals_nothing_has_a_figure(void **state) {
  (void)state;
  make_flat_market(90, 2);
  Outcome outcome = outcome_of_all();
  assert_int_equal(outcome.counts.signals + outcome.counts.sessions + outcome.counts.tickers, 0);
  for (size_t h = 0; h < OUTCOME_HORIZONS; h++) {
    const OutcomeReturns *returns = &outcome.returns[h];
    assert_int_equal(returns->n + returns->unfinished + returns->sessions, 0);
    assert_true(isnan(returns->mean_return) && isnan(returns->median_return) && isnan(returns->market_mean));
    assert_true(isnan(returns->excess.mean) && isnan(returns->excess.median) && isnan(returns->excess.hit_rate));
    assert_true(isnan(returns->excess.lower_quartile) && isnan(returns->excess.upper_quartile));
    assert_true(isnan(returns->excess.standard_error));
  }
  assert_int_equal(outcome.path.n, 0);
  for (size_t k = 0; k < OUTCOME_PATH; k++) assert_true(isnan(outcome.path.excess[k]));
}

static void sessions_that_are_not_there_are_refused(void **state) {
  (void)state;
  make_flat_market(10, 1);
  ScreenMarket market = market_of_made();
  OutcomeMarket shared = {0};
  Outcome outcome;
  Error err = {{0}};
  const uint8_t answers[10] = {0};
  assert_int_equal(outcome_market_init(&market, 5, 4, &shared, &err), STATUS_INTERNAL);
  assert_int_equal(outcome_market_init(&market, 5, 10, &shared, &err), STATUS_INTERNAL);
  assert_int_equal(outcome_market_init(&market, 5, 7, &shared, &err), STATUS_OK);
  const OutcomeSignals wrong[] = {{5, 5, 8, answers}, {4, 4, 6, answers}, {6, 5, 7, answers}, {5, 7, 6, answers}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    assert_int_equal(outcome_of(&shared, &wrong[i], &outcome, &err), STATUS_INTERNAL);
  const OutcomeSignals right = {0, 5, 7, answers};
  assert_int_equal(outcome_of(&shared, &right, &outcome, &err), STATUS_OK);
  outcome_market_free(&shared);
  made_screen_free(&market);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_outcomes_agree_on_markets_at_random),
      cmocka_unit_test(what_comes_sixty_sessions_after_the_last_changes_nothing),
      cmocka_unit_test(who_cannot_buy_is_counted_and_in_no_figure),
      cmocka_unit_test(twenty_nine_per_cent_at_the_open_and_nobody_below_is_locked),
      cmocka_unit_test(a_return_goes_from_the_open_of_the_next_session_to_a_close),
      cmocka_unit_test(a_halt_a_delisting_and_a_split_have_the_return_of_who_holds),
      cmocka_unit_test(quartiles_lie_between_order_statistics),
      cmocka_unit_test(the_standard_error_is_clustered_by_session),
      cmocka_unit_test(the_mean_path_is_of_the_same_signals_at_every_session),
      cmocka_unit_test(a_match_in_the_traded_session_before_makes_a_repeated_one),
      cmocka_unit_test(without_signals_nothing_has_a_figure),
      cmocka_unit_test(sessions_that_are_not_there_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
