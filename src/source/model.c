/* The table of services, what [ai] says about one, and the call. */
#include "base_url.h"
#include "model_provider.h"

#include <stdio.h>
#include <string.h>

#include <closebell/base/secret.h>
#include <closebell/base/url.h>

static const ModelProvider *const PROVIDERS[] = {&MODEL_GEMINI, &MODEL_OPENAI};
enum { PROVIDER_COUNT = sizeof PROVIDERS / sizeof PROVIDERS[0], CONNECT_TIMEOUT_MS = 10000 };

static const ModelProvider *find_provider(const char *name) {
  for (size_t i = 0; i < PROVIDER_COUNT; i++)
    if (strcmp(PROVIDERS[i]->name, name) == 0) return PROVIDERS[i];
  return NULL;
}

bool model_is_configured(const Config *config) { return config->ai.provider[0] != '\0'; }

const char *model_provider_name(const ModelTerms *terms) { return terms->provider->name; }

/* ---- the settings ---- */

static const char *first_of(const char *set, const char *otherwise) { return *set != '\0' ? set : otherwise; }

const char *model_base_url(const Config *config) {
  const ModelProvider *provider = find_provider(config->ai.provider);
  return provider == NULL ? "" : first_of(config->ai.base_url, provider->base_url);
}

static Status check_url(const Config *config, const ModelTerms *terms, Error *err) {
  char url[MODEL_URL_SIZE];
  Status status = base_url_join(terms->base_url, "/", url, sizeof url, err);
  if (status == STATUS_OK && *terms->api_key != '\0' && url_is_in_clear(terms->base_url))
    status =
        error_set(err, STATUS_CONFIG, "http:// to another host: everybody on the way could read the key; use https://");
  return config_prefix(config, "ai", "base_url", status, err);
}

static Status check_key(const Config *config, const ModelTerms *terms, Error *err) {
  bool optional = terms->provider->may_lack_key && *config->ai.base_url != '\0';
  if (*terms->api_key == '\0' && !optional)
    return config_fault(config, "ai", "api_key", err, "it is not set: %s needs a key", terms->provider->name);
  if (!header_can_carry(terms->api_key))
    return config_fault(config, "ai", "api_key", err, "it holds characters that no header can carry");
  return STATUS_OK;
}

static Status check_name(const Config *config, const ModelTerms *terms, Error *err) {
  const char *name = terms->name;
  if (name == NULL)
    return config_fault(config, "ai", "model", err, "it is not set: %s has no model of its own", terms->provider->name);
  if (strlen(name) < MODEL_VERSION_SIZE && strspn(name, terms->provider->name_characters) == strlen(name))
    return STATUS_OK;
  return config_fault(config, "ai", "model", err, "\"%.80s\" cannot be the name of a model of %s", name,
                      terms->provider->name);
}

static Status find_terms(const Config *config, ModelTerms *ret_terms, Error *err) {
  const ModelProvider *provider = find_provider(config->ai.provider);
  if (provider == NULL)
    return config_fault(config, "ai", "provider", err, "\"%.80s\" is neither gemini nor openai", config->ai.provider);
  const char *name = first_of(config->ai.model, provider->model == NULL ? "" : provider->model);
  *ret_terms = (ModelTerms){.provider = provider,
                            .base_url = model_base_url(config),
                            .api_key = config->ai.api_key,
                            .name = *name == '\0' ? NULL : name,
                            .timeout_ms = config->ai.timeout_ms};
  return STATUS_OK;
}

Status model_terms(const Config *config, ModelTerms *ret_terms, Error *err) {
  ModelTerms terms;
  Status status = find_terms(config, &terms, err);
  if (status == STATUS_OK) status = check_url(config, &terms, err);
  if (status == STATUS_OK) status = check_key(config, &terms, err);
  if (status == STATUS_OK) status = check_name(config, &terms, err);
  if (status == STATUS_OK) *ret_terms = terms;
  return status;
}

void model_check(const Config *config, Complaints *complaints) {
  ModelTerms terms;
  Error err;
  if (!model_is_configured(config)) return;
  Status status = find_terms(config, &terms, &err);
  complaints_add(complaints, status, &err);
  if (status != STATUS_OK) return;
  complaints_add(complaints, check_url(config, &terms, &err), &err);
  complaints_add(complaints, check_key(config, &terms, &err), &err);
  complaints_add(complaints, check_name(config, &terms, &err), &err);
}

/* ---- the call ---- */

typedef struct {
  const ModelTerms *terms;
  const ModelQuestion *question;
  ModelForm form;
  ModelReply *reply;
} Call;

/* What the way there says, which names hosts, is for the log only. */
static void take_failure(const Call *call, const HttpAnswer *answer) {
  ModelReply *reply = call->reply;
  *reply = (ModelReply){.retry_after_ms = -1, .not_before = INSTANT_NONE};
  model_take_version(reply, call->terms->name);
  snprintf(reply->said, sizeof reply->said, "%s", answer->detail);
  if (answer->outcome == HTTP_TIMED_OUT)
    model_fail(reply, MODEL_TIMED_OUT, "no whole answer in time");
  else if (answer->outcome == HTTP_TOO_LARGE)
    model_fail(reply, MODEL_BROKEN, "the answer is larger than %d bytes", (int)MODEL_ANSWER_MAX_BYTES);
  else if (answer->outcome == HTTP_MISDIRECTED)
    model_fail(reply, MODEL_WRONG, "no answer but a redirect, which is not followed");
  else if (answer->outcome == HTTP_CUT_SHORT)
    model_fail(reply, MODEL_FAILING, "the answer broke off");
  else
    model_fail(reply, MODEL_FAILING, "the service cannot be reached");
}

static HttpUse take_answer(void *context, size_t index, const HttpAnswer *answer) {
  const Call *call = context;
  const ModelBytes bytes = {.http_status = answer->status,
                            .retry_after_ms = answer->retry_after_ms,
                            .body = answer->body,
                            .length = answer->length};
  (void)index;
  if (answer->outcome == HTTP_ANSWERED)
    model_reply_parse(call->terms, call->question, call->form, &bytes, call->reply);
  else
    take_failure(call, answer);
  if (secret_shows(call->terms->api_key, call->reply->said, SECRET_PIECE)) call->reply->said[0] = '\0';
  call->reply->calls = 1;
  return HTTP_NO_MATTER;
}

Status model_call(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, int64_t timeout_ms,
                  const Clock *clock, ModelReply *ret_reply, Error *err) {
  Http *http = NULL;
  ModelRequest request;
  ModelReply reply = {.kind = MODEL_BROKEN};
  Call call = {.terms = terms, .question = question, .form = form, .reply = &reply};
  const HttpOptions options = {.rate_per_second = 1000,
                               .parallel = 1,
                               .connect_timeout_ms = timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : CONNECT_TIMEOUT_MS,
                               .timeout_ms = timeout_ms,
                               .max_answer_bytes = MODEL_ANSWER_MAX_BYTES};
  Status status = model_request_make(terms, question, form, &request, err);
  if (status == STATUS_OK) status = http_open(&http, &options, clock, err);
  if (status == STATUS_OK) status = http_get_all(http, &request.http, 1, take_answer, &call, err);
  http_close(http);
  model_request_free(&request);
  if (status == STATUS_OK) *ret_reply = reply;
  return status;
}
