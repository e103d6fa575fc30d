#include "radar_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

/* ---- who was followed ---- */

static const ScreenStock *stock_of(const Radar *radar, size_t entry) {
  const ScreenMarket *market = radar->view->market;
  return &market->stocks[market->entries[entry].stock];
}

static bool was_followed(const Radar *radar, const char *ticker, Day date) {
  const Target *target = universe_find(radar->view->universe, ticker);
  return target && target->added_date <= date && target_expects(target, date);
}

/* ---- what the rules look at ---- */

static void find_names(Radar *radar) {
  const LeaderRules *rules = radar->view->leaders;
  ScreenNames *names = &radar->leader_names;
  for (size_t k = 0; k < rules->signals.count + rules->above.count; k++) {
    bool is_signal = k < rules->signals.count;
    size_t i = is_signal ? k : k - rules->signals.count;
    const char *field = is_signal ? rules->signals.items[i] : rules->above.items[i];
    int name = screen_name_find(field, strlen(field));
    *(is_signal ? &radar->signals[i] : &radar->above[i]) = name;
    if (name >= 0 && screen_name_at((size_t)name).kind != SCREEN_TEXT) names->names[names->count++] = name;
  }
}

static double value_of(const Radar *radar, int name, size_t session, size_t place) {
  if (name < 0 || screen_name_at((size_t)name).kind == SCREEN_TEXT) return NAN;
  return screen_value(radar->view->market, session, name, place);
}

/* Of the sessions up to this one; NaN unless it is listed in all of them. */
static double value_average(const ScreenStock *stock, const ScreenRow *row) {
  const ScreenRow *first = row - (LEADER_VALUE_SESSIONS - 1);
  double sum = 0;
  if (row - stock->rows < LEADER_VALUE_SESSIONS - 1 || first->session != row->session - (LEADER_VALUE_SESSIONS - 1))
    return NAN;
  for (; first <= row; first++) sum += (double)first->value;
  return sum / LEADER_VALUE_SESSIONS;
}

static LeaderCandidate candidate_of(const Radar *radar, size_t entry) {
  const LeaderRules *rules = radar->view->leaders;
  const ScreenStock *stock = stock_of(radar, entry);
  const ScreenRow *row = radar_row(radar, entry);
  size_t session = (size_t)row->session, place = entry - radar->view->market->first_entry[session];
  LeaderCandidate candidate = {.row = {.open = row->open, .value = row->value, .market_cap = row->market_cap},
                               .value_average = value_average(stock, row),
                               .numbers = {.close = row->close, .high_52w = NAN, .rs_rating = row->rating}};
  memcpy(candidate.row.ticker, stock->ticker, sizeof candidate.row.ticker);
  for (size_t i = 0; i < rules->signals.count; i++)
    candidate.numbers.signals[i] = value_of(radar, radar->signals[i], session, place) == 1;
  for (size_t i = 0; i < rules->above.count; i++)
    candidate.numbers.above[i] = value_of(radar, radar->above[i], session, place);
  return candidate;
}

/* ---- who was chosen ---- */

/* So many rules stand against it; one that passes all of them is beyond the limit. */
static size_t count_against(const LeaderRules *rules, const LeaderCandidate *candidate) {
  const LeaderNumbers *numbers = &candidate->numbers;
  size_t against = !leader_row_passes(rules, &candidate->row, candidate->value_average);
  against += numbers->rs_rating < rules->min_rs_rating;
  for (size_t i = 0; i < rules->signals.count; i++) against += !numbers->signals[i];
  for (size_t i = 0; i < rules->above.count; i++) against += !(numbers->close > numbers->above[i]);
  return against;
}

static size_t gather(Radar *radar, size_t session, LeaderCandidate *candidates) {
  const ScreenMarket *market = radar->view->market;
  size_t count = 0;
  for (size_t e = market->first_entry[session]; e < market->first_entry[session + 1]; e++) {
    bool followed = was_followed(radar, stock_of(radar, e)->ticker, market->dates[session]);
    radar->followed[e - radar->base] = followed;
    if (!followed) continue;
    candidates[count] = candidate_of(radar, e);
    radar->near_leader[e - radar->base] = count_against(radar->view->leaders, &candidates[count]) <= 1;
    count++;
  }
  return leaders_choose(radar->view->leaders, candidates, count);
}

static bool is_among(const LeaderCandidate *candidates, size_t count, const char *ticker) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(candidates[i].row.ticker, ticker) == 0) return true;
  return false;
}

static void choose(Radar *radar, size_t session, LeaderCandidate *candidates) {
  const ScreenMarket *market = radar->view->market;
  size_t count = gather(radar, session, candidates);
  for (size_t e = market->first_entry[session]; e < market->first_entry[session + 1] && count > 0; e++)
    if (radar->followed[e - radar->base] && is_among(candidates, count, stock_of(radar, e)->ticker))
      radar->chosen[e - radar->base] = true;
}

Status radar_take_leaders(Radar *radar, Error *err) {
  LeaderCandidate *candidates = malloc((radar->count + 1) * sizeof *candidates);
  find_names(radar);
  Status status = candidates ? screen_prepare_names(radar->view->market, &radar->leader_names, radar->first, err)
                             : error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  for (size_t s = radar->first; s < radar->session && status == STATUS_OK; s++) choose(radar, s, candidates);
  free(candidates);
  return status;
}

