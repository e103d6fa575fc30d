/* Clocks that are off: this host's against the database server's, and who may take a lease by which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <bson/bson.h>
#include <cmocka.h>

#include <closebell/ingest/guard.h>
#include <closebell/run/run.h>
#include <closebell/store/job_locks.h>

#include "db_memory.h"

static Instant now_of(void *self) { return *(const Instant *)self; }

static const Instant TRUTH = 1741132800000; /* 2025-03-05T00:00:00Z */

/* Runs the guard on a host whose clock is so far from the server's. */
static Status guarded(int64_t apart_ms, bool now_given, Error *err) {
  Instant server = TRUTH, host = TRUTH + apart_ms;
  const Clock server_clock = {.self = &server, .now = now_of}, host_clock = {.self = &host, .now = now_of};
  DbMemory *memory = db_memory_new();
  assert_non_null(memory);
  db_memory_set_clock(memory, &server_clock);
  const Db db = db_memory_db(memory);
  const Job job = {.db = &db, .server = &db, .clock = &host_clock, .now = {.instant = host, .given = now_given}};
  Status status = guard_clock(&job, err);
  db_memory_free(memory);
  return status;
}

static void clocks_that_agree_within_five_minutes_are_believed(void **state) {
  (void)state;
  Error err = {{0}};
  assert_int_equal(guarded(0, false, &err), STATUS_OK);
  assert_int_equal(guarded(GUARD_CLOCK_SKEW_MS, false, &err), STATUS_OK);
  assert_int_equal(guarded(-GUARD_CLOCK_SKEW_MS, false, &err), STATUS_OK);
}

static void a_clock_that_is_off_either_way_is_refused_with_both_times(void **state) {
  (void)state;
  const int64_t year = 365LL * 86400 * 1000;
  Error err = {{0}};
  assert_int_equal(guarded(GUARD_CLOCK_SKEW_MS + 1, false, &err), STATUS_CONFIG);
  assert_int_equal(guarded(-year, false, &err), STATUS_CONFIG);
  assert_int_equal(guarded(year, false, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "2026-03-05 09:00 KST"));
  assert_non_null(strstr(err.text, "2025-03-05 09:00 KST"));
  assert_non_null(strstr(err.text, "nothing done"));
}

static void an_instant_given_by_the_operator_is_no_way_around(void **state) {
  (void)state;
  const int64_t day = INT64_C(86400) * 1000;
  Error err = {{0}};
  assert_int_equal(guarded(day, true, &err), STATUS_CONFIG);
  assert_int_equal(guarded(-day, true, &err), STATUS_CONFIG);
  assert_non_null(strstr(err.text, "NTP"));
  assert_null(strstr(err.text, "--now"));
}

/* ---- two hosts and a lease ---- */

enum { LENGTH_S = 60, SKEW_S = 5, MINUTE_MS = 60000 };

/* A host: its clock is off by so much, and its uptime is its own. */
typedef struct {
  Instant *truth;
  int64_t off_ms;
} HostClock;

static Instant host_now(void *self) {
  const HostClock *clock = self;
  return *clock->truth + clock->off_ms;
}
static int64_t host_uptime(void *self) {
  const HostClock *clock = self;
  return *clock->truth - TRUTH + 7777;
}
static bool host_stopping(void *self) {
  (void)self;
  return false;
}

typedef struct {
  Instant now;
  Clock server_clock, clocks[2];
  HostClock host_clocks[2];
  uint64_t seed;
  Random random;
  Config config;
  Log silent;
  DbMemory *memory;
  Db db;
  Job holder, other;
} TwoHosts;

static void make_host(TwoHosts *two, int number, int64_t off_ms, Job *job) {
  two->host_clocks[number] = (HostClock){.truth = &two->now, .off_ms = off_ms};
  two->clocks[number] =
      (Clock){.self = &two->host_clocks[number], .now = host_now, .uptime_ms = host_uptime, .stopping = host_stopping};
  *job = (Job){.process.program = JOB_DAILY_UPDATE,
               .tables.jobs = job_table(),
               .lease = {.name = JOB_DAILY_UPDATE},
               .config = &two->config,
               .db = &two->db,
               .server = &two->db,
               .clock = &two->clocks[number],
               .random = &two->random,
               .log = &two->silent,
               .now = {.instant = TRUTH, .given = number == 1}};
  snprintf(job->process.host.name, sizeof job->process.host.name, "host-%d", number);
  job->process.host.pid = 4700 + number;
}

