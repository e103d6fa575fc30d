/* leader_candidates, and the numbers that chose them. */
#include "store_contract_internal.h"

#include <math.h>

#include <closebell/store/leader_candidates.h>

static LeaderRules make_rules(void) {
  LeaderRules rules = {.min_rs_rating = 80, .value_ratio = 1};
  assert_true(leader_fields_parse("near_high_52w", &rules.signals));
  assert_true(leader_fields_parse("sma_60,sma_120", &rules.above));
  return rules;
}

static LeaderCandidate make_candidate(const char *ticker, int rs_rating) {
  LeaderCandidate candidate = {
      .row = {.market = MARKET_KOSDAQ, .market_cap = 412500000000000, .value = 700},
      .value_average = 350.5,
      .numbers = {.close = 55100.25, .high_52w = 56000, .rs_rating = rs_rating, .above = {54000.5, NAN}}};
  strncpy(candidate.row.ticker, ticker, sizeof candidate.row.ticker - 1);
  strncpy(candidate.row.name, "삼성전자", sizeof candidate.row.name - 1);
  return candidate;
}

static void the_leaders_of_a_session_are_one_document(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const LeaderRules rules = make_rules();
  LeaderCandidate candidates[] = {make_candidate("005930", 99), make_candidate("000660", 0)};
  candidates[1].value_average = candidates[1].numbers.high_52w = NAN;
  assert_ok(leader_candidates_write(db, &(LeaderDay){contract_day("2025-04-10"), &rules, candidates, 1, 7}, &err));
  assert_ok(leader_candidates_write(db, &(LeaderDay){contract_day("2025-04-10"), &rules, candidates, 2, 9}, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "leader_candidates"), 1);
  static const char *const wanted[][2] = {
      {"as_of", "\"2025-04-10\""},
      {"criteria",
       "\"rs_rating >= 80, near_high_52w, close > sma_60, close > sma_120, value > 1 x its average over 20 sessions\""},
      {"considered", "9"},
      {"count", "2"}};
  char text[CONTRACT_FIELD_SIZE];
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    assert_string_equal(contract_field(db, DB_SYSTEM, "leader_candidates", "2025-04-10", wanted[i][0], text),
                        wanted[i][1]);
  assert_string_equal(
      contract_field(db, DB_SYSTEM, "leader_candidates", "2025-04-10", "candidates", text),
      "[ { \"rank\" : 1, \"ticker\" : \"005930\", \"name\" : \"삼성전자\", \"market\" : \"KOSDAQ\", \"market_cap\" : "
      "412500000000000, \"close\" : 55100.25, \"rs_rating\" : 99, \"high_52w\" : 56000.0, \"sma_60\" : 54000.5, "
      "\"value\" : 700, \"value_average_20\" : 350.5 }, { \"rank\" : 2, \"ticker\" : \"000660\", \"name\" : "
      "\"삼성전자\", \"market\" : \"KOSDAQ\", \"market_cap\" : 412500000000000, \"close\" : 55100.25, \"sma_60\" : "
      "54000.5, \"value\" : 700 } ]");
}

static void a_session_without_leaders_has_a_document_that_says_so(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  const LeaderRules rules = make_rules();
  assert_ok(leader_candidates_write(db, &(LeaderDay){contract_day("2025-04-10"), &rules, NULL, 0, 3}, &err));
  assert_string_equal(contract_field(db, DB_SYSTEM, "leader_candidates", "2025-04-10", "count", text), "0");
  assert_string_equal(contract_field(db, DB_SYSTEM, "leader_candidates", "2025-04-10", "candidates", text), "[  ]");
  LeaderSummary summary = {.count = 7};
  assert_int_equal(leader_candidates_read(db, contract_day("2025-04-11"), &summary, &err), STATUS_NOT_FOUND);
  assert_int_equal(summary.count, 7);
  assert_ok(leader_candidates_read(db, contract_day("2025-04-10"), &summary, &err));
  assert_true(summary.count == 0 && summary.considered == 3 && summary.criteria[0] != '\0');
}

