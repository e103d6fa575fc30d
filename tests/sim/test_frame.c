/* A dataset that no line in src knows: planned, asked, proven, stored, verified and healed, in simulated history. What
 * is told of it: test_frame_report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/dataset/engine.h>
#include <closebell/run/run.h>

#include "frame_case.h"

static const int64_t HOUR_MS = 60 * 60 * 1000, PAST_THE_LEASE_MS = 30 * 60 * 1000;

static SimResult do_named(FrameService *service, Day date) {
  const SimRun run = frame_run(
      service,
      (SimRun){.program = SIM_UPDATE, .ranged = true, .update = {.dataset = FRAME_NAME, .from = date, .to = date}});
  return sim_run(service->world, &run);
}

/* So many before the newest one of the set-up. */
static Day earlier_session(const SimCase *c, size_t sessions) { return c->market->sessions[c->newest - sessions].date; }

static void delete_document(const SimCase *c, Day date) {
  const Db *db = &c->world->view;
  Error err;
  assert_int_equal(db->delete_one(db->self, DB_SYSTEM, FRAME_NAME, day_text(date).text, &err), STATUS_OK);
}

static bool alert_is_open(const SimCase *c, Day date) {
  const bson_t *alert = sim_case_alert(c, "frame-days", date);
  bson_iter_t resolved;
  return alert && !(bson_iter_init_find(&resolved, alert, "resolved_utc") && BSON_ITER_HOLDS_DATE_TIME(&resolved));
}

static void it_comes_after_the_prices_newest_first(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  assert_int_equal(service.asked, SIM_KEPT_SESSIONS);
  assert_int_equal(service.first_asked, sim_case_session(c, 0));
  assert_int_equal(count_right(c), SIM_KEPT_SESSIONS);
  sim_case_wait_for(c, 1);
  assert_int_equal(do_run(&service, SIM_UPDATE).exit_code, EXIT_DONE);
  assert_int_equal(service.asked, 1);
  assert_int_equal(count_right(c), SIM_KEPT_SESSIONS + 1);
  do_run(&service, SIM_UPDATE);
  assert_int_equal(service.asked, 0);
}

static void what_was_deleted_comes_back_within_a_session(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  Day date = earlier_session(c, 20);
  set_up(&service);
  delete_document(c, date);
  assert_int_equal(do_run(&service, SIM_VERIFY).exit_code, EXIT_TRY_AGAIN);
  sim_case_wait_for(c, 1);
  do_run(&service, SIM_UPDATE);
  assert_int_equal(service.asked, 2);
  assert_non_null(frame_document(c, date));
  assert_int_equal(do_run(&service, SIM_VERIFY).exit_code, EXIT_DONE);
  delete_document(c, date);
  do_named(&service, date);
  assert_non_null(frame_document(c, date));
}

static void more_rows_than_before_are_asked_for_again(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  frame_want(2);
  do_run(&service, SIM_UPDATE);
  assert_int_equal(service.asked, SIM_KEPT_SESSIONS);
}

static void one_that_cannot_be_proven_is_told_rests_and_ends(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  sim_case_wait_for(c, 1);
  Day date = service.lied = sim_case_session(c, 1);
  assert_int_equal(do_run(&service, SIM_UPDATE).exit_code, EXIT_TRY_AGAIN);
  assert_string_equal(frame_state(c, date), "failed");
  assert_string_equal(sim_case_state(c, date), "completed");
  assert_true(alert_is_open(c, date));
  assert_int_equal(do_run(&service, SIM_VERIFY).exit_code, EXIT_TRY_AGAIN);
  do_run(&service, SIM_UPDATE); /* the second time */
  assert_int_equal(service.asked, 1);
  do_run(&service, SIM_UPDATE);
  assert_int_equal(service.asked, 0);
  service.lied = DAY_NONE;
  sim_world_pass(c->world, 2 * HOUR_MS);
  do_run(&service, SIM_UPDATE);
  assert_string_equal(frame_state(c, date), "completed");
  assert_false(alert_is_open(c, date));
}

