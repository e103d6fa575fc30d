#include <closebell/base/text.h>

#include <closebell/base/vector.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool parse_int64(const char *text, bool grouped, int64_t low, int64_t high, int64_t *ret_value) {
  bool negative = *text == '-';
  if (*text == '-' || *text == '+') text++;
  if (!is_digit(*text)) return false;
  int64_t value = 0; /* summed below zero, where there is room for INT64_MIN */
  for (; *text != '\0'; text++) {
    if (grouped && *text == ',' && is_digit(text[-1]) && is_digit(text[1])) continue;
    if (!is_digit(*text)) return false;
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, *text - '0', &value)) return false;
  }
  if (!negative && __builtin_sub_overflow((int64_t)0, value, &value)) return false;
  if (value < low || value > high) return false;
  *ret_value = value;
  return true;
}

bool text_parse_int64(const char *text, int64_t low, int64_t high, int64_t *ret_value) {
  return parse_int64(text, false, low, high, ret_value);
}

bool text_parse_grouped_int64(const char *text, int64_t low, int64_t high, int64_t *ret_value) {
  return parse_int64(text, true, low, high, ret_value);
}

bool text_parse_hundredths(const char *text, int64_t low, int64_t high, int64_t *ret_value) {
  char digits[64];
  const char *point = strchr(text, '.');
  size_t whole = point == NULL ? strlen(text) : (size_t)(point - text), decimals = 0;
  if (whole == 0 || !is_digit(text[whole - 1]) || whole + 3 > sizeof(digits)) return false;
  memcpy(digits, text, whole);
  if (point != NULL) {
    while (decimals < 2 && is_digit(point[1 + decimals])) digits[whole + decimals] = point[1 + decimals], decimals++;
    if (decimals == 0 || point[1 + decimals] != '\0') return false;
  }
  while (decimals < 2) digits[whole + decimals++] = '0';
  digits[whole + 2] = '\0';
  return text_parse_grouped_int64(digits, low, high, ret_value);
}

static int64_t duration_unit_ms(const char *unit) {
  if (strcmp(unit, "ms") == 0) return 1;
  if (strcmp(unit, "s") == 0 || *unit == '\0') return 1000;
  if (strcmp(unit, "m") == 0) return INT64_C(60) * 1000;
  if (strcmp(unit, "h") == 0) return INT64_C(60) * 60 * 1000;
  if (strcmp(unit, "d") == 0) return INT64_C(24) * 60 * 60 * 1000;
  return 0;
}

bool text_parse_duration_ms(const char *text, int64_t *ret_ms) {
  char number[20]; /* 19 digits are more than any duration has */
  size_t count = 0;
  while (is_digit(text[count])) count++;
  if (count == 0 || count >= sizeof(number)) return false;
  memcpy(number, text, count);
  number[count] = '\0';
  int64_t amount, ms, unit = duration_unit_ms(text + count);
  if (unit == 0 || !text_parse_int64(number, 0, INT64_MAX, &amount)) return false;
  if (__builtin_mul_overflow(amount, unit, &ms)) return false;
  *ret_ms = ms;
  return true;
}

static const char *skip_digits(const char *text) {
  while (is_digit(*text)) text++;
  return text;
}

/* strtod takes more than we want: blanks, "inf", "nan", hexadecimal. */
static bool is_decimal_number(const char *text) {
  if (*text == '-' || *text == '+') text++;
  const char *whole = text;
  text = skip_digits(text);
  bool any = text > whole;
  if (*text == '.') {
    const char *fraction = ++text;
    text = skip_digits(text);
    any = any || text > fraction;
  }
  if (!any) return false;
  if (*text == 'e' || *text == 'E') {
    text++;
    if (*text == '-' || *text == '+') text++;
    const char *exponent = text;
    text = skip_digits(text);
    if (text == exponent) return false;
  }
  return *text == '\0';
}

bool text_parse_double(const char *text, double low, double high, double *ret_value) {
  if (!is_decimal_number(text)) return false;
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a host's comma must not become a decimal point */
  if (plain == (locale_t)0) return false;
  double value = strtod_l(text, NULL, plain);
  freelocale(plain);
  if (!isfinite(value) || value < low || value > high) return false;
  *ret_value = value;
  return true;
}

bool text_copy(char *to, size_t to_size, const char *from) {
  size_t length = strlen(from);
  if (length >= to_size) return false;
  memcpy(to, from, length + 1);
  return true;
}

/* The bytes of the character at text, 0 when they are none. Overlong forms, surrogates and numbers beyond U+10FFFF are
 * refused (RFC 3629); the second byte's range depends on the first. */
