#include <closebell/files/import.h>

#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/files/export.h>
#include <closebell/heal/backfill.h>
#include <closebell/heal/heal.h>
#include <closebell/heal/heal_archive.h>
#include <closebell/ingest/collect.h>
#include <closebell/ingest/guard.h>
#include <closebell/ingest/project.h>
#include <closebell/ingest/setup_steps.h>
#include <closebell/ingest/stamp.h>
#include <closebell/market/filter_history.h>
#include <closebell/run/run.h>
#include <closebell/source/manifest.h>
#include <closebell/store/meta.h>

#include "import_check.h"
#include "import_chosen.h"

typedef struct {
  Job *job;
  const CsvFolder *folder;
  const Day *files; /* ascending */
  size_t file_count;
  Meta meta;
  Ingest ingest;
  ImportCheck check;
  ImportChosen chosen;   /* flows and minutes, where there are files of them */
  FilterHistory history; /* of the universe that was exported; empty: no record */
  bool incomplete;       /* some session's rows could not be proven */
} Import;

/* ---- the archive ---- */

static Day oldest_archived(const Ingest *ingest) {
  for (size_t i = 0; i < ingest->ledger.count; i++)
    if (ingest->ledger.days[i].archived) return ingest->ledger.days[i].date;
  return DAY_NONE;
}

/* Weekdays without a file answer empty, so that links tell whether they were closed. About those that failed the
 * exchange is to be asked, not a folder that lacks them. */
static bool is_wanted(const Import *import, Day date) {
  const LedgerDay *day = ledger_find(&import->ingest.ledger, date);
  if (day && (day->archived || day->run.judged)) return false;
  return csv_folder_has(import->folder, date) || !day || day->state == JOB_ABSENT || day->state == JOB_WAITING;
}

/* The newest two files that continue each other vouch for the first session in the archive. */
static Status take_anchor(Import *import, Error *err) {
  Day dates[SETUP_ANCHOR_DAYS];
  size_t count = 0;
  Day day = import->files[import->file_count - 1];
  for (; count < SETUP_ANCHOR_DAYS && day >= import->files[0]; day = day_previous_weekday(day)) dates[count++] = day;
  return setup_collect_anchor(&import->ingest, dates, count, err);
}

static Status take_one(Import *import, Day day, Progress *progress, size_t *done, Error *err) {
  Status status = is_wanted(import, day) ? collect_days(&import->ingest, &day, 1, err) : STATUS_OK;
  progress_update(progress, *done += csv_folder_has(import->folder, day));
  return status;
}

/* Away from what is archived: backwards before it, forwards behind it, so that each has a judged neighbour. */
static Status take_files(Import *import, Error *err) {
  Ingest *ingest = &import->ingest;
  size_t done = 0;
  Progress progress = progress_start(import->job->log, "importing", "sessions", import->file_count);
  Status status = oldest_archived(ingest) == DAY_NONE ? take_anchor(import, err) : STATUS_OK;
  Day oldest = oldest_archived(ingest), newest = ledger_newest_archived(&ingest->ledger);
  if (status == STATUS_OK && oldest == DAY_NONE)
    status = error_set(err, STATUS_INCOMPLETE, "no file near %s can be believed; nothing imported",
                       day_text(import->files[import->file_count - 1]).text);
  if (status != STATUS_OK) return status;
  Day from = import->files[0], to = import->files[import->file_count - 1];
  for (Day day = day_previous_weekday(oldest); day >= from && status == STATUS_OK; day = day_previous_weekday(day))
    status = take_one(import, day, &progress, &done, err);
  Day begin = from > newest ? day_next_weekday(newest) : from > oldest ? from : oldest;
  for (Day day = begin; day <= to && status == STATUS_OK; day = day_next_weekday(day))
    status = take_one(import, day, &progress, &done, err);
  progress_finish(&progress);
  return status;
}

/* ---- from the archive to targets and rows ---- */

static void use_filters(Ingest *ingest, const FilterHistory *history) {
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    LedgerDay *day = &ingest->ledger.days[i];
    const EntryFilter *filter = filter_history_find(history, day->date);
    if (!day->archived || day->has_filter || !filter) continue;
    day->has_filter = true;
    day->filter = *filter;
  }
}

/* The universe of the database that was exported, when its beginning is among what is archived now; without a record
 * of it the universe begins in the newest session, as after a set-up. */
