#include "sim_whole.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <closebell/base/text.h>
#include <closebell/decision/archivist.h>
#include <closebell/source/krx.h>
#include <closebell/store/requests.h>
#include <closebell/store/watchlists.h>

#include "made_market.h"
#include "sim_model.h"

/* STAYING stocks from STAYS on are listed all the time (sim_market.c). */
enum {
  SLOW_MS = 30000,
  LISTED = 4,
  STAYS = 8,
  STAYING = 22,
  LIST_DAYS = 9,
  FUND_SESSIONS = 30,
  KEEP_DAYS = 90,
  ANALYSIS_MS = 50 * 60 * 1000
};

const char *sim_who_name(SimWho who) {
  static const char *const NAMES[SIM_WHO_COUNT] = {
      "the exchange's prices", "its indices", "its funds", "the broker", "DART", "the web", "the model"};
  return NAMES[who];
}

const char *sim_trouble_name(SimTrouble trouble) {
  static const char *const NAMES[SIM_TROUBLE_KINDS] = {"well",    "unreachable", "failing", "throttled", "refused",
                                                       "blocked", "broken",      "lying",   "empty"};
  return NAMES[trouble];
}

static AnswerKind answer_of(SimTrouble trouble) {
  static const AnswerKind KINDS[SIM_TROUBLE_KINDS] = {ANSWER_NONE,      ANSWER_UNREACHABLE,  ANSWER_FAILING,
                                                      ANSWER_THROTTLED, ANSWER_UNAUTHORIZED, ANSWER_BLOCKED,
                                                      ANSWER_BROKEN,    ANSWER_BROKEN,       ANSWER_EMPTY};
  return KINDS[trouble];
}

/* What a call that is in vain takes. */
static int64_t takes_ms(const SimWhole *whole, SimTrouble trouble) {
  return trouble == SIM_TROUBLE_UNREACHABLE ? SLOW_MS : whole->world->request_ms;
}

/* ---- the exchange ---- */

static SimWho who_of(const Feed *feed) {
  if (feed == &KRX_ETF) return SIM_WHO_FUNDS;
  return strcmp(feed->name, FEED_INDEX) == 0 ? SIM_WHO_INDEX : SIM_WHO_PRICES;
}

static void refuse(SimTrouble trouble, Answer *answer) {
  static const int HTTP[SIM_TROUBLE_KINDS] = {200, 0, 503, 429, 401, 403, 200, 200, 200};
  free(answer->payload);
  *answer = (Answer){.kind = answer_of(trouble), .http_status = HTTP[trouble], .retry_after_ms = -1};
  snprintf(answer->detail, sizeof answer->detail, "%s (simulated)", sim_trouble_name(trouble));
}

/* Questions of one call are of one feed. */
static Status ask_exchange(void *self, const Question *questions, size_t count, Error *err) {
  SimWhole *whole = self;
  if (count == 0) return STATUS_OK;
  SimWho who = who_of(questions[0].feed);
  SimTrouble trouble = whole->troubles[who];
  whole->asked[who] += (long)count;
  bool lies = trouble == SIM_TROUBLE_LYING && who != SIM_WHO_INDEX;
  if (trouble == SIM_TROUBLE_NONE || lies) return source_fetch(&whole->exchange, questions, count, err);
  for (size_t i = 0; i < count; i++) {
    sim_world_pass(whole->world, takes_ms(whole, trouble));
    refuse(trouble, questions[i].answer);
  }
  return STATUS_OK;
}

static long exchange_calls(void *self) {
  const SimWhole *whole = self;
  return whole->exchange.calls(whole->exchange.self);
}

static void dress(void *context, Db *db, Source *source) {
  SimWhole *whole = context;
  sim_funds_dress(&whole->funds, db, source);
  whole->exchange = *source;
  source->self = whole;
  source->fetch = ask_exchange;
  source->calls = exchange_calls;
}

/* ---- those beside it ---- */

static Status ask_dart(void *self, const Question *questions, size_t count, Error *err) {
  SimWhole *whole = self;
  const Source *dart = &whole->events->beside.items[0].source;
  whole->asked[SIM_WHO_DART] += (long)count;
  sim_world_pass(whole->world, (int64_t)count * takes_ms(whole, whole->troubles[SIM_WHO_DART]));
  return source_fetch(dart, questions, count, err);
}

static long dart_calls(void *self) { return ((const SimWhole *)self)->asked[SIM_WHO_DART]; }

