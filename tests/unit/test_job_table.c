/* A job is a row of the table: with one more row, its statuses are read, it is watched, pinged, counted and pruned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/plan/job_table.h>
#include <closebell/report/metrics.h>
#include <closebell/report/watch.h>
#include <closebell/run/prune.h>
#include <closebell/store/job_locks.h>

#include <bson/bson.h>

#include "db_memory.h"

/* ---- the rows themselves ---- */

static void every_row_is_complete(void **state) {
  (void)state;
  const JobTable *jobs = job_table();
  assert_in_range(jobs->count, 1, JOB_TABLE_MAX);
  for (size_t i = 0; i < jobs->count; i++) {
    const JobRow *row = &jobs->rows[i];
    assert_in_range(strlen(row->name), 1, JOB_NAME_SIZE - 1);
    assert_ptr_equal(job_table_find(jobs, row->name), row); /* no name twice */
    assert_in_range(strlen(row->lease), 1, LEASE_JOB_SIZE - 1);
    assert_true(row->kind == JOB_ONCE || row->has_statuses);
    if (row->late_alert) assert_true(row->late_sessions > 0 && row->grace_ms > 0);
    if (row->kind == JOB_DATASET) assert_memory_equal(row->lease, JOB_DAILY_UPDATE "/", strlen(JOB_DAILY_UPDATE) + 1);
  }
  assert_null(job_table_find(jobs, "nobody"));
}

static void every_recurring_program_has_a_ping_in_the_settings(void **state) {
  (void)state;
  Config config;
  config_defaults(&config);
  for (size_t i = 0; i < job_table()->count; i++) {
    const JobRow *row = &job_table()->rows[i];
    char key[JOB_PING_KEY_SIZE], text[128];
    assert_true((job_row_ping_key(row, key) != NULL) == (row->kind == JOB_RECURRING));
    if (row->kind != JOB_RECURRING) continue;
    Error err;
    snprintf(text, sizeof text, "[alerts]\n%s = https://ping.example/%s\n", key, row->name);
    assert_int_equal(config_read_text(&config, "t.conf", text, &err), STATUS_OK);
    assert_non_null(strstr(job_row_ping_url(row, &config), row->name));
  }
}

/* What is built is what the table says: CMake has read the same rows. */
static void the_programs_that_are_built_are_those_of_the_table(void **state) {
  (void)state;
  char built[] = PROGRAMS, *rest = built;
  size_t programs = 0;
  for (size_t i = 0; i < job_table()->count; i++) programs += job_table()->rows[i].kind != JOB_DATASET;
  for (char *name; (name = strtok_r(rest, " ", &rest)) != NULL; programs--) {
    const JobRow *row = job_table_find(job_table(), name);
    assert_non_null(row);
    assert_int_not_equal(row->kind, JOB_DATASET);
  }
  assert_int_equal(programs, 0);
}

/* ---- a world with one dataset and one program more ---- */

static const char DATASET[] = "tide_tables", PROGRAM[] = "evening_prayer";
enum { FIRST_EXTRA_ROOM = 2, GRACE_MS = 3600 * 1000, STATUSES = 3 };

typedef struct {
  JobRow rows[JOB_TABLE_MAX];
  JobTable jobs;
  Config config;
  Log silent;
  Clock clock;
  Instant now;
  DbMemory *memory;
  Db db;
  Job job;
  Day monday;
} World;

static Instant world_now(void *self) { return *(Instant *)self; }
static bool never_stopping(void *self) {
  (void)self;
  return false;
}

static World *begin(const char *program) {
  World *world = calloc(1, sizeof *world);
  assert_non_null(world);
  size_t known = job_table()->count;
  memcpy(world->rows, job_table()->rows, known * sizeof *world->rows);
  world->rows[known] = (JobRow){.name = DATASET,
                                .kind = JOB_DATASET,
                                .lease = "daily_update/tide_tables",
                                .has_statuses = true,
                                .late_alert = "tide_tables-missing",
                                .late_sessions = 2,
                                .grace_ms = GRACE_MS,
                                .section = "metrics", /* any text of the settings */
                                .setting = "textfile_dir"};
  world->rows[known + 1] = (JobRow){.name = PROGRAM, .kind = JOB_RECURRING, .lease = PROGRAM, .has_statuses = true};
  world->jobs = (JobTable){world->rows, known + FIRST_EXTRA_ROOM};
  config_defaults(&world->config);
  strcpy(world->config.metrics.textfile_dir, "/nowhere");
  assert_true(day_parse("2025-04-07", &world->monday));
  assert_true(instant_parse("2025-04-11T00:00:00Z", &world->now));
  world->clock = (Clock){.self = &world->now, .now = world_now, .stopping = never_stopping};
  world->silent = (Log){.lowest = LOG_ERROR + 1};
  world->memory = db_memory_new();
  assert_non_null(world->memory);
  world->db = db_memory_db(world->memory);
  world->job = (Job){.process.program = program,
                     .tables.jobs = &world->jobs,
                     .lease = {.name = program},
                     .config = &world->config,
                     .db = &world->db,
                     .clock = &world->clock,
                     .log = &world->silent,
                     .now = {.instant = world->now, .given = true}};
  return world;
}

