/* What of a request is pure: its target, the headers that say what a client takes, cursors, problems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/accept.h>
#include <closebell/api/cursor.h>
#include <closebell/api/target.h>
#include <closebell/base/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse(const char *raw, RequestTarget *target, Problem *problem) {
  *problem = (Problem){0};
  return target_parse(raw, target, problem);
}

static void assert_refused(const char *raw, int status, const char *parameter) {
  RequestTarget target;
  Problem problem;
  if (parse(raw, &target, &problem)) fail_msg("%.80s passes", raw);
  assert_int_equal(problem.status, status);
  assert_string_equal(problem.parameter, parameter);
}

static void a_target_becomes_segments_and_decoded_parameters(void **state) {
  (void)state;
  RequestTarget target;
  Problem problem;
  assert_true(parse("/stocks/%30%30?q=%EC%82%BC%EC%84%B1+a&where=close%2B1&empty&sort=", &target, &problem));
  assert_int_equal(target.segment_count, 2);
  assert_string_equal(target.segments[0], "stocks");
  assert_string_equal(target.segments[1], "00");
  assert_string_equal(target_parameter(&target, "q"), "삼성 a");
  assert_string_equal(target_parameter(&target, "where"), "close+1");
  assert_string_equal(target_parameter(&target, "empty"), "");
  assert_string_equal(target_parameter(&target, "sort"), "");
  assert_null(target_parameter(&target, "none"));
  assert_true(parse("/", &target, &problem));
  assert_int_equal(target.segment_count, 0);
  assert_true(parse("/a%2Fb/", &target, &problem));
  assert_int_equal(target.segment_count, 2);
  assert_string_equal(target.segments[0], "a/b");
  assert_string_equal(target.segments[1], "");
}

static void what_is_broken_is_refused_with_its_name(void **state) {
  (void)state;
  assert_refused("/stocks?q=%00", 400, "q");
  assert_refused("/stocks?q=%4", 400, "q");
  assert_refused("/stocks?q=%zz", 400, "q");
  assert_refused("/stocks?q=%", 400, "q");
  assert_refused("/stocks?q=%ff", 400, "q");
  assert_refused("/stocks?q=%c0%80", 400, "q");
  assert_refused("/stocks?q=1&q=2", 400, "q");
  assert_refused("/sto%cks", 400, "");
  assert_refused("/%00", 400, "");
  assert_refused("/stocks?%ff=1", 400, "");
  assert_refused("stocks", 400, "");
  assert_refused("/1/2/3/4/5/6/7/8/9", 404, "");
}

static void a_long_target_is_414_and_one_at_the_limit_is_not(void **state) {
  (void)state;
  RequestTarget target;
  Problem problem;
  char raw[TARGET_MAX_BYTES + 2];
  memset(raw, 'a', sizeof raw);
  memcpy(raw, "/x?q=", 5);
  raw[TARGET_MAX_BYTES] = '\0';
  assert_true(parse(raw, &target, &problem));
  assert_int_equal(strlen(target_parameter(&target, "q")), TARGET_MAX_BYTES - 5);
  raw[TARGET_MAX_BYTES] = 'a';
  raw[TARGET_MAX_BYTES + 1] = '\0';
  assert_refused(raw, 414, "");
}

static void many_parameters_without_values_fit(void **state) {
  (void)state;
  RequestTarget target;
  Problem problem;
  char raw[TARGET_MAX_BYTES + 1] = "/x?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&y";
  assert_true(parse(raw, &target, &problem));
  assert_int_equal(target.parameter_count, TARGET_PARAMETERS);
  strcat(raw, "&z");
  assert_refused(raw, 400, "");
}

static void what_is_wrong_in_where_has_its_position(void **state) {
  (void)state;
  RequestTarget target;
  Problem problem;
  assert_false(parse("/screener?where=close%20%3E%200%0Aand%20%ff", &target, &problem));
  assert_int_equal(problem.line, 2);
  assert_int_equal(problem.column, 5);
  assert_false(parse("/screener?where=%EC%96%B5%zz", &target, &problem));
  assert_int_equal(problem.line, 1);
  assert_int_equal(problem.column, 2);
  assert_false(parse("/screener?where=close%20%3E%200&where=1", &target, &problem));
  assert_int_equal(problem.line, 1);
  assert_int_equal(problem.column, 1);
}

static void a_problem_is_json_with_what_applies(void **state) {
  (void)state;
  Problem problem;
  TextBuffer text = {0};
  assert_false(problem_of_parameter(&problem, "sort", "\"%s\" is no field", "clo\"se\n"));
  text_copy(problem.nearest, sizeof problem.nearest, "close");
  problem_write(&problem, &text);
  assert_true(json_is_valid(text.data));
  assert_non_null(strstr(text.data, "\"status\":400"));
  assert_non_null(strstr(text.data, "\"parameter\":\"sort\""));
  assert_non_null(strstr(text.data, "\"nearest\":\"close\""));
  assert_null(strstr(text.data, "position"));
  text_buffer_free(&text);
}

static void a_range_of_types_is_understood(void **state) {
  (void)state;
  assert_true(accept_takes(NULL, "text/csv"));
  assert_true(accept_takes("", "text/csv"));
  assert_true(accept_takes("*/*", "text/csv"));
  assert_true(accept_takes("text/html, Text/* ; q=0.5", "text/csv"));
  assert_false(accept_takes("application/json", "text/csv"));
  assert_false(accept_takes("text/csv;q=0, */*", "text/csv"));
  assert_false(accept_takes("text/csv; q=0.000", "text/csv"));
  assert_true(accept_takes("text/csv;q=0.001", "text/csv"));
}

