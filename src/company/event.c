#include <closebell/company/event.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/vector.h>

/* ---- kinds ---- */

#define KIND(NUMBER, name, service, words) {#name, service},
static const struct {
  const char *name, *service;
} KINDS[EVENT_KIND_COUNT] = {EVENT_KINDS(KIND)};

const char *event_kind_name(EventKind kind) { return KINDS[kind].name; }

const char *event_kind_service(EventKind kind) { return KINDS[kind].service; }

bool event_kind_find(const char *name, EventKind *ret_kind) {
  for (EventKind kind = 0; kind < EVENT_KIND_COUNT; kind++) {
    if (strcmp(KINDS[kind].name, name) != 0) continue;
    *ret_kind = kind;
    return true;
  }
  return false;
}

bool event_service_find(const char *service, EventKind *ret_kind) {
  for (EventKind kind = 0; kind < EVENT_KIND_COUNT; kind++) {
    if (strcmp(KINDS[kind].service, service) != 0) continue;
    *ret_kind = kind;
    return true;
  }
  return false;
}

/* ---- one of them ---- */

Day event_filed(const CompanyEvent *event) { return rcept_no_filed(event->as_filed.rcept_no); }

Day event_first_filed(const CompanyEvent *event) {
  return event->first_filed != DAY_NONE ? event->first_filed : event_filed(event);
}

char *event_id(const CompanyEvent *event, char text[EVENT_ID_SIZE]) {
  int length = snprintf(text, EVENT_ID_SIZE, "%s", event->as_filed.rcept_no);
  if (event->version > 1) snprintf(text + length, EVENT_ID_SIZE - (size_t)length, ":%u", event->version % 100u);
  return text;
}

bool event_id_parse(const char *text, CompanyEvent *event) {
  char rcept_no[RCEPT_NO_SIZE] = "";
  int version = 1;
  if (strlen(text) < RCEPT_NO_LENGTH) return false;
  memcpy(rcept_no, text, RCEPT_NO_LENGTH);
  const char *behind = text + RCEPT_NO_LENGTH;
  if (rcept_no_filed(rcept_no) == DAY_NONE) return false;
  if (*behind) {
    size_t digits = strspn(behind + 1, "0123456789");
    version = atoi(behind + (*behind == ':'));
    if (*behind != ':' || behind[1] == '0' || digits < 1 || digits > 2 || behind[1 + digits] || version < 2)
      return false;
  }
  memcpy(event->as_filed.rcept_no, rcept_no, sizeof rcept_no);
  event->version = (uint8_t)version;
  return true;
}

static int compare(const CompanyEvent *a, const CompanyEvent *b) {
  int order = strcmp(a->as_filed.rcept_no, b->as_filed.rcept_no);
  return order != 0 ? order : (a->version > b->version) - (a->version < b->version);
}

static bool same_values(const CompanyEvent *a, const CompanyEvent *b) {
  const FiledEvent *left = &a->as_filed, *right = &b->as_filed;
  return left->base_date == right->base_date && left->listing_date == right->listing_date &&
         !(left->ratio < right->ratio) && !(left->ratio > right->ratio) && a->is_withdrawal == b->is_withdrawal;
}

/* ---- all of them ---- */

/* The first that is not before it. */
static size_t position(const Events *events, const CompanyEvent *event) {
  size_t low = 0, high = events->count;
  if (high > 0 && compare(&events->items[high - 1], event) < 0) return high; /* they are read in this order */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare(&events->items[middle], event) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const CompanyEvent *events_find(const Events *events, const char *rcept_no) {
  CompanyEvent wanted = {.version = 0};
  snprintf(wanted.as_filed.rcept_no, sizeof wanted.as_filed.rcept_no, "%s", rcept_no);
  size_t at = position(events, &wanted);
  bool is_there = at < events->count && strcmp(events->items[at].as_filed.rcept_no, rcept_no) == 0;
  return is_there ? &events->items[at] : NULL;
}

Status events_put(Events *events, const CompanyEvent *event) {
  size_t at = position(events, event);
  if (at < events->count && compare(&events->items[at], event) == 0) {
    events->items[at] = *event;
    return STATUS_OK;
  }
  CompanyEvent *items = vector_reserve(events->items, &events->capacity, events->count + 1, sizeof *items);
  if (!items) return STATUS_NO_MEMORY;
  events->items = items;
  memmove(items + at + 1, items + at, (events->count - at) * sizeof *items);
  items[at] = *event;
  events->count++;
  return STATUS_OK;
}

void events_free(Events *events) {
  free(events->items);
  *events = (Events){0};
}

Status events_merge(Events *events, const CompanyEvent *event, Merge *ret_merge, CompanyEvent *ret_added) {
  CompanyEvent added = *event;
  const CompanyEvent *there = events_find(events, event->as_filed.rcept_no);
  added.version = 1;
  for (size_t i = there ? (size_t)(there - events->items) : events->count; i < events->count; i++) {
    if (strcmp(events->items[i].as_filed.rcept_no, event->as_filed.rcept_no) != 0) break;
    if (same_values(&events->items[i], event)) {
      *ret_merge = MERGE_KNOWN;
      return STATUS_OK;
    }
    added.version = (uint8_t)(events->items[i].version + 1);
  }
  if (added.version > MERGE_VERSIONS_MAX) {
    *ret_merge = MERGE_REFUSED;
    return STATUS_OK;
  }
  Status status = events_put(events, &added);
  if (status != STATUS_OK) return status;
  *ret_merge = added.version == 1 ? MERGE_NEW : MERGE_CONTRADICTS;
  *ret_added = added;
  return STATUS_OK;
}