static Status ask_web(void *self, const Question *questions, size_t count, Error *err) {
  SimWhole *whole = self;
  const Source *web = &whole->web->beside.items[0].source;
  whole->asked[SIM_WHO_WEB] += (long)count;
  sim_world_pass(whole->world, (int64_t)count * takes_ms(whole, whole->troubles[SIM_WHO_WEB]));
  return source_fetch(web, questions, count, err);
}

static long web_calls(void *self) { return ((const SimWhole *)self)->asked[SIM_WHO_WEB]; }

static void open_beside(SimWhole *whole) {
  whole->beside.count = 2;
  whole->beside.items[0] = whole->events->beside.items[0];
  whole->beside.items[1] = whole->web->beside.items[0];
  Source *dart = &whole->beside.items[0].source, *web = &whole->beside.items[1].source;
  dart->self = web->self = whole;
  dart->fetch = ask_dart;
  dart->calls = dart_calls;
  web->fetch = ask_web;
  web->calls = web_calls;
}

/* ---- troubles ---- */

static void trouble_broker(SimWhole *whole, SimTrouble trouble) {
  static const BrokerFaultKind KINDS[SIM_TROUBLE_KINDS] = {0,
                                                           BROKER_UNREACHABLE,
                                                           BROKER_FAILING,
                                                           BROKER_THROTTLED,
                                                           BROKER_REFUSING,
                                                           BROKER_REFUSING,
                                                           BROKER_BROKEN,
                                                           BROKER_WRONG,
                                                           BROKER_BLANK};
  const BrokerFault fault = {.kind = KINDS[trouble], .from = whole->world->now, .until = INT64_MAX};
  whole->broker = (SimBroker){0};
  if (trouble != SIM_TROUBLE_NONE) sim_broker_fault(&whole->broker, &fault);
}

static void trouble_web(SimWhole *whole, SimTrouble trouble) {
  static const WebTrouble KINDS[SIM_TROUBLE_KINDS] = {WEB_WELL,    WEB_SILENT, WEB_FAILING, WEB_THROTTLED, WEB_LIMITED,
                                                      WEB_FAILING, WEB_CUT,    WEB_CUT,     WEB_EMPTY};
  whole->web->trouble = KINDS[trouble];
  whole->web->per_mille = trouble == SIM_TROUBLE_NONE ? 0 : 1000;
}

/* Half of the rows. */
static void trouble_prices(SimWhole *whole, SimTrouble trouble) {
  sim_world_forget_faults(whole->world);
  if (trouble != SIM_TROUBLE_LYING) return;
  sim_world_fault(
      whole->world,
      (SimFault){.kind = SIM_HALF, .from = whole->world->now, .until = INT64_MAX, .date = DAY_NONE, .market = -1});
}

static ModelReplyKind model_ends(const SimWhole *whole) {
  static const ModelReplyKind KINDS[SIM_TROUBLE_KINDS] = {MODEL_ANSWERED,  MODEL_TIMED_OUT, MODEL_FAILING,
                                                          MODEL_THROTTLED, MODEL_WRONG,     MODEL_SHUT,
                                                          MODEL_BROKEN,    MODEL_BROKEN,    MODEL_REFUSED};
  return KINDS[whole->troubles[SIM_WHO_MODEL]];
}

void sim_whole_trouble(SimWhole *whole, SimWho who, SimTrouble trouble) {
  whole->troubles[who] = trouble;
  if (who == SIM_WHO_PRICES) trouble_prices(whole, trouble);
  if (who == SIM_WHO_FUNDS) whole->funds.foul = trouble == SIM_TROUBLE_LYING;
  if (who == SIM_WHO_BROKER) trouble_broker(whole, trouble);
  if (who == SIM_WHO_DART)
    whole->events->dart->trouble = answer_of(trouble == SIM_TROUBLE_EMPTY ? SIM_TROUBLE_BROKEN : trouble);
  if (who == SIM_WHO_WEB) trouble_web(whole, trouble);
}

/* ---- a world ---- */

static void configure(Config *config) {
  text_copy(config->kis.app_key, sizeof config->kis.app_key, "key");
  text_copy(config->kis.app_secret, sizeof config->kis.app_secret, "secret");
  config->kis.calls_per_day = 20000;
  text_copy(config->flow.stocks, sizeof config->flow.stocks, "watchlists");
  text_copy(config->minutes.stocks, sizeof config->minutes.stocks, "leaders, watchlists");
  config->minutes.keep_days = KEEP_DAYS;
  config->etf.days = FUND_SESSIONS;
  text_copy(config->api.prompts, sizeof config->api.prompts, TEST_DATA "/../../deploy/prompts");
  text_copy(config->ai.provider, sizeof config->ai.provider, "gemini");
  text_copy(config->ai.api_key, sizeof config->ai.api_key, "made-up");
  text_copy(config->ai.after_analysis, sizeof config->ai.after_analysis, "summary fallen 2");
}

