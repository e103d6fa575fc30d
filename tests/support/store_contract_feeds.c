/* feed_data, and what source_state says of declared feeds. */
#include "store_contract_internal.h"

#include <stdlib.h>

#include <closebell/store/feed_calls.h>
#include <closebell/store/feed_data.h>
#include <closebell/store/feed_pending.h>
#include <closebell/store/feed_state.h>

static const char FEED[] = "made_feed";
static const Instant NOW = 1744329600000, LATER = 1744333200000;
static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

enum { FIELDS = 7 };

static FeedField FIELD_TABLE[FIELDS] = {{.name = "name", .type = FEED_STRING},
                                        {.name = "count", .type = FEED_INT},
                                        {.name = "value", .type = FEED_DOUBLE},
                                        {.name = "open", .type = FEED_BOOL},
                                        {.name = "date", .type = FEED_DATE},
                                        {.name = "seen_utc", .type = FEED_INSTANT},
                                        {.name = "tags", .type = FEED_STRINGS, .is_optional = true}};

static FeedDefinition definition(FeedKeep keep) {
  FeedDefinition feed = {.rows = {.fields = FIELD_TABLE, .field_count = FIELDS}, .storing = {.keep = keep}};
  snprintf(feed.name, sizeof feed.name, "%s", FEED);
  return feed;
}

/* A row, and its values. */
typedef struct {
  char id[24], name[24];
  FeedValue values[FIELDS];
} Made;

static const char *const TAGS[] = {"one", "two"};

static FeedRow make(Made *made, int number, int64_t count) {
  snprintf(made->id, sizeof made->id, "row-%04d", number);
  snprintf(made->name, sizeof made->name, "name %d", number);
  made->values[0] = (FeedValue){.type = FEED_STRING, .text = made->name};
  made->values[1] = (FeedValue){.type = FEED_INT, .whole = count};
  made->values[2] = (FeedValue){.type = FEED_DOUBLE, .real = 0.1 * number};
  made->values[3] = (FeedValue){.type = FEED_BOOL, .truth = number % 2 == 0};
  made->values[4] = (FeedValue){.type = FEED_DATE, .day = contract_day("2025-04-10") + number};
  made->values[5] = (FeedValue){.type = FEED_INSTANT, .instant = NOW + number * DAY_MS};
  made->values[6] = (FeedValue){.type = FEED_STRINGS, .is_absent = number % 3 == 0, .texts = {TAGS, 2}};
  return (FeedRow){made->id, made->values};
}

static FeedCounts store(const Db *db, const FeedDefinition *feed, int from, int rows, int64_t count, Instant now) {
  Made *made = calloc((size_t)rows, sizeof *made);
  FeedRow *items = calloc((size_t)rows, sizeof *items);
  FeedCounts counts;
  Error err = {{0}};
  assert_true(made && items);
  for (int i = 0; i < rows; i++) items[i] = make(&made[i], from + rows - 1 - i, count);
  FeedRowList list = {.items = items, .count = (size_t)rows};
  assert_ok(feed_data_store(db, &(FeedBrought){feed, "item-1", &list}, now, &counts, &err));
  free(items);
  free(made);
  return counts;
}

static const char *field(const Db *db, const char *id, const char *name, char text[CONTRACT_FIELD_SIZE]) {
  return contract_field(db, DB_FEED, FEED, id, name, text);
}

