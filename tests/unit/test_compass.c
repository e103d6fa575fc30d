/* The compass, sentence by sentence of its definitions (score.md, section 4). */
#include "made_report.h"

#include "made_population.h"

static Population made;

/* One item of the financial companies' valuation axis, of which one of two is enough: the axis is its place. */
static void set_single_item(size_t stock, double value) {
  made.fundamentals[stock].is_financial = true;
  made.valuations[stock].earnings_yield = value;
}

static double place_of_single(size_t stock) { return made.compasses[stock].axes[AXIS_VALUATION]; }

static void set_prices(size_t stock, double value) {
  made.stocks[stock].prices = (CompassPrices){
      value, value, value, .volatility = -value, .max_drawdown = value, .beta = -value, .has_year = true};
}

static void set_finances(size_t stock, double value) {
  Fundamentals *fundamentals = &made.fundamentals[stock];
  fundamentals->roe = fundamentals->operating_return = fundamentals->roa_change = value;
  fundamentals->z_score = fundamentals->equity_to_assets = value;
}

static void set_yields(size_t stock, double value) {
  Valuation *valuation = &made.valuations[stock];
  valuation->earnings_yield = valuation->book_yield = valuation->sales_yield = value;
}

/* ---- places ---- */

static void the_lowest_is_0_the_highest_100_and_the_others_lie_evenly_between(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) set_single_item(i, (double)i - 7);
  rank_population(&made);
  for (size_t i = 0; i < 41; i++) assert_number(place_of_single(i), 2.5 * (double)i);
}

static void equal_values_share_the_middle_of_their_places(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) set_single_item(i, i < 20 ? -1 : i < 23 ? 0 : (double)i);
  rank_population(&made);
  assert_number(place_of_single(0), 100 * 9.5 / 40);
  for (size_t i = 20; i < 23; i++) assert_number(place_of_single(i), 100 * 21 / 40.0);
  assert_number(place_of_single(40), 100);
}

static void minus_zero_equals_zero(void **state) {
  (void)state;
  start_population(&made, 30);
  for (size_t i = 0; i < 30; i++) set_single_item(i, i % 2 == 0 ? 0.0 : -0.0);
  rank_population(&made);
  for (size_t i = 0; i < 30; i++) assert_number(place_of_single(i), 50);
}

static void of_fewer_than_30_there_is_no_place(void **state) {
  (void)state;
  start_population(&made, 40);
  for (size_t i = 0; i < 29; i++) set_single_item(i, (double)i);
  rank_population(&made);
  for (size_t i = 0; i < 40; i++) assert_absent(place_of_single(i));
  set_single_item(29, 29);
  rank_population(&made);
  assert_number(place_of_single(29), 100);
  assert_absent(place_of_single(30));
}

/* ---- groups ---- */

static void financial_companies_are_ranked_among_themselves_by_finances_and_valuation_only(void **state) {
  (void)state;
  start_population(&made, 80);
  for (size_t i = 0; i < 80; i++) {
    made.fundamentals[i].is_financial = i >= 40;
    set_finances(i, (double)i);
    set_yields(i, (double)i);
    set_prices(i, (double)i);
  }
  rank_population(&made);
  for (size_t i = 0; i < 80; i++) {
    double apart = 100 * (double)(i % 40) / 39, together = 100 * (double)i / 79;
    assert_number(made.compasses[i].axes[AXIS_FINANCIAL], apart);
    assert_number(made.compasses[i].axes[AXIS_VALUATION], apart);
    assert_number(made.compasses[i].axes[AXIS_TECHNICAL], together);
    assert_number(made.compasses[i].axes[AXIS_RISK], together);
  }
}

static void a_group_of_too_few_financial_companies_has_no_place_and_the_others_have(void **state) {
  (void)state;
  start_population(&made, 60);
  for (size_t i = 0; i < 60; i++) {
    made.fundamentals[i].is_financial = i >= 40;
    set_finances(i, (double)i);
  }
  rank_population(&made);
  assert_number(made.compasses[39].axes[AXIS_FINANCIAL], 100);
  assert_absent(made.compasses[59].axes[AXIS_FINANCIAL]);
}

static void a_bank_is_not_asked_for_sales_nor_for_a_z_score(void **state) {
  (void)state;
  start_population(&made, 40);
  for (size_t i = 0; i < 40; i++) {
    made.fundamentals[i].is_financial = true;
    made.fundamentals[i].z_score = made.fundamentals[i].operating_return = (double)(39 - i);
    made.fundamentals[i].roe = made.fundamentals[i].equity_to_assets = (double)i;
    made.valuations[i].sales_yield = (double)(39 - i);
    made.valuations[i].book_yield = (double)i;
  }
  rank_population(&made);
  assert_number(made.compasses[39].axes[AXIS_FINANCIAL], 100);
  assert_number(made.compasses[39].axes[AXIS_VALUATION], 100);
}

/* ---- the worst ROE ---- */

