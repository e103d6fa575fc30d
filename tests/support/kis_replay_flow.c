/* Investors and program trade of a stock, by day. Amounts of investors are in million won, of programs in won. */
#include "kis_replay_ask.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 30, PROVISIONAL_FROM = 16 * 60, FINAL_FROM = 20 * 60, LIMIT_ENDS = 15 * 60 + 41 };

static const char *const PREFIXES[KIS_GROUPS] = {"prsn", "frgn", "orgn"};

/* What a row of that day says of its flows at this time. */
typedef enum { STANDS_ABSENT, STANDS_PROVISIONAL, STANDS_FINAL } Stands;

static Stands stands(const KisAsk *ask, long day) {
  int minute = ask->second / 60;
  if (ask->day > day || minute >= FINAL_FROM) return STANDS_FINAL;
  return minute >= PROVISIONAL_FROM ? STANDS_PROVISIONAL : STANDS_ABSENT;
}

/* Parts of what is final, so that bought less sold stays the net. */
static KisFlow flow_now(KisAsk *ask, long day, const KisRow *final) {
  KisFlow flow = kis_world_flow(ask->world, day, final);
  if (stands(ask, day) == STANDS_FINAL) return flow;
  for (int group = 0; group < KIS_GROUPS; group++) {
    flow.bought[group] = flow.bought[group] * 97 / 100;
    flow.sold[group] = flow.sold[group] * 98 / 100;
  }
  flow.program_bought = flow.program_bought * 97 / 100;
  flow.program_sold = flow.program_sold * 98 / 100;
  return flow;
}

static int64_t middle_price(const KisRow *row) { return (row->high + row->low + row->close) / 3; }

static void put_figure(FILE *out, const char *prefix, const char *what, int64_t value, bool absent) {
  char name[48];
  snprintf(name, sizeof(name), "%s_%s", prefix, what);
  if (absent)
    kis_put(out, name, "");
  else
    kis_put_number(out, name, value);
}

static void put_groups(FILE *out, const KisFlow *flow, int64_t price, bool absent) {
  for (int i = 0; i < KIS_GROUPS; i++) {
    int64_t bought = flow->bought[i] * price / 1000000, sold = flow->sold[i] * price / 1000000;
    put_figure(out, PREFIXES[i], "ntby_qty", flow->bought[i] - flow->sold[i], absent);
    put_figure(out, PREFIXES[i], "ntby_tr_pbmn", bought - sold, absent);
    put_figure(out, PREFIXES[i], "shnu_vol", flow->bought[i], absent);
    put_figure(out, PREFIXES[i], "shnu_tr_pbmn", bought, absent);
    put_figure(out, PREFIXES[i], "seln_vol", flow->sold[i], absent);
    put_figure(out, PREFIXES[i], "seln_tr_pbmn", sold, absent);
  }
}

static void put_head(FILE *out, long day, const KisRow *row, bool first) {
  char text[REPLAY_DAY_TEXT_SIZE];
  fprintf(out, "%s{\"stck_bsop_date\":\"%s\"", first ? "" : ",", replay_day_compact(day, text));
  kis_put_number(out, "stck_clpr", row->close);
  /* Some rows carry the sign in the number, some do not. */
  kis_put_number(out, "prdy_vrss", day % 3 == 0 ? llabs((long long)row->change) : row->change);
  kis_put(out, "prdy_vrss_sign", kis_sign(row->change));
}

static void put_investor(KisAsk *ask, FILE *out, long day, const KisRow *row, const KisRow *final, bool first) {
  KisFlow flow = flow_now(ask, day, final);
  if (ask->fault.kind == REPLAY_FAULT_NEGATIVE && first) flow.bought[KIS_FOREIGNERS]++, flow.sold[KIS_FOREIGNERS] = -5;
  put_head(out, day, row, first);
  put_groups(out, &flow, middle_price(final), stands(ask, day) == STANDS_ABSENT);
  fputc('}', out);
}

