/* door.h: the source's door: whether it may be asked, how fast, and how often today. All processes on all hosts share
 * it in source_state, so that it is looked at before each call. */
#ifndef CLOSEBELL_INGEST_DOOR_H
#define CLOSEBELL_INGEST_DOOR_H

#include <closebell/ingest/fetch.h>

/* Reads the state: what another process has found out, or an operator has taken away, holds from here on. The first
 * look of a run sets the pace and tells it. STATUS_UNAVAILABLE: the door is shut. */
Status door_look(Fetch *fetch, Error *err);
/* The same in front of a feed that nobody depends on, and that can be refused by itself under its own _id in
 * source_state. *ret_open: neither door is shut. */
Status door_look_beside(Fetch *fetch, const char *feed_id, bool *ret_open, Error *err);

/* Whether so many calls more are left: STATUS_UNAVAILABLE when the day's are used up, STATUS_INCOMPLETE when the run's
 * are. */
Status door_check_allowance(const Fetch *fetch, size_t calls, Error *err);
/* Counts so many calls, which are made next, and those announced meanwhile. Behind a look. */
Status door_count(Fetch *fetch, size_t calls, Error *err);
/* Behind the calls: takes back what was counted and not made. */
Status door_settle(Fetch *fetch, Error *err);

/* Slows down at the first sign, for the rest of the day, and says so where others see it. */
Status door_note_pace(Fetch *fetch, const Answer *answer, Error *err);
/* Nobody asks for a day. Always fails: STATUS_UNAVAILABLE when that is written. */
Status door_shut(Fetch *fetch, const Answer *answer, Error *err);

/* The same until the next day begins in Korea: the provider says that this one's allowance is used up. */
Status door_end_day(Fetch *fetch, const Answer *answer, Error *err);
/* The same until then, for a reason that ends by itself: a WARN alert. */
Status door_shut_until(Fetch *fetch, Instant until, const char *why, Error *err);

#endif
