/* Keys, and how many requests a second they may make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/keys.h>
#include <closebell/api/limit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Keys keys_of(const char *first, const char *second) {
  char text[512];
  Keys keys = {0};
  Error err;
  snprintf(text, sizeof text, "# who reads\n\n%s kim\n  %s\tlee operate\r\n", sha256_text(first, strlen(first)).text,
           sha256_text(second, strlen(second)).text);
  assert_int_equal(keys_parse(text, &keys, &err), STATUS_OK);
  return keys;
}

static void a_key_is_found_by_its_hash_alone(void **state) {
  (void)state;
  Keys keys = keys_of("one", "two");
  assert_string_equal(keys_find(&keys, "Bearer one")->name, "kim");
  assert_false(keys_find(&keys, "Bearer one")->operates);
  assert_string_equal(keys_find(&keys, "bearer two")->name, "lee");
  assert_true(keys_find(&keys, "Bearer two")->operates);
  static const char *const wrong[] = {"Bearer", "Bearer ", "Bearer on", "Bearer one ", "Basic one", "one", ""};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_null(keys_find(&keys, wrong[i]));
  assert_null(keys_find(&keys, NULL));
  char hash[96];
  snprintf(hash, sizeof hash, "Bearer %s", keys.items[0].sha256);
  assert_null(keys_find(&keys, hash));
  keys_free(&keys);
}

static void a_line_that_is_no_key_is_named_and_not_shown(void **state) {
  (void)state;
  static const char *const wrong[] = {"secret kim", "secret", " kim",
                                      "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7a", NULL};
  char text[256];
  Keys keys = {0};
  Error err;
  for (size_t i = 0; wrong[i]; i++) {
    snprintf(text, sizeof text, "\n%s\n", wrong[i]);
    assert_int_equal(keys_parse(text, &keys, &err), STATUS_CONFIG);
    assert_non_null(strstr(err.text, "line 2"));
    assert_null(strstr(err.text, "secret"));
  }
  const Sha256Text sum = sha256_text("a", 1);
  const char *good = sum.text;
  snprintf(text, sizeof text, "%s", good);
  assert_int_equal(keys_parse(text, &keys, &err), STATUS_CONFIG);
  snprintf(text, sizeof text, "%s kim opperate", good);
  assert_int_equal(keys_parse(text, &keys, &err), STATUS_CONFIG);
  snprintf(text, sizeof text, "%s kim\n%s lee", good, good);
  assert_int_equal(keys_parse(text, &keys, &err), STATUS_CONFIG);
  assert_int_equal(keys_parse("", &keys, &err), STATUS_OK);
  assert_int_equal(keys.count, 0);
  keys_free(&keys);
}

static void a_second_holds_so_many_requests_of_each(void **state) {
  (void)state;
  Limit *limit = calloc(1, sizeof *limit);
  for (int i = 0; i < 3; i++) assert_int_equal(limit_take(limit, 3, "kim", 1000), 0);
  assert_int_equal(limit_take(limit, 3, "kim", 1000), 1);
  assert_int_equal(limit_take(limit, 3, "lee", 1000), 0);
  assert_int_equal(limit_take(limit, 3, "kim", 1334), 0);
  assert_int_equal(limit_take(limit, 3, "kim", 1334), 1);
  for (int i = 0; i < 3; i++) assert_int_equal(limit_take(limit, 3, "kim", 60000), 0);
  assert_int_equal(limit_take(limit, 3, "kim", 60000), 1);
  assert_int_equal(limit_take(limit, 0.1, "slow", 0), 0);
  assert_in_range(limit_take(limit, 0.1, "slow", 0), 10, 11);
  assert_int_equal(limit_take(limit, 0.1, "slow", 10000), 0);
  for (int i = 0; i < 100; i++) assert_int_equal(limit_take(limit, 0, "free", 0), 0);
  free(limit);
}

static void many_strangers_do_not_fill_the_table(void **state) {
  (void)state;
  Limit *limit = calloc(1, sizeof *limit);
  char name[32];
  for (int i = 0; i < 10 * LIMIT_BUCKETS; i++) {
    snprintf(name, sizeof name, "10.0.%d.%d", i / 256, i % 256);
    assert_int_equal(limit_take(limit, 1, name, i), 0);
  }
  free(limit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_found_by_its_hash_alone),
      cmocka_unit_test(a_line_that_is_no_key_is_named_and_not_shown),
      cmocka_unit_test(a_second_holds_so_many_requests_of_each),
      cmocka_unit_test(many_strangers_do_not_fill_the_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
