/* Deletes by what a field holds. */
#include "store_contract_internal.h"

static const char COLLECTION[] = "things";
static const Instant MIDNIGHT = 1744243200000; /* 2025-04-10 */
static const int64_t HALF_A_DAY_MS = 43200000;
enum { DATED = 7, OTHERS = 6 };

static void put(const Db *db, bson_t *document) { contract_put(db, DB_SYSTEM, COLLECTION, document); }

static void put_dated(const Db *db) {
  put(db, BCON_NEW("_id", "1", "at", BCON_DATE_TIME(MIDNIGHT - 1)));
  put(db, BCON_NEW("_id", "2", "at", BCON_DATE_TIME(MIDNIGHT)));
  put(db, BCON_NEW("_id", "3", "at", BCON_DATE_TIME(MIDNIGHT + HALF_A_DAY_MS)));
  put(db, BCON_NEW("_id", "4", "at", "1999-12-31"));
  put(db, BCON_NEW("_id", "5", "at", "2025-04-09"));
  put(db, BCON_NEW("_id", "6", "at", "2025-04-10"));
  put(db, BCON_NEW("_id", "7", "at", "2025-04-11"));
}

static void put_others(const Db *db) {
  put(db, BCON_NEW("_id", "other-1", "at", BCON_INT64(1)));
  put(db, BCON_NEW("_id", "other-2", "at", BCON_BOOL(false)));
  put(db, BCON_NEW("_id", "other-3", "v", "2000-01-01"));
  put(db, BCON_NEW("_id", "other-4", "part", "{", "at", "2000-01-01", "}"));
  put(db, BCON_NEW("_id", "other-5", "at", ""));
  put(db, BCON_NEW("_id", "other-6", "at", "unknown"));
}

static bool has(const Db *db, const char *id) {
  bson_t *found = contract_get(db, DB_SYSTEM, COLLECTION, id);
  if (found) bson_destroy(found);
  return found != NULL;
}

static void what_is_before_an_instant_goes_be_it_an_instant_or_a_day(void **state) {
  static const struct {
    int64_t after_midnight_ms;
    const char *gone; /* ids */
  } TIMES[] = {{43200000, "12456"}, {0, "145"}, {1, "12456"}, {-1, "45"}};
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++) {
    contract_empty(state);
    put_dated(db);
    put_others(db);
    assert_ok(db->delete_before(db->self, DB_SYSTEM, COLLECTION, "at", MIDNIGHT + TIMES[i].after_midnight_ms, &err));
    for (const char *id = "1234567"; *id; id++)
      assert_int_equal(has(db, (char[]){*id, 0}), strchr(TIMES[i].gone, *id) == NULL);
    assert_int_equal(contract_count(db, DB_SYSTEM, COLLECTION), DATED + OTHERS - strlen(TIMES[i].gone));
  }
}

static void what_has_no_time_in_the_field_stays(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  put_dated(db);
  put_others(db);
  assert_ok(db->delete_before(db->self, DB_SYSTEM, COLLECTION, "at", MIDNIGHT + 6 * HALF_A_DAY_MS, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, COLLECTION), OTHERS);
  assert_ok(db->delete_before(db->self, DB_SYSTEM, "no_such_collection", "at", MIDNIGHT, &err));
}

static void a_delete_by_a_field_is_one_round_trip_and_brings_no_document(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  put_dated(db);
  const DbCounters before = db->counters(db->self);
  assert_ok(db->delete_before(db->self, DB_SYSTEM, COLLECTION, "at", MIDNIGHT, &err));
  const DbCounters after = db->counters(db->self);
  assert_int_equal(after.round_trips - before.round_trips, 1);
  assert_int_equal(after.documents_read - before.documents_read, 0);
  assert_int_equal(after.documents_written - before.documents_written, 3);
}

const struct CMUnitTest *contract_delete_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(what_is_before_an_instant_goes_be_it_an_instant_or_a_day, contract_empty),
      cmocka_unit_test_setup(what_has_no_time_in_the_field_stays, contract_empty),
      cmocka_unit_test_setup(a_delete_by_a_field_is_one_round_trip_and_brings_no_document, contract_empty),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
