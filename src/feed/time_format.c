#include <closebell/feed/time_format.h>

#include <string.h>
#include <strings.h>

enum { YEAR_FIRST = 1900, YEAR_LAST = 2999, SIGNIFICANT_DIGITS = 18 };

static const int64_t MS_OF_SECOND = 1000;
static const int64_t MS_OF_MINUTE = 60 * 1000;
static const int64_t FIRST_MILLISECONDS = INT64_C(100000000000);

/* --- bounds --- */

static bool is_bounded(Instant instant) {
  Day first = 0, last = 0;
  day_from_ymd(YEAR_FIRST, 1, 1, &first);
  day_from_ymd(YEAR_LAST, 12, 31, &last);
  return instant >= first * MS_OF_DAY && instant < (last + INT64_C(1)) * MS_OF_DAY;
}

/* --- numbers --- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Up to `most` digits; false: there is none, or the value is out of its bounds. */
static bool take_number(const char **at, int most, int low, int high, int *ret_value) {
  int value = 0, count = 0;
  for (; count < most && is_digit(**at); count++) value = value * 10 + (*(*at)++ - '0');
  if (count == 0 || value < low || value > high) return false;
  *ret_value = value;
  return true;
}

static bool take_int64(const char **at, int64_t *ret_value) {
  int64_t value = 0;
  int count = 0;
  for (; is_digit(**at); count++) {
    if (count == SIGNIFICANT_DIGITS) return false;
    value = value * 10 + (*(*at)++ - '0');
  }
  if (count == 0) return false;
  *ret_value = value;
  return true;
}

/* Behind the point: what of it is milliseconds. */
static bool take_fraction(const char **at, int64_t *ret_ms) {
  int64_t ms = 0, weight = 100;
  const char *first = *at;
  for (; is_digit(**at); weight /= 10) ms += weight * (*(*at)++ - '0');
  *ret_ms = ms;
  return *at > first;
}

static bool parse_number(const char *text, Instant *ret_instant) {
  int64_t whole, ms = 0;
  bool is_negative = *text == '-';
  if (is_negative) text++;
  if (!take_int64(&text, &whole)) return false;
  if (*text == '.') {
    text++;
    if (!take_fraction(&text, &ms)) return false;
  }
  if (*text != '\0') return false;
  Instant instant = whole >= FIRST_MILLISECONDS ? whole : whole * MS_OF_SECOND + ms;
  if (is_negative) instant = -instant;
  if (!is_bounded(instant)) return false;
  *ret_instant = instant;
  return true;
}

/* --- what a format reads --- */

typedef struct {
  int year, month, day, day_of_year;
  int hour, minute, second;
  bool is_half_day, is_afternoon; /* %I, %p */
  bool has_seconds;               /* %s, which says all */
  int64_t offset_minutes, seconds;
} Parts;

