/* due.h: when a session's data are published. */
#ifndef CLOSEBELL_MARKET_DUE_H
#define CLOSEBELL_MARKET_DUE_H

#include <closebell/base/config.h>
#include <closebell/base/instant.h>
#include <closebell/market/closures.h>

/* The instant from which the source should have the day (a weekday, whether expected open or not): next-day rules count
 * to the next expected trading day after it. Never decreases as day grows. */
Instant due_instant(Publication publication, const Closures *closures, Day day);

/* The newest weekday that is due at `now`. */
Day due_newest(Publication publication, const Closures *closures, Instant now);

#endif
