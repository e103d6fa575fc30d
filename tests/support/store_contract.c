#include "store_contract_internal.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const DATABASES[] = DATABASE_NAMES;
enum { MAX_COLLECTIONS = 256 };

typedef struct {
  char *items[MAX_COLLECTIONS];
  size_t count;
} NameList;

static void add_name(void *context, const char *name) {
  NameList *names = context;
  if (names->count < MAX_COLLECTIONS) names->items[names->count++] = strdup(name);
}

static NameList list_names(const Db *db, const char *database) {
  Error err = {{0}};
  NameList names = {.count = 0};
  if (db->list_collections(db->self, database, add_name, &names, &err) != STATUS_OK) fail_msg("%s", err.text);
  return names;
}

int contract_empty(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  for (size_t i = 0; i < DATABASE_COUNT; i++) {
    NameList names = list_names(db, DATABASES[i]);
    for (size_t k = 0; k < names.count; k++) {
      Error err = {{0}};
      assert_ok(db->delete_range(db->self, DATABASES[i], names.items[k], NULL, NULL, &err));
      free(names.items[k]);
    }
  }
  return 0;
}

static Status count_one(void *context, const bson_t *document, Error *err) {
  (void)document, (void)err;
  ++*(size_t *)context;
  return STATUS_OK;
}

size_t contract_count(const Db *db, const char *database, const char *collection) {
  static const char *const only_id[] = {"_id", NULL};
  Error err = {{0}};
  size_t count = 0;
  assert_ok(db->find_range(db->self, database, collection, NULL, NULL, only_id, count_one, &count, &err));
  return count;
}

bool store_contract_may_use(const Db *db) {
  bool empty = true;
  for (size_t i = 0; i < DATABASE_COUNT; i++) {
    NameList names = list_names(db, DATABASES[i]);
    for (size_t k = 0; k < names.count; k++) {
      empty = empty && contract_count(db, DATABASES[i], names.items[k]) == 0;
      free(names.items[k]);
    }
    empty = empty && names.count < MAX_COLLECTIONS;
  }
  return empty;
}

Day contract_day(const char *text) {
  Day day = DAY_NONE;
  if (!day_parse(text, &day)) fail_msg("no date: %s", text);
  return day;
}

void contract_put(const Db *db, const char *database, const char *collection, bson_t *document) {
  Error err = {{0}};
  assert_ok(db->insert(db->self, database, collection, document, &err));
  bson_destroy(document);
}

bson_t *contract_get(const Db *db, const char *database, const char *collection, const char *id) {
  Error err = {{0}};
  bson_t *document = NULL;
  Status status = db->find(db->self, database, collection, id, &document, &err);
  if (status == STATUS_NOT_FOUND) return NULL;
  assert_int_equal(status, STATUS_OK);
  return document;
}

const char *contract_field(const Db *db, const char *database, const char *collection, const char *id,
                           const char *field, char text[CONTRACT_FIELD_SIZE]) {
  bson_t *document = contract_get(db, database, collection, id), alone = BSON_INITIALIZER;
  if (document == NULL) fail_msg("%s.%s has no document %s", database, collection, id);
  bson_iter_t iter;
  text[0] = '\0';
  if (bson_iter_init_find(&iter, document, field)) {
    bson_append_iter(&alone, "v", 1, &iter);
    char *json = bson_as_relaxed_extended_json(&alone, NULL);
    size_t length = strlen(json); /* { "v" : ... } */
    snprintf(text, CONTRACT_FIELD_SIZE, "%.*s", (int)(length - 10), json + 8);
    bson_free(json);
  }
  bson_destroy(&alone);
  bson_destroy(document);
  return text;
}

void contract_damage(const Db *db, const char *database, const char *collection, const char *id, const char *field,
                     bson_t *value) {
  Error err = {{0}};
  const char *const unset[] = {field, NULL};
  DbUpdate update = {.id = id, .set = value, .unset = value == NULL ? unset : NULL};
  assert_ok(db->update_many(db->self, database, collection, &update, 1, &err));
  if (value != NULL) bson_destroy(value);
}

typedef const struct CMUnitTest *TestList(size_t *ret_count);

int store_contract_run(const char *name, StoreContract *contract) {
#define TESTS_OF(name) contract_##name##_tests,
  static TestList *const lists[] = {CONTRACT_PARTS(TESTS_OF)};
  enum { MAX_TESTS = 256 };
  struct CMUnitTest tests[MAX_TESTS];
  size_t count = 0;
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    size_t more;
    const struct CMUnitTest *list = lists[i](&more);
    if (count + more > MAX_TESTS) abort();
    for (size_t k = 0; k < more; k++) {
      tests[count] = list[k];
      tests[count].setup_func = contract_empty;
      tests[count++].initial_state = contract;
    }
  }
  return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}
