/* Daily rows of a stock and of an index, and the calendar. */
#include "kis_replay_ask.h"
#include "krx_replay_index.h"

#include <stdlib.h>
#include <string.h>

enum { INDEX_ROWS = 50, ITEM_ROWS = 100, CALENDAR_DAYS = 24 };

/* The dates asked for, and the newest session of them that is shown. False: they are no dates. */
static bool range(KisAsk *ask, long *ret_from, long *ret_newest) {
  long to, shown = kis_shown_session(ask);
  if (!replay_day_parse(kis_get(ask, "FID_INPUT_DATE_1"), ret_from) ||
      !replay_day_parse(kis_get(ask, "FID_INPUT_DATE_2"), &to))
    return false;
  if (to > shown) to = shown;
  *ret_newest =
      replay_data_find(kis_world_data(ask->world), to) != NULL ? to : kis_world_session_before(ask->world, to);
  return true;
}

static int rows_wanted(const KisAsk *ask, int rows) {
  return ask->fault.kind == REPLAY_FAULT_EMPTY ? 0 : ask->fault.kind == REPLAY_FAULT_HALF ? rows / 2 : rows;
}

static void put_date(FILE *out, long day, bool first) {
  char text[REPLAY_DAY_TEXT_SIZE];
  fprintf(out, "%s{\"stck_bsop_date\":\"%s\"", first ? "" : ",", replay_day_compact(day, text));
}

/* --- index --- */

static void put_points(FILE *out, const char *name, int64_t hundredths) {
  fprintf(out, ",\"%s\":\"%lld.%02lld\"", name, (long long)(hundredths / 100), (long long)(hundredths % 100));
}

static void put_index(FILE *out, long day, const ReplayIndexDay *index, bool first) {
  put_date(out, day, first);
  put_points(out, "bstp_nmix_prpr", index->close);
  put_points(out, "bstp_nmix_oprc", index->open);
  put_points(out, "bstp_nmix_hgpr", index->high);
  put_points(out, "bstp_nmix_lwpr", index->low);
  kis_put_number(out, "acml_vol", index->volume / 1000);
  kis_put_number(out, "acml_tr_pbmn", index->value / 1000000);
  kis_put(out, "mod_yn", "N");
  fputc('}', out);
}

/* Any other number is another index without a word. */
static const char *index_of(const KisAsk *ask, const char *code) {
  if (ask->fault.kind == REPLAY_FAULT_UNLINKED) return strcmp(code, "2001") == 0 ? "KOSDAQ" : "KOSPI200";
  return strcmp(code, "1001") == 0 ? "KOSDAQ" : strcmp(code, "2001") == 0 ? "KOSPI200" : "KOSPI";
}

/* Before the open of a session its row says nothing: all prices are the last close. */
static bool put_before_open(KisAsk *ask, FILE *out, const char *name, long newest) {
  ReplayIndexDay last;
  bool opens = kis_world_is_session(ask->world, ask->day) && newest < ask->day;
  if (!opens || !replay_index_day(kis_world_data(ask->world), newest, name, &last)) return false;
  put_index(out, ask->day, &(ReplayIndexDay){last.close, last.close, last.close, last.close, 0, 0}, true);
  return true;
}

