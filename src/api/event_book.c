#include <closebell/api/event_book.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

static const uint64_t LAST_MARK = (UINT64_C(1) << EVENT_MARK_BITS) - 1;
/* Instants in an id: up to the year 5138. */
static const int64_t LAST_INSTANT = 99999999999999;

/* ---- lists ---- */

bool event_list_add(EventList *list, const EventFacts *facts) {
  Event *items = vector_reserve(list->items, &list->capacity, list->count + 1, sizeof *items);
  if (!items) return false;
  list->items = items;
  if (!event_make(facts, &items[list->count])) return false;
  list->count++;
  return true;
}

void event_list_free(EventList *list) {
  for (size_t i = 0; i < list->count; i++) event_free(&list->items[i]);
  free(list->items);
  *list = (EventList){0};
}

static int by_place(const void *a, const void *b) {
  return event_compare(((const Event *)a)->place, ((const Event *)b)->place);
}

/* A read may give a document twice while it changes. */
static void sort_out(EventList *list) {
  size_t kept = 0;
  if (list->count > 0) qsort(list->items, list->count, sizeof *list->items, by_place);
  for (size_t i = 0; i < list->count; i++) {
    if (kept > 0 && event_compare(list->items[kept - 1].place, list->items[i].place) == 0)
      event_free(&list->items[i]);
    else
      list->items[kept++] = list->items[i];
  }
  list->count = kept;
}

/* ---- the book ---- */

void event_book_free(EventBook *book) {
  for (size_t i = 0; i < book->count; i++) event_free(&book->items[i]);
  free(book->items);
  free(book->found);
  *book = (EventBook){0};
}

/* Both are by place, and so is what is made of them. An event that is there again has its number of before. */
static size_t merge(const EventBook *book, const EventList *list, Event *merged, int64_t *last, size_t *ret_new) {
  size_t i = 0, j = 0, count = 0;
  *ret_new = 0;
  while (i < book->count || j < list->count) {
    int order = i == book->count   ? 1
                : j == list->count ? -1
                                   : event_compare(book->items[i].place, list->items[j].place);
    if (order < 0) {
      merged[count] = book->items[i++];
      merged[count++].gone = true;
      continue;
    }
    merged[count] = list->items[j++];
    merged[count].number = order == 0 ? book->items[i].number : ++*last;
    *ret_new += order > 0;
    if (order == 0) event_free(&book->items[i++]);
    count++;
  }
  return count;
}

/* The oldest make room. */
static size_t leave_out(Event *items, size_t count, EventPlace *oldest) {
  if (count <= EVENTS_MAX) return count;
  const size_t out = count - EVENTS_MAX;
  if (event_compare(items[out - 1].place, *oldest) > 0) *oldest = items[out - 1].place;
  for (size_t i = 0; i < out; i++) event_free(&items[i]);
  memmove(items, items + out, EVENTS_MAX * sizeof *items);
  return EVENTS_MAX;
}

/* What was left out before stays out. */
static void drop_older(EventList *list, EventPlace oldest) {
  size_t out = 0;
  while (out < list->count && event_compare(list->items[out].place, oldest) <= 0) event_free(&list->items[out++]);
  list->count -= out;
  memmove(list->items, list->items + out, list->count * sizeof *list->items);
}

typedef struct {
  int64_t number;
  size_t at;
} Found;

static int by_number(const void *a, const void *b) {
  const int64_t left = ((const Found *)a)->number, right = ((const Found *)b)->number;
  return (left > right) - (left < right);
}

static void order_found(const Event *items, size_t count, Found *scratch, size_t *found) {
  for (size_t i = 0; i < count; i++) scratch[i] = (Found){items[i].number, i};
  if (count > 0) qsort(scratch, count, sizeof *scratch, by_number);
  for (size_t i = 0; i < count; i++) found[i] = scratch[i].at;
}

bool event_book_take(EventBook *book, EventList *list, Instant now_utc, size_t *ret_new) {
  EventPlace oldest = book->last > 0 ? book->oldest : (EventPlace){.at_utc = INSTANT_NONE};
  int64_t last = book->last;
  sort_out(list);
  if (oldest.at_utc != INSTANT_NONE && list->count > 0) drop_older(list, oldest);
  const size_t most = book->count + list->count + 1;
  Event *items = malloc(most * sizeof *items);
  Found *scratch = malloc(most * sizeof *scratch);
  size_t *found = malloc(most * sizeof *found);
  if (!items || !scratch || !found) {
    free(items);
    free(scratch);
    free(found);
    return false;
  }
  size_t count = leave_out(items, merge(book, list, items, &last, ret_new), &oldest);
  order_found(items, count, scratch, found);
  free(scratch);
  free(book->items);
  free(book->found);
  free(list->items);
  *list = (EventList){0};
  *book = (EventBook){items, count, found, last, oldest, now_utc};
  return true;
}

/* ---- what a reader has been sent ---- */

static const Event *found_at(const EventBook *book, size_t i) { return &book->items[book->found[i]]; }

