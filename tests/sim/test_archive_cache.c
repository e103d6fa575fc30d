/* Sessions that are held from the archive stay what they are, whatever else is asked for meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/ingest/archive_cache.h>
#include <closebell/store/market_days.h>

#include "db_memory.h"

enum { SESSIONS = 9 };
static const Day FIRST = 20000;

typedef struct {
  DbMemory *memory;
  Db db;
  int reads;
} World;

static int count_reads(void *context, const char *operation, bool after) {
  World *world = context;
  world->reads += !after && strcmp(operation, "find") == 0;
  return 0;
}

/* One stock, whose close is the number of the day. */
static Session session_of(Day date, int64_t close) {
  Session session = {.date = date, .markets = 1};
  StockRow row = {.ticker = "005930", .name = "A", .open = close, .high = close, .low = close, .close = close};
  assert_int_equal(session_add(&session, &row), STATUS_OK);
  return session;
}

static int set_up(void **state) {
  static World world;
  Error err;
  world = (World){.memory = db_memory_new()};
  world.db = db_memory_db(world.memory);
  for (int i = 0; i < SESSIONS; i++) {
    Session session = session_of(FIRST + i, 100 + i);
    assert_int_equal(market_days_insert(&world.db, &session, "test", "final", 0, &err), STATUS_OK);
    session_free(&session);
  }
  db_memory_set_hook(world.memory, count_reads, &world);
  *state = &world;
  return 0;
}

static int tear_down(void **state) {
  World *world = *state;
  db_memory_free(world->memory);
  return 0;
}

static SharedSession *hold(World *world, ArchiveCache *cache, Day date) {
  SharedSession *held = NULL;
  Error err;
  assert_int_equal(archive_cache_hold(cache, &world->db, date, &held, &err), STATUS_OK);
  return held;
}

static void a_session_that_is_held_outlives_all_that_are_asked_for_after_it(void **state) {
  World *world = *state;
  ArchiveCache cache = {0};
  SharedSession *held = hold(world, &cache, FIRST);
  for (int i = 1; i < SESSIONS; i++) shared_session_release(hold(world, &cache, FIRST + i));
  archive_cache_free(&cache);
  assert_int_equal(held->session.date, FIRST);
  assert_int_equal(held->session.rows[0].close, 100);
  shared_session_release(held);
}

static void what_was_asked_for_last_is_not_read_again(void **state) {
  World *world = *state;
  ArchiveCache cache = {0};
  for (int i = 0; i < ARCHIVE_CACHE_SESSIONS; i++) shared_session_release(hold(world, &cache, FIRST + i));
  for (int i = 0; i < ARCHIVE_CACHE_SESSIONS; i++) shared_session_release(hold(world, &cache, FIRST + i));
  assert_int_equal(world->reads, ARCHIVE_CACHE_SESSIONS);
  archive_cache_free(&cache);
}

static void what_was_replaced_is_read_anew_and_whoever_held_it_keeps_what_it_had(void **state) {
  World *world = *state;
  Error err;
  ArchiveCache cache = {0};
  SharedSession *before = hold(world, &cache, FIRST);
  Session fresh = session_of(FIRST, 999);
  assert_int_equal(market_days_replace(&world->db, &fresh, "test", "final", 0, &err), STATUS_OK);
  session_free(&fresh);
  archive_cache_forget(&cache, FIRST);
  SharedSession *after = hold(world, &cache, FIRST);
  assert_int_equal(before->session.rows[0].close, 100);
  assert_int_equal(after->session.rows[0].close, 999);
  shared_session_release(before);
  shared_session_release(after);
  archive_cache_free(&cache);
}

static void a_session_that_is_not_there_is_said_and_nothing_is_held(void **state) {
  World *world = *state;
  ArchiveCache cache = {0};
  SharedSession *held = NULL;
  Error err;
  assert_int_equal(archive_cache_hold(&cache, &world->db, FIRST + SESSIONS, &held, &err), STATUS_NOT_FOUND);
  assert_null(held);
  archive_cache_free(&cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_session_that_is_held_outlives_all_that_are_asked_for_after_it, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(what_was_asked_for_last_is_not_read_again, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_was_replaced_is_read_anew_and_whoever_held_it_keeps_what_it_had, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(a_session_that_is_not_there_is_said_and_nothing_is_held, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
