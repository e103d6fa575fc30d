#include <closebell/feed/keys.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_zone.h"

static FeedKeys make_keys(const char *text) {
  FeedKeys keys = {.file = "a.keys"};
  Error err;
  if (feed_keys_parse(text, strlen(text), &keys, &err) != STATUS_OK) fail_msg("%s", err.text);
  return keys;
}

/* ---- the file ---- */

static void a_file_has_a_key_a_line_and_perhaps_its_calls(void **state) {
  (void)state;
  FeedKeys keys = make_keys("\xEF\xBB\xBF# mine\r\n one 25 \r\n\ttwo\r\n\n   \nthree\t100");
  assert_int_equal(keys.count, 3);
  assert_string_equal(keys.items[0].text, "one");
  assert_int_equal(keys.items[0].calls_per_day, 25);
  assert_string_equal(keys.items[1].text, "two");
  assert_int_equal(keys.items[1].calls_per_day, 0);
  assert_int_equal(keys.items[2].calls_per_day, 100);
  assert_string_equal(keys.file, "a.keys");
  feed_keys_free(&keys);
}

static void a_mark_knows_a_key_again_and_does_not_show_it(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one\ntwo\n"), again = make_keys("two 3\none\n");
  assert_int_equal(strlen(keys.items[0].mark), 16);
  assert_string_equal(keys.items[0].mark, again.items[1].mark);
  assert_string_not_equal(keys.items[0].mark, keys.items[1].mark);
  feed_keys_free(&keys);
  feed_keys_free(&again);
}

static void assert_refused(const char *text, size_t length, const char *words) {
  FeedKeys keys = {.file = "a.keys"};
  Error err = {""};
  assert_int_equal(feed_keys_parse(text, length, &keys, &err), STATUS_CONFIG);
  if (strstr(err.text, words) == NULL) fail_msg("expected %s, got %s", words, err.text);
  assert_null(strstr(err.text, "secret"));
  assert_int_equal(keys.count, 0);
}

static void what_is_wrong_in_a_file_never_shows_a_key(void **state) {
  (void)state;
  assert_refused("secret 0", 8, "line 1: behind the key its calls a day");
  assert_refused("ok\nsecret -1", 12, "line 2: behind the key its calls a day");
  assert_refused("secret many", 11, "line 1: behind the key");
  assert_refused("secret 5 6", 10, "line 1: something follows");
  assert_refused("secret\nsecret 5", 15, "line 2: this key stood there before");
  assert_refused("secret\xC3\xA9", 8, "line 1: a key has 1 to 512 printable characters");
  assert_refused("secret\0x", 8, "NUL");
  char text[600];
  memset(text, 'x', 513);
  text[513] = '\0';
  assert_refused(text, 513, "line 1: a key has 1 to 512");
  size_t at = 0;
  char many[1000];
  for (int i = 0; i < 65; i++) at += (size_t)sprintf(many + at, "k%d\n", i);
  assert_refused(many, at, "line 65: there are more than 64 keys");
}

static void rates_have_four_windows(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t calls, window_ms;
  } rows[] = {{"3/s", 3, 1000}, {"30/min", 30, 60000}, {"1/15min", 1, 900000}, {"100/h", 100, 3600000}};
  FeedRate rate;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    assert_int_equal(feed_rate_parse(rows[i].text, &rate, NULL), STATUS_OK);
    assert_int_equal(rate.calls, rows[i].calls);
    assert_int_equal(rate.window_ms, rows[i].window_ms);
  }
  static const char *const refused[] = {"",      "3",    "/s",     "3/",        "-3/s", "3/m",
                                        "1.5/s", "3/s ", "3/5min", "9999999/s", "x/s"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    assert_int_equal(feed_rate_parse(refused[i], &rate, NULL), STATUS_CONFIG);
}

/* ---- whose turn it is ---- */

static const FeedRate no_rate = {0, 0};

/* Takes a turn and, where it is now, makes the call. */
static FeedTurn call(const FeedKeys *keys, const FeedRate *rate, FeedUse *use, Instant now) {
  FeedTurn turn = feed_keys_turn(keys, rate, use, now);
  if (turn.kind == FEED_TURN_NOW) feed_use_call(use, keys, rate, turn.key, turn.at);
  return turn;
}

