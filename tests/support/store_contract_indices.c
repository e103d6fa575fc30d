/* What the exchange publishes of its indices: index_data and market_totals. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/store/index_data.h>
#include <closebell/store/market_totals.h>

/* --- index_data --- */

static DatedIndexRow index_row(const char *date, int64_t close) {
  return (DatedIndexRow){.date = contract_day(date),
                         .row = {.open = close + 542,
                                 .high = close + 1562,
                                 .low = close - 693,
                                 .close = close,
                                 .change = -2029,
                                 .volume = 768208666,
                                 .value = 8986436535976,
                                 .market_cap = 2080804000032312}};
}

static const IndexRange ALL_KOSPI = {.which = INDEX_KOSPI, .from = DAY_NONE, .to = DAY_NONE};

static void the_collections_of_the_chosen_indices_are_made(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  assert_ok(index_collections_create(db, INDEX_SET_ALL, &err));
  long before = db->counters(db->self).round_trips;
  assert_ok(index_collections_create(db, INDEX_SET_ALL, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 1); /* one list */
  assert_int_equal(contract_count(db, DB_INDEX, "KOSPI200"), 0);
}

static void index_days_come_back_as_they_were_written(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const DatedIndexRow rows[] = {index_row("2024-01-05", 257808), index_row("2024-01-04", 258702),
                                index_row("2024-01-08", 256783)};
  StoredIndexRow *read = NULL;
  size_t count = 0;
  assert_ok(index_data_write(db, INDEX_KOSPI, rows, 3, &err));
  assert_ok(index_data_read(db, &ALL_KOSPI, &read, &count, &err));
  assert_int_equal(count, 3);
  for (size_t i = 0; i < count; i++) assert_true(read[i].readable);
  assert_int_equal(read[0].date, rows[1].date);
  assert_true(index_row_equal(&read[0].row, &rows[1].row));
  assert_true(index_row_equal(&read[1].row, &rows[0].row));
  assert_true(index_row_equal(&read[2].row, &rows[2].row));
  free(read);
  const IndexRange one = {.which = INDEX_KOSPI, .from = rows[0].date, .to = rows[0].date};
  assert_ok(index_data_read(db, &one, &read, &count, &err));
  assert_int_equal(count, 1);
  assert_int_equal(read[0].date, rows[0].date);
  free(read);
  assert_int_equal(contract_count(db, DB_INDEX, "KOSDAQ"), 0);
}

/* Readers see what the exchange published: doubles of two decimals, whole numbers for the rest. */
static void index_values_are_stored_as_published(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const DatedIndexRow row = index_row("2024-01-04", 258702);
  char text[CONTRACT_FIELD_SIZE];
  static const struct {
    const char *field;
    double points;
  } VALUES[] = {{"open", 2592.44}, {"high", 2602.64}, {"low", 2580.09}, {"close", 2587.02}, {"change", -20.29}};
  static const struct {
    const char *field, *json;
  } WHOLE[] = {{"volume", "768208666"}, {"value", "8986436535976"}, {"market_cap", "2080804000032312"}};
  assert_ok(index_data_write(db, INDEX_KOSPI, &row, 1, &err));
  for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++)
    if (strtod(contract_field(db, DB_INDEX, "KOSPI", "2024-01-04", VALUES[i].field, text), NULL) != VALUES[i].points)
      fail_msg("%s is %s", VALUES[i].field, text);
  for (size_t i = 0; i < sizeof WHOLE / sizeof WHOLE[0]; i++)
    assert_string_equal(contract_field(db, DB_INDEX, "KOSPI", "2024-01-04", WHOLE[i].field, text), WHOLE[i].json);
  DatedIndexRow round = row;
  round.row.close = 258700;
  assert_ok(index_data_write(db, INDEX_KOSPI, &round, 1, &err)); /* a double all the same, and overwritten */
  assert_string_equal(contract_field(db, DB_INDEX, "KOSPI", "2024-01-04", "close", text), "2587.0");
  assert_int_equal(contract_count(db, DB_INDEX, "KOSPI"), 1);
}

static void every_hundredth_is_read_back_as_itself(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StoredIndexRow *read = NULL;
  size_t count = 0;
  static const int64_t closes[] = {3001, 99999999, 258757, 100000 - 1, 8625, 99999990003};
  for (size_t i = 0; i < sizeof closes / sizeof closes[0]; i++) {
    DatedIndexRow row = index_row("2024-01-04", 0);
    row.row.open = row.row.high = row.row.low = row.row.close = closes[i];
    assert_ok(index_data_write(db, INDEX_KOSPI, &row, 1, &err));
    assert_ok(index_data_read(db, &ALL_KOSPI, &read, &count, &err));
    assert_int_equal(count, 1);
    assert_true(read[0].readable && index_row_equal(&read[0].row, &row.row));
    free(read);
  }
}

