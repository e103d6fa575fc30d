/* How seed 003 lives with free services, each strategy with its figures: in memory, with a service that only counts. */
#include <closebell/feed/keys.h>
#include <closebell/feed/progress.h>
#include <closebell/feed/schedule.h>
#include <closebell/feed/template.h>
#include <closebell/feed/units.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_feed.h"
#include "made_zone.h"

enum { ITEMS_MAX = 512, DAYS_MAX = 64, KEYS = 2 };

/* What the service has seen, and what outlives a crash. */
typedef struct {
  FeedDefinition *definition;
  int asked[ITEMS_MAX], stored[ITEMS_MAX]; /* by line of the list */
  int calls[KEYS][DAYS_MAX];               /* by UTC day, from the first */
  Day first_day;
  FeedUse use;
  FeedProgress progress;
  Instant done[DAYS_MAX];
  size_t done_count;
  Instant first;
  uint64_t seed;
  int crash_one_in; /* 0: never */
  bool crash_anywhere;
  int crashes;
} World;

typedef enum { RUN_COMPLETED, RUN_WAITS, RUN_CRASHED, RUN_HAS_NOTHING } RunEnd;

static bool crashes(World *world) {
  world->seed = world->seed * 6364136223846793005u + 1442695040888963407u;
  bool hit = world->crash_one_in > 0 && (world->seed >> 33) % (uint64_t)world->crash_one_in == 0;
  world->crashes += hit;
  return hit;
}

/* One item: its call counts before it is made, its rows are stored before progress is. */
static RunEnd ask(World *world, const FeedTable *list, size_t item, Instant now) {
  FeedDefinition *d = world->definition;
  FeedTurn turn = feed_keys_turn(&d->keys, &d->rate, &world->use, now);
  if (turn.kind != FEED_TURN_NOW) return RUN_WAITS;
  feed_use_call(&world->use, &d->keys, &d->rate, turn.key, turn.at);
  if (world->crash_anywhere && crashes(world)) return RUN_CRASHED;
  Day utc = (Day)(turn.at / INT64_C(86400000));
  world->calls[turn.key][utc - world->first_day]++;
  world->asked[item]++;
  if (world->crash_anywhere && crashes(world)) return RUN_CRASHED;
  world->stored[item]++; /* an insert: a second one changes nothing */
  if (world->crash_anywhere && crashes(world)) return RUN_CRASHED;
  assert_int_equal(feed_progress_note(&world->progress, &list->lines[item], NULL), STATUS_OK);
  return crashes(world) ? RUN_CRASHED : RUN_COMPLETED;
}

/* What a run of daily_update does of one feed. What is in memory only is gone after a crash. */
static RunEnd run(World *world, Instant now) {
  FeedDefinition *d = world->definition;
  FeedPast past = {world->first, world->done_count == 0 ? INSTANT_NONE : world->done[world->done_count - 1],
                   INSTANT_NONE, world->done, world->done_count};
  FeedUnits units = {0};
  assert_int_equal(feed_units_owed(d, &past, now, &units, NULL), STATUS_OK);
  RunEnd end = units.count == 0 ? RUN_HAS_NOTHING : RUN_COMPLETED;
  if (world->first == INSTANT_NONE && units.count > 0) world->first = units.due[0];
  for (size_t u = 0; end == RUN_COMPLETED && u < units.count; u++) {
    const FeedTable *list = feed_items_of(d, day_weekday(feed_unit_date(units.due[u])));
    FeedAgenda agenda = {0};
    assert_int_equal(feed_progress_begin(&world->progress, list, d->units.per_run, units.due[u], &agenda, NULL),
                     STATUS_OK);
    for (size_t i = 0; end == RUN_COMPLETED && i < agenda.count; i++) end = ask(world, list, agenda.items[i], now);
    feed_agenda_free(&agenda);
    if (end == RUN_COMPLETED) world->done[world->done_count++] = units.due[u];
  }
  feed_units_free(&units);
  return end;
}

static RunEnd run_to_the_end(World *world, Instant now) {
  RunEnd end;
  do end = run(world, now);
  while (end == RUN_CRASHED);
  return end;
}

static World make_world(FeedDefinition *definition, const char *begins) {
  World world = {.definition = definition,
                 .first_day = (Day)(made_instant(begins) / INT64_C(86400000)),
                 .progress = feed_progress_none(),
                 .first = INSTANT_NONE,
                 .seed = 24};
  return world;
}

static void free_world(World *world) {
  feed_progress_free(&world->progress);
  feed_definition_free(world->definition);
}

