#include <closebell/market/closures.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/base/vector.h>

#include "closures_table.h"

/* The first entry at or after day. */
static size_t lower_bound(const Closures *closures, Day day) {
  size_t low = 0, high = closures->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (closures->items[middle].date < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static const Closure *find(const Closures *closures, Day day) {
  size_t at = lower_bound(closures, day);
  return at < closures->count && closures->items[at].date == day ? &closures->items[at] : NULL;
}

/* Keeps the order. The day is not there yet. */
static Status insert(Closures *closures, const Closure *closure) {
  Closure *items = vector_reserve(closures->items, &closures->capacity, closures->count + 1, sizeof *items);
  if (items == NULL) return STATUS_NO_MEMORY;
  closures->items = items;
  size_t at = lower_bound(closures, closure->date);
  memmove(&items[at + 1], &items[at], (closures->count - at) * sizeof *items);
  items[at] = *closure;
  closures->count++;
  return STATUS_OK;
}

Status closures_builtin(Closures *ret_closures, Error *err) {
  Closures closures = {0};
  for (size_t i = 0; i < CLOSURES_TABLE_COUNT; i++) {
    const ClosureFact *fact = &CLOSURES_TABLE[i];
    Closure closure;
    Status status = STATUS_INTERNAL;
    if (day_parse(fact->date, &closure.date) && text_copy(closure.reason, sizeof closure.reason, fact->reason))
      status = insert(&closures, &closure);
    if (status != STATUS_OK) {
      closures_free(&closures);
      return error_set(err, status, "built-in closures: %s: %s", fact->date, status_name(status));
    }
  }
  *ret_closures = closures;
  return STATUS_OK;
}

/* ---- CSV ---- */

/* A line of the text, without its end. */
typedef struct {
  const char *text;
  size_t length;
} Line;

/* False at the end of the text. */
static bool next_line(const char **text, Line *ret_line) {
  if (**text == '\0') return false;
  size_t length = strcspn(*text, "\n"), end = length + ((*text)[length] == '\n');
  *ret_line = (Line){*text, length};
  if (length > 0 && (*text)[length - 1] == '\r') ret_line->length--;
  *text += end;
  return true;
}

/* Adds a byte of the reason while there is room; what does not fit is cut. */
static void put(Closure *closure, size_t *length, char c) {
  if (*length < CLOSURE_REASON_SIZE - 1) closure->reason[*length] = c;
  (*length)++;
}

/* Never leaves half a character of UTF-8 at the cut. */
static void end_reason(Closure *closure, size_t length) {
  if (length >= CLOSURE_REASON_SIZE) {
    length = CLOSURE_REASON_SIZE - 1;
    while (length > 0 && !text_is_utf8(closure->reason, length)) length--;
  }
  closure->reason[length] = '\0';
}

/* Fills the reason from quoted text; false when the quotes do not match. */
static bool unquote(const char *text, size_t size, Closure *closure, size_t *length) {
  size_t i = 1;
  for (; i < size; i++) {
    if (text[i] == '"' && (++i == size || text[i] != '"')) return i == size; /* doubled, it is a character */
    put(closure, length, text[i]);
  }
  return false;
}

/* Null, or what is wrong. */
static const char *parse_reason(const char *text, size_t size, Closure *closure) {
  size_t length = 0;
  if (!text_is_utf8(text, size)) return "the reason is not UTF-8";
  if (size > 0 && text[0] == '"') {
    if (!unquote(text, size, closure, &length)) return "the reason's quotes do not match";
  } else {
    for (size_t i = 0; i < size; i++) put(closure, &length, text[i]);
  }
  end_reason(closure, length);
  return NULL;
}

/* Null, or what is wrong with the line. */
static const char *parse_line(const Closures *closures, Line line, Closure *ret_closure) {
  char date[DAY_TEXT_SIZE];
  const char *comma = memchr(line.text, ',', line.length);
  if (comma == NULL || comma - line.text != DAY_TEXT_SIZE - 1) return "not \"YYYY-MM-DD,reason\"";
  memcpy(date, line.text, DAY_TEXT_SIZE - 1);
  date[DAY_TEXT_SIZE - 1] = '\0';
  if (!day_parse(date, &ret_closure->date)) return "no such date";
  if (day_is_weekend(ret_closure->date)) return "a weekend, closed anyway";
  if (find(closures, ret_closure->date) != NULL) return "the date stands twice";
  return parse_reason(comma + 1, line.length - DAY_TEXT_SIZE, ret_closure);
}

static bool is_header(Line line) {
  static const char header[] = "date,reason";
  return line.length == sizeof header - 1 && memcmp(line.text, header, line.length) == 0;
}

static Status parse_lines(Closures *closures, const char *name, const char *text, Error *err) {
  Line line;
  if (!next_line(&text, &line) || !is_header(line))
    return error_set(err, STATUS_CONFIG, "%s:1: the first line must be \"date,reason\"", name);
  for (int number = 2; next_line(&text, &line); number++) {
    if (line.length == 0) continue;
    Closure closure = {0};
    const char *wrong = parse_line(closures, line, &closure);
    if (wrong != NULL) return error_set(err, STATUS_CONFIG, "%s:%d: %s", name, number, wrong);
    Status status = insert(closures, &closure);
    if (status != STATUS_OK) return error_set(err, status, "%s:%d: out of memory", name, number);
  }
  return STATUS_OK;
}

Status closures_parse(Closures *ret_closures, const char *name, const char *text, Error *err) {
  Closures closures = {0};
  Status status = parse_lines(&closures, name, text, err);
  if (status == STATUS_OK)
    *ret_closures = closures;
  else
    closures_free(&closures);
  return status;
}

void closures_free(Closures *closures) {
  free(closures->items);
  *closures = (Closures){0};
}

/* ---- questions ---- */

const char *closures_reason(const Closures *closures, Day day) {
  const Closure *closure = find(closures, day);
  return closure != NULL ? closure->reason : NULL;
}

bool closures_expects_open(const Closures *closures, Day day) {
  return !day_is_weekend(day) && find(closures, day) == NULL;
}

Day closures_next_open(const Closures *closures, Day day) {
  do day = day_next_weekday(day);
  while (!closures_expects_open(closures, day));
  return day;
}
