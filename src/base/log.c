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

/* ---- facts ---- */

LogFact log_text(const char *key, const char *text) { return (LogFact){.key = key, .text = text, .day = DAY_NONE}; }
LogFact log_number(const char *key, int64_t number) { return (LogFact){.key = key, .number = number, .day = DAY_NONE}; }
LogFact log_count(const char *key, int64_t number) { return number < 0 ? log_text(key, "") : log_number(key, number); }
LogFact log_day(const char *key, Day day) { return (LogFact){.key = key, .text = "", .day = day}; }
LogFact log_size(const char *key, size_t number) {
  return log_number(key, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

/* Without quotes nothing but this is written: whatever else it holds cannot be taken for another key. */
static bool is_word(const char *text) {
  static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/+-";
  return text[strspn(text, PLAIN)] == '\0';
}

static void add_value(Line *line, const char *text) {
  char shown[LOG_FACT_BYTES];
  escape_text(shown, sizeof(shown), text);
  if (is_word(shown)) {
    add_text(line, shown);
    return;
  }
  add_text(line, "\"");
  add_escaped(line, shown, ESCAPE_TO_QUOTE);
  add_text(line, "\"");
}

static void add_fact(Line *line, const LogFact *fact) {
  char number[32];
  const char *text = fact->text;
  DayText day;
  if (fact->day != DAY_NONE) {
    day = day_text(fact->day);
    text = day.text;
  } else if (text == NULL) {
    snprintf(number, sizeof(number), "%lld", (long long)fact->number);
    text = number;
  }
  if (*text == '\0') return;
  add_text(line, " ");
  add_text(line, fact->key);
  add_text(line, "=");
  add_value(line, text);
}

/* ---- the two forms ---- */

static void compose_logfmt(Line *line, const Log *log, LogLevel level, LogFacts facts, const char *message) {
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
  for (size_t i = 0; i < facts.count && i < LOG_FACTS_MAX; i++) add_fact(line, &facts.items[i]);
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

static void write_line(const Log *log, LogLevel level, LogFacts facts, const char *format, va_list arguments) {
  if (log == NULL || log->stream == NULL || level < log->lowest) return;
  int errno_before = errno;
  char message[MESSAGE_SIZE];
  int written = vsnprintf(message, sizeof(message), format, arguments);
  if (written < 0) message[0] = '\0';
  if (written >= MESSAGE_SIZE) memcpy(message + MESSAGE_SIZE - 4, "...", 4);

  Line line = {.length = 0, .cut = false};
  if (log->terminal)
    compose_short(&line, log, level, message);
  else
    compose_logfmt(&line, log, level, facts, message);
  fwrite(line.text, 1, line.length, log->stream);
  fflush(log->stream);
  errno = errno_before;
}

void log_line(const Log *log, LogLevel level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_line(log, level, (LogFacts){.count = 0}, format, arguments);
  va_end(arguments);
}

void log_with(const Log *log, LogLevel level, LogFacts facts, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_line(log, level, facts, format, arguments);
  va_end(arguments);
}

LogLevel log_level_of_record(const Log *log) { return log != NULL && log->terminal ? LOG_DEBUG : LOG_INFO; }
