#include <closebell/analysis/leaders.h>

#include <math.h>
#include <stdlib.h>

#include <closebell/analysis/archive_read.h>
#include <closebell/run/run.h>
#include <closebell/store/leader_candidates.h>

/* Of one stock that was followed in the session. */
typedef struct {
  LeaderCandidate candidate;
  bool traded, analyzed;
  size_t listed; /* in so many of the sessions read */
  double value_sum;
} Standing;

typedef struct {
  const AnalysisWork *work;
  const LeaderRules *rules;
  const LeaderPlaces *places;
  Day date;
  Standing *standings; /* beside the targets */
} Choice;

/* ---- from the archive ---- */

static Day window_start(const AnalysisWork *work, Day date) {
  Day start = date;
  size_t sessions = 0;
  for (size_t i = work->state_count; i > 0 && sessions < LEADER_VALUE_SESSIONS; i--) {
    Day day = work->states[i - 1].date;
    if (day > date || !analysis_work_reads(work, day)) continue;
    start = day;
    sessions++;
  }
  return start;
}

static Status take_session(void *context, Session *session, Error *err) {
  Choice *choice = context;
  const Universe *universe = &choice->work->ingest.targets.universe;
  if (!analysis_work_reads(choice->work, session->date)) return STATUS_OK;
  for (size_t i = 0; i < universe->count; i++) {
    Standing *standing = &choice->standings[i];
    const StockRow *row = session_find(session, universe->items[i].ticker);
    if (!row || !analysis_work_followed(&universe->items[i], choice->date)) continue;
    standing->listed++;
    standing->value_sum += (double)row->value;
    if (session->date != choice->date) continue;
    standing->candidate.row = *row;
    standing->traded = row_has_trades(row);
  }
  return run_beat(choice->work->job, err);
}

static void finish_averages(Choice *choice) {
  for (size_t i = 0; i < choice->work->ingest.targets.universe.count; i++) {
    Standing *standing = &choice->standings[i];
    bool whole = standing->listed == LEADER_VALUE_SESSIONS;
    standing->candidate.value_average = whole ? standing->value_sum / LEADER_VALUE_SESSIONS : (double)NAN;
  }
}

/* ---- from the analysis ---- */

static Status take_numbers(void *context, const char *ticker, const LeaderNumbers *numbers, Error *err) {
  (void)err;
  Choice *choice = context;
  const Universe *universe = &choice->work->ingest.targets.universe;
  const Target *target = universe_find(universe, ticker);
  if (!target) return STATUS_OK;
  Standing *standing = &choice->standings[target - universe->items];
  standing->candidate.numbers = *numbers;
  standing->analyzed = true;
  return STATUS_OK;
}

/* A session that is not the newest one any more, and stocks that have left since, stand in no latest_analysis. */
static Status find_others(Choice *choice, Error *err) {
  const AnalysisWork *work = choice->work;
  for (size_t i = 0; i < work->ingest.targets.universe.count; i++) {
    Standing *standing = &choice->standings[i];
    const LeaderCandidate *candidate = &standing->candidate;
    if (standing->analyzed || !standing->traded) continue;
    if (!leader_row_passes(choice->rules, &candidate->row, candidate->value_average)) continue;
    Status status = run_beat(work->job, err);
    if (status == STATUS_OK)
      status = leader_numbers_find(work->job->db, candidate->row.ticker, choice->date, choice->rules,
                                   &standing->candidate.numbers, err);
    if (status == STATUS_BAD_DATA)
      log_warn(work->job->log, "%s is no leader candidate: %s", candidate->row.ticker, err->text);
    else if (status != STATUS_OK && status != STATUS_NOT_FOUND)
      return status;
    standing->analyzed = status == STATUS_OK;
  }
  return STATUS_OK;
}

/* ---- the choice ---- */

static Status choose_and_write(const Choice *choice, Error *err) {
  const AnalysisWork *work = choice->work;
  size_t count = 0, considered = 0;
  LeaderCandidate *candidates = malloc((work->ingest.targets.universe.count + 1) * sizeof *candidates);
  if (!candidates) return error_set(err, STATUS_NO_MEMORY, "no memory for the leader candidates");
  for (size_t i = 0; i < work->ingest.targets.universe.count; i++) {
    const Standing *standing = &choice->standings[i];
    considered += standing->traded;
    if (standing->traded && standing->analyzed) candidates[count++] = standing->candidate;
  }
  count = leaders_choose(choice->rules, candidates, count);
  Status status = run_beat(work->job, err);
  const LeaderDay day = {
      .date = choice->date, .rules = choice->rules, .candidates = candidates, .count = count, .considered = considered};
  if (status == STATUS_OK) status = choice->places->write(work->job->db, &day, err);
  free(candidates);
  if (status == STATUS_OK)
    log_with(
        work->job->log, LOG_INFO,
        LOG_FACTS(log_day("session", choice->date), log_size("candidates", count), log_size("considered", considered)),
        "%s: %zu leader candidates among %zu stocks that traded", day_text(choice->date).text, count, considered);
  return status;
}

Status leaders_write_to(const AnalysisWork *work, Day date, const LeaderPlaces *places, Error *err) {
  const Db *db = work->job->db;
  Choice choice = {.work = work,
                   .rules = &work->job->rules.leaders,
                   .places = places,
                   .date = date,
                   .standings = calloc(work->ingest.targets.universe.count + 1, sizeof(Standing))};
  Status status = choice.standings ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory");
  if (status == STATUS_OK) status = archive_read(work, window_start(work, date), date, take_session, &choice, err);
  if (status == STATUS_OK) {
    finish_averages(&choice);
    if (date == work->gate.session) status = places->read(db, date, choice.rules, take_numbers, &choice, err);
  }
  if (status == STATUS_OK) status = find_others(&choice, err);
  if (status == STATUS_OK) status = choose_and_write(&choice, err);
  free(choice.standings);
  return error_prefix(err, status, "leader candidates of %s", day_text(date).text);
}

Status leaders_write(const AnalysisWork *work, Day date, Error *err) {
  static const LeaderPlaces places = {.read = leader_numbers_read, .write = leader_candidates_write};
  return leaders_write_to(work, date, &places, err);
}
