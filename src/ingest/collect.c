/* collect.c: from a day to a verdict and an archived session. */
#include <closebell/ingest/ingest.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/base/text.h>
#include <closebell/ingest/base_info.h>
#include <closebell/market/due.h>
#include <closebell/plan/retry.h>
#include <closebell/run/run.h>

static const JudgeTerms ON_ITS_OWN = {.replaced_to = DAY_NONE};

/* ---- neighbours ---- */

Day ingest_archived_before(const Ingest *ingest, Day date) {
  for (size_t at = ingest_position(ingest, date); at > 0; at--)
    if (ingest->days[at - 1].archived) return ingest->days[at - 1].date;
  return DAY_NONE;
}

static Day archived_after(const Ingest *ingest, Day date) {
  for (size_t at = ingest_position(ingest, date + 1); at < ingest->day_count; at++)
    if (ingest->days[at].archived) return ingest->days[at].date;
  return DAY_NONE;
}

/* A day that this run has asked for and that did not answer empty cannot be passed over. */
static bool may_be_closed_between(const Ingest *ingest, Day earlier, Day later) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const IngestDay *known = ingest_day_known(ingest, day);
    if (known && known->asked && !known->answered_empty && known->state != JOB_CLOSED) return false;
  }
  return true;
}

/* Another day between the two is expected to be a session, and not known to be closed. */
static bool other_expected_open(const Ingest *ingest, Day earlier, Day later, Day date) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const IngestDay *known = ingest_day_known(ingest, day);
    bool closed = known && known->state == JOB_CLOSED;
    if (day != date && !closed && closures_expects_open(&ingest->job->closures, day)) return true;
  }
  return false;
}

/* An answer for a day between the two that was refused. */
static bool is_refused_between(const RefusedAnswer *refused, Day before, Day date) {
  Day day = refused->session.date;
  return refused->session.count > 0 && day < date && (before == DAY_NONE || day > before);
}

static const Session *latest_refused(const Ingest *ingest, Day before, Day date, bool misplaced) {
  const Session *latest = NULL;
  for (size_t i = 0; i < INGEST_REFUSED; i++) {
    const RefusedAnswer *refused = &ingest->refused[i];
    if (refused->misplaced != misplaced || !is_refused_between(refused, before, date)) continue;
    if (!latest || refused->session.date > latest->date) latest = &refused->session;
  }
  return latest;
}

/* Not closed, and not empty on a day on which that is expected. */
static size_t count_missing(const Ingest *ingest, Day earlier, Day later) {
  size_t missing = 0;
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const IngestDay *known = ingest_day_known(ingest, day);
    bool empty = known && known->answered_empty && !closures_expects_open(&ingest->job->closures, day);
    missing += !empty && !(known && known->state == JOB_CLOSED);
  }
  return missing;
}

static Day archived_behind(const Ingest *ingest, Day date, const JudgeTerms *terms) {
  return archived_after(ingest, terms->replaced_to > date ? terms->replaced_to : date);
}

static Status gather_facts(Ingest *ingest, Day date, const JudgeTerms *terms, VerdictFacts *ret_facts, Error *err) {
  const Job *job = ingest->job;
  VerdictFacts facts = {.markets = job->filter.markets, .now = job->now, .forced = terms->forced};
  facts.expected_open = closures_expects_open(&job->closures, date);
  facts.due = due_instant(job->terms.publication, &job->closures, date);
  Day before = ingest_archived_before(ingest, date), after = archived_behind(ingest, date, terms);
  bool replaces_others = terms->replaced_to > date;
  Status status = STATUS_OK;
  if (before != DAY_NONE) {
    status = ingest_session(ingest, before, &facts.previous, err);
    facts.whole_before = ingest_nothing_missing(ingest, before, date);
    facts.missing_before = count_missing(ingest, before, date);
    facts.closed_before = may_be_closed_between(ingest, before, date);
  }
  if (after != DAY_NONE && status == STATUS_OK) {
    status = ingest_session(ingest, after, &facts.next, err);
    facts.whole_after = !replaces_others && ingest_nothing_missing(ingest, date, after);
    facts.closed_after = may_be_closed_between(ingest, date, after);
  }
  facts.misplaced = latest_refused(ingest, before, date, true);
  facts.refused = latest_refused(ingest, before, date, false);
  if (before != DAY_NONE && after != DAY_NONE)
    facts.other_expected_open = other_expected_open(ingest, before, after, date);
  if (status == STATUS_OK) *ret_facts = facts;
  return status;
}

/* ---- verdicts become knowledge about days ---- */

static void note(IngestDay *day, VerdictKind verdict, const char *reason) {
  day->judged = true;
  day->verdict = verdict;
  text_copy(day->reason, sizeof day->reason, reason);
  if (verdict == VERDICT_CLOSED) day->state = JOB_CLOSED;
}

