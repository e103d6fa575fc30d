#include "dart_envelope.h"

#include "json_arena.h"
#include "json_body.h"
#include "krx_json.h"

#include <string.h>

#include <jansson.h>

#define SUCCESS "000"

/* ---- statuses, as the guide of OpenDART lists them ---- */

typedef struct {
  const char *status, *meaning;
  AnswerKind kind;
} Code;

#define OUR_FAULT "; this is a fault of closebell"
static const Code CODES[] = {
    {"010", "the key is not registered", ANSWER_UNAUTHORIZED},
    {"011", "the key is suspended", ANSWER_UNAUTHORIZED},
    {"012", "the key may not be used from this IP address", ANSWER_UNAUTHORIZED},
    {"013", "no data", ANSWER_EMPTY},
    {"014", "no file", ANSWER_EMPTY},
    {"020", "the requests of this day are used up", ANSWER_SPENT},
    {"021", "more companies than one question takes" OUR_FAULT, ANSWER_BROKEN},
    {"100", "a value of the question is wrong" OUR_FAULT, ANSWER_BROKEN},
    {"101", "the question is not allowed" OUR_FAULT, ANSWER_BROKEN},
    {"800", "maintenance", ANSWER_FAILING},
    {"900", "an error that is not defined", ANSWER_FAILING},
    {"901", "the key has expired", ANSWER_UNAUTHORIZED},
};

static const Code *find_code(const char *status) {
  for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
    if (strcmp(CODES[i].status, status) == 0) return &CODES[i];
  return NULL;
}

static bool is_status(const char *text) { return strlen(text) == 3 && strspn(text, "0123456789") == 3; }

bool dart_judge_status(const char *status, Answer *answer) {
  const Code *known = find_code(status);
  if (!is_status(status)) return false;
  if (known == NULL)
    krx_answer_fail(answer, ANSWER_FAILING, "status %s, which is not known", status);
  else
    krx_answer_fail(answer, known->kind, "status %s: %s", known->status, known->meaning);
  if (answer->kind == ANSWER_UNAUTHORIZED) answer->refused = REFUSED_KEY;
  return true;
}

/* ---- what has none ---- */

void dart_judge_page(const DartAsked *asked, const char *what, Answer *answer) {
  if (asked->companies > 1)
    krx_answer_fail(answer, ANSWER_TOO_LARGE, "%s where the accounts of %zu companies were due", what,
                    asked->companies);
  else
    krx_answer_fail(answer, ANSWER_FAILING, "%s where data were due", what);
}

static bool is_passing_redirect(int status) { return status == 302 || status == 303 || status == 307; }

void dart_judge_http(const DartAsked *asked, Answer *answer) {
  int status = answer->http_status;
  if (is_passing_redirect(status))
    dart_judge_page(asked, "a redirect to another page", answer);
  else if (status >= 300 && status < 400)
    krx_answer_fail(answer, ANSWER_MISDIRECTED, "HTTP %d: a redirect, which is not followed", status);
  else if (status == 401)
    krx_answer_fail(answer, ANSWER_UNAUTHORIZED, "HTTP 401");
  else if (status == 403)
    krx_answer_fail(answer, ANSWER_BLOCKED, "HTTP 403");
  else if (status == 404)
    krx_answer_fail(answer, ANSWER_FAILING, "HTTP 404: the server has no %s", asked->path);
  else if (status == 429)
    krx_answer_fail(answer, ANSWER_THROTTLED, "HTTP 429: too many requests");
  else
    krx_answer_fail(answer, ANSWER_FAILING, "HTTP %d", status);
}

/* ---- reading ---- */

static const char *text_of(const json_t *root, const char *name) {
  const char *text = json_string_value(json_object_get(root, name));
  return text == NULL ? "" : text;
}

/* Null: there is no object. */
static json_t *read_object(const char *body, size_t length, Answer *answer) {
  json_t *root = json_body_read(body, length, answer);
  if (root == NULL || json_is_object(root)) return root;
  krx_answer_fail(answer, ANSWER_BROKEN, "JSON that is no object");
  json_decref(root);
  return NULL;
}

/* The root of a success. */
static json_t *take_success(json_t *root, const DartAsked *asked, Answer *answer) {
  const char *status = text_of(root, "status");
  bool is_success = strcmp(status, SUCCESS) == 0;
  if (is_success && answer->http_status == 200) return root;
  bool judged = !is_success && dart_judge_status(status, answer);
  if (!judged && answer->http_status != 200) dart_judge_http(asked, answer);
  if (!judged && answer->http_status == 200 && root != NULL)
    krx_answer_fail(answer, ANSWER_BROKEN, "JSON without a status");
  json_decref(root);
  return NULL;
}

void dart_envelope_open(DartEnvelope *ret_envelope, const FeedReply *reply, const DartAsked *asked, Answer *answer) {
  const char *body = reply->body;
  size_t length = reply->length;
  *ret_envelope = (DartEnvelope){0};
  *answer = (Answer){.http_status = reply->http_status, .retry_after_ms = -1};
  json_arena_begin();
  json_body_skip_mark(&body, &length);
  if (reply->http_status == 200 && json_body_is_markup(body, length))
    dart_judge_page(asked, "a page", answer);
  else
    ret_envelope->root = take_success(read_object(body, length, answer), asked, answer);
}

void dart_envelope_close(DartEnvelope *envelope) {
  json_decref(envelope->root);
  json_arena_end();
  *envelope = (DartEnvelope){0};
}