/* The first in the order of finding whose number is greater. */
static size_t first_behind(const EventBook *book, int64_t number) {
  size_t low = 0, high = book->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (found_at(book, middle)->number > number)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* The first that is not before the place. */
static size_t first_from(const EventBook *book, EventPlace place) {
  size_t low = 0, high = book->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (event_compare(book->items[middle].place, place) >= 0)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static const Event *event_at(const EventBook *book, EventPlace place) {
  size_t i = first_from(book, place);
  return i < book->count && event_compare(book->items[i].place, place) == 0 ? &book->items[i] : NULL;
}

static bool owes(const EventPosition *position) { return position->owed_from < position->owed_count; }

void event_position_free(EventPosition *position) {
  free(position->owed);
  free(position->seen);
  *position = (EventPosition){0};
}

void event_book_begin(const EventBook *book, EventPosition *ret_position) {
  *ret_position = (EventPosition){.number = book->last,
                                  .newest_utc = book->count > 0 ? book->items[book->count - 1].place.at_utc : 0};
}

static const Event *next_of(const EventBook *book, EventPosition *position) {
  while (owes(position)) {
    const Event *event = event_at(book, position->owed[position->owed_from]);
    if (event && !event->gone) return event;
    position->owed_from++;
  }
  for (size_t i = first_behind(book, position->number); i < book->count; i++)
    if (!found_at(book, i)->gone) return found_at(book, i);
  return NULL;
}

bool event_book_has_next(const EventBook *book, const EventPosition *position) {
  EventPosition looked = *position;
  return next_of(book, &looked) != NULL;
}

const Event *event_book_next(const EventBook *book, EventPosition *position) {
  const Event *event = next_of(book, position);
  if (event && owes(position))
    position->owed_from++;
  else if (event)
    position->number = event->number;
  if (event && event->place.at_utc > position->newest_utc) position->newest_utc = event->place.at_utc;
  return event;
}

/* ---- ids ---- */

static const char DIGITS[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

static char *put_mark(uint64_t mark, char *to) {
  for (int i = EVENT_MARK_LENGTH - 1; i >= 0; i--, mark >>= 6) to[i] = DIGITS[mark & 63];
  return to + EVENT_MARK_LENGTH;
}

static bool get_mark(const char *from, uint64_t *ret_mark) {
  uint64_t mark = 0;
  for (size_t i = 0; i < EVENT_MARK_LENGTH; i++) {
    const char *digit = from[i] ? strchr(DIGITS, from[i]) : NULL;
    if (!digit) return false;
    mark = mark << 6 | (uint64_t)(digit - DIGITS);
  }
  *ret_mark = mark;
  return true;
}

static EventPlace just_before(EventPlace place) {
  if (place.mark > 0) return (EventPlace){place.at_utc, place.mark - 1};
  return (EventPlace){place.at_utc - 1, LAST_MARK};
}

/* Of all that are still to be sent the first by place. False: there are none. */
static bool first_unseen(const EventBook *book, const EventPosition *position, EventPlace *ret_place) {
  bool any = owes(position);
  if (any) *ret_place = position->owed[position->owed_from];
  for (size_t i = first_behind(book, position->number); i < book->count; i++) {
    const Event *event = found_at(book, i);
    if (event->gone || (any && event_compare(event->place, *ret_place) >= 0)) continue;
    *ret_place = event->place;
    any = true;
  }
  return any;
}

/* Where the window of what has been seen begins. */
static EventPlace window_start(const EventBook *book, const EventPosition *position) {
  Instant newest = position->newest_utc < book->now_utc ? position->newest_utc : book->now_utc;
  return (EventPlace){newest > EVENT_WINDOW_MS ? newest - EVENT_WINDOW_MS : 0, LAST_MARK};
}

/* An id in the making: marks of seen events, the newest first. */
typedef struct {
  EventPlace start;
  char marks[EVENT_MARK_LENGTH * EVENT_MARKS_MAX + 1], *end;
  size_t count;
} IdMarks;

/* False: no more are wanted. */
static bool add_mark(IdMarks *to, const Event *event) {
  if (event_compare(event->place, to->start) <= 0) return false;
  if (event->gone) return true;
  if (to->count == EVENT_MARKS_MAX) {
    to->start = event->place;
    return false;
  }
  to->end = put_mark(event->place.mark, to->end);
  to->count++;
  return true;
}

/* Behind the first that is owed the reader has seen what its id said, and before it all but what was found since: so
 * nobody goes over all that is owed, each time one of it is sent. */
static void add_seen(const EventBook *book, const EventPosition *position, IdMarks *to) {
  const bool owing = owes(position);
  const EventPlace first_owed = owing ? position->owed[position->owed_from] : (EventPlace){0};
  bool more = true;
  for (size_t i = position->seen_count; i > 0 && owing && more; i--) {
    const Event *event = event_at(book, position->seen[i - 1]);
    if (event_compare(position->seen[i - 1], first_owed) < 0) break;
    if (event) more = add_mark(to, event);
  }
  for (size_t i = owing ? first_from(book, first_owed) : book->count; i > 0 && more; i--)
    if (book->items[i - 1].number <= position->number) more = add_mark(to, &book->items[i - 1]);
}

char *event_book_id(const EventBook *book, const EventPosition *position, char id[EVENT_ID_SIZE]) {
  char start_mark[EVENT_MARK_LENGTH + 1];
  EventPlace unseen = {0};
  IdMarks marks = {.start = window_start(book, position), .end = marks.marks};
  const bool waits = first_unseen(book, position, &unseen);
  if (waits && event_compare(unseen, marks.start) <= 0) marks.start = just_before(unseen);
  add_seen(book, position, &marks);
  *marks.end = '\0';
  /* Where there are too many marks, better some of the seen ones come twice than an unseen one never. */
  if (waits && event_compare(unseen, marks.start) <= 0) marks.start = just_before(unseen);
  *put_mark(marks.start.mark, start_mark) = '\0';
  snprintf(id, EVENT_ID_SIZE, "%" PRId64 ".%s.%s", marks.start.at_utc < 0 ? 0 : marks.start.at_utc, start_mark,
           marks.marks);
  return id;
}

typedef struct {
  EventPlace start;
  uint64_t marks[EVENT_MARKS_MAX];
  size_t count;
} Seen;

static bool parse_id(const char *id, Seen *ret_seen) {
  char instant[24];
  const size_t digits = strspn(id, "0123456789");
  if (digits == 0 || digits >= sizeof instant || id[digits] != '.') return false;
  snprintf(instant, sizeof instant, "%.*s", (int)digits, id);
  if (!text_parse_int64(instant, 0, LAST_INSTANT, &ret_seen->start.at_utc)) return false;
  const char *at = id + digits + 1;
  if (!get_mark(at, &ret_seen->start.mark) || at[EVENT_MARK_LENGTH] != '.') return false;
  at += EVENT_MARK_LENGTH + 1;
  for (ret_seen->count = 0; *at; at += EVENT_MARK_LENGTH)
    if (ret_seen->count == EVENT_MARKS_MAX || !get_mark(at, &ret_seen->marks[ret_seen->count++])) return false;
  return true;
}

static bool says_seen(const Seen *seen, const Event *event) {
  for (size_t i = 0; i < seen->count; i++)
    if (seen->marks[i] == event->place.mark) return true;
  return false;
}

bool event_book_knows(const EventBook *book, const char *id) {
  Seen seen;
  size_t known = 0;
  if (!parse_id(id, &seen)) return true;
  /* The newest that was seen may have no mark: its document is another one by now. */
  if (seen.start.at_utc > book->now_utc - EVENT_WINDOW_MS) return false;
  for (size_t i = first_from(book, seen.start); i < book->count; i++) known += says_seen(&seen, &book->items[i]);
  return known >= seen.count;
}

/* Nothing is kept for a reader that is owed nothing, and no more than it is owed for another. */
static void fit(EventPosition *position) {
  if (position->owed_count == 0) {
    const Instant newest_utc = position->newest_utc;
    const int64_t number = position->number;
    event_position_free(position);
    *position = (EventPosition){.number = number, .newest_utc = newest_utc};
    return;
  }
  EventPlace *fitting = realloc(position->owed, position->owed_count * sizeof *position->owed);
  if (fitting) position->owed = fitting;
}

/* Each event of the book is owed, or was seen. */
static void part(const EventBook *book, const Seen *seen, EventPosition *position) {
  for (size_t i = 0; i < book->count; i++) {
    const Event *event = &book->items[i];
    const bool behind = event_compare(event->place, seen->start) > 0, marked = behind && says_seen(seen, event);
    if (behind && !marked && !event->gone) {
      position->owed[position->owed_count++] = event->place;
      continue;
    }
    position->newest_utc = event->place.at_utc;
    if (marked && position->owed_count > 0 && position->seen_count < EVENT_MARKS_MAX)
      position->seen[position->seen_count++] = event->place;
  }
}

EventIdState event_book_resume(const EventBook *book, const char *id, EventPosition *ret_position) {
  Seen seen;
  EventPosition position = {.number = book->last};
  if (!parse_id(id, &seen)) return EVENT_ID_WRONG;
  if (book->last > 0 && book->oldest.at_utc != INSTANT_NONE && event_compare(seen.start, book->oldest) < 0)
    return EVENT_ID_OLD;
  if (seen.start.at_utc > book->now_utc) return EVENT_ID_LATER;
  position.owed = malloc((book->count + 1) * sizeof *position.owed);
  position.seen = malloc(EVENT_MARKS_MAX * sizeof *position.seen);
  if (!position.owed || !position.seen) {
    event_position_free(&position);
    return EVENT_ID_NO_MEMORY;
  }
  part(book, &seen, &position);
  fit(&position);
  *ret_position = position;
  return EVENT_ID_GOOD;
}