static void end(World *world) {
  job_release(&world->job);
  db_memory_free(world->memory);
  free(world);
}

/* So many sessions from Monday on, all completed at once. */
static void store(World *world, const char *job, size_t sessions, Instant ended) {
  JobStatus items[STATUSES] = {{0}};
  Error err;
  for (size_t i = 0; i < sessions; i++) {
    items[i] = (JobStatus){.date = world->monday + (Day)i,
                           .state = JOB_COMPLETED,
                           .start_utc = ended,
                           .end_utc = ended,
                           .fence = 1,
                           .attempt = 1,
                           .expected_rows = -1,
                           .stored_rows = -1,
                           .analyzed = -1,
                           .remaining = -1};
    strcpy(items[i].job, job);
    strcpy(items[i].host, "h");
  }
  if (job_status_write(&world->db, items, sessions, &err) != STATUS_OK) fail_msg("%s", err.text);
}

static void its_statuses_are_read_with_all_others(void **state) {
  (void)state;
  World *world = begin(JOB_DAILY_UPDATE);
  JobStatuses statuses;
  Error err;
  store(world, JOB_DAILY_UPDATE, 3, world->now);
  store(world, DATASET, 2, world->now);
  store(world, PROGRAM, 1, world->now);
  assert_int_equal(job_statuses_load(&world->db, &world->jobs, NEED_ALL_STATUSES, &statuses, &err), STATUS_OK);
  assert_true(statuses.whole);
  assert_int_equal(job_statuses_of(&statuses, JOB_DAILY_UPDATE)->count, 3);
  assert_int_equal(job_statuses_of(&statuses, DATASET)->count, 2);
  assert_int_equal(job_statuses_of(&statuses, PROGRAM)->count, 1);
  assert_int_equal(job_statuses_of(&statuses, "nobody")->count, 0);
  job_statuses_free(&statuses);
  end(world);
}

/* A dataset's document that cannot be read holds nobody who does without. */
static void one_that_cannot_be_read_holds_only_who_needs_it(void **state) {
  (void)state;
  World *world = begin(JOB_DAILY_UPDATE);
  JobStatuses statuses;
  Error err;
  store(world, JOB_DAILY_UPDATE, 3, world->now);
  bson_t *broken = BCON_NEW("_id", "2025-04-07_tide_tables", "status", "on fire");
  assert_int_equal(
      world->db.insert_many(world->db.self, DB_SYSTEM, "job_status", (const bson_t *const[]){broken}, 1, NULL, &err),
      STATUS_OK);
  bson_destroy(broken);
  assert_int_equal(job_statuses_load(&world->db, &world->jobs, NEED_ANALYSES, &statuses, &err), STATUS_OK);
  assert_false(statuses.whole);
  assert_int_equal(job_statuses_of(&statuses, JOB_DAILY_UPDATE)->count, 3);
  job_statuses_free(&statuses);
  assert_int_equal(job_statuses_load(&world->db, &world->jobs, NEED_ALL_STATUSES, &statuses, &err), STATUS_BAD_DATA);
  end(world);
}

static Status find_alert(void *context, const Alert *alert, Error *err) {
  (void)err;
  int *found = context;
  if (strcmp(alert->kind, "tide_tables-missing") == 0) *found = alert->resolved_utc == INSTANT_NONE ? 1 : -1;
  return STATUS_OK;
}

