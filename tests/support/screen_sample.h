/* screen_sample.h: the recorded sessions of tests/data as a market in memory. For unit tests of screens. */
#ifndef TEST_SCREEN_SAMPLE_H
#define TEST_SCREEN_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/screen/market.h>

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole text of a file, NUL-ended; the caller frees it. */
static inline char *sample_read(const char *path, size_t *ret_length) {
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s: cannot be read", path);
  char *text = malloc(1 << 20);
  assert_non_null(text);
  *ret_length = fread(text, 1, (1 << 20) - 1, file);
  text[*ret_length] = '\0';
  fclose(file);
  return text;
}

/* Rows of tests/data/days say neither name nor change; what is put upon them: tests/data/screen/events.txt. */
enum { SAMPLE_MOST = 100, SAMPLE_EVENTS = 30 };
typedef struct {
  struct {
    char code[8], name[64], market[16];
    int64_t shares, before;
  } listed[SAMPLE_MOST];
  size_t listed_count;
  struct {
    char what[8], code[8];
    Day date;
    int64_t factor;
  } events[SAMPLE_EVENTS];
  size_t event_count;
} SampleNotes;

static inline void sample_read_notes(SampleNotes *notes) {
  size_t length;
  char *text = sample_read(TEST_DATA "/listing.csv", &length), *rest = text, date[16];
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    int at = (int)notes->listed_count;
    if (sscanf(line, "%6[^,],%63[^,],%15[^,],%" SCNd64, notes->listed[at].code, notes->listed[at].name,
               notes->listed[at].market, &notes->listed[at].shares) == 4)
      notes->listed_count++;
  }
  free(text);
  rest = text = sample_read(TEST_DATA "/screen/events.txt", &length);
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    int at = (int)notes->event_count;
    if (line[0] == '#') continue;
    int found = sscanf(line, "%7s %6s %15s %" SCNd64, notes->events[at].what, notes->events[at].code, date,
                       &notes->events[at].factor);
    if (found < 3) continue;
    assert_true(day_parse(date, &notes->events[at].date));
    notes->event_count++;
  }
  free(text);
  assert_true(notes->listed_count > 40 && notes->event_count > 5);
}

/* False: the row is not there any more. */
static inline bool sample_apply(const SampleNotes *notes, Day date, StockRow *row) {
  for (size_t i = 0; i < notes->event_count; i++) {
    const int64_t k = notes->events[i].factor;
    bool is_before = strcmp(notes->events[i].what, "before") == 0;
    if (strcmp(notes->events[i].code, row->ticker) != 0 || (date < notes->events[i].date) != is_before) continue;
    if (strcmp(notes->events[i].what, "gone") == 0) return false;
    row->open *= k, row->high *= k, row->low *= k, row->close *= k, row->change *= k;
    row->volume /= k, row->listed_shares /= k;
  }
  return true;
}

static inline bool sample_days_row(SampleNotes *notes, char *line, StockRow *row) {
  *row = (StockRow){.open = 0};
  if (sscanf(line, "%6[^,],%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64, row->ticker, &row->open,
             &row->high, &row->low, &row->close, &row->volume) != 6)
    return false;
  for (size_t i = 0; i < notes->listed_count; i++) {
    if (strcmp(notes->listed[i].code, row->ticker) != 0) continue;
    snprintf(row->name, sizeof row->name, "%s", notes->listed[i].name);
    if (!market_parse(notes->listed[i].market, &row->market)) row->market = MARKET_KOSDAQ; /* KOSDAQ GLOBAL */
    row->listed_shares = notes->listed[i].shares;
    row->change = notes->listed[i].before > 0 ? row->close - notes->listed[i].before : 0;
    notes->listed[i].before = row->close;
  }
  row->value = row->close * row->volume;
  row->market_cap = row->close * row->listed_shares;
  return row->listed_shares > 0;
}

static inline bool sample_raw_row(char *line, StockRow *row) {
  char market[24];
  double rate;
  *row = (StockRow){.open = 0};
  if (sscanf(line,
             "%6[^,],%95[^,],%23[^,],%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%lf,%" SCNd64
             ",%" SCNd64 ",%" SCNd64 ",%" SCNd64,
             row->ticker, row->name, market, &row->open, &row->high, &row->low, &row->close, &row->change, &rate,
             &row->volume, &row->value, &row->market_cap, &row->listed_shares) != 13)
    return false;
  if (!market_parse(market, &row->market)) row->market = MARKET_KOSDAQ;
  return true;
}

static inline void sample_add_file(ScreenMarket *market, SampleNotes *notes, const char *path) {
  Session session = {0};
  Error err;
  StockRow row;
  size_t length;
  char *text = sample_read(path, &length), *rest = text;
  char date[11];
  snprintf(date, sizeof date, "%.10s", strrchr(path, '/') + 1);
  assert_true(day_parse(date, &session.date));
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    bool found = notes != NULL ? sample_days_row(notes, line, &row) && sample_apply(notes, session.date, &row)
                               : sample_raw_row(line, &row);
    if (found) assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  assert_true(session.count > 20);
  assert_int_equal(screen_market_add(market, &session, false, &err), STATUS_OK);
  session_free(&session);
  free(text);
}

/* The first `most` sessions of tests/data/days with its events, or of tests/data/raw-2023. */
static inline void sample_market(ScreenMarket *market, const char *folder, size_t most) {
  SampleNotes notes = {.listed_count = 0};
  glob_t files;
  char pattern[500];
  bool days = strcmp(folder, "days") == 0;
  if (days) sample_read_notes(&notes);
  snprintf(pattern, sizeof pattern, TEST_DATA "/%s/20*.csv", folder);
  assert_int_equal(glob(pattern, 0, NULL, &files), 0);
  *market = (ScreenMarket){.considered = market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ)};
  for (size_t i = 0; i < files.gl_pathc && i < most; i++)
    sample_add_file(market, days ? &notes : NULL, files.gl_pathv[i]);
  globfree(&files);
}

/* The condition of a line of expressions.txt or of a shipped strategy; the caller frees it. */
static inline char *sample_where(const char *name) {
  char path[500];
  size_t length, wanted = strlen(name);
  char *text = sample_read(TEST_DATA "/screen/expressions.txt", &length), *rest = text, *found = NULL;
  for (char *line; (line = strsep(&rest, "\n")) != NULL && found == NULL;)
    if (strncmp(line, name, wanted) == 0 && strncmp(line + wanted, " = ", 3) == 0) found = strdup(line + wanted + 3);
  free(text);
  if (found != NULL) return found;
  snprintf(path, sizeof path, "%s/%s.ini", TEST_STRATEGIES, name);
  rest = text = sample_read(path, &length);
  for (char *line; (line = strsep(&rest, "\n")) != NULL && found == NULL;)
    if (strncmp(line, "where = ", 8) == 0) found = strdup(line + 8);
  free(text);
  assert_non_null(found);
  return found;
}

#endif
