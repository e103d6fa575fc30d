/* The contract of system_info.requests and of the marks beside them. */
#include "store_contract_internal.h"

#include <closebell/store/requests.h>

static const Instant AT = INT64_C(1744300000000), LATER = INT64_C(1744400000000);

static Request request_of(const char *id, const char *reason) {
  Request request = {
      .at_utc = AT,
      .what = {.dataset = "index_days", .from = contract_day("2025-04-09"), .to = contract_day("2025-04-10")},
      .done_utc = INSTANT_NONE};
  strcpy(request.id, id);
  strcpy(request.who, "operator");
  strcpy(request.reason, reason);
  return request;
}

static void add(const Db *db, const char *id, bool wanted) {
  Error err = {{0}};
  const Request request = request_of(id, "why");
  Request stored;
  bool added;
  assert_ok(requests_add(db, &request, &stored, &added, &err));
  assert_int_equal(added, wanted);
  assert_string_equal(stored.id, id);
}

static size_t count_marks(const Db *db) {
  Error err = {{0}};
  size_t count = 0;
  assert_ok(requests_count_marks(db, &count, &err));
  return count;
}

static void a_request_comes_back_as_it_was_asked(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Request read;
  add(&contract->db, "k-1", true);
  assert_ok(requests_find(&contract->other, "k-1", &read, &err));
  const Request wanted = request_of("k-1", "why");
  assert_true(request_is_same(&read, &wanted));
  assert_string_equal(read.who, "operator");
  assert_int_equal(read.at_utc, AT);
  assert_int_equal(read.state, REQUEST_OPEN);
  assert_int_equal(read.done_utc, INSTANT_NONE);
  assert_string_equal(read.result, "");
  assert_int_equal(requests_find(&contract->db, "k-2", &read, &err), STATUS_NOT_FOUND);
}

static void the_second_of_an_id_finds_the_first(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Request stored, other = request_of("k-1", "another");
  bool added;
  add(&contract->db, "k-1", true);
  add(&contract->other, "k-1", false);
  assert_ok(requests_add(&contract->other, &other, &stored, &added, &err));
  assert_false(added);
  assert_string_equal(stored.reason, "why");
  assert_false(request_is_same(&stored, &other));
  assert_int_equal(count_marks(&contract->db), 1);
}

static void marks_come_with_the_contract_of_the_database(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  RequestMarks marks = {0};
  Meta meta = {.version = CONTRACT_VERSION, .setup_completed = true}, read;
  assert_int_equal(meta_read_marked(&contract->db, &read, &marks, &err), STATUS_NOT_FOUND);
  assert_ok(meta_write(&contract->db, &meta, &err));
  add(&contract->db, "a", true);
  add(&contract->db, "z.Z:9", true);
  assert_ok(meta_read_marked(&contract->other, &read, &marks, &err));
  assert_true(read.setup_completed);
  assert_int_equal(marks.count, 2);
  assert_string_equal(marks.items[1].id, "z.Z:9");
  assert_int_equal(marks.items[1].at_utc, AT);
  request_marks_free(&marks);
  assert_ok(requests_unmark(&contract->db, "a", &err));
  assert_int_equal(count_marks(&contract->db), 1);
}

static void one_ends_once(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Request request = request_of("k-1", "why"), read;
  bool ended;
  add(&contract->db, "k-1", true);
  request.state = REQUEST_DONE;
  request.done_utc = LATER;
  strcpy(request.result, "all the same");
  assert_ok(requests_end(&contract->db, &request, &ended, &err));
  assert_true(ended);
  request.done_utc++;
  strcpy(request.result, "again");
  assert_ok(requests_end(&contract->other, &request, &ended, &err));
  assert_false(ended);
  assert_ok(requests_find(&contract->db, "k-1", &read, &err));
  assert_string_equal(read.result, "all the same");
  assert_int_equal(read.done_utc, LATER);
  strcpy(request.id, "none");
  assert_ok(requests_end(&contract->db, &request, &ended, &err));
  assert_false(ended);
}

static void only_an_open_one_is_taken_back(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Request request = request_of("done", "why"), read;
  bool withdrawn, ended;
  add(&contract->db, "open", true);
  add(&contract->db, "done", true);
  request.state = REQUEST_REFUSED;
  request.done_utc = LATER;
  assert_ok(requests_end(&contract->db, &request, &ended, &err));
  assert_ok(requests_withdraw(&contract->db, "open", "operator", LATER, &withdrawn, &err));
  assert_true(withdrawn);
  assert_ok(requests_withdraw(&contract->db, "done", "operator", LATER, &withdrawn, &err));
  assert_false(withdrawn);
  assert_int_equal(requests_find(&contract->db, "open", &read, &err), STATUS_NOT_FOUND);
  assert_ok(requests_find(&contract->db, "done", &read, &err));
}

static void the_open_ones_come_oldest_first(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Request late = request_of("a", "late"), stored;
  Requests open = {0};
  bool added;
  late.at_utc = LATER;
  assert_ok(requests_read_open(&contract->db, &open, &err));
  assert_int_equal(open.count, 0);
  assert_ok(requests_add(&contract->db, &late, &stored, &added, &err));
  add(&contract->db, "b", true);
  add(&contract->db, "broken", true);
  contract_damage(&contract->db, DB_SYSTEM, "requests", "broken", "what", NULL);
  assert_ok(requests_read_open(&contract->other, &open, &err));
  assert_int_equal(open.count, 3);
  assert_string_equal(open.items[0].id, "broken");
  assert_string_equal(open.items[0].what.dataset, "");
  assert_non_null(strstr(open.items[0].result, "what"));
  assert_string_equal(open.items[1].id, "b");
  assert_string_equal(open.items[2].id, "a");
  requests_free(&open);
}

static void a_mark_goes_with_its_request_and_a_young_one_waits(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Request request = request_of("done", "why");
  bool ended;
  RequestMark mark = {.id = "open", .at_utc = AT};
  add(db, "open", true);
  add(db, "done", true);
  request.state = REQUEST_DONE;
  request.done_utc = LATER;
  assert_ok(requests_end(db, &request, &ended, &err));
  assert_ok(requests_tidy_mark(db, &mark, LATER, &err));
  assert_int_equal(count_marks(db), 2);
  strcpy(mark.id, "done");
  assert_ok(requests_tidy_mark(db, &mark, AT, &err));
  assert_int_equal(count_marks(db), 1);
  assert_ok(db->delete_one(db->self, DB_SYSTEM, "requests", "open", &err));
  strcpy(mark.id, "open");
  assert_ok(requests_tidy_mark(db, &mark, AT + REQUEST_MARK_WAITS_MS - 1, &err));
  assert_int_equal(count_marks(db), 1);
  assert_ok(requests_tidy_mark(db, &mark, AT + REQUEST_MARK_WAITS_MS, &err));
  assert_int_equal(count_marks(db), 0);
}

const struct CMUnitTest *contract_request_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_comes_back_as_it_was_asked),
      cmocka_unit_test(the_second_of_an_id_finds_the_first),
      cmocka_unit_test(marks_come_with_the_contract_of_the_database),
      cmocka_unit_test(one_ends_once),
      cmocka_unit_test(only_an_open_one_is_taken_back),
      cmocka_unit_test(the_open_ones_come_oldest_first),
      cmocka_unit_test(a_mark_goes_with_its_request_and_a_young_one_waits),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
