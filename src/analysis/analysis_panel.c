#include <closebell/analysis/analysis_panel.h>

#include <stdlib.h>
#include <string.h>

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

/* ---- companies ---- */

static bool wants_companies(const AnalysisPanel *gathered, Day date) {
  Day begins = gathered->sources->companies_from;
  return begins != DAY_NONE && date >= begins && date >= gathered->companies_from;
}

/* The sessions that are wanted are the last ones: room for so many, when the first of them comes. */
static Status make_cells(Gathering *gathering) {
  AnalysisPanel *gathered = gathering->gathered;
  gathered->company_first = gathered->panel.session_count - 1;
  gathered->company_room = gathered->sessions - gathered->company_first;
  gathered->companies =
      malloc((gathered->panel.series_count * gathered->company_room + 1) * sizeof *gathered->companies);
  return gathered->companies ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Both go by ticker. A stock that is not in the session has no bar there that asks. */
static void note_companies(AnalysisPanel *gathered) {
  const CrossSection *section = &gathered->section;
  size_t session = gathered->panel.session_count - 1 - gathered->company_first;
  for (size_t i = 0, j = 0; i < gathered->panel.series_count; i++) {
    CompanyCell *cell = &gathered->companies[i * gathered->company_room + session];
    while (j < section->count && strcmp(section->stocks[j].ticker, gathered->panel.series[i].ticker) < 0) j++;
    bool found = j < section->count && strcmp(section->stocks[j].ticker, gathered->panel.series[i].ticker) == 0;
    *cell = found ? section->stocks[j].cell : company_cell_empty();
  }
}

static Status gather_companies(Gathering *gathering, const Session *session) {
  AnalysisPanel *gathered = gathering->gathered;
  if (!wants_companies(gathered, session->date)) return STATUS_OK;
  Status status = gathered->companies ? STATUS_OK : make_cells(gathering);
  if (status == STATUS_OK)
    status = cross_section_make(&gathered->section, &gathered->sources->companies, session, &gathering->strength);
  if (status == STATUS_OK) note_companies(gathered);
  return status;
}

static void keep_years(Gathering *gathering) {
  const AnalysisSources *sources = gathering->gathered->sources;
  gathering->strength.keeps_years = sources->companies_from != DAY_NONE;
}

static void take_index(Gathering *gathering, Day date) {
  for (size_t k = 0; k < MARKET_INDICES; k++)
    index_closes_pick(&gathering->gathered->sources->indices.of[k], &date, 1, &gathering->strength.index_close[k]);
}

/* ---- sessions ---- */

static Status gather_session(void *context, Session *session, Error *err) {
  Gathering *gathering = context;
  const AnalysisWork *work = gathering->work;
  if (!analysis_work_reads(work, session->date)) return STATUS_OK;
  Panel *panel = &gathering->gathered->panel;
  Day before = panel->session_count > 0 ? panel->dates[panel->session_count - 1] : DAY_NONE;
  bool broken = analysis_work_gap(work, before, session->date);
  Status status = panel_add(panel, session, broken);
  if (gathering->strength.keeps_years) take_index(gathering, session->date);
  if (status == STATUS_OK) status = strength_add(&gathering->strength, session, broken);
  if (status == STATUS_OK) status = gather_companies(gathering, session);
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

/* A ticker's session takes twice as much where companies are known. */
size_t analysis_panel_tickers(const AnalysisWork *work, const AnalysisSources *sources) {
  size_t cells = sources->companies_from == DAY_NONE ? PANEL_CELLS : PANEL_CELLS / 2;
  size_t tickers = cells / (work->state_count ? work->state_count : 1);
  return tickers ? tickers : 1;
}

static Day item_from(const AnalysisWork *work, const OrderItem *item) {
  const AnalysisNeed *need = &work->needs[item->target];
  Day last = work->ingest.targets.stamps[item->target].last_analyzed_date;
  if (need->whole || last == DAY_NONE) return DAY_NONE;
  return need->restated != DAY_NONE && need->restated <= last ? need->restated : last + 1;
}

Day analysis_batch_from(const AnalysisWork *work, const OrderItem *items, size_t count) {
  Day from = count > 0 ? item_from(work, &items[0]) : DAY_NONE;
  for (size_t i = 1; i < count; i++) {
    Day its = item_from(work, &items[i]);
    if (its < from) from = its; /* DAY_NONE is the smallest */
  }
  return from;
}

Status analysis_panel_load(AnalysisPanel *gathered, const AnalysisWork *work, const AnalysisSources *sources,
                           const AnalysisBatch *batch, Error *err) {
  Gathering gathering = {.work = work, .gathered = gathered};
  gathered->sources = sources;
  gathered->companies_from = batch->companies_from;
  keep_years(&gathering);
  Status status = make_room(gathered, work, batch->items, batch->count, err);
  if (status == STATUS_OK)
    status = archive_read(work, work->ingest.ledger.first, work->gate.session, gather_session, &gathering, err);
  strength_free(&gathering.strength);
  return status;
}

void analysis_panel_free(AnalysisPanel *gathered) {
  panel_free(&gathered->panel);
  cross_section_free(&gathered->section);
  free(gathered->companies);
  free(gathered->chained_closes);
  free(gathered->ratings);
  free(gathered->markets);
  *gathered = (AnalysisPanel){0};
}
