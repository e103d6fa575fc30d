#include <closebell/base/escape.h>

#include <stdint.h>
#include <string.h>

enum { LINE_MAX_BYTES = 8192 };

/* ---- which characters ---- */

/* Ends included, ascending. Controls; what joins, turns or separates without being seen; fillers that look like
 * nothing; what may not occur in a text at all (Unicode 15, categories Cc, Cf, Zl, Zp, and
 * Default_Ignorable_Code_Point). What changes the look of the letter before it stays: accents, and the selectors of
 * emoji. */
static const struct {
  uint32_t first, last;
} HIDDEN[] = {{0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x0600, 0x0605},
              {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},   {0x08E2, 0x08E2},
              {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
              {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
              {0xFFFE, 0xFFFF},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
              {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

static bool is_hidden(uint32_t code) {
  for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++)
    if (code <= HIDDEN[i].last) return code >= HIDDEN[i].first;
  return false;
}

/* The bytes of the character at text, 0 when they are not UTF-8. */
static size_t take_character(const char *text, size_t left, uint32_t *ret_code) {
  static const unsigned char FIRST_BITS[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  for (size_t length = 1; length <= 4 && length <= left; length++) {
    if (!text_is_utf8(text, length)) continue;
    uint32_t code = (unsigned char)text[0] & FIRST_BITS[length];
    for (size_t i = 1; i < length; i++) code = code << 6 | ((unsigned char)text[i] & 0x3F);
    *ret_code = code;
    return length;
  }
  return 0;
}

/* ---- how they are shown ---- */

static void write_visible(uint32_t code, char shown[ESCAPE_MAX]) {
  static const char LETTERS[] = "abtnvfr"; /* for 0x07 to 0x0D */
  if (code >= 0x07 && code <= 0x0D)
    snprintf(shown, ESCAPE_MAX, "\\%c", LETTERS[code - 0x07]);
  else if (code < 0x80)
    snprintf(shown, ESCAPE_MAX, "\\x%02x", (unsigned)code);
  else
    snprintf(shown, ESCAPE_MAX, code > 0xFFFF ? "\\U%08x" : "\\u%04x", (unsigned)code);
}

/* RFC 8259: beyond U+FFFF by a surrogate pair. */
static void write_json(uint32_t code, char shown[ESCAPE_MAX]) {
  if (code <= 0xFFFF)
    snprintf(shown, ESCAPE_MAX, "\\u%04x", (unsigned)code);
  else
    snprintf(shown, ESCAPE_MAX, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (code >> 10)),
             (unsigned)(0xDC00 + (code & 0x3FF)));
}

size_t escape_character(const char *text, size_t left, EscapeForm form, char ret_shown[ESCAPE_MAX]) {
  uint32_t code = 0;
  size_t length = take_character(text, left, &code);
  if (length == 0 && form == ESCAPE_IN_JSON)
    write_json(0xFFFD, ret_shown);
  else if (length == 0)
    snprintf(ret_shown, ESCAPE_MAX, "\\x%02x", (unsigned char)text[0]);
  else if (is_hidden(code) && form == ESCAPE_IN_JSON)
    write_json(code, ret_shown);
  else if (is_hidden(code))
    write_visible(code, ret_shown);
  else if (form == ESCAPE_TO_QUOTE && (code == '"' || code == '\\'))
    snprintf(ret_shown, ESCAPE_MAX, "\\%c", (char)code);
  else
    snprintf(ret_shown, ESCAPE_MAX, "%.*s", (int)length, text);
  return length == 0 ? 1 : length;
}

/* ---- whole texts ---- */

char *escape_text(char *to, size_t to_size, const char *from) {
  size_t left = strlen(from), used = 0, fits = 0; /* fits: up to here "..." has room behind it */
  while (left > 0) {
    char shown[ESCAPE_MAX];
    size_t taken = escape_character(from, left, ESCAPE_TO_SHOW, shown), length = strlen(shown);
    if (used + length >= to_size) {
      memcpy(to + fits, "...", sizeof "...");
      return to;
    }
    memcpy(to + used, shown, length);
    used += length, from += taken, left -= taken;
    if (used + sizeof "..." <= to_size) fits = used;
  }
  to[used] = '\0';
  return to;
}

void escape_append(TextBuffer *buffer, const char *text, EscapeForm form) {
  char shown[ESCAPE_MAX];
  for (size_t left = strlen(text); left > 0;) {
    size_t taken = escape_character(text, left, form, shown);
    text_buffer_append(buffer, shown, strlen(shown));
    text += taken, left -= taken;
  }
}

/* ---- what is printed ---- */

static void print(FILE *out, const char *text, EscapeForm form) {
  char shown[ESCAPE_MAX];
  for (size_t left = strlen(text); left > 0;) {
    size_t taken = escape_character(text, left, form, shown);
    fputs(shown, out);
    text += taken, left -= taken;
  }
}

void escape_print_line_after(FILE *out, const char *beginning, const char *format, va_list arguments) {
  char line[LINE_MAX_BYTES];
  int written = vsnprintf(line, sizeof line, format, arguments);
  if (written < 0) line[0] = '\0';
  if (written >= LINE_MAX_BYTES) memcpy(line + LINE_MAX_BYTES - sizeof "...", "...", sizeof "...");
  print(out, beginning, ESCAPE_TO_SHOW);
  print(out, line, ESCAPE_TO_SHOW);
  fputc('\n', out);
}

void escape_print_line(FILE *out, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  escape_print_line_after(out, "", format, arguments);
  va_end(arguments);
}

void escape_print_json(FILE *out, const char *json) {
  print(out, json, ESCAPE_IN_JSON);
  fputc('\n', out);
}
