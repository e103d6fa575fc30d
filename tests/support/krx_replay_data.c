#include "krx_replay_data.h"

#include "krx_replay_csv.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char DAYS_HEADER[] = "code,open,high,low,close,volume";
static const char LISTING_HEADER[] = "code,name,market,listed_shares";
static const char RAW_HEADER[] =
    "code,name,market,open,high,low,close,change,change_rate,volume,value,market_cap,listed_shares";

/* A failed allocation of this test tool ends it. */
static void *grow(void *items, size_t count, size_t item_size) {
  if ((count & (count - 1)) != 0) return items; /* room doubles at powers of two */
  void *moved = realloc(items, (count == 0 ? 1 : count * 2) * item_size);
  if (moved == NULL) abort();
  return moved;
}

static void put(char *to, size_t size, const char *text) { snprintf(to, size, "%s", text); }
static void put_number(char to[REPLAY_VALUE_SIZE], int64_t value) {
  snprintf(to, REPLAY_VALUE_SIZE, "%lld", (long long)value);
}

static int compare_stocks(const void *a, const void *b) {
  return strcmp(((const ReplayStock *)a)->code, ((const ReplayStock *)b)->code);
}

static bool load_listing(ReplayData *data, const char *path, char *why, size_t why_size) {
  ReplayCsv csv;
  char *fields[4];
  if (!replay_csv_open(&csv, path, LISTING_HEADER, why, why_size)) return false;
  while (replay_csv_next(&csv, fields, 4)) {
    data->stocks = grow(data->stocks, data->stock_count, sizeof(*data->stocks));
    ReplayStock *stock = &data->stocks[data->stock_count++];
    put(stock->code, sizeof(stock->code), fields[0]);
    put(stock->name, sizeof(stock->name), fields[1]);
    put(stock->market, sizeof(stock->market), fields[2]);
    stock->listed_shares = strtoll(fields[3], NULL, 10);
  }
  replay_csv_close(&csv);
  if (data->stock_count > 0) qsort(data->stocks, data->stock_count, sizeof(*data->stocks), compare_stocks);
  return true;
}

/* Files are sorted by code as the listing is: the stock behind the last one found is mostly the next one. */
static const ReplayStock *find_stock(const ReplayData *data, const char *code, size_t *hint) {
  if (*hint < data->stock_count && strcmp(data->stocks[*hint].code, code) == 0) return &data->stocks[(*hint)++];
  size_t low = 0, high = data->stock_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(data->stocks[middle].code, code);
    if (order == 0) {
      *hint = middle + 1;
      return &data->stocks[middle];
    }
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static bool list_folder(ReplayData *data, const char *folder, bool raw, char *why, size_t why_size) {
  DIR *stream = opendir(folder);
  if (stream == NULL) {
    snprintf(why, why_size, "%s: %s", folder, strerror(errno));
    return false;
  }
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    char date[11] = "";
    long day;
    if (strlen(entry->d_name) != 14 || strcmp(entry->d_name + 10, ".csv") != 0) continue;
    memcpy(date, entry->d_name, 10);
    if (!replay_day_parse(date, &day)) continue;
    data->days = grow(data->days, data->day_count, sizeof(*data->days));
    ReplayDay *added = &data->days[data->day_count++];
    *added = (ReplayDay){.date = day, .raw = raw};
    if (asprintf(&added->path, "%s/%s", folder, entry->d_name) < 0) abort();
  }
  closedir(stream);
  return true;
}

static int compare_days(const void *a, const void *b) {
  const ReplayDay *left = a, *right = b;
  if (left->date != right->date) return left->date < right->date ? -1 : 1;
  return (int)left->raw - (int)right->raw;
}

static bool note_previous_closes(ReplayData *data, ReplayDay *day, int64_t *last_close, char *why, size_t why_size) {
  ReplayCsv csv;
  char *fields[6];
  size_t hint = 0;
  if (!replay_csv_open(&csv, day->path, DAYS_HEADER, why, why_size)) return false;
  while (replay_csv_next(&csv, fields, 6)) {
    const ReplayStock *stock = find_stock(data, fields[0], &hint);
    day->previous = grow(day->previous, day->lines, sizeof(*day->previous));
    day->previous[day->lines] = 0;
    if (stock != NULL) {
      size_t index = (size_t)(stock - data->stocks);
      day->previous[day->lines] = last_close[index];
      last_close[index] = strtoll(fields[4], NULL, 10);
    }
    day->lines++;
  }
  replay_csv_close(&csv);
  return true;
}

bool replay_data_load(ReplayData *data, const char *days, const char *listing, const char *raw, char *why,
                      size_t why_size) {
  *data = (ReplayData){0};
  bool good = (listing == NULL || load_listing(data, listing, why, why_size)) &&
              (days == NULL || list_folder(data, days, false, why, why_size)) &&
              (raw == NULL || list_folder(data, raw, true, why, why_size));
  if (good && data->day_count > 0) qsort(data->days, data->day_count, sizeof(*data->days), compare_days);
  int64_t *last_close = calloc(data->stock_count + 1, sizeof(*last_close));
  if (last_close == NULL) abort();
  for (size_t i = 0; good && i < data->day_count; i++) {
    if (!data->days[i].raw) good = note_previous_closes(data, &data->days[i], last_close, why, why_size);
  }
  free(last_close);
  if (!good) replay_data_free(data);
  return good;
}

void replay_data_free(ReplayData *data) {
  for (size_t i = 0; i < data->day_count; i++) {
    free(data->days[i].path);
    free(data->days[i].previous);
  }
  free(data->days);
  free(data->stocks);
  *data = (ReplayData){0};
}