static void a_broken_answer_about_one_session_holds_no_other(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  service.trouble = ANSWER_BROKEN;
  service.troubled = earlier_session(c, 5);
  do_run(&service, SIM_SETUP);
  assert_string_equal(frame_state(c, service.troubled), "failed");
  assert_int_equal(count_right(c), SIM_KEPT_SESSIONS - 1);
}

static void a_shut_door_costs_one_call_and_is_said_to_whoever_asks_by_name(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  service.trouble = ANSWER_UNAUTHORIZED;
  set_up(&service);
  assert_int_equal(service.asked, 1);
  assert_int_equal(count_right(c), 0);
  sim_case_wait_for(c, 1);
  assert_int_equal(do_run(&service, SIM_UPDATE).exit_code, EXIT_DONE);
  assert_int_equal(service.asked, 0);
  SimResult named = do_named(&service, sim_case_session(c, 1));
  assert_int_equal(service.asked, 0);
  assert_int_equal(named.exit_code, EXIT_TRY_AGAIN);
  assert_non_null(strstr(named.message, "frame"));
  assert_null(strstr(named.message, "nothing to ask for"));
}

/* Dies before or after each call; the next run ends as if nothing had been, alerts included. */
static void a_run_may_die_at_any_call(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  sim_case_wait_for(c, 1);
  Day date = service.lied = sim_case_session(c, 1);
  do_run(&service, SIM_UPDATE);
  assert_true(alert_is_open(c, date));
  service.lied = DAY_NONE;
  sim_case_wait_for(c, 2);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  for (long at = 1;; at++) {
    SimRun dying = frame_run(&service, (SimRun){.program = SIM_UPDATE, .crash_at = at, .crash_after = at % 2});
    sim_world_restore(c->world, before);
    c->world->now = began;
    if (!sim_run(c->world, &dying).crashed) break;
    count_right(c);
    sim_world_pass(c->world, PAST_THE_LEASE_MS);
    do_run(&service, SIM_UPDATE);
    if (count_right(c) != SIM_KEPT_SESSIONS + 2 || alert_is_open(c, date))
      fail_msg("died at call %ld: %s is %s, its alert is %s", at, day_text(date).text, frame_state(c, date),
               alert_is_open(c, date) ? "open" : "over");
  }
  db_memory_free(before);
}

/* Whether the dataset's lease is somebody's while the process stands still. */
static void look_at_lease(SimWorld *world, void *context) {
  bool *ret_held = context;
  *ret_held = false;
  for (size_t i = 0; i < sim_document_count(world, DB_SYSTEM, "job_locks"); i++) {
    const bson_t *lease = sim_document_at(world, DB_SYSTEM, "job_locks", i);
    bson_iter_t released;
    bool over = bson_iter_init_find(&released, lease, "released_utc") && BSON_ITER_HOLDS_DATE_TIME(&released);
    *ret_held |= !over && strstr(sim_text(lease, "_id"), FRAME_NAME) != NULL;
  }
}

static void one_that_stands_still_past_its_lease_writes_nothing_more(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  sim_case_wait_for(c, 1);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  long held_at = 0;
  for (long at = 1;; at++) {
    bool held;
    SimRun still = frame_run(&service, (SimRun){.program = SIM_UPDATE,
                                                .freeze_at = at,
                                                .freeze_ms = PAST_THE_LEASE_MS,
                                                .meanwhile = look_at_lease,
                                                .meanwhile_context = &held});
    sim_world_restore(c->world, before);
    c->world->now = began;
    SimResult result = sim_run(c->world, &still);
    if (result.round_trips < at) break;
    held_at += held;
    if (held && strcmp(result.late_write, FRAME_NAME) == 0) fail_msg("stopped before call %ld, it wrote", at);
    count_right(c);
  }
  assert_true(held_at > 3);
  db_memory_free(before);
}

/* ---- two runs at once ---- */

typedef struct {
  FrameService service;
  SimResult result;
} Other;

static void run_other(SimWorld *world, void *context) {
  Other *other = context;
  other->service = frame_service(world);
  other->result = do_run(&other->service, SIM_UPDATE);
}