static void gzip_is_given_to_those_who_ask(void **state) {
  (void)state;
  assert_false(accept_takes_gzip(NULL));
  assert_false(accept_takes_gzip("br, deflate"));
  assert_true(accept_takes_gzip("br, GZIP"));
  assert_false(accept_takes_gzip("gzip;q=0"));
  assert_true(accept_takes_gzip("*"));
  assert_false(accept_takes_gzip("gzip;q=0, *"));
  assert_false(accept_takes_gzip("*;q=0"));
}

static void an_etag_is_found_in_a_list(void **state) {
  (void)state;
  assert_false(etag_is_among(NULL, "\"a\""));
  assert_true(etag_is_among("\"a\"", "\"a\""));
  assert_true(etag_is_among("\"b\" , W/\"a\"", "\"a\""));
  assert_true(etag_is_among("*", "\"a\""));
  assert_false(etag_is_among("\"ab\", a", "\"a\""));
}

static const CursorState STATE = {20188, 7};

static void read_cursor(const char *before, const char *cursor, CursorState now, int64_t *ret_place, int *ret_status) {
  RequestTarget target;
  Problem problem;
  char raw[512];
  snprintf(raw, sizeof raw, "%s&cursor=%s", before, cursor);
  assert_true(parse(raw, &target, &problem));
  *ret_status = cursor_read(&target, now, ret_place, &problem) ? 200 : problem.status;
}

static void a_cursor_brings_its_place_back(void **state) {
  (void)state;
  RequestTarget target;
  Problem problem;
  int64_t place = -1;
  int status;
  char cursor[CURSOR_SIZE];
  assert_true(parse("/stocks?sort=close&limit=5", &target, &problem));
  cursor_make(&target, STATE, 1234567890123, cursor);
  read_cursor("/stocks?limit=5&sort=close", cursor, STATE, &place, &status);
  assert_int_equal(status, 200);
  assert_true(place == 1234567890123);
  assert_true(parse("/stocks", &target, &problem));
  assert_true(cursor_read(&target, STATE, &place, &problem));
  assert_int_equal(place, 0);
}

static void a_cursor_of_another_state_is_410_of_other_parameters_400(void **state) {
  (void)state;
  RequestTarget target;
  Problem problem;
  int64_t place;
  int status;
  char cursor[CURSOR_SIZE];
  assert_true(parse("/stocks?sort=close", &target, &problem));
  cursor_make(&target, STATE, 100, cursor);
  read_cursor("/stocks?sort=close", cursor, (CursorState){STATE.as_of + 1, 7}, &place, &status);
  assert_int_equal(status, 410);
  read_cursor("/stocks?sort=close", cursor, (CursorState){STATE.as_of, 6}, &place, &status);
  assert_int_equal(status, 410);
  static const char *const others[] = {"/stocks?sort=open", "/stocks?sort=close&limit=5",
                                       "/stocks?sort=close&order=asc", "/stocks?x"};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    read_cursor(others[i], cursor, STATE, &place, &status);
    assert_int_equal(status, 400);
  }
  read_cursor("/alerts?sort=close", cursor, STATE, &place, &status);
  assert_int_equal(status, 400);
  cursor_make(&target, (CursorState){DAY_NONE, 0}, 1, cursor);
  read_cursor("/stocks?sort=close", cursor, (CursorState){DAY_NONE, 0}, &place, &status);
  assert_int_equal(status, 200);
}

