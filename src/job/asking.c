#include <closebell/job/asking.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/screen_run.h>
#include <closebell/analysis/target_find.h>
#include <closebell/base/text.h>
#include <closebell/decision/facts_load.h>
#include <closebell/ingest/guard.h>
#include <closebell/market/ticker.h>
#include <closebell/report/ask_print.h>
#include <closebell/run/run.h>

#include "ask_prompts.h"

enum { ELSEWHERE_LOOK_MS = 500 };

static const char STOPPED[] = "the run was stopped before the model had answered; ask again";

/* ---- the command line ---- */

Status asking_take(AskRequest *request, const char *name, const char *value, bool *ret_taken, Error *err) {
  Language language;
  *ret_taken = true;
  if (strcmp(name, "ask") == 0)
    request->prompt = value;
  else if (strcmp(name, "strategy") == 0)
    request->strategy = value;
  else if (strcmp(name, "tickers") == 0)
    request->tickers = value;
  else if (strcmp(name, "language") == 0)
    request->language = value;
  else
    *ret_taken = false;
  if (*ret_taken && request->language == value && !language_parse(value, &language))
    return error_set(err, STATUS_USAGE, "--language: \"%.40s\" is none of en, ko", value);
  return STATUS_OK;
}

Status asking_check(const AskRequest *request, Error *err) {
  int named = (request->strategy != NULL) + (request->tickers != NULL) + (request->ticker != NULL);
  if (!request->prompt && (request->strategy || request->tickers || request->language))
    return error_set(err, STATUS_USAGE, "--strategy, --tickers and --language go with --ask");
  if (!request->prompt || named == 1) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "--ask goes with one of --strategy, --tickers and --ticker");
}

/* ---- which stocks ---- */

typedef struct {
  Job *job;
  const AskRequest *request;
  ScreenProof proof; /* days owned */
  char (*tickers)[TICKER_SIZE];
  size_t count;
  Ask ask;
  Archivist archivist;
} Asking;

static Status add_ticker(Asking *asking, const char *ticker, size_t length, Error *err) {
  char code[TICKER_SIZE] = "";
  if (length < sizeof code) memcpy(code, ticker, length);
  if (!ticker_is_valid(code))
    return error_set(err, STATUS_USAGE, "--tickers: \"%.*s\" is not a six-character code like 005930",
                     (int)(length < 40 ? length : 40), ticker);
  for (size_t i = 0; i < asking->count; i++)
    if (strcmp(asking->tickers[i], code) == 0) return STATUS_OK;
  if (asking->count == FACT_STOCKS_MAX)
    return error_set(err, STATUS_USAGE, "--tickers: more than %d of them", (int)FACT_STOCKS_MAX);
  memcpy(asking->tickers[asking->count++], code, sizeof code);
  return STATUS_OK;
}

static Status take_codes(Asking *asking, const char *codes, Error *err) {
  Status status = STATUS_OK;
  for (const char *at = codes; at && status == STATUS_OK;) {
    size_t length = strcspn(at, ",");
    status = add_ticker(asking, at, length, err);
    at = at[length] == ',' ? at + length + 1 : NULL;
  }
  return status;
}

static Status take_named(Asking *asking, const AnalysisWork *work, Error *err) {
  const Target *target;
  asking->tickers = calloc(FACT_STOCKS_MAX, sizeof *asking->tickers);
  if (!asking->tickers) return error_set(err, STATUS_NO_MEMORY, "no memory for tickers");
  if (asking->request->tickers) return take_codes(asking, asking->request->tickers, err);
  Status status = target_find(&work->ingest.targets.universe, asking->request->ticker, &target, err);
  if (status == STATUS_OK) status = add_ticker(asking, target->ticker, strlen(target->ticker), err);
  return status;
}

static Status find_named(Asking *asking, Error *err) {
  static const AnalyzeOptions everything = {0};
  Meta meta;
  AnalysisWork work = {.job = asking->job};
  Status status = guard_setup_finished(asking->job, &meta, err);
  if (status == STATUS_OK) status = analysis_work_load(&work, asking->job, &everything, err);
  if (status == STATUS_OK) status = screen_proof_load(&work, &asking->proof, err);
  if (status == STATUS_OK) status = take_named(asking, &work, err);
  analysis_work_free(&work);
  return status;
}

static Status find_matches(Asking *asking, Error *err) {
  const ScreenQuestion question = {
      .strategy_name = asking->request->strategy, .sort = FACTS_ORDER, .columns = "", .date = DAY_NONE};
  Strategies strategies = {0};
  ScreenComplaint complaint;
  ScreenRequest request;
  ScreenRun run = {0};
  Status status = strategies_load_configured(asking->job->config, &strategies, err);
  if (status == STATUS_OK) status = screen_request_read(&question, &strategies, &request, &complaint, err);
  strategies_free(&strategies);
  if (status == STATUS_OK) status = screen_run(asking->job, &request, &run, err);
  if (status == STATUS_OK) {
    status = facts_matches(&run.result, &asking->tickers, &asking->count, err);
    asking->proof = run.result.proof;
    run.result.proof = (ScreenProof){0};
  }
  screen_run_free(&run);
  return status;
}

/* ---- the question ---- */