static void put_analysed(const Db *db, const char *database, const char *collection, const char *id, const char *date,
                         double sma_60) {
  bson_t *document = bson_new();
  bson_append_utf8(document, "_id", -1, id, -1);
  if (date != NULL) bson_append_utf8(document, "date", -1, date, -1);
  bson_append_double(document, "close", -1, 100.5);
  if (!isnan(sma_60)) bson_append_double(document, "sma_60", -1, sma_60);
  bson_append_int32(document, "rs_rating", -1, 88);
  bson_append_bool(document, "near_high_52w", -1, true);
  contract_put(db, database, collection, document);
}

typedef struct {
  size_t count;
  char ticker[TICKER_SIZE];
  LeaderNumbers numbers;
} Seen;

static Status see(void *context, const char *ticker, const LeaderNumbers *numbers, Error *err) {
  (void)err;
  Seen *seen = context;
  seen->count++;
  strncpy(seen->ticker, ticker, sizeof seen->ticker - 1);
  seen->numbers = *numbers;
  return STATUS_OK;
}

static void the_numbers_of_a_session_are_read_from_the_newest_documents_of_that_date(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const LeaderRules rules = make_rules();
  Seen seen = {0};
  put_analysed(db, DB_SYSTEM, "latest_analysis", "000660", "2025-04-09", 1);
  put_analysed(db, DB_SYSTEM, "latest_analysis", "005930", "2025-04-10", 99.25);
  assert_ok(leader_numbers_read(db, contract_day("2025-04-10"), &rules, see, &seen, &err));
  assert_int_equal(seen.count, 1);
  assert_string_equal(seen.ticker, "005930");
  assert_true(seen.numbers.close == 100.5 && seen.numbers.above[0] == 99.25);
  assert_true(isnan(seen.numbers.above[1]) && isnan(seen.numbers.high_52w));
  assert_int_equal(seen.numbers.rs_rating, 88);
  assert_true(seen.numbers.signals[0]);
  bson_t *strange = bson_new(); /* somebody's: no date */
  bson_append_utf8(strange, "_id", -1, "000020", -1);
  contract_put(db, DB_SYSTEM, "latest_analysis", strange);
  assert_ok(leader_numbers_read(db, contract_day("2025-04-10"), &rules, see, &seen, &err));
  assert_int_equal(seen.count, 2);
}

static void the_numbers_of_an_older_session_are_found_in_its_own_document(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const LeaderRules rules = make_rules();
  LeaderNumbers numbers = {.close = 7};
  put_analysed(db, DB_ANALYZED, "005930", "2025-04-10", NULL, NAN);
  assert_int_equal(leader_numbers_find(db, "005930", contract_day("2025-04-09"), &rules, &numbers, &err),
                   STATUS_NOT_FOUND);
  assert_true(numbers.close == 7);
  assert_ok(leader_numbers_find(db, "005930", contract_day("2025-04-10"), &rules, &numbers, &err));
  assert_true(numbers.close == 100.5 && isnan(numbers.above[0]));
  bson_t *damage = bson_new();
  bson_append_int32(damage, "rs_rating", -1, 188);
  contract_damage(db, DB_ANALYZED, "005930", "2025-04-10", "rs_rating", damage);
  assert_int_equal(leader_numbers_find(db, "005930", contract_day("2025-04-10"), &rules, &numbers, &err),
                   STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "stock_analyzed.005930 2025-04-10: rs_rating"));
}

const struct CMUnitTest *contract_leader_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_leaders_of_a_session_are_one_document),
      cmocka_unit_test(a_session_without_leaders_has_a_document_that_says_so),
      cmocka_unit_test(the_numbers_of_a_session_are_read_from_the_newest_documents_of_that_date),
      cmocka_unit_test(the_numbers_of_an_older_session_are_found_in_its_own_document),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
