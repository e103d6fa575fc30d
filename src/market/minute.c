#include <closebell/market/minute.h>

#include <string.h>

/* ---- bars and labels ---- */

const char *minute_bar_fault(const MinuteBar *bar) {
  if (!minute_label_is_valid(bar->time)) return "time";
  if (bar->low <= 0) return "low";
  if (bar->open < bar->low || bar->open > bar->high) return "open";
  if (bar->close < bar->low || bar->close > bar->high) return "close";
  return bar->volume > 0 ? NULL : "volume";
}

bool minute_bar_equal(const MinuteBar *a, const MinuteBar *b) {
  return a->time == b->time && a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close &&
         a->volume == b->volume;
}

bool minute_label_is_valid(int32_t label) { return label >= 0 && label <= 2359 && label % 100 < 60; }

static int minute_of_day(int32_t label) { return label / 100 * 60 + label % 100; }

int32_t minute_label_add(int32_t label, int minutes) {
  int minute = minute_of_day(label) + minutes;
  if (minute < 0) minute = 0;
  if (minute > 1439) minute = 1439;
  return minute / 60 * 100 + minute % 60;
}

Instant minute_label_start(Day date, int32_t label) { return instant_from_kst(date, minute_of_day(label)); }

bool minute_page_next(const MinutePage *page, int32_t *ret_label) {
  if (page->earliest < 0 || page->reaches_back || page->earliest <= MINUTE_FIRST) return false;
  *ret_label = minute_label_add(page->earliest, -1);
  return true;
}

/* ---- a day ---- */

/* The first bar that is not before the label. */
static size_t place_of(const MinuteDay *day, int32_t label) {
  size_t low = 0, high = day->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (day->bars[middle].time < label)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const MinuteBar *minute_day_find(const MinuteDay *day, int32_t label) {
  size_t at = place_of(day, label);
  return at < day->count && day->bars[at].time == label ? &day->bars[at] : NULL;
}

static void put(MinuteDay *day, const MinuteBar *bar) {
  size_t at = place_of(day, bar->time);
  bool is_there = at < day->count && day->bars[at].time == bar->time;
  if (!is_there) {
    if (day->count == MINUTE_BARS_MAX) return; /* there are no more labels than that */
    memmove(&day->bars[at + 1], &day->bars[at], (day->count - at) * sizeof *bar);
    day->count++;
  }
  day->bars[at] = *bar;
}

void minute_day_add(MinuteDay *day, const MinuteBar *bars, size_t count) {
  for (size_t i = 0; i < count; i++) {
    bool kept = minute_label_is_valid(bars[i].time) && bars[i].time >= MINUTE_FIRST && bars[i].time <= MINUTE_LAST;
    if (kept) put(day, &bars[i]);
  }
}

bool minute_day_equal(const MinuteDay *a, const MinuteDay *b) {
  bool same = a->date == b->date && a->count == b->count;
  for (size_t i = 0; i < a->count && same; i++) same = minute_bar_equal(&a->bars[i], &b->bars[i]);
  return same;
}

/* ---- hours ---- */

enum { CALL_FIRST = 1520, CALL_LAST = 1529 };

const SessionHours HOURS_USUAL = {.first = 900, .last = 1519, .auction = 1530};
const SessionHours HOURS_LATE = {.first = 1000, .last = 1619, .auction = 1630};

void hours_count_add(HoursCount *count, const MinuteDay *day) {
  if (day->count == 0) return;
  size_t at = place_of(day, CALL_FIRST);
  count->traded++;
  count->in_the_call += at < day->count && day->bars[at].time <= CALL_LAST;
}

SessionHours hours_of(const HoursCount *count) {
  return count->traded > 0 && 2 * count->in_the_call >= count->traded ? HOURS_LATE : HOURS_USUAL;
}

bool hours_have(const SessionHours *hours, int32_t label) {
  return (label >= hours->first && label <= hours->last) || label == hours->auction;
}

void minute_day_cut(MinuteDay *day, const SessionHours *hours) {
  size_t kept = 0;
  for (size_t i = 0; i < day->count; i++)
    if (hours_have(hours, day->bars[i].time)) day->bars[kept++] = day->bars[i];
  day->count = kept;
}
