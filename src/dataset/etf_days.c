/* etf_days: the exchange-traded funds of each session, all of them or none. A session is proven by the one before it:
 * its base prices are that one's closes for at least half of the funds. So sessions come oldest first, and one that is
 * not proven holds those after it. */
#include "etf_days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/progress.h>
#include <closebell/run/run.h>
#include <closebell/source/feed.h>
#include <closebell/store/collections.h>

#include "datasets.h"

enum { BACK_DAYS = 20 }; /* so many days before the window its first session's forerunner is looked for */

static const Market MARKET = MARKET_KOSPI; /* as which the question goes; the answer has all markets */

static int64_t expected_rows(const Job *job) { return job->config->etf.days > 0; }

/* ---- what is due ---- */

/* What was asked for in vain does not rest: some days come only in the afternoon. */
static Status plan(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *ret_plan, Error *err) {
  EtfWindow window;
  Status status = etf_window(ingest, &window, err);
  if (status != STATUS_OK) return status;
  bool named = dataset_wish_names_days(wish);
  bool whole = wish->name && strcmp(wish->name, dataset->name) == 0;
  DatasetPlan plan = {.dates = malloc((window.count + 1) * sizeof *plan.dates),
                      .sessions = window.count - window.begin,
                      .whole = whole,
                      .reopened = whole};
  for (size_t i = window.count; plan.dates && i > window.begin; i--) {
    Day date = window.sessions[i - 1];
    bool completed = etf_is_completed(ingest, date);
    plan.completed += completed;
    if (i <= window.end && (named ? dataset_wish_includes(wish, date) : !completed)) plan.dates[plan.count++] = date;
  }
  plan.questions = plan.count;
  if (plan.count > 0 && plan.dates[plan.count - 1] == window.sessions[window.begin]) plan.questions++;
  if (window.end < window.count)
    snprintf(plan.note, sizeof plan.note, "; those from %s on wait for a session before it",
             day_text(window.sessions[window.end]).text);
  etf_window_free(&window);
  if (!plan.dates) return error_set(err, STATUS_NO_MEMORY, "no memory for the sessions");
  *ret_plan = plan;
  return STATUS_OK;
}

/* ---- one run ---- */

typedef struct {
  DatasetWork *work;
  const DatasetPlan *plan;
  EtfWindow window;
  EtfList funds;
  DayList reopened;  /* completed ones, something of which is gone */
  EtfSession before; /* the session before the next one to be proven; no rows: not known yet */
} Etfs;

static bool is_planned(const Etfs *etfs, Day date) {
  for (size_t i = 0; i < etfs->plan->count; i++)
    if (etfs->plan->dates[i] == date) return true;
  return day_list_has(&etfs->reopened, date);
}

static void etfs_free(Etfs *etfs) {
  etf_window_free(&etfs->window);
  etf_list_free(&etfs->funds);
  day_list_free(&etfs->reopened);
  etf_session_free(&etfs->before);
}

/* ---- asking ---- */

static Status ask(Etfs *etfs, const Day *dates, size_t count, DayAnswer *answers, Error *err) {
  const FeedDays asked = {.feed = FEED_ETF, .markets = market_bit(MARKET), .dates = dates, .count = count};
  for (size_t i = 0; i < count; i++) answers[i] = (DayAnswer){.date = dates[i]};
  return fetch_beside(&etfs->work->ingest->fetch, &asked, answers, err);
}

/* The rows of an answer with rows become the session's. */
static EtfSession take_rows(DayAnswer *answer) {
  Answer *said = &answer->markets[MARKET];
  EtfSession session = {.date = answer->date, .rows = said->payload, .count = said->count};
  said->payload = NULL;
  said->count = 0;
  return session;
}

__attribute__((format(printf, 3, 4))) static void say(DatasetVerdict *verdict, JobState state, const char *format,
                                                      ...) {
  va_list arguments;
  verdict->state = state;
  va_start(arguments, format);
  vsnprintf(verdict->reason, sizeof verdict->reason, format, arguments);
  va_end(arguments);
}

/* A day that the calendar calls closed has no session; what it does not know is asked about. */
static bool may_be_session(const Etfs *etfs, Day date) {
  const LedgerDay *day = ledger_find(&etfs->work->ingest->ledger, date);
  return !day_is_weekend(date) && !(day && day->state == JOB_CLOSED);
}

static bool is_known_session(const Etfs *etfs, Day date) {
  const LedgerDay *day = ledger_find(&etfs->work->ingest->ledger, date);
  return day && (day->archived || day->state == JOB_COMPLETED);
}

