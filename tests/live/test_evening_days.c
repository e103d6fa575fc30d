/* Evening after evening, each with a morning behind it, and weather in between. The long form is a year of them:
 * CLOSEBELL_SIM_DAYS=250. */
#include <stdlib.h>

#include "evening_scene.h"
#include "live_sample.h"

/* What goes wrong on an evening; the first two: nothing. */
static const char *const WEATHER[] = {"", "", "fault?service=quotes&kind=half", "fault?service=quotes&kind=html",
                                      "fault?service=holidays&kind=status&value=500&times=1"};

static void assert_nothing_provisional(LiveWorld *world) {
  static const char *const final[] = {"market_days", "latest_analysis", "leader_candidates", "strategy_days"};
  for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
    LiveDocuments documents = live_documents(world, "system_info", final[i]);
    for (size_t k = 0; k < documents.count; k++)
      if (live_has_field(documents.items[k], "finality"))
        assert_string_equal(live_text(documents.items[k], "finality"), "final");
    live_documents_free(&documents);
  }
}

/* An evening, a night and a morning; returns whether the evening was believed. */
static bool live_through(Scene *scene, const char *date, const char *next, uint32_t *seed) {
  LiveWorld *world = &scene->world;
  char evening[64], night[64], morning[64], clock[96];
  *seed = *seed * 1664525 + 1013904223;
  const char *weather = WEATHER[(*seed >> 16) % (sizeof WEATHER / sizeof WEATHER[0])];
  snprintf(evening, sizeof evening, "%sT06:42:00Z", date);
  snprintf(night, sizeof night, "%sT10:00:00Z", date);
  snprintf(morning, sizeof morning, "%sT00:00:00Z", next);
  snprintf(clock, sizeof clock, "now?instant=%sT15:42:00%%2B09:00&speed=0", date);
  control(scene, "clear");
  control(scene, clock);
  if (*weather) control(scene, weather);
  LiveResult result = live_run_at(world, "daily_update", evening, "");
  live_assert_exit(&result, 0);
  live_do(world, "hourly_analysis", night, "");
  bool believed = strcmp(live_state(world, date, "evening").text, "completed") == 0;
  LiveDocuments documents = live_documents(world, "system_info", "evening_analysis");
  assert_true(believed == (documents.count > 0));
  assert_nothing_provisional(world);
  live_delete(world, "system_info", "source_state", "kis"); /* the door, where one was shut: opened by hand */
  live_do(world, "daily_update", morning, "");
  live_do(world, "hourly_analysis", morning, "");
  LiveDocuments final = live_documents(world, "system_info", "latest_analysis");
  if (believed) check_equal(&documents, &final);
  assert_gone(world);
  assert_nothing_provisional(world);
  live_documents_free(&documents);
  live_documents_free(&final);
  return believed;
}

/* CLOSEBELL_SIM_DAYS: so many; CLOSEBELL_SIM_SEED: another weather. */
static void evenings_and_mornings_follow_each_other(void **state) {
  Scene *scene = *state;
  const char *days = getenv("CLOSEBELL_SIM_DAYS"), *seeded = getenv("CLOSEBELL_SIM_SEED");
  size_t wanted = days ? (size_t)strtoul(days, NULL, 10) : 5, believed = 0;
  uint32_t seed = seeded ? (uint32_t)strtoul(seeded, NULL, 10) : 3;
  LiveSample sample = {0};
  live_sample_load_days(&sample);
  size_t at = sample.count - 1 - wanted;
  char set_up[64];
  live_world_reset(&scene->world);
  configure(scene);
  snprintf(set_up, sizeof set_up, "%sT00:00:00Z", sample.days[at].date);
  live_do(&scene->world, "manual_setup", set_up, "--days 30");
  live_do(&scene->world, "hourly_analysis", set_up, "");
  for (size_t i = 0; i < wanted; i++)
    believed += live_through(scene, sample.days[at + i].date, sample.days[at + i + 1].date, &seed);
  live_sample_free(&sample);
  assert_true(believed > 0 && (believed < wanted || wanted < 5));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(evenings_and_mornings_follow_each_other)};
  return cmocka_run_group_tests_name("evenings", tests, start, stop);
}
