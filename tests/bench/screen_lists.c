/* What src/screen finds, in the form in which screen_oracle.py prints it, so that the two can be compared:
 *
 *   screen_lists FOLDER CASES DATE...           as "run"
 *   screen_lists FOLDER CASES outcomes THEIRS   as "outcomes", of all sessions
 *
 * THEIRS: where either answer is right, that of its lines "name either DATE TICKER 1|0" is taken.
 * FOLDER: sessions as CSV (screen_oracle.py export), and broken.txt, the dates before which a session may be missing.
 * CASES: "name = where" a line. KOSPI and KOSDAQ are considered. */
#include <closebell/screen/list.h>
#include <closebell/screen/market.h>
#include <closebell/screen/outcome.h>

#include "session_folder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void take_session(void *context, Session *session, bool broken_before) {
  Error err;
  if (screen_market_add(context, session, broken_before, &err) != STATUS_OK) give_up("screen_lists", err.text);
  session_free(session);
}

static void load(ScreenMarket *market, const char *folder) { folder_visit(folder, take_session, market); }

static void print_list(ScreenMarket *market, const ScreenPlan *plan, const char *name, const char *date) {
  Error err;
  ScreenNames sort = {0};
  ScreenCounts counts;
  size_t session = screen_market_session(market, day_of(date));
  if (session == market->session_count) give_up(date, "no session of the archive");
  size_t considered = screen_market_considered(market, session, session);
  uint8_t *answers = malloc(considered + 1);
  size_t *found = malloc((considered + 1) * sizeof *found);
  if (answers == NULL || found == NULL) give_up(name, "no memory");
  if (screen_evaluate(plan, market, session, session, answers, &err) != STATUS_OK) give_up(name, err.text);
  const ScreenListing all = {.session = session, .sort = &sort};
  if (screen_list(&all, market, answers, found, &counts, &err) != STATUS_OK) give_up(name, err.text);
  printf("%s %s %zu %zu %zu", name, date, counts.considered, counts.unknown, counts.count);
  for (size_t i = 0; i < counts.listed; i++) {
    printf(" %s", market->stocks[market->entries[market->first_entry[session] + found[i]].stock].ticker);
  }
  printf("\n");
  free(answers);
  free(found);
}

/* ---- outcomes ---- */

static void take_choice(const ScreenMarket *market, const char *line, uint8_t *answers) {
  char date[16], ticker[TICKER_SIZE];
  int counted;
  if (sscanf(line, "%15s %7s %d", date, ticker, &counted) != 3) give_up("either", line);
  size_t session = screen_market_session(market, day_of(date));
  for (size_t e = market->first_entry[session]; e < market->first_entry[session + 1]; e++) {
    if (strcmp(market->stocks[market->entries[e].stock].ticker, ticker) == 0)
      answers[e] = counted ? SCREEN_MATCH : SCREEN_FALSE;
  }
}

static void take_choices(const ScreenMarket *market, const char *theirs, const char *name, uint8_t *answers) {
  char wanted[128];
  int length = snprintf(wanted, sizeof wanted, "\n%s either ", name);
  for (const char *line = theirs; (line = strstr(line, wanted)) != NULL; line += length)
    take_choice(market, line + length, answers);
}

static void print_figure(const char *name, const char *group, const char *key, double value) {
  if (!isnan(value)) printf("%s %s%s %.17g\n", name, group, key, value);
}

static void print_counts(const char *name, const OutcomeCounts *counts) {
  print_figure(name, "", "signals", (double)counts->signals);
  print_figure(name, "", "sessions", (double)counts->sessions);
  print_figure(name, "", "tickers", (double)counts->tickers);
  print_figure(name, "", "repeated", (double)counts->repeated);
  print_figure(name, "", "pending", (double)counts->fates[OUTCOME_PENDING]);
  print_figure(name, "", "gone", (double)counts->fates[OUTCOME_GONE]);
  print_figure(name, "", "halted", (double)counts->fates[OUTCOME_HALTED]);
  print_figure(name, "", "locked", (double)counts->fates[OUTCOME_LOCKED]);
  print_figure(name, "", "entered", (double)counts->fates[OUTCOME_ENTERED]);
}

