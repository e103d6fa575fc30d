#include "dart_xml.h"

#include <stdint.h>
#include <string.h>

#include <closebell/base/text.h>

static const char BLANKS[] = " \t\r\n";

static bool is_blank(char c) { return c != '\0' && strchr(BLANKS, c) != NULL; }

static size_t left(const XmlReader *reader) { return (size_t)(reader->end - reader->at); }

static bool begins(const XmlReader *reader, const char *text) {
  size_t length = strlen(text);
  return left(reader) >= length && memcmp(reader->at, text, length) == 0;
}

/* Goes behind the next `text`. False: there is none. */
static bool skip_past(XmlReader *reader, const char *text) {
  const char *found = memmem(reader->at, left(reader), text, strlen(text));
  if (found == NULL) return false;
  reader->at = found + strlen(text);
  return true;
}

/* ---- tags ---- */

/* "name", "name attribute=...", "name/"; *kind is XML_OPENS or XML_CLOSES as the caller saw it. */
static XmlPart name_within(XmlPart inside, XmlKind *kind) {
  if (*kind == XML_OPENS && inside.length > 0 && inside.text[inside.length - 1] == '/') {
    *kind = XML_EMPTY;
    inside.length--;
  }
  for (size_t i = 0; i < inside.length; i++)
    if (is_blank(inside.text[i])) inside.length = i;
  return inside;
}

/* At a '<' that begins neither a comment nor a declaration. */
static void read_tag(XmlReader *reader, XmlTag *tag) {
  const char *start = reader->at + 1, *stop = memchr(reader->at, '>', left(reader));
  tag->kind = XML_CUT;
  if (stop == NULL) return;
  reader->at = stop + 1;
  tag->kind = XML_OPENS;
  if (*start == '/') {
    tag->kind = XML_CLOSES;
    start++;
  }
  tag->name = name_within((XmlPart){start, (size_t)(stop - start)}, &tag->kind);
}

XmlTag dart_xml_next(XmlReader *reader) {
  for (;;) {
    const char *start = reader->at, *found = memchr(start, '<', left(reader));
    XmlTag tag = {.kind = XML_END, .before = {start, found == NULL ? left(reader) : (size_t)(found - start)}};
    reader->at = found == NULL ? reader->end : found;
    bool passed = begins(reader, "<?") || begins(reader, "<!--");
    if (found != NULL && passed) {
      if (skip_past(reader, begins(reader, "<?") ? "?>" : "-->")) continue;
      tag.kind = XML_CUT;
    } else if (begins(reader, "<!")) {
      tag.kind = XML_FOREIGN;
    } else if (found != NULL) {
      read_tag(reader, &tag);
    }
    return tag;
  }
}

bool dart_xml_is(XmlPart part, const char *text) {
  return part.length == strlen(text) && memcmp(part.text, text, part.length) == 0;
}

bool dart_xml_is_blank(XmlPart part) {
  size_t i = 0;
  while (i < part.length && is_blank(part.text[i])) i++;
  return i == part.length;
}

/* ---- text ---- */

static const struct {
  const char *written, *meant;
} REFERENCES[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}};

/* As UTF-8. Returns its length; 0: no character. */
static size_t put_character(uint32_t code, char to[4]) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
  if (code < 0x80) {
    to[0] = (char)code;
    return 1;
  }
  size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--, code >>= 6) to[i] = (char)(0x80 | (code & 0x3F));
  to[0] = (char)((length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0) | code);
  return length;
}

static int digit_of(char c, uint32_t base) {
  if (c >= '0' && c <= '9') return c - '0';
  if (base == 16 && c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (base == 16 && c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* "&#44032;", "&#xAC00;". Returns how many bytes it is made of; 0: it is none. */
static size_t read_numbered(XmlPart part, char to[4], size_t *ret_length) {
  enum { LONGEST = 10 };
  bool hex = part.length > 2 && part.text[2] == 'x';
  uint32_t code = 0, base = hex ? 16 : 10;
  size_t first = hex ? 3 : 2, i = first;
  if (part.length < 4 || part.text[1] != '#') return 0;
  for (; i < part.length && i < LONGEST && digit_of(part.text[i], base) >= 0; i++)
    code = code * base + (uint32_t)digit_of(part.text[i], base);
  if (i == first || i >= part.length || part.text[i] != ';') return 0;
  *ret_length = put_character(code, to);
  return *ret_length == 0 ? 0 : i + 1;
}

/* One character or reference at the start of part: what it means, and how many bytes it is made of. */
static size_t read_one(XmlPart part, char to[4], size_t *ret_length) {
  if (part.text[0] == '&') {
    for (size_t i = 0; i < sizeof REFERENCES / sizeof REFERENCES[0]; i++) {
      size_t length = strlen(REFERENCES[i].written);
      if (part.length < length || memcmp(part.text, REFERENCES[i].written, length) != 0) continue;
      to[0] = REFERENCES[i].meant[0];
      *ret_length = 1;
      return length;
    }
    size_t numbered = read_numbered(part, to, ret_length);
    if (numbered > 0) return numbered;
  }
  to[0] = part.text[0];
  *ret_length = 1;
  return 1;
}

bool dart_xml_text(XmlPart part, char *text, size_t size) {
  size_t length = 0;
  while (part.length > 0 && is_blank(part.text[0])) part.text++, part.length--;
  while (part.length > 0 && is_blank(part.text[part.length - 1])) part.length--;
  if (part.length > 0 && memchr(part.text, '\0', part.length) != NULL) return false;
  while (part.length > 0) {
    char one[4];
    size_t written, taken = read_one(part, one, &written);
    if (length + written >= size) return false;
    memcpy(text + length, one, written);
    length += written;
    part.text += taken, part.length -= taken;
  }
  text[length] = '\0';
  return text_is_utf8(text, length);
}
