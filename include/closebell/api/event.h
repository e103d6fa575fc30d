/* event.h: what readers of /events are told: one thing that came to be, with its place in an order that only grows.
 * Pure but for memory.
 *
 * The place is made of what is stored, the instant and a mark, so that every server on the same database finds the same
 * one. A document that is stamped anew has another instant: it is another event. */
#ifndef CLOSEBELL_API_EVENT_H
#define CLOSEBELL_API_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include <closebell/base/instant.h>
#include <closebell/base/text.h>

typedef enum { EVENT_SESSION, EVENT_DATASET, EVENT_RESTATEMENT, EVENT_ALERT } EventKind;

enum { EVENT_MARK_BITS = 36, EVENT_MARK_LENGTH = 6 };

typedef struct {
  Instant at_utc;
  uint64_t mark; /* EVENT_MARK_BITS, of all that tells it from others */
} EventPlace;

typedef struct {
  EventPlace place;
  EventKind kind;
  char *data;     /* JSON on one line; owned */
  int64_t number; /* in the order in which this process found them, from 1 */
  bool gone;      /* its document is another one by now */
} Event;

/* What is said of it. */
typedef struct {
  EventKind kind;
  Day date;       /* DAY_NONE: it has a number instead */
  int64_t number; /* of a restatement */
  const char *id; /* of its document */
  const char *name, *status;
  const char *const *proven_by; /* null-ended; null: none */
  Instant at_utc;
} EventFacts;

/* False: no memory. What proves it is no part of its mark: more of that makes no other event. */
bool event_make(const EventFacts *facts, Event *ret_event);
void event_free(Event *event);

int event_compare(EventPlace a, EventPlace b);

/* "id: ...", "event: ...", "data: ..." and the blank line behind them. */
void event_write(const Event *event, const char *id, TextBuffer *out);

#endif
