#include <closebell/analysis/evening_work.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/analysis_stamp.h>
#include <closebell/analysis/leaders.h>
#include <closebell/analysis/strategies_write.h>
#include <closebell/plan/evening.h>
#include <closebell/run/run.h>
#include <closebell/store/evening.h>
#include <closebell/store/market_days.h>

static const JobStatusList *evenings(const AnalysisWork *final) {
  return job_statuses_of(&final->ingest.ledger.statuses, "evening");
}

static bool is_over(const AnalysisWork *final, Day date) {
  const LedgerDay *day = ledger_find(&final->ingest.ledger, date);
  return day && (day->state == JOB_COMPLETED || day->state == JOB_CLOSED);
}

/* The evening that stands on top of the archive, all of which is analysed; DAY_NONE: none. */
static Day date_on_top(const AnalysisWork *final) {
  const JobStatusList *list = evenings(final);
  const JobStatus *newest = list->count ? &list->items[list->count - 1] : NULL;
  const LedgerDay *top = ledger_newest_completed(&final->ingest.ledger);
  bool on_top = top && top->date == final->gate.session && analysis_is_stamped(final) && final->item_count == 0;
  if (!on_top || !newest || newest->state != JOB_COMPLETED || newest->has_differences) return DAY_NONE;
  return newest->date > final->gate.session && !is_over(final, newest->date) ? newest->date : DAY_NONE;
}

static const JobStatus *open_one(const AnalysisWork *final) {
  const JobStatusList *list = evenings(final);
  if (final->gate.session == DAY_NONE || !analysis_is_stamped(final)) return NULL;
  for (size_t i = 0; i < list->count; i++) {
    const JobStatus *status = &list->items[i];
    if (status->state != JOB_COMPLETED || status->has_differences) continue;
    bool closed = day_state_find(final->states, final->state_count, status->date) == JOB_CLOSED;
    if (status->date <= final->gate.session || closed) return status;
  }
  return NULL;
}

Day evening_work_open(const AnalysisWork *final) {
  const JobStatus *status = open_one(final);
  return status ? status->date : DAY_NONE;
}

/* ---- on top of the archive ---- */

/* It continues the newest session, so the exchange was closed between the two. */
static Status put_on_top(AnalysisWork *work, Day date, Error *err) {
  Day top = work->gate.session;
  while (work->state_count > 0 && work->states[work->state_count - 1].date > top) work->state_count--;
  DayState *states = realloc(work->states, (work->state_count + (size_t)(date - top) + 1) * sizeof *states);
  if (!states) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu days", work->state_count);
  work->states = states;
  for (Day day = day_next_weekday(top); day < date; day = day_next_weekday(day))
    states[work->state_count++] = (DayState){.date = day, .state = JOB_CLOSED};
  states[work->state_count++] = (DayState){.date = date, .state = JOB_COMPLETED};
  work->gate = (Gate){.session = date, .blocked_by = DAY_NONE};
  return STATUS_OK;
}

/* The session and those before it, newest first. */
typedef struct {
  Session *items; /* those before, oldest first; owned */
  size_t count, room;
} Before;

static Status keep(void *context, Session *session, Error *err) {
  Before *before = context;
  if (before->count == before->room) return error_set(err, STATUS_INTERNAL, "more sessions than there are");
  before->items[before->count++] = *session;
  *session = (Session){0};
  return STATUS_OK;
}

static Status step(EveningWork *evening, const Before *before, Error *err) {
  AnalysisWork *work = &evening->work;
  UniverseCounts counts;
  const Session **window = malloc((before->count + 1) * sizeof *window);
  if (!window) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", before->count);
  window[0] = &evening->session;
  for (size_t i = 0; i < before->count; i++) window[1 + i] = &before->items[before->count - 1 - i];
  Status status = universe_step(&work->ingest.targets.universe, window, before->count + 1, &work->job->rules.filter,
                                work->ingest.ledger.first, &counts);
  free(window);
  return status == STATUS_OK ? status : error_set(err, status, "the evening's universe: %s", status_name(status));
}