static void rows_of_a_feed_are_stored_with_their_types(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  FeedIndex indexes[] = {{"count", false}, {"value", true}};
  FeedDefinition feed = definition(FEED_KEEP_FIRST);
  char text[CONTRACT_FIELD_SIZE];
  Error err = {{0}};
  feed.storing.indexes = indexes;
  feed.storing.index_count = 2;
  for (int i = 0; i < 2; i++) assert_ok(feed_data_create(db, &feed, &err));
  FeedCounts counts = store(db, &feed, 0, 3, INT64_MAX, NOW);
  assert_int_equal(counts.received, 3);
  assert_int_equal(counts.stored, 3);
  assert_int_equal(counts.inserted, 3);
  assert_int_equal(counts.changed, 0);
  assert_string_equal(field(db, "row-0001", "item", text), "\"item-1\"");
  assert_string_equal(field(db, "row-0001", "name", text), "\"name 1\"");
  assert_string_equal(field(db, "row-0001", "count", text), "9223372036854775807");
  assert_string_equal(field(db, "row-0001", "open", text), "false");
  assert_string_equal(field(db, "row-0001", "date", text), "\"2025-04-11\"");
  assert_string_equal(field(db, "row-0001", "tags", text), "[ \"one\", \"two\" ]");
  assert_string_equal(field(db, "row-0000", "tags", text), "");
  assert_string_not_equal(field(db, "row-0001", "first_seen_utc", text), "");
  assert_string_equal(field(db, "row-0001", "changed_utc", text), "");
  FeedDefinition bad = feed;
  snprintf(bad.name, sizeof bad.name, "../x");
  assert_int_equal(feed_data_create(db, &bad, &err), STATUS_INTERNAL);
}

static void the_first_version_stays_and_what_changed_is_counted(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  const FeedDefinition feed = definition(FEED_KEEP_FIRST);
  char text[CONTRACT_FIELD_SIZE];
  store(db, &feed, 0, 50, 1, NOW);
  FeedCounts counts = store(&contract->other, &feed, 10, 60, 1, LATER); /* 40 come again as they were */
  assert_int_equal(counts.inserted, 20);
  assert_int_equal(counts.stored, 60);
  assert_int_equal(counts.changed, 0);
  counts = store(db, &feed, 5, 2, 2, LATER); /* few: read one by one */
  assert_int_equal(counts.stored, 2);
  assert_int_equal(counts.changed, 2);
  assert_string_equal(field(db, "row-0005", "count", text), "1");
  assert_int_equal(contract_count(db, DB_FEED, FEED), 70);
}

static void the_newest_version_is_kept_with_when_it_was_seen_first(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  const FeedDefinition feed = definition(FEED_KEEP_NEWEST);
  char before[CONTRACT_FIELD_SIZE], after[CONTRACT_FIELD_SIZE], text[CONTRACT_FIELD_SIZE];
  store(db, &feed, 0, 50, 1, NOW);
  field(db, "row-0007", "first_seen_utc", before);
  FeedCounts counts = store(db, &feed, 0, 50, 2, LATER);
  assert_int_equal(counts.changed, 50);
  assert_int_equal(counts.stored, 50);
  assert_int_equal(counts.inserted, 0);
  assert_string_equal(field(db, "row-0007", "count", text), "2");
  assert_string_equal(field(db, "row-0007", "first_seen_utc", after), before);
  assert_string_not_equal(field(db, "row-0007", "changed_utc", text), "");
  counts = store(db, &feed, 0, 50, 2, LATER + DAY_MS);
  assert_int_equal(counts.changed, 0);
  assert_string_equal(field(db, "row-0007", "changed_utc", after), text);
  assert_int_equal(contract_count(db, DB_FEED, FEED), 50);
}

static void what_is_older_than_expire_goes(void **state) {
  static const struct {
    const char *field;
    bool is_date;
  } KINDS[] = {{"seen_utc", false}, {"date", true}};
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  for (size_t i = 0; i < 2; i++) {
    FeedDefinition feed = definition(FEED_KEEP_FIRST);
    contract_empty(state);
    store(db, &feed, 0, 20, 1, NOW);
    feed.storing.expire_field = KINDS[i].field;
    feed.storing.expire_is_date = KINDS[i].is_date;
    feed.storing.expire_ms = 2 * DAY_MS;
    const DbCounters before = db->counters(db->self);
    assert_ok(feed_data_expire(db, &feed, NOW + 12 * DAY_MS + 1, &err));
    const DbCounters after = db->counters(db->self);
    assert_int_equal(after.round_trips - before.round_trips, 1);
    assert_int_equal(after.documents_read - before.documents_read, 0);
    assert_null(contract_get(db, DB_FEED, FEED, "row-0009"));
    bson_t *kept = contract_get(db, DB_FEED, FEED, "row-0012");
    assert_non_null(kept);
    bson_destroy(kept);
    assert_in_range(contract_count(db, DB_FEED, FEED), 8, 10);
  }
}