SimWhole *sim_whole_new(const SimMarket *market, uint64_t seed, Instant now) {
  SimWhole *whole = calloc(1, sizeof *whole);
  sim_or_die(whole != NULL, "no memory for a whole world");
  whole->world = sim_world_new(market, seed, now);
  whole->world->publishes_totals = true;
  whole->world->broker = &whole->broker;
  configure(&whole->world->config);
  sim_funds_begin(&whole->funds, whole->world, seed);
  whole->events = sim_events_new(whole->world, 5);
  whole->web = sim_web_new(whole->world);
  open_beside(whole);
  snprintf(whole->state_folder, sizeof whole->state_folder, "/tmp/closebell-state-XXXXXX");
  sim_or_die(mkdtemp(whole->state_folder) != NULL, whole->state_folder);
  return whole;
}

static void remove_state_folder(const SimWhole *whole) {
  DIR *folder = opendir(whole->state_folder);
  for (struct dirent *entry; folder && (entry = readdir(folder));)
    if (entry->d_name[0] != '.') unlinkat(dirfd(folder), entry->d_name, 0);
  if (folder) closedir(folder);
  rmdir(whole->state_folder);
}

void sim_whole_free(SimWhole *whole) {
  if (!whole) return;
  remove_state_folder(whole);
  sim_web_free(whole->web);
  sim_events_free(whole->events);
  sim_world_free(whole->world);
  free(whole);
}

/* As each program does at its end. */
static void bring_in(Job *job, const Outcome *outcome, void *context) {
  const SimWhole *whole = context;
  Archivist archivist;
  (void)outcome;
  if (!job_writes(job)) return;
  archivist_init(&archivist,
                 &(ArchivistTools){job->clock, job->random, job->log, whole->state_folder, job->config->mongodb.uri});
  archivist_bring_in(&archivist, job->db);
  archivist_destroy(&archivist);
}

SimResult sim_whole_run(SimWhole *whole, SimRun run) {
  const Source outer = whole->exchange, inner = whole->funds.inner;
  memset(whole->asked, 0, sizeof whole->asked);
  sim_model_is(model_ends(whole), &whole->asked[SIM_WHO_MODEL]);
  run.dress = dress;
  run.dress_context = whole;
  run.beside = &whole->beside;
  run.jobs = &whole->web->feeds.jobs;
  run.datasets = &whole->web->feeds.datasets;
  run.after = bring_in;
  run.after_context = whole;
  if (run.program == SIM_ANALYSIS && !run.limited) run.analysis = (AnalyzeOptions){.budget_ms = ANALYSIS_MS};
  run.limited |= run.program == SIM_ANALYSIS;
  run.analysis.state_folder = whole->state_folder;
  SimResult result = sim_run(whole->world, &run);
  whole->exchange = outer;
  whole->funds.inner = inner;
  return result;
}

/* ---- people ---- */

void sim_whole_list(SimWhole *whole, Day date) {
  char tickers[LISTED][TICKER_SIZE];
  Watchlist list = {.tickers = tickers, .count = LISTED, .updated_utc = whole->world->now};
  Error err = {{0}};
  for (size_t i = 0; i < LISTED; i++)
    made_ticker(STAYS + ((size_t)(date / LIST_DAYS) * 3 + 5 * i) % STAYING, tickers[i]);
  text_copy(list.name, sizeof list.name, "mine");
  sim_or_die(watchlist_write(&whole->world->view, &list, &err) == STATUS_OK, err.text);
}

void sim_whole_request(SimWhole *whole, const char *dataset, Day from, Day to) {
  Request request = {.at_utc = whole->world->now, .what = {.from = from, .to = to}, .done_utc = INSTANT_NONE}, stored;
  bool added;
  Error err = {{0}};
  snprintf(request.id, sizeof request.id, "request-%ld", ++whole->requests);
  text_copy(request.what.dataset, sizeof request.what.dataset, dataset);
  text_copy(request.who, sizeof request.who, "an operator");
  text_copy(request.reason, sizeof request.reason, "a doubt");
  sim_or_die(requests_add(&whole->world->view, &request, &stored, &added, &err) == STATUS_OK, err.text);
}
