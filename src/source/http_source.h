/* http_source.h: a source that asks its feeds over HTTP: what all providers share. */
#ifndef CLOSEBELL_SOURCE_HTTP_SOURCE_H
#define CLOSEBELL_SOURCE_HTTP_SOURCE_H

#include <closebell/source/source.h>

enum { HTTP_SOURCE_FEEDS_MAX = 16, HTTP_SOURCE_SECRETS_MAX = 4 };

typedef struct {
  const char *name;         /* of the provider; its section of the settings */
  const Feed *const *feeds; /* those that the settings do not want are left out */
  size_t feed_count;
  const Config *config; /* for what feeds are wanted; not kept */
  HttpOptions http;
  const char *size_setting; /* the setting behind http.max_answer_bytes; null: the limit is fixed */
  void *self; /* the provider's own; released with the source, and also when http_source_open fails */
  /* Makes the request whole: the address before its URL, the credentials. Its headers live as long as self. */
  Status (*complete)(const void *self, FeedRequest *request, Error *err);
  /* No answer's words may show a piece of one of them; they live as long as self; null ends them. */
  const char *secrets[HTTP_SOURCE_SECRETS_MAX];
  void (*release)(void *self);
} HttpSourceOptions;

/* clock must outlive the source. */
Status http_source_open(Source *ret_source, const HttpSourceOptions *options, const Clock *clock, Error *err);

/* The provider's own, of a source that was opened so. */
void *http_source_provider(void *self);

#endif