const ReplayDay *replay_data_before(const ReplayData *data, long date) {
  const ReplayDay *newest = NULL;
  for (size_t i = 0; i < data->day_count && data->days[i].date < date; i++) newest = &data->days[i];
  return newest;
}

const ReplayDay *replay_data_find(const ReplayData *data, long date) {
  const ReplayDay *found = replay_data_before(data, date + 1); /* of a day in both folders the published one */
  return found != NULL && found->date == date ? found : NULL;
}

static void row_from_raw(ReplayRow *row, char *const fields[13]) {
  put(row->code, sizeof(row->code), fields[0]);
  put(row->name, sizeof(row->name), fields[1]);
  put(row->market, sizeof(row->market), fields[2]);
  char *const targets[] = {row->open,        row->high,   row->low,   row->close,      row->change,
                           row->change_rate, row->volume, row->value, row->market_cap, row->listed_shares};
  for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) put(targets[i], REPLAY_VALUE_SIZE, fields[3 + i]);
  char *end;
  double rate = strtod(fields[8], &end);
  if (end != fields[8] && *end == '\0') snprintf(row->change_rate, REPLAY_VALUE_SIZE, "%.2f", rate);
}

static void row_from_prices(ReplayRow *row, const ReplayStock *stock, char *const fields[6], int64_t previous) {
  int64_t close = strtoll(fields[4], NULL, 10), volume = strtoll(fields[5], NULL, 10);
  int64_t change = previous == 0 ? 0 : close - previous;
  put(row->code, sizeof(row->code), stock->code);
  put(row->name, sizeof(row->name), stock->name);
  put(row->market, sizeof(row->market), stock->market);
  put(row->open, REPLAY_VALUE_SIZE, fields[1]);
  put(row->high, REPLAY_VALUE_SIZE, fields[2]);
  put(row->low, REPLAY_VALUE_SIZE, fields[3]);
  put(row->close, REPLAY_VALUE_SIZE, fields[4]);
  put(row->volume, REPLAY_VALUE_SIZE, fields[5]);
  put_number(row->change, change);
  snprintf(row->change_rate, REPLAY_VALUE_SIZE, "%.2f", previous == 0 ? 0 : 100.0 * (double)change / (double)previous);
  put_number(row->value, close * volume);
  put_number(row->market_cap, close * stock->listed_shares);
  put_number(row->listed_shares, stock->listed_shares);
}

static void read_raw_rows(ReplayCsv *csv, const char *market, ReplayRow **rows, size_t *count) {
  char *fields[13];
  while (replay_csv_next(csv, fields, 13)) {
    if (strcmp(fields[2], market) != 0) continue;
    *rows = grow(*rows, *count, sizeof(**rows));
    row_from_raw(&(*rows)[(*count)++], fields);
  }
}

static void read_price_rows(const ReplayData *data, const ReplayDay *day, ReplayCsv *csv, const char *market,
                            ReplayRow **rows, size_t *count) {
  char *fields[6];
  size_t hint = 0;
  for (size_t line = 0; line < day->lines && replay_csv_next(csv, fields, 6); line++) {
    const ReplayStock *stock = find_stock(data, fields[0], &hint);
    if (stock == NULL || strcmp(stock->market, market) != 0) continue;
    *rows = grow(*rows, *count, sizeof(**rows));
    row_from_prices(&(*rows)[(*count)++], stock, fields, day->previous[line]);
  }
}

bool replay_data_rows(const ReplayData *data, const ReplayDay *day, const char *market, ReplayRow **ret_rows,
                      size_t *ret_count) {
  ReplayCsv csv;
  char why[512];
  ReplayRow *rows = NULL;
  size_t count = 0;
  if (!replay_csv_open(&csv, day->path, day->raw ? RAW_HEADER : DAYS_HEADER, why, sizeof(why))) {
    fprintf(stderr, "krx_replay: %s\n", why);
    return false;
  }
  if (day->raw)
    read_raw_rows(&csv, market, &rows, &count);
  else
    read_price_rows(data, day, &csv, market, &rows, &count);
  replay_csv_close(&csv);
  *ret_rows = rows;
  *ret_count = count;
  return true;
}

static void add_closure(ReplayClosures *closures, long day) {
  closures->days = grow(closures->days, closures->count, sizeof(*closures->days));
  closures->days[closures->count++] = day;
}

ReplayClosures replay_data_closures(const ReplayData *data) {
  ReplayClosures closures = {0};
  for (size_t i = 1; i < data->day_count; i++) {
    long from = data->days[i - 1].date, to = data->days[i].date;
    for (long day = from + 1; to - from <= 14 && day < to; day++) {
      if (replay_day_is_weekday(day)) add_closure(&closures, day);
    }
  }
  return closures;
}

static int compare_numbers(const void *a, const void *b) {
  long left = *(const long *)a, right = *(const long *)b;
  return (left > right) - (left < right);
}

bool replay_closures_load(ReplayClosures *ret_closures, const char *path, char *why, size_t why_size) {
  ReplayCsv csv;
  char *fields[2];
  ReplayClosures closures = {0};
  if (!replay_csv_open(&csv, path, "date", why, why_size)) return false;
  while (replay_csv_next(&csv, fields, 2)) {
    long day;
    if (replay_day_parse(fields[0], &day)) add_closure(&closures, day);
  }
  replay_csv_close(&csv);
  if (closures.count > 0) qsort(closures.days, closures.count, sizeof(*closures.days), compare_numbers);
  *ret_closures = closures;
  return true;
}
