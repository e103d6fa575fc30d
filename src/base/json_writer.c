#include <closebell/base/json_writer.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

JsonWriter json_writer(TextBuffer *out) { return (JsonWriter){.out = out}; }

static void append(JsonWriter *to, const char *text) { text_buffer_append(to->out, text, strlen(text)); }

/* What follows '\\' for a character that JSON names by a letter; 0: none. */
static char letter_of(unsigned char c) {
  static const char from[] = "\"\\\n\r\t\b\f", letters[] = "\"\\nrtbf";
  const char *found = c == '\0' ? NULL : strchr(from, c);
  return found ? letters[found - from] : '\0';
}

void json_append_text(TextBuffer *out, const char *text, size_t length) {
  text_buffer_append(out, "\"", 1);
  size_t from = 0;
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    char letter = letter_of(c);
    if (letter == '\0' && c >= 0x20 && c != 0x7f) continue;
    text_buffer_append(out, text + from, i - from);
    if (letter != '\0')
      text_buffer_printf(out, "\\%c", letter);
    else
      text_buffer_printf(out, "\\u%04x", c);
    from = i + 1;
  }
  text_buffer_append(out, text + from, length - from);
  text_buffer_append(out, "\"", 1);
}

/* The comma before, and the name. */
static void begin_value(JsonWriter *to, const char *name) {
  uint64_t bit = UINT64_C(1) << to->depth;
  if (to->begun & bit) append(to, ",");
  to->begun |= bit;
  if (!name) return;
  json_append_text(to->out, name, strlen(name));
  append(to, ":");
}

static void open_with(JsonWriter *to, const char *name, const char *bracket) {
  begin_value(to, name);
  append(to, bracket);
  if (to->depth < JSON_WRITER_DEPTH) to->depth++;
  to->begun &= ~(UINT64_C(1) << to->depth);
}

static void close_with(JsonWriter *to, const char *bracket) {
  if (to->depth > 0) to->depth--;
  append(to, bracket);
}

void json_begin_object(JsonWriter *to, const char *name) { open_with(to, name, "{"); }
void json_end_object(JsonWriter *to) { close_with(to, "}"); }
void json_begin_list(JsonWriter *to, const char *name) { open_with(to, name, "["); }
void json_end_list(JsonWriter *to) { close_with(to, "]"); }

void json_put_text_of(JsonWriter *to, const char *name, const char *text, size_t length) {
  begin_value(to, name);
  json_append_text(to->out, text, length);
}

void json_put_text(JsonWriter *to, const char *name, const char *text) {
  json_put_text_of(to, name, text, strlen(text));
}

void json_put_whole(JsonWriter *to, const char *name, int64_t value) {
  begin_value(to, name);
  text_buffer_printf(to->out, "%" PRId64, value);
}

void json_put_real(JsonWriter *to, const char *name, double value) {
  if (!isfinite(value)) return;
  begin_value(to, name);
  text_buffer_append_double(to->out, value);
}

void json_put_number(JsonWriter *to, const char *name, double value) {
  if (!isfinite(value)) return;
  begin_value(to, name);
  text_buffer_append_number(to->out, value);
}

void json_put_truth(JsonWriter *to, const char *name, bool value) {
  begin_value(to, name);
  append(to, value ? "true" : "false");
}

void json_put_day(JsonWriter *to, const char *name, Day day) {
  if (day != DAY_NONE) json_put_text(to, name, day_text(day).text);
}

void json_put_instant(JsonWriter *to, const char *name, Instant instant) {
  if (instant != INSTANT_NONE) json_put_text(to, name, instant_text(instant).text);
}

void json_put_raw(JsonWriter *to, const char *name, const char *json, size_t length) {
  begin_value(to, name);
  text_buffer_append(to->out, json, length);
}
