#include <closebell/api/snapshot.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/json_writer.h>
#include <closebell/base/vector.h>
#include <closebell/company/fundamentals.h>
#include <closebell/plan/work.h>
#include <closebell/store/restatements.h>

#define LATEST "latest_analysis"
#define COMPANIES "companies"
enum { PROOF_DAYS = 20 };

static void snapshot_free(Snapshot *snapshot) {
  for (size_t i = 0; snapshot->stocks && i < snapshot->targets.universe.count; i++)
    stored_free(&snapshot->stocks[i].latest);
  free(snapshot->stocks);
  for (size_t i = 0; i < snapshot->company_count; i++) stored_free(&snapshot->companies[i]);
  free(snapshot->companies);
  target_table_free(&snapshot->targets);
  calendar_days_free(&snapshot->calendar);
  free(snapshot->days);
  free(snapshot->unproven);
  job_statuses_free(&snapshot->statuses);
  text_buffer_free(&snapshot->proof);
  resident_market_release(snapshot->market);
  free(snapshot);
}

void snapshot_hold(Snapshot *snapshot) { atomic_fetch_add(&snapshot->holders, 1); }

void snapshot_release(Snapshot *snapshot) {
  if (snapshot && atomic_fetch_sub(&snapshot->holders, 1) == 1) snapshot_free(snapshot);
}

/* ---- the proof ---- */

/* Weekdays between the first and the newest known session that are neither completed nor closed. */
static Status find_unproven(Snapshot *snapshot, Error *err) {
  const JobStatusList *updates = job_statuses_of(&snapshot->statuses, JOB_DAILY_UPDATE);
  snapshot->days = calloc(updates->count + 1, sizeof *snapshot->days);
  if (!snapshot->days) return error_set(err, STATUS_NO_MEMORY, "no memory for the sessions");
  for (size_t i = 0; i < updates->count; i++)
    snapshot->days[i] = (DayState){.date = updates->items[i].date, .state = updates->items[i].state};
  snapshot->day_count = updates->count;
  if (updates->count == 0) return STATUS_OK;
  Status status = work_missing(snapshot->days, snapshot->day_count, snapshot->days[0].date,
                               snapshot->days[updates->count - 1].date, &snapshot->unproven, &snapshot->unproven_count);
  for (size_t i = 0, j = snapshot->unproven_count; i + 1 < j; i++) {
    Day day = snapshot->unproven[i];
    snapshot->unproven[i] = snapshot->unproven[--j];
    snapshot->unproven[j] = day;
  }
  return status == STATUS_OK ? STATUS_OK : error_set(err, status, "no memory for the sessions");
}

/* What the analysis has not come to, where such a state is served all the same. */
static void put_open(JsonWriter *to, const Snapshot *snapshot) {
  size_t shown = 0;
  if (snapshot->followed) return;
  json_begin_list(to, "open");
  for (size_t i = 0; i < snapshot->targets.universe.count && shown < PROOF_DAYS; i++)
    if (snapshot->stocks[i].behind && ++shown) json_put_text(to, NULL, snapshot->stocks[i].target->ticker);
  json_end_list(to);
}

static void write_proof(Snapshot *snapshot) {
  JsonWriter to = json_writer(&snapshot->proof);
  json_begin_object(&to, NULL);
  json_put_truth(&to, "proven", snapshot->unproven_count == 0);
  json_begin_list(&to, "unproven");
  for (size_t i = 0; i < snapshot->unproven_count && i < PROOF_DAYS; i++)
    json_put_day(&to, NULL, snapshot->unproven[i]);
  json_end_list(&to);
  put_open(&to, snapshot);
  json_end_object(&to);
}

/* ---- stocks ---- */

typedef struct {
  Snapshot *snapshot;
  Day as_of;
} Reading;

static Day as_of_of(const StoredDocument *document) {
  Day day = DAY_NONE;
  return day_parse(stored_get_text(document, "as_of"), &day) ? day : DAY_NONE;
}

