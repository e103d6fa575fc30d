/* Documents lie by stock and files are by session, so that a night adds a file: some sessions at a time, each stock is
 * asked for its documents of these. */
#include "export_indicators.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/analysis.h>
#include <closebell/analysis/analysis_work.h>
#include <closebell/run/run.h>
#include <closebell/store/job_locks.h>

enum { SESSIONS_AT_ONCE = 50 }; /* of 1,400 stocks: 40 MB of text, 80 while it grows */

typedef struct {
  Export *export;
  AnalysisWork work;
  AnalysisFields table;
  const char **fields; /* of a document, prices first */
  size_t field_count;
  size_t *stocks; /* targets that are analysed, by ticker */
  size_t stock_count;
  int64_t leases;   /* of the analysis, all numbers together: greater once another has worked */
  const Day *dates; /* of the sessions at hand */
  size_t date_count;
  const char *ticker; /* at hand */
  TextBuffer texts[SESSIONS_AT_ONCE];
  size_t rows[SESSIONS_AT_ONCE];
} Indicators;

/* ---- is the analysis at rest? ---- */

static Status count_leases(const Export *export, int64_t *ret_count, Error *err) {
  Leases leases = {0};
  Status status = job_locks_newest_of_slots(export->job->db, JOB_HOURLY_ANALYSIS, &leases, err);
  int64_t count = 0;
  for (size_t i = 0; i < leases.count && status == STATUS_OK; i++) {
    const Lease *lease = &leases.items[i];
    count += lease->fence;
    if (run_is_live(export->job, lease))
      status = error_set(err, STATUS_INCOMPLETE,
                         "hourly_analysis is working (%s pid %" PRId64 "); repeat the export when it has ended",
                         lease->host, lease->pid);
  }
  leases_free(&leases);
  if (status == STATUS_OK) *ret_count = count;
  return status;
}

static Status settled(void *context, Error *err) {
  const Indicators *indicators = context;
  int64_t leases = 0;
  Status status = count_leases(indicators->export, &leases, err);
  if (status != STATUS_OK || leases == indicators->leases) return status;
  return error_set(err, STATUS_INCOMPLETE, "hourly_analysis has worked meanwhile; repeat the export");
}

static Status check_done(const Indicators *indicators, Error *err) {
  AnalysisTally tally;
  Day session = indicators->work.gate.session;
  if (session == DAY_NONE)
    return error_set(err, STATUS_INCOMPLETE, "no session is analysed yet; nothing written, hourly_analysis first");
  Status status = analysis_tally(&indicators->work, indicators->work.gate.session, &tally, err);
  if (status != STATUS_OK) return status;
  if (tally.failed > 0)
    log_warn(indicators->export->job->log, "%zu stocks whose analysis fails are left out, first %s", tally.failed,
             tally.failed_tickers[0]);
  indicators->export->manifest.left_out = tally.failed;
  free(tally.failed_tickers);
  if (tally.remaining == 0) return STATUS_OK;
  return error_set(err, STATUS_INCOMPLETE,
                   "%zu stocks are not analysed up to %s yet; nothing written, hourly_analysis first", tally.remaining,
                   day_text(session).text);
}

/* ---- rows ---- */

static Status list_fields(Indicators *indicators, Error *err) {
  Status status = analysis_fields_make(&indicators->table, err);
  if (status != STATUS_OK) return status;
  size_t count = ANALYZED_PRICES + indicators->table.count;
  indicators->fields = malloc(count * sizeof *indicators->fields);
  if (!indicators->fields) return error_set(err, STATUS_NO_MEMORY, "no memory for the fields");
  memcpy(indicators->fields, ANALYZED_PRICE_FIELDS, sizeof ANALYZED_PRICE_FIELDS);
  memcpy(indicators->fields + ANALYZED_PRICES, indicators->table.names,
         indicators->table.count * sizeof *indicators->fields);
  indicators->field_count = count;
  return STATUS_OK;
}

static Status list_stocks(Indicators *indicators, Error *err) {
  const TargetTable *targets = &indicators->work.ingest.targets;
  indicators->stocks = malloc((targets->universe.count + 1) * sizeof *indicators->stocks);
  if (!indicators->stocks) return error_set(err, STATUS_NO_MEMORY, "no memory for the stocks");
  for (size_t i = 0; i < targets->universe.count; i++) {
    bool analyzed = targets->stamps[i].last_analyzed_date != DAY_NONE && !targets->universe.items[i].backfill_needed;
    if (analyzed && analysis_work_is_current(&indicators->work, i)) indicators->stocks[indicators->stock_count++] = i;
  }
  indicators->export->manifest.stocks = indicators->stock_count;
  return STATUS_OK;
}

static void append_value(TextBuffer *text, FieldKind kind, double value) {
  char field[ANALYZED_TEXT_SIZE];
  text_buffer_append(text, ",", 1);
  if (isnan(value)) return;
  if (field_is_text(kind))
    text_buffer_printf(text, "%s", analyzed_text(kind, value, field));
  else if (kind == FIELD_BOOL)
    text_buffer_printf(text, "%s", value != 0 ? "true" : "false");
  else
    text_buffer_append_double(text, value); /* a whole number has no point */
}

