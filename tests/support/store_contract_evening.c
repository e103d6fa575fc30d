/* The collections of a session that is not final yet. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/market/market.h>
#include <closebell/store/collections.h>
#include <closebell/store/evening.h>
#include <closebell/store/leader_candidates.h>
#include <closebell/store/market_days.h>
#include <closebell/store/watchlists.h>

#include "made_market.h"
#include "session_equal.h"

static const IndexDay NO_INDICES;
static const Instant READ = 1757918580000; /* 2025-09-15T06:43:00Z */

/* Whatever an evening writes, nothing of it stands in a collection of final figures. */
static void assert_nothing_is_final(const Db *db) {
  static const char *const final[] = {"market_days", "latest_analysis", "leader_candidates", "strategy_days"};
  for (size_t i = 0; i < sizeof final / sizeof final[0]; i++)
    assert_int_equal(contract_count(db, DB_SYSTEM, final[i]), 0);
}

/* ---- evening_days ---- */

static void write_evening(const Db *db, const char *date, int64_t day_index) {
  Error err = {{0}};
  MadeMarket market = made_market(7);
  Session session = made_session(&market, day_index, contract_day(date), 3);
  assert_ok(evening_days_write(db, &session, &NO_INDICES, READ, &err));
  session_free(&session);
}

static void an_evenings_session_is_encoded_as_a_final_one(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  MadeMarket market = made_market(7);
  Session session = made_session(&market, 5, contract_day("2025-09-15"), 3), read = {0};
  assert_int_equal(evening_days_find(db, session.date, &read, &err), STATUS_NOT_FOUND);
  assert_ok(evening_days_write(db, &session, &NO_INDICES, READ, &err));
  assert_ok(evening_days_find(&contract->other, session.date, &read, &err));
  assert_true(session_equal(&read, &session));
  session_free(&read);
  assert_string_equal(contract_field(db, DB_SYSTEM, "evening_days", "2025-09-15", "finality", text), "\"provisional\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "evening_days", "2025-09-15", "source", text), "\"kis\"");
  assert_nothing_is_final(db);
  assert_ok(market_days_insert(db, &session, "krx", "final", READ, &err));
  bson_t *evening = contract_get(db, DB_SYSTEM, "evening_days", "2025-09-15"),
         *final = contract_get(db, DB_SYSTEM, "market_days", "2025-09-15");
  bson_iter_t a, b;
  assert_true(bson_iter_init_find(&a, evening, "data") && bson_iter_init_find(&b, final, "data"));
  uint32_t a_size = 0, b_size = 0;
  const uint8_t *a_data = NULL, *b_data = NULL;
  bson_iter_binary(&a, NULL, &a_size, &a_data);
  bson_iter_binary(&b, NULL, &b_size, &b_data);
  assert_int_equal(a_size, b_size);
  assert_memory_equal(a_data, b_data, a_size);
  bson_destroy(evening);
  bson_destroy(final);
  session_free(&session);
}

/* All but the cap, which no broker shows; and none where none was had. */
static void an_evenings_indices_stand_with_its_session(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Day date = contract_day("2025-09-15");
  MadeMarket made = made_market(7);
  Session session = made_session(&made, 5, date, 3);
  const IndexRow row = {
      .open = 265260, .high = 265611, .low = 264100, .close = 264451, .change = -3306, .volume = 5000};
  IndexDay written = {.date = date, .has = index_bit(INDEX_KOSDAQ) | index_bit(INDEX_KOSPI200)}, read = {0};
  written.rows[INDEX_KOSDAQ] = written.rows[INDEX_KOSPI200] = row;
  written.rows[INDEX_KOSPI200].close = 264100;
  assert_int_equal(evening_days_find_indices(db, date, &read, &err), STATUS_NOT_FOUND);
  assert_ok(evening_days_write(db, &session, &written, READ, &err));
  assert_ok(evening_days_find_indices(&contract->other, date, &read, &err));
  assert_int_equal(read.has, written.has);
  assert_int_equal(read.date, date);
  assert_true(index_row_equal(&read.rows[INDEX_KOSDAQ], &row));
  assert_int_equal(read.rows[INDEX_KOSPI200].close, 264100);
  assert_int_equal(contract_count(db, DB_INDEX, "KOSDAQ"), 0);
  contract_damage(db, DB_SYSTEM, "evening_days", "2025-09-15", "indices",
                  BCON_NEW("indices", "{", "KOSDAQ", "{", "open", BCON_DOUBLE(1), "}", "}"));
  assert_int_equal(evening_days_find_indices(db, date, &read, &err), STATUS_BAD_DATA);
  assert_ok(evening_days_write(db, &session, &NO_INDICES, READ, &err));
  assert_ok(evening_days_find_indices(db, date, &read, &err));
  assert_int_equal(read.has, 0);
  contract_damage(db, DB_SYSTEM, "evening_days", "2025-09-15", "indices", BCON_NEW("indices", BCON_INT32(1)));
  assert_int_equal(evening_days_find_indices(db, date, &read, &err), STATUS_BAD_DATA);
  session_free(&session);
}

