#include "market_rows.h"
#include "named.h"

#include <math.h>

#include <closebell/market/leader.h>

static LeaderRules rules_of(const char *signals, const char *above) {
  LeaderRules rules = {.min_rs_rating = 80, .value_ratio = 1};
  assert_true(leader_fields_parse(signals, &rules.signals));
  assert_true(leader_fields_parse(above, &rules.above));
  return rules;
}

/* Passes the rules as they come. */
static LeaderCandidate candidate_of(const char *ticker, int rs_rating, int64_t market_cap) {
  LeaderCandidate candidate = {
      .row = row_of(ticker, 1000),
      .value_average = 900,
      .numbers = {
          .close = 1000, .high_52w = 1010, .rs_rating = rs_rating, .signals = {true, true}, .above = {999, 998}}};
  candidate.row.value = 1000;
  candidate.row.market_cap = market_cap;
  return candidate;
}

static void what_meets_every_rule_passes(void **state) {
  (void)state;
  LeaderRules rules = rules_of("near_high_52w", "sma_60");
  LeaderCandidate candidate = candidate_of("005930", 80, 1);
  assert_true(leader_passes(&rules, &candidate));
}

static void each_rule_alone_keeps_a_stock_out(void **state) {
  (void)state;
  LeaderRules rules = rules_of("near_high_52w,golden_cross", "sma_60, sma_120");
  LeaderCandidate good = candidate_of("005930", 80, 1), bad[7];
  assert_true(leader_passes(&rules, &good));
  for (size_t i = 0; i < 7; i++) bad[i] = good;
  bad[0].numbers.rs_rating = 79;
  bad[1].numbers.signals[1] = false;
  bad[2].numbers.above[0] = 1000; /* the close is at it, not above */
  bad[3].numbers.above[1] = NAN;
  bad[4].row.value = 900; /* no more than usual */
  bad[5].value_average = NAN;
  bad[6].row.open = 0;
  for (size_t i = 0; i < 7; i++)
    if (leader_passes(&rules, &bad[i])) fail_msg("candidate %zu passes", i);
}

static void a_rule_that_is_off_asks_nothing(void **state) {
  (void)state;
  LeaderRules rules = {0};
  LeaderCandidate candidate = candidate_of("005930", 0, 1);
  candidate.value_average = candidate.numbers.above[0] = candidate.numbers.high_52w = NAN;
  candidate.numbers.signals[0] = false;
  assert_true(leader_passes(&rules, &candidate));
  candidate.row.open = 0; /* but trade it must */
  assert_false(leader_passes(&rules, &candidate));
}

static void the_strongest_come_first_then_the_largest_then_the_code(void **state) {
  (void)state;
  LeaderRules rules = rules_of("none", "none");
  LeaderCandidate all[] = {candidate_of("000660", 90, 5), candidate_of("005930", 90, 7), candidate_of("000020", 79, 9),
                           candidate_of("035720", 99, 1), candidate_of("000100", 90, 5)};
  static const char *const ORDER[] = {"035720", "005930", "000100", "000660"};
  assert_int_equal(leaders_choose(&rules, all, 5), 4);
  for (size_t i = 0; i < 4; i++) assert_string_equal(all[i].row.ticker, ORDER[i]);
  rules.limit = 2;
  assert_int_equal(leaders_choose(&rules, all, 4), 2);
  assert_string_equal(all[1].row.ticker, "005930");
  assert_int_equal(leaders_choose(&rules, all, 0), 0);
}

static void fields_are_names_each_once_or_none(void **state) {
  (void)state;
  static const char *const BAD[] = {"",
                                    ",",
                                    "sma_60,",
                                    "sma_60,,sma_20",
                                    "sma_60 x",
                                    "SMA_60",
                                    "sma_60,sma_60",
                                    "close; drop",
                                    "a.b",
                                    "a,b,c,d,e,f,g,h,i",
                                    "abcdefghijklmnopqrstuvwxyz0123456789"};
  LeaderFields fields = {.count = 7};
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    bool taken = leader_fields_parse(BAD[i], &fields);
    if (taken) fail_msg("\"%s\" was taken", BAD[i]);
    assert_int_equal(fields.count, 7);
  }
  assert_true(leader_fields_parse("none", &fields));
  assert_int_equal(fields.count, 0);
  assert_true(leader_fields_parse(" sma_60 ,sma_120 ", &fields));
  assert_int_equal(fields.count, 2);
  assert_string_equal(fields.items[1], "sma_120");
}

static void the_criteria_name_every_rule(void **state) {
  (void)state;
  char text[LEADER_CRITERIA_SIZE];
  LeaderRules rules = rules_of("near_high_52w", "sma_60"), none = {0};
  assert_named(leader_criteria(&rules, text), "rs_rating >= 80|near_high_52w|close > sma_60|value > 1|20");
  rules.value_ratio = 1.5;
  rules.limit = 30;
  assert_named(leader_criteria(&rules, text), "rs_rating >= 80|near_high_52w|close > sma_60|value > 1.5|20|30");
  assert_string_equal(leader_criteria(&none, text), "traded");
}

static void the_longest_criteria_fit(void **state) {
  (void)state;
  char text[LEADER_CRITERIA_SIZE];
  LeaderRules rules = {.min_rs_rating = 99, .value_ratio = 999.123456789, .limit = 1000000};
  for (size_t i = 0; i < LEADER_FIELDS_MAX; i++) {
    memset(rules.signals.items[i], 'a', LEADER_FIELD_SIZE - 1);
    memset(rules.above.items[i], 'b', LEADER_FIELD_SIZE - 1);
  }
  rules.signals.count = rules.above.count = LEADER_FIELDS_MAX;
  leader_criteria(&rules, text);
  assert_non_null(strstr(text, "1000000"));
  assert_true(strlen(text) < LEADER_CRITERIA_SIZE - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_meets_every_rule_passes),
      cmocka_unit_test(each_rule_alone_keeps_a_stock_out),
      cmocka_unit_test(a_rule_that_is_off_asks_nothing),
      cmocka_unit_test(the_strongest_come_first_then_the_largest_then_the_code),
      cmocka_unit_test(fields_are_names_each_once_or_none),
      cmocka_unit_test(the_criteria_name_every_rule),
      cmocka_unit_test(the_longest_criteria_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
