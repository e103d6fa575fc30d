#include "http_words.h"

#include <stdio.h>

#include <closebell/base/proxy.h>

enum { PROXY_UNAUTHORIZED = 407 };

static void say_proxy(const Proxy *proxy, const char *what, char words[HTTP_WORDS_SIZE]) {
  const char *blank = proxy->address[0] != '\0' ? " " : "";
  snprintf(words, HTTP_WORDS_SIZE, "the proxy %s%sof %s %s", proxy->address, blank, proxy->variable, what);
}

static void judge_proxy(const HttpEnd *end, const Proxy *proxy, HttpAnswer *answer, char words[HTTP_WORDS_SIZE]) {
  bool refused = end->connect_status >= 300;
  if (answer->status == PROXY_UNAUTHORIZED || end->connect_status == PROXY_UNAUTHORIZED) {
    *answer = (HttpAnswer){.outcome = HTTP_MISDIRECTED,
                           .status = PROXY_UNAUTHORIZED,
                           .retry_after_ms = -1,
                           .body = "",
                           .proxy_failed = true};
    say_proxy(proxy, "wants another user and password (407)", words);
  } else if (refused || end->no_connection) {
    answer->outcome = HTTP_UNREACHABLE;
    answer->status = 0;
    answer->proxy_failed = true;
    say_proxy(proxy, refused ? "refuses to connect us" : "cannot be reached", words);
  }
}

void http_judge_end(const HttpEnd *end, HttpAnswer *answer, char words[HTTP_WORDS_SIZE]) {
  Proxy proxy;
  char shown[URL_SHOWN_SIZE];
  bool through_proxy = proxy_of(end->url, &proxy);
  snprintf(words, HTTP_WORDS_SIZE, "%s", !end->failed ? "" : through_proxy ? end->said_of_all : end->said);
  if (through_proxy) judge_proxy(end, &proxy, answer, words);
  answer->detail = words;
  if (answer->status < 300 || answer->status >= 400) return;
  answer->outcome = HTTP_MISDIRECTED;
  snprintf(words, HTTP_WORDS_SIZE, "it redirects%s%s, which is not followed", end->target != NULL ? " to " : "",
           end->target != NULL ? url_shown(end->target, end->url_is_secret ? end->url : NULL, shown) : "");
}
