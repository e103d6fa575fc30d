/* A simulated year of declared feeds, with outages, bad answers, lost replies and deaths: nothing is completed that is
 * not there, nothing is there twice or otherwise than it was answered, no key is asked beyond its allowance by the
 * feeds that share it, and what is stored is not asked for again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/job_status.h>

#include "sim_case.h"
#include "sim_rival.h"
#include "sim_sample.h"
#include "sim_web.h"

static const int64_t HOUR_MS = INT64_C(3600) * 1000;
static const char *const FEEDS[] = {"rates", "prices", "profiles", "notes"};
enum { DAYS = 365, RUNS_A_DAY = 4, SEEDS = 2, NOTES = 3 };

typedef struct {
  SimMarket *market;
  SimWorld *world;
  SimWeb *web;
  long runs, deaths, completed;
  uint64_t state;
} Year;

static unsigned draw(Year *year, unsigned below) {
  year->state = year->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned)(year->state >> 33) % below;
}

static void begin(Year *year, uint64_t seed) {
  Day first, last;
  assert_true(day_parse("2023-10-02", &first) && day_parse("2024-01-31", &last));
  *year = (Year){.market = sim_market_new(seed, first, last), .state = seed};
  year->world = sim_world_new(year->market, seed, sim_market_published(year->market, year->market->sessions[60].date));
  SimRun setup = {.program = SIM_SETUP};
  assert_int_equal(sim_run(year->world, &setup).exit_code, EXIT_DONE);
  year->web = sim_web_new(year->world);
}

static void end(Year *year) {
  sim_web_free(year->web);
  sim_world_free(year->world);
  sim_market_free(year->market);
}

/* ---- what has to hold ---- */

static const bson_t *status_of(const Year *year, Day date, const char *feed) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(date).text, feed);
  return sim_document(year->world, DB_SYSTEM, "job_status", id);
}

static bool is_completed(const Year *year, Day date, const char *feed) {
  const bson_t *status = status_of(year, date, feed);
  if (!status || strcmp(sim_text(status, "status"), "completed") != 0) return false;
  assert_int_equal(sim_int64(status, "expected_rows"), sim_int64(status, "stored_rows"));
  return true;
}

static void check_rates(const Year *year, Day date) {
  if (!is_completed(year, date, "rates")) return;
  for (int item = 0; item < WEB_RATES; item++) {
    char id[32];
    snprintf(id, sizeof id, "%s:r%d", day_text(date).text, item);
    const bson_t *row = sim_document(year->world, DB_FEED, "rates", id);
    if (!row || sim_int64(row, "value") != sim_web_rate(date, item))
      fail_msg("rates of %s are completed, and %s is not as it was answered", day_text(date).text, id);
  }
}

/* All rows of the newest completed hour are of one answer, or of a later one that did not end. */
static void check_prices(const Year *year, Day date) {
  if (!is_completed(year, date, "prices")) return;
  assert_int_equal(sim_document_count(year->world, DB_FEED, "prices"), WEB_PRICES);
  for (int row = 0; row < WEB_PRICES; row++) {
    char id[16];
    snprintf(id, sizeof id, "p%02d", row);
    const bson_t *stored = sim_document(year->world, DB_FEED, "prices", id);
    assert_non_null(stored);
    assert_int_equal(sim_int64(stored, "value") % 1000, row);
  }
}

static void check(const Year *year) {
  Day today = instant_kst_day(year->world->now);
  for (Day date = today - 3; date <= today; date++) check_rates(year, date);
  check_prices(year, today);
  assert_true(sim_document_count(year->world, DB_FEED, "profiles") <= WEB_PROFILES);
  for (int key = 0; key < WEB_KEYS; key++)
    for (int day = 0; day < WEB_DAYS_MAX; day++)
      if (year->web->key_calls[key][day] > WEB_KEY_CALLS)
        fail_msg("key %d was asked %ld times on day %d", key + 1, year->web->key_calls[key][day], day);
}

