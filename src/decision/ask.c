#include <closebell/decision/ask.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/ai/figure_check.h>
#include <closebell/ai/question.h>
#include <closebell/decision/facts_load.h>

enum { TRIES = 2, OUTPUT_TOKENS = 16384 };

/* ---- the request ---- */

static void take_tickers(const FactTable *facts, DecisionQuestion *to) {
  for (size_t i = 0; i < facts->count; i++) {
    const char *ticker = facts->items[i].ticker;
    bool same = to->ticker_count > 0 && strcmp(to->tickers[to->ticker_count - 1], ticker) == 0;
    if (!same && to->ticker_count < DECISION_TICKERS_MAX)
      text_copy(to->tickers[to->ticker_count++], sizeof to->tickers[0], ticker);
  }
}

static PromptQuestion question_of(const Ask *ask) {
  return (PromptQuestion){.provider = ask->decision.reply.provider,
                          .model = ask->decision.reply.model,
                          .language = ask->language,
                          .prompt_name = ask->decision.question.kind,
                          .prompt = &ask->prompt,
                          .facts = &ask->facts};
}

static Status take_words(const ModelTerms *terms, const AskWords *words, Ask *ask, Error *err) {
  DecisionQuestion *question = &ask->decision.question;
  DecisionReply *reply = &ask->decision.reply;
  snprintf(question->prompt_version, sizeof question->prompt_version, "%d", words->prompt->version);
  text_copy(question->language, sizeof question->language, language_code(words->language));
  question->date = ask->facts.as_of;
  snprintf(question->who, sizeof question->who, "%s", words->who);
  bool fit = text_copy(question->kind, sizeof question->kind, words->prompt_name) &&
             text_copy(question->strategy, sizeof question->strategy, words->strategy) &&
             text_copy(reply->provider, sizeof reply->provider, model_provider_name(terms)) &&
             text_copy(reply->model, sizeof reply->model, terms->name);
  return fit ? STATUS_OK : error_set(err, STATUS_CONFIG, "the name of the prompt or of the model is too long");
}

static Status fill(const Config *config, const AskWords *words, Ask *ask, Error *err) {
  ModelTerms terms;
  TextBuffer facts = {0};
  Sha256Text sha256;
  Status status = model_terms(config, &terms, err);
  if (status == STATUS_OK) status = take_words(&terms, words, ask, err);
  if (status != STATUS_OK) return status;
  take_tickers(&ask->facts, &ask->decision.question);
  facts_json(&ask->facts, &facts);
  ask->decision.question.facts = facts.data; /* freed with the rest */
  if (facts.failed) return error_set(err, STATUS_NO_MEMORY, "no memory for the facts");
  const PromptQuestion question = question_of(ask);
  status = question_sha256(&question, &sha256, err);
  if (status == STATUS_OK)
    text_copy(ask->decision.question.request_sha256, sizeof ask->decision.question.request_sha256, sha256.text);
  ask->decision.reply.hunter_score = facts_hunter_score(&ask->facts);
  return status;
}

Status ask_make(const Config *config, const AskWords *words, FactTable *facts, Ask *ret_ask, Error *err) {
  Ask ask = {.prompt = *words->prompt, .language = words->language, .facts = *facts, .decision = decision_empty()};
  *facts = (FactTable){0};
  Status status = fill(config, words, &ask, err);
  if (status == STATUS_OK)
    *ret_ask = ask;
  else
    ask_free(&ask);
  return status;
}

void ask_free(Ask *ask) {
  fact_table_free(&ask->facts);
  decision_free(&ask->decision);
  ask->facts = (FactTable){0};
}

/* ---- what is sent ---- */

typedef struct {
  TextBuffer system, user, schema;
  ModelQuestion question; /* of their texts */
} Sent;

static void sent_free(Sent *sent) {
  text_buffer_free(&sent->system);
  text_buffer_free(&sent->user);
  text_buffer_free(&sent->schema);
}