static SnapshotStock *find_stock(const Snapshot *snapshot, const char *ticker) {
  const Target *target = universe_find(&snapshot->targets.universe, ticker);
  return target ? &snapshot->stocks[target - snapshot->targets.universe.items] : NULL;
}

static Status take_latest(void *context, StoredDocument *document, Error *err) {
  (void)err;
  Reading *reading = context;
  Day as_of = as_of_of(document);
  if (as_of > reading->as_of) reading->as_of = as_of;
  SnapshotStock *stock = find_stock(reading->snapshot, document->id);
  if (!stock) return STATUS_OK;
  stock->latest = *document;
  *document = (StoredDocument){0};
  return STATUS_OK;
}

static Status read_stocks(const Db *db, Snapshot *snapshot, Error *err) {
  const Universe *universe = &snapshot->targets.universe;
  snapshot->stocks = calloc(universe->count + 1, sizeof *snapshot->stocks);
  if (!snapshot->stocks) return error_set(err, STATUS_NO_MEMORY, "no memory for the stocks");
  for (size_t i = 0; i < universe->count; i++) snapshot->stocks[i].target = &universe->items[i];
  Reading reading = {snapshot, DAY_NONE};
  StoredRange range = {.database = DB_SYSTEM, .collection = LATEST};
  Status status = stored_read(db, &range, take_latest, &reading, err);
  snapshot->state.as_of = reading.as_of;
  return status;
}

/* ---- companies ---- */

static const char *ticker_of(const StoredDocument *company) { return stored_get_text(company, "ticker"); }

static int by_ticker(const void *a, const void *b) { return strcmp(ticker_of(a), ticker_of(b)); }

static Status take_company(void *context, StoredDocument *document, Error *err) {
  Snapshot *snapshot = context;
  StoredDocument *companies =
      vector_reserve(snapshot->companies, &snapshot->company_capacity, snapshot->company_count + 1, sizeof *companies);
  if (!companies) return error_set(err, STATUS_NO_MEMORY, "no memory for the companies");
  snapshot->companies = companies;
  companies[snapshot->company_count++] = *document;
  *document = (StoredDocument){0};
  return STATUS_OK;
}

static Status read_companies(const Db *db, Snapshot *snapshot, Error *err) {
  StoredRange range = {.database = DB_SYSTEM, .collection = COMPANIES};
  Status status = stored_read(db, &range, take_company, snapshot, err);
  if (status == STATUS_OK && snapshot->company_count > 0)
    qsort(snapshot->companies, snapshot->company_count, sizeof *snapshot->companies, by_ticker);
  return status;
}

static int by_company(const void *ticker, const void *company) {
  return strncmp(ticker, ticker_of(company), COMPANY_CODE_LENGTH);
}

const StoredDocument *snapshot_company(const Snapshot *snapshot, const char *ticker) {
  if (snapshot->company_count == 0) return NULL;
  return bsearch(ticker, snapshot->companies, snapshot->company_count, sizeof *snapshot->companies, by_company);
}

/* ---- whether the analysis has followed ---- */

static bool is_behind(const Snapshot *snapshot, size_t i, const Restatements *open) {
  const Target *target = &snapshot->targets.universe.items[i];
  const TargetStamps *stamps = &snapshot->targets.stamps[i];
  if (!target->is_active || stamps->failure_count > 0) return false;
  if (stamps->last_analyzed_date < snapshot->state.as_of) return true;
  for (size_t r = 0; r < open->count; r++)
    if (open->items[r].number > stamps->restatement && open->items[r].from <= stamps->last_analyzed_date &&
        restatement_applies(&open->items[r], target->ticker))
      return true;
  return false;
}

/* A session of the state is archived anew: its restatement is noted only behind that. */
static bool is_being_redone(const Snapshot *snapshot) {
  for (size_t i = 0; i < snapshot->day_count; i++)
    if (snapshot->days[i].state == JOB_RUNNING && snapshot->days[i].date <= snapshot->state.as_of) return true;
  return false;
}

