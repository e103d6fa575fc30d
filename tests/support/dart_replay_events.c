#include "dart_replay_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS = 7, PATH_SIZE = 4096 };

/* --- loading --- */

static long day_of(const char *text) {
  long day = REPLAY_NO_DAY;
  return replay_day_parse(text, &day) ? day : REPLAY_NO_DAY;
}

static long filed_on(const char *rcept_no) {
  char text[REPLAY_DAY_TEXT_SIZE];
  snprintf(text, sizeof(text), "%.8s", rcept_no);
  return day_of(text);
}

static bool add_event(DartData *data, char **fields) {
  DartEvent *events = realloc(data->events, (data->event_count + 1) * sizeof(DartEvent));
  if (events == NULL) return false;
  data->events = events;
  DartEvent *event = &events[data->event_count++];
  *event = (DartEvent){.rcept_no = fields[0],
                       .corp_code = fields[1],
                       .service = fields[2],
                       .original = fields[3],
                       .given = day_of(fields[4]),
                       .report_nm = fields[5],
                       .values = fields[6],
                       .filed = filed_on(fields[0])};
  if (event->given == REPLAY_NO_DAY) event->given = event->filed;
  return strlen(event->rcept_no) == 14 && event->filed != REPLAY_NO_DAY;
}

static bool add_filing(DartData *data, const DartEvent *event) {
  DartFiling *filings = realloc(data->filings, (data->filing_count + 1) * sizeof(DartFiling));
  if (filings == NULL) return false;
  data->filings = filings;
  filings[data->filing_count++] = (DartFiling){.rcept_no = event->rcept_no,
                                               .corp_code = event->corp_code,
                                               .detail = "B001",
                                               .bsns_year = "",
                                               .reprt_code = "",
                                               .report_nm = event->report_nm,
                                               .withdrawn = REPLAY_NO_DAY,
                                               .filed = event->filed};
  return true;
}

bool dart_events_load(DartData *data, const char *folder, char *why, size_t why_size) {
  char path[PATH_SIZE], *fields[FIELDS];
  bool good = true;
  snprintf(path, sizeof(path), "%s/events.csv", folder);
  if (access(path, R_OK) != 0) return true;
  if (!replay_csv_open(&data->events_file, path, "rcept_no,corp_code,service,original,given,report_nm,values", why,
                       why_size))
    return false;
  while (good && replay_csv_next(&data->events_file, fields, FIELDS)) good = add_event(data, fields);
  for (size_t i = 0; good && i < data->event_count; i++) good = add_filing(data, &data->events[i]);
  return good;
}

void dart_events_free(DartData *data) {
  free(data->events);
  replay_csv_close(&data->events_file);
}

/* --- what belongs together --- */

static bool is_withdrawal(const DartEvent *event) { return event->service[0] != '\0' && event->values[0] == '\0'; }

static bool is_later(const DartEvent *event, const DartEvent *than) {
  return strcmp(event->original, than->original) == 0 && strcmp(event->rcept_no, than->rcept_no) > 0;
}

static DartFiling *filing_of(DartData *data, const DartEvent *event) {
  for (size_t i = 0; i < data->filing_count; i++)
    if (strcmp(data->filings[i].rcept_no, event->rcept_no) == 0) return &data->filings[i];
  return NULL;
}

static void link_one(DartData *data, const DartEvent *event) {
  DartFiling *filing = filing_of(data, event);
  const DartEvent *next = NULL;
  if (filing == NULL || is_withdrawal(event) || event->service[0] == '\0') return;
  for (size_t i = 0; i < data->event_count; i++) {
    const DartEvent *other = &data->events[i];
    if (!is_later(other, event)) continue;
    if (is_withdrawal(other))
      filing->withdrawn = other->filed;
    else if (next == NULL || strcmp(other->rcept_no, next->rcept_no) < 0)
      next = other;
  }
  if (next != NULL) filing->later = filing_of(data, next);
}

void dart_events_link(DartData *data) {
  for (size_t i = 0; i < data->event_count; i++) link_one(data, &data->events[i]);
}

const DartEvent *dart_event_newest(const DartData *data, const DartEvent *original, long day) {
  const DartEvent *newest = NULL;
  for (size_t i = 0; i < data->event_count; i++) {
    const DartEvent *event = &data->events[i];
    if (strcmp(event->original, original->rcept_no) != 0 || event->filed > day) continue;
    if (is_withdrawal(event)) return NULL;
    if (event->given <= day && (newest == NULL || strcmp(event->rcept_no, newest->rcept_no) > 0)) newest = event;
  }
  return newest;
}
