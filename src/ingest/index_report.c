#include <closebell/ingest/index_report.h>

#include <stdlib.h>

#include <closebell/base/vector.h>
#include <closebell/store/index_data.h>

/* ---- what this run was told ---- */

static const SessionReport *find_report(const Ingest *ingest, Day date) {
  for (size_t i = ingest->run.report_count; i > 0; i--)
    if (ingest->run.reports[i - 1].day.date == date) return &ingest->run.reports[i - 1];
  return NULL;
}

/* The markets of one answer as one; no market: it says nothing. */
static SessionReport gather(const DayAnswer *answer) {
  SessionReport report = {.totals = {.date = answer->date}, .day = {.date = answer->date}};
  for (Market market = 0; market < MARKET_COUNT; market++) {
    const IndexReport *part = answer_items(&answer->markets[market], &PAYLOAD_INDEX_REPORT);
    if (!part) continue;
    report.totals.markets |= market_bit(market);
    report.totals.published[market] = part->totals;
    for (MarketIndex which = 0; which < INDEX_COUNT; which++)
      if (index_set_has(part->day.has, which)) report.day.rows[which] = part->day.rows[which];
    report.day.has |= part->day.has;
  }
  return report;
}

static Status note(Ingest *ingest, const DayAnswer *answer, Error *err) {
  IngestRun *run = &ingest->run;
  SessionReport report = gather(answer);
  if (report.totals.markets == 0) return STATUS_OK;
  SessionReport *reports = vector_reserve(run->reports, &run->report_capacity, run->report_count + 1, sizeof *reports);
  if (!reports) return error_set(err, STATUS_NO_MEMORY, "no memory for the totals of %s", day_text(answer->date).text);
  run->reports = reports;
  reports[run->report_count++] = report;
  return STATUS_OK;
}

const SessionTotals *index_report_totals(const Ingest *ingest, Day date) {
  const SessionReport *report = find_report(ingest, date);
  return report ? &report->totals : NULL;
}

/* ---- asking ---- */

static Status ask(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  DayAnswer answers[FETCH_MAX_DAYS] = {{0}};
  const FeedDays asked = {.feed = FEED_INDEX,
                          .markets = ingest->job->rules.filter.markets & market_totals_markets(),
                          .dates = dates,
                          .count = count};
  Status status = fetch_beside(&ingest->fetch, &asked, answers, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) status = note(ingest, &answers[i], err);
  for (size_t i = 0; i < count; i++) day_answer_free(&answers[i]);
  return status;
}

Status index_report_ask(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  Day wanted[FETCH_MAX_DAYS];
  Status status = STATUS_OK;
  for (size_t done = 0; done < count && status == STATUS_OK;) {
    size_t chunk = fetch_chunk(&ingest->fetch), asked = 0;
    for (; done < count && asked < chunk; done++)
      if (!find_report(ingest, dates[done])) wanted[asked++] = dates[done];
    status = ask(ingest, wanted, asked, err);
  }
  return status;
}

static bool has_all_rows(const Ingest *ingest, const DayAnswer *answer) {
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(ingest->job->rules.filter.markets, market) && answer->markets[market].kind != ANSWER_ROWS)
      return false;
  return true;
}

Status index_report_ask_answered(Ingest *ingest, const DayAnswer *answers, size_t count, Error *err) {
  Day dates[FETCH_MAX_DAYS];
  size_t answered = 0;
  for (size_t i = 0; i < count; i++)
    if (has_all_rows(ingest, &answers[i])) dates[answered++] = answers[i].date;
  return index_report_ask(ingest, dates, answered, err);
}

/* ---- between two sessions ---- */

static IndexDay told_of(const Ingest *ingest, Day date) {
  const SessionReport *report = find_report(ingest, date);
  return report ? report->day : (IndexDay){.date = date};
}

/* What is stored of these indices, where the day lacks them. */
static Status add_stored(Ingest *ingest, IndexSet indices, IndexDay *day, Error *err) {
  IndexSet lacking = indices & ~day->has;
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    const IndexRange range = {.which = which, .from = day->date, .to = day->date};
    StoredIndexRow *rows = NULL;
    size_t count = 0;
    if (!index_set_has(lacking, which)) continue;
    Status status = index_data_read(ingest->job->db, &range, &rows, &count, err);
    if (status != STATUS_OK) return status;
    if (count == 1 && rows[0].readable) {
      day->rows[which] = rows[0].row;
      day->has |= index_bit(which);
    }
    free(rows);
  }
  return STATUS_OK;
}

Status index_report_gap(Ingest *ingest, Day earlier, Day later, IndexGap *ret_gap, Error *err) {
  IndexDay before = told_of(ingest, earlier), after = told_of(ingest, later);
  IndexSet wanted = 0;
  *ret_gap = INDEX_GAP_UNKNOWN;
  if (!source_feed(ingest->job->source, FEED_INDEX)) return STATUS_OK;
  if (ingest->run.reports_follow || !index_set_parse(ingest->job->config->indices.names, &wanted)) wanted = 0;
  Status status = add_stored(ingest, before.has ? wanted & before.has : wanted, &after, err);
  if (status == STATUS_OK) status = add_stored(ingest, wanted & after.has, &before, err);
  if (status == STATUS_OK) *ret_gap = index_day_gap(&before, &after);
  return status;
}
