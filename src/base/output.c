#include <closebell/base/output.h>

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <closebell/base/escape.h>
#include <closebell/base/width.h>

Output output_standard(const char *columns) {
  struct winsize size = {0};
  bool terminal = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return (Output){.stream = stdout, .columns = width_choose(columns, terminal ? size.ws_col : 0)};
}

/* The escaped line without its end; null without memory. The caller frees it. */
__attribute__((format(printf, 2, 0))) static char *show(const char *beginning, const char *format, va_list arguments) {
  char *shown = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&shown, &size);
  if (memory == NULL) return NULL;
  escape_print_line_after(memory, beginning, format, arguments);
  bool failed = ferror(memory) != 0;
  if (fclose(memory) != 0 || failed || size == 0) {
    free(shown);
    return NULL;
  }
  shown[size - 1] = '\0';
  return shown;
}

/* Without memory the line is too long, and there. */
void output_line_after(const Output *out, size_t indent, const char *beginning, const char *format, va_list arguments) {
  va_list again;
  TextBuffer lines = {0};
  va_copy(again, arguments);
  char *shown = out->columns > 0 ? show(beginning, format, arguments) : NULL;
  if (shown != NULL) width_wrap(&lines, shown, indent, out->columns);
  if (lines.data != NULL && !lines.failed)
    fprintf(out->stream, "%s\n", lines.data);
  else
    escape_print_line_after(out->stream, beginning, format, again);
  va_end(again);
  free(shown);
  text_buffer_free(&lines);
}

void output_line(const Output *out, size_t indent, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  output_line_after(out, indent, "", format, arguments);
  va_end(arguments);
}

void output_empty_line(const Output *out) { fputc('\n', out->stream); }
