/* /screener and /strategies/{name}/outcome: a condition over the archived market in memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/market_beside.h>
#include <closebell/api/service.h>
#include <closebell/report/screen_json.h>
#include <closebell/store/evening.h>

#include "resources.h"

enum { GAPS_NAMED = 12 };

/* ---- what is asked ---- */

/* The parameter of that name; a request's columns are called fields here. */
static bool refuse_complaint(Call *call, const ScreenComplaint *complaint) {
  const ScreenError *place = &complaint->place;
  const char *parameter = strcmp(complaint->parameter, "columns") == 0 ? "fields" : complaint->parameter;
  problem_of_parameter(call->problem, parameter, "%s", place->what);
  text_copy(call->problem->nearest, sizeof call->problem->nearest, place->nearest);
  if (strcmp(parameter, "where") == 0) {
    call->problem->line = place->line;
    call->problem->column = place->column;
  }
  return false;
}

static bool read_question(Call *call, const ScreenQuestion *question, ScreenRequest *ret_request) {
  ScreenComplaint complaint;
  Error err;
  pthread_mutex_lock(&call->service->mutex);
  Status status = screen_request_read(question, &call->service->strategies, ret_request, &complaint, &err);
  bool good = status == STATUS_OK || refuse_complaint(call, &complaint); /* names in it may be the strategies' */
  pthread_mutex_unlock(&call->service->mutex);
  return good;
}

static bool refuse_where(Call *call, const char *why) {
  return problem_of_parameter(call->problem, "where", "%s", why);
}

static bool read_screen(Call *call, ScreenRequest *ret_request) {
  const ScreenQuestion question = {.strategy_name = call_text(call, "strategy_name"),
                                   .where = call_text(call, "where"),
                                   .sort = call_text(call, "sort"),
                                   .columns = call_text(call, "fields"),
                                   .date = call_day(call, "date")};
  if (!question.strategy_name && !question.where) return refuse_where(call, "one of strategy_name and where is wanted");
  if (question.strategy_name && question.where)
    return refuse_where(call, "strategy_name and where are both there; one is wanted");
  return read_question(call, &question, ret_request);
}

/* ---- of which session ---- */

static bool refuse_date(Call *call, Day date) {
  const Snapshot *snapshot = call->snapshot;
  const ResidentArchive *archive = &snapshot->market->archive;
  Day before = DAY_NONE, after = DAY_NONE;
  for (size_t i = 0; i < archive->count; i++) {
    if (archive->sessions[i].date < date) before = archive->sessions[i].date;
    if (archive->sessions[i].date > date && after == DAY_NONE) after = archive->sessions[i].date;
  }
  JobState state = day_state_find(snapshot->days, snapshot->day_count, date);
  problem_of_parameter(call->problem, "date", "%s is no session that can be screened (%s); the nearest are %s and %s",
                       day_text(date).text, state == JOB_ABSENT ? "not archived" : job_state_name(state),
                       before == DAY_NONE ? "none before" : day_text(before).text,
                       after == DAY_NONE ? "none after" : day_text(after).text);
  return false;
}

/* DAY_NONE: nothing is analysed yet. */
static bool choose_date(Call *call, Day wanted, Day *ret_date) {
  const ResidentArchive *archive = &call->snapshot->market->archive;
  Day date = wanted == DAY_NONE ? snapshot_screened(call->snapshot) : wanted;
  if (wanted != DAY_NONE && !resident_archive_has(archive, wanted)) return refuse_date(call, wanted);
  *ret_date = resident_archive_has(archive, date) ? date : DAY_NONE;
  return true;
}

/* ---- answers ---- */

static void put_nothing(Call *call, ServiceAnswer *answer, const ScreenRequest *request) {
  JsonWriter to = call_begin_json(call, answer);
  screen_json_what(&to, request);
  json_put_whole(&to, "considered", 0);
  json_put_whole(&to, "unknown", 0);
  json_put_whole(&to, "count", 0);
  json_begin_list(&to, "matches");
  json_end_list(&to);
  call_end_json(&to, answer);
}

/* `fields` gives the ticker and just those. */
static ScreenShown shown_of(const Call *call, const ScreenRequest *request) {
  if (!call_text(call, "fields")) return screen_result_shown(request);
  ScreenRequest bare = {.columns = {.names = {screen_name_find("ticker", 6)}, .count = 1}};
  ScreenShown shown = screen_result_shown(&bare);
  shown.count = 1;
  for (size_t i = 0; i < request->columns.count; i++)
    if (request->columns.names[i] != shown.names[0]) shown.names[shown.count++] = request->columns.names[i];
  return shown;
}

