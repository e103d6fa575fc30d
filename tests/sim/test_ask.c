/* Questions to a model in memory: facts from documents, whose question a request is, and what readers get of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bson/bson.h>

#include <closebell/decision/ask.h>
#include <closebell/decision/decision_json.h>
#include <closebell/decision/facts_load.h>

#include "db_memory.h"

enum { SESSION = 20188 };

typedef struct {
  DbMemory *memory, *second;
  Db db, other; /* of two servers */
  Instant now;
  uint64_t seed;
  Clock clock;
  Random random;
  Log log;
  Archivist archivist;
  Config config;
  char folder[64];
} World;

static Instant now_of(void *self) { return ((World *)self)->now; }
static int64_t uptime_of(void *self) { return ((World *)self)->now; }

static void put(World *world, const char *ticker, const char *name, double close, double rating, double compass) {
  Error err = {{0}};
  bson_t *document =
      BCON_NEW("_id", BCON_UTF8(ticker), "date", BCON_UTF8("2025-04-10"), "name", BCON_UTF8(name), "market_cap",
               BCON_INT64(1000000), "close", BCON_DOUBLE(close), "golden_cross", BCON_BOOL(true));
  if (!isnan(rating)) BSON_APPEND_INT32(document, "rs_rating", (int32_t)rating);
  if (!isnan(compass)) BSON_APPEND_DOUBLE(document, "compass_score", compass);
  assert_int_equal(world->db.insert(world->db.self, DB_SYSTEM, "latest_analysis", document, &err), STATUS_OK);
  bson_destroy(document);
}

static int begin(void **state) {
  World *world = calloc(1, sizeof *world);
  *state = world;
  world->memory = db_memory_new();
  world->second = db_memory_connect(world->memory);
  world->now = 1744329600000;
  world->clock = (Clock){.self = world, .now = now_of, .uptime_ms = uptime_of};
  db_memory_set_clock(world->memory, &world->clock);
  db_memory_set_clock(world->second, &world->clock);
  world->db = db_memory_db(world->memory);
  world->other = db_memory_db(world->second);
  world->random = random_seeded(&world->seed);
  world->log = log_open(NULL, LOG_ERROR, "test", &world->clock, NULL);
  config_defaults(&world->config);
  strcpy(world->config.ai.provider, "gemini");
  strcpy(world->config.ai.api_key, "made-up");
  strcpy(world->folder, "/tmp/closebell-ask-XXXXXX");
  assert_non_null(mkdtemp(world->folder));
  const ArchivistTools tools = {&world->clock, &world->random, &world->log, world->folder, NULL};
  archivist_init(&world->archivist, &tools);
  put(world, "000660", "SK하이닉스", 183200, 80, NAN);
  put(world, "005930", "삼성전자", 56400.5, 20, 60);
  put(world, "051910", "LG화학", 200000, NAN, NAN);
  return 0;
}

static int end(void **state) {
  World *world = *state;
  archivist_destroy(&world->archivist);
  db_memory_free(world->second);
  db_memory_free(world->memory);
  rmdir(world->folder);
  free(world);
  return 0;
}

static AskTools tools_of(World *world, const Db *db) {
  return (AskTools){&world->config, db, &world->clock, &world->random, &world->log, &world->archivist};
}

/* ---- facts ---- */

static Status load(World *world, const char (*tickers)[TICKER_SIZE], size_t count, bool refuses, FactTable *facts,
                   Error *err) {
  static const Day unproven[] = {SESSION - 1};
  const FactState state = {SESSION, unproven, 1};
  const FactStocks stocks = {tickers, count, refuses, FACT_STOCKS_MAX};
  return facts_load(&world->db, &state, &stocks, facts, err);
}

static void facts_come_in_the_order_asked_for_and_without_signals(void **state) {
  static const char tickers[][TICKER_SIZE] = {"005930", "000660"};
  Error err = {{0}};
  FactTable facts = {0};
  TextBuffer once = {0}, again = {0};
  if (load(*state, tickers, 2, true, &facts, &err) != STATUS_OK) fail_msg("%s", err.text);
  assert_int_equal(facts.stocks, 2);
  assert_string_equal(facts.items[0].ticker, "005930");
  assert_int_equal(facts.as_of, SESSION);
  assert_false(facts.proven);
  assert_int_equal(facts.unproven_count, 1);
  for (size_t i = 0; i < facts.count; i++) assert_string_not_equal(facts.items[i].field, "golden_cross");
  facts_told_json(&facts, &once);
  fact_table_free(&facts);
  assert_int_equal(load(*state, tickers, 2, true, &facts, &err), STATUS_OK);
  facts_told_json(&facts, &again);
  assert_string_equal(once.data, again.data);
  fact_table_free(&facts);
  text_buffer_free(&once);
  text_buffer_free(&again);
}

