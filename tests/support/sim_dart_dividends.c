/* What a simulated DART says of dividends: of some reports nothing, of some "-", of some without the row; later than it
 * gives the accounts. */
#include "sim_dart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t value) {
  value += UINT64_C(0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

/* Below `bound`, always the same for the same filing. */
static int fate(size_t stock, const SimFiling *filing, int what, int bound) {
  uint64_t seed =
      (uint64_t)stock * 9176 + (uint64_t)filing->term.year * 523 + (uint64_t)what * 31 + filing->is_corrected;
  return (int)(mix(seed) % (uint64_t)bound);
}

Day sim_dart_pays_given(size_t stock, const SimFiling *filing) {
  return filing->given + (fate(stock, filing, 1, 3) == 0 ? 1 + fate(stock, filing, 2, 4) : 0);
}

bool sim_dart_pays_known(const SimDart *dart, size_t stock, const SimFiling *filing) {
  SimFiling original = *filing;
  original.is_corrected = false;
  if (dart->pays_never && strcmp(dart->pays_never, dart->stocks[stock].ticker) == 0) return false;
  return fate(stock, &original, 3, 9) != 0;
}

FiledDividends sim_dart_dividends(const SimDart *dart, size_t stock, const SimFiling *filing) {
  const char *ticker = dart->stocks[stock].ticker;
  FiledDividends filed = {.count = fate(stock, filing, 4, 4) == 0 ? 2 : 1};
  for (size_t i = 0; i < filed.count; i++) {
    Dividend *dividend = &filed.items[i];
    int kind = fate(stock, filing, 5, 6);
    *dividend = (Dividend){.period_end = filing->period_end,
                           .kind = filing->term.kind,
                           .stock = (DividendStock)i,
                           .filed = filing->filed,
                           .version = 1,
                           .dps = kind == 0   ? NAN
                                  : kind == 1 ? 0
                                              : 50 + fate(stock, filing, 6, 5000) + 50 * (double)i,
                           .payout_percent = kind < 2 ? NAN : fate(stock, filing, 7, 1500) / 10.0 - 20,
                           .yield_percent = kind < 2 ? NAN : fate(stock, filing, 8, 90) / 10.0,
                           .has_total = kind > 1};
    if (dividend->has_total) dividend->total = 1000000 * (int64_t)(1 + fate(stock, filing, 9, 900000));
    if (dart->pays_lied && strcmp(dart->pays_lied, ticker) == 0) dividend->dps = 7;
    memcpy(dividend->rcept_no, filing->rcept_no, sizeof dividend->rcept_no);
  }
  return filed;
}

Answer sim_dart_tell_dividends(SimDart *dart, const char *key) {
  DartStatementsAsked asked;
  SimFiling filings[SIM_FILINGS_MAX];
  const SimFiling *newest = NULL;
  const Day today = instant_kst_day(dart->world->now);
  const Answer nothing = {.kind = ANSWER_EMPTY, .retry_after_ms = -1};
  sim_or_die(dart_statements_key_parse(key, &asked) && asked.count == 1, "dividends that cannot be asked for");
  dart->dividends++;
  size_t stock = (size_t)atoi(asked.corp_codes[0]) - 100000;
  if (stock >= dart->stock_count) return nothing;
  size_t versions = sim_dart_filings(dart, stock, (ReportTerm){asked.year, asked.kind}, filings);
  for (size_t i = 0; i < versions; i++)
    if (filings[i].filed <= today && sim_dart_pays_given(stock, &filings[i]) <= today) newest = &filings[i];
  if (!newest || !sim_dart_pays_known(dart, stock, newest)) return nothing;
  FiledDividends *filed = malloc(sizeof *filed);
  sim_or_die(filed != NULL, "no memory for dividends");
  *filed = sim_dart_dividends(dart, stock, newest);
  memcpy(filed->corp_code, asked.corp_codes[0], CORP_CODE_SIZE);
  return (Answer){
      .kind = ANSWER_ROWS, .retry_after_ms = -1, .type = &PAYLOAD_FILED_DIVIDENDS, .payload = filed, .count = 1};
}
