/* Real sessions: what the conditions and the shipped strategies find is what tests/bench/screen_oracle.py, an
 * independent evaluator, found; and no strategy knows tomorrow. */
#include "screen_sample.h"

#include <closebell/screen/list.h>
#include <closebell/screen/outcome.h>

#include "../../src/screen/columns.h"

#include <math.h>

enum { MOST_STOCKS = 200 };

static ScreenMarket days, raw;

static int load(void **state) {
  (void)state;
  sample_market(&days, "days", SIZE_MAX);
  sample_market(&raw, "raw-2023", SIZE_MAX);
  return 0;
}

static int unload(void **state) {
  (void)state;
  screen_market_free(&days);
  screen_market_free(&raw);
  return 0;
}

static void plan_of(const char *name, ScreenPlan *ret_plan) {
  ScreenError error;
  char *where = sample_where(name);
  if (screen_plan(where, strlen(where), ret_plan, &error) != STATUS_OK) fail_msg("%s: %s", where, error.what);
  free(where);
}

/* ---- lists ---- */

typedef struct {
  char data[8], name[64], date[16], considered[16], unknown[16], count[16];
  char *tickers; /* by blanks; "?" behind one: either way is right */
} Expected;

static bool in_range(const char *range, size_t value) {
  size_t low = 0, high = 0;
  int found = sscanf(range, "%zu-%zu", &low, &high);
  return found == 2 ? low <= value && value <= high : low == value;
}

/* Tickers that may be left out are skipped when we do. */
static void compare_tickers(const Expected *expected, const ScreenMarket *market, size_t session, const size_t *stocks,
                            size_t count) {
  const int ticker = screen_name_find("ticker", 6);
  size_t i = 0;
  for (char *rest = expected->tickers, *one; (one = strsep(&rest, " ")) != NULL;) {
    if (*one == '\0') continue;
    bool either = strchr(one, '?') != NULL;
    const char *ours = i < count ? screen_text(market, session, ticker, stocks[i]).data : "";
    bool same = strncmp(one, ours, 6) == 0 && *ours != '\0';
    if (!same && !either) fail_msg("%s %s: %s, not %s", expected->name, expected->date, ours, one);
    i += same;
  }
  if (i < count)
    fail_msg("%s %s: %s is too much", expected->name, expected->date,
             screen_text(market, session, ticker, stocks[i]).data);
}

static void compare_list(const Expected *expected) {
  static ScreenPlan plan;
  ScreenMarket *market = strcmp(expected->data, "days") == 0 ? &days : &raw;
  ScreenCounts counts;
  uint8_t answers[MOST_STOCKS];
  size_t stocks[MOST_STOCKS];
  Day date;
  Error err;
  assert_true(day_parse(expected->date, &date));
  size_t session = screen_market_session(market, date);
  assert_true(session < market->session_count);
  plan_of(expected->name, &plan);
  assert_int_equal(screen_evaluate(&plan, market, session, session, answers, &err), STATUS_OK);
  const ScreenNames sort = {.count = 0};
  const ScreenListing all = {.session = session, .sort = &sort};
  assert_int_equal(screen_list(&all, market, answers, stocks, &counts, &err), STATUS_OK);
  if (!in_range(expected->considered, counts.considered) || !in_range(expected->unknown, counts.unknown) ||
      !in_range(expected->count, counts.count))
    fail_msg("%s %s: %zu considered, %zu unknown, %zu match; not %s, %s, %s", expected->name, expected->date,
             counts.considered, counts.unknown, counts.count, expected->considered, expected->unknown, expected->count);
  compare_tickers(expected, market, session, stocks, counts.count);
}

static void every_list_is_that_of_the_independent_evaluator(void **state) {
  (void)state;
  size_t length, lists = 0;
  char *text = sample_read(TEST_DATA "/screen/expected.txt", &length), *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    Expected expected;
    int end = 0;
    if (line[0] == '#') continue;
    if (sscanf(line, "%7s %63s %15s %15s %15s %15s%n", expected.data, expected.name, expected.date, expected.considered,
               expected.unknown, expected.count, &end) != 6)
      continue;
    expected.tickers = line + end;
    compare_list(&expected);
    lists++;
  }
  free(text);
  assert_true(lists > 800);
}