static void a_stock_that_is_not_there_is_refused_or_passed_over(void **state) {
  static const char tickers[][TICKER_SIZE] = {"999999", "000660"};
  Error err = {{0}};
  FactTable facts = {0};
  assert_int_equal(load(*state, tickers, 2, true, &facts, &err), STATUS_USAGE);
  assert_non_null(strstr(err.text, "999999"));
  assert_int_equal(load(*state, tickers, 2, false, &facts, &err), STATUS_OK);
  assert_int_equal(facts.stocks, 1);
  fact_table_free(&facts);
}

static void no_more_than_the_first_so_many_are_told(void **state) {
  static const char tickers[][TICKER_SIZE] = {"999999", "005930", "000660", "051910"};
  World *world = *state;
  const FactState told = {SESSION, NULL, 0};
  const FactStocks stocks = {tickers, 4, false, 2};
  Error err = {{0}};
  FactTable facts = {0};
  assert_int_equal(facts_load(&world->db, &told, &stocks, &facts, &err), STATUS_OK);
  assert_int_equal(facts.stocks, 2);
  assert_string_equal(facts.items[facts.count - 1].ticker, "000660");
  assert_true(facts.proven);
  fact_table_free(&facts);
}

static void the_score_is_the_compass_else_the_rating_of_those_that_have_one(void **state) {
  static const char all[][TICKER_SIZE] = {"005930", "000660", "051910"}, none[][TICKER_SIZE] = {"051910"};
  Error err = {{0}};
  FactTable facts = {0};
  assert_int_equal(load(*state, all, 3, true, &facts, &err), STATUS_OK);
  assert_true(facts_hunter_score(&facts) == 70);
  fact_table_free(&facts);
  assert_int_equal(load(*state, none, 1, true, &facts, &err), STATUS_OK);
  assert_true(isnan(facts_hunter_score(&facts)));
  fact_table_free(&facts);
}

/* ---- whose question it is ---- */

static Ask ask_about(World *world, const char *ticker, Language language) {
  static const char text[] = "version = 1\ntitle = A\ntitle_ko = B\ntask = C\n[answer]\nsummary = text 100\n";
  char tickers[1][TICKER_SIZE] = {{0}};
  Prompt prompt;
  ScreenError error;
  Error err = {{0}};
  FactTable facts = {0};
  Ask ask = {.decision = decision_empty()};
  strcpy(tickers[0], ticker);
  assert_int_equal(prompt_parse(text, strlen(text), &prompt, &error), STATUS_OK);
  assert_int_equal(load(world, (const char(*)[TICKER_SIZE])tickers, 1, true, &facts, &err), STATUS_OK);
  const AskWords words = {
      .prompt_name = "summary", .prompt = &prompt, .language = language, .strategy = "", .who = "tester"};
  if (ask_make(&world->config, &words, &facts, &ask, &err) != STATUS_OK) fail_msg("%s", err.text);
  return ask;
}

static AskClaimResult claim(World *world, const Db *db, Ask *ask) {
  const AskTools tools = tools_of(world, db);
  AskClaimResult result;
  Error err = {{0}};
  if (ask_claim(&tools, ask, &result, &err) != STATUS_OK) fail_msg("%s", err.text);
  return result;
}

static void the_same_request_is_the_first_ones_and_no_other_is(void **state) {
  World *world = *state;
  Ask first = ask_about(world, "005930", LANGUAGE_EN), same = ask_about(world, "005930", LANGUAGE_EN);
  Ask korean = ask_about(world, "005930", LANGUAGE_KO), stock = ask_about(world, "000660", LANGUAGE_EN);
  AskClaimResult ours = claim(world, &world->db, &first), theirs = claim(world, &world->other, &same);
  assert_int_equal(ours.kind, ASK_OURS);
  assert_string_equal(ours.id, first.decision.id);
  assert_int_equal(theirs.kind, ASK_ELSEWHERE);
  assert_string_equal(theirs.id, ours.id);
  assert_int_equal(claim(world, &world->other, &korean).kind, ASK_OURS);
  assert_int_equal(claim(world, &world->other, &stock).kind, ASK_OURS);
  Ask *const all[] = {&first, &same, &korean, &stock};
  for (size_t i = 0; i < 4; i++) ask_free(all[i]);
}

static void one_that_lapsed_or_was_given_up_may_be_asked_again(void **state) {
  World *world = *state;
  Ask first = ask_about(world, "005930", LANGUAGE_EN), same = ask_about(world, "005930", LANGUAGE_EN);
  Ask third = ask_about(world, "005930", LANGUAGE_EN);
  claim(world, &world->db, &first);
  world->now += 2 * world->config.ai.timeout_ms + ASK_GRACE_MS - 1;
  assert_int_equal(claim(world, &world->other, &same).kind, ASK_ELSEWHERE);
  world->now += 1;
  assert_int_equal(claim(world, &world->other, &same).kind, ASK_OURS);
  const AskTools tools = tools_of(world, &world->other);
  ask_give_up(&tools, &same);
  assert_int_equal(claim(world, &world->db, &third).kind, ASK_OURS);
  assert_string_not_equal(third.decision.id, same.decision.id);
  ask_free(&first);
  ask_free(&same);
  ask_free(&third);
}