/* Whatever the first has come to when the second runs, each session is asked for by one of them alone. */
static void of_two_runs_at_once_one_works(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  sim_case_wait_for(c, 1);
  Instant began = c->world->now;
  DbMemory *before = db_memory_copy(c->world->memory);
  long by_the_other = 0, stood_back = 0;
  for (long at = 1;; at++) {
    Other other = {0};
    SimRun first = frame_run(
        &service,
        (SimRun){.program = SIM_UPDATE, .freeze_at = at, .meanwhile = run_other, .meanwhile_context = &other});
    sim_world_restore(c->world, before);
    c->world->now = began;
    if (sim_run(c->world, &first).round_trips < at) break;
    long asked = service.asked + other.service.asked;
    if (asked != 1) fail_msg("the second ran before call %ld of the first: asked %ld times", at, asked);
    assert_int_equal(count_right(c), SIM_KEPT_SESSIONS + 1);
    by_the_other += other.service.asked;
    stood_back += strstr(other.result.message, FRAME_NAME) != NULL && other.service.asked == 0;
  }
  assert_true(by_the_other > 0);
  assert_true(stood_back > 0); /* at the dataset's own lease: the prices had been done */
  db_memory_free(before);
}

/* ---- asked for anew ---- */

static Status (*find_below)(void *self, const char *database, const char *collection, const char *id,
                            bson_t **ret_document, Error *err);

/* A database that fails when the alert about the dataset is looked for. */
static Status find_no_alert(void *self, const char *database, const char *collection, const char *id,
                            bson_t **ret_document, Error *err) {
  if (strcmp(id, "dataset-failed:" FRAME_NAME) == 0) return error_set(err, STATUS_UNAVAILABLE, "no alert today");
  return find_below(self, database, collection, id, ret_document, err);
}

static void ask_again(Job *job, const Outcome *outcome, void *context) {
  const SimCase *c = context;
  const Day date = sim_case_session(c, 0);
  const DatasetWish wish = {.name = FRAME_NAME, .from = date, .to = date, .anew = true, .since = c->world->now};
  Db failing = *job->db;
  Ingest ingest;
  DatasetAgain again = {.units = 4711};
  Error err = {{0}};
  Lease holder;
  (void)outcome;
  assert_int_equal(run_acquire(job, JOB_DAILY_UPDATE "/" FRAME_NAME, &holder, &err), STATUS_OK);
  assert_int_equal(ingest_load(&ingest, job, LEDGER_CALENDAR, &err), STATUS_OK);
  find_below = failing.find;
  failing.find = find_no_alert;
  job->db = &failing;
  assert_int_equal(dataset_ask_again(&ingest, dataset_find(job, FRAME_NAME), &wish, &again, &err), STATUS_UNAVAILABLE);
  assert_string_equal(err.text, "no alert today");
  assert_int_equal(again.units, 4711);
  run_release(job);
  ingest_free(&ingest);
}

static void a_database_that_fails_at_the_end_is_named_to_whoever_asked_anew(void **state) {
  SimCase *c = *state;
  FrameService service = frame_service(c->world);
  set_up(&service);
  SimRun run = frame_run(&service, (SimRun){.program = SIM_UPDATE, .after = ask_again, .after_context = c});
  sim_run(c->world, &run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      SIM_CASE(it_comes_after_the_prices_newest_first),
      SIM_CASE(what_was_deleted_comes_back_within_a_session),
      SIM_CASE(more_rows_than_before_are_asked_for_again),
      SIM_CASE(one_that_cannot_be_proven_is_told_rests_and_ends),
      SIM_CASE(a_broken_answer_about_one_session_holds_no_other),
      SIM_CASE(a_shut_door_costs_one_call_and_is_said_to_whoever_asks_by_name),
      SIM_CASE(a_run_may_die_at_any_call),
      SIM_CASE(one_that_stands_still_past_its_lease_writes_nothing_more),
      SIM_CASE(of_two_runs_at_once_one_works),
      SIM_CASE(a_database_that_fails_at_the_end_is_named_to_whoever_asked_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