/* What an answer without rows says of a session that needs it. JOB_ABSENT: nothing, it was not asked or in vain. */
static void judge_unanswered(const Answer *answer, const char *which, DatasetVerdict *verdict) {
  if (answer->kind == ANSWER_EMPTY)
    say(verdict, JOB_WAITING, "%sthe exchange gives no funds yet: asked again by the next run", which);
  if (answer->kind == ANSWER_BROKEN) say(verdict, JOB_FAILED, "%s%.180s", which, answer->detail);
}

/* The session before the window's first, which is not stored. Of a day that answers with nothing and that nobody knows
 * as a session the one before it is asked. */
static Status ask_before(Etfs *etfs, Day first, DatasetVerdict *verdict, Error *err) {
  Status status = STATUS_OK;
  for (Day date = first - 1; date >= first - BACK_DAYS && status == STATUS_OK; date--) {
    DayAnswer answer;
    char which[64];
    if (!may_be_session(etfs, date)) continue;
    status = run_beat(etfs->work->ingest->job, err);
    if (status == STATUS_OK) status = ask(etfs, &date, 1, &answer, err);
    if (status != STATUS_OK) return status;
    const Answer *said = &answer.markets[MARKET];
    if (said->kind == ANSWER_ROWS) {
      etf_session_free(&etfs->before);
      etfs->before = take_rows(&answer);
      return STATUS_OK;
    }
    bool on = said->kind == ANSWER_EMPTY && !is_known_session(etfs, date);
    snprintf(which, sizeof which, "of %s, the session before it: ", day_text(date).text);
    if (!on) judge_unanswered(said, which, verdict);
    day_answer_free(&answer);
    if (!on) return STATUS_OK;
  }
  say(verdict, JOB_WAITING, "the exchange gives no funds of any day of the %d before it, which would prove it",
      BACK_DAYS);
  return status;
}

/* The session before the one at that place. *ret_lost: what is stored of it is not all that was. Without rows, and the
 * verdict says why, or the feed may be asked no more. */
static Status know_before(Etfs *etfs, size_t at, DatasetVerdict *verdict, bool *ret_lost, Error *err) {
  const EtfWindow *window = &etfs->window;
  *ret_lost = false;
  if (at == window->begin) return ask_before(etfs, window->sessions[at], verdict, err);
  Day date = window->sessions[at - 1];
  if (etfs->before.rows && etfs->before.date == date) return STATUS_OK;
  const Ingest *ingest = etfs->work->ingest;
  etf_session_free(&etfs->before);
  Status status = etf_session_load(ingest->job, &etfs->funds, date, &etfs->before, err);
  const JobStatus *stamped = job_status_find(dataset_statuses(ingest, &ETF_DAYS), date);
  if (status == STATUS_OK) *ret_lost = !stamped || stamped->stored_rows != (int64_t)etfs->before.count;
  return status;
}

/* ---- the proof ---- */

/* A completed session that comes after stays: this one has to fit to it as well. */
static Status judge_after(Etfs *etfs, size_t at, const EtfSession *session, DatasetVerdict *verdict, Error *err) {
  const EtfWindow *window = &etfs->window;
  char fault[ETF_FAULT_SIZE];
  EtfSession after = {0};
  if (at + 1 >= window->end || verdict->state != JOB_COMPLETED) return STATUS_OK;
  Day next = window->sessions[at + 1];
  if (!etf_is_completed(etfs->work->ingest, next) || is_planned(etfs, next)) return STATUS_OK;
  Status status = etf_session_load(etfs->work->ingest->job, &etfs->funds, next, &after, err);
  if (status == STATUS_OK && after.count > 0) {
    const EtfTally tally = etf_tally(session->rows, session->count, after.rows, after.count);
    if (etf_tally_link_fault(&tally, fault))
      say(verdict, JOB_FAILED, "%s as it is stored: %s", day_text(next).text, fault);
  }
  etf_session_free(&after);
  return status;
}

static Status judge(Etfs *etfs, size_t at, const EtfSession *before, const EtfSession *session, DatasetVerdict *verdict,
                    Error *err) {
  char fault[ETF_FAULT_SIZE];
  const EtfTally tally = etf_tally(before->rows, before->count, session->rows, session->count);
  if (etf_tally_fault(&tally, fault)) {
    say(verdict, JOB_FAILED, "%s", fault);
    return STATUS_OK;
  }
  verdict->state = JOB_COMPLETED;
  Status status = judge_after(etfs, at, session, verdict, err);
  if (status == STATUS_OK && verdict->state == JOB_COMPLETED) {
    verdict->expected_rows = verdict->stored_rows = (int64_t)session->count;
    say(verdict, JOB_COMPLETED, "%s: %zu of %zu funds continue %s", ETF_DAYS.proof, tally.linked, tally.both,
        day_text(before->date).text);
  }
  return status;
}

