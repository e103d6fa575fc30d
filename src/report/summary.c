#include <closebell/report/summary.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/dataset/dataset.h>
#include <closebell/plan/work.h>
#include <closebell/store/index_data.h>
#include <closebell/store/market_days.h>
#include <closebell/store/stored.h>
#include <closebell/store/strategy_days.h>

/* ---- the market ---- */

static Status read_index(const Job *job, MarketIndex which, Day date, SummaryIndex *to, Error *err) {
  const IndexRange range = {.which = which, .from = date, .to = date};
  StoredIndexRow *rows = NULL;
  size_t count = 0;
  *to = (SummaryIndex){.name = index_name(which)};
  Status status = index_data_read(job->db, &range, &rows, &count, err);
  if (status == STATUS_OK && count == 1 && rows[0].readable) {
    to->known = true;
    to->close = rows[0].row.close;
    to->change = rows[0].row.change;
  }
  free(rows);
  return status;
}

static Status read_indices(const Job *job, Summary *summary, Error *err) {
  IndexSet wanted = 0;
  Status status = STATUS_OK;
  if (!index_set_parse(job->config->indices.names, &wanted)) return STATUS_OK;
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++)
    if (index_set_has(wanted, which))
      status = read_index(job, which, summary->date, &summary->indices[summary->index_count++], err);
  return status;
}

/* By percent against the base price; equal ones by ticker. */
static bool moved_more(const StockRow *a, const StockRow *b, int sign) {
  double percent_a = sign * (double)a->change / (double)row_base_price(a);
  double percent_b = sign * (double)b->change / (double)row_base_price(b);
  return percent_a != percent_b ? percent_a > percent_b : strcmp(a->ticker, b->ticker) < 0;
}

static void take_mover(StockRow *movers, size_t *count, const StockRow *row, int sign) {
  size_t at = *count;
  while (at > 0 && moved_more(row, &movers[at - 1], sign)) at--;
  if (at == SUMMARY_MOVERS) return;
  size_t kept = *count < SUMMARY_MOVERS ? *count : SUMMARY_MOVERS - 1;
  memmove(&movers[at + 1], &movers[at], (kept - at) * sizeof *movers);
  movers[at] = *row;
  *count = kept + 1;
}

void summary_take_row(Summary *summary, const StockRow *row) {
  SummaryBreadth *breadth = &summary->breadth[row->market];
  if (!market_set_has(summary->markets, row->market)) return;
  if (!row_has_trades(row)) {
    breadth->untraded++;
    return;
  }
  breadth->advances += row->change > 0;
  breadth->declines += row->change < 0;
  breadth->unchanged += row->change == 0;
  if (row_base_price(row) <= 0) return;
  if (row->change > 0) take_mover(summary->rises, &summary->rise_count, row, 1);
  if (row->change < 0) take_mover(summary->falls, &summary->fall_count, row, -1);
}

static Status read_market(const Job *job, Summary *summary, Error *err) {
  Session session = {0};
  summary->markets = job->rules.filter.markets;
  Status status = market_days_find(job->db, summary->date, &session, err);
  for (size_t i = 0; i < session.count; i++) summary_take_row(summary, &session.rows[i]);
  session_free(&session);
  return status;
}

/* ---- what is followed ---- */

static double number_of(const StoredDocument *document, const char *name) {
  const StoredField *field = stored_field(document, name);
  if (!field) return -1;
  return field->kind == STORED_REAL ? field->real : field->kind == STORED_WHOLE ? (double)field->whole : -1;
}

/* The range of 250 sessions takes in the session itself. */
static Status take_latest(void *context, StoredDocument *document, Error *err) {
  (void)err;
  Summary *summary = context;
  const StoredField *date = stored_field(document, "date");
  if (!date || date->kind != STORED_TEXT || strcmp(date->text, day_text(summary->date).text) != 0) return STATUS_OK;
  double high = number_of(document, "high_52w"), low = number_of(document, "low_52w");
  summary->highs += high > 0 && number_of(document, "high") >= high;
  summary->lows += low > 0 && number_of(document, "low") <= low;
  return STATUS_OK;
}

