/* What the services are sent, and what their bytes mean, in the shapes that they are known to have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/source/model_parse.h>

static const ModelQuestion QUESTION = {
    .system = "Only facts.",
    .user = "삼성전자 \"{f1}\"\n",
    .schema_name = "summary",
    .schema_json = "{\"type\":\"object\",\"properties\":{\"summary\":{\"type\":\"string\",\"maxLength\":600},"
                   "\"maxLength\":{\"type\":\"string\"}},\"required\":[\"summary\"],\"additionalProperties\":false}",
    .max_output_tokens = 2048};

static Config config_of(const char *provider, const char *base_url, const char *key, const char *model) {
  Config config;
  config_defaults(&config);
  snprintf(config.ai.provider, sizeof config.ai.provider, "%s", provider);
  snprintf(config.ai.base_url, sizeof config.ai.base_url, "%s", base_url);
  snprintf(config.ai.api_key, sizeof config.ai.api_key, "%s", key);
  snprintf(config.ai.model, sizeof config.ai.model, "%s", model);
  return config;
}

static ModelTerms terms_of(const Config *config) {
  ModelTerms terms;
  Error err;
  if (model_terms(config, &terms, &err) != STATUS_OK) fail_msg("%s", err.text);
  return terms;
}

/* ---- requests ---- */

static void gemini_is_asked_with_its_key_in_a_header(void **state) {
  (void)state;
  Config config = config_of("gemini", "", "k-123", "");
  ModelTerms terms = terms_of(&config);
  ModelRequest request;
  assert_int_equal(model_request_make(&terms, &QUESTION, MODEL_FORM_SCHEMA, &request, NULL), STATUS_OK);
  assert_string_equal(request.http.url,
                      "https://generativelanguage.googleapis.com/v1beta/models/gemini-3.6-flash:generateContent");
  assert_string_equal(request.http.headers[0], "Content-Type: application/json");
  assert_string_equal(request.http.headers[1], "x-goog-api-key: k-123");
  assert_null(request.http.headers[2]);
  assert_string_equal(
      request.http.body,
      "{\"systemInstruction\":{\"parts\":[{\"text\":\"Only facts.\"}]},\"contents\":[{\"role\":\"user\","
      "\"parts\":[{\"text\":\"삼성전자 \\\"{f1}\\\"\\n\"}]}],\"generationConfig\":{\"maxOutputTokens\":"
      "2048,\"responseMimeType\":\"application/json\",\"responseSchema\":{\"type\":\"object\","
      "\"properties\":{\"summary\":{\"type\":\"string\",\"maxLength\":600},\"maxLength\":{\"type\":"
      "\"string\"}},\"required\":[\"summary\"]}}}");
  model_request_free(&request);
}

static void openai_is_asked_for_the_schema_strictly(void **state) {
  (void)state;
  Config config = config_of("openai", "http://127.0.0.1:8080/v1/", "sk-1", "qwen2.5:7b");
  ModelTerms terms = terms_of(&config);
  ModelRequest request;
  assert_int_equal(model_request_make(&terms, &QUESTION, MODEL_FORM_SCHEMA, &request, NULL), STATUS_OK);
  assert_string_equal(request.http.url, "http://127.0.0.1:8080/v1/chat/completions");
  assert_string_equal(request.http.headers[1], "Authorization: Bearer sk-1");
  assert_string_equal(request.http.body,
                      "{\"model\":\"qwen2.5:7b\",\"messages\":[{\"role\":\"system\",\"content\":\"Only facts.\"},"
                      "{\"role\":\"user\",\"content\":\"삼성전자 \\\"{f1}\\\"\\n\"}],\"max_tokens\":2048,"
                      "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"summary\",\"schema\":"
                      "{\"type\":\"object\",\"properties\":{\"summary\":{\"type\":\"string\"},\"maxLength\":{\"type\":"
                      "\"string\"}},\"required\":[\"summary\"],\"additionalProperties\":false},\"strict\":true}}}");
  model_request_free(&request);
  assert_int_equal(model_request_make(&terms, &QUESTION, MODEL_FORM_OBJECT, &request, NULL), STATUS_OK);
  assert_non_null(strstr(request.http.body, "\"response_format\":{\"type\":\"json_object\"}"));
  assert_null(strstr(request.http.body, "schema"));
  model_request_free(&request);
}

