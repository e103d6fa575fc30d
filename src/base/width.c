#include <closebell/base/width.h>

#include <string.h>

enum { COLUMNS_MAX = 10000, ROOM_LEAST = 16, INDENT_INSTEAD = 4 };

typedef struct {
  uint32_t first, last;
} Range;

/* East Asian Wide and Fullwidth (Unicode Standard Annex 11), in blocks. */
static const Range WIDE[] = {{0x1100, 0x115F},   {0x2329, 0x232A},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                             {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE10, 0xFE19},
                             {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                             {0x1F900, 0x1F9FF}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD}};

/* Marks on the character before; vowels and final consonants of a syllable spelt out; what is not seen. */
static const Range NONE[] = {{0x0300, 0x036F}, {0x1160, 0x11FF}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064},
                             {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

static bool is_among(const Range *ranges, size_t count, uint32_t code) {
  for (size_t i = 0; i < count; i++)
    if (code >= ranges[i].first && code <= ranges[i].last) return true;
  return false;
}

static size_t width_of_code(uint32_t code) {
  if (is_among(NONE, sizeof NONE / sizeof NONE[0], code)) return 0;
  return is_among(WIDE, sizeof WIDE / sizeof WIDE[0], code) ? 2 : 1;
}

/* The bytes of the first character; *ret_width its columns. */
static size_t first_character(const char *text, size_t *ret_width) {
  const unsigned char *byte = (const unsigned char *)text;
  size_t length = byte[0] < 0xC0 ? 1 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
  uint32_t code = length == 1 ? byte[0] : byte[0] & (0x7Fu >> length);
  *ret_width = 1;
  if (strnlen(text, length) < length || !text_is_utf8(text, length)) return 1;
  for (size_t i = 1; i < length; i++) code = code << 6 | (byte[i] & 0x3F);
  *ret_width = width_of_code(code);
  return length;
}

size_t width_choose(const char *columns, size_t terminal) {
  int64_t said = 0;
  size_t width = columns != NULL && text_parse_int64(columns, 1, COLUMNS_MAX, &said) ? (size_t)said : terminal;
  return width > 0 && width < WIDTH_LEAST ? WIDTH_LEAST : width;
}

size_t width_of(const char *text) {
  size_t sum = 0, width;
  for (; *text != '\0'; sum += width) text += first_character(text, &width);
  return sum;
}

/* How many bytes from the beginning fit: one character at least. */
static size_t fitting(const char *text, size_t columns) {
  size_t at = 0, sum = 0, width;
  while (text[at] != '\0') {
    size_t length = first_character(text + at, &width);
    if (at > 0 && sum + width > columns) break;
    sum += width;
    at += length;
  }
  return at;
}

/* Where the line ends, given what fits: at the last blank, but not at one of the first `least` bytes. */
static size_t line_end(const char *text, size_t fits, size_t least) {
  if (text[fits] == '\0') return fits;
  size_t end = fits;
  while (end > least && text[end] != ' ') end--;
  if (end <= least) return fits;
  while (end > least && text[end - 1] == ' ') end--;
  return end;
}

void width_wrap(TextBuffer *to, const char *text, size_t indent, size_t columns) {
  if (columns > 0 && indent + ROOM_LEAST > columns) indent = INDENT_INSTEAD;
  for (bool first = true; columns > 0; first = false) {
    size_t end = line_end(text, fitting(text, first ? columns : columns - indent), first ? indent : 0);
    text_buffer_append(to, text, end);
    text += end;
    if (*text == '\0') return;
    while (*text == ' ') text++;
    if (*text == '\0') return;
    text_buffer_printf(to, "\n%*s", (int)indent, "");
  }
  text_buffer_append(to, text, strlen(text));
}