static Status read_latest(const Job *job, Summary *summary, Error *err) {
  static const char *const fields[] = {"date", "high", "low", "high_52w", "low_52w", NULL};
  const StoredRange range = {.database = DB_SYSTEM, .collection = "latest_analysis", .fields = fields};
  return stored_read(job->db, &range, take_latest, summary, err);
}

static const char *text_of(const StoredField *object, const char *name) {
  for (size_t i = 0; i < object->count; i++)
    if (object->items[i].kind == STORED_TEXT && strcmp(object->items[i].name, name) == 0) return object->items[i].text;
  return "";
}

static double real_of(const StoredField *object, const char *name) {
  for (size_t i = 0; i < object->count; i++) {
    const StoredField *item = &object->items[i];
    if (strcmp(item->name, name) != 0) continue;
    return item->kind == STORED_REAL ? item->real : item->kind == STORED_WHOLE ? (double)item->whole : 0;
  }
  return 0;
}

static void take_leader(Summary *summary, const StoredField *candidate) {
  if (candidate->kind != STORED_OBJECT || summary->leader_count == SUMMARY_LEADERS) return;
  SummaryLeader *to = &summary->leaders[summary->leader_count++];
  *to = (SummaryLeader){.close = real_of(candidate, "close"), .rs_rating = (int64_t)real_of(candidate, "rs_rating")};
  text_copy(to->ticker, sizeof to->ticker, text_of(candidate, "ticker"));
  text_copy(to->name, sizeof to->name, text_of(candidate, "name"));
}

static Status read_leaders(const Job *job, Summary *summary, Error *err) {
  StoredDocument document = {0};
  Status status = stored_find(job->db, DB_SYSTEM, "leader_candidates", day_text(summary->date).text, &document, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_OK) return status;
  const StoredField *candidates = stored_field(&document, "candidates");
  summary->leader_total = candidates ? candidates->count : 0;
  for (size_t i = 0; i < summary->leader_total; i++) take_leader(summary, &candidates->items[i]);
  stored_free(&document);
  return STATUS_OK;
}

static Status read_strategies(const Job *job, Summary *summary, Error *err) {
  StrategyDays days = {0};
  Status status = strategy_days_read(job->db, summary->date, summary->date, &days, err);
  for (size_t i = 0; i < days.count && summary->strategy_count < SUMMARY_STRATEGIES; i++) {
    if (!days.items[i].readable) continue;
    SummaryStrategy *to = &summary->strategies[summary->strategy_count++];
    text_copy(to->strategy, sizeof to->strategy, days.items[i].strategy);
    to->matches = (int64_t)days.items[i].then.count;
  }
  strategy_days_free(&days);
  return status;
}

/* ---- what to know about the data ---- */

/* When the session before was done with; INSTANT_NONE: there is none. */
static Instant analysed_before(const JobStatusList *analyses, Day date) {
  for (size_t i = analyses->count; i > 0; i--)
    if (analyses->items[i - 1].date < date && analyses->items[i - 1].end_utc != INSTANT_NONE)
      return analyses->items[i - 1].end_utc;
  return INSTANT_NONE;
}

static Status read_restatements(const Job *job, Summary *summary, Error *err) {
  Restatements *all = &summary->restatements;
  Status status = restatements_load(job->db, -1, all, err);
  Instant since = analysed_before(job_statuses_of(&job->run.statuses, JOB_HOURLY_ANALYSIS), summary->date);
  size_t kept = 0;
  for (size_t i = 0; i < all->count; i++) {
    if (since == INSTANT_NONE || all->items[i].at_utc <= since)
      free(all->items[i].tickers);
    else
      all->items[kept++] = all->items[i];
  }
  all->count = kept;
  return status;
}

