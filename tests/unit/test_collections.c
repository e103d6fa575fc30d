/* What follows from the list of databases (store/database_rows.h): every row of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/collections.h>
#include <closebell/store/feed_data.h>
#include <closebell/store/index_data.h>

#include <bson/bson.h>

#include "db_memory.h"

static const char *const DATABASES[] = DATABASE_NAMES;

static void no_database_stands_twice(void **state) {
  (void)state;
  for (size_t i = 0; i < DATABASE_COUNT; i++)
    for (size_t k = 0; k < i; k++) assert_string_not_equal(DATABASES[i], DATABASES[k]);
}

static void every_row_has_its_name_in_the_source(void **state) {
  (void)state;
#define HAS_ITS_NAME(NAME, database, ...) assert_string_equal(DB_##NAME, DATABASES[DATABASE_##NAME]);
  DATABASE_ROWS_ALL(HAS_ITS_NAME)
}

static void a_collection_of_a_stock_says_how_it_is_filled_again(void **state) {
  (void)state;
  size_t row = 0;
#define IS_THE_NEXT(NAME, unused, how)                                                                                 \
  assert_string_equal(TICKER_COLLECTION[row].database, DB_##NAME);                                                     \
  assert_int_equal(TICKER_COLLECTION[row++].refill, how);
  DATABASE_ROWS(COLLECTIONS_NONE, IS_THE_NEXT, COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE)
  assert_int_equal(row, TICKER_COLLECTIONS);
}

static const char TICKER[] = "005930";
static const char DATE[] = "2025-04-10";

static void add_one(void *context, const char *name) {
  (void)name;
  ++*(size_t *)context;
}

static size_t collections_in(const Db *db, const char *database) {
  size_t count = 0;
  Error err;
  assert_int_equal(db->list_collections(db->self, database, add_one, &count, &err), STATUS_OK);
  return count;
}

static void every_database_gets_its_collections(void **state) {
  (void)state;
  Error err;
  DbMemory *memory = db_memory_new();
  assert_non_null(memory);
  const Db db = db_memory_db(memory);
  for (size_t i = 0; i < DATABASE_COUNT; i++) assert_int_equal(collections_in(&db, DATABASES[i]), 0);
  assert_int_equal(collections_create_system(&db, &err), STATUS_OK);
  assert_int_equal(collections_create_of_tickers(&db, (const char *const[]){TICKER}, 1, &err), STATUS_OK);
  assert_int_equal(index_collections_create(&db, INDEX_SET_ALL, &err), STATUS_OK);
#define IS_CHOSEN(NAME, ...)                                                                                           \
  assert_int_equal(collections_in(&db, DB_##NAME), 0);                                                                 \
  assert_int_equal(collections_create_chosen(&db, DB_##NAME, (const char *const[]){TICKER}, 1, &err), STATUS_OK);
  DATABASE_ROWS(COLLECTIONS_NONE, COLLECTIONS_NONE, COLLECTIONS_NONE, IS_CHOSEN, IS_CHOSEN, COLLECTIONS_NONE)
  assert_int_equal(collections_in(&db, DB_FEED), 0);
  assert_int_equal(feed_data_create(&db, &(FeedDefinition){.name = "rates"}, &err), STATUS_OK);
  for (size_t i = 0; i < DATABASE_COUNT; i++) assert_true(collections_in(&db, DATABASES[i]) > 0);
  db_memory_free(memory);
}

static int count_created(void *context, const char *operation, bool after) {
  *(size_t *)context += after && strcmp(operation, "create_collection") == 0;
  return 0;
}

/* Whoever does not use it pays nothing for it, and whoever does gets all of it at once. A collection that is listed
 * twice would be made twice. */