KisSaid kis_write_index(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_COND_MRKT_DIV_CODE", "FID_INPUT_ISCD",      "FID_INPUT_DATE_1",
                                      "FID_INPUT_DATE_2",       "FID_PERIOD_DIV_CODE", NULL};
  KisSaid said = kis_need(ask, names);
  long from, day, to;
  if (said != KIS_FINE) return said;
  if (strcmp(kis_get(ask, names[0]), "U") != 0 || !range(ask, &from, &day)) return KIS_BAD_MARKET;
  const char *name = index_of(ask, kis_get(ask, "FID_INPUT_ISCD"));
  int wanted = rows_wanted(ask, INDEX_ROWS);
  if (ask->fault.kind == REPLAY_FAULT_PLACEHOLDER && day == ask->day) day = kis_world_session_before(ask->world, day);
  fputs("\"output1\":{},\"output2\":[", out);
  bool asks_today = replay_day_parse(kis_get(ask, "FID_INPUT_DATE_2"), &to) && to >= ask->day;
  bool first = !(wanted > 0 && asks_today && put_before_open(ask, out, name, day));
  for (wanted -= !first; wanted > 0 && day != REPLAY_NO_DAY && day >= from; wanted--) {
    ReplayIndexDay index;
    if (replay_index_day(kis_world_data(ask->world), day, name, &index)) put_index(out, day, &index, first);
    first = false;
    day = kis_world_session_before(ask->world, day);
  }
  fputc(']', out);
  return KIS_FINE;
}

/* --- a stock --- */

/* What later changes of the base price make of this day's prices. */
static double factor_after(KisAsk *ask, long day, const char *code) {
  double factor = 1;
  const KisRow *later = NULL;
  for (long at = kis_shown_session(ask); at != REPLAY_NO_DAY && at >= day;
       at = kis_world_session_before(ask->world, at)) {
    const KisRow *row = kis_world_row(ask->world, at, code);
    if (row == NULL) continue;
    if (later != NULL && row->close > 0) factor *= (double)(later->close - later->change) / (double)row->close;
    later = row;
  }
  return factor;
}

static int64_t adjusted(int64_t price, double factor) { return (int64_t)((double)price * factor + 0.5); }

/* Change of the base in percent, against the close before. */
static double base_change(KisAsk *ask, long day, const char *code, const KisRow *row) {
  long before = kis_world_session_before(ask->world, day);
  const KisRow *last = before == REPLAY_NO_DAY ? NULL : kis_world_row(ask->world, before, code);
  if (last == NULL || last->close == 0) return 0;
  return 100.0 * ((double)(row->close - row->change) / (double)last->close - 1);
}

static void put_item(KisAsk *ask, FILE *out, long day, const KisRow *row, double factor, bool first) {
  bool halted = row->open == 0, flat = halted && kis_hash(row->code, day, 9) % 3 == 1;
  double moved = base_change(ask, day, row->code, row);
  put_date(out, day, first);
  kis_put_number(out, "stck_clpr", adjusted(row->close, factor));
  kis_put_number(out, "stck_oprc", adjusted(flat ? row->close : row->open, factor));
  kis_put_number(out, "stck_hgpr", adjusted(flat ? row->close : halted ? 0 : row->high, factor));
  kis_put_number(out, "stck_lwpr", adjusted(flat ? row->close : halted ? 0 : row->low, factor));
  kis_put_number(out, "acml_vol", row->volume);
  kis_put_number(out, "acml_tr_pbmn", row->value);
  kis_put(out, "flng_cls_code", moved < -0.01 ? "01" : "00");
  fprintf(out, ",\"prtt_rate\":\"%.2f\"", moved);
  kis_put(out, "mod_yn", halted && !flat ? "Y" : "N");
  kis_put(out, "prdy_vrss_sign", kis_sign(row->change));
  kis_put_number(out, "prdy_vrss", adjusted(row->change, factor));
  kis_put(out, "revl_issu_reas", "");
  fputc('}', out);
}

static void put_blank(FILE *out, bool first) {
  fprintf(out,
          "%s{\"stck_bsop_date\":\"\",\"stck_clpr\":\"\",\"stck_oprc\":\"\",\"stck_hgpr\":\"\",\"stck_lwpr\":\"\","
          "\"acml_vol\":\"\",\"acml_tr_pbmn\":\"\",\"mod_yn\":\"\"}",
          first ? "" : ",");
}

