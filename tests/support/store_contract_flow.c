/* market_flow, and chosen_stocks. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/store/chosen_stocks.h>
#include <closebell/store/collections.h>
#include <closebell/store/market_flow.h>

static const char TICKER[] = "005930";
static const Instant READ = 1757923500000; /* 2025-09-15T08:05:00Z */

static FlowDay flow_on(const char *date, int64_t net, bool is_final) {
  return (FlowDay){.date = contract_day(date),
                   .has = FLOW_INVESTORS | 1 << FLOW_PROGRAM,
                   .net_value = {[FLOW_FOREIGN] = -98000000, [FLOW_PROGRAM] = net},
                   .net_volume = {[FLOW_FOREIGN] = 3760, [FLOW_INDIVIDUAL] = -2610, [FLOW_PROGRAM] = 7},
                   .close = is_final ? 77400 : 0,
                   .is_final = is_final};
}

static StoredFlow *read_all(const Db *db, size_t *ret_count) {
  Error err = {{0}};
  StoredFlow *days = NULL;
  assert_ok(market_flow_read(db, TICKER, DAYS_ALL, &days, ret_count, &err));
  return days;
}

static StoredCounts store(const Db *db, const FlowDay *days, size_t count, Instant as_of) {
  Error err = {{0}};
  StoredCounts counts = {0};
  assert_ok(market_flow_store(db, TICKER, &(ToldFlows){days, count, as_of}, &counts, &err));
  assert_int_equal(counts.stored, count);
  return counts;
}

static void the_collections_of_chosen_stocks_are_made_in_one_step(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const char *const tickers[] = {"005930", "000660"};
  assert_ok(collections_create_chosen(db, DB_FLOW, tickers, 2, &err));
  long before = db->counters(db->self).round_trips;
  assert_ok(collections_create_chosen(db, DB_FLOW, tickers, 2, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 1); /* one list */
  assert_int_equal(contract_count(db, DB_FLOW, TICKER), 0);
}

static void flows_come_back_as_they_were_stored(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  FlowDay days[] = {flow_on("2025-09-15", 5, false), flow_on("2025-09-12", -261775932200, true)};
  days[0].has = flow_bit(FLOW_INSTITUTION);
  assert_int_equal(store(db, days, 2, READ).inserted, 2);
  size_t count = 0;
  StoredFlow *read = read_all(&contract->other, &count);
  assert_int_equal(count, 2);
  assert_true(read[0].readable && read[1].readable);
  assert_true(flow_day_equal(&read[0].day, &days[1]));
  assert_true(flow_day_equal(&read[1].day, &days[0]));
  assert_int_equal(read[0].as_of_utc, READ);
  free(read);
}

/* What is missing is absent, and never 0. */
static void a_flow_has_the_fields_of_the_contract(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  char text[CONTRACT_FIELD_SIZE];
  FlowDay days[] = {flow_on("2025-09-12", -261775932200, true), flow_on("2025-09-15", 5, false)};
  days[1].has = flow_bit(FLOW_INDIVIDUAL);
  store(db, days, 2, READ);
  static const char *const fields[][3] = {{"foreign_net_buy", "-98000000", ""},
                                          {"foreign_net_volume", "3760", ""},
                                          {"institution_net_buy", "0", ""},
                                          {"institution_net_volume", "0", ""},
                                          {"individual_net_buy", "0", "0"},
                                          {"individual_net_volume", "-2610", "-2610"},
                                          {"program_net_buy", "-261775932200", ""},
                                          {"program_net_volume", "7", ""},
                                          {"close", "77400", ""},
                                          {"finality", "\"final\"", "\"provisional\""}};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    assert_string_equal(contract_field(db, DB_FLOW, TICKER, "2025-09-12", fields[i][0], text), fields[i][1]);
    assert_string_equal(contract_field(db, DB_FLOW, TICKER, "2025-09-15", fields[i][0], text), fields[i][2]);
  }
}

