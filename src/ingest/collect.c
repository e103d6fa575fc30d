#include <closebell/ingest/collect.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/ingest/base_info.h>
#include <closebell/ingest/index_report.h>
#include <closebell/market/due.h>
#include <closebell/plan/retry.h>
#include <closebell/run/run.h>
#include <closebell/store/market_days.h>

static const JudgeTerms ON_ITS_OWN = {.replaced_to = DAY_NONE};

/* ---- neighbours ---- */

/* A day that this run has asked for and that did not answer empty cannot be passed over. */
static bool may_be_closed_between(const Ingest *ingest, Day earlier, Day later) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const LedgerDay *known = ledger_find(&ingest->ledger, day);
    if (known && known->run.asked && !known->run.answered_empty && known->state != JOB_CLOSED) return false;
  }
  return true;
}

/* Another day between the two is expected to be a session, and not known to be closed. */
static bool other_expected_open(const Ingest *ingest, Day earlier, Day later, Day date) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const LedgerDay *known = ledger_find(&ingest->ledger, day);
    bool closed = known && known->state == JOB_CLOSED;
    if (day != date && !closed && closures_expects_open(&ingest->job->rules.closures, day)) return true;
  }
  return false;
}

/* Not closed, and not empty on a day on which that is expected. */
static size_t count_missing(const Ingest *ingest, Day earlier, Day later) {
  size_t missing = 0;
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const LedgerDay *known = ledger_find(&ingest->ledger, day);
    bool empty = known && known->run.answered_empty && !closures_expects_open(&ingest->job->rules.closures, day);
    missing += !empty && !(known && known->state == JOB_CLOSED);
  }
  return missing;
}

static Day archived_behind(const Ingest *ingest, Day date, const JudgeTerms *terms) {
  return ledger_archived_after(&ingest->ledger, terms->replaced_to > date ? terms->replaced_to : date);
}

/* The facts, and the sessions that they are about. */
typedef struct {
  VerdictFacts facts;
  SharedSession *previous, *next; /* held; null without any */
  SessionTotals published;        /* where the facts have any; not to be moved */
} Neighbourhood;

static void neighbourhood_release(Neighbourhood *around) {
  shared_session_release(around->previous);
  shared_session_release(around->next);
}

static Status look_before(Ingest *ingest, Day date, Day before, Neighbourhood *around, Error *err) {
  VerdictFacts *facts = &around->facts;
  Status status = ingest_session(ingest, before, &around->previous, err);
  if (status != STATUS_OK) return status;
  facts->previous = &around->previous->session;
  facts->whole_before = ledger_nothing_missing(&ingest->ledger, before, date);
  facts->missing_before = count_missing(ingest, before, date);
  facts->closed_before = may_be_closed_between(ingest, before, date);
  return STATUS_OK;
}

static Status look_after(Ingest *ingest, Day date, Day after, const JudgeTerms *terms, Neighbourhood *around,
                         Error *err) {
  VerdictFacts *facts = &around->facts;
  bool replaces_others = terms->replaced_to > date;
  Status status = ingest_session(ingest, after, &around->next, err);
  if (status != STATUS_OK) return status;
  facts->next = &around->next->session;
  facts->whole_after = !replaces_others && ledger_nothing_missing(&ingest->ledger, date, after);
  facts->closed_after = may_be_closed_between(ingest, date, after);
  return STATUS_OK;
}

/* To be released when it succeeds. */
static Status look_around(Ingest *ingest, Day date, const JudgeTerms *terms, Neighbourhood *ret_around, Error *err) {
  const Job *job = ingest->job;
  const Refused *refused = &ingest->run.refused;
  Day before = ledger_archived_before(&ingest->ledger, date), after = archived_behind(ingest, date, terms);
  Neighbourhood around = {.facts = {.markets = job->rules.filter.markets,
                                    .now = job->now.instant,
                                    .forced = terms->forced,
                                    .expected_open = closures_expects_open(&job->rules.closures, date),
                                    .due = due_instant(job->rules.terms.publication, &job->rules.closures, date),
                                    .misplaced = refused_latest(refused, before, date, REFUSED_MISPLACED),
                                    .refused = refused_latest(refused, before, date, REFUSED_BROKEN)}};
  Status status = before == DAY_NONE ? STATUS_OK : look_before(ingest, date, before, &around, err);
  if (after != DAY_NONE && status == STATUS_OK) status = look_after(ingest, date, after, terms, &around, err);
  if (before != DAY_NONE && after != DAY_NONE)
    around.facts.other_expected_open = other_expected_open(ingest, before, after, date);
  if (status != STATUS_OK) {
    neighbourhood_release(&around);
    return status;
  }
  *ret_around = around;
  if (index_report_totals(ingest, date, &ret_around->published)) ret_around->facts.published = &ret_around->published;
  return STATUS_OK;
}

