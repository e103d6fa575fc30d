#include <closebell/plan/work.h>

#include <stdlib.h>

Status work_missing(const DayState *days, size_t count, Day from, Day to, Day **ret_dates, size_t *ret_count) {
  size_t room = to >= from ? (size_t)(to - from) + 1 : 0;
  Day *dates = malloc((room ? room : 1) * sizeof *dates);
  if (!dates) return STATUS_NO_MEMORY;
  size_t found = 0;
  for (Day day = from; day <= to; day++)
    if (!day_is_weekend(day) && !job_state_is_final(day_state_find(days, count, day))) dates[found++] = day;
  *ret_dates = dates;
  *ret_count = found;
  return STATUS_OK;
}

bool work_nothing_between(const DayState *days, size_t count, Day earlier, Day later) {
  for (Day day = day_next_weekday(earlier); day < later; day = day_next_weekday(day))
    if (day_state_find(days, count, day) != JOB_CLOSED) return false;
  return true;
}

static int completed_after(const DayState *days, size_t count, Day day) {
  int completed = 0;
  for (size_t i = count; i > 0 && days[i - 1].date > day; i--) completed += days[i - 1].state == JOB_COMPLETED;
  return completed;
}

Gate gate_find(const DayState *days, size_t count, Day first) {
  Gate gate = {.session = DAY_NONE, .blocked_by = DAY_NONE};
  if (count == 0) return gate;
  Day newest = days[count - 1].date;
  for (Day day = day_is_weekend(first) ? day_next_weekday(first) : first; day <= newest; day = day_next_weekday(day)) {
    JobState state = day_state_find(days, count, day);
    if (state == JOB_COMPLETED) gate.session = day;
    if (job_state_is_final(state)) continue;
    bool room = gate.passed_over_count < GATE_MAX_PASSED_OVER;
    if (!room || completed_after(days, count, day) < GATE_PASS_OVER_SESSIONS) {
      gate.blocked_by = day;
      return gate;
    }
    gate.passed_over[gate.passed_over_count++] = day;
  }
  return gate;
}
