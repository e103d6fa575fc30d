#include "market_rows.h"

#include <closebell/market/universe.h>

/* Caps are in won here: enters at 1000 million, leaves below 800 million after 4 sessions. */
enum { MOST = 64, FIRST_KEPT = 5, EXIT_SESSIONS = 4 };
static const EntryFilter FILTER = {.markets = (1u << MARKET_KOSPI) | (1u << MARKET_KOSDAQ),
                                   .min_market_cap = 1000000000,
                                   .exit_market_cap = 800000000,
                                   .exit_sessions = EXIT_SESSIONS};

/* A universe and the sessions it was folded over, oldest first. */
typedef struct {
  Universe universe;
  Session sessions[MOST];
  size_t count;
  UniverseCounts counts; /* of the last step */
} Fold;

static void fold_step_by(Fold *fold, const StockRow *rows, size_t count, const EntryFilter *filter) {
  const Session *window[MOST];
  assert_true(fold->count < MOST);
  Day date = 100 + (Day)fold->count;
  fold->sessions[fold->count++] = session_of(date, rows, count);
  for (size_t i = 0; i < fold->count; i++) window[i] = &fold->sessions[fold->count - 1 - i];
  Status status = fold->count == 1
                      ? universe_begin(&fold->universe, window, 1, filter, FIRST_KEPT, &fold->counts)
                      : universe_step(&fold->universe, window, fold->count, filter, FIRST_KEPT, &fold->counts);
  assert_int_equal(status, STATUS_OK);
}

static void fold_step(Fold *fold, const StockRow *rows, size_t count) { fold_step_by(fold, rows, count, &FILTER); }

static Day newest_date(const Fold *fold) { return fold->sessions[fold->count - 1].date; }

static void fold_free(Fold *fold) {
  universe_free(&fold->universe);
  for (size_t i = 0; i < fold->count; i++) session_free(&fold->sessions[i]);
}

/* `count` stocks 000000, 000010, ... of 2000 million. */
static void crowd(StockRow *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char ticker[TICKER_SIZE];
    snprintf(ticker, sizeof ticker, "%05u0", (unsigned)i % 10000);
    rows[i] = row_of(ticker, 2000);
  }
}

static Target target_of(Fold *fold, const char *ticker) {
  const Target *target = universe_find(&fold->universe, ticker);
  if (target == NULL) fail_msg("%s is not in the universe", ticker);
  return *target;
}

static void the_first_universe_is_what_passes(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("005930", 5000), row_of("000660", 1000), row_of("000020", 999), row_of("900110", 5000)};
  rows[3].market = MARKET_KONEX;
  fold_step(&fold, rows, 4);
  assert_int_equal(fold.universe.count, 2);
  assert_string_equal(fold.universe.items[0].ticker, "000660");
  Target target = target_of(&fold, "005930");
  assert_string_equal(target.name, "Stock 005930");
  assert_int_equal(target.market_cap, 5000000000);
  assert_int_equal(target.listed_shares, 1000000);
  assert_int_equal(target.added_date, 100);
  assert_int_equal(target.history_from, FIRST_KEPT);
  assert_true(target.is_active);
  assert_false(target.backfill_needed);
  assert_int_equal(target.removed_date, DAY_NONE);
  assert_null(universe_find(&fold.universe, "000020"));
  assert_int_equal(fold.counts.seen, 4);
  assert_int_equal(fold.counts.added, 2);
  assert_int_equal(fold.counts.by_reason[FILTER_PASSED], 2);
  assert_int_equal(fold.counts.by_reason[FILTER_MARKET], 1);
  assert_int_equal(fold.counts.by_reason[FILTER_MARKET_CAP], 1);
  fold_free(&fold);
}

static void a_stock_that_grows_enters_on_the_session_s_date(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("005930", 5000), row_of("000020", 999)};
  fold_step(&fold, rows, 2);
  rows[1] = row_of("000020", 1000);
  fold_step(&fold, rows, 2);
  Target target = target_of(&fold, "000020");
  assert_int_equal(target.added_date, 101);
  assert_int_equal(target.history_from, FIRST_KEPT);
  assert_true(target.is_active && target.backfill_needed);
  assert_int_equal(fold.counts.added, 1);
  assert_string_equal(fold.universe.items[0].ticker, "000020"); /* sorted */
  fold_step(&fold, rows, 2);
  assert_int_equal(fold.counts.added, 0);
  assert_int_equal(target_of(&fold, "000020").added_date, 101);
  fold_free(&fold);
}

