#include <closebell/heal/heal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/output.h>
#include <closebell/ingest/owed_rows.h>
#include <closebell/plan/turn.h>
#include <closebell/run/run.h>
#include <closebell/store/ops_alerts.h>

enum { GATHER_TARGETS = 300 };

bool heal_found_damage(const HealReport *report) {
  return report->missing + report->different + report->foreign + report->strangers + report->actions +
             report->collections + report->lost_targets >
         0;
}

/* ---- rows ---- */

typedef struct {
  size_t missing, different;
  Day *foreign; /* room for every stored row */
  size_t foreign_count;
  Day first, last;
} Findings;

static void note_damage(Findings *findings, Day date) {
  if (findings->first == DAY_NONE || date < findings->first) findings->first = date;
  if (findings->last == DAY_NONE || date > findings->last) findings->last = date;
}

/* Rows of days that are not completed may be there or not: the run that completes them decides. */
static bool is_undecided(const Ingest *ingest, Day date) {
  const LedgerDay *day = ledger_find(&ingest->ledger, date);
  return day && day->state != JOB_COMPLETED && day->state != JOB_CLOSED;
}

static void compare(const Ingest *ingest, const TargetRows *owed, const StoredRows *stored, Findings *findings) {
  const StoredRow *rows = stored->items;
  size_t count = stored->count;
  size_t i = 0, k = 0;
  while (i < owed->count || k < count) {
    bool only_expected = k == count || (i < owed->count && owed->rows[i].date < rows[k].date);
    bool only_stored = !only_expected && (i == owed->count || rows[k].date < owed->rows[i].date);
    if (only_expected) {
      findings->missing++;
      note_damage(findings, owed->rows[i++].date);
    } else if (only_stored) {
      if (!is_undecided(ingest, rows[k].date)) {
        findings->foreign[findings->foreign_count++] = rows[k].date;
        note_damage(findings, rows[k].date);
      }
      k++;
    } else {
      if (!rows[k].readable || !row_numbers_equal(&owed->rows[i].row, &rows[k].row)) {
        findings->different++;
        note_damage(findings, rows[k].date);
      }
      i++, k++;
    }
  }
}

static Status repair_rows(Ingest *ingest, const TargetRows *owed, const Findings *findings, Error *err) {
  Status status = findings->missing + findings->different ? owed_rows_store(ingest, owed, err) : STATUS_OK;
  for (size_t i = 0; i < findings->foreign_count && status == STATUS_OK; i++) {
    status = run_beat(ingest->job, err); /* they may be the rows of whoever has succeeded us since they were read */
    if (status == STATUS_OK)
      status = stock_data_delete(ingest->job->db, owed->target->ticker, findings->foreign[i], err);
  }
  if (status == STATUS_OK)
    ingest->run.rows_repaired += (long)(findings->missing + findings->different + findings->foreign_count);
  return status;
}

static void tell(const Ingest *ingest, const char *ticker, const Findings *findings, HealMode mode) {
  char text[256];
  DayText first = day_text(findings->first), last = day_text(findings->last);
  int length = snprintf(text, sizeof text, "%s: %zu rows missing, %zu different, %zu that do not belong, %s to %s",
                        ticker, findings->missing, findings->different, findings->foreign_count, first.text, last.text);
  char *rest = text + length;
  size_t room = sizeof text - (size_t)length;
  if (mode == HEAL_REPAIR)
    snprintf(rest, room, "; repaired from the archive");
  else
    snprintf(rest, room, ": daily_update --from %s --to %s repairs them", first.text, last.text);
  if (mode == HEAL_REPAIR)
    log_with(ingest->job->log, LOG_WARN,
             LOG_FACTS(log_text("ticker", ticker), log_size("missing", findings->missing),
                       log_size("different", findings->different), log_size("foreign", findings->foreign_count),
                       log_day("first", findings->first), log_day("last", findings->last)),
             "%s", text);
  else
    output_line(&ingest->job->out, OUTPUT_HANGING, "%s", text);
}

/* What is no row cannot be one of ours: it may be somebody's, and nothing reads it. */
static void tell_strangers(const Ingest *ingest, const char *ticker, size_t count, HealMode mode) {
  char text[256];
  snprintf(text, sizeof text,
           "stock_data.%s: %zu documents whose _id is no date; left alone, to remove them in mongosh: "
           "db.getSiblingDB(\"stock_data\").getCollection(\"%s\").deleteMany({_id: {$not: /^[-0-9]{10}$/}})",
           ticker, count, ticker);
  if (mode == HEAL_REPAIR)
    log_warn(ingest->job->log, "%s", text);
  else
    output_line(&ingest->job->out, OUTPUT_HANGING, "%s", text);
}

static Status heal_target(Ingest *ingest, const TargetRows *owed, DayRange dates, HealMode mode, HealReport *report,
                          Error *err) {
  const char *ticker = owed->target->ticker;
  StoredRows stored = {0};
  Findings findings = {.first = DAY_NONE, .last = DAY_NONE};
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK) status = stock_data_load(ingest->job->db, ticker, dates, &stored, err);
  if (status != STATUS_OK) return status;
  if (stored.strangers) tell_strangers(ingest, ticker, stored.strangers, mode);
  report->strangers += stored.strangers;
  findings.foreign = malloc((stored.count + 1) * sizeof *findings.foreign);
  status = findings.foreign ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory to compare %s", ticker);
  if (status == STATUS_OK) {
    compare(ingest, owed, &stored, &findings);
    report->targets++;
    report->rows += owed->count;
    report->missing += findings.missing;
    report->different += findings.different;
    report->foreign += findings.foreign_count;
    if (findings.first != DAY_NONE && (report->first == DAY_NONE || findings.first < report->first))
      report->first = findings.first;
    if (findings.last != DAY_NONE && (report->last == DAY_NONE || findings.last > report->last))
      report->last = findings.last;
    if (findings.first != DAY_NONE) tell(ingest, ticker, &findings, mode);
    if (findings.first != DAY_NONE && mode == HEAL_REPAIR) status = repair_rows(ingest, owed, &findings, err);
  }
  free(findings.foreign);
  stored_rows_free(&stored);
  return status;
}