static void assert_now(FeedTurn turn, size_t key, int64_t wait_ms) {
  assert_int_equal(turn.kind, FEED_TURN_NOW);
  assert_int_equal(turn.key, key);
  assert_int_equal(turn.wait_ms, wait_ms);
}

static void assert_later(FeedTurn turn, Instant until, const char *reason) {
  assert_int_equal(turn.kind, FEED_TURN_LATER);
  assert_string_equal(instant_text(turn.until).text, instant_text(until).text);
  if (strstr(turn.reason, reason) == NULL) fail_msg("expected %s, got %s", reason, turn.reason);
}

static void the_first_key_is_used_until_its_allowance_is_spent(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one 2\ntwo 1\n");
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  assert_now(call(&keys, &no_rate, &use, now), 1, 0);
  assert_later(call(&keys, &no_rate, &use, now), made_instant("2026-11-30T00:00:00Z"),
               "key 1 of 2 has made its 2 calls of 2026-11-29 (UTC)");
  assert_later(call(&keys, &no_rate, &use, made_instant("2026-11-29T23:59:59.999Z")),
               made_instant("2026-11-30T00:00:00Z"), "key 1 of 2");
  assert_now(call(&keys, &no_rate, &use, made_instant("2026-11-30T00:00:00Z")), 0, 0);
  feed_keys_free(&keys);
}

static void an_allowance_is_of_a_utc_day_and_not_of_a_korean_one(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one 1\n");
  FeedUse use = {0};
  assert_now(call(&keys, &no_rate, &use, made_instant("2026-11-29T14:59:00Z")), 0, 0);
  assert_int_equal(call(&keys, &no_rate, &use, made_instant("2026-11-29T15:01:00Z")).kind, FEED_TURN_LATER);
  feed_keys_free(&keys);
}

static void a_clock_that_was_set_back_gives_no_second_allowance(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one 1\n");
  FeedUse use = {0};
  assert_now(call(&keys, &no_rate, &use, made_instant("2026-11-29T10:00:00Z")), 0, 0);
  assert_int_equal(call(&keys, &no_rate, &use, made_instant("2026-11-28T10:00:00Z")).kind, FEED_TURN_LATER);
  feed_keys_free(&keys);
}

static void use_belongs_to_the_key_and_not_to_its_line(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one 1\ntwo 1\n"), turned = make_keys("two 1\none 1\n");
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  assert_now(call(&turned, &no_rate, &use, now), 0, 0);
  assert_int_equal(call(&turned, &no_rate, &use, now).kind, FEED_TURN_LATER);
  assert_int_equal(use.count, 2);
  feed_keys_free(&keys);
  feed_keys_free(&turned);
}

static void a_limit_answer_ends_the_keys_day(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one\ntwo\n");
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  feed_use_rest(&use.items[0], FEED_KEY_SPENT, instant_next_utc_day(now));
  assert_now(call(&keys, &no_rate, &use, now), 1, 0);
  feed_use_rest(&use.items[1], FEED_KEY_SPENT, instant_next_utc_day(now));
  assert_later(call(&keys, &no_rate, &use, now), made_instant("2026-11-30T00:00:00Z"), "key 1 of 2 is spent");
  assert_now(call(&keys, &no_rate, &use, made_instant("2026-11-30T00:00:00Z")), 0, 0);
  assert_int_equal(use.items[0].rest, FEED_KEY_FREE);
  feed_keys_free(&keys);
}

static void a_refused_key_rests_alone_and_is_named_without_being_printed(void **state) {
  (void)state;
  FeedKeys keys = make_keys("secret-1\nsecret-2\n");
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  feed_use_refused(&use, &keys, 0, now);
  assert_now(call(&keys, &no_rate, &use, now), 1, 0);
  feed_use_refused(&use, &keys, 1, now);
  FeedTurn turn = call(&keys, &no_rate, &use, now);
  assert_later(turn, made_instant("2026-11-30T00:00:00Z"), "key 1 of 2 was refused");
  assert_null(strstr(turn.reason, "secret"));
  feed_keys_free(&keys);
  keys = make_keys("secret-3\nsecret-2\n"); /* another one in its place is asked at once */
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  feed_keys_free(&keys);
}

