/* Claims of questions to a model, in source_state: whose question answers a request, and whether it is under way. */
#include "store_contract_internal.h"

#include <closebell/store/ask_claims.h>

static const Instant NOW = 1744329600123;
static const char ONE[] = "01J9ZK3W8Q2V5T7Y9B1D3F5H7K", TWO[] = "01J9ZK3W8Q2V5T7Y9B1D3F5H7M";
static const char REQUEST[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char ANOTHER[] = "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static AskRun run_of(const char *id, Instant asked) {
  AskRun run = {.asked_utc = asked, .until_utc = asked + 30000, .kind = "summary", .model = "gemini-3.6-flash"};
  snprintf(run.id, sizeof run.id, "%s", id);
  return run;
}

static AskClaim claim_of(int64_t number, const char *id) {
  AskClaim claim = {.number = number};
  snprintf(claim.id, sizeof claim.id, "%s", id);
  return claim;
}

static void a_run_is_found_by_every_server_until_it_is_renewed(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  AskRun run = run_of(ONE, NOW), read;
  assert_int_equal(ask_run_find(db, ONE, &read, &err), STATUS_NOT_FOUND);
  assert_ok(ask_run_insert(db, &run, &err));
  assert_ok(ask_run_find(&contract->other, ONE, &read, &err));
  assert_string_equal(read.id, ONE);
  assert_string_equal(read.kind, "summary");
  assert_string_equal(read.model, "gemini-3.6-flash");
  assert_int_equal(read.asked_utc, NOW);
  assert_int_equal(read.until_utc, NOW + 30000);
  char ids[2][ULID_SIZE];
  memcpy(ids[0], ONE, sizeof ids[0]);
  memcpy(ids[1], TWO, sizeof ids[1]);
  assert_ok(ask_runs_renew(db, (const char(*)[ULID_SIZE])ids, 2, NOW + 60000, &err));
  assert_ok(ask_run_find(&contract->other, ONE, &read, &err));
  assert_int_equal(read.until_utc, NOW + 60000);
  assert_int_equal(ask_run_find(db, TWO, &read, &err), STATUS_NOT_FOUND);
  assert_ok(ask_runs_renew(db, NULL, 0, NOW, &err));
}

static void a_request_is_claimed_once_by_a_number(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db, *other = &contract->other;
  Error err = {{0}};
  AskClaim one = claim_of(1, ONE), two = claim_of(1, TWO), newest;
  bool ours = false;
  assert_ok(ask_claim_newest(db, REQUEST, &newest, &err));
  assert_int_equal(newest.number, 0);
  assert_ok(ask_claim_insert(db, REQUEST, &one, NOW, &ours, &err));
  assert_true(ours);
  assert_ok(ask_claim_insert(other, REQUEST, &two, NOW, &ours, &err));
  assert_false(ours);
  assert_ok(ask_claim_insert(db, REQUEST, &one, NOW, &ours, &err)); /* the reply was lost: sent again */
  assert_true(ours);
  two.number = 2;
  assert_ok(ask_claim_insert(other, REQUEST, &two, NOW, &ours, &err));
  assert_true(ours);
  assert_ok(ask_claim_newest(db, REQUEST, &newest, &err));
  assert_int_equal(newest.number, 2);
  assert_string_equal(newest.id, TWO);
  assert_ok(ask_claim_newest(db, ANOTHER, &newest, &err));
  assert_int_equal(newest.number, 0);
}

static void what_is_old_is_removed_and_nothing_else(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  AskRun old = run_of(ONE, NOW - 1), young = run_of(TWO, NOW), read;
  AskClaim one = claim_of(1, ONE), two = claim_of(1, TWO), newest;
  bool ours;
  assert_ok(ask_run_insert(db, &old, &err));
  assert_ok(ask_run_insert(db, &young, &err));
  assert_ok(ask_claim_insert(db, REQUEST, &one, NOW - 1, &ours, &err));
  assert_ok(ask_claim_insert(db, ANOTHER, &two, NOW, &ours, &err));
  size_t before = contract_count(db, DB_SYSTEM, "source_state");
  contract_put(db, DB_SYSTEM, "source_state", BCON_NEW("_id", "ai"));
  contract_put(db, DB_SYSTEM, "source_state", BCON_NEW("_id", "ai-call:2025-04-11:0000000001"));
  contract_put(db, DB_SYSTEM, "source_state", BCON_NEW("_id", "ai-sun"));
  assert_ok(ask_claims_prune(db, NOW, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "source_state"), before - 2 + 3);
  assert_int_equal(ask_run_find(db, ONE, &read, &err), STATUS_NOT_FOUND);
  assert_ok(ask_run_find(db, TWO, &read, &err));
  assert_ok(ask_claim_newest(db, REQUEST, &newest, &err));
  assert_int_equal(newest.number, 0);
  assert_ok(ask_claim_newest(db, ANOTHER, &newest, &err));
  assert_int_equal(newest.number, 1);
}

static void the_session_that_was_asked_about_is_remembered(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Day session = 1;
  assert_ok(ask_done_read(&contract->db, &session, &err));
  assert_int_equal(session, DAY_NONE);
  assert_ok(ask_done_write(&contract->db, contract_day("2025-04-10"), &err));
  assert_ok(ask_done_write(&contract->db, contract_day("2025-04-11"), &err));
  assert_ok(ask_claims_prune(&contract->db, NOW, &err));
  assert_ok(ask_done_read(&contract->other, &session, &err));
  assert_int_equal(session, contract_day("2025-04-11"));
}

const struct CMUnitTest *contract_ask_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_run_is_found_by_every_server_until_it_is_renewed),
      cmocka_unit_test(a_request_is_claimed_once_by_a_number),
      cmocka_unit_test(what_is_old_is_removed_and_nothing_else),
      cmocka_unit_test(the_session_that_was_asked_about_is_remembered),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
