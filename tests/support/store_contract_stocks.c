/* The collections of stocks: target_tickers, stock_analyzed, latest_analysis. */
#include "store_contract_internal.h"

#include <math.h>
#include <stdlib.h>

#include <closebell/store/stock_analyzed.h>
#include <closebell/store/targets.h>

static const Instant NOW = 1744329600123;

/* --- target_tickers --- */

static Target make_target(const char *ticker, const char *name) {
  Target target = {.market = MARKET_KOSDAQ,
                   .market_cap = 412500000000000,
                   .listed_shares = 5969782550,
                   .added_date = contract_day("2025-04-10"),
                   .history_from = contract_day("2024-01-02"),
                   .is_active = true,
                   .backfill_needed = true,
                   .removed_date = DAY_NONE};
  strncpy(target.ticker, ticker, sizeof target.ticker - 1);
  strncpy(target.name, name, sizeof target.name - 1);
  return target;
}

static TargetStamps make_stamps(const char *analyzed, int64_t failures) {
  TargetStamps stamps = {.last_analyzed_date = analyzed == NULL ? DAY_NONE : contract_day(analyzed),
                         .analysis_version = analyzed == NULL ? 0 : 3,
                         .failure_count = failures,
                         .last_failure_utc = failures > 0 ? NOW : INSTANT_NONE};
  if (failures > 0) strcpy(stamps.last_error, "read back differs");
  return stamps;
}

static void targets_load_in_order_with_everything_they_were_given(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Target samsung = make_target("005930", "삼성전자"), other = make_target("00104K", "CJ4우(전환)");
  samsung.is_active = false;
  samsung.removed_date = contract_day("2025-04-11");
  strcpy(samsung.removed_reason, "market_cap");
  assert_ok(targets_insert(db, (const Target *const[]){&samsung, &other}, 2, &err));
  Target changed = samsung;
  changed.market_cap = 1;
  assert_ok(targets_insert(db, (const Target *const[]){&changed}, 1, &err)); /* is there: left alone */
  TargetTable table = {0};
  assert_ok(targets_load(db, &table, &err));
  assert_int_equal(table.universe.count, 2);
  assert_true(target_equal(&table.universe.items[0], &other));
  assert_true(target_equal(&table.universe.items[1], &samsung));
  assert_int_equal(table.stamps[0].last_analyzed_date, DAY_NONE);
  assert_int_equal(table.stamps[0].failure_count, 0);
  target_table_free(&table);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "target_tickers", "00104K", "removed_date", text), "");
  assert_string_equal(contract_field(db, DB_SYSTEM, "target_tickers", "00104K", "failures", text), "");
  assert_string_equal(contract_field(db, DB_SYSTEM, "target_tickers", "00104K", "last_analyzed_date", text), "");
}

static void master_fields_and_stamps_do_not_touch_each_other(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const tickers[] = {"005930"};
  Target target = make_target("005930", "삼성전자");
  TargetStamps stamps = make_stamps("2025-04-10", 2);
  assert_ok(targets_insert(db, (const Target *const[]){&target}, 1, &err));
  assert_ok(targets_stamp(db, tickers, &stamps, 1, &err));
  target.is_active = false;
  target.removed_date = contract_day("2025-04-11");
  strcpy(target.removed_reason, "delisted");
  assert_ok(targets_update(db, (const Target *const[]){&target}, 1, &err));
  TargetTable table = {0};
  assert_ok(targets_load(db, &table, &err));
  assert_true(target_equal(&table.universe.items[0], &target));
  assert_int_equal(table.stamps[0].last_analyzed_date, stamps.last_analyzed_date);
  assert_int_equal(table.stamps[0].analysis_version, 3);
  assert_int_equal(table.stamps[0].failure_count, 2);
  assert_int_equal(table.stamps[0].last_failure_utc, NOW);
  assert_string_equal(table.stamps[0].last_error, "read back differs");
  target_table_free(&table);
}

