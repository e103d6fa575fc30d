#include <closebell/base/log.h>

#include <closebell/base/escape.h>

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* A line is put together here and written at once, so that the lines of two processes on one stream do not mix. It
 * needs no memory of its own: "out of memory" must be said too. */
enum { LINE_SIZE = 8192, TAIL_SIZE = 8, MESSAGE_SIZE = 4096 };
typedef struct {
  char text[LINE_SIZE];
  size_t length;
  bool cut;
} Line;

static void add(Line *line, const char *bytes, size_t count) {
  if (line->cut || count > LINE_SIZE - TAIL_SIZE - line->length) {
    line->cut = true;
    return;
  }
  memcpy(line->text + line->length, bytes, count);
  line->length += count;
}

static void add_text(Line *line, const char *text) { add(line, text, strlen(text)); }

static void end_line(Line *line, const char *tail) {
  if (line->cut) {
    memcpy(line->text + line->length, "...", 3);
    line->length += 3;
  }
  memcpy(line->text + line->length, tail, strlen(tail));
  line->length += strlen(tail);
}

/* Messages quote what servers sent: it must neither start a line of its own nor steer the terminal. */
static void add_escaped(Line *line, const char *text, EscapeForm form) {
  char shown[ESCAPE_MAX];
  for (size_t left = strlen(text); left > 0;) {
    size_t taken = escape_character(text, left, form, shown);
    add_text(line, shown);
    text += taken, left -= taken;
  }
}

static void compose_logfmt(Line *line, const Log *log, LogLevel level, const char *message) {
  static const char *const names[] = {"debug", "info", "warn", "error"};
  if (log->clock != NULL) {
    add_text(line, "ts=");
    add_text(line, instant_text(clock_now(log->clock)).text);
    add_text(line, " ");
  }
  add_text(line, "level=");
  add_text(line, names[level]);
  if (log->program != NULL) {
    add_text(line, " job=");
    add_text(line, log->program);
  }
  add_text(line, " msg=\"");
  add_escaped(line, message, ESCAPE_TO_QUOTE);
  end_line(line, "\"\n");
}

static void compose_short(Line *line, const Log *log, LogLevel level, const char *message) {
  static const char *const names[] = {"debug: ", "", "warning: ", "error: "};
  static const char *const colours[] = {"\033[2m", "", "\033[33m", "\033[1;31m"};
  bool coloured = log->colour && colours[level][0] != '\0';
  add_text(line, "\r\033[K"); /* a progress bar may stand there */
  if (log->clock != NULL) {
    Instant now = clock_now(log->clock);
    char time[24];
    int minute = instant_kst_minute(now), second = (int)((now / 1000 % 60 + 60) % 60);
    snprintf(time, sizeof(time), "%02d:%02d:%02d KST  ", minute / 60, minute % 60, second);
    add_text(line, time);
  }
  if (coloured) add_text(line, colours[level]);
  add_text(line, names[level]);
  if (coloured) add_text(line, "\033[0m");
  add_escaped(line, message, ESCAPE_TO_SHOW);
  end_line(line, "\n");
}

Log log_open(FILE *stream, LogLevel lowest, const char *program, const Clock *clock, const char *no_color) {
  bool terminal = stream != NULL && isatty(fileno(stream)) == 1;
  return (Log){.stream = stream,
               .lowest = lowest,
               .terminal = terminal,
               .colour = terminal && (no_color == NULL || *no_color == '\0'),
               .program = program,
               .clock = clock};
}

void log_line(const Log *log, LogLevel level, const char *format, ...) {
  if (log == NULL || log->stream == NULL || level < log->lowest) return;
  int errno_before = errno;
  char message[MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  if (written < 0) message[0] = '\0';
  if (written >= MESSAGE_SIZE) memcpy(message + MESSAGE_SIZE - 4, "...", 4);

  Line line = {.length = 0, .cut = false};
  if (log->terminal)
    compose_short(&line, log, level, message);
  else
    compose_logfmt(&line, log, level, message);
  fwrite(line.text, 1, line.length, log->stream);
  fflush(log->stream);
  errno = errno_before;
}
