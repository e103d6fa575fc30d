/* What requests share: the market in memory, the lanes of the workers, the memory of finished answers. Of a made-up
 * state; the database is away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <closebell/api/service.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/api/workers.h"

enum { STOCKS = 40, SESSIONS = 150, AT_ONCE = 12 };

typedef struct {
  Service service;
  Config config;
  Clock clock;
  Log log;
  FILE *text;
} World;

static Session make_session(Day date, int number) {
  Error err = {{0}};
  Session session = {.date = date};
  for (int s = 0; s < STOCKS; s++) {
    const int64_t close = 1000 + 10 * ((number * (s + 3) + s * s) % 97), before = close - 10;
    StockRow row = {.market = MARKET_KOSPI,
                    .open = before,
                    .high = close + 20,
                    .low = before - 20,
                    .close = close,
                    .change = 10,
                    .volume = 1000 + number,
                    .value = close * 1000,
                    .market_cap = close * 1000000,
                    .listed_shares = 1000000};
    snprintf(row.ticker, sizeof row.ticker, "%06d", 10 * (s + 1));
    snprintf(row.name, sizeof row.name, "stock %d", s);
    assert_int_equal(session_add(&session, &row), STATUS_OK);
  }
  assert_int_equal(session_seal(&session, &err), STATUS_OK);
  return session;
}

static void fill_market(ResidentMarket *market, const Snapshot *snapshot) {
  Error err = {{0}};
  market->market.considered = market_bit(MARKET_KOSPI);
  for (size_t t = 0; t < snapshot->day_count; t++) {
    Session session = make_session(snapshot->days[t].date, (int)t);
    assert_int_equal(screen_market_add(&market->market, &session, false, &err), STATUS_OK);
    session_free(&session);
  }
  market->loaded = true;
}

static Snapshot *make_snapshot(void) {
  Snapshot *snapshot = calloc(1, sizeof *snapshot);
  atomic_init(&snapshot->holders, 1);
  snapshot->number = 1;
  snapshot->days = calloc(SESSIONS, sizeof *snapshot->days);
  JobStatus updates[SESSIONS] = {{0}};
  const JobStatusList list = {.items = updates, .count = SESSIONS};
  Day day = 20003;
  for (; snapshot->day_count < SESSIONS; day = day_next_weekday(day)) {
    updates[snapshot->day_count] = (JobStatus){.date = day, .state = JOB_COMPLETED};
    snapshot->days[snapshot->day_count++] = (DayState){.date = day, .state = JOB_COMPLETED};
  }
  snapshot->state.as_of = snapshot->days[SESSIONS - 1].date;
  text_buffer_printf(&snapshot->proof, "{}");
  snapshot->market = resident_market_new(&list, snapshot->days, snapshot->days[0].date, 0);
  assert_int_equal(snapshot->market->archive.count, SESSIONS);
  fill_market(snapshot->market, snapshot);
  return snapshot;
}

static int open_world(void **state) {
  Error err = {{0}};
  World *world = calloc(1, sizeof *world);
  *state = world;
  config_defaults(&world->config);
  text_copy(world->config.api.strategies, sizeof world->config.api.strategies, TEST_STRATEGIES);
  world->clock = clock_system(-1);
  world->text = tmpfile();
  world->log = log_open(world->text, LOG_ERROR, "test", &world->clock, NULL);
  world->service.config = &world->config;
  world->service.clock = &world->clock;
  world->service.log = &world->log;
  if (service_open(&world->service, &err) != STATUS_OK) return -1;
  world->service.snapshot = make_snapshot();
  return 0;
}

static int close_world(void **state) {
  World *world = *state;
  service_close(&world->service);
  fclose(world->text);
  free(world);
  return 0;
}

static ServiceRequest get(const char *target) {
  return (ServiceRequest){.method = "GET", .target = target, .address = "127.0.0.1"};
}

/* By a worker where one is wanted. */
static ServiceAnswer ask(World *world, const char *target) {
  ServiceAnswer answer = {0};
  ServiceLane lane;
  const ServiceRequest request = get(target);
  if (!service_answer(&world->service, &request, &answer, &lane))
    service_work(&world->service, &request, NULL, &answer);
  return answer;
}

static int status_of(World *world, const char *target) {
  ServiceAnswer answer = ask(world, target);
  const int status = answer.status;
  answer_free(&answer);
  return status;
}

/* ---- memory ---- */

static void large_answers_wait_until_slow_readers_have_taken_theirs(void **state) {
  World *world = *state;
  atomic_fetch_add(&world->service.cache.held, SERVICE_HELD_MAX);
  ServiceAnswer refused = ask(world, "/stocks");
  assert_int_equal(refused.status, 503);
  assert_string_equal(refused.headers[0].name, "Retry-After");
  answer_free(&refused);
  assert_int_equal(status_of(world, "/sessions"), 200);
  assert_int_equal(status_of(world, "/healthz"), 200);
  atomic_fetch_sub(&world->service.cache.held, SERVICE_HELD_MAX);
  assert_int_equal(status_of(world, "/stocks"), 200);
}

