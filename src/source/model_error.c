/* What a service says instead of an answer, sorted: worth another try, the end of the day, or never again. */
#include "model_provider.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <closebell/base/text.h>

/* What an HTTP status means where nothing in the body says more. */
typedef struct {
  int status;
  ModelReplyKind kind;
  const char *meaning;
} StatusRow;

static const StatusRow STATUSES[] = {
    {400, MODEL_WRONG, "the request is refused"},
    {401, MODEL_WRONG, "the key is refused"},
    {403, MODEL_WRONG, "the key may not ask this"},
    {404, MODEL_WRONG, "there is no such model"},
    {408, MODEL_ENDED, "the service did not wait for the request"},
    {413, MODEL_WRONG, "the request is too long"},
    {422, MODEL_WRONG, "the request is refused"},
    {429, MODEL_THROTTLED, "too many requests"},
    {500, MODEL_FAILING, "trouble of the service"},
    {503, MODEL_FAILING, "the service is overloaded, or down"},
    {504, MODEL_FAILING, "the service took too long"},
};

static const StatusRow *find_status(int status) {
  for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++)
    if (STATUSES[i].status == status) return &STATUSES[i];
  return NULL;
}

/* Some servers send an object, some a text. */
static const char *message_of(const json_t *error) {
  return json_is_string(error) ? json_string_value(error) : model_text(error, "message");
}

/* Printable ASCII, cut when long. */
static void quote(const char *message, ModelReply *reply) {
  size_t length = 0;
  for (; message != NULL && *message != '\0' && length + 1 < sizeof reply->said; message++)
    reply->said[length++] = *message >= ' ' && *message <= '~' ? *message : '?';
  reply->said[length] = '\0';
}

/* ---- too many questions ---- */

/* "34s", "0.250s"; -1: it is none. */
static int64_t parse_delay_ms(const char *text) {
  char number[32];
  double seconds;
  size_t length = text == NULL ? 0 : strlen(text);
  if (length < 2 || length > sizeof number || text[length - 1] != 's') return -1;
  memcpy(number, text, length - 1);
  number[length - 1] = '\0';
  return text_parse_double(number, 0, 30 * 86400.0, &seconds) ? (int64_t)(seconds * 1000 + 0.5) : -1;
}

static bool is_of_type(const json_t *detail, const char *type) {
  const char *name = model_text(detail, "@type");
  size_t length = name == NULL ? 0 : strlen(name), type_length = strlen(type);
  return length >= type_length && strcmp(name + length - type_length, type) == 0;
}

static bool is_a_days(const json_t *violations) {
  size_t index;
  const json_t *violation;
  json_array_foreach(violations, index, violation) {
    const char *id = model_text(violation, "quotaId");
    if (id != NULL && strcasestr(id, "PerDay") != NULL) return true;
  }
  return false;
}

/* An account without money is no better tomorrow, but asking it again today is of no use in any case. */
static bool ends_the_day(const json_t *error) {
  const char *message = message_of(error), *code = model_text(error, "code");
  const char *type = model_text(error, "type");
  size_t index;
  const json_t *detail;
  if ((code != NULL && strcmp(code, "insufficient_quota") == 0) ||
      (type != NULL && strcmp(type, "insufficient_quota") == 0))
    return true;
  json_array_foreach(json_object_get(error, "details"), index, detail) {
    if (is_of_type(detail, "QuotaFailure") && is_a_days(json_object_get(detail, "violations"))) return true;
  }
  return message != NULL && (strcasestr(message, "per day") != NULL || strcasestr(message, "PerDay") != NULL ||
                             strcasestr(message, "daily") != NULL);
}

static void judge_throttled(const json_t *error, ModelReply *reply) {
  size_t index;
  const json_t *detail;
  json_array_foreach(json_object_get(error, "details"), index, detail) {
    int64_t delay_ms = is_of_type(detail, "RetryInfo") ? parse_delay_ms(model_text(detail, "retryDelay")) : -1;
    if (delay_ms > reply->retry_after_ms) reply->retry_after_ms = delay_ms;
  }
  if (ends_the_day(error)) model_fail(reply, MODEL_QUOTA, "the day's quota at the service is used up");
}

/* ---- the rest ---- */

/* Some servers do not know json_schema, and some do not take all of a schema. */
static bool is_about_schema(const json_t *error) {
  const char *message = message_of(error), *parameter = model_text(error, "param");
  if (parameter != NULL && strncmp(parameter, "response_format", strlen("response_format")) == 0) return true;
  return message != NULL && (strcasestr(message, "response_format") != NULL || strcasestr(message, "schema") != NULL ||
                             strcasestr(message, "grammar") != NULL);
}

/* Of an error within HTTP 200 its own code counts. */
static int status_of(const json_t *error, int http_status) {
  const json_t *code = json_object_get(error, "code");
  json_int_t value = json_integer_value(code);
  return http_status == 200 && value >= 400 && value <= 599 ? (int)value : http_status;
}

void model_judge_error(const json_t *error, bool may_lack_schema, const ModelBytes *bytes, ModelReply *reply) {
  int status = status_of(error, bytes->http_status);
  const StatusRow *row = find_status(status);
  reply->retry_after_ms = bytes->retry_after_ms;
  quote(message_of(error), reply);
  if (row == NULL)
    model_fail(reply, status >= 400 ? MODEL_ENDED : MODEL_BROKEN, "HTTP %d without an answer", status);
  else if (status == 403 && error == NULL)
    model_fail(reply, MODEL_SHUT, "a page instead of an answer (HTTP 403): the service wants no questions from here");
  else
    model_fail(reply, row->kind, "HTTP %d: %s", status, row->meaning);
  if (reply->kind == MODEL_THROTTLED) judge_throttled(error, reply);
  if ((status == 400 || status == 422) && may_lack_schema && is_about_schema(error))
    model_fail(reply, MODEL_NO_SCHEMA, "HTTP %d: the service does not take the schema", status);
}
