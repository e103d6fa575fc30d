/* decision_ledger, decision_requests and shadow_radar. */
#include "store_contract_internal.h"

#include <math.h>
#include <stdlib.h>

#include <closebell/store/decision_ledger.h>
#include <closebell/store/shadow_radar.h>

static const char SHA[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char FIRST[] = "01JRF00000AAAAAAAAAAAAAAAA", SECOND[] = "01JRF00000AAAAAAAAAAAAAAAB";

static Decision decision_of(const char *id) {
  Decision decision = decision_empty();
  strcpy(decision.id, id);
  decision.at_utc = INT64_C(1744300000123);
  decision.accepted = true;
  strcpy(decision.question.kind, "debate");
  strcpy(decision.question.prompt_version, "3");
  strcpy(decision.question.language, "ko");
  strcpy(decision.question.tickers[0], "005930");
  strcpy(decision.question.tickers[1], "0126Z0");
  decision.question.ticker_count = 2;
  decision.question.date = contract_day("2025-04-10");
  decision.question.facts = strdup("[{\"id\":\"f1\",\"value\":57200,\"unit\":\"원\"},{\"id\":\"f2\",\"value\":0.1}]");
  strcpy(decision.question.request_sha256, SHA);
  strcpy(decision.reply.provider, "openai");
  strcpy(decision.reply.model, "m-1");
  strcpy(decision.reply.model_version, "m-1.5");
  decision.reply.answer = strdup("{\"summary\":\"종가는 57,200원 \\\"이다\\\"\",\"risks\":[\"a\",\"b\"]}");
  decision.reply.debate_log = strdup("[{\"side\":\"bull\",\"text\":\"up\"}]");
  decision.reply.dominant_keywords = strdup("[\"one\",\"two\"]");
  decision.reply.final_decision = DECISION_SELL;
  decision.reply.hunter_score = 71.25;
  decision.reply.tokens_in = 1200;
  decision.reply.tokens_out = 0;
  return decision;
}

static Decision refusal_of(const char *id) {
  Decision decision = decision_of(id);
  free(decision.reply.answer);
  free(decision.reply.debate_log);
  free(decision.reply.dominant_keywords);
  decision.reply.answer = decision.reply.debate_log = decision.reply.dominant_keywords = NULL;
  decision.reply.raw = strdup("it rose by 12 %");
  decision.reply.final_decision = DECISION_NO_DECISION;
  decision.accepted = false;
  strcpy(decision.why, "a digit outside a placeholder");
  return decision;
}

static void assert_same(const Decision *a, const Decision *b) {
  char *left = NULL, *right = NULL;
  Error err = {{0}};
  assert_ok(decision_to_text(a, &left, &err));
  assert_ok(decision_to_text(b, &right, &err));
  assert_string_equal(left, right);
  free(left);
  free(right);
}

static void write_one(const StoreContract *contract, Decision decision) {
  Error err = {{0}};
  assert_ok(decision_write(&contract->db, &decision, &err));
  decision_free(&decision);
}

static void a_decision_comes_back_as_it_was_written(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  Decision written[] = {decision_of(FIRST), refusal_of(SECOND)};
  for (size_t i = 0; i < 2; i++) {
    Decision found = decision_empty();
    assert_ok(decision_write(&contract->db, &written[i], &err));
    assert_ok(decision_find(&contract->other, written[i].id, &found, &err));
    assert_same(&written[i], &found);
    assert_int_equal(found.accepted, i == 0);
    assert_string_equal(found.why, written[i].why);
    assert_false(found.has_outcome);
    decision_free(&found);
    decision_free(&written[i]);
  }
  assert_string_equal(contract_field(&contract->db, DB_SYSTEM, "decision_ledger", FIRST, "verdict", text),
                      "\"accepted\"");
  assert_string_equal(contract_field(&contract->db, DB_SYSTEM, "decision_ledger", SECOND, "verdict", text),
                      "\"refused: a digit outside a placeholder\"");
  assert_string_equal(contract_field(&contract->db, DB_SYSTEM, "decision_ledger", FIRST, "dominant_keywords", text),
                      "[ \"one\", \"two\" ]");
  assert_string_equal(contract_field(&contract->db, DB_SYSTEM, "decision_ledger", FIRST, "date", text),
                      "\"2025-04-10\"");
}

static void lists_that_are_empty_are_there(void **state) {
  const StoreContract *contract = *state;
  static const char *const fields[] = {"debate_log", "dominant_keywords"};
  char text[CONTRACT_FIELD_SIZE];
  Decision decision = decision_of(FIRST);
  free(decision.reply.debate_log);
  free(decision.reply.dominant_keywords);
  decision.reply.debate_log = decision.reply.dominant_keywords = NULL;
  write_one(contract, decision);
  write_one(contract, refusal_of(SECOND));
  for (size_t i = 0; i < 4; i++) {
    contract_field(&contract->db, DB_SYSTEM, "decision_ledger", i / 2 ? SECOND : FIRST, fields[i % 2], text);
    assert_true(text[0] == '[' && text[strspn(text, "[ ]")] == '\0');
  }
}

/* What a summary says is no verdict about its stocks. */
static void an_answer_that_was_not_asked_to_decide_is_marked(void **state) {
  const StoreContract *contract = *state;
  static const char *const answers[] = {"{\"summary\":\"a\"}",
                                        "{\"summary\":\"a\",\"final_decision\":\"NO_DECISION\"}"};
  for (size_t i = 0; i < 2; i++) {
    Error err = {{0}};
    Decision decision = decision_of(i ? SECOND : FIRST), found = decision_empty();
    free(decision.reply.answer);
    decision.reply.answer = strdup(answers[i]);
    decision.reply.final_decision = DECISION_NO_DECISION;
    assert_ok(decision_write(&contract->db, &decision, &err));
    assert_ok(decision_find(&contract->db, decision.id, &found, &err));
    assert_int_equal(found.reply.decides, i == 1);
    decision_free(&found);
    decision_free(&decision);
  }
}

static void the_same_decision_again_is_fine_and_another_under_its_id_is_not(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Decision decision = decision_of(FIRST);
  assert_ok(decision_write(&contract->db, &decision, &err));
  assert_ok(decision_write(&contract->other, &decision, &err));
  decision.outcome = (DecisionOutcome){.tickers = 2, .entered = 2};
  assert_ok(decision_outcomes_write(&contract->db, &decision, 1, &err));
  assert_ok(decision_write(&contract->db, &decision, &err)); /* the outcome is no part of it */
  decision.reply.tokens_in++;
  assert_int_equal(decision_write(&contract->db, &decision, &err), STATUS_DUPLICATE);
  assert_non_null(strstr(err.text, FIRST));
  decision_free(&decision);
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "decision_ledger"), 1);
}