static void put_head(KisAsk *ask, FILE *out, const char *code) {
  KisRow row = {.name = ""};
  kis_row_now(ask, kis_shown_session(ask), code, &row);
  fprintf(out, "\"output1\":{\"prdy_vrss\":\"%lld\"", (long long)row.change);
  kis_put(out, "prdy_vrss_sign", kis_sign(row.change));
  kis_put_number(out, "stck_prdy_clpr", row.close - row.change);
  kis_put_number(out, "acml_vol", row.volume);
  kis_put(out, "hts_kor_isnm", row.name);
  kis_put_number(out, "stck_prpr", row.close);
  kis_put(out, "stck_shrn_iscd", code);
  kis_put_number(out, "lstn_stcn", row.listed_shares);
  kis_put(out, "itewhol_loan_rmnd_ratem name", "0.32"); /* the blank is real */
  fputs("},\"output2\":[", out);
}

KisSaid kis_write_item(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_INPUT_DATE_1", "FID_INPUT_DATE_2", "FID_PERIOD_DIV_CODE", "FID_ORG_ADJ_PRC",
                                      NULL};
  KisSaid said = kis_need_stock(ask);
  long from, day;
  if (said == KIS_FINE) said = kis_need(ask, names);
  if (said != KIS_FINE) return said;
  if (!range(ask, &from, &day)) return KIS_BAD_MARKET;
  const char *code = kis_get(ask, "FID_INPUT_ISCD");
  bool is_adjusted = strcmp(kis_get(ask, "FID_ORG_ADJ_PRC"), "0") == 0, first = true;
  put_head(ask, out, code);
  for (int left = rows_wanted(ask, ITEM_ROWS); left > 0 && day != REPLAY_NO_DAY && day >= from;
       day = kis_world_session_before(ask->world, day)) {
    KisRow row;
    if (!kis_row_now(ask, day, code, &row)) continue;
    if (row.open == 0 && kis_hash(code, day, 9) % 3 == 2) continue; /* no row at all */
    put_item(ask, out, day, &row, is_adjusted ? factor_after(ask, day, code) : 1, first);
    first = false;
    left--;
  }
  put_blank(out, first);
  fputc(']', out);
  return KIS_FINE;
}

/* --- the calendar --- */

/* A weekday at the end of the year is a day for everybody but the exchange. */
static bool is_last_day_of_year(long day) {
  char text[REPLAY_DAY_TEXT_SIZE];
  replay_day_compact(day, text);
  return strcmp(text + 4, "1230") == 0 || strcmp(text + 4, "1231") == 0;
}

KisSaid kis_write_holidays(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"BASS_DT", "CTX_AREA_NK", "CTX_AREA_FK", NULL};
  KisSaid said = kis_need(ask, names);
  long from;
  if (said != KIS_FINE) return said;
  if (!replay_day_parse(kis_get(ask, "BASS_DT"), &from)) return KIS_BAD_MARKET;
  int days = rows_wanted(ask, CALENDAR_DAYS);
  fputs("\"ctx_area_nk\":\"\",\"ctx_area_fk\":\"\",\"output\":[", out);
  for (int i = 0; i < days; i++) {
    char text[REPLAY_DAY_TEXT_SIZE];
    long day = from + i;
    bool opens = kis_world_is_session(ask->world, day),
         business = opens || (replay_day_is_weekday(day) && is_last_day_of_year(day));
    if (ask->fault.kind == REPLAY_FAULT_REPEAT) opens = !opens;
    fprintf(out, "%s{\"bass_dt\":\"%s\",\"wday_dvsn_cd\":\"%02ld\"", i == 0 ? "" : ",", replay_day_compact(day, text),
            (day + 4) % 7 + 1);
    kis_put(out, "bzdy_yn", business ? "Y" : "N");
    kis_put(out, "tr_day_yn", business ? "Y" : "N");
    kis_put(out, "opnd_yn", opens ? "Y" : "N");
    kis_put(out, "sttl_day_yn", opens ? "Y" : "N");
    fputc('}', out);
  }
  fputc(']', out);
  return KIS_FINE;
}