static void begin_universe(Import *import) {
  Ingest *ingest = &import->ingest;
  const FilterHistory *history = &import->history;
  const LedgerDay *begin = history->count ? ledger_find(&ingest->ledger, history->items[0].from) : NULL;
  if (!begin || !begin->archived || begin->date < ingest->ledger.first) return;
  if (ingest->universe_from == DAY_NONE) ingest->universe_from = begin->date;
  if (ingest->universe_from != begin->date) return;
  use_filters(ingest, history);
  ingest->has_began_by = true;
  ingest->began_by = history->items[0].filter;
}

static Status project_all(Import *import, Error *err) {
  Ingest *ingest = &import->ingest;
  Status status = setup_project(ingest, ledger_newest_archived(&ingest->ledger), err);
  import->incomplete = status == STATUS_INCOMPLETE;
  if (import->incomplete) status = STATUS_OK;
  return status == STATUS_OK && backfill_is_needed(ingest) ? backfill_run(ingest, err) : status;
}

/* Documents that cannot be read make room for the files that there are for them. */
static Status replace_damaged(Import *import, Error *err) {
  size_t removed;
  Status status = heal_archive(&import->ingest, &removed, err);
  if (status != STATUS_OK) return status;
  ingest_free(&import->ingest);
  status = ingest_load(&import->ingest, import->job, LEDGER_ARCHIVE, err);
  if (status == STATUS_OK) ingest_know_beginning(&import->ingest, &import->meta);
  return status;
}

/* Targets are whole before the first session is stamped; from then on the universe may have moved on. */
static bool has_universe(const Ingest *ingest) {
  for (size_t i = 0; i < ingest->ledger.count; i++)
    if (ingest->ledger.days[i].state == JOB_RUNNING || ingest->ledger.days[i].state == JOB_COMPLETED) return true;
  return false;
}

static Status work(Import *import, Error *err) {
  Ingest *ingest = &import->ingest;
  bool fill = !import->meta.setup_completed && !has_universe(ingest);
  Status status = import->check.damaged ? replace_damaged(import, err) : STATUS_OK;
  if (status == STATUS_OK) status = take_files(import, err);
  if (status == STATUS_OK) status = setup_fix_first_session(ingest, oldest_archived(ingest), err);
  if (status == STATUS_OK) status = stamp_others(ingest, ingest->ledger.first, STAMP_ALL, err);
  if (status == STATUS_OK && !import->meta.setup_completed) begin_universe(import);
  if (status == STATUS_OK && fill) status = setup_fill_targets(ingest, err);
  if (status == STATUS_OK) status = project_all(import, err);
  if (status == STATUS_OK) status = import_chosen_store(ingest, &import->chosen, err);
  return status == STATUS_OK ? setup_remember(&import->ingest, &import->meta, err) : status;
}

/* ---- the whole ---- */

/* The files that were not taken, and the days without a file that were sessions. */
static size_t count_missing(const Import *import, const LedgerDay **ret_first) {
  size_t count = 0;
  *ret_first = NULL;
  for (size_t i = 0; i < import->ingest.ledger.count; i++) {
    const LedgerDay *day = &import->ingest.ledger.days[i];
    bool lost = day->state == JOB_FAILED && day->date >= import->ingest.ledger.first;
    if (day->archived || !(lost || csv_folder_has(import->folder, day->date))) continue;
    if (count++ == 0) *ret_first = day;
  }
  return count;
}

static void summarize(const Import *import, Outcome *outcome) {
  const Ingest *ingest = &import->ingest;
  const LedgerDay *first;
  size_t missing = count_missing(import, &first);
  char rows[TEXT_GROUPED_SIZE];
  text_group_int64(ingest->run.rows_stored, rows);
  outcome->exit_code = missing || import->incomplete ? EXIT_TRY_AGAIN : EXIT_DONE;
  int length = snprintf(outcome->message, sizeof outcome->message,
                        "imported %ld of %zu sessions (%s rows), %zu were archived already; kept since %s",
                        ingest->run.sessions_archived, import->file_count, rows, import->check.equal,
                        day_text(ingest->ledger.first).text);
  if (import->chosen.flow || import->chosen.minutes)
    length += snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
                       "; %zu days of stocks' flows and minutes stored", import->chosen.stored);
  if (missing)
    snprintf(outcome->message + length, sizeof outcome->message - (size_t)length,
             "; %zu days are missing, first %s: %s; import a file that fits, or let daily_update ask the exchange",
             missing, day_text(first->date).text, first->run.reason[0] ? first->run.reason : "not asked for");
}