void ingest_reopen(Ingest *ingest, Day date, const char *reason) {
  IngestDay *day = (IngestDay *)ingest_day_known(ingest, date);
  if (!day) return;
  note(day, VERDICT_LOST, reason);
  day->state = JOB_FAILED;
}

/* Two archived sessions with nothing archived between them decide about the days between that answered empty. */
static Status settle_between(Ingest *ingest, Day earlier, Day later, Error *err) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day)) {
    const IngestDay *known = ingest_day_known(ingest, day);
    if (!known || !known->answered_empty || known->state == JOB_CLOSED) continue;
    VerdictFacts facts;
    Status status = gather_facts(ingest, day, &ON_ITS_OWN, &facts, err);
    if (status != STATUS_OK) return status;
    Verdict verdict;
    verdict_judge_gap(&facts, &verdict);
    note((IngestDay *)known, verdict.kind, verdict.message);
  }
  return STATUS_OK;
}

static Status settle_around(Ingest *ingest, Day date, Error *err) {
  Day before = ingest_archived_before(ingest, date), after = archived_after(ingest, date);
  Status status = before == DAY_NONE ? STATUS_OK : settle_between(ingest, before, date, err);
  return status == STATUS_OK && after != DAY_NONE ? settle_between(ingest, date, after, err) : status;
}

/* A duplicate is our own insert whose reply was lost, or an older run's: what is stored stays, and is what we go on
 * with. */
Status ingest_archive(Ingest *ingest, Session *session, Error *err) {
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
  const Session *kept = ingest_keep_session(ingest, session);
  IngestDay *day = ingest_day(ingest, date);
  if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(date).text);
  day->archived = day->judged = true;
  day->markets = kept->markets;
  day->verdict = VERDICT_GOOD;
  ingest->sessions_archived++;
  return settle_around(ingest, date, err);
}

/* What no neighbour vouches for may be the answer of any other day: the archive is read, newest first, one session at a
 * time. It is rare: behind a session that is missing. */
