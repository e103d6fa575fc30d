/* Who is analysed first and when a run stops; and several processes that want the same, or are asked to leave. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "live_scene.h"
#include "named.h"

static const char BEGIN[] = "2025-04-10", LARGE[] = "2000000000000";
enum { TARGETS = 23, ATTEMPTS = 20 };

typedef LiveScene Scene;

/* 09:00 in Korea after the session that is so many after BEGIN. */
static LiveInstant due(const Scene *scene, size_t sessions_later) {
  return live_sample_due(&scene->sample, live_sample_index(&scene->sample, BEGIN) + sessions_later);
}

static const LiveDay *session(const Scene *scene, size_t sessions_later) {
  return &scene->sample.days[live_sample_index(&scene->sample, BEGIN) + sessions_later];
}

static LiveWorld *set_up(Scene *scene) {
  live_world_reset(&scene->world);
  live_set(&scene->world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", LARGE);
  live_do(&scene->world, "manual_setup", due(scene, 0).text, "--days 6");
  assert_int_equal(live_count(&scene->world, "system_info", "target_tickers"), TARGETS);
  return &scene->world;
}

static LiveDump clean_content(Scene *scene, size_t sessions_later, bool analyzed) {
  LiveWorld *world = set_up(scene);
  if (sessions_later > 0) live_do(world, "daily_update", due(scene, sessions_later).text, "");
  if (analyzed) live_do(world, "hourly_analysis", due(scene, sessions_later).text, "");
  return live_dump(world, LIVE_CONTENT);
}

static void assert_content(LiveWorld *world, LiveDump *expected) {
  live_assert_holds(world, LIVE_CONTENT, expected);
  live_dump_free(expected);
}

/* ---- quota ---- */

/* The targets' codes, the largest of that session first. */
typedef struct {
  char codes[TARGETS][8];
} Ranking;

static int64_t cap(const LiveDay *day, const char *code) { return live_sample_row(day, code)->market_cap; }

static Ranking rank(Scene *scene, const LiveDay *day) {
  Ranking ranking;
  LiveDocuments targets = live_documents(&scene->world, "system_info", "target_tickers");
  assert_int_equal(targets.count, TARGETS);
  for (size_t i = 0; i < TARGETS; i++) {
    const char *code = live_id(targets.items[i]);
    size_t at = i;
    for (; at > 0 && cap(day, ranking.codes[at - 1]) < cap(day, code); at--)
      memcpy(ranking.codes[at], ranking.codes[at - 1], sizeof ranking.codes[0]);
    snprintf(ranking.codes[at], sizeof ranking.codes[0], "%s", code);
  }
  live_documents_free(&targets);
  return ranking;
}

static bool is_analyzed(LiveWorld *world, const char *code, const char *date) {
  bson_t *target = live_get(world, "system_info", "target_tickers", code);
  bool stamped = live_has_field(target, "last_analyzed_date") && !strcmp(live_text(target, "last_analyzed_date"), date);
  bson_destroy(target);
  assert_int_equal(live_has(world, "stock_analyzed", code, date), stamped);
  return stamped;
}

static size_t count_analyzed(LiveWorld *world, const char *date) {
  LiveDocuments targets = live_documents(world, "system_info", "target_tickers");
  size_t count = 0;
  for (size_t i = 0; i < targets.count; i++) count += is_analyzed(world, live_id(targets.items[i]), date);
  live_documents_free(&targets);
  return count;
}

/* reason null: none is given. */
static void assert_status(LiveWorld *world, const char *date, const char *status, const char *reason,
                          int64_t analyzed) {
  char id[64];
  snprintf(id, sizeof id, "%s_hourly_analysis", date);
  bson_t *document = live_get(world, "system_info", "job_status", id);
  assert_string_equal(live_text(document, "status"), status);
  assert_int_equal(live_has_field(document, "reason"), reason != NULL);
  if (reason != NULL) assert_string_equal(live_text(document, "reason"), reason);
  assert_int_equal(live_int64(document, "analyzed"), analyzed);
  assert_int_equal(live_int64(document, "remaining"), TARGETS - analyzed);
  live_assert_instant(document, "end_time_utc");
  bson_destroy(document);
}

static void the_quota_takes_the_largest_first(void **state) {
  Scene *scene = *state;
  LiveDump clean = clean_content(scene, 0, true);
  LiveWorld *world = set_up(scene);
  Ranking ranking = rank(scene, session(scene, 0));
  assert_string_equal(ranking.codes[0], "005930");
  for (size_t done = 6;; done += 6) {
    LiveResult result = live_do(world, "hourly_analysis", due(scene, 0).text, "--quota 6");
    for (size_t i = 0; i < TARGETS; i++) assert_int_equal(is_analyzed(world, ranking.codes[i], BEGIN), i < done);
    if (done >= TARGETS) break;
    assert_named(result.err, "tickers|quota|remain");
    assert_status(world, BEGIN, "waiting", "quota", (int64_t)done);
  }
  assert_status(world, BEGIN, "completed", NULL, TARGETS);
  assert_content(world, &clean);
}

static void the_quota_may_be_a_setting(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene);
  live_set(world, "CLOSEBELL_ANALYSIS_QUOTA", "5");
  live_do(world, "hourly_analysis", due(scene, 0).text, "");
  assert_status(world, BEGIN, "waiting", "quota", 5);
  live_do(world, "hourly_analysis", due(scene, 0).text, "--quota 0"); /* none */
  assert_status(world, BEGIN, "completed", NULL, TARGETS);
}

