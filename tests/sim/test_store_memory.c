/* The contract of the store, kept by the in-memory Db; and what only that one can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <bson/bson.h>

#include "db_memory.h"
#include "store_contract.h"

static Instant fixed_now(void *self) {
  (void)self;
  return 1744329600000;
}
static const Clock CLOCK = {.now = fixed_now};

static void put(DbMemory *memory, const char *collection, bson_t *document) {
  Db db = db_memory_db(memory);
  Error err = {{0}};
  assert_int_equal(db.insert(db.self, DB_SYSTEM, collection, document, &err), STATUS_OK);
  bson_destroy(document);
}

/* Fails the round trip with the number `countdown`, at the chosen side. */
typedef struct {
  int countdown;
  bool after;
} Fault;

static int fail_at(void *context, const char *operation, bool after) {
  (void)operation;
  Fault *fault = context;
  return after == fault->after && --fault->countdown == 0;
}

static Status insert_250(DbMemory *memory, size_t *ret_stored) {
  Db db = db_memory_db(memory);
  Error err = {{0}};
  bson_t *documents[250];
  for (size_t i = 0; i < 250; i++) {
    char id[8];
    snprintf(id, sizeof id, "%03zu", i);
    documents[i] = BCON_NEW("_id", BCON_UTF8(id));
  }
  Status status = db.insert_many(db.self, DB_SYSTEM, "meta", (const bson_t *const *)documents, 250, NULL, &err);
  for (size_t i = 0; i < 250; i++) bson_destroy(documents[i]);
  *ret_stored = (size_t)db.counters(db.self).documents_written;
  return status;
}

static void a_fault_before_a_round_trip_leaves_the_earlier_ones_applied(void **state) {
  (void)state;
  DbMemory *memory = db_memory_new();
  Fault fault = {.countdown = 3};
  size_t stored = 0;
  db_memory_set_hook(memory, fail_at, &fault);
  assert_int_equal(insert_250(memory, &stored), STATUS_UNAVAILABLE);
  assert_int_equal(stored, 200);
  db_memory_free(memory);
}

static void a_fault_after_a_round_trip_loses_only_the_reply(void **state) {
  (void)state;
  DbMemory *memory = db_memory_new();
  Fault fault = {.countdown = 3, .after = true};
  size_t stored = 0;
  db_memory_set_hook(memory, fail_at, &fault);
  assert_int_equal(insert_250(memory, &stored), STATUS_UNAVAILABLE);
  assert_int_equal(stored, 250);
  db_memory_free(memory);
}

static void connections_share_data_but_not_faults(void **state) {
  (void)state;
  DbMemory *one = db_memory_new(), *two = db_memory_connect(one);
  Fault fault = {.countdown = 1};
  size_t stored = 0;
  db_memory_set_hook(one, fail_at, &fault);
  assert_int_equal(insert_250(two, &stored), STATUS_OK);
  assert_true(db_memory_equal(one, two, NULL, NULL));
  db_memory_free(two);
  Error err = {{0}};
  Db db = db_memory_db(one);
  bson_t *found = NULL;
  assert_int_equal(db.find(db.self, DB_SYSTEM, "meta", "007", &found, &err), STATUS_UNAVAILABLE);
  assert_int_equal(db.find(db.self, DB_SYSTEM, "meta", "007", &found, &err), STATUS_OK);
  bson_destroy(found);
  db_memory_free(one);
}

static void a_comparison_ignores_order_of_fields_and_what_it_leaves_out(void **state) {
  static const char *const fields[] = {"pid", NULL}, *const collections[] = {"system_info.job_runs", NULL};
  (void)state;
  const DbMemoryOmit omit = {.fields = fields, .collections = collections};
  DbMemory *one = db_memory_new(), *two = db_memory_new();
  put(one, "meta", BCON_NEW("_id", BCON_UTF8("a"), "x", BCON_INT64(1), "y", "{", "pid", BCON_INT64(1), "}"));
  put(two, "meta", BCON_NEW("_id", BCON_UTF8("a"), "pid", BCON_INT64(2), "y", "{", "}", "x", BCON_INT64(1)));
  put(two, "job_runs", BCON_NEW("_id", BCON_UTF8("r")));
  Error difference = {{0}};
  assert_true(db_memory_equal(one, two, &omit, &difference));
  assert_false(db_memory_equal(one, two, NULL, &difference));
  put(two, "meta", BCON_NEW("_id", BCON_UTF8("b")));
  assert_false(db_memory_equal(one, two, &omit, &difference));
  assert_non_null(strstr(difference.text, "\"b\""));
  db_memory_free(one);
  db_memory_free(two);
}

static void a_copy_goes_its_own_way(void **state) {
  (void)state;
  DbMemory *one = db_memory_new();
  put(one, "meta", BCON_NEW("_id", BCON_UTF8("a")));
  DbMemory *two = db_memory_copy(one);
  assert_true(db_memory_equal(one, two, NULL, NULL));
  put(two, "meta", BCON_NEW("_id", BCON_UTF8("b")));
  assert_false(db_memory_equal(one, two, NULL, NULL));
  db_memory_free(one);
  db_memory_free(two);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_fault_before_a_round_trip_leaves_the_earlier_ones_applied),
      cmocka_unit_test(a_fault_after_a_round_trip_loses_only_the_reply),
      cmocka_unit_test(connections_share_data_but_not_faults),
      cmocka_unit_test(a_comparison_ignores_order_of_fields_and_what_it_leaves_out),
      cmocka_unit_test(a_copy_goes_its_own_way),
  };
  DbMemory *memory = db_memory_new(), *other = db_memory_connect(memory);
  db_memory_set_clock(memory, &CLOCK);
  StoreContract contract = {.db = db_memory_db(memory), .other = db_memory_db(other)};
  int failed = store_contract_run("store contract, in memory", &contract);
  db_memory_free(memory);
  db_memory_free(other);
  return failed + cmocka_run_group_tests_name("in-memory store", tests, NULL, NULL);
}
