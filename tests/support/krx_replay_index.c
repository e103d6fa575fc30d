#include "krx_replay_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int64_t volume, value, market_cap;
} Sums;

enum { LARGE_STOCKS = 20, CAP_OF_A_HUNDREDTH = 500000000, NOISE_ROWS = 50 };

/* Which of a market's stocks are in an index. */
typedef enum { STOCKS_ALL, STOCKS_DOMESTIC, STOCKS_LARGE } Stocks;

typedef struct {
  const char *market, *name;
  Stocks stocks;
} Index;

static const Index INDICES[] = {{"KOSPI", "코스피 (외국주포함)", STOCKS_ALL},
                                {"KOSPI", "코스피", STOCKS_DOMESTIC},
                                {"KOSPI", "코스피 200", STOCKS_LARGE},
                                {"KOSDAQ", "코스닥 (외국주포함)", STOCKS_ALL},
                                {"KOSDAQ", "코스닥", STOCKS_DOMESTIC}};
enum { INDEX_ROWS = sizeof(INDICES) / sizeof(INDICES[0]) };

/* Names that hold those that are wanted; the rest are numbered. */
static const char *const NOISE[] = {"코스피 100",
                                    "코스피 200 중소형주",
                                    "코스피200제외 코스피지수",
                                    "코스닥 150",
                                    "코스피 200 건설",
                                    "코스닥 글로벌",
                                    "코스피 대형주",
                                    "제조"};
enum { NAMED_NOISE = sizeof(NOISE) / sizeof(NOISE[0]) };

/* --- figures --- */

/* Codes of foreign stocks start with 9; the first stocks of the list stand for the large ones. */
static bool is_in(const ReplayRow *row, size_t number, Stocks stocks) {
  if (stocks == STOCKS_ALL) return true;
  return row->code[0] != '9' && (stocks == STOCKS_DOMESTIC || number < LARGE_STOCKS);
}

static Sums sum_rows(const ReplayRow *rows, size_t count, Stocks stocks) {
  Sums sums = {0};
  for (size_t i = 0; i < count; i++) {
    if (!is_in(&rows[i], i, stocks)) continue;
    sums.volume += strtoll(rows[i].volume, NULL, 10);
    sums.value += strtoll(rows[i].value, NULL, 10);
    sums.market_cap += strtoll(rows[i].market_cap, NULL, 10);
  }
  return sums;
}

/* In hundredths; never 0. */
static int64_t close_of(Sums sums) { return 100 + sums.market_cap / CAP_OF_A_HUNDREDTH; }

/* --- rows --- */

typedef struct {
  const char *date, *market;
  bool first; /* nothing is written yet */
} Writing;

static void write_start(FILE *out, Writing *writing, const char *name) {
  fprintf(out, "%s{\"BAS_DD\":\"%s\",\"IDX_CLSS\":\"%s\",\"IDX_NM\":\"%s\"", writing->first ? "" : ",", writing->date,
          writing->market, name);
  writing->first = false;
}

static void write_points(FILE *out, const char *name, int64_t hundredths) {
  long long size = hundredths < 0 ? -hundredths : hundredths;
  fprintf(out, ",\"%s\":\"%s%lld.%02lld\"", name, hundredths < 0 ? "-" : "", size / 100, size % 100);
}

static void write_sums(FILE *out, Sums sums) {
  fprintf(out, ",\"ACC_TRDVOL\":\"%lld\",\"ACC_TRDVAL\":\"%lld\",\"MKTCAP\":\"%lld\"}", (long long)sums.volume,
          (long long)sums.value, (long long)sums.market_cap);
}

static void write_totals(FILE *out, Writing *writing, const char *name, Sums sums) {
  write_start(out, writing, name);
  fputs(",\"CLSPRC_IDX\":\"-\",\"CMPPREVDD_IDX\":\"-\",\"FLUC_RT\":\"-\",\"OPNPRC_IDX\":\"-\",\"HGPRC_IDX\":\"-\","
        "\"LWPRC_IDX\":\"-\"",
        out);
  write_sums(out, sums);
}

static void write_index(FILE *out, Writing *writing, const char *name, int64_t close, int64_t before, Sums sums) {
  write_start(out, writing, name);
  write_points(out, "CLSPRC_IDX", close);
  write_points(out, "CMPPREVDD_IDX", close - before);
  fprintf(out, ",\"FLUC_RT\":\"%.2f\"", 100.0 * (double)(close - before) / (double)before);
  write_points(out, "OPNPRC_IDX", before);
  write_points(out, "HGPRC_IDX", (close > before ? close : before) + 7);
  write_points(out, "LWPRC_IDX", (close < before ? close : before) - 3);
  write_sums(out, sums);
}