/* refused: why the answer before was; null: there was none. */
static Status sent_make(const Ask *ask, const char *refused, Sent *sent, Error *err) {
  const PromptQuestion question = question_of(ask);
  question_system(&question, &sent->system);
  question_user(&question, refused, &sent->user);
  prompt_schema(&ask->prompt, &sent->schema);
  if (sent->system.failed || sent->user.failed || sent->schema.failed)
    return error_set(err, STATUS_NO_MEMORY, "no memory for the question");
  sent->question = (ModelQuestion){.system = sent->system.data,
                                   .user = sent->user.data,
                                   .schema_name = ask->decision.question.kind,
                                   .schema_json = sent->schema.data,
                                   .max_output_tokens = OUTPUT_TOKENS};
  return STATUS_OK;
}

/* ---- under way ---- */

static Status end_of_run(const AskTools *tools, Instant *ret_until, Error *err) {
  ModelTerms terms;
  Instant now;
  Status status = model_terms(tools->config, &terms, err);
  if (status == STATUS_OK) status = db_server_time(tools->db, &now, err);
  if (status == STATUS_OK) *ret_until = now + TRIES * terms.timeout_ms + ASK_GRACE_MS;
  return status;
}

static Status is_under_way(const AskTools *tools, const char *id, bool *ret_so, Error *err) {
  AskRun run;
  Instant now;
  Status status = ask_run_find(tools->db, id, &run, err);
  if (status == STATUS_NOT_FOUND) {
    *ret_so = false;
    return STATUS_OK;
  }
  if (status == STATUS_OK) status = db_server_time(tools->db, &now, err);
  if (status == STATUS_OK) *ret_so = run.until_utc > now;
  return status;
}

static Status find_accepted(const AskTools *tools, const Ask *ask, AskClaimResult *result, Error *err) {
  Status status = decision_find_accepted(tools->db, ask->decision.question.request_sha256, &result->decision, err);
  if (status != STATUS_OK) return status;
  result->kind = ASK_ANSWERED;
  text_copy(result->id, sizeof result->id, result->decision.id);
  return STATUS_OK;
}

/* The run first: who finds the claim finds it. */
static Status begin(const AskTools *tools, Ask *ask, int64_t number, bool *ret_ours, Error *err) {
  Decision *decision = &ask->decision;
  AskRun run = {.asked_utc = clock_now(tools->clock)};
  AskClaim claim = {.number = number};
  Status status = end_of_run(tools, &run.until_utc, err);
  if (status != STATUS_OK) return status;
  archivist_new_id(tools->archivist, run.id);
  text_copy(run.kind, sizeof run.kind, decision->question.kind);
  text_copy(run.model, sizeof run.model, decision->reply.model);
  text_copy(claim.id, sizeof claim.id, run.id);
  status = ask_run_insert(tools->db, &run, err);
  if (status == STATUS_DUPLICATE) status = STATUS_OK; /* our own, whose reply was lost */
  if (status == STATUS_OK)
    status = ask_claim_insert(tools->db, decision->question.request_sha256, &claim, run.asked_utc, ret_ours, err);
  if (status != STATUS_OK || !*ret_ours) return status;
  text_copy(decision->id, sizeof decision->id, run.id);
  decision->at_utc = run.asked_utc;
  return STATUS_OK;
}

/* One look. The ledger is looked at once more behind a claim that has ended: its answer was written before it ended. */
static Status try_claim(const AskTools *tools, Ask *ask, AskClaimResult *result, bool *ret_done, Error *err) {
  AskClaim newest;
  bool under_way = false, ours = false;
  Status status = ask_claim_newest(tools->db, ask->decision.question.request_sha256, &newest, err);
  if (status == STATUS_OK && newest.number > 0) status = is_under_way(tools, newest.id, &under_way, err);
  if (status != STATUS_OK) return status;
  *ret_done = true;
  result->kind = ASK_ELSEWHERE;
  text_copy(result->id, sizeof result->id, newest.id);
  if (under_way) return STATUS_OK;
  if (newest.number > 0) status = find_accepted(tools, ask, result, err);
  if (newest.number > 0 && status != STATUS_NOT_FOUND) return status;
  status = begin(tools, ask, newest.number + 1, &ours, err);
  *ret_done = ours;
  result->kind = ASK_OURS;
  text_copy(result->id, sizeof result->id, ask->decision.id);
  return status;
}