static Instant day_at(const char *begins, int day) { return made_instant(begins) + day * INT64_C(86400000); }

/* ---- seven weekdays of 25 calls ---- */

static void make_week(char *text, size_t size) {
  static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  size_t at = (size_t)snprintf(
      text, size,
      "[feed]\nurl = https://x.example/query\nschedule = daily 09:30\nrows = /feed\nid = {url}\nkeys_file = k\n");
  for (int day = 0; day < 7; day++) {
    at += (size_t)snprintf(text + at, size - at, "items %s =", days[day]);
    for (int i = 0; i < 25; i++)
      at += (size_t)snprintf(text + at, size - at, "%s%s%d,", i % 5 == 0 ? "\n " : " ", days[day], i);
    at += (size_t)snprintf(text + at, size - at, "\n");
  }
  for (int day = 0; day < 7; day++)
    at += (size_t)snprintf(text + at, size - at, "[query %s]\ntickers = {item}\ntopics = of_%s\napikey = {key}\n",
                           days[day], days[day]);
  snprintf(text + at, size - at, "[fields]\nurl = string /url\n");
}

static void seven_weekdays_ask_25_questions_of_their_own_each(void **state) {
  (void)state;
  static char text[8192];
  const MadeFile files[] = {{"k", "the-key 25\n"}, {NULL, NULL}};
  make_week(text, sizeof text);
  World world = make_world(made_definition(text, files), "2026-11-30T00:30:00Z"); /* a Monday, 09:30 in Korea */
  for (int day = 0; day < 14; day++) {
    Instant now = day_at("2026-11-30T00:30:00Z", day);
    assert_int_equal(run_to_the_end(&world, now), RUN_COMPLETED);
    assert_int_equal(run_to_the_end(&world, now + 3600000), RUN_HAS_NOTHING);
    assert_int_equal(world.calls[0][day], 25);
  }
  for (int i = 0; i < 25; i++) assert_int_equal(world.asked[i], 14);
  assert_int_equal(world.done_count, 14);
  free_world(&world);
}

static void the_questions_of_a_weekday_are_its_own(void **state) {
  (void)state;
  static char text[8192];
  const MadeFile files[] = {{"k", "the-key 25\n"}, {NULL, NULL}};
  make_week(text, sizeof text);
  FeedDefinition *d = made_definition(text, files);
  const FeedTable *list = feed_items_of(d, WEDNESDAY);
  FeedValues values = {
      .key = d->keys.items[0].text, .item = &list->lines[24], .date = made_day("2026-12-02"), .weekday = WEDNESDAY};
  FeedQuestionText question = {0};
  assert_int_equal(feed_question_write(d, &values, NULL, &question, NULL), STATUS_OK);
  assert_string_equal(question.shown, "https://x.example/query?tickers=wed24&topics=of_wed&apikey=(key)");
  feed_question_free(&question);
  feed_definition_free(d);
}

/* ---- 500 symbols in 25 days ---- */

static const char overview[] =
    "[feed]\nurl = https://x.example/query?symbol={item}&apikey={key}\nschedule = daily 10:00\nrows =\nid = {symbol}\n"
    "items = @symbols\nper_run = 20\nkeys_file = k\n[fields]\nsymbol = string @item\n";

static FeedDefinition *make_overview(const char *keys) {
  static char symbols[8192];
  size_t at = 0;
  for (int i = 0; i < 500; i++) at += (size_t)sprintf(symbols + at, "S%03d\n", i);
  const MadeFile files[] = {{"symbols", symbols}, {"k", keys}, {NULL, NULL}};
  return made_definition(overview, files);
}

static void assert_each(const int *counts, size_t count, int expected) {
  for (size_t i = 0; i < count; i++) assert_int_equal(counts[i], expected);
}

static void five_hundred_symbols_take_25_days_and_each_is_asked_once_though_runs_crash_between_calls(void **state) {
  (void)state;
  World world = make_world(make_overview("one 12\ntwo 12\n"), "2026-03-02T01:00:00Z");
  world.crash_one_in = 4;
  for (int day = 0; day < 25; day++) {
    assert_int_equal(run_to_the_end(&world, day_at("2026-03-02T01:00:00Z", day)), RUN_COMPLETED);
    assert_int_equal(world.calls[0][day], 12);
    assert_int_equal(world.calls[1][day], 8);
    assert_int_equal(world.done_count, day + 1);
  }
  assert_true(world.crashes > 80);
  assert_each(world.asked, 500, 1);
  assert_each(world.stored, 500, 1);
  assert_int_equal(run_to_the_end(&world, day_at("2026-03-02T01:00:00Z", 25)), RUN_COMPLETED); /* the next batch */
  assert_int_equal(world.asked[0], 2);
  assert_int_equal(world.asked[19], 2);
  assert_int_equal(world.asked[20], 1);
  free_world(&world);
}

