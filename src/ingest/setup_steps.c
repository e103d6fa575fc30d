#include <closebell/ingest/setup_steps.h>

#include <stdlib.h>

#include <closebell/base/text.h>
#include <closebell/ingest/collect.h>
#include <closebell/ingest/fold.h>
#include <closebell/ingest/index_report.h>
#include <closebell/ingest/project.h>
#include <closebell/run/run.h>
#include <closebell/store/collections.h>
#include <closebell/store/restatements.h>

Status setup_prepare_database(Job *job, Meta *ret_meta, Error *err) {
  Status status = collections_create_system(job->db, err);
  if (status == STATUS_OK) status = meta_read(job->db, ret_meta, err);
  if (status != STATUS_NOT_FOUND) return status;
  *ret_meta = (Meta){.version = CONTRACT_VERSION};
  status = run_beat(job, err);
  return status == STATUS_OK ? meta_write(job->db, ret_meta, err) : status;
}

/* ---- the anchor ---- */

/* A copy of an answer's rows when every market answered; an empty session otherwise. */
static Status peek(const DayAnswer *answer, MarketSet markets, Session *ret_session) {
  Error unusable;
  *ret_session = (Session){.date = answer->date};
  for (Market market = 0; market < MARKET_COUNT; market++)
    if (market_set_has(markets, market) && answer->markets[market].kind != ANSWER_ROWS) return STATUS_OK;
  Status status = verdict_gather(answer, markets, ret_session, &unusable);
  return status == STATUS_BAD_DATA ? STATUS_OK : status;
}

/* What was answered for one of the days: no rows where it is no session, or not the whole of it. */
typedef struct {
  Session session;
  bool vouched;                            /* the exchange's totals are those of its rows */
  char contradicted[VERDICT_MESSAGE_SIZE]; /* they are others, and which; empty: they are not */
} Candidate;

/* The newest session that is vouched for, or that continues the one before it. Nothing is known yet, so one session
 * alone proves nothing: two that agree do, and the exchange's totals. */
static size_t find_anchor(const Candidate *candidates, size_t count) {
  size_t only = count, found = 0;
  for (size_t i = 0; i < count; i++) {
    if (candidates[i].session.count == 0) continue;
    if (candidates[i].vouched) return i;
    found++;
    only = i;
    for (size_t k = i + 1; k < count; k++) {
      if (candidates[k].session.count == 0) continue;
      if (session_link(&candidates[k].session, &candidates[i].session).linked) return i;
      break;
    }
  }
  return found == 1 ? only : count;
}

/* A session that the totals contradict is none. */
static Status look_at_candidates(Ingest *ingest, const DayAnswer *answers, size_t count, Candidate *candidates,
                                 Error *err) {
  MarketSet markets = ingest->job->rules.filter.markets;
  Status status = index_report_ask_answered(ingest, answers, count, err);
  for (size_t i = 0; i < count && status == STATUS_OK; i++) {
    Candidate *candidate = &candidates[i];
    Verdict verdict = {.kind = VERDICT_GOOD};
    status = peek(&answers[i], markets, &candidate->session);
    if (status != STATUS_OK)
      return error_set(err, status, "no memory for the session of %s", day_text(answers[i].date).text);
    SessionTotals published;
    if (candidate->session.count == 0 || !index_report_totals(ingest, answers[i].date, &published)) continue;
    if (!verdict_weigh_totals(&candidate->session, markets, &published, &verdict)) {
      text_copy(candidate->contradicted, sizeof candidate->contradicted, verdict.message);
      session_free(&candidate->session);
    }
    candidate->vouched = verdict.vouched;
  }
  return status;
}

/* There are rows, and none of them can be believed. Newest first. */
static Status refuse_all(const Day *dates, const Candidate *candidates, size_t count, Error *err) {
  for (size_t i = 0; i < count; i++)
    if (candidates[i].contradicted[0])
      return error_set(err, STATUS_INCOMPLETE, "%s is not what the exchange publishes of it: %s; nothing stored",
                       day_text(dates[i]).text, candidates[i].contradicted);
  return error_set(err, STATUS_INCOMPLETE,
                   "no two sessions from %s to %s continue each other: the source cannot be believed; nothing stored",
                   day_text(dates[count - 1]).text, day_text(dates[0]).text);
}

/* Takes the anchor, then what is newer upwards, then what is older downwards, so that each has a judged neighbour.
 * Answers are newest first. */
static Status take_from_anchor(Ingest *ingest, DayAnswer *answers, size_t count, size_t anchor, Error *err) {
  Verdict verdict;
  Status status = collect_take(ingest, &answers[anchor], &verdict, err);
  for (size_t i = anchor; i > 0 && status == STATUS_OK; i--)
    status = collect_take(ingest, &answers[i - 1], &verdict, err);
  for (size_t i = anchor + 1; i < count && status == STATUS_OK; i++)
    status = collect_take(ingest, &answers[i], &verdict, err);
  return status;
}