/* The universe as the final session will make it: who enters is analysed, with the names and market caps of the day. */
static Status take_into_universe(EveningWork *evening, Error *err) {
  AnalysisWork *work = &evening->work;
  size_t sessions = filter_window(&work->job->rules.filter) + UNIVERSE_MISSING_SESSIONS, found = 0;
  Day from = evening->date;
  for (size_t i = work->state_count - 1; i > 0 && found < sessions; i--) {
    if (!analysis_work_reads(work, work->states[i - 1].date)) continue;
    from = work->states[i - 1].date;
    found++;
  }
  Before before = {.items = calloc(work->state_count + 1, sizeof *before.items), .room = work->state_count};
  if (!before.items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", sessions);
  Status status = market_days_read(work->job->db, from, evening->date - 1, keep, &before, err);
  if (status == STATUS_OK) status = step(evening, &before, err);
  for (size_t i = 0; i < before.count; i++) session_free(&before.items[i]);
  free(before.items);
  Universe *universe = &work->ingest.targets.universe;
  for (size_t i = 0; i < universe->count; i++) universe->items[i].backfill_needed &= !universe->items[i].is_active;
  return status;
}

static int compare_text(const void *a, const void *b) { return strcmp(a, b); }

static Status list_items(EveningWork *evening, Error *err) {
  AnalysisWork *work = &evening->work;
  const Universe *universe = &work->ingest.targets.universe;
  char(*done)[TICKER_SIZE] = NULL;
  size_t count = 0;
  OrderItem *items = realloc(work->items, (universe->count + 1) * sizeof *items);
  if (!items) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", universe->count);
  work->items = items;
  work->item_count = 0;
  Status status = evening_analysis_tickers(work->job->db, evening->date, &done, &count, err);
  for (size_t i = 0; i < universe->count && status == STATUS_OK; i++) {
    const Target *target = &universe->items[i];
    if (!target->is_active) continue;
    evening->targets++;
    if (count > 0 && bsearch(target->ticker, done, count, sizeof *done, compare_text)) continue;
    OrderItem item = {.target = i, .market_cap = target->market_cap, .sessions_behind = 1};
    memcpy(item.ticker, target->ticker, sizeof item.ticker);
    items[work->item_count++] = item;
  }
  order_sort(items, work->item_count);
  evening->is_first = count == 0;
  free(done);
  return status;
}

static Status load_session(EveningWork *evening, Error *err) {
  AnalysisWork *work = &evening->work;
  bool there = false;
  Status status = evening_days_find(work->job->db, evening->date, &evening->session, err);
  if (status == STATUS_OK) status = evening_days_find_indices(work->job->db, evening->date, &evening->indices, err);
  if (status == STATUS_OK) status = put_on_top(work, evening->date, err);
  if (status == STATUS_OK) status = take_into_universe(evening, err);
  if (status == STATUS_OK) status = list_items(evening, err);
  if (status == STATUS_OK) status = evening_leaders_are_there(work->job->db, evening->date, &there, err);
  work->evening = &evening->session;
  work->evening_indices = &evening->indices;
  if (status == STATUS_OK && work->item_count == 0 && there) evening->date = DAY_NONE;
  return error_prefix(err, status, "the evening of %s", day_text(evening->date).text);
}

Status evening_work_load(EveningWork *evening, Job *job, const AnalyzeOptions *options, Error *err) {
  *evening = (EveningWork){.date = DAY_NONE};
  Status status = analysis_work_load(&evening->work, job, options, err);
  if (status != STATUS_OK) return status;
  evening->date = date_on_top(&evening->work);
  if (evening->date == DAY_NONE) return STATUS_OK;
  status = load_session(evening, err);
  if (status != STATUS_NOT_FOUND && status != STATUS_BAD_DATA) return status;
  log_warn(job->log, "%s; the day comes in the morning", err->text);
  evening->date = DAY_NONE;
  return STATUS_OK;
}

void evening_work_free(EveningWork *evening) {
  session_free(&evening->session);
  analysis_work_free(&evening->work);
  *evening = (EveningWork){.date = DAY_NONE};
}

static bool have_same(const IndexDay *a, const IndexDay *b) {
  bool same = a->has == b->has;
  for (MarketIndex which = 0; which < INDEX_COUNT && same; which++)
    same = !index_set_has(a->has, which) || index_row_equal(&a->rows[which], &b->rows[which]);
  return same;
}

Status evening_work_stands(const EveningWork *evening, bool *ret_stands, Error *err) {
  Session now = {0};
  IndexDay indices = {0};
  Status status = evening_days_find(evening->work.job->db, evening->date, &now, err);
  if (status == STATUS_OK) status = evening_days_find_indices(evening->work.job->db, evening->date, &indices, err);
  *ret_stands = status == STATUS_OK && now.count == evening->session.count && have_same(&indices, &evening->indices);
  for (size_t i = 0; *ret_stands && i < now.count; i++)
    *ret_stands = row_equal(&now.rows[i], &evening->session.rows[i]);
  session_free(&now);
  return status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA ? STATUS_OK : status;
}

Status evening_work_write_lists(const EveningWork *evening, Error *err) {
  static const LeaderPlaces places = {.read = evening_leader_numbers_read, .write = evening_leaders_write};
  StrategiesRun strategies = strategies_run(&evening->work);
  strategies.write = evening_strategy_days_write;
  Status status = strategies_write(&strategies, evening->date, err);
  strategies_run_free(&strategies);
  return status == STATUS_OK ? leaders_write_to(&evening->work, evening->date, &places, err) : status;
}

/* ---- its end ---- */

/* Of a day that the exchange was closed on, or that is not archived, all of it was wrong. */
static Status count_differences(AnalysisWork *final, Day date, int64_t *ret_count, Error *err) {
  Session evening = {0};
  SharedSession *archived = NULL;
  static const Session nothing;
  bool known = analysis_work_reads(final, date);
  Status status = evening_days_find(final->job->db, date, &evening, err);
  bool lost = status == STATUS_NOT_FOUND || status == STATUS_BAD_DATA;
  if (status == STATUS_OK && known) status = ingest_session(&final->ingest, date, &archived, err);
  if (status == STATUS_OK)
    *ret_count = (int64_t)evening_differences(&evening, archived ? &archived->session : &nothing);
  if (archived) shared_session_release(archived);
  session_free(&evening);
  return lost ? STATUS_OK : status;
}

Status evening_work_conclude(AnalysisWork *final, Error *err) {
  const Job *job = final->job;
  const JobStatus *open = open_one(final);
  if (!open) return STATUS_OK;
  JobStatus item = *open;
  item.has_differences = true;
  Status status = count_differences(final, item.date, &item.evening_differences, err);
  if (status == STATUS_OK) status = run_beat(final->job, err);
  if (status == STATUS_OK) status = evening_clear(job->db, err);
  if (status == STATUS_OK) status = job_status_write(job->db, &item, 1, err);
  if (status == STATUS_OK)
    log_info(job->log, "the evening of %s differed from the final session in %lld stocks", day_text(item.date).text,
             (long long)item.evening_differences);
  return error_prefix(err, status, "the end of the evening of %s", day_text(item.date).text);
}
