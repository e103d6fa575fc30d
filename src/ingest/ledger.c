#include <closebell/ingest/ledger.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>
#include <closebell/store/market_days.h>

size_t ledger_position(const Ledger *ledger, Day date) {
  size_t low = 0, high = ledger->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ledger->days[middle].date < date)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

LedgerDay *ledger_known(Ledger *ledger, Day date) {
  size_t at = ledger_position(ledger, date);
  return at < ledger->count && ledger->days[at].date == date ? &ledger->days[at] : NULL;
}

const LedgerDay *ledger_find(const Ledger *ledger, Day date) {
  size_t at = ledger_position(ledger, date);
  return at < ledger->count && ledger->days[at].date == date ? &ledger->days[at] : NULL;
}

LedgerDay *ledger_day(Ledger *ledger, Day date) {
  size_t at = ledger_position(ledger, date);
  if (at < ledger->count && ledger->days[at].date == date) return &ledger->days[at];
  LedgerDay *days = vector_reserve(ledger->days, &ledger->capacity, ledger->count + 1, sizeof *days);
  if (!days) return NULL;
  ledger->days = days;
  memmove(&days[at + 1], &days[at], (ledger->count - at) * sizeof *days);
  days[at] = (LedgerDay){.date = date, .expected_rows = -1, .run = {.started_utc = INSTANT_NONE}};
  ledger->count++;
  return &days[at];
}

/* ---- loading ---- */

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

static Status add_statuses(Ledger *ledger, Error *err) {
  FilterRead last = {0};
  const JobStatusList *updates = job_statuses_of(&ledger->statuses, JOB_DAILY_UPDATE);
  for (size_t i = 0; i < updates->count; i++) {
    const JobStatus *update = &updates->items[i];
    LedgerDay *day = ledger_day(ledger, update->date);
    if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for the days");
    day->state = update->state;
    day->attempt = update->attempt;
    day->expected_rows = update->expected_rows;
    day->has_filter = read_filter(update->filter, &last, &day->filter);
    day->run.troubled = !job_state_is_final(day->state);
  }
  return STATUS_OK;
}

static Status add_archived(Ledger *ledger, const Db *db, Error *err) {
  MarketDayIds archived = {0};
  Status status = market_days_list(db, &archived, err);
  for (size_t i = 0; i < archived.count && status == STATUS_OK; i++) {
    LedgerDay *day = ledger_day(ledger, archived.items[i].date);
    if (!day) status = error_set(err, STATUS_NO_MEMORY, "no memory for the days");
    if (!day) break;
    day->archived = day->archived_before = true;
    day->markets = archived.items[i].markets;
  }
  market_day_ids_free(&archived);
  ledger->archive_known = status == STATUS_OK;
  return status;
}

Status ledger_load_calendar(Ledger *ledger, const Db *db, Error *err) {
  Status status = trading_calendar_load(db, &ledger->calendar, err);
  if (ledger->calendar.count > 0) ledger->first = ledger->calendar.items[0].date;
  return status;
}

Status ledger_load(Ledger *ledger, const Job *job, LedgerScope scope, Error *err) {
  const Db *db = job->db;
  StatusesNeeded needed = job->lease.slots_of ? NEED_ANALYSES : NEED_UPDATES; /* hourly_analysis stamps its own */
  *ledger = (Ledger){.first = DAY_NONE};
  Status status = scope >= LEDGER_CALENDAR ? ledger_load_calendar(ledger, db, err) : STATUS_OK;
  if (status == STATUS_OK) status = job_statuses_load(db, job->tables.jobs, needed, &ledger->statuses, err);
  if (status == STATUS_OK) status = add_statuses(ledger, err);
  return status == STATUS_OK && scope >= LEDGER_ARCHIVE ? add_archived(ledger, db, err) : status;
}

void ledger_free(Ledger *ledger) {
  calendar_days_free(&ledger->calendar);
  job_statuses_free(&ledger->statuses);
  free(ledger->days);
  *ledger = (Ledger){.first = DAY_NONE};
}

/* ---- what the days say ---- */

Day ledger_newest_archived(const Ledger *ledger) {
  for (size_t i = ledger->count; i > 0; i--)
    if (ledger->days[i - 1].archived) return ledger->days[i - 1].date;
  return DAY_NONE;
}

Day ledger_archived_before(const Ledger *ledger, Day date) {
  for (size_t at = ledger_position(ledger, date); at > 0; at--)
    if (ledger->days[at - 1].archived) return ledger->days[at - 1].date;
  return DAY_NONE;
}

Day ledger_archived_after(const Ledger *ledger, Day date) {
  for (size_t at = ledger_position(ledger, date + 1); at < ledger->count; at++)
    if (ledger->days[at].archived) return ledger->days[at].date;
  return DAY_NONE;
}

const LedgerDay *ledger_newest_completed(const Ledger *ledger) {
  for (size_t i = ledger->count; i > 0; i--)
    if (ledger->days[i - 1].state == JOB_COMPLETED) return &ledger->days[i - 1];
  return NULL;
}

bool ledger_nothing_missing(const Ledger *ledger, Day earlier, Day later) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const LedgerDay *known = ledger_find(ledger, day);
    if (!known || !(known->archived || known->state == JOB_CLOSED)) return false;
  }
  return true;
}

MarketSet ledger_archived_markets(const Ledger *ledger) {
  MarketSet markets = ~(MarketSet)0;
  bool any = false;
  for (size_t i = 0; i < ledger->count; i++) {
    if (!ledger->days[i].archived || ledger->days[i].date < ledger->first) continue;
    markets &= ledger->days[i].markets;
    any = true;
  }
  return any ? markets : 0;
}

Status ledger_states(const Ledger *ledger, DayState **ret_states, size_t *ret_count) {
  DayState *states = malloc((ledger->count + 1) * sizeof *states);
  if (!states) return STATUS_NO_MEMORY;
  for (size_t i = 0; i < ledger->count; i++) {
    const LedgerDay *day = &ledger->days[i];
    bool lost = ledger->archive_known && day->state == JOB_COMPLETED && !day->archived;
    states[i] = (DayState){.date = day->date, .state = lost ? JOB_FAILED : day->state};
  }
  *ret_states = states;
  *ret_count = ledger->count;
  return STATUS_OK;
}
