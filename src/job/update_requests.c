/* What people asked to have done again: first thing of a run, oldest first, each under the lease of what it is about.
 * A request ends once, behind its work and under that lease; whoever dies before leaves it open, and the next run does
 * all of it again, which changes nothing that was done. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/dataset/engine.h>
#include <closebell/ingest/guard.h>
#include <closebell/job/requesting.h>
#include <closebell/run/run.h>

#include "update_internal.h"

enum { ALL_OF_THEM_MS = 10 * 60 * 1000 };
/* ---- how it ends ---- */

__attribute__((format(printf, 2, 3))) static void say(Request *request, const char *format, ...) {
  size_t length = strlen(request->result);
  va_list args;
  va_start(args, format);
  vsnprintf(request->result + length, sizeof request->result - length, format, args);
  va_end(args);
}

static void tell(const Job *job, const Request *request) {
  log_with(job->log, request->state == REQUEST_REFUSED ? LOG_WARN : LOG_INFO,
           LOG_FACTS(log_text("request", request->id), log_text("dataset", request->what.dataset),
                     log_text("who", request->who), log_text("status", request_state_name(request->state))),
           "request %s of %s is %s: %s", request->id, request->who, request_state_name(request->state),
           request->result);
}

/* The mark goes last: a run that finds it without an open request takes it away. */
static Status end(UpdateRequests *work, Request *request, RequestState state, Error *err) {
  Job *job = work->job;
  bool ended = false;
  request->state = state;
  request->done_utc = clock_now(job->clock);
  Status status = requests_end(job->db, request, &ended, err);
  if (status == STATUS_OK) status = requests_unmark(job->db, request->id, err);
  if (status != STATUS_OK) return status;
  if (!ended) {
    log_info(job->log, "request %s was ended by somebody else meanwhile", request->id);
    return STATUS_OK;
  }
  work->done += state == REQUEST_DONE;
  work->refused += state == REQUEST_REFUSED;
  tell(job, request);
  return STATUS_OK;
}

/* The source has not answered all of it: the next run goes on, for some days. */
static Status leave(UpdateRequests *work, Request *request, const char *why, Error *err) {
  const Job *job = work->job;
  if (clock_now(job->clock) - request->at_utc > REQUEST_PATIENCE_DAYS * MS_OF_DAY) {
    request->result[0] = '\0';
    say(request, "not done within %d days: %.350s", REQUEST_PATIENCE_DAYS, why);
    return end(work, request, REQUEST_REFUSED, err);
  }
  work->left++;
  log_with(job->log, LOG_WARN, LOG_FACTS(log_text("request", request->id), log_text("dataset", request->what.dataset)),
           "request %s of %s stays open: %s; the next run goes on", request->id, request->who, why);
  return STATUS_OK;
}

/* What ends the whole run, and not this request alone. */
static bool ends_run(Status status) {
  return status == STATUS_INTERRUPTED || status == STATUS_LOST || status == STATUS_NO_MEMORY;
}

static Status leave_for(UpdateRequests *work, Request *request, Status trouble, const Error *why, Error *err) {
  if (!ends_run(trouble)) return leave(work, request, why->text[0] ? why->text : status_name(trouble), err);
  work->left++;
  *err = *why;
  return trouble;
}

/* ---- daily prices ---- */

static void say_prices(Request *request, const Update *update) {
  const AskedAgain *again = &update->ingest.run.again;
  size_t counts[JOB_CLOSED + 1] = {0};
  DayText first = day_text(again->first_different);
  update_count_days(update, counts);
  size_t asked = again->same + again->different + again->replaced + again->unusable, unfinished = 0;
  say(request, "%zu sessions asked for again: %zu the same", asked, again->same);
  if (again->different)
    say(request,
        ", %zu answered differently (%zu rows, first %s; what is archived stays: daily_update --date %s "
        "--force takes them over)",
        again->different, again->rows, first.text, first.text);
  if (again->replaced) say(request, ", %zu replaced", again->replaced);
  if (again->unusable) say(request, ", %zu not to be believed: what is archived stays", again->unusable);
  if (counts[JOB_COMPLETED]) say(request, "; %zu brought that were missing", counts[JOB_COMPLETED]);
  unfinished = counts[JOB_FAILED] + counts[JOB_WAITING] + counts[JOB_RUNNING] + counts[JOB_ABSENT];
  if (unfinished) say(request, "; %zu still missing: every run asks for them", unfinished);
  if (counts[JOB_CLOSED]) say(request, "; %zu days closed", counts[JOB_CLOSED]);
  if (update->ingest.run.rows_repaired)
    say(request, "; %ld rows of stock_data written again from the archive", update->ingest.run.rows_repaired);
}

