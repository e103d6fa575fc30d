/* A prompt file. Accepted: its texts are text, its members keep to their limits, its schemas are JSON. Refused: the
 * place lies in the file or right behind it. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/ai/prompt.h>
#include <closebell/base/json.h>

static void check_text(const char *text, size_t size) {
  size_t length = strnlen(text, size);
  FUZZ_CHECK(length > 0 && length < size);
  FUZZ_CHECK(text_is_utf8(text, length));
}

static void check_member(const Prompt *prompt, const PromptMember *member) {
  check_text(member->name, sizeof member->name);
  FUZZ_CHECK(prompt_member(prompt, member->name) == member); /* each name once */
  bool is_list = member->kind == MEMBER_TEXTS || member->kind == MEMBER_TURNS;
  bool has_words = member->kind == MEMBER_CHOICE || member->kind == MEMBER_TURNS;
  FUZZ_CHECK((member->max_count > 0) == is_list && member->max_count <= PROMPT_MAX_COUNT);
  FUZZ_CHECK((member->max_length > 0) == (member->kind != MEMBER_CHOICE) && member->max_length <= PROMPT_MAX_LENGTH);
  FUZZ_CHECK((member->word_count > 0) == has_words && member->word_count <= PROMPT_MAX_WORDS);
  for (int i = 0; i < member->word_count; i++) check_text(member->words[i], PROMPT_WORD_SIZE);
}

static void check_accepted(const Prompt *prompt) {
  check_text(prompt->title, sizeof prompt->title);
  check_text(prompt->title_ko, sizeof prompt->title_ko);
  check_text(prompt->task, sizeof prompt->task);
  FUZZ_CHECK(prompt->version >= 1 && prompt->version <= PROMPT_MAX_VERSION);
  FUZZ_CHECK(prompt->member_count > 0 && prompt->member_count <= PROMPT_MAX_MEMBERS);
  for (size_t i = 0; i < prompt->member_count; i++) check_member(prompt, &prompt->members[i]);
  TextBuffer schema = {0};
  prompt_schema(prompt, &schema);
  FUZZ_CHECK(!schema.failed && json_is_valid(schema.data));
  text_buffer_free(&schema);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  Prompt *prompt = malloc(sizeof *prompt);
  char *text = malloc(size == 0 ? 1 : size); /* of exactly its length, so that a read behind it is seen */
  ScreenError error;
  FUZZ_CHECK(prompt != NULL && text != NULL);
  if (size > 0) memcpy(text, data, size);
  bool accepted = prompt_parse(text, size, prompt, &error) == STATUS_OK;
  if (accepted) {
    check_accepted(prompt);
  } else {
    FUZZ_CHECK(error.line >= 1 && error.column >= 1);
    FUZZ_CHECK((size_t)error.line + (size_t)error.column <= size + 2);
    fuzz_check_message(error.what);
  }
  free(text);
  free(prompt);
  return accepted;
}
