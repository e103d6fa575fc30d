#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/ai/prompt.h>
#include <closebell/ai/question.h>

#include "ai_sample.h"

static Prompt prompt;
static ScreenError error;
static Error err;

static const char GOOD[] =
    "# a comment\nversion = 2\ntitle = Title\ntitle_ko = 제목\ntask = First line,\n    second line\n\t; third\n"
    "[answer]\nheadline = text 200\npoints = texts 6 400\nfinal_decision = choice BUY HOLD\n"
    "debate_log = turns 9 1500 bull bear judge\n";

static Status parse(const char *text) { return prompt_parse(text, strlen(text), &prompt, &error); }

static void a_file_has_its_keys_and_its_members(void **state) {
  (void)state;
  assert_int_equal(parse(GOOD), STATUS_OK);
  assert_int_equal(prompt.version, 2);
  assert_string_equal(prompt.title, "Title");
  assert_string_equal(prompt.title_ko, "제목");
  assert_string_equal(prompt.task, "First line,\nsecond line\n; third");
  assert_int_equal(prompt.member_count, 4);
  assert_int_equal(prompt.members[0].max_length, 200);
  assert_int_equal(prompt_member(&prompt, "points")->max_count, 6);
  assert_int_equal(prompt_member(&prompt, "debate_log")->word_count, 3);
  assert_string_equal(prompt_member(&prompt, "final_decision")->words[1], "HOLD");
  assert_null(prompt_member(&prompt, "none"));
}

/* GOOD with one stretch of it changed. */
static void refuses(const char *from, const char *to, int line, int column, const char *what, const char *nearest) {
  char text[2048];
  const char *at = strstr(GOOD, from);
  assert_non_null(at);
  snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD, to, at + strlen(from));
  if (parse(text) == STATUS_OK) fail_msg("accepted: %s", text);
  if (error.line != line || error.column != column || strstr(error.what, what) == NULL ||
      strcmp(error.nearest, nearest) != 0)
    fail_msg("%s for %s: %d:%d: %s (%s)", to, from, error.line, error.column, error.what, error.nearest);
}

static void what_is_wrong_is_named_with_its_place_and_a_name_that_is_near(void **state) {
  (void)state;
  refuses("title_ko", "titel_ko", 4, 1, "no such key", "title_ko");
  refuses("version = 2", "version = 0", 2, 11, "from 1 to 1000000", "");
  refuses("version = 2", "version = 2x", 2, 11, "from 1 to", "");
  refuses("version = 2", "version = 99999999999", 2, 11, "from 1 to", "");
  refuses("version = 2\n", "", 12, 1, "version is missing", "");
  refuses("title = Title", "title =", 3, 8, "a text was expected", "");
  refuses("title = Title", "version = 3", 3, 1, "version stands here twice", "");
  refuses("title = Title", "title Title", 3, 1, "key = value", "");
  refuses("[answer]", "[anwser]", 8, 2, "no such section", "answer");
  refuses("[answer]", "[answer", 8, 1, "] is missing", "");
  refuses("points = texts", "points = text", 10, 17, "nothing more", "");
  refuses("points = texts", "points = txts", 10, 10, "text, texts, choice or turns", "texts");
  refuses("points = texts 6", "points = texts 51", 10, 16, "from 1 to 50", "");
  refuses("points = texts 6 400", "points = texts 6", 10, 17, "from 1 to 20000", "");
  refuses("points", "Points", 10, 1, "letters a to z and _", "");
  refuses("points", "headline", 10, 1, "headline stands here twice", "");
  refuses("choice BUY HOLD", "choice", 11, 24, "missing", "");
  refuses("choice BUY HOLD", "choice BUY BUY", 11, 29, "twice", "");
  refuses("choice BUY HOLD", "choice BUY HODL", 11, 1, "not HODL", "HOLD");
  refuses("choice BUY HOLD", "choice B1", 11, 25, "letters A to Z", "");
  refuses("final_decision = choice BUY HOLD", "final_decision = text 5", 11, 1, "final_decision is always: choice", "");
  refuses("points = texts 6 400", "dominant_keywords = text 5", 10, 1, "always: texts", "");
  refuses("turns 9 1500 bull bear judge", "texts 9 1500", 12, 1, "always: turns", "");
  refuses("bull bear judge", "a b c d e f g h i", 12, 43, "more than 8 words", "");
  refuses("First line", "First\x01line", 5, 13, "control character", "");
  refuses("First line", "First\xffline", 5, 13, "not UTF-8", "");
}