/* More than the embedded server deletes at once: an expire that was made shorter, or weeks without a run. */
static void forty_thousand_old_rows_go_by_one_unit(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  enum { ROWS = 40000, STEP = 4000 };
  Error err = {{0}};
  FeedDefinition feed = definition(FEED_KEEP_FIRST);
  feed.storing.expire_field = "seen_utc";
  feed.storing.expire_ms = DAY_MS;
  for (int i = 0; i < ROWS; i += STEP) store(db, &feed, i, STEP, 1, NOW);
  store(db, &feed, ROWS, 3, 1, NOW);
  assert_ok(feed_data_expire(db, &feed, NOW + (ROWS + 1) * DAY_MS, &err));
  assert_int_equal(contract_count(db, DB_FEED, FEED), 3);
}

static Status sum(void *context, const char *item, const FeedValue *value, Error *err) {
  (void)err;
  assert_string_equal(item, "item-1");
  *(int64_t *)context += value->whole;
  return STATUS_OK;
}

static void stored_values_are_visited_and_others_passed_over(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  const FeedDefinition feed = definition(FEED_KEEP_FIRST);
  Error err = {{0}};
  int64_t all = 0, documents = 0;
  store(db, &feed, 0, 10, 5, NOW);
  contract_damage(db, DB_FEED, FEED, "row-0003", "count", BCON_NEW("count", "many"));
  assert_ok(feed_data_visit(db, &feed, 1, sum, &all, &err));
  assert_int_equal(all, 45);
  assert_ok(feed_data_count(db, FEED, &documents, &err));
  assert_int_equal(documents, 10);
}

/* ---- source_state ---- */

static void units_and_since_come_back_as_they_were(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  FeedUnitsState units = {NOW, LATER, INSTANT_NONE}, read = {0, 0, 0};
  FeedSince since = {.known = true}, other = {0};
  Error err = {{0}};
  assert_ok(feed_units_read(db, FEED, &read, &err));
  assert_true(read.first == INSTANT_NONE && read.newest == INSTANT_NONE && read.given_up_to == INSTANT_NONE);
  assert_ok(feed_units_write(db, FEED, &units, &(FeedAbout){.title = "A feed", .next_due = INSTANT_NONE}, &err));
  assert_ok(feed_units_read(&contract->other, FEED, &read, &err));
  assert_true(read.first == NOW && read.newest == LATER && read.given_up_to == INSTANT_NONE);
  assert_true(feed_since_put(&since, "a.b$c", "2025-04-10") && feed_since_put(&since, "", "7"));
  assert_true(feed_since_put(&since, "a.b$c", "2025-04-11"));
  assert_ok(feed_since_write(db, FEED, &since, &err));
  assert_ok(feed_since_read(&contract->other, FEED, &other, &err));
  assert_true(other.known && other.count == 2);
  assert_string_equal(feed_since_find(&other, "a.b$c"), "2025-04-11");
  assert_string_equal(feed_since_find(&other, ""), "7");
  assert_null(feed_since_find(&other, "x"));
  feed_since_free(&other);
  assert_ok(feed_since_forget(db, FEED, &err));
  assert_ok(feed_since_read(db, FEED, &other, &err));
  assert_false(other.known);
  feed_since_free(&other);
  feed_since_free(&since);
}

static void a_count_of_calls_that_is_damaged_is_not_taken_for_none(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  FeedUse use = {.count = 2}, read;
  Error err = {{0}};
  use.items[0] =
      (FeedKeyUse){.mark = "0123456789abcdef", .day = 20000, .calls = 25, .rest = FEED_KEY_SPENT, .until = LATER};
  use.items[1] = (FeedKeyUse){.mark = "fedcba9876543210", .day = 20000, .calls = 3, .until = INSTANT_NONE};
  use.items[1].window[0] = (FeedCalls){NOW, 2};
  use.items[1].window[1] = (FeedCalls){LATER, 1};
  use.items[1].window_count = 2;
  assert_ok(feed_use_read(db, FEED, &read, &err));
  assert_int_equal(read.count, 0);
  assert_ok(feed_use_write(db, FEED, &use, &err));
  assert_ok(feed_use_read(&contract->other, FEED, &read, &err));
  assert_int_equal(read.count, 2);
  assert_string_equal(read.items[0].mark, use.items[0].mark);
  assert_int_equal(read.items[0].calls, 25);
  assert_int_equal(read.items[0].rest, FEED_KEY_SPENT);
  assert_int_equal(read.items[0].until, LATER);
  assert_int_equal(read.items[1].rest, FEED_KEY_FREE);
  assert_int_equal(read.items[1].window_count, 2);
  assert_true(read.items[1].window[1].at == LATER && read.items[1].window[1].count == 1);
  contract_damage(db, DB_SYSTEM, "source_state", "feed:made_feed:keys", "key_1", BCON_NEW("key_1", "x"));
  assert_int_equal(feed_use_read(db, FEED, &read, &err), STATUS_BAD_DATA);
}

