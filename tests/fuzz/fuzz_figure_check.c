/* A model's answer. The first byte says which prompt, and whether the rest is the whole answer or one text of it.
 * Accepted: every figure stands where it says, and nothing else is a number. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/json_writer.h>

#include "ai_sample.h"
#include "figure_oracle.h"

static bool check(const Prompt *prompt, const FactTable *facts, Language language, const char *bytes, size_t length) {
  CheckedAnswer answer = {0};
  Error err;
  const PromptQuestion question = {.prompt = prompt, .facts = facts, .language = language};
  FUZZ_CHECK(figure_check(&question, bytes, length, &answer, &err) == STATUS_OK);
  bool accepted = answer.accepted;
  if (accepted) {
    FUZZ_CHECK(oracle_holds(prompt, facts, language, &answer));
  } else {
    fuzz_check_message(answer.reason);
    FUZZ_CHECK(answer.json == NULL && answer.figure_count == 0);
  }
  checked_answer_free(&answer);
  return accepted;
}

static bool check_text(const Prompt *prompt, const FactTable *facts, Language language, const char *text) {
  TextBuffer json = {0};
  JsonWriter to = json_writer(&json);
  if (!text_is_utf8(text, strlen(text))) return false;
  json_begin_object(&to, NULL);
  json_put_text(&to, "text", text);
  json_end_object(&to);
  FUZZ_CHECK(!json.failed);
  bool accepted = check(prompt, facts, language, json.data, json.length);
  text_buffer_free(&json);
  return accepted;
}

bool fuzz_target(const uint8_t *data, size_t size) {
  FactTable facts = {0};
  Prompt *prompt = malloc(sizeof *prompt);
  Error err;
  bool accepted = false;
  char kind = size > 0 ? (char)data[0] : 'w';
  Language language = kind == 'k' ? LANGUAGE_KO : LANGUAGE_EN;
  FUZZ_CHECK(prompt != NULL && sample_facts(&facts, &err) == STATUS_OK);
  FUZZ_CHECK(sample_prompt(kind == 'd' ? SAMPLE_DEBATE : SAMPLE_PROMPT, prompt) != NULL);
  char *text = fuzz_text(data + (size > 0), size > 0 ? size - 1 : 0);
  if (kind == 't' || kind == 'k') {
    accepted = check_text(prompt, &facts, language, text);
  } else if (size > 1) {
    char *bytes = malloc(size - 1); /* of exactly its length, so that a read behind it is seen */
    FUZZ_CHECK(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    accepted = check(prompt, &facts, language, bytes, size - 1);
    free(bytes);
  }
  free(text);
  free(prompt);
  fact_table_free(&facts);
  return accepted;
}