static void write_noise(FILE *out, Writing *writing, int64_t close) {
  for (int i = 0; i < NOISE_ROWS; i++) {
    char numbered[32];
    snprintf(numbered, sizeof(numbered), "업종 %02d", i);
    write_index(out, writing, i < NAMED_NOISE ? NOISE[i] : numbered, close + i, close, (Sums){1, 1, 1});
  }
}

/* --- the answer --- */

typedef struct {
  ReplayRow *rows;
  size_t count;
} Rows;

static bool rows_of(const ReplayData *data, const ReplayDay *day, const char *market, Rows *rows) {
  return day == NULL || replay_data_rows(data, day, market, &rows->rows, &rows->count);
}

static void write_index_rows(FILE *out, Writing *writing, const Rows *now, const Rows *before,
                             const ReplayFault *fault) {
  int64_t close = 0;
  for (size_t i = 0; i < INDEX_ROWS; i++) {
    const Index *index = &INDICES[i];
    if (strcmp(index->market, writing->market) != 0) continue;
    Sums sums = sum_rows(now->rows, now->count, index->stocks);
    if (index->stocks == STOCKS_ALL) {
      if (fault->kind == REPLAY_FAULT_TOTALS) sums.volume += fault->value != 0 ? fault->value : 1;
      write_totals(out, writing, index->name, sums);
      continue;
    }
    close = close_of(sums);
    int64_t last = before->count > 0 ? close_of(sum_rows(before->rows, before->count, index->stocks)) : close;
    if (fault->kind == REPLAY_FAULT_UNLINKED) last++;
    write_index(out, writing, index->name, close, last, sums);
  }
  write_noise(out, writing, close);
}

static char *write_answer(const Rows *now, const Rows *before, Writing writing, const ReplayFault *fault,
                          size_t *ret_length) {
  char *body = NULL;
  FILE *out = open_memstream(&body, ret_length);
  if (out == NULL) return NULL;
  fputs("{\"OutBlock_1\":[", out);
  if (now->count > 0) write_index_rows(out, &writing, now, before, fault);
  if (now->count > 0 && fault->kind == REPLAY_FAULT_DUPLICATE) write_index_rows(out, &writing, now, before, fault);
  fputs("]}", out);
  fclose(out);
  return body;
}

char *replay_index(const ReplayData *data, long date, const char *market, bool served, const ReplayFault *fault,
                   size_t *ret_length) {
  const ReplayDay *day =
      fault->kind == REPLAY_FAULT_REPEAT ? replay_data_before(data, date) : replay_data_find(data, date);
  if (!served || fault->kind == REPLAY_FAULT_EMPTY) day = NULL;
  Rows now = {0}, before = {0};
  char compact[REPLAY_DAY_TEXT_SIZE], *body = NULL;
  replay_day_compact(fault->kind == REPLAY_FAULT_WRONG_DATE ? replay_day_previous_weekday(date) : date, compact);
  if (rows_of(data, day, market, &now) &&
      rows_of(data, day == NULL ? NULL : replay_data_before(data, day->date), market, &before))
    body = write_answer(&now, &before, (Writing){.date = compact, .market = market, .first = true}, fault, ret_length);
  free(now.rows);
  free(before.rows);
  return body;
}

/* --- the figures --- */

bool replay_index_day(const ReplayData *data, long date, const char *name, ReplayIndexDay *ret_day) {
  const ReplayDay *day = replay_data_find(data, date);
  const char *market = strcmp(name, "KOSDAQ") == 0 ? "KOSDAQ" : "KOSPI";
  Stocks stocks = strcmp(name, "KOSPI200") == 0 ? STOCKS_LARGE : STOCKS_DOMESTIC;
  Rows now = {0}, before = {0};
  bool good = day != NULL && rows_of(data, day, market, &now) &&
              rows_of(data, replay_data_before(data, date), market, &before) && now.count > 0;
  if (good) {
    Sums sums = sum_rows(now.rows, now.count, stocks);
    int64_t close = close_of(sums);
    int64_t last = before.count > 0 ? close_of(sum_rows(before.rows, before.count, stocks)) : close;
    *ret_day = (ReplayIndexDay){.open = last,
                                .high = (close > last ? close : last) + 7,
                                .low = (close < last ? close : last) - 3,
                                .close = close,
                                .volume = sums.volume,
                                .value = sums.value};
  }
  free(now.rows);
  free(before.rows);
  return good;
}
