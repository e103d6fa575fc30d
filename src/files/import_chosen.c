#include "import_chosen.h"

#include <stdio.h>
#include <stdlib.h>

#include <closebell/market/flow_csv.h>
#include <closebell/market/minute_csv.h>
#include <closebell/plan/flow_proof.h>
#include <closebell/plan/minutes_proof.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/market_days.h>
#include <closebell/store/market_flow.h>
#include <closebell/store/minute_data.h>

#include "export_chosen.h"

/* What goes over the stocks of a file, one file after the other. */
typedef struct {
  Ingest *ingest;
  const CsvFolder *sessions;
  ImportChosen *chosen;
  Session session;    /* of the file at hand */
  SessionHours hours; /* likewise */
  HoursCount count;
  size_t files, bad;
  Error first; /* about the first bad file */
} Look;

/* ---- a file ---- */

typedef Status ReadStocks(const char *text, Day date, void *context, Error *err);

static Status read_file(const CsvFolder *folder, const char *below, Day date, ReadStocks *read, void *context,
                        Error *err) {
  char *text = NULL;
  const ExportName name = export_name(date);
  Status status = csv_folder_read_text(folder, name.text, &text, err);
  if (status == STATUS_OK) status = read(text, date, context, err);
  free(text);
  return status == STATUS_OK ? STATUS_OK : error_prefix(err, status, "%s/%s", below, name.text);
}

/* The session that a file is about, as it is archived or will be. */
static Status find_session(Look *look, Day date, Error *err) {
  const LedgerDay *day = ledger_find(&look->ingest->ledger, date);
  const Job *job = look->ingest->job;
  session_free(&look->session);
  look->session = (Session){0};
  if (day && day->archived) return market_days_find(job->db, date, &look->session, err);
  if (csv_folder_has(look->sessions, date))
    return csv_folder_read(look->sessions, date, job->rules.filter.markets, &look->session, err);
  return error_set(err, STATUS_BAD_DATA, "%s is no session that is archived or among the files", day_text(date).text);
}

static Status find_row(const Look *look, const char *ticker, const StockRow **ret_row, Error *err) {
  *ret_row = session_find(&look->session, ticker);
  if (*ret_row) return STATUS_OK;
  return error_set(err, STATUS_BAD_DATA, "%s: there is no such stock in the session", ticker);
}

static Status refuse_stored(const char *ticker, Error *err) {
  return error_set(err, STATUS_BAD_DATA, "%s: not as it is stored; what is stored stays: take the file away", ticker);
}

/* ---- looking at flows ---- */

static Status compare_flow(Look *look, const FlowLine *line, Error *err) {
  StoredFlow *stored = NULL;
  size_t count = 0;
  const DayRange dates = day_alone(line->day.date);
  Status status = market_flow_read(look->ingest->job->db, line->ticker, dates, &stored, &count, err);
  if (status != STATUS_OK) return status;
  bool is_final = count > 0 && stored[0].readable && stored[0].day.is_final;
  bool same = is_final && flow_day_equal(&stored[0].day, &line->day);
  free(stored);
  look->chosen->fresh += !same;
  return is_final && !same ? refuse_stored(line->ticker, err) : STATUS_OK;
}

static Status look_at_flow(void *context, const FlowLine *line, Error *err) {
  Look *look = context;
  FlowFacts facts = {.volume = -1};
  Status status = find_row(look, line->ticker, &facts.archived, err);
  if (status != STATUS_OK) return status;
  const char *fault = flow_day_fault(&line->day, &facts);
  if (fault) return error_set(err, STATUS_BAD_DATA, "%s: %s", line->ticker, fault);
  return compare_flow(look, line, err);
}

static Status look_at_flows(const char *text, Day date, void *context, Error *err) {
  return flow_csv_read(text, date, look_at_flow, context, err);
}

/* ---- looking at minutes ---- */

static Status count_hours(void *context, const char *ticker, const MinuteDay *day, Instant as_of_utc, Error *err) {
  Look *look = context;
  (void)ticker, (void)as_of_utc, (void)err;
  hours_count_add(&look->count, day);
  return STATUS_OK;
}

static Status compare_minutes(Look *look, const char *ticker, const MinuteDay *day, Error *err) {
  StoredMinutes stored;
  Status status = minute_data_find(look->ingest->job->db, ticker, day->date, &stored, err);
  bool there = status == STATUS_OK && stored.is_final, same = there && minute_day_equal(&stored.day, day);
  if (status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA) status = STATUS_OK;
  if (status != STATUS_OK) return status;
  look->chosen->fresh += !same;
  return there && !same ? refuse_stored(ticker, err) : STATUS_OK;
}

static Status look_at_stock(void *context, const char *ticker, const MinuteDay *day, Instant as_of_utc, Error *err) {
  Look *look = context;
  MinutesFacts facts = {.hours = look->hours, .now = look->ingest->job->now.instant};
  (void)as_of_utc;
  Status status = find_row(look, ticker, &facts.archived, err);
  if (status != STATUS_OK) return status;
  const MinutesVerdict verdict = minutes_judge(day, &facts);
  if (verdict.state != MINUTES_PROVEN) return error_set(err, STATUS_BAD_DATA, "%s: %s", ticker, verdict.message);
  return compare_minutes(look, ticker, day, err);
}