/* ---- some sessions ---- */

/* Consecutive ones, while they are worked on. */
typedef struct {
  size_t at, count; /* of the window */
  DayAnswer answers[DATASET_DAYS_MAX];
  EtfSession sessions[DATASET_DAYS_MAX]; /* proven ones */
  DatasetVerdict verdicts[DATASET_DAYS_MAX];
  size_t proven;
  bool stopped; /* by the one behind them, whose verdict follows theirs; without a state: it was not asked */
} Chunk;

static Status prove(Etfs *etfs, Chunk *chunk, Error *err) {
  Status status = STATUS_OK;
  while (chunk->proven < chunk->count && status == STATUS_OK && !chunk->stopped) {
    size_t at = chunk->proven;
    DatasetVerdict *verdict = &chunk->verdicts[at];
    const EtfSession *before = at ? &chunk->sessions[at - 1] : &etfs->before;
    if (chunk->answers[at].markets[MARKET].kind != ANSWER_ROWS) {
      judge_unanswered(&chunk->answers[at].markets[MARKET], "", verdict);
      chunk->stopped = true;
      break;
    }
    chunk->sessions[at] = take_rows(&chunk->answers[at]);
    status = judge(etfs, chunk->at + at, before, &chunk->sessions[at], verdict, err);
    chunk->stopped = verdict->state != JOB_COMPLETED;
    if (status == STATUS_OK && !chunk->stopped) chunk->proven++;
  }
  return status;
}

static Status stamp(Etfs *etfs, const Chunk *chunk, Instant started, Error *err) {
  Status status = STATUS_OK;
  size_t count = chunk->proven + (chunk->stopped && chunk->verdicts[chunk->proven].state != JOB_ABSENT);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    const DatasetStamp of = {.date = etfs->window.sessions[chunk->at + i], .verdict = &chunk->verdicts[i]};
    status = dataset_stamp(etfs->work, &of, started, err);
  }
  return status;
}

/* The last proven one is the session before the next. */
static void keep_last(Etfs *etfs, Chunk *chunk) {
  if (chunk->proven == 0) return;
  etf_session_free(&etfs->before);
  etfs->before = chunk->sessions[chunk->proven - 1];
  chunk->sessions[chunk->proven - 1] = (EtfSession){0};
}

static Status bring(Etfs *etfs, Chunk *chunk, Error *err) {
  Job *job = etfs->work->ingest->job;
  const Day *dates = etfs->window.sessions + chunk->at;
  Instant started = clock_now(job->clock);
  Status status = run_beat(job, err);
  if (status == STATUS_OK && !chunk->stopped) status = ask(etfs, dates, chunk->count, chunk->answers, err);
  if (status == STATUS_OK && !chunk->stopped) status = prove(etfs, chunk, err);
  if (status == STATUS_OK) status = run_beat(job, err);
  if (status == STATUS_OK && chunk->proven > 0)
    status = etf_sessions_store(job, &etfs->funds, chunk->sessions, chunk->proven, err);
  if (status == STATUS_OK) status = stamp(etfs, chunk, started, err);
  if (status == STATUS_OK) keep_last(etfs, chunk);
  for (size_t i = 0; i < chunk->count; i++) {
    day_answer_free(&chunk->answers[i]);
    etf_session_free(&chunk->sessions[i]);
  }
  return status;
}

/* ---- all of them ---- */

static bool was_in_vain(const Etfs *etfs, Day date) {
  const JobStatus *status = job_status_find(dataset_statuses(etfs->work->ingest, &ETF_DAYS), date);
  return status && status->state != JOB_COMPLETED;
}

/* What is planned from there on without a gap; of a session that was asked for in vain before, those behind it are not
 * asked for before it is there. */
static size_t chunk_size(const Etfs *etfs, size_t at) {
  size_t most = fetch_chunk(&etfs->work->ingest->fetch), count = 1;
  if (was_in_vain(etfs, etfs->window.sessions[at])) return 1;
  if (most > DATASET_DAYS_MAX) most = DATASET_DAYS_MAX;
  while (count < most && at + count < etfs->window.end && is_planned(etfs, etfs->window.sessions[at + count])) count++;
  return count;
}

