#include "radar_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

const ScreenRow *radar_row(const Radar *radar, size_t entry) {
  const ScreenMarket *market = radar->view->market;
  const ScreenStock *stock = &market->stocks[market->entries[entry].stock];
  return &stock->rows[stock->bars[market->entries[entry].bar]];
}

static double chained(const ScreenRow *row) { return (double)row->close / row->factors; }

/* A fifth higher; exact where no corporate action lies between. */
static bool has_risen(const ScreenRow *from, const ScreenRow *to) { return 5 * chained(to) >= 6 * chained(from); }

/* In per cent; a fifth is 20 to the last bit. */
static double return_of(const ScreenRow *from, const ScreenRow *to) {
  return 100 * (chained(to) - chained(from)) / chained(from);
}

/* ---- rises ---- */

static const ScreenRow *bar_row(const ScreenStock *stock, size_t bar) { return &stock->rows[stock->bars[bar]]; }

/* Whether bar `bar` is so much above one of the sessions before it. */
static bool rises(const ScreenStock *stock, size_t bar) {
  const ScreenRow *row = bar_row(stock, bar);
  for (size_t i = bar; i > 0; i--) {
    const ScreenRow *before = bar_row(stock, i - 1);
    if (before->session + RADAR_SESSIONS < row->session) return false;
    if (has_risen(before, row)) return true;
  }
  return false;
}

static bool begins_to_rise(const ScreenStock *stock, size_t bar) {
  const ScreenRow *row = bar_row(stock, bar);
  if (!rises(stock, bar)) return false;
  for (size_t i = bar; i > 0 && bar_row(stock, i - 1)->session + RADAR_SESSIONS >= row->session; i--)
    if (rises(stock, i - 1)) return false;
  return true;
}

/* ---- the model ---- */

static bool was_refused(const RadarDecision *decision) {
  return decision->final == DECISION_SELL || decision->final == DECISION_NO_DECISION;
}

static int by_ticker(const void *a, const void *b) {
  const RadarDecision *left = a, *right = b;
  int order = strcmp(left->ticker, right->ticker);
  if (order == 0) order = left->date < right->date ? -1 : left->date > right->date;
  return order != 0 ? order : strcmp(left->id, right->id);
}

/* Of each stock and session the newest alone counts. */
static bool take_decisions(Radar *radar) {
  const RadarView *view = radar->view;
  RadarDecision *items = malloc((view->decision_count + 1) * sizeof *items);
  if (!items) return false;
  if (view->decision_count > 0) {
    memcpy(items, view->decisions, view->decision_count * sizeof *items);
    qsort(items, view->decision_count, sizeof *items, by_ticker);
  }
  for (size_t i = 0; i < view->decision_count; i++) {
    const RadarDecision *next = i + 1 < view->decision_count ? &items[i + 1] : NULL;
    bool newest = !next || next->date != items[i].date || strcmp(next->ticker, items[i].ticker) != 0;
    if (newest && was_refused(&items[i])) items[radar->refusal_count++] = items[i];
  }
  radar->refusals = items;
  return true;
}

