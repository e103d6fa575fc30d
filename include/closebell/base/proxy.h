/* proxy.h: which proxy the environment names for a URL, as libcurl understands it: http_proxy (lower case alone),
 * https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY; NO_PROXY and no_proxy name hosts that are asked directly. */
#ifndef CLOSEBELL_BASE_PROXY_H
#define CLOSEBELL_BASE_PROXY_H

#include <stdbool.h>

#include <closebell/base/url.h>

typedef struct {
  const char *variable;         /* "https_proxy"; a constant; null: none */
  const char *fault;            /* what is wrong with its value, or null; a constant */
  char address[URL_SHOWN_SIZE]; /* "proxy.example:3128"; empty when the value has a fault */
} Proxy;

/* False: it is asked directly. get is getenv in production. */
bool proxy_choose(const char *url, const char *(*get)(const char *name), Proxy *ret_proxy);
/* By the process's environment. */
bool proxy_of(const char *url, Proxy *ret_proxy);

#endif