static void a_file_without_members_or_with_too_much_is_refused(void **state) {
  (void)state;
  char text[PROMPT_MAX_BYTES + 2];
  assert_int_equal(parse("version = 1\ntitle = a\ntitle_ko = b\ntask = c\n[answer]\n"), STATUS_CONFIG);
  assert_non_null(strstr(error.what, "[answer] with its members is missing"));
  assert_int_equal(parse("version = 1\ntitle = a\ntitle_ko = b\ntask =\n[answer]\nx = text 5\n"), STATUS_CONFIG);
  assert_non_null(strstr(error.what, "task is missing"));
  assert_int_equal(parse(""), STATUS_CONFIG);
  memset(text, '#', sizeof text);
  assert_int_equal(prompt_parse(text, PROMPT_MAX_BYTES + 1, &prompt, &error), STATUS_CONFIG);
  assert_non_null(strstr(error.what, "longer than"));
  int length = snprintf(text, sizeof text, "version = 1\ntitle = a\ntitle_ko = b\ntask = c\n");
  memset(text + length, 'x', PROMPT_TASK_SIZE);
  text[length] = ' ';
  text[length + PROMPT_TASK_SIZE] = '\0';
  assert_int_equal(parse(text), STATUS_CONFIG);
  assert_non_null(strstr(error.what, "the task has more than"));
}

static void a_byte_order_mark_and_windows_lines_do_no_harm(void **state) {
  (void)state;
  assert_int_equal(
      parse("\xEF\xBB\xBFversion = 1\r\ntitle = a\r\ntitle_ko = b\r\ntask = c\r\n d\r\n[answer]\r\nx = text 5\r\n"),
      STATUS_OK);
  assert_string_equal(prompt.title, "a");
  assert_string_equal(prompt.task, "c\nd");
}

static void the_schema_says_what_the_file_says(void **state) {
  (void)state;
  TextBuffer schema = {0};
  assert_non_null(sample_prompt(SAMPLE_DEBATE, &prompt));
  prompt_schema(&prompt, &schema);
  assert_string_equal(
      schema.data,
      "{\"type\":\"object\",\"properties\":{\"debate_log\":{\"type\":\"array\",\"maxItems\":4,\"items\":{\"type\":"
      "\"object\","
      "\"properties\":{\"side\":{\"type\":\"string\",\"enum\":[\"bull\",\"bear\",\"judge\"]},\"text\":{\"type\":"
      "\"string\","
      "\"maxLength\":500}},\"required\":[\"side\",\"text\"],\"additionalProperties\":false}},"
      "\"dominant_keywords\":{\"type\":\"array\",\"maxItems\":3,"
      "\"items\":{\"type\":\"string\",\"maxLength\":40}},\"final_decision\":{\"type\":\"string\",\"enum\":[\"BUY\","
      "\"SELL\","
      "\"HOLD\",\"NO_DECISION\"]}},\"required\":[\"debate_log\",\"dominant_keywords\",\"final_decision\"],"
      "\"additionalProperties\":false}");
  text_buffer_free(&schema);
}

/* ---- the shipped ones ---- */

