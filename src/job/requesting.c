#include <closebell/job/requesting.h>

#include <stdio.h>

#include <closebell/base/text.h>
#include <closebell/ingest/guard.h>
#include <closebell/market/due.h>
#include <closebell/store/requests.h>

Status requesting_check(const RequestOptions *options, Error *err) {
  if (!options->dataset)
    return options->reason ? error_set(err, STATUS_USAGE, "--reason goes with --request: the reason for what?")
                           : STATUS_OK;
  if (options->from == DAY_NONE || options->to == DAY_NONE)
    return error_set(err, STATUS_USAGE, "--request needs --from and --to, or --date: which days of %.60s?",
                     options->dataset);
  if (!options->reason || !request_reason_is_valid(options->reason))
    return error_set(err, STATUS_USAGE,
                     "--request needs --reason, a line of 1 to %d bytes: it is kept with what came of it",
                     REQUEST_REASON_SIZE - 1);
  return STATUS_OK;
}

RequestFacts requesting_facts(const Job *job, Day first) {
  return (RequestFacts){.jobs = job->tables.jobs,
                        .config = job->config,
                        .first = first,
                        .newest = due_newest(job->rules.terms.publication, &job->rules.closures, job->now.instant),
                        .today = instant_kst_day(job->now.instant)};
}

static Status judge(const Job *job, const Request *request, Error *err) {
  Ledger ledger = {.first = DAY_NONE};
  RequestRefusal refusal;
  Status status = ledger_load_calendar(&ledger, job->db, err);
  const RequestFacts facts = requesting_facts(job, ledger.first);
  ledger_free(&ledger);
  if (status != STATUS_OK || request_judge(&request->what, &facts, &refusal)) return status;
  return error_set(err, STATUS_USAGE, "--%s: %s", refusal.parameter[0] == 'd' ? "request" : refusal.parameter,
                   refusal.text);
}

static Status make(const Job *job, const RequestOptions *options, Request *to, Error *err) {
  *to = (Request){.state = REQUEST_OPEN, .what = {.from = options->from, .to = options->to}, .done_utc = INSTANT_NONE};
  Status status = db_server_time(job->db, &to->at_utc, err);
  if (status != STATUS_OK) return status;
  requests_give_id(to, job->random);
  snprintf(to->who, sizeof to->who, "%.60s@%.60s", options->user, job->process.host.name);
  text_copy(to->reason, sizeof to->reason, options->reason);
  if (!text_copy(to->what.dataset, sizeof to->what.dataset, options->dataset))
    return error_set(err, STATUS_USAGE, "--request: there is no dataset \"%.60s\"", options->dataset);
  return STATUS_OK;
}

static Status check_room(const Job *job, const RequestMarks *marks, Error *err) {
  size_t count;
  Status status = requests_count_open(job->db, marks->count, &count, err);
  if (status != STATUS_OK || count < REQUESTS_OPEN_MAX) return status;
  return error_set(err, STATUS_INCOMPLETE, "%zu requests are open already: the next run does them first", count);
}

static Status request(Job *job, const RequestOptions *options, Error *err) {
  Meta meta;
  RequestMarks marks = {0};
  Request made, stored;
  bool added;
  Status status = guard_setup_finished_marked(job, &meta, &marks, err);
  if (status == STATUS_OK) status = make(job, options, &made, err);
  if (status == STATUS_OK) status = judge(job, &made, err);
  if (status == STATUS_OK) status = check_room(job, &marks, err);
  request_marks_free(&marks);
  if (status == STATUS_OK && job->access == ACCESS_EDIT) status = requests_add(job->db, &made, &stored, &added, err);
  if (status != STATUS_OK) return status;
  if (job->access == ACCESS_EDIT)
    output_line(&job->out, OUTPUT_HANGING, "request %s by %s is open: the next run of daily_update does it first",
                made.id, made.who);
  else
    output_line(&job->out, OUTPUT_HANGING, "nothing is written; the request makes sense: %s from %s to %s",
                made.what.dataset, day_text(made.what.from).text, day_text(made.what.to).text);
  return STATUS_OK;
}

void requesting_run(Job *job, const RequestOptions *options, Outcome *ret_outcome) {
  Error err = {{0}};
  *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  Status status = request(job, options, &err);
  if (status == STATUS_OK) return;
  ret_outcome->exit_code = status_exit_code(status);
  text_copy(ret_outcome->message, sizeof ret_outcome->message, err.text);
  log_error(job->log, "%s", err.text);
}
