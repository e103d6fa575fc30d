/* Gemini: generateContent. */
#include "model_provider.h"

#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>

static bool path(const ModelTerms *terms, char *path, size_t path_size) {
  int length = snprintf(path, path_size, "/v1beta/models/%s:generateContent", terms->name);
  return length > 0 && (size_t)length < path_size;
}

/* Newer versions refuse or ignore temperature, topP and topK, and what they may be told of thinking differs. */
static json_t *body(const ModelTerms *terms, const ModelQuestion *question, json_t *schema) {
  (void)terms;
  return json_pack("{s:{s:[{s:s}]}, s:[{s:s, s:[{s:s}]}], s:{s:I, s:s, s:O*}}", "systemInstruction", "parts", "text",
                   question->system, "contents", "role", "user", "parts", "text", question->user, "generationConfig",
                   "maxOutputTokens", (json_int_t)question->max_output_tokens, "responseMimeType", "application/json",
                   "responseSchema", schema);
}

/* ---- the answer ---- */

static bool is_thought(const json_t *part) { return json_is_true(json_object_get(part, "thought")); }

/* A signature of thinking may come alone. */
static bool is_text(const json_t *part) {
  bool signature = json_object_size(part) == 1 && json_object_get(part, "thoughtSignature") != NULL;
  return signature || (model_text(part, "text") != NULL && json_object_get(part, "functionCall") == NULL);
}

/* The texts of the parts that are no thoughts, one after the other. *ret_other: there is a part that is no text. */
static char *join_parts(const json_t *parts, bool *ret_other) {
  TextBuffer text = {0};
  size_t index;
  const json_t *part;
  *ret_other = false;
  json_array_foreach(parts, index, part) {
    if (is_thought(part)) continue;
    *ret_other |= !is_text(part);
    const char *said = model_text(part, "text");
    if (said != NULL) text_buffer_append(&text, said, strlen(said));
  }
  if (text.length > 0 && !text.failed) return text.data;
  text_buffer_free(&text);
  return NULL;
}

static int64_t add(int64_t count, int64_t more) { return count < 0 || more < 0 ? count : count + more; }

/* Thinking is billed as output. */
static void read_usage(const json_t *usage, ModelReply *reply) {
  reply->tokens_in = add(model_count(usage, "promptTokenCount"), model_count(usage, "toolUsePromptTokenCount"));
  int64_t written = model_count(usage, "candidatesTokenCount"), thought = model_count(usage, "thoughtsTokenCount");
  reply->tokens_out =
      written < 0 && reply->text == NULL && usage != NULL ? (thought < 0 ? 0 : thought) : add(written, thought);
}

static void judge(const json_t *root, const json_t *candidate, bool other, ModelReply *reply) {
  char code[MODEL_CODE_SIZE];
  const json_t *blocked = json_object_get(json_object_get(root, "promptFeedback"), "blockReason");
  const char *finish = model_text(candidate, "finishReason");
  if (blocked != NULL)
    model_fail(reply, MODEL_REFUSED, "the question is blocked: %s", model_code(json_string_value(blocked), code));
  else if (candidate == NULL)
    model_fail(reply, MODEL_REFUSED, "there is no candidate");
  else if (finish == NULL || strcmp(finish, "STOP") != 0)
    model_fail(reply, MODEL_REFUSED, "it did not come to its end: %s", model_code(finish, code));
  else if (other)
    model_fail(reply, MODEL_REFUSED, "a tool call, or a part that is no text");
  else if (reply->text == NULL)
    model_fail(reply, MODEL_REFUSED, "there is no text in it");
  else
    reply->kind = MODEL_ANSWERED;
}

static void read_answer(const json_t *root, ModelReply *reply) {
  bool other;
  const json_t *candidate = json_array_get(json_object_get(root, "candidates"), 0);
  reply->text = join_parts(json_object_get(json_object_get(candidate, "content"), "parts"), &other);
  model_take_version(reply, model_text(root, "modelVersion"));
  read_usage(json_object_get(root, "usageMetadata"), reply);
  judge(root, candidate, other, reply);
}

static const char *const SCHEMA_LACKS[] = {"additionalProperties", "$schema", NULL};

const ModelProvider MODEL_GEMINI = {
    .name = "gemini",
    .base_url = "https://generativelanguage.googleapis.com",
    .model = "gemini-3.6-flash",
    .name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
    .key_header = "x-goog-api-key: ",
    .schema_lacks = SCHEMA_LACKS,
    .path = path,
    .body = body,
    .read = read_answer,
};
