#include "sim_market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_market.h"

/* Each market keeps at least 22 stocks: with fewer than 20, one that goes is more than the 5 % that may be missing. */
enum { KOSPI_STOCKS = 30, KOSDAQ_STOCKS = 26, STOCKS = KOSPI_STOCKS + KOSDAQ_STOCKS };
enum { EVENT_EVERY_SESSIONS = 11, MAX_EVENTS = 128, RENAME_EVERY_SESSIONS = 67, SOON_SESSIONS = 20 };
/* Stocks that come, and others that go: one that goes before it comes was never there. */
static const size_t COMING[] = {0, 1, KOSPI_STOCKS, 2, 3, KOSPI_STOCKS + 1};
static const size_t GOING[] = {4, 5, KOSPI_STOCKS + 2, 6, 7, KOSPI_STOCKS + 3};
enum { COMING_COUNT = sizeof COMING / sizeof COMING[0] };

void sim_or_die(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "simulation: %s\n", what);
  abort();
}

uint64_t sim_below(const Random *random, uint64_t bound) { return random_next(random) % bound; }

bool sim_chance(const Random *random, unsigned per_mille) { return sim_below(random, 1000) < per_mille; }

/* ---- the calendar ---- */

static bool is_unannounced(const SimMarket *market, Day day) {
  for (size_t i = 0; i < SIM_UNANNOUNCED; i++)
    if (market->unannounced[i] == day) return true;
  return false;
}

static bool is_session(const SimMarket *market, Day day) {
  if (day_is_weekend(day) || is_unannounced(market, day)) return false;
  return day == market->open_after_all || !closures_reason(&market->table, day);
}

static Day weekday_within(const SimMarket *market, const Random *random) {
  Day day = market->from + (Day)sim_below(random, (uint64_t)(market->to - market->from));
  return day_is_weekend(day) ? day_next_weekday(day) : day;
}

static void draw_calendar(SimMarket *market, const Random *random) {
  for (size_t i = 0; i < SIM_UNANNOUNCED; i++) {
    do market->unannounced[i] = weekday_within(market, random);
    while (closures_reason(&market->table, market->unannounced[i]));
  }
  market->open_after_all = DAY_NONE;
  for (size_t i = 0, skip = sim_below(random, 8); i < market->table.count; i++) {
    Day day = market->table.items[i].date;
    if (day <= market->from || day >= market->to) continue;
    market->open_after_all = day;
    if (skip-- == 0) return;
  }
}

/* ---- what happens to stocks ---- */

static MadeEvent draw_event(const Random *random, size_t number, int64_t day_index) {
  static const MadeEventKind KINDS[] = {MADE_SPLIT, MADE_HALTED, MADE_LISTED, MADE_SPLIT, MADE_DELISTED};
  MadeEvent event = {.kind = KINDS[number % 5], .day_index = day_index, .stock = (size_t)sim_below(random, STOCKS)};
  size_t round = number / 5;
  if ((event.kind == MADE_LISTED || event.kind == MADE_DELISTED) && round >= COMING_COUNT) event.kind = MADE_HALTED;
  if (event.kind == MADE_LISTED) event.stock = COMING[round];
  if (event.kind == MADE_DELISTED) event.stock = GOING[round];
  event.factor = event.kind == MADE_HALTED ? 2 + (int64_t)sim_below(random, 8) : 2 + (int64_t)sim_below(random, 4);
  return event;
}

static size_t draw_events(const Random *random, size_t sessions, MadeEvent *events) {
  size_t count = 0;
  for (size_t index = SOON_SESSIONS; index < sessions && count < MAX_EVENTS; count++) {
    events[count] = draw_event(random, count, (int64_t)index);
    index += EVENT_EVERY_SESSIONS / 2 + sim_below(random, EVENT_EVERY_SESSIONS);
  }
  return count;
}

/* From that session on a stock has another name. */
static void rename_from(SimMarket *market, size_t index, size_t stock) {
  char ticker[TICKER_SIZE];
  made_ticker(stock, ticker);
  for (size_t i = index; i < market->count; i++) {
    StockRow *row = (StockRow *)session_find(&market->sessions[i], ticker);
    if (row) snprintf(row->name, sizeof row->name, "Renamed %zu of %zu", stock, index);
  }
}

static size_t count_sessions(const SimMarket *market) {
  size_t count = 0;
  for (Day day = market->from; day <= market->to; day++) count += is_session(market, day);
  return count;
}

SimMarket *sim_market_new(uint64_t seed, Day from, Day to) {
  Error err;
  uint64_t state = seed * 2654435761U + 1;
  const Random random = random_seeded(&state);
  SimMarket *market = calloc(1, sizeof *market);
  sim_or_die(market != NULL, "no memory for a market");
  market->from = from;
  market->to = to;
  sim_or_die(closures_builtin(&market->table, &err) == STATUS_OK, "no table of closures");
  draw_calendar(market, &random);
  size_t wanted = count_sessions(market);
  MadeEvent events[MAX_EVENTS];
  const MadeMarket made = {.seed = seed,
                           .stocks = {[MARKET_KOSPI] = KOSPI_STOCKS, [MARKET_KOSDAQ] = KOSDAQ_STOCKS},
                           .idle_per_mille = 20,
                           .events = events,
                           .event_count = draw_events(&random, wanted, events)};
  market->sessions = calloc(wanted + 1, sizeof *market->sessions);
  sim_or_die(market->sessions != NULL, "no memory for sessions");
  for (Day day = from; day <= to; day++) {
    if (!is_session(market, day)) continue;
    market->sessions[market->count] =
        made_session(&made, (int64_t)market->count, day, market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
    market->count++;
  }
  for (size_t i = SOON_SESSIONS; i < market->count; i += RENAME_EVERY_SESSIONS)
    rename_from(market, i, (size_t)sim_below(&random, STOCKS));
  return market;
}

void sim_market_free(SimMarket *market) {
  if (!market) return;
  for (size_t i = 0; i < market->count; i++) session_free(&market->sessions[i]);
  free(market->sessions);
  closures_free(&market->table);
  free(market);
}

/* ---- looking at it ---- */

/* The first session that is not before the day. */
static size_t position(const SimMarket *market, Day date) {
  size_t low = 0, high = market->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (market->sessions[middle].date < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const Session *sim_market_session(const SimMarket *market, Day date) {
  size_t at = position(market, date);
  return at < market->count && market->sessions[at].date == date ? &market->sessions[at] : NULL;
}

const Session *sim_market_neighbour(const SimMarket *market, Day date, int before) {
  int64_t at = (int64_t)position(market, date) - before;
  return at >= 0 && at < (int64_t)market->count ? &market->sessions[at] : NULL;
}

Instant sim_market_published(const SimMarket *market, Day date) {
  size_t at = position(market, date + 1);
  Day next = at < market->count ? market->sessions[at].date : market->to + 1;
  return instant_from_kst(next, SIM_PUBLISHED_MINUTE);
}
