/* Every definition of deploy/feeds: its file is right, and it reads the recorded answer of its provider as it should;
 * what providers send instead of one is never taken for rows. Whoever ships another feed adds a row and its answer. */
#include "shipped_case.h"

#include <dirent.h>
#include <stdlib.h>

/* As a reader of the database would see it. */
static void value_text(const FeedValue *value, char *text, size_t size) {
  text[0] = '\0';
  switch (value->type) {
  case FEED_STRING:
    snprintf(text, size, "%s", value->text);
    break;
  case FEED_INT:
    snprintf(text, size, "%lld", (long long)value->whole);
    break;
  case FEED_DOUBLE:
    snprintf(text, size, "%.15g", value->real);
    break;
  case FEED_BOOL:
    snprintf(text, size, "%s", value->truth ? "true" : "false");
    break;
  case FEED_DATE:
    snprintf(text, size, "%s", day_text(value->day).text);
    break;
  case FEED_INSTANT:
    snprintf(text, size, "%s", instant_text(value->instant).text);
    break;
  case FEED_STRINGS:
    for (size_t i = 0; i < value->texts.count; i++)
      snprintf(text + strlen(text), size - strlen(text), "%s%s", i > 0 ? "|" : "", value->texts.items[i]);
    break;
  }
}

/* ---- what must hold of each ---- */

static void every_file_of_the_folder_has_a_row_here(void **state) {
  (void)state;
  size_t files = 0;
  DIR *folder = opendir(TEST_FEEDS);
  assert_non_null(folder);
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const char *dot = strstr(entry->d_name, ".ini");
    if (dot == NULL || dot[4] != '\0') continue;
    size_t i = 0, length = (size_t)(dot - entry->d_name);
    while (i < FEEDS_COUNT && (strlen(FEEDS[i].name) != length || strncmp(FEEDS[i].name, entry->d_name, length) != 0))
      i++;
    if (i == FEEDS_COUNT) fail_msg("%s has no row in this test", entry->d_name);
    files++;
  }
  closedir(folder);
  assert_int_equal(files, FEEDS_COUNT);
}

static void a_recorded_answer_becomes_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const Shipped *shipped = &FEEDS[i];
    char text[256];
    Asked asked = ask_recorded(shipped);
    if (asked.answer.kind != ANSWER_ROWS) fail_msg("%s: %s", shipped->name, asked.answer.detail);
    assert_int_equal(asked.rows.count, shipped->rows);
    assert_string_equal(asked.rows.items[0].id, shipped->ids[0]);
    assert_string_equal(asked.rows.items[shipped->rows - 1].id, shipped->ids[1]);
    size_t field = feed_field_find(asked.definition, shipped->field);
    assert_true(field != FEED_NO_FIELD);
    value_text(&asked.rows.items[0].values[field], text, sizeof text);
    assert_string_equal(text, shipped->text);
    if (!asked.passes) fail_msg("%s: %s", shipped->name, asked.reason);
    assert_false(asked.pages.has_more);
    asked_free(&asked);
  }
}

/* A field that no row of a recorded answer has is misspelt, or of no use to anybody. */
static void every_field_is_in_the_recorded_answer(void **state) {
  (void)state;
  static const char *const absent[] = {"in_reply_to_user_id", "source", "unit", "obs_status",
                                       "portfolio_turnover"}; /* seldom there */
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    Asked asked = ask_recorded(&FEEDS[i]);
    for (size_t field = 0; field < asked.definition->rows.field_count; field++) {
      const char *name = asked.definition->rows.fields[field].name;
      bool found = false, may_lack = false;
      for (size_t row = 0; row < asked.rows.count; row++) found |= !asked.rows.items[row].values[field].is_absent;
      for (size_t k = 0; k < sizeof absent / sizeof absent[0]; k++) may_lack |= strcmp(absent[k], name) == 0;
      if (!found && !may_lack) fail_msg("%s: no row has %s", FEEDS[i].name, name);
    }
    asked_free(&asked);
  }
}

static void a_question_goes_to_the_provider_over_tls_and_shows_no_key(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    Asked asked = ask_recorded(&FEEDS[i]);
    if (strncmp(asked.question.url, FEEDS[i].url, strlen(FEEDS[i].url)) != 0)
      fail_msg("%s: %s", FEEDS[i].name, asked.question.url);
    assert_null(strstr(asked.question.shown, "KEY1"));
    bool has_key = strstr(asked.question.url, "KEY1") != NULL;
    for (size_t k = 0; k < FEED_HEADERS_MAX && asked.question.headers[k] != NULL; k++)
      has_key |= strstr(asked.question.headers[k], "KEY1") != NULL;
    assert_int_equal(has_key, asked.definition->keys.file != NULL);
    asked_free(&asked);
  }
}

