#include "sim_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

#include "sim_market.h"

Status __wrap_model_call(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, int64_t timeout_ms,
                         const Clock *clock, ModelReply *ret_reply, Error *err);

enum { CALL_MS = 2000 };
static const char ANSWER[] = "{\"headline\":\"A price of {f9}\",\"summary\":\"It closed at {f9}.\","
                             "\"strengths\":[],\"weaknesses\":[],\"dominant_keywords\":[\"price\"]}";

static struct {
  ModelReplyKind ends;
  long *calls;
} model;

void sim_model_is(ModelReplyKind ends, long *calls) {
  model.ends = ends;
  model.calls = calls;
}

Status __wrap_model_call(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, int64_t timeout_ms,
                         const Clock *clock, ModelReply *ret_reply, Error *err) {
  ModelReply reply = {.kind = model.ends, .calls = 1, .retry_after_ms = -1, .not_before = INSTANT_NONE};
  (void)question, (void)form;
  ++*model.calls;
  if (!clock_sleep_ms(clock, model.ends == MODEL_TIMED_OUT ? timeout_ms : CALL_MS))
    return error_set(err, STATUS_INTERRUPTED, "asked to stop");
  text_copy(reply.model_version, sizeof reply.model_version, terms->name);
  if (model.ends == MODEL_ANSWERED) {
    reply.text = strdup(ANSWER);
    sim_or_die(reply.text != NULL, "no memory for an answer");
    reply.tokens_in = 100;
    reply.tokens_out = 20;
  } else {
    snprintf(reply.detail, sizeof reply.detail, "it is in trouble (simulated)");
  }
  *ret_reply = reply;
  return STATUS_OK;
}
