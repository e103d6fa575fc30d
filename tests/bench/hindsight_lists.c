/* What src/hindsight finds, in the form in which hindsight_oracle.py prints it, so that the two can be compared:
 *
 *   hindsight_lists FOLDER STRATEGIES DECISIONS FROM
 *
 * FOLDER: as for screen_lists. STRATEGIES: the folder of strategy files. DECISIONS: "ID DATE KIND FINAL TICKER..." a
 * line, in the order they were made. From session FROM on a line for each document of the radar, then one for the
 * outcome of each decision. On standard error: what it took. The rules are in RULES and FILTER below, and in
 * hindsight_oracle.py. */
#include <closebell/hindsight/decision_outcome.h>
#include <closebell/hindsight/radar.h>
#include <closebell/screen/companies.h>
#include <closebell/screen/flows.h>
#include <closebell/strategy/strategies.h>

#include <math.h>
#include <time.h>

#include "session_folder.h"

enum { SESSIONS_MAX = 2000, DECISIONS_MAX = 20000, TICKERS_MAX = 8, RULES_MAX = 1000 };

typedef struct {
  char id[ULID_SIZE], tickers[TICKERS_MAX][TICKER_SIZE];
  Day date;
  size_t count;
} Asked;

static struct {
  ScreenMarket market;
  Session sessions[SESSIONS_MAX];
  size_t count;
  Universe universe;
  Strategies strategies;
  RadarStrategy rules[RULES_MAX];
  size_t rule_count;
  RadarDecision decisions[DECISIONS_MAX];
  Asked asked[DECISIONS_MAX];
  size_t decision_count, asked_count;
} all;

static const EntryFilter FILTER = {.min_market_cap = INT64_C(100000000000),
                                   .exit_market_cap = INT64_C(80000000000),
                                   .exit_sessions = 20,
                                   .markets = 1u << MARKET_KOSPI | 1u << MARKET_KOSDAQ};
static const LeaderRules RULES = {.min_rs_rating = 80,
                                  .signals = {.items = {"near_high_52w"}, .count = 1},
                                  .above = {.items = {"sma_60"}, .count = 1},
                                  .value_ratio = 1,
                                  .limit = 40};

static void take_session(void *context, Session *session, bool broken_before) {
  Error err;
  (void)context;
  if (all.count == SESSIONS_MAX) give_up("hindsight_lists", "too many sessions");
  if (screen_market_add(&all.market, session, broken_before, &err) != STATUS_OK) give_up("market", err.text);
  all.sessions[all.count++] = *session;
}

static void load_strategies(const char *folder) {
  Error err;
  if (strategies_load(folder, NULL, &all.strategies, &err) != STATUS_OK) give_up(folder, err.text);
  for (size_t i = 0; i < all.strategies.count; i++) {
    const NamedStrategy *named = &all.strategies.items[i];
    const ScreenPlan *where = &named->strategy.where;
    bool of_prices = !screen_plan_wants_companies(where) && !screen_plan_wants_flows(where);
    if (of_prices && all.rule_count < RULES_MAX) all.rules[all.rule_count++] = (RadarStrategy){named->name, where};
  }
}

static void take_tickers(char *rest, const RadarDecision *decision) {
  Asked *asked = &all.asked[all.asked_count++];
  *asked = (Asked){.date = decision->date};
  memcpy(asked->id, decision->id, sizeof asked->id);
  for (char *word; (word = strsep(&rest, " \n")) != NULL;) {
    if (!ticker_is_valid(word)) continue;
    memcpy(asked->tickers[asked->count++], word, 7);
    all.decisions[all.decision_count] = *decision;
    memcpy(all.decisions[all.decision_count++].ticker, word, 7);
  }
}