static void a_reactivated_target_and_a_cured_one_leave_no_traces(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const tickers[] = {"005930"};
  Target target = make_target("005930", "삼성전자");
  target.is_active = false;
  target.removed_date = contract_day("2025-04-11");
  TargetStamps stamps = make_stamps("2025-04-10", 2);
  assert_ok(targets_insert(db, (const Target *const[]){&target}, 1, &err));
  assert_ok(targets_stamp(db, tickers, &stamps, 1, &err));
  target.is_active = true;
  target.removed_date = DAY_NONE;
  stamps = make_stamps(NULL, 0);
  assert_ok(targets_update(db, (const Target *const[]){&target}, 1, &err));
  assert_ok(targets_stamp(db, tickers, &stamps, 1, &err));
  static const char *const gone[] = {"removed_date",       "removed_reason",   "failures",
                                     "last_analyzed_date", "analysis_version", "restatement"};
  for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
    char text[CONTRACT_FIELD_SIZE];
    assert_string_equal(contract_field(db, DB_SYSTEM, "target_tickers", "005930", gone[i], text), "");
  }
}

static void stamps_of_a_target_that_is_gone_make_no_new_one(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const tickers[] = {"005930"};
  TargetStamps stamps = make_stamps("2025-04-10", 0);
  Target target = make_target("005930", "삼성전자");
  assert_ok(targets_stamp(db, tickers, &stamps, 1, &err));
  assert_ok(targets_update(db, (const Target *const[]){&target}, 1, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "target_tickers"), 0);
}

static void a_target_without_a_field_is_bad_data_that_names_it(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const required[] = {"ticker",     "name",         "market",    "market_cap",     "listed_shares",
                                         "added_date", "history_from", "is_active", "backfill_needed"};
  for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
    Target target = make_target("005930", "삼성전자");
    TargetTable table = {0};
    assert_ok(db->delete_one(db->self, DB_SYSTEM, "target_tickers", "005930", &err));
    assert_ok(targets_insert(db, (const Target *const[]){&target}, 1, &err));
    contract_damage(db, DB_SYSTEM, "target_tickers", "005930", required[i], NULL);
    assert_int_equal(targets_load(db, &table, &err), STATUS_BAD_DATA);
    assert_non_null(strstr(err.text, "system_info.target_tickers 005930: "));
    assert_non_null(strstr(err.text, required[i]));
    assert_null(table.universe.items);
  }
}

/* --- stock_analyzed --- */

enum { BARS = 5 };

typedef struct {
  Day dates[BARS];
  double open[BARS], high[BARS], low[BARS], close[BARS], volume[BARS], sma[BARS], rsi[BARS];
  AdjustedSeries bars;
  const char *fields[2];
  const double *values[2];
  size_t starts[2];
  AnalyzedSeries series;
} Analysed;

/* sma_5 exists from the second bar on, rsi_14 from the fourth. */
static void make_analysis(Analysed *analysed) {
  *analysed = (Analysed){.fields = {"sma_5", "rsi_14"}, .starts = {1, 3}};
  for (int i = 0; i < BARS; i++) {
    analysed->dates[i] = contract_day("2025-04-07") + i;
    analysed->open[i] = 100 + i;
    analysed->high[i] = 101 + i;
    analysed->low[i] = 99 + i;
    analysed->close[i] = 100.0 / 3 + i;
    analysed->volume[i] = 1e9 + i;
    analysed->sma[i] = i == 0 ? NAN : 0.25 * i; /* before its start a field is anything */
    analysed->rsi[i] = 50 - i;
  }
  analysed->bars = (AdjustedSeries){.count = BARS,
                                    .dates = analysed->dates,
                                    .open = analysed->open,
                                    .high = analysed->high,
                                    .low = analysed->low,
                                    .close = analysed->close,
                                    .volume = analysed->volume,
                                    .newest_action = DAY_NONE};
  analysed->values[0] = analysed->sma;
  analysed->values[1] = analysed->rsi;
  analysed->series = (AnalyzedSeries){.ticker = "005930",
                                      .bars = &analysed->bars,
                                      .field_count = 2,
                                      .fields = analysed->fields,
                                      .values = analysed->values,
                                      .starts = analysed->starts};
}