static void an_accepted_one_answers_its_request_again(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Decision found = decision_empty();
  write_one(contract, refusal_of(FIRST));
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "decision_requests"), 0);
  assert_int_equal(decision_find_accepted(&contract->db, SHA, &found, &err), STATUS_NOT_FOUND);
  contract_put(&contract->db, DB_SYSTEM, "decision_requests",
               BCON_NEW("_id", BCON_UTF8(SHA), "decision", BCON_UTF8(FIRST)));
  assert_int_equal(decision_find_accepted(&contract->db, SHA, &found, &err), STATUS_NOT_FOUND); /* it was refused */
  write_one(contract, decision_of(SECOND));
  assert_ok(decision_find_accepted(&contract->other, SHA, &found, &err));
  assert_string_equal(found.id, SECOND);
  assert_non_null(found.question.facts);
  decision_free(&found);
}

/* A writer that dies behind the announcement leaves a name without a decision. */
static void one_that_was_announced_and_never_written_answers_nothing(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Decision found = decision_empty();
  write_one(contract, decision_of(FIRST));
  assert_ok(contract->db.delete_one(contract->db.self, DB_SYSTEM, "decision_ledger", FIRST, &err));
  assert_int_equal(decision_find_accepted(&contract->db, SHA, &found, &err), STATUS_NOT_FOUND);
  write_one(contract, decision_of(SECOND));
  assert_ok(decision_find_accepted(&contract->db, SHA, &found, &err));
  assert_string_equal(found.id, SECOND);
  decision_free(&found);
}

