/* index_rows.h: index days as recorded, read from a folder with KOSPI.csv, KOSDAQ.csv and KOSPI200.csv. */
#ifndef CLOSEBELL_TESTS_INDEX_ROWS_H
#define CLOSEBELL_TESTS_INDEX_ROWS_H

#include <math.h>

#include <closebell/market/index_day.h>
#include <closebell/market/market_totals.h>

#include "market_rows.h"

enum { INDEX_DAYS_MAX = 4096 };

/* Volume, value and market cap of KOSPI.csv and KOSDAQ.csv are those of the whole market: its published totals. */
typedef struct {
  IndexDay days[INDEX_DAYS_MAX];
  size_t count;
} IndexHistory;

static inline int64_t hundredths_of(const char *text) { return llround(strtod(text, NULL) * 100); }

static inline IndexRow index_row_of(char *const field[10]) {
  return (IndexRow){.open = hundredths_of(field[1]),
                    .high = hundredths_of(field[2]),
                    .low = hundredths_of(field[3]),
                    .close = hundredths_of(field[4]),
                    .change = hundredths_of(field[5]),
                    .volume = strtoll(field[7], NULL, 10),
                    .value = strtoll(field[8], NULL, 10),
                    .market_cap = strtoll(field[9], NULL, 10)};
}

static inline void index_history_read(IndexHistory *history, const char *folder, MarketIndex which) {
  char path[512], line[512], *field[10];
  snprintf(path, sizeof path, "%s/%s.csv", folder, index_name(which));
  FILE *file = fopen(path, "r");
  if (file == NULL || fgets(line, sizeof line, file) == NULL) fail_msg("cannot read %s", path);
  size_t i = 0;
  for (; fgets(line, sizeof line, file) != NULL; i++) {
    assert_int_equal(csv_fields(line, field, 10), 10);
    assert_true(i < INDEX_DAYS_MAX);
    IndexDay *day = &history->days[i];
    if (history->count > 0) assert_int_equal(day->date, day_of(field[0])); /* all files have the same dates */
    day->date = day_of(field[0]);
    day->has |= index_bit(which);
    day->rows[which] = index_row_of(field);
  }
  fclose(file);
  history->count = i;
}

/* The caller frees it. */
static inline IndexHistory *index_history_of(const char *folder) {
  IndexHistory *history = calloc(1, sizeof *history);
  assert_non_null(history);
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) index_history_read(history, folder, which);
  return history;
}

static inline const IndexDay *index_history_find(const IndexHistory *history, Day date) {
  for (size_t i = 0; i < history->count; i++)
    if (history->days[i].date == date) return &history->days[i];
  return NULL;
}

#endif
