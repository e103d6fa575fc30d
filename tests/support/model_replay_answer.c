#include "model_replay_answer.h"

#include "model_replay_prose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the model writes ---- */

/* Puts words at the beginning of the first text. */
static char *spoil(char *answer, const char *words) {
  char *at = strstr(answer, "\":\""), *spoilt = NULL;
  if (at == NULL) return answer;
  at += 3;
  if (asprintf(&spoilt, "%.*s%s%s", (int)(at - answer), answer, words, at) < 0) abort();
  free(answer);
  return spoilt;
}

static char *repeat_member(char *answer) {
  char *again = NULL;
  int name = (int)strcspn(answer + 2, "\"");
  if (asprintf(&again, "{\"%.*s\":\"once more\",%s", name, answer + 2, answer + 1) < 0) abort();
  free(answer);
  return again;
}

static char *wrap(char *answer, const char *before, const char *behind) {
  char *wrapped = NULL;
  if (asprintf(&wrapped, "%s%s%s", before, answer, behind) < 0) abort();
  free(answer);
  return wrapped;
}

static char *write_text(const ModelTold *told) {
  char *answer = model_prose(told->user, told->schema, told->number);
  switch (told->manner) {
  case MANNER_digits:
    return spoil(answer, "It rose 12.5 percent. ");
  case MANNER_unknown_id:
    return spoil(answer, "It stands at {f99999}. ");
  case MANNER_misspelt_id:
    return spoil(answer, "It stands at { f1 }. ");
  case MANNER_markup:
    return spoil(answer, "<b>Buy</b> ");
  case MANNER_link:
    return spoil(answer, "See www.example.com for more. ");
  case MANNER_member_twice:
    return repeat_member(answer);
  case MANNER_other_member:
    answer[0] = ',';
    return wrap(answer, "{\"surprise\":\"yes\"", "");
  case MANNER_around:
    return wrap(answer, "Here is the answer:\n```json\n", "\n```");
  case MANNER_cut_text:
    answer[strlen(answer) / 2] = '\0';
    return answer;
  case MANNER_empty:
    answer[0] = '\0';
    return answer;
  default:
    return answer;
  }
}

/* ---- the envelopes ---- */

static const char *finish_of(const ModelTold *told) {
  switch (told->manner) {
  case MANNER_max_tokens:
    return told->gemini ? "MAX_TOKENS" : "length";
  case MANNER_safety:
    return told->gemini ? "SAFETY" : "content_filter";
  case MANNER_other_finish:
    return "SOMETHING_NEW";
  case MANNER_tool_call:
    return told->gemini ? "STOP" : "tool_calls";
  default:
    return told->gemini ? "STOP" : "stop";
  }
}

/* What the test has set, or a token a byte. */
static void count_tokens(ModelTold *told, const char *text) {
  if (told->tokens_in == 0) told->tokens_in = (int64_t)strlen(told->user);
  if (told->tokens_out == 0) told->tokens_out = (int64_t)strlen(text);
}

static json_t *gemini_parts(const ModelTold *told, const char *text) {
  json_t *parts = json_array();
  if (told->manner == MANNER_thoughts || told->manner == MANNER_thinking)
    json_array_append_new(parts, json_pack("{s:s, s:b}", "text", "It may rise 99 percent.", "thought", 1));
  if (told->manner == MANNER_tool_call)
    json_array_append_new(parts, json_pack("{s:{s:s, s:{}}}", "functionCall", "name", "buy", "args"));
  else if (told->manner != MANNER_thoughts)
    json_array_append_new(parts, json_pack("{s:s}", "text", text));
  return parts;
}

static json_t *gemini_answer(const ModelTold *told, const char *text, const char *version) {
  json_t *root = json_object(), *candidate = json_object();
  if (told->manner == MANNER_blocked) {
    json_object_set_new(root, "promptFeedback", json_pack("{s:s}", "blockReason", "PROHIBITED_CONTENT"));
  } else {
    json_object_set_new(candidate, "content",
                        json_pack("{s:s, s:o}", "role", "model", "parts", gemini_parts(told, text)));
    if (told->manner != MANNER_no_finish) json_object_set_new(candidate, "finishReason", json_string(finish_of(told)));
    json_object_set_new(root, "candidates", json_pack("[o]", json_incref(candidate)));
  }
  json_decref(candidate);
  json_object_set_new(root, "modelVersion", json_string(version));
  if (told->manner != MANNER_no_usage)
    json_object_set_new(root, "usageMetadata",
                        json_pack("{s:I, s:I, s:I}", "promptTokenCount", (json_int_t)told->tokens_in,
                                  "candidatesTokenCount", (json_int_t)(told->tokens_out - told->tokens_out / 2),
                                  "thoughtsTokenCount", (json_int_t)(told->tokens_out / 2)));
  return root;
}

static json_t *openai_message(const ModelTold *told, const char *text) {
  bool silent = told->manner == MANNER_tool_call || told->manner == MANNER_thoughts || told->manner == MANNER_refusal ||
                told->manner == MANNER_blocked;
  json_t *message = json_pack("{s:s, s:o}", "role", "assistant", "content", silent ? json_null() : json_string(text));
  if (told->manner == MANNER_tool_call)
    json_object_set_new(message, "tool_calls",
                        json_pack("[{s:s, s:s, s:{s:s, s:s}}]", "id", "c1", "type", "function", "function", "name",
                                  "buy", "arguments", "{}"));
  if (told->manner == MANNER_refusal || told->manner == MANNER_blocked)
    json_object_set_new(message, "refusal", json_string("I will not."));
  if (told->manner == MANNER_thoughts || told->manner == MANNER_thinking)
    json_object_set_new(message, "reasoning_content", json_string("It may rise 99 percent."));
  return message;
}

static json_t *openai_answer(const ModelTold *told, const char *text, const char *version) {
  json_t *choice = json_pack("{s:i, s:o}", "index", 0, "message", openai_message(told, text));
  if (told->manner != MANNER_no_finish) json_object_set_new(choice, "finish_reason", json_string(finish_of(told)));
  json_t *root = json_pack("{s:s, s:s, s:[o], s:s}", "id", "chatcmpl-1", "object", "chat.completion", "choices", choice,
                           "model", version);
  if (told->manner != MANNER_no_usage)
    json_object_set_new(root, "usage",
                        json_pack("{s:I, s:I}", "prompt_tokens", (json_int_t)told->tokens_in, "completion_tokens",
                                  (json_int_t)told->tokens_out));
  return root;
}

char *model_answer(ModelTold *told) {
  char *text = write_text(told);
  const char *version = told->manner == MANNER_other_version ? "another-model-2" : told->model;
  count_tokens(told, text);
  json_t *root = told->gemini ? gemini_answer(told, text, version) : openai_answer(told, text, version);
  char *answer = json_dumps(root, JSON_COMPACT);
  json_decref(root);
  free(text);
  return told->manner == MANNER_twice ? repeat_member(answer) : answer;
}