/* The smallest have waited for three sessions, the others for one: then size comes second. */
static void three_sessions_behind_goes_before_size(void **state) {
  Scene *scene = *state;
  LiveWorld *world = set_up(scene);
  live_do(world, "hourly_analysis", due(scene, 0).text, "");
  live_do(world, "daily_update", due(scene, 2).text, "");
  Ranking second = rank(scene, session(scene, 2));
  live_do(world, "hourly_analysis", due(scene, 2).text, "--quota 20");
  live_do(world, "daily_update", due(scene, 3).text, "");
  Ranking third = rank(scene, session(scene, 3));
  live_do(world, "hourly_analysis", due(scene, 3).text, "--quota 3");
  const char *date = session(scene, 3)->date;
  for (size_t i = 0; i < TARGETS; i++) assert_int_equal(is_analyzed(world, second.codes[i], date), i >= 20);
  live_do(world, "hourly_analysis", due(scene, 3).text, "--quota 2");
  assert_true(is_analyzed(world, third.codes[0], date) && is_analyzed(world, third.codes[1], date));
  assert_false(is_analyzed(world, third.codes[2], date));
  assert_status(world, date, "waiting", "quota", 5);
  live_do(world, "hourly_analysis", due(scene, 3).text, "");
  assert_status(world, date, "completed", NULL, TARGETS);
  assert_status(world, session(scene, 2)->date, "completed", NULL, TARGETS); /* all have passed it */
}

static void the_time_budget_stops_a_run(void **state) {
  Scene *scene = *state;
  LiveDump clean = clean_content(scene, 0, true);
  LiveWorld *world = set_up(scene);
  LiveResult result = live_do(world, "hourly_analysis", due(scene, 0).text, "--budget 1ms");
  assert_named(result.err, "tickers|time|remain");
  size_t done = count_analyzed(world, BEGIN);
  assert_true(done < TARGETS);
  assert_status(world, BEGIN, "waiting", "time", (int64_t)done);
  live_set(world, "CLOSEBELL_ANALYSIS_BUDGET", "1ms");
  live_do(world, "hourly_analysis", due(scene, 0).text, "");
  assert_status(world, BEGIN, "waiting", "time", (int64_t)count_analyzed(world, BEGIN));
  live_do(world, "hourly_analysis", due(scene, 0).text, "--budget 10m");
  assert_status(world, BEGIN, "completed", NULL, TARGETS);
  assert_content(world, &clean);
}