Status ask_claim(const AskTools *tools, Ask *ask, AskClaimResult *ret_result, Error *err) {
  enum { LOOKS = 20 };
  AskClaimResult result = {.decision = decision_empty()};
  bool done = false;
  Status status = find_accepted(tools, ask, &result, err);
  if (status == STATUS_NOT_FOUND) {
    status = STATUS_OK;
    for (int i = 0; i < LOOKS && status == STATUS_OK && !done; i++) status = try_claim(tools, ask, &result, &done, err);
    if (status == STATUS_OK && !done)
      status = error_set(err, STATUS_UNAVAILABLE, "others claimed the same question %d times in a row", LOOKS);
  }
  if (status == STATUS_OK)
    *ret_result = result;
  else
    decision_free(&result.decision);
  return status;
}

static ModelDesk desk_of(const AskTools *tools) {
  return (ModelDesk){
      .db = tools->db, .clock = tools->clock, .random = tools->random, .log = tools->log, .config = tools->config};
}

Status ask_look(const AskTools *tools, const Ask *ask, size_t waiting, Instant *ret_not_before,
                char why[MODEL_DETAIL_SIZE], Error *err) {
  ModelDesk desk = desk_of(tools);
  Sent sent = {0};
  Status status = model_desk_open(&desk, err);
  if (status == STATUS_OK) status = sent_make(ask, NULL, &sent, err);
  if (status == STATUS_OK) status = model_desk_look(&desk, &sent.question, (int64_t)waiting, ret_not_before, why, err);
  sent_free(&sent);
  return status;
}

void ask_give_up(const AskTools *tools, const Ask *ask) {
  Error err = {{0}};
  Instant now;
  Status status = db_server_time(tools->db, &now, &err);
  if (status == STATUS_OK) status = ask_runs_renew(tools->db, (const char(*)[ULID_SIZE])ask->decision.id, 1, now, &err);
  if (status != STATUS_OK)
    log_warn(tools->log, "the question %s counts as under way for a while: %s", ask->decision.id, err.text);
}

/* ---- the answer ---- */

static void count_tokens(DecisionReply *to, const ModelReply *reply) {
  if (reply->calls == 0) return;
  to->tokens_in = (to->tokens_in < 0 ? 0 : to->tokens_in) + reply->tokens_in;
  to->tokens_out = (to->tokens_out < 0 ? 0 : to->tokens_out) + reply->tokens_out;
  to->estimated |= reply->estimated;
  if (*reply->model_version) text_copy(to->model_version, sizeof to->model_version, reply->model_version);
}

/* Whether there is any sense in asking once more, with the reason. */
static bool may_do_better(const ModelReply *reply) {
  return reply->kind == MODEL_ANSWERED || reply->kind == MODEL_REFUSED || reply->kind == MODEL_BROKEN;
}

static void keep_raw(DecisionReply *to, ModelReply *reply) {
  if (!reply->text) return;
  free(to->raw);
  to->raw = reply->text;
  reply->text = NULL;
}

static Status take_checked(Decision *decision, CheckedAnswer *checked, Error *err) {
  DecisionReply *reply = &decision->reply;
  TextBuffer figures = {0};
  figures_json(checked, &figures);
  reply->figures = figures.data; /* freed with the rest */
  if (figures.failed) return error_set(err, STATUS_NO_MEMORY, "no memory for the figures");
  reply->answer = checked->json;
  reply->debate_log = checked->debate_log;
  reply->dominant_keywords = checked->dominant_keywords;
  checked->json = checked->debate_log = checked->dominant_keywords = NULL;
  if (!decision_final_parse(checked->final_decision, &reply->final_decision))
    reply->final_decision = DECISION_NO_DECISION;
  decision->accepted = true;
  decision->why[0] = '\0';
  return STATUS_OK;
}

