/* A file of keys, and a table with the same bytes. Refused: the message has no piece of a line. Taken: what is said of
 * a key never shows it, and no window has more calls than its rate. */
#include "fuzz.h"

#include <closebell/feed/keys.h>
#include <closebell/feed/table.h>

#include <stdlib.h>
#include <string.h>

static void check_marks(const FeedKeys *keys) {
  for (size_t i = 0; i < keys->count; i++) {
    size_t length = strlen(keys->items[i].text);
    FUZZ_CHECK(length > 0 && length <= FEED_KEY_BYTES_MAX);
    FUZZ_CHECK(strlen(keys->items[i].mark) == 16 && keys->items[i].calls_per_day >= 0);
  }
}

/* Of the key that was asked with. */
static FeedKeyUse *use_of(FeedUse *use, const FeedKeys *keys, size_t key) {
  size_t i = 0;
  while (i + 1 < use->count && keys->count > 0 && strcmp(use->items[i].mark, keys->items[key].mark) != 0) i++;
  return &use->items[i];
}

/* Asks until no key is left, within two days; data say how the answers are. */
static void check_turns(const FeedKeys *keys, const uint8_t *data, size_t size) {
  FeedUse *use = calloc(1, sizeof *use);
  const FeedRate rate = {1 + (size > 0 ? data[0] % 40 : 0), 900000};
  Instant now = INT64_C(1796000000000);
  FUZZ_CHECK(use != NULL);
  for (size_t i = 0; i < 300; i++) {
    uint8_t byte = size > 0 ? data[i % size] : 0;
    FeedTurn turn = feed_keys_turn(keys, &rate, use, now);
    FUZZ_CHECK(turn.wait_ms >= 0 && turn.wait_ms <= FEED_WAIT_MAX_MS);
    FUZZ_CHECK(turn.kind == FEED_TURN_NOW || turn.until > now || turn.kind == FEED_TURN_NEVER);
    if (turn.kind == FEED_TURN_NEVER) break;
    if (turn.kind == FEED_TURN_LATER) {
      fuzz_check_message(turn.reason);
      now = turn.until;
      continue;
    }
    FUZZ_CHECK(turn.key < (keys->count == 0 ? 1 : keys->count));
    feed_use_call(use, keys, &rate, turn.key, turn.at);
    FeedKeyUse *one = use_of(use, keys, turn.key);
    if (byte % 16 == 1) feed_use_rest(one, FEED_KEY_SPENT, instant_next_utc_day(now));
    if (byte % 16 == 2) feed_use_rest(one, FEED_KEY_LIMITED, now + byte * 1000);
    if (byte % 16 == 3) feed_use_refused(use, keys, turn.key, now);
    now += byte * 7;
  }
  for (size_t i = 0; i < use->count; i++) {
    int64_t calls = 0;
    for (size_t j = 0; j < use->items[i].window_count; j++) calls += use->items[i].window[j].count;
    FUZZ_CHECK(calls <= rate.calls && use->items[i].window_count <= FEED_CALLS_KEPT);
  }
  free(use);
}

static void check_table(const char *bytes, size_t size) {
  FeedTable table = {0};
  Error err = {""};
  if (feed_table_parse(bytes, size, &table, &err) != STATUS_OK) {
    fuzz_check_message(err.text);
    return;
  }
  for (size_t i = 0; i < table.count; i++) {
    FUZZ_CHECK(table.lines[i].count >= 1 && table.lines[i].count <= FEED_COLUMNS_MAX);
    FUZZ_CHECK(feed_table_find(&table, table.lines[i].columns[0]) == &table.lines[i]);
  }
  feed_table_free(&table);
}

bool fuzz_target(const uint8_t *data, size_t size) {
  char *bytes = malloc(size == 0 ? 1 : size); /* of exactly its length, so that a read behind it is seen */
  FeedKeys keys = {.file = "fuzz.keys"};
  Error err = {""};
  FUZZ_CHECK(bytes != NULL);
  if (size > 0) memcpy(bytes, data, size);
  bool accepted = feed_keys_parse(bytes, size, &keys, &err) == STATUS_OK;
  if (accepted) {
    FUZZ_CHECK(keys.are_missing == (keys.count == 0));
    check_marks(&keys);
    check_turns(&keys, data, size);
    feed_keys_free(&keys);
  } else {
    fuzz_check_message(err.text);
    FUZZ_CHECK(strlen(err.text) < 100);
  }
  check_table(bytes, size);
  free(bytes);
  return accepted;
}
