#include <closebell/api/event.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <closebell/base/json_writer.h>
#include <closebell/base/sha256.h>

enum { MARK_HEX_DIGITS = EVENT_MARK_BITS / 4 };

static const char *kind_name(EventKind kind) {
  static const char *const names[] = {[EVENT_SESSION] = "session",
                                      [EVENT_DATASET] = "dataset",
                                      [EVENT_RESTATEMENT] = "restatement",
                                      [EVENT_ALERT] = "alert"};
  return names[kind];
}

int event_compare(EventPlace a, EventPlace b) {
  if (a.at_utc != b.at_utc) return a.at_utc < b.at_utc ? -1 : 1;
  return (a.mark > b.mark) - (a.mark < b.mark);
}

static bool mark_of(const EventFacts *facts, uint64_t *ret_mark) {
  char digits[MARK_HEX_DIGITS + 1];
  TextBuffer text = {0};
  text_buffer_printf(&text, "%s\n%s\n%s\n%" PRId64, kind_name(facts->kind), facts->id, facts->status, facts->at_utc);
  if (text.failed) return false;
  snprintf(digits, sizeof digits, "%.*s", MARK_HEX_DIGITS, sha256_text(text.data, text.length).text);
  *ret_mark = strtoull(digits, NULL, 16);
  text_buffer_free(&text);
  return true;
}

static void put_data(const EventFacts *facts, TextBuffer *out) {
  JsonWriter to = json_writer(out);
  json_begin_object(&to, NULL);
  if (facts->date != DAY_NONE)
    json_put_day(&to, "date", facts->date);
  else
    json_put_whole(&to, "number", facts->number);
  json_put_text(&to, "name", facts->name);
  json_put_text(&to, "status", facts->status);
  json_begin_list(&to, "proven_by");
  for (size_t i = 0; facts->proven_by && facts->proven_by[i]; i++) json_put_text(&to, NULL, facts->proven_by[i]);
  json_end_list(&to);
  json_put_instant(&to, "at_utc", facts->at_utc);
  json_end_object(&to);
}

bool event_make(const EventFacts *facts, Event *ret_event) {
  Event event = {.place = {.at_utc = facts->at_utc}, .kind = facts->kind};
  TextBuffer data = {0};
  put_data(facts, &data);
  if (data.failed || !mark_of(facts, &event.place.mark)) {
    text_buffer_free(&data);
    return false;
  }
  char *fitting = realloc(data.data, data.length + 1); /* it was made with room to grow, and there are many */
  event.data = fitting ? fitting : data.data;
  *ret_event = event;
  return true;
}

void event_free(Event *event) {
  free(event->data);
  event->data = NULL;
}

void event_write(const Event *event, const char *id, TextBuffer *out) {
  text_buffer_printf(out, "id: %s\nevent: %s\ndata: %s\n\n", id, kind_name(event->kind), event->data);
}