static void a_section_brings_its_collections_and_set_up_does_not(void **state) {
  (void)state;
  static const char *const SECTIONS[] = {"etf", "kis", "dart", "ai"};
  Error err;
  size_t created = 0;
  DbMemory *memory = db_memory_new();
  assert_non_null(memory);
  const Db db = db_memory_db(memory);
  db_memory_set_hook(memory, count_created, &created);
  assert_int_equal(collections_create_system(&db, &err), STATUS_OK);
  assert_int_equal(collections_in(&db, DB_SYSTEM), created);
  for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0]; i++) {
    size_t before = created;
    assert_int_equal(collections_create_section(&db, SECTIONS[i], &err), STATUS_OK);
    assert_true(created > before);
    assert_int_equal(collections_in(&db, DB_SYSTEM), created);
  }
  size_t all = created;
  assert_int_equal(collections_create_system(&db, &err), STATUS_OK);
  assert_int_equal(created, all);
  assert_int_equal(collections_create_chosen(&db, DB_FLOW, (const char *const[]){"../etc"}, 1, &err), STATUS_INTERNAL);
  assert_int_equal(collections_in(&db, DB_FLOW), 0);
  db_memory_free(memory);
}

static void put_a_day(const Db *db, const char *database) {
  Error err;
  bson_t *document = BCON_NEW("_id", BCON_UTF8(DATE));
  assert_int_equal(db->insert(db->self, database, TICKER, document, &err), STATUS_OK);
  bson_destroy(document);
}

static bool has_the_day(const Db *db, const char *database) {
  Error err;
  bson_t *document = NULL;
  Status status = db->find(db->self, database, TICKER, DATE, &document, &err);
  if (status == STATUS_OK) bson_destroy(document);
  return status == STATUS_OK;
}

/* But what its company has filed: that stays. */
static void a_stock_that_is_forgotten_leaves_nothing_in_any_database(void **state) {
  (void)state;
  Error err;
  DbMemory *memory = db_memory_new();
  assert_non_null(memory);
  const Db db = db_memory_db(memory);
  assert_int_equal(collections_create_of_tickers(&db, (const char *const[]){TICKER}, 1, &err), STATUS_OK);
  assert_int_equal(collections_create_chosen(&db, DB_FLOW, (const char *const[]){TICKER}, 1, &err), STATUS_OK);
  assert_int_equal(collections_create_chosen(&db, DB_MINUTES, (const char *const[]){TICKER}, 1, &err), STATUS_OK);
  put_a_day(&db, DB_FLOW);
  put_a_day(&db, DB_MINUTES);
  assert_int_equal(collections_create_chosen(&db, DB_FINANCIAL, (const char *const[]){TICKER}, 1, &err), STATUS_OK);
  put_a_day(&db, DB_FINANCIAL);
  for (size_t i = 0; i < TICKER_COLLECTIONS; i++) put_a_day(&db, TICKER_COLLECTION[i].database);
  for (size_t i = 0; i < TICKER_COLLECTIONS; i++) assert_true(has_the_day(&db, TICKER_COLLECTION[i].database));
  assert_int_equal(collections_clear(&db, TICKER, &err), STATUS_OK);
  for (size_t i = 0; i < TICKER_COLLECTIONS; i++) assert_false(has_the_day(&db, TICKER_COLLECTION[i].database));
  assert_false(has_the_day(&db, DB_FLOW) || has_the_day(&db, DB_MINUTES));
  assert_true(has_the_day(&db, DB_FINANCIAL));
  db_memory_free(memory);
}

/* The programs may write to each, and readers read it; ops/test_roles asks what exactly. */
static void the_roles_name_every_database(void **state) {
  (void)state;
  static char text[65536];
  FILE *file = fopen(ROLES, "re");
  assert_non_null(file);
  assert_in_range(fread(text, 1, sizeof text - 1, file), 1, sizeof text - 2);
  fclose(file);
  for (size_t i = 0; i < DATABASE_COUNT; i++) {
    char quoted[64];
    snprintf(quoted, sizeof quoted, "'%s'", DATABASES[i]);
    if (strstr(text, quoted) == NULL) fail_msg("no role names %s", DATABASES[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_database_stands_twice),
      cmocka_unit_test(every_row_has_its_name_in_the_source),
      cmocka_unit_test(a_collection_of_a_stock_says_how_it_is_filled_again),
      cmocka_unit_test(every_database_gets_its_collections),
      cmocka_unit_test(a_section_brings_its_collections_and_set_up_does_not),
      cmocka_unit_test(a_stock_that_is_forgotten_leaves_nothing_in_any_database),
      cmocka_unit_test(the_roles_name_every_database),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
