/* hourly_analysis: indicators of every target, largest market cap first, within quota and time. */
#include <string.h>

#include <closebell/base/text.h>
#include <closebell/job/analyze.h>
#include <closebell/market/name_search.h>
#include <closebell/market/ticker.h>
#include <closebell/plan/slot.h>
#include <closebell/report/analysis_print.h>
#include <closebell/report/strategies_print.h>

#include "program.h"

static const ProgramOption OPTIONS[] = {
    {"quota", "N", "tickers to analyse in this run, 0: no limit"},
    {"budget", "TIME", "time to spend, like 50m"},
    {"workers", "N", "share the work with other processes, each with the same N"},
    {"ticker", "STOCK", "only this one: its code, its name or a part of it"},
    {"force", NULL, "redo what is up to date as well"},
    {"print", NULL, "print the newest values of --ticker, and do nothing else"},
    {"strategies", NULL, "list the strategies, and do nothing else; needs no database"},
    {"json", NULL, "with --print or --strategies: as JSON"},
    {0},
};

typedef struct {
  AnalyzeOptions options; /* quota, budget and workers -1: as configured */
  bool print, strategies, json;
} Context;

static Status take(void *context, const char *name, const char *value, Error *err) {
  Context *ours = context;
  AnalyzeOptions *options = &ours->options;
  if (strcmp(name, "force") == 0) {
    options->force = true;
  } else if (strcmp(name, "print") == 0) {
    ours->print = true;
  } else if (strcmp(name, "strategies") == 0) {
    ours->strategies = true;
  } else if (strcmp(name, "json") == 0) {
    ours->json = true;
  } else if (strcmp(name, "ticker") == 0) {
    if (!ticker_is_valid(value) && !name_is_searchable(value))
      return error_set(err, STATUS_USAGE, "--ticker: \"%s\" is not a six-character code like 005930, nor a name",
                       value);
    options->ticker = value;
  } else if (strcmp(name, "quota") == 0) {
    if (!text_parse_int64(value, 0, 1000000, &options->quota))
      return error_set(err, STATUS_USAGE, "--quota: \"%s\" is not a number from 0 to 1000000", value);
  } else if (strcmp(name, "workers") == 0) {
    if (!text_parse_int64(value, 1, SLOT_MAX_WORKERS, &options->workers))
      return error_set(err, STATUS_USAGE, "--workers: \"%s\" is not a number from 1 to %d", value, SLOT_MAX_WORKERS);
  } else if (!text_parse_duration_ms(value, &options->budget_ms) || options->budget_ms < 0) {
    return error_set(err, STATUS_USAGE, "--budget: \"%s\" is not a time like 50m or 90s", value);
  }
  return STATUS_OK;
}

static Status check(void *context, const Config *config, Error *err) {
  const Context *ours = context;
  AnalyzeOptions *options = &((Context *)context)->options;
  if (ours->json && !ours->print && !ours->strategies)
    return error_set(err, STATUS_USAGE, "--json goes with --print or --strategies");
  if (ours->print && ours->strategies)
    return error_set(err, STATUS_USAGE, "--print and --strategies exclude each other");
  if (ours->print && !options->ticker)
    return error_set(err, STATUS_USAGE, "--print needs --ticker: the values of which stock?");
  if (ours->print && options->force) return error_set(err, STATUS_USAGE, "--print writes nothing: --force is too much");
  if (options->force && options->workers > 1)
    return error_set(err, STATUS_USAGE, "--force goes without --workers: each would redo what another has just done");
  if (options->workers < 0) options->workers = options->force ? 1 : config->analysis.workers;
  if (options->quota < 0) options->quota = config->analysis.quota;
  if (options->budget_ms < 0) options->budget_ms = config->analysis.budget_ms;
  return STATUS_OK;
}

/* Bad files are told in the log: standard output holds the list alone. */
static Status list_strategies(const void *context, const Config *config, const Output *out, const Log *log,
                              bool *ret_done, Error *err) {
  const Context *ours = context;
  Strategies strategies = {0};
  if (!ours->strategies) return STATUS_OK;
  Status status = strategies_load_configured(config, &strategies, err);
  if (status != STATUS_OK) return status;
  for (size_t i = 0; i < strategies.bad_count; i++) {
    char text[BAD_STRATEGY_TEXT_SIZE];
    log_warn(log, "%s", bad_strategy_text(&strategies.bad[i], text));
  }
  if (ours->json)
    status = strategies_print_json(out->stream, &strategies, err);
  else
    strategies_print_table(out, &strategies);
  strategies_free(&strategies);
  *ret_done = true;
  return status;
}

static bool only_reads(const void *context) { return ((const Context *)context)->print; }

static void run(Job *job, void *context, Outcome *ret_outcome) {
  const Context *ours = context;
  if (ours->print)
    analysis_print(job, ours->options.ticker, ours->json, ret_outcome);
  else
    analyze_run(job, &ours->options, ret_outcome);
}

int main(int argc, char **argv) {
  Context context = {.options = {.quota = -1, .budget_ms = -1, .workers = -1}};
  const Program program = {.name = "hourly_analysis",
                           .only_reads = only_reads,
                           .options = OPTIONS,
                           .context = &context,
                           .summary = "compute indicators of what is new, largest first",
                           .take = take,
                           .check = check,
                           .run = run,
                           .answer = list_strategies};
  return program_main(&program, argc, argv);
}