static void what_is_stored_already_is_not_written_again(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  FlowDay days[] = {flow_on("2025-09-12", 5, true), flow_on("2025-09-15", 5, false)};
  store(db, days, 2, READ);
  StoredCounts counts = store(db, days, 2, READ + 3600000);
  assert_int_equal(counts.inserted + counts.replaced, 0);
  days[1].net_volume[FLOW_PROGRAM]++; /* provisional figures move */
  assert_int_equal(store(db, days, 2, READ + 3600000).replaced, 1);
  days[1] = flow_on("2025-09-15", 5, true);
  assert_int_equal(store(db, days, 2, READ + 7200000).replaced, 1);
  const FlowDay late = flow_on("2025-09-15", 99, false); /* an answer that was on its way for long */
  counts = store(db, &late, 1, READ);
  assert_int_equal(counts.inserted + counts.replaced, 0);
  size_t count = 0;
  StoredFlow *read = read_all(db, &count);
  assert_true(flow_day_equal(&read[1].day, &days[1]));
  assert_int_equal(read[0].as_of_utc, READ);
  assert_int_equal(read[1].as_of_utc, READ + 7200000);
  free(read);
}

static void a_damaged_flow_is_there_and_not_readable(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  static const char *const fields[] = {"foreign_net_buy", "program_net_volume", "finality",
                                       "finality",        "as_of_utc",          "close"};
  bson_t *const damages[] = {BCON_NEW("foreign_net_buy", BCON_UTF8("5")), NULL, NULL,
                             BCON_NEW("finality", BCON_UTF8("perhaps")),  NULL, BCON_NEW("close", BCON_INT64(-1))};
  const FlowDay day = flow_on("2025-09-12", 5, true);
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    size_t count = 0;
    store(db, &day, 1, READ); /* mends what the turn before has damaged */
    contract_damage(db, DB_FLOW, TICKER, "2025-09-12", fields[i], damages[i]);
    StoredFlow *read = read_all(db, &count);
    assert_int_equal(count, 1);
    assert_int_equal(read[0].date, day.date);
    assert_false(read[0].readable);
    free(read);
  }
}