static void a_limited_key_rests_until_the_service_says(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one\ntwo\n");
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  feed_use_rest(&use.items[0], FEED_KEY_LIMITED, now + 900000);
  assert_now(call(&keys, &no_rate, &use, now), 1, 0);
  feed_use_rest(&use.items[1], FEED_KEY_LIMITED, now + 600000);
  assert_later(call(&keys, &no_rate, &use, now), now + 600000, "key 2 of 2 is limited by the service");
  assert_now(call(&keys, &no_rate, &use, now + 600000), 1, 0);
  assert_now(call(&keys, &no_rate, &use, now + 900000), 0, 0);
  feed_keys_free(&keys);
}

static void a_longer_rest_is_not_made_shorter(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one\n");
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &no_rate, &use, now), 0, 0);
  feed_use_rest(&use.items[0], FEED_KEY_SPENT, instant_next_utc_day(now));
  feed_use_rest(&use.items[0], FEED_KEY_LIMITED, now + 600000);
  assert_later(call(&keys, &no_rate, &use, now), made_instant("2026-11-30T00:00:00Z"), "is spent");
  feed_keys_free(&keys);
}

static void without_keys_in_the_file_nothing_is_asked(void **state) {
  (void)state;
  FeedKeys keys = make_keys("");
  FeedUse use = {0};
  FeedTurn turn = feed_keys_turn(&keys, &no_rate, &use, 0);
  assert_int_equal(turn.kind, FEED_TURN_NEVER);
  assert_non_null(strstr(turn.reason, "a.keys: there is no key yet"));
  feed_keys_free(&keys);
}

/* ---- windows ---- */

static void a_wait_of_up_to_a_minute_is_made(void **state) {
  (void)state;
  FeedKeys none = {0};
  const FeedRate rate = {2, 60000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&none, &rate, &use, now), 0, 0);
  assert_now(call(&none, &rate, &use, now + 10000), 0, 0);
  assert_now(call(&none, &rate, &use, now + 20000), 0, 40000);
  assert_now(call(&none, &rate, &use, now + 60000), 0, 10000);
  assert_string_equal(use.items[0].mark, "");
}

static void a_window_of_a_minute_is_kept_though_the_clock_stands_still(void **state) {
  (void)state;
  FeedKeys none = {0};
  const FeedRate rate = {1, 60000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&none, &rate, &use, now), 0, 0);
  for (int i = 1; i < 100; i++) {
    FeedTurn turn = call(&none, &rate, &use, now);
    assert_now(turn, 0, 60000);
    assert_true(turn.at == now + i * 60000);
  }
}

static void a_longer_wait_is_for_a_later_run(void **state) {
  (void)state;
  FeedKeys none = {0};
  const FeedRate rate = {2, 900000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&none, &rate, &use, now), 0, 0);
  assert_now(call(&none, &rate, &use, now + 1000), 0, 0);
  assert_later(call(&none, &rate, &use, now + 2000), now + 900000, "the feed has made 2 calls within 900 s");
  assert_later(call(&none, &rate, &use, now + 839999), now + 900000, "");
  assert_now(call(&none, &rate, &use, now + 840000), 0, 60000);
  assert_now(call(&none, &rate, &use, now + 901000), 0, 0);
}

static void no_wait_leads_into_another_days_allowance(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one 3\n"), uncounted = make_keys("one\n");
  const FeedRate rate = {1, 60000};
  FeedUse use = {0}, other = {0};
  Instant now = made_instant("2026-11-29T23:59:10Z");
  assert_now(call(&keys, &rate, &use, now), 0, 0);
  assert_later(call(&keys, &rate, &use, now), now + 60000, "key 1 of 1 has made 1 calls within 60 s");
  assert_now(call(&keys, &rate, &use, now + 60000), 0, 0);
  assert_int_equal(use.items[0].calls, 1);
  assert_now(call(&uncounted, &rate, &other, now), 0, 0);
  assert_now(call(&uncounted, &rate, &other, now), 0, 60000);
  feed_keys_free(&keys);
  feed_keys_free(&uncounted);
}