/* ---- outcomes ---- */

static double figure_of(const ScreenOutcome *outcome, const char *name) {
  const struct {
    const char *name;
    size_t value;
  } counts[] = {{"signals", outcome->counts.signals},
                {"sessions", outcome->counts.sessions},
                {"tickers", outcome->counts.tickers},
                {"repeated", outcome->counts.repeated},
                {"entered", outcome->counts.fates[OUTCOME_ENTERED]},
                {"pending", outcome->counts.fates[OUTCOME_PENDING]},
                {"gone", outcome->counts.fates[OUTCOME_GONE]},
                {"halted", outcome->counts.fates[OUTCOME_HALTED]},
                {"locked", outcome->counts.fates[OUTCOME_LOCKED]},
                {"path.n", outcome->path.n}};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
    if (strcmp(counts[i].name, name) == 0) return (double)counts[i].value;
  int k;
  if (sscanf(name, "path.%d", &k) == 1) return outcome->path.excess[k + OUTCOME_PATH_BEFORE];
  int horizon = 0, at = 0;
  assert_int_equal(sscanf(name, "h%d.%n", &horizon, &at), 1);
  const OutcomeReturns *returns = outcome->returns;
  while (returns->horizon != horizon) returns++;
  const struct {
    const char *name;
    double value;
  } figures[] = {{"n", (double)returns->n},
                 {"unfinished", (double)returns->unfinished},
                 {"sessions", (double)returns->sessions},
                 {"mean", returns->excess.mean},
                 {"q1", returns->excess.lower_quartile},
                 {"median", returns->excess.median},
                 {"q3", returns->excess.upper_quartile},
                 {"hit_rate", returns->excess.hit_rate},
                 {"standard_error", returns->excess.standard_error},
                 {"return_mean", returns->mean_return},
                 {"return_median", returns->median_return},
                 {"market_mean", returns->market_mean}};
  for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
    if (strcmp(figures[i].name, name + at) == 0) return figures[i].value;
  fail_msg("%s: no such figure", name);
  return NAN;
}

static void take_either(const char *line, const uint8_t *answers) {
  char date[16], ticker[8];
  Day day;
  int counted;
  assert_int_equal(sscanf(line, "%15s %7s %d", date, ticker, &counted), 3);
  assert_true(day_parse(date, &day));
  size_t session = screen_market_session(&days, day);
  for (size_t e = days.first_entry[session]; e < days.first_entry[session + 1]; e++)
    if (strcmp(days.stocks[days.entries[e].stock].ticker, ticker) == 0)
      ((uint8_t *)answers)[e] = counted ? SCREEN_MATCH : SCREEN_FALSE;
}

/* Where two right programs may differ, ours does as the sample did; then all figures must be the same. */
static void put_choices(const char *text, const char *name, uint8_t *answers) {
  size_t length = strlen(name);
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, name, length) == 0 && strncmp(line + length, " either ", 8) == 0)
      take_either(line + length + 8, answers);
  }
}

static void compute_outcome(const OutcomeMarket *market, const char *text, const char *name,
                            ScreenOutcome *ret_outcome) {
  static ScreenPlan plan;
  Error err;
  uint8_t *answers = malloc(days.entry_count);
  assert_non_null(answers);
  plan_of(name, &plan);
  assert_int_equal(screen_evaluate(&plan, &days, 0, days.session_count - 1, answers, &err), STATUS_OK);
  put_choices(text, name, answers);
  const OutcomeSignals signals = {.last = days.session_count - 1, .answers = answers};
  assert_int_equal(outcome_of(market, &signals, ret_outcome, &err), STATUS_OK);
  free(answers);
}

static void every_figure_of_an_outcome_is_that_of_the_independent_evaluator(void **state) {
  (void)state;
  OutcomeMarket market;
  ScreenOutcome outcome;
  Error err;
  char last[64] = "", name[64], figure[64];
  double value;
  size_t length, figures = 0;
  char *text = sample_read(TEST_DATA "/screen/outcomes.txt", &length), *copy = strdup(text), *rest = copy;
  assert_int_equal(outcome_market_init(&days, 0, days.session_count - 1, &market, &err), STATUS_OK);
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    if (line[0] == '#' || sscanf(line, "%63s %63s %lf", name, figure, &value) != 3 || strcmp(figure, "either") == 0)
      continue;
    if (strcmp(last, name) != 0) compute_outcome(&market, text, name, &outcome);
    snprintf(last, sizeof last, "%s", name);
    double ours = figure_of(&outcome, figure);
    if (!(fabs(ours - value) <= 1e-9 * fmax(1, fabs(value))))
      fail_msg("%s %s: %.17g, not %.17g", name, figure, ours, value);
    figures++;
  }
  assert_true(figures > 2000);
  outcome_market_free(&market);
  free(copy);
  free(text);
}

