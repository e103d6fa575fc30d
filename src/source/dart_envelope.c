#include "dart_envelope.h"

#include "answer_words.h"
#include "json_arena.h"
#include "json_body.h"

#include <string.h>

#include <jansson.h>

#define SUCCESS "000"

/* ---- statuses, as the guide of OpenDART lists them ---- */

#define OUR_FAULT "; this is a fault of closebell"
static const AnswerCode CODES[] = {
    {"010", "the key is not registered", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"011", "the key is suspended", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"012", "the key may not be used from this IP address", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {"013", "no data", ANSWER_EMPTY, 0},
    {"014", "no file", ANSWER_EMPTY, 0},
    {"020", "the requests of this day are used up", ANSWER_SPENT, 0},
    {"021", "more companies than one question takes" OUR_FAULT, ANSWER_BROKEN, 0},
    {"100", "a value of the question is wrong" OUR_FAULT, ANSWER_BROKEN, 0},
    {"101", "the question is not allowed" OUR_FAULT, ANSWER_BROKEN, 0},
    {"800", "maintenance", ANSWER_FAILING, 0},
    {"900", "an error that is not defined", ANSWER_FAILING, 0},
    {"901", "the key has expired", ANSWER_UNAUTHORIZED, REFUSED_KEY},
    {NULL, NULL, ANSWER_NONE, 0},
};

static bool is_status(const char *text) { return strlen(text) == 3 && strspn(text, "0123456789") == 3; }

bool dart_judge_status(const char *status, Answer *answer) {
  const AnswerCode *known = answer_code_find(CODES, status);
  if (!is_status(status)) return false;
  if (known == NULL)
    answer_fail(answer, ANSWER_FAILING, "status %s, which is not known", status);
  else
    answer_fail(answer, known->kind, "status %s: %s", known->code, known->meaning);
  if (known != NULL) answer->refused = known->refused;
  return true;
}

/* ---- what has none ---- */

void dart_judge_page(const DartAsked *asked, const char *what, Answer *answer) {
  if (asked->companies > 1)
    answer_fail(answer, ANSWER_TOO_LARGE, "%s where the accounts of %zu companies were due", what, asked->companies);
  else
    answer_fail(answer, ANSWER_FAILING, "%s where data were due", what);
}

static bool is_passing_redirect(int status) { return status == 302 || status == 303 || status == 307; }

void dart_judge_http(const DartAsked *asked, Answer *answer) {
  if (is_passing_redirect(answer->http_status))
    dart_judge_page(asked, "a redirect to another page", answer);
  else
    answer_fail_by_status(answer, answer->http_status, asked->path, "");
}

/* ---- reading ---- */

/* The root of a success. */
static json_t *take_success(json_t *root, const DartAsked *asked, Answer *answer) {
  const char *status = json_body_text(root, "status");
  bool is_success = strcmp(status, SUCCESS) == 0;
  if (is_success && answer->http_status == 200) return root;
  bool judged = !is_success && dart_judge_status(status, answer);
  if (!judged && answer->http_status != 200) dart_judge_http(asked, answer);
  if (!judged && answer->http_status == 200 && root != NULL)
    answer_fail(answer, ANSWER_BROKEN, "JSON without a status");
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
    ret_envelope->root = take_success(json_body_read_object(body, length, answer), asked, answer);
}

void dart_envelope_close(DartEnvelope *envelope) {
  json_decref(envelope->root);
  json_arena_end();
  *envelope = (DartEnvelope){0};
}
