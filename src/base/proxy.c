#include <closebell/base/proxy.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HOST_SIZE = 256 };

static bool is_below(const char *host, const char *name, size_t length) {
  if (length > 0 && *name == '.') name++, length--;
  size_t host_length = strlen(host);
  if (length == 0 || host_length < length || strncasecmp(host + host_length - length, name, length) != 0) return false;
  return host_length == length || host[host_length - length - 1] == '.';
}

/* "*", or a list of hosts and of domains, by commas or blanks. */
static bool is_listed(const char *host, const char *list) {
  if (strcmp(list, "*") == 0) return true;
  while (*list != '\0') {
    list += strspn(list, ", ");
    size_t length = strcspn(list, ", ");
    if (is_below(host, list, length)) return true;
    list += length;
  }
  return false;
}

static const char *value_of(const char *(*get)(const char *name), const char *name) {
  const char *value = get(name);
  return value != NULL && *value != '\0' ? value : NULL;
}

bool proxy_choose(const char *url, const char *(*get)(const char *name), Proxy *ret_proxy) {
  static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
  static const char *const secure[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
  char host[HOST_SIZE];
  const char *exempt = value_of(get, "no_proxy"), *value = NULL;
  if (!url_host(url, host, sizeof(host))) return false;
  if (exempt == NULL) exempt = value_of(get, "NO_PROXY");
  if (exempt != NULL && is_listed(host, exempt)) return false;
  const char *const *name = strncasecmp(url, "https", 5) == 0 ? secure : plain;
  while (*name != NULL && (value = value_of(get, *name)) == NULL) name++;
  if (value == NULL) return false;
  ret_proxy->variable = *name;
  ret_proxy->fault = url_proxy_fault(value);
  url_proxy_shown(value, ret_proxy->address);
  return true;
}

static const char *get_variable(const char *name) { return getenv(name); }

bool proxy_of(const char *url, Proxy *ret_proxy) { return proxy_choose(url, get_variable, ret_proxy); }