/* ---- why not ---- */

static char *figure(double value, char text[TEXT_REAL_SIZE]) {
  if (!isnan(value)) return text_group_double(value, text);
  snprintf(text, TEXT_REAL_SIZE, "none");
  return text;
}

static void tell_value(const LeaderRules *rules, const LeaderCandidate *candidate, Shadow *to) {
  char number[TEXT_REAL_SIZE];
  double average = candidate->value_average;
  snprintf(to->rule, sizeof to->rule, "value > %g x its average over %d sessions", rules->value_ratio,
           LEADER_VALUE_SESSIONS);
  snprintf(to->reason, sizeof to->reason, "%s (%s x)", to->rule,
           figure(average > 0 ? (double)candidate->row.value / average : (double)NAN, number));
}

/* True: the rule, or one before it, is not met, and is told. */
static bool tell_rating(const LeaderRules *rules, const LeaderCandidate *candidate, Shadow *to) {
  if (candidate->numbers.rs_rating >= rules->min_rs_rating) return false;
  snprintf(to->rule, sizeof to->rule, "rs_rating >= %d", rules->min_rs_rating);
  snprintf(to->reason, sizeof to->reason, "%s (%d)", to->rule, candidate->numbers.rs_rating);
  return true;
}

static bool tell_signals(const LeaderRules *rules, const LeaderCandidate *candidate, Shadow *to) {
  size_t i = 0;
  while (i < rules->signals.count && candidate->numbers.signals[i]) i++;
  if (i == rules->signals.count) return false;
  snprintf(to->rule, sizeof to->rule, "%s", rules->signals.items[i]);
  snprintf(to->reason, sizeof to->reason, "%s (it was not)", to->rule);
  return true;
}

static bool tell_averages(const LeaderRules *rules, const LeaderCandidate *candidate, Shadow *to) {
  char close[TEXT_REAL_SIZE], above[TEXT_REAL_SIZE];
  const LeaderNumbers *numbers = &candidate->numbers;
  size_t i = 0;
  while (i < rules->above.count && numbers->close > numbers->above[i]) i++;
  if (i == rules->above.count) return false;
  snprintf(to->rule, sizeof to->rule, "close > %s", rules->above.items[i]);
  snprintf(to->reason, sizeof to->reason, "%s (%s against %s)", to->rule, figure(numbers->close, close),
           figure(numbers->above[i], above));
  return true;
}

Status radar_tell_leaders(const Radar *radar, size_t entry, Shadow *to, Error *err) {
  const LeaderRules *rules = radar->view->leaders;
  Status status = screen_prepare_names(radar->view->market, &radar->leader_names, radar->first, err);
  if (status != STATUS_OK) return status;
  LeaderCandidate candidate = candidate_of(radar, entry);
  if (!leader_row_passes(rules, &candidate.row, candidate.value_average)) {
    tell_value(rules, &candidate, to);
    return STATUS_OK;
  }
  if (tell_rating(rules, &candidate, to) || tell_signals(rules, &candidate, to) || tell_averages(rules, &candidate, to))
    return STATUS_OK;
  snprintf(to->rule, sizeof to->rule, "the first %zu", rules->limit);
  snprintf(to->reason, sizeof to->reason, "%s (rs_rating %d)", to->rule, candidate.numbers.rs_rating);
  return STATUS_OK;
}

/* ---- the entry filter ---- */

static void tell_least(const char *rule, int64_t value, int64_t least, Shadow *to) {
  char has[TEXT_GROUPED_SIZE], wanted[TEXT_GROUPED_SIZE];
  snprintf(to->reason, sizeof to->reason, "%s (%s against %s)", rule, text_group_int64(value, has),
           text_group_int64(least, wanted));
}

bool radar_tell_filter(const Radar *radar, size_t entry, Shadow *to) {
  const RadarView *view = radar->view;
  size_t back = radar->session - (size_t)radar_row(radar, entry)->session;
  if (back >= view->session_count) return false;
  const StockRow *row = session_find(view->sessions[back], stock_of(radar, entry)->ticker);
  if (!row) return false;
  StockFacts facts = stock_facts(view->filter, row, view->sessions + back, view->session_count - back);
  FilterReason reason = filter_entry(view->filter, &facts);
  if (reason == FILTER_PASSED) return false;
  snprintf(to->rule, sizeof to->rule, "%s", filter_reason_name(reason));
  if (reason == FILTER_MARKET_CAP)
    tell_least(to->rule, row->market_cap, view->filter->min_market_cap, to);
  else if (reason == FILTER_TRADED_VALUE)
    tell_least(to->rule, facts.traded_value, view->filter->min_traded_value, to);
  else if (reason == FILTER_NEW)
    snprintf(to->reason, sizeof to->reason, "%s (listed for fewer than %d sessions)", to->rule,
             view->filter->min_sessions);
  else
    snprintf(to->reason, sizeof to->reason, "%s (excluded)", to->rule);
  return true;
}
