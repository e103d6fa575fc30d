/* dart_case.h: runs beside a simulated DART, what they leave, and their death at one round trip after the other. */
#ifndef CLOSEBELL_TESTS_DART_CASE_H
#define CLOSEBELL_TESTS_DART_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim_case.h"
#include "sim_dart.h"
#include "sim_sample.h"

enum { DART_GIVES_UP_DAYS = 10 };
static const int64_t HOUR_MS = 60 * 60 * 1000;

static inline SimResult run_with(SimDart *dart, SimRun run) {
  const SimRun with = sim_dart_run(dart, run);
  return sim_run(dart->world, &with);
}

static inline SimResult update(SimDart *dart) { return run_with(dart, (SimRun){.program = SIM_UPDATE}); }

/* daily_update of that dataset alone. */
static inline SimRun alone(const char *dataset) {
  return (SimRun){
      .program = SIM_UPDATE, .ranged = true, .update = {.dataset = dataset, .from = DAY_NONE, .to = DAY_NONE}};
}

static inline SimRun filling_back(void) { return (SimRun){.program = SIM_SETUP, .setup = {.financials = true}}; }
static inline SimResult back_fill(SimDart *dart) { return run_with(dart, filling_back()); }

static inline void set_up(SimDart *dart) {
  SimResult result = run_with(dart, (SimRun){.program = SIM_SETUP});
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

static inline Day today(const SimDart *dart) { return instant_kst_day(dart->world->now); }

/* Null: it has none. */
static inline const bson_t *dataset_status(const SimDart *dart, Day date, const char *dataset) {
  char id[64];
  snprintf(id, sizeof id, "%s_%s", day_text(date).text, dataset);
  return sim_document(dart->world, DB_SYSTEM, "job_status", id);
}

static inline const char *dataset_state(const SimDart *dart, Day date, const char *dataset) {
  const bson_t *status = dataset_status(dart, date, dataset);
  return status ? sim_text(status, "status") : "absent";
}

static inline size_t restatements_in(const SimDart *dart) {
  return sim_document_count(dart->world, DB_SYSTEM, "restatements");
}

/* ---- deaths ---- */

/* Whatever the order and the hour, both hold the same; archive: where first_seen_utc is hidden in bytes. */
static inline void expect_same(const SimDart *dart, DbMemory *whole, const char *archive) {
  const char *const others[] = {"system_info.job_runs",
                                "system_info.job_locks",
                                "system_info.job_status",
                                "system_info.source_state",
                                "system_info.restatements",
                                "system_info.ops_alerts",
                                "system_info.report_work",
                                archive,
                                NULL};
  static const char *const FIELDS[] = {"first_seen_utc", NULL};
  const DbMemoryOmit omit = {others, FIELDS};
  Error difference = {{0}};
  if (!db_memory_equal(dart->world->memory, whole, &omit, &difference)) fail_msg("%s", difference.text);
}

typedef struct {
  SimRun run;
  long step;
  const char *archive;                                           /* "system_info.report_archive" */
  void (*check)(const SimDart *dart, Instant since, Day newest); /* what holds when it has gone on */
} DartDeaths;

/* Dies at one round trip after the other, until one lives; each time the next runs come to what an undisturbed one
 * makes. newest: the last session at that time. Returns how often it died. */
static inline size_t die_at_each(SimDart *dart, const DartDeaths *deaths, Day newest) {
  const Instant now = dart->world->now;
  DbMemory *before = db_memory_copy(dart->world->memory), *whole;
  run_with(dart, deaths->run);
  whole = db_memory_copy(dart->world->memory);
  size_t count = 0;
  for (long at = 1;; at += deaths->step, count++) {
    SimRun dying = deaths->run;
    sim_world_restore(dart->world, before);
    dart->world->now = now;
    dying.crash_at = at;
    dying.crash_after = at % 2 == 0;
    if (!run_with(dart, dying).crashed) break;
    sim_world_pass(dart->world, HOUR_MS);
    run_with(dart, deaths->run);
    run_with(dart, deaths->run);
    deaths->check(dart, now, newest);
    expect_same(dart, whole, deaths->archive);
  }
  db_memory_free(before);
  db_memory_free(whole);
  return count;
}

#endif