static void a_field_exists_from_its_start_on(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  size_t written = 0;
  assert_ok(stock_analyzed_append(db, &analysed.series, 0, &written, &err));
  assert_int_equal(written, BARS);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-07", "sma_5", text), "");
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-08", "sma_5", text), "0.25");
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-09", "rsi_14", text), "");
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-10", "rsi_14", text), "47.0");
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-10", "volume", text), "1000000003.0");
}

static void a_field_without_values_is_in_no_document(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  analysed.values[0] = NULL;
  size_t written = 0;
  assert_ok(stock_analyzed_append(db, &analysed.series, 0, &written, &err));
  assert_int_equal(written, BARS);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-10", "sma_5", text), "");
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-10", "rsi_14", text), "47.0");
}

static void an_analysed_day_that_differs_is_overwritten(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  size_t written = 0;
  assert_ok(stock_analyzed_append(db, &analysed.series, 2, &written, &err));
  assert_int_equal(written, 3);
  analysed.rsi[4] = 11.5;
  assert_ok(stock_analyzed_append(db, &analysed.series, 1, &written, &err));
  assert_int_equal(written, 2); /* one new, one that differed */
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_ANALYZED, "005930", "2025-04-11", "rsi_14", text), "11.5");
  assert_int_equal(contract_count(db, DB_ANALYZED, "005930"), 4);
  assert_ok(stock_analyzed_append(db, &analysed.series, 1, &written, &err));
  assert_int_equal(written, 0);
}

static void a_rewrite_leaves_nothing_of_the_old_series_behind_its_start(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  size_t written = 0;
  assert_ok(stock_analyzed_append(db, &analysed.series, 0, &written, &err));
  contract_put(db, DB_ANALYZED, "005930", BCON_NEW("_id", BCON_UTF8("2025-04-12"), "close", BCON_DOUBLE(1)));
  assert_ok(stock_analyzed_rewrite(db, &analysed.series, contract_day("2025-04-10"), 3, &written, &err));
  assert_int_equal(written, 2);
  assert_int_equal(contract_count(db, DB_ANALYZED, "005930"), BARS);
  assert_null(contract_get(db, DB_ANALYZED, "005930", "2025-04-12"));
  assert_ok(stock_analyzed_rewrite(db, &analysed.series, DAY_NONE, 4, &written, &err));
  assert_int_equal(contract_count(db, DB_ANALYZED, "005930"), 1);
}

static void a_value_that_is_not_finite_stops_the_analysis_of_its_ticker(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  analysed.rsi[3] = NAN;
  size_t written = 77;
  assert_int_equal(stock_analyzed_append(db, &analysed.series, 0, &written, &err), STATUS_INTERNAL);
  assert_non_null(strstr(err.text, "stock_analyzed.005930 2025-04-10: rsi_14"));
  assert_int_equal(written, 77);
  assert_int_equal(contract_count(db, DB_ANALYZED, "005930"), 0);
}

static AnalyzedDamage look_at_window(const Db *db, const Analysed *analysed, const char *analyzed, Day from,
                                     Day until) {
  Error err = {{0}};
  AnalyzedDamage damage = {.stored = 77};
  assert_ok(
      stock_analyzed_verify(db, &analysed->series, contract_day(analyzed), (DayRange){from, until}, &damage, &err));
  return damage;
}

static AnalyzedDamage look_at(const Db *db, const Analysed *analysed, const char *analyzed) {
  return look_at_window(db, analysed, analyzed, DAY_NONE, DAY_NONE);
}