static void without_its_keys_a_feed_waits_and_is_no_error(void **state) {
  (void)state;
  static const char *const files[] = {NULL, "", "# none yet\n"};
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    for (size_t k = 0; k < 3; k++) {
      FeedDefinition *definition = load(FEEDS[i].name, files[k]);
      assert_int_equal(definition->keys.are_missing, definition->keys.file != NULL);
      feed_definition_free(definition);
    }
}

/* ---- six kinds of answers that are none ---- */

static void a_page_of_html_or_nothing_or_half_an_answer_is_not_taken_for_rows(void **state) {
  (void)state;
  static const char page[] = "<!DOCTYPE html><html><title>Just a moment...</title></html>";
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    char file[64], body[BYTES_MAX];
    snprintf(file, sizeof file, "%s.json", FEEDS[i].name);
    size_t length = read_file(TEST_DATA "/feeds", file, body);
    assert_no_rows(&FEEDS[i], "a page", 200, page, strlen(page), ANSWER_BLOCKED);
    assert_no_rows(&FEEDS[i], "nothing", 200, "", 0, ANSWER_FAILING);
    assert_no_rows(&FEEDS[i], "a half", 200, body, length / 2, ANSWER_FAILING);
    assert_no_rows(&FEEDS[i], "500", 500, body, length, ANSWER_FAILING);
    assert_no_rows(&FEEDS[i], "401", 401, "{}", 2, ANSWER_UNAUTHORIZED);
  }
}

static void what_a_provider_says_instead_of_rows_is_told_apart(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const Shipped *shipped = &FEEDS[i];
    if (shipped->limit != NULL)
      assert_no_rows(shipped, "a limit", 200, shipped->limit, strlen(shipped->limit), ANSWER_SPENT);
    AnswerKind refusal = strcmp(shipped->name, "bithumb_ticker") == 0 ? ANSWER_BROKEN : ANSWER_REFUSED;
    assert_no_rows(shipped, "an error", 200, shipped->error, strlen(shipped->error), refusal);
    if (shipped->empty != NULL)
      assert_no_rows(shipped, "no rows", 200, shipped->empty, strlen(shipped->empty), ANSWER_EMPTY);
  }
}

/* JSON of another kind is broken, or has no rows and then fails its check: it never completes a unit. */
static void json_of_another_shape_completes_nothing(void **state) {
  (void)state;
  static const char *const shapes[] = {"{\"other\":{\"kind\":[1,2,3]}}", "[]", "{}", "null", "[1]", "\"text\""};
  for (size_t i = 0; i < FEEDS_COUNT; i++)
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
      Asked asked = ask(&FEEDS[i], 200, shapes[k], strlen(shapes[k]));
      bool is_believed = asked.answer.kind == ANSWER_ROWS || asked.answer.kind == ANSWER_EMPTY;
      if (is_believed && asked.passes) fail_msg("%s believes %s", FEEDS[i].name, shapes[k]);
      asked_free(&asked);
    }
}

/* One value of one row that is of another type: no row is taken. */
static void a_value_of_another_type_breaks_the_whole_answer(void **state) {
  (void)state;
  for (size_t i = 0; i < FEEDS_COUNT; i++) {
    const Shipped *shipped = &FEEDS[i];
    char file[64], body[BYTES_MAX], spoilt[BYTES_MAX];
    snprintf(file, sizeof file, "%s.json", shipped->name);
    read_file(TEST_DATA "/feeds", file, body);
    const char *at = strstr(body, shipped->needs[0]);
    if (at == NULL) fail_msg("%s has no %s", file, shipped->needs[0]);
    snprintf(spoilt, sizeof spoilt, "%.*s%s%s", (int)(at - body), body, shipped->needs[1],
             at + strlen(shipped->needs[0]));
    assert_no_rows(shipped, "a spoilt value", 200, spoilt, strlen(spoilt), ANSWER_BROKEN);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_of_the_folder_has_a_row_here),
      cmocka_unit_test(a_recorded_answer_becomes_rows),
      cmocka_unit_test(every_field_is_in_the_recorded_answer),
      cmocka_unit_test(a_question_goes_to_the_provider_over_tls_and_shows_no_key),
      cmocka_unit_test(without_its_keys_a_feed_waits_and_is_no_error),
      cmocka_unit_test(a_page_of_html_or_nothing_or_half_an_answer_is_not_taken_for_rows),
      cmocka_unit_test(what_a_provider_says_instead_of_rows_is_told_apart),
      cmocka_unit_test(json_of_another_shape_completes_nothing),
      cmocka_unit_test(a_value_of_another_type_breaks_the_whole_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
