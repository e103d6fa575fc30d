/* daily_update killed while it does requests, and while it takes one: at messages all over the run, before and after
 * them. The next run ends each request once, the content is that of an undisturbed run, and no open request is without
 * its mark. */
#include <stdlib.h>

#include <closebell/store/db.h>

#include "kill_world.h"
#include "live_db.h"

static const char NOW[] = "2025-03-05T00:00:00Z";
static const DbParts PARTS = DB_PART_STOCK | DB_PART_INDEX;
static const KillJob JOB = {"daily_update", NOW, ""},
                     ASK_PRICES = {"daily_update", NOW,
                                   "--request daily_prices --from 2025-02-28 --to 2025-03-04 --reason kill"},
                     ASK_INDICES = {"daily_update", NOW,
                                    "--request index_days --from 2025-02-28 --to 2025-03-04 --reason kill"};
enum { POINTS = 10, ASK_POINTS = 3, REQUESTS = 2 };

typedef struct {
  KillWorld *world;
  DbMemory *undisturbed;
  long messages, ask_messages, struck;
} Sweep;

/* What the next requests mend: a row that was altered, and one of the index days. */
static void damage(LiveWorld *live) {
  live_update(live, "stock_data", "005930", "2025-02-28", "{\"$set\": {\"volume\": {\"$numberLong\": \"1\"}}}");
  live_update(live, "index_data", "KOSPI", "2025-02-28", "{\"$set\": {\"volume\": {\"$numberLong\": \"1\"}}}");
}

static int prepare(void **state) {
  Sweep *sweep = calloc(1, sizeof *sweep);
  assert_non_null(sweep);
  *state = sweep;
  sweep->world = kill_world_open();
  LiveWorld *live = &sweep->world->live;
  live_set(live, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", KILL_MIN_MARKET_CAP);
  kill_world_do(sweep->world, &(KillJob){"manual_setup", NOW, "--days 4"});
  kill_world_keep(sweep->world, "fresh");
  sweep->ask_messages = kill_world_do(sweep->world, &ASK_PRICES);
  kill_world_do(sweep->world, &ASK_INDICES);
  damage(live);
  kill_world_keep(sweep->world, "asked");
  sweep->messages = kill_world_do(sweep->world, &JOB);
  sweep->undisturbed = kill_world_snapshot(sweep->world, PARTS);
  bson_t *row = live_get(live, "stock_data", "005930", "2025-02-28"),
         *day = live_get(live, "index_data", "KOSPI", "2025-02-28");
  assert_true(live_int64(row, "volume") > 1 && live_int64(day, "volume") > 1);
  bson_destroy(row);
  bson_destroy(day);
  return 0;
}

static int discard(void **state) {
  Sweep *sweep = *state;
  print_message("%ld messages, %ld to ask; killed %ld times\n", sweep->messages, sweep->ask_messages, sweep->struck);
  db_memory_free(sweep->undisturbed);
  kill_world_close(sweep->world);
  free(sweep);
  return 0;
}

static size_t count_marks(LiveWorld *live) { return (size_t)live_count(live, "system_info", "meta") - 1; }

/* All are done, and what is said of them stays. */
static void check_done(Sweep *sweep, size_t least, long message) {
  LiveWorld *live = &sweep->world->live;
  LiveDocuments first = live_documents(live, "system_info", "requests");
  kill_world_do(sweep->world, &JOB);
  LiveDocuments again = live_documents(live, "system_info", "requests");
  if (first.count < least) fail_msg("killed at message %ld: %zu requests", message, first.count);
  assert_int_equal(first.count, again.count);
  for (size_t i = 0; i < first.count; i++) {
    if (strcmp(live_text(first.items[i], "status"), "done") != 0)
      fail_msg("killed at message %ld: a request is %s", message, live_text(first.items[i], "status"));
    if (!bson_equal(first.items[i], again.items[i])) fail_msg("killed at message %ld: a request ends twice", message);
  }
  assert_int_equal(count_marks(live), 0);
  live_documents_free(&first);
  live_documents_free(&again);
}

static void check_content(Sweep *sweep, long message) {
  Error why = {{0}};
  DbMemory *now = kill_world_snapshot(sweep->world, PARTS);
  bool equal = db_memory_equal(sweep->undisturbed, now, &KILL_OMIT, &why);
  db_memory_free(now);
  if (!equal) fail_msg("killed at message %ld, the content differs from an undisturbed run's: %s", message, why.text);
}

static void strike(Sweep *sweep, const char *kept, const KillJob *job, WireFaultKind kind, long message) {
  WireReport report;
  const WireFault fault = {.kind = kind, .message = message};
  kill_world_restore(sweep->world, kept);
  LiveResult result = kill_world_run(sweep->world, job, &fault, &report);
  if (report.struck) assert_int_equal(result.signal, 9);
  sweep->struck += report.struck;
}

static WireFaultKind kind_of(long turn) { return turn % 2 ? WIRE_KILL_AFTER : WIRE_KILL_BEFORE; }

static void killed_while_it_does_them(void **state) {
  Sweep *sweep = *state;
  long step = kill_long() ? 1 : sweep->messages / POINTS;
  for (long n = 1, turn = 0; n <= sweep->messages; n += step > 0 ? step : 1, turn++) {
    strike(sweep, "asked", &JOB, kind_of(turn), n);
    kill_world_do(sweep->world, &JOB);
    check_done(sweep, REQUESTS, n);
    check_content(sweep, n);
  }
}

/* Whoever got no answer asks once more. */
static void killed_while_it_takes_one(void **state) {
  Sweep *sweep = *state;
  long step = kill_long() ? 1 : sweep->ask_messages / ASK_POINTS;
  for (long n = sweep->ask_messages, turn = 0; n > 0; n -= step > 0 ? step : 1, turn++) {
    strike(sweep, "fresh", &ASK_PRICES, kind_of(turn), n);
    LiveWorld *live = &sweep->world->live;
    bool open = live_has_collection(live, "system_info", "requests") && live_count(live, "system_info", "requests") > 0;
    if (open) assert_true(count_marks(live) > 0);
    LiveDocuments marks = live_documents(live, "system_info", "meta"); /* as if ten minutes had passed */
    for (size_t i = 0; i < marks.count; i++)
      if (strcmp(live_id(marks.items[i]), "contract") != 0)
        live_update(live, "system_info", "meta", live_id(marks.items[i]),
                    "{\"$set\": {\"at_utc\": {\"$date\": \"2025-01-01T00:00:00Z\"}}}");
    live_documents_free(&marks);
    kill_world_do(sweep->world, &ASK_PRICES);
    kill_world_do(sweep->world, &JOB);
    check_done(sweep, 1, n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(killed_while_it_does_them),
                                     cmocka_unit_test(killed_while_it_takes_one)};
  if (!kill_world_available()) return 77;
  return cmocka_run_group_tests(tests, prepare, discard);
}
