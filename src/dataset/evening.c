/* evening: the day's session, read from the broker between the close and the after-market: provisional, until the
 * exchange gives it in the morning. A window that is missed, and quotes that cannot be believed, are no fault. */
#include "datasets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/evening.h>
#include <closebell/store/market_days.h>

#include "evening_index.h"
#include "evening_read.h"
#include "work.h"

static int64_t expected_rows(const Job *job) { return *job->config->kis.app_key != '\0'; }

/* ---- what is due ---- */

static ProviderTerms terms_of(const Job *job) { return KIS_PROVIDER.terms(job->config); }

/* The newest session before the day whose rows are archived; DAY_NONE without any. */
static Day session_before(const Ingest *ingest, Day date) {
  const Ledger *ledger = &ingest->ledger;
  for (size_t i = ledger_position(ledger, date); i > 0; i--)
    if (dataset_is_session(ingest, &ledger->days[i - 1])) return ledger->days[i - 1].date;
  return DAY_NONE;
}

/* Settled are a session that is read, and a day that the calendar calls closed. */
static bool is_settled(const JobStatus *status) {
  return status && (status->state == JOB_COMPLETED || status->state == JOB_CLOSED);
}

static bool window_is_open(const Job *job, Day date, size_t codes) {
  const ProviderTerms terms = terms_of(job);
  EveningWindow window;
  if (!evening_window_parse(job->config->evening.window, &window)) return false;
  return evening_time(&window, date, evening_now(job), evening_takes_ms(job, &terms, codes)) == EVENING_IN_TIME;
}

/* The day of this run, where its evening can be read. */
static bool is_due(const Ingest *ingest, Day today, size_t codes) {
  const LedgerDay *day = ledger_find(&ingest->ledger, today);
  bool over = day && (day->state == JOB_COMPLETED || day->state == JOB_CLOSED);
  return !over && closures_expects_open(&ingest->job->rules.closures, today) &&
         session_before(ingest, today) != DAY_NONE && window_is_open(ingest->job, today, codes);
}

static size_t rows_of(const Ingest *ingest, Day date) {
  const LedgerDay *day = date == DAY_NONE ? NULL : ledger_find(&ingest->ledger, date);
  const JobStatus *status =
      day ? job_status_find(job_statuses_of(&ingest->ledger.statuses, JOB_DAILY_UPDATE), date) : 0;
  return status && status->expected_rows > 0 ? (size_t)status->expected_rows : 0;
}

static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  (void)dataset;
  const JobStatusList *statuses = dataset_statuses(ingest, &EVENING);
  Day today = instant_kst_day(evening_now(ingest->job));
  bool named = dataset_wish_names_days(wish);
  bool wished = (wish->from == DAY_NONE || today >= wish->from) && (wish->to == DAY_NONE || today <= wish->to);
  bool settled = is_settled(job_status_find(statuses, today));
  size_t codes = rows_of(ingest, session_before(ingest, today));
  DatasetPlan found = {.dates = malloc(sizeof *found.dates)};
  if (!found.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for the plan");
  for (size_t i = 0; i < statuses->count; i++) found.completed += statuses->items[i].state == JOB_COMPLETED;
  found.sessions = found.completed;
  if (wished && (named || !settled) && is_due(ingest, today, codes)) {
    found.dates[found.count++] = today;
    found.sessions += !settled;
    found.questions = (codes + KIS_QUOTES_PER_CALL - 1) / KIS_QUOTES_PER_CALL +
                      EVENING_STILL_CODES / KIS_QUOTES_PER_CALL + evening_index_calls(ingest->job) +
                      (job_status_find(statuses, today) == NULL);
  }
  *ret_plan = found;
  return STATUS_OK;
}

static Status is_shut(Ingest *ingest, const Dataset *dataset, bool *ret_shut, Error *err) {
  (void)dataset;
  Fetch fetch;
  *ret_shut = false;
  if (!fetch_of(&fetch, ingest->job, KIS_PROVIDER.name)) return STATUS_OK;
  Status status = fetch_door_is_shut(&fetch, FEED_KIS_QUOTES, ret_shut, err);
  fetch_free(&fetch);
  return status;
}

/* ---- the verdict ---- */

typedef struct {
  Session *session;
  EveningVerdict *verdict;
  Job *job;
} Comparing;

static Status compare(void *context, Session *earlier, Error *err) {
  Comparing *comparing = context;
  evening_compare(comparing->session, earlier, comparing->verdict);
  return run_beat(comparing->job, err);
}

