#include "import_check.h"

#include <stdio.h>

#include <closebell/ingest/setup_steps.h>
#include <closebell/market/due.h>
#include <closebell/plan/restated.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>

typedef struct {
  Ingest *ingest;
  const CsvFolder *folder;
  Day newest_due;
  ImportCheck found;
  size_t bad;
  Error first; /* about the first bad file */
} Check;

static void refuse(Check *check, const Error *why) {
  log_error(check->ingest->job->log, "%s", why->text);
  if (check->bad++ == 0) check->first = *why;
}

/* STATUS_BAD_DATA: the file says something else than the archive. */
static Status compare(Check *check, const Session *fresh, Error *err) {
  Session stored = {0};
  char first[128] = "";
  Status status = market_days_find(check->ingest->job->db, fresh->date, &stored, err);
  if (status == STATUS_BAD_DATA) {
    check->found.damaged++;
    return STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  size_t differences = restated_count_differences(&stored, fresh, first, sizeof first);
  session_free(&stored);
  check->found.equal += differences == 0;
  if (differences == 0) return STATUS_OK;
  return error_set(err, STATUS_BAD_DATA,
                   "%s.csv: %zu rows are not as archived, first %s (in the file behind the arrow); what is archived "
                   "stays: take the file away, or see daily_update --date %s --force",
                   day_text(fresh->date).text, differences, first, day_text(fresh->date).text);
}

static Status look_at(Check *check, Day date, Error *err) {
  const Job *job = check->ingest->job;
  Session session = {0};
  if (date > check->newest_due)
    return error_set(err, STATUS_BAD_DATA, "%s.csv: that session is not published before %s", day_text(date).text,
                     instant_kst_text(due_instant(job->rules.terms.publication, &job->rules.closures, date)).text);
  Status status = csv_folder_read(check->folder, date, job->rules.filter.markets, &session, err);
  if (status != STATUS_OK) return status;
  const LedgerDay *day = ledger_find(&check->ingest->ledger, date);
  if (session.count == 0)
    status =
        error_set(err, STATUS_BAD_DATA, "%s.csv: no row is of the markets in [universe] markets", day_text(date).text);
  else if (day && day->state == JOB_CLOSED)
    status = error_set(err, STATUS_BAD_DATA,
                       "%s.csv: the exchange was closed that day, as the sessions before and after it prove",
                       day_text(date).text);
  else if (day && day->archived)
    status = compare(check, &session, err);
  else
    check->found.fresh++;
  session_free(&session);
  return status;
}

/* From the first to the last of what is archived and what there are files for, no stretch without either is longer
 * than the exchange was ever closed: what lies behind it would hang in the air. */
static void find_gaps(Check *check, const Day *files, size_t count) {
  const Ingest *ingest = check->ingest;
  Day from = files[0], to = files[count - 1], last = DAY_NONE;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    if (!ingest->ledger.days[i].archived) continue;
    if (ingest->ledger.days[i].date < from) from = ingest->ledger.days[i].date;
    if (ingest->ledger.days[i].date > to) to = ingest->ledger.days[i].date;
  }
  int idle = 0;
  for (Day day = from; day <= to; day = day_next_weekday(day)) {
    const LedgerDay *known = ledger_find(&ingest->ledger, day);
    bool file = csv_folder_has(check->folder, day), archived = known && known->archived;
    Error why;
    if (idle >= SETUP_HISTORY_ENDS_WEEKDAYS && (file || archived)) {
      error_set(&why, STATUS_BAD_DATA,
                "%s: the session before is of %s, %d weekdays earlier: files are missing between", day_text(day).text,
                day_text(last).text, idle + 1);
      refuse(check, &why);
    }
    idle = file || archived || (known && known->state == JOB_FAILED) ? 0 : idle + 1;
    if (idle == 0) last = day;
  }
}

Status import_check(Ingest *ingest, const CsvFolder *folder, ImportCheck *ret_check, Error *err) {
  Job *job = ingest->job;
  size_t count;
  const Day *files = csv_folder_days(folder, &count);
  Check check = {.ingest = ingest,
                 .folder = folder,
                 .newest_due = due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant)};
  for (size_t i = 0; i < count; i++) {
    Error why = {{0}};
    Status status = run_beat(job, err);
    if (status != STATUS_OK) return status;
    status = look_at(&check, files[i], &why);
    if (status != STATUS_OK && status != STATUS_BAD_DATA) {
      *err = why;
      return status;
    }
    if (status == STATUS_BAD_DATA) refuse(&check, &why);
  }
  find_gaps(&check, files, count);
  if (check.bad > 0)
    return error_set(err, STATUS_CONFIG, "%zu of %zu files cannot be taken, first: %s; nothing imported", check.bad,
                     count, check.first.text);
  *ret_check = check.found;
  return STATUS_OK;
}
