/* What every implementation of Db must do. */
#include "store_contract_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/instant.h>

#define DATABASE DB_SYSTEM
#define THINGS "leader_candidates"

static bson_t *thing(const char *id, int64_t n) { return BCON_NEW("_id", BCON_UTF8(id), "n", BCON_INT64(n)); }

static void put_thing(const Db *db, const char *id, int64_t n) { contract_put(db, DATABASE, THINGS, thing(id, n)); }

static int64_t thing_number(const Db *db, const char *id) {
  bson_t *document = contract_get(db, DATABASE, THINGS, id);
  if (document == NULL) return -1;
  bson_iter_t iter;
  int64_t n = bson_iter_init_find(&iter, document, "n") ? bson_iter_as_int64(&iter) : -2;
  bson_destroy(document);
  return n;
}

/* count documents "000".., n = first_n + index. */
static bson_t **make_things(size_t count, int64_t first_n) {
  bson_t **things = calloc(count, sizeof *things);
  for (size_t i = 0; i < count; i++) {
    char id[24];
    snprintf(id, sizeof id, "%03zu", i);
    things[i] = thing(id, first_n + (int64_t)i);
  }
  return things;
}

static void free_things(bson_t **things, size_t count) {
  for (size_t i = 0; i < count; i++) bson_destroy(things[i]);
  free(things);
}

/* --- inserts --- */

static void an_insert_of_an_existing_id_is_a_duplicate_and_changes_nothing(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  put_thing(db, "a", 1);
  bson_t *again = thing("a", 2);
  assert_int_equal(db->insert(db->self, DATABASE, THINGS, again, &err), STATUS_DUPLICATE);
  assert_non_null(strstr(err.text, "a"));
  assert_int_equal(thing_number(db, "a"), 1);
  bson_destroy(again);
}

static void insert_with_duplicates(const Db *db, size_t count, const size_t *taken, size_t taken_count) {
  Error err = {{0}};
  for (size_t i = 0; i < taken_count; i++) {
    char id[24];
    snprintf(id, sizeof id, "%03zu", taken[i]);
    put_thing(db, id, -7);
  }
  bson_t **things = make_things(count, 0);
  size_t duplicates = 99;
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, count, &duplicates, &err));
  assert_int_equal(duplicates, taken_count);
  assert_int_equal(contract_count(db, DATABASE, THINGS), count);
  for (size_t i = 0; i < taken_count; i++) {
    char id[24];
    snprintf(id, sizeof id, "%03zu", taken[i]);
    assert_int_equal(thing_number(db, id), -7);
  }
  free_things(things, count);
}

static void many_inserts_count_duplicates_and_store_the_rest(void **state) {
  const StoreContract *contract = *state;
  insert_with_duplicates(&contract->db, 8, (const size_t[]){2, 5}, 2);
}

static void more_than_a_hundred_inserts_store_all_but_the_duplicates(void **state) {
  const StoreContract *contract = *state;
  insert_with_duplicates(&contract->db, 250, (const size_t[]){2, 5, 99, 100, 249}, 5);
}

static void a_batch_of_nothing_but_duplicates_is_no_error(void **state) {
  const StoreContract *contract = *state;
  insert_with_duplicates(&contract->db, 3, (const size_t[]){0, 1, 2}, 3);
}

static void an_insert_of_no_documents_does_nothing(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  size_t duplicates = 99;
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, NULL, 0, &duplicates, &err));
  assert_int_equal(duplicates, 0);
}

static void what_one_connection_writes_the_other_sees(void **state) {
  const StoreContract *contract = *state;
  put_thing(&contract->db, "a", 1);
  assert_int_equal(thing_number(&contract->other, "a"), 1);
}

/* --- reads --- */

typedef struct {
  char ids[1024];
  char fields[1024];
  size_t count;
  Status answer;    /* of the visitor at document `stop_at` */
  size_t stop_at;   /* 0: never */
  const Db *writer; /* writes while it visits */
} Visits;