static void two_tokens_have_a_window_each(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one\ntwo\n");
  const FeedRate rate = {1, 900000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &rate, &use, now), 0, 0);
  assert_now(call(&keys, &rate, &use, now + 300000), 1, 0);
  assert_later(call(&keys, &rate, &use, now + 600000), now + 900000, "key 1 of 2");
  assert_now(call(&keys, &rate, &use, now + 900000), 0, 0);
  assert_later(call(&keys, &rate, &use, now + 900000), now + 1200000, "key 2 of 2");
  feed_keys_free(&keys);
}

static void a_short_wait_is_no_reason_for_the_next_key(void **state) {
  (void)state;
  FeedKeys keys = make_keys("one\ntwo\n");
  const FeedRate rate = {1, 1000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &rate, &use, now), 0, 0);
  assert_now(call(&keys, &rate, &use, now + 400), 0, 600);
  feed_keys_free(&keys);
}

/* The most calls in any window, of calls in order of time. */
static int64_t most_in_a_window(const Instant *calls, size_t count, int64_t window_ms) {
  size_t most = 0;
  for (size_t from = 0, to = 0; to < count; to++) {
    while (calls[from] <= calls[to] - window_ms) from++;
    if (to - from + 1 > most) most = to - from + 1;
  }
  return (int64_t)most;
}

static void no_window_ever_has_more_calls(void **state) {
  (void)state;
  static const FeedRate rates[] = {{1, 900000},   {7, 900000},    {32, 3600000},
                                   {33, 3600000}, {100, 3600000}, {500, 900000}};
  static Instant calls[4000];
  FeedKeys none = {0};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
    FeedUse use = {0};
    uint64_t seed = 7 + r;
    size_t count = 0;
    Instant now = made_instant("2026-11-29T10:00:00Z");
    for (int step = 0; step < 4000; step++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      now += (int64_t)(seed >> 33) % (3 * rates[r].window_ms / rates[r].calls);
      FeedTurn turn = call(&none, &rates[r], &use, now);
      if (turn.kind != FEED_TURN_NOW) continue;
      now += turn.wait_ms;
      calls[count++] = turn.at;
    }
    assert_true(count > 500);
    assert_true(most_in_a_window(calls, count, rates[r].window_ms) <= rates[r].calls);
    assert_true(use.items[0].window_count <= FEED_CALLS_KEPT);
  }
}