static CountedUse counted(Day day, int64_t number) {
  CountedUse made = {.day = day, .number = number};
  made.use = (FeedKeyUse){.day = day, .calls = number, .until = INSTANT_NONE, .newest = NOW, .kept_ms = 60000};
  made.use.window[0] = (FeedCalls){NOW, number};
  made.use.window_count = 1;
  return made;
}

static void whoever_inserts_the_next_number_may_make_the_call(void **state) {
  static const char account[] = "api.example.com:0123456789abcdef", other[] = "api.example.com:0123456789abcdee";
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Day day = contract_day("2025-04-10");
  CountedUse read, first = counted(day, 1), second = counted(day, 2), next = counted(day + 1, 1);
  Error err = {{0}};
  assert_ok(feed_calls_newest(db, account, &read, &err));
  assert_int_equal(read.number, 0);
  assert_true(read.use.calls == 0 && read.use.newest == INSTANT_NONE);
  assert_ok(feed_calls_insert(db, account, &first, "a", FEED, &err));
  assert_ok(feed_calls_insert(&contract->other, account, &second, "b", FEED, &err));
  assert_int_equal(feed_calls_insert(db, account, &second, "a", FEED, &err), STATUS_DUPLICATE);
  assert_ok(feed_calls_insert(db, account, &second, "b", FEED, &err)); /* the reply to our own was lost */
  assert_ok(feed_calls_newest(db, other, &read, &err));
  assert_int_equal(read.number, 0);
  assert_ok(feed_calls_insert(db, account, &next, "a", FEED, &err));
  assert_ok(feed_calls_newest(db, account, &read, &err));
  assert_true(read.day == day + 1 && read.number == 1 && read.use.calls == 1 && read.use.kept_ms == 60000);
  assert_true(read.use.newest == NOW && read.use.window_count == 1 && read.use.window[0].count == 1);
  assert_ok(feed_calls_forget(db, account, day + 1, &err));
  assert_int_equal(contract_count(db, DB_SYSTEM, "source_state"), 1);
  contract_damage(db, DB_SYSTEM, "source_state", "feed-call:api.example.com:0123456789abcdef:2025-04-11:0000000001",
                  "calls", BCON_NEW("calls", "x"));
  assert_int_equal(feed_calls_newest(db, account, &read, &err), STATUS_BAD_DATA);
}

