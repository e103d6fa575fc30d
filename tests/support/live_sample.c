#include "live_sample.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_STOCKS = 256, MAX_DAYS = 512, MAX_COLUMNS = 16 };

/* Splits at commas, in place; returns the number of fields. */
static size_t split(char *line, char *fields[MAX_COLUMNS]) {
  size_t count = 0;
  line[strcspn(line, "\r\n")] = '\0';
  for (char *rest = line; rest != NULL && count < MAX_COLUMNS;) fields[count++] = strsep(&rest, ",");
  return count;
}

static FILE *open_csv(const char *path) {
  char header[256];
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s: cannot be opened", path);
  assert_non_null(fgets(header, sizeof header, file));
  return file;
}

static size_t load_listing(LiveRow stocks[MAX_STOCKS]) {
  char line[512], *fields[MAX_COLUMNS];
  size_t count = 0;
  FILE *file = open_csv(TEST_DATA "/listing.csv");
  while (fgets(line, sizeof line, file) != NULL) {
    assert_int_equal(split(line, fields), 4);
    assert_true(count < MAX_STOCKS);
    LiveRow *stock = &stocks[count++];
    memset(stock, 0, sizeof *stock);
    snprintf(stock->code, sizeof stock->code, "%s", fields[0]);
    snprintf(stock->name, sizeof stock->name, "%s", fields[1]);
    snprintf(stock->market, sizeof stock->market, "%s", fields[2]);
    stock->listed_shares = strtoll(fields[3], NULL, 10);
  }
  fclose(file);
  return count;
}

static int by_date(const void *a, const void *b) {
  return strcmp(((const LiveDay *)a)->date, ((const LiveDay *)b)->date);
}

static void list_days(LiveSample *sample, const char *folder) {
  sample->days = calloc(MAX_DAYS, sizeof *sample->days);
  DIR *stream = opendir(folder);
  assert_non_null(sample->days);
  if (stream == NULL) fail_msg("%s: cannot be opened", folder);
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    if (strlen(entry->d_name) != 14 || strcmp(entry->d_name + 10, ".csv") != 0) continue;
    assert_true(sample->count < MAX_DAYS);
    memcpy(sample->days[sample->count++].date, entry->d_name, 10);
  }
  closedir(stream);
  qsort(sample->days, sample->count, sizeof *sample->days, by_date);
}

static LiveRow *add_row(LiveDay *day) {
  LiveRow *rows = realloc(day->rows, (day->count + 1) * sizeof *rows);
  assert_non_null(rows);
  day->rows = rows;
  return &rows[day->count++];
}

static int64_t number(const char *text) {
  char *end;
  long long value = strtoll(text, &end, 10);
  if (end == text || *end != '\0') fail_msg("\"%s\" is not a number", text);
  return value;
}

/* `stocks` holds each stock's latest close, 0 before its first. */
static void load_prices(LiveDay *day, LiveRow *stocks, size_t stock_count) {
  char path[512], line[512], *fields[MAX_COLUMNS];
  snprintf(path, sizeof path, TEST_DATA "/days/%s.csv", day->date);
  FILE *file = open_csv(path);
  while (fgets(line, sizeof line, file) != NULL) {
    assert_int_equal(split(line, fields), 6);
    size_t i = 0;
    while (i < stock_count && strcmp(stocks[i].code, fields[0]) != 0) i++;
    assert_true(i < stock_count);
    LiveRow *row = add_row(day);
    *row = stocks[i];
    row->open = number(fields[1]);
    row->high = number(fields[2]);
    row->low = number(fields[3]);
    row->close = number(fields[4]);
    row->volume = number(fields[5]);
    row->change = stocks[i].close == 0 ? 0 : row->close - stocks[i].close;
    row->value = row->close * row->volume;
    row->market_cap = row->close * row->listed_shares;
    stocks[i].close = row->close;
  }
  fclose(file);
}

void live_sample_load_days(LiveSample *sample) {
  LiveRow *stocks = calloc(MAX_STOCKS, sizeof *stocks);
  assert_non_null(stocks);
  *sample = (LiveSample){0};
  size_t stock_count = load_listing(stocks);
  list_days(sample, TEST_DATA "/days");
  for (size_t i = 0; i < sample->count; i++) load_prices(&sample->days[i], stocks, stock_count);
  free(stocks);
}

static void load_published(LiveDay *day) {
  char path[512], line[512], *fields[MAX_COLUMNS];
  snprintf(path, sizeof path, TEST_DATA "/raw-2023/%s.csv", day->date);
  FILE *file = open_csv(path);
  while (fgets(line, sizeof line, file) != NULL) {
    assert_int_equal(split(line, fields), 13);
    LiveRow *row = add_row(day);
    *row = (LiveRow){.open = number(fields[3]),
                     .high = number(fields[4]),
                     .low = number(fields[5]),
                     .close = number(fields[6]),
                     .change = number(fields[7]),
                     .volume = number(fields[9]),
                     .value = number(fields[10]),
                     .market_cap = number(fields[11]),
                     .listed_shares = number(fields[12])};
    snprintf(row->code, sizeof row->code, "%s", fields[0]);
    snprintf(row->name, sizeof row->name, "%s", fields[1]);
    snprintf(row->market, sizeof row->market, "%s", fields[2]);
  }
  fclose(file);
}

void live_sample_load_raw(LiveSample *sample) {
  *sample = (LiveSample){0};
  list_days(sample, TEST_DATA "/raw-2023");
  for (size_t i = 0; i < sample->count; i++) load_published(&sample->days[i]);
}

void live_sample_free(LiveSample *sample) {
  for (size_t i = 0; i < sample->count; i++) free(sample->days[i].rows);
  free(sample->days);
  *sample = (LiveSample){0};
}

bool live_sample_has(const LiveSample *sample, const char *date) {
  for (size_t i = 0; i < sample->count; i++)
    if (strcmp(sample->days[i].date, date) == 0) return true;
  return false;
}

size_t live_sample_index(const LiveSample *sample, const char *date) {
  for (size_t i = 0; i < sample->count; i++)
    if (strcmp(sample->days[i].date, date) == 0) return i;
  fail_msg("%s is no session of the sample", date);
  return 0;
}

const LiveRow *live_sample_row(const LiveDay *day, const char *code) {
  for (size_t i = 0; i < day->count; i++)
    if (strcmp(day->rows[i].code, code) == 0) return &day->rows[i];
  return NULL;
}

LiveInstant live_sample_due(const LiveSample *sample, size_t index) {
  LiveInstant due;
  assert_true(index + 1 < sample->count);
  snprintf(due.text, sizeof due.text, "%sT00:00:00Z", sample->days[index + 1].date);
  return due;
}
