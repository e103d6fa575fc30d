#include "kis_replay_ask.h"

#include <stdlib.h>
#include <string.h>

enum { AFTER_BEGINS = 16 * 60, AFTER_ENDS = 20 * 60, CLOSE_PRICE_TRADES_END = 16 * 60, SETTLED_S = 6 };

/* --- parameters --- */

const char *kis_get(const KisAsk *ask, const char *name) {
  const char *value = ask->get(ask->context, name);
  return value == NULL ? "" : value;
}

KisSaid kis_need(KisAsk *ask, const char *const *names) {
  for (; *names != NULL; names++) {
    if (ask->get(ask->context, *names) != NULL) continue;
    snprintf(ask->why, sizeof(ask->why), "ERROR INPUT FIELD NOT FOUND [%s]", *names);
    return KIS_INPUT_MISSING;
  }
  return KIS_FINE;
}

KisSaid kis_need_stock(KisAsk *ask) {
  static const char *const names[] = {"FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD", NULL};
  KisSaid said = kis_need(ask, names);
  const char *market = kis_get(ask, names[0]);
  bool known = strcmp(market, "J") == 0 || strcmp(market, "NX") == 0 || strcmp(market, "UN") == 0;
  return said == KIS_FINE && !known ? KIS_BAD_MARKET : said;
}

/* --- time --- */

long kis_shown_session(KisAsk *ask) {
  KisHours hours = kis_world_hours(ask->world, ask->day);
  bool today = replay_data_find(kis_world_data(ask->world), ask->day) != NULL && ask->second >= hours.open_at * 60;
  long day = today ? ask->day : kis_world_session_before(ask->world, ask->day);
  return ask->fault.kind == REPLAY_FAULT_REPEAT ? kis_world_session_before(ask->world, day) : day;
}

static bool is_over(const KisAsk *ask, long day, int minute) {
  return ask->day > day || (ask->day == day && ask->second >= minute * 60);
}

/* --- a day as it stands --- */

/* So many won the after-market has moved it: up to one percent, at least a won. */
static int64_t drift(const KisAsk *ask, long day, const KisRow *row) {
  int64_t most = row->close / 100 > 0 ? row->close / 100 : 1;
  int64_t at_end = (int64_t)(kis_hash(row->code, day, 6) % (uint32_t)most) + 1;
  int minute = ask->day > day ? AFTER_ENDS : ask->second / 60;
  if (minute > AFTER_ENDS) minute = AFTER_ENDS;
  int64_t now = 1 + (at_end - 1) * (minute - AFTER_BEGINS) / (AFTER_ENDS - AFTER_BEGINS);
  return kis_hash(row->code, day, 7) % 2 == 0 || now >= row->close ? now : -now;
}

static void add_after_market(const KisAsk *ask, long day, KisRow *row) {
  row->change += drift(ask, day, row);
  row->close += drift(ask, day, row);
  if (row->close > row->high) row->high = row->close;
  if (row->close < row->low) row->low = row->close;
  row->volume += row->volume / 50 + 1;
  row->value += (row->volume / 50 + 1) * row->close;
}

static void take_so_far(const KisBar *bars, size_t count, KisRow *row) {
  int64_t base = row->close - row->change;
  row->open = row->volume = row->value = row->high = 0;
  row->low = row->close = base;
  for (size_t i = 0; i < count; i++) {
    if (i == 0) row->open = bars[i].open, row->low = bars[i].low;
    if (bars[i].high > row->high) row->high = bars[i].high;
    if (bars[i].low < row->low) row->low = bars[i].low;
    row->volume += bars[i].volume;
    row->value += bars[i].volume * bars[i].close;
    row->close = bars[i].close;
  }
  if (count == 0) row->low = 0;
  row->change = row->close - base;
}

bool kis_row_now(KisAsk *ask, long day, const char *code, KisRow *ret_row) {
  const KisRow *final = kis_world_row(ask->world, day, code);
  KisHours hours = kis_world_hours(ask->world, day);
  if (final == NULL) return false;
  *ret_row = *final;
  if (final->open == 0) return true;
  if (!is_over(ask, day, hours.close_at)) {
    KisBar bars[KIS_BARS_MAX];
    size_t count = kis_bars_now(ask, day, final, bars);
    take_so_far(bars, count, ret_row);
    return true;
  }
  if (!is_over(ask, day, CLOSE_PRICE_TRADES_END)) {
    int64_t late = final->volume * ask->manners.late_per_thousand / 1000;
    int left = CLOSE_PRICE_TRADES_END - ask->second / 60, whole = CLOSE_PRICE_TRADES_END - hours.close_at;
    if (whole > 0) ret_row->volume -= late * left / whole;
    ret_row->value = ret_row->value / (final->volume > 0 ? final->volume : 1) * ret_row->volume;
  } else if (ask->manners.drifts) {
    add_after_market(ask, day, ret_row);
  }
  return true;
}

/* The closing auction shows for its own minute, is gone in the next, and comes back. */
static bool auction_shows(const KisAsk *ask, long day, int label) {
  return ask->day > day || ask->second / 60 == label || ask->second / 60 >= ask->manners.auction_back;
}

static size_t add_after_bars(const KisAsk *ask, long day, const KisRow *row, KisBar *bars, size_t count) {
  for (int label = AFTER_BEGINS; label < AFTER_ENDS && count < KIS_BARS_MAX; label += 20) {
    if (!is_over(ask, day, label)) break;
    int64_t price = row->close + (label / 20 % 2 == 0 ? 1 : 2);
    bars[count++] = (KisBar){label, price, price, price, price, row->volume / 5000 + 1};
  }
  return count;
}

size_t kis_bars_now(KisAsk *ask, long day, const KisRow *row, KisBar bars[KIS_BARS_MAX]) {
  KisHours hours = kis_world_hours(ask->world, day);
  size_t all = kis_world_bars(ask->world, day, row, bars), count = 0;
  for (size_t i = 0; i < all; i++) {
    KisBar bar = bars[i];
    if (!is_over(ask, day, bar.label)) break;
    if (bar.label >= hours.close_at && !auction_shows(ask, day, bar.label)) continue;
    /* Forming, and for some seconds after. */
    bool settled = ask->day > day || ask->second >= (bar.label + 1) * 60 + SETTLED_S || bar.label >= hours.close_at;
    if (!settled) bar.volume = (bar.volume + 1) / 2;
    bars[count++] = bar;
  }
  return hours.close_at < AFTER_BEGINS && ask->manners.drifts ? add_after_bars(ask, day, row, bars, count) : count;
}

/* --- members --- */

void kis_put(FILE *out, const char *name, const char *value) { fprintf(out, ",\"%s\":\"%s\"", name, value); }

void kis_put_number(FILE *out, const char *name, int64_t value) {
  fprintf(out, ",\"%s\":\"%lld\"", name, (long long)value);
}

void kis_put_rate(FILE *out, const char *name, int64_t part, int64_t whole) {
  fprintf(out, ",\"%s\":\"%.2f\"", name, whole == 0 ? 0 : 100.0 * (double)part / (double)whole);
}

const char *kis_sign(int64_t change) { return change > 0 ? "2" : change < 0 ? "5" : "3"; }