static void an_evening_that_is_read_again_takes_its_place(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Session first = {0}, second = {0};
  write_evening(db, "2025-09-15", 5);
  assert_ok(evening_days_find(db, contract_day("2025-09-15"), &first, &err));
  write_evening(db, "2025-09-15", 6);
  assert_ok(evening_days_find(db, contract_day("2025-09-15"), &second, &err));
  assert_false(session_equal(&first, &second));
  assert_int_equal(contract_count(db, DB_SYSTEM, "evening_days"), 1);
  session_free(&first);
  session_free(&second);
  contract_damage(db, DB_SYSTEM, "evening_days", "2025-09-15", "rows", BCON_NEW("rows", BCON_INT64(1)));
  assert_int_equal(evening_days_find(db, contract_day("2025-09-15"), &first, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "evening_days"));
}

static void evenings_are_kept_for_thirty_days(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  write_evening(db, "2025-08-14", 1);
  write_evening(db, "2025-08-15", 2);
  write_evening(db, "2025-08-18", 3);
  write_evening(db, "2025-09-15", 4);
  assert_ok(evening_days_expire(db, contract_day("2025-09-15"), &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "evening_days"), 2);
  assert_null(contract_get(db, DB_SYSTEM, "evening_days", "2025-08-15"));
  assert_ok(evening_days_expire(db, contract_day("2025-09-14"), &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "evening_days"), 2);
  write_evening(db, "2025-08-16", 3);
  assert_ok(evening_days_expire(db, contract_day("2025-09-15"), &err)); /* thirty days ago: kept */
  assert_int_equal(contract_count(db, DB_SYSTEM, "evening_days"), 3);
}

/* ---- evening_analysis ---- */

/* One bar and one field. */
typedef struct {
  Day dates[1];
  double price[1], value[1];
  const double *values[1];
  AdjustedSeries bars;
  AnalyzedSeries series;
} Analysed;

static void analyse(Analysed *analysed, const char *ticker, const char *date, double value) {
  static const char *const fields[] = {"sma_5"};
  static const size_t starts[] = {0};
  *analysed = (Analysed){.dates = {contract_day(date)}, .price = {77400}, .value = {value}};
  analysed->values[0] = analysed->value;
  analysed->bars = (AdjustedSeries){.count = 1,
                                    .dates = analysed->dates,
                                    .open = analysed->price,
                                    .high = analysed->price,
                                    .low = analysed->price,
                                    .close = analysed->price,
                                    .volume = analysed->price};
  analysed->series = (AnalyzedSeries){.ticker = ticker,
                                      .bars = &analysed->bars,
                                      .field_count = 1,
                                      .fields = fields,
                                      .values = analysed->values,
                                      .starts = starts};
}