static Status compare_with_archive(Ingest *ingest, const Session *session, const JudgeTerms *terms, Verdict *verdict,
                                   Error *err) {
  Day before = ingest_archived_before(ingest, session->date), after = archived_behind(ingest, session->date, terms);
  for (size_t i = ingest->day_count; i > 0 && verdict->kind == VERDICT_GOOD; i--) {
    const IngestDay *day = &ingest->days[i - 1];
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

/* Half a session was refused for one day, and the next is answered with all of it. */
static void compare_with_refused(const Ingest *ingest, const Session *session, Verdict *verdict) {
  Day before = ingest_archived_before(ingest, session->date);
  for (size_t i = 0; i < INGEST_REFUSED && verdict->kind == VERDICT_GOOD; i++)
    if (is_refused_between(&ingest->refused[i], before, session->date))
      verdict_compare(session, &ingest->refused[i].session, verdict);
}

/* The place of that date, else an empty one, else that of the oldest. */
static RefusedAnswer *place_for_refused(Ingest *ingest, Day date) {
  RefusedAnswer *place = NULL;
  Day oldest = DAY_NONE;
  for (size_t i = 0; i < INGEST_REFUSED; i++) {
    RefusedAnswer *refused = &ingest->refused[i];
    Day held = refused->session.count > 0 ? refused->session.date : DAY_NONE;
    if (held == date) return refused;
    if (!place || held < oldest) {
      place = refused;
      oldest = held;
    }
  }
  return place;
}

/* Kept for the judgement of the days behind: those that are asked for again as well, when only they still are. */
static Status note_refused(Ingest *ingest, const DayAnswer *answer, Session *session, bool misplaced, Error *err) {
  Session rows = {0};
  if (session->count == 0) {
    Status status = verdict_gather(answer, ingest->job->filter.markets, &rows, err);
    if (status == STATUS_BAD_DATA) return STATUS_OK; /* a code stands twice: no session */
    if (status != STATUS_OK) return error_prefix(err, status, "judging %s", day_text(answer->date).text);
  } else {
    rows = *session;
    memset(session, 0, sizeof *session);
  }
  RefusedAnswer *place = place_for_refused(ingest, rows.date);
  session_free(&place->session);
  *place = (RefusedAnswer){.session = rows, .misplaced = misplaced};
  return STATUS_OK;
}

Status ingest_judge(Ingest *ingest, DayAnswer *answer, const JudgeTerms *terms, Session *ret_session,
                    Verdict *ret_verdict, Error *err) {
  VerdictFacts facts;
  Session session = {0};
  Verdict verdict;
  Status status = gather_facts(ingest, answer->date, terms, &facts, err);
  if (status != STATUS_OK) return status;
  status = verdict_judge(answer, &facts, &session, &verdict);
  if (status != STATUS_OK) return error_set(err, status, "no memory to judge %s", day_text(answer->date).text);
  if (verdict.kind == VERDICT_GOOD && verdict.unproven) compare_with_refused(ingest, &session, &verdict);
  if (verdict.kind == VERDICT_GOOD && verdict.unproven)
    status = compare_with_archive(ingest, &session, terms, &verdict, err);
  if (status == STATUS_OK && verdict.kind == VERDICT_GOOD && verdict.unproven)
    verdict_doubt(&facts, &session, &verdict);
  if (status == STATUS_OK && verdict.kind == VERDICT_BROKEN)
    status = note_refused(ingest, answer, &session, verdict.misplaced, err);
  if (status == STATUS_OK && verdict.kind == VERDICT_GOOD) {
    *ret_session = session;
    memset(&session, 0, sizeof session);
  }
  session_free(&session);
  if (status == STATUS_OK) *ret_verdict = verdict;
  return status;
}

Status ingest_take(Ingest *ingest, DayAnswer *answer, Verdict *ret_verdict, Error *err) {
  const Log *log = ingest->job->log;
  Session session = {0};
  Verdict verdict;
  Status status = ingest_judge(ingest, answer, &ON_ITS_OWN, &session, &verdict, err);
  if (status != STATUS_OK) return status;
  IngestDay *day = ingest_day(ingest, answer->date);
  if (!day) {
    session_free(&session);
    return error_set(err, STATUS_NO_MEMORY, "no memory to judge %s", day_text(answer->date).text);
  }
  note(day, verdict.kind, verdict.message);
  day->answered_empty = verdict.cause == ANSWER_EMPTY;
  LogLevel level = verdict.kind == VERDICT_BROKEN || verdict.kind == VERDICT_LOST ? LOG_WARN : LOG_DEBUG;
  log_with(log, level, LOG_FACTS(log_day("session", answer->date), log_text("reason", verdict.message)), "%s: %s%s",
           day_text(answer->date).text, verdict.message, verdict.kind == VERDICT_BROKEN ? "; nothing stored" : "");
  if (verdict.kind == VERDICT_GOOD) status = base_info_add(ingest, &session, err);
  if (verdict.kind == VERDICT_GOOD && status == STATUS_OK) status = ingest_archive(ingest, &session, err);
  session_free(&session);
  if (status == STATUS_OK) *ret_verdict = verdict;
  return status;
}

/* ---- fetching ---- */

/* What is empty is noted first: the answers beside it are judged by it. */
static void note_empty(Ingest *ingest, const DayAnswer *answers, size_t count) {
  for (size_t i = 0; i < count; i++) {
    IngestDay *day = (IngestDay *)ingest_day_known(ingest, answers[i].date);
    if (day) day->answered_empty = fetch_is_empty(&ingest->fetch, &answers[i]);
  }
}

static Status take_all(Ingest *ingest, DayAnswer *answers, size_t count, Day *broken, size_t *ret_broken, Error *err) {
  *ret_broken = 0;
  note_empty(ingest, answers, count);
  for (size_t i = 0; i < count; i++) {
    source_turn(ingest->job->source);
    if (!fetch_is_whole(&ingest->fetch, &answers[i])) continue;
    Verdict verdict;
    Status status = ingest_take(ingest, &answers[i], &verdict, err);
    if (status != STATUS_OK) return status;
    if (verdict.kind == VERDICT_BROKEN) broken[(*ret_broken)++] = answers[i].date;
    if (ingest->suspect == DAY_NONE) ingest->suspect = verdict.suspect;
  }
  return STATUS_OK;
}

/* The source could not be asked, or not about all of it: whoever looks at one of these days is told why it is late. */
static Status note_unasked(Ingest *ingest, const Day *dates, size_t count, const Error *why, Error *err) {
  char reason[JOB_REASON_SIZE];
  snprintf(reason, sizeof reason, "late: %.*s", JOB_REASON_SIZE - 8, why->text);
  for (size_t i = 0; i < count; i++) {
    IngestDay *day = ingest_day(ingest, dates[i]);
    if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(dates[i]).text);
    if (!day->judged && !day->archived) note(day, VERDICT_LATE, reason);
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
      IngestDay *day = ingest_day(ingest, asked[i]);
      if (!day) return error_set(err, STATUS_NO_MEMORY, "no memory for %s", day_text(asked[i]).text);
      if (day->started_utc == INSTANT_NONE) day->started_utc = now;
      day->asked = true;
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

Status ingest_collect(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  size_t chunk = fetch_chunk(&ingest->fetch);
  for (size_t done = 0; done < count; done += chunk) {
    Status status = collect_chunk(ingest, dates + done, count - done < chunk ? count - done : chunk, err);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}