/* ---- second runs ---- */

static void a_second_run_of_anything_asks_nothing_and_writes_nothing(void **state) {
  Scene *scene = *state;
  static const char *const programs[] = {"manual_setup", "daily_update", "hourly_analysis"};
  LiveWorld *world = set_up(scene);
  live_do(world, "daily_update", due(scene, 2).text, "");
  live_do(world, "hourly_analysis", due(scene, 2).text, "");
  LiveDump before = live_dump(world, LIVE_ALL);
  int64_t leases = live_count(world, "system_info", "job_locks");
  live_forget_calls(world);
  for (size_t i = 0; i < 3; i++) {
    live_do(world, programs[i], due(scene, 2).text, i == 0 ? "--days 6" : "");
    LiveDump after = live_dump(world, LIVE_ALL);
    live_assert_same(&after, &before);
    live_dump_free(&after);
  }
  assert_int_equal(live_count(world, "system_info", "job_locks"), leases); /* not even a lease */
  assert_int_equal(live_calls(world), 0);
  live_dump_free(&before);
}

/* ---- processes held in place ---- */

static bool a_call_is_under_way(LiveWorld *world, const void *context) {
  (void)context;
  return live_calls(world) > 0;
}

static bool is_running(LiveWorld *world, const void *date) {
  return strcmp(live_state(world, date, "hourly_analysis").text, "running") == 0;
}

static LiveProcess start_at(LiveWorld *world, const char *program, const char *now) {
  char arguments[64];
  live_exchange_now(world, now);
  snprintf(arguments, sizeof arguments, "--now %s", now);
  return live_start(world, program, arguments);
}

/* A daily_update that waits for an answer until it is stopped. */
static LiveProcess start_waiting_update(Scene *scene, size_t sessions_later) {
  LiveWorld *world = &scene->world;
  live_fault(world, "kind=slow&value=110000");
  live_forget_calls(world);
  LiveProcess process = start_at(world, "daily_update", due(scene, sessions_later).text);
  assert_true(live_wait_until(world, &process, a_call_is_under_way, NULL));
  assert_false(live_has_ended(&process));
  return process;
}

/* An analysis of BEGIN that was stopped half-way by SIGSTOP; on a new database, should one have been too fast. */
static LiveProcess start_stopped_analysis(Scene *scene) {
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    LiveWorld *world = set_up(scene);
    LiveProcess process = start_at(world, "hourly_analysis", due(scene, 0).text);
    live_wait_until(world, &process, is_running, BEGIN);
    kill(process.pid, SIGSTOP);
    if (!live_has_ended(&process) && is_running(world, BEGIN)) return process;
    kill(process.pid, SIGKILL);
    live_finish(world, &process);
  }
  fail_msg("%d analyses ended before they could be stopped", ATTEMPTS);
  return (LiveProcess){0};
}

static void assert_released(LiveWorld *world, const LiveProcess *process) {
  LiveDocuments leases = live_documents(world, "system_info", "job_locks");
  size_t found = 0;
  for (size_t i = 0; i < leases.count; i++) {
    if (live_int64(leases.items[i], "pid") != process->pid) continue;
    live_assert_instant(leases.items[i], "released_utc");
    found++;
  }
  assert_int_equal(found, 1);
  live_documents_free(&leases);
}

/* It ends as it should within five seconds of the signal. */
static void assert_leaves(LiveWorld *world, LiveProcess *process, int signal_number) {
  int64_t asked_ms = live_now_ms();
  kill(process->pid, signal_number);
  kill(process->pid, SIGCONT);
  LiveResult result = live_finish(world, process);
  assert_in_range(live_now_ms() - asked_ms, 0, 5000);
  live_assert_exit(&result, 75);
  assert_named(result.err, "next run");
  assert_released(world, process);
}

