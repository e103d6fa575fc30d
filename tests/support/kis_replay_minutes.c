/* Minutes of a stock: today's, with what is forming and what only holds a place; and those of a date. */
#include "kis_replay_ask.h"

#include <stdlib.h>
#include <string.h>

enum { TODAY_ROWS = 30, DATED_ROWS = 120, LABELS = 24 * 60 };

/* One session's minutes by label; zero where there is no row. */
typedef struct {
  KisBar bars[LABELS];
  bool there[LABELS];
  int64_t value[LABELS]; /* up to that minute, KRW */
} Minutes;

static int label_of(const char *text) {
  long time = strtol(text, NULL, 10);
  int label = (int)(time / 10000 * 60 + time / 100 % 100);
  return strlen(text) != 6 || label < 0 || label >= LABELS ? LABELS - 1 : label;
}

static void take_bars(KisAsk *ask, long day, const KisRow *row, Minutes *minutes) {
  KisBar bars[KIS_BARS_MAX];
  size_t count = kis_bars_now(ask, day, row, bars);
  memset(minutes, 0, sizeof(*minutes));
  for (size_t i = 0; i < count; i++) {
    minutes->bars[bars[i].label] = bars[i];
    minutes->there[bars[i].label] = true;
  }
}

/* Minutes without trades have a row, at the price before. The auction that has gone stands there with 0 shares. */
static void fill_quiet(KisAsk *ask, long day, const KisRow *row, Minutes *minutes) {
  KisHours hours = kis_world_hours(ask->world, day);
  int now = ask->day > day ? LABELS : ask->second / 60;
  int64_t price = row->close - row->change;
  for (int label = hours.open_at; label <= hours.close_at && label <= now; label++) {
    if (minutes->there[label])
      price = minutes->bars[label].close;
    else
      minutes->bars[label] = (KisBar){label, price, price, price, price, 0};
    minutes->there[label] = true;
  }
}

static void add_values(Minutes *minutes) {
  int64_t value = 0;
  for (int label = 0; label < LABELS; label++) {
    value += minutes->bars[label].volume * minutes->bars[label].close;
    minutes->value[label] = value;
  }
}

/* Asked for a label that is not over yet: the newest row is the minute that is forming, and those between it and that
 * label hold nothing. */
static void add_placeholders(const KisAsk *ask, long day, int asked, Minutes *minutes) {
  int now = ask->second / 60;
  if (ask->day != day || asked <= now || !minutes->there[now]) return;
  minutes->bars[asked] = minutes->bars[now];
  minutes->value[asked] = minutes->value[now];
  minutes->there[asked] = true;
  for (int label = now; label < asked; label++) {
    minutes->bars[label] = (KisBar){.label = label};
    minutes->there[label] = true;
  }
}

static void put_bar(const KisAsk *ask, FILE *out, long day, int label, const Minutes *minutes, bool first) {
  char text[REPLAY_DAY_TEXT_SIZE], time[16];
  const KisBar *bar = &minutes->bars[label];
  fprintf(out, "%s{\"stck_bsop_date\":\"%s\"", first ? "" : ",", replay_day_compact(day, text));
  snprintf(time, sizeof(time), "%02d%02d00", label / 60 % 100, label % 60);
  kis_put(out, "stck_cntg_hour", time);
  kis_put_number(out, "stck_prpr", bar->close);
  kis_put_number(out, "stck_oprc", bar->open);
  kis_put_number(out, "stck_hgpr", ask->fault.kind == REPLAY_FAULT_NEGATIVE && first ? -5 : bar->high);
  kis_put_number(out, "stck_lwpr", bar->low);
  kis_put_number(out, "cntg_vol", ask->fault.kind == REPLAY_FAULT_NO_DATA && first ? INT64_MIN : bar->volume);
  kis_put_number(out, "acml_tr_pbmn", minutes->value[label]);
  fputc('}', out);
}

/* Newest first, back from that label. Returns how many were written. */
static size_t put_bars(const KisAsk *ask, FILE *out, long day, int asked, const Minutes *minutes, size_t written,
                       size_t wanted) {
  for (int label = asked; label >= 0 && written < wanted; label--)
    if (minutes->there[label]) put_bar(ask, out, day, label, minutes, written++ == 0);
  return written;
}

