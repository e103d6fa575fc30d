/* trading_calendar.h: system_info.trading_calendar: a document a weekday since the first session kept. */
#ifndef CLOSEBELL_STORE_TRADING_CALENDAR_H
#define CLOSEBELL_STORE_TRADING_CALENDAR_H

#include <closebell/market/closures.h>
#include <closebell/store/db.h>

typedef enum { CALENDAR_UNKNOWN = 0, CALENDAR_OPEN, CALENDAR_CLOSED } CalendarState;

typedef struct {
  Day date;
  CalendarState state;
  bool observed; /* source: observed, else table */
  char reason[CLOSURE_REASON_SIZE];
} CalendarDay;

typedef struct {
  CalendarDay *items; /* ascending */
  size_t count, capacity;
} CalendarDays;

Status trading_calendar_load(const Db *db, CalendarDays *ret_days, Error *err);
Status trading_calendar_insert(const Db *db, const CalendarDay *days, size_t count, Error *err); /* existing ones are left alone */
Status trading_calendar_replace(const Db *db, const CalendarDay *days, size_t count, Error *err);
const CalendarDay *calendar_days_find(const CalendarDays *days, Day date);
void calendar_days_free(CalendarDays *days);

#endif
