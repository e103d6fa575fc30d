/* minute_data. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/store/minute_data.h>

static const char TICKER[] = "005930";
static const Instant READ = 1757923500000; /* 2025-09-15T08:05:00Z */

static StoredMinutes minutes_on(const char *date, size_t bars, bool is_final) {
  StoredMinutes minutes = {.day = {.date = contract_day(date)}, .is_final = is_final, .as_of_utc = READ};
  for (size_t i = 0; i < bars; i++) {
    const MinuteBar bar = {.time = minute_label_add(900, (int)i),
                           .open = 77400 + (int64_t)i,
                           .high = 77500 + (int64_t)i,
                           .low = 77300,
                           .close = 77350,
                           .volume = INT64_C(3000000000) + (int64_t)i};
    minute_day_add(&minutes.day, &bar, 1);
  }
  return minutes;
}

static bool store(const Db *db, const StoredMinutes *minutes) {
  Error err = {{0}};
  bool written = false;
  assert_ok(minute_data_store(db, TICKER, minutes, &written, &err));
  return written;
}

static void minutes_come_back_as_they_were_stored(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  const StoredMinutes whole = minutes_on("2025-09-15", MINUTE_BARS_MAX, false), one = minutes_on("2025-09-12", 1, true);
  StoredMinutes read;
  assert_int_equal(minute_data_find(&contract->db, TICKER, one.day.date, &read, &err), STATUS_NOT_FOUND);
  assert_true(store(&contract->db, &whole) && store(&contract->db, &one));
  assert_ok(minute_data_find(&contract->other, TICKER, whole.day.date, &read, &err));
  assert_true(minute_day_equal(&read.day, &whole.day));
  assert_false(read.is_final);
  assert_int_equal(read.as_of_utc, READ);
  assert_ok(minute_data_find(&contract->other, TICKER, one.day.date, &read, &err));
  assert_true(minute_day_equal(&read.day, &one.day) && read.is_final);
}

static void a_day_has_the_fields_of_the_contract(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  char text[CONTRACT_FIELD_SIZE];
  const StoredMinutes minutes = minutes_on("2025-09-15", 2, false);
  store(db, &minutes);
  static const char *const fields[][2] = {{"time", "[ 900, 901 ]"},
                                          {"open", "[ 77400, 77401 ]"},
                                          {"high", "[ 77500, 77501 ]"},
                                          {"low", "[ 77300, 77300 ]"},
                                          {"close", "[ 77350, 77350 ]"},
                                          {"volume", "[ 3000000000, 3000000001 ]"},
                                          {"bars", "2"},
                                          {"finality", "\"provisional\""}};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
    assert_string_equal(contract_field(db, DB_MINUTES, TICKER, "2025-09-15", fields[i][0], text), fields[i][1]);
  bson_t *document = contract_get(db, DB_MINUTES, TICKER, "2025-09-15");
  bson_iter_t at, item;
  assert_true(bson_iter_init_find(&at, document, "time") && bson_iter_recurse(&at, &item) && bson_iter_next(&item));
  assert_true(BSON_ITER_HOLDS_INT32(&item));
  assert_true(bson_iter_init_find(&at, document, "open") && bson_iter_recurse(&at, &item) && bson_iter_next(&item));
  assert_true(BSON_ITER_HOLDS_INT64(&item));
  assert_true(bson_iter_init_find(&at, document, "bars") && BSON_ITER_HOLDS_INT32(&at));
  bson_destroy(document);
}

static void what_is_stored_already_is_not_written_again(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  StoredMinutes minutes = minutes_on("2025-09-15", 3, false), read;
  assert_true(store(db, &minutes));
  minutes.as_of_utc += 60000;
  assert_false(store(db, &minutes));
  minutes.day.bars[2].close++; /* the auction has come back */
  assert_true(store(db, &minutes));
  minutes.is_final = true;
  assert_true(store(db, &minutes));
  const StoredMinutes late = minutes_on("2025-09-15", 2, false);
  assert_false(store(db, &late));
  assert_ok(minute_data_find(db, TICKER, minutes.day.date, &read, &err));
  assert_true(read.is_final && minute_day_equal(&read.day, &minutes.day));
  assert_int_equal(contract_count(db, DB_MINUTES, TICKER), 1);
}

