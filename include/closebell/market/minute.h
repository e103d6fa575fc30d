/* minute.h: the minutes of one stock's day. A label is the start of a minute in Korean time as HHMM: 904 is 09:04. */
#ifndef CLOSEBELL_MARKET_MINUTE_H
#define CLOSEBELL_MARKET_MINUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <closebell/base/day.h>
#include <closebell/base/instant.h>

enum {
  MINUTE_FIRST = 900, /* before that nobody trades what is kept here */
  MINUTE_LAST = 1630, /* the closing auction of a day that begins and ends an hour later */
  MINUTE_BARS_MAX = 451,
  MINUTE_PAGE_MAX = 128
};

/* One minute with trades. */
typedef struct {
  int32_t time;                           /* label */
  int64_t open, high, low, close, volume; /* KRW, shares */
} MinuteBar;

/* Null when the bar can be believed, else the name of the first member that cannot: prices are above 0, open and close
 * lie within low..high, and there were trades. */
const char *minute_bar_fault(const MinuteBar *bar);
bool minute_bar_equal(const MinuteBar *a, const MinuteBar *b);

bool minute_label_is_valid(int32_t label);            /* 0 to 2359, minutes below 60 */
int32_t minute_label_add(int32_t label, int minutes); /* within the day: 0 at the least, 2359 at the most */
Instant minute_label_start(Day date, int32_t label);

/* What one answer holds of a day. */
typedef struct {
  Day date;
  int32_t earliest;  /* label of the first row of the date, whatever was in it; -1: there was none */
  bool reaches_back; /* rows of an earlier day came too: nothing of the date is before them */
  size_t count;
  MinuteBar bars[MINUTE_PAGE_MAX]; /* ascending */
} MinutePage;

/* The label to ask for next: the newest that this page may lack. False: the day is whole. */
bool minute_page_next(const MinutePage *page, int32_t *ret_label);

/* A day's bars, ascending, each label once. */
typedef struct {
  Day date;
  size_t count;
  MinuteBar bars[MINUTE_BARS_MAX];
} MinuteDay;

/* Takes the bars, in any order; one whose label is there already takes its place. Those outside MINUTE_FIRST to
 * MINUTE_LAST are left out. */
void minute_day_add(MinuteDay *day, const MinuteBar *bars, size_t count);
const MinuteBar *minute_day_find(const MinuteDay *day, int32_t label);
bool minute_day_equal(const MinuteDay *a, const MinuteDay *b);

/* ---- a session's hours ---- */

/* When trading is continuous, and the label of the closing auction. */
typedef struct {
  int32_t first, last, auction;
} SessionHours;

extern const SessionHours HOURS_USUAL; /* 09:00 to 15:19 and 15:30; an opening at 10:00 needs nothing else */
extern const SessionHours HOURS_LATE;  /* 10:00 to 16:19 and 16:30: exam days */

/* From the day itself: where at least half of the stocks that traded have trades in 15:20 to 15:29, which usually is
 * the call for the close, the hours are the late ones. Zero-initialise; each of the chosen stocks is added, and one
 * without bars does not count. */
typedef struct {
  size_t traded, in_the_call; /* stocks */
} HoursCount;
void hours_count_add(HoursCount *count, const MinuteDay *day);
SessionHours hours_of(const HoursCount *count);

bool hours_have(const SessionHours *hours, int32_t label);
/* Leaves out what lies outside: the after-market. */
void minute_day_cut(MinuteDay *day, const SessionHours *hours);

#endif