static void load_decisions(const char *path) {
  size_t length;
  char *bytes = read_all(path, &length), *text = bytes;
  for (char *line; (line = strsep(&text, "\n")) != NULL;) {
    char date[16], final[16];
    int at = 0;
    RadarDecision decision = {.score = NAN};
    if (sscanf(line, "%26s %15s %63s %15s%n", decision.id, date, decision.kind, final, &at) != 4) continue;
    decision.date = day_of(date);
    if (!decision_final_parse(final, &decision.final)) give_up(path, line);
    take_tickers(line + at, &decision);
  }
  free(bytes);
}

/* The universe as it is on the evening of the session; sessions come one after the other. */
static void step_universe(size_t session, const Session *const *newest_first) {
  UniverseCounts counts;
  Status status = session == 0
                      ? universe_begin(&all.universe, newest_first, 1, &FILTER, all.sessions[0].date, &counts)
                      : universe_step(&all.universe, newest_first, session + 1, &FILTER, all.sessions[0].date, &counts);
  if (status != STATUS_OK || counts.too_many_leaving) give_up("universe", day_text(all.sessions[session].date).text);
}

static void print_radar(size_t session, const Session *const *newest_first) {
  Shadows shadows = {0};
  Error err;
  const RadarView view = {.market = &all.market,
                          .sessions = newest_first,
                          .session_count = session + 1,
                          .universe = &all.universe,
                          .filter = &FILTER,
                          .leaders = &RULES,
                          .strategies = all.rules,
                          .strategy_count = all.rule_count,
                          .decisions = all.decisions,
                          .decision_count = all.decision_count};
  if (radar_look(&view, all.sessions[session].date, &shadows, &err) != STATUS_OK) give_up("radar", err.text);
  for (size_t i = 0; i < shadows.count; i++) {
    const Shadow *is = &shadows.items[i];
    printf("radar %s %s %s %s %.17g %s\n", day_text(is->trigger_date).text, is->ticker, day_text(is->date).text,
           shadow_stage_name(is->stage), is->return_pct, is->rule);
  }
  free(shadows.items);
}

static void print_outcomes(void) {
  OutcomeMarket market = {0};
  Error err;
  if (outcome_market_init(&all.market, 0, all.count - 1, &market, &err) != STATUS_OK) give_up("outcome", err.text);
  for (size_t i = 0; i < all.asked_count; i++) {
    const Asked *asked = &all.asked[i];
    DecisionOutcome is;
    size_t session = screen_market_session(&all.market, asked->date);
    if (!decision_outcome(&market, session, (const char(*)[TICKER_SIZE])asked->tickers, asked->count, &is)) continue;
    printf("outcome %s %d", asked->id, is.entered);
    for (size_t h = 0; h < HORIZONS; h++) {
      double excess = decision_excess(&is, h);
      if (!isnan(excess)) printf(" %d:%.17g:%.17g", HORIZON[h], is.returns[h], excess);
    }
    printf("\n");
  }
  outcome_market_free(&market);
}

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  static const Session *newest_first[SESSIONS_MAX];
  double spent = 0;
  size_t looked = 0;
  if (argc != 5) give_up("hindsight_lists", "FOLDER STRATEGIES DECISIONS FROM");
  all.market.considered = FILTER.markets;
  folder_visit(argv[1], take_session, NULL);
  load_strategies(argv[2]);
  load_decisions(argv[3]);
  Day from = day_of(argv[4]);
  for (size_t t = 0; t < all.count; t++) {
    for (size_t i = 0; i <= t; i++) newest_first[i] = &all.sessions[t - i];
    step_universe(t, newest_first);
    if (all.sessions[t].date < from) continue;
    double began = now_ms();
    print_radar(t, newest_first);
    spent += now_ms() - began;
    looked++;
  }
  print_outcomes();
  fprintf(stderr, "%zu sessions, %zu strategies, %zu decisions: %.1f ms a session of the radar\n", looked,
          all.rule_count, all.asked_count, looked ? spent / (double)looked : 0);
  return 0;
}