/* ---- verdicts become knowledge about days ---- */

static void note(LedgerDay *day, VerdictKind verdict, const char *reason) {
  day->run.judged = true;
  day->run.verdict = verdict;
  text_copy(day->run.reason, sizeof day->run.reason, reason);
  if (verdict == VERDICT_CLOSED) day->state = JOB_CLOSED;
}

void collect_reopen(Ingest *ingest, Day date, const char *reason) {
  LedgerDay *day = ledger_known(&ingest->ledger, date);
  if (!day) return;
  note(day, VERDICT_LOST, reason);
  day->state = JOB_FAILED;
}

/* Answered empty, and not settled yet. */
static bool is_open_question(const LedgerDay *day) {
  return day && day->run.answered_empty && day->state != JOB_CLOSED;
}

/* Two archived sessions with nothing archived between them decide about the days between that answered empty. */
static Status settle_between(Ingest *ingest, Day earlier, Day later, Error *err) {
  IndexGap gap = INDEX_GAP_UNKNOWN;
  bool looked = false; /* at the indices */
  Status status = STATUS_OK;
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    LedgerDay *known = ledger_known(&ingest->ledger, day);
    Neighbourhood around;
    if (!is_open_question(known)) continue;
    if (!looked) status = index_report_gap(ingest, earlier, later, &gap, err);
    looked = true;
    if (status == STATUS_OK) status = look_around(ingest, day, &ON_ITS_OWN, &around, err);
    if (status != STATUS_OK) return status;
    around.facts.index_gap = gap;
    Verdict verdict;
    verdict_judge_gap(&around.facts, &verdict);
    note(known, verdict.kind, verdict.message);
    neighbourhood_release(&around);
  }
  return STATUS_OK;
}

static Status settle_around(Ingest *ingest, Day date, Error *err) {
  Day before = ledger_archived_before(&ingest->ledger, date), after = ledger_archived_after(&ingest->ledger, date);
  Status status = before == DAY_NONE ? STATUS_OK : settle_between(ingest, before, date, err);
  return status == STATUS_OK && after != DAY_NONE ? settle_between(ingest, date, after, err) : status;
}

/* A duplicate is our own insert whose reply was lost, or an older run's: what is stored stays, and is what we go on
 * with. */
static Status archive(Ingest *ingest, Session *session, Error *err) {
  Job *job = ingest->job;
  Day date = session->date;
  Status status = run_beat(job, err);
  if (status == STATUS_OK)
    status = market_days_insert(job->db, session, job->source->name, "final", clock_now(job->clock), err);
  if (status == STATUS_DUPLICATE) {
    Session stored = {0};
    status = market_days_find(job->db, date, &stored, err);
    if (status == STATUS_OK) {
      session_free(session);
      *session = stored;
    }
  }
  if (status != STATUS_OK) return error_prefix(err, status, "archiving %s", day_text(date).text);
  LedgerDay *day = ledger_day(&ingest->ledger, date);
  if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(date).text);
  day->archived = day->run.judged = day->run.archived_anew = true;
  day->markets = session->markets;
  if (ingest_run_note_sums(&ingest->run, session) != STATUS_OK ||
      archive_cache_keep(&ingest->archive, session) != STATUS_OK)
    return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(date).text);
  day->run.verdict = VERDICT_GOOD;
  ingest->run.sessions_archived++;
  return settle_around(ingest, date, err);
}

/* What no neighbour vouches for may be the answer of any other day: the archive is read, newest first, one session at a
 * time. It is rare: behind a session that is missing. */
static Status compare_with_archive(Ingest *ingest, const Session *session, const JudgeTerms *terms, Verdict *verdict,
                                   Error *err) {
  Day before = ledger_archived_before(&ingest->ledger, session->date),
      after = archived_behind(ingest, session->date, terms);
  for (size_t i = ingest->ledger.count; i > 0 && verdict->kind == VERDICT_GOOD; i--) {
    const LedgerDay *day = &ingest->ledger.days[i - 1];
    bool replaced = day->date >= session->date && day->date <= terms->replaced_to;
    if (!day->archived || replaced || day->date == session->date || day->date == before || day->date == after) continue;
    Status status = run_beat(ingest->job, err);
    if (status != STATUS_OK) return status;
    Session archived = {0};
    status = market_days_find(ingest->job->db, day->date, &archived, err);
    if (status == STATUS_BAD_DATA || status == STATUS_NOT_FOUND) continue; /* healing is another's work */
    if (status != STATUS_OK) return error_prefix(err, status, "archive of %s", day_text(day->date).text);
    verdict_compare(session, &archived, verdict);
    session_free(&archived);
  }
  return STATUS_OK;
}