static void an_evenings_analysis_is_latest_analysis_but_for_its_finality(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  Day as_of = contract_day("2025-09-15");
  analyse(&analysed, "005930", "2025-09-15", 77000.5);
  const AnalyzedSeries *const series[] = {&analysed.series};
  const Target *const targets[] = {NULL};
  assert_ok(evening_analysis_replace(db, series, targets, 1, as_of, &err));
  assert_nothing_is_final(db);
  assert_ok(latest_analysis_replace(db, series, targets, 1, as_of, &err));
  bson_t *evening = contract_get(db, DB_SYSTEM, "evening_analysis", "005930"),
         *final = contract_get(db, DB_SYSTEM, "latest_analysis", "005930"), rest = BSON_INITIALIZER;
  bson_copy_to_excluding_noinit(evening, &rest, "finality", NULL);
  assert_true(bson_equal(&rest, final) && !bson_equal(evening, final));
  bson_destroy(&rest);
  bson_destroy(evening);
  bson_destroy(final);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "evening_analysis", "005930", "finality", text), "\"provisional\"");
}

static void what_is_analysed_as_of_an_evening_is_listed(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed old, idle, new;
  Day as_of = contract_day("2025-09-15");
  char(*tickers)[TICKER_SIZE] = NULL;
  size_t count = 0;
  analyse(&old, "000020", "2025-09-12", 1);
  analyse(&idle, "000660", "2025-09-12", 1); /* it did not trade in the evening's session */
  analyse(&new, "005930", "2025-09-15", 1);
  const Target *const targets[] = {NULL, NULL};
  assert_ok(evening_analysis_replace(db, (const AnalyzedSeries *const[]){&old.series}, targets, 1, as_of - 3, &err));
  assert_ok(evening_analysis_replace(db, (const AnalyzedSeries *const[]){&idle.series, &new.series}, targets, 2, as_of,
                                     &err));
  contract_put(db, DB_SYSTEM, "evening_analysis", BCON_NEW("_id", BCON_UTF8("note"), "as_of", BCON_UTF8("2025-09-15")));
  assert_ok(evening_analysis_tickers(db, as_of, &tickers, &count, &err));
  assert_int_equal(count, 2);
  assert_string_equal(tickers[0], "000660");
  assert_string_equal(tickers[1], "005930");
  free(tickers);
}

/* ---- lists ---- */

static void write_lists(const Db *db, const char *date) {
  Error err = {{0}};
  LeaderRules rules = {.min_rs_rating = 80};
  LeaderCandidate candidate = {.row = {.ticker = "005930", .name = "삼성전자"}, .numbers = {.close = 5}};
  static char tickers[][8] = {"005930", "000660"};
  StrategyDay day = {.date = contract_day(date),
                     .strategy = "pocket_pivot",
                     .where = "close > 5",
                     .then = {.tickers = tickers, .count = 2, .considered = 9},
                     .recomputed_utc = INSTANT_NONE};
  assert_ok(evening_leaders_write(db, &(LeaderDay){day.date, &rules, &candidate, 1, 7}, &err));
  assert_ok(evening_strategy_days_write(db, (const StrategyDay *const[]){&day}, 1, &err));
}

static void lists_of_an_evening_are_marked(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  char text[CONTRACT_FIELD_SIZE];
  write_lists(db, "2025-09-15");
  assert_nothing_is_final(db);
  static const char *const fields[][4] = {
      {"evening_leaders", "2025-09-15", "finality", "\"provisional\""},
      {"evening_leaders", "2025-09-15", "count", "1"},
      {"evening_leaders", "2025-09-15", "as_of", "\"2025-09-15\""},
      {"evening_strategy_days", "2025-09-15:pocket_pivot", "finality", "\"provisional\""},
      {"evening_strategy_days", "2025-09-15:pocket_pivot", "matches", "[ \"005930\", \"000660\" ]"}};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
    assert_string_equal(contract_field(db, DB_SYSTEM, fields[i][0], fields[i][1], fields[i][2], text), fields[i][3]);
}

static void clearing_leaves_the_sessions_and_all_that_is_final(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Analysed analysed;
  analyse(&analysed, "005930", "2025-09-15", 1);
  const Target *const targets[] = {NULL};
  const AnalyzedSeries *const series[] = {&analysed.series};
  write_evening(db, "2025-09-15", 5);
  write_lists(db, "2025-09-15");
  assert_ok(evening_analysis_replace(db, series, targets, 1, contract_day("2025-09-15"), &err));
  assert_ok(latest_analysis_replace(db, series, targets, 1, contract_day("2025-09-15"), &err));
  assert_ok(evening_clear(db, &err));
  assert_ok(evening_clear(db, &err));
  static const char *const gone[] = {"evening_analysis", "evening_leaders", "evening_strategy_days"};
  for (size_t i = 0; i < 3; i++) assert_int_equal(contract_count(db, DB_SYSTEM, gone[i]), 0);
  assert_int_equal(contract_count(db, DB_SYSTEM, "evening_days"), 1);
  assert_int_equal(contract_count(db, DB_SYSTEM, "latest_analysis"), 1);
}