static void a_crash_anywhere_loses_nothing_and_passes_no_allowance(void **state) {
  (void)state;
  World world = make_world(make_overview("one 12\ntwo 12\n"), "2026-03-02T01:00:00Z");
  world.crash_one_in = 20;
  world.crash_anywhere = true;
  int day = 0, left = 500;
  for (; left > 0 && day < 40; day++) {
    (void)run_to_the_end(&world, day_at("2026-03-02T01:00:00Z", day));
    assert_true(world.calls[0][day] <= 12 && world.calls[1][day] <= 12);
    left = 0;
    for (int i = 0; i < 500; i++) left += world.stored[i] == 0;
  }
  assert_int_equal(left, 0);
  assert_true(day <= 30 && world.crashes > 30);
  for (int i = 0; i < 500; i++) assert_true(world.asked[i] - world.stored[i] <= world.crashes);
  free_world(&world);
}

static void one_key_of_12_calls_waits_and_goes_on_the_next_day(void **state) {
  (void)state;
  World world = make_world(make_overview("one 12\n"), "2026-03-02T01:00:00Z");
  for (int day = 0; day < 42; day++) { /* 500 / 12 */
    (void)run_to_the_end(&world, day_at("2026-03-02T01:00:00Z", day));
    assert_true(world.calls[0][day] <= 12);
  }
  assert_each(world.asked, 500, 1);
  free_world(&world);
}

/* ---- two tokens, a question in 15 minutes each ---- */

static void two_tokens_ask_eight_accounts_within_45_minutes(void **state) {
  (void)state;
  static const char text[] =
      "[feed]\nurl = https://x.example/{item}\nschedule = hourly\nrows = /data\nid = {post}\nrate = 1/15min\n"
      "items = a,b,c,d,e,f,g,h\nkeys_file = k\n[headers]\nAuthorization = Bearer {key}\n[fields]\npost = int /id\n";
  const MadeFile files[] = {{"k", "token-one\ntoken-two\n"}, {NULL, NULL}};
  World world = make_world(made_definition(text, files), "2026-03-02T01:00:00Z");
  static const int expected[] = {2, 2, 2, 4, 4, 4, 6, 6, 6, 8}; /* asked after so many runs, one each five minutes */
  for (int i = 0; i < 10; i++) {
    RunEnd end = run(&world, made_instant("2026-03-02T01:00:00Z") + i * 5 * 60000);
    int asked = 0;
    for (int item = 0; item < 8; item++) asked += world.asked[item];
    assert_int_equal(asked, expected[i]);
    assert_int_equal(end, i == 9 ? RUN_COMPLETED : RUN_WAITS);
  }
  assert_each(world.asked, 8, 1);
  assert_int_equal(world.calls[0][0], 4);
  assert_int_equal(world.calls[1][0], 4);
  free_world(&world);
}

static void a_refused_token_leaves_the_work_to_the_other(void **state) {
  (void)state;
  static const char text[] =
      "[feed]\nurl = https://x.example/{item}?k={key}\nschedule = daily 10:00\nrows = /data\nid = {post}\n"
      "items = a,b,c,d\nkeys_file = k\n[fields]\npost = int /id\n";
  const MadeFile files[] = {{"k", "token-one\ntoken-two\n"}, {NULL, NULL}};
  World world = make_world(made_definition(text, files), "2026-03-02T01:00:00Z");
  feed_use_refused(&world.use, &world.definition->keys, 0, made_instant("2026-03-02T01:00:00Z"));
  assert_int_equal(run(&world, made_instant("2026-03-02T01:00:00Z")), RUN_COMPLETED);
  assert_int_equal(world.calls[0][0], 0);
  assert_int_equal(world.calls[1][0], 4);
  free_world(&world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(seven_weekdays_ask_25_questions_of_their_own_each),
      cmocka_unit_test(the_questions_of_a_weekday_are_its_own),
      cmocka_unit_test(five_hundred_symbols_take_25_days_and_each_is_asked_once_though_runs_crash_between_calls),
      cmocka_unit_test(a_crash_anywhere_loses_nothing_and_passes_no_allowance),
      cmocka_unit_test(one_key_of_12_calls_waits_and_goes_on_the_next_day),
      cmocka_unit_test(two_tokens_ask_eight_accounts_within_45_minutes),
      cmocka_unit_test(a_refused_token_leaves_the_work_to_the_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
