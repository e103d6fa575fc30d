#include <closebell/api/event_bus.h>

#include <stdlib.h>
#include <string.h>

#include "event_look.h"

/* What waits to be taken is one event at most: the rest stays in the book. */
struct Listener {
  EventBus *bus;
  EventPosition position;
  TextBuffer out;
  size_t taken;       /* bytes of out */
  int64_t told_id_ms; /* uptime at which it was last sent an id */
};

bool event_bus_open(EventBus *bus, const Clock *clock, const Log *log) {
  bus->clock = clock;
  bus->log = log;
  if (pthread_mutex_init(&bus->reading, NULL) != 0) return false;
  if (pthread_mutex_init(&bus->mutex, NULL) == 0) return true;
  pthread_mutex_destroy(&bus->reading);
  return false;
}

void event_bus_close(EventBus *bus) {
  event_book_free(&bus->book);
  pthread_mutex_destroy(&bus->mutex);
  pthread_mutex_destroy(&bus->reading);
}

/* ---- the book ---- */

static bool take(EventBus *bus, EventList *list, Instant now_utc, int64_t began_ms) {
  size_t found;
  pthread_mutex_lock(&bus->mutex);
  const bool taken = event_book_take(&bus->book, list, now_utc, &found);
  if (taken) bus->loaded = true;
  if (taken) bus->read_at_ms = began_ms;
  pthread_mutex_unlock(&bus->mutex);
  event_list_free(list);
  return taken;
}

/* Under `reading`: an older state must not come behind a newer one. The clock is asked first: whatever is stamped later
 * lies behind it. */
static Status read_book(EventBus *bus, const Db *db, Error *err) {
  Instant now_utc;
  EventList list = {0};
  const int64_t began_ms = clock_uptime_ms(bus->clock);
  if (db_server_time(db, &now_utc, err) != STATUS_OK) now_utc = clock_now(bus->clock);
  Status status = event_look(db, &list, err);
  if (status != STATUS_OK) return status;
  return take(bus, &list, now_utc, began_ms) ? STATUS_OK : error_set(err, STATUS_NO_MEMORY, "no memory for events");
}

static void forget(EventBus *bus) {
  pthread_mutex_lock(&bus->mutex);
  if (atomic_load(&bus->listeners) == 0) {
    event_book_free(&bus->book);
    bus->loaded = false;
  }
  pthread_mutex_unlock(&bus->mutex);
}

static bool is_loaded(EventBus *bus) { return event_bus_is_ready(bus, NULL); }

void event_bus_look(EventBus *bus, const Db *db) {
  Error err = {{0}};
  Status status = STATUS_OK;
  if (atomic_load(&bus->listeners) == 0 && !is_loaded(bus)) return;
  pthread_mutex_lock(&bus->reading);
  if (atomic_load(&bus->listeners) == 0)
    forget(bus);
  else
    status = read_book(bus, db, &err);
  pthread_mutex_unlock(&bus->reading);
  if (status != STATUS_OK) log_warn(bus->log, "events were not read: %s", err.text);
}

bool event_bus_is_ready(EventBus *bus, const char *last_event_id) {
  pthread_mutex_lock(&bus->mutex);
  const bool ready = bus->loaded && (!last_event_id || event_book_knows(&bus->book, last_event_id));
  pthread_mutex_unlock(&bus->mutex);
  return ready;
}

/* ---- joining ---- */

static bool refuse_for_now(Problem *problem, const char *reason) {
  problem_set(problem, 503, "%s", reason);
  problem->retry_after = 5;
  return false;
}

static bool was_read_since(EventBus *bus, int64_t since_ms) {
  pthread_mutex_lock(&bus->mutex);
  const bool read = bus->loaded && bus->read_at_ms > since_ms;
  pthread_mutex_unlock(&bus->mutex);
  return read;
}

/* Who comes from a server that has read more would be sent twice what it saw there: so the book is read anew, once for
 * all who come meanwhile. */
static bool load(EventBus *bus, const Db *db, const char *last_event_id, Problem *problem) {
  Error err = {{0}};
  const int64_t joined_ms = clock_uptime_ms(bus->clock);
  if (event_bus_is_ready(bus, last_event_id)) return true;
  if (!db) return refuse_for_now(problem, "the database does not answer at the moment");
  pthread_mutex_lock(&bus->reading);
  const bool ready = event_bus_is_ready(bus, last_event_id) || was_read_since(bus, joined_ms);
  Status status = ready ? STATUS_OK : read_book(bus, db, &err);
  pthread_mutex_unlock(&bus->reading);
  if (status == STATUS_OK) return true;
  log_warn(bus->log, "events were not read: %s", err.text);
  return refuse_for_now(problem, status == STATUS_NO_MEMORY ? "there is no memory for events at the moment"
                                                            : "the database does not answer at the moment");
}

