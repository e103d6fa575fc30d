/* A dataset's plan: which of its sessions are missing, which rest, which stand beside each other. The dataset is the
 * test's own: no line in src knows it. What the engine does with a plan is sim/test_frame's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/dataset/plan.h>

#define NAME "tide_tables"
static const int64_t HOUR = INT64_C(60) * 60 * 1000;
static const DatasetWish ANY = {.from = DAY_NONE, .to = DAY_NONE};

enum { DAYS = 5, ROWS = 2 };

typedef struct {
  Day monday;
  Instant now;
  Clock clock;
  LedgerDay days[DAYS];
  JobStatus statuses[DAYS];
  JobRow row;
  JobTable jobs;
  Config config;
  Job job;
  Ingest ingest;
} World;

static Instant world_now(void *self) { return *(const Instant *)self; }
static MarketSet markets(const Job *job) { return job ? market_bit(MARKET_KOSPI) : 0; }
static int64_t expected_rows(const Job *job) { return job ? ROWS : 0; }
static const Dataset TIDES = {.name = NAME, .markets = markets, .expected_rows = expected_rows};

/* A week of completed sessions; the dataset has none of them. */
static World *begin(void) {
  World *world = calloc(1, sizeof *world);
  assert_non_null(world);
  assert_true(day_parse("2025-04-07", &world->monday));
  assert_true(instant_parse("2025-04-14T00:00:00Z", &world->now));
  world->clock = (Clock){.self = &world->now, .now = world_now};
  for (size_t i = 0; i < DAYS; i++)
    world->days[i] = (LedgerDay){.date = world->monday + (Day)i, .state = JOB_COMPLETED, .archived = true};
  world->row = (JobRow){.name = NAME, .kind = JOB_DATASET, .has_statuses = true};
  world->jobs = (JobTable){&world->row, 1};
  config_defaults(&world->config);
  world->job = (Job){.tables.jobs = &world->jobs, .clock = &world->clock, .config = &world->config};
  world->ingest = (Ingest){.job = &world->job};
  world->ingest.ledger = (Ledger){.first = world->monday, .days = world->days, .count = DAYS};
  world->ingest.ledger.statuses.jobs = &world->jobs;
  world->ingest.ledger.statuses.lists[0].items = world->statuses;
  return world;
}

/* The next session's status; they are given in the order of their dates. */
static void say(World *world, size_t day, JobState state, int64_t attempt, Instant ended) {
  JobStatusList *list = &world->ingest.ledger.statuses.lists[0];
  list->items[list->count++] = (JobStatus){.date = world->monday + (Day)day,
                                           .state = state,
                                           .attempt = attempt,
                                           .end_utc = ended,
                                           .expected_rows = ROWS,
                                           .stored_rows = state == JOB_COMPLETED ? ROWS : 0};
}

/* "4,2": the days of the week that are planned, in their order. */
static DatasetPlan expect_plan_of(World *world, const Dataset *dataset, const DatasetWish *wish, const char *days) {
  char text[32] = "";
  DatasetPlan plan;
  Error err;
  assert_int_equal(dataset_plan(&world->ingest, dataset, wish, &plan, &err), STATUS_OK);
  for (size_t i = 0; i < plan.count; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i ? "," : "",
             (int)(plan.dates[i] - world->monday));
  assert_string_equal(text, days);
  DatasetPlan counts = plan;
  dataset_plan_free(&plan);
  return counts;
}

static DatasetPlan expect_plan(World *world, const DatasetWish *wish, const char *days) {
  return expect_plan_of(world, &TIDES, wish, days);
}

static void what_was_never_asked_is_missing_newest_first(void **state) {
  World *world = begin();
  (void)state;
  expect_plan(world, &ANY, "4,3,2,1,0");
  world->days[3].state = JOB_FAILED; /* no session yet */
  world->ingest.ledger.first = world->monday + 1;
  const DatasetPlan plan = expect_plan(world, &ANY, "4,2,1");
  assert_int_equal(plan.sessions, 3);
  assert_int_equal(plan.completed, 0);
  free(world);
}

