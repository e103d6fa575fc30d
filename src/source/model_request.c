/* A question as an HTTP request. */
#include "base_url.h"
#include "model_provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the schema ---- */

static bool is_lacking(const ModelProvider *provider, const char *word) {
  for (const char *const *lacks = provider->schema_lacks; *lacks != NULL; lacks++)
    if (strcmp(*lacks, word) == 0) return true;
  return false;
}

static void leave_out(const ModelProvider *provider, json_t *schema, bool names);

static void leave_out_of_list(const ModelProvider *provider, json_t *list) {
  size_t index;
  json_t *item;
  json_array_foreach(list, index, item) leave_out(provider, item, false);
}

/* names: the members are names of the answer's members, not words of JSON Schema. */
static void leave_out(const ModelProvider *provider, json_t *schema, bool names) {
  const char *word;
  void *next;
  json_t *value;
  leave_out_of_list(provider, schema);
  json_object_foreach_safe(schema, next, word, value) {
    if (!names && is_lacking(provider, word))
      json_object_del(schema, word);
    else
      leave_out(provider, value, !names && strcmp(word, "properties") == 0);
  }
}

static Status read_schema(const ModelProvider *provider, const char *text, json_t **ret_schema, Error *err) {
  json_error_t ignored;
  json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, &ignored);
  if (!json_is_object(schema)) {
    json_decref(schema);
    return error_set(err, STATUS_INTERNAL, "the schema of the answer is not a JSON object");
  }
  leave_out(provider, schema, false);
  *ret_schema = schema;
  return STATUS_OK;
}

/* ---- the body ---- */

static Status make_body(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, char **ret_body,
                        Error *err) {
  json_t *schema = NULL;
  Status status =
      form == MODEL_FORM_OBJECT ? STATUS_OK : read_schema(terms->provider, question->schema_json, &schema, err);
  if (status != STATUS_OK) return status;
  json_t *body = terms->provider->body(terms, question, schema);
  char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
  json_decref(body);
  json_decref(schema);
  if (text == NULL) return error_set(err, STATUS_INTERNAL, "a question that is not UTF-8, or no memory for it");
  *ret_body = text;
  return STATUS_OK;
}

/* ---- all of it ---- */

static void put_headers(const ModelTerms *terms, ModelRequest *request) {
  request->http.headers[0] = "Content-Type: application/json";
  if (*terms->api_key == '\0') return;
  snprintf(request->key_header, sizeof request->key_header, "%s%s", terms->provider->key_header, terms->api_key);
  request->http.headers[1] = request->key_header;
}

Status model_request_make(const ModelTerms *terms, const ModelQuestion *question, ModelForm form,
                          ModelRequest *ret_request, Error *err) {
  char path[MODEL_URL_SIZE - CONFIG_TEXT_SIZE];
  *ret_request = (ModelRequest){.body = NULL};
  if (!terms->provider->path(terms, path, sizeof path))
    return error_set(err, STATUS_CONFIG, "[ai] model: it is too long");
  Status status = base_url_join(terms->base_url, path, ret_request->url, sizeof ret_request->url, err);
  if (status != STATUS_OK) return error_prefix(err, status, "[ai] base_url");
  status = make_body(terms, question, form, &ret_request->body, err);
  if (status != STATUS_OK) return status;
  put_headers(terms, ret_request);
  ret_request->http.url = ret_request->url;
  ret_request->http.body = ret_request->body;
  return STATUS_OK;
}

void model_request_free(ModelRequest *request) {
  free(request->body);
  explicit_bzero(request, sizeof *request);
}
