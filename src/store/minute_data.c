#include <closebell/store/minute_data.h>

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "finality.h"
#include "series.h"

/* --- documents --- */

/* The bars as columns. */
typedef struct {
  int32_t time[MINUTE_BARS_MAX];
  int64_t open[MINUTE_BARS_MAX], high[MINUTE_BARS_MAX], low[MINUTE_BARS_MAX], close[MINUTE_BARS_MAX],
      volume[MINUTE_BARS_MAX];
} Columns;

static void fill(const MinuteDay *day, Columns *columns) {
  for (size_t i = 0; i < day->count; i++) {
    const MinuteBar *bar = &day->bars[i];
    columns->time[i] = bar->time;
    columns->open[i] = bar->open;
    columns->high[i] = bar->high;
    columns->low[i] = bar->low;
    columns->close[i] = bar->close;
    columns->volume[i] = bar->volume;
  }
}

static Status add_document(Documents *documents, const StoredMinutes *minutes, Error *err) {
  size_t count = minutes->day.count;
  Columns columns;
  fill(&minutes->day, &columns);
  DocumentWriter to = document_writer(documents_add(documents), err);
  document_put_day(&to, "_id", minutes->day.date);
  document_put_int32s(&to, "time", columns.time, count);
  document_put_int64s(&to, "open", columns.open, count);
  document_put_int64s(&to, "high", columns.high, count);
  document_put_int64s(&to, "low", columns.low, count);
  document_put_int64s(&to, "close", columns.close, count);
  document_put_int64s(&to, "volume", columns.volume, count);
  document_put_int32(&to, "bars", (int32_t)count);
  document_put_text(&to, "finality", finality_name(minutes->is_final));
  document_put_instant(&to, "as_of_utc", minutes->as_of_utc);
  return to.status;
}

/* One of the arrays, into the bars: each as long as `bars` says. */
static void get_column(DocumentReader *from, const char *field, size_t offset, MinuteDay *day) {
  int64_t values[MINUTE_BARS_MAX];
  size_t count = 0;
  document_get_int64s(from, field, values, MINUTE_BARS_MAX, &count);
  if (from->status == STATUS_OK && count != day->count) document_fault(from, field, "has not as many as bars says");
  for (size_t i = 0; i < count && from->status == STATUS_OK; i++) {
    if (offset == offsetof(MinuteBar, time))
      day->bars[i].time = values[i] < 0 || values[i] > MINUTE_LAST ? -1 : (int32_t)values[i];
    else
      memcpy((char *)&day->bars[i] + offset, &values[i], sizeof values[i]);
  }
}

static void check_bars(DocumentReader *from, const MinuteDay *day) {
  for (size_t i = 0; i < day->count && from->status == STATUS_OK; i++) {
    const char *fault = minute_bar_fault(&day->bars[i]);
    bool ascends = i == 0 || day->bars[i - 1].time < day->bars[i].time;
    if (fault != NULL) document_fault(from, fault, "cannot be right");
    if (fault == NULL && !ascends) document_fault(from, "time", "does not ascend");
  }
}

static Status read_document(const char *ticker, const bson_t *document, StoredMinutes *minutes, Error *err) {
  static const struct {
    const char *field;
    size_t offset;
  } COLUMNS[] = {{"time", offsetof(MinuteBar, time)},   {"open", offsetof(MinuteBar, open)},
                 {"high", offsetof(MinuteBar, high)},   {"low", offsetof(MinuteBar, low)},
                 {"close", offsetof(MinuteBar, close)}, {"volume", offsetof(MinuteBar, volume)}};
  int64_t bars = 0;
  DocumentReader from = document_reader(DB_MINUTES, ticker, document, err);
  document_get_day(&from, "_id", &minutes->day.date);
  document_get_int64(&from, "bars", &bars);
  if (from.status == STATUS_OK && (bars < 1 || bars > MINUTE_BARS_MAX))
    document_fault(&from, "bars", "is no number of minutes of a day");
  minutes->day.count = from.status == STATUS_OK ? (size_t)bars : 0;
  for (size_t i = 0; i < sizeof COLUMNS / sizeof COLUMNS[0]; i++)
    get_column(&from, COLUMNS[i].field, COLUMNS[i].offset, &minutes->day);
  check_bars(&from, &minutes->day);
  finality_get(&from, &minutes->is_final);
  document_get_instant(&from, "as_of_utc", &minutes->as_of_utc);
  return from.status;
}

