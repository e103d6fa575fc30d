/* The values that a document may hold come back as they were; the others are refused before a server sees them. */
#include "store_contract_internal.h"

#include <math.h>
#include <stdlib.h>

#define DATABASE DB_SYSTEM
#define THINGS "leader_candidates"

static void assert_comes_back(const Db *db, bson_t *document) {
  bson_t *copy = bson_copy(document);
  contract_put(db, DATABASE, THINGS, document);
  bson_t *back = contract_get(db, DATABASE, THINGS, "v");
  assert_non_null(back);
  assert_true(bson_equal(back, copy));
  bson_destroy(back);
  bson_destroy(copy);
}

static void numbers_texts_and_instants_come_back_as_they_were(void **state) {
  const StoreContract *contract = *state;
  bson_t *document = BCON_NEW(
      "_id", BCON_UTF8("v"), "smallest", BCON_INT64(INT64_MIN), "largest", BCON_INT64(INT64_MAX), "beyond_2_53",
      BCON_INT64(9007199254740993), "name", BCON_UTF8("삼성전자우 🦆"), "third", BCON_DOUBLE(1.0 / 3), "tiny",
      BCON_DOUBLE(5e-324), "whole", BCON_DOUBLE(5), "before_1970", BCON_DATE_TIME(-1234567890123), "at",
      BCON_DATE_TIME(1744329600123), "no", BCON_BOOL(false), "small", BCON_INT32(-5));
  assert_comes_back(&contract->db, document);
}

static void nested_documents_and_arrays_come_back_as_they_were(void **state) {
  const StoreContract *contract = *state;
  bson_t *document =
      BCON_NEW("_id", BCON_UTF8("v"), "markets", "[", BCON_UTF8("KOSPI"), BCON_UTF8("KOSDAQ"), "]", "none", "[", "]",
               "failures", "{", "count", BCON_INT64(2), "last_error", BCON_UTF8("it said \"no\"\n"), "}");
  assert_comes_back(&contract->db, document);
}

static void two_hundred_kilobytes_of_binary_come_back_as_they_were(void **state) {
  enum { SIZE = 200 * 1024 };
  const StoreContract *contract = *state;
  uint8_t *bytes = malloc(SIZE);
  assert_non_null(bytes);
  uint32_t seed = 1;
  for (size_t i = 0; i < SIZE; i++) bytes[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
  bson_t *document = BCON_NEW("_id", BCON_UTF8("v"));
  assert_true(bson_append_binary(document, "data", -1, BSON_SUBTYPE_BINARY, bytes, SIZE));
  assert_comes_back(&contract->db, document);
  free(bytes);
}

/* Refused everywhere it might be written, and nothing is written. Destroys the document, whose _id, if any, is "v". */
static void assert_refused(const Db *db, bson_t *document) {
  Error err = {{0}};
  bson_t *good = BCON_NEW("_id", BCON_UTF8("good"), "n", BCON_INT64(1));
  const bson_t *const both[] = {good, document};
  size_t duplicates = 99;
  assert_int_equal(db->insert(db->self, DATABASE, THINGS, document, &err), STATUS_INTERNAL);
  assert_int_equal(db->insert_many(db->self, DATABASE, THINGS, both, 2, &duplicates, &err), STATUS_INTERNAL);
  assert_int_equal(duplicates, 99);
  assert_int_equal(db->replace_many(db->self, DATABASE, THINGS, both, 2, &err), STATUS_INTERNAL);
  assert_int_equal(contract_count(db, DATABASE, THINGS), 0);
  bson_destroy(good);
  bson_destroy(document);
}

static void values_that_a_server_may_choke_on_are_refused(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", BCON_DOUBLE(NAN)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", BCON_DOUBLE(INFINITY)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", BCON_NULL));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", BCON_MINKEY));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", BCON_CODE("f()")));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "$x", BCON_INT64(1)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), ".", BCON_INT64(1)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "", BCON_INT64(1)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x\xff", BCON_INT64(1)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x.y", BCON_INT64(1)));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", "{", "y", BCON_DOUBLE(-INFINITY), "}"));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", "[", "[", BCON_INT64(1), "]", "]"));
  assert_refused(db, BCON_NEW("_id", BCON_UTF8("v"), "x", BCON_UTF8("half a \xED\x95")));
  assert_refused(db, BCON_NEW("_id", BCON_INT64(5)));
  assert_refused(db, BCON_NEW("x", BCON_INT64(5)));
}

static void an_update_refuses_the_same_values_and_the_id(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  contract_put(db, DATABASE, THINGS, BCON_NEW("_id", BCON_UTF8("v"), "n", BCON_INT64(1)));
  bson_t *sets[] = {BCON_NEW("n", BCON_DOUBLE(NAN)), BCON_NEW("_id", BCON_UTF8("w")), BCON_NEW("a.b", BCON_INT64(1))};
  for (size_t i = 0; i < 3; i++) {
    DbUpdate update = {.id = "v", .set = sets[i]};
    assert_int_equal(db->update_many(db->self, DATABASE, THINGS, &update, 1, &err), STATUS_INTERNAL);
    bson_destroy(sets[i]);
  }
  assert_string_equal(contract_field(db, DATABASE, THINGS, "v", "n", text), "1");
}

const struct CMUnitTest *contract_value_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_texts_and_instants_come_back_as_they_were),
      cmocka_unit_test(nested_documents_and_arrays_come_back_as_they_were),
      cmocka_unit_test(two_hundred_kilobytes_of_binary_come_back_as_they_were),
      cmocka_unit_test(values_that_a_server_may_choke_on_are_refused),
      cmocka_unit_test(an_update_refuses_the_same_values_and_the_id),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