static Status judge(Ask *ask, ModelReply *reply, Error *err) {
  Decision *decision = &ask->decision;
  CheckedAnswer checked = {0};
  if (reply->kind != MODEL_ANSWERED || !reply->text) {
    snprintf(decision->why, sizeof decision->why, "%s", *reply->detail ? reply->detail : "there was no answer");
    keep_raw(&decision->reply, reply);
    return STATUS_OK;
  }
  const PromptQuestion question = question_of(ask);
  Status status = figure_check(&question, reply->text, strlen(reply->text), &checked, err);
  if (status == STATUS_OK && checked.accepted) {
    status = take_checked(decision, &checked, err);
  } else if (status == STATUS_OK) {
    snprintf(decision->why, sizeof decision->why, "%s", checked.reason);
    keep_raw(&decision->reply, reply);
  }
  checked_answer_free(&checked);
  return status;
}

/* One question and its answer. *ret_again: it may be asked once more. */
static Status try_once(const ModelDesk *desk, Ask *ask, const char *refused, bool *ret_again, Error *err) {
  Sent sent = {0};
  ModelReply reply = {0};
  Status status = sent_make(ask, refused, &sent, err);
  if (status == STATUS_OK) status = model_desk_ask(desk, &sent.question, &reply, err);
  sent_free(&sent);
  if (status != STATUS_OK) return status;
  count_tokens(&ask->decision.reply, &reply);
  *ret_again = may_do_better(&reply);
  if (reply.kind == MODEL_NOT_ASKED)
    status = error_set(err, STATUS_INCOMPLETE, "%s", reply.detail);
  else
    status = judge(ask, &reply, err);
  model_reply_free(&reply);
  return status;
}

/* Where the second try cannot be made, the first one's reason stands. */
static Status ask_model(const ModelDesk *desk, Ask *ask, Error *err) {
  bool again = false;
  char refused[DECISION_VERDICT_SIZE];
  Status status = try_once(desk, ask, NULL, &again, err);
  if (status != STATUS_OK || ask->decision.accepted || !again) return status;
  text_copy(refused, sizeof refused, ask->decision.why);
  status = try_once(desk, ask, refused, &again, err);
  return status == STATUS_INCOMPLETE || status == STATUS_UNAVAILABLE ? STATUS_OK : status;
}

/* A decision is kept before it stops being under way: nobody asks again in between. */
static bool keep(const AskTools *tools, const Ask *ask) {
  bool written = archivist_write(tools->archivist, tools->db, &ask->decision);
  if (tools->db) ask_give_up(tools, ask);
  return written;
}

bool ask_refuse(const AskTools *tools, Ask *ask, const char *why) {
  Decision *decision = &ask->decision;
  decision->accepted = false;
  snprintf(decision->why, sizeof decision->why, "%s", why);
  decision->reply.final_decision = DECISION_NO_DECISION;
  if (!*decision->reply.model_version)
    text_copy(decision->reply.model_version, sizeof decision->reply.model_version, decision->reply.model);
  return keep(tools, ask);
}

Status ask_answer(const AskTools *tools, Ask *ask, bool *ret_written, Error *err) {
  ModelDesk desk = desk_of(tools);
  Status status = model_desk_open(&desk, err);
  if (status == STATUS_OK) status = ask_model(&desk, ask, err);
  if (status != STATUS_OK) return status;
  if (!ask->decision.accepted) {
    char why[DECISION_VERDICT_SIZE];
    text_copy(why, sizeof why, ask->decision.why);
    *ret_written = ask_refuse(tools, ask, why);
  } else {
    *ret_written = keep(tools, ask);
  }
  return STATUS_OK;
}

void ask_lapsed(const AskRun *run, Decision *ret_decision) {
  Decision decision = decision_empty();
  text_copy(decision.id, sizeof decision.id, run->id);
  text_copy(decision.question.kind, sizeof decision.question.kind, run->kind);
  text_copy(decision.reply.model, sizeof decision.reply.model, run->model);
  text_copy(decision.reply.model_version, sizeof decision.reply.model_version, run->model);
  text_copy(decision.why, sizeof decision.why,
            "the program that asked has ended before there was an answer; ask again");
  decision.at_utc = run->asked_utc;
  decision.reply.final_decision = DECISION_NO_DECISION;
  *ret_decision = decision;
}
