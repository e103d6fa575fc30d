#include <closebell/ingest/restate.h>

#include <stdio.h>

#include <closebell/ingest/collect.h>
#include <closebell/ingest/index_report.h>
#include <closebell/ingest/stamp.h>
#include <closebell/run/run.h>
#include <closebell/store/index_data.h>
#include <closebell/store/market_days.h>
#include <closebell/store/market_totals.h>
#include <closebell/store/ops_alerts.h>

/* ---- one session ---- */

/* No longer completed from now on: whoever dies after the replacement leaves a session that the next run projects. */
static Status begin_stamp(Ingest *ingest, Day date, Error *err) {
  LedgerDay *day = ledger_day(&ingest->ledger, date);
  if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(date).text);
  JobStatus begun = stamp_status(ingest, day, JOB_RUNNING);
  return stamp_write(ingest, &begun, 1, err);
}

/* What is stored of the session beside its rows goes first: whoever dies in between leaves none, and it is asked for
 * anew. */
static Status forget_beside(const Job *job, Day date, Error *err) {
  Status status = market_totals_delete(job->db, date, err);
  for (MarketIndex which = 0; which < INDEX_COUNT && status == STATUS_OK; which++)
    status = index_data_delete(job->db, which, date, err);
  return status;
}

static Status replace(Ingest *ingest, const Session *fresh, Error *err) {
  Job *job = ingest->job;
  Status status = begin_stamp(ingest, fresh->date, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  if (status == STATUS_OK) status = forget_beside(job, fresh->date, err);
  if (status == STATUS_OK)
    status = market_days_replace(job->db, fresh, job->source->name, "final", clock_now(job->clock), err);
  if (status != STATUS_OK) return error_prefix(err, status, "replacing the archive of %s", day_text(fresh->date).text);
  archive_cache_forget(&ingest->archive, fresh->date);
  if (ingest_run_note_sums(&ingest->run, fresh) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(fresh->date).text);
  LedgerDay *day = ledger_day(&ingest->ledger, fresh->date);
  if (day) {
    day->markets = fresh->markets;
    day->archived = day->run.archived_anew = true;
  }
  ingest->run.sessions_archived++;
  return STATUS_OK;
}

/* Rows that may take the place of what is archived: the exchange's totals are asked for, and have a say. */
static Status weigh(Ingest *ingest, const Session *fresh, Verdict *ret_verdict, Error *err) {
  MarketSet markets = ingest->job->rules.filter.markets;
  *ret_verdict = (Verdict){.kind = VERDICT_GOOD};
  SessionTotals published;
  Status status = index_report_ask(ingest, &fresh->date, 1, err);
  if (status != STATUS_OK || !index_report_totals(ingest, fresh->date, &published)) return status;
  if (!verdict_weigh_totals(fresh, markets, &published, ret_verdict))
    log_warn(ingest->job->log, "%s asked for again: %s; what is archived stays", day_text(fresh->date).text,
             ret_verdict->message);
  return STATUS_OK;
}

/* What is said of the rows beside how many they are. */
typedef struct {
  size_t count;
  const char *first;
  bool vouched; /* the exchange's totals are those of the new rows */
} Differences;

static Status report(Ingest *ingest, Day date, const Differences *found, RestateMode mode, Error *err) {
  Job *job = ingest->job;
  DayText day = day_text(date);
  char message[400], cure[128] = "replaced";
  if (mode != RESTATE_FORCE)
    snprintf(cure, sizeof cure, "nothing changed; to take it over: daily_update --date %s --force%s", day.text,
             mode == RESTATE_SUSPECT ? " (later sessions do not continue what is archived)" : "");
  snprintf(message, sizeof message, "RESTATED %s: the source now answers %zu rows differently, first %s%s; %s",
           day.text, found->count, found->first, found->vouched ? " (its rows now sum to the exchange's totals)" : "",
           cure);
  log_with(job->log, mode == RESTATE_SUSPECT ? LOG_ERROR : LOG_WARN,
           LOG_FACTS(log_text("alert", mode == RESTATE_FORCE ? "" : "restated"), log_day("session", date),
                     log_size("rows", found->count)),
           "%s", message);
  if (mode == RESTATE_FORCE) return STATUS_OK;
  AlertSeverity severity = mode == RESTATE_SUSPECT ? ALERT_CRITICAL : ALERT_WARN;
  return ops_alerts_raise(job->db, &(NewAlert){severity, "restated", day.text, message}, clock_now(job->clock), err);
}

/* What is archived and what the source answers are one again: taken over, or the source has gone back. */
static Status resolve(Ingest *ingest, Day date, Error *err) {
  return ops_alerts_resolve(ingest->job->db, "restated", day_text(date).text, clock_now(ingest->job->clock), err);
}

static void tell_unreadable(const Ingest *ingest, Day date, Status read, const Error *why) {
  const LedgerDay *day = ledger_find(&ingest->ledger, date);
  if (read == STATUS_NOT_FOUND && day && day->state == JOB_CLOSED)
    log_warn(ingest->job->log, "%s was recorded as closed; the source has its rows now", day_text(date).text);
  else
    log_warn(ingest->job->log, "%s: the archive could not be read (%s); what the source answers is to replace it",
             day_text(date).text, why->text);
}

static void count_again(IngestRun *run, const RestatedFacts *facts, const RestatedDecision *decision, Day date) {
  AskedAgain *again = &run->again;
  bool kept = decision->reported && !decision->replaced;
  again->replaced += decision->replaced;
  again->different += kept;
  again->same += !decision->replaced && !kept;
  if (!kept) return;
  again->rows += facts->differences;
  if (again->different == 1) again->first_different = date;
}

/* *ret_replaced: the archive of the date is another one now. */
static Status compare(Ingest *ingest, Session *fresh, RestateMode mode, bool *ret_replaced, Error *err) {
  Session stored = {0};
  char first[128] = "";
  Verdict weighed = {.kind = VERDICT_GOOD};
  Status status = market_days_find(ingest->job->db, fresh->date, &stored, err);
  RestatedFacts facts = {.readable = status == STATUS_OK};
  if (status == STATUS_BAD_DATA || status == STATUS_NOT_FOUND) {
    tell_unreadable(ingest, fresh->date, status, err);
    status = STATUS_OK;
  }
  if (status != STATUS_OK) return status;
  if (facts.readable) {
    facts.differences = restated_count_differences(&stored, fresh, first, sizeof first);
    facts.more_markets = (fresh->markets & ~stored.markets) != 0;
    session_take_kinds(fresh, &stored);
    session_free(&stored);
  }
  *ret_replaced = false;
  if (!facts.readable || facts.differences || facts.more_markets) status = weigh(ingest, fresh, &weighed, err);
  ingest->run.again.unusable += status == STATUS_OK && weighed.contradicted;
  if (status != STATUS_OK || weighed.contradicted) return status;
  RestatedDecision decision = restated_decide(&facts, mode);
  count_again(&ingest->run, &facts, &decision, fresh->date);
  const Differences found = {.count = facts.differences, .first = first, .vouched = weighed.vouched};
  *ret_replaced = decision.replaced;
  if (decision.reported) status = report(ingest, fresh->date, &found, mode, err);
  if (status == STATUS_OK && decision.replaced) status = replace(ingest, fresh, err);
  return status == STATUS_OK && decision.settled ? resolve(ingest, fresh->date, err) : status;
}

/* A closed day that has rows, among answers that may replace the sessions behind it: it cannot have the same rows as
 * one of those. */
static Status judge_closed(Ingest *ingest, DayAnswer *answers, size_t count, Session *fresh, Verdict *verdict,
                           Error *err) {
  JudgeTerms terms = {.forced = true, .replaced_to = answers[count - 1].date};
  Status status = collect_judge(ingest, &answers[0], &terms, fresh, verdict, err);
  for (size_t i = 1; i < count && status == STATUS_OK && verdict->kind == VERDICT_GOOD; i++) {
    Session behind = {0};
    Error unusable;
    if (verdict_gather(&answers[i], ingest->job->rules.filter.markets, &behind, &unusable) == STATUS_OK)
      verdict_compare(fresh, &behind, verdict);
    session_free(&behind);
  }
  return status;
}

/* ---- a session behind closed days ---- */

/* What the source answers now for the archived session behind a closed day: other rows, which do not continue the
 * session before it, but are continued by those behind. So one is missing between; *ret_witness is the day behind, or
 * DAY_NONE when there is no such case. */
static Status find_missing(Ingest *ingest, Day closed, const DayAnswer *behind, Day *ret_witness, Error *err) {
  Session fresh = {0};
  SharedSession *before;
  Error unusable;
  *ret_witness = DAY_NONE;
  Day date = ledger_archived_before(&ingest->ledger, closed);
  if (date == DAY_NONE || day_answer_rows(behind, ingest->job->rules.filter.markets) == 0) return STATUS_OK;
  Status status = verdict_gather(behind, ingest->job->rules.filter.markets, &fresh, &unusable);
  if (status == STATUS_BAD_DATA) return STATUS_OK;
  if (status != STATUS_OK) return error_set(err, status, "no memory for %s", day_text(behind->date).text);
  status = ingest_session(ingest, date, &before, err);
  if (status == STATUS_OK) {
    Day next = ledger_archived_after(&ingest->ledger, fresh.date);
    *ret_witness = restated_find_witness(&before->session, &fresh, &ingest->run.refused, next);
    shared_session_release(before);
  }
  session_free(&fresh);
  return status;
}

/* Closed, though the calendar expected a session, and the source has nothing for it. Behind it are the other answers.
 */
static Status check_empty_closed(Ingest *ingest, const DayAnswer *answers, size_t count, Error *err) {
  Day closed = answers[0].date;
  const DayAnswer *behind = NULL;
  Day witness = DAY_NONE;
  if (!closures_expects_open(&ingest->job->rules.closures, closed)) return STATUS_OK;
  for (size_t i = 1; i < count && !behind; i++) {
    const LedgerDay *day = ledger_find(&ingest->ledger, answers[i].date);
    if (day && day->archived) behind = &answers[i];
  }
  Status status = behind ? find_missing(ingest, closed, behind, &witness, err) : STATUS_OK;
  if (status != STATUS_OK || witness == DAY_NONE) return status;
  char reason[JOB_REASON_SIZE];
  snprintf(reason, sizeof reason, "no rows, but %s does not continue %s any more: a session between them is missing",
           day_text(behind->date).text, day_text(ledger_archived_before(&ingest->ledger, closed)).text);
  log_warn(ingest->job->log, "%s was recorded as closed: %s", day_text(closed).text, reason);
  collect_reopen(ingest, closed, reason);
  return STATUS_OK;
}

static void count_unusable(AskedAgain *again, VerdictKind kind) {
  bool unanswered = kind == VERDICT_PASSING || kind == VERDICT_BLOCKED || kind == VERDICT_MISCONFIGURED;
  again->unanswered += unanswered;
  again->unusable += !unanswered && kind != VERDICT_GOOD;
}

/* The first of the answers; those behind it are yet to be checked. */
static Status check_answer(Ingest *ingest, DayAnswer *answers, size_t count, RestateMode mode, bool *ret_replaced,
                           Error *err) {
  Session fresh = {0};
  Verdict verdict;
  const LedgerDay *day = ledger_find(&ingest->ledger, answers[0].date);
  bool closed = day && day->state == JOB_CLOSED;
  *ret_replaced = false;
  JudgeTerms terms = {.forced = mode != RESTATE_REPORT, .replaced_to = DAY_NONE};
  if (closed && fetch_is_empty(&ingest->fetch, &answers[0])) return check_empty_closed(ingest, answers, count, err);
  Status status = closed ? judge_closed(ingest, answers, count, &fresh, &verdict, err)
                         : collect_judge(ingest, &answers[0], &terms, &fresh, &verdict, err);
  if (status == STATUS_OK && verdict.kind == VERDICT_GOOD)
    status = compare(ingest, &fresh, mode, ret_replaced, err);
  else if (status == STATUS_OK)
    log_warn(ingest->job->log, "%s asked for again: %s; what is archived stays", day_text(answers[0].date).text,
             verdict.message);
  if (status == STATUS_OK) count_unusable(&ingest->run.again, verdict.kind);
  session_free(&fresh);
  return status;
}

Status restate_check(Ingest *ingest, const Day *dates, size_t count, RestateMode mode, ReplacedDays *replaced,
                     Error *err) {
  for (size_t done = 0, asked; done < count; done += asked) {
    DayAnswer answers[FETCH_MAX_DAYS] = {{0}};
    size_t chunk = fetch_chunk(&ingest->fetch);
    asked = count - done < chunk ? count - done : chunk;
    Status status = fetch_days(&ingest->fetch, dates + done, asked, answers, err);
    for (size_t i = 0; i < asked && status == STATUS_OK; i++) {
      bool is_replaced;
      status = check_answer(ingest, &answers[i], asked - i, mode, &is_replaced, err);
      if (status == STATUS_OK && is_replaced) replaced->dates[replaced->count++] = dates[done + i];
    }
    for (size_t i = 0; i < asked; i++) day_answer_free(&answers[i]);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

/* ---- closed days in doubt ---- */

/* The suspect's rows were the closed day's: the source has these now, or has lost them. Up to `to` the source is to be
 * asked. */
static Status raise_doubt(const Ingest *ingest, Day date, Day suspect, Day to, size_t rows, Error *err) {
  char message[400], seen[160];
  DayText day = day_text(date), behind = day_text(suspect);
  if (rows)
    snprintf(seen, sizeof seen, "the source has %zu rows for it now, and nothing continues what is archived for %s",
             rows, behind.text);
  else
    snprintf(seen, sizeof seen, "the source has other rows for %s now, which continue no session before it",
             behind.text);
  snprintf(message, sizeof message,
           "%s is recorded as closed, but %s: the rows that are archived for %s were probably this day's; to take over "
           "what the source answers: "
           "daily_update --from %s --to %s --force",
           day.text, seen, behind.text, day.text, day_text(to).text);
  log_with(ingest->job->log, LOG_ERROR,
           LOG_FACTS(log_text("alert", "closure-doubtful"), log_day("session", date), log_size("rows", rows)), "%s",
           message);
  return ops_alerts_raise(ingest->job->db, &(NewAlert){ALERT_CRITICAL, "closure-doubtful", day.text, message},
                          clock_now(ingest->job->clock), err);
}

/* Back to the session before, at most so many as are asked at once beside the suspect; newest first. */
static size_t list_unexpected_closures(const Ingest *ingest, Day suspect, Day dates[FETCH_MAX_DAYS]) {
  size_t count = 0;
  for (Day day = day_previous_weekday(suspect); count + 1 < fetch_chunk(&ingest->fetch);
       day = day_previous_weekday(day)) {
    const LedgerDay *known = ledger_find(&ingest->ledger, day);
    if (!known || known->state != JOB_CLOSED) break;
    if (closures_expects_open(&ingest->job->rules.closures, day)) dates[count++] = day;
  }
  return count;
}

Status restate_check_closures(Ingest *ingest, Day suspect, Error *err) {
  Day dates[FETCH_MAX_DAYS];
  DayAnswer answers[FETCH_MAX_DAYS] = {{0}};
  size_t count = list_unexpected_closures(ingest, suspect, dates);
  if (count == 0) return STATUS_OK;
  dates[count] = suspect;
  Status status = fetch_days(&ingest->fetch, dates, count + 1, answers, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    size_t rows = day_answer_rows(&answers[i], ingest->job->rules.filter.markets);
    bool empty = fetch_is_empty(&ingest->fetch, &answers[i]);
    Day witness = DAY_NONE;
    if (empty) status = find_missing(ingest, dates[i], &answers[count], &witness, err);
    if (status != STATUS_OK) break;
    ClosedDoubt doubt = restated_doubt_closed(empty, rows, witness);
    if (doubt != CLOSED_STANDS)
      status = raise_doubt(ingest, dates[i], suspect, doubt == CLOSED_IS_LOST ? witness : suspect, rows, err);
  }
  for (size_t i = 0; i <= count; i++) day_answer_free(&answers[i]);
  return status;
}
