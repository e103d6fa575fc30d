#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <closebell/base/escape.h>
#include <closebell/base/text.h>
#include <closebell/decision/archivist.h>
#include <closebell/job/check.h>
#include <closebell/job/feeds_check.h>
#include <closebell/job/prepare.h>
#include <closebell/report/explain.h>
#include <closebell/report/full_disk.h>
#include <closebell/report/metrics.h>
#include <closebell/report/notify.h>
#include <closebell/report/runs.h>
#include <closebell/report/watch.h>
#include <closebell/run/prune.h>
#include <closebell/run/run.h>
#include <closebell/run/stop_signals.h>
#include <closebell/source/provider.h>
#include <closebell/store/db_gate.h>

#include "help.h"
#include "options.h"
#include "process.h"

static Status read_config(const Options *options, Config *config, Error *err) {
  Complaints complaints = {0};
  config_take_all(config, options->config_path, &complaints);
  Status status = complaints_status(&complaints, err);
  complaints_free(&complaints);
  return status;
}

/* As the run itself would find it: a declared feed is known by its file. */
static bool needs_key(const Program *program, const Config *config, const Clock *clock, const Log *log) {
  Job job = {.tables.jobs = job_table(), .config = config, .clock = clock, .log = log};
  Feeds feeds = {0};
  Error ignored;
  if (!program->asks_source || !program->asks_source(program->context)) return false;
  bool needs_none = program->needs_no_prices && feeds_attach(&job, &feeds, &ignored) == STATUS_OK &&
                    program->needs_no_prices(program->context, &job);
  feeds_free(&feeds);
  return !needs_none;
}

static int check_settings(const Program *program, const Options *options, const Clock *clock, const Log *log) {
  Config config;
  Complaints complaints = {0};
  config_take_all(&config, options->config_path, &complaints);
  const Check check = {.program = program->name,
                       .needs_key = needs_key(program, &config, clock, log),
                       .connect = options->check,
                       .clock = clock,
                       .log = log,
                       .out = output_standard(getenv("COLUMNS"))};
  int exit_code = check_run(&check, &config, &complaints);
  complaints_free(&complaints);
  return exit_code;
}

/* What is asked for about the past: no job runs. */
static bool only_looks(const Options *options) { return options->explain || options->history; }

/* --dry-run of what only reads says what it would write to files. */
static Access access_of(const Program *program, const Options *options) {
  if (options->dry_run) return ACCESS_PLAN;
  bool reads = only_looks(options) || (program->only_reads && program->only_reads(program->context));
  if (reads) return ACCESS_READ;
  return program->edits && program->edits(program->context) ? ACCESS_EDIT : ACCESS_WRITE;
}

static Status may_edit(void *context, const char *what, const char *database, const char *collection, Error *err) {
  static const char *const collections[] = {"watchlists", "decision_ledger", "decision_requests", "source_state",
                                            "requests"};
  bool may = strcmp(collection, "meta") == 0 && strcmp(what, "insert into") == 0; /* the mark of a request */
  for (size_t i = 0; i < sizeof collections / sizeof collections[0]; i++)
    may |= strcmp(collection, collections[i]) == 0;
  may &= strcmp(database, DB_SYSTEM) == 0;
  return may ? STATUS_OK : db_gate_shut(context, what, database, collection, err);
}

static DbGate gate_of(Access access, const Db *server, Job *job) {
  return (DbGate){.db = server,
                  .may_write = access == ACCESS_WRITE  ? run_may_write
                               : access == ACCESS_EDIT ? may_edit
                                                       : db_gate_shut,
                  .context = job};
}

static void only_look(const Options *options, Job *job, Outcome *outcome) {
  if (options->history)
    runs_print(job, outcome);
  else
    explain_run(job, options->explain, outcome);
}

static Status open_prices(const Program *program, const Job *job, Source *ret_source, Error *err) {
  const Provider *prices = provider_of_prices();
  bool needs_none = program->needs_no_prices && program->needs_no_prices(program->context, job);
  if (!needs_none || prices->has_key(job->config)) return prices->open(ret_source, job->config, job->clock, err);
  prices->open_without_key(ret_source, job->config);
  return STATUS_OK;
}

/* From an open database to the outcome. */
static Status run_with_database(const Program *program, const Options *options, Job *job, Outcome *outcome,
                                Error *err) {
  if (only_looks(options)) {
    only_look(options, job, outcome);
    return STATUS_OK;
  }
  Source source = {0};
  bool asks = program->asks_source && program->asks_source(program->context) && job_writes(job);
  Status status = asks ? open_prices(program, job, &source, err) : STATUS_OK;
  if (status != STATUS_OK) return status;
  ProviderSet beside = {0};
  if (asks) status = provider_set_open(&beside, job->config, job->clock, err);
  if (status == STATUS_OK) {
    if (asks) job->source = &source, job->beside = &beside;
    program->run(job, program->context, outcome);
    job->source = NULL;
    job->beside = NULL;
    prune_runs(job);
  }
  provider_set_close(&beside);
  source_close(&source);
  return status;
}

/* Decisions that the ledger could not take when they were made. */
static void bring_in_decisions(const Job *job) {
  Archivist archivist;
  if (!job_writes(job)) return;
  archivist_init(&archivist, &(ArchivistTools){job->clock, job->random, job->log, getenv("STATE_DIRECTORY"),
                                               job->config->mongodb.uri});
  archivist_bring_in(&archivist, job->db);
  archivist_destroy(&archivist);
}