static Status count_readable(void *context, const StoredMinutes *minutes, bool readable, Error *err) {
  size_t *counts = context;
  (void)err;
  assert_true(readable || minutes->day.count == 0);
  counts[readable]++;
  return STATUS_OK;
}

static void a_damaged_day_is_there_and_not_readable(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const StoredMinutes minutes = minutes_on("2025-09-15", 2, false);
  struct {
    const char *field;
    bson_t *value;
  } damages[] = {{"open", NULL},
                 {"open", BCON_NEW("open", "[", BCON_INT64(77400), "]")},
                 {"open", BCON_NEW("open", "[", BCON_INT64(77400), BCON_UTF8("77401"), "]")},
                 {"open", BCON_NEW("open", "[", BCON_INT64(77400), BCON_INT64(90000), "]")},
                 {"time", BCON_NEW("time", "[", BCON_INT32(901), BCON_INT32(900), "]")},
                 {"time", BCON_NEW("time", "[", BCON_INT32(900), BCON_INT64(4294968197), "]")},
                 {"volume", BCON_NEW("volume", "[", BCON_INT64(0), BCON_INT64(1), "]")},
                 {"bars", BCON_NEW("bars", BCON_INT32(0))},
                 {"bars", BCON_NEW("bars", BCON_INT32(452))},
                 {"finality", NULL},
                 {"as_of_utc", NULL}};
  for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
    StoredMinutes read;
    size_t counts[2] = {0};
    store(db, &minutes); /* mends what the turn before has damaged */
    contract_damage(db, DB_MINUTES, TICKER, "2025-09-15", damages[i].field, damages[i].value);
    assert_int_equal(minute_data_find(db, TICKER, minutes.day.date, &read, &err), STATUS_BAD_DATA);
    assert_non_null(strstr(err.text, "2025-09-15"));
    assert_ok(minute_data_read(db, TICKER, DAY_NONE, DAY_NONE, count_readable, counts, &err));
    assert_true(counts[0] == 1 && counts[1] == 0);
  }
}

static void days_that_are_no_longer_kept_go(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Day *days = NULL;
  size_t count = 0, counts[2] = {0};
  static const char *const dates[] = {"2025-09-11", "2025-09-12", "2025-09-15", "2025-09-16"};
  for (size_t i = 0; i < 4; i++) {
    const StoredMinutes minutes = minutes_on(dates[i], 1, true);
    store(db, &minutes);
  }
  contract_put(db, DB_MINUTES, TICKER, BCON_NEW("_id", BCON_UTF8("note"), "text", BCON_UTF8("somebody's")));
  assert_ok(minute_data_expire(db, TICKER, DAY_NONE, &err));
  assert_ok(minute_data_expire(db, TICKER, contract_day("2025-09-12"), &err));
  assert_ok(minute_data_dates(db, TICKER, DAYS_ALL, &days, &count, &err));
  assert_int_equal(count, 2);
  assert_int_equal(days[0], contract_day("2025-09-15"));
  free(days);
  assert_int_equal(contract_count(db, DB_MINUTES, TICKER), 3);
  assert_ok(minute_data_read(db, TICKER, contract_day("2025-09-16"), DAY_NONE, count_readable, counts, &err));
  assert_int_equal(counts[true], 1);
  bool written;
  const StoredMinutes one = minutes_on("2025-09-15", 1, true);
  assert_int_equal(minute_data_store(db, "$x", &one, &written, &err), STATUS_INTERNAL);
}

const struct CMUnitTest *contract_minute_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(minutes_come_back_as_they_were_stored),
      cmocka_unit_test(a_day_has_the_fields_of_the_contract),
      cmocka_unit_test(what_is_stored_already_is_not_written_again),
      cmocka_unit_test(a_damaged_day_is_there_and_not_readable),
      cmocka_unit_test(days_that_are_no_longer_kept_go),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
