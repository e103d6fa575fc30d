#include "made_funds.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTER = 63, SPLIT_FUND = 17, SPLIT_SESSION = 40, SPLIT_BY = 5, RENAMED_SESSION = 25 };

static uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t x = a * UINT64_C(0x9E3779B97F4A7C15) + b * UINT64_C(0xBF58476D1CE4E5B9) + 1;
  x ^= x >> 31;
  x *= UINT64_C(0x94D049BB133111EB);
  return x ^ x >> 29;
}

static long first_session(size_t fund) { return fund % 29 == 7 ? 10 + (long)(fund % 50) : -1000; }

static long last_session(size_t fund) { return fund % 31 == 11 ? 30 + (long)(fund % 40) : INT32_MAX; }

static bool is_halted(size_t fund, long session) {
  return fund % 37 == 5 && session >= 20 + (long)(fund % 7) && session < 26 + (long)(fund % 7);
}

static bool is_split(size_t fund, long session) { return fund == SPLIT_FUND && session >= SPLIT_SESSION; }

static int64_t close_of(size_t fund, long session) {
  while (is_halted(fund, session)) session--;
  int64_t level = 5000 + (int64_t)(mix(fund, 1) % 40000);
  int64_t move = (int64_t)(mix(fund, (uint64_t)(session + 5000)) % (uint64_t)(level / 25));
  int64_t close = (level + move + session * (level / 2000)) / 5 * 5;
  return is_split(fund, session) ? close / SPLIT_BY : close;
}

/* At a quarter's end four in ten distribute one percent. */
static int64_t base_of(size_t fund, long session) {
  int64_t before = close_of(fund, session - 1);
  if (session == first_session(fund)) return 10000;
  if (fund == SPLIT_FUND && session == SPLIT_SESSION) return before / SPLIT_BY;
  bool distributes = session % QUARTER == QUARTER - 1 && fund % 10 < 4 && !is_halted(fund, session);
  return distributes ? before - before / 100 : before;
}

static void set_trades(size_t fund, long session, MadeFund *made) {
  int64_t other = made->close - made->change, low = other < made->close ? other : made->close;
  made->volume = 10 + (int64_t)(mix(fund, (uint64_t)(session + 9000)) % 1000000);
  made->value = made->volume * made->close;
  made->open = other;
  made->low = low - low % 100 / 5;
  made->high = (other > made->close ? other : made->close) + 15;
}

static void set_worth(size_t fund, long session, MadeFund *made) {
  int64_t far = fund % 50 == 23 ? 2 : 1;
  made->nav = fund % 43 == 19 ? 0 : made->close * 100 * far - 37;
  made->net_assets = fund % 23 == 4 ? 0 : made->market_cap - made->market_cap / 1000;
  made->index = fund % 19 == 2 ? 0 : 100000 + session * 25 + (int64_t)fund;
  if (fund % 19 == 2)
    snprintf(made->index_name, sizeof made->index_name, "%s", fund % 2 ? "-" : "");
  else
    snprintf(made->index_name, sizeof made->index_name, "KEDI %s 지수 %zu", session < 33 || fund % 11 ? "글로벌" : "새",
             fund);
}

bool made_fund(size_t fund, long session, MadeFund *ret_fund) {
  if (session < first_session(fund) || session > last_session(fund)) return false;
  MadeFund made = {.close = close_of(fund, session)};
  bool renamed = fund % 41 == 3 && session >= RENAMED_SESSION;
  snprintf(made.code, sizeof made.code, fund % 6 == 1 ? "0%03zuA0" : "3%04zu0", fund);
  snprintf(made.name, sizeof made.name, "%s 펀드%zu액티브", renamed ? "RISE" : "ACE", fund);
  made.change = made.close - base_of(fund, session);
  made.listed_shares =
      (100000 + (int64_t)(mix(fund, (uint64_t)(session / 20)) % 50) * 50000) * (is_split(fund, session) ? SPLIT_BY : 1);
  made.market_cap = made.close * made.listed_shares;
  if (!is_halted(fund, session)) set_trades(fund, session, &made);
  set_worth(fund, session, &made);
  *ret_fund = made;
  return true;
}

/* ---- as the service says it ---- */

static void put(FILE *out, const char *name, const char *value) { fprintf(out, ",\"%s\":\"%s\"", name, value); }

static void put_whole(FILE *out, const char *name, int64_t value) {
  fprintf(out, ",\"%s\":\"%lld\"", name, (long long)value);
}

static void put_hundredths(FILE *out, const char *name, int64_t value) {
  fprintf(out, ",\"%s\":\"%s%lld.%02lld\"", name, value < 0 ? "-" : "", llabs(value) / 100, llabs(value) % 100);
}