static void flows_are_read_from_a_date_on(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StoredFlow *read = NULL;
  size_t count = 0;
  const FlowDay flows[] = {flow_on("2025-09-12", 5, true), flow_on("2025-09-15", 5, true)};
  store(db, flows, 2, READ);
  contract_put(db, DB_FLOW, TICKER, BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  assert_ok(market_flow_read(db, TICKER, (DayRange){flows[1].date, DAY_NONE}, &read, &count, &err));
  assert_int_equal(count, 1);
  assert_int_equal(read[0].date, flows[1].date);
  free(read);
  assert_int_equal(market_flow_read(db, "../x", DAYS_ALL, &read, &count, &err), STATUS_INTERNAL);
}

/* ---- chosen_stocks ---- */

static TickerList list_of(const char *first, const char *second) {
  Error err = {{0}};
  TickerList list = {0};
  assert_ok(ticker_list_add(&list, first, &err));
  if (second != NULL) assert_ok(ticker_list_add(&list, second, &err));
  ticker_list_settle(&list);
  return list;
}

static void what_was_chosen_is_recorded_once(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  Day date = contract_day("2025-09-15");
  TickerList list = list_of("005930", "000660"), later = list_of("035720", NULL), found = {0};
  assert_int_equal(chosen_stocks_find(db, date, "market_flow", &found, &err), STATUS_NOT_FOUND);
  assert_ok(chosen_stocks_record(db, date, "market_flow", READ, &list, &err));
  assert_string_equal(contract_field(db, DB_SYSTEM, "chosen_stocks", "2025-09-15_market_flow", "tickers", text),
                      "[ \"000660\", \"005930\" ]");
  assert_ok(chosen_stocks_record(&contract->other, date, "market_flow", READ, &later, &err));
  assert_int_equal(later.count, 2); /* the list that is recorded */
  assert_string_equal(later.items[0], "000660");
  assert_int_equal(chosen_stocks_find(db, date, "minute_prices", &found, &err), STATUS_NOT_FOUND);
  ticker_list_free(&later);
  later = list_of("035720", NULL);
  assert_ok(chosen_stocks_replace(db, date, "market_flow", READ, &later, &err));
  assert_ok(chosen_stocks_find(db, date, "market_flow", &found, &err));
  assert_int_equal(found.count, 1);
  ticker_list_free(&found);
  contract_damage(db, DB_SYSTEM, "chosen_stocks", "2025-09-15_market_flow", "tickers", NULL);
  assert_int_equal(chosen_stocks_find(db, date, "market_flow", &found, &err), STATUS_BAD_DATA);
  assert_ok(chosen_stocks_record(db, date, "market_flow", READ, &list, &err));
  assert_ok(chosen_stocks_find(db, date, "market_flow", &found, &err));
  assert_int_equal(found.count, 2);
  ticker_list_free(&found);
  ticker_list_free(&list);
  ticker_list_free(&later);
}

static void nobody_may_be_chosen(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  TickerList none = {0}, found = {0};
  Day date = contract_day("2025-09-15");
  assert_ok(chosen_stocks_record(&contract->db, date, "market_flow", READ, &none, &err));
  assert_ok(chosen_stocks_find(&contract->db, date, "market_flow", &found, &err));
  assert_int_equal(found.count, 0);
}

typedef struct {
  char text[160]; /* "2025-09-16: 2, 2025-09-17: unreadable" */
} Told;

static Status tell_list(void *context, Day date, const TickerList *list, Error *err) {
  Told *told = context;
  size_t length = strlen(told->text);
  (void)err;
  int written =
      snprintf(told->text + length, sizeof told->text - length, "%s%s: ", length ? ", " : "", day_text(date).text);
  length += (size_t)written;
  if (list)
    snprintf(told->text + length, sizeof told->text - length, "%zu", list->count);
  else
    snprintf(told->text + length, sizeof told->text - length, "unreadable");
  return STATUS_OK;
}

static void the_lists_of_one_dataset_are_read_from_a_date_on(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const DATES[] = {"2025-09-15", "2025-09-16", "2025-09-17", "2025-09-18"};
  TickerList list = list_of("005930", "000660"), other = list_of("035720", NULL);
  for (size_t i = 0; i < 4; i++) {
    assert_ok(chosen_stocks_record(db, contract_day(DATES[i]), "market_flow", READ, &list, &err));
    assert_ok(chosen_stocks_record(db, contract_day(DATES[i]), "minute_prices", READ, &other, &err));
  }
  contract_damage(db, DB_SYSTEM, "chosen_stocks", "2025-09-17_market_flow", "tickers", NULL);
  contract_damage(db, DB_SYSTEM, "chosen_stocks", "2025-09-18_minute_prices", "tickers", NULL);
  Told flow = {""}, minutes = {""};
  assert_ok(chosen_stocks_read(db, "market_flow", contract_day("2025-09-16"), tell_list, &flow, &err));
  assert_string_equal(flow.text, "2025-09-16: 2, 2025-09-17: unreadable, 2025-09-18: 2");
  assert_ok(chosen_stocks_read(db, "minute_prices", contract_day("2025-09-17"), tell_list, &minutes, &err));
  assert_string_equal(minutes.text, "2025-09-17: 1, 2025-09-18: unreadable");
  ticker_list_free(&list);
  ticker_list_free(&other);
}

const struct CMUnitTest *contract_flow_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_collections_of_chosen_stocks_are_made_in_one_step),
      cmocka_unit_test(flows_come_back_as_they_were_stored),
      cmocka_unit_test(a_flow_has_the_fields_of_the_contract),
      cmocka_unit_test(what_is_stored_already_is_not_written_again),
      cmocka_unit_test(a_damaged_flow_is_there_and_not_readable),
      cmocka_unit_test(flows_are_read_from_a_date_on),
      cmocka_unit_test(what_was_chosen_is_recorded_once),
      cmocka_unit_test(nobody_may_be_chosen),
      cmocka_unit_test(the_lists_of_one_dataset_are_read_from_a_date_on),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