static void an_answer_that_is_kept_is_given_however_much_waits(void **state) {
  World *world = *state;
  assert_int_equal(status_of(world, "/stocks"), 200);
  atomic_fetch_add(&world->service.cache.held, SERVICE_HELD_MAX);
  assert_int_equal(status_of(world, "/stocks"), 200);
  atomic_fetch_sub(&world->service.cache.held, SERVICE_HELD_MAX);
}

static void a_large_answer_is_counted_for_as_long_as_it_lives(void **state) {
  World *world = *state;
  static const char target[] =
      "/screener?where=close%3E0&fields=sma_5,sma_20,name,market,open,high,low,volume,obv,atr_14"
      "&limit=1000";
  ServiceAnswer answer = ask(world, target);
  assert_int_equal(answer.status, 200);
  assert_true(answer_length(&answer) > 0);
  const size_t held = atomic_load(&world->service.cache.held);
  assert_true(held >= answer_length(&answer));
  answer_free(&answer);
  assert_int_equal(atomic_load(&world->service.cache.held),
                   world->service.cache.bytes); /* what is kept goes on to live */
}

/* ---- screens and outcomes ---- */

static void a_screen_is_made_while_an_outcome_has_the_market(void **state) {
  World *world = *state;
  ScreenMarket own;
  Error err = {{0}};
  ResidentMarket *resident = world->service.snapshot->market;
  assert_int_equal(resident_market_borrow(resident, &world->config, NULL, &own, &err), STATUS_OK);
  assert_int_equal(status_of(world, "/screener?where=close%3Esma_5"), 200);
  assert_null(own.columns);
  resident_market_give_back(resident, &own);
}

static void an_outcome_leaves_no_columns_behind(void **state) {
  World *world = *state;
  assert_int_equal(status_of(world, "/screener?where=close%3Esma_5"), 200);
  assert_int_equal(status_of(world, "/strategies/turtle_20/outcome"), 200);
  assert_null(world->service.snapshot->market->market.columns);
  assert_int_equal(world->service.snapshot->market->borrowers, 0);
}

static atomic_int done;
static void note_done(WorkItem *item) {
  (void)item;
  atomic_fetch_add(&done, 1);
}

static Workers *start_workers(World *world) {
  Error err = {{0}};
  Workers *workers;
  const WorkersOptions options = {.service = &world->service, .threads = 5, .queue_max = 100, .done = note_done};
  assert_int_equal(workers_start(&options, &workers, &err), STATUS_OK);
  atomic_store(&done, 0);
  return workers;
}

static void add(World *world, Workers *workers, WorkItem *item, const char *target) {
  item->request = get(target);
  if (service_answer(&world->service, &item->request, &item->answer, &item->lane))
    atomic_fetch_add(&done, 1);
  else
    assert_true(workers_add(workers, item));
}

/* Computed once: all of them share the bytes of the answer that is kept. */
static void the_same_outcome_asked_by_many_is_computed_once(void **state) {
  World *world = *state;
  WorkItem items[AT_ONCE] = {0};
  Workers *workers = start_workers(world);
  for (int i = 0; i < AT_ONCE; i++) add(world, workers, &items[i], "/strategies/turtle_20/outcome");
  workers_stop(workers);
  assert_int_equal(atomic_load(&done), AT_ONCE);
  for (int i = 0; i < AT_ONCE; i++) {
    assert_int_equal(items[i].answer.status, 200);
    assert_non_null(items[i].answer.shared);
    assert_ptr_equal(items[i].answer.shared, items[0].answer.shared);
  }
  for (int i = 0; i < AT_ONCE; i++) answer_free(&items[i].answer);
}

static void all_that_waits_in_any_lane_is_done_before_the_end(void **state) {
  static const char *const targets[] = {"/strategies/turtle_20/outcome",
                                        "/strategies/squeeze/outcome",
                                        "/screener?strategy_name=turtle_20",
                                        "/screener?where=close%3E1",
                                        "/matrix",
                                        "/stocks/000010/prices",
                                        "/watchlists",
                                        "/runs"};
  enum { TARGETS = sizeof targets / sizeof targets[0] };
  World *world = *state;
  WorkItem items[4 * TARGETS] = {0};
  Workers *workers = start_workers(world);
  for (int i = 0; i < 4 * TARGETS; i++) add(world, workers, &items[i], targets[i % TARGETS]);
  workers_stop(workers);
  assert_int_equal(atomic_load(&done), 4 * TARGETS);
  for (int i = 0; i < 4 * TARGETS; i++) {
    assert_int_equal(items[i].answer.status, i % TARGETS < 4 ? 200 : 503);
    answer_free(&items[i].answer);
  }
}

int main(void) {
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
  const struct CMUnitTest tests[] = {
      IN_WORLD(large_answers_wait_until_slow_readers_have_taken_theirs),
      IN_WORLD(an_answer_that_is_kept_is_given_however_much_waits),
      IN_WORLD(a_large_answer_is_counted_for_as_long_as_it_lives),
      IN_WORLD(a_screen_is_made_while_an_outcome_has_the_market),
      IN_WORLD(an_outcome_leaves_no_columns_behind),
      IN_WORLD(the_same_outcome_asked_by_many_is_computed_once),
      IN_WORLD(all_that_waits_in_any_lane_is_done_before_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
