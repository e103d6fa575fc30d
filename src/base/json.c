#include <closebell/base/json.h>

#include <closebell/base/text.h>

#include <string.h>

enum { DEPTH_MAX = 32 };

/* Each function returns where the text goes on, or null. */
static const char *skip_value(const char *at, int depth);

static const char *skip_blanks(const char *at) { return at + strspn(at, " \t\r\n"); }

static const char *skip_escape(const char *at) {
  if (*at == 'u') return strspn(at + 1, "0123456789abcdefABCDEF") >= 4 ? at + 5 : NULL;
  return *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL ? at + 1 : NULL;
}

static const char *skip_string(const char *at) {
  if (*at++ != '"') return NULL;
  while (at != NULL && *at != '"') {
    if ((unsigned char)*at < 0x20) return NULL; /* the end of the text, too */
    at = *at == '\\' ? skip_escape(at + 1) : at + 1;
  }
  return at != NULL ? at + 1 : NULL;
}

static const char *skip_digits(const char *at) {
  size_t digits = strspn(at, "0123456789");
  return digits > 0 ? at + digits : NULL;
}

static const char *skip_number(const char *at) {
  if (*at == '-') at++;
  at = *at == '0' ? at + 1 : skip_digits(at);
  if (at != NULL && *at == '.') at = skip_digits(at + 1);
  if (at == NULL || (*at != 'e' && *at != 'E')) return at;
  at++;
  return skip_digits(*at == '+' || *at == '-' ? at + 1 : at);
}

/* Members or items up to `end`. */
static const char *skip_list(const char *at, char end, int depth) {
  bool object = end == '}';
  at = skip_blanks(at + 1);
  if (*at == end) return at + 1;
  for (;;) {
    if (object) {
      at = skip_string(skip_blanks(at));
      if (at == NULL) return NULL;
      at = skip_blanks(at);
      if (*at++ != ':') return NULL;
    }
    at = skip_value(at, depth + 1);
    if (at == NULL) return NULL;
    at = skip_blanks(at);
    if (*at == end) return at + 1;
    if (*at++ != ',') return NULL;
  }
}

static const char *skip_value(const char *at, int depth) {
  static const char *const words[] = {"true", "false", "null"};
  if (depth > DEPTH_MAX) return NULL;
  at = skip_blanks(at);
  if (*at == '{') return skip_list(at, '}', depth);
  if (*at == '[') return skip_list(at, ']', depth);
  if (*at == '"') return skip_string(at);
  for (size_t i = 0; i < 3; i++) {
    if (strncmp(at, words[i], strlen(words[i])) == 0) return at + strlen(words[i]);
  }
  return skip_number(at);
}

bool json_is_valid(const char *text) {
  const char *end = text_is_utf8(text, strlen(text)) ? skip_value(text, 0) : NULL;
  return end != NULL && *skip_blanks(end) == '\0';
}
