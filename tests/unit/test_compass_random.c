/* Random markets: the order of the stocks changes nothing, places are 50 in the mean, and better is never worse. */
#include "made_report.h"

#include "made_population.h"

enum { SEEDS = 40, COUNT = 240, IMPROVED = 12 };

static Population made;
static uint64_t seed;
static Random chance;

static uint64_t any(uint64_t below) { return random_next(&chance) % below; }

/* Few different values, so that many are equal; sometimes none. */
static double random_value(bool may_be_absent) {
  return may_be_absent && any(8) == 0 ? NAN : ((double)any(100) - 50) / 10;
}

static void fill_stock(size_t i, bool may_be_absent) {
  Fundamentals *fundamentals = &made.fundamentals[i];
  fundamentals->is_financial = i % 5 == 0;
  fundamentals->roe = random_value(may_be_absent);
  fundamentals->has_worst_roe = may_be_absent && isnan(fundamentals->roe) && any(2) == 0;
  fundamentals->operating_return = random_value(may_be_absent);
  fundamentals->roa_change = random_value(may_be_absent);
  fundamentals->z_score = random_value(may_be_absent);
  fundamentals->equity_to_assets = random_value(may_be_absent);
  made.valuations[i].earnings_yield = random_value(may_be_absent);
  made.valuations[i].book_yield = random_value(may_be_absent);
  made.valuations[i].sales_yield = random_value(may_be_absent);
  made.stocks[i].prices =
      (CompassPrices){random_value(may_be_absent),   random_value(may_be_absent), random_value(may_be_absent),
                      random_value(may_be_absent),   random_value(may_be_absent), random_value(may_be_absent),
                      !may_be_absent || any(10) != 0};
  if (may_be_absent && any(20) == 0) made.stocks[i].fundamentals = NULL;
  if (may_be_absent && any(20) == 0) made.stocks[i].valuation = NULL;
}

static void start_market(uint64_t number, bool may_be_absent) {
  static uint64_t state;
  seed = state = number;
  chance = random_seeded(&state);
  start_population(&made, COUNT);
  for (size_t i = 0; i < COUNT; i++) fill_stock(i, may_be_absent);
  rank_population(&made);
}

static bool same_compass(const Compass *a, const Compass *b) {
  for (int axis = 0; axis < AXIS_COUNT; axis++)
    if (!same_number(a->axes[axis], b->axes[axis])) return false;
  return same_number(a->score, b->score) && same_number(a->coverage, b->coverage) && a->grade == b->grade &&
         a->financial_grade == b->financial_grade;
}

/* ---- properties ---- */

static void the_order_of_the_stocks_changes_nothing(void **state) {
  (void)state;
  static CompassStock shuffled[COUNT];
  static Compass compasses[COUNT];
  static size_t from[COUNT];
  for (uint64_t number = 1; number <= SEEDS; number++) {
    start_market(number, true);
    for (size_t i = 0; i < COUNT; i++) {
      size_t at = any(i + 1);
      from[i] = from[at];
      from[at] = i;
    }
    for (size_t i = 0; i < COUNT; i++) shuffled[i] = made.stocks[from[i]];
    assert_int_equal(compass_rank(shuffled, COUNT, compasses), STATUS_OK);
    for (size_t i = 0; i < COUNT; i++) assert_true(same_compass(&compasses[i], &made.compasses[from[i]]));
  }
}

static double mean_of(CompassAxis axis, bool apart, bool is_financial) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < COUNT; i++) {
    if (apart && made.fundamentals[i].is_financial != is_financial) continue;
    sum += made.compasses[i].axes[axis];
    count++;
  }
  return sum / (double)count;
}