/* *at moves on, or back where what is stored of the session before is gone. *ret_held: nothing behind it can be
 * proven. */
static Status step(Etfs *etfs, Chunk *chunk, size_t *at, bool *ret_held, Error *err) {
  bool lost;
  *chunk = (Chunk){.at = *at, .count = chunk_size(etfs, *at)};
  Status status = know_before(etfs, *at, &chunk->verdicts[0], &lost, err);
  if (status == STATUS_OK && lost) {
    etf_session_free(&etfs->before);
    *at -= 1;
    return day_list_add(&etfs->reopened, etfs->window.sessions[*at], err);
  }
  chunk->stopped = !etfs->before.rows;
  if (status == STATUS_OK) status = bring(etfs, chunk, err);
  *at += chunk->proven;
  *ret_held = chunk->proven < chunk->count;
  return status;
}

static Status go_over(Etfs *etfs, Error *err) {
  DatasetWork *work = etfs->work;
  Chunk *chunk = malloc(sizeof *chunk);
  if (!chunk) return error_set(err, STATUS_NO_MEMORY, "no memory for the sessions");
  Progress progress = progress_start(work->ingest->job->log, work->dataset->name, "sessions", etfs->plan->count);
  Status status = STATUS_OK;
  size_t at = etfs->window.begin;
  bool held = false;
  while (at < etfs->window.end && status == STATUS_OK && !held && dataset_has_time(work)) {
    Day date = etfs->window.sessions[at];
    if (is_planned(etfs, date))
      status = step(etfs, chunk, &at, &held, err);
    else if (etf_is_completed(work->ingest, date))
      at++;
    else
      held = true;
    progress_update(&progress, work->proven);
  }
  progress_finish(&progress);
  for (; at < etfs->window.end; at++) work->left += is_planned(etfs, etfs->window.sessions[at]);
  work->left -= work->left > 0 && work->failed + work->waiting > 0;
  free(chunk);
  return status;
}

static Status reopen(void *context, Day date, const char *what, Error *err) {
  Etfs *etfs = context;
  if (date == DAY_NONE || !etf_is_completed(etfs->work->ingest, date)) return STATUS_OK;
  log_with(etfs->work->ingest->job->log, LOG_WARN,
           LOG_FACTS(log_text("dataset", ETF_DAYS.name), log_day("session", date)),
           "%s of %s: %s; it is asked for again", ETF_DAYS.name, day_text(date).text, what);
  return day_list_add(&etfs->reopened, date, err);
}

/* All of it only when a person names the dataset: that reads every document. */
static Status look_at_stored(Etfs *etfs, Error *err) {
  Ingest *ingest = etfs->work->ingest;
  const JobStatusList *statuses = dataset_statuses(ingest, &ETF_DAYS);
  if (!etfs->plan->whole) return etf_days_lost(ingest, &etfs->funds, &etfs->reopened, err);
  Day *dates = malloc((statuses->count + 1) * sizeof *dates);
  if (!dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu sessions", statuses->count);
  DatasetStored stored = {.dates = dates, .look = LOOK_STORED, .dataset = &ETF_DAYS};
  for (size_t i = 0; i < statuses->count; i++)
    if (statuses->items[i].state == JOB_COMPLETED) dates[stored.count++] = statuses->items[i].date;
  Status status = stored.count ? etf_days_mend(ingest, &stored, &etfs->funds, reopen, etfs, err) : STATUS_OK;
  free(dates);
  return status;
}

static Status work_on(DatasetWork *work, DatasetPlan *plan, Error *err) {
  const Job *job = work->ingest->job;
  Etfs etfs = {.work = work, .plan = plan};
  Status status = collections_create_section(job->db, "etf", err);
  if (status == STATUS_OK) status = etf_window(work->ingest, &etfs.window, err);
  if (status == STATUS_OK) status = etfs_read(job->db, &etfs.funds, err);
  if (status == STATUS_OK) status = look_at_stored(&etfs, err);
  if (status == STATUS_OK) status = go_over(&etfs, err);
  etfs_free(&etfs);
  return status;
}

static const DatasetUnits UNITS = {.unit = "sessions", .oldest_first = true, .plan = plan, .work = work_on};

const Dataset ETF_DAYS = {.name = "etf_days",
                          .feed = FEED_ETF,
                          .proof = "proven by the closes of the session before",
                          .units = &UNITS,
                          .expected_rows = expected_rows,
                          .look = etf_days_look};