/* The holder's clock and the other's are off by so much; the holder has the lease. */
static void begin(TwoHosts *two, int64_t holder_off_ms, int64_t other_off_ms) {
  *two = (TwoHosts){.now = TRUTH, .seed = 17, .memory = db_memory_new()};
  assert_non_null(two->memory);
  two->random = random_seeded(&two->seed);
  two->server_clock = (Clock){.self = &two->now, .now = now_of};
  db_memory_set_clock(two->memory, &two->server_clock);
  two->db = db_memory_db(two->memory);
  two->config.lease.seconds = LENGTH_S;
  two->config.lease.skew_seconds = SKEW_S;
  make_host(two, 0, holder_off_ms, &two->holder);
  make_host(two, 1, other_off_ms, &two->other);
  Lease nobody;
  Error err = {{0}};
  assert_int_equal(run_acquire(&two->holder, JOB_DAILY_UPDATE, &nobody, &err), STATUS_OK);
  assert_true(two->holder.run.held);
}

static bool other_takes(TwoHosts *two) {
  Lease holder = {0};
  Error err = {{0}};
  assert_int_equal(run_acquire(&two->other, JOB_DAILY_UPDATE, &holder, &err), STATUS_OK);
  if (!two->other.run.held) assert_string_equal(holder.host, "host-0");
  return two->other.run.held;
}

static void no_clock_but_the_servers_frees_a_lease(void **state) {
  (void)state;
  static const int64_t off_ms[] = {-1440 * MINUTE_MS, -4 * MINUTE_MS, 0, 4 * MINUTE_MS, 1440 * MINUTE_MS};
  for (size_t h = 0; h < 5; h++)
    for (size_t o = 0; o < 5; o++) {
      TwoHosts two;
      begin(&two, off_ms[h], off_ms[o]);
      assert_false(other_takes(&two));
      two.now += (LENGTH_S + SKEW_S) * 1000;
      assert_false(other_takes(&two));
      two.now++;
      assert_true(other_takes(&two));
      db_memory_free(two.memory);
    }
}

/* Somebody else's program, which judged by another clock. */
static void take_over(TwoHosts *two) {
  Lease stolen = two->holder.run.lease;
  Error err = {{0}};
  stolen.fence++;
  snprintf(stolen.host, sizeof stolen.host, "usurper");
  stolen.pid = 99;
  assert_int_equal(job_locks_insert(&two->db, &stolen, &err), STATUS_OK);
}

static void check_last_words(TwoHosts *two, Status status, const Error *err, const char *successor) {
  Outcome outcome = {.exit_code = EXIT_DONE, .message = "all done"};
  run_conclude(&two->holder, status, err, &outcome);
  assert_int_equal(outcome.exit_code, EXIT_TRY_AGAIN);
  assert_non_null(strstr(outcome.message, "daily_update lease"));
  assert_non_null(strstr(outcome.message, successor));
  assert_string_equal(two->holder.run.record.message, outcome.message);
  assert_int_equal(two->holder.run.record.exit_code, EXIT_TRY_AGAIN);
}

static void a_holder_notices_at_its_next_renewal_and_says_who_has_the_lease(void **state) {
  (void)state;
  TwoHosts two;
  Error err = {{0}};
  begin(&two, 0, 0);
  take_over(&two);
  assert_int_equal(run_beat(&two.holder, &err), STATUS_OK);
  two.now += LENGTH_S * 1000 / 6;
  assert_int_equal(run_beat(&two.holder, &err), STATUS_LOST);
  assert_int_equal(run_beat(&two.holder, &err), STATUS_LOST); /* and goes on knowing it */
  check_last_words(&two, STATUS_LOST, &err, "usurper, pid 99");
  db_memory_free(two.memory);
}

static void a_holder_that_had_nothing_more_to_write_says_so_at_its_end(void **state) {
  (void)state;
  TwoHosts two;
  Error none = {{0}};
  begin(&two, 0, 0);
  take_over(&two);
  two.now += LENGTH_S * 1000 / 6;
  check_last_words(&two, STATUS_OK, &none, "usurper, pid 99");
  db_memory_free(two.memory);
}

static void a_lease_that_ran_out_and_that_nobody_took_is_said_to_be_so(void **state) {
  (void)state;
  TwoHosts two;
  Error none = {{0}};
  begin(&two, 0, 0);
  two.now += LENGTH_S * 1000;
  check_last_words(&two, STATUS_OK, &none, "nobody");
  db_memory_free(two.memory);
}