static void put_stock(FILE *out, const KisRow *row) {
  int64_t base = row->close - row->change;
  fputs("\"output1\":{\"prdy_vrss\":", out);
  fprintf(out, "\"%lld\"", (long long)row->change);
  kis_put(out, "prdy_vrss_sign", kis_sign(row->change));
  kis_put_rate(out, "prdy_ctrt", row->change, base);
  kis_put_number(out, "stck_prdy_clpr", base);
  kis_put_number(out, "acml_vol", row->volume);
  kis_put_number(out, "acml_tr_pbmn", row->value);
  kis_put(out, "hts_kor_isnm", row->name == NULL ? "" : row->name);
  kis_put_number(out, "stck_prpr", row->close);
  fputs("},\"output2\":[", out);
}

static size_t rows_wanted(const KisAsk *ask, size_t rows) {
  return ask->fault.kind == REPLAY_FAULT_EMPTY ? 0 : ask->fault.kind == REPLAY_FAULT_HALF ? rows / 2 : rows;
}

KisSaid kis_write_minutes(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_INPUT_HOUR_1", "FID_PW_DATA_INCU_YN", "FID_ETC_CLS_CODE", NULL};
  KisSaid said = kis_need_stock(ask);
  if (said == KIS_FINE) said = kis_need(ask, names);
  if (said != KIS_FINE) return said;
  const char *code = kis_get(ask, "FID_INPUT_ISCD");
  long day = kis_shown_session(ask);
  KisRow now = {0};
  bool before = strcmp(kis_get(ask, "FID_PW_DATA_INCU_YN"), "Y") == 0;
  const KisRow *row = kis_world_row(ask->world, day, code);
  int asked = label_of(kis_get(ask, "FID_INPUT_HOUR_1"));
  size_t wanted = rows_wanted(ask, TODAY_ROWS), written = 0;
  if (row != NULL) kis_row_now(ask, day, code, &now);
  put_stock(out, &now);
  Minutes *minutes = malloc(sizeof(*minutes));
  for (; minutes != NULL && row != NULL && written < wanted; asked = LABELS - 1) {
    take_bars(ask, day, row, minutes);
    fill_quiet(ask, day, row, minutes);
    add_values(minutes);
    add_placeholders(ask, day, asked, minutes);
    written = put_bars(ask, out, day, asked, minutes, written, wanted);
    day = before ? kis_world_session_before(ask->world, day) : REPLAY_NO_DAY;
    row = day == REPLAY_NO_DAY ? NULL : kis_world_row(ask->world, day, code);
  }
  free(minutes);
  fputc(']', out);
  return KIS_FINE;
}

KisSaid kis_write_minutes_dated(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_INPUT_DATE_1", "FID_INPUT_HOUR_1", "FID_PW_DATA_INCU_YN",
                                      "FID_FAKE_TICK_INCU_YN", NULL};
  KisSaid said = kis_need_stock(ask);
  if (said == KIS_FINE) said = kis_need(ask, names);
  if (said != KIS_FINE) return said;
  const char *code = kis_get(ask, "FID_INPUT_ISCD");
  long shown = kis_shown_session(ask), day;
  int asked = label_of(kis_get(ask, "FID_INPUT_HOUR_1"));
  if (!replay_day_parse(kis_get(ask, "FID_INPUT_DATE_1"), &day)) return KIS_BAD_MARKET;
  if (day > shown) day = shown, asked = LABELS - 1;
  KisRow now = {0};
  kis_row_now(ask, shown, code, &now);
  put_stock(out, &now);
  Minutes *minutes = malloc(sizeof(*minutes));
  size_t wanted = rows_wanted(ask, DATED_ROWS), written = 0;
  for (int days = 0; minutes != NULL && written < wanted && days < 5 && day != REPLAY_NO_DAY; days++) {
    const KisRow *row = kis_world_row(ask->world, day, code);
    if (row != NULL) {
      take_bars(ask, day, row, minutes);
      add_values(minutes);
      written = put_bars(ask, out, day, asked, minutes, written, wanted);
    }
    day = kis_world_session_before(ask->world, day);
    asked = LABELS - 1;
  }
  free(minutes);
  fputc(']', out);
  return KIS_FINE;
}
