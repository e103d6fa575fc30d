#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/plan/pace.h>

static Pace fast(void) { return (Pace){.per_second = 4, .parallel = 8}; }

static bool note(Pace *pace, AnswerKind kind, bool was_reset) {
  return pace_note(pace, &(Answer){.kind = kind, .was_reset = was_reset});
}

static void assert_pace(const Pace *pace, double per_second, int parallel) {
  assert_true(pace->per_second == per_second);
  assert_int_equal(pace->parallel, parallel);
}

static void a_refusal_halves_the_pace_and_goes_on_alone(void **state) {
  (void)state;
  for (AnswerKind kind = ANSWER_NONE; kind <= ANSWER_REFUSED; kind++) {
    bool refusal = kind == ANSWER_THROTTLED || kind == ANSWER_BLOCKED;
    Pace pace = fast();
    assert_int_equal(note(&pace, kind, false), refusal);
    assert_pace(&pace, refusal ? 2 : 4, refusal ? 1 : 8);
  }
}

static void two_resets_in_a_row_slow_it_down_and_one_does_not(void **state) {
  (void)state;
  Pace pace = fast();
  assert_false(note(&pace, ANSWER_FAILING, true));
  assert_false(note(&pace, ANSWER_ROWS, false));
  assert_false(note(&pace, ANSWER_FAILING, true));
  assert_pace(&pace, 4, 8);
  assert_true(note(&pace, ANSWER_FAILING, true));
  assert_pace(&pace, 2, 1);
  assert_false(note(&pace, ANSWER_FAILING, true)); /* the first of the next two */
}

static void it_never_stands_still_and_never_speeds_up(void **state) {
  (void)state;
  Pace pace = {.per_second = 0.3, .parallel = 1};
  assert_true(note(&pace, ANSWER_THROTTLED, false));
  assert_true(note(&pace, ANSWER_THROTTLED, false));
  assert_pace(&pace, PACE_LOWEST, 1);
  assert_false(note(&pace, ANSWER_THROTTLED, false));
  assert_false(note(&pace, ANSWER_ROWS, false));
  assert_pace(&pace, PACE_LOWEST, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_refusal_halves_the_pace_and_goes_on_alone),
      cmocka_unit_test(two_resets_in_a_row_slow_it_down_and_one_does_not),
      cmocka_unit_test(it_never_stands_still_and_never_speeds_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
