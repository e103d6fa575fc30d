/* The bytes of an answer as a ModelReply: what all services have in common. */
#include "model_provider.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a figure about tokens can be. */
static const json_int_t TOKENS_MAX = 1000000000;
/* A token is about a syllable of Korean, or a short word of English: three bytes, seldom fewer. */
enum { BYTES_PER_TOKEN = 3, FRAME_TOKENS = 256 };

void model_reply_free(ModelReply *reply) {
  free(reply->text);
  *reply = (ModelReply){.retry_after_ms = -1, .not_before = INSTANT_NONE};
}

void model_fail(ModelReply *reply, ModelReplyKind kind, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  reply->kind = kind;
  vsnprintf(reply->detail, sizeof reply->detail, format, arguments);
  va_end(arguments);
}

const char *model_text(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

static const char CODE_CHARACTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

char *model_code(const char *code, char text[MODEL_CODE_SIZE]) {
  size_t length = code == NULL ? 0 : strlen(code);
  bool good = length > 0 && length < MODEL_CODE_SIZE && strspn(code, CODE_CHARACTERS) == length;
  snprintf(text, MODEL_CODE_SIZE, "%s", good ? code : "(no code)");
  return text;
}

int64_t model_count(const json_t *object, const char *name) {
  const json_t *count = json_object_get(object, name);
  json_int_t value = json_integer_value(count);
  return json_is_integer(count) && value >= 0 && value <= TOKENS_MAX ? (int64_t)value : -1;
}

void model_take_version(ModelReply *reply, const char *version) {
  size_t length = version == NULL ? 0 : strlen(version);
  if (length == 0 || length >= sizeof reply->model_version) return;
  for (size_t i = 0; i < length; i++)
    if (version[i] <= ' ' || version[i] > '~') return;
  memcpy(reply->model_version, version, length + 1);
}

/* ---- tokens ---- */

static int64_t bytes_of(const ModelQuestion *question) {
  size_t schema = question->schema_json == NULL ? 0 : strlen(question->schema_json);
  return (int64_t)(strlen(question->system) + strlen(question->user) + schema);
}

int64_t model_tokens_at_most(const ModelQuestion *question) {
  return bytes_of(question) + FRAME_TOKENS + question->max_output_tokens;
}

static int64_t guess(int64_t bytes) { return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN; }

static void complete_tokens(const ModelQuestion *question, ModelReply *reply) {
  reply->estimated = reply->tokens_in < 0 || reply->tokens_out < 0;
  if (reply->tokens_in < 0) reply->tokens_in = guess(bytes_of(question));
  if (reply->tokens_out < 0) reply->tokens_out = guess(reply->text == NULL ? 0 : (int64_t)strlen(reply->text));
}

/* ---- reading ---- */

/* An error may stand in a list of one. Null: there is none. */
static const json_t *error_of(const json_t *root) {
  const json_t *object = json_is_array(root) ? json_array_get(root, 0) : root;
  const json_t *error = json_object_get(object, "error");
  return json_is_object(error) || json_is_string(error) ? error : NULL;
}

void model_reply_parse(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, const ModelBytes *bytes,
                       ModelReply *ret_reply) {
  ModelReply reply = {.retry_after_ms = -1, .not_before = INSTANT_NONE};
  json_error_t ignored;
  json_t *root = json_loadb(bytes->body, bytes->length, JSON_REJECT_DUPLICATES, &ignored);
  const json_t *error = error_of(root);
  model_take_version(&reply, terms->name);
  if (error != NULL || bytes->http_status != 200) {
    bool again = terms->provider->may_lack_schema && form == MODEL_FORM_SCHEMA;
    model_judge_error(error, again, bytes, &reply);
  } else if (!json_is_object(root)) {
    model_fail(&reply, MODEL_BROKEN, "%s",
               bytes->length == 0 ? "the answer is empty" : "the answer is not JSON as the service writes it");
  } else {
    terms->provider->read(root, &reply);
    complete_tokens(question, &reply);
  }
  json_decref(root);
  *ret_reply = reply;
}