static Status load_facts(Asking *asking, FactTable *ret_facts, Error *err) {
  const bool matches = asking->request->strategy != NULL;
  const FactState state = {asking->proof.as_of, asking->proof.unproven, asking->proof.unproven_count};
  const FactStocks stocks = {(const char(*)[TICKER_SIZE])asking->tickers, asking->count, !matches, FACT_STOCKS_MAX};
  return facts_load(asking->job->db, &state, &stocks, ret_facts, err);
}

/* No match: the ask has no facts. */
static Status make_ask(Asking *asking, Error *err) {
  const AskRequest *request = asking->request;
  char who[LEASE_HOST_SIZE + 32];
  FactTable facts = {0};
  NamedPrompt prompt;
  AskWords words = {.prompt = &prompt.prompt, .strategy = request->strategy ? request->strategy : "", .who = who};
  snprintf(who, sizeof who, "%s@%s", asking->job->process.program, asking->job->process.host.name);
  language_parse(request->language ? request->language : "en", &words.language);
  Status status = ask_prompt_find(asking->job->config, request->prompt, &prompt, err);
  words.prompt_name = prompt.name;
  if (status == STATUS_OK) status = request->strategy ? find_matches(asking, err) : find_named(asking, err);
  if (status == STATUS_OK) status = load_facts(asking, &facts, err);
  if (status == STATUS_OK && facts.count > 0) status = ask_make(asking->job->config, &words, &facts, &asking->ask, err);
  fact_table_free(&facts);
  return status;
}

/* ---- the answer ---- */

static AskTools tools_of(Asking *asking) {
  const Job *job = asking->job;
  return (AskTools){job->config, job->db, job->clock, job->random, job->log, &asking->archivist};
}

/* What another program asks already is waited for. */
static Status claim(const AskTools *tools, Ask *ask, AskClaimResult *ret_claim, Error *err) {
  bool told = false;
  for (;;) {
    Status status = ask_claim(tools, ask, ret_claim, err);
    if (status != STATUS_OK || ret_claim->kind != ASK_ELSEWHERE) return status;
    if (!told) log_info(tools->log, "another program asks this already, as %s: waiting for its answer", ret_claim->id);
    told = true;
    if (!clock_sleep_ms(tools->clock, ELSEWHERE_LOOK_MS))
      return error_set(err, STATUS_INTERRUPTED, "stopped while another program was asking");
  }
}

static Status answer(const AskTools *tools, Ask *ask, Error *err) {
  bool written;
  Status status = ask_answer(tools, ask, &written, err);
  if (status == STATUS_INTERRUPTED)
    ask_refuse(tools, ask, STOPPED);
  else if (status != STATUS_OK)
    ask_give_up(tools, ask);
  return status;
}

static Status show(Asking *asking, const Decision *decision, bool json, Outcome *outcome, Error *err) {
  const Output *out = &asking->job->out;
  Status status =
      json ? ask_print_json(out, &asking->proof, decision, err) : ask_print(out, &asking->ask, decision, err);
  outcome->exit_code = decision->accepted ? EXIT_DONE : EXIT_TRY_AGAIN;
  return status;
}

static Status ask(Asking *asking, bool json, Outcome *outcome, Error *err) {
  const AskTools tools = tools_of(asking);
  AskClaimResult claimed;
  Status status = claim(&tools, &asking->ask, &claimed, err);
  if (status != STATUS_OK) return status;
  if (claimed.kind == ASK_OURS) status = answer(&tools, &asking->ask, err);
  if (status == STATUS_OK)
    status = show(asking, claimed.kind == ASK_OURS ? &asking->ask.decision : &claimed.decision, json, outcome, err);
  decision_free(&claimed.decision);
  return status;
}

static void plan(const Asking *asking) {
  const Output *out = &asking->job->out;
  output_line(out, OUTPUT_HANGING,
              "nothing is asked; %s would be asked of %s with these facts:", asking->ask.decision.question.kind,
              asking->ask.decision.reply.model);
  ask_print_facts(out, &asking->ask);
}

/* ---- the whole ---- */

static Status run(Asking *asking, bool json, Outcome *outcome, Error *err) {
  if (!model_is_configured(asking->job->config))
    return config_fault(asking->job->config, "ai", "provider", err, "no model is configured: it is empty");
  Status status = make_ask(asking, err);
  if (status != STATUS_OK) return status;
  if (asking->ask.facts.count == 0)
    return error_set(err, STATUS_INCOMPLETE, "%s matches no followed stock: nothing was asked",
                     asking->request->strategy);
  if (asking->job->access != ACCESS_PLAN) return ask(asking, json, outcome, err);
  plan(asking);
  return STATUS_OK;
}

void asking_run(Job *job, const AskRequest *request, bool json, Outcome *ret_outcome) {
  Error err = {{0}};
  Asking asking = {.job = job, .request = request, .ask = {.decision = decision_empty()}};
  const ArchivistTools tools = {job->clock, job->random, job->log, request->state_folder, job->config->mongodb.uri};
  *ret_outcome = (Outcome){.exit_code = EXIT_DONE};
  archivist_init(&asking.archivist, &tools);
  Status status = run(&asking, json, ret_outcome, &err);
  archivist_destroy(&asking.archivist);
  ask_free(&asking.ask);
  free(asking.proof.unproven);
  free(asking.tickers);
  if (status == STATUS_OK) return;
  ret_outcome->exit_code = status_exit_code(status);
  text_copy(ret_outcome->message, sizeof ret_outcome->message, err.text);
  log_error(job->log, "%s", err.text);
}
