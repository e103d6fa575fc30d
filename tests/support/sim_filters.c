#include "sim_filters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the exchange ---- */

enum { STOCKS = 100 };

static void disguise(StockRow *row, size_t stock) {
  const char *kind = stock % 5 == 1 ? "스팩" : stock % 9 == 2 ? "리츠" : "";
  snprintf(row->ticker, sizeof row->ticker, "%06u", (unsigned)(100000 + stock * 10 + (stock % 7 == 3 ? 5 : 0)));
  strncat(row->name, kind, sizeof row->name - strlen(row->name) - 1);
}

/* No closure of the table lies between: each session is due when the exchange publishes it. */
SimMarket *sim_filters_market(uint64_t seed) {
  Day first, last;
  sim_or_die(day_parse("2023-10-10", &first) && day_parse("2023-12-22", &last), "no dates");
  SimMarket *market = sim_market_new(seed, first, last);
  uint64_t state = seed * 7919 + 1;
  const Random random = random_seeded(&state);
  double caps[STOCKS];
  for (size_t i = 0; i < STOCKS; i++) caps[i] = 1e12 * pow(10, (double)sim_below(&random, 1000) / 1000);
  for (size_t s = 0; s < market->count; s++) {
    for (size_t i = 0; i < STOCKS; i++) caps[i] *= exp(((double)sim_below(&random, 1000) - 500) / 4000);
    for (size_t i = 0; i < market->sessions[s].count; i++) {
      StockRow *row = &market->sessions[s].rows[i];
      size_t stock = (size_t)strtoul(row->ticker, NULL, 10) - 100000;
      sim_or_die(stock < STOCKS, "too many stocks");
      row->market_cap = (int64_t)caps[stock];
      disguise(row, stock);
    }
  }
  return market;
}

/* ---- one stock in one session ---- */

static const StockRow *row_of(const FilterStory *story, size_t session, const char *ticker) {
  const Session *at = &story->market->sessions[session];
  for (size_t i = 0; i < at->count; i++)
    if (strcmp(at->rows[i].ticker, ticker) == 0) return &at->rows[i];
  return NULL;
}

static size_t at_most(size_t a, size_t b) { return a < b ? a : b; }

static int64_t average_value(const FilterStory *story, size_t session, const char *ticker) {
  size_t sessions = at_most(20, session - story->kept + 1);
  int64_t average = 0;
  for (size_t i = 0; i < sessions; i++) {
    const StockRow *row = row_of(story, session - i, ticker);
    if (row) average += row->value / (int64_t)sessions;
  }
  return average;
}

static const char *kind_unwanted(const EntryFilter *filter, const StockRow *row) {
  bool preferred = row->ticker[5] != '0', spac = !preferred && strstr(row->name, "스팩");
  bool reit = !preferred && !spac && strstr(row->name, "리츠");
  if (preferred && filter->excluded & 1u << KIND_PREFERRED) return "preferred";
  if (spac && filter->excluded & 1u << KIND_SPAC) return "spac";
  if (reit && filter->excluded & 1u << KIND_REIT) return "reit";
  return filter->exclude_halted && row->open == 0 ? "halted" : NULL;
}

static bool enters(const FilterStory *story, const EntryFilter *filter, size_t session, const StockRow *row) {
  if (kind_unwanted(filter, row) || row->market_cap < filter->min_market_cap) return false;
  size_t back = at_most((size_t)filter->min_sessions, session - story->kept + 1);
  if (back > 1 && !row_of(story, session + 1 - back, row->ticker)) return false;
  return filter->min_traded_value == 0 || average_value(story, session, row->ticker) >= filter->min_traded_value;
}

static const char *why_out(const FilterStory *story, const EntryFilter *filter, size_t session, const char *ticker) {
  const StockRow *row = row_of(story, session, ticker);
  if (!row) return "delisted";
  const char *kind = kind_unwanted(filter, row);
  if (kind) return kind;
  if (row->market_cap < filter->exit_market_cap) return "market_cap";
  bool low =
      filter->min_traded_value > 0 && average_value(story, session, ticker) < filter->min_traded_value / 100 * 80;
  return low ? "traded_value" : NULL;
}

/* ---- the fold ---- */

static bool is_delisted(const char *why) { return strcmp(why, "delisted") == 0; }

/* As far back as the filter looks, and one further. */
static size_t reach(const EntryFilter *filter) {
  size_t sessions = (size_t)filter->exit_sessions + (filter->min_traded_value > 0 ? 20 : 0);
  if ((size_t)filter->min_sessions > sessions) sessions = (size_t)filter->min_sessions;
  return (sessions < 3 ? 3 : sessions) + 1;
}