static void equity_not_above_zero_counts_below_every_other_and_its_own_place_is_0(void **state) {
  (void)state;
  enum { COUNT = 41, WORST = 3 };
  start_population(&made, COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    made.fundamentals[i].operating_return = 1; /* the same for all: 50 */
    if (i < WORST)
      made.fundamentals[i].has_worst_roe = true;
    else
      made.fundamentals[i].roe = (double)i - 1000;
  }
  rank_population(&made);
  for (size_t i = 0; i < WORST; i++) assert_number(made.compasses[i].axes[AXIS_FINANCIAL], (0 + 50) / 2.0);
  for (size_t i = WORST; i < COUNT; i++)
    assert_number(made.compasses[i].axes[AXIS_FINANCIAL], (2.5 * (double)i + 50) / 2);
}

static void the_worst_roe_counts_among_the_30(void **state) {
  (void)state;
  start_population(&made, 31);
  for (size_t i = 0; i < 31; i++) {
    made.fundamentals[i].operating_return = 1;
    made.fundamentals[i].has_worst_roe = i == 0;
    made.fundamentals[i].roe = i > 0 && i < 30 ? 5 : NAN;
  }
  rank_population(&made);
  assert_number(made.compasses[0].axes[AXIS_FINANCIAL], 25);
  assert_absent(made.compasses[30].axes[AXIS_FINANCIAL]); /* one item of four */
  made.fundamentals[0].has_worst_roe = false;
  rank_population(&made);
  assert_absent(made.compasses[5].axes[AXIS_FINANCIAL]); /* 29 have ROE */
}

/* ---- axes ---- */

static void an_axis_needs_half_of_its_items_and_is_the_mean_of_those_it_has(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) {
    set_finances(i, (double)i);
    set_yields(i, (double)i);
    set_prices(i, (double)i);
  }
  made.fundamentals[40].z_score = made.fundamentals[40].roa_change = NAN; /* two of four */
  made.fundamentals[39].z_score = made.fundamentals[39].roa_change = made.fundamentals[39].roe = NAN;
  made.valuations[40].sales_yield = NAN; /* two of three */
  made.valuations[39].sales_yield = made.valuations[39].book_yield = NAN;
  made.stocks[40].prices.beta = NAN;
  made.stocks[39].prices.beta = made.stocks[39].prices.volatility = NAN;
  rank_population(&made);
  assert_number(made.compasses[40].axes[AXIS_FINANCIAL], 100);
  assert_absent(made.compasses[39].axes[AXIS_FINANCIAL]);
  assert_number(made.compasses[40].axes[AXIS_VALUATION], 100);
  assert_absent(made.compasses[39].axes[AXIS_VALUATION]);
  assert_number(made.compasses[40].axes[AXIS_RISK], 100);
  assert_absent(made.compasses[39].axes[AXIS_RISK]);
}

static void without_253_sessions_there_is_no_technical_axis_and_others_do_not_count_it(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) set_prices(i, (double)i);
  made.stocks[0].prices.has_year = false;
  rank_population(&made);
  assert_absent(made.compasses[0].axes[AXIS_TECHNICAL]);
  assert_number(made.compasses[0].axes[AXIS_RISK], 0);
  assert_number(made.compasses[1].axes[AXIS_TECHNICAL], 0);
  assert_number(made.compasses[1].axes[AXIS_RISK], 2.5);
}

static void less_risk_is_better_in_volatility_drawdown_and_beta(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) {
    double calm = (double)i;
    made.stocks[i].prices.volatility = 100 - calm;
    made.stocks[i].prices.max_drawdown = -90 + calm;
    made.stocks[i].prices.beta = 2 - calm / 10;
  }
  rank_population(&made);
  assert_number(made.compasses[0].axes[AXIS_RISK], 0);
  assert_number(made.compasses[40].axes[AXIS_RISK], 100);
}

static void a_stock_of_which_nothing_is_known_has_nothing(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) set_prices(i, (double)i);
  made.stocks[7] = (CompassStock){.prices = {NAN, NAN, NAN, NAN, NAN, NAN, false}};
  rank_population(&made);
  for (int axis = 0; axis < AXIS_COUNT; axis++) assert_absent(made.compasses[7].axes[axis]);
  assert_absent(made.compasses[7].coverage);
  assert_absent(made.compasses[7].score);
  assert_int_equal(made.compasses[7].grade, GRADE_NONE);
  assert_int_equal(made.compasses[7].financial_grade, GRADE_NONE);
  assert_int_equal(compass_rank(NULL, 0, NULL), STATUS_OK);
}

/* ---- the score ---- */

static void fill_with_all(size_t count) {
  start_population(&made, count);
  for (size_t i = 0; i < count; i++) {
    set_finances(i, (double)i);
    set_yields(i, (double)((i + 10) % count));
    set_prices(i, (double)((i + 20) % count));
  }
}