/* 1: the alert is open, -1: it was and is over, 0: there is none. */
static int after_a_run(World *world) {
  const Outcome outcome = {.exit_code = EXIT_DONE};
  AlertReport alerts = {0};
  Error err;
  int found = 0;
  watch_programs(&world->job, &outcome, &alerts);
  job_statuses_free(&world->job.run.statuses);
  assert_int_equal(ops_alerts_read(&world->db, NULL, find_alert, &found, &err), STATUS_OK);
  return found;
}

static void it_is_watched_and_its_alert_ends_when_it_comes(void **state) {
  (void)state;
  World *world = begin(JOB_HOURLY_ANALYSIS);
  store(world, JOB_DAILY_UPDATE, 3, world->now - GRACE_MS);
  store(world, DATASET, 2, world->now);
  assert_int_equal(after_a_run(world), 0); /* one session is not yet late */
  end(world);

  world = begin(JOB_DAILY_UPDATE);
  store(world, JOB_DAILY_UPDATE, 3, world->now - GRACE_MS);
  store(world, DATASET, 1, world->now);
  assert_int_equal(after_a_run(world), 1);
  store(world, DATASET, 3, world->now);
  assert_int_equal(after_a_run(world), -1);
  end(world);
}

static void what_nobody_wants_is_never_late(void **state) {
  (void)state;
  World *world = begin(JOB_DAILY_UPDATE);
  world->config.metrics.textfile_dir[0] = '\0';
  store(world, JOB_DAILY_UPDATE, 3, world->now - GRACE_MS);
  assert_int_equal(after_a_run(world), 0);
  end(world);
}

static void it_is_counted(void **state) {
  (void)state;
  World *world = begin(JOB_DAILY_UPDATE);
  char folder[] = "/tmp/test_job_table.XXXXXX", path[128], text[16384] = {0};
  assert_non_null(mkdtemp(folder));
  strcpy(world->config.metrics.textfile_dir, folder);
  store(world, JOB_DAILY_UPDATE, 3, world->now);
  store(world, DATASET, 1, world->now);
  AlertReport alerts = {0};
  metrics_write(&world->job, &(Outcome){.exit_code = EXIT_DONE}, &alerts);
  snprintf(path, sizeof path, "%s/closebell_daily_update.prom", folder);
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  fread(text, 1, sizeof text - 1, file);
  fclose(file);
  assert_non_null(strstr(text, "closebell_dataset_lag_sessions{program=\"daily_update\",dataset=\"tide_tables\"} 2\n"));
  assert_null(strstr(text, "dataset=\"evening_prayer\""));
  assert_int_equal(remove(path), 0);
  assert_int_equal(remove(folder), 0);
  end(world);
}

static size_t leases_of(World *world, const char *job) {
  Lease lease;
  Error err;
  size_t count = 0;
  for (int64_t fence = 1; fence <= 9; fence++)
    count += job_locks_find(&world->db, job, fence, &lease, &err) == STATUS_OK;
  return count;
}

static void its_old_leases_are_deleted(void **state) {
  (void)state;
  static const char *const jobs[] = {"evening_prayer", "daily_update/tide_tables"};
  World *world = begin(JOB_DAILY_UPDATE);
  Error err;
  world->config.history.locks = 2;
  world->job.run.record.sessions = 1;
  for (size_t i = 0; i < 2; i++)
    for (int64_t fence = 1; fence <= 9; fence++) {
      Lease lease = {.fence = fence, .acquired_utc = 1, .expires_utc = 2, .released_utc = 2};
      strcpy(lease.job, jobs[i]);
      strcpy(lease.token, "t");
      strcpy(lease.host, "h");
      strcpy(lease.boot_id, "b");
      assert_int_equal(job_locks_insert(&world->db, &lease, &err), STATUS_OK);
    }
  prune_runs(&world->job);
  assert_int_equal(leases_of(world, jobs[0]), 2);
  assert_int_equal(leases_of(world, jobs[1]), 2);
  end(world);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_is_complete),
      cmocka_unit_test(every_recurring_program_has_a_ping_in_the_settings),
      cmocka_unit_test(the_programs_that_are_built_are_those_of_the_table),
      cmocka_unit_test(its_statuses_are_read_with_all_others),
      cmocka_unit_test(one_that_cannot_be_read_holds_only_who_needs_it),
      cmocka_unit_test(it_is_watched_and_its_alert_ends_when_it_comes),
      cmocka_unit_test(what_nobody_wants_is_never_late),
      cmocka_unit_test(it_is_counted),
      cmocka_unit_test(its_old_leases_are_deleted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
