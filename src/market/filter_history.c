#include <closebell/market/filter_history.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

enum { LINE_SIZE = DAY_TEXT_SIZE + FILTER_TEXT_SIZE };

static Status append(FilterHistory *history, Day from, const EntryFilter *filter) {
  FilterPeriod *items = vector_reserve(history->items, &history->capacity, history->count + 1, sizeof *items);
  if (items == NULL) return STATUS_NO_MEMORY;
  history->items = items;
  items[history->count++] = (FilterPeriod){.from = from, .filter = *filter};
  return STATUS_OK;
}

Status filter_history_add(FilterHistory *history, Day session, const EntryFilter *filter) {
  bool same = history->count > 0 && filter_equal(&history->items[history->count - 1].filter, filter);
  return same ? STATUS_OK : append(history, session, filter);
}

const EntryFilter *filter_history_find(const FilterHistory *history, Day session) {
  for (size_t i = history->count; i > 0; i--)
    if (history->items[i - 1].from <= session) return &history->items[i - 1].filter;
  return NULL;
}

void filter_history_format(const FilterHistory *history, TextBuffer *text) {
  char filter[FILTER_TEXT_SIZE];
  text_buffer_printf(text, "# The session that the universe began with, and the entry filter from each date on.\n");
  for (size_t i = 0; i < history->count; i++)
    text_buffer_printf(text, "%s %s\n", day_text(history->items[i].from).text,
                       filter_format(&history->items[i].filter, filter));
}

/* A later date; the second period may change what the universe began with in the same session. */
static bool follows(const FilterHistory *history, Day from, const EntryFilter *filter) {
  if (history->count == 0) return true;
  const FilterPeriod *last = &history->items[history->count - 1];
  return last->from < from || (history->count == 1 && last->from == from && !filter_equal(&last->filter, filter));
}

static Status parse_line(const char *line, size_t length, size_t number, FilterHistory *history, Error *err) {
  char copy[LINE_SIZE];
  Day from;
  EntryFilter filter;
  const char *why = NULL;
  if (length >= sizeof copy) return error_set(err, STATUS_BAD_DATA, "line %zu: too long", number);
  memcpy(copy, line, length);
  copy[length] = '\0';
  char *blank = strchr(copy, ' ');
  if (blank != NULL) *blank = '\0';
  if (blank == NULL || !day_parse(copy, &from))
    why = "no date in front";
  else if (!filter_parse(blank + 1, &filter))
    why = "not a filter";
  else if (!follows(history, from, &filter))
    why = "its date is not later than the one before";
  if (why != NULL) return error_set(err, STATUS_BAD_DATA, "line %zu: %s", number, why);
  Status status = append(history, from, &filter);
  return status == STATUS_OK ? status : error_set(err, status, "no memory");
}

Status filter_history_parse(const char *text, FilterHistory *ret_history, Error *err) {
  FilterHistory history = {0};
  Status status = STATUS_OK;
  for (size_t number = 1; status == STATUS_OK && *text != '\0'; number++) {
    size_t length = strcspn(text, "\n");
    if (length > 0 && *text != '#') status = parse_line(text, length, number, &history, err);
    text += length + (text[length] == '\n');
  }
  if (status == STATUS_OK && history.count == 0) status = error_set(err, STATUS_BAD_DATA, "line 1: there is no filter");
  if (status == STATUS_OK)
    *ret_history = history;
  else
    filter_history_free(&history);
  return status;
}

void filter_history_free(FilterHistory *history) {
  free(history->items);
  *history = (FilterHistory){0};
}