static void print_returns(const char *name, const OutcomeReturns *returns) {
  char group[16];
  snprintf(group, sizeof group, "h%d.", returns->horizon);
  print_figure(name, group, "n", (double)returns->n);
  print_figure(name, group, "unfinished", (double)returns->unfinished);
  if (returns->n == 0) return;
  print_figure(name, group, "mean", returns->excess.mean);
  print_figure(name, group, "q1", returns->excess.lower_quartile);
  print_figure(name, group, "median", returns->excess.median);
  print_figure(name, group, "q3", returns->excess.upper_quartile);
  print_figure(name, group, "hit_rate", returns->excess.hit_rate);
  print_figure(name, group, "standard_error", returns->excess.standard_error);
  print_figure(name, group, "sessions", (double)returns->sessions);
  print_figure(name, group, "return_mean", returns->mean_return);
  print_figure(name, group, "return_median", returns->median_return);
  print_figure(name, group, "market_mean", returns->market_mean);
}

static void print_outcome(ScreenMarket *market, const ScreenPlan *plan, const char *name, const char *theirs) {
  Error err;
  ScreenOutcome outcome;
  OutcomeMarket shared;
  size_t last = market->session_count - 1;
  uint8_t *answers = malloc(market->entry_count + 1);
  if (answers == NULL) give_up(name, "no memory");
  if (screen_evaluate(plan, market, 0, last, answers, &err) != STATUS_OK) give_up(name, err.text);
  take_choices(market, theirs, name, answers);
  OutcomeSignals signals = {.last = last, .answers = answers};
  if (outcome_market_init(market, 0, last, &shared, &err) != STATUS_OK) give_up(name, err.text);
  if (outcome_of(&shared, &signals, &outcome, &err) != STATUS_OK) give_up(name, err.text);
  print_counts(name, &outcome.counts);
  for (size_t i = 0; i < HORIZONS; i++) print_returns(name, &outcome.returns[i]);
  print_figure(name, "path.", "n", (double)outcome.path.n);
  for (int k = 0; k < OUTCOME_PATH; k++) {
    char key[16];
    snprintf(key, sizeof key, "%d", k - OUTCOME_PATH_BEFORE);
    print_figure(name, "path.", key, outcome.path.excess[k]);
  }
  outcome_market_free(&shared);
  free(answers);
}

/* ---- cases ---- */

static void run_case(ScreenMarket *market, char *line, char *const arguments[], const char *theirs) {
  ScreenPlan plan;
  ScreenError error;
  char *where = strstr(line, " = ");
  if (line[0] == '#' || where == NULL) return;
  *where = '\0';
  where += 3;
  if (screen_plan(where, strlen(where), &plan, &error) != STATUS_OK) give_up(line, error.what);
  if (theirs != NULL) {
    print_outcome(market, &plan, line, theirs);
  } else {
    for (size_t i = 0; arguments[i] != NULL; i++) print_list(market, &plan, line, arguments[i]);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) give_up("arguments", "FOLDER CASES DATE..., or FOLDER CASES outcomes THEIRS");
  ScreenMarket market = {.considered = 1U << MARKET_KOSPI | 1U << MARKET_KOSDAQ};
  load(&market, argv[1]);
  size_t length;
  bool outcomes = argc == 5 && strcmp(argv[3], "outcomes") == 0;
  char *theirs = outcomes ? read_all(argv[4], &length) : NULL;
  char *cases = read_all(argv[2], &length), *rest = cases, *line;
  while ((line = strsep(&rest, "\n")) != NULL) run_case(&market, line, argv + 3, theirs);
  free(cases);
  free(theirs);
  screen_market_free(&market);
  return 0;
}