static void only_what_was_accepted_is_answered_again(void **state) {
  World *world = *state;
  const AskTools tools = tools_of(world, &world->db);
  Ask refused = ask_about(world, "005930", LANGUAGE_EN), accepted = ask_about(world, "005930", LANGUAGE_EN);
  Ask again = ask_about(world, "005930", LANGUAGE_EN);
  Error err = {{0}};
  claim(world, &world->db, &refused);
  refused.decision.reply.raw = strdup("It rose by 1597 percent");
  assert_true(ask_refuse(&tools, &refused, "a figure of its own"));
  assert_int_equal(claim(world, &world->db, &accepted).kind, ASK_OURS);
  accepted.decision.accepted = true;
  accepted.decision.reply.answer = strdup("{\"summary\":\"KRW 56,400.5\"}");
  accepted.decision.reply.final_decision = DECISION_NO_DECISION;
  accepted.decision.reply.tokens_in = accepted.decision.reply.tokens_out = 1;
  strcpy(accepted.decision.reply.model_version, "gemini");
  assert_int_equal(decision_write(&world->db, &accepted.decision, &err), STATUS_OK);
  AskClaimResult found = claim(world, &world->other, &again);
  assert_int_equal(found.kind, ASK_ANSWERED);
  assert_string_equal(found.id, accepted.decision.id);
  assert_true(found.decision.accepted);
  assert_string_equal(found.decision.question.who, "tester");
  decision_free(&found.decision);
  ask_free(&refused);
  ask_free(&accepted);
  ask_free(&again);
}

/* ---- what readers get ---- */

static char *json_of(const Decision *decision) {
  TextBuffer text = {0};
  JsonWriter to = json_writer(&text);
  json_begin_object(&to, NULL);
  decision_json_put(&to, decision);
  json_end_object(&to);
  assert_false(text.failed);
  return text.data;
}

static void nothing_that_a_refused_model_wrote_is_shown(void **state) {
  World *world = *state;
  Ask ask = ask_about(world, "000660", LANGUAGE_EN);
  DecisionReply *reply = &ask.decision.reply;
  reply->answer = strdup("{\"summary\":\"secret\"}");
  reply->debate_log = strdup("[\"secret\"]");
  reply->dominant_keywords = strdup("[\"secret\"]");
  reply->figures = strdup("[\"secret\"]");
  reply->raw = strdup("secret");
  reply->final_decision = DECISION_BUY;
  strcpy(ask.decision.why, "it has a number");
  char *json = json_of(&ask.decision);
  assert_null(strstr(json, "secret"));
  assert_non_null(strstr(json, "\"verdict\":\"refused: it has a number\",\"answer\":{}"));
  assert_non_null(strstr(json, "\"final_decision\":\"NO_DECISION\",\"hunter_score\":80"));
  assert_non_null(strstr(json, "\"facts\":[{\"id\":\"f1\""));
  free(json);
  ask.decision.accepted = true;
  json = json_of(&ask.decision);
  assert_non_null(strstr(json, "\"verdict\":\"accepted\",\"answer\":{\"summary\":\"secret\"}"));
  assert_non_null(strstr(json, "\"final_decision\":\"BUY\""));
  free(json);
  ask_free(&ask);
}

static void one_that_lapsed_is_a_refused_one(void **state) {
  (void)state;
  Decision decision;
  const AskRun run = {.id = "01J9ZK3W8Q2V5T7Y9B1D3F5H7K", .kind = "summary", .model = "m"};
  ask_lapsed(&run, &decision);
  char *json = json_of(&decision);
  assert_non_null(strstr(json, "\"verdict\":\"refused: "));
  assert_non_null(strstr(json, "\"model\":\"m\",\"model_version\":\"m\""));
  free(json);
  decision_free(&decision);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(facts_come_in_the_order_asked_for_and_without_signals, begin, end),
      cmocka_unit_test_setup_teardown(a_stock_that_is_not_there_is_refused_or_passed_over, begin, end),
      cmocka_unit_test_setup_teardown(no_more_than_the_first_so_many_are_told, begin, end),
      cmocka_unit_test_setup_teardown(the_score_is_the_compass_else_the_rating_of_those_that_have_one, begin, end),
      cmocka_unit_test_setup_teardown(the_same_request_is_the_first_ones_and_no_other_is, begin, end),
      cmocka_unit_test_setup_teardown(one_that_lapsed_or_was_given_up_may_be_asked_again, begin, end),
      cmocka_unit_test_setup_teardown(only_what_was_accepted_is_answered_again, begin, end),
      cmocka_unit_test_setup_teardown(nothing_that_a_refused_model_wrote_is_shown, begin, end),
      cmocka_unit_test(one_that_lapsed_is_a_refused_one),
  };
  return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