static void what_may_not_be_written_is_refused(void **state) {
  const StoreContract *contract = *state;
  static const char *const facts[] = {"[{\"id\":null}]", "{}", "[", "[{\"$date\":1}]", "[[1]]", "[{\"a.b\":1}]"};
  for (int at = 0; at < 14; at++) {
    Error err = {{0}};
    Decision decision = at == 13 ? refusal_of(FIRST) : decision_of(FIRST);
    if (at < 6) {
      free(decision.question.facts);
      decision.question.facts = strdup(facts[at]);
    }
    if (at == 6) decision.question.ticker_count = 0;
    if (at == 7) strcpy(decision.question.tickers[1], "x");
    if (at == 8) decision.question.request_sha256[3] = 'g';
    if (at == 9) strcpy(decision.id, "no ULID");
    if (at == 10) decision.question.date = DAY_NONE;
    if (at == 11) decision.accepted = false;
    if (at == 12) decision.reply.hunter_score = INFINITY;
    if (at == 13) decision.reply.final_decision = DECISION_BUY;
    if (decision_write(&contract->db, &decision, &err) == STATUS_OK) fail_msg("case %d was written", at);
    decision_free(&decision);
  }
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "decision_ledger"), 0);
  assert_int_equal(contract_count(&contract->db, DB_SYSTEM, "decision_requests"), 0);
}

typedef struct {
  size_t count;
  Decision last;
} Seen;

static Status see(void *context, const Decision *decision, Error *err) {
  (void)err;
  Seen *seen = context;
  assert_null(decision->question.facts);
  assert_null(decision->reply.answer);
  seen->last = *decision;
  seen->count++;
  return STATUS_OK;
}

static void an_outcome_stands_beside_the_decision_and_is_replaced_whole(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Seen seen = {0};
  size_t unreadable = 9;
  Decision decision = decision_of(FIRST);
  assert_ok(decision_write(&contract->db, &decision, &err));
  decision.outcome =
      (DecisionOutcome){.tickers = 2, .entered = 1, .returns = {0.1, 0.2, NAN}, .market = {0.01, 0.25, NAN}};
  assert_ok(decision_outcomes_write(&contract->db, &decision, 1, &err));
  decision.outcome.returns[1] = NAN;
  decision.outcome.market[1] = NAN;
  assert_ok(decision_outcomes_write(&contract->db, &decision, 1, &err));
  decision_free(&decision);
  assert_ok(decision_visit(&contract->other, NULL, see, &seen, &unreadable, &err));
  assert_int_equal(seen.count, 1);
  assert_int_equal(unreadable, 0);
  assert_true(seen.last.has_outcome);
  assert_int_equal(seen.last.outcome.entered, 1);
  assert_true(seen.last.outcome.returns[0] == 0.1 && seen.last.outcome.market[0] == 0.01);
  assert_true(isnan(seen.last.outcome.returns[1]) && isnan(seen.last.outcome.returns[2]));
  assert_int_equal(seen.last.question.ticker_count, 2);
  assert_int_equal(seen.last.reply.final_decision, DECISION_SELL);
  assert_string_equal(seen.last.reply.model, "m-1");
}

static void one_that_cannot_be_read_holds_no_other(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Seen seen = {0};
  size_t unreadable = 0;
  write_one(contract, decision_of(FIRST));
  write_one(contract, decision_of(SECOND));
  contract_damage(&contract->db, DB_SYSTEM, "decision_ledger", FIRST, "tickers", NULL);
  assert_ok(decision_visit(&contract->db, NULL, see, &seen, &unreadable, &err));
  assert_int_equal(seen.count, 1);
  assert_int_equal(unreadable, 1);
  assert_ok(decision_visit(&contract->db, SECOND, see, &seen, &unreadable, &err));
  assert_int_equal(seen.count, 2);
  assert_int_equal(unreadable, 0);
}