static void read_shipped(const char *name) {
  char path[600], text[PROMPT_MAX_BYTES];
  snprintf(path, sizeof path, "%s/%s.ini", TEST_PROMPTS, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  if (prompt_parse(text, length, &prompt, &error) != STATUS_OK)
    fail_msg("%s:%d:%d: %s", path, error.line, error.column, error.what);
}

static void every_shipped_prompt_is_one(void **state) {
  (void)state;
  static const char *const names[] = {"summary", "compare", "debate", "risk"};
  for (size_t i = 0; i < 4; i++) {
    read_shipped(names[i]);
    assert_int_equal(prompt_member(&prompt, "dominant_keywords")->kind, MEMBER_TEXTS);
    assert_null(strpbrk(prompt.task, "0123456789{}"));
  }
}

static void the_debate_has_three_sides_and_four_decisions(void **state) {
  (void)state;
  read_shipped("debate");
  assert_int_equal(prompt_member(&prompt, "debate_log")->word_count, 3);
  assert_int_equal(prompt_member(&prompt, "final_decision")->word_count, 4);
}

/* ---- the question ---- */

static char *texts_of(const PromptQuestion *question, const char *refused) {
  TextBuffer out = {0};
  question_system(question, &out);
  question_user(question, refused, &out);
  assert_false(out.failed);
  return out.data;
}

static PromptQuestion question_about(FactTable *facts) {
  assert_int_equal(sample_facts(facts, &err), STATUS_OK);
  assert_non_null(sample_prompt(SAMPLE_PROMPT, &prompt));
  return (PromptQuestion){"gemini", "a-model", LANGUAGE_EN, "sample", &prompt, facts};
}

static void a_question_holds_rules_task_schema_facts_and_language(void **state) {
  (void)state;
  FactTable facts = {0};
  PromptQuestion question = question_about(&facts);
  char *text = texts_of(&question, NULL), *again = texts_of(&question, NULL);
  TextBuffer told = {0};
  facts_told_json(&facts, &told);
  assert_string_equal(text, again);
  assert_non_null(strstr(text, "Say it."));
  assert_non_null(strstr(text, "{f12}"));
  assert_non_null(strstr(text, told.data));
  assert_non_null(strstr(text, "\"additionalProperties\":false"));
  assert_non_null(strstr(text, "in English"));
  assert_null(strstr(text, "thrown away: "));
  free(again);
  again = texts_of(&question, "text: a digit");
  assert_non_null(strstr(again, "thrown away: text: a digit."));
  free(again);
  question.language = LANGUAGE_KO;
  again = texts_of(&question, NULL);
  assert_non_null(strstr(again, "in Korean"));
  free(again);
  free(text);
  text_buffer_free(&told);
  fact_table_free(&facts);
}

static void asserts_another(const PromptQuestion *question, const Sha256Text *than, const char *what) {
  Sha256Text sha256;
  assert_int_equal(question_sha256(question, &sha256, &err), STATUS_OK);
  if (strcmp(sha256.text, than->text) == 0) fail_msg("%s does not count", what);
}

static void everything_that_an_answer_depends_on_counts(void **state) {
  (void)state;
  FactTable facts = {0};
  PromptQuestion question = question_about(&facts), other;
  Sha256Text first, again;
  assert_int_equal(question_sha256(&question, &first, &err), STATUS_OK);
  assert_int_equal(question_sha256(&question, &again, &err), STATUS_OK);
  assert_string_equal(first.text, again.text);
  other = question, other.provider = "openai", asserts_another(&other, &first, "provider");
  other = question, other.model = "b-model", asserts_another(&other, &first, "model");
  other = question, other.language = LANGUAGE_KO, asserts_another(&other, &first, "language");
  other = question, other.prompt_name = "other", asserts_another(&other, &first, "prompt");
  prompt.version++, asserts_another(&question, &first, "version"), prompt.version--;
  prompt.task[0]++, asserts_another(&question, &first, "task"), prompt.task[0]--;
  prompt.members[0].max_length++, asserts_another(&question, &first, "schema"), prompt.members[0].max_length--;
  facts.items[8].value.real += 0.01, asserts_another(&question, &first, "a value"), facts.items[8].value.real = 56400;
  facts.as_of++, asserts_another(&question, &first, "as_of"), facts.as_of--;
  facts.proven = false, asserts_another(&question, &first, "proof"), facts.proven = true;
  asserts_another(&(PromptQuestion){"gemin", "ia-model", LANGUAGE_EN, "sample", &prompt, &facts}, &first,
                  "where names end");
  assert_int_equal(question_sha256(&question, &again, &err), STATUS_OK);
  assert_string_equal(first.text, again.text);
  fact_table_free(&facts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_has_its_keys_and_its_members),
      cmocka_unit_test(what_is_wrong_is_named_with_its_place_and_a_name_that_is_near),
      cmocka_unit_test(a_file_without_members_or_with_too_much_is_refused),
      cmocka_unit_test(a_byte_order_mark_and_windows_lines_do_no_harm),
      cmocka_unit_test(the_schema_says_what_the_file_says),
      cmocka_unit_test(every_shipped_prompt_is_one),
      cmocka_unit_test(the_debate_has_three_sides_and_four_decisions),
      cmocka_unit_test(a_question_holds_rules_task_schema_facts_and_language),
      cmocka_unit_test(everything_that_an_answer_depends_on_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