static const char *const MONTHS[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
static const char *const WEEKDAYS[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/* A name whole, or its first three letters. */
static bool take_name(const char **at, const char *const *names, int count, int *ret_place) {
  for (int i = 0; i < count; i++) {
    size_t length = strlen(names[i]);
    bool whole = strncasecmp(*at, names[i], length) == 0;
    if (!whole && strncasecmp(*at, names[i], 3) != 0) continue;
    *at += whole ? length : 3;
    *ret_place = i;
    return true;
  }
  return false;
}

static bool take_month(const char **at, Parts *parts) {
  int place;
  if (!take_name(at, MONTHS, 12, &place)) return false;
  parts->month = place + 1;
  return true;
}

static bool take_weekday(const char **at) {
  int place;
  return take_name(at, WEEKDAYS, 7, &place);
}

static bool take_half(const char **at, Parts *parts) {
  if (strncasecmp(*at, "AM", 2) != 0 && strncasecmp(*at, "PM", 2) != 0) return false;
  parts->is_afternoon = **at == 'P' || **at == 'p';
  *at += 2;
  return true;
}

/* "+09:00", "+0900", "+09", "Z". */
static bool take_offset(const char **at, Parts *parts) {
  int hours, minutes = 0;
  if (**at == 'Z') {
    (*at)++;
    parts->offset_minutes = 0;
    return true;
  }
  int sign = **at == '-' ? -1 : 1;
  if (**at != '+' && **at != '-') return false;
  (*at)++;
  if (!is_digit((*at)[0]) || !is_digit((*at)[1]) || !take_number(at, 2, 0, 23, &hours)) return false;
  if (**at == ':' && is_digit((*at)[1])) (*at)++;
  if (is_digit(**at) && (!is_digit((*at)[1]) || !take_number(at, 2, 0, 59, &minutes))) return false;
  parts->offset_minutes = sign * (hours * 60 + minutes);
  return true;
}

static bool take_seconds(const char **at, Parts *parts) {
  bool is_negative = **at == '-';
  if (is_negative) (*at)++;
  if (!take_int64(at, &parts->seconds)) return false;
  if (is_negative) parts->seconds = -parts->seconds;
  parts->has_seconds = true;
  return true;
}

static bool take_short_year(const char **at, Parts *parts) {
  int year;
  if (!take_number(at, 2, 0, 99, &year)) return false;
  parts->year = year < 69 ? 2000 + year : 1900 + year; /* POSIX */
  return true;
}

static void skip_blanks(const char **at) { *at += strspn(*at, " \t\r\n"); }

/* What stands for several others; null: nothing. */
static const char *spelled_out(char directive) {
  switch (directive) {
  case 'T':
    return "%H:%M:%S";
  case 'R':
    return "%H:%M";
  case 'D':
    return "%m/%d/%y";
  case 'F':
    return "%Y-%m-%d";
  default:
    return NULL;
  }
}

static bool take_half_hour(const char **at, Parts *parts) {
  parts->is_half_day = true;
  return take_number(at, 2, 1, 12, &parts->hour);
}

/* Of two hours the last counts, as the other parts do. */
static bool take_hour(const char **at, Parts *parts) {
  parts->is_half_day = false;
  return take_number(at, 2, 0, 23, &parts->hour);
}

static bool take_directive(char directive, const char **at, Parts *parts) {
  switch (directive) {
  case 'Y':
    return take_number(at, 4, YEAR_FIRST, YEAR_LAST, &parts->year);
  case 'y':
    return take_short_year(at, parts);
  case 'm':
    return take_number(at, 2, 1, 12, &parts->month);
  case 'e':
    skip_blanks(at);
    return take_number(at, 2, 1, 31, &parts->day);
  case 'd':
    return take_number(at, 2, 1, 31, &parts->day);
  case 'j':
    return take_number(at, 3, 1, 366, &parts->day_of_year);
  case 'b':
  case 'B':
  case 'h':
    return take_month(at, parts);
  case 'a':
  case 'A':
    return take_weekday(at);
  case 'k':
    skip_blanks(at);
    return take_hour(at, parts);
  case 'H':
    return take_hour(at, parts);
  case 'l':
    skip_blanks(at);
    return take_half_hour(at, parts);
  case 'I':
    return take_half_hour(at, parts);
  case 'p':
    return take_half(at, parts);
  case 'M':
    return take_number(at, 2, 0, 59, &parts->minute);
  case 'S':
    return take_number(at, 2, 0, 59, &parts->second);
  case 'z':
    return take_offset(at, parts);
  case 's':
    return take_seconds(at, parts);
  case 'n':
  case 't':
    skip_blanks(at);
    return true;
  case '%':
    if (**at != '%') return false;
    (*at)++;
    return true;
  default:
    return false;
  }
}

static bool take_format(const char *format, const char **at, Parts *parts) {
  for (; *format != '\0'; format++) {
    if (strchr(" \t\r\n", *format) != NULL) {
      skip_blanks(at);
    } else if (*format != '%') {
      if (**at != *format) return false;
      (*at)++;
    } else {
      const char *several = spelled_out(*++format);
      if (several != NULL ? !take_format(several, at, parts) : !take_directive(*format, at, parts)) return false;
    }
  }
  return true;
}

static bool read_parts(const char *text, const char *format, Parts *ret_parts) {
  Parts parts = {0};
  if (feed_time_format_fault(format) != NULL || !take_format(format, &text, &parts) || *text != '\0') return false;
  *ret_parts = parts;
  return true;
}

/* The day that is written. */
static bool day_of_parts(const Parts *parts, Day *ret_day) {
  Day day, end;
  int month = parts->month > 0 ? parts->month : 1, day_of_month = parts->day > 0 ? parts->day : 1;
  if (!day_from_ymd(parts->year, month, day_of_month, &day)) return false;
  if (parts->day_of_year > 0 && parts->month == 0 && parts->day == 0) {
    day_from_ymd(parts->year, 12, 31, &end);
    day += parts->day_of_year - 1;
    if (day > end) return false;
  }
  *ret_day = day;
  return true;
}

static int hour_of(const Parts *parts) {
  if (!parts->is_half_day) return parts->hour;
  return parts->hour % 12 + (parts->is_afternoon ? 12 : 0);
}

static bool instant_of_parts(const Parts *parts, Instant *ret_instant) {
  Day day;
  Instant instant;
  if (parts->has_seconds) {
    if (__builtin_mul_overflow(parts->seconds, MS_OF_SECOND, &instant)) return false;
  } else {
    if (!day_of_parts(parts, &day)) return false;
    int64_t seconds = (hour_of(parts) * 60 + parts->minute) * INT64_C(60) + parts->second;
    instant = day * MS_OF_DAY + seconds * MS_OF_SECOND - parts->offset_minutes * MS_OF_MINUTE;
  }
  if (!is_bounded(instant)) return false;
  *ret_instant = instant;
  return true;
}

/* --- the whole --- */

const char *feed_time_format_fault(const char *format) {
  bool has_year = false;
  for (; *format != '\0'; format++) {
    if (*format != '%') continue;
    if (*++format == '\0') return "a format does not end with %";
    if (strchr("YymdejbBhaAHkIlpMSTRDFzsnt%", *format) == NULL) return "a directive of the format is not known";
    has_year |= strchr("YyDFs", *format) != NULL;
  }
  return has_year ? NULL : "the format does not say the year";
}

static bool has(const char *format) { return format != NULL && *format != '\0'; }

bool feed_time_instant(const char *text, const char *format, Instant *ret_instant) {
  Parts parts;
  Day day;
  Instant instant;
  if (has(format)) return read_parts(text, format, &parts) && instant_of_parts(&parts, ret_instant);
  if (day_parse(text, &day)) {
    *ret_instant = day * MS_OF_DAY;
    return true;
  }
  if (!instant_parse(text, &instant)) return parse_number(text, ret_instant);
  if (!is_bounded(instant)) return false;
  *ret_instant = instant;
  return true;
}

static bool parse_day_of_instant(const char *text, Day *ret_day) {
  char date[DAY_TEXT_SIZE];
  memcpy(date, text, DAY_TEXT_SIZE - 1);
  date[DAY_TEXT_SIZE - 1] = '\0';
  return day_parse(date, ret_day);
}

bool feed_time_day(const char *text, const char *format, Day *ret_day) {
  Parts parts;
  Instant instant;
  if (has(format) && !read_parts(text, format, &parts)) return false;
  if (has(format) && !parts.has_seconds) return day_of_parts(&parts, ret_day);
  if (!has(format) && day_parse(text, ret_day)) return true;
  if (!has(format) && instant_parse(text, &instant)) return parse_day_of_instant(text, ret_day);
  if (has(format) ? !instant_of_parts(&parts, &instant) : !parse_number(text, &instant)) return false;
  *ret_day = instant_utc_day(instant);
  return true;
}
