#include <closebell/market/due.h>

Instant due_instant(Publication publication, const Closures *closures, Day day) {
  Day published = publication.kind == PUBLICATION_NEXT_DAY ? closures_next_open(closures, day) : day;
  return instant_from_kst(published, publication.minute_of_day);
}

Day due_newest(Publication publication, const Closures *closures, Instant now) {
  Day day = instant_kst_day(now);
  if (day_is_weekend(day)) day = day_previous_weekday(day);
  while (due_instant(publication, closures, day) > now) day = day_previous_weekday(day);
  return day;
}