static void assert_names_holder(const LiveResult *result, const char *job, const LiveProcess *holder) {
  char host[128] = "", expected[200];
  gethostname(host, sizeof host - 1);
  live_assert_exit(result, 0);
  snprintf(expected, sizeof expected, "%s is at work on %s, pid %d", job, host, (int)holder->pid);
  live_assert_says(result->err, expected);
}

static void of_two_updates_one_works_and_the_other_names_it(void **state) {
  Scene *scene = *state;
  LiveDump clean = clean_content(scene, 3, false);
  LiveWorld *world = set_up(scene);
  LiveProcess first = start_waiting_update(scene, 3);
  LiveDump before = live_dump(world, LIVE_ALL);
  long calls = live_calls(world);
  LiveResult second = live_run_at(world, "daily_update", due(scene, 3).text, "");
  assert_names_holder(&second, "daily_update", &first);
  LiveResult set_up_again = live_run_at(world, "manual_setup", due(scene, 3).text, "--days 8"); /* the same lease */
  assert_names_holder(&set_up_again, "daily_update", &first);
  live_assert_holds(world, LIVE_ALL, &before);
  assert_int_equal(live_calls(world), calls);
  live_dump_free(&before);
  LiveResult analysis = live_run_at(world, "hourly_analysis", due(scene, 0).text, "--ticker 005930"); /* another job */
  live_assert_exit(&analysis, 0);
  assert_true(is_analyzed(world, "005930", BEGIN));
  assert_leaves(world, &first, SIGTERM);
  live_clear_faults(world);
  live_do(world, "daily_update", due(scene, 3).text, "");
  for (size_t i = 1; i <= 3; i++) live_assert_state(world, session(scene, i)->date, "completed");
  LiveDump content = live_dump(world, LIVE_CONTENT);
  LiveDump rows = live_dump_part(&content, "stock_data."), clean_rows = live_dump_part(&clean, "stock_data.");
  live_assert_same(&rows, &clean_rows);
  live_dump_free(&rows);
  live_dump_free(&clean_rows);
  live_dump_free(&content);
  live_dump_free(&clean);
}

static void of_two_analyses_one_works_and_the_other_names_it(void **state) {
  Scene *scene = *state;
  LiveDump clean = clean_content(scene, 0, true);
  LiveProcess first = start_stopped_analysis(scene);
  LiveWorld *world = &scene->world;
  LiveDump before = live_dump(world, LIVE_ALL);
  LiveResult second = live_run_at(world, "hourly_analysis", due(scene, 0).text, "");
  assert_names_holder(&second, "hourly_analysis", &first);
  live_assert_holds(world, LIVE_ALL, &before);
  live_dump_free(&before);
  kill(first.pid, SIGCONT);
  LiveResult result = live_finish(world, &first);
  live_assert_exit(&result, 0);
  assert_released(world, &first);
  assert_content(world, &clean);
}

/* ---- asked to leave ---- */

static const int SIGNALS[] = {SIGTERM, SIGINT, SIGHUP};

static void an_update_asked_to_stop_is_gone_in_time_and_continued(void **state) {
  Scene *scene = *state;
  LiveDump clean = clean_content(scene, 3, false);
  LiveWorld *world = set_up(scene);
  for (size_t i = 0; i < 3; i++) {
    LiveProcess process = start_waiting_update(scene, 3);
    assert_leaves(world, &process, SIGNALS[i]);
    for (size_t k = 1; k <= 3; k++) {
      const char *date = session(scene, k)->date;
      assert_string_not_equal(live_state(world, date, "daily_update").text, "completed");
      assert_string_not_equal(live_state(world, date, "daily_update").text, "running");
      assert_false(live_has(world, "system_info", "market_days", date));
    }
    live_clear_faults(world);
  }
  live_do(world, "daily_update", due(scene, 3).text, "");
  assert_content(world, &clean);
}

