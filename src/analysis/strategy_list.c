#include <closebell/analysis/strategy_list.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/screen/flows.h>

/* ---- rules ---- */

static Status no_rule(const char *what, const ScreenError *error, Error *err) {
  return error_set(err, STATUS_CONFIG, "%s, column %d: %s", what, error->column, error->what);
}

Status strategy_rule_read(const StrategyDay *day, StrategyRule *ret_rule, Error *err) {
  ScreenError error;
  if (screen_plan(day->where, strlen(day->where), &ret_rule->where, &error) != STATUS_OK)
    return no_rule("its where", &error, err);
  if (screen_sort_parse(day->sort, strlen(day->sort), &ret_rule->sort, &error) != STATUS_OK)
    return no_rule("its sort", &error, err);
  return STATUS_OK;
}

void strategy_rule_put(const Strategy *strategy, StrategyDay *day) {
  const ScreenNames *sort = &strategy->sort;
  size_t length = 0;
  snprintf(day->where, sizeof day->where, "%.*s", (int)strategy->where.length, strategy->where.text);
  snprintf(day->title, sizeof day->title, "%s", strategy->title);
  day->sort[0] = '\0';
  for (size_t i = 0; i < sort->count && length < sizeof day->sort; i++)
    length += (size_t)snprintf(day->sort + length, sizeof day->sort - length, "%s%s%s", i ? "," : "",
                               sort->descending[i] ? "-" : "", screen_name_at((size_t)sort->names[i]).name);
}

bool strategy_rule_wants_flows(const ScreenPlan *where, const ScreenNames *sort) {
  return screen_plan_wants_flows(where) || screen_names_want_flows(sort);
}

/* ---- lists ---- */

/* stocks: room for all that are considered in the session. */
static Status make_list(const ScreenNames *sort, ScreenMarket *market, size_t session, const uint8_t *answers,
                        size_t *stocks, StrategyMatches *ret_list, Error *err) {
  ScreenCounts counts;
  const ScreenListing all = {.session = session, .sort = sort};
  Status status = screen_list(&all, market, answers, stocks, &counts, err);
  if (status != STATUS_OK) return status;
  StrategyMatches list = {
      .count = counts.count, .considered = (int64_t)counts.considered, .unknown = (int64_t)counts.unknown};
  list.tickers = counts.count > 0 ? calloc(counts.count, sizeof *list.tickers) : NULL;
  if (counts.count > 0 && list.tickers == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the matches");
  for (size_t i = 0; i < counts.count; i++) {
    const ScreenEntry *entry = &market->entries[market->first_entry[session] + stocks[i]];
    snprintf(list.tickers[i], sizeof list.tickers[i], "%s", market->stocks[entry->stock].ticker);
  }
  *ret_list = list;
  return STATUS_OK;
}

static void free_lists(StrategyMatches *lists, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(lists[i].tickers);
    lists[i] = (StrategyMatches){0};
  }
}

Status strategy_lists_make(const ScreenPlan *where, const ScreenNames *sort, ScreenMarket *market,
                           ScreenSessions sessions, StrategyMatches *ret_lists, Error *err) {
  const size_t first = sessions.first, last = sessions.last;
  size_t made = 0, considered = screen_market_considered(market, first, last);
  uint8_t *answers = malloc(considered + 1);
  size_t *stocks = malloc((considered + 1) * sizeof *stocks);
  Status status = STATUS_OK;
  if (answers == NULL || stocks == NULL)
    status = error_set(err, STATUS_NO_MEMORY, "no memory for %zu answers", considered);
  if (status == STATUS_OK) status = screen_evaluate(where, market, first, last, answers, err);
  while (status == STATUS_OK && first + made <= last) {
    const uint8_t *of_session = answers + (market->first_entry[first + made] - market->first_entry[first]);
    status = make_list(sort, market, first + made, of_session, stocks, &ret_lists[made], err);
    made += status == STATUS_OK;
  }
  if (status != STATUS_OK) free_lists(ret_lists, made);
  free(answers);
  free(stocks);
  return status;
}
