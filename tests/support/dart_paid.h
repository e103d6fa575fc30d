/* dart_paid.h: what the DART server of ours says of dividends in an annual report: rows of alotMatter, made of its
 * receipt number, with all the bad manners of the real one. Tests work out from the same rows what must be stored. */
#ifndef DART_PAID_H
#define DART_PAID_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DART_PAID_MAX = 12 };

typedef struct {
  const char *se, *stock_knd;
  char thstrm[32];
} DartPaid;

/* The next row. */
static inline void dart_paid_put(DartPaid *rows, size_t *count, const char *se, const char *stock_knd,
                                 const char *thstrm) {
  DartPaid *row = &rows[(*count)++];
  row->se = se;
  row->stock_knd = stock_knd;
  snprintf(row->thstrm, sizeof row->thstrm, "%s", thstrm);
}

static inline uint64_t dart_paid_seed(const char *rcept_no) {
  uint64_t seed = strtoull(rcept_no, NULL, 10);
  seed = (seed ^ (seed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  seed = (seed ^ (seed >> 27)) * UINT64_C(0x94d049bb133111eb);
  return seed ^ (seed >> 31);
}

/* The rows of one report; returns how many, 0: it answers "no data". The report of the recorded answer has what was
 * recorded. */
static inline size_t dart_paid_rows(const char *rcept_no, DartPaid rows[DART_PAID_MAX]) {
  static const char DPS[] = "주당 현금배당금(원)", YIELD[] = "현금배당수익률(%)", COMMON[] = "보통주";
  const uint64_t seed = dart_paid_seed(rcept_no);
  const int manners = (int)(seed % 10), won = 50 + (int)(seed / 10 % 4000);
  char dps[32], total[32];
  size_t count = 0;
  snprintf(dps, sizeof dps, won >= 1000 ? "%d,%03d" : "%d", won >= 1000 ? won / 1000 : won, won % 1000);
  snprintf(total, sizeof total, "%d,%03d,%03d", 1 + won % 90, won % 1000, won % 997);
  if (manners == 0) return 0;
  dart_paid_put(rows, &count, "주당액면가액(원)", "-", "100");
  if (manners == 1 || strcmp(rcept_no, "20240312000736") == 0) return count;
  dart_paid_put(rows, &count, "(연결)당기순이익(백만원)", "-", "33,621");
  dart_paid_put(rows, &count, "현금배당금총액(백만원)", "-", manners == 2 ? "-" : total);
  dart_paid_put(rows, &count, "(연결)현금배당성향(%)", "-", manners == 2 ? "-" : manners == 6 ? "-12.3" : "29.2");
  if (manners == 5) dart_paid_put(rows, &count, DPS, "중간배당", "361.5");
  dart_paid_put(rows, &count, YIELD, COMMON, manners == 2 ? "-" : "2.7");
  if (manners == 3) dart_paid_put(rows, &count, YIELD, "우선주", "3.3");
  dart_paid_put(rows, &count, manners == 8 ? "주당현금배당금(원)" : DPS, manners == 4 ? "보통주식" : COMMON,
                manners == 2   ? "-"
                : manners == 7 ? ""
                               : dps);
  if (manners == 3) dart_paid_put(rows, &count, DPS, "우선주", "1,447");
  return count;
}

#endif