static size_t first_refusal(const Radar *radar, const char *ticker) {
  size_t low = 0, high = radar->refusal_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(radar->refusals[middle].ticker, ticker) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Whether bar `bar` is the first so much above `from`. */
static bool rises_first(const ScreenStock *stock, size_t bar, const ScreenRow *from, size_t session) {
  if (!has_risen(from, bar_row(stock, bar))) return false;
  for (size_t i = bar; i > 0 && (size_t)bar_row(stock, i - 1)->session > session; i--)
    if (has_risen(from, bar_row(stock, i - 1))) return false;
  return true;
}

static void tell_decision(const RadarDecision *decision, Shadow *to) {
  const char *final = decision_final_name(decision->final);
  char score[TEXT_REAL_SIZE] = "none";
  if (!isnan(decision->score)) text_group_double(decision->score, score);
  to->stage = SHADOW_AI;
  snprintf(to->rule, sizeof to->rule, "%s: %s", decision->kind, final);
  snprintf(to->reason, sizeof to->reason, "%s: %s (decision %s, hunter_score %s)", decision->kind, final, decision->id,
           score);
}

/* Of the stock's decisions the one of the newest session. */
static bool find_decision(const Radar *radar, const ScreenStock *stock, size_t bar, Shadow *to) {
  bool found = false;
  for (size_t i = first_refusal(radar, stock->ticker);
       i < radar->refusal_count && strcmp(radar->refusals[i].ticker, stock->ticker) == 0; i++) {
    const RadarDecision *decision = &radar->refusals[i];
    size_t session = screen_market_session(radar->view->market, decision->date);
    if (session < radar->first || session >= radar->session) continue;
    const ScreenRow *from = screen_market_row(stock, session);
    if (!from || !rises_first(stock, bar, from, session)) continue;
    found = true;
    tell_decision(decision, to);
    to->date = decision->date;
    to->return_pct = return_of(from, bar_row(stock, bar));
  }
  return found;
}

/* ---- the other stages ---- */

/* By how a stock is turned down; a stage may have several. */
typedef enum { BY_FILTER, BY_ONE_RULE, BY_ONE_CLAUSE, BY_RULES, WAYS } Way;

static const ShadowStage STAGE_OF[WAYS] = {SHADOW_ENTRY_FILTER, SHADOW_LEADERS, SHADOW_STRATEGY, SHADOW_LEADERS};

static bool turned_down(const Radar *radar, size_t entry, Way way) {
  size_t at = entry - radar->base;
  if (way == BY_FILTER) return !radar->followed[at];
  if (radar->chosen[at] || !radar->followed[at]) return false;
  if (way == BY_ONE_RULE) return radar->near_leader[at];
  return way == BY_RULES || radar->near[at].clauses > 0;
}

/* *ret_told false: it was not turned down there after all. */
static Status tell(const Radar *radar, size_t entry, Way way, Shadow *to, bool *ret_told, Error *err) {
  to->stage = STAGE_OF[way];
  *ret_told = true;
  if (to->stage == SHADOW_STRATEGY) return radar_tell_strategy(radar, entry, to, err);
  if (to->stage == SHADOW_LEADERS) return radar_tell_leaders(radar, entry, to, err);
  *ret_told = radar_tell_filter(radar, entry, to);
  return STATUS_OK;
}

/* A bar of a stock: that of the session looked at. */
typedef struct {
  const ScreenStock *stock;
  size_t bar;
} RadarBar;

static Status find_way(const Radar *radar, RadarBar at, Way way, Shadow *to, bool *ret_found, Error *err) {
  const ScreenRow *row = bar_row(at.stock, at.bar);
  Status status = STATUS_OK;
  for (size_t i = at.bar; i > 0 && !*ret_found && status == STATUS_OK; i--) {
    const ScreenRow *before = bar_row(at.stock, i - 1);
    if ((size_t)before->session < radar->first) break;
    if (before->entry < 0 || !has_risen(before, row) || !turned_down(radar, (size_t)before->entry, way)) continue;
    status = tell(radar, (size_t)before->entry, way, to, ret_found, err);
    to->date = radar->view->market->dates[before->session];
    to->return_pct = return_of(before, row);
  }
  return status;
}

static Status find_rejection(const Radar *radar, const ScreenStock *stock, size_t bar, Shadow *to, bool *ret_found,
                             Error *err) {
  Status status = STATUS_OK;
  *ret_found = find_decision(radar, stock, bar, to);
  if (*ret_found || !begins_to_rise(stock, bar)) return STATUS_OK;
  for (int way = BY_FILTER; way < WAYS && !*ret_found && status == STATUS_OK; way++)
    status = find_way(radar, (RadarBar){stock, bar}, (Way)way, to, ret_found, err);
  return status;
}

/* ---- the whole ---- */

static int by_return(const void *a, const void *b) {
  const Shadow *left = a, *right = b;
  if (left->return_pct != right->return_pct) return left->return_pct < right->return_pct ? 1 : -1;
  return strcmp(left->ticker, right->ticker);
}

static Status look(Radar *radar, Shadows *shadows, Error *err) {
  const ScreenMarket *market = radar->view->market;
  size_t begin = market->first_entry[radar->session], end = market->first_entry[radar->session + 1];
  Status status = STATUS_OK;
  shadows->items = calloc(end - begin + 1, sizeof *shadows->items);
  if (!shadows->items) return error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  for (size_t e = begin; e < end && status == STATUS_OK; e++) {
    const ScreenStock *stock = &market->stocks[market->entries[e].stock];
    Shadow *to = &shadows->items[shadows->found];
    bool found = false;
    status = find_rejection(radar, stock, market->entries[e].bar, to, &found, err);
    memcpy(to->ticker, stock->ticker, sizeof to->ticker);
    to->trigger_date = market->dates[radar->session];
    shadows->found += found;
  }
  if (shadows->found > 0) qsort(shadows->items, shadows->found, sizeof *shadows->items, by_return);
  shadows->count = shadows->found < RADAR_MAX ? shadows->found : RADAR_MAX;
  return status;
}

static bool make_room(Radar *radar) {
  radar->clauses = calloc(radar->view->strategy_count + 1, sizeof *radar->clauses);
  radar->near = calloc(radar->count + 1, sizeof *radar->near);
  radar->chosen = calloc(radar->count + 1, sizeof *radar->chosen);
  radar->followed = calloc(radar->count + 1, sizeof *radar->followed);
  radar->near_leader = calloc(radar->count + 1, sizeof *radar->near_leader);
  return radar->clauses && radar->near && radar->chosen && radar->followed && radar->near_leader &&
         take_decisions(radar);
}

static void free_room(Radar *radar) {
  for (size_t i = 0; radar->clauses && i < radar->view->strategy_count; i++) screen_clauses_free(&radar->clauses[i]);
  free(radar->refusals);
  free(radar->clauses);
  free(radar->near);
  free(radar->chosen);
  free(radar->followed);
  free(radar->near_leader);
}

Status radar_look(const RadarView *view, Day date, Shadows *ret_shadows, Error *err) {
  const ScreenMarket *market = view->market;
  Shadows shadows = {0};
  Radar radar = {.view = view, .session = screen_market_session(market, date)};
  if (radar.session == market->session_count)
    return error_set(err, STATUS_INTERNAL, "%s is no session of the market", day_text(date).text);
  radar.first = radar.session > RADAR_SESSIONS ? radar.session - RADAR_SESSIONS : 0;
  radar.base = market->first_entry[radar.first];
  radar.count = market->first_entry[radar.session] - radar.base;
  Status status = make_room(&radar) ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the radar");
  if (status == STATUS_OK && radar.count > 0) status = radar_take_strategies(&radar, err);
  if (status == STATUS_OK && radar.count > 0) status = radar_take_leaders(&radar, err);
  if (status == STATUS_OK) status = look(&radar, &shadows, err);
  free_room(&radar);
  if (status == STATUS_OK)
    *ret_shadows = shadows;
  else
    free(shadows.items);
  return status;
}
