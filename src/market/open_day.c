#include <closebell/market/open_day.h>

OpenState open_day_state(const OpenDay *days, size_t count, Day date) {
  for (size_t i = 0; i < count; i++)
    if (days[i].date == date) return days[i].is_open ? OPEN_YES : OPEN_NO;
  return OPEN_UNKNOWN;
}
