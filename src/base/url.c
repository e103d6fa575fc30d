#include <closebell/base/url.h>

#include <closebell/base/secret.h>
#include <closebell/base/text.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char RULE[] = "what stands before the host is not user:password@: percent-encode @ in the password (write "
                           "%40 for it), and : / ? # [ ] % as well";
static const char NO_HOST[] =
    "the host is not like host or host:port; if the password holds one, percent-encode @ in the "
    "password (write %40 for it), and : / ? # [ ] % as well";

static const char DIGITS[] = "0123456789";
static const char HOST_BYTES[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
static const char ADDRESS_BYTES[] = "0123456789abcdefABCDEF:.";

/* ---- parts ---- */

/* Lent pieces of a URL; length 0 where there is none. */
typedef struct {
  const char *user; /* "user:password" */
  size_t user_length;
  const char *host; /* "host:port", or several */
  size_t host_length;
  const char *rest; /* from the first / ? or # on */
} Parts;

static const char *after_scheme(const char *url, const char *scheme) {
  size_t length = strlen(scheme);
  return strncasecmp(url, scheme, length) == 0 ? url + length : NULL;
}

/* from: behind "://". The user ends at the last @ before the path. */
static Parts split(const char *from) {
  size_t length = strcspn(from, "/?#");
  Parts parts = {.user = from, .host = from, .host_length = length, .rest = from + length};
  for (size_t i = 0; i < length; i++) {
    if (from[i] != '@') continue;
    parts.user_length = i;
    parts.host = from + i + 1;
    parts.host_length = length - i - 1;
  }
  return parts;
}

static bool has_user(const Parts *parts) { return parts->host != parts->user; }

static size_t count_bytes(const char *text, size_t length, char byte) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) count += text[i] == byte;
  return count;
}

static bool is_hex(char c) { return strchr("0123456789abcdefABCDEF", c) != NULL && c != '\0'; }

static bool escapes_are_whole(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '%' && (i + 2 >= length || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))) return false;
  }
  return true;
}

/* A user, and perhaps a password: one colon, no reserved byte. */
static bool is_user(const Parts *parts) {
  if (!has_user(parts)) return true;
  if (count_bytes(parts->user, parts->user_length, ':') > 1) return false;
  for (size_t i = 0; i < parts->user_length; i++) {
    if (strchr("@/?#[]", parts->user[i]) != NULL) return false;
  }
  return escapes_are_whole(parts->user, parts->user_length);
}

/* Bytes of a name or of an address in brackets; 0: it is neither. */
static size_t host_length(const char *host, size_t length) {
  if (length == 0 || *host != '[') {
    size_t name = strspn(host, HOST_BYTES);
    return name < length ? name : length;
  }
  size_t inside = strspn(host + 1, ADDRESS_BYTES);
  return inside > 0 && inside + 2 <= length && host[inside + 1] == ']' ? inside + 2 : 0;
}

static bool is_host_and_port(const char *host, size_t length) {
  char port[8];
  int64_t number;
  size_t name = host_length(host, length);
  if (name == 0) return false;
  if (name == length) return true;
  size_t digits = length - name - 1;
  if (host[name] != ':' || digits == 0 || digits > 5 || strspn(host + name + 1, DIGITS) < digits) return false;
  snprintf(port, sizeof(port), "%.*s", (int)digits, host + name + 1);
  return text_parse_int64(port, 1, 65535, &number);
}

/* ---- faults ---- */

static bool is_printable(const char *url) {
  for (; *url != '\0'; url++) {
    if (*url <= ' ' || *url > '~' || strchr("\"<>\\^`{|}", *url) != NULL) return false;
  }
  return true;
}

static const char *http_after_scheme(const char *url) {
  const char *rest = after_scheme(url, "https://");
  return rest != NULL ? rest : after_scheme(url, "http://");
}

const char *url_fault(const char *url) {
  const char *rest = http_after_scheme(url);
  if (rest == NULL) return "it is no URL that begins with http:// or https://";
  if (!is_printable(url)) return "it holds blanks or other characters that must be percent-encoded";
  Parts parts = split(rest);
  if (!is_user(&parts)) return RULE;
  return is_host_and_port(parts.host, parts.host_length) ? NULL : NO_HOST;
}

/* host:port, or the path of a socket with its slashes encoded, several by commas. */
static bool is_host_list(const char *hosts, size_t length) {
  while (length > 0) {
    size_t one = 0;
    while (one < length && hosts[one] != ',') one++;
    bool socket = one > 3 && strncasecmp(hosts, "%2F", 3) == 0 && memchr(hosts, ':', one) == NULL;
    if (!socket && !is_host_and_port(hosts, one)) return false;
    if (one == length) return true;
    hosts += one + 1, length -= one + 1;
  }
  return false;
}