/* ---- the year ---- */

/* A week of trouble in three, of another kind each time. */
static void weather(Year *year, int day) {
  int week = day / 7;
  bool bad = week % 3 == 1;
  year->web->trouble = (WebTrouble)(1 + week / 3 % (WEB_TROUBLES - 1));
  year->web->per_mille = bad ? (day % 7 < 2 ? 1000 : 300) : 0;
}

static void run_one(Year *year, const char *feed) {
  SimRun run = {.losses_per_mille = 5};
  if (draw(year, 5) == 0) {
    run.crash_at = 1 + draw(year, 120);
    run.crash_after = draw(year, 2) == 0;
  }
  SimResult result = sim_web_run(year->web, feed, run);
  year->runs++;
  year->deaths += result.crashed;
  check(year);
}

static void live_through(Year *year) {
  for (int day = 0; day < DAYS; day++) {
    weather(year, day);
    for (int turn = 0; turn < RUNS_A_DAY; turn++) {
      sim_world_move_to(year->world, instant_from_kst(year->web->first_day + 1 + day, turn * 360 + 30));
      for (size_t i = 0; i < WEB_FEEDS; i++)
        if (i != NOTES || turn == 2) run_one(year, FEEDS[i]);
    }
  }
  year->web->per_mille = 0;
}

/* Everything after it is undisturbed. */
static void settle(Year *year) {
  sim_world_pass(year->world, 26 * HOUR_MS);
  for (int turn = 0; turn < 3; turn++)
    for (size_t i = 0; i < WEB_FEEDS; i++) sim_web_run(year->web, FEEDS[i], (SimRun){0});
  check(year);
}

/* Every row that is there was answered so, and belongs to a day that was asked for. */
static void check_all_rates(Year *year) {
  size_t rows = 0;
  Day last = instant_kst_day(year->world->now);
  for (Day date = year->web->first_day - 1; date <= last; date++) {
    check_rates(year, date);
    year->completed += is_completed(year, date, "rates");
    for (int item = 0; item < WEB_RATES; item++) {
      char id[32];
      snprintf(id, sizeof id, "%s:r%d", day_text(date).text, item);
      const bson_t *row = sim_document(year->world, DB_FEED, "rates", id);
      if (row) assert_int_equal(sim_int64(row, "value"), sim_web_rate(date, item));
      rows += row != NULL;
    }
  }
  assert_int_equal(sim_document_count(year->world, DB_FEED, "rates"), rows);
}

/* Who is killed between an answer and its row asks again; nobody else does. A batch is 60 items in three days. */
static void check_profiles(const Year *year) {
  long least = year->web->answered[0], most = least;
  for (int i = 0; i < WEB_PROFILES; i++) {
    if (year->web->answered[i] < least) least = year->web->answered[i];
    if (year->web->answered[i] > most) most = year->web->answered[i];
  }
  assert_true(least > 30);
  assert_true(most - least <= year->deaths);
  assert_int_equal(sim_document_count(year->world, DB_FEED, "profiles"), WEB_PROFILES);
}

static void a_year_with_outages_and_deaths(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    Year year;
    begin(&year, seed);
    live_through(&year);
    settle(&year);
    check_all_rates(&year);
    check_profiles(&year);
    Day today = instant_kst_day(year.world->now);
    for (size_t i = 0; i < WEB_FEEDS; i++)
      if (!is_completed(&year, today, FEEDS[i])) fail_msg("%s is not completed in the end", FEEDS[i]);
    print_message("seed %d: %ld runs, %ld deaths, %ld days of rates completed, %ld calls\n", (int)seed, year.runs,
                  year.deaths, year.completed, year.web->calls);
    assert_true(year.completed > DAYS - 10);
    end(&year);
  }
}

