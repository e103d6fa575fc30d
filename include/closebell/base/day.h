/* day.h: a civil day as a number, and its one written form, YYYY-MM-DD. */
#ifndef CLOSEBELL_BASE_DAY_H
#define CLOSEBELL_BASE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/status.h>

/* Days since 1970-01-01 in the proleptic Gregorian calendar; may be negative. */
typedef int32_t Day;

#define DAY_NONE INT32_MIN
enum { DAY_TEXT_SIZE = 11 }; /* "YYYY-MM-DD" and its NUL */

typedef enum { MONDAY = 0, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY } Weekday;

/* Years 1900 to 2999. False when there is no such day. */
bool day_from_ymd(int year, int month, int day_of_month, Day *ret_day);
void day_to_ymd(Day day, int *ret_year, int *ret_month, int *ret_day_of_month);

/* Exactly "YYYY-MM-DD"; nothing before or after. */
bool day_parse(const char *text, Day *ret_day);

/* Return text, which holds DAY_TEXT_SIZE bytes. DAY_NONE is written as "none". */
char *day_format(Day day, char text[DAY_TEXT_SIZE]);
char *day_format_compact(Day day, char text[DAY_TEXT_SIZE]);

/* A day's text as a value, for printf arguments: day_text(d).text */
typedef struct {
  char text[DAY_TEXT_SIZE];
} DayText;
DayText day_text(Day day);

/* Of two Days, for qsort and bsearch: the earlier one first. */
int day_compare(const void *a, const void *b);

Weekday day_weekday(Day day);
bool day_is_weekend(Day day);
Day day_next_weekday(Day day);     /* the first Monday-to-Friday after day */
Day day_previous_weekday(Day day); /* the last Monday-to-Friday before day */

#endif
