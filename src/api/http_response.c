#include "http_response.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

static void free_body(void *body) { free(body); }

static const char *content_type(const char *type) {
  static const char *const with_charset[][2] = {{TYPE_CSV, "text/csv; charset=utf-8"},
                                                {TYPE_TEXT, "text/plain; version=0.0.4; charset=utf-8"},
                                                {TYPE_HTML, "text/html; charset=utf-8"},
                                                {TYPE_CSS, "text/css; charset=utf-8"},
                                                {TYPE_JS, "text/javascript; charset=utf-8"}};
  for (size_t i = 0; i < sizeof with_charset / sizeof with_charset[0]; i++)
    if (strcmp(type, with_charset[i][0]) == 0) return with_charset[i][1];
  return type;
}

void http_response_add_headers(struct MHD_Response *response, const ServiceAnswer *answer) {
  if (answer->type && answer->status != 304)
    MHD_add_response_header(response, "Content-Type", content_type(answer->type));
  if (answer->etag[0]) MHD_add_response_header(response, "ETag", answer->etag);
  if (answer->etag[0]) MHD_add_response_header(response, "Cache-Control", "no-cache");
  if (answer->zipped && answer->status == 200) MHD_add_response_header(response, "Content-Encoding", "gzip");
  MHD_add_response_header(response, "Vary", "Accept-Encoding");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (answer->closes) MHD_add_response_header(response, "Connection", "close");
  for (size_t i = 0; i < answer->header_count; i++)
    MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
}

static void release_body(void *shared) { shared_body_release(shared); }

/* The body's memory, or the hold on it, goes over to the response. */
static struct MHD_Response *make_body(ServiceAnswer *answer) {
  static char nothing[1];
  struct MHD_Response *response;
  if (answer->shared)
    response = MHD_create_response_from_buffer_with_free_callback_cls(answer->shared->length, answer->shared->data,
                                                                      release_body, answer->shared);
  else if (answer->body.data)
    response = MHD_create_response_from_buffer_with_free_callback(answer->body.length, answer->body.data, free_body);
  else
    return MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
  if (!response) return NULL;
  answer->shared = NULL;
  answer->body = (TextBuffer){0};
  return response;
}

struct MHD_Response *http_response(ServiceAnswer *answer) {
  struct MHD_Response *response = make_body(answer);
  if (response) http_response_add_headers(response, answer);
  return response;
}
