/* The collections of sessions: meta, trading_calendar, market_days, corporate_actions, restatements. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/market/market.h>
#include <closebell/store/collections.h>
#include <closebell/store/corporate_actions.h>
#include <closebell/store/market_days.h>
#include <closebell/store/meta.h>
#include <closebell/store/restatements.h>
#include <closebell/store/trading_calendar.h>

#include "made_market.h"
#include "session_equal.h"

static const Instant NOW = 1744329600123; /* 2025-04-11T00:00:00.123Z */

/* --- meta --- */

static void a_database_says_which_contract_it_follows(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Meta meta = {.version = 77};
  assert_int_equal(meta_read(db, &meta, &err), STATUS_NOT_FOUND);
  assert_int_equal(meta.version, 77);
  assert_ok(meta_write(db, &(Meta){.version = CONTRACT_VERSION}, &err));
  assert_ok(meta_write(db, &(Meta){.version = CONTRACT_VERSION, .setup_completed = true}, &err));
  assert_ok(meta_read(db, &meta, &err));
  assert_int_equal(meta.version, CONTRACT_VERSION);
  assert_int_equal(meta.markets, 0);
  assert_true(meta.setup_completed);
  const MarketSet markets = market_bit(MARKET_KOSPI) | market_bit(MARKET_KONEX);
  assert_ok(meta_write(db, &(Meta){.version = CONTRACT_VERSION, .markets = markets}, &err));
  assert_ok(meta_read(db, &meta, &err));
  assert_int_equal(meta.markets, markets);
  assert_ok(meta_write(db, &(Meta){.version = CONTRACT_VERSION + 1}, &err));
  assert_int_equal(meta_read(db, &meta, &err), STATUS_CONFIG);
}

static void count_name(void *context, const char *name) {
  (void)name;
  ++*(size_t *)context;
}

static void the_collections_are_made_once_and_then_left_alone(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  size_t first = 0, second = 0;
  assert_ok(collections_create_system(db, &err));
  assert_ok(db->list_collections(db->self, DB_SYSTEM, count_name, &first, &err));
  assert_true(first >= 13);
  long before = db->counters(db->self).round_trips;
  assert_ok(collections_create_system(db, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 3); /* one list, two indexes */
  assert_ok(db->list_collections(db->self, DB_SYSTEM, count_name, &second, &err));
  assert_int_equal(first, second);
}

/* --- trading_calendar --- */

static CalendarDay calendar_day(const char *date, CalendarState state, bool observed, const char *reason) {
  CalendarDay day = {.date = contract_day(date), .state = state, .observed = observed};
  strncpy(day.reason, reason, sizeof day.reason - 1);
  return day;
}

static void the_calendar_keeps_what_is_there_unless_it_is_replaced(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  CalendarDay days[] = {calendar_day("2025-05-02", CALENDAR_UNKNOWN, false, ""),
                        calendar_day("2025-05-01", CALENDAR_CLOSED, false, "근로자의 날")};
  assert_ok(trading_calendar_insert(db, days, 2, &err));
  days[0].state = CALENDAR_OPEN;
  assert_ok(trading_calendar_insert(db, days, 2, &err));
  CalendarDays read = {0};
  assert_ok(trading_calendar_load(db, &read, &err));
  assert_int_equal(read.count, 2);
  assert_int_equal(read.items[0].date, days[1].date);
  assert_string_equal(read.items[0].reason, "근로자의 날");
  assert_int_equal(calendar_days_find(&read, days[0].date)->state, CALENDAR_UNKNOWN);
  assert_null(calendar_days_find(&read, days[0].date + 1));
  calendar_days_free(&read);
  days[0].observed = true;
  assert_ok(trading_calendar_replace(db, days, 1, &err));
  assert_ok(trading_calendar_load(db, &read, &err));
  assert_int_equal(calendar_days_find(&read, days[0].date)->state, CALENDAR_OPEN);
  assert_true(calendar_days_find(&read, days[0].date)->observed);
  calendar_days_free(&read);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "trading_calendar", "2025-05-02", "reason", text), "");
  assert_string_equal(contract_field(db, DB_SYSTEM, "trading_calendar", "2025-05-02", "source", text), "\"observed\"");
}