static void an_analysis_asked_to_stop_is_gone_in_time_and_continued(void **state) {
  Scene *scene = *state;
  for (size_t i = 0; i < 3; i++) {
    LiveDump clean = clean_content(scene, 0, true);
    LiveProcess process = start_stopped_analysis(scene);
    LiveWorld *world = &scene->world;
    assert_leaves(world, &process, SIGNALS[i]);
    size_t done = count_analyzed(world, BEGIN);
    assert_status(world, BEGIN, "waiting", "next run", (int64_t)done);
    live_do(world, "hourly_analysis", due(scene, 0).text, "");
    assert_status(world, BEGIN, "completed", NULL, TARGETS);
    assert_content(world, &clean);
  }
}

/* ---- a lease that ran out ---- */

static int64_t now_utc_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Longer ago than the clocks of two hosts may differ. */
static bool newest_lease_has_run_out(LiveWorld *world, const void *skew_ms) {
  LiveDocuments leases = live_documents(world, "system_info", "job_locks");
  bson_iter_t expires;
  bool out = leases.count > 0 && bson_iter_init_find(&expires, leases.items[leases.count - 1], "expires_utc") &&
             bson_iter_date_time(&expires) + *(const int64_t *)skew_ms < now_utc_ms();
  live_documents_free(&leases);
  return out;
}

/* With fences, instants and attempts. */
static LiveDump job_statuses(LiveWorld *world) {
  LiveDump all = live_dump(world, LIVE_SYSTEM), statuses = live_dump_part(&all, "system_info.job_status");
  live_dump_free(&all);
  assert_true(statuses.count > 0);
  return statuses;
}

/* Stopped with its question still open, and woken up when another has done the work: it repeats nothing. */
static void who_slept_past_his_lease_writes_nothing_more(void **state) {
  Scene *scene = *state;
  LiveDump clean = clean_content(scene, 3, false);
  LiveWorld *world = set_up(scene);
  const int64_t skew_ms = 1000;
  live_set(world, "CLOSEBELL_LEASE_SECONDS", "4");
  live_set(world, "CLOSEBELL_LEASE_SKEW_SECONDS", "1");
  live_set(world, "CLOSEBELL_KRX_TIMEOUT", "4s");
  LiveProcess sleeper = start_waiting_update(scene, 3);
  kill(sleeper.pid, SIGSTOP);
  live_clear_faults(world);
  assert_true(live_wait_until(world, &sleeper, newest_lease_has_run_out, &skew_ms));
  LiveResult heir = live_do(world, "daily_update", due(scene, 3).text, "");
  assert_named(heir.err, "daily_update lease");
  live_assert_says(heir.err, "3 sessions completed");
  LiveDump before = job_statuses(world);
  kill(sleeper.pid, SIGCONT);
  LiveResult result = live_finish(world, &sleeper);
  live_assert_exit(&result, 75);
  assert_named(result.err, "ran out");
  LiveDump after = job_statuses(world);
  live_assert_same(&after, &before);
  live_dump_free(&before);
  live_dump_free(&after);
  assert_content(world, &clean);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_quota_takes_the_largest_first),
      cmocka_unit_test(the_quota_may_be_a_setting),
      cmocka_unit_test(three_sessions_behind_goes_before_size),
      cmocka_unit_test(the_time_budget_stops_a_run),
      cmocka_unit_test(a_second_run_of_anything_asks_nothing_and_writes_nothing),
      cmocka_unit_test(of_two_updates_one_works_and_the_other_names_it),
      cmocka_unit_test(of_two_analyses_one_works_and_the_other_names_it),
      cmocka_unit_test(an_update_asked_to_stop_is_gone_in_time_and_continued),
      cmocka_unit_test(an_analysis_asked_to_stop_is_gone_in_time_and_continued),
      cmocka_unit_test(who_slept_past_his_lease_writes_nothing_more),
  };
  return cmocka_run_group_tests_name("quota", tests, live_scene_open, live_scene_close);
}
