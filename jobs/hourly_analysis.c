/* hourly_analysis: indicators of every target, largest market cap first, within quota and time. */
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/analyze.h>
#include <closebell/market/ticker.h>

#include "program.h"

static const ProgramOption OPTIONS[] = {
    {"quota", "N", "tickers to analyse in this run, 0: no limit"},
    {"budget", "TIME", "time to spend, like 50m"},
    {"ticker", "CODE", "only this one"},
    {"force", NULL, "redo what is up to date as well"},
    {0},
};

typedef struct {
  AnalyzeOptions options; /* quota and budget -1: as configured */
} Context;

static Status take(void *context, const char *name, const char *value, Error *err) {
  AnalyzeOptions *options = &((Context *)context)->options;
  if (strcmp(name, "force") == 0) {
    options->force = true;
  } else if (strcmp(name, "ticker") == 0) {
    if (!ticker_is_valid(value))
      return error_set(err, STATUS_USAGE, "--ticker: \"%s\" is not a six-character code like 005930", value);
    options->ticker = value;
  } else if (strcmp(name, "quota") == 0) {
    if (!text_parse_int64(value, 0, 1000000, &options->quota))
      return error_set(err, STATUS_USAGE, "--quota: \"%s\" is not a number from 0 to 1000000", value);
  } else if (!text_parse_duration_ms(value, &options->budget_ms) || options->budget_ms < 0) {
    return error_set(err, STATUS_USAGE, "--budget: \"%s\" is not a time like 50m or 90s", value);
  }
  return STATUS_OK;
}

static Status check(void *context, const Config *config, Error *err) {
  AnalyzeOptions *options = &((Context *)context)->options;
  (void)err;
  if (options->quota < 0) options->quota = config->analysis.quota;
  if (options->budget_ms < 0) options->budget_ms = config->analysis.budget_ms;
  return STATUS_OK;
}

static void run(Job *job, void *context, Outcome *ret_outcome) {
  analyze_run(job, &((Context *)context)->options, ret_outcome);
}

int main(int argc, char **argv) {
  Context context = {.options = {.quota = -1, .budget_ms = -1}};
  const Program program = {.name = "hourly_analysis",
                           .lease_job = JOB_HOURLY_ANALYSIS,
                           .options = OPTIONS,
                           .context = &context,
                           .summary = "compute indicators for what is not analysed yet, largest market cap first",
                           .take = take,
                           .check = check,
                           .run = run};
  return program_main(&program, argc, argv);
}
