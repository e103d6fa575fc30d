/* chat/completions, as OpenAI, llama.cpp, Ollama, vLLM and gateways have it. */
#include "model_provider.h"

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

static bool path(const ModelTerms *terms, char *path, size_t path_size) {
  (void)terms;
  return text_copy(path, path_size, "/chat/completions");
}

static json_t *form(const ModelQuestion *question, json_t *schema) {
  if (schema == NULL) return json_pack("{s:s}", "type", "json_object");
  return json_pack("{s:s, s:{s:s, s:O, s:b}}", "type", "json_schema", "json_schema", "name", question->schema_name,
                   "schema", schema, "strict", 1);
}

static json_t *body(const ModelTerms *terms, const ModelQuestion *question, json_t *schema) {
  return json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:s}], s:I, s:o}", "model", terms->name, "messages", "role", "system",
                   "content", question->system, "role", "user", "content", question->user, "max_tokens",
                   (json_int_t)question->max_output_tokens, "response_format", form(question, schema));
}

/* ---- the answer ---- */

static bool calls_a_tool(const json_t *message) {
  const json_t *calls = json_object_get(message, "tool_calls"), *call = json_object_get(message, "function_call");
  return json_array_size(calls) > 0 || json_is_object(calls) || json_is_object(call);
}

static void judge(const json_t *choice, const json_t *message, ModelReply *reply) {
  char code[MODEL_CODE_SIZE];
  const char *finish = model_text(choice, "finish_reason"), *refusal = model_text(message, "refusal");
  if (choice == NULL)
    model_fail(reply, MODEL_REFUSED, "there is no choice");
  else if (finish == NULL || strcmp(finish, "stop") != 0)
    model_fail(reply, MODEL_REFUSED, "it did not come to its end: %s", model_code(finish, code));
  else if (refusal != NULL && *refusal != '\0')
    model_fail(reply, MODEL_REFUSED, "the model refuses to answer");
  else if (calls_a_tool(message))
    model_fail(reply, MODEL_REFUSED, "a tool call");
  else if (reply->text == NULL)
    model_fail(reply, MODEL_REFUSED, "there is no text in it");
  else
    reply->kind = MODEL_ANSWERED;
}

static void read_answer(const json_t *root, ModelReply *reply) {
  const json_t *choice = json_array_get(json_object_get(root, "choices"), 0);
  const json_t *message = json_object_get(choice, "message"), *usage = json_object_get(root, "usage");
  const char *content = model_text(message, "content");
  if (content != NULL && *content != '\0') reply->text = strdup(content);
  model_take_version(reply, model_text(root, "model"));
  reply->tokens_in = model_count(usage, "prompt_tokens");
  reply->tokens_out = model_count(usage, "completion_tokens");
  judge(choice, message, reply);
}

static const char *const SCHEMA_LACKS[] = {"maxLength", "minLength", "$schema", NULL};

const ModelProvider MODEL_OPENAI = {
    .name = "openai",
    .base_url = "https://api.openai.com/v1",
    .name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:/@+",
    .key_header = "Authorization: Bearer ",
    .may_lack_key = true,
    .may_lack_schema = true,
    .schema_lacks = SCHEMA_LACKS,
    .path = path,
    .body = body,
    .read = read_answer,
};
