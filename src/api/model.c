/* /ai/analysis: a question to the language model, which is asked by threads of its own (ask_desk.h), and what came of
 * it. */
#include <stdlib.h>
#include <string.h>

#include <closebell/analysis/market_beside.h>
#include <closebell/api/service.h>
#include <closebell/decision/decision_json.h>
#include <closebell/decision/facts_load.h>
#include <closebell/screen/screen.h>

#include "ask_body.h"
#include "ask_desk.h"
#include "resources.h"

enum { FULL_RETRY_S = 10 };

/* ---- the prompt ---- */

static bool refuse_prompt(Call *call, const char *name) {
  const Prompts *prompts = &call->service->prompts;
  const char *near = prompts_nearest(prompts, name);
  problem_of_parameter(call->problem, "prompt", "there is no prompt of that name");
  if (near) text_copy(call->problem->nearest, sizeof call->problem->nearest, near);
  return false;
}

static bool find_prompt(Call *call, const char *name, Prompt *ret_prompt) {
  pthread_mutex_lock(&call->service->mutex);
  const NamedPrompt *named = prompts_find(&call->service->prompts, name);
  if (named) *ret_prompt = named->prompt;
  bool good = named || refuse_prompt(call, name);
  pthread_mutex_unlock(&call->service->mutex);
  return good;
}

/* ---- stocks and their facts ---- */

typedef struct {
  const StoredDocument *documents[FACT_STOCKS_MAX]; /* of the snapshot */
  size_t count;
} Stocks;

/* Null: latest_analysis has none. */
static const StoredDocument *latest_of(const Call *call, const char *ticker) {
  const SnapshotStock *stock = snapshot_stock(call->snapshot, ticker);
  return stock && stock->latest.source ? &stock->latest : NULL;
}

static bool take_named(Call *call, const AskBody *body, Stocks *stocks) {
  for (size_t i = 0; i < body->ticker_count; i++) {
    const StoredDocument *latest = latest_of(call, body->tickers[i]);
    if (!latest)
      return problem_of_parameter(call->problem, "tickers",
                                  "%s is not in latest_analysis: nothing is known of it to ask about",
                                  body->tickers[i]);
    stocks->documents[stocks->count++] = latest;
  }
  return true;
}

static bool read_strategy(Call *call, const char *name, ScreenRequest *ret_request) {
  const ScreenQuestion question = {.strategy_name = name, .sort = FACTS_ORDER, .columns = "", .date = DAY_NONE};
  ScreenComplaint complaint;
  Error err;
  pthread_mutex_lock(&call->service->mutex);
  Status status = screen_request_read(&question, &call->service->strategies, ret_request, &complaint, &err);
  if (status != STATUS_OK) {
    problem_of_parameter(call->problem, "strategy_name", "%s", complaint.place.what);
    text_copy(call->problem->nearest, sizeof call->problem->nearest, complaint.place.nearest);
  }
  pthread_mutex_unlock(&call->service->mutex);
  return status == STATUS_OK;
}

/* Matches that are not followed have no facts, and are passed over. */
static Status take_from(const Call *call, const ScreenRequest *request, ScreenMarket *market, Stocks *stocks,
                        Error *err) {
  ScreenResult result = {0};
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  Status status = market_beside_load(&request->where, &request->sort, &request->columns, call->db, market, err);
  if (status == STATUS_OK)
    status = screen_result_make(request, market, screen_market_session(market, request->date), &result, err);
  if (status == STATUS_OK) status = facts_matches(&result, &tickers, &count, err);
  for (size_t i = 0; i < count && stocks->count < FACT_STOCKS_MAX; i++) {
    const StoredDocument *latest = latest_of(call, tickers[i]);
    if (latest) stocks->documents[stocks->count++] = latest;
  }
  free(tickers);
  screen_result_free(&result);
  return status;
}

static bool take_matches(Call *call, const char *strategy, Stocks *stocks) {
  ScreenRequest request;
  ScreenMarket *market;
  Error err = {{0}};
  ResidentMarket *resident = call->snapshot->market;
  if (!read_strategy(call, strategy, &request)) return false;
  request.date = snapshot_screened(call->snapshot);
  if (resident_archive_has(&resident->archive, request.date)) {
    Status status = resident_market_lock(resident, call->service->config, call->db, &market, &err);
    if (status != STATUS_OK) return call_store_failed(call, status, &err);
    status = take_from(call, &request, market, stocks, &err);
    resident_market_unlock(resident);
    if (status != STATUS_OK) return call_store_failed(call, status, &err);
  }
  return stocks->count > 0 || problem_set(call->problem, 409, "%.60s matches no followed stock in %s", strategy,
                                          request.date == DAY_NONE ? "any session" : day_text(request.date).text);
}

static bool make_facts(Call *call, const AskBody *body, FactTable *ret_facts) {
  const Snapshot *snapshot = call->snapshot;
  const FactState state = {snapshot->state.as_of, snapshot->unproven, snapshot->unproven_count};
  Stocks stocks = {.count = 0};
  Error err = {{0}};
  bool good = body->strategy ? take_matches(call, body->strategy, &stocks) : take_named(call, body, &stocks);
  if (!good) return false;
  Status status = facts_make(&state, stocks.documents, stocks.count, ret_facts, &err);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}

static bool make_ask(Call *call, const AskBody *body, Ask *ret_ask) {
  Prompt prompt;
  FactTable facts = {0};
  Error err = {{0}};
  if (!find_prompt(call, body->prompt, &prompt) || !make_facts(call, body, &facts)) return false;
  const AskWords words = {.prompt_name = body->prompt,
                          .prompt = &prompt,
                          .language = body->language,
                          .strategy = body->strategy ? body->strategy : "",
                          .who = call->who};
  Status status = ask_make(call->service->config, &words, &facts, ret_ask, &err);
  return status == STATUS_OK || call_store_failed(call, status, &err);
}

