/* What was asked with each key, and what may be. */
#include <closebell/feed/keys.h>

#include <stdio.h>
#include <string.h>

/* ---- whose use ---- */

static const char *mark_of(const FeedKeys *keys, size_t key) { return keys->count == 0 ? "" : keys->items[key].mark; }

static const FeedKeyUse *find(const FeedUse *use, const char *mark) {
  for (size_t i = 0; i < use->count; i++)
    if (strcmp(use->items[i].mark, mark) == 0) return &use->items[i];
  return NULL;
}

static bool is_in_file(const FeedKeys *keys, const char *mark) {
  if (keys->count == 0) return *mark == '\0';
  for (size_t i = 0; i < keys->count; i++)
    if (strcmp(keys->items[i].mark, mark) == 0) return true;
  return false;
}

/* Where there is no room, the use of a key that has left the file makes it: there are never more keys than places. */
static FeedKeyUse *make(FeedUse *use, const FeedKeys *keys, const char *mark) {
  size_t at = use->count;
  if (at == FEED_KEYS_MAX) {
    for (at = 0; at + 1 < FEED_KEYS_MAX && is_in_file(keys, use->items[at].mark);) at++;
  } else {
    use->count++;
  }
  use->items[at] = (FeedKeyUse){.until = INSTANT_NONE, .newest = INSTANT_NONE};
  snprintf(use->items[at].mark, sizeof use->items[at].mark, "%s", mark);
  return &use->items[at];
}

static FeedKeyUse *use_of(FeedUse *use, const FeedKeys *keys, size_t key) {
  const char *mark = mark_of(keys, key);
  const FeedKeyUse *found = find(use, mark);
  return found != NULL ? &use->items[found - use->items] : make(use, keys, mark);
}

/* ---- windows ---- */

static void drop_first(FeedKeyUse *use, size_t at) {
  use->window_count--;
  memmove(&use->window[at], &use->window[at + 1], (use->window_count - at) * sizeof *use->window);
}

static void join_nearest(FeedKeyUse *use) {
  size_t nearest = 0;
  for (size_t i = 1; i + 1 < use->window_count; i++)
    if (use->window[i + 1].at - use->window[i].at < use->window[nearest + 1].at - use->window[nearest].at) nearest = i;
  use->window[nearest + 1].count += use->window[nearest].count;
  drop_first(use, nearest);
}

static void add_to_window(FeedKeyUse *use, Instant at, int64_t calls) {
  while (use->window_count > 0 && use->window[0].at <= at - use->kept_ms) drop_first(use, 0);
  FeedCalls *last = use->window_count == 0 ? NULL : &use->window[use->window_count - 1];
  if (last != NULL && last->at >= at) {
    last->count += calls;
    return;
  }
  if (use->window_count == FEED_CALLS_KEPT) join_nearest(use);
  use->window[use->window_count++] = (FeedCalls){at, calls};
}

static int64_t calls_in_window(const FeedKeyUse *use) {
  int64_t calls = 0;
  for (size_t i = 0; i < use->window_count; i++) calls += use->window[i].count;
  return calls;
}

/* As the first of the window; where there is no room, with the first one, which is later. */
static void put_first(FeedKeyUse *use, Instant at, int64_t calls) {
  bool joins = use->window_count == FEED_CALLS_KEPT || (use->window_count > 0 && use->window[0].at <= at);
  if (joins) {
    use->window[0].count += calls;
    return;
  }
  memmove(&use->window[1], &use->window[0], use->window_count * sizeof *use->window);
  use->window[0] = (FeedCalls){at, calls};
  use->window_count++;
}

void feed_use_widen(FeedKeyUse *use, const FeedRate *rate) {
  if (rate->calls == 0 || rate->window_ms <= use->kept_ms) return;
  int64_t unknown = use->newest == INSTANT_NONE ? 0 : use->calls - calls_in_window(use);
  if (unknown > 0) put_first(use, use->newest - use->kept_ms, unknown);
  use->kept_ms = rate->window_ms;
}

/* The first instant, not before `from`, at which one call more is not too many. */
static Instant window_opens(const FeedKeyUse *use, const FeedRate *rate, Instant from) {
  int64_t calls = 1;
  for (size_t i = use->window_count; i-- > 0;) {
    Instant leaves = use->window[i].at + rate->window_ms;
    calls += use->window[i].count;
    if (leaves > from && calls > rate->calls) return leaves;
  }
  return from;
}

/* Waits that were made (or would have been, without [retry] scale) have passed, whatever the clock says. */
static Instant time_passed(const FeedUse *use, Instant now) {
  for (size_t i = 0; i < use->count; i++) {
    const FeedKeyUse *one = &use->items[i];
    if (one->window_count > 0 && one->window[one->window_count - 1].at > now)
      now = one->window[one->window_count - 1].at;
  }
  return now;
}

/* ---- turns ---- */

static void say(FeedTurn *turn, const char *name, const char *what) {
  snprintf(turn->reason, sizeof turn->reason, "%s %s", name, what);
}

static void say_calls(FeedTurn *turn, const char *name, int64_t calls, Day day) {
  char what[80];
  snprintf(what, sizeof what, "has made its %lld calls of %s (UTC)", (long long)calls, day_text(day).text);
  say(turn, name, what);
}

