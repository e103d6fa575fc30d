/* event_bus.h: the events of a server, and those who listen: one reading of the database serves all of them, and
 * without a listener there is none. */
#ifndef CLOSEBELL_API_EVENT_BUS_H
#define CLOSEBELL_API_EVENT_BUS_H

#include <pthread.h>
#include <stdatomic.h>

#include <closebell/api/event_book.h>
#include <closebell/api/problem.h>
#include <closebell/base/clock.h>
#include <closebell/base/log.h>
#include <closebell/store/db.h>

enum { LISTENERS_MAX = 100, LISTENER_RETRY_MS = 5000, LISTENER_COMMENT_MS = 15000, LISTENER_ID_MS = 3600000 };

typedef struct {
  const Clock *clock;
  const Log *log;
  pthread_mutex_t reading; /* one thread reads the database at a time */
  pthread_mutex_t mutex;   /* over the book */
  EventBook book;
  bool loaded;        /* the book is what the database was when it was last read ... */
  int64_t read_at_ms; /* ... which began at this uptime */
  atomic_int listeners;
} EventBus;

bool event_bus_open(EventBus *bus, const Clock *clock, const Log *log);
void event_bus_close(EventBus *bus);

/* Reads the database where somebody listens; forgets the book where nobody does. */
void event_bus_look(EventBus *bus, const Db *db);
/* Whether somebody with this id (null or empty: none) can join without the database. */
bool event_bus_is_ready(EventBus *bus, const char *last_event_id);

/* One reader. */
typedef struct Listener Listener;

/* last_event_id: of the last event that it has seen; null or empty: it begins now. db may be null where the bus
 * is ready for the id. Null with *problem: 400 or 410 for the id, 503. */
Listener *event_bus_join(EventBus *bus, const Db *db, const char *last_event_id, Problem *problem);
void listener_leave(Listener *listener); /* null: nothing */

/* Copies at most `size` bytes of what it is to be sent, in turn. 0: there is nothing now. */
size_t listener_read(Listener *listener, char *to, size_t size);
bool listener_has_more(const Listener *listener);
/* A comment is next, for a reader that was told nothing for LISTENER_COMMENT_MS. */
void listener_comment(Listener *listener);

#endif