static Status visit(void *context, const bson_t *document, Error *err) {
  Visits *visits = context;
  bson_iter_t iter;
  bson_iter_init(&iter, document);
  while (bson_iter_next(&iter)) {
    if (strcmp(bson_iter_key(&iter), "_id") == 0)
      strncat(strncat(visits->ids, bson_iter_utf8(&iter, NULL), 32), " ", 2);
    else
      strncat(visits->fields, bson_iter_key(&iter), 32);
  }
  visits->count++;
  if (visits->writer != NULL) {
    char id[32];
    snprintf(id, sizeof id, "%zu", visits->count);
    contract_put(visits->writer, DATABASE, "ops_alerts", thing(id, 1));
  }
  if (visits->count == visits->stop_at) return error_set(err, visits->answer, "the visitor has seen enough");
  return STATUS_OK;
}

static void a_range_comes_in_order_and_takes_both_ends(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const char *const ids[] = {"2025-04-10", "2025-04-08", "2025-04-11", "2025-04-09", "2025-04-07"};
  for (size_t i = 0; i < 5; i++) put_thing(db, ids[i], 1);
  Visits some = {.count = 0}, all = {.count = 0}, head = {.count = 0}, tail = {.count = 0};
  assert_ok(db->find_range(db->self, DATABASE, THINGS, "2025-04-08", "2025-04-10", NULL, visit, &some, &err));
  assert_string_equal(some.ids, "2025-04-08 2025-04-09 2025-04-10 ");
  assert_ok(db->find_range(db->self, DATABASE, THINGS, NULL, NULL, NULL, visit, &all, &err));
  assert_string_equal(all.ids, "2025-04-07 2025-04-08 2025-04-09 2025-04-10 2025-04-11 ");
  assert_ok(db->find_range(db->self, DATABASE, THINGS, NULL, "2025-04-08", NULL, visit, &head, &err));
  assert_string_equal(head.ids, "2025-04-07 2025-04-08 ");
  assert_ok(db->find_range(db->self, DATABASE, THINGS, "2025-04-105", NULL, NULL, visit, &tail, &err));
  assert_string_equal(tail.ids, "2025-04-11 ");
}

static void a_page_comes_from_the_greatest_id_down_and_no_longer_than_asked_for(void **state) {
  static const char *const only_id[] = {"_id", NULL};
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const char *const ids[] = {"2025-04-10", "2025-04-08", "2025-04-11", "2025-04-09", "2025-04-07"};
  for (size_t i = 0; i < 5; i++) put_thing(db, ids[i], 1);
  Visits two = {.count = 0}, part = {.count = 0}, all = {.count = 0}, none = {.count = 0};
  assert_ok(db->find_back(db->self, DATABASE, THINGS, NULL, NULL, NULL, 2, visit, &two, &err));
  assert_string_equal(two.ids, "2025-04-11 2025-04-10 ");
  assert_ok(db->find_back(db->self, DATABASE, THINGS, "2025-04-08", "2025-04-10", only_id, 9, visit, &part, &err));
  assert_string_equal(part.ids, "2025-04-10 2025-04-09 2025-04-08 ");
  assert_string_equal(part.fields, "");
  assert_ok(db->find_back(db->self, DATABASE, THINGS, NULL, "2025-04-099", NULL, 9, visit, &all, &err));
  assert_string_equal(all.ids, "2025-04-09 2025-04-08 2025-04-07 ");
  assert_ok(db->find_back(db->self, DATABASE, THINGS, NULL, NULL, NULL, 0, visit, &none, &err));
  assert_ok(db->find_back(db->self, DATABASE, "no_such_collection", NULL, NULL, NULL, 3, visit, &none, &err));
  assert_int_equal(none.count, 0);
}

static void a_range_without_documents_visits_nothing(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  put_thing(db, "m", 1);
  Visits visits = {.count = 0};
  assert_ok(db->find_range(db->self, DATABASE, THINGS, "n", "z", NULL, visit, &visits, &err));
  assert_ok(db->find_range(db->self, DATABASE, THINGS, "z", "a", NULL, visit, &visits, &err));
  assert_ok(db->find_range(db->self, DATABASE, "no_such_collection", NULL, NULL, NULL, visit, &visits, &err));
  assert_int_equal(visits.count, 0);
}

