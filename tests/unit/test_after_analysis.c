/* [ai] after_analysis: what is taken, and what is refused in words that name it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/after_analysis.h>

static void nothing_is_off(void **state) {
  (void)state;
  AfterAnalysisList list = {.count = 9};
  assert_int_equal(after_analysis_parse("", &list, NULL), STATUS_OK);
  assert_int_equal(list.count, 0);
  list.count = 9;
  assert_int_equal(after_analysis_parse("  ", &list, NULL), STATUS_OK);
  assert_int_equal(list.count, 0);
}

static void entries_are_prompt_strategy_and_number(void **state) {
  (void)state;
  AfterAnalysisList list;
  assert_int_equal(after_analysis_parse("summary pocket_pivot 5,  debate\tmagic-formula  30 ", &list, NULL), STATUS_OK);
  assert_int_equal(list.count, 2);
  assert_string_equal(list.items[0].prompt, "summary");
  assert_string_equal(list.items[0].strategy, "pocket_pivot");
  assert_int_equal(list.items[0].stocks, 5);
  assert_string_equal(list.items[1].prompt, "debate");
  assert_string_equal(list.items[1].strategy, "magic-formula");
  assert_int_equal(list.items[1].stocks, 30);
}

static void the_same_prompt_of_another_strategy_is_another_entry(void **state) {
  (void)state;
  AfterAnalysisList list;
  assert_int_equal(after_analysis_parse("summary a 1,summary b 1", &list, NULL), STATUS_OK);
  assert_int_equal(list.count, 2);
}

static void what_cannot_be_meant_is_named(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
  } rows[] = {
      {"summary", "is not PROMPT STRATEGY N"},
      {"summary a", "is not PROMPT STRATEGY N"},
      {"summary a 1 2", "is not PROMPT STRATEGY N"},
      {"summary a 1,", "is not PROMPT STRATEGY N"},
      {",summary a 1", "is not PROMPT STRATEGY N"},
      {"../x a 1", "cannot be the name of a prompt"},
      {"summary a.b 1", "cannot be the name of a strategy"},
      {"summary a 0", "from 1 to 30"},
      {"summary a 31", "from 1 to 30"},
      {"summary a -1", "from 1 to 30"},
      {"summary a many", "from 1 to 30"},
      {"summary a 1, summary a 2", "twice"},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa a 1", "cannot be the name"},
      {"p a 1,p b 1,p c 1,p d 1,p e 1,p f 1,p g 1,p h 1,p i 1,p j 1,p k 1,p l 1,p m 1,p n 1,p o 1,p p 1,p q 1",
       "more than 16"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    AfterAnalysisList list = {.count = 77};
    Error err;
    if (after_analysis_parse(rows[i].text, &list, &err) != STATUS_CONFIG) fail_msg("taken: %s", rows[i].text);
    assert_int_equal(list.count, 77);
    if (strstr(err.text, rows[i].says) == NULL) fail_msg("%s: %s", rows[i].text, err.text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_off),
      cmocka_unit_test(entries_are_prompt_strategy_and_number),
      cmocka_unit_test(the_same_prompt_of_another_strategy_is_another_entry),
      cmocka_unit_test(what_cannot_be_meant_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