static void a_window_of_few_calls_is_used_to_the_last(void **state) {
  (void)state;
  FeedKeys none = {0};
  const FeedRate rate = {32, 3600000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  for (int i = 0; i < 32; i++) assert_now(call(&none, &rate, &use, now + i * 1000), 0, 0);
  assert_later(call(&none, &rate, &use, now + 40000), now + 3600000, "");
  for (int i = 0; i < 32; i++) assert_now(call(&none, &rate, &use, now + 3600000 + i * 1000), 0, 0);
}

static void use_of_keys_that_are_gone_makes_room(void **state) {
  (void)state;
  FeedUse use = {0};
  char text[16];
  for (int i = 0; i < 200; i++) {
    snprintf(text, sizeof text, "key-%d 1", i);
    FeedKeys keys = make_keys(text);
    assert_now(call(&keys, &no_rate, &use, i), 0, 0);
    assert_int_equal(call(&keys, &no_rate, &use, i).kind, FEED_TURN_LATER);
    feed_keys_free(&keys);
  }
  assert_int_equal(use.count, FEED_KEYS_MAX);
}

/* ---- one key of several feeds ---- */

static void a_longer_window_counts_what_a_shorter_one_did_not_keep(void **state) {
  (void)state;
  FeedKeys keys = make_keys("a-key");
  const FeedRate second = {1, 1000}, quarter = {20, 900000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  for (int i = 0; i < 20; i++) assert_now(call(&keys, &second, &use, now + i * 2000), 0, 0);
  feed_use_widen(&use.items[0], &quarter);
  FeedTurn turn = feed_keys_turn(&keys, &quarter, &use, now + 60000);
  assert_int_equal(turn.kind, FEED_TURN_LATER);
  assert_true(turn.until >= now + 900000 && turn.until <= now + 900000 + 40000);
  feed_keys_free(&keys);
}

static void a_feed_without_a_rate_counts_within_the_window_of_another(void **state) {
  (void)state;
  FeedKeys keys = make_keys("a-key");
  const FeedRate minute = {3, 60000};
  FeedUse use = {0};
  Instant now = made_instant("2026-11-29T10:00:00Z");
  assert_now(call(&keys, &minute, &use, now), 0, 0);
  assert_now(call(&keys, &no_rate, &use, now + 1), 0, 0);
  assert_now(call(&keys, &no_rate, &use, now + 2), 0, 0);
  FeedTurn turn = feed_keys_turn(&keys, &minute, &use, now + 3);
  assert_true(turn.kind == FEED_TURN_NOW && turn.wait_ms >= 59990);
  feed_keys_free(&keys);
}

static void what_was_counted_elsewhere_is_added(void **state) {
  (void)state;
  FeedKeyUse use = {.day = 10, .calls = 3, .until = INSTANT_NONE, .newest = 500, .kept_ms = 1000};
  FeedKeyUse other = {.day = 10, .calls = 22, .rest = FEED_KEY_SPENT, .until = 9000, .newest = 700, .kept_ms = 400};
  use.window[use.window_count++] = (FeedCalls){500, 3};
  other.window[other.window_count++] = (FeedCalls){400, 1};
  other.window[other.window_count++] = (FeedCalls){700, 2};
  feed_use_join(&use, &other);
  assert_true(use.day == 10 && use.calls == 25 && use.rest == FEED_KEY_SPENT && use.until == 9000);
  assert_true(use.newest == 700 && use.kept_ms == 1000 && use.window_count == 3);
  assert_true(use.window[0].at == 400 && use.window[1].count == 3 && use.window[2].at == 700);
  other = (FeedKeyUse){.day = 9, .calls = 25, .until = INSTANT_NONE, .newest = INSTANT_NONE};
  feed_use_join(&use, &other); /* of yesterday */
  assert_true(use.day == 10 && use.calls == 25);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_has_a_key_a_line_and_perhaps_its_calls),
      cmocka_unit_test(a_mark_knows_a_key_again_and_does_not_show_it),
      cmocka_unit_test(what_is_wrong_in_a_file_never_shows_a_key),
      cmocka_unit_test(rates_have_four_windows),
      cmocka_unit_test(the_first_key_is_used_until_its_allowance_is_spent),
      cmocka_unit_test(an_allowance_is_of_a_utc_day_and_not_of_a_korean_one),
      cmocka_unit_test(a_clock_that_was_set_back_gives_no_second_allowance),
      cmocka_unit_test(use_belongs_to_the_key_and_not_to_its_line),
      cmocka_unit_test(a_limit_answer_ends_the_keys_day),
      cmocka_unit_test(a_refused_key_rests_alone_and_is_named_without_being_printed),
      cmocka_unit_test(a_limited_key_rests_until_the_service_says),
      cmocka_unit_test(a_longer_rest_is_not_made_shorter),
      cmocka_unit_test(without_keys_in_the_file_nothing_is_asked),
      cmocka_unit_test(a_wait_of_up_to_a_minute_is_made),
      cmocka_unit_test(a_window_of_a_minute_is_kept_though_the_clock_stands_still),
      cmocka_unit_test(a_longer_wait_is_for_a_later_run),
      cmocka_unit_test(no_wait_leads_into_another_days_allowance),
      cmocka_unit_test(two_tokens_have_a_window_each),
      cmocka_unit_test(a_short_wait_is_no_reason_for_the_next_key),
      cmocka_unit_test(no_window_ever_has_more_calls),
      cmocka_unit_test(a_window_of_few_calls_is_used_to_the_last),
      cmocka_unit_test(use_of_keys_that_are_gone_makes_room),
      cmocka_unit_test(a_longer_window_counts_what_a_shorter_one_did_not_keep),
      cmocka_unit_test(a_feed_without_a_rate_counts_within_the_window_of_another),
      cmocka_unit_test(what_was_counted_elsewhere_is_added),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