Status setup_collect_anchor(Ingest *ingest, const Day *dates, size_t count, Error *err) {
  DayAnswer answers[SETUP_ANCHOR_DAYS] = {{0}};
  Candidate candidates[SETUP_ANCHOR_DAYS] = {0};
  Status status = fetch_days(&ingest->fetch, dates, count, answers, err);
  if (status == STATUS_OK) status = look_at_candidates(ingest, answers, count, candidates, err);
  if (status == STATUS_OK) {
    size_t anchor = find_anchor(candidates, count);
    bool any = false;
    for (size_t i = 0; i < count; i++) any |= candidates[i].session.count > 0 || candidates[i].contradicted[0];
    status = any && anchor == count ? refuse_all(dates, candidates, count, err)
                                    : take_from_anchor(ingest, answers, count, any ? anchor : 0, err);
  }
  for (size_t i = 0; i < count; i++) {
    day_answer_free(&answers[i]);
    session_free(&candidates[i].session);
  }
  return status;
}

/* ---- the first session kept ---- */

/* An earlier first session is a restatement: every target's history begins earlier, before the calendar says so. */
static Status extend_history(Ingest *ingest, Day first, Error *err) {
  Universe *universe = &ingest->targets.universe;
  const Target **changed = malloc((universe->count + 1) * sizeof *changed);
  if (!changed) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu targets", universe->count);
  size_t count = 0;
  for (size_t i = 0; i < universe->count; i++) {
    Target *target = &universe->items[i];
    if (target->history_from <= first) continue;
    target->history_from = first;
    target->backfill_needed |= target->added_date > ingest->universe_from;
    changed[count++] = target;
  }
  Status status = run_beat(ingest->job, err);
  if (status == STATUS_OK && count) status = targets_update(ingest->job->db, changed, count, err);
  free(changed);
  int64_t number;
  const NewRestatement earlier = {
      .from = first, .reason = "the history kept begins earlier", .at_utc = clock_now(ingest->job->clock)};
  if (status == STATUS_OK && ingest->reach != DAY_NONE)
    status = restatements_insert(ingest->job->db, &earlier, &number, err);
  return status;
}

Status setup_fix_first_session(Ingest *ingest, Day oldest, Error *err) {
  if (ingest->ledger.first != DAY_NONE && ingest->ledger.first <= oldest) return STATUS_OK;
  Status status = extend_history(ingest, oldest, err);
  CalendarDay first = {.date = oldest, .state = CALENDAR_OPEN, .observed = true};
  if (status == STATUS_OK) status = run_beat(ingest->job, err);
  if (status == STATUS_OK) status = trading_calendar_insert(ingest->job->db, &first, 1, err);
  if (status == STATUS_OK) ingest->ledger.first = oldest;
  return status;
}

/* ---- the universe ---- */

Status setup_fill_targets(Ingest *ingest, Error *err) {
  if (ingest->universe_from == DAY_NONE) ingest->universe_from = ledger_newest_archived(&ingest->ledger);
  Universe universe = {0};
  Status status = fold_from_filter(ingest, ingest->universe_from, &universe, err);
  if (status != STATUS_OK) return status;
  char counts[UNIVERSE_COUNTS_SIZE];
  log_info(ingest->job->log, "%s: %s", day_text(ingest->universe_from).text,
           universe_counts_format(&ingest->run.counts, counts));
  if (universe.count == 0)
    status = error_set(err, STATUS_CONFIG,
                       "no stock of %s passes the entry filter: look at [universe] markets and min_market_cap",
                       day_text(ingest->universe_from).text);
  if (status == STATUS_OK) status = fold_settle(ingest, &universe, ingest->universe_from, err);
  universe_free(&universe);
  return status;
}

/* ---- rows ---- */

Status setup_project(Ingest *ingest, Day to, Error *err) {
  Day *dates = malloc((ingest->ledger.count + 1) * sizeof *dates);
  if (!dates) return error_set(err, STATUS_NO_MEMORY, "no memory for %zu dates", ingest->ledger.count);
  size_t count = 0;
  for (size_t i = 0; i < ingest->ledger.count; i++) {
    const LedgerDay *day = &ingest->ledger.days[i];
    if (day->archived && day->state != JOB_COMPLETED && day->date >= ingest->ledger.first && day->date <= to)
      dates[count++] = day->date;
  }
  Status status = project_days(ingest, dates, count, err);
  free(dates);
  return status;
}

/* ---- done ---- */

Status setup_remember(Ingest *ingest, Meta *meta, Error *err) {
  MarketSet markets = ledger_archived_markets(&ingest->ledger);
  if (meta->setup_completed && meta->markets == markets) return STATUS_OK;
  if (!meta->setup_completed)
    filter_format(ingest->has_began_by ? &ingest->began_by : ingest_filter(ingest, ingest->universe_from),
                  meta->began_by);
  meta->setup_completed = true;
  meta->markets = markets;
  Status status = run_beat(ingest->job, err);
  return status == STATUS_OK ? meta_write(ingest->job->db, meta, err) : status;
}
