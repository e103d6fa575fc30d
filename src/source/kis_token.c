/* The access token of KIS: the question for one, and how its answer is read. */
#include <closebell/source/kis.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

#include "answer_words.h"
#include "base_url.h"
#include "kis_envelope.h"

static Status ask(const Question *question, FeedRequest *request, Error *err) {
  (void)question, (void)err;
  request->asks_token = true;
  text_copy(request->url, sizeof request->url, "/oauth2/tokenP");
  return STATUS_OK;
}

/* "2026-11-17 08:16:59" in Korean time. INSTANT_NONE: it is not written so. */
static Instant parse_end(const char *text) {
  char written[INSTANT_TEXT_SIZE];
  Instant end;
  if (text == NULL || strlen(text) != 19 || text[10] != ' ') return INSTANT_NONE;
  snprintf(written, sizeof written, "%.10sT%.8s+09:00", text, text + 11);
  return instant_parse(written, &end) ? end : INSTANT_NONE;
}

static bool read_token(const json_t *root, Token *token, Answer *answer) {
  const json_t *lives = json_object_get(root, "expires_in");
  const char *text = json_string_value(json_object_get(root, "access_token"));
  bool number = json_is_integer(lives) && json_integer_value(lives) > 0 && json_integer_value(lives) < 1000000000;
  if (text[0] == '\0' || !text_copy(token->text, sizeof token->text, text) || !header_can_carry(text)) {
    answer_fail(answer, ANSWER_BROKEN, "access_token cannot be sent in a header");
    return false;
  }
  if (!number) {
    answer_fail(answer, ANSWER_BROKEN, "expires_in is absent or no number of seconds");
    return false;
  }
  token->lives_ms = (int64_t)json_integer_value(lives) * 1000;
  token->ends = parse_end(json_string_value(json_object_get(root, "access_token_token_expired")));
  return true;
}

void kis_parse_token(const FeedReply *reply, Answer *answer) {
  KisEnvelope envelope;
  kis_envelope_open_token(&envelope, reply, answer);
  Token *token = envelope.root == NULL ? NULL : calloc(1, sizeof *token);
  if (envelope.root != NULL && token == NULL) answer_fail(answer, ANSWER_FAILING, "out of memory for a token");
  if (token != NULL && read_token(envelope.root, token, answer)) {
    answer->kind = ANSWER_ROWS;
    answer->type = &PAYLOAD_TOKEN;
    answer->payload = token;
    answer->count = 1;
  } else {
    free(token);
  }
  kis_envelope_close(&envelope);
}

static void parse(const FeedReply *reply, const Question *question, Answer *answer) {
  (void)question;
  kis_parse_token(reply, answer);
}

const Feed KIS_TOKEN = {.name = "token",
                        .provider = "kis",
                        .scope = SCOPE_LIST,
                        .payload = &PAYLOAD_TOKEN,
                        .title = "access token",
                        .without = "nothing can be asked",
                        .ask = ask,
                        .parse = parse};