static void rows_that_were_about_to_be_stored_are_stored_later(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  const FeedDefinition feed = definition(FEED_KEEP_NEWEST);
  FeedPending pending = {.due = NOW, .asked = 3}, read;
  FeedCounts counts;
  Made made[FEED_PENDING_ROWS_MAX + 1];
  FeedRow items[FEED_PENDING_ROWS_MAX + 1];
  FeedRowList list = {.items = items, .count = 2};
  const FeedBrought brought = {&feed, "item-1", &list};
  char text[CONTRACT_FIELD_SIZE];
  Error err = {{0}};
  for (int i = 0; i <= FEED_PENDING_ROWS_MAX; i++) items[i] = make(&made[i], FEED_PENDING_ROWS_MAX - i, 7);
  assert_ok(feed_pending_read(db, FEED, "items", &read, &err));
  assert_true(read.due == INSTANT_NONE);
  store(db, &feed, FEED_PENDING_ROWS_MAX, 1, 5, NOW); /* one of them, with another value */
  assert_ok(feed_pending_write(db, "items", &pending, &brought, LATER, &err));
  assert_ok(feed_pending_read(db, FEED, "items_mon", &read, &err));
  assert_true(read.due == INSTANT_NONE);
  assert_ok(feed_pending_read(&contract->other, FEED, "items", &read, &err));
  assert_true(read.due == NOW && read.asked == 3);
  assert_string_equal(read.item, "item-1");
  assert_ok(feed_pending_store(db, &feed, &read, LATER, &counts, &err));
  assert_true(counts.received == 2 && counts.stored == 2 && counts.changed == 1 && counts.inserted == 1);
  assert_string_equal(field(db, made[0].id, "count", text), "7");
  assert_string_equal(field(db, made[1].id, "count", text), "7");
  assert_string_equal(field(db, made[1].id, "item", text), "\"item-1\"");
  assert_ok(feed_pending_store(db, &feed, &read, LATER, &counts, &err)); /* and once more */
  assert_true(counts.stored == 2 && counts.changed == 0 && counts.inserted == 0);
  read.bytes[0] ^= 1; /* altered */
  assert_int_equal(feed_pending_store(db, &feed, &read, LATER, &counts, &err), STATUS_BAD_DATA);
  feed_pending_free(&read);
  pending.asked = 4;
  list.count = FEED_PENDING_ROWS_MAX + 1; /* so many are not kept, and what is there stays */
  assert_ok(feed_pending_write(db, "items", &pending, &brought, LATER, &err));
  assert_ok(feed_pending_read(db, FEED, "items", &read, &err));
  assert_int_equal(read.asked, 3);
  feed_pending_free(&read);
  contract_damage(db, DB_SYSTEM, "source_state", "feed:made_feed:rows", "asked", BCON_NEW("asked", "x"));
  assert_ok(feed_pending_read(db, FEED, "items", &read, &err));
  assert_true(read.due == INSTANT_NONE);
}

static void progress_comes_back_and_what_cannot_be_read_is_asked_again(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  FeedSums sums = {7, 6, 1}, read_sums;
  FeedProgress progress, read;
  Error err = {{0}};
  assert_ok(feed_progress_load(NOW, 2, "a\nb b\n", &progress, &err));
  assert_ok(feed_progress_write(db, FEED, "items", &progress, &sums, &err));
  assert_ok(feed_progress_read(&contract->other, FEED, "items", &read, &read_sums, &err));
  assert_true(read.due == NOW && read.asked == 2);
  assert_string_equal(read.done.data, "a\nb b\n");
  assert_true(read_sums.expected == 7 && read_sums.stored == 6 && read_sums.changed == 1);
  feed_progress_free(&read);
  contract_damage(db, DB_SYSTEM, "source_state", "feed:made_feed:items", "done", BCON_NEW("done", "x"));
  assert_ok(feed_progress_read(db, FEED, "items", &read, &read_sums, &err));
  assert_true(read.due == INSTANT_NONE && read_sums.expected == 0);
  feed_progress_free(&read);
  feed_progress_free(&progress);
}

const struct CMUnitTest *contract_feed_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(rows_of_a_feed_are_stored_with_their_types, contract_empty),
      cmocka_unit_test_setup(the_first_version_stays_and_what_changed_is_counted, contract_empty),
      cmocka_unit_test_setup(the_newest_version_is_kept_with_when_it_was_seen_first, contract_empty),
      cmocka_unit_test_setup(what_is_older_than_expire_goes, contract_empty),
      cmocka_unit_test_setup(forty_thousand_old_rows_go_by_one_unit, contract_empty),
      cmocka_unit_test_setup(stored_values_are_visited_and_others_passed_over, contract_empty),
      cmocka_unit_test_setup(units_and_since_come_back_as_they_were, contract_empty),
      cmocka_unit_test_setup(a_count_of_calls_that_is_damaged_is_not_taken_for_none, contract_empty),
      cmocka_unit_test_setup(whoever_inserts_the_next_number_may_make_the_call, contract_empty),
      cmocka_unit_test_setup(rows_that_were_about_to_be_stored_are_stored_later, contract_empty),
      cmocka_unit_test_setup(progress_comes_back_and_what_cannot_be_read_is_asked_again, contract_empty),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