static bool asked_nothing(const Update *update) {
  const AskedAgain *again = &update->ingest.run.again;
  return again->same + again->different + again->replaced + again->unusable + update->missing.count == 0;
}

static Status do_prices(UpdateRequests *work, Request *request, Error *err) {
  const RequestWhat *what = &request->what;
  const UpdateOptions options = {.from = what->from, .to = what->to};
  Update update = {
      .job = work->job, .options = &options, .meta = *work->meta, .healed = {.first = DAY_NONE, .last = DAY_NONE}};
  Error why = {{0}};
  Status status = update_named(&update, &why);
  if (status == STATUS_OK && update.incomplete)
    status = error_set(&why, STATUS_INCOMPLETE, "some session could not be proven");
  if (status == STATUS_OK && update.ingest.run.again.unanswered)
    status = error_set(&why, STATUS_INCOMPLETE, "the source did not answer for %zu sessions",
                       update.ingest.run.again.unanswered);
  if (status == STATUS_OK && update.cut_short)
    status = error_set(&why, STATUS_INCOMPLETE, "%s used up", update.cut_short);
  if (status != STATUS_OK) {
    status = leave_for(work, request, status, &why, err);
  } else if (asked_nothing(&update)) {
    say(request, "there is no session from %s to %s", day_text(what->from).text, day_text(what->to).text);
    status = end(work, request, REQUEST_REFUSED, err);
  } else {
    say_prices(request, &update);
    status = end(work, request, REQUEST_DONE, err);
  }
  *work->meta = update.meta;
  work->sessions += update.ingest.run.sessions_archived;
  work->rows += update.ingest.run.rows_stored;
  work->healed += update.ingest.run.rows_repaired;
  update_free(&update);
  return status;
}

/* ---- a dataset ---- */

static void say_dataset(Request *request, const DatasetAgain *again) {
  say(request, "%zu %s asked for again: %zu proven", again->units, again->unit, again->proven);
  if (again->failed) say(request, ", %zu failed: the next runs ask for them", again->failed);
  if (again->waiting) say(request, ", %zu waiting", again->waiting);
  if (again->changed >= 0) say(request, "; %lld documents changed", (long long)again->changed);
}

/* What was stamped before the request, by a clock that is ahead within what is tolerated, is not taken for its work. */
static Status do_dataset(UpdateRequests *work, Request *request, const Dataset *dataset, Ingest *ingest, Error *err) {
  const DatasetWish wish = {.name = dataset->name,
                            .from = request->what.from,
                            .to = request->what.to,
                            .anew = true,
                            .since = request->at_utc + work->job->config->lease.skew_seconds * 1000};
  DatasetAgain again = {0};
  Error why = {{0}};
  Status status = dataset_ask_again(ingest, dataset, &wish, &again, &why);
  if (status == STATUS_OK && again.shut) status = error_set(&why, STATUS_UNAVAILABLE, "its source is shut");
  if (status == STATUS_OK && again.left > 0)
    status =
        error_set(&why, STATUS_INCOMPLETE, "%zu of %zu %s are not asked for yet", again.left, again.units, again.unit);
  if (status != STATUS_OK) {
    status = leave_for(work, request, status, &why, err);
  } else if (again.units == 0) {
    say(request, "%s has no %s from %s to %s", dataset->name, again.unit, day_text(wish.from).text,
        day_text(wish.to).text);
    status = end(work, request, REQUEST_REFUSED, err);
  } else {
    say_dataset(request, &again);
    status = end(work, request, REQUEST_DONE, err);
  }
  return status;
}

/* ---- one of them ---- */

static bool is_prices(const Request *request) { return strcmp(request->what.dataset, REQUEST_PRICES) == 0; }

static const char *lease_of(const Job *job, const Request *request) {
  const JobRow *row = request_row(job->tables.jobs, request->what.dataset);
  return row && !is_prices(request) ? row->lease : job->lease.name;
}

/* As the settings and the calendar of this run are, whatever was thought where it was asked. */
static bool is_refused(const UpdateRequests *work, Request *request, const Dataset *dataset, const Ingest *ingest) {
  const RequestFacts facts = requesting_facts(work->job, ingest->ledger.first);
  RequestRefusal refusal;
  if (!request_judge(&request->what, &facts, &refusal))
    say(request, "%s", refusal.text);
  else if (!is_prices(request) && (!dataset || !dataset_is_wanted(work->job, dataset)))
    say(request, "%s is off: the settings want none of it", request->what.dataset);
  else
    return false;
  return true;
}