/* ---- truncation ---- */

/* A name's column shows the close of tomorrow. */
static void peek(ScreenMarket *market, int cheat) {
  Error err;
  ScreenNames names = {.names = {cheat}, .count = 1};
  assert_int_equal(screen_prepare_names(market, &names, 0, &err), STATUS_OK);
  for (size_t v = 0; v < market->columns->view_count; v++) {
    const ScreenView *view = &market->columns->views[v];
    const ScreenStock *stock = &market->stocks[view->stock];
    for (size_t bar = view->start; bar < view->count; bar++) {
      bool known = bar + 1 < stock->bar_count;
      market->columns->values[cheat][view->cell + bar - view->start] =
          known ? (double)stock->rows[stock->bars[bar + 1]].close : NAN;
    }
  }
}

/* until: the first sessions alone. */
static bool changes(const ScreenPlan *plan, ScreenMarket *until) {
  static uint8_t whole[MOST_STOCKS * 400], cut[MOST_STOCKS * 400];
  const size_t sessions = until->session_count;
  Error err;
  assert_int_equal(screen_evaluate(plan, &days, 0, sessions - 1, whole, &err), STATUS_OK);
  assert_int_equal(screen_evaluate(plan, until, 0, sessions - 1, cut, &err), STATUS_OK);
  assert_int_equal(until->entry_count, days.first_entry[sessions]);
  return memcmp(whole, cut, until->entry_count) != 0;
}

static const size_t cuts[] = {120, 254, 299, 320};
enum { CUTS = sizeof cuts / sizeof cuts[0] };

static void assert_knows_nothing_later(const glob_t *files, ScreenMarket *until) {
  static ScreenPlan plan;
  for (size_t i = 0; i < files->gl_pathc; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s", strrchr(files->gl_pathv[i], '/') + 1);
    *strstr(name, ".ini") = '\0';
    plan_of(name, &plan);
    if (changes(&plan, until)) fail_msg("%s: other signals after %zu sessions alone", name, until->session_count);
  }
}

static void no_shipped_strategy_knows_what_comes_later(void **state) {
  (void)state;
  glob_t files;
  char pattern[500];
  snprintf(pattern, sizeof pattern, "%s/*.ini", TEST_STRATEGIES);
  assert_int_equal(glob(pattern, 0, NULL, &files), 0);
  assert_true(files.gl_pathc >= 21);
  for (size_t c = 0; c < CUTS; c++) {
    ScreenMarket until;
    sample_market(&until, "days", cuts[c]);
    assert_knows_nothing_later(&files, &until);
    screen_market_free(&until);
  }
  globfree(&files);
}

/* The same look finds a strategy that cheats: a column shows the close of tomorrow. */
static void a_strategy_that_uses_tomorrow_is_unmasked(void **state) {
  (void)state;
  static ScreenPlan plan;
  ScreenError error;
  const int cheat = screen_name_find("per", 3);
  const char where[] = "per > 1.02 * close";
  assert_int_equal(screen_plan(where, strlen(where), &plan, &error), STATUS_OK);
  peek(&days, cheat);
  for (size_t c = 0; c < CUTS; c++) {
    ScreenMarket until;
    sample_market(&until, "days", cuts[c]);
    peek(&until, cheat);
    assert_true(changes(&plan, &until));
    screen_market_free(&until);
  }
  screen_columns_free(days.columns);
  days.columns = NULL;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_list_is_that_of_the_independent_evaluator),
      cmocka_unit_test(every_figure_of_an_outcome_is_that_of_the_independent_evaluator),
      cmocka_unit_test(no_shipped_strategy_knows_what_comes_later),
      cmocka_unit_test(a_strategy_that_uses_tomorrow_is_unmasked),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