const char *url_mongodb_fault(const char *uri) {
  const char *rest = after_scheme(uri, "mongodb://");
  if (rest == NULL) rest = after_scheme(uri, "mongodb+srv://");
  if (rest == NULL) return "it does not begin with mongodb:// or mongodb+srv://";
  Parts parts = split(rest);
  if (strchr(parts.rest, '@') != NULL || !is_user(&parts)) return RULE;
  return is_host_list(parts.host, parts.host_length) ? NULL : NO_HOST;
}

static Parts split_proxy(const char *proxy) {
  const char *scheme_end = strstr(proxy, "://");
  return split(scheme_end != NULL ? scheme_end + 3 : proxy);
}

const char *url_proxy_fault(const char *proxy) {
  Parts parts = split_proxy(proxy);
  if (strchr(parts.rest, '@') != NULL || !is_user(&parts)) return RULE;
  return is_host_and_port(parts.host, parts.host_length) ? NULL : NO_HOST;
}

/* ---- what may be known ---- */

bool url_host(const char *url, char *host, size_t host_size) {
  const char *rest = http_after_scheme(url);
  if (rest == NULL) return false;
  Parts parts = split(rest);
  size_t length = host_length(parts.host, parts.host_length);
  bool brackets = length > 2 && *parts.host == '[';
  if (brackets) parts.host++, length -= 2;
  if (length == 0 || length >= host_size) return false;
  memcpy(host, parts.host, length);
  host[length] = '\0';
  return true;
}

static bool is_loopback(const char *host) {
  static const char local[] = ".localhost";
  size_t length = strlen(host), local_length = sizeof(local) - 1;
  if (strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0) return true;
  if (length > local_length && strcasecmp(host + length - local_length, local) == 0) return true;
  return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == length;
}

bool url_names_loopback(const char *url) {
  char host[256];
  return url_host(url, host, sizeof(host)) && is_loopback(host);
}

bool url_is_in_clear(const char *url) {
  char host[256];
  return after_scheme(url, "http://") != NULL && url_host(url, host, sizeof(host)) && !is_loopback(host);
}

/* A piece of what was asked, behind its host or before it. */
static bool repeats(const char *text, const char *secret) {
  const char *rest = secret != NULL ? http_after_scheme(secret) : NULL;
  if (rest == NULL) return false;
  Parts parts = split(rest);
  char user[1024];
  snprintf(user, sizeof(user), "%.*s", (int)parts.user_length, parts.user);
  return secret_shows(user, text, SECRET_PIECE) || secret_shows(parts.rest, text, SECRET_PIECE);
}

char *url_shown(const char *url, const char *secret, char text[URL_SHOWN_SIZE]) {
  const char *rest = http_after_scheme(url);
  Parts parts = rest != NULL ? split(rest) : (Parts){.host_length = 0};
  if (rest == NULL || !is_host_and_port(parts.host, parts.host_length) || parts.host_length > URL_SHOWN_SIZE / 2) {
    snprintf(text, URL_SHOWN_SIZE, "(not a URL)");
    return text;
  }
  const char *scheme = after_scheme(url, "https://") != NULL ? "https" : "http";
  int host_end = snprintf(text, URL_SHOWN_SIZE, "%s://%.*s", scheme, (int)parts.host_length, parts.host);
  if (repeats(text, secret)) {
    snprintf(text, URL_SHOWN_SIZE, "(a host that repeats a part of the URL)");
    return text;
  }
  snprintf(text + host_end, URL_SHOWN_SIZE - (size_t)host_end, "%.*s", (int)strcspn(parts.rest, "?#"), parts.rest);
  for (char *c = text + host_end; *c != '\0'; c++) {
    if (*c <= ' ' || *c > '~') *c = '?';
  }
  if (repeats(text + host_end, secret))
    snprintf(text + host_end, URL_SHOWN_SIZE - (size_t)host_end, "/ and a path that repeats ours");
  return text;
}

char *url_proxy_shown(const char *proxy, char text[URL_SHOWN_SIZE]) {
  Parts parts = split_proxy(proxy);
  bool fit = url_proxy_fault(proxy) == NULL && parts.host_length < URL_SHOWN_SIZE;
  snprintf(text, URL_SHOWN_SIZE, "%.*s", fit ? (int)parts.host_length : 0, parts.host);
  return text;
}
