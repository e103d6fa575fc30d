#include <closebell/analysis/analysis_panel.h>

#include <stdlib.h>

#include <closebell/analysis/archive_read.h>
#include <closebell/indicator/strength.h>
#include <closebell/run/run.h>

enum { PANEL_CELLS = 1000000 };

typedef struct {
  const AnalysisWork *work;
  AnalysisPanel *gathered;
  Strength strength;
} Gathering;

/* Where the tickers in hand stand in the session that both have just taken in. */
static void note_standings(Gathering *gathering) {
  AnalysisPanel *gathered = gathering->gathered;
  const Panel *panel = &gathered->panel;
  for (size_t i = 0; i < panel->series_count; i++) {
    const PanelSeries *series = &panel->series[i];
    size_t row = series->count - 1; /* of none: not used */
    if (series->count == 0 || (size_t)series->rows[row].session + 1 < panel->session_count) continue;
    const StrengthStock *stock = strength_find(&gathering->strength, series->ticker);
    gathered->chained_closes[i * gathered->sessions + row] = strength_close(stock);
    gathered->ratings[i * gathered->sessions + row] = (uint8_t)strength_rating(&gathering->strength, stock);
    gathered->markets[i * gathered->sessions + row] = stock->market;
  }
}

static Status gather_session(void *context, Session *session, Error *err) {
  Gathering *gathering = context;
  const AnalysisWork *work = gathering->work;
  if (!analysis_work_reads(work, session->date)) return STATUS_OK;
  Panel *panel = &gathering->gathered->panel;
  Day before = panel->session_count > 0 ? panel->dates[panel->session_count - 1] : DAY_NONE;
  bool broken = analysis_work_gap(work, before, session->date);
  Status status = panel_add(panel, session, broken);
  if (status == STATUS_OK) status = strength_add(&gathering->strength, session, broken);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the panel");
  note_standings(gathering);
  return run_beat(work->job, err);
}

static Status make_room(AnalysisPanel *gathered, const AnalysisWork *work, const OrderItem *items, size_t count,
                        Error *err) {
  const char **tickers = malloc((count + 1) * sizeof *tickers);
  if (!tickers) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu tickers", count);
  for (size_t i = 0; i < count; i++) tickers[i] = items[i].ticker;
  Status status = panel_init(&gathered->panel, tickers, count);
  free(tickers);
  gathered->sessions = work->state_count;
  gathered->chained_closes = malloc((count * gathered->sessions + 1) * sizeof *gathered->chained_closes);
  gathered->ratings = malloc(count * gathered->sessions + 1);
  gathered->markets = malloc(count * gathered->sessions + 1);
  bool fits = gathered->chained_closes && gathered->ratings && gathered->markets;
  if (status == STATUS_OK && !fits) status = STATUS_NO_MEMORY;
  return status == STATUS_OK ? status : error_set(err, status, "no memory for the panel");
}

size_t analysis_panel_tickers(const AnalysisWork *work) {
  size_t tickers = PANEL_CELLS / (work->state_count ? work->state_count : 1);
  return tickers ? tickers : 1;
}

Status analysis_panel_load(AnalysisPanel *gathered, const AnalysisWork *work, const AnalysisSources *sources,
                           const OrderItem *items, size_t count, Error *err) {
  Gathering gathering = {.work = work, .gathered = gathered};
  gathered->sources = sources;
  Status status = make_room(gathered, work, items, count, err);
  if (status == STATUS_OK)
    status = archive_read(work, work->ingest.ledger.first, work->gate.session, gather_session, &gathering, err);
  strength_free(&gathering.strength);
  return status;
}

void analysis_panel_free(AnalysisPanel *gathered) {
  panel_free(&gathered->panel);
  free(gathered->chained_closes);
  free(gathered->ratings);
  free(gathered->markets);
  *gathered = (AnalysisPanel){0};
}