static void a_read_brings_only_the_fields_asked_for(void **state) {
  static const char *const fields[] = {"c", "a", NULL}, *const nothing[] = {"_id", NULL}, *const none[] = {NULL};
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  contract_put(db, DATABASE, THINGS,
               BCON_NEW("_id", BCON_UTF8("x"), "a", BCON_INT64(1), "b", BCON_INT64(2), "c", BCON_INT64(3)));
  Visits some = {.count = 0}, only_id = {.count = 0}, empty = {.count = 0};
  assert_ok(db->find_range(db->self, DATABASE, THINGS, NULL, NULL, fields, visit, &some, &err));
  assert_string_equal(some.ids, "x ");
  assert_int_equal(strlen(some.fields), 2);
  assert_non_null(strchr(some.fields, 'a'));
  assert_non_null(strchr(some.fields, 'c'));
  assert_ok(db->find_range(db->self, DATABASE, THINGS, NULL, NULL, nothing, visit, &only_id, &err));
  assert_string_equal(only_id.fields, "");
  assert_ok(db->find_range(db->self, DATABASE, THINGS, NULL, NULL, none, visit, &empty, &err));
  assert_string_equal(empty.fields, "");
}

static void a_visitor_that_stops_ends_the_read_with_its_own_words(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t **things = make_things(5, 0);
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 5, NULL, &err));
  Visits visits = {.stop_at = 2, .answer = STATUS_UNAVAILABLE};
  assert_int_equal(db->find_range(db->self, DATABASE, THINGS, NULL, NULL, NULL, visit, &visits, &err),
                   STATUS_UNAVAILABLE);
  assert_int_equal(visits.count, 2); /* and was not asked again */
  assert_string_equal(err.text, "the visitor has seen enough");
  free_things(things, 5);
}

static void a_visitor_may_write(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t **things = make_things(150, 0); /* more than a first reply of the wire holds */
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 150, NULL, &err));
  Visits visits = {.writer = db};
  assert_ok(db->find_range(db->self, DATABASE, THINGS, NULL, NULL, NULL, visit, &visits, &err));
  assert_int_equal(visits.count, 150);
  assert_int_equal(contract_count(db, DATABASE, "ops_alerts"), 150);
  free_things(things, 150);
}

static void the_last_document_is_the_greatest_with_the_prefix(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t *last = NULL;
  assert_int_equal(db->find_last(db->self, DATABASE, THINGS, "a:", &last, &err), STATUS_NOT_FOUND);
  const char *const ids[] = {"a:0000000002", "b:0000000001", "a:0000000010", "a:0000000001", "a", "aa:0000000003"};
  for (size_t i = 0; i < 6; i++) put_thing(db, ids[i], 1);
  assert_ok(db->find_last(db->self, DATABASE, THINGS, "a:", &last, &err));
  assert_int_equal(bson_has_field(last, "n"), 1);
  bson_iter_t iter;
  assert_true(bson_iter_init_find(&iter, last, "_id"));
  assert_string_equal(bson_iter_utf8(&iter, NULL), "a:0000000010");
  bson_destroy(last);
  assert_ok(db->find_last(db->self, DATABASE, THINGS, NULL, &last, &err));
  assert_true(bson_iter_init_find(&iter, last, "_id"));
  assert_string_equal(bson_iter_utf8(&iter, NULL), "b:0000000001");
  bson_destroy(last);
  assert_int_equal(db->find_last(db->self, DATABASE, THINGS, "c", &last, &err), STATUS_NOT_FOUND);
}

/* --- overwriting --- */

