/* event_book.h: all events that the database tells of, and what of them one reader has been sent. Pure but for memory.
 *
 * An id says which events its reader has seen, and any server on the same database understands it: a place, up to which
 * all are seen, and the marks of those behind it that are. The place lies EVENT_WINDOW_MS before the newest of them, or
 * before the database's clock where that is earlier. So an event that comes late, with an earlier instant, is found
 * when a reader comes back: the bound is that window, or EVENT_MARKS_MAX events where more lie in it. The clocks of two
 * hosts are ten minutes apart at most, for programs refuse to run at more than five from the database's. A reader that
 * stays is sent whatever is new, with any instant. */
#ifndef CLOSEBELL_API_EVENT_BOOK_H
#define CLOSEBELL_API_EVENT_BOOK_H

#include <closebell/api/event.h>

enum {
  EVENT_WINDOW_MS = 24 * 60 * 60 * 1000,
  EVENT_MARKS_MAX = 256,
  EVENTS_MAX = 20000, /* kept; an id from before the oldest of them is too old */
  EVENT_ID_SIZE = 32 + EVENT_MARK_LENGTH * (EVENT_MARKS_MAX + 1)
};

/* As they were read, in any order. Zero-initialise. */
typedef struct {
  Event *items;
  size_t count, capacity;
} EventList;
bool event_list_add(EventList *list, const EventFacts *facts); /* false: no memory */
void event_list_free(EventList *list);

/* Zero-initialise. */
typedef struct {
  Event *items; /* by place */
  size_t count;
  size_t *found;     /* where in items each is, in the order in which they were found */
  int64_t last;      /* the highest number */
  EventPlace oldest; /* of those that were left out for want of room, the newest; at_utc INSTANT_NONE: none was */
  Instant now_utc;   /* the database's clock when it was last read */
} EventBook;

/* What was read now; the list is emptied. Events that the book does not know are new; those that the list lacks are
 * gone. False: no memory, and the book is as it was. */
bool event_book_take(EventBook *book, EventList *list, Instant now_utc, size_t *ret_new);
void event_book_free(EventBook *book);

/* Of one reader. Zero-initialise; event_position_free at the end. */
typedef struct {
  int64_t number;   /* all that were found up to this one have been sent ... */
  EventPlace *owed; /* ... but for these, by place, from `owed_from` on */
  size_t owed_count, owed_from;
  EventPlace *seen; /* those behind the first that was owed that its id said it had seen; by place */
  size_t seen_count;
  Instant newest_utc; /* of all that it has seen; 0: it has seen nothing */
} EventPosition;

typedef enum { EVENT_ID_GOOD, EVENT_ID_WRONG, EVENT_ID_OLD, EVENT_ID_LATER, EVENT_ID_NO_MEMORY } EventIdState;

/* The reader is sent what is found from now on. */
void event_book_begin(const EventBook *book, EventPosition *ret_position);
/* The reader is sent what its id does not say is seen. EVENT_ID_WRONG: it is no id; EVENT_ID_OLD: events behind it may
 * have been left out; EVENT_ID_LATER: it is of a later time than the database's. */
EventIdState event_book_resume(const EventBook *book, const char *id, EventPosition *ret_position);
/* Whether all that the id says is seen is in the book, and the book is no older. Else another server has read more than
 * this one, or what was seen is another document by now. True also for what is no id. */
bool event_book_knows(const EventBook *book, const char *id);
void event_position_free(EventPosition *position);

/* The next that the reader is to be sent; null: none. It counts as sent from then on. */
const Event *event_book_next(const EventBook *book, EventPosition *position);
bool event_book_has_next(const EventBook *book, const EventPosition *position);
/* What the reader has seen. Returns id. */
char *event_book_id(const EventBook *book, const EventPosition *position, char id[EVENT_ID_SIZE]);

#endif
