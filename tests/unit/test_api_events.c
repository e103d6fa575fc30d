/* Events: their places, their text, and ids by which any server knows what its reader has seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/api/event_book.h>

#define MINUTE INT64_C(60000)
static const Instant NOON = INT64_C(1764417600000);

static EventFacts facts_of(const char *id, Instant at_utc) {
  return (EventFacts){
      .kind = EVENT_SESSION, .date = 20000, .id = id, .name = "n", .status = "completed", .at_utc = at_utc};
}

static EventPlace place_of(const EventFacts *facts) {
  Event event;
  assert_true(event_make(facts, &event));
  event_free(&event);
  return event.place;
}

/* ---- one event ---- */

static void an_event_is_another_when_what_is_stored_is(void **state) {
  (void)state;
  static const char *const links[] = {"links", NULL};
  const EventFacts one = facts_of("2025-04-10_daily_update", NOON);
  EventFacts other = one;
  other.proven_by = links;
  assert_int_equal(event_compare(place_of(&one), place_of(&other)), 0);
  other = one;
  other.status = "closed";
  assert_int_not_equal(event_compare(place_of(&one), place_of(&other)), 0);
  other = one;
  other.id = "2025-04-11_daily_update";
  assert_int_not_equal(event_compare(place_of(&one), place_of(&other)), 0);
  other = one;
  other.kind = EVENT_DATASET;
  assert_int_not_equal(event_compare(place_of(&one), place_of(&other)), 0);
  other = one;
  other.at_utc++;
  assert_true(event_compare(place_of(&one), place_of(&other)) < 0);
}

static void assert_written(const EventFacts *facts, const char *wanted) {
  TextBuffer out = {0};
  Event event;
  assert_true(event_make(facts, &event));
  event_write(&event, "the-id", &out);
  assert_string_equal(out.data, wanted);
  text_buffer_free(&out);
  event_free(&event);
}

static void an_event_is_three_lines_and_a_blank_one(void **state) {
  (void)state;
  static const char *const both[] = {"links", "totals", NULL};
  EventFacts facts = facts_of("x", NOON);
  facts.proven_by = both;
  assert_written(&facts,
                 "id: the-id\nevent: session\ndata: {\"date\":\"2024-10-04\",\"name\":\"n\",\"status\":\"completed\","
                 "\"proven_by\":[\"links\",\"totals\"],\"at_utc\":\"2025-11-29T12:00:00Z\"}\n\n");
  const EventFacts restatement = {.kind = EVENT_RESTATEMENT,
                                  .date = DAY_NONE,
                                  .number = 7,
                                  .id = "0000000007",
                                  .name = "two\nlines",
                                  .status = "noted",
                                  .at_utc = NOON};
  assert_written(&restatement,
                 "id: the-id\nevent: restatement\ndata: {\"number\":7,\"name\":\"two\\nlines\",\"status\":\"noted\","
                 "\"proven_by\":[],\"at_utc\":\"2025-11-29T12:00:00Z\"}\n\n");
}

/* ---- books ---- */

/* What the database holds: at_utc of the document i; 0: it is not there. */
enum { DOCUMENTS = 1200 };
typedef struct {
  Instant at_utc[DOCUMENTS], now_utc;
  int seen[DOCUMENTS]; /* how often a reader was sent the document as it stands now */
} World;

static void read_world(const World *world, EventBook *book) {
  EventList list = {0};
  size_t found;
  char id[32];
  for (int i = 0; i < DOCUMENTS; i++) {
    if (world->at_utc[i] == 0) continue;
    snprintf(id, sizeof id, "%d", i);
    EventFacts facts = facts_of(id, world->at_utc[i]);
    facts.name = id;
    assert_true(event_list_add(&list, &facts));
  }
  assert_true(event_book_take(book, &list, world->now_utc, &found));
  event_list_free(&list);
}

/* Takes at most so many; returns how many there were. */
static int take_some(World *world, const EventBook *book, EventPosition *position, int most, char id[EVENT_ID_SIZE]) {
  int taken = 0;
  for (const Event *event; taken < most && (event = event_book_next(book, position)); taken++) {
    const char *name = strstr(event->data, "\"name\":\"");
    const int document = atoi(name + 8);
    assert_true(document >= 0 && document < DOCUMENTS);
    if (event->place.at_utc == world->at_utc[document]) world->seen[document]++;
    event_book_id(book, position, id);
  }
  return taken;
}

static void go_on(EventBook *book, const World *world, const char *id, EventPosition *position) {
  if (!event_book_knows(book, id)) read_world(world, book);
  assert_int_equal(event_book_resume(book, id, position), EVENT_ID_GOOD);
}