static void the_score_weighs_30_20_30_20(void **state) {
  (void)state;
  fill_with_all(41);
  rank_population(&made);
  const Compass *compass = &made.compasses[15]; /* 37.5, 62.5, 87.5, 87.5 */
  assert_number(compass->score, (30 * 37.5 + 20 * 62.5 + 30 * 87.5 + 20 * 87.5) / 100);
  assert_number(compass->coverage, 1);
}

static void with_80_of_the_weights_the_score_is_theirs_and_below_there_is_none(void **state) {
  (void)state;
  fill_with_all(41);
  made.valuations[15] = (Valuation){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN}; /* 80 are left */
  set_finances(16, NAN);                                                     /* 70 */
  made.stocks[17].prices = (CompassPrices){NAN, NAN, NAN, NAN, NAN, NAN, false};
  rank_population(&made);
  const Compass *most = &made.compasses[15], *some = &made.compasses[16], *half = &made.compasses[17];
  assert_number(most->coverage, 0.8);
  assert_number(most->score, (30 * most->axes[0] + 30 * most->axes[2] + 20 * most->axes[3]) / 80);
  assert_number(some->coverage, 0.7);
  assert_absent(some->score);
  assert_int_equal(some->grade, GRADE_NONE);
  assert_number(half->coverage, 0.5);
  assert_absent(half->score);
  assert_true(half->financial_grade != GRADE_NONE);
}

/* ---- letters ---- */

static void the_letters_are_cut_at_90_80_70_60_50_40_30_20_of_the_place_among_the_scores(void **state) {
  (void)state;
  static const char *const LETTERS[] = {"F", "F", "D", "C", "C+", "B", "B+", "A", "A+", "S", "S"};
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) {
    set_finances(i, (double)i);
    set_yields(i, (double)i);
    set_prices(i, (double)i);
  }
  rank_population(&made);
  for (size_t i = 0; i < 41; i++) { /* its place is 2.5 i */
    assert_string_equal(grade_name(made.compasses[i].grade), LETTERS[i / 4]);
    assert_string_equal(grade_name(made.compasses[i].financial_grade), LETTERS[i / 4]);
  }
}

static void letters_of_fewer_than_30_scores_are_absent_and_finances_have_their_own(void **state) {
  (void)state;
  start_population(&made, 41);
  for (size_t i = 0; i < 41; i++) {
    set_finances(i, (double)i);
    set_yields(i, (double)i);
    if (i >= 11) set_prices(i, (double)i);
  }
  made.fundamentals[40] = no_fundamentals(); /* 29 scores, 40 financial axes */
  made.valuations[40] = (Valuation){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  rank_population(&made);
  assert_number(made.compasses[39].score, 100 - 100 / 29.0 / 2);
  assert_int_equal(made.compasses[39].grade, GRADE_NONE);
  assert_int_equal(made.compasses[39].financial_grade, GRADE_S);
}

static void a_letter_is_found_by_its_name(void **state) {
  (void)state;
  assert_null(grade_name(GRADE_NONE));
  for (Grade grade = GRADE_F; grade <= GRADE_S; grade++) {
    Grade found = GRADE_NONE;
    assert_true(grade_find(grade_name(grade), &found));
    assert_int_equal(found, grade);
  }
  Grade untouched = GRADE_B;
  assert_false(grade_find("E", &untouched));
  assert_false(grade_find("", &untouched));
  assert_int_equal(untouched, GRADE_B);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_lowest_is_0_the_highest_100_and_the_others_lie_evenly_between),
      cmocka_unit_test(equal_values_share_the_middle_of_their_places),
      cmocka_unit_test(minus_zero_equals_zero),
      cmocka_unit_test(of_fewer_than_30_there_is_no_place),
      cmocka_unit_test(financial_companies_are_ranked_among_themselves_by_finances_and_valuation_only),
      cmocka_unit_test(a_group_of_too_few_financial_companies_has_no_place_and_the_others_have),
      cmocka_unit_test(a_bank_is_not_asked_for_sales_nor_for_a_z_score),
      cmocka_unit_test(equity_not_above_zero_counts_below_every_other_and_its_own_place_is_0),
      cmocka_unit_test(the_worst_roe_counts_among_the_30),
      cmocka_unit_test(an_axis_needs_half_of_its_items_and_is_the_mean_of_those_it_has),
      cmocka_unit_test(without_253_sessions_there_is_no_technical_axis_and_others_do_not_count_it),
      cmocka_unit_test(less_risk_is_better_in_volatility_drawdown_and_beta),
      cmocka_unit_test(a_stock_of_which_nothing_is_known_has_nothing),
      cmocka_unit_test(the_score_weighs_30_20_30_20),
      cmocka_unit_test(with_80_of_the_weights_the_score_is_theirs_and_below_there_is_none),
      cmocka_unit_test(the_letters_are_cut_at_90_80_70_60_50_40_30_20_of_the_place_among_the_scores),
      cmocka_unit_test(letters_of_fewer_than_30_scores_are_absent_and_finances_have_their_own),
      cmocka_unit_test(a_letter_is_found_by_its_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
