/* fact_text.c: a text from outside on its way into a prompt. */
#include <closebell/ai/fact.h>

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static bool is_blank(ucs4_t c) {
  return c == '\n' || c == '\t' || c == '\r' || uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Z);
}

static bool is_hidden(ucs4_t c) {
  return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_C) ||
         uc_is_property(c, UC_PROPERTY_DEFAULT_IGNORABLE_CODE_POINT) || uc_is_property(c, UC_PROPERTY_BIDI_CONTROL);
}

/* Without what is hidden, blanks joined to one and none at either end. In place: nothing grows. */
static size_t strip(uint8_t *text, size_t length) {
  size_t to = 0;
  bool owes_blank = false;
  for (size_t at = 0; at < length;) {
    ucs4_t c;
    int step = u8_mbtouc(&c, text + at, length - at);
    if (is_blank(c)) {
      owes_blank = to > 0;
    } else if (!is_hidden(c)) {
      if (owes_blank) text[to++] = ' ';
      owes_blank = false;
      memmove(text + to, text + at, (size_t)step);
      to += (size_t)step;
    }
    at += (size_t)step;
  }
  return to;
}

static size_t cut(const uint8_t *text, size_t length) {
  size_t at = 0;
  for (int characters = 0; at < length && characters < FACT_NAME_CHARACTERS; characters++)
    at += (size_t)u8_mblen(text + at, length - at);
  while (at > 0 && text[at - 1] == ' ') at--;
  return at;
}

Status fact_clean_text(const char *text, char to[FACT_NAME_SIZE], Error *err) {
  size_t length = strlen(text), room = 0;
  uint8_t *clean = NULL, *again = NULL;
  Status status = STATUS_NO_MEMORY;
  if (length == 0 || !text_is_utf8(text, length)) {
    *to = '\0';
    return STATUS_OK;
  }
  clean = u8_normalize(UNINORM_NFKC, (const uint8_t *)text, length, NULL, &room);
  if (clean != NULL) {
    /* Once more, as what was hidden may have kept two characters apart that belong together. */
    length = strip(clean, room);
    again = u8_normalize(UNINORM_NFKC, clean, length, NULL, &room);
  }
  if (again != NULL) {
    length = cut(again, room);
    memcpy(to, again, length);
    to[length] = '\0';
    status = STATUS_OK;
  }
  free(clean);
  free(again);
  return status == STATUS_OK ? status : error_set(err, status, "no memory for a stock's name");
}