static int current_seed;

static void assert_each_once(const World *world, const bool *is_old) {
  for (int i = 0; i < DOCUMENTS; i++)
    if (world->at_utc[i] != 0 && world->seen[i] != (is_old[i] ? 0 : 1))
      fail_msg("seed %d: document %d was seen %d times", current_seed, i, world->seen[i]);
}

static uint64_t random_state;
static int random_below(int most) {
  random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (int)((random_state >> 33) % (uint64_t)most);
}

/* Something is stored: new or stamped anew, by hosts whose clocks are some minutes apart. */
static void store_some(World *world, bool *is_old) {
  for (int i = random_below(4); i > 0; i--) {
    const int document = random_below(DOCUMENTS / 4);
    world->at_utc[document] = world->now_utc + random_below(11) * MINUTE - 5 * MINUTE + random_below(1000);
    world->seen[document] = 0;
    is_old[document] = false;
  }
  world->now_utc += random_below(3 * 60) * MINUTE;
}

/* Three servers, which look at different times and forget now and then; a reader that goes from one to another. */
static void wander(uint64_t seed) {
  static World world;
  static bool is_old[DOCUMENTS];
  EventBook books[3] = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE];
  int at = 0;
  random_state = seed;
  memset(&world, 0, sizeof world);
  memset(is_old, 0, sizeof is_old);
  world.now_utc = NOON;
  store_some(&world, is_old);
  for (int i = 0; i < DOCUMENTS; i++) is_old[i] = world.at_utc[i] != 0;
  for (int i = 0; i < 3; i++) read_world(&world, &books[i]);
  event_book_begin(&books[0], &position);
  event_book_id(&books[0], &position, id);
  for (int turn = 0; turn < 150; turn++) {
    store_some(&world, is_old);
    if (random_below(2)) read_world(&world, &books[random_below(3)]);
    take_some(&world, &books[at], &position, random_below(4), id);
    if (random_below(3)) continue;
    event_position_free(&position);
    at = random_below(3);
    if (random_below(4) == 0) event_book_free(&books[at]);
    if (books[at].count == 0) read_world(&world, &books[at]);
    go_on(&books[at], &world, id, &position);
  }
  read_world(&world, &books[at]);
  take_some(&world, &books[at], &position, INT32_MAX, id);
  assert_each_once(&world, is_old);
  event_position_free(&position);
  for (int i = 0; i < 3; i++) event_book_free(&books[i]);
}

static void each_event_is_seen_once_whoever_serves_it(void **state) {
  (void)state;
  const int seeds = getenv("CLOSEBELL_TEST_LONG") ? 5000 : 40;
  for (current_seed = 1; current_seed <= seeds; current_seed++) wander((uint64_t)current_seed);
}

/* More of one instant than an id has marks for, taken one by one, with a break behind each. */
static void events_of_one_instant_are_told_apart(void **state) {
  (void)state;
  static World world;
  static bool is_old[DOCUMENTS];
  EventBook book = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE];
  world.now_utc = NOON;
  read_world(&world, &book);
  event_book_begin(&book, &position);
  event_book_id(&book, &position, id);
  for (int i = 0; i < DOCUMENTS; i++) world.at_utc[i] = NOON - MINUTE;
  read_world(&world, &book);
  do {
    assert_true(strlen(id) < EVENT_ID_SIZE - 1);
    event_position_free(&position);
    go_on(&book, &world, id, &position);
  } while (take_some(&world, &book, &position, 1, id) == 1);
  assert_each_once(&world, is_old);
  event_position_free(&position);
  event_book_free(&book);
}

/* Who was away for long is owed thousands: each has its id, and from any of them the rest comes. */
static void who_is_owed_thousands_has_each_once(void **state) {
  (void)state;
  enum { THOUSANDS = 15000, BREAKS = 7 };
  EventList list = {0};
  EventBook book = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE] = "0.------.";
  for (int i = 0; i < THOUSANDS; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", i);
    const EventFacts facts = {
        .kind = EVENT_ALERT, .id = name, .name = name, .status = "open", .at_utc = NOON - MINUTE + i / 2};
    assert_true(event_list_add(&list, &facts));
  }
  size_t found, taken = 0;
  assert_true(event_book_take(&book, &list, NOON, &found));
  EventPlace last = {0};
  for (int i = 0; i < BREAKS; i++) {
    const Event *event;
    assert_int_equal(event_book_resume(&book, id, &position), EVENT_ID_GOOD);
    for (int j = 0; (i == BREAKS - 1 || j < THOUSANDS / BREAKS) && (event = event_book_next(&book, &position)); j++) {
      assert_true(event_compare(event->place, last) > 0);
      last = event->place;
      taken++;
      event_book_id(&book, &position, id);
    }
    event_position_free(&position);
  }
  assert_int_equal(taken, THOUSANDS);
  event_book_free(&book);
}