static void a_new_listing_enters_on_its_first_session(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("005930", 5000), row_of("064400", 5000)};
  fold_step(&fold, rows, 1);
  fold_step(&fold, rows, 2);
  assert_int_equal(target_of(&fold, "064400").added_date, 101);
  fold_free(&fold);
}

static void between_the_thresholds_a_stock_stays_and_does_not_enter(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("005930", 5000), row_of("000020", 900)};
  fold_step(&fold, rows, 2);
  rows[0] = row_of("005930", 800);
  for (int i = 0; i < 2 * EXIT_SESSIONS; i++) fold_step(&fold, rows, 2);
  assert_true(target_of(&fold, "005930").is_active);
  assert_null(universe_find(&fold.universe, "000020"));
  fold_free(&fold);
}

static void a_shrunken_stock_leaves_after_exactly_so_many_sessions(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow row = row_of("005930", 5000);
  fold_step(&fold, &row, 1);
  row = row_of("005930", 799);
  for (int i = 1; i < EXIT_SESSIONS; i++) {
    fold_step(&fold, &row, 1);
    assert_true(target_of(&fold, "005930").is_active);
  }
  fold_step(&fold, &row, 1);
  Target target = target_of(&fold, "005930");
  assert_false(target.is_active);
  assert_string_equal(target.removed_reason, "market_cap");
  assert_int_equal(target.removed_date, newest_date(&fold));
  assert_int_equal(target.market_cap, 799000000);
  assert_int_equal(fold.counts.removed, 1);
  fold_free(&fold);
}

static void a_stock_that_keeps_coming_back_up_stays(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow row = row_of("005930", 5000);
  fold_step(&fold, &row, 1);
  for (int i = 1; i < 40; i++) {
    row = row_of("005930", i % EXIT_SESSIONS == 0 ? 800 : 1);
    fold_step(&fold, &row, 1);
    assert_true(target_of(&fold, "005930").is_active);
  }
  fold_free(&fold);
}

static void a_vanished_stock_is_delisted_from_its_first_missing_session(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("000660", 5000), row_of("005930", 5000)};
  fold_step(&fold, rows, 2);
  fold_step(&fold, rows, 1);
  Day first_missing = newest_date(&fold);
  fold_step(&fold, rows, 1);
  assert_true(target_of(&fold, "005930").is_active);
  fold_step(&fold, rows, 1);
  Target target = target_of(&fold, "005930");
  assert_false(target.is_active);
  assert_string_equal(target.removed_reason, "delisted");
  assert_int_equal(target.removed_date, first_missing);
  assert_int_equal(target.market_cap, 5000000000); /* as of the newest session that listed it */
  assert_int_equal(fold.counts.removed, 1);
  fold_step(&fold, rows, 1);
  assert_int_equal(fold.counts.removed, 0);
  assert_int_equal(target_of(&fold, "005930").removed_date, first_missing);
  fold_free(&fold);
}

static void a_stock_missing_twice_is_not_delisted(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("000660", 5000), row_of("005930", 5000)};
  for (int i = 0; i < 30; i++) {
    fold_step(&fold, rows, i % UNIVERSE_MISSING_SESSIONS == 0 ? 2 : 1);
    assert_true(target_of(&fold, "005930").is_active);
  }
  fold_free(&fold);
}

static void a_relisted_or_regrown_stock_is_followed_again(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[] = {row_of("000660", 5000), row_of("005930", 5000)};
  fold_step(&fold, rows, 2);
  for (int i = 0; i < UNIVERSE_MISSING_SESSIONS; i++) fold_step(&fold, rows, 1);
  rows[1] = row_of("005930", 999); /* back, but too small */
  fold_step(&fold, rows, 2);
  assert_false(target_of(&fold, "005930").is_active);
  assert_int_equal(target_of(&fold, "005930").market_cap, 999000000);
  rows[1] = row_of("005930", 1000);
  fold_step(&fold, rows, 2);
  Target target = target_of(&fold, "005930");
  assert_true(target.is_active && target.backfill_needed);
  assert_int_equal(target.removed_date, DAY_NONE);
  assert_string_equal(target.removed_reason, "");
  assert_int_equal(target.added_date, 100);
  assert_int_equal(fold.counts.reactivated, 1);
  assert_int_equal(fold.counts.added, 0);
  assert_int_equal(fold.universe.count, 2);
  fold_free(&fold);
}