/* Returns why it leaves in that session; null when it stays. */
static const char *leave(const FilterStory *story, const EntryFilter *filter, size_t session, FilterTruthStock *stock) {
  const char *why = why_out(story, filter, session, stock->ticker);
  if (!why) return NULL;
  size_t run = 1, far = at_most(reach(filter), session - story->kept + 1);
  while (run < far) {
    const char *before = why_out(story, filter, session - run, stock->ticker);
    if (!before || strcmp(before, why) != 0) break;
    run++;
  }
  if (run < (is_delisted(why) ? 3 : (size_t)filter->exit_sessions)) return NULL;
  stock->active = false;
  stock->reason = why;
  stock->removed = story->market->sessions[is_delisted(why) ? session + 1 - run : session].date;
  return why;
}

static FilterTruthStock *stock_of(FilterTruth *truth, const char *ticker) {
  for (size_t i = 0; i < truth->count; i++)
    if (strcmp(truth->items[i].ticker, ticker) == 0) return &truth->items[i];
  return NULL;
}

static void enter(FilterTruth *truth, const StockRow *row, Day date) {
  FilterTruthStock *stock = stock_of(truth, row->ticker);
  if (stock && stock->active) return;
  if (!stock) {
    sim_or_die(truth->count < FILTER_TRUTH_STOCKS, "too many stocks");
    stock = &truth->items[truth->count++];
    *stock = (FilterTruthStock){.row = row, .added = date};
    memcpy(stock->ticker, row->ticker, sizeof stock->ticker);
  }
  stock->active = true;
  stock->removed = DAY_NONE;
  stock->reason = "";
}

static void let_in(const FilterStory *story, const EntryFilter *filter, size_t session, FilterTruth *truth) {
  const Session *at = &story->market->sessions[session];
  for (size_t i = 0; i < at->count; i++)
    if (enters(story, filter, session, &at->rows[i])) enter(truth, &at->rows[i], at->date);
}

static void take_in(const FilterStory *story, const EntryFilter *filter, size_t session, FilterTruth *truth) {
  FilterTruth next = *truth;
  size_t active = 0, delisted = 0;
  for (size_t i = 0; i < next.count; i++) {
    FilterTruthStock *stock = &next.items[i];
    const StockRow *row = row_of(story, session, stock->ticker);
    if (row) stock->row = row;
    if (!stock->active) continue;
    active++;
    const char *why = leave(story, filter, session, stock);
    delisted += why && is_delisted(why);
  }
  if (delisted >= 2 && delisted * 100 > active * 5) return; /* not believed: the session changes nothing */
  let_in(story, filter, session, &next);
  *truth = next;
}

static bool same(const EntryFilter *a, const EntryFilter *b) {
  return a->min_market_cap == b->min_market_cap && a->exit_market_cap == b->exit_market_cap &&
         a->exit_sessions == b->exit_sessions && a->excluded == b->excluded && a->exclude_halted == b->exclude_halted &&
         a->min_sessions == b->min_sessions && a->min_traded_value == b->min_traded_value;
}

void filter_truth(const FilterStory *story, FilterTruth *truth) {
  *truth = (FilterTruth){.count = 0};
  let_in(story, &story->began_by, story->begin, truth);
  if (!same(&story->began_by, &story->filters[story->begin]))
    take_in(story, &story->filters[story->begin], story->begin, truth);
  for (size_t s = story->begin + 1; s <= story->now; s++) take_in(story, &story->filters[s], s, truth);
}

/* ---- comparing ---- */

static const char *first_difference(const FilterTruthStock *stock, Day first, const Target *target) {
  if (strcmp(target->name, stock->row->name) != 0) return "name";
  if (target->market != stock->row->market) return "market";
  if (target->market_cap != stock->row->market_cap) return "market_cap";
  if (target->listed_shares != stock->row->listed_shares) return "listed_shares";
  if (target->is_active != stock->active) return "is_active";
  if (target->added_date != stock->added) return "added_date";
  if (target->removed_date != stock->removed) return "removed_date";
  if (strcmp(target->removed_reason, stock->reason) != 0) return "removed_reason";
  if (target->history_from != first) return "history_from";
  return target->backfill_needed ? "backfill_needed" : NULL;
}

bool filter_truth_holds(const FilterTruth *truth, const FilterStory *story, const Universe *targets, char why[256]) {
  for (size_t i = 0; i < truth->count; i++) {
    const FilterTruthStock *stock = &truth->items[i];
    const Target *target = universe_find(targets, stock->ticker);
    const char *field = target ? first_difference(stock, story->market->sessions[story->kept].date, target) : "absent";
    if (!field) continue;
    snprintf(why, 256, "%s: %s; it should be %s, added %s, removed %s (%s)", stock->ticker, field,
             stock->active ? "active" : "inactive", day_text(stock->added).text,
             stock->removed == DAY_NONE ? "-" : day_text(stock->removed).text, stock->reason);
    return false;
  }
  snprintf(why, 256, "%zu targets, not %zu", targets->count, truth->count);
  return targets->count == truth->count;
}