static void what_is_no_cursor_of_ours_is_400(void **state) {
  (void)state;
  static const char *const strange[] = {
      "",
      "x",
      "abc!",
      "YzEgMCAwIDAgMA",
      "AAAA",
      "YzE",
      "0000000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000"};
  for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
    int64_t place;
    int status;
    read_cursor("/stocks?sort=close", strange[i], STATE, &place, &status);
    assert_int_equal(status, 400);
  }
}

static void read_behind(const char *before, const char *cursor, CursorState now, char id[CURSOR_ID_SIZE],
                        int *ret_status) {
  RequestTarget target;
  Problem problem;
  char raw[1024];
  snprintf(raw, sizeof raw, "%s&cursor=%s", before, cursor);
  assert_true(parse(raw, &target, &problem));
  *ret_status = cursor_read_behind(&target, now, id, &problem) ? 200 : problem.status;
}

/* An _id may hold blanks, and as many bytes as there can be. */
static void a_cursor_brings_an_id_back_whatever_it_holds(void **state) {
  (void)state;
  char longest[CURSOR_ID_SIZE], id[CURSOR_ID_SIZE], cursor[CURSOR_LONG_SIZE];
  RequestTarget target;
  Problem problem;
  int status;
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  const char *const ids[] = {"DGS10:2025-01-02", "a b  c", " ", "https://news.example/a?b=1&c=%20", "금리", longest};
  assert_true(parse("/feeds/rates?limit=5", &target, &problem));
  for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
    cursor_make_behind(&target, STATE, ids[i], cursor);
    assert_true(strlen(cursor) < CURSOR_LONG_SIZE);
    read_behind("/feeds/rates?limit=5", cursor, STATE, id, &status);
    assert_int_equal(status, 200);
    assert_string_equal(id, ids[i]);
  }
  assert_true(cursor_read_behind(&target, STATE, id, &problem));
  assert_string_equal(id, "");
}

static void a_cursor_of_an_id_is_held_against_state_and_parameters_too(void **state) {
  (void)state;
  char id[CURSOR_ID_SIZE] = "as it was", cursor[CURSOR_LONG_SIZE], number[CURSOR_SIZE];
  RequestTarget target;
  Problem problem;
  int64_t place;
  int status;
  assert_true(parse("/feeds/rates?limit=5", &target, &problem));
  cursor_make_behind(&target, STATE, "DGS10", cursor);
  read_behind("/feeds/rates?limit=5", cursor, (CursorState){STATE.as_of, STATE.restatement + 1}, id, &status);
  assert_int_equal(status, 410);
  read_behind("/feeds/rates?limit=6", cursor, STATE, id, &status);
  assert_int_equal(status, 400);
  read_behind("/feeds/rates?limit=5", "YzIgMCAwIDAgMA", STATE, id, &status);
  assert_int_equal(status, 400);
  cursor_make(&target, STATE, 5, number);
  read_behind("/feeds/rates?limit=5", number, STATE, id, &status);
  assert_int_equal(status, 400);
  read_cursor("/feeds/rates?limit=5", cursor, STATE, &place, &status);
  assert_int_equal(status, 400);
  assert_string_equal(id, "as it was");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_cursor_brings_an_id_back_whatever_it_holds),
      cmocka_unit_test(a_cursor_of_an_id_is_held_against_state_and_parameters_too),
      cmocka_unit_test(a_target_becomes_segments_and_decoded_parameters),
      cmocka_unit_test(what_is_broken_is_refused_with_its_name),
      cmocka_unit_test(a_long_target_is_414_and_one_at_the_limit_is_not),
      cmocka_unit_test(many_parameters_without_values_fit),
      cmocka_unit_test(what_is_wrong_in_where_has_its_position),
      cmocka_unit_test(a_problem_is_json_with_what_applies),
      cmocka_unit_test(a_range_of_types_is_understood),
      cmocka_unit_test(gzip_is_given_to_those_who_ask),
      cmocka_unit_test(an_etag_is_found_in_a_list),
      cmocka_unit_test(a_cursor_brings_its_place_back),
      cmocka_unit_test(a_cursor_of_another_state_is_410_of_other_parameters_400),
      cmocka_unit_test(what_is_no_cursor_of_ours_is_400),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
