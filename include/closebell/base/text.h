/* text.h: bounded text: strict numbers, copies that cannot overflow, a buffer that grows. */
#ifndef CLOSEBELL_BASE_TEXT_H
#define CLOSEBELL_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A decimal integer, optionally signed, nothing before or after, within [low, high]. */
bool text_parse_int64(const char *text, int64_t low, int64_t high, int64_t *ret_value);
/* The same with thousands commas allowed anywhere between digits: "1,234,567". */
bool text_parse_grouped_int64(const char *text, int64_t low, int64_t high, int64_t *ret_value);
/* "2,587.02" in hundredths: 258702. One or two decimals, or none; the bounds are in hundredths too. */
bool text_parse_hundredths(const char *text, int64_t low, int64_t high, int64_t *ret_value);
/* "50m", "2h", "90s", "250ms", "3d"; a bare number is in seconds. In milliseconds. */
bool text_parse_duration_ms(const char *text, int64_t *ret_ms);
bool text_parse_double(const char *text, double low, double high, double *ret_value); /* finite, locale "C" */

/* Copies with a NUL; false, and nothing written, when it does not fit. */
bool text_copy(char *to, size_t to_size, const char *from);

/* "market_totals" as "market-totals": the form of the _id of alerts and doors. Returns text. */
char *text_dash(char *text);

bool text_is_utf8(const char *text, size_t length);

/* "412,500": for people. Returns text. */
enum { TEXT_GROUPED_SIZE = 32 };
char *text_group_int64(int64_t value, char text[TEXT_GROUPED_SIZE]);

/* "57,200", "12.3457": at most four decimals, none that are 0. Finite. Returns text. */
enum { TEXT_REAL_SIZE = 64 };
char *text_group_double(double value, char text[TEXT_REAL_SIZE]);

/* A growing NUL-terminated buffer. Zero-initialise; text_buffer_free at the end. After a failed allocation
 * `failed` stays set and further appends do nothing, so one check at the end is enough. */
typedef struct {
  char *data;
  size_t length, capacity;
  bool failed;
} TextBuffer;
void text_buffer_append(TextBuffer *buffer, const char *bytes, size_t count);
void text_buffer_printf(TextBuffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_buffer_append_double(TextBuffer *buffer, double value); /* the shortest decimal that reads back as the same */
/* The same, but that a whole number up to 1e18 has neither point nor exponent, and 0 no sign. */
void text_buffer_append_number(TextBuffer *buffer, double value);
void text_buffer_append_csv(TextBuffer *buffer, const char *text); /* one field, quoted where RFC 4180 asks for it */
void text_buffer_free(TextBuffer *buffer);

#endif
