/* prompt_schema.c: the JSON Schema of an answer. */
#include <closebell/ai/prompt.h>

#include <closebell/base/json_writer.h>

static void put_words(JsonWriter *to, const PromptMember *member) {
  json_put_text(to, "type", "string");
  json_begin_list(to, "enum");
  for (int i = 0; i < member->word_count; i++) json_put_text(to, NULL, member->words[i]);
  json_end_list(to);
}

static void put_text(JsonWriter *to, const PromptMember *member) {
  json_put_text(to, "type", "string");
  json_put_whole(to, "maxLength", member->max_length);
}

static void close_object(JsonWriter *to) {
  json_put_truth(to, "additionalProperties", false);
  json_end_object(to);
}

static void put_turn(JsonWriter *to, const PromptMember *member) {
  json_put_text(to, "type", "object");
  json_begin_object(to, "properties");
  json_begin_object(to, "side");
  put_words(to, member);
  json_end_object(to);
  json_begin_object(to, "text");
  put_text(to, member);
  json_end_object(to);
  json_end_object(to);
  json_begin_list(to, "required");
  json_put_text(to, NULL, "side");
  json_put_text(to, NULL, "text");
  json_end_list(to);
  close_object(to);
}

static void put_list(JsonWriter *to, const PromptMember *member) {
  json_put_text(to, "type", "array");
  json_put_whole(to, "maxItems", member->max_count);
  json_begin_object(to, "items");
  if (member->kind == MEMBER_TURNS) {
    put_turn(to, member);
    return;
  }
  put_text(to, member);
  json_end_object(to);
}

static void put_member(JsonWriter *to, const PromptMember *member) {
  json_begin_object(to, member->name);
  switch (member->kind) {
  case MEMBER_TEXT:
    put_text(to, member);
    break;
  case MEMBER_CHOICE:
    put_words(to, member);
    break;
  default:
    put_list(to, member);
    break;
  }
  json_end_object(to);
}

void prompt_schema(const Prompt *prompt, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  json_begin_object(&to, NULL);
  json_put_text(&to, "type", "object");
  json_begin_object(&to, "properties");
  for (size_t i = 0; i < prompt->member_count; i++) put_member(&to, &prompt->members[i]);
  json_end_object(&to);
  json_begin_list(&to, "required");
  for (size_t i = 0; i < prompt->member_count; i++) json_put_text(&to, NULL, prompt->members[i].name);
  json_end_list(&to);
  close_object(&to);
}
