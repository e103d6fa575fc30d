/* Answers: their tags, their shorter form, what is kept of them and shared, and the bytes of CSV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/answer_cache.h>
#include <closebell/api/call.h>
#include <closebell/base/json.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static ServiceAnswer made(char letter, size_t length) {
  ServiceAnswer answer = {.status = 200, .type = TYPE_JSON};
  for (size_t i = 0; i < length; i++) text_buffer_append(&answer.body, &letter, 1);
  return answer;
}

static void finish(ServiceAnswer *answer, const char *encoding) { answer_finish(answer, encoding); }

static void the_same_content_has_the_same_tag_and_another_another(void **state) {
  (void)state;
  ServiceAnswer a = made('a', 100), b = made('a', 100), c = made('a', 101);
  finish(&a, NULL);
  finish(&b, "gzip");
  finish(&c, NULL);
  assert_string_equal(a.etag, b.etag);
  assert_string_not_equal(a.etag, c.etag);
  assert_true(a.etag[0] == '"' && a.etag[strlen(a.etag) - 1] == '"'); /* strong: no W/ */
  answer_free(&a);
  answer_free(&b);
  answer_free(&c);
}

static void past_a_kilobyte_who_takes_gzip_gets_it_with_a_tag_of_its_own(void **state) {
  (void)state;
  ServiceAnswer small = made('a', ANSWER_GZIP_FROM), plain = made('a', ANSWER_GZIP_FROM + 1),
                zipped = made('a', ANSWER_GZIP_FROM + 1), again = made('a', ANSWER_GZIP_FROM + 1);
  unsigned char text[2 * ANSWER_GZIP_FROM];
  finish(&small, "gzip");
  finish(&plain, "br");
  finish(&zipped, "gzip");
  finish(&again, "gzip");
  assert_false(small.zipped || plain.zipped);
  assert_true(zipped.zipped && zipped.body.length < plain.body.length);
  assert_string_not_equal(zipped.etag, plain.etag);
  assert_string_equal(zipped.etag, again.etag);
  assert_int_equal(zipped.body.length, again.body.length);
  assert_memory_equal(zipped.body.data, again.body.data, again.body.length); /* on every server the same bytes */
  z_stream stream = {.next_in = (unsigned char *)zipped.body.data,
                     .avail_in = (uInt)zipped.body.length,
                     .next_out = text,
                     .avail_out = sizeof text};
  assert_int_equal(inflateInit2(&stream, 31), Z_OK);
  assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  assert_int_equal(stream.total_out, plain.body.length);
  assert_memory_equal(text, plain.body.data, plain.body.length);
  answer_free(&small);
  answer_free(&plain);
  answer_free(&zipped);
  answer_free(&again);
}

static void who_has_it_gets_no_body_and_refusals_have_no_tag(void **state) {
  (void)state;
  ServiceAnswer answer = made('a', 100), other = made('b', 100), refusal = {0};
  Problem problem;
  finish(&answer, NULL);
  finish(&other, NULL);
  answer_unless_had(&other, answer.etag);
  assert_int_equal(other.status, 200);
  answer_unless_had(&answer, answer.etag);
  assert_int_equal(answer.status, 304);
  assert_int_equal(answer.body.length, 0);
  assert_true(answer.etag[0] == '"');
  problem_set(&problem, 404, "there is none");
  answer_problem(&refusal, &problem);
  finish(&refusal, "gzip");
  answer_unless_had(&refusal, "*");
  assert_int_equal(refusal.status, 404);
  assert_string_equal(refusal.etag, "");
  assert_true(json_is_valid(refusal.body.data));
  answer_free(&answer);
  answer_free(&other);
  answer_free(&refusal);
}

static const char *header_of(const ServiceAnswer *answer, const char *name) {
  for (size_t i = 0; i < answer->header_count; i++)
    if (strcmp(answer->headers[i].name, name) == 0) return answer->headers[i].value;
  return NULL;
}

static void a_refusal_takes_the_place_of_what_was_begun(void **state) {
  (void)state;
  ServiceAnswer answer = made('a', 5000);
  Problem problem;
  answer_header(&answer, "Closebell-As-Of", "2025-04-10");
  answer.closes = true;
  problem_set(&problem, 503, "not now");
  problem.retry_after = 7;
  answer_problem(&answer, &problem);
  assert_int_equal(answer.status, 503);
  assert_string_equal(answer.type, TYPE_PROBLEM);
  assert_string_equal(header_of(&answer, "Retry-After"), "7");
  assert_null(header_of(&answer, "Closebell-As-Of"));
  assert_true(answer.closes);
  problem_set(&problem, 401, "a key is wanted");
  answer_problem(&answer, &problem);
  assert_string_equal(header_of(&answer, "WWW-Authenticate"), "Bearer");
  assert_null(header_of(&answer, "Retry-After"));
  answer_free(&answer);
}

static void no_header_is_split_by_what_is_in_it(void **state) {
  (void)state;
  ServiceAnswer answer = {0};
  answer_header(&answer, "A", "x\r\nSet-Cookie: y");
  answer_header(&answer, "B", "x\ty");
  assert_int_equal(answer.header_count, 0);
  for (int i = 0; i < ANSWER_HEADERS + 3; i++) answer_header(&answer, "C", "x");
  assert_int_equal(answer.header_count, ANSWER_HEADERS);
  answer_free(&answer);
}

static void without_memory_for_its_body_it_is_503(void **state) {
  (void)state;
  ServiceAnswer answer = made('a', 100);
  answer.body.failed = true;
  finish(&answer, NULL);
  assert_int_equal(answer.status, 503);
  assert_non_null(header_of(&answer, "Retry-After"));
  answer_free(&answer);
}

