/* The leases of jobs: job_locks. */
#include "store_contract_internal.h"

#include <closebell/store/job_locks.h>

static const Instant NOW = 1744329600123;

static Lease make_lease(const char *job, int64_t fence, const char *token) {
  Lease lease = {.fence = fence,
                 .host = "host-1",
                 .pid = 4711,
                 .boot_id = "b00t",
                 .pid_started = 99,
                 .acquired_utc = NOW,
                 .expires_utc = NOW + 300000,
                 .released_utc = INSTANT_NONE};
  strncpy(lease.job, job, sizeof lease.job - 1);
  strncpy(lease.token, token, sizeof lease.token - 1);
  return lease;
}

static void the_newest_lease_of_a_job_is_its_own_and_not_another_jobs(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Lease read = {.fence = 77};
  assert_int_equal(job_locks_newest(db, "daily_update", &read, &err), STATUS_NOT_FOUND);
  assert_int_equal(read.fence, 77);
  const Lease leases[] = {make_lease("daily_update", 9, "a"), make_lease("daily_update", 10, "b"),
                          make_lease("daily_update_x", 11, "c"), make_lease("hourly_analysis/3of8", 12, "d"),
                          make_lease("hourly_analysis", 2, "e")};
  for (size_t i = 0; i < 5; i++) assert_ok(job_locks_insert(db, &leases[i], &err));
  assert_ok(job_locks_newest(db, "daily_update", &read, &err));
  assert_memory_equal(&read, &leases[1], sizeof read);
  assert_ok(job_locks_newest(db, "hourly_analysis", &read, &err));
  assert_string_equal(read.token, "e");
  assert_ok(job_locks_newest(db, "hourly_analysis/3of8", &read, &err));
  assert_string_equal(read.token, "d");
}

static void the_newest_lease_of_each_slot_comes_in_one_read(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Leases leases = {0};
  assert_ok(job_locks_newest_of_slots(db, "hourly_analysis", &leases, &err));
  assert_int_equal(leases.count, 0);
  Lease given[] = {make_lease("hourly_analysis/1of8", 1, "a"),  make_lease("hourly_analysis/1of8", 2, "b"),
                   make_lease("hourly_analysis/12of8", 7, "c"), make_lease("hourly_analysis", 3, "d"),
                   make_lease("hourly_analysis", 4, "e"),       make_lease("hourly_analysis_x", 5, "f"),
                   make_lease("daily_update", 6, "g")};
  given[1].workers = 8;
  for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) assert_ok(job_locks_insert(db, &given[i], &err));
  /* An older one that cannot be read matters to nobody. */
  contract_damage(db, DB_SYSTEM, "job_locks", "hourly_analysis:0000000003", "fence",
                  BCON_NEW("fence", BCON_UTF8("three")));
  long before = db->counters(db->self).round_trips;
  assert_ok(job_locks_newest_of_slots(db, "hourly_analysis", &leases, &err));
  assert_int_equal(db->counters(db->self).round_trips, before + 1);
  assert_int_equal(leases.count, 3);
  assert_string_equal(leases.items[0].token, "c");
  assert_string_equal(leases.items[1].token, "b");
  assert_int_equal(leases.items[1].workers, 8);
  assert_string_equal(leases.items[2].token, "e");
  assert_int_equal(leases.items[2].workers, 0);
  leases_free(&leases);
  contract_damage(db, DB_SYSTEM, "job_locks", "hourly_analysis/12of8:0000000007", "fence",
                  BCON_NEW("fence", BCON_UTF8("seven")));
  assert_int_equal(job_locks_newest_of_slots(db, "hourly_analysis", &leases, &err), STATUS_BAD_DATA);
}

static void old_leases_are_deleted_but_never_the_newest_and_no_other_jobs(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Lease read;
  assert_ok(job_locks_prune(db, "daily_update", 10, &err)); /* nothing there */
  for (int64_t fence = 8; fence <= 12; fence++) {
    const Lease lease = make_lease("daily_update", fence, "a");
    assert_ok(job_locks_insert(db, &lease, &err));
  }
  const Lease other = make_lease("daily_update_x", 3, "c");
  assert_ok(job_locks_insert(db, &other, &err));
  assert_ok(job_locks_prune(db, "daily_update", 100, &err));
  assert_ok(job_locks_find(db, "daily_update", 8, &read, &err));
  assert_ok(job_locks_prune(db, "daily_update", 2, &err));
  assert_int_equal(job_locks_find(db, "daily_update", 10, &read, &err), STATUS_NOT_FOUND);
  assert_ok(job_locks_find(db, "daily_update", 11, &read, &err));
  assert_ok(job_locks_prune(db, "daily_update", 0, &err));
  assert_ok(job_locks_newest(db, "daily_update", &read, &err));
  assert_int_equal(read.fence, 12);
  assert_int_equal(job_locks_find(db, "daily_update", 11, &read, &err), STATUS_NOT_FOUND);
  assert_ok(job_locks_find(db, "daily_update_x", 3, &read, &err));
}

static void only_one_of_two_takes_a_fence(void **state) {
  const StoreContract *contract = *state;
  Error err = {{0}};
  Lease ours = make_lease("daily_update", 1, "ours"), theirs = make_lease("daily_update", 1, "theirs"), read = {0};
  assert_ok(job_locks_insert(&contract->db, &ours, &err));
  assert_int_equal(job_locks_insert(&contract->other, &theirs, &err), STATUS_DUPLICATE);
  assert_ok(job_locks_find(&contract->other, "daily_update", 1, &read, &err));
  assert_string_equal(read.token, "ours");
  assert_int_equal(job_locks_find(&contract->other, "daily_update", 2, &read, &err), STATUS_NOT_FOUND);
}

static void a_holder_renews_and_releases_its_lease(void **state) {
  const StoreContract *contract = *state;
  const Db *db = &contract->db;
  Error err = {{0}};
  Lease lease = make_lease("daily_update", 1, "ours"), read = {0};
  assert_ok(job_locks_insert(db, &lease, &err));
  lease.expires_utc += 60000;
  assert_ok(job_locks_replace(db, &lease, &err));
  lease.released_utc = NOW + 5;
  assert_ok(job_locks_replace(db, &lease, &err));
  assert_ok(job_locks_newest(db, "daily_update", &read, &err));
  assert_memory_equal(&read, &lease, sizeof read);
  char text[CONTRACT_FIELD_SIZE];
  assert_string_equal(contract_field(db, DB_SYSTEM, "job_locks", "daily_update:0000000001", "released_utc", text),
                      "{ \"$date\" : \"2025-04-11T00:00:00.128Z\" }");
}

const struct CMUnitTest *contract_lease_tests(size_t *ret_count) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_newest_lease_of_a_job_is_its_own_and_not_another_jobs),
      cmocka_unit_test(only_one_of_two_takes_a_fence),
      cmocka_unit_test(the_newest_lease_of_each_slot_comes_in_one_read),
      cmocka_unit_test(old_leases_are_deleted_but_never_the_newest_and_no_other_jobs),
      cmocka_unit_test(a_holder_renews_and_releases_its_lease),
  };
  *ret_count = sizeof tests / sizeof tests[0];
  return tests;
}