static void a_calendar_day_of_an_unknown_state_is_bad_data(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  CalendarDay day = calendar_day("2025-05-02", CALENDAR_OPEN, false, "");
  CalendarDays read = {0};
  assert_ok(trading_calendar_insert(db, &day, 1, &err));
  contract_damage(db, DB_SYSTEM, "trading_calendar", "2025-05-02", "state", BCON_NEW("state", BCON_UTF8("ajar")));
  assert_int_equal(trading_calendar_load(db, &read, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "system_info.trading_calendar 2025-05-02: state"));
  contract_damage(db, DB_SYSTEM, "trading_calendar", "2025-05-02", "state", NULL);
  assert_int_equal(trading_calendar_load(db, &read, &err), STATUS_BAD_DATA);
  assert_null(read.items);
}

/* --- market_days --- */

static Session session_on(const char *date, int64_t index) {
  MadeMarket market = made_market(7);
  return made_session(&market, index, contract_day(date), market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
}

static void archive(const Db *db, const char *date, int64_t index) {
  Error err = {{0}};
  Session session = session_on(date, index);
  assert_ok(market_days_insert(db, &session, "krx", "final", NOW, &err));
  session_free(&session);
}

static void an_archived_session_comes_back_whole(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Session session = session_on("2025-04-10", 3), read = {0};
  assert_int_equal(market_days_find(db, session.date, &read, &err), STATUS_NOT_FOUND);
  assert_ok(market_days_insert(db, &session, "krx", "final", NOW, &err));
  assert_ok(market_days_find(db, session.date, &read, &err));
  assert_true(session_equal(&session, &read));
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "market_days", "2025-04-10", "markets", text),
                      "[ \"KOSPI\", \"KOSDAQ\" ]");
  assert_string_equal(contract_field(db, DB_SYSTEM, "market_days", "2025-04-10", "encoding", text),
                      "\"columns-1+zstd\"");
  session_free(&read);
  session_free(&session);
}

static void a_date_is_archived_once_and_replaced_or_deleted_on_purpose(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Session first = session_on("2025-04-10", 3), second = session_on("2025-04-10", 4), read = {0};
  assert_ok(market_days_insert(db, &first, "krx", "final", NOW, &err));
  assert_int_equal(market_days_insert(db, &second, "krx", "final", NOW, &err), STATUS_DUPLICATE);
  assert_ok(market_days_find(db, first.date, &read, &err));
  assert_true(session_equal(&first, &read));
  session_free(&read);
  assert_ok(market_days_replace(db, &second, "krx", "final", NOW, &err));
  assert_ok(market_days_find(db, first.date, &read, &err));
  assert_true(session_equal(&second, &read));
  session_free(&read);
  assert_ok(market_days_delete(db, first.date, &err));
  assert_int_equal(market_days_find(db, first.date, &read, &err), STATUS_NOT_FOUND);
  assert_ok(market_days_delete(db, first.date, &err)); /* nothing there: nothing to do */
  session_free(&first);
  session_free(&second);
}

static Status note_date(void *context, Session *session, Error *err) {
  (void)err;
  strncat(strncat(context, day_text(session->date).text, 16), " ", 2);
  return STATUS_OK;
}

static void archived_sessions_are_listed_and_read_in_order(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  archive(db, "2025-04-11", 2);
  archive(db, "2025-04-09", 0);
  archive(db, "2025-04-10", 1);
  MarketDayIds ids = {0};
  assert_ok(market_days_list(db, &ids, &err));
  assert_int_equal(ids.count, 3);
  assert_int_equal(ids.items[0].date, contract_day("2025-04-09"));
  assert_int_equal(ids.items[2].markets, market_bit(MARKET_KOSPI) | market_bit(MARKET_KOSDAQ));
  market_day_ids_free(&ids);
  char all[128] = "", tail[128] = "";
  assert_ok(market_days_read(db, DAY_NONE, DAY_NONE, note_date, all, &err));
  assert_string_equal(all, "2025-04-09 2025-04-10 2025-04-11 ");
  assert_ok(market_days_read(db, contract_day("2025-04-10"), contract_day("2025-04-10"), note_date, tail, &err));
  assert_string_equal(tail, "2025-04-10 ");
}

