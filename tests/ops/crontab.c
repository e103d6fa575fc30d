#include "crontab.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* "*", "5", "1-5", "0,30", and any of them with "/10". */
static bool parse_field(const char *text, unsigned low, unsigned high, uint64_t *ret_bits) {
  uint64_t bits = 0;
  while (*text != '\0') {
    char *end = (char *)text;
    unsigned long from = low, to = high, step = 1;
    if (*text == '*') {
      end++;
    } else {
      from = to = strtoul(text, &end, 10);
      if (end == text) return false;
      if (*end == '-') to = strtoul(end + 1, &end, 10);
    }
    if (*end == '/') step = strtoul(end + 1, &end, 10);
    if (from < low || to > high || from > to || step == 0) return false;
    for (unsigned long value = from; value <= to; value += step) bits |= UINT64_C(1) << value;
    if (*end != ',' && *end != '\0') return false;
    text = *end == ',' ? end + 1 : end;
  }
  *ret_bits = bits;
  return bits != 0;
}

/* cron turns "\%" into "%"; a bare "%" ends a command, and ours have none. */
static bool unescape(const char *text, char *ret_command) {
  size_t length = 0;
  for (; *text != '\0' && length + 1 < CRONTAB_TEXT; text++) {
    if (*text == '%') return false;
    if (text[0] == '\\' && text[1] == '%') text++;
    ret_command[length++] = *text;
  }
  ret_command[length] = '\0';
  return *text == '\0';
}

/* Takes the guard off the command. */
static bool parse_guard(CrontabLine *line) {
  static const char korea[] = "case $(TZ=KST-9 date +", utc[] = "case $(date -u +", in[] = ") in ", last[] = " ;; esac";
  line->guarded = strncmp(line->command, "case ", 5) == 0;
  if (!line->guarded) return true;
  line->guard_in_korea = strncmp(line->command, korea, sizeof korea - 1) == 0;
  if (!line->guard_in_korea && strncmp(line->command, utc, sizeof utc - 1) != 0) return false;
  char *format = line->command + (line->guard_in_korea ? sizeof korea : sizeof utc) - 1;
  char *patterns = strstr(format, in);
  if (patterns == NULL || patterns - format >= (ptrdiff_t)sizeof line->guard_format) return false;
  char *command = strstr(patterns + sizeof in - 1, ") ");
  size_t length = strlen(line->command);
  if (command == NULL || strcmp(line->command + length - (sizeof last - 1), last) != 0) return false;
  line->command[length - (sizeof last - 1)] = '\0';
  *patterns = *command = '\0';
  snprintf(line->guard_format, sizeof line->guard_format, "%s", format);
  snprintf(line->guard_patterns, sizeof line->guard_patterns, "%s", patterns + sizeof in - 1);
  memmove(line->command, command + 2, strlen(command + 2) + 1);
  return true;
}

static bool parse_line(char *text, CrontabLine *ret_line) {
  CrontabLine line = {0};
  char *fields[5], *rest = text;
  for (int i = 0; i < 5; i++) {
    rest += strspn(rest, " \t");
    fields[i] = rest;
    rest += strcspn(rest, " \t");
    if (*rest == '\0') return false;
    *rest++ = '\0';
  }
  rest += strspn(rest, " \t");
  uint64_t weekdays;
  if (!parse_field(fields[0], 0, 59, &line.minutes) || !parse_field(fields[1], 0, 23, &line.hours)) return false;
  if (strcmp(fields[2], "*") != 0 || strcmp(fields[3], "*") != 0) return false;
  if (!parse_field(fields[4], 0, 7, &weekdays)) return false;
  line.weekdays = (weekdays | weekdays >> 7) & 0x7F;
  line.any_hour = strcmp(fields[1], "*") == 0;
  if (!unescape(rest, line.command) || !parse_guard(&line)) return false;
  *ret_line = line;
  return true;
}

static bool is_variable(const char *text) {
  size_t name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
  return name > 0 && text[name] == '=';
}

bool crontab_read(FILE *stream, Crontab *ret_crontab) {
  char text[2 * CRONTAB_TEXT], shown[2 * CRONTAB_TEXT];
  ret_crontab->count = 0;
  while (fgets(text, sizeof text, stream) != NULL) {
    bool whole = strchr(text, '\n') != NULL;
    text[strcspn(text, "\n")] = '\0';
    if (whole && (*text == '\0' || *text == '#' || is_variable(text))) continue;
    snprintf(shown, sizeof shown, "%s", text);
    if (!whole || ret_crontab->count == CRONTAB_LINES || !parse_line(text, &ret_crontab->lines[ret_crontab->count++])) {
      fprintf(stderr, "crontab: not understood: %s\n", shown);
      return false;
    }
  }
  return true;
}

static bool guard_lets_through(const CrontabLine *line, time_t at) {
  if (line->guard_in_korea) at += 9 * 3600;
  struct tm parts;
  char now[64], patterns[CRONTAB_TEXT], *next = patterns;
  gmtime_r(&at, &parts);
  strftime(now, sizeof now, line->guard_format, &parts);
  snprintf(patterns, sizeof patterns, "%s", line->guard_patterns);
  for (const char *pattern; (pattern = strsep(&next, "|")) != NULL;) {
    if (fnmatch(pattern, now, 0) == 0) return true;
  }
  return false;
}

static bool has(uint64_t bits, int value) { return (bits >> value & 1) != 0; }

bool crontab_starts(const CrontabLine *line, time_t at, const struct tm *local) {
  bool now =
      has(line->minutes, local->tm_min) && has(line->hours, local->tm_hour) && has(line->weekdays, local->tm_wday);
  return now && (!line->guarded || guard_lets_through(line, at));
}