static void a_damaged_index_day_is_there_and_not_readable(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t *const damages[] = {BCON_NEW("close", BCON_UTF8("2587.02")), BCON_NEW("close", BCON_DOUBLE(2587.021)),
                             BCON_NEW("close", BCON_DOUBLE(1e300)),   BCON_NEW("close", BCON_DOUBLE(2602.65)),
                             BCON_NEW("volume", BCON_INT64(-1)),      NULL};
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
    const DatedIndexRow row = index_row("2024-01-04", 258702);
    StoredIndexRow *read = NULL;
    size_t count = 0;
    assert_ok(index_data_write(db, INDEX_KOSPI, &row, 1, &err));
    contract_damage(db, DB_INDEX, "KOSPI", "2024-01-04", i == 4 ? "volume" : "close", damages[i]);
    assert_ok(index_data_read(db, &ALL_KOSPI, &read, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(read[0].date, row.date);
    assert_false(read[0].readable);
    free(read);
  }
}

static void an_index_day_that_is_removed_is_gone(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const DatedIndexRow rows[] = {index_row("2024-01-04", 258702), index_row("2024-01-05", 257808)};
  const IndexRange range = {.which = INDEX_KOSPI, .from = rows[1].date, .to = DAY_NONE};
  StoredIndexRow *read = NULL;
  size_t count = 0;
  assert_ok(index_data_write(db, INDEX_KOSPI, rows, 2, &err));
  contract_put(db, DB_INDEX, "KOSPI", BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  assert_ok(index_data_read(db, &ALL_KOSPI, &read, &count, &err));
  assert_int_equal(count, 2);
  assert_int_equal(read[0].date, rows[0].date);
  free(read);
  assert_ok(index_data_read(db, &range, &read, &count, &err));
  assert_int_equal(count, 1);
  assert_int_equal(read[0].date, rows[1].date);
  free(read);
  assert_ok(index_data_delete(db, INDEX_KOSPI, rows[0].date, &err));
  assert_ok(index_data_delete(db, INDEX_KOSPI, rows[0].date, &err)); /* nothing there: nothing to do */
  assert_null(contract_get(db, DB_INDEX, "KOSPI", "2024-01-04"));
}

/* --- market_totals --- */

static SessionTotals totals_on(const char *date) {
  SessionTotals totals = {.date = contract_day(date), .markets = market_totals_markets()};
  totals.summed[MARKET_KOSPI] = (MarketTotals){770176172, 8992273956601, 2081862659594752, 951};
  totals.summed[MARKET_KOSDAQ] = (MarketTotals){1224264897, 10152118117016, 420014902125688, 1710};
  for (Market market = MARKET_KOSPI; market <= MARKET_KOSDAQ; market++) {
    totals.published[market] = totals.summed[market];
    totals.published[market].rows = 0;
  }
  return totals;
}

static StoredTotals *read_all(const Db *db, size_t *ret_count) {
  Error err = {{0}};
  StoredTotals *read = NULL;
  assert_ok(market_totals_read(db, DAY_NONE, DAY_NONE, &read, ret_count, &err));
  return read;
}

static void totals_come_back_as_they_were_written(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SessionTotals totals[] = {totals_on("2024-01-05"), totals_on("2024-01-04")};
  totals[0].markets = market_bit(MARKET_KOSDAQ); /* KOSPI's service did not answer, or is not archived */
  totals[1].published[MARKET_KOSPI].volume++;
  assert_ok(market_totals_write(db, totals, 2, &err));
  size_t count = 0;
  StoredTotals *read = read_all(db, &count);
  assert_int_equal(count, 2);
  assert_true(read[0].readable && read[1].readable);
  assert_int_equal(read[0].date, totals[1].date);
  assert_int_equal(read[0].totals.date, totals[1].date);
  assert_int_equal(read[0].totals.markets, market_totals_markets());
  assert_memory_equal(read[0].totals.summed, totals[1].summed, sizeof totals[1].summed);
  assert_memory_equal(read[0].totals.published, totals[1].published, sizeof totals[1].published);
  assert_int_equal(read[1].totals.markets, market_bit(MARKET_KOSDAQ));
  assert_false(session_totals_agree(&read[0].totals));
  assert_true(session_totals_agree(&read[1].totals));
  free(read);
  assert_ok(market_totals_read(db, totals[0].date, DAY_NONE, &read, &count, &err));
  assert_int_equal(count, 1);
  free(read);
}

static void totals_are_stored_with_both_figures_and_a_judgement(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SessionTotals totals = totals_on("2024-01-04");
  char text[CONTRACT_FIELD_SIZE];
  assert_ok(market_totals_write(db, &totals, 1, &err));
  assert_string_equal(contract_field(db, DB_SYSTEM, "market_totals", "2024-01-04", "KOSPI", text),
                      "{ \"volume\" : 770176172, \"value\" : 8992273956601, \"market_cap\" : 2081862659594752, "
                      "\"rows\" : 951, \"volume_published\" : 770176172, \"value_published\" : 8992273956601, "
                      "\"market_cap_published\" : 2081862659594752 }");
  assert_string_equal(contract_field(db, DB_SYSTEM, "market_totals", "2024-01-04", "agrees", text), "true");
  totals.published[MARKET_KOSDAQ].volume++;
  assert_ok(market_totals_write(db, &totals, 1, &err));
  assert_string_equal(contract_field(db, DB_SYSTEM, "market_totals", "2024-01-04", "agrees", text), "false");
  assert_string_equal(contract_field(db, DB_SYSTEM, "market_totals", "2024-01-04", "KONEX", text), "");
  assert_int_equal(contract_count(db, DB_SYSTEM, "market_totals"), 1);
}

static void damaged_totals_are_there_and_not_readable(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const fields[] = {"agrees", "agrees", "KOSPI", "KOSPI"};
  bson_t *const damages[] = {NULL, BCON_NEW("agrees", BCON_BOOL(false)), BCON_NEW("KOSPI", BCON_INT64(5)),
                             BCON_NEW("KOSPI", "{", "volume", BCON_INT64(5), "}")};
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
    SessionTotals totals = totals_on("2024-01-04");
    assert_ok(market_totals_write(db, &totals, 1, &err));
    contract_damage(db, DB_SYSTEM, "market_totals", "2024-01-04", fields[i], damages[i]);
    size_t count = 0;
    StoredTotals *read = read_all(db, &count);
    assert_int_equal(count, 1);
    assert_int_equal(read[0].date, totals.date);
    assert_false(read[0].readable);
    assert_int_equal(read[0].totals.markets, 0);
    free(read);
  }
  contract_put(db, DB_SYSTEM, "market_totals", BCON_NEW("_id", BCON_UTF8("2024-01-05"), "agrees", BCON_BOOL(false)));
  size_t count = 0;
  StoredTotals *read = read_all(db, &count);
  assert_int_equal(count, 2);
  assert_false(read[1].readable); /* of no market */
  free(read);
}

static void totals_that_are_removed_are_gone(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  SessionTotals totals[] = {totals_on("2024-01-04"), totals_on("2024-01-05")};
  StoredTotals *read = NULL;
  size_t count = 0;
  assert_ok(market_totals_write(db, totals, 2, &err));
  contract_put(db, DB_SYSTEM, "market_totals", BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  assert_ok(market_totals_read(db, DAY_NONE, totals[0].date, &read, &count, &err));
  assert_int_equal(count, 1);
  assert_int_equal(read[0].date, totals[0].date);
  free(read);
  assert_ok(market_totals_delete(db, totals[0].date, &err));
  assert_ok(market_totals_delete(db, totals[0].date, &err)); /* nothing there: nothing to do */
  assert_ok(market_totals_read(db, DAY_NONE, DAY_NONE, &read, &count, &err));
  assert_int_equal(count, 1);
  assert_int_equal(read[0].date, totals[1].date);
  free(read);
}

const struct CMUnitTest *contract_index_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_collections_of_the_chosen_indices_are_made),
      cmocka_unit_test(index_days_come_back_as_they_were_written),
      cmocka_unit_test(index_values_are_stored_as_published),
      cmocka_unit_test(every_hundredth_is_read_back_as_itself),
      cmocka_unit_test(a_damaged_index_day_is_there_and_not_readable),
      cmocka_unit_test(an_index_day_that_is_removed_is_gone),
      cmocka_unit_test(totals_come_back_as_they_were_written),
      cmocka_unit_test(totals_are_stored_with_both_figures_and_a_judgement),
      cmocka_unit_test(damaged_totals_are_there_and_not_readable),
      cmocka_unit_test(totals_that_are_removed_are_gone),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
