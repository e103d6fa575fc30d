/* What is written beside exported files is read again, and nothing else is taken for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/manifest.h>

static Day day(const char *text) {
  Day date;
  assert_true(day_parse(text, &date));
  return date;
}

static ManifestState written_and_read(Manifest *manifest, TextBuffer *text) {
  ManifestState state;
  text->length = 0;
  manifest_format(manifest, text);
  assert_false(text->failed);
  assert_int_equal(manifest_parse(text->data, &state, NULL), STATUS_OK);
  return state;
}

static void a_state_survives_its_file(void **state) {
  (void)state;
  static const ManifestState states[] = {
      {.content = CONTENT_ADJUSTED, .complete = true, .session = 20000},
      {.content = CONTENT_ADJUSTED, .complete = false, .session = 20000, .restatement = 9999999999},
      {.content = CONTENT_INDICATORS, .complete = true, .session = 20001, .restatement = 3, .version = 4}};
  TextBuffer text = {0};
  for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
    Manifest manifest = {.state = states[i]};
    ManifestState read = written_and_read(&manifest, &text);
    assert_int_equal(read.content, states[i].content);
    assert_int_equal(read.complete, states[i].complete);
    assert_int_equal(read.session, states[i].session);
    assert_int_equal(read.restatement, states[i].restatement);
    assert_int_equal(read.version, states[i].version);
    assert_int_equal(manifest_state_is(&read, &states[i]), states[i].complete);
  }
  text_buffer_free(&text);
}

static void files_are_listed_once_it_is_complete(void **state) {
  (void)state;
  Manifest manifest = {.state = {.content = CONTENT_ADJUSTED, .complete = true, .session = day("2025-04-11")}};
  TextBuffer file = {0}, text = {0};
  text_buffer_printf(&file, "abc");
  assert_int_equal(manifest_add(&manifest, day("2025-04-10"), 7, &file, NULL), STATUS_OK);
  written_and_read(&manifest, &text);
  assert_non_null(
      strstr(text.data, "{\"name\": \"2025-04-10.csv\", \"rows\": 7, \"bytes\": 3, \"sha256\": \"ba7816bf"));
  manifest.state.complete = false;
  written_and_read(&manifest, &text);
  assert_null(strstr(text.data, "2025-04-10"));
  manifest_free(&manifest);
  text_buffer_free(&file);
  text_buffer_free(&text);
}

static void what_is_no_manifest_of_ours_is_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "{}",
      "[]",
      "null",
      "{\"name\": \"a web page\"}",
      "{\"format\": \"closebell-export-2\"}",
      "{\"format\": \"closebell-export-1\", \"content\": \"adjusted\", \"complete\": true}",
      "{\"format\": \"closebell-export-1\", \"content\": \"other\", \"complete\": true, \"state\": {\"session\": "
      "\"2025-04-10\", \"restatement\": 0}}",
      "{\"format\": \"closebell-export-1\", \"content\": \"adjusted\", \"complete\": 1, \"state\": {\"session\": "
      "\"2025-04-10\", \"restatement\": 0}}",
      "{\"format\": \"closebell-export-1\", \"content\": \"adjusted\", \"complete\": true, \"state\": {\"session\": "
      "\"2025-04-31\", \"restatement\": 0}}",
      "{\"format\": \"closebell-export-1\", \"content\": \"adjusted\", \"complete\": true, \"state\": {\"session\": "
      "\"2025-04-10\", \"restatement\": \"0\"}}"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    ManifestState read = {.session = 1};
    assert_int_equal(manifest_parse(wrong[i], &read, NULL), STATUS_BAD_DATA);
    assert_int_equal(read.session, 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_state_survives_its_file),
      cmocka_unit_test(files_are_listed_once_it_is_complete),
      cmocka_unit_test(what_is_no_manifest_of_ours_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