/* So that it does not grow too old while its reader listens, or comes back. */
static void an_id_begins_a_window_before_the_newest_that_was_seen(void **state) {
  (void)state;
  static World world;
  EventBook book = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE];
  world.now_utc = NOON;
  for (int i = 0; i < 3; i++) world.at_utc[i] = NOON - (3 - i) * MINUTE;
  read_world(&world, &book);
  event_book_begin(&book, &position);
  event_book_id(&book, &position, id);
  assert_int_equal(strtoll(id, NULL, 10), NOON - MINUTE - EVENT_WINDOW_MS);
  world.now_utc = NOON + 10 * MINUTE;
  for (int i = 3; i < 5; i++) world.at_utc[i] = NOON + i * MINUTE;
  read_world(&world, &book);
  take_some(&world, &book, &position, 1, id);
  assert_int_equal(strtoll(id, NULL, 10), NOON + 3 * MINUTE - EVENT_WINDOW_MS);
  event_position_free(&position);
  assert_int_equal(event_book_resume(&book, id, &position), EVENT_ID_GOOD);
  event_book_id(&book, &position, id);
  assert_int_equal(strtoll(id, NULL, 10), NOON + 3 * MINUTE - EVENT_WINDOW_MS);
  take_some(&world, &book, &position, 1, id);
  assert_int_equal(strtoll(id, NULL, 10), NOON + 4 * MINUTE - EVENT_WINDOW_MS);
  event_position_free(&position);
  event_book_free(&book);
}

/* It was found later than another one, which the reader takes first; and there are more events than an id has marks
 * for. */
static void what_waits_behind_an_earlier_place_is_not_passed_over(void **state) {
  (void)state;
  static World world;
  EventBook book = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE];
  world.now_utc = NOON;
  for (int i = 2; i < 600; i++) world.at_utc[i] = NOON - 600 * 1000 + i * 1000;
  read_world(&world, &book);
  event_book_begin(&book, &position);
  world.at_utc[0] = NOON;
  read_world(&world, &book);
  world.at_utc[1] = NOON - 700 * 1000;
  read_world(&world, &book);
  assert_int_equal(take_some(&world, &book, &position, 1, id), 1);
  assert_int_equal(world.seen[0], 1);
  assert_int_equal(event_book_resume(&book, id, &position), EVENT_ID_GOOD);
  take_some(&world, &book, &position, INT32_MAX, id);
  assert_int_equal(world.seen[1], 1);
  event_position_free(&position);
  event_book_free(&book);
}

/* A clock that is ahead by years makes nobody lose what comes from others. */
static void an_instant_of_the_future_hides_nothing(void **state) {
  (void)state;
  static World world;
  static bool is_old[DOCUMENTS];
  EventBook book = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE];
  world.now_utc = NOON;
  world.at_utc[0] = NOON + 1000 * 1440 * MINUTE;
  read_world(&world, &book);
  event_book_begin(&book, &position);
  event_book_id(&book, &position, id);
  is_old[0] = true;
  world.at_utc[1] = NOON - 10 * MINUTE; /* late, besides */
  world.now_utc += MINUTE;
  read_world(&world, &book);
  assert_int_equal(event_book_resume(&book, id, &position), EVENT_ID_GOOD);
  take_some(&world, &book, &position, INT32_MAX, id);
  assert_each_once(&world, is_old);
  event_position_free(&position);
  event_book_free(&book);
}

/* A reader that stays is sent whatever is new, with any instant. */
static void what_comes_years_late_is_sent_to_who_listens(void **state) {
  (void)state;
  static World world;
  EventBook book = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE];
  world.now_utc = NOON;
  world.at_utc[0] = NOON;
  read_world(&world, &book);
  event_book_begin(&book, &position);
  assert_false(event_book_has_next(&book, &position));
  world.at_utc[1] = 1;
  read_world(&world, &book);
  assert_true(event_book_has_next(&book, &position));
  assert_int_equal(take_some(&world, &book, &position, 9, id), 1);
  assert_int_equal(world.seen[1], 1);
  event_book_free(&book);
}

