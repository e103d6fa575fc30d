#include "http_transfer.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <closebell/base/proxy.h>
#include <closebell/base/url.h>

static const char REFUSED[] = "its address is none of the public internet, and none that [feeds] allow lists";
static const int64_t RETRY_AFTER_MAX_S = INT64_C(30) * 24 * 3600;

static size_t on_body(char *bytes, size_t size, size_t count, void *self) {
  Transfer *transfer = self;
  size_t length = size * count;
  if (length > (size_t)transfer->options->max_answer_bytes - transfer->body.length) {
    transfer->too_large = true;
    return 0; /* aborts the transfer */
  }
  text_buffer_append(&transfer->body, bytes, length);
  return transfer->body.failed ? 0 : length;
}

/* RFC 9110, 10.2.3: seconds, or a date. -1 when it is neither. */
static int64_t parse_retry_after_ms(const char *text, Instant now) {
  int64_t seconds;
  size_t digits = strspn(text, "0123456789");
  if (digits > 0 && text[digits] == '\0') {
    if (!text_parse_int64(text, 0, RETRY_AFTER_MAX_S, &seconds)) seconds = RETRY_AFTER_MAX_S;
    return seconds * 1000;
  }
  time_t date = curl_getdate(text, NULL);
  if (date < 0) return -1;
  int64_t ms = (int64_t)date * 1000 - now;
  if (ms < 0) return 0;
  return ms < RETRY_AFTER_MAX_S * 1000 ? ms : RETRY_AFTER_MAX_S * 1000;
}

/* The value of the header of that name, "retry-after:", in length bytes; false: another header, or it does not fit. */
static bool header_value(const char *bytes, size_t length, const char *name, char *value, size_t value_size) {
  size_t name_length = strlen(name);
  if (length < name_length || strncasecmp(bytes, name, name_length) != 0) return false;
  const char *from = bytes + name_length, *to = bytes + length;
  while (from < to && (*from == ' ' || *from == '\t')) from++;
  while (to > from && strchr(" \t\r\n", to[-1]) != NULL) to--;
  if ((size_t)(to - from) >= value_size) return false;
  memcpy(value, from, (size_t)(to - from));
  value[to - from] = '\0';
  return true;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *self) {
  Transfer *transfer = self;
  size_t length = size * count;
  char value[64];
  if (header_value(bytes, length, "retry-after:", value, sizeof(value)))
    transfer->retry_after_ms = parse_retry_after_ms(value, clock_now(transfer->clock));
  if (header_value(bytes, length, "x-rate-limit-reset:", value, HTTP_RATE_RESET_SIZE) ||
      header_value(bytes, length, "x-ratelimit-reset:", value, HTTP_RATE_RESET_SIZE))
    memcpy(transfer->rate_reset, value, HTTP_RATE_RESET_SIZE);
  return length;
}

/* ---- addresses ---- */

static bool address_of_socket(const struct sockaddr *from, Address *ret_address) {
  if (from->sa_family == AF_INET6) {
    struct sockaddr_in6 v6;
    memcpy(&v6, from, sizeof(v6));
    memcpy(ret_address->bytes, &v6.sin6_addr, ADDRESS_BYTES);
    return true;
  }
  if (from->sa_family != AF_INET) return false;
  struct sockaddr_in v4;
  uint8_t bytes[4];
  memcpy(&v4, from, sizeof(v4));
  memcpy(bytes, &v4.sin_addr, sizeof(bytes));
  *ret_address = address_of_v4(bytes);
  return true;
}

static bool may_ask(const Transfer *transfer, Address address) {
  if (address_is_public(address) || address_list_has(transfer->options->public_and, address)) return true;
  return transfer->names_loopback && address_is_loopback(address);
}

/* A name is resolved by now, so this is where the bytes would go. */
static curl_socket_t on_socket(void *self, curlsocktype purpose, struct curl_sockaddr *to) {
  Transfer *transfer = self;
  Address address;
  (void)purpose;
  bool open = !transfer->is_guarded || (address_of_socket(&to->addr, &address) && may_ask(transfer, address));
  if (!open || transfer->is_barred) {
    transfer->refused = true;
    return CURL_SOCKET_BAD;
  }
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* A connection that is kept was looked at when it was made. What a proxy makes of a name only the proxy knows. */
static void guard(Transfer *transfer, const char *url) {
  char host[256];
  Address address;
  Proxy proxy;
  transfer->is_guarded = transfer->options->public_and != NULL;
  transfer->refused = transfer->is_barred = false;
  if (!transfer->is_guarded) return;
  transfer->names_loopback = url_names_loopback(url);
  if (!proxy_of(url, &proxy)) return;
  transfer->is_guarded = false;
  transfer->is_barred =
      url_host(url, host, sizeof(host)) && address_parse(host, &address) && !may_ask(transfer, address);
}

/* The names of these options changed in libcurl 7.85. */
static CURLcode allow_http_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static bool set_options(CURL *easy, Transfer *transfer) {
  const HttpOptions *options = transfer->options;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
  curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)options->max_answer_bytes);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  if (options->public_and != NULL) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
  }
  return curl_easy_setopt(easy, CURLOPT_USERAGENT, "closebell") == CURLE_OK;
}

