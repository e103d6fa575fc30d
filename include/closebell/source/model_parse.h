/* model_parse.h: what a service is sent, and what its bytes mean. Pure. */
#ifndef CLOSEBELL_SOURCE_MODEL_PARSE_H
#define CLOSEBELL_SOURCE_MODEL_PARSE_H

#include <closebell/source/http.h>
#include <closebell/source/model.h>

enum { MODEL_URL_SIZE = CONFIG_TEXT_SIZE + MODEL_VERSION_SIZE + 64, MODEL_HEADER_SIZE = CONFIG_TEXT_SIZE + 32 };

/* http points into the rest, so it is not copied. */
typedef struct {
  HttpRequest http;
  char url[MODEL_URL_SIZE], key_header[MODEL_HEADER_SIZE]; /* the key stands in the header and nowhere else */
  char *body;
} ModelRequest;

/* STATUS_CONFIG: the address does not fit; STATUS_INTERNAL: the schema is no JSON object, or a text is not UTF-8. */
Status model_request_make(const ModelTerms *terms, const ModelQuestion *question, ModelForm form,
                          ModelRequest *ret_request, Error *err);
void model_request_free(ModelRequest *request);

/* An HTTP answer; body is length bytes, lent. */
typedef struct {
  int http_status;
  int64_t retry_after_ms; /* -1: not given */
  const char *body;
  size_t length;
} ModelBytes;

/* What stood in *ret_reply is overwritten, not freed. */
void model_reply_parse(const ModelTerms *terms, const ModelQuestion *question, ModelForm form, const ModelBytes *bytes,
                       ModelReply *ret_reply);

#endif
