#include "krx_json.h"

#include "json_arena.h"
#include "json_body.h"

#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

static const char *string_member(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

/* Approval is given for each service: the words for a service without it differ from those for a key that is none. A
 * 403 in the server's own JSON is no shut door, which is a page. */
static KrxRefused who_is_refused(int status, const char *message) {
  if (status == 401)
    return message != NULL && strcmp(message, "Unauthorized API Call") == 0 ? KRX_REFUSED_SERVICE : KRX_REFUSED_KEY;
  return status == 403 && message != NULL ? KRX_REFUSED_SERVICE : KRX_REFUSED_NOBODY;
}

/* {"respMsg": ..., "respCode": "401"} may come with HTTP 200. */
static KrxRefused fail_by_response_code(MarketAnswer *answer, const json_t *root, const char *path) {
  const char *code = string_member(root, "respCode"), *message = string_member(root, "respMsg");
  int64_t status = 0;
  if (code == NULL || !text_parse_int64(code, 400, 599, &status))
    answer_fail(answer, ANSWER_BROKEN, "JSON without OutBlock_1%s%s", message == NULL ? "" : ": ",
                answer_quote(message == NULL ? "" : message).text);
  else
    answer_fail_by_status(answer, (int)status, path, message == NULL ? "" : message);
  return who_is_refused((int)status, message);
}

static void read_list(KrxJson *json, const char *body, size_t length, const char *path, MarketAnswer *answer) {
  json->root = json_body_read(body, length, answer);
  if (json->root == NULL) return;
  const json_t *list = json_object_get(json->root, "OutBlock_1");
  if (!json_is_array(list)) {
    json->refused = fail_by_response_code(answer, json->root, path);
    return;
  }
  json->list = list;
  if (json_array_size(list) == 0) answer->kind = ANSWER_EMPTY;
}

/* The words of an error's body, where it has any. */
static KrxRefused fail_by_http_status(MarketAnswer *answer, const char *body, size_t length, int status,
                                      const char *path) {
  json_t *root = json_loadb(body, length, 0, NULL);
  const char *message = string_member(root, "respMsg");
  answer_fail_by_status(answer, status, path, message == NULL ? "" : message);
  KrxRefused refused = who_is_refused(status, message);
  json_decref(root);
  return refused;
}

void krx_json_open(KrxJson *ret_json, const char *body, size_t length, int http_status, const char *path,
                   MarketAnswer *answer) {
  KrxJson json = {.refused = KRX_REFUSED_NOBODY};
  *answer = (MarketAnswer){.http_status = http_status, .retry_after_ms = -1};
  json_arena_begin();
  json_body_skip_mark(&body, &length);
  if (http_status != 200)
    json.refused = fail_by_http_status(answer, body, length, http_status, path);
  else
    read_list(&json, body, length, path, answer);
  *ret_json = json;
}

void krx_json_close(KrxJson *json) {
  json_decref(json->root);
  json_arena_end();
  *json = (KrxJson){0};
}
