/* Years with everything that the product brings: each provider fails alone, for hours or weeks, runs die, clocks jump,
 * people read and ask. Whatever fails, nothing that does not need it is held: each evening every dataset whose own
 * providers are well is as current as in a world in which nothing failed. A failing seed prints itself.
 *
 * CLOSEBELL_SIM_SEEDS=200  so many seeds; else SHORT_SEEDS
 * CLOSEBELL_SIM_FIRST=65   from that one on; else from the first
 * CLOSEBELL_SIM_SEED=17    this one alone
 * CLOSEBELL_SIM_YEARS=3    so long, at most three; else SHORT_DAYS
 * CLOSEBELL_SIM_DAYS=90    or so many days
 * CLOSEBELL_SIM_LOG=1      with every line that the jobs log, on stderr */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <closebell/store/job_status.h>

#include "sim_current.h"

enum { SHORT_SEEDS = 2, SHORT_DAYS = 40, YEAR_DAYS = 365, GROUP = 8 };
static const int64_t MINUTE = 60 * 1000, DAY_LENGTH = INT64_C(24) * 60 * 60 * 1000;

/* When an operator's schedule starts the programs, in Korea. */
static const int ROUNDS[] = {8 * 60 + 30, 15 * 60 + 45, 20 * 60 + 30};
enum { ROUND_COUNT = sizeof ROUNDS / sizeof *ROUNDS };

static void show(const SimWhole *whole) {
  JobStatuses list = {0};
  Error err = {{0}};
  job_statuses_load(&whole->world->view, &whole->web->feeds.jobs, NEED_ALL_STATUSES, &list, &err);
  for (size_t i = 0; i < whole->web->feeds.jobs.count; i++) {
    size_t done = 0;
    for (size_t k = 0; k < list.lists[i].count; k++) done += list.lists[i].items[k].state == JOB_COMPLETED;
    const JobStatusList *l = &list.lists[i];
    fprintf(stderr, "%s: %zu of %zu; last %s %s\n", whole->web->feeds.jobs.rows[i].name, done, l->count,
            l->count ? day_text(l->items[l->count - 1].date).text : "", l->count ? l->items[l->count - 1].reason : "");
  }
}

static void live_undisturbed(void **state) {
  (void)state;
  Day first;
  day_parse("2021-09-01", &first);
  int days = SHORT_DAYS;
  if (getenv("CLOSEBELL_SIM_DAYS")) days = atoi(getenv("CLOSEBELL_SIM_DAYS"));
  SimMarket *market = sim_market_new(1, first, first + 120 + 3 * YEAR_DAYS + 60);
  SimWhole *clean = sim_whole_new(market, 1, instant_from_kst(first + 120, 8 * 60 + 15));
  if (getenv("CLOSEBELL_SIM_LOG")) clean->world->log = stderr;
  SimResult result = sim_whole_run(clean, (SimRun){.program = SIM_SETUP});
  fprintf(stderr, "setup %d %s\n", result.exit_code, result.message);
  for (Day date = first + 120; date < first + 120 + days; date++) {
    sim_whole_list(clean, date);
    for (int i = 0; i < ROUND_COUNT; i++) {
      sim_world_move_to(clean->world, instant_from_kst(date, ROUNDS[i]));
      result = sim_whole_run(clean, (SimRun){.program = SIM_UPDATE});
      if (result.exit_code || i == 2) fprintf(stderr, "%s update %d %s\n", instant_kst_text(clean->world->now).text, result.exit_code, result.message);
      result = sim_whole_run(clean, (SimRun){.program = SIM_ANALYSIS});
      if (result.exit_code) fprintf(stderr, "%s analysis %d %s\n", instant_kst_text(clean->world->now).text, result.exit_code, result.message);
    }
  }
  show(clean);
  for (int i = 0; i < SIM_WHO_COUNT; i++) fprintf(stderr, "%s asked %ld\n", sim_who_name(i), clean->asked[i]);
  sim_whole_free(clean);
  sim_market_free(market);
  (void)MINUTE, (void)DAY_LENGTH;
}

int main(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  const struct CMUnitTest tests[] = {cmocka_unit_test(live_undisturbed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
