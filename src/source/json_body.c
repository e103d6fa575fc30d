#include "json_body.h"

#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_words.h"

/* A body cut in the middle of a character is cut, not broken. */
static bool is_utf8_but_for_its_end(const char *body, size_t length) {
  for (size_t cut = 0; cut <= 3 && cut <= length; cut++) {
    if (text_is_utf8(body, length - cut)) return true;
  }
  return false;
}

/* What is whole, and yet not to be believed, is broken; the rest was cut on its way, or is no JSON at all. */
static void fail_by_json_error(MarketAnswer *answer, const json_error_t *error, size_t length) {
  enum json_error_code code = json_error_code(error);
  bool cut = code == json_error_premature_end_of_input;
  bool broken =
      code == json_error_duplicate_key || code == json_error_stack_overflow || code == json_error_null_character;
  answer_fail(answer, broken ? ANSWER_BROKEN : ANSWER_FAILING, "%s (%zu bytes): %s",
              cut ? "JSON cut short" : "not the JSON that was due", length, answer_quote(error->text).text);
}

static size_t byte_order_mark(const char *body, size_t length) {
  return length >= 3 && memcmp(body, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool json_body_is_markup(const char *body, size_t length) {
  while (length > 0 && memchr(" \t\r\n", *body, 4) != NULL) body++, length--;
  return length > 0 && *body == '<';
}

void json_body_skip_mark(const char **body, size_t *length) {
  size_t skipped = byte_order_mark(*body, *length);
  *body += skipped, *length -= skipped;
}

json_t *json_body_read(const char *body, size_t length, Answer *answer) {
  json_error_t error;
  if (json_body_is_markup(body, length))
    answer_fail(answer, ANSWER_BLOCKED, "HTML or XML where JSON was due");
  else if (length == 0)
    answer_fail(answer, ANSWER_FAILING, "an answer without a body");
  else if (!is_utf8_but_for_its_end(body, length))
    answer_fail(answer, ANSWER_BROKEN, "the answer is not UTF-8");
  else {
    json_t *root = json_loadb(body, length, JSON_REJECT_DUPLICATES, &error); /* refuses deep nesting by itself */
    if (root == NULL) fail_by_json_error(answer, &error, length);
    return root;
  }
  return NULL;
}

json_t *json_body_read_object(const char *body, size_t length, Answer *answer) {
  json_t *root = json_body_read(body, length, answer);
  if (root == NULL || json_is_object(root)) return root;
  answer_fail(answer, ANSWER_BROKEN, "JSON that is no object");
  json_decref(root);
  return NULL;
}

const char *json_body_text(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text == NULL ? "" : text;
}
