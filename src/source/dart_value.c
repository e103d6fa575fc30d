#include "dart_value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <closebell/base/text.h>

static const double DECIMAL_MAX = 1e15;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Without the blanks around it. False: it is longer than any number. */
static bool trim(const char *text, char trimmed[48]) {
  while (*text == ' ') text++;
  size_t length = strlen(text);
  while (length > 0 && text[length - 1] == ' ') length--;
  if (length >= 48) return false;
  memcpy(trimmed, text, length);
  trimmed[length] = '\0';
  return true;
}

DartFound dart_amount(const char *text, int64_t *ret_amount) {
  char trimmed[48];
  if (text == NULL) return DART_MISSING;
  if (!trim(text, trimmed)) return DART_NO_AMOUNT;
  if (trimmed[0] == '\0' || strcmp(trimmed, "-") == 0) return DART_MISSING;
  return text_parse_grouped_int64(trimmed, INT64_MIN + 1, INT64_MAX, ret_amount) ? DART_AMOUNT : DART_NO_AMOUNT;
}

/* Without the commas between its digits. False: it is no decimal number. */
static bool plain_decimal(const char *text, char plain[48]) {
  size_t length = 0, points = 0;
  for (const char *at = text; *at != '\0'; at++) {
    bool inside = at > text && is_digit(at[-1]) && is_digit(at[1]);
    if (*at == ',' && inside && points == 0) continue;
    points += *at == '.' && inside;
    if (!is_digit(*at) && !(*at == '-' && at == text && is_digit(at[1])) && !(*at == '.' && inside)) return false;
    plain[length++] = *at;
  }
  plain[length] = '\0';
  return points <= 1 && length > 0;
}

/* DART_AMOUNT: plain holds it. */
static DartFound find_decimal(const char *text, char plain[48]) {
  char trimmed[48];
  if (text == NULL) return DART_MISSING;
  if (!trim(text, trimmed)) return DART_NO_AMOUNT;
  if (trimmed[0] == '\0' || strcmp(trimmed, "-") == 0) return DART_MISSING;
  return plain_decimal(trimmed, plain) ? DART_AMOUNT : DART_NO_AMOUNT;
}

DartFound dart_decimal(const char *text, double *ret_number) {
  char plain[48];
  DartFound found = find_decimal(text, plain);
  if (found != DART_AMOUNT) return found;
  return text_parse_double(plain, -DECIMAL_MAX, DECIMAL_MAX, ret_number) ? DART_AMOUNT : DART_NO_AMOUNT;
}

DartFound dart_millions(const char *text, int64_t *ret_amount) {
  enum { DECIMALS = 6 };
  char plain[48], digits[48 + DECIMALS + 1];
  DartFound found = find_decimal(text, plain);
  if (found != DART_AMOUNT) return found;
  const char *point = strchr(plain, '.');
  size_t whole = point == NULL ? strlen(plain) : (size_t)(point - plain), decimals = 0;
  memcpy(digits, plain, whole);
  for (; decimals < DECIMALS && point != NULL && point[1 + decimals] != '\0'; decimals++)
    digits[whole + decimals] = point[1 + decimals];
  if (point != NULL && point[1 + decimals] != '\0') return DART_NO_AMOUNT;
  while (decimals < DECIMALS) digits[whole + decimals++] = '0';
  digits[whole + DECIMALS] = '\0';
  return text_parse_int64(digits, INT64_MIN + 1, INT64_MAX, ret_amount) ? DART_AMOUNT : DART_NO_AMOUNT;
}

/* ---- dates ---- */

static size_t digits(const char *text) {
  size_t count = 0;
  while (is_digit(text[count])) count++;
  return count;
}

static int number(const char *text, size_t length) {
  int value = 0;
  for (size_t i = 0; i < length; i++) value = value * 10 + (text[i] - '0');
  return value;
}

/* Goes past ".", "-", "/", "년 ", "월 ". */
static const char *skip_between(const char *text) {
  static const char *const WORDS[] = {"년", "월"};
  for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
    if (strncmp(text, WORDS[i], strlen(WORDS[i])) == 0)
      return text + strlen(WORDS[i]) + (text[strlen(WORDS[i])] == ' ');
  return text + (*text == '.' || *text == '-' || *text == '/') + (*text == '.' && text[1] == ' ');
}

static Day make(int year, int month, int day) {
  Day found;
  return day_from_ymd(year, month, day, &found) ? found : DAY_NONE;
}

/* A date at the start, of which the year has 4 digits. */
static Day read_date(const char *text) {
  if (digits(text) == 8) return make(number(text, 4), number(text + 4, 2), number(text + 6, 2));
  if (digits(text) != 4) return DAY_NONE;
  const char *month = skip_between(text + 4);
  size_t month_length = digits(month);
  const char *day = skip_between(month + month_length);
  size_t day_length = digits(day);
  bool good = month > text + 4 && day > month + month_length && month_length >= 1 && month_length <= 2 &&
              day_length >= 1 && day_length <= 2;
  return good ? make(number(text, 4), number(month, month_length), number(day, day_length)) : DAY_NONE;
}

Day dart_last_date(const char *text) {
  Day last = DAY_NONE;
  while (*text != '\0') {
    size_t run = digits(text);
    Day found = run > 0 ? read_date(text) : DAY_NONE;
    if (found != DAY_NONE) last = found;
    text += run > 0 ? run : 1;
  }
  return last;
}

/* ---- members ---- */

const char *dart_text(const json_t *object, const char *name) {
  const json_t *member = json_object_get(object, name);
  return member == NULL || json_is_null(member) ? "" : json_string_value(member);
}

bool dart_number(const json_t *object, const char *name, int64_t low, int64_t high, int64_t *ret_number) {
  const json_t *member = json_object_get(object, name);
  if (json_is_string(member)) return text_parse_int64(json_string_value(member), low, high, ret_number);
  if (!json_is_integer(member) || json_integer_value(member) < low || json_integer_value(member) > high) return false;
  *ret_number = (int64_t)json_integer_value(member);
  return true;
}

bool dart_ticker(const char *text, char ticker[TICKER_SIZE]) {
  char trimmed[48];
  if (!trim(text, trimmed) || (trimmed[0] != '\0' && !ticker_is_valid(trimmed))) return false;
  memcpy(ticker, trimmed, strlen(trimmed) + 1);
  return true;
}

void dart_note_trouble(char trouble[REPORT_TROUBLE_SIZE], const char *format, ...) {
  va_list arguments;
  if (trouble[0] != '\0') return;
  va_start(arguments, format);
  vsnprintf(trouble, REPORT_TROUBLE_SIZE, format, arguments);
  va_end(arguments);
}
