/* What jobs and runs leave: job_status, job_runs. */
#include "store_contract_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include <closebell/store/job_runs.h>
#include <closebell/store/job_status.h>

static const Instant NOW = 1744329600123;

/* --- job_status --- */

static JobStatus make_status(const char *date, const char *job, JobState state, int64_t fence) {
  JobStatus status = {.date = contract_day(date),
                      .state = state,
                      .start_utc = NOW,
                      .end_utc = state == JOB_RUNNING ? INSTANT_NONE : NOW + 1000,
                      .fence = fence,
                      .host = "host-1",
                      .pid = 4711,
                      .attempt = 1,
                      .expected_rows = -1,
                      .stored_rows = -1,
                      .analyzed = -1,
                      .remaining = -1};
  strncpy(status.job, job, sizeof status.job - 1);
  return status;
}

static JobStatus read_status(const Db *db, const char *date, const char *job) {
  Error err = {{0}};
  JobStatusList list = {0};
  Day day = contract_day(date);
  assert_ok(job_status_load(db, job, day, day, &list, &err));
  assert_int_equal(list.count, 1);
  JobStatus only = list.items[0];
  free(list.items);
  return only;
}

static void a_status_is_written_running_and_then_completed(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobStatus status = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_RUNNING, 5);
  strcpy(status.reason, "first try");
  assert_ok(job_status_write(db, &status, 1, &err));
  status = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_COMPLETED, 5);
  status.expected_rows = status.stored_rows = 2712;
  assert_ok(job_status_write(db, &status, 1, &err));
  JobStatus read = read_status(db, "2025-04-10", JOB_DAILY_UPDATE);
  assert_memory_equal(&read, &status, sizeof read);
  char text[CONTRACT_FIELD_SIZE];
  const char *id = "2025-04-10_daily_update";
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "reason", text), "");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "status", text), "\"completed\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "date_kst", text), "\"2025-04-10\"");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "failed", text), "");
}

static void a_completed_status_loses_its_proof_when_it_runs_again(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobStatus status = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_COMPLETED, 5);
  status.expected_rows = status.stored_rows = 2712;
  assert_ok(job_status_write(db, &status, 1, &err));
  status = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_RUNNING, 6);
  assert_ok(job_status_write(db, &status, 1, &err));
  JobStatus read = read_status(db, "2025-04-10", JOB_DAILY_UPDATE);
  assert_memory_equal(&read, &status, sizeof read);
}

static void a_dataset_of_stocks_names_up_to_twenty_that_are_missing(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char text[CONTRACT_FIELD_SIZE];
  const char *id = "2025-04-10_evening";
  JobStatus status = make_status("2025-04-10", "evening", JOB_FAILED, 5);
  strcpy(status.missing.items[0], "000660");
  strcpy(status.missing.items[1], "0126Z0");
  status.missing.count = 2;
  status.has_differences = true; /* 0 is a number too */
  assert_ok(job_status_write(db, &status, 1, &err));
  JobStatus read = read_status(db, "2025-04-10", "evening");
  assert_memory_equal(&read, &status, sizeof read);
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "missing", text), "[ \"000660\", \"0126Z0\" ]");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "evening_differences", text), "0");
  status = make_status("2025-04-10", "evening", JOB_COMPLETED, 5);
  assert_ok(job_status_write(db, &status, 1, &err));
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "missing", text), "");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", id, "evening_differences", text), "");
  for (size_t i = 0; i < JOB_MISSING_MAX; i++) snprintf(status.missing.items[i], 8, "%06d", (int)i);
  status.missing.count = JOB_MISSING_MAX;
  status.has_differences = true;
  status.evening_differences = 3;
  assert_ok(job_status_write(db, &status, 1, &err));
  read = read_status(db, "2025-04-10", "evening");
  assert_memory_equal(&read, &status, sizeof read);
}