bool transfer_open(Transfer *transfer, const HttpOptions *options, const Clock *clock) {
  transfer->options = options;
  transfer->clock = clock;
  transfer->easy = curl_easy_init();
  return transfer->easy != NULL && allow_http_only(transfer->easy) == CURLE_OK && set_options(transfer->easy, transfer);
}

void transfer_close(Transfer *transfer) {
  curl_easy_cleanup(transfer->easy);
  curl_slist_free_all(transfer->headers);
  text_buffer_free(&transfer->body);
}

static bool set_headers(Transfer *transfer, const HttpRequest *request) {
  curl_slist_free_all(transfer->headers);
  transfer->headers = NULL;
  for (size_t i = 0; i < HTTP_HEADERS_MAX && request->headers[i] != NULL; i++) {
    struct curl_slist *longer = curl_slist_append(transfer->headers, request->headers[i]);
    if (longer == NULL) return false;
    transfer->headers = longer;
  }
  return curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK;
}

/* A body makes it a POST, and none a GET, whatever the handle did before. */
static bool set_request(Transfer *transfer, const HttpRequest *request) {
  CURL *easy = transfer->easy;
  transfer->url_is_secret = request->url_is_secret;
  CURLcode code = request->body != NULL ? curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body)
                                        : curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_URL, request->url);
  guard(transfer, request->url);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, transfer->is_barred ? 1L : 0L);
  return code == CURLE_OK && set_headers(transfer, request);
}

Status transfer_start(Transfer *transfer, CURLM *multi, const HttpRequest *request) {
  transfer->ahead = transfer->ended = transfer->too_large = false;
  transfer->retry_after_ms = -1;
  transfer->error[0] = transfer->rate_reset[0] = '\0';
  transfer->body.length = 0; /* its memory is used again */
  if (!set_request(transfer, request)) return STATUS_NO_MEMORY;
  if (curl_multi_add_handle(multi, transfer->easy) != CURLM_OK) return STATUS_INTERNAL;
  transfer->busy = true;
  return STATUS_OK;
}

void transfer_leave(Transfer *transfer) {
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(transfer->easy, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)transfer;
#endif
}

void transfer_stop(Transfer *transfer, CURLM *multi) {
  curl_multi_remove_handle(multi, transfer->easy);
  transfer->busy = false;
}

/* A time-out before the request was sent is a host that cannot be reached. */
static bool was_sent(CURL *easy) {
  curl_off_t sent_after_us = 0;
  return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sent_after_us) == CURLE_OK && sent_after_us > 0;
}

static HttpOutcome transfer_outcome(const Transfer *transfer, CURLcode code) {
  if (transfer->too_large || code == CURLE_FILESIZE_EXCEEDED) return HTTP_TOO_LARGE;
  switch (code) {
  case CURLE_OK:
    return HTTP_ANSWERED;
  case CURLE_OPERATION_TIMEDOUT:
    return was_sent(transfer->easy) ? HTTP_TIMED_OUT : HTTP_UNREACHABLE;
  case CURLE_PARTIAL_FILE:
  case CURLE_GOT_NOTHING:
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
    return HTTP_CUT_SHORT;
  default:
    return HTTP_UNREACHABLE;
  }
}

/* What http_words.c is to know of a transfer that has ended. */
static HttpEnd transfer_facts(const Transfer *transfer, CURLcode code) {
  HttpEnd end = {.url = "", .failed = code != CURLE_OK, .url_is_secret = transfer->url_is_secret};
  end.said = transfer->error[0] == '\0' ? curl_easy_strerror(code) : transfer->error;
  end.said_of_all = curl_easy_strerror(code);
  end.no_connection = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY ||
                      (code == CURLE_OPERATION_TIMEDOUT && !was_sent(transfer->easy));
  curl_easy_getinfo(transfer->easy, CURLINFO_EFFECTIVE_URL, &end.url);
  curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &end.target);
  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &end.connect_status);
  return end;
}

Status transfer_answer(Transfer *transfer, HttpAnswer *ret_answer) {
  CURLcode code = transfer->code;
  if (transfer->body.failed || code == CURLE_OUT_OF_MEMORY) return STATUS_NO_MEMORY;
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  HttpAnswer answer = {
      .outcome = transfer_outcome(transfer, code),
      .status = (int)status,
      .retry_after_ms = transfer->retry_after_ms,
      .body = transfer->body.length > 0 ? transfer->body.data : "",
      .length = transfer->body.length,
  };
  const HttpEnd end = transfer_facts(transfer, code);
  http_judge_end(&end, &answer, transfer->words);
  if (transfer->refused && code != CURLE_OK)
    answer = (HttpAnswer){.outcome = HTTP_REFUSED, .retry_after_ms = -1, .body = "", .detail = REFUSED};
  answer.rate_reset = transfer->rate_reset;
  *ret_answer = answer;
  return STATUS_OK;
}
