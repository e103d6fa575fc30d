/* units.h: which units of a feed are owed. A unit is one due instant; its DATE is that instant's day in Korea. Pure.
 *
 * Two units can have one DATE: of `hourly`, and of a zone whose clocks change. The due instant tells them apart. */
#ifndef CLOSEBELL_FEED_UNITS_H
#define CLOSEBELL_FEED_UNITS_H

#include <closebell/feed/definition.h>

/* What became of a feed so far; all by due instants. */
typedef struct {
  Instant first;       /* the newest that was due when it first ran; INSTANT_NONE: it never ran */
  Instant newest;      /* the newest unit that was ever begun; INSTANT_NONE: none */
  Instant given_up_to; /* units up to this one were given up, and said so; INSTANT_NONE: none */
  const Instant *done; /* completed ones from `first` on, ascending; lent */
  size_t done_count;
} FeedPast;

/* Zero-initialise; feed_units_free at the end. */
typedef struct {
  Instant *due; /* owed, oldest first */
  size_t count;
  size_t given_up;     /* units older than these that nobody will ask any more: to be said once */
  Instant given_up_to; /* the newest of them: to be remembered; otherwise as it was */
} FeedUnits;

/* A feed that uses {date} owes every unit since its first, at most the newest `catch_up`; any other owes its newest due
 * unit. A completed one is never owed; nothing is owed while `now` is before the newest unit that was begun.
 * STATUS_NO_MEMORY only. */
Status feed_units_owed(const FeedDefinition *definition, const FeedPast *past, Instant now, FeedUnits *ret_units,
                       Error *err);
void feed_units_free(FeedUnits *units);

Day feed_unit_date(Instant due);

#endif