static void the_analysis_names_what_failed_and_what_it_passed_over(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobStatus status = make_status("2025-04-10", JOB_HOURLY_ANALYSIS, JOB_WAITING, 5);
  char failed[2][8] = {"005930", "00104K"};
  strcpy(status.reason, "quota");
  strcpy(status.passed_over, "2025-04-07,2025-04-08");
  status.analyzed = 600;
  status.remaining = 2100;
  status.failed = failed;
  status.failed_count = 2;
  assert_ok(job_status_write(db, &status, 1, &err));
  JobStatus read = read_status(db, "2025-04-10", JOB_HOURLY_ANALYSIS);
  assert_int_equal(read.failed_count, 2);
  assert_string_equal(read.failed[1], "00104K");
  assert_string_equal(read.passed_over, "2025-04-07,2025-04-08");
  assert_int_equal(read.remaining, 2100);
  job_status_free(&read);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_status", "2025-04-10_hourly_analysis", "passed_over", text),
                      "[ \"2025-04-07\", \"2025-04-08\" ]");
  status.failed = NULL;
  status.failed_count = 0;
  memset(status.passed_over, 0, sizeof status.passed_over);
  assert_ok(job_status_write(db, &status, 1, &err));
  read = read_status(db, "2025-04-10", JOB_HOURLY_ANALYSIS);
  assert_memory_equal(&read, &status, sizeof read);
}

static void the_statuses_of_one_job_are_told_from_the_others(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  static const char *const dates[] = {"2025-04-11", "2025-04-09", "2025-04-10"};
  for (size_t i = 0; i < 3; i++) {
    JobStatus daily = make_status(dates[i], JOB_DAILY_UPDATE, JOB_COMPLETED, 5);
    JobStatus hourly = make_status(dates[i], JOB_HOURLY_ANALYSIS, JOB_WAITING, 9);
    assert_ok(job_status_write(db, &daily, 1, &err));
    assert_ok(job_status_write(db, &hourly, 1, &err));
  }
  JobStatusList list = {0};
  assert_ok(job_status_load(db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &list, &err));
  assert_int_equal(list.count, 3);
  assert_int_equal(list.items[0].date, contract_day("2025-04-09"));
  assert_int_equal(job_status_find(&list, contract_day("2025-04-10"))->state, JOB_COMPLETED);
  assert_null(job_status_find(&list, contract_day("2025-04-12")));
  job_status_list_free(&list);
  assert_ok(job_status_load(db, JOB_HOURLY_ANALYSIS, contract_day("2025-04-10"), DAY_NONE, &list, &err));
  assert_int_equal(list.count, 2);
  assert_int_equal(list.items[1].fence, 9);
  job_status_list_free(&list);
}

static void a_batch_of_new_and_old_statuses_is_written_whole(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  enum { COUNT = 50 };
  JobStatus items[COUNT];
  for (int i = 0; i < COUNT; i++) {
    items[i] = make_status("2025-01-06", JOB_DAILY_UPDATE, JOB_RUNNING, 4);
    items[i].date += i;
    if (i % 2 == 0) assert_ok(job_status_write(db, &items[i], 1, &err));
  }
  for (int i = 0; i < COUNT; i++) {
    items[i].state = JOB_COMPLETED;
    items[i].fence = 5;
  }
  assert_ok(job_status_write(db, items, COUNT, &err));
  JobStatusList list = {0};
  assert_ok(job_status_load(db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &list, &err));
  assert_int_equal(list.count, COUNT);
  for (int i = 0; i < COUNT; i++) assert_memory_equal(&list.items[i], &items[i], sizeof items[i]);
  job_status_list_free(&list);
}

static void who_has_lost_the_lease_cannot_overwrite_its_successor(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  JobStatus old = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_RUNNING, 5);
  JobStatus new = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_RUNNING, 6);
  assert_ok(job_status_write(&contract->db, &old, 1, &err));
  assert_ok(job_status_write(&contract->other, &new, 1, &err));
  old.state = JOB_COMPLETED;
  assert_int_equal(job_status_write(&contract->db, &old, 1, &err), STATUS_LOST);
  old.state = JOB_RUNNING;
  assert_int_equal(job_status_write(&contract->db, &old, 1, &err), STATUS_LOST);
  JobStatus both[] = {make_status("2025-04-09", JOB_DAILY_UPDATE, JOB_COMPLETED, 5), old};
  assert_int_equal(job_status_write(&contract->db, both, 2, &err), STATUS_LOST);
  JobStatus read = read_status(&contract->db, "2025-04-10", JOB_DAILY_UPDATE);
  assert_memory_equal(&read, &new, sizeof read);
}

