#include "feed_key_document.h"

#include <stdio.h>
#include <string.h>

#define COLLECTION "source_state"

static const char *const RESTS[] = {"free", "spent", "limited", "refused"};

static const int64_t CALLS_MAX = INT64_C(1000000000000);

static FeedKeyRest rest_of(const char *text) {
  size_t i = sizeof RESTS / sizeof RESTS[0] - 1;
  while (i > 0 && strcmp(RESTS[i], text) != 0) i--;
  return (FeedKeyRest)i;
}

static void get_window(DocumentReader *from, FeedKeyUse *use) {
  int64_t at[FEED_CALLS_KEPT], counts[FEED_CALLS_KEPT];
  size_t ats = 0, count = 0;
  if (!document_has(from, "window_at")) return;
  document_get_int64s(from, "window_at", at, FEED_CALLS_KEPT, &ats);
  document_get_int64s(from, "window_calls", counts, FEED_CALLS_KEPT, &count);
  if (from->status == STATUS_OK && ats != count) document_fault(from, "window_calls", "has not as many as window_at");
  for (size_t i = 0; i < count && from->status == STATUS_OK; i++) {
    if (counts[i] < 0 || counts[i] > CALLS_MAX) document_fault(from, "window_calls", "is out of bounds");
    use->window[i] = (FeedCalls){at[i], counts[i]};
    if (at[i] > use->newest) use->newest = at[i];
  }
  use->window_count = from->status == STATUS_OK ? count : 0;
}

void feed_key_get(DocumentReader *from, FeedKeyUse *ret_use) {
  FeedKeyUse use = {.until = INSTANT_NONE, .newest = INSTANT_NONE};
  char rest[16] = "free";
  document_get_day_or_none(from, "calls_date", &use.day);
  document_get_int64_or(from, "calls", 0, &use.calls);
  document_get_text(from, "rest", rest, sizeof rest);
  document_get_instant_or_none(from, "until_utc", &use.until);
  document_get_instant_or_none(from, "at_utc", &use.newest);
  document_get_int64_or(from, "window_ms", 0, &use.kept_ms);
  if (from->status == STATUS_OK && (use.calls < 0 || use.calls > CALLS_MAX || use.kept_ms < 0))
    document_fault(from, "calls or window_ms", "is out of bounds");
  get_window(from, &use);
  if (from->status != STATUS_OK) return;
  use.rest = rest_of(rest);
  if (use.day == DAY_NONE) use.day = 0;
  *ret_use = use;
}

void feed_key_put(DocumentWriter *to, const FeedKeyUse *use) {
  int64_t ats[FEED_CALLS_KEPT], counts[FEED_CALLS_KEPT];
  if (use->calls > 0) {
    document_put_day(to, "calls_date", use->day);
    document_put_int64(to, "calls", use->calls);
  }
  document_put_text(to, "rest", RESTS[use->rest]);
  if (use->rest != FEED_KEY_FREE) document_put_instant(to, "until_utc", use->until);
  document_put_instant(to, "at_utc", use->newest);
  if (use->kept_ms > 0) document_put_int64(to, "window_ms", use->kept_ms);
  for (size_t i = 0; i < use->window_count; i++) {
    ats[i] = use->window[i].at;
    counts[i] = use->window[i].count;
  }
  if (use->window_count == 0) return;
  document_put_int64s(to, "window_at", ats, use->window_count);
  document_put_int64s(to, "window_calls", counts, use->window_count);
}
