#include "kis_envelope.h"

#include "answer_words.h"
#include "json_arena.h"
#include "json_body.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

enum { CODE_SIZE = 16, MINUTE_MS = 60 * 1000 };

/* ---- codes ---- */

static const AnswerCode CODES[] = {
    {"EGW00001", "trouble that passes", ANSWER_FAILING, 0},
    {"EGW00002", "trouble of the server", ANSWER_FAILING, 0},
    {"EGW00003", "access denied", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
    {"EGW00004", "no permission", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
    {"EGW00102", "the app key is missing", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"EGW00103", "the app key is not valid", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"EGW00104", "the app secret is missing", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"EGW00105", "the app secret is not valid", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"EGW00121", "the access token is not valid", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
    {"EGW00122", "the access token is not found", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
    {"EGW00123", "the access token has ended", ANSWER_UNAUTHORIZED, REFUSED_TOKEN},
    {"EGW00133", "a token is issued once a minute only", ANSWER_THROTTLED, 0},
    {"EGW00201", "too many requests a second", ANSWER_THROTTLED, 0},
    {"EGW00202", "trouble of the server's routing", ANSWER_FAILING, 0},
    {"EGW00203", "trouble of the server's routing", ANSWER_FAILING, 0},
    {"EGW00206", "no permission", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
    {"EGW00300", "trouble of the server's routing", ANSWER_FAILING, 0},
    {"EGW00301", "the server's routing took too long", ANSWER_FAILING, 0},
    {"EGW00302", "the server's routing took too long", ANSWER_FAILING, 0},
    {"EGW00304", "the app secret is not valid", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"OPSQ0002", "there is no such service", ANSWER_UNAUTHORIZED, REFUSED_SERVICE},
    {NULL, NULL, ANSWER_NONE, 0},
};

/* Capital letters and digits, and not many. */
static bool is_code(const char *text) {
  size_t length = strlen(text);
  return length > 0 && length < CODE_SIZE && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == length;
}

/* The server's own words where a reader of ASCII gets something from them. */
static const char *words(const char *message, AnswerQuote *quote) {
  size_t length = strlen(message);
  while (length > 0 && message[length - 1] == ' ') length--;
  for (size_t i = 0; i < length; i++)
    if (message[i] < ' ' || message[i] > '~') return "";
  char trimmed[128];
  snprintf(trimmed, sizeof trimmed, "%.*s", (int)(length < 120 ? length : 120), message);
  *quote = answer_quote(trimmed);
  return quote->text;
}

/* It is asked before the hour from which it answers: there is nothing yet. */
static bool is_time_limit(const char *code, const char *message) {
  return strcmp(code, "OPSQ2001") == 0 && strstr(message, "TIME LIMIT") != NULL;
}

static void judge_code(Answer *answer, const char *code, const char *message) {
  AnswerQuote quote;
  const char *said = words(message, &quote), *colon = said[0] == '\0' ? "" : ": ";
  const AnswerCode *known = answer_code_find(CODES, code);
  if (is_time_limit(code, message)) {
    answer_fail(answer, ANSWER_EMPTY, "%s%s%s", code, colon, said);
    return;
  }
  if (known == NULL) { /* of an error that nobody knows the status says whether it may pass */
    answer_fail(answer, answer->http_status >= 500 ? ANSWER_FAILING : ANSWER_BROKEN, "%s (HTTP %d)%s%s", code,
                answer->http_status, colon, said);
    return;
  }
  answer_fail(answer, known->kind, "%s, %s (HTTP %d)%s%s", known->code, known->meaning, answer->http_status, colon,
              said);
  if (known->kind == ANSWER_UNAUTHORIZED) answer->refused = known->refused;
  if (strcmp(known->code, "EGW00133") == 0) answer->retry_after_ms = MINUTE_MS;
}

/* ---- reading ---- */

static json_t *read_body(const FeedReply *reply, Answer *answer) {
  const char *body = reply->body;
  size_t length = reply->length;
  *answer = (Answer){.http_status = reply->http_status, .retry_after_ms = -1};
  json_arena_begin();
  json_body_skip_mark(&body, &length);
  return json_body_read_object(body, length, answer);
}

static json_t *take_success(json_t *root, bool success, const char *code, const char *message, const char *path,
                            Answer *answer) {
  if (root != NULL && success) return root;
  if (root != NULL && is_code(code))
    judge_code(answer, code, message);
  else if (answer->http_status != 200)
    answer_fail_by_status(answer, answer->http_status, path, ""); /* it has no code */
  else if (root != NULL)
    answer_fail(answer, ANSWER_BROKEN, "JSON without a code");
  json_decref(root);
  return NULL;
}

void kis_envelope_open(KisEnvelope *ret_envelope, const FeedReply *reply, const char *path, Answer *answer) {
  json_t *root = read_body(reply, answer);
  const char *message = json_body_text(root, "msg1"), *code = json_body_text(root, "msg_cd");
  if (code[0] == '\0') code = json_body_text(root, "error_code");
  bool success = strcmp(json_body_text(root, "rt_cd"), "0") == 0;
  ret_envelope->root = take_success(root, success, code, message, path, answer);
}

void kis_envelope_open_token(KisEnvelope *ret_envelope, const FeedReply *reply, Answer *answer) {
  json_t *root = read_body(reply, answer);
  const char *code = json_body_text(root, "error_code");
  if (code[0] == '\0') code = json_body_text(root, "msg_cd");
  bool success = reply->http_status == 200 && json_is_string(json_object_get(root, "access_token"));
  ret_envelope->root = take_success(root, success, code, "", "tokenP", answer);
}

void kis_envelope_close(KisEnvelope *envelope) {
  json_decref(envelope->root);
  json_arena_end();
  *envelope = (KisEnvelope){0};
}
