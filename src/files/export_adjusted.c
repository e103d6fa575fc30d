#include "export_adjusted.h"

#include <inttypes.h>
#include <stdlib.h>

#include <closebell/market/adjustment.h>
#include <closebell/market/session_csv.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>
#include <closebell/store/restatements.h>

typedef struct {
  Export *export;
  DayState *states;
  size_t state_count;
  Adjustment adjustment;
  Day previous; /* the session before, of those adjusted */
  TextBuffer text;
} Adjusted;

static bool is_completed(const Adjusted *adjusted, Day date) {
  return day_state_find(adjusted->states, adjusted->state_count, date) == JOB_COMPLETED;
}

/* As the analysis gathers them: completed sessions, and no factor across a place where one may be missing. */
static Status gather_factors(void *context, Session *session, Error *err) {
  Adjusted *adjusted = context;
  if (!is_completed(adjusted, session->date)) return STATUS_OK;
  bool broken = adjusted->previous != DAY_NONE &&
                !work_nothing_between(adjusted->states, adjusted->state_count, adjusted->previous, session->date);
  adjusted->previous = session->date;
  if (adjustment_add(&adjusted->adjustment, session, broken) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the factors");
  return run_beat(adjusted->export->job, err);
}

/* A session that is being replaced is `running` for a while: without it, factors would come out different. */
static Status check_rest(const Adjusted *adjusted, Error *err) {
  const Export *export = adjusted->export;
  Day running = DAY_NONE;
  for (size_t i = 0; i < adjusted->state_count; i++) {
    const DayState *day = &adjusted->states[i];
    if (day->state == JOB_RUNNING && day->date >= export->dates[0] && running == DAY_NONE) running = day->date;
    if (day->state == JOB_COMPLETED && running != DAY_NONE)
      return error_set(err, STATUS_INCOMPLETE, "daily_update is working on %s; repeat the export when it has ended",
                       day_text(running).text);
  }
  return STATUS_OK;
}

static Status write_session(void *context, Session *session, Error *err) {
  Adjusted *adjusted = context;
  size_t rows = 0;
  if (!export_wants(adjusted->export, session->date)) return STATUS_OK;
  adjusted->text.length = 0;
  text_buffer_printf(&adjusted->text, "%s\n", SESSION_CSV_ADJUSTED_HEADER);
  for (size_t i = 0; i < session->count; i++) {
    const StockRow *row = &session->rows[i];
    if (!row_has_trades(row)) continue;
    session_csv_format_adjusted(row, adjustment_factor(&adjusted->adjustment, row->ticker, session->date),
                                &adjusted->text);
    rows++;
  }
  return export_session(adjusted->export, session->date, rows, &adjusted->text, err);
}

static Status produce(void *context, Error *err) {
  const Export *export = ((const Adjusted *)context)->export;
  return market_days_read(export->job->db, export->dates[0], export->dates[export->date_count - 1], write_session,
                          context, err);
}

static Status settled(void *context, Error *err) {
  const Export *export = ((const Adjusted *)context)->export;
  int64_t number = 0;
  Status status = restatements_highest(export->job->db, &number, err);
  if (status != STATUS_OK || number == export->manifest.state.restatement) return status;
  return error_set(err, STATUS_INCOMPLETE, "restatement %" PRId64 " came meanwhile; repeat the export", number);
}

static Status run(Adjusted *adjusted, const Ingest *ingest, Error *err) {
  Export *export = adjusted->export;
  ManifestState *state = &export->manifest.state;
  *state = (ManifestState){.content = CONTENT_ADJUSTED};
  Status status = restatements_highest(export->job->db, &state->restatement, err);
  if (status != STATUS_OK) return status;
  if (ledger_states(&ingest->ledger, &adjusted->states, &adjusted->state_count) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the states");
  status = export_choose(export, adjusted->states, adjusted->state_count, err);
  if (status == STATUS_OK) status = check_rest(adjusted, err);
  if (status == STATUS_OK)
    status = market_days_read(export->job->db, export->dates[0], DAY_NONE, gather_factors, adjusted, err);
  if (status != STATUS_OK) return status;
  adjustment_finish(&adjusted->adjustment);
  state->session = adjusted->previous;
  return export_state(export, produce, settled, adjusted, err);
}

Status export_adjusted(Export *export, const Ingest *ingest, Error *err) {
  Adjusted adjusted = {.export = export, .previous = DAY_NONE};
  Status status = run(&adjusted, ingest, err);
  text_buffer_free(&adjusted.text);
  adjustment_free(&adjusted.adjustment);
  free(adjusted.states);
  return status;
}
