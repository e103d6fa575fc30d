/* /ledger and /radar: newest first, page after page, each once, and no more read than is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/decision_ledger.h>
#include <closebell/store/shadow_radar.h>

#include "api_reader.h"
#include "sim_case.h"

enum { DECISIONS = 8, SHADOWS = 7, TEXT_SIZE = 1024 };
static const SimRun ANALYSIS = {.program = SIM_ANALYSIS};

typedef struct {
  SimCase *c;
  ApiReader *server;
} Scene;

static void put_decision(const Scene *scene, unsigned number) {
  Error err = {{0}};
  Decision decision = decision_empty();
  snprintf(decision.id, sizeof decision.id, "01JRF%021u", number);
  decision.at_utc = INT64_C(1744300000000);
  decision.accepted = number % 3 != 0;
  strcpy(decision.question.kind, "debate");
  strcpy(decision.question.prompt_version, "1");
  strcpy(decision.question.tickers[0], "005930");
  decision.question.ticker_count = 1;
  decision.question.date = sim_case_session(scene->c, 0);
  decision.question.facts = strdup("[{\"id\":\"f1\",\"value\":1}]");
  strcpy(decision.question.request_sha256, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  strcpy(decision.reply.provider, "openai");
  strcpy(decision.reply.model, "m");
  decision.reply.final_decision = decision.accepted ? DECISION_SELL : DECISION_NO_DECISION;
  if (decision.accepted) decision.reply.answer = strdup("{\"final_decision\":\"SELL\"}");
  if (!decision.accepted) decision.reply.raw = strdup("it rose by 12 %");
  if (!decision.accepted) strcpy(decision.why, "a digit");
  if (decision_write(&scene->c->world->view, &decision, &err) != STATUS_OK) fail_msg("%s", err.text);
  decision_free(&decision);
}

static void put_shadow(const Scene *scene, unsigned number) {
  Error err = {{0}};
  Shadow shadow = {.stage = SHADOW_LEADERS, .rule = "r", .reason = "r (1)", .return_pct = 21};
  const Shadow *const one[] = {&shadow};
  assert_true(day_parse("2025-04-10", &shadow.date));
  shadow.date += (Day)number / 2; /* two a date */
  shadow.trigger_date = shadow.date + 1;
  snprintf(shadow.ticker, sizeof shadow.ticker, "%05u0", number % 100000);
  if (shadow_radar_write(&scene->c->world->view, one, 1, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static Scene begin(SimCase *c) {
  Scene scene = {.c = c};
  sim_case_set_up_database(c);
  assert_int_equal(sim_run(c->world, &ANALYSIS).exit_code, EXIT_DONE);
  for (unsigned i = 0; i < DECISIONS; i++) put_decision(&scene, i);
  for (unsigned i = 0; i < SHADOWS; i++) put_shadow(&scene, i);
  scene.server = api_reader_open(&c->world->config, &c->world->clock, &c->world->prepared.rules.closures);
  api_reader_look(scene.server, &c->world->view);
  return scene;
}

static char *ask(const Scene *scene, const char *target, int status) {
  ReaderAnswer answer = api_reader_ask(scene->server, &scene->c->world->view, target);
  if (answer.status != status) fail_msg("%s: %d: %s", target, answer.status, answer.body);
  return answer.body;
}

/* The last letters of each id, and a blank. */
static void add_ids(const char *body, size_t letters, char *ids) {
  for (const char *at = body; (at = strstr(at, "\"id\":\"")) != NULL;) {
    at += strlen("\"id\":\"");
    const char *end = strchr(at, '"');
    strncat(ids, end - letters, letters);
    strcat(ids, " ");
  }
}

static bool take_next(const char *body, char *next) {
  const char *at = strstr(body, "\"next\":\"");
  if (!at) return false;
  at += strlen("\"next\":\"");
  snprintf(next, TEXT_SIZE, "%.*s", (int)strcspn(at, "\""), at);
  return true;
}

static long documents_read(const Scene *scene) {
  const Db *db = &scene->c->world->view;
  return db->counters(db->self).documents_read;
}

/* All pages of the target; between them `meanwhile` happens. */
static size_t read_pages(const Scene *scene, const char *target, size_t letters, char *ids,
                         void (*meanwhile)(const Scene *scene)) {
  char address[2 * TEXT_SIZE], next[TEXT_SIZE] = "";
  size_t pages = 0;
  bool more = true;
  ids[0] = '\0';
  for (; more; pages++) {
    snprintf(address, sizeof address, "%s%s%s", target, *next ? "&cursor=" : "", next);
    long before = documents_read(scene);
    char *body = ask(scene, address, 200);
    assert_in_range(documents_read(scene) - before, 0, 5); /* of a page of three */
    add_ids(body, letters, ids);
    more = take_next(body, next);
    free(body);
    if (meanwhile) meanwhile(scene);
  }
  return pages;
}

static void the_ledger_comes_newest_first_and_each_once(void **state) {
  Scene scene = begin(*state);
  char ids[TEXT_SIZE];
  assert_int_equal(read_pages(&scene, "/ledger?limit=3", 1, ids, NULL), 3);
  assert_string_equal(ids, "7 6 5 4 3 2 1 0 ");
  char *body = ask(&scene, "/ledger?limit=8", 200), next[TEXT_SIZE];
  assert_false(take_next(body, next));
  free(body);
  api_reader_close(scene.server);
}

static void put_newer(const Scene *scene) {
  static unsigned number = DECISIONS;
  put_decision(scene, ++number);
}

static void what_is_decided_while_somebody_pages_moves_no_page(void **state) {
  Scene scene = begin(*state);
  char ids[TEXT_SIZE];
  read_pages(&scene, "/ledger?limit=3", 1, ids, put_newer);
  assert_string_equal(ids, "7 6 5 4 3 2 1 0 ");
  api_reader_close(scene.server);
}

static void a_list_has_neither_facts_nor_words_of_a_model(void **state) {
  Scene scene = begin(*state);
  char *body = ask(&scene, "/ledger", 200);
  static const char *const absent[] = {"facts", "raw_answer", "12 %", "request_sha256", "\"answer\""};
  for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) assert_null(strstr(body, absent[i]));
  static const char *const there[] = {"\"kind\":\"debate\"",         "\"tickers\":[\"005930\"]",
                                      "\"verdict\":\"accepted\"",    "\"verdict\":\"refused: a digit\"",
                                      "\"final_decision\":\"SELL\"", "\"at_utc\":"};
  for (size_t i = 0; i < sizeof there / sizeof there[0]; i++)
    if (!strstr(body, there[i])) fail_msg("%s is not in %s", there[i], body);
  free(body);
  api_reader_close(scene.server);
}

static void the_radar_comes_newest_first_between_two_dates(void **state) {
  Scene scene = begin(*state);
  char ids[TEXT_SIZE];
  assert_int_equal(read_pages(&scene, "/radar?limit=3", 2, ids, NULL), 3);
  assert_string_equal(ids, "60 50 40 30 20 10 00 ");
  read_pages(&scene, "/radar?limit=3&from=2025-04-11", 2, ids, NULL);
  assert_string_equal(ids, "60 50 40 30 20 ");
  read_pages(&scene, "/radar?limit=3&from=2025-04-10&to=2025-04-11", 2, ids, NULL);
  assert_string_equal(ids, "30 20 10 00 ");
  read_pages(&scene, "/radar?limit=3&to=2025-04-09", 2, ids, NULL);
  assert_string_equal(ids, "");
  api_reader_close(scene.server);
}

static void a_cursor_is_of_its_own_request(void **state) {
  Scene scene = begin(*state);
  char next[TEXT_SIZE], address[2 * TEXT_SIZE];
  char *body = ask(&scene, "/ledger?limit=3", 200);
  assert_true(take_next(body, next));
  free(body);
  snprintf(address, sizeof address, "/ledger?limit=4&cursor=%s", next);
  free(ask(&scene, address, 400));
  snprintf(address, sizeof address, "/radar?limit=3&cursor=%s", next);
  free(ask(&scene, address, 400));
  free(ask(&scene, "/ledger?cursor=abc", 400));
  api_reader_close(scene.server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(the_ledger_comes_newest_first_and_each_once),
      SIM_CASE(what_is_decided_while_somebody_pages_moves_no_page),
      SIM_CASE(a_list_has_neither_facts_nor_words_of_a_model),
      SIM_CASE(the_radar_comes_newest_first_between_two_dates),
      SIM_CASE(a_cursor_is_of_its_own_request),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