static void put_list(Call *call, ServiceAnswer *answer, const ScreenResult *result, size_t from) {
  char cursor[CURSOR_SIZE];
  JsonWriter to = call_begin_json(call, answer);
  const ScreenShown shown = shown_of(call, result->request);
  screen_json_list(&to, result, &shown, from);
  if (call_is(call, "evening", "1")) json_put_text(&to, "finality", "provisional");
  if (result->counts.listed < result->counts.count)
    json_put_text(&to, "next",
                  cursor_make(call->target, call->snapshot->state, (int64_t)result->counts.listed, cursor));
  call_end_json(&to, answer);
}

/* All horizons, or the one that is asked for. */
static size_t horizon_of(const Call *call) {
  int64_t wanted = call_whole(call, "horizon", 0);
  size_t horizon = 0;
  while (horizon < HORIZONS && HORIZON[horizon] != wanted) horizon++;
  return horizon;
}

static void put_outcome(Call *call, ServiceAnswer *answer, const ScreenResult *result) {
  JsonWriter to = call_begin_json(call, answer);
  screen_json_what(&to, result->request);
  screen_json_outcome(&to, result, horizon_of(call));
  call_end_json(&to, answer);
}

/* A condition that asks for too much is the reader's fault. */
static bool refuse_result(Call *call, Status status, const Error *err) {
  if (status != STATUS_CONFIG) return call_store_failed(call, status, err);
  if (call_text(call, "where")) return refuse_where(call, err->text);
  return problem_of_parameter(call->problem, "strategy_name", "%.300s", err->text);
}

static Status put_result(Call *call, ServiceAnswer *answer, const ScreenRequest *request, ScreenMarket *market,
                         size_t from, Error *err) {
  ScreenResult result = {0};
  Status status = market_beside_load(&request->where, &request->sort, &request->columns, call->db, market, err);
  if (status == STATUS_OK)
    status = screen_result_make(request, market, screen_market_session(market, request->date), &result, err);
  if (status == STATUS_OK && request->outcome) put_outcome(call, answer, &result);
  if (status == STATUS_OK && !request->outcome) put_list(call, answer, &result, from);
  screen_result_free(&result);
  return status;
}

