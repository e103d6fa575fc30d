#include "http_request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void free_text(const char *text) { free((void *)(uintptr_t)text); }

/* Headers and bodies may hold a key. */
static void free_secret(const char *text) {
  if (text != NULL) explicit_bzero((void *)(uintptr_t)text, strlen(text));
  free_text(text);
}

void http_request_free(HttpRequest *request) {
  free_text(request->method);
  free_secret(request->url);
  free_secret(request->body);
  for (size_t i = 0; i < HTTP_HEADERS_MAX; i++) free_secret(request->headers[i]);
  *request = (HttpRequest){0};
}

static bool copy_text(const char *text, const char **ret_copy) {
  if (text != NULL) *ret_copy = strdup(text);
  return text == NULL || *ret_copy != NULL;
}

bool http_request_copy(const HttpRequest *request, HttpRequest *ret_copy) {
  HttpRequest copy = {.url_is_secret = request->url_is_secret};
  bool good = copy_text(request->method, &copy.method) && copy_text(request->url, &copy.url) &&
              copy_text(request->body, &copy.body);
  for (size_t i = 0; good && i < HTTP_HEADERS_MAX && request->headers[i] != NULL; i++)
    good = copy_text(request->headers[i], &copy.headers[i]);
  if (good)
    *ret_copy = copy;
  else
    http_request_free(&copy);
  return good;
}

static bool text_same(const char *a, const char *b) { return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0; }

bool http_request_same(const HttpRequest *a, const HttpRequest *b) {
  bool same = text_same(a->method, b->method) && text_same(a->url, b->url) && text_same(a->body, b->body);
  for (size_t i = 0; same && i < HTTP_HEADERS_MAX; i++) {
    same = text_same(a->headers[i], b->headers[i]);
    if (a->headers[i] == NULL) break;
  }
  return same;
}

bool http_request_headers_are_single_lines(const HttpRequest *request) {
  for (size_t i = 0; i < HTTP_HEADERS_MAX && request->headers[i] != NULL; i++) {
    if (strpbrk(request->headers[i], "\r\n") != NULL) return false;
  }
  return true;
}