static void append_header(const Indicators *indicators, TextBuffer *text) {
  text_buffer_printf(text, "%s", EXPORT_INDICATORS_HEADER_START);
  for (size_t k = 0; k < indicators->field_count; k++)
    text_buffer_printf(text, "%s%s", k > 0 ? "," : "", indicators->fields[k]);
  text_buffer_append(text, "\n", 1);
}

static Status append_row(void *context, Day date, const double *values, Error *err) {
  Indicators *indicators = context;
  size_t at = 0;
  (void)err;
  while (at < indicators->date_count && indicators->dates[at] != date) at++;
  if (at == indicators->date_count) return STATUS_OK; /* of no session that is written */
  TextBuffer *text = &indicators->texts[at];
  text_buffer_printf(text, "%s,%s", day_text(date).text, indicators->ticker);
  for (size_t k = 0; k < indicators->field_count; k++)
    append_value(text, k < ANALYZED_PRICES ? FIELD_DOUBLE : indicators->table.kinds[k - ANALYZED_PRICES], values[k]);
  text_buffer_append(text, "\n", 1);
  indicators->rows[at]++;
  return STATUS_OK;
}

/* ---- files ---- */

static Status gather(Indicators *indicators, Error *err) {
  const Job *job = indicators->export->job;
  Day from = indicators->dates[0], to = indicators->dates[indicators->date_count - 1];
  Status status = STATUS_OK;
  for (size_t i = 0; i < indicators->stock_count && status == STATUS_OK; i++) {
    const Target *target = &indicators->work.ingest.targets.universe.items[indicators->stocks[i]];
    Day goal = analysis_work_goal(&indicators->work, target);
    const AnalyzedQuestion asked = {.ticker = target->ticker,
                                    .dates = {from, goal < to ? goal : to},
                                    .fields = indicators->fields,
                                    .field_count = indicators->field_count};
    indicators->ticker = target->ticker;
    if (goal >= from) status = stock_analyzed_read(job->db, &asked, append_row, indicators, err);
    if (status == STATUS_OK) status = run_beat(indicators->export->job, err);
  }
  return status;
}

static Status write_some(Indicators *indicators, Error *err) {
  for (size_t i = 0; i < indicators->date_count; i++) {
    indicators->texts[i].length = indicators->rows[i] = 0;
    append_header(indicators, &indicators->texts[i]);
  }
  Status status = gather(indicators, err);
  for (size_t i = 0; i < indicators->date_count && status == STATUS_OK; i++)
    status = export_session(indicators->export, indicators->dates[i], indicators->rows[i], &indicators->texts[i], err);
  return status;
}

static Status produce(void *context, Error *err) {
  Indicators *indicators = context;
  const Export *export = indicators->export;
  Status status = STATUS_OK;
  for (size_t i = 0; i < export->date_count && status == STATUS_OK; i += SESSIONS_AT_ONCE) {
    size_t left = export->date_count - i;
    indicators->dates = export->dates + i;
    indicators->date_count = left < SESSIONS_AT_ONCE ? left : SESSIONS_AT_ONCE;
    status = write_some(indicators, err);
  }
  return status;
}

/* Completed ones up to where the analysis has come. */
static Status choose(Indicators *indicators, Error *err) {
  const AnalysisWork *work = &indicators->work;
  size_t count = work->state_count;
  while (count > 0 && work->states[count - 1].date > work->gate.session) count--;
  return export_choose(indicators->export, work->states, count, err);
}

static Status run(Indicators *indicators, const AnalyzeOptions *options, Error *err) {
  Export *export = indicators->export;
  Status status = count_leases(export, &indicators->leases, err);
  if (status == STATUS_OK) status = analysis_work_load(&indicators->work, export->job, options, err);
  if (status == STATUS_OK) status = check_done(indicators, err);
  if (status == STATUS_OK) status = list_fields(indicators, err);
  if (status == STATUS_OK) status = list_stocks(indicators, err);
  if (status == STATUS_OK) status = choose(indicators, err);
  if (status != STATUS_OK) return status;
  export->manifest.state = (ManifestState){.content = CONTENT_INDICATORS,
                                           .session = indicators->work.gate.session,
                                           .restatement = indicators->work.highest_restatement,
                                           .version = indicator_version()};
  return export_state(export, produce, settled, indicators, err);
}

Status export_indicators(Export *export, Error *err) {
  const AnalyzeOptions options = {.quota = 0};
  Indicators *indicators = calloc(1, sizeof *indicators);
  if (!indicators) return error_set(err, STATUS_NO_MEMORY, "no memory for the indicators");
  indicators->export = export;
  Status status = run(indicators, &options, err);
  for (size_t i = 0; i < SESSIONS_AT_ONCE; i++) text_buffer_free(&indicators->texts[i]);
  analysis_work_free(&indicators->work);
  analysis_fields_free(&indicators->table);
  free(indicators->fields);
  free(indicators->stocks);
  free(indicators);
  return status;
}