/* A clock that is wrong refuses nothing: it ends the run. */
static Status judge_and_do(UpdateRequests *work, Request *request, const Dataset *dataset, Error *err) {
  Ingest ingest;
  Status status = ingest_load(&ingest, work->job, LEDGER_CALENDAR, err);
  if (status == STATUS_OK) status = guard_business_time(work->job, &ingest, err);
  if (status == STATUS_OK && is_refused(work, request, dataset, &ingest))
    status = end(work, request, REQUEST_REFUSED, err);
  else if (status == STATUS_OK)
    status = dataset ? do_dataset(work, request, dataset, &ingest, err) : do_prices(work, request, err);
  ingest_free(&ingest);
  return status;
}

static Status do_under_lease(UpdateRequests *work, Request *request, Error *err) {
  Job *job = work->job;
  const Dataset *dataset = is_prices(request) ? NULL : dataset_find(job, request->what.dataset);
  Request now;
  Status status = requests_find(job->db, request->id, &now, err);
  bool broken = status == STATUS_BAD_DATA;
  if (status == STATUS_NOT_FOUND) return STATUS_OK; /* taken back */
  if (status == STATUS_OK && now.state != REQUEST_OPEN) return requests_unmark(job->db, request->id, err);
  if (status != STATUS_OK && !broken) return status;
  if (!broken && !request_is_same(request, &now)) { /* taken back and asked anew: perhaps of another dataset */
    work->left++;
    return STATUS_OK;
  }
  if (!broken) request->result[0] = '\0';
  if (request->what.dataset[0] == '\0') return end(work, request, REQUEST_REFUSED, err); /* its result says why */
  return judge_and_do(work, request, dataset, err);
}

static Status do_one(UpdateRequests *work, Request *request, Error *err) {
  Job *job = work->job;
  Lease holder;
  Status status = run_acquire(job, lease_of(job, request), &holder, err);
  if (status != STATUS_OK) return status;
  if (!job->run.held) {
    char who[LEASE_HOLDER_SIZE];
    work->left++;
    log_info(job->log, "request %s stays open: %s is at work on %s", request->id, request->what.dataset,
             lease_holder_text(&holder, who));
    return STATUS_OK;
  }
  status = do_under_lease(work, request, err);
  run_release(job);
  return status;
}

/* ---- all of them ---- */

static bool has_request(const Requests *open, const char *id) {
  for (size_t i = 0; i < open->count; i++)
    if (strcmp(open->items[i].id, id) == 0) return true;
  return false;
}

/* Marks of requests that are over, or were never written. */
static Status tidy(const UpdateRequests *work, const RequestMarks *marks, const Requests *open, Error *err) {
  Instant now = clock_now(work->job->clock);
  Status status = STATUS_OK;
  for (size_t i = 0; i < marks->count && status == STATUS_OK; i++) {
    if (!has_request(open, marks->items[i].id))
      status = requests_tidy_mark(work->job->server, &marks->items[i], now, err);
  }
  return status;
}

Status update_do_requests(UpdateRequests *work, const RequestMarks *marks, Error *err) {
  Job *job = work->job;
  const int64_t until_ms = clock_uptime_ms(job->clock) + ALL_OF_THEM_MS;
  Requests open = {0};
  if (marks->count == 0) return STATUS_OK;
  Status status = requests_read_open(job->db, &open, err);
  if (status == STATUS_OK) status = tidy(work, marks, &open, err);
  for (size_t i = 0; i < open.count && status == STATUS_OK; i++) {
    if (clock_uptime_ms(job->clock) < until_ms)
      status = do_one(work, &open.items[i], err);
    else
      work->left++;
  }
  requests_free(&open);
  return status;
}

Status update_explain_requests(const Job *job, const RequestMarks *marks, Error *err) {
  Requests open = {0};
  if (marks->count == 0) return STATUS_OK;
  Status status = requests_read_open(job->db, &open, err);
  for (size_t i = 0; i < open.count && status == STATUS_OK; i++) {
    const Request *request = &open.items[i];
    output_line(&job->out, OUTPUT_HANGING, "request %s of %s would be done first: %s from %s to %s (%s)", request->id,
                request->who, request->what.dataset, day_text(request->what.from).text, day_text(request->what.to).text,
                request->reason);
  }
  requests_free(&open);
  return status;
}

void update_tell_requests(const UpdateRequests *work, Outcome *outcome) {
  size_t length = strlen(outcome->message), room = sizeof outcome->message - length;
  if (work->done + work->refused + work->left == 0) return;
  snprintf(outcome->message + length, room, "%srequests: %zu done, %zu refused, %zu left open", length > 0 ? "; " : "",
           work->done, work->refused, work->left);
}
