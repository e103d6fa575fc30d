#include <closebell/company/event_listing.h>

#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

ListedEvent listed_event(const Filing *filing) {
  ListedEvent listed = {
      .filed = filing->filed, .is_withdrawn = filing->is_withdrawn, .is_overtaken = filing->is_overtaken};
  memcpy(listed.rcept_no, filing->rcept_no, sizeof listed.rcept_no);
  memcpy(listed.corp_code, filing->corp_code, sizeof listed.corp_code);
  memcpy(listed.report_name, filing->published_name, sizeof listed.report_name);
  listed.is_event = event_name_read(filing->published_name, &listed.name);
  return listed;
}

bool listed_is_original(const ListedEvent *listed) {
  return listed->is_event && !listed->name.has_prefix && !listed->name.is_withdrawal;
}

/* ---- the list ---- */

/* The first that is not before it. */
static size_t position(const EventListing *listing, const char *rcept_no) {
  size_t low = 0, high = listing->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(listing->items[middle].rcept_no, rcept_no) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const ListedEvent *event_listing_find(const EventListing *listing, const char *rcept_no) {
  size_t at = position(listing, rcept_no);
  bool is_there = at < listing->count && strcmp(listing->items[at].rcept_no, rcept_no) == 0;
  return is_there ? &listing->items[at] : NULL;
}

Status event_listing_put(EventListing *listing, const ListedEvent *listed) {
  size_t at = position(listing, listed->rcept_no);
  if (at < listing->count && strcmp(listing->items[at].rcept_no, listed->rcept_no) == 0) {
    listing->items[at] = *listed;
    return STATUS_OK;
  }
  ListedEvent *items = vector_reserve(listing->items, &listing->capacity, listing->count + 1, sizeof *items);
  if (!items) return STATUS_NO_MEMORY;
  listing->items = items;
  memmove(items + at + 1, items + at, (listing->count - at) * sizeof *items);
  items[at] = *listed;
  listing->count++;
  return STATUS_OK;
}

void event_listing_free(EventListing *listing) {
  free(listing->items);
  *listing = (EventListing){0};
}

/* ---- what follows ---- */

static bool is_listed_of(const ListedEvent *listed, const EventSeries *series) {
  return listed->is_event && listed->name.kind == series->kind && strcmp(listed->corp_code, series->corp_code) == 0;
}

static bool is_stored_of(const CompanyEvent *event, const EventSeries *series) {
  return event->kind == series->kind && strcmp(event->corp_code, series->corp_code) == 0;
}

size_t event_listing_originals(const EventListing *listing, const EventSeries *series, Day day, bool standing) {
  size_t count = 0;
  for (size_t i = 0; i < listing->count; i++) {
    const ListedEvent *listed = &listing->items[i];
    bool counts = listed->filed == day && is_listed_of(listed, series) && listed_is_original(listed);
    count += counts && !(standing && listed->is_withdrawn);
  }
  return count;
}

bool event_is_there(const Events *events, const EventListing *listing, const ListedEvent *original) {
  const EventSeries series = {original->corp_code, original->name.kind};
  if (events_find(events, original->rcept_no)) return true;
  if (event_listing_originals(listing, &series, original->filed, false) != 1) return false;
  for (size_t i = 0; i < events->count; i++) {
    const CompanyEvent *event = &events->items[i];
    if (is_stored_of(event, &series) && !event->is_withdrawal && event_first_filed(event) == original->filed)
      return true;
  }
  return false;
}

bool event_day_is_stored(const Events *events, const EventSeries *series, Day day) {
  for (size_t i = 0; i < events->count; i++)
    if (is_stored_of(&events->items[i], series) && event_first_filed(&events->items[i]) == day) return true;
  return false;
}

size_t event_day_withdrawals(const Events *events, const EventSeries *series, Day day) {
  size_t count = 0;
  for (size_t i = 0; i < events->count; i++)
    count += events->items[i].is_withdrawal && is_stored_of(&events->items[i], series) &&
             event_first_filed(&events->items[i]) == day;
  return count;
}

static int compare_newest_first(const void *a, const void *b) {
  Day left = *(const Day *)a, right = *(const Day *)b;
  return (left < right) - (left > right);
}

Status event_days(const EventListing *listing, const Events *events, const EventSeries *series, Day from, Day to,
                  EventDays *ret_days) {
  Day *days = malloc((listing->count + events->count + 1) * sizeof *days);
  size_t found = 0, count = 0;
  if (!days) return STATUS_NO_MEMORY;
  for (size_t i = 0; i < listing->count; i++)
    if (is_listed_of(&listing->items[i], series) && listed_is_original(&listing->items[i]))
      days[found++] = listing->items[i].filed;
  for (size_t i = 0; i < events->count; i++)
    if (is_stored_of(&events->items[i], series)) days[found++] = event_first_filed(&events->items[i]);
  qsort(days, found, sizeof *days, compare_newest_first);
  for (size_t i = 0; i < found; i++)
    if (days[i] >= from && days[i] <= to && (count == 0 || days[count - 1] != days[i])) days[count++] = days[i];
  *ret_days = (EventDays){days, count};
  return STATUS_OK;
}