/* An undisturbed batch asks each item once, by the first key as long as it lasts. */
static void without_trouble_each_item_is_asked_once_a_batch(void **state) {
  (void)state;
  Year year;
  begin(&year, 9);
  for (int day = 0; day < 6; day++) {
    sim_world_move_to(year.world, instant_from_kst(year.web->first_day + 2 + day, 660));
    for (int turn = 0; turn < 3; turn++) {
      sim_world_pass(year.world, HOUR_MS);
      sim_web_run(year.web, "profiles", (SimRun){0});
    }
  }
  for (int i = 0; i < WEB_PROFILES; i++) assert_int_equal(year.web->answered[i], 2);
  end(&year);
}

/* Every item whose row is there when the run dies is answered once in the batch. */
static void die_and_go_on(long crash_at, bool crash_after, long *stored, bool *ret_crashed) {
  Year year;
  bool is_there[WEB_PROFILES];
  begin(&year, 3);
  sim_world_move_to(year.world, instant_from_kst(year.web->first_day + 2, 660));
  SimResult result = sim_web_run(year.web, "profiles", (SimRun){.crash_at = crash_at, .crash_after = crash_after});
  *ret_crashed = result.crashed;
  for (int i = 0; i < WEB_PROFILES; i++) {
    char id[16];
    snprintf(id, sizeof id, "c%02d", i);
    is_there[i] = sim_document(year.world, DB_FEED, "profiles", id) != NULL;
    *stored += is_there[i];
  }
  for (int turn = 0; turn < 2; turn++) {
    sim_world_pass(year.world, HOUR_MS);
    sim_web_run(year.web, "profiles", (SimRun){0});
  }
  for (int i = 0; i < WEB_PROFILES; i++)
    if (is_there[i] && year.web->answered[i] != 1)
      fail_msg("killed %s round trip %ld, c%02d is stored, and asked %ld times", crash_after ? "after" : "before", crash_at,
               i, year.web->answered[i]);
  assert_int_equal(sim_document_count(year.world, DB_FEED, "profiles"), 25);
  end(&year);
}

static void what_is_stored_is_not_asked_again_wherever_the_run_died(void **state) {
  (void)state;
  long step = getenv("CLOSEBELL_TEST_LONG") ? 1 : 13;
  long stored = 0;
  bool crashed = true;
  for (long at = 1; crashed; at += step)
    for (int after = 0; after < 2; after++) die_and_go_on(at, after == 1, &stored, &crashed);
  assert_true(stored > 50);
}

/* Its rows are not there: so it is not done, and the next run stores what was answered. */
static void an_item_whose_rows_somebody_else_writes_is_not_done(void **state) {
  (void)state;
  Year year;
  begin(&year, 3);
  sim_world_move_to(year.world, instant_from_kst(year.web->first_day + 2, 660));
  SimRun beside_rival = {.dress = sim_rival_dress, .dress_context = (char[]){"feed_data"}};
  SimResult result = sim_web_run(year.web, "profiles", beside_rival);
  assert_int_equal(result.exit_code, EXIT_TRY_AGAIN);
  assert_non_null(strstr(result.message, "0 of 1 rows are stored"));
  assert_int_equal(sim_document_count(year.world, DB_FEED, "profiles"), 0);
  sim_world_pass(year.world, HOUR_MS);
  assert_int_equal(sim_web_run(year.web, "profiles", (SimRun){0}).exit_code, EXIT_DONE);
  assert_true(is_completed(&year, instant_kst_day(year.world->now), "profiles"));
  assert_int_equal(year.web->answered[0], 1);
  assert_non_null(sim_document(year.world, DB_FEED, "profiles", "c00"));
  end(&year);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(without_trouble_each_item_is_asked_once_a_batch),
                                     cmocka_unit_test(what_is_stored_is_not_asked_again_wherever_the_run_died),
                                     cmocka_unit_test(an_item_whose_rows_somebody_else_writes_is_not_done),
                                     cmocka_unit_test(a_year_with_outages_and_deaths)};
  return cmocka_run_group_tests_name("feeds_year", tests, NULL, NULL);
}
