/* daily_update: every due session that is missing, oldest first. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <closebell/job/feeds_check.h>
#include <closebell/job/requesting.h>
#include <closebell/job/update.h>
#include <closebell/plan/job_table.h>

#include "program.h"

static const ProgramOption OPTIONS[] = {
    {"date", "DATE", "only this session, YYYY-MM-DD"},
    {"from", "DATE", "only sessions from this one on"},
    {"to", "DATE", "only sessions up to this one"},
    {"dataset", "NAME", "only this dataset, not daily prices; with dates, its sessions anew"},
    {"request", "DATASET",
     "ask the next run for days of it again (daily_prices or a dataset); with dates and --reason"},
    {"reason", "TEXT", "with --request: why; it is kept with what came of it"},
    {"force", NULL, "replace what the source has restated"},
    {"check-feeds", NULL, "read the declared feeds and name every error; connect nowhere"},
    {0},
};

typedef struct {
  UpdateOptions options;
  RequestOptions request; /* its dates are those of options */
} Context;

static Status take(void *context, const char *name, const char *value, Error *err) {
  Context *ours = context;
  UpdateOptions *options = &ours->options;
  if (strcmp(name, "request") == 0) {
    ours->request.dataset = value;
    return STATUS_OK;
  }
  if (strcmp(name, "reason") == 0) {
    ours->request.reason = value;
    return STATUS_OK;
  }
  if (strcmp(name, "force") == 0) {
    options->force = true;
    return STATUS_OK;
  }
  if (strcmp(name, "check-feeds") == 0) {
    options->check_feeds = true;
    return STATUS_OK;
  }
  if (strcmp(name, "dataset") == 0) {
    options->dataset = value;
    return STATUS_OK;
  }
  Day day;
  if (!day_parse(value, &day))
    return error_set(err, STATUS_USAGE, "--%s: \"%s\" is not a date like 2025-04-10", name, value);
  if (strcmp(name, "to") != 0) options->from = day;
  if (strcmp(name, "from") != 0) options->to = day;
  return STATUS_OK;
}

static Status check_job(const void *context, const Job *job, Error *err) {
  const UpdateOptions *options = &((const Context *)context)->options;
  if (!options->dataset) return STATUS_OK;
  return error_prefix(err, feeds_check_name(job, options->dataset, err), "--dataset");
}

static Status check(void *context, const Config *config, Error *err) {
  Context *ours = context;
  const UpdateOptions *options = &ours->options;
  (void)config;
  bool bounded = options->from != DAY_NONE && options->to != DAY_NONE;
  if (bounded && options->from > options->to)
    return error_set(err, STATUS_USAGE, "--from %s lies after --to %s", day_text(options->from).text,
                     day_text(options->to).text);
  ours->request.from = options->from;
  ours->request.to = options->to;
  Status status = requesting_check(&ours->request, err);
  if (status != STATUS_OK) return status;
  if (ours->request.dataset && (options->dataset || options->force || options->check_feeds))
    return error_set(err, STATUS_USAGE, "--request goes with --date, --from, --to and --reason alone");
  if (options->dataset && options->force)
    return error_set(err, STATUS_USAGE, "--force is about daily prices: it does not go with --dataset");
  if (options->force && options->from == DAY_NONE && options->to == DAY_NONE)
    return error_set(err, STATUS_USAGE, "--force needs --date, --from or --to: which sessions are to be replaced?");
  return STATUS_OK;
}

static Status answer(void *context, const ProgramAsked *asked, bool *ret_done, Error *err) {
  const UpdateOptions *options = &((const Context *)context)->options;
  *ret_done = options->check_feeds;
  return options->check_feeds ? feeds_check(asked->config, asked->now, asked->out, err) : STATUS_OK;
}

static bool edits(const void *context) { return ((const Context *)context)->request.dataset != NULL; }

static bool asks_source(const void *context) { return !edits(context); }

/* A declared feed has its own address and keys. */
static bool needs_no_prices(const void *context, const Job *job) {
  const char *name = ((const Context *)context)->options.dataset;
  const Dataset *dataset = name ? dataset_find(job, name) : NULL;
  return dataset && dataset->declared;
}

/* Whom this process belongs to. */
static const char *user_name(char text[32]) {
  const struct passwd *entry = getpwuid(geteuid());
  snprintf(text, 32, "uid %u", (unsigned)geteuid());
  return entry && entry->pw_name ? entry->pw_name : text;
}

static void run(Job *job, void *context, Outcome *ret_outcome) {
  Context *ours = context;
  char unknown[32];
  if (!ours->request.dataset) {
    update_run(job, &ours->options, ret_outcome);
    return;
  }
  ours->request.user = user_name(unknown);
  requesting_run(job, &ours->request, ret_outcome);
}

int main(int argc, char **argv) {
  Context context = {.options = {.from = DAY_NONE, .to = DAY_NONE}};
  const Program program = {.name = "daily_update",
                           .asks_source = asks_source,
                           .needs_no_prices = needs_no_prices,
                           .options = OPTIONS,
                           .edits = edits,
                           .context = &context,
                           .summary = "find the due sessions that are missing and complete them",
                           .take = take,
                           .check = check,
                           .check_job = check_job,
                           .answer = answer,
                           .run = run};
  return program_main(&program, argc, argv);
}