static void a_decision_goes_through_a_text_unchanged(void **state) {
  (void)state;
  Decision written[] = {decision_of(FIRST), refusal_of(SECOND)};
  for (size_t i = 0; i < 2; i++) {
    Error err = {{0}};
    char *text = NULL;
    Decision read = decision_empty();
    assert_ok(decision_to_text(&written[i], &text, &err));
    assert_ok(decision_from_text(text, strlen(text), &read, &err));
    assert_same(&written[i], &read);
    assert_int_equal(decision_from_text(text, strlen(text) - 1, &read, &err), STATUS_BAD_DATA);
    assert_int_equal(decision_from_text("{}", 2, &read, &err), STATUS_BAD_DATA);
    assert_int_equal(decision_from_text("", 0, &read, &err), STATUS_BAD_DATA);
    decision_free(&read);
    decision_free(&written[i]);
    free(text);
  }
}

/* ---- the radar ---- */

static Shadow shadow_of(const char *date, const char *ticker) {
  Shadow shadow = {.date = contract_day(date),
                   .stage = SHADOW_STRATEGY,
                   .trigger_date = contract_day("2025-04-15"),
                   .return_pct = 23.456};
  strcpy(shadow.ticker, ticker);
  strcpy(shadow.rule, "turtle_20: close > highest(high, 20)[1]");
  strcpy(shadow.reason, "turtle_20: close > highest(high, 20)[1] (1,200 against 1,250)");
  return shadow;
}

static void what_was_missed_comes_back_by_its_dates(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  ShadowList list = {0};
  const Shadow a = shadow_of("2025-04-09", "005930"), b = shadow_of("2025-04-10", "0126Z0"),
               c = shadow_of("2025-04-11", "000660");
  const Shadow *const all[] = {&c, &a, &b};
  assert_ok(shadow_radar_write(&contract->db, all, 3, &err));
  assert_ok(shadow_radar_read(&contract->other, a.date, b.date, &list, &err));
  assert_int_equal(list.count, 2);
  assert_true(shadow_equal(&list.items[0], &a));
  assert_true(shadow_equal(&list.items[1], &b));
  shadow_list_free(&list);
  assert_string_equal(
      contract_field(&contract->db, DB_SYSTEM, "shadow_radar", "2025-04-09:005930", "trigger_type", text),
      "\"PRICE_SURGE\"");
  assert_ok(shadow_radar_delete(&contract->db, b.date, b.ticker, &err));
  contract_damage(&contract->db, DB_SYSTEM, "shadow_radar", "2025-04-09:005930", "rejection_stage", NULL);
  assert_ok(shadow_radar_read(&contract->db, a.date, c.date, &list, &err));
  assert_int_equal(list.count, 1);
  assert_int_equal(list.unreadable, 1);
  assert_true(shadow_equal(&list.items[0], &c));
  shadow_list_free(&list);
}

const struct CMUnitTest *contract_decision_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_decision_comes_back_as_it_was_written),
      cmocka_unit_test(lists_that_are_empty_are_there),
      cmocka_unit_test(an_answer_that_was_not_asked_to_decide_is_marked),
      cmocka_unit_test(the_same_decision_again_is_fine_and_another_under_its_id_is_not),
      cmocka_unit_test(an_accepted_one_answers_its_request_again),
      cmocka_unit_test(one_that_was_announced_and_never_written_answers_nothing),
      cmocka_unit_test(what_may_not_be_written_is_refused),
      cmocka_unit_test(an_outcome_stands_beside_the_decision_and_is_replaced_whole),
      cmocka_unit_test(one_that_cannot_be_read_holds_no_other),
      cmocka_unit_test(a_decision_goes_through_a_text_unchanged),
      cmocka_unit_test(what_was_missed_comes_back_by_its_dates),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