static bool refuse_id(EventIdState state, Problem *problem) {
  switch (state) {
  case EVENT_ID_OLD:
    return problem_set(problem, 410,
                       "Last-Event-ID is too old: events behind it are no longer kept; read what there is now, "
                       "and begin without it");
  case EVENT_ID_LATER:
    return problem_set(problem, 410,
                       "Last-Event-ID is of a later time than the database's: it is another one, or an earlier state; "
                       "read what there is now, and begin without it");
  case EVENT_ID_NO_MEMORY:
    return refuse_for_now(problem, "no memory for another listener");
  default:
    return problem_set(problem, 400, "Last-Event-ID is none of ours");
  }
}

/* The first that a reader is sent: how long it should wait before it comes again, and what it has seen, so that it can
 * go on from there even when nothing has come. */
static void greet(Listener *listener) {
  char id[EVENT_ID_SIZE];
  text_buffer_printf(&listener->out, "retry: %d\nid: %s\n\n", LISTENER_RETRY_MS,
                     event_book_id(&listener->bus->book, &listener->position, id));
  listener->told_id_ms = clock_uptime_ms(listener->bus->clock);
}

static bool place(Listener *listener, const char *last_event_id, Problem *problem) {
  EventBus *bus = listener->bus;
  EventIdState state = EVENT_ID_GOOD;
  pthread_mutex_lock(&bus->mutex);
  const bool loaded = bus->loaded;
  if (!last_event_id || *last_event_id == '\0')
    event_book_begin(&bus->book, &listener->position);
  else
    state = event_book_resume(&bus->book, last_event_id, &listener->position);
  if (loaded && state == EVENT_ID_GOOD) greet(listener);
  pthread_mutex_unlock(&bus->mutex);
  if (!loaded) return refuse_for_now(problem, "the database does not answer at the moment");
  if (state != EVENT_ID_GOOD) return refuse_id(state, problem);
  return !listener->out.failed || refuse_for_now(problem, "no memory for another listener");
}

/* It counts from before the book is looked for: nobody forgets that meanwhile. */
Listener *event_bus_join(EventBus *bus, const Db *db, const char *last_event_id, Problem *problem) {
  Listener *listener = NULL;
  if (atomic_fetch_add(&bus->listeners, 1) >= LISTENERS_MAX)
    refuse_for_now(problem, "there are 100 listeners already");
  else if (!(listener = calloc(1, sizeof *listener)))
    refuse_for_now(problem, "no memory for another listener");
  if (!listener) {
    atomic_fetch_sub(&bus->listeners, 1);
    return NULL;
  }
  listener->bus = bus;
  if (load(bus, db, last_event_id, problem) && place(listener, last_event_id, problem)) return listener;
  listener_leave(listener);
  return NULL;
}

void listener_leave(Listener *listener) {
  if (!listener) return;
  atomic_fetch_sub(&listener->bus->listeners, 1);
  event_position_free(&listener->position);
  text_buffer_free(&listener->out);
  free(listener);
}

/* ---- reading ---- */

static void empty(Listener *listener) {
  listener->out.length = listener->taken = 0;
  if (listener->out.failed) text_buffer_free(&listener->out);
}

/* Nothing is lost where memory is short: the event is the next one again. */
static void write_next(Listener *listener) {
  EventBus *bus = listener->bus;
  char id[EVENT_ID_SIZE];
  pthread_mutex_lock(&bus->mutex);
  const EventPosition before = listener->position;
  const Event *event = event_book_next(&bus->book, &listener->position);
  if (event) event_write(event, event_book_id(&bus->book, &listener->position, id), &listener->out);
  if (event && listener->out.failed) listener->position = before;
  pthread_mutex_unlock(&bus->mutex);
  if (event) listener->told_id_ms = clock_uptime_ms(bus->clock);
  if (listener->out.failed) empty(listener);
}

size_t listener_read(Listener *listener, char *to, size_t size) {
  size_t length = 0;
  while (length < size) {
    if (listener->taken == listener->out.length) {
      empty(listener);
      write_next(listener);
    }
    size_t left = listener->out.length - listener->taken;
    if (left == 0) break;
    if (left > size - length) left = size - length;
    memcpy(to + length, listener->out.data + listener->taken, left);
    listener->taken += left;
    length += left;
  }
  return length;
}

bool listener_has_more(const Listener *listener) {
  EventBus *bus = listener->bus;
  if (listener->taken < listener->out.length) return true;
  pthread_mutex_lock(&bus->mutex);
  const bool more = event_book_has_next(&bus->book, &listener->position);
  pthread_mutex_unlock(&bus->mutex);
  return more;
}

/* An id grows old while nothing happens; so it is told anew from time to time. */
void listener_comment(Listener *listener) {
  EventBus *bus = listener->bus;
  char id[EVENT_ID_SIZE];
  const int64_t now = clock_uptime_ms(bus->clock);
  if (listener->taken < listener->out.length) return;
  empty(listener);
  if (now - listener->told_id_ms < LISTENER_ID_MS) {
    text_buffer_printf(&listener->out, ":\n\n");
  } else {
    pthread_mutex_lock(&bus->mutex);
    text_buffer_printf(&listener->out, ":\nid: %s\n\n", event_book_id(&bus->book, &listener->position, id));
    pthread_mutex_unlock(&bus->mutex);
    listener->told_id_ms = now;
  }
  if (listener->out.failed) empty(listener);
}
