#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>

void fuzz_check(bool holds, const char *what, const char *file, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  abort();
}

char *fuzz_text(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  FUZZ_CHECK(text != NULL);
  if (size > 0) memcpy(text, data, size);
  text[size] = '\0';
  return text;
}

void fuzz_check_message(const char *text) {
  size_t length = strlen(text);
  FUZZ_CHECK(length > 0);
  FUZZ_CHECK(text_is_utf8(text, length));
  for (size_t i = 0; i < length; i++) FUZZ_CHECK((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
}
