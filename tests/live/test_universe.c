/* Who is followed, by the real programs: on each day of early 2023 the stocks that the recorded files say, and after
 * five sessions that nobody collected the same as without the outage. */
#include <stdlib.h>

#include "live_scene.h"
#include "universe_truth.h"

static void set_rules(LiveWorld *world, const TruthRules *rules) {
  char number[32];
  live_set(world, "CLOSEBELL_UNIVERSE_MARKETS", rules->markets);
  snprintf(number, sizeof number, "%lld", (long long)rules->min_cap);
  live_set(world, "CLOSEBELL_UNIVERSE_MIN_MARKET_CAP", number);
  snprintf(number, sizeof number, "%lld", (long long)rules->exit_cap);
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_MARKET_CAP", number);
  snprintf(number, sizeof number, "%zu", rules->exit_sessions);
  live_set(world, "CLOSEBELL_UNIVERSE_EXIT_SESSIONS", number);
  live_set(world, "CLOSEBELL_UNIVERSE_EXCLUDE", rules->without_preferred ? "preferred" : NULL);
}

/* When the session's data are due; of the last one of 2023 the files do not tell. */
static LiveInstant due(const LiveScene *scene, size_t session) {
  if (session + 1 < scene->sample.count) return live_sample_due(&scene->sample, session);
  assert_string_equal(scene->sample.days[session].date, "2023-02-14");
  return (LiveInstant){"2023-02-15T00:00:00Z"};
}

static void set_up(LiveScene *scene, const TruthRules *rules, size_t session, int days) {
  char arguments[32];
  set_rules(&scene->world, rules);
  snprintf(arguments, sizeof arguments, "--days %d", days);
  live_do(&scene->world, "manual_setup", due(scene, session).text, arguments);
}

static void update_to(LiveScene *scene, size_t session) {
  live_do(&scene->world, "daily_update", due(scene, session).text, "");
}

/* ---- against the files ---- */

enum { RAW_BEGIN = 9 };

static const TruthRules RAW_RULES = {
    "in the middle of the market", "KOSPI,KOSDAQ,KONEX", 60000000000, 58000000000, 2, true};

static void assert_universe(LiveScene *scene, size_t now, TruthUniverse *truth) {
  LiveDocuments targets = live_documents(&scene->world, "system_info", "target_tickers");
  char why[256];
  universe_truth(&scene->sample, &RAW_RULES, RAW_BEGIN, now, truth);
  if (!universe_truth_holds(truth, &scene->sample, (const bson_t *const *)targets.items, targets.count, why))
    fail_msg("%s: %s", scene->sample.days[now].date, why);
  live_documents_free(&targets);
}

static void the_universe_after_set_up_and_after_each_day_of_2023_is_what_the_files_say(void **state) {
  LiveScene *scene = *state;
  static TruthUniverse truth;
  set_up(scene, &RAW_RULES, RAW_BEGIN, RAW_BEGIN + 1);
  assert_universe(scene, RAW_BEGIN, &truth);
  for (size_t i = RAW_BEGIN + 1; i < scene->sample.count; i++) {
    update_to(scene, i);
    assert_universe(scene, i, &truth);
  }
  assert_true(truth.entered >= 2 && truth.left >= 2);
}

static int open_raw(void **state) {
  LiveScene *scene = calloc(1, sizeof *scene);
  *state = scene;
  if (scene == NULL) return -1;
  live_sample_load_raw(&scene->sample);
  live_world_open(&scene->world, LIVE_RAW);
  live_world_reset(&scene->world);
  return 0;
}

/* ---- an outage ---- */

enum { OUTAGE = 5, KEPT = 20 };

static const TruthRules SHIFTING = {"shifting", "KOSPI,KOSDAQ", 100000000000, 98000000000, 1, false};

/* The newest session after which five bring an entry and an exit. */
static size_t find_shift(const LiveSample *sample) {
  static TruthUniverse truth;
  for (size_t begin = sample->count - OUTAGE - 2; begin > KEPT; begin--) {
    universe_truth(sample, &SHIFTING, begin, begin + OUTAGE, &truth);
    if (truth.entered > 0 && truth.left > 0) return begin;
  }
  fail_msg("no five sessions in which stocks enter and leave");
  return 0;
}

static void five_sessions_missed_while_stocks_enter_and_leave_end_equal_to_none(void **state) {
  LiveScene *scene = *state;
  LiveWorld *world = &scene->world;
  size_t begin = find_shift(&scene->sample);
  LiveInstant end = due(scene, begin + OUTAGE);
  set_up(scene, &SHIFTING, begin, KEPT);
  for (size_t i = begin + 1; i <= begin + OUTAGE; i++) {
    update_to(scene, i);
    live_do(world, "hourly_analysis", due(scene, i).text, "");
  }
  LiveDump steady = live_dump(world, LIVE_RESULT);
  live_world_reset(world);
  set_up(scene, &SHIFTING, begin, KEPT);
  live_do(world, "hourly_analysis", due(scene, begin).text, "");
  update_to(scene, begin + OUTAGE);
  live_do(world, "hourly_analysis", end.text, "");
  live_assert_holds(world, LIVE_RESULT, &steady);
  live_dump_free(&steady);
}

int main(void) {
  const struct CMUnitTest recorded[] = {
      cmocka_unit_test(the_universe_after_set_up_and_after_each_day_of_2023_is_what_the_files_say)};
  const struct CMUnitTest outage[] = {
      cmocka_unit_test(five_sessions_missed_while_stocks_enter_and_leave_end_equal_to_none)};
  return cmocka_run_group_tests_name("universe of 2023", recorded, open_raw, live_scene_close) +
         cmocka_run_group_tests_name("outage", outage, live_scene_open, live_scene_close);
}