/* A read that lacks a document for once makes no event of its coming back. */
static void what_was_away_for_a_moment_is_not_new(void **state) {
  (void)state;
  static World world;
  EventBook book = {0};
  EventPosition position = {0};
  world.now_utc = NOON;
  world.at_utc[0] = NOON;
  read_world(&world, &book);
  event_book_begin(&book, &position);
  world.at_utc[0] = 0;
  read_world(&world, &book);
  world.at_utc[0] = NOON;
  read_world(&world, &book);
  assert_false(event_book_has_next(&book, &position));
  event_book_free(&book);
}

static void an_id_from_before_what_is_kept_is_too_old(void **state) {
  (void)state;
  EventBook book = {0};
  EventList list = {0};
  EventPosition position = {0};
  char id[EVENT_ID_SIZE], name[32];
  size_t found;
  for (int i = 0; i < EVENTS_MAX + 10; i++) {
    snprintf(name, sizeof name, "%d", i);
    const EventFacts facts = facts_of(name, NOON + i * MINUTE);
    assert_true(event_list_add(&list, &facts));
    if (i != 5) continue;
    assert_true(event_book_take(&book, &list, facts.at_utc, &found));
    event_book_begin(&book, &position);
    event_book_id(&book, &position, id);
    event_book_free(&book);
  }
  assert_true(event_book_take(&book, &list, NOON + EVENTS_MAX * 2 * MINUTE, &found));
  assert_int_equal(book.count, EVENTS_MAX);
  assert_int_equal(event_book_resume(&book, id, &position), EVENT_ID_OLD);
  event_book_begin(&book, &position);
  event_book_id(&book, &position, id);
  assert_int_equal(event_book_resume(&book, id, &position), EVENT_ID_GOOD);
  assert_false(event_book_has_next(&book, &position));
  event_position_free(&position);
  event_book_free(&book);
}

/* ---- bytes that are no id ---- */

static void what_is_no_id_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "1",
                                    "1.",
                                    ".------.",
                                    "x.------.",
                                    "1.-----.",
                                    "1.------",
                                    "1.------.1",
                                    "1.------.1.",
                                    "-1.------.",
                                    "1.------ .",
                                    " 1.------.",
                                    "1.------.\xea\xb0\x80---",
                                    "999999999999999.------."};
  EventBook book = {0};
  EventPosition position = {0};
  book.now_utc = NOON;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (event_book_resume(&book, bad[i], &position) != EVENT_ID_WRONG) fail_msg("%s", bad[i]);
  assert_int_equal(event_book_resume(&book, "99999999999999.------.", &position), EVENT_ID_LATER);
  assert_int_equal(event_book_resume(&book, "1.------.abcdef", &position), EVENT_ID_GOOD);
  event_position_free(&position);
}

static void any_bytes_are_taken_or_refused(void **state) {
  (void)state;
  static const char alphabet[] = "0123456789.-_azAZ \x01\xff";
  char id[EVENT_ID_SIZE + 64];
  EventBook book = {.now_utc = NOON};
  random_state = 5;
  for (int round = 0; round < 20000; round++) {
    EventPosition position = {0};
    const int length = random_below(round % 50 == 0 ? (int)sizeof id - 1 : 40);
    for (int i = 0; i < length; i++) id[i] = alphabet[random_below(sizeof alphabet - 1)];
    if (round % 2 && length > 9) memcpy(id, "1.------.", 9);
    id[length] = '\0';
    event_book_resume(&book, id, &position);
    event_book_knows(&book, id);
    event_position_free(&position);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_event_is_another_when_what_is_stored_is),
      cmocka_unit_test(an_event_is_three_lines_and_a_blank_one),
      cmocka_unit_test(each_event_is_seen_once_whoever_serves_it),
      cmocka_unit_test(events_of_one_instant_are_told_apart),
      cmocka_unit_test(who_is_owed_thousands_has_each_once),
      cmocka_unit_test(an_id_begins_a_window_before_the_newest_that_was_seen),
      cmocka_unit_test(what_waits_behind_an_earlier_place_is_not_passed_over),
      cmocka_unit_test(an_instant_of_the_future_hides_nothing),
      cmocka_unit_test(what_comes_years_late_is_sent_to_who_listens),
      cmocka_unit_test(what_was_away_for_a_moment_is_not_new),
      cmocka_unit_test(an_id_from_before_what_is_kept_is_too_old),
      cmocka_unit_test(what_is_no_id_is_refused),
      cmocka_unit_test(any_bytes_are_taken_or_refused),
  };
  return cmocka_run_group_tests_name("api_events", tests, NULL, NULL);
}
