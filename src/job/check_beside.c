#include "check_beside.h"

#include <stdlib.h>

#include <closebell/ingest/fetch.h>
#include <closebell/plan/job_table.h>

/* What a provider's answer is worth to whoever set it up. */
static Status judge(const Question *question, Error *err) {
  const Answer *answer = question->answer;
  switch (answer->kind) {
  case ANSWER_ROWS:
  case ANSWER_EMPTY:
    error_set(err, STATUS_OK, "%s answers", question->feed->provider);
    return STATUS_OK;
  case ANSWER_NONE:
    return error_set(err, STATUS_UNAVAILABLE, "it was not asked: the door of that service is shut");
  case ANSWER_UNAUTHORIZED:
    return error_set(err, STATUS_CONFIG, "%s", answer->detail);
  case ANSWER_BROKEN:
    return error_set(err, STATUS_BAD_DATA, "%s", answer->detail);
  default:
    return error_set(err, STATUS_UNAVAILABLE, "%s", answer->detail);
  }
}

static Status ask(Job *job, const Provider *provider, Error *err) {
  Fetch fetch;
  Answer answer = {0};
  Question question;
  if (!fetch_of(&fetch, job, provider->name)) return error_set(err, STATUS_INTERNAL, "it was not opened");
  provider->probe(&question);
  question.answer = &answer;
  Status status = fetch_questions(&fetch, &question, 1, err);
  if (status == STATUS_OK) status = judge(&question, err);
  free(answer.payload);
  fetch_free(&fetch);
  return status;
}

static Status worse(Status a, Status b) { return a == STATUS_CONFIG || b == STATUS_OK ? a : b; }

Status check_beside(const Check *check, const Config *config, const Db *db) {
  const Random random = random_system();
  ProviderSet beside = {0};
  Error err = {{0}};
  size_t count;
  const Provider *const *all = provider_all(&count);
  Job job = {.process = {.program = check->program, .host = host_identify()},
             .tables.jobs = job_table(),
             .config = config,
             .db = db,
             .server = db,
             .beside = &beside,
             .clock = check->clock,
             .random = &random,
             .log = check->log,
             .out = check->out,
             .now = {.instant = clock_now(check->clock)}};
  Status worst = provider_set_open(&beside, config, check->clock, &err);
  if (worst != STATUS_OK) output_line(&check->out, OUTPUT_HANGING, "error: %s", err.text);
  for (size_t i = 0; i < count && worst != STATUS_CONFIG; i++) {
    if (all[i] == provider_of_prices() || all[i]->probe == NULL || !all[i]->has_key(config)) continue;
    Status status = ask(&job, all[i], &err);
    output_line(&check->out, OUTPUT_HANGING, "%s%s: %s", status == STATUS_OK ? "" : "error: ", all[i]->title, err.text);
    worst = worse(worst, status);
  }
  provider_set_close(&beside);
  return worst;
}