static Status look_whether_followed(const Db *db, Snapshot *snapshot, Error *err) {
  Restatements all = {0};
  Status status = restatements_load(db, -1, &all, err);
  if (status != STATUS_OK) return status;
  snapshot->followed = !is_being_redone(snapshot);
  for (size_t i = 0; i < snapshot->targets.universe.count; i++) {
    snapshot->stocks[i].behind = is_behind(snapshot, i, &all);
    snapshot->followed &= !snapshot->stocks[i].behind;
  }
  restatements_free(&all);
  return STATUS_OK;
}

/* ---- the market ---- */

/* The calendar may be gone. */
Day snapshot_first(const Snapshot *snapshot) {
  if (snapshot->calendar.count > 0) return snapshot->calendar.items[0].date;
  return snapshot->day_count > 0 ? snapshot->days[0].date : DAY_NONE;
}

static Status make_market(Snapshot *snapshot, Error *err) {
  snapshot->market = resident_market_new(job_statuses_of(&snapshot->statuses, JOB_DAILY_UPDATE), snapshot->days,
                                         snapshot_first(snapshot), snapshot->state.restatement);
  return snapshot->market ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the market");
}

void snapshot_share_market(Snapshot *snapshot, const Snapshot *other) {
  if (!resident_market_is_of_same(snapshot->market, other->market)) {
    resident_market_go_on(snapshot->market, other->market);
    return;
  }
  resident_market_release(snapshot->market);
  snapshot->market = other->market;
  resident_market_hold(snapshot->market);
}

/* ---- all of it ---- */

static Status sign(Snapshot *snapshot, Error *err) {
  TextBuffer text = {0};
  text_buffer_printf(&text, "%s %lld %zu\n", day_text(snapshot->state.as_of).text,
                     (long long)snapshot->state.restatement, snapshot->targets.universe.count);
  for (size_t j = 0; j < snapshot->statuses.jobs->count; j++) {
    const JobStatusList *list = &snapshot->statuses.lists[j];
    for (size_t i = 0; i < list->count; i++)
      text_buffer_printf(&text, "%d %d %lld\n", (int)list->items[i].date, (int)list->items[i].state,
                         (long long)list->items[i].end_utc);
  }
  for (size_t i = 0; i < snapshot->targets.universe.count; i++)
    text_buffer_printf(&text, "%s %d %lld %d\n", snapshot->stocks[i].target->ticker,
                       (int)snapshot->targets.stamps[i].last_analyzed_date,
                       (long long)snapshot->targets.stamps[i].restatement, (int)snapshot->stocks[i].target->is_active);
  for (size_t i = 0; i < snapshot->company_count; i++)
    text_buffer_printf(&text, "%s %s\n", snapshot->companies[i].id, ticker_of(&snapshot->companies[i]));
  bool whole = !text.failed;
  if (whole) snapshot->signature = sha256_text(text.data, text.length);
  text_buffer_free(&text);
  return whole ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for the signature of a state");
}

/* A session that was completed since the statuses were read may have been analysed as well: as_of would be that one,
 * and the sessions those before it. From the newest known one on: whatever comes behind it, and that one anew. */
static Status check_nothing_came(const Db *db, const Snapshot *snapshot, Error *err) {
  const JobStatusList *then = job_statuses_of(&snapshot->statuses, JOB_DAILY_UPDATE);
  const JobStatus *newest = then->count ? &then->items[then->count - 1] : NULL;
  JobStatusList now = {0};
  Status status = job_status_load(db, JOB_DAILY_UPDATE, newest ? newest->date : DAY_NONE, DAY_NONE, &now, err);
  if (status != STATUS_OK) return status;
  const bool same =
      newest ? now.count == 1 && now.items[0].state == newest->state && now.items[0].end_utc == newest->end_utc
             : now.count == 0;
  job_status_list_free(&now);
  return same ? STATUS_OK : error_set(err, STATUS_INCOMPLETE, "a session came while the state was read");
}