static void name_market_and_shares_follow_the_session(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow row = row_of("005930", 5000);
  fold_step(&fold, &row, 1);
  strcpy(row.name, "에코앤드림");
  row.market = MARKET_KOSDAQ;
  row.listed_shares = 7;
  fold_step(&fold, &row, 1);
  Target target = target_of(&fold, "005930");
  assert_string_equal(target.name, "에코앤드림");
  assert_int_equal(target.market, MARKET_KOSDAQ);
  assert_int_equal(target.listed_shares, 7);
  assert_int_equal(fold.counts.renamed, 1);
  fold_step(&fold, &row, 1);
  assert_int_equal(fold.counts.renamed, 0);
  fold_free(&fold);
}

static void a_stock_that_moves_to_an_unwanted_market_leaves(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow row = row_of("005930", 5000);
  fold_step(&fold, &row, 1);
  row.market = MARKET_KONEX;
  for (int i = 1; i < EXIT_SESSIONS; i++) fold_step(&fold, &row, 1);
  assert_true(target_of(&fold, "005930").is_active);
  fold_step(&fold, &row, 1);
  Target target = target_of(&fold, "005930");
  assert_false(target.is_active);
  assert_string_equal(target.removed_reason, "market");
  assert_int_equal(target.removed_date, newest_date(&fold));
  fold_free(&fold);
}

static void a_market_taken_out_of_the_settings_leaves_as_a_whole(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[20];
  crowd(rows, 20);
  for (size_t i = 10; i < 20; i++) rows[i].market = MARKET_KOSDAQ;
  for (int i = 0; i < EXIT_SESSIONS; i++) fold_step(&fold, rows, 20);
  EntryFilter without_kosdaq = FILTER;
  without_kosdaq.markets = market_bit(MARKET_KOSPI);
  fold_step_by(&fold, rows, 10, &without_kosdaq); /* it is not even asked any more */
  assert_false(fold.counts.too_many_leaving);
  assert_int_equal(fold.counts.removed, 10);
  assert_string_equal(target_of(&fold, rows[15].ticker).removed_reason, "market");
  fold_free(&fold);
}

static void a_raised_threshold_is_obeyed_though_many_leave(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[20];
  crowd(rows, 20);
  for (int i = 0; i < EXIT_SESSIONS; i++) fold_step(&fold, rows, 20);
  EntryFilter raised = FILTER;
  raised.min_market_cap = 3000000000;
  raised.exit_market_cap = 2500000000;
  fold_step_by(&fold, rows, 20, &raised);
  assert_false(fold.counts.too_many_leaving);
  assert_int_equal(fold.counts.removed, 20);
  fold_free(&fold);
}

static void an_answer_in_which_too_many_vanish_changes_nothing(void **state) {
  (void)state;
  Fold fold = {0};
  StockRow rows[40], fewer[40];
  Universe before = {0};
  crowd(rows, 40);
  fold_step(&fold, rows, 40);
  memcpy(fewer, rows, sizeof rows);
  fewer[36] = row_of("900000", 5000); /* would enter */
  strcpy(fewer[0].name, "renamed");
  fold_step(&fold, rows, 37);
  fold_step(&fold, rows, 37);
  assert_int_equal(universe_copy(&before, &fold.universe), STATUS_OK);
  fold_step(&fold, fewer, 37); /* 3 of 40 are missing for the third time, a new stock and a new name are not taken in */
  assert_true(fold.counts.too_many_leaving);
  assert_int_equal(fold.counts.removed, 3);
  assert_int_equal(fold.counts.added + fold.counts.renamed + fold.counts.reactivated, 0);
  assert_int_equal(fold.universe.count, before.count);
  for (size_t i = 0; i < before.count; i++) assert_true(target_equal(&before.items[i], &fold.universe.items[i]));

  fold_step(&fold, rows, 40); /* they come back, and all is well */
  assert_false(fold.counts.too_many_leaving);
  universe_free(&before);
  fold_free(&fold);
}

