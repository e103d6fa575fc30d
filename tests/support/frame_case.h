/* frame_case.h: the dataset of the tests' own in a made market: runs with it, and what became of it. */
#ifndef CLOSEBELL_TESTS_FRAME_CASE_H
#define CLOSEBELL_TESTS_FRAME_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "frame_dataset.h"
#include "sim_case.h"
#include "sim_sample.h"

static inline SimResult do_run(FrameService *service, SimProgram program) {
  const SimRun run = frame_run(service, (SimRun){.program = program});
  return sim_run(service->world, &run);
}

static inline void set_up(FrameService *service) {
  SimResult result = do_run(service, SIM_SETUP);
  if (result.exit_code != EXIT_DONE) fail_msg("%s", result.message);
}

static inline const bson_t *frame_document(const SimCase *c, Day date) {
  return sim_document(c->world, DB_SYSTEM, FRAME_NAME, day_text(date).text);
}

static inline const bson_t *frame_status(const SimCase *c, Day date) {
  char id[64];
  snprintf(id, sizeof id, "%s_" FRAME_NAME, day_text(date).text);
  return sim_document(c->world, DB_SYSTEM, "job_status", id);
}

static inline const char *frame_state(const SimCase *c, Day date) {
  const bson_t *status = frame_status(c, date);
  return status ? sim_text(status, "status") : "absent";
}

/* Every completed session of daily prices is proven, and its number is there. */
static inline size_t count_right(const SimCase *c) {
  size_t right = 0;
  for (size_t i = 0; i <= c->newest + 10 && i < c->market->count; i++) {
    Day date = c->market->sessions[i].date;
    const bson_t *document = frame_document(c, date);
    bool completed = strcmp(frame_state(c, date), "completed") == 0;
    if (completed && !document) fail_msg("%s is completed and not there", day_text(date).text);
    if (completed) assert_int_equal(sim_int64(document, "number"), frame_number(date));
    right += completed;
  }
  return right;
}

#endif