static size_t utf8_character(const unsigned char *text, size_t left) {
  unsigned char first = text[0], low = 0x80, high = 0xBF;
  size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 1) return 1;
  if (first < 0xC2 || first > 0xF4 || length > left) return 0;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if (text[1] < low || text[1] > high) return 0;
  for (size_t i = 2; i < length; i++) {
    if ((text[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

/* Eight characters of ASCII: what most texts are made of. */
static bool is_ascii_word(const char *text) {
  uint64_t word;
  memcpy(&word, text, sizeof word);
  return (word & UINT64_C(0x8080808080808080)) == 0;
}

char *text_dash(char *text) {
  for (char *c = text; *c != '\0'; c++)
    if (*c == '_') *c = '-';
  return text;
}

bool text_is_utf8(const char *text, size_t length) {
  for (size_t i = 0; i < length;) {
    if (length - i >= sizeof(uint64_t) && is_ascii_word(text + i)) {
      i += sizeof(uint64_t);
      continue;
    }
    size_t step = utf8_character((const unsigned char *)text + i, length - i);
    if (step == 0) return false;
    i += step;
  }
  return true;
}

char *text_group_int64(int64_t value, char text[TEXT_GROUPED_SIZE]) {
  char plain[24];
  int length = snprintf(plain, sizeof(plain), "%lld", (long long)value);
  size_t to = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && is_digit(plain[i - 1]) && (length - i) % 3 == 0) text[to++] = ',';
    text[to++] = plain[i];
  }
  text[to] = '\0';
  return text;
}

char *text_group_double(double value, char text[TEXT_REAL_SIZE]) {
  char digits[TEXT_REAL_SIZE], grouped[TEXT_GROUPED_SIZE];
  double whole = trunc(value);
  if (fabs(value) >= 1e15) {
    snprintf(text, TEXT_REAL_SIZE, "%.15g", value);
    return text;
  }
  snprintf(digits, sizeof digits, "%.4f", fabs(value - whole));
  if (digits[0] == '1') whole += value < 0 ? -1 : 1; /* rounded up */
  size_t length = strlen(digits);
  while (length > 2 && digits[length - 1] == '0') length--;
  if (length == 2) length = 1; /* the point alone */
  digits[length] = 0;
  bool sign = value < 0 && whole == 0 && length > 1;
  snprintf(text, TEXT_REAL_SIZE, "%s%s%s", sign ? "-" : "", text_group_int64((int64_t)whole, grouped), digits + 1);
  return text;
}

/* Room for `extra` more bytes and the NUL. */
static bool make_room(TextBuffer *buffer, size_t extra) {
  if (buffer->failed) return false;
  char *moved = NULL;
  if (extra < SIZE_MAX - buffer->length) {
    moved = vector_reserve(buffer->data, &buffer->capacity, buffer->length + extra + 1, 1);
  }
  if (moved == NULL)
    buffer->failed = true;
  else
    buffer->data = moved;
  return moved != NULL;
}

void text_buffer_append(TextBuffer *buffer, const char *bytes, size_t count) {
  if (!make_room(buffer, count)) return;
  if (count > 0) memcpy(buffer->data + buffer->length, bytes, count);
  buffer->length += count;
  buffer->data[buffer->length] = '\0';
}

void text_buffer_printf(TextBuffer *buffer, const char *format, ...) {
  if (buffer->failed) return;
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int count = vsnprintf(NULL, 0, format, arguments);
  if (count < 0)
    buffer->failed = true;
  else if (make_room(buffer, (size_t)count)) {
    vsnprintf(buffer->data + buffer->length, (size_t)count + 1, format, again);
    buffer->length += (size_t)count;
  }
  va_end(again);
  va_end(arguments);
}

void text_buffer_append_double(TextBuffer *buffer, double value) {
  char shortest[32];
  int digits = 15;
  do snprintf(shortest, sizeof shortest, "%.*g", digits, value);
  while (digits++ < 17 && strtod(shortest, NULL) != value);
  text_buffer_append(buffer, shortest, strlen(shortest));
}

void text_buffer_append_number(TextBuffer *buffer, double value) {
  static const double whole_most = 1e18;
  if (fabs(value) <= whole_most && trunc(value) == value)
    text_buffer_printf(buffer, "%.0f", value == 0 ? 0 : value);
  else
    text_buffer_append_double(buffer, value);
}

void text_buffer_append_csv(TextBuffer *buffer, const char *text) {
  bool plain = strpbrk(text, ",\"\r\n") == NULL;
  if (!plain) text_buffer_append(buffer, "\"", 1);
  for (; *text != '\0'; text++) text_buffer_append(buffer, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
  if (!plain) text_buffer_append(buffer, "\"", 1);
}

void text_buffer_free(TextBuffer *buffer) {
  free(buffer->data);
  *buffer = (TextBuffer){0};
}