static void put_program(KisAsk *ask, FILE *out, long day, const KisRow *row, const KisRow *final, bool first) {
  KisFlow flow = flow_now(ask, day, final);
  bool absent = stands(ask, day) == STANDS_ABSENT;
  int64_t price = middle_price(final), net = flow.program_bought - flow.program_sold;
  put_head(out, day, row, first);
  kis_put_rate(out, "prdy_ctrt", row->change, row->close - row->change);
  kis_put_number(out, "acml_vol", row->volume);
  kis_put_number(out, "acml_tr_pbmn", row->value);
  put_figure(out, "whol_smtn", "seln_vol", flow.program_sold, absent);
  put_figure(out, "whol_smtn", "shnu_vol", flow.program_bought, absent);
  put_figure(out, "whol_smtn", "ntby_qty", net, absent);
  put_figure(out, "whol_smtn", "seln_tr_pbmn", flow.program_sold * price, absent);
  put_figure(out, "whol_smtn", "shnu_tr_pbmn", flow.program_bought * price, absent);
  put_figure(out, "whol_smtn", "ntby_tr_pbmn", net * price, absent);
  kis_put(out, "whol_ntby_vol_icdc", "0");
  kis_put(out, "whol_ntby_tr_pbmn_icdc2", "0");
  fputc('}', out);
}

typedef void PutRow(KisAsk *ask, FILE *out, long day, const KisRow *row, const KisRow *final, bool first);

/* Newest first, back from that session. */
static void put_rows(KisAsk *ask, FILE *out, long newest, PutRow *put) {
  const char *code = kis_get(ask, "FID_INPUT_ISCD");
  int wanted = ask->fault.kind == REPLAY_FAULT_EMPTY ? 0 : ask->fault.kind == REPLAY_FAULT_HALF ? ROWS / 2 : ROWS;
  bool first = true;
  for (long day = newest; wanted > 0 && day != REPLAY_NO_DAY; day = kis_world_session_before(ask->world, day)) {
    const KisRow *final = kis_world_row(ask->world, day, code);
    KisRow row;
    if (final == NULL || !kis_row_now(ask, day, code, &row)) continue;
    put(ask, out, day, &row, final, first);
    if (first && ask->fault.kind == REPLAY_FAULT_DUPLICATE) put(ask, out, day, &row, final, false);
    first = false;
    wanted--;
  }
}

KisSaid kis_write_investor(KisAsk *ask, FILE *out) {
  KisSaid said = kis_need_stock(ask);
  if (said != KIS_FINE) return said;
  fputs("\"output\":[", out);
  put_rows(ask, out, kis_shown_session(ask), put_investor);
  fputc(']', out);
  return KIS_FINE;
}

/* The newest session shown that is not after the date asked for; of no date, the newest. */
static long session_up_to(KisAsk *ask, const char *text) {
  long shown = kis_shown_session(ask), day;
  if (!replay_day_parse(text, &day) || day >= shown) return shown;
  return replay_data_find(kis_world_data(ask->world), day) != NULL ? day : kis_world_session_before(ask->world, day);
}

KisSaid kis_write_investor_daily(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_INPUT_DATE_1", "FID_ORG_ADJ_PRC", "FID_ETC_CLS_CODE", NULL};
  KisSaid said = kis_need_stock(ask);
  if (said == KIS_FINE) said = kis_need(ask, names);
  if (said != KIS_FINE) return said;
  long day;
  const char *date = kis_get(ask, "FID_INPUT_DATE_1");
  if (!replay_day_parse(date, &day) || (day >= ask->day && ask->second < LIMIT_ENDS * 60)) {
    snprintf(ask->why, sizeof(ask->why), "TIME LIMIT 00:00 ~ 15:40");
    return KIS_TIME_LIMIT;
  }
  fputs("\"output1\":{},\"output2\":[", out);
  put_rows(ask, out, session_up_to(ask, date), put_investor);
  fputc(']', out);
  return KIS_FINE;
}

KisSaid kis_write_program(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_INPUT_DATE_1", NULL};
  KisSaid said = kis_need_stock(ask);
  if (said == KIS_FINE) said = kis_need(ask, names);
  if (said != KIS_FINE) return said;
  fputs("\"output\":[", out);
  put_rows(ask, out, session_up_to(ask, kis_get(ask, "FID_INPUT_DATE_1")), put_program);
  fputc(']', out);
  return KIS_FINE;
}