static void say_rest(FeedTurn *turn, const char *name, FeedKeyRest rest) {
  static const char *const words[] = {"is free", "is spent until the next day (UTC)", "is limited by the service",
                                      "was refused, and rests until the next day (UTC)"};
  say(turn, name, words[rest]);
}

static void say_window(FeedTurn *turn, const char *name, const FeedRate *rate) {
  char what[80];
  snprintf(what, sizeof what, "has made %lld calls within %lld s", (long long)rate->calls,
           (long long)(rate->window_ms / 1000));
  say(turn, name, what);
}

/* One key alone: now, or later with the reason. */
static FeedTurn turn_of(const FeedKeys *keys, const FeedRate *rate, const FeedUse *use, size_t key, Instant now) {
  char name[FEED_KEY_TEXT_SIZE];
  FeedTurn turn = {.kind = FEED_TURN_LATER, .key = key, .at = now, .until = INSTANT_NONE};
  const FeedKeyUse *one = find(use, mark_of(keys, key));
  int64_t most = keys->count == 0 ? 0 : keys->items[key].calls_per_day;
  if (keys->count == 0)
    snprintf(name, sizeof name, "the feed");
  else
    feed_key_text(keys, key, name);
  if (one != NULL && one->rest != FEED_KEY_FREE && one->until > now) {
    turn.until = one->until;
    say_rest(&turn, name, one->rest);
    return turn;
  }
  if (one != NULL && most > 0 && one->day >= instant_utc_day(now) && one->calls >= most) {
    turn.until = instant_next_utc_day(now);
    say_calls(&turn, name, most, instant_utc_day(now));
    return turn;
  }
  Instant passed = time_passed(use, now);
  Instant opens = one == NULL || rate->calls == 0 ? passed : window_opens(one, rate, passed);
  bool is_of_another_day =
      most > 0 && instant_utc_day(opens) != instant_utc_day(now); /* whose allowance the call would take? */
  if (opens - passed > FEED_WAIT_MAX_MS || is_of_another_day) {
    turn.until = opens;
    say_window(&turn, name, rate);
    return turn;
  }
  turn.kind = FEED_TURN_NOW;
  turn.wait_ms = opens - passed;
  turn.at = opens;
  return turn;
}

FeedTurn feed_keys_turn(const FeedKeys *keys, const FeedRate *rate, const FeedUse *use, Instant now) {
  FeedTurn first = {.kind = FEED_TURN_NEVER, .at = now, .until = INSTANT_NONE};
  if (keys->file != NULL && keys->count == 0) {
    snprintf(first.reason, sizeof first.reason, "%.100s: there is no key yet", keys->file);
    return first;
  }
  size_t count = keys->count == 0 ? 1 : keys->count;
  for (size_t key = 0; key < count; key++) {
    FeedTurn turn = turn_of(keys, rate, use, key, now);
    if (turn.kind == FEED_TURN_NOW) return turn;
    if (key == 0 || turn.until < first.until) first = turn;
  }
  return first;
}

/* ---- what happened ---- */

void feed_use_call(FeedUse *use, const FeedKeys *keys, const FeedRate *rate, size_t key, Instant at) {
  FeedKeyUse *one = use_of(use, keys, key);
  Day today = instant_utc_day(at);
  feed_use_widen(one, rate);
  if (one->day < today) {
    one->day = today;
    one->calls = 0;
  }
  one->calls++;
  if (one->rest != FEED_KEY_FREE && one->until <= at) {
    one->rest = FEED_KEY_FREE;
    one->until = INSTANT_NONE;
  }
  if (one->kept_ms > 0) add_to_window(one, at, 1);
  if (at > one->newest) one->newest = at;
}

void feed_use_rest(FeedKeyUse *use, FeedKeyRest why, Instant until) {
  if (use->rest != FEED_KEY_FREE && use->until >= until) return;
  use->rest = why;
  use->until = until;
}

void feed_use_refused(FeedUse *use, const FeedKeys *keys, size_t key, Instant now) {
  feed_use_rest(use_of(use, keys, key), FEED_KEY_REFUSED, instant_next_utc_day(now));
}

void feed_use_join(FeedKeyUse *use, const FeedKeyUse *other) {
  FeedKeyUse both = *use;
  size_t at = 0, of_other = 0;
  if (other->day >= use->day) {
    both.calls = other->calls + (other->day == use->day ? use->calls : 0);
    both.day = other->day;
  }
  if (other->rest != FEED_KEY_FREE) feed_use_rest(&both, other->rest, other->until);
  if (other->newest > both.newest) both.newest = other->newest;
  if (other->kept_ms > both.kept_ms) both.kept_ms = other->kept_ms;
  both.window_count = 0;
  while (at < use->window_count || of_other < other->window_count) {
    bool is_ours =
        of_other == other->window_count || (at < use->window_count && use->window[at].at <= other->window[of_other].at);
    const FeedCalls *next = is_ours ? &use->window[at++] : &other->window[of_other++];
    add_to_window(&both, next->at, next->count);
  }
  *use = both;
}