/* It equals no earlier one either; with that before it, it has been compared. */
static Status compare_all(Ingest *ingest, Session *session, EveningVerdict *verdict, Error *err) {
  Comparing comparing = {session, verdict, ingest->job};
  if (verdict->kind != EVENING_GOOD) return STATUS_OK;
  return market_days_read(ingest->job->db, ingest->ledger.first, session->date - 1, compare, &comparing, err);
}

static Status judge(Ingest *ingest, const EveningReading *reading, const Session *archived, Day date, Session *session,
                    EveningVerdict *verdict, Error *err) {
  EveningFacts facts = {.date = date,
                        .archived = archived,
                        .calendar = reading->calendar,
                        .begun = reading->begun,
                        .ended = reading->ended,
                        .read = {reading->read, reading->read_count},
                        .again = {reading->again, reading->again_count}};
  evening_window_parse(ingest->job->config->evening.window, &facts.window);
  Status status = evening_judge(&facts, session, verdict, err);
  return status == STATUS_OK ? compare_all(ingest, session, verdict, err) : status;
}

/* ---- storing ---- */

/* What was analysed of an earlier reading goes first. */
static Status store(Job *job, const Session *session, const IndexDay *indices, Error *err) {
  Status status = run_beat(job, err);
  if (status == STATUS_OK) status = collections_create_section(job->db, "kis", err);
  if (status == STATUS_OK) status = evening_clear(job->db, err);
  if (status == STATUS_OK) status = evening_days_write(job->db, session, indices, clock_now(job->clock), err);
  return status == STATUS_OK ? evening_days_expire(job->db, session->date, err) : status;
}

/* One that is read again and not believed leaves what stands. */
static Status stamp(DatasetWork *work, Day date, const EveningVerdict *found, const DatasetVerdict *counts,
                    Instant started, Error *err) {
  DatasetVerdict verdict = *counts;
  bool good = found->kind == EVENING_GOOD;
  verdict.state = good ? JOB_COMPLETED : found->kind == EVENING_HOLIDAY ? JOB_CLOSED : JOB_WAITING;
  snprintf(verdict.reason, sizeof verdict.reason, "%.*s%s", (int)sizeof verdict.reason - 48, found->message,
           good || found->kind == EVENING_HOLIDAY ? "" : "; the day comes in the morning");
  const DatasetStamp item = {.date = date, .verdict = &verdict, .finality = good ? "provisional" : NULL};
  const JobStatus *before = job_status_find(dataset_statuses(work->ingest, work->dataset), date);
  if (!good && before && before->state == JOB_COMPLETED) {
    work->waiting++;
    log_warn(work->ingest->job->log, "the evening of %s is not read again: %s", day_text(date).text, found->message);
    return STATUS_OK;
  }
  log_info(work->ingest->job->log, "the evening of %s: %s", day_text(date).text, verdict.reason);
  return dataset_stamp(work, &item, started, err);
}

/* ---- an evening ---- */

/* No wait of a call reaches beyond the window. */
static int64_t deadline(const DatasetWork *work, Day date) {
  const Job *job = work->ingest->job;
  EveningWindow window = {0};
  evening_window_parse(job->config->evening.window, &window);
  int64_t end_ms = clock_uptime_ms(job->clock) + (instant_from_kst(date, window.to) - evening_now(job));
  return work->deadline_ms != 0 && work->deadline_ms < end_ms ? work->deadline_ms : end_ms;
}

/* A broker that cannot be asked is on record, and no trouble of the run. */
static Status read_evening(DatasetWork *work, Fetch *fetch, const Session *archived, Day date, EveningReading *reading,
                           EveningVerdict *verdict, Error *err) {
  const JobStatusList *statuses = dataset_statuses(work->ingest, work->dataset);
  bool first = job_status_find(statuses, date) == NULL;
  fetch->deadline_ms = deadline(work, date);
  Status status = evening_read(fetch, archived, date, first, reading, err);
  if (status != STATUS_UNAVAILABLE && status != STATUS_INCOMPLETE) return status;
  *verdict = (EveningVerdict){.kind = EVENING_INCOMPLETE};
  text_copy(verdict->message, sizeof verdict->message, err->text);
  return STATUS_OK;
}

/* The indices are asked for after the quotes, within the same window; what they lack holds no evening. */
static Status read_indices(Fetch *fetch, Day date, Day before, EveningIndices *indices, Error *err) {
  EveningWindow window = {0};
  evening_window_parse(fetch->job->config->evening.window, &window);
  const EveningIndexWish wish = {.date = date, .before = before, .until = instant_from_kst(date, window.to)};
  return evening_read_indices(fetch, &wish, indices, err);
}

static void add_trouble(const EveningReading *reading, EveningVerdict *verdict) {
  size_t length = strlen(verdict->message);
  if (verdict->kind != EVENING_INCOMPLETE || reading->trouble[0] == '\0') return;
  snprintf(verdict->message + length, sizeof verdict->message - length, " (%.120s)", reading->trouble);
}