static void assert_damage_is_noticed(const Db *db, const char *field, bson_t *value) {
  Error err = {{0}};
  Session read = {0};
  char dates[64] = "";
  contract_damage(db, DB_SYSTEM, "market_days", "2025-04-10", field, value);
  assert_int_equal(market_days_find(db, contract_day("2025-04-10"), &read, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "2025-04-10"));
  assert_int_equal(market_days_read(db, DAY_NONE, DAY_NONE, note_date, dates, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "2025-04-10"));
  assert_string_equal(dates, "2025-04-09 ");
}

static void a_damaged_archive_is_noticed_and_named(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  archive(db, "2025-04-09", 0);
  archive(db, "2025-04-10", 1);
  assert_damage_is_noticed(db, "rows", BCON_NEW("rows", BCON_INT64(3)));
  Session session = session_on("2025-04-10", 1);
  assert_ok(market_days_replace(db, &session, "krx", "final", NOW, &err));
  assert_damage_is_noticed(db, "markets", BCON_NEW("markets", "[", BCON_UTF8("KOSPI"), "]"));
  assert_ok(market_days_replace(db, &session, "krx", "final", NOW, &err));
  assert_damage_is_noticed(db, "encoding", BCON_NEW("encoding", BCON_UTF8("columns-9")));
  assert_ok(market_days_replace(db, &session, "krx", "final", NOW, &err));
  bson_t *data = bson_new();
  assert_true(bson_append_binary(data, "data", -1, BSON_SUBTYPE_BINARY, (const uint8_t *)"rubbish", 7));
  assert_damage_is_noticed(db, "data", data);
  assert_ok(market_days_replace(db, &session, "krx", "final", NOW, &err));
  assert_damage_is_noticed(db, "data", NULL);
  session_free(&session);
}

/* --- corporate_actions --- */

static void the_actions_of_a_replaced_session_give_way_to_the_new_ones(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Day day = contract_day("2024-01-08");
  CorporateAction actions[] = {
      {.ticker = "336370", .date = day, .base_price = 500, .previous_close = 1000, .factor = 0.5},
      {.ticker = "005930", .date = day, .base_price = 20, .previous_close = 1000, .factor = 0.02},
      {.ticker = "336370", .date = day + 1, .base_price = 3, .previous_close = 1, .factor = 3}};
  assert_ok(corporate_actions_write(db, actions, 3, &err));
  actions[0].factor = 0.25;
  assert_ok(corporate_actions_write(db, actions, 1, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "corporate_actions"), 3);
  assert_ok(corporate_actions_remove_others(db, day, actions, 1, &err));
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "corporate_actions", "336370:2024-01-08", "factor", text), "0.25");
  assert_string_equal(contract_field(db, DB_SYSTEM, "corporate_actions", "336370:2024-01-09", "base_price", text), "3");
  assert_null(contract_get(db, DB_SYSTEM, "corporate_actions", "005930:2024-01-08"));
  assert_ok(corporate_actions_remove_others(db, day, NULL, 0, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "corporate_actions"), 1);
}

/* --- restatements --- */

