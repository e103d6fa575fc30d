#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "named.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return is_digit(c) || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* Whether a word goes on from the character inside to the one outside, behind which there is beyond. */
static bool goes_on(char inside, char outside, char beyond) {
  if (!is_letter(inside)) return false;
  if (is_letter(outside)) return true;
  return is_digit(inside) && is_digit(beyond) && outside != '\0' && strchr("-.:", outside) != NULL;
}

/* The first whole word part of count characters from at on, before end; null when there is none. */
static const char *find_word(const char *text, const char *at, const char *end, const char *part, size_t count) {
  for (; (size_t)(end - at) >= count; at++) {
    if (memcmp(at, part, count) != 0) continue;
    const char *behind = at + count;
    char before = at > text ? at[-1] : '\0', long_before = at > text + 1 ? at[-2] : '\0';
    char after = *behind, long_after = after != '\0' ? behind[1] : '\0';
    if (!goes_on(part[0], before, long_before) && !goes_on(part[count - 1], after, long_after)) return at;
  }
  return NULL;
}

static bool line_names(const char *text, const char *line, const char *end, const char *parts) {
  while (true) {
    size_t count = strcspn(parts, "|");
    line = find_word(text, line, end, parts, count);
    if (line == NULL) return false;
    if (parts[count] == '\0') return true;
    line += count;
    parts += count + 1;
  }
}

bool is_named(const char *text, const char *parts) {
  if (parts[0] == '\0') return true;
  for (const char *line = text;; line++) {
    const char *end = line + strcspn(line, "\n");
    if (line_names(text, line, end, parts)) return true;
    if (*end == '\0') return false;
    line = end;
  }
}

void check_named(const char *text, const char *parts, const char *file, int line) {
  if (is_named(text, parts)) return;
  print_error("no line of this names %s:\n%s\n", parts, text);
  _fail(file, line);
}