static void what_is_completed_is_done_unless_more_is_wanted_of_it(void **state) {
  World *world = begin();
  (void)state;
  for (size_t i = 0; i < DAYS; i++) say(world, i, JOB_COMPLETED, 1, world->now);
  const DatasetPlan plan = expect_plan(world, &ANY, "");
  assert_int_equal(plan.completed, DAYS);
  world->statuses[2].expected_rows = ROWS - 1; /* as it was wanted then */
  expect_plan(world, &ANY, "2");
  world->statuses[4].state = JOB_RUNNING; /* cut off */
  world->statuses[4].end_utc = INSTANT_NONE;
  expect_plan(world, &ANY, "4,2");
  free(world);
}

static void one_that_was_asked_in_vain_rests_longer_each_time(void **state) {
  World *world = begin();
  (void)state;
  for (size_t i = 0; i < DAYS; i++) say(world, i, i == 1 ? JOB_FAILED : JOB_COMPLETED, 1, world->now);
  expect_plan(world, &ANY, "1"); /* once may be chance */
  world->statuses[1].attempt = 4;
  const DatasetPlan resting = expect_plan(world, &ANY, "");
  assert_int_equal(resting.resting, 1);
  assert_int_equal(resting.rest_ends, world->now + 4 * HOUR);
  world->now += 4 * HOUR - 1;
  expect_plan(world, &ANY, "");
  world->now += 1;
  expect_plan(world, &ANY, "1");
  free(world);
}

static Instant rest_after(int64_t attempts) {
  const JobStatus status = {.state = JOB_FAILED, .attempt = attempts, .end_utc = HOUR};
  Instant ends = dataset_rest_ends(&status);
  return ends == INSTANT_NONE ? 0 : ends - status.end_utc;
}

static void rest_doubles_up_to_a_week(void **state) {
  (void)state;
  assert_int_equal(rest_after(0), 0);
  assert_int_equal(rest_after(1), 0);
  assert_int_equal(rest_after(2), HOUR);
  assert_int_equal(rest_after(3), 2 * HOUR);
  for (int64_t attempt = 3; attempt < 100; attempt++) {
    assert_true(rest_after(attempt) >= rest_after(attempt - 1));
    assert_true(rest_after(attempt) <= 7 * 24 * HOUR);
  }
  assert_int_equal(rest_after(INT64_MAX), 7 * 24 * HOUR);
}

static void sessions_that_a_person_names_are_asked_whatever_is_known(void **state) {
  World *world = begin();
  (void)state;
  for (size_t i = 0; i < DAYS; i++) say(world, i, i == 1 ? JOB_FAILED : JOB_COMPLETED, 9, world->now);
  const DatasetWish from = {.from = world->monday + 3, .to = DAY_NONE},
                    between = {.from = world->monday + 1, .to = world->monday + 2};
  expect_plan(world, &from, "4,3");
  expect_plan(world, &between, "2,1");
  free(world);
}

/* Of one that links its values are stored, and it waits for a session beside it: to ask again earlier proves nothing.
 */
static void one_that_awaits_its_proof_rests_until_a_session_beside_it_is_stored(void **state) {
  Dataset linked = TIDES;
  World *world = begin();
  linked.links = true;
  (void)state;
  for (size_t i = 0; i < DAYS; i++) say(world, i, JOB_FAILED, 9, world->now);
  JobStatus *waiting = &world->statuses[2], *beside = &world->statuses[3];
  waiting->state = JOB_WAITING;
  waiting->stored_rows = ROWS;
  assert_true(dataset_awaits_proof(waiting));
  expect_plan_of(world, &linked, &ANY, "");
  beside->state = JOB_WAITING; /* the provider has nothing of it */
  assert_false(dataset_awaits_proof(beside));
  expect_plan_of(world, &linked, &ANY, "");
  beside->state = JOB_COMPLETED;
  beside->stored_rows = ROWS;
  const DatasetPlan plan = expect_plan_of(world, &linked, &ANY, "2");
  assert_int_equal(plan.completed, 1); /* stored is not proven */
  waiting->stored_rows = 0;
  expect_plan_of(world, &linked, &ANY, "");
  waiting->stored_rows = ROWS;
  world->days[3].state = JOB_FAILED; /* it is no session any more: something is missing between */
  world->days[3].archived = false;
  expect_plan_of(world, &linked, &ANY, "");
  free(world);
}