static void a_replacement_is_the_whole_document_whether_it_was_there_or_not(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  contract_put(db, DATABASE, THINGS, BCON_NEW("_id", BCON_UTF8("a"), "old", BCON_INT64(1)));
  bson_t *documents[] = {thing("a", 5), thing("b", 6)};
  assert_ok(db->replace_many(db->self, DATABASE, THINGS, (const bson_t *const *)documents, 2, &err));
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DATABASE, THINGS, "a", "old", text), "");
  assert_int_equal(thing_number(db, "a"), 5);
  assert_int_equal(thing_number(db, "b"), 6);
  bson_destroy(documents[0]);
  bson_destroy(documents[1]);
}

static void forty_five_replacements_go_in_one_call(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  for (int64_t round = 0; round < 3; round++) { /* new, changed, and the same once more */
    bson_t **things = make_things(45, round == 0 ? 0 : 1000);
    assert_ok(db->replace_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 45, &err));
    free_things(things, 45);
  }
  assert_int_equal(contract_count(db, DATABASE, THINGS), 45);
  assert_int_equal(thing_number(db, "044"), 1044);
}

static void an_update_sets_and_removes_fields_and_never_inserts(void **state) {
  static const char *const unset[] = {"old", "never_there", NULL};
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  contract_put(db, DATABASE, THINGS,
               BCON_NEW("_id", BCON_UTF8("a"), "old", BCON_INT64(1), "kept", BCON_UTF8("here"), "n", BCON_INT64(1)));
  bson_t *set = BCON_NEW("n", BCON_INT64(2), "more", BCON_BOOL(true));
  DbUpdate updates[] = {{.id = "a", .set = set, .unset = unset}, {.id = "b", .set = set}, {.id = "a"}};
  assert_ok(db->update_many(db->self, DATABASE, THINGS, updates, 3, &err));
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DATABASE, THINGS, "a", "old", text), "");
  assert_string_equal(contract_field(db, DATABASE, THINGS, "a", "kept", text), "\"here\"");
  assert_string_equal(contract_field(db, DATABASE, THINGS, "a", "more", text), "true");
  assert_int_equal(thing_number(db, "a"), 2);
  assert_null(contract_get(db, DATABASE, THINGS, "b"));
  bson_destroy(set);
}

static void forty_five_updates_go_in_one_call(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t **things = make_things(45, 0);
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 45, NULL, &err));
  DbUpdate updates[45];
  char ids[45][8];
  bson_t *set = BCON_NEW("n", BCON_INT64(7));
  for (size_t i = 0; i < 45; i++) {
    snprintf(ids[i], sizeof ids[i], "%03zu", i);
    updates[i] = (DbUpdate){.id = ids[i], .set = set};
  }
  assert_ok(db->update_many(db->self, DATABASE, THINGS, updates, 45, &err));
  for (size_t i = 0; i < 45; i++) assert_int_equal(thing_number(db, ids[i]), 7);
  bson_destroy(set);
  free_things(things, 45);
}

static void a_guard_lets_an_update_pass_only_up_to_its_limit(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  put_thing(db, "older", 6);
  put_thing(db, "ours", 7);
  put_thing(db, "newer", 8);
  contract_put(db, DATABASE, THINGS, BCON_NEW("_id", BCON_UTF8("without"), "x", BCON_INT64(1)));
  bson_t *set = BCON_NEW("mark", BCON_BOOL(true));
  const char *const ids[] = {"older", "ours", "newer", "without", "absent"};
  DbUpdate updates[5];
  for (size_t i = 0; i < 5; i++) updates[i] = (DbUpdate){.id = ids[i], .set = set, .guard_field = "n", .guard_max = 7};
  assert_ok(db->update_many(db->self, DATABASE, THINGS, updates, 5, &err));
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DATABASE, THINGS, "older", "mark", text), "true");
  assert_string_equal(contract_field(db, DATABASE, THINGS, "ours", "mark", text), "true");
  assert_string_equal(contract_field(db, DATABASE, THINGS, "newer", "mark", text), "");
  assert_string_equal(contract_field(db, DATABASE, THINGS, "without", "mark", text), "");
  assert_null(contract_get(db, DATABASE, THINGS, "absent"));
  bson_destroy(set);
}