static void the_sections_collections_are_made_in_one_step(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  assert_ok(collections_create_section(db, "kis", &err));
  long before = db->counters(db->self).round_trips;
  assert_ok(collections_create_section(db, "kis", &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 1);
}

/* ---- who may be chosen ---- */

static void leaders_of_a_session_are_listed_by_ticker(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  TickerList list = {0};
  Day date = contract_day("2025-09-15");
  LeaderRules rules = {.min_rs_rating = 80};
  LeaderCandidate candidates[] = {{.row = {.ticker = "005930", .name = "삼성전자"}, .numbers = {.close = 5}},
                                  {.row = {.ticker = "000660", .name = "하이닉스"}, .numbers = {.close = 5}}};
  assert_int_equal(leader_candidates_tickers(db, date, &list, &err), STATUS_NOT_FOUND);
  assert_ok(leader_candidates_write(db, &(LeaderDay){date, &rules, candidates, 2, 7}, &err));
  assert_ok(leader_candidates_tickers(db, date, &list, &err));
  assert_int_equal(list.count, 2);
  assert_string_equal(list.items[0], "000660");
  ticker_list_free(&list);
  assert_ok(leader_candidates_write(db, &(LeaderDay){date, &rules, NULL, 0, 7}, &err));
  assert_ok(leader_candidates_tickers(db, date, &list, &err));
  assert_int_equal(list.count, 0);
  contract_damage(db, DB_SYSTEM, "leader_candidates", "2025-09-15", "candidates",
                  BCON_NEW("candidates", "[", "{", "rank", BCON_INT64(1), "}", "]"));
  assert_int_equal(leader_candidates_tickers(db, date, &list, &err), STATUS_BAD_DATA);
}

static void stocks_on_any_watchlist_are_listed_once(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static char tickers[][8] = {"005930", "000660", "0126Z0"};
  TickerList list = {0};
  size_t unreadable = 7;
  assert_ok(watchlists_tickers(db, &list, &unreadable, &err));
  assert_true(list.count == 0 && unreadable == 0);
  Watchlist mine = {.name = "mine", .tickers = tickers, .count = 2, .updated_utc = READ},
            other = {.name = "other", .tickers = tickers + 1, .count = 2, .updated_utc = READ};
  assert_ok(watchlist_write(db, &mine, &err));
  assert_ok(watchlist_write(db, &other, &err));
  contract_put(db, DB_SYSTEM, "watchlists", BCON_NEW("_id", BCON_UTF8("broken"), "tickers", BCON_UTF8("005380")));
  assert_ok(watchlists_tickers(db, &list, &unreadable, &err));
  assert_int_equal(list.count, 3);
  assert_string_equal(list.items[0], "000660");
  assert_int_equal(unreadable, 1);
  ticker_list_free(&list);
}

const struct CMUnitTest *contract_evening_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_evenings_session_is_encoded_as_a_final_one),
      cmocka_unit_test(an_evenings_indices_stand_with_its_session),
      cmocka_unit_test(an_evening_that_is_read_again_takes_its_place),
      cmocka_unit_test(evenings_are_kept_for_thirty_days),
      cmocka_unit_test(an_evenings_analysis_is_latest_analysis_but_for_its_finality),
      cmocka_unit_test(what_is_analysed_as_of_an_evening_is_listed),
      cmocka_unit_test(lists_of_an_evening_are_marked),
      cmocka_unit_test(clearing_leaves_the_sessions_and_all_that_is_final),
      cmocka_unit_test(the_sections_collections_are_made_in_one_step),
      cmocka_unit_test(leaders_of_a_session_are_listed_by_ticker),
      cmocka_unit_test(stocks_on_any_watchlist_are_listed_once),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
