#include "json_write.h"

#include <math.h>
#include <string.h>

static const double WHOLE_MOST = 1e18;

void json_write_text(TextBuffer *to, const char *text, size_t length) {
  text_buffer_append(to, "\"", 1);
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"' || text[i] == '\\') text_buffer_append(to, "\\", 1);
    text_buffer_append(to, &text[i], 1);
  }
  text_buffer_append(to, "\"", 1);
}

void json_write_number(TextBuffer *to, double value) {
  if (fabs(value) <= WHOLE_MOST && trunc(value) == value)
    text_buffer_printf(to, "%.0f", value == 0 ? 0 : value); /* no -0 */
  else
    text_buffer_append_double(to, value);
}

void json_write_name(TextBuffer *to, const char *name) {
  bool first = to->length > 0 && strchr("{[", to->data[to->length - 1]) != NULL;
  text_buffer_printf(to, "%s\"%s\":", first ? "" : ",", name);
}

void json_write_number_of(TextBuffer *to, const char *name, double value) {
  if (isnan(value)) return;
  json_write_name(to, name);
  json_write_number(to, value);
}

void json_write_text_of(TextBuffer *to, const char *name, const char *text) {
  json_write_name(to, name);
  json_write_text(to, text, strlen(text));
}

void json_write_day_of(TextBuffer *to, const char *name, Day day) {
  if (day != DAY_NONE) json_write_text_of(to, name, day_text(day).text);
}
