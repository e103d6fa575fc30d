/* The driver's log belongs to the whole process: threads open and close databases, and log, at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <mongoc/mongoc.h>
#include <pthread.h>
#include <stdatomic.h>

#include <closebell/store/db.h>

enum { ROUNDS = 20000 };

static atomic_bool over;

static void *log_on(void *context) {
  while (!atomic_load(&over)) mongoc_log(MONGOC_LOG_LEVEL_DEBUG, "a test", "%s", "a word");
  return context;
}

static void a_thread_that_logs_meets_others_that_open_and_close(void **state) {
  (void)state;
  Error err = {{0}};
  pthread_t thread;
  assert_int_equal(db_mongo_check("mongodb://127.0.0.1:1/", &err), STATUS_OK);
  assert_int_equal(pthread_create(&thread, NULL, log_on, NULL), 0);
  for (int i = 0; i < ROUNDS; i++) assert_int_equal(db_mongo_check("mongodb://127.0.0.1:1/", &err), STATUS_OK);
  atomic_store(&over, true);
  pthread_join(thread, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_thread_that_logs_meets_others_that_open_and_close)};
  return cmocka_run_group_tests_name("driver_log", tests, NULL, NULL);
}