static void a_new_status_costs_one_round_trip_and_a_changed_one_two(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobStatus status = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_RUNNING, 5);
  long before = db->counters(db->self).round_trips;
  assert_ok(job_status_write(db, &status, 1, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 1);
  status.state = JOB_COMPLETED;
  assert_ok(job_status_write(db, &status, 1, &err));
  assert_int_equal(db->counters(db->self).round_trips - before, 3);
}

static void a_status_that_somebody_broke_is_bad_data(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobStatusList list = {0};
  const char *id = "2025-04-10_daily_update";
  JobStatus status = make_status("2025-04-10", JOB_DAILY_UPDATE, JOB_COMPLETED, 5);
  assert_ok(job_status_write(db, &status, 1, &err));
  contract_damage(db, DB_SYSTEM, "job_status", id, "pid", BCON_NEW("pid", BCON_DOUBLE(12)));
  assert_ok(job_status_load(db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &list, &err)); /* mongosh writes doubles */
  assert_int_equal(list.items[0].pid, 12);
  job_status_list_free(&list);
  contract_damage(db, DB_SYSTEM, "job_status", id, "pid", BCON_NEW("pid", BCON_DOUBLE(12.5)));
  assert_int_equal(job_status_load(db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &list, &err), STATUS_BAD_DATA);
  assert_non_null(strstr(err.text, "system_info.job_status 2025-04-10_daily_update: pid"));
  contract_damage(db, DB_SYSTEM, "job_status", id, "status", NULL);
  assert_int_equal(job_status_load(db, JOB_DAILY_UPDATE, DAY_NONE, DAY_NONE, &list, &err), STATUS_BAD_DATA);
  assert_ok(job_status_load(db, JOB_HOURLY_ANALYSIS, DAY_NONE, DAY_NONE, &list, &err));
  assert_int_equal(list.count, 0);
}

/* --- job_runs --- */

static void a_run_is_recorded_at_its_start_and_at_its_end(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobRun run = {.id = "2025-04-11T00:00:00.123Z_daily_update_host-1_4711",
                .job = "daily_update",
                .host = "host-1",
                .version = "0.1.0",
                .pid = 4711,
                .start_utc = NOW,
                .end_utc = INSTANT_NONE,
                .exit_code = -1};
  assert_ok(job_runs_insert(db, &run, &err));
  assert_int_equal(job_runs_insert(db, &run, &err), STATUS_DUPLICATE);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_runs", run.id, "exit_code", text), "");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_runs", run.id, "end_utc", text), "");
  run.end_utc = NOW + 1;
  run.exit_code = 0;
  run.rows = 2712;
  strcpy(run.message, "2025-04-10 completed");
  assert_ok(job_runs_replace(db, &run, &err));
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_runs", run.id, "exit_code", text), "0");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_runs", run.id, "rows", text), "2712");
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_runs", run.id, "message", text), "\"2025-04-10 completed\"");
}

static void runs_that_started_before_an_instant_are_deleted(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  const Instant starts[] = {NOW - 86400000, NOW - 1, NOW, NOW + 5000};
  for (int i = 0; i < 4; i++) {
    JobRun run = {.job = "daily_update", .start_utc = starts[i], .end_utc = INSTANT_NONE, .exit_code = -1};
    snprintf(run.id, sizeof run.id, "%s_run", instant_text(starts[i]).text);
    assert_ok(job_runs_insert(db, &run, &err));
  }
  assert_ok(job_runs_prune(db, NOW, &err));
  for (int i = 0; i < 4; i++) {
    char id[JOB_RUN_ID_SIZE];
    snprintf(id, sizeof id, "%s_run", instant_text(starts[i]).text);
    bson_t *document = NULL;
    assert_int_equal(db->find(db->self, DB_SYSTEM, "job_runs", id, &document, &err),
                     i < 2 ? STATUS_NOT_FOUND : STATUS_OK);
    if (document != NULL) bson_destroy(document);
  }
}

