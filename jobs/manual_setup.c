/* manual_setup: from an empty database to a complete one. */
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/setup.h>

#include "program.h"

static const ProgramOption OPTIONS[] = {
    {"days", "N", "sessions to keep (300); a larger number later extends the history"},
    {0},
};

static Status take(void *context, const char *name, const char *value, Error *err) {
  SetupOptions *options = context;
  (void)name;
  if (text_parse_int64(value, 1, SETUP_MAX_DAYS, &options->days)) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "--days: \"%s\" is not a number from 1 to %d", value, SETUP_MAX_DAYS);
}

static Status check(void *context, const Config *config, Error *err) {
  (void)context, (void)config, (void)err;
  return STATUS_OK;
}

static void run(Job *job, void *context, Outcome *ret_outcome) { setup_run(job, context, ret_outcome); }

int main(int argc, char **argv) {
  SetupOptions options = {.days = SETUP_DEFAULT_DAYS};
  const Program program = {.name = "manual_setup",
                           .lease_job = JOB_DAILY_UPDATE,
                           .asks_source = true,
                           .options = OPTIONS,
                           .context = &options,
                           .summary = "archive the latest sessions, choose the universe, fill its collections",
                           .take = take,
                           .check = check,
                           .run = run};
  return program_main(&program, argc, argv);
}
