/* Where an expression is wrong. */
#include <closebell/report/screen_print.h>

#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/text.h>
#include <closebell/base/width.h>

/* The line, from 1; *ret_length its bytes. */
static const char *find_line(const char *text, int line, size_t *ret_length) {
  for (; line > 1 && strchr(text, '\n') != NULL; line--) text = strchr(text, '\n') + 1;
  *ret_length = strcspn(text, "\n");
  return text;
}

/* The bytes before the column, which counts characters from 1. */
static size_t bytes_before(const char *line, size_t length, int column) {
  size_t at = 0;
  for (; at < length && column > 1; column--) do
      at++;
    while (at < length && ((unsigned char)line[at] & 0xC0) == 0x80);
  return at;
}

/* As it is shown: a tab becomes a blank, so that the mark stands where it should. */
static void show(TextBuffer *to, const char *line, size_t length) {
  TextBuffer plain = {0};
  text_buffer_append(&plain, line, length);
  for (size_t i = 0; i < plain.length; i++)
    if (plain.data[i] == '\t') plain.data[i] = ' ';
  if (!plain.failed) escape_append(to, plain.data, ESCAPE_TO_SHOW);
  text_buffer_free(&plain);
}

void screen_print_place(FILE *to, const ScreenComplaint *complaint) {
  if (complaint->text == NULL || complaint->place.line == 0) return;
  TextBuffer before = {0}, whole = {0};
  size_t length;
  const char *line = find_line(complaint->text, complaint->place.line, &length);
  show(&before, line, bytes_before(line, length, complaint->place.column));
  show(&whole, line, length);
  if (!before.failed && !whole.failed)
    fprintf(to, "%s\n%*s^\n", whole.data ? whole.data : "", (int)(before.data ? width_of(before.data) : 0), "");
  text_buffer_free(&before);
  text_buffer_free(&whole);
}