/* Kept for the judgement of the days behind: those that are asked for again as well, when only they still are. */
static Status note_refused(Ingest *ingest, const DayAnswer *answer, Session *session, RefusedWhy why, Error *err) {
  Session rows = {0};
  if (session->count == 0) {
    Status status = verdict_gather(answer, ingest->job->rules.filter.markets, &rows, err);
    if (status == STATUS_BAD_DATA) return STATUS_OK; /* a code stands twice: no session */
    if (status != STATUS_OK) return error_prefix(err, status, "judging %s", day_text(answer->date).text);
  } else {
    rows = *session;
    memset(session, 0, sizeof *session);
  }
  refused_keep(&ingest->run.refused, &rows, why);
  return STATUS_OK;
}

/* What no archived neighbour vouches for. */
static Status judge_unproven(Ingest *ingest, const VerdictFacts *facts, const Session *session, const JudgeTerms *terms,
                             Verdict *verdict, Error *err) {
  refused_compare(&ingest->run.refused, ledger_archived_before(&ingest->ledger, session->date), session, verdict);
  Status status = compare_with_archive(ingest, session, terms, verdict, err);
  if (status == STATUS_OK && verdict->kind == VERDICT_GOOD) verdict_doubt(facts, session, verdict);
  return status;
}

/* An empty day between two archived sessions. */
static Status look_at_gap(Ingest *ingest, const DayAnswer *answer, VerdictFacts *facts, Error *err) {
  if (!facts->previous || !facts->next || !fetch_is_empty(&ingest->fetch, answer)) return STATUS_OK;
  return index_report_gap(ingest, facts->previous->date, facts->next->date, &facts->index_gap, err);
}

static RefusedWhy refused_why(const Verdict *verdict) {
  if (verdict->misplaced) return REFUSED_MISPLACED;
  return verdict->contradicted ? REFUSED_CONTRADICTED : REFUSED_BROKEN;
}

Status collect_judge(Ingest *ingest, DayAnswer *answer, const JudgeTerms *terms, Session *ret_session,
                     Verdict *ret_verdict, Error *err) {
  Neighbourhood around;
  Session session = {0};
  Verdict verdict;
  Status status = look_around(ingest, answer->date, terms, &around, err);
  if (status != STATUS_OK) return status;
  status = look_at_gap(ingest, answer, &around.facts, err);
  if (status != STATUS_OK) {
    neighbourhood_release(&around);
    return status;
  }
  status = verdict_judge(answer, &around.facts, &session, &verdict);
  if (status != STATUS_OK) error_set(err, status, "no memory to judge %s", day_text(answer->date).text);
  if (status == STATUS_OK && verdict.kind == VERDICT_GOOD && verdict.unproven)
    status = judge_unproven(ingest, &around.facts, &session, terms, &verdict, err);
  neighbourhood_release(&around);
  if (status == STATUS_OK && verdict.kind == VERDICT_BROKEN)
    status = note_refused(ingest, answer, &session, refused_why(&verdict), err);
  if (status == STATUS_OK && verdict.kind == VERDICT_GOOD) {
    *ret_session = session;
    memset(&session, 0, sizeof session);
  }
  session_free(&session);
  if (status == STATUS_OK) *ret_verdict = verdict;
  return status;
}

Status collect_take(Ingest *ingest, DayAnswer *answer, Verdict *ret_verdict, Error *err) {
  const Log *log = ingest->job->log;
  Session session = {0};
  Verdict verdict;
  Status status = collect_judge(ingest, answer, &ON_ITS_OWN, &session, &verdict, err);
  if (status != STATUS_OK) return status;
  LedgerDay *day = ledger_day(&ingest->ledger, answer->date);
  if (!day) {
    session_free(&session);
    return error_set(err, STATUS_NO_MEMORY, "no memory to judge %s", day_text(answer->date).text);
  }
  note(day, verdict.kind, verdict.message);
  day->run.answered_empty = verdict.cause == ANSWER_EMPTY;
  LogLevel level = verdict.kind == VERDICT_BROKEN || verdict.kind == VERDICT_LOST ? LOG_WARN : LOG_DEBUG;
  log_with(log, level, LOG_FACTS(log_day("session", answer->date), log_text("reason", verdict.message)), "%s: %s%s",
           day_text(answer->date).text, verdict.message, verdict.kind == VERDICT_BROKEN ? "; nothing stored" : "");
  if (verdict.kind == VERDICT_GOOD) status = base_info_add(ingest, &session, err);
  if (verdict.kind == VERDICT_GOOD && status == STATUS_OK) status = archive(ingest, &session, err);
  session_free(&session);
  if (status == STATUS_OK) *ret_verdict = verdict;
  return status;
}