static void a_model_without_a_key_gets_no_header(void **state) {
  (void)state;
  Config config = config_of("openai", "http://localhost:11434/v1", "", "m");
  ModelTerms terms = terms_of(&config);
  ModelRequest request;
  assert_int_equal(model_request_make(&terms, &QUESTION, MODEL_FORM_SCHEMA, &request, NULL), STATUS_OK);
  assert_null(request.http.headers[1]);
  model_request_free(&request);
}

static void a_question_that_cannot_be_sent_is_told(void **state) {
  (void)state;
  Config config = config_of("openai", "http://localhost/v1", "", "m");
  ModelTerms terms = terms_of(&config);
  ModelRequest request;
  ModelQuestion question = QUESTION;
  question.schema_json = "[1]";
  assert_int_equal(model_request_make(&terms, &question, MODEL_FORM_SCHEMA, &request, NULL), STATUS_INTERNAL);
  model_request_free(&request);
  question = QUESTION;
  question.user = "\xff";
  assert_int_equal(model_request_make(&terms, &question, MODEL_FORM_SCHEMA, &request, NULL), STATUS_INTERNAL);
  model_request_free(&request);
}

/* ---- answers ---- */

typedef struct {
  const char *provider;
  int status;
  const char *body;
  ModelReplyKind kind;
  const char *text; /* null: none */
  int64_t in, out;
  const char *says;
} Row;

#define G "gemini"
#define O "openai"
#define PART(text) "{\"candidates\":[{\"content\":{\"parts\":[" text "]},\"finishReason\":\"STOP\"}]}"
#define FINISH(reason) "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":" reason "}]}"
#define CHOICE(message, finish) "{\"choices\":[{\"message\":" message ",\"finish_reason\":" finish "}]}"