/* With the market locked: columns of what is shown are there until another screen is made. */
static bool answer_list(Call *call, ServiceAnswer *answer, const ScreenRequest *request, size_t from) {
  ScreenMarket *market;
  Error err = {{0}};
  ResidentMarket *resident = call->snapshot->market;
  Status status = resident_market_lock(resident, call->service->config, call->db, &market, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  status = put_result(call, answer, request, market, from, &err);
  resident_market_unlock(resident);
  return status == STATUS_OK || refuse_result(call, status, &err);
}

/* It takes longer than any list, and no list waits for it. */
static bool answer_long(Call *call, ServiceAnswer *answer, const ScreenRequest *request) {
  ScreenMarket own;
  Error err = {{0}};
  ResidentMarket *resident = call->snapshot->market;
  Status status = resident_market_borrow(resident, call->service->config, call->db, &own, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  resident_market_free_columns(resident);
  status = put_result(call, answer, request, &own, 0, &err);
  resident_market_give_back(resident, &own);
  return status == STATUS_OK || refuse_result(call, status, &err);
}

/* ---- of the evening ---- */

/* The evening that stands on the newest archived session, as the database has it now; DAY_NONE: none. */
static Status find_evening(const Call *call, Day *ret_date, Error *err) {
  const ResidentArchive *archive = &call->snapshot->market->archive;
  JobStatusList evenings = {0}, updates = {0};
  Status status = job_status_load(call->db, "evening", DAY_NONE, DAY_NONE, &evenings, err);
  if (status == STATUS_OK) status = job_status_load(call->db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &updates, err);
  const JobStatus *newest = evenings.count > 0 ? &evenings.items[evenings.count - 1] : NULL;
  bool stands = status == STATUS_OK && newest && newest->state == JOB_COMPLETED && !newest->has_differences &&
                archive->count > 0 && newest->date > archive->gate.session;
  for (size_t i = 0; stands && i < updates.count; i++) {
    const JobStatus *update = &updates.items[i];
    bool closed = update->state == JOB_CLOSED && update->date == newest->date;
    stands = !closed && (update->state != JOB_COMPLETED || update->date <= archive->gate.session);
  }
  *ret_date = stands ? newest->date : DAY_NONE;
  job_status_list_free(&evenings);
  job_status_list_free(&updates);
  return status;
}

typedef struct {
  Session session; /* owned */
  IndexDay indices;
} Evening;

static Status load_evening(const Call *call, Day date, Evening *evening, Error *err) {
  Status status = evening_days_find(call->db, date, &evening->session, err);
  return status == STATUS_OK ? evening_days_find_indices(call->db, date, &evening->indices, err) : status;
}

/* The archive is read anew, with the session on top: the market that others screen stays as it is. */
static Status put_evening(Call *call, ServiceAnswer *answer, ScreenRequest *request, const Evening *evening,
                          size_t from, Error *err) {
  const Snapshot *snapshot = call->snapshot;
  ScreenMarket *market;
  ResidentMarket *own = resident_market_new(job_statuses_of(&snapshot->statuses, JOB_DAILY_UPDATE), snapshot->days,
                                            snapshot_first(snapshot), snapshot->state.restatement);
  if (!own) return error_set(err, STATUS_NO_MEMORY, "no memory for the evening");
  Status status = resident_market_lock(own, call->service->config, call->db, &market, err);
  if (status == STATUS_OK) {
    request->date = evening->session.date;
    status = screen_market_add(market, &evening->session, false, err); /* it links to the one before */
    if (status == STATUS_OK && market_indices_add_day(&market->indices, &evening->indices) != STATUS_OK)
      status = error_set(err, STATUS_NO_MEMORY, "no memory for the evening");
    if (status == STATUS_OK) status = put_result(call, answer, request, market, from, err);
    resident_market_unlock(own);
  }
  resident_market_release(own);
  return status;
}

/* An evening comes and goes within a state. */
static bool answer_evening(Call *call, ServiceAnswer *answer, ScreenRequest *request, size_t from) {
  Day date = DAY_NONE;
  Evening evening = {0};
  Error err = {{0}};
  answer->is_fleeting = true;
  if (!call->db) {
    Status away = error_set(&err, STATUS_UNAVAILABLE, "the database does not answer at the moment");
    return call_store_failed(call, away, &err);
  }
  Status status = find_evening(call, &date, &err);
  if (status == STATUS_OK && date != DAY_NONE) status = load_evening(call, date, &evening, &err);
  bool lost =
      status == STATUS_NOT_FOUND || (status == STATUS_BAD_DATA && date != DAY_NONE); /* as the analysis sees it */
  bool none = lost || (status == STATUS_OK && date == DAY_NONE);
  if (none)
    put_nothing(call, answer, request);
  else if (status == STATUS_OK)
    status = put_evening(call, answer, request, &evening, from, &err);
  session_free(&evening.session);
  return none || status == STATUS_OK || refuse_result(call, status, &err);
}

bool answer_screener(Call *call, ServiceAnswer *answer) {
  ScreenRequest request;
  int64_t from = 0;
  bool of_evening = call_is(call, "evening", "1");
  if (of_evening && call_text(call, "date"))
    return problem_of_parameter(call->problem, "evening", "evening and date are both there; one is wanted");
  if (!read_screen(call, &request) || !cursor_read(call->target, call->snapshot->state, &from, call->problem) ||
      !choose_date(call, request.date, &request.date))
    return false;
  request.limit = (size_t)(from + call_whole(call, "limit", CALL_LIMIT));
  if (of_evening) return answer_evening(call, answer, &request, (size_t)from);
  if (request.date != DAY_NONE) return answer_list(call, answer, &request, (size_t)from);
  put_nothing(call, answer, &request);
  return true;
}

/* ---- what became of the signals ---- */

/* What becomes of a signal is counted in sessions, and would be wrong behind one that is missing. */
static bool has_no_gaps(Call *call) {
  const Snapshot *snapshot = call->snapshot;
  const ResidentArchive *archive = &snapshot->market->archive;
  TextBuffer names = {0};
  size_t count = 0;
  for (size_t i = 0; i < snapshot->unproven_count && archive->count > 0; i++) {
    Day day = snapshot->unproven[i];
    if (day > archive->gate.session || day < archive->sessions[0].date) continue;
    if (count++ < GAPS_NAMED) text_buffer_printf(&names, "%s%s", names.length > 0 ? ", " : "", day_text(day).text);
  }
  if (count > 0)
    problem_set(call->problem, 409, "no outcome: %zu of the sessions are not proven: %s", count,
                names.data ? names.data : "");
  text_buffer_free(&names);
  return count == 0;
}

bool answer_outcome(Call *call, ServiceAnswer *answer) {
  ScreenRequest request;
  const ScreenQuestion question = {.strategy_name = call_segment(call, 1), .date = DAY_NONE, .outcome = true};
  if (!read_question(call, &question, &request)) {
    call->problem->status = 404; /* it is in the path, and no parameter */
    call->problem->parameter[0] = '\0';
    return false;
  }
  if (!has_no_gaps(call) || !choose_date(call, DAY_NONE, &request.date)) return false;
  if (request.date == DAY_NONE) return problem_set(call->problem, 409, "no outcome: no session is analysed yet");
  request.limit = 1; /* of the list, which is not shown */
  return answer_long(call, answer, &request);
}
