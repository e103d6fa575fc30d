/* Text from outside on its way to a terminal, a log, a message. Accepted: the text is shown as it is. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/escape.h>

static char *escaped(const char *text, EscapeForm form) {
  TextBuffer buffer = {0};
  text_buffer_append(&buffer, "", 0);
  escape_append(&buffer, text, form);
  FUZZ_CHECK(!buffer.failed);
  return buffer.data;
}

/* UTF-8 on one line, without the characters that are known to deceive, by another list than the one under test. */
static void check_harmless(const char *text) {
  static const char *const deceivers[] = {
      "\xC2\x85",     "\xC2\x9B",     "\xD8\x9C",     "\xE2\x80\x8B", "\xE2\x80\x8E", "\xE2\x80\x8F",
      "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
      "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9", "\xEF\xBB\xBF"};
  if (*text == '\0') return;
  fuzz_check_message(text);
  for (size_t i = 0; i < sizeof deceivers / sizeof deceivers[0]; i++) FUZZ_CHECK(strstr(text, deceivers[i]) == NULL);
}

/* Nothing between quotes ends them: a quote has an odd number of backslashes before it. */
static void check_quoted(const char *text) {
  size_t backslashes = 0;
  for (; *text != '\0'; text++) {
    FUZZ_CHECK(*text != '"' || backslashes % 2 == 1);
    backslashes = *text == '\\' ? backslashes + 1 : 0;
  }
  FUZZ_CHECK(backslashes % 2 == 0);
}

static void check_cut(const char *text, const char *whole) {
  char copy[ESCAPE_MAX + 8];
  escape_text(copy, sizeof copy, text);
  check_harmless(copy);
  if (strlen(whole) < sizeof copy)
    FUZZ_CHECK(strcmp(copy, whole) == 0);
  else
    FUZZ_CHECK(strlen(copy) < sizeof copy && strcmp(copy + strlen(copy) - 3, "...") == 0);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size);
  char *shown = escaped(text, ESCAPE_TO_SHOW), *again = escaped(shown, ESCAPE_TO_SHOW);
  char *quoted = escaped(text, ESCAPE_TO_QUOTE), *json = escaped(text, ESCAPE_IN_JSON);
  check_harmless(shown);
  check_harmless(quoted);
  check_harmless(json);
  check_quoted(quoted);
  check_cut(text, shown);
  FUZZ_CHECK(strcmp(shown, again) == 0);
  bool same = strcmp(shown, text) == 0;
  free(text);
  free(shown);
  free(again);
  free(quoted);
  free(json);
  return same;
}