static Status read_unproven(const Job *job, Summary *summary, Error *err) {
  const JobStatusList *updates = job_statuses_of(&job->run.statuses, JOB_DAILY_UPDATE);
  DayState *states = malloc((updates->count + 1) * sizeof *states);
  Day *days = NULL;
  size_t count = 0;
  if (!states) return error_set(err, STATUS_NO_MEMORY, "no memory for the sessions");
  for (size_t i = 0; i < updates->count; i++)
    states[i] = (DayState){.date = updates->items[i].date, .state = updates->items[i].state};
  Status status = updates->count == 0 ? STATUS_OK
                                      : work_missing(states, updates->count, states[0].date,
                                                     states[updates->count - 1].date, &days, &count);
  summary->unproven_total = count;
  for (size_t i = 0; i < count && i < SUMMARY_DAYS; i++)
    summary->unproven[summary->unproven_count++] = days[count - 1 - i];
  free(days);
  free(states);
  return status == STATUS_OK ? STATUS_OK : error_set(err, status, "no memory for the sessions");
}

static void look_at_dataset(const Job *job, const JobRow *row, Summary *summary) {
  const JobStatusList *updates = job_statuses_of(&job->run.statuses, JOB_DAILY_UPDATE);
  const JobStatusList *own = job_statuses_of(&job->run.statuses, row->name);
  SummaryDataset *to = &summary->datasets[summary->dataset_count];
  *to = (SummaryDataset){.name = row->name};
  for (size_t i = updates->count; i > 0; i--) {
    const JobStatus *update = &updates->items[i - 1], *status = job_status_find(own, update->date);
    bool before = row->has_window && (own->count == 0 || update->date < own->items[0].date);
    bool owed = update->state == JOB_COMPLETED && update->date <= summary->date && !before;
    if (!owed || (status && (status->state == JOB_COMPLETED || status->state == JOB_CLOSED))) continue;
    if (to->behind++ == 0 && status) text_copy(to->reason, sizeof to->reason, status->reason);
  }
  summary->dataset_count += to->behind > 0;
}

static void look_at_datasets(const Job *job, Summary *summary) {
  for (size_t i = 0; i < job->tables.jobs->count; i++) {
    const JobRow *row = &job->tables.jobs->rows[i];
    if (row->kind == JOB_DATASET && !row->may_miss && dataset_row_is_wanted(job, row))
      look_at_dataset(job, row, summary);
  }
}

static void look_at_analysis(const Job *job, Summary *summary) {
  const JobStatus *status = job_status_find(job_statuses_of(&job->run.statuses, JOB_HOURLY_ANALYSIS), summary->date);
  summary->analyzed = status && status->analyzed > 0 ? (size_t)status->analyzed : 0;
  summary->failed = status ? status->failed_count : 0;
}

static Status take_alert(void *context, const Alert *alert, Error *err) {
  (void)err;
  Summary *summary = context;
  if (alert->resolved_utc != INSTANT_NONE) return STATUS_OK;
  if (summary->alert_count < SUMMARY_ALERTS) summary->alerts[summary->alert_count++] = *alert;
  summary->alert_total++;
  return STATUS_OK;
}

/* ---- all of it ---- */

Status summary_load(const Job *job, Day date, Summary *ret_summary, Error *err) {
  Summary *summary = ret_summary;
  *summary = (Summary){.date = date};
  Status status = read_market(job, summary, err);
  if (status == STATUS_OK) status = read_indices(job, summary, err);
  if (status == STATUS_OK) status = read_latest(job, summary, err);
  if (status == STATUS_OK) status = read_leaders(job, summary, err);
  if (status == STATUS_OK) status = read_strategies(job, summary, err);
  if (status == STATUS_OK) status = read_restatements(job, summary, err);
  if (status == STATUS_OK) status = read_unproven(job, summary, err);
  if (status == STATUS_OK) status = ops_alerts_read(job->db, NULL, take_alert, summary, err);
  if (status == STATUS_OK) status = headlines_load(job, &summary->headlines, err);
  if (status == STATUS_OK) look_at_datasets(job, summary);
  if (status == STATUS_OK) look_at_analysis(job, summary);
  return status;
}

void summary_free(Summary *summary) { restatements_free(&summary->restatements); }