/* ---- writes, and the lease ---- */

enum { WRITES = 9 };

/* One of each kind of write into an empty database. */
static Status write_once(const Db *db, int kind, Error *err) {
  bson_t *document = BCON_NEW("_id", "a");
  const bson_t *documents[] = {document};
  bson_t *set = BCON_NEW("v", BCON_INT64(1));
  const DbUpdate update = {.id = "a", .set = set};
  size_t duplicates;
  Status status = STATUS_INTERNAL;
  switch (kind) {
  case 0:
    status = db->insert(db->self, "d", "insert", document, err);
    break;
  case 1:
    status = db->insert_many(db->self, "d", "insert_many", documents, 1, &duplicates, err);
    break;
  case 2:
    status = db->replace_many(db->self, "d", "replace_many", documents, 1, err);
    break;
  case 3:
    status = db->update_many(db->self, "d", "update_many", &update, 1, err);
    break;
  case 4:
    status = db->delete_one(db->self, "d", "insert", "a", err);
    break;
  case 5:
    status = db->delete_range(db->self, "d", "insert_many", NULL, NULL, err);
    break;
  case 6:
    status = db->delete_before(db->self, "d", "insert_many", "v", 0, err);
    break;
  case 7:
    status = db->create_collection(db->self, "d", "created", err);
    break;
  default:
    status = db->create_index(db->self, "d", "indexed", "field", false, err);
  }
  bson_destroy(set);
  bson_destroy(document);
  return status;
}

static void count_name(void *context, const char *name) {
  (void)name;
  ++*(size_t *)context;
}

static size_t collections_of(const Db *db) {
  size_t count = 0;
  Error err;
  assert_int_equal(db->list_collections(db->self, "d", count_name, &count, &err), STATUS_OK);
  return count;
}

static void no_write_passes_once_the_lease_may_be_anothers(void **state) {
  (void)state;
  TwoHosts two;
  Error err;
  begin(&two, 0, 0);
  DbGate gate = {.db = &two.db, .may_write = run_may_write, .context = &two.holder};
  const Db gated = db_gate(&gate);
  two.now += LENGTH_S * 1000;
  for (int kind = 0; kind < WRITES; kind++) assert_int_equal(write_once(&gated, kind, &err), STATUS_LOST);
  assert_int_equal(collections_of(&gated), 0);
  db_memory_free(two.memory);
}

static void writing_renews_the_lease(void **state) {
  (void)state;
  TwoHosts two;
  Error err;
  begin(&two, 0, 0);
  DbGate gate = {.db = &two.db, .may_write = run_may_write, .context = &two.holder};
  const Db gated = db_gate(&gate);
  for (int kind = 0; kind < 4 * WRITES; kind++) {
    two.now += LENGTH_S * 1000 / 3;
    assert_int_equal(write_once(&gated, kind % WRITES, &err), STATUS_OK);
  }
  assert_true(collections_of(&gated) > 0);
  assert_false(other_takes(&two));
  db_memory_free(two.memory);
}

static void a_run_that_only_reads_writes_nothing(void **state) {
  (void)state;
  TwoHosts two;
  Error err;
  begin(&two, 0, 0);
  DbGate gate = {.db = &two.db, .may_write = db_gate_shut};
  const Db gated = db_gate(&gate);
  for (int kind = 0; kind < WRITES; kind++) assert_int_equal(write_once(&gated, kind, &err), STATUS_INTERNAL);
  assert_int_equal(collections_of(&gated), 0);
  db_memory_free(two.memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clocks_that_agree_within_five_minutes_are_believed),
      cmocka_unit_test(a_clock_that_is_off_either_way_is_refused_with_both_times),
      cmocka_unit_test(an_instant_given_by_the_operator_is_no_way_around),
      cmocka_unit_test(no_clock_but_the_servers_frees_a_lease),
      cmocka_unit_test(a_holder_notices_at_its_next_renewal_and_says_who_has_the_lease),
      cmocka_unit_test(no_write_passes_once_the_lease_may_be_anothers),
      cmocka_unit_test(writing_renews_the_lease),
      cmocka_unit_test(a_run_that_only_reads_writes_nothing),
      cmocka_unit_test(a_holder_that_had_nothing_more_to_write_says_so_at_its_end),
      cmocka_unit_test(a_lease_that_ran_out_and_that_nobody_took_is_said_to_be_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