static void the_mean_place_of_each_group_is_50(void **state) {
  (void)state;
  for (uint64_t number = 1; number <= SEEDS; number++) {
    start_market(number, false);
    for (int is_financial = 0; is_financial < 2; is_financial++) {
      assert_number(mean_of(AXIS_FINANCIAL, true, is_financial), 50);
      assert_number(mean_of(AXIS_VALUATION, true, is_financial), 50);
    }
    assert_number(mean_of(AXIS_TECHNICAL, false, false), 50);
    assert_number(mean_of(AXIS_RISK, false, false), 50);
  }
}

/* Makes one item of the stock better by some amount; those that are absent stay so. */
static void improve(size_t i, uint64_t item) {
  enum { ITEMS = 14 };
  Fundamentals *fundamentals = &made.fundamentals[i];
  Valuation *valuation = &made.valuations[i];
  CompassPrices *prices = &made.stocks[i].prices;
  double *const items[ITEMS] = {&fundamentals->roe,
                                &fundamentals->operating_return,
                                &fundamentals->roa_change,
                                &fundamentals->z_score,
                                &fundamentals->equity_to_assets,
                                &valuation->earnings_yield,
                                &valuation->book_yield,
                                &valuation->sales_yield,
                                &prices->rs_raw,
                                &prices->nearness,
                                &prices->momentum,
                                &prices->max_drawdown,
                                &prices->volatility,
                                &prices->beta};
  double better = (double)(1 + any(40)) / 10;
  *items[item % ITEMS] += item % ITEMS < ITEMS - 2 ? better : -better;
  if (item % ITEMS == 0 && fundamentals->has_worst_roe) { /* its equity is above 0 from now on */
    fundamentals->has_worst_roe = false;
    fundamentals->roe = -1000;
  }
}

static void assert_not_worse(const Compass *before, const Compass *after) {
  for (int axis = 0; axis < AXIS_COUNT; axis++)
    if (!(after->axes[axis] >= before->axes[axis]) && !same_number(after->axes[axis], before->axes[axis]))
      fail_msg("seed %llu: axis %d", (unsigned long long)seed, axis);
  if (!(after->score >= before->score) && !same_number(after->score, before->score))
    fail_msg("seed %llu: the score", (unsigned long long)seed);
  if (after->grade < before->grade || after->financial_grade < before->financial_grade)
    fail_msg("seed %llu: the letter", (unsigned long long)seed);
}

static void a_better_item_never_lowers_a_stocks_own_score(void **state) {
  (void)state;
  size_t raised = 0;
  for (uint64_t number = 1; number <= SEEDS; number++) {
    start_market(number, true);
    for (size_t k = 0; k < IMPROVED; k++) {
      size_t stock = any(COUNT);
      Compass before = made.compasses[stock];
      improve(stock, any(1000));
      rank_population(&made);
      assert_not_worse(&before, &made.compasses[stock]);
      raised += made.compasses[stock].score > before.score;
    }
  }
  assert_true(raised > SEEDS);
}

static void places_and_scores_lie_between_0_and_100(void **state) {
  (void)state;
  for (uint64_t number = 1; number <= SEEDS; number++) {
    start_market(number, true);
    for (size_t i = 0; i < COUNT; i++) {
      const Compass *compass = &made.compasses[i];
      for (int axis = 0; axis < AXIS_COUNT; axis++)
        assert_true(isnan(compass->axes[axis]) || (compass->axes[axis] >= 0 && compass->axes[axis] <= 100));
      assert_true(isnan(compass->score) == !(compass->coverage >= 0.8));
      assert_true(isnan(compass->coverage) || (compass->coverage >= 0.2 && compass->coverage <= 1));
      assert_true((compass->grade == GRADE_NONE) == isnan(compass->score));
      assert_true((compass->financial_grade == GRADE_NONE) == isnan(compass->axes[AXIS_FINANCIAL]));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_order_of_the_stocks_changes_nothing),
      cmocka_unit_test(the_mean_place_of_each_group_is_50),
      cmocka_unit_test(a_better_item_never_lowers_a_stocks_own_score),
      cmocka_unit_test(places_and_scores_lie_between_0_and_100),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