/* Compare and swap: an instant and a list, each as a whole. */
static void an_update_that_says_where_passes_only_while_that_is_so(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  bson_t *set = BCON_NEW("mark", BCON_BOOL(true));
  bson_t *where = BCON_NEW("at", BCON_DATE_TIME(INT64_C(1744300000000)), "list", "[", "a", "b", "]");
  const char *const ids[] = {"same", "later", "shorter", "turned", "without", "empty"};
  contract_put(db, DATABASE, THINGS,
               BCON_NEW("_id", "same", "at", BCON_DATE_TIME(INT64_C(1744300000000)), "list", "[", "a", "b", "]"));
  contract_put(db, DATABASE, THINGS,
               BCON_NEW("_id", "later", "at", BCON_DATE_TIME(INT64_C(1744300000001)), "list", "[", "a", "b", "]"));
  contract_put(db, DATABASE, THINGS,
               BCON_NEW("_id", "shorter", "at", BCON_DATE_TIME(INT64_C(1744300000000)), "list", "[", "a", "]"));
  contract_put(db, DATABASE, THINGS,
               BCON_NEW("_id", "turned", "at", BCON_DATE_TIME(INT64_C(1744300000000)), "list", "[", "b", "a", "]"));
  contract_put(db, DATABASE, THINGS, BCON_NEW("_id", "without", "list", "[", "a", "b", "]"));
  contract_put(db, DATABASE, THINGS, BCON_NEW("_id", "empty", "at", BCON_DATE_TIME(1), "list", "[", "]"));
  DbUpdate updates[6];
  for (size_t i = 0; i < 6; i++) updates[i] = (DbUpdate){.id = ids[i], .set = set, .where = where};
  bson_t *nothing = BCON_NEW("at", BCON_DATE_TIME(1), "list", "[", "]");
  updates[5].where = nothing;
  assert_ok(db->update_many(db->self, DATABASE, THINGS, updates, 6, &err));
  for (size_t i = 0; i < 6; i++)
    assert_string_equal(contract_field(db, DATABASE, THINGS, ids[i], "mark", text), i == 0 || i == 5 ? "true" : "");
  bson_destroy(nothing);
  bson_destroy(where);
  bson_destroy(set);
}

static void a_delete_takes_one_document_or_a_range(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t **things = make_things(30, 0);
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 30, NULL, &err));
  free_things(things, 30);
  assert_ok(db->delete_one(db->self, DATABASE, THINGS, "000", &err));
  assert_ok(db->delete_one(db->self, DATABASE, THINGS, "000", &err));
  assert_int_equal(contract_count(db, DATABASE, THINGS), 29);
  assert_ok(db->delete_range(db->self, DATABASE, THINGS, "005", "009", &err));
  assert_int_equal(contract_count(db, DATABASE, THINGS), 24);
  assert_int_equal(thing_number(db, "004"), 4);
  assert_null(contract_get(db, DATABASE, THINGS, "005"));
  assert_null(contract_get(db, DATABASE, THINGS, "009"));
  assert_ok(db->delete_range(db->self, DATABASE, THINGS, "020", NULL, &err));
  assert_int_equal(contract_count(db, DATABASE, THINGS), 14);
  assert_ok(db->delete_range(db->self, DATABASE, THINGS, NULL, NULL, &err));
  assert_int_equal(contract_count(db, DATABASE, THINGS), 0);
}

/* --- the rest --- */

static void find_name(void *context, const char *name) {
  if (strcmp(name, "005930") == 0) ++*(size_t *)context;
}

static void a_collection_or_an_index_that_exists_is_fine(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  for (int i = 0; i < 2; i++) {
    assert_ok(db->create_collection(db->self, DB_STOCK, "005930", &err));
    assert_ok(db->create_index(db->self, DATABASE, "target_tickers", "market_cap", false, &err));
    assert_ok(db->create_index(db->self, DATABASE, "target_tickers", "-added_date", false, &err));
  }
  size_t found = 0;
  assert_ok(db->list_collections(db->self, DB_STOCK, find_name, &found, &err));
  assert_int_equal(found, 1);
  assert_ok(db->list_collections(db->self, "no_such_database", find_name, &found, &err));
  assert_int_equal(found, 1);
}