/* What others get to know of a run that is over. */
static void report(Job *job, Status status, Outcome *outcome, const Error *err, bool connected) {
  Outcome failed = {.exit_code = status_exit_code(status)};
  if (status != STATUS_OK) text_copy(failed.message, sizeof failed.message, err->text);
  AlertReport alerts = {0};
  if (status == STATUS_OK) watch_programs(job, outcome, &alerts);
  if (connected) full_disk_report(job, getenv("STATE_DIRECTORY"), &alerts);
  metrics_write(job, status == STATUS_OK ? outcome : &failed, connected ? &alerts : NULL);
  Status told = notify_finish(job, status == STATUS_OK ? outcome : &failed, connected ? &alerts : NULL);
  if (told == STATUS_CONFIG && outcome->exit_code == EXIT_DONE) outcome->exit_code = EXIT_CONFIG;
}

/* What is named has to be there before anything is opened. */
static Status check_names(const Program *program, const Options *options, const Job *job, Error *err) {
  Status status = options->explain ? explain_check(job, options->explain, err) : STATUS_OK;
  return status == STATUS_OK && program->check_job ? program->check_job(program->context, job, err) : status;
}

/* From the job as it is meant to what others are told of it. */
static Status connect_and_run(const Program *program, const Options *options, Job *job, Db *server, Outcome *outcome,
                              Error *err) {
  const Config *config = job->config;
  const DbOptions db_options = {.program = program->name,
                                .retries = 2,
                                .retry_wait_ms = (int64_t)(5000 * config->retry.scale),
                                .selection_ms = 5000,
                                .socket_timeout_ms = 60000};
  notify_start(job);
  Status status = db_mongo_open(server, config->mongodb.uri, &db_options, job->clock, job->log, err);
  if (status == STATUS_CONFIG) config_prefix(config, "mongodb", "uri", status, err);
  if (status != STATUS_OK) {
    report(job, status, outcome, err, false);
    return status;
  }
  status = run_with_database(program, options, job, outcome, err);
  bring_in_decisions(job);
  report(job, status, outcome, err, true);
  if (status == STATUS_OK && program->afterwards) program->afterwards(job);
  db_mongo_close(server);
  return status;
}

static Status run_job(const Program *program, const Options *options, const ProgramAsked *asked, Outcome *outcome,
                      Error *err) {
  const Random random = random_system();
  const Access access = access_of(program, options);
  Db server, gated;
  Job job = {.process = {.program = program->name, .host = host_identify()},
             .tables.jobs = job_table(),
             .lease = {.name = job_table_find(job_table(), program->name)->lease},
             .config = asked->config,
             .db = &gated,
             .server = access == ACCESS_WRITE || access == ACCESS_EDIT ? &server : &gated,
             .clock = asked->clock,
             .random = &random,
             .log = asked->log,
             .out = *asked->out,
             .now = {.instant = asked->now, .given = options->now_given},
             .access = access,
             .run = {.started_ms = clock_uptime_ms(asked->clock)}};
  DbGate gate = gate_of(access, &server, &job);
  gated = db_gate(&gate);
  Feeds feeds = {0};
  Status status = job_prepare(&job, err);
  bool with_feeds = !program->is_once || access != ACCESS_WRITE;
  if (status == STATUS_OK && with_feeds) status = feeds_attach(&job, &feeds, err);
  if (status == STATUS_OK) status = check_names(program, options, &job, err);
  if (status == STATUS_OK) status = connect_and_run(program, options, &job, &server, outcome, err);
  job_release(&job);
  feeds_free(&feeds);
  return status;
}

/* What needs no settings. False: something else was asked for. */
static bool describe_itself(const Program *program, const Options *options) {
  const Output out = output_standard(getenv("COLUMNS"));
  if (options->print_help) help_print(program, &out);
  if (options->print_version) printf("%s %s\n", program->name, CLOSEBELL_VERSION);
  if (options->print_config) config_print_sample(stdout);
  return options->print_help || options->print_version || options->print_config;
}

static Status answer_alone(const Program *program, const ProgramAsked *asked, bool *ret_done, Error *err) {
  return program->answer ? program->answer(program->context, asked, ret_done, err) : STATUS_OK;
}

static int run_program(const Program *program, int argc, char **argv) {
  Options options = {0};
  Error err = {{0}};
  Status status = options_parse(program, argc, argv, &options, &err);
  if (status != STATUS_OK) {
    escape_print_line(stderr, "%s: %s; see %s --help", program->name, err.text, program->name);
    return status_exit_code(status);
  }
  if (describe_itself(program, &options)) return EXIT_DONE;
  process_keep_secrets();
  int stop_fd = -1;
  Config config;
  Outcome outcome = {.exit_code = EXIT_INTERNAL};
  status = signals_install(&stop_fd, &err);
  const Clock clock = clock_system(stop_fd);
  const Log log = log_open(stderr,
                           options.verbose ? LOG_DEBUG
                           : options.quiet ? LOG_WARN
                                           : LOG_INFO,
                           program->name, &clock, getenv("NO_COLOR"));
  if (status == STATUS_OK && (options.check_config || options.check))
    return check_settings(program, &options, &clock, &log);
  if (status == STATUS_OK) status = read_config(&options, &config, &err);
  if (status == STATUS_OK) status = program->check(program->context, &config, &err);
  bool done = false;
  const Output out = output_standard(getenv("COLUMNS"));
  const ProgramAsked asked = {&config, &out, &log, &clock, options.now_given ? options.now : clock_now(&clock)};
  if (status == STATUS_OK) status = answer_alone(program, &asked, &done, &err);
  if (status == STATUS_OK && done) return EXIT_DONE;
  if (status == STATUS_OK) status = run_job(program, &options, &asked, &outcome, &err);
  if (status == STATUS_OK) return outcome.exit_code;
  log_error(&log, "%s", err.text);
  return status_exit_code(status);
}

int program_main(const Program *program, int argc, char **argv) {
  process_begin();
  return process_finish_output(program->name, run_program(program, argc, argv));
}