static const Row ROWS[] = {
    {G, 200,
     "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"ab\"},{\"text\":\"cd\"}]},"
     "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":11,\"candidatesTokenCount\":5,"
     "\"thoughtsTokenCount\":7,\"totalTokenCount\":23},\"modelVersion\":\"gemini-3.6-flash-002\",\"responseId\":\"x\"}",
     MODEL_ANSWERED, "abcd", 11, 12, ""},
    {G, 200, PART("{\"text\":\"no\",\"thought\":true},{\"text\":\"yes\"}"), MODEL_ANSWERED, "yes", -1, 1, ""},
    {G, 200, PART("{\"text\":\"yes\",\"thoughtSignature\":\"eA\"},{\"thoughtSignature\":\"eA\"}"), MODEL_ANSWERED,
     "yes", -1, 1, ""},
    {G, 200, PART("{\"text\":\"no\",\"thought\":true}"), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {G, 200, PART("{\"text\":\"\"}"), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {G, 200, PART(""), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {G, 200, PART("{\"text\":\"a\"},{\"functionCall\":{\"name\":\"buy\"}}"), MODEL_REFUSED, "a", -1, 1, "tool call"},
    {G, 200, PART("{\"functionCall\":{\"name\":\"buy\"},\"thoughtSignature\":\"eA\"}"), MODEL_REFUSED, NULL, -1, 0,
     "tool call"},
    {G, 200, PART("{\"text\":\"a\",\"functionCall\":{}}"), MODEL_REFUSED, "a", -1, 1, "tool call"},
    {G, 200, PART("{\"inlineData\":{}}"), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {G, 200, FINISH("\"MAX_TOKENS\""), MODEL_REFUSED, "a", -1, 1, "MAX_TOKENS"},
    {G, 200, FINISH("\"SAFETY\""), MODEL_REFUSED, "a", -1, 1, "SAFETY"},
    {G, 200, FINISH("\"RECITATION\""), MODEL_REFUSED, "a", -1, 1, "RECITATION"},
    {G, 200, FINISH("\"<b>9</b>\""), MODEL_REFUSED, "a", -1, 1, "(no code)"},
    {G, 200, FINISH("null"), MODEL_REFUSED, "a", -1, 1, "(no code)"},
    {G, 200, FINISH("\"stop\""), MODEL_REFUSED, "a", -1, 1, "stop"},
    {G, 200, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":4}}",
     MODEL_REFUSED, NULL, 4, 0, "blocked: SAFETY"},
    {G, 200,
     "{\"promptFeedback\":{\"blockReason\":\"OTHER\"},\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
     "\"a\"}]},\"finishReason\":\"STOP\"}]}",
     MODEL_REFUSED, "a", -1, 1, "blocked: OTHER"},
    {G, 200, "{\"candidates\":[]}", MODEL_REFUSED, NULL, -1, 0, "no candidate"},
    {G, 200, "{}", MODEL_REFUSED, NULL, -1, 0, "no candidate"},
    {G, 200, "[]", MODEL_BROKEN, NULL, 0, 0, "not JSON"},
    {G, 200, "", MODEL_BROKEN, NULL, 0, 0, "empty"},
    {G, 200, "{\"candidates\":[],\"candidates\":[]}", MODEL_BROKEN, NULL, 0, 0, "not JSON"},
    {G, 200, "{} {}", MODEL_BROKEN, NULL, 0, 0, "not JSON"},
    {G, 429,
     "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"Slow down\",\"details\":[{\"@type\":"
     "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"34.074s\"}]}}",
     MODEL_THROTTLED, NULL, 0, 0, "429"},
    {G, 429,
     "{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"q\",\"details\":[{\"@type\":"
     "\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaId\":\"GenerateRequestsPerMinute\"},"
     "{\"quotaId\":\"GenerateRequestsPerDayPerProjectPerModel-FreeTier\"}]},{\"@type\":"
     "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"3s\"}]}}",
     MODEL_QUOTA, NULL, 0, 0, "day's quota"},
    {G, 429,
     "{\"error\":{\"code\":429,\"message\":\"q\",\"details\":[{\"@type\":\"x/google.rpc.QuotaFailure\",\"violations\":"
     "[{\"quotaId\":\"GenerateRequestsPerMinutePerProject\"}]}]}}",
     MODEL_THROTTLED, NULL, 0, 0, "429"},
    {G, 400, "{\"error\":{\"code\":400,\"message\":\"Unknown name \\\"x\\\" in responseSchema\"}}", MODEL_WRONG, NULL,
     0, 0, "400"},
    {G, 403, "{\"error\":{\"code\":403,\"message\":\"denied\"}}", MODEL_WRONG, NULL, 0, 0, "403"},
    {G, 403, "<html>", MODEL_SHUT, NULL, 0, 0, "403"},
    {G, 403, "", MODEL_SHUT, NULL, 0, 0, "403"},
    {G, 404, "{\"error\":{\"code\":404,\"message\":\"no\"}}", MODEL_WRONG, NULL, 0, 0, "404"},
    {G, 500, "{\"error\":{\"code\":500}}", MODEL_FAILING, NULL, 0, 0, "500"},
    {G, 503, "<html>", MODEL_FAILING, NULL, 0, 0, "503"},
    {G, 504, "", MODEL_FAILING, NULL, 0, 0, "504"},
    {G, 408, "", MODEL_ENDED, NULL, 0, 0, "408"},
    {G, 409, "{\"error\":{\"code\":409}}", MODEL_ENDED, NULL, 0, 0, "409"},
    {G, 418, "", MODEL_ENDED, NULL, 0, 0, "418"},
    {G, 501, "", MODEL_ENDED, NULL, 0, 0, "501"},
    {G, 502, "", MODEL_ENDED, NULL, 0, 0, "502"},
    {G, 204, "", MODEL_BROKEN, NULL, 0, 0, "204"},
    {G, 503, "[{\"error\":{\"code\":503,\"message\":\"m\"}}]", MODEL_FAILING, NULL, 0, 0, "503"},
    {O, 200,
     "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"qwen2.5-7b-q4\",\"choices\":[{\"index\":0,\"message\":{"
     "\"role\":\"assistant\",\"content\":\"{}\",\"refusal\":null,\"tool_calls\":[]},\"logprobs\":null,"
     "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}",
     MODEL_ANSWERED, "{}", 9, 3, ""},
    {O, 200, CHOICE("{\"content\":\"a\"}", "\"length\""), MODEL_REFUSED, "a", -1, 1, "length"},
    {O, 200, CHOICE("{\"content\":\"a\"}", "\"content_filter\""), MODEL_REFUSED, "a", -1, 1, "content_filter"},
    {O, 200, CHOICE("{\"content\":\"a\"}", "null"), MODEL_REFUSED, "a", -1, 1, "(no code)"},
    {O, 200, CHOICE("{\"content\":\"a\",\"refusal\":\"no\"}", "\"stop\""), MODEL_REFUSED, "a", -1, 1, "refuses"},
    {O, 200, CHOICE("{\"content\":\"a\",\"tool_calls\":[{}]}", "\"stop\""), MODEL_REFUSED, "a", -1, 1, "tool call"},
    {O, 200, CHOICE("{\"content\":\"a\",\"function_call\":{}}", "\"stop\""), MODEL_REFUSED, "a", -1, 1, "tool call"},
    {O, 200, CHOICE("{\"content\":null}", "\"stop\""), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {O, 200, CHOICE("{\"content\":\"\"}", "\"stop\""), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {O, 200, CHOICE("{\"content\":[]}", "\"stop\""), MODEL_REFUSED, NULL, -1, 0, "no text"},
    {O, 200, "{\"choices\":[]}", MODEL_REFUSED, NULL, -1, 0, "no choice"},
    {O, 200, "{\"error\":{\"code\":503,\"message\":\"m\"}}", MODEL_FAILING, NULL, 0, 0, "503"},
    {O, 200, "{\"error\":{\"message\":\"m\"}}", MODEL_BROKEN, NULL, 0, 0, "without an answer"},
    {O, 429, "{\"error\":{\"message\":\"You exceeded your quota\",\"type\":\"insufficient_quota\",\"code\":null}}",
     MODEL_QUOTA, NULL, 0, 0, "quota"},
    {O, 429, "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}", MODEL_QUOTA, NULL, 0, 0, "quota"},
    {O, 429, "{\"error\":{\"message\":\"Limit reached on tokens per day (TPD)\"}}", MODEL_QUOTA, NULL, 0, 0, "quota"},
    {O, 429, "{\"error\":{\"message\":\"Limit reached on tokens per min (TPM)\"}}", MODEL_THROTTLED, NULL, 0, 0, "429"},
    {O, 429, "slow down", MODEL_THROTTLED, NULL, 0, 0, "429"},
    {O, 400, "{\"error\":{\"message\":\"'response_format.type' must be json_object\"}}", MODEL_NO_SCHEMA, NULL, 0, 0,
     "schema"},
    {O, 400, "{\"error\":{\"message\":\"bad\",\"param\":\"response_format\"}}", MODEL_NO_SCHEMA, NULL, 0, 0, "schema"},
    {O, 400, "{\"error\":{\"message\":\"context is too long\"}}", MODEL_WRONG, NULL, 0, 0, "400"},
    {O, 400, "{\"error\":\"json_schema is not known\"}", MODEL_NO_SCHEMA, NULL, 0, 0, "400"},
    {O, 401, "{\"error\":{\"message\":\"schema\"}}", MODEL_WRONG, NULL, 0, 0, "401"},
};

static ModelReply parse(const char *provider, int status, const char *body, ModelForm form) {
  Config config = config_of(provider, "http://127.0.0.1:9", "key", "asked-for");
  ModelTerms terms = terms_of(&config);
  ModelReply reply;
  model_reply_parse(&terms, &QUESTION, form,
                    &(ModelBytes){.http_status = status, .retry_after_ms = -1, .body = body, .length = strlen(body)},
                    &reply);
  return reply;
}

static int64_t guess_of(const char *a, const char *b, const char *c) {
  return (int64_t)(strlen(a) + strlen(b) + strlen(c) + 2) / 3;
}

static void each_shape_is_sorted(void **state) {
  (void)state;
  int64_t guess = guess_of(QUESTION.system, QUESTION.user, QUESTION.schema_json);
  for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
    const Row *row = &ROWS[i];
    ModelReply reply = parse(row->provider, row->status, row->body, MODEL_FORM_SCHEMA);
    bool same_text = row->text == NULL ? reply.text == NULL : reply.text != NULL && strcmp(reply.text, row->text) == 0;
    bool same_tokens = reply.tokens_in == (row->in < 0 ? guess : row->in) && reply.tokens_out == row->out;
    if (reply.kind != row->kind || !same_text || !same_tokens || strstr(reply.detail, row->says) == NULL)
      fail_msg("%s: kind %d, text %s, tokens %d and %d, %s", row->body, (int)reply.kind,
               reply.text == NULL ? "(none)" : reply.text, (int)reply.tokens_in, (int)reply.tokens_out, reply.detail);
    assert_int_equal(reply.estimated, row->in < 0);
    assert_int_equal(reply.kind == MODEL_ANSWERED, reply.detail[0] == '\0');
    model_reply_free(&reply);
  }
}

static void the_version_is_the_answers_or_the_one_asked_for(void **state) {
  (void)state;
  static const struct {
    const char *body, *version;
  } rows[] = {{"{\"modelVersion\":\"gemini-3.6\"}", "gemini-3.6"},
              {"{}", "asked-for"},
              {"{\"modelVersion\":7}", "asked-for"},
              {"{\"modelVersion\":\"\"}", "asked-for"},
              {"{\"modelVersion\":\"a b\"}", "asked-for"},
              {"{\"modelVersion\":\"<b>\\u202e\"}", "asked-for"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    ModelReply reply = parse("gemini", 200, rows[i].body, MODEL_FORM_SCHEMA);
    assert_string_equal(reply.model_version, rows[i].version);
    model_reply_free(&reply);
  }
}

static void tokens_that_cannot_be_are_guessed(void **state) {
  (void)state;
  static const char *const counts[] = {"-7", "1e3", "\"7\"", "2000000000", "null"};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    char body[256];
    snprintf(body, sizeof body, "{\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":4}}", counts[i]);
    ModelReply reply = parse("openai", 200, body, MODEL_FORM_SCHEMA);
    assert_true(reply.estimated);
    assert_int_equal(reply.tokens_in, guess_of(QUESTION.system, QUESTION.user, QUESTION.schema_json));
    assert_int_equal(reply.tokens_out, 4);
    model_reply_free(&reply);
  }
}

static void a_schema_is_done_without_once(void **state) {
  (void)state;
  ModelReply reply = parse("openai", 400, "{\"error\":{\"message\":\"schema\"}}", MODEL_FORM_OBJECT);
  assert_int_equal(reply.kind, MODEL_WRONG);
}

static void a_wait_is_taken_from_the_body_or_the_header(void **state) {
  (void)state;
  static const struct {
    const char *delay;
    int64_t ms;
  } rows[] = {{"34.074s", 34074}, {"0.5s", 500},   {"34", 7000}, {"s", 7000},
              {"-3s", 7000},      {"1e99s", 7000}, {"2s", 7000} /* the longer one counts */};
  Config config = config_of("gemini", "http://127.0.0.1:9", "key", "");
  ModelTerms terms = terms_of(&config);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char body[256];
    ModelReply reply;
    int64_t header_ms = strcmp(rows[i].delay, "0.5s") == 0 ? -1 : 7000;
    snprintf(body, sizeof body,
             "{\"error\":{\"details\":[{\"@type\":\"x/google.rpc.RetryInfo\",\"retryDelay\":\"%s\"}]}}", rows[i].delay);
    model_reply_parse(
        &terms, &QUESTION, MODEL_FORM_SCHEMA,
        &(ModelBytes){.http_status = 429, .retry_after_ms = header_ms, .body = body, .length = strlen(body)}, &reply);
    assert_int_equal(reply.retry_after_ms, rows[i].ms);
  }
}

static void what_the_service_says_is_kept_apart_and_plain(void **state) {
  (void)state;
  ModelReply reply = parse("gemini", 400, "{\"error\":{\"message\":\"bad \\u001b[31m 12\\n한\"}}", MODEL_FORM_SCHEMA);
  assert_string_equal(reply.said, "bad ?[31m 12????");
  assert_null(strstr(reply.detail, "bad"));
}

/* ---- tries ---- */

static void only_what_passes_is_tried_again(void **state) {
  (void)state;
  static const struct {
    ModelReplyKind kind;
    int tries;
  } rows[] = {{MODEL_ANSWERED, 0}, {MODEL_REFUSED, 0},   {MODEL_BROKEN, 0},    {MODEL_THROTTLED, 3},
              {MODEL_QUOTA, 0},    {MODEL_FAILING, 3},   {MODEL_TIMED_OUT, 0}, {MODEL_SHUT, 1},
              {MODEL_WRONG, 0},    {MODEL_NO_SCHEMA, 1}, {MODEL_ENDED, 0},     {MODEL_NOT_ASKED, 0}};
  int64_t wait_ms;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const ModelReply reply = {.kind = rows[i].kind, .retry_after_ms = -1};
    for (int tries = 1; tries < 6; tries++)
      assert_int_equal(model_retry(&reply, tries, 1, 0, &wait_ms), tries <= rows[i].tries);
  }
}

static void waits_are_scaled_and_the_services_own_come_first(void **state) {
  (void)state;
  int64_t wait_ms;
  assert_true(model_retry(&(ModelReply){.kind = MODEL_FAILING, .retry_after_ms = -1}, 2, 1, 0, &wait_ms));
  assert_int_equal(wait_ms, 2000);
  assert_true(model_retry(&(ModelReply){.kind = MODEL_THROTTLED, .retry_after_ms = 34000}, 1, 0.5, 0, &wait_ms));
  assert_int_equal(wait_ms, 17000);
  assert_true(model_retry(&(ModelReply){.kind = MODEL_THROTTLED, .retry_after_ms = 34000}, 1, 1, 999, &wait_ms));
  assert_in_range(wait_ms, 34001, 37400);
  assert_true(model_retry(&(ModelReply){.kind = MODEL_NO_SCHEMA, .retry_after_ms = 34000}, 1, 1, 0, &wait_ms));
  assert_int_equal(wait_ms, 0);
}

static void a_question_takes_no_more_tokens_than_bytes(void **state) {
  (void)state;
  size_t bytes = strlen(QUESTION.system) + strlen(QUESTION.user) + strlen(QUESTION.schema_json);
  assert_true(model_tokens_at_most(&QUESTION) >= (int64_t)bytes + QUESTION.max_output_tokens);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gemini_is_asked_with_its_key_in_a_header),
      cmocka_unit_test(openai_is_asked_for_the_schema_strictly),
      cmocka_unit_test(a_model_without_a_key_gets_no_header),
      cmocka_unit_test(a_question_that_cannot_be_sent_is_told),
      cmocka_unit_test(each_shape_is_sorted),
      cmocka_unit_test(the_version_is_the_answers_or_the_one_asked_for),
      cmocka_unit_test(tokens_that_cannot_be_are_guessed),
      cmocka_unit_test(a_schema_is_done_without_once),
      cmocka_unit_test(a_wait_is_taken_from_the_body_or_the_header),
      cmocka_unit_test(what_the_service_says_is_kept_apart_and_plain),
      cmocka_unit_test(only_what_passes_is_tried_again),
      cmocka_unit_test(waits_are_scaled_and_the_services_own_come_first),
      cmocka_unit_test(a_question_takes_no_more_tokens_than_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