static Status load(const Db *db, Snapshot *snapshot, Error *err) {
  int64_t after = 0;
  Status status = restatements_highest(db, &snapshot->state.restatement, err);
  if (status == STATUS_OK) status = job_statuses_load(db, job_table(), NEED_UPDATES, &snapshot->statuses, err);
  if (status == STATUS_OK) status = find_unproven(snapshot, err);
  if (status == STATUS_OK) status = trading_calendar_load(db, &snapshot->calendar, err);
  if (status == STATUS_OK) status = make_market(snapshot, err);
  if (status == STATUS_OK) status = targets_load(db, &snapshot->targets, err);
  if (status == STATUS_OK) status = read_stocks(db, snapshot, err);
  if (status == STATUS_OK) status = read_companies(db, snapshot, err);
  if (status == STATUS_OK) status = look_whether_followed(db, snapshot, err);
  if (status == STATUS_OK) status = check_nothing_came(db, snapshot, err);
  if (status == STATUS_OK) status = restatements_highest(db, &after, err);
  if (status == STATUS_OK && after != snapshot->state.restatement)
    status = error_set(err, STATUS_INCOMPLETE, "a restatement came while the state was read");
  if (status != STATUS_OK) return status;
  write_proof(snapshot);
  if (snapshot->proof.failed) return error_set(err, STATUS_NO_MEMORY, "no memory for the proof");
  return sign(snapshot, err);
}

Status snapshot_build(const Db *db, Snapshot **ret_snapshot, Error *err) {
  Snapshot *snapshot = calloc(1, sizeof *snapshot);
  if (!snapshot) return error_set(err, STATUS_NO_MEMORY, "no memory for a state");
  atomic_init(&snapshot->holders, 1);
  snapshot->state.as_of = DAY_NONE;
  Status status = load(db, snapshot, err);
  if (status == STATUS_OK)
    *ret_snapshot = snapshot;
  else
    snapshot_free(snapshot);
  return status;
}

Day snapshot_end(const Snapshot *snapshot) {
  return snapshot->state.as_of != DAY_NONE ? snapshot->state.as_of : INT32_MAX;
}

Day snapshot_screened(const Snapshot *snapshot) {
  if (snapshot->followed && resident_archive_has(&snapshot->market->archive, snapshot->state.as_of))
    return snapshot->state.as_of;
  const JobStatusList *analyses = job_statuses_of(&snapshot->statuses, JOB_HOURLY_ANALYSIS);
  for (size_t i = analyses->count; i > 0; i--)
    if (analyses->items[i - 1].state == JOB_COMPLETED &&
        resident_archive_has(&snapshot->market->archive, analyses->items[i - 1].date))
      return analyses->items[i - 1].date;
  return snapshot->state.as_of;
}

const SnapshotStock *snapshot_stock(const Snapshot *snapshot, const char *ticker) {
  return find_stock(snapshot, ticker);
}

bool snapshot_is_followed(const SnapshotStock *stock) { return stock->target->is_active; }

/* The newest session that is completed, up to the day. */
static Day last_session(const Snapshot *snapshot, Day until) {
  for (size_t i = snapshot->day_count; i > 0; i--)
    if (snapshot->days[i - 1].state == JOB_COMPLETED && snapshot->days[i - 1].date <= until)
      return snapshot->days[i - 1].date;
  return DAY_NONE;
}

bool snapshot_has(const Snapshot *snapshot, Day day, Problem *problem) {
  Day newest = snapshot->day_count ? snapshot->days[snapshot->day_count - 1].date : DAY_NONE;
  for (size_t i = snapshot->unproven_count; i > 0; i--)
    if (snapshot->unproven[i - 1] <= day) {
      problem_set(problem, 409, "require=%s: %s is not proven", day_text(day).text,
                  day_text(snapshot->unproven[i - 1]).text);
      return text_copy(problem->parameter, sizeof problem->parameter, "require") && false;
    }
  bool there = newest != DAY_NONE && (day <= newest || day_next_weekday(newest) > day);
  Day session = last_session(snapshot, day);
  if (there && session != DAY_NONE && snapshot->state.as_of != DAY_NONE && snapshot->state.as_of >= session)
    return true;
  problem_set(problem, 409, "require=%s: the newest session that is here and analysed is %s", day_text(day).text,
              day_text(snapshot->state.as_of).text);
  return text_copy(problem->parameter, sizeof problem->parameter, "require") && false;
}
