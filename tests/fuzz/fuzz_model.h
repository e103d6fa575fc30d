/* fuzz_model.h: an answer of a language model's service, under every HTTP status. */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/source/model_parse.h>

static const ModelQuestion FUZZ_QUESTION = {
    .system = "s", .user = "u", .schema_name = "n", .schema_json = "{}", .max_output_tokens = 100};

static ModelReplyKind fuzz_model_parse(const ModelTerms *terms, const uint8_t *data, size_t size, int http_status) {
  ModelReply reply;
  const ModelBytes bytes = {
      .http_status = http_status, .retry_after_ms = -1, .body = (const char *)data, .length = size};
  model_reply_parse(terms, &FUZZ_QUESTION, MODEL_FORM_SCHEMA, &bytes, &reply);
  FUZZ_CHECK(reply.tokens_in >= 0 && reply.tokens_out >= 0);
  FUZZ_CHECK(reply.retry_after_ms >= -1);
  FUZZ_CHECK(reply.model_version[0] != '\0');
  FUZZ_CHECK(reply.text == NULL || (*reply.text != '\0' && text_is_utf8(reply.text, strlen(reply.text))));
  FUZZ_CHECK(text_is_utf8(reply.said, strlen(reply.said)));
  FUZZ_CHECK((reply.kind == MODEL_ANSWERED) == (reply.detail[0] == '\0'));
  FUZZ_CHECK(reply.kind != MODEL_ANSWERED || (reply.text != NULL && http_status == 200));
  if (reply.kind != MODEL_ANSWERED) fuzz_check_message(reply.detail);
  ModelReplyKind kind = reply.kind;
  model_reply_free(&reply);
  return kind;
}

/* Accepted: an answer, or a refusal that the service names. */
static bool fuzz_model(const char *provider, const uint8_t *data, size_t size) {
  static const int statuses[] = {400, 401, 403, 404, 429, 500, 502, 503, 504};
  Config config;
  ModelTerms terms;
  config_defaults(&config);
  snprintf(config.ai.provider, sizeof config.ai.provider, "%s", provider);
  snprintf(config.ai.api_key, sizeof config.ai.api_key, "k");
  snprintf(config.ai.model, sizeof config.ai.model, "m");
  FUZZ_CHECK(model_terms(&config, &terms, NULL) == STATUS_OK);
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
    FUZZ_CHECK(fuzz_model_parse(&terms, data, size, statuses[i]) > MODEL_REFUSED);
  return fuzz_model_parse(&terms, data, size, 200) <= MODEL_REFUSED;
}

#endif