static Status note_run(void *context, const JobRun *run, Error *err) {
  char *ids = context;
  (void)err;
  snprintf(ids + strlen(ids), 256 - strlen(ids), "%s %d %d %s;", run->job, (int)run->exit_code, (int)run->rows,
           run->message);
  return STATUS_OK;
}

static void runs_are_read_from_an_instant_on_oldest_first(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  for (int i = 2; i >= 0; i--) {
    JobRun run = {.start_utc = NOW + i * 60000, .end_utc = INSTANT_NONE, .exit_code = i - 1, .rows = 10 + i};
    snprintf(run.id, sizeof run.id, "%s_run", instant_text(run.start_utc).text);
    snprintf(run.job, sizeof run.job, "job%d", i);
    snprintf(run.message, sizeof run.message, "said %d", i);
    assert_ok(job_runs_insert(db, &run, &err));
  }
  char all[256] = "", later[256] = "";
  assert_ok(job_runs_read(db, INSTANT_NONE, note_run, all, &err));
  assert_string_equal(all, "job0 -1 10 said 0;job1 0 11 said 1;job2 1 12 said 2;");
  assert_ok(job_runs_read(db, NOW + 60000, note_run, later, &err));
  assert_string_equal(later, "job1 0 11 said 1;job2 1 12 said 2;");
}

static void a_run_that_cannot_be_read_hides_no_other(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  char all[256] = "";
  for (int i = 0; i < 3; i++) {
    JobRun run = {.start_utc = NOW + i * 60000, .end_utc = INSTANT_NONE, .rows = 7, .message = "said"};
    snprintf(run.id, sizeof run.id, "%d", i);
    snprintf(run.job, sizeof run.job, "job%d", i);
    assert_ok(job_runs_insert(db, &run, &err));
  }
  contract_damage(db, DB_SYSTEM, "job_runs", "1", "rows", BCON_NEW("rows", BCON_UTF8("many")));
  assert_ok(job_runs_read(db, INSTANT_NONE, note_run, all, &err));
  assert_string_equal(all, "job0 0 7 said;job1 0 0 cannot be read: system_info.job_runs 1: rows is not a whole number;"
                           "job2 0 7 said;");
}

static void a_message_cut_within_a_character_is_still_stored(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  JobRun run = {.id = "r", .job = "daily_update", .start_utc = NOW, .end_utc = NOW, .message = "삼성전\xEC\x9E"};
  assert_ok(job_runs_insert(db, &run, &err));
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_runs", "r", "message", text), "\"삼성전\"");
}

const struct CMUnitTest *contract_job_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_status_is_written_running_and_then_completed),
      cmocka_unit_test(a_completed_status_loses_its_proof_when_it_runs_again),
      cmocka_unit_test(a_dataset_of_stocks_names_up_to_twenty_that_are_missing),
      cmocka_unit_test(the_analysis_names_what_failed_and_what_it_passed_over),
      cmocka_unit_test(the_statuses_of_one_job_are_told_from_the_others),
      cmocka_unit_test(a_batch_of_new_and_old_statuses_is_written_whole),
      cmocka_unit_test(who_has_lost_the_lease_cannot_overwrite_its_successor),
      cmocka_unit_test(a_new_status_costs_one_round_trip_and_a_changed_one_two),
      cmocka_unit_test(a_status_that_somebody_broke_is_bad_data),
      cmocka_unit_test(a_run_is_recorded_at_its_start_and_at_its_end),
      cmocka_unit_test(runs_that_started_before_an_instant_are_deleted),
      cmocka_unit_test(runs_are_read_from_an_instant_on_oldest_first),
      cmocka_unit_test(a_run_that_cannot_be_read_hides_no_other),
      cmocka_unit_test(a_message_cut_within_a_character_is_still_stored),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
