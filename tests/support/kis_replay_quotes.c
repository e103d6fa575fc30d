/* intstock-multprice: up to 30 stocks a call, in an order of its own, without a date. */
#include "kis_replay_ask.h"

#include <string.h>

enum { CODES = 30 };

/* What the row of one code is. A halted one has the price 0, or its last price without open, high and low. */
static void put_row(KisAsk *ask, FILE *out, long session, const char *code, bool first) {
  KisRow row = {.name = "", .market = ""};
  bool known = kis_row_now(ask, session, code, &row);
  bool halted = known && row.open == 0 && row.volume == 0;
  int64_t price = halted && kis_hash(code, 0, 8) % 2 == 0 ? 0 : row.close, base = row.close - row.change;
  if (ask->fault.kind == REPLAY_FAULT_NEGATIVE && first) price = -5;
  if (halted || !known) row.open = row.high = row.low = 0;
  fprintf(out, "%s{\"kospi_kosdaq_cls_name\":\"%s\"", first ? "" : ",",
          strcmp(row.market, "KOSPI") == 0 ? "거래소" : row.market);
  kis_put(out, "mrkt_trtm_cls_name", row.market);
  kis_put(out, "hour_cls_code", "0");
  kis_put(out, "inter_shrn_iscd", ask->fault.kind == REPLAY_FAULT_BAD_CODE && first ? "../x" : code);
  kis_put(out, "inter_kor_isnm", ask->fault.kind == REPLAY_FAULT_BAD_UTF8 && first ? "\xFF\xFE" : row.name);
  kis_put_number(out, "inter2_prpr", price);
  kis_put_number(out, "inter2_prdy_vrss", price == 0 ? 0 : row.change);
  kis_put(out, "prdy_vrss_sign", kis_sign(price == 0 ? 0 : row.change));
  kis_put_rate(out, "prdy_ctrt", price == 0 ? 0 : row.change, base);
  if (ask->fault.kind == REPLAY_FAULT_OVERFLOW && first)
    kis_put(out, "acml_vol", "99999999999999999999");
  else
    kis_put_number(out, "acml_vol", row.volume);
  kis_put_number(out, "inter2_oprc", row.open);
  kis_put_number(out, "inter2_hgpr", row.high);
  kis_put_number(out, "inter2_lwpr", row.low);
  kis_put_number(out, "inter2_llam", base * 7 / 10);
  kis_put_number(out, "inter2_mxpr", base * 13 / 10);
  kis_put_number(out, "inter2_askp", price);
  kis_put_number(out, "inter2_bidp", price);
  kis_put_number(out, "acml_tr_pbmn", row.value);
  kis_put_number(out, "inter2_prdy_clpr", base);
  kis_put(out, "intr_antc_vol", "0");
  kis_put_number(out, "inter2_sdpr", known ? base : 0);
  fputc('}', out);
}

static KisSaid list_codes(KisAsk *ask, const char *codes[CODES], size_t *ret_count) {
  char name[64];
  *ret_count = 0;
  for (int i = 1; i <= CODES; i++) {
    snprintf(name, sizeof(name), "FID_INPUT_ISCD_%d", i);
    const char *code = kis_get(ask, name);
    if (code[0] == '\0') continue;
    snprintf(name, sizeof(name), "FID_COND_MRKT_DIV_CODE_%d", i);
    if (strcmp(kis_get(ask, name), "J") != 0 && strcmp(kis_get(ask, name), "UN") != 0) return KIS_BAD_MARKET;
    codes[(*ret_count)++] = code;
  }
  return KIS_FINE;
}

KisSaid kis_write_quotes(KisAsk *ask, FILE *out) {
  static const char *const names[] = {"FID_COND_MRKT_DIV_CODE_1", "FID_INPUT_ISCD_1", NULL};
  const char *codes[CODES];
  size_t count = 0;
  KisSaid said = kis_need(ask, names);
  if (said == KIS_FINE) said = list_codes(ask, codes, &count);
  if (said != KIS_FINE) return said;
  if (ask->fault.kind == REPLAY_FAULT_HALF) count /= 2;
  if (ask->fault.kind == REPLAY_FAULT_EMPTY) count = 0;
  long session = kis_shown_session(ask);
  fputs("\"output\":[", out);
  /* From the middle on, then the rest backwards: not as they were asked. */
  for (size_t i = 0; i < count; i++)
    put_row(ask, out, session, codes[i < count - count / 2 ? count / 2 + i : count - 1 - i], i == 0);
  if (ask->fault.kind == REPLAY_FAULT_DUPLICATE && count > 0) put_row(ask, out, session, codes[0], false);
  fputc(']', out);
  return KIS_FINE;
}