/* ---- answers ---- */

static bool put_decision(Call *call, ServiceAnswer *answer, const Decision *decision) {
  JsonWriter to = call_begin_json(call, answer);
  decision_json_put(&to, decision);
  call_end_json(&to, answer);
  return true;
}

static bool put_running(Call *call, ServiceAnswer *answer, const char *id) {
  char place[64];
  JsonWriter to = call_begin_json(call, answer);
  json_put_text(&to, "id", id);
  json_put_text(&to, "status", "running");
  call_end_json(&to, answer);
  snprintf(place, sizeof place, "/ai/analysis/%s", id);
  answer_header(answer, "Location", place);
  answer->status = 202;
  return true;
}

/* ---- asking ---- */

static bool refuse_full(Call *call) {
  problem_set(call->problem, 503, "too many questions wait for the model, or the server is about to stop");
  call->problem->retry_after = FULL_RETRY_S;
  return false;
}

static bool refuse_over(Call *call, Instant not_before, const char *why) {
  const int64_t wait_ms = not_before - clock_now(call->service->clock);
  problem_set(call->problem, 429, "%s", why);
  call->problem->retry_after = wait_ms > 1000 ? (int)((wait_ms + 999) / 1000) : 1;
  return false;
}

/* Claimed: it is asked, unless there is no room or a cap stands against it. */
static bool begin(Call *call, const AskTools *tools, ServiceAnswer *answer, Ask *ask) {
  AskDesk *desk = call->service->asks;
  Instant not_before = INSTANT_NONE;
  char why[MODEL_DETAIL_SIZE] = "", id[ULID_SIZE];
  Error err = {{0}};
  text_copy(id, sizeof id, ask->decision.id);
  Status status = ask_look(tools, ask, ask_desk_waiting(desk), &not_before, why, &err);
  if (status == STATUS_OK && not_before == INSTANT_NONE && ask_desk_add(desk, ask))
    return put_running(call, answer, id);
  ask_give_up(tools, ask);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  return not_before != INSTANT_NONE ? refuse_over(call, not_before, why) : refuse_full(call);
}

static bool ask_or_join(Call *call, ServiceAnswer *answer, Ask *ask) {
  AskDesk *desk = call->service->asks;
  const AskTools tools = ask_desk_tools(desk, call->db);
  AskClaimResult claim;
  Error err = {{0}};
  Status status = ask_claim(&tools, ask, &claim, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  if (claim.kind == ASK_ELSEWHERE) return put_running(call, answer, claim.id);
  if (claim.kind == ASK_OURS) return begin(call, &tools, answer, ask);
  bool put = put_decision(call, answer, &claim.decision);
  decision_free(&claim.decision);
  return put;
}

bool answer_ask(Call *call, ServiceAnswer *answer) {
  AskBody body;
  Ask ask = {.decision = decision_empty()};
  if (!call->service->asks) return problem_set(call->problem, 503, "no model is configured");
  if (!ask_body_read(call, &body)) return false;
  bool good = make_ask(call, &body, &ask) && ask_or_join(call, answer, &ask);
  ask_free(&ask);
  ask_body_free(&body);
  return good;
}

/* ---- what came of it ---- */

static bool put_kept(Call *call, ServiceAnswer *answer, const TextBuffer *members) {
  JsonWriter to = call_begin_json(call, answer);
  if (members->length > 2) json_put_raw(&to, NULL, members->data + 1, members->length - 2);
  call_end_json(&to, answer);
  return !members->failed || problem_set(call->problem, 503, "no memory for the answer");
}

/* No server and no ledger knows the end of it. */
static bool put_run(Call *call, ServiceAnswer *answer, const AskRun *run) {
  Instant now;
  Error err = {{0}};
  Decision decision;
  Status status = db_server_time(call->db, &now, &err);
  if (status != STATUS_OK) return call_store_failed(call, status, &err);
  if (run->until_utc > now) return put_running(call, answer, run->id);
  ask_lapsed(run, &decision);
  put_decision(call, answer, &decision);
  decision_free(&decision);
  return true;
}

static bool put_from_ledger(Call *call, ServiceAnswer *answer, const char *id) {
  Decision decision = decision_empty();
  AskRun run;
  Error err = {{0}};
  Status status = decision_find(call->db, id, &decision, &err);
  if (status == STATUS_OK) {
    put_decision(call, answer, &decision);
    decision_free(&decision);
    return true;
  }
  if (status == STATUS_NOT_FOUND) status = ask_run_find(call->db, id, &run, &err);
  if (status == STATUS_OK) return put_run(call, answer, &run);
  if (status != STATUS_NOT_FOUND) return call_store_failed(call, status, &err);
  return problem_set(call->problem, 404, "there is no question of that id; /ledger lists decisions");
}

static bool put_nothing(Call *call, ServiceAnswer *answer) {
  JsonWriter to = call_begin_json(call, answer);
  call_end_json(&to, answer);
  return true;
}

bool answer_asked(Call *call, ServiceAnswer *answer) {
  AskDesk *desk = call->service->asks;
  const char *id = call_segment(call, 2);
  TextBuffer members = {0};
  if (!desk) return put_nothing(call, answer);
  if (!ulid_is_valid(id)) return problem_set(call->problem, 404, "there is no question of that id");
  const AskDeskState state = ask_desk_find(desk, id, &members);
  bool good = state == ASK_DESK_UNDER_WAY ? put_running(call, answer, id)
              : state == ASK_DESK_KEPT    ? put_kept(call, answer, &members)
                                          : put_from_ledger(call, answer, id);
  text_buffer_free(&members);
  return good;
}