/* ---- kept ---- */

static void keep(AnswerCache *cache, int64_t snapshot, const char *target, ServiceAnswer answer) {
  finish(&answer, NULL);
  answer_cache_keep(cache, snapshot, target, false, &answer);
  answer_free(&answer);
}

static bool has(AnswerCache *cache, int64_t snapshot, const char *target, bool zips) {
  ServiceAnswer found = {0};
  bool there = answer_cache_find(cache, snapshot, target, zips, &found);
  answer_free(&found);
  return there;
}

static void what_is_kept_is_found_by_its_state_target_and_form(void **state) {
  (void)state;
  AnswerCache *cache = calloc(1, sizeof *cache);
  assert_true(answer_cache_open(cache));
  keep(cache, 1, "/stocks", made('a', 3000));
  assert_true(has(cache, 1, "/stocks", false));
  assert_false(has(cache, 1, "/stocks", true));
  assert_false(has(cache, 2, "/stocks", false));
  assert_false(has(cache, 1, "/stocks?limit=1", false));
  ServiceAnswer held = {0};
  assert_true(answer_cache_find(cache, 1, "/stocks", false, &held));
  keep(cache, 2, "/stocks", made('b', 10)); /* takes its place, and the reader of before has his answer still */
  assert_false(has(cache, 1, "/stocks", false));
  assert_int_equal(held.shared->length, 3000);
  assert_int_equal(held.shared->data[2999], 'a');
  answer_free(&held);
  keep(cache, 2, "/large", made('c', CACHE_ENTRY_BYTES + 1));
  assert_false(has(cache, 2, "/large", false));
  answer_cache_close(cache);
  free(cache);
}

static void it_never_holds_more_than_it_may(void **state) {
  (void)state;
  AnswerCache *cache = calloc(1, sizeof *cache);
  char target[32];
  assert_true(answer_cache_open(cache));
  for (int i = 0; i < 40; i++) {
    snprintf(target, sizeof target, "/stocks?q=%d", i);
    keep(cache, 1, target, made('a', 3 << 20));
    assert_true(cache->bytes <= CACHE_BYTES);
    assert_true(has(cache, 1, target, false));
  }
  answer_cache_close(cache);
  free(cache);
}

/* ---- CSV ---- */

static void texts_in_csv_come_back_as_they_were(void **state) {
  static const struct {
    const char *text, *cell;
  } cases[] = {
      {"", ""},          {"삼성전자", "삼성전자"}, {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""}, {"a\nb", "\"a\nb\""},
      {"a\r", "\"a\r\""}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    TextBuffer out = {0};
    text_buffer_append(&out, "", 0);
    csv_put_text(&out, cases[i].text);
    assert_string_equal(out.data ? out.data : "", cases[i].cell);
    text_buffer_free(&out);
  }
}

static void values_in_csv_are_those_of_json_and_absent_ones_are_empty(void **state) {
  const StoredField whole = {.kind = STORED_WHOLE, .whole = INT64_MAX}, real = {.kind = STORED_REAL, .real = 0.1},
                    truth = {.kind = STORED_TRUTH, .whole = 1}, instant = {.kind = STORED_INSTANT, .whole = 0};
  static const char *const cells[] = {"9223372036854775807", "0.1", "true", "1970-01-01T00:00:00Z", ""};
  const StoredField *const fields[] = {&whole, &real, &truth, &instant, NULL};
  (void)state;
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    TextBuffer out = {0};
    csv_put_stored(&out, fields[i]);
    assert_string_equal(out.data ? out.data : "", cells[i]);
    text_buffer_free(&out);
  }
}

/* What may pass is no failure of the database alone, and is not told as one. */
static void what_could_not_be_read_is_told_by_its_reason(void **state) {
  static const struct {
    Status status;
    int http;
    const char *named;
  } cases[] = {{STATUS_UNAVAILABLE, 503, "database"},
               {STATUS_INTERRUPTED, 503, "database"},
               {STATUS_INCOMPLETE, 503, "changed"},
               {STATUS_NO_MEMORY, 503, "memory"},
               {STATUS_BAD_DATA, 500, "row 7"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Problem problem = {0};
    const Call call = {.problem = &problem};
    Error err;
    error_set(&err, cases[i].status, "row 7");
    assert_false(call_store_failed(&call, cases[i].status, cases[i].status == STATUS_NO_MEMORY ? NULL : &err));
    assert_int_equal(problem.status, cases[i].http);
    assert_non_null(strstr(problem.detail, cases[i].named));
    assert_true((problem.retry_after > 0) == (cases[i].http == 503));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_content_has_the_same_tag_and_another_another),
      cmocka_unit_test(past_a_kilobyte_who_takes_gzip_gets_it_with_a_tag_of_its_own),
      cmocka_unit_test(who_has_it_gets_no_body_and_refusals_have_no_tag),
      cmocka_unit_test(a_refusal_takes_the_place_of_what_was_begun),
      cmocka_unit_test(no_header_is_split_by_what_is_in_it),
      cmocka_unit_test(without_memory_for_its_body_it_is_503),
      cmocka_unit_test(what_is_kept_is_found_by_its_state_target_and_form),
      cmocka_unit_test(it_never_holds_more_than_it_may),
      cmocka_unit_test(texts_in_csv_come_back_as_they_were),
      cmocka_unit_test(values_in_csv_are_those_of_json_and_absent_ones_are_empty),
      cmocka_unit_test(what_could_not_be_read_is_told_by_its_reason),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
