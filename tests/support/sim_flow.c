#include "sim_flow.h"

uint64_t sim_hash(const char *ticker, Day date, uint64_t salt) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ salt;
  for (const char *letter = ticker; *letter; letter++) hash = (hash ^ (uint64_t)*letter) * UINT64_C(0x100000001b3);
  hash = (hash ^ (uint64_t)date) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ hash >> 29;
}

/* ---- flows ---- */

static FlowTrade trade_of(const StockRow *row, Day date, FlowGroup group) {
  uint64_t hash = sim_hash(row->ticker, date, 100 + group);
  FlowTrade trade = {.bought_volume = row->volume * (int64_t)(hash % 60) / 100,
                     .sold_volume = row->volume * (int64_t)(hash / 60 % 60) / 100};
  trade.net_volume = trade.bought_volume - trade.sold_volume;
  trade.bought_value = trade.bought_volume * row->close;
  trade.sold_value = trade.sold_volume * row->close + (int64_t)(hash % 7) * 1000000;
  trade.net_value = trade.bought_value - trade.sold_value;
  return trade;
}

/* At 16:00 what one group sold is not all there yet. */
static void make_provisional(FlowTrade *trade) {
  trade->sold_volume -= trade->sold_volume / 10;
  trade->net_volume = trade->bought_volume - trade->sold_volume;
  trade->net_value -= 1000000;
  trade->sold_value += 1000000;
}

FlowRow sim_flow_row(const StockRow *row, Day date, bool is_final) {
  FlowRow flow = {.date = date, .close = row->close + 1, .volume = row->volume + row->volume / 20};
  for (FlowGroup group = 0; group < FLOW_GROUP_COUNT; group++) {
    flow.groups[group] = trade_of(row, date, group);
    if (!is_final) make_provisional(&flow.groups[group]);
    flow.has |= flow_bit(group);
  }
  return flow;
}

/* ---- minutes ---- */

enum { BARS_MOST = 12, EXAM_EVERY = 40, NO_AUCTION_EVERY = 15, SPAN = 379, SHORT_SPAN = 300 };

SessionHours sim_hours(Day date) { return sim_hash("", date, 1) % EXAM_EVERY == 0 ? HOURS_LATE : HOURS_USUAL; }

static MinuteBar bar_at(const StockRow *row, int32_t label, int64_t price) {
  return (MinuteBar){.time = label, .open = price, .high = price, .low = price, .close = price, .volume = row->volume};
}

/* Of an exam day: a stock whose last trade is in what is the call for the close elsewhere. */
static bool ends_early(const StockRow *row, Day date, const SessionHours *hours) {
  return hours->auction == HOURS_LATE.auction && sim_hash(row->ticker, date, 6) % 3 == 0;
}

/* Labels of the continuous trading, an even part of the day apart. On an exam day one lies in that call. */
static int32_t label_of(const StockRow *row, Day date, const SessionHours *hours, size_t at, size_t bars) {
  int apart = (ends_early(row, date, hours) ? SHORT_SPAN : SPAN) / (int)bars;
  int within = (int)(sim_hash(row->ticker, date, 200 + at) % (uint64_t)(apart - 1));
  if (at == 0) return hours->first;
  if (hours->auction == HOURS_LATE.auction && at + 1 == bars) return 1525;
  return minute_label_add(hours->first, apart * (int)at + within);
}

/* The first bar spans the whole range, the last one ends at the close. */
void sim_minutes(const StockRow *row, Day date, MinuteDay *ret_day) {
  SessionHours hours = sim_hours(date);
  MinuteDay day = {.date = date};
  size_t bars = 2 + sim_hash(row->ticker, date, 2) % (BARS_MOST - 1);
  bool auction = sim_hash(row->ticker, date, 3) % NO_AUCTION_EVERY != 0 && !ends_early(row, date, &hours);
  if (row->volume < (int64_t)bars + 1) bars = 1;
  for (size_t i = 0; i < bars; i++) {
    int32_t label = label_of(row, date, &hours, i, bars > 1 ? bars : 2);
    bool still = i + 1 == bars && sim_hash(row->ticker, date, 7) % 4 == 0; /* the auction moves nothing */
    int64_t price = still ? row->close : row->low + (row->high - row->low) * (int64_t)i / (int64_t)bars;
    MinuteBar bar = bar_at(row, label, price);
    minute_day_add(&day, &bar, 1);
  }
  day.bars[0] = (MinuteBar){.time = hours.first,
                            .open = row->open,
                            .high = row->high,
                            .low = row->low,
                            .close = day.count == 1 ? row->close : row->open};
  MinuteBar last = bar_at(row, hours.auction, row->close);
  if (auction && day.count > 1) minute_day_add(&day, &last, 1);
  if (day.count > 1) day.bars[day.count - 1].open = day.bars[day.count - 1].low = row->low;
  if (day.count > 1) day.bars[day.count - 1].high = row->high;
  if (day.count > 1) day.bars[day.count - 1].close = row->close;
  for (size_t i = 0; i < day.count; i++) day.bars[i].volume = row->volume / (int64_t)day.count;
  *ret_day = day;
}
