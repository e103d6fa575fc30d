#include "base_url.h"

#include <stdio.h>
#include <string.h>

static const char *skip_scheme(const char *url) {
  static const char plain[] = "http://", secure[] = "https://";
  if (strncmp(url, plain, strlen(plain)) == 0) return url + strlen(plain);
  if (strncmp(url, secure, strlen(secure)) == 0) return url + strlen(secure);
  return NULL;
}

/* A host and perhaps a port and a path: nothing that would need escaping, no user, no query. */
static bool is_base_url(const char *url) {
  const char *rest = skip_scheme(url);
  if (rest == NULL || *rest == '\0' || *rest == '/' || *rest == ':') return false;
  for (; *rest != '\0'; rest++) {
    if (*rest <= ' ' || *rest > '~' || strchr("\"#%<>?@\\^`{|}", *rest) != NULL) return false;
  }
  return true;
}

Status base_url_join(const char *base_url, const char *path, char *url, size_t url_size, Error *err) {
  size_t base_length = strlen(base_url);
  if (!is_base_url(base_url))
    return error_set(err, STATUS_CONFIG, "it is not like https://host or https://host:port/path");
  while (base_url[base_length - 1] == '/') base_length--;
  if (base_length + strlen(path) >= url_size) return error_set(err, STATUS_CONFIG, "it is too long");
  snprintf(url, url_size, "%.*s%s", (int)base_length, base_url, path);
  return STATUS_OK;
}

Status base_url_put(const char *base_url, FeedRequest *request, Error *err) {
  char text[FEED_URL_SIZE];
  Status status = base_url_join(base_url, request->url, text, sizeof(text), err);
  if (status == STATUS_OK) memcpy(request->url, text, strlen(text) + 1);
  return status;
}

Status base_url_check(const Config *config, const char *section, Error *err) {
  FeedRequest request = {.url = "/"};
  Status status = base_url_put(config_text(config, section, "base_url"), &request, err);
  return config_prefix(config, section, "base_url", status, err);
}

bool header_can_carry(const char *text) {
  for (const char *c = text; *c != '\0'; c++) {
    if (*c <= ' ' || *c > '~') return false;
  }
  return true;
}