static void the_server_tells_its_time(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Instant now = 0, year_2025 = 0;
  assert_true(instant_parse("2025-01-01T00:00:00Z", &year_2025));
  long before = db->counters(db->self).round_trips;
  assert_ok(db->server_time(db->self, &now, &err));
  assert_true(now > year_2025);
  assert_int_equal(db->counters(db->self).round_trips, before);
  assert_ok(db->ping(db->self, &err));
  assert_int_equal(db->counters(db->self).round_trips, before + 1);
}

static void a_thousand_documents_are_read_in_one_round_trip(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  bson_t **things = make_things(1000, 0);
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 1000, NULL, &err));
  long before = db->counters(db->self).round_trips;
  assert_int_equal(contract_count(db, DATABASE, THINGS), 1000);
  assert_int_equal(db->counters(db->self).round_trips, before + 1);
  free_things(things, 1000);
}

static void the_counters_follow_what_was_done(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  DbCounters before = db->counters(db->self);
  bson_t **things = make_things(250, 0);
  put_thing(db, "003", 0);
  assert_ok(db->insert_many(db->self, DATABASE, THINGS, (const bson_t *const *)things, 250, NULL, &err));
  DbCounters written = db->counters(db->self);
  assert_int_equal(written.documents_written - before.documents_written, 250);
  assert_int_equal(written.round_trips - before.round_trips, 4);
  Visits visits = {.stop_at = 20, .answer = STATUS_INTERRUPTED};
  db->find_range(db->self, DATABASE, THINGS, NULL, NULL, NULL, visit, &visits, &err);
  assert_int_equal(db->counters(db->self).documents_read - written.documents_read, 20);
  free_things(things, 250);
}

const struct CMUnitTest *contract_db_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_insert_of_an_existing_id_is_a_duplicate_and_changes_nothing),
      cmocka_unit_test(many_inserts_count_duplicates_and_store_the_rest),
      cmocka_unit_test(more_than_a_hundred_inserts_store_all_but_the_duplicates),
      cmocka_unit_test(a_batch_of_nothing_but_duplicates_is_no_error),
      cmocka_unit_test(an_insert_of_no_documents_does_nothing),
      cmocka_unit_test(what_one_connection_writes_the_other_sees),
      cmocka_unit_test(a_range_comes_in_order_and_takes_both_ends),
      cmocka_unit_test(a_page_comes_from_the_greatest_id_down_and_no_longer_than_asked_for),
      cmocka_unit_test(a_range_without_documents_visits_nothing),
      cmocka_unit_test(a_read_brings_only_the_fields_asked_for),
      cmocka_unit_test(a_visitor_that_stops_ends_the_read_with_its_own_words),
      cmocka_unit_test(a_visitor_may_write),
      cmocka_unit_test(the_last_document_is_the_greatest_with_the_prefix),
      cmocka_unit_test(a_replacement_is_the_whole_document_whether_it_was_there_or_not),
      cmocka_unit_test(forty_five_replacements_go_in_one_call),
      cmocka_unit_test(an_update_sets_and_removes_fields_and_never_inserts),
      cmocka_unit_test(forty_five_updates_go_in_one_call),
      cmocka_unit_test(a_guard_lets_an_update_pass_only_up_to_its_limit),
      cmocka_unit_test(an_update_that_says_where_passes_only_while_that_is_so),
      cmocka_unit_test(a_delete_takes_one_document_or_a_range),
      cmocka_unit_test(a_collection_or_an_index_that_exists_is_fine),
      cmocka_unit_test(the_server_tells_its_time),
      cmocka_unit_test(a_thousand_documents_are_read_in_one_round_trip),
      cmocka_unit_test(the_counters_follow_what_was_done),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
