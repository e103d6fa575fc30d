/* What a model makes up, in every disguise, and what it says honestly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/ai/figure_check.h>

#include "ai_sample.h"
#include "inventions.h"

enum { INVENTIONS = 12000, HONEST = 100 };

static FactTable facts;
static Prompt prompt;

static int set_up(void **state) {
  Error err;
  (void)state;
  return sample_facts(&facts, &err) == STATUS_OK && sample_prompt(SAMPLE_PROMPT, &prompt) != NULL ? 0 : 1;
}

static int tear_down(void **state) {
  (void)state;
  fact_table_free(&facts);
  return 0;
}

static bool is_accepted(const char *text, Language language, char *reason) {
  char json[8192];
  Error err;
  CheckedAnswer answer = {0};
  int length = snprintf(json, sizeof json, "{\"text\": \"%s\"}", text);
  const PromptQuestion question = {.prompt = &prompt, .facts = &facts, .language = language};
  assert_int_equal(figure_check(&question, json, (size_t)length, &answer, &err), STATUS_OK);
  bool accepted = answer.accepted;
  strcpy(reason, answer.reason);
  checked_answer_free(&answer);
  return accepted;
}

static void none_of_the_inventions_is_accepted_in_any_disguise(void **state) {
  (void)state;
  char text[INVENTION_SIZE], reason[FIGURE_REASON_SIZE];
  int accepted = 0;
  for (unsigned seed = 0; seed < INVENTIONS; seed++) {
    if (!is_accepted(invention(seed, text), LANGUAGE_KO, reason)) continue;
    accepted++;
    print_error("seed %u is accepted: %s\n", seed, text);
  }
  assert_int_equal(accepted, 0);
}

/* A refusal for the shape alone would say nothing about figures. */
static void an_invention_is_refused_for_its_text_and_not_for_broken_json(void **state) {
  (void)state;
  char text[INVENTION_SIZE], reason[FIGURE_REASON_SIZE];
  for (unsigned seed = 0; seed < INVENTIONS; seed++) {
    assert_false(is_accepted(invention(seed, text), LANGUAGE_EN, reason));
    assert_memory_equal(reason, "text: ", 6);
  }
}

static void refuses_none(const char *language, Language as) {
  char text[4096], reason[FIGURE_REASON_SIZE];
  int refused = 0;
  for (unsigned i = 0; i < HONEST; i++) {
    assert_true(honest_answer(TEST_DATA, language, i, text, sizeof text));
    if (is_accepted(text, as, reason)) continue;
    refused++;
    print_error("%s %u is refused: %s\n%s\n", language, i, reason, text);
  }
  assert_int_equal(refused, 0);
}

static void none_of_the_honest_answers_in_korean_is_refused(void **state) {
  (void)state;
  refuses_none("ko", LANGUAGE_KO);
}

static void none_of_the_honest_answers_in_english_is_refused(void **state) {
  (void)state;
  refuses_none("en", LANGUAGE_EN);
}

static void every_disguise_and_two_seeds_differ(void **state) {
  (void)state;
  char one[INVENTION_SIZE], again[INVENTION_SIZE], other[INVENTION_SIZE];
  assert_string_equal(invention(5, one), invention(5, again));
  assert_string_not_equal(one, invention(5 + DISGUISES, other));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(none_of_the_inventions_is_accepted_in_any_disguise),
      cmocka_unit_test(an_invention_is_refused_for_its_text_and_not_for_broken_json),
      cmocka_unit_test(none_of_the_honest_answers_in_korean_is_refused),
      cmocka_unit_test(none_of_the_honest_answers_in_english_is_refused),
      cmocka_unit_test(every_disguise_and_two_seeds_differ),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