static void five_percent_may_vanish_and_one_always_may(void **state) {
  (void)state;
  const struct {
    size_t stocks, vanish;
    bool refused;
  } cases[] = {{40, 2, false}, {40, 3, true}, {39, 2, true}, {10, 1, false},
               {10, 2, true},  {1, 1, false}, {2, 2, true}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Fold fold = {0};
    StockRow rows[40];
    crowd(rows, cases[i].stocks);
    fold_step(&fold, rows, cases[i].stocks);
    for (int j = 0; j < UNIVERSE_MISSING_SESSIONS; j++) fold_step(&fold, rows, cases[i].stocks - cases[i].vanish);
    assert_int_equal(fold.counts.too_many_leaving, cases[i].refused);
    assert_int_equal(fold.counts.removed, cases[i].vanish);
    assert_int_equal(target_of(&fold, rows[cases[i].stocks - 1].ticker).is_active, cases[i].refused);
    fold_free(&fold);
  }
}

static void nobody_leaves_by_a_rule_the_window_is_too_short_for(void **state) {
  (void)state;
  StockRow rows[] = {row_of("000660", 5000), row_of("005930", 5000), row_of("005930", 1)};
  Session listed = session_of(1, rows, 2), missing = session_of(2, rows, 1), small = session_of(3, &rows[2], 1);
  const Session *gone[] = {&missing, &missing, &missing}, *shrunken[] = {&small, &small, &small, &small};
  Universe universe = {0};
  UniverseCounts counts;
  assert_int_equal(universe_begin(&universe, (const Session *const[]){&listed}, 1, &FILTER, 1, &counts), STATUS_OK);
  universe_find(&universe, "000660")->is_active = false; /* of no interest here */
  assert_int_equal(universe_step(&universe, gone, 2, &FILTER, 1, &counts), STATUS_OK);
  assert_true(universe_find(&universe, "005930")->is_active);
  assert_int_equal(universe_step(&universe, shrunken, 3, &FILTER, 1, &counts), STATUS_OK);
  assert_true(universe_find(&universe, "005930")->is_active);
  assert_int_equal(universe_step(&universe, shrunken, 4, &FILTER, 1, &counts), STATUS_OK);
  assert_false(universe_find(&universe, "005930")->is_active);
  assert_int_equal(universe_step(&universe, gone, 0, &FILTER, 1, &counts), STATUS_INTERNAL);
  universe_free(&universe);
  session_free(&listed);
  session_free(&missing);
  session_free(&small);
}

static void rows_are_expected_from_the_history_s_start_until_the_removal(void **state) {
  (void)state;
  Target target = {.history_from = 10, .added_date = 20, .is_active = true, .removed_date = DAY_NONE};
  assert_false(target_expects(&target, 9));
  assert_true(target_expects(&target, 10));
  assert_true(target_expects(&target, 15));
  assert_true(target_expects(&target, 1000));
  target.is_active = false;
  target.removed_date = 30;
  assert_true(target_expects(&target, 29));
  assert_false(target_expects(&target, 30));
  assert_false(target_expects(&target, 9));
}

static void targets_differ_in_any_field(void **state) {
  (void)state;
  const size_t offsets[] = {
      offsetof(Target, ticker),       offsetof(Target, name),          offsetof(Target, market),
      offsetof(Target, market_cap),   offsetof(Target, listed_shares), offsetof(Target, added_date),
      offsetof(Target, history_from), offsetof(Target, is_active),     offsetof(Target, backfill_needed),
      offsetof(Target, removed_date), offsetof(Target, removed_reason)};
  const Target target = {.ticker = "005930", .name = "x", .removed_reason = "r"};
  for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
    Target other = target;
    assert_true(target_equal(&target, &other));
    ((unsigned char *)&other)[offsets[i]] ^= 1;
    assert_false(target_equal(&target, &other));
  }
}

