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

static bool is_new(const LiveDay *days, const char *ticker) {
  return live_sample_row(&days[0], ticker) == NULL && live_sample_row(&days[1], ticker) != NULL;
}

/* The broker is asked about the stocks of the session before: one that is listed in this session comes with the
 * morning, and alone does so. days: that session and this one. Returns how many came. */
static size_t check_all_but_new(const LiveDay *days, const LiveDocuments *evening, const LiveDocuments *final) {
  LiveDocuments known = {.items = calloc(final->count + 1, sizeof *known.items)};
  assert_non_null(known.items);
  for (size_t i = 0; i < final->count; i++)
    if (!is_new(days, live_id(final->items[i]))) known.items[known.count++] = final->items[i];
  for (size_t i = 0; i < evening->count; i++) assert_false(is_new(days, live_id(evening->items[i])));
  check_equal(days[1].date, evening, &known);
  size_t came = final->count - known.count;
  free(known.items);
  return came;
}

typedef struct {
  bool believed;
  size_t came; /* stocks that the morning alone has */
} Lived;

/* An evening, a night and a morning. days: the session before, the evening's, and the next. */
static Lived live_through(Scene *scene, const LiveDay *days, uint32_t *seed) {
  LiveWorld *world = &scene->world;
  const char *date = days[1].date, *next = days[2].date;
  char evening[64], night[64], morning[64], clock[96];
  Lived lived = {0};
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
  lived.believed = strcmp(live_state(world, date, "evening").text, "completed") == 0;
  LiveDocuments documents = live_documents(world, "system_info", "evening_analysis");
  assert_true(lived.believed == (documents.count > 0));
  assert_nothing_provisional(world);
  live_delete(world, "system_info", "source_state", "kis"); /* the door, where one was shut: opened by hand */
  live_do(world, "daily_update", morning, "");
  live_do(world, "hourly_analysis", morning, "");
  LiveDocuments final = live_documents(world, "system_info", "latest_analysis");
  if (lived.believed) lived.came = check_all_but_new(days, &documents, &final);
  assert_gone(world);
  assert_nothing_provisional(world);
  live_documents_free(&documents);
  live_documents_free(&final);
  return lived;
}

static void set_up(Scene *scene, const char *date) {
  char now[64];
  live_world_reset(&scene->world);
  configure(scene);
  snprintf(now, sizeof now, "%sT00:00:00Z", date);
  live_do(&scene->world, "manual_setup", now, "--days 30");
  live_do(&scene->world, "hourly_analysis", now, "");
}

/* CLOSEBELL_SIM_DAYS: so many; CLOSEBELL_SIM_SEED: another weather. */
static void evenings_and_mornings_follow_each_other(void **state) {
  Scene *scene = *state;
  const char *days = getenv("CLOSEBELL_SIM_DAYS"), *seeded = getenv("CLOSEBELL_SIM_SEED");
  size_t wanted = days ? (size_t)strtoul(days, NULL, 10) : 5, believed = 0;
  uint32_t seed = seeded ? (uint32_t)strtoul(seeded, NULL, 10) : 3;
  LiveSample sample = {0};
  live_sample_load_days(&sample);
  assert_true(wanted + 1 < sample.count);
  size_t at = sample.count - 1 - wanted;
  set_up(scene, sample.days[at].date);
  for (size_t i = 0; i < wanted; i++) believed += live_through(scene, &sample.days[at + i - 1], &seed).believed;
  live_sample_free(&sample);
  assert_true(believed > 0 && (believed < wanted || wanted < 5));
}

/* 064400, of 5.4 trillion won, has its first session on that day. */
static void a_stock_that_is_listed_in_the_session_comes_with_the_morning(void **state) {
  Scene *scene = *state;
  LiveSample sample = {0};
  uint32_t calm = 0;
  live_sample_load_days(&sample);
  size_t at = live_sample_index(&sample, "2025-02-05");
  set_up(scene, sample.days[at].date);
  Lived lived = live_through(scene, &sample.days[at - 1], &calm);
  assert_true(lived.believed);
  assert_int_equal(lived.came, 1);
  assert_true(live_has(&scene->world, "system_info", "latest_analysis", "064400"));
  live_sample_free(&sample);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_stock_that_is_listed_in_the_session_comes_with_the_morning),
                                     cmocka_unit_test(evenings_and_mornings_follow_each_other)};
  return cmocka_run_group_tests_name("evenings", tests, start, stop);
}