/* 100 * change / base to two decimals, halves away from 0. */
static int64_t rate_of(const MadeFund *made) {
  int64_t base = made->close - made->change, twice = 2 * 10000 * llabs(made->change) / base;
  return (made->change < 0 ? -1 : 1) * ((twice + 1) / 2);
}

static void write_fund(FILE *out, const MadeFund *made, const char *date, const ReplayFault *fault) {
  const char *missing = made->close % 2 ? "-" : "";
  bool half_told = made->volume == 0 && made->close % 4 == 1;
  fprintf(out, "{\"BAS_DD\":\"%s\"", date);
  put(out, "ISU_CD", made->code);
  put(out, "ISU_NM", made->name);
  if (fault->kind == REPLAY_FAULT_NOT_A_NUMBER)
    put(out, "TDD_CLSPRC", "12.x");
  else
    put_whole(out, "TDD_CLSPRC", fault->kind == REPLAY_FAULT_NEGATIVE ? -5 : made->close);
  put_whole(out, "CMPPREVDD_PRC", made->change);
  put_hundredths(out, "FLUC_RT", rate_of(made) + (fault->kind == REPLAY_FAULT_WRONG_TOTAL ? 2 : 0));
  made->nav ? put_hundredths(out, "NAV", made->nav) : put(out, "NAV", missing);
  half_told ? put(out, "TDD_OPNPRC", "-") : put_whole(out, "TDD_OPNPRC", made->open);
  put_whole(out, "TDD_HGPRC", made->high);
  put_whole(out, "TDD_LWPRC", made->low);
  if (fault->kind == REPLAY_FAULT_OVERFLOW)
    put(out, "ACC_TRDVOL", "99999999999999999999");
  else
    put_whole(out, "ACC_TRDVOL", made->volume);
  put_whole(out, "ACC_TRDVAL", made->value);
  put_whole(out, "MKTCAP", made->market_cap + (fault->kind == REPLAY_FAULT_TOTALS));
  if (fault->kind != REPLAY_FAULT_LACKS) put_whole(out, "INVSTASST_NETASST_TOTAMT", made->net_assets);
  put_whole(out, "LIST_SHRS", made->listed_shares);
  put(out, "IDX_IND_NM", made->index_name);
  made->index ? put_hundredths(out, "OBJ_STKPRC_IDX", made->index) : put(out, "OBJ_STKPRC_IDX", missing);
  made->index ? put_hundredths(out, "CMPPREVDD_IDX", 25) : put(out, "CMPPREVDD_IDX", missing);
  made->index ? put(out, "FLUC_RT_IDX", "0.02") : put(out, "FLUC_RT_IDX", missing);
  fputc('}', out);
}

/* A fault of one row is the first's; changes that lead nowhere are all rows'. */
static void spoil(MadeFund *made, bool first, const ReplayFault *fault) {
  if (fault->kind == REPLAY_FAULT_UNLINKED) {
    made->change += 5;
    made->open = made->close - made->change;
    if (made->volume) made->low = made->open < made->close ? made->open : made->close;
    if (made->volume) made->high = made->open > made->close ? made->open : made->close;
    if (!made->volume) made->open = 0;
  }
  if (first && fault->kind == REPLAY_FAULT_BAD_CODE)
    snprintf(made->code, sizeof made->code, "%.7s", fault->code[0] ? fault->code : "../x");
}

char *made_funds_answer(size_t funds, long session, const char *date, const ReplayFault *fault, size_t *ret_length) {
  static const ReplayFault NONE = {.kind = REPLAY_FAULT_NONE};
  char *body = NULL;
  FILE *out = open_memstream(&body, ret_length);
  if (out == NULL) return NULL;
  if (fault->kind == REPLAY_FAULT_EMPTY) session = -1;
  if (fault->kind == REPLAY_FAULT_HALF) funds /= 2;
  long told = fault->kind == REPLAY_FAULT_REPEAT && session > 0 ? session - 1 : session;
  bool first = true;
  fputs("{\"OutBlock_1\":[", out);
  for (size_t i = 0; i < funds && session >= 0; i++) {
    MadeFund made;
    if (!made_fund(i, told, &made)) continue;
    spoil(&made, first, fault);
    if (!first) fputc(',', out);
    write_fund(out, &made, date, first ? fault : &NONE);
    first = false;
    if (i + 1 < funds || fault->kind != REPLAY_FAULT_DUPLICATE) continue;
    fputc(',', out);
    write_fund(out, &made, date, &NONE);
  }
  fputs("]}", out);
  fclose(out);
  return body;
}