Status heal_rows(Ingest *ingest, const TargetDates *of, HealMode mode, HealReport *report, Error *err) {
  for (size_t done = 0; done < of->count; done += GATHER_TARGETS) {
    const TargetDates some = {.targets = of->targets + done,
                              .count = of->count - done < GATHER_TARGETS ? of->count - done : GATHER_TARGETS,
                              .dates = of->dates};
    OwedRows owed = {0};
    Status status = owed_rows_gather(ingest, &some, GATHER_COMPLETED, &owed, err);
    for (size_t i = 0; i < some.count && status == STATUS_OK; i++)
      status = heal_target(ingest, &owed.items[i], of->dates, mode, report, err);
    owed_rows_free(&owed);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

Status heal_all_rows(Ingest *ingest, DayRange dates, HealMode mode, HealReport *report, Error *err) {
  const Universe *universe = &ingest->targets.universe;
  const Target **all = malloc((universe->count + 1) * sizeof *all);
  if (!all) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", universe->count);
  for (size_t i = 0; i < universe->count; i++) all[i] = &universe->items[i];
  const TargetDates of = {.targets = all, .count = universe->count, .dates = dates};
  Status status = heal_rows(ingest, &of, mode, report, err);
  free(all);
  return status;
}

/* ---- once a session ---- */

static size_t completed_sessions(const Ingest *ingest, Day *ret_newest) {
  size_t count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    if (ingest->ledger.days[i].state != JOB_COMPLETED) continue;
    count++;
    *ret_newest = ingest->ledger.days[i].date;
  }
  return count;
}

/* From the window's first completed session to the day before the next window's; the outermost windows are open, so
 * that what bears no session's date is in one of them too. */
static DayRange window_dates(const Ingest *ingest, size_t window) {
  size_t completed = 0;
  DayRange dates = DAYS_ALL;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    if (ingest->ledger.days[i].state != JOB_COMPLETED) continue;
    if (window > 0 && completed == window * TURN_WINDOW) dates.from = ingest->ledger.days[i].date;
    if (completed == (window + 1) * TURN_WINDOW) dates.to = ingest->ledger.days[i].date - 1;
    completed++;
  }
  return dates;
}

/* Targets whose turn it is, each in its window; after a catch-up these may be two. */
static Status heal_windows(Ingest *ingest, const Target *const *targets, size_t count, size_t sessions,
                           HealReport *report, Error *err) {
  size_t windows = turn_window_count(sessions);
  const Target **group = malloc((count + 1) * sizeof *group);
  Status status = group ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", count);
  for (size_t window = 0; window < windows && status == STATUS_OK; window++) {
    TargetDates of = {.targets = group, .dates = window_dates(ingest, window)};
    for (size_t i = 0; i < count; i++)
      if (turn_window(targets[i]->ticker, sessions, windows) == window) group[of.count++] = targets[i];
    status = heal_rows(ingest, &of, HEAL_REPAIR, report, err);
  }
  free(group);
  return status;
}

Status heal_raise_alert(Ingest *ingest, const HealReport *report, Error *err) {
  Instant now = clock_now(ingest->job->clock);
  if (!heal_found_damage(report)) {
    bool looked = report->targets > 0;
    return looked ? ops_alerts_resolve(ingest->job->db, "healed", ingest->job->lease.name, now, err) : STATUS_OK;
  }
  char message[256];
  snprintf(message, sizeof message,
           "repaired from the archive: %zu rows missing, %zu different, %zu foreign, %zu collections, %zu targets, "
           "%zu corporate actions",
           report->missing, report->different, report->foreign, report->collections, report->lost_targets,
           report->actions);
  return ops_alerts_raise(ingest->job->db, &(NewAlert){ALERT_WARN, "healed", ingest->job->lease.name, message}, now,
                          err);
}

Status heal_once_a_session(Ingest *ingest, size_t completed, HealReport *report, Error *err) {
  Day newest = DAY_NONE;
  size_t sessions = completed_sessions(ingest, &newest);
  if (newest == DAY_NONE || completed == 0) return STATUS_OK;
  Status status = STATUS_OK;
  /* What this run has just stored, acknowledged row by row, is known. */
  bool look_at_newest = !ledger_find(&ingest->ledger, newest)->run.proven;
  const Universe *universe = &ingest->targets.universe;
  const Target **all = malloc((universe->count + 1) * sizeof *all),
               **some = malloc((universe->count + 1) * sizeof *some);
  size_t all_count = 0, some_count = 0;
  if (!all || !some) status = error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", universe->count);
  for (size_t i = 0; status == STATUS_OK && i < universe->count; i++) {
    const Target *target = &universe->items[i];
    if (target->backfill_needed) continue; /* what it lacks is known, and on its way */
    all[all_count++] = target;
    if (turn_has_come(target->ticker, sessions, completed)) some[some_count++] = target;
  }
  const TargetDates of = {.targets = all, .count = all_count, .dates = day_alone(newest)};
  if (status == STATUS_OK && look_at_newest) status = heal_rows(ingest, &of, HEAL_REPAIR, report, err);
  if (status == STATUS_OK) status = heal_windows(ingest, some, some_count, sessions, report, err);
  free(all);
  free(some);
  return error_prefix(err, status, "comparing with the archive");
}
