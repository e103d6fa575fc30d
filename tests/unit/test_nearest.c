#include <closebell/base/nearest.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const words[] = {"schedule", "title", "rows", "row", "url", NULL};

static void assert_near(const char *text, const char *expected) {
  const char *near = nearest_of(text, strlen(text), words);
  if (expected == NULL)
    assert_null(near);
  else
    assert_string_equal(near, expected);
}

static void a_slip_or_two_lead_to_the_word(void **state) {
  (void)state;
  assert_near("shedule", "schedule");
  assert_near("schedul", "schedule");
  assert_near("SCHEDULE", "schedule");
  assert_near("titel", "title");
}

static void three_slips_lead_nowhere(void **state) {
  (void)state;
  assert_near("xyzedule", NULL);
  assert_near("schedxyz", NULL);
}

static void a_short_text_may_have_one_slip(void **state) {
  (void)state;
  assert_near("urs", "url");
  assert_near("uxs", NULL);
}

static void a_word_itself_is_no_slip(void **state) {
  (void)state;
  assert_near("rows", NULL);
  assert_near("row", NULL);
}

static void the_fewest_slips_win_and_of_equals_the_first(void **state) {
  (void)state;
  assert_near("rowss", "rows");
  const char *const both[] = {"ab_one", "ab_two", NULL};
  assert_string_equal(nearest_of("ab_tne", 6, both), "ab_one");
}

static void a_text_longer_than_any_word_is_near_none(void **state) {
  (void)state;
  char text[200];
  memset(text, 'a', sizeof text);
  assert_null(nearest_of(text, sizeof text, words));
}

static void words_can_be_looked_at_one_by_one(void **state) {
  (void)state;
  Nearest nearest = nearest_begin("ttile", 5);
  nearest_look(&nearest, "file");
  nearest_look(&nearest, "title");
  assert_string_equal(nearest_found(&nearest), "file");
  nearest = nearest_begin("tile", 4);
  nearest_look(&nearest, "title");
  assert_string_equal(nearest_found(&nearest), "title");
  nearest_look(&nearest, "tile");
  assert_null(nearest_found(&nearest));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_slip_or_two_lead_to_the_word),
      cmocka_unit_test(three_slips_lead_nowhere),
      cmocka_unit_test(a_short_text_may_have_one_slip),
      cmocka_unit_test(a_word_itself_is_no_slip),
      cmocka_unit_test(the_fewest_slips_win_and_of_equals_the_first),
      cmocka_unit_test(a_text_longer_than_any_word_is_near_none),
      cmocka_unit_test(words_can_be_looked_at_one_by_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