static void restatements_are_numbered_in_the_order_they_were_noticed(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  int64_t number = 0;
  assert_ok(restatements_insert(
      db, &(NewRestatement){.from = contract_day("2025-04-01"), .reason = "session healed", .at_utc = NOW}, &number,
      &err));
  assert_int_equal(number, 1);
  assert_ok(restatements_insert(
      db,
      &(NewRestatement){
          .from = contract_day("2025-03-03"), .ticker = "005930", .reason = "repaired", .at_utc = NOW + 1},
      &number, &err));
  assert_int_equal(number, 2);
  Restatements list = {0};
  assert_ok(restatements_load(db, 0, &list, &err));
  assert_int_equal(list.count, 2);
  assert_int_equal(list.items[0].from, contract_day("2025-04-01"));
  assert_true(restatement_applies(&list.items[0], "000660"));
  assert_false(restatement_applies(&list.items[1], "000660"));
  assert_true(restatement_applies(&list.items[1], "005930"));
  assert_string_equal(list.items[1].reason, "repaired");
  assert_int_equal(list.items[1].at_utc, NOW + 1);
  restatements_free(&list);
  assert_ok(restatements_load(db, 1, &list, &err));
  assert_int_equal(list.count, 1);
  assert_int_equal(list.items[0].number, 2);
  restatements_free(&list);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "restatements", "0000000002", "from", text), "\"2025-03-03\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "restatements", "0000000001", "tickers", text), "");
}

/* A Db whose first inserts come second: somebody else takes the number in between. */
typedef struct {
  Db db, rival;
  int races;
} RacedDb;

static Status raced_insert(void *self, const char *database, const char *collection, const bson_t *document,
                           Error *err) {
  RacedDb *raced = self;
  if (raced->races-- > 0) {
    Error rival_err;
    bson_iter_t iter;
    assert_true(bson_iter_init_find(&iter, document, "_id"));
    bson_t *rival = BCON_NEW("_id", BCON_UTF8(bson_iter_utf8(&iter, NULL)), "at_utc", BCON_DATE_TIME(1));
    raced->rival.insert(raced->rival.self, database, collection, rival, &rival_err);
    bson_destroy(rival);
  }
  return raced->db.insert(raced->db.self, database, collection, document, err);
}

static Status raced_find_last(void *self, const char *database, const char *collection, const char *id_prefix,
                              bson_t **ret_document, Error *err) {
  const RacedDb *raced = self;
  return raced->db.find_last(raced->db.self, database, collection, id_prefix, ret_document, err);
}

static void a_restatement_that_loses_its_number_takes_the_next(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  int64_t number = 0;
  RacedDb raced = {.db = contract->db, .rival = contract->other, .races = 3};
  Db db = {.self = &raced, .insert = raced_insert, .find_last = raced_find_last};
  assert_ok(restatements_insert(
      &db, &(NewRestatement){.from = contract_day("2025-04-01"), .ticker = "005930", .reason = "mine", .at_utc = NOW},
      &number, &err));
  assert_int_equal(number, 4);
  Restatements list = {0};
  assert_ok(restatements_load(&contract->db, 0, &list, &err));
  assert_int_equal(list.count, 4);
  assert_string_equal(list.items[3].reason, "mine");
  assert_int_equal(list.items[0].from, DAY_NONE);
  assert_true(restatement_applies(&list.items[0], "005930"));
  restatements_free(&list);
}

const struct CMUnitTest *contract_day_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_database_says_which_contract_it_follows),
      cmocka_unit_test(the_collections_are_made_once_and_then_left_alone),
      cmocka_unit_test(the_calendar_keeps_what_is_there_unless_it_is_replaced),
      cmocka_unit_test(a_calendar_day_of_an_unknown_state_is_bad_data),
      cmocka_unit_test(an_archived_session_comes_back_whole),
      cmocka_unit_test(a_date_is_archived_once_and_replaced_or_deleted_on_purpose),
      cmocka_unit_test(archived_sessions_are_listed_and_read_in_order),
      cmocka_unit_test(a_damaged_archive_is_noticed_and_named),
      cmocka_unit_test(the_actions_of_a_replaced_session_give_way_to_the_new_ones),
      cmocka_unit_test(restatements_are_numbered_in_the_order_they_were_noticed),
      cmocka_unit_test(a_restatement_that_loses_its_number_takes_the_next),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