static void append(EveningVerdict *verdict, const char *before, const char *text) {
  size_t length = strlen(verdict->message);
  snprintf(verdict->message + length, sizeof verdict->message - length, "%s%s", before, text);
}

/* "; without KOSPI, KOSDAQ: WHY" */
static void add_lacking(const EveningIndices *indices, EveningVerdict *verdict) {
  const char *before = "; without ";
  for (MarketIndex which = 0; which < INDEX_COUNT; which++) {
    if (!index_set_has(indices->lacking, which)) continue;
    append(verdict, before, index_name(which));
    before = ", ";
  }
  if (indices->lacking != 0) append(verdict, ": ", indices->why);
}

static Status work_on(DatasetWork *work, Fetch *fetch, const Session *archived, Day date, Error *err) {
  Ingest *ingest = work->ingest;
  Instant started = clock_now(ingest->job->clock);
  EveningReading reading = {0};
  EveningVerdict verdict = {.kind = EVENING_GOOD};
  Session session = {0};
  EveningIndices indices = {.indices = {.date = date}};
  Status status = read_evening(work, fetch, archived, date, &reading, &verdict, err);
  if (status == STATUS_OK && verdict.kind == EVENING_GOOD && reading.again_count > 0)
    status = read_indices(fetch, date, archived->date, &indices, err);
  if (status == STATUS_OK && verdict.kind == EVENING_GOOD)
    status = judge(ingest, &reading, archived, date, &session, &verdict, err);
  add_trouble(&reading, &verdict);
  DatasetVerdict counts = {.expected_rows = (int64_t)archived->count};
  if (status == STATUS_OK && verdict.kind == EVENING_GOOD) {
    counts.stored_rows = (int64_t)session.count;
    status = store(ingest->job, &session, &indices.indices, err);
    add_lacking(&indices, &verdict);
  }
  if (status == STATUS_OK) status = stamp(work, date, &verdict, &counts, started, err);
  session_free(&session);
  evening_reading_free(&reading);
  return status;
}

static Status work_evening(DatasetWork *work, DatasetPlan *plan, Error *err) {
  Ingest *ingest = work->ingest;
  SharedSession *archived = NULL;
  Fetch fetch;
  if (plan->count == 0) return STATUS_OK;
  if (!fetch_of(&fetch, ingest->job, KIS_PROVIDER.name))
    return error_set(err, STATUS_CONFIG, "the evening is read from %s, which this run does not ask", KIS_PROVIDER.name);
  Status status = ingest_session(ingest, session_before(ingest, plan->dates[0]), &archived, err);
  if (status == STATUS_OK) status = work_on(work, &fetch, &archived->session, plan->dates[0], err);
  if (archived) shared_session_release(archived);
  fetch_free(&fetch);
  return status;
}

/* ---- what is stored ---- */

static Status look_at(Ingest *ingest, Day date, DatasetFinding *tell, void *context, Error *err) {
  Session session = {0};
  Error why = {{0}};
  IndexDay indices;
  Status status = evening_days_find(ingest->job->db, date, &session, &why);
  session_free(&session);
  if (status == STATUS_OK) status = evening_days_find_indices(ingest->job->db, date, &indices, &why);
  if (status == STATUS_OK) return STATUS_OK;
  if (status == STATUS_NOT_FOUND) return tell(context, date, "the document is gone", err);
  if (status == STATUS_BAD_DATA) return tell(context, date, "the document cannot be read", err);
  *err = why;
  return status;
}

/* Of an evening that the final session has taken the place of, nothing is missed. */
static Status look(Ingest *ingest, const DatasetStored *stored, DatasetFinding *tell, void *context, Error *err) {
  Status status = STATUS_OK;
  for (size_t i = 0; i < stored->count && status == STATUS_OK; i++) {
    const LedgerDay *day = ledger_find(&ingest->ledger, stored->dates[i]);
    bool replaced = day && (day->state == JOB_COMPLETED || day->state == JOB_CLOSED);
    bool kept = !evening_is_expired(stored->dates[i], instant_kst_day(ingest->job->now.instant));
    if (kept && !replaced) status = look_at(ingest, stored->dates[i], tell, context, err);
  }
  return status;
}

static const DatasetUnits UNITS = {.unit = "evenings", .plan = plan, .work = work_evening, .is_shut = is_shut};

const Dataset EVENING = {.name = "evening",
                         .feed = FEED_KIS_QUOTES,
                         .proof = "it continues the archived session before it",
                         .units = &UNITS,
                         .expected_rows = expected_rows,
                         .look = look};
