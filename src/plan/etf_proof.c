#include <closebell/plan/etf_proof.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { THERE_PERCENT = 95, LINKED_PERCENT = 50, NEAR_PERCENT = 95 };
static const double NEAR_NAV = 0.3;

const PayloadType PAYLOAD_ETF_ROWS = {"funds", sizeof(EtfRow)};

static bool is_linked(const EtfRow *before, const EtfRow *row) {
  int64_t base;
  return etf_has(before, ETF_CLOSE) && etf_base_price(row, &base) && base == before->whole[ETF_CLOSE];
}

static bool is_near(const EtfRow *row) {
  double close = (double)row->whole[ETF_CLOSE], nav = row->real[ETF_NAV];
  return fabs(close - nav) <= NEAR_NAV * nav;
}

void etf_tally_add(EtfTally *tally, const EtfRow *before, const EtfRow *row) {
  tally->before += before != NULL;
  tally->rows += row != NULL;
  if (before && row) {
    tally->both++;
    tally->linked += is_linked(before, row);
  }
  if (!row || !etf_is_traded(row) || !etf_has(row, ETF_NAV) || !etf_has(row, ETF_CLOSE)) return;
  tally->priced++;
  tally->near += is_near(row);
}

EtfTally etf_tally(const EtfRow *before, size_t before_count, const EtfRow *rows, size_t count) {
  EtfTally tally = {0};
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    for (; at < before_count && strcmp(before[at].ticker, rows[i].ticker) < 0; at++)
      etf_tally_add(&tally, &before[at], NULL);
    bool both = at < before_count && strcmp(before[at].ticker, rows[i].ticker) == 0;
    etf_tally_add(&tally, both ? &before[at++] : NULL, &rows[i]);
  }
  for (; at < before_count; at++) etf_tally_add(&tally, &before[at], NULL);
  return tally;
}

static bool is_part(size_t some, size_t all, size_t percent) { return some * 100 >= all * percent; }

const char *etf_tally_link_fault(const EtfTally *tally, char text[ETF_FAULT_SIZE]) {
  if (tally->both == 0)
    snprintf(text, ETF_FAULT_SIZE, "none of the %zu funds of the session before is there", tally->before);
  else if (!is_part(tally->linked, tally->both, LINKED_PERCENT))
    snprintf(text, ETF_FAULT_SIZE,
             "it does not continue the session before: %zu of %zu funds do, fewer than half: rows of another day",
             tally->linked, tally->both);
  else
    return NULL;
  return text;
}

const char *etf_tally_fault(const EtfTally *tally, char text[ETF_FAULT_SIZE]) {
  if (!is_part(tally->both, tally->before, THERE_PERCENT)) {
    snprintf(text, ETF_FAULT_SIZE, "%zu of the %zu funds of the session before are there, fewer than %d %%",
             tally->both, tally->before, THERE_PERCENT);
    return text;
  }
  const char *unlinked = etf_tally_link_fault(tally, text);
  if (unlinked) return unlinked;
  if (is_part(tally->near, tally->priced, NEAR_PERCENT)) return NULL;
  snprintf(text, ETF_FAULT_SIZE, "%zu of %zu traded funds close within 30 %% of their nav, fewer than %d %%",
           tally->near, tally->priced, NEAR_PERCENT);
  return text;
}