static void an_empty_universe_can_be_copied_searched_and_stepped(void **state) {
  (void)state;
  Universe universe = {0}, copy = {0};
  UniverseCounts counts;
  StockRow row = row_of("005930", 5000);
  Session session = session_of(1, &row, 1);
  const Session *window[] = {&session};
  assert_null(universe_find(&universe, "005930"));
  assert_int_equal(universe_copy(&copy, &universe), STATUS_OK);
  assert_int_equal(copy.count, 0);
  assert_int_equal(universe_step(&copy, window, 1, &FILTER, 1, &counts), STATUS_OK);
  assert_int_equal(copy.count, 1);
  universe_free(&copy);
  session_free(&session);
}

/* The same sessions give the same universe whether the window is as long as the rules need or holds all there is. */
static void the_fold_over_real_sessions_does_not_depend_on_the_window(void **state) {
  (void)state;
  const EntryFilter filter = {.markets = 7,
                              .min_market_cap = INT64_C(100000000000),
                              .exit_market_cap = INT64_C(80000000000),
                              .exit_sessions = 5};
  Session sessions[RAW_DATE_COUNT];
  const Session *window[RAW_DATE_COUNT];
  Universe wide = {0}, narrow = {0};
  UniverseCounts counts;
  size_t renamed = 0, added = 0;
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) {
    sessions[i] = session_from_raw(RAW_DATES[i]);
    for (size_t j = 0; j <= i; j++) window[j] = &sessions[i - j];
    if (i == 0) {
      assert_int_equal(universe_begin(&wide, window, 1, &filter, 1, &counts), STATUS_OK);
      assert_int_equal(universe_copy(&narrow, &wide), STATUS_OK);
      continue;
    }
    assert_int_equal(universe_step(&wide, window, i + 1, &filter, 1, &counts), STATUS_OK);
    assert_false(counts.too_many_leaving);
    renamed += counts.renamed;
    added += counts.added;
    assert_int_equal(universe_step(&narrow, window, i + 1 < 5 ? i + 1 : 5, &filter, 1, &counts), STATUS_OK);
    assert_int_equal(wide.count, narrow.count);
    for (size_t t = 0; t < wide.count; t++) assert_true(target_equal(&wide.items[t], &narrow.items[t]));
  }
  assert_true(renamed > 0 && added > 0);
  assert_int_equal(universe_find(&wide, "425040")->added_date, day_of("2023-01-19"));
  for (size_t i = 0; i < RAW_DATE_COUNT; i++) session_free(&sessions[i]);
  universe_free(&wide);
  universe_free(&narrow);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_universe_is_what_passes),
      cmocka_unit_test(a_stock_that_grows_enters_on_the_session_s_date),
      cmocka_unit_test(a_new_listing_enters_on_its_first_session),
      cmocka_unit_test(between_the_thresholds_a_stock_stays_and_does_not_enter),
      cmocka_unit_test(a_shrunken_stock_leaves_after_exactly_so_many_sessions),
      cmocka_unit_test(a_stock_that_keeps_coming_back_up_stays),
      cmocka_unit_test(a_vanished_stock_is_delisted_from_its_first_missing_session),
      cmocka_unit_test(a_stock_missing_twice_is_not_delisted),
      cmocka_unit_test(a_relisted_or_regrown_stock_is_followed_again),
      cmocka_unit_test(name_market_and_shares_follow_the_session),
      cmocka_unit_test(a_stock_that_moves_to_an_unwanted_market_leaves),
      cmocka_unit_test(a_market_taken_out_of_the_settings_leaves_as_a_whole),
      cmocka_unit_test(a_raised_threshold_is_obeyed_though_many_leave),
      cmocka_unit_test(an_answer_in_which_too_many_vanish_changes_nothing),
      cmocka_unit_test(five_percent_may_vanish_and_one_always_may),
      cmocka_unit_test(nobody_leaves_by_a_rule_the_window_is_too_short_for),
      cmocka_unit_test(rows_are_expected_from_the_history_s_start_until_the_removal),
      cmocka_unit_test(targets_differ_in_any_field),
      cmocka_unit_test(an_empty_universe_can_be_copied_searched_and_stepped),
      cmocka_unit_test(the_fold_over_real_sessions_does_not_depend_on_the_window),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
