#include <closebell/ingest/ingest.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

size_t ingest_position(const Ingest *ingest, Day date) {
  size_t low = 0, high = ingest->day_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ingest->days[middle].date < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const IngestDay *ingest_day_known(const Ingest *ingest, Day date) {
  size_t at = ingest_position(ingest, date);
  return at < ingest->day_count && ingest->days[at].date == date ? &ingest->days[at] : NULL;
}

IngestDay *ingest_day(Ingest *ingest, Day date) {
  size_t at = ingest_position(ingest, date);
  if (at < ingest->day_count && ingest->days[at].date == date) return &ingest->days[at];
  IngestDay *days = vector_reserve(ingest->days, &ingest->day_capacity, ingest->day_count + 1, sizeof *days);
  if (!days) return NULL;
  ingest->days = days;
  memmove(&days[at + 1], &days[at], (ingest->day_count - at) * sizeof *days);
  days[at] = (IngestDay){.date = date, .started_utc = INSTANT_NONE, .expected_rows = -1};
  ingest->day_count++;
  return &days[at];
}

Day ingest_newest_archived(const Ingest *ingest) {
  for (size_t i = ingest->day_count; i > 0; i--)
    if (ingest->days[i - 1].archived) return ingest->days[i - 1].date;
  return DAY_NONE;
}

const IngestDay *ingest_newest_completed(const Ingest *ingest) {
  for (size_t i = ingest->day_count; i > 0; i--)
    if (ingest->days[i - 1].state == JOB_COMPLETED) return &ingest->days[i - 1];
  return NULL;
}

/* The filter that was read last: years of days were taken in by the same one. */
typedef struct {
  const char *text; /* lent; null: none yet */
  EntryFilter filter;
  bool is_valid;
} FilterRead;

static bool read_filter(const char *text, FilterRead *last, EntryFilter *ret_filter) {
  if (text[0] == '\0') return false; /* a day without a session */
  if (!last->text || strcmp(text, last->text) != 0) {
    last->text = text;
    last->is_valid = filter_parse(text, &last->filter);
  }
  if (last->is_valid) *ret_filter = last->filter;
  return last->is_valid;
}

static Status load_days(Ingest *ingest, bool with_archive, Error *err) {
  const Db *db = ingest->job->db;
  StatusesNeeded needed = ingest->job->slots_of ? NEED_ANALYSES : NEED_UPDATES; /* hourly_analysis stamps its own */
  FilterRead last = {0};
  Status status = job_statuses_load(db, ingest->job->jobs, needed, &ingest->statuses, err);
  const JobStatusList *updates = job_statuses_of(&ingest->statuses, JOB_DAILY_UPDATE);
  for (size_t i = 0; i < updates->count && status == STATUS_OK; i++) {
    const JobStatus *update = &updates->items[i];
    IngestDay *day = ingest_day(ingest, update->date);
    if (!day) status = error_set(err, STATUS_NO_MEMORY, "no memory for the days");
    if (!day) break;
    day->state = update->state;
    day->attempt = update->attempt;
    day->expected_rows = update->expected_rows;
    day->has_filter = read_filter(update->filter, &last, &day->filter);
    day->troubled = !job_state_is_final(day->state);
  }
  MarketDayIds archived = {0};
  if (status == STATUS_OK && with_archive) status = market_days_list(db, &archived, err);
  for (size_t i = 0; i < archived.count && status == STATUS_OK; i++) {
    IngestDay *day = ingest_day(ingest, archived.items[i].date);
    if (!day) status = error_set(err, STATUS_NO_MEMORY, "no memory for the days");
    if (!day) break;
    day->archived = day->archived_before = true;
    day->markets = archived.items[i].markets;
  }
  market_day_ids_free(&archived);
  return status;
}

static void look_at_targets(Ingest *ingest) {
  ingest->universe_from = ingest->newest_analyzed = DAY_NONE;
  for (size_t i = 0; i < ingest->targets.universe.count; i++) {
    Day added = ingest->targets.universe.items[i].added_date, analyzed = ingest->targets.stamps[i].last_analyzed_date;
    Day from = ingest->targets.universe.items[i].history_from;
    if (ingest->first == DAY_NONE || from < ingest->first) ingest->first = from; /* its calendar document is gone */
    if (ingest->universe_from == DAY_NONE || added < ingest->universe_from) ingest->universe_from = added;
    if (analyzed != DAY_NONE && analyzed > ingest->newest_analyzed) ingest->newest_analyzed = analyzed;
  }
}

static Status find_reach(Ingest *ingest, Error *err) {
  DayState *states;
  size_t count;
  Status status = ingest_states(ingest, &states, &count);
  if (status != STATUS_OK) return error_set(err, status, "no memory for the days");
  Day gate = ingest->first == DAY_NONE ? DAY_NONE : gate_find(states, count, ingest->first).session;
  ingest->reach = gate == DAY_NONE || gate < ingest->newest_analyzed ? ingest->newest_analyzed : gate;
  free(states);
  return STATUS_OK;
}

static Status load(Ingest *ingest, Job *job, bool with_calendar, bool with_archive, Error *err) {
  *ingest = (Ingest){
      .job = job, .fetch = {.job = job, .markets = job->filter.markets}, .first = DAY_NONE, .suspect = DAY_NONE};
  Status status = with_calendar ? trading_calendar_load(job->db, &ingest->calendar, err) : STATUS_OK;
  if (status == STATUS_OK) status = load_days(ingest, with_archive, err);
  if (status == STATUS_OK) status = targets_load(job->db, &ingest->targets, err);
  bool nobody_knows_first = !with_calendar && ingest->targets.universe.count == 0;
  if (status == STATUS_OK && nobody_knows_first) status = trading_calendar_load(job->db, &ingest->calendar, err);
  if (status != STATUS_OK) return error_prefix(err, status, "reading what is there");
  if (ingest->calendar.count > 0) ingest->first = ingest->calendar.items[0].date;
  look_at_targets(ingest);
  status = find_reach(ingest, err);
  ingest->archive_known = with_archive;
  return status;
}

Status ingest_load(Ingest *ingest, Job *job, bool with_archive, Error *err) {
  return load(ingest, job, true, with_archive, err);
}

Status ingest_load_states(Ingest *ingest, Job *job, Error *err) { return load(ingest, job, false, false, err); }

void ingest_know_beginning(Ingest *ingest, const Meta *meta) {
  ingest->has_began_by = filter_parse(meta->began_by, &ingest->began_by);
}

void ingest_free(Ingest *ingest) {
  calendar_days_free(&ingest->calendar);
  job_statuses_free(&ingest->statuses);
  target_table_free(&ingest->targets);
  for (size_t i = 0; i < INGEST_CACHED_SESSIONS; i++) session_free(&ingest->cache[i]);
  for (size_t i = 0; i < INGEST_REFUSED; i++) session_free(&ingest->refused[i].session);
  free(ingest->days);
  memset(ingest, 0, sizeof *ingest);
}

void ingest_record(const Ingest *ingest, JobRun *record) {
  record->sessions = ingest->sessions_archived;
  record->rows = ingest->rows_stored;
  if (ingest->counts.seen) universe_counts_format(&ingest->counts, record->universe);
}

const EntryFilter *ingest_filter(const Ingest *ingest, Day date) {
  for (size_t i = ingest_position(ingest, date); i < ingest->day_count; i++)
    if (ingest->days[i].has_filter) return &ingest->days[i].filter;
  return &ingest->job->filter;
}

const Session *ingest_keep_session(Ingest *ingest, Session *session) {
  Session *slot = &ingest->cache[ingest->cache_next];
  ingest->cache_next = (ingest->cache_next + 1) % INGEST_CACHED_SESSIONS;
  session_free(slot);
  *slot = *session;
  memset(session, 0, sizeof *session);
  return slot;
}

void ingest_forget_session(Ingest *ingest, Day date) {
  for (size_t i = 0; i < INGEST_CACHED_SESSIONS; i++)
    if (ingest->cache[i].date == date) session_free(&ingest->cache[i]);
}

Status ingest_session(Ingest *ingest, Day date, const Session **ret_session, Error *err) {
  for (size_t i = 0; i < INGEST_CACHED_SESSIONS; i++) {
    if (ingest->cache[i].count > 0 && ingest->cache[i].date == date) {
      *ret_session = &ingest->cache[i];
      return STATUS_OK;
    }
  }
  Session session = {0};
  Status status = market_days_find(ingest->job->db, date, &session, err);
  if (status != STATUS_OK) return error_prefix(err, status, "archive of %s", day_text(date).text);
  *ret_session = ingest_keep_session(ingest, &session);
  return STATUS_OK;
}

bool ingest_nothing_missing(const Ingest *ingest, Day earlier, Day later) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const IngestDay *known = ingest_day_known(ingest, day);
    if (!known || !(known->archived || known->state == JOB_CLOSED)) return false;
  }
  return true;
}

MarketSet ingest_archived_markets(const Ingest *ingest) {
  MarketSet markets = ~(MarketSet)0;
  bool any = false;
  for (size_t i = 0; i < ingest->day_count; i++) {
    if (!ingest->days[i].archived || ingest->days[i].date < ingest->first) continue;
    markets &= ingest->days[i].markets;
    any = true;
  }
  return any ? markets : 0;
}

Status ingest_states(const Ingest *ingest, DayState **ret_states, size_t *ret_count) {
  DayState *states = malloc((ingest->day_count + 1) * sizeof *states);
  if (!states) return STATUS_NO_MEMORY;
  for (size_t i = 0; i < ingest->day_count; i++) {
    const IngestDay *day = &ingest->days[i];
    bool lost = ingest->archive_known && day->state == JOB_COMPLETED && !day->archived;
    states[i] = (DayState){.date = day->date, .state = lost ? JOB_FAILED : day->state};
  }
  *ret_states = states;
  *ret_count = ingest->day_count;
  return STATUS_OK;
}
