#include "export_chosen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <closebell/base/vector.h>
#include <closebell/market/flow_csv.h>
#include <closebell/market/minute_csv.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/market_flow.h>
#include <closebell/store/minute_data.h>

typedef struct {
  Export *export;
  const char *name, *header;
  ExportFolder folder; /* opened with the first file */
  TickerList tickers;
  FlowLine *days; /* of minutes: ticker and date alone, the bars are read when their file is written */
  size_t count, capacity;
} Chosen;

/* ---- which ---- */

static Status add_day(Chosen *chosen, const char *ticker, const FlowDay *day, Instant as_of_utc, Error *err) {
  if (!export_wants(chosen->export, day->date)) return STATUS_OK;
  FlowLine *days = vector_reserve(chosen->days, &chosen->capacity, chosen->count + 1, sizeof *days);
  if (days == NULL) return error_set(err, STATUS_NO_MEMORY, "no memory for the days of %s", ticker);
  chosen->days = days;
  FlowLine *to = &days[chosen->count++];
  *to = (FlowLine){.day = *day, .as_of_utc = as_of_utc};
  memcpy(to->ticker, ticker, TICKER_SIZE);
  return STATUS_OK;
}

static DayRange dates_of(const Export *export) {
  return (DayRange){export->dates[0], export->dates[export->date_count - 1]};
}

static Status add_flows(Chosen *chosen, const char *ticker, Error *err) {
  const Export *export = chosen->export;
  StoredFlow *flows = NULL;
  size_t count = 0;
  Status status = market_flow_read(export->job->db, ticker, dates_of(export), &flows, &count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    if (flows[i].readable && flows[i].day.is_final)
      status = add_day(chosen, ticker, &flows[i].day, flows[i].as_of_utc, err);
  free(flows);
  return status;
}

static Status add_minutes(Chosen *chosen, const char *ticker, Error *err) {
  const Export *export = chosen->export;
  Day *dates = NULL;
  size_t count = 0;
  Status status = minute_data_dates(export->job->db, ticker, dates_of(export), &dates, &count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    status = add_day(chosen, ticker, &(FlowDay){.date = dates[i]}, 0, err);
  free(dates);
  return status;
}

static int by_date_and_ticker(const void *a, const void *b) {
  const FlowLine *left = a, *right = b;
  if (left->day.date != right->day.date) return left->day.date < right->day.date ? -1 : 1;
  return strcmp(left->ticker, right->ticker);
}

typedef Status AddDays(Chosen *chosen, const char *ticker, Error *err);

static Status find_days(Chosen *chosen, const char *database, AddDays *add, Error *err) {
  Status status = collections_read_tickers(chosen->export->job->db, database, &chosen->tickers, err);
  for (size_t i = 0; i < chosen->tickers.count && status == STATUS_OK; i++) {
    status = add(chosen, chosen->tickers.items[i], err);
    if (status == STATUS_OK) status = run_beat(chosen->export->job, err);
  }
  if (status == STATUS_OK && chosen->count > 0)
    qsort(chosen->days, chosen->count, sizeof *chosen->days, by_date_and_ticker);
  return status;
}

/* ---- one file ---- */

static Status open_folder(Chosen *chosen, Error *err) {
  const ExportFolder *above = &chosen->export->folder;
  if (chosen->folder.open) return STATUS_OK;
  chosen->folder.path = chosen->name;
  if (mkdirat(above->descriptor, chosen->name, 0777) == 0 || errno == EEXIST)
    chosen->folder.descriptor = openat(above->descriptor, chosen->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  else
    chosen->folder.descriptor = -1;
  chosen->folder.open = chosen->folder.descriptor >= 0;
  if (chosen->folder.open) return STATUS_OK;
  return error_set(err, STATUS_CONFIG, "%s/%s: %s", above->path, chosen->name, strerror(errno));
}

static Status put(Chosen *chosen, Day date, const TextBuffer *text, Error *err) {
  const ExportName name = export_name(date);
  FileState state;
  Status status = open_folder(chosen, err);
  if (status == STATUS_OK) status = export_file_look(&chosen->folder, name.text, text, &state, err);
  if (status != STATUS_OK || state == FILE_SAME) return status;
  if (state == FILE_DIFFERENT && !export_file_begins(&chosen->folder, name.text, chosen->header))
    return error_set(err, STATUS_CONFIG, "%s/%s/%s is not what an export writes: it stays; move it away",
                     chosen->export->folder.path, chosen->name, name.text);
  return export_file_put(&chosen->folder, name.text, text, err);
}

static Status append_flow(Chosen *chosen, const FlowLine *line, TextBuffer *text, Error *err) {
  (void)chosen, (void)err;
  flow_csv_append(text, line);
  return STATUS_OK;
}

/* What cannot be read is left out: it is as good as absent. */
static Status append_minutes(Chosen *chosen, const FlowLine *line, TextBuffer *text, Error *err) {
  StoredMinutes minutes;
  Status status = minute_data_find(chosen->export->job->db, line->ticker, line->day.date, &minutes, err);
  if (status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) return STATUS_OK;
  if (status == STATUS_OK && minutes.is_final) minute_csv_append(text, line->ticker, &minutes.day, minutes.as_of_utc);
  return status;
}

/* ---- all of them ---- */

typedef Status AppendDay(Chosen *chosen, const FlowLine *line, TextBuffer *text, Error *err);

/* The days of one date from `at` on become a file, unless nothing of them is final; *at is behind them then. */
static Status write_date(Chosen *chosen, size_t *at, AppendDay *append, TextBuffer *text, Error *err) {
  const Day date = chosen->days[*at].day.date;
  Status status = STATUS_OK;
  text->length = 0;
  text_buffer_printf(text, "%s\n", chosen->header);
  const size_t empty = text->length;
  for (; *at < chosen->count && chosen->days[*at].day.date == date && status == STATUS_OK; ++*at)
    status = append(chosen, &chosen->days[*at], text, err);
  if (status == STATUS_OK && text->length > empty) status = put(chosen, date, text, err);
  return status == STATUS_OK ? run_beat(chosen->export->job, err) : status;
}

static Status write_all(Chosen *chosen, const char *database, AddDays *add, AppendDay *append, Error *err) {
  TextBuffer text = {0};
  Status status = find_days(chosen, database, add, err);
  for (size_t at = 0; at < chosen->count && status == STATUS_OK;) status = write_date(chosen, &at, append, &text, err);
  text_buffer_free(&text);
  export_folder_close(&chosen->folder);
  ticker_list_free(&chosen->tickers);
  free(chosen->days);
  return status;
}

Status export_chosen(Export *export, Error *err) {
  Chosen flows = {.export = export, .name = EXPORT_FLOW_FOLDER, .header = FLOW_CSV_HEADER};
  Chosen minutes = {.export = export, .name = EXPORT_MINUTES_FOLDER, .header = MINUTE_CSV_HEADER};
  if (!export->write) return STATUS_OK;
  Status status = write_all(&flows, DB_FLOW, add_flows, append_flow, err);
  return status == STATUS_OK ? write_all(&minutes, DB_MINUTES, add_minutes, append_minutes, err) : status;
}