static bool nothing_to_do(const Import *import) {
  return import->meta.setup_completed && import->check.fresh + import->check.damaged + import->chosen.fresh == 0;
}

static void explain(const Import *import, Outcome *outcome) {
  const ImportCheck *check = &import->check;
  outcome->exit_code = EXIT_DONE;
  if (nothing_to_do(import))
    snprintf(outcome->message, sizeof outcome->message,
             "nothing to do: all %zu sessions from %s to %s are archived already and say the same", check->equal,
             day_text(import->files[0]).text, day_text(import->files[import->file_count - 1]).text);
  else
    snprintf(outcome->message, sizeof outcome->message,
             "would import %zu sessions, replace %zu that cannot be read, leave %zu that are archived already, and "
             "store %zu "
             "days of stocks' flows and minutes",
             check->fresh, check->damaged, check->equal, import->chosen.fresh);
}

static Status read_history(Import *import, Error *err) {
  char *text = NULL;
  Status status = csv_folder_read_text(import->folder, EXPORT_UNIVERSE_FILE, &text, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status == STATUS_OK) status = filter_history_parse(text, &import->history, err);
  free(text);
  return status == STATUS_BAD_DATA ? error_prefix(err, STATUS_CONFIG, EXPORT_UNIVERSE_FILE) : status;
}

/* Adjusted prices and indicators look like prices: the manifest beside them tells. */
static Status check_manifest(const Import *import, Error *err) {
  char *text = NULL, state_text[MANIFEST_STATE_TEXT_SIZE];
  ManifestState state;
  Status status = csv_folder_read_text(import->folder, MANIFEST_FILE, &text, err);
  if (status == STATUS_NOT_FOUND) return STATUS_OK;
  if (status != STATUS_OK) return status;
  bool ours = manifest_parse(text, &state, NULL) == STATUS_OK;
  free(text);
  if (!ours || state.content == CONTENT_PUBLISHED) return STATUS_OK;
  return error_set(err, STATUS_CONFIG,
                   MANIFEST_FILE ": the files hold %s rows (%s); an import takes published ones, as --export without "
                                 "--adjusted or --indicators writes them; nothing imported",
                   content_name(state.content), manifest_state_text(&state, state_text));
}

static Status run(Import *import, Outcome *outcome, Error *err) {
  Job *job = import->job;
  Status status = guard_clock(job, err);
  if (status == STATUS_OK) status = meta_read(job->db, &import->meta, err);
  if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
  status = ingest_load(&import->ingest, job, LEDGER_ARCHIVE, err);
  if (status == STATUS_OK) status = guard_business_time(job, &import->ingest, err);
  if (status == STATUS_OK) status = check_manifest(import, err);
  if (status == STATUS_OK) status = read_history(import, err);
  if (status == STATUS_OK) status = import_check(&import->ingest, import->folder, &import->check, err);
  if (status == STATUS_OK) status = import_chosen_check(&import->ingest, import->folder, &import->chosen, err);
  if (status != STATUS_OK) return status;
  if (nothing_to_do(import) || !job_writes(job)) {
    explain(import, outcome);
    return STATUS_OK;
  }
  status = guard_acquire(job, outcome, err);
  if (status != STATUS_OK || !job->run.held) return status;
  status = setup_prepare_database(job, &import->meta, err);
  ingest_free(&import->ingest);
  if (status == STATUS_OK) status = ingest_load(&import->ingest, job, LEDGER_ARCHIVE, err);
  if (status == STATUS_OK) ingest_know_beginning(&import->ingest, &import->meta);
  if (status == STATUS_OK) status = work(import, err);
  if (status == STATUS_OK) summarize(import, outcome);
  return status;
}

void import_run(Job *job, const CsvFolder *folder, Outcome *ret_outcome) {
  Import import = {.job = job, .folder = folder};
  Error err = {{0}};
  import.files = csv_folder_days(folder, &import.file_count);
  Status status = run(&import, ret_outcome, &err);
  ingest_run_record(&import.ingest.run, &job->run.record);
  ingest_free(&import.ingest);
  filter_history_free(&import.history);
  import_chosen_free(&import.chosen);
  run_conclude(job, status, &err, ret_outcome);
}