static void an_analysed_series_is_compared_with_what_is_stored(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  size_t written = 0;
  assert_int_equal(look_at(db, &analysed, "2025-04-11").missing, BARS);
  assert_ok(stock_analyzed_append(db, &analysed.series, 0, &written, &err));
  AnalyzedDamage damage = look_at(db, &analysed, "2025-04-11");
  assert_false(analyzed_is_damaged(&damage));
  assert_int_equal(damage.stored, BARS);
  assert_int_equal(damage.first, DAY_NONE);
  assert_ok(db->delete_one(db->self, DB_ANALYZED, "005930", "2025-04-11", &err));
  assert_int_equal(look_at(db, &analysed, "2025-04-11").missing, 1);
  damage = look_at(db, &analysed, "2025-04-10"); /* what comes later is not asked for */
  assert_false(analyzed_is_damaged(&damage));
  analysed.rsi[3] += 1e-12;
  contract_put(db, DB_ANALYZED, "005930", BCON_NEW("_id", BCON_UTF8("2025-04-05"), "close", BCON_DOUBLE(1)));
  contract_put(db, DB_ANALYZED, "005930", BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  damage = look_at(db, &analysed, "2025-04-12");
  assert_int_equal(damage.stored, BARS - 2);
  assert_int_equal(damage.missing, 1);
  assert_int_equal(damage.different, 1);
  assert_int_equal(damage.foreign, 2);
  assert_int_equal(damage.first, contract_day("2025-04-05"));
}

static void of_an_analysed_series_a_window_can_be_compared(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  size_t written = 0;
  assert_ok(stock_analyzed_append(db, &analysed.series, 0, &written, &err));
  Day third = analysed.bars.dates[2];
  const char *newest = "2025-04-11";
  assert_int_equal(look_at_window(db, &analysed, newest, third, DAY_NONE).stored, BARS - 2);
  assert_int_equal(look_at_window(db, &analysed, newest, DAY_NONE, third - 1).stored, 2);
  assert_int_equal(look_at_window(db, &analysed, newest, third, third).stored, 1);
  assert_ok(db->delete_one(db->self, DB_ANALYZED, "005930", day_text(analysed.bars.dates[1]).text, &err));
  contract_put(db, DB_ANALYZED, "005930", BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  AnalyzedDamage damage = look_at_window(db, &analysed, newest, third, third);
  assert_false(analyzed_is_damaged(&damage));
  damage = look_at_window(db, &analysed, newest, DAY_NONE, third - 1);
  assert_int_equal(damage.missing, 1);
  assert_int_equal(damage.foreign, 0);
  damage = look_at_window(db, &analysed, newest, third, DAY_NONE); /* the open end takes in what has no date */
  assert_int_equal(damage.missing, 0);
  assert_int_equal(damage.foreign, 1);
  damage = look_at_window(db, &analysed, day_text(analysed.bars.dates[0]).text, DAY_NONE, third - 1);
  assert_int_equal(damage.stored, 1); /* what comes later does not count yet */
  assert_int_equal(damage.missing, 0);
}

static void the_newest_analysis_of_each_ticker_stands_in_one_collection(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed, none;
  make_analysis(&analysed);
  make_analysis(&none);
  none.series.ticker = "000660";
  none.bars.count = 0;
  Target target = make_target("005930", "삼성전자"), other = make_target("000660", "SK하이닉스");
  analysed.series.stale_sessions = 3;
  const AnalyzedSeries *const series[] = {&none.series, &analysed.series};
  const Target *const targets[] = {&other, &target};
  assert_ok(latest_analysis_replace(db, series, targets, 2, contract_day("2025-04-14"), &err));
  contract_put(db, DB_SYSTEM, "latest_analysis", BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  char(*tickers)[TICKER_SIZE] = NULL, text[CONTRACT_FIELD_SIZE];
  size_t count = 0, strangers = 0;
  assert_ok(latest_analysis_tickers(db, &tickers, &count, &strangers, &err));
  assert_int_equal(strangers, 1);
  assert_int_equal(count, 1);
  assert_string_equal(tickers[0], "005930");
  free(tickers);
  static const char *const wanted[][2] = {
      {"date", "\"2025-04-11\""}, {"as_of", "\"2025-04-14\""},       {"name", "\"삼성전자\""},
      {"market", "\"KOSDAQ\""},   {"market_cap", "412500000000000"}, {"rsi_14", "46.0"},
      {"stale_sessions", "3"}};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    assert_string_equal(contract_field(db, DB_SYSTEM, "latest_analysis", "005930", wanted[i][0], text), wanted[i][1]);
  assert_ok(latest_analysis_delete(db, "005930", &err));
  assert_ok(latest_analysis_tickers(db, &tickers, &count, &strangers, &err));
  assert_int_equal(count, 0);
}

static LatestState compare_latest(const Db *db, const Analysed *analysed, const Target *target, const char *as_of) {
  Error err = {{0}};
  LatestState state = LATEST_RIGHT;
  LatestDocuments latest = {0};
  assert_ok(latest_analysis_load(db, &latest, &err));
  assert_int_equal(latest.strangers, 1);
  assert_ok(latest_documents_compare(&latest, &analysed->series, target, contract_day(as_of), &state, &err));
  latest_documents_free(&latest);
  return state;
}

static void the_newest_analysis_of_a_ticker_is_compared_with_what_it_should_be(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  make_analysis(&analysed);
  Target target = make_target("005930", "삼성전자"), renamed = make_target("005930", "삼성");
  const AnalyzedSeries *const series[] = {&analysed.series};
  const Target *const targets[] = {&target};
  contract_put(db, DB_SYSTEM, "latest_analysis", BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  assert_int_equal(compare_latest(db, &analysed, &target, "2025-04-14"), LATEST_MISSING);
  assert_ok(latest_analysis_replace(db, series, targets, 1, contract_day("2025-04-14"), &err));
  assert_int_equal(compare_latest(db, &analysed, &target, "2025-04-14"), LATEST_RIGHT);
  assert_int_equal(compare_latest(db, &analysed, &target, "2025-04-15"), LATEST_DIFFERENT);
  assert_int_equal(compare_latest(db, &analysed, &renamed, "2025-04-14"), LATEST_DIFFERENT);
  assert_int_equal(compare_latest(db, &analysed, NULL, "2025-04-14"), LATEST_RIGHT);
  analysed.series.stale_sessions = 1; /* it has stopped trading meanwhile */
  assert_int_equal(compare_latest(db, &analysed, NULL, "2025-04-14"), LATEST_DIFFERENT);
  analysed.series.stale_sessions = 0;
  analysed.rsi[BARS - 1] += 1e-12;
  assert_int_equal(compare_latest(db, &analysed, NULL, "2025-04-14"), LATEST_DIFFERENT);
  analysed.bars.count = 0;
  assert_int_equal(compare_latest(db, &analysed, &target, "2025-04-14"), LATEST_FOREIGN);
  assert_ok(latest_analysis_delete(db, "005930", &err));
  assert_int_equal(compare_latest(db, &analysed, &target, "2025-04-14"), LATEST_RIGHT);
}

const struct CMUnitTest *contract_stock_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(targets_load_in_order_with_everything_they_were_given),
      cmocka_unit_test(master_fields_and_stamps_do_not_touch_each_other),
      cmocka_unit_test(a_reactivated_target_and_a_cured_one_leave_no_traces),
      cmocka_unit_test(stamps_of_a_target_that_is_gone_make_no_new_one),
      cmocka_unit_test(a_target_without_a_field_is_bad_data_that_names_it),
      cmocka_unit_test(a_field_exists_from_its_start_on),
      cmocka_unit_test(a_field_without_values_is_in_no_document),
      cmocka_unit_test(an_analysed_day_that_differs_is_overwritten),
      cmocka_unit_test(a_rewrite_leaves_nothing_of_the_old_series_behind_its_start),
      cmocka_unit_test(a_value_that_is_not_finite_stops_the_analysis_of_its_ticker),
      cmocka_unit_test(an_analysed_series_is_compared_with_what_is_stored),
      cmocka_unit_test(of_an_analysed_series_a_window_can_be_compared),
      cmocka_unit_test(the_newest_analysis_of_a_ticker_is_compared_with_what_it_should_be),
      cmocka_unit_test(the_newest_analysis_of_each_ticker_stands_in_one_collection),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