/* ---- fetching ---- */

/* What is empty is noted first: the answers beside it are judged by it. */
static void note_empty(Ingest *ingest, const DayAnswer *answers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    LedgerDay *day = ledger_known(&ingest->ledger, answers[i].date);
    if (day) day->run.answered_empty = fetch_is_empty(&ingest->fetch, &answers[i]);
  }
}

static Status take_all(Ingest *ingest, DayAnswer *answers, size_t count, Day *broken, size_t *ret_broken, Error *err) {
  *ret_broken = 0;
  note_empty(ingest, answers, count);
  Status status = ingest->run.reports_follow ? STATUS_OK : index_report_ask_answered(ingest, answers, count, err);
  if (status != STATUS_OK) return status;
  for (size_t i = 0; i < count; i++) {
    source_turn(ingest->job->source);
    if (!fetch_is_whole(&ingest->fetch, &answers[i])) continue;
    Verdict verdict;
    status = collect_take(ingest, &answers[i], &verdict, err);
    if (status != STATUS_OK) return status;
    if (verdict.kind == VERDICT_BROKEN) broken[(*ret_broken)++] = answers[i].date;
    if (ingest->run.suspect == DAY_NONE) ingest->run.suspect = verdict.suspect;
  }
  return STATUS_OK;
}

/* The source could not be asked, or not about all of it: whoever looks at one of these days is told why it is late. */
static Status note_unasked(Ingest *ingest, const Day *dates, size_t count, const Error *why, Error *err) {
  char reason[JOB_REASON_SIZE];
  snprintf(reason, sizeof reason, "late: %.*s", JOB_REASON_SIZE - 8, why->text);
  for (size_t i = 0; i < count; i++) {
    LedgerDay *day = ledger_day(&ingest->ledger, dates[i]);
    if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(dates[i]).text);
    if (!day->run.judged && !day->archived) note(day, VERDICT_LATE, reason);
  }
  return STATUS_OK;
}

/* Fetches and takes once. What was answered before a refusal is taken all the same, unless the refusal is ours. */
static Status collect_once(Ingest *ingest, const Day *dates, size_t count, Day *broken, size_t *ret_broken,
                           Error *err) {
  DayAnswer answers[FETCH_MAX_DAYS] = {{0}};
  *ret_broken = 0;
  Status fetched = fetch_days(&ingest->fetch, dates, count, answers, err);
  Error later;
  bool usable = fetched == STATUS_OK || fetched == STATUS_UNAVAILABLE;
  Status taken = usable ? take_all(ingest, answers, count, broken, ret_broken, &later) : STATUS_OK;
  for (size_t i = 0; i < count; i++) day_answer_free(&answers[i]);
  bool refused = fetched == STATUS_UNAVAILABLE || fetched == STATUS_CONFIG;
  if (refused && taken == STATUS_OK) taken = note_unasked(ingest, dates, count, err, &later);
  if (fetched != STATUS_OK) return fetched;
  if (taken != STATUS_OK) *err = later;
  return taken;
}

static Status collect_chunk(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  Job *job = ingest->job;
  Day asked[FETCH_MAX_DAYS], broken[FETCH_MAX_DAYS];
  size_t broken_count;
  memcpy(asked, dates, count * sizeof *dates);
  for (int tries = 1;; tries++) {
    Instant now = clock_now(job->clock);
    for (size_t i = 0; i < count; i++) {
      LedgerDay *day = ledger_day(&ingest->ledger, asked[i]);
      if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(asked[i]).text);
      if (day->run.started_utc == INSTANT_NONE) day->run.started_utc = now;
      day->run.asked = true;
    }
    Status status = collect_once(ingest, asked, count, broken, &broken_count, err);
    if (status != STATUS_OK || broken_count == 0 || job->source->same_again) return status;
    int64_t wait_ms;
    if (!retry_decide(ANSWER_BROKEN, tries, -1, job->config->retry.scale, random_next(job->random), &wait_ms) ||
        !fetch_has_time(&ingest->fetch, wait_ms))
      return STATUS_OK;
    log_with(job->log, LOG_WARN, LOG_FACTS(log_size("sessions", broken_count), log_number("wait_ms", wait_ms)),
             "%zu broken answers to be asked for again in %" PRId64 " s", broken_count, wait_ms / 1000);
    status = run_wait(job, wait_ms, err);
    if (status != STATUS_OK) return status;
    memcpy(asked, broken, broken_count * sizeof *broken);
    count = broken_count;
  }
}

Status collect_days(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  for (size_t done = 0, asked; done < count; done += asked) {
    size_t chunk = fetch_chunk(&ingest->fetch);
    asked = count - done < chunk ? count - done : chunk;
    Status status = collect_chunk(ingest, dates + done, asked, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}