static void a_session_that_was_archived_anew_is_proven_anew(void **state) {
  World *world = begin();
  (void)state;
  for (size_t i = 0; i < DAYS; i++) say(world, i, i == 2 ? JOB_FAILED : JOB_COMPLETED, 9, world->now);
  expect_plan(world, &ANY, ""); /* the failed one rests */
  world->days[2].run.archived_anew = world->days[3].run.archived_anew = true;
  expect_plan(world, &ANY, "3,2");
  world->days[1].run.proven = true; /* its rows were written again, and its archive is as it was */
  const DatasetPlan plan = expect_plan(world, &ANY, "3,2");
  assert_int_equal(plan.reopened, 1);
  free(world);
}

static void expect_neighbours(const World *world, size_t day, Day before, Day after) {
  DatasetDay at = {.date = world->monday + (Day)day};
  dataset_neighbours(&world->ingest, &at);
  assert_int_equal(at.before, before);
  assert_int_equal(at.after, after);
}

static void neighbours_are_those_that_nothing_can_be_missing_between(void **state) {
  World *world = begin();
  const Day monday = world->monday;
  (void)state;
  expect_neighbours(world, 0, DAY_NONE, monday + 1);
  expect_neighbours(world, 4, monday + 3, DAY_NONE);
  world->days[2].state = JOB_CLOSED;
  world->days[2].archived = false;
  expect_neighbours(world, 3, monday + 1, monday + 4);
  world->days[2].state = JOB_FAILED; /* perhaps a session */
  expect_neighbours(world, 3, DAY_NONE, monday + 4);
  expect_neighbours(world, 1, monday, DAY_NONE);
  world->days[2].archived = true; /* a session, whose status has gone */
  expect_neighbours(world, 3, monday + 2, monday + 4);
  free(world);
}

/* Weeks, say: two are due, and one of them rests. */
static Status plan_weeks(Ingest *ingest, const Dataset *dataset, const DatasetWish *wish, DatasetPlan *plan,
                         Error *err) {
  (void)dataset;
  const JobStatusList *statuses = dataset_statuses(ingest, &TIDES);
  plan->dates = calloc(2, sizeof *plan->dates);
  if (!plan->dates) return error_set(err, STATUS_NO_MEMORY, "no memory");
  for (size_t i = statuses->count; i > 0; i--) {
    const JobStatus *status = &statuses->items[i - 1];
    plan->sessions++;
    if (wish->name || !dataset_plan_rests(ingest->job, plan, status)) plan->dates[plan->count++] = status->date;
  }
  plan->questions = plan->count;
  return STATUS_OK;
}

static void a_dataset_with_units_of_its_own_plans_them_itself(void **state) {
  static const DatasetUnits weeks = {.unit = "weeks", .plan = plan_weeks};
  Dataset weekly = TIDES;
  World *world = begin();
  (void)state;
  weekly.units = &weeks;
  say(world, 0, JOB_FAILED, 1, world->now);
  say(world, 4, JOB_FAILED, 9, world->now);
  const DatasetPlan plan = expect_plan_of(world, &weekly, &ANY, "0");
  assert_int_equal(plan.sessions, 2);
  assert_int_equal(plan.resting, 1);
  assert_int_equal(plan.rest_ends, dataset_rest_ends(&world->statuses[1]));
  assert_int_equal(plan.questions, 1);
  const DatasetWish named = {.name = NAME, .from = DAY_NONE, .to = DAY_NONE};
  expect_plan_of(world, &weekly, &named, "4,0");
  assert_string_equal(dataset_unit(&weekly), "weeks");
  assert_string_equal(dataset_unit(&TIDES), "sessions");
  free(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_never_asked_is_missing_newest_first),
      cmocka_unit_test(what_is_completed_is_done_unless_more_is_wanted_of_it),
      cmocka_unit_test(one_that_was_asked_in_vain_rests_longer_each_time),
      cmocka_unit_test(rest_doubles_up_to_a_week),
      cmocka_unit_test(one_that_awaits_its_proof_rests_until_a_session_beside_it_is_stored),
      cmocka_unit_test(sessions_that_a_person_names_are_asked_whatever_is_known),
      cmocka_unit_test(a_session_that_was_archived_anew_is_proven_anew),
      cmocka_unit_test(a_dataset_with_units_of_its_own_plans_them_itself),
      cmocka_unit_test(neighbours_are_those_that_nothing_can_be_missing_between),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
