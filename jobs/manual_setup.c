/* manual_setup: from an empty database to a complete one. */
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/setup.h>
#include <closebell/job/verify.h>

#include "program.h"

typedef struct {
  SetupOptions setup;
  bool verify;
} Options;

static const ProgramOption OPTIONS[] = {
    {"days", "N", "sessions to keep (300); a larger number later extends the history"},
    {"verify", NULL, "compare everything kept with the archive; changes nothing"},
    {0},
};

static Status take(void *context, const char *name, const char *value, Error *err) {
  Options *options = context;
  if (strcmp(name, "verify") == 0) {
    options->verify = true;
    return STATUS_OK;
  }
  if (text_parse_int64(value, 1, SETUP_MAX_DAYS, &options->setup.days)) return STATUS_OK;
  return error_set(err, STATUS_USAGE, "--days: \"%s\" is not a number from 1 to %d", value, SETUP_MAX_DAYS);
}

static Status check(void *context, const Config *config, Error *err) {
  (void)context, (void)config, (void)err;
  return STATUS_OK;
}

static bool asks_source(const void *context) { return !((const Options *)context)->verify; }

static void run(Job *job, void *context, Outcome *ret_outcome) {
  const Options *options = context;
  options->verify ? verify_run(job, ret_outcome) : setup_run(job, &options->setup, ret_outcome);
}

int main(int argc, char **argv) {
  Options options = {.setup.days = SETUP_DEFAULT_DAYS};
  const Program program = {.name = "manual_setup",
                           .lease_job = JOB_DAILY_UPDATE,
                           .asks_source = asks_source,
                           .options = OPTIONS,
                           .context = &options,
                           .summary = "archive the latest sessions, choose the universe, fill its collections",
                           .take = take,
                           .check = check,
                           .run = run};
  return program_main(&program, argc, argv);
}