/* Twice: the hours of the session come from all of its stocks. */
static Status look_at_minutes(const char *text, Day date, void *context, Error *err) {
  Look *look = context;
  look->count = (HoursCount){0};
  Status status = minute_csv_read(text, date, count_hours, look, err);
  if (status != STATUS_OK) return status;
  look->hours = hours_of(&look->count);
  return minute_csv_read(text, date, look_at_stock, look, err);
}

/* ---- looking at all ---- */

static Status look_at_folder(Look *look, const char *name, CsvFolder **ret_folder, ReadStocks *read, Error *err) {
  size_t count = 0;
  Status status = csv_folder_open_below(look->sessions, name, ret_folder, err);
  if (status != STATUS_OK) return status == STATUS_NOT_FOUND ? STATUS_OK : status;
  const Day *dates = csv_folder_days(*ret_folder, &count);
  look->files += count;
  for (size_t i = 0; i < count; i++) {
    Error why = {{0}};
    if ((status = run_beat(look->ingest->job, err)) != STATUS_OK) return status;
    status = find_session(look, dates[i], &why);
    if (status == STATUS_OK) status = read_file(*ret_folder, name, dates[i], read, look, &why);
    if (status != STATUS_OK && status != STATUS_BAD_DATA) return error_set(err, status, "%s", why.text);
    if (status == STATUS_OK) continue;
    log_error(look->ingest->job->log, "%s", why.text);
    if (look->bad++ == 0) look->first = why;
  }
  return STATUS_OK;
}

Status import_chosen_check(Ingest *ingest, const CsvFolder *folder, ImportChosen *chosen, Error *err) {
  Look look = {.ingest = ingest, .sessions = folder, .chosen = chosen};
  Status status = look_at_folder(&look, EXPORT_FLOW_FOLDER, &chosen->flow, look_at_flows, err);
  if (status == STATUS_OK)
    status = look_at_folder(&look, EXPORT_MINUTES_FOLDER, &chosen->minutes, look_at_minutes, err);
  session_free(&look.session);
  if (status != STATUS_OK || look.bad == 0) return status;
  return error_set(err, STATUS_CONFIG,
                   "%zu of %zu files of flows and minutes cannot be taken, first: %s; nothing imported", look.bad,
                   look.files, look.first.text);
}

/* ---- storing ---- */

typedef struct {
  Ingest *ingest;
  ImportChosen *chosen;
} Store;

static Status make_collection(const Store *store, const char *database, const char *ticker, Error *err) {
  return collections_create_chosen(store->ingest->job->db, database, &ticker, 1, err);
}

static Status store_flow(void *context, const FlowLine *line, Error *err) {
  Store *store = context;
  StoredCounts counts;
  const ToldFlows told = {.days = &line->day, .count = 1, .as_of_utc = line->as_of_utc};
  Status status = make_collection(store, DB_FLOW, line->ticker, err);
  if (status == STATUS_OK) status = market_flow_store(store->ingest->job->db, line->ticker, &told, &counts, err);
  if (status == STATUS_OK) store->chosen->stored += counts.inserted + counts.replaced;
  return status;
}

static Status store_flows(const char *text, Day date, void *context, Error *err) {
  return flow_csv_read(text, date, store_flow, context, err);
}

static Status store_stock(void *context, const char *ticker, const MinuteDay *day, Instant as_of_utc, Error *err) {
  Store *store = context;
  const StoredMinutes minutes = {.day = *day, .is_final = true, .as_of_utc = as_of_utc};
  bool written = false;
  Status status = make_collection(store, DB_MINUTES, ticker, err);
  if (status == STATUS_OK) status = minute_data_store(store->ingest->job->db, ticker, &minutes, &written, err);
  if (status == STATUS_OK) store->chosen->stored += written;
  return status;
}

static Status store_minutes(const char *text, Day date, void *context, Error *err) {
  return minute_csv_read(text, date, store_stock, context, err);
}

/* A session that could not be believed has no flows either. */
static Status store_folder(Store *store, const CsvFolder *folder, const char *name, ReadStocks *read, Error *err) {
  size_t count = 0;
  const Day *dates = folder ? csv_folder_days(folder, &count) : NULL;
  Status status = STATUS_OK;
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const LedgerDay *day = ledger_find(&store->ingest->ledger, dates[i]);
    if (day && day->archived) status = read_file(folder, name, dates[i], read, store, err);
    if (status == STATUS_OK) status = run_beat(store->ingest->job, err);
  }
  return status;
}

Status import_chosen_store(Ingest *ingest, ImportChosen *chosen, Error *err) {
  Store store = {.ingest = ingest, .chosen = chosen};
  Status status = store_folder(&store, chosen->flow, EXPORT_FLOW_FOLDER, store_flows, err);
  return status == STATUS_OK ? store_folder(&store, chosen->minutes, EXPORT_MINUTES_FOLDER, store_minutes, err)
                             : status;
}

void import_chosen_free(ImportChosen *chosen) {
  csv_folder_close(chosen->flow);
  csv_folder_close(chosen->minutes);
  *chosen = (ImportChosen){0};
}