/* --- storing --- */

typedef struct {
  const char *ticker;
  const StoredMinutes *given;
} Storing;

static bool is_same(const void *context, size_t index, const bson_t *ours, const bson_t *document) {
  const Storing *storing = context;
  StoredMinutes stored;
  (void)index, (void)ours;
  if (read_document(storing->ticker, document, &stored, NULL) != STATUS_OK) return false;
  if (stored.is_final && !storing->given->is_final) return true;
  return stored.is_final == storing->given->is_final && minute_day_equal(&stored.day, &storing->given->day);
}

Status minute_data_store(const Db *db, const char *ticker, const StoredMinutes *minutes, bool *ret_written,
                         Error *err) {
  const Storing storing = {.ticker = ticker, .given = minutes};
  const Series series = {.database = DB_MINUTES, .key = ticker, .same = is_same, .context = &storing};
  Documents documents = {0};
  StoredCounts counts = {0};
  Status status = series_check_ticker(ticker, err);
  if (status == STATUS_OK) status = add_document(&documents, minutes, err);
  if (status == STATUS_OK) status = series_append(&series, db, &documents, &counts, err);
  documents_free(&documents);
  if (status == STATUS_OK && counts.stored == 0)
    status = error_set(err, STATUS_INCOMPLETE, "%s.%s %s: somebody else writes it", DB_MINUTES, ticker,
                       day_text(minutes->day.date).text);
  if (status == STATUS_OK) *ret_written = counts.inserted + counts.replaced > 0;
  return status;
}

/* --- reading --- */

Status minute_data_find(const Db *db, const char *ticker, Day date, StoredMinutes *ret_minutes, Error *err) {
  bson_t *document = NULL;
  StoredMinutes minutes;
  Status status = series_check_ticker(ticker, err);
  if (status == STATUS_OK) status = db->find(db->self, DB_MINUTES, ticker, day_text(date).text, &document, err);
  if (status != STATUS_OK) return status;
  status = read_document(ticker, document, &minutes, err);
  bson_destroy(document);
  if (status == STATUS_OK) *ret_minutes = minutes;
  return status;
}

typedef struct {
  const char *ticker;
  MinuteDataVisit *visit;
  void *context;
} Reading;

static Status visit_document(void *context, const bson_t *document, Error *err) {
  const Reading *reading = context;
  StoredMinutes minutes = {0};
  Day date;
  if (!series_day(document, &date)) return STATUS_OK;
  bool readable = read_document(reading->ticker, document, &minutes, NULL) == STATUS_OK;
  minutes.day.date = date;
  if (!readable) minutes.day.count = 0;
  return reading->visit(reading->context, &minutes, readable, err);
}

static Series series_of(const char *ticker) { return (Series){.database = DB_MINUTES, .key = ticker}; }

Status minute_data_read(const Db *db, const char *ticker, Day from, Day to, MinuteDataVisit *visit, void *context,
                        Error *err) {
  Reading reading = {.ticker = ticker, .visit = visit, .context = context};
  Series series = series_of(ticker);
  Status status = series_check_ticker(ticker, err);
  return status == STATUS_OK ? series_read(&series, db, (DayRange){from, to}, visit_document, &reading, err) : status;
}

Status minute_data_dates(const Db *db, const char *ticker, DayRange range, Day **ret_days, size_t *ret_count,
                         Error *err) {
  Series series = series_of(ticker);
  Status status = series_check_ticker(ticker, err);
  return status == STATUS_OK ? series_dates(&series, db, range, ret_days, ret_count, err) : status;
}

Status minute_data_expire(const Db *db, const char *ticker, Day last, Error *err) {
  Series series = series_of(ticker);
  Status status = series_check_ticker(ticker, err);
  return status == STATUS_OK ? series_expire(&series, db, last, err) : status;
}
